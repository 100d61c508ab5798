//! The sheets of closures, laytimes and budgets, in a workbook whose plan has any.
//!
//! In: a schedule. Out: tables, with the columns that hold times. Nothing is reckoned here: the schedule says it all.

use super::{Cell, Table, Timed, money, optional, text};
use crate::schedule::{Bounded, BudgetRow, ClosureRow, LaytimeRow, Schedule};

/// When what stands still, and why.
pub fn closures(schedule: &Schedule) -> Option<Timed> {
    let row = |closure: &ClosureRow| {
        vec![
            text(&closure.stops.join(", ")),
            Cell::Time(closure.from),
            Cell::Time(closure.to),
            optional(&closure.disruption),
            optional(&closure.reason),
        ]
    };
    let columns = &[("closed", 36.0), ("from", 17.0), ("to", 17.0), ("disruption", 18.0), ("reason", 60.0)];
    let rows: Vec<_> = schedule.closures.iter().map(row).collect();
    (!rows.is_empty()).then_some((Table { name: "closures", columns, rows }, &[1, 2]))
}

/// How vessels fare with their laytime.
pub fn laytimes(schedule: &Schedule) -> Option<Table<'static>> {
    let row = |laytime: &LaytimeRow| {
        let numbers = [laytime.calls as f64, laytime.used_h, laytime.allowed_h, laytime.over_h];
        let mut row = vec![text(&laytime.vessel)];
        row.extend(numbers.map(Cell::Number));
        row.push(money(laytime.cost));
        row.push(optional(&schedule.plan.currency));
        row
    };
    let columns = &[
        ("vessel", 18.0),
        ("calls", 8.0),
        ("used, hours", 12.0),
        ("allowed, hours", 12.0),
        ("over, hours", 12.0),
        ("demurrage", 16.0),
        ("currency", 10.0),
    ];
    let rows: Vec<_> = schedule.laytimes.iter().map(row).collect();
    (!rows.is_empty()).then_some(Table { name: "laytimes", columns, rows })
}

/// What budgets bound, how much may be spent, is spent and is left.
pub fn budgets(schedule: &Schedule) -> Option<Table<'static>> {
    let row = |budget: &BudgetRow| {
        let mut row = vec![text(&budget.id), text(budget.bounds.word()), optional(&budget.process)];
        let cell = if budget.bounds == Bounded::Cost { money } else { Cell::Number };
        row.extend([budget.most, budget.spent, budget.left].map(cell));
        row.push(optional(&budget.unit));
        row
    };
    let columns = &[
        ("budget", 26.0),
        ("bounds", 12.0),
        ("process", 18.0),
        ("may be", 16.0),
        ("spent", 16.0),
        ("left", 16.0),
        ("unit", 8.0),
    ];
    let rows: Vec<_> = schedule.budgets.iter().map(row).collect();
    (!rows.is_empty()).then_some(Table { name: "budgets", columns, rows })
}
