//! Whether what is said to have a float could start so much later.
//!
//! In: the floats of the activities. Out: floats that make no sense, or that the weather, a closure, what comes after, or what keeps no longer does not allow, and what
//! is said to be critical and has a float. Each float is held to those that are said of what comes after: it may use them up.
//! That a float is no longer than it is said to be is not judged: nobody is misled who has more time than he is told.

use super::case::{Case, Deed, Fault, Job, amount};
use super::lifting::{closes, stops};
use super::stocks::{Course, courses};
use super::timely;
use crate::id::Ix;
use crate::plan::{Goal, Precedence, Suspend, Task};
use crate::schedule::Activity;
use crate::time::Slot;
use chrono::{DateTime, Utc};

/// Every float is one, and possible.
pub fn floats(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let hurries = case.plan.commodities.iter().any(|commodity| commodity.hurries());
    let courses = if hurries { courses(case) } else { Vec::new() };
    for deed in &case.deeds {
        let late = || too_late(case, &courses, deed);
        let told = malformed(case, deed).or_else(|| too_long(case, deed)).or_else(late);
        faults.extend(told.map(|what| Fault::of(deed.said, format!("{} {what}", deed.said.id))));
    }
    faults
}

/// What is wrong with a float by itself.
fn malformed(case: &Case<'_>, deed: &Deed<'_>) -> Option<String> {
    let Activity { float_h, critical, kind, .. } = deed.said;
    if !deed.is_real() {
        let has = float_h.is_some() || *critical;
        return has
            .then(|| format!("is said to have a float or to be critical, and a {} is not", kind.word()));
    }
    let float = float_h.filter(|float| float.is_finite());
    let words = float.map_or("none".to_owned(), |float| amount(float, "h"));
    let is_whole = float.is_none_or(|_| slots_of(case, deed).is_some());
    if !is_whole {
        return Some(format!("is said to have a float of {words}, which is no number of slots"));
    }
    let is_critical = float == Some(0.0);
    (*critical != is_critical && float_h.is_none_or(f64::is_finite)).then(|| match critical {
        true => format!("is said to be critical, and its float is {words}"),
        false => "has no float, and is not said to be critical".to_owned(),
    })
}

/// A float in slots.
fn slots_of(case: &Case<'_>, deed: &Deed<'_>) -> Option<usize> {
    let slots = deed.said.float_h? / case.plan.horizon.slot_h();
    let is_one =
        (slots - slots.round()).abs() < 1e-6 && (0.0..=case.plan.horizon.slots as f64).contains(&slots);
    is_one.then_some(slots.round() as usize)
}

/// The slot by which a deed must begin for the sake of those that are said of it: its start and its float.
fn latest(case: &Case<'_>, deed: &Deed<'_>) -> Option<Slot> {
    Some(deed.slots.as_ref()?.start + slots_of(case, deed)?)
}

/// Why a deed could not start by its float later.
fn too_long(case: &Case<'_>, deed: &Deed<'_>) -> Option<String> {
    let float = slots_of(case, deed).filter(|float| *float > 0)?;
    let start = deed.slots.as_ref()?.start;
    let later = start + float;
    let said = format!("is said to have a float of {}", case.hours_of(float));
    if is_meeting(case, deed) {
        return Some(format!("{said}, and what two vessels do together stays when it is"));
    }
    if later >= case.plan.horizon.slots {
        return Some(format!("{said}, and would start when the plan is over"));
    }
    let at = case.at(later);
    if let Some(slot) = (start..later).find(|&slot| !may_stay(case, deed, slot)) {
        return Some(format!("{said}, and its vessel cannot wait for it on {}", case.at(slot)));
    }
    let Some(end) = end_from(case, deed, later) else {
        return Some(format!("{said}, and could not start on {at}"));
    };
    let finish =
        case.deeds.iter().filter(|d| d.is_real()).filter_map(|d| Some(d.slots.as_ref()?.end)).max()?;
    if end > finish {
        return Some(format!(
            "{said}, and would end on {}, after everything else",
            case.at(end.min(case.plan.horizon.slots))
        ));
    }
    if let Some(due) = due_of(case, deed).filter(|due| {
        case.time(end).to_utc() > *due && end > deed.slots.as_ref().map_or(0, |slots| slots.end)
    }) {
        return Some(format!(
            "{said}, and would end on {}, later after it is due on {} than it is",
            case.at(end),
            case.when(due)
        ));
    }
    if let Some((next, by)) = followers(case, deed).into_iter().find(|(_, by)| end > *by) {
        let (end, by) = (case.at(end), case.at(by));
        return Some(format!("{said}, and would end on {end}, when {} needs it done by {by}", next.said.id));
    }
    let before = too_late_after(case, deed, later)?;
    Some(format!("{said}, and would start on {at}, which is too late after {before}"))
}

