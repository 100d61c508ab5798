//! What can be agreed in a slot where a bound is made: less is known of it than in a schedule, and nothing is left out that would land more.
//!
//! In: where all stand before a slot. Out: where they can stand after it. How much a ship gives a carrier that stays for another meeting is not told
//! before somebody leaves: until then it may be in the ship as well as in any of the carriers that it met. What is kept is how much there can be at most
//! in each ship, of each ship in a carrier, in all carriers together, in both, and in everything; whatever is really given exceeds none of these.
//! Carriers are alike, and it makes no difference which of them has what: any that is there is taken to have as much as any.
//!
//! Who leaves takes as much as it can, since a tonne that is landed sooner is never worth less, and what others can have is less by what it must have
//! taken of each ship. Of meetings that are alike but for when they begin only the first is looked at where neither the carrier nor the others have more
//! of it by waiting: since a ship could lift in every slot of a meeting, one that begins a slot sooner costs no tonne.

use super::Search;
use super::measures::{HOSTS, Measures};
use super::state::{Boat, Deck, State};
use crate::time::Slot;

/// A state, and the next ship that has its turn.
struct Turn {
    state: State,
    place: usize,
    /// Whether something was agreed a slot before.
    is_after: bool,
}

/// A meeting as it may be.
#[derive(Clone, Copy)]
struct Talk {
    slot: Slot,
    place: usize,
    nth: usize,
    end: Slot,
    /// Units that flow, at most.
    flows: u32,
}

