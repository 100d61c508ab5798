//! Alpha factors: what a table has no factor for, and work that is too long to be held to a forecast at all.
//!
//! In: the plan as written, its weather and the tables it chooses. Out: limits without a factor, factors that are none, and
//! operations that are not weather-restricted (T_POP over 72 h or T_R over 96 h) although they cannot be halted.
//! Source of the hours: DNV-OS-H101 (2011) Sec. 4 B501.

use super::Check;
use super::limits::limits_of;
use crate::diag::Diagnostics;
use crate::plan::alpha::own_factor;
use crate::plan::draft::{Draft, entries, reserve};
use crate::plan::raw::{RawTask, Written};
use crate::plan::read::Named;
use crate::units::Span;
use crate::weather::{Channel, MOST_T_POP, MOST_T_R, Origin, Series};
use toml::Spanned;

/// The checks of this file that need the weather.
pub static SEA_CHECKS: &[Check] = &[
    Check {
        kinds: &[(
            "alpha-case-by-case",
            "A table of alpha factors has none for a limit so low; the plan must give its own.",
        )],
        look: case_by_case,
    },
    Check { kinds: &[("alpha-factor", "A number is no alpha factor.")], look: own_factors },
    Check {
        kinds: &[("alpha-unused", "Alpha factors are chosen, and no weather is a forecast.")],
        look: unused,
    },
    Check {
        kinds: &[(
            "too-long-for-forecast",
            "Work that cannot be halted is too long to be planned by a forecast.",
        )],
        look: too_long,
    },
];

/// The weather at a site when it is a forecast.
fn forecast<'d>(draft: &'d Draft<'_>, site: Option<&str>) -> Option<&'d Series> {
    let series = &draft.weather.get(draft.weather_at(site?)?)?.reading.as_ref()?.series;
    (series.origin == Origin::Forecast).then_some(series)
}

fn site_of<'d>(draft: &'d Draft<'_>, task: &'d RawTask) -> Option<&'d str> {
    let vessel = task.vessel.as_ref().and_then(|vessel| draft.vessel(vessel.get_ref()));
    draft.site_of(&task.site, vessel)
}

fn case_by_case(draft: &Draft<'_>, found: &mut Diagnostics) {
    let Some(factors) = &draft.alpha else { return };
    let mut look =
        |limits: &Spanned<Named<Written>>, site: Option<&str>, t_pop: Span, task: Option<&RawTask>| {
            let Some(series) = forecast(draft, site) else { return };
            for (channel, limit) in &limits.get_ref().0 {
                let name = channel.get_ref();
                if task.is_some_and(|task| own_factor(task, name).is_some()) {
                    continue;
                }
                let in_series = series.channel(name).map(|place| series.channels[place].dimension);
                let dimension = in_series.or_else(|| Channel::known(name).map(|kind| kind.dimension));
                let Some(Ok(design)) = dimension.map(|dimension| dimension.parse(&limit.get_ref().0)) else {
                    continue;
                };
                if factors.is_case_by_case(name, design, t_pop) {
                    let message =
                        format!("the table of alpha factors has none for {name} {}", limit.get_ref().0);
                    let help = if task.is_some() {
                        format!("decide the case, and give the task its own: alpha = {{ {name} = ... }}")
                    } else {
                        "raise the limit, or make it a task with a factor of its own".to_owned()
                    };
                    found.push(
                        draft
                            .error("alpha-case-by-case", limit.span(), message)
                            .label("so low a limit is decided case by case")
                            .help(help),
                    );
                }
            }
        };
    for task in entries(&draft.raw.task) {
        for limits in limits_of(task) {
            look(limits, site_of(draft, task), factors.t_pop(task), Some(task));
        }
    }
    for sampling in entries(&draft.raw.sampling) {
        let vessel = sampling.vessel.as_ref().and_then(|vessel| draft.vessel(vessel.get_ref()));
        if let Some(limits) = &sampling.limits {
            look(limits, draft.site_of(&sampling.site, vessel), Span::default(), None);
        }
    }
    for transfer in entries(&draft.raw.transfer) {
        if let Some(limits) = &transfer.limits {
            look(limits, draft.transfer_site(transfer), Span::default(), None);
        }
    }
}

fn own_factors(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        let limited = |channel: &str| {
            let mut limits = limits_of(task).flat_map(|limits| &limits.get_ref().0);
            limits.any(|(name, _)| name.get_ref() == channel)
        };
        for (channel, factor) in task.alpha.iter().flat_map(|named| &named.get_ref().0) {
            let number = *factor.get_ref();
            if !(number > 0.0 && number <= 1.0) {
                let message = format!("{number} is no alpha factor");
                let help = "it lies above 0 and is 1 at most";
                found.push(draft.error("alpha-factor", factor.span(), message).help(help));
            } else if !limited(channel.get_ref()) {
                let message =
                    format!("the task has a factor for {:?}, and no limit on it", channel.get_ref());
                let help = "add the limit, or leave the factor out";
                found.push(draft.error("alpha-factor", channel.span(), message).help(help));
            }
        }
    }
}

fn unused(draft: &Draft<'_>, found: &mut Diagnostics) {
    let Some(alpha) = &draft.raw.alpha else { return };
    let readings: Option<Vec<&Series>> =
        draft.weather.iter().map(|file| file.reading.as_ref().map(|reading| &reading.series)).collect();
    if readings.is_some_and(|series| series.iter().all(|series| series.origin != Origin::Forecast)) {
        let message = "alpha factors are chosen, and no weather of this plan is a forecast";
        found.push(
            draft
                .warning("alpha-unused", alpha.get_ref().span.clone(), message)
                .help("write origin = \"forecast\" in the [[weather]] that is one; in other weather the operational limits hold"),
        );
    }
}

fn too_long(draft: &Draft<'_>, found: &mut Diagnostics) {
    for task in entries(&draft.raw.task) {
        let is_limited = limits_of(task).any(|limits| !limits.get_ref().0.is_empty());
        if !is_limited || task.suspend.is_some() || task.spoilt.has("suspend") {
            continue;
        }
        if forecast(draft, site_of(draft, task)).is_none() {
            continue;
        }
        let Some(duration) = &task.duration else { continue };
        let t_pop = *duration.get_ref();
        let t_r = Span::of_seconds(t_pop.seconds() + reserve(task).seconds());
        if t_pop > MOST_T_POP || t_r > MOST_T_R {
            let message = format!(
                "with T_POP {t_pop} and T_R {t_r} this is too long to be a weather-restricted operation"
            );
            found.push(
                draft
                    .warning("too-long-for-forecast", duration.span(), message)
                    .label(format!("at most {MOST_T_POP} and {MOST_T_R}"))
                    .help("design it for extremes of the season, cut it up, or say how it can be halted: suspend = \"hold\""),
            );
        }
    }
}
