//! Whether vessels that transfer to one another are at it together, and whether there are berths for those that load and unload.
//!
//! In: the deeds of transfers. Out: meetings of one, meetings at different times, too many at a quay. That a vessel has one other alongside at a time
//! follows, since it does one thing at a time.
//! That each is at the right site with the right gear is judged by `vessels`, the weather by `lifting`.

use super::case::{Case, Deed, Fault, Job, runs};
use crate::id::Ix;
use crate::plan::{Closed, Transfer};

impl<'c> Case<'c> {
    fn comers(&self) -> impl Iterator<Item = (&Deed<'c>, Ix<Transfer>)> {
        self.deeds.iter().filter_map(|deed| match deed.job {
            Some(Job::Transfer(place)) => Some((deed, place)),
            _ => None,
        })
    }

    fn met(&self) -> impl Iterator<Item = (&Deed<'c>, Ix<Transfer>)> {
        self.deeds.iter().filter_map(|deed| match deed.job {
            Some(Job::Alongside(place)) => Some((deed, place)),
            _ => None,
        })
    }
}

/// Each side of a meeting has the other side, from the same time to the same time.
pub fn both(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let same = |a: &Deed<'_>, b: &Deed<'_>| (a.start(), a.end()) == (b.start(), b.end());
    for (deed, place) in case.comers() {
        let Some(other) = case.plan.transfers[place].meets else { continue };
        let mut sides = case.met().filter(|(met, of)| *of == place && same(met, deed));
        if sides.next().is_none() {
            let (id, other) = (&deed.said.id, &case.plan.vessels[other.vessel].id);
            let (from, to) = (case.when(deed.start()), case.when(deed.end()));
            let message =
                format!("{id} needs {other} alongside from {from} to {to}, and it is not said to be");
            faults.push(Fault::of(deed.said, message));
        }
    }
    for (deed, place) in case.met() {
        let mut sides = case.comers().filter(|(comes, of)| *of == place && same(comes, deed));
        if sides.next().is_none() {
            let comes = &case.plan.vessels[case.plan.transfers[place].stand.vessel].id;
            let (from, to) = (case.when(deed.start()), case.when(deed.end()));
            let message = format!(
                "{} lies alongside for {comes} from {from} to {to}, which does not come then",
                deed.said.id
            );
            faults.push(Fault::of(deed.said, message));
        }
    }
    faults
}

/// The vessel that is met is not closed meanwhile.
pub fn closures(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (deed, place) in case.comers() {
        let (Some(other), Some(slots)) = (case.plan.transfers[place].meets, &deed.slots) else { continue };
        let closure = |slot| case.closure(slot, |closed| closed == Closed::Vessel(other.vessel));
        for slots in runs(slots.clone().filter(|&slot| closure(slot).is_some())) {
            let why = closure(slots.start).map_or(String::new(), |closure| case.closure_words(closure));
            let message = format!("{} goes on {}, and {why}", deed.said.id, case.during(&slots));
            faults.push(Fault::of(deed.said, message).at(case.time(slots.start)));
        }
    }
    faults
}

/// At a site no more vessels load and unload than it has berths.
pub fn berths(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (site, place) in case.plan.sites.entries() {
        let Some(berths) = place.berths else { continue };
        let mut changes: Vec<(usize, i64, &Deed<'_>)> = Vec::new();
        for (deed, transfer) in case.comers() {
            let of_it = &case.plan.transfers[transfer];
            if let (None, true, Some(slots)) = (of_it.meets, of_it.stand.site == site, &deed.slots)
                && !slots.is_empty()
            {
                changes.push((slots.start, 1, deed));
                changes.push((slots.end, -1, deed));
            }
        }
        // Who leaves makes room for who comes at the same time.
        changes.sort_by_key(|(slot, change, _)| (*slot, *change));
        let mut busy = 0;
        for (slot, change, deed) in changes {
            busy += change;
            if change > 0 && busy > i64::from(berths) {
                let message = format!(
                    "{busy} vessels load and unload at {} on {}, and it has {berths} berths",
                    place.id,
                    case.at(slot)
                );
                faults.push(Fault::of(deed.said, message));
            }
        }
    }
    faults
}
