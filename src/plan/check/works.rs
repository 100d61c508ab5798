//! Works ashore: what a process needs besides what it is fed, and how sure its yield is.
//!
//! In: the plan as written. Out: processes without a capacity, batches that never fit, spreads of a yield that make no sense, water that nothing bounds or that nothing takes.
//! Whether what it is fed ever comes is looked at in [`super::shore`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, entries};
use crate::units::Mass;
use toml::Spanned;

/// What is no more than a rounding, as a share.
const ROUNDING: f64 = 1e-9;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("process-capacity", "A process does not say how fast it works, or says it twice."),
            ("batch-too-large", "A batch of a process is more than the store of its site can ever hold."),
        ],
        look: capacities,
    },
    Check {
        kinds: &[
            (
                "batch-water",
                "A batch of a process takes more water than its site has in the slot in which it begins.",
            ),
            (
                "batch-output",
                "What comes of a batch of a process is more than the store of its site can ever hold.",
            ),
        ],
        look: batches,
    },
    Check {
        kinds: &[(
            "yield-spread",
            "The spread of a yield is reversed, out of range, or misses the yield itself.",
        )],
        look: spreads,
    },
    Check {
        kinds: &[
            ("water-unbounded", "A process takes water, and its site does not say how much there is."),
            ("water-unused", "A site says how much water it has, and no process there takes any."),
        ],
        look: water,
    },
];

fn spreads(draft: &Draft<'_>, found: &mut Diagnostics) {
    for process in entries(&draft.raw.process) {
        let Some(spread) = process.yield_spread.as_ref().map(Spanned::get_ref) else { continue };
        let (Some(low), Some(high)) = (&spread.low, &spread.high) else { continue };
        let (least, most) = (low.get_ref().of_whole(), high.get_ref().of_whole());
        let written =
            |share: &Spanned<_>| draft.source.text().get(share.span()).unwrap_or_default().to_owned();
        let (at, message, help) = if least > most {
            let message =
                format!("the lowest yield, {}, is higher than the highest, {}", written(low), written(high));
            (low.span(), message, "exchange `low` and `high`")
        } else if least < 0.0 || most > 1.0 {
            let at = if least < 0.0 { low } else { high };
            (
                at.span(),
                format!("a yield of {} cannot be meant", written(at)),
                "write shares from \"0 %\" to \"100 %\"",
            )
        } else if let Some(yields) =
            process.r#yield.as_ref().filter(|yields| !(least..=most).contains(&yields.get_ref().of_whole()))
        {
            let message =
                format!("this yield lies outside its spread, {} to {}", written(low), written(high));
            (yields.span(), message, "write a yield within the spread, or a wider spread")
        } else {
            continue;
        };
        found.push(draft.error("yield-spread", at, message).help(help));
    }
}

fn water(draft: &Draft<'_>, found: &mut Diagnostics) {
    if draft.is_broken {
        return;
    }
    let takes = |site: &str| {
        let mut here = entries(&draft.raw.process).filter(|process| {
            let at = process.site.as_ref().map(|at| at.get_ref().as_str());
            at.is_none_or(|at| at == site)
        });
        here.any(|process| process.water.is_some() || process.spoilt.has("water"))
    };
    for process in entries(&draft.raw.process) {
        let (Some(water), Some(at)) = (&process.water, &process.site) else { continue };
        let Some(site) = draft.site(at.get_ref()) else { continue };
        if draft.is_left_out(&site.water, "water", &site.spoilt) {
            let message =
                format!("this process takes water, and nothing bounds the water of {:?}", at.get_ref());
            found.push(
                draft
                    .warning("water-unbounded", water.span(), message)
                    .label("it changes nothing")
                    .help(format!("add water = \"500 m3/d\" to the site {:?}", at.get_ref())),
            );
        }
    }
    for site in entries(&draft.raw.site) {
        let (Some(water), Some(id)) = (&site.water, &site.id) else { continue };
        if !takes(id.get_ref()) && !draft.raw.spoilt.is_unread("process") {
            found.push(
                draft
                    .warning(
                        "water-unused",
                        water.span(),
                        format!("no process at {:?} takes any water", id.get_ref()),
                    )
                    .help("add water = \"3 m3/t\" to the process that does, or leave this out"),
            );
        }
    }
}

