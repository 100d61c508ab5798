//! The cells of a CSV file: times in their common forms, and numbers with the words that mean "none".
//!
//! In: the bytes of a cell. Out: a moment, or a number; NaN where there is none.

use crate::time::Zone;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// A time, and whether it came without a zone; then it is one of `zone`, and, where clocks show it twice, the one that is after the `last`.
pub fn parse_time(cell: &[u8], zone: Zone, last: Option<DateTime<Utc>>) -> Option<(DateTime<Utc>, bool)> {
    if let Some(local) = parse_plain(cell) {
        return match cell.get(19..).unwrap_or_default() {
            b"" if cell.len() <= 19 => Some((zone.moment_after(local, last)?, true)),
            b"Z" => Some((local.and_utc(), false)),
            _ => parse_other(cell, zone, last),
        };
    }
    parse_other(cell, zone, last)
}

/// A time that came without a zone, as clocks show it.
pub fn parse_local(cell: &[u8]) -> Option<NaiveDateTime> {
    parse_plain(cell).filter(|_| cell.len() <= 19)
}

/// `2026-01-12T09:00`, `2026-01-12 09:00:00`, with or without anything behind it: the common form, read fast.
fn parse_plain(cell: &[u8]) -> Option<NaiveDateTime> {
    let digits = |from: usize, to: usize| {
        cell.get(from..to)?
            .iter()
            .try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
    };
    if cell.get(4) != Some(&b'-') || cell.get(7) != Some(&b'-') || !matches!(cell.get(10), Some(b'T' | b' '))
    {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(digits(0, 4)? as i32, digits(5, 7)?, digits(8, 10)?)?;
    let seconds = match cell.len() {
        16 => 0,
        19.. if cell[16] == b':' => digits(17, 19)?,
        _ => return None,
    };
    (cell[13] == b':').then_some(())?;
    date.and_hms_opt(digits(11, 13)?, digits(14, 16)?, seconds)
}

fn parse_other(cell: &[u8], zone: Zone, last: Option<DateTime<Utc>>) -> Option<(DateTime<Utc>, bool)> {
    let text = std::str::from_utf8(cell).ok()?;
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some((time.to_utc(), false));
    }
    if let Ok(time) = DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%:z") {
        return Some((time.to_utc(), false));
    }
    if let Some(utc) = text.strip_suffix('Z').or_else(|| text.strip_suffix(" UTC")) {
        return Some((parse_plain(utc.trim().as_bytes())?.and_utc(), false));
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some((zone.moment_after(date.and_hms_opt(0, 0, 0)?, last)?, true))
}

/// The number in a cell; NaN where it says that there is none, nothing where it is no number. Where the comma does not separate
/// columns it may stand for the decimal point.
pub fn parse_number(cell: &[u8], separator: u8) -> Option<f64> {
    let text = std::str::from_utf8(cell).ok()?;
    if matches!(text, "" | "NaN" | "nan" | "NA" | "MM" | "--") {
        return Some(f64::NAN);
    }
    let number: f64 = match text.split_once(',') {
        Some((whole, part)) if separator != b',' && !text.contains('.') => {
            format!("{whole}.{part}").parse().ok()?
        }
        _ => text.parse().ok()?,
    };
    number.is_finite().then_some(number)
}
