//! What has happened on a voyage: the same in every run, whatever the weather of its year.
//!
//! In: a plan, its sea, a schedule of it, and the time up to which it has happened. Out: [`Past`]: who did what, how much of what is under way
//! is done, and what every vessel did with its time; and the sea of a run, which is the plan's own up to then, or as far as
//! its forecast is trusted ([`Past::sea_of`]).
//! Put back into a voyage it is by `relive`, and into a fleet by `resume`. No rule of the plan is asked of it.
//! Not in the middle of filling or emptying tanks: how much is in which of them then is not told.

use super::joint::{Joint, join, own_until};
use super::log::Spent;
use crate::error::Error;
use crate::id::Ix;
use crate::log::up_to;
use crate::plan::{Plan, Sampling, Sea, Tank, Task, Vessel};
use crate::schedule::{Activity, Interval, Itinerary, Kind, Move, Schedule, Shore, TankFlow, Time, What};
use crate::units::Span;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Tonnes by which the roundings of a schedule may differ from nothing.
pub const ROUNDINGS: f64 = 1e-5;

/// A task that is under way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rest {
    /// The task.
    pub task: Ix<Task>,
    /// The slot in which it began.
    pub start: u32,
    /// Slots of it that have been worked.
    pub done: u32,
    /// Slots of it that are to come, as scheduled.
    pub left: u32,
    /// Slots for which it has been pausing by now.
    pub paused: u32,
    /// Whether it is told when it will end, otherwise than it was planned.
    pub is_told: bool,
}

/// What has happened.
#[derive(Debug, Clone)]
pub struct Past {
    /// The slot from the voyage's start on before which all of it was begun.
    pub until: u32,
    /// What was done; of what is under way the end is as scheduled, and its tonnes only those from before.
    pub itinerary: Itinerary,
    /// Tasks that are under way.
    pub rests: Vec<Rest>,
    /// By vessel what it did with its time, up to `until` or the end of the last thing that it began.
    pub spent: Vec<Spent>,
    /// By vessel the slots for which it has been waiting since the last thing that it did: for the weather, and for anything else.
    pub waits: Vec<(u32, u32)>,
    /// Sessions that are under way or still to come: whose, and the slot in which they begin in the schedule.
    open: Vec<(Ix<Vessel>, usize)>,
    /// The slot before which the weather is the plan's own in every run: `until`, or later where its forecast is trusted.
    pub own: u32,
    /// The plan's sea.
    sea: Sea,
}

impl PartialEq for Past {
    fn eq(&self, other: &Past) -> bool {
        (self.until, self.own) == (other.until, other.own)
            && self.itinerary == other.itinerary
            && self.rests == other.rests
    }
}

fn is_session(what: &What) -> bool {
    matches!(what, What::Sample(..) | What::Transfer(..) | What::Alongside(_))
}

/// The tonnes of a move; none of what moves nothing.
pub fn tonnes_of(what: &What) -> &[f64] {
    match what {
        What::Sample(_, tonnes) | What::Transfer(_, tonnes) => tonnes,
        What::Task(_) | What::Sail(..) | What::Alongside(_) => &[],
    }
}

impl Past {
    /// What has happened of a schedule up to a time, which is taken to the end of its slot.
    ///
    /// # Errors
    /// When the time lies outside the plan's, before what the schedule tells has happened, or when what has happened cannot be followed.
    pub fn new(plan: &Plan, sea: &Sea, schedule: &Schedule, until: DateTime<Utc>) -> Result<Past, Error> {
        may_have_happened(plan, schedule, until)?;
        let slot = plan.horizon.ceil(until);
        let happened = up_to(plan, sea, schedule, slot)?;
        if let Some(id) = happened.overtaken.first() {
            return Err(Error::Usage(format!(
                "the schedule cannot have happened: {id} is done for a vessel that is not there"
            )));
        }
        let mut itinerary = happened.past;
        itinerary.happened = slot;
        let teller = Teller { plan, schedule, until: slot };
        itinerary.vessels.iter_mut().zip(plan.vessels.iter()).for_each(|(moves, ship)| {
            moves.iter_mut().for_each(|step| teller.whole(&ship.id, step));
        });
        itinerary.tanks = teller.tanks(&itinerary)?;
        let alone = itinerary.alone.iter().map(|&(task, start, end)| (task, start, end));
        let by_vessels = itinerary.vessels.iter().flatten().filter_map(|step| match step.what {
            What::Task(task) => Some((task, step.start, step.end)),
            _ => None,
        });
        let rests = alone.chain(by_vessels).filter(|(.., end)| *end > slot);
        let rests = rests.map(|(task, start, end)| teller.rest(task, start..end)).collect();
        let of_all = |(place, ship): (Ix<Vessel>, &Vessel)| {
            teller.spent(&ship.id, !itinerary.vessels[place.index()].is_empty())
        };
        let (spent, waits) = plan.vessels.entries().map(of_all).unzip();
        let open = plan.vessels.places().zip(&happened.before.vessels).flat_map(|(vessel, moves)| {
            let open = moves.iter().filter(|step| is_session(&step.what) && step.end > slot);
            open.map(move |step| (vessel, step.start))
        });
        let open = open.collect();
        let until = slot as u32;
        Ok(Past { until, itinerary, rests, spent, waits, open, own: until, sea: sea.clone() })
    }

