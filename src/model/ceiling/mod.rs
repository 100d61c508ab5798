//! The most that can be landed or supplied where vessels have only so much time for all that they carry; the least that it costs or burns to bring what must
//! come about, and the soonest that it can be there.
//!
//! In: the sets of a model, and what counts ([`Aim`]). Out: a bound of a goal. Each vessel goes its best way through its network, at prices for what it lands
//! where; what is lifted, made, taken on and supplied need only add up over all the time that is planned. The prices are the duals of a linear programme of
//! the ways that are known, to which the best ways at these prices are added (G. B. Dantzig and P. Wolfe, Operations Research 8, 1960); what its value leaves
//! to be gained by ways that are not known bounds all (L. S. Lasdon, Optimization Theory for Large Systems, 1970). Stocks, meetings and berths are left out,
//! so that no schedule is better. After a past, all that is told of it is there when the rest begins.

mod aim;
mod known;
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
use super::solve::Solver;
use super::soonest::soonest;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Commodity, Goal, Site, Transfer};
use crate::time::Slot;
pub use aim::Aim;
use aim::is_counted;
use programme::{Programme, Solved, Stage};
use std::sync::atomic::Ordering;
use std::time::Instant;
use ways::{Asked, Ways};

/// A bound that is so near to what is found is good enough.
const NEAR: f64 = 1e-4;
/// So many rounds lead nowhere.
const ROUNDS: usize = 60;
/// When so small a part of what must come about is missing, nothing is.
const MISSING: f64 = 1e-5;

/// How much of the time that is left may go to it.
const PART: f64 = 0.1;
/// The same for a goal that is not the first: little is left then.
const LATER: f64 = 0.3;

impl Run<'_, '_> {
    /// Knows what vessels have time to land or supply at most, as far as an objective counts these goals, or what it costs and takes them.
    pub(super) fn under_ceiling(&self, objective: &mut Objective, goals: &[Goal]) -> Result<(), Error> {
        let plan = self.model.sets.plan;
        let counts = match &plan.weights {
            Some(weights) => {
                plan.goals.iter().zip(weights).any(|(goal, weight)| *weight > 0.0 && goals.contains(goal))
            }
            None => plan.goals.first().is_some_and(|first| goals.contains(first)),
        };
        if counts {
            objective.dream = objective.tighter(self.ceiling(objective, 0)?);
            self.tell(objective, None);
        }
        Ok(())
    }

    /// Knows what it takes at least that all comes about that must, where a first goal has nothing to do with what is landed.
    pub(super) fn above_floor(&self, objective: &mut Objective) -> Result<(), Error> {
        let lands = |goal: &Goal| matches!(goal, Goal::Supplied | Goal::Delivered);
        let plan = self.model.sets.plan;
        let are_summed = plan.weights.is_some() && plan.goals.iter().any(lands);
        if self.options.solver == Solver::Highs && !are_summed {
            return self.under_ceiling(objective, &[Goal::Cost, Goal::Emissions, Goal::Finish]);
        }
        Ok(())
    }

    /// A bound of the objective of so manieth a goal where what is kept of those before it is; what is known of it anyway where none is found in time.
    pub(super) fn ceiling(&self, objective: &Objective, nth: usize) -> Result<f64, Error> {
        let Model { sets, vars, .. } = self.model;
        let plan = sets.plan;
        if !sets.is_known() || !self.is_large() {
            return Ok(objective.dream);
        }
        // What is held back is for what comes later.
        let time = match nth {
            0 => self.time_left().map_or(PIECE, |left| left.mul_f64(PART)),
            _ => self.all_time_left().map_or(PIECE, |left| PIECE.min(left.mul_f64(LATER))),
        };
        let until = Instant::now() + time;
        let has_time = || Instant::now() < until && !self.options.stop.load(Ordering::Relaxed);
        let most = |aim: &Aim| most(sets, aim, &has_time);
        let goals = plan.goals.iter();
        let bound = match (&plan.weights, plan.goals.get(nth)) {
            (Some(weights), _) => {
                let (mut aim, mut others) = (Aim::default(), 0.0);
                for (&goal, weight) in goals.zip(weights).filter(|(_, weight)| **weight != 0.0) {
                    let (weight, sign) =
                        (weight / objective.unit, if goal.is_more_better() { 1.0 } else { -1.0 });
                    match is_counted(goal) {
                        true => aim = aim.with(goal, weight),
                        false => others += sign * weight * Objective::of(goal, sets, vars).dream,
                    }
                }
                others + most(&aim)?
            }
            (None, Some(Goal::Finish)) => {
                let slot = soonest_brought(sets, &Aim::default().keeping(&self.kept), &has_time)?;
                slot as f64 * sets.horizon().slot_h()
            }
            (None, Some(&goal)) if is_counted(goal) => {
                let aim = Aim::of(goal).keeping(&self.kept);
                let most = most(&aim)?;
                if goal.is_more_better() { most } else { -most }
            }
            _ => return Ok(objective.dream),
        };
        Ok(objective.tighter(bound))
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

/// No schedule makes more of an aim than this; infinite where it is not found in time.
pub fn most(sets: &Sets<'_>, aim: &Aim, has_time: &dyn Fn() -> bool) -> Result<f64, Error> {
    let of_climb = |mut climb: Climb<'_, '_, '_>| -> Result<f64, Error> {
        match climb.go(Stage::Musts, Some(-MISSING))? {
            Reached { value, .. } if value >= -MISSING => Ok(climb.go(Stage::Counts, None)?.bound),
            _ => Ok(f64::INFINITY),
        }
    };
    let mut most = f64::INFINITY;
    // As if all that a vessel has aboard were one thing, which is soon found, and then told apart where that is another matter.
    for tells_apart in [false, true] {
        let climb = Climb::new(sets, aim, (sets.plan.horizon.slots, tells_apart), has_time);
        let is_other = |climb: &Climb<'_, '_, '_>| !tells_apart || climb.ways.iter().any(Ways::tells_apart);
        if let Some(climb) = climb.filter(is_other) {
            most = most.min(of_climb(climb)?);
        }
    }
    Ok(most)
}

/// No schedule brings about what must be, of an aim and by itself, before this slot.
pub fn soonest_brought(sets: &Sets<'_>, aim: &Aim, has_time: &dyn Fn() -> bool) -> Result<Slot, Error> {
    let reached = |by: Slot| -> Result<Option<Reached>, Error> {
        let climb = Climb::new(sets, aim, (by, true), has_time);
        climb.map(|mut climb| climb.go(Stage::Musts, Some(-MISSING))).transpose()
    };
    // What is done by the one may be all that must be, by what is before the other it is not.
    let (mut first, mut last) = (soonest(sets), sets.plan.horizon.slots);
    // Where it is not even known to be all by the end, nothing is told by what is missing before.
    if reached(last)?.is_none_or(|all| all.value < -MISSING) {
        return Ok(first);
    }
    while first < last && has_time() {
        let by = first + (last - first) / 2;
        match reached(by)? {
            None => break,
            Some(Reached { bound, .. }) if bound < -MISSING => first = by + 1,
            Some(_) => last = by,
        }
    }
    Ok(first)
}

/// The programme as ways are added to it.
struct Climb<'c, 's, 'p> {
    programme: Programme<'s, 'p>,
    ways: Vec<Ways<'s>>,
    by: Slot,
    has_time: &'c dyn Fn() -> bool,
    room: Vec<f64>,
}

