//! What a vessel costs and burns: its hire, its fuel and its speeds, resolved, and the sums that follow from them.
//!
//! In: `hire`, `fuel`, `speed` and `speeds` of a vessel as written, without fault. Out: [`Hire`], [`Fuel`] and [`Pace`]s, and of a stretch
//! of time or a leg the hours that are paid and the tonnes that are burnt. A time outside of the hire becomes a closure of the vessel.
//! Not the sum of a whole schedule: the model, the account and the judge make that each for itself. Nor demurrage: see [`super::laytime`].

use super::draft::entries;
use super::raw;
use super::resolve::get;
use super::{Closed, ClosedBy, Closure, Leg, Plan, Site, SiteKind, Vessel};
use crate::id::{Ix, Table};
use crate::time::{Horizon, Slot};
use chrono::{DateTime, Utc};
use std::ops::Range;
use toml::Spanned;

/// For how long a vessel is hired, and what that costs beside its day rate.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hire {
    /// From when on it is hired and paid; none from the plan's start.
    pub from: Option<DateTime<Utc>>,
    /// Until when it is hired; none until the plan's end.
    pub to: Option<DateTime<Utc>>,
    /// What it costs once, if it does anything, in the plan's currency.
    pub mobilisation: f64,
    /// What each departure from a port costs, in the plan's currency.
    pub voyage: f64,
}

/// What a vessel burns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fuel {
    /// At work, in tonnes per hour: in tasks, while lifting and moving.
    pub working: f64,
    /// Waiting until it is done, in tonnes per hour.
    pub waiting: f64,
    /// What a tonne of fuel costs, in the plan's currency.
    pub price: f64,
    /// Tonnes of carbon dioxide of each tonne of fuel, where the plan says so.
    pub co2: Option<f64>,
}

/// A speed at which a vessel may sail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Over ground, in metres per second.
    pub speed: f64,
    /// What it burns under way at that speed, in tonnes per hour.
    pub burns: f64,
}

impl Pace {
    /// Its speed in knots, to a hundredth.
    pub fn knots(&self) -> f64 {
        (self.speed * 3600.0 / 1852.0 * 100.0).round() / 100.0
    }
}

impl Leg {
    /// Its length in nautical miles.
    pub fn miles(&self) -> f64 {
        self.distance.metres() / 1852.0
    }

    /// The hours under way, before they are rounded up to slots.
    pub fn hours(&self) -> f64 {
        self.distance.metres() / self.pace.speed / 3600.0
    }
}

impl Vessel {
    /// Reckons anew what follows from what is said of its hold and from its tanks, after these were changed.
    pub fn fit_hold(&mut self) {
        self.hold = super::tanks::hold(&self.hold_said, &self.tanks);
        self.demurrage.iter_mut().for_each(|terms| terms.fit_hold(&self.hold));
    }

    /// The hours of some slots in which it is on hire.
    pub fn hired_h(&self, horizon: &Horizon, slots: Range<Slot>) -> f64 {
        let from = horizon.time(slots.start).max(self.hire.from.unwrap_or(horizon.start));
        (horizon.time(slots.end) - from).num_seconds().max(0) as f64 / 3600.0
    }

    /// What it burns in so many hours of work, in tonnes.
    pub fn working_t(&self, hours: f64) -> f64 {
        self.fuel.map_or(0.0, |fuel| fuel.working * hours)
    }

    /// What it burns in so many hours of waiting, in tonnes.
    pub fn waiting_t(&self, hours: f64) -> f64 {
        self.fuel.map_or(0.0, |fuel| fuel.waiting * hours)
    }

    /// What it burns on a leg, in tonnes: under way for as long as the way takes, and waiting for what is left of its slots.
    pub fn leg_t(&self, leg: &Leg, horizon: &Horizon) -> f64 {
        self.leg_t_in(leg, horizon.slots_for(leg.duration).max(1) as f64 * horizon.slot_h())
    }

    /// The same on a leg that lasts so many hours, as one that has happened may.
    pub fn leg_t_in(&self, leg: &Leg, hours: f64) -> f64 {
        leg.pace.burns * leg.hours() + self.waiting_t((hours - leg.hours()).max(0.0))
    }

    /// What so much fuel costs.
    pub fn fuel_cost(&self, tonnes: f64) -> f64 {
        self.fuel.map_or(0.0, |fuel| fuel.price * tonnes)
    }

    /// What so much fuel makes of carbon dioxide, in tonnes; nothing where the plan does not say.
    pub fn co2_t(&self, tonnes: f64) -> f64 {
        self.fuel.and_then(|fuel| fuel.co2).map_or(0.0, |co2| co2 * tonnes)
    }
}

impl Plan {
    /// What a departure of a vessel from a site costs: the fee of a voyage, where it is a port.
    pub fn departure_cost(&self, vessel: Ix<Vessel>, from: Ix<Site>) -> f64 {
        if self.sites[from].kind == SiteKind::Port { self.vessels[vessel].hire.voyage } else { 0.0 }
    }

    /// What a leg costs beside fuel and time: leaving the one site, and the dues of the other.
    pub fn leg_cost(&self, vessel: Ix<Vessel>, from: Ix<Site>, to: Ix<Site>) -> f64 {
        self.departure_cost(vessel, from) + self.sites[to].dues
    }

