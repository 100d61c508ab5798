//! The Gantt chart: under each vessel a row for each task, leg, sampling and transfer, and one for its waiting.
//!
//! In: a schedule. Out: lines on a [`Page`]: the axis, the rows, a legend of the signs that occur.
//! Rows stand in order of their first start; a task that is done several times has one row.
//! Behind the bars of work that needs weather lies the weather that would allow it.

use super::super::wording::{self, Clock};
use super::axis::Axis;
use super::bars::{self, Fill, Span};
use super::page::{Ink, Line, Page, left, width};
use crate::schedule::{Activity, Interval, Kind, Schedule, Time};

/// A row before it is drawn.
struct Row<'s> {
    title: String,
    kind: Kind,
    spans: Vec<Span>,
    open: &'s [Interval],
}

/// The columns between the labels and the chart.
const GAP: usize = 2;

/// Draws the chart, when there is anything to draw.
pub fn write(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    let Some((from, to)) = covered(schedule) else { return };
    let groups: Vec<(String, Vec<Row>)> = wording::actors(schedule)
        .into_iter()
        .map(|actor| (wording::actor_title(schedule, actor), rows(schedule, actor)))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let longest = groups.iter().flat_map(|(_, rows)| rows).map(|row| width(&row.title) + 2).max();
    // A third of the page for the labels, and room for a vessel's name at least.
    let labels = longest.unwrap_or_default().clamp(12, (page.width() / 3).max(12));
    let columns = page.width().saturating_sub(labels + GAP).max(8);
    let axis = Axis { from, to, columns };
    write_axis(&axis, clock, labels, page);
    let mut used = Vec::new();
    for (title, rows) in &groups {
        page.line(Line::of(Ink::Strong, title));
        for row in rows {
            let cells = bars::row(&axis, &row.spans, row.open);
            let mut line = Line::default();
            line.blanks(2);
            line.push(Ink::Plain, &left(&row.title, labels - 2));
            line.blanks(GAP);
            bars::draw(cells, &mut line, &mut used);
            page.line(line);
        }
    }
    page.gap();
    write_legend(&used, page);
}

/// The time that the chart covers: the horizon, stretched to what lies outside it, and without a long empty end.
pub(super) fn covered(schedule: &Schedule) -> Option<(Time, Time)> {
    let done = || schedule.activities.iter().filter(|activity| activity.kind != Kind::Idle);
    let (first, last) = (done().map(|a| a.start).min()?, done().map(|a| a.end).max()?);
    let (start, end) = (schedule.horizon.start.min(first), schedule.horizon.end.max(last));
    // Of a horizon that is mostly unused at its end, the bars would fill only a corner.
    let end = if (last - start) * 5 < (end - start) * 3 { last } else { end };
    // A schedule in which nothing takes time still has its moment on the axis.
    let end = end.max(start + chrono::TimeDelta::hours(1));
    (start < end).then_some((start, end))
}

fn rows<'s>(schedule: &'s Schedule, actor: Option<&str>) -> Vec<Row<'s>> {
    let of_actor = schedule.activities.iter().filter(|activity| activity.vessel.as_deref() == actor);
    let mut rows: Vec<Row> = Vec::new();
    let mut waiting = Row { title: "waiting".to_owned(), kind: Kind::Wait, spans: vec![], open: &[] };
    for activity in wording::by_time(of_actor) {
        match activity.kind {
            Kind::Idle => {}
            Kind::Wait => waiting.spans.extend(wait(activity)),
            _ => {
                let title = wording::title(activity);
                let is_same = |row: &&mut Row| row.kind == activity.kind && row.title == title;
                match rows.iter_mut().find(is_same) {
                    Some(row) => row.spans.push(done(activity)),
                    None => rows.push(Row {
                        title,
                        kind: activity.kind,
                        spans: vec![done(activity)],
                        open: open(schedule, activity),
                    }),
                }
            }
        }
    }
    if !waiting.spans.is_empty() {
        rows.push(waiting);
    }
    rows
}

fn done(activity: &Activity) -> Span {
    let pause = if activity.waiting_h > 0.0 { Fill::Weather } else { Fill::Other };
    Span {
        whole: (activity.start, activity.end),
        parts: wording::worked(activity),
        fill: Fill::of(activity.kind),
        pause: Some(pause),
    }
}

/// A wait is waiting on weather where the schedule says so, and other waiting where it does not.
fn wait(activity: &Activity) -> Option<Span> {
    let whole = (activity.start, activity.end);
    match activity.work.is_empty() {
        _ if activity.start >= activity.end => None,
        true => Some(Span { whole, parts: vec![whole], fill: Fill::Other, pause: None }),
        false => {
            Some(Span { whole, parts: activity.work.clone(), fill: Fill::Weather, pause: Some(Fill::Other) })
        }
    }
}

fn open<'s>(schedule: &'s Schedule, activity: &Activity) -> &'s [Interval] {
    let row = schedule.windows.iter().find(|row| Some(&row.task) == activity.task.as_ref());
    row.map(|row| row.open.as_slice()).unwrap_or_default()
}

pub(super) fn write_axis(axis: &Axis, clock: &Clock, labels: usize, page: &mut Page) {
    let [context, marks, ticks] = axis.lines(clock);
    let mut line = |before: &str, text: &str, ink: Ink| {
        let mut line = Line::of(Ink::Faint, &left(before, labels));
        line.blanks(GAP);
        line.push(ink, text);
        page.line(line);
    };
    if !context.is_empty() {
        line("", &context, Ink::Plain);
    }
    line(axis.note(), &marks, Ink::Plain);
    line("", &ticks, Ink::Faint);
}

fn write_legend(used: &[Fill], page: &mut Page) {
    page.flow(legend(used).collect(), "   ", 0);
}

/// A sign with its meaning for each fill that occurs.
pub(super) fn legend(used: &[Fill]) -> impl Iterator<Item = Line> {
    let signs = Fill::ALL.into_iter().filter(|fill| used.contains(fill));
    signs.map(|fill| {
        let mut phrase = Line::of(fill.ink(), &fill.sign().to_string());
        phrase.push(Ink::Plain, &format!(" {}", fill.words()));
        phrase
    })
}
