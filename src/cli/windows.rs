//! `mudline windows`: when each piece of work can be done.

use super::output::Output;
use super::{Exit, PlanArg, load};
use crate::error::Error;
use crate::plan::outlook::{WorkOutlook, outlook};
use crate::time::short;
use std::fmt::Write as _;

/// The arguments of `windows`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// Only this task or sampling
    #[arg(short, long, value_name = "ID")]
    task: Option<String>,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let Some((plan, sea)) = load(&args.plan.plan, output)? else { return Ok(Exit::Fault) };
    let mut rows = outlook(&plan, &sea);
    if let Some(task) = &args.task {
        let known: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        rows.retain(|row| row.id == *task);
        if rows.is_empty() {
            return Err(Error::Usage(format!(
                "the plan has no task or sampling {task:?}; it has {}",
                known.join(", ")
            )));
        }
    }
    output.json(&rows)?;
    let synthetic = sea.0.iter().any(|series| series.origin == crate::weather::Origin::Synthetic);
    let mut text = format!("{}\n", plan.name);
    let (from, to) = (plan.zone.local(plan.horizon.start), plan.zone.local(plan.horizon.end()));
    let long = |time: chrono::DateTime<chrono::FixedOffset>| time.format("%-d %b %Y %H:%M").to_string();
    let _ = writeln!(text, "{} to {}, {}", long(from), long(to), plan.zone.name());
    if synthetic {
        text.push_str("The weather is synthetic: made by a generator, not measured.\n");
    }
    for row in &rows {
        describe(row, &mut text);
    }
    output.say(&text)?;
    Ok(Exit::Done)
}

/// One piece of work in a few lines.
fn describe(row: &WorkOutlook, text: &mut String) {
    let limits = if row.limits.is_empty() { "no limits" } else { &row.limits };
    let _ = writeln!(text, "\n{}: {limits}", row.id);
    let _ = writeln!(
        text,
        "  open {:.0} % of the time, in {} of {:.0} h on average, {:.0} h at most",
        100.0 * row.workability,
        if row.windows.len() == 1 { "1 window".to_owned() } else { format!("{} windows", row.windows.len()) },
        row.mean_window_h,
        row.longest_window_h
    );
    let needs = match row.reference_period_h {
        Some(hours) => {
            format!("needs {hours:.0} h{}", if row.may_pause { ", may pause" } else { " in one piece" })
        }
        None => "goes on for as long as it pays".to_owned(),
    };
    let starts = match (&row.first_start, &row.last_start) {
        (Some(first), Some(last)) => {
            format!(
                "can start from {} to {}, in {:.0} % of the slots",
                short(*first),
                short(*last),
                100.0 * row.start_share
            )
        }
        _ => "can start nowhere in the plan".to_owned(),
    };
    let _ = writeln!(text, "  {needs}; {starts}");
    for window in &row.windows {
        let hours = (window.1 - window.0).num_minutes() as f64 / 60.0;
        let _ = writeln!(text, "    {:>12}  to {:>12}  {hours:>6.1} h", short(window.0), short(window.1));
    }
}
