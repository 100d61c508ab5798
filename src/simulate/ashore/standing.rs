//! What stands at a site: processes, demands and reserves as the site sees them.
//!
//! In: a plan, one of its sites, and the order that is followed. Out: [`Feeding`], [`Drawing`] and [`Keeping`], slot by slot of twice the plan's
//! time. What others want as well, or what costs something within a budget, is fed no sooner than the schedule feeds it, and no more; demands for
//! what others want as well are supplied as in the schedule, and with more where more is there than the schedule has there.

use crate::id::Ix;
use crate::plan::{Closed, Commodity, Demand, Direction, Plan, Process, Reserve, Site};
use crate::simulate::order::{Flowed, Order};
use crate::time::Horizon;

/// A process as its site sees it.
#[derive(Debug, Clone)]
pub struct Feeding {
    pub place: Ix<Process>,
    pub from: usize,
    pub to: usize,
    /// Cubic metres of water for each tonne.
    pub water: f64,
    /// Tonnes in a slot at most.
    pub per_slot: f64,
    /// Tonnes of a batch and its slots, where it works in batches.
    pub batch: Option<(f64, u32)>,
    /// What it may be fed in all.
    pub most: f64,
    /// What the schedule has fed it, where that is kept to.
    pub planned: Option<Flowed>,
    /// What it makes of a tonne by the plan, where it may be fed more than the schedule has to make as much.
    pub yields: Option<f64>,
    /// Whether it may be fed what is there beyond the schedule.
    pub is_more: bool,
    /// By slot of twice the plan's time whether it may be fed; after it always.
    pub open: Vec<bool>,
}

/// A demand as its site sees it.
#[derive(Debug, Clone)]
pub struct Drawing {
    pub place: Ix<Demand>,
    pub commodity: usize,
    pub amount: f64,
    /// Tonnes in a slot at most.
    pub per_slot: f64,
    /// What the schedule has for it, where others want the same or a reserve is of it.
    pub planned: Option<Flowed>,
    /// What reserves of it are to have, in tonnes: beyond the schedule nothing is given away of that.
    pub reserved: f64,
    /// By slot whether it is supplied; after the plan's time never.
    pub open: Vec<bool>,
}

/// A reserve as its site sees it.
#[derive(Debug, Clone)]
pub struct Keeping {
    pub place: Ix<Reserve>,
    pub commodity: usize,
    /// By slot, and at the end of the last, the tonnes that must be there.
    pub floors: Vec<f64>,
    /// The tonnes of which nothing is given away: what the schedule has there, but no more than the target, nor less than must be there.
    pub held: Vec<f64>,
}

/// What is planned for a slot; after the last what is planned for that: who asks what a day more would bring has a plan that is longer than its
/// schedule.
pub fn planned_at(levels: &[f64], slot: usize) -> Option<f64> {
    levels.get(slot).or(levels.last()).copied()
}

/// A site of a plan, where an order is followed.
pub struct Standing<'p> {
    plan: &'p Plan,
    site: Ix<Site>,
    order: &'p Order,
    /// Twice the plan's time: who is late may meet what is closed after it.
    late: Horizon,
}

