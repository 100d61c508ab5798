//! Budgets, added up again: whether any is overdrawn, and whether what is said of them is so.
//!
//! In: the deeds, and what they cost and emit as `costs` and `dues` reckon it. Out: bounds that are overdrawn, and rows of budgets that are
//! missing, made up, told twice or other ones.

use super::case::{Case, Fault, amount, exceeds};
use super::rows::{Row, told_once};
use super::shore::fed;
use super::{costs, dues};
use crate::plan::Budget;
use crate::schedule::{Bounded, BudgetRow};

/// A bound of a budget, with what the activities make of it.
struct Bound<'c> {
    budget: &'c str,
    of: Bounded,
    /// The process whose feed it is.
    process: Option<&'c str>,
    unit: &'c str,
    most: f64,
    spent: f64,
    /// What roundings may have made of what is spent.
    slack: f64,
}

/// The part of an amount that roundings of its parts may have taken or given.
const ROUNDING: f64 = 1e-6;

/// Every bound of every budget, in the plan's order.
fn bounds<'c>(case: &Case<'c>) -> Vec<Bound<'c>> {
    let plan = case.plan;
    let of_one = |budget: &'c Budget| {
        let bound = |of, most: f64, spent: f64| {
            let slack = ROUNDING * most.abs().max(spent.abs()).max(1.0);
            Bound { budget: &budget.id, of, process: None, unit: "t", most, spent, slack }
        };
        let mut all = Vec::new();
        if budget.cost.is_finite() {
            let money = bound(Bounded::Cost, budget.cost, costs::cost_of(case));
            let unit = plan.currency.as_deref().unwrap_or("");
            all.push(Bound { unit, slack: money.slack + costs::slack(case), ..money });
        }
        if budget.emissions.is_finite() {
            all.push(bound(Bounded::Emissions, budget.emissions, dues::emitted(case)));
        }
        if let Some((process, most)) = budget.feed {
            let process_id = Some(plan.processes[process].id.as_str());
            all.push(Bound { process: process_id, ..bound(Bounded::Feed, most, fed(case, process)) });
        }
        all
    };
    plan.budgets.iter().flat_map(of_one).collect()
}

/// No more is spent or fed than a budget allows.
pub fn kept(case: &Case<'_>) -> Vec<Fault> {
    overdrawn(case, &[Bounded::Cost, Bounded::Feed])
}

/// No more carbon dioxide is emitted than a budget allows.
pub fn emissions(case: &Case<'_>) -> Vec<Fault> {
    overdrawn(case, &[Bounded::Emissions])
}

fn overdrawn(case: &Case<'_>, of: &[Bounded]) -> Vec<Fault> {
    let all = bounds(case).into_iter();
    let over = all.filter(|bound| of.contains(&bound.of) && exceeds(bound.spent, bound.most));
    over.map(|bound| {
        let (is, most) = (amount(bound.spent, bound.unit), amount(bound.most, bound.unit));
        let what = match bound.of {
            Bounded::Cost => format!("{is} are spent"),
            Bounded::Emissions => format!("{is} of carbon dioxide are emitted"),
            Bounded::Feed => format!("{} is fed {is}", bound.process.unwrap_or_default()),
        };
        Fault::new(format!("{}: {what}, and may be {most}", bound.budget))
    })
    .collect()
}

/// The rows of budgets are what the activities come to, each bound once.
pub fn rows(case: &Case<'_>) -> Vec<Fault> {
    let bounds = bounds(case);
    let key = |budget: &str, of: Bounded| format!("{budget}, {}", of.word());
    let known: Vec<String> = bounds.iter().map(|bound| key(bound.budget, bound.of)).collect();
    let said: Vec<String> = case.schedule.budgets.iter().map(|row| key(&row.id, row.bounds)).collect();
    let [known, said] = [&known, &said].map(|keys| keys.iter().map(String::as_str).collect::<Vec<_>>());
    let mut faults = told_once("budget", &known, &said);
    for told in &case.schedule.budgets {
        let is_it = |bound: &&Bound<'_>| (bound.budget, bound.of) == (told.id.as_str(), told.bounds);
        if let Some(bound) = bounds.iter().find(is_it) {
            faults.extend(row(told, bound));
        }
    }
    faults
}

fn row(told: &BudgetRow, is: &Bound<'_>) -> Vec<Fault> {
    let mut row = Row::new("the budget", &told.id);
    let word = |text: &Option<String>| text.clone().unwrap_or_default();
    row.word("process", &word(&told.process), is.process.unwrap_or_default());
    row.word("unit", &word(&told.unit), is.unit);
    let numbers = [
        ("allowed", told.most, is.most),
        ("spent", told.spent, is.spent),
        ("left", told.left, is.most - is.spent),
    ];
    for (what, said, comes_to) in numbers {
        row.near(&format!("{} {what}", is.of.word()), said, comes_to, is.slack, is.unit);
    }
    row.faults
}
