//! A site's store and what goes on around it, slot by slot: parcels that come and go, processes that are fed, demands that are supplied.
//!
//! In: what a site may take and what stands there ([`Ashore`], the same for all runs), what is in its store ([`Store`]), and the parcels of the
//! vessels at its berths. Out: what flowed in a slot; and by [`Ashore::foresee`] what would flow if one more vessel began now.
//! Rules: whoever came first is served first, parcels before processes, processes before demands, each as fast as it may be and as far as
//! there is stock and room; nothing is taken of what is held back for reserves, and what others want as well is fed and supplied no sooner than
//! planned, unless more is there than planned. So is what a process is fed for money. What comes in a slot may go on in the same slot, so that
//! rounds are made until nothing moves any more.
//! Nothing is decided here: whether a vessel waits for more is its own affair (`sessions`).

mod standing;
#[cfg(test)]
mod tests;

use super::order::Order;
use super::past::ROUNDINGS;
use crate::id::Ix;
use crate::plan::{Demand, Plan, Process, Reserve, Site};
use crate::schedule::Shore;
use standing::{Drawing, Feeding, Keeping, Standing, planned_at};

/// Tonnes below this are nothing.
pub const NOTHING: f64 = 1e-9;

/// Tonnes by which what a solver has rounded may differ: no slot is spent on them.
pub const ROUNDING: f64 = 1e-6;

/// Rounds of one slot at most; a chain of processes needs one for each of its members.
const MOST_ROUNDS: usize = 12;

/// What a site may take, and what stands there.
#[derive(Debug, Clone)]
pub struct Ashore {
    /// Tonnes by commodity at most.
    takes: Vec<f64>,
    total: f64,
    /// Cubic metres of water in a slot.
    water: f64,
    /// Slots of the plan's time.
    slots: u32,
    feedings: Vec<Feeding>,
    drawings: Vec<Drawing>,
    keepings: Vec<Keeping>,
    /// From this slot on nothing opens any more.
    pub settled: u32,
}

/// What is in a site's store, and in its processes.
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    /// Tonnes by commodity.
    pub stock: Vec<f64>,
    /// By process of the site what it makes of a tonne in this run.
    yields: Vec<f64>,
    /// By process of the site what it was fed.
    fed: Vec<f64>,
    /// By process of the site the last slot of its batch and what that is still to make.
    batch: Vec<Option<(u32, f64)>>,
    /// By demand of the site what it was supplied with.
    supplied: Vec<f64>,
}

/// A parcel between a vessel and a store.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// What it is of.
    pub commodity: usize,
    /// Whether it goes into the store.
    pub into: bool,
    /// Tonnes in a slot at most.
    pub per_slot: f64,
    /// The slots in which it flows, from the voyage's start: the first, and the one after the last.
    pub slots: (u32, u32),
    /// Tonnes that are still to go over.
    pub left: f64,
    /// Tonnes that went over in the slot at hand.
    pub now: f64,
}

/// What a parcel would come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foreseen {
    /// Tonnes that would go over.
    pub tonnes: f64,
    /// The slot after the last in which something would.
    pub end: u32,
    /// Whether the parcels of the others would still be whole.
    pub spares: bool,
}

impl Ashore {
    /// A site of a plan, where an order is followed.
    pub fn new(plan: &Plan, site: Ix<Site>, order: &Order) -> Ashore {
        let standing = Standing::new(plan, site, order);
        let (feedings, drawings, keepings) = (standing.feedings(), standing.drawings(), standing.keepings());
        let falls = |keeping: &Keeping| {
            (1..keeping.held.len()).rev().find(|&slot| keeping.held[slot] < keeping.held[slot - 1])
        };
        let fallen = keepings.iter().filter_map(falls).max().unwrap_or(0);
        let last = |open: &[bool]| (1..open.len()).rev().find(|&slot| open[slot] && !open[slot - 1]);
        let opens = feedings.iter().map(|f| &f.open).chain(drawings.iter().map(|d| &d.open));
        let settled = opens.filter_map(|open| last(open)).max().unwrap_or(0).max(fallen) as u32;
        let of_it = &plan.sites[site];
        Ashore {
            takes: of_it.store.clone(),
            total: of_it.store_total,
            water: of_it.water * plan.horizon.slot_h(),
            slots: plan.horizon.slots as u32,
            feedings,
            drawings,
            keepings,
            settled,
        }
    }

