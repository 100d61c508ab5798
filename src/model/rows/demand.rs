//! Demand: no more is supplied than is wanted, no less than must be, and no tonne is credited that was not supplied.
//!
//! ```text
//! at_least(d)  <=  sum_t draw(d,t)  <=  amount(d)     for every demand d with such a bound
//! sum_i supplied(d,i)  <=  sum_t draw(d,t)            for every demand d, where `supplied` is a goal
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | draw | taken from the site's store in slot t | demands x slots | t | `Vars::draw` |
//! | supplied | tonnes credited at step i of the value | demands x steps | t | `Vars::supplied` |
//!
//! Why: without it a demand without end is filled for ever. A rate is a bound of `draw`; since values fall, the best steps fill first.
//! Rows: up to three a demand.
//! Source: the plan language, keys `amount`, `at_least` and `value`.

use super::Family;
use crate::model::past::Flow;
use crate::model::sets::Sets;
use crate::model::vars::Vars;
use crate::plan::Goal;
use good_lp::{Constraint, Expression, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "demand", page: include_str!("demand.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (place, demand) in sets.plan.demands.entries() {
        let label = &sets.labels.demands[place.index()];
        let drawn: Expression = vars.draw[place.index()].iter().sum();
        if demand.at_least > 0.0 {
            rows.push(drawn.clone().geq(demand.at_least).set_name(format!("demand({label},least)")));
        }
        if demand.amount.is_finite() {
            let slots = sets.drawing[place.index()].iter().zip(&vars.draw[place.index()]);
            let open: Expression =
                slots.filter(|(slot, _)| **slot >= sets.kept.until).map(|(_, &draw)| draw).sum();
            let most = sets.kept.rest(Flow::Draw(place.index()), demand.amount);
            rows.push(open.leq(most).set_name(format!("demand({label},most)")));
        }
        if sets.plan.goals.contains(&Goal::Supplied) {
            let credited: Expression = vars.supplied[place.index()].iter().sum();
            rows.push(constraint!(credited <= drawn).set_name(format!("demand({label},worth)")));
        }
    }
    rows
}
