//! Tanks, against a search through everything that a small ship can do with hers.
//!
//! The search shares nothing with the model: in each hour it lifts or lands whole tonnes of one of two goods, into and out of whichever
//! tanks it likes, and knows nothing but what is in each.

use crate::holders::solved;
use crate::support::{Run, Written};
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::{Kind, Schedule, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// A ship at a quay that lifts mud and ore into tanks, and lands them.
#[derive(Debug, Clone)]
struct Ship {
    slots: usize,
    /// For each tank what it holds, and which of the two it takes: 0 mud, 1 ore, 2 both.
    tanks: Vec<(u32, usize)>,
    /// What begins in the first tank.
    begins: Option<(usize, u32)>,
    lift: [u32; 2],
    land: [u32; 2],
    /// What of each can be lifted in all, and what a tonne is worth.
    most: [u32; 2],
    worth: [u32; 2],
}

fn ship() -> impl Strategy<Value = Ship> {
    let two = |most: u32| (1u32..most, 1u32..most).prop_map(|(a, b)| [a, b]);
    // Few sizes, so that some are alike.
    let tanks = prop::collection::vec((1u32..4, 0usize..3), 1..5);
    let begins = prop::option::of((0usize..2, 1u32..4));
    (3usize..7, tanks, begins, two(4), two(4), two(6), two(4)).prop_map(
        |(slots, mut tanks, begins, lift, land, most, worth)| {
            // Something must take each of them, or the plan is at fault.
            if !tanks.iter().any(|tank| tank.1 != 1) || !tanks.iter().any(|tank| tank.1 != 0) {
                tanks[0].1 = 2;
            }
            let (room, takes) = tanks[0];
            let begins = begins.filter(|(of, _)| takes == 2 || takes == *of).map(|(of, t)| (of, t.min(room)));
            Ship { slots, tanks, begins, lift, land, most, worth }
        },
    )
}

/// What is in each tank: which of the two, and how much.
type Levels = Vec<(usize, u32)>;

impl Ship {
    fn plan(&self) -> String {
        let Ship { slots, lift, land, most, worth, .. } = self;
        let tank = |(nth, (room, takes)): (usize, &(u32, usize))| {
            let takes = ["takes = [\"mud\"], ", "takes = [\"ore\"], ", ""][*takes];
            let aboard = self.begins.filter(|_| nth == 0).map_or(String::new(), |(of, tonnes)| {
                format!("aboard = {{ {} = \"{tonnes} t\" }}, ", ["mud", "ore"][of])
            });
            format!("{{ id = \"{nth}\", {takes}{aboard}capacity = \"{room} t\" }}")
        };
        let tanks: Vec<String> = self.tanks.iter().enumerate().map(tank).collect();
        format!(
            r#"
plan = {{ name = "tanks", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{slots:02}:00:00Z }}
goal = {{ order = ["sampled"] }}
site = [{{ id = "quay", kind = "port" }}]
commodity = [{{ id = "mud" }}, {{ id = "ore" }}]
vessel = [{{ id = "ship", at = "quay", tank = [{}] }}]
sampling = [
  {{ id = "mud", vessel = "ship", commodity = "mud", rate = "{} t/h", at_most = "{} t", value = [["99 t", {}.0]] }},
  {{ id = "ore", vessel = "ship", commodity = "ore", rate = "{} t/h", at_most = "{} t", value = [["99 t", {}.0]] }},
]
transfer = [
  {{ id = "land-mud", from = "ship", to = "quay", commodity = "mud", rate = "{} t/h" }},
  {{ id = "land-ore", from = "ship", to = "quay", commodity = "ore", rate = "{} t/h" }},
]
"#,
            tanks.join(", "),
            lift[0],
            most[0],
            worth[0],
            lift[1],
            most[1],
            worth[1],
            land[0],
            land[1],
        )
    }

    /// The most that can be lifted from here on, by what it is worth.
    fn search(&self, slot: usize, levels: &Levels, lifted: [u32; 2], known: &mut Known) -> u32 {
        if slot == self.slots {
            return 0;
        }
        if let Some(best) = known.get(&(slot, levels.clone(), lifted)) {
            return *best;
        }
        let mut best = self.search(slot + 1, levels, lifted, known);
        for of in 0..2 {
            let left = self.lift[of].min(self.most[of] - lifted[of]);
            for (after, tonnes) in self.spread(levels, of, left, true) {
                let mut all = lifted;
                all[of] += tonnes;
                best = best.max(tonnes * self.worth[of] + self.search(slot + 1, &after, all, known));
            }
            for (after, _) in self.spread(levels, of, self.land[of], false) {
                best = best.max(self.search(slot + 1, &after, lifted, known));
            }
        }
        known.insert((slot, levels.clone(), lifted), best);
        best
    }

    /// Every way in which up to `most` tonnes of one of the two can go into the tanks, or out of them.
    fn spread(&self, levels: &Levels, of: usize, most: u32, goes_in: bool) -> Vec<(Levels, u32)> {
        let mut ways = vec![(levels.clone(), 0)];
        for (nth, &(room, takes)) in self.tanks.iter().enumerate() {
            let (has, tonnes) = levels[nth];
            let can = match goes_in {
                true if (takes == 2 || takes == of) && (tonnes == 0 || has == of) => room - tonnes,
                false if has == of => tonnes,
                _ => 0,
            };
            let more: Vec<(Levels, u32)> = ways
                .iter()
                .flat_map(|(levels, all)| {
                    (1..=can.min(most - all)).map(move |part| {
                        let mut after = levels.clone();
                        after[nth] = (of, if goes_in { tonnes + part } else { tonnes - part });
                        (after, all + part)
                    })
                })
                .collect();
            ways.extend(more);
        }
        ways
    }
}

/// The best from a slot on, with so much in the tanks and lifted so far.
type Known = HashMap<(usize, Levels, [u32; 2]), u32>;

fn cases(of: u32) -> ProptestConfig {
    let cases = std::env::var("MUDLINE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(of);
    let seed = std::env::var("MUDLINE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(2026);
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(60))]

    /// As much is lifted as any use of the tanks allows, and the judge finds nothing wrong with it.
    #[test]
    fn tanks_are_used_as_well_as_they_can_be(ship in ship()) {
        let mut levels: Levels = ship.tanks.iter().map(|_| (0, 0)).collect();
        if let Some(begins) = ship.begins {
            levels[0] = begins;
        }
        let best = ship.search(0, &levels, [0, 0], &mut Known::new());
        let schedule = solved(&ship.plan());
        prop_assert!((schedule.solve.goals[0].value - f64::from(best)).abs() < 1e-6, "{} and not {best}", schedule.solve.goals[0].value);
    }
}

/// A ship with two tanks that lifts both goods, and a tender with two that fetches and lands them.
const CHAIN: &str = r#"
plan = { name = "two chains in one", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z }
goal = { order = ["delivered", "finish"] }
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0] },
  { id = "quay", kind = "port", position = [24.1, 154.0] },
]
commodity = [{ id = "mud" }, { id = "ore" }]
sampling = [
  { id = "mud", vessel = "ship", commodity = "mud", rate = "2 t/h" },
  { id = "ore", vessel = "ship", commodity = "ore", rate = "2 t/h" },
]
transfer = [
  { id = "mud-over", from = "ship", to = "tender", site = "field", commodity = "mud", rate = "9 t/h" },
  { id = "ore-over", from = "ship", to = "tender", site = "field", commodity = "ore", rate = "9 t/h" },
  { id = "mud-home", from = "tender", to = "quay", commodity = "mud", rate = "9 t/h" },
  { id = "ore-home", from = "tender", to = "quay", commodity = "ore", rate = "9 t/h" },
]

