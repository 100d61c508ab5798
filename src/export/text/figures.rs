//! The figures under the chart: activities in order of time, deliveries, stocks, totals, hours by vessel.
//!
//! In: a schedule. Out: tables on a [`Page`].
//! Idle time stands in no row, and a wait only where it lasts an hour or more. With several vessels each has its own rows,
//! in order of time. Nothing is added up here that the schedule does not say, but what a stock holds at most and at the end.

use super::super::accounts::{item, sums};
use super::super::wording::{self, Clock, clean, duration, money, number, ranged, tonnes};
use super::page::{Ink, Line, Page};
use super::table::{Column, Table};
use crate::schedule::{Activity, Kind, Schedule};

/// A column of numbers or times.
pub const fn time(head: &'static str, rank: u8) -> Column {
    Column { head, is_number: true, is_name: false, rank }
}

/// A column of names.
pub const fn name(head: &'static str, rank: u8) -> Column {
    Column { head, is_number: false, is_name: true, rank }
}

/// Writes the activities.
pub fn write_activities(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    let mut table = Table::new(&[
        time("start", 0),
        time("end", 2),
        time("length", 4),
        name("what", 0),
        name("where", 3),
        time("t", 5),
        time("float", 1),
    ]);
    let shown = |activity: &&Activity| match activity.kind {
        Kind::Idle => false,
        Kind::Wait => wording::hours((activity.start, activity.end)) >= 1.0,
        _ => true,
    };
    let actors = wording::actors(schedule);
    for &actor in &actors {
        let of_actor = schedule.activities.iter().filter(|activity| activity.vessel.as_deref() == actor);
        let activities = wording::by_time(of_actor.filter(shown));
        if actors.len() > 1 && !activities.is_empty() {
            table.section(wording::actor_title(schedule, actor));
        }
        for activity in activities {
            write_activity(activity, clock, &mut table);
        }
    }
    table.write(page);
    page.gap();
}

fn write_activity(activity: &Activity, clock: &Clock, table: &mut Table) {
    let whole = wording::hours((activity.start, activity.end));
    let times = [clock.short(activity.start), clock.short(activity.end), duration(whole)];
    let times = times.map(|text| (Ink::Plain, text)).to_vec();
    if activity.kind == Kind::Wait {
        let ink = if activity.waiting_h > 0.0 { Ink::Weather } else { Ink::Plain };
        return table.wide(times, ink, wait(activity, whole));
    }
    let what = match activity.kind {
        Kind::Sail if activity.to_site.is_some() => {
            activity.speed_kn.map_or_else(|| "sail".to_owned(), |knots| format!("sail {} kn", number(knots)))
        }
        _ => clean(&activity.name),
    };
    let place = match (&activity.site, &activity.to_site) {
        (_, Some(to)) => format!("→ {}", clean(to)),
        (Some(site), None) => clean(site),
        (None, None) => String::new(),
    };
    let mut cells = times;
    cells.extend(
        [what, place, activity.tonnes.map(tonnes).unwrap_or_default()].map(|text| (Ink::Plain, text)),
    );
    let ink = if activity.critical { Ink::Strong } else { Ink::Plain };
    cells.push((ink, wording::float(activity)));
    table.row(cells);
    if let Some(tanks) = wording::in_tanks(activity) {
        let none = || (Ink::Plain, String::new());
        table.wide(vec![none(), none(), none()], Ink::Plain, format!("tanks: {tanks}"));
    }
    if activity.waiting_h > 0.0 {
        let none = || (Ink::Plain, String::new());
        let cells = vec![none(), none(), (Ink::Weather, duration(activity.waiting_h))];
        table.wide(cells, Ink::Weather, "of it waiting on weather".to_owned());
    }
}

/// A wait in words, with how much of it is for weather.
fn wait(activity: &Activity, whole: f64) -> String {
    let site = activity.site.as_deref().map(|site| format!(" at {}", clean(site))).unwrap_or_default();
    match activity.waiting_h {
        weather if weather >= whole => format!("waiting on weather{site}"),
        weather if weather > 0.0 => format!("waiting{site}, {} of it on weather", duration(weather)),
        _ => format!("waiting{site}, not on weather"),
    }
}

