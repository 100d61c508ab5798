//! Whether tasks are done as often as they must be, in the right order, at the right time, with what there is of resources.
//!
//! In: the deeds that work on tasks. Out: tasks that are too early, too late, too many, too few, or too much at once.
//! Not whether the weather lets them go on: see `tasks`.

use super::case::{Case, Deed, Fault, Job};
use crate::id::Ix;
use crate::plan::{Precedence, Task};
use chrono::{DateTime, Utc};

/// No task starts before its release.
pub fn release(case: &Case<'_>) -> Vec<Fault> {
    let early = |task: &Task, deed: &Deed<'_>| task.release.filter(|&release| deed.start() < release);
    dated(case, early, |id, deed, release| {
        format!("{id} starts on {}, and is released on {release}", case.when(deed.start()))
    })
}

/// No task ends after its deadline.
pub fn deadline(case: &Case<'_>) -> Vec<Fault> {
    let late = |task: &Task, deed: &Deed<'_>| task.deadline.filter(|&deadline| deed.end() > deadline);
    dated(case, late, |id, deed, deadline| {
        format!("{id} ends on {}, and its deadline is {deadline}", case.when(deed.end()))
    })
}

fn dated(
    case: &Case<'_>,
    broken: impl Fn(&Task, &Deed<'_>) -> Option<DateTime<Utc>>,
    tell: impl Fn(&str, &Deed<'_>, String) -> String,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, task) in case.plan.tasks.entries() {
        for deed in case.of_task(place) {
            if let Some(date) = broken(task, deed) {
                faults.push(Fault::of(deed.said, tell(&deed.said.id, deed, case.when(date))));
            }
        }
    }
    faults
}

/// A task is done as often as it must be, and no more often than it may be.
pub fn count(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, Task { id, least, most, .. }) in case.plan.tasks.entries() {
        let count = case.of_task(place).count();
        if count < *least as usize {
            faults
                .push(Fault::new(format!("{id} is done {count} times, and must be at least {least} times")));
        }
        if let Some(deed) = case.of_task(place).nth(*most as usize) {
            let message = format!("{id} is done {count} times, and may be at most {most} times");
            faults.push(Fault::of(deed.said, message));
        }
    }
    faults
}

/// A precedence with the activities on both of its sides, in slots: ends of what is before, starts of what is after.
struct Pair<'d, 'c> {
    before: &'c Task,
    precedence: Precedence,
    /// Ends of the task before, in order.
    ends: Vec<usize>,
    /// Starts of the task after, in order.
    starts: Vec<(usize, &'d Deed<'c>)>,
    after: &'c Task,
}

