//! `mudline export`: a schedule in one more format.

use super::Exit;
use super::output::{Output, write_file};
use crate::error::Error;
use crate::export::{Choices, FORMATS, Format, Paper, RtzVersion, format};
use crate::id::nearest;
use crate::schedule::Schedule;
use chrono::{DateTime, Utc};
use serde_json::json;
use std::path::PathBuf;

/// The arguments of `export`.
#[derive(clap::Args)]
pub struct Args {
    /// The schedule.json to write in another format
    #[arg(value_name = "SCHEDULE", value_hint = clap::ValueHint::FilePath)]
    schedule: Option<PathBuf>,
    /// The format; `list` shows them
    #[arg(short, long, value_name = "FORMAT")]
    format: String,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// The paper of pdf
    #[arg(long, value_name = "SIZE")]
    page: Option<Paper>,
    /// The vessel whose voyage is written, in formats that hold one (rtz)
    #[arg(long, value_name = "VESSEL")]
    vessel: Option<String>,
    /// The version of rtz [default: 1.1]
    #[arg(long, value_name = "VERSION")]
    rtz_version: Option<RtzVersion>,
    /// Hold it against this schedule.json, in formats with a baseline (msproject, pmxml)
    #[arg(long, value_name = "SCHEDULE", value_hint = clap::ValueHint::FilePath)]
    baseline: Option<PathBuf>,
    /// Count what lies before this time as done, in formats with progress (msproject, pmxml, xer)
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    now: Option<DateTime<Utc>>,
}

fn parse_time(text: &str) -> Result<DateTime<Utc>, String> {
    let time = DateTime::parse_from_rfc3339(text);
    time.map(|time| time.to_utc())
        .map_err(|_| "write it with its offset, such as 2026-01-20T06:00:00+09:00".to_owned())
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    if args.format == "list" {
        return list(output);
    }
    let Some(format) = format(&args.format) else {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
        let near =
            nearest(&args.format, names.iter().copied()).map(|near| format!("; did you mean {near:?}?"));
        let known = names.join(", ");
        return Err(Error::Usage(format!(
            "there is no format {:?}{} (known: {known})",
            args.format,
            near.unwrap_or_default()
        )));
    };
    let Some(path) = &args.schedule else {
        return Err(Error::Usage("name the schedule.json to write".to_owned()));
    };
    let schedule = crate::schedule::read_drawable(path)?;
    if let Some(reason) = format.refuses(&schedule) {
        return Err(Error::Malformed { path: path.clone(), message: reason });
    }
    if !format.is_text() && args.output.is_none() && (output.is_json() || output.is_terminal()) {
        let (name, extension) = (format.name(), format.extension());
        return Err(Error::Usage(format!(
            "{name} is no text for a terminal; write it to a file: -o schedule.{extension}"
        )));
    }
    let choices = choices(args, format, &schedule)?;
    for note in format.notes(&schedule, &choices) {
        output.complain(&format!("warning: {note}"));
    }
    let mut bytes = Vec::new();
    format.write_as(&schedule, &choices, &mut bytes).map_err(Error::Output)?;
    match &args.output {
        Some(file) => {
            write_file(file, &bytes)?;
            output.wrote(&[file])?;
        }
        None => output.document(&bytes)?,
    }
    Ok(Exit::Done)
}

/// What was chosen, when the format knows it and the schedule has it.
fn choices(args: &Args, format: &dyn Format, schedule: &Schedule) -> Result<Choices, Error> {
    let name = format.name();
    let given = [
        ("page", args.page.is_some()),
        ("vessel", args.vessel.is_some()),
        ("rtz-version", args.rtz_version.is_some()),
        ("baseline", args.baseline.is_some()),
        ("now", args.now.is_some()),
    ];
    for (option, is_given) in given {
        if is_given && !format.takes().contains(&option) {
            let takers = FORMATS.iter().filter(|other| other.takes().contains(&option));
            let takers: Vec<&str> = takers.map(|other| other.name()).collect();
            return Err(Error::Usage(format!("--{option} is for {}, not for {name}", takers.join(", "))));
        }
    }
    let baseline = args.baseline.as_deref().map(crate::schedule::read_drawable).transpose()?;
    if let Some((path, reason)) =
        args.baseline.as_ref().zip(baseline.as_ref().and_then(|b| format.refuses(b)))
    {
        return Err(Error::Malformed { path: path.clone(), message: reason });
    }
    let mut choices = Choices {
        baseline: baseline.map(Box::new),
        now: args.now,
        page: args.page.unwrap_or_default(),
        vessel: args.vessel.clone(),
        rtz_version: args.rtz_version.unwrap_or_default(),
        system_fonts: true,
    };
    if !format.takes().contains(&"vessel") {
        return Ok(choices);
    }
    let vessels: Vec<String> = format.files(schedule).into_iter().filter_map(|file| file.1.vessel).collect();
    let known = vessels.join(", ");
    match &choices.vessel {
        Some(vessel) if !vessels.contains(vessel) => {
            let near = nearest(vessel, vessels.iter().map(String::as_str));
            let near = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
            Err(Error::Usage(format!(
                "no vessel {vessel:?} sails in this schedule{near} (these do: {known})"
            )))
        }
        None if vessels.len() > 1 => Err(Error::Usage(format!(
            "{name} holds the voyage of one vessel, and several sail: choose one with --vessel (known: {known})"
        ))),
        Some(_) => Ok(choices),
        None => {
            choices.vessel = vessels.into_iter().next();
            Ok(choices)
        }
    }
}

/// Shows every format.
fn list(output: &mut Output) -> Result<Exit, Error> {
    for format in FORMATS {
        let extension = format!(".{}", format.extension());
        output.say(&format!("{:<10} {extension:<10} {}\n", format.name(), format.about()))?;
    }
    let formats: Vec<_> = FORMATS
        .iter()
        .map(|f| json!({ "name": f.name(), "extension": f.extension(), "about": f.about() }))
        .collect();
    output.json(&formats)?;
    Ok(Exit::Done)
}
