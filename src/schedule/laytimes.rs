//! How vessels fare with their laytime: their calls, how long these last and may last, and what demurrage costs.
//!
//! In: a plan and its activities. Out: a row for each vessel that has a laytime.
//! A call is a stay at a site that the laytime names, from arriving until leaving or being done; the one with which the plan begins is none.
//! Not the judge's: [`super::verify`] counts all of it again.

use super::account::rounded;
use super::{Activity, CostRow, Kind, Time};
use crate::plan::{Demurrage, Plan, Vessel};
use serde::{Deserialize, Serialize};

/// How a vessel fares with its laytime.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaytimeRow {
    /// The vessel.
    pub vessel: String,
    /// How often it calls where its time counts.
    pub calls: usize,
    /// Hours that these calls last.
    pub used_h: f64,
    /// Hours that they may last, all together: by what goes over, or so many a call, of which one at which next to nothing goes over allows less.
    pub allowed_h: f64,
    /// Hours on demurrage: what they last longer.
    pub over_h: f64,
    /// What that costs.
    pub cost: f64,
}

/// How the plan's vessels fare with their laytimes.
pub(super) fn laytimes(plan: &Plan, activities: &[Activity]) -> Vec<LaytimeRow> {
    plan.vessels.iter().filter_map(|ship| row(plan, ship, activities)).collect()
}

fn row(plan: &Plan, ship: &Vessel, activities: &[Activity]) -> Option<LaytimeRow> {
    let demurrage = ship.demurrage.as_ref()?;
    let own = || activities.iter().filter(|a| a.is_real() && a.vessel.as_deref() == Some(&ship.id));
    let done = own().map(|activity| activity.end).max();
    let sails: Vec<&Activity> = own().filter(|activity| activity.kind == Kind::Sail).collect();
    let (mut calls, mut used, mut allowed) = (0, 0.0, 0.0);
    for (nth, arrival) in sails.iter().enumerate() {
        let site = plan.sites.find(|site| Some(&site.id) == arrival.to_site.as_ref());
        let Some(site) = site.filter(|site| demurrage.allowance(*site).is_some()) else { continue };
        let until: Time = sails.get(nth + 1).map(|next| next.start).or(done).unwrap_or(arrival.end);
        let is_at_it = |a: &&Activity| {
            a.kind == Kind::Transfer && arrival.end <= a.start && a.end <= until && is_own_transfer(plan, a)
        };
        let tonnes = own().filter(is_at_it).filter_map(|activity| activity.tonnes).sum();
        calls += 1;
        allowed += demurrage.allowed_h(site, tonnes).unwrap_or(0.0);
        used += (until - arrival.end).num_seconds() as f64 / 3600.0;
    }
    let over_h = Demurrage::charged_h(used - allowed);
    Some(LaytimeRow {
        vessel: ship.id.clone(),
        calls,
        used_h: rounded(used),
        allowed_h: rounded(allowed),
        over_h,
        cost: demurrage.cost(used - allowed),
    })
}

/// Whether an activity is a transfer for which its vessel came, and not the lying still of one that is met.
fn is_own_transfer(plan: &Plan, activity: &Activity) -> bool {
    let transfer = plan.transfers.iter().find(|transfer| Some(&transfer.id) == activity.task.as_ref());
    transfer.is_some_and(|of_it| Some(&plan.vessels[of_it.stand.vessel].id) == activity.vessel.as_ref())
}

/// What demurrage costs, a vessel a row.
pub(super) fn costs(plan: &Plan, activities: &[Activity]) -> Vec<CostRow> {
    let rows = laytimes(plan, activities).into_iter().filter(|row| row.cost != 0.0);
    rows.map(|row| CostRow { item: "demurrage".to_owned(), vessel: Some(row.vessel), amount: row.cost })
        .collect()
}
