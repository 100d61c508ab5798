//! Sampling: something is lifted only while the vessel is at it, no faster than the rate, and as much as is asked for.
//!
//! ```text
//! lift(q,t)  <=  rate(q) * ( begin and stay arcs of q that cover t )     for every sampling q, every slot t it may lift in
//! at_least(q)  <=  sum_t lift(q,t)  <=  at_most(q)                       for every sampling q with such a bound; joined ones have one sum
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | lift | lifted in slot t | samplings x slots | t | `Vars::lift` |
//! | begin, stay | the vessel is lifting | arcs | 0 or 1 | `Vars::arcs` |
//!
//! Why: without it mud comes up while the ship is in harbour. The smallest run is in the arcs: `begin` lasts that long.
//! Rows: slots in which lifting is possible, and two a sampling.
//! Source: minimum up time as a network, Pochet and Wolsey 2006, Production Planning by Mixed Integer Programming, section 11.

use super::Family;
use crate::model::past::Flow;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use good_lp::{Constraint, Expression, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "sampling", page: include_str!("sampling.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (place, sampling) in sets.plan.samplings.entries() {
        let joined: Vec<_> = sets.joined_under(place).collect();
        if joined.is_empty() {
            continue;
        }
        let label = &sets.labels.samplings[place.index()];
        let taken = &vars.arcs[sampling.stand.vessel.index()];
        let rate = sets.lift_per_slot(place);
        let lifts = &vars.lift[place.index()];
        for ((slot, arcs), &lift) in sets.lifting[place.index()].iter().zip(lifts) {
            let is_on: Expression = arcs.iter().map(|&arc| taken[arc]).sum();
            rows.push(constraint!(lift <= rate * is_on).set_name(format!("sampling({label},{})", at(*slot))));
        }
        let total: Expression = lifts.iter().sum();
        if sampling.at_least > 0.0 {
            rows.push(total.clone().geq(sampling.at_least).set_name(format!("sampling({label},least)")));
        }
        let most: f64 = joined.iter().map(|&q| sets.plan.samplings[q].at_most).sum();
        if most.is_finite() {
            // What was lifted already is no longer to be decided, and can be more than it should have been.
            let slots = sets.lifting[place.index()].iter().zip(lifts);
            let total: Expression =
                slots.filter(|((slot, _), _)| *slot >= sets.kept.until).map(|(_, &lift)| lift).sum();
            let most = sets.kept.rest(Flow::Lift(place.index()), most);
            rows.push(total.leq(most).set_name(format!("sampling({label},most)")));
        }
    }
    rows
}
