//! Whether the weather that is told is the plan's, and the windows are those in it.
//!
//! In: the rows of windows and of the sea. Out: rows that are missing, made up or told twice, limits in other words than the plan's, bounds that
//! are left out, stretches that are open and are not told, or told and are not open, and samples that are other ones. Nothing that is judged
//! rests on them: they are drawn.
//! That each bound is the plan's, and its forecast limit that of the table, is judged in `forecast`.

use super::case::{Case, Fault, runs, same};
use super::rows::{Row, told_once};
use crate::id::Ix;
use crate::plan::{Phase, Site, Suspend, Task};
use crate::schedule::{Restriction, WindowRow};
use crate::time::Slot;
use crate::weather::{Limit, Limits, Origin};
use std::collections::{BTreeMap, BTreeSet};

/// A task or a sampling with limits.
struct Limited<'c> {
    id: &'c str,
    site: Option<Ix<Site>>,
    /// All that holds for it, in words.
    words: String,
    /// The channels that are bounded, each with its unit.
    channels: BTreeMap<&'c str, &'static str>,
    /// How many bounds there are: of phases a channel may have several.
    bounds: usize,
    /// Sets of limits of which one must hold in a slot, whole.
    any: Vec<Vec<&'c Limits>>,
    /// How long it takes, where its weather is a forecast.
    forecast: Option<Restriction>,
}

fn together(sets: &[&Limits]) -> Limits {
    sets.iter().fold(Limits::default(), |all, limits| all.and(limits))
}

fn channels<'c>(sets: &[&'c Limits]) -> BTreeMap<&'c str, &'static str> {
    let limits = sets.iter().flat_map(|limits| limits.iter());
    limits.map(|limit| (limit.channel.as_str(), limit.dimension.base())).collect()
}

/// How many bounds sets of limits have, each counted once.
fn bounds(any: &[Vec<&Limits>]) -> usize {
    let mut all: Vec<Limit> = Vec::new();
    for limit in any.iter().flat_map(|set| together(set).0) {
        let of =
            |limit: &Limit| (limit.at_most, limit.alpha.map_or(limit.at_most, |alpha| alpha.operational));
        let is_it = |known: &Limit| known.channel == limit.channel && of(known) == of(&limit);
        if !all.iter().any(is_it) {
            all.push(limit);
        }
    }
    all.len()
}

fn of_task<'c>(case: &Case<'c>, task: &'c Task) -> Limited<'c> {
    let mut always = vec![&task.limits];
    if let Some(stand) = task.stand {
        let gear = &case.plan.vessels[stand.vessel].gear;
        always.extend([&gear[stand.gear].survives, &gear[task.leaves].survives]);
    }
    let of_phases = task.phases.iter().map(|phase| &phase.limits);
    let all: Vec<&Limits> = always.iter().copied().chain(of_phases).collect();
    let with = |phases: Vec<&'c Limits>| always.iter().copied().chain(phases).collect::<Vec<&Limits>>();
    let (words, any) = match task.phases[..] {
        [] => (together(&always).to_string(), vec![always.clone()]),
        _ => {
            let phase = |phase: &'c Phase| {
                let limits = together(&with(vec![&phase.limits])).to_string();
                let limits = if limits.is_empty() { "no limits".to_owned() } else { limits };
                format!("{limits} for {}", phase.duration)
            };
            let words: Vec<String> = task.phases.iter().map(phase).collect();
            // A slot of the task is in a phase that it touches: only what phases begin and end with can be another set.
            let slots = case.plan.horizon.slots_for(task.duration);
            let sets = case.borders(task).into_iter().filter(|done| *done < slots);
            (words.join(", then "), sets.map(|done| with(case.phases_after(task, done))).collect())
        }
    };
    Limited {
        id: &task.id,
        site: task.site,
        words,
        channels: channels(&all),
        bounds: bounds(&any),
        any,
        forecast: restriction(case, task, &all),
    }
}

