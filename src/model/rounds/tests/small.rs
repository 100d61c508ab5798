//! Small plans of rounds, drawn or written, against the solver alone.

use super::*;
use crate::model::Model;
use crate::model::run::Run;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::ops::Range;

/// Ships that are met, and carriers that are alike, without berths or gear.
#[derive(Debug, Clone)]
pub struct Small {
    ships: usize,
    pub carriers: usize,
    /// Tonnes: what a ship and a carrier hold.
    holds: [u32; 2],
    /// Tonnes an hour: lifted, taken, landed.
    rates: [u32; 3],
    /// Hours of set-up of a meeting.
    setup: u32,
    speed: u32,
    pub sea: Vec<f64>,
}

impl Small {
    /// A plan with a goal.
    pub fn loaded(&self, goal: &str) -> (Plan, Sea) {
        self.loaded_with(goal, "")
    }

    /// The same with more tables.
    pub fn loaded_with(&self, goal: &str, more: &str) -> (Plan, Sea) {
        let Small { ships, carriers, holds: [hold, load], rates: [lift, take, land], setup, speed, sea } =
            self;
        let mut text = format!(
            r#"
plan = {{ name = "small", start = 2026-01-01T00:00:00Z, end = 2026-01-01T{:02}:00:00Z }}
goal = {{ {goal} }}
weather = [{{ id = "w", file = "sea.csv" }}]
commodity = [{{ id = "mud" }}]
site = [
  {{ id = "field", kind = "sea", position = [24.0, 154.0], weather = "w" }},
  {{ id = "quay", kind = "port", position = [24.2, 154.0] }},
]
vessel = [
  {{ id = "carrier", count = {carriers}, at = "quay", calls = ["quay", "field"], speed = "{speed} kn", hold = {{ mud = "{load} t" }} }},
"#,
            sea.len(),
        );
        let all = || 1..=*ships;
        let all_ships = all().map(|ship| {
            format!("  {{ id = \"ship-{ship}\", at = \"field\", hold = {{ mud = \"{hold} t\" }} }},\n")
        });
        text.extend(all_ships);
        text += "]\ntransfer = [\n";
        text.extend(all().map(|ship| {
            format!(
                "  {{ id = \"fetch-{ship}\", from = \"ship-{ship}\", to = \"carrier\", site = \"field\", commodity = \"mud\", \
                 rate = \"{take} t/h\", setup = \"{setup} h\", limits = {{ hs = \"2 m\" }} }},\n"
            )
        }));
        text += &format!(
            "  {{ id = \"land\", from = \"carrier\", to = \"quay\", commodity = \"mud\", rate = \"{land} t/h\" }},\n]\nsampling = [\n"
        );
        text.extend(all().map(|ship| {
            format!(
                "  {{ id = \"lift-{ship}\", vessel = \"ship-{ship}\", site = \"field\", commodity = \"mud\", rate = \"{lift} t/h\", limits = {{ hs = \"1.5 m\" }} }},\n"
            )
        }));
        loaded(&(text + "]\n" + more), sea.iter().copied().chain(std::iter::repeat(1.0)))
    }
}

/// What a ship and a carrier hold, in tonnes, and what is taken in an hour: of either more, or of the carrier, which is filled in several meetings.
pub const ANY: [Range<u32>; 3] = [3..15, 2..9, 1..5];
pub const LARGE_CARRIERS: [Range<u32>; 3] = [3..6, 6..12, 3..9];

pub fn small(ships: usize, [hold, load, take]: [Range<u32>; 3]) -> impl Strategy<Value = Small> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.8, 2.2]), 9..13);
    let sizes = (1usize..4, [hold, load], [1u32..5, take, 1u32..6], 0u32..2, 6u32..20);
    (sizes, sea).prop_map(move |((carriers, holds, rates, setup, speed), sea)| Small {
        ships,
        carriers,
        holds,
        rates,
        setup,
        speed,
        sea,
    })
}

