//! What the runs mean: odds, percentiles, causes of delay, and how sure all of that is.
//!
//! In: a [`Head`] (what was simulated) and the [`Tally`](super::tally::Tally) of each policy (`summary` makes one of the other). Out: an [`Answer`], which is what `--json` prints.
//! Rules: percentiles are nearest rank over all runs, those that never get there included. Intervals are of 95 %: Wilson's for shares,
//! ranks of the binomial distribution (by its normal approximation) for percentiles. Runs in the same weather year are not
//! independent, so the number of weather years stands for the number of runs where it is smaller.
//! Source: Wilson 1927; order statistics as in Conover, Practical Nonparametric Statistics, section 3.2.

use super::log::Outcome;
use super::starts::Refused;
use super::what_if::WhatIf;
use crate::schedule::Time;
use serde::{Deserialize, Serialize};

/// The name and version of the form of a simulation's JSON.
pub const SCHEMA: &str = "mudline-simulation-1";
/// The percentiles that are told.
pub const PERCENTS: [u32; 5] = [10, 20, 50, 80, 90];
/// A task as the answer needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskHead {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// When the schedule that is followed starts and ends it, in slots.
    pub planned: Option<(u32, u32)>,
    /// The slot by which it must end.
    pub deadline: Option<u32>,
    /// The slot by which it should end.
    pub due: Option<u32>,
}

/// What has happened already, and is the same in every run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HappenedHead {
    /// Up to when.
    pub until: Time,
    /// The same as a slot.
    pub slot: u32,
    /// SHA-256 of who did what when.
    pub sha256: String,
}

/// The weather that was sailed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeatherHead {
    /// `series`, `synthetic` or `none`.
    pub source: String,
    /// Where it comes from, in words.
    pub about: String,
    /// Whether a generator made it.
    pub is_synthetic: bool,
    /// How many different weather years.
    pub years: u64,
    /// Until when the weather of every run is the plan's own, as it was forecast; nothing where it is so up to now alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own_until: Option<Time>,
    /// The same as hours from now on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own_h: Option<f64>,
}

/// What was simulated: all that an answer needs besides the counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The plan's name.
    pub plan: String,
    /// The IANA name of its zone.
    pub zone: String,
    /// SHA-256 of the plan file.
    pub sha256: String,
    /// The plan's start.
    pub start: Time,
    /// The plan's end.
    pub end: Time,
    /// What has happened already; nothing where whole voyages are sailed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub happened: Option<HappenedHead>,
    /// Hours of a slot.
    pub slot_h: f64,
    /// Slots of the plan.
    pub slots: u32,
    /// The letters of the currency.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub currency: Option<String>,
    /// The tasks.
    pub tasks: Vec<TaskHead>,
    /// The names of all that can wait.
    pub items: Vec<String>,
    /// The vessels.
    pub vessels: Vec<String>,
    /// Whether something is lifted.
    pub lifts: bool,
    /// Whether something is brought ashore.
    pub delivers: bool,
    /// Whether somebody ashore is supplied.
    #[serde(skip_serializing_if = "is_not", default)]
    pub supplies: bool,
    /// What the S-curve counts: `t` or `tasks`.
    pub curve_unit: String,
    /// The most that it can count.
    pub curve_most: f64,
    /// Tonnes that the schedule lifts and delivers, and its finish in slots.
    pub planned: Option<(f64, f64, u32)>,
    /// Tonnes that demands are supplied with in the schedule.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub planned_supplied: Option<f64>,
    /// What the schedule costs, where the plan has a currency.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub planned_cost: Option<f64>,
    /// The slot in which the first tonnes are on deck in the schedule, where it lifts any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub planned_first_mud: Option<u32>,
    /// Hours of all vessels in the schedule: work, sailing, waiting on weather, other waiting, idle.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub planned_times_h: Option<[f64; 5]>,
    /// Transfers between two vessels in the order that is followed, where vessels meet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub planned_meetings: Option<u32>,
    /// The weather.
    pub weather: WeatherHead,
    /// Starts that were wanted.
    pub starts_wanted: u64,
    /// Starts that are run.
    pub starts_run: u64,
    /// Starts that cannot be run.
    pub refused: Vec<Refused>,
    /// The order that is followed.
    pub order: String,
    /// The seed.
    pub seed: u64,
    /// Draws of each start.
    pub draws: u64,
    /// `drawn` or `planned`.
    pub durations: String,
    /// The same of yields, where some yield is uncertain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub yields: Option<String>,
    /// Hours ahead in which the weather is known.
    pub forecast_h: f64,
    /// The share of weather years in which a ship that leaves when it must is home in time.
    pub home_odds: f64,
}

/// Whether there are none.
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Whether something is left out of the file as it does not apply.
fn is_not(applies: &bool) -> bool {
    !applies
}

/// A share of the runs with its interval of 95 %.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Share {
    /// What it is the share of.
    pub id: String,
    /// Runs.
    pub runs: u64,
    /// Their share, 0 to 1.
    pub share: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
    /// Independent runs that would bring the interval to one point on either side.
    pub runs_for_one_point: u64,
}

/// A percentile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Percentile {
    /// Which.
    pub p: u32,
    /// The value: hours from the start, tonnes or money; nothing when so many runs never get there.
    pub value: Option<f64>,
    /// The same as a date on the plan's calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Time>,
    /// The first run that has this value.
    pub run: Option<u64>,
    /// The interval of 95 %; an end is nothing where it reaches runs that never get there.
    pub interval: (Option<f64>, Option<f64>),
}

/// A part of a histogram.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// From this value on.
    pub from: f64,
    /// To below this value (the last bar: to this value).
    pub to: f64,
    /// Runs.
    pub runs: u64,
}

