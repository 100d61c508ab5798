//! Why there is no schedule.
//!
//! In: the sets of a model, before or after a solver found it infeasible. Out: [`Conflict`]: reasons in words a planner understands.
//! Before solving: a task that must be done and has no start left is named, with what took its starts away. After solving: the
//! tasks are asked for as many as possible instead of all, and those that do not fit are named.

use super::goals::Objective;
use super::network::{Deed, Network};
use super::optimise::{Model, Options};
use super::sets::Sets;
use super::shortfall;
use super::solve::{Answer, solve};
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Plan, Task, Vessel};
use crate::time::short;
use good_lp::{Expression, constraint, variable};

/// Why there is no schedule.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The reasons, the first the most telling.
    pub reasons: Vec<String>,
}

/// The time of a slot, in the plan's zone.
fn when(plan: &Plan, slot: usize) -> String {
    short(plan.zone.local(plan.horizon.time(slot)))
}

/// What can be seen without a solver: tasks without a start, vessels without a way.
pub fn before_solving(sets: &Sets<'_>) -> Option<Conflict> {
    let plan = sets.plan;
    let mut reasons: Vec<String> = Vec::new();
    let is_wayless =
        |network: &&Network| network.count > 0 && !network.arcs.iter().any(|arc| arc.deed == Deed::Done);
    let lost =
        |vessel: Ix<Vessel>| sets.networks.iter().filter(is_wayless).any(|network| network.vessel == vessel);
    let stuck = plan.tasks.entries().filter(|(task, work)| {
        // Where a vessel has no way on after what has happened, its tasks have lost their starts by that.
        let is_lost = sets.is_after && work.stand.is_some_and(|stand| lost(stand.vessel));
        work.least > 0 && sets.starts[task.index()].is_empty() && !is_lost
    });
    for (task, _) in stuck {
        reasons.push(no_start(sets, task));
    }
    // The task that cannot start even by itself explains those behind it.
    reasons.sort_by_key(|reason| reason.contains("before it or with it"));
    for network in sets.networks.iter().filter(is_wayless) {
        if reasons.is_empty() {
            let vessel = &plan.vessels[network.vessel];
            let place = match vessel.home {
                Some(home) => format!("home at {}", plan.sites[home].id),
                None => "anywhere with its gear stowed".to_owned(),
            };
            let (from, tasks) = match sets.is_after {
                true => ("from where it is, ", "what is left of its work"),
                false => ("", "its tasks"),
            };
            reasons.push(format!(
                "{from}{} can do no chain of {tasks} and be {place} by {}",
                vessel.id,
                when(plan, plan.horizon.slots)
            ));
        }
    }
    reasons.extend(shortfall::out_of_reach(sets));
    (!reasons.is_empty()).then_some(Conflict { reasons })
}

/// Why a task that must be done has no start.
fn no_start(sets: &Sets<'_>, task: Ix<Task>) -> String {
    let plan = sets.plan;
    let work = &plan.tasks[task];
    let windows = &sets.windows[task.index()];
    let name = &work.id;
    if windows.starts.is_empty() && windows.starts_if_calm.is_empty() {
        return format!(
            "{name} has no start: its closures, daylight, release and deadline leave no room for {}",
            work.duration
        );
    }
    if windows.starts.is_empty() {
        let open = windows.slots.open.iter().filter(|open| **open).count() as f64 * sets.horizon().slot_h();
        return format!(
            "{name} has no start: the weather never lets it take its {} within {} ({open} h of the plan are open to it)",
            work.duration,
            crate::plan::phases::words(plan, work)
        );
    }
    let first = windows.starts.iter().next().map_or(0, |(start, _)| start);
    let last = windows.starts.iter().next_back().map_or(0, |(start, _)| start);
    format!(
        "{name} has no start: the weather lets it start between {} and {}, but not together with what must be done before it or with it \
         and the way home",
        when(plan, first),
        when(plan, last)
    )
}

/// Asks for as many tasks as possible instead of all of them, and names those that do not fit.
///
/// # Errors
/// When the solver breaks down.
pub fn after_solving(model: &Model<'_>, options: &Options<'_>) -> Result<Conflict, Error> {
    let plan = model.sets.plan;
    let ashore = shortfall::broken(model, options)?;
    if !ashore.is_empty() {
        return Ok(Conflict { reasons: ashore });
    }
    let mut problem = model.vars.problem.clone();
    let mut missed = Expression::default();
    let mut shortfalls = Vec::new();
    let mut rows: Vec<_> = model
        .rows
        .iter()
        .filter(|row| !row.name().is_some_and(|name| name.starts_with("times(")))
        .cloned()
        .collect();
    for (task, work) in plan.tasks.entries() {
        let done: Expression = model.vars.start[task.index()].iter().sum();
        let short = problem.add(variable().clamp(0, work.least).name(format!("short{}", task.index())));
        rows.push(constraint!(done.clone() + short >= f64::from(work.least)));
        rows.push(constraint!(done <= f64::from(work.most)));
        missed += short;
        shortfalls.push(short);
    }
    let objective =
        Objective { name: "missed", is_more_better: false, expression: missed, dream: 0.0, unit: 1.0 };
    let control = options.aside();
    let answer = solve(&problem, &rows, &objective, None, &control)?;
    let general = format!("the tasks fit one by one, but not together with {}", bonds(plan));
    let Answer::Found { values, .. } = answer else { return Ok(Conflict { reasons: vec![general] }) };
    // The shortfalls were added last, in order.
    let first = values.len() - shortfalls.len();
    let left_out = plan
        .tasks
        .iter()
        .zip(&values[first..])
        .filter(|(_, short)| **short > 0.5)
        .map(|(work, _)| work.id.as_str());
    let left_out: Vec<&str> = left_out.collect();
    if left_out.is_empty() {
        return Ok(Conflict { reasons: vec![general] });
    }
    let all = plan.tasks.iter().filter(|work| work.least > 0).count();
    let reason = format!(
        "not everything fits: of the {all} tasks that must be done, the others would fit without {}",
        left_out.join(", ")
    );
    Ok(Conflict { reasons: vec![reason, general] })
}

/// What binds tasks together in a plan.
fn bonds(plan: &Plan) -> String {
    let has_ships = !plan.vessels.is_empty();
    let has_range = plan.vessels.iter().any(|ship| ship.range.is_some() || ship.bunkers.is_some());
    let tasks_use = plan.tasks.iter().any(|task| !task.uses.is_empty());
    let all = [
        ("precedence", plan.tasks.iter().any(|task| !task.after.is_empty())),
        ("resources", tasks_use || plan.transfers.iter().any(|transfer| !transfer.uses.is_empty())),
        ("holds", !plan.samplings.is_empty() || !plan.transfers.is_empty()),
        ("ranges", has_range),
        ("bunkers", has_range),
        ("the way home", has_ships),
    ];
    let words: Vec<&str> = all.into_iter().filter(|(_, is_there)| *is_there).map(|(word, _)| word).collect();
    match &words[..] {
        [] => "each other".to_owned(),
        [only] => (*only).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