impl Search<'_> {
    /// The states that can follow one in a slot.
    pub(super) fn follow_all(&self, state: &State, slot: Slot, out: &mut Vec<State>) {
        let m = self.measures;
        let can_meet = m.next[slot] == slot;
        let mut turns =
            vec![Turn { state: State { is_new: false, ..*state }, place: 0, is_after: state.is_new }];
        while let Some(turn) = turns.pop() {
            let Turn { state, place, .. } = turn;
            if place == m.hosts || !can_meet {
                out.push(state);
                continue;
            }
            turns.push(Turn { place: place + 1, ..turn });
            let deck = &state.decks[place];
            let is_alike = |other: usize| is_alike(&state, &state.decks[other], deck);
            // Who has something aboard can leave after a meeting in which it is given nothing.
            let has_any = deck.stock > 0 || state.claims != [0; HOSTS];
            if usize::from(deck.free) > slot || !has_any || (0..place).any(is_alike) {
                continue;
            }
            // Those that are there are all alike.
            let there = || (0..m.carriers).filter(|&nth| usize::from(state.boats[nth].back) <= slot);
            let fresh = there().find(|&nth| usize::from(state.boats[nth].back) == slot);
            if let Some(nth) = fresh.or_else(|| there().next()) {
                self.agree(&turn, (slot, nth), &mut turns);
            }
        }
    }

    /// Adds the states after the meetings of a ship that has its turn with a carrier.
    fn agree(&self, turn: &Turn, (slot, nth): (Slot, usize), turns: &mut Vec<Turn>) {
        let (m, Turn { state, place, is_after }) = (self.measures, turn);
        let (deck, boat) = (state.decks[*place], state.boats[nth]);
        let stock = u32::from(deck.stock);
        // What others have could be less if something were taken sooner, before it is lifted; and not all that is agreed a slot before comes before it.
        let mut others = state.boats[..m.carriers].iter().enumerate().filter(|(other, _)| *other != nth);
        let totals = state.decks[..m.hosts].iter().map(|deck| u32::from(deck.total));
        let is_first = *is_after
            || others.any(|(_, boat)| boat.load > 0)
            || state.total < totals.sum()
            || state.is_heir
            || state.is_more
            || usize::from(boat.back) == slot
            || slot == 0
            || m.open[slot - 1] == 0;
        let before = deck.before.filter(|_| !is_first);
        for flow in m.lengths(slot, 0) {
            let (end, flows) = (slot + m.setup + flow + m.off, m.rate * flow as u32);
            if flow > 1 && stock <= flows - m.rate {
                break;
            }
            let talk = Talk { slot, place: *place, nth, end, flows };
            // As if it began a slot sooner, with what there was then; or if it were a slot shorter.
            let sooner = before.map(|before| {
                let mut then = *state;
                let deck = &mut then.decks[*place];
                (deck.stock, deck.total) = (before, deck.total.saturating_sub(m.lift.min(m.store) as u16));
                then.total = then.total.saturating_sub(m.lift * m.hosts as u32);
                then
            });
            let shorter = (flow > 1).then(|| Talk { flows: flows - m.rate, ..talk });
            let has = leaving(state, &talk, m);
            if has[1] > 0
                && shorter.is_none_or(|shorter| leaving(state, &shorter, m) != has)
                && sooner.is_none_or(|then| leaving(&then, &talk, m) != has)
            {
                self.leave(turn, (talk, has), turns);
            }
            let stays = staying(state, &talk, m);
            if stays[0] > state.claims[usize::from(deck.nth)].into()
                && shorter.is_none_or(|shorter| staying(state, &shorter, m) != stays)
                && sooner.is_none_or(|then| staying(&then, &talk, m) != stays)
            {
                self.stay(turn, (talk, stays), turns);
            }
        }
    }

    /// Adds the state after a meeting from which a carrier leaves, by [`leaving`].
    fn leave(&self, turn: &Turn, (talk, [all, load, _]): (Talk, [u32; 3]), turns: &mut Vec<Turn>) {
        let (m, mut state) = (self.measures, turn.state);
        let Talk { place, nth, end, flows, .. } = talk;
        let (boat, claims, away) = (state.boats[nth], state.claims, m.away[end]);
        let host = state.decks[place].nth;
        let gain = flows.min(state.decks[place].stock.into());
        let most = |deck: &Deck| {
            let claim = u32::from(claims[usize::from(deck.nth)]);
            let gain = if deck.nth == host { gain } else { 0 };
            (claim, gain, (claim + gain).min(m.hold).min(deck.total.into()))
        };
        let over = all - load;
        for deck in &mut state.decks[..m.hosts] {
            let (claim, gain, most) = most(deck);
            let taken = most.saturating_sub(over);
            deck.total -= taken as u16;
            deck.stock -= taken.saturating_sub(claim) as u16;
            deck.afloat -= taken.saturating_sub(gain).min(deck.afloat.into()) as u16;
        }
        state.total -= load;
        state.landed += load;
        state.boats[nth] = Boat { back: away.back as u16, load: 0, claims: [0; HOSTS], ..boat };
        met(&mut state.decks[place], end);
        keep_within(m, &mut state, talk.slot);
        turns.push(Turn { state: State { is_new: true, ..state }, place: place + 1, ..*turn });
    }

    /// Adds the state after a meeting of a carrier that stays, by [`staying`].
    fn stay(&self, turn: &Turn, (talk, [claim, afloat]): (Talk, [u32; 2]), turns: &mut Vec<Turn>) {
        let (m, mut state) = (self.measures, turn.state);
        let deck = &mut state.decks[talk.place];
        deck.afloat = afloat as u16;
        met(deck, talk.end);
        let (host, back) = (deck.nth, m.next[talk.end.min(m.slots + 1)] as u16);
        let boat = &mut state.boats[talk.nth];
        *boat = Boat { back, claims: state.claims, ..*boat };
        boat.claims[usize::from(host)] = claim as u16;
        keep_within(m, &mut state, talk.slot);
        turns.push(Turn { state: State { is_new: true, ..state }, place: talk.place + 1, ..*turn });
    }
}

/// What a carrier could have of all ships after a meeting, what it leaves with, which is no more than it can land, and what others have of the ship.
fn leaving(state: &State, talk: &Talk, m: &Measures) -> [u32; 3] {
    let deck = &state.decks[talk.place];
    let others = state.decks[..m.hosts].iter().filter(|other| other.nth != deck.nth);
    let others = others.map(|other| u32::from(state.claims[usize::from(other.nth)].min(other.total)));
    let [claim, _] = staying(state, talk, m);
    let all = claim + others.sum::<u32>();
    let load = all.min(m.hold).min(state.total).min(m.away[talk.end].lands);
    let (gain, afloat) = (talk.flows.min(deck.stock.into()), u32::from(deck.afloat));
    [all, load, (afloat + gain).saturating_sub(claim.saturating_sub(all - load)).min(afloat)]
}

