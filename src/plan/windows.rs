//! When each piece of work may go on: weather, gear, closures and daylight folded into open slots, starts and finishes.
//!
//! In: a plan and its sea. Out: for a task the slots it may be worked in and its allowed starts; for a vessel the slots it may
//! lie in a place with its gear in a state; for a leg its allowed departures.
//! The model, the accounting and `mudline windows` read these; the judge ([`crate::schedule::verify`]) does not.

use super::phases::{in_reserve, stretches};
use super::{Closed, Leg, Met, Plan, Sampling, Sea, Site, Stand, Suspend, Task, Transfer, Vessel};
use crate::geo::is_daylight;
use crate::id::Ix;
use crate::time::{Horizon, Slot};
use crate::weather::{Limits, PhaseSlots, Starts, continuous, open_slots, phased, suspendable};

/// In which slots work may go on, and what stops it in the others.
#[derive(Debug, Clone)]
pub struct WorkSlots {
    /// Per slot: whether the weather allows it.
    pub calm: Vec<bool>,
    /// Per slot: whether everything but the weather (closures, daylight) allows it.
    pub free: Vec<bool>,
    /// Per slot: both.
    pub open: Vec<bool>,
}

impl WorkSlots {
    fn new(calm: Vec<bool>, free: Vec<bool>) -> WorkSlots {
        let open = free.iter().zip(&calm).map(|(&free, &calm)| free && calm).collect();
        WorkSlots { calm, free, open }
    }

    /// Whether only the weather stops work in `slot`.
    pub fn waits_on_weather(&self, slot: Slot) -> bool {
        self.free[slot] && !self.calm[slot]
    }
}

/// When a task may be worked on and started.
#[derive(Debug, Clone)]
pub struct TaskWindows {
    /// Per slot: what allows work in it; of a task in phases, whichever phase it is in.
    pub slots: WorkSlots,
    /// Allowed starts within release and deadline, with their finishes.
    pub starts: Starts,
    /// Starts that closures, daylight, release and deadline would allow if every sea were calm.
    pub starts_if_calm: Starts,
}

/// When a task may be worked on and started.
pub fn of_task(plan: &Plan, sea: &Sea, task: Ix<Task>) -> TaskWindows {
    let work = &plan.tasks[task];
    let horizon = &plan.horizon;
    let mut free = not_closed(plan, |closed| match closed {
        Closed::Task(t) => t == task,
        Closed::Site(s) => work.site == Some(s),
        Closed::Vessel(v) => work.needs(v),
        Closed::Sampling(_) | Closed::Process(_) => false,
    });
    if work.daylight
        && let Some(site) = work.site
    {
        and(&mut free, &daylight(horizon, &plan.sites[site]));
    }
    let safe = pause_is_safe(plan, sea, work);
    let slots = WorkSlots::new(at_site(plan, sea, work.site, &task_limits(plan, work)), free);
    let (duration, reserve) = (horizon.slots_for(work.duration), horizon.slots_for(work.contingency));
    let pause = work.max_pause.map(|pause| horizon.slots_for(pause));
    let within = |mut starts: Starts| {
        let release = work.release.map_or(0, |time| horizon.ceil(time));
        let deadline = work.deadline.map_or(horizon.slots, |time| horizon.floor(time));
        starts.retain(|start, finish| start >= release && finish <= deadline);
        starts
    };
    let starts_in = |open: &[bool], safe: &[bool]| match work.suspend {
        Suspend::Never => continuous(open, duration, reserve),
        Suspend::Hold | Suspend::Free => suspendable(open, safe, duration, reserve, pause),
    };
    let starts = match work.phases[..] {
        [] => starts_in(&slots.open, &safe),
        _ => in_phases(plan, sea, work, &slots.free, reserve),
    };
    let starts_if_calm = within(starts_in(&slots.free, &vec![true; horizon.slots]));
    let starts = within(starts);
    TaskWindows { slots, starts, starts_if_calm }
}

