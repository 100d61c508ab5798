//! A list drafted: roughly what it comes to, by tables of how soon each vessel gets from where to what.
//!
//! In: works, and a list of their jobs. Out: [`Draft`], when each job would begin and end, how far it is from what `within` allows, and from when
//! on each has to end so that what follows is near enough. A vessel does its jobs in the order of the list; whether it can wait in between is not
//! asked. A thousand lists are drafted where one is laid.

use super::Works;
use crate::id::Ix;
use crate::model::network::{Arc, Deed, Network, Node};
use crate::plan::{Stand, Task};
use crate::time::Slot;
use std::collections::BTreeMap;

/// So often a list is gone through for the sake of `within`.
const PASSES: usize = 30;
/// Tables have so many slots at most, in all: some 80 MB.
const LARGEST: usize = 10_000_000;

/// What drafts are made by.
pub struct Drafts<'w, 's, 'p> {
    works: &'w Works<'s, 'p>,
    /// For each job the jobs that are laid before it.
    before: Vec<Vec<usize>>,
    /// For each task of a vessel the first of its starts that is reached from where the vessel is, and the state in which it is after it.
    reach: Vec<Option<(Table, usize)>>,
    /// For each vessel when it is done if nothing more is to be done: when its last leg ends, or 0 where it needs none.
    home: Vec<Table>,
    /// Whether any job uses a resource.
    needs_resources: bool,
}

/// Slots, by state and slot of a network.
struct Table {
    slots: usize,
    of: Vec<Option<u32>>,
}

/// What a list comes to.
pub struct Draft {
    /// For each job when it begins and ends.
    pub turns: Vec<(Slot, Slot)>,
    /// For each job the slot before which it must not end.
    pub floors: Vec<Slot>,
    /// When each vessel is done.
    pub done: Vec<Slot>,
    /// By how many slots it breaks what it has to keep; none where it keeps all.
    pub excess: usize,
}

impl Table {
    /// Each node's best by what its arcs come to, told what their other end comes to; the arcs that begin later are asked before.
    fn new(network: &Network, slots: usize, of_arc: &dyn Fn(&Arc, Option<u32>) -> Option<u32>) -> Table {
        let mut table = Table { slots: slots + 1, of: vec![None; network.states.len() * (slots + 1)] };
        for arc in network.arcs.iter().rev() {
            let Some(new) = of_arc(arc, arc.to.and_then(|to| table.at(to))) else { continue };
            let known = &mut table.of[arc.from.state * (slots + 1) + arc.from.slot];
            *known = Some(known.map_or(new, |known| known.min(new)));
        }
        table
    }

    fn at(&self, node: Node) -> Option<u32> {
        self.of.get(node.state * self.slots + node.slot).copied().flatten()
    }
}

