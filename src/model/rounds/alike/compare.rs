//! Which states need not be gone on with, since another does as well whatever follows.
//!
//! In: all states after a slot. Out: those that no other stands for. One stands for another if it can do all that the other can do from then on:
//! its carriers are back as soon, its ships have as much when they can be met next, and berths are free when the other's are. Where it has less
//! aboard it must have landed as much more, since a tonne can do no more than be landed.
//!
//! It may also leave out a carrier's coming trip, if it has landed already whatever that trip can still land: then it need only have that carrier
//! back when the other could be back after a shortest trip, and it makes no difference what ships and berths are like before another carrier is
//! there. That is what makes the states few: one that is a trip ahead stands for nearly all that are not.

use super::measures::{BERTHS, CARRIERS, HOSTS, Measures};
use super::state::{Boat, Deck, State};
use super::voyages::Voyages;
use crate::model::rounds::tables::Tables;
use crate::time::Slot;
use rayon::prelude::*;
use std::collections::HashMap;

/// So many states are compared side by side.
const TOGETHER: usize = 256;
/// With fewer it is not worth it.
const MANY: usize = 64;
/// Every so many slots all are compared with all.
const OFTEN: usize = 4;
/// Bits of a number that are looked at one by one.
const HIGH: u64 = 0x8000_8000_8000_8000;

/// What ships have.
#[derive(Clone, Copy)]
pub struct Stocks<'a> {
    pub measures: &'a Measures,
    pub tables: &'a Tables<'a>,
    /// Whether something is sought, where they lift only what they really can; else a bound is made.
    pub is_real: bool,
}

impl Stocks<'_> {
    /// What a ship that lifts what it really can has in a slot if it is not met before; nothing where it cannot be met then.
    pub fn held(&self, deck: &Deck, slot: Slot) -> Option<u32> {
        let m = self.measures;
        let (since, stock) = (usize::from(deck.free), u32::from(deck.stock));
        let end = (since > 0).then_some(since);
        let slots = self.tables.lifts(0, end, slot.min(m.slots))? as u32;
        Some((stock + slots * m.lift).min(m.store.max(stock)))
    }
}

/// States whose carriers are back at the same times and whose berths are taken at the same.
struct Group {
    back: [u64; 2],
    busy: [u64; BERTHS],
    /// The most that any of them has landed.
    best: u32,
    /// The states, by place, the one that has landed most first.
    states: Vec<u32>,
}

/// What a state must be behind in nothing: carriers as they are, or as if some left out a trip.
struct Wanted<'s> {
    state: &'s State,
    back: [u64; 2],
    loads: [u16; CARRIERS],
    claims: [[u16; HOSTS]; CARRIERS],
    /// The berths that count.
    counts: [u64; BERTHS],
    /// When the first carrier is there that leaves out nothing.
    first: Slot,
    /// What must be landed.
    landed: u32,
    is_skip: bool,
    /// Whether only those are of interest for which something was agreed in this slot.
    is_old: bool,
}

/// States that are compared after a slot.
pub struct Compare<'a> {
    pub stocks: Stocks<'a>,
    pub voyages: &'a Ready,
    /// The slot that comes next.
    pub slot: Slot,
    pub kept: Vec<State>,
    groups: Vec<Group>,
    places: HashMap<([u64; 2], [u64; BERTHS]), usize>,
}

/// When berths can be taken next.
pub struct Ready {
    /// For each row of bits and slot, the first slot in which who leaves then can lie there.
    pub rows: Vec<Vec<Slot>>,
}