/// Starts of a task in phases, each of them under its own limits, in one piece.
fn in_phases(plan: &Plan, sea: &Sea, task: &Task, free: &[bool], reserve: usize) -> Starts {
    // The last slot may be of two phases; what is kept in reserve after it is of the last alone.
    let after = (reserve, in_reserve(plan, task));
    let open: Vec<(usize, Vec<bool>)> = stretches(plan, task)
        .into_iter()
        .chain((reserve > 0).then_some(after))
        .map(|(slots, limits)| {
            let mut open = at_site(plan, sea, task.site, &limits);
            and(&mut open, free);
            (slots, open)
        })
        .collect();
    let phases: Vec<PhaseSlots<'_>> =
        open.iter().map(|(work, open)| PhaseSlots { open, work: *work }).collect();
    let allowed = phased(&phases, 0, None);
    let mut starts = continuous(&vec![true; free.len()], plan.horizon.slots_for(task.duration), 0);
    starts.retain(|start, _| allowed.finish(start).is_some());
    starts
}

/// Per slot: whether the weather lets some phase of a task go on; for a task without phases, whether it lets the task.
pub fn some_phase_is_calm(plan: &Plan, sea: &Sea, task: &Task) -> Vec<bool> {
    let mut calm = vec![false; plan.horizon.slots];
    for (_, limits) in stretches(plan, task) {
        for (calm, also) in calm.iter_mut().zip(at_site(plan, sea, task.site, &limits)) {
            *calm |= also;
        }
    }
    calm
}

/// The limits under which a task is worked on: its own, those of all its phases at once, and those that its gear survives before
/// and after it.
pub fn task_limits(plan: &Plan, task: &Task) -> Limits {
    let own = task.phases.iter().fold(task.limits.clone(), |all, phase| all.and(&phase.limits));
    own.and(&gear_limits(plan, task))
}

/// What the gear of a task survives, before and after it.
pub fn gear_limits(plan: &Plan, task: &Task) -> Limits {
    let Some(stand) = task.stand else { return Limits::default() };
    let limits = plan.gear(stand).survives.clone();
    if task.leaves == stand.gear {
        limits
    } else {
        limits.and(&plan.vessels[stand.vessel].gear[task.leaves].survives)
    }
}

/// Per slot: whether a task may pause through it.
fn pause_is_safe(plan: &Plan, sea: &Sea, task: &Task) -> Vec<bool> {
    match (task.stand, task.suspend) {
        (Some(stand), Suspend::Hold) => {
            let gear = &plan.vessels[stand.vessel].gear;
            let survives = gear[stand.gear].survives.and(&gear[task.leaves].survives);
            at_site(plan, sea, task.site, &survives)
        }
        _ => vec![true; plan.horizon.slots],
    }
}

/// Per slot: whether the weather at a site is within `limits`.
pub fn at_site(plan: &Plan, sea: &Sea, site: Option<Ix<Site>>, limits: &Limits) -> Vec<bool> {
    match site.and_then(|site| plan.sites[site].weather) {
        Some(weather) => open_slots(sea.series(weather), limits, &plan.horizon),
        None => vec![limits.is_empty(); plan.horizon.slots],
    }
}

/// Per slot: whether a vessel may lie there with its gear in that state.
pub fn may_stay(plan: &Plan, sea: &Sea, stand: Stand) -> Vec<bool> {
    at_site(plan, sea, Some(stand.site), &plan.gear(stand).survives)
}

/// Per slot: whether something may be lifted.
pub fn of_sampling(plan: &Plan, sea: &Sea, sampling: &Sampling) -> WorkSlots {
    let place = plan.samplings.find(|other| other.id == sampling.id);
    work_slots(plan, sea, sampling.stand, &sampling.limits, place)
}

