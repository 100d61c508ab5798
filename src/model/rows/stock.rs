//! Stock: what a hold or store has changes only by what is lifted, moved, fed, made and supplied, and stays between nothing and its capacity.
//!
//! ```text
//! stock(s,c,t+1)  =  stock(s,c,t)  +  sum_q lift(q,t)  +  sum_r move in(r,t)  -  sum_r move out(r,t)
//!                    +  sum_p yield(p) * feed(p,t)  -  sum_p feed(p,t)  -  sum_d draw(d,t)         for every store, slot t
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | stock | aboard or ashore after a slot; before the first what is there at the plan's start | stores x slots in which it can change | t | `Vars::stock` |
//! | lift | lifted in slot t | samplings x slots | t | `Vars::lift` |
//! | move | moved in slot t | transfers x slots | t | `Vars::moved` |
//! | feed, draw | fed to a process, taken by a demand in slot t | processes, demands x slots | t | `Vars::feed`, `Vars::draw` |
//!
//! What a process that works in batches is fed in slot t it makes in the last slot of that batch.
//!
//! Why: without it mud is landed that was never lifted. Capacities are bounds of `stock`.
//! Rows: slots in which the store can change.
//! Source: Papageorgiou et al. 2014, EJOR 235:350-366, core model (inventory balance).

use super::Family;
use crate::model::sets::{Holder, Sets, Store};
use crate::model::shore::making;
use crate::model::vars::{Vars, at, holder_label};
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable, constraint};

/// See the head of this file.
pub const FAMILY: Family = Family { name: "stock", page: include_str!("stock.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (store, levels) in sets.stores.iter().zip(&vars.stock) {
        let mut gains: Vec<Expression> = vec![Expression::default(); store.slots.len()];
        let mut gain = |sign: f64, slot: Slot, tonnes: Variable| {
            if let Ok(place) = store.slots.binary_search(&slot) {
                gains[place].add_mul(sign, tonnes);
            }
        };
        for (sign, slots, tonnes) in ashore(sets, vars, store) {
            slots.into_iter().zip(tonnes).for_each(|(slot, &tonnes)| gain(sign, slot, tonnes));
        }
        let mut add = |sign: f64, slots: &[(Slot, Vec<usize>)], tonnes: &[Variable]| {
            slots.iter().zip(tonnes).for_each(|((slot, _), &tonnes)| gain(sign, *slot, tonnes));
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
        let mut before = Expression::from(sets.plan.at_start(store.holder, store.commodity));
        for ((&slot, &level), gain) in store.slots.iter().zip(levels).zip(gains) {
            let name = format!("stock({holder},{commodity},{})", at(slot + 1));
            rows.push(constraint!(level == before + gain).set_name(name));
            before = level.into();
        }
    }
    rows
}

/// What flows into a site's store (or out of it, with a negative factor) without a vessel: factor, slots and tonnes.
fn ashore<'v>(sets: &Sets<'_>, vars: &'v Vars, store: &Store) -> Vec<(f64, Vec<Slot>, &'v [Variable])> {
    let Holder::Site(site) = store.holder else { return Vec::new() };
    let mut flows: Vec<(f64, Vec<Slot>, &[Variable])> = Vec::new();
    for (process, (slots, feed)) in sets.plan.processes.iter().zip(sets.feeding.iter().zip(&vars.feed)) {
        if (process.site, process.from) == (site, store.commodity) {
            flows.push((-1.0, slots.clone(), feed));
        }
        if (process.site, process.to) == (site, store.commodity) {
            flows.push((process.yields, making(sets.plan, process, slots), feed));
        }
    }
    for (demand, (slots, draw)) in sets.plan.demands.iter().zip(sets.drawing.iter().zip(&vars.draw)) {
        if (demand.site, demand.commodity) == (site, store.commodity) {
            flows.push((-1.0, slots.clone(), draw));
        }
    }
    flows
}
