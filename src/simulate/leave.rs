//! When a ship must leave: judged from the weather years of its date, as nobody knows the one it is in.
//!
//! In: a case and a field of starts. Out: [`Leaves`]: for each date and step of the order the last slot in which most years would still
//! let the ship come home in time, and the last one in which any year would.
//! What the forecast shows of a voyage under way is known besides: where all that is left to do fits into it, that may be later;
//! and once it shows all of the plan's time, that alone is what a vessel goes by, as far as it can still be home in time.
//! The way back is taken at the durations that are not exceeded in the same share of draws.

use super::case::Case;
use super::ground::Ground;
use super::items::Leave;
use super::order::Act;
use super::past::ROUNDINGS;
use super::starts::Field;
use super::voyage::Voyage;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::Vessel;
use chrono::{DateTime, Datelike, Utc};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// When a ship must leave, by the date of its start.
#[derive(Debug, Clone, Default)]
pub struct Leaves(BTreeMap<(u32, u32, u32), Leave>);

impl Leaves {
    /// When a ship must leave, for each distinct date of the starts.
    ///
    /// # Errors
    /// When a synthetic year cannot be made.
    pub fn new(case: &Case<'_>, field: &Field<'_>) -> Result<Leaves, Error> {
        let mut leaves = Leaves::default();
        if case.plan.vessels.is_empty() {
            return Ok(leaves);
        }
        for place in 0..field.starts.len() {
            let key = key_of(field.starts[place].time);
            if let std::collections::btree_map::Entry::Vacant(entry) = leaves.0.entry(key) {
                let years = field.climate_of(place)?;
                let of_years = |share: f64| -> Vec<Vec<u32>> {
                    let end = case.plan.horizon.slots as u32;
                    let ways = (end, share);
                    years
                        .iter()
                        .map(|(ground, base)| latest_starts(case, (ground, *base), ways, None))
                        .collect()
                };
                let odds = case.settings.home_odds;
                let (by, hopeless) = (of_years(odds), of_years(0.0));
                entry.insert(Leave { by: latest_in(&by, odds), hopeless: latest_in(&hopeless, 0.0) });
            }
        }
        Ok(leaves)
    }

    /// For a voyage that starts then.
    pub fn of(&self, time: DateTime<Utc>) -> Leave {
        self.0.get(&key_of(time)).cloned().unwrap_or_default()
    }
}

fn key_of(time: DateTime<Utc>) -> (u32, u32, u32) {
    (time.month(), time.day(), chrono::Timelike::num_seconds_from_midnight(&time))
}

impl Voyage<'_> {
    /// The slot by which a step must have begun, or its lifting be over, if its vessel is to be home in time: in most weather years, or, where
    /// that is later, by what the forecast shows, in which all that the vessel has to do after it comes to an end; by that alone where it shows
    /// all of the plan's time.
    pub fn by_what_is_seen(&self, place: usize, vessel: Ix<Vessel>, now: u32) -> u32 {
        let slots = self.case.plan.horizon.slots as u32;
        if let Some(known) = self.known_by(place, now) {
            return self.base + known;
        }
        let by = self.base + self.leave.by.get(place).copied().unwrap_or(slots);
        let end = (self.seen(now) - self.base).min(slots);
        if by >= self.base + end {
            return by;
        }
        let ways = (end, self.case.settings.home_odds);
        let seen = latest_starts(self.case, (self.ground, self.base), ways, Some(vessel));
        by.max(self.base + seen[place])
    }

    /// The slot from the start by which a step must have begun, where the forecast shows all of the plan's time; nothing where it does not, or where
    /// nobody could be home in time.
    pub fn known_by(&self, place: usize, now: u32) -> Option<u32> {
        Some(self.known(place, now)?.begun[place]).filter(|&by| by > 0)
    }

    /// The slot by which a step must be over, as [`Voyage::known_by`] has it for when it must have begun.
    pub fn known_over(&self, place: usize, now: u32) -> Option<u32> {
        Some(self.known(place, now)?.over[place]).filter(|&by| by > 0).map(|by| self.base + by)
    }

    fn known(&self, place: usize, now: u32) -> Option<&Known> {
        let (slots, vessel) = (self.case.plan.horizon.slots as u32, self.case.order.steps[place].vessel?);
        let is_seen = self.seen(now) >= self.base + slots;
        is_seen.then(|| self.known[vessel.index()].get_or_init(|| self.all_known(vessel, slots)))
    }

    fn all_known(&self, vessel: Ix<Vessel>, slots: u32) -> Known {
        let (case, share) = (self.case, self.case.settings.home_odds);
        let over = RefCell::new(vec![slots; case.order.steps.len()]);
        let begun = case.latest_starts(slots, |place, own, by| {
            over.borrow_mut()[place] = by;
            latest(case, (self.ground, self.base), (slots, share), Some(vessel), (place, own, by))
        });
        Known { begun, over: over.into_inner() }
    }
}

