//! Small chains, from the ship that lifts over an island to what is supplied at a port, against the solver alone.

use super::small::settings;
use super::*;
use crate::model::in_time::InTime;
use proptest::prelude::*;

/// A ship, carriers to an island where mud is washed, and a coaster that brings home what is left of it.
#[derive(Debug, Clone)]
struct Chain {
    hours: usize,
    carriers: usize,
    /// Tonnes: what a carrier and the coaster hold.
    holds: [u32; 2],
    /// Tonnes an hour: lifted, landed, washed, carried home.
    rates: [u32; 4],
    /// Knots, of the carriers and of the coaster.
    speeds: [u32; 2],
    /// Tonnes of mud that lie on the island.
    stock: u32,
}

impl Chain {
    /// A plan with a goal.
    fn loaded(&self, goal: &str) -> (Plan, Sea) {
        let Chain { hours, carriers, holds: [hold, coaster], rates, speeds: [fast, slow], stock } = self;
        let [lift, land, wash, home] = rates;
        let text = format!(
            r#"
plan = {{ name = "chain", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{hours:02}:00:00Z }}
goal = {{ {goal} }}
commodity = [{{ id = "mud" }}, {{ id = "cake" }}]
site = [
  {{ id = "field", kind = "sea", position = [24.0, 154.0] }},
  {{ id = "island", kind = "island", position = [24.2, 154.0], stock = {{ mud = "{stock} t" }} }},
  {{ id = "port", kind = "port", position = [24.4, 154.0] }},
]
vessel = [
  {{ id = "ship", at = "field", hold = {{ mud = "20 t" }} }},
  {{ id = "carrier", count = {carriers}, at = "island", calls = ["island", "field"], speed = "{fast} kn", hold = {{ mud = "{hold} t" }} }},
  {{ id = "coaster", at = "port", calls = ["port", "island"], speed = "{slow} kn", hold = {{ cake = "{coaster} t" }} }},
]
sampling = [{{ id = "lift", vessel = "ship", site = "field", commodity = "mud", rate = "{lift} t/h" }}]
transfer = [
  {{ id = "fetch", from = "ship", to = "carrier", site = "field", commodity = "mud", rate = "10 t/h" }},
  {{ id = "land", from = "carrier", to = "island", commodity = "mud", rate = "{land} t/h" }},
  {{ id = "load", from = "island", to = "coaster", commodity = "cake", rate = "{home} t/h" }},
  {{ id = "bring", from = "coaster", to = "port", commodity = "cake", rate = "{home} t/h" }},
]
process = [{{ id = "wash", site = "island", from = "mud", to = "cake", yield = "50 %", capacity = "{wash} t/h" }}]
demand = [{{ id = "buyer", site = "port", commodity = "cake", amount = "100 t", value = [["2 t", 3.0], ["98 t", 1.0]] }}]
"#
        );
        loaded(&text, std::iter::repeat(1.0))
    }
}

fn chain() -> impl Strategy<Value = Chain> {
    let sizes = (9usize..12, 1usize..3, [3u32..12, 2u32..9], [2u32..6, 2u32..9, 2u32..9, 1u32..6]);
    (sizes, [6u32..20, 6u32..20], 0u32..4).prop_map(|((hours, carriers, holds, rates), speeds, stock)| {
        Chain { hours, carriers, holds, rates, speeds, stock }
    })
}

#[test]
fn what_comes_too_late_to_be_carried_home_counts_for_nothing() {
    // Two hours from the island to the port at 6 kn, and none of 12 left after the last.
    let chain =
        Chain { hours: 12, carriers: 1, holds: [10, 10], rates: [5, 5, 5, 5], speeds: [12, 6], stock: 4 };
    let (plan, sea) = chain.loaded("order = [\"supplied\"]");
    let sets = Sets::new(&plan, &sea);
    let in_time = InTime::new(&sets);
    let [mud, cake] = [0, 1].map(Ix::new);
    let [field, island, port] = [0, 1, 2].map(Ix::new);
    // Brought in the last slot, loaded three slots before it; washed in the slot in which it is loaded.
    assert_eq!(in_time.last(port, cake), Some(11));
    assert_eq!(in_time.last(island, cake), Some(8));
    assert_eq!(in_time.last(island, mud), Some(8));
    assert_eq!(in_time.last(port, mud), None);
    assert_eq!(in_time.last(field, mud), None);
    // Half of 10 t and of the 4 t that are there: two at 3 and five at 1.
    assert_eq!(in_time.worth(mud, 10.0), 11.0);
}

proptest! {
    #![proptest_config(settings(6))]
    /// What is proven from what can come ashore in time is what the solver alone proves.
    #[test]
    fn the_most_that_is_supplied_is_what_the_solver_alone_supplies(chain in chain()) {
        let first = alone(&chain.loaded("order = [\"supplied\"]"));
        let solver = alone(&chain.loaded("weights = { supplied = 1.0 }"));
        prop_assert!((first - solver).abs() < 1e-5, "{} and {} of the solver alone", first, solver);
    }
}
