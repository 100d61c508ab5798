//! A calendar file for phones and office calendars (RFC 5545).
//!
//! In: a schedule. Out: one event for each interval that is worked, so that a pause shows as free time; all times in UTC,
//! which every calendar turns into its own zone. Waiting and idle time are left out.
//! The same schedule gives the same bytes: an event's UID is made from the plan's SHA-256, the activity and the number of
//! the interval, and its stamp is the plan's issue date. The crate escapes and folds.

use super::Format;
use super::wording::{self, clean, tonnes};
use crate::schedule::{Activity, Interval, Schedule};
use icalendar::{Calendar, Component, Event, EventLike};
use std::io::{self, Write};
use uuid::Uuid;

/// The format `ical`.
pub struct Ical;

impl Format for Ical {
    fn name(&self) -> &'static str {
        "ical"
    }

    fn extension(&self) -> &'static str {
        "ics"
    }

    fn about(&self) -> &'static str {
        "events for a calendar, pauses left free"
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        let mut calendar = Calendar::empty();
        calendar.append_property(("VERSION", "2.0"));
        let product = concat!("-//mudline//mudline ", env!("CARGO_PKG_VERSION"), "//EN");
        calendar.append_property(("PRODID", product));
        calendar.append_property(("CALSCALE", "GREGORIAN"));
        calendar.append_property(("X-WR-CALNAME", clean(&schedule.plan.name).as_str()));
        for activity in schedule.activities.iter().filter(|activity| wording::is_done(activity)) {
            let parts = wording::worked(activity);
            for (at, &part) in parts.iter().enumerate() {
                calendar.push(event(schedule, activity, part, (at + 1, parts.len())));
            }
        }
        write!(out, "{calendar}")
    }
}

fn event(schedule: &Schedule, activity: &Activity, (start, end): Interval, part: (usize, usize)) -> Event {
    let mut event = Event::new();
    let name = format!("{}/{}/{}", schedule.plan.sha256, activity.id, part.0);
    event.uid(&Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string());
    event.timestamp(schedule.plan.issued.to_utc());
    event.starts(start.to_utc());
    // An event without length has no end: RFC 5545 asks that the end be later than the start.
    if end > start {
        event.ends(end.to_utc());
    }
    event.summary(&summary(activity, part));
    event.description(&description(schedule, activity, part));
    event.categories([activity.kind.word()]);
    let site = activity.site.as_deref();
    match (site, activity.to_site.as_deref()) {
        (Some(from), Some(to)) => {
            event.location(&format!("{} to {}", clean(from), clean(to)));
        }
        (Some(site), None) => {
            event.location(&clean(site));
            if let Some((north, east)) = position(schedule, site) {
                event.add_property("GEO", format!("{north:.6};{east:.6}"));
            }
        }
        (None, _) => {}
    }
    event.done()
}

fn summary(activity: &Activity, (part, parts): (usize, usize)) -> String {
    let mut summary = wording::title(activity);
    if let Some(vessel) = &activity.vessel {
        summary = format!("{}: {summary}", clean(vessel));
    }
    if parts > 1 {
        summary.push_str(&format!(" ({part}/{parts})"));
    }
    summary
}

fn description(schedule: &Schedule, activity: &Activity, (part, parts): (usize, usize)) -> String {
    let mut lines = Vec::new();
    if parts > 1 {
        lines.push(format!("Part {part} of {parts}; between them it pauses."));
    }
    if let Some(amount) = activity.tonnes {
        let whole = if parts > 1 { " in all parts together" } else { "" };
        lines.push(format!("{} t{}{whole}.", tonnes(amount), wording::of_commodity(activity)));
    }
    if let Some(tanks) = wording::in_tanks(activity) {
        lines.push(format!("Tanks: {tanks}."));
    }
    if let Some(row) = schedule.windows.iter().find(|row| Some(&row.task) == activity.task.as_ref()) {
        lines.push(format!("Limits: {}.", clean(&row.limits)));
    }
    match wording::float(activity) {
        float if float.is_empty() => {}
        float if activity.critical => lines.push(format!("On the {float} path: it has no float.")),
        float => lines.push(format!("Float: {float}.")),
    }
    if schedule.is_synthetic() {
        lines.push(wording::SYNTHETIC.to_owned());
    }
    lines.join("\n")
}

fn position(schedule: &Schedule, site: &str) -> Option<(f64, f64)> {
    let stamp = schedule.sites.iter().find(|stamp| stamp.id == site)?;
    stamp.position.filter(|(north, east)| north.is_finite() && east.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_a_worked_interval_in_utc_with_escapes() {
        let text = include_str!("../../tests/golden/export/schedule.json");
        let mut schedule: Schedule = serde_json::from_str(text).expect("a schedule");
        schedule.plan.name = "a, b; c\nd".to_owned();
        let mut bytes = Vec::new();
        Ical.write(&schedule, &mut bytes).expect("memory takes every byte");
        let written = String::from_utf8(bytes).expect("text");
        assert!(written.contains("\r\nX-WR-CALNAME:a\\, b\\; c d\r\n"), "{written}");
        let worked = schedule.activities.iter().filter(|activity| wording::is_done(activity));
        let parts: usize = worked.map(|activity| activity.work.len()).sum();
        assert_eq!(written.matches("BEGIN:VEVENT").count(), parts);
        assert!(written.lines().filter(|line| line.starts_with("DT")).all(|line| line.ends_with('Z')));
        assert!(!written.contains("waiting\r\n") && !written.contains("idle"));
    }

    #[test]
    fn an_event_without_length_has_no_end() {
        let text = include_str!("../../tests/golden/export/schedule.json");
        let schedule: Schedule = serde_json::from_str(text).expect("a schedule");
        let activity = &schedule.activities[0];
        let event = event(&schedule, activity, (activity.start, activity.start), (1, 1));
        assert!(event.property_value("DTSTART").is_some() && event.property_value("DTEND").is_none());
    }
}
