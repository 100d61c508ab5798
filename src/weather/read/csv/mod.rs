//! Weather from CSV: a header that names the columns and their units, and one line for each time.
//!
//! ```text
//! # any number of comment lines; "# synthetic ..." marks the series as made by a generator
//! time,hs_m,tp_s,wind_ms
//! 2026-01-12T00:00:00Z,1.84,7.9,8.2
//! ```
//! In: the text. Out: a regular series. Comma, semicolon and tab separate; where it is not the comma, numbers may have a decimal
//! comma. A column is recognised by its name and its unit (`hs_m`, `Hs (m)`, `wind [kn]`, or a line of units below the header), or
//! mapped by the plan. Empty cells, `NaN`, `NA` and `MM` are missing values.

mod cells;
mod clocks;
mod layout;

use self::cells::parse_number;
pub use self::cells::parse_time;
use self::layout::{Layout, layout};
use super::fields::Pick;
use super::rows::out_of_range;
use super::{FoundHole, Input, MOST_FAULTS, MOST_HOLES, MOST_SAMPLES, ReadOptions, Reader, Reading};
use crate::diag::{Diagnostic, Diagnostics, Place, Severity};
use crate::time::Zone;
use crate::units::Span;
use crate::weather::channel::CHANNELS;
use crate::weather::series::{Origin, Series};
use chrono::{DateTime, Utc};
use csv::{ByteRecord, ReaderBuilder, Trim};
use std::io::{self, BufRead};
use std::sync::Arc;