fn pairs<'d, 'c>(case: &'d Case<'c>) -> Vec<Pair<'d, 'c>> {
    let of = |task: Ix<Task>| {
        case.of_task(task).filter_map(|deed| deed.slots.as_ref().map(|slots| (slots.start, slots.end, deed)))
    };
    let mut pairs = Vec::new();
    for (place, after) in case.plan.tasks.entries() {
        for &precedence in &after.after {
            let mut ends: Vec<usize> = of(precedence.task).map(|(_, end, _)| end).collect();
            let mut starts: Vec<(usize, &Deed<'c>)> =
                of(place).map(|(start, _, deed)| (start, deed)).collect();
            ends.sort();
            starts.sort_by_key(|(start, _)| *start);
            pairs.push(Pair { before: &case.plan.tasks[precedence.task], precedence, ends, starts, after });
        }
    }
    pairs
}

impl Pair<'_, '_> {
    /// The end that the start number `turn` must wait for.
    fn needed(&self, turn: usize) -> Option<usize> {
        let takes_turns = self.before.most > 1 && self.after.most > 1;
        self.ends.get(if takes_turns { turn } else { 0 }).copied()
    }
}

/// What must be done before a task is done before it, with the time between them that is asked for.
pub fn precedence(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for pair in pairs(case) {
        let lag = case.plan.horizon.slots_for(pair.precedence.lag);
        for (turn, &(start, deed)) in pair.starts.iter().enumerate() {
            let (id, before, when) = (&deed.said.id, &pair.before.id, case.at(start));
            let message = match pair.needed(turn) {
                Some(end) if end.saturating_add(lag) <= start => continue,
                Some(end) => {
                    let lag = if lag > 0 {
                        format!(" and needs {} between", case.hours_of(lag))
                    } else {
                        String::new()
                    };
                    format!("{id} starts on {when}, and {before} before it ends on {}{lag}", case.at(end))
                }
                None => format!("{id} starts on {when}, and {before} is not done before it"),
            };
            faults.push(Fault::of(deed.said, message));
        }
    }
    faults
}

/// A task starts soon enough after what is done before it.
pub fn within(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for pair in pairs(case) {
        let Some(within) = pair.precedence.within else { continue };
        let slots = case.plan.horizon.slots_for(within);
        for &(start, deed) in &pair.starts {
            // Nothing before it at all is told by `precedence`.
            let Some(&end) = pair.ends.iter().rfind(|&&end| end <= start) else { continue };
            if start > end.saturating_add(slots) {
                let (id, before) = (&deed.said.id, &pair.before.id);
                let (start, end) = (case.at(start), case.at(end));
                let message =
                    format!("{id} starts on {start}, and {before} ends on {end}, more than {within} before");
                faults.push(Fault::of(deed.said, message));
            }
        }
    }
    faults
}

/// At no moment is more of a resource in use than there is.
pub fn resources(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, resource) in case.plan.resources.entries() {
        let mut changes: Vec<(usize, i64)> = Vec::new();
        for deed in &case.deeds {
            // Who is met has its own deed, and takes no more than who comes.
            let uses = match deed.job {
                Some(Job::Task(task)) => &case.plan.tasks[task].uses,
                Some(Job::Transfer(transfer)) => &case.plan.transfers[transfer].uses,
                _ => continue,
            };
            let units: i64 =
                uses.iter().filter(|(used, _)| *used == place).map(|(_, units)| i64::from(*units)).sum();
            if let Some(slots) = deed.slots.as_ref().filter(|_| units > 0) {
                changes.extend([(slots.start, units), (slots.end, -units)]);
            }
        }
        changes.sort();
        let (mut used, mut over): (i64, Option<(usize, i64)>) = (0, None);
        for (index, (slot, change)) in changes.iter().enumerate() {
            used += change;
            if changes.get(index + 1).is_some_and(|(next, _)| next == slot) {
                continue;
            }
            let is_over = used > i64::from(resource.capacity);
            match over {
                None if is_over => over = Some((*slot, used)),
                Some((from, most)) if is_over => over = Some((from, most.max(used))),
                Some((from, most)) => {
                    let during = case.during(&(from..*slot));
                    let message = format!(
                        "{most} of {} are in use {during}, and there are {}",
                        resource.id, resource.capacity
                    );
                    faults.push(Fault::new(message).at(case.time(from)));
                    over = None;
                }
                None => {}
            }
        }
    }
    faults
}

/// No longer than its rhythm allows passes without a task, or another that counts in its rhythm: between two times of them, before the first,
/// and from the last until its vessel is done; where it serves another one, until that one is.
pub fn rhythm(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, task) in case.plan.tasks.entries() {
        let (Some(every), Some(stand)) = (task.every, task.stand) else { continue };
        let counts = case
            .plan
            .tasks
            .entries()
            .filter(|(other, of_it)| *other == place || of_it.rhythm_of == Some(place));
        let (others, names): (Vec<Ix<Task>>, Vec<&str>) =
            counts.map(|(other, of_it)| (other, of_it.id.as_str())).unzip();
        let mut times: Vec<(DateTime<Utc>, DateTime<Utc>)> = others
            .iter()
            .flat_map(|&other| case.of_task(other))
            .map(|deed| (deed.start(), deed.end()))
            .collect();
        times.sort();
        let start = case.plan.horizon.start;
        let of_vessel = case.of_vessel(task.serves.unwrap_or(stand.vessel)).filter(|deed| deed.is_real());
        let done = of_vessel.map(Deed::end).max().unwrap_or(start);
        // What one vessel does may go on while another one comes and goes.
        let ends = times.iter().scan(start, |last, (_, end)| {
            *last = (*last).max(*end);
            Some(*last)
        });
        let since = std::iter::once(start).chain(ends);
        // Who is done may be served later, or never again.
        let until = times.iter().map(|(start, _)| done.min(*start)).chain([done]);
        let happened = case.schedule.happened.map(|happened| happened.to_utc());
        for (since, until) in since.zip(until) {
            // What was overdue already when the rest was planned is due within the rhythm from then on.
            let is_overdue =
                |now: &DateTime<Utc>| (*now - since).num_seconds() > every.seconds() && *now <= until;
            let since = happened.filter(is_overdue).unwrap_or(since);
            if (until - since).num_seconds() > every.seconds() {
                let (id, from, to) = (names.join(" or "), case.when(since), case.when(until));
                let message = format!("{id} must be done every {every}, and is not from {from} to {to}");
                faults.push(Fault { activity: None, time: case.local(until), message });
            }
        }
    }
    faults
}
