//! The order in which things are done, taken from a schedule: what `follow` follows.
//!
//! In: an itinerary, or a `schedule.json` of the same plan. Out: [`Order`]: steps without times, runs of the same sampling or transfer
//! that follow one another joined into one session.

use super::ashore::ROUNDING;
use super::judged;
use super::past::Past;
use super::together::Together;
use crate::error::Error;
use crate::id::Ix;
use crate::plan::{Budget, Commodity, Goal, Plan, Sampling, Sea, Site, Task, Transfer, Vessel};
use crate::schedule::{Activity, Itinerary, Kind, Schedule, What, level_at};
use crate::units::Span;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tonnes below this are not missed.
const SHORT: f64 = 1e-3;

/// One thing to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The vessel that does it; none for work without one.
    pub vessel: Option<Ix<Vessel>>,
    /// What it is.
    pub act: Act,
    /// When the schedule has it begin, in slots from the plan's start.
    pub planned: usize,
    /// How many slots the schedule gives it; 0 where that is not known.
    pub length: usize,
}

/// What can be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// A task, and which time of it, counted from 0.
    Task(Ix<Task>, usize),
    /// Sailing.
    Sail(Ix<Site>, Ix<Site>),
    /// Lifting; the tonnes that the schedule has, and whether more may be lifted: in the vessel's last lifting, where more is wanted.
    Sample(Ix<Sampling>, f64, bool),
    /// Moving; the tonnes that the schedule has, and whether all that is there goes.
    Transfer(Ix<Transfer>, f64, bool),
    /// Lying there while another vessel does that transfer.
    Alongside(Ix<Transfer>),
}

/// Everything that is to be done, in the order in which it begins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Order {
    /// The steps.
    pub steps: Vec<Step>,
    /// By reserve what the schedule has in its store at the beginning of each slot, and at the end of the last, in tonnes; nothing where
    /// that is not known.
    pub kept: Vec<Vec<f64>>,
    /// By process what the schedule has fed it by the end of each slot, and what of that it has in its store as in `kept`; nothing where that is not
    /// known.
    pub fed: Vec<Flowed>,
    /// By demand what the schedule has supplied it with, and what of that it has in its store; nothing where that is not known.
    pub supplied: Vec<Flowed>,
    /// Whether more is to be supplied than the schedule does, whatever it costs to make it.
    pub makes_more: bool,
    /// What has happened already: of the steps those before it are only counted.
    pub past: Option<Arc<Past>>,
}

/// What a schedule has for a process or a demand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flowed {
    /// Tonnes that it was fed or supplied with by the end of each slot.
    pub by: Vec<f64>,
    /// Tonnes in the store at the beginning of each slot, and at the end of the last.
    pub stock: Vec<f64>,
}

/// Whether what is planned is all that is lifted: within a budget, or while cargo keeps and fuel lasts.
pub fn is_bound(plan: &Plan) -> bool {
    let is_finite = |of_it: &Budget| of_it.cost.is_finite() || of_it.emissions.is_finite();
    judged::is_needed(plan) || plan.budgets.iter().any(is_finite)
}

/// Whether others keep a rhythm for a vessel: who comes for it comes as often as planned, so that it is done no later for the sake of more.
fn is_tended(plan: &Plan, vessel: Ix<Vessel>) -> bool {
    plan.tasks.iter().any(|task| task.is_in_rhythm() && task.serves == Some(vessel))
}

/// Whether more than a schedule lifts is wanted: more tonnes count before anything that they cost, and not all that is demanded is there.
fn wants_more(plan: &Plan, schedule: &Schedule) -> bool {
    counts_first(plan, |goal| goal.is_more_better() && (*goal != Goal::Supplied || is_short(plan, schedule)))
}

/// Whether more than a schedule supplies is wanted, and counts before anything that it costs.
fn makes_more(plan: &Plan, schedule: &Schedule) -> bool {
    counts_first(plan, |goal| *goal == Goal::Supplied && is_short(plan, schedule))
}

