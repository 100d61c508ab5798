//! What has happened already: kept as it was while the rest is planned anew.
//!
//! In: an itinerary and the slot up to which it came true. Out: networks in which every path begins with it.
//! A task or a leg that is under way is seen to its end; lifting or moving that is under way may end in any slot from then on.
//! Where tonnes are known too (`flows`), they stay as they were, slot by slot, and no rule of the plan is asked of what has happened: it may have
//! been in another sea, at another rate, or with a vessel too many at the quay. Else how much was lifted in a slot of the past is taken again as at
//! most the rate; only who did what when is fixed.

use super::network::{Arc, Deed, Network, Node, Session, SessionOf, State};
use super::sets::Sets;
use super::vars::Vars;
use crate::id::Ix;
use crate::plan::{Plan, Sampling, Task, Vessel};
use crate::schedule::{Itinerary, Move, Shore, What};
use crate::time::Slot;
use good_lp::{Constraint, IntoAffineExpression, Variable};
use std::collections::{BTreeMap, HashSet};

/// By how many tonnes what flows in a slot may differ from what is told: more than a solver lets rows be off, and nothing to anybody else. Where
/// roundings of many slots add up to more than a hold or a budget has left, by as many as the second.
pub(super) const ROUNDINGS: [f64; 2] = [2e-6, 1e-4];
/// The families that ask something of what is done; the others say what follows from it, and must hold of the past as well.
const RULES: [&str; 12] = [
    "berth",
    "meeting",
    "parcel",
    "precedence",
    "reserve",
    "resource",
    "rhythm",
    "sampling",
    "service",
    "transfer",
    "water",
    "within",
];

/// What has happened before a slot.
#[derive(Debug, Clone, Copy)]
pub struct Past<'p> {
    /// The slot from which on everything is open.
    pub until: Slot,
    /// What was done; of it the moves that began before `until`.
    pub itinerary: &'p Itinerary,
    /// What is known not to be possible, whatever the sea of the plan says.
    pub bars: &'p [Bar],
    /// Whether the tonnes of the itinerary before `until` are known, and stay.
    pub flows: bool,
}

/// Something that cannot begin in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// A task.
    Task(Ix<Task>, Slot),
    /// A leg of a vessel, by its place in [`Vessel::legs`].
    Leg(Ix<Vessel>, usize, Slot),
}

/// The same for whoever keeps it.
#[derive(Debug, Clone)]
pub struct Told {
    itinerary: Itinerary,
    bars: Vec<Bar>,
    flows: bool,
    /// By how many tonnes what flowed in a slot may differ.
    pub rounding: f64,
}

impl Told {
    /// Keeps what has happened.
    pub fn new(past: &Past<'_>, rounding: f64) -> Told {
        let Past { itinerary, bars, flows, .. } = *past;
        Told { itinerary: itinerary.clone(), bars: bars.to_vec(), flows, rounding }
    }

    /// What a vessel has done, and what of it was planned.
    pub fn moves(&self, vessel: Ix<Vessel>) -> &[Move] {
        self.itinerary.vessels.get(vessel.index()).map_or(&[], Vec::as_slice)
    }

    /// What has happened before a slot.
    pub fn past(&self, until: Slot) -> Past<'_> {
        Past { until, itinerary: &self.itinerary, bars: &self.bars, flows: self.flows }
    }
}

