//! Campaigns that are nothing but a row of tasks: the finish of every activity in one look-up each.
//!
//! In: one table of next finishes an activity, made by [`next_finish`](super::table::next_finish), and the slots in which campaigns start.
//! Out: the finish of each activity of each campaign. Several campaigns go side by side, so that none waits for memory alone.
//! Not for ships, gear or lifting: those are [`super::voyage`]'s. A departure scan of a plain row of tasks over decades takes
//! milliseconds this way.

use super::table::NEVER;

/// Campaigns side by side.
const LANES: usize = 16;

/// A row of tasks, each begun as soon as the one before it is done.
#[derive(Debug, Clone)]
pub struct Chain {
    /// By activity, for each slot and the end: the finish when it may begin from there on.
    tables: Vec<Vec<u32>>,
    slots: u32,
}

impl Chain {
    /// The chain of these tables, which must cover the same slots.
    pub fn new(tables: Vec<Vec<u32>>) -> Chain {
        let slots = tables.iter().map(Vec::len).min().unwrap_or(1) as u32 - 1;
        Chain { tables, slots }
    }

    /// The finish of a campaign that is ready in `start`; [`NEVER`] when it never ends.
    pub fn finish(&self, start: u32) -> u32 {
        self.tables.iter().fold(start, |now, table| next(table, now))
    }

    /// The finishes of campaigns, and by `each` those of every activity: its place, and one finish for each campaign.
    ///
    /// # Shapes and units
    /// `finishes` has the length of `starts`.
    pub fn finishes(&self, starts: &[u32], finishes: &mut [u32]) {
        let mut starts = starts.chunks_exact(LANES);
        let mut places = finishes.chunks_exact_mut(LANES);
        for (starts, finishes) in (&mut starts).zip(&mut places) {
            let mut now = [0u32; LANES];
            now.copy_from_slice(starts);
            for table in &self.tables {
                for lane in &mut now {
                    *lane = next(table, *lane);
                }
            }
            finishes.copy_from_slice(&now);
        }
        for (start, finish) in starts.remainder().iter().zip(places.into_remainder()) {
            *finish = self.finish(*start);
        }
    }

    /// The finish of every activity of one campaign.
    pub fn activities(&self, start: u32) -> Vec<u32> {
        let mut now = start;
        self.tables
            .iter()
            .map(|table| {
                now = next(table, now);
                now
            })
            .collect()
    }

    /// The slots that the tables cover.
    pub fn slots(&self) -> u32 {
        self.slots
    }
}

/// What has no end stays without one: it lies beyond the table.
fn next(table: &[u32], now: u32) -> u32 {
    table.get(now as usize).copied().unwrap_or(NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::table::{Pauses, next_finish};

    #[test]
    fn side_by_side_is_the_same_as_one_by_one() {
        let open: Vec<bool> = (0..500u32).map(|slot| slot.wrapping_mul(2_654_435_761) >> 30 != 0).collect();
        let table = |work: u32, longest: usize| next_finish(&open, Pauses { longest, safe: &[] }, work, 0);
        let chain = Chain::new(vec![table(3, 0), table(7, usize::MAX), table(2, 0), table(5, 2)]);
        let starts: Vec<u32> = (0..chain.slots()).collect();
        let mut finishes = vec![0; starts.len()];
        chain.finishes(&starts, &mut finishes);
        for (&start, &finish) in starts.iter().zip(&finishes) {
            assert_eq!(finish, chain.finish(start));
            assert_eq!(chain.activities(start).last(), Some(&finish));
        }
        assert!(finishes[0] != NEVER && finishes[499] == NEVER);
    }
}
