//! Fresh: what keeps only so long lies in no hold for longer, first in, first out.
//!
//! ```text
//! stock(v,c,t+k)  <=  tonnes of c that came into the hold of v in the slots from t to t+k     for every hold v, every slot t
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | stock | in the hold at the beginning of slot t+k | stores x slots | t | `Vars::stock` |
//! | came | lifted or moved into it | samplings, transfers x slots | t | `Vars::lift`, `Vars::moved` |
//! | k | how long the commodity keeps, in whole slots, rounded down | commodities | slots | the plan |
//!
//! Why: without it cores are brought home with the last voyage. What is there can only be what came last: all that came before slot t
//! has left. Tonnes flow evenly in a slot, so that it holds between slots where it holds at both ends.
//! Rows: the plan's start, and slots in which something can come, as far as they are so long before the end.
//! Source: the plan language, key `keeps`; perishable stock by cumulative flows, Nahmias 1982, Oper. Res. 30:680-708.

use super::Family;
use crate::model::sets::{Holder, Sets, Store};
use crate::model::vars::{Vars, at, holder_label};
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "fresh", page: include_str!("fresh.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (store, levels) in sets.stores.iter().zip(&vars.stock) {
        let Some(keeps) = sets.plan.commodities[store.commodity].keeps else { continue };
        if !matches!(store.holder, Holder::Vessel(_)) {
            continue;
        }
        let horizon = sets.horizon();
        let slots = (keeps.seconds() / horizon.slot.seconds()) as usize;
        let came = came(sets, vars, store);
        let holder = holder_label(sets, store.holder);
        let commodity = &sets.labels.commodities[store.commodity.index()];
        // All that has come by the beginning of such a slot has left when it does not keep any longer.
        let mut by: Vec<Slot> = std::iter::once(0).chain(came.iter().map(|(slot, _)| slot + 1)).collect();
        by.dedup();
        for by in by.into_iter().filter(|by| by + slots <= horizon.slots) {
            let then = by + slots;
            let next = store.slots.partition_point(|&slot| slot < then);
            let Some(last) = next.checked_sub(1) else {
                let start = sets.plan.at_start(store.holder, store.commodity);
                if start > 0.0 {
                    // Nothing can leave the hold in time.
                    let name = format!("fresh({holder},{commodity},start)");
                    rows.push((Expression::from(start)).leq(0.0).set_name(name));
                }
                continue;
            };
            let first = came.partition_point(|(slot, _)| *slot < by);
            let since = came[first..].iter().take_while(|(slot, _)| *slot < then);
            let since: Expression = since.map(|(_, tonnes)| *tonnes).sum();
            let name = format!("fresh({holder},{commodity},{})", at(by));
            rows.push(constraint!(levels[last] <= since).set_name(name));
        }
    }
    rows
}

/// What can come into a hold, in order of time.
fn came(sets: &Sets<'_>, vars: &Vars, store: &Store) -> Vec<(Slot, Variable)> {
    let mut came: Vec<(Slot, Variable)> = Vec::new();
    let mut add = |slots: &[(Slot, Vec<usize>)], tonnes: &[Variable]| {
        came.extend(slots.iter().zip(tonnes).map(|((slot, _), &tonnes)| (*slot, tonnes)));
    };
    for (place, sampling) in sets.plan.samplings.entries() {
        if store.holder == Holder::Vessel(sampling.stand.vessel) && store.commodity == sampling.commodity {
            add(&sets.lifting[place.index()], &vars.lift[place.index()]);
        }
    }
    for (place, transfer) in sets.plan.transfers.entries().filter(|(_, t)| t.commodity == store.commodity) {
        if transfer.sign(store.holder) > 0.0 {
            add(&sets.moving[place.index()], &vars.moved[place.index()]);
        }
    }
    came.sort_by_key(|(slot, _)| *slot);
    came
}
