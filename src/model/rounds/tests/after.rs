//! Small plans of rounds of which something has happened, against the solver alone: what is under way is in all sorts of states.

use super::small::{ANY, LARGE_CARRIERS, Small, settings, small};
use super::*;
use crate::model::run::Run;
use crate::model::{Model, Past, optimise_after};
use crate::schedule::Move;
use proptest::prelude::*;

/// How a plan went on up to a slot.
#[derive(Debug, Clone)]
struct Voyage {
    small: Small,
    /// The sea that came in place of the one that the plan was made for, from that slot on.
    other: Vec<f64>,
    until: usize,
    /// The tenths of its tonnes that flowed.
    tenths: u32,
    /// Tonnes that a meeting may give at most, and that may be lifted in all; hours of hoses off.
    largest: Option<u32>,
    most: Option<u32>,
    /// Tonnes for which there is room ashore.
    room: Option<u32>,
    off: u32,
    /// Hours that may pass without a change of the first ship's crew, where that has one.
    crew: Option<u32>,
}

fn voyage(ships: usize, ranges: [std::ops::Range<u32>; 3]) -> impl Strategy<Value = Voyage> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 1.8, 2.2]), 13);
    let bounded = |range: std::ops::Range<u32>| prop::option::weighted(0.3, range);
    let bounds = (bounded(2..8), bounded(1..6), bounded(1..6));
    let tenths = prop::sample::select(vec![10u32, 10, 5, 7]);
    let drawn = (small(ships, ranges), sea, 1usize..12, tenths, bounds, 0u32..2);
    drawn.prop_map(|(small, other, until, tenths, (largest, most, room), off)| {
        let until = 1 + until % (small.sea.len() - 1);
        Voyage { small, other, until, tenths, largest, most, room, off, crew: None }
    })
}

impl Voyage {
    fn loaded(&self, small: &Small, goal: &str) -> (Plan, Sea) {
        let crew = self.crew.map(super::work::crew).unwrap_or_default();
        let (mut plan, sea) = small.loaded_with(goal, &crew);
        let met: Vec<_> =
            plan.transfers.entries().filter(|(_, t)| t.meets.is_some()).map(|(place, _)| place).collect();
        for place in met {
            let transfer = &mut plan.transfers[place];
            transfer.hoses_off = crate::units::Span::of_seconds(3600 * i64::from(self.off));
            if let Some(largest) = self.largest {
                transfer.largest = f64::from(largest);
            }
        }
        for place in plan.samplings.places() {
            plan.samplings[place].at_most = self.most.map_or(f64::INFINITY, f64::from);
        }
        if let Some(room) = self.room {
            plan.sites[Ix::new(1)].store[0] = f64::from(room);
        }
        (plan, sea)
    }

    /// What was done, of the schedule that was made for the sea of which one knew, with as many tonnes as flowed.
    fn sailed(&self) -> Option<Itinerary> {
        let (plan, sea) = self.loaded(&self.small, "order = [\"delivered\"]");
        let stop = AtomicBool::new(false);
        let Outcome::Solved(solved) =
            optimise(&plan, &sea, &Options::new(&stop)).expect("a solver that works")
        else {
            assert!(self.crew.is_some(), "no schedule");
            return None;
        };
        let mut itinerary = solved.itinerary;
        let share = f64::from(self.tenths) / 10.0;
        for Move { what, .. } in itinerary.vessels.iter_mut().flatten() {
            if let What::Sample(_, tonnes) | What::Transfer(_, tonnes) = what {
                tonnes.iter_mut().for_each(|tonnes| *tonnes = (*tonnes * share * 1e4).round() / 1e4);
            }
        }
        Some(itinerary)
    }

    /// The plan with the sea that came.
    fn later(&self, goal: &str) -> (Plan, Sea) {
        let hours = self.small.sea.len();
        let sea = self.small.sea[..self.until].iter().chain(&self.other[self.until..hours]);
        let mut small = self.small.clone();
        small.sea = sea.copied().collect();
        self.loaded(&small, goal)
    }
}

/// The best ways that were found can be gone, and land what was found of them.
fn are_possible(rounds: &Rounds<'_, '_>, best: &Best, (plan, sea): (&Plan, &Sea), past: &Past<'_>) {
    let Some(ways) = best.ways.first().filter(|_| rounds.ground.hosts.len() == 1) else { return };
    let whole = rounds.whole(ways.clone()).expect("ways of all");
    let model = Model::of_sets(Sets::after(plan, sea, past), |_| true);
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    let run = Run::new(&model, &options, 0.0);
    let objective = model.objectives().remove(0);
    let values = run.traced(&objective, &whole, None).expect("a solver that works");
    let landed = model.vars.value_of(&objective.expression, &values.expect("ways that can be gone"));
    let known = rounds.ground.landed + best.known;
    assert!((landed - known).abs() < 1e-3, "{landed} of {known}");
}

