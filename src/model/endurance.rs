//! How far vessels get, and how long they last, between two places at which they refuel.
//!
//! In: a plan and the networks of its vessels. Out: [`Endurance`]s: for each vessel with a range or bunkers the moments at which what is
//! left of it can change, with the arcs that use it up and those that lead to where it is full again.
//! A vessel is full at the start, and at any time at a site that refuels: what it does there uses up nothing.

use super::dues::Dues;
use super::network::{Arc, Deed, Network};
use crate::id::Ix;
use crate::plan::{Plan, Vessel};
use crate::time::Slot;
use std::collections::BTreeMap;

/// What is left of one thing.
#[derive(Debug, Clone)]
pub struct Endurance {
    /// The vessel.
    pub vessel: Ix<Vessel>,
    /// `range` or `bunkers`.
    pub word: &'static str,
    /// When what is left can change, in order.
    pub moments: Vec<Moment>,
}

/// A slot at whose beginning what is left can change.
#[derive(Debug, Clone, Default)]
pub struct Moment {
    /// The slot.
    pub slot: Slot,
    /// The arcs that end then, each with the share of all that it uses up.
    pub used: Vec<(usize, f64)>,
    /// The legs that end then where the vessel refuels, by arc.
    pub refuels: Vec<usize>,
}

/// The endurances of all vessels that have one.
pub fn endurances(plan: &Plan, networks: &[Network]) -> Vec<Endurance> {
    let mut endurances = Vec::new();
    for network in networks.iter().filter(|network| network.count > 0) {
        let ship = &plan.vessels[network.vessel];
        let miles = |arc: &Arc| match arc.deed {
            Deed::Sail(leg) => ship.legs[leg].miles(),
            _ => 0.0,
        };
        let tonnes = |arc: &Arc| Dues::of_arc(plan, network, arc).fuel;
        if let Some(full) = ship.range {
            endurances.push(endurance(plan, network, ("range", full), miles));
        }
        if let Some(full) = ship.bunkers {
            endurances.push(endurance(plan, network, ("bunkers", full), tonnes));
        }
    }
    endurances
}

fn endurance(
    plan: &Plan,
    network: &Network,
    (word, full): (&'static str, f64),
    uses: impl Fn(&Arc) -> f64,
) -> Endurance {
    let ship = &plan.vessels[network.vessel];
    let mut moments: BTreeMap<Slot, Moment> = BTreeMap::new();
    for (place, arc) in network.arcs.iter().enumerate() {
        let Some(to) = arc.to else { continue };
        let is_full = network.site_of(arc.from.state).is_some_and(|site| plan.sites[site].refuels);
        let refuels = match arc.deed {
            Deed::Sail(leg) => plan.sites[ship.legs[leg].to].refuels,
            _ if is_full => continue,
            _ => false,
        };
        let used = uses(arc) / full;
        if used > 0.0 || refuels {
            let moment = moments.entry(to.slot).or_default();
            moment.slot = to.slot;
            moment.used.push((place, used));
            moment.refuels.extend(refuels.then_some(place));
        }
    }
    Endurance { vessel: network.vessel, word, moments: moments.into_values().collect() }
}