pub fn settings(cases: u32) -> ProptestConfig {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    ProptestConfig {
        cases: number("MUDLINE_CASES").map_or(cases, |cases| cases as u32),
        rng_seed: RngSeed::Fixed(number("MUDLINE_SEED").unwrap_or(2027)),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// The most of a plan, at good prices and where everything is free; what the rows that were found land, which is never more than what the solver
/// alone lets land; and that.
fn both_ways(small: &Small) -> ([f64; 2], f64, f64) {
    let written = small.loaded("order = [\"delivered\"]");
    let free = with_free_prices(&written.0, &written.1);
    let alone = alone(&small.loaded("weights = { delivered = 1.0 }"));
    let best = best(&written).expect("a plan of rounds");
    assert!(best.known <= alone + 1e-5, "{} and {alone} of the solver alone", best.known);
    ([best.most, free], best.known, alone)
}

#[test]
fn what_is_landed_is_exact_where_layers_are_coarse() {
    // 200 t by the tonne would be too many layers, and 7 t/h is no whole number of those that there are.
    let small = Small {
        ships: 1,
        carriers: 1,
        holds: [300, 200],
        rates: [50, 60, 7],
        setup: 0,
        speed: 12,
        sea: vec![1.0; 12],
    };
    let ([most, _], known, alone) = both_ways(&small);
    assert!((known - alone).abs() < 1e-5 && most >= known, "{known} and {alone} of the solver alone");
}

proptest! {
    #![proptest_config(settings(16))]
    /// With one ship the search is exact: it proves neither more nor less than the solver alone.
    #[test]
    fn the_most_of_one_ship_is_what_the_solver_lands(small in small(1, ANY)) {
        let (most, _, alone) = both_ways(&small);
        prop_assert!(most.iter().all(|most| (most - alone).abs() < 1e-5), "{:?} and {} of the solver alone", most, alone);
    }
}

proptest! {
    #![proptest_config(settings(16))]
    /// So it is where carriers hold more than the ship.
    #[test]
    fn the_most_of_a_ship_with_large_carriers_is_what_the_solver_lands(small in small(1, LARGE_CARRIERS)) {
        let (most, _, alone) = both_ways(&small);
        prop_assert!(most.iter().all(|most| (most - alone).abs() < 1e-5), "{:?} and {} of the solver alone", most, alone);
    }
}

proptest! {
    #![proptest_config(settings(8))]
    /// With two ships it proves no less.
    #[test]
    fn the_most_of_two_ships_is_no_less_than_what_the_solver_lands(small in small(2, ANY)) {
        let (most, _, alone) = both_ways(&small);
        prop_assert!(most.iter().all(|most| *most >= alone - 1e-5), "{:?} and {} of the solver alone", most, alone);
    }
}

proptest! {
    #![proptest_config(settings(8))]
    /// Where time counts each vessel goes alone: that its load is where it is, and to begin with rows of meetings, changes nothing of the best.
    #[test]
    fn where_time_counts_the_best_is_what_it_is_without_rows_and_places(small in small(1, ANY)) {
        let (plan, sea) = small.loaded("weights = { delivered = 1.0, finish = 0.1 }");
        let stop = AtomicBool::new(false);
        let plain = match Model::apart(&plan, &sea).optimise(&Options::new(&stop)).expect("a solver that works") {
            Outcome::Solved(solved) => solved.stamp.goals[0].value,
            other => panic!("{other:?}"),
        };
        let found = alone(&(plan, sea));
        prop_assert!((found - plain).abs() < 1e-5, "{} and {} without", found, plain);
    }
}

proptest! {
    #![proptest_config(settings(12))]
    /// Where amounts are ruled by more than the rows know, they prove no less than what can be landed, and the answer is the same.
    #[test]
    fn where_amounts_are_ruled_the_best_is_what_it_is_without_rows(small in small(1, ANY), rule in 0usize..4, tonnes in 1u32..7) {
        let tonnes = f64::from(tonnes);
        let ruled = |goal: &str| {
            let (mut plan, sea) = small.loaded(goal);
            let met: Vec<_> = plan.transfers.entries().filter(|(_, t)| t.meets.is_some()).map(|(place, _)| place).collect();
            match rule {
                0 => met.iter().for_each(|&place| plan.transfers[place].largest = tonnes),
                // Of a smallest parcel of several slots the rows know nothing.
                1 => met.iter().for_each(|&place| plan.transfers[place].smallest = tonnes.min(plan.transfers[place].rate)),
                2 => plan.vessels[Ix::new(0)].aboard[0] = tonnes.min(plan.vessels[Ix::new(0)].hold[0]),
                _ => plan.samplings[Ix::new(0)].at_least = tonnes,
            }
            (plan, sea)
        };
        let solved = |(plan, sea): &(Plan, Sea), is_apart: bool| {
            let stop = AtomicBool::new(false);
            let options = Options { explains: false, ..Options::new(&stop) };
            let model = if is_apart { Model::apart(plan, sea) } else { Model::new(plan, sea) };
            match model.optimise(&options).expect("a solver that works") {
                Outcome::Solved(solved) => Some(solved.stamp.goals[0].value),
                _ => None,
            }
        };
        let landing = ruled("order = [\"delivered\"]");
        let (found, plain) = (solved(&landing, false), solved(&ruled("weights = { delivered = 1.0 }"), true));
        prop_assert_eq!(found.is_some(), plain.is_some());
        if let (Some(found), Some(plain)) = (found, plain) {
            prop_assert!((found - plain).abs() < 1e-5, "{} and {} without", found, plain);
            let sets = Sets::in_fleets(&landing.0, &landing.1);
            let most = Rounds::new(&sets).expect("a plan of rounds").best(&|| true, &|| true, &|_| ()).most;
            prop_assert!(most >= plain - 1e-5, "{} of {}", most, plain);
        }
    }
}

proptest! {
    #![proptest_config(settings(16))]
    /// Where a ship and carriers begin with something aboard, no more and no less is proven than what the solver alone lands besides, and it is found.
    #[test]
    fn what_is_aboard_at_the_start_is_used_as_the_solver_uses_it(small in small(1, ANY), [held, loaded] in [0u32..9, 0u32..7]) {
        let with_loads = |goal: &str| {
            let (mut plan, sea) = small.loaded(goal);
            for vessel in plan.vessels.places() {
                let is_ship = plan.samplings.iter().any(|sampling| sampling.stand.vessel == vessel);
                let ship = &mut plan.vessels[vessel];
                ship.aboard[0] = f64::from(if is_ship { held } else { loaded }).min(ship.hold[0]);
            }
            (plan, sea)
        };
        let (plan, sea) = with_loads("weights = { delivered = 1.0 }");
        let stop = AtomicBool::new(false);
        let options = Options { explains: false, ..Options::new(&stop) };
        let plain = match Model::apart(&plan, &sea).optimise(&options).expect("a solver that works") {
            Outcome::Solved(solved) => solved.stamp.goals[0].value,
            other => panic!("{other:?}"),
        };
        let (plan, sea) = with_loads("order = [\"delivered\"]");
        let sets = Sets::in_fleets(&plan, &sea);
        let rounds = Rounds::new(&sets).expect("a plan of rounds");
        prop_assert!(!rounds.leaves_out());
        let best = rounds.best(&|| true, &|| true, &|_| ());
        prop_assert!((best.most - plain).abs() < 1e-5, "{} and {} of the solver alone", best.most, plain);
        let known = (rounds.ground.landed + best.known).max(0.0);
        prop_assert!((known - plain).abs() < 1e-5, "{} of {}", known, plain);
        if let Some(ways) = best.ways.first() {
            let whole = rounds.whole(ways.clone()).expect("ways of all");
            let model = Model::apart(&plan, &sea);
            let run = Run::new(&model, &options, 0.0);
            let objective = model.objectives().remove(0);
            let values = run.traced(&objective, &whole, None).expect("a solver that works");
            let landed = values.map_or(f64::NAN, |values| model.vars.value_of(&objective.expression, &values));
            prop_assert!((landed - plain).abs() < 1e-5, "{} of {}", landed, plain);
        }
    }
}

#[test]
fn a_carrier_is_filled_in_several_meetings() {
    // Some hours are as long as twice 40 t and once 20 t need to fill it, others leave time for less the second time.
    for hours in [10, 13] {
        let small = Small {
            ships: 1,
            carriers: 1,
            holds: [40, 100],
            rates: [20, 60, 100],
            setup: 0,
            speed: 14,
            sea: vec![1.0; hours],
        };
        let ([most, _], known, alone) = both_ways(&small);
        assert!(
            (known - alone).abs() < 1e-5 && (most - alone).abs() < 1e-5,
            "{hours} h: {known} to {most}, {alone}"
        );
    }
}
