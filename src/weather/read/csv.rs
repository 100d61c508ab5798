//! Weather from CSV: a header that names the columns and their units, and one line for each time.
//!
//! ```text
//! # any number of comment lines; "# synthetic ..." marks the series as made by a generator
//! time,hs_m,tp_s,wind_ms
//! 2026-01-12T00:00:00Z,1.84,7.9,8.2
//! ```
//! In: the text. Out: a regular series. Comma, semicolon and tab separate. A column is recognised by its name and the unit
//! behind it (`hs_m`, `Hs (m)`, `wind [kn]`), or mapped by the plan. Empty cells, `NaN`, `NA` and `MM` are missing values.

use super::{FoundHole, ReadOptions, Reader, Reading};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::id::nearest;
use crate::time::Zone;
use crate::units::{Dimension, Span};
use crate::weather::channel::{CHANNELS, Channel, unit_of_column};
use crate::weather::series::{Origin, Series};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use csv::{ByteRecord, ReaderBuilder, Trim};
use std::io::{self, BufRead};
use std::sync::Arc;

/// The reader of CSV and TSV.
pub struct Csv;

/// Faults told of one file before the rest is only counted.
const MOST_FAULTS: usize = 20;
/// Holes kept of one file; what is missing beyond them is still missing, only its line is not told.
const MOST_HOLES: usize = 10_000;
/// Samples of one series, at most: a thousand years of hours and more.
const MOST_SAMPLES: usize = 50_000_000;

impl Reader for Csv {
    fn name(&self) -> &'static str {
        "CSV"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let head = &head[..head.len().min(4096)];
        !head.contains(&0) && head.iter().any(|b| matches!(b, b',' | b';' | b'\t'))
    }

    fn read(
        &self,
        input: &mut dyn BufRead,
        options: &ReadOptions,
        found: &mut Diagnostics,
    ) -> io::Result<Option<Reading>> {
        let head = read_comments(input)?;
        let mut rows = ReaderBuilder::new()
            .delimiter(head.separator)
            .comment(Some(b'#'))
            .flexible(true)
            .has_headers(false)
            .trim(Trim::All)
            .from_reader(input);
        let mut record = ByteRecord::new();
        if !read_record(&mut rows, &mut record)? {
            found.push(
                Diagnostic::error("weather-empty", format!("{} holds no header line", options.name))
                    .at(Place::file(&options.name))
                    .help("a weather file needs a header line and a line for each time"),
            );
            return Ok(None);
        }
        let file: Arc<str> = options.name.as_str().into();
        let header_place = place(&file, &record, head.lines, None, head.separator);
        let Some(layout) = layout(&record, options, &header_place, found) else {
            return Ok(None);
        };
        let origin =
            options.origin.unwrap_or(if head.is_synthetic { Origin::Synthetic } else { Origin::Hindcast });
        let mut table = Table::new(layout, options.zone.unwrap_or(Zone::UTC));
        while read_record(&mut rows, &mut record)? {
            let line = head.lines + record.position().map_or(0, |p| p.line() as usize) - 1;
            let at = |column| place(&file, &record, line, column, head.separator);
            if let Err(fault) = table.take(&record, &at) {
                table.faults += 1;
                if table.faults <= MOST_FAULTS {
                    found.push(*fault);
                }
            }
        }
        if table.faults > MOST_FAULTS {
            let more = table.faults - MOST_FAULTS;
            found.push(
                Diagnostic::error(
                    "weather-more",
                    format!("{more} more lines of {} are at fault", options.name),
                )
                .at(Place::file(&options.name))
                .help("mend the ones that are told first: the others may be of the same kind"),
            );
        }
        Ok(table.finish(options, origin, found))
    }
}

/// What the comment lines at the top say, and how the header separates its columns.
struct Head {
    lines: usize,
    is_synthetic: bool,
    separator: u8,
}

