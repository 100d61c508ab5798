//! Budget: no more is spent, and no more fed to a process, than is allowed.
//!
//! ```text
//! sum_v,a due(v,a) * taken(v,a)  +  sum_k,t cost(k) * start(k,t)  +  sum_p,t cost(p) * feed(p,t)
//!   +  sum_d late(d) * ( amount(d) * days(due)  -  sum_t days(max(t, due)) * draw(d,t) )  <=  cost(b)
//! sum_v,a co2(v) * fuel(v,a) * taken(v,a)  <=  emissions(b)
//! sum_t feed(p,t)  <=  feed(b)
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | taken, start | the vessel takes that arc, the task starts at t | arcs | 0 or 1 | `Vars::arcs`, `Vars::start` |
//! | due, fuel | what an arc costs (day rate, hire, fuel) and burns | arcs | money, t | `Dues` |
//! | feed | fed in slot t | processes x slots | t | `Vars::feed` |
//! | draw | supplied in slot t; days( ) are those that are left to the plan's end | demands x slots | t | `Vars::draw` |
//!
//! Why: without it the best schedule costs what it likes. Rows: one to three a budget.
//! Source: the plan language, table `budget`; the cost is the one of the goal `cost`.

use super::Family;
use crate::model::goals::Objective;
use crate::model::sets::Sets;
use crate::model::vars::Vars;
use crate::plan::Goal;
use good_lp::{Constraint, Expression};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "budget", page: include_str!("budget.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (place, budget) in sets.plan.budgets.entries() {
        let label = &sets.labels.budgets[place.index()];
        if budget.cost.is_finite() {
            let spent = Objective::of(Goal::Cost, sets, vars).expression;
            rows.push(spent.leq(budget.cost).set_name(format!("budget({label},cost)")));
        }
        if budget.emissions.is_finite() {
            let emitted = Objective::of(Goal::Emissions, sets, vars).expression;
            rows.push(emitted.leq(budget.emissions).set_name(format!("budget({label},emissions)")));
        }
        if let Some((process, most)) = budget.feed {
            let fed: Expression = vars.feed[process.index()].iter().sum();
            rows.push(fed.leq(most).set_name(format!("budget({label},feed)")));
        }
    }
    rows
}
