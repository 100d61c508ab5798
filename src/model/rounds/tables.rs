//! What lies between two meetings, known once and for all: how long a ship can lift, and when a carrier is back.
//!
//! In: a [`Ground`]. Out: [`Tables`]: for each host and the end of a meeting the most that it can lift by each node while nobody meets it; for
//! each class of carriers and slot the trips to the shore that leave from then on, by when they are back and how much they can land at most.
//! Longest paths through the networks; a trip that is back later and lands no more is left out.

use super::ground::{Carrier, Ground, Host};
use super::row::Stand;
use super::steps::{Act, Step};
use crate::time::Slot;
use std::sync::OnceLock;

/// A way to the shore and back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trip {
    /// When it leaves.
    pub departs: Slot,
    /// When it is back; past the horizon where it does not come back.
    pub back: Slot,
    /// What it can land at most, in tonnes.
    pub lands: f64,
    /// Where it lies at a berth meanwhile.
    pub landing: Option<Landing>,
    /// Where it lands.
    pub shore: Shore,
}

/// Where a trip lands what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shore {
    /// Anywhere, also in several places.
    Any,
    /// Only where room is not bounded.
    Open,
    /// Only in a room, by place.
    Room(usize),
}

impl Shore {
    /// Whether a step may land there.
    pub fn takes(self, step: &Step) -> bool {
        match self {
            Shore::Any => true,
            Shore::Open => step.room.is_none(),
            Shore::Room(room) => step.room == Some(room),
        }
    }
}

/// A time at a berth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Landing {
    /// Which berths, by place.
    pub berth: usize,
    /// The first slot.
    pub start: Slot,
    /// The slot after the last.
    pub end: Slot,
}

/// What lies between two meetings.
pub struct Tables<'g> {
    ground: &'g Ground,
    /// For each host and the end of its last meeting, after those without one, what it can lift unmet, soon and ever; found when it is asked for.
    lifted: Vec<Vec<[OnceLock<Lifted>; 2]>>,
    /// For each host and slot the nodes of which it passes one from then on, whatever it does but be met: those of the slot, and those to which
    /// steps lead that are still under way.
    fronts: Vec<Vec<Vec<usize>>>,
    /// For each host and slot how many slots it can lift in from then on, at most.
    left: Vec<Vec<f64>>,
    /// For each class of carriers when one can first be there.
    pub arrival: Vec<Option<Slot>>,
    /// For each class of carriers and slot the next one in which a meeting can begin; past the horizon where there is none.
    pub next: Vec<Vec<Slot>>,
    /// For each class and slot the trips that leave then or later, the soonest back first.
    pub trips: Vec<Vec<Vec<Trip>>>,
    /// Where trips land, told apart.
    pub shores: Vec<Shore>,
}

/// What cannot be reached.
const NEVER: i32 = -1;
/// Within so many slots a ship that fetches is mostly met again.
const SOON: usize = 192;

