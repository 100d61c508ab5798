//! Demands that cost something while they are not met: due when, for how much, and counted by what.
//!
//! In: the plan as written. Out: penalties without a date or an amount, dates at which nothing can be met, and penalties that nothing counts.
//! Of currencies speaks [`super::goals`], of negative amounts [`super::quantities`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, YEARS, entries};
use crate::plan::raw::GoalWord;
use chrono::Datelike;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("late-half-said", "A demand has a due date and no price of being late, or the other way round."),
            ("late-without-amount", "A demand is due, and does not say how much is wanted in all."),
            ("due-too-early", "A demand is due before anything can be supplied to it."),
            ("due-too-late", "A demand is due when the plan is over, so that it is never late."),
        ],
        look: demands,
    },
    Check {
        kinds: &[("late-without-goal", "Being late has a price, and nothing counts costs.")],
        look: uncounted,
    },
];

fn demands(draft: &Draft<'_>, found: &mut Diagnostics) {
    for demand in entries(&draft.raw.demand) {
        if ["due", "late", "amount", "from"].iter().any(|key| demand.spoilt.has(key)) {
            continue;
        }
        match (&demand.due, &demand.late) {
            (Some(due), None) => found.push(
                draft
                    .error("late-half-said", due.span(), "this demand is due, and being late costs nothing")
                    .help("add late = \"5 USD/t/d\": what each tonne costs a day until it is supplied"),
            ),
            (None, Some(late)) => found.push(
                draft
                    .error("late-half-said", late.span(), "this demand does not say from when on it is late")
                    .help("add due = ..., the date by which all of it is wanted"),
            ),
            _ => {}
        }
        let Some(due) = &demand.due else { continue };
        if demand.amount.is_none() {
            found.push(
                draft
                    .error("late-without-amount", due.span(), "this demand does not say what is late")
                    .help("add amount = \"500 t\": a rate alone is not made up for later"),
            );
        }
        let time = *due.get_ref();
        let Some(horizon) = draft.horizon.filter(|_| YEARS.contains(&time.year())) else { continue };
        let from = demand.from.as_ref().map_or(horizon.start, |from| *from.get_ref().max(&horizon.start));
        if time <= from {
            let message = "this demand is late before anything may be supplied";
            found.push(
                draft
                    .error("due-too-early", due.span(), message)
                    .label(format!("supply begins at {}", draft.moment(from)))
                    .help("write a later date: what is overdue already can be due a slot after that"),
            );
        } else if time >= horizon.end() {
            found.push(
                draft
                    .error(
                        "due-too-late",
                        due.span(),
                        "this demand can never be late: the plan is over by then",
                    )
                    .label(format!("the plan ends at {}", draft.moment(horizon.end())))
                    .help("write an earlier date, or leave `due` and `late` out"),
            );
        }
    }
}

fn uncounted(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let is_spoilt = draft.is_broken
        || raw.spoilt.is_unread("goal")
        || raw
            .goal
            .as_ref()
            .is_some_and(|goal| goal.get_ref().spoilt.has("order") || goal.get_ref().spoilt.has("weights"));
    let goals = super::goals::written(raw).unwrap_or_default();
    let is_counted = goals.iter().any(|goal| *goal.get_ref() == GoalWord::Cost)
        || raw.spoilt.is_unread("budget")
        || entries(&raw.budget).any(|budget| budget.cost.is_some());
    let late = entries(&raw.demand).find_map(|demand| demand.late.as_ref());
    if let Some(late) = late.filter(|_| !is_spoilt && !is_counted) {
        found.push(
            draft
                .warning(
                    "late-without-goal",
                    late.span(),
                    "nothing counts costs, so that being late means nothing",
                )
                .help(super::goals::add_goal(raw, "cost")),
        );
    }
}
