//! A schedule as programs for project management see it: groups of tasks, calendars, links, resources.
//!
//! In: a schedule. Out: a [`Project`], which the formats for MS Project and Primavera write down, each in its own words.
//! Weather becomes what these programs know: a calendar for each set of limits, closed where the weather was. A task that
//! pauses has a duration without its pauses, and the program that opens the file comes to the same finish by itself.
//! None of these formats has a zone, and who opens a file reads its times as those of his clock. So they are in the offset that the plan's zone
//! has at its start, as the title says. It is one offset throughout: where clocks change within the plan, an hour more or less would be in
//! durations, lags and calendars, which these programs count by the clock. Not a second opinion: a link that the times deny is left out.

mod calendars;
mod progress;

pub use calendars::{Calendar, DAY};
pub use progress::{Was, gone, notes as progress_notes};

use super::Choices;
use super::wording::{self, Clock, clean, hours, is_done, tonnes};
use crate::schedule::{Activity, Schedule};
use calendars::Calendars;
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::collections::BTreeMap;

/// A moment on the clock of these programs, which has one offset throughout.
pub type Moment = DateTime<FixedOffset>;

/// The offset of the clock by which a schedule is written down: that of its zone at its start.
fn offset_of(schedule: &Schedule) -> FixedOffset {
    *Clock::of(schedule).at(schedule.horizon.start).offset()
}

/// Whether the clocks of a schedule's zone have another offset later on.
fn changes(schedule: &Schedule) -> bool {
    let (clock, offset) = (Clock::of(schedule), offset_of(schedule));
    let ends = schedule.activities.iter().map(|activity| activity.end);
    ends.chain([schedule.horizon.end]).any(|time| *clock.at(time).offset() != offset)
}

/// What the times are: `times of Asia/Tokyo, UTC+09:00`.
fn of_times(schedule: &Schedule) -> String {
    let (offset, zone) = (offset_of(schedule), clean(&schedule.plan.zone));
    match offset.local_minus_utc() {
        _ if changes(schedule) => format!("times in UTC{offset}, as at the start in {zone}"),
        0 => "times in UTC".to_owned(),
        _ if crate::time::Zone::named(&zone).is_none() => format!("times in UTC{offset}"),
        _ => format!("times of {zone}, UTC{offset}"),
    }
}

/// That clocks will show other times than a file, since they change within the plan.
pub fn clock_note(schedule: &Schedule) -> Option<String> {
    let (offset, zone) = (offset_of(schedule), clean(&schedule.plan.zone));
    let note = || {
        format!(
            "times for project programs are all in UTC{offset}, the offset of {zone} at the plan's start: its clocks change later"
        )
    };
    changes(schedule).then(note)
}

/// A schedule as programs for project management see it.
pub struct Project<'s> {
    /// What the plan is called.
    name: String,
    /// What the times are, in words.
    times: String,
    /// The offset of all times.
    offset: FixedOffset,
    /// When its plan was issued.
    pub issued: Moment,
    /// The horizon's start.
    pub start: Moment,
    /// The horizon's end.
    pub end: Moment,
    /// The first is open day and night; others are for tasks that need weather or pause.
    pub calendars: Vec<Calendar>,
    /// The vessels, which are the resources.
    pub vessels: Vec<&'s str>,
    /// The tasks of each vessel, those of none, and the deliveries.
    pub groups: Vec<Group<'s>>,
    /// The present, where it was chosen.
    pub now: Option<Moment>,
}

/// Tasks under one heading.
pub struct Group<'s> {
    /// The heading.
    pub title: String,
    /// The index of the vessel that does them.
    pub vessel: Option<usize>,
    /// The tasks; at least one.
    pub tasks: Vec<Task<'s>>,
    /// How the tasks under this heading lay in the baseline.
    pub was: Option<Was>,
}

impl Group<'_> {
    /// From the first start to the last finish.
    pub fn span(&self) -> (Moment, Moment) {
        let start = self.tasks.iter().map(|task| task.start).min().unwrap_or_default();
        (start, self.tasks.iter().map(|task| task.finish).max().unwrap_or_default())
    }

    /// The part of its work that is done, in whole percent.
    pub fn percent(&self) -> i64 {
        let sum = |of: fn(&Task) -> TimeDelta| self.tasks.iter().map(of).sum::<TimeDelta>();
        percent(sum(|task| task.done), sum(|task| task.duration))
    }
}

