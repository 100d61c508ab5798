//! Floats: by how many slots each move could start later in this weather, while the schedule still finishes when it does.
//!
//! In: an itinerary and its outlook. Out: one number for each move, in the order in which the schedule lists them.
//! Found by one pass from the end: everything behind a move is put as late as the weather lets it, in its order on each vessel and
//! after its predecessors. Waiting longer needs gear that survives the longer wait; `within` and shared resources are kept. Where lateness is a goal
//! nothing is put later than it is due, or later than it is; and nothing that a transfer moves keeps or arrives too late for it ([`super::hurry`]).

use super::hurry::Hurry;
use super::outlook::Outlook;
use super::{Itinerary, Move, What};
use crate::id::Ix;
use crate::plan::{Goal, Plan, Site, Task, Vessel};
use crate::time::Slot;

/// A move and where it stands.
struct Step {
    what: Move,
    vessel: Option<Ix<Vessel>>,
    /// Where the vessel lies before it, with which gear.
    before: Option<(Ix<Site>, usize)>,
    /// The next move of the same vessel, by place.
    next: Option<usize>,
}

/// The float of every move in slots: those of each vessel in order, then the tasks without a vessel.
pub fn floats(plan: &Plan, itinerary: &Itinerary, outlook: &Outlook<'_>) -> Vec<usize> {
    let steps = steps(plan, itinerary);
    let hurry = Hurry::of(plan, itinerary);
    let finish = steps.iter().map(|step| step.what.end).max().unwrap_or(0);
    let mut latest: Vec<Slot> = steps.iter().map(|step| step.what.start).collect();
    let mut order: Vec<usize> = (0..steps.len()).collect();
    // A successor starts no earlier than its predecessor ends, so going back by start meets every successor first.
    order.sort_by_key(|&place| (steps[place].what.start, steps[place].what.end, place));
    for &place in order.iter().rev() {
        let step = &steps[place];
        let mut end_by = step.next.map_or(finish, |next| latest[next]);
        if let (What::Sail(_, to), Some(vessel)) = (&step.what.what, step.vessel) {
            end_by = end_by.min(before_services(plan, &steps, place, vessel, *to));
        }
        end_by = end_by.min(before_users(plan, &steps, &latest, place));
        if let What::Task(task) = step.what.what {
            end_by = end_by.min(before_successors(plan, &steps, &latest, place, task, finish));
            end_by = end_by.min(before_due(plan, task, step.what.end));
        }
        let slack = step.vessel.and_then(|vessel| hurry.slack(vessel.index(), step.what.start));
        if let Some(slack) = slack {
            end_by = end_by.min(step.what.end + slack);
        }
        latest[place] = latest_start(plan, outlook, &steps, place, end_by);
    }
    steps.iter().zip(&latest).map(|(step, latest)| latest - step.what.start).collect()
}

fn steps(plan: &Plan, itinerary: &Itinerary) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (vessel, ship) in plan.vessels.entries() {
        let (mut site, mut gear) = (ship.at, 0);
        let moves = &itinerary.vessels[vessel.index()];
        for (place, what) in moves.iter().enumerate() {
            let next = (place + 1 < moves.len()).then_some(steps.len() + 1);
            steps.push(Step { what: what.clone(), vessel: Some(vessel), before: Some((site, gear)), next });
            match what.what {
                What::Task(task) => gear = plan.tasks[task].leaves,
                What::Sail(_, to) => site = to,
                What::Sample(..) | What::Transfer(..) | What::Alongside(_) => {}
            }
        }
    }
    for &(task, start, end) in &itinerary.alone {
        let what = Move { what: What::Task(task), start, end };
        steps.push(Step { what, vessel: None, before: None, next: None });
    }
    steps
}

/// The slot by which something must end for the sake of what uses the same things after it.
fn before_users(plan: &Plan, steps: &[Step], latest: &[Slot], place: usize) -> Slot {
    let own = &steps[place].what;
    let uses = own.what.uses(plan);
    let is_shared = |other: &Step| {
        other.what.what.uses(plan).iter().any(|(used, _)| uses.iter().any(|(own, _)| own == used))
    };
    let others = steps.iter().enumerate().filter(|(other_place, other)| {
        other.what.start >= own.end && *other_place != place && is_shared(other)
    });
    others.map(|(other_place, _)| latest[other_place]).min().unwrap_or(Slot::MAX)
}

