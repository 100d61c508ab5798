//! `mudline compare`: what changed between two schedules.

use super::Exit;
use super::output::Output;
use super::report::read;
use crate::error::Error;
use crate::export::text::{Look, render_comparison};
use crate::schedule::compare::compare;
use std::path::PathBuf;

/// The arguments of `compare`.
#[derive(clap::Args)]
pub struct Args {
    /// The schedule.json that was
    #[arg(value_name = "BEFORE", value_hint = clap::ValueHint::FilePath)]
    before: PathBuf,
    /// The schedule.json that is
    #[arg(value_name = "AFTER", value_hint = clap::ValueHint::FilePath)]
    after: PathBuf,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let (before, after) = (read(&args.before)?, read(&args.after)?);
    let comparison = compare(&before, &after);
    let look = Look { width: 80, colour: output.is_coloured() };
    output.say(&render_comparison(&before, &after, &comparison, &look))?;
    output.json(&comparison)?;
    output.flush()?;
    for warning in &comparison.warnings {
        output.complain(&format!("warning: {}", warning));
    }
    Ok(Exit::Done)
}
