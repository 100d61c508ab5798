//! What can happen, before anything is decided: allowed starts of every task, the network of every vessel, and what holds goods.
//!
//! In: a plan and its sea. Out: [`Sets`], thinned: no start that precedence rules out, no arc that no complete path uses.

use super::endurance::{Endurance, endurances};
use super::fleet::{self, Fleet};
use super::joined;
use super::laytime::{Laytime, laytimes};
use super::located::located;
use super::network::{Deed, Network, SessionOf};
use super::past::{Flow, Kept, Past, ROUNDINGS, Told};
use super::shore::{Shore, is_wanted};
use super::thin::{thin_by_precedence, thin_network};
use super::together::together;
use crate::id::{Ix, Table};
pub use crate::plan::Holder;
use crate::plan::windows::{TaskWindows, of_task};
use crate::plan::{Commodity, Plan, Sampling, Sea, Site, SiteKind, Task, Transfer, Vessel};
use crate::schedule::{Itinerary, Move};
use crate::time::{Horizon, Slot};

/// A commodity in a holder whose tonnes have to be watched.
#[derive(Debug, Clone)]
pub struct Store {
    /// Where.
    pub holder: Holder,
    /// What.
    pub commodity: Ix<Commodity>,
    /// Tonnes at most.
    pub capacity: f64,
    /// The slots in which they may change, in order.
    pub slots: Vec<Slot>,
}

/// What can happen.
pub struct Sets<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// Its weather.
    pub sea: &'p Sea,
    /// Whether something has happened already.
    pub is_after: bool,
    /// The slot before which all that begins has happened.
    pub until: Slot,
    /// The slot before which nothing is asked of what began: whatever happened, happened.
    pub asked_from: Slot,
    /// What of it is known to have flowed.
    pub kept: Kept,
    /// What has happened, to be looked at in other networks as well.
    past: Option<Told>,
    /// For each task when it may be worked on, before thinning.
    pub windows: Vec<TaskWindows>,
    /// For each task its starts with their finishes, in order.
    pub starts: Vec<Vec<(Slot, Slot)>>,
    /// For each vessel what it can do.
    pub networks: Vec<Network>,
    /// For each sampling the first of those that it is joined with: they differ in their worth alone, and which of them lifts is told
    /// when the schedule is read off.
    pub joined: Vec<Ix<Sampling>>,
    /// For each sampling (of joined ones the first) the slots in which it may lift, each with the arcs (of its vessel) that lift in it.
    pub lifting: Vec<Vec<(Slot, Vec<usize>)>>,
    /// For each transfer the slots in which it may move, each with the arcs that move in it.
    pub moving: Vec<Vec<(Slot, Vec<usize>)>>,
    /// For each process the slots in which it may be fed.
    pub feeding: Vec<Vec<Slot>>,
    /// For each demand the slots in which it may be supplied.
    pub drawing: Vec<Vec<Slot>>,
    /// Whose tonnes have to be watched.
    pub stores: Vec<Store>,
    /// What carriers have in their holds, site by site; they are not among the stores.
    pub fleets: Vec<Fleet>,
    /// What each vessel that goes alone has aboard, by where it is, so that no part of it loads while another unloads: it is among the
    /// stores all the same.
    pub located: Vec<Fleet>,
    /// Ranges and bunkers of vessels that have them.
    pub endurances: Vec<Endurance>,
    /// How long vessels with a laytime stay where, if costs matter.
    pub laytimes: Vec<Laytime>,
    /// Names that can stand in an LP file.
    pub labels: Labels,
}

/// Names of the plan's things as an LP file can hold them, each different.
pub struct Labels {
    /// Tasks.
    pub tasks: Vec<String>,
    /// Vessels.
    pub vessels: Vec<String>,
    /// Sites.
    pub sites: Vec<String>,
    /// Samplings.
    pub samplings: Vec<String>,
    /// Transfers.
    pub transfers: Vec<String>,
    /// Commodities.
    pub commodities: Vec<String>,
    /// Resources.
    pub resources: Vec<String>,
    /// Processes.
    pub processes: Vec<String>,
    /// Demands.
    pub demands: Vec<String>,
    /// Reserves.
    pub reserves: Vec<String>,
    /// Budgets.
    pub budgets: Vec<String>,
}

