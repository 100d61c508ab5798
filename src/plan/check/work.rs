//! Work and its order: what comes after what, how it may pause, how long it may take, what it takes.
//!
//! In: the plan as written. Out: orders that contradict themselves, and keys that contradict each other.
//! Names that are unknown are told in [`super::names`], gear in [`super::gear`], dates in [`super::dates`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, entries, entry};
use crate::plan::raw::{After, SuspendWord};
use crate::plan::read::Named;
use crate::units::Span;
use std::collections::HashMap;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("after-itself", "A task waits for itself."),
            ("after-twice", "A task names the same predecessor twice."),
            ("within-before-lag", "A task must start before its lag has passed."),
            ("within-repeated", "A task must start within a time from a task that may happen several times."),
        ],
        look: predecessors,
    },
    Check {
        kinds: &[
            ("max-pause-without-suspend", "A pause is bounded that the task may not make."),
            ("hold-without-vessel", "A task without a vessel has no gear that could hold."),
        ],
        look: pauses,
    },
    Check {
        kinds: &[
            ("spread-reversed", "The shortest duration is longer than the longest."),
            ("spread-misses-duration", "The duration lies outside its own spread."),
        ],
        look: spreads,
    },
    Check {
        kinds: &[("uses-over-capacity", "A task or a transfer takes more of a resource than there is.")],
        look: capacities,
    },
    Check {
        kinds: &[
            (
                "daylight-needs-position",
                "A task by daylight is at no known position, so that the sun is unknown.",
            ),
            ("daylight-coarse", "Slots are so long that a day has next to none with daylight throughout."),
        ],
        look: daylight,
    },
    Check { kinds: &[("nothing-to-do", "The plan asks for no work at all.")], look: nothing },
];

fn predecessors(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        let mut named: HashMap<&str, usize> = HashMap::new();
        for after in task.after.iter().flat_map(|after| after.get_ref()).map(Spanned::get_ref) {
            let name = after.task.get_ref().as_str();
            let line = draft.place(after.task.span()).line;
            if task.id.as_ref().is_some_and(|id| id.get_ref() == name) {
                found.push(
                    draft
                        .error("after-itself", after.task.span(), format!("{name:?} comes after itself"))
                        .label("this is the task itself")
                        .help("leave it out, or name the task that is meant"),
                );
            }
            if let Some(first) = named.insert(name, line) {
                found.push(
                    draft
                        .error(
                            "after-twice",
                            after.task.span(),
                            format!("{name:?} is named twice as a predecessor"),
                        )
                        .label(format!("it is there already, in line {first}"))
                        .help("name it once, with the lag and the `within` that are meant"),
                );
            }
            times_after(draft, after, found);
        }
    }
}

/// Whether the times of one predecessor agree.
fn times_after(draft: &Draft<'_>, after: &After, found: &mut Diagnostics) {
    let Some(within) = &after.within else { return };
    let longest = *within.get_ref();
    if let Some(lag) = &after.lag
        && *lag.get_ref() > longest
        && longest.seconds() >= 0
    {
        found.push(
            draft
                .error(
                    "within-before-lag",
                    within.span(),
                    format!("it must start within {longest}, and not before {} have passed", lag.get_ref()),
                )
                .label("shorter than the lag")
                .help(format!("write within = \"{}\" or more", lag.get_ref())),
        );
    }
    let before = draft.task(after.task.get_ref());
    if let Some(times) = before.and_then(|before| before.times.as_ref())
        && times.get_ref().most > 1
    {
        let name = after.task.get_ref();
        found.push(
            draft
                .error(
                    "within-repeated",
                    within.span(),
                    format!("`within` has no meaning: {name:?} may happen {} times", times.get_ref().most),
                )
                .label("from the end of which time?")
                .help(format!("leave `within` out, or write times = \"1\" or \"0..1\" for {name:?}")),
        );
    }
}

fn pauses(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        if let Some(pause) = &task.max_pause
            && draft.is_left_out(&task.suspend, "suspend", &task.spoilt)
        {
            found.push(
                draft
                    .warning(
                        "max-pause-without-suspend",
                        pause.span(),
                        "this task may not pause at all, so this says nothing",
                    )
                    .help("add suspend = \"hold\" (the gear must survive the pause) or suspend = \"free\""),
            );
        }
        if let Some(suspend) = &task.suspend
            && *suspend.get_ref() == SuspendWord::Hold
            && draft.is_left_out(&task.vessel, "vessel", &task.spoilt)
        {
            found.push(
                draft
                    .warning(
                        "hold-without-vessel",
                        suspend.span(),
                        "this task has no vessel, and so no gear that could hold",
                    )
                    .help("write suspend = \"free\", or name the vessel"),
            );
        }
    }
}

