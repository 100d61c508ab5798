//! What stands around the activities of a schedule, so that a reader of it can draw and explain without plan or weather.
//!
//! In: a plan, its sea, and the activities. Out: links between activities, ways that are sailed, the weather slot by slot, what is
//! paid for, the bounds of each window, and the remarks of the plan's author.
//! Not the judge's: [`super::verify`] works all of it out again but for the remarks, and rests nothing on it.

use super::{Activity, Kind, Time};
use crate::geo::{Position, distance};
use crate::plan::{Plan, Route, Sea, Suspend, Task};
use crate::time::Slot;
use crate::weather::{Limits, MOST_T_POP, MOST_T_R, Origin, Series};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An activity that must end before another starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The name of the activity that comes before.
    pub from: String,
    /// The name of the one that comes after.
    pub to: String,
    /// Hours that must pass between them.
    pub lag_h: f64,
    /// Hours within which the second must start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub within_h: Option<f64>,
}

/// A way between two sites that is sailed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteStamp {
    /// One end.
    pub from: String,
    /// The other end.
    pub to: String,
    /// Degrees north and east of every waypoint, both ends among them; a geodesic leads from each to the next.
    pub points: Vec<(f64, f64)>,
    /// Its length in nautical miles.
    pub nm: f64,
}

/// The weather at a site, slot by slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeaRow {
    /// The site.
    pub site: String,
    /// The name of the weather series.
    pub weather: String,
    /// The beginning of the first slot.
    pub start: Time,
    /// The length of a slot in hours.
    pub step_h: f64,
    /// For each channel the greatest sample that touches each slot, in metres, seconds or metres per second; null where one is
    /// missing.
    pub channels: BTreeMap<String, Vec<Option<f64>>>,
}

/// Something that is paid for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostRow {
    /// What it is.
    pub item: String,
    /// The vessel it is paid for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vessel: Option<String>,
    /// How much, in the plan's currency.
    pub amount: f64,
}

/// The bound of a window on one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The channel.
    pub channel: String,
    /// The unit of the limits.
    pub unit: String,
    /// The operational limit (OP_LIM): the greatest value at which the work may go on.
    pub limit: f64,
    /// The alpha factor, where the weather is a forecast and the plan names a table of them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub alpha: Option<f64>,
    /// The forecast limit (OP_WF): the alpha factor times the operational limit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub forecast_limit: Option<f64>,
}

/// How long work takes that is held to a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restriction {
    /// The planned operation period (T_POP), in hours; of work that can be halted that of halting, where the plan says so.
    pub t_pop_h: f64,
    /// The reference period (T_R): with the contingency.
    pub t_r_h: f64,
    /// Whether it can be halted.
    pub may_halt: bool,
}

impl Restriction {
    /// Of a task; none where its weather is no forecast, or nothing limits it.
    pub(super) fn of_task(plan: &Plan, sea: &Sea, task: &Task) -> Option<Restriction> {
        let series = sea.series(plan.sites[task.site?].weather?);
        let is_limited =
            task.limits.iter().chain(task.phases.iter().flat_map(|phase| phase.limits.iter())).next();
        is_limited.filter(|_| series.origin == Origin::Forecast)?;
        let may_halt = task.suspend != Suspend::Never;
        let halt = plan.alpha.as_ref().and_then(|alpha| alpha.halt).filter(|_| may_halt);
        let t_pop_h = halt.unwrap_or(task.duration).hours();
        Some(Restriction { t_pop_h, t_r_h: t_pop_h + task.contingency.hours(), may_halt })
    }

    /// Whether it is too long to be weather-restricted, and cannot be halted.
    pub fn is_too_long(&self) -> bool {
        !self.may_halt && (self.t_pop_h > MOST_T_POP.hours() || self.t_r_h > MOST_T_R.hours())
    }
}

/// The precedences of the plan between its activities: the m-th start of a task follows the m-th end of the one before it.
pub(super) fn links(plan: &Plan, activities: &[Activity]) -> Vec<Link> {
    let of = |task: &Task| -> Vec<&Activity> {
        activities.iter().filter(|a| a.kind == Kind::Task && a.task.as_ref() == Some(&task.id)).collect()
    };
    let mut links = Vec::new();
    for task in &plan.tasks {
        let mut starts = of(task);
        starts.sort_by_key(|activity| activity.start);
        for precedence in &task.after {
            let mut ends = of(&plan.tasks[precedence.task]);
            ends.sort_by_key(|activity| activity.end);
            links.extend(ends.into_iter().zip(&starts).map(|(before, after)| Link {
                from: before.id.clone(),
                to: after.id.clone(),
                lag_h: precedence.lag.hours(),
                within_h: precedence.within.map(|within| within.hours()),
            }));
        }
    }
    links
}

