//! A weather series made ready for voyages: for every piece of work of a plan the table of when it may go on, over the whole series.
//!
//! In: a plan, a sea, and the slots to cover. Out: [`Ground`]: tables of tasks, samplings, transfers and legs; the slots in which
//! gear does not survive; the slots of which nothing is known; and for each closed slot what closes it.
//! Made once for all voyages in a series. Only where a plan has closures, whose dates go with the voyage, it is made for each start.

use super::table::{NEVER, Pauses, WorkTable, next_marked};
use crate::geo::is_daylight;
use crate::id::Ix;
use crate::plan::phases::{in_reserve, stretches};
use crate::plan::windows::task_limits;
use crate::plan::{
    Closed, Leg, Met, Plan, Sampling, Sea, Site, Stand, Suspend, Task, Transfer, Vessel, Weather,
};
use crate::time::Horizon;
use crate::weather::{Limits, Series};
use chrono::Datelike;
use std::collections::BTreeMap;

/// In [`Work::cause`]: nothing closes the slot.
pub const OPEN: u8 = 255;
/// In [`Work::cause`]: a closure or the dark closes the slot.
pub const BARRED: u8 = 254;

/// When one piece of work may go on.
#[derive(Debug, Clone)]
pub struct Work {
    /// Its open slots.
    pub table: WorkTable,
    /// The same if every sea were calm; nothing where only the weather ever closes a slot.
    pub free: Option<WorkTable>,
    /// Per slot: what closes it, as a place in [`Ground::channels`], [`OPEN`] or [`BARRED`]; of a task in phases, what closes the first
    /// slot against a start there; so too of a leg on whose way the weather is known.
    pub cause: Vec<u8>,
    /// For a leg: slots in which its ports may be left, and entered; nothing where they always may.
    gates: Option<(Vec<bool>, Vec<bool>)>,
    /// For a leg: it begins only in slots that are so many apart, counted from the voyage's start.
    every: u32,
}

/// Everything that voyages ask of the weather.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The slots that are covered.
    pub grid: Horizon,
    /// The channels that limits speak of.
    pub channels: Vec<String>,
    /// By task.
    pub tasks: Vec<Work>,
    /// By sampling.
    pub samplings: Vec<Work>,
    /// By transfer.
    pub transfers: Vec<Work>,
    /// By vessel and leg.
    pub legs: Vec<Vec<Work>>,
    /// By vessel, site and gear: from each slot on the next one that the gear does not survive; empty where it survives all.
    dangers: Vec<Vec<Vec<Vec<u32>>>>,
    /// From each slot on the next one in which a channel that matters has no value.
    pub holes: Vec<u32>,
    /// Per slot its month, 0 for January.
    pub months: Vec<u8>,
}

impl Ground {
    /// The ground of a plan in a sea over `grid`; with closures at the slots at which the plan has them, or without any.
    pub fn new(plan: &Plan, sea: &Sea, grid: Horizon, has_closures: bool) -> Ground {
        let mut maker = Maker { plan, sea, grid, has_closures, worst: BTreeMap::new(), channels: Vec::new() };
        let tasks = plan.tasks.places().map(|task| maker.task(task)).collect();
        let samplings = plan.samplings.entries();
        let samplings = samplings.map(|(place, s)| maker.flow(s.stand, &s.limits, Some(place))).collect();
        let transfers = plan.transfers.iter().map(|t| maker.transfer(t)).collect();
        let legs = plan.vessels.places().map(|vessel| maker.legs(vessel)).collect();
        let dangers = plan.vessels.places().map(|vessel| maker.dangers(vessel)).collect();
        let unknown = |slot: usize| maker.worst.values().any(|worst| worst[slot].is_nan());
        let holes = next_marked((0..grid.slots).map(unknown).collect::<Vec<bool>>().into_iter());
        let months = (0..grid.slots).map(|slot| grid.time(slot).month0() as u8).collect();
        Ground { grid, channels: maker.channels, tasks, samplings, transfers, legs, dangers, holes, months }
    }

    /// The first slot from `slot` on in which the gear would not survive there, or [`super::table::NEVER`].
    pub fn danger(&self, stand: Stand, slot: u32) -> u32 {
        let next = &self.dangers[stand.vessel.index()][stand.site.index()][stand.gear];
        next.get(slot as usize).copied().unwrap_or(super::table::NEVER)
    }
}

impl Work {
    /// The first slot from `now` on in which work may begin that needs so many open slots; for a leg within its ports' gates, on a slot of
    /// departure of a voyage that starts in the slot `base`.
    pub fn start(&self, now: u32, needed: u32, base: u32) -> Option<u32> {
        let mut start = self.table.start(now, needed)?;
        while !self.departs(start, needed, base) {
            start = self.table.start(start + 1, needed)?;
        }
        Some(start)
    }

