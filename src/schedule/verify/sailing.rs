//! Whether a vessel may sail as it does: where, how long, in which weather, past which closures.
//!
//! In: the deeds that sail. Out: legs that are none, too short, too rough or closed.
//! The distance is measured again from the positions and waypoints of the plan. Where the vessel is: see `vessels`.

use super::case::{Case, Deed, Fault};
use crate::geo::{Position, distance};
use crate::id::Ix;
use crate::plan::{Closed, Closure, Site, Vessel};
use crate::schedule::Kind;
use crate::time::Slot;

/// A deed that sails, with all that it needs to be judged.
struct Sailing<'d, 'c> {
    deed: &'d Deed<'c>,
    vessel: Ix<Vessel>,
    from: Ix<Site>,
    to: Ix<Site>,
}

fn sailings<'d, 'c>(case: &'d Case<'c>) -> impl Iterator<Item = Sailing<'d, 'c>> {
    case.deeds
        .iter()
        .filter(|deed| deed.said.kind == Kind::Sail)
        .filter_map(|deed| Some(Sailing { deed, vessel: deed.vessel?, from: deed.site?, to: deed.to_site? }))
}

impl Case<'_> {
    /// How many slots a vessel needs from one site to another; nothing when it does not sail there.
    pub fn sailing_slots(&self, vessel: Ix<Vessel>, from: Ix<Site>, to: Ix<Site>) -> Option<usize> {
        let leg = self.plan.leg(vessel, from, to)?;
        let mut points = vec![self.plan.sites[from].position?];
        points.extend(self.waypoints(from, to));
        points.push(self.plan.sites[to].position?);
        let (measured, known) = (distance(&points).metres(), leg.distance.metres());
        let stretch = if known > 0.0 { measured / known } else { 1.0 };
        // The hair keeps a sum of distances that differs in its last digit from costing a whole slot.
        let seconds = (leg.duration.seconds() as f64 * stretch - 1e-3).ceil().max(1.0) as u64;
        Some(seconds.div_ceil(self.plan.horizon.slot.seconds() as u64).max(1) as usize)
    }

    fn waypoints(&self, from: Ix<Site>, to: Ix<Site>) -> Vec<Position> {
        let between = |a, b| self.plan.routes.iter().find(|route| route.from == a && route.to == b);
        match (between(from, to), between(to, from)) {
            (Some(there), _) => there.via.clone(),
            (None, Some(back)) => back.via.iter().rev().copied().collect(),
            (None, None) => Vec::new(),
        }
    }

    /// A closure that forbids to leave in `first`, to arrive in `last`, or to be under way between them.
    pub fn sailing_closure(
        &self,
        (vessel, from, to): (Ix<Vessel>, Ix<Site>, Ix<Site>),
        first: Slot,
        last: Slot,
    ) -> Option<&Closure> {
        let leaves = || self.closure(first, |closed| closed == Closed::Site(from));
        let arrives = || self.closure(last, |closed| closed == Closed::Site(to));
        let sails = || (first..=last).find_map(|slot| self.closure(slot, |c| c == Closed::Vessel(vessel)));
        leaves().or_else(arrives).or_else(sails)
    }
}

/// A vessel sails only between the sites it calls at.
pub fn calls(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter_map(|Sailing { deed, vessel, from, to }| {
            let Vessel { id, calls, .. } = &case.plan.vessels[vessel];
            let name = |site: Ix<Site>| case.plan.sites[site].id.as_str();
            let wrong = if from == to {
                format!("{id} sails from {} to where it is already", name(from))
            } else if let Some(&site) = [from, to].iter().find(|site| !calls.contains(site)) {
                format!("{id} sails from {} to {}, and does not call at {}", name(from), name(to), name(site))
            } else if case.plan.leg(vessel, from, to).is_none() {
                format!("{id} sails from {} to {}, and the plan gives it no speed", name(from), name(to))
            } else {
                return None;
            };
            Some(Fault::of(deed.said, wrong))
        })
        .collect()
}

/// Sailing takes as long as the distance asks for: no less, and no more.
pub fn time(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter_map(|Sailing { deed, vessel, from, to }| {
            let needed = case.sailing_slots(vessel, from, to)?;
            let takes = deed.slots.as_ref()?.len();
            let (needed_h, takes_h) = (case.hours_of(needed), case.hours_of(takes));
            let message = format!("{} sails for {takes_h}, and the way takes {needed_h}", deed.said.id);
            (takes != needed).then(|| Fault::of(deed.said, message))
        })
        .collect()
}

/// A vessel sails within its limits, at both ends of the leg as far as their weather is known.
pub fn weather(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for Sailing { deed, vessel, from, to } in sailings(case) {
        let Vessel { id, sail_limits, .. } = &case.plan.vessels[vessel];
        let Some(slots) = &deed.slots else { continue };
        let ends = [from, to].into_iter().filter(|&site| case.plan.sites[site].weather.is_some());
        for site in ends {
            for breach in case.breaches(Some(site), sail_limits, slots.clone()) {
                let who = format!("{id} sails with the weather of {}", case.plan.sites[site].id);
                let message = breach.tell(case, &who, "its limit for sailing is");
                faults.push(Fault::of(deed.said, message).at(case.time(breach.slots.start)));
            }
        }
    }
    faults
}

/// No vessel sails while it is closed, leaves a closed site, or arrives at one.
pub fn closures(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter_map(|Sailing { deed, vessel, from, to }| {
            let slots = deed.slots.clone().filter(|slots| !slots.is_empty())?;
            let closure = case.sailing_closure((vessel, from, to), slots.start, slots.end - 1)?;
            let during = case.during(&slots);
            let message = format!("{} sails {during}, and {}", deed.said.id, case.closure_words(closure));
            Some(Fault::of(deed.said, message))
        })
        .collect()
}

/// A vessel that departs at certain times only departs at one of them.
pub fn departures(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter_map(|Sailing { deed, vessel, .. }| {
            let every = case.plan.vessels[vessel].departs_every;
            let start = deed.slots.as_ref()?.start;
            let (id, hours) = (&deed.said.id, case.hours_of(every));
            let message =
                format!("{id} departs on {}, and may every {hours} from the plan's start on", case.at(start));
            (start % every != 0).then(|| Fault::of(deed.said, message))
        })
        .collect()
}

/// A vessel that sails by daylight only has the sun up at both ends of a leg all the while.
pub fn dark(case: &Case<'_>) -> Vec<Fault> {
    sailings(case)
        .filter(|sailing| case.plan.vessels[sailing.vessel].daylight)
        .filter_map(|Sailing { deed, vessel, from, to }| {
            let slots = deed.slots.clone()?;
            let dark = |slot: &Slot| [from, to].into_iter().any(|site| case.is_dark(site, *slot));
            let first = slots.into_iter().find(dark)?;
            let (id, when) = (&case.plan.vessels[vessel].id, case.at(first));
            let message =
                format!("{id} sails by daylight only, and {} goes on in the dark on {when}", deed.said.id);
            Some(Fault::of(deed.said, message).at(case.time(first)))
        })
        .collect()
}
