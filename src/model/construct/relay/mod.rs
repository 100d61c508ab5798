//! Goods handed over from vessel to vessel: to lighters, from ship to ship, and so ashore.
//!
//! In: the ways of the vessels that lift, as if their holds were never full, and how full vessels should be before they part.
//! Out: the ways of all, and about how many tonnes come to where they are wanted. Here is what does not change from one try to the next: the
//! [`Hand`]s, which are the transfers that bring something nearer to the shore, with who gives and who takes; how soon what was taken can be
//! ashore; and until when each vessel may be where to get home in time. [`send`] sends the vessels once, [`go`] says where to.

mod go;
mod send;
#[cfg(test)]
mod tests;

use super::begun::begun;
use super::host::{Host, lifted};
use super::in_use::InUse;
use super::stores::Stores;
use super::tries::{TRIES, best};
use super::wants::Wants;
use crate::id::Ix;
use crate::model::in_time::InTime;
use crate::model::sets::{Holder, Sets};
use crate::plan::windows::{of_leg, of_transfer};
use crate::plan::{Commodity, Plan, Site, SiteKind, Transfer, Vessel};
use crate::schedule::Itinerary;
use crate::time::Slot;
use crate::weather::Starts;
use send::{Ship, State};

/// Who gives or takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Party {
    /// A site.
    Site(Ix<Site>),
    /// A vessel that is sent, by place.
    Ship(usize),
    /// A vessel that goes its way, by place.
    Host(usize),
}

/// A transfer that brings something nearer to where it is wanted.
struct Hand {
    transfer: Ix<Transfer>,
    commodity: Ix<Commodity>,
    site: Ix<Site>,
    giver: Party,
    taker: Party,
    /// From each slot on, for how many the sea and the site allow it.
    open: Vec<usize>,
    /// Tonnes in a slot.
    rate: f64,
    /// Slots before and after anything flows.
    besides: usize,
    /// How many slots after it something can be where it is wanted, at least.
    least: usize,
    /// In the last of which slots it is still wanted, where it is wanted there.
    wanted: Option<Slot>,
    /// Whether it goes no farther than there.
    is_last: bool,
}

/// What does not change from one try to the next.
pub struct Relay<'s, 'p> {
    sets: &'s Sets<'p>,
    plan: &'p Plan,
    hands: Vec<Hand>,
    /// For each vessel its legs with their departures.
    legs: Vec<Vec<Starts>>,
    /// For each vessel and site the last slot in which it may be there; none where it cannot come home from there.
    latest: Vec<Vec<Option<Slot>>>,
    ships: Vec<Ix<Vessel>>,
    hosts: Vec<Ix<Vessel>>,
    wants: Wants,
    /// For each commodity the hand-overs that are the last of it, or of what is made of it, with the share of it that comes so far.
    ends: Vec<Vec<(usize, f64)>>,
    /// When nothing is wanted any more.
    last: Slot,
}

impl<'s, 'p> Relay<'s, 'p> {
    /// What is handed over in a plan, if vessels hand over to vessels that bring it further.
    pub fn new(sets: &'s Sets<'p>) -> Option<Relay<'s, 'p>> {
        let plan = sets.plan;
        let is_vessel = |holder: Holder| matches!(holder, Holder::Vessel(vessel) if is_sent(plan, vessel));
        let is_afloat = |holder: Holder| match holder {
            Holder::Vessel(_) => is_vessel(holder),
            Holder::Site(site) => plan.sites[site].kind == SiteKind::Sea,
        };
        let hands_over = |t: &Transfer| is_afloat(t.ends().0) && is_vessel(t.ends().1);
        // It must be known what flowed.
        let is_all = plan.vessels.places().any(|vessel| does_more(plan, vessel));
        if !sets.is_known() || !(is_all || plan.transfers.iter().any(hands_over)) {
            return None;
        }
        let legs: Vec<Vec<Starts>> = plan
            .vessels
            .entries()
            .map(|(v, ship)| ship.legs.iter().map(|leg| of_leg(plan, sets.sea, v, leg).0).collect())
            .collect();
        let takes_part = |vessel: &Ix<Vessel>| {
            let holder = Holder::Vessel(*vessel);
            plan.transfers.iter().any(|t| t.ends().0 == holder || t.ends().1 == holder)
        };
        let (ships, hosts) =
            plan.vessels.places().filter(takes_part).partition(|&vessel| is_sent(plan, vessel));
        let latest =
            plan.vessels.places().map(|vessel| latest(plan, vessel, &legs[vessel.index()])).collect();
        let wants = Wants::of(sets);
        let mut relay = Relay {
            sets,
            plan,
            hands: Vec::new(),
            legs,
            latest,
            ships,
            hosts,
            wants,
            ends: Vec::new(),
            last: 0,
        };
        relay.hands = relay.hands();
        let wanted = relay.hands.iter().filter_map(|hand| hand.wanted);
        relay.last = wanted.map(|last| last + 1).max().unwrap_or(0).min(plan.horizon.slots);
        relay.see_least();
        relay.hands.retain(|hand| hand.least < plan.horizon.slots);
        relay.ends = plan.commodities.places().map(|commodity| relay.ends_of(commodity)).collect();
        (is_all || relay.hands.iter().any(|hand| hands_over(&plan.transfers[hand.transfer]))).then_some(relay)
    }

