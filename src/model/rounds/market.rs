//! Prices of what two sides of a meeting must agree on, and the steps by which better ones are sought.
//!
//! In: a [`Ground`]. Out: a [`Market`]: what beginning a meeting, going on with it and a tonne cost at each host, slot by slot, and a tonne of each
//! room ashore; all in tonnes ashore. What is offered less what is asked for has the same shape ([`Excess`]).

use super::ground::Ground;
use super::steps::Step;
use crate::time::Slot;

/// How many tonnes a meeting is taken for when the prices of both go on together.
const MEETING: f64 = 60.0;
/// How many tonnes in a slot a tonne of all time is taken for.
const TOTAL: f64 = 0.2;

/// What things cost at one host, in tonnes ashore.
#[derive(Debug, Clone)]
pub struct Prices {
    /// Beginning a meeting, by slot.
    pub begin: Vec<f64>,
    /// Going on with one for another slot.
    pub stay: Vec<f64>,
    /// A tonne that is given.
    pub tonne: Vec<f64>,
}

/// What everything costs, in tonnes ashore.
#[derive(Debug, Clone)]
pub struct Market {
    /// At each host.
    pub hosts: Vec<Prices>,
    /// A tonne of each room.
    pub rooms: Vec<f64>,
}

/// What is offered less what is asked for.
pub type Excess = Market;

impl Prices {
    fn zero(slots: usize) -> Prices {
        Prices { begin: vec![0.0; slots], stay: vec![0.0; slots], tonne: vec![0.0; slots] }
    }

    /// What one step of a meeting costs.
    pub fn of(&self, step: &Step) -> f64 {
        match self.which(step) {
            Some((true, slot)) => self.begin[slot],
            Some((false, slot)) => self.stay[slot],
            None => 0.0,
        }
    }

    /// Counts a step so many times.
    pub fn count(&mut self, step: &Step, times: f64) {
        match self.which(step) {
            Some((true, slot)) => self.begin[slot] += times,
            Some((false, slot)) => self.stay[slot] += times,
            None => {}
        }
    }

    /// Whether a step begins a meeting or goes on with it, and from which slot; ending it costs nothing.
    fn which(&self, step: &Step) -> Option<(bool, Slot)> {
        (!step.flow.is_empty()).then_some((step.begins, step.busy.start))
    }
}

impl Market {
    /// Where everything is free.
    pub fn free(ground: &Ground) -> Market {
        Market {
            hosts: ground.hosts.iter().map(|_| Prices::zero(ground.slots)).collect(),
            rooms: vec![0.0; ground.rooms.len()],
        }
    }

    /// Goes so great a share of the way to others.
    pub fn towards(&mut self, others: &Market, share: f64) {
        let go = |own: &mut [f64], other: &[f64]| {
            own.iter_mut().zip(other).for_each(|(own, other)| *own += share * (other - *own));
        };
        for (own, other) in self.hosts.iter_mut().zip(&others.hosts) {
            go(&mut own.begin, &other.begin);
            go(&mut own.stay, &other.stay);
            go(&mut own.tonne, &other.tonne);
        }
        go(&mut self.rooms, &others.rooms);
    }

    /// What is bounded over all time is worth, at these prices.
    pub fn of_totals(&self, ground: &Ground) -> f64 {
        self.rooms.iter().zip(&ground.rooms).map(|(price, room)| price * room).sum()
    }
}

/// The product of two ways with prices alike in stretches.
pub fn dot(a: &Excess, b: &Excess, stretch: usize) -> f64 {
    let of_kind = |a: &[f64], b: &[f64]| -> f64 {
        let parts = a.chunks(stretch).zip(b.chunks(stretch));
        parts.map(|(a, b)| a.iter().sum::<f64>() * b.iter().sum::<f64>()).sum()
    };
    let of = |(a, b): (&Prices, &Prices)| {
        let meetings = of_kind(&a.begin, &b.begin) + of_kind(&a.stay, &b.stay);
        MEETING * MEETING * meetings + of_kind(&a.tonne, &b.tonne)
    };
    let rooms: f64 = a.rooms.iter().zip(&b.rooms).map(|(a, b)| TOTAL * TOTAL * a * b).sum();
    a.hosts.iter().zip(&b.hosts).map(of).sum::<f64>() + rooms
}

/// One step along a way.
pub fn go(prices: &mut Market, way: &Excess, stretch: usize, step: f64) {
    let along = |prices: &mut [f64], way: &[f64], scale: f64, least: f64, most: f64| {
        for (prices, way) in prices.chunks_mut(stretch).zip(way.chunks(stretch)) {
            let by = scale * scale * step * way.iter().sum::<f64>();
            prices.iter_mut().for_each(|price| *price = (*price - by).clamp(least, most));
        }
    };
    let total = |price: &mut f64, way: f64| *price = (*price - TOTAL * TOTAL * step * way).clamp(0.0, 1.0);
    for (prices, way) in prices.hosts.iter_mut().zip(&way.hosts) {
        along(&mut prices.begin, &way.begin, MEETING, f64::NEG_INFINITY, f64::INFINITY);
        along(&mut prices.stay, &way.stay, MEETING, f64::NEG_INFINITY, f64::INFINITY);
        // A tonne ashore is worth one, and one in a hold never less than nothing.
        along(&mut prices.tonne, &way.tonne, 1.0, 0.0, 1.0);
    }
    prices.rooms.iter_mut().zip(&way.rooms).for_each(|(price, way)| total(price, *way));
}

/// Bends a way away from the one before, where they are at odds.
pub fn bend(way: &mut Excess, before: &Excess, stretch: usize) {
    let odds = -dot(way, before, stretch) / dot(before, before, stretch).max(f64::MIN_POSITIVE);
    if odds > 0.0 {
        let add = |own: &mut [f64], other: &[f64]| {
            own.iter_mut().zip(other).for_each(|(own, other)| *own += odds * other);
        };
        for (own, other) in way.hosts.iter_mut().zip(&before.hosts) {
            add(&mut own.begin, &other.begin);
            add(&mut own.stay, &other.stay);
            add(&mut own.tonne, &other.tonne);
        }
        add(&mut way.rooms, &before.rooms);
    }
}
