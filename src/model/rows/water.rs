//! Water: the processes of a site take no more water than it has.
//!
//! ```text
//! sum_p dose(p) * feed(p,t)  <=  water(s)     p at s, for every site s with a bound, every slot t in which one of them may be fed
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | feed | fed in slot t | processes x slots | t | `Vars::feed` |
//! | dose | water for each tonne fed | processes | m3/t | the plan |
//! | water | what the site has in a slot | sites | m3 | the plan |
//!
//! Why: without it an island washes with water that it does not have. Rows: slots in which a process that takes water may be fed.
//! Source: the plan language, keys `water` of sites and processes.

use super::Family;
use crate::model::sets::Sets;
use crate::model::vars::{Vars, at};
use crate::time::Slot;
use good_lp::{Constraint, Expression, constraint};
use std::collections::BTreeMap;

/// See the head of this file.
pub const FAMILY: Family = Family { name: "water", page: include_str!("water.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (place, site) in sets.plan.sites.entries().filter(|(_, site)| site.water.is_finite()) {
        let mut taken: BTreeMap<Slot, Expression> = BTreeMap::new();
        for (process, (slots, feeds)) in sets
            .plan
            .processes
            .iter()
            .zip(sets.feeding.iter().zip(&vars.feed))
            .filter(|(p, _)| p.site == place)
        {
            for (&slot, &feed) in slots.iter().zip(feeds).filter(|_| process.water > 0.0) {
                taken.entry(slot).or_default().add_mul(process.water, feed);
            }
        }
        let label = &sets.labels.sites[place.index()];
        let most = site.water * sets.horizon().slot_h();
        for (slot, taken) in taken {
            rows.push(constraint!(taken <= most).set_name(format!("water({label},{})", at(slot))));
        }
    }
    rows
}
