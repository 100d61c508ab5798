//! What can happen ashore: when each process may be fed, each demand supplied, and whose stores that touches.
//!
//! In: a plan and when transfers may bring something to its sites. Out: slots by process and by demand, without those before
//! anything can have come there.
//! Not what is decided: feeds and draws are variables like any other flow.

use crate::id::Ix;
use crate::plan::{Closed, Commodity, Holder, Plan, Process, Site};
use crate::time::Slot;

/// For each process and each demand the slots in which it may be fed or supplied, in order.
pub struct Shore {
    /// By process.
    pub feeding: Vec<Vec<Slot>>,
    /// By demand.
    pub drawing: Vec<Vec<Slot>>,
}

impl Shore {
    /// What may happen ashore, when `comes` tells the first slot in which a vessel may bring a commodity to a site.
    pub fn new(plan: &Plan, comes: impl Fn(Ix<Site>, Ix<Commodity>) -> Option<Slot>) -> Shore {
        let fed = |site: Ix<Site>, is_it: &dyn Fn(Closed) -> bool| {
            let mut open = vec![true; plan.horizon.slots];
            for closure in plan.closures.iter().filter(|c| c.what == Closed::Site(site) || is_it(c.what)) {
                open[closure.slots.clone()].fill(false);
            }
            open
        };
        let mut feeding: Vec<Vec<Slot>> = vec![Vec::new(); plan.processes.len()];
        let first = |site: Ix<Site>, commodity: Ix<Commodity>, feeding: &[Vec<Slot>]| {
            let makers = plan.processes.entries().filter(|(_, p)| (p.site, p.to) == (site, commodity));
            let made = makers.filter_map(|(place, _)| feeding[place.index()].first().copied());
            made.chain(comes(site, commodity)).min()
        };
        let takes = |process: &Process| plan.takes(Holder::Site(process.site), process.to);
        // Each round carries what was found one process further; a chain is no longer than there are processes.
        for _ in plan.processes.places() {
            for (place, process) in plan.processes.entries().filter(|(_, p)| takes(p)) {
                let Some(first) = first(process.site, process.from, &feeding) else { continue };
                let open = fed(process.site, &|closed| closed == Closed::Process(place));
                let length = process.slots(&plan.horizon);
                let last = (plan.horizon.slots + 1).saturating_sub(length);
                let is_open = |slot: &Slot| open[*slot..slot + length].iter().all(|open| *open);
                feeding[place.index()] = (first..last).filter(is_open).collect();
            }
        }
        let drawing = plan.demands.iter().map(|demand| {
            let Some(first) = first(demand.site, demand.commodity, &feeding) else { return Vec::new() };
            let open = fed(demand.site, &|_| false);
            demand.slots.clone().filter(|&slot| slot >= first && open[slot]).collect()
        });
        let drawing = drawing.collect();
        Shore { feeding, drawing }
    }

    /// Adds slots in which processes are known to have been fed, and demands to have been supplied.
    pub fn add<S: Iterator<Item = Slot>>(&mut self, fed: impl Fn(usize) -> S, drawn: impl Fn(usize) -> S) {
        let add = |all: &mut Vec<Slot>, more: S| {
            all.extend(more);
            all.sort_unstable();
            all.dedup();
        };
        self.feeding.iter_mut().enumerate().for_each(|(place, slots)| add(slots, fed(place)));
        self.drawing.iter_mut().enumerate().for_each(|(place, slots)| add(slots, drawn(place)));
    }

    /// Every store that a process or a demand changes, with the slots in which it does.
    pub fn touched(&self, plan: &Plan) -> Vec<(Ix<Site>, Ix<Commodity>, Vec<Slot>)> {
        let mut touched: Vec<(Ix<Site>, Ix<Commodity>, Vec<Slot>)> = Vec::new();
        for (process, slots) in plan.processes.iter().zip(&self.feeding) {
            touched.push((process.site, process.from, slots.clone()));
            touched.push((process.site, process.to, making(plan, process, slots)));
        }
        for (demand, slots) in plan.demands.iter().zip(&self.drawing) {
            touched.push((demand.site, demand.commodity, slots.clone()));
        }
        touched
    }
}

/// For each slot in which a process is fed the one in which it makes its yield of that.
pub fn making(plan: &Plan, process: &Process, feeding: &[Slot]) -> Vec<Slot> {
    let later = process.slots(&plan.horizon) - 1;
    feeding.iter().map(|slot| slot + later).collect()
}

/// Whether something ashore takes a commodity from a site's store, or wants it to be there.
pub fn is_wanted(plan: &Plan, site: Ix<Site>, commodity: Ix<Commodity>) -> bool {
    plan.processes.iter().any(|process| (process.site, process.from) == (site, commodity))
        || plan.demands.iter().any(|demand| (demand.site, demand.commodity) == (site, commodity))
        || plan.reserves.iter().any(|reserve| (reserve.site, reserve.commodity) == (site, commodity))
}
