//! Planning again after what has happened: in the same weather nothing is lost, and the past stays as it was.

use mudline::model::{Options, Outcome, Past, Solved, optimise, optimise_after};
use mudline::plan::load;
use mudline::schedule::account;
use mudline::schedule::verify::verify;
use std::path::Path;
use std::sync::atomic::AtomicBool;

fn solved(outcome: Outcome) -> Solved {
    match outcome {
        Outcome::Solved(solved) => solved,
        other => panic!("no schedule: {other:?}"),
    }
}

#[test]
fn in_the_same_weather_planning_again_loses_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/chikyu-2026");
    let (plan, sea) = load(&folder).expect("a plan file").plan.expect("a good plan");
    let stop = AtomicBool::new(false);
    let options = Options::new(&stop);
    let first = solved(optimise(&plan, &sea, &options).expect("a solver"));
    // Under way, in the middle of a suspendable task, while lifting, on the way home, at the end.
    for until in [60, 300, 440, 700, plan.horizon.slots] {
        let past = Past { until, itinerary: &first.itinerary, bars: &[], flows: false };
        let again = solved(optimise_after(&plan, &sea, &past, &options).expect("a solver"));
        for (before, now) in first.stamp.goals.iter().zip(&again.stamp.goals) {
            assert!((before.value - now.value).abs() < 1e-6, "at {until}: {before:?} {now:?}");
        }
        let begun = |solved: &Solved| -> Vec<(usize, usize)> {
            let moves = solved.itinerary.vessels[0].iter();
            moves.filter(|step| step.start < until).map(|step| (step.start, step.end.min(until))).collect()
        };
        assert_eq!(begun(&first), begun(&again), "at {until}");
        let schedule = account(&plan, &sea, &again.itinerary, again.stamp);
        assert_eq!(verify(&plan, &sea, &schedule), Vec::new(), "at {until}");
    }
}
