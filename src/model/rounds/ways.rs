//! From meetings to the ways of all vessels.
//!
//! In: a [`Ground`] and its meetings, one after the other. Out: an itinerary that keeps every rule of the paths, where there is one. Between
//! two meetings a host goes the way with the fewest tasks on which it lifts enough; a carrier lands on its trip as much as it can where a
//! berth is free. How many tonnes flow is left to the solver.

use super::ground::{Carrier, Ground, Host, of_member};
use super::row::{Meeting, Row};
use super::steps::{Act, Step, Steps};
use super::tables::{Tables, Trip};
use crate::id::Ix;
use crate::model::construct::{Taken, moves};
use crate::model::network::{Deed, Network, SessionOf};
use crate::model::sets::Sets;
use crate::plan::Vessel;
use crate::schedule::{Itinerary, Move, What};
use crate::time::Slot;

/// What a slot of lifting is worth beside a task, dearest first: the way with the fewest tasks on which enough is lifted is taken.
const LIFTS: [f64; 5] = [0.001, 0.1, 0.5, 2.0, 1000.0];

/// The itinerary of hosts and carriers that meet like this; other vessels are left out.
pub fn itinerary(sets: &Sets<'_>, ground: &Ground, tables: &Tables<'_>, row: &Row) -> Option<Itinerary> {
    let meetings = row.meetings();
    let vessels = sets.plan.vessels.len();
    let mut itinerary = Itinerary { vessels: vec![Vec::new(); vessels], ..Itinerary::default() };
    for (place, host) in ground.hosts.iter().enumerate() {
        let own: Vec<&Meeting> = meetings.iter().filter(|meeting| meeting.host == place).collect();
        let vessel = sets.networks[host.network].vessel;
        itinerary.vessels[vessel.index()] = of_host(sets, ground, tables, place, &own)?;
    }
    let mut nth = 0;
    for carrier in &ground.carriers {
        for member in 0..carrier.count {
            let own: Vec<&Meeting> = meetings.iter().filter(|meeting| meeting.carrier == nth).collect();
            let taken = Taken::of(sets.plan, &itinerary);
            let first = sets.networks[carrier.network].vessel;
            let begins = (carrier.ways.origins[member], row.firsts.get(nth).copied().flatten());
            let moves = of_carrier(sets, ground, carrier, begins, &own, &taken)?;
            itinerary.vessels[first.index() + member] = as_member(sets, first, member, moves);
            nth += 1;
        }
    }
    Some(itinerary)
}

/// The moves of the first of a fleet as those of another member.
fn as_member(sets: &Sets<'_>, first: Ix<Vessel>, member: usize, moves: Vec<Move>) -> Vec<Move> {
    let own = |step: Move| match step.what {
        What::Transfer(transfer, tonnes) => {
            Move { what: What::Transfer(of_member(sets, first, member, transfer), tonnes), ..step }
        }
        _ => step,
    };
    moves.into_iter().map(own).collect()
}

fn of_host(
    sets: &Sets<'_>,
    ground: &Ground,
    tables: &Tables<'_>,
    place: usize,
    meetings: &[&Meeting],
) -> Option<Vec<Move>> {
    let host = &ground.hosts[place];
    let (network, states) = (&sets.networks[host.network], host.ways.states);
    let mut all: Vec<Move> = Vec::new();
    let mut node = 0;
    let mut stock = host.stock;
    for (nth, meeting) in meetings.iter().enumerate() {
        let end = nth.checked_sub(1).map(|before| meetings[before].end);
        let most = tables.lifts(place, end, meeting.start)?;
        let wanted = most.min(((host.hold - stock) / host.lift - 1e-6).ceil().max(0.0));
        let goal = meeting.start * states + host.met;
        let way = lifting(host, node, goal, wanted)?;
        all.extend(moves(sets, network, &way));
        let (class, member) = member_of(ground, meeting.carrier)?;
        let carrier = &ground.carriers[class];
        let link = carrier.links[place].as_ref()?;
        let SessionOf::Transfer(transfer) = sets.networks[carrier.network].sessions[link.session].of else {
            return None;
        };
        let transfer = of_member(sets, sets.networks[carrier.network].vessel, member, transfer);
        all.push(Move { what: What::Alongside(transfer), start: meeting.start, end: meeting.end });
        stock = (stock + wanted * host.lift).min(host.hold) - meeting.tonnes;
        node = meeting.end * states + host.met;
    }
    let rest = best(&host.ways, node, None, |step| match step.act {
        Act::Meet(_) => None,
        _ => Some(-effort(network, step)),
    })?;
    all.extend(moves(sets, network, &rest));
    Some(all)
}

