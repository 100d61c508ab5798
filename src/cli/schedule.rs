//! `mudline schedule`: the main job. Solve, verify, print, write schedule.json and the timelines.

use super::output::{Output, prepare_folder, write_file};
use super::timelines::write_timelines;
use super::{Exit, PlanArg, load};
use crate::error::Error;
use crate::export::text::{Look, render};
use crate::model::{Model, Options, Outcome, Progress, Solver, optimise, write_lp};
use crate::plan::{Goal, Plan, Sea};
use crate::schedule::verify::verify;
use crate::schedule::{Schedule, Status, account};
use crate::units::{Quantity, Span};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Tonnes, or what they are worth, below this are none.
const NOTHING: f64 = 1e-6;

/// How often the line that tells how it goes is drawn anew.
const TICK: Duration = Duration::from_millis(500);

/// The arguments of `schedule`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// Write schedule.json and a timeline in every format into this folder
    #[arg(short, long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
    /// Stop after this long and give the best schedule found, such as "60 s" or "10 min"
    #[arg(long, value_name = "TIME", value_parser = parse_time_limit)]
    time_limit: Option<Duration>,
    /// What solves it: highs, or microlp (pure Rust, for small plans)
    #[arg(long, value_name = "NAME", default_value = "highs", value_parser = parse_solver)]
    solver: Solver,
    /// Write the model as an LP file with readable names
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    write_lp: Option<PathBuf>,
}

pub(super) fn parse_time_limit(text: &str) -> Result<Duration, String> {
    let span = Span::parse(text).map_err(|fault| format!("{fault}; {}", fault.remedy()))?;
    u64::try_from(span.seconds())
        .map(Duration::from_secs)
        .map_err(|_| "a time limit cannot be negative".to_owned())
}

fn parse_solver(text: &str) -> Result<Solver, String> {
    let names: Vec<&str> = Solver::ALL.iter().map(|solver| solver.name()).collect();
    let found = Solver::ALL.into_iter().find(|solver| solver.name() == text);
    found.ok_or_else(|| format!("there is no such solver; known: {}", names.join(", ")))
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let Some((plan, sea)) = load(&args.plan.plan, output)? else { return Ok(Exit::Fault) };
    if let Some(folder) = &args.output {
        prepare_folder(folder)?;
    }
    if let Some(path) = &args.write_lp {
        write_file(path, write_lp(&Model::new(&plan, &sea)).as_bytes())?;
    }
    let began = Instant::now();
    let solved = match solve(args.solver, args.time_limit, &plan, &sea, &stop_on_ctrl_c(), output)? {
        Outcome::Solved(solved) => solved,
        other => return none(other, output),
    };
    let schedule = account(&plan, &sea, &solved.itinerary, solved.stamp);
    if !is_good(&plan, &sea, &schedule, output)? {
        return Ok(Exit::Fault);
    }
    let solved_in = began.elapsed();
    let written = write(args.output.as_deref(), &schedule)?;
    let look = Look { width: 80, colour: output.is_coloured() };
    output.say(&format!("{}\n", render(&schedule, &look).trim_end()))?;
    output.json(&schedule)?;
    output.flush()?;
    if let Some(goal) = nothing(&plan, &schedule).filter(|&goal| tonnes(goal, &schedule) < NOTHING) {
        warn_of_nothing(goal, &plan, &schedule, output);
    }
    output.complain(&format!("solved in {:.1} s, verified", solved_in.as_secs_f64()));
    output.complain(&written);
    Ok(Exit::Done)
}

/// Whether the judge lets a schedule pass that mudline made; tells that it does not.
pub(super) fn is_good(
    plan: &Plan,
    sea: &Sea,
    schedule: &Schedule,
    output: &mut Output,
) -> Result<bool, Error> {
    let violations = verify(plan, sea, schedule);
    if !violations.is_empty() {
        output.json(&json!({ "status": "refused", "violations": violations }))?;
        output.complain("mudline's judge refuses the schedule that mudline made. This is a fault of mudline; please report it:");
        for violation in &violations {
            output.complain(&format!("  - {}", violation.message));
        }
    }
    Ok(violations.is_empty())
}

