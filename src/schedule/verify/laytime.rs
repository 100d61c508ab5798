//! Laytime and demurrage, counted again from where each vessel is when.
//!
//! In: the deeds of each vessel. Out: what demurrage costs, and rows of laytimes that are other ones.
//! From its first leg on, whatever time a vessel is not under way belongs to the call at the site where it last arrived, until it is done.
//! Each such call at a site that its laytime names may last so long, or as much less as what goes over falls short of a tenth of its hold; or,
//! where a rate is named, as long as what goes over takes at it. It is on demurrage for what all of them last longer together.

use super::case::{Case, Fault, Job, amount, hours, same};
use crate::id::Ix;
use crate::plan::{Allowance, Vessel};
use crate::schedule::LaytimeRow;

/// Tonnes that rounding may take from what goes over at a call.
const ROUNDING: f64 = 1e-5;

/// The calls of a vessel where its time counts: how many, their hours, and the hours that they may last.
fn calls(case: &Case<'_>, vessel: Ix<Vessel>) -> (usize, f64, f64) {
    let Some(terms) = &case.plan.vessels[vessel].demurrage else { return (0, 0.0, 0.0) };
    let (mut calls, mut used, mut allowed) = (0, 0.0, 0.0);
    // What the call at hand allows, and what has gone over at it.
    let mut call: Option<(Allowance, f64)> = None;
    let settled = |call: Option<(Allowance, f64)>| match call {
        Some((Allowance::Call(whole), tonnes)) if tonnes < terms.least - ROUNDING => {
            whole * tonnes / terms.least
        }
        Some((Allowance::Call(whole), _)) => whole,
        Some((Allowance::Rate(hourly), tonnes)) => tonnes / hourly,
        None => 0.0,
    };
    let mut free_since = case.plan.horizon.start;
    for deed in case.of_vessel(vessel).filter(|deed| deed.is_real()) {
        let is_leg = deed.job == Some(Job::Sail);
        if let Some((_, tonnes)) = &mut call {
            // What passed since the last deed, and the deed itself, if it is there.
            let until = if is_leg { deed.start() } else { deed.end() };
            used += hours(free_since, until.max(free_since));
            if matches!(deed.job, Some(Job::Transfer(_))) {
                *tonnes += deed.said.tonnes.unwrap_or(0.0).max(0.0);
            }
        }
        if is_leg {
            allowed += settled(call);
            let term = |site| terms.laytime.iter().find(|(counted, _)| *counted == site);
            call = deed.to_site.and_then(term).map(|(_, whole)| (*whole, 0.0));
            calls += usize::from(call.is_some());
        }
        free_since = deed.end().max(free_since);
    }
    (calls, used, allowed + settled(call))
}

/// The hours on demurrage, to a ten-thousandth.
fn over(used: f64, allowed: f64) -> f64 {
    (10_000.0 * (used - allowed)).round().max(0.0) / 10_000.0
}

/// What the demurrage of a vessel costs.
pub fn cost_of(case: &Case<'_>, vessel: Ix<Vessel>) -> f64 {
    let (_, used, allowed) = calls(case, vessel);
    let per_day = case.plan.vessels[vessel].demurrage.as_ref().map_or(0.0, |terms| terms.per_day);
    per_day / 24.0 * over(used, allowed)
}

/// The rows of laytimes are what the activities come to: one for each vessel that has a laytime, in the plan's order.
pub fn rows(case: &Case<'_>) -> Vec<Fault> {
    let with_terms: Vec<_> =
        case.plan.vessels.entries().filter(|(_, ship)| ship.demurrage.is_some()).collect();
    let said = &case.schedule.laytimes;
    let names = |rows: &mut dyn Iterator<Item = &String>| rows.cloned().collect::<Vec<_>>().join(", ");
    if !said.iter().map(|row| &row.vessel).eq(with_terms.iter().map(|(_, ship)| &ship.id)) {
        let said = names(&mut said.iter().map(|row| &row.vessel));
        let are = names(&mut with_terms.iter().map(|(_, ship)| &ship.id));
        return vec![Fault::new(format!("laytimes are told of: {said}; and these vessels have one: {are}"))];
    }
    let of_one = |((vessel, ship), said): (&(Ix<Vessel>, &Vessel), &LaytimeRow)| {
        let (calls, used, allowed) = calls(case, *vessel);
        let unit = case.plan.currency.as_deref().unwrap_or("");
        let numbers = [
            ("calls", said.calls as f64, calls as f64, ""),
            ("hours of its calls", said.used_h, used, "h"),
            ("hours that they may last", said.allowed_h, allowed, "h"),
            ("hours on demurrage", said.over_h, over(used, allowed), "h"),
            ("demurrage", said.cost, cost_of(case, *vessel), unit),
        ];
        let wrong = numbers.into_iter().filter(|(_, said, is, _)| !same(*said, *is));
        let fault = |(what, said, is, unit): (&str, f64, f64, &str)| {
            let (said, is) = (amount(said, unit), amount(is, unit));
            Fault::new(format!(
                "the {what} of {}: {} is said, and the activities make {}",
                ship.id,
                said.trim(),
                is.trim()
            ))
        };
        wrong.map(fault).collect::<Vec<Fault>>()
    };
    with_terms.iter().zip(said).flat_map(of_one).collect()
}
