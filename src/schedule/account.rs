//! From an itinerary to a schedule: everything that follows from who does what when.
//!
//! In: a plan, its sea, an itinerary, and how good it is said to be. Out: a whole [`Schedule`]: waits and what they wait for, stocks,
//! deliveries, floats, totals. Every vessel's time adds up: work, sailing, waiting on weather, other waiting, idle.
//! Not a judge: it takes the itinerary as it is; [`super::verify`] says whether it may be so.

use super::activities::Activities;
use super::context::{Bound, Restriction, bounds, costs, links, routes, sea as sea_rows};
use super::dues::fuel;
use super::floats::floats;
use super::outlook::Outlook;
use super::{
    Activity, CostRow, Delivery, HorizonStamp, Hours, Interval, Itinerary, Kind, PlanStamp, SCHEMA, Schedule,
    SiteStamp, SolveStamp, Time, Totals, WeatherStamp, WindowRow, shore,
};
use crate::id::Ix;
use crate::plan::phases::{stretches as of_phases, words};
use crate::plan::windows::{some_phase_is_calm, task_limits};
use crate::plan::{Commodity, Direction, Plan, Sea, Site, SiteKind, Task};
use crate::time::Slot;
use crate::weather::Limits;
use std::collections::BTreeMap;
use std::ops::Range;

/// Makes the schedule of an itinerary.
pub fn account(plan: &Plan, sea: &Sea, itinerary: &Itinerary, solve: SolveStamp) -> Schedule {
    let outlook = Outlook::new(plan, sea, itinerary);
    let clock = Clock { plan };
    let mut activities = Activities::new(plan, itinerary, &outlook);
    let shore =
        shore::activities(plan, itinerary, |kind, id, name, slots| activities.blank(kind, id, name, slots));
    let mut activities = activities.rows;
    for (activity, float) in
        activities.iter_mut().filter(|a| a.is_real()).zip(floats(plan, itinerary, &outlook))
    {
        if activity.start < clock.at(itinerary.happened) {
            // What has begun cannot begin later.
            continue;
        }
        let float_h = float as f64 * plan.horizon.slot_h();
        activity.float_h = Some(float_h);
        activity.critical = float == 0;
    }
    activities.extend(shore);
    let stocks = super::stocks::stocks(plan, itinerary);
    let ranges = super::yields::ranges(plan, itinerary);
    let deliveries = deliveries(plan, &activities);
    let costs = costs(plan, &activities);
    let made_range_t = ranges.as_ref().map(|ranges| ranges.made.clone()).unwrap_or_default();
    let totals = totals(plan, &activities, &costs, made_range_t);
    Schedule {
        schema: SCHEMA.to_owned(),
        plan: PlanStamp {
            name: plan.name.clone(),
            zone: plan.zone.name().to_owned(),
            sha256: plan.sha256.clone(),
            issued: plan.zone.local(plan.issued),
            currency: plan.currency.clone(),
        },
        weather: weather(plan, sea),
        horizon: HorizonStamp {
            start: clock.at(0),
            end: clock.at(plan.horizon.slots),
            slot_h: plan.horizon.slot_h(),
        },
        solve,
        happened: (itinerary.happened > 0).then(|| clock.at(itinerary.happened)),
        sites: plan.sites.iter().map(site_stamp).collect(),
        windows: windows(plan, sea, clock, &outlook),
        reserves: super::reserves::reserves(plan, &stocks, ranges.as_ref()),
        demands: super::demands::demands(plan, &activities, ranges.as_ref()),
        laytimes: super::laytimes::laytimes(plan, &activities),
        budgets: super::budgets::budgets(plan, &activities, &totals),
        closures: super::closures::closures(plan),
        stocks,
        tanks: super::tanks::tanks(plan, &activities),
        links: links(plan, &activities),
        routes: routes(plan, &activities),
        activities,
        deliveries,
        totals,
        costs,
        sea: sea_rows(plan, sea),
        notes: plan.notes.clone(),
    }
}

/// Turns slots into times of the plan's zone.
#[derive(Clone, Copy)]
pub(super) struct Clock<'p> {
    pub(super) plan: &'p Plan,
}

