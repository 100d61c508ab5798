//! Tonnes in every hold and store over time.
//!
//! In: an itinerary. Out: for each holder and commodity the times at which the tonnes begin or cease to change, and the tonnes then.

use super::account::{Clock, rounded};
use super::{Itinerary, Stock, What};
use crate::id::Ix;
use crate::plan::{Commodity, Holder, Plan};
use crate::time::Slot;
use std::collections::BTreeMap;

/// What changes in each slot, by holder and commodity; vessels before sites, each in the plan's order.
type Changes = BTreeMap<(usize, usize, Ix<Commodity>), BTreeMap<Slot, f64>>;

/// The stocks of an itinerary; holders in which nothing ever is are left out.
pub fn stocks(plan: &Plan, itinerary: &Itinerary) -> Vec<Stock> {
    let mut changes = starts(plan);
    let mut change =
        |holder: (usize, usize), commodity: Ix<Commodity>, start: Slot, sign: f64, tonnes: &[f64]| {
            let slots = changes.entry((holder.0, holder.1, commodity)).or_default();
            for (slot, tonnes) in (start..).zip(tonnes).filter(|(_, tonnes)| **tonnes != 0.0) {
                *slots.entry(slot).or_default() += sign * tonnes;
            }
        };
    let holder = |holder: Holder| match holder {
        Holder::Vessel(vessel) => (0, vessel.index()),
        Holder::Site(site) => (1, site.index()),
    };
    for step in itinerary.vessels.iter().flatten() {
        match &step.what {
            What::Sample(place, tonnes) => {
                let sampling = &plan.samplings[*place];
                change(
                    holder(Holder::Vessel(sampling.stand.vessel)),
                    sampling.commodity,
                    step.start,
                    1.0,
                    tonnes,
                );
            }
            What::Transfer(place, tonnes) => {
                let transfer = &plan.transfers[*place];
                let (giver, taker) = transfer.ends();
                change(holder(giver), transfer.commodity, step.start, -1.0, tonnes);
                change(holder(taker), transfer.commodity, step.start, 1.0, tonnes);
            }
            What::Task(_) | What::Sail(..) | What::Alongside(_) => {}
        }
    }
    for flow in &itinerary.shore {
        let (site, factors) = flow.of.changes(plan);
        for (commodity, factor, later) in factors {
            change((1, site.index()), commodity, flow.start + later, factor, &flow.tonnes);
        }
    }
    changes
        .into_iter()
        .map(|((kind, holder, commodity), slots)| {
            let (id, place) = match kind {
                0 => (&plan.vessels[Ix::new(holder)].id, Holder::Vessel(Ix::new(holder))),
                _ => (&plan.sites[Ix::new(holder)].id, Holder::Site(Ix::new(holder))),
            };
            let start = plan.at_start(place, commodity);
            (
                Stock {
                    holder: id.clone(),
                    commodity: plan.commodities[commodity].id.clone(),
                    levels: levels(plan, start, &slots),
                },
                slots.is_empty() && start == 0.0,
            )
        })
        .filter(|(_, is_empty)| !is_empty)
        .map(|(stock, _)| stock)
        .collect()
}

/// Every holder that begins with something, with no change yet.
fn starts(plan: &Plan) -> Changes {
    let vessels = plan.vessels.entries().map(|(place, vessel)| (0, place.index(), &vessel.aboard));
    let sites = plan.sites.entries().map(|(place, site)| (1, place.index(), &site.stock));
    let all = vessels.chain(sites).flat_map(|(kind, holder, tonnes)| {
        let there = plan.commodities.places().filter(move |commodity| tonnes[commodity.index()] > 0.0);
        there.map(move |commodity| ((kind, holder, commodity), BTreeMap::new()))
    });
    all.collect()
}

/// The corners of the course that the changes make.
fn levels(plan: &Plan, start: f64, changes: &BTreeMap<Slot, f64>) -> Vec<(super::Time, f64)> {
    let clock = Clock { plan };
    let mut corners: Vec<(Slot, f64)> = vec![(0, start)];
    let mut level = start;
    let change_in = |slot: Option<Slot>| slot.and_then(|slot| changes.get(&slot)).copied().unwrap_or(0.0);
    for &slot in changes.keys() {
        // A corner where the change is not the same as in the slot before, and one after the last change of a stretch.
        if (change_in(slot.checked_sub(1)) - changes[&slot]).abs() > 1e-9 && slot > 0 {
            corners.push((slot, level));
        }
        level += changes[&slot];
        if change_in(Some(slot + 1)) == 0.0 {
            corners.push((slot + 1, level));
        }
    }
    corners.push((plan.horizon.slots, level));
    corners.dedup_by_key(|(slot, _)| *slot);
    corners.into_iter().map(|(slot, level)| (clock.at(slot), rounded(level))).collect()
}
