//! The voyage of one vessel as a route for bridge systems (RTZ 1.0, 1.1 or 1.2 of IEC 61174).
//!
//! In: a schedule and a vessel. Out: the waypoints of all its legs one after the other, and a schedule with the arrival and departure
//! at each. Legs are great circles (`Orthodrome`); distances on them are geodesic.
//! Not for navigation: it is a plan of times, without any check against a chart, and its status says so. A file is to have the name
//! of its route.

use super::tracks::{self, CAUTION, Fix, Voyage, utc};
use super::wording::{clean, xml};
use super::{Choices, Format, RtzVersion};
use crate::schedule::Schedule;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The format `rtz`.
pub struct Rtz;

/// A larger file is refused by some receivers.
const MOST_BYTES: usize = 400_000;

impl Format for Rtz {
    fn name(&self) -> &'static str {
        "rtz"
    }

    fn extension(&self) -> &'static str {
        "rtz"
    }

    fn about(&self) -> &'static str {
        "the voyage of one vessel for a bridge (--vessel)"
    }

    fn takes(&self) -> &'static [&'static str] {
        &["vessel", "rtz-version"]
    }

    fn files(&self, schedule: &Schedule) -> Vec<(String, Choices)> {
        let mut stems = BTreeSet::new();
        let file = |vessel: &str| {
            let stem = stem(vessel);
            // Two names may differ only in what a file cannot be called.
            let tried = (1..).map(|at| if at == 1 { stem.clone() } else { format!("{stem}-{at}") });
            let stem = tried.into_iter().find(|stem| stems.insert(stem.clone())).unwrap_or(stem);
            (stem, Choices { vessel: Some(vessel.to_owned()), ..Choices::default() })
        };
        sailing(schedule).iter().map(|voyage| voyage.vessel).map(file).collect()
    }

    fn refuses(&self, schedule: &Schedule) -> Option<String> {
        let none =
            || "no vessel sails between sites whose positions are known, so there is no route".to_owned();
        tracks::refusal(schedule).or_else(|| sailing(schedule).is_empty().then(none))
    }

    fn notes(&self, schedule: &Schedule, choices: &Choices) -> Vec<String> {
        let mut notes = tracks::notes(schedule);
        let mut bytes = Vec::new();
        if self.write_as(schedule, choices, &mut bytes).is_ok() && bytes.len() > MOST_BYTES {
            let kilobytes = bytes.len() / 1000;
            notes.push(format!("the route has {kilobytes} kB, and some receivers take no more than 400 kB"));
        }
        notes
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        self.write_as(schedule, &Choices::default(), out)
    }

    /// Writes the voyage of the chosen vessel, or of the first that sails.
    fn write_as(&self, schedule: &Schedule, choices: &Choices, out: &mut dyn Write) -> io::Result<()> {
        let voyages = sailing(schedule);
        let is_chosen =
            |voyage: &&Voyage| choices.vessel.as_deref().is_none_or(|vessel| vessel == voyage.vessel);
        let Some(voyage) = voyages.iter().find(is_chosen) else {
            // Where nobody sails there is no route; `refuses` says so before.
            return Ok(());
        };
        let name =
            self.files(schedule).into_iter().find(|file| file.1.vessel.as_deref() == Some(voyage.vessel));
        let name = name.map_or_else(|| stem(voyage.vessel), |file| file.0);
        Writer { version: choices.rtz_version, out }.route(&name, voyage, &points(voyage))
    }
}

/// The voyages with a leg on them.
fn sailing(schedule: &Schedule) -> Vec<Voyage<'_>> {
    tracks::voyages(schedule).into_iter().filter(|voyage| voyage.legs().next().is_some()).collect()
}

/// The name of a vessel as a file can have it.
fn stem(vessel: &str) -> String {
    const LONGEST: usize = 60;
    let allowed = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let stem: String = vessel.chars().take(LONGEST).map(allowed).collect();
    if stem.trim_matches('-').is_empty() { "vessel".to_owned() } else { stem }
}

/// A waypoint of a route.
struct Point {
    fix: Fix,
    name: String,
    /// When the vessel arrives; none at the first.
    arrives: Option<String>,
    /// When it leaves; none at the last, and at those that it only passes.
    leaves: Option<String>,
    /// The speed on the leg to it in knots.
    knots: f64,
}

