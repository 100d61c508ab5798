//! Cargo: transfers between holders, and holds and stores that can take what they are given.
//!
//! In: the plan as written. Out: transfers that no vessel has a part in, and goods with no room.
//! Whether a vessel calls at the site is looked at in [`super::calls`].

use super::{Check, tanks};
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, entries};
use crate::plan::raw::{KindWord, RawTransfer, RawVessel};
use crate::plan::read::{Named, Spoilt};
use crate::units::Mass;
use std::collections::HashSet;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("transfer-same-holder", "A transfer goes from a holder to itself."),
            ("transfer-between-sites", "A transfer goes between two sites, with no vessel to carry it."),
        ],
        look: ends,
    },
    Check {
        kinds: &[
            ("hold-needed", "A vessel lifts or carries a commodity for which its hold has no room."),
            ("hold-too-small", "A vessel's hold can never take what it must."),
        ],
        look: holds,
    },
    Check {
        kinds: &[
            ("store-needed", "A site at sea takes part in a transfer and has no store for it."),
            ("store-too-small", "A site's store can never take the smallest parcel."),
        ],
        look: stores,
    },
    Check {
        kinds: &[(
            "nothing-to-transfer",
            "A transfer moves a commodity that never comes to the one who gives it.",
        )],
        look: nothing,
    },
];

/// The shore's end of a transfer that goes between a vessel and a site.
struct Ends<'d> {
    site: &'d str,
    is_ashore: bool,
}

fn ends_of<'d>(draft: &'d Draft<'_>, transfer: &'d RawTransfer) -> Option<Ends<'d>> {
    let (from, to) = (transfer.from.as_ref()?.get_ref(), transfer.to.as_ref()?.get_ref());
    match (draft.vessel(from), draft.vessel(to)) {
        (Some(_), None) if draft.site(to).is_some() => Some(Ends { site: to, is_ashore: true }),
        (None, Some(_)) if draft.site(from).is_some() => Some(Ends { site: from, is_ashore: false }),
        _ => None,
    }
}

fn ends(draft: &Draft<'_>, found: &mut Diagnostics) {
    for transfer in entries(&draft.raw.transfer) {
        let (Some(from), Some(to)) = (&transfer.from, &transfer.to) else { continue };
        let are = |list| [from, to].iter().all(|end| draft.index(list, end.get_ref()).is_some());
        let diagnostic = if from.get_ref() == to.get_ref() {
            draft
                .error(
                    "transfer-same-holder",
                    to.span(),
                    format!("this transfer goes from {:?} to itself", to.get_ref()),
                )
                .help("name the vessel and the site between which it goes")
        } else if are(List::Site) {
            draft
                .error("transfer-between-sites", to.span(), "a transfer between two sites needs a vessel that carries it")
                .label("a site too")
                .help("write one transfer from the first site to a vessel, and one from the vessel to the second")
        } else {
            continue;
        };
        found.push(diagnostic);
    }
}

/// What a hold or a store can take of a commodity: nothing when it has no entry for it.
enum Room {
    /// That is not known, since the entry was at fault.
    Unknown,
    /// No entry.
    None,
    /// So much.
    Of(Mass),
}

fn room(
    draft: &Draft<'_>,
    named: &Option<Spanned<Named<Mass>>>,
    key: &str,
    spoilt: &Spoilt,
    commodity: &str,
) -> Room {
    let mut entries = named.iter().flat_map(|named| &named.get_ref().0);
    match entries.find(|(name, _)| name.get_ref() == commodity) {
        Some((_, mass)) => Room::Of(*mass.get_ref()),
        // An entry for an unknown commodity may be meant for this one.
        None if draft.is_broken || spoilt.has(key) || has_unknown(draft, named) => Room::Unknown,
        None => Room::None,
    }
}

