//! The variables of tanks: what is in each of them, and which commodity it is kept for.
//!
//! In: the sets of a model. Out: variables, in the order of the vessels, of their tanks, of the stores and of time.

use super::{at, holder_label};
use crate::id::Ix;
use crate::model::sets::{Holder, Sets, Store};
use crate::plan::{Tank, Vessel};
use crate::time::Slot;
use good_lp::variable::ProblemVariables;
use good_lp::{Variable, variable};
use std::collections::BTreeSet;

/// What a store is in a tank of its vessel.
#[derive(Debug, Clone)]
pub struct Part {
    /// The store, by place.
    pub store: usize,
    /// For each slot of the store: tonnes in the tank after it.
    pub tonnes: Vec<Variable>,
}

/// A tank with all that can be in it.
#[derive(Debug, Clone)]
pub struct TankVars {
    /// The vessel.
    pub vessel: Ix<Vessel>,
    /// The tank, by place among those of the vessel.
    pub tank: usize,
    /// For each store of the vessel that it takes.
    pub parts: Vec<Part>,
    /// Where it takes several: for each slot in which something can come into it, for each of its parts but the last whether it is
    /// kept for that one then; else it is for the last.
    pub kept: Vec<(Slot, Vec<Variable>)>,
}

impl TankVars {
    /// The tank as the plan has it.
    pub fn written<'p>(&self, sets: &Sets<'p>) -> &'p Tank {
        &sets.plan.vessels[self.vessel].tanks[self.tank]
    }
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
        for (nth, tank) in ship.tanks.iter().enumerate() {
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
                let level =
                    |slot: &Slot| variable().clamp(0, tank.capacity).name(name("tank", of_it, slot + 1));
                let tonnes = of_it.slots.iter().map(|slot| problem.add(level(slot))).collect();
                parts.push(Part { store, tonnes });
            }
            let slots: BTreeSet<Slot> = own.iter().flat_map(|(_, store)| comes(sets, store)).collect();
            let mut which = |slot: Slot| -> Vec<Variable> {
                let but_last = own.iter().take(own.len().saturating_sub(1));
                but_last
                    .map(|(_, store)| problem.add(variable().binary().name(name("kept", store, slot))))
                    .collect()
            };
            let kept = slots.into_iter().filter(|_| own.len() > 1).map(|slot| (slot, which(slot))).collect();
            all.push(TankVars { vessel, tank: nth, parts, kept });
        }
    }
    all
}
