//! Vessels that meet, serve one another or share the shore, sailed together slot by slot.
//!
//! In: a [`Voyage`] that has not begun, with [`Together`]. Out: its log.
//! Rules: each vessel goes through its own steps in their order. What concerns it alone (tasks, sailing, lifting) is done by the rules of
//! [`super::voyage`], as soon as it may be. In every slot whoever waits longest tries first; then goods flow (`ashore`).
//! A round trip for which most years would leave no time is left out, and so is one to a meeting that does not take place.
//! Where nobody can go on and nothing changes any more, who waits for goods takes what is there; who waits for a vessel that waits in turn
//! never goes on, and the run is stuck.

use super::ashore::{NOTHING, Parcel, Store};
use super::log::Outcome;
use super::order::Act;
use super::together::Together;
use super::voyage::{End, MOST_TRIES, Voyage};
use crate::id::Ix;
use crate::plan::{Site, Transfer, Vessel};
use crate::schedule::Shore;

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    /// The step is over.
    Over,
    /// Something was done, and the step goes on.
    Again,
    /// Nothing can be done in this slot.
    Waits(Why),
}

/// What a vessel waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The weather, and nothing else.
    Weather,
    /// Goods, or room for them.
    Goods,
    /// Another vessel: one that it meets, one at its berth, one with work that comes before.
    Vessel,
    /// Another vessel that serves it, or that it serves, or a resource that others have, and for a time only.
    Service,
}

/// Where a vessel is in its steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// The place of its next step in its row.
    pub at: usize,
    /// Whether it does nothing more.
    is_out: bool,
    /// Since when it has been waiting to begin its step, if it has.
    pub since: Option<u32>,
    /// From which slot on nothing but the weather has kept it from beginning.
    pub ready: u32,
    tries: usize,
    waits: Option<Why>,
    /// Whether it takes what is there.
    pub is_forced: bool,
}

/// A transfer that is going on.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub transfer: Ix<Transfer>,
    /// The vessel that comes, and the place of its move in the log.
    pub vessel: Ix<Vessel>,
    pub place: usize,
    /// The slots from the voyage's start: the first, and the one after the last.
    pub slots: (u32, u32),
}

/// Vessels under way together.
pub(super) struct Company<'v> {
    pub voyage: Voyage<'v>,
    pub together: &'v Together,
    /// The slot at hand.
    pub now: u32,
    pub turns: Vec<Turn>,
    /// Whether all have begun in this slot what they may without taking less than they want.
    pub is_last_call: bool,
    /// By meeting whether it does not take place.
    pub is_off: Vec<bool>,
    /// By service whether it is called off.
    pub is_cancelled: Vec<bool>,
    /// By vessel the slot up to which it is served.
    pub held: Vec<u32>,
    /// By site the transfers at its quay, and their parcels.
    pub sessions: Vec<Vec<Session>>,
    pub parcels: Vec<Vec<Parcel>>,
    /// Transfers between vessels, and their parcels.
    pub meetings: Vec<(Session, Parcel)>,
    /// By site.
    pub stores: Vec<Store>,
    /// By commodity what yields leave of it in this run, at least and at most: see [`super::case::Case::parts`].
    pub left_by_yields: Vec<f64>,
    /// By vessel and commodity what it has given, and what it has taken.
    pub gave: Vec<Vec<f64>>,
    pub took: Vec<Vec<f64>>,
    /// By task how many of its steps are still to come.
    pub pending: Vec<u32>,
    /// The steps without a vessel that are still to come.
    pub alone: Vec<usize>,
    /// What was fed and supplied, slot by slot, where moves are kept.
    pub shore: Vec<(Shore, u32, f64)>,
    /// By reserve whether it was not there when it had to be.
    pub missed: Vec<bool>,
    /// By demand the days for which what it was supplied with was not missing, times tonnes.
    pub spared: Vec<f64>,
}

/// Sails all vessels to their ends.
pub(super) fn sail(voyage: Voyage<'_>, together: &Together) {
    let plan = voyage.case.plan;
    let (goods, sites) = (plan.commodities.len(), plan.sites.len());
    let mut pending = vec![0; plan.tasks.len()];
    for step in &voyage.case.order.steps {
        if let Act::Task(task, _) = step.act {
            pending[task.index()] += 1;
        }
    }
    let turn = Turn {
        at: 0,
        is_out: false,
        since: None,
        ready: voyage.base,
        tries: 0,
        waits: None,
        is_forced: false,
    };
    let (case, run) = (voyage.case, voyage.run);
    let store =
        |site: Ix<Site>| together.ashore[site.index()].store(plan, site, |process| case.yields(process, run));
    voyage.log.held = vec![[0; 2]; voyage.items.len()];
    let mut company = Company {
        together,
        now: voyage.base,
        turns: vec![turn; plan.vessels.len()],
        is_last_call: false,
        is_off: vec![false; together.meetings.len()],
        is_cancelled: vec![false; together.services.len()],
        held: vec![0; plan.vessels.len()],
        sessions: vec![Vec::new(); sites],
        parcels: vec![Vec::new(); sites],
        meetings: Vec::new(),
        stores: plan.sites.places().map(store).collect(),
        left_by_yields: case.left_by_yields(run),
        gave: vec![vec![0.0; goods]; plan.vessels.len()],
        took: vec![vec![0.0; goods]; plan.vessels.len()],
        pending,
        alone: together.alone.clone(),
        shore: Vec::new(),
        missed: vec![false; plan.reserves.len()],
        spared: vec![0.0; plan.demands.len()],
        voyage,
    };
    if let Some(past) = case.past() {
        company.resume(past);
    }
    company.go();
}

