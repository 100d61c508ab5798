//! The weather that voyages sail in, and their starts, as the command line names them.

use super::Args;
use crate::cli::output::Output;
use crate::cli::tell;
use crate::error::Error;
use crate::geo::Position;
use crate::plan::{Plan, Sea};
use crate::simulate::starts::Source;
use crate::weather::read::{ReadOptions, read};
use crate::weather::{CLIMATES, Climate};
use chrono::{DateTime, Utc};
use std::path::Path;
use std::sync::Arc;

/// The starts that a file names, one a line.
pub fn read_starts(path: &Path) -> Result<Vec<DateTime<Utc>>, Error> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::read(path, e))?;
    let malformed = |message: String| Error::Malformed { path: path.to_owned(), message };
    let mut times = Vec::new();
    for (line, text) in text.lines().enumerate() {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| {
            malformed(format!(
                "line {}: {text:?} is no time; write it as 2026-01-12T09:00:00+09:00",
                line + 1
            ))
        })?;
        times.push(time.to_utc());
    }
    if times.is_empty() {
        return Err(malformed("there is no start in it; write one RFC 3339 time a line".to_owned()));
    }
    Ok(times)
}

/// The weather of the voyages, and what to say of it.
pub fn source(
    args: &Args,
    plan: &Plan,
    sea: Sea,
    output: &mut Output,
) -> Result<Option<(Source, String)>, Error> {
    if plan.weather.is_empty() {
        if let Some(what) = args.years.map(|_| "--years").or(args.weather.as_ref().map(|_| "--weather")) {
            return Err(Error::Usage(format!(
                "this plan asks for no weather, so that no year differs from another; leave out {what}{}",
                draws(plan)
            )));
        }
        return Ok(Some((Source::Without, "none: the plan asks for none".to_owned())));
    }
    if let Some(years) = args.years {
        if years == 0 {
            return Err(Error::Usage("zero years give no answer; ask for --years 20".to_owned()));
        }
        return synthetic(args, years, output);
    }
    let about = |sea: &Sea, of: &str| {
        let word = sea.0.first().map_or("", |series| series.origin.word());
        format!("{of} ({word})")
    };
    let Some(path) = &args.weather else {
        let about = about(&sea, "the plan's own series");
        return Ok(Some((Source::Series(Arc::new(sea)), about)));
    };
    let mut at: Vec<Position> = Vec::new();
    for position in plan.sites.iter().filter(|site| site.weather.is_some()).filter_map(|site| site.position) {
        if !at.contains(&position) {
            at.push(position);
        }
    }
    let options = ReadOptions { at, member: args.member, ..ReadOptions::named(path.display().to_string()) };
    let mut found = crate::diag::Diagnostics::default();
    let reading = read(path, &options, &mut found)?;
    tell(&found, output);
    let Some(reading) = reading.filter(|_| found.errors() == 0) else { return Ok(None) };
    let series = reading.series;
    let lacks = |sea: &Sea| {
        sea.0
            .iter()
            .flat_map(|own| &own.channels)
            .find(|c| series.channel(&c.name).is_none())
            .map(|c| c.name.clone())
    };
    // Only channels that a limit speaks of are needed; what is lacking shows as a hole, which is told with its cause.
    if let Some(channel) = lacks(&sea) {
        output.complain(&format!(
            "note: {} has no channel {channel:?}, which the plan's own series has",
            path.display()
        ));
    }
    let sea = Sea(vec![series; plan.weather.len()]);
    let about = about(&sea, &path.display().to_string());
    Ok(Some((Source::Series(Arc::new(sea)), about)))
}

/// What may be asked for instead of years, where a plan asks for no weather.
fn draws(plan: &Plan) -> &'static str {
    let is_uncertain = plan.tasks.iter().any(|task| task.spread.is_some())
        || plan.processes.iter().any(|process| process.spread.is_some());
    match is_uncertain {
        true => ", and ask for --draws 1000: runs differ in the durations and yields that are drawn",
        false => ": with neither `spread` nor `yield_spread` one run is all there is",
    }
}

fn synthetic(args: &Args, years: u32, output: &mut Output) -> Result<Option<(Source, String)>, Error> {
    let (name, text) = match &args.climate {
        Some(name) => match CLIMATES.iter().find(|(known, _)| known == name) {
            Some((_, text)) => (name.clone(), (*text).to_owned()),
            None => {
                (name.clone(), std::fs::read_to_string(name).map_err(|e| Error::read(Path::new(name), e))?)
            }
        },
        None => {
            let file = crate::plan::plan_file(&args.plan.plan)?;
            let path = file.parent().unwrap_or(Path::new("")).join("climate.toml");
            let text = std::fs::read_to_string(&path).map_err(|_| {
                let known: Vec<&str> = CLIMATES.iter().map(|(name, _)| *name).collect();
                Error::Usage(format!(
                    "there is no climate.toml beside the plan; name a climate with --climate (built in: {})",
                    known.join(", ")
                ))
            })?;
            (path.display().to_string(), text)
        }
    };
    let mut climate = match Climate::parse(&name, &text) {
        Ok(climate) => climate,
        Err(found) => {
            tell(&found, output);
            return Ok(None);
        }
    };
    let storms = climate.storms.len();
    climate.storms.clear();
    let without = if storms > 0 { ", without the storms of certain dates that are laid over it" } else { "" };
    let passing = if climate.typhoons.is_some() { ", with typhoons of a plain model" } else { "" };
    let about = format!(
        "synthetic years of the climate {:?}{without}{passing}: statistics, not a record",
        climate.name
    );
    Ok(Some((Source::Synthetic { climate: Box::new(climate), years, seed: args.seed }, about)))
}
