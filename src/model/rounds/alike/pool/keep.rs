//! Which of the states with a pool need not be gone on with, since another does as well whatever follows.
//!
//! In: all states after a slot. Out: those that no other stands for.

use super::Pool;
use super::quays::PLACES;
use super::state::{Job, State};
use crate::model::rounds::alike::measures::{CARRIERS, HOSTS, Measures};
use crate::time::Slot;
use rayon::prelude::*;
use std::collections::HashMap;

/// So many states are compared side by side.
const TOGETHER: usize = 256;
/// Every so many slots all are compared with all.
const OFTEN: usize = 4;

/// What a state must be behind in nothing: one of them all, or as if some carriers left out a trip.
struct Wanted {
    landed: u32,
    total: u32,
    backs: [u16; CARRIERS],
    jobs: [Job; CARRIERS],
    ahead: [u16; CARRIERS],
    frees: [u16; HOSTS],
    /// When each carrier is back at the soonest, if nobody kept it waiting.
    alone: [u16; CARRIERS],
    /// For each place ashore the first slot in which who meets next can come there.
    since: [u16; PLACES],
    /// Whether only those are of interest for which something was agreed in this slot.
    is_old: bool,
}

/// States whose carriers are back at the same times and have the same to land.
struct Group {
    backs: [u16; CARRIERS],
    jobs: [Job; CARRIERS],
    /// The states, by place, the one that has landed most first.
    states: Vec<u32>,
    best: u32,
}

/// States that are compared after a slot.
pub struct Keep<'a> {
    measures: &'a Measures,
    pool: &'a Pool,
    slot: Slot,
    kept: Vec<State>,
    groups: Vec<Group>,
    places: HashMap<([u16; CARRIERS], [Job; CARRIERS]), usize>,
}

