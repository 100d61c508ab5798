//! What carriers take on from ashore: what stands in a store at the start, or is made there of what they land.
//!
//! In: a [`Dispatch`], slot by slot. Out: the stocks ashore as far as they are known, and carriers that load there and land it where it is wanted.
//! What stands there when, [`super::super::stores`] tells; what it is worth to land something somewhere, [`super::super::wants`].

use super::Dispatch;
use crate::id::Ix;
use crate::model::construct::host::NOTHING;
use crate::model::construct::is_sent;
use crate::model::construct::stores::Stores;
use crate::model::construct::tries::PATIENCE_H;
use crate::model::construct::wants::{Got, Wants, is_wanted};
use crate::model::sets::Sets;
use crate::plan::windows::of_transfer;
use crate::plan::{Direction, Plan, Transfer, Vessel};
use crate::schedule::{Move, What};
use crate::time::Slot;
use std::rc::Rc;

/// A way to load ashore: the transfer, its carrier by place, and its open slots.
struct Pick {
    transfer: Ix<Transfer>,
    carrier: usize,
    open: Vec<bool>,
}

/// What does not change from one try to the next.
struct Known {
    picks: Vec<Pick>,
    wants: Wants,
}

/// What is ashore, where carriers take something on from there; else nothing.
#[derive(Clone, Default)]
pub struct Ashore {
    known: Option<Rc<Known>>,
    stores: Stores,
    got: Got,
}

/// Whether a vessel that is sent to fetch from others also loads ashore.
pub fn takes_on(sets: &Sets<'_>, vessel: Ix<Vessel>) -> bool {
    let loads = |transfer: &Transfer| {
        transfer.stand.vessel == vessel && transfer.meets.is_none() && transfer.direction == Direction::Aboard
    };
    sets.plan.transfers.iter().any(loads) && is_sent(sets, vessel)
}

impl Ashore {
    /// What is ashore when the rest begins, for carriers in this order.
    pub fn new(sets: &Sets<'_>, carriers: &[Ix<Vessel>]) -> Ashore {
        let plan = sets.plan;
        let mut ashore = Ashore::default();
        if !carriers.iter().any(|&vessel| takes_on(sets, vessel)) {
            return ashore;
        }
        let pick = |(transfer, of_it): (Ix<Transfer>, &Transfer)| {
            // What is wanted where it lies stays there.
            let loads =
                of_it.meets.is_none() && of_it.direction == Direction::Aboard && !is_wanted(plan, of_it);
            let carrier = carriers.iter().position(|&vessel| vessel == of_it.stand.vessel)?;
            (loads && is_sent(sets, of_it.stand.vessel)).then(|| Pick {
                transfer,
                carrier,
                open: of_transfer(plan, sets.sea, of_it).open,
            })
        };
        let wants = Wants::of(sets);
        ashore.got = wants.nothing();
        ashore.known =
            Some(Rc::new(Known { picks: plan.transfers.entries().filter_map(pick).collect(), wants }));
        ashore.stores = Stores::new(sets);
        ashore
    }

    /// Whether carriers take something on.
    pub fn is_used(&self) -> bool {
        self.known.is_some()
    }

    /// Whether taking it on is worth more than fetching more.
    pub fn comes_first(&self) -> bool {
        self.known.as_ref().is_none_or(|known| known.wants.comes_first)
    }

    /// What so many tonnes are worth that are landed by a slot.
    pub fn worth(&mut self, transfer: Ix<Transfer>, end: Slot, tonnes: f64) -> f64 {
        match &self.known {
            Some(known) => known.wants.worth(&mut self.got, transfer, end, tonnes),
            None => tonnes,
        }
    }

    /// Whether what is landed by a slot is worth anything, or must be there.
    pub fn is_of_use(&self, transfer: Ix<Transfer>, end: Slot) -> bool {
        self.known.as_ref().is_none_or(|known| known.wants.is_of_use(&self.got, transfer, end))
    }

    /// Expects what is landed.
    pub fn expect(&mut self, plan: &Plan, transfer: Ix<Transfer>, slot: Slot, tonnes: f64) {
        if self.is_used() {
            let (site, commodity) = (plan.transfers[transfer].stand.site, plan.transfers[transfer].commodity);
            self.stores.expect(slot, site, commodity, tonnes);
        }
    }

    /// Lets everything ashore happen that happens in a slot.
    pub fn pass(&mut self, plan: &Plan, slot: Slot) {
        if self.is_used() {
            self.stores.pass(plan, slot);
        }
    }
}