    /// Whether a leg may begin then, as far as its ports and its slots of departure go.
    fn departs(&self, start: u32, needed: u32, base: u32) -> bool {
        let last = (start + needed.max(1) - 1) as usize;
        let may = |(leaves, enters): &(Vec<bool>, Vec<bool>)| leaves[start as usize] && enters[last];
        (self.every == 1 || start.saturating_sub(base).is_multiple_of(self.every))
            && self.gates.as_ref().is_none_or(may)
    }

    /// The last slot in which a leg may begin that is to be done by `by`, on a slot of departure of a voyage from `base`.
    pub fn latest(&self, by: u32, needed: u32, base: u32) -> Option<u32> {
        let mut start = self.table.latest(by, needed, 0)?;
        while self.every > 1 && !start.saturating_sub(base).is_multiple_of(self.every) {
            start = self.table.latest((start + needed).checked_sub(1)?, needed, 0)?;
        }
        Some(start)
    }
}

/// What grounds are made with.
struct Maker<'m> {
    plan: &'m Plan,
    sea: &'m Sea,
    grid: Horizon,
    has_closures: bool,
    /// By weather and channel: the worst sample that touches each slot; NaN where one is missing.
    worst: BTreeMap<(usize, String), Vec<f64>>,
    channels: Vec<String>,
}

