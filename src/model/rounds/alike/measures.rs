//! What matters where carriers are alike and ships too, in whole numbers.
//!
//! In: a [`Ground`] and its [`Tables`]. Out: [`Measures`], if it is such a plan: tonnes counted in a unit that divides all of them, when a meeting
//! can begin and what ships lift meanwhile, when a carrier is back at the soonest and what it can land, and the most that one can still land alone.
//! None of it is less than what a vessel can really do, so that what is made of it bounds every schedule.

use crate::model::rounds::ground::{Ground, Host, Link};
use crate::model::rounds::steps::Act;
use crate::model::rounds::tables::Tables;
use crate::time::Slot;

/// More carriers, ships and berths than this are too many.
pub const CARRIERS: usize = 8;
pub const HOSTS: usize = 4;
pub const BERTHS: usize = 4;
/// More units than this that a carrier or a ship holds are too many; and slots.
const UNITS: u64 = 6_000;
const SLOTS: usize = 30_000;
/// Tonnes that are told apart at all.
const GRAIN: f64 = 1e-3;
/// What is no more than a rounding.
const ROUNDING: f64 = 1e-6;

/// When the soonest of the trips that leave after a slot is back, and the most that any lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away {
    /// When the next meeting can begin after it.
    pub back: Slot,
    /// Units.
    pub lands: u32,
}

/// What matters, in whole numbers.
#[derive(Debug)]
pub struct Measures {
    /// Tonnes of a unit.
    pub unit: f64,
    pub slots: usize,
    pub carriers: usize,
    pub hosts: usize,
    /// Units that a ship lifts in a slot, holds, and has at the start.
    pub lift: u32,
    pub store: u32,
    pub stock: u32,
    /// Units that a carrier holds, and takes in a slot.
    pub hold: u32,
    pub rate: u32,
    /// Slots of a meeting before and after something flows.
    pub setup: usize,
    pub off: usize,
    /// From each slot on how many a meeting may go on.
    pub open: Vec<usize>,
    /// For each slot the next one in which a meeting can begin; the one after the last of all where there is none.
    pub next: Vec<Slot>,
    /// Up to each slot in how many a ship can lift, at most.
    lifts: Vec<u32>,
    /// For each slot the soonest trip.
    pub away: Vec<Away>,
    /// For each slot when a carrier that is there then is there again after its shortest trip.
    pub again: Vec<Slot>,
    /// For each slot and load the most that a carrier alone lands from then on.
    hope: Vec<u32>,
    /// When carriers are there first.
    pub arrival: Slot,
    /// Loads above which landing takes another slot.
    pub parts: Vec<u32>,
}

impl Measures {
    /// Of a plan in which all carriers are alike and empty, and all ships alike, with room for as much as a carrier takes.
    pub fn new(ground: &Ground, tables: &Tables<'_>) -> Option<Measures> {
        let [carrier] = &ground.carriers[..] else { return None };
        let links: Vec<&Link> = carrier.links.iter().flatten().collect();
        let (host, link) = (ground.hosts.first()?, *links.first()?);
        let is_fresh = !ground.goes_on && ground.until == 0 && ground.rooms.is_empty() && !ground.leaves_out;
        if !is_fresh {
            return None;
        }
        let lifted = lifted(host, ground.slots);
        let is_alike = ground.hosts.iter().all(|other| {
            let of = |host: &Host| (host.lift, host.hold, host.stock);
            of(other) == of(host) && self::lifted(other, ground.slots) == lifted
        });
        let are_alike = links.len() == ground.hosts.len()
            && links.iter().all(|other| {
                let of = |link: &Link| (link.rate, link.setup, link.off);
                of(other) == of(link) && other.open == link.open && other.largest >= carrier.hold
            });
        let is_small = carrier.count <= CARRIERS && ground.hosts.len() <= HOSTS && ground.slots <= SLOTS;
        // A ship that waits with less than a carrier takes must still have room for what it lifts meanwhile.
        let has_room = host.hold >= carrier.hold;
        if !is_alike || !are_alike || !is_small || !has_room {
            return None;
        }
        let landed = landed(&carrier.ways.steps);
        let all = [host.lift, host.hold, host.stock, carrier.hold, link.rate];
        let unit = unit(all.iter().copied().chain(landed.iter().copied()))?;
        let units = |tonnes: f64| (tonnes / unit).round() as u32;
        let most = units(host.hold).max(units(carrier.hold));
        if u64::from(most) > UNITS || units(host.lift) == 0 || units(link.rate) == 0 {
            return None;
        }
        let mut open = link.open.clone();
        open.resize(ground.slots + 2, 0);
        // In a slot of a meeting a ship may be taken to lift instead.
        let can_lift = |slot: Slot| lifted[slot] || open[slot] > 0;
        let sum = |sum: &mut u32, slot: Slot| {
            *sum += u32::from(can_lift(slot));
            Some(*sum)
        };
        let lifts = std::iter::once(0).chain((0..ground.slots).scan(0, sum)).collect();
        let least = link.setup + 1 + link.off;
        let mut next = vec![ground.slots + 1; ground.slots + 2];
        for slot in (0..ground.slots).rev() {
            next[slot] = if open[slot] >= least { slot } else { next[slot + 1] };
        }
        let hold = units(carrier.hold);
        let parts = landed
            .iter()
            .flat_map(|&each| (1..).map(move |n| units(each) * n).take_while(|&load| load < hold));
        let mut parts: Vec<u32> = parts.filter(|&load| load > 0).collect();
        parts.sort_unstable();
        parts.dedup();
        let arrival = tables.arrival[0].map_or(ground.slots + 1, |slot| next[slot]);
        let mut measures = Measures {
            unit,
            slots: ground.slots,
            carriers: carrier.count,
            hosts: ground.hosts.len(),
            lift: units(host.lift),
            store: units(host.hold),
            stock: units(host.stock),
            hold,
            rate: units(link.rate),
            setup: link.setup,
            off: link.off,
            open,
            next,
            lifts,
            away: vec![Away { back: ground.slots + 1, lands: 0 }; ground.slots + 2],
            again: Vec::new(),
            hope: Vec::new(),
            arrival,
            parts,
        };
        measures.look_ahead(tables);
        Some(measures)
    }

