//! Until when what comes ashore can still be supplied, and how much of it.
//!
//! In: the sets of a model. Out: [`InTime`]: for each site and commodity the last slot in which a tonne that comes into the store there can
//! still serve a demand, there or where it is carried to, as it is or as what it is made into; and the most tonnes that it can serve with.
//! Stores, capacities, berths, and what else there is to carry are left out, so that nothing is told too soon.

use super::network::{Arc, Network, SessionOf, State};
use super::sets::Sets;
use super::shore::making;
use crate::id::Ix;
use crate::plan::{Commodity, Direction, Site, Transfer};
use crate::time::Slot;

/// Of a tonne that comes into a store.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Use {
    /// The last slot in which it may come.
    pub last: Slot,
    /// The most tonnes supplied of it.
    pub share: f64,
}

impl Use {
    /// The later of the slots, and the greater of the shares.
    fn or(self, other: Option<Use>) -> Use {
        other
            .map_or(self, |other| Use { last: self.last.max(other.last), share: self.share.max(other.share) })
    }
}

/// Until when what comes ashore can still be supplied.
pub struct InTime<'s, 'p> {
    sets: &'s Sets<'p>,
    /// The slot by which all vessels are done.
    by: Slot,
    /// By site and commodity; nothing where it serves no demand.
    uses: Vec<Vec<Option<Use>>>,
}

impl<'s, 'p> InTime<'s, 'p> {
    /// Of the demands of a plan.
    pub fn new(sets: &'s Sets<'p>) -> InTime<'s, 'p> {
        InTime::by(sets, sets.plan.horizon.slots)
    }

    /// The same where all vessels are done by a slot.
    pub fn by(sets: &'s Sets<'p>, by: Slot) -> InTime<'s, 'p> {
        let plan = sets.plan;
        let uses = vec![vec![None; plan.commodities.len()]; plan.sites.len()];
        let mut found = InTime { sets, by, uses };
        for (demand, slots) in plan.demands.iter().zip(&sets.drawing) {
            if let Some(&last) = slots.last() {
                found.see(demand.site, demand.commodity, Use { last, share: 1.0 });
            }
        }
        // Each round carries what was found one step further back; no way is longer than there are stores.
        for _ in 0..plan.sites.len() * plan.commodities.len() {
            if !found.go_back() {
                break;
            }
        }
        found
    }

    /// The last slot in which a tonne that comes into a store can still serve a demand, if one can.
    pub fn last(&self, site: Ix<Site>, commodity: Ix<Commodity>) -> Option<Slot> {
        self.of(site, commodity).map(|of_it| of_it.last)
    }

    /// The last slot in which a tonne that is handed over at sea can still serve a demand, if one can.
    pub fn last_handed(&self, commodity: Ix<Commodity>) -> Option<Slot> {
        self.uses.iter().filter_map(|of_site| of_site[commodity.index()]).map(|of_it| of_it.last).max()
    }

    /// What can become of a tonne that comes into a store, if it can serve a demand.
    pub fn of(&self, site: Ix<Site>, commodity: Ix<Commodity>) -> Option<Use> {
        self.uses[site.index()][commodity.index()]
    }

    /// The worth of all that can be supplied where no more than so many tonnes of a commodity come ashore in time, and nothing else.
    pub fn worth(&self, commodity: Ix<Commodity>, landed: f64) -> f64 {
        let plan = self.sets.plan;
        let share = |site: Ix<Site>, commodity: Ix<Commodity>| {
            self.uses[site.index()][commodity.index()].map_or(0.0, |of_it| of_it.share)
        };
        let best = |commodity: Ix<Commodity>| {
            plan.sites.places().map(|site| share(site, commodity)).fold(0.0, f64::max)
        };
        let mut left = landed * best(commodity);
        for commodity in plan.commodities.places() {
            let ashore = plan.sites.entries();
            left += ashore
                .map(|(site, of_it)| of_it.stock[commodity.index()] * share(site, commodity))
                .sum::<f64>();
            let aboard = plan.vessels.iter().map(|ship| ship.aboard[commodity.index()]).sum::<f64>();
            left += aboard * best(commodity);
        }
        let mut steps: Vec<(f64, f64)> =
            plan.demands.iter().flat_map(|demand| demand.value.clone()).collect();
        steps.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut worth = 0.0;
        for (tonnes, each) in steps {
            let taken = tonnes.min(left);
            worth += taken * each;
            left -= taken;
        }
        worth
    }

