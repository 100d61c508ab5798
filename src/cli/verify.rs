//! `mudline verify`: judges a schedule from the plan and the weather alone.

use super::output::Output;
use super::{Exit, PlanArg, count, load};
use crate::error::Error;
use crate::schedule::Status;
use crate::schedule::verify::verify;
use serde_json::json;
use std::path::PathBuf;

/// The arguments of `verify`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// The schedule.json to judge
    #[arg(value_name = "SCHEDULE", value_hint = clap::ValueHint::FilePath)]
    schedule: PathBuf,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let schedule = crate::schedule::read(&args.schedule)?;
    let Some((plan, sea)) = load(&args.plan.plan, output)? else { return Ok(Exit::Fault) };
    let violations = verify(&plan, &sea, &schedule);
    output.json(&json!({
        "schedule": args.schedule.display().to_string(),
        "is_good": violations.is_empty(),
        "violations": violations,
    }))?;
    let file = args.schedule.display();
    if violations.is_empty() {
        let rules = crate::schedule::verify::RULES.len();
        // A bound is a claim about all schedules, of which the judge sees one.
        let claim = match schedule.solve.status {
            Status::Optimal => "that it is the best one",
            Status::Feasible => "that none is better than its bounds",
        };
        let past = match schedule.happened {
            Some(_) => "; of what has happened only what follows from it was judged",
            None => "",
        };
        output.say(&format!(
            "{file} keeps the plan: every one of {rules} rules holds{past}; {claim} is the solver's word\n"
        ))?;
        return Ok(Exit::Done);
    }
    output.say(&format!("{file} does not keep the plan: {}\n\n", count(violations.len(), "violation")))?;
    for violation in &violations {
        let activity = violation.activity.as_deref().map(|id| format!(" ({id})")).unwrap_or_default();
        output.say(&format!("- {}{activity} [{}]\n", violation.message, violation.rule))?;
    }
    Ok(Exit::Fault)
}
