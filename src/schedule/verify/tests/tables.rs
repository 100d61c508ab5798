//! The judge before tables that follow from the activities: costs, demands, reserves, floats, and what is drawn around them.

use super::breaks::Break;
use super::dues::judged as hired;
use super::shore::{late, under_with};
use super::{Story, Violation, at};
use crate::schedule::{
    Activity, Bounded, BudgetRow, ClosureRow, CostRow, Cover, DemandRow, LateRow, ReserveRow, Schedule, Time,
};
use chrono::TimeDelta;

fn cost<'s>(schedule: &'s mut Schedule, item: &str) -> &'s mut CostRow {
    schedule.costs.iter_mut().find(|row| row.item == item).expect("a cost")
}

fn without_cost(schedule: &mut Schedule, item: &str) {
    assert!(schedule.costs.iter().any(|row| row.item == item), "{:?}", schedule.costs);
    schedule.costs.retain(|row| row.item != item);
}

fn row_of(change: impl FnOnce(&mut LateRow)) -> Vec<Violation> {
    late(|s| change(s.demands[0].late.as_mut().expect("a price")))
}

fn demand(change: impl FnOnce(&mut DemandRow)) -> Vec<Violation> {
    late(|s| change(&mut s.demands[0]))
}

/// A reserve of 19 t that is drawn from the quake on and never filled again: 15 t are left.
const DRAWN: &[(&str, &str)] = &[("\"8 t\"", "\"19 t\""), ("refill = \"1 d\"\n", "")];

fn reserve(change: impl FnOnce(&mut ReserveRow)) -> Vec<Violation> {
    under_with(DRAWN, |s| change(&mut s.reserves[0]))
}

/// The same reserve as days for which it covers the plant.
fn cover(change: impl FnOnce(&mut Option<Cover>)) -> Vec<Violation> {
    let said_as_days = ("target = \"8 t\"", "cover = \"3.8 d\"\nof = \"plant\"");
    under_with(&[said_as_days, DRAWN[1]], |s| change(&mut s.reserves[0].cover))
}

fn days(change: impl FnOnce(&mut Cover)) -> Vec<Violation> {
    cover(|told| change(told.as_mut().expect("days of cover")))
}

/// The judgment of the chain when one of its budgets is told otherwise: of money, or of what is fed.
fn budget(of: Bounded, change: impl FnOnce(&mut BudgetRow)) -> Vec<Violation> {
    under_with(&[], |s| change(s.budgets.iter_mut().find(|row| row.bounds == of).expect("a budget")))
}

/// The judgment of the chain when its closure, or its disruption, is told otherwise.
fn closure(nth: usize, change: impl FnOnce(&mut ClosureRow)) -> Vec<Violation> {
    under_with(&[], |s| change(&mut s.closures[nth]))
}

fn day(day: i64, hours: i64) -> Time {
    let start: Time = "2027-01-01T00:00:00Z".parse().expect("a time");
    start + TimeDelta::hours(24 * (day - 1) + hours)
}

