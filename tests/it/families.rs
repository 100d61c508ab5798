//! The constraint families: each alone as a golden LP file, and each with a tiny plan whose optimum changes when it is left out.

use crate::support::{Written, assert_golden, repo};
use mudline::model::rows::FAMILIES;
use mudline::model::{Model, Options, Outcome, Solved, Solver, optimise, write_lp};
use std::sync::atomic::AtomicBool;

/// The tiny plan of each family, in six to twelve slots, and what its first goal comes to with and without the family.
const BITES: &[(&str, &str, &[f64], f64, f64)] = &[
    // Without flow the ship needs no way to be done: it is done at once, and still does its task.
    ("flow", SHIP_WITH_A_TASK, &[1.0; 6], 3.0, 0.0),
    // Without times nothing has to be done.
    ("times", TWO_TASKS, &[1.0; 6], 5.0, 0.0),
    // The first task has to wait for the crane, and the second for the first; without precedence it does not.
    ("precedence", AFTER_THE_CRANE, &[1.0; 9], 8.0, 5.0),
    // A task and a ship that lands its two tonnes need the one crane; without the resource both at once.
    ("resource", A_CRANE_AND_A_SHIP, &[1.0; 6], 4.0, 2.0),
    // Two dives of three hours, and between them an hour in which the crew is changed; without the rhythm it never is.
    ("rhythm", CREW, &[1.0; 12], 7.0, 6.0),
    // The ship needs an hour to the field, where the boat serves it for two; without the rows the boat does not wait for it.
    ("service", SERVICE, &[1.0; 6], 3.0, 2.0),
    // One tonne an hour in the four calm hours; without sampling the rate alone bounds a slot and the ship need not be there.
    ("sampling", LIFTING, &[1.0, 1.0, 9.0, 1.0, 1.0, 9.0, 9.0, 9.0], 2.0, 4.0),
    // Two tonnes an hour can be landed in what is left after the set-up; without the transfer rows it lands during anything.
    ("transfer", LANDING, &[1.0; 8], 3.0, 4.0),
    // An hour of lifting and seven with one of set-up for every parcel of 2 t; without the rows all of it in one parcel.
    ("largest", PARCELS, &[1.0; 8], 4.0, 6.0),
    // Three tonnes are lifted, and fetched in the one hour left for it; without the meeting they are fetched while lifting goes on.
    ("meeting", MEETING, &[1.0; 6], 3.0, 4.0),
    // Two ships with a tonne each and one hour: one of them finds no berth.
    ("berth", ONE_BERTH, &[1.0; 2], 1.0, 2.0),
    // The hold takes three tonnes; without stock more is landed than was ever aboard.
    ("stock", SMALL_HOLD, &[1.0; 8], 3.0, 4.0),
    // Without the carrier rows a carrier lands what it never fetched: all that can be lifted in six hours.
    ("carrier", MEETING, &[1.0; 6], 3.0, 6.0),
    // Two of mud and two of ore, and room for three together; without the rows for all four.
    ("room", SHARED, &[1.0; 4], 3.0, 4.0),
    // Two of mud in one tank, and one of ore in the other, which holds no more; without the rows four of whatever.
    ("tank", TANKS, &[1.0; 4], 3.0, 4.0),
    // Two tonnes are landed in time, and three more keep until the plan is over; without the rows eight are lifted and lie there.
    ("fresh", FRESH, &[1.0; 8], 5.0, 8.0),
    // Two tonnes are there in time, and four are lifted in the last four hours; without the rows eight.
    ("reach", REACH, &[1.0; 8], 6.0, 8.0),
    // Four tonnes can be lifted; without worth ten are credited.
    ("worth", LIFTING, &[1.0, 1.0, 9.0, 1.0, 1.0, 9.0, 9.0, 9.0], 2.0, 10.0),
    // Without it the finish is free.
    ("finish", SHIP_WITH_A_TASK, &[1.0; 6], 3.0, 0.0),
    // Two tonnes are wanted at 3 and one more at 1; without the demand rows nothing bounds what is credited but its steps.
    ("demand", DEMAND, &[1.0; 8], 7.0, 16.0),
    // Of 0.6 t made in six slots 0.2 t must stay; without the reserve all of it is sold.
    ("reserve", RESERVE, &[1.0; 8], 0.4, 0.6),
    // Two dives a few miles apart are too far for one trip; without endurance the boat does not come back between them.
    ("endurance", SHORT_RANGE, &[1.0; 8], 6.0, 5.0),
    // Two hours in which it can land 1 t each, a laytime of one, and no money for the other; without the rows demurrage costs nothing.
    ("demurrage", LAYTIME, &[9.0, 9.0, 9.0, 9.0, 9.0, 1.0, 1.0, 9.0], 1.0, 2.0),
    // 4 t of the 6 t that come may be fed.
    ("budget", BUDGET, &[1.0; 8], 0.4, 0.6),
    // Of the 4 t that lie there the water of four hours washes 2 t.
    ("water", WATER, &[1.0; 4], 1.0, 2.0),
    // Two batches of 3 t; without the rows all 8 t that lie there, in parts of batches.
    ("batch", BATCH, &[1.0; 7], 3.0, 4.0),
];

