//! Tank: what is in a hold with tanks is in them, of one commodity in each until it is empty, and stays there until it is let out.
//!
//! ```text
//! sum_k tank(v,k,c,t)  =   stock(v,c,t)                                              for every hold v with tanks, commodity c, slot t
//! tank(v,k,c,t)        >=  tank(v,k,c,t-1) - what leaves the hold of c in t          for every tank k that takes c
//! tank(v,k,c,t)        <=  tank(v,k,c,t-1) + what comes into the hold of c in t
//! tank(v,k,c,t)        <=  capacity(k) * kept(v,k,c,t)                               where k takes several, in every slot t in which
//! sum_c kept(v,k,c,t)  =   count(k)                                                  something can come into it
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | tank | in the tanks k after slot t, or since then | stores x tanks x slots in which it can change | t | `Vars::tanks` |
//! | kept | how many of the tanks have that commodity and no other; of the last commodity it is what is left of all | commodities x tanks x slots | 0 .. count | `Vars::tanks` |
//! | capacity | of each of the tanks | tanks | t | the plan |
//! | count | how many tanks are alike and begin empty: these are one k | tanks | 1 .. | the plan |
//! | stock | in the hold after slot t | stores x slots | t | `Vars::stock` |
//!
//! Why: without it mud and cake lie in one tank. A vessel does one thing at a time, so that in a slot one commodity comes or goes: no tank
//! falls while another rises, and none is emptied and filled with something else at once. Between two slots in which something can come in
//! a tank only falls. Capacities are bounds of `tank`.
//! Rows: two to three a tank, commodity and slot in which that can change in the hold.
//! Source: the plan language, `[[vessel.tank]]`; undedicated compartments in maritime inventory routing, Siswanto, Essam and Sarker
//! 2011, Computers and Industrial Engineering 61:289-298.

use super::Family;
use crate::model::sets::{Holder, Sets, Store};
use crate::model::vars::{Part, TankVars, Vars, at, holder_label};
use crate::time::Slot;
use good_lp::{Constraint, Expression, constraint};
use std::collections::BTreeMap;

