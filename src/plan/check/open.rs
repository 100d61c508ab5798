//! Work that can never be done: no start in the whole plan is allowed by weather, closures, daylight and dates together.
//!
//! In: the plan once it is resolved, its sea, and the draft that knows the lines. Out: what stops it most, in numbers.
//! All are warnings, so that `windows` and `explain` can still show the weather, and `simulate` other years of it.

use super::causes::{Closing, and_list, closed_share, hours, longest_run, runs, worst, worst_in};
use crate::diag::{Diagnostic, Diagnostics, Kind};
use crate::id::Ix;
use crate::plan::draft::{Draft, entry};
use crate::plan::raw::RawSampling;
use crate::plan::windows::{TaskWindows, WorkSlots, of_leg, of_sampling, of_task, task_limits};
use crate::plan::{Closed, Leg, Plan, Sampling, Sea, Site, Stand, Suspend, Task, Vessel};
use crate::units::figures;
use crate::weather::Starts;
use std::ops::Range;
use toml::Spanned;

/// The kinds that are told here.
pub static KINDS: &[Kind] = &[
    ("never-open", "In the whole plan there is no moment at which the work may start."),
    ("leg-never-open", "The weather never lets a vessel leave where it is at the start."),
];

/// Looks at every piece of work.
pub fn look(plan: &Plan, sea: &Sea, draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in plan.tasks.places() {
        look_at_task(plan, sea, draft, task, found);
    }
    samplings(plan, sea, draft, found);
    for vessel in plan.vessels.places().filter(|&vessel| plan.vessels[vessel].like == vessel) {
        long_legs(plan, draft, vessel, found);
        departure(plan, sea, draft, vessel, found);
    }
}

fn look_at_task(plan: &Plan, sea: &Sea, draft: &Draft<'_>, place: Ix<Task>, found: &mut Diagnostics) {
    let task = &plan.tasks[place];
    let limits = task_limits(plan, task);
    let in_phases = if task.phases.is_empty() { "" } else { ", each phase under its own limits" };
    let closing = Closing::of(plan, |closed| closes(closed, place, task));
    // What nothing holds back fits as its dates let it, which was looked at before.
    if limits.is_empty() && closing.names.is_empty() && !task.daylight {
        return;
    }
    let windows = of_task(plan, sea, place);
    let Some(raw) = entry(&draft.raw.task, place.index()).filter(|_| windows.starts.is_empty()) else {
        return;
    };
    let needed = plan.horizon.slots_for(task.duration) + plan.horizon.slots_for(task.contingency);
    let spans = [
        raw.limits.as_ref().map(Spanned::span),
        raw.phases.as_ref().map(Spanned::span),
        raw.gear.as_ref().map(Spanned::span),
    ];
    let id = raw.id.as_ref().map_or(raw.span.clone(), Spanned::span);
    let causes = causes(task, &closing);
    let (at, message, label, help) = if windows.starts_if_calm.is_empty() {
        let message =
            format!("{:?} can never be done, not even in calm weather, because of {causes}", task.id);
        (id, message, format!("{} are needed", hours(plan, needed)), remedies(task, &closing))
    } else {
        let at = spans.into_iter().flatten().next().unwrap_or(id);
        let by_both = !of_task(&in_weather_alone(plan, place), sea, place).starts.is_empty();
        let message = match by_both {
            true => format!(
                "{:?} can never be done: the weather{in_phases} and {causes} together leave no window for it",
                task.id
            ),
            false => format!("{:?} can never be done in this weather{in_phases}", task.id),
        };
        let shut = closed_share(plan, &windows.slots.free, &closing.names).filter(|_| by_both);
        let label: Vec<String> = [worst(plan, sea, task.site, &limits), shut].into_iter().flatten().collect();
        (at, message, label.join("; "), room(plan, task, &windows, needed))
    };
    let diagnostic = if task.least > 0 {
        draft.warning("never-open", at, message)
    } else {
        Diagnostic::note("never-open", message + "; it is optional and is left out").at(draft.place(at))
    };
    found.push(diagnostic.label(label).help(help));
}

fn closes(closed: Closed, place: Ix<Task>, task: &Task) -> bool {
    match closed {
        Closed::Task(other) => other == place,
        Closed::Site(site) => task.site == Some(site),
        Closed::Vessel(vessel) => task.needs(vessel),
        Closed::Sampling(_) | Closed::Process(_) => false,
    }
}

