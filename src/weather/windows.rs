//! Allowed starts and their finishes, each found in one pass over the slots.
//!
//! In: which slots are open, and how long the work is. Out: [`Starts`], for every slot the finish of the work begun there.
//! Not a search: everything is linear in the number of slots, and the whole of a long series is done at once.
//! Rules: design of time and weather, rules 2 to 4 (a continuous task needs its whole reference period open; a suspendable one
//! works in open slots, pauses in closed ones, and starts and ends with an open one).

use super::limits::Limits;
use super::series::Series;
use crate::time::{Horizon, Slot};
use std::ops::Range;

/// For every slot of a horizon: the slot in which work that starts there is finished, if it may start there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starts(Vec<u32>);

impl Starts {
    pub(super) const NONE: u32 = u32::MAX;

    /// Starts whose finishes are known; [`Starts::NONE`] where there is none.
    pub(super) fn of(finishes: Vec<u32>) -> Starts {
        Starts(finishes)
    }

    /// The end of work that starts in `slot` (the first slot after it), or nothing where it may not start.
    pub fn finish(&self, slot: Slot) -> Option<Slot> {
        match self.0.get(slot) {
            None | Some(&Starts::NONE) => None,
            Some(&finish) => Some(finish as Slot),
        }
    }

    /// Every allowed start with its finish, in order. Finishes never fall.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Slot, Slot)> + '_ {
        self.0.iter().enumerate().filter(|&(_, &f)| f != Starts::NONE).map(|(slot, &f)| (slot, f as Slot))
    }

    /// Takes away the starts that are not so.
    pub fn retain(&mut self, is_allowed: impl Fn(Slot, Slot) -> bool) {
        for (slot, finish) in self.0.iter_mut().enumerate() {
            if *finish != Starts::NONE && !is_allowed(slot, *finish as Slot) {
                *finish = Starts::NONE;
            }
        }
    }

    /// Whether the work may start nowhere.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&finish| finish == Starts::NONE)
    }
}

/// Which slots of `horizon` are open: every sample that touches the slot is there and within all `limits`.
///
/// # Shapes and units
/// Returns one flag a slot. A channel that the series lacks, a missing sample and a slot outside the series close it.
pub fn open_slots(series: &Series, limits: &Limits, horizon: &Horizon) -> Vec<bool> {
    if limits.is_empty() {
        return vec![true; horizon.slots];
    }
    // Where the samples are the slots, which is the common case, only those of the horizon need to be looked at.
    if series.step == horizon.slot
        && let Some(samples) = series.samples_touching(horizon.start, horizon.end())
        && samples.len() == horizon.slots
    {
        return samples_within(series, limits, samples);
    }
    let within = samples_within(series, limits, 0..series.len());
    let is_open = |samples: Option<Range<usize>>| {
        samples.is_some_and(|samples| within[samples].iter().all(|&flag| flag))
    };
    let offset = horizon.start - series.start;
    if offset.subsec_nanos() != 0 {
        let touching = |slot: usize| series.samples_touching(horizon.time(slot), horizon.time(slot + 1));
        return (0..horizon.slots).map(|slot| is_open(touching(slot))).collect();
    }
    // The same in whole seconds: a calendar for each slot of a year takes longer than everything else here.
    let (offset, slot, step) = (offset.num_seconds(), horizon.slot.seconds(), series.step.seconds());
    let touching = |nth: usize| {
        let from = offset + slot * nth as i64;
        let (first, past) = (from.div_euclid(step), (from + slot + step - 1).div_euclid(step));
        (from >= 0 && past <= series.len() as i64).then_some(first as usize..past as usize)
    };
    (0..horizon.slots).map(|nth| is_open(touching(nth))).collect()
}

/// Which of some samples are within all limits.
fn samples_within(series: &Series, limits: &Limits, samples: Range<usize>) -> Vec<bool> {
    let mut within = vec![true; samples.len()];
    for limit in limits.iter() {
        match series.channel(&limit.channel) {
            None => within.fill(false),
            Some(channel) => {
                for (flag, &value) in within.iter_mut().zip(&series.values[channel][samples.clone()]) {
                    *flag &= limit.admits(value);
                }
            }
        }
    }
    within
}

/// Starts of work that must not be interrupted.
///
/// # Shapes and units
/// `work` and `reserve` are in slots; `work + reserve` slots must be open from the start on (the reference period), and the
/// finish is `work` slots after the start.
pub fn continuous(open: &[bool], work: usize, reserve: usize) -> Starts {
    let mut finish = vec![Starts::NONE; open.len()];
    let needed = work + reserve;
    let mut run = 0;
    for slot in (0..open.len()).rev() {
        run = if open[slot] { run + 1 } else { 0 };
        if run >= needed && open[slot] {
            finish[slot] = (slot + work) as u32;
        }
    }
    Starts(finish)
}

