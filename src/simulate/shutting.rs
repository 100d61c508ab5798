//! What still goes over before a window shuts, where all that is wanted does not.
//!
//! In: a company in a slot, and a transfer that waits for goods, for room, or for a window that holds all of it. Out: the part of it that begins
//! now; nothing where it is better to wait.
//! Rules: the end of the window at hand is in the forecast, and no other one is, in which as much would go over, and which comes before the vessel
//! must leave, or by the time of the schedule: who waited on would come away with less. The part begins in the last slot from which so much goes
//! over; in what the window has left, whatever else comes by then goes over too. Before the time of the schedule nothing is taken in parts,
//! unless the forecast shows that the sea will not let it be done then. Who has taken some aboard does not wait for more longer than there can be
//! time for it.

use super::ashore::{NOTHING, ROUNDING};
use super::company::Company;
use super::sessions::{Parts, is_parcel};
use super::table::NEVER;
use crate::id::Ix;
use crate::plan::{Direction, Stand, Transfer};

/// The steps of a transfer and its vessels: one at a quay, two that meet.
pub(super) struct Sides<'s> {
    pub steps: &'s [usize],
    pub stands: &'s [Stand],
}

impl Company<'_> {
    /// The part of what is wanted at a quay that goes over before the window shuts.
    pub fn part_at_quay(&self, place: usize, transfer: Ix<Transfer>, wanted: f64) -> Option<(f64, Parts)> {
        let of_it = &self.voyage.case.plan.transfers[transfer];
        let sides = Sides { steps: &[place], stands: &[of_it.stand] };
        let still = Parts { flow: 0, ..self.parts(of_it, wanted) };
        let flow = self.flow_left(transfer, &sides, still)?;
        let site = of_it.stand.site.index();
        let foreseen = |later: u32| {
            let mut parcels = self.parcels[site].clone();
            let mut own = self.parcel(of_it, wanted, Parts { flow, ..still });
            own.slots.0 += later;
            parcels.push(own);
            self.together.ashore[site].foresee(&self.stores[site], &parcels, self.slot())
        };
        let part = foreseen(0);
        let is_worth = part.spares && is_parcel(of_it, part.tonnes);
        if !is_worth || foreseen(1).tonnes >= part.tonnes - ROUNDING {
            return None;
        }
        let parts = Parts { flow: part.end - (self.slot() + still.setup), ..still };
        (!self.comes_another(transfer, &sides, self.parts(of_it, part.tonnes)))
            .then_some((part.tonnes, parts))
    }

    /// The part of what is wanted at a meeting that goes over before the window shuts.
    pub fn part_at_sea(
        &self,
        transfer: Ix<Transfer>,
        sides: &Sides<'_>,
        wanted: f64,
    ) -> Option<(f64, Parts)> {
        let of_it = &self.voyage.case.plan.transfers[transfer];
        let flow = self.flow_left(transfer, sides, Parts { flow: 0, ..self.parts(of_it, wanted) })?;
        let per_slot = of_it.rate * self.voyage.case.plan.horizon.slot_h();
        let tonnes = wanted.min(per_slot * f64::from(flow));
        let parts = self.parts(of_it, tonnes);
        (is_parcel(of_it, tonnes) && !self.comes_another(transfer, sides, parts)).then_some((tonnes, parts))
    }

    /// The slots in which goods could flow if a transfer began now and went on until its window shuts; nothing where the forecast does not
    /// show its end, or where it is too early to tell.
    fn flow_left(&self, transfer: Ix<Transfer>, sides: &Sides<'_>, still: Parts) -> Option<u32> {
        let open = self.voyage.ground.transfers[transfer.index()].table.ahead(self.now);
        let stays = sides.stands.iter().map(|&stand| self.stays_until(stand));
        let shuts = stays.fold(self.now.saturating_add(open), u32::min);
        let seen = self.voyage.seen(self.now);
        let is_due = |&place: &usize| {
            let step = &self.voyage.case.order.steps[place];
            self.slot() >= step.planned as u32
                || self.voyage.base + (step.planned + step.length) as u32 <= seen
        };
        if shuts >= seen || !sides.steps.iter().all(is_due) {
            return None;
        }
        (shuts - self.now).checked_sub(still.all()).filter(|&flow| flow > 0)
    }

    /// Whether the forecast shows another window for so much that ends before one of the vessels must leave, or begins by the time of the
    /// schedule.
    fn comes_another(&self, transfer: Ix<Transfer>, sides: &Sides<'_>, parts: Parts) -> bool {
        let table = &self.voyage.ground.transfers[transfer.index()].table;
        let shuts = self.now + table.ahead(self.now);
        let ends_by = sides.steps.iter().map(|&place| self.voyage.over_by(place)).min().unwrap_or(0);
        let planned = |&place: &usize| self.voyage.base + self.voyage.case.order.steps[place].planned as u32;
        let planned = sides.steps.iter().map(planned).max().unwrap_or(0);
        let seen = self.voyage.seen(self.now);
        let start = table.start(shuts, parts.all()).filter(|&start| start <= seen);
        start.is_some_and(|start| start <= planned || start + parts.all() <= ends_by)
    }

    /// Whether a vessel that takes goods aboard goes with what it has of this call: there is no time for more, not even for a slot of it, as
    /// far as the weather is known until it must leave, or it must leave already.
    pub fn has_enough(&self, place: usize, transfer: Ix<Transfer>) -> bool {
        let of_it = &self.voyage.case.plan.transfers[transfer];
        let ship = &self.voyage.ships[of_it.stand.vessel.index()];
        let (seen, until) = (self.voyage.seen(self.now), self.voyage.over_by(place));
        let has_some = ship.handled > 0.0 && ship.hold[of_it.commodity.index()] > NOTHING;
        let is_known = self.slot() >= self.by(place) || until <= seen;
        if of_it.direction == Direction::Ashore || !has_some || !is_known {
            return false;
        }
        let least = Parts { flow: 1, ..self.parts(of_it, ROUNDING) }.all();
        let start = self.voyage.ground.transfers[transfer.index()].table.start(self.now, least);
        !start.is_some_and(|start| start <= seen && start + least <= until)
    }

    /// Until when a vessel may stay with its gear, so that it still has time to bring it in before weather of the forecast.
    pub fn stays_until(&self, stand: Stand) -> u32 {
        let danger = self.voyage.ground.danger(stand, self.now);
        if danger == NEVER || danger >= self.voyage.seen(self.now) || self.voyage.case.ways(stand).is_empty()
        {
            return u32::MAX;
        }
        self.voyage.last_way_out(stand, danger, self.now).unwrap_or(self.now).max(self.now)
    }
}
