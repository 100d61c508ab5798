//! How carriers get from site to site: straight there, or by way of sites where they refuel.
//!
//! In: where a carrier is when, and what it has used up. Out: a [`Passage`]. Who has neither range nor bunkers sails straight there, at its first
//! speed. Who has, takes whatever leads there soonest with what there is, at whatever speeds, if it can go on from there afterwards: straight there, or by
//! sites that refuel (Dijkstra over those, which are few).

use super::Dispatch;
use super::endurance::{At, Endurance};
use crate::id::Ix;
use crate::plan::Site;
use crate::time::Slot;

/// A way from one site to another, leg by leg.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Where each leg leads to, its departure and its arrival.
    pub legs: Vec<(Ix<Site>, Slot, Slot)>,
    /// The carrier when it is there.
    pub end: At,
}

impl Passage {
    /// Of one that is there already.
    pub fn none(at: At) -> Passage {
        Passage { legs: Vec::new(), end: at }
    }
}

/// What a carrier must be able to do when its work at the end of a passage is done.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    /// To get to where it refuels.
    Refuels,
    /// The same, or to get home, or, if it has none, to where it lands something.
    Rests,
}

/// A call on a passage: the carrier when it is there, and the call before with the departure from it.
struct Call {
    at: At,
    before: Option<(usize, Slot)>,
    is_settled: bool,
}

impl Dispatch<'_, '_> {
    /// A carrier when it has lain where it is until a slot.
    pub(super) fn at(&self, carrier: usize, slot: Slot) -> At {
        let own = &self.carriers[carrier];
        self.waited(carrier, At { site: own.site, slot: own.free, used: own.used }, slot)
    }

    /// The same carrier when it has waited until a slot.
    pub(super) fn waited(&self, carrier: usize, at: At, slot: Slot) -> At {
        match self.endurance(carrier) {
            Some(endurance) => endurance.waited(self.plan, at, slot),
            None => At { slot: at.slot.max(slot), ..at },
        }
    }

    /// The same when it has worked from one slot to another; nothing where its bunkers do not last for that.
    pub(super) fn worked(&self, carrier: usize, at: At, (start, end): (Slot, Slot)) -> Option<At> {
        match self.endurance(carrier) {
            Some(endurance) => {
                endurance.worked(self.plan, endurance.waited(self.plan, at, start), end - start)
            }
            None => Some(At { slot: end, ..at }),
        }
    }

    fn endurance(&self, carrier: usize) -> Option<&Endurance> {
        self.endurances[self.carriers[carrier].vessel.index()].as_ref()
    }

    /// The way that is at a site soonest, after which the carrier can work there for so many slots and go on: to where it refuels, or else home or for good.
    pub(super) fn passage(&self, carrier: usize, at: At, to: Ix<Site>, work: usize) -> Option<Passage> {
        let Some(endurance) = self.endurance(carrier) else {
            if at.site == to {
                return Some(Passage::none(at));
            }
            let (start, end) = self.departure(carrier, at.site, to, at.slot)?;
            return Some(Passage { legs: vec![(to, start, end)], end: At { site: to, slot: end, ..at } });
        };
        let by = |then: Then| {
            self.by_calls((carrier, endurance), at, to, |at| self.goes_on(carrier, at, work, then))
        };
        by(Then::Refuels).or_else(|| by(Then::Rests))
    }

    /// The leg by which a carrier that can not wait any longer where it is gets to where it refuels, and home from there; nothing where it can.
    pub(super) fn last_way_out(&self, carrier: usize, slot: Slot) -> Option<Passage> {
        let (endurance, here) = (self.endurance(carrier)?, self.at(carrier, slot));
        let refuels = |site: Ix<Site>| self.plan.sites[site].refuels;
        if refuels(here.site) {
            return None;
        }
        let later = endurance.waited(self.plan, here, slot + 1);
        if self.next_calls((carrier, endurance), later).any(|(_, at)| refuels(at.site)) {
            return None;
        }
        let calls = self
            .next_calls((carrier, endurance), here)
            .filter(|(start, at)| *start == slot && refuels(at.site));
        let ways = calls.map(|(start, end)| Passage { legs: vec![(end.site, start, end.slot)], end });
        ways.filter(|way| self.way_home(carrier, way.end).is_some()).min_by_key(|way| way.end.slot)
    }