impl Clock<'_> {
    pub(super) fn at(self, slot: Slot) -> Time {
        self.plan.zone.local(self.plan.horizon.time(slot))
    }

    pub(super) fn interval(self, slots: Range<Slot>) -> Interval {
        (self.at(slots.start), self.at(slots.end))
    }
}

/// The stretches of `slots` in which `is_so` holds.
pub(super) fn stretches(slots: Range<Slot>, is_so: impl Fn(Slot) -> bool) -> Vec<Range<Slot>> {
    let mut stretches: Vec<Range<Slot>> = Vec::new();
    for slot in slots.filter(|&slot| is_so(slot)) {
        match stretches.last_mut() {
            Some(last) if last.end == slot => last.end = slot + 1,
            _ => stretches.push(slot..slot + 1),
        }
    }
    stretches
}

/// A millionth of a tonne is what a solver cannot tell from nothing.
pub(super) fn rounded(tonnes: f64) -> f64 {
    // Adding zero turns a negative zero into a plain one.
    (tonnes * 1e6).round() / 1e6 + 0.0
}

fn site_stamp(site: &Site) -> SiteStamp {
    let position = site.position.map(|position| (position.latitude, position.longitude));
    SiteStamp { id: site.id.clone(), kind: site.kind.word().to_owned(), position }
}

fn weather(plan: &Plan, sea: &Sea) -> Vec<WeatherStamp> {
    let stamp = |(place, weather): (Ix<crate::plan::Weather>, &crate::plan::Weather)| {
        let series = sea.series(place);
        WeatherStamp {
            id: weather.id.clone(),
            sha256: weather.sha256.clone(),
            origin: series.origin.word().to_owned(),
            first: plan.zone.local(series.start),
            last: plan.zone.local(series.time(series.len().saturating_sub(1))),
            step_h: series.step.hours(),
        }
    };
    plan.weather.entries().map(stamp).collect()
}

/// When the weather lets each limited piece of work go on.
/// Of a task in phases, when it lets some phase go on: a bar lies nowhere else.
fn windows(plan: &Plan, sea: &Sea, clock: Clock<'_>, outlook: &Outlook<'_>) -> Vec<WindowRow> {
    let row = |task: &str, limits: &Limits, calm: &[bool]| WindowRow {
        task: task.to_owned(),
        limits: limits.to_string(),
        bounds: bounds(limits),
        forecast: None,
        open: stretches(0..calm.len(), |slot| calm[slot]).into_iter().map(|s| clock.interval(s)).collect(),
    };
    let tasks = plan.tasks.iter().zip(&outlook.tasks).filter(|(task, _)| !task_limits(plan, task).is_empty());
    let tasks = tasks.map(|(task, windows)| {
        let row = match task.phases[..] {
            [] => row(&task.id, &task_limits(plan, task), &windows.slots.calm),
            _ => WindowRow {
                limits: words(plan, task),
                bounds: bounds_of_phases(plan, task),
                ..row(&task.id, &Limits::default(), &some_phase_is_calm(plan, sea, task))
            },
        };
        WindowRow { forecast: Restriction::of_task(plan, sea, task), ..row }
    });
    let samplings = plan.samplings.iter().zip(&outlook.samplings).map(|(sampling, slots)| {
        let limits = sampling.limits.and(&plan.gear(sampling.stand).survives);
        row(&sampling.id, &limits, &slots.calm)
    });
    tasks.chain(samplings.filter(|row| !row.limits.is_empty())).collect()
}

/// The bounds of all phases of a task, each once.
fn bounds_of_phases(plan: &Plan, task: &Task) -> Vec<Bound> {
    let mut all: Vec<Bound> = Vec::new();
    for bound in of_phases(plan, task).iter().flat_map(|(_, limits)| bounds(limits)) {
        if !all.contains(&bound) {
            all.push(bound);
        }
    }
    all
}