/// Something that is measured in every run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// What: `run-pipe`, `first-mud`, `finish`, `sampled`, `weather` ...
    pub id: String,
    /// For people.
    pub name: String,
    /// `start`, `end` or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moment: Option<&'static str>,
    /// `h` (hours from the start), `t`, or the currency.
    pub unit: String,
    /// Whether it has happened already, so that it is the same in every run.
    #[serde(skip_serializing_if = "is_not")]
    pub is_fact: bool,
    /// The value in the schedule that is followed.
    pub planned: Option<f64>,
    /// The share of runs that never get there.
    pub never: f64,
    /// The mean of the others.
    pub mean: Option<f64>,
    /// Percentiles, in the order of [`PERCENTS`].
    pub percentiles: Vec<Percentile>,
    /// How the runs are spread over the values.
    pub histogram: Vec<Bar>,
}

/// Days lost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LostTo {
    /// To what.
    pub id: String,
    /// Hours a run, on average.
    pub hours_per_run: f64,
}

/// Days for which vessels waited for one another or for goods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeldUp {
    /// By what: the transfer or the task that they waited to begin.
    pub id: String,
    /// Hours a run in which the other vessel was not there, or none of its work before it was done, or no berth was free; on average.
    pub for_vessel_h: f64,
    /// Hours a run in which there were not goods enough, or no room for them; on average.
    pub for_goods_h: f64,
}

/// Why runs ended badly.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Culprit {
    /// How they ended.
    pub outcome: Outcome,
    /// The task, sampling or leg that made it so.
    pub id: String,
    /// Runs.
    pub runs: u64,
}

/// A point of the S-curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Hours from the start.
    pub h: f64,
    /// On the plan's calendar.
    pub date: Time,
    /// Percentiles, in the order of [`PERCENTS`].
    pub values: [f64; 5],
}

/// What leaving on one date comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DepartureRow {
    /// The date on the plan's calendar, without its year.
    pub date: String,
    /// Runs.
    pub runs: u64,
    /// The share in which all is done in time.
    pub done: Share,
    /// The share in which gear is lost.
    pub lost: f64,
    /// Tonnes lifted, percentiles in the order of [`PERCENTS`].
    pub sampled_t: [f64; 5],
    /// Tonnes that reach the shore, percentiles in the order of [`PERCENTS`].
    pub delivered_t: [f64; 5],
    /// Tonnes that demands are supplied with, percentiles in the order of [`PERCENTS`]; only where the plan has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplied_t: Option<[f64; 5]>,
}

/// What one policy comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PolicyAnswer {
    /// Its name.
    pub policy: String,
    /// Runs.
    pub runs: u64,
    /// Runs that were planned anew without proof that there is no better plan, for want of time.
    #[serde(skip_serializing_if = "is_none")]
    pub unproven_runs: u64,
    /// Those of them for which there was none in time: they count as impossible, and may not be.
    #[serde(skip_serializing_if = "is_none")]
    pub unplanned_runs: u64,
    /// Runs that were done, and how the others ended.
    pub outcomes: Vec<Share>,
    /// What made them end so.
    pub culprits: Vec<Culprit>,
    /// Shares of runs that keep each deadline, each due date and the plan's end.
    pub deadlines: Vec<Share>,
    /// Times.
    pub milestones: Vec<Measured>,
    /// Tonnes and money.
    pub amounts: Vec<Measured>,
    /// Hours of each kind, all vessels together.
    pub times: Vec<Measured>,
    /// Weather by what it stopped.
    pub lost_by_task: Vec<LostTo>,
    /// Weather by the channel that stopped it.
    pub lost_by_channel: Vec<LostTo>,
    /// Weather by month, January first.
    pub lost_by_month_h: [f64; 12],
    /// What vessels waited for that was neither weather nor their own work; only where they meet or share the shore.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held_up: Vec<HeldUp>,
    /// Progress over time.
    pub curve: Vec<Point>,
    /// By date of departure, in the order of the scan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub departures: Vec<DepartureRow>,
}

/// One run, as `--keep-runs` gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    /// Its number.
    pub run: u64,
    /// The policy.
    pub policy: String,
    /// When it starts.
    pub start: Time,
    /// Up to when it is as it was; nothing where whole voyages are sailed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub happened: Option<Time>,
    /// The weather year.
    pub year: i32,
    /// How it ended.
    pub outcome: Outcome,
    /// By task start and end.
    pub tasks: serde_json::Map<String, serde_json::Value>,
    /// Tonnes lifted.
    pub sampled_t: f64,
    /// Tonnes that reached the shore.
    pub delivered_t: f64,
    /// Tonnes that demands were supplied with, where the plan has any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub supplied_t: Option<f64>,
    /// When everything was over.
    pub finish: Time,
    /// Day rates and task costs.
    pub cost: f64,
    /// Hours of each kind, all vessels together.
    pub waits: Waits,
}

/// What vessels did with their time, in hours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Waits {
    /// Working.
    pub work_h: f64,
    /// Under way.
    pub sail_h: f64,
    /// Stopped by nothing but the weather.
    pub weather_h: f64,
    /// Waiting for anything else.
    pub other_h: f64,
    /// Before the first thing and after the last.
    pub idle_h: f64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// What was simulated.
    pub simulated: Head,
    /// Whether every run that was asked for is in it.
    pub is_complete: bool,
    /// By policy.
    pub policies: Vec<PolicyAnswer>,
    /// What a little more of something would bring, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<Vec<WhatIf>>,
    /// Each run, where they were kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs: Option<Vec<RunRow>>,
}
