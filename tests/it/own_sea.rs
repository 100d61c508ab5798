//! What a schedule comes to in its own sea: everything that is planned is done as planned, by orders made by hand.

use crate::by_hand::{Planned, order, sailed_in_its_sea};
use mudline::id::Ix;
use mudline::simulate::log::{Log, Outcome};
use mudline::simulate::order::{Act, Flowed, Order};

const CALM: [f64; 48] = [1.0; 48];

/// An order in the sea of its plan; what it came to, with the name of what is to blame.
fn sailed(plan: &str, hs: &[f64], things: &[Planned], forecast_h: i64) -> (Log, Option<String>) {
    sailed_in_its_sea(plan, hs, order(things), forecast_h)
}

/// A ship with gear that is in, half in or out, and what brings it from one to the other.
const GEAR: &str = r#"
plan = { name = "gear", start = 2026-01-01T00:00:00Z, end = 2026-01-03T00:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "here", kind = "sea", weather = "w", store = { mud = "99 t" } }]
commodity = [{ id = "mud" }]
vessel = [
  { id = "ship", at = "here", hold = { mud = "90 t" }, gear = [{ id = "in" }, { id = "half", survives = { hs = "4 m" } }, { id = "out", survives = { hs = "3 m" } }] },
]
task = [
  { id = "begin", vessel = "ship", duration = "1 h", gear = "in", leaves = "half", times = "1..2" },
  { id = "lower", vessel = "ship", duration = "2 h", limits = { hs = "2 m" }, gear = "half", leaves = "out", times = "0..2" },
  { id = "halve", vessel = "ship", duration = "1 h", gear = "out", leaves = "half", times = "0..2" },
  { id = "raise", vessel = "ship", duration = "6 h", limits = { hs = "3.2 m" }, gear = "half", leaves = "in", times = "1..2" },
]
sampling = [{ id = "lift", vessel = "ship", gear = "out", commodity = "mud", rate = "1 t/h" }]
"#;

/// The gear is lowered, lifts, and is raised again.
fn lowered(raise: usize) -> [Planned; 5] {
    let [begin, lower, halve, up] = [0, 1, 2, 3].map(|task| Act::Task(Ix::new(task), 0));
    let lift = Act::Sample(Ix::new(0), 40.0, false);
    [(0, begin, 0, 1), (0, lower, 1, 2), (0, lift, 3, 12), (0, halve, raise, 1), (0, up, raise + 1, 6)]
}

/// From hour 20 on the gear must be half in, and from hour 24 on it must be in.
fn storm(calm_from: usize) -> Vec<f64> {
    let hs = |hour: usize| match hour {
        20..24 => 3.5,
        24..40 => 5.0,
        _ if hour >= 1 && hour < calm_from => 2.5,
        _ => 1.0,
    };
    (0..96).map(hs).collect()
}

#[test]
fn gear_is_not_brought_to_where_the_next_danger_of_the_forecast_finds_it() {
    // Half in it would be by hour 20 if lifting went on until hour 19; but raising it takes six hours of what it does not find from then on.
    // Vessels that go together, which a largest parcel asks for, do the same.
    let land = "transfer = [{ id = \"land\", from = \"ship\", to = \"here\", commodity = \"mud\", rate = \"10 t/h\", largest = \"9 t\" }]\n";
    for plan in [GEAR.to_owned(), format!("{GEAR}{land}")] {
        let (log, culprit) = sailed(&plan, &storm(0), &lowered(13), 24);
        assert_eq!((log.outcome, culprit), (Outcome::Done, None));
        // From hour 13 on it is brought in and lifting ends; what the storm leaves no time for is lifted after it.
        assert_eq!(log.lifts[0].tonnes, 10.0);
    }
    // What is not in the forecast by then nobody can know.
    let (log, culprit) = sailed(GEAR, &storm(0), &lowered(13), 9);
    assert_eq!((log.outcome, culprit.as_deref()), (Outcome::Lost, Some("raise")));
}

#[test]
fn gear_is_not_brought_out_to_where_no_way_leads_far_enough() {
    // The sea lets it be lowered from hour 12 on: it could be half in again by hour 15, but not in by hour 20.
    let (log, culprit) = sailed(GEAR, &storm(12), &lowered(30), 24);
    assert_eq!((log.outcome, culprit), (Outcome::Done, None));
    assert!(log.lifts.is_empty() || log.lifts[0].from > 40, "{:?}", log.lifts);
}

