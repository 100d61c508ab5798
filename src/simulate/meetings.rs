//! Transfers from ship to ship, of vessels that go together.
//!
//! In: a company in a slot, and the vessel whose step it is. Out: a meeting that has begun, or what is waited for.
//! Rules: of two vessels that meet, each waits for the other, until it must leave itself; then both wait for a sea that lets all that is there go
//! over in one piece before they must go on, or for what goes over before the window shuts (`shutting`). What is left goes over when they meet again.

use super::company::{Company, Tried, Why};
use super::order::Act;
use super::sessions::{Parts, is_parcel};
use super::shutting::Sides;
use super::voyage::End;
use crate::id::Ix;
use crate::plan::{Transfer, Vessel};

impl Company<'_> {
    /// Tries the meeting of a step, of which a vessel is one side.
    pub fn meet(&mut self, vessel: Ix<Vessel>, place: usize) -> Result<Tried, End> {
        let plan = self.voyage.case.plan;
        let Some(nth) = self.together.known[place].meeting.filter(|&nth| !self.is_off[nth]) else {
            return Ok(Tried::Over);
        };
        let meeting = self.together.meetings[nth];
        let Act::Transfer(transfer, ..) = self.voyage.case.order.steps[meeting.comes].act else {
            return Ok(Tried::Over);
        };
        let of_it = &plan.transfers[transfer];
        let Some(lies) = of_it.meets else { return Ok(Tried::Over) };
        let (stand, other, others) = match place == meeting.comes {
            true => (of_it.stand, lies, meeting.lies),
            false => (lies, of_it.stand, meeting.comes),
        };
        if self.voyage.ships[vessel.index()].site != stand.site {
            return Ok(self.call_off(nth));
        }
        if self.step_of(other.vessel) != Some(others) || !self.is_free(other.vessel) {
            if self.slot() > self.by(place) {
                return Ok(self.call_off(nth));
            }
            return self.waits(vessel, Why::Vessel);
        }
        self.voyage.ships[other.vessel.index()].now = self.now;
        if self.voyage.ships[other.vessel.index()].site != other.site {
            return Ok(self.call_off(nth));
        }
        let sides = [meeting.comes, meeting.lies];
        let wanted = self.wanted(meeting.comes, of_it);
        let tonnes = sides.iter().fold(wanted, |tonnes, &side| self.before_it_must_go(side, of_it, tonnes));
        if !is_parcel(of_it, tonnes) {
            return Ok(self.call_off(nth));
        }
        for stand in [stand, other] {
            if self.voyage.ships[stand.vessel.index()].gear != stand.gear {
                return match self.voyage.bring_gear(stand.vessel, stand.gear) {
                    Ok(true) => Ok(Tried::Again),
                    Ok(false) => Ok(self.call_off(nth)),
                    Err(end) => self.lost(vessel, stand.vessel, end),
                };
            }
        }
        if self.is_early(meeting.comes, of_it) {
            return self.waits(vessel, Why::Weather);
        }
        let parts = self.parts(of_it, tonnes);
        if self.is_out_of_turn(meeting.comes) || !self.has_resources(meeting.comes, parts.all()) {
            let is_over = self.slot() > self.by(place).min(self.by(others));
            return if is_over { Ok(self.call_off(nth)) } else { self.waits(vessel, Why::Service) };
        }
        let start = self.voyage.ground.transfers[transfer.index()].table.start(self.now, parts.all());
        let end = self.now + parts.all();
        if start == Some(self.now) && self.stays_until(stand) >= end && self.stays_until(other) >= end {
            return Ok(self.go_alongside(transfer, (tonnes, parts), other.vessel));
        }
        let sides = Sides { steps: &[place, others], stands: &[stand, other] };
        if let Some(part) = self.part_at_sea(transfer, &sides, tonnes) {
            return Ok(self.go_alongside(transfer, part, other.vessel));
        }
        let by = self.by(place).min(self.by(others));
        if self.leaves_without(by, start, parts.all()) {
            return Ok(self.call_off(nth));
        }
        self.waits(vessel, Why::Weather)
    }

    /// Begins a meeting: for both of its vessels the step is over.
    fn go_alongside(
        &mut self,
        transfer: Ix<Transfer>,
        (tonnes, parts): (f64, Parts),
        other: Ix<Vessel>,
    ) -> Tried {
        let of_it = &self.voyage.case.plan.transfers[transfer];
        let parcel = self.parcel(of_it, tonnes, parts);
        let session = self.begin(transfer, of_it.stand.vessel, parts);
        if let Some(lies) = of_it.meets {
            self.begin(transfer, lies.vessel, parts);
        }
        self.meetings.push((session, parcel));
        self.voyage.log.met += 1;
        self.over(other);
        Tried::Over
    }

    /// A meeting does not take place.
    fn call_off(&mut self, meeting: usize) -> Tried {
        self.is_off[meeting] = true;
        Tried::Over
    }

    /// The voyage of one of two vessels ends; for the one whose step it is nothing has changed.
    fn lost(&mut self, own: Ix<Vessel>, vessel: Ix<Vessel>, end: End) -> Result<Tried, End> {
        if own == vessel {
            return Err(end);
        }
        self.put_out(vessel, end);
        Ok(Tried::Again)
    }
}
