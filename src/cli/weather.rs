//! `mudline weather`: weather series for plans. Here they are made; looking at them and converting them are commands of their own.

use super::Exit;
use super::output::{Output, write_file};
use super::{convert, inspect, tell};
use crate::error::Error;
use crate::id::nearest;
use crate::weather::{CLIMATES, Climate, climate_of, climate_toml, fitted_csv, synthetic_csv};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The arguments of `weather`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with weather.
#[derive(clap::Subcommand)]
enum Command {
    /// Show what a weather file holds: span, step, holes, statistics by month, a picture
    Inspect(inspect::Args),
    /// Write a weather file of any kind as CSV, NetCDF or Parquet
    Convert(convert::Args),
    /// Make an hourly sea from monthly statistics, the same for the same seed
    Synth(Synth),
}

/// The arguments of `weather synth`.
#[derive(clap::Args)]
struct Synth {
    /// A climate file, or the name of one that is built in: minamitorishima
    #[arg(value_name = "CLIMATE", value_hint = clap::ValueHint::FilePath, required_unless_present = "fit")]
    climate: Option<String>,
    /// Make a sea like this hourly series of a year or more, in place of one from a climate
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "climate")]
    fit: Option<PathBuf>,
    /// Write the monthly climate of that series to this file, as TOML that synth reads; a sea is made only when --start asks for it
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, requires = "fit")]
    write_climate: Option<PathBuf>,
    /// Which column of that series holds a channel, where it is not recognised: wind=u_ms
    #[arg(long, value_name = "CHANNEL=COLUMN", requires = "fit", value_parser = super::windows::asked::parse_column)]
    column: Vec<(String, String)>,
    /// The time of the first sample, such as 2026-01-10T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time, required_unless_present = "write_climate")]
    start: Option<DateTime<Utc>>,
    /// How many hours
    #[arg(long, value_name = "N", default_value_t = 8760)]
    hours: usize,
    /// How many years, to the same date; in place of hours
    #[arg(long, value_name = "N", conflicts_with = "hours", value_parser = clap::value_parser!(u32).range(1..=99))]
    years: Option<u32>,
    /// The seed: another one gives another sea of the same climate
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

fn parse_time(text: &str) -> Result<DateTime<Utc>, String> {
    let time = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    time.map_err(|_| "write it as 2026-01-10T00:00:00Z".to_owned())
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    match &args.command {
        Command::Inspect(args) => inspect::run(args, output),
        Command::Convert(args) => convert::run(args, output),
        Command::Synth(args) => synth(args, output),
    }
}

/// Makes a sea.
fn synth(args: &Synth, output: &mut Output) -> Result<Exit, Error> {
    if let (Some(file), Some(climate)) = (&args.fit, &args.write_climate)
        && !write_climate(args, file, climate, output)?
    {
        return Ok(Exit::Fault);
    }
    if args.write_climate.is_some() && args.fit.is_none() {
        // clap lets it pass beside a climate, with which --fit is not possible.
        return Err(Error::Usage(
            "--write-climate needs the series whose climate it is: --fit FILE".to_owned(),
        ));
    }
    let Some(start) = args.start else { return Ok(Exit::Done) };
    let made = match (&args.fit, &args.climate) {
        (Some(file), _) => fitted(args, file, start, output)?,
        (None, Some(name)) => from_climate(args, name, start, output)?,
        (None, None) => return Err(Error::Usage("name a climate, or a series with --fit".to_owned())),
    };
    let Some(csv) = made else { return Ok(Exit::Fault) };
    match &args.output {
        Some(file) => {
            write_file(file, csv.as_bytes())?;
            let files: Vec<&PathBuf> = args.write_climate.iter().chain([file]).collect();
            output.wrote(&files)?;
        }
        None => output.document(csv.as_bytes())?,
    }
    Ok(Exit::Done)
}

/// Writes the climate of a series; whether that could be read, which is told otherwise.
fn write_climate(args: &Synth, file: &Path, climate: &Path, output: &mut Output) -> Result<bool, Error> {
    let Some((name, series)) = super::windows::asked::series(file, &args.column, output)? else {
        return Ok(false);
    };
    let name = Path::new(&name).file_name().map_or(name.clone(), |name| name.to_string_lossy().into_owned());
    let day = |time: DateTime<Utc>| time.format("%Y-%m-%d").to_string();
    let comments = [
        format!(
            "The monthly climate of {name}, {} to {} ({}).",
            day(series.start),
            day(series.end()),
            series.origin.word()
        ),
        format!("Written by: mudline weather synth --fit {name} --write-climate FILE"),
        "Statistics, not weather: what is made from it is synthetic.".to_owned(),
    ];
    let title = format!("{name}, {} to {}", day(series.start), day(series.end()));
    write_file(climate, climate_toml(&climate_of(&series, &title)?, &comments)?.as_bytes())?;
    if args.start.is_none() {
        output.wrote(&[climate])?;
    }
    Ok(true)
}

/// The hours that are asked for.
fn hours(args: &Synth, start: DateTime<Utc>) -> Result<usize, Error> {
    let Some(years) = args.years else { return Ok(args.hours) };
    let end = start.checked_add_months(chrono::Months::new(12 * years));
    let end = end.ok_or_else(|| Error::Usage(format!("{years} years lead out of the calendar")))?;
    Ok((end - start).num_hours() as usize)
}

/// A sea from a climate; nothing when that is at fault, which has been told.
fn from_climate(
    args: &Synth,
    name: &str,
    start: DateTime<Utc>,
    output: &mut Output,
) -> Result<Option<String>, Error> {
    let built_in = CLIMATES.iter().find(|(known, _)| *known == name);
    let text = match built_in {
        Some((_, text)) => (*text).to_owned(),
        None => read_climate(name)?,
    };
    match Climate::parse(name, &text) {
        Ok(climate) => synthetic_csv(&climate, name, start, hours(args, start)?, args.seed).map(Some),
        Err(found) => {
            output.json(&json!({ "errors": found.errors(), "diagnostics": found }))?;
            tell(&found, output);
            Ok(None)
        }
    }
}

/// A sea like a series; nothing when that is at fault, which has been told.
fn fitted(
    args: &Synth,
    file: &Path,
    start: DateTime<Utc>,
    output: &mut Output,
) -> Result<Option<String>, Error> {
    let Some((name, series)) = super::windows::asked::series(file, &args.column, output)? else {
        return Ok(None);
    };
    fitted_csv(&series, &name, start, hours(args, start)?, args.seed).map(Some)
}

fn read_climate(name: &str) -> Result<String, Error> {
    let path = Path::new(name);
    std::fs::read_to_string(path).map_err(|e| {
        let known = CLIMATES.iter().map(|(name, _)| *name);
        match nearest(name, known.clone()) {
            Some(near) => Error::Usage(format!("there is no climate {name:?}; did you mean {near:?}?")),
            None if e.kind() == std::io::ErrorKind::NotFound => {
                let known: Vec<&str> = known.collect();
                Error::Usage(format!("there is no climate file {name:?}; built in: {}", known.join(", ")))
            }
            None => Error::read(path, e),
        }
    })
}