/// Writes schedule.json and the timelines, and tells what was written. The files come first: a reader of our output that goes away must not
/// cost them.
pub(super) fn write(folder: Option<&Path>, schedule: &Schedule) -> Result<String, Error> {
    let Some(folder) = folder else {
        return Ok("nothing was written; with -o DIR it writes schedule.json and the timelines".to_owned());
    };
    let written = write_timelines(folder, schedule)?;
    Ok(format!("written to {}: {}{}", folder.display(), written.names.join(", "), written.remarks()))
}

/// The first goal of a plan of which more is better, if there is something to lift or to supply and the schedule reaches nothing of it.
pub(super) fn nothing(plan: &Plan, schedule: &Schedule) -> Option<Goal> {
    let goal = *plan.goals.iter().find(|goal| goal.is_more_better())?;
    let told = schedule.solve.goals.iter().find(|told| told.name == goal.word())?;
    let has_source = !plan.samplings.is_empty() || !plan.demands.is_empty();
    (told.value.abs() < NOTHING && has_source).then_some(goal)
}

/// The tonnes that a goal is about, whatever they are worth.
fn tonnes(goal: Goal, schedule: &Schedule) -> f64 {
    match goal {
        Goal::Supplied => schedule.totals.supplied_t,
        Goal::Delivered => schedule.totals.delivered_t,
        _ => schedule.totals.sampled_t,
    }
}

/// Says that a schedule comes to nothing, and what is known of why.
fn warn_of_nothing(goal: Goal, plan: &Plan, schedule: &Schedule, output: &mut Output) {
    let word = goal.word();
    let is_first = plan.weights.is_none() && plan.goals.first() == Some(&goal);
    if schedule.solve.status != Status::Optimal {
        output.complain(&format!(
            "warning: no schedule was found in which anything is {word}, and it is not proven that there is none"
        ));
    } else if is_first {
        output.complain(&format!("warning: in no schedule of this plan is anything {word}"));
    } else {
        output.complain(&format!("warning: nothing is {word}: by the goals of this plan no schedule in which something is would be better"));
    }
    output.complain(
        "help: `mudline explain` tells which rule stands in the way; `mudline windows` shows when each transfer can be done",
    );
}

/// Tells why there is no schedule.
pub(super) fn none(outcome: Outcome, output: &mut Output) -> Result<Exit, Error> {
    if let Outcome::Infeasible(conflict) = outcome {
        output.json(&json!({ "status": "infeasible", "reasons": conflict.reasons }))?;
        output.complain("there is no schedule that does all that the plan asks for:");
        for reason in &conflict.reasons {
            output.complain(&format!("  - {reason}"));
        }
        output.complain(
            "help: loosen a limit, a date or a count; `mudline windows` shows when each task can be done",
        );
    } else {
        output.json(&json!({ "status": "none-in-time" }))?;
        output.complain("no schedule was found in the time given, and it was not proven that there is none");
        output.complain("help: give more time, or a longer slot");
    }
    Ok(Exit::Fault)
}

/// What the first Ctrl-C sets; a second one ends the program as usual. Where no handler can be set, the first one does.
pub(super) fn stop_on_ctrl_c() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    stop
}

/// Solves, with progress on a terminal; when it is stopped, with the best schedule found.
pub(super) fn solve(
    solver: Solver,
    time_limit: Option<Duration>,
    plan: &Plan,
    sea: &Sea,
    stop: &AtomicBool,
    output: &Output,
) -> Result<Outcome, Error> {
    let options = Options { solver, time_limit, ..Options::new(stop) };
    watched(&options, output, |options| optimise(plan, sea, options))
}

/// Solves with progress on a terminal.
pub(super) fn watched(
    options: &Options<'_>,
    output: &Output,
    solve: impl FnOnce(&Options<'_>) -> Result<Outcome, Error>,
) -> Result<Outcome, Error> {
    let is_watched = output.is_watched();
    let line = if is_watched { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{msg}, {elapsed} (Ctrl-C takes the best)") {
        line.set_style(style);
    }
    line.set_message("a first schedule is sought");
    line.enable_steady_tick(TICK);
    let tell = |progress: Progress| {
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
        let gap = progress.gap.map_or("-".to_owned(), |gap| format!("{:.2} %", 100.0 * gap));
        let (best, bound) = (number(progress.incumbent), number(progress.bound));
        line.set_message(format!("{}: best {best}, bound {bound}, gap {gap}", progress.goal));
    };
    let outcome = solve(&Options { progress: if is_watched { Some(&tell) } else { None }, ..*options });
    line.finish_and_clear();
    outcome
}
