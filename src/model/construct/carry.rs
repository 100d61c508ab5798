//! Carriers sent out as a dispatcher would: to whoever lifts, ashore when they are loaded, out again, and home in the end.
//!
//! In: the ways of the vessels that lift, as if their holds were never full, how full a carrier should be before it loads, and where it goes first.
//! Out: the ways of all, lifting cut where the hold is full or a carrier lies alongside, and about how many tonnes come ashore.
//! Slot by slot: who is free and empty sails to where most is to be fetched, or whence it is soonest ashore; who is there loads as soon as sea, gear and stock
//! allow it, if it can still be home and unloaded in time; who is loaded goes where it is unloaded first, at the start as well. What carriers have to do
//! besides is [`work`]; where they call only to refuel, [`passage`].

mod deeds;
mod endurance;
mod onward;
mod passage;
#[cfg(test)]
mod tests;
mod times;
mod work;

use super::begun::{Begun, begun, under_way};
use super::host::{Host, Lifted, lifted};
use super::in_use::InUse;
use super::is_carrier;
use super::tended::Tended;
use super::tries::{Sent, TRIES, best};
use crate::id::Ix;
use crate::model::sets::{Holder, Sets};
use crate::plan::windows::{of_leg, of_transfer};
use crate::plan::{Commodity, Plan, Site, Transfer, Vessel};
use crate::schedule::{Itinerary, Move, What};
use crate::time::Slot;
use crate::weather::Starts;
use endurance::{At, Endurance, Used};
use onward::Ashore;
pub use onward::takes_on;
use passage::Passage;
use std::rc::Rc;
use work::Work;

/// What is wished of a load.
#[derive(Clone, Copy, PartialEq)]
struct Wish {
    /// How full the carrier should be, as a share of its hold.
    fill: f64,
    /// So many better sites to fetch something are passed over.
    passes: usize,
    /// Whether carriers go to fetch it without keeping a rhythm before.
    is_hasty: bool,
    /// Whether what stands ashore is left there.
    leaves: bool,
}

/// Which site is the best to be sailed to.
#[derive(Clone, Copy, PartialEq)]
pub enum Choice {
    /// Where most is to be fetched when the carrier comes.
    Most,
    /// Where what is to be fetched is soonest ashore.
    Soonest,
}

/// A vessel that fetches.
#[derive(Clone)]
struct Carrier {
    vessel: Ix<Vessel>,
    site: Ix<Site>,
    free: Slot,
    /// When it came there.
    came: Slot,
    /// What it has used up of range and bunkers when it is free.
    used: Used,
    /// How often it has landed something.
    landings: usize,
    moves: Vec<Move>,
    /// For each commodity the tonnes that it begins with, and has not landed yet.
    aboard: Vec<f64>,
}

/// A way to load: the transfer, its carrier, its host, by place.
#[derive(Clone)]
struct Load {
    transfer: Ix<Transfer>,
    carrier: usize,
    host: usize,
    open: Vec<bool>,
    /// The last slot in which something can be loaded that can still be landed.
    last: Option<Slot>,
}

#[derive(Clone)]
struct Dispatch<'s, 'p> {
    sets: &'s Sets<'p>,
    plan: &'p Plan,
    /// What is wished of each load, in their order.
    wishes: &'s [Wish],
    choice: Choice,
    /// How many loads there were.
    loaded: usize,
    hosts: Vec<Host>,
    carriers: Vec<Carrier>,
    loads: Vec<Load>,
    /// For each transfer to the shore its open slots.
    landings: Vec<(Ix<Transfer>, Vec<bool>)>,
    /// For each vessel its legs with their departures.
    legs: Rc<Vec<Vec<Starts>>>,
    /// For each vessel its range and bunkers, if it is a carrier and has them.
    endurances: Rc<Vec<Option<Endurance>>>,
    /// For each sampling its open slots, and what was lifted of it.
    samplings: Lifted,
    /// For each site with berths, per slot how many are taken.
    berths: Vec<Vec<u32>>,
    in_use: InUse,
    /// What all that was landed is worth, in tonnes.
    landed: f64,
    work: Work,
    /// Where those that carriers serve lie.
    served: Rc<Tended>,
    ashore: Ashore,
}

