//! Rows of meetings where all carriers are alike and all ships that lift too: good ones within seconds, and a bound that is near.
//!
//! In: a [`Ground`], its [`Tables`], and what is known. Out: the best row of meetings that was found, and what no schedule exceeds. As in
//! [`super::search`] it goes slot by slot and keeps the rows that no other stands for; but here a meeting is agreed together with what follows it:
//! the carrier leaves at once and has landed, or stays to be met again ([`starts`]). So a row is no more than when carriers are back and what ships
//! have, in whole numbers ([`measures`], [`state`]), and one that is a trip ahead stands for most of the others ([`compare`]).
//!
//! It goes about it in two ways. To find something, ships lift what they really can, and carriers wait for berths ([`voyages`]): what comes of it is a
//! schedule if its amounts can be kept, but bounds nothing. To bound, nothing is less than what can really be done: every trip is as soon back as the
//! soonest and lands as much as any, berths are always free, and ships lift whenever they could. Then nothing is left out that would land more ([`bounds`]).
//! A second bound knows trips and berths, but not which ship has what ([`pool`]).

mod bounds;
mod compare;
mod measures;
mod pool;
mod starts;
mod state;
#[cfg(test)]
mod tests;
mod voyages;

use super::ground::Ground;
use super::row::{Chain, Meeting, Row};
use super::search::Found;
use super::tables::{Tables, Trip};
use crate::time::Slot;
use bounds::go_on;
use compare::{Compare, Ready, Stocks, from};
use measures::{BERTHS, CARRIERS, HOSTS, Measures};
use pool::Pool;
pub use starts::Stays;
use state::{Boat, Deck, Lay, NONE, State};
use std::sync::Arc;
use voyages::Voyages;

/// Who may stay for another meeting where something is sought, pass by pass.
pub const PASSES: [Stays; 2] = [Stays::Never, Stays::Drained];
/// States that are kept in a slot where something is sought, and where a bound is.
const WIDTH: usize = 2_000;
const BOUND_WIDTH: usize = 60_000;
/// Where more than so many follow in one slot they are not gone on with.
const MOST: usize = 2_000_000;

/// A plan in which carriers are alike, and ships too.
pub struct Alike<'g> {
    ground: &'g Ground,
    pub tables: &'g Tables<'g>,
    measures: Measures,
    voyages: Voyages<'g>,
    /// Where what is landed counts whenever that is.
    pool: Option<Pool>,
}

/// A meeting that was agreed.
#[derive(Debug, Clone, Copy)]
struct Agreed {
    /// The one before, by place.
    before: u32,
    host: usize,
    carrier: usize,
    start: Slot,
    end: Slot,
    trip: Option<Trip>,
    tonnes: f64,
}

/// How it goes about it.
struct Search<'a> {
    ground: &'a Ground,
    tables: &'a Tables<'a>,
    measures: &'a Measures,
    voyages: &'a Voyages<'a>,
    stocks: Stocks<'a>,
    ready: Ready,
    /// Which berths each row of bits is of, and how many of them are taken then.
    levels: Vec<(usize, usize)>,
    /// Who may stay where something is sought, where carriers wait for berths and ships lift what they really can; nothing where a bound is made.
    stays: Option<Stays>,
    width: usize,
}

impl<'g> Alike<'g> {
    /// Of a ground, if it is one of those.
    pub fn new(ground: &'g Ground, tables: &'g Tables<'g>) -> Option<Alike<'g>> {
        let measures = Measures::new(ground, tables)?;
        let pool = ground.counts_all.then(|| Pool::new(ground, &measures));
        Some(Alike { ground, tables, measures, voyages: Voyages::new(ground), pool })
    }

    /// The best row of meetings that is found, if it lands more than is known.
    pub fn best(&self, known: f64, stays: Stays, has_time: &dyn Fn() -> bool) -> Option<Row> {
        self.search(Some(stays), WIDTH).run(known, has_time).best
    }

    /// What no schedule exceeds, or what is known if that is more.
    pub fn most(&self, known: f64, has_time: &dyn Fn() -> bool) -> f64 {
        self.search(None, BOUND_WIDTH).run(known, has_time).bound
    }

    /// The same by [`pool`]; nothing is told where what is landed must be in time to count.
    pub fn most_of_pool(&self, known: f64, has_time: &dyn Fn() -> bool) -> f64 {
        self.pool.as_ref().map_or(f64::INFINITY, |pool| pool.most(&self.measures, known, has_time))
    }

    fn search(&self, stays: Option<Stays>, width: usize) -> Search<'_> {
        let (measures, tables) = (&self.measures, self.tables);
        let (ready, levels) = Ready::new(&self.voyages, &self.ground.berths, measures.slots);
        Search {
            ground: self.ground,
            tables,
            measures,
            voyages: &self.voyages,
            stocks: Stocks { measures, tables, is_real: stays.is_some() },
            ready,
            levels,
            stays,
            width,
        }
    }
}

