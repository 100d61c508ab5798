//! What flows in a slot of a company, and what all of it came to.
//!
//! In: a company in a slot. Out: goods in other holds and stores, noted in the log; at the end of the voyage tonnes supplied, and costs.
//! What flows ashore by itself is decided by `ashore`, what transfers move by `sessions`.

use super::company::{Company, Session};
use super::log::Outcome;
use crate::plan::{Holder, Plan, SiteKind};
use crate::schedule::{Shore, ShoreFlow, What};

impl Company<'_> {
    /// Lets the goods of one slot flow; the tonnes that did.
    pub fn pass(&mut self) -> f64 {
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
            for reserve in self.together.ashore[site].missing(&self.stores[site], slot) {
                self.missed[reserve.index()] = true;
            }
            for nth in 0..self.sessions[site].len() {
                let (tonnes, of) = (self.parcels[site][nth].now, self.sessions[site][nth].clone());
                self.move_over(&of, tonnes);
            }
            for nth in (0..self.sessions[site].len()).rev() {
                if self.sessions[site][nth].slots.1 <= slot + 1 {
                    self.sessions[site].remove(nth);
                    self.parcels[site].remove(nth);
                }
            }
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
        if let Holder::Vessel(vessel) = giver {
            self.voyage.ships[vessel.index()].hold[goods] -= tonnes;
            self.gave[vessel.index()][goods] += tonnes;
        }
        if let Holder::Vessel(vessel) = taker {
            self.voyage.ships[vessel.index()].hold[goods] += tonnes;
            self.took[vessel.index()][goods] += tonnes;
        }
        self.voyage.ships[of_it.stand.vessel.index()].handled += tonnes;
        if of_it.meets.is_none() && plan.sites[of_it.stand.site].kind != SiteKind::Sea {
            self.voyage.log.landed[goods] += of_it.sign(Holder::Site(of_it.stand.site)) * tonnes;
        }
        let slot = self.slot();
        if let Some(moves) = &mut self.voyage.log.moves
            && let What::Transfer(_, flow) = &mut moves[session.vessel.index()][session.place].what
        {
            flow[(slot - session.slots.0) as usize] += tonnes;
        }
    }

    /// What is known only at the end.
    pub fn settle(mut self) {
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
        for (reserve, _) in plan.reserves.places().zip(&self.missed).filter(|(_, is_missed)| **is_missed) {
            log.worsen(Outcome::Short, Some(self.voyage.items.of_reserve(reserve)));
        }
        if log.moves.is_some() {
            log.shore = flows(plan, self.shore);
        }
        self.voyage.settle();
    }
}

/// What flowed ashore as an itinerary has it: a stretch of slots in a row is one flow, and so is each batch.
fn flows(plan: &Plan, mut told: Vec<(Shore, u32, f64)>) -> Vec<ShoreFlow> {
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
