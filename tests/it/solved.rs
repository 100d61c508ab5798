//! Every plan in `plans/` solved and judged; and what the trial's schedule has to show.

use crate::support::repo;
use mudline::model::{Options, Outcome, optimise};
use mudline::schedule::{Kind, Schedule, Status, account, verify::verify};
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
    } else {
        assert_eq!(schedule.solve.status, Status::Optimal);
    }
    schedule
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
