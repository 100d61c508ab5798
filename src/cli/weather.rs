//! `mudline weather`: weather series for plans. Here they are made; looking at them and converting them are commands of their own.

use super::Exit;
use super::output::{Output, write_file};
use super::{convert, inspect, tell};
use crate::error::Error;
use crate::id::nearest;
use crate::weather::{CLIMATES, Climate, synthetic_csv};
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
    #[arg(value_name = "CLIMATE", value_hint = clap::ValueHint::FilePath)]
    climate: String,
    /// The time of the first sample, such as 2026-01-10T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    start: DateTime<Utc>,
    /// How many hours
    #[arg(long, value_name = "N", default_value_t = 8760)]
    hours: usize,
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
    let built_in = CLIMATES.iter().find(|(name, _)| *name == args.climate);
    let text = match built_in {
        Some((_, text)) => (*text).to_owned(),
        None => read_climate(&args.climate)?,
    };
    let climate = match Climate::parse(&args.climate, &text) {
        Ok(climate) => climate,
        Err(found) => {
            output.json(&json!({ "errors": found.errors(), "diagnostics": found }))?;
            tell(&found, output);
            return Ok(Exit::Fault);
        }
    };
    let csv = synthetic_csv(&climate, &args.climate, args.start, args.hours, args.seed)?;
    match &args.output {
        Some(file) => {
            write_file(file, csv.as_bytes())?;
            output.wrote(&[file])?;
        }
        None => output.document(csv.as_bytes())?,
    }
    Ok(Exit::Done)
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