    /// Keeps what is found of a store, and tells whether that is news.
    fn see(&mut self, site: Ix<Site>, commodity: Ix<Commodity>, of_it: Use) -> bool {
        let known = &mut self.uses[site.index()][commodity.index()];
        let all = Some(of_it.or(*known));
        std::mem::replace(known, all) != all
    }

    /// One step back from every store: to what is made into it, and to where it is carried from.
    fn go_back(&mut self) -> bool {
        let plan = self.sets.plan;
        let mut is_news = false;
        for (process, slots) in plan.processes.iter().zip(&self.sets.feeding) {
            let Some(made) = self.uses[process.site.index()][process.to.index()] else { continue };
            let fed = slots.iter().zip(making(plan, process, slots));
            let last = fed.filter(|(_, made_in)| *made_in <= made.last).map(|(slot, _)| *slot).max();
            if let Some(last) = last {
                let share = process.yields * made.share;
                is_news |= self.see(process.site, process.from, Use { last, share });
            }
        }
        let loads = plan.transfers.entries();
        for (load, of_it) in loads.filter(|(_, t)| t.meets.is_none() && t.direction == Direction::Aboard) {
            if let Some(onward) = self.onward(load, of_it) {
                is_news |= self.see(of_it.stand.site, of_it.commodity, onward);
            }
        }
        is_news
    }

    /// What becomes of a tonne that is loaded.
    fn onward(&self, load: Ix<Transfer>, of_it: &Transfer) -> Option<Use> {
        let plan = self.sets.plan;
        let network = &self.sets.networks[of_it.stand.vessel.index()];
        let mut onward: Option<Use> = None;
        let gives = plan.transfers.entries().filter(|(_, other)| {
            let is_met = other.meets.is_some_and(|stand| stand.vessel == of_it.stand.vessel);
            other.commodity == of_it.commodity && (is_met || other.stand.vessel == of_it.stand.vessel)
        });
        for (give, other) in gives {
            let found = match other.meets {
                // Where it goes from another vessel is not followed: it may be everywhere at once.
                Some(_) => {
                    let all = plan.sites.places();
                    let uses = all.filter_map(|site| self.uses[site.index()][of_it.commodity.index()]);
                    uses.reduce(|a, b| a.or(Some(b)))
                }
                None if other.direction == Direction::Ashore => {
                    let ashore = self.uses[other.stand.site.index()][of_it.commodity.index()];
                    ashore.and_then(|of_it| {
                        let last = last_loaded(network, load, give, of_it.last.min(self.by))?;
                        Some(Use { last, ..of_it })
                    })
                }
                None => None,
            };
            onward = found.map(|found| found.or(onward)).or(onward);
        }
        onward
    }
}

/// The last slot in which a vessel can load something that it can still land by a slot.
fn last_loaded(network: &Network, load: Ix<Transfer>, land: Ix<Transfer>, by: Slot) -> Option<Slot> {
    let states = network.states.len();
    let slots = network.arcs.iter().filter_map(|arc| arc.to).map(|to| to.slot).max()? + 1;
    let mut lands = vec![false; slots * states];
    let flows = |arc: &Arc, transfer: Ix<Transfer>| {
        let of = network.session_of(arc).map(|session| session.of);
        let flowing = network.flowing(arc);
        (of == Some(SessionOf::Transfer(transfer)) && !flowing.is_empty()).then_some(flowing)
    };
    // Within a slot, nodes inside a session come first, since a session can end at once.
    let mut order: Vec<&Arc> = network.arcs.iter().collect();
    order.sort_by_key(|arc| (arc.from.slot, matches!(network.states[arc.from.state], State::Lie(..))));
    let mut last: Option<Slot> = None;
    for arc in order.into_iter().rev() {
        let goes_on = arc.to.is_some_and(|to| lands[to.slot * states + to.state]);
        if let Some(flowing) = flows(arc, load).filter(|_| goes_on) {
            last = last.max(Some(flowing.end - 1));
        }
        let is_landed = flows(arc, land).is_some_and(|flowing| flowing.start <= by);
        lands[arc.from.slot * states + arc.from.state] |= goes_on || is_landed;
    }
    last
}
