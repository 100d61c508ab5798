//! How long vessels stay at calls that count, and how much of it is on demurrage.
//!
//! In: a plan and the networks of its vessels, or moves. Out: [`Laytime`]s, for the family `demurrage`: the hours that each arc adds or takes
//! away, and when a vessel may leave the place where it begins; and the hours of moves, for what an itinerary costs.
//! A call is a stay at a site that the vessel's `laytime` names, from arriving until leaving or being done, whatever it does there and
//! whatever it waits for. The stay with which the plan begins is none: it lasts until the first leg.

use super::network::{Deed, Network};
use crate::id::Ix;
use crate::plan::{Demurrage, Goal, Plan, Site, Vessel};
use crate::schedule::{Move, What};
use crate::time::Slot;
use std::collections::BTreeMap;

/// The calls of a vessel, or of all that are alike.
#[derive(Debug, Clone)]
pub struct Laytime {
    /// The first of them.
    pub vessel: Ix<Vessel>,
    /// Arcs, by place, each with the hours that it adds: lying at a site counts, and arriving there allows some.
    pub hours: Vec<(usize, f64)>,
    /// Hours of all of them together before any can leave the place where they begin; none where calls there do not count.
    pub before_h: f64,
    /// When they can leave that place, in order of time; none where calls there do not count.
    pub leaving: Vec<Leaving>,
}

/// A slot in which a vessel can leave the place where it began.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// The slot.
    pub slot: Slot,
    /// Hours from then until the next of them, or the plan's end.
    pub hours: f64,
    /// The legs that leave then, by arc.
    pub leaves: Vec<usize>,
    /// The legs that come there since the one before, by arc.
    pub comes: Vec<usize>,
}

/// Whether costs are a goal, or bounded.
fn counts_cost(plan: &Plan) -> bool {
    plan.goals.contains(&Goal::Cost) || plan.budgets.iter().any(|budget| budget.cost.is_finite())
}

/// The laytimes of all vessels that have one, where costs matter.
pub fn laytimes(plan: &Plan, networks: &[Network]) -> Vec<Laytime> {
    let networks = networks.iter().filter(|network| network.count > 0 && counts_cost(plan));
    let of_one = |network: &Network| {
        let demurrage = plan.vessels[network.vessel].demurrage.as_ref()?;
        Some(laytime(plan, network, demurrage))
    };
    networks.filter_map(of_one).collect()
}

fn laytime(plan: &Plan, network: &Network, demurrage: &Demurrage) -> Laytime {
    let ship = &plan.vessels[network.vessel];
    let slot_h = plan.horizon.slot_h();
    let mut hours = Vec::new();
    let mut leaving: BTreeMap<Slot, Vec<usize>> = BTreeMap::new();
    let mut coming: Vec<(Slot, usize)> = Vec::new();
    for (place, arc) in network.arcs.iter().enumerate() {
        let Some(to) = arc.to else { continue };
        let Deed::Sail(leg) = arc.deed else {
            let site = network.site_of(arc.from.state);
            if site.is_some_and(|site| demurrage.allowed_h(site).is_some()) {
                hours.push((place, (to.slot - arc.from.slot) as f64 * slot_h));
            }
            continue;
        };
        let leg = &ship.legs[leg];
        if let Some(allowed) = demurrage.allowed_h(leg.to) {
            hours.push((place, -allowed));
        }
        if leg.from == ship.at {
            leaving.entry(arc.from.slot).or_default().push(place);
        }
        if leg.to == ship.at {
            coming.push((to.slot, place));
        }
    }
    let counts = demurrage.allowed_h(ship.at).is_some();
    let leaving = if counts { leaving } else { BTreeMap::new() };
    let slots: Vec<Slot> = leaving.keys().copied().chain([plan.horizon.slots]).collect();
    coming.sort_unstable();
    let mut came = 0;
    let leaving = leaving.into_iter().zip(&slots[1..]).map(|((slot, leaves), next)| {
        let until = coming.partition_point(|(at, _)| *at <= slot);
        let comes = coming[came..until].iter().map(|(_, arc)| *arc).collect();
        came = until;
        Leaving { slot, hours: (next - slot) as f64 * slot_h, leaves, comes }
    });
    let leaving = leaving.collect();
    let before_h = if counts { network.count as f64 * slots[0] as f64 * slot_h } else { 0.0 };
    Laytime { vessel: network.vessel, hours, before_h, leaving }
}

/// What the demurrage of a vessel costs that does all this.
pub fn demurrage(plan: &Plan, vessel: Ix<Vessel>, moves: &[Move]) -> f64 {
    let Some(demurrage) = &plan.vessels[vessel].demurrage else { return 0.0 };
    let slot_h = plan.horizon.slot_h();
    let mut over = 0.0;
    let mut stay: Option<(Ix<Site>, Slot)> = None;
    let mut end_stay = |stay: Option<(Ix<Site>, Slot)>, until: Slot| {
        let Some((site, since)) = stay else { return };
        if let Some(allowed) = demurrage.allowed_h(site) {
            over += (until - since) as f64 * slot_h - allowed;
        }
    };
    for step in moves {
        if let What::Sail(_, to) = step.what {
            end_stay(stay, step.start);
            stay = Some((to, step.end));
        }
    }
    end_stay(stay, moves.last().map_or(0, |last| last.end));
    demurrage.per_day * f64::max(over, 0.0) / 24.0
}
