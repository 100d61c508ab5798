//! Work that can never be done: no start in the whole plan is allowed by weather, closures, daylight and dates together.
//!
//! In: the plan once it is resolved, its sea, and the draft that knows the lines. Out: what stops it most, in numbers.
//! All are warnings, so that `windows` and `explain` can still show the weather, and `simulate` other years of it.

use crate::diag::{Diagnostic, Diagnostics, Kind};
use crate::id::Ix;
use crate::plan::draft::{Draft, entry};
use crate::plan::windows::{TaskWindows, of_leg, of_sampling, of_task, task_limits};
use crate::plan::{Closed, Leg, Plan, Sea, Site, Stand, Suspend, Task, Vessel, Weather};
use crate::units::{Span, figures};
use crate::weather::{Limit, Limits, open_slots};
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
    let is_closed = plan.closures.iter().any(|closure| closes(closure.what, place, task));
    // What nothing holds back fits as its dates let it, which was looked at before.
    if limits.is_empty() && !is_closed && !task.daylight {
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
    let (at, message, label, help) = if windows.starts_if_calm.is_empty() {
        let causes = [
            (is_closed, "closures"),
            (task.daylight, "daylight"),
            (task.release.is_some() || task.deadline.is_some(), "its dates"),
        ];
        let causes: Vec<&str> =
            causes.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word).collect();
        let message = format!(
            "{:?} can never be done, not even in calm weather, because of {}",
            task.id,
            and_list(&causes)
        );
        let help = "shorten or move what closes it, move its dates, or let it pause: suspend = \"free\"";
        (id, message, format!("{} are needed", hours(plan, needed)), help.to_owned())
    } else {
        let at = spans.into_iter().flatten().next().unwrap_or(id);
        let message = format!("{:?} can never be done in this weather{in_phases}", task.id);
        let label = worst(plan, sea, task.site, &limits).unwrap_or_default();
        (at, message, label, room(plan, task, &windows, needed))
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

/// What there is of open time for a task, and what it needs.
fn room(plan: &Plan, task: &Task, windows: &TaskWindows, needed: usize) -> String {
    let horizon = &plan.horizon;
    let from = task.release.map_or(0, |time| horizon.ceil(time));
    let reserve = horizon.slots_for(task.contingency);
    let to = task.deadline.map_or(horizon.slots, |time| (horizon.floor(time) + reserve).min(horizon.slots));
    let open = windows.slots.open.get(from..to).unwrap_or_default();
    let dated = if task.release.is_some() || task.deadline.is_some() { " within its dates" } else { "" };
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

/// The limit that closes the most slots at a site, in words.
fn worst(plan: &Plan, sea: &Sea, site: Option<Ix<Site>>, limits: &Limits) -> Option<String> {
    worst_in(plan, sea, plan.sites[site?].weather?, limits).map(|(_, words)| words)
}

/// The same in a weather, with how many slots the limit closes.
fn worst_in(plan: &Plan, sea: &Sea, weather: Ix<Weather>, limits: &Limits) -> Option<(usize, String)> {
    let series = sea.series(weather);
    let closed_by = |limit: &Limit| {
        let open = open_slots(series, &Limits(vec![limit.clone()]), &plan.horizon);
        open.iter().filter(|open| !**open).count()
    };
    let (closed, limit) =
        limits.iter().map(|limit| (closed_by(limit), limit)).max_by_key(|(closed, _)| *closed)?;
    let percent = (100.0 * closed as f64 / plan.horizon.slots as f64).round();
    Some((closed, format!("{} is over {} in {percent} % of the time", limit.channel, limit.words())))
}

fn samplings(plan: &Plan, sea: &Sea, draft: &Draft<'_>, found: &mut Diagnostics) {
    for (place, sampling) in plan.samplings.entries() {
        let open = of_sampling(plan, sea, sampling).open;
        let least_run = plan.horizon.slots_for(sampling.min_run).max(1);
        let usable: usize = runs(&open).filter(|run| *run >= least_run).sum();
        let reach = usable as f64 * plan.horizon.slot_h() * sampling.rate;
        let Some(raw) = entry(&draft.raw.sampling, place.index()) else { continue };
        if usable > 0 && reach >= sampling.at_least {
            continue;
        }
        let limits = sampling.limits.and(&plan.gear(sampling.stand).survives);
        let label = worst(plan, sea, Some(sampling.stand.site), &limits)
            .unwrap_or_else(|| "closed throughout".to_owned());
        let id = raw.id.as_ref().map_or(raw.span.clone(), Spanned::span);
        if usable == 0 {
            let at = raw.limits.as_ref().map_or(id, Spanned::span);
            let message =
                format!("{:?} can never be done: nothing can be lifted in the whole plan", sampling.id);
            let longest = hours(plan, longest_run(&open));
            let needed = hours(plan, least_run);
            let help = format!(
                "the longest window is {longest}, and {needed} are needed for a shortest run: allow more"
            );
            let diagnostic = draft.warning("never-open", at, message);
            found.push(diagnostic.label(label).help(help));
        } else {
            let at = raw.at_least.as_ref().map_or(id, Spanned::span);
            let message = format!(
                "{} t must be lifted, and the {} of open time allow {reach:.1} t",
                sampling.at_least,
                hours(plan, usable)
            );
            found.push(
                draft
                    .warning("at-least-out-of-reach", at, message)
                    .label(label)
                    .help("write a smaller amount, a higher rate, or limits that allow more"),
            );
        }
    }
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
    if !legs.all(|leg| of_leg(plan, sea, vessel, leg).0.is_empty()) {
        return;
    }
    let Some(raw) = entry(&draft.raw.vessel, as_written(plan, vessel)) else { return };
    let spans = [raw.sail_limits.as_ref().map(Spanned::span), raw.id.as_ref().map(Spanned::span)];
    let at = spans.into_iter().flatten().next().unwrap_or(raw.span.clone());
    let shortest = ship.legs.iter().filter(|leg| leg.from == ship.at).min_by_key(|leg| leg.duration);
    let needed = shortest.map_or(0.0, |leg| leg.duration.hours());
    let met = shortest.map_or_else(Vec::new, |leg| plan.met_on(leg));
    let closed = met.iter().filter_map(|met| worst_in(plan, sea, met.weather, &ship.sail_limits));
    // Of several that are as bad the first: that at the end where it is.
    let label = closed.rev().max_by_key(|(closed, _)| *closed).map(|(_, words)| words);
    found.push(
        draft
            .warning(
                "leg-never-open",
                at,
                format!("{:?} has work or a home elsewhere, and can never leave {:?}", ship.id, plan.sites[ship.at].id),
            )
            .label(label.unwrap_or_else(|| match ship.daylight {
                true => "closures and daylight never let it out".to_owned(),
                false => "closures never let it out".to_owned(),
            }))
            .help(format!("its shortest leg needs {needed:.1} h in one piece: allow more to sail in, or start at another time")),
    );
}

/// The lengths of the stretches of open slots.
fn runs(open: &[bool]) -> impl Iterator<Item = usize> {
    open.split(|open| !open).map(<[bool]>::len).filter(|run| *run > 0)
}

fn longest_run(open: &[bool]) -> usize {
    runs(open).max().unwrap_or(0)
}

/// So many slots, as a time.
fn hours(plan: &Plan, slots: usize) -> Span {
    Span::of_seconds(plan.horizon.slot.seconds() * slots as i64)
}

fn and_list(words: &[&str]) -> String {
    match words {
        [] => "its length".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
