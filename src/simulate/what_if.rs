//! What a little more of something would bring, found by running it: a metre of wave height, a day of time, a tonne of hold.
//!
//! In: a plan, the order, what was asked, and what came of it. Out: the same runs of a plan that differs in one thing, and the difference.
//! Every variant meets the same weather and the same durations in the run of the same number (common random numbers).

use super::ensemble::{Ask, Ensemble};
use super::fleet::{Fleet, Task, sail};
use super::log::Outcome;
use super::order::Order;
use super::tally::{PER_TONNE, Tally};
use super::together::Together;
use crate::error::Error;
use crate::plan::Plan;
use crate::weather::Limits;
use serde::Serialize;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// What one change brings, a run on average.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhatIf {
    /// What is changed: `hs`, `hs.run-pipe`, `time`, `hold.chikyu`.
    pub id: String,
    /// In words.
    pub about: String,
    /// Tonnes lifted more.
    pub sampled_t: f64,
    /// Tonnes delivered more.
    pub delivered_t: f64,
    /// Tonnes that demands are supplied with more, where the plan has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplied_t: Option<f64>,
    /// By how much the share of runs in which all is done in time rises.
    pub done: f64,
}

/// Metres by which a limit of wave height is raised.
const METRES: f64 = 1.0;
/// Tonnes by which a hold grows.
const TONNES: f64 = 1.0;

fn task_raised(task: &mut crate::plan::Task) -> bool {
    let phases = task.phases.iter_mut().map(|phase| &mut phase.limits);
    std::iter::once(&mut task.limits)
        .chain(phases)
        .fold(false, |is_raised, limits| raised(limits) | is_raised)
}

fn raised(limits: &mut Limits) -> bool {
    let mut is_raised = false;
    for limit in limits.0.iter_mut().filter(|limit| limit.channel == "hs") {
        limit.at_most += METRES;
        is_raised = true;
    }
    is_raised
}

/// The plans that differ in one thing: id, words, plan.
fn variants(plan: &Plan, order: &Order) -> Vec<(String, String, Plan)> {
    let mut rows = Vec::new();
    let mut all = plan.clone();
    let mut is_any = false;
    let places: Vec<_> = plan.tasks.places().collect();
    let mut singles = Vec::new();
    for place in places {
        is_any |= task_raised(&mut all.tasks[place]);
        let mut one = plan.clone();
        if task_raised(&mut one.tasks[place]) {
            let id = &plan.tasks[place].id;
            singles.push((format!("hs.{id}"), format!("Hs limit of {id} + {METRES} m"), one));
        }
    }
    let samplings: Vec<_> = plan.samplings.places().collect();
    let mut lifting = plan.clone();
    let mut is_lifting = false;
    for place in samplings {
        is_any |= raised(&mut all.samplings[place].limits);
        is_lifting |= raised(&mut lifting.samplings[place].limits);
    }
    if is_any {
        rows.push(("hs".to_owned(), format!("every Hs limit of work + {METRES} m"), all));
    }
    rows.append(&mut singles);
    if is_lifting {
        rows.push(("hs.lifting".to_owned(), format!("every Hs limit of lifting + {METRES} m"), lifting));
    }
    let mut longer = plan.clone();
    longer.horizon.slots += (86_400 / plan.horizon.slot.seconds()).max(1) as usize;
    rows.push(("time".to_owned(), "one day more".to_owned(), longer));
    if Together::is_needed(plan) {
        let mut moving = plan.clone();
        let places = plan.transfers.places();
        let is_moving = places.fold(false, |is, place| raised(&mut moving.transfers[place].limits) | is);
        if is_moving {
            rows.push((
                "hs.transfers".to_owned(),
                format!("every Hs limit of transfers + {METRES} m"),
                moving,
            ));
        }
        for (place, site) in plan.sites.entries().filter(|(_, site)| site.berths.is_some()) {
            let mut more = plan.clone();
            more.sites[place].berths = site.berths.map(|berths| berths + 1);
            rows.push((format!("berths.{}", site.id), format!("one more berth at {}", site.id), more));
        }
        for (place, resource) in plan.resources.entries() {
            let mut taken = plan.transfers.iter().flat_map(|transfer| &transfer.uses);
            if taken.any(|(used, _)| *used == place) {
                let mut more = plan.clone();
                more.resources[place].capacity = resource.capacity.saturating_add(1);
                rows.push((format!("resources.{}", resource.id), format!("one more {}", resource.id), more));
            }
        }
    }
    // Where no more is lifted than planned, a larger hold brings nothing unless it is planned anew.
    for (place, vessel) in plan.vessels.entries().filter(|_| order.goes_on()) {
        let mut more = plan.clone();
        let mut is_more = false;
        for tonnes in more.vessels[place].hold.iter_mut().filter(|tonnes| **tonnes > 0.0) {
            *tonnes += TONNES;
            is_more = true;
        }
        if is_more {
            rows.push((format!("hold.{}", vessel.id), format!("hold of {} + {TONNES} t", vessel.id), more));
        }
    }
    rows
}

fn mean(tally: &Tally, of: fn(&Tally) -> &super::tally::Counts) -> f64 {
    let sum: i128 = of(tally).bins.iter().map(|(&value, bin)| i128::from(value) * i128::from(bin.runs)).sum();
    sum as f64 / tally.runs.max(1) as f64 / PER_TONNE
}

fn done(tally: &Tally) -> f64 {
    tally.outcomes[Outcome::Done as usize] as f64 / tally.runs.max(1) as f64
}

/// Runs every variant of `plan`; `base` is what the plan itself comes to.
///
/// Variants of which other starts can be run (a longer plan may not fit into the series) are left out: they would compare other years.
///
/// # Errors
/// When a synthetic year cannot be made.
pub fn what_if(
    plan: &Plan,
    order: &Order,
    ask: &Ask,
    base: (&Tally, u64),
    stop: &AtomicBool,
) -> Result<Vec<WhatIf>, Error> {
    let (base, starts) = base;
    let mut rows = Vec::new();
    for (id, about, variant) in variants(plan, order) {
        let ensemble = Ensemble::new(&variant, order.clone(), None, ask.clone())?;
        if ensemble.head.starts_run != starts {
            continue;
        }
        let counter = AtomicU64::new(0);
        let task = Task {
            draws: ask.draws,
            runs: 0..ensemble.runs(),
            keeps_runs: false,
            stop,
            done: &counter,
            time_limit: None,
        };
        let Fleet { tally, .. } = sail(&ensemble.case, &ensemble.field, &ensemble.leaves, &task)?;
        if tally.runs != base.runs {
            continue;
        }
        rows.push(WhatIf {
            id,
            about,
            sampled_t: mean(&tally, |t| &t.sampled) - mean(base, |t| &t.sampled),
            delivered_t: mean(&tally, |t| &t.delivered) - mean(base, |t| &t.delivered),
            supplied_t: (!plan.demands.is_empty())
                .then(|| mean(&tally, |t| &t.supplied) - mean(base, |t| &t.supplied)),
            done: done(&tally) - done(base),
        });
    }
    Ok(rows)
}
