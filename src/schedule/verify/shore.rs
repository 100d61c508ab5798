//! Whether what goes on ashore may go on: processes, demands and reserves.
//!
//! In: the activities of processes and demands with their courses, and the levels of the stocks. Out: courses that make no sense,
//! feeding too fast or while closed, supplies at the wrong time or too large, reserves that are not there.
//! Where the tonnes come from and go to: see `stocks`.

use super::case::{Case, Deed, Fault, Job, amount, exceeds, hours, same};
use super::totals;
use crate::id::Ix;
use crate::plan::{Closed, Demand, Process, Reserve, Site};
use crate::schedule::{Activity, Kind, Stock, Time};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// Where a process stands or a demand is supplied.
pub fn site_of(case: &Case<'_>, deed: &Deed<'_>) -> Option<Ix<Site>> {
    match deed.job? {
        Job::Process(process) => Some(case.plan.processes[process].site),
        Job::Supply(demand) => Some(case.plan.demands[demand].site),
        _ => None,
    }
}

/// The activities of processes and demands that the plan has.
pub fn deeds<'d, 'c>(case: &'d Case<'c>) -> impl Iterator<Item = &'d Deed<'c>> {
    case.deeds.iter().filter(|deed| matches!(deed.job, Some(Job::Process(_) | Job::Supply(_))))
}

fn verb(kind: Kind) -> &'static str {
    if kind == Kind::Process { "is fed" } else { "supplies" }
}

/// Whether a course can be followed: in order of time, and every number a finite one.
pub fn is_followed(course: &[(Time, f64)]) -> bool {
    course.is_sorted_by_key(|(time, _)| *time) && course.iter().all(|(_, tonnes)| tonnes.is_finite())
}

/// The tonnes of a course that can be followed, up to a moment.
pub fn so_far(course: &[(Time, f64)], time: DateTime<Utc>) -> f64 {
    let next = course.partition_point(|(at, _)| at.to_utc() <= time);
    match (next.checked_sub(1).map(|before| course[before]), course.get(next)) {
        (None, _) => 0.0,
        (Some((_, tonnes)), None) => tonnes,
        (Some((from, low)), Some(&(to, high))) => {
            low + (high - low) * hours(from.to_utc(), time) / hours(from.to_utc(), to.to_utc())
        }
    }
}

/// A course leads from nothing at the start to all tonnes at the end, and never back; nothing else has one.
pub fn courses(case: &Case<'_>) -> Vec<Fault> {
    let told = |deed: &Deed<'_>| {
        let said = deed.said;
        malformed(said).map(|what| Fault::of(said, format!("{}: {what}", said.id)))
    };
    case.deeds.iter().filter_map(told).collect()
}

/// What is wrong with the course of an activity, if anything.
pub fn malformed(said: &Activity) -> Option<String> {
    if !matches!(said.kind, Kind::Process | Kind::Supply) {
        let has = !said.course.is_empty() || said.made.is_some();
        return has.then(|| format!("a {} has no course and makes nothing", said.kind.word()));
    }
    let tonnes = said.tonnes.unwrap_or(0.0);
    if !is_followed(&said.course) {
        return Some("its course is not in order of time".to_owned());
    }
    let Some((first, last)) = said.course.first().zip(said.course.last()) else {
        return Some("it has no course".to_owned());
    };
    if first.0 != said.start || last.0 != said.end {
        return Some("its course does not lead from its start to its end".to_owned());
    }
    if !same(first.1, 0.0) || !same(last.1, tonnes) {
        return Some(format!("its course does not lead from nothing to {}", amount(tonnes, "t")));
    }
    let mut pairs = said.course.windows(2);
    let wrong = pairs.find(|pair| exceeds(pair[0].1, pair[1].1) || pair[0].0 == pair[1].0)?;
    let what = if wrong[0].0 == wrong[1].0 { "has two amounts at the same time" } else { "goes back" };
    Some(format!("its course {what}"))
}

/// A process and a supply say how much; a process makes its yield of what it is fed.
pub fn tonnes(case: &Case<'_>) -> Vec<Fault> {
    let tell = |deed: &Deed<'_>| -> Option<String> {
        let said = deed.said;
        let Some(tonnes) = said.tonnes else { return Some("does not say how many tonnes".to_owned()) };
        if exceeds(0.0, tonnes) {
            return Some(format!("{} {}, which is less than nothing", verb(said.kind), amount(tonnes, "t")));
        }
        let must = match deed.job? {
            Job::Process(process) => Some(case.plan.processes[process].yields * tonnes),
            _ => None,
        };
        let words = |made: Option<f64>| made.map_or("nothing".to_owned(), |made| amount(made, "t"));
        let is_same = match (said.made, must) {
            (Some(said), Some(must)) => same(said, must),
            (said, must) => said.is_none() && must.is_none(),
        };
        let (made, must) = (words(said.made), words(must));
        (!is_same).then(|| format!("is said to make {made} of {}, and makes {must}", amount(tonnes, "t")))
    };
    let told = |deed| tell(deed).map(|what| Fault::of(deed.said, format!("{} {what}", deed.said.id)));
    deeds(case).filter_map(told).collect()
}

