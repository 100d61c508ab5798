//! Small plans of a ship that lifts and lands by itself, of which something has happened, against the solver alone: what is under way is in all sorts of
//! states, with a part of a layer aboard, and what comes again may be overdue.

use super::*;
use crate::model::{Past, optimise, optimise_after};
use crate::schedule::{Itinerary, Move, What};

/// How a plan went on up to a slot.
#[derive(Debug, Clone)]
struct Voyage {
    small: Small,
    /// The sea that came in place of the one that the plan was made for, from that slot on.
    other: Vec<f64>,
    until: usize,
    /// The tenths of its tonnes that flowed.
    tenths: u32,
    /// After how many hours the crew must be changed by what is known now.
    every: u32,
    /// How often gear may be put out by what is known now.
    most: u32,
}

fn voyage(small: impl Strategy<Value = Small>) -> impl Strategy<Value = Voyage> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 2.0]), 20);
    let tenths = prop::sample::select(vec![10u32, 10, 5, 7]);
    let drawn = (small, sea, 1usize..14, tenths, 4u32..12, 1u32..3);
    drawn.prop_map(|(small, other, until, tenths, every, most)| {
        let until = 1 + until % (small.sea.len() - 1);
        Voyage { small, other, until, tenths, every, most }
    })
}

impl Voyage {
    /// What was done, of the schedule that was made for the sea of which one knew, with as many tonnes as flowed.
    fn sailed(&self) -> Itinerary {
        let (plan, sea) = self.small.loaded("order = [\"delivered\"]");
        let stop = AtomicBool::new(false);
        let solved = match optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works") {
            Outcome::Solved(solved) => solved,
            other => panic!("{other:?}"),
        };
        let mut itinerary = solved.itinerary;
        let share = f64::from(self.tenths) / 10.0;
        for Move { what, .. } in itinerary.vessels.iter_mut().flatten() {
            if let What::Sample(_, tonnes) | What::Transfer(_, tonnes) = what {
                tonnes.iter_mut().for_each(|tonnes| *tonnes = (*tonnes * share * 1e4).round() / 1e4);
            }
        }
        itinerary
    }

    /// The plan with the sea that came, by what is known now.
    fn later(&self, goal: &str) -> (Plan, Sea) {
        let hours = self.small.sea.len();
        let sea = self.small.sea[..self.until].iter().chain(&self.other[self.until..hours]);
        let every = self.small.every.map(|(_, is_either)| (self.every, is_either));
        let small = Small { sea: sea.copied().collect(), every, ..self.small.clone() };
        let (mut plan, sea) = small.loaded(goal);
        if let Some(task) = plan.tasks.places().find(|&task| plan.tasks[task].id.as_str() == "put-out") {
            plan.tasks[task].most = self.most;
        }
        (plan, sea)
    }

    /// Whether what is found is what can be: all that flowed makes whole layers.
    fn is_whole(&self) -> bool {
        self.tenths == 10
    }
}

/// That what is found bounds what the solver alone brings ashore after a voyage, and is that where nothing but ways and holds bounds it; and that its ways
/// can be gone.
fn is_what_the_solver_lands_after(voyage: &Voyage) -> Result<(), TestCaseError> {
    let sailed = voyage.sailed();
    let past = Past { until: voyage.until, itinerary: &sailed, bars: &[], flows: true };
    let stop = AtomicBool::new(false);
    let options = Options { explains: false, ..Options::new(&stop) };
    let (plan, sea) = voyage.later("weights = { delivered = 1.0 }");
    let Outcome::Solved(solved) = optimise_after(&plan, &sea, &past, &options).expect("a solver that works")
    else {
        return Ok(());
    };
    let best = solved.stamp.goals[0].value;
    let (plan, sea) = voyage.later("order = [\"delivered\"]");
    let model = Model::of_sets(Sets::after(&plan, &sea, &past), |_| true);
    is_what_is_found(&model, &voyage.small, best, voyage.is_whole())
}

proptest! {
    #![proptest_config(settings(10))]
    #[test]
    fn after_a_voyage_the_best_of_a_ship_alone_is_what_the_solver_lands(voyage in voyage(small())) {
        is_what_the_solver_lands_after(&voyage)?;
    }
}

proptest! {
    #![proptest_config(settings(6))]
    #[test]
    fn after_a_voyage_what_was_aboard_at_its_start_counts_for_nobody(voyage in voyage(loaded_already())) {
        is_what_the_solver_lands_after(&voyage)?;
    }
}

proptest! {
    #![proptest_config(settings(6))]
    #[test]
    fn after_a_voyage_the_best_of_a_ship_in_a_rhythm_is_what_the_solver_lands(voyage in voyage(in_rhythm())) {
        is_what_the_solver_lands_after(&voyage)?;
    }
}

proptest! {
    #![proptest_config(settings(10))]
    #[test]
    fn after_a_voyage_what_keeps_only_so_long_lands_in_time(voyage in voyage(kept())) {
        is_what_the_solver_lands_after(&voyage)?;
    }
}
