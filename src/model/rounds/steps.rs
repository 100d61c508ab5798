//! Every step that a vessel can take, with what it does to what is aboard.
//!
//! In: the network of a vessel. Out: [`Steps`] in an order in which each comes after those that lead to it. Waits are taken slot by slot; a
//! ship that is met goes through whole meetings, begun, gone on with and ended as its carriers do, instead of single slots beside them.

use super::before::Begun;
use super::ground::Link;
use crate::id::Ix;
use crate::model::network::{Arc, Deed, Network, Node, SessionOf};
use crate::model::sets::Sets;
use crate::plan::{Plan, Site};
use crate::time::Slot;
use std::ops::Range;

/// What an arc of a network does here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    /// Nothing that counts.
    Other,
    /// A ship lifts.
    Lift,
    /// A ship meets a carrier, and may give so many layers of its stock where something flows.
    Meet(usize),
    /// A carrier meets a ship, by place, and may take so many layers where something flows.
    Take(usize, usize),
    /// A carrier brings ashore, so many layers where something flows, and so many tonnes: layers may be coarser.
    Land(usize, f64),
}

/// One step of a vessel, from node to node; a node is its slot times the number of states, plus its state.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where it begins.
    pub from: usize,
    /// Where it leads to; nowhere when the vessel is done.
    pub to: Option<usize>,
    /// The arc of the network, by place; none in a meeting of a host. A wait of many slots is as many steps.
    pub arc: Option<usize>,
    /// The slots that it takes.
    pub busy: Range<Slot>,
    /// The slots of them in which something flows; of a meeting or a landing at most one.
    pub flow: Range<Slot>,
    /// Whether it begins a session.
    pub begins: bool,
    /// The berths that it takes one of, by place.
    pub berth: Option<usize>,
    /// The room that it lands in, by place, where that is bounded.
    pub room: Option<usize>,
    /// What it does.
    pub act: Act,
}

impl Step {
    /// Tonnes that it brings ashore at most.
    pub fn lands(&self) -> f64 {
        match self.act {
            Act::Land(_, tonnes) if !self.flow.is_empty() => tonnes,
            _ => 0.0,
        }
    }
}

/// All steps of a vessel.
#[derive(Debug)]
pub struct Steps {
    /// How many states it has.
    pub states: usize,
    /// The nodes at which each of those begins that go through them.
    pub origins: Vec<usize>,
    /// The steps, each after those that lead to it.
    pub steps: Vec<Step>,
}

/// The sites that have berths, with how many.
pub fn berths(plan: &Plan) -> impl Iterator<Item = (Ix<Site>, usize)> {
    plan.sites.entries().filter_map(|(place, site)| Some((place, site.berths? as usize)))
}

/// Steps while they are gathered.
pub struct Ways<'n> {
    plan: &'n Plan,
    /// The sites whose rooms are bounded.
    rooms: &'n [Ix<Site>],
    network: &'n Network,
    /// The slot before which all has happened.
    until: Slot,
    states: usize,
    /// Each with whether it ends a session.
    steps: Vec<(bool, Step)>,
}

