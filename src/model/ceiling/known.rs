//! What is there when the rest is planned: at the plan's start, or after what has happened.
//!
//! In: the sets of a model. Out: what lies where, and what has flowed, told no lower than it may be.

use super::Place;
use crate::id::Ix;
use crate::model::past::Flow;
use crate::model::sets::Sets;
use crate::plan::{Commodity, Direction, Holder, Vessel};

/// What is in a store ashore; never less than nothing.
pub fn ashore(sets: &Sets<'_>, place: Place) -> f64 {
    let Some(site) = place.site else { return 0.0 };
    let (plan, kept) = (sets.plan, &sets.kept);
    let mut there =
        plan.sites[site].stock[place.commodity.index()] + moved(sets, Holder::Site(site), place.commodity);
    for (process, of_it) in plan.processes.entries().filter(|(_, of_it)| of_it.site == site) {
        if of_it.to == place.commodity {
            there += of_it.yields * kept.most(Flow::Feed(process.index()));
        }
        if of_it.from == place.commodity {
            there -= kept.least(Flow::Feed(process.index()));
        }
    }
    let own =
        |(_, of_it): &(_, &crate::plan::Demand)| of_it.site == site && of_it.commodity == place.commodity;
    for (demand, _) in plan.demands.entries().filter(own) {
        there -= kept.least(Flow::Draw(demand.index()));
    }
    there.max(0.0)
}

/// What a vessel has aboard; never less than nothing.
pub fn aboard(sets: &Sets<'_>, vessel: Ix<Vessel>, commodity: Ix<Commodity>) -> f64 {
    let plan = sets.plan;
    let own = plan.samplings.entries().filter(|(_, q)| q.stand.vessel == vessel && q.commodity == commodity);
    let lifted: f64 = own.map(|(q, _)| sets.kept.most(Flow::Lift(q.index()))).sum();
    let there = plan.vessels[vessel].aboard[commodity.index()] + lifted;
    (there + moved(sets, Holder::Vessel(vessel), commodity)).max(0.0)
}

/// What has come ashore of a commodity.
pub fn landed(sets: &Sets<'_>, commodity: Ix<Commodity>) -> f64 {
    let own = sets.plan.transfers.entries().filter(|(r, transfer)| {
        transfer.commodity == commodity && transfer.direction == Direction::Ashore && sets.is_shore(*r)
    });
    own.map(|(r, _)| sets.kept.most(Flow::Move(r.index()))).sum()
}

/// What more has been moved to a holder than from it, at most.
fn moved(sets: &Sets<'_>, holder: Holder, commodity: Ix<Commodity>) -> f64 {
    let own = sets.plan.transfers.entries().filter(|(_, transfer)| transfer.commodity == commodity);
    let net = |(r, transfer): (Ix<crate::plan::Transfer>, &crate::plan::Transfer)| {
        let (flow, (giver, taker)) = (Flow::Move(r.index()), transfer.ends());
        let came = if taker == holder { sets.kept.most(flow) } else { 0.0 };
        came - if giver == holder { sets.kept.least(flow) } else { 0.0 }
    };
    own.map(net).sum()
}
