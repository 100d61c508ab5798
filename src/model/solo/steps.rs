//! The steps of a ship: what each arc of its network does to what it has aboard.
//!
//! In: the network of a ship, its cargoes, and how many tonnes make a layer of each. Out: [`Step`]s by node, and the nodes in order.

use super::layers::layers;
use super::{Group, Room};
use crate::id::Ix;
use crate::model::network::{Arc, Deed, Network, Node, SessionOf, State};
use crate::model::sets::{Holder, Sets};
use crate::plan::{Commodity, Task};
use std::collections::HashMap;

/// One arc of the network.
pub struct Step {
    /// By place among the arcs.
    pub arc: usize,
    /// The node that it leads to; nowhere when the ship is done.
    pub to: Option<usize>,
    /// What it does.
    pub act: Act,
}

/// What it does, to so many layers of a cargo at most.
#[derive(Clone, Copy)]
pub enum Act {
    /// Nothing that counts here.
    Other,
    /// A task.
    Task(Ix<Task>),
    /// Lifting.
    Lift { cargo: usize, group: usize, most: usize },
    /// Landing.
    Land { cargo: usize, room: Option<usize>, is_shore: bool, most: usize },
}

/// What a session lifts or moves.
pub fn cargo(sets: &Sets<'_>, of: SessionOf) -> Ix<Commodity> {
    match of {
        SessionOf::Sampling(q) => sets.plan.samplings[q].commodity,
        SessionOf::Transfer(r) | SessionOf::Alongside(r) => sets.plan.transfers[r].commodity,
    }
}

/// Tonnes that a session lifts or moves in a slot.
pub fn per_slot(sets: &Sets<'_>, of: SessionOf) -> f64 {
    match of {
        SessionOf::Sampling(q) => sets.lift_per_slot(q),
        SessionOf::Transfer(r) | SessionOf::Alongside(r) => sets.move_per_slot(r),
    }
}

/// The nodes from which something goes on, in the order of the arcs.
pub fn nodes(network: &Network) -> HashMap<Node, usize> {
    let mut nodes = HashMap::new();
    for arc in &network.arcs {
        let next = nodes.len();
        nodes.entry(arc.from).or_insert(next);
    }
    nodes
}

/// The nodes, each after those that lead to it: within a slot those inside a session come first, since it can end at once.
pub fn order(network: &Network, nodes: &HashMap<Node, usize>) -> Vec<usize> {
    let rank = |node: &Node| (node.slot, matches!(network.states[node.state], State::Lie(..)), node.state);
    let mut order: Vec<(&Node, usize)> = nodes.iter().map(|(node, &place)| (node, place)).collect();
    order.sort_by_key(|(node, _)| rank(node));
    order.into_iter().map(|(_, place)| place).collect()
}

/// The steps from each node, in one row, waiting first: what is no better than that is not done; and where those of each begin.
pub fn steps(
    network: &Network,
    nodes: &HashMap<Node, usize>,
    act: impl Fn(&Arc) -> Option<Act>,
) -> (Vec<Step>, Vec<usize>) {
    let mut all: Vec<Vec<Step>> = nodes.iter().map(|_| Vec::new()).collect();
    for (place, arc) in network.arcs.iter().enumerate() {
        let to = arc.to.map(|to| nodes.get(&to).copied());
        // What leads to where nothing goes on leads nowhere.
        if let (Some(act), false) = (act(arc), to == Some(None)) {
            let step = Step { arc: place, to: to.flatten(), act };
            let own = &mut all[nodes[&arc.from]];
            own.insert(if arc.deed == Deed::Wait { 0 } else { own.len() }, step);
        }
    }
    let mut firsts = vec![0];
    firsts.extend(all.iter().scan(0, |sum, own| {
        *sum += own.len();
        Some(*sum)
    }));
    (all.into_iter().flatten().collect(), firsts)
}

/// What an arc does; nothing where it has no part here.
pub fn act(
    sets: &Sets<'_>,
    network: &Network,
    (cargoes, groups, rooms): (&[Ix<Commodity>], &[Group], &[Room]),
    units: &[f64],
    arc: &Arc,
) -> Option<Act> {
    if let Deed::Task(task) = arc.deed {
        return Some(Act::Task(task));
    }
    let Some(session) = network.session_of(arc) else { return Some(Act::Other) };
    // What has flowed already is known, and not earned any more.
    let flowing = network.flowing(arc);
    let flow = flowing.end.saturating_sub(flowing.start.max(sets.until));
    if flow == 0 {
        return Some(Act::Other);
    }
    let cargo = cargoes.iter().position(|&other| other == cargo(sets, session.of))?;
    let most = layers(per_slot(sets, session.of) * flow as f64, units[cargo]);
    match session.of {
        SessionOf::Sampling(q) => {
            let group = groups.iter().position(|group| group.first == q)?;
            Some(Act::Lift { cargo, group, most })
        }
        SessionOf::Transfer(r) => {
            let transfer = &sets.plan.transfers[r];
            if transfer.sign(Holder::Vessel(network.vessel)) > 0.0 {
                return None;
            }
            let is_it =
                |room: &Room| (room.site, room.commodity) == (transfer.stand.site, transfer.commodity);
            Some(Act::Land { cargo, room: rooms.iter().position(is_it), is_shore: sets.is_shore(r), most })
        }
        SessionOf::Alongside(_) => None,
    }
}