/// The most after a voyage, at good prices and where everything is free, what the rows that were found land, and what the solver alone lets land.
fn both_ways(voyage: &Voyage) -> Option<([f64; 2], f64, f64)> {
    let sailed = voyage.sailed()?;
    let past = Past { until: voyage.until, itinerary: &sailed, bars: &[], flows: true };
    let stop = AtomicBool::new(false);
    let options = Options { explains: false, ..Options::new(&stop) };
    let value = |goal: &str| {
        let (plan, sea) = voyage.later(goal);
        match optimise_after(&plan, &sea, &past, &options).expect("a solver that works") {
            Outcome::Solved(solved) => Some(solved.stamp.goals[0].value),
            _ => None,
        }
    };
    let alone = value("weights = { delivered = 1.0 }")?;
    let found = value("order = [\"delivered\"]").expect("a schedule");
    assert!((found - alone).abs() < 1e-3, "{found} and {alone} of the solver alone");
    let (plan, sea) = voyage.later("order = [\"delivered\"]");
    let sets = Sets::after(&plan, &sea, &past).in_fleets_after().expect("something to come");
    let Some(rounds) = Rounds::new(&sets) else {
        // Nobody has fetched anything, and nobody can any more.
        assert!(alone.abs() < 1e-6, "{alone}");
        return None;
    };
    let best = rounds.best(&|| true, &|| true, &|_| ());
    // A proof takes trips to land anywhere, so that of rooms nothing more is known than what prices tell.
    let is_all = voyage.room.is_none() && voyage.crew.is_none();
    if is_all {
        are_possible(&rounds, &best, (&plan, &sea), &past);
    }
    let ground = &rounds.ground;
    let tables = Tables::new(ground, false);
    let values = Values::new(ground, Settled::free(ground).best.1);
    let room = Room { rows: usize::MAX, alike: usize::MAX, waits: false, limit: f64::INFINITY };
    let free = ground.landed + Search::new(ground, &tables, &values).run(0.0, room, &|| true).bound;
    let known = ground.landed + best.known;
    assert!(!is_all || known <= alone + 1e-3, "{known} and {alone} of the solver alone");
    Some(([best.most, free], known, alone))
}

/// Whether the most is what the solver alone lands; where there is no more room ashore it may be more.
fn is_exact(voyage: &Voyage, most: f64, alone: f64) -> bool {
    most > alone - 1e-3 && (voyage.room.is_some() || most < alone + 1e-3)
}

proptest! {
    #![proptest_config(settings(16))]
    /// With one ship the search is exact after whatever has happened, too.
    #[test]
    fn after_a_voyage_the_most_of_one_ship_is_what_the_solver_lands(voyage in voyage(1, ANY)) {
        if let Some((most, _, alone)) = both_ways(&voyage) {
            prop_assert!(most.iter().all(|most| is_exact(&voyage, *most, alone)), "{:?} and {} of the solver alone", most, alone);
        }
    }
}

proptest! {
    #![proptest_config(settings(12))]
    /// So it is where carriers hold more than the ship.
    #[test]
    fn after_a_voyage_the_most_with_large_carriers_is_what_the_solver_lands(voyage in voyage(1, LARGE_CARRIERS)) {
        if let Some((most, _, alone)) = both_ways(&voyage) {
            prop_assert!(most.iter().all(|most| is_exact(&voyage, *most, alone)), "{:?} and {} of the solver alone", most, alone);
        }
    }
}

proptest! {
    #![proptest_config(settings(4))]
    /// With two ships it proves no less.
    #[test]
    fn after_a_voyage_the_most_of_two_ships_is_no_less_than_what_the_solver_lands(voyage in voyage(2, ANY)) {
        if let Some((most, _, alone)) = both_ways(&voyage) {
            prop_assert!(most.iter().all(|most| *most >= alone - 1e-3), "{:?} and {} of the solver alone", most, alone);
        }
    }
}

proptest! {
    #![proptest_config(settings(8))]
    /// Where a ship has work in between, of which nothing is known here, it proves no less either.
    #[test]
    fn after_a_voyage_the_most_with_work_in_between_is_no_less_than_what_the_solver_lands(voyage in voyage(1, ANY), every in 3u32..7) {
        if let Some((most, _, alone)) = both_ways(&Voyage { crew: Some(every), ..voyage }) {
            prop_assert!(most.iter().all(|most| *most >= alone - 1e-3), "{:?} and {} of the solver alone", most, alone);
        }
    }
}
