//! Fleets: vessels that are alike against the same vessels written one by one, and what they say on the command line.

use crate::support::{Run, Written};
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::{GoalStamp, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::atomic::AtomicBool;

/// A ship that lifts, carriers that fetch, a quay.
#[derive(Debug, Clone)]
struct Fleet {
    slots: usize,
    count: usize,
    hold: f64,
    ship: f64,
    rate: f64,
    setup: usize,
    off: usize,
    smallest: f64,
    /// No bound where it is nothing.
    largest: f64,
    every: usize,
    berths: usize,
    land: f64,
    speed: f64,
    sea: Vec<f64>,
}

fn fleet() -> impl Strategy<Value = Fleet> {
    let sizes = (10usize..16, 2usize..4, 2u32..6, 2u32..9, 2u32..6);
    let times = (0usize..2, 0usize..2, (0u32..3, 0u32..4), 1usize..4, 1usize..3, 1u32..4);
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 2.2]), 16);
    (sizes, times, prop::sample::select(vec![7.0, 13.0]), sea).prop_map(|(sizes, times, speed, sea)| {
        let (slots, count, hold, ship, rate) = sizes;
        let (setup, off, (smallest, largest), every, berths, land) = times;
        let largest = if largest == 0 { 0.0 } else { f64::from(largest.max(smallest)) };
        let [hold, ship, rate, smallest, land] = [hold, ship, rate, smallest, land].map(f64::from);
        Fleet {
            slots,
            count,
            hold,
            ship,
            rate,
            setup,
            off,
            smallest: smallest.min(hold),
            largest,
            every,
            berths,
            land,
            speed,
            sea,
        }
    })
}

impl Fleet {
    /// The plan; with the carriers in one entry or each in its own.
    fn plan(&self, is_one_entry: bool) -> String {
        let Fleet {
            slots, count, hold, ship, rate, setup, off, smallest, every, berths, land, speed, ..
        } = self;
        let largest = match self.largest {
            0.0 => String::new(),
            largest => format!("largest = \"{largest} t\"\n"),
        };
        let mut plan = format!(
            r#"
plan = {{ name = "fleet", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{slots:02}:00:00Z }}
goal = {{ order = ["delivered"] }}
weather = [{{ id = "w", file = "sea.csv" }}]
site = [
  {{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }},
  {{ id = "quay", kind = "port", position = [24.1, 154.0], berths = {berths} }},
]
commodity = [{{ id = "mud" }}]
sampling = [{{ id = "lift", vessel = "ship", commodity = "mud", rate = "1 t/h", limits = {{ hs = "2.5 m" }} }}]
[[vessel]]
id = "ship"
at = "field"
hold = {{ mud = "{ship} t" }}
"#
        );
        let names: Vec<String> = match is_one_entry {
            true => vec!["carrier".to_owned()],
            false => (1..=*count).map(|nth| format!("carrier-{nth}")).collect(),
        };
        for name in names {
            let many = if is_one_entry { format!("count = {count}\n") } else { String::new() };
            plan += &format!(
                r#"
[[vessel]]
id = "{name}"
{many}at = "quay"
calls = ["quay", "field"]
speed = "{speed} kn"
departs_every = "{every} h"
hold = {{ mud = "{hold} t" }}
[[transfer]]
id = "fetch-{name}"
from = "ship"
to = "{name}"
commodity = "mud"
rate = "{rate} t/h"
setup = "{setup} h"
hoses_off = "{off} h"
smallest = "{smallest} t"
{largest}limits = {{ hs = "2 m" }}
[[transfer]]
id = "land-{name}"
from = "{name}"
to = "quay"
commodity = "mud"
rate = "{land} t/h"
"#
            );
        }
        plan
    }

    /// The best worth, its bound, and what the judge finds.
    fn solve(&self, is_one_entry: bool) -> (f64, f64, usize) {
        let (goals, faults) = solve(&self.plan(is_one_entry), &self.sea);
        (goals[0].value, goals[0].bound.expect("a bound"), faults)
    }