/// How far it came.
struct Reached {
    /// What the ways that are known come to; less than anything where nothing was found.
    value: f64,
    /// What none better.
    bound: f64,
}

impl<'c, 's, 'p> Climb<'c, 's, 'p> {
    /// Without any way, where all vessels are done by a slot, and what they have aboard is told apart or not; nothing where there is too much to
    /// look at.
    fn new(
        sets: &'s Sets<'p>,
        aim: &'s Aim,
        (by, tells_apart): (Slot, bool),
        has_time: &'c dyn Fn() -> bool,
    ) -> Option<Climb<'c, 's, 'p>> {
        let in_time = aim.only_supplies(sets.plan).then(|| InTime::by(sets, by));
        // Where only what serves a demand counts, only what is landed in time for that does.
        let last = |place: Place| match (&in_time, place.site) {
            (None, _) => Some(by),
            (Some(in_time), Some(site)) => in_time.last(site, place.commodity),
            (Some(in_time), None) => in_time.last_handed(place.commodity),
        };
        let all = sets.networks.iter().filter(|network| network.count > 0);
        let ways: Vec<Ways<'_>> =
            all.filter_map(|network| Ways::new(sets, aim, network, (&last, tells_apart))).collect();
        if !ways.iter().all(Ways::is_small) {
            return None;
        }
        let counts = ways.iter().map(|ways| ways.count()).collect();
        let programme = Programme::new(sets, aim, by, counts);
        let mut climb = Climb { programme, ways, by, has_time, room: Vec::new() };
        for (own, ways) in climb.ways.iter().enumerate().filter(|_| aim.has_dues()) {
            if !has_time() {
                return None;
            }
            let asked = Asked { price: &|_| 0.0, has_dues: true, by };
            let (gained, way) = ways.best(&asked, &mut climb.room);
            if !gained.is_finite() {
                return None;
            }
            climb.programme.begin(own, -gained);
            climb.programme.add(own, way);
        }
        Some(climb)
    }

    /// Adds ways until no more is to be gained, or it is known whether as much as is enough is.
    fn go(&mut self, stage: Stage, enough: Option<f64>) -> Result<Reached, Error> {
        let mut reached = Reached { value: f64::NEG_INFINITY, bound: f64::INFINITY };
        for _ in 0..ROUNDS {
            // A bound that is not found is none.
            let Ok(Some(solved)) = self.programme.solve(stage) else { break };
            reached.value = solved.value;
            if enough.is_some_and(|enough| solved.value >= enough) {
                break;
            }
            let Some((most, is_news)) = self.add(stage, &solved) else { break };
            reached.bound = reached.bound.min(most);
            let is_out = enough.is_some_and(|enough| reached.bound < enough);
            if is_out || !is_news || reached.bound - solved.value <= NEAR * solved.value.abs() {
                break;
            }
        }
        Ok(reached)
    }

    /// Adds the best way of each network; gives what is the most then, and whether any is new. Nothing where there is no time for it.
    fn add(&mut self, stage: Stage, solved: &Solved) -> Option<(f64, bool)> {
        let (mut most, mut is_news) = (solved.value, false);
        let has_dues = stage == Stage::Counts;
        for (own, ways) in self.ways.iter().enumerate() {
            if !(self.has_time)() {
                return None;
            }
            let asked = Asked { price: &|place| solved.price(place), has_dues, by: self.by };
            let (gained, way) = ways.best(&asked, &mut self.room);
            let least = if has_dues { self.programme.least(own) } else { 0.0 };
            let more = (gained + least - solved.shares[own]).max(0.0);
            // A vessel that can be nowhere by then does nothing that must be.
            most += if gained.is_finite() { ways.count() * more } else { f64::NEG_INFINITY };
            if gained.is_finite() && more > NEAR * NEAR * solved.value.abs() {
                is_news |= self.programme.add(own, way);
            }
        }
        Some((most, is_news))
    }
}
