//! From the values of a solution to an itinerary: the only place where solver values become what is done when.
//!
//! In: values. Out: [`Itinerary`]: for each vessel its path, sessions put together, tonnes by slot. Runs in which nothing flows
//! are left out: they are waiting.

use super::joined::part;
use super::network::{Arc, Deed, Network, Node, SessionOf};
use super::sets::Sets;
use super::split::split;
use super::vars::{Part, Vars};
use crate::plan::Plan;
use crate::schedule::{Itinerary, Move, Shore, ShoreFlow, TankFlow, What};
use crate::time::Slot;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Tonnes below this are the solver's rounding.
const NOTHING: f64 = 1e-6;

/// Reads an itinerary off a solution. Of vessels that are alike it says who goes where, and of their transfers when they are, not
/// yet how much each moves.
pub fn read_off(sets: &Sets<'_>, vars: &Vars, values: &[f64]) -> Itinerary {
    let is_taken = |variable| values[vars.place(variable)] > 0.5;
    let vessels = sets.plan.vessels.len();
    let mut itinerary =
        Itinerary { vessels: vec![Vec::new(); vessels], done: vec![0; vessels], ..Itinerary::default() };
    for (network, taken) in sets.networks.iter().zip(&vars.arcs).filter(|(network, _)| network.count > 0) {
        let first = network.vessel.index();
        if network.count == 1 {
            let arcs = network.arcs.iter().zip(taken).filter(|(_, variable)| is_taken(**variable));
            itinerary.vessels[first] = walk(sets, network, arcs.map(|(arc, _)| arc), &|place, start, end| {
                flows(sets, vars, values, network, place, start, end)
            });
            continue;
        }
        for (nth, way) in split(sets, vars, values, network).into_iter().enumerate() {
            let arcs = way.into_iter().map(|arc| &network.arcs[arc]);
            itinerary.vessels[first + nth] = walk(sets, network, arcs, &|place, start, end| {
                whole(sets, network, (nth, place), start, end)
            });
        }
    }
    part(sets, vars, values, &mut itinerary);
    lie_alongside(sets.plan, &mut itinerary);
    for (done, moves) in itinerary.done.iter_mut().zip(&itinerary.vessels) {
        *done = moves.last().map_or(0, |last| last.end);
    }
    for (task, _) in sets.plan.tasks.entries().filter(|(_, work)| work.stand.is_none()) {
        for (&(start, finish), &variable) in sets.starts[task.index()].iter().zip(&vars.start[task.index()]) {
            if is_taken(variable) {
                itinerary.alone.push((task, start, finish));
            }
        }
    }
    itinerary.shore = ashore(sets, vars, values);
    itinerary.tanks = tanks(sets, vars, values, &itinerary);
    itinerary.alone.sort_by_key(|&(task, start, _)| (start, task));
    itinerary
}

/// What goes into the tanks of vessels that have some, or out of them, in each of their moves.
fn tanks(sets: &Sets<'_>, vars: &Vars, values: &[f64], itinerary: &Itinerary) -> Vec<TankFlow> {
    let plan = sets.plan;
    let level = |of_it: &Part, slots: &[Slot], before: f64, until: Slot| {
        let next = slots.partition_point(|&slot| slot < until);
        let level = next.checked_sub(1).map_or(before, |last| values[vars.place(of_it.tonnes[last])]);
        // Levels are rounded, and not what comes and goes: so roundings do not add up.
        (level / NOTHING).round() * NOTHING
    };
    let mut flows = Vec::new();
    for (vessel, moves) in plan.vessels.places().zip(&itinerary.vessels) {
        let tanks = &plan.vessels[vessel].tanks;
        let mut levels: Vec<Vec<f64>> = tanks.iter().map(|tank| tank.aboard.clone()).collect();
        for step in moves.iter().filter(|_| !tanks.is_empty()) {
            let commodity = match step.what {
                What::Sample(place, _) => plan.samplings[place].commodity,
                What::Transfer(place, _) | What::Alongside(place) => plan.transfers[place].commodity,
                What::Task(_) | What::Sail(..) => continue,
            };
            let before = levels.clone();
            for alike in vars.tanks.iter().filter(|alike| alike.vessel == vessel) {
                let written = alike.written(sets);
                for of_it in &alike.parts {
                    let store = &sets.stores[of_it.store];
                    if store.commodity == commodity {
                        let aboard = written.aboard[commodity.index()] * alike.tanks.len() as f64;
                        let all = level(of_it, &store.slots, aboard, step.end);
                        share(&mut levels, &alike.tanks, commodity.index(), (all, written.capacity));
                    }
                }
            }
            let change =
                |tank: usize| (levels[tank][commodity.index()] - before[tank][commodity.index()]).abs();
            flows.push(TankFlow {
                vessel,
                start: step.start,
                tonnes: (0..tanks.len()).map(change).collect(),
            });
        }
    }
    flows
}

