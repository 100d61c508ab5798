//! Weather from NDBC standard meteorological text, historical and realtime.
//!
//! In: lines of numbers below `#YY MM DD hh mm WDIR WSPD GST WVHT DPD ...`, in any order of time. Out: a regular series.
//! `MM` and numbers of nines (99.00, 999.0) are missing. Older files have no `#`, no minutes, no line of units and years of two digits.
//! Rule: a buoy tells the wind every ten minutes and the waves once an hour. The series follows the rows that have every wave
//! channel of the file; rows between are left out, and rows a little beside the step (a quarter of it at most) are laid on it.
//! Source: <https://www.ndbc.noaa.gov/faq/measdes.shtml>

#![expect(clippy::result_large_err, reason = "a fault is rare, and is told where it is")]

use super::fields::{Asked, Field, Pick};
use super::rows::{Faults, Rows, shown};
use super::{Input, ReadOptions, Reader, Reading};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::units::Span;
use crate::weather::series::Origin;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::sync::Arc;

/// The reader of NDBC text.
pub struct Ndbc;

/// The columns that are weather, with the units that the format fixes.
const UNITS: [(&str, &str); 4] = [("WSPD", "m/s"), ("GST", "m/s"), ("WVHT", "m"), ("DPD", "s")];
/// Rows of one file, at most: two hundred years of ten minutes.
const MOST_ROWS: usize = 10_500_000;
/// Bytes of one line, at most.
const MOST_LINE: u64 = 4096;

impl Reader for Ndbc {
    fn name(&self) -> &'static str {
        "NDBC text"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
        let Ok(line) = std::str::from_utf8(&line[..line.len().min(512)]) else { return false };
        let mut words = line.trim_start_matches('#').split_whitespace();
        matches!(words.next(), Some("YY" | "YYYY"))
            && words.next() == Some("MM")
            && words.next() == Some("DD")
    }

    fn read(
        &self,
        input: Input<'_>,
        options: &ReadOptions,
        found: &mut Diagnostics,
    ) -> io::Result<Option<Reading>> {
        let mut input = input.open()?;
        let mut line = Vec::new();
        let header = next_line(&mut *input, &mut line)?.unwrap_or_default();
        let heads: Vec<String> =
            header.trim_start_matches('#').split_whitespace().map(str::to_owned).collect();
        let unit =
            |head: &str| UNITS.iter().find(|(name, _)| *name == head).map(|(_, unit)| (*unit).to_owned());
        let fields: Vec<Field> = heads.iter().map(|head| Field::of_variable(head, unit(head))).collect();
        let file: Arc<str> = options.name.as_str().into();
        let at = Place::new(file.clone(), 1, &header, 0..header.len());
        let asked = Asked { fields: &fields, options, at: &at, may_be_whole: true, word: "column" };
        let Some(picks) = asked.picks(found) else { return Ok(None) };
        let mut table =
            Table { has_minutes: heads.get(4).is_some_and(|head| head == "mm"), picks, rows: Vec::new() };
        let mut faults = Faults::default();
        let mut number = 1;
        while let Some(text) = next_line(&mut *input, &mut line)? {
            number += 1;
            if text.trim().is_empty() || text.starts_with('#') {
                continue;
            }
            if let Err(fault) = table.take(&text, number, heads.len()) {
                let place = Place::new(file.clone(), number, &text, 0..text.len());
                faults.tell(found, || fault.at(place));
            }
            if table.rows.len() > MOST_ROWS {
                faults.tell(found, || {
                    Diagnostic::error("weather-too-long", format!("more than {MOST_ROWS} rows"))
                        .at(Place::new(file.clone(), number, "", 0..0))
                        .help("cut the file to the years that are needed")
                });
                break;
            }
        }
        if faults.count > 0 {
            faults.tell_rest(options, found);
            return Ok(None);
        }
        Ok(table.finish(&file, options, found))
    }
}

/// The next line, without its end; a line that is longer than any is cut, and its rest is the next one.
fn next_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<String>> {
    line.clear();
    let read = io::Read::take(input, MOST_LINE).read_until(b'\n', line)?;
    Ok((read > 0).then(|| String::from_utf8_lossy(line).trim_end().to_owned()))
}

/// One row: its line, time and values.
struct Row {
    line: usize,
    time: i64,
    values: Vec<f64>,
}

struct Table {
    has_minutes: bool,
    picks: Vec<Pick>,
    rows: Vec<Row>,
}