impl Past<'_> {
    /// Leaves of a task's starts those that came true and those that still can.
    pub fn fix_starts(&self, plan: &Plan, starts: &mut [Vec<(Slot, Slot)>]) {
        for (task, starts) in plan.tasks.places().zip(starts.iter_mut()) {
            starts.retain(|&(start, _)| start >= self.until && !self.bars.contains(&Bar::Task(task, start)));
        }
        let by_vessels = self.itinerary.vessels.iter().flatten().filter_map(|step| match step.what {
            What::Task(task) => Some((task, step.start, step.end)),
            _ => None,
        });
        for (task, start, end) in by_vessels.chain(self.itinerary.alone.iter().copied()) {
            if start < self.until {
                starts[task.index()].push((start, end));
            }
        }
        for starts in starts.iter_mut() {
            starts.sort_unstable();
        }
    }

    /// Leaves of a network what came true before `until`, and what can come after it; each sampling is told by the first that it is joined with.
    pub fn fix_network(&self, plan: &Plan, network: &mut Network, joined: &[Ix<Sampling>]) {
        let moves = self.itinerary.vessels.get(network.vessel.index()).map_or(&[][..], Vec::as_slice);
        let happened: Vec<&Move> = moves.iter().filter(|step| step.start < self.until).collect();
        let over = happened.last().map_or(0, |last| last.end);
        let at = Node { slot: 0, state: 0 };
        let mut way = Way { network, joined, at, arcs: Vec::new(), is_told: self.flows };
        for step in happened {
            way.wait(step.start);
            way.take(plan, step, self.until);
        }
        way.wait(self.until);
        let mut arcs = way.arcs;
        // A vessel that did nothing more may have been done since then.
        arcs.extend(
            network.arcs.iter().filter(|arc| {
                arc.from.slot >= self.until || (arc.deed == Deed::Done && arc.from.slot >= over)
            }),
        );
        arcs.sort_by_key(|arc| arc.from);
        network.arcs = arcs;
    }
}

/// The way that a vessel went.
struct Way<'n> {
    network: &'n Network,
    joined: &'n [Ix<Sampling>],
    at: Node,
    arcs: Vec<Arc>,
    /// Whether what it did is told as it was, however short, and not as the plan would have it.
    is_told: bool,
}

impl Way<'_> {
    fn go(&mut self, deed: Deed, state: usize, slot: Slot) {
        let to = Node { slot, state };
        self.arcs.push(Arc { deed, from: self.at, to: Some(to) });
        self.at = to;
    }

    /// Lies where it is until a slot.
    fn wait(&mut self, until: Slot) {
        for slot in self.at.slot..until {
            self.go(Deed::Wait, self.at.state, slot + 1);
        }
    }

    fn take(&mut self, plan: &Plan, step: &Move, until: Slot) {
        match &step.what {
            What::Task(task) => {
                let work = &plan.tasks[*task];
                let site = work.stand.map(|stand| stand.site);
                let state = site.and_then(|site| self.state(State::Lie(site, work.leaves)));
                self.go(Deed::Task(*task), state.unwrap_or(self.at.state), step.end);
            }
            What::Sail(from, to) => {
                let leg = plan.leg_in(self.network.vessel, *from, *to, step.end - step.start);
                let state = self.state(State::Lie(*to, 0)).unwrap_or(self.at.state);
                self.go(Deed::Sail(leg.unwrap_or(0)), state, step.end);
            }
            What::Sample(sampling, _) => {
                self.session(SessionOf::Sampling(self.joined[sampling.index()]), step, until);
            }
            What::Transfer(transfer, _) => self.session(SessionOf::Transfer(*transfer), step, until),
            What::Alongside(transfer) => self.session(SessionOf::Alongside(*transfer), step, until),
        }
    }

    /// A session, up to the slot in which it may end at will.
    fn session(&mut self, of: SessionOf, step: &Move, until: Slot) {
        let Some(place) = self.network.sessions.iter().position(|session| session.of == of) else { return };
        let Session { lie, least, off, .. } = self.network.sessions[place];
        if self.network.sessions[place].is_single() {
            for slot in step.start..step.end.min(until) {
                self.go(Deed::Begin(place), lie, slot + 1);
            }
            return;
        }
        let within = self.state(State::Within(place)).unwrap_or(lie);
        let flowed = step.end.saturating_sub(off);
        let is_over = self.is_told && step.end <= until;
        if self.is_told && !is_over && step.start + least > until {
            // Before its first end it may be broken off now; where the sea does not let it come to that it must be.
            let broken =
                Arc { deed: Deed::Begin(place), from: self.at, to: Some(Node { slot: until, state: lie }) };
            self.arcs.push(broken);
            if self.can_go_on(place, until..step.start + least) {
                self.go(Deed::Begin(place), within, step.start + least);
            } else {
                self.at = Node { slot: until, state: lie };
            }
            return;
        }
        let (flowed, begun) = match is_over {
            true => (flowed.max(step.start + 1), (step.start + least).min(flowed.max(step.start + 1))),
            false => (flowed, step.start + least),
        };
        self.go(Deed::Begin(place), within, begun);
        for slot in self.at.slot..flowed.min(until) {
            self.go(Deed::Stay(place), within, slot + 1);
        }
        if is_over {
            self.go(Deed::End(place), lie, step.end.max(flowed));
        } else if flowed < until {
            self.go(Deed::End(place), lie, self.at.slot + off);
        }
    }

    /// Whether a session may go on in all of some slots.
    fn can_go_on(&self, place: usize, mut slots: std::ops::Range<Slot>) -> bool {
        let goes_on = |slot: Slot| {
            let arcs = &self.network.arcs;
            let first = arcs.partition_point(|arc| arc.from.slot < slot);
            let mut here = arcs[first..].iter().take_while(|arc| arc.from.slot == slot);
            here.any(|arc| arc.deed == Deed::Stay(place))
        };
        slots.all(goes_on)
    }

    fn state(&self, state: State) -> Option<usize> {
        self.network.states.iter().position(|&known| known == state)
    }
}