impl Maker<'_> {
    fn channel(&mut self, name: &str) -> u8 {
        let known = self.channels.iter().position(|channel| channel == name);
        known.unwrap_or_else(|| {
            self.channels.push(name.to_owned());
            self.channels.len() - 1
        }) as u8
    }

    /// Per slot what closes it at a site under `limits`: of several channels the one that is furthest beyond its limit.
    fn causes(&mut self, site: Option<Ix<Site>>, limits: &Limits) -> Vec<u8> {
        self.causes_in(site.and_then(|site| self.plan.sites[site].weather), limits)
    }

    fn causes_in(&mut self, weather: Option<Ix<Weather>>, limits: &Limits) -> Vec<u8> {
        let slots = self.grid.slots;
        let mut causes = vec![OPEN; slots];
        let mut excess = vec![0.0f64; slots];
        for limit in limits.iter() {
            let channel = self.channel(&limit.channel);
            let Some(weather) = weather else {
                causes.fill(channel);
                continue;
            };
            let (series, grid) = (self.sea.series(weather), &self.grid);
            let worst = self
                .worst
                .entry((weather.index(), limit.channel.clone()))
                .or_insert_with(|| worst_samples(series, &limit.channel, grid));
            for ((cause, excess), &value) in causes.iter_mut().zip(&mut excess).zip(worst.iter()) {
                if limit.admits(value) {
                    continue;
                }
                let beyond = if value.is_nan() { f64::INFINITY } else { value / limit.at_most };
                if *cause == OPEN || beyond > *excess {
                    (*cause, *excess) = (channel, beyond);
                }
            }
        }
        causes
    }

    fn work(&mut self, mut cause: Vec<u8>, barred: &[bool], pauses: (usize, &[bool])) -> Work {
        let (longest, safe) = pauses;
        for (cause, &barred) in cause.iter_mut().zip(barred) {
            if barred {
                *cause = BARRED;
            }
        }
        let open: Vec<bool> = cause.iter().map(|&cause| cause == OPEN).collect();
        let table = WorkTable::new(&open, Pauses { longest, safe });
        let free = barred.iter().any(|&barred| barred).then(|| {
            let free: Vec<bool> = barred.iter().map(|&barred| !barred).collect();
            WorkTable::new(&free, Pauses { longest, safe: &[] })
        });
        Work { table, free, cause, gates: None, every: 1 }
    }

    /// Per slot whether a closure of that kind touches it.
    fn closed(&self, is_meant: impl Fn(Closed) -> bool) -> Vec<bool> {
        let mut closed = vec![false; self.grid.slots];
        // A voyage that is late meets the closures after the plan's time as well.
        let horizon = Horizon { slots: self.grid.slots, ..self.plan.horizon };
        for closure in self.plan.closures.iter().filter(|c| self.has_closures && is_meant(c.what)) {
            closed[horizon.touched(closure.from, closure.to)].fill(true);
        }
        closed
    }

    fn task(&mut self, place: Ix<Task>) -> Work {
        let (plan, grid) = (self.plan, self.grid);
        let task = &plan.tasks[place];
        let mut barred = self.closed(|closed| match closed {
            Closed::Task(t) => t == place,
            Closed::Site(s) => task.site == Some(s),
            Closed::Vessel(v) => task.needs(v),
            Closed::Sampling(_) | Closed::Process(_) => false,
        });
        if let (true, Some(site)) = (task.daylight, task.site) {
            for (slot, barred) in barred.iter_mut().enumerate() {
                *barred |= is_dark(&grid, &plan.sites[site], slot);
            }
        }
        if !task.phases.is_empty() {
            return self.in_phases(task, &barred);
        }
        let cause = self.causes(task.site, &task_limits(plan, task));
        let longest = match (task.suspend, task.max_pause) {
            (Suspend::Never, _) => 0,
            (_, Some(pause)) => grid.slots_for(pause),
            (_, None) => usize::MAX,
        };
        let safe: Vec<bool> = match (task.stand, task.suspend) {
            (Some(stand), Suspend::Hold) => {
                let gear = &plan.vessels[stand.vessel].gear;
                let survives = gear[stand.gear].survives.and(&gear[task.leaves].survives);
                self.causes(task.site, &survives).into_iter().map(|cause| cause == OPEN).collect()
            }
            _ => Vec::new(),
        };
        self.work(cause, &barred, (longest, &safe))
    }

    /// A task in phases: of every slot is known whether it may start there, and else what is first against it.
    fn in_phases(&mut self, task: &Task, barred: &[bool]) -> Work {
        let grid = self.grid;
        let mut phases = stretches(self.plan, task);
        phases.push((grid.slots_for(task.contingency), in_reserve(self.plan, task)));
        let needed: usize = phases.iter().map(|(slots, _)| slots).sum();
        let mut cause = vec![OPEN; grid.slots];
        let mut is_start: Vec<bool> = (0..grid.slots).map(|slot| slot + needed <= grid.slots).collect();
        let mut done = 0;
        for (slots, limits) in phases {
            let mut causes = self.causes(task.site, &limits);
            causes
                .iter_mut()
                .zip(barred)
                .filter(|(_, barred)| **barred)
                .for_each(|(cause, _)| *cause = BARRED);
            let closed = next_marked(causes.iter().map(|&cause| cause != OPEN));
            for (start, first) in cause.iter_mut().enumerate().filter(|(_, first)| **first == OPEN) {
                let from = (start + done).min(grid.slots);
                let next = closed[from] as usize;
                if next < from + slots {
                    *first = causes.get(next).copied().unwrap_or(OPEN);
                    is_start[start] = false;
                }
            }
            done += slots;
        }
        let mut work = self.work(vec![OPEN; grid.slots], barred, (0, &[]));
        (work.table, work.cause) = (WorkTable::of_starts(&is_start), cause);
        work
    }

    /// A transfer; of two vessels that meet neither is closed meanwhile, and the gear of both survives.
    fn transfer(&mut self, transfer: &Transfer) -> Work {
        let Some(other) = transfer.meets else { return self.flow(transfer.stand, &transfer.limits, None) };
        let limits = transfer.limits.and(&self.plan.gear(other).survives);
        self.flow_of(transfer.stand, Some(other.vessel), &limits, None)
    }

    fn flow(&mut self, stand: Stand, limits: &Limits, sampling: Option<Ix<Sampling>>) -> Work {
        self.flow_of(stand, None, limits, sampling)
    }

    fn flow_of(
        &mut self,
        stand: Stand,
        other: Option<Ix<Vessel>>,
        limits: &Limits,
        sampling: Option<Ix<Sampling>>,
    ) -> Work {
        let barred = self.closed(|closed| match closed {
            Closed::Site(site) => site == stand.site,
            Closed::Vessel(vessel) => vessel == stand.vessel || Some(vessel) == other,
            Closed::Sampling(place) => Some(place) == sampling,
            Closed::Task(_) | Closed::Process(_) => false,
        });
        let cause = self.causes(Some(stand.site), &limits.and(&self.plan.gear(stand).survives));
        self.work(cause, &barred, (0, &[]))
    }

    fn legs(&mut self, vessel: Ix<Vessel>) -> Vec<Work> {
        let plan = self.plan;
        let ship = &plan.vessels[vessel];
        let closed = self.closed(|closed| closed == Closed::Vessel(vessel));
        let mut legs = Vec::new();
        for leg in &ship.legs {
            let mut barred = closed.clone();
            for site in [leg.from, leg.to].into_iter().filter(|_| ship.daylight) {
                for (slot, barred) in barred.iter_mut().enumerate() {
                    *barred |= is_dark(&self.grid, &plan.sites[site], slot);
                }
            }
            let mut cause = vec![OPEN; self.grid.slots];
            for site in [leg.from, leg.to].into_iter().filter(|&site| plan.sites[site].weather.is_some()) {
                for (cause, other) in cause.iter_mut().zip(self.causes(Some(site), &ship.sail_limits)) {
                    *cause = if *cause == OPEN { other } else { *cause };
                }
            }
            let mut work = match plan.knows_the_way_of(leg) {
                true => self.on_the_way(leg, &ship.sail_limits, &barred),
                false => self.work(cause, &barred, (0, &[])),
            };
            work.every = ship.departs_every as u32;
            let [leaves, enters] = [leg.from, leg.to].map(|port| -> Vec<bool> {
                self.closed(|closed| closed == Closed::Site(port)).into_iter().map(|closed| !closed).collect()
            });
            if leaves.iter().chain(&enters).any(|open| !open) {
                work.gates = Some((leaves, enters));
            }
            legs.push(work);
        }
        legs
    }

    /// A leg on whose way the weather is known: of every slot is known whether it may begin there, and else what is first against it.
    fn on_the_way(&mut self, leg: &Leg, limits: &Limits, barred: &[bool]) -> Work {
        let slots = self.grid.slots;
        let needed = self.grid.slots_for(leg.duration).max(1);
        let mut first = vec![(NEVER, OPEN); slots];
        let is_barred = barred.iter().map(|&barred| if barred { BARRED } else { OPEN }).collect();
        let mut all = vec![(0..needed, is_barred)];
        for Met { weather, slots } in self.plan.met_on(leg) {
            all.push((slots, self.causes_in(Some(weather), limits)));
        }
        for (within, causes) in all {
            let closed = next_marked(causes.iter().map(|&cause| cause != OPEN));
            for (start, first) in first.iter_mut().enumerate() {
                let next = closed[(start + within.start).min(slots)];
                if next < first.0 && (next as usize) < start + within.end {
                    *first = (next, causes[next as usize]);
                }
            }
        }
        let is_start: Vec<bool> = first
            .iter()
            .enumerate()
            .map(|(slot, first)| first.0 == NEVER && slot + needed <= slots)
            .collect();
        let mut work = self.work(vec![OPEN; slots], barred, (0, &[]));
        work.table = WorkTable::of_starts(&is_start);
        work.cause = first.into_iter().map(|(_, cause)| cause).collect();
        work
    }

    fn dangers(&mut self, vessel: Ix<Vessel>) -> Vec<Vec<Vec<u32>>> {
        let plan = self.plan;
        let ship = &plan.vessels[vessel];
        let at_site = |maker: &mut Maker<'_>, site: Ix<Site>| -> Vec<Vec<u32>> {
            let next = |maker: &mut Maker<'_>, survives: &Limits| {
                if survives.is_empty() {
                    return Vec::new();
                }
                next_marked(maker.causes(Some(site), survives).into_iter().map(|cause| cause != OPEN))
            };
            if !ship.calls.contains(&site) {
                return Vec::new();
            }
            ship.gear.iter().map(|gear| next(maker, &gear.survives)).collect()
        };
        plan.sites.places().map(|site| at_site(self, site)).collect()
    }
}

