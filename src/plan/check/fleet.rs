//! Fleets: vessels that are there several times, the times at which they sail, berths, and vessels that meet.
//!
//! In: the plan as written. Out: counts that make no sense, names that would be given twice, meetings that cannot be.
//! Whether a hold takes what it is given is looked at in [`super::cargo`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, calls, entries, some_of};
use crate::plan::raw::{RawTransfer, RawVessel};
use std::collections::HashSet;
use toml::Spanned;

/// Largest `count` of a vessel; more is a slip of the pen.
const MOST_ALIKE: u32 = 100;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("count-out-of-range", "There is no vessel of a kind, or there are more than anybody has."),
            ("count-with-work", "Tasks or sampling are asked of a vessel that is there several times."),
            ("count-name-taken", "Vessels that are numbered would bear a name that is given already."),
            ("count-at-both-ends", "A transfer goes between two vessels that are both there several times."),
        ],
        look: counts,
    },
    Check {
        kinds: &[("departures-off-slots", "A vessel departs at times that are no slots.")],
        look: departures,
    },
    Check {
        kinds: &[
            ("meeting-site-needed", "Two vessels meet, and it is not clear where."),
            ("never-meet", "Two vessels meet at a site at which one of them does not call."),
            ("meeting-of-one", "A transfer between a vessel and a site names what only a meeting has."),
        ],
        look: meetings,
    },
];

fn number_of(vessel: &RawVessel) -> u32 {
    vessel.count.as_ref().map_or(1, |count| *count.get_ref())
}

fn counts(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let holders: HashSet<&str> =
        [List::Vessel, List::Site].into_iter().flat_map(|list| draft.known(list)).collect();
    for vessel in entries(&raw.vessel) {
        let (Some(count), Some(id)) = (&vessel.count, &vessel.id) else { continue };
        let many = *count.get_ref();
        if !(1..=MOST_ALIKE).contains(&many) {
            let message = format!("{many} vessels are called {:?}", id.get_ref());
            let help = if many == 0 {
                "write how many there are; a vessel that is not there is left out".to_owned()
            } else {
                format!("write {MOST_ALIKE} or fewer")
            };
            found.push(draft.error("count-out-of-range", count.span(), message).help(help));
            continue;
        }
        let names = (1..=many).filter(|_| many > 1).map(|nth| format!("{}-{nth}", id.get_ref()));
        if let Some(taken) = names.into_iter().find(|name| holders.contains(name.as_str())) {
            let message =
                format!("one of the {many} {:?} would be called {taken:?}, and that is taken", id.get_ref());
            found.push(
                draft.error("count-name-taken", id.span(), message).help("give the other one another name"),
            );
        }
    }
    let is_many = |name: &Option<Spanned<String>>| {
        let vessel = name.as_ref().and_then(|name| draft.vessel(name.get_ref()));
        vessel.is_some_and(|vessel| number_of(vessel) > 1)
    };
    let tasks = entries(&raw.task).map(|task| ("task", &task.vessel));
    let samplings = entries(&raw.sampling).map(|sampling| ("sampling", &sampling.vessel));
    for (word, vessel) in tasks.chain(samplings).filter(|(_, vessel)| is_many(vessel)) {
        let Some(vessel) = vessel else { continue };
        let message = format!("there are several {:?}, and a {word} is done by one vessel", vessel.get_ref());
        found.push(
            draft
                .error("count-with-work", vessel.span(), message)
                .label("which of them?")
                .help("write that vessel as one of its own; `count` is for vessels that only sail and carry"),
        );
    }
    for transfer in entries(&raw.transfer).filter(|t| is_many(&t.from) && is_many(&t.to)) {
        let Some(to) = &transfer.to else { continue };
        found.push(
            draft
                .error(
                    "count-at-both-ends",
                    to.span(),
                    "both vessels of this transfer are there several times",
                )
                .help("write one of the two as single vessels, with a transfer each"),
        );
    }
    numbered_work(draft, found);
}

/// A transfer of several vessels is one for each, numbered like them.
fn numbered_work(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let works = entries(&raw.task)
        .map(|task| &task.id)
        .chain(entries(&raw.sampling).map(|sampling| &sampling.id))
        .chain(entries(&raw.transfer).map(|transfer| &transfer.id));
    let given: HashSet<&str> = works.flatten().map(|id| id.get_ref().as_str()).collect();
    for transfer in entries(&raw.transfer) {
        let Some(id) = &transfer.id else { continue };
        let ends = [&transfer.from, &transfer.to].into_iter().flatten();
        let many = ends.filter_map(|end| draft.vessel(end.get_ref())).map(number_of).max().unwrap_or(1);
        let names =
            (1..=many.min(MOST_ALIKE)).filter(|_| many > 1).map(|nth| format!("{}-{nth}", id.get_ref()));
        if let Some(taken) = names.into_iter().find(|name| given.contains(name.as_str())) {
            let message = format!(
                "this transfer is done by {many} vessels; one would be called {taken:?}, and that is taken"
            );
            found.push(
                draft.error("count-name-taken", id.span(), message).help("give the other one another name"),
            );
        }
    }
}

