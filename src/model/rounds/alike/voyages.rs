//! Trips to each of the places ashore, where berths are taken.
//!
//! In: a [`Ground`]. Out: for each place with berths, and for all without together, the trip that brings a load there soonest and finds a berth.

use super::state::Lay;
use crate::model::rounds::berths::is_full;
use crate::model::rounds::ground::Ground;
use crate::model::rounds::steps::{Act, Step};
use crate::model::rounds::tables::{Landing, Shore, Trip, add, leaving};
use crate::time::Slot;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What is no more than a rounding.
const ROUNDING: f64 = 1e-6;

/// The trips that leave a place's way in a slot while some lie there.
type Around = HashMap<(usize, Slot, Vec<Landing>), Rc<Vec<Trip>>>;

/// Trips to each of the places ashore.
pub struct Voyages<'g> {
    ground: &'g Ground,
    /// The berths of each place, if it has any.
    pub places: Vec<Option<usize>>,
    /// By place and slot the trips that leave then or later, as if no berth were taken.
    free: Vec<Vec<Vec<Trip>>>,
    /// By place and slot the first in which who leaves then can lie at a berth.
    ready: Vec<Vec<Slot>>,
    around: RefCell<Around>,
}

impl<'g> Voyages<'g> {
    /// Of a ground whose carriers are all alike.
    pub fn new(ground: &'g Ground) -> Voyages<'g> {
        let lands = |step: &&Step| matches!(step.act, Act::Land(..));
        let steps = ground.carriers.iter().flat_map(|carrier| &carrier.ways.steps);
        let mut places: Vec<Option<usize>> = steps.filter(lands).map(|step| step.berth).collect();
        places.sort_unstable();
        places.dedup();
        let mut voyages =
            Voyages { ground, places, free: Vec::new(), ready: Vec::new(), around: RefCell::default() };
        let of_place = |place: usize| {
            let mut trips: Vec<Vec<Trip>> = vec![Vec::new(); ground.slots + 1];
            for departs in (0..ground.slots).rev() {
                let mut of_slot = trips[departs + 1].clone();
                voyages.leaving(place, departs, &[]).into_iter().for_each(|trip| add(&mut of_slot, trip));
                of_slot.sort_by_key(|trip| trip.back);
                trips[departs] = of_slot;
            }
            trips
        };
        let free: Vec<Vec<Vec<Trip>>> = (0..voyages.places.len()).map(of_place).collect();
        let ready = |trips: &Vec<Vec<Trip>>| -> Vec<Slot> {
            let start = |of_slot: &Vec<Trip>| {
                let starts = of_slot.iter().filter_map(|trip| trip.landing).map(|lay| lay.start);
                starts.min().unwrap_or(ground.slots)
            };
            let mut ready: Vec<Slot> = trips.iter().map(start).collect();
            (1..ready.len()).for_each(|slot| ready[slot] = ready[slot].max(ready[slot - 1]));
            ready
        };
        voyages.ready = free.iter().map(ready).collect();
        voyages.free = free;
        voyages
    }

    /// The trips to a place that leave in a slot while some lie there.
    fn leaving(&self, place: usize, departs: Slot, taken: &[Landing]) -> Vec<Trip> {
        let Some(carrier) = self.ground.carriers.first() else { return Vec::new() };
        leaving(carrier, self.ground.slots, departs, Shore::Any, |step| {
            let is_other = matches!(step.act, Act::Land(..)) && step.berth != self.places[place];
            let busy = || step.busy.clone();
            let is_taken = |berth: usize| {
                let lay = Landing { berth, start: busy().start, end: busy().end };
                is_full(taken, self.ground.berths[berth], lay)
            };
            is_other || step.berth.is_some_and(is_taken)
        })
    }

    /// The soonest trip to a place with a load that leaves in a slot or later, while others lie there; it lands all of it if any does.
    pub fn trip(&self, place: usize, slot: Slot, load: f64, taken: &[Landing]) -> Option<Trip> {
        let mut best: Option<Trip> = None;
        let mut see = |trip: Trip| {
            let trip = Trip { lands: trip.lands.min(load), ..trip };
            let is_better = best.is_none_or(|best| {
                let (more, less) = (trip.lands > best.lands + ROUNDING, trip.lands < best.lands - ROUNDING);
                more || (!less && trip.back < best.back)
            });
            if is_better {
                best = Some(trip);
            }
        };
        for trip in &self.free[place][slot.min(self.ground.slots)] {
            let free = trip.landing.map(|lay| self.shorter(trip, lay, load));
            if free.is_none_or(|lay| !is_full(taken, self.ground.berths[lay.berth], lay)) {
                see(Trip { landing: free, ..*trip });
            } else {
                for trip in self.around(place, trip.departs, taken).iter() {
                    see(Trip { landing: trip.landing.map(|lay| self.shorter(trip, lay, load)), ..*trip });
                }
            }
        }
        best
    }

    /// The first slot in which who leaves then, or later, can lie at a berth of a place.
    pub fn ready(&self, place: usize, slot: Slot) -> Slot {
        self.ready[place][slot.min(self.ground.slots)]
    }

    /// Whether who leaves after a slot is better off than who leaves later.
    pub fn departs(&self, slot: Slot) -> bool {
        slot >= self.ground.slots || self.free.iter().any(|trips| trips[slot] != trips[slot + 1])
    }

    /// The part of a time at a berth that a load needs.
    fn shorter(&self, trip: &Trip, lay: Landing, load: f64) -> Landing {
        let steps = self.ground.carriers.iter().flat_map(|carrier| &carrier.ways.steps);
        let mut rates = steps.filter(|step| step.berth == Some(lay.berth)).map(Step::lands);
        let Some(rate) = rates.find(|rate| *rate > 0.0) else { return lay };
        let idle = ((trip.lands - load) / rate + ROUNDING).floor().max(0.0) as usize;
        Landing { end: (lay.end - idle.min(lay.end)).max(lay.start + 1), ..lay }
    }

    /// The same as what leaves, found once.
    fn around(&self, place: usize, departs: Slot, taken: &[Landing]) -> Rc<Vec<Trip>> {
        let own = taken.iter().filter(|lay| Some(lay.berth) == self.places[place] && lay.end > departs);
        let key = (place, departs, own.copied().collect::<Vec<Landing>>());
        if let Some(known) = self.around.borrow().get(&key) {
            return Rc::clone(known);
        }
        let trips = Rc::new(self.leaving(place, departs, &key.2));
        self.around.borrow_mut().insert(key, Rc::clone(&trips));
        trips
    }
}

/// A time at a berth as it is kept, and back.
pub fn lay_of(landing: Option<Landing>) -> Lay {
    let of = |lay: Landing| Lay { berth: lay.berth as u8, start: lay.start as u16, end: lay.end as u16 };
    landing.map_or(Lay { berth: 0, start: 0, end: 0 }, of)
}

pub fn landing_of(lay: Lay) -> Option<Landing> {
    let of = || Landing { berth: lay.berth.into(), start: lay.start.into(), end: lay.end.into() };
    (lay.end > lay.start).then(of)
}
