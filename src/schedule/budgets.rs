//! How the plan's budgets fare: what each of them bounds, how much may be, how much is spent, and what is left.
//!
//! In: a plan, its activities and what they add up to. Out: a row for each bound of each budget.
//! Not the judge's: [`super::verify`] adds all of it up again.

use super::account::rounded;
use super::{Activity, Kind, Totals};
use crate::plan::{Budget, Plan, Process};
use serde::{Deserialize, Serialize};

/// How a bound of a budget fares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetRow {
    /// The name of the budget.
    pub id: String,
    /// What it bounds.
    pub bounds: Bounded,
    /// The process whose feed it bounds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub process: Option<String>,
    /// The unit of the amounts: the letters of the plan's currency, or `t`; nothing for money without letters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// How much may be spent.
    pub most: f64,
    /// How much is spent.
    pub spent: f64,
    /// How much is left.
    pub left: f64,
}

/// What a budget can bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bounded {
    /// Money for everything together.
    Cost,
    /// Carbon dioxide of the fuel of all vessels.
    Emissions,
    /// What a process is fed.
    Feed,
}

impl Bounded {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Bounded::Cost => "cost",
            Bounded::Emissions => "emissions",
            Bounded::Feed => "feed",
        }
    }
}

/// How the plan's budgets fare.
pub(super) fn budgets(plan: &Plan, activities: &[Activity], totals: &Totals) -> Vec<BudgetRow> {
    let rows = |budget: &Budget| {
        let row = |bounds, most: f64, spent: f64| BudgetRow {
            id: budget.id.clone(),
            bounds,
            process: None,
            unit: Some("t".to_owned()),
            most,
            spent: rounded(spent),
            left: rounded(most - spent),
        };
        let cost = budget.cost.is_finite().then(|| BudgetRow {
            unit: plan.currency.clone(),
            ..row(Bounded::Cost, budget.cost, totals.cost)
        });
        let is_bounded = budget.emissions.is_finite();
        let emissions = is_bounded.then(|| row(Bounded::Emissions, budget.emissions, totals.co2_t));
        let feed = budget.feed.map(|(process, most)| {
            let process = &plan.processes[process];
            BudgetRow {
                process: Some(process.id.clone()),
                ..row(Bounded::Feed, most, fed(process, activities))
            }
        });
        [cost, emissions, feed].into_iter().flatten()
    };
    plan.budgets.iter().flat_map(rows).collect()
}

/// Tonnes that a process is fed.
fn fed(process: &Process, activities: &[Activity]) -> f64 {
    let of_it = activities.iter().filter(|a| a.kind == Kind::Process && a.task.as_ref() == Some(&process.id));
    of_it.filter_map(|activity| activity.tonnes).sum()
}
