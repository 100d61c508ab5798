//! The Gantt chart as a picture: what `svg`, `png` and `pdf` show.
//!
//! In: a schedule and a [`Sheet`], which says how large a page is. Out: [`Picture`]s, one a page: a table of tasks on the left, their
//! bars on the right with the closed weather behind them, the sea below, a legend and the sources.
//! Long schedules are paged by rows and by time; a page on which nothing happens is left out.
//! Not the formats: a picture knows nothing of SVG or PDF.

mod axis;
mod bars;
pub mod fonts;
mod frame;
mod links;
mod rows;
mod sea;
pub mod shape;

use super::wording::{Clock, clean};
use crate::schedule::{Interval, Schedule};
use axis::Scale;
use chrono::TimeDelta;
use rows::Row;
use shape::Picture;

/// How large the pages of a chart are.
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    width: f64,
    /// The height of a page; without it a page is as high as its rows ask for.
    height: Option<f64>,
    /// The greatest height of all rows together, where a page is as high as its rows.
    most_rows_height: f64,
    /// The longest time on a page, in days.
    most_days: i64,
    /// Whether what is told on pointing at a bar is kept.
    has_tips: bool,
}

/// The height of a row in which a name can be read.
const ROW: f64 = 18.0;
const MARGIN: f64 = 28.0;

impl Sheet {
    /// One picture with every row, to be scrolled.
    pub const SCREEN: Sheet = Sheet {
        width: 1587.0,
        height: None,
        most_rows_height: f64::INFINITY,
        most_days: i64::MAX,
        has_tips: true,
    };

    /// One picture that is never very high: of many rows each gets little room, and not every name.
    pub const OVERVIEW: Sheet = Sheet { most_rows_height: 1500.0, has_tips: false, ..Sheet::SCREEN };

    /// Pages of A3, lying: 420 mm by 297 mm.
    pub const A3: Sheet = Sheet {
        width: 1587.402,
        height: Some(1122.52),
        most_rows_height: f64::INFINITY,
        most_days: 190,
        has_tips: false,
    };

    /// Pages of A4, lying: 297 mm by 210 mm.
    pub const A4: Sheet = Sheet { width: 1122.52, height: Some(793.701), most_days: 95, ..Sheet::A3 };
}

/// Where the columns of a page are.
#[derive(Debug, Clone, Copy)]
struct Columns {
    /// The left edge of the names.
    name: f64,
    /// The right edges of start, end, worked hours and float; of no width where a page is narrow.
    start: f64,
    end: f64,
    worked: Option<f64>,
    float: f64,
    /// The left and right edges of the chart.
    chart: (f64, f64),
}

impl Columns {
    fn of(sheet: &Sheet, with_year: bool) -> Columns {
        let is_wide = sheet.width > 1300.0;
        let time = if with_year { 98.0 } else { 74.0 };
        let start = MARGIN + if is_wide { 196.0 } else { 140.0 } + time;
        let end = start + time;
        let worked = is_wide.then_some(end + 62.0);
        let float = worked.unwrap_or(end) + 60.0;
        Columns { name: MARGIN, start, end, worked, float, chart: (float + 12.0, sheet.width - MARGIN) }
    }
}

/// A chart that is being drawn.
struct Chart<'s> {
    schedule: &'s Schedule,
    sheet: Sheet,
    clock: Clock,
    rows: Vec<Row<'s>>,
    seas: Vec<sea::Sea<'s>>,
    /// All the time that the chart covers.
    span: Interval,
}

/// What a page shows.
struct Page {
    /// Places of rows; the head of a vessel is repeated where its rows go on.
    rows: Vec<usize>,
    span: Interval,
    number: usize,
}

/// The pages of a schedule's chart.
pub fn pictures(schedule: &Schedule, sheet: Sheet) -> Vec<Picture> {
    let chart = Chart::new(schedule, sheet);
    let pages = chart.pages();
    pages.iter().map(|page| chart.draw(page, pages.len())).collect()
}

