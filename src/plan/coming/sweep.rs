//! The look through all slots at what can come where.
//!
//! In: a plan, its sea, and how much of each commodity there can be at most. Out: [`Coming`].
//! In each slot everything flows that can, as often as something new comes of it.

use super::afloat::{Aboard, Afloat, Of};
use super::{Coming, Fresh, fresher, has_room, is_less};
use crate::id::Ix;
use crate::plan::{Closed, Commodity, Direction, Holder, Plan, Process, Sea, Site, Transfer};
use crate::time::Slot;

/// What can come where when no more than `most` tonnes of each commodity can be had for a parcel or a batch.
pub(super) fn sweep(plan: &Plan, sea: &Sea, most: &[f64]) -> Coming {
    let firsts = plan.vessels.entries().filter(|(place, ship)| ship.like == *place);
    let mut sweep = Sweep {
        plan,
        most,
        ashore: plan.sites.iter().map(|site| site.stock.iter().map(|&t| at_start(t)).collect()).collect(),
        made: vec![Vec::new(); plan.horizon.slots + 1],
        holds: plan
            .samplings
            .iter()
            .map(|s| has_room(plan, Holder::Vessel(s.stand.vessel), s.commodity))
            .collect(),
        rooms: plan.transfers.iter().map(|t| has_room(plan, t.ends().1, t.commodity)).collect(),
        works_rooms: plan.processes.iter().map(|p| has_room(plan, Holder::Site(p.site), p.to)).collect(),
        works: plan.processes.entries().map(|(place, _)| works(plan, place)).collect(),
        served: plan.demands.iter().map(|demand| open_to(plan, demand.site, &|_| false)).collect(),
        lifted: vec![0; plan.samplings.len()],
        fed: vec![0; plan.processes.len()],
        landed: vec![0; plan.transfers.len()],
        flows_now: vec![false; plan.transfers.len()],
        by: Vec::with_capacity(plan.horizon.slots),
        found: Coming::nothing(plan),
    };
    let mut fleet: Vec<Afloat> = firsts.map(|(place, _)| Afloat::new(plan, sea, place)).collect();
    for slot in 0..plan.horizon.slots {
        fleet.iter_mut().for_each(|afloat| afloat.begin(slot));
        for (site, commodity) in std::mem::take(&mut sweep.made[slot]) {
            sweep.put(site, commodity, slot);
        }
        // As long as something new comes somewhere, more may come of it.
        loop {
            fleet.iter_mut().for_each(|afloat| afloat.let_begin(slot));
            let is_new = sweep.flows(&mut fleet, slot) | sweep.shore(slot);
            if !is_new {
                break;
            }
        }
        sweep.count(&mut fleet, slot);
        fleet.iter_mut().for_each(|afloat| afloat.end(slot));
    }
    sweep.finish()
}

fn at_start(tonnes: f64) -> Option<Fresh> {
    (tonnes > 0.0).then_some(Fresh { came: 0, lifted: 0 })
}

/// Per slot: whether a site is open, and none of the closures that are meant closes it.
fn open_to(plan: &Plan, site: Ix<Site>, is_meant: &dyn Fn(Closed) -> bool) -> Vec<bool> {
    let mut open = vec![true; plan.horizon.slots];
    for closure in plan.closures.iter().filter(|c| c.what == Closed::Site(site) || is_meant(c.what)) {
        open[closure.slots.clone()].fill(false);
    }
    open
}

/// Per slot: whether a process can be fed, for as long as what it is fed takes.
fn works(plan: &Plan, place: Ix<Process>) -> Vec<bool> {
    let process = &plan.processes[place];
    let open = open_to(plan, process.site, &|closed| closed == Closed::Process(place));
    let length = process.slots(&plan.horizon);
    let has_water = process.water == 0.0 || plan.sites[process.site].water > 0.0;
    let may_feed =
        plan.budgets.iter().all(|budget| budget.feed.is_none_or(|(of, tonnes)| of != place || tonnes > 0.0));
    let mut run = 0;
    let mut works = vec![false; open.len()];
    for slot in (0..open.len()).rev() {
        run = if open[slot] { run + 1 } else { 0 };
        works[slot] = run >= length && has_water && may_feed;
    }
    works
}

