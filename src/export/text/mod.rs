//! What `mudline schedule` prints: title and status, a Gantt chart, the activities, and what it all adds up to.
//!
//! In: a schedule and how it shall look. Out: lines that fit the width, in the clock of the plan's zone.
//! Not for programs: they read `json` or `csv`. Colour repeats what the characters say and never stands alone.
//! `page` fits lines, `axis` and `bars` draw, `chart` and `table` arrange, `figures`, `bounds` and `forecast` say
//! what stands in the tables.

mod axis;
mod bars;
mod bounds;
mod chart;
mod compare;
mod figures;
mod forecast;
mod page;
mod prices;
mod table;
#[cfg(test)]
mod tests;

pub use compare::render_comparison;
pub use prices::{render_nought, render_prices};

use super::Format;
use super::wording::{self, Clock, clean};
use crate::schedule::{Kind, Schedule};
use page::{Ink, Line, Page};
use std::io::{self, Write};

/// How the text shall look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The columns that a line may take; 60 or more read well.
    pub width: usize,
    /// Whether to colour it, with ANSI escapes.
    pub colour: bool,
}

/// The format `text`: 80 columns, no colour.
pub struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn extension(&self) -> &'static str {
        "txt"
    }

    fn about(&self) -> &'static str {
        "a Gantt chart and tables to read, 80 columns wide"
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(render(schedule, &Look { width: 80, colour: false }).as_bytes())
    }
}

/// The schedule as text that people read.
pub fn render(schedule: &Schedule, look: &Look) -> String {
    let clock = Clock::of(schedule);
    let mut page = Page::new(*look);
    write_head(schedule, &clock, &mut page);
    if schedule.activities.iter().all(|activity| activity.kind == Kind::Idle) {
        page.line(Line::of(Ink::Plain, "Nothing is scheduled."));
        page.gap();
    } else {
        chart::write(schedule, &clock, &mut page);
        page.gap();
        figures::write_activities(schedule, &clock, &mut page);
    }
    forecast::write(schedule, &mut page);
    figures::write_deliveries(schedule, &clock, &mut page);
    figures::write_stocks(schedule, &clock, &mut page);
    figures::write_demands(schedule, &clock, &mut page);
    figures::write_reserves(schedule, &clock, &mut page);
    bounds::write_closures(schedule, &clock, &mut page);
    bounds::write_laytimes(schedule, &mut page);
    figures::write_hours(schedule, &mut page);
    figures::write_costs(schedule, &mut page);
    bounds::write_budgets(schedule, &mut page);
    figures::write_totals(schedule, &clock, &mut page);
    page.finish()
}

fn write_head(schedule: &Schedule, clock: &Clock, page: &mut Page) {
    page.line(Line::of(Ink::Strong, &clean(&schedule.plan.name)));
    let (start, end) = (clock.long(schedule.horizon.start), clock.long(schedule.horizon.end));
    page.line(Line::of(Ink::Plain, &format!("{start} to {end}, {}", clock.name)));
    page.gap();
    let status = wording::status(schedule);
    let mut phrases: Vec<(Line, &str)> =
        status.split(", ").map(|part| (Line::of(Ink::Strong, part), ", ")).collect();
    if let Some((_, separator)) = phrases.last_mut() {
        *separator = ": ";
    }
    let goals = schedule.solve.goals.iter().map(|goal| wording::goal(schedule, goal, clock));
    phrases.extend(goals.map(|goal| (Line::of(Ink::Plain, &goal), ", ")));
    page.flow_each(phrases, 2);
    if let Some(happened) = wording::happened(schedule, clock) {
        page.line(Line::of(Ink::Plain, &happened));
    }
    if schedule.is_synthetic() {
        page.line(Line::of(Ink::Alert, wording::SYNTHETIC));
    }
    page.gap();
}
