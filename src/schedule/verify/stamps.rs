//! Whether a schedule belongs to this plan and this weather.
//!
//! In: the stamps of the schedule. Out: every stamp that is another one's.
//! Not what the schedule does: the other rules judge that.

use super::case::{Case, Fault, same};
use crate::schedule::SCHEMA;

/// The schedule is of the form that is read here.
pub fn schema(case: &Case<'_>) -> Vec<Fault> {
    let is = &case.schedule.schema;
    if is == SCHEMA {
        return Vec::new();
    }
    vec![Fault::new(format!("the schedule is of schema {is:?}, and {SCHEMA:?} is what is judged here"))]
}

/// It answers this plan.
pub fn plan(case: &Case<'_>) -> Vec<Fault> {
    let (stamp, plan) = (&case.schedule.plan, case.plan);
    let pairs = [
        ("name", &stamp.name, plan.name.as_str()),
        ("zone", &stamp.zone, plan.zone.name()),
        ("SHA-256", &stamp.sha256, plan.sha256.as_str()),
    ];
    pairs
        .into_iter()
        .filter(|(_, said, is)| said != is)
        .map(|(what, said, is)| {
            Fault::new(format!(
                "the schedule answers a plan of {what} {said:?}, and this plan's is {is:?}: was the plan changed since?"
            ))
        })
        .collect()
}

/// It was made with this weather.
pub fn weather(case: &Case<'_>) -> Vec<Fault> {
    let stamps = &case.schedule.weather;
    let mut faults = Vec::new();
    for weather in &case.plan.weather {
        match stamps.iter().find(|stamp| stamp.id == weather.id) {
            None => faults
                .push(format!("the schedule does not say with which weather {} it was made", weather.id)),
            Some(stamp) if stamp.sha256 != weather.sha256 => {
                faults
                    .push(format!("the schedule was made with another weather {} than this one", weather.id));
            }
            Some(_) => {}
        }
    }
    for (place, stamp) in stamps.iter().enumerate() {
        if case.plan.weather.find(|weather| weather.id == stamp.id).is_none() {
            faults.push(format!(
                "the schedule was made with a weather {:?} that the plan does not have",
                stamp.id
            ));
        } else if stamps[..place].iter().any(|before| before.id == stamp.id) {
            faults.push(format!("the schedule names the weather {} twice", stamp.id));
        }
    }
    faults.into_iter().map(Fault::new).collect()
}

/// It covers the plan's time.
pub fn horizon(case: &Case<'_>) -> Vec<Fault> {
    let (stamp, horizon) = (&case.schedule.horizon, &case.plan.horizon);
    let mut faults = Vec::new();
    for (what, said, is) in [("begins", stamp.start, horizon.start), ("ends", stamp.end, horizon.end())] {
        if said.to_utc() != is {
            let (said, is) = (case.when(said.to_utc()), case.when(is));
            faults.push(Fault::new(format!("the schedule {what} on {said}, and the plan on {is}")));
        }
    }
    if !same(stamp.slot_h, horizon.slot_h()) {
        let message =
            format!("the schedule has slots of {} h, and the plan of {} h", stamp.slot_h, horizon.slot_h());
        faults.push(Fault::new(message));
    }
    faults
}
