//! How long vessels stay at calls that count, and how much of it is on demurrage.
//!
//! In: a plan and the networks of its vessels, or moves. Out: [`Laytime`]s, for the family `demurrage`: the hours that each arc adds or takes
//! away, and when a vessel may leave the place where it begins; and the hours of moves, for what an itinerary costs.
//! A call is a stay at a site that the vessel's `laytime` names, from arriving until leaving or being done, whatever it does there and
//! whatever it waits for. The stay with which the plan begins is none: it lasts until the first leg, and what goes over in it allows nothing.
//! What a call allows follows from what goes over at it, so that nobody sails to and fro for the sake of laytime.

use super::network::{Deed, Network};
use crate::id::Ix;
use crate::plan::{Allowance, Demurrage, Goal, Plan, Site, Transfer, Vessel};
use crate::schedule::{Move, What};
use crate::time::Slot;
use std::collections::BTreeMap;

/// The calls of a vessel, or of all that are alike.
#[derive(Debug, Clone)]
pub struct Laytime {
    /// The first of them.
    pub vessel: Ix<Vessel>,
    /// Arcs, by place, that lie at a site that counts, each with its hours.
    pub hours: Vec<(usize, f64)>,
    /// When something can go over at a site where each call has its hours, site by site and in order of time.
    pub handling: Vec<Handling>,
    /// When something can go over where a rate says what is allowed, site by site and in order of time.
    pub rated: Vec<Rated>,
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

/// A slot in which something can go over at a call.
#[derive(Debug, Clone)]
pub struct Handling {
    /// The slot.
    pub slot: Slot,
    /// Where.
    pub site: Ix<Site>,
    /// Hours that the call may last.
    pub allowed_h: f64,
    /// The transfers that can go on then, each with the place of the slot among those of the transfer.
    pub flows: Flows,
    /// The legs that come there since the slot before of the same site, by arc.
    pub comes: Vec<usize>,
    /// Whether it is the first of its site.
    pub is_first: bool,
}

/// A slot in which what goes over allows as long as it takes at a rate.
#[derive(Debug, Clone)]
pub struct Rated {
    /// The slot.
    pub slot: Slot,
    /// Where.
    pub site: Ix<Site>,
    /// Tonnes an hour.
    pub rate: f64,
    /// The transfers that can go on then.
    pub flows: Flows,
    /// Where the vessel began: the last of the slots by then in which it can leave, by place. Who never left is at no call.
    pub began: Option<Began>,
}

/// Of what goes over where a vessel began.
#[derive(Debug, Clone, Copy)]
pub struct Began {
    /// The last slot by then in which one can leave, by its place among all of them.
    pub leaving: usize,
    /// The most tonnes that go over to or from one vessel in the slot.
    pub most: f64,
}

/// Transfers, each with the place of a slot among those in which it may move.
type Flows = Vec<(Ix<Transfer>, usize)>;

/// For each transfer the slots in which it may move.
type Moving = [Vec<(Slot, Vec<usize>)>];

/// Whether costs are a goal, or bounded.
fn counts_cost(plan: &Plan) -> bool {
    plan.goals.contains(&Goal::Cost) || plan.budgets.iter().any(|budget| budget.cost.is_finite())
}

/// The laytimes of all vessels that have one, where costs matter; before `until` all has happened.
pub fn laytimes(plan: &Plan, networks: &[Network], moving: &Moving, until: Slot) -> Vec<Laytime> {
    let networks = networks.iter().filter(|network| network.count > 0 && counts_cost(plan));
    let of_one = |network: &Network| {
        let demurrage = plan.vessels[network.vessel].demurrage.as_ref()?;
        Some(laytime(plan, network, demurrage, (moving, until)))
    };
    networks.filter_map(of_one).collect()
}

fn laytime(
    plan: &Plan,
    network: &Network,
    demurrage: &Demurrage,
    (moving, until): (&Moving, Slot),
) -> Laytime {
    let ship = &plan.vessels[network.vessel];
    let slot_h = plan.horizon.slot_h();
    let mut hours = Vec::new();
    let mut leaving: BTreeMap<Slot, Vec<usize>> = BTreeMap::new();
    let mut coming: Vec<(Ix<Site>, Slot, usize)> = Vec::new();
    for (place, arc) in network.arcs.iter().enumerate() {
        let Some(to) = arc.to else { continue };
        if let Deed::Sail(leg) = arc.deed {
            let leg = &ship.legs[leg];
            coming.push((leg.to, to.slot, place));
            if leg.from == ship.at {
                leaving.entry(arc.from.slot).or_default().push(place);
            }
        } else if network.site_of(arc.from.state).is_some_and(|site| demurrage.allowance(site).is_some()) {
            hours.push((place, (to.slot - arc.from.slot) as f64 * slot_h));
        }
    }
    coming.sort_unstable();
    let come = Come { coming: &coming };
    let counts = demurrage.allowance(ship.at).is_some();
    let leaving = if counts { leaving } else { BTreeMap::new() };
    let slots: Vec<Slot> = leaving.keys().copied().chain([plan.horizon.slots]).collect();
    let (mut handling, mut rated) = (Vec::new(), Vec::new());
    for &(site, allowance) in &demurrage.laytime {
        let flows = flows(plan, (network.vessel, site), moving);
        match allowance {
            Allowance::Call(allowed_h) => {
                let mut since = None;
                for (slot, flows) in flows {
                    let comes = come.between(site, since, slot);
                    handling.push(Handling {
                        slot,
                        site,
                        allowed_h,
                        flows,
                        comes,
                        is_first: since.is_none(),
                    });
                    since = Some(slot);
                }
            }
            Allowance::Rate(rate) => rated.extend(flows.into_iter().filter_map(|(slot, flows)| {
                let most = |transfer: Ix<Transfer>| {
                    let of_it = &plan.transfers[transfer];
                    // What has happened may have gone over faster than the plan lets it.
                    let besides = if slot < until { ship.hold[of_it.commodity.index()] } else { 0.0 };
                    of_it.rate * slot_h + besides
                };
                let most = || flows.iter().map(|(transfer, _)| most(*transfer)).sum();
                // Before anybody can leave nobody has come.
                let left = slots.partition_point(|&leaving| leaving <= slot).checked_sub(1);
                let began = || Some(Began { leaving: left?, most: most() });
                let began = if site == ship.at { Some(began()?) } else { None };
                Some(Rated { slot, site, rate, flows, began })
            })),
        }
    }
    let mut since = None;
    let leaving = leaving.into_iter().zip(&slots[1..]).map(|((slot, leaves), next)| {
        let comes = come.between(ship.at, since.replace(slot), slot);
        Leaving { slot, hours: (next - slot) as f64 * slot_h, leaves, comes }
    });
    let leaving = leaving.collect();
    let before_h = if counts { network.count as f64 * slots[0] as f64 * slot_h } else { 0.0 };
    Laytime { vessel: network.vessel, hours, handling, rated, before_h, leaving }
}

/// What can go over to and from a vessel at a site, slot by slot.
fn flows(plan: &Plan, stand: (Ix<Vessel>, Ix<Site>), moving: &Moving) -> BTreeMap<Slot, Flows> {
    let mut flows: BTreeMap<Slot, Flows> = BTreeMap::new();
    let own = |transfer: &Transfer| (transfer.stand.vessel, transfer.stand.site) == stand;
    for (transfer, _) in plan.transfers.entries().filter(|(_, transfer)| own(transfer)) {
        for (place, (slot, _)) in moving[transfer.index()].iter().enumerate() {
            flows.entry(*slot).or_default().push((transfer, place));
        }
    }
    flows
}

/// The legs of a vessel by where and when they arrive.
struct Come<'c> {
    /// Site, slot and arc, in this order.
    coming: &'c [(Ix<Site>, Slot, usize)],
}

