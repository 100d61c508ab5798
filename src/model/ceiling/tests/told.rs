//! What is told of goals that are not solved to the end: nobody brings so much for nothing, at once.

use super::loaded;
use crate::model::run::Run;
use crate::model::{Model, Options, Outcome, Past, Solved, optimise, optimise_after};
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::GoalStamp;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// A barge that brings mud to an island, and home what is made of it there: 100 t are 400 t of mud, which is lifted in four days; home is a day and a half away.
fn plan(goal: &str, must: u32) -> (Plan, Sea) {
    loaded(&format!(
        r#"
plan = {{ name = "told", start = 2027-04-01T00:00:00Z, end = 2027-04-21T00:00:00Z, slot = "6 h", currency = "USD" }}
goal = {{ {goal} }}
commodity = [{{ id = "mud" }}, {{ id = "cake" }}]
site = [
  {{ id = "home", kind = "port", position = [27.0, 150.0] }},
  {{ id = "island", kind = "island", position = [24.3, 154.0] }},
  {{ id = "field", kind = "sea", position = [23.3, 155.0] }},
]
vessel = [
  {{ id = "ship", at = "field", hold = {{ mud = "800 t" }} }},
  {{ id = "barge", at = "island", calls = ["home", "island", "field"], speed = "8 kn", day_rate = "1000 USD/d", fuel = {{ sailing = "10 t/d", working = "5 t/d", waiting = "2 t/d", co2 = 3.0 }}, hold = {{ mud = "400 t", cake = "200 t" }} }},
]
sampling = [{{ id = "lift", vessel = "ship", commodity = "mud", rate = "100 t/d" }}]
transfer = [
  {{ id = "fetch", from = "ship", to = "barge", site = "field", commodity = "mud", rate = "50 t/h" }},
  {{ id = "land", from = "barge", to = "island", commodity = "mud", rate = "50 t/h" }},
  {{ id = "load", from = "island", to = "barge", commodity = "cake", rate = "50 t/h" }},
  {{ id = "bring", from = "barge", to = "home", commodity = "cake", rate = "50 t/h" }},
]
process = [{{ id = "dewater", site = "island", from = "mud", to = "cake", yield = "25 %", capacity = "200 t/d" }}]
demand = [{{ id = "buyer", site = "home", commodity = "cake", amount = "5000 t", at_least = "{must} t" }}]
"#
    ))
}

/// A bound of so manieth a goal, where goals before it are kept at so much, and nothing is solved.
fn bound((plan, sea): &(Plan, Sea), nth: usize, kept: &[(Goal, f64)]) -> f64 {
    let (model, stop) = (Model::new(plan, sea), AtomicBool::new(false));
    let options = Options::new(&stop);
    let mut run = Run::new(&model, &options, 0.0);
    run.kept = kept.to_vec();
    let objective = &model.objectives()[nth];
    run.ceiling(objective, nth).expect("a solver that works") * objective.unit
}

fn options(stop: &AtomicBool) -> Options<'_> {
    Options { time_limit: Some(Duration::from_secs(4)), explains: false, ..Options::new(stop) }
}

fn solved((plan, sea): &(Plan, Sea)) -> Solved {
    let stop = AtomicBool::new(false);
    match optimise(plan, sea, &options(&stop)).expect("a solver that works") {
        Outcome::Solved(solved) => solved,
        other => panic!("{other:?}"),
    }
}

/// What a goal comes to, and its bound.
fn told(goals: &[GoalStamp], nth: usize) -> (f64, f64) {
    (goals[nth].value, goals[nth].bound.expect("a bound"))
}

#[test]
fn what_must_come_takes_time_and_money() {
    for (goal, least) in [("cost", 5000.0), ("emissions", 90.0), ("finish", 150.0)] {
        let alone = bound(&plan(&format!("order = [\"{goal}\"]"), 200), 0, &[]);
        assert!(alone > least, "{goal} at least {alone}");
        // So it is where it is kept of a goal before.
        let kept =
            bound(&plan(&format!("order = [\"supplied\", \"{goal}\"]"), 0), 1, &[(Goal::Supplied, 200.0)]);
        assert!((kept - alone).abs() < 1e-3 * alone, "{goal} at least {kept}, and {alone}");
        assert_eq!(bound(&plan(&format!("order = [\"supplied\", \"{goal}\"]"), 0), 1, &[]), 0.0);
    }
}

#[test]
fn bounds_that_are_known_are_told() {
    let first = solved(&plan("order = [\"cost\"]", 200));
    let (value, bound) = told(&first.stamp.goals, 0);
    assert!(bound > 4000.0 && bound <= value * (1.0 + 1e-9), "{value}, at least {bound}");
    let second = solved(&plan("order = [\"supplied\", \"cost\"]", 0));
    let (value, bound) = told(&second.stamp.goals, 1);
    assert!(bound > 4000.0 && bound <= value * (1.0 + 1e-9), "{value}, at least {bound}");
}

#[test]
fn what_is_paid_takes_nothing_from_the_bound_of_what_is_supplied() {
    let supplied = bound(&plan("order = [\"supplied\"]", 0), 0, &[]);
    let sum = bound(&plan("weights = { supplied = 1.0, cost = 0.001 }", 0), 0, &[]);
    // Whoever brings most is under way for ten days at least, at a thousand a day.
    assert!(sum < supplied - 10.0 && supplied < 450.0, "{sum} with cost, {supplied} without");
}

#[test]
fn the_rest_of_a_voyage_brings_no_more_than_the_whole() {
    let (plan, sea) = plan("order = [\"delivered\"]", 0);
    let before = solved(&(plan.clone(), Sea(sea.0.clone())));
    let past = Past { until: 40, itinerary: &before.itinerary, bars: &[], flows: true };
    let stop = AtomicBool::new(false);
    let options = Options { before: Some(&before.itinerary), ..options(&stop) };
    let Outcome::Solved(rest) = optimise_after(&plan, &sea, &past, &options).expect("a solver that works")
    else {
        panic!("no rest")
    };
    let (value, bound) = told(&rest.stamp.goals, 0);
    // It is lifted for twenty days.
    assert!(value <= bound && bound <= 2000.001, "{value} of at most {bound}");
}

#[test]
fn what_is_kept_of_what_is_sampled_takes_no_longer_than_to_lift_it() {
    let two = plan("order = [\"sampled\", \"finish\"]", 0);
    // 100 t are lifted in a day; what cannot be known to come about tells nothing.
    let [some, most] = [100.0, 1e6].map(|kept| bound(&two, 1, &[(Goal::Sampled, kept)]));
    assert!((24.0..=30.0).contains(&some) && most == 0.0, "{some} and {most}");
}
