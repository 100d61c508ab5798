//! What has happened already: kept as it was while the rest is planned anew.
//!
//! In: an itinerary and the slot up to which it came true. Out: networks in which every path begins with it.
//! A task or a leg that is under way is seen to its end; lifting or moving that is under way may end in any slot from then on.
//! How much was lifted in a slot of the past is taken again as at most the rate; only who did what when is fixed.

use super::network::{Arc, Deed, Network, Node, Session, SessionOf, State};
use crate::id::Ix;
use crate::plan::{Plan, Task, Vessel};
use crate::schedule::{Itinerary, Move, What};
use crate::time::Slot;

/// What has happened before a slot.
#[derive(Debug, Clone, Copy)]
pub struct Past<'p> {
    /// The slot from which on everything is open.
    pub until: Slot,
    /// What was done; of it the moves that began before `until`.
    pub itinerary: &'p Itinerary,
    /// What is known not to be possible, whatever the sea of the plan says.
    pub bars: &'p [Bar],
}

/// Something that cannot begin in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// A task.
    Task(Ix<Task>, Slot),
    /// A leg of a vessel, by its place in [`Vessel::legs`].
    Leg(Ix<Vessel>, usize, Slot),
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

    /// Leaves of a network what came true before `until`, and what can come after it.
    pub fn fix_network(&self, plan: &Plan, network: &mut Network) {
        let moves = self.itinerary.vessels.get(network.vessel.index()).map_or(&[][..], Vec::as_slice);
        let happened: Vec<&Move> = moves.iter().filter(|step| step.start < self.until).collect();
        let over = happened.last().map_or(0, |last| last.end);
        let mut way = Way { network, at: Node { slot: 0, state: 0 }, arcs: Vec::new() };
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
    at: Node,
    arcs: Vec<Arc>,
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
            What::Sample(sampling, _) => self.session(SessionOf::Sampling(*sampling), step, until),
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
        self.go(Deed::Begin(place), within, step.start + least);
        for slot in self.at.slot..flowed.min(until) {
            self.go(Deed::Stay(place), within, slot + 1);
        }
        if flowed < until {
            self.go(Deed::End(place), lie, self.at.slot + off);
        }
    }

    fn state(&self, state: State) -> Option<usize> {
        self.network.states.iter().position(|&known| known == state)
    }
}
