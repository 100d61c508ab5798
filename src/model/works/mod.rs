//! A first answer for works: each task as early as precedence, windows and resources let it, in the order of a list; many lists are tried.
//!
//! In: the sets of a model, and perhaps ways of its vessels. Out: an itinerary with every task as often as it must be, which keeps precedence
//! with lags and `within`, resources, and starts that there are; the best of those that were laid, by the goals of the plan as far as works bear on
//! them. Vessels are things of which there is one, and that have to come from where they are (`ways`); what they lift and carry is not looked
//! at, nor rhythms and services, which the ways of others have in them. It proves nothing: it is what the solver begins with.
//! Source: serial schedule generation, priority rules, random sampling and forward-backward improvement as surveyed by Kolisch and Hartmann 2006,
//! Eur. J. Oper. Res. 174:23-37; what finds no place is sooner in the next list, as in Joslin and Clements 1999, J. Artif. Intell. Res. 10:353-373.

mod back;
mod draft;
mod lay;
mod rules;
mod seek;
#[cfg(test)]
mod tests;
mod ways;

use super::sets::Sets;
use crate::id::Ix;
use crate::plan::{Goal, Task};
use crate::schedule::{Itinerary, What};
use crate::time::Slot;
use lay::Laid;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use ways::Way;

/// So many starts and arcs are looked at in all before the best that was found is taken: a number, and no time, so that a plan has the same
/// first answer wherever it is planned.
const LOOKS: usize = 1_000_000;
/// So many times as many as long as nothing was found.
const PATIENCE: usize = 5;
/// After so many lists it begins anew.
const ANEW: usize = 250;
/// So many lists are tried at most.
const LISTS: usize = 6000;

/// One time that a task is to be done.
struct Job {
    task: Ix<Task>,
    /// How often it was done before.
    turn: usize,
    /// What comes before it.
    links: Vec<Link>,
    /// How long it takes at least.
    slots: usize,
    /// It ends no earlier than this, and no later, for the sake of what vessels are known to do.
    ends: (Slot, Slot),
    /// The jobs that wait for its end, each with the time between.
    next: Vec<(usize, usize)>,
}

/// What a job waits for: the end of a turn of a task.
struct Link {
    task: Ix<Task>,
    turn: usize,
    lag: usize,
    within: Option<usize>,
    /// The job that it is, where it is not given.
    job: Option<usize>,
}

/// Works to be laid.
pub struct Works<'s, 'p> {
    sets: &'s Sets<'p>,
    jobs: Vec<Job>,
    /// Before any job is laid.
    bare: Laid,
    /// The ways that are given, where vessels have theirs already.
    given: Option<&'s Itinerary>,
    /// Whether no vessel does any of the jobs.
    is_ashore: bool,
}

impl<'s, 'p> Works<'s, 'p> {
    /// All that must be done, by vessels as well; nothing where nothing must, or where more than order and place binds what vessels do.
    pub fn all(sets: &'s Sets<'p>) -> Option<Works<'s, 'p>> {
        let is_bound = |work: &Task| work.is_in_rhythm() || work.serves.is_some();
        if sets.plan.tasks.iter().any(is_bound) {
            return None;
        }
        let before = |task: Ix<Task>| sets.starts[task.index()].iter().filter(|s| s.0 < sets.until);
        let given = sets.plan.tasks.places().map(|task| before(task).copied().collect()).collect();
        Works::new(sets, given, None)
    }

    /// What no vessel does, where the ways of all vessels are given; nothing where there is no such work.
    pub fn around(sets: &'s Sets<'p>, ways: &'s Itinerary) -> Option<Works<'s, 'p>> {
        let mut given: Vec<Vec<(Slot, Slot)>> = vec![Vec::new(); sets.plan.tasks.len()];
        for step in ways.vessels.iter().flatten() {
            if let What::Task(task) = step.what {
                given[task.index()].push((step.start, step.end));
            }
        }
        for (task, _) in sets.plan.tasks.entries().filter(|(_, work)| work.stand.is_none()) {
            given[task.index()].extend(sets.starts[task.index()].iter().filter(|start| start.0 < sets.until));
        }
        given.iter_mut().for_each(|turns| turns.sort_unstable());
        let mut works = Works::new(sets, given, Some(ways))?;
        for step in ways.vessels.iter().flatten() {
            if let What::Transfer(transfer, _) = step.what {
                works.bare.use_up(&sets.plan.transfers[transfer].uses, step.start..step.end, true);
            }
        }
        Some(works)
    }

