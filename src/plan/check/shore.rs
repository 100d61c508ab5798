//! The shore side: processes that make something of something else, and demands, reserves, disruptions and budgets that can be met.
//!
//! In: the plan as written. Out: yields that no works have, loops, goods that never come or that nobody takes, dates in a muddle.
//! Whether a reserve can be filled in time, only the model knows; of negative amounts speaks [`super::quantities`].

use super::Check;
use super::cycles::{circle, knots};
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, YEARS, entries, entry};
use crate::plan::raw::{KindWord, RawProcess, RawReserve};
use crate::units::Mass;
use chrono::{DateTime, Datelike, Utc};
use std::ops::Range;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("process-to-itself", "A process makes a commodity of itself."),
            ("process-loop", "Processes of a site feed each other in a circle."),
            ("yield-out-of-range", "A process makes nothing, or more than it is fed."),
        ],
        look: processes,
    },
    Check {
        kinds: &[
            (
                "nothing-comes",
                "A process, a demand or a reserve needs a commodity that never comes to its site.",
            ),
            ("nothing-takes", "Nobody takes what a process makes."),
        ],
        look: goods,
    },
    Check { kinds: &[("demand-without-bound", "A demand does not say how much is wanted.")], look: demands },
    Check {
        kinds: &[
            ("demand-reversed", "A demand ends before it begins."),
            ("disruption-reversed", "A disruption ends before it begins."),
        ],
        look: dates,
    },
    Check {
        kinds: &[
            ("reserve-target", "A reserve does not say how much must be there, or says it twice."),
            ("cover-unfit", "A reserve covers a demand that has no rate, or is for another commodity."),
            ("reserve-twice", "Two reserves are kept by the same tonnes."),
        ],
        look: reserves,
    },
    Check {
        kinds: &[("unknown-stop", "A disruption stops something that the plan does not have.")],
        look: stops,
    },
    Check { kinds: &[("budget-of-nothing", "A budget bounds nothing.")], look: budgets },
];

type Name = Option<Spanned<String>>;

fn text(name: &Name) -> Option<&str> {
    name.as_ref().map(|name| name.get_ref().as_str())
}

fn processes(draft: &Draft<'_>, found: &mut Diagnostics) {
    let all: Vec<&RawProcess> = entries(&draft.raw.process).collect();
    for process in &all {
        if let (Some(from), Some(to)) = (&process.from, &process.to)
            && from.get_ref() == to.get_ref()
        {
            let message = format!("this process makes {} of {}", to.get_ref(), from.get_ref());
            found.push(
                draft
                    .error("process-to-itself", to.span(), message)
                    .help("name another commodity; what is lost without being changed needs no process"),
            );
        }
        if let Some(share) = &process.r#yield
            && !(share.get_ref().of_whole() > 0.0 && share.get_ref().of_whole() <= 1.0)
        {
            let written = draft.written(share);
            let message = format!("a yield of {written} cannot be meant: no more comes out than is fed");
            found.push(
                draft
                    .error("yield-out-of-range", share.span(), message)
                    .label("more than 0 %, up to 100 %")
                    .help("write the tonnes made of each tonne fed, such as \"20 %\""),
            );
        }
    }
    let feeds = |a: &RawProcess, b: &RawProcess| {
        a.to.is_some() && text(&a.to) == text(&b.from) && text(&a.site) == text(&b.site)
    };
    let next: Vec<Vec<usize>> = (0..all.len())
        .map(|a| (0..all.len()).filter(|&b| b != a && feeds(all[a], all[b])).collect())
        .collect();
    for knot in knots(&next) {
        let Some(circle) = circle(&next, &knot) else { continue };
        let first = all[circle[0]];
        let Some(to) = &first.to else { continue };
        let name = |process: usize| text(&all[process].id).unwrap_or("?");
        let mut names: Vec<&str> = circle.iter().map(|&process| name(process)).collect();
        names.push(names[0]);
        let message = format!("these processes feed each other in a circle: {}", names.join(" -> "));
        found.push(
            draft
                .error("process-loop", to.span(), message)
                .help("let each process make something that none before it is fed"),
        );
    }
}

/// What needs a commodity at a site.
struct Need<'d> {
    what: &'static str,
    site: &'d Name,
    commodity: &'d Name,
    is_must: bool,
}

