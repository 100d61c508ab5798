//! The best way of one vessel at prices for what it lands where, by dynamic programming.
//!
//! In: a network, and until when what is landed counts. Out: [`Ways::best`]: the [`Way`] that gains most, and what it lands.
//! A vessel takes at sea and ashore what it has time and room for, as if there were always enough. Where its commodities share what it holds, or it is not asked
//! to tell them apart, or there would be too much to look at, it may land whatever it has aboard as anything that it carries. How much is aboard is told in parts
//! that divide what it holds and moves: what goes on a way is a flow of each commodity, of which the best is whole.

use super::{Aim, Place, known};
use crate::id::Ix;
use crate::model::network::{Arc, Network, Node, SessionOf, State};
use crate::model::rounds::unit_of;
use crate::model::sets::{Holder, Sets};
use crate::plan::{Commodity, Transfer, Vessel};
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
    /// So many layers of a part of the hold come aboard at most.
    Comes(usize, usize),
    /// So many layers of a part of the hold land at most, somewhere by place.
    Lands(usize, usize, usize),
}

/// What of a hold is counted together.
struct Part {
    commodities: Vec<Ix<Commodity>>,
    /// Tonnes of a layer.
    unit: f64,
    /// How many layers there are beside the empty one.
    layers: usize,
    /// In which layer each of the vessels begins.
    begins: usize,
    /// How far a layer is from the next among all that may be aboard.
    step: usize,
}

impl Part {
    /// The layer of it among all that may be aboard.
    fn of(&self, aboard: usize) -> usize {
        aboard / self.step % (self.layers + 1)
    }

    /// So many tonnes in layers, rounded up.
    fn count(&self, tonnes: f64) -> usize {
        (tonnes / self.unit - ROUNDING).ceil().max(0.0) as usize
    }
}

/// A way of a vessel.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// What it lands where.
    pub landed: Vec<(Place, f64)>,
    /// What it takes away from what counts.
    pub dues: f64,
}

/// At which prices the best way is looked for.
pub struct Asked<'a> {
    /// Of each tonne that is landed somewhere.
    pub price: &'a dyn Fn(Place) -> f64,
    /// Whether dues count.
    pub has_dues: bool,
    /// The slot by which the vessel is done.
    pub by: Slot,
}

/// The ways of a vessel.
pub struct Ways<'s> {
    network: &'s Network,
    /// Where it lands what.
    places: Vec<Place>,
    /// By arc.
    cargo: Vec<Cargo>,
    /// What each arc takes away from what counts.
    dues: Vec<f64>,
    /// The arcs in an order in which each comes before those that follow it.
    order: Vec<usize>,
    /// What is aboard.
    parts: Vec<Part>,
    /// In how many ways that much may be.
    row: usize,
    slots: usize,
}

