//! Carriers that come and go, planned as rows of meetings: a good first answer, and often the proof that there is no better one.
//!
//! In: the sets of a model. Out: itineraries, and the most tonnes that any schedule brings ashore. [`ground`] is what matters of the plan,
//! [`steps`] what each vessel can do and [`offers`] what of it both sides of a meeting can; [`duals`] the prices ([`market`], [`layers`]) that make
//! everybody's own best way a bound for all together, [`tables`] what lies between two meetings, [`berths`] who waits for whom ashore, [`hope`] what can still
//! be landed. [`search`] goes slot by slot and keeps the most hopeful rows of meetings ([`row`]) that no other is nowhere behind of ([`dominance`]): with
//! little room, and few of those whose carriers are there at the same times, for something good, with much for a proof. Where carriers are alike, and several
//! ships too, [`alike`] comes before. [`ways`] is the way back to an itinerary.

mod alike;
mod before;
mod begin;
mod berths;
mod between;
mod dominance;
mod duals;
mod ground;
mod hope;
mod layers;
mod market;
mod offers;
mod row;
mod search;
mod steps;
mod tables;
#[cfg(test)]
mod tests;
mod ways;

pub use before::{aboard, landed};
pub use ground::unit_of;

use super::construct::whole;
use super::in_time::InTime;
use super::joined::part_in_turn;
use super::sets::Sets;
use crate::id::Ix;
use crate::plan::Commodity;
use crate::schedule::Itinerary;
use alike::Alike;
use duals::{Settled, Values};
use ground::Ground;
use hope::NOTHING;
use search::{Found, Room, Search};
use std::cell::Cell;
use std::time::{Duration, Instant};
use tables::Tables;

/// Where nothing is known yet, this share of a bound is taken to be possible.
const LIKELY: f64 = 0.95;
/// How many steps are made towards better prices, in which stretches, before the first row of meetings is sought.
const FIRST: [(usize, usize); 1] = [(6, 25)];
/// Before each of the others.
const NEXT: [&[(usize, usize)]; 3] = [&[(2, 60), (1, 60)], &[(1, 200)], &[(1, 200)]];
/// How many rows are kept in a slot, in the first pass.
const FIRST_WIDTH: usize = 8;
/// In the others, with one ship to be met; and with several, one pass after the other and then as in the last.
const WIDTH_OF_ONE: usize = 256;
const WIDTHS_OF_SEVERAL: [usize; 6] = [64, 64, 64, 256, 1024, 4096];
/// How many of them whose carriers are there at the same times, in turn: where there are few there is room for others, and which number is best differs.
const ALIKE: [usize; 3] = [3, 1, 2];
/// How many rows are kept in a proof; and with one ship to be met, where what is known is near the bound. With several there would soon be too many.
const PROOF: usize = 1 << 10;
const NEAR_PROOF: usize = 1 << 15;
/// So near is what misses no more than this share.
const NEAR: f64 = 0.08;
/// A proof may take so many times as long as all that came before it, or at least so long: what leads nowhere leaves time for better rows.
const LONGER: u32 = 4;
const SHORT: Duration = Duration::from_secs(2);
/// A proof that would leave more than this share of the gap open is given up.
const OPEN: f64 = 0.5;
/// After so many passes without anything better nothing more is sought.
const IDLE: usize = 8;

/// A plan in which carriers come and go.
pub struct Rounds<'s, 'p> {
    sets: &'s Sets<'p>,
    ground: Ground,
    /// Whether no schedule brings more ashore than is found.
    is_bound: bool,
}

/// What is found of it.
pub struct Best {
    /// The ways of all vessels, the best first.
    pub ways: Vec<Itinerary>,
    /// What the best of them land from now on, as far as the search knows.
    known: f64,
    /// No schedule brings more tonnes ashore.
    pub most: f64,
}

impl Best {
    /// Whether something better may be found.
    fn is_open(&self) -> bool {
        self.known < self.most - NOTHING
    }
}

impl<'s, 'p> Rounds<'s, 'p> {
    /// The rounds of a plan, if it is of that kind.
    pub fn new(sets: &'s Sets<'p>) -> Option<Rounds<'s, 'p>> {
        Some(Rounds { sets, ground: Ground::new(sets)?, is_bound: true })
    }

