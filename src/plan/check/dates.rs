//! Dates of tasks and closures: in their order, within the plan, and far enough apart for the work.
//!
//! In: the plan as written. Out: work that cannot be done for want of time, before any weather is looked at.
//! The plan's own dates are looked at in [`super::time`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, YEARS, entries, reserve};
use crate::plan::raw::RawTask;
use crate::time::Horizon;
use crate::units::Span;
use chrono::{DateTime, Datelike, Utc};
use std::ops::Range;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("release-after-deadline", "A task may start only after it must be done."),
            ("window-too-short", "Between its release and its deadline a task does not fit."),
            ("longer-than-plan", "Work or a leg takes longer than the whole plan."),
            (
                "outside-horizon",
                "A date lies outside the plan's time, so that it says nothing or forbids everything.",
            ),
        ],
        look: tasks,
    },
    Check {
        kinds: &[
            ("due-before-release", "A task is late however early it starts."),
            ("due-after-deadline", "A task can never be late."),
        ],
        look: due_dates,
    },
    Check {
        kinds: &[
            ("closure-reversed", "A closure ends before it begins."),
            ("closure-of-nothing", "A closure closes no site, vessel, task, sampling or process."),
            ("closure-of-several", "A closure closes more than one thing."),
        ],
        look: closures,
    },
];

/// A date and where it is written.
type Date = (DateTime<Utc>, Range<usize>);

/// A date that is in the calendar; the others are told once, in [`super::time`].
fn date(moment: &Option<Spanned<DateTime<Utc>>>) -> Option<Date> {
    let moment = moment.as_ref().filter(|moment| YEARS.contains(&moment.get_ref().year()))?;
    Some((*moment.get_ref(), moment.span()))
}

fn tasks(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        let (release, deadline) = (date(&task.release), date(&task.deadline));
        if let (Some((release, _)), Some((deadline, span))) = (&release, &deadline)
            && deadline <= release
        {
            found.push(
                draft
                    .error("release-after-deadline", span.clone(), "this deadline is not after the release")
                    .label(format!("it may start at {} only", draft.moment(*release)))
                    .help("write a later deadline or an earlier release"),
            );
        } else if let Some(horizon) = &draft.horizon {
            fit(draft, task, horizon, found);
        }
    }
}

/// Whether a task fits into the plan, and between its release and its deadline.
fn fit(draft: &Draft<'_>, task: &RawTask, horizon: &Horizon, found: &mut Diagnostics) {
    let (release, deadline) = (date(&task.release), date(&task.deadline));
    if is_outside(draft, &release, &deadline, horizon, found) {
        return;
    }
    let Some(duration) = task.duration.as_ref().filter(|duration| duration.get_ref().seconds() > 0) else {
        return;
    };
    let (work, reserve) = (horizon.slots_for(*duration.get_ref()), horizon.slots_for(reserve(task)));
    let hours = |slots: usize| Span::of_seconds(horizon.slot.seconds() * slots as i64);
    let in_reserve =
        if reserve == 0 { String::new() } else { format!(" and has {} in reserve", hours(reserve)) };
    let takes = format!("this task takes {}{in_reserve}", duration.get_ref());
    if work + reserve > horizon.slots {
        let message = format!("{takes}, and the whole plan is {} long", hours(horizon.slots));
        found.push(
            draft
                .error("longer-than-plan", duration.span(), message)
                .help("write a shorter duration or a later end of the plan, or split the task"),
        );
        return;
    }
    let from = release.as_ref().map_or(0, |(time, _)| horizon.ceil(*time));
    let to = deadline.as_ref().map_or(horizon.slots, |(time, _)| horizon.floor(*time));
    let room = to.saturating_sub(from);
    // The reserve may reach past the deadline, but not past the plan's end.
    if room < work || horizon.slots - from < work + reserve {
        let between = match (&release, &deadline) {
            (Some(_), Some(_)) => "between its release and its deadline",
            (None, Some(_)) => "between the plan's start and this deadline",
            _ => "between this release and the plan's end",
        };
        let Some((_, span)) = deadline.or(release) else { return };
        found.push(
            draft
                .error("window-too-short", span, format!("{takes}, and there are {} {between}", hours(room)))
                .help("write an earlier release, a later deadline or a shorter duration"),
        );
    }
}