impl<'g> Tables<'g> {
    /// The tables of a ground, with trips that land anywhere, or apart by where room is bounded.
    pub fn new(ground: &'g Ground, is_apart: bool) -> Tables<'g> {
        let slots = ground.slots;
        let unknown = |_| (0..slots + 2).map(|_| Default::default()).collect();
        let rooms = (0..ground.rooms.len()).map(Shore::Room);
        let shores: Vec<Shore> = match is_apart && !ground.rooms.is_empty() {
            true => rooms.chain([Shore::Open]).collect(),
            false => vec![Shore::Any],
        };
        let carriers = || ground.carriers.iter();
        Tables {
            ground,
            lifted: ground.hosts.iter().map(unknown).collect(),
            fronts: ground.hosts.iter().map(|host| fronts(host, slots)).collect(),
            left: ground.hosts.iter().map(|host| left(host, slots)).collect(),
            arrival: carriers().map(|carrier| arrival(carrier, slots)).collect(),
            next: carriers().map(|carrier| next(carrier, slots)).collect(),
            trips: carriers().map(|carrier| trips(carrier, slots, &shores)).collect(),
            shores,
        }
    }

    /// What a host can lift unmet from the end of its last meeting on, if there was one, at least until a slot.
    fn lifted(&self, host: usize, end: Option<Slot>, until: Slot) -> &Lifted {
        let [soon, ever] = &self.lifted[host][end.map_or(0, |end| end + 1)];
        let (cell, last) = match end.unwrap_or(0) + SOON {
            last if until <= last => (soon, last.min(self.ground.slots)),
            _ => (ever, self.ground.slots),
        };
        cell.get_or_init(|| Lifted::new(&self.ground.hosts[host], end, last))
    }

    /// How many slots a host can lift in from the end of its last meeting, if there was one, to a slot in which it is met.
    pub fn lifts(&self, host: usize, end: Option<Slot>, until: Slot) -> Option<f64> {
        let slots = self.lifted(host, end, until).at(until, self.ground.hosts[host].met);
        (slots > NEVER).then_some(f64::from(slots))
    }

    /// The nodes of which a host passes one from a slot on while it is not met.
    pub fn front(&self, host: usize, slot: Slot) -> &[usize] {
        &self.fronts[host][slot]
    }

    /// What a host can have in its hold at each node of a front, in tonnes, of which carriers might have taken so many; less than none where
    /// it cannot be.
    pub fn held(&self, place: usize, stand: &Stand, spares: f64, slot: Slot) -> impl Iterator<Item = f64> {
        let (host, stock) = (&self.ground.hosts[place], stand.stock);
        let most = host.hold + spares;
        let front = self.front(place, slot);
        let last = front.last().map_or(slot, |node| node / host.ways.states);
        let lifted = self.lifted(place, stand.end, last);
        front.iter().map(move |&node| match lifted.at(node / host.ways.states, node % host.ways.states) {
            NEVER => -1.0,
            slots => (stock + f64::from(slots) * host.lift).min(most),
        })
    }

    /// How many tonnes a host can lift from a slot on, at most.
    pub fn most_left(&self, host: usize, slot: Slot) -> f64 {
        self.left[host][slot] * self.ground.hosts[host].lift
    }
}

/// The most slots in which a host can lift from the end of a meeting on, or from the plan's start, before it is at each node unmet.
#[derive(Debug)]
pub struct Lifted {
    start: Slot,
    states: usize,
    /// By node; less than none where it cannot be there.
    slots: Vec<i32>,
}

impl Lifted {
    /// Of a host that was met last until a slot, if it was; up to a last slot.
    pub fn new(host: &Host, end: Option<Slot>, last: Slot) -> Lifted {
        let (states, start) = (host.ways.states, end.unwrap_or(0));
        let base = start * states;
        let mut most = vec![NEVER; (last + 1 - start) * states];
        most[if end.is_some() { host.met } else { 0 }] = 0;
        let from = host.ways.steps.partition_point(|step| step.from / states < start);
        let steps = host.ways.steps[from..].iter().take_while(|step| step.from / states <= last);
        for step in steps.filter(|step| !matches!(step.act, Act::Meet(_))) {
            let before = most[step.from - base];
            let Some(to) = step.to.filter(|_| before > NEVER) else { continue };
            let lifted = if step.act == Act::Lift { step.flow.len() as i32 } else { 0 };
            let Some(after) = most.get_mut(to - base) else { continue };
            *after = (*after).max(before + lifted);
        }
        Lifted { start, states, slots: most }
    }

