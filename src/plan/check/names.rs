//! Names: each given once, and none used that was not given.
//!
//! In: the plan as written. Out: a diagnostic at every second giving of a name and at every use of an unknown one.
//! Every other check may take it that an unknown name was told here, and stays silent.

use super::Check;
use crate::diag::Diagnostics;
use crate::id::nearest;
use crate::plan::draft::{Draft, List, call_names, entries, gear_names, ids, some_of};
use crate::plan::raw::RawVessel;
use crate::plan::read::Named;
use crate::time::Zone;
use crate::units::Mass;
use crate::weather::CHANNELS;
use std::collections::HashMap;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check { kinds: &[("duplicate-id", "Two things have the same name.")], look: duplicate_ids },
    Check {
        kinds: &[
            ("unknown-site", "A site is named that the plan does not have."),
            ("unknown-vessel", "A vessel is named that the plan does not have."),
            ("unknown-commodity", "A commodity is named that the plan does not have."),
            ("unknown-weather", "A weather is named that the plan does not have."),
            ("unknown-task", "A task is named that the plan does not have."),
            ("unknown-resource", "A resource is named that the plan does not have."),
            ("unknown-sampling", "A sampling is named that the plan does not have."),
            ("unknown-process", "A process is named that the plan does not have."),
            ("unknown-demand", "A demand is named that the plan does not have."),
        ],
        look: unknown_names,
    },
    Check {
        kinds: &[("unknown-holder", "A transfer names something that is neither a vessel nor a site.")],
        look: unknown_holders,
    },
    Check {
        kinds: &[("unknown-gear", "A state of the gear is named that the vessel does not have.")],
        look: unknown_gear,
    },
    Check { kinds: &[("unknown-zone", "A time zone is not in the IANA database.")], look: unknown_zones },
    Check {
        kinds: &[("unknown-channel", "A unit is given to a channel that the weather does not have.")],
        look: unknown_channels,
    },
];

type Given<'d> = HashMap<&'d str, (&'static str, usize)>;

fn duplicate_ids(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    for list in [List::Weather, List::Commodity, List::Resource] {
        let mut given = Given::new();
        for id in ids(raw, list).into_iter().flatten() {
            give(draft, &mut given, list.word(), id, found);
        }
    }
    // A transfer goes between holders by name, and an activity is called by the name of its work.
    let mut holders = Given::new();
    for list in [List::Vessel, List::Site] {
        for id in ids(raw, list).into_iter().flatten() {
            give(draft, &mut holders, list.word(), id, found);
        }
    }
    let mut works = Given::new();
    let tasks = entries(&raw.task).map(|task| ("task", &task.id));
    let samplings = entries(&raw.sampling).map(|sampling| ("sampling", &sampling.id));
    let transfers = entries(&raw.transfer).map(|transfer| ("transfer", &transfer.id));
    let processes = entries(&raw.process).map(|process| ("process", &process.id));
    let demands = entries(&raw.demand).map(|demand| ("demand", &demand.id));
    for (word, id) in tasks.chain(samplings).chain(transfers).chain(processes).chain(demands) {
        if let Some(id) = id {
            give(draft, &mut works, word, id, found);
        }
    }
    for vessel in entries(&raw.vessel) {
        let mut states = Given::new();
        for id in entries(&vessel.gear).filter_map(|gear| gear.id.as_ref()) {
            give(draft, &mut states, "gear", id, found);
        }
        let mut tanks = Given::new();
        for id in entries(&vessel.tank).filter_map(|tank| tank.id.as_ref()) {
            give(draft, &mut tanks, "tank", id, found);
        }
    }
}

/// Notes a name, and tells it when it was given before.
fn give<'d>(
    draft: &Draft<'_>,
    given: &mut Given<'d>,
    word: &'static str,
    id: &'d Spanned<String>,
    found: &mut Diagnostics,
) {
    let line = draft.place(id.span()).line;
    let name = id.get_ref().as_str();
    match given.get(name) {
        None => {
            given.insert(name, (word, line));
        }
        Some((other, first)) => found.push(
            draft
                .error(
                    "duplicate-id",
                    id.span(),
                    format!("{name:?} is already the name of the {other} in line {first}"),
                )
                .label(format!("a second {name:?}"))
                .help("give one of the two another name, and mend what refers to it"),
        ),
    }
}