/// The way of a host between two nodes with the fewest tasks on which it lifts for so many slots.
fn lifting(host: &Host, from: usize, to: usize, wanted: f64) -> Option<Vec<usize>> {
    let lifted = |way: &[usize]| way.iter().map(|&step| lifts(&host.ways.steps[step])).sum::<f64>();
    let mut last = None;
    for each in LIFTS {
        let way = best_steps(&host.ways, from, Some(to), |step| match step.act {
            Act::Meet(_) => None,
            Act::Lift => Some(each * lifts(step) - if step.begins { each * 0.01 } else { 0.0 }),
            _ => Some(if is_wait(step, host.ways.states) { 0.0 } else { -1.0 }),
        })?;
        let is_enough = lifted(&way) >= wanted - 1e-6;
        last = Some(way);
        if is_enough {
            break;
        }
    }
    Some(arcs(&host.ways, &last?))
}

fn lifts(step: &Step) -> f64 {
    if step.act == Act::Lift { step.flow.len() as f64 } else { 0.0 }
}

/// Whether a step is one slot of lying there.
fn is_wait(step: &Step, states: usize) -> bool {
    step.act == Act::Other && step.to == Some(step.from + states)
}

fn effort(network: &Network, step: &Step) -> f64 {
    let deed = step.arc.map(|arc| network.arcs[arc].deed);
    if matches!(deed, Some(Deed::Wait | Deed::Done) | None) { 0.0 } else { 1.0 }
}

/// The class of a carrier, and which of it.
fn member_of(ground: &Ground, carrier: usize) -> Option<(usize, usize)> {
    let mut before = 0;
    for (class, of_it) in ground.carriers.iter().enumerate() {
        if carrier < before + of_it.count {
            return Some((class, carrier - before));
        }
        before += of_it.count;
    }
    None
}

fn of_carrier(
    sets: &Sets<'_>,
    ground: &Ground,
    carrier: &Carrier,
    (origin, first): (usize, Option<Trip>),
    meetings: &[&Meeting],
    taken: &Taken,
) -> Option<Vec<Move>> {
    let (network, states) = (&sets.networks[carrier.network], carrier.ways.states);
    let plan = sets.plan;
    let mut way: Vec<usize> = Vec::new();
    let mut node = origin;
    let field = |slot: Slot| slot * states + carrier.field;
    let calm = |step: &Step| match step.act {
        Act::Take(..) => None,
        _ => Some(-effort(network, step)),
    };
    // Where a berth is free, and kept for it, it lands what it can, and soon.
    let landing = |step: &Step, trip: &Trip, is_there: bool| {
        if matches!(step.act, Act::Land(..)) && !trip.shore.takes(step) {
            return None;
        }
        if let (Some(berth), Some(lay)) = (step.berth, trip.landing) {
            let is_within = step.busy.start >= lay.start && step.busy.end <= lay.end;
            let is_barred = if berth == lay.berth { !is_within } else { is_there };
            if is_barred {
                return None;
            }
        }
        if let Some(session) = step.arc.and_then(|arc| network.session_of(&network.arcs[arc]))
            && let SessionOf::Transfer(transfer) = session.of
            && step.busy.start >= ground.until
            && !taken.is_free(plan, transfer, step.busy.clone())
        {
            return None;
        }
        match step.act {
            Act::Take(..) => None,
            Act::Land(..) if step.lands() > 0.0 => Some(step.lands() - 1e-6 * step.busy.start as f64),
            Act::Land(..) => Some(0.0),
            _ => Some(-1e-3 * effort(network, step)),
        }
    };
    // The arcs of a trip from a node on: at its own berth, which is kept for it, or else at any that is free.
    let sail = |from: usize, trip: &Trip| {
        let goal = (trip.back <= ground.slots).then(|| field(trip.back));
        let there = |is_there: bool| {
            let steps = best_steps(&carrier.ways, from, goal, |step| landing(step, trip, is_there))?;
            let landed = steps.iter().map(|&step| carrier.ways.steps[step].lands()).sum::<f64>();
            Some((landed, arcs(&carrier.ways, &steps)))
        };
        let wanted = trip.lands - 1e-6;
        let found = there(true).filter(|(landed, _)| *landed >= wanted).or_else(|| there(false));
        Some((found?.1, goal))
    };
    let whole = |way: Vec<usize>| Some(moves(sets, network, &without_doubles(way)));
    if let Some(trip) = first {
        let (arcs, goal) = sail(node, &trip)?;
        way.extend(arcs);
        let Some(goal) = goal else { return whole(way) };
        node = goal;
    }
    for meeting in meetings {
        if meeting.start < ground.until {
            // It is under way.
            let goes_on = |step: &Step| match step.act {
                Act::Take(..) => Some(0.0),
                _ => (step.busy.end <= ground.until).then_some(0.0),
            };
            way.extend(best(&carrier.ways, node, Some(field(meeting.end)), goes_on)?);
        } else {
            way.extend(best(&carrier.ways, node, Some(field(meeting.start)), calm)?);
            let link = carrier.links[meeting.host].as_ref()?;
            way.extend(meet(network, link.session, meeting)?);
        }
        node = field(meeting.end);
        let Some(trip) = meeting.trip else { continue };
        way.extend(best(&carrier.ways, node, Some(field(trip.departs)), calm)?);
        let (arcs, goal) = sail(field(trip.departs), &trip)?;
        way.extend(arcs);
        let Some(goal) = goal else { return whole(way) };
        node = goal;
    }
    way.extend(best(&carrier.ways, node, None, calm)?);
    whole(way)
}

