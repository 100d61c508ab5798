//! Work of a ship that is met, in between: kept where it was built, so that rows of meetings leave room for it.
//!
//! In: a [`Ground`] and an itinerary. Out: the same ground in which each ship that lifts does such work when it does it there, and only then: what
//! comes again in a rhythm, or must be done, and leaves the gear as it was. What is found on it can be done, and bounds nothing.

use super::ground::Ground;
use super::offers::keep_common;
use super::steps::Step;
use crate::id::Ix;
use crate::model::network::Deed;
use crate::model::sets::Sets;
use crate::plan::{Task, Vessel};
use crate::schedule::{Itinerary, Move, What};
use crate::time::Slot;
use std::ops::Range;

/// Whether a task is such work of a vessel.
fn is_between(task: &Task, vessel: Ix<Vessel>) -> bool {
    let is_own = task.stand.is_some_and(|stand| stand.vessel == vessel && stand.gear == task.leaves);
    is_own && task.serves.is_none() && (task.is_in_rhythm() || task.least > 0)
}

/// Whether any ship that is met has such work.
pub fn has_work(sets: &Sets<'_>, ground: &Ground) -> bool {
    let vessels = || ground.hosts.iter().map(|host| sets.networks[host.network].vessel);
    sets.plan.tasks.iter().any(|task| vessels().any(|vessel| is_between(task, vessel)))
}

/// Leaves of a ground what can be done with that work where an itinerary has it.
pub fn keep_work(sets: &Sets<'_>, ground: &mut Ground, itinerary: &Itinerary) {
    let tasks = &sets.plan.tasks;
    for (place, host) in ground.hosts.iter_mut().enumerate() {
        let network = &sets.networks[host.network];
        let is_work = |task: Ix<Task>| is_between(&tasks[task], network.vessel);
        let moves = itinerary.vessels[network.vessel.index()].iter();
        let work: Vec<(Ix<Task>, Range<Slot>)> = moves
            .filter_map(|step| match step.what {
                What::Task(task) if is_work(task) => Some((task, step.start..step.end)),
                _ => None,
            })
            .collect();
        let last_done = last_done(sets, itinerary, &work);
        host.ways.steps.retain(|step| match step.arc.map(|arc| network.arcs[arc].deed) {
            Some(Deed::Task(task)) if is_work(task) => work.contains(&(task, step.busy.clone())),
            Some(Deed::Done) => last_done.contains(&step.busy.start),
            _ => work.iter().all(|(_, busy)| is_apart(step, busy)),
        });
        let links = ground.carriers.iter_mut().filter_map(|carrier| carrier.links[place].as_mut());
        for link in links {
            work.iter().for_each(|(_, busy)| close(&mut link.open, busy));
        }
    }
    keep_common(&mut ground.hosts, &mut ground.carriers);
}

/// The slots in which a ship with such work may be done: after the last of it, and before any is due again, whoever did it last.
fn last_done(sets: &Sets<'_>, itinerary: &Itinerary, work: &[(Ix<Task>, Range<Slot>)]) -> Range<Slot> {
    let (plan, horizon) = (sets.plan, sets.horizon());
    let due = |&(task, _): &(Ix<Task>, Range<Slot>)| {
        let of = plan.rhythm(task)?;
        let counts = |step: &&Move| matches!(step.what, What::Task(other) if plan.rhythm(other) == Some(of));
        let last = itinerary.vessels.iter().flatten().filter(counts).map(|step| step.end).max()?;
        Some(last + horizon.slots_in(plan.tasks[of].every?))
    };
    let first = work.iter().map(|(_, busy)| busy.end).max().unwrap_or(0);
    let last = work.iter().filter_map(due).min().unwrap_or(horizon.slots);
    first..last.min(horizon.slots) + 1
}

fn is_apart(step: &Step, busy: &Range<Slot>) -> bool {
    step.busy.end <= busy.start || step.busy.start >= busy.end
}

/// Closes slots of those in which a meeting may go on, of which is told how many are left from each on.
fn close(open: &mut [usize], busy: &Range<Slot>) {
    for (slot, open) in open.iter_mut().enumerate().take(busy.end) {
        *open = (*open).min(busy.start.saturating_sub(slot));
    }
}
