//! The axis of time: from a moment to a place, and the lines and names of hours, days, months or years, whichever fit.
//!
//! In: a stretch of time, the clock of the plan's zone, and the room. Out: [`Scale`], and [`Ticks`] in two tiers.
//! A day begins at midnight of the plan's zone, so days are not all equally long where clocks are changed.

use crate::export::wording::Clock;
use crate::schedule::{Interval, Time};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// From a moment to a place on a page.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// The stretch that is shown.
    pub span: Interval,
    /// The place of its beginning.
    pub left: f64,
    /// The room for it.
    pub width: f64,
}

impl Scale {
    /// The place of a moment; of one that is not shown, the nearer edge.
    pub fn x(&self, time: Time) -> f64 {
        let whole = (self.span.1 - self.span.0).as_seconds_f64();
        let share = (time - self.span.0).as_seconds_f64() / whole.max(1.0);
        self.left + self.width * share.clamp(0.0, 1.0)
    }

    /// The places of a stretch of which anything is shown.
    pub fn part(&self, (from, to): Interval) -> Option<(f64, f64)> {
        let is_seen = from <= self.span.1 && to >= self.span.0 && from <= to;
        is_seen.then(|| (self.x(from), self.x(to)))
    }

    /// Where the page ends.
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    /// The room of an hour.
    fn of_hour(&self) -> f64 {
        self.width * 3600.0 / (self.span.1 - self.span.0).as_seconds_f64().max(1.0)
    }
}

/// A unit in which an axis is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hours(i64),
    Days(u32),
    Weeks,
    Months(u32),
    Years(i32),
}

impl Unit {
    /// About how many hours it has.
    fn hours(self) -> f64 {
        match self {
            Unit::Hours(hours) => hours as f64,
            Unit::Days(days) => 24.0 * f64::from(days),
            Unit::Weeks => 168.0,
            Unit::Months(months) => 730.0 * f64::from(months),
            Unit::Years(years) => 8766.0 * f64::from(years),
        }
    }

    /// The room that its name needs.
    fn room(self) -> f64 {
        match self {
            Unit::Hours(_) | Unit::Days(_) | Unit::Weeks => 18.0,
            Unit::Months(_) => 28.0,
            Unit::Years(_) => 40.0,
        }
    }

    /// The last beginning of such a unit at or before `time`.
    fn floor(self, time: NaiveDateTime) -> Option<NaiveDateTime> {
        let date = time.date();
        match self {
            Unit::Hours(hours) => {
                let midnight = date.and_time(NaiveTime::MIN);
                let past = (time - midnight).num_hours() / hours * hours;
                Some(midnight + TimeDelta::hours(past))
            }
            Unit::Days(days) => {
                let back = (date.day() - 1) % days;
                Some(date.checked_sub_days(Days::new(back.into()))?.and_time(NaiveTime::MIN))
            }
            Unit::Weeks => {
                let back = date.weekday().num_days_from_monday();
                Some(date.checked_sub_days(Days::new(back.into()))?.and_time(NaiveTime::MIN))
            }
            Unit::Months(months) => {
                let month = date.month0() / months * months + 1;
                Some(NaiveDate::from_ymd_opt(date.year(), month, 1)?.and_time(NaiveTime::MIN))
            }
            Unit::Years(years) => {
                let year = date.year().div_euclid(years) * years;
                Some(NaiveDate::from_ymd_opt(year, 1, 1)?.and_time(NaiveTime::MIN))
            }
        }
    }

    /// The beginning of the next one.
    fn next(self, time: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Unit::Hours(hours) => time.checked_add_signed(TimeDelta::hours(hours)),
            Unit::Days(days) => {
                // A month begins a new count, so the last unit of one may be short.
                let next = time.checked_add_days(Days::new(days.into()))?;
                if next.month() == time.month() {
                    Some(next)
                } else {
                    next.date().with_day(1).map(at_midnight)
                }
            }
            Unit::Weeks => time.checked_add_days(Days::new(7)),
            Unit::Months(months) => time.checked_add_months(Months::new(months)),
            Unit::Years(years) => time.checked_add_months(Months::new(12 * years.unsigned_abs())),
        }
    }

    /// How a unit that begins at `time` is named in the lower tier.
    fn name(self, time: NaiveDateTime) -> String {
        let format = match self {
            Unit::Hours(_) => "%H",
            Unit::Days(_) | Unit::Weeks => "%-d",
            Unit::Months(_) => "%b",
            Unit::Years(_) => "%Y",
        };
        time.format(format).to_string()
    }

    /// How a unit that begins at `time` is named in the upper tier, at length and in short.
    fn long_name(self, time: NaiveDateTime) -> [String; 2] {
        let formats = match self {
            Unit::Hours(_) | Unit::Days(_) | Unit::Weeks => ["%a %-d %b %Y", "%-d %b"],
            Unit::Months(_) => ["%B %Y", "%b"],
            Unit::Years(_) => ["%Y", "%y"],
        };
        formats.map(|format| time.format(format).to_string())
    }
}

fn at_midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

/// One beginning of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Its place.
    pub x: f64,
    /// The place where its unit ends.
    pub until: f64,
    /// Its name.
    pub name: String,
    /// A shorter name.
    pub short: String,
}

