//! Whether what is said to wait on weather does.
//!
//! In: waits with their intervals, and pauses of tasks. Out: hours that do not add up, and hours in which something else than
//! the weather stops a vessel. It tells only what is surely wrong: an hour of waiting on weather is believed whenever the
//! weather keeps the vessel's next work from beginning then. Hours said to wait on something else are not questioned.

use super::case::{Case, Deed, Fault, Job, amount, exceeds, hours, runs, same};
use super::lifting;
use super::sailing::Met;
use crate::id::Ix;
use crate::plan::{Suspend, Task, Transfer};
use crate::schedule::Kind;
use crate::time::Slot;
use std::collections::BTreeMap;

/// The hours of waiting are those of the intervals that wait, and no more than the pauses.
pub fn hours_said(case: &Case<'_>) -> Vec<Fault> {
    case.deeds
        .iter()
        .filter_map(|deed| {
            let said = deed.said;
            let intervals: f64 = said.work.iter().map(|(from, to)| hours(from.to_utc(), to.to_utc())).sum();
            let pauses = (hours(deed.start(), deed.end()) - intervals).max(0.0);
            let (id, waits) = (&said.id, amount(said.waiting_h, "h"));
            let message = match said.kind {
                Kind::Wait if !same(said.waiting_h, intervals) => {
                    format!(
                        "{id} waits on weather for {waits}, and its intervals are {}",
                        amount(intervals, "h")
                    )
                }
                Kind::Task if exceeds(0.0, said.waiting_h) || exceeds(said.waiting_h, pauses) => {
                    format!("{id} waits on weather for {waits}, and pauses for {}", amount(pauses, "h"))
                }
                Kind::Wait | Kind::Task => return None,
                _ if !same(said.waiting_h, 0.0) => {
                    format!("{id} waits on weather for {waits}, and a {} does not wait", said.kind.word())
                }
                _ => return None,
            };
            Some(Fault::of(said, message))
        })
        .collect()
}

/// Only the weather stops what waits on weather.
pub fn cause(case: &Case<'_>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = case.deeds.iter().filter_map(|deed| pauses(case, deed)).collect();
    let mut openness = Openness { of_task: vec![Vec::new(); case.plan.tasks.len()], met: BTreeMap::new() };
    for vessel in case.plan.vessels.places() {
        let mut next: Option<&Deed<'_>> = None;
        for deed in case.of_vessel(vessel).rev() {
            if deed.is_real() {
                next = Some(deed);
            } else if deed.said.kind == Kind::Wait {
                faults.extend(waits(case, deed, next, &mut openness));
            }
        }
    }
    faults
}

/// A task's hours of waiting are its paused slots that the weather closes and nothing else.
fn pauses(case: &Case<'_>, deed: &Deed<'_>) -> Option<Fault> {
    let (Some(Job::Task(task)), Some(slots), Some(work)) = (deed.job, &deed.slots, case.work_slots(deed))
    else {
        return None;
    };
    let is_paused = |slot: &Slot| !work.iter().any(|work| work.contains(slot));
    let only_weather = |slot: &Slot| !case.task_is_calm(task, 0, *slot) && !case.task_is_barred(task, *slot);
    let count = slots.clone().filter(is_paused).filter(only_weather).count();
    let is = count as f64 * case.plan.horizon.slot_h();
    let pauses = slots.len().saturating_sub(work.iter().map(|work| work.len()).sum()) as f64
        * case.plan.horizon.slot_h();
    // More than its pauses, or less than nothing, is told by the rule on hours.
    let is_told = exceeds(deed.said.waiting_h, pauses) || exceeds(0.0, deed.said.waiting_h);
    if is_told || same(deed.said.waiting_h, is) {
        return None;
    }
    let (said, is) = (amount(deed.said.waiting_h, "h"), amount(is, "h"));
    let message =
        format!("{} waits on weather for {said}, and only the weather stops it for {is}", deed.said.id);
    Some(Fault::of(deed.said, message))
}

/// Slots of a wait that claim the weather though the next work could begin in them.
fn waits(case: &Case<'_>, deed: &Deed<'_>, next: Option<&Deed<'_>>, openness: &mut Openness) -> Vec<Fault> {
    let Some(work) = case.work_slots(deed) else { return Vec::new() };
    let claimed = work.into_iter().flatten();
    let false_claims = match next {
        None => runs(claimed),
        Some(next) => runs(claimed.filter(|&slot| !may_wait(case, slot, next, openness))),
    };
    let vessel = deed.said.vessel.as_deref().unwrap_or_default();
    let tell = |slots: &std::ops::Range<Slot>| {
        let why = match next {
            Some(next) => format!("the weather does not stop {} then", next.said.id),
            None => "nothing comes after it".to_owned(),
        };
        let message = format!("{vessel} is said to wait on weather {}, and {why}", case.during(slots));
        Fault::of(deed.said, message).at(case.time(slots.start))
    };
    false_claims.iter().map(tell).collect()
}

