//! Where vessels go: work at sites they call at, and ways between them that can be sailed.
//!
//! In: the plan as written. Out: work out of a vessel's reach, and legs that lack a speed, a position or sense.
//! Whether the weather ever lets a vessel sail is looked at in [`super::open`].

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, calls, entries, some_of};
use crate::plan::raw::{RawRoute, RawVessel};
use crate::plan::read::Spoilt;
use std::collections::{HashMap, HashSet};
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("not-a-call", "Work is at a site that its vessel does not call at."),
            (
                "site-needed",
                "A vessel calls at several sites, and its work does not say at which it is done.",
            ),
        ],
        look: work_sites,
    },
    Check {
        kinds: &[
            ("speed-needed", "A vessel calls at several sites and has no speed."),
            ("position-needed", "A vessel sails to or from a site without a position."),
        ],
        look: legs,
    },
    Check {
        kinds: &[
            ("route-same-ends", "A route begins where it ends."),
            ("route-twice", "Two routes join the same sites."),
            ("route-unused", "No vessel calls at both ends of a route."),
            (
                "route-weather",
                "The weather on a route is not given once, nor once for each of its stretches.",
            ),
        ],
        look: routes,
    },
];

/// Whether the calls of a vessel were all read.
pub(super) fn has_all_calls(draft: &Draft<'_>, vessel: &RawVessel) -> bool {
    !draft.is_broken
        && ["calls", "at", "home"].iter().all(|key| !vessel.spoilt.has(key))
        && vessel.at.is_some()
}

type Name = Option<Spanned<String>>;

fn work_sites(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    for task in entries(&raw.task) {
        site_of_work(draft, (&task.id, &task.spoilt), &task.vessel, &task.site, found);
    }
    for sampling in entries(&raw.sampling) {
        site_of_work(draft, (&sampling.id, &sampling.spoilt), &sampling.vessel, &sampling.site, found);
    }
    for transfer in entries(&raw.transfer) {
        let (Some(from), Some(to)) = (&transfer.from, &transfer.to) else { continue };
        for (vessel, site) in [(from, to), (to, from)] {
            if let Some(raw) = draft.vessel(vessel.get_ref()) {
                is_a_call(draft, raw, vessel.get_ref(), site, found);
            }
        }
    }
}

/// Looks at the site of a task or a sampling.
fn site_of_work(
    draft: &Draft<'_>,
    (id, spoilt): (&Name, &Spoilt),
    vessel: &Name,
    site: &Name,
    found: &mut Diagnostics,
) {
    let Some(name) = vessel else { return };
    let Some(vessel) = draft.vessel(name.get_ref()) else { return };
    if let Some(site) = site {
        is_a_call(draft, vessel, name.get_ref(), site, found);
        return;
    }
    let calls = calls(vessel);
    if calls.len() > 1 && draft.is_left_out(site, "site", spoilt) {
        let at = id.as_ref().map_or(name.span(), Spanned::span);
        found.push(
            draft
                .error("site-needed", at, "this work does not say at which site it is done")
                .label(format!("{:?} calls at {}", name.get_ref(), some_of(&calls)))
                .help(format!(
                    "add site = {:?}, or another of them",
                    calls.last().copied().unwrap_or_default()
                )),
        );
    }
}

pub(super) fn is_a_call(
    draft: &Draft<'_>,
    vessel: &RawVessel,
    name: &str,
    site: &Spanned<String>,
    found: &mut Diagnostics,
) {
    let calls = calls(vessel);
    let asked = site.get_ref();
    // A site that is unknown, here or among the calls, was told.
    let are_known = calls.iter().all(|call| draft.index(List::Site, call).is_some());
    if draft.index(List::Site, asked).is_none()
        || !are_known
        || !has_all_calls(draft, vessel)
        || calls.contains(&asked.as_str())
    {
        return;
    }
    let mut all = calls.clone();
    all.push(asked);
    let help = format!(
        "add it to the vessel: calls = [{}]",
        all.iter().map(|c| format!("{c:?}")).collect::<Vec<_>>().join(", ")
    );
    found.push(
        draft
            .error("not-a-call", site.span(), format!("{name:?} does not call at {asked:?}"))
            .label(format!("it calls at {}", some_of(&calls)))
            .help(if all.len() > 8 { "add it to the vessel's `calls`".to_owned() } else { help }),
    );
}