/// Every use of a name from one of the plan's lists.
fn uses<'d>(draft: &'d Draft<'_>) -> Vec<(List, &'d Spanned<String>)> {
    let raw = &draft.raw;
    let mut uses: Vec<(List, &Spanned<String>)> = Vec::new();
    let mut each = |list, names: &[&'d Option<Spanned<String>>]| {
        uses.extend(names.iter().filter_map(|name| Some((list, name.as_ref()?))));
    };
    for task in entries(&raw.task) {
        each(List::Vessel, &[&task.vessel, &task.serves]);
        each(List::Task, &[&task.rhythm_of]);
        each(List::Site, &[&task.site]);
    }
    for sampling in entries(&raw.sampling) {
        each(List::Vessel, &[&sampling.vessel]);
        each(List::Site, &[&sampling.site]);
        each(List::Commodity, &[&sampling.commodity]);
    }
    for closure in entries(&raw.closure) {
        each(List::Site, &[&closure.site]);
        each(List::Vessel, &[&closure.vessel]);
        each(List::Task, &[&closure.task]);
        each(List::Sampling, &[&closure.sampling]);
        each(List::Process, &[&closure.process]);
    }
    for process in entries(&raw.process) {
        each(List::Site, &[&process.site]);
        each(List::Commodity, &[&process.from, &process.to]);
    }
    for demand in entries(&raw.demand) {
        each(List::Site, &[&demand.site]);
        each(List::Commodity, &[&demand.commodity]);
    }
    for reserve in entries(&raw.reserve) {
        each(List::Site, &[&reserve.site]);
        each(List::Commodity, &[&reserve.commodity]);
        each(List::Demand, &[&reserve.of]);
    }
    entries(&raw.budget).for_each(|budget| each(List::Process, &[&budget.process]));
    entries(&raw.site).for_each(|site| each(List::Weather, &[&site.weather]));
    let reaches = entries(&raw.commodity).filter_map(|of| of.reach.as_ref());
    reaches.for_each(|reach| each(List::Site, &[&reach.get_ref().site]));
    entries(&raw.route).for_each(|route| each(List::Site, &[&route.from, &route.to]));
    for transfer in entries(&raw.transfer) {
        each(List::Commodity, &[&transfer.commodity]);
        each(List::Site, &[&transfer.site]);
    }
    let on_routes = entries(&raw.route).filter_map(|route| route.weather.as_ref());
    uses.extend(on_routes.flat_map(|weather| &weather.get_ref().names).map(|name| (List::Weather, name)));
    let stored = entries(&raw.site).flat_map(|site| [&site.store, &site.stock]);
    let amounts = stored.chain(entries(&raw.vessel).flat_map(|vessel| [&vessel.hold, &vessel.aboard]));
    uses.extend(amounts.flat_map(amount_names).map(|name| (List::Commodity, name)));
    for tank in entries(&raw.vessel).flat_map(|vessel| entries(&vessel.tank)) {
        let takes = tank.takes.iter().flat_map(|takes| takes.get_ref());
        uses.extend(takes.chain(amount_names(&tank.aboard)).map(|name| (List::Commodity, name)));
    }
    for vessel in entries(&raw.vessel) {
        uses.extend(call_names(vessel).map(|site| (List::Site, site)));
        let laytime = vessel.laytime.iter().flat_map(|laytime| &laytime.get_ref().0);
        uses.extend(laytime.map(|(site, _)| (List::Site, site)));
    }
    for task in entries(&raw.task) {
        let after = task.after.iter().flat_map(|after| after.get_ref());
        uses.extend(after.map(|after| (List::Task, &after.get_ref().task)));
    }
    let of_tasks = entries(&raw.task).map(|task| &task.uses);
    for used in of_tasks.chain(entries(&raw.transfer).map(|transfer| &transfer.uses)) {
        let resources = used.iter().flat_map(|uses| &uses.get_ref().0);
        uses.extend(resources.map(|(name, _)| (List::Resource, name)));
    }
    uses
}

fn amount_names(amounts: &Option<Spanned<Named<Mass>>>) -> impl Iterator<Item = &Spanned<String>> {
    amounts.iter().flat_map(|amounts| amounts.get_ref().0.iter().map(|(name, _)| name))
}

fn unknown_names(draft: &Draft<'_>, found: &mut Diagnostics) {
    let uses = uses(draft);
    for list in List::ALL.into_iter().filter(|list| draft.is_whole(*list)) {
        let mut known = None;
        for (_, name) in uses.iter().filter(|(used, _)| *used == list) {
            let asked = name.get_ref();
            if draft.index(list, asked).is_some() {
                continue;
            }
            let known = known.get_or_insert_with(|| draft.known(list));
            let word = list.word();
            let slug = match list {
                List::Weather => "unknown-weather",
                List::Site => "unknown-site",
                List::Commodity => "unknown-commodity",
                List::Vessel => "unknown-vessel",
                List::Task => "unknown-task",
                List::Resource => "unknown-resource",
                List::Sampling => "unknown-sampling",
                List::Process => "unknown-process",
                List::Demand => "unknown-demand",
            };
            let message = format!("there is no {word} {asked:?} in this plan");
            found.push(
                draft
                    .error(slug, name.span(), message)
                    .label(format!("no such {word}"))
                    .help(instead(draft, list, asked, known)),
            );
        }
    }
}

/// What to write instead of an unknown name.
fn instead(draft: &Draft<'_>, list: List, asked: &str, known: &[&str]) -> String {
    if let (List::Vessel, Some((id, _))) =
        (list, asked.rsplit_once('-').filter(|(_, nth)| nth.parse::<u32>().is_ok()))
        && let Some(count) = draft.vessel(id).and_then(|vessel| vessel.count.as_ref())
    {
        let count = count.get_ref();
        return format!(
            "{id:?} is all {count} of them; write one of them as a [[vessel]] of its own to name it alone"
        );
    }
    if let Some(other) = List::ALL.into_iter().find(|other| draft.index(*other, asked).is_some()) {
        return format!("{asked:?} is a {}; {}", other.word(), draft.did_you_mean(asked, known));
    }
    if known.is_empty() {
        return format!("the plan has no [[{}]] at all; add one with id = {asked:?}", list.word());
    }
    draft.did_you_mean(asked, known)
}