impl<'w, 's, 'p> Drafts<'w, 's, 'p> {
    /// The tables; nothing where no vessel has to come to any of the works, or they would be too large.
    pub fn new(works: &'w Works<'s, 'p>) -> Option<Drafts<'w, 's, 'p>> {
        let (plan, slots) = (works.sets.plan, works.sets.horizon().slots);
        let networks = &works.sets.networks;
        if works.is_ashore || works.bare.ways.is_empty() {
            return None;
        }
        let stands = || works.jobs.iter().filter_map(|job| Some((job.task, plan.tasks[job.task].stand?)));
        let own: BTreeMap<Ix<Task>, Stand> = stands().collect();
        let states = own.values().map(|stand| networks[stand.vessel.index()].states.len());
        if states.chain(networks.iter().map(|network| network.states.len())).sum::<usize>() * slots > LARGEST
        {
            return None;
        }
        let mut reach: Vec<Option<(Table, usize)>> = plan.tasks.iter().map(|_| None).collect();
        for (task, stand) in own {
            let network = &networks[stand.vessel.index()];
            let its = network.arcs.iter().find(|arc| arc.deed == Deed::Task(task))?;
            let table = Table::new(network, slots, &|arc, behind| match arc.deed {
                Deed::Task(other) if other == task => u32::try_from(arc.from.slot).ok(),
                Deed::Wait | Deed::Sail(_) => behind,
                _ => None,
            });
            reach[task.index()] = Some((table, its.to?.state));
        }
        let home = |network: &Network| {
            Table::new(network, slots, &|arc, behind| match arc.deed {
                Deed::Done => Some(0),
                Deed::Wait => behind,
                Deed::Sail(_) => behind.max(behind.and(u32::try_from(arc.to?.slot).ok())),
                _ => None,
            })
        };
        let before = |place: usize| {
            let job = &works.jobs[place];
            let last = works.jobs.iter().position(|of| (of.task, of.turn + 1) == (job.task, job.turn));
            job.links.iter().filter_map(|link| link.job).chain(last).collect()
        };
        Some(Drafts {
            works,
            before: (0..works.jobs.len()).map(before).collect(),
            reach,
            home: networks.iter().map(home).collect(),
            needs_resources: works.jobs.iter().any(|job| !plan.tasks[job.task].uses.is_empty()),
        })
    }

    /// What a list comes to.
    pub fn draft(&self, list: &[usize], looks: &mut usize) -> Draft {
        let order = self.in_order(list);
        let mut floors: Vec<Slot> = self.works.jobs.iter().map(|job| job.ends.0).collect();
        let mut least = usize::MAX;
        let mut draft = self.pass(&order, &floors, looks);
        for _ in 1..PASSES {
            least = least.min(draft.excess);
            // What is at fault with floors as they are is no better with higher ones.
            if draft.excess == 0 || draft.floors == floors {
                break;
            }
            floors.clone_from(&draft.floors);
            draft = self.pass(&order, &floors, looks);
        }
        Draft { excess: draft.excess.min(least), ..draft }
    }

    /// The list, with what comes before a job before it.
    fn in_order(&self, list: &[usize]) -> Vec<usize> {
        let mut open = list.to_vec();
        let mut is_laid = vec![false; list.len()];
        let mut order = Vec::with_capacity(list.len());
        while let Some(place) = open.iter().position(|&job| self.before[job].iter().all(|&job| is_laid[job]))
        {
            let job = open.remove(place);
            is_laid[job] = true;
            order.push(job);
        }
        order
    }

    /// Each job as soon as it can be, none ended before its floor; with floors as `within` needs them.
    fn pass(&self, order: &[usize], floors: &[Slot], looks: &mut usize) -> Draft {
        let (works, sets) = (self.works, self.works.sets);
        let mut laid = self.needs_resources.then(|| works.bare.clone());
        let mut at: Vec<Node> = works.bare.ways.iter().map(|way| way.at()).collect();
        let mut draft = Draft {
            turns: vec![(0, 0); works.jobs.len()],
            floors: floors.to_vec(),
            done: works.bare.ways.iter().map(|way| way.end()).collect(),
            excess: 0,
        };
        for (nth, &place) in order.iter().enumerate() {
            *looks += 1;
            let job = &works.jobs[place];
            let work = &sets.plan.tasks[job.task];
            let end_of = |link: &super::Link| match link.job {
                Some(job) => draft.turns[job].1,
                None => works.bare.turns[link.task.index()][link.turn].1,
            };
            let needed = job.links.iter().map(|link| end_of(link) + link.lag);
            let after_last = self.before[place].iter().filter(|&&last| works.jobs[last].task == job.task);
            let after_last = after_last.map(|&last| draft.turns[last].0 + 1);
            let mut first = needed.chain(after_last).max().unwrap_or(0).max(sets.until);
            let vessel = work.stand.map(|stand| stand.vessel.index());
            if let (Some(vessel), Some((reach, _))) = (vessel, &self.reach[job.task.index()]) {
                first = match reach.at(at[vessel]) {
                    Some(slot) => first.max(slot as Slot),
                    None => Slot::MAX,
                };
            }
            let starts = &sets.starts[job.task.index()];
            let mut turn = starts.partition_point(|start| start.0 < first);
            let found = loop {
                let Some(&(start, finish)) = starts.get(turn).filter(|turn| turn.1 <= job.ends.1) else {
                    break None;
                };
                let clash = laid.as_ref().and_then(|laid| laid.clash(sets, &work.uses, start..finish));
                match clash {
                    _ if finish < floors[place] => turn += 1,
                    None => break Some((start, finish)),
                    Some(slot) => turn = starts.partition_point(|start| start.0 <= slot).max(turn + 1),
                }
            };
            let Some((start, finish)) = found else {
                draft.excess += (order.len() - nth) * sets.horizon().slots;
                return draft;
            };
            if let Some(laid) = &mut laid {
                laid.use_up(&work.uses, start..finish, true);
            }
            draft.turns[place] = (start, finish);
            if let (Some(vessel), Some((_, state))) = (vessel, &self.reach[job.task.index()]) {
                at[vessel] = Node { slot: finish, state: *state };
                draft.done[vessel] = finish;
            }
            for link in &job.links {
                let Some(least) = link.within.map(|within| start.saturating_sub(within)) else { continue };
                let end = match link.job {
                    Some(before) => {
                        draft.floors[before] = draft.floors[before].max(least);
                        draft.turns[before].1
                    }
                    None => works.bare.turns[link.task.index()][link.turn].1,
                };
                draft.excess += least.saturating_sub(end);
            }
        }
        let ways = sets.networks.iter().zip(&self.home).zip(draft.done.iter_mut().zip(at));
        for ((_, home), (done, at)) in ways.filter(|((network, _), _)| network.count > 0) {
            match home.at(at) {
                Some(slot) => *done = (*done).max(slot as Slot),
                None => draft.excess += sets.horizon().slots,
            }
        }
        draft
    }
}
