//! Carrier: what carriers have in their holds stays where they are, sails with them, and never exceeds the holds that are there.
//!
//! ```text
//! hold(f,i,m)  =  hold(f,i,m')  +  move in(r,t)  -  move out(r,t)          m the flow of slot t, m' the moment before
//! hold(f,i,m)  =  hold(f,i,m')  +  cargo that arrives  -  cargo that departs   m the beginning of slot t
//! hold(f,i,m)  <=  capacity(f) * ( arcs at i that cover t )                 for every fleet f, site i, moment m of slot t
//! cargo(f,a)   <=  capacity(f) * sail(a)                                    for every leg arc a
//! hold(v,i,m)  <=  hold(v,i,m')  +  ...                                     the same for a vessel v that goes alone, where `stock` tells the rest
//! ```
//!
//! | symbol | meaning | shape | unit | from |
//! |---|---|---|---|---|
//! | hold | in the holds of all that lie at i | sites x moments | t | `Vars::held`, `Vars::located` |
//! | cargo | aboard on a leg | sail arcs | t | `Vars::cargo`, `Vars::located` |
//! | move | moved in slot t | transfers x slots | t | `Vars::moved` |
//! | sail, arcs | vessels under way, and lying or working at i | arcs | count | `Vars::arcs` |
//!
//! Why: without it mud that is loaded at sea is ashore at once. Vessels that are done at a site hold nothing there.
//! A vessel that goes alone may be done with something aboard, which is in its stock still: here it may have less, and never more. Of whole
//! vessels that forbids nothing; of parts of one, as in the relaxation, that one loads at sea what another lands.
//! Rows: moments, twice, and legs. Source: Papageorgiou et al. 2014, EJOR 235:350-366, aggregated vessel classes.

use super::Family;
use crate::model::fleet::{Fleet, Lie, Moment};
use crate::model::sets::{Holder, Sets};
use crate::model::vars::{Vars, at};
use crate::time::Slot;
use good_lp::{Constraint, Expression, Variable, constraint};
use std::collections::HashMap;

/// See the head of this file.
pub const FAMILY: Family = Family { name: "carrier", page: include_str!("carrier.rs"), rows };

fn rows(sets: &Sets<'_>, vars: &Vars) -> Vec<Constraint> {
    let fleets = sets.fleets.iter().zip(vars.held.iter().zip(&vars.cargo));
    let mut rows: Vec<Constraint> =
        fleets.flat_map(|(fleet, aboard)| of_fleet(sets, vars, fleet, aboard, true)).collect();
    let (held, cargo) = &vars.located;
    let located = sets.located.iter().zip(held.iter().zip(cargo));
    rows.extend(located.flat_map(|(fleet, aboard)| of_fleet(sets, vars, fleet, aboard, false)));
    rows
}

/// The rows of carriers that are alike, or of one vessel alone: what it has in all is told by its stock, and here only that it has no more.
fn of_fleet(
    sets: &Sets<'_>,
    vars: &Vars,
    fleet: &Fleet,
    (held, cargoes): (&Vec<Vec<Variable>>, &Vec<Variable>),
    is_all: bool,
) -> Vec<Constraint> {
    let mut rows = Vec::new();
    let commodity = &sets.labels.commodities[fleet.commodity.index()];
    let label = format!("{},{commodity}", sets.labels.vessels[fleet.vessel.index()]);
    let taken = &vars.arcs[fleet.vessel.index()];
    for (cargo, &tonnes) in fleet.cargoes.iter().zip(cargoes) {
        let name = format!("carrier({label},sail,{})", at(cargo.from.1.slot));
        rows.push(constraint!(tonnes <= fleet.capacity * taken[cargo.arc]).set_name(name));
    }
    let origin = sets.networks[fleet.vessel.index()].site_of(0);
    for (place, lie) in fleet.lies.iter().enumerate() {
        let gains = gains(sets, vars, (fleet, cargoes), (place, lie));
        let there = presence(sets, vars, fleet, lie);
        let site = &sets.labels.sites[lie.site.index()];
        let is_first = !is_all && origin == Some(lie.site);
        let at_start =
            if is_first { sets.plan.at_start(Holder::Vessel(fleet.vessel), fleet.commodity) } else { 0.0 };
        let mut before = Expression::from(at_start);
        let moments = lie.moments.iter().zip(&lie.is_fullest);
        for (((moment, is_fullest), gain), &level) in moments.zip(gains).zip(&held[place]) {
            let part = if moment.is_flow { "flow" } else { "sail" };
            let name = format!("{label},{site},{part},{}", at(moment.slot));
            let row = match is_all {
                true => constraint!(level == before + gain),
                false => constraint!(level <= before + gain),
            };
            rows.push(row.set_name(format!("carrier({name})")));
            if let (true, Some(vessels)) = (*is_fullest, there.get(&moment.slot)) {
                let room = vessels.clone() * fleet.capacity;
                rows.push(constraint!(level <= room).set_name(format!("carrier_room({name})")));
            }
            before = level.into();
        }
    }
    rows
}

