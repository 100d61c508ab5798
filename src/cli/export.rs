//! `mudline export`: a schedule in one more format.

use super::Exit;
use super::output::{Output, write_file};
use crate::error::Error;
use crate::export::{FORMATS, format};
use crate::id::nearest;
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
    let mut bytes = Vec::new();
    format.write(&schedule, &mut bytes).map_err(Error::Output)?;
    match &args.output {
        Some(file) => {
            write_file(file, &bytes)?;
            output.wrote(&[file])?;
        }
        None => output.document(&bytes)?,
    }
    Ok(Exit::Done)
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