    /// Finds the soonest trips and the most that a carrier alone can still land, slot by slot from the last one.
    fn look_ahead(&mut self, tables: &Tables<'_>) {
        let width = self.hold as usize + 1;
        self.hope = vec![0; (self.slots + 1) * width];
        for slot in (0..self.slots).rev() {
            self.away[slot] = self.soonest(slot, tables);
            for load in (0..=self.hold).rev() {
                let away = self.away[slot];
                let leaves = if load > 0 { load.min(away.lands) + self.hope(away.back, 0) } else { 0 };
                let meets = self.lengths(slot, load).map(|flow| {
                    let after = (load + self.rate * flow as u32).min(self.hold);
                    self.hope(slot + self.setup + flow + self.off, after)
                });
                let best = meets.max().unwrap_or(0).max(leaves).max(self.hope(slot + 1, load));
                self.hope[slot * width + load as usize] = best;
            }
        }
        let least = self.setup + 1 + self.off;
        let again = |slot: Slot| match self.next[slot] {
            first if first < self.slots => self.away[first + least].back,
            never => never,
        };
        self.again = (0..self.slots + 2).map(again).collect();
    }

    /// The soonest trip that leaves in a slot or later, as if it landed all that any does. Who comes back in time to meet again has landed all.
    fn soonest(&self, slot: Slot, tables: &Tables<'_>) -> Away {
        let trips = &tables.trips[0][slot];
        let back = trips.iter().map(|trip| trip.back).min().unwrap_or(self.slots + 1);
        let back = self.next[back.min(self.slots + 1)];
        let most = trips.iter().map(|trip| trip.lands).fold(0.0, f64::max);
        let lands = (most / self.unit - ROUNDING).ceil().max(0.0) as u32;
        if back <= self.slots && self.hope(back, 0) > 0 {
            Away { back, lands: self.hold }
        } else {
            Away { back: self.slots + 1, lands: lands.min(self.hold) }
        }
    }

    /// In how many slots something can flow in a meeting that begins in a slot, where the carrier has so much already.
    pub fn lengths(&self, slot: Slot, load: u32) -> std::ops::RangeInclusive<usize> {
        let room = (self.hold - load).div_ceil(self.rate) as usize;
        let open = self.open[slot].saturating_sub(self.setup + self.off);
        1..=room.min(open)
    }

    /// The most that a carrier alone lands from a slot on.
    pub fn hope(&self, slot: Slot, load: u32) -> u32 {
        let width = self.hold as usize + 1;
        self.hope[slot.min(self.slots) * width + load as usize]
    }

    /// What a ship has in a slot that had so much in an earlier one and was not met since.
    pub fn held(&self, stock: u32, since: Slot, slot: Slot) -> u32 {
        (stock + self.lift * self.lifts(since, slot)).min(self.store.max(stock))
    }

    /// When who is met in a slot or later can leave at the soonest.
    pub fn left(&self, slot: Slot) -> Slot {
        (slot + self.setup + 1 + self.off).min(self.slots)
    }

    /// In how many slots from one on and before another a ship can lift.
    pub fn lifts(&self, since: Slot, slot: Slot) -> u32 {
        let [since, slot] = [since, slot].map(|slot| slot.min(self.slots));
        self.lifts[slot].saturating_sub(self.lifts[since])
    }
}

/// The slots in which a host can lift, whatever it does before and after.
fn lifted(host: &Host, slots: usize) -> Vec<bool> {
    let mut lifted = vec![false; slots];
    let lifts = host.ways.steps.iter().filter(|step| step.act == Act::Lift);
    for slot in lifts.flat_map(|step| step.flow.clone()).filter(|slot| *slot < slots) {
        lifted[slot] = true;
    }
    lifted
}

/// The tonnes that are landed in a slot, each once.
fn landed(steps: &[crate::model::rounds::steps::Step]) -> Vec<f64> {
    let mut landed: Vec<f64> = steps.iter().map(|step| step.lands()).filter(|tonnes| *tonnes > 0.0).collect();
    landed.sort_unstable_by(f64::total_cmp);
    landed.dedup();
    landed
}

/// Tonnes that divide all of some.
fn unit(all: impl Iterator<Item = f64>) -> Option<f64> {
    let mut divisor = 0;
    for tonnes in all {
        let grains = (tonnes / GRAIN).round();
        if !grains.is_finite() || (grains * GRAIN - tonnes).abs() > GRAIN * ROUNDING * 100.0 {
            return None;
        }
        divisor = gcd(divisor, grains as u64);
    }
    (divisor > 0).then_some(divisor as f64 * GRAIN)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
