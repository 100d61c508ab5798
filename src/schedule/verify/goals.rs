//! Whether the goals were reached as far as the schedule says, and are as good as it says.
//!
//! In: the activities and the stamp of the solver. Out: goals that are not the plan's, values that the activities do not
//! reach, and bounds that are worse than what was reached. Whether a bound is true, only a solver can tell.

use super::case::{Case, Fault, Job, exceeds, plain, same};
use super::{costs, holders, stocks, totals};
use crate::id::Ix;
use crate::plan::{Commodity, Goal, Sampling};
use crate::schedule::{GoalStamp, Status, WEIGHTED};

/// The gap that a proven value may still have: the one at which a solver stops.
const PROVEN_GAP: f64 = 1e-4;

/// The goals are the plan's, in its order; before goals with weights stands their sum.
pub fn list(case: &Case<'_>) -> Vec<Fault> {
    let said: Vec<&str> = case.schedule.solve.goals.iter().map(|goal| goal.name.as_str()).collect();
    let sum = case.plan.weights.as_ref().map(|_| WEIGHTED);
    let asked: Vec<&str> = sum.into_iter().chain(case.plan.goals.iter().map(|goal| goal.word())).collect();
    if said == asked {
        return Vec::new();
    }
    vec![Fault::new(format!("the goals are {}, and the plan's are {}", said.join(", "), asked.join(", ")))]
}

fn known<'c>(case: &Case<'c>) -> impl Iterator<Item = (Goal, &'c GoalStamp)> {
    case.schedule.solve.goals.iter().filter_map(|stamp| {
        let (_, goal) = Goal::WORDS.iter().find(|(word, _)| *word == stamp.name)?;
        Some((*goal, stamp))
    })
}

/// What the activities reach of a goal.
fn reached(case: &Case<'_>, goal: Goal) -> f64 {
    match goal {
        Goal::Delivered => {
            let worth = |commodity| worth_delivered(case, commodity);
            case.plan.commodities.places().map(worth).sum()
        }
        Goal::Sampled => {
            let worth = |place| steps(case, place).iter().map(|(tonnes, each)| tonnes * each).sum::<f64>();
            case.plan.samplings.places().map(worth).sum()
        }
        Goal::Supplied => super::shore::worth_of(case),
        Goal::Finish => super::case::hours(case.plan.horizon.start, totals::finish_of(case)),
        Goal::Cost => costs::cost_of(case),
        Goal::Emissions => super::dues::emitted(case),
        Goal::Lateness => totals::late_of(case),
    }
}

/// What the activities reach of the sum of goals that have weights.
fn sum(case: &Case<'_>) -> Option<f64> {
    let parts = case.plan.goals.iter().zip(case.plan.weights.as_ref()?);
    let part = |(&goal, weight): (&Goal, &f64)| match goal {
        Goal::Delivered | Goal::Sampled | Goal::Supplied => weight * reached(case, goal),
        Goal::Finish | Goal::Cost | Goal::Emissions | Goal::Lateness => -weight * reached(case, goal),
    };
    Some(parts.map(part).sum())
}

/// What roundings of tonnes may have made of a goal, besides what any two numbers may differ by.
fn slack(case: &Case<'_>, goal: Goal) -> f64 {
    if goal == Goal::Cost { costs::slack(case) } else { 0.0 }
}

/// Each value is what the activities reach.
pub fn value(case: &Case<'_>) -> Vec<Fault> {
    let weights = case.plan.goals.iter().zip(case.plan.weights.iter().flatten());
    let of_parts: f64 = weights.map(|(&goal, weight)| weight * slack(case, goal)).sum();
    let of_sum = case.schedule.solve.goals.iter().filter(|stamp| stamp.name == WEIGHTED);
    let of_sum = of_sum.filter_map(|stamp| Some((stamp, sum(case)?, of_parts)));
    of_sum
        .chain(known(case).map(|(goal, stamp)| (stamp, reached(case, goal), slack(case, goal))))
        .filter_map(|(stamp, is, slack)| {
            let is = plain(is);
            let message = format!(
                "the goal {} is said to reach {}, and the activities reach {is}",
                stamp.name,
                plain(stamp.value)
            );
            let differs = !same(stamp.value, is) && (stamp.value - is).abs() > slack;
            differs.then(|| Fault::new(message))
        })
        .collect()
}

