//! Thinning: starts and arcs that no schedule uses are left out before anything is decided.
//!
//! In: allowed starts of every task, and the network of a vessel. Out: fewer of them.

use super::network::{Deed, Network, SessionOf};
use crate::plan::Plan;
use crate::time::Slot;

/// Takes away starts before all that must come before them can be done, and starts too late for what must come after them; of those that came
/// true, before `until`, none.
pub fn thin_by_precedence(plan: &Plan, until: Slot, starts: &mut [Vec<(Slot, Slot)>]) {
    for _ in 0..=plan.tasks.len() {
        let mut is_changed = false;
        for (task, work) in plan.tasks.entries() {
            for after in &work.after {
                let lag = plan.horizon.slots_for(after.lag);
                let earliest =
                    starts[after.task.index()].first().map_or(Slot::MAX, |&(_, finish)| finish + lag);
                let before = starts[task.index()].len();
                starts[task.index()].retain(|&(start, _)| start < until || start >= earliest);
                is_changed |= starts[task.index()].len() != before;
                // What was done, in whatever order, need not be waited for.
                let is_done = starts[task.index()].first().is_some_and(|&(start, _)| start < until);
                if work.least == 0 || is_done || plan.tasks[after.task].most > 1 {
                    continue;
                }
                let latest = starts[task.index()].last().map(|&(start, _)| start);
                let before = starts[after.task.index()].len();
                starts[after.task.index()].retain(|&(start, finish)| {
                    start < until || latest.is_some_and(|latest| finish + lag <= latest)
                });
                is_changed |= starts[after.task.index()].len() != before;
            }
        }
        if !is_changed {
            return;
        }
    }
}

/// Thins one network by what must be done on it, and the starts of its tasks by what is left.
pub fn thin_network(plan: &Plan, network: &mut Network, starts: &mut [Vec<(Slot, Slot)>]) {
    let mut musts: Vec<Deed> = Vec::new();
    for (task, work) in plan.tasks.entries() {
        if work.least > 0 && work.stand.is_some_and(|stand| stand.vessel == network.vessel) {
            musts.push(Deed::Task(task));
        }
    }
    for (place, session) in network.sessions.iter().enumerate() {
        if matches!(session.of, SessionOf::Sampling(sampling) if plan.samplings[sampling].at_least > 0.0) {
            musts.push(Deed::Begin(place));
        }
    }
    network.thin(&musts, plan.horizon.slots);
    for (task, work) in plan.tasks.entries() {
        if work.stand.is_some_and(|stand| stand.vessel == network.vessel) {
            let mut left: Vec<Slot> = network
                .arcs
                .iter()
                .filter(|arc| arc.deed == Deed::Task(task))
                .map(|arc| arc.from.slot)
                .collect();
            left.sort_unstable();
            starts[task.index()].retain(|(start, _)| left.binary_search(start).is_ok());
        }
    }
}
