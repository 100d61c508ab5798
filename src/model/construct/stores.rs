//! What is in stores, slot by slot: what comes there, and what works make of it.
//!
//! Works take what there is, and for what they make there is room, as soon as they may; water and what demands draw are left to the solver.

use super::begun::stock;
use super::host::NOTHING;
use crate::id::Ix;
use crate::model::sets::Sets;
use crate::plan::{Commodity, Plan, Site};
use crate::time::Slot;
use std::ops::Range;
use std::rc::Rc;

/// Something that comes into a store.
#[derive(Clone, Copy)]
struct Coming {
    slot: Slot,
    site: Ix<Site>,
    commodity: Ix<Commodity>,
    tonnes: f64,
}

/// What is in stores.
#[derive(Clone, Default)]
pub struct Stores {
    /// By site and commodity, in tonnes.
    stock: Vec<Vec<f64>>,
    coming: Vec<Coming>,
    /// By process until when it is at work on a batch.
    busy: Vec<Slot>,
    /// By process and slot whether it may be fed.
    feeds: Rc<Vec<Vec<bool>>>,
}

impl Stores {
    /// What is there when the rest begins.
    pub fn new(sets: &Sets<'_>) -> Stores {
        let plan = sets.plan;
        let feeds = sets.feeding.iter().map(|slots| {
            let mut feeds = vec![false; plan.horizon.slots];
            slots.iter().for_each(|&slot| feeds[slot] = true);
            feeds
        });
        let stock =
            |site: Ix<Site>| plan.commodities.places().map(|of_it| stock(sets, site, of_it)).collect();
        Stores {
            stock: plan.sites.places().map(stock).collect(),
            coming: Vec::new(),
            busy: vec![0; plan.processes.len()],
            feeds: Rc::new(feeds.collect()),
        }
    }

    /// What is in a store, in tonnes.
    pub fn of(&self, site: Ix<Site>, commodity: Ix<Commodity>) -> f64 {
        self.stock[site.index()][commodity.index()]
    }

    /// The same with all that is expected.
    pub fn expected(&self, site: Ix<Site>, commodity: Ix<Commodity>) -> f64 {
        let coming = self.coming.iter().filter(|of_it| (of_it.site, of_it.commodity) == (site, commodity));
        self.of(site, commodity) + coming.map(|of_it| of_it.tonnes).sum::<f64>()
    }

    /// How much more a store can take, in tonnes.
    pub fn room(&self, plan: &Plan, site: Ix<Site>, commodity: Ix<Commodity>) -> f64 {
        let of_it = &plan.sites[site];
        let own = of_it.store[commodity.index()] - self.expected(site, commodity);
        let all = match of_it.store_total.is_finite() {
            true => plan.commodities.places().map(|commodity| self.expected(site, commodity)).sum(),
            false => 0.0,
        };
        own.min(of_it.store_total - all).max(0.0)
    }

    /// Adds to it, or takes away what is less than nothing.
    pub fn add(&mut self, site: Ix<Site>, commodity: Ix<Commodity>, tonnes: f64) {
        self.stock[site.index()][commodity.index()] += tonnes;
    }

    /// Expects what will be there in a slot.
    pub fn expect(&mut self, slot: Slot, site: Ix<Site>, commodity: Ix<Commodity>, tonnes: f64) {
        self.coming.push(Coming { slot, site, commodity, tonnes });
    }

    /// The first of some slots in which so much of a commodity is in a store, if nothing more is expected.
    pub fn soon(
        &self,
        plan: &Plan,
        (site, commodity): (Ix<Site>, Ix<Commodity>),
        mut slots: Range<Slot>,
        tonnes: f64,
    ) -> Option<Slot> {
        let mut later = self.clone();
        slots.find(|&slot| {
            later.pass(plan, slot);
            later.of(site, commodity) >= tonnes - NOTHING
        })
    }

    /// Lets everything happen that happens in a slot.
    pub fn pass(&mut self, plan: &Plan, slot: Slot) {
        let Stores { stock, coming, busy, feeds } = self;
        coming.retain(|of_it| {
            let is_there = of_it.slot <= slot;
            if is_there {
                stock[of_it.site.index()][of_it.commodity.index()] += of_it.tonnes;
            }
            !is_there
        });
        for (place, process) in plan.processes.entries() {
            let length = process.slots(&plan.horizon);
            let (site, to) = (process.site.index(), process.to.index());
            let there =
                coming.iter().filter(|of_it| (of_it.site, of_it.commodity) == (process.site, process.to));
            let there = stock[site][to] + there.map(|of_it| of_it.tonnes).sum::<f64>();
            let room = plan.sites[process.site].store[to] - there;
            let has = &mut stock[site][process.from.index()];
            let most = process.per_slot(&plan.horizon).min(room.max(0.0) / process.yields);
            let is_too_little = process.batch.is_some_and(|batch| has.min(most) < batch.tonnes - NOTHING);
            let fed = if is_too_little { 0.0 } else { has.min(most) };
            if fed > NOTHING && feeds[place.index()][slot] && busy[place.index()] <= slot {
                *has -= fed;
                busy[place.index()] = slot + length;
                let (site, commodity) = (process.site, process.to);
                coming.push(Coming { slot: slot + length, site, commodity, tonnes: fed * process.yields });
            }
        }
    }
}
