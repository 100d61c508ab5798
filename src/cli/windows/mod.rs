//! `mudline windows`: when each piece of work can be done, and how good its odds are by month.

pub mod asked;
mod table;

use super::output::{Output, write_file};
use super::{Exit, load};
use crate::error::Error;
use crate::plan::outlook::{WorkOutlook, outlook};
use crate::time::{Zone, short};
use crate::weather::{Odds, Origin, Panel, Series, odds, picture, slots_of};
use asked::{Asked, Question};
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The arguments of `windows`.
#[derive(clap::Args)]
pub struct Args {
    /// The plan file, or the folder that holds plan.toml; none when --weather and limits are given
    #[arg(value_name = "PLAN", value_hint = clap::ValueHint::AnyPath, required_unless_present = "weather")]
    plan: Option<PathBuf>,
    /// Only this task or sampling
    #[arg(short, long, value_name = "ID", requires = "plan")]
    task: Option<String>,
    /// List every window besides; in a plan they are always listed
    #[arg(long, requires = "weather")]
    list: bool,
    /// Write the odds by month to this file as CSV
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    csv: Option<PathBuf>,
    /// Write a picture of the odds by month to this file as SVG
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    svg: Option<PathBuf>,
    #[command(flatten)]
    asked: Asked,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let question = match &args.asked.weather {
        None => None,
        Some(file) => match args.asked.read(file, args.plan.is_some(), output)? {
            Some(question) => Some(question),
            None => return Ok(Exit::Fault),
        },
    };
    match (&args.plan, question) {
        (Some(plan), question) => of_plan(plan, question.as_ref(), args, output),
        (None, Some(question)) => of_weather(&question, args, output),
        (None, None) => Err(Error::Usage("name a plan, or a weather file with --weather".to_owned())),
    }
}

/// The windows and odds of a plan's work, the odds in other weather if there is a question of it.
fn of_plan(
    path: &Path,
    question: Option<&Question>,
    args: &Args,
    output: &mut Output,
) -> Result<Exit, Error> {
    let Some((plan, sea)) = load(path, output)? else { return Ok(Exit::Fault) };
    let other = question.map(|question| &question.series);
    let mut rows = outlook(&plan, &sea, other).map_err(Error::Usage)?;
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
    let mut text = format!("{}\n", plan.name);
    let (from, to) = (plan.zone.local(plan.horizon.start), plan.zone.local(plan.horizon.end()));
    let _ = writeln!(text, "{} to {}, {}", long(from), long(to), plan.zone.name());
    let synthetic = sea.0.iter().any(|series| series.origin == Origin::Synthetic);
    if synthetic {
        text.push_str("The weather is synthetic: made by a generator, not measured.\n");
    }
    match question {
        Some(question) => {
            let _ = writeln!(text, "Odds by month: {}", source(&question.file, &question.series));
        }
        None => text.push_str("Odds by month (of UTC) are of all the weather that the plan's files hold.\n"),
    }
    if rows.iter().flat_map(|row| row.bounds.iter()).any(|limit| limit.alpha.is_some()) {
        text.push_str("Limits in a forecast: operational limit x alpha factor = forecast limit\n(OP_LIM x alpha = OP_WF).\n");
    }
    for row in &rows {
        describe(row, &mut text);
    }
    output.say(&text)?;
    let told: Vec<(&str, &Odds)> =
        rows.iter().filter_map(|row| Some((row.id.as_str(), row.odds.as_ref()?))).collect();
    let foot = match question {
        Some(question) => source(&question.file, &question.series),
        None if synthetic => "the plan's weather, which is synthetic".to_owned(),
        None => "the plan's weather".to_owned(),
    };
    write_files(args, &plan.name, &foot, &told)?;
    Ok(Exit::Done)
}

/// The odds of limits given on the command line.
fn of_weather(question: &Question, args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let series = &question.series;
    let Some(operation) = &question.operation else { return Ok(Exit::Done) };
    let found = odds(series, operation);
    let slots = slots_of(series);
    let windows: Vec<_> = found
        .windows
        .iter()
        .map(|window| [window.start, window.end].map(|slot| Zone::UTC.local(slots.time(slot))))
        .collect();
    output.json(&json!({
        "weather": { "file": question.file, "origin": series.origin.word(), "step_h": series.step.hours() },
        "odds": found,
        "windows": windows,
    }))?;
    let reserve = if found.reserve_h > 0.0 {
        format!(", limits to hold for {} h after it", found.reserve_h)
    } else {
        String::new()
    };
    let mut text = format!("{}\n{} h of work{reserve}\n", found.limits, found.work_h);
    let _ = writeln!(text, "{}\n", source(&question.file, series));
    if let (2.., Some(all)) = (operation.phases.len(), found.all()) {
        let _ = writeln!(
            text,
            "  Open, windows and closed: all phases' limits at once ({:.1} % of the time).\n  Waits and lengths: each phase under its own.\n",
            100.0 * all.workability
        );
    }
    table::table(&found, &mut text);
    if args.list {
        text.push('\n');
        for [from, to] in &windows {
            let hours = (*to - *from).num_minutes() as f64 / 60.0;
            let _ = writeln!(text, "  {:>17}  to {:>17}  {hours:>7.1} h", long(*from), long(*to));
        }
    }
    output.say(&text)?;
    let title = format!("{} h of work", found.work_h);
    write_files(args, "Odds by month", &source(&question.file, series), &[(title.as_str(), &found)])?;
    Ok(Exit::Done)
}

/// Where a series comes from, in one line.
fn source(file: &str, series: &Series) -> String {
    let name =
        Path::new(file).file_name().map_or(file.to_owned(), |name| name.to_string_lossy().into_owned());
    let day = |time: chrono::DateTime<chrono::Utc>| time.format("%-d %b %Y").to_string();
    format!(
        "{name} ({}), {} to {} UTC, every {}",
        series.origin.word(),
        day(series.start),
        day(series.end()),
        series.step
    )
}

fn write_files(args: &Args, head: &str, foot: &str, told: &[(&str, &Odds)]) -> Result<(), Error> {
    if let Some(file) = &args.csv {
        let bytes = table::csv(told).map_err(|e| Error::write(file, std::io::Error::other(e)))?;
        write_file(file, &bytes)?;
    }
    if let Some(file) = &args.svg {
        let panels: Vec<Panel<'_>> = told.iter().map(|(title, odds)| Panel { title, odds }).collect();
        write_file(file, picture(head, foot, &panels).as_bytes())?;
    }
    Ok(())
}

fn long(time: chrono::DateTime<chrono::FixedOffset>) -> String {
    time.format("%-d %b %Y %H:%M").to_string()
}

/// One piece of work in a few lines.
fn describe(row: &WorkOutlook, text: &mut String) {
    let limits = if row.limits.is_empty() { "no limits" } else { &row.limits };
    let _ = writeln!(text, "\n{}: {}", row.id, limits.replace(", then ", ",\n  then "));
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
    if row.phases > 0 {
        text.push_str("  Open, windows and closed: all phases' limits at once. Starts and waits: each\n  phase under its own.\n");
    }
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
    if let Some(odds) = &row.odds {
        text.push('\n');
        table::table(odds, text);
    }
}
