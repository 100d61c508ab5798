//! Calendars of project programs: when the weather, or a pause, lets a task go on.
//!
//! In: the windows of a schedule and the worked intervals of an activity. Out: a [`Calendar`] for each set of limits, and one more for
//! each activity that pauses otherwise; days on which they are not open from midnight to midnight.
//! Not every stretch can be said: these programs know whole minutes and few stretches a day. Where that is not enough, a task
//! stands on the calendar that is always open, with its whole length, and its times are right all the same.

use super::Moment;
use crate::export::wording::{self, clean};
use crate::schedule::{Activity, Interval, Schedule};
use chrono::{Days, FixedOffset, NaiveDate, TimeDelta, Timelike};
use std::collections::{BTreeMap, BTreeSet};

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
    pub fn open_within(&self, from: Moment, to: Moment) -> Vec<(Moment, Moment)> {
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

/// The calendars of a project while they are being found.
pub struct Calendars {
    /// The offset of all times.
    offset: FixedOffset,
    /// Those that were found; the first is open day and night.
    pub all: Vec<Calendar>,
    /// The calendar of each task of the plan that has limits.
    of_task: BTreeMap<String, usize>,
    names: BTreeSet<String>,
}

impl Calendars {
    /// The calendars of the limits of a schedule.
    pub fn of(schedule: &Schedule, offset: FixedOffset) -> Calendars {
        let always = Calendar { name: "24/7".to_owned(), closed: Vec::new() };
        let names = BTreeSet::from([always.name.clone()]);
        let mut calendars = Calendars { offset, all: vec![always], of_task: BTreeMap::new(), names };
        let mut known: BTreeMap<(String, Vec<(Moment, Moment)>), usize> = BTreeMap::new();
        let horizon = calendars.both(&(schedule.horizon.start, schedule.horizon.end));
        for row in &schedule.windows {
            let open = row.open.iter().map(|open| calendars.both(open)).collect();
            let closed = gaps(horizon, open);
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

    /// An interval by the clock of these programs.
    fn both(&self, (from, to): &Interval) -> (Moment, Moment) {
        (from.with_timezone(&self.offset), to.with_timezone(&self.offset))
    }

    /// When an activity starts and ends.
    pub fn ends(&self, activity: &Activity) -> (Moment, Moment) {
        self.both(&(activity.start, activity.end))
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

    /// The calendar of an activity, and the time in it that is open.
    pub fn choose(&mut self, activity: &Activity) -> (usize, TimeDelta) {
        let (start, finish) = self.ends(activity);
        let open = self.worked_within(activity);
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
        (calendar, duration)
    }

    /// The intervals that are worked, in order and within the activity; the whole of it where they make no sense.
    fn worked_within(&self, activity: &Activity) -> Vec<(Moment, Moment)> {
        let whole = self.ends(activity);
        let joined = joined(wording::worked(activity).iter().map(|part| self.both(part)).collect());
        let ends = joined.first().zip(joined.last()).map(|(first, last)| (first.0, last.1));
        if ends == Some(whole) { joined } else { vec![whole] }
    }
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
fn gaps(horizon: (Moment, Moment), open: Vec<(Moment, Moment)>) -> Vec<(Moment, Moment)> {
    let within = |time: &Moment| (*time).clamp(horizon.0, horizon.1.max(horizon.0));
    let open = open.iter().map(|(from, to)| (within(from), within(to))).collect();
    pauses(horizon, &joined(open))
}

/// What lies between parts that are in order.
fn pauses((from, to): (Moment, Moment), parts: &[(Moment, Moment)]) -> Vec<(Moment, Moment)> {
    let ends = std::iter::once(from).chain(parts.iter().map(|part| part.1));
    let starts = parts.iter().map(|part| part.0).chain(std::iter::once(to));
    ends.zip(starts).filter(|(end, start)| end < start).collect()
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
        assert!(calendar(&closed[2..]).is_some());
    }

    #[test]
    fn what_is_open_within_a_stretch() {
        let calendar = calendar(&[("2026-01-01T06:00:00Z", "2026-01-01T12:00:00Z")]).expect("a calendar");
        let open = calendar.open_within(at("2026-01-01T03:00:00Z"), at("2026-01-01T15:00:00Z"));
        assert_eq!(open.len(), 2);
        assert_eq!(calendar.open_within(at("2026-01-01T06:00:00Z"), at("2026-01-01T12:00:00Z")), []);
    }
}