[[vessel]]
id = "ship"
at = "field"
tank = [{ id = "fore", capacity = "4 t" }, { id = "aft", capacity = "6 t" }]

[[vessel]]
id = "tender"
at = "field"
calls = ["field", "quay"]
speed = "10 kn"
hold_total = "9 t"
tank = [{ id = "port", capacity = "5 t" }, { id = "starboard", capacity = "5 t", takes = ["ore"] }]
"#;

fn delivered(schedule: &Schedule) -> f64 {
    schedule.solve.goals[0].value
}

#[test]
fn what_is_met_and_who_comes_each_tell_their_tanks() {
    let schedule = solved(CHAIN);
    let told: Vec<_> = schedule.activities.iter().filter(|a| !a.tanks.is_empty()).collect();
    for kind in [Kind::Sampling, Kind::Transfer] {
        assert!(told.iter().any(|activity| activity.kind == kind), "{told:#?}");
    }
    let alongside = told.iter().filter(|a| a.kind == Kind::Transfer && a.vessel.as_deref() == Some("ship"));
    assert!(alongside.count() > 0);
    // What the tanks of a vessel have together is what is in its hold.
    for stock in schedule.stocks.iter().filter(|stock| stock.holder == "ship") {
        let own = schedule
            .tanks
            .iter()
            .filter(|tank| (&tank.vessel, &tank.commodity) == (&stock.holder, &stock.commodity));
        let most = own.map(|tank| tank.levels.iter().map(|level| level.1).fold(0.0, f64::max)).sum::<f64>();
        let peak = stock.levels.iter().map(|level| level.1).fold(0.0, f64::max);
        assert!(most >= peak - 1e-5, "{stock:?} {:?}", schedule.tanks);
    }
    let rooms = CHAIN.replace(
        "tank = [{ id = \"fore\", capacity = \"4 t\" }, { id = \"aft\", capacity = \"6 t\" }]",
        "hold = { mud = \"10 t\", ore = \"10 t\" }\nhold_total = \"10 t\"",
    );
    assert!(delivered(&solved(&rooms)) >= delivered(&schedule), "tanks are never better than one room");
}

