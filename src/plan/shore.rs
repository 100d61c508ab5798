//! The shore side of a plan: processes, demands, reserves, disruptions and budgets, resolved.
//!
//! In: a draft that passed every check. Out: the entries of [`super::Plan`] for the chain behind the quay, all names turned into
//! places and all dates into slots. What a disruption stops becomes closures, so that nothing else has to know of disruptions
//! but reserves.

use super::draft::{List, entries as list};
use super::raw;
use super::resolve::{Resolver, get};
use super::{Closed, ClosedBy, Closure, Commodity, Plan, Site};
use crate::id::{Ix, Table};
use crate::time::{Horizon, Slot};
use crate::units::{Mass, Span};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::Range;

/// Works ashore that make one commodity of another.
#[derive(Debug, Clone)]
pub struct Process {
    /// Its name.
    pub id: String,
    /// What it is called in outputs.
    pub name: String,
    /// Where it stands.
    pub site: Ix<Site>,
    /// What it is fed.
    pub from: Ix<Commodity>,
    /// What it makes.
    pub to: Ix<Commodity>,
    /// Tonnes made of each tonne fed.
    pub yields: f64,
    /// The same at its lowest and at its highest, where it may be another.
    pub spread: Option<(f64, f64)>,
    /// The water that it takes for each tonne fed, in cubic metres.
    pub water: f64,
    /// How fast it may be fed, in tonnes per hour; infinite where it works in batches.
    pub capacity: f64,
    /// Its batches, where it works in batches.
    pub batch: Option<Batch>,
    /// What each tonne fed costs.
    pub cost: f64,
}

/// What a process is fed at a time.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// How much, in tonnes.
    pub tonnes: f64,
    /// How long it takes.
    pub duration: Span,
}

impl Process {
    /// The most that it is fed in one slot, in tonnes.
    pub fn per_slot(&self, horizon: &Horizon) -> f64 {
        self.batch.map_or(self.capacity * horizon.slot_h(), |batch| batch.tonnes)
    }

    /// The slots that what it is fed in one slot takes; 1 where it does not work in batches.
    pub fn slots(&self, horizon: &Horizon) -> usize {
        self.batch.map_or(1, |batch| horizon.slots_for(batch.duration).max(1))
    }
}

/// What somebody ashore wants.
#[derive(Debug, Clone)]
pub struct Demand {
    /// Its name.
    pub id: String,
    /// What it is called in outputs.
    pub name: String,
    /// The site from whose store it is supplied.
    pub site: Ix<Site>,
    /// What is wanted.
    pub commodity: Ix<Commodity>,
    /// How much in all, in tonnes; infinite where only the rate bounds it.
    pub amount: f64,
    /// How fast at most, in tonnes per hour; infinite where only the amount bounds it.
    pub rate: f64,
    /// From when on.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// The slots that lie wholly within its time.
    pub slots: Range<Slot>,
    /// Tonnes and the worth of each, falling.
    pub value: Vec<(f64, f64)>,
    /// How much must be supplied, in tonnes.
    pub at_least: f64,
    /// What it costs that it is not met in time.
    pub late: Option<Late>,
}

/// What it costs that a demand is not met in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Late {
    /// When all of its amount is wanted.
    pub due: DateTime<Utc>,
    /// What each tonne that is missing costs a day from then on.
    pub each: f64,
}

impl Late {
    /// Days from when it is due to the plan's end.
    pub fn days(&self, horizon: &Horizon) -> f64 {
        days_left(horizon, self.due)
    }

    /// For how many days a tonne that is supplied in a slot is not missing: one that flows evenly in it is there for half of it, or for
    /// half of what the due date leaves of it.
    pub fn spared(&self, horizon: &Horizon, slot: Slot) -> f64 {
        let (from, to) = (days_left(horizon, horizon.time(slot)), days_left(horizon, horizon.time(slot + 1)));
        let after = (self.days(horizon).min(from) - to).max(0.0) / (from - to);
        (1.0 - after) * self.days(horizon) + after * (to + after * (from - to) / 2.0)
    }
}