/// Works that press three tonnes of mud within a budget, sift one tonne of what comes of it, and bake bricks of the rest.
const WORKS: &str = r#"
plan = { name = "works", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z, currency = "USD" }
goal = { order = ["supplied"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "works", kind = "plant", weather = "w", stock = { mud = "3 t" } }]
commodity = [{ id = "mud" }, { id = "cake" }, { id = "grit" }, { id = "brick" }]
process = [
  { id = "press", site = "works", from = "mud", to = "cake", yield = "100 %", capacity = "1 t/h", cost = "5 USD/t" },
  { id = "sift", site = "works", from = "cake", to = "grit", yield = "100 %", capacity = "2 t/h" },
  { id = "bake", site = "works", from = "cake", to = "brick", yield = "100 %", batch = "2 t", duration = "2 h" },
]
demand = [{ id = "mason", site = "works", commodity = "brick", amount = "2 t", at_least = "BRICKS t" }]
budget = [{ id = "purse", cost = "PURSE USD" }]
"#;

/// The order of works of which by the end of each hour so much has been pressed, sifted and baked.
fn worked(of: [[f64; 4]; 3]) -> Order {
    let flowed = |by: [f64; 4]| Flowed { by: by.to_vec(), stock: vec![0.0; 5] };
    let supplied = vec![flowed([0.0, 0.0, 0.0, of[2][2]])];
    Order { fed: of.map(flowed).to_vec(), supplied, ..Order::default() }
}

#[test]
fn a_batch_is_fed_where_others_were_fed_a_rounding_more_than_planned() {
    let plan = WORKS.replace("BRICKS", "2").replace("PURSE", "15");
    let order = worked([[1.0, 2.0, 3.0, 3.0], [1.0; 4], [0.0, 0.0, 2.0, 2.0]]);
    let (log, culprit) = sailed_in_its_sea(&plan, &CALM, order, 24);
    assert_eq!((log.outcome, culprit, log.supplied), (Outcome::Done, None, 2.0));
}

#[test]
fn what_is_not_to_be_fed_is_not_fed_a_rounding_either() {
    let plan = WORKS.replace("BRICKS", "0").replace("PURSE", "0");
    let (log, culprit) = sailed_in_its_sea(&plan, &CALM, worked([[0.0; 4]; 3]), 24);
    assert_eq!((log.outcome, culprit, log.cost), (Outcome::Done, None, 0.0));
}

#[test]
fn what_is_landed_later_stays_aboard_where_it_would_delay_what_comes_next() {
    let plan = r#"
plan = { name = "later", start = 2026-01-01T00:00:00Z, end = 2026-01-01T18:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "quay", kind = "port", weather = "w" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "6 t" }, aboard = { mud = "6 t" } }]
task = [{ id = "shift", vessel = "ship", duration = "2 h", limits = { hs = "2 m" } }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "1 t/h" }]
"#;
    // The sea lets the ship shift from hour 2 on and from hour 8 on.
    let hs: Vec<f64> = (0..48).map(|hour| if matches!(hour, 2..4 | 8..10) { 1.0 } else { 3.0 }).collect();
    let land = |tonnes| Act::Transfer(Ix::new(0), tonnes, true);
    let order = |shift: usize| {
        let (first, rest) = if shift == 2 { (2.0, 4.0) } else { (5.0, 1.0) };
        [
            (0, land(first), 0, first as usize),
            (0, Act::Task(Ix::new(0), 0), shift, 2),
            (0, land(rest), shift + 2, rest as usize),
        ]
    };
    let finish = |shift| {
        let (log, _) = sailed(plan, &hs, &order(shift), 24);
        assert_eq!((log.outcome, log.delivered), (Outcome::Done, 6.0));
        log.finish
    };
    assert_eq!(finish(2), 8);
    // All is landed where there is time for it by then.
    assert_eq!(finish(8), 10);
}

/// A carrier that fetches six tonnes of a lifter, two hours away, and burns a tonne an hour of the seven in its bunkers.
const BUNKERS: &str = r#"
plan = { name = "bunkers", start = 2026-01-01T00:00:00Z, end = 2026-01-01T18:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "field", kind = "sea", position = [24.6, 154.0], weather = "w" }, { id = "quay", kind = "port", position = [24.0, 154.0] }]
commodity = [{ id = "mud" }]
vessel = [
  { id = "lifter", at = "field", hold = { mud = "6 t" } },
  { id = "carrier", at = "quay", home = "quay", calls = ["field"], speed = "18 kn", hold = { mud = "6 t" }, bunkers = "7 t", fuel = { sailing = "24 t/d", working = "24 t/d", waiting = "24 t/d" } },
]
sampling = [{ id = "lift", vessel = "lifter", commodity = "mud", rate = "1 t/h" }]
transfer = [
  { id = "fetch", from = "lifter", to = "carrier", site = "field", commodity = "mud", rate = "3 t/h" },
  { id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "3 t/h" },
]
"#;

