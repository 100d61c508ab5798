//! Only those steps of a meeting that both sides can take.
//!
//! In: the hosts and carriers of a ground. Out: the same without steps that are never reached, and without those parts of a meeting that the
//! other side cannot take in the same slots. Nothing that a schedule does is lost, and prices need not be found that forbid it.

use super::ground::{Carrier, Host};
use super::steps::{Act, Step, Steps};
use std::collections::HashSet;
use std::ops::Range;

/// Part of a meeting: whether it begins it, and the slots that it takes.
type Part = (bool, Range<usize>);

/// Takes away what one side cannot do, until nothing changes.
pub fn keep_common(hosts: &mut [Host], carriers: &mut [Carrier]) {
    let count = |hosts: &[Host], carriers: &[Carrier]| {
        let ways = hosts.iter().map(|host| &host.ways).chain(carriers.iter().map(|carrier| &carrier.ways));
        ways.map(|ways| ways.steps.len()).sum::<usize>()
    };
    let mut before = usize::MAX;
    while count(hosts, carriers) < before {
        before = count(hosts, carriers);
        hosts.iter_mut().for_each(|host| keep_reached(&mut host.ways));
        carriers.iter_mut().for_each(|carrier| keep_reached(&mut carrier.ways));
        for (place, host) in hosts.iter_mut().enumerate() {
            let offered: HashSet<Part> = host.ways.steps.iter().filter_map(of_host).collect();
            let mut asked: HashSet<Part> = HashSet::new();
            for carrier in carriers.iter_mut() {
                carrier
                    .ways
                    .steps
                    .retain(|step| of_carrier(step, place).is_none_or(|part| offered.contains(&part)));
                asked.extend(carrier.ways.steps.iter().filter_map(|step| of_carrier(step, place)));
            }
            host.ways.steps.retain(|step| of_host(step).is_none_or(|part| asked.contains(&part)));
        }
    }
}

/// What a step of a host is of a meeting in which something flows.
fn of_host(step: &Step) -> Option<Part> {
    matches!(step.act, Act::Meet(_)).then_some(step).and_then(part)
}

/// What a step of a carrier is of a meeting with a host.
fn of_carrier(step: &Step, host: usize) -> Option<Part> {
    matches!(step.act, Act::Take(of, _) if of == host).then_some(step).and_then(part)
}

fn part(step: &Step) -> Option<Part> {
    (!step.flow.is_empty()).then(|| (step.begins, step.busy.clone()))
}

/// Takes away the steps from nodes that are not reached, and those that lead to where nothing goes on.
fn keep_reached(ways: &mut Steps) {
    let nodes =
        ways.steps.iter().map(|step| step.from.max(step.to.unwrap_or(0))).max().map_or(1, |most| most + 1);
    let mut is_reached = vec![false; nodes];
    ways.origins.iter().for_each(|&origin| is_reached[origin] = true);
    for step in &ways.steps {
        if let Some(to) = step.to.filter(|_| is_reached[step.from]) {
            is_reached[to] = true;
        }
    }
    let mut goes_on = vec![false; nodes];
    for step in ways.steps.iter().rev() {
        goes_on[step.from] |= step.to.is_none_or(|to| goes_on[to]);
    }
    ways.steps.retain(|step| is_reached[step.from] && step.to.is_none_or(|to| goes_on[to]));
}
