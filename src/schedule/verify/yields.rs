//! What the lowest and the highest yields would make of a schedule, walked again from what it tells.
//!
//! In: the courses of processes and supplies, and the levels of the stocks, which say what vessels lift and move slot by slot. Out: tonnes made
//! and supplied, and the levels of reserves; rows and totals that tell other ones.
//! With other yields everybody takes what the schedule has him take when it does, as far as that is there beside what the schedule keeps for
//! a reserve, and takes what is there beyond the schedule as well: a process as fast as it may be fed, a demand as far as it wants, a vessel as far
//! as it has room. Those who take at the same time have equal parts of what they would take, and what they leave of what is there beyond the
//! schedule goes to demands that may be supplied then, first to the first of the plan. What cannot be followed is not judged here.

use super::case::{Case, Deed, Fault, Job, amount, same};
use super::rows::Row;
use super::shore::{malformed, so_far};
use super::stocks::{Holder, courses, holder_of};
use crate::id::Ix;
use crate::plan::{Closed, Commodity, Demand, Direction, Plan, Process, Reserve};
use crate::schedule::Time;
use crate::time::Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What amounts are rounded to, in tonnes.
const ROUNDING: f64 = 1e-6;

/// A commodity in a hold or a store.
type Place = (Holder, Ix<Commodity>);

/// Levels of stocks at the beginning of each slot and at the end of the last.
type Told = BTreeMap<Place, Vec<f64>>;

/// What comes of a schedule with other yields.
#[derive(Default)]
pub struct Outcome {
    made: BTreeMap<Ix<Commodity>, f64>,
    supplied: BTreeMap<Ix<Demand>, f64>,
    /// By reserve what is there of it at the plan's start and at the end of each slot.
    pub kept: BTreeMap<Ix<Reserve>, Vec<(Time, f64)>>,
}

impl Outcome {
    /// What a demand is supplied with.
    pub fn supplied(&self, demand: Ix<Demand>) -> f64 {
        self.supplied.get(&demand).copied().unwrap_or(0.0)
    }
}

/// Whether some yield is uncertain.
fn is_uncertain(plan: &Plan) -> bool {
    plan.processes.iter().any(|process| process.spread.is_some())
}

/// What comes of the schedule at the lowest yields and at the highest; nothing where all are certain, or where it cannot be followed.
pub fn outcomes(case: &Case<'_>) -> Option<[Outcome; 2]> {
    is_uncertain(case.plan).then_some(())?;
    let told = told(case);
    let takes = case.deeds.iter().filter_map(|deed| take(case, &told, deed));
    let mut takes: Vec<Take> = takes.collect::<Option<_>>()?;
    for place in case.plan.demands.places() {
        takes.push(supply(case, place)?);
    }
    let sides: [fn(&Process) -> f64; 2] = [
        |process| process.spread.map_or(process.yields, |(low, _)| low),
        |process| process.spread.map_or(process.yields, |(_, high)| high),
    ];
    Some(sides.map(|side| walked(case, &told, &takes, side)))
}

/// A range that a row tells beside a figure must be the one that comes of the outcomes.
pub fn range(
    case: &Case<'_>,
    row: &mut Row<'_>,
    what: &str,
    said: Option<(f64, f64)>,
    is: Option<(f64, f64)>,
) {
    match (said, is) {
        (Some(said), Some(is)) => {
            let slack = slack(case);
            row.near(&format!("{what} at the lowest yields"), said.0, is.0, slack, "t");
            row.near(&format!("{what} at the highest yields"), said.1, is.1, slack, "t");
        }
        (None, Some((low, high))) => {
            let (low, high) = (amount(low, "t"), amount(high, "t"));
            row.tell(&format!("does not tell the {what} at the lowest and highest yields, {low} and {high}"));
        }
        (Some(_), None) if !is_uncertain(case.plan) => {
            row.tell(&format!("tells the {what} at other yields, and every yield is certain"));
        }
        (_, None) => {}
    }
}

/// What roundings may have made of a walk: every amount that it rests on is rounded.
fn slack(case: &Case<'_>) -> f64 {
    ROUNDING * (case.deeds.len() + 2) as f64
}

