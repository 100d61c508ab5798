//! One list laid: job after job, each as early as what is laid already lets it.
//!
//! In: works and a key for each job. Out: [`Laid`], or the job that found no place. Of the jobs whose predecessors are laid the one with the least key
//! is next. Where a job comes too long after what is before it, that is laid anew so that it ends later.

use super::ways::Way;
use super::{Job, Works};
use crate::id::Ix;
use crate::model::network::Network;
use crate::model::sets::Sets;
use crate::plan::Resource;
use crate::time::Slot;
use std::ops::Range;

/// So often one list is laid anew for the sake of `within`.
const REPAIRS: usize = 40;

/// What is laid.
#[derive(Clone)]
pub struct Laid {
    /// For each task its starts with their finishes, in order.
    pub turns: Vec<Vec<(Slot, Slot)>>,
    /// For each resource how much of it is in use, slot by slot.
    in_use: Vec<Vec<u32>>,
    /// For each vessel how far it has come; none where the ways are given.
    pub ways: Vec<Way>,
}

/// Why a job found no place.
struct Stuck {
    job: usize,
    /// What must end later for it to find one, and when.
    later: Option<(usize, Slot)>,
}

impl Laid {
    /// What is given.
    pub fn new(sets: &Sets<'_>, given: Vec<Vec<(Slot, Slot)>>, ways: Vec<Way>) -> Laid {
        let slots = sets.horizon().slots;
        let in_use = sets.plan.resources.iter().map(|_| vec![0; slots]).collect();
        let mut laid = Laid { turns: vec![Vec::new(); given.len()], in_use, ways };
        for (task, turns) in sets.plan.tasks.places().zip(given) {
            for turn in turns {
                laid.use_up(&sets.plan.tasks[task].uses, turn.0..turn.1, true);
                laid.turns[task.index()].push(turn);
            }
        }
        laid
    }

    /// Takes what is used in these slots, or gives it back.
    pub fn use_up(&mut self, uses: &[(Ix<Resource>, u32)], slots: Range<Slot>, takes: bool) {
        for &(resource, units) in uses {
            let in_use = &mut self.in_use[resource.index()];
            let slots = slots.start.min(in_use.len())..slots.end.min(in_use.len());
            for used in &mut in_use[slots] {
                *used = if takes { *used + units } else { used.saturating_sub(units) };
            }
        }
    }

    /// The last of these slots in which there is not enough of something.
    pub fn clash(&self, sets: &Sets<'_>, uses: &[(Ix<Resource>, u32)], slots: Range<Slot>) -> Option<Slot> {
        uses.iter().filter_map(|of| slots.clone().rev().find(|&slot| self.lacks(sets, *of, slot))).max()
    }

    /// The first of them.
    pub fn first_clash(
        &self,
        sets: &Sets<'_>,
        uses: &[(Ix<Resource>, u32)],
        slots: Range<Slot>,
    ) -> Option<Slot> {
        uses.iter().filter_map(|of| slots.clone().find(|&slot| self.lacks(sets, *of, slot))).min()
    }

    fn lacks(&self, sets: &Sets<'_>, (resource, units): (Ix<Resource>, u32), slot: Slot) -> bool {
        let used = self.in_use[resource.index()].get(slot).copied().unwrap_or(0);
        used + units > sets.plan.resources[resource].capacity
    }

    /// For each job when it starts.
    pub fn starts(&self, works: &Works<'_, '_>) -> Vec<f64> {
        let start = |job: &Job| self.turns[job.task.index()].get(job.turn).map_or(0.0, |turn| turn.0 as f64);
        works.jobs.iter().map(start).collect()
    }
}

impl Works<'_, '_> {
    /// Lays all jobs in the order of their keys, none to end before its floor; or tells the job that finds no place.
    pub fn lay(&self, keys: &[f64], floors: &[Slot], looks: &mut usize) -> Result<Laid, usize> {
        let mut order: Vec<usize> = (0..self.jobs.len()).collect();
        order.sort_by(|&a, &b| keys[a].total_cmp(&keys[b]).then(a.cmp(&b)));
        let mut ends = floors.to_vec();
        let mut last = 0;
        for _ in 0..REPAIRS {
            match self.lay_once(&order, &ends, looks) {
                Ok(laid) => return Ok(laid),
                Err(Stuck { job, later: Some((before, end)) }) if end > ends[before] => {
                    (ends[before], last) = (end, job);
                }
                Err(stuck) => return Err(stuck.job),
            }
        }
        Err(last)
    }