impl Ready {
    /// Of the berths that matter: one row of bits for each of them.
    pub fn new(voyages: &Voyages<'_>, berths: &[usize], slots: Slot) -> (Ready, Vec<(usize, usize)>) {
        let places = voyages.places.iter().enumerate();
        let of_place = places.filter_map(|(place, berth)| Some((place, (*berth)?)));
        let rows =
            of_place.flat_map(|(place, berth)| (1..=berths[berth]).map(move |level| (place, berth, level)));
        let rows: Vec<(usize, usize, usize)> = rows.take(BERTHS).collect();
        let ready = |place: usize| (0..=slots + 1).map(|slot| voyages.ready(place, slot)).collect();
        let of_rows = rows.iter().map(|&(_, berth, level)| (berth, level)).collect();
        (Ready { rows: rows.iter().map(|&(place, _, _)| ready(place)).collect() }, of_rows)
    }
}

impl<'a> Compare<'a> {
    /// Nothing to be compared yet.
    pub fn new(stocks: Stocks<'a>, voyages: &'a Ready, slot: Slot) -> Compare<'a> {
        let (kept, groups, places) = (Vec::new(), Vec::new(), HashMap::new());
        Compare { stocks, voyages, slot, kept, groups, places }
    }

    /// Keeps those of some states that no other stands for.
    pub fn keep(mut self, mut states: Vec<State>) -> Vec<State> {
        states.sort_by_cached_key(order);
        for some in states.chunks(TOGETHER) {
            let before = self.kept.len();
            let find = |state: &State| self.find(state, 0);
            let found: Vec<Option<(usize, u32)>> = match before {
                0 => vec![None; some.len()],
                few if few < MANY => some.iter().map(find).collect(),
                _ => some.par_iter().map(find).collect(),
            };
            let mut hits = Vec::new();
            for (state, found) in some.iter().zip(found) {
                match found.or_else(|| self.find(state, before as u32)) {
                    Some((group, of)) => {
                        self.kept[of as usize].is_heir = true;
                        hits.push(group);
                    }
                    None => self.add(*state),
                }
            }
            // What stood for many is looked at first.
            for group in hits.into_iter().filter(|&group| group > 0) {
                self.swap(group, group / 2);
            }
        }
        self.kept
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.groups.swap(a, b);
        for place in [a, b] {
            let group = &self.groups[place];
            self.places.insert((group.back, group.busy), place);
        }
    }

    fn add(&mut self, state: State) {
        let place = self.kept.len() as u32;
        let (back, busy) = (self.backs(&state.boats), state.busy);
        let group = *self.places.entry((back, busy)).or_insert(self.groups.len());
        match self.groups.get_mut(group) {
            Some(group) => group.states.push(place),
            None => self.groups.push(Group { back, busy, best: state.landed, states: vec![place] }),
        }
        self.kept.push(state);
    }

    fn backs(&self, boats: &[Boat; CARRIERS]) -> [u64; 2] {
        packed(boats.each_ref().map(|boat| boat.there(self.slot)))
    }

    /// One that stands for a state, of those kept from a place on; with its group.
    fn find(&self, state: &State, from: u32) -> Option<(usize, u32)> {
        let m = self.stocks.measures;
        let first = state.begins(m, self.slot, state.boats[0].there(self.slot).into());
        // What was compared before is compared again now and then only: more time has passed with nothing agreed.
        let is_old = !state.is_new && !self.slot.is_multiple_of(OFTEN);
        let wanted = Wanted {
            state,
            back: self.backs(&state.boats),
            loads: state.boats.each_ref().map(|boat| boat.load),
            claims: self.claims(state, &state.boats),
            counts: self.counts(state, first),
            first,
            landed: state.landed,
            is_skip: false,
            is_old,
        };
        let found = self.seek(&wanted, from);
        let boats = &state.boats[..m.carriers];
        if found.is_some() || is_old || boats.iter().any(|boat| boat.must) {
            return found;
        }
        let most = self.kept.first().map_or(0, |kept| kept.landed);
        (1..1usize << m.carriers).find_map(|skipped| {
            let wanted = self.without(state, skipped);
            if wanted.landed > most { None } else { self.seek(&wanted, from) }
        })
    }

    /// What is wanted of one that stands for a state and leaves out the coming trips of some carriers.
    fn without<'s>(&self, state: &'s State, skipped: usize) -> Wanted<'s> {
        let m = self.stocks.measures;
        let mut boats = state.boats;
        let mut landed = state.landed;
        for (nth, boat) in
            boats[..m.carriers].iter_mut().enumerate().filter(|(nth, _)| skipped >> nth & 1 > 0)
        {
            let there = usize::from(state.boats[nth].there(self.slot));
            landed += m.hope(there, boat.load.into()).min(m.hold);
            let back = m.again[there.min(m.slots + 1)] as u16;
            *boat = Boat { back, load: 0, claims: [0; HOSTS], ..*boat };
        }
        boats[..m.carriers].sort_by_key(|boat| boat.there(self.slot));
        let first = state.begins(m, self.slot, boats[0].there(self.slot).into());
        Wanted {
            state,
            back: self.backs(&boats),
            loads: boats.map(|boat| boat.load),
            claims: self.claims(state, &boats),
            counts: self.counts(state, first),
            first,
            landed,
            is_skip: true,
            is_old: false,
        }
    }

    /// Units of each ship that carriers have aboard, at most.
    fn claims(&self, state: &State, boats: &[Boat; CARRIERS]) -> [[u16; HOSTS]; CARRIERS] {
        let is_there = |boat: &Boat| usize::from(boat.back) <= self.slot;
        boats.each_ref().map(|boat| if is_there(boat) { state.claims } else { boat.claims })
    }

    /// For each row of bits those that are free with a state and count where nobody meets before a slot.
    fn counts(&self, state: &State, first: Slot) -> [u64; BERTHS] {
        let mut counts = [0; BERTHS];
        for ((row, ready), counts) in self.voyages.rows.iter().enumerate().zip(&mut counts) {
            *counts = !state.busy[row] & from(ready, self.stocks.measures, self.slot, first);
        }
        counts
    }

    fn seek(&self, wanted: &Wanted<'_>, from: u32) -> Option<(usize, u32)> {
        for (place, group) in self.groups.iter().enumerate() {
            let is_back =
                are_no_less(wanted.back[0], group.back[0]) && are_no_less(wanted.back[1], group.back[1]);
            let is_free = || group.busy.iter().zip(&wanted.counts).all(|(busy, counts)| busy & counts == 0);
            if group.best < wanted.landed || !is_back || !is_free() {
                continue;
            }
            let rest = &group.states[group.states.partition_point(|&state| state < from)..];
            for &of in rest {
                let kept = &self.kept[of as usize];
                if kept.landed < wanted.landed {
                    break;
                }
                if (kept.is_new || !wanted.is_old) && self.stands_for(kept, wanted) {
                    return Some((place, of));
                }
            }
        }
        None
    }

    /// Whether a state whose carriers are back as soon, and whose berths are free, has as much as is wanted.
    fn stands_for(&self, kept: &State, wanted: &Wanted<'_>) -> bool {
        let m = self.stocks.measures;
        let boats = &kept.boats[..m.carriers];
        if boats.iter().any(|boat| boat.must) {
            let mut pairs = boats.iter().zip(&wanted.state.boats);
            let is_same = |(a, b): (&Boat, &Boat)| a.must == b.must && (!a.must || a.back == b.back);
            if wanted.is_skip || !pairs.all(is_same) {
                return false;
            }
        }
        let spare = kept.landed - wanted.landed;
        if !self.stocks.is_real {
            let claims = self.claims(kept, &kept.boats);
            let earliest = (0..m.hosts).filter_map(|place| self.met(wanted, place)).min();
            let all = [kept.total, wanted.state.total];
            let (earliest, none) = (earliest.unwrap_or(self.slot), [usize::MAX; HOSTS]);
            let pairs = Pairs { claims, earliest, count: 0, taken: none, missing: 0, parts: [0; 2], all };
            return self.bounds_as_much(kept, wanted, &pairs, spare);
        }
        let pairs = boats.iter().zip(&wanted.loads);
        let missing: u32 = pairs.map(|(boat, &load)| u32::from(load.saturating_sub(boat.load))).sum();
        let spare = spare.checked_sub(missing);
        spare.is_some_and(|spare| self.have_as_much(kept, wanted, [usize::MAX; HOSTS], 0, spare))
    }

    /// When a ship is met next at the soonest where something is wanted; nothing if it never is again.
    fn met(&self, wanted: &Wanted<'_>, place: usize) -> Option<Slot> {
        let m = self.stocks.measures;
        let begin = self.slot.max(wanted.first).max(wanted.state.decks[place].free.into());
        Some(m.next[begin.min(m.slots + 1)]).filter(|&met| met <= m.slots)
    }

    /// Whether ships have as much when they are met next, but for so many units, each taken for another one; some are taken already.
    fn have_as_much(
        &self,
        kept: &State,
        wanted: &Wanted<'_>,
        mut taken: [usize; HOSTS],
        place: usize,
        spare: u32,
    ) -> bool {
        let m = self.stocks.measures;
        if place == m.hosts {
            return true;
        }
        let Some(met) = self.met(wanted, place) else {
            return self.have_as_much(kept, wanted, taken, place + 1, spare);
        };
        let deck = &wanted.state.decks[place];
        for other in (0..m.hosts).filter(|other| !taken[..m.hosts].contains(other)).collect::<Vec<_>>() {
            let own = &kept.decks[other];
            if usize::from(own.free) > met {
                continue;
            }
            if let Some(missing) = self.missing(own, deck, met).filter(|&missing| missing <= spare) {
                taken[place] = other;
                if self.have_as_much(kept, wanted, taken, place + 1, spare - missing) {
                    return true;
                }
            }
        }
        false
    }

    /// How much less a ship has than another in a slot, and soon after.
    fn missing(&self, own: &Deck, other: &Deck, met: Slot) -> Option<u32> {
        let m = self.stocks.measures;
        let last = (met + 2).min(m.slots);
        let mut missing = 0;
        for slot in met..=last {
            let Some(wanted) = self.stocks.held(other, slot) else { continue };
            missing = missing.max(wanted.saturating_sub(self.stocks.held(own, slot)?));
        }
        Some(missing)
    }

    /// The same where a bound is made: there is as much in each ship, of each ship in each carrier and in all of them, and in everything.
    fn bounds_as_much(&self, kept: &State, wanted: &Wanted<'_>, pairs: &Pairs, spare: u32) -> bool {
        let m = self.stocks.measures;
        if pairs.missing > spare {
            return false;
        }
        let place = pairs.count;
        if place == m.hosts {
            // What trips land that are left out is in no ship then, but ships have had room for as much more.
            let trips = wanted.landed - wanted.state.landed;
            let [own, other] = [pairs.parts[0], pairs.parts[1] + trips];
            return pairs.all[1].min(other) <= pairs.all[0].min(own) + spare + trips;
        }
        let mut others = (0..m.hosts).filter(|other| !pairs.taken[..place].contains(other));
        others.any(|other| {
            let more = self.pair(kept, wanted, pairs, other);
            more.is_some_and(|pairs| self.bounds_as_much(kept, wanted, &pairs, spare))
        })
    }

    /// The next ship of what is wanted with one of a state, if that can be met as soon.
    fn pair(&self, kept: &State, wanted: &Wanted<'_>, pairs: &Pairs, other: usize) -> Option<Pairs> {
        let m = self.stocks.measures;
        let (own, deck) = (&kept.decks[other], &wanted.state.decks[pairs.count]);
        let claims = || {
            let of_wanted = wanted.claims[..m.carriers].iter().map(|claims| claims[usize::from(deck.nth)]);
            let of_own = pairs.claims.iter().map(|claims| claims[usize::from(own.nth)]);
            of_own.zip(of_wanted).map(|(own, wanted)| [u32::from(own), u32::from(wanted)])
        };
        let of_claims: u32 = claims().map(|[own, wanted]| wanted.saturating_sub(own)).sum();
        let afloat = [own.afloat.into(), claims().map(|claim| claim[1]).sum::<u32>().min(deck.afloat.into())];
        let less = |[own, wanted]: [u32; 2]| wanted.saturating_sub(own);
        let of_afloat = less(afloat).max(of_claims);
        let (mut all, mut of_stock, mut parts) = (pairs.all, 0, afloat);
        if let Some(met) = self.met(wanted, pairs.count) {
            if usize::from(own.free) > met {
                return None;
            }
            let stock = [own, deck].map(|deck| m.held(deck.stock.into(), deck.free.into(), met));
            let lifts = [own, deck].map(|deck| m.lift * m.lifts(deck.free.into(), met));
            let totals = [own.total, deck.total];
            // What a ship lifts for longer is not there yet when another is met.
            let until = if own.free <= deck.free { pairs.earliest } else { met };
            let sooner = [own, deck].map(|deck| m.lift * m.lifts(deck.free.into(), until));
            of_stock = less(stock);
            for side in [0, 1] {
                all[side] += sooner[side];
                parts[side] = (u32::from(totals[side]) + lifts[side]).min(stock[side] + afloat[side]);
            }
        }
        let mut taken = pairs.taken;
        taken[pairs.count] = other;
        let missing = pairs.missing + less(parts).max(of_stock + of_afloat);
        let parts = [0, 1].map(|side| pairs.parts[side] + parts[side]);
        Some(Pairs { count: pairs.count + 1, taken, missing, parts, all, ..*pairs })
    }
}

