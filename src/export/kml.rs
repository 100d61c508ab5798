//! Places and tracks for globes (KML 2.2).
//!
//! In: a schedule. Out: a folder of sites, and for each vessel a folder with its stays and legs, each with its span of time, and one
//! track that moves with the time slider; cut at the 180th meridian.

use super::Format;
use super::tracks::{self, CAUTION, Fix, Part, Voyage, utc};
use super::wording::{clean, title, tonnes, xml};
use crate::geo::Position;
use crate::schedule::{Activity, Kind, Schedule};
use std::io::{self, Write};

/// The format `kml`.
pub struct Kml;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\" \
     xmlns:gx=\"http://www.google.com/kml/ext/2.2\">\n<Document>\n";

/// Lines and points by kind; colours are blue, green, red, after the opacity.
const STYLES: &str = "<Style id=\"leg\"><LineStyle><color>ffa0621f</color><width>3</width></LineStyle></Style>\n\
     <Style id=\"track\"><LineStyle><color>80a0621f</color><width>1</width></LineStyle></Style>\n\
     <Style id=\"stay\"><IconStyle><color>ff2b9ad0</color><scale>0.8</scale></IconStyle></Style>\n\
     <Style id=\"site\"><IconStyle><scale>1.1</scale></IconStyle></Style>\n";

impl Format for Kml {
    fn name(&self) -> &'static str {
        "kml"
    }

    fn extension(&self) -> &'static str {
        "kml"
    }

    fn about(&self) -> &'static str {
        "stays and legs with times, for globes"
    }

    fn refuses(&self, schedule: &Schedule) -> Option<String> {
        tracks::refusal(schedule)
    }

    fn notes(&self, schedule: &Schedule, _choices: &super::Choices) -> Vec<String> {
        tracks::notes(schedule)
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(HEAD.as_bytes())?;
        writeln!(out, "<name>{}</name><description>{CAUTION}</description>", text(&schedule.plan.name))?;
        writeln!(out, "{STYLES}<Folder><name>sites</name>")?;
        for (site, at) in tracks::positions(schedule) {
            let point = point(at);
            writeln!(
                out,
                "<Placemark><name>{}</name><styleUrl>#site</styleUrl>{point}</Placemark>",
                text(site)
            )?;
        }
        writeln!(out, "</Folder>")?;
        for voyage in tracks::voyages(schedule) {
            write_voyage(&voyage, out)?;
        }
        writeln!(out, "</Document>\n</kml>")
    }
}

fn write_voyage(voyage: &Voyage, out: &mut dyn Write) -> io::Result<()> {
    let name = text(voyage.vessel);
    writeln!(out, "<Folder><name>{name}</name>")?;
    for part in &voyage.parts {
        match part {
            // The track shows that it lies there; a mark for it would hide the marks of work.
            Part::Stay(stay) if matches!(stay.activity.kind, Kind::Wait | Kind::Idle) => {}
            Part::Stay(stay) => write_mark(stay.activity, "stay", &point(stay.at), out)?,
            Part::Leg(leg) => {
                let lines: String = tracks::split(&leg.dense).iter().map(|piece| line(piece)).collect();
                write_mark(leg.sail, "leg", &format!("<MultiGeometry>{lines}</MultiGeometry>"), out)?;
            }
        }
    }
    let fixes: Vec<Fix> = voyage.parts.iter().flat_map(fixes).collect();
    writeln!(out, "<Placemark><name>{name}</name><styleUrl>#track</styleUrl><gx:MultiTrack>")?;
    writeln!(out, "<gx:interpolate>0</gx:interpolate>")?;
    for piece in tracks::split(&fixes) {
        writeln!(out, "<gx:Track>")?;
        for fix in &piece {
            writeln!(out, "<when>{}</when>", utc(fix.time))?;
        }
        for fix in &piece {
            writeln!(out, "<gx:coord>{} {} 0</gx:coord>", fix.at.longitude, fix.at.latitude)?;
        }
        writeln!(out, "</gx:Track>")?;
    }
    writeln!(out, "</gx:MultiTrack></Placemark>\n</Folder>")
}

/// The places of a part with their times.
fn fixes(part: &Part) -> Vec<Fix> {
    match part {
        Part::Leg(leg) => leg.dense.clone(),
        Part::Stay(stay) => {
            [stay.activity.start, stay.activity.end].map(|time| Fix { at: stay.at, time }).to_vec()
        }
    }
}

fn write_mark(activity: &Activity, style: &str, geometry: &str, out: &mut dyn Write) -> io::Result<()> {
    let (begin, end) = (utc(activity.start), utc(activity.end));
    let amount = activity.tonnes.map(|amount| format!("<description>{} t</description>", tonnes(amount)));
    writeln!(
        out,
        "<Placemark><name>{}</name>{}<TimeSpan><begin>{begin}</begin><end>{end}</end></TimeSpan><styleUrl>#{style}</styleUrl>{geometry}</Placemark>",
        text(&title(activity)),
        amount.unwrap_or_default()
    )
}

fn point(at: Position) -> String {
    format!("<Point><coordinates>{},{}</coordinates></Point>", at.longitude, at.latitude)
}

fn line(piece: &[Fix]) -> String {
    let places: Vec<String> =
        piece.iter().map(|fix| format!("{},{}", fix.at.longitude, fix.at.latitude)).collect();
    format!(
        "<LineString><tessellate>1</tessellate><coordinates>{}</coordinates></LineString>",
        places.join(" ")
    )
}

/// A name as XML can hold it.
fn text(name: &str) -> String {
    xml(&clean(name))
}
