//! Carriers that come and go: what rows of meetings prove against the solver, which proves the same plan in its own way.

use crate::support::Written;
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::{GoalStamp, account, verify::verify};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::atomic::AtomicBool;

/// Ships with gear, carriers, one or two quays.
#[derive(Debug, Clone)]
pub struct Field {
    pub slots: usize,
    /// How many ships are met.
    ships: usize,
    /// What the first quay takes in all, where that is bounded.
    room: Option<u32>,
    carriers: usize,
    /// Whether the carriers begin where the ship is met.
    begins_there: bool,
    every: usize,
    quays: usize,
    berths: usize,
    locations: usize,
    /// Tonnes: what a carrier and the ship hold, and what may be lifted at a location.
    holds: [f64; 3],
    /// Tonnes an hour: lifted, taken, landed.
    rates: [f64; 3],
    /// Slots: set-up and hoses off of a meeting, set-up of a landing.
    lengths: [usize; 3],
    min_run: usize,
    pub sea: Vec<f64>,
}

pub fn field(ships: usize) -> impl Strategy<Value = Field> {
    let slots = if ships > 1 { 12usize..16 } else { 14..22 };
    let room = prop::option::weighted(0.3, 3u32..20);
    let sizes = (slots, 1usize..4, any::<bool>(), 1usize..4, 1usize..3, 1usize..3, 1usize..3);
    let holds = [2u32..7, 3u32..10, 4u32..20];
    let rates = [1u32..3, 1u32..6, 1u32..5];
    let lengths = [0usize..3, 0usize..2, 0usize..2];
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 2.2, 2.6]), 24);
    let runs = (1usize..3, room);
    (sizes, holds, rates, lengths, runs, sea).prop_map(move |(sizes, holds, rates, lengths, runs, sea)| {
        let (min_run, room) = runs;
        let (slots, carriers, begins_there, every, quays, berths, locations) = sizes;
        let (holds, rates) = (holds.map(f64::from), rates.map(f64::from));
        Field {
            slots,
            ships,
            room,
            carriers,
            begins_there,
            every,
            quays,
            berths,
            locations,
            holds,
            rates,
            lengths,
            min_run,
            sea,
        }
    })
}

