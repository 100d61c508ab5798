//! Limits: on channels that the weather at the place of work has, in units of what they measure.
//!
//! In: the plan as written, and its weather files. Out: limits that nothing can be held against.
//! Also here: which channels of which weather are needed at all ([`needed`]), for the checks in [`super::weather`].

use super::Check;
use crate::diag::Diagnostics;
use crate::id::nearest;
use crate::plan::draft::{Draft, List, calls, entries, gear_names, on_the_way, routes_with_weather, some_of};
use crate::plan::raw::{RawTask, RawVessel, Written};
use crate::plan::read::Named;
use crate::units::Dimension;
use crate::weather::{CHANNELS, Channel, Series};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// The checks of this file that need no weather.
pub static CHECKS: &[Check] = &[Check {
    kinds: &[("limits-without-weather", "A limit holds at a place whose weather is not known.")],
    look: without_weather,
}];

/// The checks of this file that need the weather.
pub static SEA_CHECKS: &[Check] = &[
    Check {
        kinds: &[("limit-channel", "A limit is on a channel that the weather does not have.")],
        look: channels,
    },
    Check { kinds: &[("limit-unit", "A limit is not in a unit of what its channel measures.")], look: units },
];

/// The limits of a task, and those of each of its phases.
pub fn limits_of(task: &RawTask) -> impl Iterator<Item = &Spanned<Named<Written>>> {
    task.limits.iter().chain(entries(&task.phases).filter_map(|phase| phase.limits.as_ref()))
}

/// Where limits hold.
enum Sites<'d> {
    /// Not known, since something else is at fault there.
    Unknown,
    /// At no site.
    Nowhere,
    /// At this site, or these.
    At(Vec<&'d str>),
}

/// One set of limits.
struct Limited<'d> {
    /// The key under which it stands.
    key: &'static str,
    limits: &'d Spanned<Named<Written>>,
    sites: Sites<'d>,
    /// Names of weathers on the way, between sites.
    on_the_way: Vec<&'d str>,
}

impl<'d> Limited<'d> {
    fn at(key: &'static str, limits: &'d Spanned<Named<Written>>, sites: Sites<'d>) -> Limited<'d> {
        Limited { key, limits, sites, on_the_way: Vec::new() }
    }

    /// The series that the limits are held against, as far as they could be read, with their places.
    fn series(&self, draft: &'d Draft<'_>) -> Vec<(usize, &'d Series)> {
        let Sites::At(sites) = &self.sites else { return Vec::new() };
        let on_the_way = self.on_the_way.iter().filter_map(|weather| draft.index(List::Weather, weather));
        let places: BTreeSet<usize> =
            sites.iter().filter_map(|site| draft.weather_at(site)).chain(on_the_way).collect();
        let read = |place: usize| Some((place, &draft.weather.get(place)?.reading.as_ref()?.series));
        places.into_iter().filter_map(read).collect()
    }
}

/// Every set of limits of a plan.
fn all<'d>(draft: &'d Draft<'_>) -> Vec<Limited<'d>> {
    let raw = &draft.raw;
    let mut all = Vec::new();
    for task in entries(&raw.task) {
        if limits_of(task).next().is_none() {
            continue;
        }
        let vessel = task.vessel.as_ref().map(|vessel| draft.vessel(vessel.get_ref()));
        let sites = || match draft.site_of(&task.site, vessel.flatten()) {
            Some(site) => Sites::At(vec![site]),
            None if task.vessel.is_some() || task.spoilt.has("site") || task.spoilt.has("vessel") => {
                Sites::Unknown
            }
            None => Sites::Nowhere,
        };
        all.extend(limits_of(task).map(|limits| Limited::at("limits", limits, sites())));
    }
    for sampling in entries(&raw.sampling) {
        let Some(limits) = &sampling.limits else { continue };
        let vessel = sampling.vessel.as_ref().and_then(|vessel| draft.vessel(vessel.get_ref()));
        let site = draft.site_of(&sampling.site, vessel);
        all.push(Limited::at("limits", limits, site.map_or(Sites::Unknown, |site| Sites::At(vec![site]))));
    }
    for transfer in entries(&raw.transfer) {
        let Some(limits) = &transfer.limits else { continue };
        let sites = draft.transfer_site(transfer).map_or(Sites::Unknown, |site| Sites::At(vec![site]));
        all.push(Limited::at("limits", limits, sites));
    }
    for vessel in entries(&raw.vessel) {
        of_vessel(draft, vessel, &mut all);
    }
    all
}

fn of_vessel<'d>(draft: &'d Draft<'_>, vessel: &'d RawVessel, all: &mut Vec<Limited<'d>>) {
    if let Some(limits) = &vessel.sail_limits {
        let calls = calls(vessel);
        let on_the_way = routes_with_weather(&draft.raw, &calls).flat_map(on_the_way);
        let on_the_way = on_the_way.map(|name| name.get_ref().as_str()).collect();
        all.push(Limited { key: "sail_limits", limits, sites: Sites::At(calls), on_the_way });
    }
    for (state, gear) in entries(&vessel.gear).enumerate() {
        let Some(limits) = &gear.survives else { continue };
        // In its first state the vessel is everywhere; the others are where its work brings them.
        let work = if state == 0 { Vec::new() } else { sites_of_gear(draft, vessel, state) };
        let sites = if work.is_empty() { calls(vessel) } else { work };
        all.push(Limited::at("survives", limits, Sites::At(sites)));
    }
}

