//! A whole simulation put together: the order, the starts, the policies, and what came of them.
//!
//! In: a plan, its sea, the order to follow, and what is asked. Out: [`Ensemble`], which runs policies and makes a [`Part`].

use super::answer::{HappenedHead, Head, TaskHead, WeatherHead};
use super::case::{Case, Settings};
use super::fleet::{Task, rounded};
use super::items::Items;
use super::leave::Leaves;
use super::order::{Order, is_bound};
use super::part::{PART_SCHEMA, Part};
use super::policy::Policy;
use super::starts::{Field, Source, Wanted};
use super::summary::run_row;
use super::tally::Measure;
use super::together::Together;
use crate::error::Error;
use crate::plan::{Plan, SiteKind};
use crate::schedule::{Activity, Hours, Kind, Schedule};
use std::collections::BTreeSet;

/// A simulation that is ready to run.
pub struct Ensemble<'p> {
    /// What all voyages have in common.
    pub case: Case<'p>,
    /// The starts and their weather.
    pub field: Field<'p>,
    /// When ships must leave.
    pub leaves: Leaves,
    /// What is simulated.
    pub head: Head,
    /// Draws of each start.
    pub draws: u64,
}

/// What is asked of a simulation.
#[derive(Debug, Clone)]
pub struct Ask {
    /// How voyages are simulated.
    pub settings: Settings,
    /// Where the weather comes from.
    pub source: Source,
    /// The weather in words.
    pub about_weather: String,
    /// Which starts.
    pub wanted: Wanted,
    /// Draws of each start.
    pub draws: u64,
    /// The order in words.
    pub about_order: String,
}

impl<'p> Ensemble<'p> {
    /// Makes everything ready; `schedule` is the one whose order is followed, for its dates beside those of the runs.
    ///
    /// # Errors
    /// When nothing can be run.
    pub fn new(
        plan: &'p Plan,
        order: Order,
        schedule: Option<&Schedule>,
        ask: Ask,
    ) -> Result<Ensemble<'p>, Error> {
        if ask.draws == 0 {
            return Err(Error::Usage("zero runs give no answer; ask for --draws 1 or more".to_owned()));
        }
        let past = order.past.clone();
        let case = Case::new(plan, order, ask.settings);
        if let Some(process) = past.as_ref().filter(|_| case.draws_yields() == Some(true))
            && let Some(process) = process.fed_of_uncertain(plan)
        {
            return Err(Error::Usage(format!(
                "what came of {process} so far is known, and its yield would be drawn for all of the voyage; take durations and yields as planned with \
                 --planned-durations"
            )));
        }
        let field = Field::new(plan, ask.source.clone(), &ask.wanted, past)?;
        if (field.starts.len() as u128) * u128::from(ask.draws) > u128::from(u64::MAX >> 8) {
            return Err(Error::Usage(
                "that is more runs than can be counted; ask for fewer --draws".to_owned(),
            ));
        }
        let leaves = Leaves::new(&case, &field)?;
        let head = head(&case, &field, schedule, &ask);
        Ok(Ensemble { case, field, leaves, head, draws: ask.draws })
    }

    /// How many runs it has, a policy.
    pub fn runs(&self) -> u64 {
        self.field.starts.len() as u64 * self.draws
    }

    /// Runs policies, one after the other.
    ///
    /// # Errors
    /// When a policy breaks down.
    pub fn run(&self, policies: &[&Policy], task: &Task<'_>) -> Result<Part, Error> {
        let mut part = Part {
            schema: PART_SCHEMA.to_owned(),
            head: self.head.clone(),
            runs: self.runs(),
            ranges: vec![(task.runs.start, task.runs.end)],
            is_complete: true,
            policies: Vec::new(),
            kept: task.keeps_runs.then(Vec::new),
        };
        for policy in policies {
            let fleet = (policy.sail)(&self.case, &self.field, &self.leaves, task)?;
            part.is_complete &= fleet.tally.runs == task.runs.end - task.runs.start;
            part.policies.push((policy.name.to_owned(), fleet.tally));
            if let Some(rows) = &mut part.kept {
                rows.extend(fleet.kept.iter().map(|kept| {
                    let start = self.field.starts[kept.start];
                    let time = self.case.plan.zone.local(start.time);
                    run_row(&self.head, policy.name, kept, time, start.year)
                }));
            }
        }
        Ok(part)
    }
}

/// Whether a policy can decide on the voyages of a plan; on the rest of them, where something has happened already.
///
/// # Errors
/// When it cannot, with the policies that can.
pub fn can_decide(plan: &Plan, policy: &Policy, has_happened: bool) -> Result<(), Error> {
    if policy.name == "rolling" && has_happened {
        return Err(Error::Usage(
            "the policy rolling plans voyages from their start, and this one is under way; use follow or clairvoyant".to_owned(),
        ));
    }
    if policy.name == "rolling" && is_bound(plan) {
        return Err(Error::Usage(
            "the policy rolling does not know from one day to the next how old cargo is and in which tank, or what is left of fuel and budgets, \
             and this plan bounds them (`keeps`, `reach`, `tank`, `range`, `bunkers` or a [[budget]]); use follow or clairvoyant"
                .to_owned(),
        ));
    }
    if policy.name == "rolling" && Together::is_needed(plan) {
        return Err(Error::Usage(
            "the policy rolling does not know from one day to the next what vessels that meet or serve one another, berths, resources that transfers \
             use and works ashore are at, and this plan has them; use follow or clairvoyant"
                .to_owned(),
        ));
    }
    Ok(())
}