/// What breaks the rules of costs, demands and reserves.
pub(super) const TABLES: &[Break] = &[
    ("cost-row", || Story::good().judged_with(|s| cost(s, "inspect").amount = 50.0)),
    ("cost-row", || Story::good().judged_with(|s| cost(s, "inspect").vessel = Some("ship".to_owned()))),
    ("cost-row", || Story::good().judged_with(|s| cost(s, "day rate").vessel = Some("tender".to_owned()))),
    ("cost-row", || Story::good().judged_with(|s| s.costs.clear())),
    ("cost-row", || Story::good().judged_with(|s| s.costs.push(s.costs[0].clone()))),
    // What comes to nothing is not paid for either.
    ("cost-row", || {
        let gift = CostRow { item: "gift".to_owned(), vessel: None, amount: 0.0 };
        Story::good().judged_with(|s| s.costs.push(gift))
    }),
    ("cost-row", || hired(("", ""), |s| cost(s, "mobilisation").amount += 1.0)),
    ("cost-row", || hired(("", ""), |s| cost(s, "voyages").amount *= 2.0)),
    ("cost-row", || hired(("", ""), |s| cost(s, "dues").amount = 0.0)),
    ("cost-row", || hired(("", ""), |s| without_cost(s, "fuel"))),
    ("cost-row", || late(|s| cost(s, "dewater.1").amount = 1.0)),
    ("cost-row", || late(|s| without_cost(s, "dewater.2"))),
    ("cost-row", || late(|s| cost(s, "plant late").amount = 31.0)),
    ("cost-row", || late(|s| without_cost(s, "plant late"))),
    ("number", || Story::good().judged_with(|s| cost(s, "inspect").amount = f64::NAN)),
    ("demand-row", || demand(|row| row.name = "refinery".to_owned())),
    ("demand-row", || demand(|row| row.site = "honshu".to_owned())),
    ("demand-row", || demand(|row| row.commodity = "mud".to_owned())),
    ("demand-row", || demand(|row| row.wanted_t = 20.0)),
    ("demand-row", || demand(|row| row.supplied_t = 20.0)),
    ("demand-row", || demand(|row| row.late = None)),
    ("demand-row", || row_of(|late| late.due += TimeDelta::hours(12))),
    ("demand-row", || row_of(|late| late.overdue_t = 0.0)),
    ("demand-row", || row_of(|late| late.tonne_days = 15.0)),
    ("demand-row", || row_of(|late| late.cost = 30.0)),
    ("demand-row", || late(|s| s.demands.clear())),
    ("demand-row", || late(|s| s.demands.push(s.demands[0].clone()))),
    ("demand-row", || demand(|row| row.id = "plants".to_owned())),
    ("demand-row", || {
        let told = LateRow { due: day(6, 12), overdue_t: 0.0, tonne_days: 0.0, cost: 0.0 };
        under_with(&[], |s| s.demands[0].late = Some(told))
    }),
    ("number", || demand(|row| row.supplied_t = f64::INFINITY)),
    ("number", || row_of(|late| late.cost = f64::NAN)),
    ("reserve-row", || reserve(|row| row.name = "heap".to_owned())),
    ("reserve-row", || reserve(|row| row.site = "honshu".to_owned())),
    ("reserve-row", || reserve(|row| row.commodity = "mud".to_owned())),
    ("reserve-row", || reserve(|row| row.target_t = 15.0)),
    ("reserve-row", || reserve(|row| row.by += TimeDelta::hours(24))),
    ("reserve-row", || reserve(|row| row.least_t = 19.0)),
    ("reserve-row", || reserve(|row| row.least_at = day(7, 0))),
    // As few as then are there later too, and the first time is told.
    ("reserve-row", || reserve(|row| row.least_at = day(11, 0))),
    ("reserve-row", || reserve(|row| row.end_t = 19.0)),
    ("reserve-row", || days(|cover| cover.of = "town".to_owned())),
    ("reserve-row", || days(|cover| cover.target_d += 1.0)),
    ("reserve-row", || days(|cover| cover.least_d -= 1.0)),
    ("reserve-row", || days(|cover| cover.end_d -= 1.0)),
    ("reserve-row", || cover(|told| *told = None)),
    ("reserve-row", || {
        let told = Cover { of: "plant".to_owned(), target_d: 3.8, least_d: 3.0, end_d: 3.0 };
        reserve(|row| row.cover = Some(told))
    }),
    ("number", || days(|cover| cover.end_d = f64::NAN)),
    ("reserve-row", || reserve(|row| row.reached = None)),
    ("reserve-row", || reserve(|row| row.reached = row.reached.map(|time| time - TimeDelta::minutes(1)))),
    ("reserve-row", || reserve(|row| row.reached = row.reached.map(|time| time + TimeDelta::minutes(1)))),
    ("reserve-row", || reserve(|row| row.reached = Some(day(10, 0)))),
    ("reserve-row", || {
        under_with(&[("\"8 t\"", "\"40 t\""), ("by = 2027-01-07", "by = 2027-01-11")], |s| {
            s.reserves[0].reached = Some(day(6, 0));
            s.reserves[0].below.clear();
        })
        .into_iter()
        .filter(|violation| violation.rule != "reserve")
        .collect()
    }),
    ("reserve-row", || reserve(|row| row.below.clear())),
    ("reserve-row", || reserve(|row| row.below[0].0 += TimeDelta::minutes(1))),
    ("reserve-row", || reserve(|row| row.below[0].0 -= TimeDelta::minutes(1))),
    ("reserve-row", || reserve(|row| row.below[0].1 -= TimeDelta::minutes(1))),
    // A reserve of just as much as is there at last is not below it.
    ("reserve-row", || {
        under_with(&[("\"8 t\"", "\"15 t\"")], |s| s.reserves[0].below.push((day(10, 0), day(11, 0))))
    }),
    ("reserve-row", || reserve(|row| row.below.push((day(12, 0), day(13, 0))))),
    ("reserve-row", || reserve(|row| row.below.push(row.below[0]))),
    ("reserve-row", || under_with(DRAWN, |s| s.reserves.clear())),
    ("reserve-row", || under_with(DRAWN, |s| s.reserves.push(s.reserves[0].clone()))),
    ("number", || reserve(|row| row.end_t = f64::NAN)),
    ("budget-row", || budget(Bounded::Cost, |row| row.most = 400.0)),
    ("budget-row", || budget(Bounded::Cost, |row| row.spent = 399.0)),
    ("budget-row", || budget(Bounded::Cost, |row| row.left = 0.0)),
    ("budget-row", || budget(Bounded::Cost, |row| row.unit = Some("JPY".to_owned()))),
    ("budget-row", || budget(Bounded::Cost, |row| row.process = Some("dewater".to_owned()))),
    ("budget-row", || budget(Bounded::Feed, |row| row.spent = 160.0)),
    ("budget-row", || budget(Bounded::Feed, |row| row.process = None)),
    ("budget-row", || budget(Bounded::Feed, |row| row.unit = None)),
    ("budget-row", || budget(Bounded::Feed, |row| row.bounds = Bounded::Emissions)),
    ("budget-row", || hired(("", ""), |s| s.budgets[0].spent -= 1.0)),
    ("budget-row", || under_with(&[], |s| s.budgets.clear())),
    ("budget-row", || under_with(&[], |s| s.budgets.push(s.budgets[0].clone()))),
    ("closure-row", || closure(0, |row| row.stops.clear())),
    ("closure-row", || closure(0, |row| row.from += TimeDelta::hours(1))),
    ("closure-row", || closure(0, |row| row.to += TimeDelta::hours(1))),
    ("closure-row", || closure(0, |row| row.reason = None)),
    ("closure-row", || closure(0, |row| row.disruption = Some("quake".to_owned()))),
    ("closure-row", || closure(1, |row| row.stops.push("island".to_owned()))),
    ("closure-row", || closure(1, |row| row.disruption = None)),
    ("closure-row", || closure(1, |row| row.reason = Some("quake".to_owned()))),
    ("closure-row", || under_with(&[], |s| s.closures.clear())),
    ("closure-row", || under_with(&[], |s| s.closures.push(s.closures[0].clone()))),
    ("number", || budget(Bounded::Cost, |row| row.left = f64::NAN)),
];

