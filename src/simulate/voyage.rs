//! One voyage, executed as at sea: the order of a schedule, in weather that nobody has planned for (the policy `follow`).
//!
//! In: a [`Case`], a [`Ground`], a start and the number of the run. Out: a [`Log`].
//! Rules: each step begins as soon as its vessel, what comes before it, its release, resources, closures, daylight and the weather let
//! it; what was planned soon after it is not lost for that (`holding`). Work may begin where its reference period is open. Gear that would not survive the weather of the forecast is brought in first
//! (`gear`). Lifting goes on while it pays and until the ship must leave (`flow`). A vessel that cannot be home in time in any year
//! gives up and goes home. Not a planner: the order is never changed for the better.

use super::blame::note;
use super::case::Case;
use super::company;
use super::ground::{BARRED, Ground, OPEN, Work};
use super::items::{Items, Leave};
use super::leave::Known;
use super::log::{Log, Outcome};
use super::order::{Act, Step};
use super::table::NEVER;
use crate::id::Ix;
use crate::plan::{Plan, Site, Stand, Task, Vessel};
use crate::schedule::{Itinerary, Move, What};
use std::cell::OnceCell;

/// Why a voyage cannot go on.
pub(super) struct End(pub Outcome, pub usize);

/// A vessel at sea.
#[derive(Debug, Clone)]
pub(super) struct Ship {
    /// The slot from which on it is free.
    pub now: u32,
    pub site: Ix<Site>,
    pub gear: usize,
    /// Tonnes aboard by commodity.
    pub hold: Vec<f64>,
    /// The end of its last move; nothing before the first.
    pub last: Option<u32>,
    /// When it arrived where it is; nothing where it began.
    pub since: Option<u32>,
    /// From where it sailed there, and when.
    pub left: Option<(Ix<Site>, u32)>,
    /// Tonnes that went over since then in transfers for which it came.
    pub handled: f64,
    /// Hours that its calls lasted longer than they may, so far; less than nothing where they saved time.
    pub over_h: f64,
    /// Whether it has given up and goes home.
    pub is_homeward: bool,
    /// Lifting or moving that was going on when the rest of the voyage began, and may go on.
    pub under_way: Option<UnderWay>,
}

/// Lifting or moving that is going on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct UnderWay {
    /// Which, as an item.
    pub item: usize,
    /// The slot in which it began.
    pub since: u32,
}

/// A voyage under way.
pub(super) struct Voyage<'v> {
    pub case: &'v Case<'v>,
    pub ground: &'v Ground,
    /// The slot of the ground in which it starts.
    pub base: u32,
    /// Nothing begins from this slot on.
    pub limit: u32,
    pub run: u64,
    pub leave: &'v Leave,
    pub items: Items,
    pub ships: Vec<Ship>,
    /// By vessel when each step must begin in the weather of the run, once the forecast shows all of it.
    pub known: Vec<OnceCell<Known>>,
    /// By site and commodity what came and went: slot and tonnes.
    pub stores: Vec<(usize, usize, u32, f64)>,
    /// Resources in use: which, from, to, units.
    pub uses: Vec<(usize, u32, u32, u32)>,
    pub log: &'v mut Log,
}

/// A step that is tried this often without being done cannot be done.
pub(super) const MOST_TRIES: usize = 500;

/// Runs one voyage and leaves what it came to in `log`.
pub fn follow(case: &Case<'_>, ground: &Ground, base: u32, run: u64, leave: &Leave, log: &mut Log) {
    let mut voyage = Voyage::new(case, ground, (base, run), leave, log);
    if let Some(together) = &case.together {
        return company::sail(voyage, together);
    }
    let ends = case.past().map_or_else(Vec::new, |past| voyage.relive(past));
    let can_go_on = ends.is_empty();
    for (_, End(outcome, culprit)) in ends {
        voyage.log.worsen(outcome, Some(culprit));
    }
    let over = case.order.over();
    let steps = case.order.steps.iter().enumerate().filter(|(place, _)| can_go_on && !over[*place]);
    let sailed = steps.into_iter().try_for_each(|(place, step)| voyage.step(place, step));
    let all = case.plan.vessels.places();
    let ended = sailed.and_then(|()| all.filter(|_| can_go_on).try_for_each(|ship| voyage.bring_in(ship)));
    if let Err(End(outcome, culprit)) = ended {
        voyage.log.worsen(outcome, Some(culprit));
    }
    voyage.settle();
}

