//! What changed from one schedule to another.
//!
//! In: two schedules, of the same plan or of two versions of it. Out: a [`Comparison`]: what is added, removed and moved, by how much,
//! and the totals before and after.
//! Activities are matched by their names. Waiting and idling are no work of their own: they show in the hours.
//! Not a judgement: which of the two is better, the goals of the plan say.

use super::{Activity, Hours, Kind, Schedule, Time};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What changed from the schedule `before` to the schedule `after`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The schedule that is compared with.
    pub before: Side,
    /// The schedule that is looked at.
    pub after: Side,
    /// Why the two can be compared only in part, if that is so.
    pub warnings: Vec<String>,
    /// What each adds up to.
    pub totals: Vec<TotalChange>,
    /// Every activity that is added, removed or not as it was, by its beginning.
    pub changes: Vec<Change>,
    /// How many activities are as they were.
    pub unchanged: usize,
}

/// Which schedule it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// The name of its plan.
    pub plan: String,
    /// SHA-256 of its plan.
    pub sha256: String,
    /// When its plan was issued.
    pub issued: Time,
    /// `optimal` or `feasible`.
    pub status: super::Status,
}

/// A total before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TotalChange {
    /// `sampled_t`, `delivered_t`, `supplied_t`, `finish_h` (hours after the earlier start of the two horizons), `cost`, `late_h`,
    /// `fuel_t`, `co2_t`, or hours of a vessel such as `sail_h`.
    pub name: &'static str,
    /// The vessel whose hours they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vessel: Option<String>,
    /// Before; nothing where a vessel was not there.
    pub before: Option<f64>,
    /// After; nothing where a vessel is not there.
    pub after: Option<f64>,
    /// By how much it changed.
    pub change: Option<f64>,
}

/// How an activity changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its times, its vessel, its place or its tonnes are others.
    Moved,
}

/// A change of one activity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Its name.
    pub id: String,
    /// How it changed.
    pub what: What,
    /// What it is called.
    pub name: String,
    /// As it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Placed>,
    /// As it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Placed>,
    /// Hours by which its start is later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_shift_h: Option<f64>,
    /// Hours by which its end is later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_shift_h: Option<f64>,
}

/// When, where and by whom something is done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Placed {
    /// Its beginning.
    pub start: Time,
    /// Its end.
    pub end: Time,
    /// Who does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vessel: Option<String>,
    /// Where it happens, or where it sails from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Tonnes lifted or moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tonnes: Option<f64>,
}

/// Compares two schedules.
pub fn compare(before: &Schedule, after: &Schedule) -> Comparison {
    let (changes, unchanged) = changes(before, after);
    Comparison {
        before: side(before),
        after: side(after),
        warnings: warnings(before, after),
        totals: totals(before, after),
        changes,
        unchanged,
    }
}

fn side(schedule: &Schedule) -> Side {
    Side {
        plan: schedule.plan.name.clone(),
        sha256: schedule.plan.sha256.clone(),
        issued: schedule.plan.issued,
        status: schedule.solve.status,
    }
}

fn warnings(before: &Schedule, after: &Schedule) -> Vec<String> {
    let mut warnings = Vec::new();
    let (name, other) = (&after.plan.name, &before.plan.name);
    if name != other {
        warnings.push(format!(
            "the schedules answer two plans, {other:?} and {name:?}: only activities of the same name are compared"
        ));
    }
    if before.plan.currency != after.plan.currency {
        warnings.push("the plans count in two currencies: their costs cannot be compared".to_owned());
    }
    warnings
}

fn is_done(activity: &Activity) -> bool {
    !matches!(activity.kind, Kind::Wait | Kind::Idle)
}

fn placed(activity: &Activity) -> Placed {
    Placed {
        start: activity.start,
        end: activity.end,
        vessel: activity.vessel.clone(),
        site: activity.site.clone(),
        tonnes: activity.tonnes,
    }
}

/// Whether it is done as it was, as nearly as tonnes are told.
fn is_same(before: &Activity, after: &Activity) -> bool {
    let tonnes = |activity: &Activity| activity.tonnes.unwrap_or(0.0);
    before.start == after.start
        && before.end == after.end
        && before.vessel == after.vessel
        && before.site == after.site
        && before.to_site == after.to_site
        && (tonnes(before) - tonnes(after)).abs() < 1e-3
}

