//! Carriers that come and go, planned anew under way: what rows of meetings prove after what a log tells against the solver, which proves the
//! same in its own way.

use crate::replan::log_of;
use crate::rounds::{Field, field, settings};
use crate::support::Written;
use mudline::log::{Happened, read};
use mudline::model::{Options, Outcome, Past, optimise, optimise_after};
use mudline::plan::{Plan, Sea};
use mudline::schedule::{GoalStamp, Schedule, account, verify::verify};
use proptest::prelude::*;
use std::sync::atomic::AtomicBool;

/// The schedule of a plan.
fn first(plan: &Plan, sea: &Sea) -> Schedule {
    let stop = AtomicBool::new(false);
    match optimise(plan, sea, &Options::new(&stop)).expect("a solver that works") {
        Outcome::Solved(solved) => account(plan, sea, &solved.itinerary, solved.stamp),
        other => panic!("{other:?}"),
    }
}

/// The first goal after what has happened, of a schedule that the judge finds good.
fn after(plan: &Plan, sea: &Sea, happened: &Happened) -> Option<GoalStamp> {
    let past = Past { until: happened.until, itinerary: &happened.past, bars: &[], flows: true };
    let stop = AtomicBool::new(false);
    let options = Options { explains: false, ..Options::new(&stop) };
    match optimise_after(plan, sea, &past, &options).expect("a solver that works") {
        Outcome::Solved(mut solved) => {
            let goal = solved.stamp.goals[0].clone();
            happened.restore(plan, &mut solved.itinerary);
            let schedule = account(plan, sea, &solved.itinerary, solved.stamp);
            assert_eq!(verify(plan, sea, &schedule), []);
            Some(goal)
        }
        _ => None,
    }
}

/// What was otherwise than planned: see `log_of`.
type Otherwise = Vec<(i64, i64, u32, u32)>;

/// After a voyage what is found and what the solver finds alone come to the same, and neither proves too much.
fn agree(field: &Field, other: &[f64], until: usize, otherwise: &Otherwise) -> Result<(), TestCaseError> {
    let planned = Written::new(&field.plan(false), &field.sea);
    let (plan, sea) = planned.load();
    let before = first(&plan, &sea);
    let until = 1 + until % (field.slots - 2);
    let time = plan.horizon.time(until);
    let file = planned.folder.path().join("log.toml");
    std::fs::write(&file, log_of(&before, time, otherwise)).expect("a log");
    // Since then another sea is forecast.
    let hs: Vec<f64> = field.sea[..until].iter().chain(&other[until..]).copied().collect();
    let (plan, sea) = Written::new(&field.plan(false), &hs).load();
    let Some(happened) = read(&file, &plan, &sea, &before).expect("a log").happened else { return Ok(()) };
    let (alone_plan, alone_sea) = Written::new(&field.plan(true), &hs).load();
    let (found, alone) = (after(&plan, &sea, &happened), after(&alone_plan, &alone_sea, &happened));
    prop_assert_eq!(found.is_some(), alone.is_some());
    let Some((found, alone)) = found.zip(alone) else { return Ok(()) };
    let bound = |goal: &GoalStamp| goal.bound.expect("a bound");
    // Roundings of what is told may add up to this much.
    let slack = 2e-3;
    prop_assert!(bound(&found) >= alone.value - slack, "{:?} and {:?} of the solver alone", found, alone);
    prop_assert!(bound(&alone) >= found.value - slack, "{:?} and {:?} of the solver alone", found, alone);
    let are_proven = found.gap == Some(0.0) && alone.gap == Some(0.0);
    if are_proven {
        let apart = (found.value - alone.value).abs();
        prop_assert!(apart < slack, "{:?} and {:?} of the solver alone", found, alone);
    }
    Ok(())
}

fn voyage(ships: usize) -> impl Strategy<Value = (Field, Vec<f64>, usize, Otherwise)> {
    let sea = prop::collection::vec(prop::sample::select(vec![1.0, 1.0, 1.0, 2.2, 2.6]), 24);
    let otherwise = prop::collection::vec((-1i64..3, -1i64..3, 3u32..11, 0u32..12), 40);
    (field(ships), sea, 1usize..24, otherwise)
}

proptest! {
    #![proptest_config(settings(16))]
    /// With one ship, rows of meetings and the solver alone come to the same after whatever a log tells.
    #[test]
    fn under_way_rows_of_meetings_prove_what_the_solver_proves((field, other, until, otherwise) in voyage(1)) {
        agree(&field, &other, until, &otherwise)?;
    }
}

proptest! {
    #![proptest_config(settings(8))]
    /// With two ships as well.
    #[test]
    fn under_way_rows_of_meetings_of_two_ships_prove_what_the_solver_proves((field, other, until, otherwise) in voyage(2)) {
        agree(&field, &other, until, &otherwise)?;
    }
}