#[test]
fn who_has_bunkers_for_an_hour_more_sets_out_no_sooner_than_that() {
    let [field, quay] = [0, 1].map(Ix::new);
    let order = [
        (0, Act::Sample(Ix::new(0), 6.0, false), 0, 6),
        (0, Act::Alongside(Ix::new(0)), 6, 2),
        (1, Act::Sail(quay, field), 4, 2),
        (1, Act::Transfer(Ix::new(0), 6.0, true), 6, 2),
        (1, Act::Sail(field, quay), 8, 2),
        (1, Act::Transfer(Ix::new(1), 6.0, true), 10, 2),
    ];
    // It waits an hour at sea, and before that in the port, where it is idle and full; with more bunkers it sets out at once.
    for (bunkers, waits) in [("7 t", 1), ("6 t", 0), ("20 t", 4)] {
        let plan = BUNKERS.replace("bunkers = \"7 t\"", &format!("bunkers = \"{bunkers}\""));
        let (log, culprit) = sailed(&plan, &CALM, &order, 24);
        assert_eq!((log.outcome, culprit, log.finish, log.delivered), (Outcome::Done, None, 12, 6.0));
        assert_eq!(log.spent[1].other, waits, "{bunkers}");
    }
}

/// A coaster that loads four tonnes at an island with two, and a feeder that brings two more, a task and an hour away.
const FEEDER: &str = r#"
plan = { name = "feeder", start = 2026-01-01T00:00:00Z, end = 2026-01-01T18:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [
  { id = "field", kind = "sea", position = [24.3, 154.0], weather = "w" },
  { id = "island", kind = "island", position = [24.0, 154.0], stock = { mud = "2 t" } },
]
commodity = [{ id = "mud" }]
vessel = [
  { id = "coaster", at = "island", hold = { mud = "4 t" } },
  { id = "feeder", at = "field", calls = ["field", "island"], speed = "18 kn", hold = { mud = "2 t" }, aboard = { mud = "2 t" } },
]
task = [{ id = "look", vessel = "feeder", site = "field", duration = "1 h", limits = { hs = "2 m" }, times = "0..1" }]
transfer = [
  { id = "load", from = "island", to = "coaster", commodity = "mud", rate = "1 t/h", largest = "9 t" },
  { id = "feed", from = "feeder", to = "island", commodity = "mud", rate = "1 t/h" },
]
"#;

#[test]
fn who_loads_counts_on_what_is_on_its_way() {
    let [field, island] = [0, 1].map(Ix::new);
    let order = |load: usize, sail: usize| {
        let look = (1, Act::Task(Ix::new(0), 0), 0, 1);
        let mut order = vec![
            (0, Act::Transfer(Ix::new(0), 4.0, true), load, 4),
            (1, Act::Sail(field, island), sail, 1),
            (1, Act::Transfer(Ix::new(1), 2.0, true), sail + 1, 2),
        ];
        order.splice(1..1, (sail == 1).then_some(look));
        order
    };
    let finish = |plan: &str, hs: &[f64], load, sail| {
        let (log, culprit) = sailed(plan, hs, &order(load, sail), 24);
        assert_eq!((log.outcome, culprit), (Outcome::Done, None));
        let total = log.spent[0].work;
        (log.finish, total)
    };
    // The feeder has sailed; it does so later, as the schedule has it; and the time of that has not come yet.
    assert_eq!(finish(FEEDER, &CALM, 0, 0), (4, 4));
    assert_eq!(finish(FEEDER, &CALM, 0, 1), (4, 4));
    assert_eq!(finish(FEEDER, &CALM, 4, 1), (5, 4));
    // With one berth it must wait for the feeder.
    assert_eq!(
        finish(&FEEDER.replace("kind = \"island\"", "kind = \"island\", berths = 1"), &CALM, 0, 0),
        (7, 4)
    );
    // A feeder that the sea keeps from beginning is not counted on.
    let rough = |hours: std::ops::Range<usize>| -> Vec<f64> {
        (0..48).map(|hour| if hours.contains(&hour) { 3.0 } else { 1.0 }).collect()
    };
    assert_eq!(finish(FEEDER, &rough(0..3), 0, 1), (8, 4));
    // One that it keeps from it once the coaster has begun is waited for.
    let late = [
        (0, Act::Transfer(Ix::new(0), 4.0, true), 0, 5),
        (1, Act::Task(Ix::new(0), 0), 1, 1),
        (1, Act::Sail(field, island), 2, 1),
        (1, Act::Transfer(Ix::new(1), 2.0, true), 3, 2),
    ];
    for (hs, work) in [(CALM.to_vec(), 5), (rough(0..5), 5 + 3)] {
        let (log, culprit) = sailed(FEEDER, &hs, &late, 24);
        assert_eq!((log.outcome, culprit, log.spent[0].work), (Outcome::Done, None, work));
    }
}
