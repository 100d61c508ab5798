//! Laytime and demurrage: said together, for sites at which the vessel calls and loads or unloads, and counted by something.
//!
//! In: the plan as written. Out: laytime that costs nothing, demurrage without laytime, sites whose calls are none, money that nothing counts.
//! Of unknown sites speaks [`super::names`], of currencies [`super::goals`], of negative amounts [`super::quantities`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, calls, entries};
use crate::plan::raw::{GoalWord, RawTransfer, RawVessel};
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("laytime-half-said", "A vessel has a laytime and no demurrage, or the other way round."),
            (
                "laytime-without-cargo",
                "A laytime is for a site at which the vessel neither loads nor unloads.",
            ),
        ],
        look: laytimes,
    },
    Check {
        kinds: &[("demurrage-without-goal", "Demurrage has a price, and nothing counts costs.")],
        look: uncounted,
    },
];

fn laytimes(draft: &Draft<'_>, found: &mut Diagnostics) {
    for vessel in entries(&draft.raw.vessel) {
        if ["laytime", "demurrage"].iter().any(|key| vessel.spoilt.has(key)) {
            continue;
        }
        match (&vessel.laytime, &vessel.demurrage) {
            (Some(laytime), None) => found.push(
                draft
                    .error("laytime-half-said", laytime.span(), "it costs nothing to stay longer than this")
                    .help("add demurrage = \"18000 USD/d\": what each day costs beyond the laytime"),
            ),
            (laytime, Some(demurrage)) if laytime.as_ref().is_none_or(|of| of.get_ref().0.is_empty()) => {
                let message = "this vessel does not say how long it may stay where before it is on demurrage";
                let site = calls(vessel).last().copied().unwrap_or("port");
                found.push(
                    draft
                        .error("laytime-half-said", demurrage.span(), message)
                        .help(format!("add laytime = {{ {site} = \"36 h\" }}, the hours of each call there, or \"400 t/d\", the tonnes of a day")),
                );
            }
            _ => {}
        }
        sites(draft, vessel, found);
    }
}

/// Looks at the sites for which a vessel has a laytime.
fn sites(draft: &Draft<'_>, vessel: &RawVessel, found: &mut Diagnostics) {
    let Some(id) = &vessel.id else { return };
    let name = id.get_ref().as_str();
    for (site, _) in vessel.laytime.iter().flat_map(|laytime| &laytime.get_ref().0) {
        let asked = site.get_ref().as_str();
        if draft.index(List::Site, asked).is_none() {
            continue;
        }
        if !calls(vessel).contains(&asked) {
            super::calls::is_a_call(draft, vessel, name, site, found);
            continue;
        }
        // A transfer that was not read whole may be the one that is meant.
        let is_there = |transfer: &RawTransfer| {
            let (Some(from), Some(to)) = (&transfer.from, &transfer.to) else { return true };
            came_for(draft, from.get_ref(), to.get_ref()) == name
                && draft.transfer_site(transfer).is_none_or(|place| place == asked)
        };
        if draft.is_broken
            || draft.raw.spoilt.is_unread("transfer")
            || entries(&draft.raw.transfer).any(is_there)
        {
            continue;
        }
        let message =
            format!("{name:?} comes to {asked:?} neither to load nor to unload, and laytime is for that");
        found.push(
            draft
                .error("laytime-without-cargo", site.span(), message)
                .label("no transfer there for which this vessel comes")
                .help("name a site at which it does, add the [[transfer]], or leave the site out"),
        );
    }
}

/// Of the ends of a transfer the vessel that comes for it: of two vessels the one that takes, unless only the other one is there several
/// times.
fn came_for<'d>(draft: &Draft<'_>, from: &'d str, to: &'d str) -> &'d str {
    let is_many = |vessel: &RawVessel| vessel.count.as_ref().is_some_and(|count| *count.get_ref() > 1);
    match (draft.vessel(from), draft.vessel(to)) {
        (Some(giver), Some(_)) if is_many(giver) => from,
        (_, Some(_)) => to,
        _ => from,
    }
}

fn uncounted(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let goal = raw.goal.as_ref().map(Spanned::get_ref);
    let is_spoilt = draft.is_broken
        || raw.spoilt.is_unread("goal")
        || goal.is_some_and(|goal| goal.spoilt.has("order") || goal.spoilt.has("weights"));
    let goals = super::goals::written(raw).unwrap_or_default();
    let is_counted = goals.iter().any(|goal| *goal.get_ref() == GoalWord::Cost)
        || raw.spoilt.is_unread("budget")
        || entries(&raw.budget).any(|budget| budget.cost.is_some());
    let demurrage = entries(&raw.vessel).find_map(|vessel| vessel.demurrage.as_ref());
    if let Some(demurrage) = demurrage.filter(|_| !is_spoilt && !is_counted) {
        let message = "nothing counts costs, so that demurrage is told and not avoided";
        found.push(
            draft
                .warning("demurrage-without-goal", demurrage.span(), message)
                .help(super::goals::add_goal(raw, "cost")),
        );
    }
}
