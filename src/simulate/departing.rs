//! When a vessel sets out to a site where its time counts.
//!
//! In: a voyage under way, and a leg that could begin. Out: whether it is too soon for it.
//! Rules: a call that costs money by its length is not begun sooner than planned for nothing. Before the schedule's time a vessel sets out only if
//! the forecast shows that its work there could begin the earlier for it, or that the sea will not let it sail in time later; and wherever it must
//! leave, or where its time counts as well while it waits.

use super::order::Act;
use super::table::NEVER;
use super::voyage::Voyage;
use crate::id::Ix;
use crate::plan::{Site, Stand, Vessel};

impl Voyage<'_> {
    /// Whether a vessel would do better to set out on the leg of a step a slot later.
    pub fn is_too_soon(&self, vessel: Ix<Vessel>, place: usize, to: Ix<Site>) -> bool {
        let (plan, ship, step) = (self.case.plan, &self.ships[vessel.index()], &self.case.order.steps[place]);
        let Some(terms) = &plan.vessels[vessel].demurrage else { return false };
        let counts_here = ship.since.is_some() && terms.allowance(ship.site).is_some();
        let planned = self.base + step.planned as u32;
        let by = self.leave.by.get(place).map_or(planned, |by| planned.min(self.base + by));
        if terms.allowance(to).is_none() || counts_here || ship.is_homeward || ship.now >= by {
            return false;
        }
        // Who waits must be able to.
        let stand = Stand { vessel, site: ship.site, gear: ship.gear };
        let danger = self.ground.danger(stand, ship.now);
        if ship.gear != 0 || (danger != NEVER && danger <= planned) {
            return false;
        }
        let Some(leg) = plan.leg_in(vessel, ship.site, to, step.length) else { return false };
        let (work, slots) = (&self.ground.legs[vessel.index()][leg], self.case.legs[vessel.index()][leg]);
        let leaves = |at: u32| work.start(at, slots, self.base);
        let (Some(now), Some(next)) = (leaves(ship.now), leaves(ship.now + 1)) else { return false };
        // In a sea that lets nobody sail any more until then it sets out while it can.
        next <= planned && !self.is_sooner_done(place, now + slots, next + slots)
    }

    /// Whether the forecast shows that what follows a step of its vessel begins sooner if the step is over so much earlier.
    fn is_sooner_done(&self, place: usize, early: u32, later: u32) -> bool {
        let Some(then) = self.next_of_vessel(place) else { return false };
        let (plan, step) = (self.case.plan, &self.case.order.steps[then]);
        let begins = |at: u32| match step.act {
            Act::Task(task, _) => {
                let facts = &self.case.tasks[task.index()];
                self.ground.tasks[task.index()].table.start(at, facts.work + facts.reserve)
            }
            Act::Sample(sampling, ..) => {
                let least = plan.horizon.slots_for(plan.samplings[sampling].min_run).max(1) as u32;
                self.ground.samplings[sampling.index()].table.start(at, least)
            }
            Act::Transfer(transfer, ..) | Act::Alongside(transfer) => {
                self.ground.transfers[transfer.index()].table.start(at, step.length.max(1) as u32)
            }
            Act::Sail(..) => None,
        };
        let seen = self.seen(self.ships[step.vessel.map_or(0, Ix::index)].now);
        let soon = begins(early).filter(|&soon| soon <= seen);
        soon.is_some() && begins(later) != soon
    }
}