    fn lay_once(&self, order: &[usize], ends: &[Slot], looks: &mut usize) -> Result<Laid, Stuck> {
        let mut laid = self.bare.clone();
        let mut open = order.to_vec();
        while !open.is_empty() {
            let mut stuck = None;
            let mut next = None;
            for (place, &job) in open.iter().enumerate().filter(|(_, job)| self.is_ready(&laid, **job)) {
                match self.placed(&laid, job, ends[job], true, looks) {
                    Some((turn, way)) => {
                        next = Some((place, job, turn, way));
                        break;
                    }
                    None => {
                        stuck.get_or_insert(job);
                        // Where no vessel has to get there nothing else makes room.
                        if self.sets.plan.tasks[self.jobs[job].task].stand.is_none() {
                            break;
                        }
                    }
                }
            }
            let Some((place, job, turn, way)) = next else {
                let job = stuck.or(open.first().copied()).unwrap_or(0);
                return Err(Stuck { job, later: self.later(&laid, job, ends[job], looks) });
            };
            open.remove(place);
            let Job { task, .. } = self.jobs[job];
            let work = &self.sets.plan.tasks[task];
            laid.use_up(&work.uses, turn.0..turn.1, true);
            laid.turns[task.index()].push(turn);
            if let (Some(stand), Some(way)) = (work.stand, way) {
                laid.ways[stand.vessel.index()] = way;
            }
        }
        for (way, network) in laid.ways.iter_mut().zip(&self.sets.networks) {
            if !way.end_at_home(network, looks) {
                let of_it = |job: &Job| {
                    self.sets.plan.tasks[job.task].stand.is_some_and(|stand| stand.vessel == network.vessel)
                };
                return Err(Stuck { job: self.jobs.iter().position(of_it).unwrap_or(0), later: None });
            }
        }
        Ok(laid)
    }

    /// Whether all that a job waits for is laid.
    fn is_ready(&self, laid: &Laid, job: usize) -> bool {
        let Job { task, turn, ref links, .. } = self.jobs[job];
        laid.turns[task.index()].len() == turn
            && links.iter().all(|link| laid.turns[link.task.index()].len() > link.turn)
    }

    /// Where a job is laid that is to end no earlier than `end`, and the way there of the vessel that does it.
    fn placed(
        &self,
        laid: &Laid,
        job: usize,
        end: Slot,
        is_soon: bool,
        looks: &mut usize,
    ) -> Option<((Slot, Slot), Option<Way>)> {
        let Job { task, ref links, ends, .. } = self.jobs[job];
        let plan = self.sets.plan;
        let turns = &laid.turns[task.index()];
        let needed = links.iter().map(|link| laid.turns[link.task.index()][link.turn].1 + link.lag);
        let after_last = turns.last().map_or(0, |turn| turn.0 + 1);
        let first = needed.max().unwrap_or(0).max(after_last).max(self.sets.until);
        let is_near = |start: Slot| {
            links.iter().all(|link| {
                let ended = |turn: &(Slot, Slot)| turn.1 + link.lag <= start;
                let near = |within: usize| {
                    let mut turns = laid.turns[link.task.index()].iter();
                    turns.any(|turn| ended(turn) && start <= turn.1 + within)
                };
                link.within.is_none_or(near)
            })
        };
        let uses = &plan.tasks[task].uses;
        let fits =
            |start: Slot, finish: Slot| finish >= end && finish <= ends.1 && (!is_soon || is_near(start));
        if let Some(stand) = plan.tasks[task].stand {
            let network: &Network = &self.sets.networks[stand.vessel.index()];
            let may =
                |start, finish| fits(start, finish) && laid.clash(self.sets, uses, start..finish).is_none();
            let (turn, way) = laid.ways[stand.vessel.index()].next(network, (task, first), &may, looks)?;
            return Some((turn, Some(way)));
        }
        let starts = &self.sets.starts[task.index()];
        let mut nth = starts.partition_point(|start| start.0 < first);
        while let Some(&(start, finish)) = starts.get(nth) {
            *looks += 1;
            if finish > ends.1 {
                return None;
            }
            if !fits(start, finish) {
                nth += 1;
                continue;
            }
            match laid.clash(self.sets, uses, start..finish) {
                None => return Some(((start, finish), None)),
                Some(slot) => nth = starts.partition_point(|start| start.0 <= slot).max(nth + 1),
            }
        }
        None
    }

    /// What must end later for a job to be near enough to it, where that is what stops it.
    fn later(&self, laid: &Laid, job: usize, end: Slot, looks: &mut usize) -> Option<(usize, Slot)> {
        if !self.is_ready(laid, job) {
            return None;
        }
        let ((start, _), _) = self.placed(laid, job, end, false, looks)?;
        let too_early = self.jobs[job].links.iter().filter_map(|link| {
            let last = laid.turns[link.task.index()].iter().map(|turn| turn.1).max()?;
            let needed = start.saturating_sub(link.within?);
            (last < needed).then_some((link.job?, needed))
        });
        too_early.max_by_key(|&(_, needed)| needed)
    }
}