/// Why a transfer that moves what keeps only so long, or must be somewhere in time, could not be later by its float.
fn too_late(case: &Case<'_>, courses: &[Course<'_, '_>], deed: &Deed<'_>) -> Option<String> {
    let float = slots_of(case, deed).filter(|float| *float > 0)?;
    let why = timely::too_late(case, courses, deed, float)?;
    Some(format!("is said to have a float of {}, and {why}", case.hours_of(float)))
}

/// When a deed is due, where lateness is a goal.
fn due_of(case: &Case<'_>, deed: &Deed<'_>) -> Option<DateTime<Utc>> {
    let Some(Job::Task(task)) = deed.job else { return None };
    case.plan.tasks[task].due.filter(|_| case.plan.goals.contains(&Goal::Lateness))
}

fn is_meeting(case: &Case<'_>, deed: &Deed<'_>) -> bool {
    match deed.job {
        Some(Job::Transfer(place)) => case.plan.transfers[place].meets.is_some(),
        Some(Job::Alongside(_)) => true,
        Some(Job::Task(task)) => case.plan.tasks[task].serves.is_some(),
        _ => false,
    }
}

/// Whether the vessel of a deed may lie where it is found, with its gear as it is, in a slot.
fn may_stay(case: &Case<'_>, deed: &Deed<'_>, slot: Slot) -> bool {
    let (Some(vessel), Some(lie)) = (deed.vessel, deed.found) else { return true };
    let survives = &case.plan.vessels[vessel].gear[lie.gear].survives;
    case.is_calm(Some(lie.site), &[survives], slot)
}

/// What must not begin before a deed has ended (of a voyage also what others do for the vessel where it leads), each with the slot by which that must be.
fn followers<'d, 'c>(case: &'d Case<'c>, deed: &Deed<'c>) -> Vec<(&'d Deed<'c>, Slot)> {
    let mut all = Vec::new();
    let is_after = |other: &&Deed<'c>| other.start() >= deed.end() && other.said.id != deed.said.id;
    if let Some(vessel) = deed.vessel {
        let next = case.of_vessel(vessel).filter(|other| other.is_real()).find(is_after);
        all.extend(next.and_then(|next| Some((next, latest(case, next)?))));
    }
    if let (Some(Job::Sail), Some(vessel), Some(site)) = (deed.job, deed.vessel, deed.to_site) {
        all.extend(case.served(vessel, site).filter(is_after).filter_map(|other| {
            // Once it has left again, another voyage brings it there.
            let leaves = |later: &&Deed<'c>| is_after(later) && later.job == Some(Job::Sail);
            let left = case.of_vessel(vessel).find(leaves).map(|later| later.start());
            let slots = other.slots.as_ref().filter(|_| left.is_none_or(|left| other.start() < left))?;
            Some((other, slots.start))
        }));
    }
    let Some(Job::Task(task)) = deed.job else { return all };
    for (place, after) in case.plan.tasks.entries() {
        for precedence in after.after.iter().filter(|precedence| precedence.task == task) {
            let lag = case.plan.horizon.slots_for(precedence.lag);
            let others = waiting_for(case, deed, task, place).into_iter().filter(is_after);
            all.extend(others.filter_map(|other| Some((other, latest(case, other)?.saturating_sub(lag)))));
        }
    }
    all
}

/// The task after which a deed would start too late if it started in a slot.
fn too_late_after<'c>(case: &Case<'c>, deed: &Deed<'c>, start: Slot) -> Option<&'c str> {
    let Some(Job::Task(task)) = deed.job else { return None };
    let is_late = |precedence: &&Precedence| {
        let Some(within) = precedence.within.map(|within| case.plan.horizon.slots_for(within)) else {
            return false;
        };
        let ends = case.of_task(precedence.task).filter_map(|before| Some(before.slots.as_ref()?.end));
        ends.filter(|end| *end <= start).max().is_some_and(|end| start > end.saturating_add(within))
    };
    let precedence = case.plan.tasks[task].after.iter().find(is_late)?;
    Some(&case.plan.tasks[precedence.task].id)
}

