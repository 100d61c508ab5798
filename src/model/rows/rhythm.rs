//! Rhythm: a task that must be done every so often is, or another that counts for it, until its vessel, or the one that it serves, is done.
//!
//! ```text
//! gone(v,t)  =  gone(v,t')  +  done arcs of v in t                                  t' the slot before t
//! 1          <=  sum(k) begun(k,e) + gone(v,e)                                      e slots from the plan's start on
//! 1          <=  sum(k) [ begun(k,f+e) - ended(k,f) ] + gone(v,f+e)                 for every slot f in which any k may finish, unless f+e is beyond the plan
//! 1          <=  sum(k) [ begun(k,n+e) - begun(k,n-1) ] + gone(v,n+e)               where something has happened before slot n, and k was due then and not done
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | k | the task of the rhythm, and those that count in it | | | the plan |
//! | begun | starts of k up to t | tasks x allowed starts | count | `Vars::begun` |
//! | ended | the same count, of starts that have finished by t | | count | `Vars::begun`, `Vars::start` |
//! | gone | the vessel of k, or the one that it serves, is done by t | vessels x slots | 0 or 1 | `Vars::gone` |
//! | e | the rhythm, in whole slots, rounded down | tasks | slots | the plan |
//!
//! Why: without it a crew is changed once and never again. A vessel that is done may have no more to keep. That there is one in every stretch, whether
//! or not the one before began it, is what a relaxation cannot get round: asked of each start alone, a tenth of one would ask for a tenth. What begins by
//! f+e and is not over by f breaks the wait, whoever does it; where nothing does, none of what was over by f was followed soon enough.
//! Rows: one a finish, of three entries for each task; and one a slot in which the vessel may be done.
//! Source: step formulation as in `precedence`; the plan language, keys `every` and `rhythm_of`.

use super::Family;
use crate::id::Ix;
use crate::model::network::Deed;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use crate::plan::Task;
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable, constraint};
use std::collections::{BTreeMap, BTreeSet};

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

/// What may keep a rhythm: a task, its starts with their finishes, and their counts.
struct Kept<'m> {
    task: Ix<Task>,
    starts: &'m [(Slot, Slot)],
    start: &'m [Variable],
    begun: &'m [Variable],
}

impl Kept<'_> {
    /// How often it has begun before a slot.
    fn begun_before(&self, slot: Slot) -> Expression {
        let next = self.starts.partition_point(|start| start.0 < slot);
        next.checked_sub(1).map_or_else(Expression::default, |last| self.begun[last].into())
    }

    /// How often it has been over by a slot.
    fn ended_by(&self, slot: Slot) -> Expression {
        let is_over = |start: &&(Slot, Slot)| start.1 <= slot;
        let over = self.starts.iter().take_while(is_over).count();
        let mut ended = over.checked_sub(1).map_or_else(Expression::default, |last| self.begun[last].into());
        // What was told of the past may have taken longer than what began after it.
        for (_, &later) in self.starts.iter().zip(self.start).skip(over).filter(|(start, _)| is_over(start)) {
            ended += later;
        }
        ended
    }
}

fn of_task(sets: &Sets<'_>, vars: &Vars, of: Ix<Task>) -> Option<Vec<Constraint>> {
    let work = &sets.plan.tasks[of];
    let (every, keeper) = (work.every?, work.keeper()?);
    let horizon = sets.horizon();
    let longest = horizon.slots_in(every);
    let kept = |task: Ix<Task>| {
        let (starts, start) = (&sets.starts[task.index()], &vars.start[task.index()]);
        Kept { task, starts, start, begun: &vars.begun[task.index()] }
    };
    let all: Vec<Kept<'_>> = sets.plan.in_rhythm(of).map(kept).collect();
    let gone = &vars.gone[keeper.index()];
    let gone_by = |slot: Slot| {
        let next = gone.partition_point(|(at, _)| *at <= slot);
        next.checked_sub(1).map_or_else(Expression::default, |last| gone[last].1.into())
    };
    let label = &sets.labels.tasks[of.index()];
    let mut rows = Vec::new();
    // What begins up to the slot in which it is due, less what does not count, or the vessel is done by then.
    let mut ask = |name: String, due: Slot, less: &dyn Fn(&Kept<'_>) -> Expression| {
        // What was due in the past is asked for no more.
        if (sets.asked_from..horizon.slots).contains(&due) {
            let begun = all.iter().map(|kept| kept.begun_before(due + 1) - less(kept)).sum::<Expression>();
            rows.push(constraint!(begun + gone_by(due) >= 1.0).set_name(format!("rhythm({label},{name})")));
        }
    };
    ask("first".to_owned(), longest, &|_| Expression::default());
    // Where it was due in the past, and has not been done since, it is due again within the rhythm from now on.
    let now = sets.asked_from;
    let past =
        all.iter().flat_map(|kept| kept.starts).filter(|start| start.0 < now).map(|start| start.1).max();
    if past.unwrap_or(0) + longest < now {
        ask("again".to_owned(), now + longest, &|kept| kept.begun_before(now));
    }
    let mut known: BTreeSet<Slot> = BTreeSet::new();
    for kept in &all {
        let by = if kept.task == of {
            String::new()
        } else {
            format!("{},", sets.labels.tasks[kept.task.index()])
        };
        for &(slot, finish) in kept.starts.iter().filter(|start| known.insert(start.1)) {
            ask(format!("{by}{}", at(slot)), finish + longest, &|kept| kept.ended_by(finish));
        }
    }
    Some(rows)
}
