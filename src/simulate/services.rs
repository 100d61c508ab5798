//! Tasks that one vessel does for another, at sea.
//!
//! In: a company in a slot, and the vessel whose step it is. Out: a service that has begun, or what is waited for.
//! Rules: a service begins only when the vessel that is served lies there, in the stay in which the schedule has it, and that one does not sail
//! before it is over. Each waits for the other until it must leave itself, or until the schedule has it leave where that is later: the boat for
//! the ship that is not there yet, the ship for a boat that the schedule has come before it sails. Then the service is called off, and what is
//! done too seldom is told. What has a rhythm, or something that must come soon after it, is not done sooner than planned, nor does the boat set out for it sooner; nor is what a
//! vessel does itself in a rhythm that others share.

use super::company::{Company, Tried, Why};
use super::order::{Act, Order, Step};
use super::voyage::End;
use crate::id::Ix;
use crate::plan::{Plan, Site, Task, Vessel};

/// A task of the order that is done for another vessel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Service {
    /// Its step in the order.
    pub step: usize,
    /// The task.
    pub task: Ix<Task>,
    /// The vessel that does it, and the one that it is done for.
    pub by: Ix<Vessel>,
    pub served: Ix<Vessel>,
    /// Where.
    pub site: Ix<Site>,
    /// The stay of the vessel that is served, by places in its row: the first step that it begins there, and the one with which it sails.
    pub stay: (usize, usize),
    /// Whether it must be done.
    pub is_must: bool,
}

impl Service {
    /// Whether a vessel that goes on at `to` in its row instead of at `at`, where it lies at `site`, is not there for it any more.
    pub fn is_skipped(&self, (at, to): (usize, usize), site: Ix<Site>) -> bool {
        site != self.site && self.stay.0 > at && self.stay.1 < to
    }
}

/// Whether a vessel is where it is to be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// It is, up to a slot where it is known to sail then.
    There(Option<u32>),
    /// It is not, and it is to come.
    Coming,
    /// It is not, and it does not come.
    Gone,
}

/// The services of an order.
pub fn services(plan: &Plan, order: &Order, rows: &[Vec<usize>]) -> Vec<Service> {
    let of_step = |(place, step): (usize, &Step)| {
        let Act::Task(task, nth) = step.act else { return None };
        let work = &plan.tasks[task];
        let (by, served, site) = (step.vessel?, work.serves?, work.site?);
        let row = &rows[served.index()];
        let stays = stays(plan, order, served, row);
        let is_it = |stay: &&Stay| stay.site == site && (stay.slots.0..stay.slots.1).contains(&step.planned);
        // Of an order in which it never is there at that time any stay will do.
        let stay = stays.iter().find(is_it).map_or((0, row.len()), |stay| stay.steps);
        let is_must = work.is_in_rhythm() || nth < work.least as usize;
        Some(Service { step: place, task, by, served, site, stay, is_must })
    };
    order.steps.iter().enumerate().filter_map(of_step).collect()
}

/// A stay of a vessel at a site: its steps by places in the row, and its slots as planned.
struct Stay {
    site: Ix<Site>,
    steps: (usize, usize),
    slots: (usize, usize),
}

fn stays(plan: &Plan, order: &Order, vessel: Ix<Vessel>, row: &[usize]) -> Vec<Stay> {
    let end = (row.len(), usize::MAX);
    let mut stays = vec![Stay { site: plan.vessels[vessel].at, steps: (0, end.0), slots: (0, end.1) }];
    for (at, &place) in row.iter().enumerate() {
        let step = &order.steps[place];
        let Act::Sail(_, to) = step.act else { continue };
        if let Some(last) = stays.last_mut() {
            (last.steps.1, last.slots.1) = (at, step.planned);
        }
        let arrives = step.planned + step.length;
        stays.push(Stay { site: to, steps: (at + 1, end.0), slots: (arrives, end.1) });
    }
    stays
}