impl<'n> Ways<'n> {
    /// No steps yet.
    pub fn new(sets: &'n Sets<'_>, rooms: &'n [Ix<Site>], network: &'n Network, states: usize) -> Ways<'n> {
        let steps = Vec::with_capacity(network.arcs.len());
        Ways { plan: sets.plan, rooms, network, until: sets.until, states, steps }
    }

    /// The site at which an arc loads or unloads.
    fn ashore(&self, arc: &Arc) -> Option<Ix<Site>> {
        let Some(SessionOf::Transfer(transfer)) = self.network.session_of(arc).map(|session| session.of)
        else {
            return None;
        };
        let of_it = &self.plan.transfers[transfer];
        of_it.meets.is_none().then_some(of_it.stand.site)
    }

    /// The berths that an arc takes one of.
    fn berth(&self, arc: &Arc) -> Option<usize> {
        let site = self.ashore(arc)?;
        berths(self.plan).position(|(other, _)| other == site)
    }

    /// The room that an arc lands in.
    fn room(&self, arc: &Arc, act: Act) -> Option<usize> {
        let site = self.ashore(arc).filter(|_| matches!(act, Act::Land(..)))?;
        self.rooms.iter().position(|&other| other == site)
    }

    /// Adds the arcs of the network, each with what it does; those that do nothing here are left out. What has happened does nothing more.
    pub fn add(&mut self, act: impl Fn(&Arc) -> Option<Act>) {
        for (place, arc) in self.network.arcs.iter().enumerate() {
            let (from, to) = (arc.from, arc.to);
            let has_happened = from.slot < self.until && to.is_some_and(|to| to.slot <= self.until);
            let Some(act) = (if has_happened { Some(Act::Other) } else { act(arc) }) else { continue };
            let flow = self.network.flowing(arc);
            let step = Step {
                from: self.node(from),
                to: to.map(|to| self.node(to)),
                arc: Some(place),
                busy: from.slot..to.map_or(from.slot, |to| to.slot),
                flow: if has_happened { 0..0 } else { flow.start.max(self.until)..flow.end },
                begins: matches!(arc.deed, Deed::Begin(_)),
                berth: if has_happened { None } else { self.berth(arc) },
                room: self.room(arc, act),
                act,
            };
            let is_long = to.is_some_and(|to| to.slot > from.slot + 1);
            if arc.deed != Deed::Wait || !is_long {
                self.steps.push((matches!(arc.deed, Deed::End(_)), step));
                continue;
            }
            for slot in step.busy.clone() {
                let node = |slot: Slot| slot * self.states + from.state;
                let (from, to) = (node(slot), Some(node(slot + 1)));
                self.steps.push((false, Step { from, to, busy: slot..slot + 1, ..step.clone() }));
            }
        }
    }

    fn node(&self, node: Node) -> usize {
        node.slot * self.states + node.state
    }

    /// Adds going on with a meeting that is under way, in the state of its carriers.
    pub fn add_begun(&mut self, begun: &Begun, met: usize, within: usize, rate: usize) {
        let (from, first) = (begun.start * self.states + met, self.until + begun.setup);
        // Once something has flowed it goes on slot by slot.
        let (end, flow) = if begun.flows { (self.until, 0..0) } else { (first + 1, first..first + 1) };
        let (to, begins, act) = (Some(end * self.states + within), !begun.flows, Act::Meet(rate));
        let busy = begun.start..end;
        self.steps
            .push((false, Step { from, to, arc: None, busy, flow, begins, berth: None, room: None, act }));
    }

    /// Adds every meeting that a link allows: begun in the state in which the host is met, and gone on with in one of its own.
    pub fn add_meetings(&mut self, link: &Link, met: usize, within: usize, rate: usize) {
        let least = link.setup + 1;
        let states = self.states;
        for (slot, &run) in link.open.iter().enumerate() {
            let mut push = |from: usize, (state, end): (usize, Slot), flow: Range<Slot>| {
                let (is_end, begins) = (flow.is_empty(), from == met);
                let (from, to) = (slot * states + from, Some(end * states + state));
                let act = Act::Meet(rate);
                let step =
                    Step { from, to, arc: None, busy: slot..end, flow, begins, berth: None, room: None, act };
                self.steps.push((is_end, step));
            };
            if run >= least + link.off {
                push(met, (within, slot + least), slot + link.setup..slot + least);
            }
            if run > link.off {
                push(within, (within, slot + 1), slot..slot + 1);
            }
            if run >= link.off {
                push(within, (met, slot + link.off), 0..0);
            }
        }
        // A meeting may end with the last slot of all.
        if link.off == 0 {
            let end = link.open.len();
            let (from, to) = (end * states + within, Some(end * states + met));
            let (busy, act) = (end..end, Act::Meet(rate));
            let step =
                Step { from, to, arc: None, busy, flow: 0..0, begins: false, berth: None, room: None, act };
            self.steps.push((true, step));
        }
    }

    /// The steps, each after those that lead to it: within a slot, ending a session comes before what begins where it leads to.
    pub fn in_order(mut self) -> Steps {
        self.steps.sort_by_key(|(is_end, step)| (step.from / self.states, !is_end, step.from));
        let origins = self.network.origins().into_iter().map(|node| self.node(node)).collect();
        Steps { states: self.states, origins, steps: self.steps.into_iter().map(|(_, step)| step).collect() }
    }
}
