//! Whether vessels get as far as they go, and have the fuel that they burn, between two places at which they refuel.
//!
//! In: the deeds of each vessel, one after the other. Out: legs beyond its range, and deeds for which its bunkers do not last.
//! A vessel is full at the start, and whenever it lies at a site that refuels. It burns until its last deed ends.

use super::case::{Case, Deed, Fault, Job, amount, exceeds, hours};
use crate::id::Ix;
use crate::plan::Vessel;

/// No vessel sails farther, or burns more, than it can between two places at which it refuels.
pub fn endurance(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (vessel, Vessel { id, range, bunkers, .. }) in case.plan.vessels.entries() {
        if let Some(range) = *range {
            let miles = |deed: &Deed<'_>| case.miles(deed).unwrap_or(0.0);
            for (deed, sum) in beyond(case, vessel, range, miles) {
                let (sum, range) = (amount(sum, "NM"), amount(range, "NM"));
                let message = format!("{id} has sailed {sum} since it was full, and its range is {range}");
                faults.push(Fault::of(deed.said, message).at(deed.said.end));
            }
        }
        if let Some(bunkers) = *bunkers {
            for (deed, sum) in beyond(case, vessel, bunkers, |deed| burnt(case, vessel, deed)) {
                let (sum, bunkers) = (amount(sum, "t"), amount(bunkers, "t"));
                let message =
                    format!("{id} has burnt {sum} since it was full, and its bunkers take {bunkers}");
                faults.push(Fault::of(deed.said, message).at(deed.said.end));
            }
        }
    }
    faults
}

/// The deeds by whose end more was used up than there is, each the first since the vessel was full.
fn beyond<'d, 'c>(
    case: &'d Case<'c>,
    vessel: Ix<Vessel>,
    full: f64,
    uses: impl Fn(&Deed<'c>) -> f64,
) -> Vec<(&'d Deed<'c>, f64)> {
    let mut used = 0.0;
    let mut found = Vec::new();
    for deed in case.of_vessel(vessel) {
        let refuels = |site| case.plan.sites[site].refuels;
        let is_full = deed.job != Some(Job::Sail) && deed.left.is_some_and(|lie| refuels(lie.site));
        let before = used;
        used += if is_full { 0.0 } else { uses(deed) };
        if exceeds(used, full) && !exceeds(before, full) {
            found.push((deed, used));
        }
        if deed.left.is_some_and(|lie| refuels(lie.site)) {
            used = 0.0;
        }
    }
    found
}

/// What a vessel burns in a deed, in tonnes.
fn burnt(case: &Case<'_>, vessel: Ix<Vessel>, deed: &Deed<'_>) -> f64 {
    let ship = &case.plan.vessels[vessel];
    let Some(fuel) = ship.fuel else { return 0.0 };
    let length = hours(deed.start(), deed.end());
    match deed.job {
        Some(Job::Sail) => {
            let (under_way, burns) = case.under_way(deed).unwrap_or((length, 0.0));
            burns * under_way + fuel.waiting * (length - under_way).max(0.0)
        }
        _ if deed.is_real() => fuel.working * length,
        _ => {
            let done = case.of_vessel(vessel).filter(|deed| deed.is_real()).map(Deed::end).max();
            let from = ship.hire.from.map_or(deed.start(), |from| from.max(deed.start()));
            done.map_or(0.0, |done| fuel.waiting * hours(from, done.min(deed.end())).max(0.0))
        }
    }
}
