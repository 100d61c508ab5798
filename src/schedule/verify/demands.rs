//! How demands fare, reckoned again from the courses of their supplies.
//!
//! In: the activities that supply demands. Out: what is late and what that costs, and rows of demands that are missing, made up, told twice
//! or other ones. Whether a demand may be supplied so is judged in `shore`.

use super::case::{Case, Fault, Job, amount, hours};
use super::rows::{Row, told_once};
use super::shore::{deeds, is_followed, so_far, supplied};
use super::yields::{outcomes, range};
use crate::id::Ix;
use crate::plan::Demand;
use crate::schedule::{LateRow, Time};
use chrono::{DateTime, Utc};

/// Tonnes that the rounding of one course may take or give.
const ROUNDING: f64 = 1e-6;

/// How late a demand is met.
pub struct Overdue<'c> {
    /// The demand.
    pub demand: &'c Demand,
    /// When all of it is wanted.
    due: DateTime<Utc>,
    /// What each tonne costs a day.
    each: f64,
    /// Tonnes that are missing then.
    tonnes: f64,
    /// Tonnes that are missing, times the days for which they are.
    tonne_days: f64,
    /// Tonnes that roundings may have made of the tonnes: each course is rounded, and roundings add up.
    rounding: f64,
    /// Days from when it is due to the plan's end.
    days: f64,
}

impl Overdue<'_> {
    /// What it costs.
    pub fn cost(&self) -> f64 {
        self.each * self.tonne_days
    }

    /// What roundings may have made of the tonnes times days.
    fn slack_days(&self) -> f64 {
        self.rounding * self.days.max(1.0)
    }

    /// What roundings may have made of what it costs.
    pub fn slack(&self) -> f64 {
        self.each * self.slack_days()
    }
}

/// How late each demand is met for which that has a price.
pub fn lates<'c>(case: &Case<'c>) -> Vec<Overdue<'c>> {
    case.plan.demands.entries().filter_map(|(place, demand)| overdue(case, place, demand)).collect()
}

fn overdue<'c>(case: &Case<'c>, place: Ix<Demand>, demand: &'c Demand) -> Option<Overdue<'c>> {
    let late = demand.late?;
    let end = case.plan.horizon.end();
    let of_it = deeds(case).filter(|deed| deed.job == Some(Job::Supply(place)));
    let courses: Vec<&[(Time, f64)]> =
        of_it.map(|deed| deed.said.course.as_slice()).filter(|course| is_followed(course)).collect();
    let missing =
        |time| (demand.amount - courses.iter().map(|course| so_far(course, time)).sum::<f64>()).max(0.0);
    // Between two of these moments what is missing changes evenly.
    let changes = courses.iter().flat_map(|course| course.iter().map(|(time, _)| time.to_utc()));
    let mut moments: Vec<DateTime<Utc>> = changes.filter(|time| (late.due..end).contains(time)).collect();
    moments.extend([late.due, end]);
    moments.sort();
    let pairs = moments.windows(2);
    let tonne_hours: f64 =
        pairs.map(|pair| (missing(pair[0]) + missing(pair[1])) / 2.0 * hours(pair[0], pair[1])).sum();
    Some(Overdue {
        demand,
        due: late.due,
        each: late.each,
        tonnes: missing(late.due),
        tonne_days: tonne_hours / 24.0,
        rounding: ROUNDING * (courses.len() + 1) as f64,
        days: hours(late.due, end) / 24.0,
    })
}

/// The tonnes that a demand wants in all: its amount, or what its rate allows in the whole slots of its time.
fn wanted(case: &Case<'_>, demand: &Demand) -> f64 {
    let horizon = &case.plan.horizon;
    let is_its = |slot: &usize| demand.from <= horizon.time(*slot) && horizon.time(slot + 1) <= demand.to;
    let slots = (0..horizon.slots).filter(is_its).count();
    if demand.rate.is_finite() {
        demand.amount.min(demand.rate * slots as f64 * horizon.slot_h())
    } else {
        demand.amount
    }
}

/// The rows of demands are what the activities come to, each demand once.
pub fn rows(case: &Case<'_>) -> Vec<Fault> {
    let plan = case.plan;
    let said = &case.schedule.demands;
    let known: Vec<&str> = plan.demands.iter().map(|demand| demand.id.as_str()).collect();
    let mut faults = told_once("demand", &known, &said.iter().map(|row| row.id.as_str()).collect::<Vec<_>>());
    let outcomes = outcomes(case);
    for told in said {
        let Some(place) = plan.demands.find(|demand| demand.id == told.id) else { continue };
        let demand = &plan.demands[place];
        let mut row = Row::new("the demand", &told.id);
        row.word("name", &told.name, &demand.name);
        row.word("site", &told.site, &plan.sites[demand.site].id);
        row.word("commodity", &told.commodity, &plan.commodities[demand.commodity].id);
        row.number("tonnes wanted", told.wanted_t, wanted(case, demand), "t");
        row.number("tonnes supplied", told.supplied_t, supplied(case, place), "t");
        let at = outcomes.as_ref().map(|[low, high]| (low.supplied(place), high.supplied(place)));
        range(case, &mut row, "tonnes supplied", told.supplied_range_t, at);
        match (&told.late, overdue(case, place, demand)) {
            (Some(said), Some(is)) => late(case, &mut row, said, &is),
            (None, None) => {}
            (Some(_), None) => row.tell("is said to be late, and the plan puts no price on that"),
            (None, Some(is)) => {
                let (tonnes, due) = (amount(is.tonnes, "t"), case.when(is.due));
                row.tell(&format!("is not told how late it is, and {tonnes} are missing on {due}"));
            }
        }
        faults.extend(row.faults);
    }
    faults
}

fn late(case: &Case<'_>, row: &mut Row<'_>, said: &LateRow, is: &Overdue<'_>) {
    row.moment(case, "due date", said.due, is.due);
    row.near("tonnes overdue", said.overdue_t, is.tonnes, is.rounding, "t");
    row.near("tonne-days of being late", said.tonne_days, is.tonne_days, is.slack_days(), "t d");
    let unit = case.plan.currency.as_deref().unwrap_or("");
    row.near("cost of being late", said.cost, is.cost(), is.slack(), unit);
}
