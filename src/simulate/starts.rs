//! When voyages start, and in which weather.
//!
//! In: a plan and its sea, a climate, or nothing; and which starts are wanted. Out: [`Field`]: the starts that can be run, in order, those
//! that cannot with the cause, and for each the [`Ground`] it sails on.
//! Rules: every date of the plan moves with the start. A start is not run when the series ends before the plan's time is over, or when
//! in that time a value that matters is missing: what is unknown is never assumed to be calm.

pub use super::dates::{Wanted, in_year};
use super::ground::Ground;
use super::past::Past;
use super::spread::seed_of_year;
use crate::error::Error;
use crate::plan::{Plan, Sea};
use crate::time::Horizon;
use crate::weather::{Climate, synthesise};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A start that is run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// When the voyage starts.
    pub time: DateTime<Utc>,
    /// The weather year: of the calendar, or the number of the synthetic one, counted from 1.
    pub year: i32,
}

/// Starts that cannot be run.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Refused {
    /// Why.
    pub cause: String,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: DateTime<Utc>,
}

/// Where the weather comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// The plan's series, or one that stands in for it.
    Series(Arc<Sea>),
    /// Years made by a generator.
    Synthetic {
        /// Of this climate.
        climate: Box<Climate>,
        /// How many.
        years: u32,
        /// The seed of all of them.
        seed: u64,
    },
    /// The plan asks for none.
    Without,
}

/// The starts that are run, and the weather of each.
pub struct Field<'p> {
    plan: &'p Plan,
    source: Source,
    /// The starts in order; those of one synthetic year together.
    pub starts: Vec<Start>,
    /// Starts that cannot be run, by cause.
    pub refused: Vec<Refused>,
    /// How many starts were wanted.
    pub wanted: u64,
    /// The grounds of a series, by the phase of the slots in seconds; empty where every start has its own.
    shared: BTreeMap<i64, Arc<Ground>>,
    /// Starts that sail on one ground, which are made together.
    pub per_group: usize,
    /// Whether dates of departure are compared.
    pub is_scan: bool,
    /// What has happened already, which asks nothing of the weather of other years.
    past: Option<Arc<Past>>,
}

/// More starts than this are refused: draws cost no memory, starts do.
const MOST_STARTS: usize = 5_000_000;
/// Synthetic years from which the climate is judged that decides when a ship must leave.
const CLIMATE_YEARS: u32 = 30;

