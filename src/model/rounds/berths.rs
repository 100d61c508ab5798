//! Berths: where carriers lie in each other's way, and the trips that wait until one is free.
//!
//! In: where other carriers will lie. Out: for each trip itself, or those that leave in the same slot and wait for a berth.

use super::ground::Ground;
use super::row::Ship;
use super::steps::Step;
use super::tables::{Landing, Shore, Trip, add, going_on, leaving};
use crate::time::Slot;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What trips there are while berths are taken: class, slot, shore, and the landings of others.
type Around = HashMap<(usize, Slot, Shore, Vec<Landing>), Arc<Vec<Trip>>>;

/// The berths of a ground.
pub struct Berths<'g> {
    ground: &'g Ground,
    around: Mutex<Around>,
}

impl<'g> Berths<'g> {
    /// Nobody has waited for them yet.
    pub fn new(ground: &'g Ground) -> Berths<'g> {
        Berths { ground, around: Mutex::default() }
    }

    /// Sees each of some trips of a class that finds a berth, and what is left of those that do not.
    pub fn for_each(&self, class: usize, trips: &[Trip], taken: &[Landing], mut see: impl FnMut(Trip)) {
        for trip in trips {
            if trip.landing.is_none_or(|lay| !is_full(taken, self.ground.berths[lay.berth], lay)) {
                see(*trip);
            } else {
                self.around(class, trip.departs, trip.shore, taken).iter().for_each(|trip| see(*trip));
            }
        }
    }

    /// The ways on which one of a class goes on when the rest begins, and waits for a berth where it must.
    pub fn going_on(&self, who: (usize, usize), shores: &[Shore], taken: &[Landing]) -> Vec<Trip> {
        let mut trips = Vec::new();
        for &shore in shores {
            let own = going_on(self.ground, who, shore, |step| self.is_blocked(taken, step));
            own.into_iter().for_each(|trip| add(&mut trips, trip));
        }
        // Who lands nothing does so anywhere.
        let soonest = trips.iter().map(|trip| trip.back).min();
        trips.retain(|trip| trip.lands > 0.0 || Some(trip.back) == soonest);
        trips.dedup_by(|a, b| a.lands <= 0.0 && b.lands <= 0.0);
        trips
    }

    /// Whether a step takes a berth when all of them are taken.
    fn is_blocked(&self, taken: &[Landing], step: &Step) -> bool {
        step.berth.is_some_and(|berth| {
            let lay = Landing { berth, start: step.busy.start, end: step.busy.end };
            is_full(taken, self.ground.berths[berth], lay)
        })
    }

    /// The trips that leave in a slot and wait for a berth where they must.
    fn around(&self, class: usize, departs: Slot, shore: Shore, taken: &[Landing]) -> Arc<Vec<Trip>> {
        let key = (class, departs, shore, taken.to_vec());
        if let Some(known) = self.around.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let ground = self.ground;
        let is_blocked = |step: &Step| self.is_blocked(taken, step);
        let trips = leaving(&ground.carriers[class], ground.slots, departs, shore, is_blocked);
        let trips = Arc::new(trips);
        self.around.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&trips));
        trips
    }
}

/// Where other carriers still lie at berths after a slot.
pub fn taken(ships: &[Ship], nth: usize, slot: Slot) -> Vec<Landing> {
    let others = ships.iter().enumerate().filter(|(other, _)| *other != nth);
    let landings = others.filter_map(|(_, ship)| ship.landing).filter(|lay| lay.end > slot);
    let mut taken: Vec<Landing> = landings.collect();
    taken.sort_unstable_by_key(|lay| (lay.berth, lay.start, lay.end));
    taken
}

/// Whether all berths are taken at some time of a landing.
pub fn is_full(taken: &[Landing], berths: usize, lay: Landing) -> bool {
    let at = |slot: Slot| {
        let is_there =
            |other: &&Landing| other.berth == lay.berth && (other.start..other.end).contains(&slot);
        taken.iter().filter(is_there).count() >= berths
    };
    at(lay.start) || taken.iter().any(|other| (lay.start..lay.end).contains(&other.start) && at(other.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lay(berth: usize, start: Slot, end: Slot) -> Landing {
        Landing { berth, start, end }
    }

    #[test]
    fn a_berth_is_taken_where_as_many_lie_at_once_as_there_are() {
        let taken = [lay(0, 2, 5), lay(0, 4, 8), lay(1, 0, 9)];
        assert!(is_full(&taken, 1, lay(0, 0, 3)) && is_full(&taken, 1, lay(0, 7, 9)));
        assert!(!is_full(&taken, 1, lay(0, 0, 2)) && !is_full(&taken, 1, lay(0, 8, 9)));
        assert!(is_full(&taken, 2, lay(0, 0, 5)), "both lie there in slot 4");
        assert!(!is_full(&taken, 2, lay(0, 0, 4)) && !is_full(&taken, 2, lay(0, 5, 9)));
    }
}
