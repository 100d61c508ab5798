//! Carriers: vessels that only sail and transfer, one or several alike, whose holds are watched site by site.
//!
//! In: a plan and the networks of its vessels. Out: [`Fleet`]s: for each commodity that they carry, the moments at which what they
//! hold at a site can change, and the legs on which it travels.
//! What is in the holds of vessels that lie at one site is one stock, bounded by how many lie there; so that half a ship at sea
//! cannot be loaded while its other half is unloaded, and identical ships need no names. Who carries which tonne: see `split`.

use super::network::{Deed, Network, State};
use crate::id::Ix;
use crate::plan::{Commodity, Direction, Goal, Holder, Plan, Site, Task, Transfer, Vessel};
use crate::time::Slot;

/// A commodity in the holds of carriers that are alike.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// The first of them.
    pub vessel: Ix<Vessel>,
    /// What they carry.
    pub commodity: Ix<Commodity>,
    /// What one hold takes, in tonnes.
    pub capacity: f64,
    /// What they hold, by site.
    pub lies: Vec<Lie>,
    /// What they carry from site to site.
    pub cargoes: Vec<Cargo>,
}

/// What carriers hold at a site.
#[derive(Debug, Clone)]
pub struct Lie {
    /// Where.
    pub site: Ix<Site>,
    /// When it can change, in order; what flows between two of them counts for the later one.
    pub moments: Vec<Moment>,
    /// Of each moment, whether the holds could be too full after it.
    pub is_fullest: Vec<bool>,
}

impl Lie {
    /// The place among the moments at which what changes at `moment` counts.
    pub fn place(&self, moment: Moment) -> usize {
        self.moments.partition_point(|&kept| kept < moment)
    }

    /// Sorts the moments, and where carriers only load or only unload leaves out those that say nothing new: between two sails
    /// what they hold only rises or only falls, so the last of the flows between tells all, and the holds are fullest at one end.
    pub(super) fn thin(&mut self, loads: bool, unloads: bool) {
        self.moments.sort_unstable();
        self.moments.dedup();
        if loads != unloads {
            let moments = std::mem::take(&mut self.moments);
            let is_last = |at: usize| moments.get(at + 1).is_none_or(|next| !next.is_flow);
            self.moments = (0..moments.len())
                .filter(|&at| !moments[at].is_flow || is_last(at))
                .map(|at| moments[at])
                .collect();
        }
        let is_fullest = |at: usize| match self.moments[at].is_flow {
            true => loads || at == 0,
            false => unloads || self.moments.get(at + 1).is_none_or(|next| !next.is_flow),
        };
        self.is_fullest = (0..self.moments.len()).map(is_fullest).collect();
    }
}

/// When the tonnes at a site can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The slot.
    pub slot: Slot,
    /// Whether it is what flows in the slot, and not what arrives or departs at its beginning.
    pub is_flow: bool,
}

/// What travels on one arc of the network.
#[derive(Debug, Clone, Copy)]
pub struct Cargo {
    /// The arc, by place.
    pub arc: usize,
    /// Where it departs, by place among [`Fleet::lies`], and when.
    pub from: (usize, Moment),
    /// Where it arrives, by place among [`Fleet::lies`], and when.
    pub to: (usize, Moment),
}

/// Whether the flow of carriers leaves out nothing that could be better. In it a carrier that is done holds nothing, and waits with its
/// cargo until the plan ends: that is dear only where time is a goal, and of use only where what never lands counts for something or makes room.
/// Carriers that begin with something aboard may never get rid of it, of what keeps only so long or must be somewhere in time it matters
/// who has it how long, and what is in a tank is not in another: they are planned one by one.
pub fn are_exact(plan: &Plan) -> bool {
    let lifts = |vessel: Ix<Vessel>| plan.samplings.iter().any(|q| q.stand.vessel == vessel);
    if !are_plain(plan) || plan.vessels.entries().any(|(vessel, ship)| is_loaded(ship) && !lifts(vessel)) {
        return false;
    }
    let is_timed = is_timed(plan);
    // With weights it may pay to end with cargo aboard.
    let lands_first =
        plan.weights.is_none() && matches!(plan.goals.first(), Some(Goal::Delivered | Goal::Supplied));
    let counts_lifting =
        plan.goals.contains(&Goal::Sampled) || plan.samplings.iter().any(|q| q.at_least > 0.0);
    !is_timed || (lands_first && !counts_lifting && !makes_room(plan))
}

/// Whether what carriers have aboard is a matter of tonnes alone: nothing spoils, there are no tanks, and nobody's range is bounded, of which what is left
/// belongs to one vessel, and cannot be summed over several.
pub fn are_plain(plan: &Plan) -> bool {
    let spoils =
        plan.commodities.iter().any(|commodity| commodity.keeps.is_some() || commodity.reach.is_some());
    let is_plain = |ship: &Vessel| ship.tanks.is_empty() && ship.range.is_none() && ship.bunkers.is_none();
    !spoils && plan.vessels.iter().all(is_plain)
}

