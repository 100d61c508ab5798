//! Berths as a bound takes them: who has least left to land is landed first, and may be broken off for another.
//!
//! In: a [`Ground`] whose carriers are all alike. Out: for each place ashore when a carrier that leaves can begin to land there, how long that takes,
//! and when it is back to be met. Where there is one berth, those that lie there wait for each other. Whoever comes later, no order has more of them done
//! by any slot than the one in which the shortest comes first and may be broken off; and since carriers are alike it makes no difference which of them
//! are back, but for what they have kept aboard. So nothing here takes longer than it really does.
//!
//! Schrage, L. (1968), *A proof of the optimality of the shortest remaining processing time discipline*, Operations Research 16, 687-690.

use super::state::{Job, State};
use crate::model::rounds::alike::measures::Measures;
use crate::model::rounds::ground::{Carrier, Ground};
use crate::model::rounds::steps::{Act, Step};
use crate::time::Slot;

/// Where a landing may take longer than this many slots nobody is taken to wait for another.
const LONGEST: usize = 200;
/// At more places than this nobody is either.
pub const PLACES: usize = 4;
/// What is no more than a rounding.
const ROUNDING: f64 = 1e-6;

/// A place ashore, or all together that have no berths.
#[derive(Debug)]
pub struct Quay {
    /// Whether there is one berth, where carriers wait for each other.
    pub is_single: bool,
    /// For each slot, the first in which who leaves then, or later, can begin to land; past the horizon where there is none.
    reached: Vec<Slot>,
    /// For each slot, when who has landed by then is back at the soonest and can be met.
    back: Vec<Slot>,
    /// The slots in which anybody can lie there.
    open: Vec<bool>,
    /// How many of them there are before each slot.
    opened: Vec<usize>,
    /// Slots of a landing in which nothing flows, and units that flow in the others.
    idle: usize,
    rate: u32,
}

/// All places ashore.
#[derive(Debug)]
pub struct Quays {
    pub all: Vec<Quay>,
    /// For each slot, when who leaves then, or later, and lands at two places is back and can be met; nothing where it cannot land at two.
    pub twice: Vec<Option<Slot>>,
}

impl Quays {
    /// Of a ground in which all carriers are alike.
    pub fn new(ground: &Ground, m: &Measures) -> Quays {
        let (mut all, mut twice) = (Vec::new(), vec![None; m.slots + 2]);
        let Some(carrier) = ground.carriers.first() else { return Quays { all, twice } };
        let mut places: Vec<Option<usize>> =
            carrier.ways.steps.iter().filter(|step| step.lands() > 0.0).map(|step| step.berth).collect();
        places.sort_unstable();
        places.dedup();
        let field = |slot: Slot| slot * carrier.ways.states + carrier.field;
        let nowhere = || vec![None; (m.slots + 1) * carrier.ways.states];
        let mut home = nowhere();
        (0..=m.slots).for_each(|slot| home[field(slot)] = Some(slot));
        let home = soonest(carrier, home, |_| None);
        let home_from = |step: &Step| step.to.and_then(|to| home[to]).unwrap_or(m.slots + 1);
        let met = |back: Slot| m.next[back.min(m.slots + 1)];
        for &place in &places {
            let begins = |step: &Step| begins(step) && step.berth == place;
            let reached = soonest(carrier, nowhere(), |step| begins(step).then_some(step.busy.start));
            let steps = || carrier.ways.steps.iter().filter(|step| is_ashore(step) && step.berth == place);
            let mut back = vec![m.slots + 1; m.slots + 2];
            let mut open = vec![false; m.slots + 1];
            for step in steps() {
                let end = step.busy.end.min(m.slots);
                back[end] = back[end].min(met(home_from(step)));
                open[step.busy.start.min(end)..end].fill(true);
            }
            (0..=m.slots).rev().for_each(|slot| back[slot] = back[slot].min(back[slot + 1]));
            let before =
                steps().filter(|step| step.begins).map(|step| step.busy.len() - step.flow.len()).min();
            let after =
                steps().filter(|step| !step.begins && step.flow.is_empty()).map(|step| step.busy.len()).min();
            let idle = before.unwrap_or(0) + after.unwrap_or(0);
            let most = steps().map(Step::lands).fold(0.0, f64::max);
            let rate = ((most / m.unit + ROUNDING) as u32).max(1);
            let longest = idle + m.hold.div_ceil(rate) as usize;
            let is_few = all.len() < PLACES && longest <= LONGEST;
            let is_single = is_few && place.is_some_and(|berth| ground.berths[berth] == 1);
            let mut reached: Vec<Slot> =
                (0..=m.slots).map(|slot| reached[field(slot)].unwrap_or(m.slots + 1)).collect();
            (0..m.slots).rev().for_each(|slot| reached[slot] = reached[slot].min(reached[slot + 1]));
            let sum = |sum: &mut usize, &is_open: &bool| {
                *sum += usize::from(is_open);
                Some(*sum)
            };
            let opened = std::iter::once(0).chain(open.iter().scan(0, sum)).collect();
            all.push(Quay { is_single, reached, back, open, opened, idle, rate });
            // From a landing there to another elsewhere, and from that one home.
            let lands_elsewhere = |step: &Step| self::begins(step) && step.berth != place;
            let second = soonest(carrier, nowhere(), |step| lands_elsewhere(step).then(|| home_from(step)));
            let both = soonest(carrier, nowhere(), |step| {
                if begins(step) { step.to.and_then(|to| second[to]) } else { None }
            });
            for (slot, twice) in twice.iter_mut().enumerate().take(m.slots + 1) {
                *twice = [*twice, both[field(slot)].map(met)].into_iter().flatten().min();
            }
        }
        for slot in (0..m.slots).rev() {
            twice[slot] = [twice[slot], twice[slot + 1]].into_iter().flatten().min();
        }
        Quays { all, twice }
    }

