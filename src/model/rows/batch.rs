//! Batch: a process that works in batches is fed whole ones, one after the other.
//!
//! ```text
//! feed(p,t)                           =  size(p) * batch(p,t)     for every process p in batches, slot t in which one may begin
//! sum over t' in (t - d, t] of batch(p,t')  <=  1                 d the slots that a batch takes
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | feed | fed in slot t | processes x slots | t | `Vars::feed` |
//! | batch | a batch begins in slot t | processes x slots | 0 or 1 | `Vars::batch` |
//! | size | what a batch is fed | processes | t | the plan |
//!
//! Why: without it a kiln is fed a spoonful, and two batches at once. What it makes comes in the last slot of a batch, which stands in
//! the rows of stock. Rows: two a slot in which a batch may begin.
//! Source: clique rows of the time-indexed machine, Sousa and Wolsey 1992, Math. Prog. 54:353-367.

use super::Family;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use good_lp::{Constraint, Expression, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "batch", page: include_str!("batch.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (place, process) in sets.plan.processes.entries() {
        let Some(batch) = process.batch else { continue };
        let label = &sets.labels.processes[place.index()];
        let length = process.slots(sets.horizon());
        let (slots, begins) = (&sets.feeding[place.index()], &vars.batch[place.index()]);
        for (nth, (&slot, &feed)) in slots.iter().zip(&vars.feed[place.index()]).enumerate() {
            let name = |part: &str| format!("batch({label},{part},{})", at(slot));
            rows.push(constraint!(feed == batch.tonnes * begins[nth]).set_name(name("whole")));
            let first = slots.partition_point(|&before| before + length <= slot);
            let going: Expression = begins[first..=nth].iter().sum();
            if first < nth {
                rows.push(constraint!(going <= 1.0).set_name(name("one")));
            }
        }
    }
    rows
}
