//! `mudline simulate`: the plan's voyage in many weather years.

use super::output::{Output, prepare_folder, write_file};
use super::{Exit, PlanArg, load};
use crate::error::Error;
use crate::export::FORMATS;
use crate::geo::Position;
use crate::id::nearest;
use crate::model::{Options, Outcome, Solver, optimise};
use crate::plan::{Plan, Sea};
use crate::schedule::{Schedule, account};
use crate::simulate::answer::Answer;
use crate::simulate::case::Settings;
use crate::simulate::curve::svg;
use crate::simulate::ensemble::{Ask, Ensemble};
use crate::simulate::fleet::Task;
use crate::simulate::order::Order;
use crate::simulate::part::Part;
use crate::simulate::policy::{POLICIES, Policy, policy};
use crate::simulate::replay::replay;
use crate::simulate::sheet::Sheet;
use crate::simulate::starts::{Source, Wanted};
use crate::simulate::text::render;
use crate::units::{Quantity, Span};
use crate::weather::read::{ReadOptions, read};
use crate::weather::{CLIMATES, Climate};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// The arguments of `simulate`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    plan: PlanArg,
    /// Follow the order of this schedule.json instead of planning first
    #[arg(long, value_name = "SCHEDULE", value_hint = clap::ValueHint::FilePath)]
    schedule: Option<PathBuf>,
    /// Weather of many years, in place of the plan's own
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "years")]
    weather: Option<PathBuf>,
    /// Draw so many synthetic weather years from a climate
    #[arg(long, value_name = "N")]
    years: Option<u32>,
    /// The climate: a file, or a name that is built in [default: climate.toml beside the plan]
    #[arg(long, value_name = "CLIMATE", requires = "years")]
    climate: Option<String>,
    /// The seed of all that is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How often each start is run, with durations drawn anew
    #[arg(long, value_name = "N", default_value_t = 1)]
    draws: u64,
    /// Take durations as planned, not drawn from `spread`
    #[arg(long)]
    planned_durations: bool,
    /// Start on every day of a season, such as 10-01..03-31, in every year
    #[arg(long, value_name = "MM-DD..MM-DD", value_parser = parse_season, conflicts_with_all = ["starts", "depart_from"])]
    season: Option<((u32, u32), (u32, u32))>,
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
    /// A ship leaves so early that it is home in time in this share of the weather years
    #[arg(long, value_name = "PERCENT", default_value_t = 80, value_parser = clap::value_parser!(u8).range(1..=100))]
    home_odds: u8,
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

fn parse_season(text: &str) -> Result<((u32, u32), (u32, u32)), String> {
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
    let Some((plan, sea)) = load(&args.plan.plan, output)? else { return Ok(Exit::Fault) };
    if let (Some(folder), None) = (&args.output, args.shard) {
        prepare_folder(folder)?;
    }
    let Some((order, schedule, about_order)) = order(args, &plan, &sea, output)? else {
        return Ok(Exit::Fault);
    };
    let Some(ask) = ask(args, &plan, sea, about_order, output)? else { return Ok(Exit::Fault) };
    let ensemble = Ensemble::new(&plan, order, Some(&schedule), ask)?;
    let part = sail(args, &ensemble, &policies, output)?;
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
    let answer = part.answer();
    let written = match &args.output {
        Some(folder) => Some(write_answer(folder, args, &ensemble, &answer)?),
        None => None,
    };
    tell(&part, args.keep_runs, output)?;
    output.flush()?;
    if let Some(written) = written {
        output.complain(&written);
    }
    Ok(Exit::Done)
}

