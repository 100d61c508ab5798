//! Stock: what a hold or store has changes only by what is lifted and moved, and stays between nothing and its capacity.
//!
//! ```text
//! stock(s,c,t+1)  =  stock(s,c,t)  +  sum_q lift(q,t)  +  sum_r move in(r,t)  -  sum_r move out(r,t)     for every store, slot t
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | stock | aboard or ashore after a slot | stores x slots in which it can change | t | `Vars::stock` |
//! | lift | lifted in slot t | samplings x slots | t | `Vars::lift` |
//! | move | moved in slot t | transfers x slots | t | `Vars::moved` |
//!
//! Why: without it mud is landed that was never lifted. Capacities are bounds of `stock`.
//! Rows: slots in which the store can change.
//! Source: Papageorgiou et al. 2014, EJOR 235:350-366, core model (inventory balance).

use super::Family;
use crate::model::sets::{Holder, Sets};
use crate::model::vars::{Vars, at, holder_label};
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "stock", page: include_str!("stock.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (store, levels) in sets.stores.iter().zip(&vars.stock) {
        let mut gains: Vec<Expression> = vec![Expression::default(); store.slots.len()];
        let mut add = |sign: f64, slots: &[(Slot, Vec<usize>)], tonnes: &[Variable]| {
            for ((slot, _), &tonnes) in slots.iter().zip(tonnes) {
                if let Ok(place) = store.slots.binary_search(slot) {
                    gains[place].add_mul(sign, tonnes);
                }
            }
        };
        for (place, sampling) in sets.plan.samplings.entries() {
            if store.holder == Holder::Vessel(sampling.stand.vessel) && store.commodity == sampling.commodity
            {
                add(1.0, &sets.lifting[place.index()], &vars.lift[place.index()]);
            }
        }
        for (place, transfer) in sets.plan.transfers.entries().filter(|(_, t)| t.commodity == store.commodity)
        {
            let sign = transfer.sign(store.holder);
            if sign == 0.0 {
                continue;
            }
            add(sign, &sets.moving[place.index()], &vars.moved[place.index()]);
        }
        let (holder, commodity) =
            (holder_label(sets, store.holder), &sets.labels.commodities[store.commodity.index()]);
        let mut before = Expression::default();
        for ((&slot, &level), gain) in store.slots.iter().zip(levels).zip(gains) {
            let name = format!("stock({holder},{commodity},{})", at(slot + 1));
            rows.push(constraint!(level == before + gain).set_name(name));
            before = level.into();
        }
    }
    rows
}
