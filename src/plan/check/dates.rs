//! Dates of tasks and closures: in their order, within the plan, and far enough apart for the work.
//!
//! In: the plan as written. Out: work that cannot be done for want of time, before any weather is looked at.
//! The plan's own dates are looked at in [`super::time`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, YEARS, entries};
use crate::plan::raw::{Contingency, RawTask};
use crate::time::Horizon;
use crate::units::Span;
use chrono::{DateTime, Datelike, Utc};
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
            ("closure-of-nothing", "A closure closes no site, vessel or task."),
            ("closure-of-several", "A closure closes more than one thing."),
        ],
        look: closures,
    },
];

/// A date that is in the calendar; the others are told once, in [`super::time`].
fn date(moment: &Option<Spanned<DateTime<Utc>>>) -> Option<(DateTime<Utc>, std::ops::Range<usize>)> {
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
    let mut is_outside = false;
    if let Some((_, span)) = release.as_ref().filter(|(time, _)| *time >= horizon.end()) {
        is_outside = true;
        found.push(
            draft
                .error("outside-horizon", span.clone(), "this task may start only when the plan is over")
                .label(format!("the plan ends at {}", draft.moment(horizon.end())))
                .help("write an earlier release, or a later end of the plan"),
        );
    }
    if let Some((_, span)) = deadline.as_ref().filter(|(time, _)| *time <= horizon.start) {
        is_outside = true;
        found.push(
            draft
                .error("outside-horizon", span.clone(), "this task must be done before the plan begins")
                .label(format!("the plan starts at {}", draft.moment(horizon.start)))
                .help("write a later deadline; what is done already is left out of the plan"),
        );
    }
    let Some(duration) = task.duration.as_ref().filter(|duration| duration.get_ref().seconds() > 0) else {
        return;
    };
    if is_outside {
        return;
    }
    let work = horizon.slots_for(*duration.get_ref());
    let reserve = horizon.slots_for(reserve(task));
    if work + reserve > horizon.slots {
        let with = if reserve > 0 { " with its contingency" } else { "" };
        let takes = Span::of_seconds(horizon.slot.seconds() * (work + reserve) as i64);
        let whole = Span::of_seconds(horizon.slot.seconds() * horizon.slots as i64);
        let message = format!("this task{with} takes {takes}, and the whole plan is {whole} long");
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
        let Some((_, span)) = deadline.or(release) else { return };
        let room = Span::of_seconds(horizon.slot.seconds() * room as i64);
        let between = match (&task.release, &task.deadline) {
            (Some(_), Some(_)) => "between its release and its deadline",
            (None, Some(_)) => "between the plan's start and this deadline",
            _ => "between this release and the plan's end",
        };
        let in_reserve = match reserve {
            0 => String::new(),
            slots => {
                format!(" and has {} in reserve", Span::of_seconds(horizon.slot.seconds() * slots as i64))
            }
        };
        let message =
            format!("this task takes {}{in_reserve}, and there are {room} {between}", duration.get_ref());
        found.push(
            draft
                .error("window-too-short", span, message)
                .help("write an earlier release, a later deadline or a shorter duration"),
        );
    }
}

/// The time in reserve of a task, as far as it makes sense.
fn reserve(task: &RawTask) -> Span {
    match (task.contingency.as_ref().map(Spanned::get_ref), &task.duration) {
        (Some(Contingency::Time(time)), _) => *time,
        (Some(Contingency::Share(share)), Some(duration)) if (0.0..=10.0).contains(&share.of_whole()) => {
            Span::of_seconds((duration.get_ref().seconds() as f64 * share.of_whole()).ceil() as i64)
        }
        _ => Span::default(),
    }
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
        let whats = [("site", &closure.site), ("vessel", &closure.vessel), ("task", &closure.task)];
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
                    .help("add site = \"...\", vessel = \"...\" or task = \"...\""),
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
