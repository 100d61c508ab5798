//! The time that a plan covers: a start before an end, cut into slots that fit.
//!
//! In: the plan as written. Out: what is wrong with its dates, each with the date that would do.
//! Dates of single tasks are looked at in [`super::dates`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, MOST_SLOTS, YEARS, entries};
use crate::plan::raw::RawHead;
use crate::units::Span;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[("out-of-calendar", "A date lies outside the years 1900 to 2200.")],
        look: out_of_calendar,
    },
    Check {
        kinds: &[
            ("end-before-start", "The plan ends before it starts."),
            ("slot-not-positive", "The slot has no length."),
            ("slot-does-not-fit", "The plan's time is no whole number of slots."),
            ("horizon-too-long", "The plan has more slots than can be planned."),
        ],
        look: horizon,
    },
];

type Moment = Option<Spanned<DateTime<Utc>>>;

fn out_of_calendar(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let mut moments: Vec<(&str, &Moment)> = Vec::new();
    if let Some(head) = &raw.plan {
        let head = head.get_ref();
        moments.extend([("start", &head.start), ("end", &head.end), ("issued", &head.issued)]);
    }
    for task in entries(&raw.task) {
        moments.extend([("release", &task.release), ("deadline", &task.deadline), ("due", &task.due)]);
    }
    for demand in entries(&raw.demand) {
        moments.extend([("from", &demand.from), ("to", &demand.to), ("due", &demand.due)]);
    }
    moments.extend(entries(&raw.reserve).map(|reserve| ("by", &reserve.by)));
    for disruption in entries(&raw.disruption) {
        moments.extend([("from", &disruption.from), ("to", &disruption.to)]);
    }
    for closure in entries(&raw.closure) {
        moments.extend([("from", &closure.from), ("to", &closure.to)]);
    }
    for (key, moment) in moments {
        let Some(moment) = moment.as_ref().filter(|moment| !YEARS.contains(&moment.get_ref().year())) else {
            continue;
        };
        let year = moment.get_ref().year();
        found.push(
            draft
                .error(
                    "out-of-calendar",
                    moment.span(),
                    format!(
                        "`{key}` is in the year {year}, and plans lie between {} and {}",
                        YEARS.start(),
                        YEARS.end()
                    ),
                )
                .label("is the year right?")
                .help("write the year in four digits, as in 2026-01-12T09:00:00+09:00"),
        );
    }
}

fn horizon(draft: &Draft<'_>, found: &mut Diagnostics) {
    let Some(head) = draft.raw.plan.as_ref().map(Spanned::get_ref) else { return };
    let slot = match &head.slot {
        Some(slot) if slot.get_ref().seconds() <= 0 => {
            found.push(
                draft
                    .error(
                        "slot-not-positive",
                        slot.span(),
                        format!("a slot of {} has no length", slot.get_ref()),
                    )
                    .label("must be more than nothing")
                    .help("write \"1 h\", or leave the key out"),
            );
            None
        }
        Some(slot) => Some(*slot.get_ref()),
        None if head.spoilt.has("slot") => None,
        None => Some(Span::of_hours(1)),
    };
    let (Some(start), Some(end)) = (&head.start, &head.end) else { return };
    if [start, end].iter().any(|moment| !YEARS.contains(&moment.get_ref().year())) {
        return;
    }
    let seconds = (*end.get_ref() - *start.get_ref()).num_seconds();
    if seconds <= 0 {
        let message = if seconds == 0 {
            "the plan ends at the moment it starts".to_owned()
        } else {
            format!("the plan ends {} before it starts", Span::of_seconds(-seconds))
        };
        found.push(
            draft
                .error("end-before-start", end.span(), message)
                .label(format!("it starts at {}", draft.moment(*start.get_ref())))
                .help("write an end that is later than the start"),
        );
    } else if let Some(slot) = slot {
        slots(draft, head, end, seconds, slot, found);
    }
}

/// Whether a whole number of slots, and not too many, make the plan's time.
fn slots(
    draft: &Draft<'_>,
    head: &RawHead,
    end: &Spanned<DateTime<Utc>>,
    seconds: i64,
    slot: Span,
    found: &mut Diagnostics,
) {
    if seconds / slot.seconds() > MOST_SLOTS {
        let span = head.slot.as_ref().map_or(end.span(), |slot| slot.span());
        let message = format!(
            "the plan has {} slots of {slot}, and no more than {MOST_SLOTS} can be planned",
            seconds / slot.seconds()
        );
        found.push(
            draft
                .error("horizon-too-long", span, message)
                .help(format!("write slot = \"{}\" or longer, or an earlier end", longer_slot(seconds))),
        );
        return;
    }
    let over = seconds % slot.seconds();
    if over != 0 {
        let shorter = *end.get_ref() - TimeDelta::seconds(over);
        let longer = shorter + TimeDelta::seconds(slot.seconds());
        let help = if over == seconds {
            format!("write end = {}, or a shorter slot", draft.moment(longer))
        } else {
            format!("write end = {} or end = {}", draft.moment(longer), draft.moment(shorter))
        };
        let message =
            format!("the plan's time is no whole number of slots: {} are left over", Span::of_seconds(over));
        found.push(
            draft
                .error("slot-does-not-fit", end.span(), message)
                .label(format!("the slots are {slot} long, from the start on"))
                .help(help),
        );
    }
}

/// The shortest usual slot with which so many seconds can be planned; one that fits them if there is one.
fn longer_slot(seconds: i64) -> Span {
    const USUAL_HOURS: [i64; 9] = [1, 2, 3, 4, 6, 8, 12, 24, 168];
    let is_enough = |hours: &i64| seconds / (hours * 3600) <= MOST_SLOTS;
    let enough: Vec<i64> = USUAL_HOURS.into_iter().filter(is_enough).collect();
    let fitting = enough.iter().find(|hours| seconds % (**hours * 3600) == 0);
    Span::of_hours(fitting.or(enough.first()).copied().unwrap_or(168))
}