impl Company<'_> {
    fn go(mut self) {
        let end = self.voyage.base + self.voyage.case.plan.horizon.slots as u32;
        loop {
            self.take_turns();
            if self.vessels().all(|vessel| self.is_done(vessel)) && self.is_quiet() {
                break;
            }
            if self.now + 1 >= self.voyage.limit {
                self.give_up(Outcome::Stuck);
                break;
            }
            self.note_held();
            let moved = self.pass();
            if moved <= NOTHING && self.is_still() {
                self.break_standstill();
            }
            self.now += 1;
        }
        while self.now < end {
            self.pass();
            self.now += 1;
        }
        self.settle();
    }

    /// Counts who waits for another vessel or for goods in this slot; before its first work a vessel is idle.
    fn note_held(&mut self) {
        for vessel in self.vessels() {
            let Some(place) = self.step_of(vessel).filter(|_| self.is_free(vessel)) else { continue };
            let kind = match self.turns[vessel.index()].waits {
                Some(Why::Vessel | Why::Service) => 0,
                Some(Why::Goods) => 1,
                Some(Why::Weather) | None => continue,
            };
            if self.voyage.ships[vessel.index()].last.is_some() {
                let act = &self.voyage.case.order.steps[place].act;
                self.voyage.log.held[self.voyage.items.of_act(act, Some(vessel))][kind] += 1;
            }
        }
    }

    fn vessels(&self) -> impl Iterator<Item = Ix<Vessel>> + use<> {
        (0..self.turns.len()).map(Ix::new)
    }

    /// The slot at hand, from the voyage's start.
    pub fn slot(&self) -> u32 {
        self.now - self.voyage.base
    }

    /// The step that a vessel is at, by its place in the order.
    pub fn step_of(&self, vessel: Ix<Vessel>) -> Option<usize> {
        let turn = &self.turns[vessel.index()];
        self.together.rows[vessel.index()].get(turn.at).copied().filter(|_| !turn.is_out)
    }

    fn is_done(&self, vessel: Ix<Vessel>) -> bool {
        self.step_of(vessel).is_none()
    }

    /// Whether a vessel has nothing at hand.
    pub fn is_free(&self, vessel: Ix<Vessel>) -> bool {
        self.voyage.ships[vessel.index()].now <= self.now
    }

    /// Whether no transfer is going on.
    fn is_quiet(&self) -> bool {
        self.meetings.is_empty() && self.sessions.iter().all(Vec::is_empty)
    }

    /// Whether nobody is at anything, nobody waits for the weather or for a turn that comes by itself, and nothing changes ashore by itself.
    fn is_still(&self) -> bool {
        let is_settled = |site: usize| {
            let ashore = &self.together.ashore[site];
            self.slot() >= ashore.settled && !ashore.is_at_work(&self.stores[site])
        };
        let waits = |vessel: Ix<Vessel>| {
            let turn = &self.turns[vessel.index()];
            self.is_done(vessel)
                || (self.is_free(vessel) && matches!(turn.waits, Some(Why::Goods | Why::Vessel)))
        };
        let comes = |&place: &usize| match self.voyage.case.order.steps[place].act {
            Act::Task(task, _) => !self.is_awaited(task) && self.is_out_of_turn(place),
            _ => false,
        };
        let is_settled = (0..self.stores.len()).all(is_settled);
        self.is_quiet() && self.vessels().all(waits) && is_settled && !self.alone.iter().any(comes)
    }

    /// Lets who waits for goods take what is there; where nobody does, all that wait for one another give up.
    fn break_standstill(&mut self) {
        let waiting: Vec<Ix<Vessel>> = self.queue();
        let for_goods = waiting.iter().find(|vessel| self.turns[vessel.index()].waits == Some(Why::Goods));
        match for_goods {
            Some(vessel) => self.turns[vessel.index()].is_forced = true,
            None => self.give_up(Outcome::Stuck),
        }
    }

    /// Ends the voyages of all that are not done.
    fn give_up(&mut self, outcome: Outcome) {
        for vessel in self.vessels() {
            let Some(place) = self.step_of(vessel) else { continue };
            let waits_for_vessel = self.turns[vessel.index()].waits == Some(Why::Vessel);
            let items = self.voyage.items;
            let item = match self.voyage.case.order.steps[place].act {
                Act::Transfer(transfer, ..) | Act::Alongside(transfer)
                    if waits_for_vessel && self.together.known[place].meeting.is_some() =>
                {
                    items.of_crossed(transfer)
                }
                ref act => items.of_act(act, Some(vessel)),
            };
            self.put_out(vessel, End(outcome, item));
        }
    }

    /// A vessel can do nothing more.
    pub fn put_out(&mut self, vessel: Ix<Vessel>, End(outcome, culprit): End) {
        self.voyage.log.worsen(outcome, Some(culprit));
        let (from, to) = (self.turns[vessel.index()].at, self.together.rows[vessel.index()].len());
        self.leave_out(vessel, from..to);
        self.turns[vessel.index()].is_out = true;
    }

    /// Steps of a vessel are not done: whoever would have met it there does not, and what would have come after them need not wait.
    pub fn leave_out(&mut self, vessel: Ix<Vessel>, steps: std::ops::Range<usize>) {
        for &place in &self.together.rows[vessel.index()][steps] {
            if let Some(meeting) = self.together.known[place].meeting {
                self.is_off[meeting] = true;
            }
            if let Act::Task(task, _) = self.voyage.case.order.steps[place].act {
                self.pending[task.index()] -= 1;
            }
        }
    }

    /// The step of a vessel is over.
    pub fn over(&mut self, vessel: Ix<Vessel>) {
        let Some(place) = self.step_of(vessel) else { return };
        if let Act::Task(task, _) = self.voyage.case.order.steps[place].act {
            self.pending[task.index()] -= 1;
        }
        let at = self.turns[vessel.index()].at + 1;
        self.turn_to(vessel, at);
    }

    pub fn turn_to(&mut self, vessel: Ix<Vessel>, at: usize) {
        let ready = self.now;
        self.turns[vessel.index()] =
            Turn { at, is_out: false, since: None, ready, tries: 0, waits: None, is_forced: false };
    }

    /// Who could begin something, in the order in which they began to wait.
    fn queue(&self) -> Vec<Ix<Vessel>> {
        let mut queue: Vec<Ix<Vessel>> =
            self.vessels().filter(|&vessel| !self.is_done(vessel) && self.is_free(vessel)).collect();
        queue.sort_by_key(|vessel| self.turns[vessel.index()].since.unwrap_or(u32::MAX));
        queue
    }

    /// Lets all begin what they may in this slot.
    fn take_turns(&mut self) {
        self.is_last_call = false;
        loop {
            let mut is_moved = self.work_alone();
            for vessel in self.queue() {
                while self.is_free(vessel) && !self.is_done(vessel) {
                    self.voyage.ships[vessel.index()].now = self.now;
                    match self.try_step(vessel) {
                        Ok(Tried::Over) => self.over(vessel),
                        Ok(Tried::Again) => self.count_try(vessel),
                        Ok(Tried::Waits(why)) => {
                            let now = self.now;
                            let turn = &mut self.turns[vessel.index()];
                            turn.since = turn.since.or(Some(now));
                            turn.waits = Some(why);
                            if why != Why::Weather {
                                turn.ready = now + 1;
                            }
                            break;
                        }
                        Err(end) => self.put_out(vessel, end),
                    }
                    is_moved = true;
                }
            }
            // Who must leave takes what there is only after all who may bring more in this slot have begun.
            if !is_moved && (self.is_last_call || !self.must_somebody_leave()) {
                return;
            }
            self.is_last_call = !is_moved;
        }
    }

    /// Whether somebody who waits for goods can wait no longer.
    fn must_somebody_leave(&self) -> bool {
        self.queue().into_iter().any(|vessel| {
            let place = self.step_of(vessel).filter(|_| self.turns[vessel.index()].waits == Some(Why::Goods));
            place.is_some_and(|place| self.slot() >= self.by(place))
        })
    }

    fn count_try(&mut self, vessel: Ix<Vessel>) {
        let turn = &mut self.turns[vessel.index()];
        turn.tries += 1;
        turn.waits = None;
        if turn.tries >= MOST_TRIES
            && let Some(place) = self.step_of(vessel)
        {
            let item = self.voyage.items.of_act(&self.voyage.case.order.steps[place].act, Some(vessel));
            self.put_out(vessel, End(Outcome::Stuck, item));
        }
    }

    /// Work without a vessel, as far as what comes before it is done.
    fn work_alone(&mut self) -> bool {
        let mut is_moved = false;
        for place in self.alone.clone() {
            let Act::Task(task, nth) = self.voyage.case.order.steps[place].act else { continue };
            if self.is_awaited(task) || self.is_out_of_turn(place) {
                continue;
            }
            self.alone.retain(|&other| other != place);
            is_moved = true;
            self.pending[task.index()] -= 1;
            if self.voyage.log.times[task.index()].len() <= nth
                && let Err(End(outcome, culprit)) = self.voyage.alone(task, nth)
            {
                self.voyage.log.worsen(outcome, Some(culprit));
            }
        }
        is_moved
    }
}
