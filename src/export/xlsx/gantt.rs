//! The sheet `gantt`: a grid of time with a bar for each activity, under the weather.
//!
//! In: a schedule. Out: a row an activity and a column for so many hours that the grid stays readable; above the bars a row for
//! each channel of the weather with its greatest value in each column, and a row for each set of limits, marked where it is closed.
//! Not to the minute: a column is filled when any work touches it. The exact times stand beside the bars.
//! Colour is never alone: a bar has the first letter of its kind, closed weather an `x`, and a critical activity says so.

use super::{Cell, Looks, optional, put, text};
use crate::export::wording::{self, is_done, worked};
use crate::export::xml::legal;
use crate::schedule::{Activity, Interval, Kind, Schedule, Time};
use crate::weather::Channel;
use chrono::{NaiveTime, TimeDelta, Timelike};
use rust_xlsxwriter::{
    Color, ConditionalFormat2ColorScale, Format as Style, FormatAlign, FormatBorder, Worksheet, XlsxError,
};
use std::collections::BTreeMap;

/// The columns before the grid, with their widths in characters.
const LEFT: [(&str, f64); 6] =
    [("what", 30.0), ("vessel", 14.0), ("kind", 10.0), ("critical", 8.0), ("start", 17.0), ("end", 17.0)];

/// So many columns of time there are at most.
const MOST_COLUMNS: i64 = 300;

/// So many rows of limits there are at most.
const MOST_LIMITS: usize = 40;

/// The lengths of a column in hours among which the shortest that fits is taken; beyond the last it doubles.
const STEPS: [i64; 8] = [1, 2, 3, 6, 12, 24, 48, 168];

/// The columns of time.
struct Grid {
    start: Time,
    step: TimeDelta,
    columns: i64,
}

impl Grid {
    fn of(schedule: &Schedule, looks: &Looks) -> Grid {
        let (from, to) = (looks.clock.at(schedule.horizon.start), schedule.horizon.end);
        // Days begin at midnight, so that a column is a part of one.
        let midnight = looks.clock.moment(from.date_naive().and_time(NaiveTime::MIN));
        let start = midnight.filter(|midnight| *midnight <= from).unwrap_or(from);
        let span = (to - start).num_hours().max(1);
        let fits = |hours: &i64| (span + hours - 1) / hours <= MOST_COLUMNS;
        let mut hours = STEPS.into_iter().find(fits).unwrap_or(STEPS[STEPS.len() - 1]);
        while !fits(&hours) {
            hours *= 2;
        }
        Grid { start, step: TimeDelta::hours(hours), columns: (span + hours - 1) / hours }
    }

    /// The columns that an interval touches.
    fn touched(&self, (from, to): Interval) -> std::ops::Range<i64> {
        let step = self.step.num_seconds();
        let seconds = |time: Time| (time - self.start).num_seconds();
        let first = seconds(from).div_euclid(step).clamp(0, self.columns);
        let last = (seconds(to) + step - 1).div_euclid(step).clamp(first, self.columns);
        first..last
    }
}

/// The column of the sheet for a column of the grid.
fn place(column: i64) -> u16 {
    (LEFT.len() as i64 + column) as u16
}

/// Writes the sheet.
pub fn write(sheet: &mut Worksheet, schedule: &Schedule, looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_name("gantt")?;
    let grid = Grid::of(schedule, looks);
    let mut row = write_head(sheet, &grid, looks)?;
    row = write_sea(sheet, schedule, &grid, row)?;
    row = write_limits(sheet, schedule, &grid, row)?;
    let activities = wording::by_time(schedule.activities.iter().filter(|activity| is_done(activity)));
    sheet.set_freeze_panes(row, 1)?;
    let bars = Bars::new();
    for (row, activity) in (row..).zip(activities) {
        write_bar(sheet, activity, row, (&grid, &bars), looks)?;
    }
    sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 1)?;
    Ok(())
}

/// Writes the two rows of dates and hours; the row after them.
fn write_head(sheet: &mut Worksheet, grid: &Grid, looks: &Looks) -> Result<u32, XlsxError> {
    for (at, (title, width)) in LEFT.iter().enumerate() {
        let is_time = matches!(*title, "start" | "end");
        let title =
            if is_time { format!("{title}\n{}", legal(&looks.clock.name)) } else { (*title).to_owned() };
        sheet.write_string_with_format(0, at as u16, title, &looks.header)?;
        sheet.write_blank(1, at as u16, &looks.header)?;
        sheet.set_column_width(at as u16, *width)?;
    }
    let day =
        Style::new().set_num_format("d mmm").set_align(FormatAlign::Left).set_border_left(FormatBorder::Thin);
    let hour = Style::new().set_font_size(7).set_align(FormatAlign::Left);
    let mut shown = None;
    for column in 0..grid.columns {
        let local = looks.clock.at(grid.start + grid.step * column as i32);
        sheet.set_column_width(place(column), 3.3)?;
        if shown != Some(local.date_naive()) {
            shown = Some(local.date_naive());
            match super::excel_time(local) {
                Some(time) => sheet.write_datetime_with_format(0, place(column), &time, &day)?,
                None => sheet.write_string(0, place(column), local.format("%-d %b").to_string())?,
            };
        }
        if grid.step < TimeDelta::days(1) {
            sheet.write_number_with_format(1, place(column), local.hour(), &hour)?;
        }
    }
    Ok(2)
}

