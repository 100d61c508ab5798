//! Where carriers, ships and what was lifted stand where all of it is taken to be in one pool.

use crate::model::rounds::alike::measures::{CARRIERS, HOSTS, Measures};
use crate::time::Slot;

/// What a carrier has to land where it may have to wait for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Job {
    /// Where, by place; nowhere if none of it is left.
    pub quay: u8,
    /// Slots that it still takes.
    pub rest: u8,
    /// The first slot in which it can go on.
    pub from: u16,
    /// The slot by which it is done if nobody else comes.
    pub done: u16,
}

impl Job {
    pub const NONE: Job = Job { quay: u8::MAX, rest: 0, from: 0, done: 0 };

    /// Whether it keeps others waiting.
    pub fn is_any(&self) -> bool {
        self.quay < u8::MAX
    }
}

/// Where all of them stand; carriers and ships beyond their number never count.
#[derive(Debug, Clone, Copy)]
pub struct State {
    /// Units that are landed, or will be on the trips that have been agreed; and no more than this can be landed in all.
    pub landed: u32,
    pub hope: u32,
    /// Units in ships and in carriers that have not left with them for good.
    pub total: u32,
    /// By carrier, those that are back first before others: when it can be met again, or a slot that is past; and what it has still to land.
    pub backs: [u16; CARRIERS],
    pub jobs: [Job; CARRIERS],
    /// By carrier: units that it has aboard when it is met next, at most.
    pub ahead: [u16; CARRIERS],
    /// When each ship's last meeting ends, or a slot that is past.
    pub frees: [u16; HOSTS],
    /// Nobody who leaves before this slot comes to a berth any more: what is left to land is what is left then.
    pub left: u16,
    /// Whether something was agreed in the slot before.
    pub is_new: bool,
}

impl State {
    /// Carriers and ships in order.
    pub fn sort(&mut self) {
        let mut boats: [(u16, Job, u16); CARRIERS] =
            std::array::from_fn(|nth| (self.backs[nth], self.jobs[nth], u16::MAX - self.ahead[nth]));
        boats.sort_unstable();
        for (nth, (back, job, room)) in boats.into_iter().enumerate() {
            (self.backs[nth], self.jobs[nth], self.ahead[nth]) = (back, job, u16::MAX - room);
        }
        self.frees.sort_unstable();
    }

    /// When the next meeting can begin, from a slot on, where the first carrier is there in another.
    pub fn begins(&self, m: &Measures, slot: Slot, first: Slot) -> Slot {
        m.next[slot.max(first).max(self.frees[0].into()).min(m.slots + 1)]
    }
}
