//! The judge before the shore side: a small chain from a ship to a plant and a reserve, good and broken in every way.

use super::super::{Violation, verify};
use crate::id::Ix;
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::{
    Activity, GoalStamp, Itinerary, Kind, Move, Schedule, Shore, ShoreFlow, SolveStamp, Status, Stock, What,
    account,
};

const PLAN: &str = r#"
[plan]
name = "a small chain"
start = 2027-01-01T00:00:00Z
end = 2027-01-11T00:00:00Z
slot = "1 d"
currency = "USD"

[goal]
order = ["supplied", "cost"]

[[site]]
id = "island"
kind = "island"
position = [24.3, 154.0]

[[commodity]]
id = "mud"
[[commodity]]
id = "cake"

[[vessel]]
id = "ship"
at = "island"
hold = { mud = "400 t" }

[[sampling]]
id = "lift"
vessel = "ship"
commodity = "mud"
rate = "100 t/d"

[[transfer]]
id = "bring"
from = "ship"
to = "island"
commodity = "mud"
rate = "10 t/h"

[[process]]
id = "dewater"
site = "island"
from = "mud"
to = "cake"
yield = "20 %"
capacity = "80 t/d"
cost = "2 USD/t"

[[closure]]
process = "dewater"
from = 2027-01-05T06:00:00Z
to = 2027-01-05T18:00:00Z
reason = "maintenance"

[[demand]]
id = "plant"
site = "island"
commodity = "cake"
rate = "5 t/d"
amount = "25 t"
at_least = "10 t"
from = 2027-01-04T00:00:00Z
to = 2027-01-09T00:00:00Z
value = [["10 t", 2.0], ["100 t", 1.0]]

[[reserve]]
id = "pile"
site = "island"
commodity = "cake"
target = "8 t"
by = 2027-01-07T00:00:00Z
draw = "2 t/d"
refill = "1 d"

[[disruption]]
id = "quake"
stops = ["dewater"]
from = 2027-01-07T00:00:00Z
to = 2027-01-09T00:00:00Z

[[budget]]
id = "money"
cost = "450 USD"

[[budget]]
id = "tonnes"
process = "dewater"
feed = "200 t"
"#;

/// 200 t are lifted, brought ashore and dewatered around the maintenance; the plant has its 25 t of cake, and 15 t stay.
fn itinerary() -> Itinerary {
    let step = |what, start, end| Move { what, start, end };
    let flow = |of, start, tonnes: &[f64]| ShoreFlow { of, start, tonnes: tonnes.to_vec() };
    Itinerary {
        vessels: vec![vec![
            step(What::Sample(Ix::new(0), vec![100.0, 100.0]), 0, 2),
            step(What::Transfer(Ix::new(0), vec![200.0]), 2, 3),
        ]],
        done: vec![3],
        shore: vec![
            flow(Shore::Process(Ix::new(0)), 2, &[80.0, 80.0]),
            flow(Shore::Process(Ix::new(0)), 5, &[40.0]),
            flow(Shore::Demand(Ix::new(0)), 3, &[5.0; 5]),
        ],
        ..Itinerary::default()
    }
}

fn plan(changes: &[(&str, &str)]) -> (Plan, Sea) {
    super::changed(PLAN, changes)
}

fn told(plan: &Plan, sea: &Sea, itinerary: &Itinerary) -> Schedule {
    // Half of the plant's 25 t are there when they are due, and the others come evenly in two and a half days.
    let late = plan.demands.iter().find_map(|demand| demand.late).map_or(0.0, |_| 12.5 / 2.0 * 2.5 * 2.0);
    let goals = [(Goal::Supplied, 35.0), (Goal::Cost, 400.0 + late)].map(|(goal, value)| GoalStamp {
        name: goal.word().to_owned(),
        value,
        bound: Some(value),
        gap: Some(0.0),
    });
    let stamp = SolveStamp { status: Status::Optimal, goals: goals.to_vec(), solver: "hand".to_owned() };
    account(plan, sea, itinerary, stamp)
}

/// A yield that is uncertain.
const UNSURE: (&str, &str) = ("\"20 %\"", "\"20 %\"\nyield_spread = { low = \"15 %\", high = \"22 %\" }");
/// From noon of the third of its five days on, what the plant has not yet costs 2 USD a tonne and day.
const LATE: (&str, &str) =
    ("at_least = \"10 t\"", "at_least = \"10 t\"\ndue = 2027-01-06T12:00:00Z\nlate = \"2 USD/t/d\"");

