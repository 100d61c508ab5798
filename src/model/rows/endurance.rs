//! Endurance: between two places at which it refuels, a vessel sails no farther than its range and burns no more than its bunkers.
//!
//! ```text
//! sum_a used(a) * taken(a)  <=  left(v,t')                                              a the arcs that end at t, t' the moment before
//! left(v,t)  <=  left(v,t')  -  sum_a used(a) * taken(a)  +  sum_b taken(b)             b the legs that end at t where v refuels
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | left | what is left of the range or the bunkers; 1 at the start | vessels x moments | share | `Vars::endures` |
//! | taken | the vessel takes that arc | arcs | 0 or 1 | `Vars::arcs` |
//! | used | the miles of a leg, or the tonnes burnt on an arc that does not lie where v refuels, of the range or bunkers | arcs | share | `Endurance` |
//!
//! Why: without it a helicopter flies on without fuel. Vessels are full at the start. Rows: two a moment.
//! Source: the plan language, keys `range`, `bunkers` and `refuels`; the form is that of a stock that only falls.

use super::Family;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use good_lp::{Constraint, Expression, Variable};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "endurance", page: include_str!("endurance.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (endurance, left) in sets.endurances.iter().zip(&vars.endures) {
        let place = endurance.vessel.index();
        let taken = &vars.arcs[place];
        let label = format!("{},{}", sets.labels.vessels[place], endurance.word);
        let mut before: Option<Variable> = None;
        for (moment, &left) in endurance.moments.iter().zip(left) {
            let was = before.map_or_else(|| Expression::from(1.0), Expression::from);
            let used: Expression = moment.used.iter().map(|&(arc, used)| used * taken[arc]).sum();
            let refuels: Expression = moment.refuels.iter().map(|&arc| taken[arc]).sum();
            let name = format!("({label},{})", at(moment.slot));
            rows.push(used.clone().leq(was.clone()).set_name(format!("endurance{name}")));
            let rest = was - used + refuels;
            rows.push(Expression::from(left).leq(rest).set_name(format!("endurance_left{name}")));
            before = Some(left);
        }
    }
    rows
}