    /// Lands what is to be landed from a slot on and before another, the shortest first; each carrier is done when it has landed.
    fn land(&self, jobs: &mut [Job], quay: usize, slots: std::ops::Range<Slot>) {
        let is_here = |job: &Job| usize::from(job.quay) == quay && job.rest > 0;
        for slot in slots {
            if !jobs.iter().any(is_here) {
                break;
            }
            if !self.all[quay].open.get(slot).copied().unwrap_or(false) {
                continue;
            }
            let due = jobs.iter_mut().filter(|job| is_here(job) && usize::from(job.from) <= slot);
            if let Some(job) = due.min_by_key(|job| (job.rest, job.done)) {
                job.rest -= 1;
                if job.rest == 0 {
                    job.done = slot as u16 + 1;
                }
            }
        }
    }

    /// What is left to land once nobody who leaves before a slot comes any more.
    pub fn go_on_to(&self, left: Slot, state: &mut State) {
        for (place, quay) in self.all.iter().enumerate() {
            let slots = quay.since(state.left.into())..quay.since(left);
            let is_here = |job: &Job| usize::from(job.quay) == place;
            if slots.is_empty() || !state.jobs.iter().any(is_here) {
                continue;
            }
            self.land(&mut state.jobs, place, slots);
            let done = state.jobs.iter_mut().filter(|job| is_here(job) && job.rest == 0);
            done.for_each(|job| *job = Job::NONE);
        }
        state.left = state.left.max(left as u16);
    }

    /// Sees anew when each carrier at a place is done and back; tells whether all are done in time.
    pub fn settle(&self, state: &mut State, quay: usize) -> bool {
        let slots = self.all[quay].open.len();
        let never = slots as u16;
        let mut then = state.jobs;
        let is_here = |job: &Job| usize::from(job.quay) == quay;
        then.iter_mut().filter(|job| is_here(job)).for_each(|job| job.done = never);
        self.land(&mut then, quay, self.all[quay].since(state.left.into())..slots - 1);
        // Nobody knows who of them is done first: each is taken to have kept as much aboard as any.
        let here: Vec<usize> = (0..then.len()).filter(|&nth| is_here(&then[nth])).collect();
        let most = here.iter().map(|&nth| state.ahead[nth]).max().unwrap_or(0);
        for &nth in &here {
            state.ahead[nth] = most;
            state.jobs[nth].done = then[nth].done;
            state.backs[nth] = self.all[quay].back[usize::from(then[nth].done)] as u16;
        }
        here.iter().all(|&nth| then[nth].done < never)
    }
}

impl Quay {
    /// The first slot in which who leaves then, or later, can begin to land.
    pub fn reached(&self, slot: Slot) -> Option<Slot> {
        self.reached.get(slot).copied().filter(|&reached| reached < self.open.len())
    }

    /// From which slot on who leaves then, or later, counts.
    pub fn since(&self, slot: Slot) -> Slot {
        self.reached[slot.min(self.reached.len() - 1)]
    }

    /// Slots that it takes to land something in so many of them.
    pub fn takes(&self, flow: usize) -> usize {
        self.idle + flow
    }

    /// In how many slots so many units can be landed, and units that can be landed in so many.
    pub fn flow(&self, load: u32) -> usize {
        load.div_ceil(self.rate) as usize
    }

    pub fn lands(&self, flow: usize) -> u32 {
        self.rate * flow as u32
    }

    /// When who lies there alone is done that takes so many slots from one on, if it is in time; and when it is back then.
    pub fn done_alone(&self, from: Slot, rest: usize) -> Option<Slot> {
        let before = self.opened[from.min(self.open.len())];
        let done = self.opened.partition_point(|&opened| opened < before + rest).max(from);
        (done < self.opened.len()).then_some(done)
    }

    pub fn back_alone(&self, from: Slot, rest: usize) -> Slot {
        self.done_alone(from, rest).map_or(self.open.len(), |done| self.back[done])
    }

    /// In how many slots of some anybody can lie there.
    pub fn open_in(&self, slots: std::ops::Range<Slot>) -> usize {
        let before = |slot: Slot| self.opened[slot.min(self.open.len())];
        before(slots.end).saturating_sub(before(slots.start))
    }
}

/// Whether a step is part of a landing, and whether it begins one.
fn is_ashore(step: &Step) -> bool {
    matches!(step.act, Act::Land(..))
}

fn begins(step: &Step) -> bool {
    is_ashore(step) && step.begins
}

/// For each node the soonest slot that is known there, or is told of a step, on the ways on from it on which nobody is met.
fn soonest(
    carrier: &Carrier,
    mut known: Vec<Option<Slot>>,
    told: impl Fn(&Step) -> Option<Slot>,
) -> Vec<Option<Slot>> {
    for step in carrier.ways.steps.iter().rev().filter(|step| !matches!(step.act, Act::Take(..))) {
        let then = step.to.and_then(|to| known[to]);
        known[step.from] = [known[step.from], told(step), then].into_iter().flatten().min();
    }
    known
}
