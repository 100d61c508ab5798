//! From a run to a schedule of it: the calendar behind a percentile.
//!
//! In: a run's number. Out: the plan as it was for that run (its dates moved to the start, durations and yields as drawn), and a whole
//! [`Schedule`]. Its goals carry bounds that no schedule of the plan can better; nothing is claimed to be optimal.

use super::case::Case;
use super::fleet::again;
use super::items::Items;
use super::leave::Leaves;
use super::log::{Log, Outcome, Spent};
use super::starts::Field;
use super::stowage::stow;
use crate::error::Error;
use crate::plan::{Demand, Goal, Late, Plan, Sea};
use crate::schedule::{GoalStamp, Itinerary, Kind, Schedule, SolveStamp, Status, WEIGHTED, What, account};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// The plan of a run: every date moved to its start, durations and yields as they are drawn, and time enough for `slots`.
pub fn plan_of_run(case: &Case<'_>, time: DateTime<Utc>, run: u64, slots: usize) -> Plan {
    let mut plan = case.plan.clone();
    let shift = time - plan.horizon.start;
    plan.horizon.start = time;
    plan.horizon.slots = plan.horizon.slots.max(slots);
    for (place, task) in case.plan.tasks.entries() {
        let moved = &mut plan.tasks[place];
        for date in [&mut moved.release, &mut moved.deadline, &mut moved.due] {
            *date = date.map(|date| date + shift);
        }
        // What has happened took as long as it took; the next time counts.
        let nth = case.past().map_or(0, |past| past.times_begun(place));
        let is_to_come = nth == 0 || nth < task.most as usize;
        if case.is_drawn() && task.spread.is_some() && is_to_come {
            let slots = i64::from(case.duration(place, run, nth));
            moved.duration = crate::units::Span::of_seconds(slots * plan.horizon.slot.seconds());
        }
    }
    if case.draws_yields() == Some(true) {
        for process in case.plan.processes.places() {
            plan.processes[process].yields = case.yields(process, run);
            plan.processes[process].spread = None;
        }
    }
    let horizon = plan.horizon;
    for closure in &mut plan.closures {
        (closure.from, closure.to) = (closure.from + shift, closure.to + shift);
        // One that reaches beyond the plan closes what a late run does then.
        closure.slots = horizon.touched(closure.from, closure.to);
    }
    for vessel in case.plan.vessels.places() {
        let hire = &mut plan.vessels[vessel].hire;
        (hire.from, hire.to) = (hire.from.map(|from| from + shift), hire.to.map(|to| to + shift));
    }
    for place in case.plan.demands.places() {
        let demand = &mut plan.demands[place];
        (demand.from, demand.to) = (demand.from + shift, demand.to + shift);
        demand.late = demand.late.map(|late| Late { due: late.due + shift, ..late });
    }
    for reserve in case.plan.reserves.places() {
        plan.reserves[reserve].by += shift;
    }
    for disruption in &mut plan.disruptions {
        (disruption.from, disruption.to) = (disruption.from + shift, disruption.to + shift);
    }
    plan.lay_shore();
    plan
}

/// The plan and its sea, with the stamp of the sea that it has now.
fn stamped(mut plan: Plan, sea: &Sea) -> Plan {
    for (place, series) in plan.weather.places().zip(&sea.0) {
        let mut hasher = Sha256::new();
        for value in series.values.iter().flatten() {
            hasher.update(value.to_le_bytes());
        }
        let digest = hasher.finalize();
        plan.weather[place].sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    }
    plan
}

/// A run as a schedule, with the plan that it answers.
///
/// # Errors
/// When a synthetic year cannot be made.
pub fn replay(
    case: &Case<'_>,
    field: &Field<'_>,
    leaves: &Leaves,
    draws: u64,
    run: u64,
) -> Result<(Plan, Schedule), Error> {
    let start = (run / draws) as usize;
    let log = again(case, field, leaves, draws, run)?;
    let sea = field.sea(start)?;
    let plan = plan_of_run(case, field.starts[start].time, run, slots_until(case, log.finish));
    let plan = stamped(plan, &sea);
    let schedule = schedule_of(&plan, &sea, &itinerary(case, &log), "simulated");
    Ok((plan, schedule))
}

/// The slots that a plan must have for a run that ends in the slot `finish`: where that is late, time for what must stay open after it.
pub fn slots_until(case: &Case<'_>, finish: u32) -> usize {
    let reserve = case.tasks.iter().map(|facts| facts.reserve).max().unwrap_or(0);
    let is_late = finish as usize > case.plan.horizon.slots;
    if is_late { (finish + reserve) as usize } else { finish as usize }
}