/// The ways that the activities sail between sites whose positions are known, each once, in order of first use.
pub(super) fn routes(plan: &Plan, activities: &[Activity]) -> Vec<RouteStamp> {
    let mut routes: Vec<RouteStamp> = Vec::new();
    for sail in activities.iter().filter(|activity| activity.kind == Kind::Sail) {
        let (Some(from), Some(to)) = (&sail.site, &sail.to_site) else { continue };
        let is_known = |route: &RouteStamp| {
            (&route.from, &route.to) == (from, to) || (&route.from, &route.to) == (to, from)
        };
        if !routes.iter().any(is_known) {
            routes.extend(route(plan, from, to));
        }
    }
    routes
}

fn route(plan: &Plan, from: &str, to: &str) -> Option<RouteStamp> {
    let site = |id: &str| plan.sites.entries().find(|(_, site)| site.id == id);
    let ((from_place, from), (to_place, to)) = (site(from)?, site(to)?);
    let via = |route: &Route| -> Option<Vec<Position>> {
        if (route.from, route.to) == (from_place, to_place) {
            Some(route.via.clone())
        } else if (route.from, route.to) == (to_place, from_place) {
            Some(route.via.iter().rev().copied().collect())
        } else {
            None
        }
    };
    let mut points = vec![from.position?];
    points.extend(plan.routes.iter().find_map(via).unwrap_or_default());
    points.push(to.position?);
    Some(RouteStamp {
        from: from.id.clone(),
        to: to.id.clone(),
        nm: distance(&points).metres() / 1852.0,
        points: points.into_iter().map(|point| (point.latitude, point.longitude)).collect(),
    })
}

/// The weather of every site that has some.
pub(super) fn sea(plan: &Plan, sea: &Sea) -> Vec<SeaRow> {
    let row = |site: &crate::plan::Site| {
        let weather = site.weather?;
        let series = sea.series(weather);
        Some(SeaRow {
            site: site.id.clone(),
            weather: plan.weather[weather].id.clone(),
            start: plan.zone.local(plan.horizon.start),
            step_h: plan.horizon.slot_h(),
            channels: series
                .channels
                .iter()
                .enumerate()
                .map(|(place, channel)| (channel.name.clone(), by_slot(plan, series, place)))
                .collect(),
        })
    };
    plan.sites.iter().filter_map(row).collect()
}

fn by_slot(plan: &Plan, series: &Series, channel: usize) -> Vec<Option<f64>> {
    let greatest = |slot: Slot| {
        let samples = series.samples_touching(plan.horizon.time(slot), plan.horizon.time(slot + 1))?;
        let samples = &series.values[channel][samples];
        let is_whole = samples.iter().all(|value| value.is_finite());
        is_whole.then(|| samples.iter().copied().fold(f64::MIN, f64::max))
    };
    (0..plan.horizon.slots).map(greatest).collect()
}

/// What is paid for: each task that costs something, each vessel by the day until it is done and for its fuel, what is fed to processes,
/// and what demands wait for.
pub(super) fn costs(plan: &Plan, activities: &[Activity]) -> Vec<CostRow> {
    let mut rows = Vec::new();
    for activity in activities.iter().filter(|activity| activity.kind == Kind::Task) {
        let task = plan.tasks.iter().find(|task| Some(&task.id) == activity.task.as_ref());
        if let Some(task) = task.filter(|task| task.cost != 0.0) {
            rows.push(CostRow {
                item: activity.id.clone(),
                vessel: activity.vessel.clone(),
                amount: task.cost,
            });
        }
    }
    rows.extend(super::dues::costs(plan, activities));
    rows.extend(super::laytimes::costs(plan, activities));
    rows.extend(super::shore::costs(plan, activities));
    rows.extend(super::demands::costs(plan, activities));
    rows
}

/// The bounds of limits, in the base unit of each channel.
pub(super) fn bounds(limits: &Limits) -> Vec<Bound> {
    let bound = |limit: &crate::weather::Limit| Bound {
        channel: limit.channel.clone(),
        unit: limit.dimension.base().to_owned(),
        limit: limit.alpha.map_or(limit.at_most, |alpha| alpha.operational),
        alpha: limit.alpha.map(|alpha| alpha.factor),
        forecast_limit: limit.alpha.map(|_| limit.at_most),
    };
    limits.iter().map(bound).collect()
}
