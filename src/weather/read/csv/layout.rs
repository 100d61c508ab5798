//! Where a CSV file has its times and its channels.
//!
//! In: the header line, and the first line below it. Out: the column or columns of time, and the channels' [`Pick`]s.
//! Times stand in one column, in two (date and time of day), or in one for each of year, month, day, hour, minute and second.

use super::cells::parse_time;
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::time::Zone;
use crate::weather::channel::{is_hertz, unit_of_column};
use crate::weather::read::ReadOptions;
use crate::weather::read::fields::{Asked, Field, Pick};
use csv::ByteRecord;
use std::borrow::Cow;

/// Which column holds what.
pub struct Layout {
    /// The columns of the times.
    pub time: Times,
    /// The channels.
    pub picks: Vec<Pick>,
    /// Whether the line below the header holds units.
    pub has_unit_row: bool,
}

/// The columns of the times.
#[derive(Debug, Clone, PartialEq)]
pub enum Times {
    /// All in one.
    One(usize),
    /// The date, and the time of day.
    DateAndTime(usize, usize),
    /// Year, month, day, and as many of hour, minute and second as there are.
    Parts(Vec<usize>),
}

impl Times {
    /// The column to point at.
    pub fn first(&self) -> usize {
        match self {
            Times::One(column) | Times::DateAndTime(column, _) => *column,
            Times::Parts(columns) => columns.first().copied().unwrap_or(0),
        }
    }

    /// The time of a line as one text; nothing when a part of it is no whole number.
    pub fn text<'r>(&self, record: &'r ByteRecord) -> Option<Cow<'r, [u8]>> {
        let cell = |column: usize| record.get(column).unwrap_or_default();
        match self {
            Times::One(column) => Some(Cow::Borrowed(cell(*column))),
            Times::DateAndTime(date, time) => {
                let mut text = cell(*date).to_vec();
                text.push(b' ');
                if cell(*time).get(1) == Some(&b':') {
                    text.push(b'0');
                }
                text.extend(cell(*time));
                Some(Cow::Owned(text))
            }
            Times::Parts(columns) => {
                let mut parts = [0, 1, 1, 0, 0, 0];
                for (part, column) in parts.iter_mut().zip(columns) {
                    // Programs that write numbers only write 2026.0 for a year.
                    let number: f64 = std::str::from_utf8(cell(*column)).ok()?.parse().ok()?;
                    *part = (number.fract() == 0.0 && (0.0..=9999.0).contains(&number))
                        .then_some(number as u32)?;
                }
                let [year, month, day, hour, minute, second] = parts;
                Some(Cow::Owned(
                    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}").into_bytes(),
                ))
            }
        }
    }
}

/// Finds the time and the channels; `below` is the line below the header.
pub fn layout(
    header: &ByteRecord,
    below: &ByteRecord,
    options: &ReadOptions,
    at: &Place,
    found: &mut Diagnostics,
) -> Option<Layout> {
    let clean = |head: &[u8]| String::from_utf8_lossy(head).trim_matches(['\u{feff}', ' ', '"']).to_owned();
    let mut fields: Vec<Field> = header.iter().map(|head| Field::of_head(&clean(head))).collect();
    let before = found.errors();
    let time = times(&fields, below, options);
    let has_unit_row = time.as_ref().is_some_and(|time| is_unit_row(time, below));
    if has_unit_row {
        for (field, cell) in fields.iter_mut().zip(below) {
            let unit = clean(cell);
            let unit = unit.trim_matches(['(', ')', '[', ']']);
            if field.unit.is_none() && !unit.is_empty() {
                field.unit = Some(unit.to_owned());
            }
        }
    }
    let asked = Asked { fields: &fields, options, at, may_be_whole: true, word: "column" };
    match (&time, options.columns.iter().find(|(name, _)| name == "time")) {
        (None, Some((_, column))) => found.push(asked.no_such_field("time", column)),
        (None, None) => {
            let message = format!("no column of {} is recognised as the time", options.name);
            found.push(
                Diagnostic::error("weather-time-column", message)
                    .at(at.clone())
                    .help("call it \"time\", or say which it is: columns = { time = \"...\" }"),
            );
        }
        (Some(_), _) => {}
    }
    let picks = asked.picks(found);
    let (time, picks) = (time?, picks?);
    (found.errors() == before).then_some(Layout { time, picks, has_unit_row })
}

/// Whether a line says units and no values: no time, and at least one cell that is a unit.
fn is_unit_row(time: &Times, below: &ByteRecord) -> bool {
    let is_time = time.text(below).is_some_and(|text| parse_time(&text, Zone::UTC, None).is_some());
    let is_unit = |cell: &[u8]| {
        let unit = String::from_utf8_lossy(cell);
        let unit = unit.trim_matches(['(', ')', '[', ']']);
        unit_of_column(unit).is_some() || is_hertz(unit)
    };
    !is_time && below.iter().any(is_unit)
}

/// The columns of the times.
fn times(fields: &[Field], below: &ByteRecord, options: &ReadOptions) -> Option<Times> {
    const NAMES: [&str; 6] = ["time", "datetime", "date_time", "timestamp", "date", "valid_time"];
    if let Some((_, column)) = options.columns.iter().find(|(name, _)| name == "time") {
        return fields.iter().position(|field| field.head == *column).map(Times::One);
    }
    let named = |names: &[&str]| {
        fields.iter().position(|field| {
            let head = field.head.to_lowercase();
            let is_zone = |rest: &str| matches!(rest, "" | "_utc" | " (utc)" | "[utc]" | " [utc]");
            names.iter().any(|known| head.strip_prefix(known).is_some_and(is_zone))
        })
    };
    if let (Some(date), Some(time)) = (named(&["date"]), named(&["time", "hour", "hh:mm"])) {
        let alone = below.get(time).is_some_and(|cell| parse_time(cell, Zone::UTC, None).is_some());
        return Some(if alone { Times::One(time) } else { Times::DateAndTime(date, time) });
    }
    if let Some(column) = named(&NAMES) {
        return Some(Times::One(column));
    }
    let parts: [&[&str]; 6] = [
        &["year", "yyyy", "yr", "yy"],
        &["month", "mm", "mo"],
        &["day", "dd", "dy"],
        &["hour", "hh", "hr"],
        &["minute", "min", "mn"],
        &["second", "sec", "ss"],
    ];
    let columns: Vec<usize> = parts.iter().map_while(|names| named(names)).collect();
    (columns.len() >= 3).then_some(Times::Parts(columns))
}