/// Writes the answer, the tables of runs, the S-curve, and the run behind each percentile of the finish in every format.
fn write_answer(
    folder: &Path,
    args: &Args,
    ensemble: &Ensemble<'_>,
    answer: &Answer,
) -> Result<String, Error> {
    let mut names = Vec::new();
    let mut write = |name: String, bytes: &[u8]| {
        write_file(&folder.join(&name), bytes)?;
        names.push(name);
        Ok::<(), Error>(())
    };
    let short = Answer { runs: None, ..answer.clone() };
    let broken = |e: &dyn std::fmt::Display| Error::Output(std::io::Error::other(e.to_string()));
    let json = serde_json::to_vec_pretty(&short).map_err(|e| broken(&e))?;
    write("simulation.json".to_owned(), &json)?;
    write("simulation.txt".to_owned(), render(answer).as_bytes())?;
    write("s-curve.svg".to_owned(), svg(answer).as_bytes())?;
    let runs = answer.runs.as_deref().unwrap_or_default();
    for (name, sheet) in [("runs", Sheet::of_runs(runs)), ("activities", Sheet::of_activities(runs))] {
        write(format!("{name}.csv"), &sheet.to_csv().map_err(|e| broken(&e))?)?;
        write(format!("{name}.parquet"), &sheet.to_parquet(answer).map_err(|e| broken(&e))?)?;
    }
    // Only the runs of `follow` can be sailed again step by step.
    let followed = answer.policies.iter().find(|policy| policy.policy == "follow");
    let finish = followed.and_then(|policy| policy.milestones.iter().find(|row| row.id == "finish"));
    for percentile in finish.iter().flat_map(|row| &row.percentiles) {
        let Some(run) = percentile.run else { continue };
        let (_, schedule) = replay(&ensemble.case, &ensemble.field, &ensemble.leaves, args.draws, run)?;
        for format in FORMATS {
            let mut bytes = Vec::new();
            format.write(&schedule, &mut bytes).map_err(Error::Output)?;
            write(format!("p{}.{}", percentile.p, format.extension()), &bytes)?;
        }
    }
    Ok(format!("written to {}: {}", folder.display(), names.join(", ")))
}

/// Prints an answer.
pub fn tell(part: &Part, keeps_runs: bool, output: &mut Output) -> Result<(), Error> {
    let mut answer = part.answer();
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

/// The order that is followed: of the schedule that is named, or of the plan's best.
fn order(
    args: &Args,
    plan: &Plan,
    sea: &Sea,
    output: &mut Output,
) -> Result<Option<(Order, Schedule, String)>, Error> {
    if let Some(path) = &args.schedule {
        let schedule = crate::schedule::read(path)?;
        let order = Order::of_schedule(plan, &schedule)?;
        return Ok(Some((order, schedule, "that of the schedule that was given".to_owned())));
    }
    let stop = AtomicBool::new(false);
    let options = Options { solver: Solver::Highs, time_limit: None, stop: &stop, progress: None };
    match optimise(plan, sea, &options)? {
        Outcome::Solved(solved) => {
            let order = Order::of_itinerary(plan, &solved.itinerary);
            let schedule = account(plan, sea, &solved.itinerary, solved.stamp);
            Ok(Some((order, schedule, "that of the best schedule in the plan's own weather".to_owned())))
        }
        Outcome::Infeasible(conflict) => {
            output.json(&serde_json::json!({ "status": "infeasible", "reasons": conflict.reasons }))?;
            output.complain(
                "the plan has no schedule in its own weather, so that there is no order to follow:",
            );
            for reason in &conflict.reasons {
                output.complain(&format!("  - {reason}"));
            }
            Ok(None)
        }
        Outcome::NoneInTime => Ok(None),
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

fn read_starts(path: &Path) -> Result<Vec<DateTime<Utc>>, Error> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::read(path, e))?;
    let malformed = |message: String| Error::Malformed { path: path.to_owned(), message };
    let mut times = Vec::new();
    for (line, text) in text.lines().enumerate() {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| {
            malformed(format!(
                "line {}: {text:?} is no time; write it as 2026-01-12T09:00:00+09:00",
                line + 1
            ))
        })?;
        times.push(time.to_utc());
    }
    if times.is_empty() {
        return Err(malformed("there is no start in it; write one RFC 3339 time a line".to_owned()));
    }
    Ok(times)
}

