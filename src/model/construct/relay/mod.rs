//! Goods brought from hand to hand to where they are wanted: to lighters, from ship to ship, by stores at sea, and through works ashore.
//!
//! In: the ways of the vessels that lift, as if their holds were never full, and how full vessels should be before they part.
//! Out: the ways of all, and about how many tonnes come to where they are wanted. Here is what does not change from one try to the next: the
//! [`hands`], which are the transfers that bring something nearer to where it is wanted, with who gives and who takes, and how soon what was taken can be
//! there; and until when each vessel may be where to get home in time. [`send`] sends the vessels once, [`go`] says where to, [`amounts`] how much goes over.

mod amounts;
mod go;
mod hands;
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
use crate::model::sets::{Holder, Sets};
use crate::plan::windows::of_leg;
use crate::plan::{Plan, SiteKind, Transfer, Vessel};
use crate::schedule::Itinerary;
use crate::time::Slot;
use crate::weather::Starts;
use hands::Hand;
use send::{Ship, State};

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
    /// What is handed over in a plan, if vessels hand over to vessels that bring it further, or do more than to land what they fetch.
    pub fn new(sets: &'s Sets<'p>) -> Option<Relay<'s, 'p>> {
        let plan = sets.plan;
        let is_vessel = |holder: Holder| matches!(holder, Holder::Vessel(vessel) if is_sent(plan, vessel));
        let is_afloat = |holder: Holder| match holder {
            Holder::Vessel(_) => is_vessel(holder),
            Holder::Site(site) => plan.sites[site].kind == SiteKind::Sea,
        };
        let hands_over = |t: &Transfer| is_afloat(t.ends().0) && is_vessel(t.ends().1);
        let is_all = plan.vessels.places().any(|vessel| does_more(plan, vessel));
        // It must be known what flowed.
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
        let last_made = |hand: &Hand| relay.makes_wanted(hand).then(|| plan.horizon.slots.saturating_sub(1));
        let wanted = relay.hands.iter().filter_map(|hand| hand.wanted.max(last_made(hand)));
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