impl Come<'_> {
    /// The legs that arrive somewhere after one slot, or at any time, and no later than another.
    fn between(&self, site: Ix<Site>, since: Option<Slot>, until: Slot) -> Vec<usize> {
        let from = since.map_or(0, |since| since + 1);
        let first = self.coming.partition_point(|&(to, slot, _)| (to, slot) < (site, from));
        let last = self.coming.partition_point(|&(to, slot, _)| (to, slot) <= (site, until));
        self.coming[first..last].iter().map(|(_, _, arc)| *arc).collect()
    }
}

/// What the demurrage of a vessel costs that does all this.
pub fn demurrage(plan: &Plan, vessel: Ix<Vessel>, moves: &[Move]) -> f64 {
    let Some(demurrage) = &plan.vessels[vessel].demurrage else { return 0.0 };
    let slot_h = plan.horizon.slot_h();
    let (mut over, mut tonnes) = (0.0, 0.0);
    let mut stay: Option<(Ix<Site>, Slot)> = None;
    let hours = |stay: Option<(Ix<Site>, Slot)>, until: Slot, tonnes: f64| {
        let (site, since) = stay?;
        Some((until - since) as f64 * slot_h - demurrage.allowed_h(site, tonnes)?)
    };
    for step in moves {
        match &step.what {
            What::Sail(_, to) => {
                over += hours(stay, step.start, tonnes).unwrap_or(0.0);
                (stay, tonnes) = (Some((*to, step.end)), 0.0);
            }
            // As they are told: to a millionth.
            What::Transfer(_, moved) => tonnes += (moved.iter().sum::<f64>() * 1e6).round() / 1e6,
            _ => {}
        }
    }
    over += hours(stay, moves.last().map_or(0, |last| last.end), tonnes).unwrap_or(0.0);
    demurrage.cost(over)
}
