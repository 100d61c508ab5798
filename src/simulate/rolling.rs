//! The policy `rolling`: planned anew every day with the forecast that a planner would have had, and the climate after it.
//!
//! In: a case, a field of starts, a run. Out: what was done in it.
//! Every [`EVERY_H`] hours, and whenever work takes longer than planned, what has happened is kept and the rest is optimised again. The
//! forecast is perfect; beyond it the planner reckons with the same dates of the weather year before in the list, as one draw of the
//! climate, and with durations as planned. Work is begun only where it can be finished by the rules, as under `follow`; how long it takes
//! is known once it has begun. Where no year of the climate leaves a way to do all, a day is waited, if the gear may.
//! A smallest run of sampling that is longer than the forecast may begin on what the climate promises.
//! Not the fastest way to sail: each day is a solve.

use super::case::Case;
use super::fleet::Task as Runs;
use super::policy::Decided;
use super::replay::{plan_of_run, schedule_of};
use super::starts::Field;
use crate::error::Error;
use crate::id::Ix;
use crate::model::{Bar, Options, Outcome as Planned, Past, optimise_after};
use crate::plan::windows::{TaskWindows, may_stay, of_leg, of_task};
use crate::plan::{Plan, Sea, Stand, Task, Vessel};
use crate::schedule::{Itinerary, Move, Schedule, Status, What};
use crate::time::Slot;
use crate::units::Span;
use crate::weather::{Series, Starts};
use chrono::{DateTime, TimeDelta, Utc};
use std::cell::Cell;
use std::sync::atomic::Ordering;

/// Hours between two plans.
pub const EVERY_H: i64 = 24;
/// Years of the climate that are tried when the first leaves no way to go on.
const MOST_YEARS: usize = 3;

/// What was done, and the schedule of it.
pub type Done = (Itinerary, Schedule);

/// Sails one run: the plan as it really was (dates, durations), and what was done; nothing when it came to no end in time. It is unproven where
/// some day's plan is.
///
/// # Errors
/// When there is only one weather year, so that nothing is known of the climate, or when the solver breaks down.
pub fn voyage(case: &Case<'_>, field: &Field<'_>, task: &Runs<'_>, run: u64) -> Result<Decided, Error> {
    let start = (run / task.draws) as usize;
    let time = field.starts[start].time;
    let sea = field.sea(start)?;
    let real = plan_of_run(case, time, run, 0);
    // Work that has not begun takes as long as planned, for all that the planner knows.
    let mut known = real.clone();
    for (place, planned) in case.plan.tasks.entries() {
        known.tasks[place].duration = planned.duration;
    }
    let years = climate(field, start)?;
    let bridge = Bridge {
        known,
        truth: Truth::new(&real, &sea),
        years,
        forecast: case.settings.forecast,
        is_unproven: Cell::new(false),
    };
    let done = bridge.sail(task)?.map(|itinerary| {
        let schedule = schedule_of(&real, &sea, &itinerary, "rolling");
        (itinerary, schedule)
    });
    let is_unproven = bridge.is_unproven.get();
    Ok(Decided { plan: real, done, is_unproven })
}

/// The seas of other years with their starts, the one before this in the list first.
fn climate(field: &Field<'_>, start: usize) -> Result<Vec<(Sea, DateTime<Utc>)>, Error> {
    let year = field.starts[start].year;
    let mut years = Vec::new();
    for before in 1..field.starts.len() {
        let place = (start + field.starts.len() - before) % field.starts.len();
        if field.starts[place].year != year {
            years.push((field.sea(place)?.into_owned(), field.starts[place].time));
        }
        if years.len() == MOST_YEARS {
            break;
        }
    }
    if years.is_empty() && !field.sea(start)?.0.is_empty() {
        let message = "the policy rolling needs at least two weather years: beyond the forecast a planner reckons with the \
                       climate, and one year is none; ask for --years 20";
        return Err(Error::Usage(message.to_owned()));
    }
    Ok(years)
}

/// What the weather of the year really allows, with durations as they really are.
struct Truth<'t> {
    plan: &'t Plan,
    sea: &'t Sea,
    tasks: Vec<TaskWindows>,
    /// By vessel and leg: departures with their arrivals.
    legs: Vec<Vec<Starts>>,
}