/// Reads the comment lines and looks at the header without taking it.
fn read_comments(input: &mut dyn BufRead) -> io::Result<Head> {
    let mut head = Head { lines: 1, is_synthetic: false, separator: b',' };
    loop {
        let buffer = input.fill_buf()?;
        let first = buffer.iter().find(|b| !b.is_ascii_whitespace() && !b"\xEF\xBB\xBF".contains(b));
        if first != Some(&b'#') {
            let line = buffer.split(|&b| b == b'\n').next().unwrap_or_default();
            let count = |separator: u8| line.iter().filter(|&&b| b == separator).count();
            head.separator = [b',', b';', b'\t'].into_iter().max_by_key(|&s| count(s)).unwrap_or(b',');
            return Ok(head);
        }
        let mut comment = Vec::new();
        input.read_until(b'\n', &mut comment)?;
        head.lines += 1;
        head.is_synthetic |= comment.to_ascii_lowercase().windows(9).any(|word| word == b"synthetic");
    }
}

fn read_record<R: io::Read>(rows: &mut csv::Reader<R>, record: &mut ByteRecord) -> io::Result<bool> {
    rows.read_byte_record(record).map_err(|e| match e.into_kind() {
        csv::ErrorKind::Io(e) => e,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
    })
}

/// The place of one cell, or of the whole line, with the line put together again.
fn place(file: &Arc<str>, record: &ByteRecord, line: usize, column: Option<usize>, separator: u8) -> Place {
    let mut text = String::new();
    let mut span = 0..0;
    for (index, cell) in record.iter().enumerate() {
        if index > 0 {
            text.push(separator as char);
        }
        let start = text.len();
        text.push_str(&String::from_utf8_lossy(cell));
        if column == Some(index) {
            span = start..text.len();
        }
    }
    if column.is_none() {
        span = 0..text.len();
    }
    Place::new(file.clone(), line, &text, span)
}

/// Which column holds what.
struct Layout {
    time: usize,
    columns: Vec<Column>,
}

struct Column {
    index: usize,
    channel: Channel,
    factor: f64,
    at_most: f64,
}

/// Finds the time and the channels among the heads of the columns.
fn layout(header: &ByteRecord, options: &ReadOptions, at: &Place, found: &mut Diagnostics) -> Option<Layout> {
    let heads: Vec<String> = header
        .iter()
        .map(|h| String::from_utf8_lossy(h).trim_matches(['\u{feff}', ' ', '"']).to_owned())
        .collect();
    let mapped =
        |channel: &str| options.columns.iter().find(|(name, _)| name == channel).map(|(_, column)| column);
    let before = found.errors();
    let find = |column: &str| heads.iter().position(|head| head == column);
    for (channel, column) in &options.columns {
        if find(column).is_none() {
            let near = nearest(column, heads.iter().map(String::as_str));
            found.push(
                Diagnostic::error(
                    "weather-column",
                    format!("there is no column {column:?} for {channel} in {}", options.name),
                )
                .at(at.clone())
                .help(near.map_or_else(
                    || format!("columns: {}", heads.join(", ")),
                    |near| format!("did you mean {near:?}?"),
                )),
            );
        }
    }
    let time = match mapped("time") {
        Some(column) => find(column),
        None => heads.iter().position(|head| {
            let head = head.to_lowercase();
            ["time", "datetime", "date_time", "timestamp", "date", "valid_time"].iter().any(|known| {
                head.strip_prefix(known).is_some_and(|rest| matches!(rest, "" | "_utc" | " (utc)" | "[utc]"))
            })
        }),
    };
    if time.is_none() && mapped("time").is_none() {
        found.push(
            Diagnostic::error(
                "weather-time-column",
                format!("no column of {} is recognised as the time", options.name),
            )
            .at(at.clone())
            .help("call it \"time\", or say which it is: columns = { time = \"...\" }"),
        );
    }
    let mut columns: Vec<Column> = Vec::new();
    let custom = options.columns.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "time");
    let mut names: Vec<&str> = CHANNELS.iter().map(|kind| kind.name).collect();
    names.extend(custom.filter(|name| Channel::known(name).is_none()));
    for name in names {
        let known = Channel::known(name);
        let index = match mapped(name) {
            Some(column) => find(column),
            None => known.and_then(|kind| {
                heads.iter().position(|head| kind.columns.contains(&split_unit(head).0.as_str()))
            }),
        };
        let Some(index) = index else { continue };
        let said = options.units.iter().find(|(channel, _)| channel == name).map(|(_, unit)| unit.as_str());
        let (_, written) = split_unit(&heads[index]);
        let unit = said.or(written.as_deref());
        match unit.and_then(unit_of_column) {
            Some((dimension, factor)) if known.is_none_or(|kind| std::ptr::eq(kind.dimension, dimension)) => {
                let channel = Channel { name: name.to_owned(), dimension };
                columns.push(Column {
                    index,
                    channel,
                    factor,
                    at_most: known.map_or(f64::MAX, |kind| kind.at_most),
                });
            }
            _ => found.push(unknown_unit(name, &heads[index], unit, known.map(|kind| kind.dimension), at)),
        }
    }
    if columns.is_empty() && found.errors() == before {
        let known: Vec<&str> = CHANNELS.iter().map(|kind| kind.name).collect();
        found.push(
            Diagnostic::error(
                "weather-no-channel",
                format!("no column of {} is recognised as weather", options.name),
            )
            .at(at.clone())
            .help(format!(
                "known: {}, with their units, as in hs_m;\nor say which is which: columns = {{ hs = \"...\" }}",
                known.join(", ")
            )),
        );
    }
    (found.errors() == before).then(|| Layout { time: time.unwrap_or(0), columns })
}

