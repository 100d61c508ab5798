//! First answers in which not all vessels are used, or slowly, or not for all of the time: where what vessels do costs, less may be better.
//!
//! In: a run with what is known, if anything. Out: that, or the best of what is built with some vessels left out, where it is better.
//! First each in its turn is left out, then, as long as that is better, another besides.

use super::construct::construct;
use super::goals::Objective;
use super::polish::PIECE;
use super::run::Run;
use super::sets::Sets;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Budget, Closed, ClosedBy, Closure, Goal, Leg, Plan, Vessel};
use std::time::{Duration, Instant};

/// How much of the time that is left may go to it.
const PART: f64 = 0.2;
/// For which part of the plan vessels are used, where what is built for all of it does not fit.
const SHARES: [f64; 4] = [1.0, 0.75, 0.5, 0.25];

/// What is used less.
#[derive(Clone, Default)]
struct Less {
    /// The vessels that are left out.
    out: Vec<Ix<Vessel>>,
    /// Whether the others go at their lowest speed.
    is_slow: bool,
}

impl Run<'_, '_> {
    /// The best of what is known and of what is built with fewer vessels; each of these may take `limit` to find its tonnes.
    pub(super) fn or_with_fewer(
        &self,
        objective: &Objective,
        known: Option<Vec<f64>>,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<f64>>, Error> {
        let plan = self.model.sets.plan;
        if !is_dear(plan) || self.model.sets.is_after || !self.is_large() {
            return Ok(known);
        }
        let until = Instant::now() + self.time_left().map_or(PIECE, |left| left.mul_f64(PART));
        let has_time = || Instant::now() < until && self.has_time();
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let mut best = known;
        let all = Less::default();
        let mut round = all.with_one_less(plan);
        round.extend(all.at_other_speed(plan));
        // Where nothing fits, all of them may fit for a part of the time.
        round.extend(best.is_none().then_some(all));
        while !round.is_empty() {
            let mut better: Option<Less> = None;
            for less in round {
                if !has_time() {
                    break;
                }
                let Some(values) = self.built_with(objective, &less, limit, &has_time)? else { continue };
                let reached = value_of(&values);
                if best.as_ref().is_none_or(|known| objective.is_better(reached, value_of(known))) {
                    self.tell(objective, Some(reached));
                    (best, better) = (Some(values), Some(less));
                }
            }
            round = better.map_or_else(Vec::new, |less| less.with_one_less(plan));
        }
        Ok(best)
    }

    /// The best of what is built where less is used, for as long a part of the plan as fits.
    fn built_with(
        &self,
        objective: &Objective,
        less: &Less,
        limit: Option<Duration>,
        has_time: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<f64>>, Error> {
        let Sets { plan, sea, .. } = &self.model.sets;
        let value_of = |values: &[f64]| self.model.vars.value_of(&objective.expression, values);
        let shares = if plan.budgets.iter().any(is_bounded) { &SHARES[..] } else { &SHARES[..1] };
        let mut best: Option<Vec<f64>> = None;
        for share in shares {
            let used = less.of(plan, *share);
            for itinerary in construct(&Sets::in_fleets(&used, sea), has_time) {
                if best.is_some() && !has_time() {
                    break;
                }
                let Some(values) = self.traced(objective, &itinerary, limit)? else { continue };
                if best.as_ref().is_none_or(|known| objective.is_better(value_of(&values), value_of(known))) {
                    best = Some(values);
                }
            }
            if best.is_some() || !has_time() {
                break;
            }
        }
        Ok(best)
    }
}

impl Less {
    /// The same with one vessel more left out, each that can go anywhere in its turn; of those that are alike the last.
    fn with_one_less(&self, plan: &Plan) -> Vec<Less> {
        let is_used =
            |vessel: &Ix<Vessel>| !self.out.contains(vessel) && !plan.vessels[*vessel].legs.is_empty();
        let used: Vec<Ix<Vessel>> = plan.vessels.places().filter(is_used).collect();
        let like = |vessel: Ix<Vessel>| plan.vessels[vessel].like;
        let is_last = |&(nth, vessel): &(usize, Ix<Vessel>)| {
            used.iter().skip(nth + 1).all(|&other| like(other) != like(vessel))
        };
        let next = used.iter().copied().enumerate().filter(is_last).map(|(_, vessel)| vessel);
        let ways = next.flat_map(|vessel| {
            let less = Less { out: self.out.iter().copied().chain([vessel]).collect(), ..self.clone() };
            [Some(less.clone()), less.at_other_speed(plan)]
        });
        ways.flatten().collect()
    }

    /// The same at the other speed, where a vessel has several.
    fn at_other_speed(&self, plan: &Plan) -> Option<Less> {
        let has_several = plan.vessels.iter().any(|ship| slowest(ship).count() < ship.legs.len());
        has_several.then(|| Less { is_slow: !self.is_slow, ..self.clone() })
    }

    /// The plan in which no more is used, and that for a part of it.
    fn of(&self, plan: &Plan, share: f64) -> Plan {
        let mut used = plan.clone();
        let horizon = &plan.horizon;
        let last = (horizon.slots as f64 * share) as usize;
        let idle = plan.vessels.places().filter_map(|vessel| {
            let from = if self.out.contains(&vessel) { 0 } else { last };
            (from < horizon.slots).then(|| Closure {
                what: Closed::Vessel(vessel),
                by: ClosedBy::Hire,
                slots: from..horizon.slots,
                from: horizon.time(from),
                to: horizon.end(),
                reason: None,
            })
        });
        used.closures.extend(idle);
        for vessel in plan.vessels.places().filter(|_| self.is_slow) {
            used.vessels[vessel].legs = slowest(&plan.vessels[vessel]).cloned().collect();
        }
        used
    }
}

/// Of each two sites the leg that takes longest.
fn slowest(ship: &Vessel) -> impl Iterator<Item = &Leg> {
    ship.legs.iter().filter(|leg| {
        let mut others = ship.legs.iter().filter(|other| (other.from, other.to) == (leg.from, leg.to));
        others.all(|other| other.duration <= leg.duration)
    })
}

/// Whether a budget bounds anything that vessels do.
pub(super) fn is_bounded(budget: &Budget) -> bool {
    budget.cost.is_finite() || budget.emissions.is_finite()
}

/// Whether what vessels do costs what the first of all goals counts, or what a budget bounds.
fn is_dear(plan: &Plan) -> bool {
    let costs = |goal: &Goal| matches!(goal, Goal::Cost | Goal::Emissions);
    let counts = match plan.weights {
        Some(_) => plan.goals.iter().any(costs),
        None => plan.goals.first().is_some_and(costs),
    };
    counts || plan.budgets.iter().any(is_bounded)
}
