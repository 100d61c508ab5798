//! `mudline check`: everything that is wrong with a plan, all at once.

use super::output::Output;
use super::{Exit, PlanArg, count, tell};
use crate::diag::Diagnostics;
use crate::error::Error;
use serde_json::json;
use std::path::Path;

/// The arguments of `check`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    plan: PlanArg,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let path = &args.plan.plan;
    let checked = crate::plan::load(path)?;
    if output.is_json() {
        print_json(path, &checked.found, output)?;
    } else {
        tell(&checked.found, output);
    }
    let Some((plan, _)) = &checked.plan else { return Ok(Exit::Fault) };
    let parts = [
        (plan.vessels.len(), "vessel"),
        (plan.sites.len(), "site"),
        (plan.tasks.len(), "task"),
        (plan.samplings.len(), "sampling"),
        (plan.transfers.len(), "transfer"),
    ];
    let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| count(*n, what)).collect();
    let days = plan.horizon.slots as f64 * plan.horizon.slot_h() / 24.0;
    output.say(&format!(
        "{}: no error, {}\n{} over {days:.1} days in slots of {}\n",
        path.display(),
        count(checked.found.warnings(), "warning"),
        parts.join(", "),
        plan.horizon.slot
    ))?;
    Ok(Exit::Done)
}

/// Prints diagnostics as a JSON document.
pub fn print_json(path: &Path, found: &Diagnostics, output: &mut Output) -> Result<(), Error> {
    let (errors, warnings) = (found.errors(), found.warnings());
    output.json(&json!({
        "plan": path.display().to_string(),
        "errors": errors,
        "warnings": warnings,
        "diagnostics": found,
    }))
}