fn needs<'d>(draft: &'d Draft<'_>) -> Vec<Need<'d>> {
    let raw = &draft.raw;
    let is_some = |mass: &Option<Spanned<Mass>>| mass.as_ref().is_some_and(|m| m.get_ref().tonnes() > 0.0);
    let processes = entries(&raw.process).map(|process| Need {
        what: "process",
        site: &process.site,
        commodity: &process.from,
        is_must: false,
    });
    let demands = entries(&raw.demand).map(|demand| Need {
        what: "demand",
        site: &demand.site,
        commodity: &demand.commodity,
        is_must: is_some(&demand.at_least),
    });
    let reserves = entries(&raw.reserve).map(|reserve| Need {
        what: "reserve",
        site: &reserve.site,
        commodity: &reserve.commodity,
        is_must: true,
    });
    processes.chain(demands).chain(reserves).collect()
}

fn goods(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    stores(draft, found);
    let is_whole =
        ["transfer", "process", "demand", "reserve"].iter().all(|list| !raw.spoilt.is_unread(list));
    let are_known = entries(&raw.transfer).all(|transfer| {
        let ends = [&transfer.from, &transfer.to];
        let is_holder =
            |name: &str| [List::Vessel, List::Site].iter().any(|l| draft.index(*l, name).is_some());
        ends.into_iter().all(|end| text(end).is_some_and(is_holder))
            && is_commodity(draft, &transfer.commodity)
    }) && entries(&raw.process).all(|process| {
        is_commodity(draft, &process.to)
            && is_commodity(draft, &process.from)
            && text(&process.site).is_some_and(|site| draft.site(site).is_some())
    });
    if draft.is_broken || !is_whole || !are_known {
        return;
    }
    let needs = needs(draft);
    for Need { what, site, commodity, is_must } in &needs {
        let (Some(at), Some(name)) = (site, commodity) else { continue };
        let known = draft.site(at.get_ref()).is_some() && is_commodity(draft, commodity);
        let comes = entries(&raw.transfer)
            .any(|transfer| text(&transfer.to) == text(site) && text(&transfer.commodity) == text(commodity))
            || entries(&raw.process)
                .any(|process| text(&process.site) == text(site) && text(&process.to) == text(commodity))
            || starts_with(draft, site, commodity);
        if comes || !known {
            continue;
        }
        let (at, name_text) = (at.get_ref(), name.get_ref());
        let message = format!("no {name_text} ever comes to {at:?}, and this {what} needs it");
        let diagnostic = if *is_must {
            draft.error("nothing-comes", name.span(), message)
        } else {
            draft.warning("nothing-comes", name.span(), message)
        };
        found.push(diagnostic.label("it never has any").help(format!(
            "add a [[transfer]] that brings {name_text} to {at:?}, or a [[process]] there that makes it"
        )));
    }
    for process in entries(&raw.process) {
        let (Some(site), Some(to)) = (&process.site, &process.to) else { continue };
        let is_it = |at: &Name, commodity: &Name| {
            text(at) == text(&process.site) && text(commodity) == text(&process.to)
        };
        let takes = needs.iter().any(|need| is_it(need.site, need.commodity))
            || entries(&raw.transfer).any(|transfer| is_it(&transfer.from, &transfer.commodity));
        if !takes && text(&process.from) != text(&process.to) {
            let (site, to_text) = (site.get_ref(), to.get_ref());
            let message =
                format!("nobody takes the {to_text} that is made at {site:?}, so that none is made");
            found.push(draft.warning("nothing-takes", to.span(), message).label("made for nobody").help(
                format!(
                    "add a [[demand]] or a [[reserve]] of {to_text} at {site:?}, or a transfer from there"
                ),
            ));
        }
    }
}

/// Whether some of a commodity is in a site's store at the plan's start.
fn starts_with(draft: &Draft<'_>, site: &Name, commodity: &Name) -> bool {
    let Some(place) = text(site).and_then(|site| draft.site(site)) else { return false };
    let mut stock = place.stock.iter().flat_map(|stock| &stock.get_ref().0);
    stock
        .any(|(name, mass)| Some(name.get_ref().as_str()) == text(commodity) && mass.get_ref().tonnes() > 0.0)
}

fn is_commodity(draft: &Draft<'_>, commodity: &Name) -> bool {
    text(commodity).is_some_and(|commodity| draft.index(List::Commodity, commodity).is_some())
}