const MEETING: &str = r#"
plan = { name = "a meeting", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
goal = { order = ["delivered"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" },
  { id = "quay", kind = "port", position = [24.1, 154.0] },
]
commodity = [{ id = "mud" }]
vessel = [
  { id = "ship", at = "field", hold = { mud = "9 t" } },
  { id = "carrier", at = "field", calls = ["field", "quay"], speed = "10 kn", hold = { mud = "9 t" } },
]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h" }]
transfer = [
  { id = "alongside", from = "ship", to = "carrier", commodity = "mud", rate = "9 t/h" },
  { id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "9 t/h" },
]
"#;

const ONE_BERTH: &str = r#"
plan = { name = "one berth", start = 2026-01-01T00:00:00Z, end = 2026-01-01T02:00:00Z }
goal = { order = ["delivered"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "quay", kind = "port", weather = "w", berths = 1 }]
commodity = [{ id = "mud" }]
vessel = [{ id = "left", at = "quay", hold = { mud = "1 t" } }, { id = "right", at = "quay", hold = { mud = "1 t" } }]
sampling = [
  { id = "lift-left", vessel = "left", commodity = "mud", rate = "1 t/h" },
  { id = "lift-right", vessel = "right", commodity = "mud", rate = "1 t/h" },
]
transfer = [
  { id = "land-left", from = "left", to = "quay", commodity = "mud", rate = "1 t/h" },
  { id = "land-right", from = "right", to = "quay", commodity = "mud", rate = "1 t/h" },
]
"#;

const SHIP_WITH_A_TASK: &str = r#"
plan = { name = "a task", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
goal = { order = ["finish"] }
site = [{ id = "here", kind = "sea", weather = "w" }]
weather = [{ id = "w", file = "sea.csv" }]
vessel = [{ id = "ship", at = "here" }]
task = [{ id = "dive", vessel = "ship", duration = "2 h", release = 2026-01-01T01:00:00Z }]
"#;

const TWO_TASKS: &str = r#"
plan = { name = "one after the other", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
goal = { order = ["finish"] }
task = [
  { id = "first", duration = "2 h" },
  { id = "second", duration = "2 h", after = [{ task = "first", lag = "1 h", within = "2 h" }] },
]
"#;

const AFTER_THE_CRANE: &str = r#"
plan = { name = "after the crane", start = 2026-01-01T00:00:00Z, end = 2026-01-01T09:00:00Z }
goal = { order = ["finish"] }
resource = [{ id = "crane", capacity = 1 }]
task = [
  { id = "a-b", duration = "3 h", uses = { crane = 1 }, deadline = 2026-01-01T03:00:00Z },
  { id = "a_b", duration = "2 h", uses = { crane = 1 } },
  { id = "second", duration = "2 h", after = [{ task = "a_b", lag = "1 h", within = "2 h" }] },
]
"#;

const ONE_CRANE: &str = r#"
plan = { name = "one crane", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
goal = { order = ["finish"] }
resource = [{ id = "crane", capacity = 1 }]
task = [
  { id = "left", duration = "2 h", uses = { crane = 1 } },
  { id = "right", duration = "2 h", uses = { crane = 1 } },
]
"#;

const A_CRANE_AND_A_SHIP: &str = r#"
plan = { name = "one crane", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
goal = { order = ["finish"] }
resource = [{ id = "crane", capacity = 1 }]
site = [{ id = "quay", kind = "port" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "2 t" }, aboard = { mud = "2 t" } }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "1 t/h", uses = { crane = 1 } }]
demand = [{ id = "works", site = "quay", commodity = "mud", amount = "2 t", at_least = "2 t" }]
task = [{ id = "hoist", duration = "2 h", uses = { crane = 1 } }]
"#;

const CALM_TOO_EARLY: &str = r#"
plan = { name = "calm too early", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "here", kind = "sea", weather = "w" }]
task = [
  { id = "ready", duration = "1 h" },
  { id = "dive", site = "here", duration = "2 h", limits = { hs = "2 m" }, after = ["ready"] },
]
"#;

const LIFTING: &str = r#"
plan = { name = "lifting", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["sampled"] }
site = [{ id = "here", kind = "sea", weather = "w" }]
weather = [{ id = "w", file = "sea.csv" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "here", hold = { mud = "100 t" } }]
task = [{ id = "dive", vessel = "ship", duration = "2 h", limits = { hs = "2 m" } }]
[[sampling]]
id = "lift"
vessel = "ship"
commodity = "mud"
rate = "1 t/h"
min_run = "2 h"
limits = { hs = "2 m" }
at_most = "4 t"
value = [["10 t", 1.0]]
"#;

const LANDING: &str = r#"
plan = { name = "landing", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["delivered"] }
site = [{ id = "quay", kind = "port", weather = "w" }]
weather = [{ id = "w", file = "sea.csv" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "100 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h", at_most = "4 t" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "1 t/h", setup = "1 h", smallest = "2 t" }]
"#;

const PARCELS: &str = r#"
plan = { name = "parcels", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["delivered"] }
site = [{ id = "quay", kind = "port" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "9 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "9 t/h", at_most = "9 t" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "1 t/h", setup = "1 h", largest = "2 t" }]
"#;

const CREW: &str = r#"
plan = { name = "crew", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["finish"] }
site = [{ id = "here", kind = "sea", weather = "w" }]
weather = [{ id = "w", file = "sea.csv" }]
vessel = [{ id = "ship", at = "here" }]
task = [
  { id = "dive", vessel = "ship", duration = "3 h", times = "2" },
  { id = "crew", vessel = "ship", duration = "1 h", every = "3 h", times = "0..9" },
]
"#;

const SERVICE: &str = r#"
plan = { name = "a service", start = 2026-01-01T00:00:00Z, end = 2026-01-01T06:00:00Z }
goal = { order = ["finish"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" },
  { id = "port", kind = "port", position = [24.1, 154.0] },
]
vessel = [
  { id = "ship", at = "port", calls = ["field"], speed = "10 kn" },
  { id = "boat", at = "field" },
]
task = [
  { id = "dive", vessel = "ship", site = "field", duration = "1 h" },
  { id = "supply", vessel = "boat", duration = "2 h", serves = "ship" },
]
"#;

const SHARED: &str = r#"
plan = { name = "shared room", start = 2026-01-01T00:00:00Z, end = 2026-01-01T04:00:00Z }
goal = { order = ["sampled"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "here", kind = "sea", weather = "w" }]
commodity = [{ id = "mud" }, { id = "ore" }]
vessel = [{ id = "ship", at = "here", hold = { mud = "2 t", ore = "2 t" }, hold_total = "3 t" }]
sampling = [
  { id = "mud", vessel = "ship", commodity = "mud", rate = "1 t/h" },
  { id = "ore", vessel = "ship", commodity = "ore", rate = "1 t/h" },
]
"#;

const TANKS: &str = r#"
plan = { name = "tanks", start = 2026-01-01T00:00:00Z, end = 2026-01-01T04:00:00Z }
goal = { order = ["sampled"] }
weather = [{ id = "w", file = "sea.csv" }]
site = [{ id = "here", kind = "sea", weather = "w" }]
commodity = [{ id = "mud" }, { id = "ore" }]
vessel = [{ id = "ship", at = "here", tank = [{ id = "fore", capacity = "2 t" }, { id = "aft", capacity = "2 t" }] }]
sampling = [
  { id = "mud", vessel = "ship", commodity = "mud", rate = "1 t/h", at_most = "3 t" },
  { id = "ore", vessel = "ship", commodity = "ore", rate = "1 t/h", at_most = "1 t" },
]
"#;

const WATER: &str = r#"
plan = { name = "water", start = 2026-01-01T00:00:00Z, end = 2026-01-01T04:00:00Z }
goal = { order = ["supplied"] }
site = [{ id = "quay", kind = "port", stock = { mud = "4 t" }, water = "1 m3/h" }]
commodity = [{ id = "mud" }, { id = "cake" }]
vessel = [{ id = "ship", at = "quay" }]
process = [{ id = "wash", site = "quay", from = "mud", to = "cake", yield = "50 %", capacity = "2 t/h", water = "2 m3/t" }]
demand = [{ id = "works", site = "quay", commodity = "cake", amount = "10 t" }]
"#;

const BATCH: &str = r#"
plan = { name = "batches", start = 2026-01-01T00:00:00Z, end = 2026-01-01T07:00:00Z }
goal = { order = ["supplied"] }
site = [{ id = "quay", kind = "port", stock = { mud = "8 t" } }]
commodity = [{ id = "mud" }, { id = "cake" }]
vessel = [{ id = "ship", at = "quay" }]
process = [{ id = "press", site = "quay", from = "mud", to = "cake", yield = "50 %", batch = "3 t", duration = "3 h" }]
demand = [{ id = "works", site = "quay", commodity = "cake", amount = "10 t" }]
"#;

const FRESH: &str = r#"
plan = { name = "fresh", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["sampled"] }
site = [{ id = "quay", kind = "port" }]
commodity = [{ id = "core", keeps = "3 h" }]
vessel = [{ id = "ship", at = "quay", hold = { core = "9 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "core", rate = "1 t/h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "core", rate = "2 t/h", setup = "1 h" }]
"#;

const REACH: &str = r#"
plan = { name = "reach", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["sampled"] }
site = [
  { id = "quay", kind = "port", position = [0.0, 150.0] },
  { id = "laboratory", kind = "plant", position = [0.1, 150.0] },
]
commodity = [{ id = "core", reach = { site = "laboratory", within = "4 h" } }]
vessel = [
  { id = "ship", at = "quay", hold = { core = "9 t" } },
  { id = "van", at = "quay", calls = ["quay", "laboratory"], speed = "10 kn", hold = { core = "9 t" } },
]
sampling = [{ id = "lift", vessel = "ship", commodity = "core", rate = "1 t/h" }]
transfer = [
  { id = "land", from = "ship", to = "quay", commodity = "core", rate = "9 t/h" },
  { id = "load", from = "quay", to = "van", commodity = "core", rate = "9 t/h" },
  { id = "unload", from = "van", to = "laboratory", commodity = "core", rate = "9 t/h" },
]
"#;

const SMALL_HOLD: &str = r#"
plan = { name = "a small hold", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["delivered"] }
site = [{ id = "quay", kind = "port", weather = "w" }]
weather = [{ id = "w", file = "sea.csv" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "3 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h", min_run = "5 h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "2 t/h", setup = "1 h" }]
"#;

const DEMAND: &str = r#"
plan = { name = "a demand", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["supplied"] }
site = [{ id = "quay", kind = "port" }]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "9 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "2 t/h" }]
demand = [{ id = "works", site = "quay", commodity = "mud", amount = "3 t", at_least = "1 t", value = [["2 t", 3.0], ["10 t", 1.0]] }]
"#;

const RESERVE: &str = r#"
plan = { name = "a reserve", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["supplied"] }
site = [{ id = "quay", kind = "port" }]
commodity = [{ id = "mud" }, { id = "cake" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "9 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "3 t/h", at_most = "6 t" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "6 t/h" }]
process = [{ id = "dry", site = "quay", from = "mud", to = "cake", yield = "10 %", capacity = "2 t/h" }]
demand = [{ id = "works", site = "quay", commodity = "cake", amount = "10 t" }]
reserve = [{ id = "pile", site = "quay", commodity = "cake", target = "0.2 t", by = 2026-01-01T05:00:00Z, draw = "0.1 t/h", refill = "0 h" }]
disruption = [{ id = "quake", stops = ["dry"], from = 2026-01-01T05:00:00Z, to = 2026-01-01T06:00:00Z }]
"#;

const SHORT_RANGE: &str = r#"
plan = { name = "a short range", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z }
goal = { order = ["finish"] }
site = [
  { id = "port", kind = "port", position = [24.0, 154.0] },
  { id = "left", kind = "sea", position = [24.2, 154.0] },
  { id = "right", kind = "sea", position = [24.2, 154.1] },
]
vessel = [{ id = "ship", at = "port", home = "port", calls = ["left", "right"], speed = "15 kn", range = "28 NM" }]
task = [
  { id = "a", vessel = "ship", site = "left", duration = "1 h" },
  { id = "b", vessel = "ship", site = "right", duration = "1 h" },
]
"#;

const LAYTIME: &str = r#"
plan = { name = "a laytime", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z, currency = "USD" }
goal = { order = ["supplied"] }
weather = [{ id = "sea", file = "sea.csv" }]
site = [
  { id = "mine", kind = "port", position = [24.0, 154.0], stock = { mud = "2 t" } },
  { id = "quay", kind = "port", position = [24.2, 154.0], weather = "sea" },
]
commodity = [{ id = "mud" }]
vessel = [{ id = "ship", at = "mine", calls = ["quay"], speed = "15 kn", hold = { mud = "2 t" }, demurrage = "576 USD/d", laytime = { mine = "24 t/d", quay = "1 h" } }]
transfer = [
  { id = "load", from = "mine", to = "ship", commodity = "mud", rate = "1 t/h" },
  { id = "land", from = "ship", to = "quay", commodity = "mud", rate = "1 t/h", limits = { hs = "2 m" } },
]
demand = [{ id = "works", site = "quay", commodity = "mud", amount = "2 t" }]
budget = [{ id = "purse", cost = "20 USD" }]
"#;

const BUDGET: &str = r#"
plan = { name = "a budget", start = 2026-01-01T00:00:00Z, end = 2026-01-01T08:00:00Z, currency = "USD" }
goal = { order = ["supplied"] }
site = [{ id = "quay", kind = "port" }]
commodity = [{ id = "mud" }, { id = "cake" }]
vessel = [{ id = "ship", at = "quay", hold = { mud = "9 t" }, day_rate = "24 USD/d", fuel = { working = "2 t/h", waiting = "1 t/h", co2 = 3.0 } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "mud", rate = "3 t/h", at_most = "6 t" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "6 t/h" }]
process = [{ id = "dry", site = "quay", from = "mud", to = "cake", yield = "10 %", capacity = "2 t/h", cost = "1 USD/t" }]
demand = [{ id = "works", site = "quay", commodity = "cake", amount = "10 t" }]
budget = [{ id = "money", cost = "20 USD" }, { id = "tonnes", process = "dry", feed = "4 t" }, { id = "air", emissions = "90 t" }]
"#;

fn solved(model: &Model<'_>, solver: Solver) -> Solved {
    let stop = AtomicBool::new(false);
    let options = Options { solver, ..Options::new(&stop) };
    match model.optimise(&options).expect("a solver that works") {
        Outcome::Solved(solved) => solved,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_family_bites() {
    for (family, plan, hs, with, without) in BITES {
        let (plan, sea) = Written::new(plan, hs).load();
        let whole = solved(&Model::new(&plan, &sea), Solver::Highs);
        // Not HiGHS: it begins with what is known of a plan besides its rows.
        let partial = solved(&Model::with(&plan, &sea, |f| f.name != *family), Solver::Microlp);
        let values = (whole.stamp.goals[0].value, partial.stamp.goals[0].value);
        assert!(
            (values.0 - with).abs() < 1e-6 && (values.1 - without).abs() < 1e-6,
            "{family}: {values:?} instead of {:?}",
            (with, without)
        );
    }
    let bitten: Vec<&str> = BITES.iter().map(|bite| bite.0).collect();
    let families: Vec<&str> = FAMILIES.iter().map(|family| family.name).collect();
    assert_eq!(bitten, families, "every family needs its bite, in the order of the table");
}

#[test]
fn every_family_has_its_golden_lp() {
    for (family, plan, hs, ..) in BITES {
        let (plan, sea) = Written::new(plan, hs).load();
        let alone = Model::with(&plan, &sea, |f| f.name == *family);
        assert_golden(&format!("tests/golden/lp/{family}.lp"), &write_lp(&alone));
    }
    let files = std::fs::read_dir(repo("tests/golden/lp")).expect("a folder").count();
    assert_eq!(files, FAMILIES.len(), "a golden without a family");
}

#[test]
fn every_family_documents_itself() {
    let folder = std::fs::read_dir(repo("src/model/rows")).expect("a folder");
    assert_eq!(folder.count(), FAMILIES.len() + 1, "a file without its line in the table");
    for family in FAMILIES {
        let about = family.about();
        for part in ["```text", "| symbol | meaning | shape | unit | from |", "Why: ", "Rows: ", "Source: "] {
            assert!(about.contains(part), "{} lacks {part:?} in its head", family.name);
        }
    }
}

#[test]
fn both_solvers_agree() {
    for (family, plan, hs, with, _) in BITES {
        let (plan, sea) = Written::new(plan, hs).load();
        let model = Model::new(&plan, &sea);
        let found = solved(&model, Solver::Microlp);
        assert!((found.stamp.goals[0].value - with).abs() < 1e-6, "{family}: {:?}", found.stamp);
    }
}

/// What HiGHS makes of an LP file: columns, rows, and the optimum.
fn read_by_highs(lp: &str) -> (i32, i32, f64) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.lp");
    std::fs::write(&path, lp).expect("written");
    let path = std::ffi::CString::new(path.to_str().expect("a plain path")).expect("no zero in it");
    // SAFETY: plain calls of the C interface on an instance that is made and destroyed here.
    unsafe {
        let highs = highs_sys::Highs_create();
        highs_sys::Highs_setBoolOptionValue(highs, c"output_flag".as_ptr(), 0);
        assert_eq!(highs_sys::Highs_readModel(highs, path.as_ptr()), 0, "HiGHS cannot read\n{lp}");
        assert_eq!(highs_sys::Highs_run(highs), 0);
        let found = (
            highs_sys::Highs_getNumCol(highs),
            highs_sys::Highs_getNumRow(highs),
            highs_sys::Highs_getObjectiveValue(highs),
        );
        highs_sys::Highs_destroy(highs);
        found
    }
}

#[test]
fn an_lp_file_is_the_model() {
    for (family, plan, hs, with, _) in BITES {
        // Names that an LP file cannot hold, and that would be alike once they are made safe.
        let plan = plan.replace("\"ship\"", "\"psv-1 南鳥島\"");
        let (plan, sea) = Written::new(&plan, hs).load();
        let model = Model::new(&plan, &sea);
        let (columns, rows, optimum) = read_by_highs(&write_lp(&model));
        assert_eq!(columns as usize, model.vars.problem.len(), "{family}");
        assert_eq!(rows as usize, model.rows.len(), "{family}");
        assert!((optimum - with).abs() < 1e-6, "{family}: {optimum} instead of {with}");
    }
}

#[test]
fn no_schedule_is_an_answer_with_a_reason() {
    let cases: &[(&str, &str, &[f64], &str)] = &[
        (
            "calm too early",
            CALM_TOO_EARLY,
            &[1.0, 1.0, 9.0, 9.0, 9.0, 9.0],
            "dive has no start: the weather lets it",
        ),
        ("no room", TWO_TASKS, &[1.0; 6], "would fit without"),
        ("one crane for too much", ONE_CRANE, &[1.0; 6], "would fit without"),
    ];
    for (name, plan, hs, reason) in cases {
        let plan = match *name {
            "no room" => plan.replace("lag = \"1 h\", within = \"2 h\"", "lag = \"1 h\"").replace("\"second\", duration", "\"second\", deadline = 2026-01-01T05:00:00Z, uses = { slot = 1 }, duration")
                .replace("\"first\", duration", "\"first\", release = 2026-01-01T00:00:00Z, uses = { slot = 1 }, duration")
                .replace("task = [", "resource = [{ id = \"slot\", capacity = 1 }]\ntask = [\n { id = \"third\", duration = \"3 h\", deadline = 2026-01-01T05:00:00Z, uses = { slot = 1 } },"),
            "calm too early" => (*plan).to_owned(),
            _ => plan.replace("\"right\", duration = \"2 h\"", "\"right\", duration = \"5 h\""),
        };
        let (plan, sea) = Written::new(&plan, hs).load();
        let stop = AtomicBool::new(false);
        let options = Options::new(&stop);
        match optimise(&plan, &sea, &options).expect("a solver that works") {
            Outcome::Infeasible(conflict) => {
                assert!(
                    conflict.reasons.iter().any(|r| r.contains(reason)),
                    "{name}: {:?}",
                    conflict.reasons
                );
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}
