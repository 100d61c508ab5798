//! What a vessel of a company does at its turn.
//!
//! In: a company in a slot, and a vessel that is free. Out: whether its step is over, goes on, or waits, and for what.
//! Rules: tasks, sailing and lifting go by the rules of [`super::voyage`]; transfers by those of `sessions`, what is done for another vessel by `services`. Work waits for work of others
//! that comes before it. A round trip for which most years would leave no time is left out, and so is one to a meeting that does not take
//! place, and a retreat from weather that is not in the forecast, or before which what comes after it can still be done.

use super::ashore::NOTHING;
use super::company::{Company, Tried, Why};
use super::order::Act;
use super::table::NEVER;
use super::together::is_handling;
use super::voyage::End;
use crate::id::Ix;
use crate::plan::{Direction, Stand, Task, Vessel};

impl Company<'_> {
    /// Whether something that comes before a task is still to come.
    pub fn is_awaited(&self, task: Ix<Task>) -> bool {
        let plan = self.voyage.case.plan;
        let times = &self.voyage.log.times;
        let work = &plan.tasks[task];
        work.after.iter().any(|after| {
            let takes_turns = plan.tasks[after.task].most > 1 && work.most > 1;
            let turn = if takes_turns { times[task.index()].len() } else { 0 };
            times[after.task.index()].len() <= turn && self.pending[after.task.index()] > 0
        })
    }

    pub fn try_step(&mut self, vessel: Ix<Vessel>) -> Result<Tried, End> {
        let Some(place) = self.step_of(vessel) else { return Ok(Tried::Over) };
        let case = self.voyage.case;
        let (step, known) = (&case.order.steps[place], &self.together.known[place]);
        if self.is_premature(vessel, place) {
            return Ok(if self.watch(vessel)? { Tried::Again } else { Tried::Waits(Why::Weather) });
        }
        let is_over = match step.act {
            Act::Task(task, nth) => {
                if let Some(to) = known.retreat.filter(|&to| self.is_needless(vessel, known.row..to)) {
                    self.leave_out(vessel, known.row..to);
                    self.turn_to(vessel, to);
                    return Ok(Tried::Again);
                }
                if self.voyage.log.times[task.index()].len() <= nth && self.is_awaited(task) {
                    return Ok(if self.watch(vessel)? { Tried::Again } else { Tried::Waits(Why::Vessel) });
                }
                if self.is_out_of_turn(place) {
                    return self.waits(vessel, Why::Service);
                }
                if let Some(service) = known.service {
                    return self.serve(vessel, place, service);
                }
                if self.slot() < step.planned as u32 && case.plan.is_shared(task) {
                    return self.waits(vessel, Why::Weather);
                }
                self.voyage.task_step(task, nth, vessel)?
            }
            Act::Sail(_, to) => {
                if let Some(to) = self.shortcut(vessel, place) {
                    self.leave_out(vessel, known.row..to);
                    self.turn_to(vessel, to);
                    return Ok(Tried::Again);
                }
                if self.voyage.is_too_soon(vessel, place, to) {
                    return self.waits(vessel, Why::Weather);
                }
                if let Some(why) = self.is_kept(vessel, place) {
                    return self.waits(vessel, why);
                }
                self.voyage.sail_step(to, step.length, vessel)?
            }
            Act::Sample(sampling, _, is_last) => {
                // For whom others come lifts what the schedule lifts, and no more: nobody would fetch it.
                let is_met = case.plan.transfers.iter().any(|t| t.meets.is_some_and(|m| m.vessel == vessel));
                self.voyage.sample_step(place, sampling, case.lifted[place], is_last && !is_met)?
            }
            Act::Transfer(transfer, ..) if known.meeting.is_none() => {
                return match case.plan.transfers[transfer].meets {
                    Some(_) => Ok(Tried::Over),
                    None => self.at_quay(vessel, place, transfer),
                };
            }
            Act::Transfer(..) | Act::Alongside(_) => return self.meet(vessel, place),
        };
        Ok(if is_over { Tried::Over } else { Tried::Again })
    }

    /// Whether gear would be brought out for nothing: weather that it does not survive is in the forecast, and comes before the work for
    /// which it is brought out could begin.
    fn is_premature(&self, vessel: Ix<Vessel>, place: usize) -> bool {
        let (plan, ground, ship) =
            (self.voyage.case.plan, self.voyage.ground, &self.voyage.ships[vessel.index()]);
        let row = &self.together.rows[vessel.index()];
        let now = Stand { vessel, site: ship.site, gear: ship.gear };
        // The next task that changes the gear, and what would follow it.
        let (task, then) = match self.voyage.case.order.steps[place].act {
            Act::Task(task, _) => (task, row.get(self.together.known[place].row + 1).copied()),
            Act::Sample(sampling, ..) => {
                let gear = plan.samplings[sampling].stand.gear;
                let way = self.voyage.case.ways(now).iter().find(|way| way.to == gear);
                let Some(task) = way.filter(|way| way.tasks.len() == 1).map(|way| way.tasks[0]) else {
                    return false;
                };
                (task, Some(place))
            }
            _ => return false,
        };
        let Some(then) = then.filter(|_| is_handling(plan, task) && self.slot() < self.by(place)) else {
            return false;
        };
        if plan.tasks[task].stand != Some(now) {
            return false;
        }
        let facts = &self.voyage.case.tasks[task.index()];
        let table = &ground.tasks[task.index()].table;
        let Some(start) = table.start(self.now, facts.work + facts.reserve) else { return false };
        let end = table.finish(start, facts.work);
        let danger = ground.danger(Stand { gear: plan.tasks[task].leaves, ..now }, end);
        if danger == NEVER || danger >= self.voyage.seen(self.now) {
            return false;
        }
        self.begins(then, end).is_some_and(|(begins, _)| begins >= danger)
    }

    /// When the work of a step could begin from a slot on, as far as the sea goes, and how many slots it takes at least; nothing of a leg.
    fn begins(&self, place: usize, from: u32) -> Option<(u32, u32)> {
        let (plan, ground, step) =
            (self.voyage.case.plan, self.voyage.ground, &self.voyage.case.order.steps[place]);
        let (table, slots, needed) = match step.act {
            Act::Task(task, _) => {
                let facts = &self.voyage.case.tasks[task.index()];
                (&ground.tasks[task.index()].table, facts.work, facts.work + facts.reserve)
            }
            Act::Sample(sampling, ..) => {
                let least = plan.horizon.slots_for(plan.samplings[sampling].min_run).max(1) as u32;
                (&ground.samplings[sampling.index()].table, least, least)
            }
            Act::Transfer(transfer, ..) | Act::Alongside(transfer) => {
                let length = step.length.max(1) as u32;
                (&ground.transfers[transfer.index()].table, length, length)
            }
            Act::Sail(..) => return None,
        };
        Some((table.start(from, needed).unwrap_or(NEVER), slots))
    }

    /// Whether gear that the schedule brings in and out again may stay out: no weather that it does not survive is in the forecast, or what comes
    /// after it is done before that with time enough to bring it in, and the tasks are still done as often as they must be.
    fn is_needless(&self, vessel: Ix<Vessel>, steps: std::ops::Range<usize>) -> bool {
        let plan = self.voyage.case.plan;
        let row = &self.together.rows[vessel.index()];
        let task_of = |place: &usize| match self.voyage.case.order.steps[*place].act {
            Act::Task(task, _) => Some(task),
            _ => None,
        };
        let to = steps.end;
        let (ship, tasks) = (&self.voyage.ships[vessel.index()], &row[steps]);
        let Some(stand) = tasks.first().and_then(task_of).and_then(|task| plan.tasks[task].stand) else {
            return false;
        };
        let is_out = (ship.site, ship.gear) == (stand.site, stand.gear);
        let danger = self.voyage.ground.danger(stand, self.now);
        let is_before = || {
            let last = self.voyage.last_way_out(stand, danger, self.now)?;
            let (begins, slots) = self.begins(*row.get(to)?, self.now)?;
            Some(begins.saturating_add(slots) <= last)
        };
        is_out
            && (danger == NEVER
                || danger >= self.voyage.seen(self.now).max(self.now + 1)
                || is_before() == Some(true))
            && tasks.iter().filter_map(task_of).all(|task| {
                let left = tasks.iter().filter_map(task_of).filter(|other| *other == task).count();
                let times = self.voyage.log.times[task.index()].len();
                times + self.pending[task.index()] as usize >= left + plan.tasks[task].least as usize
            })
    }

    /// By when a step should begin, in slots from the voyage's start.
    pub fn by(&self, place: usize) -> u32 {
        let slots = self.voyage.case.plan.horizon.slots as u32;
        let known = self.voyage.known_by(place, self.now);
        known.unwrap_or_else(|| self.voyage.leave.by.get(place).copied().unwrap_or(slots))
    }

    /// Where a vessel goes on instead of setting out on a round trip that comes too late, or for nothing.
    fn shortcut(&self, vessel: Ix<Vessel>, place: usize) -> Option<usize> {
        let known = &self.together.known[place];
        let row = &self.together.rows[vessel.index()];
        let by = |to: usize| row.get(to).map_or(u32::MAX, |&place| self.by(place));
        if self.slot() > self.by(place) {
            let is_in_time = |to: usize| by(to) >= self.slot() && !self.is_missed(vessel, place, to, false);
            return known.shortcuts.iter().copied().find(|&to| is_in_time(to));
        }
        let hold = &self.voyage.ships[vessel.index()].hold;
        let plan = self.voyage.case.plan;
        let is_idle = |place: &usize| match self.voyage.case.order.steps[*place].act {
            Act::Sail(..) => true,
            Act::Alongside(_) => {
                self.together.known[*place].meeting.is_none_or(|meeting| self.is_off[meeting])
            }
            Act::Transfer(transfer, ..) => match self.together.known[*place].meeting {
                Some(meeting) => self.is_off[meeting],
                None => {
                    let of_it = &plan.transfers[transfer];
                    of_it.direction == Direction::Ashore && hold[of_it.commodity.index()] <= NOTHING
                }
            },
            Act::Task(..) => self.together.known[*place].service.is_some_and(|nth| self.is_vain(nth)),
            Act::Sample(..) => false,
        };
        let is_meeting = |place: &usize| {
            let known = &self.together.known[*place];
            known.meeting.is_some() || known.service.is_some()
        };
        known.shortcuts.iter().copied().find(|&to| {
            let trip = &row[known.row..to];
            let is_missed = || self.is_missed(vessel, place, to, true);
            trip.iter().any(is_meeting) && trip.iter().all(is_idle) && !is_missed()
        })
    }
}
