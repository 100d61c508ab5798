//! A table for spreadsheets and data frames: one row an activity, waiting and idle time included.
//!
//! In: a schedule. Out: RFC 4180 (commas, CRLF, UTF-8 without a mark), units in the names of the columns, times in
//! RFC 3339 with the plan's offset.
//! Safe to open: a text that begins with `= + - @` (or the full-width form of one) would run as a formula in a spreadsheet,
//! so it gets an apostrophe before it; a program that reads the file drops that apostrophe. Numbers and times never get one.
//! Not the stocks and deliveries: those are in `json`.

use super::Format;
use super::wording::{Clock, clean, hours, in_tanks, is_done};
use crate::schedule::{Activity, Schedule};
use chrono::SecondsFormat;
use std::io::{self, Write};

/// The format `csv`.
pub struct Csv;

const HEADER: [&str; 20] = [
    "id",
    "kind",
    "name",
    "task",
    "vessel",
    "site",
    "to_site",
    "gear",
    "start",
    "end",
    "duration_h",
    "work_h",
    "waiting_h",
    "parts",
    "tonnes",
    "commodity",
    "float_h",
    "critical",
    "tanks",
    "speed_kn",
];

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "a row an activity, for spreadsheets and data frames"
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        let clock = Clock::of(schedule);
        let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
        writer.write_record(HEADER)?;
        for activity in &schedule.activities {
            writer.write_record(record(activity, &clock))?;
        }
        writer.flush()
    }
}

fn record(activity: &Activity, clock: &Clock) -> [String; HEADER.len()] {
    let time = |time| clock.at(time).to_rfc3339_opts(SecondsFormat::Secs, false);
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    // The intervals of a wait are not work.
    let work: &[_] = if is_done(activity) { &activity.work } else { &[] };
    [
        text(&activity.id),
        activity.kind.word().to_owned(),
        text(&activity.name),
        optional(&activity.task),
        optional(&activity.vessel),
        optional(&activity.site),
        optional(&activity.to_site),
        optional(&activity.gear),
        time(activity.start),
        time(activity.end),
        hours((activity.start, activity.end)).to_string(),
        work.iter().map(|&interval| hours(interval)).sum::<f64>().abs().to_string(),
        activity.waiting_h.to_string(),
        work.len().to_string(),
        number(activity.tonnes),
        optional(&activity.commodity),
        number(activity.float_h),
        activity.critical.to_string(),
        in_tanks(activity).map(|tanks| text(&tanks)).unwrap_or_default(),
        number(activity.speed_kn),
    ]
}

fn optional(name: &Option<String>) -> String {
    name.as_deref().map(text).unwrap_or_default()
}

/// A text cell that no spreadsheet takes for a formula.
fn text(name: &str) -> String {
    let is_formula = name.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    format!("{}{}", if is_formula { "'" } else { "" }, clean(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text() {
        assert_eq!(text("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(text("\t=1"), "' =1");
        assert_eq!(text("\r-1"), "' -1");
        assert_eq!(text("＝1"), "'＝1");
        assert_eq!(text("run-pipe"), "run-pipe");
    }
}