fn departures(draft: &Draft<'_>, found: &mut Diagnostics) {
    let Some(horizon) = draft.horizon else { return };
    for every in entries(&draft.raw.vessel).filter_map(|vessel| vessel.departs_every.as_ref()) {
        let (seconds, slot) = (every.get_ref().seconds(), horizon.slot.seconds());
        if seconds > 0 && seconds % slot != 0 {
            let message = format!("{} is no whole number of slots of {}", every.get_ref(), horizon.slot);
            found.push(
                draft
                    .error("departures-off-slots", every.span(), message)
                    .help("write a multiple of the slot"),
            );
        }
    }
}

fn meetings(draft: &Draft<'_>, found: &mut Diagnostics) {
    for transfer in entries(&draft.raw.transfer) {
        let (Some(from), Some(to)) = (&transfer.from, &transfer.to) else { continue };
        match (draft.vessel(from.get_ref()), draft.vessel(to.get_ref())) {
            (Some(giver), Some(taker)) if from.get_ref() != to.get_ref() => {
                meeting(draft, transfer, [(from, giver), (to, taker)], found);
            }
            _ => with_site(draft, transfer, [from, to], found),
        }
    }
}

/// What a transfer says that only makes sense between two vessels, or of a vessel.
fn with_site(
    draft: &Draft<'_>,
    transfer: &RawTransfer,
    ends: [&Spanned<String>; 2],
    found: &mut Diagnostics,
) {
    let is_site = |end: &Spanned<String>| draft.site(end.get_ref()).is_some();
    if let Some(site) = transfer.site.as_ref().filter(|_| ends.iter().any(|end| is_site(end))) {
        let message = "this transfer is done at the site that it names already";
        found.push(draft.error("meeting-of-one", site.span(), message).help("leave `site` out"));
    }
    for (end, gear) in ends.into_iter().zip([&transfer.from_gear, &transfer.to_gear]) {
        if let Some(gear) = gear.as_ref().filter(|_| is_site(end)) {
            let message = format!("{:?} is a site, and has no gear", end.get_ref());
            found.push(draft.error("meeting-of-one", gear.span(), message).help("leave it out"));
        }
    }
}

fn meeting(
    draft: &Draft<'_>,
    transfer: &RawTransfer,
    ends: [(&Spanned<String>, &RawVessel); 2],
    found: &mut Diagnostics,
) {
    let known = |vessel: &RawVessel| calls(vessel).iter().all(|call| draft.site(call).is_some());
    if draft.is_broken || !ends.iter().all(|(_, vessel)| known(vessel)) {
        return;
    }
    if let Some(site) = &transfer.site {
        for (end, vessel) in ends {
            if draft.site(site.get_ref()).is_some() && !calls(vessel).contains(&site.get_ref().as_str()) {
                let message = format!(
                    "{:?} does not call at {:?}, where they are to meet",
                    end.get_ref(),
                    site.get_ref()
                );
                found.push(
                    draft
                        .error("never-meet", site.span(), message)
                        .label(format!("it calls at {}", some_of(&calls(vessel))))
                        .help("name a site at which both call, or add this one to its `calls`"),
                );
            }
        }
    } else if draft.meeting_site(transfer).is_none() && !transfer.spoilt.has("site") {
        let (giver, taker) = (calls(ends[0].1), calls(ends[1].1));
        let both: Vec<&str> = giver.iter().copied().filter(|site| taker.contains(site)).collect();
        let to = ends[1].0;
        found.push(if both.is_empty() {
            draft
                .error(
                    "never-meet",
                    to.span(),
                    format!("{:?} and {:?} call at no site in common", ends[0].0.get_ref(), to.get_ref()),
                )
                .label("they never meet")
                .help("add the site where they meet to the `calls` of both")
        } else {
            draft
                .error("meeting-site-needed", to.span(), "these two vessels can meet at several sites")
                .label(format!("both call at {}", some_of(&both)))
                .help(format!("add site = {:?}, or another of them", both[0]))
        });
    }
}
