//! The network of one vessel: what it can be doing when, and how one thing leads to the next.
//!
//! In: a plan and its sea. Out: [`Network`]: states, arcs between (state, slot) nodes, thinned to those that lie on a way from the
//! start to the end which does every task that must be done, and joined where nothing can begin or end.
//! A path through it is an itinerary; that exactly one is chosen is the business of [`super::rows`].

use crate::id::Ix;
use crate::plan::windows::{may_stay, of_leg, of_sampling, of_transfer};
use crate::plan::{Plan, Sampling, Sea, Site, Stand, Task, Transfer, Vessel};
use crate::time::Slot;

/// What a vessel can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Lying at a site with its gear in a state.
    Lie(Ix<Site>, usize),
    /// In the middle of a session (by its place in [`Network::sessions`]), past its first part.
    Within(usize),
}

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionOf {
    /// Lifting.
    Sampling(Ix<Sampling>),
    /// Moving between hold and shore, or between two holds.
    Transfer(Ix<Transfer>),
    /// Lying there for the vessel that does the transfer.
    Alongside(Ix<Transfer>),
}

/// Work that goes on for as long as it pays: set up, go on for at least so long, then until it ends.
#[derive(Debug, Clone)]
pub struct Session {
    /// What it is for.
    pub of: SessionOf,
    /// Slots before anything flows.
    pub setup: usize,
    /// Slots that it lasts at least, the set-up among them, before it is ended.
    pub least: usize,
    /// Slots that ending it takes.
    pub off: usize,
    /// The state in which it begins and ends.
    pub lie: usize,
    /// Whether what flows in it has a bound, so that where it begins and ends matters.
    pub is_bounded: bool,
}

impl Session {
    /// Whether it may be as short as a slot, so that it needs no state of its own: it is a row of single slots.
    pub fn is_single(&self) -> bool {
        self.least == 1 && self.off == 0 && !self.is_bounded
    }
}

/// What an arc stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Lying there.
    Wait,
    /// A task, pauses included.
    Task(Ix<Task>),
    /// Sailing a leg, by its place in [`Vessel::legs`].
    Sail(usize),
    /// The first part of a session.
    Begin(usize),
    /// One more slot of a session.
    Stay(usize),
    /// Ceasing a session.
    End(usize),
    /// Being done for good.
    Done,
}

/// A state at the beginning of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// The slot.
    pub slot: Slot,
    /// The state, by its place in [`Network::states`].
    pub state: usize,
}

/// A way from one node to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arc {
    /// What is done on the way.
    pub deed: Deed,
    /// Where it begins.
    pub from: Node,
    /// Where it ends; nowhere for [`Deed::Done`].
    pub to: Option<Node>,
}

/// What one vessel, or each of several that are alike, can do when.
#[derive(Debug, Clone)]
pub struct Network {
    /// The vessel, or the first of those that are alike.
    pub vessel: Ix<Vessel>,
    /// How many go through it; none where another vessel's network serves.
    pub count: usize,
    /// What it can be in.
    pub states: Vec<State>,
    /// What it can do for as long as it pays.
    pub sessions: Vec<Session>,
    /// Ways between nodes, ordered by where they begin.
    pub arcs: Vec<Arc>,
    /// Where something has happened, and several go through it: for each of them the state in which its own past begins.
    pub origins: Vec<usize>,
}

impl Network {
    /// The node at which every path begins.
    pub fn origin(&self) -> Node {
        Node { slot: 0, state: 0 }
    }

    /// The nodes at which the paths of its vessels begin, one by one.
    pub fn origins(&self) -> Vec<Node> {
        let own = (0..self.count).map(|nth| self.origins.get(nth).copied().unwrap_or(0));
        own.map(|state| Node { slot: 0, state }).collect()
    }

    /// The arcs that begin at a node, by place.
    pub fn arcs_from(&self, node: Node) -> std::ops::Range<usize> {
        let first = self.arcs.partition_point(|arc| arc.from < node);
        first..first + self.arcs[first..].partition_point(|arc| arc.from == node)
    }

