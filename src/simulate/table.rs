//! Tables that answer "when may work begin from here, and when is it done?" in a few look-ups, for any duration.
//!
//! In: which slots are open, and which pauses are allowed. Out: [`WorkTable`], for work whose duration is drawn; [`next_finish`], one
//! number a slot for work whose duration is fixed. Both are made in one pass over a whole series, whatever its length.
//! Not a walk through the slots: a voyage that waits for a month costs no more than one that does not.
//!
//! The open slots are numbered. Those that can be worked through without a forbidden pause make a chain; work fits into a chain
//! when enough of its open slots are left. Work that may not pause is the case in which every pause is forbidden.

/// No slot at all.
pub const NEVER: u32 = u32::MAX;

/// How long a single pause may be.
#[derive(Debug, Clone, Copy)]
pub struct Pauses<'s> {
    /// Slots at most; 0 for work that may not pause.
    pub longest: usize,
    /// Per slot: whether a pause may last through it.
    pub safe: &'s [bool],
}

/// When work that is open in some slots may begin and is done.
#[derive(Debug, Clone)]
pub struct WorkTable {
    /// For each slot, and for the end: how many open slots lie before it.
    count: Vec<u32>,
    /// The slot of each open slot, by number.
    nth: Vec<u32>,
    /// The chain of each open slot, by number.
    chain: Vec<u32>,
    /// The number of the first open slot past each chain.
    ends: Vec<u32>,
    /// For work of a fixed length whose starts are known one by one: from each slot on the next of them, and up to it the last one.
    known: Option<Known>,
}

/// Starts that are known one by one.
#[derive(Debug, Clone)]
struct Known {
    next: Vec<u32>,
    last: Vec<u32>,
}

impl WorkTable {
    /// The table of work; slots beyond `open` are closed.
    pub fn new(open: &[bool], pauses: Pauses<'_>) -> WorkTable {
        let mut table = WorkTable {
            count: Vec::with_capacity(open.len() + 1),
            nth: Vec::new(),
            chain: Vec::new(),
            ends: Vec::new(),
            known: None,
        };
        let (mut pause, mut is_safe) = (0, true);
        for (slot, &is_open) in open.iter().enumerate() {
            table.count.push(table.nth.len() as u32);
            if !is_open {
                pause += 1;
                is_safe &= pauses.safe.get(slot).copied().unwrap_or(true);
                continue;
            }
            if !table.nth.is_empty() && (pause > pauses.longest || !is_safe) {
                table.ends.push(table.nth.len() as u32);
            }
            (pause, is_safe) = (0, true);
            table.chain.push(table.ends.len() as u32);
            table.nth.push(slot as u32);
        }
        table.count.push(table.nth.len() as u32);
        table.ends.push(table.nth.len() as u32);
        table
    }

    /// The table of work in one piece that may begin in the marked slots; it always needs as much as it did when they were marked.
    pub fn of_starts(is_start: &[bool]) -> WorkTable {
        let table = WorkTable::new(&vec![true; is_start.len()], Pauses { longest: 0, safe: &[] });
        let mut last = vec![NEVER; is_start.len() + 1];
        for (slot, &is_it) in is_start.iter().enumerate() {
            let here = if is_it { slot as u32 } else { last[slot] };
            last[slot + 1] = here;
        }
        let known = Known { next: next_marked(is_start.iter().copied()), last };
        WorkTable { known: Some(known), ..table }
    }

    /// How many slots it covers.
    pub fn len(&self) -> u32 {
        self.count.len() as u32 - 1
    }

    /// Whether it covers no slot.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first slot from `now` on in which work may begin that needs so many open slots.
    pub fn start(&self, now: u32, needed: u32) -> Option<u32> {
        if let Some(known) = &self.known {
            return known.next.get(now as usize).copied().filter(|&start| start != NEVER);
        }
        let needed = needed.max(1);
        let mut number = *self.count.get(now as usize)?;
        loop {
            let chain = *self.chain.get(number as usize)?;
            let end = self.ends[chain as usize];
            if end - number >= needed {
                return Some(self.nth[number as usize]);
            }
            number = end;
        }
    }

    /// The slot after the last of `work` open slots that begin with `start`, which must be an allowed one.
    pub fn finish(&self, start: u32, work: u32) -> u32 {
        match work {
            0 => start,
            _ => self.nth[(self.count[start as usize] + work - 1) as usize] + 1,
        }
    }

    /// The slot after the last of `work` open slots from `from` on, whatever pauses lie between; nothing where the table has not so many.
    pub fn finish_over(&self, from: u32, work: u32) -> Option<u32> {
        let Some(last) = work.checked_sub(1) else { return Some(from) };
        let number = *self.count.get(from as usize)? + last;
        self.nth.get(number as usize).map(|slot| slot + 1)
    }

    /// The last slot in which work may begin that needs `work + reserve` open slots and is to be done by `by`.
    pub fn latest(&self, by: u32, work: u32, reserve: u32) -> Option<u32> {
        if let Some(known) = &self.known {
            // `last` is shifted by one: what begins at `by - work` is still done by `by`.
            let place = (by.min(self.len()) + 1).checked_sub(work.max(1))?;
            return known.last.get(place as usize).copied().filter(|&start| start != NEVER);
        }
        let before = self.count[by.min(self.len()) as usize];
        let needed = (work + reserve).max(1);
        let last = before.checked_sub(work.max(1))?;
        let mut chain = *self.chain.get(last as usize)? as usize;
        loop {
            let first = if chain == 0 { 0 } else { self.ends[chain - 1] };
            if let Some(number) = self.ends[chain].checked_sub(needed).map(|number| number.min(last))
                && number >= first
            {
                return Some(self.nth[number as usize]);
            }
            chain = chain.checked_sub(1)?;
        }
    }