/// Tonnes made at the lowest yields and at the highest, by commodity.
pub fn total_made_range(case: &Case<'_>) -> Vec<Fault> {
    let said = &case.schedule.totals.made_range_t;
    let outcomes = outcomes(case);
    if outcomes.is_none() && is_uncertain(case.plan) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let mut strangers: BTreeSet<&str> = said.keys().map(String::as_str).collect();
    for (place, commodity) in case.plan.commodities.entries() {
        strangers.remove(commodity.id.as_str());
        let made = |outcome: &Outcome| outcome.made.get(&place).copied().unwrap_or(0.0);
        let must = outcomes.as_ref().map_or([0.0; 2], |sides| [made(&sides[0]), made(&sides[1])]);
        let is = said.get(&commodity.id).map_or([0.0; 2], |&(low, high)| [low, high]);
        for (which, (is, must)) in ["lowest", "highest"].into_iter().zip(is.into_iter().zip(must)) {
            if !same(is, must) && (is - must).abs() > slack(case) {
                let (is, must, of) = (amount(is, "t"), amount(must, "t"), &commodity.id);
                faults.push(Fault::new(format!(
                    "the tonnes of {of} made at the {which} yields: {is} is said, and it is {must}"
                )));
            }
        }
    }
    let stranger =
        |name| Fault::new(format!("tonnes of {name:?} are said to be made, which the plan does not have"));
    faults.extend(strangers.into_iter().map(stranger));
    faults
}

/// The levels that the schedule tells.
fn told(case: &Case<'_>) -> Told {
    let horizon = &case.plan.horizon;
    let all = courses(case).into_iter().filter_map(|course| {
        let levels = (0..=horizon.slots).map(|slot| course.level(horizon.time(slot)));
        Some((holder_of(case, course.stock)?, levels.collect()))
    });
    all.collect()
}

/// What an activity takes from a stock or brings to one.
struct Take {
    job: Job,
    from: Option<Place>,
    /// Where it goes, and how many slots later.
    into: Option<(Place, usize)>,
    slots: Range<Slot>,
    /// Nothing in slots in which it may not be taken.
    tonnes: Vec<Option<f64>>,
}

/// What an activity takes: the outer nothing for one that takes nothing, the inner one where that cannot be followed.
fn take(case: &Case<'_>, told: &Told, deed: &Deed<'_>) -> Option<Option<Take>> {
    let plan = case.plan;
    let job = deed.job?;
    let store = |site, commodity| (Holder::Store(site), commodity);
    let (from, into) = match job {
        Job::Process(place) => {
            let process = &plan.processes[place];
            let lasts = process.batch.map_or(1, |batch| plan.horizon.slots_for(batch.duration).max(1));
            let into = (store(process.site, process.to), lasts - 1);
            (Some(store(process.site, process.from)), Some(into))
        }
        Job::Sampling(place) => {
            let sampling = &plan.samplings[place];
            (None, Some(((Holder::Hold(sampling.stand.vessel), sampling.commodity), 0)))
        }
        Job::Transfer(place) => {
            let transfer = &plan.transfers[place];
            let own = (Holder::Hold(transfer.stand.vessel), transfer.commodity);
            let other = transfer.meets.map_or(Holder::Store(transfer.stand.site), |s| Holder::Hold(s.vessel));
            let other = (other, transfer.commodity);
            match transfer.direction {
                Direction::Ashore => (Some(own), Some((other, 0))),
                Direction::Aboard => (Some(other), Some((own, 0))),
            }
        }
        Job::Supply(_) | Job::Task(_) | Job::Sail | Job::Alongside(_) | Job::Rest => return None,
    };
    let followed = || {
        let slots = deed.slots.clone()?;
        let tonnes: Vec<f64> = match job {
            Job::Process(_) => slots.clone().map(|slot| in_slot(case, deed, slot)).collect::<Option<_>>()?,
            _ => {
                // A vessel does one thing at a time: what changes in its hold meanwhile is what goes over.
                let is_hold = |place: &Place| matches!(place.0, Holder::Hold(of) if Some(of) == deed.vessel);
                let hold = from.into_iter().chain(into.map(|into| into.0)).find(is_hold)?;
                let none = deed.said.tonnes.is_none_or(|tonnes| same(tonnes, 0.0));
                match told.get(&hold) {
                    Some(levels) => {
                        slots.clone().map(|slot| (levels[slot + 1] - levels[slot]).abs()).collect()
                    }
                    None if none => vec![0.0; slots.len()],
                    None => return None,
                }
            }
        };
        Some(Take { job, from, into, slots, tonnes: tonnes.into_iter().map(Some).collect() })
    };
    Some(followed())
}

