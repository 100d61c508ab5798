//! Times of the CF conventions: numbers in "hours since 1900-01-01 00:00:00.0", in one of several calendars.
//!
//! In: the attributes of a variable of times, and its numbers. Out: seconds since 1970.
//! Rule: no date is invented. A calendar without 29 February is read by its dates, which leaves a hole on that day; one with days
//! that no real month has (360_day, all_leap) is refused.
//! Source: CF conventions 1.11, section 4.4.

use chrono::NaiveDate;

/// How numbers become times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    /// Seconds of one unit.
    unit: f64,
    /// The date that is zero, by its day.
    day: i64,
    /// And the seconds in it.
    seconds: f64,
    /// Whether years have no 29 February.
    pub is_noleap: bool,
}

/// Why the attributes make no clock.
#[derive(Debug, Clone, PartialEq)]
pub enum NoClock {
    /// The units cannot be read.
    Units,
    /// The calendar has days that are none.
    Calendar,
}

const DAY: f64 = 86_400.0;
/// Days before each month of a year without 29 February.
const MONTHS: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

impl Clock {
    /// The clock of the attributes `units` and `calendar`.
    pub fn new(units: &str, calendar: Option<&str>) -> Result<Clock, NoClock> {
        let (unit, reference) = units.trim().split_once(" since ").ok_or(NoClock::Units)?;
        let unit = match unit.trim().to_lowercase().as_str() {
            "seconds" | "second" | "secs" | "sec" | "s" => 1.0,
            "milliseconds" | "millisecond" | "msec" | "ms" => 0.001,
            "minutes" | "minute" | "mins" | "min" => 60.0,
            "hours" | "hour" | "hrs" | "hr" | "h" => 3600.0,
            "days" | "day" | "d" => DAY,
            _ => return Err(NoClock::Units),
        };
        let ((year, month, date), seconds) = moment(reference).ok_or(NoClock::Units)?;
        let calendar = calendar.map_or_else(|| "standard".to_owned(), str::to_lowercase);
        let (day, is_noleap) = match calendar.as_str() {
            "noleap" | "365_day" => {
                let is_day = (1..=12).contains(&month) && (1..=31).contains(&date);
                let within = is_day.then(|| MONTHS[month as usize - 1] + i64::from(date) - 1);
                (i64::from(year) * 365 + within.ok_or(NoClock::Units)?, true)
            }
            "proleptic_gregorian" => (gregorian(year, month, date).ok_or(NoClock::Units)?, false),
            // The mixed calendar counts by Julian days before the reform of 1582.
            "standard" | "gregorian" | "" if (year, month, date) >= (1582, 10, 15) => {
                (gregorian(year, month, date).ok_or(NoClock::Units)?, false)
            }
            "standard" | "gregorian" | "" => (julian(year, month, date).ok_or(NoClock::Units)?, false),
            _ => return Err(NoClock::Calendar),
        };
        Ok(Clock { unit, day, seconds, is_noleap })
    }

    /// The time of a number, in whole seconds since 1970; nothing when it is in no calendar.
    pub fn seconds(&self, number: f64) -> Option<i64> {
        let since = number * self.unit + self.seconds;
        if !since.is_finite() || since.abs() > 1e12 {
            return None;
        }
        if !self.is_noleap {
            return Some(self.day * 86_400 + since.round() as i64);
        }
        let seconds = since.round() as i64;
        let day = self.day + seconds.div_euclid(86_400);
        let (year, within) = (day.div_euclid(365), day.rem_euclid(365));
        let month = MONTHS.iter().rposition(|before| *before <= within)?;
        let date = NaiveDate::from_ymd_opt(
            i32::try_from(year).ok()?,
            month as u32 + 1,
            (within - MONTHS[month]) as u32 + 1,
        )?;
        Some(days_of(date) * 86_400 + seconds.rem_euclid(86_400))
    }
}

fn days_of(date: NaiveDate) -> i64 {
    (date - NaiveDate::default()).num_days()
}

fn gregorian(year: i32, month: u32, date: u32) -> Option<i64> {
    NaiveDate::from_ymd_opt(year, month, date).map(days_of)
}

