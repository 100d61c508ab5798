//! Work that is not begun sooner than planned, however calm the sea: what must come soon after it could not, or its rhythm would be lost.
//!
//! In: an order, and a voyage under way. Out: when a task of the order begins ([`Voyage::choose_in_order`]).
//! Rules: a task in a rhythm is not begun sooner than planned. Nor is one after which another one of the order must begin `within` some time, unless
//! that one is the next thing that its vessel does, and could begin in time there and then. From when it was planned on a task begins as soon as it
//! may. In the weather of its plan, with durations as planned, everything begins no later than planned, so that all that was kept in the schedule
//! is kept.

use super::order::{Act, Order};
use super::voyage::Voyage;
use crate::id::Ix;
use crate::plan::{Plan, Task, Vessel};

/// Why a task of the order is not begun sooner than planned.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Hold {
    /// It may be.
    None,
    /// What is planned next, which time of which task, must begin soon after it.
    Next(Ix<Task>, usize),
    /// It is not, whatever the weather.
    Planned,
}

/// By task and which time of it: when it is planned, and what holds it.
#[derive(Debug, Clone)]
pub(super) struct Holds(Vec<Vec<(u32, Hold)>>);

impl Holds {
    /// What an order holds.
    pub fn of(plan: &Plan, order: &Order) -> Holds {
        let mut holds = vec![Vec::new(); plan.tasks.len()];
        for (place, step) in order.steps.iter().enumerate() {
            let Act::Task(task, _) = step.act else { continue };
            let own = order.steps[place + 1..].iter().find(|next| next.vessel == step.vessel);
            let next = match (step.vessel, own.map(|next| &next.act)) {
                (Some(_), Some(&Act::Task(next, nth))) => Some((next, nth)),
                _ => None,
            };
            // The steps stand in the order of their times.
            holds[task.index()].push((step.planned as u32, hold(plan, order, task, next)));
        }
        Holds(holds)
    }

    /// Whether a task is never begun sooner than planned.
    pub fn keeps(&self, task: Ix<Task>) -> bool {
        self.0[task.index()].iter().any(|(_, hold)| *hold == Hold::Planned)
    }
}

/// What holds a task after which its vessel does `next`.
fn hold(plan: &Plan, order: &Order, task: Ix<Task>, next: Option<(Ix<Task>, usize)>) -> Hold {
    if plan.tasks[task].is_in_rhythm() {
        return Hold::Planned;
    }
    let is_planned =
        |other: Ix<Task>| order.steps.iter().any(|step| matches!(step.act, Act::Task(t, _) if t == other));
    let mut soon = soon_after(plan, task).filter(|&other| is_planned(other));
    match (soon.next(), soon.next(), next) {
        (None, ..) => Hold::None,
        // One that is held in turn may not be there in time.
        (Some(only), None, Some((next, nth)))
            if only == next
                && !plan.tasks[next].is_in_rhythm()
                && soon_after(plan, next).next().is_none() =>
        {
            Hold::Next(next, nth)
        }
        _ => Hold::Planned,
    }
}

/// The tasks that must begin within some time after a task.
fn soon_after(plan: &Plan, task: Ix<Task>) -> impl Iterator<Item = Ix<Task>> {
    let is_soon =
        move |other: &Task| other.after.iter().any(|after| after.task == task && after.within.is_some());
    plan.tasks.entries().filter(move |(_, other)| is_soon(other)).map(|(other, _)| other)
}

impl Voyage<'_> {
    /// As [`Voyage::choose`] for a task of the order, which time of it: its start and end, and before them the slot from which on nothing but weather,
    /// resources and caution kept it.
    pub fn choose_in_order(
        &self,
        (task, nth): (Ix<Task>, usize),
        ready: u32,
        work: u32,
        vessel: Option<Ix<Vessel>>,
    ) -> Option<(u32, u32, u32)> {
        let held = self.case.holds.0[task.index()].get(nth);
        let (planned, hold) = held.map_or((0, Hold::None), |&(planned, hold)| (self.base + planned, hold));
        let mut ready = if hold == Hold::Planned { ready.max(planned) } else { ready };
        let mut first = None;
        loop {
            // Where no window is long enough for both, at least this is done.
            let Some((start, end)) = self.choose(task, ready, work, vessel) else { return first };
            first = first.or(Some((ready, start, end)));
            match hold {
                Hold::Next(next, nth) if start < planned && !self.could_follow(task, end, (next, nth)) => {
                    ready = start + 1;
                }
                _ => return Some((ready, start, end)),
            }
        }
    }

    /// Whether a task could begin as soon after another one as it must, if that one ended in a slot.
    fn could_follow(&self, task: Ix<Task>, end: u32, (next, nth): (Ix<Task>, usize)) -> bool {
        let (plan, facts) = (self.case.plan, &self.case.tasks[next.index()]);
        let slots = |span| plan.horizon.slots_for(span) as u32;
        let mut ready = end.max(self.base + facts.release);
        let mut bound = u32::MAX;
        for after in &plan.tasks[next].after {
            let is_own = after.task == task;
            let takes_turns = plan.tasks[after.task].most > 1 && plan.tasks[next].most > 1;
            let turn = if takes_turns { nth } else { 0 };
            let logged = self.log.times[after.task.index()].get(turn).map(|time| time.1 + self.base);
            let Some(ended) = logged.or(is_own.then_some(end)) else { return false };
            ready = ready.max(ended + slots(after.lag));
            if let Some(within) = after.within {
                bound = bound.min(if is_own { end } else { ended } + slots(within));
            }
        }
        let table = &self.ground.tasks[next.index()].table;
        let Some(start) = table.start(ready, facts.work + facts.reserve) else { return false };
        start <= bound
            && self.resource_free(&plan.tasks[next].uses, start, table.finish(start, facts.work)).is_none()
    }
}
