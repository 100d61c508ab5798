//! Policies: what decides on a voyage what is done next.
//!
//! In: a case and a field of starts. Out: a fleet of runs. A new policy is a function here and its line in [`POLICIES`].
//! All of them meet the same weather and the same durations in the run of the same number, so that differences are real.

use super::case::Case;
use super::fleet::{Fleet, Kept, Task, sail};
use super::items::Items;
use super::leave::Leaves;
use super::log::{Log, Outcome};
use super::replay::{log_of, plan_of_run};
use super::rolling::roll;
use super::starts::Field;
use super::tally::{Measure, Tally};
use crate::error::Error;
use crate::model::{Options, Outcome as Planned, Solver, optimise};
use crate::schedule::account;
use rayon::prelude::*;
use std::sync::atomic::Ordering;

/// Runs a fleet.
type Sail = fn(&Case<'_>, &Field<'_>, &Leaves, &Task<'_>) -> Result<Fleet, Error>;

/// Something that decides.
pub struct Policy {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Runs a fleet under it.
    pub sail: Sail,
}

/// Every policy.
pub static POLICIES: &[Policy] = &[
    Policy { name: "follow", about: "the order of the schedule, as soon as the weather lets it", sail },
    Policy {
        name: "clairvoyant",
        about: "planned anew for each year, knowing all its weather: what no one can beat",
        sail: clairvoyant,
    },
    Policy {
        name: "rolling",
        about: "planned anew every day with the forecast of that day, and the climate after it",
        sail: rolling,
    },
];

/// The policy of that name.
pub fn policy(name: &str) -> Option<&'static Policy> {
    POLICIES.iter().find(|policy| policy.name == name)
}

/// Plans every run anew with its whole weather and its durations known.
fn clairvoyant(case: &Case<'_>, field: &Field<'_>, _: &Leaves, task: &Task<'_>) -> Result<Fleet, Error> {
    each(case, field, task, plan_anew)
}

/// Plans every run anew, day by day.
fn rolling(case: &Case<'_>, field: &Field<'_>, _: &Leaves, task: &Task<'_>) -> Result<Fleet, Error> {
    each(case, field, task, roll)
}

/// Decides one run.
type Decide = fn(&Case<'_>, &Field<'_>, &Task<'_>, u64, &mut Log) -> Result<(), Error>;

/// Runs that are decided one by one.
fn each(case: &Case<'_>, field: &Field<'_>, task: &Task<'_>, decide: Decide) -> Result<Fleet, Error> {
    let items = Items::of(case.plan);
    let measure = Measure::of(case.plan);
    let empty = || Fleet { tally: Tally::new(case.plan, items.len()), kept: Vec::new() };
    let runs: Vec<u64> = task.runs.clone().collect();
    let mut fleet = runs
        .into_par_iter()
        .try_fold(empty, |mut fleet, run| {
            if task.stop.load(Ordering::Relaxed) {
                return Ok(fleet);
            }
            let start = (run / task.draws) as usize;
            let mut log = Log::default();
            decide(case, field, task, run, &mut log)?;
            if task.stop.load(Ordering::Relaxed) {
                // What was found when it was stopped may not be the best.
                return Ok(fleet);
            }
            fleet.tally.add(&log, run, &[], &measure);
            if task.keeps_runs {
                fleet.kept.push(Kept::of(&log, run, start));
            }
            task.done.fetch_add(1, Ordering::Relaxed);
            Ok::<Fleet, Error>(fleet)
        })
        .try_reduce(empty, |mut fleet, mut other| {
            fleet.tally.join(&other.tally);
            fleet.kept.append(&mut other.kept);
            Ok(fleet)
        })?;
    fleet.kept.sort_by_key(|kept| kept.run);
    Ok(fleet)
}

fn plan_anew(
    case: &Case<'_>,
    field: &Field<'_>,
    task: &Task<'_>,
    run: u64,
    log: &mut Log,
) -> Result<(), Error> {
    let start = (run / task.draws) as usize;
    let sea = field.sea(start)?;
    let plan = plan_of_run(case, field.starts[start].time, run, 0);
    let items = Items::of(&plan);
    let options = Options { solver: Solver::Highs, time_limit: None, stop: task.stop, progress: None };
    match optimise(&plan, &sea, &options)? {
        Planned::Solved(solved) => {
            let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
            log_of(&plan, items, &solved.itinerary, &schedule, log);
        }
        Planned::Infeasible(_) | Planned::NoneInTime => {
            log.clear(plan.tasks.len(), plan.samplings.len(), plan.vessels.len(), items.len(), 0);
            log.outcome = Outcome::Impossible;
            for spent in &mut log.spent {
                spent.idle = plan.horizon.slots as u32;
            }
        }
    }
    Ok(())
}