/// What it can have of the ship then, and all that are there together. Where one can be full, the others may have been met as well.
fn staying(state: &State, talk: &Talk, m: &Measures) -> [u32; 2] {
    let deck = &state.decks[talk.place];
    let claim = u32::from(state.claims[usize::from(deck.nth)]);
    let gain = talk.flows.min(deck.stock.into());
    let afloat = if claim + gain < m.hold { u32::from(deck.afloat) + gain } else { u32::MAX };
    [(claim + gain).min(m.hold), afloat].map(|units| units.min(deck.total.into()))
}

/// A ship that is met up to a slot.
fn met(deck: &mut Deck, end: Slot) {
    *deck = Deck { free: end as u16, before: None, ..*deck };
}

/// Nothing has more than what it is a part of, and no more than its parts have.
fn keep_within(m: &Measures, state: &mut State, slot: Slot) {
    let boats = &mut state.boats[..m.carriers];
    let decks = &mut state.decks[..m.hosts];
    let there = boats.iter().filter(|boat| usize::from(boat.back) <= slot).count() as u32;
    if there == 0 {
        state.claims = [0; HOSTS];
    }
    for deck in decks.iter_mut() {
        deck.total = deck.total.min(state.total.min(u16::MAX.into()) as u16);
        deck.stock = deck.stock.min(deck.total);
        deck.afloat = deck.afloat.min(deck.total);
        let host = usize::from(deck.nth);
        let claims = boats.iter_mut().map(|boat| &mut boat.claims[host]);
        for claim in claims.chain([&mut state.claims[host]]) {
            *claim = (*claim).min(deck.afloat);
        }
        let claimed = boats.iter().map(|boat| u32::from(boat.claims[host])).sum::<u32>();
        let claimed = claimed + there * u32::from(state.claims[host]);
        deck.afloat = claimed.min(deck.afloat.into()) as u16;
        deck.total = deck.total.min(deck.stock + deck.afloat);
    }
    state.total = state.total.min(decks.iter().map(|deck| u32::from(deck.total)).sum());
    for boat in boats {
        let claims = if usize::from(boat.back) <= slot { &state.claims } else { &boat.claims };
        boat.load = claims.iter().copied().map(u32::from).sum::<u32>().min(m.hold) as u16;
    }
}

/// Whether two ships, the first looked at before, can do the same.
fn is_alike(state: &State, a: &Deck, b: &Deck) -> bool {
    let of = |deck: &Deck| (deck.free, deck.stock, deck.afloat, deck.total);
    let alike = |claims: &[u16; HOSTS]| claims[usize::from(a.nth)] == claims[usize::from(b.nth)];
    let mut claims = state.boats.iter().map(|boat| &boat.claims).chain([&state.claims]);
    of(a) == of(b) && (a.before.is_none() || a.before == b.before) && claims.all(alike)
}

/// Lets ships lift in the slot before one, where they are not met, and carriers that were met be with those that are there.
pub fn go_on(m: &Measures, state: &mut State, slot: Slot) {
    // It has no room for more.
    let lift = m.lift.min(m.store) * m.lifts(slot - 1, slot);
    let mut lifted = 0;
    for deck in state.decks[..m.hosts].iter_mut().filter(|deck| usize::from(deck.free) < slot) {
        let stock = m.held(deck.stock.into(), slot - 1, slot);
        (deck.before, deck.stock, deck.free) = (Some(deck.stock), stock as u16, slot as u16);
        deck.total += lift as u16;
        lifted += lift;
    }
    state.total += lifted;
    let was = state.claims;
    for boat in state.boats[..m.carriers].iter_mut().filter(|boat| usize::from(boat.back) <= slot) {
        let own = std::mem::take(&mut boat.claims);
        state.claims.iter_mut().zip(own).for_each(|(claim, own)| *claim = own.max(*claim));
    }
    state.is_more = state.claims != was;
    // Where one can be full the others may be met as well, and that is not looked at.
    for deck in &mut state.decks[..m.hosts] {
        if u32::from(state.claims[usize::from(deck.nth)]) == m.hold {
            deck.afloat = deck.total;
        }
    }
    keep_within(m, state, slot);
}