/// The weather of the voyages, and what to say of it.
fn source(
    args: &Args,
    plan: &Plan,
    sea: Sea,
    output: &mut Output,
) -> Result<Option<(Source, String)>, Error> {
    if plan.weather.is_empty() {
        if args.years.is_some() || args.weather.is_some() {
            return Err(Error::Usage(
                "this plan asks for no weather, so that no weather can be given to it".to_owned(),
            ));
        }
        return Ok(Some((Source::Without, "none: the plan asks for none".to_owned())));
    }
    if let Some(years) = args.years {
        if years == 0 {
            return Err(Error::Usage("zero years give no answer; ask for --years 20".to_owned()));
        }
        return synthetic(args, plan, years, output);
    }
    let about = |sea: &Sea, of: &str| {
        let word = sea.0.first().map_or("", |series| series.origin.word());
        format!("{of} ({word})")
    };
    let Some(path) = &args.weather else {
        let about = about(&sea, "the plan's own series");
        return Ok(Some((Source::Series(Arc::new(sea)), about)));
    };
    let mut at: Vec<Position> = Vec::new();
    for position in plan.sites.iter().filter(|site| site.weather.is_some()).filter_map(|site| site.position) {
        if !at.contains(&position) {
            at.push(position);
        }
    }
    let options = ReadOptions { at, ..ReadOptions::named(path.display().to_string()) };
    let mut found = crate::diag::Diagnostics::default();
    let reading = read(path, &options, &mut found)?;
    super::tell(&found, output);
    let Some(reading) = reading.filter(|_| found.errors() == 0) else { return Ok(None) };
    let series = reading.series;
    let lacks = |sea: &Sea| {
        sea.0
            .iter()
            .flat_map(|own| &own.channels)
            .find(|c| series.channel(&c.name).is_none())
            .map(|c| c.name.clone())
    };
    // Only channels that a limit speaks of are needed; what is lacking shows as a hole, which is told with its cause.
    if let Some(channel) = lacks(&sea) {
        output.complain(&format!(
            "note: {} has no channel {channel:?}, which the plan's own series has",
            path.display()
        ));
    }
    let sea = Sea(vec![series; plan.weather.len()]);
    let about = about(&sea, &path.display().to_string());
    Ok(Some((Source::Series(Arc::new(sea)), about)))
}

fn synthetic(
    args: &Args,
    plan: &Plan,
    years: u32,
    output: &mut Output,
) -> Result<Option<(Source, String)>, Error> {
    let _ = plan;
    let (name, text) = match &args.climate {
        Some(name) => match CLIMATES.iter().find(|(known, _)| known == name) {
            Some((_, text)) => (name.clone(), (*text).to_owned()),
            None => {
                (name.clone(), std::fs::read_to_string(name).map_err(|e| Error::read(Path::new(name), e))?)
            }
        },
        None => {
            let file = crate::plan::plan_file(&args.plan.plan)?;
            let path = file.parent().unwrap_or(Path::new("")).join("climate.toml");
            let text = std::fs::read_to_string(&path).map_err(|_| {
                let known: Vec<&str> = CLIMATES.iter().map(|(name, _)| *name).collect();
                Error::Usage(format!(
                    "there is no climate.toml beside the plan; name a climate with --climate (built in: {})",
                    known.join(", ")
                ))
            })?;
            (path.display().to_string(), text)
        }
    };
    let mut climate = match Climate::parse(&name, &text) {
        Ok(climate) => climate,
        Err(found) => {
            super::tell(&found, output);
            return Ok(None);
        }
    };
    let storms = climate.storms.len();
    climate.storms.clear();
    let without = if storms > 0 { ", without the storms of certain dates that are laid over it" } else { "" };
    let about =
        format!("synthetic years of the climate {:?}{without}: statistics, not a record", climate.name);
    Ok(Some((Source::Synthetic { climate, years, seed: args.seed }, about)))
}

/// Runs the policies, with a bar on a terminal; Ctrl-C ends it with what is done.
fn sail(args: &Args, ensemble: &Ensemble<'_>, policies: &[&Policy], output: &Output) -> Result<Part, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let _ = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
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
        runs,
        keeps_runs: args.keep_runs || (args.output.is_some() && args.shard.is_none()),
        stop: &stop,
        done: &done,
    };
    let part = ensemble.run(policies, &task);
    is_over.store(true, Ordering::Relaxed);
    watcher.thread().unpark();
    let _ = watcher.join();
    bar.finish_and_clear();
    part
}