impl<'p> Standing<'p> {
    /// What stands there.
    pub fn new(plan: &'p Plan, site: Ix<Site>, order: &'p Order) -> Standing<'p> {
        let late = Horizon { slots: 2 * plan.horizon.slots, ..plan.horizon };
        Standing { plan, site, order, late }
    }

    fn not_closed(&self, own: Option<Closed>) -> Vec<bool> {
        let mut open = vec![true; self.late.slots];
        let of_it = |what: Closed| what == Closed::Site(self.site) || Some(what) == own;
        for closure in self.plan.closures.iter().filter(|closure| of_it(closure.what)) {
            open[self.late.touched(closure.from, closure.to)].fill(false);
        }
        open
    }

    /// How many processes and demands of the site want a commodity.
    fn takers(&self, commodity: Ix<Commodity>) -> usize {
        let goods = (self.site, commodity);
        let processes = self.plan.processes.iter().filter(|other| (other.site, other.from) == goods).count();
        processes + self.plan.demands.iter().filter(|other| (other.site, other.commodity) == goods).count()
    }

    /// Its processes, in the order of the plan.
    pub fn feedings(&self) -> Vec<Feeding> {
        let own = self.plan.processes.entries().filter(|p| p.1.site == self.site);
        own.map(|(place, process)| self.feeding(place, process)).collect()
    }

    fn feeding(&self, place: Ix<Process>, process: &Process) -> Feeding {
        let (plan, horizon) = (self.plan, &self.plan.horizon);
        let budgets = plan.budgets.iter().filter_map(|budget| budget.feed);
        let goods = (process.site, process.from);
        let is_kept_back = plan.reserves.iter().any(|other| (other.site, other.commodity) == goods);
        let is_bound = plan.budgets.iter().any(|budget| budget.cost.is_finite());
        let costs = process.cost > 0.0;
        let is_strict = self.takers(process.from) > 1 || is_kept_back || (is_bound && costs);
        Feeding {
            place,
            from: process.from.index(),
            to: process.to.index(),
            water: process.water,
            per_slot: process.per_slot(horizon),
            batch: process.batch.map(|batch| (batch.tonnes, process.slots(horizon) as u32)),
            most: budgets.filter(|feed| feed.0 == place).map(|feed| feed.1).fold(f64::INFINITY, f64::min),
            planned: self.order.fed.get(place.index()).filter(|_| is_strict || costs).cloned(),
            yields: (!is_strict).then_some(process.yields),
            is_more: !is_strict && self.order.makes_more,
            open: self.not_closed(Some(Closed::Process(place))),
        }
    }

    /// Its demands: those that must have some first, then those whose first tonne is worth most, then those whose time is over first.
    pub fn drawings(&self) -> Vec<Drawing> {
        let own = self.plan.demands.entries().filter(|d| d.1.site == self.site);
        let mut demands: Vec<(Ix<Demand>, &Demand)> = own.collect();
        let worth = |demand: &Demand| demand.value.first().map_or(0.0, |step| step.1);
        demands.sort_by(|(_, a), (_, b)| {
            let needs_none = |demand: &Demand| demand.at_least <= 0.0;
            needs_none(a)
                .cmp(&needs_none(b))
                .then(worth(b).total_cmp(&worth(a)))
                .then(a.slots.end.cmp(&b.slots.end))
        });
        demands.into_iter().map(|(place, demand)| self.drawing(place, demand)).collect()
    }

    fn drawing(&self, place: Ix<Demand>, demand: &Demand) -> Drawing {
        let mut open = self.not_closed(None);
        open.iter_mut().enumerate().for_each(|(slot, open)| *open &= demand.slots.contains(&slot));
        let is_fetched = self.plan.transfers.iter().any(|transfer| {
            let goods = (transfer.stand.site, transfer.commodity);
            transfer.direction == Direction::Aboard && goods == (demand.site, demand.commodity)
        });
        let goods = (demand.site, demand.commodity);
        let reserves = self.plan.reserves.iter().filter(|of_it| (of_it.site, of_it.commodity) == goods);
        let reserved = reserves.map(|of_it| of_it.target).fold(0.0, f64::max);
        let is_wanted = self.takers(demand.commodity) > 1 || is_fetched || reserved > 0.0;
        let planned = self.order.supplied.get(place.index()).filter(|_| is_wanted).cloned();
        Drawing {
            place,
            commodity: demand.commodity.index(),
            amount: demand.amount,
            per_slot: demand.rate * self.plan.horizon.slot_h(),
            planned,
            reserved,
            open,
        }
    }

    /// Its reserves, in the order of the plan.
    pub fn keepings(&self) -> Vec<Keeping> {
        let own = self.plan.reserves.entries().filter(|r| r.1.site == self.site);
        own.map(|(place, reserve)| self.keeping(place, reserve)).collect()
    }

    fn keeping(&self, place: Ix<Reserve>, reserve: &Reserve) -> Keeping {
        let floors = reserve.floors(&self.plan.horizon, &self.plan.disruptions);
        let kept = self.order.kept.get(place.index());
        let planned = |slot| kept.and_then(|kept| planned_at(kept, slot)).unwrap_or(0.0);
        let held = |(slot, &floor): (usize, &f64)| floor.max(planned(slot).min(reserve.target));
        let held = floors.iter().enumerate().map(held).collect();
        Keeping { place, commodity: reserve.commodity.index(), held, floors }
    }
}
