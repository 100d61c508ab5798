//! Ships and carriers that have work in between, such as a crew to be changed, against the solver alone.

use super::small::{ANY, settings, small};
use super::*;
use crate::model::Model;
use crate::model::construct::construct;
use proptest::prelude::*;

/// A crew that is changed in an hour, in a rhythm of so many.
pub fn crew(every: u32) -> String {
    format!(
        "task = [{{ id = \"crew\", vessel = \"ship-1\", site = \"field\", duration = \"1 h\", every = \"{every} h\", times = \"0..20\" }}]\n"
    )
}

/// The same where it may be changed in another way as well, which takes two hours.
fn crews(every: u32, ways: usize) -> String {
    let other = "{ id = \"crew-in-two\", vessel = \"ship-1\", site = \"field\", duration = \"2 h\", rhythm_of = \"crew\", times = \"0..20\" }";
    let one = crew(every);
    if ways == 1 { one } else { one.replace("times = \"0..20\" }", &format!("times = \"0..1\" }}, {other}")) }
}

/// The best of a plan as it is solved, or by the solver alone; nothing where there is no schedule.
fn solved(model: &Model<'_>) -> Option<f64> {
    let stop = AtomicBool::new(false);
    let options = Options { explains: false, ..Options::new(&stop) };
    match model.optimise(&options).expect("a solver that works") {
        Outcome::Solved(solved) => Some(solved.stamp.goals[0].value),
        _ => None,
    }
}

proptest! {
    #![proptest_config(settings(12))]
    /// What is found has that work in it, lands no more than can be landed with it, and bounds nothing; the answer is the same as without rows.
    #[test]
    fn with_work_in_between_the_best_is_what_the_solver_lands(small in small(1, ANY), every in 2u32..6, ways in 1usize..3) {
        let (plan, sea) = small.loaded_with("order = [\"delivered\"]", &crews(every, ways));
        let (found, alone) = (solved(&Model::new(&plan, &sea)), {
            let (plan, sea) = small.loaded_with("weights = { delivered = 1.0 }", &crews(every, ways));
            solved(&Model::apart(&plan, &sea))
        });
        prop_assert_eq!(found.is_some(), alone.is_some());
        let (Some(found), Some(alone)) = (found, alone) else { return Ok(()) };
        prop_assert!((found - alone).abs() < 1e-5, "{} and {} of the solver alone", found, alone);
        let sets = Sets::new(&plan, &sea);
        let rounds = Rounds::new(&sets).expect("a plan of rounds");
        prop_assert!(rounds.has_work());
        let most = rounds.best(&|| true, &|| true, &|_| ()).most;
        prop_assert!(most >= alone - 1e-5, "{} of {}", most, alone);
        let first = construct(&sets, &|| true).remove(0);
        let is_crew = |step: &&Move| matches!(step.what, What::Task(_));
        let crews = |itinerary: &Itinerary| {
            let ship = plan.vessels.places().find(|&vessel| plan.vessels[vessel].id.as_str() == "ship-1");
            let moves = &itinerary.vessels[ship.expect("a ship").index()];
            moves.iter().filter(is_crew).cloned().collect::<Vec<Move>>()
        };
        let rounds = Rounds::new(&sets).expect("a plan of rounds").with_work(&first);
        let best = rounds.best(&|| true, &|| true, &|_| ());
        prop_assert!(best.most.is_infinite() && best.known <= alone + 1e-5, "{} of {}", best.known, alone);
        for ways in &best.ways {
            prop_assert_eq!(crews(ways), crews(&first));
        }
    }
}

/// A carrier that is to be mended once from an hour on, and may take stores in a rhythm.
fn of_carrier(from: u32, every: u32) -> String {
    format!(
        "task = [{{ id = \"mend\", vessel = \"carrier\", site = \"quay\", duration = \"2 h\", release = 2026-01-01T0{from}:00:00Z }},\n\
         {{ id = \"stores\", vessel = \"carrier\", site = \"quay\", duration = \"1 h\", every = \"{every} h\", times = \"0..20\" }}]\n"
    )
}

proptest! {
    #![proptest_config(settings(12))]
    /// The same of a carrier: what is built first has its work in it, and what is found is the same work and lands no more than can be landed with it.
    #[test]
    fn with_work_of_a_carrier_the_best_is_what_the_solver_lands(small in small(1, ANY), from in 0u32..7, every in 4u32..10) {
        let mut small = small;
        small.carriers = 1;
        let work = of_carrier(from, every);
        let (plan, sea) = small.loaded_with("order = [\"delivered\"]", &work);
        let found = solved(&Model::new(&plan, &sea));
        let alone = {
            let (plan, sea) = small.loaded_with("weights = { delivered = 1.0 }", &work);
            solved(&Model::apart(&plan, &sea))
        };
        prop_assert_eq!(found.is_some(), alone.is_some());
        let (Some(found), Some(alone)) = (found, alone) else { return Ok(()) };
        prop_assert!((found - alone).abs() < 1e-5, "{} and {} of the solver alone", found, alone);
        let sets = Sets::new(&plan, &sea);
        prop_assert!(Rounds::new(&sets).expect("a plan of rounds").has_work());
        // It may be that no trip leaves time for it.
        let Some(first) = construct(&sets, &|| true).into_iter().next() else { return Ok(()) };
        let work = |itinerary: &Itinerary| {
            let carrier = plan.vessels.places().find(|&vessel| plan.vessels[vessel].id.as_str() == "carrier");
            let moves = itinerary.vessels[carrier.expect("a carrier").index()].iter();
            moves.filter(|step| matches!(step.what, What::Task(_))).cloned().collect::<Vec<Move>>()
        };
        let mends = work(&first).into_iter().filter(|step| matches!(step.what, What::Task(task) if plan.tasks[task].id.as_str() == "mend"));
        prop_assert_eq!(mends.count(), 1);
        let rounds = Rounds::new(&sets).expect("a plan of rounds").with_work(&first);
        let best = rounds.best(&|| true, &|| true, &|_| ());
        prop_assert!(best.most.is_infinite() && best.known <= alone + 1e-5, "{} of {}", best.known, alone);
        for ways in &best.ways {
            prop_assert_eq!(work(ways), work(&first));
        }
    }
}
