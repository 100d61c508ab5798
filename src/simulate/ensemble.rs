//! A whole simulation put together: the order, the starts, the policies, and what came of them.
//!
//! In: a plan, its sea, the order to follow, and what is asked. Out: [`Ensemble`], which runs policies and makes a [`Part`].

use super::answer::{Head, TaskHead, WeatherHead};
use super::case::{Case, Settings};
use super::fleet::{Task, rounded};
use super::items::Items;
use super::leave::Leaves;
use super::order::Order;
use super::part::{PART_SCHEMA, Part};
use super::policy::Policy;
use super::starts::{Field, Source, Wanted};
use super::summary::run_row;
use super::tally::Measure;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Plan, Site, SiteKind, Vessel};
use crate::schedule::Schedule;
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
        can_sail(plan)?;
        if ask.draws == 0 {
            return Err(Error::Usage("zero runs give no answer; ask for --draws 1 or more".to_owned()));
        }

        let case = Case::new(plan, order, ask.settings);
        let field = Field::new(plan, ask.source.clone(), &ask.wanted)?;
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

/// Whether voyages obey everything that a plan asks for.
///
/// # Errors
/// When it asks for something that they do not obey yet, with what it is.
pub fn can_sail(plan: &Plan) -> Result<(), Error> {
    match not_sailed(plan) {
        None => refuse_shore(plan),
        Some(what) => Err(Error::Usage(format!(
            "this plan has {what}, which cannot be run through other years yet; plan each year with `mudline schedule`, or simulate the vessels that lift without it"
        ))),
    }
}

/// What a plan asks for that no voyage obeys yet.
fn not_sailed(plan: &Plan) -> Option<&'static str> {
    let meets = plan.transfers.iter().any(|transfer| transfer.meets.is_some());
    let is_tight = |(place, site): (Ix<Site>, &Site)| {
        let here = plan.transfers.iter().filter(|t| t.meets.is_none() && t.stand.site == place);
        let vessels: BTreeSet<Ix<Vessel>> = here.map(|t| t.stand.vessel).collect();
        site.berths.is_some_and(|berths| vessels.len() > berths as usize)
    };
    if meets {
        return Some("transfers between two vessels");
    }
    if plan.sites.entries().any(is_tight) {
        return Some("berths that vessels queue for");
    }
    if plan.transfers.iter().any(|transfer| transfer.hoses_off.seconds() > 0) {
        return Some("transfers with `hoses_off`");
    }
    if plan.transfers.iter().any(|transfer| transfer.largest.is_finite()) {
        return Some("transfers with `largest`");
    }
    if plan.commodities.iter().any(|commodity| commodity.keeps.is_some()) {
        return Some("commodities that keep only so long (`keeps`)");
    }
    if plan.commodities.iter().any(|commodity| commodity.reach.is_some()) {
        return Some("commodities that must `reach` a site in time");
    }
    if plan.vessels.iter().any(|vessel| !vessel.tanks.is_empty()) {
        return Some("vessels with tanks");
    }
    if plan.tasks.iter().any(|task| task.every.is_some()) {
        return Some("tasks with a rhythm (`every`)");
    }
    let is_shared = |total: f64, rooms: &[f64]| total < rooms.iter().sum();
    if plan.vessels.iter().any(|vessel| is_shared(vessel.hold_total, &vessel.hold))
        || plan.sites.iter().any(|site| is_shared(site.store_total, &site.store))
    {
        return Some("room that commodities share (`hold_total`, `store_total`)");
    }
    if plan.vessels.iter().any(|vessel| vessel.daylight) {
        return Some("vessels that sail by `daylight` only");
    }
    if plan.vessels.iter().any(|vessel| vessel.departs_every > 1) {
        return Some("vessels with `departs_every`");
    }
    if plan.vessels.iter().any(|vessel| vessel.range.is_some() || vessel.bunkers.is_some()) {
        return Some("vessels with `range` or `bunkers`");
    }
    plan.vessels.iter().any(|vessel| vessel.paces.len() > 1).then_some("vessels with several `speeds`")
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
        slot_h: horizon.slot_h(),
        slots: horizon.slots as u32,
        currency: plan.currency.clone(),
        tasks: tasks.collect(),
        items: (0..items.len()).map(|item| items.name(plan, item)).collect(),
        vessels: plan.vessels.iter().map(|vessel| vessel.id.clone()).collect(),
        lifts: !plan.samplings.is_empty(),
        delivers: plan.transfers.iter().any(|t| plan.sites[t.stand.site].kind != SiteKind::Sea),
        curve_unit: if measure.is_tonnes { "t" } else { "tasks" }.to_owned(),
        curve_most: rounded(measure.most),
        planned: schedule.map(|schedule| {
            let totals = &schedule.totals;
            (totals.sampled_t, totals.delivered_t, slot_of(totals.finish))
        }),
        weather: WeatherHead {
            source: source.to_owned(),
            about: ask.about_weather.clone(),
            is_synthetic,
            years: years.len() as u64,
        },
        starts_wanted: field.wanted,
        starts_run: field.starts.len() as u64,
        refused: field.refused.clone(),
        order: ask.about_order.clone(),
        seed: ask.settings.seed,
        draws: ask.draws,
        durations: if case.is_drawn() { "drawn" } else { "planned" }.to_owned(),
        forecast_h: ask.settings.forecast.hours(),
        home_odds: ask.settings.home_odds,
    }
}

/// Refuses a plan with a shore side: a voyage is simulated, and not what becomes of the goods behind the quay.
///
/// # Errors
/// When the plan has a process, a demand, a reserve or a budget.
fn refuse_shore(plan: &Plan) -> Result<(), Error> {
    let has = [
        ("process", !plan.processes.is_empty()),
        ("demand", !plan.demands.is_empty()),
        ("reserve", !plan.reserves.is_empty()),
        ("budget", !plan.budgets.is_empty()),
    ];
    match has.iter().find(|(_, is_there)| *is_there) {
        None => Ok(()),
        Some((word, _)) => Err(Error::Usage(format!(
            "this plan has a [[{word}]], and simulation sails voyages only: it does not follow what is fed, supplied, kept or spent \
             ashore; simulate a plan of the voyage alone, or plan this one with `mudline schedule`"
        ))),
    }
}
