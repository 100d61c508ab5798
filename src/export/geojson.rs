//! Places and tracks for maps and geographic information systems (RFC 7946).
//!
//! In: a schedule. Out: a collection of features: a point for each site and each stay, a line for each leg, cut at the 180th meridian.
//! Longitude comes before latitude, in degrees on WGS-84. `start` and `end` are what a time slider reads; `coordTimes` has a time for
//! every point of a line.

use super::Format;
use super::tracks::{self, CAUTION, Fix, Leg, Part, Stay, utc};
use super::wording::{clean, title};
use crate::geo::Position;
use crate::schedule::{Activity, Schedule};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The format `geojson`.
pub struct GeoJson;

impl Format for GeoJson {
    fn name(&self) -> &'static str {
        "geojson"
    }

    fn extension(&self) -> &'static str {
        "geojson"
    }

    fn about(&self) -> &'static str {
        "sites, stays and legs with times, for maps"
    }

    fn refuses(&self, schedule: &Schedule) -> Option<String> {
        tracks::refusal(schedule)
    }

    fn notes(&self, schedule: &Schedule, _choices: &super::Choices) -> Vec<String> {
        tracks::notes(schedule)
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        let mut features: Vec<Value> = Vec::new();
        let places = tracks::positions(schedule);
        for site in &schedule.sites {
            if let Some(&at) = places.get(site.id.as_str()) {
                let properties =
                    json!({ "what": "site", "name": clean(&site.id), "kind": clean(&site.kind) });
                features.push(feature(None, point(at), properties));
            }
        }
        for voyage in tracks::voyages(schedule) {
            features.extend(voyage.parts.iter().map(|part| match part {
                Part::Leg(leg) => of_leg(leg),
                Part::Stay(stay) => of_stay(stay),
            }));
        }
        let heads =
            json!({ "type": "FeatureCollection", "name": clean(&schedule.plan.name), "caution": CAUTION });
        let heads = heads.to_string();
        // One feature a line: the whole stays readable, and a change of one feature is a change of one line.
        writeln!(out, "{},\"features\":[", heads.trim_end_matches('}'))?;
        for (at, feature) in features.iter().enumerate() {
            let end = if at + 1 < features.len() { "," } else { "" };
            writeln!(out, "{feature}{end}")?;
        }
        writeln!(out, "]}}")
    }
}

fn feature(id: Option<&str>, geometry: Value, properties: Value) -> Value {
    let mut feature = Map::new();
    feature.insert("type".to_owned(), "Feature".into());
    if let Some(id) = id {
        feature.insert("id".to_owned(), clean(id).into());
    }
    feature.insert("geometry".to_owned(), geometry);
    feature.insert("properties".to_owned(), properties);
    Value::Object(feature)
}

fn place(at: Position) -> Value {
    json!([at.longitude, at.latitude])
}

fn point(at: Position) -> Value {
    json!({ "type": "Point", "coordinates": place(at) })
}

/// What every activity says of itself.
fn properties(activity: &Activity) -> Map<String, Value> {
    let text = |name: &Option<String>| name.as_deref().map(|name| Value::from(clean(name)));
    let entries = [
        ("what", Some(activity.kind.word().into())),
        ("name", Some(title(activity).into())),
        ("task", text(&activity.task)),
        ("vessel", text(&activity.vessel)),
        ("site", text(&activity.site)),
        ("to_site", text(&activity.to_site)),
        ("gear", text(&activity.gear)),
        ("start", Some(utc(activity.start).into())),
        ("end", Some(utc(activity.end).into())),
        ("waiting_h", Some(json!(activity.waiting_h))),
        ("tonnes", activity.tonnes.map(|tonnes| json!(tonnes))),
        ("commodity", text(&activity.commodity)),
        ("float_h", activity.float_h.map(|hours| json!(hours))),
        ("critical", Some(activity.critical.into())),
    ];
    entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn of_stay(stay: &Stay) -> Value {
    let properties = properties(stay.activity).into();
    feature(Some(&stay.activity.id), point(stay.at), properties)
}

fn of_leg(leg: &Leg) -> Value {
    let mut properties = properties(leg.sail);
    let round = |value: f64| json!((value * 1000.0).round() / 1000.0);
    properties.insert("nm".to_owned(), round(leg.nm));
    properties.insert("speed_kn".to_owned(), round(leg.knots));
    let pieces = tracks::split(&leg.dense);
    let places = |piece: &Vec<Fix>| piece.iter().map(|fix| place(fix.at)).collect::<Value>();
    let times = |piece: &Vec<Fix>| piece.iter().map(|fix| Value::from(utc(fix.time))).collect::<Value>();
    let geometry = match &pieces[..] {
        [one] => {
            properties.insert("coordTimes".to_owned(), times(one));
            json!({ "type": "LineString", "coordinates": places(one) })
        }
        several => {
            properties.insert("coordTimes".to_owned(), several.iter().map(times).collect());
            json!({ "type": "MultiLineString", "coordinates": several.iter().map(places).collect::<Value>() })
        }
    };
    feature(Some(&leg.sail.id), geometry, properties.into())
}
