//! From a flow of vessels that are alike to the way of each of them.
//!
//! In: a network, how many vessels take each of its arcs, and what is moved when. Out: for each vessel its arcs, in order.
//! Vessels that are alike may change places wherever they lie together; who goes where is chosen so that the cargo fits: the one
//! whose hold is nearest to what sails away sails, the one whose room is just enough loads, the one that has just enough unloads. The tonnes are then
//! found anew, with these ways fixed (see [`super::optimise()`]), so that what is printed is never a guess.

use super::network::{Arc, Deed, Network, Node, SessionOf, State};
use super::sets::{Holder, Sets};
use super::vars::Vars;
use crate::time::Slot;
use std::collections::BTreeMap;

/// A vessel on its way.
#[derive(Clone)]
struct Ship {
    /// The arcs it took, by place.
    way: Vec<usize>,
    /// For each commodity what it is thought to have aboard, in tonnes.
    aboard: Vec<f64>,
}

/// For each vessel of a network the arcs that it takes.
pub fn split(sets: &Sets<'_>, vars: &Vars, values: &[f64], network: &Network) -> Vec<Vec<usize>> {
    let mut split = Split::new(sets, vars, values, network);
    let mut waiting: BTreeMap<(Slot, bool, usize), Vec<usize>> = BTreeMap::new();
    waiting.insert(split.rank(network.origin()), (0..network.count).collect());
    while let Some(((slot, _, state), ships)) = waiting.pop_first() {
        for (ship, arc) in split.part(Node { slot, state }, ships) {
            split.ships[ship].way.push(arc);
            split.load(ship, arc);
            if let Some(to) = network.arcs[arc].to {
                waiting.entry(split.rank(to)).or_default().push(ship);
            }
        }
    }
    split.ships.into_iter().map(|ship| ship.way).collect()
}

struct Split<'s, 'p> {
    sets: &'s Sets<'p>,
    network: &'s Network,
    /// For each arc how many take it.
    counts: Vec<usize>,
    /// For each node that is left the arcs that leave it.
    out: BTreeMap<Node, Vec<usize>>,
    /// For each arc that sails for each commodity what one vessel has aboard.
    cargo: BTreeMap<(usize, usize), f64>,
    /// For each transfer and slot what one vessel at it moves.
    moved: BTreeMap<(usize, Slot), f64>,
    ships: Vec<Ship>,
}

impl<'s, 'p> Split<'s, 'p> {
    fn new(sets: &'s Sets<'p>, vars: &Vars, values: &[f64], network: &'s Network) -> Split<'s, 'p> {
        let vessel = network.vessel.index();
        let value = |variable| values[vars.place(variable)];
        let counts: Vec<usize> =
            vars.arcs[vessel].iter().map(|&arc| value(arc).round().max(0.0) as usize).collect();
        let mut out: BTreeMap<Node, Vec<usize>> = BTreeMap::new();
        for (place, arc) in network.arcs.iter().enumerate().filter(|(place, _)| counts[*place] > 0) {
            out.entry(arc.from).or_default().push(place);
        }
        let mut cargo = BTreeMap::new();
        for (fleet, tonnes) in sets.fleets.iter().zip(&vars.cargo).filter(|(f, _)| f.vessel == network.vessel)
        {
            for (of_it, &tonnes) in fleet.cargoes.iter().zip(tonnes).filter(|(c, _)| counts[c.arc] > 0) {
                cargo.insert((of_it.arc, fleet.commodity.index()), value(tonnes) / counts[of_it.arc] as f64);
            }
        }
        let mut moved = BTreeMap::new();
        for (transfer, of_it) in
            sets.plan.transfers.entries().filter(|(_, t)| t.stand.vessel == network.vessel)
        {
            let sign = of_it.sign(Holder::Vessel(network.vessel));
            let flows = sets.moving[transfer.index()].iter().zip(&vars.moved[transfer.index()]);
            for ((slot, arcs), &tonnes) in flows {
                let busy: usize = arcs.iter().map(|&arc| counts[arc]).sum();
                if busy > 0 {
                    moved.insert((transfer.index(), *slot), sign * value(tonnes) / busy as f64);
                }
            }
        }
        let ship = Ship { way: Vec::new(), aboard: vec![0.0; sets.plan.commodities.len()] };
        Split { sets, network, counts, out, cargo, moved, ships: vec![ship; network.count] }
    }

    /// Nodes in the order in which they are left: within a slot those inside a session first, since a session can end at once.
    fn rank(&self, node: Node) -> (Slot, bool, usize) {
        (node.slot, matches!(self.network.states[node.state], State::Lie(..)), node.state)
    }