/// One line of a project: an activity, or a delivery as a milestone.
pub struct Task<'s> {
    /// Its number: from 1 on, and no other task has it.
    pub number: usize,
    /// What it is called.
    pub name: String,
    /// The activity it stands for; none for a delivery.
    pub activity: Option<&'s Activity>,
    /// When it starts.
    pub start: Moment,
    /// When it is done.
    pub finish: Moment,
    /// The time in it that is open on its calendar.
    pub duration: TimeDelta,
    /// The index of its calendar.
    pub calendar: usize,
    /// The tasks that must end before it starts, with hours of lag.
    pub after: Vec<(usize, f64)>,
    /// Place, tonnes, limits, in lines.
    pub notes: String,
    /// The open time in it that lies before the present; nothing where no present was chosen.
    pub done: TimeDelta,
    /// When its work last stopped and when it goes on, where the present lies within it.
    pub broken: Option<(Moment, Moment)>,
    /// Whether it was over by the present.
    pub is_over: bool,
    /// How it lay in the baseline.
    pub was: Option<Was>,
}

impl<'s> Task<'s> {
    /// A task without an activity.
    fn new(number: usize, name: String, (start, finish): (Moment, Moment)) -> Task<'s> {
        Task {
            number,
            name,
            activity: None,
            start,
            finish,
            duration: TimeDelta::zero(),
            calendar: 0,
            after: Vec::new(),
            notes: String::new(),
            done: TimeDelta::zero(),
            broken: None,
            is_over: false,
            was: None,
        }
    }

    /// When it really began, if it has.
    pub fn began(&self) -> Option<Moment> {
        (self.is_over || self.broken.is_some()).then_some(self.start)
    }

    /// When what is left of it starts.
    pub fn resumes(&self) -> Moment {
        self.broken.map_or(self.start, |broken| broken.1)
    }

    /// The open time that is left.
    pub fn left(&self) -> TimeDelta {
        self.duration - self.done
    }

    /// The part of it that is done, in whole percent; a hundred only when it is over.
    pub fn percent(&self) -> i64 {
        if self.is_over { 100 } else { percent(self.done, self.duration) }
    }

    /// A code that sorts and is no number: `A0010`.
    pub fn code(&self) -> String {
        format!("A{:04}", self.number * 10)
    }
}

fn percent(done: TimeDelta, of: TimeDelta) -> i64 {
    100 * done.num_seconds() / of.num_seconds().max(1)
}

impl<'s> Project<'s> {
    /// Sees a schedule in this way, with what was chosen: a baseline, and the present.
    pub fn with(schedule: &'s Schedule, choices: &Choices) -> Project<'s> {
        let mut project = Project::of(schedule, offset_of(schedule));
        project.times = of_times(schedule);
        let at = |time: DateTime<chrono::Utc>| time.with_timezone(&project.offset);
        // What is known to have happened is done, unless another present is chosen.
        project.now = choices.now.or(schedule.happened.map(|happened| happened.to_utc())).map(at);
        progress::note_progress(&mut project);
        if let Some(baseline) = &choices.baseline {
            let before = project.before(baseline);
            progress::note_baseline(&mut project, &before);
        }
        project
    }

    /// Sees what was planned before in the times of this project.
    pub fn before<'b>(&self, baseline: &'b Schedule) -> Project<'b> {
        Project { times: self.times.clone(), ..Project::of(baseline, self.offset) }
    }

    /// What it is called, in no more characters than that: the plan's name, of which a long one is cut, and what the times are.
    pub fn title(&self, most: usize) -> String {
        let times = format!(" ({})", self.times);
        let room = most.saturating_sub(times.chars().count()).max(1);
        short(&format!("{}{times}", short(&self.name, room)), most)
    }

    /// Sees a schedule in this way, with all times in that offset.
    fn of(schedule: &'s Schedule, offset: FixedOffset) -> Project<'s> {
        let at = |time: &Moment| time.with_timezone(&offset);
        let mut calendars = Calendars::of(schedule, offset);
        let vessels = schedule.vessel_names();
        let mut groups = Vec::new();
        let mut number = 0;
        for actor in wording::actors(schedule) {
            let activities =
                schedule.activities.iter().filter(|a| a.vessel.as_deref() == actor && is_done(a));
            let tasks: Vec<Task> = wording::by_time(activities)
                .into_iter()
                .map(|activity| {
                    number += 1;
                    task(schedule, activity, &mut calendars, number)
                })
                .collect();
            let vessel = actor.and_then(|actor| vessels.iter().position(|vessel| *vessel == actor));
            if !tasks.is_empty() {
                groups.push(Group { title: wording::actor_title(schedule, actor), vessel, tasks, was: None });
            }
        }
        link(schedule, &mut groups);
        if !schedule.deliveries.is_empty() {
            let tasks = schedule.deliveries.iter().map(|delivery| {
                number += 1;
                let (start, amount) = (at(&delivery.time), tonnes(delivery.tonnes));
                let name = format!("{amount} t {} at {}", clean(&delivery.commodity), clean(&delivery.site));
                Task::new(number, name, (start, start))
            });
            groups.push(Group {
                title: "deliveries".to_owned(),
                vessel: None,
                tasks: tasks.collect(),
                was: None,
            });
        }
        Project {
            name: clean(&schedule.plan.name),
            times: String::new(),
            offset,
            issued: at(&schedule.plan.issued),
            start: at(&schedule.horizon.start),
            end: at(&schedule.horizon.end),
            calendars: calendars.all,
            vessels,
            groups,
            now: None,
        }
    }

    /// All tasks in order.
    pub fn tasks(&self) -> impl Iterator<Item = (&Group<'s>, &Task<'s>)> {
        self.groups.iter().flat_map(|group| group.tasks.iter().map(move |task| (group, task)))
    }
}

