//! When a vessel sets out to a site where its time counts.
//!
//! In: a voyage under way, and a leg that could begin. Out: whether it is too soon for it.
//! Rules: a call that costs money by its length is not begun sooner than planned for nothing. Before the schedule's time a vessel sets out only if
//! the forecast shows that its work there could begin the earlier for it, or that the sea will not let it sail in time later; and wherever it must
//! leave, or where its time counts as well while it waits. Whose bunkers would not last if what it sails for were no sooner than planned does not
//! leave the place where it refuels so soon that they could not.

use super::order::{Act, Order, Step};
use super::table::NEVER;
use super::voyage::Voyage;
use crate::id::Ix;
use crate::plan::{Plan, Site, Stand, Vessel};

/// By step of an order how many slots sooner than planned its vessel may set out without burning more than there is in its bunkers before it refuels,
/// where all that it does until then comes as planned; [`NEVER`] where that is no matter.
pub fn spares(plan: &Plan, order: &Order) -> Vec<u32> {
    let steps = order.steps.iter().enumerate();
    steps.map(|(place, step)| spare(plan, &order.steps[place..], step).unwrap_or(NEVER)).collect()
}

/// As [`spares`] for the first of some steps; nothing where it does not leave a place where it refuels for one where it does not.
fn spare(plan: &Plan, steps: &[Step], first: &Step) -> Option<u32> {
    let (vessel, Act::Sail(from, to)) = (first.vessel?, &first.act) else { return None };
    let refuels = |site: &Ix<Site>| plan.sites[*site].refuels;
    let (ship, slot_h) = (&plan.vessels[vessel], plan.horizon.slot_h());
    let (bunkers, waiting) = (ship.bunkers?, ship.waiting_t(slot_h));
    if !refuels(from) || refuels(to) || waiting <= 0.0 {
        return None;
    }
    let hours = |slots: usize| slots as f64 * slot_h;
    let (mut burnt, mut now) = (0.0, first.planned);
    for step in steps.iter().filter(|step| step.vessel == first.vessel) {
        burnt += ship.waiting_t(hours(step.planned.saturating_sub(now)));
        now = step.planned + step.length;
        let Act::Sail(from, to) = &step.act else {
            burnt += ship.working_t(hours(step.length));
            continue;
        };
        burnt += ship.leg_t(&ship.legs[plan.leg_in(vessel, *from, *to, step.length)?], &plan.horizon);
        if refuels(to) {
            break;
        }
    }
    Some(((bunkers - burnt).max(0.0) / waiting + 1e-6) as u32)
}

impl Voyage<'_> {
    /// Whether a vessel would do better to set out on the leg of a step a slot later.
    pub fn is_too_soon(&self, vessel: Ix<Vessel>, place: usize, to: Ix<Site>) -> bool {
        let (plan, ship, step) = (self.case.plan, &self.ships[vessel.index()], &self.case.order.steps[place]);
        let terms = plan.vessels[vessel].demurrage.as_ref();
        let counts_here =
            ship.since.is_some() && terms.is_some_and(|terms| terms.allowance(ship.site).is_some());
        let costs = !counts_here && terms.is_some_and(|terms| terms.allowance(to).is_some());
        let planned = self.base + step.planned as u32;
        let by = self.leave.by.get(place).map_or(planned, |by| planned.min(self.base + by));
        let lasts = ship.now.saturating_add(self.case.spares[place]) >= by;
        if (!costs && lasts) || ship.is_homeward || ship.now >= by {
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
        next <= planned && (!lasts || !self.is_sooner_done(place, now + slots, next + slots))
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