/// Whether what is wanted by goals counts before anything that it costs.
fn counts_first(plan: &Plan, is_wanted: impl Fn(&Goal) -> bool) -> bool {
    // What has all that it can have is no reason for more, nor against it.
    let counts = |goal: &&Goal| is_wanted(goal) || !goal.is_more_better();
    match plan.weights {
        Some(_) => plan.goals.iter().any(&is_wanted),
        None => plan.goals.iter().find(counts).is_some_and(&is_wanted),
    }
}

/// Whether a demand goes without some that it would pay for.
fn is_short(plan: &Plan, schedule: &Schedule) -> bool {
    plan.demands.iter().zip(&schedule.demands).any(|(demand, row)| {
        let paid = demand.value.iter().filter(|(_, worth)| *worth > 0.0).map(|(tonnes, _)| tonnes);
        row.supplied_t < row.wanted_t.min(paid.sum()) - SHORT
    })
}

/// Tonnes of a schedule, which are rounded: what flows at full rate in whole slots is just that, so that no slot is missing or too many.
fn whole(plan: &Plan, rate: f64, tonnes: f64) -> f64 {
    let per_slot = rate * plan.horizon.slot_h();
    let of_slots = (tonnes / per_slot).round() * per_slot;
    if (of_slots - tonnes).abs() <= ROUNDING { of_slots } else { tonnes }
}

impl Order {
    /// By step whether it was over when the rest began.
    pub fn over(&self) -> Vec<bool> {
        let Some(past) = &self.past else { return vec![false; self.steps.len()] };
        let until = past.until as usize;
        let mut over = vec![false; self.steps.len()];
        // By vessel the slot of its next step.
        let mut next: BTreeMap<Ix<Vessel>, usize> = BTreeMap::new();
        for (place, step) in self.steps.iter().enumerate().rev() {
            let Some(vessel) = step.vessel else {
                over[place] = step.planned < until;
                continue;
            };
            let to = next.insert(vessel, step.planned).unwrap_or(usize::MAX);
            over[place] = step.planned < until && !past.goes_on(vessel, step.planned..to);
        }
        over
    }

