//! A first answer in no time: a way for each vessel that works, then carriers that fetch what it lifts.
//!
//! In: the sets of a model. Out: an itinerary that keeps every rule of the paths, or nothing where none was found; how many tonnes
//! flow in it is left to the solver. Ships that work go the best way through their network by [`path`], carriers are sent by
//! [`carry`] as a dispatcher would, and by [`relay`] in chains, where they hand over to others or bring on what works make, again and again ([`tries`]). It proves nothing: it is
//! what the solver begins with, and what there is if it is stopped soon. After a past each goes on with what it is doing ([`begun`]).

mod begun;
mod carry;
mod goods;
mod host;
mod in_use;
mod path;
mod relay;
mod stores;
mod tended;
#[cfg(test)]
mod tests;
mod tries;
mod wants;

use carry::Choice;
use in_use::InUse;
use path::Aim;
pub(super) use path::moves;

use super::sets::Sets;
use super::works::Works;
use crate::id::Ix;
use crate::plan::{Plan, Resource, Site, Task, Transfer, Vessel};
use crate::schedule::{Itinerary, What};
use crate::time::Slot;
use relay::Relay;
use std::ops::Range;
use tended::Tended;

/// How many itineraries are given to the solver to find their tonnes.
const TRIED: usize = 4;

/// Itineraries to begin with, the most promising first. Fewer are tried when there is no time left.
pub fn construct(sets: &Sets<'_>, has_time: &dyn Fn() -> bool) -> Vec<Itinerary> {
    let built = built(sets, has_time, false);
    // Where nobody can keep alone what several keep together, each keeps what it can.
    if built.is_empty() && tended::is_shared(sets.plan) { self::built(sets, has_time, true) } else { built }
}

/// The same, in which those who are met keep what they can of a rhythm that they share with others, or none of it.
fn built(sets: &Sets<'_>, has_time: &dyn Fn() -> bool, is_keen: bool) -> Vec<Itinerary> {
    let plan = sets.plan;
    let is_fetched = |vessel: Ix<Vessel>| {
        let mut met = plan.transfers.iter().filter_map(|transfer| transfer.meets);
        met.any(|stand| stand.vessel == vessel)
    };
    let is_sent = |vessel: Ix<Vessel>| is_sent(sets, vessel);
    // Who needs for his work what transfers take has it before those who are sent.
    let needs = |vessel: Ix<Vessel>| {
        let mut own = plan.tasks.iter().filter(|task| task.stand.is_some_and(|stand| stand.vessel == vessel));
        let is_needed = own.clone().any(|task| in_use::is_shared(plan, task));
        is_needed && own.all(|task| task.serves.is_none())
    };
    let is_first = |vessel: &Ix<Vessel>| (is_fetched(*vessel) || needs(*vessel)) && !is_sent(*vessel);
    let (first, later): (Vec<_>, Vec<_>) = plan.vessels.places().partition(is_first);
    let mut found: Vec<(f64, Itinerary)> = Vec::new();
    let mut relayed: Vec<(f64, Itinerary)> = Vec::new();
    for aim in [Aim::Endless, Aim::Worth] {
        let has_any = !found.is_empty() || !relayed.is_empty();
        if has_any && !has_time() {
            break;
        }
        let mut ways = Itinerary { vessels: vec![Vec::new(); plan.vessels.len()], ..Itinerary::default() };
        ways.alone = before_all(sets, &ways);
        for (place, &vessel) in first.iter().enumerate() {
            let (network, taken) = (sets.network_of(vessel), Taken::of(plan, &ways));
            let later = [&first[place + 1..], &later].concat();
            let tended = Tended::of(sets, &ways, &later, is_keen);
            let aim = if is_fetched(vessel) { aim } else { Aim::Worth };
            let Some(way) = path::best(sets, network, (&taken, &tended), aim) else {
                return Vec::new();
            };
            ways.vessels[vessel.index()] = way;
        }
        if let Some(relay) = Relay::new(sets) {
            let mut ways = ways.clone();
            for &host in relay.hosts() {
                if ways.vessels[host.index()].is_empty() {
                    let (taken, tended) = (Taken::of(plan, &ways), Tended::of(sets, &ways, &later, is_keen));
                    let way = path::best(sets, sets.network_of(host), (&taken, &tended), aim);
                    ways.vessels[host.index()] = way.unwrap_or_default();
                }
            }
            for (fill, gathers) in tries::FILLS.iter().flat_map(|&fill| [(fill, false), (fill, true)]) {
                if relayed.is_empty() || has_time() {
                    relayed.push(relay.best(&ways, (fill, gathers), has_time));
                }
            }
        }
        match plan.vessels.places().any(is_sent) {
            false => found.push((0.0, ways)),
            true => {
                let choices = if carry::goes_about(plan) {
                    &[Choice::Most, Choice::Soonest][..]
                } else {
                    &[Choice::Most]
                };
                for (&fill, &choice) in
                    tries::FILLS.iter().flat_map(|fill| choices.iter().map(move |choice| (fill, choice)))
                {
                    if found.is_empty() || has_time() {
                        found.extend(carry::carry(sets, &ways, (fill, choice), has_time));
                    }
                }
            }
        }
    }
    for built in [&mut found, &mut relayed] {
        built.sort_by(|a, b| b.0.total_cmp(&a.0));
        built.truncate(TRIED);
    }
    found.append(&mut relayed);
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    // Who comes and goes between shores may land most by another way than is best for what comes after it.
    let is_loaded = plan.vessels.places().any(|vessel| path::loads_ashore(plan, vessel));
    let aims = if is_loaded { &[Aim::Worth, Aim::Landed][..] } else { &[Aim::Worth][..] };
    let ways = found.iter().flat_map(|(_, ways)| aims.iter().map(move |&aim| whole_by(sets, ways, aim)));
    let mut built: Vec<Itinerary> = Vec::new();
    for itinerary in ways.flatten() {
        if !built.contains(&itinerary) {
            built.push(itinerary);
        }
    }
    built
}

