//! Room: what a hold or a store has of all commodities together stays within its total.
//!
//! ```text
//! sum_c stock(s,c,t)   <=  total(s)                                          for every holder s with a total, slot t
//! sum_c hold(f,c,i,m)  <=  total(f) * ( arcs at i that cover t )             for carriers f, site i, moment m of slot t
//! sum_c cargo(f,c,a)   <=  total(f) * sail(a)                                for carriers f, every leg arc a
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | stock | aboard or ashore after a slot, or since then | stores x slots in which it can change | t | `Vars::stock` |
//! | hold, cargo | in the holds of carriers, lying at i and under way | sites x moments, sail arcs | t | `Vars::held`, `Vars::cargo` |
//! | total | what it takes of everything together | holders | t | the plan |
//!
//! Why: without it mud and cake lie in the same place. Rows: slots or moments in which one of the commodities can change, where the
//! bounds of each do not see to it already. Source: the plan language, keys `hold_total` and `store_total`.

use super::Family;
use super::carrier::presence;
use crate::id::Ix;
use crate::model::fleet::{Fleet, Lie, Moment};
use crate::model::sets::{Holder, Sets};
use crate::model::vars::{Vars, at, holder_label};
use crate::plan::Vessel;
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable, constraint};
use std::collections::BTreeSet;

/// See the head of this file.
pub const FAMILY: Family = Family { name: "room", page: include_str!("room.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let plan = sets.plan;
    let vessels = plan.vessels.places().map(Holder::Vessel);
    let holders = vessels.chain(plan.sites.places().map(Holder::Site));
    let mut rows = Vec::new();
    for holder in holders.filter(|&holder| plan.total_of(holder).is_finite()) {
        rows.extend(of_holder(sets, vars, holder));
        if let Holder::Vessel(vessel) = holder {
            rows.extend(of_carriers(sets, vars, vessel));
        }
    }
    rows
}

/// The last of some levels up to a moment; `start` before the first.
fn level<T: Ord>(moments: &[T], levels: &[Variable], by: &T, start: f64) -> Expression {
    let next = moments.partition_point(|moment| moment <= by);
    next.checked_sub(1).map_or(Expression::from(start), |last| levels[last].into())
}

fn of_holder(sets: &Sets<'_>, vars: &Vars, holder: Holder) -> Vec<Constraint> {
    let (plan, total) = (sets.plan, sets.plan.total_of(holder));
    let stores: Vec<usize> =
        (0..sets.stores.len()).filter(|&store| sets.stores[store].holder == holder).collect();
    let is_watched = |commodity| stores.iter().any(|&store| sets.stores[store].commodity == commodity);
    // What is never touched takes its room all the same.
    let untouched = plan.commodities.places().filter(|&commodity| !is_watched(commodity));
    let untouched: f64 = untouched.map(|commodity| plan.at_start(holder, commodity)).sum();
    let most: f64 = stores.iter().map(|&store| sets.stores[store].capacity).sum();
    if most + untouched <= total {
        return Vec::new();
    }
    let slots: BTreeSet<Slot> = stores.iter().flat_map(|&store| sets.stores[store].slots.clone()).collect();
    let row = |slot: Slot| {
        let mut all = Expression::from(untouched);
        for &store in &stores {
            let of_it = &sets.stores[store];
            all += level(&of_it.slots, &vars.stock[store], &slot, plan.at_start(holder, of_it.commodity));
        }
        let name = format!("room({},{})", holder_label(sets, holder), at(slot + 1));
        constraint!(all <= total).set_name(name)
    };
    slots.into_iter().map(row).collect()
}

fn of_carriers(sets: &Sets<'_>, vars: &Vars, vessel: Ix<Vessel>) -> Vec<Constraint> {
    let own: Vec<(usize, &Fleet)> =
        sets.fleets.iter().enumerate().filter(|(_, fleet)| fleet.vessel == vessel).collect();
    let total = sets.plan.vessels[vessel].hold_total;
    let most: f64 = own.iter().map(|(_, fleet)| fleet.capacity).sum();
    let Some((_, first)) = own.first().filter(|_| most > total) else { return Vec::new() };
    let (label, taken) = (&sets.labels.vessels[vessel.index()], &vars.arcs[vessel.index()]);
    let mut rows = Vec::new();
    let sails: BTreeSet<usize> = own.iter().flat_map(|(_, f)| f.cargoes.iter().map(|c| c.arc)).collect();
    for arc in sails {
        let cargoes = own.iter().flat_map(|(nth, fleet)| fleet.cargoes.iter().zip(&vars.cargo[*nth]));
        let all: Expression = cargoes.filter(|(c, _)| c.arc == arc).map(|(_, &tonnes)| tonnes).sum();
        let name = format!("room({label},sail,{arc})");
        rows.push(constraint!(all <= total * taken[arc]).set_name(name));
    }
    for (place, lie) in first.lies.iter().enumerate() {
        let all = own.iter().flat_map(|(_, fleet)| &fleet.lies[place].moments);
        let moments: BTreeSet<Moment> = all.copied().collect();
        let whole = Lie { site: lie.site, moments: moments.into_iter().collect(), is_fullest: Vec::new() };
        let there = presence(sets, vars, first, &whole);
        let site = &sets.labels.sites[lie.site.index()];
        for moment in &whole.moments {
            let Some(vessels) = there.get(&moment.slot) else { continue };
            let mut all = Expression::default();
            for (nth, fleet) in &own {
                all += level(&fleet.lies[place].moments, &vars.held[*nth][place], moment, 0.0);
            }
            let part = if moment.is_flow { "flow" } else { "sail" };
            let name = format!("room({label},{site},{part},{})", at(moment.slot));
            rows.push(constraint!(all <= vessels.clone() * total).set_name(name));
        }
    }
    rows
}
