//! What is known of a run only when all of it is over: whether cargo kept, was where it must be in time and had its
//! tank, and whether range and bunkers lasted.
//!
//! In: the log of a run, with what every vessel did. Out: its outcome, made worse by the first rule that the judge finds broken.
//! Voyages hurry for nobody's cargo and turn back for no fuel, nor do they ask for a tank: they keep to the order of a schedule that would keep
//! these rules in its own weather, and lift no more than it does. How often that is not good enough is what is told.

use super::case::Case;
use super::items::Items;
use super::log::{Log, Outcome};
use super::replay::{itinerary, plan_of_run, schedule_of, slots_until};
use crate::plan::{Commodity, Plan, Sea};
use crate::schedule::verify::first_broken;
use chrono::{DateTime, Utc};

/// The rules that are judged, by their slugs.
pub const RULES: [&str; 5] = ["endurance", "freshness", "reach", "tank-bounds", "tank-mixed"];

/// Whether a plan has such rules.
pub fn is_needed(plan: &Plan) -> bool {
    plan.commodities.iter().any(Commodity::hurries)
        || plan
            .vessels
            .iter()
            .any(|of_it| of_it.range.is_some() || of_it.bunkers.is_some() || !of_it.tanks.is_empty())
}

/// Judges a run that started at `time`.
pub fn judge(case: &Case<'_>, sea: &Sea, time: DateTime<Utc>, run: u64, log: &mut Log) {
    // Who did not come home has worse to tell.
    if log.outcome >= Outcome::Stuck {
        return;
    }
    let plan = plan_of_run(case, time, run, slots_until(case, log.finish));
    let schedule = schedule_of(&plan, sea, &itinerary(case, log), "simulated");
    if let Some(rule) = first_broken(&plan, sea, &schedule, &RULES) {
        log.worsen(Outcome::Short, Some(Items::of(case.plan).of_rule(rule)));
    }
}
