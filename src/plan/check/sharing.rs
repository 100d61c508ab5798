//! Rhythms that several tasks share: each but one says in whose rhythm it counts.
//!
//! In: the plan as written. Out: tasks that count in a rhythm which is not there, is their own, or is kept for another vessel.
//! Whether what shares a rhythm is done often enough is looked at in [`super::rhythm`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, entries};
use crate::plan::raw::RawTask;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[Check {
    kinds: &[
        ("rhythm-twice", "A task has a rhythm of its own, and counts in that of another task."),
        ("rhythm-of-itself", "A task counts in its own rhythm, which it does anyway."),
        ("rhythm-of-none", "A task counts in the rhythm of another one, which has none."),
        ("rhythm-of-another", "A task counts in a rhythm that is kept for another vessel than its own."),
    ],
    look: shared,
}];

fn shared(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        let Some(rhythm_of) = &task.rhythm_of else { continue };
        let name = rhythm_of.get_ref();
        if task.id.as_ref().is_some_and(|id| id.get_ref() == name) {
            found.push(
                draft
                    .error("rhythm-of-itself", rhythm_of.span(), format!("{name:?} counts in its own rhythm"))
                    .label("this very task")
                    .help("leave it out, and say how often it must be done: every = \"...\""),
            );
            continue;
        }
        if let Some(every) = &task.every {
            let message =
                format!("this task has a rhythm of {}, and counts in that of {name:?}", every.get_ref());
            found.push(
                draft
                    .error("rhythm-twice", rhythm_of.span(), message)
                    .label("one rhythm is kept by several tasks")
                    .help("leave out `every` or `rhythm_of`"),
            );
            continue;
        }
        // A task that is unknown was told.
        let Some(other) = draft.task(name) else { continue };
        if !draft.is_left_out(&other.every, "every", &other.spoilt) {
            of_another(draft, task, rhythm_of, other, found);
        } else {
            of_none(draft, rhythm_of, other, found);
        }
    }
}

fn of_none(draft: &Draft<'_>, rhythm_of: &Spanned<String>, other: &RawTask, found: &mut Diagnostics) {
    let name = rhythm_of.get_ref();
    let diagnostic =
        draft.error("rhythm-of-none", rhythm_of.span(), format!("{name:?} has no rhythm of its own"));
    let first = other
        .rhythm_of
        .as_ref()
        .filter(|first| draft.task(first.get_ref()).is_some_and(|task| task.every.is_some()));
    found.push(match first {
        Some(first) => diagnostic
            .label(format!("it counts in that of {:?}", first.get_ref()))
            .help(format!("name the task that has it: rhythm_of = {:?}", first.get_ref())),
        None => diagnostic
            .label("there is nothing to count in")
            .help(format!("say how often {name:?} must be done: every = \"...\"; or leave this out")),
    });
}

fn of_another(
    draft: &Draft<'_>,
    task: &RawTask,
    rhythm_of: &Spanned<String>,
    other: &RawTask,
    found: &mut Diagnostics,
) {
    let is_lost = |task: &RawTask| ["vessel", "serves"].iter().any(|key| task.spoilt.has(key));
    // That a rhythm has no vessel at all was told.
    let Some(kept) = keeper(other).filter(|_| !is_lost(task) && !is_lost(other)) else { return };
    let own = keeper(task);
    if own == Some(kept) || (own.is_none() && draft.is_broken) {
        return;
    }
    let message = match own {
        Some(own) => format!(
            "this task is done for {own:?}, and the rhythm of {:?} is that of {kept:?}",
            rhythm_of.get_ref()
        ),
        None => format!(
            "no vessel does this task, and the rhythm of {:?} is that of {kept:?}",
            rhythm_of.get_ref()
        ),
    };
    let does = other.vessel.as_ref().is_some_and(|vessel| vessel.get_ref() == kept);
    let itself =
        if does { format!("or vessel = {kept:?} where it does that itself, ") } else { String::new() };
    found.push(
        draft
            .error("rhythm-of-another", rhythm_of.span(), message)
            .label("each vessel has rhythms of its own")
            .help(format!("write serves = {kept:?}, {itself}or a task with `every` for each vessel")),
    );
}

/// The vessel whose rhythm it is.
fn keeper(task: &RawTask) -> Option<&str> {
    task.serves.as_ref().or(task.vessel.as_ref()).map(|vessel| vessel.get_ref().as_str())
}