impl<'p> Sets<'p> {
    /// Everything that can happen under `plan` in `sea`.
    pub fn new(plan: &'p Plan, sea: &'p Sea) -> Sets<'p> {
        let has_fleets = fleet::are_exact(plan);
        Sets::with(plan, sea, None, has_fleets, true)
    }

    /// Everything that can happen, vessels that are alike together and what carriers hold site by site, whether that leaves out something
    /// better or not: for a first answer.
    pub fn in_fleets(plan: &'p Plan, sea: &'p Sea) -> Sets<'p> {
        Sets::with(plan, sea, None, true, false)
    }

    /// The same after what has happened already, where it is known what flowed; vessels that were alike are so from now on.
    pub fn in_fleets_after(&self) -> Option<Sets<'p>> {
        let told = self.past.as_ref().filter(|_| self.is_known())?;
        let is_over = self.until >= self.plan.horizon.slots;
        let past = (!is_over).then(|| told.past(self.until))?;
        Some(Sets::with(self.plan, self.sea, Some((&past, told.rounding)), true, false))
    }

    /// The same of a plan in which less may be done from where the rest begins, for a first answer.
    pub fn of_other<'o>(&self, plan: &'o Plan) -> Sets<'o>
    where
        'p: 'o,
    {
        match &self.past {
            Some(told) => {
                Sets::with(plan, self.sea, Some((&told.past(self.until), told.rounding)), false, false)
            }
            None => Sets::in_fleets(plan, self.sea),
        }
    }

    /// Everything that can happen, each vessel and each sampling for itself.
    pub fn apart(plan: &'p Plan, sea: &'p Sea) -> Sets<'p> {
        Sets::with(plan, sea, None, false, false)
    }

    /// Everything that can happen after what has happened already. Vessels that were alike no longer are.
    pub fn after(plan: &'p Plan, sea: &'p Sea, past: &Past<'_>) -> Sets<'p> {
        Sets::after_with(plan, sea, past, ROUNDINGS[0])
    }

    /// Everything that can flow where everybody goes the ways of an itinerary, of which all is asked that is asked here: of what has happened nothing.
    pub fn along(&self, itinerary: &Itinerary) -> Sets<'p> {
        let past = Past { until: self.plan.horizon.slots, itinerary, bars: &[], flows: false };
        Sets { asked_from: self.asked_from, ..Sets::after(self.plan, self.sea, &past) }
    }

    /// The same where what flowed may differ by so many tonnes in a slot from what is told.
    pub(super) fn after_with(plan: &'p Plan, sea: &'p Sea, past: &Past<'_>, rounding: f64) -> Sets<'p> {
        let is_over = past.until >= plan.horizon.slots;
        Sets::with(plan, sea, Some((past, rounding)), false, !is_over)
    }

    fn with(
        plan: &'p Plan,
        sea: &'p Sea,
        past: Option<(&Past<'_>, f64)>,
        has_fleets: bool,
        is_located: bool,
    ) -> Sets<'p> {
        let windows: Vec<TaskWindows> = plan.tasks.places().map(|task| of_task(plan, sea, task)).collect();
        let mut starts: Vec<Vec<(Slot, Slot)>> = windows.iter().map(|w| w.starts.iter().collect()).collect();
        if let Some((past, _)) = past {
            past.fix_starts(plan, &mut starts);
        }
        let until = past.map_or(0, |(past, _)| past.until);
        thin_by_precedence(plan, until, &mut starts);
        let count = |vessel: Ix<Vessel>| match has_fleets && past.is_none() {
            false => 1,
            true if plan.vessels[vessel].like == vessel => plan.count_like(vessel),
            true => 0,
        };
        let joined = joined::joined(plan, sea, has_fleets);
        let mut networks: Vec<Network> = plan
            .vessels
            .places()
            .map(|vessel| Network::build(plan, sea, vessel, count(vessel), &starts, &joined))
            .collect();
        if !fleet::is_timed(plan) {
            networks.iter_mut().for_each(|network| network.thin_ends(plan.horizon.slots));
        }
        if let Some((past, _)) = past {
            networks.iter_mut().for_each(|network| past.fix_network(plan, network, &joined));
        }
        // Each round lets what one vessel cannot do shorten what another may.
        for _ in 0..4 {
            let before: usize = networks.iter().map(|network| network.arcs.len()).sum();
            for network in &mut networks {
                thin_network(plan, network, &mut starts);
            }
            thin_by_precedence(plan, until, &mut starts);
            for network in &mut networks {
                network.arcs.retain(|arc| match arc.deed {
                    Deed::Task(task) => {
                        starts[task.index()].binary_search_by_key(&arc.from.slot, |s| s.0).is_ok()
                    }
                    _ => true,
                });
            }
            if networks.iter().map(|network| network.arcs.len()).sum::<usize>() == before {
                break;
            }
        }
        for network in &mut networks {
            network.join_waits(plan.horizon.slots);
        }
        if let Some((past, _)) = past.filter(|_| has_fleets) {
            networks = together(plan, networks, past.until);
        }
        let kept = past.map(|(past, rounding)| Kept::new(plan, past, rounding)).unwrap_or_default();
        let flows = |flow: Flow, of: SessionOf, vessel: Ix<Vessel>, takes: bool| {
            let mut slots = flowing_slots(&networks[vessel.index()], of, kept.slots(flow));
            if !takes {
                let told: Vec<Slot> = kept.slots(flow).collect();
                slots.retain(|(slot, _)| told.contains(slot));
            }
            slots
        };
        let lifting: Vec<_> = plan
            .samplings
            .entries()
            .map(|(place, sampling)| {
                let vessel = sampling.stand.vessel;
                let takes = plan.takes(Holder::Vessel(vessel), sampling.commodity);
                flows(Flow::Lift(place.index()), SessionOf::Sampling(place), vessel, takes)
            })
            .collect();
        let moving: Vec<_> = plan
            .transfers
            .entries()
            .map(|(place, transfer)| {
                let takes = plan.takes(transfer.ends().1, transfer.commodity);
                flows(Flow::Move(place.index()), SessionOf::Transfer(place), transfer.stand.vessel, takes)
            })
            .collect();
        let mut shore = Shore::new(plan, |site, commodity| {
            let is_there = plan.at_start(Holder::Site(site), commodity) > 0.0;
            if is_there { Some(0) } else { first_ashore(plan, &moving, site, commodity) }
        });
        shore.add(|place| kept.slots(Flow::Feed(place)), |place| kept.slots(Flow::Draw(place)));
        let mut stores = stores(plan, &lifting, &moving, &shore);
        let fleets = if has_fleets { fleet::fleets(plan, &networks, &moving) } else { Vec::new() };
        let is_watched = |holder| fleets.iter().any(|fleet: &Fleet| Holder::Vessel(fleet.vessel) == holder);
        let mut located = if is_located { located(plan, &networks, &lifting, &moving) } else { Vec::new() };
        located.retain(|of_it| !is_watched(Holder::Vessel(of_it.vessel)));
        stores.retain(|store| !is_watched(store.holder));
        let Shore { feeding, drawing } = shore;
        Sets {
            plan,
            sea,
            is_after: past.is_some(),
            until,
            asked_from: until,
            kept,
            past: past.map(|(past, rounding)| Told::new(past, rounding)),
            windows,
            starts,
            endurances: endurances(plan, &networks),
            laytimes: laytimes(plan, &networks, &moving, until),
            networks,
            joined,
            lifting,
            moving,
            feeding,
            drawing,
            stores,
            fleets,
            located,
            labels: Labels::new(plan),
        }
    }

    /// How often a task has begun already, of which nothing is asked any more.
    pub fn known(&self, task: Ix<Task>) -> u32 {
        self.starts[task.index()].iter().filter(|start| start.0 < self.asked_from).count() as u32
    }

    /// Whether all is known that flowed before the rest is planned; so it is where nothing has happened.
    pub fn is_known(&self) -> bool {
        !self.is_after || (self.until > 0 && self.kept.until == self.until)
    }

    /// What has happened before the rest is planned, if anything has.
    pub fn past(&self) -> Option<Past<'_>> {
        self.past.as_ref().map(|told| told.past(self.until))
    }

    /// What a vessel has done before the rest is planned.
    pub fn told(&self, vessel: Ix<Vessel>) -> &[Move] {
        self.past.as_ref().map_or(&[], |told| told.moves(vessel))
    }

    /// The time that is planned.
    pub fn horizon(&self) -> &Horizon {
        &self.plan.horizon
    }

    /// How many vessels go through the network of this one.
    pub fn count(&self, vessel: Ix<Vessel>) -> f64 {
        self.networks[vessel.index()].count as f64
    }

    /// The network that a vessel goes through: its own, or that of the first of those that it goes with.
    pub fn network_of(&self, vessel: Ix<Vessel>) -> &Network {
        let own = &self.networks[vessel.index()];
        if own.count > 0 { own } else { &self.networks[self.plan.vessels[vessel].like.index()] }
    }

    /// Tonnes that sampling can lift in one slot.
    pub fn lift_per_slot(&self, sampling: Ix<Sampling>) -> f64 {
        self.plan.samplings[sampling].rate * self.horizon().slot_h()
    }

    /// The samplings that are joined under this one, itself among them; none under one that is joined to another.
    pub fn joined_under(&self, first: Ix<Sampling>) -> impl Iterator<Item = Ix<Sampling>> {
        let places = self.plan.samplings.places();
        places.filter(move |&q| self.joined[q.index()] == first)
    }

    /// Whether some samplings are joined.
    pub fn has_joined(&self) -> bool {
        self.plan.samplings.places().any(|q| self.joined[q.index()] != q)
    }

    /// Tonnes that a transfer can move in one slot.
    pub fn move_per_slot(&self, transfer: Ix<Transfer>) -> f64 {
        self.plan.transfers[transfer].rate * self.horizon().slot_h()
    }

    /// Whether what a transfer moves reaches (or leaves) the shore.
    pub fn is_shore(&self, transfer: Ix<Transfer>) -> bool {
        let Transfer { stand, meets, .. } = &self.plan.transfers[transfer];
        meets.is_none() && self.plan.sites[stand.site].kind != SiteKind::Sea
    }

    /// Whether the count of a task's starts up to a slot is needed as a variable.
    pub fn is_counted(&self, task: Ix<Task>) -> bool {
        let work = &self.plan.tasks[task];
        !work.after.is_empty()
            || work.is_in_rhythm()
            || work.serves.is_some()
            || self.plan.tasks.iter().any(|other| other.after.iter().any(|after| after.task == task))
            || !work.uses.is_empty()
    }
}

