//! A first answer where so much must be lifted or supplied that what is built falls short of it.
//!
//! In: a run. Out: values, where the best schedule for these alone has all of it. To look for the most of something is easier for a solver than to
//! find what has enough of it: on the way there every schedule is an answer.

use super::goals::Objective;
use super::optimise::{Options, Outcome, optimise};
use super::polish::POLISH;
use super::run::Run;
use crate::error::Error;
use crate::plan::{Goal, Plan};
use std::time::Duration;

impl Run<'_, '_> {
    /// Values with all that must be lifted and supplied, where they are found in a third of the time.
    pub(super) fn with_musts(
        &self,
        objective: &Objective,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let sets = &self.model.sets;
        let Some(loose) = without_musts(sets.plan).filter(|_| !sets.is_after) else { return Ok(None) };
        let time_limit = Some(self.time_left().map_or(POLISH, |left| left / 3));
        let options = Options { time_limit, progress: None, explains: false, ..*self.options };
        match optimise(&loose, sets.sea, &options)? {
            Outcome::Solved(solved) => self.traced(objective, &solved.itinerary, limit),
            _ => Ok(None),
        }
    }
}

/// The plan in which nothing must be lifted or supplied, and what must be in truth is all that counts; nothing where nothing must.
fn without_musts(plan: &Plan) -> Option<Plan> {
    let worth = |at_least: f64| if at_least > 0.0 { vec![(at_least, 1.0)] } else { Vec::new() };
    let mut loose = plan.clone();
    for place in plan.demands.places() {
        let demand = &mut loose.demands[place];
        (demand.value, demand.at_least) = (worth(demand.at_least), 0.0);
    }
    for place in plan.samplings.places() {
        let sampling = &mut loose.samplings[place];
        (sampling.value, sampling.at_least) = (worth(sampling.at_least), 0.0);
    }
    let lifts = plan.samplings.iter().any(|sampling| sampling.at_least > 0.0);
    let supplies = plan.demands.iter().any(|demand| demand.at_least > 0.0);
    let counts = [(Goal::Supplied, supplies), (Goal::Sampled, lifts)];
    loose.goals = counts.into_iter().filter(|(_, is_there)| *is_there).map(|(goal, _)| goal).collect();
    loose.weights = (loose.goals.len() > 1).then(|| vec![1.0; loose.goals.len()]);
    (!loose.goals.is_empty()).then_some(loose)
}
