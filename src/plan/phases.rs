//! Tasks whose limits change as they go on: a table of phases, each with its duration and limits.
//!
//! In: a task. Out: for each stretch of its slots the limits that hold there ([`stretches`]), and what that is called ([`words`]).
//! A task in phases is one piece of work, not a chain of tasks: no time passes between two of them, and none of them may pause.
//! Rule 2 of time and weather holds at their borders: a slot that two phases touch must be within the limits of both.

use super::{Plan, Task, windows::gear_limits};
use crate::units::Span;
use crate::weather::Limits;

/// A part of a task under the same limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// How long it takes.
    pub duration: Span,
    /// The weather in which it may go on, besides the limits of its task.
    pub limits: Limits,
}

/// The stretches of a task under the same limits, in order: how many slots each has, and all that holds in it, gear included.
///
/// # Shapes and units
/// The slots add up to the task's duration, rounded up to slots. Without phases there is one stretch.
pub fn stretches(plan: &Plan, task: &Task) -> Vec<(usize, Limits)> {
    let work = plan.horizon.slots_for(task.duration);
    let always = task.limits.and(&gear_limits(plan, task));
    if task.phases.is_empty() {
        return vec![(work, always)];
    }
    let slot = plan.horizon.slot.seconds();
    let mut stretches: Vec<(usize, Limits)> = Vec::new();
    // The places of the phases that the stretch before touched.
    let mut before = 0..0;
    for place in 0..work {
        let (from, to) = (place as i64 * slot, (place as i64 + 1) * slot);
        let touched = touched(&task.phases, from, to);
        if let (Some(last), true) = (stretches.last_mut(), touched == before) {
            last.0 += 1;
            continue;
        }
        let limits =
            task.phases[touched.clone()].iter().fold(always.clone(), |all, phase| all.and(&phase.limits));
        stretches.push((1, limits));
        before = touched;
    }
    stretches
}

/// All that holds while the contingency of a task lasts: what holds in its last phase, gear included.
pub fn in_reserve(plan: &Plan, task: &Task) -> Limits {
    let always = task.limits.and(&gear_limits(plan, task));
    task.phases.last().map_or(always.clone(), |last| always.and(&last.limits))
}

/// The places of the phases that touch the seconds `[from, to)` of their task.
fn touched(phases: &[Phase], from: i64, to: i64) -> std::ops::Range<usize> {
    let mut begin = 0;
    let mut range: Option<std::ops::Range<usize>> = None;
    for (place, phase) in phases.iter().enumerate() {
        let end = begin + phase.duration.seconds();
        if begin < to && end > from {
            range = Some(range.map_or(place, |range| range.start)..place + 1);
        }
        begin = end;
    }
    range.unwrap_or(0..0)
}

/// The limits of a task in words, gear included; of a task in phases one phase after the other: `hs 2 m for 6 h, then hs 3 m for 4 h`.
pub fn words(plan: &Plan, task: &Task) -> String {
    let always = task.limits.and(&gear_limits(plan, task));
    if task.phases.is_empty() {
        return always.to_string();
    }
    let phase = |phase: &Phase| {
        let limits = always.and(&phase.limits);
        let limits = if limits.is_empty() { "no limits".to_owned() } else { limits.to_string() };
        format!("{limits} for {}", phase.duration)
    };
    task.phases.iter().map(phase).collect::<Vec<_>>().join(", then ")
}
