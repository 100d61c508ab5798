//! The judge before holders: a ship that begins with mud aboard, an island with a stock; good and broken in every way.

use super::super::{Violation, verify};
use super::breaks::Break;
use crate::id::Ix;
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::{
    GoalStamp, Itinerary, Move, Schedule, Shore, ShoreFlow, SolveStamp, Status, What, account,
};

const PLAN: &str = r#"
[plan]
name = "a small round"
start = 2026-12-31T22:00:00Z
end = 2027-01-01T22:00:00Z

[goal]
order = ["delivered"]

[[site]]
id = "island"
kind = "island"
position = [24.3, 154.0]
stock = { mud = "5 t" }
[[site]]
id = "field"
kind = "sea"
position = [24.0, 154.0]

[[commodity]]
id = "mud"
keeps = "24 h"
[[commodity]]
id = "cake"

[[process]]
id = "press"
site = "island"
from = "mud"
to = "cake"
yield = "50 %"
batch = "5 t"
duration = "2 h"

[[vessel]]
id = "ship"
at = "field"
calls = ["field", "island"]
speed = "10 kn"
daylight = true
hold = { mud = "30 t" }
hold_total = "20 t"
aboard = { mud = "10 t" }

[[sampling]]
id = "lift"
vessel = "ship"
site = "field"
commodity = "mud"
rate = "10 t/h"

[[transfer]]
id = "land"
from = "ship"
to = "island"
commodity = "mud"
rate = "20 t/h"
setup = "1 h"
largest = "15 t"

[[task]]
id = "crew"
vessel = "ship"
site = "island"
duration = "1 h"
every = "5 h"
times = "0..9"
"#;

/// 10 t are there, 10 t are lifted, and 15 t landed, of which 5 t were lifted.
fn itinerary() -> Itinerary {
    let step = |what, start, end| Move { what, start, end };
    let moves = vec![
        step(What::Sample(Ix::new(0), vec![10.0]), 0, 1),
        step(What::Sail(Ix::new(1), Ix::new(0)), 1, 3),
        step(What::Transfer(Ix::new(0), vec![0.0, 15.0]), 3, 5),
        step(What::Task(Ix::new(0)), 5, 6),
        step(What::Sail(Ix::new(0), Ix::new(1)), 6, 8),
    ];
    let shore = vec![ShoreFlow { of: Shore::Process(Ix::new(0)), start: 1, tonnes: vec![5.0, 0.0] }];
    Itinerary { vessels: vec![moves], done: vec![8], shore, ..Itinerary::default() }
}

/// The plan written otherwise, and its schedule.
pub(super) fn told(changes: &[(&str, &str)]) -> (Plan, Sea, Schedule) {
    told_of(changes, &itinerary())
}

/// The same of another itinerary.
fn told_of(changes: &[(&str, &str)], itinerary: &Itinerary) -> (Plan, Sea, Schedule) {
    let (plan, sea) = super::changed(PLAN, changes);
    let goal =
        GoalStamp { name: Goal::Delivered.word().to_owned(), value: 5.0, bound: Some(5.0), gap: Some(0.0) };
    let stamp = SolveStamp { status: Status::Optimal, goals: vec![goal], solver: "hand".to_owned() };
    let schedule = account(&plan, &sea, itinerary, stamp);
    (plan, sea, schedule)
}

/// The judgment under a plan that is written otherwise.
fn under(changes: &[(&str, &str)]) -> Vec<Violation> {
    let (plan, sea, schedule) = told(changes);
    verify(&plan, &sea, &schedule)
}

/// The judgment of a schedule that is changed.
fn with(change: impl FnOnce(&mut Schedule)) -> Vec<Violation> {
    let (plan, sea, mut schedule) = told(&[]);
    change(&mut schedule);
    verify(&plan, &sea, &schedule)
}

const ORE: (&str, &str) = ("stock = { mud = \"5 t\" }", "stock = { mud = \"5 t\", ore = \"1 t\" }");

const KEEPS: &str = "keeps = \"24 h\"";

/// What breaks a rule of holders, and no other.
pub(super) const HOLDERS: &[Break] = &[
    ("stock-start", || with(|s| s.stocks[1].levels.iter_mut().for_each(|(_, tonnes)| *tonnes += 1.0))),
    // An island whose stock is not told at all, of which nothing is moved.
    ("stock-start", || {
        let (plan, sea, mut schedule) =
            told(&[("id = \"mud\"", "id = \"mud\"\n[[commodity]]\nid = \"ore\""), ORE]);
        schedule.stocks.retain(|stock| stock.commodity != "ore");
        verify(&plan, &sea, &schedule)
    }),
    ("stock-bounds", || under(&[("hold = { mud = \"30 t\" }", "hold = { mud = \"19 t\" }")])),
    ("largest-parcel", || under(&[("largest = \"15 t\"", "largest = \"14.9 t\"")])),
    ("batch", || under(&[("batch = \"5 t\"", "batch = \"4 t\"")])),
    ("batch", || under(&[("duration = \"2 h\"", "duration = \"3 h\"")])),
    ("batch", || {
        let mut spoonfuls = itinerary();
        spoonfuls.shore[0].tonnes = vec![2.5, 2.5];
        let (plan, sea, schedule) = told_of(&[], &spoonfuls);
        verify(&plan, &sea, &schedule)
    }),
    // What a batch makes is there when it is over, and no sooner.
    ("stock-course", || {
        with(|s| {
            let cake = s.stocks.iter_mut().find(|stock| stock.commodity == "cake").expect("cake");
            cake.levels[1].0 -= chrono::TimeDelta::hours(1);
        })
    }),
    // 15 t of 20 t are landed by five: the 10 t of the start and half of what was lifted, the rest after the plan.
    ("freshness", || under(&[("keeps = \"24 h\"", "keeps = \"4 h\"")])),
    ("freshness", || under(&[("keeps = \"24 h\"", "keeps = \"22 h\"")])),
    // 20 t of mud of the start and the first hour, of which 5 t are still in the ship.
    ("reach", || under(&[(KEEPS, "reach = { site = \"island\", within = \"4 h\" }")])),
    ("reach", || under(&[(KEEPS, "reach = { site = \"island\", within = \"22 h\" }")])),
    ("stock-total", || under(&[("hold_total = \"20 t\"", "hold_total = \"19 t\"")])),
    // Five hours until the crew is changed.
    ("rhythm", || under(&[("every = \"5 h\"", "every = \"299 min\"")])),
    ("rhythm", || under(&[("every = \"5 h\"", "every = \"1 h\"")])),
    ("sail-dark", || {
        under(&[
            ("start = 2026-12-31T22", "start = 2027-01-01T00"),
            ("end = 2027-01-01T22", "end = 2027-01-02T00"),
        ])
    }),
    // What was at sea before is worth nothing.
    ("goal-value", || with(|s| (s.solve.goals[0].value, s.solve.goals[0].bound) = (10.0, Some(10.0)))),
    ("total-delivered", || with(|s| s.totals.delivered_t = 5.0)),
];

#[test]
fn a_good_round_is_good() {
    let (plan, sea, schedule) = told(&[]);
    assert_eq!(verify(&plan, &sea, &schedule), []);
    let course: Vec<f64> = schedule.stocks[0].levels.iter().map(|level| level.1).collect();
    assert_eq!(course, [10.0, 20.0, 20.0, 5.0, 5.0]);
    assert_eq!(schedule.totals.delivered_t, 15.0);
}
