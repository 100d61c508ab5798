//! Ways between sites: their waypoints, and the weather that a vessel meets on them.
//!
//! In: the routes of a plan, and legs. Out: points from one site to another, and for a leg [`Met`]: in which slots of the passage which
//! weather counts. The judge ([`crate::schedule::verify`]) finds out for itself.

use super::{Leg, Plan, Route, Site, Weather};
use crate::geo::{Position, distance};
use crate::id::Ix;
use crate::time::Slot;
use std::ops::Range;

/// A weather that a vessel is in for a part of a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// The weather.
    pub weather: Ix<Weather>,
    /// The slots, counted from the departure.
    pub slots: Range<Slot>,
}

/// The waypoints from one site to another, and the weather of each stretch where the route says it; nothing where there is no route.
pub(super) fn way(routes: &[Route], from: Ix<Site>, to: Ix<Site>) -> (Vec<Position>, Vec<Ix<Weather>>) {
    let between = |a, b| routes.iter().find(|route| (route.from, route.to) == (a, b));
    match (between(from, to), between(to, from)) {
        (Some(there), _) => (there.via.clone(), there.weather.clone()),
        (None, Some(back)) => {
            (back.via.iter().rev().copied().collect(), back.weather.iter().rev().copied().collect())
        }
        (None, None) => (Vec::new(), Vec::new()),
    }
}

impl Plan {
    /// The weather that counts on a leg, as far as it is known: that of both ends all the while; or, where the route says the weather on
    /// the way, that of each stretch in the slots that touch it at constant speed, and of each end in the slot at that end.
    pub fn met_on(&self, leg: &Leg) -> Vec<Met> {
        let slots = self.horizon.slots_for(leg.duration).max(1);
        let met = |weather: Option<Ix<Weather>>, slots: Range<Slot>| Some(Met { weather: weather?, slots });
        let at = |site: Ix<Site>| self.sites[site].weather;
        let (via, weather) = way(&self.routes, leg.from, leg.to);
        let (Some(from), Some(to)) = (self.sites[leg.from].position, self.sites[leg.to].position) else {
            return Vec::new();
        };
        if weather.is_empty() {
            return [leg.from, leg.to].into_iter().filter_map(|site| met(at(site), 0..slots)).collect();
        }
        let points: Vec<Position> = [from].into_iter().chain(via).chain([to]).collect();
        // Two hairs before the next slot a stretch is over, so that a last digit does not bring it into that slot.
        const HAIR_SECONDS: f64 = 1e-3;
        let slot = self.horizon.slot.seconds() as f64;
        let reached = |point: usize| distance(&points[..=point]).metres() / leg.pace.speed;
        let stretch = |(place, &weather): (usize, &Ix<Weather>)| {
            let (from, to) = (reached(place) + HAIR_SECONDS, reached(place + 1) - HAIR_SECONDS);
            let touched = (from / slot) as Slot..slots.min((to / slot) as Slot + 1);
            (from < to && !touched.is_empty()).then_some(Met { weather, slots: touched })
        };
        let ends = [met(at(leg.from), 0..1), met(at(leg.to), slots - 1..slots)];
        ends.into_iter().flatten().chain(weather.iter().enumerate().filter_map(stretch)).collect()
    }

    /// Whether the route of a leg says the weather on the way.
    pub fn knows_the_way_of(&self, leg: &Leg) -> bool {
        let is_it =
            |route: &&Route| [(route.from, route.to), (route.to, route.from)].contains(&(leg.from, leg.to));
        self.routes.iter().find(is_it).is_some_and(|route| !route.weather.is_empty())
    }
}