/// Batches that never find all the water that they take at once, or no room for all that comes of them at once.
fn batches(draft: &Draft<'_>, found: &mut Diagnostics) {
    if draft.is_broken {
        return;
    }
    for process in entries(&draft.raw.process) {
        let (Some(batch), Some(at)) = (&process.batch, &process.site) else { continue };
        let Some(site) = draft.site(at.get_ref()) else { continue };
        if let (Some(dose), Some(water), Some(horizon)) = (&process.water, &site.water, &draft.horizon) {
            let takes = batch.get_ref().tonnes() * dose.get_ref().cubic_metres_per_tonne();
            let has = water.get_ref().cubic_metres_per_hour() * horizon.slot_h();
            if takes > has * (1.0 + ROUNDING) && has > 0.0 {
                let message = format!(
                    "no batch ever begins: it takes {} of water at once, and {:?} has {} in a slot of {}",
                    volume(takes),
                    at.get_ref(),
                    volume(has),
                    horizon.slot,
                );
                let least = takes / horizon.slot_h() * 24.0;
                found.push(draft.warning("batch-water", batch.span(), message).help(format!(
                    "write smaller batches, a longer slot, or water = \"{:.0} m3/d\" at {:?} where it is gathered in a tank until a batch begins",
                    least.ceil(),
                    at.get_ref()
                )));
            }
        }
        let (Some(yields), Some(to)) = (&process.r#yield, &process.to) else { continue };
        let mut stored = site.store.iter().flat_map(|store| &store.get_ref().0);
        let room = stored.find(|(name, _)| name.get_ref() == to.get_ref()).map(|(_, room)| *room.get_ref());
        let made = Mass::of_tonnes(batch.get_ref().tonnes() * yields.get_ref().of_whole());
        if let Some(room) =
            room.filter(|room| made.tonnes() > room.tonnes() * (1.0 + ROUNDING) && room.tonnes() > 0.0)
        {
            let message = format!(
                "{made} come of a batch at once, and the store of {:?} takes {room} of it",
                at.get_ref()
            );
            found.push(
                draft
                    .warning("batch-output", batch.span(), message)
                    .label("only what leaves in the same slot could make room for it")
                    .help("write smaller batches, or a larger store"),
            );
        }
    }
}

fn volume(cubic_metres: f64) -> String {
    format!("{} m3", (cubic_metres * 10.0).round() / 10.0)
}

fn capacities(draft: &Draft<'_>, found: &mut Diagnostics) {
    for process in entries(&draft.raw.process) {
        if draft.is_broken || ["capacity", "batch", "duration"].iter().any(|key| process.spoilt.has(key)) {
            continue;
        }
        let message = match (&process.capacity, &process.batch, &process.duration) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => None,
            (None, None, _) => Some("this process does not say how fast it works"),
            (None, Some(_), None) => {
                Some("this process works in batches, and does not say how long one takes")
            }
            (Some(_), ..) => Some("this process has a capacity, and batches besides"),
        };
        if let Some(message) = message {
            found.push(draft.error("process-capacity", process.span.clone(), message).help(
                "write capacity = \"80 t/d\" for one that is fed all the while, or batch = \"50 t\" and duration = \"12 h\"",
            ));
            continue;
        }
        let (Some(batch), Some(at), Some(from)) = (&process.batch, &process.site, &process.from) else {
            continue;
        };
        let Some(site) = draft.site(at.get_ref()) else { continue };
        let mut stored = site.store.iter().flat_map(|store| &store.get_ref().0);
        let room = stored.find(|(name, _)| name.get_ref() == from.get_ref()).map(|(_, room)| *room.get_ref());
        if let Some(room) = room.filter(|room| batch.get_ref() > room && room.tonnes() > 0.0) {
            let message = format!(
                "a batch is {}, and the store of {:?} takes {room} of it",
                batch.get_ref(),
                at.get_ref()
            );
            found.push(
                draft
                    .warning("batch-too-large", batch.span(), message)
                    .label("only what comes in the same slot could fill it")
                    .help(format!("write \"{room}\" or less, or a larger store")),
            );
        }
    }
}
