//! Vessels sent once: each takes what it can, hands it on, and comes back for more.
//!
//! In: a [`Relay`], how full vessels should be at each session, and whether who takes gathers from several until it is so full. Out: what
//! comes of it. Slot by slot: where two lie together of whom one has something and the other has room they hand it over, if it can still come
//! to where it is wanted; who has something goes to where it is rid of it first, who has nothing to where most is to be had. In the end what
//! led nowhere is left out, and everybody goes home.

use super::Relay;
use super::hands::{Hand, Party};
use crate::id::Ix;
use crate::model::construct::begun::under_way;
use crate::model::construct::host::{Host, Lifted, NOTHING};
use crate::model::construct::in_use::InUse;
use crate::model::construct::stores::Stores;
use crate::model::construct::tries::Sent;
use crate::model::construct::wants::Got;
use crate::plan::{Site, SiteKind, Vessel};
use crate::schedule::{Itinerary, Move, What};
use crate::time::Slot;

/// What a tonne is worth that comes in the first slot and not in the last, beside the tonne itself.
pub const EARLY: f64 = 1e-3;

/// A vessel that is sent.
#[derive(Clone)]
pub struct Ship {
    pub vessel: Ix<Vessel>,
    /// Where it is, or where it will be when it is free.
    pub site: Ix<Site>,
    pub free: Slot,
    pub aboard: Vec<f64>,
    /// Whether it gives what it has, and takes no more until that is gone.
    pub gives: bool,
    /// Where it goes to give it.
    pub target: Option<Ix<Site>>,
    /// What it does; of sessions which it is.
    pub steps: Vec<(Option<usize>, Move)>,
}

/// A hand-over that was made.
#[derive(Clone)]
pub struct Session {
    hand: usize,
    start: Slot,
    end: Slot,
}

/// How everybody is doing.
#[derive(Clone)]
pub struct State {
    pub ships: Vec<Ship>,
    pub hosts: Vec<Host>,
    pub stores: Stores,
    pub got: Got,
    /// For each site, per slot how many berths are taken.
    pub berths: Vec<Vec<u32>>,
    pub in_use: InUse,
    pub samplings: Lifted,
    pub sessions: Vec<Session>,
}

impl Relay<'_, '_> {
    /// Sends the vessels once.
    pub fn send(&self, mut state: State, (fills, gathers): (&[f64], bool), ways: &Itinerary) -> Sent {
        let mut worth = 0.0;
        for ship in 0..state.ships.len() {
            state.ships[ship].gives = self.has_to_give(&state.ships[ship], ship);
        }
        for slot in self.sets.until..self.plan.horizon.slots {
            state.stores.pass(self.plan, slot);
            for hand in 0..self.hands.len() {
                let fill = fills.get(state.sessions.len()).copied().unwrap_or(1.0);
                if let Some(tonnes) = self.parcel(&state, hand, slot, fill) {
                    worth += self.hand_over(&mut state, hand, slot, tonnes);
                    if gathers {
                        self.gather(&mut state, hand, fill);
                    }
                }
            }
            for ship in 0..state.ships.len() {
                if state.ships[ship].free <= slot {
                    self.go(&mut state, ship, slot, fills);
                }
            }
            let State { hosts, samplings, .. } = &mut state;
            for host in hosts {
                if host.may_begin(self.plan, slot, samplings) {
                    host.lift(self.sets, slot, samplings);
                }
            }
        }
        let sessions = state.sessions.len();
        (worth, sessions, self.finish(state, ways))
    }

    /// Lets those who took part in a hand-over gather more, unless they have enough of something or still have of what they give.
    fn gather(&self, state: &mut State, place: usize, fill: f64) {
        let hand = &self.hands[place];
        for party in [hand.giver, hand.taker] {
            let Party::Ship(ship) = party else { continue };
            let hold = &self.plan.vessels[self.ships[ship]].hold;
            let own = &mut state.ships[ship];
            let is_enough = |next: &Hand| {
                let commodity = next.commodity.index();
                next.giver == party && own.aboard[commodity] >= fill * hold[commodity] - NOTHING
            };
            let goes_on = party == hand.giver && own.aboard[hand.commodity.index()] > NOTHING;
            own.gives &= goes_on || self.hands.iter().any(is_enough);
        }
    }

