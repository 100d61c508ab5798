//! Sailing to and fro for nothing, which costs a goal nothing and a planner his trust.
//!
//! In: an itinerary. Out: the same without legs that lead away and straight back with nothing done there, where the vessel may as well
//! have stayed, and without legs after its last work. A solve that was broken off leaves such legs; one that was finished has none.

use crate::id::Ix;
use crate::plan::windows::may_stay;
use crate::plan::{Plan, Sea, Site, Stand, Vessel};
use crate::schedule::{Itinerary, Move, What};
use crate::time::Slot;
use std::ops::Range;

/// A time at which a vessel is served.
struct Service {
    vessel: Ix<Vessel>,
    site: Ix<Site>,
    slots: Range<Slot>,
}

fn services(plan: &Plan, itinerary: &Itinerary) -> Vec<Service> {
    let moves = itinerary.vessels.iter().flatten();
    let of_move = |step: &Move| {
        let What::Task(task) = step.what else { return None };
        let (vessel, site) = plan.tasks[task].serves.zip(plan.tasks[task].site)?;
        Some(Service { vessel, site, slots: step.start..step.end })
    };
    moves.filter_map(of_move).collect()
}

/// Takes the detours out.
pub fn without_detours(plan: &Plan, sea: &Sea, itinerary: &mut Itinerary) {
    let services = services(plan, itinerary);
    let of_vessels = itinerary.vessels.iter_mut().zip(&mut itinerary.done);
    for (vessel, (moves, done)) in plan.vessels.places().zip(of_vessels) {
        let stays: Vec<_> = plan.vessels[vessel]
            .calls
            .iter()
            .map(|&site| (site, may_stay(plan, sea, Stand { vessel, site, gear: 0 })))
            .collect();
        let may_lie = |site, from: Slot, to: Slot| {
            let stay = stays.iter().find(|(known, _)| *known == site);
            stay.is_some_and(|(_, stay)| stay[from..to].iter().all(|&may| may))
        };
        let ship = &plan.vessels[vessel];
        // A call at which it refuels is no detour.
        let refuels =
            |site: Ix<Site>| plan.sites[site].refuels && (ship.range.is_some() || ship.bunkers.is_some());
        // Nor is one at which it is served, though it does nothing there itself.
        let is_served = |site: Ix<Site>, slots: Range<Slot>| {
            let own = services.iter().filter(|service| (service.vessel, service.site) == (vessel, site));
            own.into_iter()
                .any(|service| slots.start <= service.slots.start && service.slots.end <= slots.end)
        };
        let mut at = 0;
        while at + 1 < moves.len() {
            match (&moves[at].what, &moves[at + 1].what) {
                (&What::Sail(from, to), &What::Sail(there, back))
                    if from == back
                        && to == there
                        && !refuels(to)
                        && !is_served(to, moves[at].end..moves[at + 1].start)
                        && may_lie(from, moves[at].start, moves[at + 1].end) =>
                {
                    moves.drain(at..at + 2);
                    // What was before it may lead straight back now.
                    at = at.saturating_sub(1);
                }
                _ => at += 1,
            }
        }
        // Nor does one sail anywhere at the end who may be done anywhere.
        while let Some(last) = moves.last().filter(|_| ship.home.is_none()) {
            let is_idle = match last.what {
                What::Sail(from, to) => {
                    may_lie(from, last.start, plan.horizon.slots)
                        && !is_served(to, last.end..plan.horizon.slots)
                }
                _ => false,
            };
            if !is_idle {
                break;
            }
            moves.pop();
        }
        *done = moves.last().map_or(0, |last| last.end);
    }
}
