//! A workbook for Excel and its relatives: the plan's summary, activities, a Gantt grid, stocks, deliveries, demands, reserves, closures and
//! laytimes where there are any, costs, budgets where there are any, assumptions.
//!
//! In: a schedule. Out: an .xlsx file with true dates, frozen headers, filters and sensible widths.
//! A spreadsheet has no zone: times are on the clock of the plan's zone, and the header of each such column names it.
//! Nothing in it runs: every text is written as text, whatever it begins with, and there are no formulas.
//! A time before 1900, which no spreadsheet knows, stands as text. The day the file was made is the day the plan was issued.

mod ashore;
mod bounds;
mod gantt;

use super::Format;
use super::project::short;
use super::wording::{self, Clock, hours, is_done};
use super::xml::legal;
use crate::schedule::{Activity, Schedule, Time};
use chrono::{Datelike, Timelike};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format as Style, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};
use std::io::{self, Write};

/// The format `xlsx`.
pub struct Xlsx;

impl Format for Xlsx {
    fn name(&self) -> &'static str {
        "xlsx"
    }

    fn extension(&self) -> &'static str {
        "xlsx"
    }

    fn about(&self) -> &'static str {
        "a workbook: activities, Gantt grid, stocks, deliveries, costs, assumptions"
    }

    fn is_text(&self) -> bool {
        false
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        let bytes = workbook(schedule).map_err(io::Error::other)?;
        out.write_all(&bytes)
    }
}

/// What a cell holds.
enum Cell {
    Text(String),
    Number(f64),
    Time(Time),
    Empty,
}

fn text(name: &str) -> Cell {
    Cell::Text(legal(name))
}

fn optional(name: &Option<String>) -> Cell {
    name.as_deref().map_or(Cell::Empty, text)
}

fn number(value: Option<f64>) -> Cell {
    value.map_or(Cell::Empty, Cell::Number)
}

/// The looks of cells, made once for all sheets.
struct Looks<'s> {
    clock: &'s Clock,
    header: Style,
    time: Style,
    number: Style,
    wrapped: Style,
}

impl Looks<'_> {
    fn of(clock: &Clock) -> Looks<'_> {
        Looks {
            clock,
            header: Style::new()
                .set_bold()
                .set_background_color(Color::RGB(0xD9E2EC))
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::Top)
                .set_text_wrap(),
            time: Style::new().set_num_format("yyyy-mm-dd hh:mm"),
            number: Style::new().set_num_format("#,##0.###"),
            wrapped: Style::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

/// The longest text that a cell holds, less some.
const TEXT: usize = 32_000;

/// A sheet that is a table: a header that stays, a filter, and rows.
struct Table<'t> {
    name: &'t str,
    /// The headers, with the width of each column in characters.
    columns: &'t [(&'t str, f64)],
    rows: Vec<Vec<Cell>>,
}

fn workbook(schedule: &Schedule) -> Result<Vec<u8>, XlsxError> {
    let clock = Clock::of(schedule);
    let looks = Looks::of(&clock);
    let mut workbook = Workbook::new();
    let made = excel_time(schedule.plan.issued.to_utc().fixed_offset());
    workbook.set_properties(
        &DocProperties::new()
            .set_title(legal(&short(&schedule.plan.name, 200)))
            .set_comment(format!("Plan {}, made by mudline", legal(&schedule.plan.sha256)))
            .set_creation_datetime(&made.unwrap_or(ExcelDateTime::from_ymd(1900, 1, 1)?)),
    );
    write_summary(workbook.add_worksheet(), schedule, &looks)?;
    let zone = legal(&clock.name);
    let (start, end, time) = (format!("start\n{zone}"), format!("end\n{zone}"), format!("time\n{zone}"));
    activities(schedule).write(workbook.add_worksheet(), &looks, &[(0, start.as_str()), (1, &end)])?;
    gantt::write(workbook.add_worksheet(), schedule, &looks)?;
    for (table, titles) in [stocks(schedule), deliveries(schedule)] {
        let titles: Vec<_> = titles.iter().map(|&at| (at, time.as_str())).collect();
        table.write(workbook.add_worksheet(), &looks, &titles)?;
    }
    let timed = [ashore::demands(schedule), ashore::reserves(schedule), bounds::closures(schedule)];
    for (table, times) in timed.into_iter().flatten() {
        let titles: Vec<_> =
            times.iter().map(|&at| (at, format!("{}\n{zone}", table.columns[at].0))).collect();
        let titles: Vec<_> = titles.iter().map(|(at, title)| (*at, title.as_str())).collect();
        table.write(workbook.add_worksheet(), &looks, &titles)?;
    }
    let untimed = [
        bounds::laytimes(schedule),
        Some(costs(schedule)),
        bounds::budgets(schedule),
        Some(assumptions(schedule)),
    ];
    for table in untimed.into_iter().flatten() {
        table.write(workbook.add_worksheet(), &looks, &[])?;
    }
    workbook.save_to_buffer()
}

