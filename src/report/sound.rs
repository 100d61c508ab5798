//! Whether a schedule that may have been edited by hand can be drawn and compared at all.
//!
//! In: a schedule. Out: what is wrong with it, in words that name the activity and the remedy.
//! Not the judge: [`crate::schedule::verify`] knows the plan and the weather, this knows neither.

use crate::schedule::{Interval, Schedule};
use std::collections::BTreeSet;

/// The first thing that makes a schedule impossible to read, if there is one.
pub fn fault(schedule: &Schedule) -> Option<String> {
    let horizon = &schedule.horizon;
    if horizon.end <= horizon.start {
        let (start, end) = (horizon.start.to_rfc3339(), horizon.end.to_rfc3339());
        return Some(format!(
            "its horizon ends at {end}, not after its start {start}; set \"horizon\" right"
        ));
    }
    if horizon.slot_h <= 0.0 {
        return Some(format!("its slots are {} h long; \"slot_h\" is more than 0", horizon.slot_h));
    }
    let mut names = BTreeSet::new();
    for activity in &schedule.activities {
        let id = &activity.id;
        if !names.insert(id) {
            return Some(format!("two activities are called {id:?}; give each an \"id\" of its own"));
        }
        if activity.end < activity.start {
            return Some(format!(
                "activity {id:?} ends before it starts; set its \"start\" and \"end\" right"
            ));
        }
        if !is_in_order(&activity.work) {
            return Some(format!(
                "the \"work\" of activity {id:?} is not a list of intervals in order of time; sort it"
            ));
        }
    }
    for stock in &schedule.stocks {
        if stock.levels.windows(2).any(|pair| pair[1].0 < pair[0].0) {
            let holder = &stock.holder;
            return Some(format!(
                "the levels of the stock of {holder:?} are not in order of time; sort them"
            ));
        }
    }
    for tank in &schedule.tanks {
        if tank.levels.windows(2).any(|pair| pair[1].0 < pair[0].0) {
            let name = &tank.tank;
            return Some(format!("the levels of the tank {name:?} are not in order of time; sort them"));
        }
    }
    for window in &schedule.windows {
        if window.open.iter().any(|(from, to)| to < from) {
            return Some(format!("a window of {:?} ends before it starts", window.task));
        }
    }
    for row in &schedule.sea {
        if row.step_h <= 0.0 {
            return Some(format!(
                "the weather at {:?} has steps of {} h; \"step_h\" is more than 0",
                row.site, row.step_h
            ));
        }
    }
    let is_on_earth =
        |&(latitude, longitude): &(f64, f64)| latitude.abs() <= 90.0 && longitude.abs() <= 360.0;
    let positions = schedule.sites.iter().filter_map(|site| site.position.as_ref());
    if let Some(point) = positions
        .chain(schedule.routes.iter().flat_map(|route| &route.points))
        .find(|point| !is_on_earth(point))
    {
        return Some(format!(
            "{}, {} is no position; it is degrees north (-90 to 90) and degrees east (-360 to 360)",
            point.0, point.1
        ));
    }
    None
}

fn is_in_order(work: &[Interval]) -> bool {
    work.iter().all(|(from, to)| from <= to) && work.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}
