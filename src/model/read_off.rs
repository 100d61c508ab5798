//! From the values of a solution to an itinerary: the only place where solver values become what is done when.
//!
//! In: values. Out: [`Itinerary`]: for each vessel its path, sessions put together, tonnes by slot. Runs in which nothing flows
//! are left out: they are waiting.

use super::network::{Arc, Deed, Network, Node, SessionOf};
use super::sets::Sets;
use super::vars::Vars;
use crate::schedule::{Itinerary, Move, Shore, ShoreFlow, What};
use crate::time::Slot;
use std::collections::BTreeMap;

/// Tonnes below this are the solver's rounding.
const NOTHING: f64 = 1e-6;

/// Reads an itinerary off a solution.
pub fn read_off(sets: &Sets<'_>, vars: &Vars, values: &[f64]) -> Itinerary {
    let is_taken = |variable| values[vars.place(variable)] > 0.5;
    let mut itinerary = Itinerary::default();
    for (network, taken) in sets.networks.iter().zip(&vars.arcs) {
        let arcs =
            network.arcs.iter().zip(taken).filter(|(_, variable)| is_taken(**variable)).map(|(arc, _)| arc);
        let moves = walk(sets, vars, values, network, arcs);
        itinerary.done.push(moves.last().map_or(0, |last| last.end));
        itinerary.vessels.push(moves);
    }
    for (task, _) in sets.plan.tasks.entries().filter(|(_, work)| work.stand.is_none()) {
        for (&(start, finish), &variable) in sets.starts[task.index()].iter().zip(&vars.start[task.index()]) {
            if is_taken(variable) {
                itinerary.alone.push((task, start, finish));
            }
        }
    }
    itinerary.shore = ashore(sets, vars, values);
    itinerary.alone.sort_by_key(|&(task, start, _)| (start, task));
    itinerary
}

/// What flows ashore without a vessel: each stretch in which something does is one flow.
fn ashore(sets: &Sets<'_>, vars: &Vars, values: &[f64]) -> Vec<ShoreFlow> {
    let processes = sets.plan.processes.places().map(Shore::Process);
    let feeds = processes.zip(sets.feeding.iter().zip(&vars.feed));
    let demands = sets.plan.demands.places().map(Shore::Demand);
    let draws = demands.zip(sets.drawing.iter().zip(&vars.draw));
    let mut flows: Vec<ShoreFlow> = Vec::new();
    for (of, (slots, variables)) in feeds.chain(draws) {
        let first = flows.len();
        for (&slot, &variable) in slots.iter().zip(variables) {
            let tonnes = values[vars.place(variable)];
            if tonnes <= NOTHING {
                continue;
            }
            match flows[first..].last_mut() {
                Some(flow) if flow.start + flow.tonnes.len() == slot => flow.tonnes.push(tonnes),
                _ => flows.push(ShoreFlow { of, start: slot, tonnes: vec![tonnes] }),
            }
        }
    }
    flows
}

/// Follows the taken arcs from the origin to the end.
fn walk<'n>(
    sets: &Sets<'_>,
    vars: &Vars,
    values: &[f64],
    network: &'n Network,
    arcs: impl Iterator<Item = &'n Arc>,
) -> Vec<Move> {
    let next: BTreeMap<Node, &Arc> = arcs.map(|arc| (arc.from, arc)).collect();
    let mut moves: Vec<Move> = Vec::new();
    // The session that goes on, with the slot in which it began.
    let mut session: Option<(usize, Slot)> = None;
    let mut node = network.origin();
    while let Some(arc) = next.get(&node) {
        let continues = match (session, arc.deed) {
            (Some((open, _)), Deed::Stay(place)) => open == place,
            // Single slots in a row are one run.
            (Some((open, _)), Deed::Begin(place)) => open == place && network.sessions[place].least == 1,
            _ => false,
        };
        if let (false, Some((place, start))) = (continues, session) {
            moves.extend(flows(sets, vars, values, network, place, start, node.slot));
            session = None;
        }
        let end = arc.to.map_or(node.slot, |to| to.slot);
        match arc.deed {
            Deed::Task(task) => moves.push(Move { what: What::Task(task), start: node.slot, end }),
            Deed::Sail(leg) => {
                let leg = &sets.plan.vessels[network.vessel].legs[leg];
                moves.push(Move { what: What::Sail(leg.from, leg.to), start: node.slot, end });
            }
            Deed::Begin(place) if !continues => session = Some((place, node.slot)),
            _ => {}
        }
        match arc.to {
            Some(to) => node = to,
            None => break,
        }
    }
    moves
}

/// What one session lifted or moved, slot by slot, cut to the slots in which something flows (and to its smallest length).
fn flows(
    sets: &Sets<'_>,
    vars: &Vars,
    values: &[f64],
    network: &Network,
    place: usize,
    start: Slot,
    end: Slot,
) -> Vec<Move> {
    let session = &network.sessions[place];
    let (slots, variables) = match session.of {
        SessionOf::Sampling(q) => (&sets.lifting[q.index()], &vars.lift[q.index()]),
        SessionOf::Transfer(r) => (&sets.moving[r.index()], &vars.moved[r.index()]),
    };
    let tonnes_in = |slot: Slot| {
        let place = slots.binary_search_by_key(&slot, |(slot, _)| *slot).ok();
        let tonnes = place.map_or(0.0, |place| values[vars.place(variables[place])]);
        if tonnes > NOTHING { tonnes } else { 0.0 }
    };
    let what = |from: Slot, to: Slot| {
        let tonnes: Vec<f64> = (from..to).map(tonnes_in).collect();
        match session.of {
            SessionOf::Sampling(q) => What::Sample(q, tonnes),
            SessionOf::Transfer(r) => What::Transfer(r, tonnes),
        }
    };
    let flowing: Vec<Slot> = (start..end).filter(|&slot| tonnes_in(slot) > 0.0).collect();
    let Some(&last) = flowing.last() else { return Vec::new() };
    if session.least == 1 {
        // Each stretch in which something flows is a run of its own.
        let mut runs: Vec<(Slot, Slot)> = Vec::new();
        for slot in flowing {
            match runs.last_mut() {
                Some(run) if run.1 == slot => run.1 = slot + 1,
                _ => runs.push((slot, slot + 1)),
            }
        }
        return runs
            .into_iter()
            .map(|(from, to)| Move { what: what(from, to), start: from, end: to })
            .collect();
    }
    let end = (last + 1).max(start + session.least);
    vec![Move { what: what(start, end), start, end }]
}
