//! What can be handed over: the transfers that bring something nearer to where it is wanted, and how soon it can be there.

use super::Relay;
use crate::id::Ix;
use crate::model::construct::goods::counts;
use crate::model::in_time::InTime;
use crate::model::sets::Holder;
use crate::plan::windows::of_transfer;
use crate::plan::{Commodity, Plan, Site, SiteKind, Transfer, Vessel};
use crate::time::Slot;

/// Who gives or takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// A site.
    Site(Ix<Site>),
    /// A vessel that is sent, by place.
    Ship(usize),
    /// A vessel that goes its way, by place.
    Host(usize),
}

/// A transfer that brings something nearer to where it is wanted.
pub struct Hand {
    pub transfer: Ix<Transfer>,
    pub commodity: Ix<Commodity>,
    pub site: Ix<Site>,
    pub giver: Party,
    pub taker: Party,
    /// From each slot on, for how many the sea and the site allow it.
    pub open: Vec<usize>,
    /// Tonnes in a slot.
    pub rate: f64,
    /// Slots before and after anything flows.
    pub besides: usize,
    /// How many slots after it something can be where it is wanted, at least.
    pub least: usize,
    /// In the last of which slots it is still wanted, where it is wanted there.
    pub wanted: Option<Slot>,
    /// Whether it goes no farther than there.
    pub is_last: bool,
}

impl Relay<'_, '_> {
    /// The transfers that bring something nearer to where it is wanted, those that bring it there first.
    pub(super) fn hands(&self) -> Vec<Hand> {
        let plan = self.plan;
        let levels = levels(plan);
        let level = |holder: Holder, of: Ix<Commodity>| match holder {
            Holder::Site(site) => levels.sites[site.index()][of.index()],
            Holder::Vessel(vessel) => levels.vessels[vessel.index()][of.index()],
        };
        let in_time = InTime::new(self.sets);
        let party = |holder: Holder| {
            let place = |of: &[Ix<Vessel>]| of.iter().position(|&v| Holder::Vessel(v) == holder);
            match holder {
                Holder::Site(site) => Some(Party::Site(site)),
                Holder::Vessel(_) => {
                    place(&self.ships).map(Party::Ship).or(place(&self.hosts).map(Party::Host))
                }
            }
        };
        let hand = |transfer: Ix<Transfer>| {
            let of_it = &plan.transfers[transfer];
            let (giver, taker) = of_it.ends();
            let (from, to) = (level(giver, of_it.commodity)?, level(taker, of_it.commodity)?);
            let is_back = |t: &Transfer| t.ends() == (taker, giver) && t.commodity == of_it.commodity;
            if to > from || (to == from && plan.transfers.iter().any(is_back)) {
                return None;
            }
            let is_wanted = |site| match plan.demands.iter().any(|d| d.commodity == of_it.commodity) {
                true => in_time.last(site, of_it.commodity),
                false => Some(plan.horizon.slots),
            };
            let wanted = match taker {
                Holder::Site(site) if to == 0 => is_wanted(site),
                _ => None,
            };
            let hand = Hand {
                transfer,
                commodity: of_it.commodity,
                site: of_it.stand.site,
                giver: party(giver)?,
                taker: party(taker)?,
                open: runs(&of_transfer(plan, self.sets.sea, of_it).open),
                rate: self.sets.move_per_slot(transfer),
                besides: plan.horizon.slots_for(of_it.setup) + plan.horizon.slots_for(of_it.hoses_off),
                least: if wanted.is_some() { 0 } else { Slot::MAX },
                wanted,
                is_last: to == 0 && !goes_on(plan, taker, of_it.commodity),
            };
            Some((to, hand))
        };
        let mut hands: Vec<(usize, Hand)> = plan.transfers.places().filter_map(hand).collect();
        hands.sort_by_key(|(to, hand)| (*to, hand.transfer.index()));
        hands.into_iter().map(|(_, hand)| hand).collect()
    }