fn legs(draft: &Draft<'_>, found: &mut Diagnostics) {
    let mut told = HashSet::new();
    for vessel in entries(&draft.raw.vessel) {
        let calls = calls(vessel);
        if calls.len() < 2 {
            continue;
        }
        let name = vessel.id.as_ref().map_or("this vessel", |id| id.get_ref());
        let has_speeds = vessel.speeds.is_some() || vessel.spoilt.has("speeds");
        if !has_speeds && draft.is_left_out(&vessel.speed, "speed", &vessel.spoilt) {
            let spans = [vessel.calls.as_ref().map(Spanned::span), vessel.home.as_ref().map(Spanned::span)];
            let at = spans.into_iter().flatten().next().unwrap_or(vessel.span.clone());
            found.push(
                draft
                    .error(
                        "speed-needed",
                        at,
                        format!("{name:?} sails between sites, and its speed is not known"),
                    )
                    .label(format!("it calls at {}", some_of(&calls)))
                    .help("add its speed over ground, such as speed = \"10 kn\""),
            );
        }
        for call in calls {
            let Some(site) = draft.site(call) else { continue };
            let Some(id) = &site.id else { continue };
            if draft.is_left_out(&site.position, "position", &site.spoilt) && told.insert(call) {
                found.push(
                    draft
                        .error(
                            "position-needed",
                            id.span(),
                            format!("{name:?} calls at {call:?}, whose position is not known"),
                        )
                        .label("how far is it?")
                        .help("add position = [degrees north, degrees east]"),
                );
            }
        }
    }
}

fn routes(draft: &Draft<'_>, found: &mut Diagnostics) {
    let vessels: Vec<(Vec<&str>, bool)> =
        entries(&draft.raw.vessel).map(|vessel| (calls(vessel), has_all_calls(draft, vessel))).collect();
    let mut ends: HashMap<(&str, &str), usize> = HashMap::new();
    for route in entries(&draft.raw.route) {
        weather_on(draft, route, found);
        let (Some(from), Some(to)) = (&route.from, &route.to) else { continue };
        let (a, b) = (from.get_ref().as_str(), to.get_ref().as_str());
        if a == b {
            found.push(
                draft
                    .error("route-same-ends", to.span(), format!("this route goes from {a:?} to itself"))
                    .help("name the site at the other end"),
            );
            continue;
        }
        let line = draft.place(from.span()).line;
        if let Some(first) = ends.insert((a.min(b), a.max(b)), line) {
            found.push(
                draft
                    .error(
                        "route-twice",
                        from.span(),
                        format!("there is a route between {a:?} and {b:?} already"),
                    )
                    .label(format!("the first is in line {first}; a route holds in both directions"))
                    .help("leave one of the two out"),
            );
        }
        let are_known = [a, b].iter().all(|site| draft.index(List::Site, site).is_some());
        let serves =
            |(calls, is_whole): &(Vec<&str>, bool)| !is_whole || calls.contains(&a) && calls.contains(&b);
        if are_known && draft.is_whole(List::Vessel) && !vessels.iter().any(serves) {
            found.push(
                draft
                    .warning("route-unused", from.span(), format!("no vessel calls at both {a:?} and {b:?}"))
                    .help("add both to the `calls` of the vessel that sails it, or leave the route out"),
            );
        }
    }
}

/// Looks at whether each stretch of a route has its weather.
fn weather_on(draft: &Draft<'_>, route: &RawRoute, found: &mut Diagnostics) {
    let (Some(via), Some(weather)) = (&route.via, &route.weather) else { return };
    let (stretches, given) = (via.get_ref().len() + 1, weather.get_ref().names.len());
    if !weather.get_ref().is_list
        || given == stretches
        || route.spoilt.has("via")
        || route.spoilt.has("weather")
    {
        return;
    }
    let many = |count: usize, one: &str, more: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {more}"),
    };
    let (has, lists) = (many(stretches, "stretch", "stretches"), many(given, "weather", "weathers"));
    found.push(
        draft
            .error("route-weather", weather.span(), format!("this route has {has}, and {lists} for them"))
            .label("from end to end, past every waypoint")
            .help(
                "write one id for each stretch, in their order, or one id without brackets for all of them",
            ),
    );
}