/// Ships of a state, each taken for one of what is wanted; and of both, in turn, what there is.
struct Pairs {
    /// Units of each ship that carriers have aboard, of those of the state.
    claims: [[u16; HOSTS]; CARRIERS],
    /// When a ship is met at the soonest.
    earliest: Slot,
    /// How many.
    count: usize,
    taken: [usize; HOSTS],
    /// Units that are missing.
    missing: u32,
    /// Units in these ships, and in carriers of them, at most; and in everything.
    parts: [u32; 2],
    all: [u32; 2],
}

/// The bits of a row that count where nobody meets before a slot; a state's bits are those from a slot on.
pub fn from(ready: &[Slot], m: &Measures, slot: Slot, first: Slot) -> u64 {
    let least = m.setup + 1 + m.off;
    let of = |slot: Slot| ready[(slot + least).min(ready.len() - 1)];
    let away = of(first) - of(slot).min(of(first));
    if away < 64 { u64::MAX << away } else { 0 }
}

fn packed(values: [u16; CARRIERS]) -> [u64; 2] {
    let pack = |some: &[u16]| some.iter().rev().fold(0, |all, &value| all << 16 | u64::from(value));
    [pack(&values[..4]), pack(&values[4..])]
}

/// Whether each of four numbers is no less than another; all of them are below 2^15.
fn are_no_less(a: u64, b: u64) -> bool {
    ((a | HIGH) - b) & HIGH == HIGH
}

/// What has landed more, has its carriers back sooner and more aboard comes first: it may stand for what comes after.
fn order(state: &State) -> impl Ord + use<> {
    let backs: u32 = state.boats.iter().map(|boat| u32::from(boat.back)).sum();
    let loads: u32 = state.boats.iter().map(|boat| u32::from(boat.load)).sum();
    let decks: i64 = state.decks.iter().map(|deck| i64::from(deck.stock) - i64::from(deck.free)).sum();
    let busy: u32 = state.busy.iter().map(|busy| busy.count_ones()).sum();
    let boats = state.boats.map(|boat| (boat.back, boat.load, boat.claims, boat.must, boat.nth, boat.lay));
    let ships = state.decks.map(|deck| (deck.free, deck.stock, deck.afloat, deck.total, deck.nth));
    let first = (u32::MAX - state.landed, backs, u32::MAX - loads, -decks, busy);
    (first, boats, ships, (state.claims, state.total), state.last)
}