impl<'t> Truth<'t> {
    fn new(plan: &'t Plan, sea: &'t Sea) -> Truth<'t> {
        let legs = |(vessel, ship): (Ix<Vessel>, &Vessel)| -> Vec<Starts> {
            ship.legs.iter().map(|leg| of_leg(plan, sea, vessel, leg).0).collect()
        };
        Truth {
            plan,
            sea,
            tasks: plan.tasks.places().map(|task| of_task(plan, sea, task)).collect(),
            legs: plan.vessels.entries().map(legs).collect(),
        }
    }

    fn end_of_task(&self, task: Ix<Task>, start: Slot) -> Option<Slot> {
        self.tasks[task.index()].starts.finish(start)
    }

    /// When a move that begins now really ends, or what keeps it from beginning.
    fn end(&self, vessel: Ix<Vessel>, step: &Move) -> Result<Slot, Bar> {
        match step.what {
            What::Task(task) => self.end_of_task(task, step.start).ok_or(Bar::Task(task, step.start)),
            What::Sail(from, to) => {
                let leg = self.plan.leg_in(vessel, from, to, step.end - step.start);
                let bar = Bar::Leg(vessel, leg.unwrap_or(0), step.start);
                leg.and_then(|leg| self.legs[vessel.index()][leg].finish(step.start)).ok_or(bar)
            }
            What::Sample(..) | What::Transfer(..) | What::Alongside(_) => Ok(step.end),
        }
    }
}

/// Where the voyage is planned from, day by day.
struct Bridge<'t> {
    /// The plan as the planner knows it.
    known: Plan,
    truth: Truth<'t>,
    /// Seas that stand for the climate, with their starts.
    years: Vec<(Sea, DateTime<Utc>)>,
    forecast: Span,
    /// Whether some day's plan is not proven to be the best.
    is_unproven: Cell<bool>,
}

/// What is known of a voyage after a while.
enum Came {
    /// All as planned up to a slot.
    True(Itinerary),
    /// Something took longer or shorter than planned; all up to the slot after its start.
    Otherwise(Itinerary, Slot),
    /// Something could not begin.
    Barred(Bar),
}

impl Bridge<'_> {
    /// Sails to the end; nothing when there is none in time.
    fn sail(&self, task: &Runs<'_>) -> Result<Option<Itinerary>, Error> {
        let horizon = &self.known.horizon;
        let every = horizon.slots_for(Span::of_hours(EVERY_H)).max(1);
        let mut itinerary = Itinerary {
            vessels: vec![Vec::new(); self.known.vessels.len()],
            done: vec![0; self.known.vessels.len()],
            ..Itinerary::default()
        };
        let (mut now, mut bars) = (0, Vec::new());
        while now < horizon.slots {
            if task.stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let next = (now + every).min(horizon.slots);
            let Some(planned) = self.plan_anew(now, &itinerary, &bars, task)? else {
                // In no year of the climate could all be done. The year at hand may be kinder: wait, if the gear may.
                cut(&self.known, &mut itinerary, now);
                if next == horizon.slots || !self.may_wait(&itinerary, now, next) {
                    return Ok(None);
                }
                (now, bars) = (next, Vec::new());
                continue;
            };
            match self.came(planned, now, next) {
                Came::True(true_so_far) => {
                    itinerary = true_so_far;
                    if is_settled(&itinerary, next) {
                        return Ok(Some(itinerary));
                    }
                    (now, bars) = (next, Vec::new());
                }
                Came::Otherwise(true_so_far, slot) => (itinerary, now) = (true_so_far, slot),
                Came::Barred(bar) => bars.push(bar),
            }
        }
        Ok(Some(itinerary))
    }

    /// Plans the rest with what is known in a slot.
    fn plan_anew(
        &self,
        now: Slot,
        itinerary: &Itinerary,
        bars: &[Bar],
        task: &Runs<'_>,
    ) -> Result<Option<Itinerary>, Error> {
        let options = Options { explains: false, time_limit: task.time_limit, ..Options::new(task.stop) };
        let past = Past { until: now, itinerary, bars, flows: false };
        let horizon = &self.known.horizon;
        let known_to = horizon.time(now) + TimeDelta::seconds(self.forecast.seconds().max(EVERY_H * 3600));
        let nothing = [(Sea::default(), horizon.start)];
        let years = if self.years.is_empty() { &nothing[..] } else { &self.years[..] };
        for (other, start) in years {
            let sea = spliced(
                self.truth.sea,
                other,
                *start - horizon.start,
                horizon.start,
                horizon.end(),
                known_to,
            );
            match optimise_after(&self.known, &sea, &past, &options)? {
                Planned::Solved(solved) => {
                    self.is_unproven.set(self.is_unproven.get() || solved.stamp.status != Status::Optimal);
                    return Ok(Some(solved.itinerary));
                }
                Planned::Infeasible(_) => {}
                Planned::NoneInTime => self.is_unproven.set(true),
            }
        }
        Ok(None)
    }

    /// Whether every vessel may lie as it does, once it is free, until a slot.
    fn may_wait(&self, itinerary: &Itinerary, now: Slot, until: Slot) -> bool {
        let Truth { plan, sea, .. } = self.truth;
        plan.vessels.entries().all(|(vessel, ship)| {
            let (mut site, mut gear, mut free) = (ship.at, 0, now);
            for step in &itinerary.vessels[vessel.index()] {
                match step.what {
                    What::Task(task) => gear = plan.tasks[task].leaves,
                    What::Sail(_, to) => site = to,
                    What::Sample(..) | What::Transfer(..) | What::Alongside(_) => {}
                }
                free = free.max(step.end);
            }
            let stays = may_stay(plan, sea, Stand { vessel, site, gear });
            (free..until).all(|slot| stays[slot])
        })
    }

    /// What becomes of a plan between two slots.
    fn came(&self, planned: Itinerary, now: Slot, next: Slot) -> Came {
        let mut changes: Vec<Change> = Vec::new();
        for vessel in self.known.vessels.places() {
            for (at, step) in planned.vessels[vessel.index()].iter().enumerate() {
                if (now..next).contains(&step.start) {
                    match self.truth.end(vessel, step) {
                        Ok(end) if end == step.end => {}
                        Ok(end) => {
                            changes.push(Change {
                                start: step.start,
                                of: Of::Vessel(vessel.index(), at),
                                end,
                            });
                        }
                        Err(bar) => return Came::Barred(bar),
                    }
                }
            }
        }
        for (at, &(task, start, planned_end)) in planned.alone.iter().enumerate() {
            if (now..next).contains(&start) {
                match self.truth.end_of_task(task, start) {
                    Some(end) if end == planned_end => {}
                    Some(end) => changes.push(Change { start, of: Of::Alone(at), end }),
                    None => return Came::Barred(Bar::Task(task, start)),
                }
            }
        }
        let Some(first) = changes.iter().map(|change| change.start).min() else { return Came::True(planned) };
        let mut itinerary = planned;
        for change in changes.iter().filter(|change| change.start == first) {
            match change.of {
                Of::Vessel(vessel, at) => itinerary.vessels[vessel][at].end = change.end,
                Of::Alone(at) => itinerary.alone[at].2 = change.end,
            }
        }
        Came::Otherwise(itinerary, first + 1)
    }
}

