//! What every voyage of a plan has in common: the order, durations in slots, dates counted from the start, ways of the gear.
//!
//! In: a plan, the order that is followed, and how to simulate. Out: [`Case`], which nothing changes any more.

use super::departing::spares;
use super::fleet::rounded;
use super::holding::Holds;
use super::order::{Act, Order, Step};
use super::past::{Past, ROUNDINGS};
use super::spread::{Spread, Yield, key_of, key_of_yield, uniform};
use super::together::Together;
use crate::id::Ix;
use crate::plan::{Commodity, Direction, Plan, Process, Site, Stand, Task, Vessel};
use crate::units::Span;

/// How to simulate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The seed of all that is drawn.
    pub seed: u64,
    /// Whether durations are drawn from `spread`, and yields from `yield_spread`; otherwise they are as planned.
    pub draws_durations: bool,
    /// How far ahead the weather is known.
    pub forecast: Span,
    /// The share of weather years in which a ship that leaves when it must is home in time.
    pub home_odds: f64,
}

/// A task in slots.
#[derive(Debug, Clone)]
pub struct TaskFacts {
    /// Its duration as planned.
    pub work: u32,
    /// Its contingency.
    pub reserve: u32,
    /// The slot from the start on before which it may not begin.
    pub release: u32,
    /// The slot by which it must be done.
    pub deadline: u32,
    /// How its duration may turn out.
    spread: Option<Spread>,
    key: u64,
}

/// A way of the gear from one state to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// The tasks that lead there, in order.
    pub tasks: Vec<Ix<Task>>,
    /// The state in which it ends.
    pub to: usize,
}

/// What every voyage has in common.
#[derive(Debug, Clone)]
pub struct Case<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// What is done in which order.
    pub order: Order,
    /// How it is simulated.
    pub settings: Settings,
    /// By task.
    pub tasks: Vec<TaskFacts>,
    /// By process how its yield may turn out, and the key of its draws.
    yields: Vec<Option<(Yield, u64)>>,
    /// By vessel and leg: slots under way.
    pub legs: Vec<Vec<u32>>,
    /// Slots ahead in which the weather is known.
    pub forecast: u32,
    /// The slot from the start on before which the weather is known from now on: as far as every run has the plan's own; 0 where none has.
    pub known: u32,
    /// What is not begun sooner than planned.
    pub(super) holds: Holds,
    /// By step of the order: of lifting what its sampling has lifted by the end of it, in tonnes.
    pub lifted: Vec<f64>,
    /// By step of the order: of landing what the schedule leaves aboard to be landed later, in tonnes.
    pub left: Vec<f64>,
    /// By step of the order: of sailing how many slots sooner than planned its bunkers allow: see [`spares`].
    pub(super) spares: Vec<u32>,
    /// What vessels do together, where some meet or share the shore; nothing where each goes its own way.
    pub together: Option<Together>,
    /// By vessel, site and gear: the ways from there, shortest first.
    ways: Vec<Vec<Vec<Vec<Way>>>>,
}

/// Ways of the gear that are longer than this are not looked at.
const LONGEST_WAY: usize = 8;
/// Ways from one state that are kept.
const MOST_WAYS: usize = 64;

