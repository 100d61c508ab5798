//! No figure that a schedule tells can be changed unseen: each is changed by itself, in schedules that have all of them between them.
//!
//! What may be told otherwise stands in [`TAKEN`] with its reason. A new key of a schedule is judged, or stands there.

use super::super::verify;
use super::Story;
use crate::plan::{Plan, Sea};
use crate::schedule::Schedule;
use chrono::{DateTime, FixedOffset, TimeDelta};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Places whose changes the judge need not see, with what was done there.
const TAKEN: &[(&str, &str)] = &[
    // What solved it cannot be told from a schedule.
    ("solve/solver", "word"),
    // Names are for people; another id is another name, where nothing rests on it.
    ("activities/#/name", "word"),
    ("activities/#/id", "word"),
    // A shorter float misleads nobody.
    ("activities/#/float_h", "less"),
    // A level that is that of its neighbours anyway.
    ("stocks/#/levels", "drop"),
    ("stocks/#/levels", "twice"),
    ("stocks/#/levels/#/#", "later"),
    ("stocks/#/levels/#/#", "sooner"),
    // As near to a great value as a proof may be.
    ("solve/goals/#/bound", "less"),
];

/// Everything in a document that can be changed, with how: a pointer to it, what is done, and what stands there then.
fn changes(value: &Value, here: &str, found: &mut Vec<(String, &'static str, Value)>) {
    let mut note = |how, value| found.push((here.to_owned(), how, value));
    match value {
        Value::Object(entries) => {
            entries.iter().for_each(|(key, v)| changes(v, &format!("{here}/{key}"), found));
        }
        Value::Array(entries) => {
            if let [front @ .., last] = &entries[..] {
                note("drop", json!(front));
                note(
                    "twice",
                    json!([front, std::slice::from_ref(last), std::slice::from_ref(last)].concat()),
                );
            }
            entries.iter().enumerate().for_each(|(place, v)| changes(v, &format!("{here}/{place}"), found));
        }
        Value::Number(number) => {
            let number = number.as_f64().expect("a number");
            let (more, less) = (number + 1.0, number - 1.0);
            // What is counted has no fraction.
            let whole =
                |number: f64| if value.is_u64() { json!(number.max(0.0) as u64) } else { json!(number) };
            note("more", whole(more));
            note("less", whole(less));
        }
        Value::Bool(is_so) => note("not", json!(!is_so)),
        Value::String(text) => match text.parse::<DateTime<FixedOffset>>() {
            Ok(time) => {
                note("later", json!((time + TimeDelta::hours(1)).to_rfc3339()));
                note("sooner", json!((time - TimeDelta::hours(1)).to_rfc3339()));
            }
            Err(_) => note("word", json!(format!("{text}x"))),
        },
        Value::Null => {}
    }
}

/// A pointer with `#` for every number in it.
fn kind(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1);
    let parts = parts.map(|part| if part.bytes().all(|b| b.is_ascii_digit()) { "#" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// The kinds of changes that nobody sees.
fn unseen(plan: &Plan, sea: &Sea, schedule: &Schedule) -> BTreeSet<String> {
    assert_eq!(verify(plan, sea, schedule), []);
    let mut document = serde_json::to_value(schedule).expect("JSON");
    let mut all = Vec::new();
    changes(&document, "", &mut all);
    let mut unseen = BTreeSet::new();
    for (pointer, how, value) in all {
        let place = document.pointer_mut(&pointer).expect("a place");
        let before = std::mem::replace(place, value);
        // What is left out or made longer may be no schedule at all; that is seen when it is read.
        let is_seen = before == document.pointer(&pointer).expect("a place").clone()
            || serde_json::from_value::<Schedule>(document.clone())
                .map_or(true, |changed| !verify(plan, sea, &changed).is_empty());
        if !is_seen && !TAKEN.contains(&(kind(&pointer).as_str(), how)) {
            unseen.insert(format!("{} {how}: {pointer} was {before}", kind(&pointer)));
        }
        *document.pointer_mut(&pointer).expect("a place") = before;
    }
    unseen
}

#[test]
fn no_figure_can_be_changed_unseen() {
    let floats = [("inspect", 0.0), ("paint", 0.0), ("sail.1", 1.0), ("lower", 0.0)];
    let mut story = Story::good();
    for (id, hours) in floats {
        story =
            story.change(id, |activity| (activity.float_h, activity.critical) = (Some(hours), hours == 0.0));
    }
    let (plan, sea, mut hired) = super::dues::told(("", ""));
    // That a vessel which does nothing costs nothing may be told or not.
    hired.costs.retain(|row| row.amount != 0.0);
    let stories = [
        story.told(),
        super::breaks::in_forecast().told(),
        super::shore::told_late(),
        super::shore::told_unsure(),
        (plan, sea, hired),
        super::laytime::told(("", "")),
        super::tanks::told(&[]),
        super::holders::told(&[]),
        super::services::told_good(),
    ];
    let mut found = BTreeSet::new();
    for (plan, sea, schedule) in &stories {
        found.extend(unseen(plan, sea, schedule));
    }
    assert!(found.is_empty(), "{found:#?}");
}
