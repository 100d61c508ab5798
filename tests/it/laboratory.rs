//! Cores that must be at a laboratory in time, through three holders, against a search through everything that a ship and a van can do.
//!
//! The search shares nothing with the model: every tonne carries the hour by which it must be there through queues of the ship, the
//! store and the van, each of which lets go first what came first.

use crate::holders::solved_in;
use crate::support::{Run, Written};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::HashMap;

/// A ship that lifts at a quay, a store there, and a van an hour from the laboratory.
#[derive(Debug, Clone)]
struct Chain {
    slots: usize,
    within: usize,
    hold: usize,
    store: usize,
    van: usize,
    lift: usize,
    rate: usize,
    aboard: usize,
}

fn chain() -> impl Strategy<Value = Chain> {
    let sizes = (1usize..4, 1usize..4, 1usize..3, 1usize..3, 1usize..3, 0usize..2);
    (4usize..9, 2usize..6, sizes).prop_map(|(slots, within, (hold, store, van, lift, rate, aboard))| Chain {
        slots,
        within,
        hold,
        store,
        van,
        lift,
        rate,
        aboard: aboard.min(hold),
    })
}

/// Hours by which tonnes must be there, the oldest first: in the ship, the store and the van.
type Queues = [Vec<usize>; 3];

/// The van: at the quay, or at the laboratory.
type Place = bool;

impl Chain {
    fn plan(&self) -> String {
        let Chain { slots, within, hold, store, van, lift, rate, aboard } = self;
        format!(
            r#"
plan = {{ name = "cores", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{slots:02}:00:00Z }}
goal = {{ order = ["sampled"] }}
site = [
  {{ id = "quay", kind = "port", position = [0.0, 150.0], store = {{ core = "{store} t" }} }},
  {{ id = "laboratory", kind = "plant", position = [0.1, 150.0] }},
]
commodity = [{{ id = "core", reach = {{ site = "laboratory", within = "{within} h" }} }}]
vessel = [
  {{ id = "ship", at = "quay", hold = {{ core = "{hold} t" }}, aboard = {{ core = "{aboard} t" }} }},
  {{ id = "van", at = "quay", calls = ["quay", "laboratory"], speed = "10 kn", hold = {{ core = "{van} t" }} }},
]
sampling = [{{ id = "lift", vessel = "ship", commodity = "core", rate = "{lift} t/h" }}]
transfer = [
  {{ id = "land", from = "ship", to = "quay", commodity = "core", rate = "{rate} t/h" }},
  {{ id = "load", from = "quay", to = "van", commodity = "core", rate = "{rate} t/h" }},
  {{ id = "unload", from = "van", to = "laboratory", commodity = "core", rate = "{rate} t/h" }},
]
"#
        )
    }

    /// The most that can be lifted from a slot on; nothing where something is late whatever is done.
    fn search(&self, slot: usize, queues: &Queues, is_away: Place, known: &mut Known) -> Option<usize> {
        if queues.iter().flatten().any(|by| *by <= slot) {
            return None;
        }
        if slot == self.slots {
            return Some(0);
        }
        let key = (slot, queues.clone(), is_away);
        if let Some(best) = known.get(&key) {
            return *best;
        }
        let mut best = None;
        for (lifted, queues) in self.of_ship(slot, queues) {
            for (queues, is_away) in self.of_van(&queues, is_away) {
                // What is landed and loaded in the same hour passes the store.
                if queues[1].len() <= self.store {
                    let rest = self.search(slot + 1, &queues, is_away, known);
                    best = best.max(rest.map(|rest| rest + lifted));
                }
            }
        }
        known.insert(key, best);
        best
    }

    /// What the ship can do in a slot.
    fn of_ship(&self, slot: usize, queues: &Queues) -> Vec<(usize, Queues)> {
        let mut all = Vec::new();
        for lifted in 0..=self.lift.min(self.hold - queues[0].len()) {
            let mut after = queues.clone();
            after[0].extend(std::iter::repeat_n(slot + 1 + self.within, lifted));
            all.push((lifted, after));
        }
        for landed in 1..=self.rate.min(queues[0].len()) {
            let mut after = queues.clone();
            let moved: Vec<usize> = after[0].drain(..landed).collect();
            after[1].extend(moved);
            all.push((0, after));
        }
        all
    }

    /// What the van can do in a slot.
    fn of_van(&self, queues: &Queues, is_away: Place) -> Vec<(Queues, Place)> {
        let mut all = vec![(queues.clone(), is_away), (queues.clone(), !is_away)];
        let most = match is_away {
            true => self.rate.min(queues[2].len()),
            false => self.rate.min(queues[1].len()).min(self.van - queues[2].len()),
        };
        for tonnes in 1..=most {
            let mut after = queues.clone();
            let from = if is_away { 2 } else { 1 };
            let moved: Vec<usize> = after[from].drain(..tonnes).collect();
            if !is_away {
                after[2].extend(moved);
            }
            all.push((after, is_away));
        }
        all
    }
}

/// The best from a slot on.
type Known = HashMap<(usize, Queues, Place), Option<usize>>;

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

    /// As much is lifted as can be at the laboratory in time, and the judge finds nothing wrong with it.
    #[test]
    fn cores_are_at_the_laboratory_as_a_search_through_everything_finds(chain in chain()) {
        let queues = [vec![chain.within; chain.aboard], Vec::new(), Vec::new()];
        let best = chain.search(0, &queues, false, &mut Known::new());
        let value = solved_in(&chain.plan(), &[1.0; 24]).map(|schedule| schedule.solve.goals[0].value);
        let is_same = match (value, best) {
            (Some(value), Some(best)) => (value - best as f64).abs() < 1e-6,
            (value, best) => value.is_none() && best.is_none(),
        };
        prop_assert!(is_same, "{:?} instead of {:?}", value, best);
    }
}

#[test]
fn cores_are_simulated_as_they_were_planned() {
    let plan = r#"
plan = { name = "a", start = 2026-01-01T00:00:00Z, end = 2026-01-01T09:00:00Z }
site = [{ id = "quay", kind = "port" }]
commodity = [{ id = "core", reach = { site = "quay", within = "3 h" } }]
vessel = [{ id = "ship", at = "quay", hold = { core = "2 t" } }]
sampling = [{ id = "lift", vessel = "ship", commodity = "core", rate = "1 t/h" }]
transfer = [{ id = "land", from = "ship", to = "quay", commodity = "core", rate = "1 t/h" }]
"#;
    let written = Written::new(plan, &[]);
    Run::new(["simulate"]).arg(written.folder.path()).done().stdout_has("all done, in time          100 %");
}
