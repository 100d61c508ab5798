//! Precedence: a task starts when what must come before it has ended, and not too long after.
//!
//! ```text
//! begun(k,t) = begun(k,t') + start(k,t)                         t' the start before t        for every counted task k
//! begun(b,t) <= begun(a, s)          s the last start of a that ends, with its lag, by t     for a before b
//! start(b,t) <= begun(a, s)                              where a is done once and b may be done again
//! start(b,t) <= begun(a, s) - begun(a, r)    r the last start of a that ends before t - within
//! begun(b,t) + h(b) start(b,t) <= begun(a, s) + h(b)     where b has begun h(b) times, and not each time after a
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | start | task k starts at t | tasks x allowed starts | count | `Vars::start` |
//! | begun | starts of k up to t | tasks x allowed starts | count | `Vars::begun` |
//! | h | starts of k that have happened | tasks | count | `Sets::known` |
//!
//! Why: without it a task need not wait for what it builds on. The m-th start of b waits for the m-th end of a; a task that is
//! done once serves every start of b. Rows: at most two a start, with two to four entries each, which keeps the relaxation cheap.
//! Source: step formulation, Pritsker and Watters 1968, RAND RM-5561-PR; Artigues 2017, Oper. Res. Lett. 45:154-159.

use super::Family;
use crate::id::Ix;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use crate::plan::{Precedence, Task};
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "precedence", page: include_str!("precedence.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (task, _) in sets.plan.tasks.entries() {
        rows.extend(counts(sets, vars, task));
        for place in 0..sets.plan.tasks[task].after.len() {
            rows.extend(waits(sets, vars, task, place));
        }
    }
    rows
}

/// `begun` is the running count of `start`.
fn counts(sets: &Sets<'_>, vars: &Vars, task: Ix<Task>) -> Vec<Constraint> {
    let label = &sets.labels.tasks[task.index()];
    let mut before: Option<Variable> = None;
    let mut rows = Vec::new();
    let slots = sets.starts[task.index()].iter().map(|start| start.0);
    for ((slot, &start), &begun) in slots.zip(&vars.start[task.index()]).zip(&vars.begun[task.index()]) {
        let earlier = before.map_or_else(Expression::default, Expression::from);
        rows.push(constraint!(begun == earlier + start).set_name(format!("count({label},{})", at(slot))));
        before = Some(begun);
    }
    rows
}

/// The count of ends of `task` by `time`, as the variable that holds it; nothing where none can have ended.
fn ended(sets: &Sets<'_>, vars: &Vars, task: Ix<Task>, time: Slot) -> Option<Variable> {
    let starts = &sets.starts[task.index()];
    let by_then = starts.partition_point(|&(_, finish)| finish <= time);
    by_then.checked_sub(1).map(|last| vars.begun[task.index()][last])
}

/// Whether a task has happened before what must come before it.
fn is_too_soon(sets: &Sets<'_>, task: Ix<Task>, after: Precedence) -> bool {
    let lag = sets.horizon().slots_for(after.lag);
    let known = |task: Ix<Task>| sets.starts[task.index()].iter().filter(|start| start.0 < sets.asked_from);
    let ended = |time: Slot| known(after.task).filter(|start| start.1 + lag <= time).count();
    known(task).enumerate().any(|(nth, start)| ended(start.0) <= nth)
}

/// The rows of one predecessor of `task`.
fn waits(sets: &Sets<'_>, vars: &Vars, task: Ix<Task>, place: usize) -> Vec<Constraint> {
    let work = &sets.plan.tasks[task];
    let after = work.after[place];
    let lag = sets.horizon().slots_for(after.lag);
    let (label, before_label) = (&sets.labels.tasks[task.index()], &sets.labels.tasks[after.task.index()]);
    let is_again = work.most > 1 && sets.plan.tasks[after.task].most == 1;
    // What happened too soon stays, and nothing is asked of it by what is still to come.
    let happened = if is_too_soon(sets, task, after) { sets.known(task) as f64 } else { 0.0 };
    let mut rows: Vec<(Option<Variable>, Constraint)> = Vec::new();
    for (nth, &(slot, _)) in sets.starts[task.index()].iter().enumerate() {
        let (start, begun) = (vars.start[task.index()][nth], vars.begun[task.index()][nth]);
        let by_then = slot.checked_sub(lag).and_then(|time| ended(sets, vars, after.task, time));
        let done = by_then.map_or_else(Expression::default, Expression::from);
        let name = format!("precedence({before_label},{label},{})", at(slot));
        if let Some(within) = after.within {
            let window = sets.horizon().slots_for(within) + 1;
            let too_early = slot.checked_sub(window).and_then(|time| ended(sets, vars, after.task, time));
            let too_early = too_early.map_or_else(Expression::default, Expression::from);
            let name = format!("within({before_label},{label},{})", at(slot));
            rows.push((None, constraint!(start <= done.clone() - too_early).set_name(name)));
        }
        if is_again {
            rows.push((None, constraint!(start <= done * work.most as f64).set_name(name)));
            continue;
        }
        if happened > 0.0 && slot >= sets.asked_from {
            rows.push((None, constraint!(begun + happened * start <= done + happened).set_name(name)));
            continue;
        }
        // Of rows with the same right side the last one says most.
        if rows.last().is_some_and(|(last, _)| last.is_some() && *last == by_then) {
            rows.pop();
        }
        rows.push((by_then, constraint!(begun <= done).set_name(name)));
    }
    rows.into_iter().map(|(_, row)| row).collect()
}