/// The slot by which a task must end for the sake of what comes after it.
fn before_successors(
    plan: &Plan,
    steps: &[Step],
    latest: &[Slot],
    place: usize,
    task: Ix<Task>,
    finish: Slot,
) -> Slot {
    let own = &steps[place].what;
    let mut end_by = finish;
    for (other_place, other) in steps.iter().enumerate().filter(|(_, other)| other.what.start >= own.end) {
        if other_place == place {
            continue;
        }
        if let What::Task(other_task) = other.what.what {
            for after in plan.tasks[other_task].after.iter().filter(|after| after.task == task) {
                end_by = end_by.min(latest[other_place].saturating_sub(plan.horizon.slots_for(after.lag)));
            }
        }
    }
    end_by
}

/// The slot by which a task must end so that it is no later than it is, where lateness is a goal.
fn before_due(plan: &Plan, task: Ix<Task>, end: Slot) -> Slot {
    let due = plan.tasks[task].due.filter(|_| plan.goals.contains(&Goal::Lateness));
    due.map_or(Slot::MAX, |due| plan.horizon.floor(due).max(end))
}

/// The slot by which a vessel must be at a site for the sake of what others do for it there before it sails again.
fn before_services(plan: &Plan, steps: &[Step], place: usize, vessel: Ix<Vessel>, site: Ix<Site>) -> Slot {
    let end = steps[place].what.end;
    let own = steps.iter().filter(|step| step.vessel == Some(vessel) && step.what.start >= end);
    let leaves =
        own.filter(|step| matches!(step.what.what, What::Sail(..))).map(|step| step.what.start).min();
    let is_service = |step: &&Step| match step.what.what {
        What::Task(task) => (plan.tasks[task].serves, plan.tasks[task].site) == (Some(vessel), Some(site)),
        _ => false,
    };
    let there = end..leaves.unwrap_or(Slot::MAX);
    let starts = steps.iter().filter(is_service).map(|step| step.what.start);
    starts.filter(|start| there.contains(start)).min().unwrap_or(Slot::MAX)
}

/// The latest start of a move that ends by `end_by`; its own start when nothing later is possible.
fn latest_start(plan: &Plan, outlook: &Outlook<'_>, steps: &[Step], place: usize, end_by: Slot) -> Slot {
    let step = &steps[place];
    let mut latest = step.what.start;
    let not_after = within(plan, steps, place).unwrap_or(Slot::MAX);
    // What two vessels do together stays when it is.
    let is_meeting = match step.what.what {
        What::Transfer(transfer, _) => plan.transfers[transfer].meets.is_some(),
        What::Alongside(_) => true,
        What::Task(task) => plan.tasks[task].serves.is_some(),
        _ => false,
    };
    if is_meeting {
        return latest;
    }
    for slot in step.what.start + 1..=end_by.min(not_after) {
        if let (Some(vessel), Some((site, gear))) = (step.vessel, step.before)
            && !outlook.may_stay(vessel, site, gear, slot - 1)
        {
            break;
        }
        if outlook.finish_if(step.vessel, &step.what, slot).is_some_and(|end| end <= end_by) {
            latest = slot;
        }
    }
    latest
}

/// The slot by which a task must start because of a `within`.
fn within(plan: &Plan, steps: &[Step], place: usize) -> Option<Slot> {
    let What::Task(task) = steps[place].what.what else { return None };
    let bounds = plan.tasks[task].after.iter().filter_map(|after| {
        let within = plan.horizon.slots_for(after.within?);
        let ends = steps.iter().filter(|step| matches!(step.what.what, What::Task(t) if t == after.task));
        ends.map(|step| step.what.end + within).filter(|&bound| bound >= steps[place].what.start).min()
    });
    bounds.min()
}