    /// Whether a carrier can work for so many slots where it is and go on then.
    fn goes_on(&self, carrier: usize, at: At, work: usize, then: Then) -> bool {
        let Some(endurance) = self.endurance(carrier) else { return true };
        let Some(done) = endurance.worked(self.plan, at, work) else { return false };
        let is_it = |site: Ix<Site>| {
            self.plan.sites[site].refuels || (then == Then::Rests && self.may_rest(carrier, site))
        };
        is_it(at.site) || self.next_calls((carrier, endurance), done).any(|(_, at)| is_it(at.site))
    }

    /// Whether a carrier may stay at a site for good.
    fn may_rest(&self, carrier: usize, site: Ix<Site>) -> bool {
        let vessel = self.carriers[carrier].vessel;
        let lands = |&(transfer, _): &(_, Vec<bool>)| {
            let stand = self.plan.transfers[transfer].stand;
            (stand.vessel, stand.site) == (vessel, site)
        };
        self.home(carrier).map_or_else(|| self.landings.iter().any(lands), |home| home == site)
    }

    /// Every next call that what a carrier has lasts for, each with the first departure.
    fn next_calls(
        &self,
        (carrier, endurance): (usize, &Endurance),
        at: At,
    ) -> impl Iterator<Item = (Slot, At)> {
        let vessel = self.carriers[carrier].vessel;
        let legs = self.plan.vessels[vessel].legs.iter().zip(&self.legs[vessel.index()]).enumerate();
        let own = legs.filter(move |(_, (leg, _))| leg.from == at.site);
        own.filter_map(move |(place, (_, starts))| {
            let (start, end) =
                (at.slot..self.plan.horizon.slots).find_map(|slot| Some((slot, starts.finish(slot)?)))?;
            Some((start, endurance.sailed(self.plan, endurance.waited(self.plan, at, start), place, end)?))
        })
    }

    /// The soonest way to a site, at the end of which what is asked holds.
    fn by_calls(
        &self,
        (carrier, endurance): (usize, &Endurance),
        from: At,
        to: Ix<Site>,
        holds: impl Fn(At) -> bool,
    ) -> Option<Passage> {
        if from.site == to && holds(from) {
            return Some(Passage::none(from));
        }
        let mut calls = vec![Call { at: from, before: None, is_settled: false }];
        let mut best: Option<(At, (usize, Slot))> = None;
        let is_better = |best: &Option<(At, _)>, slot: Slot| best.is_none_or(|(at, _)| slot < at.slot);
        loop {
            let open = calls.iter().enumerate().filter(|(_, call)| !call.is_settled);
            let next = open.min_by_key(|(_, call)| call.at.slot).map(|(place, call)| (place, call.at));
            let Some((place, here)) = next.filter(|(_, at)| is_better(&best, at.slot)) else { break };
            calls[place].is_settled = true;
            for (start, at) in self.next_calls((carrier, endurance), here) {
                if place > 0 && !endurance.may_lie(here.site, here.slot, start) {
                    continue;
                }
                let before = (place, start);
                if at.site == to && is_better(&best, at.slot) && holds(at) {
                    best = Some((at, before));
                }
                if at.site == to || at.site == from.site || !self.plan.sites[at.site].refuels {
                    continue;
                }
                match calls.iter_mut().find(|call| call.at.site == at.site) {
                    Some(known) if known.at.slot <= at.slot => {}
                    Some(known) => *known = Call { at, before: Some(before), is_settled: false },
                    None => calls.push(Call { at, before: Some(before), is_settled: false }),
                }
            }
        }
        let (end, mut before) = best?;
        let mut legs = vec![(end.site, before.1, end.slot)];
        while let Some(earlier) = calls[before.0].before {
            let at = calls[before.0].at;
            legs.push((at.site, earlier.1, at.slot));
            before = earlier;
        }
        legs.reverse();
        Some(Passage { legs, end })
    }
}
