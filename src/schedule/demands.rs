//! How demands fare: what is wanted, what is supplied, and what is late.
//!
//! In: a plan and the activities of its supplies with their courses. Out: a row for each demand, and what being late costs.
//! What is wanted and not yet supplied at the due date costs so much a tonne and day, until it is supplied or the plan ends.
//! Not the judge's: [`super::verify`] reckons all of it anew.

use super::account::rounded;
use super::yields::Ranges;
use super::{Activity, CostRow, Kind, Time};
use crate::id::Ix;
use crate::plan::{Demand, Plan};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a demand fares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemandRow {
    /// Its name.
    pub id: String,
    /// What it is called, for people.
    pub name: String,
    /// From whose store it is supplied.
    pub site: String,
    /// What is wanted.
    pub commodity: String,
    /// Tonnes that are wanted in all.
    pub wanted_t: f64,
    /// Tonnes that are supplied.
    pub supplied_t: f64,
    /// Where yields have a spread: what it would be supplied with at the lowest of them, and at the highest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub supplied_range_t: Option<(f64, f64)>,
    /// Where being late has a price: how late it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub late: Option<LateRow>,
}

/// How late a demand is met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateRow {
    /// When all of it is wanted.
    pub due: Time,
    /// Tonnes that are not supplied by then.
    pub overdue_t: f64,
    /// Tonnes times the days for which they are late.
    pub tonne_days: f64,
    /// What that costs.
    pub cost: f64,
}

/// How the plan's demands fare.
pub(super) fn demands(plan: &Plan, activities: &[Activity], ranges: Option<&Ranges>) -> Vec<DemandRow> {
    let row = |(place, demand): (Ix<Demand>, &Demand)| {
        let hours = plan.horizon.slot_h() * demand.slots.len() as f64;
        let supplied: f64 = supplies(demand, activities).filter_map(|activity| activity.tonnes).sum();
        DemandRow {
            id: demand.id.clone(),
            name: demand.name.clone(),
            site: plan.sites[demand.site].id.clone(),
            commodity: plan.commodities[demand.commodity].id.clone(),
            wanted_t: rounded(demand.amount.min(demand.rate * hours)),
            supplied_t: rounded(supplied),
            supplied_range_t: ranges.map(|ranges| ranges.supplied[place.index()]),
            late: late(plan, demand, activities),
        }
    };
    plan.demands.entries().map(row).collect()
}

/// What being late costs, a demand a row.
pub(super) fn costs(plan: &Plan, activities: &[Activity]) -> Vec<CostRow> {
    let row = |demand: &Demand| {
        let amount = late(plan, demand, activities)?.cost;
        (amount != 0.0).then(|| CostRow { item: format!("{} late", demand.id), vessel: None, amount })
    };
    plan.demands.iter().filter_map(row).collect()
}

fn supplies<'a>(demand: &'a Demand, activities: &'a [Activity]) -> impl Iterator<Item = &'a Activity> {
    let of_it = |activity: &&Activity| activity.task.as_ref() == Some(&demand.id);
    activities.iter().filter(|activity| activity.kind == Kind::Supply).filter(of_it)
}

fn late(plan: &Plan, demand: &Demand, activities: &[Activity]) -> Option<LateRow> {
    let late = demand.late?;
    let days = |from: DateTime<Utc>, to: DateTime<Utc>| (to - from).num_seconds() as f64 / 86_400.0;
    let end = plan.horizon.end();
    let mut overdue_t = demand.amount;
    let mut tonne_days = demand.amount * days(late.due, end);
    for pair in supplies(demand, activities).flat_map(|activity| activity.course.windows(2)) {
        let (from, to, tonnes) = (pair[0].0.to_utc(), pair[1].0.to_utc(), pair[1].1 - pair[0].1);
        let begins = from.max(late.due);
        let before = days(from, begins.min(to)) / days(from, to);
        // What flows evenly is on average there for half of the time in which it flows.
        overdue_t -= tonnes * before;
        tonne_days -= tonnes * before * days(late.due, end);
        if begins < to {
            tonne_days -= tonnes * (1.0 - before) * (days(begins, to) / 2.0 + days(to, end));
        }
    }
    let tonne_days = tonne_days.max(0.0);
    Some(LateRow {
        due: plan.zone.local(late.due),
        overdue_t: rounded(overdue_t.max(0.0)),
        tonne_days: rounded(tonne_days),
        // Sums of small amounts that ought to be nothing are nothing.
        cost: if rounded(tonne_days) == 0.0 { 0.0 } else { late.each * tonne_days },
    })
}