fn unknown_holders(draft: &Draft<'_>, found: &mut Diagnostics) {
    if !(draft.is_whole(List::Vessel) && draft.is_whole(List::Site)) {
        return;
    }
    let is_known = |name: &str| [List::Vessel, List::Site].iter().any(|l| draft.index(*l, name).is_some());
    let ends = entries(&draft.raw.transfer).flat_map(|transfer| transfer.from.iter().chain(&transfer.to));
    for name in ends.filter(|name| !is_known(name.get_ref())) {
        let mut known = draft.known(List::Vessel);
        known.extend(draft.known(List::Site));
        let asked = name.get_ref();
        found.push(
            draft
                .error(
                    "unknown-holder",
                    name.span(),
                    format!("there is no vessel and no site {asked:?} in this plan"),
                )
                .label("a vessel or a site is needed here")
                .help(draft.did_you_mean(asked, &known)),
        );
    }
}

fn unknown_gear(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let of_tasks =
        entries(&raw.task).flat_map(|task| [(&task.vessel, &task.gear), (&task.vessel, &task.leaves)]);
    let of_samplings = entries(&raw.sampling).map(|sampling| (&sampling.vessel, &sampling.gear));
    let of_transfers = entries(&raw.transfer)
        .flat_map(|transfer| [(&transfer.from, &transfer.from_gear), (&transfer.to, &transfer.to_gear)]);
    for (vessel, gear) in of_tasks.chain(of_samplings).chain(of_transfers) {
        let (Some(vessel_id), Some(gear)) = (vessel, gear) else { continue };
        let Some(vessel) = draft.vessel(vessel_id.get_ref()) else { continue };
        let states = gear_names(vessel);
        let asked = gear.get_ref();
        if !has_all_gear(draft, vessel) || states.contains(&asked.as_str()) {
            continue;
        }
        let help = match nearest(asked, states.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None if entries(&vessel.gear).next().is_none() => format!(
                "{:?} has no [[vessel.gear]], so its only state is \"stowed\"; add one with id = {asked:?}",
                vessel_id.get_ref()
            ),
            None => format!("its gear has: {}", some_of(&states)),
        };
        let message = format!("the gear of {:?} has no state {asked:?}", vessel_id.get_ref());
        found.push(draft.error("unknown-gear", gear.span(), message).label("no such state").help(help));
    }
}

/// Whether every state of a vessel's gear was read with its name.
pub fn has_all_gear(draft: &Draft<'_>, vessel: &RawVessel) -> bool {
    !draft.is_broken
        && !vessel.spoilt.is_unread("gear")
        && entries(&vessel.gear).all(|gear| gear.id.is_some())
}

fn unknown_zones(draft: &Draft<'_>, found: &mut Diagnostics) {
    let of_plan = draft.raw.plan.iter().filter_map(|head| head.get_ref().zone.as_ref());
    let of_weather = entries(&draft.raw.weather).filter_map(|weather| weather.zone.as_ref());
    for zone in of_plan.chain(of_weather).filter(|zone| Zone::named(zone.get_ref()).is_none()) {
        let asked = zone.get_ref();
        // A town may be asked for without its continent.
        let town = |name: &&str| name.rsplit('/').next().is_some_and(|town| town.eq_ignore_ascii_case(asked));
        let near = Zone::names().find(town).or_else(|| nearest(asked, Zone::names()));
        let help = match near {
            Some(near) => format!("did you mean {near:?}?"),
            None => "zones have names such as \"Asia/Tokyo\", \"Europe/Oslo\" and \"UTC\"".to_owned(),
        };
        found.push(
            draft
                .error("unknown-zone", zone.span(), format!("there is no time zone {asked:?}"))
                .label("no such zone")
                .help(help),
        );
    }
}

fn unknown_channels(draft: &Draft<'_>, found: &mut Diagnostics) {
    for weather in entries(&draft.raw.weather) {
        let names = |named: &Option<Spanned<Named<String>>>| -> Vec<Spanned<String>> {
            let entries = named.iter().flat_map(|named| &named.get_ref().0);
            entries.map(|(name, _)| name.clone()).collect()
        };
        let mapped = names(&weather.columns);
        let mut known: Vec<&str> = CHANNELS.iter().map(|kind| kind.name).collect();
        known.extend(mapped.iter().map(|name| name.get_ref().as_str()));
        for name in names(&weather.units) {
            let asked = name.get_ref();
            if known.contains(&asked.as_str()) || weather.spoilt.has("columns") || draft.is_broken {
                continue;
            }
            let help = match nearest(asked, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("say which column holds it: columns = {{ {asked} = \"...\" }}"),
            };
            let message = format!("no column is known for the channel {asked:?}");
            found.push(draft.error("unknown-channel", name.span(), message).help(help));
        }
    }
}