impl Table<'_> {
    /// Writes it; `titles` replace the headers of the columns of times.
    fn write(&self, sheet: &mut Worksheet, looks: &Looks, titles: &[(usize, &str)]) -> Result<(), XlsxError> {
        sheet.set_name(self.name)?;
        for (at, (header, width)) in self.columns.iter().enumerate() {
            let title = titles.iter().find(|(column, _)| *column == at).map_or(*header, |(_, title)| *title);
            sheet.write_string_with_format(0, at as u16, title, &looks.header)?;
            sheet.set_column_width(at as u16, *width)?;
        }
        for (row, cells) in self.rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                put(sheet, (row as u32 + 1, column as u16), cell, looks)?;
            }
        }
        let last = (self.columns.len() - 1) as u16;
        sheet.autofilter(0, 0, self.rows.len() as u32, last)?;
        sheet.set_freeze_panes(1, 0)?;
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        Ok(())
    }
}

fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    looks: &Looks,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, short(text, TEXT))?;
        }
        Cell::Number(value) => {
            sheet.write_number_with_format(row, column, *value, &looks.number)?;
        }
        Cell::Time(time) => {
            let local = looks.clock.at(*time);
            // A date of a workbook has no offset, which it takes to tell the hour that clocks show twice.
            match excel_time(local).filter(|_| !looks.clock.is_twice(*time)) {
                Some(time) => sheet.write_datetime_with_format(row, column, &time, &looks.time)?,
                None if looks.clock.is_twice(*time) => {
                    sheet.write_string(row, column, local.format("%Y-%m-%d %H:%M %:z").to_string())?
                }
                None => sheet.write_string(row, column, local.format("%Y-%m-%d %H:%M").to_string())?,
            };
        }
    }
    Ok(())
}

/// A time as a spreadsheet holds it; none where it knows no such year.
fn excel_time(local: Time) -> Option<ExcelDateTime> {
    let year = u16::try_from(local.year()).ok().filter(|year| (1900..=9999).contains(year))?;
    let day = ExcelDateTime::from_ymd(year, local.month() as u8, local.day() as u8).ok()?;
    day.and_hms(local.hour() as u16, local.minute() as u8, f64::from(local.second())).ok()
}

fn activities(schedule: &Schedule) -> Table<'static> {
    let row = |activity: &Activity| {
        let work: &[_] = if is_done(activity) { &activity.work } else { &[] };
        vec![
            Cell::Time(activity.start),
            Cell::Time(activity.end),
            Cell::Number(hours((activity.start, activity.end))),
            text(activity.kind.word()),
            Cell::Text(legal(&wording::title(activity))),
            optional(&activity.vessel),
            optional(&activity.site),
            optional(&activity.to_site),
            optional(&activity.gear),
            number(activity.tonnes),
            optional(&activity.commodity),
            Cell::Number(work.iter().map(|&part| hours(part)).sum::<f64>().abs()),
            Cell::Number(activity.waiting_h),
            number(activity.float_h),
            text(if activity.critical { "yes" } else { "no" }),
            text(&activity.id),
            number(activity.speed_kn),
            wording::in_tanks(activity).map_or(Cell::Empty, |tanks| text(&tanks)),
        ]
    };
    Table {
        name: "activities",
        columns: &[
            ("start", 17.0),
            ("end", 17.0),
            ("hours", 9.0),
            ("kind", 10.0),
            ("what", 30.0),
            ("vessel", 14.0),
            ("where", 16.0),
            ("to", 16.0),
            ("gear after", 14.0),
            ("tonnes", 10.0),
            ("commodity", 12.0),
            ("hours worked", 9.0),
            ("hours of weather", 10.0),
            ("float, hours", 9.0),
            ("critical", 9.0),
            ("id", 22.0),
            ("knots, where it may choose", 10.0),
            ("tanks", 26.0),
        ],
        rows: wording::by_time(schedule.activities.iter()).into_iter().map(row).collect(),
    }
}

/// A table, and which of its columns hold times.
type Timed = (Table<'static>, &'static [usize]);

