//! The rows of a page: names and times on the left, bars on the right.
//!
//! In: a page of a chart, and where its columns are. Out: shapes.
//! A bar is filled by its kind, and a critical one has a heavy red outline: colour alone says nothing. Pauses are hatched; the float is
//! a thin tail.

use super::axis::Scale;
use super::fonts::{fit, width};
use super::frame::{BLACK, GREY};
use super::rows::{Lane, Row};
use super::shape::{Anchor, Hatch, Ink, Line, Picture, Shape, diamond};
use super::{Chart, Columns, Page};
use crate::export::wording::{self, clean, duration, hours, tonnes};
use crate::schedule::{Activity, Delivery, Interval, Kind};
use chrono::TimeDelta;

/// The outline of what is critical.
pub const CRITICAL: Line = Line { ink: 0xB3261E, width: 1.8, dashed: false };
/// The lines of what waits for the weather.
pub const WAIT: Ink = 0x7A4B12;
/// The ground behind the head of a vessel.
const HEAD: Ink = 0xEEF1F5;
/// The tail of a bar.
const TAIL: Ink = 0x46515E;

/// Below this height of rows, closed weather and the ends of tails are left out.
const THIN: f64 = 5.0;
/// The room that a line of names needs.
const LEADING: f64 = 11.9;

/// The fill of a kind of activity.
pub fn ink(kind: Kind) -> Ink {
    match kind {
        Kind::Task | Kind::Process | Kind::Supply => 0x5B82B0,
        Kind::Sampling => 0xD09A2B,
        Kind::Transfer => 0x3F8F7B,
        Kind::Sail => 0xA7B4C2,
        Kind::Wait | Kind::Idle => 0xFFFFFF,
    }
}

/// The stretch by which an activity could be later, if it could.
pub fn tail(activity: &Activity) -> Option<Interval> {
    let float = activity.float_h.filter(|hours| *hours > 0.0 && !activity.critical)?;
    // No longer than a thousand years: beyond it no time can be told.
    let seconds = (float.min(8.8e6) * 3600.0).round() as i64;
    Some((activity.end, activity.end.checked_add_signed(TimeDelta::seconds(seconds))?))
}

/// Draws the sign of float.
pub fn draw_tail((from, to): (f64, f64), y: f64, half: f64, picture: &mut Picture) {
    let lines = vec![[(from, y), (to, y)], [(to, y - half), (to, y + half)]];
    picture.shapes.push(Shape::Lines(lines, Line::of(TAIL, 1.4f64.min(half))));
}

/// Whether any row has weather outside its limits.
pub fn has_closed(chart: &Chart) -> bool {
    chart.rows.iter().any(|row| matches!(&row.lane, Lane::Work { closed, .. } if !closed.is_empty()))
        && chart.row_height() >= THIN
}

/// A page that is being drawn.
pub struct Plot<'c> {
    pub(super) chart: &'c Chart<'c>,
    pub(super) page: &'c Page,
    pub(super) columns: Columns,
    pub(super) scale: Scale,
    pub(super) top: f64,
    pub(super) row_height: f64,
}