    /// What is in the store and not held back for reserves in a slot.
    fn free(&self, store: &Store, commodity: usize, slot: u32) -> f64 {
        let own = self.keepings.iter().filter(|keeping| keeping.commodity == commodity);
        // At the end of the slot it must be there.
        let held = own.map(|keeping| keeping.held[(slot as usize + 1).min(keeping.held.len() - 1)]);
        (store.stock[commodity] - held.fold(0.0, f64::max)).max(0.0)
    }

    /// The reserves that are not there when a slot ends.
    pub fn missing<'y>(&'y self, store: &'y Store, slot: u32) -> impl Iterator<Item = Ix<Reserve>> + 'y {
        let is_missing = move |keeping: &&Keeping| {
            let floor = keeping.floors.get(slot as usize + 1).copied().unwrap_or(0.0);
            store.stock[keeping.commodity] < floor - ROUNDINGS
        };
        self.keepings.iter().filter(is_missing).map(|keeping| keeping.place)
    }

    /// What is there at the plan's start, in a run in which processes have these yields.
    pub fn store(&self, plan: &Plan, site: Ix<Site>, yields: impl Fn(Ix<Process>) -> f64) -> Store {
        Store {
            stock: plan.sites[site].stock.clone(),
            yields: self.feedings.iter().map(|feeding| yields(feeding.place)).collect(),
            fed: vec![0.0; self.feedings.len()],
            batch: vec![None; self.feedings.len()],
            supplied: vec![0.0; self.drawings.len()],
        }
    }

    /// Puts back what flowed in a slot before `until`: a process was fed, or a demand supplied.
    pub fn relive(&self, store: &mut Store, of: Shore, (slot, until): (u32, u32), tonnes: f64) {
        match of {
            Shore::Process(process) => {
                let Some(nth) = self.feedings.iter().position(|feeding| feeding.place == process) else {
                    return;
                };
                let (feeding, made) = (&self.feedings[nth], tonnes * store.yields[nth]);
                store.stock[feeding.from] -= tonnes;
                store.fed[nth] += tonnes;
                match feeding.batch {
                    Some((_, slots)) if slot + slots > until && slots > 1 => {
                        store.batch[nth] = Some((slot + slots - 1, made));
                    }
                    _ => store.stock[feeding.to] += made,
                }
            }
            Shore::Demand(demand) => {
                let Some(nth) = self.drawings.iter().position(|drawing| drawing.place == demand) else {
                    return;
                };
                store.stock[self.drawings[nth].commodity] -= tonnes;
                store.supplied[nth] += tonnes;
            }
        }
    }

    /// Room for a commodity when so much of another one is taken away.
    fn room(&self, store: &Store, commodity: usize, taken: f64) -> f64 {
        // What a batch will make has its room already.
        let coming = |of: Option<usize>| -> f64 {
            let batches = self.feedings.iter().zip(&store.batch);
            let of_it = batches.filter(|(feeding, _)| of.is_none_or(|of| of == feeding.to));
            of_it.filter_map(|(_, batch)| batch.map(|batch| batch.1)).sum()
        };
        let own = self.takes[commodity] - store.stock[commodity] - coming(Some(commodity));
        if self.total.is_finite() {
            own.min(self.total + taken - store.stock.iter().sum::<f64>() - coming(None))
        } else {
            own
        }
    }

