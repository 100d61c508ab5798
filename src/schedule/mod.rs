//! The schedule: the answer. Every activity with its times, the stocks, the deliveries, and what it all adds up to.
//!
//! In: an [`Itinerary`], which says who does what when (from a solver, or from anywhere), with the plan and its sea.
//! Out: a [`Schedule`], which is complete in itself: every export reads it and nothing else, and it is what `schedule.json` holds.
//! [`verify`] judges it; [`account()`] makes it. It knows no solver.

mod account;
mod activities;
mod budgets;
mod closures;
pub mod compare;
mod context;
mod demands;
mod dues;
mod floats;
mod hurry;
mod itinerary;
mod json;
mod laytimes;
mod outlook;
mod reserves;
mod shore;
mod stamps;
mod stocks;
mod tanks;
pub mod verify;
mod yields;

pub use account::{account, delivered};
pub use budgets::{Bounded, BudgetRow};
pub use closures::ClosureRow;
pub use context::{Bound, CostRow, Link, Restriction, RouteStamp, SeaRow};
pub use demands::{DemandRow, LateRow};
pub use itinerary::{Itinerary, Move, TankFlow, What};
pub use json::{read, read_drawable};
pub use laytimes::LaytimeRow;
pub use reserves::{Cover, ReserveRow};
pub use shore::{Shore, ShoreFlow};
pub use stamps::{
    GoalStamp, HorizonStamp, PlanStamp, SiteStamp, SolveStamp, Status, WeatherStamp, WindowRow,
};
pub use stocks::stocks;
pub use tanks::TankStock;

use crate::plan::Note;
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name and version of the form of `schedule.json`.
pub const SCHEMA: &str = "mudline-schedule-1";

/// The name of the weighted sum among the goals that are told.
pub const WEIGHTED: &str = "weighted";

/// A time with the offset of the plan's zone.
pub type Time = DateTime<FixedOffset>;

/// A half-open interval of time.
pub type Interval = (Time, Time);

/// The answer to a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// [`SCHEMA`].
    pub schema: String,
    /// The plan it answers.
    pub plan: PlanStamp,
    /// The weather it was made with.
    pub weather: Vec<WeatherStamp>,
    /// The time it covers.
    pub horizon: HorizonStamp,
    /// How good it is.
    pub solve: SolveStamp,
    /// Up to when it tells what has happened; what begins later is planned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub happened: Option<Time>,
    /// Places it speaks of.
    pub sites: Vec<SiteStamp>,
    /// When work that needs weather could go on.
    pub windows: Vec<WindowRow>,
    /// Everything that happens, by vessel in the plan's order and then by time; work without a vessel last.
    pub activities: Vec<Activity>,
    /// Tonnes in every hold and store that is not always empty.
    pub stocks: Vec<Stock>,
    /// Tonnes in every tank that is not always empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tanks: Vec<TankStock>,
    /// What reached the shore.
    pub deliveries: Vec<Delivery>,
    /// What it all adds up to.
    pub totals: Totals,
    /// What must end before what starts.
    #[serde(default)]
    pub links: Vec<Link>,
    /// What is paid for; it adds up to the cost in the totals.
    #[serde(default)]
    pub costs: Vec<CostRow>,
    /// The ways that are sailed.
    #[serde(default)]
    pub routes: Vec<RouteStamp>,
    /// The remarks of the plan's author beside his numbers: sources and assumptions.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// The weather it was made with, slot by slot.
    #[serde(default)]
    pub sea: Vec<SeaRow>,
    /// How the plan's reserves fare.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reserves: Vec<ReserveRow>,
    /// How the plan's demands fare.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub demands: Vec<DemandRow>,
    /// How vessels that have a laytime fare with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub laytimes: Vec<LaytimeRow>,
    /// How the plan's budgets fare.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub budgets: Vec<BudgetRow>,
    /// When what stands still: the plan's closures and disruptions.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub closures: Vec<ClosureRow>,
}

/// What kind of thing an activity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Work on a task.
    Task,
    /// Under way from one site to another.
    Sail,
    /// Lifting.
    Sampling,
    /// Moving a commodity between hold and shore.
    Transfer,
    /// Feeding a process.
    Process,
    /// Supplying a demand.
    Supply,
    /// Waiting for the next activity.
    Wait,
    /// Before the first activity or after the last.
    Idle,
}

impl Kind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Task => "task",
            Kind::Sail => "sail",
            Kind::Sampling => "sampling",
            Kind::Transfer => "transfer",
            Kind::Process => "process",
            Kind::Supply => "supply",
            Kind::Wait => "wait",
            Kind::Idle => "idle",
        }
    }
}

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// A name that no other activity of the schedule has, such as `run-pipe.1`.
    pub id: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// What it is called, for people.
    pub name: String,
    /// The task, sampling, transfer, process or demand of the plan that it is a time of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub task: Option<String>,
    /// The vessel that does it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vessel: Option<String>,
    /// Where it happens, or where it sails from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub site: Option<String>,
    /// Where it sails to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to_site: Option<String>,
    /// The speed at which it sails, in knots, where the vessel has several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub speed_kn: Option<f64>,
    /// The state of the vessel's gear at its end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gear: Option<String>,
    /// Its beginning.
    pub start: Time,
    /// Its end.
    pub end: Time,
    /// The intervals that are worked; for waiting, the intervals that wait on weather.
    pub work: Vec<Interval>,
    /// Hours of it in which only the weather stops it: the pauses of a task, or the part of a wait.
    pub waiting_h: f64,
    /// Tonnes lifted, moved, fed or supplied.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tonnes: Option<f64>,
    /// What is lifted, moved, fed or supplied.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commodity: Option<String>,
    /// Where the vessel has tanks: those that it goes into, or out of, each with its tonnes, which add up to what is lifted or moved.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub tanks: Vec<(String, f64)>,
    /// Tonnes that a process makes of what it is fed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub made: Option<f64>,
    /// Of a process and a supply the tonnes so far, at each time at which their rate changes; between two times they grow evenly.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub course: Vec<(Time, f64)>,
    /// Hours by which it could start later without a later finish of anything behind it that is not free to move.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub float_h: Option<f64>,
    /// Whether it has no float.
    pub critical: bool,
}

