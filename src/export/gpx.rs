//! Routes and tracks for plotters and navigation programs (GPX 1.1).
//!
//! In: a schedule. Out: a waypoint a site; a route a leg, with the time and the planned speed of every waypoint (the speed as OpenCPN
//! reads it); a track a vessel, dense and with times, cut at the 180th meridian.
//! Not for navigation, and the file says so.

use super::Format;
use super::tracks::{self, CAUTION, Fix, Leg, Voyage, utc};
use super::wording::{clean, title, xml};
use crate::schedule::Schedule;
use std::io::{self, Write};

/// The format `gpx`.
pub struct Gpx;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"mudline\" \
     xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:opencpn=\"http://www.opencpn.org\">\n";

impl Format for Gpx {
    fn name(&self) -> &'static str {
        "gpx"
    }

    fn extension(&self) -> &'static str {
        "gpx"
    }

    fn about(&self) -> &'static str {
        "routes and tracks with times, for plotters"
    }

    fn refuses(&self, schedule: &Schedule) -> Option<String> {
        tracks::refusal(schedule)
    }

    fn notes(&self, schedule: &Schedule, _choices: &super::Choices) -> Vec<String> {
        tracks::notes(schedule)
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        let voyages = tracks::voyages(schedule);
        out.write_all(HEAD.as_bytes())?;
        writeln!(out, "<metadata><name>{}</name><desc>{CAUTION}</desc>", text(&schedule.plan.name))?;
        writeln!(out, "<time>{}</time></metadata>", utc(schedule.plan.issued))?;
        for (site, at) in tracks::positions(schedule) {
            let (north, east, name) = (at.latitude, at.longitude, text(site));
            writeln!(out, "<wpt lat=\"{north}\" lon=\"{east}\"><name>{name}</name></wpt>")?;
        }
        for voyage in &voyages {
            for leg in voyage.legs() {
                write_route(voyage, leg, out)?;
            }
        }
        for voyage in voyages.iter().filter(|voyage| voyage.legs().next().is_some()) {
            writeln!(out, "<trk><name>{}</name><desc>{CAUTION}</desc>", text(voyage.vessel))?;
            for piece in voyage.legs().flat_map(|leg| tracks::split(&leg.dense)) {
                writeln!(out, "<trkseg>")?;
                for fix in piece {
                    write_point("trkpt", fix, "", out)?;
                }
                writeln!(out, "</trkseg>")?;
            }
            writeln!(out, "</trk>")?;
        }
        writeln!(out, "</gpx>")
    }
}

fn write_route(voyage: &Voyage, leg: &Leg, out: &mut dyn Write) -> io::Result<()> {
    let name = xml(&format!("{}: {}", clean(voyage.vessel), title(leg.sail)));
    let from = leg.sail.site.as_deref().unwrap_or_default();
    let to = leg.sail.to_site.as_deref().unwrap_or_default();
    writeln!(out, "<rte><name>{name}</name><desc>{CAUTION}. {:.1} NM at {:.2} kn</desc>", leg.nm, leg.knots)?;
    let (speed, departure) = (leg.knots, utc(leg.sail.start));
    writeln!(
        out,
        "<extensions><opencpn:planned_speed>{speed:.2}</opencpn:planned_speed>\
         <opencpn:planned_departure>{departure}</opencpn:planned_departure></extensions>"
    )?;
    let last = leg.waypoints.len() - 1;
    for (at, &fix) in leg.waypoints.iter().enumerate() {
        let name = match at {
            0 => text(from),
            at if at == last => text(to),
            at => at.to_string(),
        };
        let speed = format!("<opencpn:planned_speed>{speed:.2}</opencpn:planned_speed>");
        // The speed of a point is that of the leg that leads to it.
        let extensions = if at == 0 { String::new() } else { format!("<extensions>{speed}</extensions>") };
        write_point("rtept", fix, &format!("<name>{name}</name>{extensions}"), out)?;
    }
    writeln!(out, "</rte>")
}

fn write_point(tag: &str, fix: Fix, inner: &str, out: &mut dyn Write) -> io::Result<()> {
    let (north, east, time) = (fix.at.latitude, fix.at.longitude, utc(fix.time));
    writeln!(out, "<{tag} lat=\"{north}\" lon=\"{east}\"><time>{time}</time>{inner}</{tag}>")
}

/// A name as XML can hold it.
fn text(name: &str) -> String {
    xml(&clean(name))
}
