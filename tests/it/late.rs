//! Demands that cost something while they are not met: who is served first, and that the model reckons as the judge does.

use crate::support::{Run, Written};
use mudline::schedule::{Schedule, Status};

/// A ship that lifts 2 t an hour at the quay, where two customers want 8 t each.
fn plan(goal: &str, first: &str, second: &str) -> String {
    format!(
        r#"
goal = {{ {goal} }}
plan = {{ name = "half a day", start = 2026-01-01T00:00:00Z, end = 2026-01-01T12:00:00Z, currency = "USD" }}
site = [{{ id = "quay", kind = "port" }}]
commodity = [{{ id = "mud" }}]
vessel = [{{ id = "ship", at = "quay", hold = {{ mud = "8 t" }} }}]
sampling = [{{ id = "lift", vessel = "ship", commodity = "mud", rate = "2 t/h" }}]
transfer = [{{ id = "land", from = "ship", to = "quay", commodity = "mud", rate = "8 t/h" }}]
demand = [
  {{ id = "first", site = "quay", commodity = "mud", amount = "8 t", {first} }},
  {{ id = "second", site = "quay", commodity = "mud", amount = "8 t", {second} }},
]
"#
    )
}

fn solve(text: &str) -> Schedule {
    // The judge follows the courses; that it agrees with the value of the goal is the test of the model's sums.
    let schedule = Written::new(text, &[]).solved();
    assert_eq!(schedule.solve.status, Status::Optimal);
    schedule
}

fn late(due: &str, price: &str) -> String {
    format!("due = 2026-01-01T{due}:00Z, late = \"{price} USD/t/d\"")
}

#[test]
fn who_pays_more_is_served_first() {
    let costs = |first: &str, second: &str| {
        let schedule = solve(&plan("order = [\"cost\"]", &late("04:00", first), &late("04:00", second)));
        schedule
            .demands
            .iter()
            .map(|demand| demand.late.clone().expect("a price").tonne_days)
            .collect::<Vec<_>>()
    };
    // 8 t are lifted in four hours and landed in the fifth; the other 8 t come five hours later.
    let hours = |costs: Vec<f64>| costs.iter().map(|days| (days * 24.0).round()).collect::<Vec<f64>>();
    let (dear_first, dear_second) = (hours(costs("240", "24")), hours(costs("24", "240")));
    assert!(dear_first[0] < dear_first[1], "{dear_first:?}");
    assert_eq!(dear_first, [dear_second[1], dear_second[0]]);
}

#[test]
fn a_due_date_within_a_slot_is_reckoned_as_the_judge_does() {
    for due in ["00:01", "04:00", "04:30", "05:00", "05:45", "09:59"] {
        let schedule = solve(&plan("order = [\"cost\"]", &late(due, "24"), &late("07:15", "12")));
        let stamp = &schedule.solve.goals[0];
        let sum: f64 = schedule.costs.iter().map(|row| row.amount).sum();
        assert!((stamp.value - sum).abs() < 1e-6 && sum > 0.0, "{due}: {stamp:?} {sum}");
    }
}

#[test]
fn what_is_never_supplied_is_late_until_the_end() {
    // At sea nothing comes ashore before the end: 8 t for six hours at 24 USD a day are 48 USD, and twice that.
    let closed =
        "closure = [{ sampling = \"lift\", from = 2026-01-01T00:00:00Z, to = 2026-01-01T12:00:00Z }]\n";
    let text = plan("order = [\"cost\"]", &late("06:00", "24"), &late("06:00", "48")) + closed;
    let schedule = solve(&text);
    assert!((schedule.totals.cost - 144.0).abs() < 1e-9, "{}", schedule.totals.cost);
}

#[test]
fn a_budget_counts_what_is_late() {
    let budget = |cost: &str| format!("budget = [{{ id = \"money\", cost = \"{cost} USD\" }}]\n");
    let text = |cost: &str| {
        plan("order = [\"supplied\"]", &late("06:00", "24"), &late("06:00", "24")) + &budget(cost)
    };
    assert!(solve(&text("60")).totals.cost <= 60.0);
    let written = Written::new(&text("10"), &[]);
    Run::new(["schedule"]).arg(written.folder.path()).fault().stderr_has("the budget money does not suffice");
}
