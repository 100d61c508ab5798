//! A vessel that lifts and is met: where it lies when, what it lifts, and what it still has.
//!
//! In: its way as if its hold were never full. Out: a [`Host`], which lifts slot by slot while carriers take from it, and then its way anew.

use super::begun::Begun;
use super::goods::{counts, values};
use crate::id::Ix;
use crate::model::past::Flow;
use crate::model::sets::Sets;
use crate::plan::windows::of_sampling;
use crate::plan::{Plan, Sampling, Site, Vessel};
use crate::schedule::{Move, What};
use crate::time::Slot;
use std::ops::Range;

/// Tonnes below this are none.
pub const NOTHING: f64 = 1e-6;

/// A sampling so far.
#[derive(Clone)]
pub struct Lift {
    /// Its open slots.
    open: Vec<bool>,
    /// What was lifted of it, in tonnes.
    lifted: f64,
    /// What a slot of it counts by the goals, where a tonne of it is worth one.
    counts: f64,
    /// The same besides, whatever a tonne of it is worth, since it may be supplied.
    supplied: f64,
}

/// Each sampling so far.
pub type Lifted = Vec<Lift>;

/// The same when the rest begins.
pub fn lifted(sets: &Sets<'_>) -> Lifted {
    let ((landed, supplied), values) = (counts(sets.plan), values(sets.plan));
    let of_it = |(q, of_it): (Ix<Sampling>, &Sampling)| Lift {
        open: of_sampling(sets.plan, sets.sea, of_it).open,
        lifted: sets.kept.told(Flow::Lift(q.index())),
        counts: landed * sets.lift_per_slot(q),
        supplied: supplied * values[of_it.commodity.index()] * sets.lift_per_slot(q),
    };
    sets.plan.samplings.entries().map(of_it).collect()
}

/// A vessel that lifts and is met.
#[derive(Clone)]
pub struct Host {
    /// Which.
    pub vessel: Ix<Vessel>,
    /// Everything it does but lift, and what is met of it.
    pub moves: Vec<Move>,
    /// Per slot: where it lies with its gear how, when it does nothing else.
    pub lies: Vec<Option<(Ix<Site>, usize)>>,
    /// Per slot: whether it lifts, if it can.
    lifts: Vec<bool>,
    /// Per slot: what it did lift.
    lifted: Vec<Option<Ix<Sampling>>>,
    /// For each commodity what it has, in tonnes.
    pub stock: Vec<f64>,
    /// Until when it is being met.
    pub busy: Slot,
    /// The slot before which all has happened.
    until: Slot,
}

impl Host {
    /// A vessel that is met, with its way.
    pub fn new(plan: &Plan, vessel: Ix<Vessel>, way: &[Move]) -> Host {
        let slots = plan.horizon.slots;
        let mut lies = vec![None; slots];
        let mut lifts = vec![false; slots];
        let (mut site, mut gear, mut now) = (plan.vessels[vessel].at, 0, 0);
        let mut moves = Vec::new();
        for step in way {
            lies[now..step.start].fill(Some((site, gear)));
            now = step.end;
            match &step.what {
                What::Sample(..) => {
                    lies[step.start..step.end].fill(Some((site, gear)));
                    lifts[step.start..step.end].fill(true);
                    continue;
                }
                What::Task(task) => gear = plan.tasks[*task].leaves,
                What::Sail(_, to) => site = *to,
                What::Transfer(..) | What::Alongside(_) => {}
            }
            moves.push(step.clone());
        }
        lies[now..].fill(Some((site, gear)));
        let stock = plan.vessels[vessel].aboard.clone();
        Host { vessel, moves, lies, lifts, lifted: vec![None; slots], stock, busy: 0, until: 0 }
    }

    /// The same after what it has done and is doing: what it is lifting it may go on with, and who is alongside stays for as long as was told.
    pub fn after(mut self, begun: Begun, until: Slot) -> Host {
        self.until = until;
        self.stock = begun.aboard;
        self.moves.retain(|step| step.start >= until);
        for step in begun.moves {
            match step.what {
                What::Sample(q, _) if step.end > until => self.lifted[step.start..until].fill(Some(q)),
                What::Alongside(_) | What::Transfer(..) if step.end > until => {
                    self.busy = step.end;
                    self.lies[until..step.end].fill(None);
                    self.moves.push(step);
                }
                _ => self.moves.push(step),
            }
        }
        self
    }

    /// When it has done all that it does so far.
    pub fn done(&self) -> Slot {
        let lifted = self.lifted.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        self.moves.iter().map(|step| step.end).fold(lifted, Slot::max)
    }

