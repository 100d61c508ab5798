//! Whether tasks are worked on when they may be: duration, weather, closures, daylight, pauses and contingency.
//!
//! In: the deeds that work on tasks. Out: every slot that is worked and must not be, or paused and need not be.
//! Not which task comes first, nor how often: see `order`.

use super::case::{Case, Deed, Fault, Job, runs};
use crate::id::Ix;
use crate::plan::{Closed, Suspend, Task};
use crate::time::Slot;
use crate::weather::Limits;
use std::collections::BTreeSet;
use std::ops::Range;

/// An activity that works on a task, well formed.
struct Effort<'d, 'c> {
    deed: &'d Deed<'c>,
    place: Ix<Task>,
    task: &'c Task,
    slots: Range<Slot>,
    /// The slots of each interval of work.
    work: Vec<Range<Slot>>,
}

impl Effort<'_, '_> {
    fn worked(&self) -> impl Iterator<Item = Slot> + Clone {
        self.work.iter().cloned().flatten()
    }

    fn paused(&self) -> impl Iterator<Item = Slot> + Clone {
        self.slots.clone().filter(|slot| !self.work.iter().any(|work| work.contains(slot)))
    }

    fn fault(&self, case: &Case<'_>, slot: Slot, message: String) -> Fault {
        Fault::of(self.deed.said, message).at(case.time(slot))
    }
}

fn efforts<'d, 'c>(case: &'d Case<'c>) -> impl Iterator<Item = Effort<'d, 'c>> {
    case.deeds.iter().filter_map(|deed| {
        let Some(Job::Task(place)) = deed.job else { return None };
        let slots = deed.slots.clone()?;
        Some(Effort { deed, place, task: &case.plan.tasks[place], work: case.work_slots(deed)?, slots })
    })
}

impl Case<'_> {
    /// The slots of each interval of a deed; nothing when they are malformed.
    pub fn work_slots(&self, deed: &Deed<'_>) -> Option<Vec<Range<Slot>>> {
        let slots = deed.slots.as_ref()?;
        let mut work: Vec<Range<Slot>> = Vec::new();
        for (from, to) in &deed.said.work {
            let (from, to) = (self.slot_of(*from)?, self.slot_of(*to)?);
            let earliest = work.last().map_or(slots.start, |before| before.end);
            if from < earliest || to < from || to > slots.end {
                return None;
            }
            work.push(from..to);
        }
        Some(work)
    }

    /// Whether the weather lets a task go on in a slot when so many slots of it are done: its own limits, those of the phase that
    /// it is in then, and those of its gear before and after it.
    pub fn task_is_calm(&self, task: Ix<Task>, done: usize, slot: Slot) -> bool {
        let work = &self.plan.tasks[task];
        let mut limits = vec![&work.limits];
        limits.extend(self.phases_after(work, done));
        limits.extend(self.gear_limits(work).map(|(_, limits)| limits));
        self.is_calm(work.site, &limits, slot)
    }

    /// The slots of a task, counted from its start, at which phases begin and end, and those next to them.
    pub fn borders(&self, task: &Task) -> BTreeSet<usize> {
        let slots = |place| slots_of_phase(task, place, self.plan.horizon.slot.seconds());
        let all = (0..task.phases.len()).map(slots);
        all.flat_map(|slots| [slots.start, slots.start + 1, slots.end.saturating_sub(1)]).collect()
    }

    /// The limits of the phases that a task is in when so many slots of it are done; past its end those of the last one.
    pub fn phases_after<'t>(&self, task: &'t Task, done: usize) -> Vec<&'t Limits> {
        let horizon = &self.plan.horizon;
        if done >= horizon.slots_for(task.duration) {
            return task.phases.last().map(|phase| &phase.limits).into_iter().collect();
        }
        let is_in = |place: &usize| slots_of_phase(task, *place, horizon.slot.seconds()).contains(&done);
        (0..task.phases.len()).filter(is_in).map(|place| &task.phases[place].limits).collect()
    }

    /// Whether a closure or the dark keeps a task from being worked on in a slot.
    pub fn task_is_barred(&self, task: Ix<Task>, slot: Slot) -> bool {
        let work = &self.plan.tasks[task];
        let dark = work.daylight && work.site.is_some_and(|site| self.is_dark(site, slot));
        dark || self.closure(slot, |closed| closes(closed, task, work)).is_some()
    }

    /// Whether the gear survives a pause of the task in a slot.
    pub fn pause_is_safe(&self, task: Ix<Task>, slot: Slot) -> bool {
        let work = &self.plan.tasks[task];
        let limits: Vec<&Limits> = self.gear_limits(work).map(|(_, limits)| limits).collect();
        work.suspend != Suspend::Hold || self.is_calm(work.site, &limits, slot)
    }

    /// The states of the gear that a task has to do with, by name, and what they survive.
    fn gear_limits<'t>(&'t self, task: &Task) -> impl Iterator<Item = (&'t str, &'t Limits)> + use<'t> {
        let states = task.stand.map(|stand| (&self.plan.vessels[stand.vessel].gear, stand.gear, task.leaves));
        states.into_iter().flat_map(|(gear, before, after)| {
            let after = (after != before).then_some(after);
            [Some(before), after]
                .into_iter()
                .flatten()
                .map(|state| (gear[state].id.as_str(), &gear[state].survives))
        })
    }
}