fn unknown_unit(
    channel: &str,
    head: &str,
    unit: Option<&str>,
    dimension: Option<&'static Dimension>,
    at: &Place,
) -> Diagnostic {
    let example = dimension.map_or("m", Dimension::base);
    let message = match (unit, dimension) {
        (None, _) => format!("the unit of column {head:?} ({channel}) is not known"),
        (Some(unit), Some(dimension)) => {
            format!("{unit:?} is no unit for {channel}, which is {}", dimension.name)
        }
        (Some(unit), None) => format!("{unit:?} is no unit that is known"),
    };
    Diagnostic::error("weather-unit", message)
        .at(at.clone())
        .help(format!("put it into the head (\"{channel}_m\", \"{channel} (m)\") or into the plan: units = {{ {channel} = \"{example}\" }}"))
}

/// Splits `hs_m`, `Hs (m)` and `wind [kn]` into the name in lower case and the unit.
fn split_unit(head: &str) -> (String, Option<String>) {
    let lower = head.trim().to_lowercase();
    if let Some((name, rest)) = lower.split_once(['(', '[']) {
        return (name.trim().to_owned(), Some(rest.trim_end_matches([')', ']']).trim().to_owned()));
    }
    match lower.rsplit_once('_') {
        Some((name, unit)) if unit_of_column(unit).is_some() => (name.to_owned(), Some(unit.to_owned())),
        _ => (lower, None),
    }
}

/// The series as it grows, line by line.
struct Table {
    layout: Layout,
    zone: Zone,
    first: Option<DateTime<Utc>>,
    step: Option<i64>,
    last: Option<DateTime<Utc>>,
    values: Vec<Vec<f64>>,
    holes: Vec<FoundHole>,
    faults: usize,
    bare_times: bool,
}

impl Table {
    fn new(layout: Layout, zone: Zone) -> Table {
        let values = vec![Vec::new(); layout.columns.len()];
        let (first, step, last) = (None, None, None);
        Table { layout, zone, first, step, last, values, holes: Vec::new(), faults: 0, bare_times: false }
    }