/// The worst sample of a channel in each slot; NaN where one that touches it is missing.
fn worst_samples(series: &Series, channel: &str, grid: &Horizon) -> Vec<f64> {
    let Some(channel) = series.channel(channel) else { return vec![f64::NAN; grid.slots] };
    let values = &series.values[channel];
    if series.step == grid.slot
        && let Some(samples) = series.samples_touching(grid.start, grid.end())
        && samples.len() == grid.slots
    {
        return values[samples].to_vec();
    }
    let worst = |slot: usize| {
        let samples = series.samples_touching(grid.time(slot), grid.time(slot + 1))?;
        let worse = |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) };
        values[samples].iter().copied().reduce(worse)
    };
    (0..grid.slots).map(|slot| worst(slot).unwrap_or(f64::NAN)).collect()
}

/// Whether the sun is down at some moment of a slot (looked at every ten minutes); always where no position is known.
fn is_dark(grid: &Horizon, site: &Site, slot: usize) -> bool {
    const LOOK_SECONDS: i64 = 600;
    let Some(position) = site.position else { return true };
    let length = grid.slot.seconds();
    let looks = (0..length).step_by(LOOK_SECONDS as usize).chain([length]);
    looks.into_iter().any(|s| !is_daylight(position, grid.time(slot) + chrono::TimeDelta::seconds(s)))
}
