//! Tasks in phases: whether the phases are the task, and whether it is of a kind that may have any.
//!
//! In: the plan as written. Out: phases that do not add up to the duration of their task, none at all where some are announced, and
//! phases of tasks that may pause or whose duration is drawn, for which it would not be known which phase they are in.

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, entries};
use crate::plan::raw::RawTask;
use crate::units::Span;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[("phases-duration", "The phases of a task do not add up to its duration.")],
        look: durations,
    },
    Check { kinds: &[("phases-none", "A task announces phases and has none.")], look: none },
    Check {
        kinds: &[("phases-suspend", "A task in phases may pause, and phases go on without a break.")],
        look: suspend,
    },
    Check {
        kinds: &[(
            "phases-spread",
            "The duration of a task in phases is drawn, and its phases are of fixed length.",
        )],
        look: spread,
    },
];

fn in_phases<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = &'d RawTask> {
    entries(&draft.raw.task).filter(|task| task.phases.is_some() && !task.spoilt.has("phases"))
}

fn durations(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in in_phases(draft) {
        let lengths: Option<Vec<i64>> = entries(&task.phases)
            .map(|phase| phase.duration.as_ref().map(|duration| duration.get_ref().seconds()))
            .collect();
        let (Some(lengths), Some(duration), Some(phases)) = (lengths, &task.duration, &task.phases) else {
            continue;
        };
        // Lengths that make no sense were told.
        if lengths.is_empty() || lengths.iter().any(|length| *length <= 0) {
            continue;
        }
        let sum = lengths.iter().try_fold(0i64, |sum, length| sum.checked_add(*length));
        let duration = *duration.get_ref();
        if sum == Some(duration.seconds()) {
            continue;
        }
        let sum =
            sum.map_or("more than a calendar holds".to_owned(), |sum| Span::of_seconds(sum).to_string());
        found.push(
            draft
                .error(
                    "phases-duration",
                    phases.span(),
                    format!("the phases last {sum}, and the task takes {duration}"),
                )
                .label(format!("these must add up to {duration}"))
                .help(format!(
                    "write duration = \"{sum}\" if the phases are right, or make them add up to {duration}"
                )),
        );
    }
}

fn none(draft: &Draft<'_>, found: &mut Diagnostics) {
    for phases in in_phases(draft).filter_map(|task| task.phases.as_ref()) {
        if phases.get_ref().is_empty() {
            let message = "a task in phases has at least one phase";
            let help = "write phases = [{ duration = \"6 h\", limits = { hs = \"2 m\" } }, ...], or leave the key out";
            found.push(draft.error("phases-none", phases.span(), message).help(help));
        }
    }
}

fn suspend(draft: &Draft<'_>, found: &mut Diagnostics) {
    for suspend in in_phases(draft).filter_map(|task| task.suspend.as_ref()) {
        found.push(
            draft
                .error("phases-suspend", suspend.span(), "a task in phases may not pause: each phase follows the one before at once")
                .label("it has phases")
                .help("leave `suspend` out; where a pause is possible, make two tasks of it, the second after the first"),
        );
    }
}

fn spread(draft: &Draft<'_>, found: &mut Diagnostics) {
    for spread in in_phases(draft).filter_map(|task| task.spread.as_ref().map(Spanned::span)) {
        found.push(
            draft
                .error(
                    "phases-spread",
                    spread,
                    "the duration of a task in phases is fixed, and cannot be drawn",
                )
                .label("it has phases")
                .help("leave `spread` out, or make tasks of the phases, each with its own spread"),
        );
    }
}