    /// The same where only what is landed in time for a demand counts; with what is carried.
    pub fn in_time(sets: &'s Sets<'p>, in_time: &InTime<'_, '_>) -> Option<(Rounds<'s, 'p>, Ix<Commodity>)> {
        let ground = Ground::in_time(sets, &|site, commodity| in_time.last(site, commodity))?;
        Some((Rounds { sets, ground, is_bound: true }, ground::the_commodity(sets)?))
    }

    /// Whether those that meet have work in between, of which nothing is known here.
    pub fn has_work(&self) -> bool {
        between::has_work(self.sets, &self.ground)
    }

    /// The same with that work done when it is in an itinerary.
    pub fn with_work(mut self, itinerary: &Itinerary) -> Rounds<'s, 'p> {
        between::keep_work(self.sets, &mut self.ground, itinerary);
        Rounds { is_bound: false, ..self }
    }

    /// Whether what is found here may not be possible, since amounts are ruled by more than is known here.
    pub fn leaves_out(&self) -> bool {
        self.ground.leaves_out
    }

    /// An itinerary of those that meet with the ways of all others, as if each location lifted in its turn.
    pub fn whole(&self, ways: Itinerary) -> Option<Itinerary> {
        let mut itinerary = whole(self.sets, ways)?;
        part_in_turn(self.sets, &mut itinerary);
        Some(itinerary)
    }

    /// The best rows of meetings that are found in time: better prices, something good at these, and a proof if it is near, in turn.
    /// The first are sought to the end even if that takes longer, unless nobody wants it any more. What is the most that can be landed is told
    /// pass by pass.
    pub fn best(
        &self,
        has_time: &dyn Fn() -> bool,
        is_wanted: &dyn Fn() -> bool,
        tell: &dyn Fn(f64),
    ) -> Best {
        let began = Instant::now();
        let ground = &self.ground;
        let tables = Tables::new(ground, true);
        let anywhere = (!ground.rooms.is_empty()).then(|| Tables::new(ground, false));
        let anywhere = anywhere.as_ref().unwrap_or(&tables);
        let given: f64 = ground.hosts.iter().map(|host| host.most).sum();
        let aboard: f64 = ground.carriers.iter().flat_map(|carrier| &carrier.loads).sum();
        let lifted = given + aboard;
        let mut settled = Settled::free(ground);
        if !settled.best.0.is_finite() {
            // Somebody cannot go on at all, as far as is known here: nothing is known then.
            return Best { ways: Vec::new(), known: 0.0, most: f64::MAX };
        }
        let mut best = Best { ways: Vec::new(), known: 0.0, most: lifted.min(settled.best.0) };
        let alike = self.alike(&tables);
        self.see_alike(alike.as_ref(), &mut best, has_time);
        let mut bounding = Bounding::new(alike.as_ref());
        bounding.go_on(&mut best, began, has_time);
        tell(self.told(ground.landed + best.most));
        let mut idle = 0;
        for pass in 0.. {
            // What is known to be possible is where the prices lead to.
            let target = if best.known > 0.0 { best.known } else { LIKELY * best.most };
            let steps = if pass == 0 { &FIRST[..] } else { NEXT[(pass - 1).min(NEXT.len() - 1)] };
            settled.settle(ground, target, steps, has_time);
            let values = Values::new(ground, settled.middle.clone());
            best.most = best.most.min(values.bound);
            let rows = self.rows(pass);
            let goes_on = if pass == 0 { is_wanted } else { has_time };
            let room = Room { rows, alike: ALIKE[pass % ALIKE.len()], waits: true, limit: f64::INFINITY };
            let found = Search::new(ground, &tables, &values).run(best.known, room, goes_on);
            let mut is_better = self.see(&tables, found, &mut best);
            if pass > 0 && best.is_open() && has_time() {
                // As if berths were never taken and trips could land anywhere, so that nothing is left out.
                let limit = best.known + OPEN * (best.most - best.known);
                let room =
                    Room { rows: self.rows_of_proof(&best, idle), alike: usize::MAX, waits: false, limit };
                bounding.go_on(&mut best, began, has_time);
                let until = until(began);
                let is_short = || has_time() && Instant::now() < until;
                let found = Search::new(ground, anywhere, &values).run(best.known, room, &is_short);
                best.most = best.most.min(found.bound);
                // With several ships it may have counted tonnes twice.
                is_better |= ground.hosts.len() == 1 && self.see(anywhere, found, &mut best);
            }
            tell(self.told(ground.landed + best.most));
            idle = if is_better { 0 } else { idle + 1 };
            if !best.is_open() || idle == IDLE || !has_time() {
                break;
            }
        }
        best.most = self.told(ground.landed + best.most.min(settled.best.0));
        best.ways.reverse();
        best
    }