/// The most tonnes per hour of a process or a demand.
fn rate_of(case: &Case<'_>, deed: &Deed<'_>) -> f64 {
    match deed.job {
        Some(Job::Process(process)) => case.plan.processes[process].capacity,
        Some(Job::Supply(demand)) => case.plan.demands[demand].rate,
        _ => f64::INFINITY,
    }
}

/// Nothing is fed or supplied faster than it may be, and none is at it twice at a time.
pub fn rates(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deed in deeds(case).filter(|deed| malformed(deed.said).is_none()) {
        let rate = rate_of(case, deed);
        for pair in deed.said.course.windows(2) {
            let length = hours(pair[0].0.to_utc(), pair[1].0.to_utc());
            let (is, most) = (pair[1].1 - pair[0].1, rate * length);
            if exceeds(is, most) {
                let (id, does) = (&deed.said.id, verb(deed.said.kind));
                let (is, most, length) = (amount(is, "t"), amount(most, "t"), amount(length, "h"));
                let message = format!("{id} {does} {is} in {length}, and may {most}");
                faults.push(Fault::of(deed.said, message).at(pair[0].0));
            }
        }
    }
    let mut by_time: Vec<&Deed<'_>> = deeds(case).collect();
    by_time.sort_by_key(|deed| (deed.start(), deed.end()));
    for (place, deed) in by_time.iter().enumerate() {
        let before = by_time[..place].iter().find(|b| b.job == deed.job && b.end() > deed.start());
        if let Some(before) = before {
            let message = format!("{} begins before {} ends", deed.said.id, before.said.id);
            faults.push(Fault::of(deed.said, message));
        }
    }
    faults
}

/// Nothing is fed or supplied during a closure.
pub fn closures(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deed in deeds(case) {
        let (Some(slots), Some(site)) = (&deed.slots, site_of(case, deed)) else { continue };
        let is_meant = |closed: Closed| {
            closed == Closed::Site(site)
                || matches!((closed, deed.job), (Closed::Process(a), Some(Job::Process(b))) if a == b)
        };
        let barred = slots.clone().find_map(|slot| Some((slot, case.closure(slot, is_meant)?)));
        if let Some((slot, closure)) = barred {
            let (at, why) = (case.at(slot), case.closure_words(closure));
            let message = format!("{} {} on {at}, and {why}", deed.said.id, verb(deed.said.kind));
            faults.push(Fault::of(deed.said, message).at(case.time(slot)));
        }
    }
    faults
}

/// The tonnes that a demand is supplied with.
pub fn supplied(case: &Case<'_>, place: Ix<Demand>) -> f64 {
    let of_it = deeds(case).filter(|deed| deed.job == Some(Job::Supply(place)));
    of_it.filter_map(|deed| deed.said.tonnes).filter(|tonnes| tonnes.is_finite()).sum()
}

/// A demand is supplied within its time, with no more than it wants and no less than it must have.
pub fn demands(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deed in deeds(case) {
        let Some(Job::Supply(place)) = deed.job else { continue };
        let Demand { from, to, .. } = &case.plan.demands[place];
        if deed.start() < *from || deed.end() > *to {
            let (start, end) = (case.when(deed.start()), case.when(deed.end()));
            let (from, to) = (case.when(*from), case.when(*to));
            let message =
                format!("{} lasts from {start} to {end}, and is wanted from {from} to {to}", deed.said.id);
            faults.push(Fault::of(deed.said, message));
        }
    }
    for (place, Demand { id, amount: most, at_least, .. }) in case.plan.demands.entries() {
        let is = supplied(case, place);
        let words = amount(is, "t");
        let known = deeds(case).filter(|deed| deed.job == Some(Job::Supply(place)) && case.is_over(deed));
        let known: f64 = known.filter_map(|deed| deed.said.tonnes).sum();
        if exceeds(is, most.max(known)) {
            faults
                .push(Fault::new(format!("{id} is supplied with {words}, and wants {}", amount(*most, "t"))));
        }
        if exceeds(*at_least, is) {
            let least = amount(*at_least, "t");
            faults.push(Fault::new(format!("{id} is supplied with {words}, and must have {least}")));
        }
    }
    faults
}

/// The worth of what demands are supplied with.
pub fn worth_of(case: &Case<'_>) -> f64 {
    let worth = |(place, demand): (Ix<Demand>, &Demand)| -> f64 {
        let mut left = supplied(case, place);
        let steps = demand.value.iter().map(|&(most, each)| {
            let tonnes = left.min(most).max(0.0);
            left -= tonnes;
            tonnes * each
        });
        steps.sum()
    };
    case.plan.demands.entries().map(worth).sum()
}