/// The judgment of the chain where being late costs something, when the schedule is changed.
pub(super) fn late(change: impl FnOnce(&mut Schedule)) -> Vec<Violation> {
    let (plan, sea, mut schedule) = told_late();
    change(&mut schedule);
    verify(&plan, &sea, &schedule)
}

/// The chain where being late costs something.
pub(super) fn told_late() -> (Plan, Sea, Schedule) {
    let (plan, sea) = plan(&[LATE]);
    let schedule = told(&plan, &sea, &itinerary());
    (plan, sea, schedule)
}

/// The schedule of the chain whose yield is uncertain.
pub(super) fn told_unsure() -> (Plan, Sea, Schedule) {
    let (plan, sea) = plan(&[UNSURE]);
    let schedule = told(&plan, &sea, &itinerary());
    (plan, sea, schedule)
}

/// The judgment of the chain under a plan that is written otherwise.
fn under(changes: &[(&str, &str)]) -> Vec<Violation> {
    let (plan, sea) = plan(changes);
    verify(&plan, &sea, &told(&plan, &sea, &itinerary()))
}

/// The judgment of the chain under a plan that is written otherwise, when its schedule is changed.
pub(super) fn under_with(changes: &[(&str, &str)], change: impl FnOnce(&mut Schedule)) -> Vec<Violation> {
    let (plan, sea) = plan(changes);
    let mut schedule = told(&plan, &sea, &itinerary());
    change(&mut schedule);
    verify(&plan, &sea, &schedule)
}

/// The judgment of the chain when its schedule is changed.
fn with(change: impl FnOnce(&mut Schedule)) -> Vec<Violation> {
    under_with(&[], change)
}

/// The judgment of other flows ashore.
fn flowing(change: impl FnOnce(&mut Vec<ShoreFlow>)) -> Vec<Violation> {
    let (plan, sea) = plan(&[]);
    let mut itinerary = itinerary();
    change(&mut itinerary.shore);
    verify(&plan, &sea, &told(&plan, &sea, &itinerary))
}

fn at<'s>(schedule: &'s mut Schedule, id: &str) -> &'s mut Activity {
    schedule.activities.iter_mut().find(|activity| activity.id == id).expect("an activity")
}

const QUAKE: &str = "[[disruption]]\nid = \"quake\"\nstops = [\"dewater\"]\nfrom = 2027-01-07T00:00:00Z\nto = 2027-01-09T00:00:00Z\n";

