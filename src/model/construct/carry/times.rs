//! When carriers can do what: depart, load, land, be home.
//!
//! In: a [`Dispatch`] as far as it has gone. Out: slots and tonnes; nothing is decided.

use super::endurance::{At, Used};
use super::passage::Passage;
use super::{Dispatch, Load};
use crate::id::Ix;
use crate::plan::{Commodity, Site, Transfer};
use crate::time::Slot;

/// How a carrier is unloaded.
pub(super) struct Landing {
    pub transfer: Ix<Transfer>,
    /// How it gets there.
    pub way: Passage,
    pub start: Slot,
    pub end: Slot,
    /// The carrier when it is unloaded.
    pub done: At,
}

impl Dispatch<'_, '_> {
    /// The first departure on a leg from a slot on, and its arrival.
    pub(super) fn departure(
        &self,
        carrier: usize,
        from: Ix<Site>,
        to: Ix<Site>,
        slot: Slot,
    ) -> Option<(Slot, Slot)> {
        let vessel = self.carriers[carrier].vessel;
        let leg = self.plan.vessels[vessel].legs.iter().position(|leg| (leg.from, leg.to) == (from, to))?;
        let starts = &self.legs[vessel.index()][leg];
        (slot..self.plan.horizon.slots).find_map(|slot| Some((slot, starts.finish(slot)?)))
    }

    /// The way home of a carrier, of no legs where it need not sail; nothing where it does not get there any more.
    pub(super) fn way_home(&self, carrier: usize, at: At) -> Option<Passage> {
        match self.home(carrier).filter(|&home| home != at.site) {
            Some(home) => self.passage(carrier, at, home, 0),
            None => Some(Passage::none(at)),
        }
    }

    /// The carrier of a load when it is where it loads, as if it were full.
    pub(super) fn there(&self, load: &Load, slot: Slot) -> At {
        At { site: self.plan.transfers[load.transfer].stand.site, slot, used: Used::default() }
    }

    pub(super) fn home(&self, carrier: usize) -> Option<Ix<Site>> {
        self.plan.vessels[self.carriers[carrier].vessel].home
    }

    /// How many slots a transfer of so many tonnes takes.
    pub(super) fn length(&self, transfer: Ix<Transfer>, tonnes: f64) -> usize {
        let of_it = &self.plan.transfers[transfer];
        let horizon = &self.plan.horizon;
        let flow =
            (tonnes.max(of_it.smallest) / self.sets.move_per_slot(transfer) - 1e-9).ceil().max(1.0) as usize;
        horizon.slots_for(of_it.setup) + flow + horizon.slots_for(of_it.hoses_off)
    }

    /// What can be loaded from a slot on before sea or host end it.
    pub(super) fn fits(&self, load: &Load, start: Slot) -> f64 {
        let Some(meets) = self.plan.transfers[load.transfer].meets else { return 0.0 };
        let (host, of_it) = (&self.hosts[load.host], &self.plan.transfers[load.transfer]);
        let is_open = |&slot: &Slot| {
            let lies = host.lies[slot] == Some((meets.site, meets.gear));
            load.open[slot] && lies && self.in_use.is_free(self.plan, &of_it.uses, slot)
        };
        let besides = self.plan.horizon.slots_for(of_it.setup) + self.plan.horizon.slots_for(of_it.hoses_off);
        let rate = self.sets.move_per_slot(load.transfer);
        let hold = self.plan.vessels[of_it.stand.vessel].hold[of_it.commodity.index()];
        let most = besides + (hold / rate).ceil().min(load.open.len() as f64) as usize;
        let open = (start..load.open.len()).take(most).take_while(is_open).count();
        open.saturating_sub(besides) as f64 * rate
    }

    /// How long loading so many tonnes takes from a slot on, when sea and host allow it.
    pub(super) fn loading(&self, load: &Load, start: Slot, tonnes: f64) -> Option<usize> {
        let of_it = &self.plan.transfers[load.transfer];
        let meets = of_it.meets?;
        let host = &self.hosts[load.host];
        let end = start + self.length(load.transfer, tonnes);
        let is_open = |slot: Slot| {
            let lies = host.lies[slot] == Some((meets.site, meets.gear));
            load.open[slot] && lies && self.in_use.is_free(self.plan, &of_it.uses, slot)
        };
        (end <= load.open.len() && start >= host.busy && (start..end).all(is_open)).then_some(end - start)
    }

    /// The least that a carrier may land of something anywhere, in tonnes.
    pub(super) fn least_landed(&self, (carrier, commodity): (usize, Ix<Commodity>)) -> f64 {
        let vessel = self.carriers[carrier].vessel;
        let all = self.landings.iter().map(|(transfer, _)| &self.plan.transfers[*transfer]);
        let own = all.filter(|of_it| of_it.stand.vessel == vessel && of_it.commodity == commodity);
        own.map(|of_it| of_it.smallest).reduce(f64::min).unwrap_or(0.0).max(1.0)
    }

    /// Where, when and how a carrier is unloaded first that has something aboard somewhere.
    pub(super) fn landing(
        &self,
        (carrier, commodity): (usize, Ix<Commodity>),
        from: At,
        tonnes: f64,
    ) -> Option<Landing> {
        let vessel = self.carriers[carrier].vessel;
        let own = self.landings.iter().filter(|(transfer, _)| {
            let of_it = &self.plan.transfers[*transfer];
            of_it.stand.vessel == vessel && of_it.commodity == commodity && of_it.smallest <= tonnes.max(1.0)
        });
        let ways = own.filter_map(|(transfer, open)| {
            let site = self.plan.transfers[*transfer].stand.site;
            let length = self.length(*transfer, tonnes);
            let way = self.passage(carrier, from, site, length)?;
            let berths = self.plan.sites[site].berths.unwrap_or(u32::MAX);
            let uses = &self.plan.transfers[*transfer].uses;
            let has_berth = |slot: Slot| self.berths[site.index()][slot] < berths;
            let is_free =
                |slot: Slot| open[slot] && has_berth(slot) && self.in_use.is_free(self.plan, uses, slot);
            let last = self.plan.horizon.slots.checked_sub(length)?;
            let start = (way.end.slot..=last).find(|&start| (start..start + length).all(is_free))?;
            let end = start + length;
            let done = self.worked(carrier, way.end, (start, end))?;
            self.way_home(carrier, done)?;
            Some(Landing { transfer: *transfer, way, start, end, done })
        });
        // Where it is of use, and else anywhere.
        ways.min_by_key(|landing| (!self.ashore.is_of_use(landing.transfer, landing.end), landing.end))
    }
}
