//! A page for a wiki, an issue or a mail: title, status, activities, and what comes of them, as Markdown tables.
//!
//! In: a schedule. Out: CommonMark with the tables of GitHub's dialect, times on the clock of the plan's zone.
//! Names are escaped, so that none of them can end a cell or become markup.
//! Not a Gantt chart: that is `mermaid`, which can stand in the same page.

use super::Format;
use super::accounts;
use super::wording::{self, Clock, clean, duration, is_done, money, number, ranged, tonnes};
use crate::schedule::{Activity, Schedule};
use std::io::{self, Write};

/// The format `markdown`.
pub struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn extension(&self) -> &'static str {
        "md"
    }

    fn about(&self) -> &'static str {
        "tables for a wiki, an issue or a mail"
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        let clock = Clock::of(schedule);
        write_head(schedule, &clock, out)?;
        write_activities(schedule, &clock, out)?;
        write_deliveries(schedule, &clock, out)?;
        write_stocks(schedule, &clock, out)?;
        write_demands(schedule, &clock, out)?;
        write_reserves(schedule, &clock, out)?;
        write_closures(schedule, &clock, out)?;
        write_laytimes(schedule, out)?;
        write_costs(schedule, out)?;
        write_budgets(schedule, out)?;
        write_totals(schedule, &clock, out)
    }
}

fn write_head(schedule: &Schedule, clock: &Clock, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n", escaped(&schedule.plan.name))?;
    let horizon = &schedule.horizon;
    let (start, end) = (clock.long(horizon.start), clock.long(horizon.end));
    writeln!(out, "{start} to {end}, {}\n", escaped(&clock.name))?;
    write!(out, "**{}**", wording::status(schedule))?;
    for (at, goal) in schedule.solve.goals.iter().enumerate() {
        let separator = if at == 0 { ": " } else { ", " };
        write!(out, "{separator}{}", escaped(&wording::goal(schedule, goal, clock)))?;
    }
    writeln!(out, "\n")?;
    if let Some(happened) = wording::happened(schedule, clock) {
        writeln!(out, "{happened}\n")?;
    }
    if schedule.is_synthetic() {
        writeln!(out, "> {}\n", wording::SYNTHETIC)?;
    }
    Ok(())
}

