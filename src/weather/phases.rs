//! Allowed starts of work whose limits change as it goes on: a table of phases, each with its own open slots.
//!
//! In: for each phase which slots are open and how long it lasts; whether the work may pause. Out: [`Starts`].
//! Work in phases is no chain of tasks: no time may pass between two phases but a pause, where the work may pause at all.
//! Every phase is one pass over the slots, so that a start costs the same however long the work is.

use super::windows::{Starts, continuous, suspendable};

/// One phase of work.
#[derive(Debug, Clone, Copy)]
pub struct PhaseSlots<'o> {
    /// Per slot: whether its limits hold.
    pub open: &'o [bool],
    /// How many slots it lasts.
    pub work: usize,
}

/// How work may pause.
#[derive(Debug, Clone, Copy)]
pub struct Pauses<'o> {
    /// Per slot: whether a pause may last through it.
    pub safe: &'o [bool],
    /// The longest single pause, in slots.
    pub longest: Option<usize>,
}

/// Starts of work in phases; after the last of them its limits must hold for `reserve` slots more.
///
/// # Shapes and units
/// All of `phases` and the safe slots of `pauses` have one flag a slot. The finish is right after the last slot of work, as in
/// [`continuous`] and [`suspendable`], to which this comes down when there is one phase. No phase at all has no start.
pub fn phased(phases: &[PhaseSlots<'_>], reserve: usize, pauses: Option<Pauses<'_>>) -> Starts {
    match (phases, pauses) {
        ([], _) => Starts::of(Vec::new()),
        ([one], None) => continuous(one.open, one.work, reserve),
        ([one], Some(pauses)) => suspendable(one.open, pauses.safe, one.work, reserve, pauses.longest),
        (_, None) => in_one_piece(phases, reserve),
        (_, Some(pauses)) => with_pauses(phases, reserve, pauses),
    }
}

fn in_one_piece(phases: &[PhaseSlots<'_>], reserve: usize) -> Starts {
    let slots = phases[0].open.len();
    let work: usize = phases.iter().map(|phase| phase.work).sum();
    let mut finishes: Vec<u32> = (0..slots).map(|slot| (slot + work) as u32).collect();
    let mut before = 0;
    for (place, phase) in phases.iter().enumerate() {
        let after = if place + 1 == phases.len() { reserve } else { 0 };
        let starts = continuous(phase.open, phase.work, after);
        for (slot, finish) in finishes.iter_mut().enumerate() {
            if phase.work + after > 0 && starts.finish(slot + before).is_none() {
                *finish = Starts::NONE;
            }
        }
        before += phase.work;
    }
    Starts::of(finishes)
}

fn with_pauses(phases: &[PhaseSlots<'_>], reserve: usize, pauses: Pauses<'_>) -> Starts {
    let slots = phases[0].open.len();
    // For every moment: the finish of all that is still to come once the phases before are done at that moment.
    let mut rest: Vec<u32> = (0..=slots as u32).collect();
    if let Some(last) = phases.last().filter(|_| reserve > 0) {
        let held = entered(&PhaseSlots { work: reserve, ..*last }, pauses, |_| Some(0));
        for (moment, finish) in rest.iter_mut().enumerate() {
            if held[moment] == Starts::NONE {
                *finish = Starts::NONE;
            }
        }
    }
    for phase in phases[1..].iter().rev().filter(|phase| phase.work > 0) {
        rest = entered(phase, pauses, |finish| rest.get(finish).copied());
    }
    let first = suspendable(phases[0].open, pauses.safe, phases[0].work, 0, pauses.longest);
    let finish = |slot| first.finish(slot).and_then(|end| rest.get(end).copied()).unwrap_or(Starts::NONE);
    Starts::of((0..slots).map(finish).collect())
}

/// For every moment, `rest` of the finish of a phase that is next to be worked on at that moment, a pause before it included.
fn entered(phase: &PhaseSlots<'_>, pauses: Pauses<'_>, rest: impl Fn(usize) -> Option<u32>) -> Vec<u32> {
    let slots = phase.open.len();
    let starts = suspendable(phase.open, pauses.safe, phase.work, 0, pauses.longest);
    let mut finishes = vec![Starts::NONE; slots + 1];
    let (mut pause, mut next) = (0, Starts::NONE);
    for slot in (0..slots).rev() {
        if phase.open[slot] {
            (pause, next) = (0, starts.finish(slot).and_then(&rest).unwrap_or(Starts::NONE));
        } else {
            pause += 1;
            if !pauses.safe[slot] || pauses.longest.is_some_and(|most| pause > most) {
                next = Starts::NONE;
            }
        }
        finishes[slot] = next;
    }
    finishes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Walks forward from one start, slot by slot; the reserve is worked under the limits of the last phase.
    fn slow_finish(
        phases: &[(Vec<bool>, usize)],
        reserve: usize,
        safe: &[bool],
        longest: usize,
        start: usize,
    ) -> Option<u32> {
        let work: Vec<usize> = phases.iter().enumerate().flat_map(|(p, (_, work))| vec![p; *work]).collect();
        let all: Vec<usize> = work.iter().copied().chain(vec![phases.len() - 1; reserve]).collect();
        let (mut done, mut pause, mut finish) = (0, 0, None);
        for slot in start.. {
            if done == work.len() && finish.is_none() {
                finish = Some(slot as u32);
            }
            let Some(&phase) = all.get(done) else { return finish };
            if *phases[phase].0.get(slot)? {
                (done, pause) = (done + 1, 0);
            } else {
                pause += 1;
                if slot == start || pause > longest || safe.get(slot) != Some(&true) {
                    return None;
                }
            }
        }
        None
    }

    fn slots() -> impl Strategy<Value = Vec<(bool, bool, bool, bool)>> {
        let open = || prop::bool::weighted(0.75);
        prop::collection::vec((open(), open(), open(), prop::bool::weighted(0.9)), 1..70)
    }

    proptest! {
        #[test]
        fn phases_equal_a_slow_oracle(
            slots in slots(), work in [1usize..6, 1usize..6, 1usize..6], reserve in 0usize..4, longest in 0usize..5,
        ) {
            let flags = |pick: fn(&(bool, bool, bool, bool)) -> bool| slots.iter().map(pick).collect::<Vec<bool>>();
            let phases = [(flags(|s| s.0), work[0]), (flags(|s| s.1), work[1]), (flags(|s| s.2), work[2])];
            let safe = flags(|s| s.3);
            let borrowed: Vec<PhaseSlots> = phases.iter().map(|(open, work)| PhaseSlots { open, work: *work }).collect();
            for count in 1..=3 {
                let piece = phased(&borrowed[..count], reserve, None);
                let paused = phased(&borrowed[..count], reserve, Some(Pauses { safe: &safe, longest: Some(longest) }));
                for start in 0..slots.len() {
                    let slow = |longest| slow_finish(&phases[..count], reserve, &safe, longest, start).map(|f| f as usize);
                    prop_assert_eq!(piece.finish(start), slow(0));
                    prop_assert_eq!(paused.finish(start), slow(longest));
                }
                prop_assert!(paused.iter().is_sorted_by_key(|(_, finish)| finish));
            }
        }
    }

    #[test]
    fn the_second_phase_may_stand_more_than_the_first() {
        let (calm, rough) = ([true, false, false, true], [true, true, true, true]);
        let phases = [PhaseSlots { open: &calm, work: 1 }, PhaseSlots { open: &rough, work: 2 }];
        assert_eq!(phased(&phases, 0, None).iter().collect::<Vec<_>>(), [(0, 3)]);
        assert_eq!(phased(&phases, 1, None).iter().collect::<Vec<_>>(), [(0, 3)]);
        assert!(phased(&phases, 2, None).is_empty());
    }
}
