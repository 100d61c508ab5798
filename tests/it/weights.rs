//! Goals with weights: the sum that is solved is what its parts come to, the best one, and no matter of the size of the weights.

use crate::support::{Run, Written};
use mudline::schedule::{Schedule, Status};

/// A ship that lifts up to 2 t an hour for a day at the quay, and is paid by the day until it is done.
fn plan(goal: &str) -> String {
    format!(
        r#"
goal = {{ {goal} }}
plan = {{ name = "a day", start = 2026-01-01T00:00:00Z, end = 2026-01-02T00:00:00Z, currency = "USD" }}
site = [{{ id = "quay", kind = "port" }}]
commodity = [{{ id = "mud" }}]
vessel = [{{ id = "ship", at = "quay", hold = {{ mud = "20 t" }}, day_rate = "2400 USD/d" }}]
sampling = [{{ id = "lift", vessel = "ship", commodity = "mud", rate = "2 t/h", value = [["8 t", 100.0], ["100 t", 10.0]] }}]
transfer = [{{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "8 t/h" }}]
"#
    )
}

fn solve(goal: &str) -> Schedule {
    let schedule = Written::new(&plan(goal), &[]).solved();
    assert_eq!(schedule.solve.status, Status::Optimal);
    schedule
}

#[test]
fn weights_say_how_much_is_lifted() {
    // An hour costs 100 USD, lifts 2 t and is followed by one hour ashore for 8 t: the first 8 t pay above a weight of 500/800.
    let lifted = |cost: &str| solve(&format!("weights = {{ delivered = 1.0, cost = {cost} }}")).totals;
    assert_eq!(lifted("2.0").delivered_t, 0.0);
    assert_eq!(lifted("1.5").delivered_t, 8.0);
    assert_eq!((lifted("1.5").cost, lifted("0.19").delivered_t), (500.0, 8.0));
    // Each 8 t more bring 80 and cost five hours: that pays below 80/500.
    assert!(lifted("0.1").delivered_t > 30.0);
    // In order the first goal takes all.
    assert!(solve("order = [\"delivered\", \"cost\"]").totals.delivered_t > 30.0);
}

#[test]
fn a_sum_stands_before_its_parts() {
    let schedule = solve("weights = { cost = 1.5, delivered = 1.0 }");
    let told: Vec<(&str, f64, Option<f64>)> =
        schedule.solve.goals.iter().map(|goal| (goal.name.as_str(), goal.value, goal.bound)).collect();
    assert_eq!(told, [("weighted", 50.0, Some(50.0)), ("cost", 500.0, None), ("delivered", 800.0, None)]);
    let written = Written::new(&plan("weights = { cost = 1.5, delivered = 1.0 }"), &[]);
    let ran = Run::new(["schedule"]).arg(written.folder.path()).done();
    assert!(
        ran.stdout.contains("Proven optimal: weighted sum 50 (proven), cost 500 USD, delivered worth 800"),
        "{}",
        ran.stdout
    );
    let told = Run::new(["schedule", "--json"]).arg(written.folder.path()).done().json();
    assert_eq!(told["solve"]["goals"][2], serde_json::json!({ "name": "delivered", "value": 800.0 }));
}

#[test]
fn only_the_ratio_of_weights_counts() {
    let scaled = |by: f64| {
        let Schedule { totals, activities, .. } = solve(&format!(
            "weights = {{ delivered = {:?}, cost = {:?}, finish = {:?} }}",
            by,
            by * 0.125,
            by * 0.015625
        ));
        (totals.delivered_t, totals.cost, activities)
    };
    let (delivered, cost, activities) = scaled(1.0);
    // Powers of two are exact: nothing at all may differ.
    assert_eq!(activities, scaled(2f64.powi(-30)).2);
    assert_eq!(activities, scaled(2f64.powi(30)).2);
    for by in [1e-9, 1e9] {
        let other = scaled(by);
        assert!((other.0 - delivered).abs() < 1e-6 && (other.1 - cost).abs() < 1e-6, "{by}: {other:?}");
    }
}

#[test]
fn both_solvers_agree_on_a_sum() {
    let written = Written::new(&plan("weights = { delivered = 1.0, cost = 0.15 }"), &[]);
    let value = |solver: &str| {
        let ran = Run::new(["schedule", "--json", "--solver", solver]).arg(written.folder.path()).done();
        ran.json()["solve"]["goals"][0]["value"].as_f64().expect("a value")
    };
    assert!((value("highs") - value("microlp")).abs() < 1e-6);
}