    /// Goes on with the sessions that are under way, as far as there are the tonnes for them.
    pub fn go_on(&self, state: &mut State) {
        let (plan, until) = (self.plan, self.sets.until);
        for session in under_way(self.sets) {
            let of_it = &plan.transfers[session.transfer];
            state.in_use.take(&of_it.uses, until..session.end);
            if of_it.meets.is_none() {
                let taken = &mut state.berths[of_it.stand.site.index()][until..session.end];
                taken.iter_mut().for_each(|taken| *taken += 1);
            }
            // What is brought nearer to the shore by it; nothing else is of any use here.
            let Some(hand) = self.hands.iter().find(|hand| hand.transfer == session.transfer) else {
                continue;
            };
            let tonnes = session.tonnes.min(self.stock(state, hand)).min(self.room(state, hand));
            for (party, more) in [(hand.giver, -tonnes), (hand.taker, tonnes)] {
                match party {
                    Party::Site(site) => state.stores.add(site, hand.commodity, more),
                    Party::Host(host) => state.hosts[host].stock[hand.commodity.index()] += more,
                    Party::Ship(ship) => state.ships[ship].aboard[hand.commodity.index()] += more,
                }
            }
        }
    }

    pub(super) fn may_be_at(&self, ship: usize, site: Ix<Site>, slot: Slot) -> bool {
        self.latest[self.ships[ship].index()][site.index()].is_some_and(|last| slot <= last)
    }

    /// Whether a vessel has something that it can give.
    fn has_to_give(&self, ship: &Ship, place: usize) -> bool {
        self.hands.iter().any(|hand| {
            let least = self.plan.transfers[hand.transfer].smallest.max(NOTHING);
            hand.giver == Party::Ship(place) && ship.aboard[hand.commodity.index()] >= least
        })
    }

    /// Hands something over; what that is worth.
    fn hand_over(&self, state: &mut State, place: usize, start: Slot, tonnes: f64) -> f64 {
        let hand = &self.hands[place];
        let of_it = &self.plan.transfers[hand.transfer];
        let end = start + self.length(hand, tonnes);
        let nth = state.sessions.len();
        state.sessions.push(Session { hand: place, start, end });
        state.in_use.take(&of_it.uses, start..end);
        for (party, more) in [(hand.giver, -tonnes), (hand.taker, tonnes)] {
            let what = |vessel: Ix<Vessel>| match of_it.stand.vessel == vessel {
                true => What::Transfer(hand.transfer, Vec::new()),
                false => What::Alongside(hand.transfer),
            };
            match party {
                Party::Site(site) => {
                    match more > 0.0 {
                        true => state.stores.expect(end, site, hand.commodity, more),
                        false => state.stores.add(site, hand.commodity, more),
                    }
                    state.berths[site.index()][start..end].iter_mut().for_each(|taken| *taken += 1);
                }
                Party::Host(host) => {
                    let host = &mut state.hosts[host];
                    host.stock[hand.commodity.index()] += more;
                    host.busy = end;
                    host.moves.push(Move { what: what(host.vessel), start, end });
                    host.lies[start..end].fill(None);
                }
                Party::Ship(ship) => {
                    let own = &mut state.ships[ship];
                    own.aboard[hand.commodity.index()] += more;
                    own.free = end;
                    own.steps.push((Some(nth), Move { what: what(own.vessel), start, end }));
                    own.gives = self.has_to_give(own, ship);
                    own.target = own.target.filter(|_| own.gives && more < 0.0);
                }
            }
        }
        let early = 1.0 + EARLY * (1.0 - end as f64 / self.plan.horizon.slots as f64);
        let is_ashore = |site: Ix<Site>| self.plan.sites[site].kind != SiteKind::Sea;
        match (hand.giver, hand.taker) {
            (Party::Site(site), _) if is_ashore(site) => -self.wants.less(hand.transfer, tonnes),
            (_, Party::Site(_)) => {
                let last = hand.wanted.map_or(self.plan.horizon.slots, |last| last + 1);
                let in_time = last.saturating_sub(start + hand.besides) as f64 * hand.rate;
                self.wants.worth(&mut state.got, hand.transfer, end.min(last), tonnes.min(in_time)) * early
            }
            _ => 0.0,
        }
    }