    /// The leg of a vessel, by place, that takes so many slots from one site to another; where none does, the first.
    pub fn leg_in(&self, vessel: Ix<Vessel>, from: Ix<Site>, to: Ix<Site>, slots: usize) -> Option<usize> {
        let between = || {
            let legs = self.vessels[vessel].legs.iter().enumerate();
            legs.filter(move |(_, leg)| (leg.from, leg.to) == (from, to))
        };
        let fits = |leg: &Leg| self.horizon.slots_for(leg.duration).max(1) == slots;
        // Of a leg that took another time than any speed makes of it: the slowest that takes no more, or else the fastest.
        let takes = |leg: &Leg| self.horizon.slots_for(leg.duration).max(1);
        let slowest = || between().filter(|(_, leg)| takes(leg) <= slots).max_by_key(|(_, leg)| leg.duration);
        let fastest = || between().min_by_key(|(_, leg)| leg.duration);
        let leg = between().find(|(_, leg)| fits(leg)).or_else(slowest).or_else(fastest);
        leg.map(|(place, _)| place)
    }

    /// The slowest leg of a vessel from one site to another that takes no more than so many slots; where none does, the fastest.
    pub fn leg_within(&self, vessel: Ix<Vessel>, from: Ix<Site>, to: Ix<Site>, slots: usize) -> Option<&Leg> {
        let between = || self.vessels[vessel].legs.iter().filter(move |leg| (leg.from, leg.to) == (from, to));
        let fits = |leg: &&Leg| self.horizon.slots_for(leg.duration).max(1) <= slots;
        between().filter(fits).max_by_key(|leg| leg.duration).or_else(|| between().next())
    }
}

/// The hire of a vessel.
pub(super) fn hire(raw: &raw::RawVessel) -> Hire {
    let Some(hire) = raw.hire.as_ref().map(Spanned::get_ref) else { return Hire::default() };
    let money = |cost: &Option<Spanned<raw::Cost>>| cost.as_ref().map_or(0.0, |cost| cost.get_ref().0.amount);
    Hire {
        from: get(&hire.from),
        to: get(&hire.to),
        mobilisation: money(&hire.mobilisation),
        voyage: money(&hire.voyage),
    }
}

/// The fuel of a vessel.
pub(super) fn fuel(raw: &raw::RawVessel) -> Option<Fuel> {
    let fuel = raw.fuel.as_ref()?.get_ref();
    let rate = |rate| get(rate).map_or(0.0, |rate: crate::units::Rate| rate.tonnes_per_hour());
    Some(Fuel {
        working: rate(&fuel.working),
        waiting: rate(&fuel.waiting),
        price: fuel.price.as_ref().map_or(0.0, |price| price.get_ref().0.amount),
        co2: get(&fuel.co2),
    })
}

/// The speeds of a vessel, the highest first; none for one that has none.
pub(super) fn paces(raw: &raw::RawVessel) -> Vec<Pace> {
    let fuel = raw.fuel.as_ref().and_then(|fuel| get(&fuel.get_ref().sailing));
    let burns = fuel.map_or(0.0, |rate| rate.tonnes_per_hour());
    let one = get(&raw.speed).map(|speed| Pace { speed: speed.metres_per_second(), burns });
    let several = entries(&raw.speeds).filter_map(|pace| {
        let burns = get(&pace.sailing).map_or(burns, |rate: crate::units::Rate| rate.tonnes_per_hour());
        Some(Pace { speed: get(&pace.speed)?.metres_per_second(), burns })
    });
    let mut paces: Vec<Pace> = one.into_iter().chain(several).collect();
    paces.sort_by(|a, b| b.speed.total_cmp(&a.speed));
    paces
}

/// Of legs between the same sites that take the same slots, the one that burns least: the others are never better.
pub(super) fn without_worse(legs: Vec<Leg>, fuel: Option<Fuel>, horizon: &Horizon) -> Vec<Leg> {
    let waiting = fuel.map_or(0.0, |fuel| fuel.waiting);
    let more = |leg: &Leg| (leg.pace.burns - waiting) * leg.hours();
    let slots = |leg: &Leg| horizon.slots_for(leg.duration).max(1);
    let mut best: Vec<Leg> = Vec::new();
    for leg in legs {
        match best.iter_mut().find(|known| slots(known) == slots(&leg)) {
            Some(known) if more(&leg) < more(known) => *known = leg,
            Some(_) => {}
            None => best.push(leg),
        }
    }
    best
}

/// The times in which vessels are not on hire: before it and after it, for as long as the plan is and as long again.
pub(super) fn off_hire(vessels: &Table<Vessel>, horizon: &Horizon) -> Vec<Closure> {
    let (start, end) = (horizon.start, horizon.end());
    let mut closures = Vec::new();
    for (vessel, Vessel { hire, .. }) in vessels.entries() {
        let before = hire.from.filter(|from| *from > start).map(|from| (start, from));
        let after = hire.to.filter(|to| *to < end).map(|to| (to.max(start), end + (end - start)));
        closures.extend([before, after].into_iter().flatten().map(|(from, to)| Closure {
            what: Closed::Vessel(vessel),
            by: ClosedBy::Hire,
            slots: horizon.touched(from, to),
            from,
            to,
            reason: Some("not on hire".to_owned()),
        }));
    }
    closures
}
