//! What vessels cost and burn: hires in their order and within the plan, fuel whose carbon dioxide is counted.
//!
//! In: the plan as written. Out: hires that end before they begin or lie outside of the plan's time, emissions that are not all known.
//! Of negative amounts speaks [`super::quantities`], of currencies [`super::goals`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, YEARS, calls, entries};
use crate::plan::raw::{GoalWord, KindWord, RawSpeed, RawVessel};
use crate::units::Quantity;
use chrono::{DateTime, Datelike, Utc};
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check { kinds: &[("hire-reversed", "A vessel is hired until before it is hired.")], look: hires },
    Check {
        kinds: &[(
            "voyage-without-port",
            "A vessel costs something for each departure from a port, and calls at none.",
        )],
        look: voyages,
    },
    Check {
        kinds: &[(
            "emissions-unknown",
            "Emissions are counted, and of the fuel of a vessel it is not known what it emits.",
        )],
        look: emissions,
    },
    Check {
        kinds: &[("fuel-waiting-more", "A vessel burns more while it waits than at work.")],
        look: waiting,
    },
    Check {
        kinds: &[
            ("speed-twice", "A vessel has a speed and a choice of speeds, or a speed twice."),
            ("speeds-none", "A vessel has a choice of speeds with no speed in it."),
            ("fuel-needed", "A vessel has a choice of speeds, and it is not known what it burns at each."),
        ],
        look: speeds,
    },
    Check { kinds: &[], look: super::reach::without_fuel },
];

/// A date that is in the calendar.
fn date(moment: &Option<Spanned<DateTime<Utc>>>) -> Option<&Spanned<DateTime<Utc>>> {
    moment.as_ref().filter(|moment| YEARS.contains(&moment.get_ref().year()))
}

fn hires(draft: &Draft<'_>, found: &mut Diagnostics) {
    for hire in entries(&draft.raw.vessel).filter_map(|vessel| vessel.hire.as_ref()).map(Spanned::get_ref) {
        let (from, to) = (date(&hire.from), date(&hire.to));
        if let (Some(from), Some(to)) = (from, to)
            && to.get_ref() <= from.get_ref()
        {
            found.push(
                draft
                    .error("hire-reversed", to.span(), "this hire ends before it begins")
                    .label(format!("it begins at {}", draft.moment(*from.get_ref())))
                    .help("write a later end, or an earlier beginning"),
            );
            continue;
        }
        let Some(horizon) = &draft.horizon else { continue };
        let late = from.filter(|from| *from.get_ref() >= horizon.end()).map(|from| (from, "after"));
        let early = to.filter(|to| *to.get_ref() <= horizon.start).map(|to| (to, "before"));
        let Some((moment, word)) = late.or(early) else { continue };
        let message =
            format!("this hire lies wholly {word} the plan's time, so that the vessel can do nothing");
        let (start, end) = (draft.moment(horizon.start), draft.moment(horizon.end()));
        found.push(
            draft
                .warning("outside-horizon", moment.span(), message)
                .label(format!("the plan covers {start} to {end}"))
                .help("is the date right? otherwise leave the vessel out"),
        );
    }
}

fn voyages(draft: &Draft<'_>, found: &mut Diagnostics) {
    for vessel in entries(&draft.raw.vessel) {
        let Some(voyage) = vessel.hire.as_ref().and_then(|hire| hire.get_ref().voyage.as_ref()) else {
            continue;
        };
        // A site that is not there, or whose kind was not read, may have been meant as a port.
        let may_be_port = |site: &str| {
            let kind = draft.site(site).and_then(|site| site.kind.as_ref());
            kind.is_none_or(|kind| *kind.get_ref() == KindWord::Port)
        };
        if vessel.spoilt.has("calls") || calls(vessel).into_iter().any(may_be_port) {
            continue;
        }
        found.push(
            draft
                .warning(
                    "voyage-without-port",
                    voyage.span(),
                    "this vessel calls at no port, so that it never costs this",
                )
                .label("for each departure from a site of kind \"port\"")
                .help("is a call missing, or the kind of a site wrong? otherwise leave it out"),
        );
    }
}