/// What has happened, as it is in one run: see [`Past`](super::past::Past); nothing where a vessel cannot go on from there.
pub fn happened(case: &Case<'_>, ground: &Ground, base: u32, run: u64) -> Option<Itinerary> {
    let mut log = Log::default();
    let leave = Leave::default();
    let voyage = Voyage::new(case, ground, (base, run), &leave, &mut log);
    voyage.happened(case.past()?)
}

/// Goes on with a move.
fn prolong(last: &mut Move, more: What, end: usize) {
    last.end = end;
    if let (
        What::Sample(_, tonnes) | What::Transfer(_, tonnes),
        What::Sample(_, more) | What::Transfer(_, more),
    ) = (&mut last.what, more)
    {
        tonnes.extend(more);
    }
}

/// What is in the stores of sites when a voyage begins.
fn stores(plan: &Plan) -> Vec<(usize, usize, u32, f64)> {
    let of_site = |(place, site): (Ix<Site>, &Site)| -> Vec<(usize, usize, u32, f64)> {
        let there = site.stock.iter().enumerate().filter(|(_, tonnes)| **tonnes > 0.0);
        there.map(|(commodity, &tonnes)| (place.index(), commodity, 0, tonnes)).collect()
    };
    plan.sites.entries().flat_map(of_site).collect()
}

