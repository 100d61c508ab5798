//! Reach: what must be at a site so soon after it was lifted is there by then, first in, first out.
//!
//! ```text
//! sum_h stock(h,c,t+k)  <=  tonnes of c that were lifted in the slots from t to t+k        for every such commodity c, every slot t
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | stock | in a holder h on the way to the site, at the beginning of slot t+k | stores x slots | t | `Vars::stock` |
//! | lifted | into the first of them | samplings x slots | t | `Vars::lift` |
//! | k | how soon it must be there, in whole slots, rounded down | commodities | slots | the plan |
//!
//! Why: without it cores lie in the store of a quay until somebody fetches them. There is one way, on which each holder has one that gives and
//! one that takes, and lets go first what came first: so the first that was lifted is the first to arrive, and what is still on the way is
//! what was lifted last. It is exact, whatever lies between; with two carriers side by side it would not be, since one may overtake the other.
//! Rows: the plan's start, and slots in which something can be lifted, as far as they are so long before the end.
//! Source: the plan language, key `reach`; cumulative flows of queues in series, Newell 1982, Applications of Queueing Theory.

use super::Family;
use crate::id::Ix;
use crate::model::sets::{Holder, Sets};
use crate::model::vars::{Vars, at};
use crate::plan::{Commodity, Reach};
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "reach", page: include_str!("reach.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let with_reach = sets.plan.commodities.entries();
    let with_reach = with_reach.filter_map(|(place, commodity)| Some((place, commodity.reach?)));
    with_reach.flat_map(|(commodity, reach)| of_one(sets, vars, commodity, reach)).collect()
}

fn of_one(sets: &Sets<'_>, vars: &Vars, commodity: Ix<Commodity>, reach: Reach) -> Vec<Constraint> {
    let horizon = sets.horizon();
    let slots = (reach.within.seconds() / horizon.slot.seconds()) as usize;
    let way = sets.plan.way_to(reach.site, commodity);
    let lifted = lifted(sets, vars, commodity);
    // All that was lifted by the beginning of such a slot is there when its time is over.
    let mut by: Vec<Slot> = std::iter::once(0).chain(lifted.iter().map(|(slot, _)| slot + 1)).collect();
    by.dedup();
    let row = |by: Slot| {
        let then = by + slots;
        let on_the_way: Expression =
            way.iter().map(|&holder| level(sets, vars, (holder, commodity), then)).sum();
        let since = lifted.iter().filter(|(slot, _)| (by..then).contains(slot)).map(|(_, tonnes)| *tonnes);
        let since: Expression = since.sum();
        let name = format!("reach({},{})", sets.labels.commodities[commodity.index()], at(by));
        (on_the_way - since).leq(0.0).set_name(name)
    };
    by.into_iter().filter(|by| by + slots <= horizon.slots).map(row).collect()
}

/// What is in a holder at the beginning of a slot.
fn level(sets: &Sets<'_>, vars: &Vars, of: (Holder, Ix<Commodity>), slot: Slot) -> Expression {
    let store = sets.stores.iter().position(|store| (store.holder, store.commodity) == of);
    let last = store.and_then(|store| {
        let last = sets.stores[store].slots.partition_point(|&known| known < slot).checked_sub(1)?;
        Some(vars.stock[store][last])
    });
    last.map_or_else(|| Expression::from(sets.plan.at_start(of.0, of.1)), Expression::from)
}

/// What can be lifted of a commodity, in order of time.
fn lifted(sets: &Sets<'_>, vars: &Vars, commodity: Ix<Commodity>) -> Vec<(Slot, Variable)> {
    let mut lifted: Vec<(Slot, Variable)> = Vec::new();
    for (place, _) in sets.plan.samplings.entries().filter(|(_, sampling)| sampling.commodity == commodity) {
        let slots = sets.lifting[place.index()].iter().zip(&vars.lift[place.index()]);
        lifted.extend(slots.map(|((slot, _), &tonnes)| (*slot, tonnes)));
    }
    lifted.sort_by_key(|(slot, _)| *slot);
    lifted
}
