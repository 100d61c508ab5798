//! How the runs ended, and how many of them kept each date that a task has.
//!
//! Rules: what ends after a deadline or the plan's end is too late; what ends after its `due` date is late and costs what the plan says, but the
//! run is done all the same. So "in time" is said only where no task has such a date; where one has, outcomes tell of deadlines alone.

use super::{Head, PolicyAnswer, percent, plural};
use crate::simulate::answer::Share;
use crate::time::short;
use std::fmt::Write as _;

/// What a run is called in which all was done, and no deadline missed.
pub(super) fn done(head: &Head) -> &'static str {
    if has_due(head) { "all done by the deadlines" } else { "all done, in time" }
}

/// Whether some task should end by a date, but need not.
fn has_due(head: &Head) -> bool {
    head.tasks.iter().any(|task| task.due.is_some())
}

pub(super) fn describe(head: &Head, policy: &PolicyAnswer, text: &mut String) {
    text.push_str("\nHow it ends\n");
    for share in &policy.outcomes {
        let words = match share.id.as_str() {
            "done" => done(head),
            "short" if has_due(head) => "by deadlines, not all done",
            "short" => "in time, but not all done",
            "late" => "too late",
            "stuck" => "could not go on",
            "lost" => "gear lost",
            _ => "no schedule exists",
        };
        row(words, share, text);
    }
    for culprit in policy.culprits.iter().take(4) {
        let _ = writeln!(
            text,
            "    {} by {}: {}",
            culprit.outcome.word(),
            culprit.id,
            plural(culprit.runs, "run")
        );
    }
    dates(head, policy, text);
}

/// A share of the runs, with its interval and a bar.
fn row(words: &str, share: &Share, text: &mut String) {
    let interval = format!("({} to {})", percent(share.low), percent(share.high));
    let bar = "#".repeat((share.share * 24.0).round() as usize);
    let line = format!("  {words:<26}{:>6} {interval:<16} {bar}", percent(share.share));
    let _ = writeln!(text, "{}", line.trim_end());
}

/// Dates of tasks at most that are told.
const MOST_DATES: usize = 12;

/// The odds of each date of a task that some run misses, the worst first, and of the plan's end beside them.
fn dates(head: &Head, policy: &PolicyAnswer, text: &mut String) {
    let missed = policy.deadlines.iter().filter(|share| share.runs < policy.runs);
    let (mut end, mut of_tasks): (Vec<&Share>, Vec<&Share>) =
        missed.partition(|share| share.id == "plan.end");
    if of_tasks.is_empty() {
        return;
    }
    text.push_str("\nDone by its date\n");
    of_tasks.sort_by(|a, b| a.share.total_cmp(&b.share));
    let more = of_tasks.len().saturating_sub(MOST_DATES);
    of_tasks.truncate(MOST_DATES);
    of_tasks.append(&mut end);
    for share in of_tasks {
        let slot = head.tasks.iter().find_map(|task| match share.id.strip_prefix(task.id.as_str())? {
            ".deadline" => task.deadline,
            ".due" => task.due,
            _ => None,
        });
        let date = short(head.date(i64::from(slot.unwrap_or(head.slots))));
        row(&named(&share.id, &date), share, text);
    }
    if more > 0 {
        let _ = writeln!(text, "    and {} more, in the JSON document", plural(more as u64, "date"));
    }
}

/// The id of a date and the date in the width of a label; of a long id its begin.
fn named(id: &str, date: &str) -> String {
    const WIDTH: usize = 26;
    let (task, what) = id.rsplit_once('.').unwrap_or((id, ""));
    let rest = format!(".{what} {date}");
    let room = WIDTH.saturating_sub(rest.chars().count() + 1);
    format!("{}{rest}", super::fit(task, room.min(task.chars().count())))
}
