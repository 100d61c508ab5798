//! `mudline simulate`: the plan's voyage in many weather years.

mod files;
mod order;
mod weather;

use super::output::{Output, prepare_folder, write_file};
use super::replan::parse_time;
use super::schedule::parse_time_limit;
use super::{Exit, PlanArg, load};
use crate::error::Error;
use crate::id::nearest;
use crate::plan::{Plan, Sea};
use crate::simulate::answer::Answer;
use crate::simulate::case::Settings;
use crate::simulate::ensemble::{Ask, Ensemble, can_decide};
use crate::simulate::fleet::Task;
use crate::simulate::part::Part;
use crate::simulate::policy::{POLICIES, Policy, policy};
use crate::simulate::starts::Wanted;
use crate::simulate::text::render;
use crate::simulate::what_if::what_if;
use crate::time::short;
use crate::units::{Quantity, Span};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use files::write_answer;
pub use files::write_tables;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use weather::{read_starts, source};

/// The arguments of `simulate`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// Follow the order of this schedule.json instead of planning first
    #[arg(long, value_name = "SCHEDULE", value_hint = clap::ValueHint::FilePath)]
    schedule: Option<PathBuf>,
    /// Keep all of the schedule up to this time as it is, such as 2026-01-20T06:00:00+09:00, and sail the rest; what the schedule itself tells
    /// has happened is kept without it
    #[arg(long, value_name = "TIME", requires = "schedule", value_parser = parse_time)]
    now: Option<DateTime<Utc>>,
    /// Keep what this log says has happened, where it was not as scheduled (TOML), plan the rest anew as `replan` does, and sail that
    #[arg(long, value_name = "LOG", value_hint = clap::ValueHint::FilePath, requires = "schedule", conflicts_with = "now")]
    log: Option<PathBuf>,
    /// Of a voyage under way: for so long after now, such as "5 d", every run has the plan's own weather, known as the forecast of the day, and
    /// another year's only from then on
    #[arg(long, value_name = "TIME", requires = "schedule", value_parser = parse_every)]
    own_weather: Option<Span>,
    /// Plan for so long at most, such as "60 s", and follow the best schedule found by then; each plan that clairvoyant and rolling make anew
    /// may take as long
    #[arg(long, value_name = "TIME", value_parser = parse_time_limit)]
    time_limit: Option<Duration>,
    /// Weather of many years, in place of the plan's own
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "years")]
    weather: Option<PathBuf>,
    /// The member of an ensemble in that file
    #[arg(long, value_name = "N", requires = "weather")]
    member: Option<u32>,
    /// Draw so many synthetic weather years from a climate
    #[arg(long, value_name = "N")]
    years: Option<u32>,
    /// The climate: a file, or a name that is built in [default: climate.toml beside the plan]
    #[arg(long, value_name = "CLIMATE", requires = "years")]
    climate: Option<String>,
    /// The seed of all that is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How often each start is run, with durations and yields drawn anew
    #[arg(long, value_name = "N", default_value_t = 1)]
    draws: u64,
    /// Take durations and yields as planned, not drawn from `spread` and `yield_spread`
    #[arg(long)]
    planned_durations: bool,
    /// Start on every day of a season, such as 10-01..03-31, in every year
    #[arg(long, value_name = "MM-DD..MM-DD", value_parser = parse_season, conflicts_with_all = ["starts", "depart_from"])]
    season: Option<Season>,
    /// Start at these times: a file with one RFC 3339 time a line
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "depart_from")]
    starts: Option<PathBuf>,
    /// Scan departures from this date on, such as 2026-01-01
    #[arg(long, value_name = "DATE", requires = "depart_to")]
    depart_from: Option<chrono::NaiveDate>,
    /// The last departure of the scan
    #[arg(long, value_name = "DATE", requires = "depart_from")]
    depart_to: Option<chrono::NaiveDate>,
    /// The time between two starts of a season or scan
    #[arg(long, value_name = "TIME", default_value = "1 d", value_parser = parse_every)]
    every: Span,
    /// Policies, with commas between; `list` shows them
    #[arg(long, value_name = "NAMES", default_value = "follow")]
    policy: String,
    /// How far ahead the weather is known at sea
    #[arg(long, value_name = "TIME", value_parser = parse_every)]
    forecast: Option<Span>,
    /// A ship leaves so early that it is home in time in this share of the weather years, or later where the forecast shows its whole way home
    #[arg(long, value_name = "PERCENT", default_value_t = 80, value_parser = clap::value_parser!(u8).range(1..=100))]
    home_odds: u8,
    /// Show what a metre of Hs limit, a day or a tonne of hold would bring, by running it
    #[arg(long, conflicts_with = "shard")]
    what_if: bool,
    /// Put every run into the JSON document
    #[arg(long)]
    keep_runs: bool,
    /// Run one part of several, such as 1/4, and write it to the file of -o
    #[arg(long, value_name = "I/N", value_parser = parse_shard, requires = "output")]
    shard: Option<(u64, u64)>,
    /// Write the answer into this folder (with --shard: the part into this file)
    #[arg(short, long, value_name = "DIR", value_hint = clap::ValueHint::AnyPath)]
    output: Option<PathBuf>,
}

