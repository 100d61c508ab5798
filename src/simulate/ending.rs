//! How a voyage ended: what is known only when all of it is over.
//!
//! In: a voyage whose steps are over. Out: its outcome, its idle time and its costs, noted in its log.
//! Rules: a vessel must be home with its gear in the first state, within the plan's time; what must be done must have been done, in its
//! rhythm where it has one; no budget may be overdrawn.

use super::log::Outcome;
use super::order::Act;
use super::past::ROUNDINGS;
use super::voyage::Voyage;
use crate::schedule::delivered;

impl Voyage<'_> {
    /// Tasks with a rhythm were done in it, or others that count in it: no longer passed before the first time of them, between two, and until
    /// their vessel, or the one that they serve, was done.
    fn keep_rhythm(&mut self) {
        let slot = self.case.plan.horizon.slot.seconds();
        for (task, of_it) in self.case.plan.tasks.entries() {
            let (Some(every), Some(keeper)) = (of_it.every, of_it.keeper()) else { continue };
            let counts = self.case.plan.in_rhythm(task);
            let mut times: Vec<_> = counts.flat_map(|task| self.log.times[task.index()].iter()).collect();
            times.sort_unstable();
            let done = self.ships[keeper.index()].last.map_or(0, |last| last - self.base);
            // What one vessel does may go on while another one comes and goes.
            let ends = times.iter().scan(0, |last, time| {
                *last = time.1.max(*last);
                Some(*last)
            });
            let since = std::iter::once(0).chain(ends);
            let until = times.iter().map(|time| time.0.min(done)).chain([done]);
            let is_long =
                |(since, until): (u32, u32)| i64::from(until.saturating_sub(since)) * slot > every.seconds();
            let now = self.case.happened();
            // What has happened already is no matter; what was overdue then is due within the rhythm from then on.
            let is_over = |(since, until): (u32, u32)| {
                let is_overdue = is_long((since, now)) && now < until;
                until >= now && is_long((if is_overdue { now } else { since }, until))
            };
            if since.zip(until).any(is_over) {
                self.log.worsen(Outcome::Short, Some(task.index()));
            }
        }
    }

    /// No budget was overdrawn, by more than is lost in rounding, also of what processes are fed.
    fn keep_budgets(&mut self, emitted: f64) {
        let fed: f64 = self.case.plan.processes.iter().map(|of_it| of_it.cost * ROUNDINGS).sum();
        let is_over = |is: f64, most: f64, slack: f64| is > most + 1e-6 * most.abs().max(1.0) + slack;
        for (place, budget) in self.case.plan.budgets.entries() {
            if is_over(self.log.cost, budget.cost, fed) || is_over(emitted, budget.emissions, 0.0) {
                self.log.worsen(Outcome::Short, Some(self.items.of_budget(place)));
            }
        }
    }

    /// What is known only at the end: whether all was done, and idle time.
    pub fn settle(&mut self) {
        let plan = self.case.plan;
        let slots = plan.horizon.slots as u32;
        if self.log.outcome < Outcome::Stuck {
            for (vessel, of_it) in plan.vessels.entries() {
                let ship = &self.ships[vessel.index()];
                if of_it.home.is_some_and(|home| home != ship.site) || ship.gear != 0 {
                    self.log.worsen(Outcome::Stuck, Some(self.kept_out_by(vessel)));
                } else if ship.last.is_some_and(|last| last > self.base + slots) {
                    self.log.worsen(Outcome::Late, Some(self.items.of_legs(vessel)));
                }
            }
            if self.log.finish > slots {
                self.log.worsen(Outcome::Late, None);
            }
            for (task, of_it) in plan.tasks.entries() {
                if self.log.times[task.index()].len() < of_it.least as usize {
                    self.log.worsen(Outcome::Short, Some(task.index()));
                }
            }
            self.keep_rhythm();
            for (place, sampling) in plan.samplings.entries() {
                if self.log.lifted[place.index()] < sampling.at_least - 1e-6 {
                    let item = self.items.of_act(&Act::Sample(place, 0.0, false), None);
                    self.log.worsen(Outcome::Short, Some(item));
                }
            }
        }
        let elapsed = slots.max(self.log.finish);
        let mut emitted = 0.0;
        for (vessel, of_it) in plan.vessels.entries() {
            let done = self.ships[vessel.index()].last.map_or(0, |last| last - self.base);
            self.log.spent[vessel.index()].idle += elapsed - done;
            if let Some(last) = self.ships[vessel.index()].last {
                self.end_call(vessel, last);
                let over = self.ships[vessel.index()].over_h;
                let demurrage = of_it.demurrage.as_ref().map_or(0.0, |terms| terms.cost(over));
                let (busy, burnt) = self.log.busy[vessel.index()];
                // The dates of a hire go with the voyage, as closures do.
                let before =
                    of_it.hire.from.map_or(0, |from| (from - plan.horizon.start).num_seconds().max(0));
                let hired = (f64::from(done) * plan.horizon.slot_h() - before as f64 / 3600.0).max(0.0);
                let waiting = (hired - f64::from(busy) * plan.horizon.slot_h()).max(0.0);
                let fuel = burnt + of_it.waiting_t(waiting);
                self.log.cost += of_it.hire.mobilisation
                    + of_it.day_rate * hired / 24.0
                    + demurrage
                    + of_it.fuel_cost(fuel);
                emitted += of_it.co2_t(fuel);
            }
        }
        self.keep_budgets(emitted);
        self.log.sampled = self.log.lifted.iter().sum();
        self.log.delivered = delivered(&self.log.landed);
    }
}
