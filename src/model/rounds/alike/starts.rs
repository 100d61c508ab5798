//! What can be agreed in a slot where something is sought: who meets whom, for how long, for how much, and whether the carrier leaves then.
//!
//! In: where all stand before a slot. Out: where they can stand after it, nothing agreed or a meeting of some ships each. Of meetings that are alike but
//! for when they begin only the first is looked at where a carrier takes all it can: since a ship could lift in every slot of a meeting, one that begins a slot
//! sooner costs no tonne. Those that drain a ship are looked at only if they gain nothing by waiting for one more slot.

use super::state::{Boat, Lay, State};
use super::voyages::{landing_of, lay_of};
use super::{Agreed, Search};
use crate::model::rounds::tables::{Landing, Trip};
use crate::time::Slot;

/// Which carriers may stay for another meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    Never,
    /// Those that have all that a ship had.
    Drained,
}

/// A state, and the next ship that has its turn.
struct Turn {
    state: State,
    place: usize,
}

/// A meeting as it may be.
#[derive(Clone, Copy)]
struct Talk {
    slot: Slot,
    place: usize,
    nth: usize,
    end: Slot,
    /// Units that the ship has and gives.
    stock: u32,
    given: u32,
}

impl Search<'_> {
    /// The states that can follow one in a slot.
    pub(super) fn follow(&self, state: &State, slot: Slot, agreed: &mut Vec<Agreed>, out: &mut Vec<State>) {
        let m = &self.measures;
        let can_meet = m.next[slot] == slot;
        let mut turns = vec![Turn { state: State { is_new: false, ..*state }, place: 0 }];
        while let Some(turn) = turns.pop() {
            let Turn { ref state, place } = turn;
            if place == m.hosts || !can_meet {
                let is_late = |boat: &Boat| boat.must && usize::from(boat.back) <= slot;
                if !state.boats[..m.carriers].iter().any(is_late) {
                    out.push(*state);
                }
                continue;
            }
            turns.push(Turn { state: *state, place: place + 1 });
            if usize::from(state.decks[place].free) > slot {
                continue;
            }
            let Some(stock) = self.held(state, place, slot).filter(|&stock| stock > 0) else { continue };
            let is_same = |other: usize| {
                let [a, b] = [other, place].map(|place| usize::from(state.decks[place].free));
                a <= slot && self.held(state, other, slot) == Some(stock) && (a == slot || b < slot)
            };
            if (0..place).any(is_same) {
                continue;
            }
            for nth in 0..m.carriers {
                if !is_double(state, nth, slot) && u32::from(state.boats[nth].load) < m.hold {
                    self.meet(&turn, (slot, nth, stock), agreed, &mut turns);
                }
            }
        }
    }

    /// Adds the states after the meetings of a ship that has its turn with a carrier.
    fn meet(
        &self,
        turn: &Turn,
        (slot, nth, stock): (Slot, usize, u32),
        agreed: &mut Vec<Agreed>,
        turns: &mut Vec<Turn>,
    ) {
        let (m, Turn { state, place }) = (&self.measures, turn);
        let (boat, deck) = (state.boats[nth], state.decks[*place]);
        if usize::from(boat.back) > slot {
            return;
        }
        let load = u32::from(boat.load);
        let is_first = state.is_heir
            || boat.must
            || [boat.back, deck.free].contains(&(slot as u16))
            || slot == 0
            || m.open[slot - 1] == 0;
        // What the ship had a slot before, if it could have been met then.
        let before = if usize::from(deck.free) < slot { self.held(state, *place, slot - 1) } else { None };
        // A run of lifting that had to be long enough may have come all at once.
        let before = before.filter(|before| stock <= before + m.lift);
        for flow in m.lengths(slot, load) {
            let end = slot + m.setup + flow + m.off;
            let least = m.rate * (flow as u32 - 1);
            let most = (m.rate * flow as u32).min(m.hold - load);
            let parts = m.parts.iter().filter_map(|&part| part.checked_sub(load));
            let parts: Vec<u32> = parts.filter(|&part| part > least && part < most).collect();
            let talk = |given: u32| Talk { slot, place: *place, nth, end, stock, given };
            let mut whole = parts.iter().chain([&most]).copied();
            for given in whole.clone() {
                if given <= stock && (is_first || before.is_none_or(|before| before < given)) {
                    self.go_on(turn, talk(given), (true, false), agreed, turns);
                }
            }
            let is_known = is_first && whole.any(|given| given == stock);
            if stock > least && stock < most && !is_known {
                let shuts = m.open[slot] == m.setup + flow + m.off;
                let leaves = shuts || self.voyages.departs(end) || boat.must;
                self.go_on(turn, talk(stock), (leaves, !shuts && !boat.must), agreed, turns);
            }
        }
    }

    /// Adds the states after a meeting: the carrier leaves, if it may; or stays, to be met again at once if it must.
    fn go_on(
        &self,
        turn: &Turn,
        talk: Talk,
        (leaves, must): (bool, bool),
        agreed: &mut Vec<Agreed>,
        turns: &mut Vec<Turn>,
    ) {
        let m = &self.measures;
        let load = u32::from(turn.state.boats[talk.nth].load) + talk.given;
        if leaves {
            let taken = taken(&turn.state, talk.nth, talk.slot);
            for place in 0..self.voyages.places.len() {
                let trip = self.voyages.trip(place, talk.end, f64::from(load) * m.unit, &taken);
                if let Some(trip) = trip {
                    let landed = (trip.lands / m.unit).round() as u32;
                    let boat =
                        Boat { lay: lay_of(trip.landing), ..self.back_from(turn, talk.nth, trip.back) };
                    turns.push(self.after(turn, &talk, boat, landed, Some(trip), agreed));
                }
            }
        }
        let may_stay = self.stays == Some(Stays::Drained) && talk.given == talk.stock;
        let is_met_again = m.next[talk.end] == talk.end;
        if may_stay && load < m.hold && (is_met_again || !must) {
            let boat = self.back_from(turn, talk.nth, talk.end);
            let boat = Boat { load: load as u16, must, ..boat };
            turns.push(self.after(turn, &talk, boat, 0, None, agreed));
        }
    }

    /// A carrier that is there in a slot, with nothing aboard.
    fn back_from(&self, turn: &Turn, nth: usize, slot: Slot) -> Boat {
        let slots = self.measures.slots;
        let back = self.measures.next[slot.min(slots + 1)];
        Boat { back: back as u16, load: 0, must: false, ..turn.state.boats[nth] }
    }

    /// The state after a meeting.
    fn after(
        &self,
        turn: &Turn,
        talk: &Talk,
        boat: Boat,
        landed: u32,
        trip: Option<Trip>,
        agreed: &mut Vec<Agreed>,
    ) -> Turn {
        let mut state = turn.state;
        state.is_new = true;
        state.landed += landed;
        state.boats[talk.nth] = boat;
        let deck = &mut state.decks[talk.place];
        (deck.free, deck.stock) = (talk.end as u16, (talk.stock - talk.given) as u16);
        let (host, carrier) = (deck.nth.into(), boat.nth.into());
        let tonnes = f64::from(talk.given) * self.measures.unit;
        let (start, end) = (talk.slot, talk.end);
        agreed.push(Agreed { before: state.last, host, carrier, start, end, trip, tonnes });
        state.last = agreed.len() as u32 - 1;
        Turn { state, place: talk.place + 1 }
    }
}