impl Field {
    /// The plan; with weights the solver alone goes about it.
    pub fn plan(&self, has_weights: bool) -> String {
        let Field { slots, carriers, every, quays, berths, .. } = self;
        let [hold, holds, most] = self.holds;
        let [lift, take, land] = self.rates;
        let [setup, off, before] = self.lengths;
        let at = if self.begins_there { "field" } else { "quay-1" };
        let goal = if has_weights { "weights = { delivered = 1.0 }" } else { "order = [\"delivered\"]" };
        let names: Vec<String> = (1..=*quays).map(|quay| format!("quay-{quay}")).collect();
        let mut plan = format!(
            r#"
plan = {{ name = "rounds", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{slots:02}:00:00Z }}
goal = {{ {goal} }}
weather = [{{ id = "w", file = "sea.csv" }}]
commodity = [{{ id = "mud" }}]
[[site]]
id = "field"
kind = "sea"
position = [24.0, 154.0]
weather = "w"
[[vessel]]
id = "carrier"
count = {carriers}
at = "{at}"
calls = ["{calls}", "field"]
speed = "7 kn"
departs_every = "{every} h"
hold = {{ mud = "{hold} t" }}
"#,
            calls = names.join("\", \""),
        );
        for ship in 1..=self.ships {
            plan += &format!(
                r#"
[[vessel]]
id = "ship-{ship}"
at = "field"
hold = {{ mud = "{holds} t" }}
gear = [{{ id = "stowed" }}, {{ id = "down", survives = {{ hs = "2.5 m" }} }}]
[[task]]
id = "deploy-{ship}"
vessel = "ship-{ship}"
site = "field"
duration = "1 h"
leaves = "down"
times = "0..4"
[[task]]
id = "recover-{ship}"
vessel = "ship-{ship}"
site = "field"
duration = "1 h"
gear = "down"
leaves = "stowed"
times = "0..4"
[[transfer]]
id = "fetch-{ship}"
from = "ship-{ship}"
to = "carrier"
site = "field"
from_gear = "down"
commodity = "mud"
rate = "{take} t/h"
setup = "{setup} h"
hoses_off = "{off} h"
limits = {{ hs = "2 m" }}
"#
            );
        }
        for (nth, quay) in names.iter().enumerate() {
            let store = self
                .room
                .filter(|_| nth == 0)
                .map_or(String::new(), |room| format!("store = {{ mud = \"{room} t\" }}\n"));
            let north = 24.1 + 0.1 * nth as f64;
            plan += &format!(
                "[[site]]\nid = \"{quay}\"\nkind = \"port\"\nposition = [{north}, 154.0]\nberths = {berths}\n{store}\
                 [[transfer]]\nid = \"land-{quay}\"\nfrom = \"carrier\"\nto = \"{quay}\"\ncommodity = \"mud\"\n\
                 rate = \"{land} t/h\"\nsetup = \"{before} h\"\n"
            );
        }
        for (ship, location) in
            (1..=self.ships).flat_map(|ship| (1..=self.locations).map(move |at| (ship, at)))
        {
            plan += &format!(
                "[[sampling]]\nid = \"lift-{ship}-{location}\"\nvessel = \"ship-{ship}\"\nsite = \"field\"\ngear = \"down\"\ncommodity = \"mud\"\n\
                 rate = \"{lift} t/h\"\nmin_run = \"{} h\"\nat_most = \"{most} t\"\nvalue = [[\"{most} t\", {}]]\n",
                self.min_run,
                1.5 - 0.5 * location as f64,
            );
        }
        plan
    }
}

/// The first goal of a plan, whose schedule the judge finds good.
fn solve(plan: &str, sea: &[f64]) -> GoalStamp {
    let (plan, sea) = Written::new(plan, sea).load();
    let stop = AtomicBool::new(false);
    match optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works") {
        Outcome::Solved(solved) => {
            let goal = solved.stamp.goals[0].clone();
            let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
            assert_eq!(verify(&plan, &sea, &schedule), []);
            goal
        }
        other => panic!("{other:?}"),
    }
}

pub fn settings(cases: u32) -> ProptestConfig {
    let number =
        |name: &str, otherwise| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise);
    ProptestConfig {
        cases: number("MUDLINE_CASES", u64::from(cases)) as u32,
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED", 2027)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What is found and what the solver finds alone come to the same, and neither proves too much.
fn agree(field: &Field) -> Result<(), TestCaseError> {
    let found = solve(&field.plan(false), &field.sea);
    let alone = solve(&field.plan(true), &field.sea);
    let bound = |goal: &GoalStamp| goal.bound.expect("a bound");
    prop_assert!(bound(&found) >= alone.value - 1e-5, "{:?} and {:?} of the solver alone", found, alone);
    prop_assert!(bound(&alone) >= found.value - 1e-5, "{:?} and {:?} of the solver alone", found, alone);
    if found.gap == Some(0.0) && alone.gap == Some(0.0) {
        prop_assert!(
            (found.value - alone.value).abs() < 1e-5,
            "{:?} and {:?} of the solver alone",
            found,
            alone
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(settings(24))]
    /// With one ship, rows of meetings and the solver alone come to the same, and what is told as proven is so.
    #[test]
    fn rows_of_meetings_prove_what_the_solver_proves(field in field(1)) {
        agree(&field)?;
    }
}

proptest! {
    #![proptest_config(settings(12))]
    /// With two ships as well.
    #[test]
    fn rows_of_meetings_of_two_ships_prove_what_the_solver_proves(field in field(2)) {
        agree(&field)?;
    }
}
