//! Reserve: what must lie in a store lies there, but for disruptions, in which so much less an hour need be there, and the time after them.
//!
//! ```text
//! stock(s,c,t)  >=  floor(r,t)     for every reserve r of c in s, every slot t from which on the floor is higher than nothing
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | stock | in the store after a slot | stores x slots in which it can change | t | `Vars::stock` |
//! | floor | target from `by` on; in a disruption less by `draw` a slot since it began, until `refill` after it | slots | t | `Reserve::floors` |
//!
//! Why: without it a reserve is sold at once. Each row bounds one variable, so that a solver takes them as bounds.
//! Rows: slots in which the store can change, while the floor is higher than nothing.
//! Source: the plan language, keys `target`, `by`, `draw` and `refill`.

use super::Family;
use crate::model::sets::{Holder, Sets};
use crate::model::vars::{Vars, at};
use good_lp::{Constraint, Expression};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "reserve", page: include_str!("reserve.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    let slots = sets.horizon().slots;
    for (place, reserve) in sets.plan.reserves.entries() {
        let label = &sets.labels.reserves[place.index()];
        let floors = reserve.floors(sets.horizon(), &sets.plan.disruptions);
        let kept = (Holder::Site(reserve.site), reserve.commodity);
        let store = sets.stores.iter().position(|store| (store.holder, store.commodity) == kept);
        let (changes, levels) = match store {
            Some(store) => (sets.stores[store].slots.as_slice(), vars.stock[store].as_slice()),
            None => (&[][..], &[][..]),
        };
        // A level holds from the end of its slot to the beginning of the next in which it can change; before the first it is what the
        // plan begins with.
        let start = Expression::from(sets.plan.at_start(kept.0, kept.1));
        let levels = levels.iter().map(|&level| Expression::from(level));
        let from = std::iter::once(0).chain(changes.iter().map(|slot| slot + 1));
        let until = changes.iter().copied().chain([slots]);
        for ((from, until), level) in from.zip(until).zip(std::iter::once(start).chain(levels)) {
            let floor = floors[from..=until].iter().copied().fold(0.0, f64::max);
            if floor > 0.0 {
                rows.push(level.geq(floor).set_name(format!("reserve({label},{})", at(from))));
            }
        }
    }
    rows
}