/// What comes and goes at each moment.
fn gains(
    sets: &Sets<'_>,
    vars: &Vars,
    (fleet, cargoes): (&Fleet, &[Variable]),
    (place, lie): (usize, &Lie),
) -> Vec<Expression> {
    let mut gains = vec![Expression::default(); lie.moments.len()];
    let mut add = |moment: Moment, sign: f64, tonnes: Variable| {
        if let Some(gain) = gains.get_mut(lie.place(moment)) {
            gain.add_mul(sign, tonnes);
        }
    };
    let flow = |slot: Slot| Moment { slot, is_flow: true };
    for (transfer, of_it) in sets.plan.transfers.entries() {
        if of_it.site_of(fleet.vessel) == Some(lie.site) && of_it.commodity == fleet.commodity {
            let sign = of_it.sign(Holder::Vessel(fleet.vessel));
            let slots = sets.moving[transfer.index()].iter().zip(&vars.moved[transfer.index()]);
            slots.for_each(|((slot, _), &tonnes)| add(flow(*slot), sign, tonnes));
        }
    }
    for (sampling, of_it) in sets.plan.samplings.entries() {
        let stand = (of_it.stand.vessel, of_it.stand.site);
        if stand == (fleet.vessel, lie.site) && of_it.commodity == fleet.commodity {
            let slots = sets.lifting[sampling.index()].iter().zip(&vars.lift[sampling.index()]);
            slots.for_each(|((slot, _), &tonnes)| add(flow(*slot), 1.0, tonnes));
        }
    }
    for (cargo, &tonnes) in fleet.cargoes.iter().zip(cargoes) {
        for ((lies, moment), sign) in [(cargo.from, -1.0), (cargo.to, 1.0)] {
            if lies == place {
                add(moment, sign, tonnes);
            }
        }
    }
    gains
}

/// For each slot of the moments how many vessels are at the site in it; nothing is said of the plan's very end.
pub(super) fn presence(sets: &Sets<'_>, vars: &Vars, fleet: &Fleet, lie: &Lie) -> HashMap<Slot, Expression> {
    let slots = lie.moments.iter().map(|moment| moment.slot).filter(|&slot| slot < sets.horizon().slots);
    let mut there: HashMap<Slot, Expression> = slots.map(|slot| (slot, Expression::default())).collect();
    let mut wanted: Vec<Slot> = there.keys().copied().collect();
    wanted.sort_unstable();
    let network = &sets.networks[fleet.vessel.index()];
    for (arc, &variable) in network.arcs.iter().zip(&vars.arcs[fleet.vessel.index()]) {
        let is_sail = matches!(arc.deed, crate::model::network::Deed::Sail(_));
        let Some(to) = arc.to.filter(|_| !is_sail && network.site_of(arc.from.state) == Some(lie.site))
        else {
            continue;
        };
        let first = wanted.partition_point(|&slot| slot < arc.from.slot);
        for slot in wanted[first..].iter().take_while(|&&slot| slot < to.slot) {
            if let Some(vessels) = there.get_mut(slot) {
                *vessels += variable;
            }
        }
    }
    there
}