struct Sweep<'s> {
    plan: &'s Plan,
    most: &'s [f64],
    /// What could be in each store, by site and commodity.
    ashore: Vec<Aboard>,
    /// What processes make, by the slot in which they do.
    made: Vec<Vec<(Ix<Site>, Ix<Commodity>)>>,
    /// For each sampling whether the hold ever has room.
    holds: Vec<bool>,
    /// For each transfer whether who takes ever has room.
    rooms: Vec<bool>,
    /// For each process whether there is ever room for what it makes.
    works_rooms: Vec<bool>,
    /// For each process in which slots it can be fed.
    works: Vec<Vec<bool>>,
    /// For each demand in which slots its site is open.
    served: Vec<Vec<bool>>,
    /// For each sampling and each process in how many slots it could.
    lifted: Vec<usize>,
    fed: Vec<usize>,
    /// For each transfer in how many slots something could go over.
    landed: Vec<usize>,
    /// For each transfer whether something goes over in the slot that is looked at.
    flows_now: Vec<bool>,
    /// By slot and commodity: the tonnes of it that can have been lifted or made by the end of the slot, with what was there at the start.
    by: Vec<Vec<f64>>,
    found: Coming,
}

impl Sweep<'_> {
    /// What is made at a site in a slot; it was lifted then, as far as anybody asks.
    fn put(&mut self, site: Ix<Site>, commodity: Ix<Commodity>, slot: Slot) {
        let there = &mut self.ashore[site.index()][commodity.index()];
        *there = fresher(*there, Some(Fresh { came: slot, lifted: slot }));
    }

    /// Lets everything flow between vessels, and between vessels and the shore; whether anything new has come somewhere.
    fn flows(&mut self, fleet: &mut [Afloat], slot: Slot) -> bool {
        let mut is_new = false;
        for place in 0..fleet.len() {
            for nth in 0..fleet[place].sessions.len() {
                is_new |= match fleet[place].sessions[nth].of {
                    Of::Sampling(sampling) => {
                        let (of, lifted) =
                            (&self.plan.samplings[sampling], Fresh { came: slot, lifted: slot });
                        let has_room = self.holds[sampling.index()];
                        let sessions = fleet[place].sessions[nth].flowing(slot).filter(|_| has_room);
                        sessions
                            .map(|aboard| add(&mut aboard[of.commodity.index()], lifted))
                            .fold(false, |a, b| a | b)
                    }
                    Of::Transfer(transfer) => self.goes_over(fleet, (place, nth), transfer, slot),
                };
            }
        }
        is_new
    }

    /// Lets a transfer go on in a slot, in which the vessel that comes for it may be at it.
    fn goes_over(
        &mut self,
        fleet: &mut [Afloat],
        (own, nth): (usize, usize),
        place: Ix<Transfer>,
        slot: Slot,
    ) -> bool {
        let plan = self.plan;
        let transfer = &plan.transfers[place];
        let commodity = transfer.commodity.index();
        // Of vessels that are alike the first stands for all.
        let other = transfer.meets.map(|stand| {
            let first = plan.vessels[stand.vessel].like;
            let met = fleet.iter().position(|afloat| afloat.vessel == first).unwrap_or(0);
            (met, fleet[met].lie(stand.site, stand.gear))
        });
        let is_met = other.is_none_or(|(met, lie)| fleet[met].at[lie].is_some());
        let is_there = fleet[own].sessions[nth].flowing(slot).next().is_some();
        if !is_met || !is_there {
            return false;
        }
        let of_own =
            fleet[own].sessions[nth].flowing(slot).map(|aboard| aboard[commodity]).fold(None, fresher);
        let of_other = match other {
            Some((met, lie)) => fleet[met].at[lie].as_ref().and_then(|aboard| aboard[commodity]),
            None => self.ashore[transfer.stand.site.index()][commodity],
        };
        let given = if transfer.direction == Direction::Ashore { of_own } else { of_other };
        let Some(given) = given else { return false };
        if !self.rooms[place.index()]
            || is_less(self.most[commodity], transfer.smallest)
            || !self.is_fresh(transfer, given, slot)
        {
            return false;
        }
        self.found.moves[place.index()] = true;
        self.flows_now[place.index()] = true;
        let taken = Fresh { came: slot, lifted: given.lifted };
        match (transfer.direction, other) {
            (Direction::Aboard, _) => {
                let sessions = fleet[own].sessions[nth].flowing(slot);
                sessions.map(|aboard| add(&mut aboard[commodity], taken)).fold(false, |a, b| a | b)
            }
            (Direction::Ashore, Some((met, lie))) => {
                fleet[met].at[lie].as_mut().is_some_and(|aboard| add(&mut aboard[commodity], taken))
            }
            (Direction::Ashore, None) => add(&mut self.ashore[transfer.stand.site.index()][commodity], taken),
        }
    }

    /// Whether the freshest that can be given has kept in the hold it comes from, and is in time where it must be.
    fn is_fresh(&self, transfer: &Transfer, given: Fresh, slot: Slot) -> bool {
        let commodity = &self.plan.commodities[transfer.commodity];
        let slots = |span: crate::units::Span| (span.seconds() / self.plan.horizon.slot.seconds()) as usize;
        let (giver, taker) = transfer.ends();
        let keeps = !matches!(giver, Holder::Vessel(_))
            || commodity.keeps.is_none_or(|keeps| slot - given.came <= slots(keeps));
        let is_last = |site| taker == Holder::Site(site);
        let reach = commodity.reach.filter(|reach| is_last(reach.site));
        keeps && reach.is_none_or(|reach| slot - given.lifted <= slots(reach.within))
    }

    /// Lets processes and demands take what there is ashore; whether anything new has come somewhere.
    fn shore(&mut self, slot: Slot) -> bool {
        let mut is_new = false;
        for (place, process) in self.plan.processes.entries() {
            if !self.can_feed(place, slot) {
                continue;
            }
            self.found.feeds[place.index()] = true;
            match process.slots(&self.plan.horizon) {
                1 => {
                    let made = Fresh { came: slot, lifted: slot };
                    is_new |= add(&mut self.ashore[process.site.index()][process.to.index()], made);
                }
                length => {
                    let made = &mut self.made[slot + length - 1];
                    if !made.contains(&(process.site, process.to)) {
                        made.push((process.site, process.to));
                    }
                }
            }
        }
        for (place, demand) in self.plan.demands.entries() {
            let is_there = self.ashore[demand.site.index()][demand.commodity.index()].is_some();
            let is_wanted = demand.slots.contains(&slot) && self.served[place.index()][slot];
            self.found.supplies[place.index()] |= is_there && is_wanted;
        }
        is_new
    }

    /// Whether a process can be fed in a slot: there is some, and enough of it where it works in batches.
    fn can_feed(&self, place: Ix<Process>, slot: Slot) -> bool {
        let process = &self.plan.processes[place];
        let is_there = self.ashore[process.site.index()][process.from.index()].is_some();
        let may_be = is_there && self.works_rooms[place.index()] && self.works[place.index()][slot];
        may_be
            && process.batch.is_none_or(|batch| {
                !is_less(self.most[process.from.index()], batch.tonnes)
                    && !is_less(self.most_at(process.site, process.from), batch.tonnes)
            })
    }

    /// No more than so many tonnes of a commodity can have come to a site so far: what was lifted or made no later than the freshest of it,
    /// and what transfers and processes can have brought there.
    fn most_at(&self, site: Ix<Site>, commodity: Ix<Commodity>) -> f64 {
        let plan = self.plan;
        let Some(there) = self.ashore[site.index()][commodity.index()] else { return 0.0 };
        // In the slot that is looked at whatever could go on is taken for going on.
        let in_all = match self.by.get(there.lifted) {
            Some(by) => by[commodity.index()],
            None => self.most_by_now(commodity, 1),
        };
        // Of vessels that are alike the first stands for all.
        let lands = |t: &Transfer| {
            let is_first = plan.vessels[t.stand.vessel].like == t.stand.vessel;
            is_first && t.ends().1 == Holder::Site(site) && t.commodity == commodity
        };
        let landed = plan.transfers.entries().filter(|(_, t)| lands(t)).map(|(place, t)| {
            let ships = plan.count_like(t.stand.vessel) as f64;
            (self.landed[place.index()] + 1) as f64 * t.rate * plan.horizon.slot_h() * ships
        });
        let makes = |p: &Process| p.site == site && p.to == commodity;
        let made =
            plan.processes.entries().filter(|(_, p)| makes(p)).map(|(place, _)| self.made_by_now(place, 1));
        let at_start = plan.sites[site].stock[commodity.index()];
        in_all.min(at_start + landed.sum::<f64>() + made.sum::<f64>())
    }

    /// The tonnes of a commodity that can have been lifted or made so far, and in so many slots more.
    fn most_by_now(&self, commodity: Ix<Commodity>, more: usize) -> f64 {
        let (plan, h) = (self.plan, self.plan.horizon.slot_h());
        let (on_land, at_sea) = plan.all_at_start(commodity);
        let lifted = plan.samplings.entries().filter(|(_, s)| s.commodity == commodity).map(|(place, s)| {
            let slots = self.lifted[place.index()] + more;
            let ships = plan.count_like(s.stand.vessel) as f64;
            (slots as f64 * h * s.rate * ships).min(s.at_most)
        });
        let makes = plan.processes.entries().filter(|(_, p)| p.to == commodity);
        let made = makes.map(|(place, _)| self.made_by_now(place, more));
        on_land + at_sea + lifted.sum::<f64>() + made.sum::<f64>()
    }

    /// The tonnes that can have been made of what a process was fed so far, and in so many slots more.
    fn made_by_now(&self, place: Ix<Process>, more: usize) -> f64 {
        let process = &self.plan.processes[place];
        let fed = (self.fed[place.index()] + more) as f64 * process.per_slot(&self.plan.horizon);
        fed.min(self.most[process.from.index()]) * process.yields
    }

    /// Counts the slots in which something could be lifted, moved or fed.
    fn count(&mut self, fleet: &mut [Afloat], slot: Slot) {
        let plan = self.plan;
        for afloat in fleet.iter_mut() {
            for session in &mut afloat.sessions {
                let Of::Sampling(sampling) = session.of else { continue };
                if self.holds[sampling.index()] && session.flowing(slot).next().is_some() {
                    self.lifted[sampling.index()] += 1;
                }
            }
        }
        for place in plan.processes.places() {
            self.fed[place.index()] += usize::from(self.can_feed(place, slot));
        }
        for (landed, flows) in self.landed.iter_mut().zip(&mut self.flows_now) {
            *landed += usize::from(std::mem::take(flows));
        }
        let by = plan.commodities.places().map(|commodity| self.most_by_now(commodity, 0)).collect();
        self.by.push(by);
    }

    fn finish(mut self) -> Coming {
        let plan = self.plan;
        for (place, slots) in self.lifted.iter().enumerate() {
            self.found.lifts[place] = *slots > 0;
        }
        let most = plan.commodities.places().map(|commodity| self.most_by_now(commodity, 0)).collect();
        self.found.most = most;
        self.found.has = plan.transfers.iter().map(|t| self.had(t.ends().0, t.commodity)).collect();
        let at = |site: Ix<Site>, commodity: Ix<Commodity>| self.had(Holder::Site(site), commodity);
        let has_feed = plan.processes.iter().map(|process| at(process.site, process.from)).collect();
        let has_goods = plan.demands.iter().map(|demand| at(demand.site, demand.commodity)).collect();
        (self.found.has_feed, self.found.has_goods) = (has_feed, has_goods);
        self.found
    }

    /// Whether any of a commodity ever was in a hold or a store.
    fn had(&self, holder: Holder, commodity: Ix<Commodity>) -> bool {
        let plan = self.plan;
        // Of vessels that are alike the first stands for all.
        let first = |holder: Holder| match holder {
            Holder::Vessel(vessel) => Holder::Vessel(plan.vessels[vessel].like),
            site @ Holder::Site(_) => site,
        };
        let is_it = |other: Holder, of: Ix<Commodity>| of == commodity && first(other) == first(holder);
        let lifts = plan.samplings.iter().zip(&self.found.lifts);
        let moves = plan.transfers.iter().zip(&self.found.moves);
        let feeds = plan.processes.iter().zip(&self.found.feeds);
        plan.at_start(first(holder), commodity) > 0.0
            || lifts
                .filter(|(_, is_so)| **is_so)
                .any(|(s, _)| is_it(Holder::Vessel(s.stand.vessel), s.commodity))
            || moves.filter(|(_, is_so)| **is_so).any(|(t, _)| is_it(t.ends().1, t.commodity))
            || feeds.filter(|(_, is_so)| **is_so).any(|(p, _)| is_it(Holder::Site(p.site), p.to))
    }
}

/// Adds something that could be there as well; whether that is anything new.
fn add(there: &mut Option<Fresh>, more: Fresh) -> bool {
    let then = fresher(*there, Some(more));
    std::mem::replace(there, then) != then
}

impl Coming {
    /// Nothing comes anywhere.
    fn nothing(plan: &Plan) -> Coming {
        let none = |count: usize| vec![false; count];
        Coming {
            lifts: none(plan.samplings.len()),
            moves: none(plan.transfers.len()),
            feeds: none(plan.processes.len()),
            supplies: none(plan.demands.len()),
            has: none(plan.transfers.len()),
            has_feed: none(plan.processes.len()),
            has_goods: none(plan.demands.len()),
            most: vec![0.0; plan.commodities.len()],
        }
    }
}
