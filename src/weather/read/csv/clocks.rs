//! What is said of times that no clock shows, or that clocks show twice.

use super::cells::parse_local;
use crate::diag::Diagnostic;
use crate::time::Zone;
use chrono::DateTime;

/// A cell that is no time, or one that clocks of its zone skip.
pub fn no_time(cell: &[u8], zone: Zone) -> Diagnostic {
    let shown = String::from_utf8_lossy(cell);
    let is_skipped = parse_local(cell).is_some_and(|local| zone.readings(local).is_empty());
    let (message, help) = match is_skipped {
        true => (
            format!("{shown:?} is no time: clocks in {} skip it", zone.name()),
            "if the times are in UTC, write zone = \"UTC\" in [[weather]]; else write them with their offset",
        ),
        false => (format!("{shown:?} is no time"), "write times as 2026-01-12T09:00:00Z or 2026-01-12 09:00"),
    };
    Diagnostic::error("weather-bad-time", message).help(help)
}

/// A fault in the order of times, with both readings of a time without a zone that clocks show twice.
pub fn told(fault: Box<Diagnostic>, zone: Zone, local: Option<&[u8]>) -> Box<Diagnostic> {
    let readings = local.and_then(parse_local).map_or_else(Vec::new, |local| zone.readings(local));
    let [first, second] = readings.as_slice() else { return fault };
    if !["weather-duplicate-time", "weather-unsorted"].contains(&fault.slug) {
        return fault;
    }
    let message =
        format!("{}, and clocks in {} show it twice, as they are set back", fault.message, zone.name());
    let [first, second] = [first, second].map(DateTime::to_rfc3339);
    let help = format!("write its first time as {first}, its second as {second}, in this order");
    Box::new(Diagnostic { message, ..*fault }.help(help))
}
