//! Windows that shut before all that is wanted has gone over: what still fits into them goes over, and nothing before its time. Two years, of
//! which the second is calm: half of them leave time enough, so that a vessel which knew nothing of the first would wait on.

use crate::by_hand::{Planned, order, sailed_in_two_years};
use mudline::id::Ix;
use mudline::simulate::log::{Log, Outcome};
use mudline::simulate::order::Act;

/// An order in the first year, in which the sea is rough in some hours of the first day.
fn sailed(plan: &str, is_rough: impl Fn(usize) -> bool, things: &[Planned], forecast_h: i64) -> Log {
    let sea = |hour: usize| (if hour < 24 && is_rough(hour) { 3.0 } else { 1.0 }, 0.0);
    sailed_in_two_years(plan, sea, order(things), forecast_h)
}

/// An island at which half a tonne of cake is made an hour, and a coaster that is to bring eight tonnes of it home: two hours under way, four
/// tonnes an hour at both quays.
const CAKE: &str = r#"
plan = { name = "cake", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [
  { id = "island", kind = "island", position = [24.3, 154.0], weather = "w", stock = { mud = "20 t" } },
  { id = "port", kind = "port", position = [24.0, 154.0] },
]
commodity = [{ id = "mud" }, { id = "cake" }]
vessel = [{ id = "coaster", at = "island", home = "port", calls = ["island"], speed = "9 kn", hold = { cake = "8 t" } }]
process = [{ id = "press", site = "island", from = "mud", to = "cake", yield = "100 %", capacity = "0.5 t/h" }]
transfer = [
  { id = "load", from = "island", to = "coaster", commodity = "cake", rate = "4 t/h", setup = "1 h", limits = { hs = "2 m" } },
  { id = "bring", from = "coaster", to = "port", commodity = "cake", rate = "4 t/h" },
]
demand = [{ id = "buyer", site = "port", commodity = "cake", amount = "8 t" }]
"#;

#[test]
fn who_waits_for_goods_takes_what_is_there_before_the_window_shuts() {
    let [island, port] = [0, 1].map(Ix::new);
    let order = [
        (0, Act::Transfer(Ix::new(0), 8.0, true), 0, 3),
        (0, Act::Sail(island, port), 3, 2),
        (0, Act::Transfer(Ix::new(1), 8.0, true), 5, 2),
    ];
    // Rough from the eleventh hour on. Of the five tonnes that are made by then four could go over in the last hour of the window, and all of
    // them in the last two: with the hour of setting up it begins in the eighth hour. Nothing more can be had, so it sails at once.
    let log = sailed(CAKE, |hour| hour >= 10, &order, 24);
    assert_eq!((log.outcome, log.supplied, log.finish), (Outcome::Done, 5.0, 10 + 2 + 2));
    assert_eq!(log.spent[0].work, 3 + 2);
    // Another window of two hours, for an hour of which cake flows: by then another tonne is made. It is known in time, and ends before the
    // coaster must leave.
    let log = sailed(CAKE, |hour| hour >= 10 && !(12..14).contains(&hour), &order, 24);
    assert_eq!((log.outcome, log.supplied, log.finish), (Outcome::Done, 7.0, 14 + 2 + 2));
    // A forecast of three hours shows the rough sea an hour too late for the fifth tonne.
    for (forecast, supplied) in [(4, 5.0), (3, 4.0)] {
        let log = sailed(CAKE, |hour| hour >= 10, &order, forecast);
        assert_eq!((log.outcome, log.supplied), (Outcome::Done, supplied), "{forecast}");
    }
}

/// A carrier at a quay with twelve tonnes, of which two land in an hour.
const LAND: &str = r#"
plan = { name = "land", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "quay", kind = "port", weather = "w" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "carrier", at = "quay", hold = { mud = "12 t" }, aboard = { mud = "12 t" } }]
transfer = [{ id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "2 t/h", setup = "1 h", limits = { hs = "2 m" } }]
demand = [{ id = "buyer", site = "quay", commodity = "mud", amount = "12 t" }]
"#;

#[test]
fn what_no_window_holds_as_a_whole_lands_in_parts() {
    let land = |planned| [(0, Act::Transfer(Ix::new(0), 12.0, true), planned, 7)];
    // Seven hours are needed. The first window has five of them, so that eight tonnes land in it; the other three hours, for the rest.
    let seas = |hour: usize| !(0..5).contains(&hour) && !(14..17).contains(&hour);
    let log = sailed(LAND, seas, &land(0), 24);
    assert_eq!((log.outcome, log.supplied, log.finish), (Outcome::Done, 12.0, 17));
    assert_eq!(log.spent[0].work, 5 + 3);
    // Where the schedule has it land later, in a window for all of it, it waits for that, whether that is in the forecast or not.
    for forecast in [6, 24] {
        let log = sailed(LAND, |hour| (5..10).contains(&hour), &land(10), forecast);
        assert_eq!((log.outcome, log.supplied, log.finish), (Outcome::Done, 12.0, 17), "{forecast}");
        assert_eq!(log.spent[0].work, 7, "{forecast}");
    }
    // Once the forecast shows that the sea will be too rough then, it lands what it can.
    let log = sailed(LAND, |hour| hour >= 5, &land(10), 24);
    assert_eq!((log.outcome, log.supplied, log.finish), (Outcome::Done, 8.0, 5));
}

#[test]
fn no_smaller_part_goes_over_than_a_parcel_may_be() {
    let land = [(0, Act::Transfer(Ix::new(0), 12.0, true), 0, 7)];
    let plan = LAND.replace("setup", "smallest = \"9 t\", setup");
    let log = sailed(&plan, |hour| hour >= 5, &land, 24);
    assert_eq!(log.supplied, 0.0);
}

/// A ship with six tonnes of mud, a carrier that fetches them at a tonne an hour, and a quay an hour away.
const FETCH: &str = r#"
plan = { name = "fetch", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [
  { id = "field", kind = "sea", position = [24.3, 154.0], weather = "w" },
  { id = "quay", kind = "port", position = [24.0, 154.0] },
]
commodity = [{ id = "mud" }]
vessel = [
  { id = "ship", at = "field", hold = { mud = "6 t" }, aboard = { mud = "6 t" } },
  { id = "carrier", at = "field", home = "quay", calls = ["field"], speed = "18 kn", hold = { mud = "6 t" } },
]
transfer = [
  { id = "fetch", from = "ship", to = "carrier", commodity = "mud", rate = "1 t/h", hoses_off = "1 h", limits = { hs = "2 m" } },
  { id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "6 t/h" },
]
"#;

#[test]
fn vessels_that_meet_part_with_what_fits_into_the_window() {
    let [field, quay] = [0, 1].map(Ix::new);
    let order = [
        (0, Act::Alongside(Ix::new(0)), 0, 7),
        (1, Act::Transfer(Ix::new(0), 6.0, true), 0, 7),
        (1, Act::Sail(field, quay), 7, 1),
        (1, Act::Transfer(Ix::new(1), 6.0, true), 8, 1),
    ];
    // Of five hours the last one is for the hoses.
    let log = sailed(FETCH, |hour| hour >= 5, &order, 24);
    assert_eq!((log.outcome, log.met, log.delivered, log.finish), (Outcome::Done, 1, 4.0, 7));
    // A window for all of it, early enough to be back in time.
    let log = sailed(FETCH, |hour| (5..8).contains(&hour), &order, 24);
    assert_eq!((log.outcome, log.met, log.delivered, log.finish), (Outcome::Done, 1, 6.0, 8 + 7 + 2));
}