/// The tonnes that a sampling lifts, cut into its steps of worth: tonnes and the worth of each. What is beyond is worth nothing.
fn steps(case: &Case<'_>, place: Ix<Sampling>) -> Vec<(f64, f64)> {
    let of_it = case.deeds.iter().filter(|deed| deed.job == Some(Job::Sampling(place)));
    let mut left: f64 = of_it.filter_map(|deed| deed.said.tonnes).filter(|tonnes| tonnes.is_finite()).sum();
    let mut steps = Vec::new();
    for &(most, worth) in &case.plan.samplings[place].value {
        let tonnes = left.min(most).max(0.0);
        left -= tonnes;
        steps.push((tonnes, worth));
    }
    steps
}

/// The most that the tonnes delivered of a commodity can be worth, each counted as one that was lifted; what was at sea when the
/// plan began is taken to land first, and is worth nothing.
fn worth_delivered(case: &Case<'_>, commodity: Ix<Commodity>) -> f64 {
    let of_it = case.plan.samplings.entries().filter(|(_, sampling)| sampling.commodity == commodity);
    let mut steps: Vec<(f64, f64)> = of_it.flat_map(|(place, _)| steps(case, place)).collect();
    steps.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let mut left = stocks::delivered(case, commodity) - holders::at_sea(case, commodity);
    let mut sum = 0.0;
    for (most, worth) in steps.into_iter().filter(|(_, worth)| *worth > 0.0) {
        let tonnes = left.min(most).max(0.0);
        left -= tonnes;
        sum += tonnes * worth;
    }
    sum
}

/// No value is better than its bound, a gap is the part by which they differ, and what is optimal has none. The parts of a weighted
/// sum have no bounds: only the sum was solved.
pub fn bound(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let last = case.schedule.solve.goals.last();
    for stamp in &case.schedule.solve.goals {
        let GoalStamp { name, value, bound, gap } = stamp;
        let goal = Goal::WORDS.iter().find(|(word, _)| word == name).map(|(_, goal)| *goal);
        let is_part = case.plan.weights.is_some() && goal.is_some();
        let (bound, gap) = match (bound, gap) {
            (None, None) if is_part => continue,
            (Some(bound), Some(gap)) if !is_part => (bound, gap),
            _ if is_part => {
                let message =
                    format!("the goal {name} is a part of a sum, and no bound of its own was proven");
                faults.push(Fault::new(message));
                continue;
            }
            _ => {
                faults.push(Fault::new(format!("the goal {name} lacks its bound or its gap")));
                continue;
            }
        };
        // What may be given up for the next goals is missing from the value in the end; it was proven all the same.
        let given_up = if last == Some(stamp) { 0.0 } else { case.plan.tolerance };
        let proven = PROVEN_GAP + given_up;
        let apart = (value - bound).abs();
        let is_better = match goal {
            None if name == WEIGHTED => exceeds(*value, *bound),
            Some(Goal::Delivered | Goal::Sampled | Goal::Supplied) => exceeds(*value, *bound),
            Some(Goal::Finish | Goal::Cost | Goal::Emissions | Goal::Lateness) => exceeds(*bound, *value),
            // A goal that is none is told by the rule of the list.
            None => continue,
        };
        if is_better {
            let message = format!("the goal {name} reaches {value}, which is better than its bound {bound}");
            faults.push(Fault::new(message));
        } else if exceeds(0.0, *gap) {
            faults.push(Fault::new(format!("the goal {name} has a gap of {gap}, which is less than none")));
        } else if case.schedule.solve.status == Status::Optimal && exceeds(*gap, proven) {
            let message =
                format!("the schedule is said to be optimal, and its goal {name} has a gap of {gap}");
            faults.push(Fault::new(message));
        } else if apart / value.abs().max(bound.abs()).max(1.0) > gap + proven {
            let message =
                format!("the goal {name} reaches {value} of {bound}, and its gap is said to be only {gap}");
            faults.push(Fault::new(message));
        } else if apart < (gap - PROVEN_GAP) * value.abs().max(bound.abs()) {
            let message =
                format!("the goal {name} reaches {value} of {bound}, and its gap is said to be {gap}");
            faults.push(Fault::new(message));
        }
    }
    faults
}
