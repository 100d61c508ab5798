//! Two schedules over one another: the bars of both on one axis, what changed by how much, and the totals before and after.
//!
//! In: two schedules and their comparison. Out: lines that fit the width.
//! Only what changed is drawn, an upper line as it was and a lower one as it is; what is as before is counted.

use super::super::wording::{self, Clock, clean, duration, money, number, tonnes};
use super::axis::Axis;
use super::bars::{self, Fill, Span};
use super::page::{Ink, Line, Page, left, width};
use super::table::{Column, Table};
use super::{Look, chart};
use crate::schedule::compare::{Change, Comparison, TotalChange, What};
use crate::schedule::{Activity, Schedule, Status};
use std::collections::BTreeMap;

const fn column(head: &'static str, is_name: bool, rank: u8) -> Column {
    Column { head, is_number: !is_name, is_name, rank }
}

/// What changed, as text that people read.
pub fn render_comparison(
    before: &Schedule,
    after: &Schedule,
    comparison: &Comparison,
    look: &Look,
) -> String {
    let clock = Clock::of(after);
    let mut page = Page::new(*look);
    write_head(before, after, comparison, &clock, &mut page);
    if comparison.changes.is_empty() {
        page.line(Line::of(Ink::Strong, "Nothing that is done has changed."));
        page.gap();
    } else {
        write_chart(before, after, comparison, &clock, &mut page);
        page.gap();
        write_changes(comparison, &clock, &mut page);
        page.gap();
    }
    write_totals(before, after, comparison, &clock, &mut page);
    page.finish()
}

fn write_head(before: &Schedule, after: &Schedule, comparison: &Comparison, clock: &Clock, page: &mut Page) {
    page.line(Line::of(Ink::Strong, &clean(&after.plan.name)));
    for (word, schedule) in [("before", before), ("after", after)] {
        let status = match schedule.solve.status {
            Status::Optimal => "proven optimal",
            Status::Feasible => "feasible",
        };
        let plan = if before.plan.name == after.plan.name {
            String::new()
        } else {
            format!(", {}", clean(&schedule.plan.name))
        };
        page.line(Line::of(
            Ink::Plain,
            &format!("{word:<6}  plan issued {}, {status}{plan}", clock.long(schedule.plan.issued)),
        ));
    }
    let count = |what: What| comparison.changes.iter().filter(|change| change.what == what).count();
    page.line(Line::of(
        Ink::Plain,
        &format!(
            "{} moved, {} added, {} removed, {} as before; times in {}",
            count(What::Moved),
            count(What::Added),
            count(What::Removed),
            comparison.unchanged,
            clock.name
        ),
    ));
    page.gap();
}

fn write_chart(before: &Schedule, after: &Schedule, comparison: &Comparison, clock: &Clock, page: &mut Page) {
    let covered = [before, after].into_iter().filter_map(chart::covered);
    let Some((from, to)) = covered.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else { return };
    let by_id = |schedule: &'_ Schedule| -> BTreeMap<String, Activity> {
        schedule.activities.iter().map(|activity| (activity.id.clone(), activity.clone())).collect()
    };
    let (old, new) = (by_id(before), by_id(after));
    let longest = comparison.changes.iter().map(|change| width(&label(change))).max();
    let labels = longest.unwrap_or_default().clamp(12, (page.width() / 3).max(12));
    let axis = Axis { from, to, columns: page.width().saturating_sub(labels + 4).max(8) };
    chart::write_axis(&axis, clock, labels + 2, page);
    let mut used = Vec::new();
    for change in &comparison.changes {
        let sides = [("−", old.get(&change.id), &change.before), ("+", new.get(&change.id), &change.after)];
        let mut title = label(change);
        for (sign, activity, placed) in sides {
            let Some(activity) = activity.filter(|_| placed.is_some()) else { continue };
            let mut line = Line::default();
            line.push(Ink::Plain, &left(&title, labels));
            line.push(Ink::Faint, &format!(" {sign} "));
            line.blanks(1);
            let span = Span {
                whole: (activity.start, activity.end),
                parts: wording::worked(activity),
                fill: Fill::of(activity.kind),
                pause: Some(if activity.waiting_h > 0.0 { Fill::Weather } else { Fill::Other }),
            };
            bars::draw(bars::row(&axis, &[span], &[]), &mut line, &mut used);
            page.line(line);
            title = String::new();
        }
    }
    page.gap();
    let mut signs = vec![Line::of(Ink::Faint, "− before   + after")];
    signs.extend(chart::legend(&used));
    page.flow(signs, "   ", 0);
}

fn label(change: &Change) -> String {
    clean(&change.name)
}

