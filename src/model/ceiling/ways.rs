//! The best way of one vessel at prices for what it lands where, by dynamic programming.
//!
//! In: a network, and until when what is landed counts. Out: [`Ways::best`]: what a way gains at most, and what it lands.
//! A vessel takes at sea and ashore what it has time and room for, as if there were always enough, and whatever it has aboard it may land as anything that
//! it carries. How much that is is told in parts that divide what it holds and moves: what goes on a way is a flow, of which the best is whole.

use super::Place;
use crate::id::Ix;
use crate::model::network::{Arc, Network, Node, SessionOf, State};
use crate::model::rounds::unit_of;
use crate::model::sets::{Holder, Sets};
use crate::plan::{Commodity, Transfer};
use crate::time::Slot;

/// More layers at all nodes together than this are too many.
const MOST: usize = 6_000_000;
/// What is no more than a rounding, in layers.
const ROUNDING: f64 = 1e-6;

/// What becomes of what is aboard on an arc.
#[derive(Clone, Copy)]
enum Cargo {
    /// Nothing.
    Stays,
    /// So many layers come aboard at most.
    Comes(usize),
    /// So many layers land at most, somewhere by place.
    Lands(usize, usize),
}

/// The ways of a vessel.
pub struct Ways<'s> {
    network: &'s Network,
    /// Where it lands what.
    places: Vec<Place>,
    /// By arc.
    cargo: Vec<Cargo>,
    /// The arcs in an order in which each comes before those that follow it.
    order: Vec<usize>,
    /// Tonnes of a layer.
    unit: f64,
    /// How many layers there are beside the empty one.
    layers: usize,
    slots: usize,
    /// In which layer each of its vessels begins.
    begins: usize,
}

