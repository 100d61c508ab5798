//! What has been agreed up to a slot, as little of it as can matter.

use super::measures::{BERTHS, CARRIERS, HOSTS, Measures};
use crate::time::Slot;

/// No berth, no record.
pub const NONE: u32 = u32::MAX;

/// A time at a berth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lay {
    /// Which berths, by place.
    pub berth: u8,
    /// The first slot and that after the last; alike where there is none.
    pub start: u16,
    pub end: u16,
}

/// One carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boat {
    /// When it can be met again; none where it is there.
    pub back: u16,
    /// Units that it has aboard; at most, where a bound is made.
    pub load: u16,
    /// Where a bound is made and it is met and stays: units of each ship, by what it is, that it has aboard then at most.
    pub claims: [u16; HOSTS],
    /// Whether it must be met as soon as it can.
    pub must: bool,
    /// Which of them all it is.
    pub nth: u8,
    pub lay: Lay,
}

/// One ship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deck {
    /// When its last meeting ends, or up to when its stock is known.
    pub free: u16,
    /// Units in its hold then; at most, where a bound is made.
    pub stock: u16,
    /// Where a bound is made: of what it has lifted units that carriers have aboard where ships are met, at most, and with its hold.
    pub afloat: u16,
    pub total: u16,
    /// Where a bound is made: what its stock was a slot before, if it could be met then.
    pub before: Option<u16>,
    /// Which of them all it is.
    pub nth: u8,
}

/// Where all of them stand.
#[derive(Debug, Clone, Copy)]
pub struct State {
    /// Units that are landed, or will be on the trips that have been agreed.
    pub landed: u32,
    /// No more than this can be landed in all.
    pub hope: u32,
    /// Carriers, those that are back first before others; and ships. Beyond their number they never count.
    pub boats: [Boat; CARRIERS],
    pub decks: [Deck; HOSTS],
    /// Where a bound is made: units of each ship, by what it is, that any carrier has aboard that is there, and units in everything; at most.
    pub claims: [u16; HOSTS],
    pub total: u32,
    /// Whether carriers that are there have got more aboard in this slot.
    pub is_more: bool,
    /// When berths are taken, from the first slot on in which a carrier that meets next could lie there: a row of bits for each of them.
    pub busy: [u64; BERTHS],
    /// Whether something was agreed in this slot.
    pub is_new: bool,
    /// Whether it stands for another that might begin something in the next slot that it could have begun before.
    pub is_heir: bool,
    /// The last meeting, by place.
    pub last: u32,
}

impl State {
    /// When the next meeting can begin, from a slot on, where the first carrier is there in another.
    pub fn begins(&self, m: &Measures, slot: Slot, first: Slot) -> Slot {
        let free = self.decks[..m.hosts].iter().map(|deck| usize::from(deck.free)).min();
        m.next[slot.max(first).max(free.unwrap_or(0)).min(m.slots + 1)]
    }
}

impl Boat {
    /// When it can be met, from a slot on.
    pub fn there(&self, slot: Slot) -> u16 {
        self.back.max(slot as u16)
    }
}
