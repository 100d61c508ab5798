//! What carriers have used up of their range and their bunkers since they were full.
//!
//! In: a plan, and what a carrier does. Out: [`Used`], and whether a [`Endurance`] lasts for so much. A vessel is full at the start and whenever it comes
//! to a site that refuels; what it does there uses up nothing. Elsewhere legs, work and waiting do.

use crate::id::Ix;
use crate::plan::endurance::suffices;
use crate::plan::windows::may_stay;
use crate::plan::{Plan, Sea, Site, Stand, Vessel};
use crate::schedule::{Move, What};
use crate::time::Slot;

/// What was used up since a vessel was full.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Used {
    /// Of its range, in nautical miles.
    pub miles: f64,
    /// Of its bunkers, in tonnes.
    pub tonnes: f64,
}

impl Used {
    fn and(self, more: Used) -> Used {
        Used { miles: self.miles + more.miles, tonnes: self.tonnes + more.tonnes }
    }
}

/// Where a carrier is when, and what it has used up by then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct At {
    pub site: Ix<Site>,
    pub slot: Slot,
    pub used: Used,
}

/// The range and the bunkers of a vessel that has at least one of them.
pub struct Endurance {
    vessel: Ix<Vessel>,
    range: f64,
    bunkers: f64,
    /// What each leg uses up; nothing for one that would be taken for another leg which takes as many slots.
    legs: Vec<Option<Used>>,
    /// For each site in which slots the vessel may lie there.
    stays: Vec<Vec<bool>>,
}

impl Endurance {
    /// That of a vessel, if it has any.
    pub fn of(plan: &Plan, sea: &Sea, vessel: Ix<Vessel>) -> Option<Endurance> {
        let ship = &plan.vessels[vessel];
        if ship.range.is_none() && ship.bunkers.is_none() {
            return None;
        }
        let legs = ship.legs.iter().enumerate().map(|(place, leg)| {
            let slots = plan.horizon.slots_for(leg.duration).max(1);
            let is_told = plan.leg_in(vessel, leg.from, leg.to, slots) == Some(place);
            is_told.then(|| Used { miles: leg.miles(), tonnes: ship.leg_t(leg, &plan.horizon) })
        });
        let stays = plan.sites.places().map(|site| may_stay(plan, sea, Stand { vessel, site, gear: 0 }));
        Some(Endurance {
            vessel,
            range: ship.range.unwrap_or(f64::INFINITY),
            bunkers: ship.bunkers.unwrap_or(f64::INFINITY),
            legs: legs.collect(),
            stays: stays.collect(),
        })
    }

    fn lasts(&self, used: Used) -> bool {
        suffices(self.range, used.miles) && suffices(self.bunkers, used.tonnes)
    }

    /// Whether the vessel may lie at a site for so long.
    pub fn may_lie(&self, site: Ix<Site>, from: Slot, to: Slot) -> bool {
        self.stays[site.index()][from..to].iter().all(|&may| may)
    }

    /// The same vessel when it has waited until a slot.
    pub fn waited(&self, plan: &Plan, at: At, slot: Slot) -> At {
        if plan.sites[at.site].refuels || slot <= at.slot {
            return At { slot: at.slot.max(slot), ..at };
        }
        let ship = &plan.vessels[self.vessel];
        let tonnes = ship.waiting_t(ship.hired_h(&plan.horizon, at.slot..slot));
        At { slot, used: at.used.and(Used { miles: 0.0, tonnes }), ..at }
    }

    /// The same when it has worked for so many slots; nothing where its bunkers do not last for that.
    pub fn worked(&self, plan: &Plan, at: At, slots: usize) -> Option<At> {
        let slot = at.slot + slots;
        if plan.sites[at.site].refuels {
            return Some(At { slot, ..at });
        }
        let tonnes = plan.vessels[self.vessel].working_t(slots as f64 * plan.horizon.slot_h());
        let used = at.used.and(Used { miles: 0.0, tonnes });
        self.lasts(used).then_some(At { slot, used, ..at })
    }

    /// The same when it has sailed a leg and is there at `end`; nothing where what it has does not last for that.
    pub fn sailed(&self, plan: &Plan, at: At, leg: usize, end: Slot) -> Option<At> {
        let used = at.used.and(self.legs[leg]?);
        let site = plan.vessels[self.vessel].legs[leg].to;
        let left = if plan.sites[site].refuels { Used::default() } else { used };
        self.lasts(used).then_some(At { site, slot: end, used: left })
    }

    /// What was used up by a slot, some moves and the waits between and after them, whether it lasted or not.
    pub fn after(&self, plan: &Plan, moves: &[Move], slot: Slot) -> Used {
        let ship = &plan.vessels[self.vessel];
        let mut at = At { site: ship.at, slot: 0, used: Used::default() };
        for step in moves {
            at = self.waited(plan, at, step.start);
            let hours = (step.end - step.start) as f64 * plan.horizon.slot_h();
            let is_full = |site: Ix<Site>| plan.sites[site].refuels;
            match step.what {
                What::Sail(from, to) => {
                    let leg = plan.leg_in(self.vessel, from, to, step.end - step.start);
                    let more = leg.map(|leg| &ship.legs[leg]).map_or_else(Used::default, |leg| Used {
                        miles: leg.miles(),
                        tonnes: ship.leg_t_in(leg, hours),
                    });
                    let used = if is_full(to) { Used::default() } else { at.used.and(more) };
                    at = At { site: to, slot: step.end, used };
                }
                _ if is_full(at.site) => at.slot = step.end,
                _ => {
                    let used = at.used.and(Used { miles: 0.0, tonnes: ship.working_t(hours) });
                    at = At { slot: step.end, used, ..at };
                }
            }
        }
        self.waited(plan, at, slot).used
    }
}