fn emissions(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let order = raw.goal.as_ref().and_then(|goal| goal.get_ref().order.as_ref());
    let mut goals = order.into_iter().flat_map(|order| order.get_ref());
    let is_goal = goals.any(|goal| *goal.get_ref() == GoalWord::Emissions);
    if !is_goal && !entries(&raw.budget).any(|budget| budget.emissions.is_some()) {
        return;
    }
    let fuels = || entries(&raw.vessel).filter_map(|vessel| vessel.fuel.as_ref());
    if is_goal && fuels().all(|fuel| fuel.get_ref().co2.is_none()) {
        // That the goal has nothing to count is told already.
        return;
    }
    for fuel in fuels().filter(|fuel| draft.is_left_out(&fuel.get_ref().co2, "co2", &fuel.get_ref().spoilt)) {
        let message = "emissions are counted, and it is not said what this fuel emits: it counts for nothing";
        found.push(
            draft
                .warning("emissions-unknown", fuel.span(), message)
                .help("add co2 = 3.114 for heavy fuel oil, or 3.206 for marine diesel and gas oil"),
        );
    }
}

/// Work in which nothing flows counts as waiting; so that nobody gains by pretending to work, waiting burns no more.
fn waiting(draft: &Draft<'_>, found: &mut Diagnostics) {
    for fuel in entries(&draft.raw.vessel).filter_map(|vessel| vessel.fuel.as_ref()).map(Spanned::get_ref) {
        let Some(waiting) = &fuel.waiting else { continue };
        let working = fuel.working.as_ref().map_or(0.0, |rate| rate.get_ref().in_base());
        if fuel.spoilt.has("working") || waiting.get_ref().in_base() <= working {
            continue;
        }
        let (at_work, help) = match &fuel.working {
            Some(rate) => {
                (format!("{} at work", draft.written(rate)), "write the larger of the two for both")
            }
            None => ("nothing at work".to_owned(), "add `working`, which is at least as much"),
        };
        let message = format!("this vessel burns {} while it waits, and {at_work}", draft.written(waiting));
        found.push(draft.error("fuel-waiting-more", waiting.span(), message).help(help));
    }
}

fn speeds(draft: &Draft<'_>, found: &mut Diagnostics) {
    for vessel in entries(&draft.raw.vessel) {
        let Some(speeds) = &vessel.speeds else { continue };
        if let Some(speed) = &vessel.speed {
            let message = "this vessel has a speed, and a choice of speeds";
            found.push(
                draft
                    .error("speed-twice", speed.span(), message)
                    .help("leave `speed` out, and add it to `speeds`"),
            );
        }
        let all: Vec<&RawSpeed> = entries(&vessel.speeds).collect();
        if all.is_empty() && !vessel.spoilt.has("speeds") {
            found.push(
                draft.error("speeds-none", speeds.span(), "there is no speed in this list").help(
                    "write speeds = [{ speed = \"10 kn\", sailing = \"18 t/d\" }], or speed = \"10 kn\"",
                ),
            );
        }
        for (place, pace) in all.iter().enumerate() {
            let Some(speed) = &pace.speed else { continue };
            let is_it = |other: &&RawSpeed| {
                let other = other.speed.as_ref().map(|other| other.get_ref().in_base());
                other == Some(speed.get_ref().in_base())
            };
            if all[..place].iter().any(is_it) {
                let message = format!("{} is a speed of this vessel already", draft.written(speed));
                found
                    .push(draft.error("speed-twice", speed.span(), message).help("leave one of the two out"));
            }
        }
        burns(draft, vessel, &all, found);
    }
}

/// Whether it is known what a vessel burns at each of its speeds; nothing at all is burnt by one without fuel.
fn burns(draft: &Draft<'_>, vessel: &RawVessel, speeds: &[&RawSpeed], found: &mut Diagnostics) {
    if draft.is_broken || vessel.spoilt.has("fuel") {
        return;
    }
    let fuel = vessel.fuel.as_ref().map(Spanned::get_ref);
    if fuel.is_some_and(|fuel| fuel.sailing.is_some() || fuel.spoilt.has("sailing")) {
        return;
    }
    for pace in speeds.iter().filter(|pace| !pace.spoilt.has("sailing")) {
        let (Some(speed), sailing) = (&pace.speed, &pace.sailing) else { continue };
        let (message, help) = match (fuel, sailing) {
            (None, Some(_)) => (
                "fuel is burnt at this speed, and the vessel has no fuel",
                "add fuel = { price = \"650 USD/t\", co2 = 3.114 } to the vessel, or leave `sailing` out",
            ),
            (Some(_), None) => (
                "it is not said what the vessel burns at this speed",
                "add `sailing` to it, such as { speed = \"10 kn\", sailing = \"18 t/d\" }",
            ),
            _ => continue,
        };
        let span = sailing.as_ref().map_or(speed.span(), Spanned::span);
        found.push(draft.error("fuel-needed", span, message).help(help));
    }
}