    fn new(
        sets: &'s Sets<'p>,
        given: Vec<Vec<(Slot, Slot)>>,
        ways: Option<&'s Itinerary>,
    ) -> Option<Works<'s, 'p>> {
        let counts = counts(sets, &given, ways.is_some())?;
        let plan = sets.plan;
        let mut jobs: Vec<Job> = Vec::new();
        for task in plan.tasks.places() {
            for turn in given[task.index()].len()..counts[task.index()] {
                let spans = sets.starts[task.index()].iter().map(|&(start, finish)| finish - start);
                let ends = bounds(sets, &given, task, turn)?;
                jobs.push(Job { task, turn, links: Vec::new(), slots: spans.min()?, ends, next: Vec::new() });
            }
        }
        if jobs.is_empty() {
            return None;
        }
        for place in 0..jobs.len() {
            let Job { task, turn, .. } = jobs[place];
            for after in &plan.tasks[task].after {
                let turn = if takes_turns(sets, task, after.task) { turn } else { 0 };
                let job = jobs.iter().position(|job| (job.task, job.turn) == (after.task, turn));
                let lag = plan.horizon.slots_for(after.lag);
                let within = after.within.map(|within| plan.horizon.slots_for(within));
                jobs[place].links.push(Link { task: after.task, turn, lag, within, job });
                if let Some(job) = job {
                    jobs[job].next.push((place, lag));
                }
            }
        }
        let is_ashore = jobs.iter().all(|job| plan.tasks[job.task].stand.is_none());
        let of_vessels = match ways {
            Some(_) => Vec::new(),
            None => sets.networks.iter().map(|network| Way::new(sets, network)).collect::<Option<_>>()?,
        };
        let bare = Laid::new(sets, given, of_vessels);
        Some(Works { sets, jobs, bare, given: ways, is_ashore })
    }

    /// The best itinerary of those that were found. None is sought any more when all is done by `soonest`, if only that counts, or when
    /// `has_time`, told whether one was found, says so.
    pub fn best(&self, soonest: Slot, has_time: &dyn Fn(bool) -> bool) -> Option<Itinerary> {
        let mut random = ChaCha8Rng::seed_from_u64(0);
        let rules = self.rules();
        let mut best = self.sought(soonest, has_time);
        let (mut looks, mut urgent) = (0, vec![0.0; self.jobs.len()]);
        // Where the next list begins, and what that comes to by the first goal.
        let mut near = best.as_ref().map_or(Vec::new(), |(_, laid)| laid.starts(self));
        let mut as_good = best.as_ref().and_then(|(worth, _)| worth.first().copied());
        let (slots, floors) = (self.sets.horizon().slots as f64, self.floors());
        for nth in 0..LISTS {
            let is_done = best.as_ref().is_some_and(|(worth, _)| self.is_done(worth, soonest));
            let most = if best.is_some() { LOOKS } else { LOOKS * PATIENCE };
            if looks > most || is_done || (nth > 0 && !has_time(best.is_some())) {
                break;
            }
            let list: Vec<f64> = match (rules.get(nth), &best) {
                (Some(rule), _) => rule.clone(),
                (None, Some(_)) if nth % ANEW > 0 => shaken(&near, &mut random),
                (None, _) => {
                    as_good = None;
                    shaken(&rules[nth / ANEW % rules.len()], &mut random)
                }
            };
            let list: Vec<f64> = list.iter().zip(&urgent).map(|(key, urgent)| key - urgent * slots).collect();
            let laid = match self.lay(&list, &floors, &mut looks) {
                Ok(laid) => laid,
                Err(stuck) => {
                    // What found no place, and what comes before it, is sooner in the next list.
                    self.each_before(stuck, |job| urgent[job] += 0.1);
                    continue;
                }
            };
            for laid in [self.there_and_back(&laid, &mut looks), Some(laid)].into_iter().flatten() {
                let worth = self.worth(&laid);
                let (first, last) = (worth.first().copied(), as_good);
                if last.is_none() || first <= last {
                    (near, as_good) = (laid.starts(self), first);
                }
                if best.as_ref().is_none_or(|(known, _)| worth < *known) {
                    best = Some((worth, laid));
                }
            }
        }
        best.map(|(_, laid)| self.itinerary(&laid))
    }

