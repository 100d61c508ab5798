//! Positions and distances on the WGS-84 ellipsoid.
//!
//! In: latitudes and longitudes in degrees. Out: geodesic distances in metres, and whether the sun is up.
//! Not a route planner: a leg goes along the waypoints that the plan gives it.
//! Source: geodesics after Karney (2013), by the crate `geographiclib-rs`; the sun by the crate `solar-positioning` (see [`is_daylight`]).

use crate::units::Length;
use chrono::{DateTime, Utc};
use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
use solar_positioning::time::JulianDate;
use solar_positioning::{Location, SolarPositions};

/// A point on the sea or on land: degrees north and degrees east.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Degrees, north positive, -90 to 90.
    pub latitude: f64,
    /// Degrees, east positive, -180 to 180.
    pub longitude: f64,
}

impl Position {
    /// A position, when both numbers are in their ranges.
    pub fn new(latitude: f64, longitude: f64) -> Option<Position> {
        ((-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude))
            .then_some(Position { latitude, longitude })
    }
}

/// The length of the shortest way along the surface through all `points` in order.
///
/// # Example: Shimizu to the trial site, some 1,111 nautical miles
/// ```
/// use mudline::geo::{Position, distance};
/// let shimizu = Position { latitude: 35.02, longitude: 138.51 };
/// let site = Position { latitude: 23.33, longitude: 155.02 };
/// assert_eq!((distance(&[shimizu, site]).metres() / 1852.0).round(), 1111.0);
/// ```
pub fn distance(points: &[Position]) -> Length {
    let earth = Geodesic::wgs84();
    let metres = points
        .windows(2)
        .map(|leg| {
            let metres: f64 =
                earth.inverse(leg[0].latitude, leg[0].longitude, leg[1].latitude, leg[1].longitude);
            metres
        })
        .sum();
    Length::of_metres(metres)
}

/// The place on the shortest way from `from` to `to` at a part `share` of its length, 0 to 1.
///
/// # Example: half-way along the equator
/// ```
/// use mudline::geo::{Position, between};
/// let (a, b) = (Position { latitude: 0.0, longitude: 170.0 }, Position { latitude: 0.0, longitude: -170.0 });
/// assert_eq!(between(a, b, 0.25).longitude.round(), 175.0);
/// ```
pub fn between(from: Position, to: Position, share: f64) -> Position {
    let earth = Geodesic::wgs84();
    let (metres, azimuth, _, _): (f64, f64, f64, f64) =
        earth.inverse(from.latitude, from.longitude, to.latitude, to.longitude);
    let (latitude, longitude): (f64, f64) =
        earth.direct(from.latitude, from.longitude, azimuth, metres * share);
    Position { latitude, longitude }
}

/// Whether the upper rim of the sun is above a level horizon at `place` and `time`.
///
/// The sun's centre may be 0.833 degrees below level, which allows for refraction and for the sun's radius. Outside the years
/// 2010 to 2110 the sun's position is less exact, and still good to a minute.
///
/// # Source
/// The algorithm "Grena 3" (Grena 2012, Solar Energy 86:1323-1337), by the crate `solar-positioning`.
pub fn is_daylight(place: Position, time: DateTime<Utc>) -> bool {
    const HORIZON_DEGREES: f64 = -0.833;
    const DELTA_T_SECONDS: f64 = 69.0;
    let location = Location { latitude: place.latitude, longitude: place.longitude };
    JulianDate::from_datetime(&time, DELTA_T_SECONDS)
        .and_then(|date| SolarPositions::grena3().at_from_julian(date, location, 0.0, None))
        .is_ok_and(|sun| sun.elevation_angle() > HORIZON_DEGREES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn the_sun_rises_over_shimizu_shortly_before_seven_in_january() {
        let shimizu = Position { latitude: 35.02, longitude: 138.51 };
        assert!(!is_daylight(shimizu, at("2026-01-12T06:48:00+09:00")));
        assert!(is_daylight(shimizu, at("2026-01-12T06:58:00+09:00")));
        assert!(is_daylight(shimizu, at("2026-01-12T16:50:00+09:00")));
        assert!(!is_daylight(shimizu, at("2026-01-12T17:05:00+09:00")));
    }

    #[test]
    fn waypoints_lengthen_a_leg() {
        let a = Position { latitude: 0.0, longitude: 0.0 };
        let b = Position { latitude: 0.0, longitude: 2.0 };
        let via = Position { latitude: 1.0, longitude: 1.0 };
        assert!(distance(&[a, via, b]).metres() > 1.4 * distance(&[a, b]).metres());
    }
}
