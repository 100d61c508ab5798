//! Worth: no tonne is credited that was not lifted, and for the goal `delivered` none that did not come ashore.
//!
//! ```text
//! sum_i worth(q,i)               <=  sum_t lift(q,t)                                   for every sampling q; of joined ones one sum
//! sum_q,i worth_delivered(q,i)   <=  sum_r,t move ashore(r,t) - sum_r,t move aboard(r,t)    q and r of c, for every c that is lifted
//! where the plan begins with some of c, or some that is made ashore can be taken away, A being that right side:
//! sum_q,i worth_delivered(q,i)   <=  A - start(c) * landed(c) + taken(c) * (1 - landed(c))
//! sum_q,i worth_delivered(q,i)   <=  lifted(c) * landed(c)
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | worth | tonnes credited at step i of the value | samplings x steps | t | `Vars::worth` |
//! | lift, move | tonnes by slot | | t | `Vars::lift`, `Vars::moved` |
//! | landed | whether all that was at sea at the plan's start has landed | commodities | 0 or 1 | `Vars::landed` |
//! | start | tonnes at sea at the plan's start | commodities | t | the plan |
//! | taken, lifted | tonnes that can be taken away from the shore, and lifted, at most | commodities | t | the plan |
//!
//! Why: without it the goal is reached on paper. Steps are bounds of `worth`; since values fall, the best steps fill first and no
//! binary is needed. Where a plan begins with something at sea, that is taken to land first: nobody lifted it in this plan, and what
//! lies in one hold cannot be told apart. So more may be taken away from the shore than is brought there: then nothing is credited.
//! Rows: one a sampling and goal, one or two a commodity.
//! Source: piecewise linear concave objectives, Dantzig 1963, Linear Programming and Extensions, section 24.

use super::Family;
use crate::id::Ix;
use crate::model::sets::Sets;
use crate::model::vars::Vars;
use crate::plan::{Commodity, Direction, Goal};
use good_lp::{Constraint, Expression, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "worth", page: include_str!("worth.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for &goal in sets.plan.goals.iter().filter(|goal| matches!(goal, Goal::Delivered | Goal::Sampled)) {
        for sampling in sets.plan.samplings.places() {
            let mut credited = Expression::default();
            let joined: Vec<_> = sets.joined_under(sampling).collect();
            for &q in &joined {
                let of_it = vars.worth.iter().filter(|worth| worth.goal == goal && worth.sampling == q);
                let of_it: Expression = of_it.map(|worth| worth.tonnes).sum();
                let most = sets.plan.samplings[q].at_most;
                if joined.len() > 1 && most.is_finite() {
                    let name = format!("worth_most({},{})", goal.word(), sets.labels.samplings[q.index()]);
                    rows.push(of_it.clone().leq(most).set_name(name));
                }
                credited += of_it;
            }
            if joined.is_empty() {
                continue;
            }
            let lifted: Expression = vars.lift[sampling.index()].iter().sum();
            let name = format!("worth({},{})", goal.word(), sets.labels.samplings[sampling.index()]);
            rows.push(constraint!(credited <= lifted).set_name(name));
        }
    }
    if !sets.plan.goals.contains(&Goal::Delivered) {
        return rows;
    }
    // What nobody lifts is never credited, and may go where it likes.
    let is_lifted = |commodity: &Ix<Commodity>| sets.plan.is_lifted(*commodity);
    for commodity in sets.plan.commodities.places().filter(is_lifted) {
        let of_it = |place| sets.plan.samplings[place].commodity == commodity;
        let credited =
            vars.worth.iter().filter(|worth| worth.goal == Goal::Delivered && of_it(worth.sampling));
        let credited: Expression = credited.map(|worth| worth.tonnes).sum();
        let mut ashore = Expression::default();
        for (place, transfer) in sets.plan.transfers.entries() {
            if transfer.commodity == commodity && sets.is_shore(place) {
                let sign = if transfer.direction == Direction::Ashore { 1.0 } else { -1.0 };
                let moved: Expression = vars.moved[place.index()].iter().sum();
                ashore.add_mul(sign, moved);
            }
        }
        let label = &sets.labels.commodities[commodity.index()];
        let name = format!("worth(ashore,{label})");
        let Some(landed) = vars.landed[commodity.index()] else {
            rows.push(constraint!(credited <= ashore).set_name(name));
            continue;
        };
        let (_, at_sea) = sets.plan.all_at_start(commodity);
        let taken = most_taken(sets, commodity);
        let room = ashore + taken - (at_sea + taken) * landed;
        rows.push(constraint!(credited.clone() <= room).set_name(name));
        let lifted = most_lifted(sets, commodity);
        rows.push(constraint!(credited <= lifted * landed).set_name(format!("worth(landed,{label})")));
    }
    rows
}

/// No more tonnes of a commodity can be taken away from the shore than were there at the start or are made there.
fn most_taken(sets: &Sets<'_>, commodity: Ix<Commodity>) -> f64 {
    let makers = sets.plan.processes.entries().filter(|(_, process)| process.to == commodity);
    let made = makers.map(|(place, process)| {
        process.yields * process.per_slot(sets.horizon()) * sets.feeding[place.index()].len() as f64
    });
    sets.plan.all_at_start(commodity).0 + made.sum::<f64>()
}

/// No more tonnes of a commodity can be lifted.
fn most_lifted(sets: &Sets<'_>, commodity: Ix<Commodity>) -> f64 {
    let of_it = sets.plan.samplings.entries().filter(|(_, sampling)| sampling.commodity == commodity);
    of_it
        .map(|(place, sampling)| {
            let slots = sets.lifting[sets.joined[place.index()].index()].len() as f64;
            (sets.lift_per_slot(place) * slots).min(sampling.at_most)
        })
        .sum()
}
