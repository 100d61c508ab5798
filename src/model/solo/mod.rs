//! Ships that lift and bring ashore by themselves: the best way of each, by what it has aboard.
//!
//! In: the sets of a plan in which no vessels meet. Out: [`Found`]: ways of all of them, the most promising first, and what no schedule betters.
//! Phases: [`ship`] (the best way of one ship at given prices, by dynamic programming over nodes, loads, and until when what comes again, or what keeps, is due: [`due`],
//! [`rows`]) -> [`mixture`] (of the ways that are known) -> [`prices`] (of what its own way does not know of: what may be lifted in all, room ashore, how
//! often tasks are done), again and again.
//! Berths, precedence, resources and all else of other vessels are left out: so nothing that a schedule could do is missing, and what cannot be done the
//! solver finds out.
//! After a past they go on from where it leaves them: what has happened is the first part of each network, in which nothing is earned any more ([`before`]).

mod before;
mod due;
mod layers;
mod mixture;
mod prices;
mod rows;
mod ship;
mod steps;
#[cfg(test)]
mod tests;
mod trades;

use super::construct::{moves, whole};
use super::sets::{Holder, Sets};
use crate::id::Ix;
use crate::plan::{Commodity, Plan, Sampling, Site, SiteKind, Task, Transfer, Vessel};
use crate::schedule::Itinerary;
use due::Side;
use mixture::Mixture;
use prices::{Priced, Prices};
use ship::{Gone, Ship};

/// So many values are found at most for a ship, where prices are sought, and so many steps are made towards better ones.
const COARSE: (usize, usize) = (6_000_000, 80);
/// The same at the best of these prices, where layers are not fine enough yet.
const FINE: (usize, usize) = (48_000_000, 12);
/// So great a share of the way from the best prices to those of a mixture the next ones are.
const SHARE: f64 = 0.5;
/// The same where layers are fine.
const FINE_SHARE: f64 = 0.25;
/// So many ways are kept.
const KEPT: usize = 6;
/// Where what is lifted in a slot is rounded up by more than this part of it, loads are told apart too roughly.
const ROUGH: f64 = 0.6;
/// What is no more than a rounding, as a part of what there is.
const NOTHING: f64 = 1e-6;
/// Counts that differ by less are the same.
const ALIKE: f64 = 1e-9;

/// Samplings that differ in their worth alone.
pub struct Group {
    /// The first of them, which lifts for all.
    first: Ix<Sampling>,
    commodity: Ix<Commodity>,
    /// Tonnes, and what each is worth, the dearest first.
    steps: Vec<(f64, f64)>,
    /// Tonnes that may be lifted in all.
    most: f64,
}

impl Group {
    fn first_worth(&self) -> f64 {
        self.steps.first().map_or(0.0, |step| step.1)
    }
}

/// Room at a site for a commodity, of which nothing is taken away again.
pub struct Room {
    site: Ix<Site>,
    commodity: Ix<Commodity>,
    /// Tonnes.
    most: f64,
}

/// Ships that go alone.
pub struct Solo<'s, 'p> {
    sets: &'s Sets<'p>,
    ships: Vec<Ship>,
    groups: Vec<Group>,
    rooms: Vec<Room>,
    /// For each task whether one of the ships does it.
    own: Vec<bool>,
    /// For each task how often it may be done at least and at most.
    tasks: Vec<(u32, u32)>,
    /// For each commodity the tonnes that are at sea from the start.
    at_sea: Vec<f64>,
    /// What has been landed and lifted already.
    before: Gone,
}

/// A search for prices.
struct Search {
    prices: Prices,
    /// What no schedule betters, at the best prices, and these.
    best: (f64, Prices),
    /// Ways, with what they are worth, the most promising first.
    kept: Vec<(f64, Vec<Gone>)>,
}

/// What is found of them.
pub struct Found {
    /// The ways of all vessels, the most promising first.
    pub ways: Vec<Itinerary>,
    /// What no schedule brings ashore is worth more than this.
    pub most: f64,
}