fn days_left(horizon: &Horizon, from: DateTime<Utc>) -> f64 {
    (horizon.end() - from).num_seconds() as f64 / 86_400.0
}

/// A stock that must be built up and kept.
#[derive(Debug, Clone)]
pub struct Reserve {
    /// Its name.
    pub id: String,
    /// What it is called in outputs.
    pub name: String,
    /// In whose store it lies.
    pub site: Ix<Site>,
    /// What it is made of.
    pub commodity: Ix<Commodity>,
    /// How much must be there, in tonnes.
    pub target: f64,
    /// What it covers and for how long, where it is said so.
    pub covers: Option<Covers>,
    /// From when on.
    pub by: DateTime<Utc>,
    /// In a disruption no less must be there than the target less so many tonnes for each hour since it began; infinite where all of it may
    /// be drawn at once.
    pub draw: f64,
    /// How long after a disruption it must be there again, in seconds; nothing where it need not.
    pub refill: Option<i64>,
}

/// A demand with a rate that a reserve covers for some time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Covers {
    /// Which.
    pub demand: Ix<Demand>,
    /// Its rate, in tonnes per hour.
    pub rate: f64,
    /// For how many hours.
    pub hours: f64,
}

impl Covers {
    /// How much that comes to, in tonnes.
    pub fn target(&self) -> f64 {
        self.rate * self.hours
    }
}

/// A time in which reserves may be drawn.
#[derive(Debug, Clone)]
pub struct Disruption {
    /// Its name.
    pub id: String,
    /// The slots that it touches.
    pub slots: Range<Slot>,
    /// The beginning.
    pub from: DateTime<Utc>,
    /// The end.
    pub to: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
}

/// A bound of what may be spent, or of what may be fed.
#[derive(Debug, Clone)]
pub struct Budget {
    /// Its name.
    pub id: String,
    /// How much may be spent in all; infinite where there is no bound.
    pub cost: f64,
    /// How much carbon dioxide may come of fuel, in tonnes; infinite where there is no bound.
    pub emissions: f64,
    /// How much may be fed to a process, in tonnes.
    pub feed: Option<(Ix<Process>, f64)>,
}

impl Demand {
    /// The slots that lie wholly within its time.
    fn slots_in(horizon: &Horizon, from: DateTime<Utc>, to: DateTime<Utc>) -> Range<Slot> {
        let first = horizon.ceil(from);
        first..horizon.floor(to).max(first)
    }
}

impl Plan {
    /// Lets a demand be supplied faster by so many tonnes per hour; a reserve that covers it for some time must hold the more.
    pub fn raise_rate(&mut self, demand: Ix<Demand>, by: f64) {
        self.demands[demand].rate += by;
        for place in self.reserves.places() {
            let reserve = &mut self.reserves[place];
            if let Some(covers) = reserve.covers.as_mut().filter(|covers| covers.demand == demand) {
                covers.rate += by;
                reserve.target = covers.target();
            }
        }
    }

    /// Lays the dates of demands and disruptions on the plan's slots anew, after these were changed.
    pub fn lay_shore(&mut self) {
        let horizon = self.horizon;
        for place in self.demands.places() {
            let demand = &mut self.demands[place];
            demand.slots = Demand::slots_in(&horizon, demand.from, demand.to);
        }
        for disruption in &mut self.disruptions {
            disruption.slots = horizon.touched(disruption.from, disruption.to);
        }
    }
}