/// The tonnes of a course in a slot; nothing where it cannot be followed.
fn in_slot(case: &Case<'_>, deed: &Deed<'_>, slot: Slot) -> Option<f64> {
    malformed(deed.said).is_none().then_some(())?;
    let so_far = |slot| so_far(&deed.said.course, case.plan.horizon.time(slot));
    Some(so_far(slot + 1) - so_far(slot))
}

/// What a demand is supplied with, and when it may be; nothing where that cannot be followed.
fn supply(case: &Case<'_>, place: Ix<Demand>) -> Option<Take> {
    let (horizon, demand) = (&case.plan.horizon, &case.plan.demands[place]);
    let is_open = |slot: &Slot| {
        let is_its = demand.from <= horizon.time(*slot) && horizon.time(slot + 1) <= demand.to;
        is_its && case.closure(*slot, |closed| closed == Closed::Site(demand.site)).is_none()
    };
    let mut tonnes: Vec<Option<f64>> = (0..horizon.slots).map(|slot| is_open(&slot).then_some(0.0)).collect();
    for deed in case.deeds.iter().filter(|deed| deed.job == Some(Job::Supply(place))) {
        for slot in deed.slots.clone()? {
            tonnes[slot] = Some(tonnes[slot].unwrap_or(0.0) + in_slot(case, deed, slot)?);
        }
    }
    let from = (Holder::Store(demand.site), demand.commodity);
    Some(Take { job: Job::Supply(place), from: Some(from), into: None, slots: 0..horizon.slots, tonnes })
}

/// Walks the schedule with other yields.
fn walked(case: &Case<'_>, told: &Told, takes: &[Take], yields: fn(&Process) -> f64) -> Outcome {
    let plan = case.plan;
    let mut outcome = Outcome::default();
    let mut levels = at_start(plan);
    let mut batches: BTreeMap<Slot, Vec<(Place, f64)>> = BTreeMap::new();
    let place_of = |reserve: &Reserve| (Holder::Store(reserve.site), reserve.commodity);
    let level = |levels: &BTreeMap<Place, f64>, place: &Place| levels.get(place).copied().unwrap_or(0.0);
    for (place, reserve) in plan.reserves.entries() {
        outcome.kept.insert(place, vec![(case.time(0), level(&levels, &place_of(reserve)))]);
    }
    for slot in 0..plan.horizon.slots {
        let mut before = levels.clone();
        for (place, tonnes) in batches.remove(&slot).unwrap_or_default() {
            *before.entry(place).or_default() += tonnes;
        }
        let now: Vec<(&Take, f64)> = takes
            .iter()
            .filter(|take| take.slots.contains(&slot))
            .filter_map(|take| Some((take, take.tonnes[slot - take.slots.start]?.max(0.0))))
            .collect();
        let mut all: BTreeMap<Place, f64> = BTreeMap::new();
        for (take, tonnes) in &now {
            if let Some(from) = take.from {
                *all.entry(from).or_default() += tonnes;
            }
        }
        let brought = |taken: &[f64]| {
            let mut there = before.clone();
            for ((take, _), tonnes) in now.iter().zip(taken) {
                if let Some((place, 0)) = take.into {
                    *there.entry(place).or_default() += tonnes * makes(plan, take, yields);
                }
            }
            there
        };
        // A chain through the slot is no longer than there are links in it.
        let mut taken: Vec<f64> = now.iter().map(|(_, tonnes)| *tonnes).collect();
        for _ in 0..=now.len() {
            let there = brought(&taken);
            let left = |from: &Place| told.get(from).map_or(0.0, |levels| levels[slot + 1].max(0.0));
            let of_one = |(take, tonnes): &(&Take, f64)| {
                let Some(from) = take.from.filter(|_| *tonnes > 0.0) else { return *tonnes };
                let is = level(&there, &from);
                let left = left(&from);
                let own = plan.reserves.iter().filter(|reserve| place_of(reserve) == from);
                let kept = own.map(|reserve| reserve.target.min(left)).fold(0.0, f64::max);
                let beyond = (is - left - all[&from]).max(0.0);
                let free = (is - kept).max(0.0).min(all[&from]) + beyond;
                (free * tonnes / all[&from]).min(bound(plan, take, *tonnes, &levels, &outcome))
            };
            let before_round = taken;
            taken = now.iter().map(of_one).collect();
            for (nth, (take, tonnes)) in now.iter().enumerate() {
                let (Job::Supply(_), Some(from)) = (take.job, take.from) else { continue };
                let own = now.iter().zip(&taken).filter(|((other, _), _)| other.from == Some(from));
                let rest = level(&there, &from) - own.map(|(_, tonnes)| tonnes).sum::<f64>();
                let open = bound(plan, take, *tonnes, &levels, &outcome) - taken[nth];
                taken[nth] += (rest - left(&from)).min(open).max(0.0);
            }
            if taken == before_round {
                break;
            }
        }
        levels = brought(&taken);
        for ((take, _), tonnes) in now.iter().zip(&taken) {
            if let Some(from) = take.from {
                *levels.entry(from).or_default() -= tonnes;
            }
            let made = tonnes * makes(plan, take, yields);
            match (take.job, take.into) {
                (Job::Process(_), Some((place, later))) => {
                    *outcome.made.entry(place.1).or_default() += made;
                    if later > 0 {
                        batches.entry(slot + later).or_default().push((place, made));
                    }
                }
                (Job::Supply(demand), _) => *outcome.supplied.entry(demand).or_default() += tonnes,
                _ => {}
            }
        }
        for (place, course) in &mut outcome.kept {
            course.push((case.time(slot + 1), level(&levels, &place_of(&plan.reserves[*place]))));
        }
    }
    outcome
}

