//! What each tank has over time.
//!
//! In: a plan and its activities, which say what tanks they fill or empty. Out: for each tank and commodity that is ever in it, tonnes at the start
//! and where an activity begins and ends that changes them. Not the judge's: [`super::verify`] adds all of it up again.

use super::account::{Clock, rounded};
use super::{Activity, Kind, Time};
use crate::id::Ix;
use crate::plan::{Commodity, Holder, Plan, Tank, Vessel};
use serde::{Deserialize, Serialize};

/// Tonnes in a tank over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TankStock {
    /// The vessel.
    pub vessel: String,
    /// Its tank.
    pub tank: String,
    /// What is in it.
    pub commodity: String,
    /// Tonnes at the start, where an activity that fills or empties it begins and ends, and at the end; between two times they change evenly.
    pub levels: Vec<(Time, f64)>,
}

/// What the tanks of a plan have; those in which nothing ever is are left out.
pub(super) fn tanks(plan: &Plan, activities: &[Activity]) -> Vec<TankStock> {
    let mut all = Vec::new();
    for (vessel, ship) in plan.vessels.entries() {
        for tank in &ship.tanks {
            all.extend(plan.commodities.places().map(|commodity| {
                let levels = levels(plan, activities, (vessel, tank, commodity));
                let commodity = plan.commodities[commodity].id.clone();
                TankStock { vessel: ship.id.clone(), tank: tank.id.clone(), commodity, levels }
            }));
        }
    }
    all.retain(|stock| stock.levels.iter().any(|(_, level)| *level != 0.0));
    all
}

/// What a tank of a vessel has of a commodity.
fn levels(
    plan: &Plan,
    activities: &[Activity],
    (vessel, tank, commodity): (Ix<Vessel>, &Tank, Ix<Commodity>),
) -> Vec<(Time, f64)> {
    let clock = Clock { plan };
    let (ship, of_it) = (&plan.vessels[vessel], &plan.commodities[commodity]);
    let mut level = tank.aboard[commodity.index()];
    let mut levels = vec![(clock.at(0), rounded(level))];
    let own = activities.iter().filter(|activity| {
        activity.vessel.as_deref() == Some(&ship.id) && activity.commodity.as_deref() == Some(&of_it.id)
    });
    for activity in own {
        let Some(&(_, tonnes)) = activity.tanks.iter().find(|(name, _)| *name == tank.id) else { continue };
        levels.push((activity.start, rounded(level)));
        level += tonnes * sign(plan, activity, Holder::Vessel(vessel));
        levels.push((activity.end, rounded(level)));
    }
    levels.push((clock.at(plan.horizon.slots), rounded(level)));
    // What ends and begins at the same time finds and leaves the same there.
    levels.dedup_by_key(|(time, _)| *time);
    levels
}

/// Whether an activity fills what a holder has, or empties it.
fn sign(plan: &Plan, activity: &Activity, holder: Holder) -> f64 {
    let is_it = |id: &str| activity.task.as_deref() == Some(id);
    match (activity.kind, plan.transfers.iter().find(|transfer| is_it(&transfer.id))) {
        (Kind::Transfer, Some(transfer)) => transfer.sign(holder),
        _ => 1.0,
    }
}