/// Goods that are worked at a site have room there.
fn stores(draft: &Draft<'_>, found: &mut Diagnostics) {
    let mut of_processes = Vec::new();
    for process in entries(&draft.raw.process) {
        of_processes.extend([(&process.site, &process.from), (&process.site, &process.to)]);
    }
    let others = needs(draft).into_iter().filter(|need| need.what != "process");
    for (site, commodity) in of_processes.into_iter().chain(others.map(|need| (need.site, need.commodity))) {
        let (Some(name), Some(goods)) = (site, commodity) else { continue };
        let Some(place) = draft.site(name.get_ref()).filter(|_| is_commodity(draft, commodity)) else {
            continue;
        };
        let is_at_sea = place.kind.as_ref().is_some_and(|kind| *kind.get_ref() == KindWord::Sea);
        let mut stored = place.store.iter().flat_map(|store| &store.get_ref().0);
        let has_room =
            stored.any(|(stored, mass)| stored.get_ref() == goods.get_ref() && mass.get_ref().tonnes() > 0.0);
        if is_at_sea && !has_room && !draft.is_broken && !place.spoilt.has("store") {
            let (name, goods_text) = (name.get_ref(), goods.get_ref());
            let message = format!("the site {name:?} is at sea and has no store for {goods_text}");
            found.push(
                draft
                    .error("store-needed", goods.span(), message)
                    .label("nothing can be put down here")
                    .help(format!(
                        "if there is one, add it to the site: store = {{ {goods_text} = \"1000 t\" }}"
                    )),
            );
        }
    }
}

fn demands(draft: &Draft<'_>, found: &mut Diagnostics) {
    for demand in entries(&draft.raw.demand) {
        let is_left_out = draft.is_left_out(&demand.amount, "amount", &demand.spoilt)
            && draft.is_left_out(&demand.rate, "rate", &demand.spoilt);
        if is_left_out {
            found.push(
                draft
                    .error("demand-without-bound", demand.span.clone(), "this demand does not say how much is wanted")
                    .help("add amount = \"500 t\" for all of it, or rate = \"3 t/d\" for what is wanted all the while"),
            );
        }
        let (Some(least), Some(horizon)) = (&demand.at_least, &draft.horizon) else { continue };
        let first = demand.from.as_ref().map_or(0, |from| horizon.ceil(*from.get_ref()));
        let last = demand.to.as_ref().map_or(horizon.slots, |to| horizon.floor(*to.get_ref()));
        let hours = last.saturating_sub(first) as f64 * horizon.slot_h();
        if let Some(amount) = demand.amount.as_ref().filter(|amount| least.get_ref() > amount.get_ref()) {
            let message =
                format!("{} must be supplied, and {} are wanted", least.get_ref(), amount.get_ref());
            found.push(
                draft
                    .error("at-least-over-at-most", least.span(), message)
                    .label("more than `amount`")
                    .help("write at_least below amount"),
            );
        } else if let Some(rate) = &demand.rate
            && rate.get_ref().tonnes_per_hour() > 0.0
            && least.get_ref().tonnes() > rate.get_ref().tonnes_per_hour() * hours
        {
            let reach = rate.get_ref().tonnes_per_hour() * hours;
            let message = format!(
                "{} must be supplied, and {reach:.1} t is all that is wanted in its time",
                least.get_ref()
            );
            found.push(
                draft
                    .error("at-least-out-of-reach", least.span(), message)
                    .help("write a smaller amount, a higher rate or a longer time"),
            );
        }
    }
}

/// A date that is in the calendar, with its place; the others are told in [`super::time`].
fn date(moment: &Option<Spanned<DateTime<Utc>>>) -> Option<(DateTime<Utc>, Range<usize>)> {
    let moment = moment.as_ref().filter(|moment| YEARS.contains(&moment.get_ref().year()))?;
    Some((*moment.get_ref(), moment.span()))
}