/// The sites at which a vessel's work needs or leaves a state of its gear.
fn sites_of_gear<'d>(draft: &'d Draft<'_>, vessel: &'d RawVessel, state: usize) -> Vec<&'d str> {
    let names = gear_names(vessel);
    let Some(state) = names.get(state).copied() else { return Vec::new() };
    let is_it =
        |name: &Option<Spanned<String>>, of: &str| name.as_ref().is_some_and(|name| name.get_ref() == of);
    let Some(id) = vessel.id.as_ref().map(Spanned::get_ref) else { return Vec::new() };
    let tasks = entries(&draft.raw.task)
        .filter(|task| is_it(&task.vessel, id) && (is_it(&task.gear, state) || is_it(&task.leaves, state)))
        .filter_map(|task| draft.site_of(&task.site, Some(vessel)));
    let samplings = entries(&draft.raw.sampling)
        .filter(|sampling| is_it(&sampling.vessel, id) && is_it(&sampling.gear, state))
        .filter_map(|sampling| draft.site_of(&sampling.site, Some(vessel)));
    let transfers = entries(&draft.raw.transfer)
        .filter(|transfer| {
            (is_it(&transfer.from, id) && is_it(&transfer.from_gear, state))
                || (is_it(&transfer.to, id) && is_it(&transfer.to_gear, state))
        })
        .filter_map(|transfer| draft.transfer_site(transfer));
    tasks.chain(samplings).chain(transfers).collect::<BTreeSet<_>>().into_iter().collect()
}

fn without_weather(draft: &Draft<'_>, found: &mut Diagnostics) {
    if !draft.is_whole(List::Site) {
        return;
    }
    let lacks = |name: &&&str| {
        draft.site(name).is_some_and(|site| draft.is_left_out(&site.weather, "weather", &site.spoilt))
    };
    for Limited { key, limits, sites, on_the_way } in
        all(draft).iter().filter(|one| !one.limits.get_ref().0.is_empty())
    {
        let (message, help) = match sites {
            Sites::Unknown => continue,
            Sites::Nowhere => (
                "these limits hold nowhere: the task names no site, and weather belongs to a site".to_owned(),
                "add site = \"...\", a site with weather, or leave the limits out".to_owned(),
            ),
            Sites::At(sites) => {
                let lacking: Vec<&str> = sites.iter().filter(lacks).copied().collect();
                // To sail, the weather at one end or on the way is enough; to be somewhere, the weather there is needed.
                let is_enough = match *key {
                    "sail_limits" => lacking.len() < sites.len() || !on_the_way.is_empty(),
                    _ => lacking.is_empty(),
                };
                if is_enough {
                    continue;
                }
                (
                    format!(
                        "the weather at {} is not known, and nothing is taken to be calm",
                        some_of(&lacking)
                    ),
                    help_for(draft, &lacking),
                )
            }
        };
        found.push(
            draft
                .error("limits-without-weather", limits.span(), message)
                .label("held against which weather?")
                .help(help),
        );
    }
}

