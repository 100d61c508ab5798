//! Small plans of rounds whose transfers share a resource, drawn, against the solver alone: rows of meetings know nothing of it.

use super::small::{ANY, settings, small};
use super::*;
use crate::model::Model;
use crate::plan::{Goal, Transfer};
use crate::schedule::{account, verify::verify};
use proptest::prelude::*;

/// What transfers take of one thing, of which there are so many.
#[derive(Debug, Clone)]
struct Shared {
    capacity: u32,
    /// For each fetching, and for landing.
    fetching: u32,
    landing: u32,
}

fn shared() -> impl Strategy<Value = Shared> {
    (1u32..3, 0u32..3, 0u32..3).prop_map(|(capacity, fetching, landing)| Shared {
        capacity,
        fetching: fetching.min(capacity),
        landing: landing.min(capacity),
    })
}

impl Shared {
    fn put_into(&self, (plan, _): &mut (Plan, Sea)) {
        let hose = plan.resources.places().next().expect("a hose");
        plan.resources[hose].capacity = self.capacity;
        let places: Vec<Ix<Transfer>> = plan.transfers.places().collect();
        for place in places {
            let is_met = plan.transfers[place].meets.is_some();
            let units = if is_met { self.fetching } else { self.landing };
            plan.transfers[place].uses = [(hose, units)].into_iter().filter(|used| used.1 > 0).collect();
        }
    }
}

const HOSE: &str = "resource = [{ id = \"hose\", capacity = 1 }]\n";

proptest! {
    #![proptest_config(settings(12))]
    /// They prove no less than what can be landed, the answer is the same, and the judge finds nothing wrong with it.
    #[test]
    fn what_shares_a_resource_lands_what_the_solver_lands(small in (1usize..3).prop_flat_map(|ships| small(ships, ANY)), shared in shared()) {
        // With more of them the solver alone takes long.
        let mut small = small;
        small.carriers = small.carriers.min(2);
        small.sea.truncate(9);
        let planned = |goal: &str| {
            let mut planned = small.loaded_with(goal, HOSE);
            shared.put_into(&mut planned);
            planned
        };
        let stop = AtomicBool::new(false);
        let options = Options { explains: false, ..Options::new(&stop) };
        let (plan, sea) = planned("weights = { delivered = 1.0 }");
        let plain = match Model::apart(&plan, &sea).optimise(&options).expect("a solver that works") {
            Outcome::Solved(solved) => solved.stamp.goals[0].value,
            other => panic!("{other:?}"),
        };
        let (plan, sea) = planned("order = [\"delivered\"]");
        let Outcome::Solved(solved) = optimise(&plan, &sea, &options).expect("a solver that works") else {
            panic!("a schedule")
        };
        prop_assert_eq!(plan.goals.first(), Some(&Goal::Delivered));
        let found = solved.stamp.goals[0].clone();
        prop_assert_eq!(found.gap, Some(0.0));
        prop_assert!((found.value - plain).abs() < 1e-5, "{} and {} of the solver alone", found.value, plain);
        let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
        prop_assert_eq!(verify(&plan, &sea, &schedule), vec![]);
        let sets = Sets::in_fleets(&plan, &sea);
        let most = Rounds::new(&sets).expect("a plan of rounds").best(&|| true, &|| true, &|_| ()).most;
        prop_assert!(most >= plain - 1e-5, "{} of {}", most, plain);
    }
}
