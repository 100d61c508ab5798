//! What each slot of a ship's time and each tonne in its hold is worth, and the bound that follows.
//!
//! In: a [`Ground`]. Out: [`Values`] at the best prices that were found. A host is paid for each meeting that it takes part in and for
//! each tonne that it gives; a carrier pays for both, and is paid one for each tonne that it lands. Then everybody can go his own best way,
//! found by dynamic programming over nodes and layers of what is aboard, and whatever the prices are, what all gain together is no less
//! than what any schedule lands: both sides take part in the same meetings there, so all that is paid adds up to nothing. (Lagrangian
//! relaxation; A. M. Geoffrion, Mathematical Programming Study 2, 1974.) The prices for which it is least are sought by steps along what is
//! offered less what is asked for, first for long stretches of time alike, as long as the way to what is known to be possible (B. T. Polyak,
//! USSR Computational Mathematics 9, 1969), bent away from the step before (Camerini, Fratta, Maffioli, Mathematical Programming Study 3, 1975).
//! What is gained from a node on is also what [`super::hope`] goes by.

use super::ground::{Carrier, Ground, Host};
use super::hope::layer;
use super::layers::{Rows, Way, better, greater};
use super::market::{Excess, Market, Prices, bend, dot, go};
use super::steps::{Act, Step};
use rayon::prelude::*;

/// After so many steps without a better bound they become shorter, by this share.
const PATIENCE: usize = 20;
const SHORTER: f64 = 0.7;
/// Steps shorter than this share of a whole one lead nowhere.
const SHORTEST: f64 = 1e-3;
/// A target that is nearer than this share of the bound is set lower, by the next.
const NEAR: f64 = 0.002;
const LOWER: f64 = 0.95;
/// The prices in the middle go so great a share of the way to the last, and are looked at after so many steps.
const SHARE: f64 = 0.1;
const EVERY: usize = 5;
/// Values that differ by less are the same.
const SAME: f64 = 1e-9;

/// What everybody gains from each node on, at some prices.
#[derive(Debug, Clone)]
pub struct Values {
    /// No schedule lands more tonnes.
    pub bound: f64,
    /// For each host, node and layer of stock.
    pub hosts: Vec<Vec<f64>>,
    /// For each class of carriers, node and layer of load.
    pub carriers: Vec<Vec<f64>>,
    /// The prices.
    pub market: Market,
}

/// What a search for prices has come to.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The prices with the least bound, with that bound.
    pub best: (f64, Market),
    /// Prices in the middle of those that were tried last: they tell better what matters, though their bound may be a little greater.
    pub middle: Market,
}

impl Settled {
    /// Where everything is free.
    pub fn free(ground: &Ground) -> Settled {
        let best = Values::new(ground, Market::free(ground));
        Settled { middle: best.market.clone(), best: (best.bound, best.market) }
    }

    /// Goes on to better prices, as far as they are found in time; so many tonnes are taken to be possible.
    pub fn settle(
        &mut self,
        ground: &Ground,
        target: f64,
        stretches: &[(usize, usize)],
        has_time: &dyn Fn() -> bool,
    ) {
        let mut target = target;
        let mut values = Values::new(ground, self.middle.clone());
        let mut middle = values.clone();
        for &(stretch, steps) in stretches {
            let mut market = self.middle.clone();
            values.change(ground, &market);
            let mut along: Option<Excess> = None;
            let (mut pace, mut idle) = (1.0, 0);
            for nth in 0..steps {
                if !has_time() || pace < SHORTEST {
                    break;
                }
                if self.best.0 - target < NEAR * self.best.0 {
                    target = LOWER * self.best.0;
                }
                let mut way = values.excess(ground);
                if let Some(before) = &along {
                    bend(&mut way, before, stretch);
                }
                let length = dot(&way, &way, stretch);
                if length < SAME {
                    break;
                }
                go(&mut market, &way, stretch, pace * (values.bound - target).max(0.0) / length);
                along = Some(way);
                self.middle.towards(&market, SHARE);
                let mut is_better = false;
                if nth % EVERY == EVERY - 1 {
                    middle.change(ground, &self.middle);
                    is_better = self.see(&middle);
                }
                values.change(ground, &market);
                if self.see(&values) || is_better {
                    idle = 0;
                } else {
                    idle += 1;
                    if idle == PATIENCE {
                        (pace, idle) = (pace * SHORTER, 0);
                    }
                }
            }
        }
    }