    /// Which of the vessels at a node takes which arc.
    fn part(&self, node: Node, mut ships: Vec<usize>) -> Vec<(usize, usize)> {
        let mut arcs = self.out.get(&node).cloned().unwrap_or_default();
        let urgency = |&arc: &usize| match self.network.arcs[arc].deed {
            Deed::Sail(_) => 0,
            Deed::Done => 1,
            Deed::End(_) => 2,
            Deed::Begin(_) | Deed::Stay(_) | Deed::Task(_) => 3,
            Deed::Wait => 4,
        };
        arcs.sort_by_key(|arc| (urgency(arc), *arc));
        let mut parted = Vec::new();
        for arc in arcs {
            for _ in 0..self.counts[arc] {
                let misfit = |ship: &usize| self.misfit(*ship, &self.network.arcs[arc], arc);
                let best = ships.iter().enumerate().min_by(|(_, a), (_, b)| misfit(a).total_cmp(&misfit(b)));
                if let Some((place, _)) = best {
                    parted.push((ships.remove(place), arc));
                }
            }
        }
        parted
    }

    /// How badly the cargo of a vessel fits an arc.
    fn misfit(&self, ship: usize, arc: &Arc, place: usize) -> f64 {
        let aboard = &self.ships[ship].aboard;
        let all: f64 = aboard.iter().sum();
        let session = |session: usize| match self.network.sessions[session].of {
            SessionOf::Transfer(transfer) => Some(&self.sets.plan.transfers[transfer]),
            _ => None,
        };
        match arc.deed {
            Deed::Sail(_) => {
                let wanted = |commodity: usize| self.cargo.get(&(place, commodity)).copied().unwrap_or(0.0);
                aboard.iter().enumerate().map(|(commodity, tonnes)| (tonnes - wanted(commodity)).abs()).sum()
            }
            Deed::Begin(of) => match session(of) {
                Some(transfer) => {
                    let commodity = transfer.commodity.index();
                    let moves = self.session_tonnes(place);
                    let hold = self.sets.plan.vessels[self.network.vessel].hold[commodity];
                    let has = if moves > 0.0 { hold - aboard[commodity] } else { aboard[commodity] };
                    // What does not fit is lost; what is more than enough is only less neat.
                    let lacks = (moves.abs() - has).max(0.0);
                    lacks * 1000.0 + has
                }
                None => 0.0,
            },
            Deed::Stay(_) => 0.0,
            Deed::End(of) => match session(of) {
                Some(transfer) => {
                    -transfer.sign(Holder::Vessel(self.network.vessel)) * aboard[transfer.commodity.index()]
                }
                None => 0.0,
            },
            Deed::Done => all,
            Deed::Wait | Deed::Task(_) => 0.0,
        }
    }

    /// What one vessel takes aboard, or gives when it is less than nothing, in the session that an arc begins.
    fn session_tonnes(&self, begin: usize) -> f64 {
        let mut tonnes = self.tonnes(begin);
        let mut at = self.network.arcs[begin].to;
        while let Some(arcs) = at.and_then(|node| self.out.get(&node)) {
            let is_end = |&&arc: &&usize| matches!(self.network.arcs[arc].deed, Deed::End(_));
            let is_stay = |&&arc: &&usize| matches!(self.network.arcs[arc].deed, Deed::Stay(_));
            let Some(&stay) = arcs.iter().find(is_stay).filter(|_| !arcs.iter().any(|arc| is_end(&arc)))
            else {
                break;
            };
            tonnes += self.tonnes(stay);
            at = self.network.arcs[stay].to;
        }
        tonnes
    }

    /// What one vessel takes aboard on an arc, or gives when it is less than nothing.
    fn tonnes(&self, arc: usize) -> f64 {
        let arc = &self.network.arcs[arc];
        let Some(SessionOf::Transfer(transfer)) = self.network.session_of(arc).map(|session| session.of)
        else {
            return 0.0;
        };
        let moved = |slot: Slot| self.moved.get(&(transfer.index(), slot)).copied().unwrap_or(0.0);
        self.network.flowing(arc).map(moved).sum()
    }

    /// What taking an arc does to what a vessel has aboard.
    fn load(&mut self, ship: usize, arc: usize) {
        let tonnes = self.tonnes(arc);
        let Some(SessionOf::Transfer(transfer)) =
            self.network.session_of(&self.network.arcs[arc]).map(|session| session.of)
        else {
            return;
        };
        let commodity = self.sets.plan.transfers[transfer].commodity.index();
        let hold = self.sets.plan.vessels[self.network.vessel].hold[commodity];
        let aboard = &mut self.ships[ship].aboard[commodity];
        *aboard = (*aboard + tonnes).clamp(0.0, hold);
    }
}