/// The waypoints of all legs; where one leg ends and the next begins in the same place they share one.
fn points(voyage: &Voyage) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for leg in voyage.legs() {
        let site = |name: &Option<String>| clean(name.as_deref().unwrap_or_default());
        let last = leg.waypoints.len() - 1;
        for (at, &fix) in leg.waypoints.iter().enumerate() {
            let time = Some(utc(fix.time));
            if at == 0 {
                match points.last_mut().filter(|before| before.fix.at == fix.at) {
                    Some(before) => before.leaves = time,
                    None => {
                        let arrives = None;
                        points.push(Point {
                            fix,
                            name: site(&leg.sail.site),
                            arrives,
                            leaves: time,
                            knots: 0.0,
                        });
                    }
                }
                continue;
            }
            let name = if at == last { site(&leg.sail.to_site) } else { String::new() };
            points.push(Point { fix, name, arrives: time, leaves: None, knots: leg.knots });
        }
    }
    points
}

/// What writes a route in one version of the format.
struct Writer<'w> {
    version: RtzVersion,
    out: &'w mut dyn Write,
}

impl Writer<'_> {
    fn route(&mut self, name: &str, voyage: &Voyage, points: &[Point]) -> io::Result<()> {
        let vessel = xml(&clean(voyage.vessel));
        let first = points.first().and_then(|point| point.leaves.clone()).unwrap_or_default();
        let last = points.last().and_then(|point| point.arrives.clone()).unwrap_or_default();
        let (version, space) = self.version.names();
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(self.out, "<!-- {CAUTION} -->")?;
        writeln!(self.out, "<route xmlns=\"http://www.cirm.org/RTZ/{space}\" version=\"{version}\">")?;
        writeln!(
            self.out,
            "<routeInfo routeName=\"{}\" routeAuthor=\"mudline\" routeStatus=\"{CAUTION}\" validityPeriodStart=\"{first}\" \
             validityPeriodStop=\"{last}\" vesselName=\"{vessel}\"/>",
            xml(name)
        )?;
        self.waypoints(points)?;
        writeln!(self.out, "<schedules>\n<schedule id=\"1\" name=\"{vessel}\">\n<calculated>")?;
        self.times(points)?;
        writeln!(self.out, "</calculated>\n</schedule>\n</schedules>\n</route>")
    }

    fn waypoints(&mut self, points: &[Point]) -> io::Result<()> {
        // From 1.2 on a waypoint must say how often it was changed.
        let revision = if self.version == RtzVersion::V1_2 { " revision=\"0\"" } else { "" };
        writeln!(self.out, "<waypoints>")?;
        for (at, point) in points.iter().enumerate() {
            let name =
                if point.name.is_empty() { String::new() } else { format!(" name=\"{}\"", xml(&point.name)) };
            let (north, east) = (point.fix.at.latitude, point.fix.at.longitude);
            write!(self.out, "<waypoint id=\"{}\"{revision}{name}>", at + 1)?;
            // A leg belongs to the waypoint that it leads to, so the first has none.
            let leg = if at == 0 { "" } else { "<leg geometryType=\"Orthodrome\"/>" };
            writeln!(self.out, "<position lat=\"{north}\" lon=\"{east}\"/>{leg}</waypoint>")?;
        }
        writeln!(self.out, "</waypoints>")
    }

    fn times(&mut self, points: &[Point]) -> io::Result<()> {
        // The schema of 1.0 misspells it, and a reader of 1.0 goes by its schema.
        let element = if self.version == RtzVersion::V1_0 { "sheduleElement" } else { "scheduleElement" };
        for (at, point) in points.iter().enumerate() {
            write!(self.out, "<{element} waypointId=\"{}\"", at + 1)?;
            for (key, time) in [("eta", &point.arrives), ("etd", &point.leaves)] {
                if let Some(time) = time {
                    write!(self.out, " {key}=\"{time}\"")?;
                }
            }
            if point.knots > 0.0 {
                write!(self.out, " speed=\"{:.2}\"", point.knots)?;
            }
            writeln!(self.out, "/>")?;
        }
        Ok(())
    }
}
