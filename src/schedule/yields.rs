//! What comes of uncertain yields: how much is made, supplied and left at the lowest of them, and at the highest.
//!
//! In: a plan in which some yield has a spread, and an itinerary. Out: [`Ranges`]; nothing where every yield is certain.
//! The rule: the itinerary is walked slot by slot with these yields in place of the planned ones. What is lifted is lifted as planned. Whoever
//! takes from a store or a hold takes what the itinerary has him take then, as far as it is there and is not held back for a reserve (what
//! the itinerary has there of it, but no more than the target); what is there beyond the itinerary is taken as well. Several who take in the
//! same slot have the same part of what they would have taken; what they leave of that goes to demands, in the order of the plan, at any time at which
//! these may be supplied. A process is fed no faster than it may be, a demand has no more than it
//! wants, a vessel takes no more than its hold has room for; what they leave stays where it is. How fast vessels take, and what room and
//! water there is ashore, is not looked at. At the planned yields it comes out as the itinerary, and at higher ones nobody has less.
//! Not the judge's: [`super::verify`] walks the schedule by itself.

use super::account::rounded;
use super::{Itinerary, Shore, What};
use crate::id::Ix;
use crate::plan::{Closed, Commodity, Demand, Holder, Plan, Process, Reserve, Vessel};
use crate::time::Slot;
use std::collections::BTreeMap;

/// Tonnes at the lowest yields and at the highest.
pub type Range = (f64, f64);

/// What comes of uncertain yields.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranges {
    /// By commodity that is made, what is made of it.
    pub made: BTreeMap<String, Range>,
    /// By demand what it is supplied with.
    pub supplied: Vec<Range>,
    /// By reserve the fewest tonnes from its date on.
    pub least: Vec<Range>,
}

/// What comes of the uncertain yields of a plan in an itinerary.
pub(super) fn ranges(plan: &Plan, itinerary: &Itinerary) -> Option<Ranges> {
    plan.processes.iter().any(|process| process.spread.is_some()).then(|| {
        let flows = flows(plan, itinerary);
        let planned = walk(plan, &flows, |process| process.yields);
        let low = walk(plan, &flows, |process| process.spread.map_or(process.yields, |spread| spread.0));
        let high = walk(plan, &flows, |process| process.spread.map_or(process.yields, |spread| spread.1));
        let range = |of: &dyn Fn(&Came) -> f64| (rounded(of(&low)), rounded(of(&high)));
        let is_made = |place: &usize| planned.made[*place] > 0.0;
        let made = plan.commodities.places().map(Ix::index).filter(is_made);
        Ranges {
            made: made
                .map(|c| (plan.commodities[Ix::new(c)].id.clone(), range(&|came| came.made[c])))
                .collect(),
            supplied: (0..plan.demands.len()).map(|place| range(&|came| came.supplied[place])).collect(),
            least: (0..plan.reserves.len()).map(|place| range(&|came| came.least[place])).collect(),
        }
    })
}

/// What is taken in an itinerary, and where it goes.
struct Flow {
    by: By,
    /// The stock that it is taken from; nothing for what is lifted.
    from: Option<usize>,
    /// The stock that it goes to, and so many slots later; nothing for what is supplied.
    to: Option<(usize, usize)>,
    start: Slot,
    /// Tonnes in each slot; nothing in one in which nothing may be taken.
    tonnes: Vec<Option<f64>>,
}

/// Who takes.
#[derive(Clone, Copy)]
enum By {
    Process(Ix<Process>),
    Demand(Ix<Demand>),
    Hold(Ix<Vessel>, Ix<Commodity>),
    Anyone,
}

/// The place of a stock among all: holds first, each with every commodity.
fn stock(plan: &Plan, holder: Holder, commodity: usize) -> usize {
    let holder = match holder {
        Holder::Vessel(vessel) => vessel.index(),
        Holder::Site(site) => plan.vessels.len() + site.index(),
    };
    holder * plan.commodities.len() + commodity
}