fn dates(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let demands = entries(&raw.demand).map(|d| ("demand", "demand-reversed", date(&d.from), date(&d.to)));
    let disruptions =
        entries(&raw.disruption).map(|d| ("disruption", "disruption-reversed", date(&d.from), date(&d.to)));
    for (word, slug, from, to) in demands.chain(disruptions) {
        if let (Some((from, _)), Some((to, span))) = (&from, &to)
            && to <= from
        {
            found.push(
                draft
                    .error(slug, span.clone(), format!("this {word} ends before it begins"))
                    .label(format!("it begins at {}", draft.moment(*from)))
                    .help(if to == from { "write a later end" } else { "exchange `from` and `to`" }),
            );
            continue;
        }
        let Some(horizon) = &draft.horizon else { continue };
        let before = to.as_ref().filter(|(to, _)| *to <= horizon.start);
        let outside = before.or(from.as_ref().filter(|(from, _)| *from >= horizon.end()));
        if let Some((_, span)) = outside {
            let message = format!("this {word} lies wholly outside the plan's time");
            found.push(outside_horizon(draft, span.clone(), message));
            continue;
        }
        let (first, last) = (
            from.as_ref().map_or(0, |(time, _)| horizon.ceil(*time)),
            to.as_ref().map_or(horizon.slots, |(time, _)| horizon.floor(*time)),
        );
        if word == "demand" && first >= last {
            let Some((_, span)) = to.or(from) else { continue };
            let message = format!("no whole slot of {} lies in the time of this demand", horizon.slot);
            found.push(
                draft
                    .error("window-too-short", span, message)
                    .help("write a later end or an earlier beginning, or a shorter slot"),
            );
        }
    }
    let by = entries(&raw.reserve).filter_map(|reserve| Some((reserve, date(&reserve.by)?)));
    for (reserve, (time, span)) in by {
        let is_there = starts_with(draft, &reserve.site, &reserve.commodity);
        if draft.horizon.is_some_and(|horizon| time <= horizon.start) && is_there {
            continue;
        }
        if let Some(horizon) = draft.horizon.filter(|horizon| time > horizon.end() || time <= horizon.start) {
            let message = if time > horizon.start {
                "this reserve need not be there before the plan is over"
            } else {
                "this reserve must be there when the plan begins, and the store is empty then"
            };
            found.push(outside_horizon(draft, span, message.to_owned()));
        }
    }
}

fn outside_horizon(draft: &Draft<'_>, span: Range<usize>, message: String) -> crate::diag::Diagnostic {
    let diagnostic = draft.error("outside-horizon", span, message);
    let diagnostic = match &draft.horizon {
        Some(horizon) => {
            let (start, end) = (draft.moment(horizon.start), draft.moment(horizon.end()));
            diagnostic.label(format!("the plan covers {start} to {end}"))
        }
        None => diagnostic,
    };
    diagnostic.help("is the date right? otherwise leave the entry out")
}

fn reserves(draft: &Draft<'_>, found: &mut Diagnostics) {
    for reserve in entries(&draft.raw.reserve) {
        let RawReserve { target, cover, of, spoilt, span, .. } = reserve;
        if ["target", "cover", "of"].iter().any(|key| spoilt.has(key)) || draft.is_broken {
            continue;
        }
        let message = match (target, cover, of) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => None,
            (Some(_), ..) => Some("this reserve says twice how much must be there"),
            (None, None, _) => Some("this reserve does not say how much must be there"),
            (None, Some(_), None) => Some("this reserve does not say which demand it covers"),
        };
        if let Some(message) = message {
            found.push(draft.error("reserve-target", span.clone(), message).help(
                "write target = \"30 t\", or cover = \"60 d\" and of = \"...\", the demand that it covers",
            ));
            continue;
        }
        unfit(draft, reserve, found);
        too_large(draft, reserve, found);
        shared(draft, reserve, found);
    }
}

/// Whether one before it is kept by the same tonnes.
fn shared(draft: &Draft<'_>, reserve: &RawReserve, found: &mut Diagnostics) {
    let place = |reserve: &RawReserve| {
        let name = |name: &Option<Spanned<String>>| name.as_ref().map(|name| name.get_ref().clone());
        name(&reserve.site).zip(name(&reserve.commodity))
    };
    let Some((own, id)) = place(reserve).zip(reserve.id.as_ref()) else { return };
    let mut before = entries(&draft.raw.reserve).take_while(|other| other.span.start < reserve.span.start);
    let Some(other) = before.find(|other| place(other).as_ref() == Some(&own)) else { return };
    let Some(other) = other.id.as_ref() else { return };
    let message = format!(
        "the reserves {:?} and {:?} are kept by the same tonnes of {:?} at {:?}: only the larger counts",
        other.get_ref(),
        id.get_ref(),
        own.1,
        own.0
    );
    found.push(
        draft.warning("reserve-twice", id.span(), message).help(
            "write one reserve with what both must have, unless one takes the place of the other in time",
        ),
    );
}