/// What breaks the rules of places, ways, links, windows and the sea.
pub(super) const AROUND: &[Break] = &[
    ("site", || Story::good().judged_with(|s| s.sites[0].position = Some((35.0, 140.0)))),
    ("site", || Story::good().judged_with(|s| s.sites[0].position = None)),
    ("site", || Story::good().judged_with(|s| s.sites[1].kind = "port".to_owned())),
    ("site", || Story::good().judged_with(|s| drop(s.sites.pop()))),
    ("site", || Story::good().judged_with(|s| s.sites[2].id = "isle".to_owned())),
    ("route", || Story::good().judged_with(|s| s.routes[0].nm = 6.0)),
    ("route", || Story::good().judged_with(|s| s.routes[0].points[1].0 = 33.0)),
    ("route", || Story::good().judged_with(|s| s.routes[0].points.reverse())),
    ("route", || Story::good().judged_with(|s| s.routes.clear())),
    ("route", || Story::good().judged_with(|s| s.routes.push(s.routes[0].clone()))),
    ("route", || Story::good().judged_with(|s| s.routes[0].to = "island".to_owned())),
    ("link", || Story::good().judged_with(|s| drop(s.links.pop()))),
    ("link", || Story::good().judged_with(|s| s.links.push(s.links[0].clone()))),
    ("link", || Story::good().judged_with(|s| s.links[0].lag_h = 0.0)),
    ("link", || Story::good().judged_with(|s| s.links[0].within_h = None)),
    ("link", || Story::good().judged_with(|s| s.links[0].from = "paint".to_owned())),
    ("window", || Story::good().judged_with(|s| drop(s.windows.pop()))),
    ("window", || Story::good().judged_with(|s| s.windows.push(s.windows[0].clone()))),
    ("window", || Story::good().judged_with(|s| s.windows[0].task = "nobody".to_owned())),
    ("window", || Story::good().judged_with(|s| s.windows[0].limits = "hs 3.5 m".to_owned())),
    ("window", || Story::good().judged_with(|s| s.windows[0].bounds.clear())),
    ("window", || Story::good().judged_with(|s| s.windows[0].bounds.extend_from_within(..))),
    ("window", || Story::good().judged_with(|s| s.windows[0].bounds[0].unit = "ft".to_owned())),
    ("window", || Story::good().judged_with(|s| s.windows[0].open[0].1 = at(9.0))),
    ("window", || Story::good().judged_with(|s| s.windows[0].open.truncate(1))),
    ("window", || Story::good().judged_with(|s| s.windows[0].open.extend_from_within(..1))),
    ("window", || super::breaks::in_forecast().judged_with(|s| s.windows[1].forecast = None)),
    ("window", || {
        super::breaks::in_forecast().judged_with(|s| {
            s.windows[1].forecast.as_mut().expect("a forecast").t_r_h = 3.0;
        })
    }),
    ("sea", || Story::good().judged_with(|s| s.sea.clear())),
    ("sea", || Story::good().judged_with(|s| s.sea[0].site = "port".to_owned())),
    ("sea", || Story::good().judged_with(|s| s.sea[0].weather = "port".to_owned())),
    ("sea", || Story::good().judged_with(|s| s.sea[0].start = at(1.0))),
    ("sea", || Story::good().judged_with(|s| s.sea[0].step_h = 3.0)),
    ("sea", || Story::good().judged_with(|s| hs(s)[8] = Some(1.0))),
    ("sea", || Story::good().judged_with(|s| hs(s)[8] = None)),
    ("sea", || Story::good().judged_with(|s| hs(s).truncate(71))),
    ("sea", || Story::good().judged_with(|s| hs(s).push(Some(1.0)))),
    ("sea", || Story::good().judged_with(|s| s.sea[0].channels.clear())),
    ("sea", || Story::good().judged_with(|s| drop(s.sea[0].channels.insert("wind".to_owned(), Vec::new())))),
    ("number", || Story::good().judged_with(|s| s.routes[0].nm = f64::NAN)),
    ("number", || Story::good().judged_with(|s| hs(s)[8] = Some(f64::INFINITY))),
];

