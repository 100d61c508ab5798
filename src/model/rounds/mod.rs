//! Carriers that come and go, planned as rows of meetings: a good first answer, and often the proof that there is no better one.
//!
//! In: the sets of a model. Out: itineraries, and the most tonnes that any schedule brings ashore. [`ground`] is what matters of the plan
//! and [`steps`] what each vessel can do,
//! [`duals`] the prices that make everybody's own best way a bound for all together, [`tables`] what lies between two meetings, [`hope`] what
//! can still be landed, [`search`] a dynamic programme over rows of meetings ([`label`]), [`ways`] the way back to an itinerary.

mod duals;
mod ground;
mod hope;
mod label;
mod search;
mod steps;
mod tables;
mod ways;

use super::sets::Sets;
use crate::schedule::Itinerary;
use ground::Ground;
use hope::Hope;
use search::{Found, Room, Search};
use tables::Tables;

/// Where nothing is known yet, this share of a bound is taken to be possible.
const LIKELY: f64 = 0.95;
/// For these shares of the bound, one after the other, something better is looked for, until something is found.
const HOPES: [f64; 4] = [0.9, 0.8, 0.6, 0.0];
/// How many labels the search for something good keeps in a slot, in pass after pass.
const WIDTHS: [usize; 2] = [16, 128];

/// A plan in which carriers come and go.
pub struct Rounds<'s, 'p> {
    sets: &'s Sets<'p>,
    ground: Ground,
}

/// What is found of it.
pub struct Best {
    /// The ways of all vessels, the best first.
    pub ways: Vec<Itinerary>,
    /// No schedule brings more tonnes ashore.
    pub most: f64,
}

impl<'s, 'p> Rounds<'s, 'p> {
    /// The rounds of a plan, if it is of that kind.
    pub fn new(sets: &'s Sets<'p>) -> Option<Rounds<'s, 'p>> {
        Some(Rounds { sets, ground: Ground::new(sets)? })
    }

    /// Whether there is one ship to be met, so that a search can be exact.
    pub fn has_one_host(&self) -> bool {
        self.ground.hosts.len() == 1
    }

    /// No schedule brings more tonnes ashore.
    pub fn most(&self, has_time: &dyn Fn() -> bool) -> f64 {
        duals::settle(&self.ground, LIKELY, has_time).bound
    }

    /// The best rows of meetings that are found in time.
    pub fn best(&self, has_time: &dyn Fn() -> bool) -> Best {
        let tables = Tables::new(&self.ground);
        let values = duals::settle(&self.ground, LIKELY, has_time);
        let search = Search::new(&self.ground, &tables, Hope::new(&self.ground, &values));
        let mut best = Best { ways: Vec::new(), most: values.bound };
        let mut known = 0.0;
        let see = |found: &Found, best: &mut Best, known: &mut f64| {
            if let Some(meetings) = found.meetings.as_ref().filter(|_| found.landed > *known) {
                *known = found.landed;
                let ways = ways::itinerary(self.sets, &self.ground, &tables, meetings);
                best.ways.extend(ways);
            }
        };
        for hope in HOPES {
            for width in WIDTHS {
                if has_time() && known < best.most {
                    let from = f64::max(known, hope * values.bound);
                    see(
                        &search.run(from, Room { labels: width, waits: true }, has_time),
                        &mut best,
                        &mut known,
                    );
                }
            }
            if known > 0.0 {
                break;
            }
        }
        if has_time() {
            // As if berths were never taken, so that nothing is left out; where one would be, there are no such ways.
            let found = search.run(known, Room { labels: usize::MAX, waits: false }, has_time);
            best.most = best.most.min(found.bound);
            see(&found, &mut best, &mut known);
        }
        best.ways.reverse();
        best
    }
}