/// Changes how much each of some tanks that are alike has of a commodity, so that they have `all` of it: those are filled up first in which
/// there is some, and the least full one is emptied first.
fn share(levels: &mut [Vec<f64>], alike: &[usize], commodity: usize, (all, capacity): (f64, f64)) {
    // The fullest first, then the empty ones: what is left for the others fills fewer and fewer of them.
    let rank = |tank: usize| (levels[tank][commodity], -levels[tank].iter().sum::<f64>());
    let mut order = alike.to_vec();
    order.sort_by(|&a, &b| rank(b).partial_cmp(&rank(a)).unwrap_or(Ordering::Equal));
    let mut left = all;
    for (nth, &tank) in order.iter().enumerate() {
        // What is left by rounding needs no tank of its own.
        let is_last = nth + 1 == order.len() || left <= capacity + NOTHING;
        levels[tank][commodity] = if is_last { left } else { capacity };
        left -= levels[tank][commodity];
    }
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
            if let Shore::Process(process) = of
                && let Some(batch) = sets.plan.processes[process].batch
            {
                let mut course = vec![0.0; sets.plan.processes[process].slots(sets.horizon())];
                course[0] = batch.tonnes;
                flows.push(ShoreFlow { of, start: slot, tonnes: course });
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

/// A vessel that is met lies alongside for as long as the one that comes transfers, and no longer.
fn lie_alongside(plan: &Plan, itinerary: &mut Itinerary) {
    let meetings = itinerary.vessels.iter().flatten().filter_map(|step| match step.what {
        What::Transfer(transfer, _) => {
            let other = plan.transfers[transfer].meets?.vessel;
            Some((other, Move { what: What::Alongside(transfer), start: step.start, end: step.end }))
        }
        _ => None,
    });
    for (vessel, step) in meetings.collect::<Vec<_>>() {
        itinerary.vessels[vessel.index()].push(step);
    }
    for moves in &mut itinerary.vessels {
        moves.sort_by_key(|step| step.start);
    }
}

/// A session of one of several vessels as it stands, with nothing said of its tonnes yet.
fn whole(
    sets: &Sets<'_>,
    network: &Network,
    (nth, place): (usize, usize),
    start: Slot,
    end: Slot,
) -> Vec<Move> {
    let SessionOf::Transfer(transfer) = network.sessions[place].of else { return Vec::new() };
    // Each of them has its own transfer, in the same order.
    let of_vessel = |vessel: usize| {
        sets.plan.transfers.entries().filter(move |(_, of_it)| of_it.stand.vessel.index() == vessel)
    };
    let first = network.vessel.index();
    let before = of_vessel(first).take_while(|(other, _)| *other != transfer).count();
    let Some((own, _)) = of_vessel(first + nth).nth(before) else { return Vec::new() };
    vec![Move { what: What::Transfer(own, vec![0.0; end - start]), start, end }]
}

/// Follows arcs from the origin to the end.
fn walk<'n>(
    sets: &Sets<'_>,
    network: &'n Network,
    arcs: impl Iterator<Item = &'n Arc>,
    flows: &dyn Fn(usize, Slot, Slot) -> Vec<Move>,
) -> Vec<Move> {
    let next: BTreeMap<Node, &Arc> = arcs.map(|arc| (arc.from, arc)).collect();
    let mut moves: Vec<Move> = Vec::new();
    // The session that goes on, with the slot in which it began.
    let mut session: Option<(usize, Slot)> = None;
    let mut node = network.origin();
    while let Some(arc) = next.get(&node) {
        let continues = match (session, arc.deed) {
            (Some((open, _)), Deed::Stay(place) | Deed::End(place)) => open == place,
            // Single slots in a row are one run.
            (Some((open, _)), Deed::Begin(place)) => open == place && network.sessions[place].is_single(),
            _ => false,
        };
        if let (false, Some((place, start))) = (continues, session) {
            moves.extend(flows(place, start, node.slot));
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
        // What follows a session that was ended is another one, even if it is of the same kind.
        if let (Deed::End(_), Some((place, start))) = (arc.deed, session) {
            moves.extend(flows(place, start, node.slot));
            session = None;
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
        SessionOf::Alongside(_) => return Vec::new(),
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
            SessionOf::Alongside(r) => What::Alongside(r),
        }
    };
    let flowing: Vec<Slot> = (start..end).filter(|&slot| tonnes_in(slot) > 0.0).collect();
    let Some(&last) = flowing.last() else { return Vec::new() };
    if session.is_single() {
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
    // What was broken off before its first end is no longer than it was.
    let end = ((last + 1).max(start + session.least) + session.off).min(end);
    vec![Move { what: what(start, end), start, end }]
}