/// What breaks a rule of the shore side, and no other.
pub static SHORE: &[super::breaks::Break] = &[
    ("course", || with(|s| at(s, "dewater.1").course.clear())),
    ("course", || with(|s| at(s, "dewater.1").course[1].1 = 150.0)),
    ("course", || with(|s| insert(s, "plant.1", 24, 30.0))),
    ("course", || with(|s| at(s, "bring.1").made = Some(3.0))),
    ("made", || with(|s| at(s, "dewater.1").made = Some(33.0))),
    ("made", || with(|s| at(s, "plant.1").made = Some(25.0))),
    ("shore-rate", || under(&[("\"80 t/d\"", "\"70 t/d\"")])),
    ("shore-rate", || under(&[("\"5 t/d\"", "\"4 t/d\""), ("\"10 t\"\nfrom", "\"1 t\"\nfrom")])),
    // Two halves at the same time, which together are no faster than the whole.
    ("shore-rate", || {
        flowing(|shore| {
            shore[0].tonnes = vec![40.0, 40.0];
            shore.insert(1, shore[0].clone());
        })
    }),
    ("shore-closure", || under(&[("2027-01-05T06:00:00Z", "2027-01-04T23:00:00Z")])),
    ("shore-closure", || under(&[("from = 2027-01-07T00:00:00Z", "from = 2027-01-06T23:00:00Z")])),
    ("demand", || under(&[("from = 2027-01-04T00:00:00Z", "from = 2027-01-04T06:00:00Z")])),
    ("demand", || under(&[("\"25 t\"", "\"24 t\"")])),
    ("demand", || {
        under(&[("\"5 t/d\"", "\"6 t/d\""), ("\"25 t\"", "\"40 t\""), ("\"10 t\"\nfrom", "\"25.5 t\"\nfrom")])
    }),
    // 15 t are there when the quake is over, and again a day later.
    ("reserve", || under(&[("\"8 t\"", "\"16 t\"")])),
    ("reserve", || under(&[("\"8 t\"", "\"20 t\""), ("refill = \"1 d\"\n", "")])),
    ("reserve", || under(&[("\"8 t\"", "\"17 t\""), ("refill = \"1 d\"\n", ""), (QUAKE, "")])),
    ("reserve", || under(&[("by = 2027-01-07", "by = 2027-01-03")])),
    ("budget", || under(&[("\"450 USD\"", "\"399 USD\"")])),
    ("budget", || under(&[("\"200 t\"", "\"199 t\"")])),
    ("total-supplied", || with(|s| s.totals.supplied_t += 0.1)),
    ("total-made", || with(|s| *s.totals.made_t.get_mut("cake").expect("cake") += 0.1)),
    ("total-made", || with(|s| s.totals.made_t.extend([("mud".to_owned(), 1.0)]))),
    ("water", || {
        under(&[
            ("cost = \"2 USD/t\"", "cost = \"2 USD/t\"\nwater = \"3 m3/t\""),
            ("position", "water = \"239 m3/d\"\nposition"),
        ])
    }),
    ("total-made-range", || with(|s| s.totals.made_range_t.extend([("cake".to_owned(), (30.0, 44.0))]))),
    ("total-made-range", || {
        under_with(&[UNSURE], |s| {
            s.totals.made_range_t.insert("cake".to_owned(), (30.0, 45.0));
        })
    }),
    ("total-made-range", || under_with(&[UNSURE], |s| s.totals.made_range_t.clear())),
    ("demand-row", || under_with(&[UNSURE], |s| s.demands[0].supplied_range_t = Some((22.5, 25.0)))),
    ("demand-row", || under_with(&[UNSURE], |s| s.demands[0].supplied_range_t = Some((22.0, 25.5)))),
    ("demand-row", || under_with(&[UNSURE], |s| s.demands[0].supplied_range_t = None)),
    ("demand-row", || with(|s| s.demands[0].supplied_range_t = Some((25.0, 25.0)))),
    ("reserve-row", || under_with(&[UNSURE], |s| s.reserves[0].least_range_t = Some((7.0, 19.0)))),
    ("reserve-row", || under_with(&[UNSURE], |s| s.reserves[0].least_range_t = None)),
    ("reserve-row", || with(|s| s.reserves[0].least_range_t = Some((15.0, 15.0)))),
    ("stock-course", || with(|s| levels(s, "cake")[3].1 += 1.0)),
    ("stock-missing", || {
        with(|s| s.stocks.retain(|stock| stock.commodity != "mud" || stock.holder == "ship"))
    }),
    ("goal-value", || with(|s| (s.solve.goals[0].value, s.solve.goals[0].bound) = (36.0, Some(36.0)))),
    ("total-cost", || late(|s| s.totals.cost -= 1.0)),
    ("goal-value", || late(|s| (s.solve.goals[1].value, s.solve.goals[1].bound) = (400.0, Some(400.0)))),
    ("budget", || under(&[LATE, ("\"450 USD\"", "\"431 USD\"")])),
    ("names", || with(|s| at(s, "plant.1").site = None)),
    ("slots", || with(|s| insert(s, "dewater.1", 12, 40.0))),
];

fn levels<'s>(schedule: &'s mut Schedule, commodity: &str) -> &'s mut Vec<(crate::schedule::Time, f64)> {
    let is_it = |stock: &&mut Stock| stock.commodity == commodity && stock.holder == "island";
    &mut schedule.stocks.iter_mut().find(is_it).expect("a stock").levels
}

/// Puts so many tonnes into the course of an activity, so many hours after its start.
fn insert(schedule: &mut Schedule, id: &str, hours: i64, tonnes: f64) {
    let activity = at(schedule, id);
    activity.course.insert(1, (activity.start + chrono::TimeDelta::hours(hours), tonnes));
}

#[test]
fn what_is_late_is_told() {
    let (plan, sea) = plan(&[LATE]);
    let schedule = told(&plan, &sea, &itinerary());
    assert_eq!(verify(&plan, &sea, &schedule), []);
    let demand = &schedule.demands[0];
    let told = demand.late.as_ref().expect("a price");
    assert_eq!((demand.wanted_t, demand.supplied_t), (25.0, 25.0));
    assert_eq!((told.overdue_t, told.tonne_days, told.cost), (12.5, 15.625, 31.25));
    assert!(schedule.costs.iter().any(|row| row.item == "plant late" && row.amount == 31.25));
    // Nothing supplied at all: 25 t are missing for four and a half days.
    let none = Itinerary { shore: Vec::new(), ..itinerary() };
    let schedule = account(&plan, &sea, &none, schedule.solve.clone());
    assert_eq!(schedule.demands[0].late.as_ref().map(|late| late.tonne_days), Some(112.5));
    assert_eq!(schedule.totals.cost, 225.0);
    assert!(!verify(&plan, &sea, &schedule).iter().any(|violation| violation.rule == "total-cost"));
}