fn spreads(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        let Some(spread) = task.spread.as_ref().map(Spanned::get_ref) else { continue };
        let (Some(low), Some(high)) = (&spread.low, &spread.high) else { continue };
        let (shortest, longest): (Span, Span) = (*low.get_ref(), *high.get_ref());
        if shortest > longest {
            found.push(
                draft
                    .error(
                        "spread-reversed",
                        low.span(),
                        format!("the shortest duration, {shortest}, is longer than the longest, {longest}"),
                    )
                    .help(format!("write spread = {{ low = \"{longest}\", high = \"{shortest}\" }}")),
            );
        } else if let Some(duration) = &task.duration
            && !(shortest..=longest).contains(duration.get_ref())
        {
            found.push(
                draft
                    .error(
                        "spread-misses-duration",
                        duration.span(),
                        format!("this duration lies outside its spread, {shortest} to {longest}"),
                    )
                    .help("write a duration within the spread, or a wider spread"),
            );
        }
    }
}

fn capacities(draft: &Draft<'_>, found: &mut Diagnostics) {
    let of_tasks = entries(&draft.raw.task).map(|task| (&task.id, &task.uses));
    let of_transfers = entries(&draft.raw.transfer).map(|transfer| (&transfer.id, &transfer.uses));
    for (id, name, units) in of_tasks.chain(of_transfers).flat_map(uses_of) {
        let resource = draft.index(List::Resource, name.get_ref());
        let Some(resource) = resource.and_then(|place| entry(&draft.raw.resource, place)) else { continue };
        let Some(capacity) = &resource.capacity else { continue };
        let (needed, there) = (*units.get_ref(), *capacity.get_ref());
        if needed > there && there > 0 {
            let who = id.as_ref().map_or_else(String::new, |id| format!("{:?} alone ", id.get_ref()));
            found.push(
                draft
                    .error(
                        "uses-over-capacity",
                        units.span(),
                        format!("{who}takes {needed} of {:?}, and there are {there}", name.get_ref()),
                    )
                    .label("more than there are")
                    .help(format!(
                        "take {there} at most, or write a capacity of {needed} in line {}",
                        draft.place(capacity.span()).line
                    )),
            );
        }
    }
}

/// The name of something, and each resource with how much of it that takes.
type Used<'d> = (&'d Option<Spanned<String>>, &'d Spanned<String>, &'d Spanned<u32>);

fn uses_of<'d>(
    (id, uses): (&'d Option<Spanned<String>>, &'d Option<Spanned<Named<u32>>>),
) -> impl Iterator<Item = Used<'d>> {
    uses.iter().flat_map(|uses| &uses.get_ref().0).map(move |(name, units)| (id, name, units))
}

fn daylight(draft: &Draft<'_>, found: &mut Diagnostics) {
    const LONGEST_SLOT: Span = Span::of_hours(6);
    let mut is_coarse = false;
    for task in entries(&draft.raw.task) {
        let Some(daylight) = task.daylight.as_ref().filter(|daylight| *daylight.get_ref()) else { continue };
        let vessel = task.vessel.as_ref().and_then(|vessel| draft.vessel(vessel.get_ref()));
        let help = match draft.site_of(&task.site, vessel) {
            // A vessel that calls at several sites has to be told where; that is another fault.
            None if task.vessel.is_some() || !draft.is_left_out(&task.site, "site", &task.spoilt) => None,
            None => Some("add site = \"...\", a site with a position".to_owned()),
            Some(name) => draft
                .site(name)
                .filter(|site| draft.is_left_out(&site.position, "position", &site.spoilt))
                .map(|_| format!("add position = [degrees north, degrees east] to the site {name:?}")),
        };
        if let Some(help) = help {
            found.push(
                draft
                    .error(
                        "daylight-needs-position",
                        daylight.span(),
                        "where this task is done is not known, and so not when the sun is up",
                    )
                    .help(help),
            );
        }
    }
    let of_tasks = entries(&draft.raw.task).map(|task| &task.daylight);
    let of_vessels = entries(&draft.raw.vessel).map(|vessel| &vessel.daylight);
    for daylight in of_tasks.chain(of_vessels).flatten().filter(|daylight| *daylight.get_ref()) {
        if let Some(horizon) = draft.horizon.filter(|horizon| horizon.slot > LONGEST_SLOT)
            && !std::mem::replace(&mut is_coarse, true)
        {
            let message = format!("slots of {} leave next to no slot with daylight throughout", horizon.slot);
            found.push(
                draft
                    .warning("daylight-coarse", daylight.span(), message)
                    .help("write slot = \"1 h\" in [plan]"),
            );
        }
    }
}

fn nothing(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let is_empty = draft.is_left_out(&raw.task, "task", &raw.spoilt)
        && draft.is_left_out(&raw.sampling, "sampling", &raw.spoilt)
        && draft.is_left_out(&raw.transfer, "transfer", &raw.spoilt)
        && draft.is_left_out(&raw.process, "process", &raw.spoilt)
        && draft.is_left_out(&raw.demand, "demand", &raw.spoilt);
    if let Some(head) = raw.plan.as_ref().filter(|_| is_empty) {
        found.push(
            draft
                .warning("nothing-to-do", head.get_ref().span.clone(), "this plan asks for no work")
                .help("add a [[task]], or a [[sampling]] by a [[vessel]]"),
        );
    }
}