/// `+1 d 3 h`, `−2 h`, or `=` where nothing moved.
fn shift(hours: Option<f64>) -> String {
    match hours {
        Some(hours) if hours > 0.0 => format!("+{}", duration(hours)),
        Some(0.0) => "=".to_owned(),
        Some(hours) => format!("−{}", duration(-hours)),
        None => String::new(),
    }
}

fn write_changes(comparison: &Comparison, clock: &Clock, page: &mut Page) {
    let mut table = Table::new(&[
        column("activity", true, 0),
        column("start", false, 0),
        column("later by", false, 0),
        column("end", false, 1),
        column("later by", false, 2),
        column("t", false, 3),
    ]);
    for change in &comparison.changes {
        let is = change.after.as_ref().or(change.before.as_ref());
        let time =
            |time: Option<crate::schedule::Time>| time.map(|time| clock.short(time)).unwrap_or_default();
        let word = match change.what {
            What::Moved => shift(change.start_shift_h),
            What::Added => "added".to_owned(),
            What::Removed => "removed".to_owned(),
        };
        let now = |placed: &Option<crate::schedule::compare::Placed>| {
            placed.as_ref().and_then(|placed| placed.tonnes)
        };
        let lifted = match (now(&change.before), now(&change.after)) {
            (Some(was), Some(is)) if (is - was).abs() >= 1e-3 => signed(is - was, tonnes),
            (None, Some(is)) => format!("+{}", tonnes(is)),
            (Some(was), None) => format!("−{}", tonnes(was)),
            _ => String::new(),
        };
        let ink = if change.what == What::Removed { Ink::Faint } else { Ink::Plain };
        let cells = [
            clean(&change.id),
            time(is.map(|is| is.start)),
            word,
            time(is.map(|is| is.end)),
            shift(change.end_shift_h),
            lifted,
        ];
        table.row(cells.map(|text| (ink, text)).to_vec());
    }
    table.write(page);
}

fn signed(value: f64, said: fn(f64) -> String) -> String {
    if value < 0.0 { format!("−{}", said(-value)) } else { format!("+{}", said(value)) }
}

fn write_totals(
    before: &Schedule,
    after: &Schedule,
    comparison: &Comparison,
    clock: &Clock,
    page: &mut Page,
) {
    let start = before.horizon.start.min(after.horizon.start);
    let mut table = Table::new(&[
        column("total", true, 0),
        column("before", false, 0),
        column("after", false, 0),
        column("change", false, 0),
    ]);
    let said = |row: &TotalChange, value: f64, currency: Option<&str>| match row.name {
        "finish_h" => {
            let delta = chrono::TimeDelta::try_milliseconds((value * 3.6e6).round() as i64);
            let time = delta.and_then(|delta| start.checked_add_signed(delta));
            time.map_or_else(|| number(value), |time| clock.short(time))
        }
        "sampled_t" | "delivered_t" | "supplied_t" | "fuel_t" | "co2_t" => format!("{} t", tonnes(value)),
        "cost" => money(value, currency),
        _ => duration(value),
    };
    for row in &comparison.totals {
        if row.before.unwrap_or(0.0) == 0.0 && row.after.unwrap_or(0.0) == 0.0 {
            continue;
        }
        let word = match row.name {
            "sampled_t" => "sampled",
            "delivered_t" => "delivered",
            "supplied_t" => "supplied",
            "fuel_t" => "fuel",
            "co2_t" => "CO2",
            "finish_h" => "finish",
            "late_h" => "late",
            "work_h" => "work",
            "sail_h" => "sailing",
            "weather_wait_h" => "waiting on weather",
            "other_wait_h" => "other waiting",
            "idle_h" => "idle",
            name => name,
        };
        let of = row.vessel.as_deref().map(|vessel| format!("{}: ", clean(vessel))).unwrap_or_default();
        let side = |value: Option<f64>, schedule: &Schedule| {
            value.map(|value| said(row, value, schedule.plan.currency.as_deref())).unwrap_or_default()
        };
        let change = match (row.name, row.change) {
            (_, None) => String::new(),
            (_, Some(change)) if change.abs() < 1e-9 => "=".to_owned(),
            ("finish_h", Some(change)) => shift(Some(change)),
            (_, Some(change)) => {
                let text = said(row, change.abs(), after.plan.currency.as_deref());
                format!("{}{text}", if change < 0.0 { "−" } else { "+" })
            }
        };
        let cells = [format!("{of}{word}"), side(row.before, before), side(row.after, after), change];
        table.row(cells.map(|text| (Ink::Plain, text)).to_vec());
    }
    table.write(page);
}