/// Whether another carrier, looked at before, can do the same in a slot.
fn is_double(state: &State, nth: usize, slot: Slot) -> bool {
    let is_fresh = |boat: &Boat| usize::from(boat.back) == slot;
    let boat = &state.boats[nth];
    let is_same = |other: &Boat| {
        usize::from(other.back) <= slot
            && other.load == boat.load
            && !other.must
            && !boat.must
            && (is_fresh(other) || !is_fresh(boat))
    };
    state.boats[..nth].iter().any(is_same)
}

/// Where other carriers lie at berths after a slot.
fn taken(state: &State, nth: usize, slot: Slot) -> Vec<Landing> {
    let others = state.boats.iter().enumerate().filter(|(other, _)| *other != nth);
    let lays = others.map(|(_, boat)| boat.lay).filter(|lay: &Lay| usize::from(lay.end) > slot);
    let mut taken: Vec<Landing> = lays.filter_map(landing_of).collect();
    taken.sort_unstable_by_key(|lay| (lay.berth, lay.start, lay.end));
    taken
}

impl Search<'_> {
    /// What a ship has in a slot, if it can be met then.
    fn held(&self, state: &State, place: usize, slot: Slot) -> Option<u32> {
        self.stocks.held(&state.decks[place], slot)
    }
}