impl Company<'_> {
    /// By when a step that waits for another vessel should begin: by when most years allow it, or when the schedule has it, if that is later.
    fn waits_until(&self, place: usize) -> u32 {
        self.by(place).max(self.voyage.case.order.steps[place].planned as u32)
    }

    /// Whether a service is still to come.
    fn is_pending(&self, nth: usize) -> bool {
        let service = &self.together.services[nth];
        let at = self.together.known[service.step].row;
        !self.is_cancelled[nth]
            && self.step_of(service.by).is_some()
            && self.turns[service.by.index()].at <= at
            && !self.is_in_hand(nth)
    }

    /// Whether a service is going on, or over.
    fn is_in_hand(&self, nth: usize) -> bool {
        let service = &self.together.services[nth];
        match self.voyage.case.order.steps[service.step].act {
            Act::Task(task, nth) => self.voyage.log.times[task.index()].len() > nth,
            _ => false,
        }
    }

    /// Where the vessel of a service is.
    fn presence(&self, nth: usize) -> Presence {
        let service = &self.together.services[nth];
        let (ship, turn) = (&self.voyage.ships[service.served.index()], &self.turns[service.served.index()]);
        let row = &self.together.rows[service.served.index()];
        let sails_to = |place: &usize| matches!(self.voyage.case.order.steps[*place].act, Act::Sail(_, to) if to == service.site);
        let later = if self.step_of(service.served).is_some() { &row[turn.at..] } else { &[] };
        // It is on its way from where it lies until it sails to where it lies from when it arrives.
        let is_bound = ship.since.is_some_and(|arrival| arrival > self.now);
        let leaves = ship.left.filter(|(_, departure)| is_bound && *departure > self.now);
        let there = match leaves {
            Some((from, departure)) => (from == service.site).then_some(Some(departure)),
            None => (ship.site == service.site && !is_bound).then_some(None),
        };
        let comes = later.iter().any(sails_to) || (is_bound && ship.site == service.site);
        let is_too_soon = turn.at < service.stay.0 && comes && self.slot() <= self.waits_until(service.step);
        match there {
            Some(until) if !is_too_soon => Presence::There(until),
            _ if comes => Presence::Coming,
            _ => Presence::Gone,
        }
    }

    /// Whether nothing comes of a service any more.
    pub fn is_vain(&self, nth: usize) -> bool {
        self.is_cancelled[nth] || self.presence(nth) == Presence::Gone
    }

    /// Whether a vessel that goes on at a place in its row instead of at a step is not there for a service that is still to come: for one that
    /// must be done, or for any.
    pub fn is_missed(&self, vessel: Ix<Vessel>, place: usize, to: usize, is_any: bool) -> bool {
        let (known, site) = (&self.together.known[place], self.voyage.ships[vessel.index()].site);
        let mut services = self.together.services.iter().enumerate();
        services.any(|(nth, service)| {
            service.served == vessel
                && (is_any || service.is_must)
                && service.is_skipped((known.row, to), site)
                && self.is_pending(nth)
        })
    }

    fn waits_for_other(&mut self, vessel: Ix<Vessel>) -> Result<Tried, End> {
        Ok(if self.watch(vessel)? { Tried::Again } else { Tried::Waits(Why::Service) })
    }

    fn cancel(&mut self, nth: usize) -> Tried {
        self.is_cancelled[nth] = true;
        Tried::Over
    }

    /// Tries the service of a step.
    pub fn serve(&mut self, vessel: Ix<Vessel>, place: usize, nth: usize) -> Result<Tried, End> {
        let Service { task, served, .. } = self.together.services[nth];
        let work = &self.voyage.case.plan.tasks[task];
        let Some(stand) = work.stand.filter(|_| !self.is_cancelled[nth] && !self.is_in_hand(nth)) else {
            return Ok(Tried::Over);
        };
        let ship = &self.voyage.ships[vessel.index()];
        if ship.site != stand.site {
            return Ok(Tried::Over);
        }
        if ship.gear != stand.gear {
            let is_brought = self.voyage.bring_gear(vessel, stand.gear)?;
            return Ok(if is_brought { Tried::Again } else { Tried::Over });
        }
        let planned = self.voyage.case.order.steps[place].planned as u32;
        if self.voyage.case.holds.keeps(task) && self.slot() < planned {
            return self.waits(vessel, Why::Weather);
        }
        let Some(ready) = self.voyage.ready(task, self.now) else { return Ok(self.cancel(nth)) };
        let until = match self.presence(nth) {
            Presence::There(until) => until,
            Presence::Coming if self.slot() <= self.waits_until(place) => {
                return self.waits_for_other(vessel);
            }
            Presence::Coming | Presence::Gone => return Ok(self.cancel(nth)),
        };
        let times = self.voyage.log.times[task.index()].len();
        let slots = self.voyage.case.duration(task, self.voyage.run, times);
        let chosen = self.voyage.choose(task, ready, slots, Some(vessel));
        match chosen.filter(|(start, end)| *start == self.now && until.is_none_or(|until| *end <= until)) {
            Some((start, end)) => {
                let ready = self.turns[vessel.index()].ready.min(start);
                self.voyage.note_task(task, start, end, slots, ready);
                let held = &mut self.held[served.index()];
                *held = end.max(*held);
                Ok(Tried::Over)
            }
            None if until.is_some() => Ok(self.cancel(nth)),
            None if self.leaves_without(self.waits_until(place), chosen.map(|(start, _)| start), slots) => {
                Ok(self.cancel(nth))
            }
            None => self.waits(vessel, Why::Weather),
        }
    }

    /// Whether a vessel is kept from sailing in this slot by a service: one that goes on, or one that the schedule has before it sails and for
    /// which there is time; or whether it would set out to serve sooner than planned. Services for which there is no time are called off.
    pub fn is_kept(&mut self, vessel: Ix<Vessel>, place: usize) -> Option<Why> {
        if self.held[vessel.index()] > self.now {
            return Some(Why::Service);
        }
        let at = self.together.known[place].row;
        let site = self.voyage.ships[vessel.index()].site;
        let mut is_awaited = false;
        for nth in 0..self.together.services.len() {
            let Service { task, served, site: of_it, stay, .. } = self.together.services[nth];
            if served != vessel || of_it != site || !(stay.0..=at).contains(&stay.1) || !self.is_pending(nth)
            {
                continue;
            }
            let slots = self.voyage.case.tasks[task.index()].work;
            if self.slot() + slots <= self.waits_until(place) {
                is_awaited = true;
            } else {
                self.is_cancelled[nth] = true;
            }
        }
        let planned = self.voyage.case.order.steps[place].planned as u32;
        match is_awaited {
            true => Some(Why::Service),
            false => (self.slot() < planned && self.sets_out_in_rhythm(vessel, at)).then_some(Why::Weather),
        }
    }

    /// Whether what a vessel sails for, before it sails again, is a service in a rhythm.
    fn sets_out_in_rhythm(&self, vessel: Ix<Vessel>, at: usize) -> bool {
        let row = &self.together.rows[vessel.index()];
        let steps = row[at + 1..].iter();
        let calls =
            steps.take_while(|&&place| !matches!(self.voyage.case.order.steps[place].act, Act::Sail(..)));
        calls.filter_map(|&place| self.together.known[place].service).any(|nth| {
            let task = self.together.services[nth].task;
            self.voyage.case.plan.tasks[task].is_in_rhythm() && !self.is_cancelled[nth]
        })
    }
}