impl Dispatch<'_, '_> {
    /// Lets a carrier load what stands ashore where it is, bring it where it is wanted and land it; whether that is worth it now.
    pub(super) fn take_on(&mut self, carrier: usize, slot: Slot) -> bool {
        let Some(known) = self.ashore.known.clone() else { return false };
        let (site, leaves) =
            (self.carriers[carrier].site, self.wishes.get(self.loaded).is_some_and(|wish| wish.leaves));
        let is_here =
            |pick: &Pick| pick.carrier == carrier && self.plan.transfers[pick.transfer].stand.site == site;
        let here: Vec<&Pick> = known.picks.iter().filter(|pick| is_here(pick)).collect();
        !leaves && here.into_iter().any(|pick| self.pick(pick, slot))
    }

    /// The same of one way to load there.
    fn pick(&mut self, pick: &Pick, slot: Slot) -> bool {
        let of_it = &self.plan.transfers[pick.transfer];
        let (carrier, commodity, site) = (pick.carrier, of_it.commodity, of_it.stand.site);
        let enough = self.plan.vessels[of_it.stand.vessel].hold[commodity.index()].min(of_it.largest);
        let after = |start: Slot, tonnes: f64| {
            let end = start + self.length(pick.transfer, tonnes);
            let berths = self.plan.sites[of_it.stand.site].berths.unwrap_or(u32::MAX);
            let is_free = |slot: Slot| {
                pick.open[slot]
                    && self.berths[site.index()][slot] < berths
                    && self.in_use.is_free(self.plan, &of_it.uses, slot)
            };
            if end > self.plan.horizon.slots || !(start..end).all(is_free) {
                return None;
            }
            let loaded = self.worked(carrier, self.at(carrier, start), (start, end))?;
            let landing = self.landing((carrier, commodity), loaded, tonnes)?;
            // Nothing is won by landing it where it was.
            (landing.done.site != site).then_some((end, landing))
        };
        let tonnes = self.ashore.stores.of(site, commodity).min(enough);
        let patience = (PATIENCE_H / self.plan.horizon.slot_h()).ceil() as usize;
        let mut later = slot + 1..(slot + 1 + patience).min(self.plan.horizon.slots);
        let wanted = self.wishes.get(self.loaded).map_or(1.0, |wish| wish.fill) * enough;
        if tonnes < wanted - NOTHING {
            // It waits for what is made of what is there.
            let is_made = self.ashore.stores.soon(self.plan, (site, commodity), later.clone(), wanted);
            if is_made.is_some_and(|made| after(made, wanted).is_some()) {
                return true;
            }
            if later.any(|later| after(later, enough).is_some()) {
                return false;
            }
        }
        if tonnes < of_it.smallest.max(NOTHING) {
            return false;
        }
        let Some((end, landing)) = after(slot, tonnes) else { return false };
        if self.keep_rhythms(carrier, slot) {
            return true;
        }
        self.ashore.stores.add(site, commodity, -tonnes);
        self.berths[site.index()][slot..end].iter_mut().for_each(|taken| *taken += 1);
        self.in_use.take(&of_it.uses, slot..end);
        let what = What::Transfer(pick.transfer, Vec::new());
        self.carriers[carrier].moves.push(Move { what, start: slot, end });
        self.land(carrier, &landing, tonnes);
        self.loaded += 1;
        true
    }

    /// Lets a carrier sail to where most stands ashore that it can take on, where it can fetch nothing at sea any more; whether it does.
    pub(super) fn go_ashore(&mut self, carrier: usize, slot: Slot) -> bool {
        let Some(known) = self.ashore.known.clone() else { return false };
        let now = self.at(carrier, slot);
        let mut best: Option<(f64, super::Passage)> = None;
        for pick in known.picks.iter().filter(|pick| pick.carrier == carrier) {
            let of_it = &self.plan.transfers[pick.transfer];
            let tonnes = self.ashore.stores.of(of_it.stand.site, of_it.commodity);
            if of_it.stand.site == now.site || tonnes <= NOTHING {
                continue;
            }
            let Some(way) = self.passage(carrier, now, of_it.stand.site, 1) else { continue };
            let departs = way.legs.first().is_some_and(|&(_, departure, _)| departure == slot);
            let goods = (carrier, of_it.commodity);
            let is_there = self.landing(goods, way.end, self.least_landed(goods)).is_some();
            if departs && is_there && best.as_ref().is_none_or(|(most, _)| tonnes > *most) {
                best = Some((tonnes, way));
            }
        }
        match best {
            Some((_, way)) if !self.keep_rhythms(carrier, slot) => self.sail(carrier, &way),
            Some(_) => {}
            None => return false,
        }
        true
    }
}