impl<'p> Case<'p> {
    /// The case of a plan.
    pub fn new(plan: &'p Plan, order: Order, settings: Settings) -> Case<'p> {
        let horizon = &plan.horizon;
        let slots = |span: Span| horizon.slots_for(span) as u32;
        let tasks = plan.tasks.iter().map(|task| TaskFacts {
            work: slots(task.duration),
            reserve: slots(task.contingency),
            release: task.release.map_or(0, |time| horizon.ceil(time) as u32),
            deadline: task.deadline.map_or(u32::MAX, |time| horizon.floor(time) as u32),
            spread: task.spread.map(|(low, high)| Spread::new(low, task.duration, high, horizon)),
            key: key_of(&task.id),
        });
        let yields = |process: &Process| {
            let spread = process.spread.map(|(low, high)| Yield::new(low, process.yields, high));
            spread.map(|spread| (spread, key_of_yield(&process.id)))
        };
        let legs = |ship: &Vessel| ship.legs.iter().map(|leg| slots(leg.duration).max(1)).collect();
        let ways = |(vessel, ship): (Ix<Vessel>, &Vessel)| -> Vec<Vec<Vec<Way>>> {
            let from = |site: Ix<Site>| {
                (0..ship.gear.len()).map(|gear| ways(plan, Stand { vessel, site, gear })).collect()
            };
            plan.sites.places().map(from).collect()
        };
        let together = Together::is_needed(plan).then(|| Together::new(plan, &order));
        let forecast_of_now = order.past.as_ref().filter(|past| past.has_forecast());
        let known = forecast_of_now.map_or(0, |past| past.own);
        Case {
            plan,
            together,
            lifted: lifted_by(plan, &order),
            left: left_by(plan, &order),
            spares: spares(plan, &order),
            holds: Holds::of(plan, &order),
            order,
            settings,
            tasks: tasks.collect(),
            yields: plan.processes.iter().map(yields).collect(),
            legs: plan.vessels.iter().map(legs).collect(),
            forecast: slots(settings.forecast),
            known,
            ways: plan.vessels.entries().map(ways).collect(),
        }
    }

    /// From which slot of the voyage on a step may take a commodity aboard: what keeps, or may be under way, only so long is not lifted or taken
    /// sooner than planned.
    pub fn not_before(&self, place: usize, commodity: Ix<Commodity>) -> u32 {
        let hurries = self.plan.commodities[commodity].hurries();
        if hurries { self.order.steps[place].planned as u32 } else { 0 }
    }

    /// The slots that a task takes in a run, the `nth` time, counted from 0.
    pub fn duration(&self, task: Ix<Task>, run: u64, nth: usize) -> u32 {
        let facts = &self.tasks[task.index()];
        match &facts.spread {
            Some(spread) if self.settings.draws_durations => {
                spread.slots(uniform(self.settings.seed, run, facts.key, nth as u64))
            }
            _ => facts.work,
        }
    }

    /// The slots of a task that are left in a run once so many of it have been worked, the `nth` time; nothing where its duration is not drawn.
    pub fn left_of(&self, task: Ix<Task>, run: u64, nth: usize, done: u32) -> Option<u32> {
        let facts = &self.tasks[task.index()];
        let spread = facts.spread.as_ref().filter(|_| self.settings.draws_durations)?;
        Some(spread.slots_beyond(done, uniform(self.settings.seed, run, facts.key, nth as u64)) - done)
    }

    /// Tonnes that were lifted or moved in a step before the rest of the voyage began.
    pub fn moved(&self, place: usize) -> f64 {
        let steps = &self.order.steps;
        let Some((past, vessel)) = self.past().zip(steps[place].vessel) else { return 0.0 };
        let mut later = steps[place + 1..].iter().filter(|step| step.vessel == Some(vessel));
        past.moved(vessel, steps[place].planned..later.next().map_or(usize::MAX, |next| next.planned))
    }

    /// What has happened already, where something has.
    pub fn past(&self) -> Option<&Past> {
        self.order.past.as_deref()
    }

    /// The slot from the start on before which all has happened; 0 where nothing has.
    pub fn happened(&self) -> u32 {
        self.past().map_or(0, |past| past.until)
    }

    /// The slots within which a task is done in that share of its durations.
    pub fn duration_at(&self, task: Ix<Task>, share: f64) -> u32 {
        let facts = &self.tasks[task.index()];
        match &facts.spread {
            Some(spread) if self.settings.draws_durations => spread.slots(share.min(0.999_999)),
            _ => facts.work,
        }
    }

    /// What a process makes of a tonne in a run.
    pub fn yields(&self, process: Ix<Process>, run: u64) -> f64 {
        match &self.yields[process.index()] {
            Some((spread, key)) if self.settings.draws_durations => {
                spread.at(uniform(self.settings.seed, run, *key, 0))
            }
            _ => self.plan.processes[process].yields,
        }
    }

    /// By commodity the least part of what the schedule has of it that the yields of a run leave, where what it is made of is all there.
    pub fn left_by_yields(&self, run: u64) -> Vec<f64> {
        let mut left = vec![1.0; self.plan.commodities.len()];
        if self.draws_yields() != Some(true) {
            return left;
        }
        // A chain is no longer than there are processes.
        for _ in self.plan.processes.places() {
            for (place, process) in self.plan.processes.entries().filter(|(_, process)| process.yields > 0.0)
            {
                let ratio = self.yields(place, run) / process.yields;
                let fed: f64 = left[process.from.index()];
                left[process.to.index()] = left[process.to.index()].min(ratio * fed);
            }
        }
        left
    }

    /// Whether some yield is drawn; nothing where every yield is certain.
    pub fn draws_yields(&self) -> Option<bool> {
        self.yields.iter().any(Option::is_some).then_some(self.settings.draws_durations)
    }

    /// Whether some duration is drawn.
    pub fn is_drawn(&self) -> bool {
        self.settings.draws_durations && self.tasks.iter().any(|task| task.spread.is_some())
    }

    /// The ways of the gear from a stand, shortest first.
    pub fn ways(&self, stand: Stand) -> &[Way] {
        &self.ways[stand.vessel.index()][stand.site.index()][stand.gear]
    }

    /// The slots from the start on by which a step must begin if all that comes after it on its vessel is to be done by `end`.
    ///
    /// `latest` says for a step, by its place, and a slot by which it is to be done when it must begin.
    pub fn latest_starts(
        &self,
        end: u32,
        latest: impl Fn(usize, Ix<Vessel>, u32) -> Option<u32>,
    ) -> Vec<u32> {
        if let Some(together) = &self.together {
            return together.latest_starts(&self.order, end, latest);
        }
        let mut by: Vec<u32> = vec![end; self.plan.vessels.len()];
        let mut starts = vec![end; self.order.steps.len()];
        for (place, step) in self.order.steps.iter().enumerate().rev() {
            let Some(vessel) = step.vessel else { continue };
            let by = &mut by[vessel.index()];
            // A session goes on until what comes after it must begin; every other step must begin early enough itself.
            let start = latest(place, vessel, *by).unwrap_or(0);
            starts[place] = if matches!(step.act, Act::Sample(..)) { *by } else { start };
            *by = start;
        }
        starts
    }
}

/// By step of an order: of lifting what its sampling has lifted by the end of it, in tonnes.
fn lifted_by(plan: &Plan, order: &Order) -> Vec<f64> {
    let mut lifted = vec![0.0; plan.samplings.len()];
    // Each sampling has one vessel, and the steps of a vessel stand in their order.
    let by_then = |step: &Step| match step.act {
        Act::Sample(sampling, tonnes, _) => {
            lifted[sampling.index()] += tonnes;
            rounded(lifted[sampling.index()])
        }
        _ => 0.0,
    };
    order.steps.iter().map(by_then).collect()
}

/// By step of an order: of landing what it leaves aboard of its goods that the same vessel lands later, in tonnes.
fn left_by(plan: &Plan, order: &Order) -> Vec<f64> {
    let mut holds: Vec<Vec<f64>> = plan.vessels.iter().map(|ship| ship.aboard.clone()).collect();
    let landed = |step: &Step| match step.act {
        Act::Transfer(transfer, ..) if plan.transfers[transfer].direction == Direction::Ashore => {
            step.vessel.map(|vessel| (vessel, plan.transfers[transfer].commodity))
        }
        _ => None,
    };
    let mut left = vec![0.0; order.steps.len()];
    for (place, step) in order.steps.iter().enumerate() {
        let Some(vessel) = step.vessel else { continue };
        let hold = &mut holds[vessel.index()];
        match step.act {
            Act::Sample(sampling, tonnes, _) => hold[plan.samplings[sampling].commodity.index()] += tonnes,
            Act::Transfer(transfer, tonnes, _) => {
                let of_it = &plan.transfers[transfer];
                let sign = if of_it.direction == Direction::Ashore { -1.0 } else { 1.0 };
                hold[of_it.commodity.index()] += sign * tonnes;
            }
            Act::Task(..) | Act::Sail(..) | Act::Alongside(_) => {}
        }
        if let Some((_, commodity)) = landed(step)
            && order.steps[place + 1..].iter().any(|later| landed(later) == landed(step))
            && hold[commodity.index()] > ROUNDINGS
        {
            left[place] = hold[commodity.index()];
        }
    }
    left
}

/// The ways of the gear from a stand: rows of tasks at that site that lead from state to state, none of them visited twice.
fn ways(plan: &Plan, stand: Stand) -> Vec<Way> {
    let mut found: Vec<(u64, Way)> = Vec::new();
    let mut row = Vec::new();
    let mut visited = vec![stand.gear];
    extend(plan, stand, &mut row, &mut visited, &mut found);
    found.sort_by_key(|(slots, way)| (*slots, way.tasks.len()));
    found.truncate(MOST_WAYS);
    found.into_iter().map(|(_, way)| way).collect()
}

fn extend(
    plan: &Plan,
    stand: Stand,
    row: &mut Vec<Ix<Task>>,
    visited: &mut Vec<usize>,
    found: &mut Vec<(u64, Way)>,
) {
    if row.len() >= LONGEST_WAY || found.len() > 8 * MOST_WAYS {
        return;
    }
    let gear = visited[visited.len() - 1];
    for (place, task) in plan.tasks.entries() {
        // What is done for another vessel is done when that one is there, and not when the gear must be brought in.
        let is_here = task.stand == Some(Stand { gear, ..stand }) && task.serves.is_none();
        if !is_here || visited.contains(&task.leaves) {
            continue;
        }
        row.push(place);
        visited.push(task.leaves);
        let slots = row.iter().map(|&task| plan.horizon.slots_for(plan.tasks[task].duration) as u64).sum();
        found.push((slots, Way { tasks: row.clone(), to: task.leaves }));
        extend(plan, stand, row, visited, found);
        row.pop();
        visited.pop();
    }
}