#[test]
fn what_uncertain_yields_leave_is_told() {
    let (plan, sea, schedule) = told_unsure();
    assert_eq!(verify(&plan, &sea, &schedule), []);
    assert_eq!(schedule.totals.made_range_t["cake"], (30.0, 44.0));
    // 8 t are held back for the reserve, so that on the last of its five days the plant has what is left: 30 t less 20 t and those. It wants no
    // more than 25 t, so that at the highest yields 19 t stay.
    assert_eq!(schedule.demands[0].supplied_range_t, Some((22.0, 25.0)));
    assert_eq!(schedule.reserves[0].least_range_t, Some((8.0, 19.0)));
    assert_eq!(told_late().2.demands[0].supplied_range_t, None);
}

#[test]
fn when_a_reserve_is_reached_and_below_is_told() {
    let row = |changes: &[(&str, &str)]| {
        let (plan, sea) = plan(changes);
        let reserve = told(&plan, &sea, &itinerary()).reserves.remove(0);
        let words = |time: crate::schedule::Time| time.format("%d %H:%M:%S").to_string();
        let below: Vec<[String; 2]> =
            reserve.below.iter().map(|&(from, to)| [words(from), words(to)]).collect();
        (reserve.reached.map(words), below)
    };
    // 16 t of cake are made evenly on the third day.
    assert_eq!(row(&[]), (Some("03 12:00:00".to_owned()), Vec::new()));
    // 20 t are there when the eighth day begins and 15 t when it ends, and nothing comes afterwards.
    let (reached, below) = row(&[("\"8 t\"", "\"17 t\""), ("refill = \"1 d\"\n", "")]);
    assert_eq!(reached.as_deref(), Some("04 02:10:55"));
    assert_eq!(below, [["08 14:24:00".to_owned(), "11 00:00:00".to_owned()]]);
    assert_eq!(row(&[("\"8 t\"", "\"40 t\"")]).0, None);
}

#[test]
fn what_takes_none_gets_none_however_soon_it_goes_on() {
    let flow = |of, start, tonnes: &[f64]| ShoreFlow { of, start, tonnes: tonnes.to_vec() };
    let mut itinerary = itinerary();
    let moves = &mut itinerary.vessels[0];
    moves[0] = Move { what: What::Sample(Ix::new(0), vec![50.0]), start: 0, end: 1 };
    moves[1] = Move { what: What::Transfer(Ix::new(0), vec![50.0]), start: 2, end: 3 };
    // All that is brought is fed as it comes; of the cake none stays from the slot in which it is made.
    itinerary.shore =
        vec![flow(Shore::Process(Ix::new(0)), 2, &[50.0]), flow(Shore::Demand(Ix::new(0)), 3, &[5.0, 5.0])];
    let judged = |room: f64| {
        let (mut plan, sea) = plan(&[]);
        // `check` refuses a file that says so.
        plan.sites[Ix::new(0)].store[0] = room;
        let found = verify(&plan, &sea, &told(&plan, &sea, &itinerary));
        found.into_iter().filter(|v| v.rule == "stock-bounds").map(|v| v.message).collect::<Vec<_>>()
    };
    assert_eq!(judged(0.1), [""; 0]);
    let none = "mud at island: 50 t come on 3 Jan 00:00, and there is room for none";
    assert_eq!(judged(0.0), [none]);
}

#[test]
fn a_good_chain_is_good() {
    let (plan, sea) = plan(&[]);
    let schedule = told(&plan, &sea, &itinerary());
    assert_eq!(verify(&plan, &sea, &schedule), []);
    // The accounts, checked by hand.
    assert_eq!((schedule.totals.supplied_t, schedule.totals.cost), (25.0, 400.0));
    assert_eq!(schedule.totals.made_t["cake"], 40.0);
    let fed: Vec<f64> = schedule
        .activities
        .iter()
        .filter(|a| a.kind == Kind::Process)
        .filter_map(|activity| activity.tonnes)
        .collect();
    assert_eq!(fed, [160.0, 40.0]);
    let cake = schedule.stocks.iter().find(|stock| stock.commodity == "cake").expect("cake");
    assert_eq!(cake.levels.last().map(|level| level.1), Some(15.0));
    // What a reserve may just be, and how long it may be drawn.
    for changes in [
        vec![("\"8 t\"", "\"15 t\"")],
        vec![("\"8 t\"", "\"19 t\""), ("refill = \"1 d\"\n", "")],
        vec![("\"8 t\"", "\"25 t\""), ("refill = \"1 d\"\n", ""), ("\"2 t/d\"", "\"5 t/d\"")],
    ] {
        assert_eq!(under(&changes), [], "{changes:?}");
    }
}
