//! Whether works ashore have what they need, and work in whole batches.
//!
//! In: the activities of processes with their courses. Out: water that is not there, batches that are none.
//! Feeding itself, its rate and its closures are judged in `shore`, what yields may come to in `yields`.

use super::case::{Case, Deed, Fault, Job, amount, exceeds, hours, same};
use super::shore::{deeds, malformed, so_far};
use chrono::{DateTime, Utc};

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
