//! Until when something must be done: what comes again in a rhythm of a ship, or what is aboard and keeps only so long.
//!
//! In: a network and what its ship carries. Out: [`Due`]: the rhythm that the ship keeps all by itself, or else the goods of which the first that were
//! lifted must be out of its hold soonest. Slots by which it is due are told apart in parts: where a part
//! counts as a whole, ways are more than can be, so that they bound what can; where it does not count at all, each can be gone ([`Side`]).
//! What is due when the plan is over, or later, is due no more. After a past it counts when it is due by that; in the past itself nothing comes too late.
//! Of goods that are landed in part those are left that were lifted last: they are taken to have been lifted just then, so that no way is missing.

use super::steps::Act;
use crate::id::Ix;
use crate::model::network::Network;
use crate::model::sets::{Holder, Sets};
use crate::plan::{Commodity, Plan, Task};
use crate::time::Slot;

/// On which side of what is so ways are that are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// There may be more of them: what they earn is a bound.
    Over,
    /// There may be fewer: each can be gone.
    Under,
}

/// What must be done in time.
#[derive(Debug, Clone)]
enum What {
    Nothing,
    /// One of these tasks, which count in a rhythm, again.
    Rhythm(Vec<Ix<Task>>),
    /// That nothing of this cargo, by place, is aboard any more that is aboard now.
    Empty(usize),
}

/// What a ship must do, so soon after it was last over.
#[derive(Debug, Clone)]
pub struct Due {
    what: What,
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
    /// Where there is none, what it carries that keeps only so long, and of that what keeps for the shortest time.
    pub fn new(sets: &Sets<'_>, network: &Network, cargoes: &[Ix<Commodity>]) -> Due {
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
        let in_time = cargoes
            .iter()
            .enumerate()
            .filter_map(|(place, &cargo)| Some((keeps(plan, network, cargo)?, place)));
        let (what, longest) = match (of, in_time.filter(|_| network.count == 1).min()) {
            (Some(of), _) => (What::Rhythm(plan.in_rhythm(of).collect()), longest(of)),
            // What is lifted in a slot is aboard at its end, and lands in the last of so many slots after it.
            (None, Some((keeps, cargo))) => (What::Empty(cargo), keeps - 1),
            (None, None) => (What::Nothing, slots),
        };
        let starts = tasks.iter().flat_map(|task| &sets.starts[task.index()]);
        let last = starts.filter(|start| start.0 < until).map(|start| start.1).max().unwrap_or(0);
        // What was due before, and has not been done since, is due again within the rhythm from then on.
        // Goods may have come aboard in the last slot before.
        let is_overdue = last + longest < until || matches!(what, What::Empty(_));
        let first_due = if is_overdue { until + longest } else { last + longest };
        let part = if matches!(what, What::Nothing) { slots.max(1) } else { 1 };
        Due { what, longest, slots, part, until, first_due }
    }

    /// The same in parts of so many slots.
    pub fn in_parts(&self, part: Slot) -> Due {
        Due { part: part.clamp(1, self.longest.max(1)), ..self.clone() }
    }

    /// Whether anything must be done in time.
    pub fn is_kept(&self) -> bool {
        !matches!(self.what, What::Nothing)
    }

    /// The cargo, by place, that must be out of the hold in time.
    pub fn cargo(&self) -> Option<usize> {
        match self.what {
            What::Empty(cargo) => Some(cargo),
            What::Nothing | What::Rhythm(_) => None,
        }
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

    /// The place with which everything begins, with something of the cargo aboard that is due, or without.
    pub fn place_first(&self, is_empty: bool, side: Side) -> usize {
        match (self.until, self.cargo()) {
            (0, Some(_)) if is_empty => self.place_never(),
            (0, _) => self.place_after(0, side),
            _ => 0,
        }
    }

    /// The place where nothing of the cargo is aboard.
    fn place_never(&self) -> usize {
        self.places() - 1
    }

    /// The place after a step from one slot to another; nothing where it comes too late.
    pub fn place(
        &self,
        place: usize,
        act: Act,
        (slot, to): (Slot, Slot),
        was_and_is: [bool; 2],
        side: Side,
    ) -> Option<usize> {
        let [was_empty, is_empty] = was_and_is;
        match (&self.what, act) {
            (What::Rhythm(tasks), Act::Task(task)) if tasks.contains(&task) && !self.is_past(slot) => {
                Some(self.place_after(to, side))
            }
            (What::Empty(_), _) if is_empty && !self.is_past(to) => Some(self.place_never()),
            (What::Empty(of), Act::Lift { cargo, .. }) if cargo == *of && was_empty && !self.is_past(to) => {
                Some(self.place_after(to, side))
            }
            (What::Empty(of), Act::Land { cargo, .. }) if cargo == *of && !self.is_past(slot) => {
                self.all(slot + self.longest, side).checked_sub(self.first(to))
            }
            _ => self.place_later(place, (slot, to), side),
        }
    }

    /// Whether it matters at a place for a step whether anything of the cargo was aboard.
    pub fn asks(&self, place: usize, act: Act) -> bool {
        let is_it = matches!((&self.what, act), (What::Empty(of), Act::Lift { cargo, .. }) if cargo == *of);
        is_it && (place == self.place_never() || self.until > 0)
    }

    /// Whether a slot is in the past.
    pub fn is_past(&self, slot: Slot) -> bool {
        slot < self.until
    }

    /// The place at a later slot of what has not been done since; nothing where it was due before.
    fn place_later(&self, place: usize, (slot, later): (Slot, Slot), side: Side) -> Option<usize> {
        if self.is_past(slot) {
            return if self.is_past(later) { Some(0) } else { self.place_at_first(later, side) };
        }
        (place + self.first(slot)).checked_sub(self.first(later))
    }

    /// Whether a deed counts in it.
    pub fn is_it(&self, task: Ix<Task>) -> bool {
        matches!(&self.what, What::Rhythm(tasks) if tasks.contains(&task))
    }

    fn is_rhythm(&self) -> bool {
        matches!(self.what, What::Rhythm(_))
    }

    /// By when it is due again first; nothing where it never is.
    pub fn at_first(&self) -> Option<Slot> {
        Some(self.first_due).filter(|&due| self.is_rhythm() && due < self.slots)
    }

    /// By when it is due, if it was last over in a slot; nothing where that is no more.
    pub fn after(&self, slot: Slot) -> Option<Slot> {
        Some(slot + self.longest).filter(|&due| self.is_rhythm() && due < self.slots)
    }
}

/// For how many slots what a ship lifts may be aboard, if that is bounded and it lands where it must.
fn keeps(plan: &Plan, network: &Network, cargo: Ix<Commodity>) -> Option<Slot> {
    let of_it = &plan.commodities[cargo];
    let reach =
        of_it.reach.filter(|reach| plan.way_to(reach.site, cargo) == [Holder::Vessel(network.vessel)]);
    let spans = of_it.keeps.into_iter().chain(reach.map(|reach| reach.within));
    // Rounded down, as whole slots.
    spans.map(|span| (span.seconds() / plan.horizon.slot.seconds()) as Slot).filter(|&slots| slots > 0).min()
}