impl Search<'_> {
    /// The best row that lands more than is known, and what none exceeds.
    fn run(&self, known: f64, has_time: &dyn Fn() -> bool) -> Found {
        let m = self.measures;
        let (mut most, mut best) = ((known / m.unit).floor().max(0.0) as u32, None);
        let mut agreed: Vec<Agreed> = Vec::new();
        let mut states = vec![self.origin()];
        let mut dropped = 0;
        for slot in 0..m.slots {
            let before = agreed.len();
            let mut next = Vec::new();
            let are_all = states.iter().all(|state| {
                let goes_on = next.len() <= MOST && has_time();
                if goes_on && self.stays.is_some() {
                    self.follow(state, slot, &mut agreed, &mut next);
                } else if goes_on {
                    self.follow_all(state, slot, &mut next);
                }
                goes_on
            });
            if !are_all {
                dropped = states.iter().map(|state| state.hope).fold(dropped, u32::max);
                break;
            }
            if let Some(first) =
                next.iter().rev().max_by_key(|state| state.landed).filter(|first| first.landed > most)
            {
                most = first.landed;
                best = self.stays.map(|_| self.row(first, &agreed));
            }
            let settled = next.into_iter().map(|state| self.settled(state, slot + 1));
            let hopeful = settled.filter(|state| state.hope > most).collect();
            states = Compare::new(self.stocks, &self.ready, slot + 1).keep(hopeful);
            if states.len() > self.width {
                states.sort_by_key(|state| u32::MAX - state.hope);
                dropped = dropped.max(states[self.width].hope);
                states.truncate(self.width);
            }
            keep_agreed(&mut states, &mut agreed, before);
            if states.is_empty() {
                break;
            }
        }
        Found { best, bound: known.max(f64::from(most.max(dropped)) * m.unit) }
    }

    /// Nobody has met yet.
    fn origin(&self) -> State {
        let m = self.measures;
        let boat = |nth: usize| {
            let back = if nth < m.carriers { m.arrival } else { m.slots + 1 };
            let lay = Lay { berth: 0, start: 0, end: 0 };
            Boat { back: back as u16, load: 0, claims: [0; HOSTS], must: false, nth: nth as u8, lay }
        };
        let stock = m.stock as u16;
        let (total, before) = (stock, None);
        let deck = |nth: usize| Deck { free: 0, stock, afloat: 0, total, before, nth: nth as u8 };
        State {
            landed: 0,
            hope: u32::MAX,
            boats: std::array::from_fn(boat),
            decks: std::array::from_fn(deck),
            claims: [0; HOSTS],
            total: m.stock * m.hosts as u32,
            is_more: false,
            busy: [0; BERTHS],
            is_new: false,
            is_heir: false,
            last: NONE,
        }
    }

    /// A state as it is at the beginning of a slot: carriers and ships in order, those that are there alike whenever they came.
    fn settled(&self, mut state: State, slot: Slot) -> State {
        let m = self.measures;
        state.is_heir = false;
        if self.stays.is_none() {
            go_on(m, &mut state, slot);
        }
        let boats = &mut state.boats[..m.carriers];
        boats.iter_mut().filter(|boat| usize::from(boat.back) < slot).for_each(|boat| boat.back = 0);
        boats.sort_by_key(|boat| (boat.back, u16::MAX - boat.load, !boat.must, boat.nth));
        let hopes = boats.iter().map(|boat| m.hope(boat.there(slot).into(), boat.load.into()));
        state.hope = state.landed + hopes.sum::<u32>();
        let decks = &mut state.decks[..m.hosts];
        decks.sort_by_key(|deck| (deck.free, u16::MAX - deck.stock, deck.nth));
        let first = state.begins(m, slot, state.boats[0].there(slot).into());
        state.busy = [0; BERTHS];
        if self.stays.is_some() {
            let rows = self.levels.iter().zip(&self.ready.rows).zip(&mut state.busy);
            rows.for_each(|((&level, ready), busy)| {
                *busy = self.busy(&state.boats, level, ready, (slot, first))
            });
        }
        state
    }

    /// The bits of the slots in which so many berths are taken, from the first in which who meets in a slot can lie there.
    fn busy(
        &self,
        boats: &[Boat; CARRIERS],
        (berth, level): (usize, usize),
        ready: &[Slot],
        (slot, first): (Slot, Slot),
    ) -> u64 {
        let m = self.measures;
        let base = ready[(slot + m.setup + 1 + m.off).min(ready.len() - 1)];
        let mut counts = [0usize; 64];
        for lay in boats.iter().map(|boat| boat.lay).filter(|lay| usize::from(lay.berth) == berth) {
            let [start, end] =
                [lay.start, lay.end].map(|slot| usize::from(slot).saturating_sub(base).min(64));
            counts[start..end.max(start)].iter_mut().for_each(|count| *count += 1);
        }
        let bit = |all: u64, (nth, &count): (usize, &usize)| all | u64::from(count >= level) << nth;
        counts.iter().enumerate().fold(0, bit) & from(ready, m, slot, first)
    }

    /// The row of meetings that led to a state.
    fn row(&self, state: &State, agreed: &[Agreed]) -> Row {
        let mut row = Row::origin(self.ground, self.tables);
        row.landed = f64::from(state.landed) * self.measures.unit;
        for &Agreed { host, carrier, start, end, trip, tonnes, .. } in chain(state.last, agreed).iter().rev()
        {
            let meeting = Meeting { host, carrier, start, end, trip, tonnes };
            row.last = Some(Arc::new(Chain { before: row.last.take(), meeting }));
        }
        row
    }
}

/// The meetings up to one, the last one first.
fn chain(last: u32, agreed: &[Agreed]) -> Vec<Agreed> {
    let first = agreed.get(last as usize).copied();
    std::iter::successors(first, |meeting| agreed.get(meeting.before as usize).copied()).collect()
}

/// Of the meetings that were agreed from a place on keeps those of some states.
fn keep_agreed(states: &mut [State], agreed: &mut Vec<Agreed>, from: usize) {
    let fresh = agreed.split_off(from.min(agreed.len()));
    for state in states {
        let mut own = Vec::new();
        while let Some(meeting) = (state.last as usize).checked_sub(from).and_then(|place| fresh.get(place)) {
            own.push(*meeting);
            state.last = meeting.before;
        }
        for meeting in own.into_iter().rev() {
            agreed.push(Agreed { before: state.last, ..meeting });
            state.last = agreed.len() as u32 - 1;
        }
    }
}