/// When work without a vessel is done that takes what transfers take as well: as soon as may be, so that those who are sent leave room for it.
fn before_all(sets: &Sets<'_>, ways: &Itinerary) -> Vec<(Ix<Task>, Slot, Slot)> {
    let plan = sets.plan;
    let is_shared =
        |task: Ix<Task>| plan.tasks[task].stand.is_none() && in_use::is_shared(plan, &plan.tasks[task]);
    if !plan.tasks.places().any(is_shared) {
        return Vec::new();
    }
    let laid = Works::around(sets, ways).and_then(|works| works.best(0, &|has_any| !has_any));
    laid.map_or(Vec::new(), |laid| laid.alone.into_iter().filter(|(task, ..)| is_shared(*task)).collect())
}

/// Whether a vessel is sent to those that lift; one that comes and goes between shores finds its way by itself.
fn is_sent(sets: &Sets<'_>, vessel: Ix<Vessel>) -> bool {
    let plan = sets.plan;
    is_carrier(sets, vessel) && plan.transfers.iter().any(|t| t.stand.vessel == vessel && t.meets.is_some())
}

/// Whether some of those that are sent also take something on from ashore.
pub fn takes_on(sets: &Sets<'_>) -> bool {
    sets.plan.vessels.places().any(|vessel| carry::takes_on(sets, vessel))
}

/// Whether a vessel is one of those whose holds are watched site by site, or were if they were not apart after what has happened.
fn is_carrier(sets: &Sets<'_>, vessel: Ix<Vessel>) -> bool {
    let plan = sets.plan;
    let is_met = || plan.transfers.iter().any(|t| t.meets.is_some_and(|stand| stand.vessel == vessel));
    let comes_to_meet = || plan.transfers.iter().any(|t| t.stand.vessel == vessel && t.meets.is_some());
    let lifts = || plan.samplings.iter().any(|sampling| sampling.stand.vessel == vessel);
    sets.fleets.iter().any(|fleet| fleet.vessel == plan.vessels[vessel].like)
        || (sets.is_after && sets.is_known() && comes_to_meet() && !is_met() && !lifts())
}

