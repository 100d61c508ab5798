//! How far a vessel has come while works are laid: it waits and sails to where its next task can be done.
//!
//! In: its network. Out: [`Way`], the arcs that it has taken so far. What it could lift or carry on the way is left out.

use crate::id::Ix;
use crate::model::construct::moves;
use crate::model::network::{Deed, Network, Node, State};
use crate::model::sets::Sets;
use crate::plan::Task;
use crate::schedule::Move;
use crate::time::Slot;
use std::collections::BTreeMap;

/// The way of one vessel.
#[derive(Clone)]
pub struct Way {
    at: Node,
    arcs: Vec<usize>,
    /// When what it does is over.
    end: Slot,
}

impl Way {
    /// Where a vessel is when nothing is laid yet; nothing where what has happened leaves it in the middle of something, or is not told vessel by
    /// vessel.
    pub fn new(sets: &Sets<'_>, network: &Network) -> Option<Way> {
        let mut at = network.origin();
        while network.count > 0 && at.slot < sets.until {
            let mut on = network.arcs_from(at).map(|arc| &network.arcs[arc]).filter(|arc| arc.to.is_some());
            let (next, other) = (on.next()?, on.next());
            at = next.to.filter(|_| other.is_none())?;
        }
        if network.count > 0 && !matches!(network.states[at.state], State::Lie(..)) {
            return None;
        }
        if network.count > 1 && sets.is_after {
            return None;
        }
        let past = sets.told(network.vessel).iter().filter(|step| step.start < sets.until);
        Some(Way { at, arcs: Vec::new(), end: past.map(|step| step.end).max().unwrap_or(0) })
    }

    /// How far it has come.
    pub fn at(&self) -> Node {
        self.at
    }

    /// When what it does is over.
    pub fn end(&self) -> Slot {
        self.end
    }

    /// Where it does a task next, no earlier than `first` and where it may, and how it gets there: as soon as can be, and then with the fewest legs.
    pub fn next(
        &self,
        network: &Network,
        (task, first): (Ix<Task>, Slot),
        may: &dyn Fn(Slot, Slot) -> bool,
        looks: &mut usize,
    ) -> Option<((Slot, Slot), Way)> {
        let is_it = |place: usize| {
            let arc = &network.arcs[place];
            let is_its = arc.deed == Deed::Task(task) && arc.from.slot >= first;
            is_its && arc.to.is_some_and(|to| may(arc.from.slot, to.slot))
        };
        let way = self.until(network, &is_it, looks)?;
        let last = &network.arcs[*way.arcs.last()?];
        Some(((last.from.slot, last.to?.slot), way))
    }

    /// Sees it to where it may be done; whether it gets there.
    pub fn end_at_home(&mut self, network: &Network, looks: &mut usize) -> bool {
        if network.count == 0 {
            return true;
        }
        let way = self.until(network, &|place| network.arcs[place].deed == Deed::Done, looks);
        let is_home = way.is_some();
        *self = way.unwrap_or_else(|| self.clone());
        is_home
    }

    /// The way on to the first arc that is wanted, by waiting and sailing.
    fn until(&self, network: &Network, is_wanted: &dyn Fn(usize) -> bool, looks: &mut usize) -> Option<Way> {
        // For each node the fewest legs on a way there, and the last arc of it.
        let mut open: BTreeMap<Node, (usize, Option<usize>)> = BTreeMap::from([(self.at, (0, None))]);
        let mut last: BTreeMap<Node, usize> = BTreeMap::new();
        while let Some((node, (legs, from))) = open.pop_first() {
            last.extend(from.map(|arc| (node, arc)));
            for place in network.arcs_from(node) {
                *looks += 1;
                if is_wanted(place) {
                    return Some(self.with(network, &last, place));
                }
                let arc = &network.arcs[place];
                let legs = match arc.deed {
                    Deed::Wait => legs,
                    Deed::Sail(_) => legs + 1,
                    _ => continue,
                };
                let Some(to) = arc.to else { continue };
                let known = open.entry(to).or_insert((usize::MAX, None));
                if legs < known.0 {
                    *known = (legs, Some(place));
                }
            }
        }
        None
    }

    /// The same with the arcs up to one, where `last` has the arc that leads to each node.
    fn with(&self, network: &Network, last: &BTreeMap<Node, usize>, to: usize) -> Way {
        let mut more = vec![to];
        let mut node = network.arcs[to].from;
        while let Some(&arc) = last.get(&node).filter(|_| node != self.at) {
            more.push(arc);
            node = network.arcs[arc].from;
        }
        let mut way = self.clone();
        way.arcs.extend(more.into_iter().rev());
        let ends = way.arcs.iter().map(|&arc| &network.arcs[arc]);
        let ends = ends.filter(|arc| matches!(arc.deed, Deed::Task(_) | Deed::Sail(_)));
        way.end = ends.filter_map(|arc| arc.to).map(|to| to.slot).max().unwrap_or(0).max(self.end);
        way.at = network.arcs[to].to.unwrap_or(way.at);
        way
    }
}

/// What the vessels do on their ways, what has happened before them.
pub fn all(sets: &Sets<'_>, ways: &[Way]) -> Vec<Vec<Move>> {
    let of_one = |(network, way): (&Network, &Way)| {
        let past = sets.told(network.vessel).iter().filter(|step| step.start < sets.until);
        let mut all: Vec<Move> = past.cloned().collect();
        all.extend(moves(sets, network, &way.arcs));
        all
    };
    sets.networks.iter().zip(ways).map(of_one).collect()
}