/// What stands in the way of a task beside the weather, in words.
fn causes(task: &Task, closing: &Closing) -> String {
    let others = [(task.daylight, "daylight"), (is_dated(task), "its dates")];
    let others = others.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word.to_owned());
    and_list(&closing.names.iter().cloned().chain(others).collect::<Vec<_>>())
}

/// What may be done about that.
fn remedies(task: &Task, closing: &Closing) -> String {
    let closed = (!closing.names.is_empty()).then(|| closing.remedy());
    let dated = is_dated(task).then_some("move its dates");
    let ways: Vec<&str> = closed.into_iter().chain(dated).collect();
    match ways[..] {
        [] => "let it pause: suspend = \"free\"".to_owned(),
        _ => format!("{}, or let it pause: suspend = \"free\"", ways.join(", ")),
    }
}

fn is_dated(task: &Task) -> bool {
    task.release.is_some() || task.deadline.is_some()
}

/// The plan in which nothing but the weather holds a task back.
fn in_weather_alone(plan: &Plan, place: Ix<Task>) -> Plan {
    let mut alone = plan.clone();
    alone.closures.clear();
    let task = &mut alone.tasks[place];
    (task.daylight, task.release, task.deadline) = (false, None, None);
    alone
}

/// What there is of open time for a task, and what it needs.
fn room(plan: &Plan, task: &Task, windows: &TaskWindows, needed: usize) -> String {
    let horizon = &plan.horizon;
    let from = task.release.map_or(0, |time| horizon.ceil(time));
    let reserve = horizon.slots_for(task.contingency);
    let to = task.deadline.map_or(horizon.slots, |time| (horizon.floor(time) + reserve).min(horizon.slots));
    let open = windows.slots.open.get(from..to).unwrap_or_default();
    let dated = if is_dated(task) { " within its dates" } else { "" };
    let needed = hours(plan, needed);
    if task.suspend == Suspend::Never {
        let longest = match longest_run(open) {
            0 => format!("there is no window{dated}"),
            slots => format!("the longest window{dated} is {}", hours(plan, slots)),
        };
        format!("{longest}, and {needed} are needed: allow more, or let it pause (`suspend`)")
    } else {
        let pauses = match (task.suspend, task.max_pause) {
            (Suspend::Hold, Some(pause)) => {
                format!(" with no pause over {pause}, and only where the gear survives it")
            }
            (Suspend::Hold, None) => " with pauses only where the gear survives them".to_owned(),
            (_, Some(pause)) => format!(" with no pause over {pause}"),
            (_, None) => String::new(),
        };
        let all = hours(plan, open.iter().filter(|open| **open).count());
        format!("{all}{dated} are open, and {needed} are needed{pauses}: allow more, or longer pauses")
    }
}

fn samplings(plan: &Plan, sea: &Sea, draft: &Draft<'_>, found: &mut Diagnostics) {
    for (place, sampling) in plan.samplings.entries() {
        let slots = of_sampling(plan, sea, sampling);
        let least_run = plan.horizon.slots_for(sampling.min_run).max(1);
        let usable: usize = runs(&slots.open).filter(|run| *run >= least_run).sum();
        let reach = usable as f64 * plan.horizon.slot_h() * sampling.rate;
        let Some(raw) = entry(&draft.raw.sampling, place.index()) else { continue };
        if usable > 0 && reach >= sampling.at_least {
            continue;
        }
        let limits = sampling.limits.and(&plan.gear(sampling.stand).survives);
        let rough = worst(plan, sea, Some(sampling.stand.site), &limits);
        let closing = Closing::of(plan, |closed| match closed {
            Closed::Site(site) => site == sampling.stand.site,
            Closed::Vessel(vessel) => vessel == sampling.stand.vessel,
            Closed::Sampling(other) => other == place,
            Closed::Task(_) | Closed::Process(_) => false,
        });
        if usable == 0 {
            found.push(never_lifts(plan, draft, (sampling, raw), &slots, rough, &closing));
            continue;
        }
        let id = raw.id.as_ref().map_or(raw.span.clone(), Spanned::span);
        let at = raw.at_least.as_ref().map_or(id, Spanned::span);
        let message = format!(
            "{} t must be lifted, and the {} of open time allow {reach:.1} t",
            sampling.at_least,
            hours(plan, usable)
        );
        let mut help = vec!["write a smaller amount", "a higher rate"];
        help.extend(rough.as_ref().map(|_| "limits that allow more"));
        let shut = closed_share(plan, &slots.free, &closing.names);
        help.extend(shut.as_ref().map(|_| closing.remedy()));
        let (last, others) = help.split_last().unwrap_or((&"", &[]));
        let causes: Vec<String> = [rough, shut].into_iter().flatten().collect();
        found.push(
            draft
                .warning("at-least-out-of-reach", at, message)
                .label(if causes.is_empty() { "nothing closes it".to_owned() } else { causes.join("; ") })
                .help(format!("{}, or {last}", others.join(", "))),
        );
    }
}

