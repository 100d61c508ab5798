//! The soonest that everything can be done, without solving: what follows a task one after the other, and what there is of each resource.
//!
//! In: the sets of a model. Out: a slot before which no schedule is finished. A task begins no sooner than its first start, which windows and what
//! comes before it have been asked for already, and takes no less than its shortest; what must follow it follows. Of what shares a resource,
//! all that begins late and has much behind it takes, all in all, no less than what it uses by what there is; where two cannot
//! go on at once, one after the other.
//! Source: head, body and tail of what shares a machine, Carlier 1982, Eur. J. Oper. Res. 11:42-47; dual feasible functions for what is used of a
//! resource, Carlier and Neron 2003, Eur. J. Oper. Res. 149:314-324.

use super::sets::Sets;
use crate::id::Ix;
use crate::plan::{Plan, Resource, Task};
use crate::time::Slot;
use std::collections::BTreeSet;

/// What must be done of a task.
#[derive(Clone, Copy)]
struct Need {
    /// It begins no sooner.
    head: Slot,
    /// It takes no less.
    body: usize,
    /// So much follows on it.
    tail: usize,
    /// So often.
    count: usize,
}

/// The slot before which nothing is finished.
pub fn soonest(sets: &Sets<'_>) -> Slot {
    let needs = needs(sets);
    let first_end = |starts: &Vec<(Slot, Slot)>| starts.iter().map(|start| start.1).min().unwrap_or(0);
    let ends = needs.iter().zip(&sets.starts);
    let ends = ends.filter_map(|(need, starts)| Some(first_end(starts) + need.as_ref()?.tail));
    let by_order = ends.max().unwrap_or(0);
    // What has happened may have used more than there is.
    if sets.is_after {
        return by_order;
    }
    let by_resources = sets.plan.resources.places().map(|resource| by_resource(sets, &needs, resource));
    by_resources.fold(by_order, Slot::max)
}

/// What must be done of each task; nothing of one that need not be done.
fn needs(sets: &Sets<'_>) -> Vec<Option<Need>> {
    let plan = sets.plan;
    let of_task = |(task, work): (Ix<Task>, &Task)| {
        let starts = &sets.starts[task.index()];
        let body = starts.iter().map(|&(start, finish)| finish - start).min()?;
        let head = starts.first()?.0;
        (work.least > 0).then_some(Need { head, body, tail: 0, count: work.least as usize })
    };
    let mut needs: Vec<Option<Need>> = plan.tasks.entries().map(of_task).collect();
    // Nothing is known of what follows where it has happened without what should be before it.
    for _ in plan.tasks.places().filter(|_| !sets.is_after) {
        if !lengthen(plan, &mut needs) {
            break;
        }
    }
    needs
}

/// Lets what follows a task follow it; whether anything is longer for it.
fn lengthen(plan: &Plan, needs: &mut [Option<Need>]) -> bool {
    let mut is_longer = false;
    for (task, work) in plan.tasks.entries() {
        let Some(next) = needs[task.index()] else { continue };
        for after in &work.after {
            // Of one that is done again only the first end is known to be before what follows.
            if plan.tasks[after.task].most > 1 {
                continue;
            }
            let tail = plan.horizon.slots_for(after.lag) + next.body + next.tail;
            if let Some(need) = needs[after.task.index()].as_mut().filter(|need| need.tail < tail) {
                need.tail = tail;
                is_longer = true;
            }
        }
    }
    is_longer
}

/// The soonest that what uses a resource can be done, with what follows on it.
fn by_resource(sets: &Sets<'_>, needs: &[Option<Need>], resource: Ix<Resource>) -> Slot {
    let plan = sets.plan;
    let capacity = plan.resources[resource].capacity as usize;
    let units = |work: &Task| {
        let units = work.uses.iter().filter(|(used, _)| *used == resource).map(|(_, units)| *units as usize);
        units.sum::<usize>()
    };
    let used: Vec<(Need, usize)> = plan
        .tasks
        .iter()
        .zip(needs)
        .filter_map(|(work, need)| Some(((*need)?, units(work))))
        .filter(|&(_, units)| units > 0 && units <= capacity)
        .collect();
    // What uses more than the rest of a step counts as all of it, what uses less than the step as nothing.
    let counted = |units: usize, step: usize| match units {
        _ if units + step > capacity => capacity,
        _ if units >= step => units,
        _ => 0,
    };
    // Only at these steps anything counts as more than at those next to it.
    let of_units = used.iter().flat_map(|&(_, units)| [units, capacity - units + 1]);
    let steps: BTreeSet<usize> = of_units.filter(|&step| step <= capacity.div_ceil(2)).chain([1]).collect();
    let mut soonest = 0;
    for step in steps {
        for &(Need { head, .. }, _) in &used {
            let mut late: Vec<&(Need, usize)> = used.iter().filter(|(need, _)| need.head >= head).collect();
            late.sort_by_key(|(need, _)| std::cmp::Reverse(need.tail));
            let mut sum = 0;
            for (need, units) in late {
                sum += need.body * need.count * counted(*units, step);
                soonest = soonest.max(head + sum.div_ceil(capacity) + need.tail);
            }
        }
    }
    soonest
}
