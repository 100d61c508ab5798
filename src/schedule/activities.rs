//! Activities: what each vessel and crew does when, as a schedule tells it.
//!
//! In: an itinerary and its outlook. Out: an [`Activity`] for each move and for each wait between two of them, with what is waited for.
//! What flows ashore by itself has its own: see [`super::shore`].

use super::account::{Clock, rounded, stretches};
use super::outlook::Outlook;
use super::{Activity, Itinerary, Kind, Move, TankFlow, What};
use crate::id::Ix;
use crate::plan::{Plan, Site, Suspend, Task, Transfer, Vessel};
use crate::time::Slot;
use std::collections::BTreeMap;
use std::ops::Range;

/// The activities as they are put together.
pub(super) struct Activities<'a> {
    plan: &'a Plan,
    clock: Clock<'a>,
    outlook: &'a Outlook<'a>,
    tanks: &'a [TankFlow],
    /// The slot before which all has happened.
    happened: Slot,
    /// What is put together so far: by vessel in the plan's order and then by time; work without a vessel last.
    pub(super) rows: Vec<Activity>,
    counts: BTreeMap<String, usize>,
}

impl<'a> Activities<'a> {
    /// Those of an itinerary, but for what flows ashore.
    pub(super) fn new(plan: &'a Plan, itinerary: &'a Itinerary, outlook: &'a Outlook<'a>) -> Activities<'a> {
        let mut activities = Activities {
            plan,
            clock: Clock { plan },
            outlook,
            tanks: &itinerary.tanks,
            happened: itinerary.happened,
            rows: Vec::new(),
            counts: BTreeMap::new(),
        };
        for vessel in plan.vessels.places() {
            activities.add_vessel(vessel, &itinerary.vessels[vessel.index()]);
        }
        for &(task, start, end) in &itinerary.alone {
            activities.add_task(task, None, start, end);
        }
        activities
    }

    /// A name that no other activity has: the name of the thing and a number.
    fn name(&mut self, of: &str) -> String {
        let count = self.counts.entry(of.to_owned()).or_default();
        *count += 1;
        format!("{of}.{count}")
    }

    /// An activity of a kind, with a name and slots, and nothing else.
    pub(super) fn blank(&mut self, kind: Kind, of: &str, name: String, slots: Range<Slot>) -> Activity {
        Activity {
            id: self.name(of),
            kind,
            name,
            task: None,
            vessel: None,
            site: None,
            to_site: None,
            speed_kn: None,
            gear: None,
            start: self.clock.at(slots.start),
            end: self.clock.at(slots.end),
            work: Vec::new(),
            waiting_h: 0.0,
            tonnes: None,
            commodity: None,
            tanks: Vec::new(),
            made: None,
            course: Vec::new(),
            float_h: None,
            critical: false,
        }
    }

    fn add_vessel(&mut self, vessel: Ix<Vessel>, moves: &[Move]) {
        let plan = self.plan;
        let (mut site, mut gear, mut now) = (plan.vessels[vessel].at, 0, 0);
        for (place, next) in moves.iter().enumerate() {
            if next.start > now {
                let kind = if place == 0 { Kind::Idle } else { Kind::Wait };
                self.add_pause(kind, vessel, (site, gear), now..next.start, Some(next));
            }
            match &next.what {
                What::Task(task) => {
                    self.add_task(*task, Some(vessel), next.start, next.end);
                    gear = plan.tasks[*task].leaves;
                }
                What::Sail(from, to) => {
                    self.add_sail(vessel, *from, *to, next.start..next.end);
                    site = *to;
                }
                What::Sample(..) | What::Transfer(..) => self.add_flow(next),
                What::Alongside(transfer) => self.add_alongside(*transfer, next.start..next.end),
            }
            now = next.end;
        }
        if now < plan.horizon.slots {
            self.add_pause(Kind::Idle, vessel, (site, gear), now..plan.horizon.slots, None);
        }
    }

    /// A wait for `next`, or idleness.
    fn add_pause(
        &mut self,
        kind: Kind,
        vessel: Ix<Vessel>,
        (site, gear): (Ix<Site>, usize),
        slots: Range<Slot>,
        next: Option<&Move>,
    ) {
        let ship = &self.plan.vessels[vessel];
        let name = match (kind, next) {
            (Kind::Wait, Some(next)) => format!("wait for {}", self.title(next)),
            _ => "idle".to_owned(),
        };
        let mut pause = self.blank(kind, &format!("{}.{}", kind.word(), ship.id), name, slots.clone());
        pause.vessel = Some(ship.id.clone());
        pause.site = Some(self.plan.sites[site].id.clone());
        pause.gear = Some(ship.gear[gear].id.clone());
        if let (Kind::Wait, Some(next)) = (kind, next) {
            let on_weather = stretches(slots, |slot| self.outlook.waits_on_weather(vessel, next, slot));
            pause.waiting_h = self.hours(&on_weather);
            pause.work = on_weather.into_iter().map(|slots| self.clock.interval(slots)).collect();
        }
        self.rows.push(pause);
    }

    fn hours(&self, stretches: &[Range<Slot>]) -> f64 {
        stretches.iter().map(ExactSizeIterator::len).sum::<usize>() as f64 * self.plan.horizon.slot_h()
    }

    /// What people call a move.
    fn title(&self, what: &Move) -> String {
        match &what.what {
            What::Task(task) => self.plan.tasks[*task].name.clone(),
            What::Sail(from, to) => format!("{} to {}", self.plan.sites[*from].id, self.plan.sites[*to].id),
            What::Sample(sampling, _) => self.plan.samplings[*sampling].id.clone(),
            What::Transfer(transfer, _) | What::Alongside(transfer) => {
                self.plan.transfers[*transfer].id.clone()
            }
        }
    }

    fn add_task(&mut self, task: Ix<Task>, vessel: Option<Ix<Vessel>>, start: Slot, end: Slot) {
        let plan = self.plan;
        let work = &plan.tasks[task];
        let slots = &self.outlook.tasks[task.index()].slots;
        let mut row = self.blank(Kind::Task, &work.id, work.name.clone(), start..end);
        // Of what has happened otherwise than the weather allows it is not known when it paused.
        let finish = self.outlook.tasks[task.index()].starts.finish(start);
        let is_whole = work.suspend == Suspend::Never || (start < self.happened && finish != Some(end));
        let worked = match is_whole {
            true => std::iter::once(start..end).collect(),
            false => stretches(start..end, |slot| slots.open[slot]),
        };
        row.work =
            worked.into_iter().filter(|slots| !slots.is_empty()).map(|s| self.clock.interval(s)).collect();
        row.waiting_h = match is_whole {
            true => 0.0,
            false => self.hours(&stretches(start..end, |slot| slots.waits_on_weather(slot))),
        };
        row.task = Some(work.id.clone());
        row.site = work.site.map(|site| plan.sites[site].id.clone());
        if let Some(vessel) = vessel {
            row.vessel = Some(plan.vessels[vessel].id.clone());
            row.gear = Some(plan.vessels[vessel].gear[work.leaves].id.clone());
        }
        self.rows.push(row);
    }

    fn add_sail(&mut self, vessel: Ix<Vessel>, from: Ix<Site>, to: Ix<Site>, slots: Range<Slot>) {
        let ship = &self.plan.vessels[vessel];
        let leg = self.plan.leg_in(vessel, from, to, slots.len()).filter(|_| ship.paces.len() > 1);
        let (from, to) = (&self.plan.sites[from].id, &self.plan.sites[to].id);
        let mut row =
            self.blank(Kind::Sail, &format!("sail.{}", ship.id), format!("{from} to {to}"), slots.clone());
        row.vessel = Some(ship.id.clone());
        row.site = Some(from.clone());
        row.to_site = Some(to.clone());
        row.speed_kn = leg.map(|leg| ship.legs[leg].pace.knots());
        row.gear = Some(ship.gear[0].id.clone());
        row.work = vec![self.clock.interval(slots)];
        self.rows.push(row);
    }

    /// A run of sampling or a transfer.
    fn add_flow(&mut self, flow: &Move) {
        let plan = self.plan;
        let (kind, id, stand, commodity, tonnes) = match &flow.what {
            What::Sample(place, tonnes) => {
                let sampling = &plan.samplings[*place];
                (Kind::Sampling, &sampling.id, sampling.stand, sampling.commodity, tonnes)
            }
            What::Transfer(place, tonnes) => {
                let transfer = &plan.transfers[*place];
                (Kind::Transfer, &transfer.id, transfer.stand, transfer.commodity, tonnes)
            }
            What::Task(_) | What::Sail(..) | What::Alongside(_) => return,
        };
        let ship = &plan.vessels[stand.vessel];
        let mut row = self.blank(kind, id, id.clone(), flow.start..flow.end);
        row.task = Some(id.clone());
        row.vessel = Some(ship.id.clone());
        row.site = Some(plan.sites[stand.site].id.clone());
        row.gear = Some(ship.gear[stand.gear].id.clone());
        row.work = vec![self.clock.interval(flow.start..flow.end)];
        row.tonnes = Some(rounded(tonnes.iter().sum()));
        row.commodity = Some(plan.commodities[commodity].id.clone());
        row.tanks = self.in_tanks(stand.vessel, flow.start);
        self.rows.push(row);
    }
}

