//! A schedule as programs for project management see it: groups of tasks, calendars, links, resources.
//!
//! In: a schedule. Out: a [`Project`], which the formats for MS Project and Primavera write down, each in its own words.
//! Weather becomes what these programs know: a calendar for each set of limits, closed where the weather was. A task that
//! pauses has a duration without its pauses, and the program that opens the file comes to the same finish by itself.
//! All times are UTC, for none of these formats has a zone. Not a second opinion: a link that the times deny is left out.

use super::wording::{self, clean, hours, is_done, tonnes};
use crate::schedule::{Activity, Interval, Schedule};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Timelike, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A moment on the clock of these programs: UTC.
pub type Moment = DateTime<Utc>;

/// A schedule as programs for project management see it.
pub struct Project<'s> {
    /// What it is called; says that the times are UTC.
    pub title: String,
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
}

/// Tasks under one heading.
pub struct Group<'s> {
    /// The heading.
    pub title: String,
    /// The index of the vessel that does them.
    pub vessel: Option<usize>,
    /// The tasks; at least one.
    pub tasks: Vec<Task<'s>>,
}

impl Group<'_> {
    /// From the first start to the last finish.
    pub fn span(&self) -> (Moment, Moment) {
        let start = self.tasks.iter().map(|task| task.start).min().unwrap_or_default();
        (start, self.tasks.iter().map(|task| task.finish).max().unwrap_or_default())
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
}

impl Task<'_> {
    /// A code that sorts and is no number: `A0010`.
    pub fn code(&self) -> String {
        format!("A{:04}", self.number * 10)
    }
}

/// When work can go on.
pub struct Calendar {
    /// A name that no other calendar of the project has.
    pub name: String,
    /// Stretches in which it cannot, in order, apart from one another.
    closed: Vec<(Moment, Moment)>,
}

/// One or more days on which a calendar is not open from midnight to midnight.
pub struct Exception {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
    /// The minutes of the day, half-open, that are open; none where all are closed.
    pub open: Vec<(u32, u32)>,
}

/// The minutes of a day.
pub const DAY: u32 = 1440;

/// So many stretches of work a day MS Project can hold.
const MOST_STRETCHES: usize = 5;

impl Calendar {
    /// A calendar, or none where these programs could not hold it: they know whole minutes, and few stretches a day.
    fn new(name: String, closed: Vec<(Moment, Moment)>) -> Option<Calendar> {
        let calendar = Calendar { name, closed };
        let is_whole = |time: &Moment| time.second() == 0 && time.nanosecond() == 0;
        let fits = calendar.closed.iter().all(|(from, to)| is_whole(from) && is_whole(to))
            && calendar.exceptions().iter().all(|day| day.open.len() <= MOST_STRETCHES);
        fits.then_some(calendar)
    }

    /// The days on which it is not open from midnight to midnight, in order.
    pub fn exceptions(&self) -> Vec<Exception> {
        let minute = |time: &Moment| time.hour() * 60 + time.minute();
        let mut partly: BTreeMap<NaiveDate, Vec<(u32, u32)>> = BTreeMap::new();
        let mut found = Vec::new();
        for (from, to) in &self.closed {
            let (mut first, last) = (from.date_naive(), to.date_naive());
            if first == last {
                partly.entry(first).or_default().push((minute(from), minute(to)));
                continue;
            }
            if minute(from) > 0 {
                partly.entry(first).or_default().push((minute(from), DAY));
                first = first + Days::new(1);
            }
            if minute(to) > 0 {
                partly.entry(last).or_default().push((0, minute(to)));
            }
            if first < last {
                found.push(Exception { first, last: last - Days::new(1), open: Vec::new() });
            }
        }
        for (day, closed) in partly {
            let mut open = Vec::new();
            let mut at = 0;
            for (from, to) in closed {
                if from > at {
                    open.push((at, from));
                }
                at = to;
            }
            if at < DAY {
                open.push((at, DAY));
            }
            found.push(Exception { first: day, last: day, open });
        }
        found.sort_by_key(|exception| exception.first);
        found
    }

    /// What of `[from, to)` is open.
    fn open_within(&self, from: Moment, to: Moment) -> Vec<(Moment, Moment)> {
        let mut open = Vec::new();
        let mut at = from;
        let begin = self.closed.partition_point(|closed| closed.1 <= from);
        for closed in self.closed[begin..].iter().take_while(|closed| closed.0 < to) {
            if closed.0 > at {
                open.push((at, closed.0));
            }
            at = closed.1;
        }
        if at < to {
            open.push((at, to));
        }
        open
    }
}

