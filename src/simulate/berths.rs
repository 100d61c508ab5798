//! Berths: who may lie where only so many vessels can, and when.
//!
//! In: a company in a slot, and a vessel that would begin a transfer at a quay. Out: whether a berth is free for it.
//! Rules: who comes first is served first. But nobody who is there before the time of its own schedule takes the berth that another vessel is
//! to have before it, and would still lie there when that one's time comes: as long as it is there by then and the forecast does not keep it from
//! beginning. From that time on whoever can begin does.

use super::company::Company;
use super::order::Act;
use crate::id::Ix;
use crate::plan::{Site, Transfer, Vessel};

impl Company<'_> {
    /// Whether all berths of a site are taken.
    pub fn is_full(&self, site: Ix<Site>) -> bool {
        let berths = self.voyage.case.plan.sites[site].berths;
        berths.is_some_and(|berths| self.sessions[site.index()].len() >= berths as usize)
    }

    /// Whether a transfer of so many slots that begins now, sooner than planned, would take a berth from a vessel that is to have it before.
    pub fn is_promised(&self, place: usize, transfer: &Transfer, slots: u32) -> bool {
        let site = transfer.stand.site;
        let Some(berths) = self.voyage.case.plan.sites[site].berths else { return false };
        let planned = self.voyage.case.order.steps[place].planned as u32;
        if self.slot() >= planned {
            return false;
        }
        let until = planned.min(self.slot() + slots);
        let others = (0..self.turns.len()).map(Ix::new).filter(|&vessel| vessel != transfer.stand.vessel);
        let times = others.filter_map(|vessel| self.comes_to_berth(vessel, site));
        let promised: Vec<u32> = times.filter(|at| (self.slot()..until).contains(at)).collect();
        promised.iter().any(|&at| {
            // Whose transfer is over by then makes room.
            let lie = self.sessions[site.index()].iter().filter(|session| session.slots.1 > at).count();
            lie + promised.iter().filter(|&&other| other <= at).count() >= berths as usize
        })
    }

    /// The slot for which a vessel that is at a site, or on its way there, has a berth there next; nothing where it cannot begin then.
    fn comes_to_berth(&self, vessel: Ix<Vessel>, site: Ix<Site>) -> Option<u32> {
        let place = self.step_of(vessel)?;
        let step = &self.voyage.case.order.steps[place];
        let Act::Transfer(transfer, ..) = step.act else { return None };
        let (of_it, ship) = (&self.voyage.case.plan.transfers[transfer], &self.voyage.ships[vessel.index()]);
        let at = self.voyage.base + step.planned as u32;
        let table = &self.voyage.ground.transfers[transfer.index()].table;
        let is_kept_out = at < self.voyage.seen(self.now) && table.ahead(at) == 0;
        let is_here = of_it.meets.is_none() && of_it.stand.site == site && ship.site == site;
        (is_here && ship.now <= at && !is_kept_out).then_some(step.planned as u32)
    }
}