impl<'s> Ways<'s> {
    /// The ways of a network whose vessels land or hand over something that counts; nothing where they do not.
    pub fn new(
        sets: &Sets<'_>,
        network: &'s Network,
        last: &dyn Fn(Place) -> Option<Slot>,
    ) -> Option<Ways<'s>> {
        let (plan, vessel) = (sets.plan, network.vessel);
        let (ship, holder) = (&plan.vessels[vessel], Holder::Vessel(vessel));
        let gives = |transfer: &Transfer| transfer.sign(holder) < 0.0;
        let own = || plan.transfers.entries().filter(|(_, transfer)| transfer.sign(holder) != 0.0);
        let mut places: Vec<Place> = Vec::new();
        for (_, transfer) in own().filter(|(_, transfer)| gives(transfer)) {
            let place = Place::of(transfer);
            if last(place).is_some() && !places.contains(&place) {
                places.push(place);
            }
        }
        let mut carried: Vec<Ix<Commodity>> = places.iter().map(|place| place.commodity).collect();
        carried.sort_unstable();
        carried.dedup();
        let hold = carried.iter().map(|of_it| ship.hold[of_it.index()]).sum::<f64>().min(ship.hold_total);
        if places.is_empty() || hold <= 0.0 {
            return None;
        }
        let lifts = plan.samplings.entries().filter(|(_, q)| q.stand.vessel == vessel);
        let rates = own().map(|(place, _)| sets.move_per_slot(place));
        let rates = rates.chain(lifts.map(|(q, _)| sets.lift_per_slot(q))).map(|rate| rate.min(hold));
        let all: Vec<f64> = rates.filter(|rate| *rate > 0.0).chain([hold]).collect();
        let unit = unit_of(&all, hold);
        let count = |tonnes: f64| (tonnes / unit - ROUNDING).ceil().max(0.0) as usize;
        let layers = count(hold);
        let cargo = |arc: &Arc| {
            let flowing = network.flowing(arc);
            let most = |per_slot: f64, slots: usize| count(per_slot * slots as f64).min(layers);
            match network.session_of(arc).map(|session| session.of) {
                Some(SessionOf::Sampling(q)) if carried.contains(&plan.samplings[q].commodity) => {
                    Cargo::Comes(most(sets.lift_per_slot(q), flowing.len()))
                }
                Some(SessionOf::Transfer(r) | SessionOf::Alongside(r)) => {
                    let (transfer, per_slot) = (&plan.transfers[r], sets.move_per_slot(r));
                    let place = Place::of(transfer);
                    match (places.iter().position(|other| *other == place), last(place)) {
                        _ if !gives(transfer) && carried.contains(&transfer.commodity) => {
                            Cargo::Comes(most(per_slot, flowing.len()))
                        }
                        (Some(at), Some(last)) if gives(transfer) => {
                            Cargo::Lands(most(per_slot, flowing.filter(|slot| *slot <= last).count()), at)
                        }
                        _ => Cargo::Stays,
                    }
                }
                _ => Cargo::Stays,
            }
        };
        let cargo = network.arcs.iter().map(cargo).collect();
        let mut order: Vec<usize> = (0..network.arcs.len()).collect();
        order.sort_by_key(|&arc| {
            let from = network.arcs[arc].from;
            (from.slot, matches!(network.states[from.state], State::Lie(..)))
        });
        let slots = network.arcs.iter().filter_map(|arc| arc.to).map(|to| to.slot).max().unwrap_or(0) + 1;
        let begins = count(carried.iter().map(|of_it| ship.aboard[of_it.index()]).sum()).min(layers);
        Some(Ways { network, places, cargo, order, unit, layers, slots, begins })
    }

    /// Whether there is not too much to look at.
    pub fn is_small(&self) -> bool {
        self.slots * self.network.states.len() * (self.layers + 1) <= MOST
    }

    /// How many vessels go these ways.
    pub fn count(&self) -> f64 {
        self.network.count as f64
    }

    /// What the best way gains at prices for each tonne landed, and what it lands where; `values` is room that is used again and again.
    pub fn best(&self, price: &dyn Fn(Place) -> f64, values: &mut Vec<f64>) -> (f64, Vec<(Place, f64)>) {
        let prices: Vec<f64> = self.places.iter().map(|&place| price(place) * self.unit).collect();
        let row = self.layers + 1;
        values.clear();
        values.resize(self.slots * self.network.states.len() * row, f64::NEG_INFINITY);
        let mut after = vec![0.0; row];
        for &arc in self.order.iter().rev() {
            match self.network.arcs[arc].to {
                Some(to) => after.copy_from_slice(&values[self.at(to)..][..row]),
                None => after.fill(0.0),
            }
            let here = self.at(self.network.arcs[arc].from);
            for (layer, here) in values[here..][..row].iter_mut().enumerate() {
                *here = here.max(self.follow(arc, layer, &after, &prices).0);
            }
        }
        self.trace(&prices, values)
    }

    /// Goes along the best way.
    fn trace(&self, prices: &[f64], values: &[f64]) -> (f64, Vec<(Place, f64)>) {
        let origin = self.network.origin();
        let (mut node, mut layer) = (Some(origin), self.begins);
        let gained = values[self.at(origin) + layer];
        let nothing = vec![0.0; self.layers + 1];
        let mut landed = vec![0.0; self.places.len()];
        while let Some(here) = node {
            let ways = self.network.arcs_from(here).map(|arc| {
                let to = self.network.arcs[arc].to;
                let after = to.map_or(&nothing[..], |to| &values[self.at(to)..][..nothing.len()]);
                (arc, to, self.follow(arc, layer, after, prices))
            });
            let Some((arc, to, (_, less, more))) = ways.max_by(|a, b| a.2.0.total_cmp(&b.2.0)) else { break };
            if let Cargo::Lands(_, place) = self.cargo[arc] {
                landed[place] += less as f64 * self.unit;
            }
            (node, layer) = (to, layer + more - less);
        }
        (gained, self.places.iter().copied().zip(landed).filter(|(_, tonnes)| *tonnes > 0.0).collect())
    }

    /// The best that can follow on an arc with so many layers aboard: what it is worth, and how many layers less and more are aboard then.
    fn follow(&self, arc: usize, layer: usize, after: &[f64], prices: &[f64]) -> (f64, usize, usize) {
        match self.cargo[arc] {
            Cargo::Stays => (after[layer], 0, 0),
            Cargo::Comes(most) => {
                let more = most.min(self.layers - layer);
                (after[layer + more], 0, more)
            }
            Cargo::Lands(most, place) => {
                let lands = |less: usize| (less as f64 * prices[place] + after[layer - less], less, 0);
                let all = (0..=most.min(layer)).rev().map(lands);
                all.reduce(|best, other| if other.0 > best.0 { other } else { best }).unwrap_or((
                    after[layer],
                    0,
                    0,
                ))
            }
        }
    }

    /// Where the values of a node begin.
    fn at(&self, node: Node) -> usize {
        (node.slot * self.network.states.len() + node.state) * (self.layers + 1)
    }
}
