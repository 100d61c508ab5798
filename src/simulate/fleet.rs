//! All runs of one policy, in parallel: run k is draw `k mod draws` of start `k div draws`, whoever runs it.
//!
//! In: a case, a field of starts, and which runs. Out: their [`Tally`], and each of them where that is asked for.
//! Runs go start by start, so that a start's weather stays close at hand. Memory does not grow with runs unless they are kept.

use super::case::Case;
use super::items::{Items, Leave};
use super::judged;
use super::leave::Leaves;
use super::log::{Log, Outcome};
use super::starts::Field;
use super::tally::{Measure, Tally};
use super::voyage::follow;
use crate::error::Error;
use crate::plan::Sea;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Which runs, and how they are watched.
pub struct Task<'t> {
    /// Draws of each start.
    pub draws: u64,
    /// The runs.
    pub runs: Range<u64>,
    /// Whether each run is kept.
    pub keeps_runs: bool,
    /// Set when the user has had enough.
    pub stop: &'t AtomicBool,
    /// Counts the runs that are done.
    pub done: &'t AtomicU64,
    /// The longest that a policy which plans anew may take for each plan; no bound where it is nothing.
    pub time_limit: Option<Duration>,
}

/// One run, kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Its number.
    pub run: u64,
    /// Its start, by place in the field.
    pub start: usize,
    /// How it ended.
    pub outcome: Outcome,
    /// By task its first start and last end, in slots; nothing when it was not done.
    pub tasks: Vec<Option<(u32, u32)>>,
    /// Tonnes lifted.
    pub sampled_t: f64,
    /// Tonnes that reached the shore.
    pub delivered_t: f64,
    /// Tonnes that demands were supplied with.
    pub supplied_t: f64,
    /// The end of everything, in slots.
    pub finish: u32,
    /// Day rates and task costs.
    pub cost: f64,
    /// By kind of time the slots of all vessels.
    pub spent: [u32; 5],
}

impl Kept {
    /// What is kept of a log.
    pub fn of(log: &Log, run: u64, start: usize) -> Kept {
        let mut spent = [0; 5];
        for of_vessel in &log.spent {
            let kinds = [of_vessel.work, of_vessel.sail, of_vessel.weather, of_vessel.other, of_vessel.idle];
            spent.iter_mut().zip(kinds).for_each(|(sum, slots)| *sum += slots);
        }
        let ends = |times: &Vec<(u32, u32)>| Some((times.first()?.0, times.last()?.1));
        Kept {
            run,
            start,
            outcome: log.outcome,
            tasks: log.times.iter().map(ends).collect(),
            sampled_t: rounded(log.sampled),
            delivered_t: rounded(log.delivered),
            supplied_t: rounded(log.supplied),
            finish: log.finish,
            cost: rounded(log.cost),
            spent,
        }
    }
}

/// A millionth is enough, and such a number is read back as it was written.
pub fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// What a fleet comes to.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    /// All runs counted.
    pub tally: Tally,
    /// Each of them, in order, where they are kept.
    pub kept: Vec<Kept>,
}

/// Runs of one block at most.
const BLOCK: u64 = 1 << 16;

/// Runs a policy that executes an order.
///
/// # Errors
/// When a synthetic year cannot be made.
pub fn sail(case: &Case<'_>, field: &Field<'_>, leaves: &Leaves, task: &Task<'_>) -> Result<Fleet, Error> {
    let per_group = field.per_group as u64 * task.draws;
    let mut blocks: Vec<Range<u64>> = Vec::new();
    let mut from = task.runs.start;
    // So many blocks that they can be held; each lies within one group.
    let block = BLOCK.max((task.runs.end - task.runs.start) / 1_000_000);
    while from < task.runs.end {
        let end_of_group = (from / per_group + 1) * per_group;
        let to = (from + block).min(end_of_group).min(task.runs.end);
        blocks.push(from..to);
        from = to;
    }
    let measure = Measure::of(case.plan);
    in_parallel(case, task, blocks, |runs, fleet| run_block(case, field, leaves, task, runs, &measure, fleet))
}

/// Does pieces of work in parallel, none any more once it is stopped, and joins the fleets they add to.
///
/// # Errors
/// The first of any piece.
pub(super) fn in_parallel<P: Send>(
    case: &Case<'_>,
    task: &Task<'_>,
    pieces: Vec<P>,
    work: impl Fn(P, &mut Fleet) -> Result<(), Error> + Sync,
) -> Result<Fleet, Error> {
    let items = Items::of(case.plan);
    let empty = || Fleet { tally: Tally::new(case.plan, items.len()), kept: Vec::new() };
    let mut fleet = pieces
        .into_par_iter()
        .try_fold(empty, |mut fleet, piece| {
            if !task.stop.load(Ordering::Relaxed) {
                work(piece, &mut fleet)?;
            }
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

fn run_block(
    case: &Case<'_>,
    field: &Field<'_>,
    leaves: &Leaves,
    task: &Task<'_>,
    runs: Range<u64>,
    measure: &Measure,
    fleet: &mut Fleet,
) -> Result<(), Error> {
    let is_judged = judged::is_needed(case.plan);
    let mut log = Log { moves: is_judged.then(Vec::new), ..Log::default() };
    let mut leave: (usize, Leave) = (usize::MAX, Leave::default());
    let mut date = (usize::MAX, String::new());
    let group = field.ground((runs.start / task.draws) as usize)?;
    let first = (runs.start / task.draws) as usize;
    let mut sea: Option<(usize, Cow<'_, Sea>)> = None;
    let count = runs.end - runs.start;
    for run in runs {
        let start = (run / task.draws) as usize;
        let time = field.starts[start].time;
        if leave.0 != start {
            leave = (start, leaves.of(time));
        }
        if is_judged && sea.as_ref().is_none_or(|known| known.0 != start && field.is_own_sea()) {
            sea = Some((start, field.sea(start)?));
        }
        let since = (time - field.starts[first].time).num_seconds() / case.plan.horizon.slot.seconds();
        let base = (i64::from(group.1) + since) as u32;
        follow(case, &group.0, base, run, &leave.1, &mut log);
        if let Some((_, sea)) = &sea {
            judged::judge(case, sea, time, run, &mut log);
        }
        fleet.tally.add(&log, run, &group.0.channels, measure);
        if field.is_scan {
            if date.0 != start {
                let local = case.plan.zone.local(time);
                date = (start, local.format("%m-%d %H:%M").to_string());
            }
            fleet.tally.add_departure(&log, run, (&date.1, start as u64), measure.supplies);
        }
        if task.keeps_runs {
            fleet.kept.push(Kept::of(&log, run, start));
        }
    }
    task.done.fetch_add(count, Ordering::Relaxed);
    Ok(())
}

/// One run again, with what every vessel did.
///
/// # Errors
/// When a synthetic year cannot be made.
pub fn again(
    case: &Case<'_>,
    field: &Field<'_>,
    leaves: &Leaves,
    draws: u64,
    run: u64,
) -> Result<Log, Error> {
    let start = (run / draws) as usize;
    let (ground, base) = field.ground(start)?;
    let mut log = Log { moves: Some(Vec::new()), ..Log::default() };
    let time = field.starts[start].time;
    follow(case, &ground, base, run, &leaves.of(time), &mut log);
    if judged::is_needed(case.plan) {
        judged::judge(case, &*field.sea(start)?, time, run, &mut log);
    }
    Ok(log)
}