    /// The search where carriers are alike and several ships too, if that is all there is to it.
    fn alike<'t>(&'t self, tables: &'t Tables<'t>) -> Option<Alike<'t>> {
        let is_it = self.is_bound && self.ground.hosts.len() > 1 && !self.has_work();
        is_it.then(|| Alike::new(&self.ground, tables)).flatten()
    }

    /// Keeps what it finds.
    fn see_alike(&self, alike: Option<&Alike<'_>>, best: &mut Best, has_time: &dyn Fn() -> bool) {
        let Some(alike) = alike else { return };
        for stays in alike::PASSES {
            if let Some(row) = alike.best(best.known, stays, has_time) {
                let bound = row.landed;
                self.see(alike.tables, Found { best: Some(row), bound }, best);
            }
        }
    }

    /// What is said of the most that can be landed.
    fn told(&self, most: f64) -> f64 {
        if self.is_bound { most.max(0.0) } else { f64::INFINITY }
    }

    /// How many rows are kept in a pass.
    fn rows(&self, pass: usize) -> usize {
        match self.ground.hosts.len() {
            _ if pass == 0 => FIRST_WIDTH,
            1 => WIDTH_OF_ONE,
            _ => WIDTHS_OF_SEVERAL[(pass - 1).min(WIDTHS_OF_SEVERAL.len() - 1)],
        }
    }

    /// How many rows are kept in a proof, after so many passes without anything better. With one ship what is found in a proof is a schedule as well,
    /// so that what is not near may be only what few rows miss.
    fn rows_of_proof(&self, best: &Best, idle: usize) -> usize {
        let is_near = best.most <= (1.0 + NEAR) * best.known;
        match self.ground.hosts.len() {
            1 if is_near => NEAR_PROOF,
            1 => (PROOF << idle).min(NEAR_PROOF),
            _ => PROOF,
        }
    }

    /// Keeps what was found if there are such ways for all vessels, and tells whether there are.
    fn see(&self, tables: &Tables<'_>, found: Found, best: &mut Best) -> bool {
        let Some(row) = found.best else { return false };
        let Some(ways) = ways::itinerary(self.sets, &self.ground, tables, &row) else { return false };
        best.known = row.landed;
        best.ways.push(ways);
        true
    }
}

/// Until when a proof may go on.
fn until(began: Instant) -> Instant {
    Instant::now() + SHORT.max(began.elapsed() * LONGER)
}

/// What has not come to its end yet of two searches that bound what can be landed where all are alike.
struct Bounding<'a, 'g> {
    of_pool: Option<&'a Alike<'g>>,
    of_ships: Option<&'a Alike<'g>>,
}

impl<'a, 'g> Bounding<'a, 'g> {
    fn new(alike: Option<&'a Alike<'g>>) -> Bounding<'a, 'g> {
        Bounding { of_pool: alike, of_ships: alike }
    }

    /// Goes on with those that did not come to their end, each as long as a proof may take.
    fn go_on(&mut self, best: &mut Best, began: Instant, has_time: &dyn Fn() -> bool) {
        let search = |open: &mut Option<&'a Alike<'g>>, best: &mut Best, most: Bounds<'g>| {
            let Some(alike) = *open else { return };
            let (until, is_cut) = (until(began), Cell::new(false));
            let is_short = || {
                is_cut.set(!has_time() || Instant::now() >= until);
                !is_cut.get()
            };
            best.most = best.most.min(most(alike, best.known, &is_short));
            *open = is_cut.get().then_some(alike);
        };
        search(&mut self.of_pool, best, Alike::most_of_pool);
        if best.is_open() {
            search(&mut self.of_ships, best, Alike::most);
        }
    }
}

/// One of those searches, where so much is known.
type Bounds<'g> = fn(&Alike<'g>, f64, &dyn Fn() -> bool) -> f64;