/// When the steps of a vessel must have begun, and when they must be over, in the weather of a run.
#[derive(Debug, Clone)]
pub struct Known {
    begun: Vec<u32>,
    over: Vec<u32>,
}

/// By when each step must begin in one weather year, in slots from the start, if all is to be done by a slot; durations are those not exceeded in
/// that share. Where one vessel is named, what others do takes no time.
fn latest_starts(
    case: &Case<'_>,
    sea: (&Ground, u32),
    ways: (u32, f64),
    only: Option<Ix<Vessel>>,
) -> Vec<u32> {
    case.latest_starts(ways.0, |place, vessel, by| latest(case, sea, ways, only, (place, vessel, by)))
}

/// The same for one step that is to be over by a slot.
fn latest(
    case: &Case<'_>,
    (ground, base): (&Ground, u32),
    (end, share): (u32, f64),
    only: Option<Ix<Vessel>>,
    (place, vessel, by): (usize, Ix<Vessel>, u32),
) -> Option<u32> {
    if only.is_some_and(|only| only != vessel) {
        return Some(by);
    }
    let plan = case.plan;
    let (step, moved) = (&case.order.steps[place], case.moved(place));
    // Of what is under way only the rest takes time, and it is set up.
    let is_under_way = case.past().is_some_and(|past| past.is_under_way(vessel, step.planned));
    let by = base + by;
    let slots =
        |tonnes: f64, rate: f64| (tonnes / (rate * plan.horizon.slot_h()) - 1e-9).ceil().max(1.0) as u32;
    let found = match &step.act {
        Act::Task(task, _) => {
            let facts = &case.tasks[task.index()];
            // What is seen must hold until the reserve is over too, while what comes next may begin at the finish.
            let seen = (base + end).saturating_sub(facts.reserve);
            let by = if only.is_some() { by.min(seen) } else { by };
            ground.tasks[task.index()].table.latest(by, case.duration_at(*task, share), facts.reserve)
        }
        Act::Sail(from, to) => {
            let leg = plan.leg_in(vessel, *from, *to, step.length)?;
            let length = case.legs[vessel.index()][leg];
            ground.legs[vessel.index()][leg].latest(by, length, base)
        }
        Act::Sample(sampling, tonnes, _) => {
            let of_it = &plan.samplings[*sampling];
            let lifted = case.past().map_or(0.0, |past| past.lifted(*sampling));
            // Of what must be lifted only its own part takes time, and of that only the rest.
            let before = case.lifted[place] - tonnes;
            let own = (of_it.at_least - before).clamp(0.0, tonnes.max(0.0)) - moved;
            let missing = own.min(of_it.at_least - lifted);
            if missing <= ROUNDINGS {
                return Some(by - base);
            }
            let least = plan.horizon.slots_for(of_it.min_run) as u32;
            let length = slots(missing, of_it.rate).max(least);
            ground.samplings[sampling.index()].table.latest(by, length, 0)
        }
        Act::Transfer(place, tonnes, _) => {
            let of_it = &plan.transfers[*place];
            let [setup, off] = [of_it.setup, of_it.hoses_off].map(|span| plan.horizon.slots_for(span) as u32);
            let setup = if is_under_way { 0 } else { setup };
            let length = setup + slots(*tonnes - moved, of_it.rate) + off;
            ground.transfers[place.index()].table.latest(by, length, 0)
        }
        Act::Alongside(place) => {
            let done = if is_under_way { case.happened() - step.planned as u32 } else { 0 };
            let length = (step.length as u32).saturating_sub(done).max(1);
            ground.transfers[place.index()].table.latest(by, length, 0)
        }
    };
    found?.checked_sub(base)
}

/// For each step the latest start that at least this share of the years allows.
fn latest_in(years: &[Vec<u32>], share: f64) -> Vec<u32> {
    let latest = |step: usize| {
        let mut starts: Vec<u32> = years.iter().map(|year| year[step]).collect();
        starts.sort_unstable_by(|a, b| b.cmp(a));
        let rank = ((share * starts.len() as f64).ceil() as usize).clamp(1, starts.len());
        starts[rank - 1]
    };
    (0..years.first().map_or(0, Vec::len)).map(latest).collect()
}
