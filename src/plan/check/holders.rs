//! Holders: what lies in holds and stores when the plan begins, and how much goes over at a time.
//!
//! In: the plan as written. Out: holds and stores that begin with more than they take, parcels of no size.
//! Whether what is lifted and moved finds room is looked at in [`super::cargo`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, entries};
use crate::plan::raw::{KindWord, RawVessel};
use crate::plan::read::Named;
use crate::units::Mass;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[(
            "keeps-under-slot",
            "A commodity keeps for less than a slot, so that no hold can take it.",
        )],
        look: keeping,
    },
    Check {
        kinds: &[("stock-over-room", "A hold or a store begins with more than it takes.")],
        look: starts,
    },
    Check {
        kinds: &[(
            "largest-under-smallest",
            "The largest parcel of a transfer is smaller than its smallest.",
        )],
        look: parcels,
    },
];

pub(super) type Amounts = Option<Spanned<Named<Mass>>>;

/// Every amount that is there, under its name.
pub(super) fn each(amounts: &Amounts) -> impl Iterator<Item = (&str, &Spanned<Mass>)> {
    let all = amounts.iter().flat_map(|amounts| &amounts.get_ref().0);
    all.map(|(name, mass)| (name.get_ref().as_str(), mass))
}

fn starts(draft: &Draft<'_>, found: &mut Diagnostics) {
    if draft.is_broken {
        return;
    }
    for site in entries(&draft.raw.site).filter(|site| !site.spoilt.has("store")) {
        let Some((id, kind)) = site.id.as_ref().zip(site.kind.as_ref()) else { continue };
        let otherwise = if *kind.get_ref() == KindWord::Sea { 0.0 } else { f64::INFINITY };
        let place = format!("the store of {:?}", id.get_ref());
        over_room(draft, &site.stock, &site.store, (otherwise, &place, "store"), found);
        over_total(draft, &site.stock, &site.store_total, &place, found);
    }
    // Where there are tanks, each begins with what is in it.
    let has_one_room = |vessel: &&RawVessel| vessel.tank.is_none() && !vessel.spoilt.has("tank");
    for vessel in entries(&draft.raw.vessel).filter(has_one_room).filter(|vessel| !vessel.spoilt.has("hold"))
    {
        let Some(id) = &vessel.id else { continue };
        let place = format!("the hold of {:?}", id.get_ref());
        over_room(draft, &vessel.aboard, &vessel.hold, (0.0, &place, "hold"), found);
        over_total(draft, &vessel.aboard, &vessel.hold_total, &place, found);
    }
}

/// Whether a holder begins with no more of each commodity than it takes.
fn over_room(
    draft: &Draft<'_>,
    start: &Amounts,
    room: &Amounts,
    (otherwise, place, key): (f64, &str, &str),
    found: &mut Diagnostics,
) {
    for (name, mass) in each(start) {
        let takes = each(room).find(|(of, _)| *of == name).map(|(_, room)| *room.get_ref());
        if mass.get_ref().tonnes() <= takes.map_or(otherwise, Mass::tonnes) {
            continue;
        }
        let (message, help) = match takes {
            Some(takes) => (
                format!("{place} begins with {} of {name}, and takes {takes}", mass.get_ref()),
                format!("write \"{takes}\" or less, or a larger {key}"),
            ),
            None => (
                format!("{place} begins with {} of {name}, and has no room for it", mass.get_ref()),
                format!("add what it can take: {key} = {{ {name} = \"1000 t\" }}"),
            ),
        };
        found.push(draft.error("stock-over-room", mass.span(), message).help(help));
    }
}

/// Whether a holder begins with no more of everything together than it takes.
fn over_total(
    draft: &Draft<'_>,
    start: &Amounts,
    total: &Option<Spanned<Mass>>,
    place: &str,
    found: &mut Diagnostics,
) {
    let Some((start, total)) = start.as_ref().zip(total.as_ref()) else { return };
    let all: f64 = start.get_ref().0.iter().map(|(_, mass)| mass.get_ref().tonnes()).sum();
    let takes = *total.get_ref();
    // That it takes nothing at all is told elsewhere.
    if all > takes.tonnes() && takes.tonnes() > 0.0 {
        let message = format!("{place} begins with {all} t in all, and takes {takes} of everything together");
        found.push(
            draft.error("stock-over-room", start.span(), message).help("write less, or a larger total"),
        );
    }
}

fn parcels(draft: &Draft<'_>, found: &mut Diagnostics) {
    for transfer in entries(&draft.raw.transfer) {
        let (Some(smallest), Some(largest)) = (&transfer.smallest, &transfer.largest) else { continue };
        let (least, most) = (smallest.get_ref(), largest.get_ref());
        // That a parcel is less than nothing is told elsewhere.
        if least > most && most.tonnes() > 0.0 {
            let message = format!("the largest parcel is {most}, and the smallest {least}");
            found.push(
                draft
                    .error("largest-under-smallest", largest.span(), message)
                    .label("smaller than `smallest`")
                    .help(format!("write \"{least}\" or more, or a smaller `smallest`")),
            );
        }
    }
}

fn keeping(draft: &Draft<'_>, found: &mut Diagnostics) {
    let Some(horizon) = &draft.horizon else { return };
    for keeps in entries(&draft.raw.commodity).filter_map(|commodity| commodity.keeps.as_ref()) {
        let time = *keeps.get_ref();
        if time.seconds() > 0 && time < horizon.slot {
            let message = format!("this keeps for {time}, and a slot is {}", horizon.slot);
            found.push(
                draft
                    .error("keeps-under-slot", keeps.span(), message)
                    .label("no hold could take any")
                    .help("write how long it may lie in a hold, or shorter slots in [plan]"),
            );
        }
    }
}