/// What each feeding of a process that costs something comes to, by the name of its activity.
pub fn feedings(case: &Case<'_>) -> Vec<(String, f64)> {
    let cost = |deed: &Deed<'_>| {
        let Some(Job::Process(place)) = deed.job else { return None };
        let each = case.plan.processes[place].cost;
        let tonnes = deed.said.tonnes.filter(|tonnes| tonnes.is_finite()).unwrap_or(0.0);
        (each != 0.0).then(|| (deed.said.id.clone(), each * tonnes))
    };
    deeds(case).filter_map(cost).collect()
}

/// The tonnes that a process is fed.
pub fn fed(case: &Case<'_>, place: Ix<Process>) -> f64 {
    let of_it = deeds(case).filter(|deed| deed.job == Some(Job::Process(place)));
    of_it.filter_map(|deed| deed.said.tonnes).filter(|tonnes| tonnes.is_finite()).sum()
}

/// The least that a reserve must hold at a moment, in tonnes.
fn floor(case: &Case<'_>, reserve: &Reserve, time: DateTime<Utc>) -> f64 {
    if time < reserve.by {
        return 0.0;
    }
    let (start, slot) = (case.plan.horizon.start, case.plan.horizon.slot.seconds());
    let mut floor = reserve.target;
    for disruption in &case.plan.disruptions {
        // Whole slots, as closures have them. Before it must be there nothing can be drawn of it.
        let first = (disruption.from.max(reserve.by) - start).num_seconds().max(0).div_euclid(slot) * slot;
        let last = (disruption.to - start).num_seconds() + slot - 1;
        let last = last.div_euclid(slot) * slot;
        if last <= first || disruption.from >= case.plan.horizon.end() {
            continue;
        }
        let (first, last) = (start + TimeDelta::seconds(first), start + TimeDelta::seconds(last));
        let is_again = match reserve.refill {
            Some(refill) => time >= last && (time - disruption.to).num_seconds() >= refill,
            None => false,
        };
        if time > first && !is_again {
            let drawn = reserve.draw * hours(first, time.min(last));
            floor = floor.min((reserve.target - drawn).max(0.0));
        }
    }
    floor
}

/// Every reserve is there when it must be.
pub fn reserves(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for reserve in &case.plan.reserves {
        let holder = &case.plan.sites[reserve.site].id;
        let commodity = &case.plan.commodities[reserve.commodity].id;
        let is_it = |stock: &&Stock| stock.holder == *holder && stock.commodity == *commodity;
        let told = case.schedule.stocks.iter().find(is_it).map(|stock| stock.levels.as_slice());
        let levels = told.filter(|levels| is_followed(levels)).unwrap_or_default();
        let level = |time| so_far(levels, time);
        let horizon = &case.plan.horizon;
        let mut moments: Vec<DateTime<Utc>> = (0..=horizon.slots).map(|slot| horizon.time(slot)).collect();
        moments.extend(levels.iter().map(|(time, _)| time.to_utc()));
        moments.push(reserve.by);
        moments.retain(|time| (horizon.start..=horizon.end()).contains(time));
        moments.sort();
        let short = moments.into_iter().find(|&time| exceeds(floor(case, reserve, time), level(time)));
        if let Some(time) = short {
            let (is, must) = (amount(level(time), "t"), amount(floor(case, reserve, time), "t"));
            let (id, when) = (&reserve.id, case.when(time));
            let message = format!("{id}: {is} of {commodity} are at {holder} on {when}, and must be {must}");
            faults.push(Fault { activity: None, time: case.local(time), message });
        }
    }
    faults
}

/// Tonnes that demands are supplied with.
pub fn total_supplied(case: &Case<'_>) -> Vec<Fault> {
    let all: f64 = case.plan.demands.places().map(|place| supplied(case, place)).sum();
    totals::differs("tonnes supplied", case.schedule.totals.supplied_t, all, "t")
}

/// Tonnes made, by commodity.
pub fn total_made(case: &Case<'_>) -> Vec<Fault> {
    let mut made: BTreeMap<&str, f64> = BTreeMap::new();
    for (place, process) in case.plan.processes.entries() {
        let tonnes = fed(case, place) * process.yields;
        *made.entry(case.plan.commodities[process.to].id.as_str()).or_default() += tonnes;
    }
    let said = &case.schedule.totals.made_t;
    let names: std::collections::BTreeSet<&str> =
        made.keys().copied().chain(said.keys().map(String::as_str)).collect();
    let of = |name: &str| (said.get(name).copied().unwrap_or(0.0), made.get(name).copied().unwrap_or(0.0));
    let wrong = |name: &str| {
        let (said, is) = of(name);
        totals::differs(&format!("tonnes of {name} made"), said, is, "t")
    };
    names.into_iter().flat_map(wrong).collect()
}