    /// Keeps values if their bound is less.
    fn see(&mut self, values: &Values) -> bool {
        let is_better = values.bound < self.best.0 - SAME;
        if is_better {
            self.best.0 = values.bound;
            self.best.1.clone_from(&values.market);
        }
        is_better
    }
}

impl Values {
    /// What everybody gains at some prices.
    pub fn new(ground: &Ground, market: Market) -> Values {
        let none = |count: usize| vec![Vec::new(); count];
        let (hosts, carriers) = (none(ground.hosts.len()), none(ground.carriers.len()));
        let mut values = Values { bound: 0.0, hosts, carriers, market };
        values.look(ground);
        values
    }

    /// The same at other prices, in the same room.
    fn change(&mut self, ground: &Ground, market: &Market) {
        self.market.clone_from(market);
        self.look(ground);
    }

    /// Finds what everybody gains.
    fn look(&mut self, ground: &Ground) {
        let Values { market, hosts, carriers, .. } = self;
        rayon::join(
            || {
                let all = hosts.par_iter_mut().zip(&ground.hosts).zip(&market.hosts);
                all.for_each(|((values, host), prices)| of_host(ground, host, prices, values));
            },
            || {
                let all = carriers.par_iter_mut().zip(&ground.carriers);
                all.for_each(|(values, carrier)| of_carrier(ground, carrier, market, values));
            },
        );
        let begins = |host: &Host| layer(host.stock, host.unit).min(host.layers - 1);
        let of_hosts: f64 = hosts.iter().zip(&ground.hosts).map(|(values, host)| values[begins(host)]).sum();
        let of_carriers: f64 = match ground.goes_on {
            false => {
                let many = ground.carriers.iter().map(|carrier| carrier.count as f64);
                carriers.iter().zip(many).map(|(values, many)| many * values[0]).sum()
            }
            true => self.origins(ground).sum(),
        };
        let market = &self.market;
        self.bound = of_hosts + of_carriers + market.of_totals(ground);
    }

    /// What each carrier, of all of them one by one, gains from the plan's start on.
    pub fn origins<'v>(&'v self, ground: &'v Ground) -> impl Iterator<Item = f64> {
        let classes = self.carriers.iter().zip(&ground.carriers);
        classes.flat_map(|(values, carrier)| {
            let members = carrier.ways.origins.iter().zip(&carrier.loads);
            members.map(|(&node, &load)| values[node * carrier.layers + first_layer(ground, carrier, load)])
        })
    }

    /// What is offered less what is asked for, when everybody goes his best way.
    fn excess(&self, ground: &Ground) -> Excess {
        let mut excess: Excess = Market::free(ground);
        for (place, host) in ground.hosts.iter().enumerate() {
            self.follow_host(host, place, &mut excess.hosts[place]);
        }
        excess.rooms.copy_from_slice(&ground.rooms);
        for (class, carrier) in ground.carriers.iter().enumerate() {
            // Who begins in the same place goes the same way.
            let begin = |member: usize| {
                (carrier.ways.origins[member], first_layer(ground, carrier, carrier.loads[member]))
            };
            match ground.goes_on {
                false => {
                    self.follow_carrier(ground, (class, carrier.count as f64), begin(0), &mut excess);
                }
                true => (0..carrier.count)
                    .for_each(|nth| self.follow_carrier(ground, (class, 1.0), begin(nth), &mut excess)),
            }
        }
        excess
    }

    fn follow_host(&self, host: &Host, place: usize, excess: &mut Prices) {
        let (values, prices) = (&self.hosts[place], &self.market.hosts[place]);
        let (mut node, mut held) = (0, layer(host.stock, host.unit).min(host.layers - 1));
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
                    let mut tries = (0..=most(step, rate, host.layers).min(held)).rev();
                    tries.find(|&less| gain(less) >= wanted).map(|less| held - less)
                }
                _ => Some(held).filter(|&held| after(held) >= wanted),
            };
            let Some(next) = next else { continue };
            if let Act::Meet(_) = step.act {
                excess.count(step, 1.0);
                let tonnes = (held - next) as f64 * host.unit;
                step.flow.clone().for_each(|slot| excess.tonne[slot] += tonnes);
            }
            held = next;
            match step.to {
                Some(to) => node = to,
                None => return,
            }
        }
    }

    /// Of so many carriers of a class, which begin at a node with a load.
    fn follow_carrier(
        &self,
        ground: &Ground,
        (class, many): (usize, f64),
        (mut node, mut load): (usize, usize),
        excess: &mut Excess,
    ) {
        let carrier = &ground.carriers[class];
        let (values, layers) = (&self.carriers[class], carrier.layers);
        for step in &carrier.ways.steps {
            if step.from != node {
                continue;
            }
            let wanted = values[node * layers + load] - SAME;
            let after = |load: usize| step.to.map_or(0.0, |to| values[to * layers + load]);
            let found = match step.act {
                Act::Take(host, rate) => {
                    let prices = &self.market.hosts[host];
                    let each = tonne(prices, step) * ground.unit;
                    let cost = prices.of(step);
                    let mut tries = (0..=most(step, rate, layers).min(layers - 1 - load)).rev();
                    tries
                        .find(|&more| after(load + more) - cost - more as f64 * each >= wanted)
                        .map(|more| load + more)
                }
                Act::Land(rate, _) => {
                    let less = most(step, rate, layers).min(load);
                    let each = worth(&self.market, step) * ground.unit;
                    Some(load - less).filter(|&left| after(left) + less as f64 * each >= wanted)
                }
                _ => Some(load).filter(|&load| after(load) >= wanted),
            };
            let Some(next) = found else { continue };
            if let Act::Take(host, _) = step.act {
                let excess = &mut excess.hosts[host];
                excess.count(step, -many);
                let tonnes = (next - load) as f64 * ground.unit;
                step.flow.clone().for_each(|slot| excess.tonne[slot] -= many * tonnes);
            }
            if let Some(room) = step.room {
                excess.rooms[room] -= many * (load - next) as f64 * ground.unit;
            }
            load = next;
            match step.to {
                Some(to) => node = to,
                None => return,
            }
        }
    }
}

