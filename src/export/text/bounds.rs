//! What bounds a schedule, beside what comes of it: closures, laytimes and budgets.
//!
//! In: a schedule. Out: tables on a [`Page`], and none where the plan bounds nothing so.

use super::super::accounts;
use super::super::wording::{self, Clock, clean, money, number};
use super::figures::{name, time};
use super::page::{Ink, Page, width};
use super::table::Table;
use crate::schedule::Schedule;

/// Writes when what stands still, and why.
pub fn write_closures(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    if schedule.closures.is_empty() {
        return;
    }
    let mut table = Table::new(&[name("closed", 0), time("from", 0), time("to", 0), name("why", 1)]);
    for row in &schedule.closures {
        let times = [row.from, row.to].map(|time| clock.short(time));
        // What the times leave is for two texts, of which the reason is the longer one.
        let room = page.width().saturating_sub(times.iter().map(|time| width(time) + 3).sum());
        let [stops, why] = wording::closure(row);
        let (stops, why) = (wrapped(&stops, room * 2 / 5), wrapped(&why, room * 3 / 5));
        let mut times = Some(times);
        for line in 0..stops.len().max(why.len()) {
            let part = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
            let [from, to] = times.take().unwrap_or_default();
            table.row([part(&stops), from, to, part(&why)].map(|text| (Ink::Plain, text)).to_vec());
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