    /// Whether anything that a vessel begins in some slots of the schedule is a session that is under way, or still to come.
    pub fn goes_on(&self, vessel: Ix<Vessel>, slots: Range<usize>) -> bool {
        self.open.iter().any(|(own, start)| *own == vessel && slots.contains(start))
    }

    /// Tonnes that a vessel has moved in what it began in some slots.
    pub fn moved(&self, vessel: Ix<Vessel>, slots: Range<usize>) -> f64 {
        let own = self.itinerary.vessels[vessel.index()].iter().filter(|step| slots.contains(&step.start));
        own.flat_map(|step| tonnes_of(&step.what)).sum()
    }

    /// Whether a vessel is at lifting or moving that began in a slot.
    pub fn is_under_way(&self, vessel: Ix<Vessel>, start: usize) -> bool {
        start < self.until as usize && self.open.contains(&(vessel, start))
    }

    /// Tonnes that were lifted.
    pub fn lifted(&self, sampling: Ix<Sampling>) -> f64 {
        let own = self.itinerary.vessels.iter().flatten();
        let own = own.filter(|step| matches!(step.what, What::Sample(of, _) if of == sampling));
        own.flat_map(|step| tonnes_of(&step.what)).sum()
    }

    /// The task that began in a slot, if it is under way.
    pub fn rest(&self, task: Ix<Task>, start: usize) -> Option<&Rest> {
        self.rests.iter().find(|rest| rest.task == task && rest.start as usize == start)
    }

    /// How often a task was begun.
    pub fn times_begun(&self, task: Ix<Task>) -> usize {
        let by_vessels = self.itinerary.vessels.iter().flatten().filter(|step| step.what == What::Task(task));
        by_vessels.count() + self.itinerary.alone.iter().filter(|done| done.0 == task).count()
    }

    /// A process that has been fed and whose yield is uncertain: what came of it is known, and what will come of it is drawn.
    pub fn fed_of_uncertain(&self, plan: &Plan) -> Option<String> {
        let mut fed = self.itinerary.shore.iter().filter_map(|flow| match flow.of {
            Shore::Process(process) => Some(&plan.processes[process]),
            Shore::Demand(_) => None,
        });
        fed.find(|process| process.spread.is_some()).map(|process| process.id.clone())
    }

    /// What tells this past from any other.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(format!("{} {:?}", self.until, self.itinerary));
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The same with the plan's own weather for so long after now in every run.
    ///
    /// # Errors
    /// As for [`own_until`].
    pub fn with_own_weather(self, plan: &Plan, own: Span) -> Result<Past, Error> {
        let own = own_until(plan, &self.sea, self.until, own)?;
        Ok(Past { own, ..self })
    }

    /// Whether the weather of runs is the plan's own for a while after now.
    pub fn has_forecast(&self) -> bool {
        self.own > self.until
    }

    /// The sea of a run whose voyage starts at `start`: the plan's own up to now, or as far as its forecast is trusted, and that of the run's
    /// year from then on.
    pub fn sea_of(&self, year: &Sea, plan: &Plan, start: DateTime<Utc>) -> Sea {
        let after = |slots: usize| TimeDelta::seconds(plan.horizon.slot.seconds() * slots as i64);
        // Tables of a joined sea cover twice the plan's time; a reference period may reach beyond them.
        let to = self.has_forecast().then(|| start + after(3 * plan.horizon.slots));
        let at = start + after(self.own as usize);
        join(&self.sea, year, Joint { shift: start - plan.horizon.start, from: start, at, to })
    }
}

/// Whether all of a schedule up to a time can be taken to have happened.
fn may_have_happened(plan: &Plan, schedule: &Schedule, until: DateTime<Utc>) -> Result<(), Error> {
    let [start, end] = [plan.horizon.start, plan.horizon.end()].map(|time| plan.zone.local(time));
    if until < plan.horizon.start || until > plan.horizon.end() {
        let message = format!("{until} is not within the plan's time, which goes from {start} to {end}");
        return Err(Error::Usage(message));
    }
    if let Some(happened) = schedule.happened.filter(|happened| happened.to_utc() > until) {
        return Err(Error::Usage(format!(
            "the schedule tells what has happened up to {happened} already; take a later time, or the schedule from before"
        )));
    }
    Ok(())
}

/// Reads off a schedule what its activities were at, up to a slot.
struct Teller<'t> {
    plan: &'t Plan,
    schedule: &'t Schedule,
    until: usize,
}

