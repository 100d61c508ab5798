//! Finish: everything is done when the last vessel is done and the last task has ended.
//!
//! ```text
//! finish  >=  sum_t t * done(v,t)             for every vessel v
//! at_home(v,t)  =  at_home(v,t')  +  done(v,t)       t' the slot before in which one may be done       for several vessels v that are alike
//! count(v) * under_way(v,t)  >=  count(v) - at_home(v,t)
//! finish  >=  t_0  +  sum_t (t'' - t) * under_way(v,t)       t_0 the first such slot, t'' the next one after t
//! finish  >=  sum_t end(k,t) * start(k,t)     for every task k that no vessel does and that is done once at most
//! finish  >=  end(k,t) * start(k,t)           for every start of such a task that may be done more often
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | finish | the slot at which everything is done | 1 | slots | `Vars::finish` |
//! | done | so many of v are done at t | vessels x slots | count | `Vars::arcs` |
//! | under_way, at_home | whether any of v is not done by t, how many are | fleets x slots | 0 or 1, count | `Vars::under_way` |
//! | end | where the task finishes that starts at t | tasks x starts | slots | `Sets::starts` |
//!
//! Why: without it the finish is free. There is no large constant in it: the arcs that end a path carry their slot.
//! Rows: one a vessel and one a task, where `finish` is a goal.
//! Source: makespan in time-indexed models, Sousa and Wolsey 1992, Math. Program. 54:353-367.

use super::Family;
use crate::model::network::{Arc, Deed, Network};
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "finish", page: include_str!("finish.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let Some(finish) = vars.finish else { return Vec::new() };
    let mut rows = Vec::new();
    for (network, taken) in sets.networks.iter().zip(&vars.arcs).filter(|(network, _)| network.count == 1) {
        let mut done = Expression::default();
        for (arc, &variable) in network.arcs.iter().zip(taken).filter(|(arc, _)| arc.deed == Deed::Done) {
            done.add_mul(arc.from.slot as f64, variable);
        }
        let name = format!("finish({})", sets.labels.vessels[network.vessel.index()]);
        rows.push(constraint!(finish >= done).set_name(name));
    }
    for (network, taken) in sets.networks.iter().zip(&vars.arcs) {
        rows.extend(of_fleet(sets, (network, taken), &vars.under_way[network.vessel.index()], finish));
    }
    for (task, work) in sets.plan.tasks.entries().filter(|(_, work)| work.stand.is_none()) {
        let label = &sets.labels.tasks[task.index()];
        let ends = sets.starts[task.index()].iter().map(|&(_, finish)| finish as f64);
        let ends = ends.zip(&vars.start[task.index()]);
        if work.most == 1 {
            let end: Expression = ends.map(|(end, &start)| end * start).sum();
            rows.push(constraint!(finish >= end).set_name(format!("finish({label})")));
        } else {
            for (nth, (end, &start)) in ends.enumerate() {
                rows.push(constraint!(finish >= end * start).set_name(format!("finish({label},{nth})")));
            }
        }
    }
    rows
}

/// The rows of vessels that are alike: the last of them to be done counts.
fn of_fleet(
    sets: &Sets<'_>,
    (network, taken): (&Network, &[Variable]),
    under_way: &[(Slot, Variable, Variable)],
    finish: Variable,
) -> Vec<Constraint> {
    let label = &sets.labels.vessels[network.vessel.index()];
    let count = network.count as f64;
    let mut rows = Vec::new();
    let Some(&(first, ..)) = under_way.first() else { return rows };
    let mut last_done = Expression::from(first as f64);
    let mut before = Expression::default();
    for (nth, &(slot, any, home)) in under_way.iter().enumerate() {
        let is_now = |arc: &&Arc| arc.deed == Deed::Done && arc.from.slot == slot;
        let done = network.arcs.iter().zip(taken).filter(|(arc, _)| is_now(arc));
        let done: Expression = done.map(|(_, variable)| *variable).sum();
        rows.push(constraint!(home == before + done).set_name(format!("finish_home({label},{})", at(slot))));
        rows.push(
            constraint!(count * any >= count - home).set_name(format!("finish_any({label},{})", at(slot))),
        );
        if let Some(&(next, ..)) = under_way.get(nth + 1) {
            last_done.add_mul((next - slot) as f64, any);
        }
        before = home.into();
    }
    rows.push(constraint!(finish >= last_done).set_name(format!("finish({label})")));
    rows
}
