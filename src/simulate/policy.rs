//! Policies: what decides on a voyage what is done next.
//!
//! In: a case and a field of starts. Out: a fleet of runs. A new policy is a function here and its line in [`POLICIES`].
//! All of them meet the same weather, durations and yields in the run of the same number, so that differences are real.
//! A plan that is made anew may be given a time limit: how many runs have one that is not proven to be the best is counted. By the clock no two
//! machines do the same, so that there is none unless it is asked for.

use super::blame::causes;
use super::case::Case;
use super::fleet::{Fleet, Kept, Task, in_parallel, sail};
use super::items::Items;
use super::leave::Leaves;
use super::log::Log;
use super::replay::{log_of, log_of_none, plan_of_run};
use super::rolling::{Done, voyage};
use super::starts::Field;
use super::tally::Measure;
use super::voyage::happened;
use crate::error::Error;
use crate::log::Happened;
use crate::model::{Options, Outcome as Planned, Past, optimise, optimise_after};
use crate::plan::Plan;
use crate::schedule::{Status, account};
use std::sync::atomic::Ordering;

/// Runs a fleet.
type Sail = fn(&Case<'_>, &Field<'_>, &Leaves, &Task<'_>) -> Result<Fleet, Error>;

/// Something that decides.
pub struct Policy {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Whether it plans each run anew, which may take long.
    pub plans_anew: bool,
    /// Runs a fleet under it.
    pub sail: Sail,
}

/// Every policy.
pub static POLICIES: &[Policy] = &[
    Policy {
        name: "follow",
        about: "the order of the schedule, as soon as the weather lets it",
        plans_anew: false,
        sail,
    },
    Policy {
        name: "clairvoyant",
        about: "planned anew for each year, knowing all its weather: what no one can beat",
        plans_anew: true,
        sail: clairvoyant,
    },
    Policy {
        name: "rolling",
        about: "planned anew every day with the forecast of that day, and the climate after it",
        plans_anew: true,
        sail: rolling,
    },
];

/// The policy of that name.
pub fn policy(name: &str) -> Option<&'static Policy> {
    POLICIES.iter().find(|policy| policy.name == name)
}

/// Plans every run anew with its whole weather, its durations and its yields known.
fn clairvoyant(case: &Case<'_>, field: &Field<'_>, _: &Leaves, task: &Task<'_>) -> Result<Fleet, Error> {
    each(case, field, task, plan_anew)
}

/// Plans every run anew, day by day.
fn rolling(case: &Case<'_>, field: &Field<'_>, _: &Leaves, task: &Task<'_>) -> Result<Fleet, Error> {
    each(case, field, task, voyage)
}

/// How a run was decided.
pub struct Decided {
    /// The plan as it was for it.
    pub plan: Plan,
    /// What was done; nothing where no schedule was found.
    pub done: Option<Done>,
    /// Whether something better could have been found with more time.
    pub is_unproven: bool,
}

/// Decides one run.
type Decide = fn(&Case<'_>, &Field<'_>, &Task<'_>, u64) -> Result<Decided, Error>;

/// Runs that are decided one by one.
fn each(case: &Case<'_>, field: &Field<'_>, task: &Task<'_>, decide: Decide) -> Result<Fleet, Error> {
    let measure = Measure::of(case.plan);
    in_parallel(case, task, task.runs.clone().collect(), |run, fleet| {
        let start = (run / task.draws) as usize;
        let mut log = Log::default();
        let Decided { plan, done, is_unproven } = decide(case, field, task, run)?;
        if task.stop.load(Ordering::Relaxed) {
            // What was found when it was stopped may not be the best.
            return Ok(());
        }
        let (ground, base) = field.ground(start)?;
        let items = Items::of(&plan);
        match &done {
            Some(done) => {
                log_of(&plan, items, &done.0, &done.1, &mut log);
                causes(&plan, done, (&ground, base), &mut log);
            }
            None => log_of_none(&plan, items, &mut log),
        }
        fleet.tally.add(&log, run, &ground.channels, &measure);
        fleet.tally.add_unproven(is_unproven, done.is_some());
        if field.is_scan {
            let date = case.plan.zone.local(field.starts[start].time).format("%m-%d %H:%M").to_string();
            fleet.tally.add_departure(&log, run, (&date, start as u64), measure.supplies);
        }
        if task.keeps_runs {
            fleet.kept.push(Kept::of(&log, run, start));
        }
        task.done.fetch_add(1, Ordering::Relaxed);
        Ok(())
    })
}

/// Plans one run anew: all of it, or what is to come where something has happened already.
///
/// # Errors
/// When a synthetic year cannot be made, or the solver breaks down.
pub fn plan_anew(case: &Case<'_>, field: &Field<'_>, task: &Task<'_>, run: u64) -> Result<Decided, Error> {
    let start = (run / task.draws) as usize;
    let sea = field.sea(start)?;
    let plan = plan_of_run(case, field.starts[start].time, run, 0);
    let options = Options { explains: false, time_limit: task.time_limit, ..Options::new(task.stop) };
    let (planned, happened) = match case.past() {
        None => (optimise(&plan, &sea, &options)?, None),
        Some(past) => {
            let (ground, base) = field.ground(start)?;
            let Some(itinerary) = happened(case, &ground, base, run) else {
                return Ok(Decided { plan, done: None, is_unproven: false });
            };
            let until = past.until as usize;
            let past = Past { until, itinerary: &itinerary, bars: &[], flows: true };
            let planned = optimise_after(&plan, &sea, &past, &options)?;
            (planned, Some(Happened::of(itinerary, until)))
        }
    };
    let (done, is_unproven) = match planned {
        Planned::Solved(mut solved) => {
            if let Some(happened) = happened {
                happened.restore(&plan, &mut solved.itinerary);
            }
            let is_unproven = solved.stamp.status != Status::Optimal;
            let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
            (Some((solved.itinerary, schedule)), is_unproven)
        }
        Planned::Infeasible(_) => (None, false),
        Planned::NoneInTime => (None, true),
    };
    Ok(Decided { plan, done, is_unproven })
}