/// How far ahead the weather is known where neither the plan nor the command line says it.
const DEFAULT_FORECAST: Span = Span::of_hours(72);

fn parse_every(text: &str) -> Result<Span, String> {
    let span = Span::parse(text).map_err(|fault| format!("{fault}; {}", fault.remedy()))?;
    if span.seconds() > 0 { Ok(span) } else { Err("it must be longer than nothing".to_owned()) }
}

/// Month and day of the first and of the last start of a season.
type Season = ((u32, u32), (u32, u32));

fn parse_season(text: &str) -> Result<Season, String> {
    let day = |text: &str| {
        let (month, day) = text.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // A leap year, so that 29 February is a day.
        chrono::NaiveDate::from_ymd_opt(2024, month, day).map(|date| (date.month(), date.day()))
    };
    let parts = text.split_once("..").and_then(|(from, to)| Some((day(from)?, day(to)?)));
    parts.ok_or_else(|| {
        "write it as 10-01..03-31: month and day of the first and of the last start".to_owned()
    })
}

fn parse_shard(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    let known = parts.filter(|&(i, n): &(u64, u64)| (1..=n).contains(&i) && n <= 1_000_000);
    known.ok_or_else(|| "write it as 1/4: the first of four parts".to_owned())
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    if args.policy == "list" {
        for policy in POLICIES {
            output.say(&format!("{:<12} {}\n", policy.name, policy.about))?;
        }
        let rows: Vec<_> =
            POLICIES.iter().map(|p| serde_json::json!({ "name": p.name, "about": p.about })).collect();
        output.json(&rows)?;
        return Ok(Exit::Done);
    }
    let policies =
        args.policy.split(',').map(|name| known_policy(name.trim())).collect::<Result<Vec<_>, _>>()?;
    let plans_anew = policies.iter().any(|policy| policy.plans_anew);
    if args.time_limit.is_some() && args.schedule.is_some() && args.log.is_none() && !plans_anew {
        return Err(Error::Usage(
            "nothing is planned that --time-limit could bound: --schedule gives the order that is followed"
                .to_owned(),
        ));
    }
    let Some((plan, sea)) = load(&args.plan.plan, output)? else { return Ok(Exit::Fault) };
    policies.iter().try_for_each(|policy| can_decide(&plan, policy, false))?;
    if let (Some(folder), None) = (&args.output, args.shard) {
        prepare_folder(folder)?;
    }
    let stop = stop_on_request();
    let found = order::order(args, &plan, &sea, &stop, output)?;
    if stop.load(Ordering::Relaxed) {
        output.json(&serde_json::json!({ "status": "stopped" }))?;
        output.complain(
            "stopped while the plan was being optimised, before the first run: nothing was simulated",
        );
        output.complain(
            "help: --time-limit \"60 s\" follows the best schedule that is found by then; --schedule takes the order of a schedule.json that is \
             there already, at once",
        );
        return Ok(Exit::Stopped);
    }
    let Some((order, schedule, about_order)) = found else { return Ok(Exit::Fault) };
    let order = match args.own_weather {
        Some(own) => order.with_own_weather(&plan, own)?,
        None => order,
    };
    if let Some(past) = &order.past {
        starts_nowhere_else(args)?;
        policies.iter().try_for_each(|policy| can_decide(&plan, policy, true))?;
        let until = plan.zone.local(plan.horizon.time(past.until as usize));
        output.complain(&format!("what happened before {} is kept; the rest is sailed", short(until)));
    }
    let Some(ask) = ask(args, &plan, sea, about_order, output)? else { return Ok(Exit::Fault) };
    let ensemble = Ensemble::new(&plan, order.clone(), Some(&schedule), ask.clone())?;
    let part = sail(args, &ensemble, &policies, &stop, output)?;
    if let (Some(file), Some(_)) = (&args.output, args.shard) {
        write_file(file, &part.to_json()?)?;
        output.wrote(&[file])?;
        output.say(&format!(
            "{}: {} runs\n",
            file.display(),
            part.ranges.iter().map(|r| r.1 - r.0).sum::<u64>()
        ))?;
        return Ok(Exit::Done);
    }
    let mut answer = part.answer();
    if args.what_if {
        let followed = part.policies.iter().find(|(name, _)| name == "follow");
        let Some((_, tally)) = followed else {
            return Err(Error::Usage("--what-if varies the policy follow; add it to --policy".to_owned()));
        };
        answer.what_if = Some(what_if(&plan, &order, &ask, (tally, ensemble.head.starts_run), &stop)?);
    }
    let written = match &args.output {
        Some(folder) => Some(write_answer(folder, args, &ensemble, &answer)?),
        None => None,
    };
    tell(answer, args.keep_runs, output)?;
    output.flush()?;
    if let Some(written) = written {
        output.complain(&written);
    }
    Ok(Exit::Done)
}