fn hs(schedule: &mut Schedule) -> &mut Vec<Option<f64>> {
    schedule.sea[0].channels.get_mut("hs").expect("hs")
}

/// A float of so many hours.
fn float(activity: &mut Activity, hours: f64) {
    (activity.float_h, activity.critical) = (Some(hours), hours == 0.0);
}

/// The story where an activity has a float, and the one behind it none.
fn floating(id: &str, hours: f64, next: &str) -> Story {
    let story = Story::good().change(id, |activity| float(activity, hours));
    if next.is_empty() { story } else { story.change(next, |activity| float(activity, 0.0)) }
}

/// What breaks the rule of floats.
pub(super) const FLOATS: &[Break] = &[
    ("float", || Story::good().change("paint", |a| a.critical = true).judged()),
    ("float", || floating("paint", 0.0, "").change("paint", |a| a.critical = false).judged()),
    ("float", || floating("inspect", 1.0, "").change("inspect", |a| a.critical = true).judged()),
    ("float", || floating("inspect", 0.5, "").judged()),
    ("float", || floating("inspect", -1.0, "").judged()),
    ("float", || floating("wait.2", 1.0, "").judged()),
    ("float", || Story::good().change("idle.3", |a| a.critical = true).judged()),
    // After everything else.
    ("float", || floating("paint", 1.0, "").judged()),
    ("float", || floating("paint", 40.0, "").judged()),
    // Not before what comes after it on its vessel, or must come after it.
    ("float", || floating("sail.1", 2.0, "lower").judged()),
    ("float", || floating("lower", 3.0, "test").judged()),
    // Not in that weather: of the task, of its gear while it waits, of the way.
    ("float", || floating("lower", 2.0, "").judged()),
    ("float", || {
        Story::good().hs(37, 4.2).shift("paint", 42.0, 44.0).change("raise", |a| float(a, 14.0)).judged()
    }),
    ("float", || {
        Story::good().hs(35, 3.6).shift("paint", 42.0, 44.0).change("sail.2", |a| float(a, 5.0)).judged()
    }),
    // Not too late after what comes before it.
    ("float", || Story::good().shift("paint", 42.0, 44.0).change("raise", |a| float(a, 6.0)).judged()),
    // Not later after it is due than it is.
    ("float", || floating("inspect", 1.0, "").judged()),
    // Not in the dark.
    ("float", || Story::good().shift("paint", 50.0, 52.0).change("inspect", |a| float(a, 9.0)).judged()),
    // What two do together stays when it is.
    ("float", || {
        let fetch = |s: &mut Schedule| {
            let meeting = s.activities.iter_mut().find(|a| a.id == "alongside-1.1").expect("a meeting");
            float(meeting, 1.0);
        };
        super::fleet::told(("", ""), 6, |_, _| (), fetch)
    }),
];

