//! A first answer bettered piece by piece: a vessel, or a stretch of time.
//!
//! In: a run with values. Out: the same with better ones. While one piece goes anew all others go as they do, so that each solve is small.

use super::goals::Objective;
use super::network::{Arc, Network, Node};
use super::run::Run;
use crate::error::Error;
use crate::time::Slot;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long a first answer may be bettered piece by piece, before everything is solved at once.
pub(super) const POLISH: Duration = Duration::from_secs(20);
/// The same where a stretch is half of the plan, so that the solver gets far by itself.
const SOON: Duration = Duration::from_secs(3);
/// How long one piece may take.
pub(super) const PIECE: Duration = Duration::from_secs(5);
/// For so many of them there is to be time at least.
const PIECES: u32 = 4;
/// How many arcs a stretch of time should have.
const STRETCH: usize = 5000;
/// So many slots earlier or later everything may be at once.
const NEAR: [usize; 2] = [2, 6];

/// A part of a model that is solved while the rest is held.
enum Piece {
    /// What a network's vessels do.
    Vessel(usize),
    /// What begins between two slots.
    Stretch(Slot, Slot),
    /// Everything, but where each network's vessels are and what they do only so many slots before or after they were and did it.
    Near(usize),
}

impl Piece {
    /// For each network, for each of its arcs whether it is free, where the arcs are taken so often as `taken` says.
    fn free(&self, networks: &[Network], taken: &[Vec<f64>]) -> Vec<Vec<bool>> {
        let of_network = |(vessel, network): (usize, &Network)| -> Vec<bool> {
            let arcs = network.arcs.iter();
            match *self {
                Piece::Vessel(free) => vec![vessel == free; network.arcs.len()],
                Piece::Stretch(start, end) => arcs.map(|arc| (start..end).contains(&arc.from.slot)).collect(),
                Piece::Near(slots) => near(network, &taken[vessel], slots),
            }
        };
        networks.iter().enumerate().map(of_network).collect()
    }
}

/// For each arc of a network whether it begins and ends where somebody is, or is no more than so many slots before or after it.
fn near(network: &Network, taken: &[f64], slots: usize) -> Vec<bool> {
    let last = network.arcs.iter().map(|arc| arc.from.slot).max().unwrap_or(0);
    let mut is_near = vec![vec![false; last + 1]; network.states.len()];
    for (arc, _) in network.arcs.iter().zip(taken).filter(|(_, taken)| **taken > 0.5) {
        // Who waits is there all the time.
        let until = arc.to.filter(|to| to.state == arc.from.state).map_or(arc.from.slot, |to| to.slot);
        let range = arc.from.slot.saturating_sub(slots)..=(until + slots).min(last);
        is_near[arc.from.state][range].fill(true);
    }
    let is_there = |node: Node| is_near[node.state].get(node.slot).is_none_or(|near| *near);
    let is_free = |arc: &Arc| is_there(arc.from) && arc.to.is_none_or(is_there);
    network.arcs.iter().map(is_free).collect()
}

impl Run<'_, '_> {
    /// Betters an answer piece by piece: one vessel, or all that are alike, may go anew while the others go as they do; or all of them,
    /// but only in a stretch of time.
    pub(super) fn polish(&mut self, objective: &Objective) -> Result<(), Error> {
        let vars = &self.model.vars;
        let pieces = self.pieces();
        let until = self.time_for_polish();
        let began = Instant::now();
        let mut idle = 0;
        for piece in pieces.iter().cycle() {
            let left = until.saturating_sub(began.elapsed());
            if idle == pieces.len() || left.is_zero() || self.options.stop.load(Ordering::Relaxed) {
                break;
            }
            let Some(values) = self.values.clone() else { break };
            if self.model.reaches_dream(objective, &values) {
                break;
            }
            let was = vars.value_of(&objective.expression, &values);
            let of_network = |arcs: &Vec<good_lp::Variable>| -> Vec<f64> {
                arcs.iter().map(|&arc| values[vars.place(arc)].round()).collect()
            };
            let taken: Vec<Vec<f64>> = vars.arcs.iter().map(of_network).collect();
            let free = piece.free(&self.model.sets.networks, &taken);
            let wanted = self.wanted(|arc, of| taken[of][arc], |arc, of| !free[of][arc]);
            let limit = left.min(PIECE).min(until / PIECES);
            let found = self.with_fixed(objective, &wanted, Some(&values), Some(limit))?;
            let is_better = |found: &Vec<f64>| {
                let now = vars.value_of(&objective.expression, found);
                objective.is_better(now, was) && (now - was).abs() > 1e-6 * was.abs().max(1.0)
            };
            match found.filter(is_better) {
                Some(found) => {
                    self.tell(objective, Some(vars.value_of(&objective.expression, &found)));
                    self.values = Some(found);
                    idle = 0;
                }
                None => idle += 1,
            }
        }
        Ok(())
    }

    /// How long pieces may be bettered: where all at once is too much for the solver, most of the time.
    fn time_for_polish(&self) -> Duration {
        let arcs = self.arcs();
        match self.time_left() {
            Some(left) if self.is_huge() => left.mul_f64(0.8),
            Some(left) if arcs < STRETCH => SOON.min(left / 3),
            None if arcs < STRETCH => SOON,
            Some(left) => POLISH.min(left / 3),
            None if self.is_huge() => POLISH * 6,
            None => POLISH,
        }
    }

    /// What is bettered in turn.
    fn pieces(&self) -> Vec<Piece> {
        let networks = &self.model.sets.networks;
        let vessels: Vec<usize> = (0..networks.len()).filter(|&vessel| networks[vessel].count > 0).collect();
        let arcs = self.arcs();
        let slots = self.model.sets.horizon().slots;
        let long = (slots * STRETCH / arcs.max(1)).clamp(2, slots.div_ceil(2).max(2));
        let starts = (0..slots).step_by(long.div_ceil(2));
        let stretches = starts.map(|start| Piece::Stretch(start, start + long));
        // A vessel that is alone is everything.
        let vessels = vessels.iter().filter(|_| vessels.len() > 1).map(|&vessel| Piece::Vessel(vessel));
        // What is nearest takes least time, and often brings the tonnes of a schedule that was only reckoned to what they should be.
        let [nearest, near] = NEAR.map(Piece::Near);
        [nearest].into_iter().chain(vessels).chain([near]).chain(stretches).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::coarse::trace;
    use super::super::construct::construct;
    use super::super::longer::tests::coaster;
    use super::super::optimise::Model;
    use super::*;
    use crate::schedule::Move;

    #[test]
    fn what_is_near_is_no_more_than_so_many_slots_away() {
        let (plan, sea) = coaster(10);
        let model = Model::new(&plan, &sea);
        let mut itinerary = construct(&model.sets, &|| true).remove(0);
        itinerary.vessels[0].truncate(3);
        let first = trace(&model.sets, &itinerary).expect("it fits");
        let later = |step: &Move| Move { start: step.start + 3, end: step.end + 3, ..step.clone() };
        itinerary.vessels[0] = itinerary.vessels[0].iter().map(later).collect();
        let later = trace(&model.sets, &itinerary).expect("it fits");
        let taken: Vec<f64> = first[0].iter().map(|&count| f64::from(count)).collect();
        let is_free = |slots: usize, other: &[u32]| {
            let free = near(&model.sets.networks[0], &taken, slots);
            free.iter().zip(other).all(|(free, count)| *free || *count == 0)
        };
        assert!(is_free(0, &first[0]) && is_free(3, &later[0]));
        assert!(!is_free(2, &later[0]));
    }
}