/// The layer of load in which a carrier begins.
fn first_layer(ground: &Ground, carrier: &Carrier, load: f64) -> usize {
    layer(load, ground.unit).min(carrier.layers - 1)
}

/// What a tonne is worth where a step lands it.
fn worth(market: &Market, step: &Step) -> f64 {
    1.0 - step.room.map_or(0.0, |room| market.rooms[room])
}

/// The price of a tonne in a step in which something flows.
fn tonne(prices: &Prices, step: &Step) -> f64 {
    step.flow.clone().next().map_or(0.0, |slot| prices.tonne[slot])
}

/// How many layers can be given or taken in a step, at most.
fn most(step: &Step, rate: usize, layers: usize) -> usize {
    if step.flow.is_empty() { 0 } else { rate.min(layers - 1) }
}

fn of_host(ground: &Ground, host: &Host, prices: &Prices, values: &mut Vec<f64>) {
    let layers = host.layers;
    values.clear();
    values.resize(host.ways.states * (ground.slots + 1) * layers, f64::NEG_INFINITY);
    let mut rows = Rows::new(layers);
    for step in host.ways.steps.iter().rev() {
        rows.follow(values, step);
        let here = &mut values[step.from * layers..(step.from + 1) * layers];
        match step.act {
            Act::Lift => {
                let more = (step.flow.len() * host.lift_layers).min(layers - 1);
                let (part, full) = here.split_at_mut(layers - more);
                better(part, &rows.row[more..], 0.0);
                let last = rows.row[layers - 1];
                full.iter_mut().for_each(|here| *here = greater(*here, last));
            }
            Act::Meet(rate) => {
                rows.trade(Way::Less, most(step, rate, layers), tonne(prices, step) * host.unit);
                better(here, &rows.row, prices.of(step));
            }
            _ => better(here, &rows.row, 0.0),
        }
    }
}

fn of_carrier(ground: &Ground, carrier: &Carrier, market: &Market, values: &mut Vec<f64>) {
    let layers = carrier.layers;
    values.clear();
    values.resize(carrier.ways.states * (ground.slots + 1) * layers, f64::NEG_INFINITY);
    let mut rows = Rows::new(layers);
    for step in carrier.ways.steps.iter().rev() {
        rows.follow(values, step);
        let here = &mut values[step.from * layers..(step.from + 1) * layers];
        match step.act {
            Act::Take(host, rate) => {
                let prices = &market.hosts[host];
                rows.trade(Way::More, most(step, rate, layers), tonne(prices, step) * ground.unit);
                better(here, &rows.row, -prices.of(step));
            }
            Act::Land(rate, _) if !step.flow.is_empty() => {
                let each = worth(market, step) * ground.unit;
                for (load, here) in here.iter_mut().enumerate() {
                    let landed = load.min(rate);
                    *here = here.max(rows.row[load - landed] + landed as f64 * each);
                }
            }
            _ => better(here, &rows.row, 0.0),
        }
    }
}
