//! Every plan in `plans/` solved and judged; and what the trial's schedule has to show.

use crate::support::repo;
use mudline::model::{Options, Outcome, optimise};
use mudline::plan::{Plan, Sea};
use mudline::schedule::{Kind, Schedule, Status, account, verify::verify};
use mudline::simulate::case::Settings;
use mudline::simulate::ensemble::{Ask, Ensemble};
use mudline::simulate::fleet::again;
use mudline::simulate::log::Outcome as Ended;
use mudline::simulate::order::Order;
use mudline::simulate::replay::replay;
use mudline::simulate::starts::{Source, Wanted};
use mudline::units::Span;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Plans that are too large to be proven in a test: they are solved for some seconds, and say how good the answer is.
const LARGE: [&str; 1] = ["minamitorishima-2027"];

fn solve(name: &str) -> Schedule {
    let checked = mudline::plan::load(&repo("plans").join(name)).expect("files");
    let (plan, sea) = checked.plan.expect("a plan without fault");
    let stop = AtomicBool::new(false);
    let is_large = LARGE.contains(&name);
    let time_limit = is_large.then(|| Duration::from_secs(12));
    let options = Options { time_limit, ..Options::new(&stop) };
    let Outcome::Solved(solved) = optimise(&plan, &sea, &options).expect("a solver that works") else {
        panic!("{name} has no schedule");
    };
    let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
    assert_eq!(verify(&plan, &sea, &schedule), Vec::new());
    if is_large {
        let goal = &schedule.solve.goals[0];
        assert!(goal.value > 0.0 && Some(goal.value) <= goal.bound && goal.gap < Some(1.0), "{goal:?}");
        sail_as_planned(&plan, &sea, &schedule);
    } else {
        assert_eq!(schedule.solve.status, Status::Optimal);
    }
    schedule
}

/// A schedule of vessels that meet and share the shore, sailed in the sea that it was made for: the same tonnes, and no later.
fn sail_as_planned(plan: &Plan, sea: &Sea, schedule: &Schedule) {
    let order = Order::of_schedule(plan, schedule).expect("its own plan");
    let ask = Ask {
        settings: Settings { seed: 1, draws_durations: true, forecast: Span::of_hours(72), home_odds: 0.8 },
        source: Source::Series(Arc::new(sea.clone())),
        about_weather: String::new(),
        wanted: Wanted::PlanDates,
        draws: 1,
        about_order: String::new(),
    };
    let ensemble = Ensemble::new(plan, order, Some(schedule), ask).expect("starts");
    let (case, field, leaves) = (&ensemble.case, &ensemble.field, &ensemble.leaves);
    let log = again(case, field, leaves, 1, 0).expect("a run");
    assert_eq!((log.outcome, log.culprit), (Ended::Done, None));
    let totals = &schedule.totals;
    for (is, planned) in [
        (log.sampled, totals.sampled_t),
        (log.delivered, totals.delivered_t),
        (log.supplied, totals.supplied_t),
    ] {
        assert!((is - planned).abs() < 1e-5, "{is} and {planned} as planned");
    }
    assert!(log.finish as usize <= plan.horizon.ceil(totals.finish.to_utc()), "{}", log.finish);
    let (own, done) = replay(case, field, leaves, 1, 0).expect("a run");
    assert_eq!(verify(&own, sea, &done), Vec::new());
}

#[test]
fn every_plan_is_solved_and_judged() {
    let mut solved = 0;
    for entry in std::fs::read_dir(repo("plans")).expect("a folder") {
        solve(entry.expect("an entry").file_name().to_str().expect("a plain name"));
        solved += 1;
    }
    assert!(solved >= 3);
}

#[test]
fn the_trial_goes_as_it_should() {
    let schedule = solve("chikyu-2026");
    let on = |time: mudline::schedule::Time| time.format("%Y-%m-%d").to_string();
    let sails: Vec<_> = schedule.activities.iter().filter(|a| a.kind == Kind::Sail).collect();
    assert_eq!(on(sails[0].start), "2026-01-12");
    assert_eq!(on(sails[0].end), "2026-01-17");
    let first = schedule.activities.iter().find(|a| a.kind == Kind::Sampling).expect("mud");
    assert!(on(first.start).as_str() <= "2026-02-01", "{}", first.start);
    assert!(on(sails[1].end).as_str() <= "2026-02-15", "{}", sails[1].end);
    let pipe = schedule.activities.iter().find(|a| a.task.as_deref() == Some("run-pipe")).expect("pipe");
    assert!(pipe.waiting_h > 48.0, "the storm stops pipe running for days: {} h", pipe.waiting_h);
    // Found as well by a dynamic programme over the chain of tasks, written apart from the model.
    assert!((schedule.solve.goals[0].value - 279.1667).abs() < 1e-3, "{:?}", schedule.solve.goals);
    assert!(schedule.is_synthetic());
}