/// Whether a task may be done only before or after the plan's time.
fn is_outside(
    draft: &Draft<'_>,
    release: &Option<Date>,
    deadline: &Option<Date>,
    horizon: &Horizon,
    found: &mut Diagnostics,
) -> bool {
    let before = found.len();
    if let Some((_, span)) = release.as_ref().filter(|(time, _)| *time >= horizon.end()) {
        found.push(
            draft
                .error("outside-horizon", span.clone(), "this task may start only when the plan is over")
                .label(format!("the plan ends at {}", draft.moment(horizon.end())))
                .help("write an earlier release, or a later end of the plan"),
        );
    }
    if let Some((_, span)) = deadline.as_ref().filter(|(time, _)| *time <= horizon.start) {
        found.push(
            draft
                .error("outside-horizon", span.clone(), "this task must be done before the plan begins")
                .label(format!("the plan starts at {}", draft.moment(horizon.start)))
                .help("write a later deadline; what is done already is left out of the plan"),
        );
    }
    found.len() > before
}

fn due_dates(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        let Some((due, span)) = date(&task.due) else { continue };
        let start = draft.horizon.map(|horizon| horizon.start);
        let release = date(&task.release).map(|(time, _)| time);
        if let Some(earliest) = release.into_iter().chain(start).max()
            && due <= earliest
        {
            let from = if Some(earliest) == release { "its release" } else { "the plan's start" };
            found.push(
                draft
                    .warning(
                        "due-before-release",
                        span,
                        format!("this task is late however early it starts: it is due before {from}"),
                    )
                    .label(format!("it starts at {} at the earliest", draft.moment(earliest)))
                    .help("write a later due date, or leave it out"),
            );
        } else if let Some((deadline, _)) = date(&task.deadline)
            && due > deadline
        {
            found.push(
                draft
                    .warning(
                        "due-after-deadline",
                        span,
                        "this task can never be late: its deadline comes first",
                    )
                    .label(format!("it must be done by {}", draft.moment(deadline)))
                    .help("write a due date before the deadline, or leave one of the two out"),
            );
        }
    }
}

fn closures(draft: &Draft<'_>, found: &mut Diagnostics) {
    for closure in entries(&draft.raw.closure) {
        let whats = [
            ("site", &closure.site),
            ("vessel", &closure.vessel),
            ("task", &closure.task),
            ("sampling", &closure.sampling),
            ("process", &closure.process),
        ];
        let closed: Vec<(&str, &Spanned<String>)> =
            whats.iter().filter_map(|(word, what)| Some((*word, what.as_ref()?))).collect();
        let is_left_out = whats.iter().all(|(word, what)| draft.is_left_out(what, word, &closure.spoilt));
        if closed.is_empty() && is_left_out {
            found.push(
                draft
                    .error(
                        "closure-of-nothing",
                        closure.span.clone(),
                        "this closure does not say what is closed",
                    )
                    .help("add site = \"...\", or vessel, task, sampling or process"),
            );
        }
        if let [(first, _), (second, what), ..] = closed[..] {
            found.push(
                draft
                    .error(
                        "closure-of-several",
                        what.span(),
                        format!("this closure closes a {first} and a {second}"),
                    )
                    .label("one thing a closure")
                    .help("write a [[closure]] for each"),
            );
        }
        let (Some((from, span_from)), Some((to, span))) = (date(&closure.from), date(&closure.to)) else {
            continue;
        };
        if to <= from {
            found.push(
                draft
                    .error("closure-reversed", span, "this closure ends before it begins")
                    .label(format!("it begins at {}", draft.moment(from)))
                    .help(if to == from { "write a later end" } else { "exchange `from` and `to`" }),
            );
        } else if let Some(horizon) = &draft.horizon
            && (to <= horizon.start || from >= horizon.end())
        {
            let (word, span) = if to <= horizon.start { ("before", span) } else { ("after", span_from) };
            found.push(
                draft
                    .warning(
                        "outside-horizon",
                        span,
                        format!("this closure lies wholly {word} the plan's time"),
                    )
                    .label(format!(
                        "the plan covers {} to {}",
                        draft.moment(horizon.start),
                        draft.moment(horizon.end())
                    ))
                    .help("is the date right? otherwise leave the closure out"),
            );
        }
    }
}
