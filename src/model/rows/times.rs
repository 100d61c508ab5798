//! Times: every task is done as often as it is asked for.
//!
//! ```text
//! least(k)  <=  sum_t start(k,t)  <=  most(k)     for every task k
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | start | task k starts at t | tasks x allowed starts | count | `Vars::start` |
//!
//! Why: without it the best schedule is to do nothing. Rows: two a task, one where both counts are the same.
//! Source: the plan language, key `times`.

use super::Family;
use crate::model::sets::Sets;
use crate::model::vars::Vars;
use good_lp::{Constraint, Expression};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "times", page: include_str!("times.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (task, work) in sets.plan.tasks.entries() {
        let label = &sets.labels.tasks[task.index()];
        let done: Expression = vars.start[task.index()].iter().sum();
        // What happened once too often happened.
        let most = work.most.max(sets.known(task));
        if work.least == most {
            rows.push(done.eq(f64::from(work.least)).set_name(format!("times({label})")));
        } else {
            rows.push(done.clone().geq(f64::from(work.least)).set_name(format!("times({label},least)")));
            rows.push(done.leq(f64::from(most)).set_name(format!("times({label},most)")));
        }
    }
    rows
}