    /// Builds it: for each task of the vessel `starts` has the allowed starts with their finishes, for each sampling `joined` the first
    /// of those that it is joined with.
    pub fn build(
        plan: &Plan,
        sea: &Sea,
        vessel: Ix<Vessel>,
        count: usize,
        starts: &[Vec<(Slot, Slot)>],
        joined: &[Ix<Sampling>],
    ) -> Network {
        if count == 0 {
            return Network::empty(vessel);
        }
        let ship = &plan.vessels[vessel];
        // The state in which the vessel begins comes first.
        let mut lies: Vec<(Ix<Site>, usize)> = vec![(ship.at, 0)];
        for &site in &ship.calls {
            lies.extend((0..ship.gear.len()).map(|gear| (site, gear)).filter(|&lie| lie != (ship.at, 0)));
        }
        let mut network = Network {
            vessel,
            count,
            states: lies.iter().map(|&(site, gear)| State::Lie(site, gear)).collect(),
            sessions: Vec::new(),
            arcs: Vec::new(),
            origins: Vec::new(),
        };
        network.add_waits(plan, sea, &lies);
        network.add_tasks(plan, starts);
        network.add_legs(plan, sea);
        network.add_sessions(plan, sea, joined);
        network.add_ends(plan, sea);
        network.arcs.sort_by_key(|arc| arc.from);
        network
    }

    /// Where the network of another vessel serves.
    pub fn empty(vessel: Ix<Vessel>) -> Network {
        let (states, sessions, arcs, origins) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Network { vessel, count: 0, states, sessions, arcs, origins }
    }

    fn lie(&self, site: Ix<Site>, gear: usize) -> usize {
        // Every site a vessel works at is among its calls, which the plan's checks make sure of.
        self.states.iter().position(|&state| state == State::Lie(site, gear)).unwrap_or(0)
    }

    fn push(&mut self, deed: Deed, from: (usize, Slot), to: Option<(usize, Slot)>) {
        let node = |(state, slot)| Node { slot, state };
        self.arcs.push(Arc { deed, from: node(from), to: to.map(node) });
    }

    fn add_waits(&mut self, plan: &Plan, sea: &Sea, lies: &[(Ix<Site>, usize)]) {
        for (state, &(site, gear)) in lies.iter().enumerate() {
            let stand = Stand { vessel: self.vessel, site, gear };
            for (slot, _) in may_stay(plan, sea, stand).into_iter().enumerate().filter(|&(_, may)| may) {
                self.push(Deed::Wait, (state, slot), Some((state, slot + 1)));
            }
        }
    }

    fn add_tasks(&mut self, plan: &Plan, starts: &[Vec<(Slot, Slot)>]) {
        for (task, work) in plan.tasks.entries() {
            let Some(stand) = work.stand.filter(|stand| stand.vessel == self.vessel) else { continue };
            let (from, to) = (self.lie(stand.site, stand.gear), self.lie(stand.site, work.leaves));
            for &(start, finish) in &starts[task.index()] {
                self.push(Deed::Task(task), (from, start), Some((to, finish)));
            }
        }
    }

    fn add_legs(&mut self, plan: &Plan, sea: &Sea) {
        for (place, leg) in plan.vessels[self.vessel].legs.iter().enumerate() {
            let (from, to) = (self.lie(leg.from, 0), self.lie(leg.to, 0));
            let (departures, _) = of_leg(plan, sea, self.vessel, leg);
            for (departure, arrival) in departures.iter() {
                self.push(Deed::Sail(place), (from, departure), Some((to, arrival)));
            }
        }
    }

    fn add_sessions(&mut self, plan: &Plan, sea: &Sea, joined: &[Ix<Sampling>]) {
        for (place, sampling) in plan.samplings.entries() {
            if sampling.stand.vessel == self.vessel && joined[place.index()] == place {
                let least = plan.horizon.slots_for(sampling.min_run).max(1);
                let lie = self.lie(sampling.stand.site, sampling.stand.gear);
                let of = SessionOf::Sampling(place);
                let session = Session { of, setup: 0, least, off: 0, lie, is_bounded: false };
                self.add_session(session, &of_sampling(plan, sea, sampling).open);
            }
        }
        for (place, transfer) in plan.transfers.entries() {
            if transfer.stand.vessel == self.vessel {
                let setup = plan.horizon.slots_for(transfer.setup);
                let flow =
                    (transfer.smallest / (transfer.rate * plan.horizon.slot_h()) - 1e-9).ceil().max(1.0);
                let lie = self.lie(transfer.stand.site, transfer.stand.gear);
                let off = plan.horizon.slots_for(transfer.hoses_off);
                let least = setup + flow as usize;
                let is_bounded = transfer.largest.is_finite() || transfer.smallest > 0.0;
                let of = SessionOf::Transfer(place);
                let session = Session { of, setup, least, off, lie, is_bounded };
                self.add_session(session, &of_transfer(plan, sea, transfer).open);
            }
            if let Some(stand) = transfer.meets.filter(|stand| stand.vessel == self.vessel) {
                let lie = self.lie(stand.site, stand.gear);
                let of = SessionOf::Alongside(place);
                let session = Session { of, setup: 0, least: 1, off: 0, lie, is_bounded: false };
                self.add_session(session, &of_transfer(plan, sea, transfer).open);
            }
        }
    }