impl Voyage<'_> {
    /// A voyage that has not begun, in a log that has forgotten the last one.
    fn new<'v>(
        case: &'v Case<'v>,
        ground: &'v Ground,
        (base, run): (u32, u64),
        leave: &'v Leave,
        log: &'v mut Log,
    ) -> Voyage<'v> {
        let plan = case.plan;
        let items = Items::of(plan);
        log.clear(plan, items.len(), ground.channels.len());
        let ship = |ship: &Vessel| Ship {
            now: base,
            site: ship.at,
            gear: 0,
            hold: ship.aboard.clone(),
            last: None,
            since: None,
            left: None,
            handled: 0.0,
            over_h: 0.0,
            is_homeward: false,
            under_way: None,
        };
        let limit = (base + 2 * plan.horizon.slots as u32).min(ground.grid.slots as u32);
        let ships = plan.vessels.iter().map(ship).collect();
        let (stores, uses) = (stores(plan), Vec::new());
        let known = vec![OnceCell::new(); plan.vessels.len()];
        Voyage { case, ground, base, limit, run, leave, items, ships, known, stores, uses, log }
    }

    fn step(&mut self, place: usize, step: &Step) -> Result<(), End> {
        let Step { act, vessel, length, .. } = step;
        let (vessel, length) = (*vessel, *length);
        let item = self.items.of_act(act, vessel);
        if let Some(vessel) = vessel {
            let ship = &self.ships[vessel.index()];
            let hopeless = self.leave.hopeless.get(place).copied().unwrap_or(NEVER);
            let is_late = hopeless != NEVER && ship.now > self.base + hopeless && ship.last.is_some();
            if is_late && ship.now > self.by_what_is_seen(place, vessel, ship.now) {
                self.ships[vessel.index()].is_homeward = true;
            }
        }
        for _ in 0..MOST_TRIES {
            let is_over = match (act, vessel) {
                (Act::Task(task, nth), None) => {
                    self.log.times[task.index()].len() > *nth || self.alone(*task, *nth)?
                }
                (Act::Task(task, nth), Some(vessel)) => self.task_step(*task, *nth, vessel)?,
                (Act::Sail(_, to), Some(vessel)) => {
                    while self.is_too_soon(vessel, place, *to) {
                        self.ships[vessel.index()].now += 1;
                    }
                    self.sail_step(*to, length, vessel)?
                }
                (Act::Sample(q, _, is_last), Some(_)) => {
                    self.sample_step(place, *q, self.case.lifted[place], *is_last)?
                }
                (Act::Transfer(r, tonnes, is_all), Some(_)) => {
                    self.transfer_step(place, *r, *tonnes, *is_all)?
                }
                (Act::Alongside(_), Some(_)) | (_, None) => true,
            };
            if is_over {
                return Ok(());
            }
        }
        Err(End(Outcome::Stuck, item))
    }

    /// Work without a vessel.
    pub fn alone(&mut self, task: Ix<Task>, nth: usize) -> Result<bool, End> {
        let now = self.base + self.case.happened();
        let Some(ready) = self.ready(task, now) else { return Ok(true) };
        let work = self.case.duration(task, self.run, self.log.times[task.index()].len());
        let chosen = self.choose_in_order((task, nth), ready, work, None);
        let (ready, start, end) = chosen.ok_or(End(Outcome::Stuck, task.index()))?;
        self.note_task(task, start, end, work, ready);
        Ok(true)
    }

    /// Tries a task of the order; whether the step is over.
    pub fn task_step(&mut self, task: Ix<Task>, nth: usize, vessel: Ix<Vessel>) -> Result<bool, End> {
        let ship = &self.ships[vessel.index()];
        let Some(stand) = self.case.plan.tasks[task].stand else { return Ok(true) };
        if ship.is_homeward || ship.site != stand.site {
            return Ok(true);
        }
        let (times, of_it) = (self.log.times[task.index()].len(), &self.case.plan.tasks[task]);
        // What was done already as a retreat is done again if the gear is out again.
        let is_again = of_it.leaves != stand.gear && ship.gear == stand.gear && times < of_it.most as usize;
        if times > nth && !is_again {
            return Ok(true);
        }
        if ship.gear != stand.gear {
            return Ok(!self.bring_gear(vessel, stand.gear)?);
        }
        self.perform(task, vessel, (!is_again).then_some(nth)).map(|done| done != Some(false))
    }

    /// Does a task once: whether it was done; not when the gear had to be brought to safety first, nothing when it never can be. `nth` is which
    /// time of it in the order that is, if it is one.
    pub fn perform(
        &mut self,
        task: Ix<Task>,
        vessel: Ix<Vessel>,
        nth: Option<usize>,
    ) -> Result<Option<bool>, End> {
        let ship = &self.ships[vessel.index()];
        // Who goes home brings the gear in, whatever the plan wanted to be done before.
        let homeward = ship.is_homeward.then_some(ship.now);
        let Some(ready) = homeward.or_else(|| self.ready(task, ship.now)) else { return Ok(None) };
        let work = self.case.duration(task, self.run, self.log.times[task.index()].len());
        let stuck = End(Outcome::Stuck, task.index());
        let chosen = match nth.filter(|_| homeward.is_none()) {
            Some(nth) => self.choose_in_order((task, nth), ready, work, Some(vessel)),
            None => self.choose(task, ready, work, Some(vessel)).map(|(start, end)| (ready, start, end)),
        };
        let start = chosen.map_or(self.limit, |(_, start, _)| start);
        if self.keep_safe(vessel, start)? {
            return Ok(Some(false));
        }
        let (ready, start, end) = chosen.ok_or(stuck)?;
        self.note_task(task, start, end, work, ready);
        Ok(Some(true))
    }

    /// The slot from which on a task could begin if the sea were calm: what comes before it is done, and it is released.
    pub fn ready(&self, task: Ix<Task>, now: u32) -> Option<u32> {
        let (plan, facts) = (self.case.plan, &self.case.tasks[task.index()]);
        let work = &plan.tasks[task];
        let mut ready = now.max(self.base + facts.release);
        for after in &work.after {
            let takes_turns = plan.tasks[after.task].most > 1 && work.most > 1;
            let turn = if takes_turns { self.log.times[task.index()].len() } else { 0 };
            let (_, end) = self.log.times[after.task.index()].get(turn)?;
            ready = ready.max(end + self.base + plan.horizon.slots_for(after.lag) as u32);
        }
        Some(ready)
    }

    /// The first start from `ready` on that weather, resources and caution allow, with its end.
    pub fn choose(
        &self,
        task: Ix<Task>,
        ready: u32,
        work: u32,
        vessel: Option<Ix<Vessel>>,
    ) -> Option<(u32, u32)> {
        let (plan, facts) = (self.case.plan, &self.case.tasks[task.index()]);
        let table = &self.ground.tasks[task.index()].table;
        let mut earliest = ready;
        loop {
            let start = table.start(earliest, work + facts.reserve).filter(|&start| start < self.limit)?;
            let end = table.finish(start, work);
            if let Some(free) = self.resource_free(&plan.tasks[task].uses, start, end) {
                earliest = free;
                continue;
            }
            if let (Some(vessel), Some(stand)) = (vessel, plan.tasks[task].stand) {
                let left = Stand { vessel, site: stand.site, gear: plan.tasks[task].leaves };
                let danger = self.ground.danger(left, end);
                let is_seen = danger != NEVER && danger < self.seen(start);
                if is_seen
                    && left.gear != stand.gear
                    && self.is_a_trap((stand, ready), start, (left, end, danger))
                {
                    let last = table.latest(danger, work, facts.reserve).unwrap_or(start);
                    earliest = last.max(start) + 1;
                    continue;
                }
            }
            return Some((start, end));
        }
    }

    pub fn note_task(&mut self, task: Ix<Task>, start: u32, end: u32, work: u32, ready: u32) {
        let (plan, facts) = (self.case.plan, &self.case.tasks[task.index()]);
        let of_it = &plan.tasks[task];
        let ground = self.ground;
        if let Some(stand) = of_it.stand {
            let needed = work + facts.reserve;
            let what = What::Task(task);
            self.note(
                stand.vessel,
                task.index(),
                &ground.tasks[task.index()],
                (ready, start, end, needed),
                what,
            );
            let mut weather = 0;
            if end - start > work {
                let cause = &ground.tasks[task.index()].cause;
                for slot in start..end {
                    let cause = cause[slot as usize];
                    if cause < BARRED {
                        note(ground, task.index(), cause, slot, self.log);
                        weather += 1;
                    }
                }
            }
            let spent = &mut self.log.spent[stand.vessel.index()];
            spent.work += work;
            spent.weather += weather;
            spent.other += end - start - work - weather;
            self.ships[stand.vessel.index()].gear = of_it.leaves;
        }
        for after in &of_it.after {
            let ends = &self.log.times[after.task.index()];
            let last = ends.iter().rev().map(|time| time.1 + self.base).find(|&end| end <= start);
            let within = after.within.map(|within| plan.horizon.slots_for(within) as u32);
            if last.zip(within).is_some_and(|(end, within)| start > end + within) {
                self.log.worsen(Outcome::Short, Some(task.index()));
            }
        }
        self.take(&of_it.uses, start, end);
        // Its reference period must lie within the plan's time: work without its reserve is not what was planned.
        let is_beyond = end + facts.reserve - self.base > plan.horizon.slots as u32;
        if end - self.base > facts.deadline || is_beyond {
            self.log.worsen(Outcome::Late, Some(task.index()));
        }
        self.log.times[task.index()].push((start - self.base, end - self.base));
        self.log.cost += of_it.cost;
        self.log.finish = self.log.finish.max(end - self.base);
    }

    /// Notes a move of a vessel and the wait before it; `ready` is the slot from which on only weather and closures could stop it.
    pub fn note(
        &mut self,
        vessel: Ix<Vessel>,
        item: usize,
        work: &Work,
        (ready, start, end, needed): (u32, u32, u32, u32),
        what: What,
    ) {
        let last = self.ships[vessel.index()].last;
        match last {
            None => self.log.spent[vessel.index()].idle += start - self.base,
            Some(last) => {
                let last = self.waited(vessel, last);
                let weather = self.weather_wait(item, work, ready.max(last), start, needed);
                let spent = &mut self.log.spent[vessel.index()];
                spent.weather += weather;
                spent.other += start - last - weather;
            }
        }
        let goes_on = self.goes_on(vessel, item, start).is_some();
        let ship = &mut self.ships[vessel.index()];
        (ship.last, ship.now, ship.under_way) = (Some(end), end, None);
        self.log.finish = self.log.finish.max(end - self.base);
        let (slots, burnt) = &mut self.log.busy[vessel.index()];
        *slots += end - start;
        // What a leg burns is known to who sails it.
        if !matches!(what, What::Sail(..)) {
            let hours = f64::from(end - start) * self.case.plan.horizon.slot_h();
            *burnt += self.case.plan.vessels[vessel].working_t(hours);
        }
        if let Some(moves) = &mut self.log.moves {
            let (start, end) = ((start - self.base) as usize, (end - self.base) as usize);
            let moves = &mut moves[vessel.index()];
            match moves.last_mut().filter(|_| goes_on) {
                Some(last) => prolong(last, what, end),
                None => moves.push(Move { what, start, end }),
            }
        }
    }

    /// Since when lifting or moving is going on that goes on in a slot, as the rest of a voyage begins; nothing where it begins anew.
    pub fn goes_on(&self, vessel: Ix<Vessel>, item: usize, start: u32) -> Option<u32> {
        let ship = &self.ships[vessel.index()];
        let under_way = ship.under_way.filter(|under_way| under_way.item == item);
        under_way.filter(|_| ship.last == Some(start)).map(|under_way| under_way.since)
    }

    /// Counts the wait that a vessel was in when the rest of the voyage began; from when on its wait counts by the weather of the run.
    fn waited(&mut self, vessel: Ix<Vessel>, last: u32) -> u32 {
        let Some(past) = self.case.past().filter(|past| last < self.base + past.until) else { return last };
        let (weather, other) = past.waits[vessel.index()];
        let spent = &mut self.log.spent[vessel.index()];
        (spent.weather, spent.other) = (spent.weather + weather, spent.other + other);
        self.base + past.until
    }

    /// How many of the slots `[from, to)` only the weather keeps work from beginning in.
    fn weather_wait(&mut self, item: usize, work: &Work, from: u32, to: u32, needed: u32) -> u32 {
        let (mut blocked, mut weather) = (from, 0);
        let needed = needed.max(1);
        for slot in from..to {
            let is_free = work.free.as_ref().is_none_or(|free| free.ahead(slot) >= needed);
            if !is_free || work.table.ahead(slot) >= needed {
                continue;
            }
            blocked = blocked.max(slot);
            while work.cause.get(blocked as usize) == Some(&OPEN) {
                blocked += 1;
            }
            let cause = work.cause.get(blocked as usize).copied().unwrap_or(OPEN);
            note(self.ground, item, cause, slot, self.log);
            weather += 1;
        }
        weather
    }

    /// Counts the call that a vessel ends in a slot, where its time counts.
    pub fn end_call(&mut self, vessel: Ix<Vessel>, until: u32) {
        let plan = self.case.plan;
        let ship = &mut self.ships[vessel.index()];
        let tonnes = std::mem::take(&mut ship.handled);
        let (Some(since), Some(terms)) = (ship.since.take(), &plan.vessels[vessel].demurrage) else { return };
        if let Some(allowed) = terms.allowed_h(ship.site, tonnes) {
            ship.over_h += f64::from(until - since) * plan.horizon.slot_h() - allowed;
        }
    }

    /// Sails to a site, or home when the vessel has given up; whether the step is over.
    pub fn sail_step(&mut self, to: Ix<Site>, length: usize, vessel: Ix<Vessel>) -> Result<bool, End> {
        let plan = self.case.plan;
        let of_it = &plan.vessels[vessel];
        let ship = &self.ships[vessel.index()];
        let to = if ship.is_homeward { of_it.home.unwrap_or(to) } else { to };
        let item = self.items.of_act(&Act::Sail(to, to), Some(vessel));
        let (now, from) = (ship.now, ship.site);
        if from == to {
            return Ok(true);
        }
        let Some(leg) = plan.leg_in(vessel, from, to, length) else { return Ok(true) };
        if ship.gear != 0 {
            let is_coming = self.bring_gear(vessel, 0)?;
            return if is_coming { Ok(false) } else { Err(End(Outcome::Stuck, self.kept_out_by(vessel))) };
        }
        let ground = self.ground;
        let (work, slots) = (&ground.legs[vessel.index()][leg], self.case.legs[vessel.index()][leg]);
        let start = work.start(now, slots, self.base).filter(|&start| start < self.limit);
        if self.keep_safe(vessel, start.unwrap_or(self.limit))? {
            return Ok(false);
        }
        let start = start.ok_or(End(Outcome::Stuck, item))?;
        self.note(vessel, item, work, (now, start, start + slots, slots), What::Sail(from, to));
        self.log.spent[vessel.index()].sail += slots;
        self.log.busy[vessel.index()].1 += of_it.leg_t(&of_it.legs[leg], &plan.horizon);
        self.log.cost += plan.leg_cost(vessel, from, to);
        self.end_call(vessel, start);
        let ship = &mut self.ships[vessel.index()];
        (ship.site, ship.since, ship.left) = (to, Some(start + slots), Some((from, start)));
        Ok(true)
    }
}
