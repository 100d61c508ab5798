//! `mudline weather convert`: a weather file of any kind as CSV, NetCDF or Parquet.

use super::Exit;
use super::output::{Output, write_file};
use super::weather_file::{WeatherFile, headline};
use crate::error::Error;
use crate::units::{Quantity, Span};
use crate::weather::derive::{Resampling, resample};
use crate::weather::write::{WRITERS, Writer, writer};
use std::path::PathBuf;

/// The arguments of `weather convert`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    file: WeatherFile,
    /// The file to write; its end tells the format
    #[arg(short, long, value_name = "OUT", value_hint = clap::ValueHint::FilePath)]
    output: PathBuf,
    /// The format, where the end of OUT does not tell it: csv, netcdf or parquet
    #[arg(long, value_name = "FORMAT", value_parser = parse_writer)]
    to: Option<&'static str>,
    /// Fill short holes by a straight line: "interpolate up to 3 h"
    #[arg(long, value_name = "HOW", value_parser = parse_fill)]
    fill: Option<Span>,
    /// Make samples of another step: mean, max or interpolate
    #[arg(long, value_name = "HOW", value_parser = parse_resampling, requires = "step")]
    resample: Option<Resampling>,
    /// That step, such as "3 h"
    #[arg(long, value_name = "STEP", value_parser = parse_span, requires = "resample")]
    step: Option<Span>,
}

fn parse_writer(text: &str) -> Result<&'static str, String> {
    writer(text).map(Writer::name).ok_or_else(|| format!("known: {}", known(Writer::name)))
}

fn known(what: impl Fn(&'static dyn Writer) -> &'static str) -> String {
    WRITERS.iter().map(|writer| what(*writer)).collect::<Vec<_>>().join(", ")
}

fn parse_resampling(text: &str) -> Result<Resampling, String> {
    let known = Resampling::WORDS.iter().find(|(word, _)| *word == text);
    known.map(|(_, how)| *how).ok_or_else(|| "write mean, max or interpolate".to_owned())
}

fn parse_span(text: &str) -> Result<Span, String> {
    Span::parse(text).map_err(|fault| format!("{fault}; {}", fault.remedy()))
}

fn parse_fill(text: &str) -> Result<Span, String> {
    let span = text.trim().strip_prefix("interpolate up to ").and_then(|span| Span::parse(span).ok());
    span.filter(|span| span.seconds() > 0).ok_or_else(|| "write \"interpolate up to 3 h\"".to_owned())
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let end = args.output.extension().and_then(|end| end.to_str()).unwrap_or_default();
    let format = match args.to {
        Some(name) => writer(name),
        None => WRITERS.iter().copied().find(|writer| writer.extension() == end),
    };
    let Some(format) = format else {
        let known = known(Writer::extension);
        return Err(Error::Usage(format!(
            "the end of {} tells no format; known: {known}; or say it: --to csv",
            args.output.display()
        )));
    };
    let Some(reading) = args.file.read(false, output)? else { return Ok(Exit::Fault) };
    let mut series = reading.series;
    if let Some(longest) = args.fill {
        series.interpolate_holes(longest);
    }
    if let (Some(how), Some(step)) = (args.resample, args.step) {
        series = resample(&series, how, step)
            .map_err(|fault| Error::Usage(format!("--step {step}: {fault} ({})", series.step)))?;
    }
    let bytes = format.write(&series).map_err(|e| Error::write(&args.output, e))?;
    write_file(&args.output, &bytes)?;
    output.wrote(&[&args.output])?;
    output.say(&format!("{}: {}\n", args.output.display(), headline(&series)))?;
    Ok(Exit::Done)
}
