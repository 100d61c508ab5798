//! Whether each vessel is in one place at a time, with its gear in a state that its work needs and the weather allows.
//!
//! In: the deeds of each vessel, followed from the plan's start. Out: holes, overlaps, leaps, gear that is in the wrong state
//! or does not survive. Not the legs themselves: those are judged by `sailing`.

use super::case::{Case, Fault, Job};
use crate::id::Ix;
use crate::plan::Vessel;
use crate::schedule::Kind;

/// A vessel does one thing at every moment of the horizon.
pub fn tiling(case: &Case<'_>) -> Vec<Fault> {
    let horizon = &case.plan.horizon;
    let mut faults = Vec::new();
    for (vessel, Vessel { id, .. }) in case.plan.vessels.entries() {
        let mut covered = horizon.start;
        let mut last = None;
        let hole = |from, to| {
            let (from_words, to) = (case.when(from), case.when(to));
            let message = format!("nothing is said of {id} from {from_words} to {to}");
            Fault { activity: None, time: case.local(from), message }
        };
        for deed in case.of_vessel(vessel).filter(|deed| deed.start() <= deed.end()) {
            if deed.start() > covered {
                faults.push(hole(covered, deed.start()));
            }
            if let Some(before) = last.filter(|_| deed.start() < covered) {
                let (from, to) = (case.when(deed.start()), case.when(covered.min(deed.end())));
                let message = format!("{id} does both {before} and {} from {from} to {to}", deed.said.id);
                faults.push(Fault::of(deed.said, message));
            }
            if deed.end() >= covered {
                covered = deed.end();
                last = Some(&deed.said.id);
            }
        }
        if covered < horizon.end() {
            faults.push(hole(covered, horizon.end()));
        }
    }
    faults
}

/// A vessel is where it is needed, and only sailing moves it.
pub fn place(case: &Case<'_>) -> Vec<Fault> {
    let name = |site| &case.plan.sites[site].id;
    let mut faults = Vec::new();
    for (vessel, Vessel { id, .. }) in case.plan.vessels.entries() {
        for deed in case.of_vessel(vessel) {
            let Some(found) = deed.found else { continue };
            let said = deed.said;
            let needed = case.needs(deed).filter(|stand| stand.vessel == vessel).map(|stand| stand.site);
            if let (Some(needed), Some(site)) = (needed, deed.site)
                && needed != site
            {
                let message =
                    format!("{} is at {}, and the plan wants it at {}", said.id, name(site), name(needed));
                faults.push(Fault::of(said, message));
            }
            if let Some(site) = needed.or(deed.site).filter(|&site| site != found.site) {
                let when = case.when(deed.start());
                let (at, to) = (name(found.site), name(site));
                let message = format!("{} needs {id} at {to} on {when}, and it is at {at}", said.id);
                faults.push(Fault::of(said, message));
            }
            if let Some(to) = deed
                .to_site
                .filter(|&to| deed.job != Some(Job::Sail) && deed.left.map(|l| l.site) != Some(to))
            {
                let message = format!("{} moves {id} to {}, and only sailing does that", said.id, name(to));
                faults.push(Fault::of(said, message));
            }
        }
    }
    faults
}

/// The gear is in the state that work or sailing needs.
pub fn gear(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (vessel, Vessel { gear, .. }) in case.plan.vessels.entries() {
        for deed in case.of_vessel(vessel) {
            let needed = match deed.job {
                Some(Job::Sail) => Some(0),
                _ => case.needs(deed).filter(|stand| stand.vessel == vessel).map(|stand| stand.gear),
            };
            if let (Some(needed), Some(found)) = (needed, deed.found)
                && needed != found.gear
            {
                let (needed, is) = (&gear[needed].id, &gear[found.gear].id);
                let message = format!("{} needs the gear {needed}, and it is {is}", deed.said.id);
                faults.push(Fault::of(deed.said, message));
            }
        }
    }
    faults
}

/// The state of the gear at the end of an activity is the one that is said, if one is.
pub fn gear_label(case: &Case<'_>) -> Vec<Fault> {
    let label_of =
        |vessel: Option<Ix<Vessel>>, gear: usize| vessel.map(|v| case.plan.vessels[v].gear[gear].id.as_str());
    let mut faults = Vec::new();
    for deed in &case.deeds {
        let Some(said) = deed.said.gear.as_deref() else { continue };
        let is = deed.left.and_then(|left| label_of(deed.vessel, left.gear));
        let known = deed.said.vessel.is_none() || deed.vessel.is_some();
        if known && is != Some(said) {
            let is = is.map_or("there is none".to_owned(), |is| format!("it is {is:?}"));
            let message = format!("{} says that it leaves the gear {said:?}, and {is}", deed.said.id);
            faults.push(Fault::of(deed.said, message).at(deed.said.end));
        }
    }
    faults
}

/// A vessel ends at its home, if it has one, and with its gear in the first state.
pub fn ending(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, Vessel { id, at, home, gear, .. }) in case.plan.vessels.entries() {
        let last = case.of_vessel(place).next_back();
        let left = last.and_then(|deed| deed.left);
        let (site, state) = left.map_or((*at, 0), |left| (left.site, left.gear));
        let mut tell = |message: String| {
            faults.push(match last {
                Some(deed) => Fault::of(deed.said, message).at(deed.said.end),
                None => Fault::new(message),
            });
        };
        if let Some(home) = home.filter(|&home| home != site) {
            let (home, is) = (&case.plan.sites[home].id, &case.plan.sites[site].id);
            tell(format!("{id} must end at {home}, and is at {is}"));
        }
        if state != 0 {
            let (first, is) = (&gear[0].id, &gear[state].id);
            tell(format!("{id} must end with its gear {first}, and it is {is}"));
        }
    }
    faults
}

/// A vessel is idle only before its first activity and after its last.
pub fn idle(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (vessel, Vessel { id, .. }) in case.plan.vessels.entries() {
        let real = || case.of_vessel(vessel).filter(|deed| deed.is_real());
        let (Some(first), Some(last)) = (real().map(|d| d.start()).min(), real().map(|d| d.end()).max())
        else {
            continue;
        };
        for deed in
            case.of_vessel(vessel).filter(|deed| deed.said.kind == Kind::Idle && deed.start() < deed.end())
        {
            if deed.end() > first && deed.start() < last {
                let (from, to) = (case.when(deed.start()), case.when(deed.end()));
                let message =
                    format!("{id} is idle from {from} to {to}, and has work before and after: it waits");
                faults.push(Fault::of(deed.said, message));
            }
        }
    }
    faults
}

/// The gear survives wherever a vessel lies with it, except in tasks, which have their own rules.
pub fn survives(case: &Case<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (vessel, Vessel { id, gear, .. }) in case.plan.vessels.entries() {
        for deed in case.of_vessel(vessel) {
            let does = match deed.said.kind {
                Kind::Wait => "waits",
                Kind::Idle => "lies idle",
                Kind::Sampling => "lifts",
                Kind::Transfer => "transfers",
                Kind::Task | Kind::Sail | Kind::Process | Kind::Supply => continue,
            };
            let (Some(lie), Some(slots)) = (deed.left, &deed.slots) else { continue };
            let state = &gear[lie.gear];
            for breach in case.breaches(Some(lie.site), &state.survives, slots.clone()) {
                let at = &case.plan.sites[lie.site].id;
                let who = format!("{id} {does} at {at}");
                let message = breach.tell(case, &who, &format!("its gear {} survives", state.id));
                faults.push(Fault::of(deed.said, message).at(case.time(breach.slots.start)));
            }
        }
    }
    faults
}