    /// In a state in a slot.
    pub fn at(&self, slot: Slot, state: usize) -> i32 {
        self.slots[(slot - self.start) * self.states + state]
    }
}

/// For each slot the nodes of which a host that is not met passes one from then on.
fn fronts(host: &Host, slots: usize) -> Vec<Vec<usize>> {
    let states = host.ways.states;
    let mut fronts: Vec<Vec<usize>> =
        (0..=slots).map(|slot| (slot * states..(slot + 1) * states).collect()).collect();
    for step in host.ways.steps.iter().filter(|step| !matches!(step.act, Act::Meet(_))) {
        let Some(to) = step.to else { continue };
        (step.from / states + 1..to / states).for_each(|slot| fronts[slot].push(to));
    }
    for front in &mut fronts {
        front.sort_unstable();
        front.dedup();
    }
    fronts
}

/// For each slot in how many a host can lift from then on, whatever it is doing.
fn left(host: &Host, slots: usize) -> Vec<f64> {
    let states = host.ways.states;
    let mut most = vec![0; (slots + 1) * states];
    let mut left = vec![0; slots + 1];
    for step in host.ways.steps.iter().rev() {
        let lifted = if step.act == Act::Lift { step.flow.len() } else { 0 };
        let here = lifted + step.to.map_or(0, |to| most[to]);
        most[step.from] = most[step.from].max(here);
        // What it is doing may have begun before.
        let last = step.to.map_or(step.from, |to| to.saturating_sub(1).max(step.from)) / states;
        (step.from / states..=last).for_each(|slot| left[slot] = left[slot].max(here));
    }
    left.into_iter().map(|slots| slots as f64).collect()
}

/// For each slot the next one in which a carrier can begin to meet a ship.
fn next(carrier: &Carrier, slots: usize) -> Vec<Slot> {
    let mut begins = vec![false; slots + 2];
    let steps = carrier.ways.steps.iter().filter(|step| step.begins && matches!(step.act, Act::Take(..)));
    steps.for_each(|step| begins[step.busy.start] = true);
    let mut next = vec![slots + 1; slots + 2];
    for slot in (0..=slots).rev() {
        next[slot] = if begins[slot] { slot } else { next[slot + 1] };
    }
    next
}

/// When a carrier can first be where ships are met.
fn arrival(carrier: &Carrier, slots: usize) -> Option<Slot> {
    let states = carrier.ways.states;
    let mut is_reached = vec![false; (slots + 1) * states];
    carrier.ways.origins.iter().for_each(|&origin| is_reached[origin] = true);
    for step in &carrier.ways.steps {
        if let Some(to) = step.to.filter(|_| is_reached[step.from]) {
            is_reached[to] = true;
        }
    }
    (0..=slots).find(|slot| is_reached[slot * states + carrier.field])
}

/// For each slot the trips that leave then or later.
fn trips(carrier: &Carrier, slots: usize, shores: &[Shore]) -> Vec<Vec<Trip>> {
    let mut trips: Vec<Vec<Trip>> = vec![Vec::new(); slots + 1];
    for departs in (0..slots).rev() {
        let mut of_slot = trips[departs + 1].clone();
        for &shore in shores {
            let own = leaving(carrier, slots, departs, shore, |_| false);
            own.into_iter().for_each(|trip| add(&mut of_slot, trip));
        }
        of_slot.sort_by_key(|trip| trip.back);
        trips[departs] = of_slot;
    }
    trips
}

/// The trips that leave in a slot, the soonest back first, where the steps that are blocked may not be taken.
pub fn leaving(
    carrier: &Carrier,
    slots: usize,
    departs: Slot,
    shore: Shore,
    is_blocked: impl Fn(&Step) -> bool,
) -> Vec<Trip> {
    let (states, base) = (carrier.ways.states, departs * carrier.ways.states);
    let field = |slot: Slot| slot * states + carrier.field;
    let is_field = |node: usize| node % states == carrier.field;
    let steps = &carrier.ways.steps;
    let first = steps.partition_point(|step| step.from < base);
    // Staying there is no way out, but it may bring ashore there. Who comes back, and meets nobody, may go on.
    let leaves = |step: &Step| {
        let is_gone = step.to.is_some_and(|to| !is_field(to)) || matches!(step.act, Act::Land(..));
        step.from == field(departs) && is_gone
    };
    let stays = |step: &Step| step.from == field(departs) && !leaves(step);
    let mut here = steps[first..].iter().take_while(|step| step.from < base + states);
    if !here.any(|step| leaves(step) && !matches!(step.act, Act::Take(..))) {
        return Vec::new();
    }
    let mut trips = spread(carrier, slots, (field(departs), departs), carrier.hold, shore, |step| {
        stays(step) || is_blocked(step)
    });
    trips.retain(|trip| trip.lands > 0.0);
    trips
}

/// The ways on which a carrier goes on from where it is when the rest begins, of those who are in its class: to where ships are met, with what it
/// has landed by then of what it has aboard, which may be nothing.
pub fn going_on(
    ground: &Ground,
    (class, member): (usize, usize),
    shore: Shore,
    is_blocked: impl Fn(&Step) -> bool,
) -> Vec<Trip> {
    let carrier = &ground.carriers[class];
    let begin = (carrier.ways.origins[member], ground.until);
    spread(carrier, ground.slots, begin, carrier.loads[member], shore, is_blocked)
}

/// The trips from a node on that are back after a slot, and land no more than so many tonnes.
fn spread(
    carrier: &Carrier,
    slots: usize,
    (origin, departs): (usize, Slot),
    load: f64,
    shore: Shore,
    is_blocked: impl Fn(&Step) -> bool,
) -> Vec<Trip> {
    let states = carrier.ways.states;
    let base = origin / states * states;
    let field = |slot: Slot| slot * states + carrier.field;
    let steps = &carrier.ways.steps;
    let first = steps.partition_point(|step| step.from < base);
    let mut most: Vec<Option<(f64, Option<Landing>)>> = vec![None; (slots + 1) * states - base];
    most[origin - base] = Some((0.0, None));
    let mut trips: Vec<Trip> = Vec::new();
    let mut last: Option<(f64, Option<Landing>)> = None;
    let mut full = usize::MAX;
    for step in &steps[first..] {
        // Nothing better comes after a trip that lands all it can.
        if step.from / states > full {
            break;
        }
        if matches!(step.act, Act::Take(..)) || is_blocked(step) {
            continue;
        }
        let Some((before, lay)) = most[step.from - base] else { continue };
        let Some(to) = step.to else {
            last = last.or(Some((before, lay)));
            continue;
        };
        if matches!(step.act, Act::Land(..)) && !shore.takes(step) {
            continue;
        }
        let landed = match step.act {
            Act::Land(..) => (before + step.lands()).min(load),
            _ => before,
        };
        let lay = match (step.berth, lay) {
            (Some(berth), Some(lay)) if lay.berth == berth => Some(Landing { end: step.busy.end, ..lay }),
            (Some(berth), None) => Some(Landing { berth, start: step.busy.start, end: step.busy.end }),
            (_, lay) => lay,
        };
        if last.is_none_or(|(known, _)| landed > known) {
            last = Some((landed, lay));
        }
        if most[to - base].is_none_or(|(known, _)| landed > known) {
            most[to - base] = Some((landed, lay));
            if to == field(to / states) && to / states >= departs && landed >= load {
                full = full.min(to / states);
            }
        }
    }
    for back in departs..=slots {
        let here = most[field(back) - base].filter(|_| field(back) != origin);
        if let Some((lands, landing)) = here {
            add(&mut trips, Trip { departs, back, lands, landing, shore });
        }
    }
    if let Some((lands, landing)) = last {
        add(&mut trips, Trip { departs, back: slots + 1, lands, landing, shore });
    }
    trips
}

/// Adds a trip where it is not idle, and takes away those that it makes so; of two that are alike the one that leaves sooner is kept, which
/// can still wait for its berth.
pub fn add(trips: &mut Vec<Trip>, trip: Trip) {
    let is_idle = |trip: &Trip, beside: &Trip| {
        let is_alike = (trip.back, trip.lands) == (beside.back, beside.lands);
        trip.shore == beside.shore
            && beside.back <= trip.back
            && beside.lands >= trip.lands
            && (!is_alike || beside.departs < trip.departs)
    };
    if !trips.iter().any(|other| is_idle(&trip, other)) {
        trips.retain(|other| !is_idle(other, &trip));
        trips.push(trip);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_trips_those_are_kept_that_are_back_sooner_or_land_more() {
        let trip = |departs, back, lands| Trip { departs, back, lands, landing: None, shore: Shore::Any };
        let mut trips = Vec::new();
        for (departs, back, lands) in
            [(9, 30, 8.0), (9, 40, 8.0), (6, 30, 8.0), (6, 25, 4.0), (6, 50, 9.0), (9, 25, 4.0)]
        {
            add(&mut trips, trip(departs, back, lands));
        }
        assert_eq!(trips, [trip(6, 30, 8.0), trip(6, 25, 4.0), trip(6, 50, 9.0)]);
    }
}
