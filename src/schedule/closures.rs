//! When what stands still, and why: the plan's closures and disruptions.
//!
//! In: a plan. Out: a row for each of its closures, and then one for each of its disruptions. That a vessel is not on hire is no row.
//! Not the judge's: [`super::verify`] looks all of it up again.

use super::Time;
use crate::plan::{Closed, ClosedBy, Closure, Disruption, Plan};
use serde::{Deserialize, Serialize};

/// A time in which something stands still.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosureRow {
    /// What stands still: sites, vessels, tasks, samplings and processes.
    pub stops: Vec<String>,
    /// The beginning.
    pub from: Time,
    /// The end.
    pub to: Time,
    /// The disruption that it is, if it is one: then reserves may be drawn.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub disruption: Option<String>,
    /// Why, where the plan says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// The plan's closures and disruptions.
pub(super) fn closures(plan: &Plan) -> Vec<ClosureRow> {
    // A closure of vessels of a count is one for each of them.
    let written = plan.closures.chunk_by(|one, next| one.by == next.by);
    let closures = written.filter(|same| matches!(same[0].by, ClosedBy::Closure(_))).map(|same| ClosureRow {
        stops: same.iter().map(|closure| name(plan, closure)).collect(),
        from: plan.zone.local(same[0].from),
        to: plan.zone.local(same[0].to),
        disruption: None,
        reason: same[0].reason.clone(),
    });
    let stopped = |nth| plan.closures.iter().filter(move |closure| closure.by == ClosedBy::Disruption(nth));
    let disruption = |(nth, disruption): (usize, &Disruption)| ClosureRow {
        stops: stopped(nth).map(|closure| name(plan, closure)).collect(),
        from: plan.zone.local(disruption.from),
        to: plan.zone.local(disruption.to),
        disruption: Some(disruption.id.clone()),
        reason: disruption.reason.clone(),
    };
    closures.chain(plan.disruptions.iter().enumerate().map(disruption)).collect()
}

fn name(plan: &Plan, closure: &Closure) -> String {
    match closure.what {
        Closed::Site(site) => &plan.sites[site].id,
        Closed::Vessel(vessel) => &plan.vessels[vessel].id,
        Closed::Task(task) => &plan.tasks[task].id,
        Closed::Sampling(sampling) => &plan.samplings[sampling].id,
        Closed::Process(process) => &plan.processes[process].id,
    }
    .clone()
}
