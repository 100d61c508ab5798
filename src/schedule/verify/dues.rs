//! What vessels cost and burn, worked out again from the plan's words and the times of the activities.
//!
//! In: the deeds of each vessel. Out: money for hire and fuel, tonnes of fuel and of carbon dioxide, and totals that are other ones.
//! A vessel that does something is paid from the plan's start or that of its hire, whichever is later, until its last deed ends; all
//! that time it burns: at work, under way for as long as its way takes at its speed, and waiting for the rest of it.

use super::case::{Case, Deed, Fault, Job, hours};
use super::totals::differs;
use crate::id::Ix;
use crate::plan::{SiteKind, Vessel};
use chrono::{DateTime, Utc};

/// The deeds of a vessel that are more than waiting.
fn real<'d, 'c>(case: &'d Case<'c>, vessel: Ix<Vessel>) -> impl Iterator<Item = &'d Deed<'c>> {
    case.of_vessel(vessel).filter(|deed| deed.is_real())
}

/// From when on and until when a vessel is paid; nothing for one that does nothing.
fn paid(case: &Case<'_>, vessel: Ix<Vessel>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let done = real(case, vessel).map(Deed::end).max()?;
    let start = case.plan.horizon.start;
    let from = case.plan.vessels[vessel].hire.from.map_or(start, |from| from.max(start));
    Some((from, done.max(from)))
}

/// Tonnes of fuel that a vessel burns.
pub fn fuel_of(case: &Case<'_>, vessel: Ix<Vessel>) -> f64 {
    let (Some(fuel), Some((from, done))) = (case.plan.vessels[vessel].fuel, paid(case, vessel)) else {
        return 0.0;
    };
    let (mut burnt, mut busy) = (0.0, 0.0);
    for deed in real(case, vessel) {
        let length = hours(deed.start(), deed.end());
        busy += length;
        burnt += match deed.job {
            Some(Job::Sail) => {
                let (under_way, burns) = case.under_way(deed).unwrap_or((length, 0.0));
                burns * under_way + fuel.waiting * (length - under_way).max(0.0)
            }
            _ => fuel.working * length,
        };
    }
    burnt + fuel.waiting * (hours(from, done) - busy).max(0.0)
}

/// Tonnes of carbon dioxide that all vessels emit, as far as the plan says what their fuel emits.
pub fn emitted(case: &Case<'_>) -> f64 {
    let of_one = |(vessel, ship): (_, &Vessel)| {
        let co2 = ship.fuel.and_then(|fuel| fuel.co2)?;
        Some(co2 * fuel_of(case, vessel))
    };
    case.plan.vessels.entries().filter_map(of_one).sum()
}

/// Day rate, mobilisation, voyages, dues of sites and fuel of a vessel, each with what it comes to.
pub fn items_of(case: &Case<'_>, vessel: Ix<Vessel>) -> [(&'static str, f64); 5] {
    let ship = &case.plan.vessels[vessel];
    let (mut day_rate, mut mobilisation) = (0.0, 0.0);
    if let Some((from, done)) = paid(case, vessel) {
        (day_rate, mobilisation) = (ship.day_rate * hours(from, done) / 24.0, ship.hire.mobilisation);
    }
    let is_departure = |deed: &&Deed<'_>| {
        let port = deed.site.map(|site| case.plan.sites[site].kind);
        deed.job == Some(Job::Sail) && port == Some(SiteKind::Port)
    };
    let voyages = real(case, vessel).filter(is_departure).count() as f64;
    let arrivals = real(case, vessel).filter(|deed| deed.job == Some(Job::Sail));
    let dues = arrivals.filter_map(|deed| Some(case.plan.sites[deed.to_site?].dues)).sum();
    let fuel = ship.fuel.map_or(0.0, |fuel| fuel.price * fuel_of(case, vessel));
    [
        ("day rate", day_rate),
        ("mobilisation", mobilisation),
        ("voyages", ship.hire.voyage * voyages),
        ("dues", dues),
        ("fuel", fuel),
    ]
}

/// The fuel burnt adds up.
pub fn fuel(case: &Case<'_>) -> Vec<Fault> {
    let all: f64 = case.plan.vessels.places().map(|vessel| fuel_of(case, vessel)).sum();
    differs("fuel burnt", case.schedule.totals.fuel_t, all, "t")
}

/// The carbon dioxide adds up.
pub fn co2(case: &Case<'_>) -> Vec<Fault> {
    differs("carbon dioxide", case.schedule.totals.co2_t, emitted(case), "t")
}