/// Writes the deliveries.
pub fn write_deliveries(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    if schedule.deliveries.is_empty() {
        return;
    }
    let mut table = Table::new(&[time("delivered by", 0), name("where", 0), name("what", 2), time("t", 0)]);
    for delivery in &schedule.deliveries {
        table.row(vec![
            (Ink::Plain, clock.short(delivery.time)),
            (Ink::Plain, clean(&delivery.site)),
            (Ink::Plain, clean(&delivery.commodity)),
            (Ink::Plain, tonnes(delivery.tonnes)),
        ]);
    }
    table.write(page);
    page.gap();
}

/// Writes the stocks: at most, when first, and at the end.
pub fn write_stocks(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    let mut table = Table::new(&[
        name("stock", 0),
        name("of", 1),
        time("peak t", 0),
        time("reached", 2),
        time("end t", 0),
    ]);
    let mut has_rows = false;
    for of_it in wording::levels(schedule) {
        let Some((peak, first, at_end)) = of_it.peak_and_end() else { continue };
        has_rows = true;
        table.row(vec![
            (Ink::Plain, clean(&of_it.name())),
            (Ink::Plain, clean(of_it.commodity)),
            (Ink::Plain, tonnes(peak)),
            (Ink::Plain, clock.short(first)),
            (Ink::Plain, tonnes(at_end)),
        ]);
    }
    if has_rows {
        table.write(page);
        page.gap();
    }
}

/// Writes the demands: what is wanted, what is supplied, and what is late.
pub fn write_demands(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    if schedule.demands.is_empty() {
        return;
    }
    let has_late = schedule.demands.iter().any(|demand| demand.late.is_some());
    let mut columns = vec![name("demand", 0), name("of", 2), time("wanted t", 0), time("supplied t", 0)];
    if has_late {
        columns.extend([time("due", 1), time("then missing t", 0), time("late", 0)]);
    }
    let mut table = Table::new(&columns);
    for demand in &schedule.demands {
        let mut row = vec![
            (Ink::Plain, clean(&demand.name)),
            (Ink::Plain, clean(&demand.commodity)),
            (Ink::Plain, tonnes(demand.wanted_t)),
            (Ink::Plain, ranged(demand.supplied_t, demand.supplied_range_t)),
        ];
        let late = demand.late.as_ref();
        let told = late.map(|late| {
            let price = money(late.cost, schedule.plan.currency.as_deref());
            [clock.short(late.due), tonnes(late.overdue_t), price]
        });
        row.extend(told.filter(|_| has_late).into_iter().flatten().map(|text| (Ink::Plain, text)));
        row.resize(columns.len(), (Ink::Plain, String::new()));
        table.row(row);
    }
    table.write(page);
    write_about_ranges(schedule.demands.iter().map(|row| (row.supplied_t, row.supplied_range_t)), page);
    page.gap();
}

/// Writes the reserves: what must be there from when on, when it is there, and the least that is.
pub fn write_reserves(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    if schedule.reserves.is_empty() {
        return;
    }
    let mut table = Table::new(&[
        name("reserve", 0),
        name("of", 1),
        time("must t", 0),
        time("by", 0),
        time("reached", 2),
        time("least t", 0),
        time("on", 3),
        time("end t", 0),
    ]);
    for reserve in &schedule.reserves {
        let reached = reserve.reached.map_or("never".to_owned(), |time| clock.short(time));
        table.row(vec![
            (Ink::Plain, clean(&reserve.name)),
            (Ink::Plain, clean(&reserve.commodity)),
            (Ink::Plain, tonnes(reserve.target_t)),
            (Ink::Plain, clock.short(reserve.by)),
            (Ink::Plain, reached),
            (Ink::Plain, ranged(reserve.least_t, reserve.least_range_t)),
            (Ink::Plain, clock.short(reserve.least_at)),
            (Ink::Plain, tonnes(reserve.end_t)),
        ]);
    }
    table.write(page);
    write_about_ranges(schedule.reserves.iter().map(|row| (row.least_t, row.least_range_t)), page);
    for phrases in schedule.reserves.iter().filter_map(wording::cover) {
        page.flow(phrases.iter().map(|phrase| Line::of(Ink::Plain, phrase)).collect(), ", ", 2);
    }
    for reserve in schedule.reserves.iter().filter(|reserve| !reserve.below.is_empty()) {
        let stretch = |(from, to)| format!("{} to {}", clock.short(from), clock.short(to));
        let mut phrases: Vec<String> = reserve.below.iter().map(|&below| stretch(below)).collect();
        phrases[0] = format!("{} below that: {}", clean(&reserve.name), phrases[0]);
        page.flow(phrases.iter().map(|phrase| Line::of(Ink::Plain, phrase)).collect(), ", ", 2);
    }
    page.gap();
}