/// A sampling of which no shortest run fits into any window, with what stands in its way: the weather, what holds in calm weather
/// too, or the two together.
fn never_lifts(
    plan: &Plan,
    draft: &Draft<'_>,
    (sampling, raw): (&Sampling, &RawSampling),
    slots: &WorkSlots,
    rough: Option<String>,
    closing: &Closing,
) -> Diagnostic {
    let least_run = plan.horizon.slots_for(sampling.min_run).max(1);
    let id = raw.id.as_ref().map_or(raw.span.clone(), Spanned::span);
    let at_limits = raw.limits.as_ref().map_or(id.clone(), Spanned::span);
    let needed = format!("{} are needed for a shortest run", hours(plan, least_run));
    let longest = |open: &[bool]| hours(plan, longest_run(open));
    let (is_free, is_calm) = (longest_run(&slots.free) >= least_run, longest_run(&slots.calm) >= least_run);
    let never = format!("{:?} can never be done", sampling.id);
    let names = and_list(&closing.names);
    let (at, message, label, help) = if !is_free {
        let message = format!("{never}, not even in calm weather, because of {names}");
        let label = match longest_run(&slots.free) {
            0 => "nothing of the plan is left for it".to_owned(),
            _ => format!("the longest time left is {}, and {needed}", longest(&slots.free)),
        };
        let shorter =
            raw.min_run.as_ref().map_or("", |_| ", or write a shorter `min_run` where that would do");
        (id, message, label, format!("{}{shorter}", closing.remedy()))
    } else if is_calm {
        let message = format!("{never}: the weather and {names} together leave no window for it");
        let causes = [rough, closed_share(plan, &slots.free, &closing.names)];
        let label = causes.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let remedy = closing.remedy();
        let longest = longest(&slots.open);
        (
            at_limits,
            message,
            label,
            format!("the longest window is {longest}, and {needed}: allow more, or {remedy}"),
        )
    } else {
        let message = format!("{never}: nothing can be lifted in the whole plan");
        let help = format!("the longest window is {}, and {needed}: allow more", longest(&slots.open));
        (at_limits, message, rough.unwrap_or_default(), help)
    };
    draft.warning("never-open", at, message).label(label).help(help)
}

/// Legs that are longer than the plan.
fn long_legs(plan: &Plan, draft: &Draft<'_>, vessel: Ix<Vessel>, found: &mut Diagnostics) {
    let (ship, horizon) = (&plan.vessels[vessel], &plan.horizon);
    let is_needed = |leg: &Leg| Some(leg.to) == ship.home && leg.from == ship.at;
    // Where there are several speeds, the highest must do.
    let is_fastest = |leg: &&Leg| {
        let between = ship.legs.iter().filter(|other| (other.from, other.to) == (leg.from, leg.to));
        between.map(|other| other.duration).min() == Some(leg.duration)
    };
    let legs = ship.legs.iter().filter(is_fastest);
    let long = legs.filter(|leg| horizon.slots_for(leg.duration) > horizon.slots);
    let Some(leg) = long.max_by_key(|leg| (is_needed(leg), leg.duration)) else { return };
    let Some(at) = speed_span(plan, draft, vessel) else { return };
    let message = format!(
        "at this speed {:?} takes {:.0} h from {} to {}, and the whole plan is {} long",
        ship.id,
        leg.duration.hours(),
        plan.sites[leg.from].id,
        plan.sites[leg.to].id,
        hours(plan, horizon.slots)
    );
    let slug = "longer-than-plan";
    let diagnostic =
        if is_needed(leg) { draft.error(slug, at, message) } else { draft.warning(slug, at, message) };
    found.push(
        diagnostic
            .label(format!("{} NM", figures(leg.miles())))
            .help("is the speed right, and are the positions? otherwise write a later end of the plan"),
    );
}

