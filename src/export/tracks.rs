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
    let atlas = Atlas::of(schedule);
    let mut of_vessel: BTreeMap<&str, Vec<&Activity>> = BTreeMap::new();
    for activity in &schedule.activities {
        if let Some(vessel) = &activity.vessel {
            of_vessel.entry(vessel).or_default().push(activity);
        }
    }
    let voyage = |vessel| {
        let activities = by_time(of_vessel.remove(vessel).unwrap_or_default().into_iter());
        let parts: Vec<Part> = activities.into_iter().filter_map(|activity| atlas.part(activity)).collect();
        (!parts.is_empty()).then_some(Voyage { vessel, parts })
    };
    schedule.vessel_names().into_iter().filter_map(voyage).collect()
}

/// What a schedule says of places and ways.
struct Atlas<'s> {
    places: BTreeMap<&'s str, Position>,
    /// The ways from site to site.
    ways: BTreeMap<(&'s str, &'s str), Vec<Position>>,
    step: TimeDelta,
}

impl<'s> Atlas<'s> {
    fn of(schedule: &'s Schedule) -> Atlas<'s> {
        let mut ways = BTreeMap::new();
        // First each way turned round, so that one that is named in that direction takes its place.
        for is_back in [true, false] {
            for route in &schedule.routes {
                let sound = |&(north, east): &(f64, f64)| Position::new(north, east).map(rounded);
                let Some(mut points) = route.points.iter().map(sound).collect::<Option<Vec<_>>>() else {
                    continue;
                };
                if points.len() < 2 {
                    continue;
                }
                let mut ends = (route.from.as_str(), route.to.as_str());
                if is_back {
                    points.reverse();
                    ends = (ends.1, ends.0);
                }
                ways.insert(ends, points);
            }
        }
        Atlas { places: positions(schedule), ways, step: step(schedule) }
    }

    fn part(&self, activity: &'s Activity) -> Option<Part<'s>> {
        let from = activity.site.as_deref()?;
        let start = *self.places.get(from)?;
        if activity.end < activity.start {
            return None;
        }
        if activity.kind != Kind::Sail {
            return Some(Part::Stay(Stay { activity, at: start }));
        }
        let to = activity.to_site.as_deref()?;
        let straight = || Some(vec![start, *self.places.get(to)?]);
        let points = self.ways.get(&(from, to)).cloned().or_else(straight)?;
        Some(Part::Leg(leg(activity, &points, self.step)))
    }
}

/// The time between two places of a leg: an hour, or more where a schedule has very many hours under way.
fn step(schedule: &Schedule) -> TimeDelta {
    const MOST: i64 = 20_000;
    let sails = schedule.activities.iter().filter(|activity| activity.kind == Kind::Sail);
    let hours: i64 =
        sails.map(|sail| (sail.end - sail.start).num_hours().max(0)).fold(0, i64::saturating_add);
    TimeDelta::hours(hours / MOST + 1)
}

fn leg<'s>(sail: &'s Activity, points: &[Position], step: TimeDelta) -> Leg<'s> {
    let lengths: Vec<f64> = points.windows(2).map(distance).map(|length| length.metres()).collect();
    let whole: f64 = lengths.iter().sum();
    let seconds = (sail.end - sail.start).num_seconds();
    // A leg without length is sailed in even parts, so that its times still rise.
    let share =
        |metres: f64, at: usize| if whole > 0.0 { metres / whole } else { at as f64 / lengths.len() as f64 };
    let time = |share: f64| sail.start + TimeDelta::seconds((share * seconds as f64).round() as i64);
    let mut waypoints = vec![Fix { at: points[0], time: sail.start }];
    let mut dense = waypoints.clone();
    let mut sailed = 0.0;
    for (at, ends) in points.windows(2).enumerate() {
        let begin = waypoints[at].time;
        sailed += lengths[at];
        let is_last = at + 2 == points.len();
        let end = if is_last { sail.end } else { time(share(sailed, at + 1)) };
        let long = (end - begin).num_seconds();
        let mut past = step.num_seconds();
        while past < long {
            let place = between(ends[0], ends[1], past as f64 / long as f64);
            dense.push(Fix { at: rounded(place), time: begin + TimeDelta::seconds(past) });
            past += step.num_seconds();
        }
        waypoints.push(Fix { at: ends[1], time: end });
        dense.push(Fix { at: ends[1], time: end });
    }
    let nm = whole / 1852.0;
    let hours = seconds as f64 / 3600.0;
    Leg { sail, waypoints, dense, nm, knots: if hours > 0.0 { nm / hours } else { 0.0 } }
}

/// A place to a millionth of a degree (a tenth of a metre), its longitude at least -180 and less than 180.
fn rounded(place: Position) -> Position {
    // Adding zero turns a negative zero into a plain one.
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6 + 0.0;
    let longitude = round(place.longitude);
    Position {
        latitude: round(place.latitude),
        longitude: if longitude >= 180.0 { longitude - 360.0 } else { longitude },
    }
}