    /// Whether some vessel may lift more than planned.
    pub fn goes_on(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.act, Act::Sample(_, _, true)))
    }

    /// The order of an itinerary.
    pub fn of_itinerary(plan: &Plan, itinerary: &Itinerary) -> Order {
        let mut steps = Vec::new();
        for (vessel, moves) in plan.vessels.places().zip(&itinerary.vessels) {
            for next in moves {
                let act = match &next.what {
                    What::Task(task) => Act::Task(*task, 0),
                    What::Sail(from, to) => Act::Sail(*from, *to),
                    What::Sample(place, tonnes) => Act::Sample(*place, tonnes.iter().sum(), false),
                    What::Transfer(place, tonnes) => Act::Transfer(*place, tonnes.iter().sum(), true),
                    What::Alongside(place) => Act::Alongside(*place),
                };
                steps.push(Step {
                    vessel: Some(vessel),
                    act,
                    planned: next.start,
                    length: next.end - next.start,
                });
            }
        }
        for &(task, start, end) in &itinerary.alone {
            steps.push(Step { vessel: None, act: Act::Task(task, 0), planned: start, length: end - start });
        }
        Order::joined(plan, steps)
    }

    /// The order of a schedule of this plan, of which all before a time has happened: that time, or else the one that the schedule tells.
    ///
    /// # Errors
    /// As for [`Order::of_schedule`] and [`Past::new`].
    pub fn since(
        plan: &Plan,
        sea: &Sea,
        schedule: &Schedule,
        now: Option<DateTime<Utc>>,
    ) -> Result<Order, Error> {
        let order = Order::of_schedule(plan, schedule)?;
        match now.or(schedule.happened.map(|happened| happened.to_utc())) {
            Some(until) if until > plan.horizon.start => {
                let past = Past::new(plan, sea, schedule, until)?;
                Ok(Order { past: Some(Arc::new(past)), ..order })
            }
            _ => Ok(order),
        }
    }

    /// The same with the plan's own weather for so long after now in every run, as a forecast that is trusted.
    ///
    /// # Errors
    /// When nothing has happened yet, and as for [`Past::with_own_weather`].
    pub fn with_own_weather(self, plan: &Plan, own: Span) -> Result<Order, Error> {
        let Some(past) = self.past.as_deref() else {
            return Err(Error::Usage(
                "--own-weather counts from now on, and nothing of this voyage has happened yet; say with --now up to when it has, or leave it out"
                    .to_owned(),
            ));
        };
        let past = past.clone().with_own_weather(plan, own)?;
        Ok(Order { past: Some(Arc::new(past)), ..self })
    }

    /// The order of a schedule of this plan, from its beginning.
    ///
    /// # Errors
    /// When the schedule is of another plan, or names something that the plan does not have.
    pub fn of_schedule(plan: &Plan, schedule: &Schedule) -> Result<Order, Error> {
        if schedule.plan.sha256 != plan.sha256 {
            return Err(Error::Usage(format!(
                "this schedule answers another plan, or this one before it was changed (it says {:?}, the plan is {:?}); plan again with `mudline schedule`",
                schedule.plan.name, plan.name
            )));
        }
        let mut steps = Vec::new();
        for activity in schedule.activities.iter().filter(|activity| activity.is_real()) {
            let unknown = || {
                let id = &activity.id;
                Error::Usage(format!(
                    "the schedule's activity {id} names something that the plan does not have"
                ))
            };
            let vessel = match &activity.vessel {
                Some(name) => Some(plan.vessels.find(|vessel| vessel.id == *name).ok_or_else(unknown)?),
                None => None,
            };
            let site = |name: &Option<String>| plan.sites.find(|site| Some(&site.id) == name.as_ref());
            let (name, tonnes) = (activity.task.as_ref(), activity.tonnes.unwrap_or(0.0));
            let act = match activity.kind {
                Kind::Task => plan.tasks.find(|t| Some(&t.id) == name).map(|task| Act::Task(task, 0)),
                Kind::Sail => site(&activity.site).zip(site(&activity.to_site)).map(|(a, b)| Act::Sail(a, b)),
                Kind::Sampling => plan
                    .samplings
                    .find(|s| Some(&s.id) == name)
                    .map(|place| Act::Sample(place, whole(plan, plan.samplings[place].rate, tonnes), false)),
                Kind::Transfer => plan.transfers.find(|t| Some(&t.id) == name).map(|place| {
                    let is_met = Some(plan.transfers[place].stand.vessel) != vessel;
                    let tonnes = whole(plan, plan.transfers[place].rate, tonnes);
                    if is_met { Act::Alongside(place) } else { Act::Transfer(place, tonnes, true) }
                }),
                Kind::Process | Kind::Supply | Kind::Wait | Kind::Idle => None,
            };
            let planned = plan.horizon.floor(activity.start.to_utc());
            let length = plan.horizon.ceil(activity.end.to_utc()).saturating_sub(planned);
            steps.push(Step { vessel, act: act.ok_or_else(unknown)?, planned, length });
        }
        Ok(Order::joined(plan, steps).with_shore(plan, schedule))
    }

    /// The same, with what its schedule has for reserves and feeds to processes; no more is lifted if its tonnes are all that is wanted.
    #[must_use]
    pub fn with_shore(mut self, plan: &Plan, schedule: &Schedule) -> Order {
        if !wants_more(plan, schedule) {
            for step in &mut self.steps {
                if let Act::Sample(_, _, goes_on) = &mut step.act {
                    *goes_on = false;
                }
            }
        }
        let stock = |site: Ix<Site>, commodity: Ix<Commodity>| {
            let (site, commodity) = (&plan.sites[site].id, &plan.commodities[commodity].id);
            let stock =
                schedule.stocks.iter().find(|stock| stock.holder == *site && stock.commodity == *commodity);
            let at = |slot| stock.map_or(0.0, |stock| stock.at(plan.horizon.time(slot)));
            (0..=plan.horizon.slots).map(at).collect()
        };
        let done = |kind: Kind, id: &String| {
            let is_own = |activity: &&Activity| activity.kind == kind && activity.task.as_ref() == Some(id);
            let own: Vec<&Activity> = schedule.activities.iter().filter(is_own).collect();
            let by = |slot| own.iter().map(|of_it| level_at(&of_it.course, plan.horizon.time(slot))).sum();
            (1..=plan.horizon.slots).map(by).collect()
        };
        let fed = plan
            .processes
            .iter()
            .map(|of_it| Flowed { by: done(Kind::Process, &of_it.id), stock: stock(of_it.site, of_it.from) });
        let supplied = plan.demands.iter().map(|of_it| Flowed {
            by: done(Kind::Supply, &of_it.id),
            stock: stock(of_it.site, of_it.commodity),
        });
        Order {
            kept: plan.reserves.iter().map(|of_it| stock(of_it.site, of_it.commodity)).collect(),
            fed: fed.collect(),
            supplied: supplied.collect(),
            makes_more: makes_more(plan, schedule),
            ..self
        }
    }

    /// Joins sessions, sorts, and marks what is last. Parcels are left as they are where vessels go together: each of them waits for its own
    /// berth, partner and goods.
    fn joined(plan: &Plan, mut steps: Vec<Step>) -> Order {
        let is_together = Together::is_needed(plan);
        // Each run of what keeps only so long has its own time.
        let hurries = |q: Ix<Sampling>| plan.commodities[plan.samplings[q].commodity].hurries();
        steps.sort_by_key(|step| (step.vessel.is_none(), step.vessel, step.planned));
        let mut joined: Vec<Step> = Vec::new();
        for step in steps {
            let last = joined.last_mut().filter(|last| last.vessel == step.vessel);
            match (last.map(|last| &mut last.act), &step.act) {
                (Some(Act::Sample(a, sum, _)), Act::Sample(b, tonnes, _)) if a == b && !hurries(*a) => {
                    *sum += tonnes;
                }
                (Some(Act::Transfer(a, sum, _)), Act::Transfer(b, tonnes, _)) if a == b && !is_together => {
                    *sum += tonnes;
                }
                _ => joined.push(step),
            }
        }
        let is_bound = is_bound(plan);
        for place in 0..joined.len() {
            let later =
                |vessel: Option<Ix<Vessel>>| joined[place + 1..].iter().filter(move |s| s.vessel == vessel);
            let vessel = joined[place].vessel;
            match joined[place].act {
                Act::Sample(q, tonnes, _) => {
                    let is_last = !is_bound
                        && !vessel.is_some_and(|vessel| is_tended(plan, vessel))
                        && !later(vessel).any(|step| matches!(step.act, Act::Sample(..)));
                    joined[place].act = Act::Sample(q, tonnes, is_last);
                }
                Act::Transfer(r, tonnes, _) => {
                    // Another parcel of the same goods before more is lifted: then each takes its share.
                    let commodity = plan.transfers[r].commodity;
                    let next =
                        later(vessel).find(|step| matches!(step.act, Act::Sample(..) | Act::Transfer(..)));
                    let shares = next.is_some_and(
                        |step| matches!(step.act, Act::Transfer(o, ..) if plan.transfers[o].commodity == commodity && plan.transfers[o].direction == plan.transfers[r].direction),
                    );
                    joined[place].act = Act::Transfer(r, tonnes, !shares);
                }
                _ => {}
            }
        }
        joined.sort_by_key(|step| (step.planned, step.vessel.is_none(), step.vessel));
        let mut counts = vec![0; plan.tasks.len()];
        for step in &mut joined {
            if let Act::Task(task, nth) = &mut step.act {
                *nth = counts[task.index()];
                counts[task.index()] += 1;
            }
        }
        Order { steps: joined, ..Order::default() }
    }
}
