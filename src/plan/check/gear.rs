//! Gear: which of its states work needs, and whether the vessel's tasks ever bring it there and back.
//!
//! In: the plan as written. Out: states that cannot be reached, cannot be left again, or are good for nothing.
//! For each vessel its tasks are steps between states: from the one a task needs to the one it leaves. What the gear survives
//! is looked at in [`super::limits`].

use super::Check;
use super::names::has_all_gear;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, entries, gear_names, some_of};
use crate::plan::raw::{RawSampling, RawTask, RawTransfer, RawVessel};
use crate::plan::read::Spoilt;
use std::ops::Range;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[("gear-without-vessel", "A task without a vessel speaks of gear.")],
        look: without_vessel,
    },
    Check {
        kinds: &[
            ("gear-unreachable", "A state of the gear is needed that no task leaves behind."),
            ("gear-unused", "A state of the gear is neither needed nor left behind by any work."),
            (
                "gear-no-way-back",
                "The gear can come into a state from which no task brings it back, so that the vessel can never sail again.",
            ),
        ],
        look: states,
    },
];

fn without_vessel(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in
        entries(&draft.raw.task).filter(|task| draft.is_left_out(&task.vessel, "vessel", &task.spoilt))
    {
        let Some(gear) = task.gear.as_ref().or(task.leaves.as_ref()) else { continue };
        found.push(
            draft
                .error("gear-without-vessel", gear.span(), "this task has no vessel, and so no gear")
                .help("name the vessel: vessel = \"...\", or leave `gear` and `leaves` out"),
        );
    }
}

/// One piece of work as a step of a vessel's gear.
struct Step<'d> {
    id: &'d str,
    /// The state it needs, and where the plan says so.
    needs: usize,
    needs_at: Range<usize>,
    /// The state it leaves, and where the plan says so.
    leaves: usize,
    leaves_at: Range<usize>,
    is_mandatory: bool,
}

fn states(draft: &Draft<'_>, found: &mut Diagnostics) {
    if !(draft.is_whole(List::Vessel) && draft.is_whole(List::Task)) {
        return;
    }
    let raw = &draft.raw;
    let vessels: Vec<&RawVessel> = entries(&raw.vessel).collect();
    let mut named = entries(&raw.task).map(|task| (&task.vessel, &task.spoilt));
    let mut named_too = entries(&raw.sampling).map(|sampling| (&sampling.vessel, &sampling.spoilt));
    // Work of a vessel that is misspelt may be any vessel's.
    let is_lost = |(vessel, spoilt): (&Option<Spanned<String>>, &Spoilt)| {
        spoilt.has("vessel") || vessel.as_ref().is_some_and(|id| draft.vessel(id.get_ref()).is_none())
    };
    if named.any(is_lost) || named_too.any(is_lost) {
        return;
    }
    // A vessel of which some work is not wholly known is left alone: it might be just the step that is missed.
    let mut steps: Vec<Option<Vec<Step<'_>>>> = vessels
        .iter()
        .map(|vessel| (has_all_gear(draft, vessel) && entries(&vessel.gear).next().is_some()).then(Vec::new))
        .collect();
    let place = |vessel: &Option<Spanned<String>>| draft.index(List::Vessel, vessel.as_ref()?.get_ref());
    let of_tasks = entries(&raw.task).filter_map(|task| {
        let vessel = place(&task.vessel)?;
        Some((vessel, step_of_task(task, &gear_names(vessels[vessel]))))
    });
    let of_samplings = entries(&raw.sampling).filter_map(|sampling| {
        let vessel = place(&sampling.vessel)?;
        Some((vessel, step_of_sampling(sampling, &gear_names(vessels[vessel]))))
    });
    let of_transfers = entries(&raw.transfer).flat_map(|transfer| {
        let ends = [(&transfer.from, &transfer.from_gear), (&transfer.to, &transfer.to_gear)];
        ends.into_iter().filter_map(|(vessel, gear)| {
            let (vessel, gear) = (place(vessel)?, gear.as_ref()?);
            Some((vessel, step_of_transfer(transfer, gear, &gear_names(vessels[vessel]))))
        })
    });
    for (vessel, step) in of_tasks.chain(of_samplings).chain(of_transfers) {
        match (&mut steps[vessel], step) {
            (Some(known), Some(step)) => known.push(step),
            (known, _) => *known = None,
        }
    }
    for (vessel, steps) in vessels.iter().zip(steps) {
        let Some(steps) = steps else { continue };
        unreachable(draft, vessel, &steps, found);
        no_way_back(draft, vessel, &steps, found);
        unused(draft, vessel, &steps, found);
    }
}