fn flows(plan: &Plan, itinerary: &Itinerary) -> Vec<Flow> {
    let mut flows = Vec::new();
    for step in itinerary.vessels.iter().flatten() {
        let (by, from, to, tonnes) = match &step.what {
            What::Sample(place, tonnes) => {
                let sampling = &plan.samplings[*place];
                let hold = Holder::Vessel(sampling.stand.vessel);
                (By::Anyone, None, stock(plan, hold, sampling.commodity.index()), tonnes)
            }
            What::Transfer(place, tonnes) => {
                let transfer = &plan.transfers[*place];
                let (giver, taker) = transfer.ends();
                let by = match taker {
                    Holder::Vessel(vessel) => By::Hold(vessel, transfer.commodity),
                    Holder::Site(_) => By::Anyone,
                };
                let of = |holder| stock(plan, holder, transfer.commodity.index());
                (by, Some(of(giver)), of(taker), tonnes)
            }
            What::Task(_) | What::Sail(..) | What::Alongside(_) => continue,
        };
        flows.push(Flow { by, from, to: Some((to, 0)), start: step.start, tonnes: positive(tonnes) });
    }
    let of = |site, commodity: Ix<_>| stock(plan, Holder::Site(site), commodity.index());
    for flow in &itinerary.shore {
        let Shore::Process(place) = flow.of else { continue };
        let process = &plan.processes[place];
        let from = Some(of(process.site, process.from));
        let to = Some((of(process.site, process.to), process.slots(&plan.horizon) - 1));
        let tonnes = positive(&flow.tonnes);
        flows.push(Flow { by: By::Process(place), from, to, start: flow.start, tonnes });
    }
    for (place, demand) in plan.demands.entries() {
        let from = Some(of(demand.site, demand.commodity));
        let mut tonnes = vec![None; plan.horizon.slots];
        tonnes[demand.slots.clone()].fill(Some(0.0));
        for closure in plan.closures.iter().filter(|closure| closure.what == Closed::Site(demand.site)) {
            tonnes[closure.slots.clone()].fill(None);
        }
        for flow in itinerary.shore.iter().filter(|flow| flow.of == Shore::Demand(place)) {
            for (slot, supplied) in (flow.start..).zip(&flow.tonnes).filter(|(_, tonnes)| **tonnes > 0.0) {
                tonnes[slot] = Some(tonnes[slot].unwrap_or(0.0) + supplied);
            }
        }
        flows.push(Flow { by: By::Demand(place), from, to: None, start: 0, tonnes });
    }
    flows
}

fn positive(tonnes: &[f64]) -> Vec<Option<f64>> {
    tonnes.iter().map(|tonnes| Some(*tonnes).filter(|tonnes| *tonnes > 0.0)).collect()
}

/// What came of a walk.
struct Came {
    made: Vec<f64>,
    supplied: Vec<f64>,
    least: Vec<f64>,
}

/// Stocks on a walk.
struct Stocks {
    /// Tonnes in each at the beginning of the slot at hand.
    levels: Vec<f64>,
    /// By slot what batches will make in it: the stock and the tonnes.
    coming: BTreeMap<Slot, Vec<(usize, f64)>>,
}

/// A flow in the slot at hand: what the itinerary has it take, and what comes of a tonne of it.
struct Now<'f> {
    flow: &'f Flow,
    tonnes: f64,
    factor: f64,
}

impl Stocks {
    /// What the plan begins with.
    fn new(plan: &Plan) -> Stocks {
        let holds = plan.vessels.iter().flat_map(|vessel| &vessel.aboard);
        let stores = plan.sites.iter().flat_map(|site| &site.stock);
        Stocks { levels: holds.chain(stores).copied().collect(), coming: BTreeMap::new() }
    }

    /// What is there of everything in a slot when so much is taken in it: what was there before, and what comes of it at once.
    fn there(&self, slot: Slot, now: &[Now<'_>], taken: &[f64]) -> Vec<f64> {
        let mut there = self.levels.clone();
        for (stock, tonnes) in self.coming.get(&slot).into_iter().flatten() {
            there[*stock] += tonnes;
        }
        for (of_it, taken) in now.iter().zip(taken) {
            if let Some((stock, 0)) = of_it.flow.to {
                there[stock] += taken * of_it.factor;
            }
        }
        there
    }

    /// Lets a slot pass in which so much is taken.
    fn pass(&mut self, slot: Slot, now: &[Now<'_>], taken: &[f64]) {
        self.levels = self.there(slot, now, taken);
        self.coming.remove(&slot);
        for (Now { flow, factor, .. }, taken) in now.iter().zip(taken) {
            if let Some(from) = flow.from {
                self.levels[from] -= taken;
            }
            if let Some((stock, later)) = flow.to.filter(|to| to.1 > 0) {
                self.coming.entry(slot + later).or_default().push((stock, taken * factor));
            }
        }
    }
}

/// Walks an itinerary with other yields.
fn walk(plan: &Plan, flows: &[Flow], yields: fn(&Process) -> f64) -> Came {
    let mut came = Came {
        made: vec![0.0; plan.commodities.len()],
        supplied: vec![0.0; plan.demands.len()],
        least: vec![f64::INFINITY; plan.reserves.len()],
    };
    let (mut own, mut planned) = (Stocks::new(plan), Stocks::new(plan));
    for slot in 0..plan.horizon.slots {
        let before = own.levels.clone();
        let now = |yields: fn(&Process) -> f64| -> Vec<Now<'_>> { in_slot(plan, flows, slot, yields) };
        let (as_planned, now) = (now(|process| process.yields), now(yields));
        let wanted: Vec<f64> = now.iter().map(|of_it| of_it.tonnes).collect();
        let taken = taken(plan, slot, &now, (&own, &planned, &as_planned), &came.supplied);
        for (of_it, taken) in now.iter().zip(&taken) {
            match of_it.flow.by {
                By::Process(place) => {
                    came.made[plan.processes[place].to.index()] += taken * of_it.factor;
                }
                By::Demand(place) => came.supplied[place.index()] += taken,
                By::Hold(..) | By::Anyone => {}
            }
        }
        planned.pass(slot, &as_planned, &wanted);
        own.pass(slot, &now, &taken);
        for (least, reserve) in came.least.iter_mut().zip(&plan.reserves) {
            let place = stock(plan, Holder::Site(reserve.site), reserve.commodity.index());
            let levels = (before[place], own.levels[place]);
            *least = least.min(least_in(plan, reserve, slot, levels));
        }
    }
    came
}

/// What the itinerary has flow in a slot.
fn in_slot<'f>(plan: &Plan, flows: &'f [Flow], slot: Slot, yields: fn(&Process) -> f64) -> Vec<Now<'f>> {
    let of = |flow: &'f Flow| {
        let tonnes = (*flow.tonnes.get(slot.checked_sub(flow.start)?)?)?;
        let factor = match flow.by {
            By::Process(place) => yields(&plan.processes[place]),
            By::Demand(_) | By::Hold(..) | By::Anyone => 1.0,
        };
        Some(Now { flow, tonnes, factor })
    };
    flows.iter().filter_map(of).collect()
}

