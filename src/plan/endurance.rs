//! How far a vessel gets with its range and its bunkers, whatever else it does: what its legs use up at least.
//!
//! In: a plan. Out: for each site the least that is used up on a way there, and the legs that a vessel may ever sail.

use super::{Leg, Plan, Site, Vessel};
use crate::id::Ix;

/// For each site the least that is used up on a way there since the vessel was full; infinite where there is none. `legs` are from where to where, and
/// what each uses up. At sites that refuel nothing is used up any more.
pub fn least_used(
    plan: &Plan,
    legs: &[(Ix<Site>, Ix<Site>, f64)],
    starts: impl Fn(Ix<Site>) -> bool,
    refuels: impl Fn(Ix<Site>) -> bool,
    full: f64,
) -> Vec<f64> {
    let start = |site: Ix<Site>| if starts(site) { 0.0 } else { f64::INFINITY };
    let mut used: Vec<f64> = plan.sites.places().map(start).collect();
    for _ in 0..plan.sites.len() {
        for &(from, to, more) in legs {
            let sum = used[from.index()] + more;
            if suffices(full, sum) {
                let is = if refuels(to) { 0.0 } else { sum };
                used[to.index()] = used[to.index()].min(is);
            }
        }
    }
    used
}

/// Whether what a full vessel has is enough for so much, but for the last digits.
pub fn suffices(full: f64, used: f64) -> bool {
    used <= full * (1.0 + 1e-9)
}

impl Plan {
    /// For each leg of a vessel whether it can ever sail it: whether its range and its bunkers, which are full at the start and where it refuels, last
    /// for the shortest way that leads there, and the leg.
    pub fn may_sail(&self, ship: &Vessel) -> Vec<bool> {
        let mut may = vec![true; ship.legs.len()];
        let mut look = |full: Option<f64>, uses: &dyn Fn(&Leg) -> f64| {
            let Some(full) = full else { return };
            let legs: Vec<_> = ship.legs.iter().map(|leg| (leg.from, leg.to, uses(leg))).collect();
            let refuels = |site: Ix<Site>| self.sites[site].refuels;
            let used = least_used(self, &legs, |site| site == ship.at, refuels, full);
            for (may, (from, _, more)) in may.iter_mut().zip(&legs) {
                *may &= suffices(full, used[from.index()] + more);
            }
        };
        look(ship.range, &Leg::miles);
        look(ship.bunkers, &|leg| ship.leg_t(leg, &self.horizon));
        may
    }
}