/// The states that can be reached from `from` by steps, taken forwards or backwards.
fn reach(from: usize, states: usize, steps: &[Step<'_>], is_backwards: bool) -> Vec<bool> {
    let mut next = vec![Vec::new(); states];
    for step in steps {
        let (a, b) = if is_backwards { (step.leaves, step.needs) } else { (step.needs, step.leaves) };
        next[a].push(b);
    }
    let mut is_reached = vec![false; states];
    let mut queue = vec![from];
    while let Some(state) = queue.pop() {
        if !std::mem::replace(&mut is_reached[state], true) {
            queue.extend(&next[state]);
        }
    }
    is_reached
}

fn unreachable(draft: &Draft<'_>, vessel: &RawVessel, steps: &[Step<'_>], found: &mut Diagnostics) {
    let names = gear_names(vessel);
    let is_reached = reach(0, names.len(), steps, false);
    let is_left = |state: usize| steps.iter().any(|step| step.leaves == state && step.needs != state);
    let needed: Vec<usize> =
        (0..names.len()).filter(|&s| !is_reached[s] && steps.iter().any(|step| step.needs == s)).collect();
    // What lies behind a state that nothing leaves is not told again; where all are left, they lie in a circle: one is told.
    let mut causes: Vec<usize> = needed.iter().copied().filter(|&state| !is_left(state)).collect();
    if causes.is_empty() {
        causes.extend(needed.first());
    }
    for state in causes {
        let users: Vec<&Step<'_>> = steps.iter().filter(|step| step.needs == state).collect();
        let Some(first) = users.first() else { continue };
        let others = match users.len() {
            1 => String::new(),
            2 => " and one other need".to_owned(),
            many => format!(" and {} others need", many - 1),
        };
        let need = if others.is_empty() { " needs" } else { &others };
        let starts = names[0];
        found.push(
            draft
                .error(
                    "gear-unreachable",
                    first.needs_at.clone(),
                    format!(
                        "no task brings the gear from {starts:?} to {:?}, which {:?}{need}",
                        names[state], first.id
                    ),
                )
                .label("never reached")
                .help(format!(
                    "add leaves = {:?} to the task that does it, or name a state that is reached: {}",
                    names[state],
                    some_of(
                        &(0..names.len()).filter(|&s| is_reached[s]).map(|s| names[s]).collect::<Vec<_>>()
                    )
                )),
        );
    }
}

fn no_way_back(draft: &Draft<'_>, vessel: &RawVessel, steps: &[Step<'_>], found: &mut Diagnostics) {
    let names = gear_names(vessel);
    let (reached, returns) = (reach(0, names.len(), steps, false), reach(0, names.len(), steps, true));
    let is_dead = |state: usize| reached[state] && !returns[state];
    let Some(entry) =
        steps.iter().find(|step| reached[step.needs] && !is_dead(step.needs) && is_dead(step.leaves))
    else {
        return;
    };
    let is_forced =
        steps.iter().any(|step| step.is_mandatory && (is_dead(step.needs) || is_dead(step.leaves)));
    let who = vessel.id.as_ref().map_or("the vessel", |id| id.get_ref());
    let message = format!(
        "after {:?} no task brings the gear of {who:?} back from {:?} to {:?}",
        entry.id, names[entry.leaves], names[0]
    );
    let (at, slug) = (entry.leaves_at.clone(), "gear-no-way-back");
    let diagnostic =
        if is_forced { draft.error(slug, at, message) } else { draft.warning(slug, at, message) };
    found.push(
        diagnostic
            .label("from here the vessel can never sail, nor be done")
            .help(format!("add a task with gear = {:?} and leaves = {:?}", names[entry.leaves], names[0])),
    );
}

fn unused(draft: &Draft<'_>, vessel: &RawVessel, steps: &[Step<'_>], found: &mut Diagnostics) {
    for (state, gear) in entries(&vessel.gear).enumerate().skip(1) {
        let is_used = steps.iter().any(|step| step.needs == state || step.leaves == state);
        if let Some(id) = gear.id.as_ref().filter(|_| !is_used) {
            found.push(
                draft
                    .warning(
                        "gear-unused",
                        id.span(),
                        format!("no work needs or leaves the state {:?}", id.get_ref()),
                    )
                    .help("leave it out, or name it as `gear` or `leaves` of a task"),
            );
        }
    }
}

fn step_of_task<'d>(task: &'d RawTask, names: &[&str]) -> Option<Step<'d>> {
    if task.spoilt.has("gear") || task.spoilt.has("leaves") {
        return None;
    }
    let id = task.id.as_ref()?;
    let place = |state: &Option<Spanned<String>>| match state {
        None => Some(None),
        Some(state) => Some(Some(names.iter().position(|name| name == state.get_ref())?)),
    };
    let needs = place(&task.gear)?.unwrap_or(0);
    let needs_at = task.gear.as_ref().map_or(id.span(), Spanned::span);
    Some(Step {
        id: id.get_ref(),
        needs,
        leaves: place(&task.leaves)?.unwrap_or(needs),
        leaves_at: task.leaves.as_ref().map_or(needs_at.clone(), Spanned::span),
        needs_at,
        is_mandatory: task.times.as_ref().is_none_or(|times| times.get_ref().least > 0),
    })
}

fn step_of_transfer<'d>(
    transfer: &'d RawTransfer,
    gear: &Spanned<String>,
    names: &[&str],
) -> Option<Step<'d>> {
    let id = transfer.id.as_ref()?.get_ref();
    let needs = names.iter().position(|name| name == gear.get_ref())?;
    let at = gear.span();
    Some(Step { id, needs, leaves: needs, leaves_at: at.clone(), needs_at: at, is_mandatory: false })
}

fn step_of_sampling<'d>(sampling: &'d RawSampling, names: &[&str]) -> Option<Step<'d>> {
    if sampling.spoilt.has("gear") {
        return None;
    }
    let id = sampling.id.as_ref()?;
    let needs = match &sampling.gear {
        Some(gear) => names.iter().position(|name| name == gear.get_ref())?,
        None => 0,
    };
    let at = sampling.gear.as_ref().map_or(id.span(), Spanned::span);
    let is_mandatory = sampling.at_least.as_ref().is_some_and(|mass| mass.get_ref().tonnes() > 0.0);
    Some(Step { id: id.get_ref(), needs, leaves: needs, leaves_at: at.clone(), needs_at: at, is_mandatory })
}
