//! A scene in motion for web globes (CZML, as CesiumJS reads it).
//!
//! In: a schedule. Out: a document with its clock, a packet a site, and a packet a vessel: where it is at each time, its label, its path.
//! Times are seconds after the `epoch` of each packet, so that a long voyage stays small.

use super::Format;
use super::tracks::{self, CAUTION, Fix, Part, Voyage, utc};
use super::wording::clean;
use crate::geo::Position;
use crate::schedule::Schedule;
use serde_json::{Value, json};
use std::io::{self, Write};

/// The format `czml`.
pub struct Czml;

/// The colours of vessels, red, green, blue and opacity; they are taken in turn.
const COLOURS: [[u8; 4]; 6] = [
    [230, 159, 0, 255],
    [86, 180, 233, 255],
    [0, 158, 115, 255],
    [240, 228, 66, 255],
    [213, 94, 0, 255],
    [204, 121, 167, 255],
];

impl Format for Czml {
    fn name(&self) -> &'static str {
        "czml"
    }

    fn extension(&self) -> &'static str {
        "czml"
    }

    fn about(&self) -> &'static str {
        "vessels in motion, for web globes"
    }

    fn refuses(&self, schedule: &Schedule) -> Option<String> {
        tracks::refusal(schedule)
    }

    fn notes(&self, schedule: &Schedule, _choices: &super::Choices) -> Vec<String> {
        tracks::notes(schedule)
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        let voyages = tracks::voyages(schedule);
        let fixes: Vec<Vec<Fix>> = voyages.iter().map(fixes).collect();
        let all = || fixes.iter().flatten().map(|fix| fix.time);
        let start = all().min().unwrap_or(schedule.horizon.start);
        let end = all().max().unwrap_or(schedule.horizon.end);
        let interval = format!("{}/{}", utc(start), utc(end));
        let mut packets = vec![json!({
            "id": "document",
            "name": clean(&schedule.plan.name),
            "description": CAUTION,
            "version": "1.0",
            // A day passes in half a minute.
            "clock": { "interval": interval, "currentTime": utc(start), "multiplier": 2880, "range": "LOOP_STOP", "step": "SYSTEM_CLOCK_MULTIPLIER" },
        })];
        for (site, at) in tracks::positions(schedule) {
            packets.push(json!({
                "id": format!("site {}", clean(site)),
                "name": clean(site),
                "position": { "cartographicDegrees": [at.longitude, at.latitude, 0] },
                "point": { "color": { "rgba": [255, 255, 255, 255] }, "pixelSize": 7 },
                "label": label(site),
            }));
        }
        for (at, (voyage, fixes)) in voyages.iter().zip(&fixes).enumerate() {
            packets.push(of_vessel(voyage.vessel, fixes, COLOURS[at % COLOURS.len()]));
        }
        writeln!(out, "[")?;
        for (at, packet) in packets.iter().enumerate() {
            writeln!(out, "{packet}{}", if at + 1 < packets.len() { "," } else { "" })?;
        }
        writeln!(out, "]")
    }
}

fn label(name: &str) -> Value {
    json!({ "text": clean(name), "font": "14px sans-serif", "horizontalOrigin": "LEFT", "pixelOffset": { "cartesian2": [10, 0] } })
}

/// The places of a vessel with strictly rising times.
fn fixes(voyage: &Voyage) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    let mut add = |at: Position, time| {
        if fixes.last().is_none_or(|last| last.time < time) {
            fixes.push(Fix { at, time });
        }
    };
    for part in &voyage.parts {
        match part {
            Part::Leg(leg) => leg.dense.iter().for_each(|fix| add(fix.at, fix.time)),
            Part::Stay(stay) => {
                add(stay.at, stay.activity.start);
                add(stay.at, stay.activity.end);
            }
        }
    }
    fixes
}

fn of_vessel(vessel: &str, fixes: &[Fix], colour: [u8; 4]) -> Value {
    let epoch = fixes.first().map(|fix| fix.time).unwrap_or_default();
    let end = fixes.last().map(|fix| fix.time).unwrap_or_default();
    let degrees: Vec<Value> = fixes
        .iter()
        .flat_map(|fix| {
            let seconds = (fix.time - epoch).num_seconds();
            [json!(seconds), json!(fix.at.longitude), json!(fix.at.latitude), json!(0)]
        })
        .collect();
    json!({
        "id": format!("vessel {}", clean(vessel)),
        "name": clean(vessel),
        "availability": format!("{}/{}", utc(epoch), utc(end)),
        "position": {
            "epoch": utc(epoch),
            "interpolationAlgorithm": "LINEAR",
            "interpolationDegree": 1,
            "cartographicDegrees": degrees,
        },
        "point": { "color": { "rgba": colour }, "pixelSize": 11 },
        "label": label(vessel),
        "path": { "material": { "solidColor": { "color": { "rgba": colour } } }, "width": 2, "resolution": 3600 },
    })
}
