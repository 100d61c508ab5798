//! Whether the totals are what the activities add up to.
//!
//! In: the activities as they are said. Out: every total that is another one.
//! Not the goals, which are made of some of them: see `goals`.

use super::case::{Case, Deed, Fault, Job, amount, hours, same};
use super::{costs, stocks};
use crate::plan::{Task, Vessel};
use crate::schedule::{Hours, Kind};
use chrono::{DateTime, Utc};

/// Tonnes lifted.
pub fn sampled(case: &Case<'_>) -> Vec<Fault> {
    let samplings = case.deeds.iter().filter(|deed| matches!(deed.job, Some(Job::Sampling(_))));
    let lifted: f64 = samplings.filter_map(|deed| deed.said.tonnes).sum();
    differs("tonnes lifted", case.schedule.totals.sampled_t, lifted, "t")
}

/// Tonnes that reached the shore; what goes out to sea of one commodity takes nothing from what came of another.
pub fn delivered(case: &Case<'_>) -> Vec<Fault> {
    let all = case.plan.commodities.places();
    let ashore = all.map(|commodity| stocks::delivered(case, commodity).max(0.0)).sum();
    differs("tonnes delivered", case.schedule.totals.delivered_t, ashore, "t")
}

/// When everything is done.
pub fn finish(case: &Case<'_>) -> Vec<Fault> {
    let (said, is) = (case.schedule.totals.finish, finish_of(case));
    if said.to_utc() == is {
        return Vec::new();
    }
    let (said_words, is) = (case.when(said.to_utc()), case.when(is));
    vec![
        Fault::new(format!("the finish is said to be {said_words}, and the last activity ends on {is}"))
            .at(said),
    ]
}

/// The latest end of what is more than waiting; the plan's start when there is nothing.
pub fn finish_of(case: &Case<'_>) -> DateTime<Utc> {
    case.deeds.iter().filter(|d| d.is_real()).map(Deed::end).max().unwrap_or(case.plan.horizon.start)
}

/// Vessels, their fuel, tasks and processes.
pub fn cost(case: &Case<'_>) -> Vec<Fault> {
    let unit = case.plan.currency.as_deref().unwrap_or("");
    let (said, is) = (case.schedule.totals.cost, costs::cost_of(case));
    if (said - is).abs() <= costs::slack(case) { Vec::new() } else { differs("cost", said, is, unit) }
}

/// Hours after due dates.
pub fn late(case: &Case<'_>) -> Vec<Fault> {
    differs("hours after due dates", case.schedule.totals.late_h, late_of(case), "h")
}

/// The hours by which each task done ends after its due date.
pub fn late_of(case: &Case<'_>) -> f64 {
    let late = |(place, task): (_, &Task)| -> f64 {
        let Some(due) = task.due else { return 0.0 };
        case.of_task(place).map(|deed| hours(due, deed.end()).max(0.0)).sum()
    };
    case.plan.tasks.entries().map(late).sum()
}

pub fn differs(what: &str, said: f64, is: f64, unit: &str) -> Vec<Fault> {
    if same(said, is) {
        return Vec::new();
    }
    let (said, is) = (amount(said, unit), amount(is, unit));
    vec![Fault::new(format!("the {what}: {} is said, and the activities make {}", said.trim(), is.trim()))]
}

/// The hours of every vessel, each kind, and that they add up to the horizon.
pub fn hours_of_vessels(case: &Case<'_>) -> Vec<Fault> {
    let said = &case.schedule.totals.vessels;
    let mut faults = Vec::new();
    for (place, Vessel { id, .. }) in case.plan.vessels.entries() {
        let Some(said) = said.get(id) else {
            faults.push(Fault::new(format!("the totals say nothing of the hours of {id}")));
            continue;
        };
        let mut is = Hours::default();
        for deed in case.of_vessel(place) {
            add(&mut is, deed);
        }
        let kinds = [
            ("work", said.work_h, is.work_h),
            ("sailing", said.sail_h, is.sail_h),
            ("waiting on weather", said.weather_wait_h, is.weather_wait_h),
            ("other waiting", said.other_wait_h, is.other_wait_h),
            ("being idle", said.idle_h, is.idle_h),
        ];
        let wrong = kinds
            .into_iter()
            .flat_map(|(kind, said, is)| differs(&format!("hours of {kind} of {id}"), said, is, "h"));
        faults.extend(wrong);
        let elapsed = hours(case.plan.horizon.start, case.plan.horizon.end());
        if !same(said.elapsed_h(), elapsed) {
            let (sum, must) = (amount(said.elapsed_h(), "h"), amount(elapsed, "h"));
            faults.push(Fault::new(format!("the hours of {id} add up to {sum}, and the plan has {must}")));
        }
    }
    for vessel in said.keys().filter(|name| case.plan.vessels.find(|vessel| vessel.id == **name).is_none()) {
        faults
            .push(Fault::new(format!("the totals give hours to {vessel:?}, which is no vessel of the plan")));
    }
    faults
}

fn add(sum: &mut Hours, deed: &Deed<'_>) {
    let said = deed.said;
    let length = hours(deed.start(), deed.end());
    let worked: f64 = said.work.iter().map(|(from, to)| hours(from.to_utc(), to.to_utc())).sum();
    match said.kind {
        Kind::Process | Kind::Supply => {}
        Kind::Task | Kind::Sampling | Kind::Transfer => {
            sum.work_h += worked;
            sum.weather_wait_h += said.waiting_h;
            sum.other_wait_h += length - worked - said.waiting_h;
        }
        Kind::Sail => sum.sail_h += length,
        Kind::Wait => {
            sum.weather_wait_h += said.waiting_h;
            sum.other_wait_h += length - said.waiting_h;
        }
        Kind::Idle => sum.idle_h += length,
    }
}
