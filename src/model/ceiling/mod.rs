//! The most that can be landed or supplied where vessels have only so much time for all that they carry.
//!
//! In: the sets of a model. Out: a bound of the first goal. Each vessel goes its best way through its network, at prices for what it lands where; what is
//! lifted, made, taken on and supplied need only add up over all the time that is planned. The prices are the duals of a linear programme of the ways that
//! are known, to which the best ways at these prices are added (G. B. Dantzig and P. Wolfe, Operations Research 8, 1960); what its value leaves to be gained
//! by ways that are not known bounds all (L. S. Lasdon, Optimization Theory for Large Systems, 1970). Stocks, meetings and berths are left out, so that no
//! schedule is better.

mod programme;
#[cfg(test)]
mod tests;
mod ways;

use super::goals::Objective;
use super::in_time::InTime;
use super::optimise::Model;
use super::polish::PIECE;
use super::run::Run;
use super::sets::Sets;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Commodity, Goal, Site, Transfer};
use crate::time::Slot;
use programme::{Counted, Programme};
use std::sync::atomic::Ordering;
use std::time::Instant;
use ways::Ways;

/// A bound that is so near to what is found is good enough.
const NEAR: f64 = 1e-4;
/// So many rounds lead nowhere.
const ROUNDS: usize = 60;

/// How much of the time that is left may go to it.
const PART: f64 = 0.1;

impl Run<'_, '_> {
    /// Knows what vessels have time to land or supply at most, as far as an objective counts these goals, where nothing has happened yet.
    pub(super) fn under_ceiling(&self, objective: &mut Objective, goals: &[Goal]) -> Result<(), Error> {
        let Model { sets, vars, .. } = self.model;
        let plan = sets.plan;
        if sets.is_after || !self.is_large() {
            return Ok(());
        }
        let until = self.part_of_time(PART).unwrap_or_else(|| Instant::now() + PIECE);
        let has_time = || Instant::now() < until && !self.options.stop.load(Ordering::Relaxed);
        let most = |goal: Goal| match goal {
            Goal::Supplied => most_supplied(sets, &InTime::new(sets), &has_time),
            _ => most_delivered(sets, &has_time),
        };
        let bound = match (&plan.weights, plan.goals.first()) {
            (Some(weights), _) => {
                let mut bound = Objective::weighted(weights, sets, vars).dream;
                for (&goal, weight) in plan.goals.iter().zip(weights) {
                    if goals.contains(&goal) && *weight > 0.0 {
                        let less = Objective::of(goal, sets, vars).dream - most(goal)?;
                        bound -= weight / objective.unit * less.max(0.0);
                    }
                }
                bound
            }
            (None, Some(&first)) if goals.contains(&first) => most(first)?,
            _ => return Ok(()),
        };
        objective.dream = objective.tighter(bound);
        self.tell(objective, None);
        Ok(())
    }
}

/// Where something is landed, or that it is handed over at sea, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    site: Option<Ix<Site>>,
    commodity: Ix<Commodity>,
}

impl Place {
    /// Where a transfer leads to.
    fn of(transfer: &Transfer) -> Place {
        let site = transfer.meets.is_none().then_some(transfer.stand.site);
        Place { site, commodity: transfer.commodity }
    }
}

/// No schedule supplies what is worth more than this; infinite where it is not found in time.
pub fn most_supplied(
    sets: &Sets<'_>,
    in_time: &InTime<'_, '_>,
    has_time: &dyn Fn() -> bool,
) -> Result<f64, Error> {
    let all = sets.plan.horizon.slots;
    let last = |place: Place| place.site.map_or(Some(all), |site| in_time.last(site, place.commodity));
    most(sets, Counted::Supplied, &last, has_time)
}

/// No schedule lands what is worth more than this; infinite where it is not found in time.
pub fn most_delivered(sets: &Sets<'_>, has_time: &dyn Fn() -> bool) -> Result<f64, Error> {
    most(sets, Counted::Delivered, &|_| Some(sets.plan.horizon.slots), has_time)
}

fn most(
    sets: &Sets<'_>,
    counted: Counted,
    last: &dyn Fn(Place) -> Option<Slot>,
    has_time: &dyn Fn() -> bool,
) -> Result<f64, Error> {
    let all = sets.networks.iter().filter(|network| network.count > 0);
    let ways: Vec<Ways<'_>> = all.filter_map(|network| Ways::new(sets, network, last)).collect();
    if !ways.iter().all(Ways::is_small) {
        return Ok(f64::INFINITY);
    }
    let mut programme = Programme::new(sets, counted, ways.iter().map(|ways| ways.count()).collect());
    let (mut bound, mut room) = (f64::INFINITY, Vec::new());
    for _ in 0..ROUNDS {
        let Some(solved) = programme.solve()? else { break };
        let mut most = solved.value;
        let mut is_news = false;
        for (own, ways) in ways.iter().enumerate() {
            if !has_time() {
                return Ok(bound);
            }
            let (gained, landed) = ways.best(&|place| solved.price(place), &mut room);
            let more = (gained - solved.shares[own]).max(0.0);
            most += ways.count() * more;
            if more > NEAR * NEAR * solved.value {
                is_news |= programme.add(own, landed);
            }
        }
        bound = bound.min(most);
        if !is_news || bound - solved.value <= NEAR * solved.value {
            break;
        }
    }
    Ok(bound)
}