fn changes(before: &Schedule, after: &Schedule) -> (Vec<Change>, usize) {
    let by_id = |schedule: &'_ Schedule| -> BTreeMap<String, Activity> {
        let done = schedule.activities.iter().filter(|activity| is_done(activity));
        done.map(|activity| (activity.id.clone(), activity.clone())).collect()
    };
    let (old, new) = (by_id(before), by_id(after));
    let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut changes = Vec::new();
    let mut unchanged = 0;
    for id in ids {
        let (was, is) = (old.get(id), new.get(id));
        if was.zip(is).is_some_and(|(was, is)| is_same(was, is)) {
            unchanged += 1;
            continue;
        }
        let Some(named) = is.or(was) else { continue };
        let shift = |of: fn(&Activity) -> Time| was.zip(is).map(|(was, is)| hours(of(is) - of(was)));
        changes.push(Change {
            id: id.clone(),
            what: match (was, is) {
                (None, _) => What::Added,
                (_, None) => What::Removed,
                _ => What::Moved,
            },
            name: match (&named.kind, &named.to_site) {
                (Kind::Sail, Some(site)) => format!("sail to {site}"),
                _ => named.name.clone(),
            },
            before: was.map(placed),
            after: is.map(placed),
            start_shift_h: shift(|activity| activity.start),
            end_shift_h: shift(|activity| activity.end),
        });
    }
    let begins =
        |change: &Change| change.after.as_ref().or(change.before.as_ref()).map(|placed| placed.start);
    changes.sort_by(|a, b| begins(a).cmp(&begins(b)).then_with(|| a.id.cmp(&b.id)));
    (changes, unchanged)
}

fn hours(span: chrono::TimeDelta) -> f64 {
    span.as_seconds_f64() / 3600.0
}

/// A part of a vessel's hours, with the name of its total.
type Part = (&'static str, fn(&Hours) -> f64);

fn totals(before: &Schedule, after: &Schedule) -> Vec<TotalChange> {
    let start = before.horizon.start.min(after.horizon.start);
    let (old, new) = (&before.totals, &after.totals);
    let finish = |schedule: &Schedule| hours(schedule.totals.finish - start);
    let mut rows = vec![
        total("sampled_t", None, Some(old.sampled_t), Some(new.sampled_t)),
        total("delivered_t", None, Some(old.delivered_t), Some(new.delivered_t)),
        total("finish_h", None, Some(finish(before)), Some(finish(after))),
        total("late_h", None, Some(old.late_h), Some(new.late_h)),
    ];
    // Only a chain ashore has any.
    if old.supplied_t != 0.0 || new.supplied_t != 0.0 {
        rows.insert(2, total("supplied_t", None, Some(old.supplied_t), Some(new.supplied_t)));
    }
    let cost = total("cost", None, Some(old.cost), Some(new.cost));
    for (name, old, new) in [("fuel_t", old.fuel_t, new.fuel_t), ("co2_t", old.co2_t, new.co2_t)] {
        if old != 0.0 || new != 0.0 {
            rows.push(total(name, None, Some(old), Some(new)));
        }
    }
    let is_one = before.plan.currency == after.plan.currency;
    rows.push(if is_one { cost } else { TotalChange { change: None, ..cost } });
    let parts: [Part; 5] = [
        ("work_h", |hours| hours.work_h),
        ("sail_h", |hours| hours.sail_h),
        ("weather_wait_h", |hours| hours.weather_wait_h),
        ("other_wait_h", |hours| hours.other_wait_h),
        ("idle_h", |hours| hours.idle_h),
    ];
    let vessels: BTreeSet<&String> = old.vessels.keys().chain(new.vessels.keys()).collect();
    for vessel in vessels {
        for (name, part) in parts {
            let of = |totals: &super::Totals| totals.vessels.get(vessel).map(part);
            rows.push(total(name, Some(vessel.clone()), of(old), of(new)));
        }
    }
    rows
}

fn total(name: &'static str, vessel: Option<String>, before: Option<f64>, after: Option<f64>) -> TotalChange {
    let change = before.zip(after).map(|(before, after)| after - before);
    TotalChange { name, vessel, before, after, change }
}