impl<'a> Keep<'a> {
    /// Nothing to be compared yet.
    pub fn new(measures: &'a Measures, pool: &'a Pool, slot: Slot) -> Keep<'a> {
        Keep { measures, pool, slot, kept: Vec::new(), groups: Vec::new(), places: HashMap::new() }
    }

    /// Keeps those of some states that no other stands for; nothing if it is cut by the clock.
    pub fn keep(mut self, mut states: Vec<State>, has_time: &dyn Fn() -> bool) -> Option<Vec<State>> {
        states.sort_by_cached_key(order);
        for some in states.chunks(TOGETHER) {
            if !has_time() {
                return None;
            }
            let before = self.kept.len() as u32;
            let rest: Vec<&State> = match before {
                0 => some.iter().collect(),
                _ => some.par_iter().filter(|state| !self.is_needless(state, 0)).collect(),
            };
            for state in rest {
                if !self.is_needless(state, before) {
                    self.add(*state);
                }
            }
        }
        Some(self.kept)
    }

    fn add(&mut self, state: State) {
        let (place, backs, jobs) = (self.kept.len() as u32, self.there(&state.backs), state.jobs);
        let group = *self.places.entry((backs, jobs)).or_insert(self.groups.len());
        match self.groups.get_mut(group) {
            Some(group) => group.states.push(place),
            None => self.groups.push(Group { backs, jobs, states: vec![place], best: state.landed }),
        }
        self.kept.push(state);
    }

    fn there(&self, backs: &[u16; CARRIERS]) -> [u16; CARRIERS] {
        backs.map(|back| back.max(self.slot as u16))
    }

    /// Whether one of those kept from a place on stands for a state.
    fn is_needless(&self, state: &State, from: u32) -> bool {
        // What was compared before is compared again now and then only.
        let is_old = !state.is_new && !self.slot.is_multiple_of(OFTEN);
        let most = self.kept.first().map_or(0, |kept| kept.landed);
        let several = if is_old { 1 } else { 1usize << self.measures.carriers };
        (0..several).any(|skipped| {
            let landed = self.landed(state, skipped);
            landed <= most && self.is_behind(&self.wanted(state, skipped, landed, is_old), from)
        })
    }

    /// Units that must be landed where some carriers leave out their coming trips.
    fn landed(&self, state: &State, skipped: usize) -> u32 {
        let m = self.measures;
        let gain = |nth: usize| m.hope(usize::from(state.backs[nth]).max(self.slot), state.ahead[nth].into());
        let gains = (0..m.carriers).filter(|nth| skipped >> nth & 1 > 0).map(|nth| gain(nth).min(m.hold));
        state.landed + gains.sum::<u32>()
    }

    /// What is wanted of one that stands for a state and leaves out the coming trips of some carriers, where it has landed so much.
    fn wanted(&self, state: &State, skipped: usize, landed: u32, is_old: bool) -> Wanted {
        let (m, quays) = (self.measures, &self.pool.quays);
        let mut backs = self.there(&state.backs);
        for nth in (0..m.carriers).filter(|nth| skipped >> nth & 1 > 0) {
            backs[nth] = self.pool.again[usize::from(backs[nth]).min(m.slots + 1)] as u16;
        }
        let soonest = backs[..m.carriers].iter().min().copied().unwrap_or(0);
        let first = state.begins(m, self.slot, soonest.into());
        // Who leaves out a trip keeps nobody waiting on the way to it, but is there until then.
        let mut then = State { backs, ..*state };
        quays.go_on_to(m.left(first), &mut then);
        for nth in (0..m.carriers).filter(|nth| skipped >> nth & 1 > 0) {
            (then.jobs[nth], then.ahead[nth]) = (Job::NONE, 0);
        }
        then.sort();
        let mut since = [0; PLACES];
        for (since, quay) in since.iter_mut().zip(&quays.all) {
            *since = quay.since(m.left(first)) as u16;
        }
        let alone = |nth: usize| {
            let job = then.jobs[nth];
            let Some(quay) = quays.all.get(usize::from(job.quay)) else { return then.backs[nth] };
            quay.back_alone(job.from.max(since[usize::from(job.quay)]).into(), job.rest.into()) as u16
        };
        Wanted {
            landed,
            total: state.total,
            backs: then.backs,
            jobs: then.jobs,
            ahead: then.ahead,
            frees: then.frees.map(|free| free.max(first as u16)),
            alone: std::array::from_fn(alone),
            since,
            is_old,
        }
    }

    fn is_behind(&self, wanted: &Wanted, from: u32) -> bool {
        let m = self.measures;
        let mut groups = self.groups.iter().filter(|group| {
            group.best >= wanted.landed
                && group.states.last().is_some_and(|&last| last >= from)
                && group.backs[..m.carriers].iter().zip(&wanted.backs).all(|(own, other)| own <= other)
                && (0..m.carriers).all(|nth| self.is_ahead(group, wanted, nth))
        });
        groups.any(|group| {
            let rest = &group.states[group.states.partition_point(|&state| state < from)..];
            let rest = rest.iter().map(|&state| &self.kept[state as usize]);
            let mut rest = rest.take_while(|kept| kept.landed >= wanted.landed);
            rest.any(|kept| (kept.is_new || !wanted.is_old) && self.has_as_much(kept, wanted))
        })
    }

    /// Whether one carrier of a group has as little left to land as is wanted, whoever comes later.
    fn is_ahead(&self, group: &Group, wanted: &Wanted, nth: usize) -> bool {
        let (own, other) = (group.jobs[nth], wanted.jobs[nth]);
        let place = usize::from(own.quay);
        let since = wanted.since.get(place).copied().unwrap_or(0);
        if !own.is_any() || own.done <= since {
            return !other.is_any() || group.backs[nth] <= wanted.alone[nth];
        }
        let (from, until) = (own.from.max(since), usize::from(own.done));
        let rest = || self.pool.quays.all[place].open_in(from.into()..until).min(own.rest.into());
        own.quay == other.quay && from <= other.from.max(since) && rest() <= other.rest.into()
    }

    /// Whether ships are as free, and what there is less has been landed.
    fn has_as_much(&self, kept: &State, wanted: &Wanted) -> bool {
        let m = self.measures;
        let pairs = kept.ahead[..m.carriers].iter().zip(&wanted.ahead);
        let missing = pairs.map(|(own, &other)| u32::from(other.saturating_sub(*own))).sum::<u32>();
        let are_free = kept.frees[..m.hosts].iter().zip(&wanted.frees).all(|(own, other)| own <= other);
        are_free && wanted.total.saturating_sub(kept.total) + missing <= kept.landed - wanted.landed
    }
}

/// What has landed more, has its carriers back sooner and more in the pool comes first: it may stand for what comes after.
fn order(state: &State) -> impl Ord + use<> {
    let backs: u32 = state.backs.iter().map(|&back| u32::from(back)).sum();
    let first = (u32::MAX - state.landed, backs, u32::MAX - state.total);
    (first, state.backs, state.jobs, state.ahead, state.frees, state.is_new)
}