/// When the inspection is due, and a day later.
pub(super) const DUE: &str = "due = 2026-01-13T10:00:00+09:00";
pub(super) const DUE_LATER: &str = "due = 2026-01-14T10:00:00+09:00";

#[test]
fn floats_that_are_there_are_believed() {
    for (id, hours, next) in [
        ("inspect", 3.0, ""),
        ("inspect", 1.0, "paint"),
        ("sail.1", 1.0, "lower"),
        ("sail.1", 1.0, ""),
        ("lift", 2.0, ""),
    ] {
        let story = floating(id, hours, next);
        let story = if id == "inspect" { story.plan(DUE, DUE_LATER) } else { story };
        assert_eq!(story.judged(), [], "{id} {hours} {next}");
    }
    // It may use up the float of what comes after it.
    let both = || Story::good().change("raise", |a| float(a, 2.0)).change("sail.2", |a| float(a, 2.0));
    assert_eq!(both().judged(), []);
    let found = both().change("sail.2", |a| float(a, 1.0)).judged();
    assert_eq!(
        found.iter().map(|violation| violation.message.as_str()).collect::<Vec<_>>(),
        [
            "raise is said to have a float of 2 h, and would end on 13 Jan 04:00, when sail.2 needs it done by 13 Jan 03:00"
        ]
    );
}

#[test]
fn what_is_told_otherwise_is_told_with_what_it_comes_to() {
    let messages = |found: Vec<Violation>| found.into_iter().map(|one| one.message).collect::<Vec<_>>();
    assert_eq!(
        messages(late(|s| {
            cost(s, "plant late").amount = 1.0;
            s.costs.push(CostRow { item: "bribe".to_owned(), vessel: None, amount: 9.0 });
        })),
        [
            "the costs tell \"plant late\": 1 USD, and the activities make 31.25 USD",
            "the costs tell \"bribe\": 9 USD, and no such thing is paid for"
        ]
    );
    assert_eq!(
        messages(Story::good().judged_with(|s| without_cost(s, "day rate"))),
        ["the costs do not tell \"day rate\" of ship, which comes to 34000 USD"]
    );
    assert_eq!(
        messages(demand(|row| row.supplied_t = 19.0)),
        ["the tonnes supplied of the demand plant: 19 t is said, and it is 25 t"]
    );
    assert_eq!(
        messages(reserve(|row| row.below.clear())),
        ["the reserve pile is said not to be below its target of 19 t from 7 Jan 00:00 to 11 Jan 00:00, \
          and 15 t are there on 9 Jan 00:00"]
    );
}

