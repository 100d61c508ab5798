//! What has happened, as far as it matters to those that meet from now on.
//!
//! In: the sets of a model after a past. Out: what vessels have aboard when the rest begins, what is landed, and which meetings are under way.
//! Where nothing has happened there is what the plan begins with, and no more.

use crate::id::Ix;
use crate::model::network::{Arc, Deed, Network, Node, State};
use crate::model::past::Flow;
use crate::model::sets::{Holder, Sets};
use crate::plan::{Commodity, Site, Transfer, Vessel};
use crate::time::Slot;

/// A meeting that is under way when the rest begins.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The host.
    pub host: usize,
    /// The carrier, of its class.
    pub member: usize,
    /// When it began.
    pub start: Slot,
    /// Slots from now on before anything flows.
    pub setup: usize,
    /// Whether something has flowed already, or could have; then it may be over at once.
    pub flows: bool,
    /// Tonnes that have gone over.
    pub gone: f64,
}

/// The most tonnes that a vessel can have aboard when the rest begins.
pub fn aboard(sets: &Sets<'_>, vessel: Ix<Vessel>, commodity: Ix<Commodity>) -> f64 {
    let (plan, holder) = (sets.plan, Holder::Vessel(vessel));
    let lifts =
        plan.samplings.entries().filter(|(_, q)| (q.stand.vessel, q.commodity) == (vessel, commodity));
    let lifted: f64 = lifts.map(|(place, _)| sets.kept.most(Flow::Lift(place.index()))).sum();
    let moves = plan.transfers.entries().filter(|(_, transfer)| transfer.commodity == commodity);
    let moved = moves.map(|(place, transfer)| {
        let (giver, taker) = transfer.ends();
        let of = Flow::Move(place.index());
        let comes = if taker == holder { sets.kept.most(of) } else { 0.0 };
        comes - if giver == holder { sets.kept.least(of) } else { 0.0 }
    });
    (plan.at_start(holder, commodity) + lifted + moved.sum::<f64>()).max(0.0)
}

/// The most tonnes that have been brought to a site, or anywhere.
pub fn landed(sets: &Sets<'_>, commodity: Ix<Commodity>, site: Option<Ix<Site>>) -> f64 {
    let lands = |(place, transfer): &(Ix<Transfer>, &Transfer)| {
        let is_there = site.is_none_or(|site| transfer.ends().1 == Holder::Site(site));
        let is_landing = matches!(transfer.ends().1, Holder::Site(_)) && sets.is_shore(*place);
        transfer.commodity == commodity && is_there && is_landing
    };
    let landings = sets.plan.transfers.entries().filter(lands);
    landings.map(|(place, _)| sets.kept.most(Flow::Move(place.index()))).sum()
}

/// The session in which one of a network's vessels is when the rest begins, with when that began, slots before anything flows, and whether
/// anything could have.
pub fn session_under_way(network: &Network, origin: Node, until: Slot) -> Option<(usize, Slot, usize, bool)> {
    let (mut at, mut start) = (origin, 0);
    while at.slot < until {
        let first = network.arcs.partition_point(|arc| arc.from < at);
        let here = network.arcs[first..].iter().take_while(|arc| arc.from == at && arc.deed != Deed::Done);
        // What may be broken off may go on as well.
        let arc: &Arc = here.max_by_key(|arc| arc.to.map(|to| to.slot))?;
        let to = arc.to?;
        if let Deed::Begin(session) = arc.deed {
            start = arc.from.slot;
            if to.slot > until {
                return Some((session, start, to.slot - 1 - until, false));
            }
        }
        at = to;
    }
    match network.states[at.state] {
        State::Within(session) if at.slot == until => Some((session, start, 0, true)),
        _ => None,
    }
}
