//! Whether lifting and moving go on when they may, and no faster, shorter or smaller than they may.
//!
//! In: the deeds of samplings and transfers. Out: runs in bad weather, in closures, too fast, too short, too much, too little.
//! Not what becomes of the tonnes: see `stocks`.

use super::case::{Case, Deed, Fault, Job, amount, exceeds, runs};
use crate::plan::{Closed, Sampling, Stand, Transfer};
use crate::schedule::Kind;
use crate::time::Slot;
use crate::weather::Limits;
use std::ops::Range;

/// A sampling or a transfer, well formed.
pub struct Run<'d, 'c> {
    /// The activity.
    pub deed: &'d Deed<'c>,
    /// Its slots.
    pub slots: Range<Slot>,
    /// Where.
    pub stand: Stand,
    /// Within which limits.
    pub limits: &'c Limits,
    /// The slots at its beginning in which nothing flows.
    pub setup: usize,
    /// The slots at its end in which nothing flows any more.
    pub hoses_off: usize,
    /// Tonnes per hour at most.
    pub rate: f64,
}

impl<'c> Case<'c> {
    /// What a deed is as a run, if it is one.
    pub fn run<'d>(&self, deed: &'d Deed<'c>) -> Option<Run<'d, 'c>> {
        let slots = deed.slots.clone()?;
        match deed.job? {
            Job::Sampling(place) => {
                let Sampling { stand, limits, rate, .. } = &self.plan.samplings[place];
                Some(Run { deed, slots, stand: *stand, limits, setup: 0, hoses_off: 0, rate: *rate })
            }
            Job::Transfer(place) => {
                let Transfer { stand, limits, rate, setup, hoses_off, .. } = &self.plan.transfers[place];
                let horizon = &self.plan.horizon;
                let (setup, hoses_off) = (horizon.slots_for(*setup), horizon.slots_for(*hoses_off));
                Some(Run { deed, slots, stand: *stand, limits, setup, hoses_off, rate: *rate })
            }
            _ => None,
        }
    }

    fn runs<'d>(&'d self) -> impl Iterator<Item = Run<'d, 'c>> {
        self.deeds.iter().filter_map(|deed| self.run(deed))
    }
}

/// Whether a closure closes work at a stand.
pub fn closes(closed: Closed, stand: Stand) -> bool {
    closed == Closed::Site(stand.site) || closed == Closed::Vessel(stand.vessel)
}

/// Whether a closure closes the sampling that a run is of.
pub fn stops(closed: Closed, run: &Run<'_, '_>) -> bool {
    matches!((closed, run.deed.job), (Closed::Sampling(closed), Some(Job::Sampling(place))) if closed == place)
}

fn verb(kind: Kind) -> &'static str {
    if kind == Kind::Sampling { "lifts" } else { "transfers" }
}

/// Every slot is within the limits.
pub fn weather(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for run in case.runs() {
        let who = format!("{} {}", run.deed.said.id, verb(run.deed.said.kind));
        for breach in case.breaches(Some(run.stand.site), run.limits, run.slots.clone()) {
            let message = breach.tell(case, &who, "its limit is");
            faults.push(Fault::of(run.deed.said, message).at(case.time(breach.slots.start)));
        }
    }
    faults
}

/// No slot is touched by a closure.
pub fn closures(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for run in case.runs() {
        let closure =
            |slot: Slot| case.closure(slot, |closed| closes(closed, run.stand) || stops(closed, &run));
        for slots in runs(run.slots.clone().filter(|&slot| closure(slot).is_some())) {
            let (does, during) = (verb(run.deed.said.kind), case.during(&slots));
            let why = closure(slots.start).map_or(String::new(), |closure| case.closure_words(closure));
            let message = format!("{} {does} {during}, and {why}", run.deed.said.id);
            faults.push(Fault::of(run.deed.said, message).at(case.time(slots.start)));
        }
    }
    faults
}