impl<'s, 'p> Solo<'s, 'p> {
    /// The ships of a plan, if it is one of ships that go alone.
    pub fn new(sets: &'s Sets<'p>) -> Option<Solo<'s, 'p>> {
        let plan = sets.plan;
        // After a past it must be known what flowed.
        if !sets.is_known() || plan.transfers.iter().any(|transfer| transfer.meets.is_some()) {
            return None;
        }
        let firsts = plan.samplings.places().filter(|&q| sets.joined[q.index()] == q);
        let groups: Vec<Group> = firsts.map(|q| group(sets, q)).collect();
        let rooms: Vec<Room> = rooms(plan).collect();
        let ships = ships(sets, &groups, &rooms, COARSE.0);
        let does = |task: &Task| {
            let vessel = task.stand.map(|stand| stand.vessel);
            ships.iter().any(|ship| Some(sets.networks[ship.network].vessel) == vessel)
        };
        let own = plan.tasks.iter().map(does).collect();
        let at_sea = plan.commodities.places().map(|commodity| plan.all_at_start(commodity).1).collect();
        let tasks = plan.tasks.places().map(|task| before::times(sets, task)).collect();
        let before = before::gone(sets, &groups, &rooms);
        (!ships.is_empty()).then_some(Solo { sets, ships, groups, rooms, own, tasks, at_sea, before })
    }

    /// Whether ways that are found may well not be possible: loads are told apart too roughly, or there is work in a rhythm of which nothing is
    /// known here.
    pub fn is_rough(&self) -> bool {
        let fine = ships(self.sets, &self.groups, &self.rooms, FINE.0);
        let is_kept = |task: Ix<Task>| self.ships.iter().any(|ship| ship.due.is_it(task));
        let mut own = self.sets.plan.tasks.entries().zip(&self.own);
        fine.iter().any(|ship| ship.more > ROUGH)
            || own.any(|((place, task), &is_own)| is_own && task.is_in_rhythm() && !is_kept(place))
    }

    /// Whether no schedule brings ashore what is worth more than what is found.
    fn is_bound(&self) -> bool {
        let plan = self.sets.plan;
        let lifts = |group: &Group| {
            let vessel = plan.samplings[group.first].stand.vessel;
            self.ships.iter().any(|ship| self.sets.networks[ship.network].vessel == vessel)
        };
        // What others have aboard and land makes all count that was lifted, and it is not known here how much that is.
        let is_own = |vessel: Ix<Vessel>| {
            let like = plan.vessels[vessel].like;
            self.ships.iter().any(|ship| self.sets.networks[ship.network].vessel == like)
        };
        let is_empty = |ship: &Vessel| ship.aboard.iter().all(|tonnes| *tonnes == 0.0);
        // What is loaded ashore might be landed elsewhere and count for what was lifted.
        let is_load = |transfer: &Transfer| transfer.sign(Holder::Vessel(transfer.stand.vessel)) > 0.0;
        !plan.transfers.iter().any(is_load)
            && self.groups.iter().all(lifts)
            && plan.vessels.entries().all(|(vessel, ship)| is_own(vessel) || is_empty(ship))
            && self.ships.iter().all(|ship| ship.is_bound)
    }

    /// The best ways that are found in time: coarse first, and then, at the best prices, as fine as can be.
    pub fn best(mut self, has_time: &dyn Fn() -> bool) -> Found {
        let is_bound = self.is_bound();
        let prices = Prices::first(&self.priced(), self.sets.plan.commodities.len());
        let best = (f64::INFINITY, prices.clone());
        let mut search = Search { prices, best, kept: Vec::new() };
        self.go_on(&mut search, (COARSE.1, SHARE), has_time);
        let mut ways = self.ways(&search);
        let mut most = if is_bound { search.best.0 } else { f64::INFINITY };
        if !self.ships.iter().all(|ship| ship.is_exact) && has_time() {
            self.ships = ships(self.sets, &self.groups, &self.rooms, FINE.0);
            search.prices = search.best.1.clone();
            // What coarse layers bound is no bound of theirs.
            search.best.0 = f64::INFINITY;
            search.kept.clear();
            self.go_on(&mut search, (FINE.1, FINE_SHARE), has_time);
            ways.splice(0..0, self.ways(&search));
        }
        if self.is_bound() {
            most = most.min(search.best.0);
        }
        // Where not all is landed that was at sea from the start nothing counts.
        Found { ways, most: most.max(0.0) }
    }