/// Six days of a ship at sea and two carriers, each with tanks: more than is proven soon.
const LARGE: &str = r#"
plan = { name = "six days", start = 2026-01-01T00:00:00Z, end = 2026-01-07T00:00:00Z }
goal = { order = ["delivered", "finish"] }
site = [
  { id = "field", kind = "sea", position = [24.0, 154.0] },
  { id = "quay", kind = "port", position = [25.5, 154.0] },
]
commodity = [{ id = "mud" }, { id = "ore" }]
sampling = [
  { id = "mud", vessel = "ship", commodity = "mud", rate = "3 t/h" },
  { id = "ore", vessel = "ship", commodity = "ore", rate = "1 t/h", value = [["60 t", 4.0]] },
]
transfer = [
  { id = "mud-over", from = "ship", to = "carrier", site = "field", commodity = "mud", rate = "30 t/h", setup = "1 h" },
  { id = "ore-over", from = "ship", to = "carrier", site = "field", commodity = "ore", rate = "30 t/h", setup = "1 h" },
  { id = "mud-home", from = "carrier", to = "quay", commodity = "mud", rate = "30 t/h" },
  { id = "ore-home", from = "carrier", to = "quay", commodity = "ore", rate = "30 t/h" },
]

[[vessel]]
id = "ship"
at = "field"
tank = [{ id = "fore", capacity = "40 t" }, { id = "mid", capacity = "40 t" }, { id = "aft", capacity = "60 t" }]

[[vessel]]
id = "carrier"
count = 2
at = "quay"
calls = ["field", "quay"]
speed = "10 kn"
departs_every = "3 h"
tank = [{ id = "port", capacity = "50 t" }, { id = "starboard", capacity = "50 t" }]
"#;