/// What lifts or moves says how much; nothing else does.
pub fn tonnes(case: &Case<'_>) -> Vec<Fault> {
    let is_alongside = |deed: &Deed<'_>| matches!(deed.job, Some(Job::Alongside(_)));
    let tell = |deed: &Deed<'_>| match (deed.said.kind, deed.said.tonnes) {
        (_, None) if is_alongside(deed) => None,
        (_, Some(_)) if is_alongside(deed) => {
            Some("has tonnes, which the vessel that comes tells".to_owned())
        }
        (Kind::Sampling | Kind::Transfer, None) => Some("does not say how many tonnes".to_owned()),
        (Kind::Sampling | Kind::Transfer, Some(tonnes)) if exceeds(0.0, tonnes) => {
            Some(format!("{} {}, which is less than nothing", verb(deed.said.kind), amount(tonnes, "t")))
        }
        // Of processes and demands it is told where they are judged.
        (Kind::Sampling | Kind::Transfer | Kind::Process | Kind::Supply, _) | (_, None) => None,
        (kind, Some(tonnes)) if tonnes != 0.0 => {
            Some(format!("has {}, and a {} has none", amount(tonnes, "t"), kind.word()))
        }
        _ => None,
    };
    let told =
        |deed: &Deed<'_>| tell(deed).map(|what| Fault::of(deed.said, format!("{} {what}", deed.said.id)));
    case.deeds.iter().filter_map(told).collect()
}

/// Nothing flows faster than the rate, and nothing during the set-up or while the hoses are taken off.
pub fn rate(case: &Case<'_>) -> Vec<Fault> {
    case.runs()
        .filter_map(|run| {
            let hours =
                run.slots.len().saturating_sub(run.setup + run.hoses_off) as f64 * case.plan.horizon.slot_h();
            let (tonnes, most) = (run.deed.said.tonnes?, run.rate * hours);
            let (id, does) = (&run.deed.said.id, verb(run.deed.said.kind));
            let (is, hours, may) = (amount(tonnes, "t"), amount(hours, "h"), amount(most, "t"));
            let message = format!("{id} {does} {is} in {hours}, and its rate allows {may}");
            exceeds(tonnes, most).then(|| Fault::of(run.deed.said, message))
        })
        .collect()
}

/// No run of a sampling is shorter than the shortest.
pub fn shortest_run(case: &Case<'_>) -> Vec<Fault> {
    case.runs()
        .filter_map(|run| {
            let Some(Job::Sampling(place)) = run.deed.job else { return None };
            let needed = case.plan.horizon.slots_for(case.plan.samplings[place].min_run).max(1);
            let (is, must) = (case.hours_of(run.slots.len()), case.hours_of(needed));
            let message = format!("{} lifts for {is}, and its shortest run is {must}", run.deed.said.id);
            (run.slots.len() < needed).then(|| Fault::of(run.deed.said, message))
        })
        .collect()
}

/// Of each sampling as much is lifted as must be and may be.
pub fn totals(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, Sampling { id, at_least, at_most, .. }) in case.plan.samplings.entries() {
        let of_it = case.deeds.iter().filter(|deed| deed.job == Some(Job::Sampling(place)));
        let lifted: f64 = of_it.filter_map(|deed| deed.said.tonnes).sum();
        let is = amount(lifted, "t");
        if exceeds(*at_least, lifted) {
            faults.push(Fault::new(format!(
                "{id} lifts {is} in all, and must at least {}",
                amount(*at_least, "t")
            )));
        }
        let known =
            case.deeds.iter().filter(|deed| deed.job == Some(Job::Sampling(place)) && case.is_over(deed));
        let known: f64 = known.filter_map(|deed| deed.said.tonnes).sum();
        if exceeds(lifted, at_most.max(known)) {
            faults.push(Fault::new(format!(
                "{id} lifts {is} in all, and may at most {}",
                amount(*at_most, "t")
            )));
        }
    }
    faults
}

/// No parcel of a transfer is smaller than the smallest.
pub fn smallest(case: &Case<'_>) -> Vec<Fault> {
    case.deeds
        .iter()
        .filter_map(|deed| {
            let Some(Job::Transfer(place)) = deed.job else { return None };
            let (tonnes, smallest) = (deed.said.tonnes?, case.plan.transfers[place].smallest);
            let (is, must) = (amount(tonnes, "t"), amount(smallest, "t"));
            let message = format!("{} moves {is}, and its smallest parcel is {must}", deed.said.id);
            exceeds(smallest, tonnes).then(|| Fault::of(deed.said, message))
        })
        .collect()
}

/// No parcel of a transfer is larger than the largest.
pub fn largest(case: &Case<'_>) -> Vec<Fault> {
    case.deeds
        .iter()
        .filter_map(|deed| {
            let Some(Job::Transfer(place)) = deed.job else { return None };
            let (tonnes, largest) = (deed.said.tonnes?, case.plan.transfers[place].largest);
            let (is, may) = (amount(tonnes, "t"), amount(largest, "t"));
            let message = format!("{} moves {is}, and its largest parcel is {may}", deed.said.id);
            exceeds(tonnes, largest).then(|| Fault::of(deed.said, message))
        })
        .collect()
}