    /// A job and, once each, all that comes before it.
    fn each_before(&self, job: usize, mut told: impl FnMut(usize)) {
        let mut is_seen = vec![false; self.jobs.len()];
        let mut open = vec![job];
        while let Some(job) = open.pop() {
            if !std::mem::replace(&mut is_seen[job], true) {
                told(job);
                open.extend(self.jobs[job].links.iter().filter_map(|link| link.job));
            }
        }
    }

    /// Whether nothing can be better where the finish is all that counts.
    fn is_done(&self, worth: &[f64], soonest: Slot) -> bool {
        let plan = self.sets.plan;
        let is_all = plan.weights.is_none() && plan.goals == [Goal::Finish];
        let soonest = soonest as f64 * plan.horizon.slot_h();
        is_all && worth.first().is_some_and(|&finish| finish <= soonest)
    }

    /// The slot before which each job must not end.
    fn floors(&self) -> Vec<Slot> {
        self.jobs.iter().map(|job| job.ends.0).collect()
    }

    /// What it comes to, by the goals as far as works bear on them; less is better.
    fn worth(&self, laid: &Laid) -> Vec<f64> {
        let turns = self.sets.plan.tasks.places().zip(&laid.turns);
        let ends: Vec<(Ix<Task>, Slot)> =
            turns.flat_map(|(task, turns)| turns.iter().map(move |turn| (task, turn.1))).collect();
        let done: Vec<Slot> = match self.given {
            Some(ways) => {
                ways.vessels.iter().map(|way| way.iter().map(|step| step.end).max().unwrap_or(0)).collect()
            }
            None => laid.ways.iter().map(Way::end).collect(),
        };
        self.worth_of(&ends, &done)
    }

    /// The same, told when each turn of a task ends and when each vessel is done.
    fn worth_of(&self, ends: &[(Ix<Task>, Slot)], done: &[Slot]) -> Vec<f64> {
        let plan = self.sets.plan;
        let last = ends.iter().map(|end| end.1).chain(done.iter().copied()).max().unwrap_or(0);
        let finish = last as f64 * plan.horizon.slot_h();
        let late = |&(task, end): &(Ix<Task>, Slot)| {
            let late = plan.tasks[task].due.map(|due| (plan.horizon.time(end) - due).num_seconds().max(0));
            late.unwrap_or(0) as f64 / 3600.0
        };
        let hire = || {
            plan.vessels
                .iter()
                .zip(done)
                .map(|(ship, &done)| ship.day_rate * ship.hired_h(&plan.horizon, 0..done) / 24.0)
        };
        let of_goal = |goal: &Goal| match goal {
            Goal::Finish => Some(finish),
            Goal::Lateness => Some(ends.iter().map(late).sum::<f64>()),
            Goal::Cost if plan.vessels.iter().any(|ship| ship.day_rate > 0.0) => Some(hire().sum::<f64>()),
            _ => None,
        };
        let mut worth: Vec<f64> = match &plan.weights {
            None => plan.goals.iter().filter_map(of_goal).collect(),
            Some(weights) => {
                let parts = plan.goals.iter().zip(weights);
                vec![parts.filter_map(|(goal, weight)| Some(weight * of_goal(goal)?)).sum()]
            }
        };
        worth.extend([finish, ends.iter().map(|(_, end)| *end as f64).sum()]);
        worth
    }

