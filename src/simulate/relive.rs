//! What has happened, put back into a voyage that goes on from there.
//!
//! In: a [`Voyage`] that has not begun, and the [`Past`]. Out: its vessels where they are with what they have aboard, and its log, as if it had
//! been sailed.
//! Rules: what is over is as it was, in every run. A task that is under way keeps the work that was done; what is left of it goes on in the sea of
//! the run (a pause that has begun counts from when it began), as long as planned, or as drawn among the durations that are longer than what
//! was done; where the schedule tells otherwise, as told.
//! What may not be interrupted, and a leg, is seen to its end: it was begun in the forecast of its day. Lifting and moving may go on in the slot
//! in which the rest begins, without a new set-up and for less than the smallest run; else they begin anew.

use super::blame::note;
use super::ground::BARRED;
use super::log::{Lift, Outcome};
use super::order::Act;
use super::past::{Past, ROUNDINGS, Rest, tonnes_of};
use super::voyage::{End, UnderWay, Voyage};
use crate::id::Ix;
use crate::plan::{Holder, SiteKind, Stand, Suspend, Task, Transfer, Vessel};
use crate::schedule::{Itinerary, Move, What};

impl Voyage<'_> {
    /// Puts everything back as it was; the vessels that cannot go on from there, with why.
    pub fn relive(&mut self, past: &Past) -> Vec<(Option<Ix<Vessel>>, End)> {
        let mut ends = Vec::new();
        let until = self.base + past.until;
        for (nth, moves) in past.itinerary.vessels.iter().enumerate() {
            let vessel = Ix::new(nth);
            self.log.spent[nth] = past.spent[nth];
            for step in moves {
                if let Err(end) = self.relive_move(past, vessel, step) {
                    ends.push((Some(vessel), end));
                    // What it has worked is spent, though nothing comes of it.
                    self.ships[nth].last = Some(until);
                    self.log.finish = self.log.finish.max(past.until);
                }
            }
            self.ships[nth].now = self.ships[nth].now.max(until);
        }
        for &(task, start, end) in &past.itinerary.alone {
            let end = match past.rest(task, start) {
                Some(rest) => self.go_on(past, rest),
                None => Ok(self.base + end as u32),
            };
            match end {
                Ok(end) => self.relive_task(task, self.base + start as u32, end),
                Err(end) => ends.push((None, end)),
            }
        }
        // What a schedule has rounded away is nothing.
        for tonnes in self.ships.iter_mut().flat_map(|ship| &mut ship.hold).filter(|t| t.abs() < ROUNDINGS) {
            *tonnes = 0.0;
        }
        ends
    }

    fn relive_move(&mut self, past: &Past, vessel: Ix<Vessel>, step: &Move) -> Result<(), End> {
        let plan = self.case.plan;
        let (start, until) = (self.base + step.start as u32, self.base + past.until);
        let mut end = self.base + step.end as u32;
        match &step.what {
            What::Task(task) => {
                if let Some(rest) = past.rest(*task, step.start) {
                    end = self.go_on(past, rest)?;
                    self.spend_rest(*task, vessel, until..end);
                }
                self.relive_task(*task, start, end);
                self.ships[vessel.index()].gear = plan.tasks[*task].leaves;
            }
            What::Sail(from, to) => {
                self.log.spent[vessel.index()].sail += end.saturating_sub(until);
                self.log.cost += plan.leg_cost(vessel, *from, *to);
                self.end_call(vessel, start);
                let ship = &mut self.ships[vessel.index()];
                (ship.site, ship.gear) = (*to, 0);
                (ship.since, ship.left) = (Some(end), Some((*from, start)));
            }
            What::Sample(sampling, tonnes) => {
                let sum: f64 = tonnes.iter().sum();
                self.log.lifted[sampling.index()] += sum;
                let commodity = plan.samplings[*sampling].commodity.index();
                self.ships[vessel.index()].hold[commodity] += sum;
                self.relive_lifts(step, past.until as usize);
                end = self.leave_open(vessel, Act::Sample(*sampling, 0.0, false), (start, end));
            }
            What::Transfer(transfer, tonnes) => {
                self.relive_transfer(*transfer, tonnes.iter().sum(), (start, end.min(until)));
                end = self.leave_open(vessel, Act::Alongside(*transfer), (start, end));
            }
            What::Alongside(transfer) => {
                self.log.met += 1;
                end = self.leave_open(vessel, Act::Alongside(*transfer), (start, end));
            }
        }
        self.relive_time(vessel, step, (start, end));
        Ok(())
    }

    /// Lifting or moving that is under way is over for now, and may go on; the slot in which it is over.
    fn leave_open(&mut self, vessel: Ix<Vessel>, act: Act, (since, end): (u32, u32)) -> u32 {
        let until = self.base + self.case.happened();
        if end > until {
            let item = self.items.of_act(&act, Some(vessel));
            self.ships[vessel.index()].under_way = Some(UnderWay { item, since });
        }
        end.min(until)
    }

    /// The time of a move and the fuel burnt in it; notes it where moves are kept.
    fn relive_time(&mut self, vessel: Ix<Vessel>, step: &Move, (start, end): (u32, u32)) {
        let plan = self.case.plan;
        let of_it = &plan.vessels[vessel];
        let hours = f64::from(end - start) * plan.horizon.slot_h();
        let leg = match step.what {
            What::Sail(from, to) => plan.leg_in(vessel, from, to, step.end - step.start),
            _ => None,
        };
        let burnt = leg.map_or_else(|| of_it.working_t(hours), |leg| of_it.leg_t_in(&of_it.legs[leg], hours));
        let (slots, all) = &mut self.log.busy[vessel.index()];
        (*slots, *all) = (*slots + end - start, *all + burnt);
        let ship = &mut self.ships[vessel.index()];
        (ship.last, ship.now) = (Some(end), end);
        self.log.finish = self.log.finish.max(end - self.base);
        let Some(moves) = &mut self.log.moves else { return };
        let known = |tonnes: &Vec<f64>| {
            let mut tonnes = tonnes.clone();
            tonnes.resize((end - start) as usize, 0.0);
            tonnes
        };
        let what = match &step.what {
            What::Sample(sampling, tonnes) => What::Sample(*sampling, known(tonnes)),
            What::Transfer(transfer, tonnes) => What::Transfer(*transfer, known(tonnes)),
            other => other.clone(),
        };
        moves[vessel.index()].push(Move { what, start: step.start, end: (end - self.base) as usize });
    }

    fn relive_task(&mut self, task: Ix<Task>, start: u32, end: u32) {
        let of_it = &self.case.plan.tasks[task];
        self.take(&of_it.uses, start, end);
        let is_under_way = end > self.base + self.case.happened();
        if is_under_way && end - self.base > self.case.tasks[task.index()].deadline {
            self.log.worsen(Outcome::Late, Some(task.index()));
        }
        self.log.times[task.index()].push((start - self.base, end - self.base));
        self.log.cost += of_it.cost;
        self.log.finish = self.log.finish.max(end - self.base);
    }

    /// Lifting as it was: stretches of slots in each of which as much came up.
    fn relive_lifts(&mut self, step: &Move, until: usize) {
        for (slot, &tonnes) in (step.start..until).zip(tonnes_of(&step.what)).filter(|(_, t)| **t > 0.0) {
            let slot = slot as u32;
            match self.log.lifts.last_mut() {
                Some(last)
                    if last.to == slot
                        && (last.tonnes / f64::from(last.to - last.from) - tonnes).abs() < 1e-6 =>
                {
                    (last.to, last.tonnes) = (slot + 1, last.tonnes + tonnes);
                }
                _ => self.log.lifts.push(Lift { from: slot, to: slot + 1, tonnes }),
            }
        }
    }

    /// What went over, between two slots.
    fn relive_transfer(&mut self, transfer: Ix<Transfer>, tonnes: f64, (start, end): (u32, u32)) {
        let plan = self.case.plan;
        let of_it = &plan.transfers[transfer];
        let goods = of_it.commodity.index();
        let (giver, taker) = of_it.ends();
        if let Holder::Vessel(vessel) = giver {
            self.ships[vessel.index()].hold[goods] -= tonnes;
        }
        if let Holder::Vessel(vessel) = taker {
            self.ships[vessel.index()].hold[goods] += tonnes;
        }
        self.ships[of_it.stand.vessel.index()].handled += tonnes;
        if of_it.meets.is_none() {
            let sign = of_it.sign(Holder::Site(of_it.stand.site));
            let when = if sign > 0.0 { end } else { start };
            self.stores.push((of_it.stand.site.index(), goods, when, sign * tonnes));
            if plan.sites[of_it.stand.site].kind != SiteKind::Sea {
                self.log.landed[goods] += sign * tonnes;
            }
        }
    }

    /// When a task that is under way ends in this run.
    fn go_on(&mut self, past: &Past, rest: &Rest) -> Result<u32, End> {
        let Rest { task, done, left, paused, is_told, .. } = *rest;
        let (case, until) = (self.case, self.base + past.until);
        let of_it = &case.plan.tasks[task];
        let nth = self.log.times[task.index()].len();
        let drawn = case.left_of(task, self.run, nth, done).filter(|_| !is_told);
        let left = drawn.unwrap_or(left);
        if of_it.suspend == Suspend::Never || !of_it.phases.is_empty() {
            return Ok(until + left);
        }
        let table = &self.ground.tasks[task.index()].table;
        let Some(end) = table.finish_over(until, left).filter(|&end| end < self.limit) else {
            return Err(End(Outcome::Stuck, task.index()));
        };
        // A pause that has begun counts from when it began, if it goes on.
        let mut paused = (paused, 0);
        for slot in until..end {
            paused.0 = if table.is_open(slot) { 0 } else { paused.0 + 1 };
            paused.1 = paused.1.max(paused.0);
            let stands = of_it.stand.filter(|_| paused.0 > 0 && of_it.suspend == Suspend::Hold);
            let is_lost = |stand: Stand| self.ground.danger(stand, slot) == slot;
            if stands.is_some_and(|stand| is_lost(stand) || is_lost(Stand { gear: of_it.leaves, ..stand })) {
                return Err(End(Outcome::Lost, task.index()));
            }
        }
        let longest = of_it.max_pause.map(|pause| case.plan.horizon.slots_for(pause) as u32);
        if longest.is_some_and(|longest| paused.1 > longest) {
            self.log.worsen(Outcome::Short, Some(task.index()));
        }
        Ok(end)
    }

    /// What a vessel does with its time until the task that is under way is over.
    fn spend_rest(&mut self, task: Ix<Task>, vessel: Ix<Vessel>, slots: std::ops::Range<u32>) {
        let of_it = &self.case.plan.tasks[task];
        let ground = self.ground;
        let work = &ground.tasks[task.index()];
        let is_whole = of_it.suspend == Suspend::Never || !of_it.phases.is_empty();
        for slot in slots {
            let spent = &mut self.log.spent[vessel.index()];
            if is_whole || work.table.is_open(slot) {
                spent.work += 1;
            } else if work.cause[slot as usize] < BARRED {
                spent.weather += 1;
                note(ground, task.index(), work.cause[slot as usize], slot, self.log);
            } else {
                spent.other += 1;
            }
        }
    }

    /// What has happened in this run, with the ends of tasks under way as they are in it; nothing where a vessel cannot go on.
    pub fn happened(mut self, past: &Past) -> Option<Itinerary> {
        if !self.relive(past).is_empty() {
            return None;
        }
        let mut itinerary = past.itinerary.clone();
        let end_of = |task: Ix<Task>, start: usize| {
            let times = &self.log.times[task.index()];
            times.iter().find(|time| time.0 as usize == start).map(|time| time.1 as usize)
        };
        for step in itinerary.vessels.iter_mut().flatten() {
            if let What::Task(task) = step.what {
                step.end = end_of(task, step.start).unwrap_or(step.end);
            }
        }
        for (task, start, end) in &mut itinerary.alone {
            *end = end_of(*task, *start).unwrap_or(*end);
        }
        Some(itinerary)
    }
}
