//! Vessels that were alike, each with a past of its own, in one network.
//!
//! In: the networks of vessels that are alike, in each of which every path begins with what has happened. Out: one network for all of them: each
//! begins in states of its own, in which its past lies, and from then on they do the same things in the same states. It is for the search
//! for rows of meetings, in which whoever is back sooner can do whatever another can.

use super::network::{Arc, Deed, Network, Node, State};
use crate::id::Ix;
use crate::plan::{Plan, Vessel};
use crate::time::Slot;

/// Puts the networks of carriers that are alike together, which were apart up to a slot; those of vessels that are met stay apart.
pub fn together(plan: &Plan, networks: Vec<Network>, until: Slot) -> Vec<Network> {
    let is_met = |vessel: Ix<Vessel>| {
        let mut met = plan.transfers.iter().filter_map(|transfer| transfer.meets);
        met.any(|stand| plan.vessels[stand.vessel].like == plan.vessels[vessel].like)
    };
    let of_place = |place: usize| {
        let (own, like) = (&networks[place], plan.vessels[networks[place].vessel].like);
        let members = networks.iter().filter(|other| plan.vessels[other.vessel].like == like);
        let members: Vec<&Network> = members.collect();
        match () {
            () if members.len() < 2 || is_met(like) => own.clone(),
            () if own.vessel == like => joined(&members, until),
            () => Network::empty(own.vessel),
        }
    };
    (0..networks.len()).map(of_place).collect()
}

/// One network of several.
fn joined(members: &[&Network], until: Slot) -> Network {
    let first = members[0];
    let mut all = Network { count: members.len(), arcs: Vec::new(), ..first.clone() };
    for member in members {
        // Two states for the past: lying somewhere, and in a session, which may end at once.
        let lies = all.states.len();
        all.states.extend([first.states[0], first.states[0]]);
        all.origins.push(lies);
        let own = |node: Node| match member.states[node.state] {
            _ if node.slot >= until => node,
            State::Lie(..) => Node { state: lies, ..node },
            State::Within(_) => Node { state: lies + 1, ..node },
        };
        for arc in member.arcs.iter().flat_map(|arc| by_slots(*arc)) {
            all.arcs.push(Arc { from: own(arc.from), to: arc.to.map(own), ..arc });
        }
    }
    all.arcs.sort_by_key(|arc| arc.from);
    let mut kept: Vec<Arc> = Vec::with_capacity(all.arcs.len());
    for arc in all.arcs {
        let mut same = kept.iter().rev().take_while(|known| known.from == arc.from);
        if !same.any(|known| *known == arc) {
            kept.push(arc);
        }
    }
    all.arcs = kept;
    all
}

/// A wait of many slots as waits of one: each of several may be joined with others.
fn by_slots(arc: Arc) -> Vec<Arc> {
    let (Deed::Wait, Some(to)) = (arc.deed, arc.to) else { return vec![arc] };
    let at = |slot: Slot| Node { slot, ..to };
    let one = |slot: Slot| Arc { from: Node { slot, ..arc.from }, to: Some(at(slot + 1)), ..arc };
    (arc.from.slot..to.slot).map(one).collect()
}