/// Prints an answer.
pub fn tell(mut answer: Answer, keeps_runs: bool, output: &mut Output) -> Result<(), Error> {
    output.say(&render(&answer))?;
    answer.runs = answer.runs.filter(|_| keeps_runs);
    output.json(&answer)
}

fn known_policy(name: &str) -> Result<&'static Policy, Error> {
    policy(name).ok_or_else(|| {
        let names: Vec<&str> = POLICIES.iter().map(|policy| policy.name).collect();
        let near = nearest(name, names.iter().copied()).map(|near| format!("; did you mean {near:?}?"));
        Error::Usage(format!(
            "there is no policy {name:?}{} (known: {})",
            near.unwrap_or_default(),
            names.join(", ")
        ))
    })
}

/// A voyage that is under way starts at no other time.
fn starts_nowhere_else(args: &Args) -> Result<(), Error> {
    let asked = [
        (args.season.is_some(), "--season"),
        (args.starts.is_some(), "--starts"),
        (args.depart_from.is_some(), "--depart-from"),
    ];
    match asked.iter().find(|(is_asked, _)| *is_asked) {
        Some((_, option)) => Err(Error::Usage(format!(
            "the voyage is under way, so that it starts at no other time: leave out {option}, or take the schedule from before the voyage, without \
             --now"
        ))),
        None => Ok(()),
    }
}

fn ask(
    args: &Args,
    plan: &Plan,
    sea: Sea,
    about_order: String,
    output: &mut Output,
) -> Result<Option<Ask>, Error> {
    let forecast = args.forecast.or(plan.forecast).unwrap_or(DEFAULT_FORECAST);
    let settings = Settings {
        seed: args.seed,
        draws_durations: !args.planned_durations,
        forecast,
        home_odds: f64::from(args.home_odds) / 100.0,
    };
    let every = TimeDelta::seconds(args.every.seconds());
    let wanted = if let Some((from, to)) = args.season {
        Wanted::Season { from, to, every }
    } else if let Some(path) = &args.starts {
        Wanted::Exactly(read_starts(path)?)
    } else if let (Some(from), Some(to)) = (args.depart_from, args.depart_to) {
        let local = plan.zone.local(plan.horizon.start).time();
        let at = |date: chrono::NaiveDate| plan.zone.moment(date.and_time(local));
        let (Some(from), Some(to)) = (at(from), at(to)) else {
            return Err(Error::Usage("that date is not on the plan's calendar".to_owned()));
        };
        if to < from {
            return Err(Error::Usage("--depart-to lies before --depart-from".to_owned()));
        }
        Wanted::Dates { from, to, every }
    } else {
        Wanted::PlanDates
    };
    let Some((source, about_weather)) = source(args, plan, sea, output)? else { return Ok(None) };
    Ok(Some(Ask { settings, source, about_weather, wanted, draws: args.draws, about_order }))
}

/// Set by Ctrl-C; a second one ends the program as usual.
fn stop_on_request() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    stop
}

/// Runs the policies, with a bar on a terminal; Ctrl-C ends it with what is done.
fn sail(
    args: &Args,
    ensemble: &Ensemble<'_>,
    policies: &[&Policy],
    stop: &AtomicBool,
    output: &Output,
) -> Result<Part, Error> {
    let done = Arc::new(AtomicU64::new(0));
    let all = u128::from(ensemble.runs());
    let runs = match args.shard {
        Some((i, n)) => {
            let at = |i: u64| (all * u128::from(i) / u128::from(n)) as u64;
            at(i - 1)..at(i)
        }
        None => 0..all as u64,
    };
    let total = (runs.end - runs.start) * policies.len() as u64;
    let bar = if output.is_watched() { ProgressBar::new(total) } else { ProgressBar::hidden() };
    if let Ok(style) =
        ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} runs, {per_sec}, {eta} left")
    {
        bar.set_style(style);
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let watcher = {
        let (bar, done, is_over) = (bar.clone(), Arc::clone(&done), Arc::clone(&is_over));
        std::thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                bar.set_position(done.load(Ordering::Relaxed));
                std::thread::park_timeout(Duration::from_millis(200));
            }
        })
    };
    let task = Task {
        draws: args.draws,
        time_limit: args.time_limit,
        runs,
        keeps_runs: args.keep_runs || (args.output.is_some() && args.shard.is_none()),
        stop,
        done: &done,
    };
    let part = ensemble.run(policies, &task);
    is_over.store(true, Ordering::Relaxed);
    watcher.thread().unpark();
    let _ = watcher.join();
    bar.finish_and_clear();
    part
}