    /// Lets one slot pass; the tonnes that moved. `told` hears of all that is fed and supplied.
    pub fn pass(
        &self,
        store: &mut Store,
        parcels: &mut [Parcel],
        slot: u32,
        mut told: impl FnMut(Shore, f64),
    ) -> f64 {
        if self.feedings.is_empty() && self.drawings.is_empty() && parcels.is_empty() {
            return 0.0;
        }
        let mut water = self.water;
        let mut fed = vec![0.0; self.feedings.len()];
        let mut drawn = vec![0.0; self.drawings.len()];
        let mut all = 0.0;
        for (feeding, batch) in self.feedings.iter().zip(&mut store.batch) {
            if let Some((_, made)) = batch.as_mut().filter(|batch| batch.0 == slot) {
                // It is at work to the end of its last slot.
                store.stock[feeding.to] += *made;
                all += *made;
                *made = 0.0;
            }
            batch.take_if(|batch| batch.0 < slot);
        }
        parcels.iter_mut().for_each(|parcel| parcel.now = 0.0);
        for _ in 0..MOST_ROUNDS {
            let mut moved = 0.0;
            for parcel in parcels.iter_mut().filter(|p| (p.slots.0..p.slots.1).contains(&slot)) {
                let bound = match parcel.into {
                    true => self.room(store, parcel.commodity, 0.0),
                    false => self.free(store, parcel.commodity, slot),
                };
                let tonnes = parcel.left.min(parcel.per_slot - parcel.now).min(bound);
                if tonnes > NOTHING {
                    store.stock[parcel.commodity] += if parcel.into { tonnes } else { -tonnes };
                    (parcel.left, parcel.now) = (parcel.left - tonnes, parcel.now + tonnes);
                    moved += tonnes;
                }
            }
            for (nth, feeding) in self.feedings.iter().enumerate() {
                let tonnes = self.feed(store, nth, slot, feeding.per_slot - fed[nth], water);
                if tonnes > NOTHING {
                    store.stock[feeding.from] = (store.stock[feeding.from] - tonnes).max(0.0);
                    match feeding.batch {
                        Some((_, slots)) if slots > 1 => {
                            store.batch[nth] = Some((slot + slots - 1, tonnes * store.yields[nth]));
                        }
                        _ => store.stock[feeding.to] += tonnes * store.yields[nth],
                    }
                    (store.fed[nth], fed[nth]) = (store.fed[nth] + tonnes, fed[nth] + tonnes);
                    water -= tonnes * feeding.water;
                    moved += tonnes;
                }
            }
            // Once nothing else moves, demands get what is there beyond the schedule.
            for is_more in [false, true] {
                if is_more && moved > NOTHING {
                    break;
                }
                for (nth, drawn) in drawn.iter_mut().enumerate() {
                    let tonnes = self.draw(store, nth, slot, *drawn, is_more);
                    if tonnes > NOTHING {
                        store.stock[self.drawings[nth].commodity] -= tonnes;
                        store.supplied[nth] += tonnes;
                        *drawn += tonnes;
                        moved += tonnes;
                    }
                }
            }
            all += moved;
            if moved <= NOTHING {
                break;
            }
        }
        for (feeding, &tonnes) in self.feedings.iter().zip(&fed).filter(|(_, tonnes)| **tonnes > 0.0) {
            told(Shore::Process(feeding.place), tonnes);
        }
        for (drawing, &tonnes) in self.drawings.iter().zip(&drawn).filter(|(_, tonnes)| **tonnes > 0.0) {
            told(Shore::Demand(drawing.place), tonnes);
        }
        all
    }

    /// What a process may be fed more in a slot.
    fn feed(&self, store: &Store, nth: usize, slot: u32, left: f64, water: f64) -> f64 {
        let (feeding, yields) = (&self.feedings[nth], store.yields[nth]);
        let is_open = |slot: u32| feeding.open.get(slot as usize).copied().unwrap_or(true);
        let free = self.free(store, feeding.from, slot);
        let planned = self.planned_feed(store, nth, slot).unwrap_or(f64::INFINITY);
        let mut tonnes = left.min(free).min(feeding.most - store.fed[nth]).min(planned);
        if tonnes <= NOTHING || !is_open(slot) {
            return 0.0;
        }
        if feeding.water > 0.0 {
            tonnes = tonnes.min(water / feeding.water);
        }
        if yields > 0.0 {
            // Of the room that all commodities share it frees what it is fed.
            let own = self.takes[feeding.to] - store.stock[feeding.to];
            tonnes = tonnes.min(own / yields);
            if yields > 1.0 && self.total.is_finite() {
                let shared = self.total - store.stock.iter().sum::<f64>();
                tonnes = tonnes.min(shared / (yields - 1.0));
            }
        }
        let Some((whole, slots)) = feeding.batch else { return tonnes };
        let end = slot as usize + slots as usize;
        // A batch that ends after the plan's time is not begun.
        let is_cut = end > self.slots as usize;
        // What others were fed may be a rounding more than planned.
        let is_whole = tonnes >= whole - ROUNDINGS
            && store.batch[nth].is_none()
            && self.room(store, feeding.to, whole) >= whole * yields - ROUNDINGS
            && (slot..end as u32).all(is_open);
        if is_whole && !is_cut { whole } else { 0.0 }
    }

