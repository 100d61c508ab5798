//! What a vessel does with a forecast: of two years it sees the one that it is in, and goes by that where most years would have let it stay longer.

use crate::by_hand::{Planned, order, sailed_in_two_years};
use mudline::id::Ix;
use mudline::simulate::log::{Log, Outcome};
use mudline::simulate::order::Act;

/// An order in the first of two years, with this sea in its first days; the other one is calm.
fn sailed(plan: &str, hs: impl Fn(usize) -> f64, things: &[Planned], forecast_h: i64) -> Log {
    sailed_in(plan, |hour| (hs(hour), 0.0), things, forecast_h)
}

/// The same with waves and wind.
fn sailed_in(plan: &str, sea: impl Fn(usize) -> (f64, f64), things: &[Planned], forecast_h: i64) -> Log {
    let sea = |hour: usize| if hour < 96 { sea(hour) } else { (1.0, 0.0) };
    sailed_in_two_years(plan, sea, order(things), forecast_h)
}

/// A ship whose gear is out, or half out on the way there; what it lifts goes over to a barge beside it.
const PAIR: &str = r#"
plan = { name = "pair", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "here", kind = "sea", weather = "w" }]
commodity = [{ id = "mud" }]
vessel = [
  { id = "ship", at = "here", hold = { mud = "90 t" }, aboard = { mud = "20 t" }, gear = [{ id = "in" }, { id = "half" }, { id = "out", survives = { hs = "3 m" } }] },
  { id = "barge", at = "here", hold = { mud = "90 t" } },
]
task = [
  { id = "begin", vessel = "ship", duration = "1 h", gear = "in", leaves = "half", times = "1" },
  { id = "lower", vessel = "ship", duration = "1 h", gear = "half", leaves = "out", times = "1..3" },
  { id = "halve", vessel = "ship", duration = "1 h", gear = "out", leaves = "half", times = "1..3" },
  { id = "raise", vessel = "ship", duration = "6 h", limits = { hs = "2 m" }, gear = "half", leaves = "in", times = "1" },
]
sampling = [{ id = "lift", vessel = "ship", gear = "out", commodity = "mud", rate = "1 t/h" }]
transfer = [{ id = "over", from = "ship", to = "barge", site = "here", from_gear = "out", commodity = "mud", rate = "1 t/h", limits = { hs = "1.5 m" } }]
"#;

fn task(place: usize, nth: usize) -> Act {
    Act::Task(Ix::new(place), nth)
}

#[test]
fn who_sees_all_of_the_time_lifts_no_longer_than_that_lets_it() {
    let order = [
        (0, task(0, 0), 0, 1),
        (0, task(1, 0), 1, 1),
        (0, Act::Sample(Ix::new(0), 40.0, false), 2, 39),
        (0, task(2, 0), 41, 1),
        (0, task(3, 0), 42, 6),
    ];
    // From hour 30 on the sea does not let the gear be raised; in the other year it could be until hour 48.
    let rough = |hour: usize| if (30..60).contains(&hour) { 2.5 } else { 1.0 };
    let log = sailed(PAIR, rough, &order, 72);
    assert_eq!((log.outcome, log.finish, log.lifts[0].tonnes), (Outcome::Done, 30, 21.0));
    // Who sees less stays too long.
    assert_eq!(sailed(PAIR, rough, &order, 3).outcome, Outcome::Late);
}

#[test]
fn contingencies_cost_no_time_before_what_comes_next() {
    let plan = PAIR.replace(
        "leaves = \"half\", times = \"1..3\"",
        "leaves = \"half\", contingency = \"3 h\", times = \"1..3\"",
    );
    assert_ne!(plan, PAIR);
    let order = [
        (0, task(0, 0), 0, 1),
        (0, task(1, 0), 1, 1),
        (0, Act::Sample(Ix::new(0), 60.0, false), 2, 39),
        (0, task(2, 0), 41, 1),
        (0, task(3, 0), 42, 6),
    ];
    let log = sailed(&plan, |_| 1.0, &order, 72);
    assert_eq!((log.outcome, log.finish, log.lifts[0].tonnes), (Outcome::Done, 48, 39.0));
}

#[test]
fn no_more_goes_over_than_there_is_time_for_before_a_vessel_must_go_on() {
    let order = [
        (0, task(0, 0), 0, 1),
        (0, task(1, 0), 1, 1),
        (0, Act::Alongside(Ix::new(0)), 2, 20),
        (1, Act::Transfer(Ix::new(0), 20.0, true), 2, 20),
        (0, task(2, 0), 22, 1),
        (0, task(3, 0), 23, 6),
    ];
    // They can meet from hour 10 on, and the gear must be raised by hour 30.
    let rough = |hour: usize| match hour {
        0..10 => 1.8,
        30..60 => 2.5,
        _ => 1.0,
    };
    let log = sailed(PAIR, rough, &order, 72);
    assert_eq!((log.outcome, log.met, log.finish), (Outcome::Done, 1, 30));
    // Thirteen hours side by side.
    assert_eq!(log.spent[1].work, 23 - 10);
}

