//! Transfers of vessels that go together: what they move, and how they go at a quay.
//!
//! In: a company in a slot, and the vessel whose step it is. Out: a transfer that has begun, or what is waited for.
//! Rules: a vessel wants what the schedule has it give or take by then, and has not yet; where the schedule empties its hold, all that is in
//! it, but no more beyond the plan than there is time to land, nor more than goes over before it must go on, where the forecast shows when that is. At a quay it waits for a berth, and until so much can go over in the time that the
//! schedule has for it, without anything being taken from those who came before; when it must leave it takes what there is. Before a window shuts
//! a part goes over (`shutting`). Then set-up, flow and hoses off go on in one piece, in a sea that lets them: a transfer that has begun is
//! finished.
//! Where yields are drawn it takes what they have left there, once it is time and nothing more comes of what is ashore.
//! What keeps only so long is not taken sooner than planned.
//! Gear that would not survive the weather of the forecast is brought in in the last slot that leaves time for it.

use super::ashore::{NOTHING, Parcel, ROUNDING};
use super::company::{Company, Session, Tried, Why};
use super::order::Act;
use super::table::NEVER;
use super::voyage::End;
use crate::id::Ix;
use crate::plan::{Direction, Holder, Stand, Transfer, Vessel};
use crate::schedule::What;

/// The parts of a transfer, in slots.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub setup: u32,
    pub flow: u32,
    pub off: u32,
}

impl Parts {
    pub fn all(self) -> u32 {
        self.setup + self.flow + self.off
    }
}

/// Whether so much may go over at once.
pub(super) fn is_parcel(transfer: &Transfer, tonnes: f64) -> bool {
    tonnes > ROUNDING && tonnes >= transfer.smallest - NOTHING
}

