//! The variables of tanks: what is in each of them, and which commodity it is kept for.
//!
//! In: the sets of a model. Out: variables, in the order of the vessels, of their tanks, of the stores and of time.
//! Tanks that are alike and begin empty are counted and not told apart: where what is there is filled up first, and the least full one emptied
//! first, no more than one of them is ever part full of a commodity, so that it takes as many of them as its tonnes fill, and no others.

use super::{at, holder_label};
use crate::id::Ix;
use crate::model::sets::{Holder, Sets, Store};
use crate::plan::{Tank, Vessel};
use crate::time::Slot;
use good_lp::variable::ProblemVariables;
use good_lp::{Variable, variable};
use std::collections::BTreeSet;

/// What a store is in the tanks of its vessel that are alike.
#[derive(Debug, Clone)]
pub struct Part {
    /// The store, by place.
    pub store: usize,
    /// For each slot of the store: tonnes in the tanks after it.
    pub tonnes: Vec<Variable>,
}

/// Tanks that are alike, often only one, with all that can be in them.
#[derive(Debug, Clone)]
pub struct TankVars {
    /// The vessel.
    pub vessel: Ix<Vessel>,
    /// The tanks, by place among those of the vessel.
    pub tanks: Vec<usize>,
    /// For each store of the vessel that they take.
    pub parts: Vec<Part>,
    /// Where they take several: for each slot in which something can come into them, for each of the parts but the last how many are
    /// kept for that one then; all others are for the last.
    pub kept: Vec<(Slot, Vec<Variable>)>,
}

impl TankVars {
    /// One of the tanks as the plan has it.
    pub fn written<'p>(&self, sets: &Sets<'p>) -> &'p Tank {
        &sets.plan.vessels[self.vessel].tanks[self.tanks[0]]
    }
}

/// The tanks of a vessel, by place, those together that are alike.
fn alike(tanks: &[Tank]) -> Vec<Vec<usize>> {
    let is_empty = |tank: &Tank| tank.aboard.iter().all(|tonnes| *tonnes == 0.0);
    let are_alike =
        |a: &Tank, b: &Tank| is_empty(a) && is_empty(b) && a.capacity == b.capacity && a.takes == b.takes;
    let mut all: Vec<Vec<usize>> = Vec::new();
    for (nth, tank) in tanks.iter().enumerate() {
        match all.iter_mut().find(|of_them| are_alike(&tanks[of_them[0]], tank)) {
            Some(of_them) => of_them.push(nth),
            None => all.push(vec![nth]),
        }
    }
    all
}

/// The slots in which something can come into a store.
fn comes(sets: &Sets<'_>, store: &Store) -> BTreeSet<Slot> {
    let is_it = |holder, commodity| (holder, commodity) == (store.holder, store.commodity);
    let lifts = sets.plan.samplings.iter().zip(&sets.lifting);
    let lifts = lifts.filter(|(lift, _)| is_it(Holder::Vessel(lift.stand.vessel), lift.commodity));
    let moves = sets.plan.transfers.iter().zip(&sets.moving);
    let moves = moves.filter(|(transfer, _)| is_it(transfer.ends().1, transfer.commodity));
    let slots = lifts.map(|(_, slots)| slots).chain(moves.map(|(_, slots)| slots));
    slots.flatten().map(|(slot, _)| *slot).collect()
}

/// The tanks of all vessels.
pub(super) fn tanks(sets: &Sets<'_>, problem: &mut ProblemVariables) -> Vec<TankVars> {
    let mut all = Vec::new();
    for (vessel, ship) in sets.plan.vessels.entries() {
        let holder = holder_label(sets, Holder::Vessel(vessel));
        for tanks in alike(&ship.tanks) {
            let (nth, count) = (tanks[0], tanks.len());
            let tank = &ship.tanks[nth];
            let is_own = |store: &Store| store.holder == Holder::Vessel(vessel);
            let own = sets.stores.iter().enumerate();
            let own = own.filter(|(_, store)| is_own(store) && tank.takes[store.commodity.index()]);
            let own: Vec<(usize, &Store)> = own.collect();
            let name = |kind: &str, store: &Store, slot: Slot| {
                let commodity = &sets.labels.commodities[store.commodity.index()];
                format!("{kind}({holder},{nth},{commodity},{})", at(slot))
            };
            let mut parts = Vec::new();
            for &(store, of_it) in &own {
                let level = |slot: &Slot| {
                    variable().clamp(0, tank.capacity * count as f64).name(name("tank", of_it, slot + 1))
                };
                let tonnes = of_it.slots.iter().map(|slot| problem.add(level(slot))).collect();
                parts.push(Part { store, tonnes });
            }
            let slots: BTreeSet<Slot> = own.iter().flat_map(|(_, store)| comes(sets, store)).collect();
            let mut which = |slot: Slot| -> Vec<Variable> {
                let but_last = own.iter().take(own.len().saturating_sub(1));
                let number = || variable().integer().clamp(0, count as f64);
                but_last.map(|(_, store)| problem.add(number().name(name("kept", store, slot)))).collect()
            };
            let kept = slots.into_iter().filter(|_| own.len() > 1).map(|slot| (slot, which(slot))).collect();
            all.push(TankVars { vessel, tanks, parts, kept });
        }
    }
    all
}
