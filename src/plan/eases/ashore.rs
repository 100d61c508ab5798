//! Rules of the shore that may be taken away: batches, dates, stores, water, closures and budgets.
//!
//! In: a plan. Out: the [`Ease`](super::Ease)s of its processes, demands, sites, closures and budgets.

use super::{List, Of, plenty, told, written_vessel};
use crate::id::Ix;
use crate::plan::hire::off_hire;
use crate::plan::{Batch, Closed, ClosedBy, Plan, Vessel};
use crate::time::{Horizon, short};

/// By how many times what it lasts a plan may be made longer.
const TIMES: usize = 2;

impl List<'_> {
    pub(super) fn ashore(&mut self) {
        for (place, process) in self.plan.processes.entries() {
            let of = Of::Process(place);
            if let Some(batch) = process.batch {
                let rule = format!("`batch` of {}, {}", process.id, told(batch.tonnes));
                self.less((of, "batch"), rule, batch.tonnes, move |plan, tonnes| {
                    plan.processes[place].batch = Some(Batch { tonnes, ..batch });
                });
                let rule = format!("`duration` of a batch of {}, {}", process.id, batch.duration);
                self.shorter((of, "duration"), rule, batch.duration, move |plan, duration| {
                    plan.processes[place].batch = Some(Batch { duration, ..batch });
                });
            }
            let site = process.site;
            if process.water > 0.0 && self.plan.sites[site].water == 0.0 {
                let rule = format!("`water` of {}, none", self.plan.sites[site].id);
                self.whole((Of::Site(site), "water"), rule, "some", move |plan| {
                    plan.sites[site].water = f64::INFINITY;
                });
            }
        }
        for (place, demand) in self.plan.demands.entries() {
            let (horizon, end) = (self.plan.horizon, demand.slots.end);
            let zone = self.plan.zone;
            let rule = format!("the time of {}, until {}", demand.id, short(zone.local(demand.to)));
            let then = move |steps: usize| (end + steps).min(horizon.slots);
            let tell = move |steps| format!("{} or later", short(zone.local(horizon.time(then(steps)))));
            let left = horizon.slots.saturating_sub(end);
            let change = move |plan: &mut Plan, steps: usize| {
                let demand = &mut plan.demands[place];
                demand.slots.end = then(steps);
                demand.to = horizon.time(demand.slots.end);
            };
            self.add((Of::Demand(place), "to"), rule, left, change, tell);
        }
        for (place, site) in self.plan.sites.entries() {
            for commodity in self.plan.commodities.places() {
                let room = site.store[commodity.index()];
                if room.is_finite() && (room == 0.0 || site.stock[commodity.index()] >= room) {
                    let full = if room == 0.0 { "takes none" } else { "full at the start" };
                    let rule =
                        format!("`store` of {} for {}, {full}", site.id, self.plan.commodities[commodity].id);
                    self.whole((Of::Site(place), "store"), rule, "more", move |plan| {
                        plan.sites[place].store[commodity.index()] = plenty(plan);
                        plan.sites[place].store_total = f64::INFINITY;
                    });
                }
            }
            if site.store_total.is_finite() && site.stock.iter().sum::<f64>() >= site.store_total {
                let rule = format!("`store_total` of {}, full at the start", site.id);
                self.whole((Of::Site(place), "store_total"), rule, "more", move |plan| {
                    plan.sites[place].store_total = f64::INFINITY;
                });
            }
        }
    }

    /// The plan's end, as far as the weather after it is known: where it is not, no work can be.
    pub(super) fn end(&mut self) {
        let (horizon, zone) = (self.plan.horizon, self.plan.zone);
        let longer = move |steps: usize| Horizon { slots: horizon.slots + steps, ..horizon };
        let rule = format!("the plan's end, {}", short(zone.local(horizon.end())));
        let tell = move |steps| format!("{} or later", short(zone.local(longer(steps).end())));
        let change = move |plan: &mut Plan, steps: usize| {
            let (before, after) = (horizon.end(), longer(steps));
            plan.horizon = after;
            plan.closures.retain(|closure| closure.by != ClosedBy::Hire);
            plan.closures.extend(off_hire(&plan.vessels, &after));
            plan.closures
                .iter_mut()
                .for_each(|closure| closure.slots = after.touched(closure.from, closure.to));
            // What lasts until the plan's end does so still.
            for place in plan.demands.places() {
                let demand = &mut plan.demands[place];
                if demand.to == before {
                    (demand.to, demand.slots.end) = (after.end(), after.slots);
                }
            }
        };
        self.add((Of::Plan, "end"), rule, TIMES * horizon.slots, change, tell);
    }

    pub(super) fn closures(&mut self) {
        let mut seen: Vec<Closed> = Vec::new();
        for closure in &self.plan.closures {
            let what = match closure.what {
                Closed::Vessel(vessel) => Closed::Vessel(self.plan.vessels[vessel].like),
                what => what,
            };
            if seen.contains(&what) {
                continue;
            }
            seen.push(what);
            let likes: Vec<Ix<Vessel>> = self.plan.vessels.iter().map(|ship| ship.like).collect();
            let is_it = move |closed: Closed| match closed {
                Closed::Vessel(vessel) => what == Closed::Vessel(likes[vessel.index()]),
                closed => closed == what,
            };
            let hired = |vessel: Ix<Vessel>| {
                let hire = self.plan.vessels[vessel].hire;
                hire.from.is_some() || hire.to.is_some()
            };
            let (at, words) = match what {
                Closed::Vessel(vessel) if hired(vessel) => {
                    ((Of::Vessel(vessel), "hire"), "`hire` and closures")
                }
                _ => ((Of::Closure(what), "closure"), "closures"),
            };
            let id = match what {
                Closed::Site(site) => self.plan.sites[site].id.as_str(),
                Closed::Vessel(vessel) => written_vessel(self.plan, vessel),
                Closed::Task(task) => &self.plan.tasks[task].id,
                Closed::Sampling(sampling) => &self.plan.samplings[sampling].id,
                Closed::Process(process) => &self.plan.processes[process].id,
            };
            let rule = format!("{words} of {id}");
            self.whole(at, rule, "other dates", move |plan| {
                plan.closures.retain(|closure| !is_it(closure.what));
                if let Closed::Vessel(vessel) = what {
                    let ships = plan.vessels.places().filter(|&ship| plan.vessels[ship].like == vessel);
                    for ship in ships.collect::<Vec<_>>() {
                        (plan.vessels[ship].hire.from, plan.vessels[ship].hire.to) = (None, None);
                    }
                }
            });
        }
    }

    pub(super) fn budgets(&mut self) {
        for (place, budget) in self.plan.budgets.entries() {
            let of = Of::Budget(place.index());
            let id = &budget.id;
            if budget.cost.is_finite() {
                let currency = self.plan.currency.as_deref().unwrap_or_default();
                let rule = format!("the budget {id}, {} {currency}", budget.cost);
                self.whole((of, "cost"), rule.trim_end().to_owned(), "more", move |plan| {
                    plan.budgets[place].cost = f64::INFINITY;
                });
            }
            if budget.emissions.is_finite() {
                let rule = format!("the budget {id} of emissions, {}", told(budget.emissions));
                self.whole((of, "emissions"), rule, "more", move |plan| {
                    plan.budgets[place].emissions = f64::INFINITY;
                });
            }
            if let Some((_, tonnes)) = budget.feed {
                let rule = format!("the budget {id} of what may be fed, {}", told(tonnes));
                self.whole((of, "feed"), rule, "more", move |plan| plan.budgets[place].feed = None);
            }
        }
    }
}