/// How long a task takes whose weather is a forecast: to be halted where it can be and the plan says how long that takes.
fn restriction(case: &Case<'_>, task: &Task, limits: &[&Limits]) -> Option<Restriction> {
    let weather = case.plan.sites[task.site?].weather?;
    let own = limits.first().is_some_and(|own| !own.is_empty());
    let is_limited = own || task.phases.iter().any(|phase| !phase.limits.is_empty());
    (is_limited && case.sea.series(weather).origin == Origin::Forecast).then_some(())?;
    let may_halt = task.suspend != Suspend::Never;
    let halt = case.plan.alpha.as_ref().and_then(|alpha| alpha.halt).filter(|_| may_halt);
    let t_pop_h = halt.unwrap_or(task.duration).hours();
    Some(Restriction { t_pop_h, t_r_h: t_pop_h + task.contingency.hours(), may_halt })
}

fn limited<'c>(case: &Case<'c>) -> Vec<Limited<'c>> {
    let tasks = case.plan.tasks.iter().map(|task| of_task(case, task));
    let samplings = case.plan.samplings.iter().map(|sampling| {
        let all = vec![&sampling.limits, &case.plan.gear(sampling.stand).survives];
        Limited {
            id: &sampling.id,
            site: Some(sampling.stand.site),
            words: together(&all).to_string(),
            channels: channels(&all),
            bounds: bounds(std::slice::from_ref(&all)),
            any: vec![all],
            forecast: None,
        }
    });
    tasks.chain(samplings).filter(|work| !work.channels.is_empty()).collect()
}

/// Every task and every sampling that has limits has its row, with them, and with the stretches in which they hold.
pub fn rows(case: &Case<'_>) -> Vec<Fault> {
    let works = limited(case);
    let said = &case.schedule.windows;
    let known: Vec<&str> = works.iter().map(|work| work.id).collect();
    let mut faults = told_once(
        "task or sampling with limits",
        &known,
        &said.iter().map(|row| row.task.as_str()).collect::<Vec<_>>(),
    );
    for told in said {
        let Some(work) = works.iter().find(|work| work.id == told.task) else { continue };
        faults.extend(of_row(case, work, told));
    }
    faults
}

fn of_row(case: &Case<'_>, work: &Limited<'_>, told: &WindowRow) -> Vec<Fault> {
    let mut row = Row::new("the windows of", work.id);
    row.word("limits", &told.limits, &work.words);
    if told.bounds.len() != work.bounds {
        row.tell(&format!("have {} bounds, and {} are told", work.bounds, told.bounds.len()));
    }
    for (place, bound) in told.bounds.iter().enumerate() {
        if told.bounds[..place].contains(bound) {
            row.tell(&format!("have one bound of {} twice", bound.channel));
        }
        if let Some(unit) = work.channels.get(bound.channel.as_str()).filter(|unit| **unit != bound.unit) {
            row.tell(&format!("tell a bound of {} in {}, and it is in {unit}", bound.channel, bound.unit));
        }
    }
    let bounded: BTreeSet<&str> = told.bounds.iter().map(|bound| bound.channel.as_str()).collect();
    if let Some(channel) = work.channels.keys().find(|channel| !bounded.contains(*channel)) {
        row.tell(&format!("have no bound of {channel}, which is limited"));
    }
    match (told.forecast, work.forecast) {
        (Some(said), Some(is)) => {
            row.number("planned operation period", said.t_pop_h, is.t_pop_h, "h");
            row.number("reference period", said.t_r_h, is.t_r_h, "h");
            if said.may_halt != is.may_halt {
                row.tell("do not say rightly whether it can be halted");
            }
        }
        (None, None) => {}
        (Some(_), None) => row.tell("have a reference period, and no forecast limits them"),
        (None, Some(_)) => row.tell("have no reference period, and a forecast limits them"),
    }
    let is_open = |slot: &Slot| work.any.iter().any(|limits| case.is_calm(work.site, limits, *slot));
    let open = runs((0..case.plan.horizon.slots).filter(is_open));
    let open: BTreeSet<_> = open
        .into_iter()
        .map(|slots| (case.plan.horizon.time(slots.start), case.plan.horizon.time(slots.end)))
        .collect();
    let said: BTreeSet<_> = told.open.iter().map(|(from, to)| (from.to_utc(), to.to_utc())).collect();
    if let Some(&(from, to)) = said.difference(&open).next() {
        let (from, to) = (case.when(from), case.when(to));
        row.tell(&format!("are said to be open from {from} to {to}, and are not open just then"));
    } else if let Some(&(from, to)) = open.difference(&said).next() {
        let (from, to) = (case.when(from), case.when(to));
        row.tell(&format!("are open from {from} to {to}, and that is not told"));
    } else if told.open.len() != open.len() {
        row.tell("tell a stretch twice");
    }
    row.faults
}

