//! Whether what stands around the activities is the plan's: places, ways that are sailed, and what must end before what.
//!
//! In: the rows of sites, routes and links. Out: rows that are missing, made up, told twice or other ones.
//! Nothing that is judged rests on them: they are what exports draw and tell.

use super::case::{Case, Deed, Fault, Job, amount, same};
use super::rows::{Row, told_once};
use crate::id::Ix;
use crate::plan::{Precedence, Site, Task};
use crate::schedule::{Link, RouteStamp};
use std::collections::BTreeSet;

/// Every site of the plan is told once, with its kind and its position.
pub fn sites(case: &Case<'_>) -> Vec<Fault> {
    let (plan, said) = (case.plan, &case.schedule.sites);
    let known: Vec<&str> = plan.sites.iter().map(|site| site.id.as_str()).collect();
    let mut faults = told_once("site", &known, &said.iter().map(|row| row.id.as_str()).collect::<Vec<_>>());
    for told in said {
        let Some(place) = plan.sites.find(|site| site.id == told.id) else { continue };
        let site = &plan.sites[place];
        let mut row = Row::new("the site", &told.id);
        row.word("kind", &told.kind, site.kind.word());
        let is = site.position.map(|position| (position.latitude, position.longitude));
        if !are_same_points(told.position.as_slice(), is.as_slice()) {
            let words = |point: Option<(f64, f64)>| {
                point.map_or("nowhere".to_owned(), |(n, e)| format!("at {n}, {e}"))
            };
            row.tell(&format!("is said to lie {}, and lies {}", words(told.position), words(is)));
        }
        faults.extend(row.faults);
    }
    faults
}

fn are_same_points(a: &[(f64, f64)], b: &[(f64, f64)]) -> bool {
    let same_point =
        |((a_n, a_e), (b_n, b_e)): (&(f64, f64), &(f64, f64))| same(*a_n, *b_n) && same(*a_e, *b_e);
    a.len() == b.len() && a.iter().zip(b).all(same_point)
}

/// Every way that is sailed is told once, in either direction, with its points and its length.
pub fn routes(case: &Case<'_>) -> Vec<Fault> {
    let plan = case.plan;
    // Ways between sites whose positions are known, the first in the plan first.
    let either = |a: Ix<Site>, b: Ix<Site>| if a.index() < b.index() { (a, b) } else { (b, a) };
    let has_positions = |site: &Ix<Site>| plan.sites[*site].position.is_some();
    let sailed: BTreeSet<(Ix<Site>, Ix<Site>)> = case
        .deeds
        .iter()
        .filter(|deed| deed.job == Some(Job::Sail))
        .filter_map(|deed| Some((deed.site.filter(has_positions)?, deed.to_site.filter(has_positions)?)))
        .map(|(from, to)| either(from, to))
        .collect();
    let name = |site: Ix<Site>| plan.sites[site].id.as_str();
    let mut told = BTreeSet::new();
    let mut faults = Vec::new();
    for RouteStamp { from, to, points, nm } in &case.schedule.routes {
        let id = format!("from {from} to {to}");
        let place = |id: &String| plan.sites.find(|site| site.id == *id);
        let mut row = Row::new("the way", &id);
        match place(from).zip(place(to)) {
            Some((a, b)) if sailed.contains(&either(a, b)) => {
                if !told.insert(either(a, b)) {
                    row.tell("is told twice");
                }
                let is: Vec<(f64, f64)> =
                    case.points(a, b).iter().map(|point| (point.latitude, point.longitude)).collect();
                if !are_same_points(points, &is) {
                    row.tell("leads past other points than the plan's");
                }
                row.number("length", *nm, case.way(a, b).map_or(f64::NAN, |metres| metres / 1852.0), "NM");
            }
            _ => row.tell("is told, and nothing sails it"),
        }
        faults.extend(row.faults);
    }
    let missing = sailed.difference(&told);
    faults.extend(
        missing.map(|&(a, b)| Fault::new(format!("the way between {} and {} is not told", name(a), name(b)))),
    );
    faults
}

/// The links of a precedence: the end of each time of the task before, with the start of the same time of the task after.
fn of_precedence<'d, 'c>(
    case: &'d Case<'c>,
    after: Ix<Task>,
    precedence: &Precedence,
) -> Vec<(&'d Deed<'c>, &'d Deed<'c>)> {
    let mut ends: Vec<&Deed<'c>> = case.of_task(precedence.task).collect();
    let mut starts: Vec<&Deed<'c>> = case.of_task(after).collect();
    ends.sort_by_key(|deed| deed.end());
    starts.sort_by_key(|deed| deed.start());
    ends.into_iter().zip(starts).collect()
}

/// Every link is one that the plan's precedences make of the activities, and all of those are told.
pub fn links(case: &Case<'_>) -> Vec<Fault> {
    let mut open: Vec<Link> = Vec::new();
    for (place, task) in case.plan.tasks.entries() {
        for precedence in &task.after {
            open.extend(of_precedence(case, place, precedence).into_iter().map(|(before, after)| Link {
                from: before.said.id.clone(),
                to: after.said.id.clone(),
                lag_h: precedence.lag.hours(),
                within_h: precedence.within.map(|within| within.hours()),
            }));
        }
    }
    let mut faults = Vec::new();
    for link in &case.schedule.links {
        let is_same_within = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => same(a, b),
            (a, b) => a.is_some() == b.is_some(),
        };
        let is_it = |one: &Link| {
            (&one.from, &one.to) == (&link.from, &link.to)
                && same(one.lag_h, link.lag_h)
                && is_same_within(one.within_h, link.within_h)
        };
        match open.iter().position(is_it) {
            Some(place) => drop(open.remove(place)),
            None => faults.push(Fault::new(format!(
                "{} is said to follow {}{}, and the plan does not link them so",
                link.to,
                link.from,
                times(link)
            ))),
        }
    }
    faults.extend(open.iter().map(|link| {
        Fault::new(format!("{} follows {}{}, and no link tells it", link.to, link.from, times(link)))
    }));
    faults
}

/// What a link says of the time between its ends.
fn times(link: &Link) -> String {
    let lag = if link.lag_h == 0.0 { String::new() } else { format!(" after {}", amount(link.lag_h, "h")) };
    link.within_h.map_or(lag.clone(), |within| format!("{lag} within {}", amount(within, "h")))
}
