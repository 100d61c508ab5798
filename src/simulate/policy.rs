//! Policies: what decides on a voyage what is done next.
//!
//! In: a case and a field of starts. Out: a fleet of runs. A new policy is a function here and its line in [`POLICIES`].
//! All of them meet the same weather, durations and yields in the run of the same number, so that differences are real.

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
use crate::error::Error;
use crate::model::{Options, Outcome as Planned, optimise};
use crate::plan::Plan;
use crate::schedule::account;
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

/// Plans every run anew with its whole weather, its durations and its yields known.
fn clairvoyant(case: &Case<'_>, field: &Field<'_>, _: &Leaves, task: &Task<'_>) -> Result<Fleet, Error> {
    each(case, field, task, plan_anew)
}

/// Plans every run anew, day by day.
fn rolling(case: &Case<'_>, field: &Field<'_>, _: &Leaves, task: &Task<'_>) -> Result<Fleet, Error> {
    each(case, field, task, voyage)
}

/// Decides one run: the plan as it was for it, and what was done; nothing where no schedule was found.
type Decide = fn(&Case<'_>, &Field<'_>, &Task<'_>, u64) -> Result<(Plan, Option<Done>), Error>;

/// Runs that are decided one by one.
fn each(case: &Case<'_>, field: &Field<'_>, task: &Task<'_>, decide: Decide) -> Result<Fleet, Error> {
    let measure = Measure::of(case.plan);
    in_parallel(case, task, task.runs.clone().collect(), |run, fleet| {
        let start = (run / task.draws) as usize;
        let mut log = Log::default();
        let (plan, done) = decide(case, field, task, run)?;
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

fn plan_anew(
    case: &Case<'_>,
    field: &Field<'_>,
    task: &Task<'_>,
    run: u64,
) -> Result<(Plan, Option<Done>), Error> {
    let start = (run / task.draws) as usize;
    let sea = field.sea(start)?;
    let plan = plan_of_run(case, field.starts[start].time, run, 0);
    let options = Options { explains: false, ..Options::new(task.stop) };
    let done = match optimise(&plan, &sea, &options)? {
        Planned::Solved(solved) => {
            let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
            Some((solved.itinerary, schedule))
        }
        Planned::Infeasible(_) | Planned::NoneInTime => None,
    };
    Ok((plan, done))
}
