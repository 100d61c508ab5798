//! Carriers that come and go, planned as rows of meetings: a good first answer, and often the proof that there is no better one.
//!
//! In: the sets of a model. Out: itineraries, and the most tonnes that any schedule brings ashore. [`ground`] is what matters of the plan,
//! [`steps`] what each vessel can do and [`offers`] what of it both sides of a meeting can; [`duals`] the prices ([`market`]) that make everybody's own
//! best way a bound for all together, [`tables`] what lies between two meetings, [`berths`] who waits for whom ashore, [`hope`] what can still
//! be landed. With one ship to be met [`search`] is a dynamic programme over rows of meetings ([`label`]); with several, [`beam`] goes slot by
//! slot and keeps the most hopeful. [`ways`] is the way back to an itinerary.

mod beam;
mod berths;
mod duals;
mod ground;
mod hope;
mod label;
mod market;
mod offers;
mod search;
mod steps;
mod tables;
#[cfg(test)]
mod tests;
mod ways;

use super::sets::Sets;
use crate::schedule::Itinerary;
use beam::Beam;
use duals::{Settled, Values};
use ground::Ground;
use hope::{Hope, NOTHING};
use search::{Found, Room, Search};
use tables::Tables;

/// Where nothing is known yet, this share of a bound is taken to be possible.
const LIKELY: f64 = 0.95;
/// For these shares of the bound, one after the other, something better is looked for, until something is found.
const HOPES: [f64; 4] = [0.9, 0.8, 0.6, 0.0];
/// How many labels the search for something good keeps in a slot, in pass after pass.
const WIDTHS: [usize; 2] = [16, 128];
/// How many steps are made towards better prices, in which stretches, before the first row of meetings for several ships is sought.
const FIRST: [(usize, usize); 1] = [(6, 25)];
/// Before each of the others.
const NEXT: [&[(usize, usize)]; 3] = [&[(2, 60), (1, 60)], &[(1, 200)], &[(1, 200)]];
/// How many rows are kept, in the first pass and then in turn.
const FIRST_WIDTH: usize = 8;
const BEAMS: [usize; 4] = [64, 64, 64, 256];
/// After so many passes without anything better nothing more is sought.
const IDLE: usize = 8;

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
    fn has_one_host(&self) -> bool {
        self.ground.hosts.len() == 1
    }

    /// The best rows of meetings that are found in time.
    pub fn best(&self, has_time: &dyn Fn() -> bool) -> Best {
        let mut best = if self.has_one_host() { self.of_one(has_time) } else { self.of_several(has_time) };
        best.ways.reverse();
        best
    }

    /// With one ship to be met: by meetings, and if there is time without leaving anything out.
    fn of_one(&self, has_time: &dyn Fn() -> bool) -> Best {
        let ground = &self.ground;
        let tables = Tables::new(ground);
        let mut settled = Settled::free(ground);
        settled.settle(ground, LIKELY * settled.best.0, &duals::ROUGH, has_time);
        let values = Values::new(ground, settled.best.1, usize::MAX);
        let search = Search::new(ground, &tables, Hope::new(ground, &values));
        let mut best = Best { ways: Vec::new(), most: values.bound };
        let mut known = 0.0;
        let see = |found: &Found, best: &mut Best, known: &mut f64| {
            if let Some(meetings) = found.meetings.as_ref().filter(|_| found.landed > *known) {
                *known = found.landed;
                best.ways.extend(ways::itinerary(self.sets, ground, &tables, meetings));
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
        best
    }

    /// With several: better prices and rows of meetings in turn.
    fn of_several(&self, has_time: &dyn Fn() -> bool) -> Best {
        let ground = &self.ground;
        let tables = Tables::new(ground);
        let lifted: f64 = ground.hosts.iter().map(|host| host.most).sum();
        let mut settled = Settled::free(ground);
        let mut best = Best { ways: Vec::new(), most: lifted.min(settled.best.0) };
        let (mut known, mut idle) = (0.0, 0);
        for pass in 0.. {
            // What is known to be possible is where the prices lead to.
            let target = if known > 0.0 { known } else { LIKELY * best.most };
            let steps = if pass == 0 { &FIRST[..] } else { NEXT[(pass - 1).min(NEXT.len() - 1)] };
            settled.settle(ground, target, steps, has_time);
            let width = if pass == 0 { FIRST_WIDTH } else { BEAMS[(pass - 1) % BEAMS.len()] };
            let values = Values::new(ground, settled.middle.clone(), usize::MAX);
            let found = Beam::new(ground, &tables, &values).run(width, known, has_time);
            idle += 1;
            if let Some((landed, meetings)) = found {
                let way = ways::itinerary(self.sets, ground, &tables, &meetings);
                if way.is_some() {
                    (known, idle) = (landed, 0);
                }
                best.ways.extend(way);
            }
            if known >= best.most - NOTHING || idle == IDLE || !has_time() {
                break;
            }
        }
        best.most = best.most.min(Values::new(ground, settled.best.1, usize::MAX).bound);
        best
    }
}