/// Tonnes in a hold or store over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    /// The vessel or site.
    pub holder: String,
    /// What is in it.
    pub commodity: String,
    /// Tonnes at each time at which they begin or cease to change; between two times they change evenly.
    pub levels: Vec<(Time, f64)>,
}

impl Stock {
    /// Tonnes at a moment.
    pub fn at(&self, time: DateTime<Utc>) -> f64 {
        level_at(&self.levels, time)
    }
}

/// Tonnes at a moment of a course that changes evenly between its times; before the first there are none.
pub fn level_at(course: &[(Time, f64)], time: DateTime<Utc>) -> f64 {
    let next = course.partition_point(|(at, _)| at.to_utc() <= time);
    match (next.checked_sub(1).map(|last| course[last]), course.get(next)) {
        (Some((from, low)), Some(&(to, high))) => {
            low + (high - low) * (time - from.to_utc()).as_seconds_f64() / (to - from).as_seconds_f64()
        }
        (Some((_, level)), None) => level,
        (None, _) => 0.0,
    }
}

/// Something that reached the shore.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Where.
    pub site: String,
    /// What.
    pub commodity: String,
    /// When the last of it came ashore.
    pub time: Time,
    /// How much.
    pub tonnes: f64,
}

/// What a schedule adds up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Tonnes lifted.
    pub sampled_t: f64,
    /// Tonnes that reached the shore, of each commodity without those that were taken away from there.
    pub delivered_t: f64,
    /// Tonnes that demands were supplied with.
    #[serde(skip_serializing_if = "is_nothing", default)]
    pub supplied_t: f64,
    /// For each commodity that processes made the tonnes of it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub made_t: BTreeMap<String, f64>,
    /// Where yields have a spread, for each commodity that processes made the tonnes of it if every yield were at its lowest, and if
    /// every one were at its highest and all else went as it is here, as far as it could.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub made_range_t: BTreeMap<String, (f64, f64)>,
    /// When every vessel is done and every task has ended; the shore may go on. The plan's start where no vessel and no task does anything.
    pub finish: Time,
    /// What vessels, their fuel and demurrage, tasks, processes and late supplies cost.
    pub cost: f64,
    /// Tonnes of fuel that vessels burn.
    #[serde(skip_serializing_if = "is_nothing", default)]
    pub fuel_t: f64,
    /// Tonnes of carbon dioxide that come of it, as far as the plan knows.
    #[serde(skip_serializing_if = "is_nothing", default)]
    pub co2_t: f64,
    /// Hours after the due dates of tasks.
    pub late_h: f64,
    /// The hours of each vessel; they add up to the horizon.
    pub vessels: BTreeMap<String, Hours>,
}

/// Whether an amount is left out of the file.
fn is_nothing(tonnes: &f64) -> bool {
    *tonnes == 0.0
}

/// What a vessel does with its time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Tasks, sampling and transfers, without pauses.
    pub work_h: f64,
    /// Under way.
    pub sail_h: f64,
    /// Stopped by nothing but the weather.
    pub weather_wait_h: f64,
    /// Waiting for anything else.
    pub other_wait_h: f64,
    /// Before the first activity and after the last.
    pub idle_h: f64,
}

impl Hours {
    /// Their sum.
    pub fn elapsed_h(&self) -> f64 {
        self.work_h + self.sail_h + self.weather_wait_h + self.other_wait_h + self.idle_h
    }
}

impl Schedule {
    /// The activities of one vessel, in order of time.
    pub fn of_vessel<'s>(&'s self, vessel: &'s str) -> impl Iterator<Item = &'s Activity> {
        self.activities.iter().filter(move |activity| activity.vessel.as_deref() == Some(vessel))
    }

    /// Whether something had begun before the time up to which the schedule tells what has happened.
    pub fn has_happened(&self, activity: &Activity) -> bool {
        self.happened.is_some_and(|happened| activity.start < happened)
    }

    /// When every vessel is done and every task has ended; nothing where neither does anything.
    pub fn finish(&self) -> Option<Time> {
        self.activities.iter().any(Activity::is_real).then_some(self.totals.finish)
    }

    /// Whether any weather it rests on was made by a generator.
    pub fn is_synthetic(&self) -> bool {
        self.weather.iter().any(|weather| weather.origin == "synthetic")
    }

    /// The place of a vessel in the schedule's order of vessels, for the plan's one.
    pub fn vessel_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for vessel in self.activities.iter().filter_map(|activity| activity.vessel.as_deref()) {
            if !names.contains(&vessel) {
                names.push(vessel);
            }
        }
        names
    }
}