/// Whether a vessel begins with something aboard.
pub fn is_loaded(ship: &Vessel) -> bool {
    ship.aboard.iter().any(|tonnes| *tonnes > 0.0)
}

/// Whether it may be of use to take something away that never lands: from a store that may be full, or from a ship that begins with some.
fn makes_room(plan: &Plan) -> bool {
    let is_bounded = |transfer: &Transfer| {
        let site = &plan.sites[transfer.stand.site];
        site.store[transfer.commodity.index()].min(site.store_total).is_finite()
    };
    let mut loads = plan.transfers.iter().filter(|t| t.meets.is_none() && t.direction == Direction::Aboard);
    loads.any(is_bounded) || plan.vessels.iter().any(is_loaded)
}

/// Whether it matters when a vessel is done: one that waits costs, burns, or falls out of its rhythm.
pub fn is_timed(plan: &Plan) -> bool {
    plan.goals.iter().any(|goal| matches!(goal, Goal::Finish | Goal::Cost | Goal::Emissions))
        || plan.budgets.iter().any(|budget| budget.cost.is_finite() || budget.emissions.is_finite())
        || plan.tasks.iter().any(Task::is_in_rhythm)
        || plan.vessels.iter().any(|ship| ship.bunkers.is_some())
}

/// The carriers of a plan.
pub fn fleets(plan: &Plan, networks: &[Network], moving: &[Vec<(Slot, Vec<usize>)>]) -> Vec<Fleet> {
    let mut fleets = Vec::new();
    for network in networks.iter().filter(|network| is_carrier(plan, network)) {
        let vessel = network.vessel;
        for commodity in plan.commodities.places() {
            let own = || {
                let transfers = plan.transfers.iter().zip(moving);
                transfers.filter(move |(t, _)| t.stand.vessel == vessel && t.commodity == commodity)
            };
            if own().all(|(_, slots)| slots.is_empty()) {
                continue;
            }
            let mut lies: Vec<Lie> = plan.vessels[vessel]
                .calls
                .iter()
                .map(|&site| Lie { site, moments: Vec::new(), is_fullest: Vec::new() })
                .collect();
            for (transfer, slots) in own() {
                if let Some(lie) = lies.iter_mut().find(|lie| lie.site == transfer.stand.site) {
                    lie.moments.extend(slots.iter().map(|&(slot, _)| Moment { slot, is_flow: true }));
                }
            }
            let cargoes = cargoes(network, &lies);
            for cargo in &cargoes {
                for (lie, moment) in [cargo.from, cargo.to] {
                    lies[lie].moments.push(moment);
                }
            }
            for lie in &mut lies {
                let signs: Vec<f64> = own()
                    .filter(|(transfer, _)| transfer.stand.site == lie.site)
                    .map(|(transfer, _)| transfer.sign(Holder::Vessel(vessel)))
                    .collect();
                let unloads = signs.iter().any(|&sign| sign < 0.0);
                let loads = signs.iter().any(|&sign| sign > 0.0);
                // A vessel that may be done at any time leaves others to unload what it holds, and where goods share their room one may
                // rise while another falls: there every moment is watched.
                let is_shared = plan.vessels[vessel].hold_total < plan.vessels[vessel].hold.iter().sum();
                lie.thin(loads || is_shared || (unloads && is_timed(plan)), unloads || is_shared);
            }
            let capacity = plan.vessels[vessel].hold[commodity.index()];
            fleets.push(Fleet { vessel, commodity, capacity, lies, cargoes });
        }
    }
    fleets
}

/// Whether the holds of a network's vessels are watched site by site.
fn is_carrier(plan: &Plan, network: &Network) -> bool {
    let vessel = network.vessel;
    let comes_to_meet = || plan.transfers.iter().any(|t| t.stand.vessel == vessel && t.meets.is_some());
    let is_met = || plan.transfers.iter().any(|t| t.meets.is_some_and(|stand| stand.vessel == vessel));
    let lifts = || plan.samplings.iter().any(|sampling| sampling.stand.vessel == vessel);
    network.count > 1 || (network.count == 1 && comes_to_meet() && !is_met() && !lifts())
}

/// The legs of a network on which something can travel.
pub(super) fn cargoes(network: &Network, lies: &[Lie]) -> Vec<Cargo> {
    let place = |state: usize| match network.states[state] {
        State::Lie(site, _) => lies.iter().position(|lie| lie.site == site),
        State::Within(_) => None,
    };
    let begin = |slot: Slot| Moment { slot, is_flow: false };
    let sails = network.arcs.iter().enumerate().filter(|(_, arc)| matches!(arc.deed, Deed::Sail(_)));
    sails
        .filter_map(|(arc, way)| {
            let (from, to) = (way.from, way.to?);
            Some(Cargo {
                arc,
                from: (place(from.state)?, begin(from.slot)),
                to: (place(to.state)?, begin(to.slot)),
            })
        })
        .collect()
}