/// Which slots of a task a phase touches, counted from the task's start.
fn slots_of_phase(task: &Task, place: usize, slot_seconds: i64) -> Range<usize> {
    let begin: i64 = task.phases[..place].iter().map(|phase| phase.duration.seconds()).sum();
    let end = begin + task.phases[place].duration.seconds();
    (begin / slot_seconds) as usize..((end + slot_seconds - 1) / slot_seconds) as usize
}

/// Whether a closure closes a task.
fn closes(closed: Closed, place: Ix<Task>, task: &Task) -> bool {
    match closed {
        Closed::Task(t) => t == place,
        Closed::Site(site) => task.site == Some(site),
        Closed::Vessel(vessel) => {
            task.serves == Some(vessel) || task.stand.is_some_and(|stand| stand.vessel == vessel)
        }
        Closed::Sampling(_) | Closed::Process(_) => false,
    }
}

/// A task is worked on for its duration, rounded up to slots.
pub fn duration(case: &Case<'_>) -> Vec<Fault> {
    efforts(case)
        .filter_map(|effort| {
            let needed = case.plan.horizon.slots_for(effort.task.duration);
            let worked = effort.work.iter().map(Range::len).sum();
            let (needed_h, worked_h) = (case.hours_of(needed), case.hours_of(worked));
            let message =
                format!("{} is worked on for {worked_h}, and takes {needed_h}", effort.deed.said.id);
            (worked != needed).then(|| Fault::of(effort.deed.said, message))
        })
        .collect()
}

/// Work begins at the start and ceases at the end.
pub fn ends(case: &Case<'_>) -> Vec<Fault> {
    efforts(case)
        .filter_map(|effort| {
            let (first, last) = (effort.work.first()?, effort.work.last()?);
            let id = &effort.deed.said.id;
            let (is, at) = if first.start != effort.slots.start {
                (format!("{id} starts, and work on it begins only"), first.start)
            } else if last.end != effort.slots.end {
                (format!("{id} goes on, and work on it ceases"), last.end)
            } else {
                return None;
            };
            Some(effort.fault(case, at, format!("{is} on {}", case.at(at))))
        })
        .collect()
}

/// A continuous task has one interval of work.
pub fn breaks(case: &Case<'_>) -> Vec<Fault> {
    efforts(case)
        .filter(|effort| effort.task.suspend == Suspend::Never && effort.work.len() > 1)
        .map(|effort| {
            let (id, at) = (&effort.deed.said.id, effort.work[0].end);
            let message = format!("{id} is interrupted on {}, and must not be", case.at(at));
            effort.fault(case, at, message)
        })
        .collect()
}

/// Every worked slot is within the limits of the task, of the phase that it is in, and of its gear.
pub fn weather(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for effort in efforts(case) {
        let who = format!("{} works", effort.deed.said.id);
        let own = ("its limit is".to_owned(), &effort.task.limits);
        let gear = case.gear_limits(effort.task);
        let gear = gear.map(|(gear, limits)| (format!("its gear {gear} survives"), limits));
        for (whose, limits) in std::iter::once(own).chain(gear) {
            for breach in case.breaches(effort.task.site, limits, effort.worked()) {
                let message = breach.tell(case, &who, &whose);
                faults.push(effort.fault(case, breach.slots.start, message));
            }
        }
        for (place, phase) in effort.task.phases.iter().enumerate() {
            let whose = format!("its limit in phase {} is", place + 1);
            let of_phase = slots_of_phase(effort.task, place, case.plan.horizon.slot.seconds());
            let worked = effort.worked().skip(of_phase.start).take(of_phase.len());
            for breach in case.breaches(effort.task.site, &phase.limits, worked) {
                let message = breach.tell(case, &who, &whose);
                faults.push(effort.fault(case, breach.slots.start, message));
            }
        }
    }
    faults
}