impl Activities<'_> {
    /// The other side of a transfer between two vessels; the tonnes are told by the one that comes.
    fn add_alongside(&mut self, transfer: Ix<Transfer>, slots: Range<Slot>) {
        let plan = self.plan;
        let transfer = &plan.transfers[transfer];
        let Some(stand) = transfer.meets else { return };
        let (ship, comes) = (&plan.vessels[stand.vessel], &plan.vessels[transfer.stand.vessel].id);
        let name = format!("{} (with {comes})", transfer.id);
        let mut row =
            self.blank(Kind::Transfer, &format!("{}.{}", transfer.id, ship.id), name, slots.clone());
        row.task = Some(transfer.id.clone());
        row.vessel = Some(ship.id.clone());
        row.site = Some(plan.sites[stand.site].id.clone());
        row.gear = Some(ship.gear[stand.gear].id.clone());
        row.tanks = self.in_tanks(stand.vessel, slots.start);
        row.work = vec![self.clock.interval(slots)];
        row.commodity = Some(plan.commodities[transfer.commodity].id.clone());
        self.rows.push(row);
    }

    /// The tanks of a vessel that what begins in a slot goes into, or out of.
    fn in_tanks(&self, vessel: Ix<Vessel>, start: Slot) -> Vec<(String, f64)> {
        let Some(flow) = self.tanks.iter().find(|flow| (flow.vessel, flow.start) == (vessel, start)) else {
            return Vec::new();
        };
        let tanks = self.plan.vessels[vessel].tanks.iter().zip(&flow.tonnes);
        let told = tanks.map(|(tank, &tonnes)| (tank.id.clone(), rounded(tonnes)));
        told.filter(|(_, tonnes)| *tonnes > 0.0).collect()
    }
}

impl Activity {
    /// Whether a vessel or a crew does something in it: it is neither waiting nor idle, nor does it go on ashore by itself.
    pub fn is_real(&self) -> bool {
        !matches!(self.kind, Kind::Wait | Kind::Idle | Kind::Process | Kind::Supply)
    }

    /// Its length in hours.
    pub fn hours(&self) -> f64 {
        (self.end - self.start).num_seconds() as f64 / 3600.0
    }

    /// The hours of its work intervals.
    pub fn work_h(&self) -> f64 {
        self.work.iter().map(|(from, to)| (*to - *from).num_seconds() as f64 / 3600.0).sum()
    }
}