    /// The same plan with carriers that are hired, burn fuel and have two speeds, at the least cost.
    fn hired_plan(&self, is_one_entry: bool) -> String {
        let Fleet { hold, speed, setup, .. } = self;
        let slow = speed / 2.0;
        let hired = format!(
            "speeds = [{{ speed = \"{speed} kn\", sailing = \"5 t/h\" }}, {{ speed = \"{slow} kn\", sailing = \"1 t/h\" }}]\n\
             day_rate = \"{rate} USD/d\"\nhire = {{ from = 2026-01-01T01:00:00Z, mobilisation = \"{once} USD\", voyage = \"30 USD\" }}\n\
             fuel = {{ working = \"1 t/h\", waiting = \"0.5 t/h\", price = \"10 USD/t\", co2 = 3.1 }}",
            rate = 240 * (setup + 1),
            once = 50.0 * hold,
        );
        self.plan(is_one_entry)
            .replace("name = \"fleet\",", "name = \"fleet\", currency = \"USD\",")
            .replace("[\"delivered\"]", "[\"delivered\", \"cost\", \"emissions\"]")
            .replace(&format!("speed = \"{speed} kn\""), &hired)
    }
}

/// What the goals of a plan come to, and how many faults the judge finds.
fn solve(plan: &str, sea: &[f64]) -> (Vec<GoalStamp>, usize) {
    let (plan, sea) = Written::new(plan, sea).load();
    let stop = AtomicBool::new(false);
    match optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works") {
        Outcome::Solved(solved) => {
            let goals = solved.stamp.goals.clone();
            let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
            let faults = verify(&plan, &sea, &schedule);
            if !faults.is_empty() {
                eprintln!("{faults:#?}\n{goals:#?}");
            }
            (goals, faults.len())
        }
        other => panic!("{other:?}"),
    }
}