/// Writes what stands in brackets behind tonnes, where something does.
fn write_about_ranges(rows: impl Iterator<Item = (f64, Option<(f64, f64)>)>, page: &mut Page) {
    if let Some(about) = wording::about_ranges(rows) {
        page.flow(vec![Line::of(Ink::Plain, about)], ", ", 2);
    }
}

/// So many items of costs are told; the others are one sum.
const MOST_ITEMS: usize = 6;

/// Writes what the costs are for: by item, and by vessel where several are paid for.
pub fn write_costs(schedule: &Schedule, page: &mut Page) {
    let by_item = sums(schedule.costs.iter().map(|row| (item(row), row.amount)));
    let of_vessels = schedule.costs.iter().filter_map(|row| Some((clean(row.vessel.as_ref()?), row.amount)));
    let by_vessel = sums(of_vessels);
    if by_item.is_empty() {
        return;
    }
    write_sums("costs", by_item, schedule, page);
    if by_vessel.len() > 1 {
        write_sums("by vessel", by_vessel, schedule, page);
    }
    page.gap();
}

fn write_sums(head: &str, mut sums: Vec<(String, f64)>, schedule: &Schedule, page: &mut Page) {
    if sums.len() > MOST_ITEMS {
        let others: f64 = sums.drain(MOST_ITEMS - 1..).map(|(_, sum)| sum).sum();
        sums.push(("all others".to_owned(), others));
    }
    let told =
        |(name, sum): &(String, f64)| format!("{name} {}", money(*sum, schedule.plan.currency.as_deref()));
    let mut lines: Vec<Line> = sums.iter().map(|sum| Line::of(Ink::Plain, &told(sum))).collect();
    if let Some(line) = lines.first_mut() {
        let mut first = Line::of(Ink::Strong, head);
        first.push(Ink::Plain, &format!(": {}", told(&sums[0])));
        *line = first;
    }
    page.flow(lines, ", ", 2);
}

/// Writes the hours of each vessel.
pub fn write_hours(schedule: &Schedule, page: &mut Page) {
    if schedule.totals.vessels.is_empty() {
        return;
    }
    let mut table = Table::new(&[
        name("hours", 0),
        time("work", 0),
        time("sailing", 0),
        time("weather wait", 0),
        time("other wait", 2),
        time("idle", 1),
        time("elapsed", 3),
    ]);
    for (vessel, hours) in wording::vessel_hours(schedule) {
        let spent = [
            hours.work_h,
            hours.sail_h,
            hours.weather_wait_h,
            hours.other_wait_h,
            hours.idle_h,
            hours.elapsed_h(),
        ];
        let mut cells = vec![(Ink::Plain, clean(vessel))];
        cells.extend(spent.map(|hours| (Ink::Plain, number(hours))));
        table.row(cells);
    }
    table.write(page);
    page.gap();
}

/// Writes the totals in a line or two.
pub fn write_totals(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    let totals = &schedule.totals;
    let mut phrases = Vec::new();
    if totals.sampled_t != 0.0 || totals.delivered_t != 0.0 {
        phrases.push(format!("sampled {} t", tonnes(totals.sampled_t)));
        phrases.push(format!("delivered {} t", tonnes(totals.delivered_t)));
    }
    phrases.extend(
        wording::other_tonnes(schedule).iter().map(|(what, made)| format!("{what} {} t", tonnes(*made))),
    );
    phrases.extend(schedule.finish().map(|finish| format!("finish {}", clock.short(finish))));
    if totals.cost != 0.0 {
        phrases.push(format!("cost {}", money(totals.cost, schedule.plan.currency.as_deref())));
    }
    if totals.late_h != 0.0 {
        phrases.push(format!("late by {}", duration(totals.late_h)));
    }
    let mut lines: Vec<Line> = phrases.iter().map(|phrase| Line::of(Ink::Plain, phrase)).collect();
    if let Some(line) = lines.first_mut() {
        let mut first = Line::of(Ink::Strong, "total");
        first.push(Ink::Plain, &format!(": {}", phrases[0]));
        *line = first;
        page.flow(lines, ", ", 2);
    }
}