impl Teller<'_> {
    fn slot(&self, time: Time) -> usize {
        self.plan.horizon.floor(time.to_utc())
    }

    /// Slots of intervals that lie in `slots`.
    fn within(&self, work: &[Interval], slots: &Range<usize>) -> u32 {
        let each = |(from, to): &Interval| {
            let (from, to) = (self.slot(*from).max(slots.start), self.slot(*to).min(slots.end));
            to.saturating_sub(from) as u32
        };
        work.iter().map(each).sum()
    }

    fn of_vessel<'a>(&'a self, vessel: &'a str) -> impl Iterator<Item = &'a Activity> {
        self.schedule.of_vessel(vessel)
    }

    /// Gives a move that is over exactly the tonnes that the schedule tells of it: slot by slot they are read off stocks, which are rounded.
    fn whole(&self, vessel: &str, step: &mut Move) {
        let is_it = |activity: &&Activity| activity.is_real() && self.slot(activity.start) == step.start;
        let told = self.of_vessel(vessel).find(is_it).and_then(|activity| activity.tonnes);
        let is_over = step.end <= self.until;
        if let (What::Sample(_, tonnes) | What::Transfer(_, tonnes), Some(told)) = (&mut step.what, told) {
            let sum: f64 = tonnes.iter().sum();
            if is_over && sum > 0.0 && (sum - told).abs() < ROUNDINGS * tonnes.len() as f64 {
                tonnes.iter_mut().for_each(|tonnes| *tonnes *= told / sum);
            }
        }
    }

    /// What went into which tank, as the schedule tells it.
    fn tanks(&self, itinerary: &Itinerary) -> Result<Vec<TankFlow>, Error> {
        let mut flows = Vec::new();
        for (vessel, ship) in self.plan.vessels.entries().filter(|(_, ship)| !ship.tanks.is_empty()) {
            for step in itinerary.vessels[vessel.index()].iter().filter(|step| is_session(&step.what)) {
                let is_it =
                    |activity: &&Activity| activity.is_real() && self.slot(activity.start) == step.start;
                let Some(activity) = self.of_vessel(&ship.id).find(is_it) else { continue };
                if step.end > self.until {
                    return Err(Error::Usage(format!(
                        "{} is filling or emptying its tanks in {} then, and which of them by how much is not known; take a time before it begins, or \
                         after it ends",
                        ship.id, activity.id
                    )));
                }
                let part = |tank: &Tank| {
                    let told = activity.tanks.iter().find(|(name, _)| *name == tank.id);
                    told.map_or(0.0, |(_, tonnes)| *tonnes)
                };
                let tonnes = ship.tanks.iter().map(part).collect();
                flows.push(TankFlow { vessel, start: step.start, tonnes });
            }
        }
        Ok(flows)
    }

    fn rest(&self, task: Ix<Task>, slots: Range<usize>) -> Rest {
        let id = &self.plan.tasks[task].id;
        let is_it = |activity: &&Activity| {
            activity.task.as_ref() == Some(id) && self.slot(activity.start) == slots.start
        };
        let work = self.schedule.activities.iter().filter(|a| a.kind == Kind::Task).find(is_it);
        let work = work.map_or(&[][..], |activity| &activity.work);
        let done = self.within(work, &(slots.start..self.until));
        let left = self.within(work, &(self.until..slots.end)).max(1);
        let planned = self.plan.horizon.slots_for(self.plan.tasks[task].duration) as u32;
        let ends = work.iter().filter(|(from, _)| self.slot(*from) < self.until);
        let last = ends.map(|(_, to)| self.slot(*to).min(self.until)).max().unwrap_or(slots.start);
        let paused = (self.until - last) as u32;
        Rest { task, start: slots.start as u32, done, left, paused, is_told: done + left != planned }
    }

    /// What a vessel did with its time, and for how long it has been waiting since then.
    fn spent(&self, vessel: &str, has_begun: bool) -> (Spent, (u32, u32)) {
        let (mut spent, mut waits) = (Spent::default(), (0, 0));
        if !has_begun {
            return (spent, waits);
        }
        let mut is_first = true;
        let mut last = 0;
        for activity in self.of_vessel(vessel).filter(|activity| self.slot(activity.start) < self.until) {
            let (start, end) = (self.slot(activity.start), self.slot(activity.end).min(self.until));
            let (all, work) = ((end - start) as u32, self.within(&activity.work, &(start..end)));
            match activity.kind {
                Kind::Task => {
                    let told = (activity.waiting_h / self.plan.horizon.slot_h()).round() as u32;
                    let weather = told.min(all - work);
                    spent.work += work;
                    spent.weather += weather;
                    spent.other += all - work - weather;
                }
                Kind::Sail => spent.sail += all,
                Kind::Sampling | Kind::Transfer => spent.work += all,
                Kind::Wait if self.slot(activity.end) >= self.until => waits = (work, all - work),
                Kind::Wait => {
                    spent.weather += work;
                    spent.other += all - work;
                }
                Kind::Idle if is_first => spent.idle += all,
                Kind::Idle | Kind::Process | Kind::Supply => {}
            }
            is_first = false;
            if activity.is_real() {
                last = end;
            }
        }
        // Who lies there without anything to do, and then has something to do, has been waiting.
        let since = (self.until - last) as u32;
        let waits = if waits == (0, 0) { (0, since) } else { waits };
        (spent, waits)
    }
}
