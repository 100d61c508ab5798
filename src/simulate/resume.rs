//! What has happened, put back into a fleet whose vessels go together.
//!
//! In: a [`Company`] that has not begun, and the [`Past`]. Out: the same at the steps at which its vessels are, with what has gone over, what
//! stands ashore, and the transfers that are under way.
//! Rules: a transfer that is under way goes on to its end where the sea of the run lets all of it, and brings over what the schedule has for it;
//! else it is broken off, and what has not gone over goes over when both sides can begin again, with a new set-up. Who has done nothing for
//! longest has waited longest.

use super::ashore::ROUNDING;
use super::company::{Company, Session};
use super::order::Act;
use super::past::{Past, tonnes_of};
use super::sessions::Parts;
use super::voyage::End;
use crate::id::Ix;
use crate::plan::{Holder, Transfer, Vessel};
use crate::schedule::{Move, Shore, What};

impl Company<'_> {
    /// Puts everything back as it was.
    pub fn resume(&mut self, past: &Past) {
        let over = self.voyage.case.order.over();
        for (place, step) in self.voyage.case.order.steps.iter().enumerate().filter(|(place, _)| over[*place])
        {
            if let Act::Task(task, _) = step.act {
                self.pending[task.index()] -= 1;
            }
            if let Some(vessel) = step.vessel {
                self.turns[vessel.index()].at = self.together.known[place].row + 1;
            }
        }
        self.alone.retain(|place| !over[*place]);
        let ends = self.voyage.relive(past);
        self.now = self.voyage.base + past.until;
        self.turns.iter_mut().for_each(|turn| turn.ready = self.now);
        self.relive_flows(past);
        self.relive_shore(past);
        for (vessel, moves) in past.itinerary.vessels.iter().enumerate() {
            for step in moves {
                self.hold_served(step);
            }
            if let Some(last) = moves.last().filter(|last| last.end > past.until as usize)
                && let What::Transfer(transfer, tonnes) = &last.what
            {
                self.go_on(Ix::new(vessel), *transfer, last, tonnes.iter().sum());
            }
        }
        // Who has been waiting longest tries first.
        for (turn, ship) in self.turns.iter_mut().zip(&self.voyage.ships) {
            turn.since = Some(ship.last.unwrap_or(self.voyage.base)).filter(|&since| since < self.now);
        }
        for (vessel, end) in ends {
            match vessel {
                Some(vessel) => self.put_out(vessel, end),
                None => {
                    let End(outcome, culprit) = end;
                    self.voyage.log.worsen(outcome, Some(culprit));
                }
            }
        }
    }

    /// Who is served does not sail before it is over.
    fn hold_served(&mut self, step: &Move) {
        let What::Task(task) = step.what else { return };
        let Some(served) = self.voyage.case.plan.tasks[task].serves else { return };
        let times = &self.voyage.log.times[task.index()];
        let end = times.iter().find(|time| time.0 as usize == step.start).map_or(0, |time| time.1);
        let held = &mut self.held[served.index()];
        *held = (self.voyage.base + end).max(*held);
    }

    /// What vessels have given and taken.
    fn relive_flows(&mut self, past: &Past) {
        let plan = self.voyage.case.plan;
        for step in past.itinerary.vessels.iter().flatten() {
            let What::Transfer(transfer, tonnes) = &step.what else { continue };
            let of_it = &plan.transfers[*transfer];
            let (goods, sum) = (of_it.commodity.index(), tonnes.iter().sum::<f64>());
            let (giver, taker) = of_it.ends();
            match giver {
                Holder::Vessel(vessel) => self.gave[vessel.index()][goods] += sum,
                Holder::Site(site) => self.stores[site.index()].stock[goods] -= sum,
            }
            match taker {
                Holder::Vessel(vessel) => self.took[vessel.index()][goods] += sum,
                Holder::Site(site) => self.stores[site.index()].stock[goods] += sum,
            }
        }
    }

    /// What processes were fed and demands were supplied with.
    fn relive_shore(&mut self, past: &Past) {
        let plan = self.voyage.case.plan;
        for flow in &past.itinerary.shore {
            let site = match flow.of {
                Shore::Process(process) => plan.processes[process].site,
                Shore::Demand(demand) => plan.demands[demand].site,
            };
            for (slot, &tonnes) in
                (flow.start as u32..past.until).zip(&flow.tonnes).filter(|(_, t)| **t > 0.0)
            {
                let store = &mut self.stores[site.index()];
                self.together.ashore[site.index()].relive(store, flow.of, (slot, past.until), tonnes);
                match flow.of {
                    Shore::Process(process) => self.voyage.log.cost += plan.processes[process].cost * tonnes,
                    Shore::Demand(demand) => {
                        if let Some(late) = plan.demands[demand].late {
                            self.spared[demand.index()] += tonnes * late.spared(&plan.horizon, slot as usize);
                        }
                    }
                }
                if self.voyage.log.moves.is_some() {
                    self.shore.push((flow.of, slot, tonnes));
                }
            }
        }
    }

    /// Sees a transfer that is under way to its end, if the sea lets it; else it is broken off.
    fn go_on(&mut self, vessel: Ix<Vessel>, transfer: Ix<Transfer>, last: &Move, moved: f64) {
        let of_it = &self.voyage.case.plan.transfers[transfer];
        let Some(place) = self.step_of(vessel) else { return };
        let Act::Transfer(own, planned, _) = self.voyage.case.order.steps[place].act else { return };
        let (slots, end) = (last.end as u32 - self.slot(), self.voyage.base + last.end as u32);
        let table = &self.voyage.ground.transfers[transfer.index()].table;
        let is_open = table.start(self.now, slots) == Some(self.now);
        let mut stands = vec![of_it.stand];
        stands.extend(of_it.meets);
        let stays = stands.iter().all(|stand| self.stays_until(*stand) >= end);
        let left = planned - moved;
        if own != transfer || !((is_open && stays) || left <= ROUNDING) {
            return;
        }
        let Parts { setup, off, .. } = self.parts(of_it, planned);
        let (first, past_last) = (last.start as u32 + setup, (last.end as u32).saturating_sub(off));
        let flow = past_last.saturating_sub(first.max(self.slot()));
        let mut parcel = self.parcel(of_it, left.max(0.0), Parts { setup: 0, flow, off });
        let from = first.max(self.slot());
        parcel.slots = (from, from + flow);
        let kept = self.voyage.log.moves.as_ref();
        let number = kept.map_or(0, |moves| moves[vessel.index()].len().saturating_sub(1));
        let session =
            Session { transfer, vessel, place: number, slots: (last.start as u32, last.end as u32) };
        self.voyage.take(&of_it.uses, self.now, end);
        for stand in &stands {
            self.prolong(stand.vessel, last);
        }
        match of_it.meets {
            Some(_) => self.meetings.push((session, parcel)),
            None => {
                let site = of_it.stand.site.index();
                self.sessions[site].push(session);
                self.parcels[site].push(parcel);
            }
        }
    }

    /// A vessel is at its last move until the end that the schedule has for it, and then goes on to its next step.
    fn prolong(&mut self, vessel: Ix<Vessel>, last: &Move) {
        let (base, end) = (self.voyage.base, last.end as u32);
        let slots = end - self.slot();
        let log = &mut self.voyage.log;
        log.spent[vessel.index()].work += slots;
        log.finish = log.finish.max(end);
        let hours = f64::from(slots) * self.voyage.case.plan.horizon.slot_h();
        let (busy, burnt) = &mut log.busy[vessel.index()];
        *busy += slots;
        *burnt += self.voyage.case.plan.vessels[vessel].working_t(hours);
        if let Some(own) = log.moves.as_mut().and_then(|moves| moves[vessel.index()].last_mut()) {
            own.end = last.end;
            if let What::Transfer(_, tonnes) = &mut own.what {
                tonnes.resize(tonnes_of(&last.what).len().max(last.end - last.start), 0.0);
            }
        }
        let ship = &mut self.voyage.ships[vessel.index()];
        (ship.last, ship.now, ship.under_way) = (Some(base + end), base + end, None);
        self.over(vessel);
    }
}