    fn add_session(&mut self, session: Session, open: &[bool]) {
        let (place, lie, least, off) = (self.sessions.len(), session.lie, session.least, session.off);
        let is_single = session.is_single();
        self.sessions.push(session);
        let within = if is_single { lie } else { self.states.len() };
        if !is_single {
            self.states.push(State::Within(place));
        }
        let mut run = 0;
        for slot in (0..open.len()).rev() {
            // Ending it, once its last slot is over.
            if !is_single && run >= off && slot + 1 + off <= open.len() {
                self.push(Deed::End(place), (within, slot + 1), Some((lie, slot + 1 + off)));
            }
            run = if open[slot] { run + 1 } else { 0 };
            if run >= least {
                self.push(Deed::Begin(place), (lie, slot), Some((within, slot + least)));
            }
            if !is_single && run > 0 {
                self.push(Deed::Stay(place), (within, slot), Some((within, slot + 1)));
            }
        }
    }

    /// A vessel is done where it may lie for as long as the plan lasts.
    fn add_ends(&mut self, plan: &Plan, sea: &Sea) {
        let ship = &plan.vessels[self.vessel];
        let ends = match ship.home {
            Some(home) => vec![home],
            None => ship.calls.clone(),
        };
        for site in ends {
            let state = self.lie(site, 0);
            let stays = may_stay(plan, sea, Stand { vessel: self.vessel, site, gear: 0 });
            let first = stays.iter().rposition(|may| !may).map_or(0, |last| last + 1);
            for slot in first..=plan.horizon.slots {
                self.push(Deed::Done, (state, slot), None);
            }
        }
    }

    /// Takes away being done where the vessel may as well wait and be done later; for plans in which time is no goal.
    pub fn thin_ends(&mut self, slots: usize) {
        let waits: Vec<Node> =
            self.arcs.iter().filter(|arc| arc.deed == Deed::Wait).map(|arc| arc.from).collect();
        // Arcs are ordered by where they begin, and so are waits.
        let may_wait = |node: Node| node.slot < slots && waits.binary_search(&node).is_ok();
        self.arcs.retain(|arc| arc.deed != Deed::Done || !may_wait(arc.from));
    }

    /// Takes away the arcs that lie on no way from the origin to an end, or on none that does each of `musts`.
    pub fn thin(&mut self, musts: &[Deed], slots: usize) {
        if self.count == 0 {
            return;
        }
        let is_must = |deed: Deed, must: Deed| deed == must;
        let nodes = self.states.len() * (slots + 1);
        let at = |node: Node| node.slot * self.states.len() + node.state;
        let (onward, backward) = (self.in_order(false), self.in_order(true));
        let reach = |from_must: Option<Deed>| {
            let mut reached = vec![false; nodes];
            if from_must.is_none() {
                reached[at(self.origin())] = true;
            }
            for &arc in &onward {
                let arc = &self.arcs[arc];
                let is_on = reached[at(arc.from)] || from_must.is_some_and(|must| is_must(arc.deed, must));
                if let (true, Some(to)) = (is_on, arc.to) {
                    reached[at(to)] = true;
                }
            }
            reached
        };
        let lead = |to_must: Option<Deed>| {
            let mut leads = vec![false; nodes];
            for &arc in &backward {
                let arc = &self.arcs[arc];
                let is_on = match (arc.to, to_must) {
                    (_, Some(must)) if is_must(arc.deed, must) => true,
                    (Some(to), _) => leads[at(to)],
                    (None, must) => must.is_none(),
                };
                leads[at(arc.from)] |= is_on;
            }
            leads
        };
        let (reached, leads) = (reach(None), lead(None));
        let mut keep: Vec<bool> = self
            .arcs
            .iter()
            .map(|arc| reached[at(arc.from)] && arc.to.is_none_or(|to| leads[at(to)]))
            .collect();
        for &must in musts {
            let (after, before) = (reach(Some(must)), lead(Some(must)));
            for (keep, arc) in keep.iter_mut().zip(&self.arcs) {
                *keep &=
                    is_must(arc.deed, must) || after[at(arc.from)] || arc.to.is_some_and(|to| before[at(to)]);
            }
        }
        let mut kept = keep.iter();
        self.arcs.retain(|_| kept.next().copied().unwrap_or(false));
    }