/// Fixes cut where they cross the 180th meridian, so that no line of a map runs around the world; each piece reaches the meridian.
pub fn split(fixes: &[Fix]) -> Vec<Vec<Fix>> {
    let mut pieces = vec![Vec::new()];
    for (at, &fix) in fixes.iter().enumerate() {
        if let Some(before) = at.checked_sub(1).map(|before| fixes[before]) {
            let jump = fix.at.longitude - before.at.longitude;
            if jump.abs() > 180.0 {
                let (edge, whole) = if jump < 0.0 { (180.0, jump + 360.0) } else { (-180.0, jump - 360.0) };
                let share = if whole == 0.0 { 0.0 } else { (edge - before.at.longitude) / whole };
                let north = before.at.latitude + (fix.at.latitude - before.at.latitude) * share;
                let seconds = ((fix.time - before.time).num_seconds() as f64 * share).round() as i64;
                let time = before.time + TimeDelta::seconds(seconds);
                let on = |longitude| Fix {
                    at: Position { latitude: (north * 1e6).round() / 1e6, longitude },
                    time,
                };
                // A track that begins on the meridian has no piece before it.
                if share > 0.0 {
                    pieces.last_mut().into_iter().for_each(|piece| piece.push(on(edge)));
                }
                pieces.push(vec![on(-edge)]);
            }
        }
        pieces.last_mut().into_iter().for_each(|piece| piece.push(fix));
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// A time as files for maps hold it: `2026-01-12T00:00:00Z`.
pub fn utc(time: Time) -> String {
    time.to_utc().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Why a schedule is not for maps.
pub fn refusal(schedule: &Schedule) -> Option<String> {
    let places = positions(schedule);
    let is_placed = |activity: &&Activity| {
        activity.vessel.is_some() && activity.site.as_deref().is_some_and(|site| places.contains_key(site))
    };
    if schedule.vessel_names().is_empty() {
        let why = "the schedule has no vessel, and a map holds nothing but where vessels are";
        return Some(format!("{why}; take another format"));
    }
    if !schedule.activities.iter().any(|activity| is_placed(&activity)) {
        let why = "no vessel is ever at a site whose position is known";
        return Some(format!(
            "{why}; give the sites of the plan a position, such as position = [35.02, 138.51]"
        ));
    }
    let times = schedule.activities.iter().flat_map(|activity| [activity.start, activity.end]);
    let strange = times.map(|time| time.to_utc()).find(|time| !(1..=9999).contains(&time.year()))?;
    Some(format!(
        "a time in the year {} cannot be told in this format; mend the schedule's dates",
        strange.year()
    ))
}

/// What is left out of a map, and why.
pub fn notes(schedule: &Schedule) -> Vec<String> {
    let places = positions(schedule);
    let sited = schedule.activities.iter().filter(|activity| activity.vessel.is_some());
    let missing: BTreeSet<&str> = sited
        .flat_map(|activity| [activity.site.as_deref(), activity.to_site.as_deref()])
        .flatten()
        .filter(|site| !places.contains_key(site))
        .collect();
    let note = |site| {
        format!(
            "site {} has no position: what happens there, and the ways to it, are left out of the map",
            clean(site)
        )
    };
    missing.into_iter().map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(latitude: f64, longitude: f64, hour: i64) -> Fix {
        let time = chrono::DateTime::UNIX_EPOCH.fixed_offset() + TimeDelta::hours(hour);
        Fix { at: Position { latitude, longitude }, time }
    }

    #[test]
    fn a_track_is_cut_at_the_180th_meridian() {
        let pieces = split(&[fix(10.0, 178.0, 0), fix(14.0, -178.0, 4), fix(15.0, -177.0, 5)]);
        assert_eq!(pieces[0], [fix(10.0, 178.0, 0), fix(12.0, 180.0, 2)]);
        assert_eq!(pieces[1], [fix(12.0, -180.0, 2), fix(14.0, -178.0, 4), fix(15.0, -177.0, 5)]);
        let back = split(&[fix(14.0, -178.0, 0), fix(10.0, 178.0, 4)]);
        assert_eq!(
            back,
            [[fix(14.0, -178.0, 0), fix(12.0, -180.0, 2)], [fix(12.0, 180.0, 2), fix(10.0, 178.0, 4)]]
        );
        assert_eq!(
            split(&[fix(1.0, -180.0, 0), fix(2.0, 179.0, 1)]),
            [[fix(1.0, 180.0, 0), fix(2.0, 179.0, 1)]]
        );
    }

    #[test]
    fn a_leg_goes_through_its_waypoints_at_even_speed_and_back_again() {
        let text = include_str!("../../tests/golden/export/schedule.json");
        let mut schedule: Schedule = serde_json::from_str(text).expect("a schedule");
        let points = vec![(35.02, 138.51), (30.0, 140.0), (23.33, 155.02)];
        schedule.routes.push(crate::schedule::RouteStamp {
            from: "shimizu".to_owned(),
            to: "trial-site".to_owned(),
            points,
            nm: 0.0,
        });
        let voyages = voyages(&schedule);
        let legs: Vec<&Leg> = voyages[0].legs().collect();
        let (out, home) = (legs[0], legs[1]);
        assert_eq!(out.waypoints[1].at, home.waypoints[1].at);
        assert_eq!((out.waypoints[0].time, out.waypoints[2].time), (out.sail.start, out.sail.end));
        let leg = |leg: &Leg, from: usize| {
            let hours = (leg.waypoints[from + 1].time - leg.waypoints[from].time).as_seconds_f64() / 3600.0;
            distance(&[leg.waypoints[from].at, leg.waypoints[from + 1].at]).metres() / 1852.0 / hours
        };
        for speed in [leg(out, 0), leg(out, 1), leg(home, 0), leg(home, 1)] {
            assert!((speed - out.knots).abs() < 0.01, "{speed} is not {}", out.knots);
        }
        assert!(out.dense.windows(2).all(|pair| pair[0].time < pair[1].time));
        assert!(out.dense.len() > 100);
    }
}