/// Sends the carriers again and again, each time with another wish how full one of them should be when it loads, and keeps what brings
/// most ashore. Gives that, and the tonnes; nothing where carriers have work of their own that they do not get done, which is no schedule.
pub fn carry(
    sets: &Sets<'_>,
    ways: &Itinerary,
    (fill, choice): (f64, Choice),
    has_time: &dyn Fn() -> bool,
) -> Option<(f64, Itinerary)> {
    let mut ground = Dispatch { choice, ..Dispatch::new(sets, ways) };
    let (vessels, slots) = (ground.carriers.len() + ground.hosts.len(), sets.plan.horizon.slots);
    let passes = if goes_about(sets.plan) { 0..2 } else { 0..1 };
    let hastes = if ground.work.has_rhythms() { &[false, true][..] } else { &[false] };
    let leaves = if ground.ashore.is_used() { &[false, true][..] } else { &[false] };
    let others: Vec<Wish> = passes
        .flat_map(|passes| hastes.iter().map(move |&is_hasty| (passes, is_hasty)))
        .flat_map(|(passes, is_hasty)| leaves.iter().map(move |&leaves| (passes, is_hasty, leaves)))
        .flat_map(|(passes, is_hasty, leaves)| TRIES.map(|fill| Wish { fill, passes, is_hasty, leaves }))
        .collect();
    let wish = Wish { fill, passes: 0, is_hasty: false, leaves: !ground.ashore.comes_first() };
    ground.plan_errands(&vec![wish; vessels * slots], has_time);
    let send = |wishes: &[Wish]| ground.gone(wishes).finish(ways);
    Some(best((wish, others.as_slice()), (vessels, slots), send, has_time)).filter(|(worth, _)| *worth >= 0.0)
}

/// Whether there are several sites at which something is fetched from vessels.
pub fn goes_about(plan: &Plan) -> bool {
    let mut sites = plan.transfers.iter().filter_map(|transfer| Some(transfer.meets?.site));
    let first = sites.next();
    sites.any(|site| Some(site) != first)
}

impl<'s, 'p> Dispatch<'s, 'p> {
    fn new(sets: &'s Sets<'p>, ways: &Itinerary) -> Dispatch<'s, 'p> {
        let (plan, sea) = (sets.plan, sets.sea);
        let is_host = |vessel: Ix<Vessel>| {
            let mut met = plan.transfers.iter().filter_map(|t| Some(t.meets?.vessel));
            met.any(|met| met == vessel)
        };
        let hosts: Vec<Host> = plan
            .vessels
            .places()
            .filter(|&vessel| is_host(vessel))
            .map(|vessel| {
                Host::new(plan, vessel, &ways.vessels[vessel.index()]).after(begun(sets, vessel), sets.until)
            })
            .collect();
        let mut carriers: Vec<Carrier> = plan
            .vessels
            .places()
            .filter(|&vessel| is_carrier(sets, vessel))
            .map(|vessel| {
                let Begun { moves, site, free, aboard } = begun(sets, vessel);
                let mut sails = moves.iter().filter(|step| matches!(step.what, What::Sail(..)));
                let came = sails.next_back().map_or(0, |last| last.end);
                Carrier { vessel, site, free, came, used: Used::default(), landings: 0, moves, aboard }
            })
            .collect();
        let is_own = |vessel: Ix<Vessel>| carriers.iter().any(|carrier| carrier.vessel == vessel);
        let endurance =
            |vessel: Ix<Vessel>| is_own(vessel).then(|| Endurance::of(plan, sea, vessel)).flatten();
        let endurances: Vec<Option<Endurance>> = plan.vessels.places().map(endurance).collect();
        for carrier in &mut carriers {
            let endurance = endurances[carrier.vessel.index()].as_ref();
            carrier.used = endurance
                .map_or_else(Used::default, |endurance| endurance.after(plan, &carrier.moves, carrier.free));
        }
        let work = Work::of(sets, &carriers, &hosts);
        let all: Vec<Ix<Vessel>> = carriers.iter().map(|carrier| carrier.vessel).collect();
        let ashore = Ashore::new(sets, &all);
        let place = |vessel: Ix<Vessel>| carriers.iter().position(|carrier| carrier.vessel == vessel);
        let mut loads = Vec::new();
        let mut landings = Vec::new();
        for (transfer, of_it) in plan.transfers.entries() {
            let Some(carrier) = place(of_it.stand.vessel) else { continue };
            let takes = of_it.sign(Holder::Vessel(of_it.stand.vessel)) > 0.0;
            let open = || of_transfer(plan, sea, of_it).open;
            match of_it.meets.and_then(|met| hosts.iter().position(|host| host.vessel == met.vessel)) {
                Some(host) if takes => loads.push(Load { transfer, carrier, host, open: open(), last: None }),
                None if !takes && of_it.meets.is_none() => landings.push((transfer, open())),
                _ => {}
            }
        }
        let legs = plan
            .vessels
            .entries()
            .map(|(v, ship)| ship.legs.iter().map(|leg| of_leg(plan, sea, v, leg).0).collect());
        let mut dispatch = Dispatch {
            sets,
            plan,
            wishes: &[],
            choice: Choice::Most,
            loaded: 0,
            legs: Rc::new(legs.collect()),
            endurances: Rc::new(endurances),
            samplings: lifted(sets),
            berths: plan.sites.iter().map(|_| vec![0; plan.horizon.slots]).collect(),
            in_use: InUse::of(plan, ways),
            hosts,
            carriers,
            loads,
            landings,
            landed: 0.0,
            work,
            served: Rc::new(Tended::of(sets, ways, &all, false)),
            ashore,
        };
        for place in 0..dispatch.loads.len() {
            let load = &dispatch.loads[place];
            let least = dispatch.least_landed(dispatch.loaded_by(load));
            let can = |&start: &Slot| {
                let length = dispatch.loading(load, start, least);
                // As if it were full then: nobody knows yet what it has used up.
                let end = length.map(|length| dispatch.there(load, start + length));
                end.is_some_and(|end| dispatch.landing(dispatch.loaded_by(load), end, least).is_some())
            };
            dispatch.loads[place].last = (0..plan.horizon.slots).rev().find(can);
        }
        dispatch.go_on();
        dispatch
    }

