//! What bounds a schedule, beside what comes of it: laytimes and budgets.
//!
//! In: a schedule. Out: tables on a [`Page`], and none where the plan bounds nothing so.

use super::super::accounts;
use super::super::wording::{clean, money, number};
use super::figures::{name, time};
use super::page::{Ink, Page};
use super::table::Table;
use crate::schedule::Schedule;

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
