//! Where a vessel that is free goes.
//!
//! In: how everybody is doing. Out: who has something sails to where it is rid of it first, about; who has nothing to where most is to be had; and
//! whoever gathers goes on when there is no more time to wait for more.

use super::Relay;
use super::hands::{Hand, Party};
use super::send::State;
use crate::id::Ix;
use crate::model::construct::host::NOTHING;
use crate::plan::Site;
use crate::schedule::{Move, What};
use crate::time::Slot;

impl Relay<'_, '_> {
    /// Sends a vessel that is free to where it is needed, if it is not there.
    pub(super) fn go(&self, state: &mut State, ship: usize, slot: Slot, fills: &[f64]) {
        if !state.ships[ship].gives
            && let Some((end, _)) = self.to_give(state, ship, slot + 1)
        {
            // Who gathers goes when there is no more time.
            state.ships[ship].gives = end > self.last;
        }
        let own = &state.ships[ship];
        let target = match own.gives {
            true => own.target.or_else(|| Some(self.to_give(state, ship, slot)?.1)),
            false => self.to_take(state, ship, slot, fills),
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
    pub(super) fn arrival(
        &self,
        ship: usize,
        from: Ix<Site>,
        to: Ix<Site>,
        slot: Slot,
    ) -> Option<(Slot, Slot)> {
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

    /// When and where what a vessel has is first where it is wanted, about: best where all of it is.
    fn to_give(&self, state: &State, ship: usize, slot: Slot) -> Option<(Slot, Ix<Site>)> {
        let own = &state.ships[ship];
        let gives = |hand: &&Hand| {
            let least = self.plan.transfers[hand.transfer].smallest.max(NOTHING);
            let is_open = || !hand.is_last || self.room(state, hand) >= least;
            hand.giver == Party::Ship(ship) && own.aboard[hand.commodity.index()] >= least && is_open()
        };
        let when = |hand: &Hand| {
            let (_, arrival) = self.arrival(ship, own.site, hand.site, slot)?;
            let tonnes = own.aboard[hand.commodity.index()];
            let parcel = self.room_of_all(hand).min(self.plan.transfers[hand.transfer].largest).min(tonnes);
            let same = |other: &&Hand| (other.giver, other.site) == (hand.giver, hand.site);
            let takers = self.hands.iter().filter(gives).filter(same).count().max(1);
            let parcels = (tonnes / parcel.max(NOTHING)).ceil() as usize;
            // Each of several lighters comes back when it has brought its parcel ashore.
            let back = parcels.saturating_sub(1) / takers * 2 * hand.least;
            let before = match hand.taker {
                // What is there already is worked first.
                Party::Site(site) => {
                    let worked = self.worked(state, site, hand.commodity);
                    let waits = state.stores.expected(site, hand.commodity) / worked;
                    if worked > 0.0 { waits.min(self.plan.horizon.slots as f64) as usize } else { 0 }
                }
                Party::Ship(_) | Party::Host(_) => 0,
            };
            let end = arrival + parcels * self.length(hand, parcel) + back + before + hand.least;
            let is_part = hand.is_last && self.room(state, hand) < tonnes - NOTHING;
            self.may_be_at(ship, hand.site, arrival).then_some((is_part, end, hand.site))
        };
        let own = self.hands.iter().filter(gives);
        let best = own.filter_map(when).min_by_key(|&(is_part, end, site)| (is_part, end, site.index()));
        best.map(|(_, end, site)| (end, site))
    }

    /// What the taker can hold when it is empty.
    fn room_of_all(&self, hand: &Hand) -> f64 {
        match hand.taker {
            Party::Site(_) => f64::INFINITY,
            Party::Ship(ship) => self.plan.vessels[self.ships[ship]].hold[hand.commodity.index()],
            Party::Host(host) => self.plan.vessels[self.hosts[host]].hold[hand.commodity.index()],
        }
    }

    /// Where an empty vessel finds most, or waits for some.
    fn to_take(&self, state: &State, ship: usize, slot: Slot, fills: &[f64]) -> Option<Ix<Site>> {
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
            if hold <= NOTHING {
                continue;
            }
            let others = state
                .ships
                .iter()
                .enumerate()
                .filter(|(place, other)| *place != ship && !other.gives && other.site == hand.site);
            let (has_some, tonnes) = match hand.giver {
                Party::Host(host) => {
                    (true, state.hosts[host].stock[hand.commodity.index()] - others.count() as f64 * hold)
                }
                Party::Site(site) => {
                    let tonnes = state.stores.of(site, hand.commodity);
                    let fill = fills.get(state.sessions.len()).copied().unwrap_or(1.0);
                    let is_enough = || {
                        !self.is_made(site, hand.commodity)
                            || self.soon(state, (site, hand.commodity), (slot, arrival), fill * hold)
                    };
                    (tonnes > NOTHING && is_enough(), tonnes)
                }
                Party::Ship(giver) => {
                    let giver = &state.ships[giver];
                    let is_there = giver.gives && giver.target == Some(hand.site);
                    let tonnes = if is_there { giver.aboard[hand.commodity.index()] } else { 0.0 };
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
}