/// What the plan begins with.
fn at_start(plan: &Plan) -> BTreeMap<Place, f64> {
    let holds = plan.vessels.entries().map(|(place, vessel)| (Holder::Hold(place), &vessel.aboard));
    let stores = plan.sites.entries().map(|(place, site)| (Holder::Store(place), &site.stock));
    let each = holds.chain(stores).flat_map(|(holder, tonnes)| {
        plan.commodities.places().map(move |commodity| ((holder, commodity), tonnes[commodity.index()]))
    });
    each.collect()
}

/// What comes of a tonne that is taken.
fn makes(plan: &Plan, take: &Take, yields: fn(&Process) -> f64) -> f64 {
    if let Job::Process(place) = take.job { yields(&plan.processes[place]) } else { 1.0 }
}

/// The most that may be taken in a slot in which the schedule takes so many tonnes.
fn bound(plan: &Plan, take: &Take, tonnes: f64, levels: &BTreeMap<Place, f64>, outcome: &Outcome) -> f64 {
    let slot_h = plan.horizon.slot_h();
    match (take.job, take.into) {
        (Job::Process(place), _) => {
            let process = &plan.processes[place];
            tonnes.max(process.batch.map_or(process.capacity * slot_h, |batch| batch.tonnes))
        }
        (Job::Supply(place), _) => {
            let demand = &plan.demands[place];
            let open = (demand.amount - outcome.supplied(place)).max(0.0);
            tonnes.max(demand.rate * slot_h).min(open)
        }
        (_, Some(((Holder::Hold(vessel), commodity), _))) if take.from.is_some() => {
            let aboard = |of: &Place| of.0 == Holder::Hold(vessel);
            let all: f64 = levels.iter().filter(|(of, _)| aboard(of)).map(|(_, tonnes)| tonnes).sum();
            let own = levels.get(&(Holder::Hold(vessel), commodity)).copied().unwrap_or(0.0);
            let vessel = &plan.vessels[vessel];
            (vessel.hold[commodity.index()] - own).min(vessel.hold_total - all).max(0.0)
        }
        _ => f64::INFINITY,
    }
}
