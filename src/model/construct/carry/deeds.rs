//! What carriers do: sail, load, land.
//!
//! In: a [`Dispatch`] in which it is decided. Out: the same when it is done, if it can be done.

use super::Dispatch;
use super::passage::Passage;
use super::times::Landing;
use crate::model::construct::host::NOTHING;
use crate::model::construct::tries::PATIENCE_H;
use crate::schedule::{Move, What};
use crate::time::Slot;

impl Dispatch<'_, '_> {
    /// Lets a free carrier land what it began with.
    pub(super) fn unload(&mut self, carrier: usize, slot: Slot) -> Option<()> {
        let own = &self.carriers[carrier];
        let of_it = self.plan.commodities.places().find(|of_it| own.aboard[of_it.index()] > NOTHING)?;
        let tonnes = own.aboard[of_it.index()];
        self.carriers[carrier].aboard[of_it.index()] = 0.0;
        let landing = self.landing((carrier, of_it), self.at(carrier, slot), tonnes)?;
        self.land(carrier, &landing, tonnes);
        Some(())
    }

    /// Lets a carrier sail to a site, if it is not there, and land what it has.
    pub(super) fn land(&mut self, carrier: usize, landing: &Landing, tonnes: f64) {
        let Landing { transfer, ref way, start, end, done } = *landing;
        self.sail(carrier, way);
        let own = &mut self.carriers[carrier];
        own.moves.push(Move { what: What::Transfer(transfer, Vec::new()), start, end });
        (own.free, own.used) = (end, done.used);
        own.landings += 1;
        self.berths[done.site.index()][start..end].iter_mut().for_each(|taken| *taken += 1);
        self.in_use.take(&self.plan.transfers[transfer].uses, start..end);
        self.landed += self.ashore.worth(transfer, end, tonnes);
        self.ashore.expect(self.plan, transfer, end, tonnes);
    }

    pub(super) fn sail(&mut self, carrier: usize, way: &Passage) {
        let ship = &mut self.carriers[carrier];
        for &(to, start, end) in &way.legs {
            ship.moves.push(Move { what: What::Sail(ship.site, to), start, end });
            (ship.site, ship.free, ship.came, ship.used) = (to, end, end, way.end.used);
        }
    }

    /// Loads a carrier that lies beside its host, brings it ashore and unloads it; whether that is worth it now.
    pub(super) fn load(&mut self, load: usize, slot: Slot) -> bool {
        if self.loading(&self.loads[load], slot, NOTHING).is_none() {
            return false;
        }
        let load = self.loads[load].clone();
        let load = &load;
        let of_it = &self.plan.transfers[load.transfer];
        let Some(meets) = of_it.meets.filter(|_| of_it.stand.site == self.carriers[load.carrier].site) else {
            return false;
        };
        let commodity = of_it.commodity.index();
        let room = self.plan.vessels[self.carriers[load.carrier].vessel].hold[commodity];
        let most = room.min(of_it.largest).min(self.fits(load, slot));
        let tonnes = self.hosts[load.host].stock[commodity].min(most);
        if tonnes < of_it.smallest.max(NOTHING) || slot < self.hosts[load.host].busy {
            return false;
        }
        let Some(length) = self.loading(load, slot, tonnes) else { return false };
        if !self.work.is_served(self.hosts[load.host].vessel, slot + length) {
            return false;
        }
        let landing_after = |(start, end): (Slot, Slot), tonnes: f64| {
            let loaded = self.worked(load.carrier, self.at(load.carrier, slot), (start, end))?;
            self.landing(self.loaded_by(load), loaded, tonnes)
        };
        let Some(landing) = landing_after((slot, slot + length), tonnes) else { return false };
        let patience = (PATIENCE_H / self.plan.horizon.slot_h()).ceil() as usize;
        let enough = self.enough(load);
        let later = || {
            (slot + 1..(slot + 1 + patience).min(self.plan.horizon.slots)).any(|later| {
                let length = self.loading(load, later, enough);
                length.is_some_and(|length| landing_after((later, later + length), enough).is_some())
            })
        };
        let fill = self.wishes.get(self.loaded).map_or(1.0, |wish| wish.fill);
        if tonnes < fill * enough - NOTHING && later() {
            return false;
        }
        let host = &mut self.hosts[load.host];
        host.stock[commodity] -= tonnes;
        host.busy = slot + length;
        host.moves.push(Move { what: What::Alongside(load.transfer), start: slot, end: slot + length });
        host.lies[slot..slot + length].fill(None);
        debug_assert_eq!(meets.vessel, host.vessel);
        self.in_use.take(&of_it.uses, slot..slot + length);
        let what = What::Transfer(load.transfer, Vec::new());
        self.carriers[load.carrier].moves.push(Move { what, start: slot, end: slot + length });
        self.land(load.carrier, &landing, tonnes);
        self.loaded += 1;
        true
    }
}
