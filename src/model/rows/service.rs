//! Service: a task that one vessel does for another goes on only while that one lies at its site.
//!
//! ```text
//! lies(v,i,t)              =  lies(v,i,t') + sail arcs of v that arrive at i in t - those that depart from i in t      t' the moment before t
//! begun(k,t) - ended(k,t)  <=  lies(v,i,t)                             for every task k at i that serves v, slots t as below
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | lies | v lies at i in the slots from t on, to the next moment at which it may come or go | served vessels and sites x moments | 0 or 1 | `Vars::lies` |
//! | begun | starts of k up to t | tasks x allowed starts | count | `Vars::begun` |
//! | ended | the same count, of starts that have finished by t | | count | `Vars::begun` |
//!
//! Why: without it a boat changes the crew of a ship that is elsewhere. The vessel that does k does one thing at a time, so that the left side is
//! 0 or 1, its pauses among it; whatever v does at i, waiting or done, it is not sailing.
//! Rows: one a moment, and one a slot in which k may begin, or v may go while k may be going on, of three entries each.
//! Source: as `resource`, with what came and went in the place of a capacity; the plan language, key `serves`.

use super::Family;
use crate::id::Ix;
use crate::model::sets::Sets;
use crate::model::vars::{Lies, Vars, at, comes_and_goes};
use crate::plan::Task;
use crate::time::Slot;
use good_lp::{Constraint, Expression, constraint};
use std::collections::{BTreeMap, BTreeSet};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "service", page: include_str!("service.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows: Vec<Constraint> =
        vars.lies.iter().flat_map(|lies| where_it_lies(sets, vars, lies)).collect();
    for (task, work) in sets.plan.tasks.entries() {
        let lies = vars.lies.iter().find(|lies| Some((lies.vessel, lies.site)) == work.serves.zip(work.site));
        rows.extend(lies.map(|lies| of_task(sets, vars, task, lies)).unwrap_or_default());
    }
    rows
}

/// `lies` is the running count of what came, less what went.
fn where_it_lies(sets: &Sets<'_>, vars: &Vars, lies: &Lies) -> Vec<Constraint> {
    let network = sets.network_of(lies.vessel);
    let taken = &vars.arcs[network.vessel.index()];
    let (comes, goes) = comes_and_goes(network, lies.site);
    let mut changes: BTreeMap<Slot, Expression> = BTreeMap::new();
    for (arc, slot) in comes {
        *changes.entry(slot).or_default() += taken[arc];
    }
    for (arc, slot) in goes {
        *changes.entry(slot).or_default() -= taken[arc];
    }
    let (vessel, site) = (&sets.labels.vessels[lies.vessel.index()], &sets.labels.sites[lies.site.index()]);
    let mut before = Expression::from(if lies.begins { 1.0 } else { 0.0 });
    let mut rows = Vec::new();
    for &(slot, now) in &lies.moments {
        let name = format!("lying({vessel},{site},{})", at(slot));
        let change = changes.remove(&slot).unwrap_or_default();
        rows.push(constraint!(now == before + change).set_name(name));
        before = now.into();
    }
    rows
}

fn of_task(sets: &Sets<'_>, vars: &Vars, task: Ix<Task>, lies: &Lies) -> Vec<Constraint> {
    // Who begins there and cannot go is always there.
    if lies.begins && lies.moments.is_empty() {
        return Vec::new();
    }
    let (starts, begun) = (&sets.starts[task.index()], &vars.begun[task.index()]);
    // Elsewhere neither what goes on grows nor the other leaves.
    let (_, goes) = comes_and_goes(sets.network_of(lies.vessel), lies.site);
    let goes = goes.into_iter().map(|(_, slot)| slot);
    let slots: BTreeSet<Slot> = starts.iter().map(|start| start.0).chain(goes).collect();
    let label = &sets.labels.tasks[task.index()];
    let mut rows = Vec::new();
    for slot in slots {
        let begin = starts.partition_point(|&(start, _)| start <= slot);
        let ended = starts.partition_point(|&(_, finish)| finish <= slot);
        if begin == ended {
            continue;
        }
        let mut goes_on = Expression::from(begun[begin - 1]);
        if ended > 0 {
            goes_on -= begun[ended - 1];
        }
        let name = format!("service({label},{})", at(slot));
        rows.push(constraint!(goes_on <= lies.in_slot(slot)).set_name(name));
    }
    rows
}
