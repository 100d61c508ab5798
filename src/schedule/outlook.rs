//! What each move of an itinerary could have done instead: when else it may start, and what keeps it from starting now.
//!
//! In: a plan, its sea, an itinerary. Out: answers to "does it wait on the weather here?" and "may it start there?", which the
//! accounting and the floats ask.

use super::{Itinerary, Move, What};
use crate::id::Ix;
use crate::plan::windows::{TaskWindows, WorkSlots, may_stay, of_leg, of_sampling, of_task, of_transfer};
use crate::plan::{Plan, Resource, Sea, Site, Stand, Task, Transfer, Vessel};
use crate::time::Slot;
use crate::weather::Starts;
use std::collections::BTreeMap;

/// When every move of an itinerary could be.
pub struct Outlook<'p> {
    plan: &'p Plan,
    /// For each task its windows.
    pub tasks: Vec<TaskWindows>,
    /// For each sampling its slots.
    pub samplings: Vec<WorkSlots>,
    /// For each transfer its slots.
    pub transfers: Vec<WorkSlots>,
    /// For each vessel, for each of its legs: departures, and departures in calm.
    legs: Vec<Vec<(Starts, Starts)>>,
    /// For each vessel and place: the slots through which it may lie there with its gear so.
    stays: BTreeMap<(Ix<Vessel>, Ix<Site>, usize), Vec<bool>>,
    /// For each task the finishes of its times in the itinerary, in order.
    ends: Vec<Vec<Slot>>,
    /// For each task its times in the itinerary.
    times: Vec<Vec<(Slot, Slot)>>,
    /// For each vessel the times of its moves in the itinerary, in order.
    moves: Vec<Vec<(Slot, Slot)>>,
    /// What takes some of a resource, with its times in the itinerary.
    users: Vec<(Uses<'p>, (Slot, Slot))>,
}

/// How much of each resource something takes.
type Uses<'p> = &'p [(Ix<Resource>, u32)];

