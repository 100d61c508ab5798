//! Transfer: something moves between hold and shore only while the vessel is at it, after its set-up, in parcels large enough.
//!
//! ```text
//! move(r,t)  <=  rate(r) * ( begin and stay arcs of r that cover t after the set-up )     for every transfer r, every slot t
//! move(r,t)  >=  sum over begin arcs b of r that cover t:  part(b,t) * b                  where a smallest parcel is asked for
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | move | moved in slot t | transfers x slots | t | `Vars::moved` |
//! | begin, stay | the vessel is at it | arcs | 0 or 1 | `Vars::arcs` |
//! | part | tonnes of the smallest parcel that fall into slot t at full rate | begin arcs x slots | t | the plan |
//!
//! Why: without it the hold empties itself at sea. The smallest parcel is moved first and at full rate, in the slots of `begin`.
//! Rows: one or two a slot in which something can be moved.
//! Source: the plan language, keys `rate`, `setup` and `smallest`.

use super::Family;
use crate::model::network::Deed;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use good_lp::{Constraint, Expression, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "transfer", page: include_str!("transfer.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (place, transfer) in sets.plan.transfers.entries() {
        let label = &sets.labels.transfers[place.index()];
        let network = &sets.networks[transfer.stand.vessel.index()];
        let taken = &vars.arcs[transfer.stand.vessel.index()];
        let rate = sets.move_per_slot(place);
        for ((slot, arcs), &moved) in sets.moving[place.index()].iter().zip(&vars.moved[place.index()]) {
            let is_on: Expression = arcs.iter().map(|&arc| taken[arc]).sum();
            rows.push(
                constraint!(moved <= rate * is_on).set_name(format!("transfer({label},{})", at(*slot))),
            );
            if transfer.smallest <= 0.0 {
                continue;
            }
            let mut parcel = Expression::default();
            for &arc in arcs.iter().filter(|&&arc| matches!(network.arcs[arc].deed, Deed::Begin(_))) {
                // What is told to have flowed may have flowed sooner than the plan lets it.
                let before = slot.saturating_sub(network.flowing(&network.arcs[arc]).start) as f64 * rate;
                parcel.add_mul((transfer.smallest - before).clamp(0.0, rate), taken[arc]);
            }
            rows.push(constraint!(moved >= parcel).set_name(format!("parcel({label},{})", at(*slot))));
        }
    }
    rows
}