impl Plot<'_> {
    /// The rows of the page with their upper edges.
    pub(super) fn rows_with_tops(&self) -> impl Iterator<Item = (&Row<'_>, f64)> {
        let at = |(place, row): (usize, &usize)| {
            (&self.chart.rows[*row], self.top + self.row_height * place as f64)
        };
        self.page.rows.iter().enumerate().map(at)
    }

    /// What lies behind the grid: the ground of heads, and the closed weather.
    pub fn backs(&self, picture: &mut Picture) {
        let mut closed_areas = Vec::new();
        let left = self.columns.name - 4.0;
        for (row, top) in self.rows_with_tops() {
            match &row.lane {
                Lane::Head { .. } => {
                    let area = [left, top, self.columns.chart.1 - left, self.row_height];
                    picture.area(area, Some(HEAD), None);
                }
                // In a thin row it could not be told from the bars.
                Lane::Work { closed, .. } if self.row_height >= THIN => {
                    for (from, to) in merged(closed.iter().filter_map(|part| self.scale.part(*part))) {
                        closed_areas.push([from, top, to - from, self.row_height]);
                    }
                }
                Lane::Work { .. } | Lane::Deliveries(_) => {}
            }
        }
        picture.shapes.push(Shape::Hatched(closed_areas, Hatch::Closed));
    }

    /// Names, times and bars of every row.
    pub fn rows(&self, picture: &mut Picture) {
        // Where rows are thin, only as many are named as can be read: every vessel, and of the tasks those with room.
        let base = |top: f64| top + self.row_height * 0.5 + 4.0;
        let heads: Vec<f64> =
            self.rows_with_tops().filter(|(row, _)| row.is_head()).map(|(_, top)| base(top)).collect();
        let mut named = f64::NEG_INFINITY;
        for (row, top) in self.rows_with_tops() {
            let base = base(top);
            let next = heads.partition_point(|head| *head <= base);
            let is_free = heads.get(next).is_none_or(|head| head - base >= LEADING);
            if base - named >= LEADING && (row.is_head() || is_free) {
                self.table(row, base, picture);
                named = base;
            }
            match &row.lane {
                Lane::Head { strip, .. } => self.strip(strip, top, picture),
                Lane::Work { bars, limits, .. } => self.bars(bars, limits, top, picture),
                Lane::Deliveries(all) => self.deliveries(all, top, picture),
            }
        }
    }

    /// The name of a row and its numbers.
    fn table(&self, row: &Row, y: f64, picture: &mut Picture) {
        let columns = &self.columns;
        if let Lane::Head { hours, .. } = &row.lane {
            let room = columns.chart.0 - columns.name - 8.0;
            let title = fit(&row.title, room, 11.0, true);
            let used = width(&title, 11.0, true) + 12.0;
            picture.write((columns.name, y), 11.0, BLACK, Anchor::Start, true, title);
            let hours = fit(hours, room - used, 9.0, false);
            picture.text((columns.name + used, y), 9.0, GREY, hours);
            return;
        }
        let indent = columns.name + 8.0;
        let time = columns.end - columns.start;
        let name = fit(&row.title, columns.start - time - indent, 10.5, false);
        picture.text((indent, y), 10.5, BLACK, name);
        let mut cell = |x: f64, is_bold: bool, text: String| {
            picture.write((x, y), 9.5, BLACK, Anchor::End, is_bold, text);
        };
        if let Some((start, end)) = row.span() {
            cell(columns.start, false, self.chart.clock.short(start));
            cell(columns.end, false, self.chart.clock.short(end));
        }
        match &row.lane {
            Lane::Work { bars, .. } => {
                let worked: f64 = bars.iter().flat_map(|bar| wording::worked(bar)).map(hours).sum();
                if let Some(x) = columns.worked {
                    cell(x, false, duration(worked));
                }
                let (is_critical, float) = float(bars);
                cell(columns.float, is_critical, float);
            }
            Lane::Deliveries(all) => {
                let total: f64 = all.iter().map(|delivery| delivery.tonnes).sum();
                cell(columns.worked.unwrap_or(columns.float), false, format!("{} t", tonnes(total)));
            }
            Lane::Head { .. } => {}
        }
    }

    /// All that a vessel does, one thing after the other.
    fn strip(&self, strip: &[&Activity], top: f64, picture: &mut Picture) {
        let (y, height) = (top + self.row_height * 0.25, self.row_height * 0.5);
        let mut waits = Vec::new();
        for activity in strip {
            let Some((from, to)) = self.scale.part((activity.start, activity.end)) else { continue };
            match activity.kind {
                Kind::Idle => {}
                Kind::Wait => {
                    let line = Line { ink: GREY, width: 0.6, dashed: true };
                    picture.area([from, y, to - from, height], Some(0xFFFFFF), Some(line));
                    waits.extend(activity.work.iter().filter_map(|part| self.scale.part(*part)));
                }
                kind => {
                    picture.area([from, y, (to - from).max(0.6), height], Some(ink(kind)), None);
                    waits.extend(pauses(activity).into_iter().filter_map(|part| self.scale.part(part)));
                }
            }
        }
        let areas: Vec<_> =
            merged(waits.into_iter()).map(|(from, to)| [from, y, to - from, height]).collect();
        for &area in &areas {
            picture.area(area, Some(0xFFFFFF), None);
        }
        picture.shapes.push(Shape::Hatched(areas, Hatch::Waiting));
    }

    /// The bars of one row.
    fn bars(&self, bars: &[&Activity], limits: &str, top: f64, picture: &mut Picture) {
        let (height, middle) = (self.row_height * 0.58, top + self.row_height * 0.5);
        for bar in bars {
            if let Some((from, to)) = tail(bar).and_then(|part| self.scale.part(part)).filter(|p| p.1 > p.0) {
                draw_tail((from, to), middle, (self.row_height / 6.0).min(3.0), picture);
            }
        }
        for (at, bar) in bars.iter().enumerate() {
            let Some((from, to)) = self.scale.part((bar.start, bar.end)) else { continue };
            if self.chart.sheet.has_tips {
                picture.shapes.push(Shape::Tip(self.tip(bar, limits)));
            }
            self.bar(bar, (from, to), (middle - height / 2.0, height), picture);
            if self.chart.sheet.has_tips {
                picture.shapes.push(Shape::TipEnd);
            }
            let next = bars.get(at + 1).and_then(|next| self.scale.part((next.start, next.end)));
            let end = next.map_or(self.scale.right(), |next| next.0);
            self.label(bar, (from, to), end, middle, picture);
        }
    }

    fn bar(&self, bar: &Activity, (from, to): (f64, f64), (y, height): (f64, f64), picture: &mut Picture) {
        if bar.start == bar.end {
            let points = diamond((from, y + height / 2.0), height / 2.0 + 1.0);
            let line = bar.critical.then_some(CRITICAL);
            picture.shapes.push(Shape::Path { points, fill: Some(ink(bar.kind)), line });
            return;
        }
        let shown = (to - from).max(1.2);
        let pauses: Vec<_> = pauses(bar).into_iter().filter_map(|part| self.scale.part(part)).collect();
        if pauses.is_empty() {
            picture.area([from, y, shown, height], Some(ink(bar.kind)), None);
        } else {
            picture.area([from, y, shown, height], Some(0xFFFFFF), Some(Line::of(WAIT, 0.7)));
            let areas = merged(pauses.into_iter()).map(|(from, to)| [from, y, to - from, height]).collect();
            picture.shapes.push(Shape::Hatched(areas, Hatch::Waiting));
            for (from, to) in
                merged(wording::worked(bar).into_iter().filter_map(|part| self.scale.part(part)))
            {
                picture.area([from, y, (to - from).max(0.6), height], Some(ink(bar.kind)), None);
            }
        }
        if bar.critical {
            // A thin row cannot hold a heavy line.
            let line = Line { width: CRITICAL.width.min(height * 0.4), ..CRITICAL };
            picture.area([from, y, shown, height], None, Some(line));
        }
    }

    /// Tonnes, or where it sails to, beside the bar or on it.
    fn label(&self, bar: &Activity, (from, to): (f64, f64), end: f64, middle: f64, picture: &mut Picture) {
        let text = match (bar.kind, bar.tonnes, &bar.to_site) {
            (Kind::Sail, _, Some(site)) => format!("to {}", clean(site)),
            (_, Some(amount), _) => format!("{} t", tonnes(amount)),
            _ => return,
        };
        if self.row_height < 12.0 || text.len() > 200 {
            return;
        }
        let wide = width(&text, 9.0, false);
        let tail = tail(bar).and_then(|part| self.scale.part(part)).map_or(to, |tail| tail.1.max(to));
        let at = if wide + 8.0 <= to - from {
            from + 5.0
        } else if wide + 8.0 <= end - tail {
            tail + 5.0
        } else {
            return;
        };
        picture.text((at, middle + 3.2), 9.0, BLACK, text);
    }

    fn deliveries(&self, all: &[&Delivery], top: f64, picture: &mut Picture) {
        let middle = top + self.row_height * 0.5;
        let mut free = f64::NEG_INFINITY;
        for delivery in all {
            let Some((x, _)) = self.scale.part((delivery.time, delivery.time)) else { continue };
            let points = diamond((x, middle), (self.row_height * 0.3).min(5.4));
            picture.shapes.push(Shape::Path { points, fill: Some(ink(Kind::Transfer)), line: None });
            let text = format!("{} t", tonnes(delivery.tonnes));
            let wide = width(&text, 9.0, false);
            // A label near the right edge stands to the left of its sign.
            let fits = x + 8.0 + wide <= self.scale.right();
            let at = if fits { x + 8.0 } else { x - 8.0 - wide };
            if at >= free && self.row_height >= 12.0 {
                picture.text((at, middle + 3.2), 9.0, BLACK, text);
                free = at + wide + 14.0;
            }
        }
    }

    /// What is told of a bar.
    fn tip(&self, bar: &Activity, limits: &str) -> String {
        let clock = &self.chart.clock;
        let mut lines = vec![
            format!("{} ({})", wording::title(bar), clean(&bar.id)),
            format!(
                "{} to {}, {}",
                clock.long(bar.start),
                clock.long(bar.end),
                duration(hours((bar.start, bar.end)))
            ),
        ];
        if bar.waiting_h > 0.0 {
            lines.push(format!("of it {} waiting on weather", duration(bar.waiting_h)));
        }
        if let Some(amount) = bar.tonnes {
            lines.push(format!("{} t{}", tonnes(amount), wording::of_commodity(bar)));
        }
        if !limits.is_empty() {
            lines.push(format!("limits: {}", clean(limits)));
        }
        match wording::float(bar) {
            float if float.is_empty() => {}
            float if bar.critical => lines.push(float),
            float => lines.push(format!("float {float}")),
        }
        lines.join("\n")
    }
}

/// What the bars of a row have for float: whether any is critical, and words; the least float of all.
fn float(bars: &[&Activity]) -> (bool, String) {
    if bars.iter().any(|bar| bar.critical) {
        return (true, "critical".to_owned());
    }
    let least = bars.iter().filter_map(|bar| bar.float_h).min_by(f64::total_cmp);
    (false, least.map(duration).unwrap_or_default())
}

/// The stretches of an activity between its worked intervals.
fn pauses(activity: &Activity) -> Vec<Interval> {
    let worked = wording::worked(activity);
    worked.windows(2).map(|pair| (pair[0].1, pair[1].0)).filter(|(from, to)| to > from).collect()
}

/// Stretches in order of place, joined where less than a hair lies between them; so a page never holds more than it can show.
fn merged(parts: impl Iterator<Item = (f64, f64)>) -> impl Iterator<Item = (f64, f64)> {
    let mut sorted: Vec<(f64, f64)> = parts.collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for (from, to) in sorted {
        match joined.last_mut() {
            Some(last) if from - last.1 < 0.3 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined.into_iter().filter(|(from, to)| to - from > 0.2)
}
