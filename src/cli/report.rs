//! `mudline report`: one page to look at.

use super::Exit;
use super::output::{Output, write_file};
use crate::error::Error;
use crate::report::{Language, Odds, Report, fault};
use crate::schedule::Schedule;
use std::path::{Path, PathBuf};

/// The arguments of `report`.
#[derive(clap::Args)]
pub struct Args {
    /// The schedule.json to show
    #[arg(value_name = "SCHEDULE", value_hint = clap::ValueHint::FilePath)]
    schedule: PathBuf,
    /// Write the page to this file instead of standard output
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Show it over this schedule.json, and what changed since
    #[arg(long, value_name = "SCHEDULE", value_hint = clap::ValueHint::FilePath)]
    baseline: Option<PathBuf>,
    /// Show the odds that `mudline simulate --json` wrote into this file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    odds: Option<PathBuf>,
    /// The language in which the page opens, en or ja; a switch on it has both
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = parse_language)]
    lang: Language,
}

fn parse_language(code: &str) -> Result<Language, String> {
    let known: Vec<&str> = Language::ALL.iter().map(|language| language.code()).collect();
    Language::named(code).ok_or_else(|| format!("the page speaks {}", known.join(" and ")))
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let schedule = read(&args.schedule)?;
    let baseline = args.baseline.as_deref().map(read).transpose()?;
    let odds = args.odds.as_deref().map(Odds::read).transpose()?;
    let page =
        Report { schedule: &schedule, baseline: baseline.as_ref(), odds: odds.as_ref(), language: args.lang }
            .html();
    match &args.output {
        Some(file) => {
            write_file(file, page.as_bytes())?;
            output.wrote(&[file])?;
        }
        None => output.document(page.as_bytes())?,
    }
    Ok(Exit::Done)
}

/// Reads a schedule that can be drawn.
pub(super) fn read(path: &Path) -> Result<Schedule, Error> {
    let schedule = crate::schedule::read(path)?;
    match fault(&schedule) {
        Some(fault) => Err(Error::Malformed {
            path: path.to_owned(),
            message: format!("this schedule cannot be drawn: {fault}"),
        }),
        None => Ok(schedule),
    }
}
