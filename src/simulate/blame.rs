//! What the weather of a voyage stopped that was planned anew: by task, by channel, by month.
//!
//! In: what was done, its schedule, and the ground that it was done on. Out: the causes, noted in its [`Log`].
//! The hours that count as lost are those of the schedule's own accounting, so that they add up to it; what closed them is read off the
//! weather as it is for `follow`: the channel that is furthest beyond its limit in the first slot that is closed.
//! Not an opinion about the plan: an hour waited by choice, in weather that would have let work begin, is nobody's fault.

use super::ground::{BARRED, Ground, OPEN, Work};
use super::items::Items;
use super::log::Log;
use super::order::Act;
use crate::id::Ix;
use crate::plan::{Plan, Vessel};
use crate::schedule::{Itinerary, Kind, Move, Schedule, Time, What};

/// Notes a slot in which the weather stopped an item.
pub fn note(ground: &Ground, item: usize, cause: u8, slot: u32, log: &mut Log) {
    log.lost_by_item[item] += 1;
    if let Some(lost) = log.lost_by_channel.get_mut(cause as usize) {
        *lost += 1;
    }
    log.lost_by_month[ground.months[slot as usize] as usize] += 1;
}

/// What closes work first from a slot on.
pub fn first_cause(work: &Work, from: u32) -> u8 {
    let closed = work.cause[from as usize..].iter().find(|&&cause| cause != OPEN);
    closed.copied().unwrap_or(OPEN)
}

/// Notes in the log of a voyage what the weather stopped; `base` is the slot of the ground in which the voyage starts.
pub fn causes(
    plan: &Plan,
    (itinerary, schedule): &(Itinerary, Schedule),
    (ground, base): (&Ground, u32),
    log: &mut Log,
) {
    log.lost_by_channel.resize(ground.channels.len(), 0);
    let items = Items::of(plan);
    let slot = |time: &Time| base + plan.horizon.floor(time.to_utc()) as u32;
    // What has happened was stopped by another sea, the same in every run.
    let rest = base + itinerary.happened as u32;
    for (vessel, ship) in plan.vessels.entries() {
        let moves = &itinerary.vessels[vessel.index()];
        let of_it = schedule.activities.iter().filter(|a| a.vessel.as_ref() == Some(&ship.id));
        for wait in of_it.filter(|activity| activity.kind == Kind::Wait) {
            let Some(next) = moves.iter().find(|step| base + step.start as u32 >= slot(&wait.end)) else {
                continue;
            };
            let Some((item, work)) = of_move(plan, ground, items, vessel, next) else { continue };
            for (from, to) in &wait.work {
                (slot(from).max(rest)..slot(to))
                    .for_each(|at| note(ground, item, first_cause(work, at), at, log));
            }
        }
        for step in moves {
            let What::Task(task) = step.what else { continue };
            let cause = &ground.tasks[task.index()].cause;
            let pauses = schedule.activities.iter().any(|activity| {
                activity.vessel.as_ref() == Some(&ship.id)
                    && activity.kind == Kind::Task
                    && slot(&activity.start) == base + step.start as u32
                    && activity.waiting_h > 0.0
            });
            for at in ((base + step.start as u32).max(rest)..base + step.end as u32).filter(|_| pauses) {
                let cause = cause[at as usize];
                if cause < BARRED {
                    note(ground, task.index(), cause, at, log);
                }
            }
        }
    }
}

/// What a move is among the items, and when it may go on.
fn of_move<'g>(
    plan: &Plan,
    ground: &'g Ground,
    items: Items,
    vessel: Ix<Vessel>,
    step: &Move,
) -> Option<(usize, &'g Work)> {
    Some(match step.what {
        What::Task(task) => (items.of_act(&Act::Task(task, 0), None), &ground.tasks[task.index()]),
        What::Sample(place, _) => {
            (items.of_act(&Act::Sample(place, 0.0, false), None), &ground.samplings[place.index()])
        }
        What::Transfer(place, _) | What::Alongside(place) => {
            (items.of_act(&Act::Transfer(place, 0.0, false), None), &ground.transfers[place.index()])
        }
        What::Sail(from, to) => {
            let leg = plan.leg_in(vessel, from, to, step.end - step.start)?;
            (items.of_act(&Act::Sail(from, to), Some(vessel)), &ground.legs[vessel.index()][leg])
        }
    })
}
