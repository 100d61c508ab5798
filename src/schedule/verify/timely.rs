//! Whether what a transfer lands would still keep, and be there in time, if it were later by its float.
//!
//! In: a transfer from a hold to a store, and its float. Out: why it may not be so much later. What it moves is read off the levels of the hold
//! while it goes on, and put off as a whole; everything else stays when it is. Whether that is in time the rules of `holders` say.

use super::case::{Case, Deed, Job, exceeds};
use super::holders::{AS_SAID, Later, lifted_too_late, stale_since, way_to};
use super::shore::so_far;
use super::stocks::{Course, Holder, holder_of};
use crate::id::Ix;
use crate::plan::{self, Commodity};
use crate::schedule::Time;
use chrono::{DateTime, TimeDelta, Utc};

/// Why a transfer may not be so many slots later.
pub fn too_late(
    case: &Case<'_>,
    courses: &[Course<'_, '_>],
    deed: &Deed<'_>,
    float: usize,
) -> Option<String> {
    let Some(Job::Transfer(place)) = deed.job else { return None };
    let transfer = &case.plan.transfers[place];
    let (plan::Holder::Vessel(vessel), plan::Holder::Site(site)) = transfer.ends() else { return None };
    let commodity = transfer.commodity;
    let of_it = &case.plan.commodities[commodity];
    if of_it.keeps.is_none() && of_it.reach.is_none() {
        return None;
    }
    let hold = find(case, courses, Holder::Hold(vessel), commodity)?;
    let moved = moved(hold, deed);
    let by = TimeDelta::seconds(case.plan.horizon.slot.seconds().checked_mul(float as i64)?);
    let missing = |time: DateTime<Utc>| so_far(&moved, time) - so_far(&moved, time - by);
    let times = moved.iter().map(|(time, _)| time.to_utc());
    let moments: Vec<DateTime<Utc>> = times.clone().chain(times.map(|time| time + by)).collect();
    let later = Later { tonnes: &missing, moments: &moments };
    if let Some(keeps) = of_it.keeps
        && let Some(since) = stale_since(case, hold, keeps, &later)
        && stale_since(case, hold, keeps, &AS_SAID).is_none()
    {
        let (since, id) = (case.when(since), &case.plan.vessels[vessel].id);
        return Some(format!(
            "what {id} has had since {since} keeps for {keeps}, and would be aboard for longer"
        ));
    }
    let reach = of_it.reach?;
    if reach.site == site {
        let lifted = case.when(lifted_too_late(case, courses, (commodity, reach), &later)?);
        // What is too late as it is said is no fault of the float.
        let is_late = lifted_too_late(case, courses, (commodity, reach), &AS_SAID).is_some();
        return (!is_late)
            .then(|| format!("what was lifted by {lifted} would be there after more than {}", reach.within));
    }
    let store =
        Some(Holder::Store(site)).filter(|store| way_to(case, reach.site, commodity).contains(store))?;
    let store = find(case, courses, store, commodity)?;
    let own = store.stock.levels.iter().map(|(time, _)| time.to_utc());
    let lacks =
        |time: &DateTime<Utc>| exceeds(missing(*time), store.level(*time) + 1e-6 * moved.len() as f64);
    let lacks = own.chain(moments.iter().copied()).filter(lacks).min()?;
    Some(format!(
        "what is taken on to {} on {} would not be there",
        case.plan.sites[reach.site].id,
        case.when(lacks)
    ))
}

fn find<'a, 's, 'c>(
    case: &Case<'_>,
    courses: &'a [Course<'s, 'c>],
    holder: Holder,
    commodity: Ix<Commodity>,
) -> Option<&'a Course<'s, 'c>> {
    courses.iter().find(|course| holder_of(case, course.stock) == Some((holder, commodity)))
}

/// What has left a hold while a transfer goes on, so far.
fn moved(hold: &Course<'_, '_>, deed: &Deed<'_>) -> Vec<(Time, f64)> {
    let mut moved = vec![(deed.said.start, 0.0)];
    for pair in hold.stock.levels.windows(2) {
        let sum = moved[moved.len() - 1].1;
        if pair[0].0 >= deed.said.start && pair[1].0 <= deed.said.end {
            moved.push((pair[0].0, sum));
            moved.push((pair[1].0, sum + (pair[0].1 - pair[1].1).max(0.0)));
        }
    }
    moved
}
