//! Progress and a baseline, as programs for project management hold them.
//!
//! In: a [`Project`], the present, and the project of an older schedule. Out: how much of each task is done, and how it lay before.
//! A schedule knows no more of progress than its times: what lies before the present counts as done, as it was planned. Tasks are
//! matched with those of the baseline by the ids of their activities, as `mudline compare` does; deliveries have none.
//! Not a log of what happened: for that, correct the schedule first.

use super::{Moment, Project};
use crate::export::Choices;
use crate::export::wording::is_done;
use crate::schedule::Schedule;
use crate::schedule::compare::compare;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

/// How a task lay in the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Was {
    /// When it was to start.
    pub start: Moment,
    /// When it was to be done.
    pub finish: Moment,
    /// The open time in it.
    pub duration: TimeDelta,
}

/// Notes in every task what is done of it at the present.
pub fn note_progress(project: &mut Project) {
    let Some(now) = project.now else { return };
    for task in project.groups.iter_mut().flat_map(|group| &mut group.tasks) {
        if task.finish <= now {
            (task.is_over, task.done) = (true, task.duration);
        } else if task.start < now {
            let calendar = &project.calendars[task.calendar];
            let before = calendar.open_within(task.start, now);
            let after = calendar.open_within(now, task.finish);
            task.done = before.iter().map(|(from, to)| *to - *from).sum();
            let stopped = before.last().map_or(task.start, |open| open.1);
            task.broken = Some((stopped, after.first().map_or(now, |open| open.0)));
        }
    }
}

/// Notes in every task and heading how it lay in another project.
pub fn note_baseline(project: &mut Project, before: &Project) {
    let mut known = BTreeMap::new();
    for (_, task) in before.tasks() {
        if let Some(activity) = task.activity {
            let was = Was { start: task.start, finish: task.finish, duration: task.duration };
            known.entry(activity.id.as_str()).or_insert(was);
        }
    }
    for group in &mut project.groups {
        let same = before.groups.iter().find(|other| other.title == group.title);
        group.was = same.map(|other| {
            let (start, finish) = other.span();
            Was { start, finish, duration: finish - start }
        });
        for task in &mut group.tasks {
            task.was = task.activity.and_then(|activity| known.get(activity.id.as_str())).copied();
        }
    }
}

/// What a reader of a file with progress or a baseline has to know.
pub fn notes(schedule: &Schedule, choices: &Choices) -> Vec<String> {
    let mut notes: Vec<String> = super::clock_note(schedule).into_iter().collect();
    if let Some(baseline) = &choices.baseline {
        notes.extend(compare(baseline, schedule).warnings);
    }
    if let Some(now) = choices.now {
        let (start, finish) = (schedule.horizon.start.to_utc(), schedule.totals.finish.to_utc());
        if now <= start {
            notes.push("at that time nothing has begun".to_owned());
        } else if now >= finish {
            notes.push("at that time everything is done".to_owned());
        }
    }
    notes
}

/// That some of the baseline has no place in a file that holds it only beside what is still planned.
pub fn gone(schedule: &Schedule, choices: &Choices) -> Option<String> {
    let before = choices.baseline.as_deref()?;
    let kept: BTreeSet<&str> =
        schedule.activities.iter().filter(|a| is_done(a)).map(|a| a.id.as_str()).collect();
    let planned = before.activities.iter().filter(|a| is_done(a));
    match planned.filter(|activity| !kept.contains(activity.id.as_str())).count() {
        0 => None,
        1 => Some("one activity of the baseline is no longer planned, and is left out".to_owned()),
        gone => Some(format!("{gone} activities of the baseline are no longer planned, and are left out")),
    }
}