fn stocks(schedule: &Schedule) -> Timed {
    let rows = wording::levels(schedule).flat_map(|of_it| {
        let one = |(time, level): &(Time, f64)| {
            vec![text(&of_it.name()), text(of_it.commodity), Cell::Time(*time), Cell::Number(*level)]
        };
        of_it.levels.iter().map(one).collect::<Vec<_>>()
    });
    let columns = &[("holder", 24.0), ("commodity", 14.0), ("time", 17.0), ("tonnes", 12.0)];
    (Table { name: "stocks", columns, rows: rows.collect() }, &[2])
}

fn deliveries(schedule: &Schedule) -> Timed {
    let rows = schedule.deliveries.iter().map(|delivery| {
        let (site, commodity) = (text(&delivery.site), text(&delivery.commodity));
        vec![Cell::Time(delivery.time), site, commodity, Cell::Number(delivery.tonnes)]
    });
    let columns = &[("time", 17.0), ("site", 18.0), ("commodity", 14.0), ("tonnes", 12.0)];
    (Table { name: "deliveries", columns, rows: rows.collect() }, &[0])
}

/// Money, to the hundredth: what is beyond that is a rounding of sums.
fn money(amount: f64) -> Cell {
    // Adding zero turns a negative zero into a plain one.
    Cell::Number((amount * 100.0).round() / 100.0 + 0.0)
}

fn costs(schedule: &Schedule) -> Table<'static> {
    let currency = optional_currency(schedule);
    let mut rows: Vec<Vec<Cell>> = schedule
        .costs
        .iter()
        .map(|cost| vec![text(&cost.item), optional(&cost.vessel), money(cost.amount), text(&currency)])
        .collect();
    if !rows.is_empty() {
        rows.push(vec![text("total"), Cell::Empty, money(schedule.totals.cost), text(&currency)]);
    }
    let columns = &[("item", 36.0), ("vessel", 18.0), ("amount", 16.0), ("currency", 10.0)];
    Table { name: "costs", columns, rows }
}

fn optional_currency(schedule: &Schedule) -> String {
    schedule.plan.currency.clone().unwrap_or_default()
}

fn assumptions(schedule: &Schedule) -> Table<'static> {
    let rows = schedule.notes.iter().map(|note| {
        let is_assumption = if note.assumption { "yes" } else { "no" };
        let (place, key, value) = (text(&note.place), text(&note.key), text(&note.value));
        vec![Cell::Number(note.line as f64), place, key, value, text(is_assumption), text(&note.text)]
    });
    let columns = &[
        ("line", 7.0),
        ("place", 26.0),
        ("key", 16.0),
        ("value", 32.0),
        ("assumption", 12.0),
        ("remark", 90.0),
    ];
    Table { name: "assumptions", columns, rows: rows.collect() }
}

fn write_summary(sheet: &mut Worksheet, schedule: &Schedule, looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_name("summary")?;
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 90)?;
    let currency = schedule.plan.currency.as_deref();
    let mut rows = vec![
        ("plan", text(&schedule.plan.name)),
        ("clock of all times", text(&looks.clock.name)),
        ("from", Cell::Time(schedule.horizon.start)),
        ("to", Cell::Time(schedule.horizon.end)),
        ("issued", Cell::Time(schedule.plan.issued)),
        ("status", text(&wording::status(schedule))),
    ];
    let ashore: Vec<(String, f64)> = wording::other_tonnes(schedule)
        .into_iter()
        .map(|(what, made)| (format!("{what}, tonnes"), made))
        .collect();
    let goals = schedule.solve.goals.iter();
    rows.extend(goals.map(|goal| ("goal", text(&wording::goal(schedule, goal, looks.clock)))));
    rows.extend(schedule.finish().map(|finish| ("finish", Cell::Time(finish))));
    rows.extend(schedule.happened.map(|happened| ("happened up to", Cell::Time(happened))));
    rows.push(("sampled, tonnes", Cell::Number(schedule.totals.sampled_t)));
    rows.push(("delivered, tonnes", Cell::Number(schedule.totals.delivered_t)));
    rows.extend(ashore.iter().map(|(title, made)| (title.as_str(), Cell::Number(*made))));
    if schedule.totals.cost != 0.0 {
        rows.push(("cost", text(&wording::money(schedule.totals.cost, currency))));
    }
    rows.push(("late", text(&wording::duration(schedule.totals.late_h))));
    if schedule.is_synthetic() {
        rows.push(("weather", text(wording::SYNTHETIC)));
    }
    rows.push(("SHA-256 of the plan", text(&schedule.plan.sha256)));
    for (row, (title, cell)) in rows.iter().enumerate() {
        sheet.write_string_with_format(row as u32, 0, *title, &looks.header)?;
        put(sheet, (row as u32, 1), cell, looks)?;
    }
    sheet.set_column_format(1, &looks.wrapped)?;
    Ok(())
}