    fn priced(&self) -> Priced<'_> {
        Priced {
            groups: &self.groups,
            rooms: &self.rooms,
            tasks: &self.tasks,
            own: &self.own,
            at_sea: &self.at_sea,
        }
    }

    /// Goes on to better prices, as far as they are found in so many steps, and in time.
    fn go_on(&self, search: &mut Search, (steps, share): (usize, f64), has_time: &dyn Fn() -> bool) {
        let of = self.priced();
        let mut mixture =
            Mixture::new(self.ships.iter().map(|ship| ship.count as f64).collect(), self.before.clone());
        let mut part = share;
        for _ in 0..steps {
            let Some((earned, gone)) = self.go(&search.prices, Side::Over, has_time) else { break };
            let bound = earned + search.prices.constant(&of);
            if bound < search.best.0 {
                search.best = (bound, search.prices.clone());
            }
            let is_new = mixture.add(&gone);
            let sum = self.sum(&gone);
            match sum.breaks.then(|| self.go(&search.prices, Side::Under, has_time)) {
                Some(Some((_, gone))) => keep(&mut search.kept, self.worth(&self.sum(&gone)), gone),
                Some(None) => {}
                None => keep(&mut search.kept, self.worth(&sum), gone),
            }
            let known = search.kept.first().map_or(0.0, |(worth, _)| *worth);
            // Without a programme that can be solved there are no better prices.
            let Ok(Some((mixed, next))) = mixture.prices(&of, search.best.0) else { break };
            let nothing = NOTHING * search.best.0.abs().max(1.0);
            if search.best.0 - known.max(mixed) < nothing || !has_time() {
                break;
            }
            // At the prices of the mixture itself, a way that is known says that there are no better ones.
            if !is_new && part == 1.0 {
                break;
            }
            part = if is_new { share } else { 1.0 };
            search.prices = search.best.1.towards(&next, part);
        }
    }

    fn ways(&self, search: &Search) -> Vec<Itinerary> {
        search.kept.iter().filter_map(|(_, gone)| self.itinerary(gone)).collect()
    }

    /// What all earn at some prices, and how each goes; nothing where time is up before that is known.
    fn go(&self, prices: &Prices, side: Side, has_time: &dyn Fn() -> bool) -> Option<(f64, Vec<Gone>)> {
        let mut earned = prices.earned(&self.before);
        let mut gone = Vec::new();
        for ship in &self.ships {
            let values = ship.values(prices, side, has_time)?;
            earned += ship.count as f64 * ship.most(&values, side);
            gone.push(ship.follow(prices, side, &values)?);
        }
        Some((earned, gone))
    }

    /// What all of them do together.
    fn sum(&self, gone: &[Gone]) -> Gone {
        let mut sum = self.before.clone();
        for (ship, own) in self.ships.iter().zip(gone) {
            sum.add(&own.clone().times(ship.count as f64));
        }
        sum
    }

    /// What ways are worth, as far as it is known here; nothing where tasks are done more or less often than they may be.
    fn worth(&self, gone: &Gone) -> f64 {
        let mut counts = self.tasks.iter().zip(&gone.tasks).zip(&self.own);
        let is_kept = |&(least, most): &(u32, u32), count: f64| {
            (f64::from(least) - ALIKE..=f64::from(most) + ALIKE).contains(&count)
        };
        if !counts.all(|((times, &count), &is_own)| !is_own || is_kept(times, count)) {
            return 0.0;
        }
        let mut landed: Vec<f64> =
            gone.landed.iter().zip(&self.at_sea).map(|(landed, at_sea)| landed - at_sea).collect();
        for (room, used) in self.rooms.iter().zip(&gone.rooms) {
            landed[room.commodity.index()] -= (used - room.most).max(0.0);
        }
        let mut steps: Vec<(usize, f64, f64)> = Vec::new();
        for (place, group) in self.groups.iter().enumerate() {
            steps.extend(group.steps.iter().map(|&(tonnes, each)| (place, tonnes, each)));
        }
        steps.sort_by(|a, b| b.2.total_cmp(&a.2));
        let mut lifted: Vec<f64> =
            self.groups.iter().zip(&gone.lifted).map(|(group, &lifted)| lifted.min(group.most)).collect();
        let mut worth = 0.0;
        for (place, tonnes, each) in steps {
            let landed = &mut landed[self.groups[place].commodity.index()];
            let credited = tonnes.min(lifted[place]).min(*landed).max(0.0);
            lifted[place] -= credited;
            *landed -= credited;
            worth += credited * each;
        }
        worth
    }

    /// The itinerary of ships that go like this; nothing where several are alike, which cannot all do the same.
    fn itinerary(&self, gone: &[Gone]) -> Option<Itinerary> {
        let vessels = self.sets.plan.vessels.len();
        let mut itinerary = Itinerary { vessels: vec![Vec::new(); vessels], ..Itinerary::default() };
        for (ship, own) in self.ships.iter().zip(gone) {
            if ship.count > 1 {
                return None;
            }
            let network = &self.sets.networks[ship.network];
            itinerary.vessels[network.vessel.index()] = moves(self.sets, network, &own.arcs);
        }
        whole(self.sets, itinerary)
    }
}

