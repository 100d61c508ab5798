//! A vessel in the look at what can come where: the places where it could be slot by slot, and what it could have aboard there.
//!
//! In: a plan, its sea and a vessel. Out: [`Afloat`], which is taken from one slot to the next; what flows is decided in [`super::sweep`].

use super::{Fresh, fresher};
use crate::id::Ix;
use crate::plan::windows::{may_stay, of_leg, of_sampling, of_task, of_transfer};
use crate::plan::{Plan, Sampling, Sea, Site, Stand, Transfer, Vessel};
use crate::time::Slot;
use std::collections::VecDeque;

/// What could be aboard, by commodity.
pub(super) type Aboard = Vec<Option<Fresh>>;

/// What a vessel does for as long as it pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Sampling(Ix<Sampling>),
    Transfer(Ix<Transfer>),
}

/// Lifting, or a transfer that the vessel comes for.
pub(super) struct Session {
    pub(super) of: Of,
    /// The place and gear in which it is done, by place in [`Afloat::lies`].
    lie: usize,
    /// Per slot: for how many slots from there on it may go on.
    run: Vec<usize>,
    /// The slots before anything flows, those that it takes at least, and those after the last tonne.
    setup: usize,
    least: usize,
    off: usize,
    /// What could be aboard when so many of the least slots are over.
    begun: VecDeque<Option<Aboard>>,
    /// The same when all of them are.
    pub(super) within: Option<Aboard>,
}

/// A vessel.
pub(super) struct Afloat {
    /// Which; the first of those that are like it.
    pub(super) vessel: Ix<Vessel>,
    /// A site and a state of the gear each.
    lies: Vec<(Ix<Site>, usize)>,
    /// Per lie and slot: whether it may stay there.
    stays: Vec<Vec<bool>>,
    /// Per lie and slot: whether it can get from there to where it must end.
    leads: Vec<Vec<bool>>,
    /// Per slot: ways that begin there, from a lie to another, and when they end.
    ways: Vec<Vec<(usize, usize, Slot)>>,
    /// What it does for as long as it pays.
    pub(super) sessions: Vec<Session>,
    /// What could be aboard, lie by lie, in the slot that is looked at; nothing where it cannot be.
    pub(super) at: Vec<Option<Aboard>>,
    /// What arrives in later slots, and where.
    arrives: Vec<Vec<(usize, Aboard)>>,
}

impl Afloat {
    /// The vessel before the first slot.
    pub(super) fn new(plan: &Plan, sea: &Sea, vessel: Ix<Vessel>) -> Afloat {
        let (ship, slots) = (&plan.vessels[vessel], plan.horizon.slots);
        let mut lies: Vec<(Ix<Site>, usize)> = vec![(ship.at, 0)];
        for &site in &ship.calls {
            lies.extend((0..ship.gear.len()).map(|gear| (site, gear)).filter(|&lie| lie != (ship.at, 0)));
        }
        let stays: Vec<Vec<bool>> =
            lies.iter().map(|&(site, gear)| may_stay(plan, sea, Stand { vessel, site, gear })).collect();
        let start: Aboard =
            ship.aboard.iter().map(|&t| (t > 0.0).then_some(Fresh { came: 0, lifted: 0 })).collect();
        let mut afloat = Afloat {
            vessel,
            stays,
            leads: Vec::new(),
            ways: vec![Vec::new(); slots],
            sessions: Vec::new(),
            at: vec![None; lies.len()],
            arrives: vec![Vec::new(); slots + 1],
            lies,
        };
        afloat.arrives[0].push((0, start));
        afloat.add_ways(plan, sea);
        afloat.add_sessions(plan, sea);
        afloat.leads = afloat.leads(plan);
        afloat
    }

    /// The place of a site and a state of the gear among its lies; each is there, which the checks of a plan see to.
    pub(super) fn lie(&self, site: Ix<Site>, gear: usize) -> usize {
        self.lies.iter().position(|&lie| lie == (site, gear)).unwrap_or(0)
    }

    fn add_ways(&mut self, plan: &Plan, sea: &Sea) {
        for (task, work) in plan.tasks.entries() {
            let Some(stand) = work.stand.filter(|stand| stand.vessel == self.vessel) else { continue };
            let (from, to) = (self.lie(stand.site, stand.gear), self.lie(stand.site, work.leaves));
            for (start, finish) in of_task(plan, sea, task).starts.iter() {
                self.ways[start].push((from, to, finish));
            }
        }
        let ship = &plan.vessels[self.vessel];
        for (leg, _) in ship.legs.iter().zip(plan.may_sail(ship)).filter(|(_, may)| *may) {
            let (from, to) = (self.lie(leg.from, 0), self.lie(leg.to, 0));
            for (departure, arrival) in of_leg(plan, sea, self.vessel, leg).0.iter() {
                self.ways[departure].push((from, to, arrival));
            }
        }
    }

