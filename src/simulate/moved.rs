//! The plan of one run, to be written beside its schedule: so that whoever has both can judge them.
//!
//! In: the text of the plan, and a run. Out: a [`Moved`]: a plan in TOML, moved to the run's start and with its durations and yields as
//! they were drawn, and the stretch of weather that the run sailed in.
//! The author's comments stay in his own plan. A plan with a weather of its own keeps none of what described the old file.
//! Not the judge: `mudline verify DIR DIR/schedule.json` is.

use super::case::Case;
use super::replay::{plan_of_run, slots_until};
use super::starts::Field;
use crate::error::Error;
use crate::plan::{ClosedBy, Plan};
use crate::units::Share;
use crate::weather::write::writer;
use crate::weather::{Origin, Series};
use chrono::{DateTime, Utc};
use toml::Value;

/// A plan and the files that it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// The plan, as TOML.
    pub plan: String,
    /// The names and the bytes of its weather files.
    pub files: Vec<(String, Vec<u8>)>,
    /// Files that it takes as they are: where they lie, found from the plan's folder, and what they are called now.
    pub copies: Vec<(String, String)>,
}

/// The keys of `[[weather]]` that say how its file is to be read.
const OF_THE_FILE: [&str; 8] =
    ["columns", "units", "zone", "gaps", "member", "grid", "wind_height", "wind_exponent"];

/// The plan of a run that ends in the slot `finish`.
///
/// # Errors
/// When `text` is no TOML, or a synthetic year cannot be made.
pub fn moved(
    text: &str,
    case: &Case<'_>,
    field: &Field<'_>,
    draws: u64,
    run: u64,
    finish: u32,
) -> Result<Moved, Error> {
    let start = (run / draws) as usize;
    let own = plan_of_run(case, field.starts[start].time, run, slots_until(case, finish));
    let mut table: toml::Table =
        text.parse().map_err(|e| Error::Usage(format!("the plan cannot be read again: {e}")))?;
    move_head(&mut table, &own);
    move_tasks(&mut table, &own);
    for (nth, entry) in entries(&mut table, "closure").enumerate() {
        // One of vessels of a count is one for each of them.
        let closure = own.closures.iter().find(|closure| closure.by == ClosedBy::Closure(nth));
        if let Some(closure) = closure {
            set_time(entry, "from", closure.from, &own);
            set_time(entry, "to", closure.to, &own);
        }
    }
    let first_of_each = own.vessels.entries().filter(|(place, ship)| ship.like == *place);
    for (entry, (_, ship)) in entries(&mut table, "vessel").zip(first_of_each) {
        let Some(hire) = entry.get_mut("hire").and_then(Value::as_table_mut) else { continue };
        for (key, time) in [("from", ship.hire.from), ("to", ship.hire.to)] {
            if let Some(time) = time {
                set_time(hire, key, time, &own);
            }
        }
    }
    move_shore(&mut table, &own);
    let sea = field.sea(start)?;
    let mut files = Vec::new();
    // Alpha factors are for forecasts, and the run was sailed with the limits that they gave the plan.
    let is_lowered = case.plan.tasks.iter().any(|task| task.limits.iter().any(|limit| limit.alpha.is_some()));
    for (place, (entry, series)) in entries(&mut table, "weather").zip(&sea.0).enumerate() {
        let name = format!("weather-{}.csv", place + 1);
        let origin = if is_lowered { Origin::Forecast } else { series.origin };
        OF_THE_FILE.iter().for_each(|key| drop(entry.remove(*key)));
        entry.insert("file".to_owned(), Value::String(name.clone()));
        entry.insert("origin".to_owned(), Value::String(origin.word().to_owned()));
        files.push((name, csv(&stretch(series, &own))?));
    }
    let mut copies = Vec::new();
    if let Some(alpha) = table.get_mut("alpha").and_then(Value::as_table_mut)
        && let Some(Value::String(file)) = alpha.get("file")
    {
        copies.push((file.clone(), "alpha.toml".to_owned()));
        alpha.insert("file".to_owned(), Value::String("alpha.toml".to_owned()));
    }
    let body = toml::to_string(&table).map_err(|e| Error::Output(std::io::Error::other(e)))?;
    let plan = format!(
        "# Run {run} of a simulation: the plan moved to the start of that run, with its weather, its durations and its yields.\n\
         # Comments and sources stand in the plan itself.\n\n{body}"
    );
    Ok(Moved { plan, files, copies })
}

/// The tables of a list of tables.
fn entries<'t>(table: &'t mut toml::Table, list: &str) -> impl Iterator<Item = &'t mut toml::Table> {
    let list = table.get_mut(list).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_table_mut)
}

/// Sets a time that is there.
fn set_time(entry: &mut toml::Table, key: &str, time: DateTime<Utc>, plan: &Plan) {
    if let Some(value) = entry.get_mut(key) {
        // What is written by a calendar is a date that TOML can hold.
        let text = plan.zone.local(time).to_rfc3339();
        if let Ok(time) = text.parse() {
            *value = Value::Datetime(time);
        }
    }
}

fn move_head(table: &mut toml::Table, own: &Plan) {
    if let Some(head) = table.get_mut("plan").and_then(Value::as_table_mut) {
        set_time(head, "start", own.horizon.start, own);
        set_time(head, "end", own.horizon.end(), own);
    }
}

fn move_tasks(table: &mut toml::Table, own: &Plan) {
    for (entry, task) in entries(table, "task").zip(&own.tasks) {
        let dates = [("release", task.release), ("deadline", task.deadline), ("due", task.due)];
        for (key, date) in dates {
            if let Some(date) = date {
                set_time(entry, key, date, own);
            }
        }
        // What was drawn is drawn; nothing more is to be.
        if entry.remove("spread").is_some() {
            entry.insert("duration".to_owned(), Value::String(task.duration.to_string()));
        }
    }
}

fn move_shore(table: &mut toml::Table, own: &Plan) {
    for (entry, process) in entries(table, "process").zip(&own.processes) {
        if process.spread.is_none() && entry.remove("yield_spread").is_some() {
            entry.insert("yield".to_owned(), Value::String(Share::of_one(process.yields).to_string()));
        }
    }
    for (entry, demand) in entries(table, "demand").zip(&own.demands) {
        set_time(entry, "from", demand.from, own);
        set_time(entry, "to", demand.to, own);
        if let Some(late) = demand.late {
            set_time(entry, "due", late.due, own);
        }
    }
    for (entry, reserve) in entries(table, "reserve").zip(&own.reserves) {
        set_time(entry, "by", reserve.by, own);
    }
    for (entry, disruption) in entries(table, "disruption").zip(&own.disruptions) {
        set_time(entry, "from", disruption.from, own);
        set_time(entry, "to", disruption.to, own);
    }
}

/// The samples that touch the time of a plan.
fn stretch(series: &Series, plan: &Plan) -> Series {
    let (from, to) = (plan.horizon.start, plan.horizon.end());
    let first = (0..series.len()).rfind(|&index| series.time(index) <= from).unwrap_or(0);
    let last =
        (0..series.len()).find(|&index| series.time(index) >= to).map_or(series.len(), |last| last + 1);
    let cut = |values: &Vec<f64>| values[first.min(last)..last].to_vec();
    Series {
        start: series.time(first),
        values: series.values.iter().map(cut).collect(),
        channels: series.channels.clone(),
        ..*series
    }
}

fn csv(series: &Series) -> Result<Vec<u8>, Error> {
    let writer = writer("csv").ok_or_else(|| Error::Usage("there is no writer of csv".to_owned()))?;
    writer.write(series).map_err(Error::Output)
}
