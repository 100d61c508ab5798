//! The axis of dates over a Gantt chart, from minutes to centuries.
//!
//! In: the time that a chart covers and its columns. Out: two lines of labels and a line of ticks; and for each moment its
//! place in columns, which the bars use too.
//! Ticks stand on round times of the plan's clock (midnights, Mondays, firsts of months), so they may be unevenly apart
//! where clocks change. No two labels touch: one without room is left out, its tick stays.

use super::super::wording::Clock;
use super::page::width;
use crate::schedule::Time;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta};

/// The time along a chart.
pub struct Axis {
    /// The time at its left edge.
    pub from: Time,
    /// The time at its right edge; later than `from`.
    pub to: Time,
    /// How many columns lie between.
    pub columns: usize,
}

/// What ticks are apart.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Minutes(u32),
    Days(u32),
    /// From Mondays.
    Weeks(u32),
    Months(u32),
    Years(u32),
}

impl Step {
    /// From the finest to the coarsest.
    const ALL: [Step; 30] = [
        Step::Minutes(1),
        Step::Minutes(2),
        Step::Minutes(5),
        Step::Minutes(10),
        Step::Minutes(15),
        Step::Minutes(30),
        Step::Minutes(60),
        Step::Minutes(120),
        Step::Minutes(180),
        Step::Minutes(240),
        Step::Minutes(360),
        Step::Minutes(720),
        Step::Days(1),
        Step::Days(2),
        Step::Weeks(1),
        Step::Weeks(2),
        Step::Months(1),
        Step::Months(2),
        Step::Months(3),
        Step::Months(6),
        Step::Years(1),
        Step::Years(2),
        Step::Years(5),
        Step::Years(10),
        Step::Years(20),
        Step::Years(50),
        Step::Years(100),
        Step::Years(200),
        Step::Years(500),
        Step::Years(1000),
    ];

    /// Its length in minutes, about.
    fn minutes(self) -> f64 {
        let (count, minutes) = match self {
            Step::Minutes(count) => (count, 1.0),
            Step::Days(count) => (count, 1440.0),
            Step::Weeks(count) => (count, 10_080.0),
            // The shortest month, so that its label has room too.
            Step::Months(count) => (count, 40_320.0),
            Step::Years(count) => (count, 525_600.0),
        };
        f64::from(count) * minutes
    }

    /// The columns from tick to tick below which labels would crowd.
    fn pitch(self) -> f64 {
        match self {
            Step::Minutes(_) => 7.0,
            Step::Days(_) | Step::Weeks(_) => 4.0,
            Step::Months(_) => 5.0,
            Step::Years(_) => 5.0,
        }
    }

    /// The last round time at or before `time`.
    fn floor(self, time: NaiveDateTime) -> Option<NaiveDateTime> {
        let date = time.date();
        let day = i64::from(date.num_days_from_ce());
        let back = |days: i64| date.checked_sub_days(Days::new(days as u64));
        let floored = match self {
            Step::Minutes(count) => {
                let minutes = (time - date.and_hms_opt(0, 0, 0)?).num_minutes();
                let minutes = minutes - minutes.rem_euclid(i64::from(count));
                return date.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::minutes(minutes));
            }
            Step::Days(count) => back(day.rem_euclid(i64::from(count)))?,
            // Day 1 of the common era is a Monday.
            Step::Weeks(count) => back((day - 1).rem_euclid(7 * i64::from(count)))?,
            Step::Months(count) => {
                let month = date.month0() - date.month0() % count;
                NaiveDate::from_ymd_opt(date.year(), month + 1, 1)?
            }
            Step::Years(count) => {
                let year = date.year() - date.year().rem_euclid(count as i32);
                NaiveDate::from_ymd_opt(year, 1, 1)?
            }
        };
        floored.and_hms_opt(0, 0, 0)
    }

    /// The round time after a round time.
    fn after(self, time: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Step::Minutes(count) => time.checked_add_signed(TimeDelta::minutes(i64::from(count))),
            Step::Days(count) => time.checked_add_days(Days::new(u64::from(count))),
            Step::Weeks(count) => time.checked_add_days(Days::new(7 * u64::from(count))),
            Step::Months(count) => time.checked_add_months(Months::new(count)),
            Step::Years(count) => time.checked_add_months(Months::new(12 * count)),
        }
    }

    /// The label at a tick.
    fn label(self, time: NaiveDateTime) -> String {
        let format = match self {
            Step::Minutes(_) => "%H:%M",
            Step::Days(_) | Step::Weeks(_) => "%-d",
            Step::Months(_) => "%b",
            Step::Years(_) => "%Y",
        };
        time.format(format).to_string()
    }

    /// What the labels leave unsaid, in short and in full.
    fn context(self, time: NaiveDateTime) -> (String, String) {
        let (short, full) = match self {
            Step::Minutes(_) => ("%a %-d %b", "%a %-d %b %Y"),
            Step::Days(_) | Step::Weeks(_) => ("%b", "%b %Y"),
            Step::Months(_) => ("%Y", "%Y"),
            Step::Years(_) => return (String::new(), String::new()),
        };
        (time.format(short).to_string(), time.format(full).to_string())
    }
}