/// What each flow of a slot takes, given the stocks as they are and as the itinerary has them.
fn taken(
    plan: &Plan,
    slot: Slot,
    now: &[Now<'_>],
    (own, planned, as_planned): (&Stocks, &Stocks, &[Now<'_>]),
    supplied: &[f64],
) -> Vec<f64> {
    let wanted: Vec<f64> = now.iter().map(|of_it| of_it.tonnes).collect();
    let planned = planned.there(slot, as_planned, &wanted);
    let mut all = vec![0.0; planned.len()];
    for (of_it, tonnes) in now.iter().zip(&wanted) {
        if let Some(from) = of_it.flow.from {
            all[from] += tonnes;
        }
    }
    let mut taken = wanted;
    // What comes in a slot may go on in it: each round carries a change one flow further down the chain.
    for _ in 0..=now.len() {
        let there = own.there(slot, now, &taken);
        let mut next: Vec<f64> = now
            .iter()
            .map(|Now { flow, tonnes, .. }| {
                let Some(from) = flow.from.filter(|_| *tonnes > 0.0) else { return *tonnes };
                let held = (planned[from] - all[from]).clamp(0.0, held_back(plan, from));
                let more = (there[from] - planned[from]).max(0.0);
                let free = all[from].min((there[from] - held).max(0.0)) + more;
                (tonnes * free / all[from]).min(most(plan, flow.by, *tonnes, own, supplied))
            })
            .collect();
        for (nth, Now { flow, tonnes, .. }) in now.iter().enumerate() {
            let (By::Demand(_), Some(from)) = (flow.by, flow.from) else { continue };
            let takers = now.iter().zip(&next).filter(|(other, _)| other.flow.from == Some(from));
            let gone: f64 = takers.map(|(_, taken)| taken).sum();
            let left = there[from] - (planned[from] - all[from]).max(0.0) - gone;
            let most = most(plan, flow.by, *tonnes, own, supplied);
            next[nth] += left.min(most - next[nth]).max(0.0);
        }
        let is_settled = next == taken;
        taken = next;
        if is_settled {
            break;
        }
    }
    taken
}

/// What reserves hold back of a stock at most.
fn held_back(plan: &Plan, place: usize) -> f64 {
    let is_of_it =
        |reserve: &&Reserve| stock(plan, Holder::Site(reserve.site), reserve.commodity.index()) == place;
    plan.reserves.iter().filter(is_of_it).map(|reserve| reserve.target).fold(0.0, f64::max)
}

/// The most that somebody takes in a slot in which the itinerary has him take so many tonnes.
fn most(plan: &Plan, by: By, tonnes: f64, own: &Stocks, supplied: &[f64]) -> f64 {
    match by {
        By::Process(place) => plan.processes[place].per_slot(&plan.horizon).max(tonnes),
        By::Demand(place) => {
            let demand = &plan.demands[place];
            let rate = (demand.rate * plan.horizon.slot_h()).max(tonnes);
            rate.min((demand.amount - supplied[place.index()]).max(0.0))
        }
        By::Hold(place, commodity) => {
            let vessel = &plan.vessels[place];
            let first = stock(plan, Holder::Vessel(place), 0);
            let aboard = &own.levels[first..first + plan.commodities.len()];
            let room = vessel.hold[commodity.index()] - aboard[commodity.index()];
            room.min(vessel.hold_total - aboard.iter().sum::<f64>()).max(0.0)
        }
        By::Anyone => f64::INFINITY,
    }
}

/// The fewest tonnes of a reserve in a slot, from its date on, given those at its beginning and at its end; in between they change evenly. One
/// that is wanted after the plan is looked at when that ends.
fn least_in(plan: &Plan, reserve: &Reserve, slot: Slot, (before, after): (f64, f64)) -> f64 {
    let horizon = &plan.horizon;
    let (from, to) = (horizon.time(slot), horizon.time(slot + 1));
    if reserve.by > to && slot + 1 < horizon.slots {
        return f64::INFINITY;
    }
    let part = (reserve.by.clamp(from, to) - from).as_seconds_f64() / (to - from).as_seconds_f64();
    (before + (after - before) * part).min(after)
}
