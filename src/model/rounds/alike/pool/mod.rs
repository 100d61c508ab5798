//! A bound that knows where each carrier lands and how they wait for berths there, and takes what ships have lifted to be in one pool.
//!
//! In: a plan in which carriers are alike and ships too. Out: what no schedule lands. What is lifted goes into one pool, out of which any ship can give
//! it; it never runs over as long as ships and carriers together would have room for it. A carrier that leaves takes no more than there is, than it
//! holds, and than flows in that meeting, but for what it had aboard before: if it was met and stayed, or if it came back without having landed all of
//! it. That is kept by carrier ([`State::ahead`]) and counts as what need not flow any more; the mud itself is in the pool until it is landed.
//! Who has come back and leaves without having been met could as well have stayed away, and landed in one trip what it landed in two.
//!
//! Each landing takes its place's time at a berth ([`quays`]). One state stands for another if its carriers are back as soon, have as little left to land
//! where others may come, and its ships are as free, where what it has less in the pool and aboard it has landed more; and it may leave out a carrier's
//! coming trip if it has landed already what that can still land ([`keep`]).

mod keep;
mod quays;
mod state;
#[cfg(test)]
mod tests;

use super::measures::{CARRIERS, Measures};
use crate::model::rounds::ground::Ground;
use crate::time::Slot;
use keep::Keep;
use quays::Quays;
use state::{Job, State};

/// States that are gone on with in a slot; and where more than so many follow in one they are not.
const WIDTH: usize = 60_000;
const MOST: usize = 2_000_000;

/// What matters of a plan for that bound.
pub struct Pool {
    quays: Quays,
    /// For each slot when a carrier that is there then is there again after its shortest trip, whatever it lands.
    again: Vec<Slot>,
    /// Units that ships and carriers have room for.
    room: u32,
}

/// How it goes about it.
struct Search<'a> {
    measures: &'a Measures,
    pool: &'a Pool,
}

impl Pool {
    /// Of a ground in which all carriers are alike, and all ships.
    pub fn new(ground: &Ground, m: &Measures) -> Pool {
        let quays = Quays::new(ground, m);
        let again = |slot: Slot| {
            let first = m.next[slot];
            let end = first + m.setup + 1 + m.off;
            if first > m.slots || end > m.slots {
                return m.slots + 1;
            }
            let alone =
                quays.all.iter().filter_map(|quay| Some(quay.back_alone(quay.reached(end)?, quay.takes(1))));
            alone.chain(quays.twice[end]).chain([m.again[slot]]).min().unwrap_or(m.slots + 1)
        };
        let again = (0..m.slots + 2).map(again).collect();
        let room = m.store.max(m.stock) * m.hosts as u32 + m.hold * m.carriers as u32;
        Pool { quays, again, room }
    }

    /// Tonnes that no schedule exceeds, or what is known if that is more.
    pub fn most(&self, m: &Measures, known: f64, has_time: &dyn Fn() -> bool) -> f64 {
        let least = (known / m.unit).floor().max(0.0) as u32;
        known.max(f64::from(Search { measures: m, pool: self }.run(least, has_time)) * m.unit)
    }
}