/// The arcs of a carrier's meeting.
fn meet(network: &Network, session: usize, meeting: &Meeting) -> Option<Vec<usize>> {
    let mut arcs = Vec::new();
    let mut slot = meeting.start;
    let of = &network.sessions[session];
    let find = |slot: Slot, deed: Deed| {
        let all = network.arcs.iter().enumerate();
        let first = network.arcs.partition_point(|arc| arc.from.slot < slot);
        let mut here = all.skip(first).take_while(|(_, arc)| arc.from.slot == slot);
        here.find(|(_, arc)| arc.deed == deed).and_then(|(place, arc)| Some((place, arc.to?.slot)))
    };
    while slot < meeting.end {
        let deed = match () {
            () if of.is_single() || slot == meeting.start => Deed::Begin(session),
            () if slot + of.off < meeting.end => Deed::Stay(session),
            () => Deed::End(session),
        };
        let (arc, to) = find(slot, deed)?;
        arcs.push(arc);
        slot = to;
    }
    if !of.is_single() && of.off == 0 {
        arcs.push(find(slot, Deed::End(session))?.0);
    }
    Some(arcs)
}

/// A wait of many slots is as many steps of one arc.
fn without_doubles(mut way: Vec<usize>) -> Vec<usize> {
    way.dedup();
    way
}

fn arcs(ways: &Steps, steps: &[usize]) -> Vec<usize> {
    without_doubles(steps.iter().filter_map(|&step| ways.steps[step].arc).collect())
}

/// The arcs of the best way between two nodes, or to where the vessel is done.
fn best(
    ways: &Steps,
    from: usize,
    to: Option<usize>,
    worth: impl Fn(&Step) -> Option<f64>,
) -> Option<Vec<usize>> {
    Some(arcs(ways, &best_steps(ways, from, to, worth)?))
}

/// The steps of the best way between two nodes, or to where the vessel is done.
fn best_steps(
    ways: &Steps,
    from: usize,
    to: Option<usize>,
    worth: impl Fn(&Step) -> Option<f64>,
) -> Option<Vec<usize>> {
    let first = ways.steps.partition_point(|step| step.from / ways.states < from / ways.states);
    let base = from / ways.states * ways.states;
    let last = to.map_or(usize::MAX, |to| to / ways.states);
    let mut known: Vec<(f64, usize)> = Vec::new();
    let mut done: Option<(f64, usize)> = None;
    let none = (f64::NEG_INFINITY, usize::MAX);
    let see = |known: &mut Vec<(f64, usize)>, node: usize, value: f64, step: usize| {
        if known.len() <= node - base {
            known.resize(node - base + 1, none);
        }
        if value > known[node - base].0 {
            known[node - base] = (value, step);
        }
    };
    see(&mut known, from, 0.0, usize::MAX);
    for (place, step) in ways.steps.iter().enumerate().skip(first) {
        if step.from / ways.states > last {
            break;
        }
        let Some(&(before, _)) = known.get(step.from.wrapping_sub(base)).filter(|known| known.0 > none.0)
        else {
            continue;
        };
        let Some(gained) = worth(step) else { continue };
        match step.to {
            Some(node) => see(&mut known, node, before + gained, place),
            None if to.is_none() && done.is_none_or(|(best, _)| before + gained > best) => {
                done = Some((before + gained, place));
            }
            None => {}
        }
    }
    let mut steps = Vec::new();
    let mut at = match (to, done) {
        (Some(to), _) => to,
        (None, Some((_, place))) => {
            steps.push(place);
            ways.steps[place].from
        }
        (None, None) => return None,
    };
    while at != from {
        let &(value, place) = known.get(at.checked_sub(base)?)?;
        if value == f64::NEG_INFINITY || place == usize::MAX {
            return None;
        }
        steps.push(place);
        at = ways.steps[place].from;
    }
    steps.reverse();
    Some(steps)
}
