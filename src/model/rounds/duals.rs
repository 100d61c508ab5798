//! What each slot of a ship's time and each tonne in its hold is worth, and the bound that follows.
//!
//! In: a [`Ground`]. Out: [`Values`] at the best [`Prices`] that were found. A host is paid for each meeting that it takes part in and for
//! each tonne that it gives; a carrier pays for both, and is paid one for each tonne that it lands. Then everybody can go his own best way,
//! found by dynamic programming over nodes and layers of what is aboard, and whatever the prices are, what all gain together is no less
//! than what any schedule lands: both sides take part in the same meetings there, so all that is paid adds up to nothing. (Lagrangian
//! relaxation; A. M. Geoffrion, Mathematical Programming Study 2, 1974.) The prices for which it is least are sought by steps along what is
//! offered less what is asked for, first for long stretches of time alike, as long as the way to what is known to be possible (B. T. Polyak,
//! USSR Computational Mathematics 9, 1969), bent away from the step before (Camerini, Fratta, Maffioli, Mathematical Programming Study 3, 1975).
//! What is gained from a node on is also what [`super::hope`] goes by.

use super::ground::{Carrier, Ground, Host};
use super::steps::{Act, Step};
use crate::time::Slot;
use rayon::prelude::*;

/// Prices are first alike in stretches of so many slots; with so many steps for each.
const STRETCHES: [(usize, usize); 3] = [(6, 50), (2, 50), (1, 100)];
/// After so many steps without a better bound they become shorter, by this share.
const PATIENCE: usize = 10;
const SHORTER: f64 = 0.7;
/// Steps shorter than this share of a whole one lead nowhere.
const SHORTEST: f64 = 1e-3;
/// How many tonnes a meeting is taken for when the prices of both go on together.
const MEETING: f64 = 15.0;
/// A host gives in so many parts of what it could at most while prices are sought; in every part at the end.
const PARTS: usize = 4;
/// Values that differ by less are the same.
const SAME: f64 = 1e-9;

/// What things cost at one host, in tonnes ashore, by slot.
#[derive(Debug, Clone)]
pub struct Prices {
    /// Beginning a meeting.
    begin: Vec<f64>,
    /// Going on with one for another slot.
    stay: Vec<f64>,
    /// A tonne that is given.
    tonne: Vec<f64>,
}

/// What everybody gains from each node on, at some prices.
#[derive(Debug, Clone)]
pub struct Values {
    /// No schedule lands more tonnes.
    pub bound: f64,
    /// For each host, node and layer of stock.
    pub hosts: Vec<Vec<f64>>,
    /// For each class of carriers, node and layer of load.
    pub carriers: Vec<Vec<f64>>,
    /// For each host.
    prices: Vec<Prices>,
    /// In how many parts hosts give.
    parts: usize,
}

/// What is offered less what is asked for, by host.
type Excess = Vec<Prices>;

impl Prices {
    fn zero(slots: usize) -> Prices {
        Prices { begin: vec![0.0; slots], stay: vec![0.0; slots], tonne: vec![0.0; slots] }
    }

    /// What one step of a meeting costs.
    fn of(&self, step: &Step) -> f64 {
        match self.which(step) {
            Some((true, slot)) => self.begin[slot],
            Some((false, slot)) => self.stay[slot],
            None => 0.0,
        }
    }

