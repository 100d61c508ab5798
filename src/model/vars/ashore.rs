//! The variables of the shore: what is fed, made in batches, drawn and credited.
//!
//! In: the sets of a model. Out: variables, in the order of the plan and of time.

use super::at;
use crate::id::Ix;
use crate::model::past::Flow;
use crate::model::sets::Sets;
use crate::plan::{Commodity, Demand, Direction, Goal, Process};
use crate::time::Slot;
use good_lp::variable::ProblemVariables;
use good_lp::{Variable, variable};

/// For each process, for each slot in which it may be fed: tonnes.
pub(super) fn feeds(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Vec<Variable>> {
    let of_one = |((place, process), slots): ((Ix<Process>, &Process), &Vec<Slot>)| {
        let label = &sets.labels.processes[place.index()];
        let most = process.per_slot(sets.horizon());
        let feed = |slot: &Slot| {
            let (least, most) = sets.kept.bounds(Flow::Feed(place.index()), *slot, most);
            variable().clamp(least, most).name(format!("feed({label},{})", at(*slot)))
        };
        slots.iter().map(|slot| problem.add(feed(slot))).collect()
    };
    sets.plan.processes.entries().zip(&sets.feeding).map(of_one).collect()
}

/// For each process in batches, for each of its slots: whether one begins.
pub(super) fn batches(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Vec<Variable>> {
    let of_one = |((place, process), slots): ((Ix<Process>, &Process), &Vec<Slot>)| {
        let label = &sets.labels.processes[place.index()];
        let begins = |slot: &Slot| variable().binary().name(format!("batch({label},{})", at(*slot)));
        let slots = slots.iter().filter(|_| process.batch.is_some());
        slots.map(|slot| problem.add(begins(slot))).collect()
    };
    sets.plan.processes.entries().zip(&sets.feeding).map(of_one).collect()
}

/// For each demand, for each slot in which it may be supplied: tonnes.
pub(super) fn draws(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Vec<Variable>> {
    let of_one = |((place, demand), slots): ((Ix<Demand>, &Demand), &Vec<Slot>)| {
        let label = &sets.labels.demands[place.index()];
        let most = demand.amount.min(demand.rate * sets.horizon().slot_h());
        let draw = |slot: &Slot| {
            let (least, most) = sets.kept.bounds(Flow::Draw(place.index()), *slot, most);
            variable().clamp(least, most).name(format!("draw({label},{})", at(*slot)))
        };
        slots.iter().map(|slot| problem.add(draw(slot))).collect()
    };
    sets.plan.demands.entries().zip(&sets.drawing).map(of_one).collect()
}

/// For each demand, for each step of its value: credited tonnes.
pub(super) fn supplies(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Vec<Variable>> {
    let is_goal = sets.plan.goals.contains(&Goal::Supplied);
    let of_one = |(place, demand): (Ix<Demand>, &Demand)| {
        let label = &sets.labels.demands[place.index()];
        let steps = demand.value.iter().enumerate().filter(|_| is_goal);
        let step = |(step, &(tonnes, _)): (usize, &(f64, f64))| {
            problem.add(variable().clamp(0, tonnes).name(format!("supplied({label},{step})")))
        };
        steps.map(step).collect()
    };
    sets.plan.demands.entries().map(of_one).collect()
}

/// For each commodity that is lifted, and of which the plan begins with some or some that is made ashore can be taken away: whether all that
/// was at sea has landed, and no more is taken away than is brought.
pub(super) fn landed(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<Option<Variable>> {
    let is_goal = sets.plan.goals.contains(&Goal::Delivered);
    let is_taken = |commodity: Ix<Commodity>| {
        let mut loads = sets.plan.transfers.entries().filter(|(_, t)| t.direction == Direction::Aboard);
        let is_made = sets.plan.processes.iter().any(|process| process.to == commodity);
        is_made && loads.any(|(place, transfer)| transfer.commodity == commodity && sets.is_shore(place))
    };
    let one = |commodity: Ix<Commodity>| {
        let (on_land, at_sea) = sets.plan.all_at_start(commodity);
        let is_there = on_land + at_sea > 0.0 || is_taken(commodity);
        let is_needed = is_goal && sets.plan.is_lifted(commodity) && is_there;
        let name = format!("landed({})", sets.labels.commodities[commodity.index()]);
        is_needed.then(|| problem.add(variable().binary().name(name)))
    };
    sets.plan.commodities.places().map(one).collect()
}
