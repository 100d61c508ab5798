//! Coarse first: the same plan in longer slots, and the way back from its schedule to the plan's own slots.
//!
//! In: a plan, and how many of its slots make one. Out: the coarser plan; and, from an itinerary of it, one of the plan itself.
//! What can be done in long slots can be done in short ones: a long slot is open where every sample that touches it is within the
//! limits, and durations only shrink when they are rounded up to less. What comes out is a start for the solver and no more: where
//! it does not fit after all (a `within` that was rounded up), it is left aside, and nothing is lost but the time.

use super::network::{Arc, Deed, Network, Node, SessionOf, State};
use super::sets::Sets;
use crate::plan::windows::{of_leg, of_task};
use crate::plan::{Plan, Sea};
use crate::schedule::{Itinerary, Move, What};
use crate::time::{Horizon, Slot};
use crate::units::Span;

/// The plan in slots that are `factor` times as long; nothing where that makes no sense.
pub fn coarser(plan: &Plan, factor: usize) -> Option<Plan> {
    let horizon = Horizon {
        slot: Span::of_seconds(plan.horizon.slot.seconds() * factor as i64),
        slots: plan.horizon.slots / factor,
        ..plan.horizon
    };
    let fits = |every: usize| every.is_multiple_of(factor) || factor.is_multiple_of(every);
    if factor < 2 || horizon.slots < 2 || !plan.vessels.iter().all(|vessel| fits(vessel.departs_every)) {
        return None;
    }
    let mut coarse = plan.clone();
    coarse.horizon = horizon;
    for closure in &mut coarse.closures {
        closure.slots = horizon.touched(closure.from, closure.to);
    }
    coarse.lay_shore();
    for place in plan.vessels.places() {
        coarse.vessels[place].departs_every = (plan.vessels[place].departs_every / factor).max(1);
    }
    Some(coarse)
}

/// An itinerary of the coarser plan in the plan's own slots; nothing where a task or a leg may not begin when it did.
pub fn finer(plan: &Plan, sea: &Sea, factor: usize, coarse: &Itinerary) -> Option<Itinerary> {
    let end_of_task = |task, start| of_task(plan, sea, task).starts.finish(start);
    let mut fine = Itinerary::default();
    for (vessel, moves) in plan.vessels.places().zip(&coarse.vessels) {
        let mut own = Vec::new();
        for step in moves {
            let (start, end) = (step.start * factor, step.end * factor);
            let (what, end) = match &step.what {
                What::Task(task) => (What::Task(*task), end_of_task(*task, start)?),
                What::Sail(from, to) => {
                    let leg = plan.leg_within(vessel, *from, *to, end - start)?;
                    (What::Sail(*from, *to), of_leg(plan, sea, vessel, leg).0.finish(start)?)
                }
                What::Sample(sampling, _) => (What::Sample(*sampling, Vec::new()), end),
                What::Transfer(transfer, _) => (What::Transfer(*transfer, Vec::new()), end),
                What::Alongside(transfer) => (What::Alongside(*transfer), end),
            };
            own.push(Move { what, start, end });
        }
        fine.done.push(own.last().map_or(0, |last| last.end));
        fine.vessels.push(own);
    }
    for &(task, start, _) in &coarse.alone {
        fine.alone.push((task, start * factor, end_of_task(task, start * factor)?));
    }
    Some(fine)
}

/// For each network how often an itinerary takes each of its arcs; nothing where it cannot go through them.
pub fn trace(sets: &Sets<'_>, itinerary: &Itinerary) -> Option<Vec<Vec<u32>>> {
    let mut counts: Vec<Vec<u32>> = sets.networks.iter().map(|network| vec![0; network.arcs.len()]).collect();
    for (vessel, moves) in sets.plan.vessels.places().zip(&itinerary.vessels) {
        let first = match sets.networks[vessel.index()].count {
            0 => sets.plan.vessels[vessel].like,
            _ => vessel,
        };
        let network = &sets.networks[first.index()];
        for arc in follow(sets, network, moves)? {
            counts[first.index()][arc] += 1;
        }
    }
    Some(counts)
}

/// The same where everybody waits where he is at the start, to the end.
pub fn waiting(sets: &Sets<'_>) -> Option<Vec<Vec<u32>>> {
    let of_one = |network: &Network| {
        let mut counts = vec![0; network.arcs.len()];
        if network.count > 0 {
            let mut way = Way { network, at: network.origin(), arcs: Vec::new() };
            while way.take_if(|arc| arc.deed == Deed::Wait) {}
            way.take(|arc| arc.deed == Deed::Done)?;
            way.arcs.iter().for_each(|&arc| counts[arc] = network.count as u32);
        }
        Some(counts)
    };
    sets.networks.iter().map(of_one).collect()
}

/// The arcs of a network that moves go through.
fn follow(sets: &Sets<'_>, network: &Network, moves: &[Move]) -> Option<Vec<usize>> {
    let mut way = Way { network, at: network.origin(), arcs: Vec::new() };
    way.pass(sets.until, moves)?;
    for step in moves {
        if step.start < sets.until {
            way.go_on(of_step(sets, network, step)?, step)?;
            continue;
        }
        way.wait(step.start)?;
        match &step.what {
            What::Task(task) => way.take(|arc| arc.deed == Deed::Task(*task))?,
            What::Sail(from, to) => {
                let leg = sets.plan.leg_in(network.vessel, *from, *to, step.end - step.start)?;
                way.take(|arc| arc.deed == Deed::Sail(leg))?;
            }
            What::Sample(..) | What::Transfer(..) | What::Alongside(_) => {
                way.session(of_step(sets, network, step)??, step)?;
            }
        }
    }
    while !way.take_if(|arc| arc.deed == Deed::Done) {
        let next = way.at.slot + 1;
        way.wait(next).or_else(|| way.take(|arc| arc.deed == Deed::Wait))?;
    }
    Some(way.arcs)
}