impl<'s> Ways<'s> {
    /// The ways of a network whose vessels land or hand over something that counts, or take anything away from it; nothing where they do not.
    pub fn new(
        sets: &Sets<'_>,
        aim: &Aim,
        network: &'s Network,
        (last, tells_apart): (&dyn Fn(Place) -> Option<Slot>, bool),
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
        let dues: Vec<f64> = network.arcs.iter().map(|arc| aim.due(plan, network, arc)).collect();
        let room = |of_it: &Ix<Commodity>| ship.hold[of_it.index()];
        let lands = carried.iter().map(room).sum::<f64>().min(ship.hold_total) > 0.0;
        if !lands && dues.iter().all(|due| *due == 0.0) {
            return None;
        }
        let slots = network.arcs.iter().filter_map(|arc| arc.to).map(|to| to.slot).max().unwrap_or(0) + 1;
        let nodes = slots * network.states.len();
        let shares_room = carried.iter().map(room).sum::<f64>() > ship.hold_total;
        let each = (tells_apart && !shares_room)
            .then(|| parts_of(sets, vessel, carried.iter().map(|&of_it| vec![of_it])));
        let each = each.filter(|parts| nodes * layers_of(parts) <= MOST);
        let parts = each.unwrap_or_else(|| parts_of(sets, vessel, [carried].into_iter().filter(|_| lands)));
        let part_of = |of_it: Ix<Commodity>| parts.iter().position(|part| part.commodities.contains(&of_it));
        let cargo = |arc: &Arc| {
            // What flowed already is there.
            let flowing = network.flowing(arc).filter(|slot| *slot >= sets.kept.until);
            let most = |part: usize, per_slot: f64, slots: usize| {
                let part: &Part = &parts[part];
                part.count(per_slot * slots as f64).min(part.layers)
            };
            match network.session_of(arc).map(|session| session.of) {
                Some(SessionOf::Sampling(q)) => part_of(plan.samplings[q].commodity)
                    .map(|part| Cargo::Comes(part, most(part, sets.lift_per_slot(q), flowing.count()))),
                Some(SessionOf::Transfer(r) | SessionOf::Alongside(r)) => {
                    let (transfer, per_slot) = (&plan.transfers[r], sets.move_per_slot(r));
                    let place = Place::of(transfer);
                    let at = places.iter().position(|other| *other == place);
                    part_of(transfer.commodity).and_then(|part| match (at, last(place)) {
                        _ if !gives(transfer) => {
                            Some(Cargo::Comes(part, most(part, per_slot, flowing.count())))
                        }
                        (Some(at), Some(last)) => {
                            let slots = flowing.filter(|slot| *slot <= last).count();
                            Some(Cargo::Lands(part, most(part, per_slot, slots), at))
                        }
                        _ => None,
                    })
                }
                _ => None,
            }
            .unwrap_or(Cargo::Stays)
        };
        let cargo = network.arcs.iter().map(cargo).collect();
        let mut order: Vec<usize> = (0..network.arcs.len()).collect();
        order.sort_by_key(|&arc| {
            let from = network.arcs[arc].from;
            (from.slot, matches!(network.states[from.state], State::Lie(..)))
        });
        let row = layers_of(&parts);
        Some(Ways { network, places, cargo, dues, order, parts, row, slots })
    }

    /// Whether some of what is aboard is told apart from the rest.
    pub fn tells_apart(&self) -> bool {
        self.parts.len() > 1
    }

    /// Whether there is not too much to look at.
    pub fn is_small(&self) -> bool {
        self.slots * self.network.states.len() * self.row <= MOST
    }

    /// The part of the hold that what is landed at a place by place comes from.
    fn part_for(&self, place: usize) -> Option<&Part> {
        self.parts.iter().find(|part| part.commodities.contains(&self.places[place].commodity))
    }

    /// How many vessels go these ways.
    pub fn count(&self) -> f64 {
        self.network.count as f64
    }

    /// What the best way gains, and which it is; less than anything where there is none. `values` is room that is used again and again.
    pub fn best(&self, asked: &Asked<'_>, values: &mut Vec<f64>) -> (f64, Way) {
        let unit = |place| self.part_for(place).map_or(0.0, |part| part.unit);
        let prices = self.places.iter().enumerate().map(|(nth, &place)| (asked.price)(place) * unit(nth));
        let (prices, row): (Vec<f64>, usize) = (prices.collect(), self.row);
        values.clear();
        values.resize(self.slots * self.network.states.len() * row, f64::NEG_INFINITY);
        let mut after = vec![0.0; row];
        for &arc in self.order.iter().rev().filter(|&&arc| self.is_in_time(arc, asked)) {
            match self.network.arcs[arc].to {
                Some(to) => after.copy_from_slice(&values[self.at(to)..][..row]),
                None => after.fill(0.0),
            }
            let (due, here) = (self.due(arc, asked), self.at(self.network.arcs[arc].from));
            for (layer, here) in values[here..][..row].iter_mut().enumerate() {
                *here = here.max(self.follow(arc, layer, &after, &prices).0 - due);
            }
        }
        self.trace(asked, &prices, values)
    }

    /// Whether a vessel that goes this way can be done in time.
    fn is_in_time(&self, arc: usize, asked: &Asked<'_>) -> bool {
        let arc = &self.network.arcs[arc];
        arc.to.unwrap_or(arc.from).slot <= asked.by
    }

    /// What an arc takes away.
    fn due(&self, arc: usize, asked: &Asked<'_>) -> f64 {
        if asked.has_dues { self.dues[arc] } else { 0.0 }
    }