impl<'p> Outlook<'p> {
    /// The outlook of an itinerary.
    pub fn new(plan: &'p Plan, sea: &Sea, itinerary: &Itinerary) -> Outlook<'p> {
        let mut times: Vec<Vec<(Slot, Slot)>> = vec![Vec::new(); plan.tasks.len()];
        for step in itinerary.vessels.iter().flatten() {
            if let What::Task(task) = step.what {
                times[task.index()].push((step.start, step.end));
            }
        }
        for &(task, start, end) in &itinerary.alone {
            times[task.index()].push((start, end));
        }
        let alone =
            itinerary.alone.iter().map(|&(task, start, end)| (&plan.tasks[task].uses[..], (start, end)));
        let of_vessels = itinerary.vessels.iter().flatten();
        let of_vessels = of_vessels.map(|step| (step.what.uses(plan), (step.start, step.end)));
        let users = of_vessels.chain(alone).filter(|(uses, _)| !uses.is_empty()).collect();
        let mut ends = Vec::new();
        for times in &mut times {
            times.sort_unstable();
            let mut finishes: Vec<Slot> = times.iter().map(|time| time.1).collect();
            finishes.sort_unstable();
            ends.push(finishes);
        }
        let mut stays = BTreeMap::new();
        for (vessel, ship) in plan.vessels.entries() {
            for &site in &ship.calls {
                for gear in 0..ship.gear.len() {
                    stays.insert((vessel, site, gear), may_stay(plan, sea, Stand { vessel, site, gear }));
                }
            }
        }
        Outlook {
            plan,
            tasks: plan.tasks.places().map(|task| of_task(plan, sea, task)).collect(),
            samplings: plan.samplings.iter().map(|sampling| of_sampling(plan, sea, sampling)).collect(),
            transfers: plan.transfers.iter().map(|transfer| of_transfer(plan, sea, transfer)).collect(),
            legs: plan
                .vessels
                .entries()
                .map(|(vessel, ship)| ship.legs.iter().map(|leg| of_leg(plan, sea, vessel, leg)).collect())
                .collect(),
            stays,
            ends,
            times,
            moves: itinerary
                .vessels
                .iter()
                .map(|moves| moves.iter().map(|step| (step.start, step.end)).collect())
                .collect(),
            users,
        }
    }

    /// Whether only the weather keeps `next` of `vessel` from starting in `slot`.
    pub fn waits_on_weather(&self, vessel: Ix<Vessel>, next: &Move, slot: Slot) -> bool {
        match &next.what {
            What::Task(task) => {
                let windows = &self.tasks[task.index()];
                windows.starts.finish(slot).is_none()
                    && windows.starts_if_calm.finish(slot).is_some()
                    && slot >= self.ready(*task, next.start)
                    && self.has_resources(&self.plan.tasks[*task].uses, slot, next.start)
            }
            What::Sail(from, to) => self
                .departures(vessel, (*from, *to), next.end - next.start)
                .is_some_and(|(starts, calm)| starts.finish(slot).is_none() && calm.finish(slot).is_some()),
            What::Sample(sampling, _) => {
                let least = self.plan.horizon.slots_for(self.plan.samplings[*sampling].min_run).max(1);
                stops_only_weather(&self.samplings[sampling.index()], slot, least)
            }
            What::Transfer(transfer, _) | What::Alongside(transfer) => {
                let setup = self.plan.horizon.slots_for(self.plan.transfers[*transfer].setup);
                // What was broken off while it was set up began as something longer.
                let least = (setup + 1).max(next.end - next.start);
                slot >= self.meets_from(*transfer, vessel, next.start)
                    && self.has_resources(&self.plan.transfers[*transfer].uses, slot, next.start)
                    && stops_only_weather(&self.transfers[transfer.index()], slot, least)
            }
        }
    }

    /// From which slot on the vessel that `vessel` meets in a transfer that starts in a slot has nothing else to do; 0 where it meets none.
    fn meets_from(&self, transfer: Ix<Transfer>, vessel: Ix<Vessel>, start: Slot) -> Slot {
        let of_it = &self.plan.transfers[transfer];
        let Some(meets) = of_it.meets else { return 0 };
        let other = if of_it.stand.vessel == vessel { meets.vessel } else { of_it.stand.vessel };
        let ends = self.moves[other.index()].iter().map(|(_, end)| *end);
        ends.take_while(|end| *end <= start).last().unwrap_or(0)
    }

    /// The first slot at which all that must come before this time of `task` has ended, lags included.
    fn ready(&self, task: Ix<Task>, start: Slot) -> Slot {
        let work = &self.plan.tasks[task];
        let nth = self.times[task.index()].iter().position(|time| time.0 == start).unwrap_or(0);
        let ends = work.after.iter().filter_map(|after| {
            let ends = &self.ends[after.task.index()];
            let end = if self.plan.tasks[after.task].most == 1 { ends.first() } else { ends.get(nth) };
            end.map(|end| end + self.plan.horizon.slots_for(after.lag))
        });
        ends.max().unwrap_or(0)
    }

    /// Whether, if what takes so much of some resources were in progress in `slot`, and not when it is, there would be enough of them.
    fn has_resources(&self, uses: &[(Ix<Resource>, u32)], slot: Slot, start: Slot) -> bool {
        uses.iter().all(|&(resource, units)| {
            // What takes them stands in the plan once.
            let is_other =
                |user: &&(Uses<'_>, (Slot, Slot))| !std::ptr::eq(user.0, uses) || user.1.0 != start;
            let others = self.users.iter().filter(is_other);
            let beside =
                others.filter(|(_, (from, to))| (*from..*to).contains(&slot)).flat_map(|user| user.0);
            let used = beside.filter(|(used, _)| *used == resource).map(|(_, units)| u64::from(*units));
            used.sum::<u64>() + u64::from(units) <= u64::from(self.plan.resources[resource].capacity)
        })
    }

    /// Departures of a vessel on a leg that takes so many slots, and those that a calm sea would allow.
    fn departures(
        &self,
        vessel: Ix<Vessel>,
        (from, to): (Ix<Site>, Ix<Site>),
        slots: usize,
    ) -> Option<&(Starts, Starts)> {
        let leg = self.plan.leg_in(vessel, from, to, slots)?;
        self.legs[vessel.index()].get(leg)
    }

    /// The finish of a move of `vessel` if it began in `slot` instead, when it may.
    pub fn finish_if(&self, vessel: Option<Ix<Vessel>>, what: &Move, slot: Slot) -> Option<Slot> {
        let length = what.end - what.start;
        let all_open = |slots: &WorkSlots| {
            let end = slot + length;
            (end <= slots.open.len() && slots.open[slot..end].iter().all(|open| *open)).then_some(end)
        };
        match &what.what {
            What::Task(task) => self.tasks[task.index()].starts.finish(slot),
            What::Sail(from, to) => self.departures(vessel?, (*from, *to), length)?.0.finish(slot),
            What::Sample(sampling, _) => all_open(&self.samplings[sampling.index()]),
            What::Transfer(transfer, _) | What::Alongside(transfer) => {
                all_open(&self.transfers[transfer.index()])
            }
        }
    }

    /// Whether `vessel` may lie at `site` with its gear in that state through `slot`.
    pub fn may_stay(&self, vessel: Ix<Vessel>, site: Ix<Site>, gear: usize, slot: Slot) -> bool {
        self.stays.get(&(vessel, site, gear)).is_some_and(|stay| stay.get(slot).copied().unwrap_or(false))
    }
}

/// Whether work that needs `least` slots from `slot` on is stopped by weather and by nothing else.
fn stops_only_weather(slots: &WorkSlots, slot: Slot, least: usize) -> bool {
    let end = slot + least;
    end <= slots.open.len()
        && slots.free[slot..end].iter().all(|free| *free)
        && slots.calm[slot..end].iter().any(|calm| !calm)
}
