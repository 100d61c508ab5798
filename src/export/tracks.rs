//! Where every vessel is when: the legs it sails along their waypoints, and its stays between them.
//!
//! In: a schedule. Out: [`Voyage`]s, which the formats for maps and bridges write.
//! A leg is sailed at even speed along the geodesics between its waypoints; sites without a position are left out, and
//! [`notes`] names them.
//! Not a route for navigation: no depth, no traffic, no weather is looked at.

use super::wording::{by_time, clean};
use crate::geo::{Position, between, distance};
use crate::schedule::{Activity, Kind, Schedule, Time};
use chrono::{Datelike, SecondsFormat, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// What every file for maps and bridges says.
pub const CAUTION: &str = "Planning only - not for navigation";

/// A place and the time at which a vessel is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// The place; its longitude is at least -180 and less than 180.
    pub at: Position,
    /// The time.
    pub time: Time,
}

/// A leg from one site to another.
pub struct Leg<'s> {
    /// The activity.
    pub sail: &'s Activity,
    /// Both ends and the waypoints between them.
    pub waypoints: Vec<Fix>,
    /// The waypoints, and places at even times between them.
    pub dense: Vec<Fix>,
    /// Its length in nautical miles.
    pub nm: f64,
    /// Its speed in knots.
    pub knots: f64,
}

/// A stay at a site.
pub struct Stay<'s> {
    /// What the vessel does there.
    pub activity: &'s Activity,
    /// Where.
    pub at: Position,
}

/// A part of a voyage.
pub enum Part<'s> {
    /// Under way.
    Leg(Leg<'s>),
    /// At a site.
    Stay(Stay<'s>),
}

/// All that a vessel does, as far as its places are known.
pub struct Voyage<'s> {
    /// The vessel.
    pub vessel: &'s str,
    /// In order of time.
    pub parts: Vec<Part<'s>>,
}

impl<'s> Voyage<'s> {
    /// Its legs in order of time.
    pub fn legs(&self) -> impl Iterator<Item = &Leg<'s>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Leg(leg) => Some(leg),
            Part::Stay(_) => None,
        })
    }
}

/// The positions of all sites that have a sound one.
pub fn positions(schedule: &Schedule) -> BTreeMap<&str, Position> {
    let sound = |site: (f64, f64)| Position::new(site.0, site.1);
    schedule
        .sites
        .iter()
        .filter_map(|site| Some((site.id.as_str(), rounded(site.position.and_then(sound)?))))
        .collect()
}

/// The voyages of a schedule, in its order of vessels; a vessel that is nowhere known has none.
pub fn voyages(schedule: &Schedule) -> Vec<Voyage<'_>> {
    let places = positions(schedule);
    let step = step(schedule);
    let mut routes = BTreeMap::new();
    for route in &schedule.routes {
        let points: Option<Vec<Position>> =
            route.points.iter().map(|&(north, east)| Position::new(north, east).map(rounded)).collect();
        if let Some(points) = points.filter(|points| points.len() > 1) {
            let back = points.iter().rev().copied().collect::<Vec<_>>();
            routes.entry((route.to.as_str(), route.from.as_str())).or_insert((1, back));
            // A way that is named in this direction is better than one turned round.
            let entry = routes.entry((route.from.as_str(), route.to.as_str())).or_insert((1, Vec::new()));
            if entry.0 == 1 {
                *entry = (0, points);
            }
        }
    }
    let mut of_vessel: BTreeMap<&str, Vec<&Activity>> = BTreeMap::new();
    for activity in &schedule.activities {
        if let Some(vessel) = &activity.vessel {
            of_vessel.entry(vessel).or_default().push(activity);
        }
    }
    let mut voyages = Vec::new();
    for vessel in schedule.vessel_names() {
        let activities = by_time(of_vessel.remove(vessel).unwrap_or_default().into_iter());
        let part = |activity: &'_ &_| -> Option<Part<'_>> {
            let activity: &Activity = activity;
            let (from, to) = (activity.site.as_deref()?, activity.to_site.as_deref());
            if activity.end < activity.start {
                return None;
            }
            let Some(to) = to.filter(|_| activity.kind == Kind::Sail) else {
                return Some(Part::Stay(Stay { activity, at: *places.get(from)? }));
            };
            let straight = || Some(vec![*places.get(from)?, *places.get(to)?]);
            let points = routes.get(&(from, to)).map(|route| route.1.clone()).or_else(straight)?;
            leg(activity, &points, step).map(Part::Leg)
        };
        let mut parts = Vec::new();
        for activity in activities {
            // The closure borrows the activity of the schedule, not the list.
            parts.extend(part_of(activity, &part));
        }
        if !parts.is_empty() {
            voyages.push(Voyage { vessel, parts });
        }
    }
    voyages
}