impl Table {
    fn take(&mut self, text: &str, line: usize, columns: usize) -> Result<(), Diagnostic> {
        let cells: Vec<&str> = text.split_whitespace().collect();
        if cells.len() != columns {
            let message = format!("this line has {} columns, and the header has {columns}", cells.len());
            return Err(Diagnostic::error("weather-bad-number", message)
                .help("a missing value is written MM or 99.00, never left out; is the file cut off?"));
        }
        let time = self.time(&cells).ok_or_else(|| {
            Diagnostic::error("weather-bad-time", "the first columns are no time")
                .help("year, month, day, hour and, where the header has it, minute are needed, in UTC")
        })?;
        let mut values = Vec::with_capacity(self.picks.len());
        for pick in &self.picks {
            let mut fault = None;
            let value = pick.value(|column| {
                number(cells[column]).unwrap_or_else(|| {
                    fault = Some(cells[column]);
                    f64::NAN
                })
            });
            if let Some(cell) = fault {
                return Err(Diagnostic::error("weather-bad-number", format!("{cell:?} is no number"))
                    .help("write MM where a value is missing"));
            }
            values.push(value);
        }
        self.rows.push(Row { line, time, values });
        Ok(())
    }

    fn time(&self, cells: &[&str]) -> Option<i64> {
        let number = |column: usize| cells.get(column)?.parse::<u32>().ok();
        let year = match (number(0)?, cells[0].len()) {
            // Two digits were written until 1998; the first buoy of the network was laid in 1967.
            (year, 2) => year + if year < 67 { 2000 } else { 1900 },
            (year, _) => year,
        };
        let minute = if self.has_minutes { number(4)? } else { 0 };
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, number(1)?, number(2)?)?;
        Some(date.and_hms_opt(number(3)?, minute, 0)?.and_utc().timestamp())
    }

    /// Sorts the rows and lays them on their step.
    fn finish(mut self, file: &Arc<str>, options: &ReadOptions, found: &mut Diagnostics) -> Option<Reading> {
        self.rows.sort_by_key(|row| row.time);
        let place = |line: usize| Place::new(file.clone(), line, "", 0..0);
        let mut faults = Faults::default();
        for pair in self.rows.windows(2).filter(|pair| pair[0].time == pair[1].time) {
            faults.tell(found, || {
                let message = format!("{} is there twice", shown(pair[1].time));
                Diagnostic::error("weather-duplicate-time", message)
                    .at(place(pair[0].line.max(pair[1].line)))
                    .help("leave one of the two lines out")
            });
        }
        faults.tell_rest(options, found);
        if faults.count > 0 {
            return None;
        }
        let full = full_rows(&self.picks, &self.rows);
        let all = self.rows.len();
        if let Some((step, phase)) = step_and_phase(&full) {
            let mut on_step: BTreeMap<i64, Row> = BTreeMap::new();
            for row in self.rows {
                let beside = (row.time - phase + step / 2).rem_euclid(step) - step / 2;
                let time = row.time - beside;
                let is_nearer =
                    on_step.get(&time).is_none_or(|known| (known.time - time).abs() > beside.abs());
                if beside.abs() * 4 <= step && is_nearer {
                    on_step.insert(time, row);
                }
            }
            let moved = on_step.iter().filter(|(time, row)| row.time != **time).count();
            self.rows = on_step.into_iter().map(|(time, row)| Row { time, ..row }).collect();
            if self.rows.len() < all || moved > 0 {
                found.push(thinned(all, self.rows.len(), moved, Span::of_seconds(step), options));
            }
        }
        let channels = self.picks.iter().map(|pick| (pick.channel.clone(), pick.at_most)).collect();
        let column = |channel: usize| self.rows.iter().map(|row| row.values[channel]).collect();
        let values = (0..self.picks.len()).map(column).collect();
        let times = self.rows.iter().map(|row| row.time).collect();
        let rows = Rows { channels, times, values, origin: Origin::Hindcast };
        rows.assemble(options, &|row| place(self.rows[row].line), found)
    }
}

fn thinned(all: usize, kept: usize, moved: usize, step: Span, options: &ReadOptions) -> Diagnostic {
    let moved = match moved {
        0 => String::new(),
        n => format!(", {n} of them moved by a quarter of it at most"),
    };
    let message = format!(
        "{} has {all} rows; the series follows the {kept} that lie on the step of the waves, {step}{moved}",
        options.name
    );
    Diagnostic::note("weather-thinned", message)
        .at(Place::file(&options.name))
        .help("wind told between them is left out, peaks and all")
}