/// What is not paid need not be told.
#[test]
fn a_cost_of_nothing_may_be_left_out() {
    assert_eq!(hired(("", ""), |s| s.costs.retain(|row| row.amount != 0.0)), []);
}

/// A millionth of a tonne that a rounding leaves out is not late, however much that would cost; ten are.
#[test]
fn what_a_rounding_leaves_missing_costs_nothing() {
    let judged = |missing: f64| {
        let dear = (
            "at_least = \"10 t\"",
            "at_least = \"10 t\"\ndue = 2027-01-09T00:00:00Z\nlate = \"70000 USD/t/d\"",
        );
        let found = under_with(&[dear, ("\"450 USD\"", "\"900 USD\"")], |s| {
            // What is told is that all is there in time.
            let late = s.demands[0].late.as_mut().expect("a price");
            assert_eq!((late.overdue_t, late.tonne_days, late.cost), (0.0, 0.0, 0.0));
            (s.solve.goals[1].value, s.solve.goals[1].bound) = (400.0, Some(400.0));
            let plant = s.activities.iter_mut().find(|activity| activity.id == "plant.1").expect("a supply");
            plant.tonnes = Some(25.0 - missing);
            plant.course.last_mut().expect("an end").1 -= missing;
        });
        found.into_iter().map(|violation| violation.rule).collect::<Vec<_>>()
    };
    assert_eq!(judged(1e-6), [""; 0]);
    let dear = judged(1e-5);
    for rule in ["total-cost", "cost-row", "demand-row", "goal-value"] {
        assert!(dear.contains(&rule), "{dear:?}");
    }
}

/// A reserve that is wanted from before the plan on is looked at from the plan's start on.
#[test]
fn a_reserve_from_before_the_plan_has_its_fewest_tonnes_in_the_plan() {
    let before = [
        ("by = 2027-01-07", "by = 2026-12-30"),
        ("position = [24.3, 154.0]", "position = [24.3, 154.0]\nstock = { cake = \"12 t\" }"),
    ];
    let found = under_with(&before, |s| {
        let row = &s.reserves[0];
        assert_eq!((row.least_t, row.least_at), (12.0, day(1, 0)));
        assert_eq!((row.reached, row.below.len()), (Some(day(1, 0)), 0));
    });
    assert_eq!(found, []);
}

/// Each amount is rounded to a millionth of a tonne, and roundings add up: so much may a stock be beyond its bounds, and no more.
#[test]
fn a_stock_may_be_beyond_its_bounds_by_its_roundings_and_no_more() {
    // Five levels, and one rounding more for the comparison itself.
    let judged = |full: bool, by: f64| {
        let hold = if full { "hold = { mud = \"4.5 t\" }" } else { "hold = { mud = \"100 t\" }" };
        let story = Story::good().plan("hold = { mud = \"100 t\" }", hold);
        let found = story.judged_with(|s| {
            let levels = &mut s.stocks[0].levels;
            assert_eq!(levels.len(), 5);
            match full {
                true => (levels[2].1, levels[3].1) = (4.5 + by, 4.5 + by),
                false => levels[4].1 = -by,
            }
        });
        found.into_iter().map(|violation| violation.rule).collect::<Vec<_>>()
    };
    for full in [true, false] {
        assert_eq!(judged(full, 4e-6), [""; 0], "{full}");
        assert!(judged(full, 1.2e-5).contains(&"stock-bounds"), "{full}");
    }
}

#[test]
fn days_of_cover_as_they_are_are_no_fault() {
    assert_eq!(days(|cover| assert_eq!((cover.target_d, cover.least_d, cover.end_d), (3.8, 3.0, 3.0))), []);
}
