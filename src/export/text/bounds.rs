//! What bounds a schedule, beside what comes of it: closures, laytimes and budgets.
//!
//! In: a schedule. Out: tables on a [`Page`], and none where the plan bounds nothing so.

use super::super::accounts;
use super::super::wording::{self, Clock, clean, money, number};
use super::figures::{name, time};
use super::page::{Ink, Page, width};
use super::table::Table;
use crate::schedule::Schedule;

/// The head over what stands still.
const CLOSED: &str = "closed";

/// Writes when what stands still, and why.
pub fn write_closures(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    if schedule.closures.is_empty() {
        return;
    }
    let words: Vec<[String; 2]> = schedule.closures.iter().map(wording::closure).collect();
    let times: Vec<[String; 2]> =
        schedule.closures.iter().map(|row| [row.from, row.to].map(|time| clock.short(time))).collect();
    // What the times and the gaps leave is for two texts: what is closed has two fifths of it at most, and the reason all the rest.
    let widest = |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| width(text)).max().unwrap_or(0);
    let room = page.width().saturating_sub(2 * widest(&mut times.iter().flatten()) + 6);
    let stops: Vec<Vec<String>> = words.iter().map(|[stops, _]| wrapped(stops, room * 2 / 5)).collect();
    let rest = room.saturating_sub(widest(&mut stops.iter().flatten()).max(width(CLOSED)));
    let mut table = Table::new(&[name(CLOSED, 0), time("from", 0), time("to", 0), name("why", 1)]);
    for ((stops, times), [_, why]) in stops.iter().zip(times).zip(&words) {
        let why = wrapped(why, rest);
        let mut times = Some(times);
        for line in 0..stops.len().max(why.len()).max(1) {
            let part = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
            let [from, to] = times.take().unwrap_or_default();
            table.row([part(stops), from, to, part(&why)].map(|text| (Ink::Plain, text)).to_vec());
        }
    }
    table.write(page);
    page.gap();
}

/// A text in lines of so many columns, broken between its words.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= columns => *line = format!("{line} {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Writes how vessels fare with their laytime.
pub fn write_laytimes(schedule: &Schedule, page: &mut Page) {
    if schedule.laytimes.is_empty() {
        return;
    }
    let mut table = Table::new(&[
        name("laytime", 0),
        time("calls", 1),
        time("used h", 0),
        time("allowed h", 0),
        time("over h", 2),
        time("demurrage", 0),
    ]);
    for row in &schedule.laytimes {
        table.row(vec![
            (Ink::Plain, clean(&row.vessel)),
            (Ink::Plain, row.calls.to_string()),
            (Ink::Plain, number(row.used_h)),
            (Ink::Plain, number(row.allowed_h)),
            (Ink::Plain, number(row.over_h)),
            (Ink::Plain, money(row.cost, schedule.plan.currency.as_deref())),
        ]);
    }
    table.write(page);
    page.gap();
}

/// Writes what budgets bound: how much may be, how much is spent, and what is left.
pub fn write_budgets(schedule: &Schedule, page: &mut Page) {
    if schedule.budgets.is_empty() {
        return;
    }
    let mut table =
        Table::new(&[name("budget", 0), name("of", 1), time("may be", 0), time("spent", 0), time("left", 2)]);
    for row in &schedule.budgets {
        let mut cells = vec![(Ink::Plain, clean(&row.id)), (Ink::Plain, accounts::bounded(row))];
        cells.extend(accounts::amounts(row).map(|amount| (Ink::Plain, amount)));
        table.row(cells);
    }
    table.write(page);
    page.gap();
}

#[cfg(test)]
mod tests {
    use super::super::Look;
    use super::super::tests::empty;
    use super::*;
    use crate::schedule::ClosureRow;
    use chrono::TimeDelta;

    #[test]
    fn what_is_closed_and_why_is_told_in_as_many_lines_as_it_takes() {
        let mut schedule = empty("2026-01-01T00:00:00Z", 240);
        let start = schedule.horizon.start;
        let row = |stops: &[&str], days, disruption: Option<&str>, reason: &str| ClosureRow {
            stops: stops.iter().map(|name| (*name).to_owned()).collect(),
            from: start,
            to: start + TimeDelta::days(days),
            disruption: disruption.map(str::to_owned),
            reason: Some(reason.to_owned()),
        };
        schedule.closures = vec![
            row(&["quay"], 1, None, "a holiday"),
            row(&["ship", "press", "kiln"], 9, Some("outage"), "the grid of the island is down for repairs"),
        ];
        let mut page = Page::new(Look { width: 60, colour: false });
        write_closures(&schedule, &Clock::of(&schedule), &mut page);
        assert_eq!(
            page.finish(),
            "closed               from            to  why\n\
             quay          1 Jan 00:00   2 Jan 00:00  a holiday\n\
             ship, press,  1 Jan 00:00  10 Jan 00:00  disruption outage:\n\
             kiln                                     the grid of the\n\
             \u{20}                                        island is down for\n\
             \u{20}                                        repairs\n"
        );
    }
}