fn head(case: &Case<'_>, field: &Field<'_>, schedule: Option<&Schedule>, ask: &Ask) -> Head {
    let plan = case.plan;
    let horizon = &plan.horizon;
    let items = Items::of(plan);
    let measure = Measure::of(plan);
    let years: BTreeSet<i32> = field.starts.iter().map(|start| start.year).collect();
    let source = match ask.source {
        Source::Series(_) => "series",
        Source::Synthetic { .. } => "synthetic",
        Source::Without => "none",
    };
    let is_synthetic = match &ask.source {
        Source::Series(sea) => sea.0.iter().any(|s| s.origin == crate::weather::Origin::Synthetic),
        Source::Synthetic { .. } => true,
        Source::Without => false,
    };
    let forecast = case.past().filter(|past| past.has_forecast());
    let own_until = forecast.map(|past| plan.zone.local(horizon.time(past.own as usize)));
    let own_h = forecast.map(|past| f64::from(past.own - past.until) * horizon.slot_h());
    let about = match own_until.zip(own_h) {
        Some((until, hours)) => format!(
            "{}; until {}, {hours} h from now on, the plan's own in every run, known as the forecast of the day",
            ask.about_weather,
            until.format("%Y-%m-%d %H:%M")
        ),
        None => ask.about_weather.clone(),
    };
    let slot_of = |time: crate::schedule::Time| horizon.floor(time.to_utc()) as u32;
    let tasks = plan.tasks.entries().map(|(place, task)| {
        let of_it = || {
            let all = schedule.into_iter().flat_map(|schedule| &schedule.activities);
            all.filter(|activity| activity.task.as_ref() == Some(&task.id) && activity.is_real())
        };
        let planned = of_it().map(|a| slot_of(a.start)).min().zip(of_it().map(|a| slot_of(a.end)).max());
        let deadline = case.tasks[place.index()].deadline;
        TaskHead {
            id: task.id.clone(),
            name: task.name.clone(),
            planned,
            deadline: (deadline != u32::MAX).then_some(deadline),
            due: task.due.map(|due| horizon.floor(due) as u32),
        }
    });
    Head {
        plan: plan.name.clone(),
        zone: plan.zone.name().to_owned(),
        sha256: plan.sha256.clone(),
        start: plan.zone.local(horizon.start),
        end: plan.zone.local(horizon.end()),
        happened: case.past().map(|past| HappenedHead {
            until: plan.zone.local(horizon.time(past.until as usize)),
            slot: past.until,
            sha256: past.digest(),
        }),
        slot_h: horizon.slot_h(),
        slots: horizon.slots as u32,
        currency: plan.currency.clone(),
        tasks: tasks.collect(),
        items: (0..items.len()).map(|item| items.name(plan, item)).collect(),
        vessels: plan.vessels.iter().map(|vessel| vessel.id.clone()).collect(),
        lifts: !plan.samplings.is_empty(),
        delivers: plan.transfers.iter().any(|t| plan.sites[t.stand.site].kind != SiteKind::Sea),
        supplies: !plan.demands.is_empty(),
        planned_supplied: schedule
            .filter(|_| !plan.demands.is_empty())
            .map(|schedule| schedule.totals.supplied_t),
        planned_cost: schedule.filter(|_| plan.currency.is_some()).map(|schedule| schedule.totals.cost),
        planned_first_mud: schedule.and_then(|schedule| {
            let lifts = |activity: &&Activity| activity.kind == Kind::Sampling;
            schedule.activities.iter().filter(lifts).map(|lift| slot_of(lift.start) + 1).min()
        }),
        planned_times_h: schedule.map(|schedule| {
            schedule.totals.vessels.iter().fold([0.0; 5], |sum, (_, hours)| {
                let Hours { work_h, sail_h, weather_wait_h, other_wait_h, idle_h } = *hours;
                let all = [work_h, sail_h, weather_wait_h, other_wait_h, idle_h];
                std::array::from_fn(|kind| sum[kind] + all[kind])
            })
        }),
        planned_meetings: measure
            .meets
            .then(|| case.together.as_ref().map_or(0, |together| together.meetings.len() as u32)),
        curve_unit: if measure.is_tonnes { "t" } else { "tasks" }.to_owned(),
        curve_most: rounded(measure.most),
        planned: schedule.map(|schedule| {
            let totals = &schedule.totals;
            (totals.sampled_t, totals.delivered_t, slot_of(totals.finish))
        }),
        weather: WeatherHead {
            source: source.to_owned(),
            about,
            is_synthetic,
            years: years.len() as u64,
            own_until,
            own_h,
        },
        starts_wanted: field.wanted,
        starts_run: field.starts.len() as u64,
        refused: field.refused.clone(),
        order: ask.about_order.clone(),
        seed: ask.settings.seed,
        draws: ask.draws,
        durations: if case.is_drawn() { "drawn" } else { "planned" }.to_owned(),
        yields: case.draws_yields().map(|drawn| if drawn { "drawn" } else { "planned" }.to_owned()),
        forecast_h: ask.settings.forecast.hours(),
        home_odds: ask.settings.home_odds,
    }
}