/// The ships of a plan that go alone, each with so many values to be found or fewer.
fn ships(sets: &Sets<'_>, groups: &[Group], rooms: &[Room], values: usize) -> Vec<Ship> {
    let places = 0..sets.networks.len();
    places.filter_map(|place| Ship::new(sets, place, (groups, rooms), values)).collect()
}

/// Keeps ways among the most promising.
fn keep(kept: &mut Vec<(f64, Vec<Gone>)>, worth: f64, gone: Vec<Gone>) {
    let is_same = |(_, other): &(f64, Vec<Gone>)| {
        other.len() == gone.len() && other.iter().zip(&gone).all(|(a, b)| a.arcs == b.arcs)
    };
    if kept.iter().any(is_same) {
        return;
    }
    let place = kept.partition_point(|(other, _)| *other >= worth);
    kept.insert(place, (worth, gone));
    kept.truncate(KEPT);
}

fn group(sets: &Sets<'_>, first: Ix<Sampling>) -> Group {
    let plan = sets.plan;
    // No more than there are slots for, and what was lifted already.
    let slots = sets.lifting[first.index()].iter().filter(|(slot, _)| *slot >= sets.until);
    let can = slots.count() as f64 * sets.lift_per_slot(first);
    let mut steps: Vec<(f64, f64)> = Vec::new();
    let mut most = 0.0;
    for q in sets.joined_under(first) {
        let mut left = before::most(sets, q, can);
        most += left;
        for &(tonnes, each) in &plan.samplings[q].value {
            steps.push((tonnes.min(left), each));
            left = (left - tonnes).max(0.0);
        }
    }
    steps.sort_by(|a, b| b.1.total_cmp(&a.1));
    Group { first, commodity: plan.samplings[first].commodity, steps, most }
}

/// Sites ashore that take no more than so much of a commodity, and from which nothing of it is taken away.
fn rooms(plan: &Plan) -> impl Iterator<Item = Room> {
    let is_emptied = |site: Ix<Site>, commodity: Ix<Commodity>| {
        plan.processes.iter().any(|process| (process.site, process.from) == (site, commodity))
            || plan.demands.iter().any(|demand| (demand.site, demand.commodity) == (site, commodity))
            || plan.transfers.iter().any(|transfer| {
                let own = Holder::Vessel(transfer.stand.vessel);
                (transfer.stand.site, transfer.commodity) == (site, commodity) && transfer.sign(own) > 0.0
            })
    };
    let of_site = move |(site, of_it): (Ix<Site>, &Site)| {
        let most = |commodity: Ix<Commodity>| {
            let all = of_it.store[commodity.index()].min(of_it.store_total);
            (all - plan.at_start(Holder::Site(site), commodity)).max(0.0)
        };
        let wanted = plan.commodities.places().filter(|&commodity| most(commodity).is_finite());
        let kept = wanted.filter(|&commodity| !is_emptied(site, commodity));
        kept.map(|commodity| Room { site, commodity, most: most(commodity) }).collect::<Vec<Room>>()
    };
    let sites = plan.sites.entries().filter(|(_, site)| site.kind != SiteKind::Sea);
    sites.flat_map(of_site)
}