/// What a hold, with its tanks where it has some, can take of a commodity.
fn hold_room(draft: &Draft<'_>, vessel: &RawVessel, commodity: &str) -> Room {
    let bound = room(draft, &vessel.hold, "hold", &vessel.spoilt, commodity);
    if vessel.tank.is_none() && !vessel.spoilt.has("tank") {
        return bound;
    }
    match (bound, tanks::room(draft, vessel, commodity)) {
        (Room::Unknown, _) | (_, None) => Room::Unknown,
        (_, Some(tanks)) if tanks.tonnes() == 0.0 => Room::None,
        (Room::None, Some(tanks)) => Room::Of(tanks),
        (Room::Of(hold), Some(tanks)) => Room::Of(if hold < tanks { hold } else { tanks }),
    }
}

fn has_unknown(draft: &Draft<'_>, named: &Option<Spanned<Named<Mass>>>) -> bool {
    let mut entries = named.iter().flat_map(|named| &named.get_ref().0);
    entries.any(|(name, _)| draft.index(List::Commodity, name.get_ref()).is_none())
}

fn holds(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let mut told: HashSet<(String, String)> = HashSet::new();
    let mut look = |vessel: &RawVessel,
                    id: &str,
                    commodity: &Spanned<String>,
                    least: &Option<Spanned<Mass>>,
                    why: &str| {
        let name = commodity.get_ref().as_str();
        if draft.index(List::Commodity, name).is_none() {
            return;
        }
        match hold_room(draft, vessel, name) {
            Room::None if told.insert((id.to_owned(), name.to_owned())) => found.push(
                draft
                    .error(
                        "hold-needed",
                        commodity.span(),
                        format!("the hold of {id:?} has no room for {name}"),
                    )
                    .help(match &vessel.tank {
                        None => format!("add to the vessel what it can take: hold = {{ {name} = \"400 t\" }}"),
                        Some(_) => format!("none of its tanks takes it: add a [[vessel.tank]], or {name:?} to the `takes` of one"),
                    }),
            ),
            Room::Of(room) => {
                let Some(least) = least.as_ref().filter(|least| *least.get_ref() > room) else { return };
                let message =
                    format!("{} {why}, and the hold of {id:?} takes {room} of {name}", least.get_ref());
                found.push(
                    draft
                        .error("hold-too-small", least.span(), message)
                        .label("more than the hold takes")
                        .help(format!("write \"{room}\" or less, or a larger hold")),
                );
            }
            _ => {}
        }
    };
    let givers: HashSet<Option<&str>> = entries(&raw.transfer)
        .map(|transfer| transfer.from.as_ref().map(|from| from.get_ref().as_str()))
        .collect();
    for sampling in entries(&raw.sampling) {
        let (Some(id), Some(commodity)) = (&sampling.vessel, &sampling.commodity) else { continue };
        let Some(vessel) = draft.vessel(id.get_ref()) else { continue };
        // What is brought ashore in between makes room for more.
        let is_emptied = givers.contains(&Some(id.get_ref().as_str())) || givers.contains(&None);
        let least = if is_emptied { &None } else { &sampling.at_least };
        look(vessel, id.get_ref(), commodity, least, "must be lifted");
    }
    for transfer in entries(&raw.transfer) {
        let (Some(from), Some(to), Some(commodity)) = (&transfer.from, &transfer.to, &transfer.commodity)
        else {
            continue;
        };
        for end in [from, to].into_iter().filter(|_| from.get_ref() != to.get_ref()) {
            if let Some(vessel) = draft.vessel(end.get_ref()) {
                look(vessel, end.get_ref(), commodity, &transfer.smallest, "is the smallest parcel");
            }
        }
    }
}

