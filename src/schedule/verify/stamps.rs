//! Whether a schedule belongs to this plan and this weather.
//!
//! In: the stamps of the schedule. Out: every stamp that is another one's.
//! Not what the schedule does: the other rules judge that.

use super::case::{Case, Fault, same};
use crate::id::Ix;
use crate::plan::Weather;
use crate::schedule::{SCHEMA, WeatherStamp};

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
        .chain(issue(case))
        .collect()
}

/// When it was issued, and in which currency it reckons.
fn issue(case: &Case<'_>) -> Vec<Fault> {
    let (stamp, plan) = (&case.schedule.plan, case.plan);
    let mut faults = Vec::new();
    if stamp.issued.to_utc() != plan.issued {
        let (said, is) = (case.when(stamp.issued.to_utc()), case.when(plan.issued));
        faults.push(Fault::new(format!(
            "the schedule says that the plan was issued on {said}, and it was on {is}"
        )));
    }
    if stamp.currency != plan.currency {
        let words = |currency: &Option<String>| currency.clone().unwrap_or_else(|| "no currency".to_owned());
        let (said, is) = (words(&stamp.currency), words(&plan.currency));
        faults.push(Fault::new(format!("the schedule reckons in {said}, and the plan in {is}")));
    }
    faults
}

/// It was made with this weather.
pub fn weather(case: &Case<'_>) -> Vec<Fault> {
    let stamps = &case.schedule.weather;
    let mut faults = Vec::new();
    for (place, weather) in case.plan.weather.entries() {
        match stamps.iter().find(|stamp| stamp.id == weather.id) {
            None => faults
                .push(format!("the schedule does not say with which weather {} it was made", weather.id)),
            Some(stamp) if stamp.sha256 != weather.sha256 => {
                faults
                    .push(format!("the schedule was made with another weather {} than this one", weather.id));
            }
            Some(stamp) => faults.extend(series(case, place, stamp)),
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

/// What is said of a series that is not so.
fn series(case: &Case<'_>, place: Ix<Weather>, stamp: &WeatherStamp) -> Vec<String> {
    let series = case.sea.series(place);
    let last = series.time(series.len().saturating_sub(1));
    let mut faults = Vec::new();
    if stamp.origin != series.origin.word() {
        faults.push(format!(
            "the weather {} is said to be a {}, and is a {}",
            stamp.id,
            stamp.origin,
            series.origin.word()
        ));
    }
    for (what, said, is) in [("begins", stamp.first, series.start), ("ends", stamp.last, last)] {
        if said.to_utc() != is {
            let (said, is) = (case.when(said.to_utc()), case.when(is));
            faults.push(format!(
                "the weather {} is said to {} on {said}, and {what} on {is}",
                stamp.id,
                &what[..what.len() - 1]
            ));
        }
    }
    if !same(stamp.step_h, series.step.hours()) {
        let (said, is) = (stamp.step_h, series.step.hours());
        faults.push(format!(
            "the weather {} is said to have steps of {said} h, and has steps of {is} h",
            stamp.id
        ));
    }
    faults
}
