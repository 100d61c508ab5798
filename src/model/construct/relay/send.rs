//! Vessels sent once: each takes what it can, hands it on, and comes back for more.
//!
//! In: a [`Relay`], how full vessels should be at each session, and whether who takes gathers from several until it is so full. Out: what comes of it. Slot by slot: where two lie together of whom one has something
//! and the other has room they hand it over, if it can still come to where it is wanted; who has something goes to where it is rid of it
//! first, who has nothing to where most is to be had. In the end what led nowhere is left out, and everybody goes home.

use super::{Hand, Party, Relay};
use crate::id::Ix;
use crate::model::construct::host::{Host, Lifted, NOTHING};
use crate::model::construct::tries::{PATIENCE_H, Sent};
use crate::plan::{Site, Vessel};
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
    /// What is in the sites' stores.
    pub stocks: Vec<Vec<f64>>,
    /// For each site, per slot how many berths are taken.
    pub berths: Vec<Vec<u32>>,
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
        for slot in 0..self.plan.horizon.slots {
            for hand in 0..self.hands.len() {
                let fill = fills.get(state.sessions.len()).copied().unwrap_or(1.0);
                if let Some(tonnes) = self.parcel(&state, hand, slot, fill) {
                    worth += self.hand_over(&mut state, hand, slot, tonnes);
                    if let (Party::Ship(taker), true) = (self.hands[hand].taker, gathers) {
                        let room = self.plan.vessels[self.ships[taker]].hold[self.hands[hand].commodity];
                        let own = &mut state.ships[taker];
                        own.gives &= own.aboard[self.hands[hand].commodity] >= fill * room - NOTHING;
                    }
                }
            }
            for ship in 0..state.ships.len() {
                if state.ships[ship].free <= slot {
                    self.go(&mut state, ship, slot);
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

    /// The tonnes that are handed over from this slot on, if it is time for it.
    fn parcel(&self, state: &State, place: usize, slot: Slot, fill: f64) -> Option<f64> {
        let hand = &self.hands[place];
        let of_it = &self.plan.transfers[hand.transfer];
        if hand.open[slot] <= hand.besides || !self.is_ready(state, hand, slot) {
            return None;
        }
        let stock = self.stock(state, hand);
        let room = self.room(state, hand).min(of_it.largest);
        let wanted = match hand.giver {
            // It lifts more.
            Party::Host(host) => room.min(self.plan.vessels[self.hosts[host]].hold[hand.commodity]),
            Party::Site(_) | Party::Ship(_) => room.min(stock),
        };
        let flows = |from: Slot| {
            let slots = self.window(state, hand, from, wanted).saturating_sub(hand.besides);
            slots as f64 * hand.rate
        };
        let tonnes = stock.min(room).min(flows(slot));
        let end = slot + self.length(hand, tonnes);
        let least = of_it.smallest.max(NOTHING);
        let can_go_home = |party: Party| match party {
            Party::Ship(ship) => self.may_be_at(ship, hand.site, end),
            Party::Site(_) | Party::Host(_) => true,
        };
        let slots = self.plan.horizon.slots;
        if tonnes < least
            || end + hand.least > slots
            || hand.wanted.is_some_and(|last| slot > last)
            || !can_go_home(hand.giver)
            || !can_go_home(hand.taker)
        {
            return None;
        }
        let patience = (PATIENCE_H / self.plan.horizon.slot_h()).ceil() as usize;
        let is_better = |later: Slot| {
            flows(later) >= wanted - NOTHING && later + self.length(hand, wanted) + hand.least <= slots
        };
        let waits =
            tonnes < fill * wanted - NOTHING && (slot + 1..slots.min(slot + 1 + patience)).any(is_better);
        (!waits).then_some(tonnes)
    }

    /// Whether both are there, and one of them gives and the other takes.
    fn is_ready(&self, state: &State, hand: &Hand, slot: Slot) -> bool {
        let is_there = |party: Party, gives: bool| match party {
            Party::Site(_) => true,
            Party::Host(host) => {
                state.hosts[host].may_be_met(self.plan, slot) && self.lies(state, host, hand, slot)
            }
            Party::Ship(ship) => {
                let ship = &state.ships[ship];
                ship.free <= slot && ship.site == hand.site && ship.gives == gives
            }
        };
        is_there(hand.giver, true) && is_there(hand.taker, false)
    }

    /// Whether a vessel that goes its way lies where and how it is met.
    fn lies(&self, state: &State, host: usize, hand: &Hand, slot: Slot) -> bool {
        let of_it = &self.plan.transfers[hand.transfer];
        let mut stands = [Some(of_it.stand), of_it.meets].into_iter().flatten();
        stands.any(|stand| {
            stand.vessel == self.hosts[host] && state.hosts[host].lies[slot] == Some((stand.site, stand.gear))
        })
    }

    /// For how many slots a hand-over may go on from one on, up to what so many tonnes take.
    fn window(&self, state: &State, hand: &Hand, from: Slot, tonnes: f64) -> usize {
        let most = hand.open[from].min(self.length(hand, tonnes));
        let is_shore = self.plan.transfers[hand.transfer].meets.is_none();
        let berths = self.plan.sites[hand.site].berths.filter(|_| is_shore).unwrap_or(u32::MAX);
        let is_free = |slot: &Slot| {
            let lies = |party: Party| match party {
                Party::Host(host) => self.lies(state, host, hand, *slot),
                Party::Site(_) | Party::Ship(_) => true,
            };
            lies(hand.giver) && lies(hand.taker) && state.berths[hand.site.index()][*slot] < berths
        };
        (from..from + most).take_while(is_free).count()
    }

    /// How many slots it takes to hand over so many tonnes.
    fn length(&self, hand: &Hand, tonnes: f64) -> usize {
        let tonnes = tonnes.max(self.plan.transfers[hand.transfer].smallest);
        // Nothing that is handed over takes longer than the plan.
        let flow = (tonnes / hand.rate - 1e-9).ceil().clamp(1.0, self.plan.horizon.slots as f64);
        hand.besides + flow as usize
    }

    fn stock(&self, state: &State, hand: &Hand) -> f64 {
        match hand.giver {
            Party::Site(site) => state.stocks[site.index()][hand.commodity],
            Party::Ship(ship) => state.ships[ship].aboard[hand.commodity],
            Party::Host(host) => state.hosts[host].stock[hand.commodity],
        }
    }

    fn room(&self, state: &State, hand: &Hand) -> f64 {
        let room = |vessel: Ix<Vessel>, aboard: &[f64]| {
            let ship = &self.plan.vessels[vessel];
            let all = ship.hold_total - aboard.iter().sum::<f64>();
            (ship.hold[hand.commodity] - aboard[hand.commodity]).min(all).max(0.0)
        };
        match hand.taker {
            // How much of it a store can take the solver finds out.
            Party::Site(_) => f64::INFINITY,
            Party::Ship(ship) => room(self.ships[ship], &state.ships[ship].aboard),
            Party::Host(host) => room(self.hosts[host], &state.hosts[host].stock),
        }
    }

    fn may_be_at(&self, ship: usize, site: Ix<Site>, slot: Slot) -> bool {
        self.latest[self.ships[ship].index()][site.index()].is_some_and(|last| slot <= last)
    }

    /// Whether a vessel has something that it can give.
    fn has_to_give(&self, ship: &Ship, place: usize) -> bool {
        self.hands.iter().any(|hand| {
            let least = self.plan.transfers[hand.transfer].smallest.max(NOTHING);
            hand.giver == Party::Ship(place) && ship.aboard[hand.commodity] >= least
        })
    }

    /// Hands something over; what that is worth.
    fn hand_over(&self, state: &mut State, place: usize, start: Slot, tonnes: f64) -> f64 {
        let hand = &self.hands[place];
        let of_it = &self.plan.transfers[hand.transfer];
        let end = start + self.length(hand, tonnes);
        let nth = state.sessions.len();
        state.sessions.push(Session { hand: place, start, end });
        for (party, more) in [(hand.giver, -tonnes), (hand.taker, tonnes)] {
            let what = |vessel: Ix<Vessel>| match of_it.stand.vessel == vessel {
                true => What::Transfer(hand.transfer, Vec::new()),
                false => What::Alongside(hand.transfer),
            };
            match party {
                Party::Site(site) => {
                    state.stocks[site.index()][hand.commodity] += more;
                    state.berths[site.index()][start..end].iter_mut().for_each(|taken| *taken += 1);
                }
                Party::Host(host) => {
                    let host = &mut state.hosts[host];
                    host.stock[hand.commodity] += more;
                    host.busy = end;
                    host.moves.push(Move { what: what(host.vessel), start, end });
                    host.lies[start..end].fill(None);
                }
                Party::Ship(ship) => {
                    let own = &mut state.ships[ship];
                    own.aboard[hand.commodity] += more;
                    own.free = end;
                    own.steps.push((Some(nth), Move { what: what(own.vessel), start, end }));
                    own.gives = self.has_to_give(own, ship);
                    own.target = own.target.filter(|_| own.gives && more < 0.0);
                }
            }
        }
        let Some(last) = hand.wanted else { return 0.0 };
        let in_time = (last + 1).saturating_sub(start + hand.besides) as f64 * hand.rate;
        let early = 1.0 - end as f64 / self.plan.horizon.slots as f64;
        tonnes.min(in_time) * (1.0 + EARLY * early)
    }

    /// Sends a vessel that is free to where it is needed, if it is not there.
    fn go(&self, state: &mut State, ship: usize, slot: Slot) {
        if !state.ships[ship].gives
            && let Some((end, _)) = self.to_give(state, ship, slot + 1)
        {
            // Who gathers goes when there is no more time.
            state.ships[ship].gives = end > self.last;
        }
        let own = &state.ships[ship];
        let target = match own.gives {
            true => own.target.or_else(|| Some(self.to_give(state, ship, slot)?.1)),
            false => self.to_take(state, ship, slot),
        };
        let gives = own.gives;
        let own = &mut state.ships[ship];
        own.target = target.filter(|_| gives);
        let Some(to) = target.filter(|&to| to != own.site) else { return };
        let arrival = self.arrival(ship, own.site, to, slot);
        if let Some((_, arrival)) =
            arrival.filter(|&(departure, arrival)| departure == slot && self.may_be_at(ship, to, arrival))
        {
            own.steps.push((None, Move { what: What::Sail(own.site, to), start: slot, end: arrival }));
            (own.site, own.free) = (to, arrival);
        }
    }

    /// The first departure of a vessel from a slot on, and the arrival.
    fn arrival(&self, ship: usize, from: Ix<Site>, to: Ix<Site>, slot: Slot) -> Option<(Slot, Slot)> {
        if from == to {
            return Some((slot, slot));
        }
        let vessel = self.ships[ship];
        let legs = self.plan.vessels[vessel].legs.iter().zip(&self.legs[vessel.index()]);
        let own = legs.filter(|(leg, _)| (leg.from, leg.to) == (from, to));
        let first = own.filter_map(|(_, starts)| {
            (slot..self.plan.horizon.slots).find_map(|slot| Some((slot, starts.finish(slot)?)))
        });
        first.min_by_key(|&(_, arrival)| arrival)
    }

    /// When and where what a vessel has is first where it is wanted, about.
    fn to_give(&self, state: &State, ship: usize, slot: Slot) -> Option<(Slot, Ix<Site>)> {
        let own = &state.ships[ship];
        let gives = |hand: &&Hand| {
            let least = self.plan.transfers[hand.transfer].smallest.max(NOTHING);
            hand.giver == Party::Ship(ship) && own.aboard[hand.commodity] >= least
        };
        let when = |hand: &Hand| {
            let (_, arrival) = self.arrival(ship, own.site, hand.site, slot)?;
            let tonnes = own.aboard[hand.commodity];
            let parcel = self.room_of_all(hand).min(self.plan.transfers[hand.transfer].largest).min(tonnes);
            let same = |other: &&Hand| (other.giver, other.site) == (hand.giver, hand.site);
            let takers = self.hands.iter().filter(gives).filter(same).count().max(1);
            let parcels = (tonnes / parcel.max(NOTHING)).ceil() as usize;
            // Each of several lighters comes back when it has brought its parcel ashore.
            let back = parcels.saturating_sub(1) / takers * 2 * hand.least;
            let end = arrival + parcels * self.length(hand, parcel) + back + hand.least;
            self.may_be_at(ship, hand.site, arrival).then_some((end, hand.site))
        };
        let own = self.hands.iter().filter(gives);
        own.filter_map(when).min_by_key(|&(end, site)| (end, site.index()))
    }

    /// What the taker can hold when it is empty.
    fn room_of_all(&self, hand: &Hand) -> f64 {
        match hand.taker {
            Party::Site(_) => f64::INFINITY,
            Party::Ship(ship) => self.plan.vessels[self.ships[ship]].hold[hand.commodity],
            Party::Host(host) => self.plan.vessels[self.hosts[host]].hold[hand.commodity],
        }
    }

    /// Where an empty vessel finds most, or waits for some.
    fn to_take(&self, state: &State, ship: usize, slot: Slot) -> Option<Ix<Site>> {
        let here = state.ships[ship].site;
        let slots = self.plan.horizon.slots;
        let of_all = self.hands.iter().filter(|hand| hand.taker == Party::Ship(ship));
        let mut found: Vec<(bool, f64, Slot, Ix<Site>)> = Vec::new();
        for hand in of_all {
            let Some((_, arrival)) = self.arrival(ship, here, hand.site, slot) else { continue };
            if arrival + hand.besides + 1 + hand.least > slots || !self.may_be_at(ship, hand.site, arrival) {
                continue;
            }
            let hold = self.room(state, hand);
            let others = state
                .ships
                .iter()
                .enumerate()
                .filter(|(place, other)| *place != ship && !other.gives && other.site == hand.site);
            let (has_some, tonnes) = match hand.giver {
                Party::Host(host) => {
                    (true, state.hosts[host].stock[hand.commodity] - others.count() as f64 * hold)
                }
                Party::Site(site) => {
                    let tonnes = state.stocks[site.index()][hand.commodity];
                    (tonnes > NOTHING, tonnes)
                }
                Party::Ship(giver) => {
                    let giver = &state.ships[giver];
                    let is_there = giver.gives && giver.target == Some(hand.site);
                    let tonnes = if is_there { giver.aboard[hand.commodity] } else { 0.0 };
                    (tonnes > NOTHING, tonnes)
                }
            };
            if has_some && hand.site == here {
                return Some(here);
            }
            found.push((has_some, tonnes, arrival, hand.site));
        }
        let best = found.into_iter().max_by(|a, b| {
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2)).then(b.3.index().cmp(&a.3.index()))
        });
        best.map(|(.., site)| site)
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
            let last = ship.steps.iter().rposition(|(session, _)| session.is_some_and(|nth| useful[nth]));
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
            let hands_on = |later: usize| {
                let next = &self.hands[sessions[later].hand];
                useful[later]
                    && (next.giver, next.commodity) == (hand.taker, hand.commodity)
                    && sessions[later].start >= sessions[nth].end
            };
            useful[nth] = hand.wanted.is_some() || (nth + 1..sessions.len()).any(hands_on);
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
        let free = moves.last().map_or(0, |last| last.end);
        if let (Some(home), Some(nth)) =
            (ship.home.filter(|&home| home != here), self.ships.iter().position(|&own| own == vessel))
            && let Some((start, end)) = self.arrival(nth, here, home, free)
        {
            moves.push(Move { what: What::Sail(here, home), start, end });
        }
        moves
    }
}
