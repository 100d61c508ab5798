//! Services: tasks that one vessel does for another, as when a boat changes the crew of a ship.
//!
//! In: the plan as written. Out: services without a vessel that does them, of vessels for themselves, of several at once, and at a site at
//! which the one that is served never is. Whether both are ever there together, only the model knows.

use super::Check;
use super::calls::has_all_calls;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, calls, entries, some_of};
use crate::plan::raw::{RawTask, RawVessel};
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[Check {
    kinds: &[
        ("serves-without-vessel", "A task serves a vessel, and no vessel does it."),
        ("serves-itself", "A task serves the vessel that does it."),
        ("serves-several", "A task serves a vessel that is there several times."),
        ("serves-elsewhere", "A task serves a vessel that does not call at its site."),
    ],
    look: services,
}];

fn services(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        let Some(serves) = &task.serves else { continue };
        let name = serves.get_ref();
        if draft.is_left_out(&task.vessel, "vessel", &task.spoilt) {
            found.push(
                draft
                    .error(
                        "serves-without-vessel",
                        serves.span(),
                        format!("this task serves {name:?}, and no vessel does it"),
                    )
                    .label("who comes to it?")
                    .help("name the vessel that does the task: vessel = \"...\""),
            );
            continue;
        }
        // A vessel that is unknown was told.
        let Some(served) = draft.vessel(name) else { continue };
        if task.vessel.as_ref().is_some_and(|vessel| vessel.get_ref() == name) {
            found.push(
                draft
                    .error("serves-itself", serves.span(), format!("{name:?} does this task for itself"))
                    .label("the vessel that does it")
                    .help(
                        "leave it out: the vessel that does a task is there by itself, and keeps its rhythm",
                    ),
            );
            continue;
        }
        several(draft, serves, served, found);
        elsewhere(draft, task, serves, served, found);
    }
}

fn several(draft: &Draft<'_>, serves: &Spanned<String>, served: &RawVessel, found: &mut Diagnostics) {
    if served.count.as_ref().is_some_and(|count| *count.get_ref() > 1) {
        let message = format!("there are several {:?}, and a task serves one vessel", serves.get_ref());
        found.push(
            draft
                .error("serves-several", serves.span(), message)
                .label("which of them?")
                .help("write that vessel as one of its own, with a task for it"),
        );
    }
}

fn elsewhere(
    draft: &Draft<'_>,
    task: &RawTask,
    serves: &Spanned<String>,
    served: &RawVessel,
    found: &mut Diagnostics,
) {
    let doer = task.vessel.as_ref().and_then(|vessel| draft.vessel(vessel.get_ref()));
    // Where it is done is not clear, or the site is unknown, here or among the calls: that was told.
    let Some(site) = draft.site_of(&task.site, doer) else { return };
    let calls = calls(served);
    let are_known = calls.iter().chain([&site]).all(|call| draft.index(List::Site, call).is_some());
    if !are_known || !has_all_calls(draft, served) || calls.contains(&site) {
        return;
    }
    let name = serves.get_ref();
    found.push(
        draft
            .error(
                "serves-elsewhere",
                serves.span(),
                format!("{name:?} is served at {site:?}, and does not call there"),
            )
            .label(format!("it calls at {}", some_of(&calls)))
            .help(format!("add {site:?} to its `calls`, or name the site at which the two are together")),
    );
}