/// Writes a row for each channel of each sea, with the greatest value that touches each column; the row after them.
fn write_sea(
    sheet: &mut Worksheet,
    schedule: &Schedule,
    grid: &Grid,
    mut row: u32,
) -> Result<u32, XlsxError> {
    let value = Style::new().set_num_format("0.0").set_font_size(7).set_align(FormatAlign::Left);
    for sea in &schedule.sea {
        let step = TimeDelta::seconds((sea.step_h * 3600.0) as i64);
        for (channel, values) in &sea.channels {
            let mut greatest: BTreeMap<i64, f64> = BTreeMap::new();
            for (slot, sample) in values.iter().enumerate() {
                let (Some(sample), Ok(slot)) = (sample, i32::try_from(slot)) else { continue };
                let Some(from) = step.checked_mul(slot).and_then(|ahead| sea.start.checked_add_signed(ahead))
                else {
                    break;
                };
                for column in grid.touched((from, from + step)) {
                    let most = greatest.entry(column).or_insert(*sample);
                    *most = most.max(*sample);
                }
            }
            sheet.write_string(row, 0, legal(&format!("{channel} {}, {}", unit(channel), sea.site)))?;
            for (column, most) in greatest {
                sheet.write_number_with_format(row, place(column), most, &value)?;
            }
            let scale = ConditionalFormat2ColorScale::new()
                .set_minimum_color(Color::RGB(0xFFFFFF))
                .set_maximum_color(Color::RGB(0x6FA8DC));
            sheet.add_conditional_format(row, place(0), row, place(grid.columns - 1), &scale)?;
            row += 1;
        }
    }
    Ok(row)
}

/// The base unit of a channel, in which the sea is written; nothing for one that is not known.
fn unit(channel: &str) -> &'static str {
    let units = Channel::known(channel).map_or(&[][..], |kind| kind.dimension.units);
    units.iter().find(|(_, factor)| *factor == 1.0).map_or("", |(unit, _)| unit)
}

/// Writes a row for each set of limits, marked where it is closed; the row after them.
fn write_limits(
    sheet: &mut Worksheet,
    schedule: &Schedule,
    grid: &Grid,
    mut row: u32,
) -> Result<u32, XlsxError> {
    let closed = Style::new()
        .set_background_color(Color::RGB(0xE6B8AF))
        .set_font_color(Color::RGB(0x85200C))
        .set_font_size(7)
        .set_align(FormatAlign::Center);
    let mut known: Vec<(&str, &[Interval])> = Vec::new();
    for window in &schedule.windows {
        let (limits, open) = (window.limits.as_str(), window.open.as_slice());
        if known.len() < MOST_LIMITS && !known.contains(&(limits, open)) {
            known.push((limits, open));
        }
    }
    for (limits, open) in known {
        sheet.write_string(row, 0, legal(&format!("closed: over {limits}")))?;
        // A column counts as closed unless the whole of it is open.
        for column in 0..grid.columns {
            let from = grid.start + grid.step * column as i32;
            let (from, to) = (from.max(schedule.horizon.start), (from + grid.step).min(schedule.horizon.end));
            if from < to && !open.iter().any(|(begin, end)| *begin <= from && to <= *end) {
                sheet.write_string_with_format(row, place(column), "x", &closed)?;
            }
        }
        row += 1;
    }
    Ok(row)
}

/// The looks of bars.
struct Bars {
    of_kind: [Style; 4],
}

impl Bars {
    fn new() -> Bars {
        let style = |colour: u32| {
            Style::new()
                .set_background_color(Color::RGB(colour))
                .set_font_color(Color::RGB(0xFFFFFF))
                .set_font_size(7)
                .set_align(FormatAlign::Center)
        };
        Bars { of_kind: [0x2F5D8A, 0x6B7280, 0xB45309, 0x2E7D32].map(style) }
    }

    fn of(&self, kind: Kind) -> (&Style, &'static str) {
        match kind {
            Kind::Sail => (&self.of_kind[1], "s"),
            Kind::Sampling => (&self.of_kind[2], "l"),
            Kind::Transfer => (&self.of_kind[3], "m"),
            _ => (&self.of_kind[0], "t"),
        }
    }
}

fn write_bar(
    sheet: &mut Worksheet,
    activity: &Activity,
    row: u32,
    (grid, bars): (&Grid, &Bars),
    looks: &Looks,
) -> Result<(), XlsxError> {
    let cells = [
        Cell::Text(legal(&wording::title(activity))),
        optional(&activity.vessel),
        text(activity.kind.word()),
        text(if activity.critical { "yes" } else { "" }),
        Cell::Time(activity.start),
        Cell::Time(activity.end),
    ];
    for (column, cell) in cells.iter().enumerate() {
        put(sheet, (row, column as u16), cell, looks)?;
    }
    let (style, letter) = bars.of(activity.kind);
    for part in worked(activity) {
        for column in grid.touched(part) {
            sheet.write_string_with_format(row, place(column), letter, style)?;
        }
    }
    Ok(())
}
