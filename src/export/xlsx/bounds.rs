//! The sheet of budgets, in a workbook whose plan has any.
//!
//! In: a schedule. Out: a table. Nothing is reckoned here: the schedule says it all.

use super::{Cell, Table, optional, text};
use crate::schedule::{BudgetRow, Schedule};

/// What budgets bound, how much may be spent, is spent and is left.
pub fn budgets(schedule: &Schedule) -> Option<Table<'static>> {
    let row = |budget: &BudgetRow| {
        let mut row = vec![text(&budget.id), text(budget.bounds.word()), optional(&budget.process)];
        row.extend([budget.most, budget.spent, budget.left].map(Cell::Number));
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