/// No worked slot is touched by a closure.
pub fn closures(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for effort in efforts(case) {
        let closure = |slot: Slot| case.closure(slot, |closed| closes(closed, effort.place, effort.task));
        for run in runs(effort.worked().filter(|&slot| closure(slot).is_some())) {
            let why = closure(run.start).map_or(String::new(), |closure| case.closure_words(closure));
            let message = format!("{} works {}, and {why}", effort.deed.said.id, case.during(&run));
            faults.push(effort.fault(case, run.start, message));
        }
    }
    faults
}

/// A task that needs daylight has it in every worked slot.
pub fn dark(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for effort in efforts(case).filter(|effort| effort.task.daylight) {
        let Some(site) = effort.task.site else { continue };
        for run in runs(effort.worked().filter(|&slot| case.is_dark(site, slot))) {
            let message = format!(
                "{} needs daylight, and works in the dark {}",
                effort.deed.said.id,
                case.during(&run)
            );
            faults.push(effort.fault(case, run.start, message));
        }
    }
    faults
}

/// A pause lies only in slots in which the task cannot be worked on.
pub fn pauses_needlessly(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for effort in efforts(case).filter(|effort| effort.task.suspend != Suspend::Never) {
        // A head or a tail without work is told by `ends`.
        let (Some(first), Some(last)) = (effort.work.first(), effort.work.last()) else { continue };
        let inner = effort.paused().filter(|slot| (first.start..last.end).contains(slot));
        let is_open = |slot: &Slot| {
            case.task_is_calm(effort.place, 0, *slot) && !case.task_is_barred(effort.place, *slot)
        };
        for run in runs(inner.filter(is_open)) {
            let message =
                format!("{} pauses {}, though it could go on", effort.deed.said.id, case.during(&run));
            faults.push(effort.fault(case, run.start, message));
        }
    }
    faults
}

/// No pause is longer than it may be.
pub fn pauses_long(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for effort in efforts(case).filter(|effort| effort.task.suspend != Suspend::Never) {
        let Some(most) = effort.task.max_pause.map(|pause| case.plan.horizon.slots_for(pause)) else {
            continue;
        };
        for run in runs(effort.paused()).into_iter().filter(|run| run.len() > most) {
            let (during, is, may) = (case.during(&run), case.hours_of(run.len()), case.hours_of(most));
            let message =
                format!("{} pauses {during}, which is {is}, and may for {may} at most", effort.deed.said.id);
            faults.push(effort.fault(case, run.start, message));
        }
    }
    faults
}

/// The gear survives every pause of a task that holds it.
pub fn pauses_unsafe(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for effort in efforts(case).filter(|effort| effort.task.suspend == Suspend::Hold) {
        let who = format!("{} pauses", effort.deed.said.id);
        for (gear, limits) in case.gear_limits(effort.task) {
            for breach in case.breaches(effort.task.site, limits, effort.paused()) {
                let message = breach.tell(case, &who, &format!("its gear {gear} survives"));
                faults.push(effort.fault(case, breach.slots.start, message));
            }
        }
    }
    faults
}

/// Past the end of a task the window stays open for its contingency: at a stretch when it is continuous, with pauses that it
/// could make when it is not.
pub fn contingency(case: &Case<'_>) -> Vec<Fault> {
    let horizon = &case.plan.horizon;
    let mut faults = Vec::new();
    for effort in efforts(case) {
        let needed = horizon.slots_for(effort.task.contingency);
        let longest = match effort.task.suspend {
            Suspend::Never => 0,
            _ => effort.task.max_pause.map_or(usize::MAX, |pause| horizon.slots_for(pause)),
        };
        let (mut slot, mut open, mut pause) = (effort.slots.end, 0, 0);
        let fault = loop {
            if open == needed {
                break None;
            }
            if slot >= horizon.slots {
                break Some("the plan ends".to_owned());
            }
            if case.task_is_calm(effort.place, usize::MAX, slot) && !case.task_is_barred(effort.place, slot) {
                (open, pause) = (open + 1, 0);
            } else {
                pause += 1;
                if pause > longest || !case.pause_is_safe(effort.place, slot) {
                    break Some(format!("the window closes on {}", case.at(slot)));
                }
            }
            slot += 1;
        };
        if let Some(why) = fault {
            let (id, end, needed) = (&effort.deed.said.id, case.at(effort.slots.end), case.hours_of(needed));
            let message = format!("{id} ends on {end} and wants {needed} in reserve, and {why}");
            faults.push(effort.fault(case, effort.slots.end, message));
        }
    }
    faults
}