/// Whether a reserve covers a demand that it can cover.
fn unfit(draft: &Draft<'_>, reserve: &RawReserve, found: &mut Diagnostics) {
    let Some(of) = &reserve.of else { return };
    let place = draft.index(List::Demand, of.get_ref());
    let Some(demand) = place.and_then(|place| entry(&draft.raw.demand, place)) else { return };
    let message = if draft.is_left_out(&demand.rate, "rate", &demand.spoilt) {
        format!("the demand {:?} has no rate, so that no time can be covered", of.get_ref())
    } else if demand.commodity.is_some()
        && reserve.commodity.is_some()
        && text(&demand.commodity) != text(&reserve.commodity)
    {
        let wants = text(&demand.commodity).unwrap_or_default();
        format!("the demand {:?} is for {wants}, and this reserve is of another commodity", of.get_ref())
    } else {
        return;
    };
    found.push(
        draft
            .error("cover-unfit", of.span(), message)
            .help("name a demand with a rate for the same commodity, or write target = \"30 t\""),
    );
}

/// Whether the store of its site can hold a reserve.
fn too_large(draft: &Draft<'_>, reserve: &RawReserve, found: &mut Diagnostics) {
    let Some(site) = text(&reserve.site) else { return };
    let Some((target, span)) = target_of(draft, reserve) else { return };
    let Some(place) = draft.site(site) else { return };
    let mut stored = place.store.iter().flat_map(|store| &store.get_ref().0);
    let room = stored.find(|(name, _)| Some(name.get_ref().as_str()) == text(&reserve.commodity));
    if let Some((_, room)) = room.filter(|(_, room)| *room.get_ref() < target) {
        let message =
            format!("the store of {site:?} takes {}, and this reserve of {target} is larger", room.get_ref());
        found.push(draft.error("store-too-small", span, message).label("more than the store takes").help(
            match reserve.target {
                Some(_) => format!("write \"{}\" or less, or a larger store", room.get_ref()),
                None => "cover a shorter time, or write a larger store".to_owned(),
            },
        ));
    }
}

/// What a reserve must hold, and where that is written.
fn target_of(draft: &Draft<'_>, reserve: &RawReserve) -> Option<(Mass, Range<usize>)> {
    if let Some(target) = &reserve.target {
        return Some((*target.get_ref(), target.span()));
    }
    let (cover, of) = (reserve.cover.as_ref()?, reserve.of.as_ref()?);
    let demand = entry(&draft.raw.demand, draft.index(List::Demand, of.get_ref())?)?;
    let rate = demand.rate.as_ref()?.get_ref().tonnes_per_hour();
    Some((Mass::of_tonnes(rate * cover.get_ref().hours()), cover.span()))
}

/// The lists of which a disruption may stop an entry.
const STOPPED: [List; 5] = [List::Site, List::Vessel, List::Task, List::Sampling, List::Process];

fn stops(draft: &Draft<'_>, found: &mut Diagnostics) {
    if !STOPPED.iter().all(|list| draft.is_whole(*list)) {
        return;
    }
    let names = entries(&draft.raw.disruption).flat_map(|d| d.stops.iter().flat_map(|stops| stops.get_ref()));
    for name in names.filter(|name| STOPPED.iter().all(|list| draft.index(*list, name.get_ref()).is_none())) {
        let known: Vec<&str> = STOPPED.iter().flat_map(|list| draft.known(*list)).collect();
        let message = format!("the plan has no site, vessel, task, sampling or process {:?}", name.get_ref());
        found.push(
            draft
                .error("unknown-stop", name.span(), message)
                .label("nothing to stop")
                .help(draft.did_you_mean(name.get_ref(), &known)),
        );
    }
}

fn budgets(draft: &Draft<'_>, found: &mut Diagnostics) {
    for budget in entries(&draft.raw.budget) {
        if draft.is_broken
            || ["cost", "emissions", "process", "feed"].iter().any(|key| budget.spoilt.has(key))
        {
            continue;
        }
        let has_bound = budget.cost.is_some() || budget.emissions.is_some();
        let message = match (has_bound, &budget.process, &budget.feed) {
            (true, None, None) | (_, Some(_), Some(_)) => continue,
            (_, Some(_), None) => "this budget names a process, and not how much may be fed to it",
            (_, None, Some(_)) => "this budget bounds a feed, and does not say of which process",
            (false, None, None) => "this budget bounds nothing",
        };
        found.push(draft.error("budget-of-nothing", budget.span.clone(), message).help(
            "write cost = \"2000000 USD\", emissions = \"900 t\", or process = \"...\" and feed = \"1000 t\"",
        ));
    }
}