impl<'p> Field<'p> {
    /// The starts of a plan; `past` is what has happened already of every voyage, whose dates then are those of the plan.
    ///
    /// # Errors
    /// When nothing can be run, or more than can be held.
    pub fn new(
        plan: &'p Plan,
        source: Source,
        wanted: &Wanted,
        past: Option<Arc<Past>>,
    ) -> Result<Field<'p>, Error> {
        if past.is_some() && matches!(wanted, Wanted::Season { .. } | Wanted::Dates { .. }) {
            let message = "the voyage is under way, so that it cannot leave on other dates; leave out the season or the scan of departures";
            return Err(Error::Usage(message.to_owned()));
        }
        let mut field = Field {
            plan,
            source,
            starts: Vec::new(),
            refused: Vec::new(),
            wanted: 0,
            shared: BTreeMap::new(),
            per_group: 1,
            is_scan: matches!(wanted, Wanted::Season { .. } | Wanted::Dates { .. }),
            past,
        };
        match &field.source {
            Source::Series(sea) => {
                let sea = Arc::clone(sea);
                field.add_series(&sea, wanted)?;
            }
            &Source::Synthetic { years, .. } => field.add_synthetic(years, wanted)?,
            Source::Without => {
                field.wanted = 1;
                field.starts.push(Start { time: plan.horizon.start, year: plan.horizon.start.year() });
            }
        }
        if field.starts.is_empty() {
            let causes: Vec<String> =
                field.refused.iter().map(|r| format!("{} of them: {}", r.count, r.cause)).collect();
            return Err(Error::Usage(format!(
                "none of {} starts can be run; {}",
                field.wanted,
                causes.join("; ")
            )));
        }
        Ok(field)
    }

    /// From the start of a voyage to when the weather of its year begins to matter.
    fn known(&self) -> TimeDelta {
        let slots = self.past.as_ref().map_or(0, |past| past.own);
        TimeDelta::seconds(self.plan.horizon.slot.seconds() * i64::from(slots))
    }

    /// Whether every start has its own ground, as the closures of the plan move with it, or its weather is joined of two.
    fn is_private(&self) -> bool {
        !self.plan.closures.is_empty() || self.forecast().is_some()
    }

    /// The starts that are wanted in some years.
    fn dates(&self, wanted: &Wanted, years: (i32, i32)) -> Vec<Start> {
        wanted.dates(&self.plan.horizon, self.known(), years)
    }

    fn refuse(&mut self, cause: &str, time: DateTime<Utc>) {
        match self.refused.iter_mut().find(|refused| refused.cause == cause) {
            Some(refused) => refused.count += 1,
            None => self.refused.push(Refused { cause: cause.to_owned(), count: 1, first: time }),
        }
    }

    fn push(&mut self, start: Start) -> Result<(), Error> {
        if self.starts.len() >= MOST_STARTS {
            return Err(Error::Usage(format!(
                "more than {MOST_STARTS} starts are too many; take fewer, and more of --draws"
            )));
        }
        self.starts.push(start);
        Ok(())
    }

    fn add_series(&mut self, sea: &Sea, wanted: &Wanted) -> Result<(), Error> {
        let first = sea.0.iter().map(|series| series.start).max().unwrap_or(self.plan.horizon.start);
        let end = sea.0.iter().map(|series| series.end()).min().unwrap_or(first);
        let list = self.dates(wanted, (first.year() - 1, end.year() + 1));
        let length = self.plan.horizon.end() - self.plan.horizon.start;
        let known = self.known();
        if end - first < length - known {
            return Err(Error::Usage(format!(
                "{} covers {} days, and its weather series only {}; name a longer series with --weather, or draw synthetic years with --years",
                match self.forecast() {
                    Some(_) => "what is left of the plan after its own weather",
                    None if known.is_zero() => "the plan",
                    None => "what is left of the plan",
                },
                (length - known).num_days(),
                (end - first).num_days()
            )));
        }
        for start in list {
            let rest = start.time + known;
            if rest < first || rest > end || (rest == end && known.is_zero()) {
                // Years outside the series are nobody's wish, unless they were named.
                if matches!(wanted, Wanted::Exactly(_)) {
                    self.wanted += 1;
                    self.refuse("the series does not reach there", start.time);
                }
                continue;
            }
            self.wanted += 1;
            if start.time + length > end {
                self.refuse("the series ends before the plan's time is over", start.time);
                continue;
            }
            let (ground, base) = self.ground_in(sea, start.time, first - known, end);
            let needed = base + self.plan.horizon.slots as u32;
            let rest = base + self.past.as_ref().map_or(0, |past| past.until);
            if ground.holes[rest as usize] < needed {
                self.refuse("the series has a hole in that time", start.time);
                continue;
            }
            self.push(start)?;
        }
        self.per_group = if self.is_private() { 1 } else { self.starts.len().max(1) };
        if self.shared.len() > 1 {
            self.per_group = 1;
        }
        Ok(())
    }

    fn add_synthetic(&mut self, years: u32, wanted: &Wanted) -> Result<(), Error> {
        let year = self.plan.horizon.start.year();
        let dates: Vec<Start> = match wanted {
            Wanted::Season { .. } | Wanted::Exactly(_) => self.dates(wanted, (year, year)),
            Wanted::PlanDates | Wanted::Dates { .. } => {
                self.dates(wanted, (year, year)).into_iter().filter(|start| start.year == year).collect()
            }
        };
        for number in 1..=years {
            for date in &dates {
                self.wanted += 1;
                self.push(Start { time: date.time, year: number as i32 })?;
            }
        }
        self.per_group = if self.is_private() { 1 } else { dates.len().max(1) };
        Ok(())
    }

    /// The ground of a start in a series, and its slot in it.
    fn ground_in(
        &mut self,
        sea: &Sea,
        time: DateTime<Utc>,
        first: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> (Arc<Ground>, u32) {
        if self.is_private() {
            return (Arc::new(self.own_ground(sea, time, end)), 0);
        }
        let slot = self.plan.horizon.slot.seconds();
        let phase = (time - first).num_seconds().rem_euclid(slot);
        let start = first + TimeDelta::seconds(phase);
        let slots = ((end - start).num_seconds() / slot).max(0) as usize;
        let plan = self.plan;
        let ground = self.shared.entry(phase).or_insert_with(|| {
            let grid = Horizon { start, slot: plan.horizon.slot, slots };
            Arc::new(Ground::new(plan, sea, grid, false))
        });
        (Arc::clone(ground), ((time - start).num_seconds() / slot) as u32)
    }

    /// What has happened, where the weather after it is the plan's own for a while.
    fn forecast(&self) -> Option<&Past> {
        self.past.as_deref().filter(|past| past.has_forecast())
    }

    /// The sea in which a voyage goes that starts then: the year's, or what is joined of the plan's own and it.
    fn sailed<'s>(&self, year: Cow<'s, Sea>, start: DateTime<Utc>) -> Cow<'s, Sea> {
        match self.forecast() {
            Some(past) => Cow::Owned(past.sea_of(&year, self.plan, start)),
            None => year,
        }
    }

    /// The ground of a start alone, in a sea that ends then.
    fn own_ground(&self, sea: &Sea, time: DateTime<Utc>, end: DateTime<Utc>) -> Ground {
        let sea = self.sailed(Cow::Borrowed(sea), time);
        Ground::new(self.plan, &sea, self.grid_from(time, end), true)
    }

    /// The slots of one voyage: twice the plan's time, as far as the weather reaches.
    fn grid_from(&self, time: DateTime<Utc>, end: DateTime<Utc>) -> Horizon {
        let horizon = &self.plan.horizon;
        let slots = ((end - time).num_seconds() / horizon.slot.seconds()).max(0) as usize;
        Horizon { start: time, slot: horizon.slot, slots: slots.min(2 * horizon.slots) }
    }

    /// The ground of the start number `place`, and its slot in it.
    ///
    /// # Errors
    /// When a synthetic year cannot be made.
    pub fn ground(&self, place: usize) -> Result<(Arc<Ground>, u32), Error> {
        let start = self.starts[place];
        let plan = self.plan;
        match &self.source {
            Source::Series(sea) if self.is_private() => {
                let end = sea.0.iter().map(|series| series.end()).min().unwrap_or(start.time);
                Ok((Arc::new(self.own_ground(sea, start.time, end)), 0))
            }
            Source::Series(_) => {
                let slot = plan.horizon.slot.seconds();
                let fits = |ground: &&Arc<Ground>| (start.time - ground.grid.start).num_seconds() % slot == 0;
                let ground = self.shared.values().find(fits).ok_or_else(lost_ground)?;
                Ok((Arc::clone(ground), ((start.time - ground.grid.start).num_seconds() / slot) as u32))
            }
            Source::Synthetic { .. } => {
                let group = place / self.per_group;
                let (first, last) = (group * self.per_group, (group + 1) * self.per_group - 1);
                let (from, to) = (self.starts[first].time, self.starts[last.min(self.starts.len() - 1)].time);
                let sea = self.sea_of_year(start.year, from, to)?;
                let slot = plan.horizon.slot.seconds();
                let slots = ((to - from).num_seconds() / slot) as usize + 2 * plan.horizon.slots;
                let grid = Horizon { start: from, slot: plan.horizon.slot, slots };
                let sea = self.sailed(Cow::Owned(sea), start.time);
                let ground = Ground::new(plan, &sea, grid, self.is_private());
                Ok((Arc::new(ground), ((start.time - from).num_seconds() / slot) as u32))
            }
            Source::Without => {
                let grid = Horizon { slots: 2 * plan.horizon.slots, ..plan.horizon };
                Ok((Arc::new(Ground::new(plan, &Sea::default(), grid, true)), 0))
            }
        }
    }

    /// Where the weather comes from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The sea of a start, for a schedule of it: up to now, or as far as its forecast is trusted, that of the plan, where something has happened
    /// already.
    ///
    /// # Errors
    /// When a synthetic year cannot be made.
    pub fn sea(&self, place: usize) -> Result<Cow<'_, Sea>, Error> {
        let year = self.year(place)?;
        Ok(match &self.past {
            Some(past) => Cow::Owned(past.sea_of(&year, self.plan, self.starts[place].time)),
            None => year,
        })
    }

    /// Whether each start has a sea of its own, also beside others that sail on the same ground.
    pub fn is_own_sea(&self) -> bool {
        self.past.is_some()
    }

    /// The weather year of a start.
    fn year(&self, place: usize) -> Result<Cow<'_, Sea>, Error> {
        let start = self.starts[place];
        match &self.source {
            Source::Series(sea) => Ok(Cow::Borrowed(sea)),
            Source::Synthetic { .. } => {
                let group = place / self.per_group;
                let (first, last) = (group * self.per_group, (group + 1) * self.per_group - 1);
                let (from, to) = (self.starts[first].time, self.starts[last.min(self.starts.len() - 1)].time);
                self.sea_of_year(start.year, from, to).map(Cow::Owned)
            }
            Source::Without => Ok(Cow::Owned(Sea::default())),
        }
    }

    fn sea_of_year(&self, year: i32, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Sea, Error> {
        let Source::Synthetic { climate, seed, .. } = &self.source else { return Ok(Sea::default()) };
        let length = (self.plan.horizon.end() - self.plan.horizon.start).num_hours() + 2;
        let hours = (to - from).num_hours() + 2 * length;
        let series = synthesise(climate, from, hours as usize, seed_of_year(*seed, year as u64))?;
        Ok(Sea(vec![series; self.plan.weather.len()]))
    }

    /// The same starts in one synthetic year more or in other years of the series: those from which the climate of a date is judged.
    pub(super) fn climate_of(&self, place: usize) -> Result<Vec<(Arc<Ground>, u32)>, Error> {
        // Of a voyage under way it is the date of the rest: a leap year may begin it on another one.
        let date = |start: &Start| start.time + self.known();
        let start = date(&self.starts[place]);
        let same = |other: &Start| {
            let other = date(other);
            (other.month(), other.day(), other.time()) == (start.month(), start.day(), start.time())
        };
        let places = (0..self.starts.len()).filter(|&other| same(&self.starts[other]));
        places.take(CLIMATE_YEARS as usize).map(|other| self.ground(other)).collect()
    }
}

fn lost_ground() -> Error {
    Error::Usage("a start lies outside the weather that was made ready".to_owned())
}