/// See the head of this file.
pub const FAMILY: Family = Family { name: "tank", page: include_str!("tank.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let mut rows = Vec::new();
    for (place, store) in sets.stores.iter().enumerate() {
        let parts = vars.tanks.iter().flat_map(|tank| tank.parts.iter().map(move |part| (tank, part)));
        let parts: Vec<(&TankVars, &Part)> = parts.filter(|(_, part)| part.store == place).collect();
        if !parts.is_empty() {
            rows.extend(in_tanks(sets, vars, store, &parts));
        }
    }
    rows.extend(vars.tanks.iter().flat_map(|tank| one_commodity(sets, tank)));
    rows
}

/// What comes into a hold and what leaves it, by slot.
#[derive(Default)]
struct Flows {
    comes: BTreeMap<Slot, Expression>,
    leaves: BTreeMap<Slot, Expression>,
}

impl Flows {
    fn of(sets: &Sets<'_>, vars: &Vars, store: &Store) -> Flows {
        let mut flows = Flows::default();
        for (place, sampling) in sets.plan.samplings.entries() {
            if (Holder::Vessel(sampling.stand.vessel), sampling.commodity) == (store.holder, store.commodity)
            {
                let lifted = sets.lifting[place.index()].iter().zip(&vars.lift[place.index()]);
                lifted.for_each(|((slot, _), &tonnes)| *flows.comes.entry(*slot).or_default() += tonnes);
            }
        }
        for (place, transfer) in sets.plan.transfers.entries().filter(|(_, t)| t.commodity == store.commodity)
        {
            let sign = transfer.sign(store.holder);
            let side = if sign > 0.0 { &mut flows.comes } else { &mut flows.leaves };
            let moved = sets.moving[place.index()].iter().zip(&vars.moved[place.index()]);
            moved
                .filter(|_| sign != 0.0)
                .for_each(|((slot, _), &tonnes)| *side.entry(*slot).or_default() += tonnes);
        }
        flows
    }
}

/// That the tanks have what the hold has, and that nothing leaps from tank to tank.
fn in_tanks(sets: &Sets<'_>, vars: &Vars, store: &Store, parts: &[(&TankVars, &Part)]) -> Vec<Constraint> {
    let label = holder_label(sets, store.holder);
    let commodity = &sets.labels.commodities[store.commodity.index()];
    let flows = Flows::of(sets, vars, store);
    let in_slot =
        |side: &BTreeMap<Slot, Expression>, slot: Slot| side.get(&slot).cloned().unwrap_or_default();
    let mut rows = Vec::new();
    for (place, &slot) in store.slots.iter().enumerate() {
        let when = at(slot + 1);
        let all: Expression = parts.iter().map(|(_, part)| part.tonnes[place]).sum();
        let stock = vars.stock[parts[0].1.store][place];
        rows.push(constraint!(all == stock).set_name(format!("tank({label},{commodity},{when})")));
        for (tank, part) in parts {
            let (before, now) = (before(sets, tank, part, store, slot), part.tonnes[place]);
            let name = |what: &str| format!("tank({label},{},{commodity},{what},{when})", tank.tanks[0]);
            let (comes, leaves) = (in_slot(&flows.comes, slot), in_slot(&flows.leaves, slot));
            rows.push(constraint!(now >= before.clone() - leaves).set_name(name("leaves")));
            rows.push(constraint!(now <= before + comes).set_name(name("comes")));
        }
    }
    rows
}

/// What is in a tank of a store before a slot.
fn before(sets: &Sets<'_>, tank: &TankVars, part: &Part, store: &Store, slot: Slot) -> Expression {
    match store.slots.partition_point(|&known| known < slot).checked_sub(1) {
        Some(last) => part.tonnes[last].into(),
        None => tank.written(sets).aboard[store.commodity.index()].into(),
    }
}

/// That a tank is kept for one commodity at a time.
fn one_commodity(sets: &Sets<'_>, tank: &TankVars) -> Vec<Constraint> {
    let written = tank.written(sets);
    let label = &sets.labels.vessels[tank.vessel.index()];
    let is_watched =
        |of: usize| tank.parts.iter().any(|part| sets.stores[part.store].commodity.index() == of);
    // What begins in it and never leaves keeps everything else out.
    let mut begins = written.aboard.iter().enumerate();
    let count = tank.tanks.len() as f64;
    let is_taken = begins.any(|(of, tonnes)| *tonnes > 0.0 && !is_watched(of));
    let mut rows = Vec::new();
    for (slot, which) in &tank.kept {
        let but_last: Expression = which.iter().sum();
        if which.len() > 1 {
            let name = format!("tank({label},{},one,{})", tank.tanks[0], at(*slot));
            rows.push(constraint!(but_last.clone() <= count).set_name(name));
        }
        let kept = which.iter().map(|&kept| Expression::from(kept)).chain([count - but_last]);
        for (part, kept) in tank.parts.iter().zip(kept) {
            let store = &sets.stores[part.store];
            let commodity = &sets.labels.commodities[store.commodity.index()];
            let after = before(sets, tank, part, store, slot + 1);
            let name = format!("tank({label},{},{commodity},kept,{})", tank.tanks[0], at(*slot));
            rows.push(constraint!(after <= written.capacity * kept).set_name(name));
        }
    }
    if is_taken {
        for part in &tank.parts {
            let store = &sets.stores[part.store];
            let commodity = &sets.labels.commodities[store.commodity.index()];
            for (&slot, &tonnes) in store.slots.iter().zip(&part.tonnes) {
                let name = format!("tank({label},{},{commodity},taken,{})", tank.tanks[0], at(slot + 1));
                rows.push(Expression::from(tonnes).leq(0.0).set_name(name));
            }
        }
    }
    rows
}