impl Company<'_> {
    /// Brings gear in when the last slot has come that leaves time for it before weather of the forecast that it does not survive;
    /// whether something was done.
    pub fn watch(&mut self, vessel: Ix<Vessel>) -> Result<bool, End> {
        let ship = &self.voyage.ships[vessel.index()];
        let stand = Stand { vessel, site: ship.site, gear: ship.gear };
        let danger = self.voyage.ground.danger(stand, self.now);
        if danger == NEVER || danger >= self.voyage.seen(self.now).max(self.now + 1) {
            return Ok(false);
        }
        match self.voyage.last_way_out(stand, danger, self.now) {
            Some(last) if last > self.now => Ok(false),
            _ => self.voyage.keep_safe(vessel, danger + 1),
        }
    }

    /// Tonnes that a step would move if there were goods and room enough ashore.
    pub fn wanted(&self, place: usize, transfer: &Transfer) -> f64 {
        self.wanted_after(place, transfer, 0.0)
    }

    /// The same once what its vessel gives already has gone over: so many tonnes more.
    pub fn wanted_after(&self, place: usize, transfer: &Transfer, given: f64) -> f64 {
        let (known, goods) = (&self.together.known[place], transfer.commodity.index());
        let (giver, taker) = transfer.ends();
        let give = match giver {
            Holder::Vessel(vessel) => {
                let has = self.voyage.ships[vessel.index()].hold[goods] - given;
                let due = known.by_then - self.gave[vessel.index()][goods] - given;
                if known.is_all { has } else { has.min(due) }
            }
            Holder::Site(_) => f64::INFINITY,
        };
        let take = match (giver, taker) {
            (_, Holder::Site(_)) => f64::INFINITY,
            (Holder::Vessel(_), Holder::Vessel(vessel)) => self.voyage.room(vessel, goods),
            (Holder::Site(_), Holder::Vessel(vessel)) => {
                self.voyage.room(vessel, goods).min(known.by_then - self.took[vessel.index()][goods])
            }
        };
        let wanted = give.min(take).min(transfer.largest);
        if is_parcel(transfer, wanted) { wanted } else { 0.0 }
    }

    /// Of tonnes that a step would move those that go over before its vessel must go on, where the forecast shows when that is.
    pub fn before_it_must_go(&self, place: usize, transfer: &Transfer, tonnes: f64) -> f64 {
        let Some(over) = self.voyage.known_over(place, self.now) else { return tonnes };
        let Parts { setup, off, .. } = self.parts(transfer, tonnes);
        let slots = over.saturating_sub(self.now + setup + off);
        tonnes.min(f64::from(slots) * transfer.rate * self.voyage.case.plan.horizon.slot_h())
    }

    /// Of tonnes that a step would land those for which there is time; all of them where there is not even time for what the schedule lands.
    fn in_time(&self, place: usize, transfer: &Transfer, tonnes: f64) -> f64 {
        if transfer.direction == Direction::Aboard {
            return self.before_it_must_go(place, transfer, tonnes);
        }
        let Stand { vessel, .. } = transfer.stand;
        let gave = self.gave[vessel.index()][transfer.commodity.index()];
        let planned = (self.together.known[place].by_then - gave).max(0.0);
        if tonnes <= planned {
            return tonnes;
        }
        let Parts { setup, off, .. } = self.parts(transfer, tonnes);
        let slots = self.voyage.over_by(place).saturating_sub(self.now + setup + off);
        let most = f64::from(slots) * transfer.rate * self.voyage.case.plan.horizon.slot_h();
        if most < planned { tonnes } else { tonnes.min(most) }
    }

    /// Whether what a step takes aboard would be there sooner than planned, and too old in the end.
    pub fn is_early(&self, place: usize, transfer: &Transfer) -> bool {
        self.slot() < self.voyage.case.not_before(place, transfer.commodity)
    }

    pub fn parts(&self, transfer: &Transfer, tonnes: f64) -> Parts {
        let horizon = &self.voyage.case.plan.horizon;
        let slots = |span| horizon.slots_for(span) as u32;
        let flow = ((tonnes - ROUNDING) / (transfer.rate * horizon.slot_h())).ceil().max(1.0) as u32;
        Parts { setup: slots(transfer.setup), flow, off: slots(transfer.hoses_off) }
    }

    /// Whether a vessel whose time is over leaves without its transfer: it would not be done in the plan's time, or nobody knows yet when.
    pub fn leaves_without(&self, by: u32, start: Option<u32>, slots: u32) -> bool {
        let end = self.voyage.base + self.voyage.case.plan.horizon.slots as u32;
        let is_known = |start: &u32| *start <= self.voyage.seen(self.now) && start + slots <= end;
        self.slot() > by && !start.as_ref().is_some_and(is_known)
    }

    /// Whether a vessel that waits for a berth, for goods or for room leaves without: with a load it would be too late in any year, and what
    /// it has aboard would not be ashore in the plan's time.
    fn gives_up(&self, place: usize, transfer: &Transfer, wanted: f64) -> bool {
        let end = self.voyage.base + self.voyage.case.plan.horizon.slots as u32;
        let is_too_late = match transfer.direction {
            Direction::Aboard => {
                let known = self.voyage.known_by(place, self.now);
                let hopeless = known.or_else(|| self.voyage.leave.hopeless.get(place).copied());
                self.slot() > hopeless.unwrap_or(u32::MAX)
            }
            Direction::Ashore => self.now + self.parts(transfer, wanted).all() > end,
        };
        is_too_late && self.slot() > self.by(place)
    }

    /// Tries a transfer between a vessel and the site at which it lies.
    pub fn at_quay(
        &mut self,
        vessel: Ix<Vessel>,
        place: usize,
        transfer: Ix<Transfer>,
    ) -> Result<Tried, End> {
        let plan = self.voyage.case.plan;
        let of_it = &plan.transfers[transfer];
        let (stand, site) = (of_it.stand, of_it.stand.site);
        let ship = &self.voyage.ships[vessel.index()];
        if ship.site != site {
            return Ok(Tried::Over);
        }
        if ship.gear != stand.gear {
            let is_brought = self.voyage.bring_gear(vessel, stand.gear)?;
            return Ok(if is_brought { Tried::Again } else { Tried::Over });
        }
        let wanted = self.in_time(place, of_it, self.wanted(place, of_it));
        if !is_parcel(of_it, wanted) {
            return Ok(Tried::Over);
        }
        if of_it.direction == Direction::Aboard && self.is_early(place, of_it) {
            return self.waits(vessel, Why::Weather);
        }
        let least = self.parts(of_it, wanted);
        // It may lie there for as long as the schedule has it flow.
        let longest = Parts { flow: self.flow_of(place, least), ..least }.all();
        let is_promised = || self.is_promised(place, of_it, longest);
        let why = match self.is_full(site) {
            true => Some(Why::Vessel),
            false => is_promised().then_some(Why::Service),
        };
        if let Some(why) = why {
            let gives_up = self.has_enough(place, transfer) || self.gives_up(place, of_it, wanted);
            return if gives_up { Ok(Tried::Over) } else { self.waits(vessel, why) };
        }
        self.at_berth(vessel, place, transfer, wanted)
    }

    /// Tries a transfer at a quay with a free berth: all that is wanted, or what goes over before the window shuts.
    fn at_berth(
        &mut self,
        vessel: Ix<Vessel>,
        place: usize,
        transfer: Ix<Transfer>,
        wanted: f64,
    ) -> Result<Tried, End> {
        let of_it = &self.voyage.case.plan.transfers[transfer];
        let table = &self.voyage.ground.transfers[transfer.index()].table;
        let counted_on = self.with_what_comes(place, of_it, wanted);
        let whole = counted_on.or_else(|| self.at_once(place, of_it, wanted));
        // Nobody waits for the rest with goods aboard that keep only so long.
        let hurries = self.voyage.case.plan.commodities[of_it.commodity].hurries();
        let goes = of_it.direction == Direction::Aboard && hurries;
        let rest = if goes { Tried::Over } else { Tried::Again };
        let lacks = |parts: Parts| !self.has_resources(place, parts.all());
        if self.is_out_of_turn(place) || whole.is_some_and(|(_, parts)| lacks(parts)) {
            let gives_up = self.has_enough(place, transfer) || self.gives_up(place, of_it, wanted);
            return if gives_up { Ok(Tried::Over) } else { self.waits(vessel, Why::Service) };
        }
        let start = whole.and_then(|(_, parts)| table.start(self.now, parts.all()));
        if let Some((_, parts)) = whole
            && start == Some(self.now)
            && self.stays_until(of_it.stand) >= self.now + parts.all()
        {
            self.begin_at_quay(vessel, transfer, whole);
            // Where what it counts on does not come, it waits on for it.
            return Ok(if counted_on.is_some() { rest } else { Tried::Over });
        }
        let part = self.part_at_quay(place, transfer, wanted);
        let part = part.filter(|(_, parts)| self.has_resources(place, parts.all()));
        if part.is_some() {
            self.begin_at_quay(vessel, transfer, part);
            return Ok(rest);
        }
        let (goes, why) = match whole {
            Some((_, parts)) => (self.leaves_without(self.by(place), start, parts.all()), Why::Weather),
            None => {
                let is_forced = self.turns[vessel.index()].is_forced;
                let gives_up = self.is_last_call && self.gives_up(place, of_it, wanted);
                (is_forced || gives_up, Why::Goods)
            }
        };
        if goes || self.has_enough(place, transfer) { Ok(Tried::Over) } else { self.waits(vessel, why) }
    }

    fn begin_at_quay(&mut self, vessel: Ix<Vessel>, transfer: Ix<Transfer>, parcel: Option<(f64, Parts)>) {
        let Some((tonnes, parts)) = parcel else { return };
        let of_it = &self.voyage.case.plan.transfers[transfer];
        let (site, parcel) = (of_it.stand.site.index(), self.parcel(of_it, tonnes, parts));
        let session = self.begin(transfer, vessel, parts);
        self.sessions[site].push(session);
        self.parcels[site].push(parcel);
    }

    /// What would go over if a transfer began now; nothing where it is better to wait.
    fn at_once(&self, place: usize, transfer: &Transfer, wanted: f64) -> Option<(f64, Parts)> {
        let site = transfer.stand.site.index();
        let least = self.parts(transfer, wanted);
        let flow = self.flow_of(place, least);
        let foreseen = |flow: u32| {
            let mut parcels = self.parcels[site].clone();
            parcels.push(self.parcel(transfer, wanted, Parts { flow, ..least }));
            self.together.ashore[site].foresee(&self.stores[site], &parcels, self.slot())
        };
        let first = self.slot() + least.setup;
        let whole = foreseen(flow);
        if whole.spares && whole.tonnes >= wanted - ROUNDING {
            return Some((wanted, Parts { flow: whole.end - first, ..least }));
        }
        if whole.spares && self.is_all_there(place, transfer, whole.tonnes) {
            return Some((whole.tonnes, Parts { flow: whole.end - first, ..least }));
        }
        let must_leave = self.is_last_call && self.slot() >= self.by(place);
        let is_late = must_leave || self.turns[transfer.stand.vessel.index()].is_forced;
        let part = if is_late { foreseen(least.flow) } else { return None };
        (part.spares && is_parcel(transfer, part.tonnes))
            .then(|| (part.tonnes, Parts { flow: part.end - first, ..least }))
    }

    /// The slots in which goods may flow in a step that needs at least these: the schedule may have more time for it than it takes at full rate.
    pub fn flow_of(&self, place: usize, least: Parts) -> u32 {
        let planned = self.voyage.case.order.steps[place].length as u32;
        least.flow.max(planned.saturating_sub(least.setup + least.off))
    }

    /// Whether, of what a step is to take from a store, the yields of this run have left no more than so many tonnes: as much as they make of
    /// what the schedule has there by then, and nothing more comes by itself.
    fn is_all_there(&self, place: usize, transfer: &Transfer, tonnes: f64) -> bool {
        let (goods, site) = (transfer.commodity.index(), transfer.stand.site.index());
        let left = self.left_by_yields[goods];
        let is_due = self.slot() >= self.voyage.case.order.steps[place].planned as u32;
        if transfer.direction == Direction::Ashore || left == 1.0 || !is_due {
            return false;
        }
        let took = self.took[transfer.stand.vessel.index()][goods];
        let due = (self.together.known[place].by_then * left - took).max(transfer.smallest);
        let grows =
            self.together.ashore[site].grows(&self.stores[site], &self.parcels[site], self.slot(), goods);
        tonnes > ROUNDING && tonnes >= due - ROUNDING && !grows
    }

    pub fn parcel(&self, transfer: &Transfer, tonnes: f64, parts: Parts) -> Parcel {
        let first = self.slot() + parts.setup;
        Parcel {
            commodity: transfer.commodity.index(),
            into: transfer.direction == Direction::Ashore,
            per_slot: transfer.rate * self.voyage.case.plan.horizon.slot_h(),
            slots: (first, first + parts.flow),
            left: tonnes,
            now: 0.0,
        }
    }

    pub fn waits(&mut self, vessel: Ix<Vessel>, why: Why) -> Result<Tried, End> {
        Ok(if self.watch(vessel)? { Tried::Again } else { Tried::Waits(why) })
    }

    /// Begins a transfer for one of its vessels.
    pub fn begin(&mut self, transfer: Ix<Transfer>, vessel: Ix<Vessel>, parts: Parts) -> Session {
        let of_it = &self.voyage.case.plan.transfers[transfer];
        let comes = of_it.stand.vessel == vessel;
        let item = self.voyage.items.of_act(&Act::Alongside(transfer), None);
        let ready = self.turns[vessel.index()].ready.min(self.now);
        let (start, slots) = (self.now, parts.all());
        if comes {
            self.voyage.take(&of_it.uses, start, start + slots);
        }
        let kept = self.voyage.log.moves.as_ref();
        let place = kept.map_or(0, |moves| moves[vessel.index()].len());
        let what = match (comes, kept) {
            (false, _) => What::Alongside(transfer),
            (true, Some(_)) => What::Transfer(transfer, vec![0.0; slots as usize]),
            (true, None) => What::Transfer(transfer, Vec::new()),
        };
        let ground = self.voyage.ground;
        let times = (ready, start, start + slots, slots);
        self.voyage.note(vessel, item, &ground.transfers[transfer.index()], times, what);
        self.voyage.log.spent[vessel.index()].work += slots;
        Session { transfer, vessel, place, slots: (self.slot(), self.slot() + slots) }
    }
}