    /// Finds how soon what was taken can be where it is wanted, were the sea always calm.
    pub(super) fn see_least(&mut self) {
        for _ in 0..self.hands.len() {
            let mut is_changed = false;
            for place in 0..self.hands.len() {
                let hand = &self.hands[place];
                let least = self.least_after(hand).unwrap_or(Slot::MAX).min(hand.least);
                is_changed |= least < hand.least;
                self.hands[place].least = least;
            }
            if !is_changed {
                break;
            }
        }
    }

    /// The same of one hand-over, by what is known of those that can follow it.
    fn least_after(&self, hand: &Hand) -> Option<Slot> {
        let of_goods = |(commodity, slots): (Ix<Commodity>, Slot)| {
            let next = self.hands.iter().filter(|next| {
                next.giver == hand.taker && next.commodity == commodity && next.least < Slot::MAX
            });
            let next = next.filter_map(|next| {
                let sail = match hand.taker {
                    Party::Ship(ship) => self.sail(ship, hand.site, next.site)?,
                    Party::Site(_) | Party::Host(_) => slots,
                };
                Some(sail + next.besides + 1 + next.least)
            });
            let is_there = commodity != hand.commodity && self.is_wanted(hand.taker, commodity);
            next.chain(is_there.then_some(slots)).min()
        };
        self.onward(hand).into_iter().filter_map(of_goods).min()
    }

    /// The hand-overs that bring a commodity, or what is made of it anywhere, to where it is wanted, with the share of it that comes so far.
    pub(super) fn ends_of(&self, commodity: Ix<Commodity>) -> Vec<(usize, f64)> {
        let mut shares = vec![0.0_f64; self.plan.commodities.len()];
        shares[commodity.index()] = 1.0;
        for _ in 0..self.plan.processes.len() {
            for process in &self.plan.processes {
                let made = shares[process.from.index()] * process.yields;
                let own = &mut shares[process.to.index()];
                *own = own.max(made);
            }
        }
        let share = |(nth, hand): (usize, &Hand)| {
            let share = shares[hand.commodity.index()];
            ((hand.wanted.is_some() || self.makes_wanted(hand)) && share > 0.0).then_some((nth, share))
        };
        self.hands.iter().enumerate().filter_map(share).collect()
    }

    /// What becomes of what is handed over, where it is: itself, or what is made of it, after how many slots.
    pub(super) fn onward(&self, hand: &Hand) -> Vec<(Ix<Commodity>, Slot)> {
        let mut found = vec![(hand.commodity, 0)];
        let Party::Site(site) = hand.taker else { return found };
        let mut next = 0;
        while let Some(&(commodity, slots)) = found.get(next) {
            let works = self.plan.processes.iter().filter(|p| (p.site, p.from) == (site, commodity));
            for process in works {
                if !found.iter().any(|(known, _)| *known == process.to) {
                    found.push((process.to, slots + process.slots(&self.plan.horizon)));
                }
            }
            next += 1;
        }
        found
    }

    /// Whether somebody wants, where it is handed over, what is made of it there.
    pub(super) fn makes_wanted(&self, hand: &Hand) -> bool {
        let mut made = self.onward(hand).into_iter().skip(1);
        made.any(|(commodity, _)| self.is_wanted(hand.taker, commodity))
    }

    /// Whether somebody wants a commodity that is there.
    pub(super) fn is_wanted(&self, party: Party, commodity: Ix<Commodity>) -> bool {
        matches!(party, Party::Site(site) if is_wanted(self.plan, site, commodity))
    }

    /// How many slots a vessel sails from one site to another in a calm sea.
    fn sail(&self, ship: usize, from: Ix<Site>, to: Ix<Site>) -> Option<usize> {
        if from == to {
            return Some(0);
        }
        let legs = self.plan.vessels[self.ships[ship]].legs.iter();
        let own = legs.filter(|leg| (leg.from, leg.to) == (from, to));
        own.map(|leg| self.plan.horizon.slots_for(leg.duration).max(1)).min()
    }
}