/// What was done in a run, the slot in which it ended, and how.
///
/// # Errors
/// When a synthetic year cannot be made.
pub fn done_in(
    case: &Case<'_>,
    field: &Field<'_>,
    leaves: &Leaves,
    draws: u64,
    run: u64,
) -> Result<(Itinerary, u32, Outcome), Error> {
    let log = again(case, field, leaves, draws, run)?;
    Ok((itinerary(case, &log), log.finish, log.outcome))
}

/// What was done as a schedule that claims nothing: its goals carry bounds that no schedule can better.
pub fn schedule_of(plan: &Plan, sea: &Sea, itinerary: &Itinerary, solver: &str) -> Schedule {
    let schedule = account(plan, sea, itinerary, stamp(plan, solver));
    let mut goals: Vec<GoalStamp> =
        plan.goals.iter().map(|goal| goal_stamp(plan, *goal, &schedule)).collect();
    let value = plan.weighted(&goals.iter().map(|goal| goal.value).collect::<Vec<f64>>());
    let bound = plan.weighted(&goals.iter().filter_map(|goal| goal.bound).collect::<Vec<f64>>());
    if let Some((value, bound)) = value.zip(bound) {
        goals.iter_mut().for_each(|part| (part.bound, part.gap) = (None, None));
        goals.insert(0, told(WEIGHTED, value, bound));
    }
    Schedule { solve: SolveStamp { goals, ..schedule.solve }, ..schedule }
}

/// What was done, as an itinerary.
pub fn itinerary(case: &Case<'_>, log: &Log) -> Itinerary {
    let vessels = log.moves.clone().unwrap_or_default();
    let done = vessels.iter().map(|moves| moves.last().map_or(0, |last| last.end)).collect();
    let mut alone = Vec::new();
    for (task, _) in case.plan.tasks.entries().filter(|(_, task)| task.stand.is_none()) {
        let times = &log.times[task.index()];
        alone.extend(times.iter().map(|&(start, end)| (task, start as usize, end as usize)));
    }
    alone.sort_by_key(|&(task, start, _)| (start, task));
    let known = case.past().map_or(&[][..], |past| &past.itinerary.tanks);
    let tanks = stow(case.plan, &vessels, known);
    Itinerary { vessels, done, alone, shore: log.shore.clone(), tanks, happened: case.happened() as usize }
}

fn stamp(plan: &Plan, solver: &str) -> SolveStamp {
    let goals = plan.goals.iter().map(|goal| told(goal.word(), 0.0, 0.0));
    SolveStamp { status: Status::Feasible, goals: goals.collect(), solver: solver.to_owned() }
}

/// The value of a goal in a schedule, with a bound that holds for every schedule of the plan.
fn goal_stamp(plan: &Plan, goal: Goal, schedule: &Schedule) -> GoalStamp {
    let totals = &schedule.totals;
    let all: f64 = plan.samplings.iter().flat_map(|s| &s.value).map(|(tonnes, worth)| tonnes * worth).sum();
    let start = schedule.horizon.start;
    let (value, bound) = match goal {
        Goal::Sampled => (worth_sampled(plan, schedule), all),
        Goal::Delivered => (worth_delivered(plan, schedule), all),
        Goal::Supplied => worth_supplied(plan, schedule),
        Goal::Finish => ((totals.finish - start).num_seconds() as f64 / 3600.0, 0.0),
        Goal::Cost => (totals.cost, 0.0),
        Goal::Emissions => (totals.co2_t, 0.0),
        Goal::Lateness => (totals.late_h, 0.0),
    };
    let bound = if bound.is_finite() { bound } else { value };
    told(goal.word(), value, bound)
}

fn told(name: &str, value: f64, bound: f64) -> GoalStamp {
    let gap = (value - bound).abs() / value.abs().max(bound.abs()).max(1.0);
    GoalStamp { name: name.to_owned(), value, bound: Some(bound), gap: Some(gap) }
}

/// The steps of worth that the tonnes of a sampling fill.
fn steps(schedule: &Schedule, sampling: &crate::plan::Sampling) -> Vec<(f64, f64)> {
    let of_it = schedule
        .activities
        .iter()
        .filter(|a| a.kind == Kind::Sampling && a.task.as_ref() == Some(&sampling.id));
    let mut left: f64 = of_it.filter_map(|activity| activity.tonnes).sum();
    let mut steps = Vec::new();
    for &(most, worth) in &sampling.value {
        let tonnes = left.min(most).max(0.0);
        left -= tonnes;
        steps.push((tonnes, worth));
    }
    steps
}

fn worth_sampled(plan: &Plan, schedule: &Schedule) -> f64 {
    let steps = plan.samplings.iter().flat_map(|sampling| steps(schedule, sampling));
    steps.map(|(tonnes, worth)| tonnes * worth).sum()
}