/// What has flowed already, slot by slot.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// The slot before which it did; 0 where nothing is known of what flowed.
    pub until: Slot,
    rounding: f64,
    lifted: Vec<BTreeMap<Slot, f64>>,
    moved: Vec<BTreeMap<Slot, f64>>,
    fed: Vec<BTreeMap<Slot, f64>>,
    drawn: Vec<BTreeMap<Slot, f64>>,
}

/// In what something flowed, by its place in the plan.
#[derive(Debug, Clone, Copy)]
pub enum Flow {
    /// Lifting.
    Lift(usize),
    /// Moving.
    Move(usize),
    /// A process.
    Feed(usize),
    /// A demand.
    Draw(usize),
}

impl Kept {
    /// What flowed in the past of a plan, which may differ by so many tonnes in a slot.
    pub fn new(plan: &Plan, past: &Past<'_>, rounding: f64) -> Kept {
        if !past.flows {
            return Kept::default();
        }
        let empty = |count: usize| vec![BTreeMap::new(); count];
        let mut kept = Kept {
            until: past.until,
            rounding,
            lifted: empty(plan.samplings.len()),
            moved: empty(plan.transfers.len()),
            fed: empty(plan.processes.len()),
            drawn: empty(plan.demands.len()),
        };
        let until = past.until;
        let add = |all: &mut BTreeMap<Slot, f64>, start: Slot, tonnes: &[f64]| {
            for (slot, &tonnes) in (start..until).zip(tonnes).filter(|(_, tonnes)| **tonnes > 0.0) {
                *all.entry(slot).or_default() += tonnes;
            }
        };
        for step in past.itinerary.vessels.iter().flatten() {
            match &step.what {
                What::Sample(place, tonnes) => add(&mut kept.lifted[place.index()], step.start, tonnes),
                What::Transfer(place, tonnes) => add(&mut kept.moved[place.index()], step.start, tonnes),
                What::Task(_) | What::Sail(..) | What::Alongside(_) => {}
            }
        }
        for flow in &past.itinerary.shore {
            match flow.of {
                Shore::Process(place) => add(&mut kept.fed[place.index()], flow.start, &flow.tonnes),
                Shore::Demand(place) => add(&mut kept.drawn[place.index()], flow.start, &flow.tonnes),
            }
        }
        kept
    }

    fn of(&self, flow: Flow) -> Option<&BTreeMap<Slot, f64>> {
        match flow {
            Flow::Lift(place) => self.lifted.get(place),
            Flow::Move(place) => self.moved.get(place),
            Flow::Feed(place) => self.fed.get(place),
            Flow::Draw(place) => self.drawn.get(place),
        }
    }

    /// The slots in which something flowed.
    pub fn slots(&self, flow: Flow) -> impl Iterator<Item = Slot> {
        self.of(flow).into_iter().flat_map(|all| all.keys().copied())
    }

    /// The least and the most tonnes that can flow in a slot, of which the plan lets `most`.
    pub fn bounds(&self, flow: Flow, slot: Slot, most: f64) -> (f64, f64) {
        if slot >= self.until {
            return (0.0, most);
        }
        let told = self.of(flow).and_then(|all| all.get(&slot)).copied();
        told.map_or((0.0, 0.0), |tonnes| {
            // What is told in tenths of a kilogram has no rounding in it.
            let is_round = (tonnes * 1e4).round() / 1e4 == tonnes && self.rounding <= ROUNDINGS[0];
            let off = if is_round { 0.0 } else { self.rounding };
            ((tonnes - off).max(0.0), tonnes + off)
        })
    }

