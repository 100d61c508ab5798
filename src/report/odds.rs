//! The odds that a simulation found, as the page shows them.
//!
//! In: what `mudline simulate --json` wrote. Out: an [`Odds`], which holds the part of it that the page draws.
//! Not the simulation: nothing is computed here. What the page does not show (culprits, runs, starts) is not read.

use super::data::name;
use crate::error::Error;
use crate::schedule::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;

/// The form of a simulation that is read here.
const SCHEMA: &str = "mudline-simulation-1";

/// What a simulation came to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Odds {
    simulated: Head,
    is_complete: bool,
    policies: Vec<Policy>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Head {
    plan: String,
    sha256: String,
    start: Time,
    curve_unit: String,
    planned: Option<(f64, f64, f64)>,
    slot_h: f64,
    weather: Weather,
    seed: u64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Weather {
    about: String,
    is_synthetic: bool,
    years: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Policy {
    policy: String,
    runs: u64,
    outcomes: Vec<Share>,
    deadlines: Vec<Share>,
    milestones: Vec<Measured>,
    amounts: Vec<Measured>,
    times: Vec<Measured>,
    lost_by_task: Vec<Lost>,
    lost_by_channel: Vec<Lost>,
    curve: Vec<Point>,
}

/// A share of the runs, from 0 to 1, and the interval in which it lies with 95 %.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Share {
    id: String,
    runs: u64,
    share: f64,
    low: f64,
    high: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Measured {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    moment: Option<String>,
    unit: String,
    planned: Option<f64>,
    never: f64,
    mean: Option<f64>,
    percentiles: Vec<Percentile>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Percentile {
    p: u32,
    value: Option<f64>,
    run: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Lost {
    id: String,
    hours_per_run: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Point {
    h: f64,
    values: Vec<Option<f64>>,
}

impl Odds {
    /// Reads what `mudline simulate --json` wrote.
    ///
    /// # Errors
    /// When the file cannot be read, is no JSON, is of another schema, or lacks what the page shows; the message names the line.
    pub fn read(path: &Path) -> Result<Odds, Error> {
        let text = std::fs::read(path).map_err(|e| Error::read(path, e))?;
        let malformed = |message: String| Error::Malformed { path: path.to_owned(), message };
        let value: Value =
            serde_json::from_slice(&text).map_err(|e| malformed(format!("this is no JSON: {e}")))?;
        match value.get("schema").and_then(Value::as_str) {
            Some(SCHEMA) => serde_json::from_slice(&text)
                .map_err(|e| malformed(format!("this simulation is not whole: {e}"))),
            Some(other) => Err(malformed(format!(
                "this is of schema {other:?}, and {SCHEMA:?} is what is read here; simulate again with this version"
            ))),
            None => Err(malformed(
                "this is no simulation: it has no \"schema\"; name what `mudline simulate --json` wrote"
                    .to_owned(),
            )),
        }
    }

    /// What the page draws.
    pub(super) fn value(&self, plan: &str) -> Value {
        let mut policies = json!(self.policies);
        shorten(&mut policies);
        json!({
            "plan": name(&self.simulated.plan), "other_plan": self.simulated.sha256 != plan, "is_complete": self.is_complete,
            "start": self.simulated.start.timestamp(),
            "curve_unit": name(&self.simulated.curve_unit), "planned": self.simulated.planned, "slot_h": self.simulated.slot_h,
            "about": name(&self.simulated.weather.about), "is_synthetic": self.simulated.weather.is_synthetic,
            "years": self.simulated.weather.years, "seed": self.simulated.seed, "policies": policies,
        })
    }
}

/// Makes every text in it a name that the page can show.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => *text = name(text),
        Value::Array(values) => values.iter_mut().for_each(shorten),
        Value::Object(values) => values.values_mut().for_each(shorten),
        _ => {}
    }
}