/// Starts of work that pauses in closed slots and goes on in open ones.
///
/// # Shapes and units
/// `safe[t]`: whether a pause may last through slot t. `work` and `reserve` are in open slots: from a start there must be
/// `work + reserve` open slots within the horizon, with no pause among them that is longer than `max_pause` slots or unsafe;
/// the finish comes right after the last of the `work`.
pub fn suspendable(
    open: &[bool],
    safe: &[bool],
    work: usize,
    reserve: usize,
    max_pause: Option<usize>,
) -> Starts {
    let mut finish = vec![Starts::NONE; open.len()];
    let needed = (work + reserve).max(1);
    let longest = max_pause.unwrap_or(usize::MAX);
    // The open slots from here on that can be worked through without a forbidden pause, the nearest last.
    let mut ahead: Vec<u32> = Vec::with_capacity(open.len());
    let (mut pause, mut pause_is_safe) = (0, true);
    for slot in (0..open.len()).rev() {
        if !open[slot] {
            pause += 1;
            pause_is_safe &= safe[slot];
            continue;
        }
        if pause > longest || !pause_is_safe {
            ahead.clear();
        }
        (pause, pause_is_safe) = (0, true);
        ahead.push(slot as u32);
        if ahead.len() >= needed {
            finish[slot] = if work == 0 { slot as u32 } else { ahead[ahead.len() - work] + 1 };
        }
    }
    Starts(finish)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::channel::Channel;
    use proptest::prelude::*;

    /// Walks forward from one start, slot by slot.
    fn slow_finish(
        open: &[bool],
        safe: &[bool],
        start: usize,
        work: usize,
        reserve: usize,
        max_pause: Option<usize>,
    ) -> Option<usize> {
        if !*open.get(start)? {
            return None;
        }
        let (mut done, mut pause, mut finish) = (0, 0, None);
        for slot in start.. {
            if done == work && finish.is_none() {
                finish = Some(slot);
            }
            if done == work + reserve {
                return finish;
            }
            if *open.get(slot)? {
                done += 1;
                pause = 0;
            } else {
                pause += 1;
                if max_pause.is_some_and(|most| pause > most) || !*safe.get(slot)? {
                    return None;
                }
            }
        }
        None
    }

    proptest! {
        #[test]
        fn a_slot_is_open_when_every_sample_that_touches_it_is(
            values in prop::collection::vec(prop_oneof![Just(1.0), Just(3.0), Just(f64::NAN)], 1..40),
            (offset, slot, step) in (-3i64..30, 1i64..9, 1i64..9),
            slots in 1usize..40,
        ) {
            let start: chrono::DateTime<chrono::Utc> = "2026-01-01T00:00:00Z".parse().expect("a time");
            let hours = |hours: i64| crate::units::Span::of_seconds(hours * 1800);
            let series = Series {
                start,
                step: hours(step),
                channels: vec![Channel { name: "hs".to_owned(), dimension: &crate::units::LENGTH }],
                values: vec![values],
                origin: crate::weather::Origin::Hindcast,
            };
            let horizon =
                Horizon { start: start + chrono::TimeDelta::seconds(offset * 1800), slot: hours(slot), slots };
            let limits = Limits::parse("hs 2 m", &series).expect("a limit");
            let slow: Vec<bool> = (0..slots)
                .map(|nth| {
                    let touching = series.samples_touching(horizon.time(nth), horizon.time(nth + 1));
                    touching.is_some_and(|samples| samples.clone().all(|sample| series.values[0][sample] <= 2.0))
                })
                .collect();
            prop_assert_eq!(open_slots(&series, &limits, &horizon), slow);
        }

        #[test]
        fn starts_equal_a_slow_oracle(
            slots in prop::collection::vec((prop::bool::weighted(0.7), prop::bool::weighted(0.9)), 1..80),
            work in 1usize..12, reserve in 0usize..4, max_pause in prop::option::of(0usize..6),
        ) {
            let open: Vec<bool> = slots.iter().map(|s| s.0).collect();
            let safe: Vec<bool> = slots.iter().map(|s| s.1).collect();
            let fast = suspendable(&open, &safe, work, reserve, max_pause);
            let never_pause = continuous(&open, work, reserve);
            for start in 0..open.len() {
                prop_assert_eq!(fast.finish(start), slow_finish(&open, &safe, start, work, reserve, max_pause));
                prop_assert_eq!(never_pause.finish(start), slow_finish(&open, &safe, start, work, reserve, Some(0)));
            }
            prop_assert!(fast.iter().is_sorted_by_key(|(_, finish)| finish));
        }
    }

    #[test]
    fn a_reserve_must_be_open_but_is_not_worked() {
        let open = [true, true, true, false, true, true];
        let starts = continuous(&open, 2, 1);
        assert_eq!(starts.iter().collect::<Vec<_>>(), [(0, 2)]);
    }

    #[test]
    fn a_pause_ends_no_later_than_it_may() {
        let open = [true, false, false, true, true, false];
        let safe = [true; 6];
        assert_eq!(suspendable(&open, &safe, 2, 0, Some(2)).finish(0), Some(4));
        assert_eq!(suspendable(&open, &safe, 2, 0, Some(1)).finish(0), None);
        assert_eq!(suspendable(&open, &[true, true, false, true, true, true], 2, 0, None).finish(0), None);
    }
}