/// The slots in which something flows in sessions of that kind, or is known to have flowed, each with the arcs in which it does.
fn flowing_slots(
    network: &Network,
    of: SessionOf,
    flowed: impl Iterator<Item = Slot>,
) -> Vec<(Slot, Vec<usize>)> {
    let mut arcs_at: std::collections::BTreeMap<Slot, Vec<usize>> = std::collections::BTreeMap::new();
    for (place, arc) in network.arcs.iter().enumerate() {
        let session = match arc.deed {
            Deed::Begin(session) | Deed::Stay(session) => session,
            _ => continue,
        };
        if network.sessions[session].of == of {
            for slot in network.flowing(arc) {
                arcs_at.entry(slot).or_default().push(place);
            }
        }
    }
    for slot in flowed {
        // What was set up faster than planned flowed in an arc in which nothing flows by the plan.
        let covers = |arc: &super::network::Arc| {
            let is_own = network.session_of(arc).is_some_and(|session| session.of == of);
            is_own && arc.from.slot <= slot && arc.to.is_some_and(|to| slot < to.slot)
        };
        let arcs = || network.arcs.iter().enumerate().filter(|(_, arc)| covers(arc)).map(|(place, _)| place);
        arcs_at.entry(slot).or_insert_with(|| arcs().collect());
    }
    arcs_at.into_iter().collect()
}