impl Reserve {
    /// The least that must be there at the beginning of every slot, and at the end of the last: the target from `by` on; while a disruption
    /// lasts, `draw` less for each hour of it since then; as much as at its end until `refill` after it, and then the target again. One that is
    /// over by then excuses nothing.
    pub fn floors(&self, horizon: &Horizon, disruptions: &[Disruption]) -> Vec<f64> {
        let first = horizon.floor(self.by);
        let mut floors: Vec<f64> =
            (0..=horizon.slots).map(|slot| if slot >= first { self.target } else { 0.0 }).collect();
        for disruption in disruptions {
            let slots = disruption.slots.start.max(first)..disruption.slots.end;
            if slots.is_empty() {
                continue;
            }
            let again = match self.refill {
                // The date may lie beyond the calendar; it is then beyond the plan as well.
                Some(seconds) => disruption
                    .to
                    .checked_add_signed(TimeDelta::seconds(seconds))
                    .filter(|time| *time <= horizon.end())
                    .map_or(horizon.slots + 1, |time| horizon.floor(time).max(slots.end)),
                None => horizon.slots + 1,
            };
            let per_slot = self.draw * horizon.slot_h();
            for (slot, floor) in floors.iter_mut().enumerate().take(again).skip(slots.start + 1) {
                let drawn = (slot.min(slots.end) - slots.start) as f64 * per_slot;
                *floor = floor.min((self.target - drawn).max(0.0));
            }
        }
        floors
    }
}

