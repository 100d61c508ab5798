//! What a plan bounds in parts (tonnes, tonnes a day, money), and how it comes to have more of it.
//!
//! In: a plan. Out: [`Capacity`] by capacity, in the order of the plan's tables. Each is one number of the plan file: what follows from that
//! number is changed with it, and nothing else.

use super::prices::Price;
use crate::id::Ix;
use crate::plan::{Allowance, Plan, Reserve, SiteKind, Transfer, Vessel};

/// Hours of a day, for rates.
const DAY: f64 = 24.0;

/// Gives a plan so many more units of something.
type Enlarge = Box<dyn Fn(&mut Plan, f64)>;

/// A capacity, and how a plan comes to have more units of it.
pub(super) struct Capacity {
    pub(super) price: Price,
    pub(super) enlarge: Enlarge,
    /// Whether everything that was possible stays so with more of it.
    pub(super) is_harmless: bool,
}

impl Capacity {
    fn new(
        (capacity, of): (&'static str, &str),
        (now, unit): (f64, &str),
        enlarge: impl Fn(&mut Plan, f64) + 'static,
    ) -> Capacity {
        let (of, unit) = (of.to_owned(), unit.to_owned());
        let price = Price { capacity, of, commodity: None, now, unit, gain: None };
        Capacity { price, enlarge: Box::new(enlarge), is_harmless: true }
    }

    fn of_commodity(mut self, commodity: &str) -> Capacity {
        self.price.commodity = Some(commodity.to_owned());
        self
    }

    /// The same, where more of it may ask for more of something else.
    fn harmless_if(self, is_harmless: bool) -> Capacity {
        Capacity { is_harmless, ..self }
    }
}

/// Every capacity of a plan that is a bound, in the order of the plan's tables.
pub(super) fn capacities(plan: &Plan) -> Vec<Capacity> {
    let mut all = Vec::new();
    for (site, place) in plan.sites.entries() {
        for (commodity, goods) in plan.commodities.entries() {
            let (now, at) = (place.store[commodity.index()], commodity.index());
            // At sea there is none that was not asked for.
            let is_said = now > 0.0 || place.kind != SiteKind::Sea;
            if is_said && now.is_finite() {
                let more = move |plan: &mut Plan, by: f64| plan.sites[site].store[at] += by;
                all.push(Capacity::new(("store", &place.id), (now, "t"), more).of_commodity(&goods.id));
            }
        }
        if place.store_total.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.sites[site].store_total += by;
            all.push(Capacity::new(("store_total", &place.id), (place.store_total, "t"), more));
        }
        if place.water.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.sites[site].water += by / DAY;
            all.push(Capacity::new(("water", &place.id), (place.water * DAY, "m3/d"), more));
        }
    }
    for (first, _) in plan.vessels.entries().filter(|(place, ship)| ship.like == *place) {
        all.extend(of_vessel(plan, first));
    }
    for (place, lifts) in plan.samplings.entries() {
        let more = move |plan: &mut Plan, by: f64| plan.samplings[place].rate += by / DAY;
        all.push(Capacity::new(("rate", &lifts.id), (lifts.rate * DAY, "t/d"), more));
        if lifts.at_most.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.samplings[place].at_most += by;
            all.push(Capacity::new(("at_most", &lifts.id), (lifts.at_most, "t"), more));
        }
    }
    for (place, moves) in
        plan.transfers.entries().filter(|(_, t)| plan.vessels[t.stand.vessel].like == t.stand.vessel)
    {
        let alike = alike_transfers(plan, place);
        let more = move |plan: &mut Plan, by: f64| {
            alike.iter().for_each(|&transfer| plan.transfers[transfer].rate += by / DAY)
        };
        let name = of_all(plan, moves.stand.vessel, &moves.id);
        all.push(Capacity::new(("rate", name), (moves.rate * DAY, "t/d"), more));
        if moves.largest.is_finite() {
            let alike = alike_transfers(plan, place);
            let more = move |plan: &mut Plan, by: f64| {
                alike.iter().for_each(|&transfer| plan.transfers[transfer].largest += by)
            };
            all.push(Capacity::new(("largest", name), (moves.largest, "t"), more));
        }
    }
    all.extend(ashore(plan));
    all
}