    fn len(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// Takes one line in.
    fn take(
        &mut self,
        record: &ByteRecord,
        at: &dyn Fn(Option<usize>) -> Place,
    ) -> Result<(), Box<Diagnostic>> {
        let cell = record.get(self.layout.time).unwrap_or_default();
        let (time, is_bare) = parse_time(cell, self.zone).ok_or_else(|| {
            Diagnostic::error("weather-bad-time", format!("{:?} is no time", String::from_utf8_lossy(cell)))
                .at(at(Some(self.layout.time)))
                .help("write times as 2026-01-12T09:00:00Z or 2026-01-12 09:00")
        })?;
        self.bare_times |= is_bare;
        self.take_time(time, at)?;
        let index = self.len();
        let mut fault = None;
        for (place, column) in self.layout.columns.iter().enumerate() {
            let cell = record.get(column.index).unwrap_or_default();
            let value = match parse_value(cell, column) {
                Ok(value) => value,
                Err((slug, message, help)) => {
                    fault.get_or_insert(
                        Diagnostic::error(slug, message).at(at(Some(column.index))).help(help),
                    );
                    f64::NAN
                }
            };
            if value.is_nan() {
                note_hole(&mut self.holes, place, index, || at(Some(column.index)));
            }
            self.values[place].push(value);
        }
        fault.map_or(Ok(()), |fault| Err(Box::new(fault)))
    }

    /// Checks that the line's time follows the last one, and leaves a hole where lines are missing.
    fn take_time(
        &mut self,
        time: DateTime<Utc>,
        at: &dyn Fn(Option<usize>) -> Place,
    ) -> Result<(), Box<Diagnostic>> {
        let Some(last) = self.last else {
            (self.first, self.last) = (Some(time), Some(time));
            return Ok(());
        };
        let seconds = (time - last).num_seconds();
        let fault = |slug, message: String, help: &str| {
            Err(Box::new(Diagnostic::error(slug, message).at(at(Some(self.layout.time))).help(help)))
        };
        if seconds == 0 {
            return fault(
                "weather-duplicate-time",
                "this time is there twice".to_owned(),
                "leave one of the two lines out",
            );
        }
        if seconds < 0 {
            return fault(
                "weather-unsorted",
                "this time is before the one above it".to_owned(),
                "sort the lines by time",
            );
        }
        let step = *self.step.get_or_insert(seconds);
        if seconds % step != 0 {
            let message = format!(
                "this time is {} after the one above it, and the step of the series is {}",
                Span::of_seconds(seconds),
                Span::of_seconds(step)
            );
            return fault(
                "weather-irregular",
                message,
                "a series needs one step throughout: put the lines on it, or leave this one out",
            );
        }
        let missing = (seconds / step - 1) as usize;
        if self.len() + missing >= MOST_SAMPLES {
            return fault(
                "weather-too-long",
                format!("with this line the series would have more than {MOST_SAMPLES} samples"),
                "is the year right? otherwise cut the series to the years that are needed",
            );
        }
        if missing > 0 {
            let samples = self.len()..self.len() + missing;
            for values in &mut self.values {
                values.resize(samples.end, f64::NAN);
            }
            if self.holes.len() < MOST_HOLES {
                self.holes.push(FoundHole { channel: None, samples, place: at(Some(self.layout.time)) });
            }
        }
        self.last = Some(time);
        Ok(())
    }

    fn finish(self, options: &ReadOptions, origin: Origin, found: &mut Diagnostics) -> Option<Reading> {
        if self.faults > 0 {
            return None;
        }
        let (Some(start), Some(step)) = (self.first, self.step) else {
            found.push(
                Diagnostic::error(
                    "weather-empty",
                    format!("{} holds fewer than two lines of weather", options.name),
                )
                .at(Place::file(&options.name))
                .help("a series needs two lines at least, so that its step is known"),
            );
            return None;
        };
        if self.bare_times && options.zone.is_none() {
            found.push(
                Diagnostic::note(
                    "weather-zone",
                    format!("times in {} carry no zone: they are read as UTC", options.name),
                )
                .at(Place::file(&options.name))
                .help("say zone = \"UTC\" (or another) in the plan's [[weather]] to make it sure"),
            );
        }
        let channels = self.layout.columns.into_iter().map(|column| column.channel).collect();
        let series = Series { start, step: Span::of_seconds(step), channels, values: self.values, origin };
        Some(Reading { series, holes: self.holes })
    }
}

/// Lengthens the hole of that channel which ends just before sample `index`, or begins a new one.
fn note_hole(holes: &mut Vec<FoundHole>, channel: usize, index: usize, place: impl FnOnce() -> Place) {
    // Holes of the other channels may have been noted since, but no more of them than there are channels.
    let recent = holes.len().saturating_sub(2 * CHANNELS.len());
    let is_it = |hole: &&mut FoundHole| hole.channel == Some(channel) && hole.samples.end == index;
    if let Some(hole) = holes[recent..].iter_mut().rev().find(is_it) {
        hole.samples.end = index + 1;
    } else if holes.len() < MOST_HOLES {
        holes.push(FoundHole { channel: Some(channel), samples: index..index + 1, place: place() });
    }
}

/// A time, and whether it came without a zone.
fn parse_time(cell: &[u8], zone: Zone) -> Option<(DateTime<Utc>, bool)> {
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
fn parse_value(cell: &[u8], column: &Column) -> Result<f64, (&'static str, String, String)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Reading>, Diagnostics) {
        let options = ReadOptions {
            name: "w.csv".to_owned(),
            columns: Vec::new(),
            units: Vec::new(),
            zone: None,
            origin: None,
        };
        let mut found = Diagnostics::default();
        let reading = Csv.read(&mut text.as_bytes(), &options, &mut found).expect("no failure of the world");
        (reading, found)
    }

    #[test]
    fn recognises_columns_units_and_comments() {
        let (reading, found) = read(
            "# synthetic, seed 7\n\u{feff}Time (UTC);Hs (m);wind [kn];note\n2026-01-01T00:00Z;1.5;10;a\n2026-01-01T01:00Z;;20;b\n",
        );
        let reading = reading.unwrap_or_else(|| panic!("{found:?}"));
        assert_eq!(reading.series.origin, Origin::Synthetic);
        assert_eq!(reading.series.values[0][0], 1.5);
        assert!(reading.series.values[0][1].is_nan());
        assert!((reading.series.values[1][1] - 10.288_888).abs() < 1e-5);
        assert_eq!((reading.holes.len(), reading.holes[0].place.line), (1, 4));
    }

    #[test]
    fn missing_lines_are_holes() {
        let (reading, _) = read("time,hs_m\n2026-01-01 00:00,1\n2026-01-01 01:00,1\n2026-01-01 04:00,1\n");
        let reading = reading.expect("a reading");
        assert_eq!(reading.series.len(), 5);
        assert_eq!(reading.holes[0].samples, 2..4);
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let (reading, found) = read(
            "time,hs_m\n2026-01-01 00:00,1\n2026-01-01 01:00,x\n2026-01-01 01:00,1\n2026-01-01 00:30,1\n2026-01-01 02:10,1\nsoon,1\n2026-01-01 02:00,99\n",
        );
        assert!(reading.is_none());
        let told: Vec<(&str, usize)> =
            found.iter().map(|d| (d.slug, d.place.as_ref().map_or(0, |p| p.line))).collect();
        assert_eq!(
            told,
            [
                ("weather-bad-number", 3),
                ("weather-duplicate-time", 4),
                ("weather-unsorted", 5),
                ("weather-irregular", 6),
                ("weather-bad-time", 7),
                ("weather-out-of-range", 8)
            ]
        );
    }

    #[test]
    fn a_unit_is_never_guessed() {
        let (reading, found) = read("time,hs\n2026-01-01 00:00,1\n2026-01-01 01:00,1\n");
        assert!(reading.is_none());
        assert_eq!(found.iter().next().map(|d| d.slug), Some("weather-unit"));
    }
}
