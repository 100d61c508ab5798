//! What has happened before ships go on alone.
//!
//! In: the sets of a model, after a past or not. Out: what was landed and lifted by then, by whomever, and what may still come to it. Where what flowed is
//! known to a rounding it is the most that it can have been, and of room the least that was taken.

use super::ship::Gone;
use super::{Group, Room};
use crate::id::Ix;
use crate::model::past::Flow;
pub use crate::model::rounds::aboard;
use crate::model::rounds::landed;
use crate::model::sets::{Holder, Sets};
use crate::plan::{Sampling, Task, Transfer};

/// What was landed and lifted; how often tasks were done stands in the networks.
pub fn gone(sets: &Sets<'_>, groups: &[Group], rooms: &[Room]) -> Gone {
    let plan = sets.plan;
    let lifted = |group: &Group| {
        sets.joined_under(group.first).map(|q| sets.kept.most(Flow::Lift(q.index()))).sum::<f64>()
    };
    Gone {
        landed: plan.commodities.places().map(|commodity| landed(sets, commodity, None)).collect(),
        lifted: groups.iter().map(lifted).collect(),
        rooms: rooms.iter().map(|room| brought(sets, room)).collect(),
        tasks: vec![0.0; plan.tasks.len()],
        ..Gone::default()
    }
}

/// The least tonnes that were brought into a room.
fn brought(sets: &Sets<'_>, room: &Room) -> f64 {
    let is_it = |transfer: &Transfer| {
        transfer.commodity == room.commodity && transfer.ends().1 == Holder::Site(room.site)
    };
    let into = sets.plan.transfers.entries().filter(|(_, transfer)| is_it(transfer));
    into.map(|(place, _)| sets.kept.least(Flow::Move(place.index()))).sum()
}

/// The most tonnes that a sampling may have lifted in the end, if it can lift so many from now on.
pub fn most(sets: &Sets<'_>, sampling: Ix<Sampling>, can: f64) -> f64 {
    let of = Flow::Lift(sampling.index());
    sets.kept.most(of) + sets.kept.rest(of, sets.plan.samplings[sampling].at_most).min(can)
}

/// How often a task may be done at least and at most: what happened once too often happened.
pub fn times(sets: &Sets<'_>, task: Ix<Task>) -> (u32, u32) {
    let known = sets.starts[task.index()].iter().filter(|start| start.0 < sets.until).count() as u32;
    let work = &sets.plan.tasks[task];
    (work.least, work.most.max(known))
}
