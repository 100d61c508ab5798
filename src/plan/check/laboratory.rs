//! What must reach a site in time: by one way, on which it cannot be overtaken.
//!
//! In: the plan as written. Out: commodities that nothing brings there, or that can go there by several ways; times shorter than a slot.
//! With several ways the age of a tonne would depend on who takes which, and first in, first out would say nothing of it.

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, entries};
use crate::plan::raw::{RawCommodity, RawTransfer};
use std::ops::Range;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[Check {
    kinds: &[
        ("reach-under-slot", "A commodity must reach a site in less than a slot."),
        ("reach-no-way", "Nothing brings a commodity to the site that it must reach."),
        ("reach-several-ways", "A commodity can take several ways to the site that it must reach in time."),
    ],
    look: reaches,
}];

fn reaches(draft: &Draft<'_>, found: &mut Diagnostics) {
    for commodity in entries(&draft.raw.commodity) {
        let Some(reach) = commodity.reach.as_ref().map(Spanned::get_ref) else { continue };
        if let (Some(within), Some(horizon)) = (&reach.within, &draft.horizon)
            && within.get_ref().seconds() > 0
            && *within.get_ref() < horizon.slot
        {
            let message =
                format!("this must be there in {}, and a slot is {}", within.get_ref(), horizon.slot);
            let help = "write how long it may take, or shorter slots in [plan]";
            found.push(draft.error("reach-under-slot", within.span(), message).help(help));
        }
        let lists = [List::Vessel, List::Site, List::Commodity];
        if let Some(site) = &reach.site
            && !draft.is_broken
            && lists.iter().all(|list| draft.is_whole(*list))
            && draft.index(List::Site, site.get_ref()).is_some()
        {
            one_way(draft, commodity, site, found);
        }
    }
}

/// Looks at the way of a commodity to a site, from its end on.
fn one_way(draft: &Draft<'_>, commodity: &RawCommodity, site: &Spanned<String>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let Some(id) = commodity.id.as_ref().map(|id| id.get_ref().as_str()) else { return };
    let is_it =
        |name: &Option<Spanned<String>>, of: &str| name.as_ref().is_some_and(|name| name.get_ref() == of);
    let transfers: Vec<&RawTransfer> = entries(&raw.transfer).filter(|t| is_it(&t.commodity, id)).collect();
    let mut tell_several = |at: Range<usize>, what: String| {
        found.push(
            draft
                .error(
                    "reach-several-ways",
                    at,
                    format!("{what}, and {id:?} must be at {:?} in time", site.get_ref()),
                )
                .label("another way for it")
                .help(
                    "let each holder on the way hand it to one other, or leave `reach` out and use `keeps`",
                ),
        );
    };
    let mut way: Vec<&str> = vec![site.get_ref()];
    loop {
        let at = way[way.len() - 1];
        let givers = transfers.iter().filter(|t| is_it(&t.to, at)).filter_map(|t| t.from.as_ref());
        let givers: Vec<&Spanned<String>> = givers.collect();
        let Some(first) = givers.first() else { break };
        if let Some(other) = givers.iter().find(|other| other.get_ref() != first.get_ref()) {
            return tell_several(other.span(), format!("{at:?} has it from {:?} too", other.get_ref()));
        }
        if way.contains(&first.get_ref().as_str()) {
            return tell_several(first.span(), format!("{:?} has it again", first.get_ref()));
        }
        way.push(first.get_ref());
    }
    let Some((lifter, [_, ..])) = way.split_last() else {
        let message = format!("no transfer brings {id:?} to {:?}", site.get_ref());
        found.push(
            draft
                .error("reach-no-way", site.span(), message)
                .help("add a [[transfer]] that does, or name the site at which it lands"),
        );
        return;
    };
    for name in &way[1..] {
        let takers = transfers.iter().filter(|t| is_it(&t.from, name)).filter_map(|t| t.to.as_ref());
        let takers: Vec<&Spanned<String>> = takers.collect();
        if let Some(other) = takers.iter().find(|other| other.get_ref() != takers[0].get_ref()) {
            return tell_several(other.span(), format!("{name:?} gives it to {:?} too", other.get_ref()));
        }
        let several =
            draft.vessel(name).and_then(|vessel| vessel.count.as_ref()).filter(|count| *count.get_ref() > 1);
        if let Some(count) = several {
            return tell_several(count.span(), format!("there are {} of {name:?}", count.get_ref()));
        }
        let fed =
            entries(&raw.process).filter(|process| is_it(&process.site, name) && is_it(&process.from, id));
        let drawn =
            entries(&raw.demand).filter(|demand| is_it(&demand.site, name) && is_it(&demand.commodity, id));
        let ends =
            fed.filter_map(|process| process.from.as_ref()).chain(drawn.filter_map(|d| d.commodity.as_ref()));
        if let Some(end) = ends.into_iter().next() {
            return tell_several(end.span(), format!("it is used at {name:?}"));
        }
    }
    for sampling in entries(&raw.sampling).filter(|sampling| is_it(&sampling.commodity, id)) {
        let Some(vessel) = sampling.vessel.as_ref().filter(|vessel| vessel.get_ref() != lifter) else {
            continue;
        };
        return tell_several(
            vessel.span(),
            format!("{:?} lifts it, and not only {lifter:?}", vessel.get_ref()),
        );
    }
    if let Some(made) =
        entries(&raw.process).filter(|process| is_it(&process.to, id)).find_map(|p| p.to.as_ref())
    {
        tell_several(made.span(), "a process makes it".to_owned());
    }
}