/// The greatest sample that touches each slot, as a row of the weather tells it; every site that has a weather has its row.
pub fn sea(case: &Case<'_>) -> Vec<Fault> {
    let plan = case.plan;
    let with: Vec<_> = plan.sites.iter().filter_map(|site| Some((site.id.as_str(), site.weather?))).collect();
    let known: Vec<&str> = with.iter().map(|(id, _)| *id).collect();
    let said = &case.schedule.sea;
    let mut faults = told_once(
        "site with a weather",
        &known,
        &said.iter().map(|row| row.site.as_str()).collect::<Vec<_>>(),
    );
    for told in said {
        let Some(&(id, weather)) = with.iter().find(|(id, _)| *id == told.site) else { continue };
        let (mut row, series) = (Row::new("the sea at", id), case.sea.series(weather));
        row.word("weather", &told.weather, &plan.weather[weather].id);
        row.moment(case, "beginning", told.start, plan.horizon.start);
        row.number("length of a step", told.step_h, plan.horizon.slot_h(), "h");
        let names: BTreeSet<&str> = series.channels.iter().map(|channel| channel.name.as_str()).collect();
        let told_names: BTreeSet<&str> = told.channels.keys().map(String::as_str).collect();
        for name in names.symmetric_difference(&told_names) {
            let what = if names.contains(name) {
                "lacks the channel"
            } else {
                "has not, and is told to have, the channel"
            };
            row.tell(&format!("{what} {name}"));
        }
        for (name, values) in &told.channels {
            let Some(place) = series.channel(name) else { continue };
            let is = |slot: Slot| greatest(case, series, place, slot);
            let differs = |(said, is): (Option<f64>, Option<f64>)| match (said, is) {
                (Some(said), Some(is)) => !same(said, is),
                (said, is) => said.is_some() != is.is_some(),
            };
            let wrong = (0..plan.horizon.slots)
                .find(|&slot| differs((values.get(slot).copied().flatten(), is(slot))));
            if let Some(slot) = wrong {
                let words =
                    |value: Option<f64>| value.map_or("nothing".to_owned(), |value| value.to_string());
                let (said, is, when) =
                    (words(values.get(slot).copied().flatten()), words(is(slot)), case.at(slot));
                row.tell(&format!("is said to have {name} {said} on {when}, and it is {is}"));
            } else if values.len() != plan.horizon.slots {
                row.tell(&format!(
                    "has {} values of {name}, and the plan {} slots",
                    values.len(),
                    plan.horizon.slots
                ));
            }
        }
        faults.extend(row.faults);
    }
    faults
}

/// The greatest sample of a channel that touches a slot; nothing where one is missing.
fn greatest(case: &Case<'_>, series: &crate::weather::Series, channel: usize, slot: Slot) -> Option<f64> {
    let horizon = &case.plan.horizon;
    let samples = series.samples_touching(horizon.time(slot), horizon.time(slot + 1))?;
    let samples = series.values[channel].get(samples)?;
    samples.iter().all(|value| value.is_finite()).then(|| samples.iter().copied().reduce(f64::max))?
}
