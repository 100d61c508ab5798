//! Vessels that meet or share the shore, sailed together slot by slot.
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
use crate::plan::{SiteKind, Task, Transfer, Vessel};
use crate::schedule::{Shore, ShoreFlow, What};

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
}

/// Where a vessel is in its steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// The place of its next step in its row.
    pub at: usize,
    /// Whether it does nothing more.
    is_out: bool,
    /// Since when it has been waiting to begin its step, if it has.
    since: Option<u32>,
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
    /// By meeting whether it does not take place.
    pub is_off: Vec<bool>,
    /// By site the transfers at its quay, and their parcels.
    pub sessions: Vec<Vec<Session>>,
    pub parcels: Vec<Vec<Parcel>>,
    /// Transfers between vessels, and their parcels.
    pub meetings: Vec<(Session, Parcel)>,
    /// By site.
    pub stores: Vec<Store>,
    /// By vessel and commodity what it has given, and what it has taken.
    pub gave: Vec<Vec<f64>>,
    pub took: Vec<Vec<f64>>,
    /// By task how many of its steps are still to come.
    pending: Vec<u32>,
    /// The steps without a vessel that are still to come.
    alone: Vec<usize>,
    /// What was fed and supplied, slot by slot, where moves are kept.
    shore: Vec<(Shore, u32, f64)>,
    /// By demand the days for which what it was supplied with was not missing, times tonnes.
    spared: Vec<f64>,
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
    voyage.log.held = vec![[0; 2]; voyage.items.len()];
    let company = Company {
        together,
        now: voyage.base,
        turns: vec![turn; plan.vessels.len()],
        is_off: vec![false; together.meetings.len()],
        sessions: vec![Vec::new(); sites],
        parcels: vec![Vec::new(); sites],
        meetings: Vec::new(),
        stores: plan.sites.places().map(|site| together.ashore[site.index()].store(plan, site)).collect(),
        gave: vec![vec![0.0; goods]; plan.vessels.len()],
        took: vec![vec![0.0; goods]; plan.vessels.len()],
        pending,
        alone: together.alone.clone(),
        shore: Vec::new(),
        spared: vec![0.0; plan.demands.len()],
        voyage,
    };
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
                Some(Why::Vessel) => 0,
                Some(Why::Goods) => 1,
                Some(Why::Weather) | None => continue,
            };
            if self.voyage.ships[vessel.index()].has_begun() {
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

    /// Whether nobody is at anything, nobody waits for the weather, and nothing changes ashore by itself.
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
        self.is_quiet() && self.vessels().all(waits) && (0..self.stores.len()).all(is_settled)
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
    fn leave_out(&mut self, vessel: Ix<Vessel>, steps: std::ops::Range<usize>) {
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

    fn turn_to(&mut self, vessel: Ix<Vessel>, at: usize) {
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
            if !is_moved {
                return;
            }
        }
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
        for place in std::mem::take(&mut self.alone) {
            let Act::Task(task, nth) = self.voyage.case.order.steps[place].act else { continue };
            if self.is_awaited(task) {
                self.alone.push(place);
                continue;
            }
            is_moved = true;
            self.pending[task.index()] -= 1;
            if self.voyage.log.times[task.index()].len() <= nth
                && let Err(End(outcome, culprit)) = self.voyage.alone(task)
            {
                self.voyage.log.worsen(outcome, Some(culprit));
            }
        }
        is_moved
    }

    /// Whether something that comes before a task is still to come.
    fn is_awaited(&self, task: Ix<Task>) -> bool {
        let plan = self.voyage.case.plan;
        let times = &self.voyage.log.times;
        let work = &plan.tasks[task];
        work.after.iter().any(|after| {
            let takes_turns = plan.tasks[after.task].most > 1 && work.most > 1;
            let turn = if takes_turns { times[task.index()].len() } else { 0 };
            times[after.task.index()].len() <= turn && self.pending[after.task.index()] > 0
        })
    }

    fn try_step(&mut self, vessel: Ix<Vessel>) -> Result<Tried, End> {
        let Some(place) = self.step_of(vessel) else { return Ok(Tried::Over) };
        let case = self.voyage.case;
        let (step, known) = (&case.order.steps[place], &self.together.known[place]);
        let is_over = match step.act {
            Act::Task(task, nth) => {
                if self.voyage.log.times[task.index()].len() <= nth && self.is_awaited(task) {
                    return Ok(if self.watch(vessel)? { Tried::Again } else { Tried::Waits(Why::Vessel) });
                }
                self.voyage.task_step(task, nth, vessel)?
            }
            Act::Sail(_, to) => {
                if let Some(to) = self.shortcut(vessel, place) {
                    self.leave_out(vessel, known.row..to);
                    self.turn_to(vessel, to);
                    return Ok(Tried::Again);
                }
                self.voyage.sail_step(to, step.length, vessel)?
            }
            Act::Sample(sampling, _, is_last) => {
                // For whom others come lifts what the schedule lifts, and no more: nobody would fetch it.
                let is_met = case.plan.transfers.iter().any(|t| t.meets.is_some_and(|m| m.vessel == vessel));
                self.voyage.sample_step(place, sampling, known.by_then, is_last && !is_met)?
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

    /// By when a step should begin, in slots from the voyage's start.
    pub fn by(&self, place: usize) -> u32 {
        let slots = self.voyage.case.plan.horizon.slots as u32;
        self.voyage.leave.by.get(place).copied().unwrap_or(slots)
    }

    /// Where a vessel goes on instead of setting out on a round trip that comes too late, or for nothing.
    fn shortcut(&self, vessel: Ix<Vessel>, place: usize) -> Option<usize> {
        let known = &self.together.known[place];
        let row = &self.together.rows[vessel.index()];
        let by = |to: usize| row.get(to).map_or(u32::MAX, |&place| self.by(place));
        if self.slot() > self.by(place) {
            return known.shortcuts.iter().copied().find(|&to| by(to) >= self.slot());
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
                    of_it.direction == crate::plan::Direction::Ashore
                        && hold[of_it.commodity.index()] <= NOTHING
                }
            },
            Act::Task(..) | Act::Sample(..) => false,
        };
        let is_meeting = |place: &usize| self.together.known[*place].meeting.is_some();
        known.shortcuts.iter().copied().find(|&to| {
            let trip = &row[known.row..to];
            trip.iter().any(is_meeting) && trip.iter().all(is_idle)
        })
    }

    /// Lets the goods of one slot flow; the tonnes that did.
    fn pass(&mut self) -> f64 {
        let slot = self.slot();
        let mut all = 0.0;
        for site in 0..self.stores.len() {
            let (shore, spared, log) = (&mut self.shore, &mut self.spared, &mut self.voyage.log);
            let plan = self.voyage.case.plan;
            let keeps = log.moves.is_some();
            let told = |of: Shore, tonnes: f64| {
                match of {
                    Shore::Process(process) => log.cost += plan.processes[process].cost * tonnes,
                    Shore::Demand(demand) => {
                        if let Some(late) = plan.demands[demand].late {
                            spared[demand.index()] += tonnes * late.spared(&plan.horizon, slot as usize);
                        }
                    }
                }
                if keeps {
                    shore.push((of, slot, tonnes));
                }
            };
            all +=
                self.together.ashore[site].pass(&mut self.stores[site], &mut self.parcels[site], slot, told);
            for nth in 0..self.sessions[site].len() {
                let (tonnes, of) = (self.parcels[site][nth].now, self.sessions[site][nth].clone());
                self.move_over(&of, tonnes);
            }
            let is_on = |session: &Session| session.slots.1 > slot + 1;
            let on: Vec<bool> = self.sessions[site].iter().map(is_on).collect();
            let mut places = on.iter();
            self.sessions[site].retain(|_| *places.next().unwrap_or(&true));
            let mut places = on.iter();
            self.parcels[site].retain(|_| *places.next().unwrap_or(&true));
        }
        for (session, mut parcel) in std::mem::take(&mut self.meetings) {
            if (parcel.slots.0..parcel.slots.1).contains(&slot) {
                let tonnes = parcel.left.min(parcel.per_slot);
                parcel.left -= tonnes;
                all += tonnes;
                self.move_over(&session, tonnes);
            }
            if session.slots.1 > slot + 1 {
                self.meetings.push((session, parcel));
            }
        }
        all
    }

    /// Tonnes of a transfer that went over in the slot at hand, as its vessels see them.
    fn move_over(&mut self, session: &Session, tonnes: f64) {
        if tonnes <= 0.0 {
            return;
        }
        let plan = self.voyage.case.plan;
        let of_it = &plan.transfers[session.transfer];
        let goods = of_it.commodity.index();
        let (giver, taker) = of_it.ends();
        if let crate::plan::Holder::Vessel(vessel) = giver {
            self.voyage.ships[vessel.index()].hold[goods] -= tonnes;
            self.gave[vessel.index()][goods] += tonnes;
        }
        if let crate::plan::Holder::Vessel(vessel) = taker {
            self.voyage.ships[vessel.index()].hold[goods] += tonnes;
            self.took[vessel.index()][goods] += tonnes;
        }
        if of_it.meets.is_none() && plan.sites[of_it.stand.site].kind != SiteKind::Sea {
            self.voyage.log.delivered += of_it.sign(taker_of_site(of_it)) * tonnes;
        }
        let slot = self.slot();
        if let Some(moves) = &mut self.voyage.log.moves
            && let What::Transfer(_, flow) = &mut moves[session.vessel.index()][session.place].what
        {
            flow[(slot - session.slots.0) as usize] += tonnes;
        }
    }

    /// What is known only at the end.
    fn settle(mut self) {
        let plan = self.voyage.case.plan;
        let log = &mut self.voyage.log;
        for (ashore, store) in self.together.ashore.iter().zip(&self.stores) {
            for (demand, tonnes) in store.supplied(ashore) {
                log.supplied += tonnes;
                let of_it = &plan.demands[demand];
                if tonnes < of_it.at_least - 1e-6 {
                    log.worsen(Outcome::Short, Some(self.voyage.items.of_demand(demand)));
                }
                if let Some(late) = of_it.late {
                    let missing = of_it.amount * late.days(&plan.horizon) - self.spared[demand.index()];
                    log.cost += late.each * missing.max(0.0);
                }
            }
        }
        if log.moves.is_some() {
            log.shore = flows(plan, self.shore);
        }
        self.voyage.settle();
    }
}

/// The store of the site of a transfer, as the one of its ends that is not a vessel.
fn taker_of_site(transfer: &Transfer) -> crate::plan::Holder {
    crate::plan::Holder::Site(transfer.stand.site)
}

/// What flowed ashore as an itinerary has it: a stretch of slots in a row is one flow, and so is each batch.
fn flows(plan: &crate::plan::Plan, mut told: Vec<(Shore, u32, f64)>) -> Vec<ShoreFlow> {
    let rank = |of: &Shore| match of {
        Shore::Process(process) => (0, process.index()),
        Shore::Demand(demand) => (1, demand.index()),
    };
    told.sort_by_key(|(of, slot, _)| (rank(of), *slot));
    let mut flows: Vec<ShoreFlow> = Vec::new();
    for (of, slot, tonnes) in told {
        let start = slot as usize;
        if let Shore::Process(process) = of
            && plan.processes[process].batch.is_some()
        {
            let mut course = vec![0.0; plan.processes[process].slots(&plan.horizon)];
            course[0] = tonnes;
            flows.push(ShoreFlow { of, start, tonnes: course });
            continue;
        }
        match flows.last_mut() {
            Some(flow) if flow.of == of && flow.start + flow.tonnes.len() == start => {
                flow.tonnes.push(tonnes)
            }
            _ => flows.push(ShoreFlow { of, start, tonnes: vec![tonnes] }),
        }
    }
    flows
}
