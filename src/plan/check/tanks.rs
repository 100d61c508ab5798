//! Tanks: parts of a hold that take something, begin with one commodity, and are enough for what the hold says.
//!
//! In: the plan as written. Out: tanks that take nothing or begin with what they cannot have; holds with room that no tank has.
//! Whether what is lifted and moved finds room is looked at in [`super::cargo`].

use super::Check;
use super::holders::{Amounts, each};
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, entries, some_of, takes};
use crate::plan::raw::{RawTank, RawVessel};
use crate::units::Mass;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("tank-takes-nothing", "A tank takes no commodity at all."),
            (
                "tank-begins-mixed",
                "A tank begins with several commodities, or with one that it does not take.",
            ),
        ],
        look: tanks,
    },
    Check {
        kinds: &[
            ("aboard-beside-tanks", "A vessel with tanks says what is aboard, and not in which of them."),
            ("hold-without-tank", "A hold has room for a commodity that no tank of the vessel takes."),
        ],
        look: holds,
    },
];

/// Tonnes by which a sum may be off.
const ROUNDING: f64 = 1e-6;

/// What the tanks of a vessel take of a commodity together; nothing where that is not known.
pub(super) fn room(draft: &Draft<'_>, vessel: &RawVessel, commodity: &str) -> Option<Mass> {
    let is_whole = |tank: &RawTank| {
        let mut named = tank.takes.iter().flat_map(|takes| takes.get_ref());
        !tank.spoilt.has("takes")
            && !tank.spoilt.has("capacity")
            && named.all(|name| draft.index(List::Commodity, name.get_ref()).is_some())
    };
    if draft.is_broken || vessel.spoilt.has("tank") || !entries(&vessel.tank).all(is_whole) {
        return None;
    }
    let taking = entries(&vessel.tank).filter(|tank| takes(&draft.raw, vessel, tank).contains(&commodity));
    Some(Mass::of_tonnes(taking.filter_map(|tank| Some(tank.capacity.as_ref()?.get_ref().tonnes())).sum()))
}

fn tanks(draft: &Draft<'_>, found: &mut Diagnostics) {
    for vessel in entries(&draft.raw.vessel) {
        for tank in entries(&vessel.tank) {
            let Some(id) = &tank.id else { continue };
            let takes = takes(&draft.raw, vessel, tank);
            let is_sure = !draft.is_broken && !tank.spoilt.has("takes") && !vessel.spoilt.has("hold");
            if takes.is_empty() && is_sure {
                let at = tank.takes.as_ref().map_or(id.span(), Spanned::span);
                found.push(
                    draft
                        .error("tank-takes-nothing", at, format!("the tank {:?} takes nothing", id.get_ref()))
                        .help("write what it takes, such as takes = [\"mud\"], or leave the tank out"),
                );
                continue;
            }
            let there: Vec<(&str, &Spanned<Mass>)> =
                each(&tank.aboard).filter(|(_, mass)| mass.get_ref().tonnes() > 0.0).collect();
            let not_taken = there.iter().find(|(name, _)| !takes.contains(name) && is_sure);
            if let Some((name, mass)) = not_taken {
                let message = format!("the tank {:?} begins with {name}, and does not take it", id.get_ref());
                found.push(
                    draft
                        .error("tank-begins-mixed", mass.span(), message)
                        .label(format!("it takes {}", some_of(&takes)))
                        .help(format!("add {name:?} to its `takes`, or put this into another tank")),
                );
            } else if let [(first, _), (second, mass), ..] = there[..] {
                let message = format!("the tank {:?} begins with {first} and {second}", id.get_ref());
                found.push(
                    draft
                        .error("tank-begins-mixed", mass.span(), message)
                        .label("a tank has one commodity at a time")
                        .help("put each commodity into a tank of its own"),
                );
            } else if let ([(name, mass)], Some(capacity)) = (&there[..], &tank.capacity)
                && mass.get_ref() > capacity.get_ref()
            {
                let (is, takes) = (mass.get_ref(), capacity.get_ref());
                let message =
                    format!("the tank {:?} begins with {is} of {name}, and takes {takes}", id.get_ref());
                let help = format!("write \"{takes}\" or less, or a larger capacity");
                found.push(draft.error("stock-over-room", mass.span(), message).help(help));
            }
        }
    }
}

fn holds(draft: &Draft<'_>, found: &mut Diagnostics) {
    for vessel in entries(&draft.raw.vessel).filter(|vessel| vessel.tank.is_some()) {
        if let Some(aboard) = vessel.aboard.as_ref().filter(|aboard| !aboard.get_ref().0.is_empty()) {
            found.push(
                draft
                    .error("aboard-beside-tanks", aboard.span(), "this does not say in which tank it is")
                    .help("write it in the [[vessel.tank]]: aboard = { mud = \"100 t\" }"),
            );
        }
        for (name, bound) in vessel.hold.iter().flat_map(|hold| &hold.get_ref().0) {
            let Some(room) = room(draft, vessel, name.get_ref()) else { continue };
            let commodity = name.get_ref();
            if room.tonnes() == 0.0 && bound.get_ref().tonnes() > 0.0 {
                let message = format!("the hold has room for {commodity}, and no tank takes it");
                found.push(
                    draft
                        .error("hold-without-tank", bound.span(), message)
                        .help(format!("add {commodity:?} to the `takes` of a tank, or leave it out here")),
                );
            }
            over(draft, vessel, commodity, bound, found);
        }
        if let Some(total) = &vessel.hold_total {
            let all: f64 = all_aboard(vessel, |_| true);
            if all > total.get_ref().tonnes() + ROUNDING && total.get_ref().tonnes() > 0.0 {
                let message = format!(
                    "the tanks begin with {all} t, and the hold takes {} of everything",
                    total.get_ref()
                );
                found.push(
                    draft
                        .error("stock-over-room", total.span(), message)
                        .help("write less, or a larger total"),
                );
            }
        }
    }
}

/// Tells when the tanks begin with more of a commodity than the hold takes of it.
fn over(
    draft: &Draft<'_>,
    vessel: &RawVessel,
    commodity: &str,
    bound: &Spanned<Mass>,
    found: &mut Diagnostics,
) {
    let all = all_aboard(vessel, |name| name == commodity);
    if all > bound.get_ref().tonnes() + ROUNDING {
        let message =
            format!("the tanks begin with {all} t of {commodity}, and the hold takes {}", bound.get_ref());
        found.push(
            draft
                .error("stock-over-room", bound.span(), message)
                .help("write less in the tanks, or a larger hold"),
        );
    }
}

fn all_aboard(vessel: &RawVessel, is_meant: impl Fn(&str) -> bool) -> f64 {
    let of_tank = |aboard: &Amounts| -> f64 {
        each(aboard).filter(|(name, _)| is_meant(name)).map(|(_, mass)| mass.get_ref().tonnes()).sum()
    };
    entries(&vessel.tank).map(|tank| of_tank(&tank.aboard)).sum()
}
