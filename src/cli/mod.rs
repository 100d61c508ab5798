//! The commands: one file each, and no domain logic in any.
//!
//! In: the command line. Out: text for people on standard output, or one JSON document with `--json`; progress, warnings and errors
//! on standard error. Exit status: 0 done; 1 the plan is at fault, there is no schedule, or a judged schedule is bad; 2 wrong usage,
//! or a file that cannot be read or written. A closed pipe is no error.

mod check;
mod compare;
mod completions;
mod convert;
mod explain;
mod export;
mod inspect;
mod man;
mod merge;
mod new;
mod output;
mod replan;
mod report;
mod schedule;
mod schema;
mod simulate;
mod timelines;
mod verify;
mod weather;
mod weather_file;
mod windows;

use crate::diag::Diagnostics;
use crate::error::Error;
use crate::plan::{Plan, Sea};
use clap::{CommandFactory, Parser, Subcommand};
use output::Output;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Plans deep-sea mining trials: weather windows, sampling and ship-to-shore transfers, with proof.
#[derive(Parser)]
#[command(name = "mudline", version, about, propagate_version = true, arg_required_else_help = true)]
#[command(
    after_help = "PLAN is a plan file, or a folder that holds plan.toml. Begin with `mudline new DIR`."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Print one JSON document on standard output and nothing else there
    #[arg(long, global = true)]
    json: bool,
}

/// What can be asked for.
#[derive(Subcommand)]
enum Command {
    /// Make a starter plan
    New(new::Args),
    /// Find everything that is wrong with a plan
    Check(check::Args),
    /// Show each task's weather windows, workability and persistence
    Windows(windows::Args),
    /// Find the best schedule: solve, verify, print, write the timelines
    #[command(visible_alias = "plan")]
    Schedule(schedule::Args),
    /// Tell why there is no schedule, or what more of each capacity would be worth to the best one
    Explain(explain::Args),
    /// Judge a schedule, ours or edited by hand
    Verify(verify::Args),
    /// Keep what has happened, plan the rest again, close to before
    Replan(replan::Args),
    /// Run the campaign through many weather years: odds, percentiles, causes of delay
    Simulate(simulate::Args),
    /// Join the parts of a simulation that were run with --shard
    Merge(merge::Args),
    /// Write a schedule in one more format
    Export(export::Args),
    /// Write one page to look at: timeline, sea, stocks, map
    Report(report::Args),
    /// Show what changed between two schedules
    Compare(compare::Args),
    /// Look at weather files, convert them, and make weather from monthly statistics
    Weather(weather::Args),
    /// Print the JSON Schema of the plan language
    Schema,
    /// Print the completions for a shell
    Completions(completions::Args),
    /// Print the manual page, or write all of them
    Man(man::Args),
}

/// How a command ended when nothing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// As asked.
    Done,
    /// The plan is at fault, there is no schedule, or a schedule is bad.
    Fault,
    /// The user stopped it before there was anything to tell: the status that a shell gives to Ctrl-C.
    Stopped,
}

/// Runs the program on the command line it was started with.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::new(cli.json);
    let done = match &cli.command {
        Command::New(args) => new::run(args, &mut output),
        Command::Check(args) => check::run(args, &mut output),
        Command::Windows(args) => windows::run(args, &mut output),
        Command::Schedule(args) => schedule::run(args, &mut output),
        Command::Explain(args) => explain::run(args, &mut output),
        Command::Verify(args) => verify::run(args, &mut output),
        Command::Replan(args) => replan::run(args, &mut output),
        Command::Simulate(args) => simulate::run(args, &mut output),
        Command::Merge(args) => merge::run(args, &mut output),
        Command::Export(args) => export::run(args, &mut output),
        Command::Report(args) => report::run(args, &mut output),
        Command::Compare(args) => compare::run(args, &mut output),
        Command::Weather(args) => weather::run(args, &mut output),
        Command::Schema => schema::run(&mut output),
        Command::Completions(args) => completions::run(args, &mut output),
        Command::Man(args) => man::run(args, &mut output),
    };
    match done.and_then(|exit| output.flush().map(|()| exit)) {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Fault) => ExitCode::from(1),
        Ok(Exit::Stopped) => ExitCode::from(130),
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            output.complain(&format!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

/// The command line as clap knows it, for completions, manual pages and the test of all help texts.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Loads a plan and tells what is wrong with it on standard error; nothing when it cannot be used.
fn load(path: &Path, output: &mut Output) -> Result<Option<(Plan, Sea)>, Error> {
    let checked = crate::plan::load(path)?;
    if checked.plan.is_none() && output.is_json() {
        check::print_json(path, &checked.found, output)?;
    } else {
        tell(&checked.found, output);
    }
    Ok(checked.plan)
}

/// Tells diagnostics on standard error.
fn tell(found: &Diagnostics, output: &mut Output) {
    for drawn in found.render(output.complains_in_colour()) {
        output.complain(&format!("{drawn}\n"));
    }
    if found.errors() > 0 {
        output.complain(&format!(
            "{} and {}",
            count(found.errors(), "error"),
            count(found.warnings(), "warning")
        ));
    }
}

/// `1 error`, `2 errors`, `no error`.
fn count(number: usize, what: &str) -> String {
    match number {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// The argument PLAN.
#[derive(clap::Args)]
struct PlanArg {
    /// The plan file, or the folder that holds plan.toml
    #[arg(value_name = "PLAN", value_hint = clap::ValueHint::AnyPath)]
    plan: PathBuf,
}