/// The day of a date of the Julian calendar, counted from 1970-01-01 (Gregorian).
fn julian(year: i32, month: u32, date: u32) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&date) {
        return None;
    }
    // Years begin in March here, so that 29 February is their last day.
    let (year, month) = (i64::from(year) - i64::from(month < 3), (i64::from(month) + 9) % 12);
    let days = 365 * year + year.div_euclid(4) + (153 * month + 2) / 5 + i64::from(date) - 1;
    // 1970-01-01 is 1969-12-19 of the Julian calendar.
    let epoch = 365 * 1969 + 1969 / 4 + (153 * 9 + 2) / 5 + 19 - 1;
    Some(days - epoch)
}

/// A reference as files write it: `1990-01-01T00:00:00Z`, `1-1-1 00:00:0.0`, `2000-01-01 00:00 +9:00`, `1970-01-01 UTC`.
fn moment(text: &str) -> Option<((i32, u32, u32), f64)> {
    let text = text.trim();
    let text =
        ["Z", "UTC", "GMT"].iter().fold(text, |text, zone| text.strip_suffix(zone).unwrap_or(text)).trim();
    let (date, rest) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut parts = date.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    if parts.next().is_some() || !(0..=9999).contains(&year) {
        return None;
    }
    let (clock, offset) = match rest.rfind(['+', '-']) {
        Some(at) => (rest[..at].trim(), Some(&rest[at..])),
        None => (rest.trim(), None),
    };
    let time = if clock.is_empty() { 0.0 } else { of_clock(clock)? };
    let offset = match offset {
        None => 0.0,
        Some(offset) => {
            let sign = if offset.starts_with('-') { -1.0 } else { 1.0 };
            let digits = offset[1..].trim();
            let digits = match digits.len() {
                4 if !digits.contains(':') => format!("{}:{}", digits.get(..2)?, digits.get(2..)?),
                _ => digits.to_owned(),
            };
            sign * of_clock(&digits)?
        }
    };
    Some(((year, month, day), time - offset))
}

/// `12`, `12:30`, `12:30:15.5` in seconds.
fn of_clock(text: &str) -> Option<f64> {
    let mut seconds = 0.0;
    for (place, part) in text.split(':').enumerate() {
        let number: f64 = part.trim().parse().ok().filter(|n| (0.0..61.0).contains(n))?;
        seconds += number * [3600.0, 60.0, 1.0].get(place)?;
    }
    Some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::read::rows::shown;

    fn at(units: &str, calendar: &str, number: f64) -> String {
        let clock = Clock::new(units, Some(calendar)).expect("a clock");
        shown(clock.seconds(number).expect("a time"))
    }

    #[test]
    fn every_way_to_write_a_reference() {
        for reference in [
            "2020-01-01",
            "2020-01-01 00:00:00.0",
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00+00:00",
            "2020-01-01 00:00:00 UTC",
            "2020-1-1 09:00 +9:00",
            "2019-12-31 19:00:00 -0500",
        ] {
            assert_eq!(
                at(&format!("hours since {reference}"), "standard", 36.0),
                "2020-01-02T12:00:00Z",
                "{reference}"
            );
        }
        for units in
            ["hours", "hours since", "months since 2020-01-01", "hours since 2020-13-01", "hours since soon"]
        {
            assert_eq!(Clock::new(units, None), Err(NoClock::Units), "{units}");
        }
    }

    #[test]
    fn calendars() {
        // Both as cftime gives them.
        assert_eq!(at("days since 1-1-1", "standard", 737_791.0), "2020-12-31T00:00:00Z");
        assert_eq!(at("days since 1-1-1", "proleptic_gregorian", 737_791.0), "2021-01-02T00:00:00Z");
        assert_eq!(at("days since 2000-01-01", "noleap", 58.0), "2000-02-28T00:00:00Z");
        assert_eq!(at("days since 2000-01-01", "noleap", 59.5), "2000-03-01T12:00:00Z");
        assert_eq!(at("days since 2000-01-01", "365_day", 365.0 * 5.0 - 1.0), "2004-12-31T00:00:00Z");
        assert_eq!(Clock::new("days since 2000-01-01", Some("360_day")), Err(NoClock::Calendar));
    }
}