/// An itinerary of those that lift and fetch, or of some others, with the ways of all that have none yet.
pub fn whole(sets: &Sets<'_>, itinerary: Itinerary) -> Option<Itinerary> {
    whole_by(sets, &itinerary, Aim::Worth)
}

/// The same with what their ways are to be best in.
fn whole_by(sets: &Sets<'_>, itinerary: &Itinerary, aim: Aim) -> Option<Itinerary> {
    let is_shared = tended::is_shared(sets.plan);
    let mut keen = [false, true].into_iter().take(if is_shared { 2 } else { 1 });
    keen.find_map(|is_keen| with_all(sets, itinerary.clone(), is_keen, aim))
}

/// The same, in which each keeps what it can of a rhythm that it shares with others, or leaves it to the last of them.
fn with_all(sets: &Sets<'_>, mut itinerary: Itinerary, is_keen: bool, aim: Aim) -> Option<Itinerary> {
    let plan = sets.plan;
    let takes_part = |vessel: Ix<Vessel>| {
        let mut met = plan.transfers.iter().filter_map(|transfer| transfer.meets);
        met.any(|stand| stand.vessel == vessel) || is_sent(sets, vessel)
    };
    // Who serves others goes when these have their ways.
    let serves = |vessel: &Ix<Vessel>| {
        let mut own =
            plan.tasks.iter().filter(|task| task.stand.is_some_and(|stand| stand.vessel == *vessel));
        own.any(|task| task.serves.is_some())
    };
    let mut others: Vec<Ix<Vessel>> = plan.vessels.places().filter(|&vessel| !takes_part(vessel)).collect();
    others.sort_by_key(serves);
    others.retain(|vessel| itinerary.vessels[vessel.index()].is_empty());
    for (place, &vessel) in others.iter().enumerate() {
        let taken = Taken::of(plan, &itinerary);
        let tended = Tended::of(sets, &itinerary, &others[place + 1..], is_keen);
        let way = path::best(sets, sets.network_of(vessel), (&taken, &tended), aim)?;
        itinerary.vessels[vessel.index()] = way;
    }
    itinerary.done = itinerary.vessels.iter().map(|moves| moves.last().map_or(0, |last| last.end)).collect();
    Some(itinerary)
}

/// For each site the slots in which all its berths are taken, and what of resources is in use.
pub(super) struct Taken(Vec<Vec<bool>>, InUse);

impl Taken {
    /// Berths and resources that are taken in an itinerary.
    pub(super) fn of(plan: &Plan, itinerary: &Itinerary) -> Taken {
        let slots = plan.horizon.slots;
        let mut at: Vec<Vec<u32>> = plan.sites.iter().map(|_| vec![0; slots]).collect();
        for step in itinerary.vessels.iter().flatten() {
            if let What::Transfer(transfer, _) = step.what
                && plan.transfers[transfer].meets.is_none()
            {
                let site = plan.transfers[transfer].stand.site.index();
                at[site][step.start..step.end].iter_mut().for_each(|vessels| *vessels += 1);
            }
        }
        let full = |(site, at): (&Site, Vec<u32>)| -> Vec<bool> {
            let berths = site.berths.unwrap_or(u32::MAX);
            at.into_iter().map(|vessels| vessels >= berths).collect()
        };
        Taken(plan.sites.iter().zip(at).map(full).collect(), InUse::of(plan, itinerary))
    }

    /// Whether all through these slots there is a berth for a transfer at its site, and enough of what it uses.
    pub(super) fn is_free(&self, plan: &Plan, transfer: Ix<Transfer>, slots: Range<Slot>) -> bool {
        let of_it = &plan.transfers[transfer];
        let berths = self.0[of_it.stand.site.index()].get(slots.clone());
        berths.is_some_and(|slots| slots.iter().all(|taken| !taken)) && self.has(plan, &of_it.uses, slots)
    }

    /// Whether all through these slots there is enough of some resources, as far as transfers take these.
    pub(super) fn has(&self, plan: &Plan, uses: &[(Ix<Resource>, u32)], mut slots: Range<Slot>) -> bool {
        uses.is_empty() || slots.all(|slot| self.1.is_free(plan, uses, slot))
    }
}