/// The first slot in which a transfer may bring a commodity to a site.
fn first_ashore(
    plan: &Plan,
    moving: &[Vec<(Slot, Vec<usize>)>],
    site: Ix<Site>,
    commodity: Ix<Commodity>,
) -> Option<Slot> {
    let brings =
        plan.transfers.iter().zip(moving).filter(|(transfer, _)| {
            transfer.ends().1 == Holder::Site(site) && transfer.commodity == commodity
        });
    brings.filter_map(|(_, slots)| slots.first().map(|(slot, _)| *slot)).min()
}

fn stores(
    plan: &Plan,
    lifting: &[Vec<(Slot, Vec<usize>)>],
    moving: &[Vec<(Slot, Vec<usize>)>],
    shore: &Shore,
) -> Vec<Store> {
    let mut stores: Vec<Store> = Vec::new();
    let mut touch = |holder: Holder, commodity: Ix<Commodity>, slots: &[Slot]| {
        let capacity = plan.room_of(holder, commodity);
        let place = stores.iter().position(|store| (store.holder, store.commodity) == (holder, commodity));
        let place = place.unwrap_or_else(|| {
            stores.push(Store { holder, commodity, capacity, slots: Vec::new() });
            stores.len() - 1
        });
        stores[place].slots.extend(slots);
    };
    let slots_of = |slots: &[(Slot, Vec<usize>)]| slots.iter().map(|(slot, _)| *slot).collect::<Vec<Slot>>();
    for (sampling, slots) in plan.samplings.iter().zip(lifting) {
        touch(Holder::Vessel(sampling.stand.vessel), sampling.commodity, &slots_of(slots));
    }
    for (transfer, slots) in plan.transfers.iter().zip(moving) {
        let (giver, taker) = transfer.ends();
        touch(giver, transfer.commodity, &slots_of(slots));
        touch(taker, transfer.commodity, &slots_of(slots));
    }
    for (site, commodity, slots) in shore.touched(plan) {
        touch(Holder::Site(site), commodity, &slots);
    }
    // A store without bound that nothing is ever taken from needs no watching.
    stores.retain(|store| match store.holder {
        Holder::Vessel(_) => true,
        Holder::Site(site) => {
            store.capacity.is_finite()
                || plan.sites[site].store_total.is_finite()
                || is_wanted(plan, site, store.commodity)
                || plan.transfers.iter().any(|transfer| transfer.ends().0 == Holder::Site(site))
        }
    });
    for store in &mut stores {
        store.slots.sort_unstable();
        store.slots.dedup();
    }
    stores
}

impl Labels {
    fn new(plan: &Plan) -> Labels {
        Labels {
            tasks: labels(&plan.tasks, |task| &task.id),
            vessels: labels(&plan.vessels, |vessel| &vessel.id),
            sites: labels(&plan.sites, |site| &site.id),
            samplings: labels(&plan.samplings, |sampling| &sampling.id),
            transfers: labels(&plan.transfers, |transfer| &transfer.id),
            commodities: labels(&plan.commodities, |commodity| &commodity.id),
            resources: labels(&plan.resources, |resource| &resource.id),
            processes: labels(&plan.processes, |process| &process.id),
            demands: labels(&plan.demands, |demand| &demand.id),
            reserves: labels(&plan.reserves, |reserve| &reserve.id),
            budgets: labels(&plan.budgets, |budget| &budget.id),
        }
    }
}

/// Each name with whatever an LP file cannot hold replaced, and a number behind those that would be alike.
fn labels<T>(table: &Table<T>, id_of: impl Fn(&T) -> &String) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for entry in table {
        let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let mut label: String = id_of(entry).chars().take(40).map(safe).collect();
        if labels.contains(&label) {
            label = format!("{label}.{}", labels.len());
        }
        labels.push(label);
    }
    labels
}