impl Resolver<'_, '_> {
    pub(super) fn processes(&self) -> Option<Table<Process>> {
        let process = |process: &raw::RawProcess| {
            let id = get(&process.id)?;
            Some(Process {
                name: get(&process.name).unwrap_or_else(|| id.clone()),
                id,
                site: self.site_ix(process.site.as_ref()?.get_ref())?,
                from: self.commodity_ix(process.from.as_ref()?.get_ref())?,
                to: self.commodity_ix(process.to.as_ref()?.get_ref())?,
                yields: get(&process.r#yield)?.of_whole(),
                spread: match &process.yield_spread {
                    Some(spread) => {
                        let (low, high) = (get(&spread.get_ref().low)?, get(&spread.get_ref().high)?);
                        Some((low.of_whole(), high.of_whole()))
                    }
                    None => None,
                },
                water: get(&process.water).map_or(0.0, |dose| dose.cubic_metres_per_tonne()),
                capacity: get(&process.capacity).map_or(f64::INFINITY, |rate| rate.tonnes_per_hour()),
                batch: get(&process.batch)
                    .zip(get(&process.duration))
                    .map(|(batch, duration)| Batch { tonnes: batch.tonnes(), duration }),
                cost: process.cost.as_ref().map_or(0.0, |cost| cost.get_ref().0.amount),
            })
        };
        list(&self.raw().process).map(process).collect()
    }

    pub(super) fn demands(&self, horizon: &Horizon) -> Option<Table<Demand>> {
        let demand = |demand: &raw::RawDemand| {
            let id = get(&demand.id)?;
            let from = get(&demand.from).unwrap_or(horizon.start);
            let to = get(&demand.to).unwrap_or(horizon.end());
            let value = demand.value.iter().flat_map(|steps| steps.get_ref());
            let value: Vec<(f64, f64)> =
                value.map(|step| (step.get_ref().tonnes.tonnes(), step.get_ref().worth)).collect();
            Some(Demand {
                name: get(&demand.name).unwrap_or_else(|| id.clone()),
                id,
                site: self.site_ix(demand.site.as_ref()?.get_ref())?,
                commodity: self.commodity_ix(demand.commodity.as_ref()?.get_ref())?,
                amount: get(&demand.amount).map_or(f64::INFINITY, Mass::tonnes),
                rate: get(&demand.rate).map_or(f64::INFINITY, |rate| rate.tonnes_per_hour()),
                from,
                to,
                slots: Demand::slots_in(horizon, from, to),
                value: if value.is_empty() { vec![(f64::INFINITY, 1.0)] } else { value },
                at_least: get(&demand.at_least).map_or(0.0, Mass::tonnes),
                late: get(&demand.due)
                    .zip(demand.late.as_ref())
                    .map(|(due, late)| Late { due, each: late.get_ref().0.amount }),
            })
        };
        list(&self.raw().demand).map(demand).collect()
    }

    pub(super) fn reserves(&self, horizon: &Horizon) -> Option<Table<Reserve>> {
        let reserve = |reserve: &raw::RawReserve| {
            let id = get(&reserve.id)?;
            let (target, covers) = match (&reserve.target, &reserve.cover, &reserve.of) {
                (Some(target), ..) => (target.get_ref().tonnes(), None),
                (None, Some(cover), Some(of)) => {
                    let place = self.draft.index(List::Demand, of.get_ref())?;
                    let demand = super::draft::entry(&self.raw().demand, place)?;
                    let rate = get(&demand.rate)?.tonnes_per_hour();
                    let covers = Covers { demand: Ix::new(place), rate, hours: cover.get_ref().hours() };
                    (covers.target(), Some(covers))
                }
                _ => return None,
            };
            Some(Reserve {
                name: get(&reserve.name).unwrap_or_else(|| id.clone()),
                id,
                site: self.site_ix(reserve.site.as_ref()?.get_ref())?,
                commodity: self.commodity_ix(reserve.commodity.as_ref()?.get_ref())?,
                target,
                covers,
                by: get(&reserve.by).unwrap_or(horizon.end()),
                draw: get(&reserve.draw).map_or(f64::INFINITY, |rate| rate.tonnes_per_hour()),
                refill: get(&reserve.refill).map(|span| span.seconds()),
            })
        };
        list(&self.raw().reserve).map(reserve).collect()
    }

    pub(super) fn disruptions(&self, horizon: &Horizon) -> Option<Vec<Disruption>> {
        let disruption = |disruption: &raw::RawDisruption| {
            let (from, to) = (get(&disruption.from)?, get(&disruption.to)?);
            let slots = horizon.touched(from, to);
            Some(Disruption { id: get(&disruption.id)?, slots, from, to, reason: get(&disruption.reason) })
        };
        list(&self.raw().disruption).map(disruption).collect()
    }

    pub(super) fn budgets(&self) -> Option<Table<Budget>> {
        let budget = |budget: &raw::RawBudget| {
            let feed = match (&budget.process, &budget.feed) {
                (Some(process), Some(feed)) => {
                    let place = self.draft.index(List::Process, process.get_ref())?;
                    Some((Ix::new(place), feed.get_ref().tonnes()))
                }
                _ => None,
            };
            let cost = budget.cost.as_ref().map_or(f64::INFINITY, |cost| cost.get_ref().0.amount);
            let emissions = get(&budget.emissions).map_or(f64::INFINITY, Mass::tonnes);
            Some(Budget { id: get(&budget.id)?, cost, emissions, feed })
        };
        list(&self.raw().budget).map(budget).collect()
    }

    /// The closures as written, and one for each thing that a disruption stops.
    pub(super) fn closures(&self, horizon: &Horizon) -> Option<Vec<Closure>> {
        let mut closures = list(&self.raw().closure)
            .enumerate()
            .map(|(nth, closure)| self.closures_of(closure, ClosedBy::Closure(nth), horizon))
            .collect::<Option<Vec<Vec<Closure>>>>()?
            .concat();
        for (nth, disruption) in list(&self.raw().disruption).enumerate() {
            let (from, to) = (get(&disruption.from)?, get(&disruption.to)?);
            let reason = get(&disruption.reason).or_else(|| get(&disruption.id));
            for name in disruption.stops.as_ref()?.get_ref() {
                closures.extend(self.stopped(name.get_ref()).into_iter().map(|what| Closure {
                    what,
                    by: ClosedBy::Disruption(nth),
                    slots: horizon.touched(from, to),
                    from,
                    to,
                    reason: reason.clone(),
                }));
            }
        }
        Some(closures)
    }

    /// Everything of that name that can be stopped.
    fn stopped(&self, name: &str) -> Vec<Closed> {
        let place = |list| self.draft.index(list, name);
        let all = [
            place(List::Site).map(|place| Closed::Site(Ix::new(place))),
            place(List::Task).map(|place| Closed::Task(Ix::new(place))),
            place(List::Sampling).map(|place| Closed::Sampling(Ix::new(place))),
            place(List::Process).map(|place| Closed::Process(Ix::new(place))),
        ];
        all.into_iter().flatten().chain(self.closed_vessels(name).unwrap_or_default()).collect()
    }
}
