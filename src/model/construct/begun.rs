//! How everybody is doing when the rest begins, for those who send vessels.
//!
//! In: the sets of a model, after a past or not. Out: what each vessel has done, and where it is when it is free again ([`Begun`]); what is still to flow in
//! the sessions that are under way; what is in the stores. What is under way is taken to go on as it was told: where that cannot be, what is built does
//! not fit, and the solver does without.

use crate::id::Ix;
use crate::model::past::Flow;
use crate::model::sets::{Holder, Sets};
use crate::plan::{Commodity, Site, Transfer, Vessel};
use crate::schedule::{Move, What};
use crate::time::Slot;

/// Less than this share of a hold is a rounding of what was told, and not worth a landing.
const DREGS: f64 = 1e-3;

/// How a vessel is doing.
pub struct Begun {
    /// What it has done, and is doing to its end.
    pub moves: Vec<Move>,
    /// Where it is when that is over.
    pub site: Ix<Site>,
    /// When that is.
    pub free: Slot,
    /// For each commodity the tonnes that it has when the rest begins.
    pub aboard: Vec<f64>,
}

/// How a vessel is doing when the rest begins.
pub fn begun(sets: &Sets<'_>, vessel: Ix<Vessel>) -> Begun {
    let plan = sets.plan;
    let moves: Vec<Move> = sets.told(vessel).iter().filter(|step| step.start < sets.until).cloned().collect();
    let sailed = moves.iter().rev().find_map(|step| match step.what {
        What::Sail(_, to) => Some(to),
        _ => None,
    });
    Begun {
        site: sailed.unwrap_or(plan.vessels[vessel].at),
        free: moves.last().map_or(0, |last| last.end).max(sets.until),
        aboard: plan.commodities.places().map(|commodity| aboard(sets, vessel, commodity)).collect(),
        moves,
    }
}

/// The tonnes that a vessel has when the rest begins, as told.
fn aboard(sets: &Sets<'_>, vessel: Ix<Vessel>, commodity: Ix<Commodity>) -> f64 {
    let plan = sets.plan;
    let lifts = plan.samplings.entries();
    let lifted = lifts.filter(|(_, q)| (q.stand.vessel, q.commodity) == (vessel, commodity));
    let lifted: f64 = lifted.map(|(q, _)| sets.kept.told(Flow::Lift(q.index()))).sum();
    let tonnes = moved(sets, Holder::Vessel(vessel), commodity) + lifted;
    if tonnes < DREGS * plan.vessels[vessel].hold[commodity.index()] { 0.0 } else { tonnes }
}

/// What a holder began with, and what has come to it and gone from it since.
fn moved(sets: &Sets<'_>, holder: Holder, commodity: Ix<Commodity>) -> f64 {
    let plan = sets.plan;
    let own = plan.transfers.entries().filter(|(_, transfer)| transfer.commodity == commodity);
    let moved = own.map(|(place, transfer)| {
        let tonnes = sets.kept.told(Flow::Move(place.index()));
        let (giver, taker) = transfer.ends();
        let sign = f64::from(i8::from(taker == holder) - i8::from(giver == holder));
        sign * tonnes
    });
    plan.at_start(holder, commodity) + moved.sum::<f64>()
}

/// A session between holders that is under way.
pub struct UnderWay {
    pub transfer: Ix<Transfer>,
    pub end: Slot,
    /// Tonnes that still flow in it, if its giver has them.
    pub tonnes: f64,
}

/// The sessions that are under way.
pub fn under_way(sets: &Sets<'_>) -> Vec<UnderWay> {
    let (plan, until) = (sets.plan, sets.until);
    let of_step = |step: &Move| {
        let What::Transfer(transfer, _) = step.what else { return None };
        let of_it = &plan.transfers[transfer];
        let first = (step.start + plan.horizon.slots_for(of_it.setup)).max(until);
        let last = step.end.saturating_sub(plan.horizon.slots_for(of_it.hoses_off));
        let tonnes = sets.move_per_slot(transfer) * last.saturating_sub(first) as f64;
        let is_it = step.start < until && step.end > until;
        is_it.then_some(UnderWay { transfer, end: step.end, tonnes })
    };
    plan.vessels.places().flat_map(|vessel| sets.told(vessel).iter().filter_map(of_step)).collect()
}

/// The tonnes in a store when the rest begins.
pub fn stock(sets: &Sets<'_>, site: Ix<Site>, commodity: Ix<Commodity>) -> f64 {
    let plan = sets.plan;
    let made =
        plan.processes.entries().filter(|(_, process)| process.site == site).map(|(place, process)| {
            let fed = sets.kept.told(Flow::Feed(place.index()));
            let [taken, given] = [process.from, process.to].map(|of| f64::from(u8::from(of == commodity)));
            fed * (given * process.yields - taken)
        });
    let drawn = plan.demands.entries().filter(|(_, d)| (d.site, d.commodity) == (site, commodity));
    let drawn = drawn.map(|(place, _)| sets.kept.told(Flow::Draw(place.index())));
    let moved = moved(sets, Holder::Site(site), commodity);
    (moved + made.sum::<f64>() - drawn.sum::<f64>()).max(0.0)
}
