//! Until when what comes again in a rhythm of a ship must be done again.
//!
//! In: a plan and a network. Out: [`Due`]: the rhythm that a ship keeps all by itself. Slots by which it is due are told apart in parts: where a part
//! counts as a whole, ways are more than can be, so that they bound what can; where it does not count at all, each can be gone ([`Side`]).
//! What is due when the plan is over, or later, is due no more. After a past it counts when it is due by that; in the past itself nothing comes too late.

use crate::id::Ix;
use crate::model::network::Network;
use crate::model::sets::Sets;
use crate::plan::Task;
use crate::time::Slot;

/// On which side of what is so ways are that are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// There may be more of them: what they earn is a bound.
    Over,
    /// There may be fewer: each can be gone.
    Under,
}

/// What a ship must do again, so soon after it was last over.
#[derive(Debug, Clone)]
pub struct Due {
    /// What counts in it; nothing where there is no rhythm, or none that it keeps by itself.
    tasks: Vec<Ix<Task>>,
    /// The longest time between.
    longest: Slot,
    /// Slots of the plan.
    slots: Slot,
    /// Slots of a part.
    part: Slot,
    /// The slot before which all has happened.
    until: Slot,
    /// By when it is due first, from that slot on.
    first_due: Slot,
}

impl Due {
    /// The rhythm of the vessel of a network. Of several it is the one that is asked for most seldom among those that are kept where nothing is lifted:
    /// what can be done in between is no hindrance.
    pub fn new(sets: &Sets<'_>, network: &Network) -> Due {
        let (plan, vessel, until) = (sets.plan, network.vessel, sets.until);
        let is_own = |&task: &Ix<Task>| {
            let mut all = plan.in_rhythm(task);
            let is_here = |other: Ix<Task>| {
                let other = &plan.tasks[other];
                other.stand.is_some_and(|stand| stand.vessel == vessel) && other.serves.is_none()
            };
            plan.tasks[task].every.is_some() && all.all(is_here)
        };
        let is_away = |task: Ix<Task>| {
            let at = plan.tasks[task].stand.map(|stand| stand.site);
            let mut lifts = plan.samplings.iter().filter(|sampling| sampling.stand.vessel == vessel);
            lifts.all(|sampling| Some(sampling.stand.site) != at)
        };
        let slots = plan.horizon.slots;
        // Several that are alike go through one network, and each has a rhythm of its own.
        let own = plan.tasks.places().filter(is_own).filter(|_| network.count == 1);
        let longest =
            |task: Ix<Task>| plan.tasks[task].every.map_or(slots, |every| plan.horizon.slots_in(every));
        let of = own.max_by_key(|&task| (is_away(task), longest(task), std::cmp::Reverse(task)));
        let tasks: Vec<Ix<Task>> = of.map_or_else(Vec::new, |of| plan.in_rhythm(of).collect());
        let longest = of.map_or(slots, longest);
        let starts = tasks.iter().flat_map(|task| &sets.starts[task.index()]);
        let last = starts.filter(|start| start.0 < until).map(|start| start.1).max().unwrap_or(0);
        // What was due before, and has not been done since, is due again within the rhythm from then on.
        let first_due = if last + longest < until { until + longest } else { last + longest };
        Due { tasks, longest, slots, part: of.map_or(slots, |_| 1).max(1), until, first_due }
    }

    /// The same in parts of so many slots.
    pub fn in_parts(&self, part: Slot) -> Due {
        Due { part: part.clamp(1, self.longest.max(1)), ..self.clone() }
    }

    /// Whether there is a rhythm.
    pub fn is_kept(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Whether slots are told apart one by one.
    pub fn is_exact(&self) -> bool {
        !self.is_kept() || self.part == 1
    }

    /// How long a part has to be for so many of them in all.
    pub fn part_for(&self, parts: usize) -> Slot {
        self.longest.div_ceil(parts.max(1)).max(1)
    }

    /// In how many places what is due may be at a node.
    pub fn places(&self) -> usize {
        match self.is_kept() {
            true => self.longest.div_ceil(self.part) + 1,
            false => 1,
        }
    }

    /// The first place of a slot: what is due there is so in it or later.
    fn first(&self, slot: Slot) -> usize {
        if self.is_kept() { slot.div_ceil(self.part) } else { 0 }
    }

    /// The place at a slot of what was last over then.
    pub fn place_after(&self, slot: Slot, side: Side) -> usize {
        if self.is_kept() { self.all(slot + self.longest, side).saturating_sub(self.first(slot)) } else { 0 }
    }

    /// The place at a slot where it is due in another for the first time; nothing where that is before.
    fn place_at_first(&self, slot: Slot, side: Side) -> Option<usize> {
        if self.is_kept() { self.all(self.first_due, side).checked_sub(self.first(slot)) } else { Some(0) }
    }

    /// How many parts there are up to a slot in which it is due.
    fn all(&self, due: Slot, side: Side) -> usize {
        let never = self.slots.div_ceil(self.part);
        match side {
            _ if due >= self.slots => never,
            Side::Over => due.div_ceil(self.part).min(never),
            Side::Under => due / self.part,
        }
    }

    /// The place with which everything begins.
    pub fn place_first(&self, side: Side) -> usize {
        if self.until > 0 { 0 } else { self.place_after(0, side) }
    }

    /// Whether a slot is in the past.
    pub fn is_past(&self, slot: Slot) -> bool {
        slot < self.until
    }

    /// The place at a later slot of what has not been done since; nothing where it was due before.
    pub fn place_later(&self, place: usize, (slot, later): (Slot, Slot), side: Side) -> Option<usize> {
        if self.is_past(slot) {
            return if self.is_past(later) { Some(0) } else { self.place_at_first(later, side) };
        }
        (place + self.first(slot)).checked_sub(self.first(later))
    }

    /// Whether a deed counts in it.
    pub fn is_it(&self, task: Ix<Task>) -> bool {
        self.tasks.contains(&task)
    }

    /// By when it is due first; nothing where it never is.
    pub fn at_first(&self) -> Option<Slot> {
        Some(self.first_due).filter(|&due| self.is_kept() && due < self.slots)
    }

    /// By when it is due, if it was last over in a slot; nothing where that is no more.
    pub fn after(&self, slot: Slot) -> Option<Slot> {
        Some(slot + self.longest).filter(|&due| self.is_kept() && due < self.slots)
    }
}