impl<'s> Chart<'s> {
    fn new(schedule: &'s Schedule, sheet: Sheet) -> Chart<'s> {
        let rows = rows::rows(schedule);
        let (mut start, mut end) = (schedule.horizon.start, schedule.horizon.end);
        for (from, to) in rows.iter().filter_map(Row::span) {
            (start, end) = (start.min(from), end.max(to));
        }
        // A schedule without length still has a place on the axis.
        let end = end.max(start.checked_add_signed(TimeDelta::hours(1)).unwrap_or(end));
        let seas = sea::seas(schedule);
        Chart { schedule, sheet, clock: Clock::of(schedule), rows, seas, span: (start, end) }
    }

    /// The height of a row: less where many must be seen at once, more where few have a page to themselves.
    fn row_height(&self) -> f64 {
        const TALL: f64 = 28.0;
        let rows = self.rows.len().max(1) as f64;
        match self.room() {
            Some(room) => (room / rows).clamp(ROW, TALL),
            None => (self.sheet.most_rows_height / rows).min(ROW),
        }
    }

    /// The room for rows on a page of given height.
    fn room(&self) -> Option<f64> {
        self.sheet.height.map(|height| height - frame::TOP - self.foot_height())
    }

    fn pages(&self) -> Vec<Page> {
        let all: Vec<usize> = (0..self.rows.len()).collect();
        let room =
            self.room().map_or(usize::MAX, |room| (room / self.row_height()).floor().max(4.0) as usize);
        let mut pages = Vec::new();
        let stretches = self.stretches();
        for rows in self.chunks(&all, room) {
            let before = pages.len();
            for &span in &stretches {
                let happens = |row: &usize| self.rows[*row].happens_in(span);
                // Only rows of work decide: the strip of a vessel is on every page of it.
                if rows.iter().any(happens) {
                    pages.push(Page { rows: rows.clone(), span, number: pages.len() + 1 });
                }
            }
            if pages.len() == before {
                pages.push(Page { rows, span: stretches[0], number: pages.len() + 1 });
            }
        }
        if pages.is_empty() {
            pages.push(Page { rows: all, span: stretches[0], number: 1 });
        }
        pages
    }

    /// Rows by the page; a head never stands last, and is repeated where its rows go on.
    fn chunks(&self, all: &[usize], room: usize) -> Vec<Vec<usize>> {
        let mut chunks = Vec::new();
        let mut chunk: Vec<usize> = Vec::new();
        let mut head = None;
        for &row in all {
            let is_head = self.rows[row].is_head();
            // A head needs room for one row below it.
            if chunk.len() + usize::from(is_head) >= room {
                chunks.push(std::mem::take(&mut chunk));
                if !is_head {
                    chunk.extend(head);
                }
            }
            if is_head {
                head = Some(row);
            }
            chunk.push(row);
        }
        if !chunk.is_empty() {
            chunks.push(chunk);
        }
        chunks
    }

    /// The whole span in equal parts of whole days, none longer than a page may show. However long a schedule is, there are at
    /// most forty.
    fn stretches(&self) -> Vec<Interval> {
        const MOST: i64 = 40;
        let (start, end) = self.span;
        let days = ((end - start).num_hours() + 23) / 24;
        let number = (days - 1).div_euclid(self.sheet.most_days) + 1;
        let number = number.clamp(1, MOST);
        if number == 1 {
            return vec![self.span];
        }
        let each = TimeDelta::days((days + number - 1) / number);
        let mut stretches = Vec::new();
        let mut from = start;
        while from < end {
            let to = from.checked_add_signed(each).map_or(end, |to| to.min(end));
            stretches.push((from, to));
            from = to;
        }
        stretches
    }

    /// The height of all that stands below the rows.
    fn foot_height(&self) -> f64 {
        self.seas.len() as f64 * sea::HEIGHT + frame::FOOT
    }

    fn draw(&self, page: &Page, pages: usize) -> Picture {
        let columns = Columns::of(&self.sheet, self.clock.has_years());
        let row_height = self.row_height();
        let rows_height = row_height * page.rows.len().max(1) as f64;
        let rows_end = frame::TOP + rows_height;
        let height = self.sheet.height.unwrap_or(rows_end + self.foot_height());
        let about = format!("Gantt chart of {}", clean(&self.schedule.plan.name));
        let mut picture = Picture { width: self.sheet.width, height, about, shapes: Vec::new() };
        let (left, right) = columns.chart;
        let scale = Scale { span: page.span, left, width: right - left };
        picture.area([0.0, 0.0, picture.width, height], Some(frame::PAPER), None);
        let seas_end = rows_end + self.seas.len() as f64 * sea::HEIGHT;
        let plot = bars::Plot { chart: self, page, columns, scale, top: frame::TOP, row_height };
        frame::header(self, &columns, &mut picture);
        plot.backs(&mut picture);
        frame::axis(self, &plot, seas_end, &mut picture);
        plot.rows(&mut picture);
        plot.links(&mut picture);
        for (at, sea) in self.seas.iter().enumerate() {
            sea.draw(&plot, rows_end + at as f64 * sea::HEIGHT, &mut picture);
        }
        frame::foot(self, page, pages, &columns, height, &mut picture);
        picture
    }
}