    fn count(&mut self, step: &Step, times: f64) {
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

/// The product of two ways with prices alike in stretches.
fn dot(a: &Excess, b: &Excess, stretch: usize) -> f64 {
    let of_kind = |a: &[f64], b: &[f64]| -> f64 {
        let parts = a.chunks(stretch).zip(b.chunks(stretch));
        parts.map(|(a, b)| a.iter().sum::<f64>() * b.iter().sum::<f64>()).sum()
    };
    let of = |(a, b): (&Prices, &Prices)| {
        let meetings = of_kind(&a.begin, &b.begin) + of_kind(&a.stay, &b.stay);
        MEETING * MEETING * meetings + of_kind(&a.tonne, &b.tonne)
    };
    a.iter().zip(b).map(of).sum()
}

/// One step along a way.
fn go(prices: &mut [Prices], way: &Excess, stretch: usize, step: f64) {
    let along = |prices: &mut [f64], way: &[f64], scale: f64, least: f64, most: f64| {
        for (prices, way) in prices.chunks_mut(stretch).zip(way.chunks(stretch)) {
            let by = scale * scale * step * way.iter().sum::<f64>();
            prices.iter_mut().for_each(|price| *price = (*price - by).clamp(least, most));
        }
    };
    for (prices, way) in prices.iter_mut().zip(way) {
        along(&mut prices.begin, &way.begin, MEETING, f64::NEG_INFINITY, f64::INFINITY);
        along(&mut prices.stay, &way.stay, MEETING, f64::NEG_INFINITY, f64::INFINITY);
        // A tonne ashore is worth one, and one in a hold never less than nothing.
        along(&mut prices.tonne, &way.tonne, 1.0, 0.0, 1.0);
    }
}

/// Bends a way away from the one before, where they are at odds.
fn bend(way: &mut Excess, before: &Excess, stretch: usize) {
    let odds = -dot(way, before, stretch) / dot(before, before, stretch).max(f64::MIN_POSITIVE);
    if odds > 0.0 {
        let add = |own: &mut [f64], other: &[f64]| {
            own.iter_mut().zip(other).for_each(|(own, other)| *own += odds * other);
        };
        for (own, other) in way.iter_mut().zip(before) {
            add(&mut own.begin, &other.begin);
            add(&mut own.stay, &other.stay);
            add(&mut own.tonne, &other.tonne);
        }
    }
}

/// The values at the best prices that were found in time; so great a share of what is possible at no price is taken to be possible at all.
pub fn settle(ground: &Ground, likely: f64, has_time: &dyn Fn() -> bool) -> Values {
    let none: Vec<Prices> = ground.hosts.iter().map(|_| Prices::zero(ground.slots)).collect();
    let mut best = Values::new(ground, none, PARTS);
    let target = likely * best.bound;
    for (stretch, steps) in STRETCHES {
        let mut prices = best.prices.clone();
        let mut along: Option<Excess> = None;
        let (mut pace, mut idle) = (1.0, 0);
        let mut values = best.clone();
        for _ in 0..steps {
            if !has_time() || pace < SHORTEST || best.bound - target < SAME {
                break;
            }
            let mut way = values.excess(ground);
            if let Some(before) = &along {
                bend(&mut way, before, stretch);
            }
            let length = dot(&way, &way, stretch);
            if length < SAME {
                break;
            }
            go(&mut prices, &way, stretch, pace * (values.bound - target).max(0.0) / length);
            along = Some(way);
            values = Values::new(ground, prices.clone(), PARTS);
            if values.bound < best.bound - SAME {
                best = values.clone();
                idle = 0;
            } else {
                idle += 1;
                if idle == PATIENCE {
                    (pace, idle) = (pace * SHORTER, 0);
                }
            }
        }
    }
    // A host that may give any part gains no less: only that bounds everything.
    Values::new(ground, best.prices, usize::MAX)
}

impl Values {
    /// What everybody gains at some prices.
    fn new(ground: &Ground, prices: Vec<Prices>, parts: usize) -> Values {
        let of_host = |(host, prices): (&Host, &Prices)| of_host(ground, host, prices, parts);
        let of_carrier = |carrier: &Carrier| of_carrier(ground, carrier, &prices);
        let (hosts, carriers): (Vec<Vec<f64>>, Vec<Vec<f64>>) = rayon::join(
            || ground.hosts.par_iter().zip(&prices).map(of_host).collect(),
            || ground.carriers.par_iter().map(of_carrier).collect(),
        );
        let of_hosts: f64 = hosts.iter().map(|values| values[0]).sum();
        let many = ground.carriers.iter().map(|carrier| carrier.count as f64);
        let of_carriers: f64 = carriers.iter().zip(many).map(|(values, many)| many * values[0]).sum();
        Values { bound: of_hosts + of_carriers, hosts, carriers, prices, parts }
    }

    /// What is offered less what is asked for, when everybody goes his best way.
    fn excess(&self, ground: &Ground) -> Excess {
        let mut excess: Excess = ground.hosts.iter().map(|_| Prices::zero(ground.slots)).collect();
        for (place, host) in ground.hosts.iter().enumerate() {
            self.follow_host(host, place, &mut excess[place]);
        }
        for (class, carrier) in ground.carriers.iter().enumerate() {
            self.follow_carrier(ground, carrier, class, &mut excess);
        }
        excess
    }

    fn follow_host(&self, host: &Host, place: usize, excess: &mut Prices) {
        let (values, prices) = (&self.hosts[place], &self.prices[place]);
        let (mut node, mut held) = (0, 0);
        for step in &host.ways.steps {
            let wanted = values[node * host.layers + held] - SAME;
            if step.from != node {
                continue;
            }
            let after = |held: usize| step.to.map_or(0.0, |to| values[to * host.layers + held]);
            let next = match step.act {
                Act::Lift => Some((held + step.flow.len() * host.lift_layers).min(host.layers - 1))
                    .filter(|&next| after(next) >= wanted),
                Act::Meet(rate) => {
                    let each = tonne(prices, step) * host.unit;
                    let gain = |less: usize| after(held - less) + prices.of(step) + less as f64 * each;
                    let mut tries = given(step, rate, host.layers, self.parts).filter(|&less| less <= held);
                    tries.find(|&less| gain(less) >= wanted).map(|less| held - less)
                }
                _ => Some(held).filter(|&held| after(held) >= wanted),
            };
            let Some(next) = next else { continue };
            if let Act::Meet(_) = step.act {
                excess.count(step, 1.0);
                step.flow.clone().for_each(|slot| excess.tonne[slot] += (held - next) as f64 * host.unit);
            }
            held = next;
            match step.to {
                Some(to) => node = to,
                None => return,
            }
        }
    }

    fn follow_carrier(&self, ground: &Ground, carrier: &Carrier, class: usize, excess: &mut Excess) {
        let (values, layers, many) = (&self.carriers[class], carrier.layers, carrier.count as f64);
        let (mut node, mut load) = (0, 0);
        for step in &carrier.ways.steps {
            if step.from != node {
                continue;
            }
            let wanted = values[node * layers + load] - SAME;
            let after = |load: usize| step.to.map_or(0.0, |to| values[to * layers + load]);
            let found = match step.act {
                Act::Take(host, rate) => {
                    let each = tonne(&self.prices[host], step) * ground.unit;
                    let cost = self.prices[host].of(step);
                    let most = if step.flow.is_empty() { 0 } else { rate.min(layers - 1 - load) };
                    let mut tries = (0..=most).rev();
                    tries
                        .find(|&more| after(load + more) - cost - more as f64 * each >= wanted)
                        .map(|more| load + more)
                }
                Act::Land(rate) => {
                    let less = if step.flow.is_empty() { 0 } else { rate.min(load) };
                    Some(load - less).filter(|&left| after(left) + less as f64 * ground.unit >= wanted)
                }
                _ => Some(load).filter(|&load| after(load) >= wanted),
            };
            let Some(next) = found else { continue };
            if let Act::Take(host, _) = step.act {
                excess[host].count(step, -many);
                let tonnes = (next - load) as f64 * ground.unit;
                step.flow.clone().for_each(|slot| excess[host].tonne[slot] -= many * tonnes);
            }
            load = next;
            match step.to {
                Some(to) => node = to,
                None => return,
            }
        }
    }
}

/// The price of a tonne in a step in which something flows.
fn tonne(prices: &Prices, step: &Step) -> f64 {
    step.flow.clone().next().map_or(0.0, |slot| prices.tonne[slot])
}

/// How many layers a host may give in a step, the most first.
fn given(step: &Step, rate: usize, layers: usize, parts: usize) -> impl Iterator<Item = usize> {
    let most = if step.flow.is_empty() { 0 } else { rate.min(layers - 1) };
    let each = rate.div_ceil(parts).max(1);
    (0..=most).step_by(each).collect::<Vec<_>>().into_iter().rev()
}

/// What follows a step, by layer.
fn follow(row: &mut [f64], values: &[f64], step: &Step) {
    match step.to {
        Some(to) => row.copy_from_slice(&values[to * row.len()..(to + 1) * row.len()]),
        None => row.fill(0.0),
    }
}

/// The better of what is known and what comes after, less a cost.
fn better(here: &mut [f64], after: &[f64], gained: f64) {
    for (here, after) in here.iter_mut().zip(after) {
        *here = here.max(after + gained);
    }
}

fn of_host(ground: &Ground, host: &Host, prices: &Prices, parts: usize) -> Vec<f64> {
    let layers = host.layers;
    let mut values = vec![f64::NEG_INFINITY; host.ways.states * (ground.slots + 1) * layers];
    let mut row = vec![0.0; layers];
    for step in host.ways.steps.iter().rev() {
        follow(&mut row, &values, step);
        let here = &mut values[step.from * layers..(step.from + 1) * layers];
        match step.act {
            Act::Lift => {
                let more = (step.flow.len() * host.lift_layers).min(layers - 1);
                let (part, full) = here.split_at_mut(layers - more);
                better(part, &row[more..], 0.0);
                full.iter_mut().for_each(|here| *here = here.max(row[layers - 1]));
            }
            Act::Meet(rate) => {
                let each = tonne(prices, step) * host.unit;
                for less in given(step, rate, layers, parts) {
                    better(&mut here[less..], &row, prices.of(step) + less as f64 * each);
                }
            }
            _ => better(here, &row, 0.0),
        }
    }
    values
}

fn of_carrier(ground: &Ground, carrier: &Carrier, prices: &[Prices]) -> Vec<f64> {
    let layers = carrier.layers;
    let mut values = vec![f64::NEG_INFINITY; carrier.ways.states * (ground.slots + 1) * layers];
    let mut row = vec![0.0; layers];
    for step in carrier.ways.steps.iter().rev() {
        follow(&mut row, &values, step);
        let here = &mut values[step.from * layers..(step.from + 1) * layers];
        match step.act {
            Act::Take(host, rate) => {
                let each = tonne(&prices[host], step) * ground.unit;
                let most = if step.flow.is_empty() { 0 } else { rate.min(layers - 1) };
                for more in 0..=most {
                    better(here, &row[more..], -prices[host].of(step) - more as f64 * each);
                }
            }
            Act::Land(rate) if !step.flow.is_empty() => {
                for load in 0..layers {
                    let landed = load.min(rate);
                    here[load] = here[load].max(row[load - landed] + landed as f64 * ground.unit);
                }
            }
            _ => better(here, &row, 0.0),
        }
    }
    values
}