    /// What a process may still be fed by the end of a slot, where the schedule is kept to: what it has fed it by then, more of it where less is made
    /// of a tonne, and what is there beyond the schedule where that is wanted.
    fn planned_feed(&self, store: &Store, nth: usize, slot: u32) -> Option<f64> {
        let (feeding, yields) = (&self.feedings[nth], store.yields[nth]);
        let planned = feeding.planned.as_ref()?;
        let made_up = feeding.yields.filter(|_| yields > 0.0).map_or(1.0, |of_plan| of_plan / yields);
        let due = planned_at(&planned.by, slot as usize)? * made_up.max(1.0) - store.fed[nth];
        // Where nothing is to be fed a rounding is not fed either.
        let due = if due > NOTHING { due + ROUNDING } else { 0.0 };
        let more = planned_at(&planned.stock, slot as usize + 1).filter(|_| feeding.is_more);
        Some(more.map_or(due, |stock| due.max(store.stock[feeding.from] - stock - ROUNDING)))
    }

    /// What a demand may be supplied with more in a slot in which it had some: of what others want as well what the schedule has for it by then, or
    /// what is there beyond the schedule.
    fn draw(&self, store: &Store, nth: usize, slot: u32, drawn: f64, is_more: bool) -> f64 {
        let drawing = &self.drawings[nth];
        if !drawing.open.get(slot as usize).copied().unwrap_or(false) {
            return 0.0;
        }
        let left = (drawing.per_slot - drawn).min(drawing.amount - store.supplied[nth]);
        let tonnes = left.min(self.free(store, drawing.commodity, slot));
        let Some(planned) = &drawing.planned else { return tonnes };
        let most = match is_more {
            true => planned_at(&planned.stock, slot as usize + 1)
                .map(|stock| store.stock[drawing.commodity] - stock.max(drawing.reserved) - ROUNDING),
            false => planned_at(&planned.by, slot as usize).map(|supplied| supplied - store.supplied[nth]),
        };
        tonnes.min(most.unwrap_or(f64::INFINITY))
    }

    /// What the last of `parcels` would come to if it were begun in the slot `now`, after those before it.
    pub fn foresee(&self, store: &Store, parcels: &[Parcel], now: u32) -> Foreseen {
        let (mut store, mut parcels) = (store.clone(), parcels.to_vec());
        let until = parcels.iter().map(|parcel| parcel.slots.1).max().unwrap_or(now);
        let mut foreseen = Foreseen { tonnes: 0.0, end: now, spares: true };
        for slot in now..until {
            self.pass(&mut store, &mut parcels, slot, |_, _| {});
            if let Some(own) = parcels.last().filter(|own| own.now > 0.0) {
                foreseen.tonnes += own.now;
                foreseen.end = slot + 1;
            }
        }
        let others = &parcels[..parcels.len().saturating_sub(1)];
        foreseen.spares = others.iter().all(|parcel| parcel.left <= ROUNDING);
        foreseen
    }

    /// Whether more of a commodity comes into the store by itself in a slot, or will.
    pub fn grows(&self, store: &Store, parcels: &[Parcel], slot: u32, commodity: usize) -> bool {
        let (mut next, mut parcels) = (store.clone(), parcels.to_vec());
        self.pass(&mut next, &mut parcels, slot, |_, _| {});
        self.is_at_work(store) || next.stock[commodity] > store.stock[commodity] + ROUNDING
    }

    /// Whether a batch is in work, which will change what is in the store by itself.
    pub fn is_at_work(&self, store: &Store) -> bool {
        store.batch.iter().any(Option::is_some)
    }
}

impl Store {
    /// What a demand of its site was supplied with, by the demand's place in the plan.
    pub fn supplied<'y>(&'y self, place: &'y Ashore) -> impl Iterator<Item = (Ix<Demand>, f64)> + 'y {
        place.drawings.iter().zip(&self.supplied).map(|(drawing, &tonnes)| (drawing.place, tonnes))
    }
}