/// The reader of CSV and TSV.
pub struct Csv;

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
        input: Input<'_>,
        options: &ReadOptions,
        found: &mut Diagnostics,
    ) -> io::Result<Option<Reading>> {
        let mut input = input.open()?;
        let head = read_comments(&mut input)?;
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
        let header = record.clone();
        let mut has_line = read_record(&mut rows, &mut record)?;
        let Some(layout) = layout(&header, &record, options, &header_place, found) else {
            return Ok(None);
        };
        let origin =
            options.origin.unwrap_or(if head.is_synthetic { Origin::Synthetic } else { Origin::Hindcast });
        if layout.has_unit_row {
            has_line = read_record(&mut rows, &mut record)?;
        }
        let mut table = Table::new(layout, options, head.separator);
        while has_line {
            let line = head.lines + record.position().map_or(0, |p| p.line() as usize) - 1;
            let at = |column| place(&file, &record, line, column, head.separator);
            if let Err(fault) = table.take(&record, &at) {
                table.faults += usize::from(!options.is_lenient || fault.severity == Severity::Error);
                table.told += 1;
                if table.told <= MOST_FAULTS {
                    found.push(*fault);
                }
            }
            has_line = read_record(&mut rows, &mut record)?;
        }
        if table.told > MOST_FAULTS {
            let message = format!("{} more lines of {} are at fault", table.told - MOST_FAULTS, options.name);
            let more = if table.faults > 0 {
                Diagnostic::error("weather-more", message)
            } else {
                Diagnostic::warning("weather-more", message)
            };
            found.push(
                more.at(Place::file(&options.name))
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

/// The series as it grows, line by line.
struct Table<'o> {
    layout: Layout,
    options: &'o ReadOptions,
    separator: u8,
    first: Option<DateTime<Utc>>,
    step: Option<i64>,
    last: Option<DateTime<Utc>>,
    values: Vec<Vec<f64>>,
    holes: Vec<FoundHole>,
    faults: usize,
    told: usize,
    bare_times: bool,
}

impl<'o> Table<'o> {
    fn new(layout: Layout, options: &'o ReadOptions, separator: u8) -> Table<'o> {
        let values = vec![Vec::new(); layout.picks.len()];
        Table {
            layout,
            options,
            separator,
            first: None,
            step: None,
            last: None,
            values,
            holes: Vec::new(),
            faults: 0,
            told: 0,
            bare_times: false,
        }
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
        let text = self.layout.time.text(record);
        let zone = self.options.zone.unwrap_or(Zone::UTC);
        let time = text.as_ref().and_then(|text| parse_time(text, zone, self.last));
        let (time, is_bare) = time.ok_or_else(|| {
            let column = self.layout.time.first();
            let cell = text.as_deref().unwrap_or_else(|| record.get(column).unwrap_or_default());
            clocks::no_time(cell, zone).at(at(Some(column)))
        })?;
        self.bare_times |= is_bare;
        let local = text.as_deref().filter(|_| is_bare);
        self.take_time(time, at).map_err(|fault| clocks::told(fault, zone, local))?;
        let index = self.len();
        let mut fault = None;
        for (place, pick) in self.layout.picks.iter().enumerate() {
            let column = pick.main_field();
            let value = match value(pick, record, self.separator, self.options) {
                Ok(value) => value,
                Err((bad, told)) => {
                    fault.get_or_insert(told.at(at(Some(bad))));
                    f64::NAN
                }
            };
            if value.is_nan() {
                note_hole(&mut self.holes, place, index, || at(Some(column)));
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
            Err(Box::new(Diagnostic::error(slug, message).at(at(Some(self.layout.time.first()))).help(help)))
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
                self.holes.push(FoundHole {
                    channel: None,
                    samples,
                    place: at(Some(self.layout.time.first())),
                });
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
        let channels = self.layout.picks.into_iter().map(|pick| pick.channel).collect();
        let series = Series { start, step: Span::of_seconds(step), channels, values: self.values, origin };
        Some(Reading { series, holes: self.holes })
    }
}

/// The value of a channel in one line, or the column and the fault that it has no good one.
fn value(
    pick: &Pick,
    record: &ByteRecord,
    separator: u8,
    options: &ReadOptions,
) -> Result<f64, (usize, Box<Diagnostic>)> {
    let mut fault = None;
    let value = pick.value(|column| {
        let cell = record.get(column).unwrap_or_default();
        parse_number(cell, separator).unwrap_or_else(|| {
            let message = format!("{:?} is no number", String::from_utf8_lossy(cell));
            let help = format!(
                "{} needs a number with a decimal point here; leave the cell empty where there is none",
                pick.channel.name
            );
            fault.get_or_insert((
                column,
                Box::new(Diagnostic::error("weather-bad-number", message).help(help)),
            ));
            f64::NAN
        })
    });
    if let Some(fault) = fault {
        return Err(fault);
    }
    if value < 0.0 || value > pick.at_most {
        let base = pick.channel.dimension.base();
        let told = out_of_range(&pick.channel.name, value, pick.at_most, base, options);
        return Err((pick.main_field(), Box::new(told)));
    }
    Ok(value)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Reading>, Diagnostics) {
        let options = ReadOptions::named("w.csv");
        let mut found = Diagnostics::default();
        let reading =
            Csv.read(Input::Bytes(text.as_bytes()), &options, &mut found).expect("no failure of the world");
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

    #[test]
    fn times_in_several_columns_units_in_a_row_and_decimal_commas() {
        let (reading, found) = read(
            "Year;Month;Day;Hour;Hs;u10;v10\n;;;;m;m/s;[m/s]\n2026;1;2;3;1,5;3;-4\n2026;1;2;4;0,5;0;1\n",
        );
        let reading = reading.unwrap_or_else(|| panic!("{found:?}"));
        assert_eq!(reading.series.start.to_rfc3339(), "2026-01-02T03:00:00+00:00");
        assert_eq!(reading.series.values, [vec![1.5, 0.5], vec![5.0, 1.0]]);
        let (reading, found) = read("date\ttime\ths_m\n2026-01-02\t3:00\t1.5\n2026-01-02\t04:00\t1\n");
        let reading = reading.unwrap_or_else(|| panic!("{found:?}"));
        assert_eq!(reading.series.start.to_rfc3339(), "2026-01-02T03:00:00+00:00");
    }
}