/// The number in a cell; NaN where it is missing.
fn number(cell: &str) -> Option<f64> {
    if cell == "MM" {
        return Some(f64::NAN);
    }
    let number = cell.parse::<f64>().ok().filter(|number| number.is_finite())?;
    let is_missing = [99.0, 999.0, 9999.0].contains(&number);
    Some(if is_missing { f64::NAN } else { number })
}

/// The times of the rows that have every wave channel, or where there are no waves any value.
fn full_rows(picks: &[Pick], rows: &[Row]) -> Vec<i64> {
    let is_wave = |pick: &Pick| matches!(pick.channel.name.as_str(), "hs" | "tp");
    let has_any = |channel: usize| rows.iter().any(|row| !row.values[channel].is_nan());
    let waves: Vec<usize> = (0..picks.len()).filter(|&c| is_wave(&picks[c]) && has_any(c)).collect();
    let is_full = |row: &&Row| match waves.is_empty() {
        true => row.values.iter().any(|value| !value.is_nan()),
        false => waves.iter().all(|&channel| !row.values[channel].is_nan()),
    };
    rows.iter().filter(is_full).map(|row| row.time).collect()
}

/// The commonest time from one to the next, and the commonest place within it; of equally common ones the shorter, the earlier.
fn step_and_phase(times: &[i64]) -> Option<(i64, i64)> {
    let commonest = |values: &mut dyn Iterator<Item = i64>| {
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        values.for_each(|value| *counts.entry(value).or_default() += 1);
        counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(value, _)| value)
    };
    let step = commonest(&mut times.windows(2).map(|pair| pair[1] - pair[0]))?;
    let phase = commonest(&mut times.iter().map(|time| time.rem_euclid(step)))?;
    Some((step, phase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Reading>, Diagnostics) {
        let mut found = Diagnostics::default();
        let options = ReadOptions::named("b.txt");
        let reading = super::super::read_input(Input::Bytes(text.as_bytes()), &options, &mut found);
        (reading.expect("no failure of the world"), found)
    }

    #[test]
    fn newest_first_with_waves_on_some_rows() {
        let (reading, found) = read(concat!(
            "#YY  MM DD hh mm WDIR WSPD GST  WVHT   DPD\n#yr  mo dy hr mn degT m/s  m/s     m   sec\n",
            "2019 04 02 12 10 220  1.0   MM   1.7    15\n2019 04 02 12 00 210  9.0   MM    MM    MM\n",
            "2019 04 02 11 20 210  1.0   MM   1.8    MM\n2019 04 02 11 10 210  2.0   MM   1.8    17\n",
            "2019 04 02 10 10 210  2.0   MM   1.5    17\n",
        ));
        let series = reading.unwrap_or_else(|| panic!("{found:?}")).series;
        assert_eq!(
            (series.start.to_rfc3339().as_str(), series.step),
            ("2019-04-02T10:10:00+00:00", Span::of_hours(1))
        );
        assert_eq!(series.values[0], [1.5, 1.8, 1.7]);
        assert_eq!(series.values[2], [2.0, 2.0, 1.0]);
        assert_eq!(found.iter().map(|d| d.slug).collect::<Vec<_>>(), ["weather-thinned"]);
    }

    #[test]
    fn old_files_have_two_digits_and_no_minutes() {
        let (reading, found) = read(
            "YY MM DD hh WD WSPD GST WVHT DPD\n98 12 31 22 240 9.9 99.0 02.10 10.00\n98 12 31 23 240 9.0 99.0 99.00 99.00\n99 01 01 00 240 9.0 99.0 02.00 11.10\n99 01 01 01 240 9.0 99.0 02.00 11.10\n",
        );
        let series = reading.unwrap_or_else(|| panic!("{found:?}")).series;
        assert_eq!(series.start.to_rfc3339(), "1998-12-31T22:00:00+00:00");
        assert!(series.values[0][1].is_nan() && series.values[0][2] == 2.0);
        assert_eq!(series.values[2][0], 9.9);
    }

    #[test]
    fn faults_are_told_with_their_line() {
        let (reading, found) = read(
            "#YY MM DD hh mm WVHT\n2019 01 01 00 00 1.0\n2019 13 01 00 00 1.0\n2019 01 01 02 00 x\n2019 01 01\n",
        );
        assert!(reading.is_none());
        let told: Vec<_> = found.iter().map(|d| (d.slug, d.place.as_ref().map_or(0, |p| p.line))).collect();
        assert_eq!(told, [("weather-bad-time", 3), ("weather-bad-number", 4), ("weather-bad-number", 5)]);
    }
}