    fn itinerary(&self, laid: &Laid) -> Itinerary {
        let mut itinerary = match self.given {
            Some(ways) => ways.clone(),
            None => Itinerary { vessels: ways::all(self.sets, &laid.ways), ..Itinerary::default() },
        };
        itinerary.done =
            itinerary.vessels.iter().map(|moves| moves.last().map_or(0, |last| last.end)).collect();
        itinerary.alone.clear();
        for (task, _) in self.sets.plan.tasks.entries().filter(|(_, work)| work.stand.is_none()) {
            let turns = laid.turns[task.index()].iter();
            itinerary.alone.extend(turns.map(|&(start, end)| (task, start, end)));
        }
        itinerary.alone.sort_by_key(|&(task, start, _)| (start, task));
        itinerary
    }
}

/// Whether each start of a task waits for an end of its own of what is before it.
fn takes_turns(sets: &Sets<'_>, task: Ix<Task>, before: Ix<Task>) -> bool {
    sets.plan.tasks[task].most > 1 && sets.plan.tasks[before].most > 1
}

/// How often each task is done: as often as it must be, by itself or for the sake of another; nothing where that is more often than it can be.
fn counts(sets: &Sets<'_>, given: &[Vec<(Slot, Slot)>], is_around: bool) -> Option<Vec<usize>> {
    let plan = sets.plan;
    let is_given = |task: Ix<Task>| is_around && plan.tasks[task].stand.is_some();
    let least = |(task, work): (Ix<Task>, &Task)| {
        let least = if is_given(task) { 0 } else { work.least as usize };
        given[task.index()].len().max(least)
    };
    let mut counts: Vec<usize> = plan.tasks.entries().map(least).collect();
    loop {
        let mut is_changed = false;
        for (task, work) in plan.tasks.entries() {
            let count = counts[task.index()];
            // Of what happened nothing is asked.
            let is_open = count > given[task.index()].len() || (is_given(task) && count > 0);
            for after in work.after.iter().filter(|_| is_open) {
                let needed = if takes_turns(sets, task, after.task) { count } else { 1 };
                let known = &mut counts[after.task.index()];
                if *known < needed {
                    if is_given(after.task) || needed > plan.tasks[after.task].most as usize {
                        return None;
                    }
                    *known = needed;
                    is_changed = true;
                }
            }
        }
        if !is_changed {
            return Some(counts);
        }
    }
}

/// Between which slots a turn of a task must end for the sake of what is given after it; nothing where there are none.
fn bounds(sets: &Sets<'_>, given: &[Vec<(Slot, Slot)>], task: Ix<Task>, turn: usize) -> Option<(Slot, Slot)> {
    let plan = sets.plan;
    let (mut from, mut until) = (0, plan.horizon.slots);
    for (next, work) in plan.tasks.entries() {
        for after in work.after.iter().filter(|after| after.task == task) {
            let turns = given[next.index()].iter().enumerate();
            for (_, &(start, _)) in turns.filter(|&(nth, &(start, _))| {
                start >= sets.until && if takes_turns(sets, next, task) { nth == turn } else { turn == 0 }
            }) {
                until = until.min(start.checked_sub(plan.horizon.slots_for(after.lag))?);
                if let Some(within) = after.within {
                    from = from.max(start.saturating_sub(plan.horizon.slots_for(within)));
                }
            }
        }
    }
    (from <= until).then_some((from, until))
}

/// A list in another order: now and then all keys are moved a bit, and else a few of them far.
fn shaken(keys: &[f64], random: &mut ChaCha8Rng) -> Vec<f64> {
    let mut unit = || (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    let least = keys.iter().copied().fold(f64::INFINITY, f64::min);
    let span = (keys.iter().copied().fold(f64::NEG_INFINITY, f64::max) - least).max(1.0);
    let (most, share) = (span * unit(), if unit() < 0.3 { 1.0 } else { 2.0 / keys.len() as f64 });
    keys.iter().map(|key| if unit() < share { key + most * (2.0 * unit() - 1.0) } else { *key }).collect()
}
