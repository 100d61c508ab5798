//! What is on its way to a quay.
//!
//! In: a company in a slot, and a vessel that takes goods at a quay. Out: the parcels that others will land there: it can begin before all of them are
//! there.
//! Rules: what is sure counts: the vessel lies there or has sailed for it, lands next, and the forecast shows that the sea lets it at once. From the
//! time of its schedule on it trusts as well in what the schedule has others land by when it is to be done, while they are not late. There must
//! be a berth for all of them.

use super::ashore::{NOTHING, Parcel, ROUNDING};
use super::company::Company;
use super::order::Act;
use super::sessions::Parts;
use crate::id::Ix;
use crate::plan::{Direction, Site, Transfer, Vessel};

impl Company<'_> {
    /// What would go over if a vessel began to take goods now, where it needs what others will land meanwhile.
    pub fn with_what_comes(&self, place: usize, transfer: &Transfer, wanted: f64) -> Option<(f64, Parts)> {
        let site = transfer.stand.site.index();
        if transfer.direction == Direction::Ashore {
            return None;
        }
        let least = self.parts(transfer, wanted);
        let foreseen = |coming: &[Parcel]| {
            let own = self.parcel(transfer, wanted, Parts { flow: self.flow_of(place, least), ..least });
            let parcels = [&self.parcels[site], coming, &[own]].concat();
            let foreseen = self.together.ashore[site].foresee(&self.stores[site], &parcels, self.slot());
            (foreseen.spares && foreseen.tonnes >= wanted - ROUNDING).then_some(foreseen.end)
        };
        let coming = self.coming(place, transfer);
        if coming.is_empty() {
            return None;
        }
        let end = foreseen(&coming).filter(|_| foreseen(&[]).is_none())?;
        Some((wanted, Parts { flow: end - (self.slot() + least.setup), ..least }))
    }

    /// The parcels that others will land at the quay at which a step of a vessel takes goods.
    fn coming(&self, place: usize, transfer: &Transfer) -> Vec<Parcel> {
        let (taker, site) = (transfer.stand.vessel, transfer.stand.site);
        let others = (0..self.turns.len()).map(Ix::new).filter(|&vessel| vessel != taker);
        let lands = |vessel| self.lands(vessel, site).or_else(|| self.is_to_land(vessel, site, place));
        let coming: Vec<Parcel> = others.filter_map(lands).collect();
        let lie = self.sessions[site.index()].len() + 1 + coming.len();
        let berths = self.voyage.case.plan.sites[site].berths;
        if berths.is_some_and(|berths| lie > berths as usize) { Vec::new() } else { coming }
    }

    /// What a vessel lands at a site as soon as it is there, where that is sure.
    fn lands(&self, vessel: Ix<Vessel>, site: Ix<Site>) -> Option<Parcel> {
        let (ship, place) = (&self.voyage.ships[vessel.index()], self.step_of(vessel)?);
        let transfer = self.landing(place, site)?;
        let of_it = &self.voyage.case.plan.transfers[transfer];
        if ship.site != site || ship.gear != of_it.stand.gear {
            return None;
        }
        let tonnes = self.wanted_after(place, of_it, self.landing_now(vessel, site, of_it.commodity.index()));
        let at = ship.now.max(self.now);
        let slots = self.parts(of_it, tonnes).all();
        let start = self.voyage.ground.transfers[transfer.index()].table.start(at, slots);
        let is_sure = start == Some(at) && at + slots <= self.voyage.seen(self.now);
        let is_free = of_it.uses.is_empty() && !self.is_out_of_turn(place);
        (tonnes > NOTHING && is_sure && is_free).then(|| self.parcel_later(of_it, tonnes, at - self.now))
    }

    /// What the schedule has a vessel land next at a site while another one takes goods there in a step whose time has come, where it is not late.
    fn is_to_land(&self, vessel: Ix<Vessel>, site: Ix<Site>, taken: usize) -> Option<Parcel> {
        let steps = &self.voyage.case.order.steps;
        let (now, taken) = (self.slot() as usize, &steps[taken]);
        let next = self.step_of(vessel)?;
        // Who is free and should have begun is late already.
        let (free, due) =
            (self.voyage.ships[vessel.index()].now, self.voyage.base + steps[next].planned as u32);
        if now < taken.planned || free.max(self.now + u32::from(free <= self.now)) > due {
            return None;
        }
        let row = &self.together.rows[vessel.index()][self.turns[vessel.index()].at..];
        let mut meanwhile = row.iter().take_while(|&&place| steps[place].planned < now + taken.length);
        let (place, transfer) = meanwhile.find_map(|&place| Some((place, self.landing(place, site)?)))?;
        let step = &steps[place];
        let Act::Transfer(_, tonnes, _) = step.act else { return None };
        let of_it = &self.voyage.case.plan.transfers[transfer];
        (step.planned >= now).then(|| self.parcel_later(of_it, tonnes, (step.planned - now) as u32))
    }

    /// Tonnes of a commodity that a vessel is landing at a site, and has aboard until they have gone over.
    fn landing_now(&self, vessel: Ix<Vessel>, site: Ix<Site>, commodity: usize) -> f64 {
        let (sessions, parcels) = (&self.sessions[site.index()], &self.parcels[site.index()]);
        let own = sessions.iter().zip(parcels).filter(|(session, _)| session.vessel == vessel);
        let own = own.filter(|(_, parcel)| parcel.into && parcel.commodity == commodity);
        own.map(|(_, parcel)| parcel.left).sum()
    }

    /// The transfer of a step that lands at the quay of a site.
    fn landing(&self, place: usize, site: Ix<Site>) -> Option<Ix<Transfer>> {
        let Act::Transfer(transfer, ..) = self.voyage.case.order.steps[place].act else { return None };
        let of_it = &self.voyage.case.plan.transfers[transfer];
        let lands = of_it.meets.is_none() && of_it.direction == Direction::Ashore;
        (lands && of_it.stand.site == site).then_some(transfer)
    }

    /// A parcel that begins so many slots later.
    fn parcel_later(&self, transfer: &Transfer, tonnes: f64, later: u32) -> Parcel {
        let mut parcel = self.parcel(transfer, tonnes, self.parts(transfer, tonnes));
        parcel.slots = (parcel.slots.0 + later, parcel.slots.1 + later);
        parcel
    }
}
