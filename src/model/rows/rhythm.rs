//! Rhythm: a task that must be done every so often is, until its vessel, or the one that it serves, is done.
//!
//! ```text
//! gone(v,t)  =  gone(v,t')  +  done arcs of v in t                                  t' the slot before t
//! 1          <=  begun(k,e) + gone(v,e)                                             e slots from the plan's start on
//! 1          <=  begun(k,f+e) - begun(k,t) + gone(v,f+e)       for every start t of k, f the last finish of those up to t, unless f+e is beyond the plan
//! start(k,t) <=  begun(k,f+e) - begun(k,f-1) + gone(v,f+e)     besides, where t itself is finished sooner, at f
//! 1          <=  begun(k,n+e) - begun(k,n-1) + gone(v,n+e)     where something has happened before slot n, and k was due then and not done
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | start, begun | k starts at t; starts of k up to t | tasks x allowed starts | count | `Vars::start`, `Vars::begun` |
//! | gone | the vessel of k, or the one that it serves, is done by t | vessels x slots | 0 or 1 | `Vars::gone` |
//! | e | the rhythm, in whole slots, rounded down | tasks | slots | the plan |
//!
//! Why: without it a crew is changed once and never again. A vessel that is done may have no more to keep. That there is one in every stretch, whether
//! or not the one before began it, is what a relaxation cannot get round: asked of each start alone, a tenth of one would ask for a tenth.
//! Rows: one a start, or two where some before it is finished later, of three entries or four; and one a slot in which the vessel may be done.
//! Source: step formulation as in `precedence`; the plan language, key `every`.

use super::Family;
use crate::id::Ix;
use crate::model::network::Deed;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use crate::plan::Task;
use crate::time::Slot;
use good_lp::{Constraint, Expression, constraint};
use std::collections::BTreeMap;

/// See the head of this file.
pub const FAMILY: Family = Family { name: "rhythm", page: include_str!("rhythm.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (network, (taken, gone)) in sets.networks.iter().zip(vars.arcs.iter().zip(&vars.gone)) {
        let label = &sets.labels.vessels[network.vessel.index()];
        let mut done: BTreeMap<Slot, Expression> = BTreeMap::new();
        for (arc, &taken) in network.arcs.iter().zip(taken).filter(|(arc, _)| arc.deed == Deed::Done) {
            *done.entry(arc.from.slot).or_default() += taken;
        }
        let mut before = Expression::default();
        for &(slot, gone) in gone {
            let done = done.remove(&slot).unwrap_or_default();
            let name = format!("rhythm(gone,{label},{})", at(slot));
            rows.push(constraint!(gone == before + done).set_name(name));
            before = gone.into();
        }
    }
    for (task, _) in sets.plan.tasks.entries() {
        rows.extend(of_task(sets, vars, task).unwrap_or_default());
    }
    rows
}

fn of_task(sets: &Sets<'_>, vars: &Vars, task: Ix<Task>) -> Option<Vec<Constraint>> {
    let work = &sets.plan.tasks[task];
    let (every, keeper) = (work.every?, work.keeper()?);
    let horizon = sets.horizon();
    let longest = horizon.slots_in(every);
    let (starts, begun) = (&sets.starts[task.index()], &vars.begun[task.index()]);
    // The last count of starts, or of the vessel being done, before a slot; nothing where there is none yet.
    let begun_before = |slot: Slot| {
        let next = starts.partition_point(|start| start.0 < slot);
        next.checked_sub(1).map_or_else(Expression::default, |last| begun[last].into())
    };
    let gone = &vars.gone[keeper.index()];
    let gone_by = |slot: Slot| {
        let next = gone.partition_point(|(at, _)| *at <= slot);
        next.checked_sub(1).map_or_else(Expression::default, |last| gone[last].1.into())
    };
    let label = &sets.labels.tasks[task.index()];
    let mut rows = Vec::new();
    // What was due in the past is asked for no more.
    let is_asked = |due: Slot| (sets.until..horizon.slots).contains(&due);
    if is_asked(longest) {
        let kept = begun_before(longest + 1) + gone_by(longest);
        rows.push(constraint!(kept >= 1.0).set_name(format!("rhythm({label},first)")));
    }
    // Where it was due in the past, and has not been done since, it is due again within the rhythm from now on.
    let past = starts.iter().filter(|start| start.0 < sets.until).map(|start| start.1).max();
    let (now, due) = (sets.until, sets.until + longest);
    if past.unwrap_or(0) + longest < now && due < horizon.slots {
        let kept = begun_before(due + 1) - begun_before(now) + gone_by(due);
        rows.push(constraint!(kept >= 1.0).set_name(format!("rhythm({label},again)")));
    }
    let mut last = 0;
    for (&(slot, finish), &start) in starts.iter().zip(&vars.start[task.index()]) {
        last = last.max(finish);
        let label = format!("{label},{}", at(slot));
        if is_asked(last + longest) {
            let again = begun_before(last + longest + 1) - begun_before(slot + 1);
            let kept = again + gone_by(last + longest);
            rows.push(constraint!(kept >= 1.0).set_name(format!("rhythm({label})")));
        }
        if finish < last && is_asked(finish + longest) {
            let again = begun_before(finish + longest + 1) - begun_before(finish);
            let kept = again + gone_by(finish + longest);
            rows.push(constraint!(start <= kept).set_name(format!("rhythm(sooner,{label})")));
        }
    }
    Some(rows)
}
