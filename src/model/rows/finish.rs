//! Finish: everything is done when the last vessel is done and the last task has ended.
//!
//! ```text
//! finish  >=  sum_t t * done(v,t)             for every vessel v
//! finish  >=  sum_t end(k,t) * start(k,t)     for every task k that no vessel does and that is done once at most
//! finish  >=  end(k,t) * start(k,t)           for every start of such a task that may be done more often
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | finish | the slot at which everything is done | 1 | slots | `Vars::finish` |
//! | done | the vessel is done at t | vessels x slots | 0 or 1 | `Vars::arcs` |
//! | end | where the task finishes that starts at t | tasks x starts | slots | `Sets::starts` |
//!
//! Why: without it the finish is free. There is no large constant in it: the arcs that end a path carry their slot.
//! Rows: one a vessel and one a task, where `finish` is a goal.
//! Source: makespan in time-indexed models, Sousa and Wolsey 1992, Math. Program. 54:353-367.

use super::Family;
use crate::model::network::Deed;
use crate::model::sets::Sets;
use crate::model::vars::Vars;
use good_lp::{Constraint, Expression, constraint};

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
