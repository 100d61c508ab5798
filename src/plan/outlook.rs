//! What `mudline windows` says of each piece of work: its windows, workability and persistence over the plan.
//!
//! In: a plan and its sea. Out: one [`WorkOutlook`] a task and a sampling, in the plan's order.
//! Workability is the share of time that is open; persistence, how long it stays so.

use super::phases::{stretches, words};
use super::windows::{WorkSlots, of_sampling, of_task, task_limits};
use super::{Plan, Sea, Site, Suspend, Task};
use crate::id::Ix;
use crate::time::Slot;
use crate::units::Span;
use crate::weather::{Limits, Odds, Operation, Pausing, Phase, Series, odds};
use chrono::{DateTime, FixedOffset};
use serde::Serialize;

/// When one piece of work can be done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkOutlook {
    /// The task or sampling.
    pub id: String,
    /// Its limits in words.
    pub limits: String,
    /// Its limits as they are.
    #[serde(skip)]
    pub bounds: Limits,
    /// How many phases it has; 0 where its limits do not change.
    pub phases: usize,
    /// The share of the plan's time in which it may go on, 0 to 1; whichever phase it is in.
    pub workability: f64,
    /// The stretches in which it may go on.
    pub windows: Vec<(DateTime<FixedOffset>, DateTime<FixedOffset>)>,
    /// Their mean length in hours.
    pub mean_window_h: f64,
    /// The length of the longest in hours.
    pub longest_window_h: f64,
    /// Duration and contingency in hours; none for a sampling.
    pub reference_period_h: Option<f64>,
    /// Whether it may pause.
    pub may_pause: bool,
    /// The first slot in which it may start.
    pub first_start: Option<DateTime<FixedOffset>>,
    /// The last slot in which it may start.
    pub last_start: Option<DateTime<FixedOffset>>,
    /// The share of slots in which it may start, 0 to 1.
    pub start_share: f64,
    /// Its odds by month, from weather and gear alone, without closures and daylight; none where no weather stops it.
    pub odds: Option<Odds>,
}

/// The outlook of every task and sampling; their odds are those of the weather at their site, or of `other` weather.
///
/// # Errors
/// In words, when `other` lacks a channel that is limited.
pub fn outlook(plan: &Plan, sea: &Sea, other: Option<&Series>) -> Result<Vec<WorkOutlook>, String> {
    let mut rows = rows(plan, sea);
    let of_tasks = plan.tasks.iter().map(|task| (task.site, task_operation(plan, task)));
    let of_samplings = plan.samplings.iter().map(|sampling| {
        let limits = sampling.limits.and(&plan.gear(sampling.stand).survives);
        let length = sampling.min_run.max(plan.horizon.slot);
        let phases = vec![Phase { length, limits }];
        (Some(sampling.stand.site), Operation { phases, reserve: Span::default(), pausing: None })
    });
    for (row, (site, operation)) in rows.iter_mut().zip(of_tasks.chain(of_samplings)) {
        let Some(series) = other.or_else(|| series_at(plan, sea, site)) else { continue };
        let limits = operation.tightest();
        if let Some(limit) = limits.iter().find(|limit| series.channel(&limit.channel).is_none()) {
            let known: Vec<&str> = series.channels.iter().map(|channel| channel.name.as_str()).collect();
            return Err(format!(
                "{} is limited in {}, which that weather does not have; it has {}",
                row.id,
                limit.channel,
                known.join(", ")
            ));
        }
        row.odds = (!limits.is_empty()).then(|| odds(series, &operation));
    }
    Ok(rows)
}

fn series_at<'s>(plan: &Plan, sea: &'s Sea, site: Option<Ix<Site>>) -> Option<&'s Series> {
    Some(sea.series(plan.sites[site?].weather?))
}

/// A task as an operation in weather alone.
fn task_operation(plan: &Plan, task: &Task) -> Operation {
    let pausing = match (task.suspend, task.stand) {
        (Suspend::Never, _) => None,
        (Suspend::Hold, Some(stand)) => {
            let gear = &plan.vessels[stand.vessel].gear;
            let survives = gear[stand.gear].survives.and(&gear[task.leaves].survives);
            Some(Pausing { survives, longest: task.max_pause })
        }
        _ => Some(Pausing { survives: Limits::default(), longest: task.max_pause }),
    };
    let phases = match task.phases[..] {
        [] => vec![Phase { length: task.duration, limits: task_limits(plan, task) }],
        _ => stretches(plan, task)
            .into_iter()
            .map(|(slots, limits)| Phase {
                length: Span::of_seconds(plan.horizon.slot.seconds() * slots as i64),
                limits,
            })
            .collect(),
    };
    Operation { phases, reserve: task.contingency, pausing }
}

fn rows(plan: &Plan, sea: &Sea) -> Vec<WorkOutlook> {
    let tasks = plan.tasks.entries().map(|(place, task)| {
        let windows = of_task(plan, sea, place);
        let starts: Vec<Slot> = windows.starts.iter().map(|(start, _)| start).collect();
        let period = task.duration.hours() + task.contingency.hours();
        let mut row = row(plan, &task.id, task_limits(plan, task), &windows.slots, &starts);
        row.limits = words(plan, task);
        row.phases = task.phases.len();
        row.reference_period_h = Some(period);
        row.may_pause = task.suspend != Suspend::Never;
        row
    });
    let samplings = plan.samplings.iter().map(|sampling| {
        let slots = of_sampling(plan, sea, sampling);
        let least = plan.horizon.slots_for(sampling.min_run).max(1);
        let is_start =
            |&slot: &Slot| slots.open[slot..].iter().take(least).filter(|open| **open).count() == least;
        let starts: Vec<Slot> = (0..plan.horizon.slots).filter(is_start).collect();
        let limits = sampling.limits.and(&plan.gear(sampling.stand).survives);
        WorkOutlook { may_pause: true, ..row(plan, &sampling.id, limits, &slots, &starts) }
    });
    tasks.chain(samplings).collect()
}

fn row(plan: &Plan, id: &str, limits: Limits, slots: &WorkSlots, starts: &[Slot]) -> WorkOutlook {
    let horizon = &plan.horizon;
    let mut stretches: Vec<(Slot, Slot)> = Vec::new();
    for slot in (0..horizon.slots).filter(|&slot| slots.open[slot]) {
        match stretches.last_mut() {
            Some(last) if last.1 == slot => last.1 = slot + 1,
            _ => stretches.push((slot, slot + 1)),
        }
    }
    let open: usize = stretches.iter().map(|(from, to)| to - from).sum();
    let longest = stretches.iter().map(|(from, to)| to - from).max().unwrap_or(0);
    let at = |slot: Slot| plan.zone.local(horizon.time(slot));
    WorkOutlook {
        id: id.to_owned(),
        limits: limits.to_string(),
        bounds: limits,
        phases: 0,
        workability: open as f64 / horizon.slots as f64,
        mean_window_h: open as f64 * horizon.slot_h() / stretches.len().max(1) as f64,
        longest_window_h: longest as f64 * horizon.slot_h(),
        windows: stretches.into_iter().map(|(from, to)| (at(from), at(to))).collect(),
        reference_period_h: None,
        may_pause: false,
        first_start: starts.first().map(|&slot| at(slot)),
        last_start: starts.last().map(|&slot| at(slot)),
        start_share: starts.len() as f64 / horizon.slots as f64,
        odds: None,
    }
}