/// The place of a vessel among those that are written, each of which may stand for several.
fn as_written(plan: &Plan, vessel: Ix<Vessel>) -> usize {
    plan.vessels.entries().filter(|(place, ship)| ship.like == *place && *place < vessel).count()
}

fn speed_span(plan: &Plan, draft: &Draft<'_>, vessel: Ix<Vessel>) -> Option<Range<usize>> {
    let raw = entry(&draft.raw.vessel, as_written(plan, vessel))?;
    raw.speed.as_ref().map(Spanned::span).or_else(|| raw.speeds.as_ref().map(Spanned::span))
}

/// Whether a vessel that must leave where it is ever can.
fn departure(plan: &Plan, sea: &Sea, draft: &Draft<'_>, vessel: Ix<Vessel>, found: &mut Diagnostics) {
    let ship = &plan.vessels[vessel];
    let is_elsewhere = |stand: Stand| stand.vessel == vessel && stand.site != ship.at;
    let must_work = plan.tasks.iter().any(|task| task.least > 0 && task.stand.is_some_and(is_elsewhere))
        || plan.samplings.iter().any(|sampling| sampling.at_least > 0.0 && is_elsewhere(sampling.stand));
    if !must_work && ship.home.is_none_or(|home| home == ship.at) {
        return;
    }
    let mut legs = ship.legs.iter().filter(|leg| leg.from == ship.at).peekable();
    // A vessel whose legs are all too long was told of.
    let is_short = |leg: &Leg| plan.horizon.slots_for(leg.duration) <= plan.horizon.slots;
    if legs.peek().is_none() || !legs.clone().any(is_short) {
        return;
    }
    let ways: Vec<(Starts, Starts)> = legs.map(|leg| of_leg(plan, sea, vessel, leg)).collect();
    if ways.iter().any(|(starts, _)| !starts.is_empty()) {
        return;
    }
    let is_shut = ways.iter().all(|(_, if_calm)| if_calm.is_empty());
    let Some(raw) = entry(&draft.raw.vessel, as_written(plan, vessel)) else { return };
    let limits = raw.sail_limits.as_ref().map(Spanned::span).filter(|_| !is_shut);
    let spans = [limits, raw.id.as_ref().map(Spanned::span)];
    let at = spans.into_iter().flatten().next().unwrap_or(raw.span.clone());
    let shortest = ship.legs.iter().filter(|leg| leg.from == ship.at).min_by_key(|leg| leg.duration);
    let needed = shortest.map_or(0.0, |leg| leg.duration.hours());
    let met = shortest.map_or_else(Vec::new, |leg| plan.met_on(leg));
    let rough = met.iter().filter_map(|met| worst_in(plan, sea, met.weather, &ship.sail_limits));
    // Of several that are as bad the first: that at the end where it is.
    let rough = rough.rev().max_by_key(|(closed, _)| *closed).map(|(_, words)| words);
    let ends: Vec<Ix<Site>> = ship.legs.iter().flat_map(|leg| [leg.from, leg.to]).collect();
    let closing = Closing::of(plan, |closed| match closed {
        Closed::Vessel(other) => other == vessel,
        Closed::Site(site) => ends.contains(&site),
        Closed::Task(_) | Closed::Sampling(_) | Closed::Process(_) => false,
    });
    let mut names = closing.names.clone();
    names.extend(ship.daylight.then(|| "daylight".to_owned()));
    names.extend((ship.departs_every > 1).then(|| "`departs_every`".to_owned()));
    let label = rough.filter(|_| !is_shut).unwrap_or_else(|| {
        format!(
            "{} never {} it out",
            and_list(&names),
            if names.len() == 1 && !closing.by_closures { "lets" } else { "let" }
        )
    });
    let remedy = match is_shut && !closing.names.is_empty() {
        true => closing.remedy(),
        false => "allow more to sail in, or start at another time",
    };
    let message = format!(
        "{:?} has work or a home elsewhere, and can never leave {:?}",
        ship.id, plan.sites[ship.at].id
    );
    found.push(
        draft
            .warning("leg-never-open", at, message)
            .label(label)
            .help(format!("its shortest leg needs {needed:.1} h in one piece: {remedy}")),
    );
}