#[test]
fn a_large_plan_with_tanks_has_a_schedule_soon() {
    let (plan, sea) = Written::new(LARGE, &[]).load();
    let stop = AtomicBool::new(false);
    let options = Options { time_limit: Some(Duration::from_secs(4)), ..Options::new(&stop) };
    let Outcome::Solved(solved) = optimise(&plan, &sea, &options).expect("a solver that works") else {
        panic!("there is a schedule");
    };
    let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
    assert_eq!(verify(&plan, &sea, &schedule), []);
    // A voyage of one carrier with what it takes.
    assert!(delivered(&schedule) >= 100.0, "{}", delivered(&schedule));
}

#[test]
fn one_more_tonne_of_a_tank_is_priced() {
    // Both tanks are full of mud when the plan ends: a larger one takes another tonne.
    let plan = r#"
plan = { name = "full", start = 2026-01-01T00:00:00Z, end = 2026-01-01T09:00:00Z }
goal = { order = ["sampled"] }
site = [{ id = "quay", kind = "port" }]
commodity = [{ id = "mud" }, { id = "ore" }]
sampling = [{ id = "mud", vessel = "ship", commodity = "mud", rate = "2 t/h", min_run = "6 h" }]
vessel = [{ id = "ship", at = "quay", tank = [
  { id = "fore", capacity = "4 t" }, { id = "aft", capacity = "6 t" }, { id = "dry", capacity = "5 t", takes = ["ore"] },
] }]
"#;
    let written = Written::new(plan, &[1.0; 9]);
    let told = Run::new(["explain", "--json"]).arg(written.folder.path()).done().json();
    let rows = told["capacities"].as_array().expect("a list");
    let gains = |of: &str| {
        let row = rows.iter().find(|row| row["capacity"] == "tank" && row["of"] == of);
        row.unwrap_or_else(|| panic!("no {of} in {rows:#?}"))["gain"].as_f64().expect("a gain")
    };
    assert_eq!([gains("ship fore"), gains("ship aft"), gains("ship dry")], [1.0, 1.0, 0.0]);
    // What the hold takes is what its tanks take, and no capacity of its own.
    assert!(rows.iter().all(|row| row["capacity"] != "hold"), "{rows:#?}");
}

#[test]
fn tanks_of_ships_that_meet_are_simulated_and_written() {
    let plan = r#"
plan = { name = "two", start = 2026-01-01T00:00:00Z, end = 2026-01-01T20:00:00Z }
goal = { order = ["delivered"] }
commodity = [{ id = "mud" }]
site = [{ id = "field", kind = "sea", position = [24.0, 154.0] }, { id = "quay", kind = "port", position = [24.2, 154.0] }]
sampling = [
  { id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "2 t/h", at_most = "16 t" },
]
transfer = [
  { id = "fetch", from = "ship", to = "carrier", site = "field", commodity = "mud", rate = "4 t/h" },
  { id = "land", from = "carrier", to = "quay", commodity = "mud", rate = "4 t/h" },
]
[[vessel]]
id = "ship"
at = "field"
tank = [{ id = "fore", capacity = "4 t" }, { id = "mid", capacity = "8 t" }]
[[vessel]]
id = "carrier"
at = "quay"
calls = ["field"]
speed = "12 kn"
tank = [{ id = "port", capacity = "3 t" }, { id = "starboard", capacity = "6 t" }]
"#;
    let written = Written::new(plan, &[]);
    let (folder, out) = (written.folder.path(), written.folder.path().join("out"));
    let ran = Run::new(["simulate", "-o"]).arg(&out).arg(folder).done();
    assert!(ran.stdout.contains("all done, in time          100 %"), "{}", ran.stdout);
    let of_it = out.join("p50");
    Run::new(["verify"]).arg(&of_it).arg(of_it.join("schedule.json")).done();
    let schedule = mudline::schedule::read(&of_it.join("schedule.json")).expect("a schedule");
    assert!(schedule.totals.delivered_t >= 9.0, "{}", schedule.totals.delivered_t);
    assert!(!schedule.tanks.is_empty());
}