    /// The same when the carriers have been sent once, with these wishes, and are home.
    fn gone<'w>(&self, wishes: &'w [Wish]) -> Dispatch<'w, 'p>
    where
        's: 'w,
    {
        let mut dispatch = Dispatch { wishes, ..self.clone() };
        for slot in self.sets.until..self.plan.horizon.slots {
            dispatch.ashore.pass(self.plan, slot);
            for carrier in 0..dispatch.carriers.len() {
                if dispatch.carriers[carrier].free <= slot {
                    dispatch.send(carrier, slot);
                }
            }
            let Dispatch { sets, hosts, samplings, work, .. } = &mut dispatch;
            for host in hosts.iter_mut().filter(|host| work.is_served(host.vessel, slot + 1)) {
                host.lift(sets, slot, samplings);
            }
        }
        for carrier in 0..dispatch.carriers.len() {
            let free = dispatch.carriers[carrier].free;
            if let Some(way) = dispatch.way_home(carrier, dispatch.at(carrier, free)) {
                dispatch.sail(carrier, &way);
            }
        }
        dispatch
    }

    /// What it comes to, in tonnes: what was landed, less what was not done.
    fn worth(&self) -> f64 {
        let done = |carrier: usize, served: Option<Ix<Vessel>>| match self
            .hosts
            .iter()
            .find(|host| served == Some(host.vessel))
        {
            Some(host) => host.done(),
            None => self.carriers[carrier].moves.last().map_or(0, |last| last.end),
        };
        self.landed - self.work.missed(done)
    }

    /// Goes on with the sessions that are under way, as far as there are the tonnes for them.
    fn go_on(&mut self) {
        for session in under_way(self.sets) {
            let of_it = &self.plan.transfers[session.transfer];
            let commodity = of_it.commodity.index();
            self.in_use.take(&of_it.uses, self.sets.until..session.end);
            if of_it.meets.is_none() {
                let taken = &mut self.berths[of_it.stand.site.index()][self.sets.until..session.end];
                taken.iter_mut().for_each(|taken| *taken += 1);
            }
            let own = self.carriers.iter_mut().find(|carrier| carrier.vessel == of_it.stand.vessel);
            let Some(carrier) = own else { continue };
            let met =
                of_it.meets.and_then(|met| self.hosts.iter_mut().find(|host| host.vessel == met.vessel));
            match met {
                Some(host) => {
                    let room = self.plan.vessels[carrier.vessel].hold[commodity] - carrier.aboard[commodity];
                    let tonnes = session.tonnes.min(host.stock[commodity]).min(room).max(0.0);
                    host.stock[commodity] -= tonnes;
                    carrier.aboard[commodity] += tonnes;
                }
                None => carrier.aboard[commodity] = (carrier.aboard[commodity] - session.tonnes).max(0.0),
            }
        }
    }

    /// Who carries what when it is loaded.
    fn loaded_by(&self, load: &Load) -> (usize, Ix<Commodity>) {
        (load.carrier, self.plan.transfers[load.transfer].commodity)
    }

    /// Finds a free carrier something to do.
    fn send(&mut self, carrier: usize, slot: Slot) {
        if self.unload(carrier, slot).is_some()
            || self.run_errand(carrier, slot)
            || self.keep_due(carrier, slot)
            || self.take_on(carrier, slot)
        {
            return;
        }
        let here = self.carriers[carrier].site;
        let loads: Vec<usize> =
            (0..self.loads.len()).filter(|&load| self.loads[load].carrier == carrier).collect();
        if loads.iter().any(|&load| self.plan.transfers[self.loads[load].transfer].stand.site == here) {
            if self.keep_rhythms(carrier, slot) {
                return;
            }
            let is_over = loads.iter().all(|&load| self.loads[load].last.is_none_or(|last| last < slot));
            for load in loads {
                if self.load(load, slot) {
                    return;
                }
            }
            if !is_over || !self.go_ashore(carrier, slot) {
                self.go_and_refuel(carrier, slot);
            }
            return;
        }
        let now = self.at(carrier, slot);
        let mut sites: Vec<(f64, Ix<Site>, Passage)> = Vec::new();
        for &load in &loads {
            let load = &self.loads[load];
            let of_it = &self.plan.transfers[load.transfer];
            let site = of_it.stand.site;
            let work = self.length(load.transfer, self.enough(load));
            let Some(way) = self.passage(carrier, now, site, work) else { continue };
            let comes_home = self.way_home(carrier, way.end).is_some();
            let departs = way.legs.first().is_some_and(|&(_, departure, _)| departure == slot);
            if !departs || !comes_home || load.last.is_none_or(|last| way.end.slot > last) {
                continue;
            }
            let worth = self.worth_of_going(load, slot, way.end);
            match sites.iter_mut().find(|known| known.1 == site) {
                Some(known) if known.0 < worth => *known = (worth, site, way),
                Some(_) => {}
                None => sites.push((worth, site, way)),
            }
        }
        sites.sort_by(|a, b| b.0.total_cmp(&a.0));
        let passes = self.wishes.get(self.loaded).map_or(0, |wish| wish.passes);
        match sites.get(passes.min(sites.len().saturating_sub(1))) {
            Some((.., way)) if !self.keep_rhythms(carrier, slot) => self.sail(carrier, way),
            Some(_) => {}
            None if self.go_ashore(carrier, slot) => {}
            None => self.go_and_refuel(carrier, slot),
        }
    }

    /// Lets a carrier go and refuel that can not wait any longer where it is, if it can still load when it is back.
    fn go_and_refuel(&mut self, carrier: usize, slot: Slot) {
        let own = self.loads.iter().filter(|load| load.carrier == carrier);
        let last = own.filter_map(|load| load.last).max();
        if let Some(way) = self.last_way_out(carrier, slot)
            && last.is_some_and(|last| way.end.slot < last)
        {
            self.sail(carrier, &way);
        }
    }

    /// What fills a carrier when it loads, in tonnes.
    fn enough(&self, load: &Load) -> f64 {
        let of_it = &self.plan.transfers[load.transfer];
        let hold = |vessel: Ix<Vessel>| self.plan.vessels[vessel].hold[of_it.commodity.index()];
        hold(self.carriers[load.carrier].vessel).min(hold(self.hosts[load.host].vessel)).min(of_it.largest)
    }

    /// What it is worth to go and load, less what others fetch there.
    fn worth_of_going(&self, load: &Load, slot: Slot, there: At) -> f64 {
        let of_it = &self.plan.transfers[load.transfer];
        let host = &self.hosts[load.host];
        let under_way = self.carriers.iter().filter(|c| c.site == of_it.stand.site).count() as f64;
        let hold = self.plan.vessels[self.carriers[load.carrier].vessel].hold[of_it.commodity.index()];
        if self.choice == Choice::Most {
            return host.stock.iter().sum::<f64>() - under_way * hold;
        }
        let commodity = of_it.commodity;
        let own = self
            .plan
            .samplings
            .entries()
            .filter(|(_, q)| (q.stand.vessel, q.commodity) == (host.vessel, commodity));
        let rate = own.map(|(q, _)| self.sets.lift_per_slot(q)).fold(0.0, f64::max);
        let stock = host.stock[commodity.index()] + (there.slot - slot) as f64 * rate - under_way * hold;
        let tonnes = stock.min(hold);
        let end = there.slot + self.length(load.transfer, tonnes);
        let loaded = self.worked(load.carrier, there, (there.slot, end));
        let landing = loaded.and_then(|loaded| self.landing((load.carrier, commodity), loaded, tonnes));
        landing.map_or(f64::NEG_INFINITY, |landing| tonnes / (landing.end - slot) as f64)
    }

    /// Puts the ways together.
    fn finish(self, ways: &Itinerary) -> Sent {
        let (worth, mut itinerary) = (self.worth(), ways.clone());
        for host in self.hosts {
            itinerary.vessels[host.vessel.index()] = host.way(self.plan);
        }
        for carrier in self.carriers {
            itinerary.vessels[carrier.vessel.index()] = carrier.moves;
        }
        (worth, self.loaded, itinerary)
    }
}