/// What a vessel, and those alike, can take of all commodities together, how far it gets, and how long it may stay.
fn of_vessel(plan: &Plan, first: Ix<Vessel>) -> Vec<Capacity> {
    let ship = &plan.vessels[first];
    let name = of_all(plan, first, &ship.id);
    let mut all = Vec::new();
    // By the size of the hold calls are told apart that have all of their laytime.
    let is_harmless = ship.demurrage.is_none();
    for (commodity, goods) in plan.commodities.entries() {
        let (now, at) = (ship.hold_said[commodity.index()], commodity.index());
        if now > 0.0 && now.is_finite() {
            let enlarge = enlarge_each(plan, first, move |ship, by| ship.hold_said[at] += by);
            let hold = Capacity::new(("hold", name), (now, "t"), enlarge);
            all.push(hold.of_commodity(&goods.id).harmless_if(is_harmless));
        }
    }
    let mut add = |capacity, now: Option<f64>, unit, more: fn(&mut Vessel, f64)| {
        let Some(now) = now else { return };
        all.push(Capacity::new((capacity, name), (now, unit), enlarge_each(plan, first, more)));
    };
    let total = Some(ship.hold_total).filter(|total| total.is_finite());
    add("hold_total", total, "t", |ship, by| ship.hold_total += by);
    add("bunkers", ship.bunkers, "t", |ship, by| ship.bunkers.iter_mut().for_each(|tonnes| *tonnes += by));
    add("range", ship.range, "NM", |ship, by| ship.range.iter_mut().for_each(|miles| *miles += by));
    let calls = ship.demurrage.iter().flat_map(|terms| &terms.laytime).enumerate();
    for (nth, &(site, allowance)) in calls {
        let enlarge = enlarge_each(plan, first, move |ship, by| {
            ship.demurrage.iter_mut().for_each(|terms| match &mut terms.laytime[nth].1 {
                Allowance::Call(hours) => *hours += by,
                Allowance::Rate(rate) => *rate += by / DAY,
            });
        });
        let name = format!("{name} {}", plan.sites[site].id);
        // More tonnes a day are less time.
        let (now, is_harmless) = match allowance {
            Allowance::Call(hours) => ((hours, "h"), true),
            Allowance::Rate(rate) => ((rate * DAY, "t/d"), false),
        };
        all.push(Capacity::new(("laytime", &name), now, enlarge).harmless_if(is_harmless));
    }
    for (nth, tank) in ship.tanks.iter().enumerate() {
        let enlarge = enlarge_each(plan, first, move |ship, by| ship.tanks[nth].capacity += by);
        let name = format!("{name} {}", tank.id);
        all.push(Capacity::new(("tank", &name), (tank.capacity, "t"), enlarge).harmless_if(is_harmless));
    }
    all
}

/// Gives a vessel, and those alike, more of something, and what follows from that.
fn enlarge_each(
    plan: &Plan,
    first: Ix<Vessel>,
    more: impl Fn(&mut Vessel, f64) + 'static,
) -> impl Fn(&mut Plan, f64) + 'static {
    let alike = alike(plan, first);
    move |plan, by| {
        for &vessel in &alike {
            more(&mut plan.vessels[vessel], by);
            plan.vessels[vessel].fit_hold();
        }
    }
}

/// The capacities of what goes on ashore, and of the budgets.
fn ashore(plan: &Plan) -> Vec<Capacity> {
    let mut all = Vec::new();
    for (place, process) in plan.processes.entries() {
        // One that works in batches has no capacity but the time that a batch takes.
        if process.capacity.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.processes[place].capacity += by / DAY;
            all.push(Capacity::new(("capacity", &process.id), (process.capacity * DAY, "t/d"), more));
        }
    }
    for (place, demand) in plan.demands.entries() {
        // To want more of what is late is no capacity: it only costs more.
        if demand.amount.is_finite() && demand.late.is_none() {
            let more = move |plan: &mut Plan, by: f64| plan.demands[place].amount += by;
            all.push(Capacity::new(("amount", &demand.id), (demand.amount, "t"), more));
        }
        if demand.rate.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.raise_rate(place, by / DAY);
            let covered = |reserve: &Reserve| reserve.covers.is_some_and(|covers| covers.demand == place);
            let rate = Capacity::new(("rate", &demand.id), (demand.rate * DAY, "t/d"), more);
            all.push(rate.harmless_if(!plan.reserves.iter().any(covered)));
        }
    }
    let currency = plan.currency.as_deref().unwrap_or_default();
    for (place, budget) in plan.budgets.entries() {
        if budget.cost.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.budgets[place].cost += by;
            all.push(Capacity::new(("cost", &budget.id), (budget.cost, currency), more));
        }
        if budget.emissions.is_finite() {
            let more = move |plan: &mut Plan, by: f64| plan.budgets[place].emissions += by;
            all.push(Capacity::new(("emissions", &budget.id), (budget.emissions, "t"), more));
        }
        if let Some((_, feed)) = budget.feed {
            let more = move |plan: &mut Plan, by: f64| {
                plan.budgets[place].feed.iter_mut().for_each(|(_, tonnes)| *tonnes += by);
            };
            all.push(Capacity::new(("feed", &budget.id), (feed, "t"), more));
        }
    }
    all
}

/// The vessels that are like one, itself among them.
fn alike(plan: &Plan, first: Ix<Vessel>) -> Vec<Ix<Vessel>> {
    plan.vessels.entries().filter(|(_, ship)| ship.like == first).map(|(place, _)| place).collect()
}

/// The same transfer of every vessel that is like its own.
fn alike_transfers(plan: &Plan, transfer: Ix<Transfer>) -> Vec<Ix<Transfer>> {
    let own = |vessel: Ix<Vessel>| {
        let transfers = plan.transfers.entries().filter(move |(_, t)| t.stand.vessel == vessel);
        transfers.map(|(place, _)| place)
    };
    let first = plan.transfers[transfer].stand.vessel;
    let Some(nth) = own(first).position(|place| place == transfer) else { return vec![transfer] };
    alike(plan, first).into_iter().filter_map(|vessel| own(vessel).nth(nth)).collect()
}

/// The name of an entry of the plan that stands for several: that of the first, without its number.
fn of_all<'n>(plan: &Plan, first: Ix<Vessel>, name: &'n str) -> &'n str {
    match plan.count_like(first) {
        1 => name,
        _ => name.strip_suffix("-1").unwrap_or(name),
    }
}