impl Search<'_> {
    /// Units that no schedule exceeds, or what is known if that is more.
    fn run(&self, known: u32, has_time: &dyn Fn() -> bool) -> u32 {
        let m = self.measures;
        let (mut most, mut dropped) = (known, 0);
        let mut states = vec![self.origin()];
        for slot in 0..m.slots {
            let mut next = Vec::new();
            let are_all = states.iter().all(|state| {
                let goes_on = next.len() <= MOST && has_time();
                if goes_on {
                    self.follow(state, slot, &mut next);
                }
                goes_on
            });
            if !are_all {
                dropped = states.iter().map(|state| state.hope).fold(dropped, u32::max);
                break;
            }
            most = next.iter().map(|state| state.landed).fold(most, u32::max);
            let settled = next.into_iter().map(|state| self.settled(state, slot + 1));
            let hopeful = settled.filter(|state| state.hope > most).collect();
            let Some(kept) = Keep::new(m, self.pool, slot + 1).keep(hopeful, has_time) else {
                dropped = states.iter().map(|state| state.hope).fold(dropped, u32::max);
                break;
            };
            states = kept;
            if states.len() > WIDTH {
                states.sort_by_key(|state| u32::MAX - state.hope);
                dropped = dropped.max(states[WIDTH].hope);
                states.truncate(WIDTH);
            }
            if states.is_empty() {
                break;
            }
        }
        most.max(dropped)
    }

    /// Nobody has met yet.
    fn origin(&self) -> State {
        let m = self.measures;
        let never = m.slots as u16 + 1;
        State {
            landed: 0,
            hope: u32::MAX,
            total: m.stock * m.hosts as u32,
            backs: std::array::from_fn(|nth| if nth < m.carriers { m.arrival as u16 } else { never }),
            jobs: [Job::NONE; CARRIERS],
            ahead: [0; CARRIERS],
            frees: std::array::from_fn(|nth| if nth < m.hosts { 0 } else { never }),
            left: m.left(0) as u16,
            is_new: false,
        }
    }

    /// A state as it is at the beginning of a slot.
    fn settled(&self, mut state: State, slot: Slot) -> State {
        let m = self.measures;
        let lifted = m.hosts as u32 * m.lift * m.lifts(slot - 1, slot);
        state.total = (state.total + lifted).min(self.pool.room.max(state.total));
        let past = slot as u16 - 1;
        state.backs.iter_mut().chain(&mut state.frees).for_each(|since| *since = past.max(*since));
        state.sort();
        let first = state.begins(m, slot, state.backs[0].into());
        self.pool.quays.go_on_to(m.left(first), &mut state);
        state.sort();
        let boats = state.backs.iter().zip(&state.ahead).take(m.carriers);
        let hopes = boats.map(|(&back, &ahead)| m.hope(usize::from(back).max(slot), ahead.into()));
        state.hope = state.landed + hopes.sum::<u32>();
        state
    }

    /// Adds the states that can follow one in a slot.
    fn follow(&self, state: &State, slot: Slot, out: &mut Vec<State>) {
        let m = self.measures;
        let then = State { is_new: false, ..*state };
        if m.next[slot] != slot {
            out.push(then);
            return;
        }
        let mut turns = vec![(then, 0)];
        while let Some((then, place)) = turns.pop() {
            if place == m.hosts {
                out.push(then);
                continue;
            }
            turns.push((then, place + 1));
            // Ships that can be met are all alike.
            let is_free = |place: usize| usize::from(then.frees[place]) <= slot;
            if then.total == 0 || !is_free(place) || (0..place).any(is_free) {
                continue;
            }
            let is_there = |nth: usize| usize::from(then.backs[nth]) <= slot;
            // And so are carriers that are there and have as much aboard; the one that came first is looked at.
            let is_alike =
                |nth: usize| move |other: usize| is_there(other) && then.ahead[other] == then.ahead[nth];
            for nth in (0..m.carriers).filter(|&nth| is_there(nth) && !(0..nth).any(is_alike(nth))) {
                let is_first = state.is_new
                    || then.is_new
                    || usize::from(then.backs[nth]) == slot
                    || usize::from(then.frees[place]) == slot
                    || slot == 0
                    || m.next[slot - 1] != slot - 1;
                self.agree(&then, (slot, place, nth), is_first, &mut turns);
            }
        }
    }

    /// Adds the states after the meetings of a ship that has its turn with a carrier; where nothing new is there only those in which more is taken
    /// than there was a slot before.
    fn agree(
        &self,
        state: &State,
        (slot, place, nth): (Slot, usize, usize),
        is_first: bool,
        turns: &mut Vec<(State, usize)>,
    ) {
        let m = self.measures;
        let ahead = u32::from(state.ahead[nth]);
        let before = state.total.saturating_sub(m.hosts as u32 * m.lift * m.lifts(slot.max(1) - 1, slot));
        let can = |flow: usize, total: u32| (ahead + flow as u32 * m.rate).min(m.hold).min(total);
        for flow in m.lengths(slot, ahead.min(m.hold - 1)) {
            let end = slot + m.setup + flow + m.off;
            let lands = |flow: usize, total: u32| can(flow, total).min(m.away[end].lands);
            let mut met = State { is_new: true, ..*state };
            met.frees[place] = end as u16;
            let load = lands(flow, state.total);
            if (flow == 1 || load > lands(flow - 1, state.total)) && (is_first || load > lands(flow, before))
            {
                self.leave(&met, nth, (end, load), &mut |state| turns.push((state, place + 1)));
            }
            let more = can(flow, state.total);
            let is_more = more > ahead && (flow == 1 || more > can(flow - 1, state.total));
            if is_more && (is_first || more > can(flow, before)) {
                met.backs[nth] = m.next[end.min(m.slots + 1)] as u16;
                met.ahead[nth] = more as u16;
                turns.push((met, place + 1));
            }
        }
    }

    /// Adds the states after a carrier has left with a load: it lands all of it, or what it can in so many slots and keeps the rest aboard.
    fn leave(&self, state: &State, nth: usize, (end, load): (Slot, u32), add: &mut dyn FnMut(State)) {
        let (m, quays) = (self.measures, &self.pool.quays);
        if load == 0 {
            return;
        }
        let with = |lands: u32, back: Slot| {
            let mut then = *state;
            then.landed += lands;
            then.total -= lands;
            then.backs[nth] = back as u16;
            then.jobs[nth] = Job::NONE;
            then.ahead[nth] = if back <= m.slots { (load - lands) as u16 } else { 0 };
            then
        };
        if let Some(back) = quays.twice[end] {
            add(with(load, back));
        }
        for (place, quay) in quays.all.iter().enumerate() {
            let Some(from) = quay.reached(end) else { continue };
            for flow in 1..=quay.flow(load) {
                let takes = quay.takes(flow);
                if quay.done_alone(from, takes).is_none() {
                    break;
                }
                let mut then = with(quay.lands(flow).min(load), quay.back_alone(from, takes));
                if quay.is_single {
                    then.jobs[nth] = Job { quay: place as u8, rest: takes as u8, from: from as u16, done: 0 };
                    if !quays.settle(&mut then, place) {
                        continue;
                    }
                }
                add(then);
            }
        }
    }
}