    fn add_sessions(&mut self, plan: &Plan, sea: &Sea) {
        let (horizon, own) = (&plan.horizon, self.vessel);
        for (place, sampling) in plan.samplings.entries().filter(|(_, s)| s.stand.vessel == own) {
            let least = horizon.slots_for(sampling.min_run).max(1);
            let open = of_sampling(plan, sea, sampling).open;
            self.add_session(Of::Sampling(place), sampling.stand, (0, least, 0), &open);
        }
        for (place, transfer) in plan.transfers.entries().filter(|(_, t)| t.stand.vessel == own) {
            let (setup, off) = (horizon.slots_for(transfer.setup), horizon.slots_for(transfer.hoses_off));
            let flow = (transfer.smallest / (transfer.rate * horizon.slot_h()) - 1e-9).ceil().max(1.0);
            // What takes longer than the plan takes too long, whatever it is.
            let least = setup + flow.min(horizon.slots as f64 + 1.0) as usize;
            let open = of_transfer(plan, sea, transfer).open;
            self.add_session(Of::Transfer(place), transfer.stand, (setup, least, off), &open);
        }
    }

    fn add_session(
        &mut self,
        of: Of,
        stand: Stand,
        (setup, least, off): (usize, usize, usize),
        open: &[bool],
    ) {
        let mut run = vec![0; open.len() + 1];
        for slot in (0..open.len()).rev() {
            run[slot] = if open[slot] { run[slot + 1] + 1 } else { 0 };
        }
        // What can never begin needs no places in which it is.
        let begun = if run.iter().any(|&run| run >= least) { vec![None; least] } else { Vec::new() };
        let lie = self.lie(stand.site, stand.gear);
        self.sessions.push(Session { of, lie, run, setup, least, off, begun: begun.into(), within: None });
    }

    /// Per lie and slot: whether it can get from there to where it must end; a session is taken for staying.
    fn leads(&self, plan: &Plan) -> Vec<Vec<bool>> {
        let slots = plan.horizon.slots;
        let ship = &plan.vessels[self.vessel];
        let ends = |site: Ix<Site>| ship.home.is_none_or(|home| home == site);
        let stays = |lie: usize, slot: Slot| {
            let works = self.sessions.iter().any(|session| session.lie == lie && session.run[slot] > 0);
            self.stays[lie][slot] || works
        };
        let is_end: Vec<bool> = self.lies.iter().map(|&(site, gear)| gear == 0 && ends(site)).collect();
        let mut leads: Vec<Vec<bool>> = is_end.iter().map(|&is_end| vec![is_end; slots + 1]).collect();
        for (lie, leads) in leads.iter_mut().enumerate() {
            // It is done where it may lie until the end.
            let last = self.stays[lie].iter().rposition(|may| !may);
            leads[..last.map_or(0, |last| last + 1)].fill(false);
        }
        for slot in (0..slots).rev() {
            for (lie, leads) in leads.iter_mut().enumerate() {
                leads[slot] |= stays(lie, slot) && leads[slot + 1];
            }
            for &(from, to, then) in &self.ways[slot] {
                leads[from][slot] |= leads[to][then];
            }
        }
        leads
    }

    /// Begins a slot: what arrives in it, sessions that are over, and no place from which there is no way to the end.
    pub(super) fn begin(&mut self, slot: Slot) {
        for (lie, aboard) in std::mem::take(&mut self.arrives[slot]) {
            join(&mut self.at[lie], &aboard);
        }
        for session in &self.sessions {
            let Some(aboard) = session.within.as_ref().filter(|_| session.run[slot] >= session.off) else {
                continue;
            };
            match session.off {
                0 => join(&mut self.at[session.lie], aboard),
                off => self.arrives[slot + off].push((session.lie, aboard.clone())),
            }
        }
        for (at, leads) in self.at.iter_mut().zip(&self.leads) {
            if !leads[slot] {
                *at = None;
            }
        }
        for session in self.sessions.iter_mut().filter(|session| !self.leads[session.lie][slot]) {
            session.begun.iter_mut().for_each(|begun| *begun = None);
            session.within = None;
        }
    }

    /// Lets sessions begin with what could be aboard now.
    pub(super) fn let_begin(&mut self, slot: Slot) {
        for session in &mut self.sessions {
            if let (Some(aboard), Some(first)) = (&self.at[session.lie], session.begun.front_mut())
                && session.run[slot] >= session.least + session.off
            {
                join(first, aboard);
            }
        }
    }

    /// Ends a slot: what is under way arrives later, who stays is there in the next, and sessions are a slot older.
    pub(super) fn end(&mut self, slot: Slot) {
        for &(from, to, then) in &self.ways[slot] {
            if let Some(aboard) = &self.at[from] {
                self.arrives[then].push((to, aboard.clone()));
            }
        }
        for (at, stays) in self.at.iter_mut().zip(&self.stays) {
            if !stays[slot] {
                *at = None;
            }
        }
        for session in &mut self.sessions {
            if session.run[slot] == 0 {
                session.within = None;
            }
            let Some(last) = session.begun.pop_back() else { continue };
            session.begun.push_front(None);
            if let Some(aboard) = last {
                join(&mut session.within, &aboard);
            }
        }
    }
}

impl Session {
    /// What could be aboard where something may flow in a slot.
    pub(super) fn flowing(&mut self, slot: Slot) -> impl Iterator<Item = &mut Aboard> {
        // It must be able to end after that.
        let within = self.within.as_mut().filter(|_| self.run[slot] > self.off);
        self.begun.iter_mut().skip(self.setup).flatten().chain(within)
    }
}

/// Adds what could be aboard to what could be there as well.
fn join(at: &mut Option<Aboard>, more: &[Option<Fresh>]) {
    match at {
        Some(at) => at.iter_mut().zip(more).for_each(|(at, more)| *at = fresher(*at, *more)),
        None => *at = Some(more.to_vec()),
    }
}