/// The task for an activity.
fn task<'s>(
    schedule: &Schedule,
    activity: &'s Activity,
    calendars: &mut Calendars,
    number: usize,
) -> Task<'s> {
    let (calendar, duration) = calendars.choose(activity);
    let times = calendars.ends(activity);
    let notes = notes(schedule, activity);
    Task {
        activity: Some(activity),
        duration,
        calendar,
        notes,
        ..Task::new(number, wording::title(activity), times)
    }
}

fn notes(schedule: &Schedule, activity: &Activity) -> String {
    let mut lines = Vec::new();
    match (&activity.site, &activity.to_site) {
        (Some(from), Some(to)) => lines.push(format!("From {} to {}.", clean(from), clean(to))),
        (Some(site), None) => lines.push(format!("At {}.", clean(site))),
        (None, _) => {}
    }
    if let Some(amount) = activity.tonnes {
        lines.push(format!("{} t{}.", tonnes(amount), wording::of_commodity(activity)));
    }
    if let Some(tanks) = wording::in_tanks(activity) {
        lines.push(format!("Tanks: {tanks}."));
    }
    if let Some(row) = schedule.windows.iter().find(|row| Some(&row.task) == activity.task.as_ref()) {
        lines.push(format!("Limits: {}.", clean(&row.limits)));
    }
    if activity.waiting_h > 0.0 {
        lines.push(format!("Pauses for weather: {}.", wording::duration(activity.waiting_h)));
    }
    if schedule.is_synthetic() {
        lines.push(wording::SYNTHETIC.to_owned());
    }
    lines.join("\n")
}

/// Links tasks: by what the plan asks, and each vessel's work in its order, so that no end is loose.
fn link(schedule: &Schedule, groups: &mut [Group]) {
    let mut place = BTreeMap::new();
    for (group, tasks) in groups.iter().enumerate() {
        for (at, task) in tasks.tasks.iter().enumerate() {
            if let Some(activity) = task.activity {
                place.insert(activity.id.as_str(), (group, at));
            }
        }
    }
    let mut wanted = Vec::new();
    for link in &schedule.links {
        if let (Some(from), Some(to)) = (place.get(link.from.as_str()), place.get(link.to.as_str())) {
            wanted.push((*from, *to, link.lag_h));
        }
    }
    for (group, tasks) in groups.iter().enumerate().filter(|(_, group)| group.vessel.is_some()) {
        wanted.extend((1..tasks.tasks.len()).map(|at| ((group, at - 1), (group, at), 0.0)));
    }
    for (from, to, lag_h) in wanted {
        let (before, after) = (&groups[from.0].tasks[from.1], &groups[to.0].tasks[to.1]);
        let number = before.number;
        // Also no circle, which these programs refuse: each link leads to a later start or, for work without length, a later number.
        let is_later = (before.start, before.number) < (after.start, after.number);
        let keeps =
            is_later && hours((before.finish.fixed_offset(), after.start.fixed_offset())) >= lag_h - 1e-6;
        let task = &mut groups[to.0].tasks[to.1];
        if keeps && lag_h.is_finite() && task.after.iter().all(|(known, _)| *known != number) {
            task.after.push((number, lag_h));
        }
    }
}

/// `2026-01-12T00:00:00`: a moment as these programs write it.
pub fn stamp(time: Moment) -> String {
    time.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// A text of no more than `most` characters.
pub fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

/// Why a program that knows only these years cannot hold a schedule.
pub fn refuses(schedule: &Schedule, program: &str, years: std::ops::RangeInclusive<i32>) -> Option<String> {
    use chrono::Datelike;
    let times = schedule.activities.iter().flat_map(|activity| [activity.start, activity.end]);
    let times = times.chain(schedule.deliveries.iter().map(|delivery| delivery.time));
    let all = times.chain([schedule.horizon.start, schedule.horizon.end, schedule.plan.issued]);
    let offset = offset_of(schedule);
    let outside = all.map(|time| time.with_timezone(&offset).year()).find(|year| !years.contains(year))?;
    let (first, last, year) = (years.start(), years.end(), outside);
    Some(format!(
        "{program} knows the years {first} to {last}, and this schedule has a time in {year}; csv holds any year"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_end_in_dots() {
        assert_eq!(short("荒天待機です", 4), "荒天待…");
        assert_eq!(short("荒天待機", 4), "荒天待機");
    }
}
