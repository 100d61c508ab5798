//! `mudline replan`: what has happened is fixed, the rest is planned again, close to before.

use super::output::{Output, prepare_folder, write_file};
use super::schedule::{is_good, none, parse_time_limit, stop_on_ctrl_c, watched, write};
use super::{Exit, PlanArg, load, tell};
use crate::error::Error;
use crate::export::text::{Look, render, render_comparison};
use crate::log::{self, Happened};
use crate::model::{Options, Outcome, Past, optimise_after};
use crate::plan::{Plan, Sea};
use crate::schedule::compare::compare;
use crate::schedule::{Schedule, account};
use crate::time::short;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The arguments of `replan`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// The schedule.json that was sailed by
    #[arg(value_name = "SCHEDULE", value_hint = clap::ValueHint::FilePath)]
    schedule: PathBuf,
    /// What has happened, where it was not as scheduled (TOML)
    #[arg(long, value_name = "LOG", value_hint = clap::ValueHint::FilePath, required_unless_present = "now")]
    log: Option<PathBuf>,
    /// Take everything up to this time as scheduled, such as 2026-01-20T06:00:00+09:00
    #[arg(long, value_name = "TIME", value_parser = parse_time, conflicts_with = "log")]
    now: Option<DateTime<Utc>>,
    /// Plan nothing: write a log in which all is as scheduled up to `--now`, to be mended
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, requires = "now", conflicts_with_all = ["output", "time_limit"])]
    write_log: Option<PathBuf>,
    /// Write schedule.json and a timeline in every format into this folder
    #[arg(short, long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
    /// Stop after this long and give the best schedule found, such as "60 s" or "10 min"
    #[arg(long, value_name = "TIME", value_parser = parse_time_limit)]
    time_limit: Option<Duration>,
}

pub(super) fn parse_time(text: &str) -> Result<DateTime<Utc>, String> {
    let time = DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
    time.map_err(|_| "write it as 2026-01-20T06:00:00+09:00, or with a Z for UTC".to_owned())
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let before = crate::schedule::read_drawable(&args.schedule)?;
    let Some((plan, sea)) = load(&args.plan.plan, output)? else { return Ok(Exit::Fault) };
    if let (Some(file), Some(now)) = (&args.write_log, args.now) {
        if file.exists() {
            let message = format!("{} is there already; name another file, or take it away", file.display());
            return Err(Error::Usage(message));
        }
        log::as_scheduled(&plan, &sea, &before, now)?;
        // To the end of the slot, from which on everything is open.
        let until = plan.horizon.time(plan.horizon.ceil(now));
        write_file(file, log::skeleton(&before, until).as_bytes())?;
        output.json(&serde_json::json!({ "log": file.display().to_string() }))?;
        output.complain(&format!("written to {}; mend it, and give it with --log", file.display()));
        return Ok(Exit::Done);
    }
    if let Some(folder) = &args.output {
        prepare_folder(folder)?;
    }
    let told = (args.log.as_deref(), args.now);
    let Some(happened) = happened(told, &plan, &sea, &before, output)? else { return Ok(Exit::Fault) };
    if before.plan.sha256 != plan.sha256 {
        output.complain("note: the plan has changed since this schedule was made; the rest is planned by what it says now");
    }
    let began = Instant::now();
    let stop = stop_on_ctrl_c();
    let options = Options { time_limit: args.time_limit, ..Options::new(&stop) };
    let Some(schedule) = planned(&options, &plan, &sea, &happened, output)? else { return Ok(Exit::Fault) };
    if !is_good(&plan, &sea, &schedule, output)? {
        return Ok(Exit::Fault);
    }
    let solved_in = began.elapsed();
    let written = write(args.output.as_deref(), &schedule)?;
    let look = Look { width: 80, colour: output.is_coloured() };
    let changes = compare(&before, &schedule);
    output.say(&format!("{}\n\n", render(&schedule, &look).trim_end()))?;
    output.say(&render_comparison(&before, &schedule, &changes, &look))?;
    output.json(&schedule)?;
    output.flush()?;
    output.complain(&said(&plan, &happened));
    output.complain(&format!("solved in {:.1} s, verified", solved_in.as_secs_f64()));
    output.complain(&written);
    Ok(Exit::Done)
}

/// What has happened by a log, or up to a time; nothing where the log is at fault, which is told.
pub(super) fn happened(
    (log, now): (Option<&Path>, Option<DateTime<Utc>>),
    plan: &Plan,
    sea: &Sea,
    before: &Schedule,
    output: &mut Output,
) -> Result<Option<Happened>, Error> {
    let Some(path) = log else {
        // One of the two is given.
        let now = now.unwrap_or(plan.horizon.start);
        return Ok(Some(log::as_scheduled(plan, sea, before, now)?));
    };
    let log::Read { found, happened } = log::read(path, plan, sea, before)?;
    if happened.is_none() && output.is_json() {
        super::check::print_json(path, &found, output)?;
    } else {
        tell(&found, output);
    }
    Ok(happened)
}

/// The new schedule; nothing where there is none, which is told.
pub(super) fn planned(
    options: &Options<'_>,
    plan: &Plan,
    sea: &Sea,
    happened: &Happened,
    output: &mut Output,
) -> Result<Option<Schedule>, Error> {
    let past = Past { until: happened.until, itinerary: &happened.past, bars: &[], flows: true };
    let options = Options { before: Some(&happened.before), ..*options };
    match watched(&options, output, |options| optimise_after(plan, sea, &past, options))? {
        Outcome::Solved(mut solved) => {
            happened.restore(plan, &mut solved.itinerary);
            Ok(Some(account(plan, sea, &solved.itinerary, solved.stamp)))
        }
        other => {
            none(other, output)?;
            // It may be for the sake of these that nothing fits.
            if let Some(note) = overtaken(happened) {
                output.complain(&note);
            }
            Ok(None)
        }
    }
}

/// What was kept, in a line, and what was not.
pub(super) fn said(plan: &Plan, happened: &Happened) -> String {
    let from = short(plan.zone.local(plan.horizon.time(happened.until)));
    let (told, as_scheduled) = (happened.told, happened.as_scheduled);
    let kept = format!(
        "planned anew from {from} on; before it {told} as the log tells, {as_scheduled} as scheduled"
    );
    overtaken(happened).map_or_else(|| kept.clone(), |note| format!("{kept}\n{note}"))
}

/// What is taken not to have happened, if anything is.
fn overtaken(happened: &Happened) -> Option<String> {
    let names = happened.overtaken.join(", ");
    (!names.is_empty()).then(|| {
        format!(
            "note: the log leaves no time for {names}: taken not to have happened; say in the log if it did"
        )
    })
}
