//! Tasks that wait for each other in a circle.
//!
//! In: who comes after whom. Out: one circle, the shortest, for every knot of tasks that wait for each other.
//! Idea: strongly connected components (Tarjan 1972), then the shortest way round from the first task of each.

use super::Check;
use crate::diag::Diagnostics;
use crate::plan::draft::{Draft, List, entries};
use std::collections::VecDeque;
use toml::Spanned;

/// The checks of this file.
pub static CHECKS: &[Check] = &[Check {
    kinds: &[("after-cycle", "Tasks wait for each other in a circle, so that none can ever start.")],
    look: cycles,
}];

fn cycles(draft: &Draft<'_>, found: &mut Diagnostics) {
    let tasks: Vec<_> = entries(&draft.raw.task).collect();
    let after =
        |task: usize| tasks[task].after.iter().flat_map(|after| after.get_ref()).map(Spanned::get_ref);
    let before: Vec<Vec<usize>> = (0..tasks.len())
        .map(|task| {
            let places = after(task).filter_map(|after| draft.index(List::Task, after.task.get_ref()));
            places.filter(|&other| other != task).collect()
        })
        .collect();
    for knot in knots(&before) {
        let Some(circle) = circle(&before, &knot) else { continue };
        let name = |task: usize| tasks[task].id.as_ref().map_or("?", |id| id.get_ref().as_str());
        let mut names: Vec<&str> = circle.iter().map(|&task| name(task)).collect();
        names.push(names[0]);
        let next = names[1];
        let Some(culprit) = after(circle[0]).find(|after| after.task.get_ref() == next) else { continue };
        found.push(
            draft
                .error(
                    "after-cycle",
                    culprit.task.span(),
                    format!("these tasks wait for each other: {}", names.join(" -> ")),
                )
                .label(format!("{:?} waits for {next:?} here", names[0]))
                .help("take one of them out of another's `after`"),
        );
    }
}

/// The groups of more than one task in which each waits for every other, in the order of the file.
pub(super) fn knots(before: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut order = vec![UNSEEN; before.len()];
    let mut low = vec![0; before.len()];
    let mut is_on_stack = vec![false; before.len()];
    let (mut stack, mut seen, mut knots) = (Vec::new(), 0, Vec::new());
    for root in 0..before.len() {
        // Tarjan's recursion as a list of (task, next neighbour), since a chain may be as long as the plan.
        let mut path = if order[root] == UNSEEN { vec![(root, 0)] } else { Vec::new() };
        while let Some((task, next)) = path.last_mut() {
            let task = *task;
            if *next == 0 {
                (order[task], low[task]) = (seen, seen);
                seen += 1;
                stack.push(task);
                is_on_stack[task] = true;
            }
            if let Some(&other) = before[task].get(*next) {
                *next += 1;
                if order[other] == UNSEEN {
                    path.push((other, 0));
                } else if is_on_stack[other] {
                    low[task] = low[task].min(order[other]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[task]);
            }
            if low[task] == order[task] {
                let from = stack.iter().rposition(|&other| other == task).unwrap_or(0);
                let mut knot = stack.split_off(from);
                knot.iter().for_each(|&other| is_on_stack[other] = false);
                knot.sort_unstable();
                if knot.len() > 1 {
                    knots.push(knot);
                }
            }
        }
    }
    knots.sort();
    knots
}

/// The shortest way from the first task of a knot round to itself.
pub(super) fn circle(before: &[Vec<usize>], knot: &[usize]) -> Option<Vec<usize>> {
    let first = *knot.first()?;
    let place = |task: usize| knot.binary_search(&task).ok();
    let mut from: Vec<Option<usize>> = vec![None; knot.len()];
    let mut queue = VecDeque::from([first]);
    while let Some(task) = queue.pop_front() {
        for &other in &before[task] {
            if other == first {
                let mut way = vec![task];
                while *way.last()? != first {
                    way.push(from[place(*way.last()?)?]?);
                }
                way.reverse();
                return Some(way);
            }
            if let Some(place) = place(other)
                && from[place].is_none()
            {
                from[place] = Some(task);
                queue.push_back(other);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_knot_and_its_shortest_circle() {
        let before = [vec![1], vec![2, 0], vec![0], vec![4], vec![], vec![6], vec![5]];
        let knots = knots(&before);
        assert_eq!(knots, [vec![0, 1, 2], vec![5, 6]]);
        assert_eq!(circle(&before, &knots[0]), Some(vec![0, 1]));
    }

    #[test]
    fn a_long_chain_does_not_exhaust_the_stack() {
        let many = 100_000;
        let mut before: Vec<Vec<usize>> = (0..many).map(|task| vec![(task + 1) % many]).collect();
        assert_eq!(knots(&before).len(), 1);
        assert_eq!(circle(&before, &knots(&before)[0]).map(|way| way.len()), Some(many));
        before[many - 1].clear();
        assert!(knots(&before).is_empty());
    }
}
