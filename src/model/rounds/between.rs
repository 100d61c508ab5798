//! Work of ships that are met, and of carriers, in between: kept where it was built, so that rows of meetings leave room for it.
//!
//! In: a [`Ground`] and an itinerary. Out: the same ground in which each vessel does such work when it does it there, and only then: what
//! comes again in a rhythm, or must be done, and leaves the gear as it was. What is found on it can be done, and bounds nothing.

use super::ground::Ground;
use super::offers::keep_common;
use super::steps::{Step, Steps};
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

/// Whether any ship that is met, or any carrier that is alone of its kind, has such work.
pub fn has_work(sets: &Sets<'_>, ground: &Ground) -> bool {
    let hosts = ground.hosts.iter().map(|host| host.network);
    let carriers = ground.carriers.iter().filter(|carrier| carrier.count == 1).map(|carrier| carrier.network);
    let mut vessels = hosts.chain(carriers).map(|network| sets.networks[network].vessel);
    vessels.any(|vessel| sets.plan.tasks.iter().any(|task| is_between(task, vessel)))
}

/// Leaves of a ground what can be done with that work where an itinerary has it.
pub fn keep_work(sets: &Sets<'_>, ground: &mut Ground, itinerary: &Itinerary) {
    for (place, host) in ground.hosts.iter_mut().enumerate() {
        let work = keep_work_of(sets, host.network, &mut host.ways, itinerary);
        let links = ground.carriers.iter_mut().filter_map(|carrier| carrier.links[place].as_mut());
        links.for_each(|link| work.iter().for_each(|busy| close(&mut link.open, busy)));
    }
    for carrier in ground.carriers.iter_mut().filter(|carrier| carrier.count == 1) {
        let work = keep_work_of(sets, carrier.network, &mut carrier.ways, itinerary);
        let links = carrier.links.iter_mut().flatten();
        links.for_each(|link| work.iter().for_each(|busy| close(&mut link.open, busy)));
    }
    keep_common(&mut ground.hosts, &mut ground.carriers);
}

/// Leaves of the steps of a network's vessel those with its work where an itinerary has it; gives when that is.
fn keep_work_of(
    sets: &Sets<'_>,
    network: usize,
    ways: &mut Steps,
    itinerary: &Itinerary,
) -> Vec<Range<Slot>> {
    let (tasks, network) = (&sets.plan.tasks, &sets.networks[network]);
    let is_work = |task: Ix<Task>| is_between(&tasks[task], network.vessel);
    let moves = itinerary.vessels[network.vessel.index()].iter();
    let work: Vec<(Ix<Task>, Range<Slot>)> = moves
        .filter_map(|step| match step.what {
            What::Task(task) if is_work(task) => Some((task, step.start..step.end)),
            _ => None,
        })
        .collect();
    let last_done = last_done(sets, itinerary, &work);
    ways.steps.retain(|step| match step.arc.map(|arc| network.arcs[arc].deed) {
        Some(Deed::Task(task)) if is_work(task) => work.contains(&(task, step.busy.clone())),
        Some(Deed::Done) => last_done.contains(&step.busy.start),
        _ => work.iter().all(|(_, busy)| is_apart(step, busy)),
    });
    work.into_iter().map(|(_, busy)| busy).collect()
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