fn write_activities(schedule: &Schedule, clock: &Clock, out: &mut dyn Write) -> io::Result<()> {
    let activities = wording::by_time(schedule.activities.iter().filter(|activity| is_done(activity)));
    writeln!(out, "## Activities\n")?;
    if activities.is_empty() {
        return writeln!(out, "Nothing is scheduled.\n");
    }
    writeln!(out, "| start | end | length | what | vessel | where | tonnes | float | weather wait |")?;
    writeln!(out, "| ---: | ---: | ---: | --- | --- | --- | ---: | ---: | ---: |")?;
    for activity in activities {
        let waiting = if activity.waiting_h > 0.0 { duration(activity.waiting_h) } else { String::new() };
        let cells = [
            clock.short(activity.start),
            clock.short(activity.end),
            duration(wording::hours((activity.start, activity.end))),
            what(activity),
            activity.vessel.as_deref().map(escaped).unwrap_or_default(),
            place(activity),
            activity.tonnes.map(tonnes).unwrap_or_default(),
            wording::float(activity),
            waiting,
        ];
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    writeln!(out)
}

/// What is done, and the tanks that it fills or empties.
fn what(activity: &Activity) -> String {
    let tanks = wording::in_tanks(activity).map(|tanks| format!(" (tanks: {})", escaped(&tanks)));
    escaped(&wording::title(activity)) + &tanks.unwrap_or_default()
}

fn place(activity: &Activity) -> String {
    match (activity.site.as_deref(), activity.to_site.as_deref()) {
        (Some(from), Some(to)) => {
            format!("{} → {}{}", escaped(from), escaped(to), wording::at_speed(activity))
        }
        (site, _) => site.map(escaped).unwrap_or_default(),
    }
}

fn write_deliveries(schedule: &Schedule, clock: &Clock, out: &mut dyn Write) -> io::Result<()> {
    if schedule.deliveries.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Deliveries\n\n| by | site | commodity | tonnes |\n| ---: | --- | --- | ---: |")?;
    for delivery in &schedule.deliveries {
        let (site, commodity) = (escaped(&delivery.site), escaped(&delivery.commodity));
        writeln!(
            out,
            "| {} | {site} | {commodity} | {} |",
            clock.short(delivery.time),
            tonnes(delivery.tonnes)
        )?;
    }
    writeln!(out)
}

fn write_stocks(schedule: &Schedule, clock: &Clock, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<_> =
        wording::levels(schedule).filter_map(|of_it| Some((of_it.peak_and_end()?, of_it))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Stocks\n\n| stock | commodity | peak t | reached | end t |")?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: |")?;
    for ((peak, first, at_end), of_it) in rows {
        let [name, commodity] = [of_it.name().as_str(), of_it.commodity].map(escaped);
        let (peak, first, at_end) = (tonnes(peak), clock.short(first), tonnes(at_end));
        writeln!(out, "| {name} | {commodity} | {peak} | {first} | {at_end} |")?;
    }
    writeln!(out)
}

fn write_demands(schedule: &Schedule, clock: &Clock, out: &mut dyn Write) -> io::Result<()> {
    if schedule.demands.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "## Demands\n\n| demand | commodity | wanted t | supplied t | due | then missing t | late |"
    )?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | ---: |")?;
    for demand in &schedule.demands {
        let price = |cost| escaped(&money(cost, schedule.plan.currency.as_deref()));
        let late = demand.late.as_ref();
        let cells = [
            escaped(&demand.name),
            escaped(&demand.commodity),
            tonnes(demand.wanted_t),
            ranged(demand.supplied_t, demand.supplied_range_t),
            late.map(|late| clock.short(late.due)).unwrap_or_default(),
            late.map(|late| tonnes(late.overdue_t)).unwrap_or_default(),
            late.map(|late| price(late.cost)).unwrap_or_default(),
        ];
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    write_about_ranges(schedule.demands.iter().map(|row| (row.supplied_t, row.supplied_range_t)), out)?;
    writeln!(out)
}

fn write_reserves(schedule: &Schedule, clock: &Clock, out: &mut dyn Write) -> io::Result<()> {
    if schedule.reserves.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "## Reserves\n\n| reserve | commodity | must t | by | reached | least t | on | end t | below |"
    )?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")?;
    for reserve in &schedule.reserves {
        let below =
            reserve.below.iter().map(|&(from, to)| format!("{} to {}", clock.short(from), clock.short(to)));
        let cells = [
            escaped(&reserve.name),
            escaped(&reserve.commodity),
            tonnes(reserve.target_t),
            clock.short(reserve.by),
            reserve.reached.map_or("never".to_owned(), |time| clock.short(time)),
            ranged(reserve.least_t, reserve.least_range_t),
            clock.short(reserve.least_at),
            tonnes(reserve.end_t),
            below.collect::<Vec<_>>().join(", "),
        ];
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    write_about_ranges(schedule.reserves.iter().map(|row| (row.least_t, row.least_range_t)), out)?;
    for cover in schedule.reserves.iter().filter_map(wording::cover) {
        writeln!(out, "\n{}", escaped(&cover.join(", ")))?;
    }
    writeln!(out)
}

fn write_closures(schedule: &Schedule, clock: &Clock, out: &mut dyn Write) -> io::Result<()> {
    if schedule.closures.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Closures\n\n| closed | from | to | why |\n| --- | ---: | ---: | --- |")?;
    for row in &schedule.closures {
        let [stops, why] = wording::closure(row).map(|text| escaped(&text));
        writeln!(out, "| {stops} | {} | {} | {why} |", clock.short(row.from), clock.short(row.to))?;
    }
    writeln!(out)
}

fn write_about_ranges(
    rows: impl Iterator<Item = (f64, Option<(f64, f64)>)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    wording::about_ranges(rows).map_or(Ok(()), |about| writeln!(out, "\n{about}"))
}

fn write_laytimes(schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
    if schedule.laytimes.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Laytime\n\n| vessel | calls | used h | allowed h | over h | demurrage |")?;
    writeln!(out, "| --- | ---: | ---: | ---: | ---: | ---: |")?;
    for row in &schedule.laytimes {
        let hours = [row.used_h, row.allowed_h, row.over_h].map(number).join(" | ");
        let cost = escaped(&money(row.cost, schedule.plan.currency.as_deref()));
        writeln!(out, "| {} | {} | {hours} | {cost} |", escaped(&row.vessel), row.calls)?;
    }
    writeln!(out)
}

fn write_costs(schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
    let rows = schedule.costs.iter().map(|row| ((accounts::item(row), row.vessel.as_deref()), row.amount));
    let sums = accounts::sums(rows);
    if sums.is_empty() {
        return Ok(());
    }
    let said = |amount| escaped(&money(amount, schedule.plan.currency.as_deref()));
    writeln!(out, "## Costs\n\n| item | vessel | amount |\n| --- | --- | ---: |")?;
    for ((item, vessel), amount) in sums {
        let (item, vessel) = (escaped(&item), vessel.map(escaped).unwrap_or_default());
        writeln!(out, "| {item} | {vessel} | {} |", said(amount))?;
    }
    writeln!(out, "| **total** | | {} |\n", said(schedule.totals.cost))
}

fn write_budgets(schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
    if schedule.budgets.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "## Budgets\n\n| budget | of | may be | spent | left |\n| --- | --- | ---: | ---: | ---: |"
    )?;
    for row in &schedule.budgets {
        let [id, of] = [&row.id, &accounts::bounded(row)].map(|text| escaped(text));
        let amounts = accounts::amounts(row).map(|amount| escaped(&amount)).join(" | ");
        writeln!(out, "| {id} | {of} | {amounts} |")?;
    }
    writeln!(out)
}