impl<'s> Project<'s> {
    /// Sees a schedule in this way.
    pub fn of(schedule: &'s Schedule) -> Project<'s> {
        let mut calendars = Calendars::of(schedule);
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
                    calendars.task(schedule, activity, number)
                })
                .collect();
            let vessel = actor.and_then(|actor| vessels.iter().position(|vessel| *vessel == actor));
            if !tasks.is_empty() {
                groups.push(Group { title: wording::actor_title(schedule, actor), vessel, tasks });
            }
        }
        link(schedule, &mut groups);
        if !schedule.deliveries.is_empty() {
            let tasks = schedule.deliveries.iter().map(|delivery| {
                number += 1;
                let (start, amount) = (delivery.time.to_utc(), tonnes(delivery.tonnes));
                Task {
                    number,
                    name: format!("{amount} t {} at {}", clean(&delivery.commodity), clean(&delivery.site)),
                    activity: None,
                    start,
                    finish: start,
                    duration: TimeDelta::zero(),
                    calendar: 0,
                    after: Vec::new(),
                    notes: String::new(),
                }
            });
            groups.push(Group { title: "deliveries".to_owned(), vessel: None, tasks: tasks.collect() });
        }
        Project {
            title: format!("{} (times in UTC)", clean(&schedule.plan.name)),
            issued: schedule.plan.issued.to_utc(),
            start: schedule.horizon.start.to_utc(),
            end: schedule.horizon.end.to_utc(),
            calendars: calendars.all,
            vessels,
            groups,
        }
    }

    /// All tasks in order.
    pub fn tasks(&self) -> impl Iterator<Item = (&Group<'s>, &Task<'s>)> {
        self.groups.iter().flat_map(|group| group.tasks.iter().map(move |task| (group, task)))
    }
}

/// The calendars of a project while they are being found.
struct Calendars {
    all: Vec<Calendar>,
    /// The calendar of each task of the plan that has limits.
    of_task: BTreeMap<String, usize>,
    names: BTreeSet<String>,
}

impl Calendars {
    fn of(schedule: &Schedule) -> Calendars {
        let always = Calendar { name: "24/7".to_owned(), closed: Vec::new() };
        let names = BTreeSet::from([always.name.clone()]);
        let mut calendars = Calendars { all: vec![always], of_task: BTreeMap::new(), names };
        let mut known: BTreeMap<(String, Vec<(Moment, Moment)>), usize> = BTreeMap::new();
        let horizon = (schedule.horizon.start.to_utc(), schedule.horizon.end.to_utc());
        for row in &schedule.windows {
            let closed = gaps(horizon, &row.open);
            let key = (row.limits.clone(), closed.clone());
            let at = known
                .get(&key)
                .copied()
                .or_else(|| calendars.add(&format!("Weather {}", clean(&row.limits)), closed));
            if let Some(at) = at {
                known.insert(key, at);
                calendars.of_task.insert(row.task.clone(), at);
            }
        }
        calendars
    }

    /// Adds a calendar under a name of its own, if these programs can hold it.
    fn add(&mut self, name: &str, closed: Vec<(Moment, Moment)>) -> Option<usize> {
        let short: String = name.chars().take(60).collect();
        let mut unique = short.clone();
        for at in 2.. {
            if !self.names.contains(&unique) {
                break;
            }
            unique = format!("{short} ({at})");
        }
        self.all.push(Calendar::new(unique.clone(), closed)?);
        self.names.insert(unique);
        Some(self.all.len() - 1)
    }

    fn task<'s>(&mut self, schedule: &Schedule, activity: &'s Activity, number: usize) -> Task<'s> {
        let (start, finish) = (activity.start.to_utc(), activity.end.to_utc());
        let open = worked_within(activity);
        let weather = activity.task.as_ref().and_then(|task| self.of_task.get(task)).copied();
        let calendar = match weather.filter(|&at| self.all[at].open_within(start, finish) == open) {
            Some(at) => at,
            None if open == [(start, finish)] => 0,
            // It pauses for more than its limits: a closure, or the dark.
            None => {
                let name = format!("Pauses of {}", clean(&activity.id));
                self.add(&name, pauses((start, finish), &open)).unwrap_or(0)
            }
        };
        let duration =
            self.all[calendar].open_within(start, finish).iter().map(|(from, to)| *to - *from).sum();
        Task {
            number,
            name: wording::title(activity),
            activity: Some(activity),
            start,
            finish,
            duration,
            calendar,
            after: Vec::new(),
            notes: notes(schedule, activity),
        }
    }
}

