//! A first answer in no time: a way for each vessel that works, then carriers that fetch what it lifts.
//!
//! In: the sets of a model. Out: an itinerary that keeps every rule of the paths, or nothing where none was found; how many tonnes
//! flow in it is left to the solver. Ships that work go the best way through their network by [`path`], carriers are sent by
//! [`carry`] as a dispatcher would. It proves nothing: it is what the solver begins with, and what there is if it is stopped soon.

mod carry;
mod path;

use super::sets::Sets;
use crate::schedule::{Itinerary, What};

/// How full a carrier should be before it loads, in shares of its hold; each is tried.
const FILLS: [f64; 4] = [1.0, 0.75, 0.5, 0.25];

/// Itineraries to begin with, the most promising first.
pub fn construct(sets: &Sets<'_>) -> Vec<Itinerary> {
    let plan = sets.plan;
    let mut itinerary = Itinerary::default();
    for vessel in plan.vessels.places() {
        let network = &sets.networks[vessel.index()];
        let moves = match network.count {
            1 if !sets.fleets.iter().any(|fleet| fleet.vessel == vessel) => path::best(sets, network),
            _ => Some(Vec::new()),
        };
        let Some(moves) = moves else { return Vec::new() };
        itinerary.vessels.push(moves);
    }
    let mut found: Vec<(f64, Itinerary)> = Vec::new();
    if sets.fleets.is_empty() {
        found.push((0.0, itinerary));
    } else {
        found.extend(FILLS.iter().map(|&fill| carry::carry(sets, &itinerary, fill)));
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
    }
    for (_, itinerary) in &mut found {
        itinerary.done =
            itinerary.vessels.iter().map(|moves| moves.last().map_or(0, |last| last.end)).collect();
        itinerary.vessels.iter_mut().flatten().for_each(|step| {
            if let What::Sample(_, tonnes) | What::Transfer(_, tonnes) = &mut step.what {
                tonnes.resize(step.end - step.start, 0.0);
            }
        });
    }
    found.into_iter().map(|(_, itinerary)| itinerary).collect()
}
