//! Resources: things of which only so many are there, and who has them when.
//!
//! In: a voyage or a company under way, and what is to begin. Out: whether there is enough of what that uses, for as long as it takes.
//! Rules: who comes first is served first, and keeps what it has until it is done. But where transfers use a resource nobody takes it sooner than
//! planned as long as somebody who comes before in the schedule has not had it, and there is not enough for both.

use super::company::Company;
use super::order::{Act, Order};
use super::voyage::Voyage;
use crate::id::Ix;
use crate::plan::{Plan, Resource, Task};

/// How much of each resource something takes.
type Uses<'p> = &'p [(Ix<Resource>, u32)];

/// What a step of an order takes; of two vessels that lie together the one that comes takes it.
fn uses_of<'p>(plan: &'p Plan, act: &Act) -> Uses<'p> {
    match act {
        Act::Task(task, _) => &plan.tasks[*task].uses,
        Act::Transfer(transfer, ..) => &plan.transfers[*transfer].uses,
        Act::Sail(..) | Act::Sample(..) | Act::Alongside(_) => &[],
    }
}

/// The steps that take some of what transfers use, by their places in the order.
pub fn users(plan: &Plan, order: &Order) -> Vec<usize> {
    let is_shared = |resource: Ix<Resource>| {
        let mut taken = plan.transfers.iter().flat_map(|transfer| &transfer.uses);
        taken.any(|(used, _)| *used == resource)
    };
    let is_user = |place: &usize| {
        uses_of(plan, &order.steps[*place].act).iter().any(|(resource, _)| is_shared(*resource))
    };
    (0..order.steps.len()).filter(is_user).collect()
}

impl Voyage<'_> {
    /// When there is not enough of some resources for a start here, the slot in which some of them are free again.
    pub fn resource_free(&self, uses: Uses<'_>, start: u32, end: u32) -> Option<u32> {
        uses.iter().find_map(|&(resource, units)| {
            let others =
                || self.uses.iter().filter(move |u| u.0 == resource.index() && u.1 < end && u.2 > start);
            let capacity = u64::from(self.case.plan.resources[resource].capacity);
            let in_use =
                |at: u32| others().filter(|u| u.1 <= at && at < u.2).map(|u| u64::from(u.3)).sum::<u64>();
            let mut moments = others().map(|u| u.1.max(start));
            let is_over = moments.any(|at| in_use(at) + u64::from(units) > capacity);
            is_over.then(|| others().map(|u| u.2).min().unwrap_or(end).max(start + 1))
        })
    }

    /// The first start of a task from a slot on that the weather and resources allow, with its end.
    pub fn free_start(&self, task: Ix<Task>, from: u32, work: u32) -> Option<(u32, u32)> {
        let (facts, table) = (&self.case.tasks[task.index()], &self.ground.tasks[task.index()].table);
        let mut from = from;
        loop {
            let start = table.start(from, work + facts.reserve)?;
            let end = table.finish(start, work);
            match self.resource_free(&self.case.plan.tasks[task].uses, start, end) {
                None => return Some((start, end)),
                Some(free) => from = free,
            }
        }
    }

    /// Takes what is used from one slot to another.
    pub fn take(&mut self, uses: Uses<'_>, start: u32, end: u32) {
        self.uses.extend(uses.iter().map(|&(resource, units)| (resource.index(), start, end, units)));
    }
}

impl Company<'_> {
    /// Whether there is enough of what a step uses, for so many slots from now on.
    pub fn has_resources(&self, place: usize, slots: u32) -> bool {
        let uses = uses_of(self.voyage.case.plan, &self.voyage.case.order.steps[place].act);
        self.voyage.resource_free(uses, self.now, self.now + slots).is_none()
    }

    /// Whether a step would be sooner than planned, and take what somebody who comes before it in the schedule has not had yet.
    pub fn is_out_of_turn(&self, place: usize) -> bool {
        let (plan, steps) = (self.voyage.case.plan, &self.voyage.case.order.steps);
        let own = &steps[place];
        if self.slot() >= own.planned as u32 || !self.together.users.contains(&place) {
            return false;
        }
        uses_of(plan, &own.act).iter().any(|&(resource, units)| {
            let units_of = |uses: Uses<'_>| -> u64 {
                uses.iter().filter(|(used, _)| *used == resource).map(|(_, units)| u64::from(*units)).sum()
            };
            let is_before = |other: &&usize| {
                let other = **other;
                other != place && steps[other].planned <= own.planned && self.is_to_come(other)
            };
            let others = self.together.users.iter().filter(is_before);
            let before: u64 = others.map(|&other| units_of(uses_of(plan, &steps[other].act))).sum();
            let in_use = self.voyage.uses.iter().filter(|used| used.0 == resource.index());
            let in_use: u64 = in_use.filter(|used| used.2 > self.now).map(|used| u64::from(used.3)).sum();
            before > 0 && before + in_use + u64::from(units) > u64::from(plan.resources[resource].capacity)
        })
    }

    /// Whether a step is still to come.
    fn is_to_come(&self, place: usize) -> bool {
        let known = &self.together.known[place];
        match self.voyage.case.order.steps[place].vessel {
            None => self.alone.contains(&place),
            Some(vessel) => {
                let turn = &self.turns[vessel.index()];
                let is_off = known.meeting.is_some_and(|meeting| self.is_off[meeting]);
                known.row >= turn.at && self.step_of(vessel).is_some() && !is_off
            }
        }
    }
}