fn deliveries(plan: &Plan, activities: &[Activity]) -> Vec<Delivery> {
    let mut deliveries: Vec<Delivery> = activities
        .iter()
        .filter(|activity| activity.kind == Kind::Transfer)
        .filter_map(|activity| {
            let transfer = plan.transfers.iter().find(|t| Some(&t.id) == activity.task.as_ref())?;
            let site = &plan.sites[transfer.stand.site];
            let tonnes = activity.tonnes.filter(|&tonnes| tonnes > 0.0)?;
            let is_ashore = transfer.meets.is_none() && transfer.direction == Direction::Ashore;
            (is_ashore && site.kind != SiteKind::Sea).then(|| Delivery {
                site: site.id.clone(),
                commodity: plan.commodities[transfer.commodity].id.clone(),
                time: activity.end,
                tonnes,
            })
        })
        .collect();
    deliveries.sort_by_key(|delivery| delivery.time);
    deliveries
}

fn totals(
    plan: &Plan,
    activities: &[Activity],
    costs: &[CostRow],
    made_range_t: BTreeMap<String, (f64, f64)>,
) -> Totals {
    let clock = Clock { plan };
    let (supplied_t, made_t) = shore::totals(plan, activities);
    let (fuel_t, co2_t) = fuel(plan, activities);
    let mut totals = Totals {
        sampled_t: 0.0,
        delivered_t: 0.0,
        supplied_t,
        made_t,
        made_range_t,
        finish: activities.iter().filter(|a| a.is_real()).map(|a| a.end).max().unwrap_or(clock.at(0)),
        // A sum of nothing is a negative zero.
        cost: costs.iter().map(|row| row.amount).sum::<f64>() + 0.0,
        fuel_t,
        co2_t,
        late_h: 0.0,
        vessels: BTreeMap::new(),
    };
    let mut landed = vec![0.0; plan.commodities.len()];
    for activity in activities {
        let tonnes = activity.tonnes.unwrap_or(0.0);
        match activity.kind {
            Kind::Sampling => totals.sampled_t += tonnes,
            Kind::Transfer => {
                if let Some((commodity, sign)) = to_shore(plan, activity) {
                    landed[commodity.index()] += sign * tonnes;
                }
            }
            Kind::Task => {
                if let Some(task) = plan.tasks.iter().find(|task| Some(&task.id) == activity.task.as_ref()) {
                    let late = task.due.map_or(0, |due| (activity.end.to_utc() - due).num_seconds().max(0));
                    totals.late_h += late as f64 / 3600.0;
                }
            }
            _ => {}
        }
    }
    for ship in &plan.vessels {
        let own = || activities.iter().filter(|activity| activity.vessel.as_deref() == Some(&ship.id));
        let mut hours = Hours::default();
        for activity in own() {
            match activity.kind {
                Kind::Sail => hours.sail_h += activity.hours(),
                Kind::Idle => hours.idle_h += activity.hours(),
                Kind::Wait => {
                    hours.weather_wait_h += activity.waiting_h;
                    hours.other_wait_h += activity.hours() - activity.waiting_h;
                }
                Kind::Process | Kind::Supply => {}
                Kind::Task | Kind::Sampling | Kind::Transfer => {
                    hours.work_h += activity.work_h();
                    hours.weather_wait_h += activity.waiting_h;
                    hours.other_wait_h += activity.hours() - activity.work_h() - activity.waiting_h;
                }
            }
        }
        totals.vessels.insert(ship.id.clone(), hours);
    }
    totals.sampled_t = rounded(totals.sampled_t);
    totals.delivered_t = rounded(delivered(&landed));
    totals
}

/// Tonnes delivered, where of each commodity so much more came ashore than was taken away from there: what goes out to sea takes nothing from what
/// was lifted.
pub fn delivered(landed: &[f64]) -> f64 {
    landed.iter().map(|tonnes| tonnes.max(0.0)).sum()
}

/// What a transfer brings to the shore, or takes away from there (-1).
fn to_shore(plan: &Plan, activity: &Activity) -> Option<(Ix<Commodity>, f64)> {
    let transfer = plan.transfers.iter().find(|transfer| Some(&transfer.id) == activity.task.as_ref())?;
    let is_shore = transfer.meets.is_none() && plan.sites[transfer.stand.site].kind != SiteKind::Sea;
    let sign = if transfer.direction == Direction::Ashore { 1.0 } else { -1.0 };
    is_shore.then_some((transfer.commodity, sign))
}