fn write_totals(schedule: &Schedule, clock: &Clock, out: &mut dyn Write) -> io::Result<()> {
    let totals = &schedule.totals;
    writeln!(out, "## Totals\n")?;
    if totals.sampled_t != 0.0 || totals.delivered_t != 0.0 {
        writeln!(out, "- sampled: {} t", tonnes(totals.sampled_t))?;
        writeln!(out, "- delivered: {} t", tonnes(totals.delivered_t))?;
    }
    for (what, made) in wording::other_tonnes(schedule) {
        writeln!(out, "- {}: {} t", escaped(&what), tonnes(made))?;
    }
    if let Some(finish) = schedule.finish() {
        writeln!(out, "- finish: {}", clock.short(finish))?;
    }
    if totals.cost != 0.0 {
        writeln!(out, "- cost: {}", escaped(&money(totals.cost, schedule.plan.currency.as_deref())))?;
    }
    if totals.late_h != 0.0 {
        writeln!(out, "- late: {}", duration(totals.late_h))?;
    }
    if totals.vessels.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| hours | work | sailing | weather wait | other wait | idle | elapsed |")?;
    writeln!(out, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for (vessel, hours) in wording::vessel_hours(schedule) {
        let cells = [
            hours.work_h,
            hours.sail_h,
            hours.weather_wait_h,
            hours.other_wait_h,
            hours.idle_h,
            hours.elapsed_h(),
        ]
        .map(number);
        writeln!(out, "| {} | {} |", escaped(vessel), cells.join(" | "))?;
    }
    Ok(())
}

/// A name that stays a name: every character with a meaning in Markdown has a backslash before it.
fn escaped(name: &str) -> String {
    let mut escaped = String::new();
    for c in clean(name).trim().chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '&' | '$') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_become_markup() {
        assert_eq!(escaped("a|b\n# `c` <d>"), "a\\|b \\# \\`c\\` \\<d\\>");
        assert_eq!(escaped("trial-site"), "trial-site");
    }
}