    /// Arcs in an order in which every arc comes after those that lead to it (or, backward, before).
    fn in_order(&self, is_backward: bool) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.arcs.len()).collect();
        // Within a slot, ceasing a session comes before what begins where it leads to.
        let rank = |&arc: &usize| {
            let arc = &self.arcs[arc];
            (arc.from.slot, !matches!(arc.deed, Deed::End(_)))
        };
        order.sort_by_key(rank);
        if is_backward {
            order.reverse();
        }
        order
    }

    /// Joins waits between which nothing can begin or end into one.
    pub fn join_waits(&mut self, slots: usize) {
        if self.count == 0 {
            return;
        }
        let states = self.states.len();
        let at = |node: Node| node.slot * states + node.state;
        let mut waits_in = vec![None; states * (slots + 1)];
        let mut others = vec![0u32; states * (slots + 1)];
        for arc in &self.arcs {
            if arc.deed == Deed::Wait {
                if let Some(to) = arc.to {
                    waits_in[at(to)] = Some(arc.from);
                }
            } else {
                others[at(arc.from)] += 1;
                if let Some(to) = arc.to {
                    others[at(to)] += 1;
                }
            }
        }
        others[at(self.origin())] += 1;
        let mut leaves = vec![false; states * (slots + 1)];
        for arc in self.arcs.iter().filter(|arc| arc.deed == Deed::Wait) {
            leaves[at(arc.from)] = true;
        }
        // A node in the middle of a wait: one wait in, one wait out, and nothing else.
        let is_middle =
            |node: Node| others[at(node)] == 0 && waits_in[at(node)].is_some() && leaves[at(node)];
        let mut joined = Vec::with_capacity(self.arcs.len());
        for arc in &self.arcs {
            match (arc.deed, arc.to) {
                (Deed::Wait, Some(to)) if is_middle(to) => {}
                (Deed::Wait, Some(_)) => {
                    let mut from = arc.from;
                    while is_middle(from) {
                        let Some(before) = waits_in[at(from)] else { break };
                        from = before;
                    }
                    joined.push(Arc { from, ..*arc });
                }
                _ => joined.push(*arc),
            }
        }
        joined.sort_by_key(|arc| arc.from);
        self.arcs = joined;
    }

    /// Whether, once it is thinned, there is one way through it and no other.
    pub fn is_one_way(&self) -> bool {
        self.arcs.windows(2).all(|pair| pair[0].from < pair[1].from)
    }

    /// The site at which a vessel lies or works in that state.
    pub fn site_of(&self, state: usize) -> Option<Ix<Site>> {
        match self.states[state] {
            State::Lie(site, _) => Some(site),
            State::Within(session) => self.site_of(self.sessions[session].lie),
        }
    }

    /// The session of which an arc is a part.
    pub fn session_of(&self, arc: &Arc) -> Option<&Session> {
        match arc.deed {
            Deed::Begin(session) | Deed::Stay(session) | Deed::End(session) => Some(&self.sessions[session]),
            _ => None,
        }
    }

    /// The slots of an arc in which something flows, counted from the horizon's start.
    pub fn flowing(&self, arc: &Arc) -> std::ops::Range<Slot> {
        match (arc.deed, arc.to) {
            (Deed::Begin(session), Some(to)) => arc.from.slot + self.sessions[session].setup..to.slot,
            (Deed::Stay(_), Some(to)) => arc.from.slot..to.slot,
            _ => 0..0,
        }
    }
}
