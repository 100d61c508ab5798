//! What vessels cost and burn in a schedule.
//!
//! In: a plan and the activities. Out: rows of costs for day rates, mobilisation, voyages, dues of sites and fuel; tonnes of fuel and of
//! carbon dioxide.
//! A vessel is paid and burns fuel from the plan's start, or that of its hire, until its last activity ends.
//! Not judged here: [`super::verify`] works all of it out again.

use super::account::rounded;
use super::{Activity, CostRow, Kind};
use crate::id::Ix;
use crate::plan::{Leg, Plan, Vessel};

/// What a vessel comes to.
struct Dues {
    /// Hours of hire until it is done.
    hours: f64,
    /// Fees of its departures from ports.
    voyages: f64,
    /// Dues of the sites at which it arrives.
    sites: f64,
    /// Tonnes of fuel.
    fuel: f64,
    /// Whether it does anything.
    is_used: bool,
}

fn dues(plan: &Plan, activities: &[Activity], vessel: Ix<Vessel>, ship: &Vessel) -> Dues {
    let own = || activities.iter().filter(|a| a.is_real() && a.vessel.as_deref() == Some(&ship.id));
    let horizon = &plan.horizon;
    let Some(done) = own().map(|activity| activity.end.to_utc()).max() else {
        return Dues { hours: 0.0, voyages: 0.0, sites: 0.0, fuel: 0.0, is_used: false };
    };
    let hours = ship.hired_h(horizon, 0..horizon.ceil(done));
    let (mut fuel, mut waiting, mut voyages, mut sites) = (0.0, hours, 0.0, 0.0);
    for activity in own() {
        waiting -= activity.hours();
        let leg = leg(plan, vessel, activity);
        fuel +=
            leg.map_or_else(|| ship.working_t(activity.hours()), |leg| ship.leg_t_in(leg, activity.hours()));
        voyages += leg.map_or(0.0, |leg| plan.departure_cost(vessel, leg.from));
        sites += leg.map_or(0.0, |leg| plan.sites[leg.to].dues);
    }
    fuel += ship.waiting_t(waiting.max(0.0));
    Dues { hours, voyages, sites, fuel, is_used: true }
}

/// The leg that an activity sails.
pub(super) fn leg<'p>(plan: &'p Plan, vessel: Ix<Vessel>, activity: &Activity) -> Option<&'p Leg> {
    if activity.kind != Kind::Sail {
        return None;
    }
    let place = |name: &Option<String>| plan.sites.find(|site| Some(&site.id) == name.as_ref());
    let slots = (activity.hours() / plan.horizon.slot_h()).round() as usize;
    let leg = plan.leg_in(vessel, place(&activity.site)?, place(&activity.to_site)?, slots)?;
    plan.vessels[vessel].legs.get(leg)
}

/// What is paid for vessels.
pub(super) fn costs(plan: &Plan, activities: &[Activity]) -> Vec<CostRow> {
    let mut rows = Vec::new();
    for (vessel, ship) in plan.vessels.entries() {
        let dues = dues(plan, activities, vessel, ship);
        let mobilisation = if dues.is_used { ship.hire.mobilisation } else { 0.0 };
        let items = [
            ("day rate", ship.day_rate * dues.hours / 24.0, ship.day_rate != 0.0),
            ("mobilisation", mobilisation, mobilisation != 0.0),
            ("voyages", dues.voyages, dues.voyages != 0.0),
            ("dues", dues.sites, dues.sites != 0.0),
            ("fuel", ship.fuel_cost(dues.fuel), ship.fuel_cost(dues.fuel) != 0.0),
        ];
        rows.extend(items.into_iter().filter(|(.., is_paid)| *is_paid).map(|(item, amount, _)| CostRow {
            item: item.to_owned(),
            vessel: Some(ship.id.clone()),
            amount,
        }));
    }
    rows
}

/// Tonnes of fuel that all vessels burn, and of carbon dioxide that come of it.
pub(super) fn fuel(plan: &Plan, activities: &[Activity]) -> (f64, f64) {
    let (mut fuel, mut co2) = (0.0, 0.0);
    for (vessel, ship) in plan.vessels.entries().filter(|(_, ship)| ship.fuel.is_some()) {
        let burnt = dues(plan, activities, vessel, ship).fuel;
        fuel += burnt;
        co2 += ship.co2_t(burnt);
    }
    (rounded(fuel), rounded(co2))
}