    /// Lifts what it can in a slot.
    pub fn lift(&mut self, sets: &Sets<'_>, slot: Slot, samplings: &mut Lifted) {
        let plan = sets.plan;
        let Some((site, gear)) = self.lies[slot].filter(|_| self.lifts[slot]) else { return };
        let worth = |q: Ix<Sampling>, lifted: f64| {
            let mut before = 0.0;
            let steps = plan.samplings[q].value.iter();
            let mut open = steps.skip_while(|(tonnes, _)| {
                before += tonnes;
                before <= lifted
            });
            open.next().map_or(0.0, |(_, each)| *each)
        };
        let room = |of_it: &Sampling| {
            let commodity = of_it.commodity.index();
            plan.vessels[self.vessel].hold[commodity] - self.stock[commodity]
        };
        let best = plan
            .samplings
            .entries()
            .filter(|(q, of_it)| {
                let Lift { open, lifted, .. } = &samplings[q.index()];
                let stand = of_it.stand;
                stand.vessel == self.vessel
                    && stand.site == site
                    && stand.gear == gear
                    && open[slot]
                    && *lifted < of_it.at_most - NOTHING
                    && room(of_it) > NOTHING
            })
            .max_by(|(a, _), (b, _)| {
                let of = |q: Ix<Sampling>| {
                    let Lift { lifted, counts, supplied, .. } = samplings[q.index()];
                    worth(q, lifted) * counts + supplied
                };
                of(*a).total_cmp(&of(*b)).then(b.cmp(a))
            });
        let Some((q, of_it)) = best else { return };
        let own = &mut samplings[q.index()];
        let tonnes = sets.lift_per_slot(q).min(room(of_it)).min(of_it.at_most - own.lifted);
        self.stock[of_it.commodity.index()] += tonnes;
        self.lifted[slot] = Some(q);
        own.lifted += tonnes;
    }

    /// Whether it may be met from a slot on: what it lifts just now it has lifted for long enough.
    pub fn may_be_met(&self, plan: &Plan, slot: Slot) -> bool {
        let Some(q) = slot.checked_sub(1).and_then(|before| self.lifted[before]) else {
            return self.busy <= slot;
        };
        let run = self.lifted[..slot].iter().rev().take_while(|lifted| **lifted == Some(q)).count();
        self.busy <= slot && run >= plan.horizon.slots_for(plan.samplings[q].min_run)
    }

    /// Whether what it may begin to lift in a slot it can lift for long enough.
    pub fn may_begin(&self, plan: &Plan, slot: Slot, samplings: &Lifted) -> bool {
        let Some((site, gear)) = self.lies[slot] else { return false };
        let is_long = |(q, of_it): (Ix<Sampling>, &Sampling)| {
            let stand = of_it.stand;
            let end = slot + plan.horizon.slots_for(of_it.min_run).max(1);
            let lifts = |at: Slot| {
                self.lies[at] == Some((site, gear)) && self.lifts[at] && samplings[q.index()].open[at]
            };
            (stand.vessel, stand.site, stand.gear) == (self.vessel, site, gear)
                && end <= self.lies.len()
                && (slot..end).all(lifts)
        };
        let goes_on = slot.checked_sub(1).is_some_and(|before| self.lifted[before].is_some());
        goes_on || plan.samplings.entries().any(is_long)
    }

    /// Its way, with what it did lift.
    pub fn way(&self, plan: &Plan) -> Vec<Move> {
        let mut moves = self.moves.clone();
        for (q, run) in runs(&self.lifted) {
            let least = plan.horizon.slots_for(plan.samplings[q].min_run).max(1);
            if run.len() >= least || run.start < self.until {
                moves.push(Move { what: What::Sample(q, Vec::new()), start: run.start, end: run.end });
            }
        }
        moves.sort_by_key(|step| step.start);
        moves
    }
}

/// Stretches in which the same is lifted.
fn runs(lifted: &[Option<Ix<Sampling>>]) -> Vec<(Ix<Sampling>, Range<Slot>)> {
    let mut runs: Vec<(Ix<Sampling>, Range<Slot>)> = Vec::new();
    for (slot, q) in lifted.iter().enumerate().filter_map(|(slot, q)| Some((slot, (*q)?))) {
        match runs.last_mut() {
            Some((last, run)) if *last == q && run.end == slot => run.end = slot + 1,
            _ => runs.push((q, slot..slot + 1)),
        }
    }
    runs
}
