//! The cells of a CSV file: times in their common forms, and numbers with the words that mean "none".
//!
//! In: the bytes of a cell. Out: a moment, or a value in the channel's base unit; NaN where there is none.

use super::layout::Column;
use crate::time::Zone;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// A time, and whether it came without a zone.
pub fn parse_time(cell: &[u8], zone: Zone) -> Option<(DateTime<Utc>, bool)> {
    if let Some(local) = parse_plain(cell) {
        return match cell.get(19..).unwrap_or_default() {
            b"" if cell.len() <= 19 => Some((zone.moment(local)?, true)),
            b"Z" => Some((local.and_utc(), false)),
            _ => parse_other(cell, zone),
        };
    }
    parse_other(cell, zone)
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

fn parse_other(cell: &[u8], zone: Zone) -> Option<(DateTime<Utc>, bool)> {
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
    Some((zone.moment(date.and_hms_opt(0, 0, 0)?)?, true))
}

/// The value of a cell in the channel's base unit; NaN where it says that there is none.
pub fn parse_value(cell: &[u8], column: &Column) -> Result<f64, (&'static str, String, String)> {
    let text = std::str::from_utf8(cell).unwrap_or("?");
    if matches!(text, "" | "NaN" | "nan" | "NA" | "MM" | "--") {
        return Ok(f64::NAN);
    }
    let name = &column.channel.name;
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => {
            let value = number * column.factor;
            if value < 0.0 || value > column.at_most {
                let base = column.channel.dimension.base();
                return Err((
                    "weather-out-of-range",
                    format!("{name} cannot be {text}: it lies between 0 and {} {base}", column.at_most),
                    "if it marks a missing value, leave the cell empty".to_owned(),
                ));
            }
            Ok(value)
        }
        _ => Err((
            "weather-bad-number",
            format!("{text:?} is no number"),
            format!(
                "{name} needs a number with a decimal point here; leave the cell empty where there is none"
            ),
        )),
    }
}