/// A tick: its column and its round time.
type Tick = (usize, NaiveDateTime);

impl Axis {
    /// Where a moment lies, in columns from the left edge; beyond the edges too.
    pub fn place(&self, time: Time) -> f64 {
        let whole = (self.to - self.from).as_seconds_f64();
        (time - self.from).as_seconds_f64() / whole * self.columns as f64
    }

    /// What the ticks stand on, where their labels do not say it.
    pub fn note(&self) -> &'static str {
        if matches!(self.step(), Step::Weeks(_)) { "Mondays" } else { "" }
    }

    /// The line over the labels, the labels, and the ticks.
    pub fn lines(&self, clock: &Clock) -> [String; 3] {
        let step = self.step();
        let ticks = self.ticks(step, clock);
        let labels = ticks.iter().map(|&(column, time)| (column, step.label(time)));
        let mut line = vec!['─'; self.columns];
        for &(column, _) in &ticks {
            line[column] = '┬';
        }
        let contexts = self.contexts(step, &ticks, clock);
        [self.spread(contexts.into_iter()), self.spread(labels), line.into_iter().collect()]
    }

    fn step(&self) -> Step {
        let minutes = (self.to - self.from).as_seconds_f64() / 60.0;
        let fits = |step: &Step| step.minutes() / minutes * self.columns as f64 >= step.pitch();
        Step::ALL.into_iter().find(fits).unwrap_or(Step::ALL[Step::ALL.len() - 1])
    }

    fn ticks(&self, step: Step, clock: &Clock) -> Vec<Tick> {
        let mut ticks = Vec::new();
        let last = clock.at(self.to).naive_local();
        let mut next = step.floor(clock.at(self.from).naive_local());
        while let Some(local) = next.filter(|&local| local <= last) {
            if let Some(moment) = clock.moment(local) {
                let place = self.place(moment);
                // A round time a little before the edge stands at the edge.
                if place > -1.0 && place < self.columns as f64 {
                    ticks.push((place.max(0.0) as usize, local));
                }
            }
            next = step.after(local);
        }
        ticks.dedup_by_key(|tick| tick.0);
        ticks
    }

    /// Month, year or day over the labels, where it begins to hold; in full at first and where the year is new.
    fn contexts(&self, step: Step, ticks: &[Tick], clock: &Clock) -> Vec<(usize, String)> {
        let start = clock.at(self.from).naive_local();
        let mut changes: Vec<(usize, NaiveDateTime)> = vec![(0, start)];
        for &(column, time) in ticks {
            let (_, before) = step.context(changes[changes.len() - 1].1);
            if step.context(time).1 != before {
                changes.push((column, time));
            }
        }
        // The month in which the chart begins gives way to one that begins close by.
        if changes.len() > 1 && width(&step.context(start).1) >= changes[1].0 {
            changes.remove(0);
        }
        let mut year = None;
        let mut said = |time: NaiveDateTime| {
            let (short, full) = step.context(time);
            if year.replace(time.year()) == Some(time.year()) { short } else { full }
        };
        changes.into_iter().map(|(column, time)| (column, said(time))).collect()
    }

    /// Labels at their columns; one that would touch the one before it or run over the edge is left out.
    fn spread(&self, labels: impl Iterator<Item = (usize, String)>) -> String {
        let mut line = String::new();
        for (column, label) in labels {
            let used = width(&line);
            let is_free = used == 0 || used < column;
            if is_free && column + width(&label) <= self.columns {
                line.push_str(&" ".repeat(column - used));
                line.push_str(&label);
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::text::tests::empty;

    fn lines(zone: &str, from: &str, hours: i64, columns: usize) -> [String; 3] {
        let mut schedule = empty(from, hours);
        schedule.plan.zone = zone.to_owned();
        let clock = Clock::of(&schedule);
        Axis { from: schedule.horizon.start, to: schedule.horizon.end, columns }.lines(&clock)
    }

    #[test]
    fn six_hours_are_cut_into_hours() {
        let [context, labels, ticks] = lines("Asia/Tokyo", "2026-01-12T09:30:00+09:00", 6, 48);
        assert_eq!(context, "Mon 12 Jan 2026");
        assert_eq!(labels, "    10:00   11:00   12:00   13:00   14:00");
        assert_eq!(ticks, "────┬───────┬───────┬───────┬───────┬───────┬───");
    }

    #[test]
    fn a_month_is_cut_at_mondays() {
        let [context, labels, ticks] = lines("Asia/Tokyo", "2026-01-14T09:00:00+09:00", 34 * 24, 56);
        assert_eq!(context, "Jan 2026                      Feb");
        assert_eq!(labels, "       19          26         2           9          16");
        assert_eq!(ticks.chars().filter(|&c| c == '┬').count(), 5);
    }

    #[test]
    fn a_month_that_begins_at_once_takes_the_place_of_the_one_that_ends() {
        let [context, labels, _] = lines("UTC", "2026-01-31T12:00:00Z", 240, 40);
        assert!(context.trim_start().starts_with("Feb 2026"), "{context}");
        assert!(labels.starts_with("  1   2   3"), "{labels}");
    }

    #[test]
    fn ten_years_are_cut_into_years() {
        let [context, labels, _] = lines("UTC", "2026-07-01T00:00:00Z", 87_672, 56);
        assert_eq!(context, "");
        assert!(labels.trim_start().starts_with("2027  2028  2029 2030"), "{labels}");
    }

    #[test]
    fn ticks_keep_to_the_clock_over_a_change_of_clocks() {
        // The night of 29 March 2026 has 23 hours in Berlin: 02:00 does not exist.
        let [_, labels, ticks] = lines("Europe/Berlin", "2026-03-29T00:00:00+01:00", 6, 60);
        assert_eq!(labels, "00:00     01:00     03:00     04:00     05:00     06:00");
        assert_eq!(ticks.chars().filter(|&c| c == '┬').count(), 6);
    }

    #[test]
    fn labels_never_touch_from_minutes_to_centuries() {
        for hours in (1..400).chain((400..90_000).step_by(977)).chain([1_000_000, 8_000_000]) {
            for columns in [30, 41, 56, 100] {
                let [context, labels, ticks] =
                    lines("Europe/Berlin", "1966-03-27T01:30:00+01:00", hours, columns);
                assert!(width(&context) <= columns && width(&labels) <= columns, "{hours} h: {labels}");
                assert_eq!(ticks.chars().count(), columns);
                let is_label = |word: &str| word.len() == 5 && word.contains(':') || word.len() <= 4;
                assert!(labels.split_whitespace().all(is_label), "{hours} h: {labels}");
                assert!(
                    labels.split_whitespace().count() >= if columns < 40 { 1 } else { 2 },
                    "{hours} h in {columns}: {labels:?}"
                );
            }
        }
    }
}