/// Per slot: whether a transfer may go on.
pub fn of_transfer(plan: &Plan, sea: &Sea, transfer: &Transfer) -> WorkSlots {
    let own = work_slots(plan, sea, transfer.stand, &transfer.limits, None);
    let Some(other) = transfer.meets.map(|stand| work_slots(plan, sea, stand, &Limits::default(), None))
    else {
        return own;
    };
    let both = |a: Vec<bool>, b: Vec<bool>| a.into_iter().zip(b).map(|(a, b)| a && b).collect();
    WorkSlots::new(both(own.calm, other.calm), both(own.free, other.free))
}

fn work_slots(
    plan: &Plan,
    sea: &Sea,
    stand: Stand,
    limits: &Limits,
    sampling: Option<Ix<Sampling>>,
) -> WorkSlots {
    let free = not_closed(plan, |closed| match closed {
        Closed::Site(s) => s == stand.site,
        Closed::Vessel(v) => v == stand.vessel,
        Closed::Sampling(s) => Some(s) == sampling,
        Closed::Task(_) | Closed::Process(_) => false,
    });
    WorkSlots::new(at_site(plan, sea, Some(stand.site), &limits.and(&plan.gear(stand).survives)), free)
}

/// Allowed departures on a leg, with their arrivals; and those that a calm sea would allow.
pub fn of_leg(plan: &Plan, sea: &Sea, vessel: Ix<Vessel>, leg: &Leg) -> (Starts, Starts) {
    let limits = &plan.vessels[vessel].sail_limits;
    let mut free = not_closed(plan, |closed| closed == Closed::Vessel(vessel));
    for site in [leg.from, leg.to].into_iter().filter(|_| plan.vessels[vessel].daylight) {
        and(&mut free, &daylight(&plan.horizon, &plan.sites[site]));
    }
    let port_is_closed = |site: Ix<Site>| not_closed(plan, move |closed| closed == Closed::Site(site));
    let (leaves, enters) = (port_is_closed(leg.from), port_is_closed(leg.to));
    let slots = plan.horizon.slots_for(leg.duration).max(1);
    let every = plan.vessels[vessel].departs_every;
    let mut if_calm = continuous(&free, slots, 0);
    if_calm.retain(|from, to| from.is_multiple_of(every) && leaves[from] && enters[to - 1]);
    let mut starts = if_calm.clone();
    for Met { weather, slots } in plan.met_on(leg) {
        let open = open_slots(sea.series(weather), limits, &plan.horizon);
        let mut rough_before = vec![0_usize];
        rough_before.extend(open.iter().scan(0, |rough, open| {
            *rough += usize::from(!open);
            Some(*rough)
        }));
        starts.retain(|from, _| rough_before[from + slots.start] == rough_before[from + slots.end]);
    }
    (starts, if_calm)
}

/// Per slot: whether no closure of that kind touches it.
fn not_closed(plan: &Plan, is_meant: impl Fn(Closed) -> bool) -> Vec<bool> {
    let mut open = vec![true; plan.horizon.slots];
    for closure in plan.closures.iter().filter(|closure| is_meant(closure.what)) {
        open[closure.slots.clone()].fill(false);
    }
    open
}

/// Per slot: whether the sun is up at the site all through it (looked at every ten minutes).
fn daylight(horizon: &Horizon, site: &Site) -> Vec<bool> {
    let Some(position) = site.position else { return vec![false; horizon.slots] };
    const LOOK_SECONDS: i64 = 600;
    let looks = (horizon.slot.seconds() + LOOK_SECONDS - 1) / LOOK_SECONDS;
    let is_light = |slot: Slot| {
        (0..=looks).all(|look| {
            let seconds = (look * LOOK_SECONDS).min(horizon.slot.seconds());
            is_daylight(position, horizon.time(slot) + chrono::TimeDelta::seconds(seconds))
        })
    };
    (0..horizon.slots).map(is_light).collect()
}

fn and(open: &mut [bool], also: &[bool]) {
    for (open, also) in open.iter_mut().zip(also) {
        *open &= also;
    }
}