    /// Goes along the best way.
    fn trace(&self, asked: &Asked<'_>, prices: &[f64], values: &[f64]) -> (f64, Way) {
        let origin = self.network.origin();
        let begins = self.parts.iter().map(|part| part.begins * part.step).sum();
        let (mut node, mut layer) = (Some(origin), begins);
        let gained = values[self.at(origin) + layer];
        let nothing = vec![0.0; self.row];
        let mut landed = vec![0.0; self.places.len()];
        let mut dues = 0.0;
        while let Some(here) = node {
            let ways = self.network.arcs_from(here).filter(|&arc| self.is_in_time(arc, asked)).map(|arc| {
                let to = self.network.arcs[arc].to;
                let after = to.map_or(&nothing[..], |to| &values[self.at(to)..][..nothing.len()]);
                let (value, less, more) = self.follow(arc, layer, after, prices);
                (arc, to, (value - self.due(arc, asked), less, more))
            });
            let Some((arc, to, (_, less, more))) = ways.max_by(|a, b| a.2.0.total_cmp(&b.2.0)) else { break };
            if let Cargo::Lands(part, _, place) = self.cargo[arc] {
                landed[place] += (less / self.parts[part].step) as f64 * self.parts[part].unit;
            }
            dues += self.dues[arc];
            (node, layer) = (to, layer + more - less);
        }
        let landed = self.places.iter().copied().zip(landed).filter(|(_, tonnes)| *tonnes > 0.0).collect();
        (gained, Way { landed, dues })
    }

    /// The best that can follow on an arc with so much aboard: what it is worth, and by how much less and more is aboard then.
    fn follow(&self, arc: usize, aboard: usize, after: &[f64], prices: &[f64]) -> (f64, usize, usize) {
        match self.cargo[arc] {
            Cargo::Stays => (after[aboard], 0, 0),
            Cargo::Comes(part, most) => {
                let part = &self.parts[part];
                let more = most.min(part.layers - part.of(aboard)) * part.step;
                (after[aboard + more], 0, more)
            }
            Cargo::Lands(part, most, place) => {
                let part = &self.parts[part];
                let lands = |less: usize| {
                    (less as f64 * prices[place] + after[aboard - less * part.step], less * part.step, 0)
                };
                let all = (0..=most.min(part.of(aboard))).rev().map(lands);
                let best = all.reduce(|best, other| if other.0 > best.0 { other } else { best });
                best.unwrap_or((after[aboard], 0, 0))
            }
        }
    }

    /// Where the values of a node begin.
    fn at(&self, node: Node) -> usize {
        (node.slot * self.network.states.len() + node.state) * self.row
    }
}

/// In how many ways that much may be aboard.
fn layers_of(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.layers + 1).fold(1, usize::saturating_mul)
}

/// A vessel's hold in parts, each for some of the commodities that it lands.
fn parts_of(sets: &Sets<'_>, vessel: Ix<Vessel>, of: impl Iterator<Item = Vec<Ix<Commodity>>>) -> Vec<Part> {
    let (plan, ship) = (sets.plan, &sets.plan.vessels[vessel]);
    let mut step = 1;
    let part = |commodities: Vec<Ix<Commodity>>| {
        let room: f64 = commodities.iter().map(|of_it| ship.hold[of_it.index()]).sum();
        let hold = room.min(ship.hold_total);
        let moves = plan.transfers.entries().filter(|(_, transfer)| {
            transfer.sign(Holder::Vessel(vessel)) != 0.0 && commodities.contains(&transfer.commodity)
        });
        let lifts = plan.samplings.entries();
        let lifts = lifts.filter(|(_, q)| q.stand.vessel == vessel && commodities.contains(&q.commodity));
        let rates =
            moves.map(|(r, _)| sets.move_per_slot(r)).chain(lifts.map(|(q, _)| sets.lift_per_slot(q)));
        let rates: Vec<f64> =
            rates.map(|rate| rate.min(hold)).filter(|rate| *rate > 0.0).chain([hold]).collect();
        let unit = if hold > 0.0 { unit_of(&rates, hold) } else { 1.0 };
        let there: f64 = commodities.iter().map(|&of_it| known::aboard(sets, vessel, of_it)).sum();
        let mut part = Part { commodities, unit, layers: 0, begins: 0, step };
        // What has happened may have filled a hold beyond what it takes.
        (part.layers, part.begins) = (part.count(hold).max(part.count(there)), part.count(there));
        step *= part.layers + 1;
        part
    };
    of.map(part).collect()
}