    /// Whether a slot is open.
    pub fn is_open(&self, slot: u32) -> bool {
        let slot = slot as usize;
        slot + 1 < self.count.len() && self.count[slot + 1] > self.count[slot]
    }

    /// The open slots from `slot` on that lie in its chain; 0 where it is closed.
    pub fn ahead(&self, slot: u32) -> u32 {
        if let Some(known) = &self.known {
            // All that it needs is ahead of a start, and nothing of it elsewhere.
            return if known.next.get(slot as usize) == Some(&slot) { u32::MAX } else { 0 };
        }
        if !self.is_open(slot) {
            return 0;
        }
        let number = self.count[slot as usize];
        self.ends[self.chain[number as usize] as usize] - number
    }

    /// The first open slot from `slot` on, or [`NEVER`].
    pub fn next_open(&self, slot: u32) -> u32 {
        let number = self.count[slot.min(self.len()) as usize];
        self.nth.get(number as usize).copied().unwrap_or(NEVER)
    }

    /// How many open slots lie within `[from, to)`.
    pub fn open_within(&self, from: u32, to: u32) -> u32 {
        let at = |slot: u32| self.count[slot.min(self.len()) as usize];
        at(to).saturating_sub(at(from))
    }
}

/// For each slot, and for the end, the finish of work that begins as soon as it may from there on; [`NEVER`] where it never may.
///
/// # Shapes and units
/// As for [`crate::weather::continuous`] and [`crate::weather::suspendable`], whose starts these are: `work` and `reserve` in slots.
pub fn next_finish(open: &[bool], pauses: Pauses<'_>, work: u32, reserve: u32) -> Vec<u32> {
    let mut finish = vec![NEVER; open.len() + 1];
    let (work, needed) = (work as usize, (work + reserve).max(1) as usize);
    if pauses.longest == 0 {
        let (mut run, mut next) = (0, NEVER);
        for slot in (0..open.len()).rev() {
            run = if open[slot] { run + 1 } else { 0 };
            if run >= needed {
                next = (slot + work) as u32;
            }
            finish[slot] = next;
        }
        return finish;
    }
    // The open slots of the chain from here on, the nearest last.
    let mut ahead: Vec<u32> = Vec::with_capacity(open.len());
    let (mut pause, mut is_safe, mut next) = (0, true, NEVER);
    for slot in (0..open.len()).rev() {
        if open[slot] {
            if pause > pauses.longest || !is_safe {
                ahead.clear();
            }
            (pause, is_safe) = (0, true);
            ahead.push(slot as u32);
            if ahead.len() >= needed {
                next = if work == 0 { slot as u32 } else { ahead[ahead.len() - work] + 1 };
            }
        } else {
            pause += 1;
            is_safe &= pauses.safe.get(slot).copied().unwrap_or(true);
        }
        finish[slot] = next;
    }
    finish
}

/// For each slot, and for the end, the next slot from there on that is marked; [`NEVER`] where none is.
pub fn next_marked(marked: impl DoubleEndedIterator<Item = bool> + ExactSizeIterator) -> Vec<u32> {
    let mut next = vec![NEVER; marked.len() + 1];
    let mut last = NEVER;
    for (slot, is_marked) in marked.enumerate().rev() {
        if is_marked {
            last = slot as u32;
        }
        next[slot] = last;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::{Starts, continuous, suspendable};
    use proptest::prelude::*;

    /// The first allowed start from `now` on with its finish, by asking the starts one slot after the other.
    fn slow(starts: &Starts, now: usize, slots: usize) -> Option<(u32, u32)> {
        (now..slots).find_map(|slot| Some((slot as u32, starts.finish(slot)? as u32)))
    }

    /// The last allowed start that is done by `by`.
    fn slow_latest(starts: &Starts, by: usize) -> Option<u32> {
        let mut in_time = starts.iter().filter(|&(_, finish)| finish <= by);
        in_time.next_back().map(|(start, _)| start as u32)
    }

    proptest! {
        #[test]
        fn tables_know_the_starts_that_windows_allow(
            slots in prop::collection::vec((any::<bool>(), any::<bool>()), 0..40),
            work in 1u32..6, reserve in 0u32..4, longest in 0usize..4,
        ) {
            let (open, safe): (Vec<bool>, Vec<bool>) = slots.into_iter().unzip();
            let pauses = Pauses { longest, safe: &safe };
            let table = WorkTable::new(&open, pauses);
            let finishes = next_finish(&open, pauses, work, reserve);
            let starts = match longest {
                0 => continuous(&open, work as usize, reserve as usize),
                _ => suspendable(&open, &safe, work as usize, reserve as usize, Some(longest)),
            };
            for (now, &finish) in finishes.iter().enumerate() {
                let known = slow(&starts, now, open.len());
                let start = table.start(now as u32, work + reserve);
                prop_assert_eq!(start, known.map(|(start, _)| start));
                prop_assert_eq!(start.map(|start| table.finish(start, work)), known.map(|(_, finish)| finish));
                prop_assert_eq!(finish, known.map_or(NEVER, |(_, finish)| finish));
                prop_assert_eq!(table.latest(now as u32, work, reserve), slow_latest(&starts, now));
            }
        }
    }

    #[test]
    fn a_mark_is_found_from_before_it() {
        let next = next_marked([false, true, false, true, false].into_iter());
        assert_eq!(next, [1, 1, 3, 3, NEVER, NEVER]);
    }
}