    /// The most tonnes that can have flowed in all, up to the slot before which something is known.
    pub fn most(&self, flow: Flow) -> f64 {
        self.slots(flow).map(|slot| self.bounds(flow, slot, 0.0).1).sum()
    }

    /// The least.
    pub fn least(&self, flow: Flow) -> f64 {
        self.slots(flow).map(|slot| self.bounds(flow, slot, 0.0).0).sum()
    }

    /// Tonnes in all that have flowed; a little more, so that what is told is no more than this.
    pub fn total(&self, flow: Flow) -> f64 {
        self.of(flow).into_iter().flatten().map(|(_, tonnes)| tonnes + self.rounding).sum()
    }

    /// Tonnes in all that are told to have flowed.
    pub fn told(&self, flow: Flow) -> f64 {
        self.of(flow).into_iter().flatten().map(|(_, tonnes)| tonnes).sum()
    }

    /// What may still flow where there may be so many tonnes in all.
    pub fn rest(&self, flow: Flow, most: f64) -> f64 {
        // Less than this of what is told is rounding.
        let rest = (most - self.told(flow)).max(0.0);
        if rest < 1e-5 { 0.0 } else { rest }
    }
}

/// Takes away the rules that ask something of the past alone: whatever happened, happened.
pub fn forgive(sets: &Sets<'_>, vars: &Vars, rows: &mut Vec<Constraint>) {
    let until = sets.kept.until;
    if until == 0 {
        return;
    }
    let mut decided: HashSet<Variable> = HashSet::new();
    // What is under way in a session may go on or not.
    let mut begun: HashSet<Variable> = HashSet::new();
    for (network, taken) in sets.networks.iter().zip(&vars.arcs) {
        for (arc, &variable) in network.arcs.iter().zip(taken) {
            if arc.from.slot < until && arc.deed != Deed::Done {
                let is_open = matches!(arc.deed, Deed::Begin(_)) && arc.to.is_some_and(|to| to.slot > until);
                if is_open { &mut begun } else { &mut decided }.insert(variable);
            }
        }
    }
    let before = |slots: &[Slot], variables: &[Variable]| -> Vec<Variable> {
        slots
            .iter()
            .zip(variables)
            .filter(|(slot, _)| **slot < until)
            .map(|(_, &variable)| variable)
            .collect()
    };
    for (starts, (of_it, begun)) in sets.starts.iter().zip(vars.start.iter().zip(&vars.begun)) {
        let slots: Vec<Slot> = starts.iter().map(|start| start.0).collect();
        decided.extend(before(&slots, of_it));
        decided.extend(before(&slots, begun));
    }
    let flows = sets.lifting.iter().zip(&vars.lift).chain(sets.moving.iter().zip(&vars.moved));
    for (slots, tonnes) in flows {
        let slots: Vec<Slot> = slots.iter().map(|(slot, _)| *slot).collect();
        decided.extend(before(&slots, tonnes));
    }
    let ashore = sets.feeding.iter().zip(&vars.feed).chain(sets.drawing.iter().zip(&vars.draw));
    for (slots, tonnes) in ashore {
        decided.extend(before(slots, tonnes));
    }
    for (store, levels) in sets.stores.iter().zip(&vars.stock) {
        decided.extend(before(&store.slots, levels));
    }
    rows.retain(|row| {
        let Some(name) = row.name().filter(|name| RULES.iter().any(|rule| is_of(name, rule))) else {
            return true;
        };
        let is_past = slot_of(name).is_some_and(|slot| slot < until);
        let is_decided = |variable| decided.contains(&variable) || (is_past && begun.contains(&variable));
        row.expression().linear_coefficients().any(|(variable, _)| !is_decided(variable))
    });
}

/// The slot that a row is about, by its name, where it is about one.
fn slot_of(name: &str) -> Option<Slot> {
    name.strip_suffix(')')?.rsplit(',').next()?.strip_prefix('t')?.parse().ok()
}

/// Whether a row is one of a family, by its name.
fn is_of(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.starts_with('('))
}
