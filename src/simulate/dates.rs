//! On which dates voyages start.
//!
//! In: what is wanted, and the plan's slots. Out: a list of [`Start`]s, in whatever years there may be weather for.

use super::starts::Start;
use crate::time::Horizon;
use chrono::{DateTime, Datelike, TimeDelta, Utc};

/// Which starts are wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// The plan's own dates in every year.
    PlanDates,
    /// Every so often from one day of the year to another (month and day), in every year.
    Season {
        /// The first day.
        from: (u32, u32),
        /// The last day.
        to: (u32, u32),
        /// The time between two starts.
        every: TimeDelta,
    },
    /// From one date of the plan's calendar to another, in every year.
    Dates {
        /// The first start.
        from: DateTime<Utc>,
        /// The last start at most.
        to: DateTime<Utc>,
        /// The time between two starts.
        every: TimeDelta,
    },
    /// Exactly these.
    Exactly(Vec<DateTime<Utc>>),
}

impl Wanted {
    /// The starts that are wanted in the years from `first` to `last`, in order. Of a voyage under way the weather of a year matters from `known`
    /// after its start on: what is to come then keeps its dates.
    pub fn dates(&self, horizon: &Horizon, known: TimeDelta, (first, last): (i32, i32)) -> Vec<Start> {
        let own = horizon.start.year();
        let mut dates = Vec::new();
        match self {
            Wanted::PlanDates => {
                let rest = horizon.start + known;
                let in_year = |year: i32| in_year(rest, rest.year() + (year - own)) - known;
                dates.extend((first..=last).map(|year| Start { time: in_year(year), year }));
            }
            Wanted::Season { from, to, every } => {
                for year in first..=last {
                    let day = |year: i32, (month, day): (u32, u32)| {
                        let time = horizon.start.with_timezone(&Utc).time();
                        let date = chrono::NaiveDate::from_ymd_opt(year, month, day)
                            .or_else(|| chrono::NaiveDate::from_ymd_opt(year, month, 28));
                        date.map(|date| date.and_time(time).and_utc())
                    };
                    // A season over the turn of the year belongs to the year in which it begins.
                    let over = to < from;
                    let (Some(begin), Some(end)) = (day(year, *from), day(year + i32::from(over), *to))
                    else {
                        continue;
                    };
                    let mut time = begin;
                    while time <= end {
                        dates.push(Start { time, year });
                        time += *every;
                    }
                }
            }
            Wanted::Dates { from, to, every } => {
                for year in first..=last {
                    let shift = year - own;
                    let mut time = *from;
                    while time <= *to {
                        dates.push(Start { time: in_year(time, time.year() + shift), year });
                        time += *every;
                    }
                }
            }
            Wanted::Exactly(times) => {
                dates.extend(times.iter().map(|&time| Start { time, year: time.year() }));
            }
        }
        dates
    }
}

/// `time` in another year; 29 February becomes 28 February where there is none.
pub fn in_year(time: DateTime<Utc>, year: i32) -> DateTime<Utc> {
    time.with_year(year).or_else(|| time.with_day(28).and_then(|time| time.with_year(year))).unwrap_or(time)
}