/// The times of the task `after` that wait for just this time of the task before.
fn waiting_for<'d, 'c>(
    case: &'d Case<'c>,
    deed: &Deed<'c>,
    before: Ix<Task>,
    after: Ix<Task>,
) -> Vec<&'d Deed<'c>> {
    let mut ends: Vec<&Deed<'c>> = case.of_task(before).collect();
    let mut starts: Vec<&Deed<'c>> = case.of_task(after).collect();
    ends.sort_by_key(|deed| deed.end());
    starts.sort_by_key(|deed| deed.start());
    let takes_turns = case.plan.tasks[before].most > 1 && case.plan.tasks[after].most > 1;
    let nth = ends.iter().position(|end| end.said.id == deed.said.id);
    match nth {
        Some(nth) if takes_turns => starts.get(nth).copied().into_iter().collect(),
        Some(0) => starts,
        _ => Vec::new(),
    }
}

/// The end of a deed if it began in a slot; nothing where the weather, closures, the dark or its dates do not let it.
fn end_from(case: &Case<'_>, deed: &Deed<'_>, start: Slot) -> Option<Slot> {
    let horizon = &case.plan.horizon;
    let slots = start..start + deed.slots.as_ref()?.len();
    match deed.job? {
        Job::Task(task) => return task_end(case, task, start),
        _ if slots.end > horizon.slots => return None,
        Job::Sail => {
            let (vessel, from, to) = (deed.vessel?, deed.site?, deed.to_site?);
            let ship = &case.plan.vessels[vessel];
            let is_dark =
                |slot: Slot| ship.daylight && [from, to].into_iter().any(|site| case.is_dark(site, slot));
            let is_rough = |(slot, met): (Slot, super::sailing::Met)| {
                met.iter().any(|(weather, _)| !case.is_calm_in(*weather, &ship.sail_limits, slot))
            };
            let is_closed =
                case.sailing_closure((vessel, from, to), slots.start, slots.end.saturating_sub(1)).is_some();
            if !start.is_multiple_of(ship.departs_every)
                || is_closed
                || slots.clone().any(is_dark)
                || slots.clone().zip(case.weather_met(deed)).any(is_rough)
            {
                return None;
            }
        }
        Job::Sampling(_) | Job::Transfer(_) => {
            let run = case.run(deed)?;
            let survives = &case.plan.gear(run.stand).survives;
            let is_open = |slot: Slot| {
                let is_calm = case.is_calm(Some(run.stand.site), &[run.limits, survives], slot);
                let closure = case.closure(slot, |closed| closes(closed, run.stand) || stops(closed, &run));
                is_calm && closure.is_none()
            };
            if !slots.clone().all(is_open) {
                return None;
            }
        }
        Job::Alongside(_) | Job::Process(_) | Job::Supply(_) | Job::Rest => return None,
    }
    Some(slots.end)
}

/// The end of a task that begins in a slot, with its contingency in reserve.
fn task_end(case: &Case<'_>, place: Ix<Task>, start: Slot) -> Option<Slot> {
    let (task, horizon) = (&case.plan.tasks[place], &case.plan.horizon);
    let duration = horizon.slots_for(task.duration).max(1);
    let needed = duration.saturating_add(horizon.slots_for(task.contingency));
    let longest = match task.suspend {
        Suspend::Never => 0,
        _ => task.max_pause.map_or(usize::MAX, |pause| horizon.slots_for(pause)),
    };
    if task.release.is_some_and(|release| horizon.time(start) < release) {
        return None;
    }
    let (mut open, mut pause, mut end) = (0, 0, None);
    for slot in start..horizon.slots {
        if case.task_is_calm(place, open, slot) && !case.task_is_barred(place, slot) {
            (open, pause) = (open + 1, 0);
        } else {
            pause += 1;
            if open == 0 || pause > longest || !case.pause_is_safe(place, slot) {
                return None;
            }
        }
        if open == duration && end.is_none() {
            end = Some(slot + 1);
            if task.deadline.is_some_and(|deadline| horizon.time(slot + 1) > deadline) {
                return None;
            }
        }
        if open >= needed {
            return end;
        }
    }
    None
}