#[test]
fn a_session_is_only_charged_its_own_part_of_what_must_be_lifted() {
    let plan = r#"
plan = { name = "turns", start = 2026-01-01T00:00:00Z, end = 2026-01-02T16:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "here", kind = "sea", weather = "w" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "here", hold = { mud = "10 t" } }, { id = "barge", at = "here", hold = { mud = "90 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h", at_least = "20 t" }]
transfer = [{ id = "over", from = "ship", to = "barge", site = "here", commodity = "mud", rate = "1 t/h" }]
"#;
    let turn = |from: usize| {
        [
            (0, Act::Sample(Ix::new(0), 10.0, false), from, 10),
            (0, Act::Alongside(Ix::new(0)), from + 10, 10),
            (1, Act::Transfer(Ix::new(0), 10.0, true), from + 10, 10),
        ]
    };
    let log = sailed(plan, |_| 1.0, &[turn(0), turn(20)].concat(), 72);
    let lifted: f64 = log.lifts.iter().map(|lift| lift.tonnes).sum();
    assert_eq!((log.outcome, log.met, log.finish, lifted), (Outcome::Done, 2, 40, 20.0));
}

#[test]
fn less_than_the_smallest_parcel_is_not_taken_at_a_quay() {
    let plan = r#"
plan = { name = "least", start = 2026-01-01T00:00:00Z, end = 2026-01-01T18:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "island", kind = "island", weather = "w", stock = { mud = "20 t" } }]
commodity = [{ id = "mud" }]
vessel = [{ id = "coaster", at = "island", hold = { mud = "9 t" } }]
task = [{ id = "shift", vessel = "coaster", duration = "2 h", limits = { hs = "2 m" }, times = "1" }]
transfer = [{ id = "load", from = "island", to = "coaster", commodity = "mud", rate = "1 t/h", smallest = "4 t", largest = "9 t", limits = { hs = "1.5 m" } }]
"#;
    let order = [(0, Act::Transfer(Ix::new(0), 6.0, true), 0, 6), (0, task(0, 0), 6, 2)];
    // It must shift by hour 10, and can load from then on before it.
    let worked = |from: usize| {
        let hs = |hour: usize| match hour {
            hour if hour < from => 1.8,
            12..60 => 3.0,
            _ => 1.0,
        };
        let log = sailed(plan, hs, &order, 72);
        assert_eq!(log.outcome, Outcome::Done);
        log.spent[0].work
    };
    assert_eq!((worked(6), worked(8)), (4 + 2, 2));
}

#[test]
fn a_retreat_of_the_schedule_is_left_until_what_comes_after_it_is_done() {
    let order = [
        (0, task(0, 0), 0, 1),
        (0, task(1, 0), 1, 1),
        (0, Act::Sample(Ix::new(0), 1.0, false), 2, 1),
        (0, task(2, 0), 3, 1),
        (0, task(1, 1), 13, 1),
        (0, Act::Alongside(Ix::new(0)), 14, 5),
        (1, Act::Transfer(Ix::new(0), 5.0, true), 14, 5),
        (0, task(2, 1), 19, 1),
        (0, task(3, 0), 20, 6),
    ];
    let storm = |from: usize| move |hour: usize| if (from..from + 10).contains(&hour) { 4.0 } else { 1.0 };
    // They meet before the storm of the forecast, and the gear is in before it as well.
    let log = sailed(PAIR, storm(20), &order, 24);
    assert_eq!((log.outcome, log.times[2].len(), log.finish), (Outcome::Done, 1, 3 + 5 + 1 + 6));
    // Too little time is left for that.
    let log = sailed(PAIR, storm(8), &order, 24);
    assert_eq!((log.outcome, log.times[2][0]), (Outcome::Done, (3, 4)));
}

#[test]
fn many_dangers_of_a_long_forecast_are_looked_through_once() {
    let plan = r#"
plan = { name = "turns", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "here", kind = "sea", weather = "w", store = { mud = "9 t" } }]
commodity = [{ id = "mud" }]
vessel = [
  { id = "ship", at = "here", hold = { mud = "90 t" }, gear = [{ id = "in" }, { id = "low", survives = { hs = "3 m" } }, { id = "high", survives = { wind = "10 m/s" } }] },
]
task = [
  { id = "begin", vessel = "ship", duration = "1 h", gear = "in", leaves = "low", times = "1" },
  { id = "up-1", vessel = "ship", duration = "1 h", gear = "low", leaves = "high", times = "0..90" },
  { id = "up-2", vessel = "ship", duration = "1 h", gear = "low", leaves = "high", times = "0..90" },
  { id = "up-3", vessel = "ship", duration = "1 h", gear = "low", leaves = "high", times = "0..90" },
  { id = "down-1", vessel = "ship", duration = "1 h", gear = "high", leaves = "low", times = "0..90" },
  { id = "down-2", vessel = "ship", duration = "1 h", gear = "high", leaves = "low", times = "0..90" },
  { id = "down-3", vessel = "ship", duration = "1 h", gear = "high", leaves = "low", times = "0..90" },
  { id = "end", vessel = "ship", duration = "2 h", limits = { hs = "0.8 m" }, gear = "low", leaves = "in", times = "1" },
]
sampling = [{ id = "lift", vessel = "ship", gear = "low", commodity = "mud", rate = "1 t/h" }]
"#;
    // By turns waves that the low gear does not survive and wind that the high gear does not; at last neither of them.
    let sea = |hour: usize| match (hour % 8, hour) {
        (_, 90..) => (0.5, 0.0),
        (2, _) => (4.0, 0.0),
        (6, _) => (1.0, 20.0),
        _ => (1.0, 0.0),
    };
    let order =
        [(0, task(0, 0), 0, 1), (0, Act::Sample(Ix::new(0), 20.0, false), 1, 20), (0, task(7, 0), 92, 2)];
    let log = sailed_in(plan, sea, &order, 96);
    assert_eq!((log.outcome, log.sampled), (Outcome::Done, 20.0));
}
