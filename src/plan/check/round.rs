//! Rhythms against the ways of a vessel: a first time that is too late, and work that is too far away to be back from in time.
//!
//! In: the plan once it is resolved, and the draft that knows the lines. Out: rhythms that are over before the vessel that keeps them can be there,
//! and those between two times of which it cannot get to its work and back.
//! Only ways and the shortest of the work are looked at, in a calm sea: whether a rhythm can be kept with all the rest, only the model knows.

use crate::diag::{Diagnostics, Kind};
use crate::id::Ix;
use crate::plan::draft::{Draft, entry};
use crate::plan::endurance::least_used;
use crate::plan::{Leg, Plan, Site, Task, Vessel};
use crate::units::Span;
use std::ops::Range;

/// The kinds that are told here.
pub static KINDS: &[Kind] = &[
    ("every-too-far", "A task has a rhythm, and its vessel is too far away for the first time of it."),
    (
        "every-too-short",
        "A task has a rhythm in which its vessel cannot get to its other work and back in time.",
    ),
];

/// Looks at the rhythm of every task that has one.
pub fn look(plan: &Plan, draft: &Draft<'_>, found: &mut Diagnostics) {
    for (place, task) in plan.tasks.entries() {
        let written = entry(&draft.raw.task, place.index()).and_then(|task| task.every.as_ref());
        let (Some(every), Some(written)) = (task.every, written) else { continue };
        let plan_h = plan.horizon.slots as f64 * plan.horizon.slot_h();
        if every.hours() < plan_h && !first_time(plan, draft, (place, every), written.span(), found) {
            back_in_time(plan, draft, (place, every), written.span(), found);
        }
    }
}

/// From where to where each leg leads, and in how many slots.
fn legs_of(plan: &Plan, ship: &Vessel) -> Vec<(Ix<Site>, Ix<Site>, f64)> {
    let slots = |leg: &Leg| plan.horizon.slots_for(leg.duration).max(1) as f64;
    ship.legs.iter().map(|leg| (leg.from, leg.to, slots(leg))).collect()
}

/// Tells of a rhythm that is over before the vessel that keeps it can be there; whether it is.
fn first_time(
    plan: &Plan,
    draft: &Draft<'_>,
    (place, every): (Ix<Task>, Span),
    at: Range<usize>,
    found: &mut Diagnostics,
) -> bool {
    // Whoever of those that share it is there first.
    let ways = plan.in_rhythm(place).filter_map(|other| {
        let stand = plan.tasks[other].stand?;
        let ship = &plan.vessels[stand.vessel];
        let nearest =
            least_used(plan, &legs_of(plan, ship), |site| site == ship.at, |_| false, f64::INFINITY);
        Some((nearest[stand.site.index()] * plan.horizon.slot_h(), ship, stand))
    });
    let Some((way, ship, stand)) = ways.min_by(|a, b| a.0.total_cmp(&b.0)) else { return false };
    if way <= every.hours() || way.is_infinite() {
        return false;
    }
    let keeper = plan.tasks[place].keeper().map_or("it", |vessel| plan.vessels[vessel].id.as_str());
    let site = &plan.sites[stand.site].id;
    let message = format!(
        "{:?} takes {way:.0} h to {site:?}, so that the first time of this rhythm of {every} is too late",
        ship.id
    );
    found.push(
        draft
            .warning("every-too-far", at, message)
            .label(format!("{keeper:?} must be done before that"))
            .help(format!(
                "let {:?} begin nearer (`at`) or sail faster, or write every = \"{way:.0} h\" or more",
                ship.id
            )),
    );
    true
}

/// Tells of the nearest work of the vessel that keeps a rhythm from which it is not back in time: where the rhythm is kept, or where it may be done.
fn back_in_time(
    plan: &Plan,
    draft: &Draft<'_>,
    (place, every): (Ix<Task>, Span),
    at: Range<usize>,
    found: &mut Diagnostics,
) {
    // It must be where it is done each time.
    let keeper = plan.tasks[place].keeper();
    let is_its = plan.in_rhythm(place).all(|task| plan.tasks[task].keeper() == keeper);
    let Some(keeper) = keeper.filter(|_| is_its) else { return };
    let ship = &plan.vessels[keeper];
    let keeps = |site: Ix<Site>| plan.in_rhythm(place).any(|task| plan.tasks[task].site == Some(site));
    let ends = |site: Ix<Site>| ship.home.is_none_or(|home| home == site);
    let legs = legs_of(plan, ship);
    let back: Vec<_> = legs.iter().map(|&(from, to, slots)| (to, from, slots)).collect();
    let full = f64::INFINITY;
    let out = least_used(plan, &legs, |site| site == ship.at || keeps(site), |_| false, full);
    let on = least_used(plan, &back, |site| keeps(site) || ends(site), |_| false, full);
    let most = (every.seconds() / plan.horizon.slot.seconds()) as f64;
    // Where the rhythm is kept it may be while there is other work.
    let far = ship.calls.iter().filter(|&&site| !keeps(site)).filter_map(|&site| {
        let work = shortest_work(plan, keeper, place, site)?;
        let slots = out[site.index()] + work as f64 + on[site.index()];
        (slots > most && slots.is_finite()).then_some((slots, site))
    });
    let Some((slots, site)) = far.min_by(|a, b| a.0.total_cmp(&b.0)) else { return };
    let takes = Span::of_seconds(slots as i64 * plan.horizon.slot.seconds());
    let (task, site) = (&plan.tasks[place].id, &plan.sites[site].id);
    let message = format!(
        "{:?} can do nothing at {site:?}: it cannot get there and back between two times of {task:?}",
        ship.id
    );
    found.push(
        draft
            .warning("every-too-short", at, message)
            .label(format!("that takes {takes} at least, with the shortest of its work there"))
            .help(format!(
                "write every = \"{takes}\" or more, let {:?} sail faster, or have {task:?} done at {site:?} too (`rhythm_of`)",
                ship.id
            )),
    );
}

/// The fewest slots that a vessel works at a site on anything but a rhythm; nothing where it has no such work there.
fn shortest_work(plan: &Plan, vessel: Ix<Vessel>, rhythm: Ix<Task>, site: Ix<Site>) -> Option<usize> {
    let slots = |span: Span| plan.horizon.slots_for(span);
    let is_there = |stand: &crate::plan::Stand| (stand.vessel, stand.site) == (vessel, site);
    let tasks = plan.tasks.entries().filter(|(place, task)| {
        plan.rhythm(*place) != Some(rhythm)
            && (task.stand.as_ref().is_some_and(is_there)
                || task.serves == Some(vessel) && task.site == Some(site))
    });
    let tasks = tasks.map(|(_, task)| slots(task.duration));
    let lifts = plan.samplings.iter().filter(|lift| is_there(&lift.stand));
    let lifts = lifts.map(|lift| slots(lift.min_run).max(1));
    let moves = plan.transfers.iter();
    let moves = moves.filter(|t| is_there(&t.stand) || t.meets.as_ref().is_some_and(is_there));
    let moves = moves.map(|t| slots(t.setup) + 1 + slots(t.hoses_off));
    tasks.chain(lifts).chain(moves).min()
}
