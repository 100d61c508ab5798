//! What a schedule says of itself: which plan it answers, in which weather, over which time, and how good it is.

use super::context::{Bound, Restriction};
use super::{Interval, Time};
use serde::{Deserialize, Serialize};

/// The plan a schedule answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanStamp {
    /// Its name.
    pub name: String,
    /// The IANA name of its zone.
    pub zone: String,
    /// SHA-256 of its file, in hexadecimal.
    pub sha256: String,
    /// When it was issued.
    pub issued: Time,
    /// The letters of its currency.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub currency: Option<String>,
}

/// A weather series that a schedule was made with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeatherStamp {
    /// Its name.
    pub id: String,
    /// SHA-256 of its file, in hexadecimal.
    pub sha256: String,
    /// `hindcast`, `forecast` or `synthetic`.
    pub origin: String,
    /// The time of its first sample.
    pub first: Time,
    /// The time of its last sample.
    pub last: Time,
    /// Its step in hours.
    pub step_h: f64,
}

/// The time a schedule covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HorizonStamp {
    /// Its beginning.
    pub start: Time,
    /// Its end.
    pub end: Time,
    /// The length of a slot in hours.
    pub slot_h: f64,
}

/// Whether a schedule was proven to be the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// No schedule is better: the solver's bound proves it for every goal.
    Optimal,
    /// A schedule that keeps every rule; how much better another could be, its gaps say.
    Feasible,
}

/// How good a schedule is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolveStamp {
    /// Whether it is proven.
    pub status: Status,
    /// Each goal in its order.
    pub goals: Vec<GoalStamp>,
    /// What solved it.
    pub solver: String,
}

/// How well a goal was reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoalStamp {
    /// Its word; [`WEIGHTED`](super::WEIGHTED) for the sum of goals that have weights, which stands before its parts.
    pub name: String,
    /// What was reached: worth, hours from the plan's start, hours late, or money.
    pub value: f64,
    /// What no schedule can better (given what was reached of the goals before it); nothing for a part of a weighted sum.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bound: Option<f64>,
    /// The part by which value and bound differ; 0 when the value is proven.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gap: Option<f64>,
}

/// A place that a schedule speaks of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteStamp {
    /// Its name.
    pub id: String,
    /// `port`, `sea`, `island` or `plant`.
    pub kind: String,
    /// Degrees north and degrees east.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub position: Option<(f64, f64)>,
}

/// When a task or a sampling could go on in the weather.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowRow {
    /// The task or sampling.
    pub task: String,
    /// Its limits in words, such as `hs 2.5 m`.
    pub limits: String,
    /// The same in numbers.
    #[serde(default)]
    pub bounds: Vec<Bound>,
    /// How long it takes, where its weather is a forecast.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub forecast: Option<Restriction>,
    /// The stretches in which all of them hold.
    pub open: Vec<Interval>,
}