fn help_for(draft: &Draft<'_>, lacking: &[&str]) -> String {
    let site = lacking.first().copied().unwrap_or_default();
    match draft.known(List::Weather).first() {
        Some(weather) => format!("add weather = {weather:?} to the site {site:?}, or leave the limits out"),
        None => format!("add a [[weather]] with a file, and name it at the site {site:?}: weather = \"...\""),
    }
}

fn channels(draft: &Draft<'_>, found: &mut Diagnostics) {
    for limited in all(draft) {
        let series = limited.series(draft);
        for (channel, _) in &limited.limits.get_ref().0 {
            let asked = channel.get_ref();
            let Some((weather, series)) = series.iter().find(|(_, series)| series.channel(asked).is_none())
            else {
                continue;
            };
            let known: Vec<&str> = series.channels.iter().map(|channel| channel.name.as_str()).collect();
            let id = draft.known(List::Weather).get(*weather).copied().unwrap_or_default().to_owned();
            let help = match (nearest(asked, known.iter().copied()), Channel::known(asked)) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Some(kind)) => {
                    format!(
                        "if the file has the {}, say where: columns = {{ {asked} = \"...\" }}",
                        kind.about
                    )
                }
                (None, None) => format!(
                    "limit one that it has, or say which column holds it: columns = {{ \"{asked}\" = \"...\" }}"
                ),
            };
            found.push(
                draft
                    .error(
                        "limit-channel",
                        channel.span(),
                        format!("the weather {id:?} has no channel {asked:?}"),
                    )
                    .label(format!("it has {}", some_of(&known)))
                    .help(help),
            );
        }
    }
}

fn units(draft: &Draft<'_>, found: &mut Diagnostics) {
    for limited in all(draft) {
        let series = limited.series(draft);
        for (channel, limit) in &limited.limits.get_ref().0 {
            let name = channel.get_ref();
            let Some(dimension) = dimension(name, &series) else { continue };
            match dimension.parse(&limit.get_ref().0) {
                Err(fault) => {
                    let about = Channel::known(name).map_or(dimension.name, |kind| kind.about);
                    let written = limit.get_ref().0.trim();
                    let help = if written.parse::<f64>().is_ok() {
                        format!("write \"{written} {}\" if that is the unit", dimension.base())
                    } else {
                        fault.remedy()
                    };
                    found.push(
                        draft
                            .error("limit-unit", limit.span(), fault.to_string())
                            .label(format!("{name} is {about}"))
                            .help(help),
                    );
                }
                Ok(value) if value < 0.0 => found.push(
                    draft
                        .error("negative", limit.span(), format!("the limit of {name} cannot be negative"))
                        .label("must be zero or more")
                        .help("leave the minus sign out, if that is what is meant"),
                ),
                Ok(_) => {}
            }
        }
    }
}

/// What a channel measures, by the weather at hand or else by its usual name.
fn dimension(channel: &str, series: &[(usize, &Series)]) -> Option<&'static Dimension> {
    let in_series = |series: &Series| Some(series.channels[series.channel(channel)?].dimension);
    let known = || CHANNELS.iter().find(|kind| kind.name == channel).map(|kind| kind.dimension);
    series.iter().find_map(|(_, series)| in_series(series)).or_else(known)
}

/// The channels on which there are limits, by weather; both by their places.
pub fn needed(draft: &Draft<'_>) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut needed: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for limited in all(draft) {
        for (weather, series) in limited.series(draft) {
            let channels = limited.limits.get_ref().0.iter();
            let places = channels.filter_map(|(channel, _)| series.channel(channel.get_ref()));
            needed.entry(weather).or_default().extend(places);
        }
    }
    needed.retain(|_, channels| !channels.is_empty());
    needed
}