/// Whether the weather may be what keeps `next` from beginning in a slot.
fn may_wait(case: &Case<'_>, slot: Slot, next: &Deed<'_>, openness: &mut Openness) -> bool {
    let horizon = &case.plan.horizon;
    let Some(length) = next.slots.as_ref().map(|slots| slots.len()) else { return true };
    // What was broken off while it was set up began as something longer.
    let until_it_flows = |place: Ix<Transfer>| {
        length.max(horizon.slots_for(case.plan.transfers[place].setup).saturating_add(1))
    };
    let is_rough = |length: usize, is_calm: &dyn Fn(Slot) -> bool| {
        (slot..horizon.slots.min(slot.saturating_add(length.max(1)))).any(|slot| !is_calm(slot))
    };
    match next.job {
        Some(Job::Task(place)) => {
            let task = &case.plan.tasks[place];
            let reference =
                horizon.slots_for(task.duration).saturating_add(horizon.slots_for(task.contingency));
            if task.suspend == Suspend::Never {
                return is_rough(reference, &|at| case.task_is_calm(place, at - slot, at));
            }
            !openness.could_start(case, place, slot)
                && is_rough(usize::MAX, &|at| case.task_is_calm(place, 0, at))
        }
        Some(Job::Sail) => {
            let (Some(vessel), Some(_), Some(_)) = (next.vessel, next.site, next.to_site) else {
                return true;
            };
            let limits = &case.plan.vessels[vessel].sail_limits;
            let key = (next.said.id.clone(), length);
            let met = openness.met.entry(key).or_insert_with(|| case.weather_met(next));
            let is_calm =
                |at: Slot| met[at - slot].iter().all(|(weather, _)| case.is_calm_in(*weather, limits, at));
            is_rough(length.min(met.len()), &is_calm)
        }
        Some(Job::Sampling(_) | Job::Transfer(_)) => {
            let Some(lifting::Run { stand, limits, .. }) = case.run(next) else { return true };
            let least = match next.job {
                Some(Job::Sampling(place)) => horizon.slots_for(case.plan.samplings[place].min_run),
                Some(Job::Transfer(place)) => until_it_flows(place),
                _ => length,
            };
            let survives = &case.plan.gear(stand).survives;
            let is_calm = |slot| case.is_calm(Some(stand.site), &[limits, survives], slot);
            match next.job {
                Some(Job::Transfer(place)) => {
                    is_rough(least, &|slot| is_calm(slot) && met_is_calm(case, place, slot))
                }
                _ => is_rough(least, &is_calm),
            }
        }
        Some(Job::Alongside(place)) => {
            let transfer = &case.plan.transfers[place];
            let survives = &case.plan.gear(transfer.stand).survives;
            let site = Some(transfer.stand.site);
            let is_calm = |slot| case.is_calm(site, &[&transfer.limits, survives], slot);
            is_rough(until_it_flows(place), &|slot| is_calm(slot) && met_is_calm(case, place, slot))
        }
        Some(Job::Rest | Job::Process(_) | Job::Supply(_)) | None => true,
    }
}

/// Whether the gear of the vessel that is met, if one is, survives a slot.
fn met_is_calm(case: &Case<'_>, transfer: Ix<Transfer>, slot: Slot) -> bool {
    let met = case.plan.transfers[transfer].meets;
    met.is_none_or(|stand| case.is_calm(Some(stand.site), &[&case.plan.gear(stand).survives], slot))
}

/// What was found out of the slots of each task, so that a long wait does not look at them again and again.
struct Openness {
    of_task: Vec<Vec<Option<bool>>>,
    /// For each passage the weathers of each of its slots.
    met: BTreeMap<(String, usize), Vec<Met>>,
}

impl Openness {
    fn is_open(&mut self, case: &Case<'_>, task: Ix<Task>, slot: Slot) -> bool {
        let known = &mut self.of_task[task.index()];
        known.resize(case.plan.horizon.slots, None);
        *known[slot]
            .get_or_insert_with(|| case.task_is_calm(task, 0, slot) && !case.task_is_barred(task, slot))
    }

    /// Whether a task that may pause could begin in a slot, and end by its deadline, with its contingency in reserve.
    fn could_start(&mut self, case: &Case<'_>, place: Ix<Task>, start: Slot) -> bool {
        let (task, horizon) = (&case.plan.tasks[place], &case.plan.horizon);
        let duration = horizon.slots_for(task.duration);
        let needed = duration.saturating_add(horizon.slots_for(task.contingency)).max(1);
        let longest = task.max_pause.map_or(usize::MAX, |pause| horizon.slots_for(pause));
        let (mut open, mut pause) = (0, 0);
        for slot in start..horizon.slots {
            if self.is_open(case, place, slot) {
                (open, pause) = (open + 1, 0);
            } else {
                pause += 1;
                if open == 0 || pause > longest || !case.pause_is_safe(place, slot) {
                    return false;
                }
            }
            if open == duration && pause == 0 && task.deadline.is_some_and(|by| horizon.time(slot + 1) > by) {
                return false;
            }
            if open >= needed {
                return true;
            }
        }
        false
    }
}
