//! Largest: no more than the largest parcel goes over from one set-up of a transfer to the next.
//!
//! ```text
//! left(r,t)  +  move(r,t)  <=  left(r,t')  +  largest(r) * ( begin arcs of r whose first flow is in t )     t' the slot before t
//! left(r,t)  +  move(r,t)  <=  largest(r) * ( begin and stay arcs of r that flow in t )
//! ```
//!
//! for every transfer r with a largest parcel, every slot t in which it may flow.
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | left | what may still go over before the next set-up | transfers x slots | t | `Vars::left` |
//! | move | moved in slot t | transfers x slots | t | `Vars::moved` |
//! | begin, stay | a vessel is at it | arcs | count | `Vars::arcs` |
//!
//! Why: without it a helicopter lifts in one flight what takes ten. The first row gives each set-up its room and lets it dwindle; the
//! second lets none of it outlast the session, and so none be saved for a later one. For one vessel that is exact; of several in one
//! flow it bounds what they have left together. Rows: two a slot in which something can be moved.
//! Source: the plan language, key `largest`; lot sizes by running balance, Pochet and Wolsey 2006, Production Planning by MIP, ch. 4.

use super::Family;
use crate::model::network::Deed;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use good_lp::{Constraint, Expression, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "largest", page: include_str!("largest.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (place, transfer) in sets.plan.transfers.entries().filter(|(_, t)| t.largest.is_finite()) {
        let label = &sets.labels.transfers[place.index()];
        let network = &sets.networks[transfer.stand.vessel.index()];
        let taken = &vars.arcs[transfer.stand.vessel.index()];
        let flows = sets.moving[place.index()].iter().zip(&vars.moved[place.index()]);
        let mut before = Expression::default();
        for (((slot, arcs), &moved), &left) in flows.zip(&vars.left[place.index()]) {
            let is_first = |arc: &&usize| {
                let arc = &network.arcs[**arc];
                matches!(arc.deed, Deed::Begin(_)) && network.flowing(arc).start == *slot
            };
            let begun: Expression = arcs.iter().filter(is_first).map(|&arc| taken[arc]).sum();
            let is_on: Expression = arcs.iter().map(|&arc| taken[arc]).sum();
            let fresh = before + transfer.largest * begun;
            let name = |part: &str| format!("largest({label},{part},{})", at(*slot));
            rows.push(constraint!(left + moved <= fresh).set_name(name("since")));
            rows.push(constraint!(left + moved <= transfer.largest * is_on).set_name(name("on")));
            before = left.into();
        }
    }
    rows
}