fn stores(draft: &Draft<'_>, found: &mut Diagnostics) {
    let mut told = HashSet::new();
    for transfer in entries(&draft.raw.transfer) {
        let (Some(ends), Some(commodity)) = (ends_of(draft, transfer), &transfer.commodity) else { continue };
        let name = commodity.get_ref().as_str();
        let Some(site) = draft.site(ends.site).filter(|_| draft.index(List::Commodity, name).is_some())
        else {
            continue;
        };
        let end = if ends.is_ashore { &transfer.to } else { &transfer.from };
        let at = end.as_ref().map_or(transfer.span.clone(), Spanned::span);
        let is_at_sea = site.kind.as_ref().is_some_and(|kind| *kind.get_ref() == KindWord::Sea);
        match room(draft, &site.store, "store", &site.spoilt, name) {
            Room::None if is_at_sea && told.insert((ends.site, name)) => found.push(
                draft
                    .error(
                        "store-needed",
                        at,
                        format!("the site {:?} is at sea and has no store for {name}", ends.site),
                    )
                    .label("nothing can be put down here")
                    .help(format!("if there is one, add it to the site: store = {{ {name} = \"1000 t\" }}")),
            ),
            Room::Of(room) if room.tonnes() == 0.0 => found.push(
                draft
                    .error("store-too-small", at, format!("the store of {:?} takes no {name}", ends.site))
                    .help("write what it can take, or leave the entry out where there is no bound"),
            ),
            Room::Of(room) => {
                let Some(smallest) = transfer.smallest.as_ref().filter(|smallest| *smallest.get_ref() > room)
                else {
                    continue;
                };
                let message = format!(
                    "{} is the smallest parcel, and the store of {:?} takes {room}",
                    smallest.get_ref(),
                    ends.site
                );
                found.push(
                    draft
                        .error("store-too-small", smallest.span(), message)
                        .label("more than the store takes")
                        .help(format!("write \"{room}\" or less, or a larger store")),
                );
            }
            _ => {}
        }
    }
}

fn nothing(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let text = |name: &Option<Spanned<String>>| name.as_ref().map(|name| name.get_ref().clone());
    let lifted = entries(&raw.sampling).map(|sampling| (text(&sampling.vessel), text(&sampling.commodity)));
    let moved = entries(&raw.transfer).map(|transfer| (text(&transfer.to), text(&transfer.commodity)));
    let made = entries(&raw.process).map(|process| (text(&process.site), text(&process.to)));
    let of_amounts = |id: &Option<Spanned<String>>, amounts: &Option<Spanned<Named<Mass>>>| {
        let id = text(id);
        let names = amounts.iter().flat_map(|amounts| &amounts.get_ref().0);
        names.map(|(name, _)| (id.clone(), Some(name.get_ref().clone()))).collect::<Vec<_>>()
    };
    let stored = entries(&raw.site).flat_map(|site| of_amounts(&site.id, &site.stock));
    let aboard = entries(&raw.vessel).flat_map(|vessel| of_amounts(&vessel.id, &vessel.aboard));
    let there = stored.chain(aboard);
    let comes: HashSet<(Option<String>, Option<String>)> =
        lifted.chain(moved).chain(made).chain(there).collect();
    // A source of which the plan says something that could not be read, or is misspelt, may be any source.
    let is_known = |name: &Option<String>| {
        name.as_ref().is_some_and(|name| {
            [List::Vessel, List::Site, List::Commodity].iter().any(|list| draft.index(*list, name).is_some())
        })
    };
    let are_known = comes.iter().all(|(to, commodity)| is_known(to) && is_known(commodity));
    let is_whole = ["sampling", "transfer", "process"].iter().all(|list| !raw.spoilt.is_unread(list));
    if draft.is_broken || !is_whole || !are_known {
        return;
    }
    for transfer in entries(&raw.transfer) {
        let (Some(from), Some(commodity)) = (&transfer.from, &transfer.commodity) else { continue };
        // Between two sites nothing moves, which was told.
        let to = transfer.to.as_ref().map_or("", |to| to.get_ref());
        if draft.vessel(from.get_ref()).is_none() && draft.vessel(to).is_none() {
            continue;
        }
        if comes.contains(&(text(&transfer.from), text(&transfer.commodity))) {
            continue;
        }
        let (giver, name) = (from.get_ref(), commodity.get_ref());
        let help = if draft.vessel(giver).is_some() {
            format!("add a [[sampling]] of {name} by {giver:?}, or a transfer that loads it")
        } else if draft.site(giver).is_some() {
            format!("add a [[transfer]] that brings {name} to {giver:?}")
        } else {
            continue;
        };
        found.push(
            draft
                .warning(
                    "nothing-to-transfer",
                    from.span(),
                    format!("no {name} ever comes to {:?}", from.get_ref()),
                )
                .label("it has nothing to give")
                .help(help),
        );
    }
}