/// Where what is wanted, or must be kept.
fn wanted(plan: &Plan) -> impl Iterator<Item = (Ix<Site>, Ix<Commodity>)> {
    let demands = plan.demands.iter().map(|demand| (demand.site, demand.commodity));
    demands.chain(plan.reserves.iter().map(|reserve| (reserve.site, reserve.commodity)))
}

/// Whether somebody wants a commodity at a site.
pub fn is_wanted(plan: &Plan, site: Ix<Site>, commodity: Ix<Commodity>) -> bool {
    wanted(plan).any(|place| place == (site, commodity))
}

/// For each holder and commodity over how many others it comes to where it is wanted; nothing where it never does.
struct Levels {
    sites: Vec<Vec<Option<usize>>>,
    vessels: Vec<Vec<Option<usize>>>,
}

fn levels(plan: &Plan) -> Levels {
    let commodities = plan.commodities.len();
    let mut levels = Levels {
        sites: vec![vec![None; commodities]; plan.sites.len()],
        vessels: vec![vec![None; commodities]; plan.vessels.len()],
    };
    for (site, commodity) in wanted(plan) {
        levels.sites[site.index()][commodity.index()] = Some(0);
    }
    for (site, commodity) in landed(plan) {
        if !goes_on(plan, Holder::Site(site), commodity) {
            levels.sites[site.index()][commodity.index()] = Some(0);
        }
    }
    levels.go_back(plan);
    // What counts because it is landed does so where nothing comes of it, too.
    if counts(plan).0 > 0.0 {
        for (site, commodity) in landed(plan) {
            levels.sites[site.index()][commodity.index()].get_or_insert(0);
        }
        levels.go_back(plan);
    }
    levels
}

/// Where what is landed ashore.
fn landed(plan: &Plan) -> impl Iterator<Item = (Ix<Site>, Ix<Commodity>)> {
    let of_transfer = |transfer: &Transfer| match transfer.ends().1 {
        Holder::Site(site) if plan.sites[site].kind != SiteKind::Sea => Some((site, transfer.commodity)),
        _ => None,
    };
    plan.transfers.iter().filter_map(of_transfer)
}

/// Whether somebody takes a commodity on from where it is, or works take it.
fn goes_on(plan: &Plan, holder: Holder, commodity: Ix<Commodity>) -> bool {
    plan.transfers.iter().any(|t| t.ends().0 == holder && t.commodity == commodity)
        || plan.processes.iter().any(|p| Holder::Site(p.site) == holder && p.from == commodity)
}

impl Levels {
    /// Goes back from what is known to all that leads there.
    fn go_back(&mut self, plan: &Plan) {
        for _ in 0..plan.vessels.len() + plan.sites.len() * plan.commodities.len() {
            self.step_back(plan);
        }
    }

    fn step_back(&mut self, plan: &Plan) {
        for process in &plan.processes {
            let of_site = &mut self.sites[process.site.index()];
            if let Some(level) = of_site[process.to.index()] {
                let own = &mut of_site[process.from.index()];
                *own = Some(own.map_or(level + 1, |own| own.min(level + 1)));
            }
        }
        for transfer in &plan.transfers {
            let (giver, taker) = transfer.ends();
            let commodity = transfer.commodity.index();
            let level = match taker {
                Holder::Site(site) => self.sites[site.index()][commodity],
                Holder::Vessel(vessel) => self.vessels[vessel.index()][commodity],
            };
            let own = match giver {
                Holder::Site(site) => &mut self.sites[site.index()][commodity],
                Holder::Vessel(vessel) => &mut self.vessels[vessel.index()][commodity],
            };
            if let Some(level) = level {
                *own = Some(own.map_or(level + 1, |own| own.min(level + 1)));
            }
        }
    }
}

/// From each slot on how many are open in a row.
fn runs(open: &[bool]) -> Vec<usize> {
    let mut runs = vec![0; open.len() + 1];
    for slot in (0..open.len()).rev() {
        runs[slot] = if open[slot] { runs[slot + 1] + 1 } else { 0 };
    }
    runs
}