/// The two tiers of an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticks {
    /// The lower tier: the smallest unit whose names fit.
    pub fine: Vec<Tick>,
    /// The upper tier: the unit that names it.
    pub coarse: Vec<Tick>,
}

/// The units from which a tier is chosen, with the one that stands above it.
const UNITS: [(Unit, Unit); 20] = [
    (Unit::Hours(1), Unit::Days(1)),
    (Unit::Hours(3), Unit::Days(1)),
    (Unit::Hours(6), Unit::Days(1)),
    (Unit::Hours(12), Unit::Days(1)),
    (Unit::Days(1), Unit::Months(1)),
    (Unit::Days(2), Unit::Months(1)),
    (Unit::Weeks, Unit::Months(1)),
    (Unit::Months(1), Unit::Years(1)),
    (Unit::Months(3), Unit::Years(1)),
    (Unit::Years(1), Unit::Years(10)),
    (Unit::Years(2), Unit::Years(10)),
    (Unit::Years(5), Unit::Years(50)),
    (Unit::Years(10), Unit::Years(100)),
    (Unit::Years(50), Unit::Years(500)),
    (Unit::Years(100), Unit::Years(1000)),
    (Unit::Years(500), Unit::Years(5000)),
    (Unit::Years(1000), Unit::Years(10_000)),
    (Unit::Years(5000), Unit::Years(50_000)),
    (Unit::Years(20_000), Unit::Years(100_000)),
    (Unit::Years(100_000), Unit::Years(500_000)),
];

/// The tiers for a scale.
pub fn ticks(scale: &Scale, clock: &Clock) -> Ticks {
    let fits = |unit: Unit| scale.of_hour() * unit.hours() >= unit.room();
    let (fine, coarse) =
        UNITS.iter().copied().find(|(unit, _)| fits(*unit)).unwrap_or(UNITS[UNITS.len() - 1]);
    Ticks { fine: tier(scale, clock, fine, false), coarse: tier(scale, clock, coarse, true) }
}

/// Whether lines at every midnight leave room between them.
pub fn days_fit(scale: &Scale) -> bool {
    scale.of_hour() * 24.0 >= 5.0
}

/// The places of all midnights.
pub fn midnights(scale: &Scale, clock: &Clock) -> Vec<f64> {
    let ticks = if days_fit(scale) { tier(scale, clock, Unit::Days(1), false) } else { Vec::new() };
    ticks.iter().map(|tick| tick.x).filter(|x| *x > scale.left && *x < scale.right()).collect()
}

fn tier(scale: &Scale, clock: &Clock, unit: Unit, is_coarse: bool) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut local = unit.floor(clock.at(scale.span.0).naive_local());
    while let Some(begin) = local {
        let next = unit.next(begin);
        // Where clocks are set forward over a moment, the next one that they show stands for it.
        let moment = |local: NaiveDateTime| {
            (0..4).find_map(|hour| clock.moment(local.checked_add_signed(TimeDelta::hours(hour))?))
        };
        let Some(time) = moment(begin) else { break };
        if time >= scale.span.1 || ticks.len() > 2000 {
            break;
        }
        let until = next.and_then(moment).map_or(scale.right(), |time| scale.x(time));
        let [name, short] = if is_coarse { unit.long_name(begin) } else { [unit.name(begin), String::new()] };
        ticks.push(Tick { x: scale.x(time), until, name, short });
        local = next;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Schedule;

    fn names(from: &str, to: &str, width: f64) -> (Vec<String>, Vec<String>) {
        let text = include_str!("../../../tests/golden/export/schedule.json");
        let schedule: Schedule = serde_json::from_str(text).expect("a schedule");
        let time = |text: &str| text.parse::<Time>().expect("a time");
        let scale = Scale { span: (time(from), time(to)), left: 0.0, width };
        let ticks = ticks(&scale, &Clock::of(&schedule));
        let names = |ticks: Vec<Tick>| ticks.into_iter().map(|tick| tick.name).collect();
        (names(ticks.coarse), names(ticks.fine))
    }

    #[test]
    fn the_unit_follows_from_the_room() {
        let (coarse, fine) = names("2026-01-30T09:00:00+09:00", "2026-02-02T09:00:00+09:00", 60.0);
        assert_eq!(fine, ["30", "31", "1", "2"]);
        assert_eq!(coarse, ["January 2026", "February 2026"]);
        let (coarse, fine) = names("2026-01-30T09:00:00+09:00", "2026-01-31T05:00:00+09:00", 100.0);
        assert_eq!(fine, ["06", "12", "18", "00"]);
        assert_eq!(coarse, ["Fri 30 Jan 2026", "Sat 31 Jan 2026"]);
        let (_, fine) = names("2026-01-30T09:00:00+09:00", "2026-02-08T05:00:00+09:00", 100.0);
        assert_eq!(fine, ["29", "31", "1", "3", "5", "7"]);
        let (_, fine) = names("0026-01-30T00:00:00Z", "9026-02-08T05:00:00Z", 500.0);
        assert_eq!(fine.len(), 10);
    }
}