/// An activity that really ends at another time than planned.
struct Change {
    start: Slot,
    of: Of,
    end: Slot,
}

/// Whose activity it is, by its place in the itinerary.
enum Of {
    Vessel(usize, usize),
    Alone(usize),
}

/// Lifting and moving, which may end at will; a task or a leg is seen to its end once it has begun.
fn is_session(step: &Move) -> bool {
    matches!(step.what, What::Sample(..) | What::Transfer(..))
}

/// Whether nothing of an itinerary is still open at a slot.
fn is_settled(itinerary: &Itinerary, at: Slot) -> bool {
    let is_sure = |step: &Move| if is_session(step) { step.end <= at } else { step.start < at };
    itinerary.vessels.iter().flatten().all(is_sure) && itinerary.alone.iter().all(|time| time.1 < at)
}

/// Leaves of an itinerary what began before a slot; lifting and moving end there, or as soon after it as they may.
fn cut(plan: &Plan, itinerary: &mut Itinerary, at: Slot) {
    let least = |step: &Move| match step.what {
        What::Sample(sampling, _) => plan.horizon.slots_for(plan.samplings[sampling].min_run).max(1),
        What::Transfer(transfer, _) => plan.horizon.slots_for(plan.transfers[transfer].setup) + 1,
        What::Task(_) | What::Sail(..) | What::Alongside(_) => 0,
    };
    for moves in &mut itinerary.vessels {
        moves.retain(|step| step.start < at);
        for step in moves.iter_mut().filter(|step| is_session(step)) {
            step.end = step.end.min(at.max(step.start + least(step)));
        }
    }
    itinerary.alone.retain(|time| time.1 < at);
}

/// The truth up to a time, and another year after it, over `[from, to)`.
fn spliced(
    truth: &Sea,
    other: &Sea,
    shift: TimeDelta,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    known_to: DateTime<Utc>,
) -> Sea {
    let series = |(place, real): (usize, &Series)| {
        let Some(samples) = real.samples_touching(from, to.min(real.end())) else { return real.clone() };
        let start = real.time(samples.start);
        let value = |channel: usize, sample: usize| {
            let time = real.time(sample);
            if time < known_to {
                return real.values[channel][sample];
            }
            // What the other year does not know is never assumed to be calm.
            let climate = other.0.get(place);
            let then = climate.and_then(|series| {
                let since = (time + shift - series.start).num_seconds();
                let sample = usize::try_from(since.div_euclid(series.step.seconds())).ok()?;
                series.values[series.channel(&real.channels[channel].name)?].get(sample).copied()
            });
            then.unwrap_or(f64::NAN)
        };
        let values = (0..real.channels.len())
            .map(|channel| samples.clone().map(|sample| value(channel, sample)).collect())
            .collect();
        Series { start, values, ..Series { values: Vec::new(), ..real.clone() } }
    };
    Sea(truth.0.iter().enumerate().map(series).collect())
}
