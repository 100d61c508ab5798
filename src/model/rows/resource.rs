//! Resource: no more is in use at a time than there is.
//!
//! ```text
//! sum_k uses(k,r) * ( begun(k,t) - ended(k,t) )
//!   +  sum_q uses(q,r) * sum of begin, stay and end arcs of q that cover t  <=  capacity(r)     for every resource r, every slot t
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | begun | starts of task k up to t | tasks x allowed starts | count | `Vars::begun` |
//! | ended | the same count, of starts that have finished by t | | count | `Vars::begun` |
//! | begin, stay, end | the vessel that comes for transfer q is setting up, transferring or taking the hoses off; who is met counts no more | arcs | count | `Vars::arcs` |
//!
//! Why: without it two tasks, or two ships beside one another, use the only crane at once. Rows: slots in which what is in use can change, and
//! could be too much.
//! Source: resource-constrained scheduling, Pritsker, Watters and Wolfe 1969, Manag. Sci. 16:93-108.

use super::Family;
use crate::id::Ix;
use crate::model::network::SessionOf;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use crate::plan::Resource;
use crate::schedule::{Move, What};
use crate::time::Slot;
use good_lp::{Constraint, Expression};
use std::collections::BTreeMap;

/// See the head of this file.
pub const FAMILY: Family = Family { name: "resource", page: include_str!("resource.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let resources = sets.plan.resources.places();
    resources.flat_map(|resource| rows_of(sets, vars, resource)).collect()
}

fn rows_of(sets: &Sets<'_>, vars: &Vars, resource: Ix<Resource>) -> Vec<Constraint> {
    let users: Vec<(usize, u32)> = sets
        .plan
        .tasks
        .entries()
        .flat_map(|(task, work)| {
            let units = work.uses.iter().filter(|(used, _)| *used == resource);
            units.map(move |(_, units)| (task.index(), *units))
        })
        .collect();
    let capacity = sets.plan.resources[resource].capacity;
    let mut sessions = in_sessions(sets, vars, resource);
    // What tasks have in use grows only where one starts.
    let starts = users.iter().flat_map(|&(task, _)| sets.starts[task].iter().map(|start| start.0));
    let mut slots: Vec<Slot> = starts.chain(sessions.keys().copied()).collect();
    slots.sort_unstable();
    slots.dedup();
    let mut rows = Vec::new();
    for slot in slots {
        let (mut could_be, mut in_use) = sessions.remove(&slot).unwrap_or_default();
        let mut known = under_way(sets, resource, slot);
        for &(task, units) in &users {
            let starts = &sets.starts[task];
            let begun = starts.partition_point(|&(start, _)| start <= slot);
            let ended = starts.partition_point(|&(_, finish)| finish <= slot);
            if begun == ended {
                continue;
            }
            let is_known = |start: &&(Slot, Slot)| start.0 < sets.asked_from && start.1 > slot;
            known += units * starts[..begun].iter().filter(is_known).count() as u32;
            let times = sets.plan.tasks[Ix::new(task)].most.max(sets.known(Ix::new(task)));
            could_be = could_be.saturating_add(units.saturating_mul(times));
            in_use.add_mul(units, vars.begun[task][begun - 1]);
            if ended > 0 {
                in_use.add_mul(-f64::from(units), vars.begun[task][ended - 1]);
            }
        }
        // What is under way stays so, also where that is too much.
        if could_be > capacity {
            let name = format!("resource({},{})", sets.labels.resources[resource.index()], at(slot));
            rows.push(in_use.leq(capacity.max(known)).set_name(name));
        }
    }
    rows
}

/// What transfers that were begun before anything is asked still have in use of a resource in a slot.
fn under_way(sets: &Sets<'_>, resource: Ix<Resource>, slot: Slot) -> u32 {
    let plan = sets.plan;
    if sets.asked_from == 0 {
        return 0;
    }
    let units = |step: &Move| match step.what {
        What::Transfer(transfer, _)
            if step.start < sets.asked_from && (step.start..step.end).contains(&slot) =>
        {
            let uses = plan.transfers[transfer].uses.iter();
            uses.filter(|(used, _)| *used == resource).map(|(_, units)| *units).sum::<u32>()
        }
        _ => 0,
    };
    plan.vessels.places().flat_map(|vessel| sets.told(vessel)).map(units).sum()
}

/// What transfers have in use of a resource, slot by slot: the most that it could be, and what it is.
fn in_sessions(sets: &Sets<'_>, vars: &Vars, resource: Ix<Resource>) -> BTreeMap<Slot, (u32, Expression)> {
    let units = |of: SessionOf| match of {
        SessionOf::Transfer(transfer) => {
            let uses = sets.plan.transfers[transfer].uses.iter();
            uses.filter(|(used, _)| *used == resource).map(|(_, units)| *units).sum()
        }
        _ => 0,
    };
    let mut busy: BTreeMap<Slot, (u32, Expression)> = BTreeMap::new();
    for (network, taken) in sets.networks.iter().zip(&vars.arcs) {
        // A vessel is in one of its sessions at a time.
        let mut most: BTreeMap<Slot, u32> = BTreeMap::new();
        for (arc, &variable) in network.arcs.iter().zip(taken) {
            let Some((session, to)) = network.session_of(arc).zip(arc.to) else { continue };
            let units = units(session.of);
            for slot in (arc.from.slot..to.slot).take_while(|_| units > 0) {
                busy.entry(slot).or_default().1.add_mul(units, variable);
                let most = most.entry(slot).or_default();
                *most = units.max(*most);
            }
        }
        for (slot, units) in most {
            let could_be = &mut busy.entry(slot).or_default().0;
            *could_be = could_be.saturating_add(units.saturating_mul(network.count as u32));
        }
    }
    busy
}
