//! What is told of the goals when they have been solved: what each comes to, its bound, and which of two answers is better.
//!
//! In: objectives, what they come to, and how far each solve came. Out: stamps of the schedule.

use super::goals::Objective;
use super::solve::gap;
use crate::plan::{Goal, Plan};
use crate::schedule::{GoalStamp, Itinerary};

/// The better of two answers: which it is the first goal says in which they differ, by more than the part of it that the goals after it may take away.
pub(super) fn better(
    plan: &Plan,
    objectives: &[Objective],
    tolerance: f64,
    known: Option<(Itinerary, Vec<f64>)>,
    found: Option<(Itinerary, Vec<f64>)>,
) -> Option<(Itinerary, Vec<f64>)> {
    let (known, found) = match (known, found) {
        (Some(known), Some(found)) => (known, found),
        (known, found) => return known.or(found),
    };
    let (of_found, of_known) = (told(plan, &found.1), told(plan, &known.1));
    let differ = |tolerance: f64| {
        let goals = objectives.iter().zip(of_found.iter().zip(&of_known)).enumerate();
        let mut apart = goals.filter(move |(nth, (_, (a, b)))| {
            let slack = if nth + 1 < objectives.len() { tolerance * a.abs().max(b.abs()) } else { 0.0 };
            (**a - **b).abs() > slack + 1e-6 * a.abs().max(1.0)
        });
        apart.next().map(|(_, (goal, (a, b)))| goal.is_better(*a, *b))
    };
    let is_better = differ(tolerance).or_else(|| differ(0.0)).unwrap_or(false);
    Some(if is_better { found } else { known })
}

/// How far the solve of an objective came.
pub(super) struct Proof {
    /// What no schedule can better, in the plan's units.
    pub bound: f64,
    /// Whether it was solved to the end.
    pub is_proven: bool,
}

/// What the objectives come to when the goals come to `reached`: the same, or their weighted sum.
pub(super) fn told(plan: &Plan, reached: &[f64]) -> Vec<f64> {
    plan.weighted(reached).map_or_else(|| reached.to_vec(), |sum| vec![sum])
}

/// By how much a goal may come out other than what is solved: hours on demurrage are charged in whole ten-thousandths.
pub(super) fn rounding(plan: &Plan, goal: &str) -> f64 {
    let charged =
        plan.vessels.iter().filter_map(|ship| ship.demurrage.as_ref()).map(|terms| terms.cost(1e-4));
    let weight = match &plan.weights {
        None => f64::from(u8::from(goal == Goal::Cost.word())),
        Some(weights) => plan
            .goals
            .iter()
            .zip(weights)
            .filter(|(goal, _)| **goal == Goal::Cost)
            .map(|(_, w)| w.abs())
            .sum(),
    };
    weight * charged.sum::<f64>()
}

/// What is told of each goal. `of_all` is what was reached while vessels that are alike went as one, `of_each` vessel by vessel.
pub(super) fn stamps(
    plan: &Plan,
    objectives: &[Objective],
    proofs: &[Proof],
    of_all: &[f64],
    of_each: &[f64],
) -> Vec<GoalStamp> {
    let mut stamps = Vec::new();
    // A bound holds given what was reached of the goals before it; where less of one was reached, only the dream is left.
    let mut fell_short = false;
    let values = told(plan, of_all).into_iter().zip(told(plan, of_each));
    for ((objective, proof), (of_all, value)) in objectives.iter().zip(proofs).zip(values) {
        let rounding = rounding(plan, objective.name);
        let differs = (of_all - value).abs() > rounding.max(1e-6 * of_all.abs().max(objective.unit));
        let is_less = differs && objective.is_better(of_all, value);
        let bound = if fell_short { objective.dream * objective.unit } else { proof.bound };
        let apart = gap(value / objective.unit, bound / objective.unit);
        let (bound, gap) = match proof.is_proven && !is_less && !fell_short {
            true if apart < 1e-5 => (value, 0.0),
            // What is better by no more than a rounding is as good.
            true if objective.is_better(value, bound) && (value - bound).abs() <= rounding => (value, 0.0),
            true => (bound, 0.0),
            false => (bound, apart),
        };
        fell_short |= is_less;
        let name = objective.name.to_owned();
        stamps.push(GoalStamp { name, value, bound: Some(bound), gap: Some(gap) });
    }
    if plan.weights.is_some() {
        let part = |(goal, &value): (&Goal, &f64)| GoalStamp {
            name: goal.word().to_owned(),
            value,
            bound: None,
            gap: None,
        };
        stamps.extend(plan.goals.iter().zip(of_each).map(part));
    }
    stamps
}
