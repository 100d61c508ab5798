//! Whether works ashore have what they need, and what their yields may come to.
//!
//! In: the activities of processes with their courses. Out: water that is not there, tonnes of uncertain yields that do not add up.
//! Feeding itself, its rate and its closures are judged in `shore`.

use super::case::{Case, Deed, Fault, Job, amount, exceeds, hours, same};
use super::shore::{deeds, fed, malformed, so_far};
use super::totals;
use crate::id::Ix;
use crate::plan::{Commodity, Process};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// No more water is taken at a site than it has, from one change of a feed to the next.
pub fn water(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, site) in case.plan.sites.entries().filter(|(_, site)| site.water.is_finite()) {
        let dose = |deed: &Deed<'_>| match deed.job {
            Some(Job::Process(process)) if case.plan.processes[process].site == place => {
                case.plan.processes[process].water
            }
            _ => 0.0,
        };
        let taking: Vec<(f64, &Deed<'_>)> = deeds(case)
            .map(|deed| (dose(deed), deed))
            .filter(|(dose, deed)| *dose > 0.0 && malformed(deed.said).is_none())
            .collect();
        let courses = taking.iter().flat_map(|(_, deed)| &deed.said.course);
        let mut moments: Vec<DateTime<Utc>> = courses.map(|(time, _)| time.to_utc()).collect();
        moments.sort();
        moments.dedup();
        for pair in moments.windows(2) {
            let taken =
                |time| taking.iter().map(|(dose, deed)| dose * so_far(&deed.said.course, time)).sum::<f64>();
            let (is, most) = (taken(pair[1]) - taken(pair[0]), site.water * hours(pair[0], pair[1]));
            // What a course is rounded by is water too.
            let slack = 2e-6 * taking.iter().map(|(dose, _)| dose).sum::<f64>();
            if exceeds(is, most + slack) {
                let (is, most) = (amount(is, "m3"), amount(most, "m3"));
                let (from, to) = (case.when(pair[0]), case.when(pair[1]));
                let message = format!(
                    "the processes at {} take {is} of water from {from} to {to}, and have {most}",
                    site.id
                );
                faults.push(Fault { activity: None, time: case.local(pair[0]), message });
                break;
            }
        }
    }
    faults
}

/// The tonnes of a commodity that are made when yields are as `side` says and of every commodity there is that part of what there is in
/// the schedule.
fn made(case: &Case<'_>, commodity: Ix<Commodity>, side: fn(&Process) -> f64, parts: &[f64]) -> f64 {
    let makers = case.plan.processes.entries().filter(|(_, process)| process.to == commodity);
    makers.map(|(place, process)| fed(case, place) * side(process) * parts[process.from.index()]).sum()
}

/// The tonnes of a commodity that are there without being made: lifted, or there when the plan begins.
fn given(case: &Case<'_>, commodity: Ix<Commodity>) -> f64 {
    let samplings = case.deeds.iter().filter(
        |deed| matches!(deed.job, Some(Job::Sampling(place)) if case.plan.samplings[place].commodity == commodity),
    );
    let lifted: f64 = samplings.filter_map(|deed| deed.said.tonnes).filter(|tonnes| tonnes.is_finite()).sum();
    let stores: f64 = case.plan.sites.iter().map(|site| site.stock[commodity.index()]).sum();
    let holds: f64 = case.plan.vessels.iter().map(|vessel| vessel.aboard[commodity.index()]).sum();
    lifted + stores + holds
}

/// For each commodity the part of what there is of it in the schedule that is there when yields are as `side` says.
fn parts(case: &Case<'_>, side: fn(&Process) -> f64) -> Vec<f64> {
    let whole = vec![1.0; case.plan.commodities.len()];
    let mut parts = whole.clone();
    // A chain is no longer than there are processes.
    for _ in case.plan.processes.places() {
        let part = |place| {
            let given = given(case, place);
            let planned = given + made(case, place, |process| process.yields, &whole);
            if planned > 0.0 { (given + made(case, place, side, &parts)) / planned } else { 1.0 }
        };
        parts = case.plan.commodities.places().map(part).collect();
    }
    parts
}

/// Tonnes made at the lowest yields and at the highest, by commodity.
pub fn total_made_range(case: &Case<'_>) -> Vec<Fault> {
    let plan = case.plan;
    let said = &case.schedule.totals.made_range_t;
    let is_wanted = plan.processes.iter().any(|process| process.spread.is_some());
    let mut faults = Vec::new();
    if !is_wanted && said.is_empty() {
        return faults;
    }
    let sides: [fn(&Process) -> f64; 2] = [
        |process| process.spread.map_or(process.yields, |spread| spread.0),
        |process| process.spread.map_or(process.yields, |spread| spread.1),
    ];
    let parts = sides.map(|side| parts(case, side));
    let whole = vec![1.0; plan.commodities.len()];
    let mut names: BTreeSet<&str> = said.keys().map(String::as_str).collect();
    for (place, commodity) in plan.commodities.entries() {
        names.remove(commodity.id.as_str());
        let is_made = made(case, place, |process| process.yields, &whole) > 0.0;
        let must = (is_wanted && is_made)
            .then(|| (made(case, place, sides[0], &parts[0]), made(case, place, sides[1], &parts[1])));
        let is = said.get(&commodity.id).copied().unwrap_or((0.0, 0.0));
        let must = must.unwrap_or((0.0, 0.0));
        let told = |which: &str| format!("tonnes of {} made at the {which} yields", commodity.id);
        faults.extend(totals::differs(&told("lowest"), is.0, must.0, "t"));
        faults.extend(totals::differs(&told("highest"), is.1, must.1, "t"));
    }
    let stranger = |name: &str| {
        Fault::new(format!("tonnes of {name:?} are said to be made, which the plan does not have"))
    };
    faults.extend(names.into_iter().map(stranger));
    faults
}

/// A process that works in batches is fed a whole one in the first slot, and takes its time for it.
pub fn batches(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for deed in deeds(case).filter(|deed| malformed(deed.said).is_none()) {
        let Some(Job::Process(place)) = deed.job else { continue };
        let (Some(batch), Some(slots)) = (case.plan.processes[place].batch, deed.slots.clone()) else {
            continue;
        };
        let (id, horizon) = (&deed.said.id, &case.plan.horizon);
        let needed = horizon.slots_for(batch.duration).max(1);
        let tonnes = deed.said.tonnes.unwrap_or(0.0);
        let at_once = so_far(&deed.said.course, case.plan.horizon.time(slots.start + 1));
        let message = if !same(tonnes, batch.tonnes) {
            format!("{id} is fed {}, and a batch is {}", amount(tonnes, "t"), amount(batch.tonnes, "t"))
        } else if slots.len() != needed {
            format!("{id} takes {}, and a batch takes {}", case.hours_of(slots.len()), case.hours_of(needed))
        } else if !same(at_once, tonnes) {
            format!("{id} is fed {} in its first slot, and a batch is fed at once", amount(at_once, "t"))
        } else {
            continue;
        };
        faults.push(Fault::of(deed.said, message));
    }
    faults
}
