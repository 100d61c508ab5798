//! The sheets of demands and of reserves, in a workbook whose plan has any.
//!
//! In: a schedule. Out: tables, with the columns that hold times. Nothing is reckoned here: the schedule says it all.

use super::{Cell, Table, Timed, number, text};
use crate::schedule::{Cover, DemandRow, ReserveRow, Schedule};

/// What is wanted and supplied, and where being late has a price how late it is.
pub fn demands(schedule: &Schedule) -> Option<Timed> {
    let row = |demand: &DemandRow| {
        let late = demand.late.as_ref();
        vec![
            text(&demand.name),
            text(&demand.site),
            text(&demand.commodity),
            Cell::Number(demand.wanted_t),
            Cell::Number(demand.supplied_t),
            number(demand.supplied_range_t.map(|range| range.0)),
            number(demand.supplied_range_t.map(|range| range.1)),
            late.map_or(Cell::Empty, |late| Cell::Time(late.due)),
            number(late.map(|late| late.overdue_t)),
            number(late.map(|late| late.tonne_days)),
            number(late.map(|late| late.cost)),
        ]
    };
    let columns = &[
        ("demand", 26.0),
        ("site", 18.0),
        ("commodity", 14.0),
        ("wanted, tonnes", 12.0),
        ("supplied, tonnes", 12.0),
        ("at the lowest yields, tonnes", 12.0),
        ("at the highest yields, tonnes", 12.0),
        ("due", 17.0),
        ("then missing, tonnes", 12.0),
        ("late, tonne days", 12.0),
        ("cost of being late", 14.0),
    ];
    let rows: Vec<_> = schedule.demands.iter().map(row).collect();
    (!rows.is_empty()).then_some((Table { name: "demands", columns, rows }, &[7]))
}

/// What must be there from when on, when it is, and the least that is; for each stretch in which there is less a row of its own.
pub fn reserves(schedule: &Schedule) -> Option<Timed> {
    let rows_of = |reserve: &ReserveRow| -> Vec<Vec<Cell>> {
        let head = || vec![text(&reserve.name), text(&reserve.site), text(&reserve.commodity)];
        let row = |below: Option<_>| {
            let mut row = head();
            row.extend([
                Cell::Number(reserve.target_t),
                Cell::Time(reserve.by),
                reserve.reached.map_or(Cell::Empty, Cell::Time),
                Cell::Number(reserve.least_t),
                number(reserve.least_range_t.map(|range| range.0)),
                number(reserve.least_range_t.map(|range| range.1)),
                Cell::Time(reserve.least_at),
                Cell::Number(reserve.end_t),
            ]);
            let (from, to) =
                below.map_or((Cell::Empty, Cell::Empty), |(a, b)| (Cell::Time(a), Cell::Time(b)));
            row.extend([from, to]);
            let days =
                |of: fn(&Cover) -> f64| reserve.cover.as_ref().map_or(Cell::Empty, |c| Cell::Number(of(c)));
            row.extend([days(|c| c.target_d), days(|c| c.least_d), days(|c| c.end_d)]);
            row
        };
        match reserve.below.as_slice() {
            [] => vec![row(None)],
            below => below.iter().map(|&stretch| row(Some(stretch))).collect(),
        }
    };
    let columns = &[
        ("reserve", 26.0),
        ("site", 18.0),
        ("commodity", 14.0),
        ("target, tonnes", 12.0),
        ("wanted from", 17.0),
        ("reached", 17.0),
        ("least, tonnes", 12.0),
        ("at the lowest yields, tonnes", 12.0),
        ("at the highest yields, tonnes", 12.0),
        ("least on", 17.0),
        ("at the end, tonnes", 12.0),
        ("below from", 17.0),
        ("below to", 17.0),
        ("target, days of cover", 12.0),
        ("least, days of cover", 12.0),
        ("at the end, days of cover", 12.0),
    ];
    let rows: Vec<_> = schedule.reserves.iter().flat_map(rows_of).collect();
    (!rows.is_empty()).then_some((Table { name: "reserves", columns, rows }, &[4, 5, 9, 11, 12]))
}
