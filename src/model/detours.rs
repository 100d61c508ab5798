//! Sailing to and fro for nothing, which costs a goal nothing and a planner his trust.
//!
//! In: an itinerary. Out: the same without legs that lead away and back with nothing done on the way, where the vessel may as well
//! have stayed, and without legs after its last work. Where legs cost no goal anything a solve leaves such legs if ties are not broken to the end.

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
        // A call at which it refuels is no detour, unless it comes from where it could refuel as well.
        let refuels =
            |site: Ix<Site>| plan.sites[site].refuels && (ship.range.is_some() || ship.bunkers.is_some());
        // Nor is one at which it is served, though it does nothing there itself.
        let is_served = |site: Ix<Site>, slots: Range<Slot>| {
            let own = services.iter().filter(|service| (service.vessel, service.site) == (vessel, site));
            own.into_iter()
                .any(|service| slots.start <= service.slots.start && service.slots.end <= slots.end)
        };
        // How many legs from one on lead back to where it starts, with nothing done on the way.
        let round = |moves: &[Move]| {
            let What::Sail(from, _) = moves.first()?.what else { return None };
            for (nth, step) in moves.iter().enumerate() {
                let What::Sail(_, to) = step.what else { return None };
                if to == from {
                    return may_lie(from, moves[0].start, step.end).then_some(nth + 1);
                }
                let next = moves.get(nth + 1)?;
                if (refuels(to) && !refuels(from)) || is_served(to, step.end..next.start) {
                    return None;
                }
            }
            None
        };
        // Calls that are averaged over the plan are better two short ones than one that is long.
        let mut at = if ship.demurrage.is_some() { moves.len() } else { 0 };
        while at < moves.len() {
            match round(&moves[at..]) {
                Some(legs) => {
                    moves.drain(at..at + legs);
                    // What was before them may lead straight back now.
                    at = 0;
                }
                None => at += 1,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The legs that are left of a way through the sites a, b and c, and when its vessel is done.
    fn left(vessel: &str, way: &[usize]) -> (Vec<(usize, usize)>, Slot) {
        let text = format!(
            "plan = {{ name = \"rounds\", start = 2026-01-01T00:00:00Z, end = 2026-01-05T00:00:00Z }}\n\
             site = [{{ id = \"a\", kind = \"port\", position = [24.0, 154.0] }}, {{ id = \"b\", kind = \"port\", position = [24.1, 154.0] }}, \
             {{ id = \"c\", kind = \"port\", position = [24.2, 154.0], refuels = false }}]\n\
             vessel = [{{ id = \"ship\", at = \"a\", home = \"a\", calls = [\"a\", \"b\", \"c\"], speed = \"6 kn\"{vessel} }}]\n"
        );
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plan.toml"), text).expect("written");
        let checked = crate::plan::load(folder.path()).expect("a file");
        let drawn: Vec<String> = checked.found.iter().map(|found| found.render(false)).collect();
        let (plan, sea) = checked.plan.unwrap_or_else(|| panic!("{}", drawn.join("\n")));
        let legs = way.windows(2).enumerate().map(|(nth, leg)| Move {
            what: What::Sail(Ix::new(leg[0]), Ix::new(leg[1])),
            start: 4 * nth,
            end: 4 * nth + 2,
        });
        let vessels = vec![legs.collect()];
        let mut itinerary = Itinerary { vessels, done: vec![96], ..Itinerary::default() };
        without_detours(&plan, &sea, &mut itinerary);
        let leg = |step: &Move| match step.what {
            What::Sail(from, to) => (from.index(), to.index()),
            _ => unreachable!("only legs"),
        };
        (itinerary.vessels[0].iter().map(leg).collect(), itinerary.done[0])
    }

    #[test]
    fn ways_that_lead_back_are_taken_out_and_calls_to_refuel_are_not() {
        assert_eq!(left("", &[0, 1, 0]), (vec![], 0));
        assert_eq!(left("", &[0, 1, 2, 0]), (vec![], 0));
        assert_eq!(left("", &[0, 2, 1, 2]), (vec![(0, 2)], 2));
        assert_eq!(left(", range = \"500 NM\"", &[0, 2, 1, 2]), (vec![(0, 2), (2, 1), (1, 2)], 10));
        assert_eq!(left(", range = \"500 NM\"", &[0, 1, 2, 0]), (vec![], 0));
        assert_eq!(left(", range = \"500 NM\"", &[0, 2, 0]), (vec![], 0));
    }
}