    /// Those that go their way while others come to them.
    pub fn hosts(&self) -> &[Ix<Vessel>] {
        &self.hosts
    }

    /// Sends the vessels again and again, and keeps what brings most to where it is wanted. Gives that, and the tonnes. Where it `gathers`,
    /// who takes goes on when it is full enough, and not with what the first gave.
    pub fn best(
        &self,
        ways: &Itinerary,
        (fill, gathers): (f64, bool),
        has_time: &dyn Fn() -> bool,
    ) -> (f64, Itinerary) {
        let plan = self.plan;
        let sets = self.sets;
        let ship = |&vessel: &Ix<Vessel>| {
            let begun = begun(sets, vessel);
            let steps = begun.moves.into_iter().map(|step| (None, step)).collect();
            let (site, free, aboard) = (begun.site, begun.free, begun.aboard);
            Ship { vessel, site, free, aboard, gives: false, target: None, steps }
        };
        let host = |&vessel: &Ix<Vessel>| {
            Host::new(plan, vessel, &ways.vessels[vessel.index()]).after(begun(sets, vessel), sets.until)
        };
        let mut first = State {
            ships: self.ships.iter().map(ship).collect(),
            hosts: self.hosts.iter().map(host).collect(),
            stores: Stores::new(sets),
            got: self.wants.nothing(),
            berths: plan.sites.iter().map(|_| vec![0; plan.horizon.slots]).collect(),
            in_use: InUse::of(plan, ways),
            samplings: lifted(sets),
            sessions: Vec::new(),
        };
        self.go_on(&mut first);
        let vessels = self.ships.len() + self.hosts.len();
        let send = |fills: &[f64]| self.send(first.clone(), (fills, gathers), ways);
        best((fill, &TRIES), (vessels, plan.horizon.slots), send, has_time)
    }