fn settings(cases: usize) -> ProptestConfig {
    let number =
        |name: &str, otherwise| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    ProptestConfig {
        cases: number("MUDLINE_CASES", cases as u64) as u32,
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED", 2027)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(settings(8))]
    /// The judge keeps what a fleet does; it brings no more than the same vessels one by one, and its bound is none too low.
    #[test]
    fn a_fleet_is_as_good_as_its_vessels(fleet in fleet()) {
        let (each, each_bound, each_faults) = fleet.solve(false);
        let (all, bound, faults) = fleet.solve(true);
        prop_assert_eq!((faults, each_faults), (0, 0));
        prop_assert!((each - each_bound).abs() < 1e-5, "one by one it is proven");
        prop_assert!(all <= each + 1e-5, "{} of a fleet and {} one by one", all, each);
        prop_assert!(bound >= each - 1e-5, "a bound of {} and {} one by one", bound, each);
    }
}

proptest! {
    #![proptest_config(settings(3))]
    /// The same where they are hired: what they cost is judged, and a fleet that brings as much is no cheaper than its vessels are.
    #[test]
    fn a_hired_fleet_costs_what_its_vessels_do(fleet in fleet()) {
        let (each, each_faults) = solve(&fleet.hired_plan(false), &fleet.sea);
        let (all, faults) = solve(&fleet.hired_plan(true), &fleet.sea);
        prop_assert_eq!((faults, each_faults), (0, 0));
        prop_assert!(each.iter().all(|goal| goal.gap == Some(0.0)), "one by one it is proven: {:?}", each);
        prop_assert!(all[0].bound >= Some(each[0].value - 1e-5), "{:?} and {:?} one by one", all, each);
        if (all[0].value - each[0].value).abs() < 1e-5 {
            prop_assert!(all[1].value >= each[1].value - 1e-4, "{:?} and {:?} one by one", all, each);
            prop_assert!(all[1].bound <= Some(each[1].value + 1e-4), "{:?} and {:?} one by one", all, each);
        }
    }
}

/// A fleet in calm water.
fn calm(berths: usize) -> Fleet {
    let (hold, rate, land, speed) = (3.0, 3.0, 3.0, 13.0);
    let (slots, count, ship, sea) = (12, 2, 6.0, vec![1.0; 16]);
    Fleet {
        slots,
        count,
        hold,
        ship,
        rate,
        setup: 0,
        off: 0,
        smallest: 0.0,
        largest: 0.0,
        every: 1,
        berths,
        land,
        speed,
        sea,
    }
}

#[test]
fn vessels_that_are_alike_have_names_of_their_own() {
    let written = Written::new(&calm(1).plan(true), &calm(1).sea);
    let told = Run::new(["schedule"]).arg(written.folder.path()).done().stdout;
    assert!(told.contains("carrier-1") && told.contains("carrier-2"), "{told}");
}

/// Whoever ends with mud aboard may be done at once: where that counts, vessels that are alike are planned one by one.
#[test]
fn a_fleet_may_end_with_what_it_fetched() {
    let plan = calm(2).plan(true).replace("[\"delivered\"]", "[\"sampled\", \"finish\"]");
    let (plan, sea) = Written::new(&plan, &calm(2).sea).load();
    let stop = AtomicBool::new(false);
    let Outcome::Solved(solved) = optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works")
    else {
        panic!("there is a schedule");
    };
    let goals = solved.stamp.goals.clone();
    let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
    assert_eq!(verify(&plan, &sea, &schedule), []);
    assert!(goals.iter().all(|goal| goal.gap == Some(0.0)), "{goals:?}");
}

/// Together they can take three smallest parcels in a row, and none of them can alone: then they are planned one by one.
#[test]
fn a_fleet_that_cannot_be_told_ship_by_ship_is_planned_so() {
    let mut sea = vec![1.0; 16];
    [2, 3, 6, 14].into_iter().for_each(|hour| sea[hour] = 2.2);
    let fleet = Fleet {
        slots: 13,
        hold: 2.0,
        ship: 3.0,
        rate: 2.0,
        off: 1,
        smallest: 1.0,
        largest: 2.0,
        land: 2.0,
        speed: 7.0,
        sea,
        ..calm(1)
    };
    let ((all, bound, faults), (each, ..)) = (fleet.solve(true), fleet.solve(false));
    assert_eq!(faults, 0);
    assert!((all - each).abs() < 1e-6 && bound >= each - 1e-6, "{all} of {bound}, and {each} one by one");
}

#[test]
fn a_fleet_sailed_in_the_sea_it_was_planned_in_brings_what_was_planned() {
    let written = Written::new(&calm(2).plan(true), &[1.0; 48]);
    let told = Run::new(["simulate", "--json"]).arg(written.folder.path()).done().json();
    let amounts = told["policies"][0]["amounts"].as_array().expect("amounts").clone();
    let delivered = amounts.iter().find(|row| row["id"] == "delivered").expect("what is delivered");
    assert!(delivered["planned"].as_f64().is_some_and(|tonnes| tonnes > 0.0), "{delivered}");
    assert_eq!(delivered["mean"], delivered["planned"], "{delivered}");
}

#[test]
fn one_of_several_that_are_alike_has_no_name_of_its_own() {
    let plan = r#"
plan = { name = "alike", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z }
site = [{ id = "port", kind = "port" }]
vessel = [{ id = "carrier", count = 2, at = "port" }]
closure = [{ vessel = "carrier-1", from = 2026-01-01T00:00:00Z, to = 2026-01-01T06:00:00Z }]
task = [{ id = "load", vessel = "carrier", duration = "1 h" }]
"#;
    let written = Written::new(plan, &[]);
    let checked = Run::new(["check"]).arg(written.folder.path()).fault();
    checked.stderr_has("\"carrier\" is all 2 of them; write one of them as a [[vessel]] of its own");
}