/// The intervals that are worked, in order and within the activity; the whole of it where they make no sense.
fn worked_within(activity: &Activity) -> Vec<(Moment, Moment)> {
    let whole = (activity.start.to_utc(), activity.end.to_utc());
    let parts: Vec<_> =
        wording::worked(activity).iter().map(|(from, to)| (from.to_utc(), to.to_utc())).collect();
    let joined = joined(parts);
    let ends = joined.first().zip(joined.last()).map(|(first, last)| (first.0, last.1));
    if ends == Some(whole) { joined } else { vec![whole] }
}

/// Intervals in order, those that touch made one, those without length left out.
fn joined(mut parts: Vec<(Moment, Moment)>) -> Vec<(Moment, Moment)> {
    parts.retain(|(from, to)| from < to);
    parts.sort_unstable();
    let mut joined: Vec<(Moment, Moment)> = Vec::new();
    for (from, to) in parts {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// What of the horizon is not open.
fn gaps(horizon: (Moment, Moment), open: &[Interval]) -> Vec<(Moment, Moment)> {
    let within = |time: &Moment| (*time).clamp(horizon.0, horizon.1.max(horizon.0));
    let open = open.iter().map(|(from, to)| (within(&from.to_utc()), within(&to.to_utc()))).collect();
    pauses(horizon, &joined(open))
}

/// What lies between parts that are in order.
fn pauses((from, to): (Moment, Moment), parts: &[(Moment, Moment)]) -> Vec<(Moment, Moment)> {
    let ends = std::iter::once(from).chain(parts.iter().map(|part| part.1));
    let starts = parts.iter().map(|part| part.0).chain(std::iter::once(to));
    ends.zip(starts).filter(|(end, start)| end < start).collect()
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
    let mut all = times.chain([schedule.horizon.start, schedule.horizon.end, schedule.plan.issued]);
    let outside = all.find(|time| !years.contains(&time.to_utc().year()))?;
    let (first, last, year) = (years.start(), years.end(), outside.to_utc().year());
    Some(format!(
        "{program} knows the years {first} to {last}, and this schedule has a time in {year}; csv holds any year"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().expect("a time")
    }

    fn calendar(closed: &[(&str, &str)]) -> Option<Calendar> {
        Calendar::new("c".to_owned(), closed.iter().map(|(from, to)| (at(from), at(to))).collect())
    }

    #[test]
    fn closed_time_becomes_days() {
        let calendar = calendar(&[
            ("2026-01-01T06:00:00Z", "2026-01-01T12:00:00Z"),
            ("2026-01-01T18:00:00Z", "2026-01-04T03:00:00Z"),
        ]);
        let days: Vec<_> = calendar
            .expect("a calendar")
            .exceptions()
            .iter()
            .map(|day| format!("{} {} {:?}", day.first, day.last, day.open))
            .collect();
        assert_eq!(
            days,
            [
                "2026-01-01 2026-01-01 [(0, 360), (720, 1080)]",
                "2026-01-02 2026-01-03 []",
                "2026-01-04 2026-01-04 [(180, 1440)]"
            ]
        );
    }

    #[test]
    fn a_calendar_that_project_programs_cannot_hold_is_none() {
        assert!(calendar(&[("2026-01-01T06:00:30Z", "2026-01-01T12:00:00Z")]).is_none());
        let hours: Vec<(String, String)> = (0..6)
            .map(|h| {
                (format!("2026-01-01T{:02}:00:00Z", 4 * h), format!("2026-01-01T{:02}:00:00Z", 4 * h + 1))
            })
            .collect();
        let closed: Vec<_> = hours.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        assert!(calendar(&closed).is_none());
        assert!(calendar(&closed[1..]).is_some());
    }

    #[test]
    fn what_is_open_within_a_stretch() {
        let calendar = calendar(&[("2026-01-01T06:00:00Z", "2026-01-01T12:00:00Z")]).expect("a calendar");
        let open = calendar.open_within(at("2026-01-01T03:00:00Z"), at("2026-01-01T15:00:00Z"));
        assert_eq!(open.len(), 2);
        assert_eq!(calendar.open_within(at("2026-01-01T06:00:00Z"), at("2026-01-01T12:00:00Z")), []);
    }

    #[test]
    fn long_names_end_in_dots() {
        assert_eq!(short("荒天待機です", 4), "荒天待…");
        assert_eq!(short("荒天待機", 4), "荒天待機");
    }
}