/// The worth of what demands are supplied with, and of all that they want.
fn worth_supplied(plan: &Plan, schedule: &Schedule) -> (f64, f64) {
    let worth = |demand: &Demand, tonnes: f64| {
        let mut left = tonnes;
        let steps = demand.value.iter().map(|&(most, each)| {
            let tonnes = left.min(most).max(0.0);
            left -= tonnes;
            if tonnes > 0.0 { tonnes * each } else { 0.0 }
        });
        steps.sum::<f64>()
    };
    let mut sums = (0.0, 0.0);
    for demand in &plan.demands {
        let of_it = schedule
            .activities
            .iter()
            .filter(|activity| activity.kind == Kind::Supply && activity.task.as_ref() == Some(&demand.id));
        sums.0 += worth(demand, of_it.filter_map(|activity| activity.tonnes).sum());
        let hours = plan.horizon.slot_h() * demand.slots.len() as f64;
        sums.1 += worth(demand, demand.amount.min(demand.rate * hours));
    }
    sums
}

fn worth_delivered(plan: &Plan, schedule: &Schedule) -> f64 {
    let mut sum = 0.0;
    for (commodity, goods) in plan.commodities.entries() {
        let of_it = plan.samplings.iter().filter(|sampling| sampling.commodity == commodity);
        let mut steps: Vec<(f64, f64)> = of_it.flat_map(|sampling| steps(schedule, sampling)).collect();
        steps.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut left: f64 = schedule
            .activities
            .iter()
            .filter(|activity| {
                activity.kind == Kind::Transfer && activity.commodity.as_ref() == Some(&goods.id)
            })
            .map(|activity| {
                let transfer = plan.transfers.iter().find(|t| Some(&t.id) == activity.task.as_ref());
                let sign = match transfer {
                    Some(t) if plan.sites[t.stand.site].kind == crate::plan::SiteKind::Sea => 0.0,
                    Some(t) if t.direction == crate::plan::Direction::Ashore => 1.0,
                    _ => -1.0,
                };
                sign * activity.tonnes.unwrap_or(0.0)
            })
            .sum();
        // What was at sea before the voyage lands first.
        left -= plan.all_at_start(commodity).1;
        for (most, worth) in steps.into_iter().filter(|(_, worth)| *worth > 0.0) {
            let tonnes = left.min(most).max(0.0);
            left -= tonnes;
            sum += tonnes * worth;
        }
    }
    sum
}

/// The log of a run for which there is no schedule: nothing is done.
pub fn log_of_none(plan: &Plan, items: Items, log: &mut Log) {
    log.clear(plan, items.len(), 0);
    log.outcome = Outcome::Impossible;
    log.spent.iter_mut().for_each(|spent| spent.idle = plan.horizon.slots as u32);
}

/// What an itinerary comes to, as a log: for policies that plan anew instead of following an order.
pub fn log_of(plan: &Plan, items: Items, itinerary: &Itinerary, schedule: &Schedule, log: &mut Log) {
    log.clear(plan, items.len(), 0);
    for step in itinerary.vessels.iter().flatten() {
        match &step.what {
            What::Task(task) => log.times[task.index()].push((step.start as u32, step.end as u32)),
            What::Sample(place, tonnes) => {
                let tonnes: f64 = tonnes.iter().sum();
                log.lifted[place.index()] += tonnes;
                log.lifts.push(super::log::Lift { from: step.start as u32, to: step.end as u32, tonnes });
            }
            What::Alongside(_) => log.met += 1,
            What::Sail(..) | What::Transfer(..) => {}
        }
    }
    for &(task, start, end) in &itinerary.alone {
        log.times[task.index()].push((start as u32, end as u32));
    }
    log.times.iter_mut().for_each(|times| times.sort_unstable());
    let slots = |hours: f64| (hours / plan.horizon.slot_h()).round() as u32;
    for (spent, vessel) in log.spent.iter_mut().zip(&plan.vessels) {
        if let Some(hours) = schedule.totals.vessels.get(&vessel.id) {
            *spent = Spent {
                work: slots(hours.work_h),
                sail: slots(hours.sail_h),
                weather: slots(hours.weather_wait_h),
                other: slots(hours.other_wait_h),
                idle: slots(hours.idle_h),
            };
        }
    }
    log.sampled = schedule.totals.sampled_t;
    log.delivered = schedule.totals.delivered_t;
    log.supplied = schedule.totals.supplied_t;
    log.cost = schedule.totals.cost;
    log.finish = plan.horizon.ceil(schedule.totals.finish.to_utc()) as u32;
    log.outcome = Outcome::Done;
}