    /// Puts the ways together, without what leads nowhere.
    fn finish(&self, state: State, ways: &Itinerary) -> Itinerary {
        let useful = self.useful(&state);
        let mut itinerary = ways.clone();
        for host in &state.hosts {
            let is_left_out = |step: &Move| {
                let is_it = |(session, &useful): (&Session, &bool)| {
                    let of_it = self.hands[session.hand].transfer;
                    let is_same =
                        matches!(&step.what, What::Alongside(t) | What::Transfer(t, _) if *t == of_it);
                    !useful && is_same && session.start == step.start
                };
                state.sessions.iter().zip(&useful).any(is_it)
            };
            let mut way = host.way(self.plan);
            way.retain(|step| !is_left_out(step));
            itinerary.vessels[host.vessel.index()] = way;
        }
        for ship in state.ships {
            let is_kept = |(session, step): &(Option<usize>, Move)| {
                step.start < self.sets.until || session.is_some_and(|nth| useful[nth])
            };
            let last = ship.steps.iter().rposition(is_kept);
            let steps = ship.steps.into_iter().take(last.map_or(0, |last| last + 1));
            let kept = steps.filter(|(session, _)| session.is_none_or(|nth| useful[nth]));
            let moves: Vec<Move> = kept.map(|(_, step)| step).collect();
            itinerary.vessels[ship.vessel.index()] = self.homeward(ship.vessel, moves);
        }
        itinerary
    }

    /// Of each session whether something of it comes to where it is wanted.
    fn useful(&self, state: &State) -> Vec<bool> {
        let sessions = &state.sessions;
        let mut useful = vec![false; sessions.len()];
        // Whoever hands on does so in a session that begins later.
        for nth in (0..sessions.len()).rev() {
            let hand = &self.hands[sessions[nth].hand];
            let made = self.onward(hand);
            let hands_on = |later: usize| {
                let next = &self.hands[sessions[later].hand];
                useful[later]
                    && next.giver == hand.taker
                    && made.iter().any(|(commodity, _)| *commodity == next.commodity)
                    && sessions[later].start >= sessions[nth].end
            };
            let is_wanted = made.iter().any(|(commodity, _)| self.is_wanted(hand.taker, *commodity));
            useful[nth] = hand.wanted.is_some() || is_wanted || (nth + 1..sessions.len()).any(hands_on);
        }
        useful
    }

    /// The same and the way home.
    fn homeward(&self, vessel: Ix<Vessel>, mut moves: Vec<Move>) -> Vec<Move> {
        let ship = &self.plan.vessels[vessel];
        let sailed = moves.iter().rev().find_map(|step| match step.what {
            What::Sail(_, to) => Some(to),
            _ => None,
        });
        let here = sailed.unwrap_or(ship.at);
        let free = moves.last().map_or(0, |last| last.end).max(self.sets.until);
        if let (Some(home), Some(nth)) =
            (ship.home.filter(|&home| home != here), self.ships.iter().position(|&own| own == vessel))
            && let Some((start, end)) = self.arrival(nth, here, home, free)
        {
            moves.push(Move { what: What::Sail(here, home), start, end });
        }
        moves
    }
}
