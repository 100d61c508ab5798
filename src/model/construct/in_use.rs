//! How much of each resource is in use in ways that are built.
//!
//! In: an itinerary, or one use after the other. Out: whether there is enough of what something takes. Only of resources that transfers take: those of
//! works alone the lists of `works` look at.

use crate::id::Ix;
use crate::plan::{Plan, Resource, Task};
use crate::schedule::Itinerary;
use crate::time::Slot;
use std::ops::Range;

/// Whether transfers take a resource.
fn is_moving(plan: &Plan, resource: Ix<Resource>) -> bool {
    let mut taken = plan.transfers.iter().flat_map(|transfer| &transfer.uses);
    taken.any(|(used, _)| *used == resource)
}

/// Whether a task takes something that transfers take as well.
pub fn is_shared(plan: &Plan, task: &Task) -> bool {
    task.uses.iter().any(|(resource, _)| is_moving(plan, *resource))
}

/// For each resource that transfers take, per slot how much of it is in use; nothing for any other.
#[derive(Clone)]
pub struct InUse(Vec<Vec<u32>>);

impl InUse {
    /// What tasks and transfers of an itinerary have in use.
    pub fn of(plan: &Plan, itinerary: &Itinerary) -> InUse {
        let slots = |resource| match is_moving(plan, resource) {
            true => vec![0; plan.horizon.slots],
            false => Vec::new(),
        };
        let mut in_use = InUse(plan.resources.places().map(slots).collect());
        for step in itinerary.vessels.iter().flatten() {
            in_use.take(step.what.uses(plan), step.start..step.end);
        }
        for &(task, start, end) in &itinerary.alone {
            in_use.take(&plan.tasks[task].uses, start..end);
        }
        in_use
    }

    /// Takes what is used in these slots.
    pub fn take(&mut self, uses: &[(Ix<Resource>, u32)], slots: Range<Slot>) {
        for &(resource, units) in uses {
            let in_use = &mut self.0[resource.index()];
            let slots = slots.start.min(in_use.len())..slots.end.min(in_use.len());
            in_use[slots].iter_mut().for_each(|used| *used = used.saturating_add(units));
        }
    }

    /// Whether in a slot there is enough of what is used.
    pub fn is_free(&self, plan: &Plan, uses: &[(Ix<Resource>, u32)], slot: Slot) -> bool {
        uses.iter().all(|&(resource, units)| {
            let used = self.0[resource.index()].get(slot);
            used.is_none_or(|used| used.saturating_add(units) <= plan.resources[resource].capacity)
        })
    }
}
