//! How much can be handed over when: what the giver has, what the taker has room for, and what is still wanted.

use super::Relay;
use super::hands::{Hand, Party, is_wanted};
use super::send::State;
use crate::id::Ix;
use crate::model::construct::host::NOTHING;
use crate::model::construct::tries::PATIENCE_H;
use crate::plan::{Commodity, Site, Vessel};
use crate::time::Slot;

impl Relay<'_, '_> {
    /// The tonnes that are handed over from this slot on, if it is time for it.
    pub(super) fn parcel(&self, state: &State, place: usize, slot: Slot, fill: f64) -> Option<f64> {
        let hand = &self.hands[place];
        let of_it = &self.plan.transfers[hand.transfer];
        if hand.open[slot] <= hand.besides || !self.is_ready(state, hand, slot) {
            return None;
        }
        let stock = self.stock(state, hand);
        let room = self.room(state, hand).min(of_it.largest);
        let wanted = match hand.giver {
            // It lifts more.
            Party::Host(host) => room.min(self.plan.vessels[self.hosts[host]].hold[hand.commodity.index()]),
            // More is made.
            Party::Site(site) if self.is_made(site, hand.commodity) => room,
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
                // Who is there to give one thing may take another.
                let may_take =
                    ship.target == Some(hand.site) && ship.aboard[hand.commodity.index()] <= NOTHING;
                ship.free <= slot && ship.site == hand.site && (ship.gives == gives || (!gives && may_take))
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
            let uses = &self.plan.transfers[hand.transfer].uses;
            let has_berth = state.berths[hand.site.index()][*slot] < berths;
            lies(hand.giver) && lies(hand.taker) && has_berth && state.in_use.is_free(self.plan, uses, *slot)
        };
        (from..from + most).take_while(is_free).count()
    }

    /// How many slots it takes to hand over so many tonnes.
    pub(super) fn length(&self, hand: &Hand, tonnes: f64) -> usize {
        let tonnes = tonnes.max(self.plan.transfers[hand.transfer].smallest);
        // Nothing that is handed over takes longer than the plan.
        let flow = (tonnes / hand.rate - 1e-9).ceil().clamp(1.0, self.plan.horizon.slots as f64);
        hand.besides + flow as usize
    }

    pub(super) fn stock(&self, state: &State, hand: &Hand) -> f64 {
        match hand.giver {
            Party::Site(site) => state.stores.of(site, hand.commodity),
            Party::Ship(ship) => state.ships[ship].aboard[hand.commodity.index()],
            Party::Host(host) => state.hosts[host].stock[hand.commodity.index()],
        }
    }

    pub(super) fn room(&self, state: &State, hand: &Hand) -> f64 {
        let commodity = hand.commodity.index();
        let room = |vessel: Ix<Vessel>, aboard: &[f64]| {
            let ship = &self.plan.vessels[vessel];
            let all = ship.hold_total - aboard.iter().sum::<f64>();
            (ship.hold[commodity] - aboard[commodity]).min(all).max(0.0)
        };
        // What comes aboard of what nobody gave before is no more than is wanted where it may go.
        let needed = || match hand.giver {
            Party::Site(_) | Party::Host(_) => self.needed(state, hand.commodity),
            Party::Ship(_) => f64::INFINITY,
        };
        match hand.taker {
            // What somebody draws from the store makes room.
            Party::Site(site) if hand.is_last && is_wanted(self.plan, site, hand.commodity) => {
                self.wants.room(&state.got, hand.transfer)
            }
            Party::Site(site) => {
                let room = state.stores.room(self.plan, site, hand.commodity);
                let worked = self.worked(state, site, hand.commodity) / hand.rate;
                if worked < 1.0 { room / (1.0 - worked) } else { f64::INFINITY }
            }
            Party::Ship(ship) => room(self.ships[ship], &state.ships[ship].aboard).min(needed()),
            Party::Host(host) => room(self.hosts[host], &state.hosts[host].stock).min(needed()),
        }
    }

    /// Whether there is so much in a store within the patience of who comes there, if nothing more is brought.
    pub(super) fn soon(
        &self,
        state: &State,
        place: (Ix<Site>, Ix<Commodity>),
        (slot, arrival): (Slot, Slot),
        tonnes: f64,
    ) -> bool {
        let patience = (PATIENCE_H / self.plan.horizon.slot_h()).ceil() as usize;
        let last = self.plan.horizon.slots.min(arrival + 1 + patience);
        state.stores.soon(self.plan, place, slot + 1..last, tonnes).is_some()
    }

    /// How much more of a commodity is wanted than is on its way already, in tonnes.
    fn needed(&self, state: &State, commodity: Ix<Commodity>) -> f64 {
        let ends = &self.ends[commodity.index()];
        let open = |&(hand, share): &(usize, f64)| {
            self.wants.room(&state.got, self.hands[hand].transfer) / share.max(f64::MIN_POSITIVE)
        };
        let wanted = ends.iter().map(open).sum::<f64>();
        if wanted.is_infinite() {
            return wanted;
        }
        let lifts = |vessel: Ix<Vessel>| {
            let mut own = self.plan.samplings.iter().filter(|q| q.stand.vessel == vessel);
            own.any(|q| q.commodity == commodity)
        };
        let ships = state.ships.iter().map(|ship| ship.aboard[commodity.index()]);
        let hosts = state.hosts.iter().filter(|host| !lifts(host.vessel));
        let under_way = ships.chain(hosts.map(|host| host.stock[commodity.index()])).sum::<f64>();
        (wanted - under_way).max(0.0)
    }

    /// How much of a commodity works at a site take in a slot, if there is room for what they make.
    pub(super) fn worked(&self, state: &State, site: Ix<Site>, commodity: Ix<Commodity>) -> f64 {
        let own =
            self.plan.processes.iter().filter(|process| (process.site, process.from) == (site, commodity));
        let own = own.filter(|process| state.stores.room(self.plan, site, process.to) > NOTHING);
        own.map(|process| process.per_slot(&self.plan.horizon) / process.slots(&self.plan.horizon) as f64)
            .sum()
    }

    /// Whether works make a commodity at a site.
    pub(super) fn is_made(&self, site: Ix<Site>, commodity: Ix<Commodity>) -> bool {
        self.plan.processes.iter().any(|process| (process.site, process.to) == (site, commodity))
    }
}