/// What a move is a session of, if it is one; nothing where the network does not know it.
fn of_step(sets: &Sets<'_>, network: &Network, step: &Move) -> Option<Option<SessionOf>> {
    Some(match &step.what {
        What::Task(_) | What::Sail(..) => None,
        What::Sample(sampling, _) => Some(SessionOf::Sampling(sets.joined[sampling.index()])),
        // Of vessels that are alike, the transfers of the first stand for all.
        What::Transfer(transfer, _) => Some(SessionOf::Transfer(same_of_first(sets, network, *transfer)?)),
        What::Alongside(transfer) => {
            let comes = sets.plan.transfers[*transfer].stand.vessel;
            let first = match sets.networks[comes.index()].count {
                0 => sets.plan.vessels[comes].like,
                _ => comes,
            };
            let id = same_of_first(sets, &sets.networks[first.index()], *transfer)?;
            Some(SessionOf::Alongside(id))
        }
    })
}

/// The transfer of a network's vessel that is the same as that of another one like it.
fn same_of_first(
    sets: &Sets<'_>,
    network: &Network,
    transfer: crate::id::Ix<crate::plan::Transfer>,
) -> Option<crate::id::Ix<crate::plan::Transfer>> {
    let of_vessel = |vessel| sets.plan.transfers.entries().filter(move |(_, t)| t.stand.vessel == vessel);
    let own = sets.plan.transfers[transfer].stand.vessel;
    let nth = of_vessel(own).position(|(place, _)| place == transfer)?;
    of_vessel(network.vessel).nth(nth).map(|(place, _)| place)
}

/// A way through a network.
struct Way<'n> {
    network: &'n Network,
    at: Node,
    arcs: Vec<usize>,
}

impl Way<'_> {
    fn take_if(&mut self, is_it: impl Fn(&Arc) -> bool) -> bool {
        let arcs = &self.network.arcs;
        let first = arcs.partition_point(|arc| arc.from < self.at);
        let mut here = (first..arcs.len()).take_while(|&arc| arcs[arc].from == self.at);
        let Some(arc) = here.find(|&arc| is_it(&arcs[arc])) else { return false };
        self.arcs.push(arc);
        if let Some(to) = arcs[arc].to {
            self.at = to;
        }
        true
    }

    fn take(&mut self, is_it: impl Fn(&Arc) -> bool) -> Option<()> {
        self.take_if(is_it).then_some(())
    }

    /// Goes through what has happened before a slot: there is one way, but that a session may be broken off instead of going on.
    fn pass(&mut self, until: Slot, moves: &[Move]) -> Option<()> {
        while self.at.slot < until {
            let here = self.at;
            let is_broken = moves.iter().any(|step| step.start == here.slot && step.end == until);
            let is_next = |arc: &Arc| arc.deed != Deed::Done;
            let is_short = |arc: &Arc| is_next(arc) && arc.to.is_some_and(|to| to.slot == until);
            let is_long = |arc: &Arc| is_next(arc) && arc.to.is_some_and(|to| to.slot > until);
            let is_taken = (is_broken && self.take_if(is_short)) || self.take_if(is_long);
            if !is_taken && !self.take_if(is_next) {
                // It may be done already.
                return Some(());
            }
        }
        Some(())
    }

    /// Goes on with what has begun before, if it is not over.
    fn go_on(&mut self, of: Option<SessionOf>, step: &Move) -> Option<()> {
        if let State::Within(place) = self.network.states[self.at.state]
            && step.end >= self.at.slot
        {
            return self.finish(place, step);
        }
        let place = self.network.sessions.iter().position(|session| Some(session.of) == of);
        while self.at.slot < step.end {
            self.take(|arc| place.is_some_and(|place| arc.deed == Deed::Begin(place)))?;
        }
        Some(())
    }

    fn wait(&mut self, until: Slot) -> Option<()> {
        while self.at.slot < until {
            self.take(|arc| arc.deed == Deed::Wait && arc.to.is_some_and(|to| to.slot <= until))?;
        }
        (self.at.slot == until).then_some(())
    }

    fn session(&mut self, of: SessionOf, step: &Move) -> Option<()> {
        let place = self.network.sessions.iter().position(|session| session.of == of)?;
        let session = &self.network.sessions[place];
        if session.is_single() {
            while self.at.slot < step.end {
                self.take(|arc| arc.deed == Deed::Begin(place))?;
            }
            return Some(());
        }
        self.take(|arc| arc.deed == Deed::Begin(place))?;
        self.finish(place, step)
    }

    /// Goes on with a session to its end.
    fn finish(&mut self, place: usize, step: &Move) -> Option<()> {
        let off = self.network.sessions[place].off;
        while self.at.slot + off < step.end {
            self.take(|arc| arc.deed == Deed::Stay(place))?;
        }
        self.take(|arc| arc.deed == Deed::End(place))?;
        matches!(self.network.states[self.at.state], State::Lie(..)).then_some(())
    }
}
