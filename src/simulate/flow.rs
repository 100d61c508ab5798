//! Lifting and moving goods in a voyage.
//!
//! In: a voyage under way and a session of its order. Out: runs of lifting and parcels, each with its tonnes.
//! Rules: a session lifts until its sampling has what the schedule has lifted by then, so that what an earlier one could not lift is made
//! up for; where more is wanted than the schedule lifts, a vessel's last session goes on for as long as a tonne is worth something, up to
//! `at_most`, the hold, and what can still be landed in time; where demands or reserves have dates it delays nothing. It ends when the ship must leave, or when a way out of danger must begin. No run
//! is shorter than `min_run`. A transfer moves what is aboard, but not what the schedule lands later where that would delay what comes next; of what is there beyond the plan no more than there is time for.

use super::ashore::ROUNDING;
use super::log::Lift;
use super::log::Outcome;
use super::order::{Act, Step};
use super::past::ROUNDINGS;
use super::table::NEVER;
use super::voyage::{End, Voyage};
use crate::id::Ix;
use crate::plan::{Direction, Sampling, SiteKind, Stand, Transfer, Vessel};
use crate::schedule::What;

/// Tonnes below this are nothing.
const NOTHING: f64 = 1e-9;

impl Voyage<'_> {
    /// Tries to lift once more; whether the session is over. `by_then`: the tonnes that its sampling has lifted by its end in the schedule.
    pub fn sample_step(
        &mut self,
        place: usize,
        sampling: Ix<Sampling>,
        by_then: f64,
        is_last: bool,
    ) -> Result<bool, End> {
        let plan = self.case.plan;
        let of_it = &plan.samplings[sampling];
        let vessel = of_it.stand.vessel;
        let ship = &self.ships[vessel.index()];
        if ship.is_homeward || ship.site != of_it.stand.site {
            return Ok(true);
        }
        let want = self.want(sampling, by_then, is_last);
        if want <= NOTHING {
            return Ok(true);
        }
        let per_slot = of_it.rate * plan.horizon.slot_h();
        let least = (plan.horizon.slots_for(of_it.min_run) as u32).max(1);
        let end = |ends: &[u32]| self.base + ends.get(place).copied().unwrap_or(plan.horizon.slots as u32);
        let missing = of_it.at_least - self.log.lifted[sampling.index()];
        // What must be lifted is lifted for as long as any year would let the ship come home after it.
        let is_must = missing > NOTHING;
        let by = self.by_what_is_seen(place, vessel, ship.now);
        let due = self.want(sampling, by_then, false);
        let more_by = self.more_by(place);
        let last = match is_must {
            true => by.max(end(&self.leave.hopeless)),
            false if due <= NOTHING => by.min(more_by),
            false => by,
        };
        if ship.gear != of_it.stand.gear {
            return Ok(ship.now >= last || !self.bring_gear(vessel, of_it.stand.gear)?);
        }
        let ground = self.ground;
        let work = &ground.samplings[sampling.index()];
        let from = ship.now.max(self.base + self.case.not_before(place, of_it.commodity));
        // What goes on is no new run.
        let item = self.items.of_act(&Act::Sample(sampling, 0.0, false), None);
        let begun = self.goes_on(vessel, item, from).map(|since| least.saturating_sub(from - since).max(1));
        let least = begun.filter(|&left| work.table.start(from, left) == Some(from)).unwrap_or(least);
        let start = work.table.start(from, least).filter(|&start| start + least <= last);
        let Some(start) = start else {
            // It stays until the forecast shows that nothing more comes.
            let until = self.when_seen(last, ship.now);
            if self.keep_safe(vessel, until)? {
                return Ok(false);
            }
            self.ships[vessel.index()].now = until;
            return Ok(true);
        };
        if self.keep_safe(vessel, start)? {
            return Ok(false);
        }
        let must = if is_must { ((missing / per_slot - NOTHING).ceil() as u32).max(least) } else { 0 };
        let leave = by.max((start + must).min(last));
        let slots_for = |tonnes: f64| ((tonnes - ROUNDING) / per_slot).ceil().max(1.0) as u32;
        let mut slots = slots_for(want).max(least).min(work.table.ahead(start)).min(leave - start);
        let danger = ground.danger(of_it.stand, start);
        if danger != NEVER
            && let Some(last) = self.last_way_out(of_it.stand, danger, start)
            && danger < self.seen(last.max(start))
        {
            slots = slots.min(last.saturating_sub(start));
        }
        let floor = if due > NOTHING { slots_for(due).max(least) } else { 0 };
        let delays = |slots: u32| {
            let tonnes = want.min(per_slot * f64::from(slots));
            start + slots > more_by || start + slots + self.later(place, of_it, tonnes) > leave
        };
        let possible = slots;
        while slots > floor && delays(slots) {
            slots -= 1;
        }
        if slots < possible.min(least) {
            return Ok(true);
        }
        if slots < least {
            // Whatever could be lifted now would leave no time to bring the gear in.
            return Ok(!self.keep_safe(vessel, danger + 1)?);
        }
        self.lift(sampling, start, slots, want.min(per_slot * f64::from(slots)), least);
        Ok(false)
    }

    /// The step after one, by place, of the same vessel.
    pub fn next_of_vessel(&self, place: usize) -> Option<usize> {
        let steps = &self.case.order.steps;
        (place + 1..steps.len()).find(|&next| steps[next].vessel == steps[place].vessel)
    }

    /// By when what is lifted beyond the plan must be lifted: where dates ashore are to be met, it delays nothing that comes after.
    fn more_by(&self, place: usize) -> u32 {
        let (plan, steps) = (self.case.plan, &self.case.order.steps);
        if plan.demands.is_empty() && plan.reserves.is_empty() {
            return NEVER;
        }
        self.next_of_vessel(place).map_or(NEVER, |next| self.base + steps[next].planned as u32)
    }

    /// How many slots longer than planned it takes to land what is aboard once so many tonnes more have been lifted.
    fn later(&self, place: usize, sampling: &Sampling, tonnes: f64) -> u32 {
        let (plan, steps) = (self.case.plan, &self.case.order.steps);
        let (vessel, commodity) = (sampling.stand.vessel, sampling.commodity);
        let landed = |step: &Step| match step.act {
            Act::Transfer(transfer, tonnes, _) if step.vessel == Some(vessel) => {
                let of_it = &plan.transfers[transfer];
                let is_it = of_it.commodity == commodity && of_it.direction == Direction::Ashore;
                is_it.then_some((tonnes, of_it.rate * plan.horizon.slot_h()))
            }
            _ => None,
        };
        let (mut planned, mut per_slot) = (0.0, f64::INFINITY);
        for (tonnes, rate) in steps[place + 1..].iter().filter_map(landed) {
            (planned, per_slot) = (planned + tonnes, rate);
        }
        let aboard = self.ships[vessel.index()].hold[commodity.index()] + tonnes;
        let slots = |tonnes: f64| (tonnes / per_slot - NOTHING).ceil().max(0.0) as u32;
        slots(aboard).saturating_sub(slots(planned))
    }

    /// Tonnes that a session still wants to lift.
    fn want(&self, sampling: Ix<Sampling>, by_then: f64, is_last: bool) -> f64 {
        let of_it = &self.case.plan.samplings[sampling];
        let pays: f64 = of_it.value.iter().filter(|(_, worth)| *worth > 0.0).map(|(tonnes, _)| tonnes).sum();
        let lifted = self.log.lifted[sampling.index()];
        let goal = if is_last { pays.max(of_it.at_least) } else { by_then.max(of_it.at_least) };
        let wanted =
            (goal.min(of_it.at_most) - lifted).min(self.room(of_it.stand.vessel, of_it.commodity.index()));
        // Of what a schedule tells a little is lost in rounding, of the past more.
        let is_rounding = wanted < if self.case.past().is_some() { ROUNDINGS } else { ROUNDING };
        if is_rounding { 0.0 } else { wanted }
    }

    /// Room in a hold for a commodity.
    pub fn room(&self, vessel: Ix<Vessel>, commodity: usize) -> f64 {
        let (of_it, hold) = (&self.case.plan.vessels[vessel], &self.ships[vessel.index()].hold);
        let own = of_it.hold[commodity] - hold[commodity];
        if of_it.hold_total.is_finite() { own.min(of_it.hold_total - hold.iter().sum::<f64>()) } else { own }
    }

    fn lift(&mut self, sampling: Ix<Sampling>, start: u32, slots: u32, tonnes: f64, least: u32) {
        let of_it = &self.case.plan.samplings[sampling];
        let (vessel, ground) = (of_it.stand.vessel, self.ground);
        let item = self.items.of_act(&Act::Sample(sampling, 0.0, false), None);
        let now = self.ships[vessel.index()].now;
        let per_slot = of_it.rate * self.case.plan.horizon.slot_h();
        let what = match self.log.moves {
            Some(_) => What::Sample(sampling, shares(tonnes, per_slot, slots)),
            None => What::Sample(sampling, Vec::new()),
        };
        let times = (now, start, start + slots, least);
        self.note(vessel, item, &ground.samplings[sampling.index()], times, what);
        self.log.spent[vessel.index()].work += slots;
        self.log.lifted[sampling.index()] += tonnes;
        self.ships[vessel.index()].hold[of_it.commodity.index()] += tonnes;
        let from = start - self.base;
        let flowing = ((tonnes / per_slot - NOTHING).ceil().max(1.0) as u32).min(slots);
        self.log.lifts.push(Lift { from, to: from + flowing, tonnes });
    }

    /// Moves a parcel; whether the step is over.
    pub fn transfer_step(
        &mut self,
        place: usize,
        transfer: Ix<Transfer>,
        planned: f64,
        is_all: bool,
    ) -> Result<bool, End> {
        let plan = self.case.plan;
        let of_it = &plan.transfers[transfer];
        let Stand { vessel, site, gear } = of_it.stand;
        let ship = &self.ships[vessel.index()];
        let item = self.items.of_act(&Act::Transfer(transfer, 0.0, false), None);
        if ship.site != site || (ship.is_homeward && of_it.direction == Direction::Aboard) {
            return Ok(true);
        }
        if ship.gear != gear {
            return Ok(!self.bring_gear(vessel, gear)?);
        }
        let planned = planned - self.case.moved(place);
        let Some((tonnes, mut ready)) = self.parcel(transfer, planned, is_all) else { return Ok(true) };
        if of_it.direction == Direction::Aboard {
            ready = ready.max(self.base + self.case.not_before(place, of_it.commodity));
        }
        let per_slot = of_it.rate * plan.horizon.slot_h();
        let (ground, now) = (self.ground, ship.now);
        let work = &ground.transfers[transfer.index()];
        let flow_for = |tonnes: f64| ((tonnes - ROUNDING) / per_slot).ceil().max(1.0) as u32;
        let setup = plan.horizon.slots_for(of_it.setup) as u32;
        // What goes on is set up.
        let begun = self.goes_on(vessel, item, now.max(ready));
        let begun = begun.map(|since| setup.saturating_sub(now - since)).filter(|left| {
            let slots = left + flow_for(tonnes.min(planned));
            work.table.start(now, slots) == Some(now)
        });
        let setup = begun.unwrap_or(setup);
        let slots_for = |tonnes: f64| setup + flow_for(tonnes);
        let start_of = |slots: u32| work.table.start(now.max(ready), slots);
        // What the schedule lands later stays aboard, but where landing it now delays nothing.
        let next =
            self.next_of_vessel(place).map(|next| self.base + self.case.order.steps[next].planned as u32);
        let all = slots_for(tonnes);
        let delays = next.is_some_and(|next| start_of(all).is_none_or(|start| start + all > next));
        let tonnes = if delays { tonnes.min(planned.max(tonnes - self.case.left[place])) } else { tonnes };
        // What was lifted beyond the plan is landed as far as there is time for it; who is late anyway lands all.
        let (longest, least) = (slots_for(tonnes), slots_for(tonnes.min(planned)));
        let by = self.over_by(place);
        let is_in_time = |slots: &u32| start_of(*slots).is_some_and(|start| start + slots <= by);
        let slots = (least..=longest).rev().find(is_in_time).unwrap_or(longest);
        let tonnes = tonnes.min((per_slot * f64::from(slots - setup)).max(planned));
        let start = start_of(slots).filter(|&start| start < self.limit);
        if self.keep_safe(vessel, start.unwrap_or(self.limit))? {
            return Ok(false);
        }
        let start = start.ok_or(End(Outcome::Stuck, item))?;
        let what = match self.log.moves {
            Some(_) => {
                let mut flow = vec![0.0; setup as usize];
                flow.extend(shares(tonnes, per_slot, slots - setup));
                What::Transfer(transfer, flow)
            }
            None => What::Transfer(transfer, Vec::new()),
        };
        self.note(vessel, item, work, (ready.max(now), start, start + slots, setup + 1), what);
        self.log.spent[vessel.index()].work += slots;
        let commodity = of_it.commodity.index();
        let (sign, when) = match of_it.direction {
            Direction::Ashore => (1.0, start + slots),
            Direction::Aboard => (-1.0, start),
        };
        self.ships[vessel.index()].hold[commodity] -= sign * tonnes;
        self.ships[vessel.index()].handled += tonnes;
        self.stores.push((site.index(), commodity, when, sign * tonnes));
        if plan.sites[site].kind != SiteKind::Sea {
            self.log.landed[commodity] += sign * tonnes;
        }
        Ok(true)
    }

    /// By when a step should be over: when what its vessel does next must begin, or at the end of the plan's time.
    pub fn over_by(&self, place: usize) -> u32 {
        let now = self.case.order.steps[place].vessel.map(|vessel| self.ships[vessel.index()].now);
        if let Some(over) = now.and_then(|now| self.known_over(place, now)) {
            return over;
        }
        let by = self.next_of_vessel(place).and_then(|next| self.leave.by.get(next)).copied();
        self.base + by.unwrap_or(self.case.plan.horizon.slots as u32)
    }

    /// How much a transfer moves, and from which slot on it is there; nothing when it is not worth it.
    fn parcel(&self, transfer: Ix<Transfer>, planned: f64, is_all: bool) -> Option<(f64, u32)> {
        let of_it = &self.case.plan.transfers[transfer];
        let (site, commodity) = (of_it.stand.site, of_it.commodity.index());
        let ship = &self.ships[of_it.stand.vessel.index()];
        let of_store = || self.stores.iter().filter(|s| s.0 == site.index() && s.1 == commodity);
        let stored = |by: u32| of_store().filter(|s| s.2 <= by).map(|s| s.3).sum::<f64>();
        let (tonnes, ready) = match of_it.direction {
            Direction::Ashore => {
                let wanted = if is_all { ship.hold[commodity] } else { planned.min(ship.hold[commodity]) };
                (wanted.min(self.case.plan.sites[site].store[commodity] - stored(u32::MAX)), ship.now)
            }
            Direction::Aboard => {
                let room = self.case.plan.vessels[of_it.stand.vessel].hold[commodity] - ship.hold[commodity];
                let wanted = planned.min(room).min(stored(u32::MAX));
                let moments = of_store().map(|s| s.2.max(ship.now)).chain([ship.now]);
                let ready = moments.filter(|&at| stored(at) >= wanted - NOTHING).min().unwrap_or(ship.now);
                (wanted, ready)
            }
        };
        (tonnes > NOTHING && tonnes >= of_it.smallest - NOTHING).then_some((tonnes, ready))
    }
}

/// Tonnes in each of so many slots: at full rate until all is moved.
fn shares(tonnes: f64, per_slot: f64, slots: u32) -> Vec<f64> {
    let left = |slot: u32| (tonnes - per_slot * f64::from(slot)).clamp(0.0, per_slot);
    (0..slots).map(left).collect()
}
