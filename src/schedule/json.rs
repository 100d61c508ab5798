//! Reading `schedule.json`.

use super::{Interval, SCHEMA, Schedule, Time};
use crate::error::Error;
use chrono::Datelike;
use std::collections::BTreeSet;
use std::path::Path;

/// Reads a schedule that was written by this version or by hand.
///
/// # Errors
/// When the file cannot be read, is no JSON, is of another schema, or lacks or adds a key; the message names the line.
pub fn read(path: &Path) -> Result<Schedule, Error> {
    let text = std::fs::read(path).map_err(|e| Error::read(path, e))?;
    let malformed = |message: String| Error::Malformed { path: path.to_owned(), message };
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|e| malformed(format!("this is no JSON: {e}")))?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            let help = "was it made by another version of mudline? plan again with this one";
            return Err(malformed(format!(
                "this is of schema {other:?}, and {SCHEMA:?} is what is read here; {help}"
            )));
        }
        None => {
            return Err(malformed(
                "this is no schedule: it has no \"schema\"; name a schedule.json".to_owned(),
            ));
        }
    }
    // Read once more from the text, so that a fault carries its line.
    let schedule: Schedule =
        serde_json::from_slice(&text).map_err(|e| malformed(format!("this schedule is not whole: {e}")))?;
    let outside = times(&schedule).find(|time| !(1..=9999).contains(&time.to_utc().year()));
    match outside {
        Some(time) => Err(malformed(format!("{time} is not within the years 1 to 9999; mend the year"))),
        None => Ok(schedule),
    }
}

/// Reads a schedule that can be drawn: time runs forward in it, and no two activities have one id.
///
/// # Errors
/// As [`read`], and when one of these is not so; the message names the activity.
pub fn read_drawable(path: &Path) -> Result<Schedule, Error> {
    let schedule = read(path)?;
    match fault(&schedule) {
        Some(fault) => {
            let message = format!("{fault}; mend it, or plan again");
            Err(Error::Malformed { path: path.to_owned(), message })
        }
        None => Ok(schedule),
    }
}

/// Every time of a schedule.
fn times(schedule: &Schedule) -> impl Iterator<Item = Time> {
    let both = |&(from, to): &Interval| [from, to];
    let horizon = &schedule.horizon;
    let single = [horizon.start, horizon.end, schedule.plan.issued, schedule.totals.finish].into_iter();
    let activities = schedule.activities.iter();
    single
        .chain(schedule.happened)
        .chain(schedule.weather.iter().flat_map(|weather| [weather.first, weather.last]))
        .chain(activities.flat_map(move |a| [a.start, a.end].into_iter().chain(a.work.iter().flat_map(both))))
        .chain(schedule.windows.iter().flat_map(move |row| row.open.iter().flat_map(both)))
        .chain(schedule.stocks.iter().flat_map(|stock| stock.levels.iter().map(|level| level.0)))
        .chain(schedule.tanks.iter().flat_map(|tank| tank.levels.iter().map(|level| level.0)))
        .chain(schedule.deliveries.iter().map(|delivery| delivery.time))
        .chain(schedule.sea.iter().map(|sea| sea.start))
        .chain(schedule.reserves.iter().flat_map(|reserve| [reserve.by, reserve.least_at]))
        .chain(schedule.reserves.iter().filter_map(|reserve| reserve.reached))
        .chain(schedule.reserves.iter().flat_map(move |reserve| reserve.below.iter().flat_map(both)))
        .chain(schedule.closures.iter().flat_map(|closure| [closure.from, closure.to]))
        .chain(schedule.demands.iter().filter_map(|demand| Some(demand.late.as_ref()?.due)))
}

/// The first thing in a schedule that cannot be drawn.
fn fault(schedule: &Schedule) -> Option<String> {
    let is_reversed = |&(from, to): &Interval| to < from;
    let horizon = &schedule.horizon;
    if is_reversed(&(horizon.start, horizon.end)) {
        return Some("the horizon ends before it begins".to_owned());
    }
    let lengths = schedule.sea.iter().map(|sea| sea.step_h);
    if let Some(length) = lengths.chain([horizon.slot_h]).find(|length| *length <= 0.0) {
        return Some(format!("a slot or a step is {length} h long"));
    }
    let mut ids = BTreeSet::new();
    for activity in &schedule.activities {
        if is_reversed(&(activity.start, activity.end)) || activity.work.iter().any(is_reversed) {
            return Some(format!("activity {:?} ends, or work of it, before it begins", activity.id));
        }
        if !ids.insert(activity.id.as_str()) {
            return Some(format!("two activities have the id {:?}", activity.id));
        }
    }
    let row = schedule.windows.iter().find(|row| row.open.iter().any(is_reversed))?;
    Some(format!("a window of {:?} ends before it begins", row.task))
}