    /// The transfers that bring something nearer to where it is wanted, those that bring it there first.
    fn hands(&self) -> Vec<Hand> {
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
                is_last: to == 0,
            };
            Some((to, hand))
        };
        let mut hands: Vec<(usize, Hand)> = plan.transfers.places().filter_map(hand).collect();
        hands.sort_by_key(|(to, hand)| (*to, hand.transfer.index()));
        hands.into_iter().map(|(_, hand)| hand).collect()
    }

    /// Finds how soon what was taken can be where it is wanted, were the sea always calm.
    fn see_least(&mut self) {
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

    /// The hand-overs that are the last of a commodity, or of what is made of it anywhere, with the share of it that comes so far.
    fn ends_of(&self, commodity: Ix<Commodity>) -> Vec<(usize, f64)> {
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
            (hand.is_last && share > 0.0).then_some((nth, share))
        };
        self.hands.iter().enumerate().filter_map(share).collect()
    }

    /// What becomes of what is handed over, where it is: itself, or what is made of it, after how many slots.
    fn onward(&self, hand: &Hand) -> Vec<(Ix<Commodity>, Slot)> {
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

    /// Whether somebody wants a commodity that is there.
    fn is_wanted(&self, party: Party, commodity: Ix<Commodity>) -> bool {
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

/// Whether a vessel is there to carry, and is sent where it is needed: it has no other work.
fn is_sent(plan: &Plan, vessel: Ix<Vessel>) -> bool {
    let must =
        |task: &crate::plan::Task| task.least > 0 && task.stand.is_some_and(|stand| stand.vessel == vessel);
    // It sails and hands over with its gear in the state in which it begins.
    let has_gear = |transfer: &Transfer| {
        let mut stands = [Some(transfer.stand), transfer.meets].into_iter().flatten();
        stands.any(|stand| stand.vessel == vessel && stand.gear != 0)
    };
    !plan.samplings.iter().any(|sampling| sampling.stand.vessel == vessel)
        && !plan.tasks.iter().any(must)
        && !plan.transfers.iter().any(has_gear)
}

/// Where what is wanted, or must be kept.
fn wanted(plan: &Plan) -> impl Iterator<Item = (Ix<Site>, Ix<Commodity>)> {
    let demands = plan.demands.iter().map(|demand| (demand.site, demand.commodity));
    demands.chain(plan.reserves.iter().map(|reserve| (reserve.site, reserve.commodity)))
}

/// Whether somebody wants a commodity at a site.
fn is_wanted(plan: &Plan, site: Ix<Site>, commodity: Ix<Commodity>) -> bool {
    wanted(plan).any(|place| place == (site, commodity))
}

/// Whether a vessel that is sent does more than fetch from others what it lands: it takes something on from ashore as well, or is met itself.
fn does_more(plan: &Plan, vessel: Ix<Vessel>) -> bool {
    let own = Holder::Vessel(vessel);
    let is_ashore =
        |holder: Holder| matches!(holder, Holder::Site(site) if plan.sites[site].kind != SiteKind::Sea);
    let fetches = |t: &Transfer| t.meets.is_some() && t.ends().1 == own;
    let loads = |t: &Transfer| is_ashore(t.ends().0) && t.ends().1 == own;
    let is_met = |t: &Transfer| t.meets.is_some_and(|stand| stand.vessel == vessel);
    is_sent(plan, vessel)
        && plan.transfers.iter().any(fetches)
        && plan.transfers.iter().any(|t| loads(t) || is_met(t))
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
    for transfer in &plan.transfers {
        let (_, taker) = transfer.ends();
        let Holder::Site(site) = taker else { continue };
        let goes_on = plan.transfers.iter().any(|t| t.ends().0 == taker && t.commodity == transfer.commodity)
            || plan.processes.iter().any(|p| (p.site, p.from) == (site, transfer.commodity));
        if plan.sites[site].kind != SiteKind::Sea && !goes_on {
            levels.sites[site.index()][transfer.commodity.index()] = Some(0);
        }
    }
    for (site, commodity) in wanted(plan) {
        levels.sites[site.index()][commodity.index()] = Some(0);
    }
    for _ in 0..plan.vessels.len() + plan.sites.len() * plan.commodities.len() {
        for process in &plan.processes {
            let of_site = &mut levels.sites[process.site.index()];
            if let Some(level) = of_site[process.to.index()] {
                let own = &mut of_site[process.from.index()];
                *own = Some(own.map_or(level + 1, |own| own.min(level + 1)));
            }
        }
        for transfer in &plan.transfers {
            let (giver, taker) = transfer.ends();
            let commodity = transfer.commodity.index();
            let level = match taker {
                Holder::Site(site) => levels.sites[site.index()][commodity],
                Holder::Vessel(vessel) => levels.vessels[vessel.index()][commodity],
            };
            let own = match giver {
                Holder::Site(site) => &mut levels.sites[site.index()][commodity],
                Holder::Vessel(vessel) => &mut levels.vessels[vessel.index()][commodity],
            };
            if let Some(level) = level {
                *own = Some(own.map_or(level + 1, |own| own.min(level + 1)));
            }
        }
    }
    levels
}

/// For each site the last slot in which a vessel may be there to get home in time.
fn latest(plan: &Plan, vessel: Ix<Vessel>, legs: &[Starts]) -> Vec<Option<Slot>> {
    let (ship, slots) = (&plan.vessels[vessel], plan.horizon.slots);
    let Some(home) = ship.home else { return vec![Some(slots); plan.sites.len()] };
    let mut latest = vec![None; plan.sites.len()];
    latest[home.index()] = Some(slots);
    for (leg, starts) in ship.legs.iter().zip(legs).filter(|(leg, _)| leg.to == home) {
        let is_back = |&slot: &Slot| starts.finish(slot).is_some();
        let last = (0..slots).rev().find(is_back);
        latest[leg.from.index()] = latest[leg.from.index()].max(last);
    }
    latest
}

/// From each slot on how many are open in a row.
fn runs(open: &[bool]) -> Vec<usize> {
    let mut runs = vec![0; open.len() + 1];
    for slot in (0..open.len()).rev() {
        runs[slot] = if open[slot] { runs[slot + 1] + 1 } else { 0 };
    }
    runs
}
