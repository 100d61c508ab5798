//! What `mudline windows` is asked on the command line: a weather file, limits, lengths, pauses.

use crate::cli::output::Output;
use crate::cli::tell;
use crate::diag::Diagnostics;
use crate::error::Error;
use crate::units::{Quantity, Span};
use crate::weather::read::{ReadOptions, read};
use crate::weather::{Limits, Operation, Pausing, Phase, Series};
use std::path::{Path, PathBuf};

/// Options that ask for the odds of one operation in a weather file.
#[derive(clap::Args)]
#[command(next_help_heading = "Odds without a plan, or over other weather than the plan's")]
pub struct Asked {
    /// The weather: a series as long as there is. With a PLAN, its tasks are looked at in this weather
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub weather: Option<PathBuf>,
    /// Which column of the weather file holds a channel, where it is not recognised: wind=u_ms
    #[arg(long, value_name = "CHANNEL=COLUMN", requires = "weather", value_parser = parse_column)]
    column: Vec<(String, String)>,
    /// Limits on channels of the weather: "hs 2.5 m, wind 12 m/s"
    #[arg(long, value_name = "LIMITS", requires_all = ["weather", "length"], conflicts_with = "plan")]
    limits: Option<String>,
    /// How long the work takes: 24h
    #[arg(long, value_name = "TIME", requires = "limits", value_parser = parse_span)]
    length: Option<Span>,
    /// A phase of work whose limits change as it goes on: "6 h: hs 2.0 m"; in place of --limits and --length, in order
    #[arg(long, value_name = "TIME: LIMITS", requires = "weather", conflicts_with_all = ["limits", "plan"])]
    phase: Vec<String>,
    /// How long the limits must hold on after the work
    #[arg(long, value_name = "TIME", requires = "weather", conflicts_with = "plan", value_parser = parse_span)]
    contingency: Option<Span>,
    /// The work may pause: tell its length with pauses besides
    #[arg(long, requires = "weather", conflicts_with = "plan")]
    suspend: bool,
    /// The longest single pause
    #[arg(long, value_name = "TIME", requires = "suspend", value_parser = parse_span)]
    max_pause: Option<Span>,
    /// Limits that must hold in a pause: "hs 4 m"
    #[arg(long, value_name = "LIMITS", requires = "suspend")]
    survives: Option<String>,
}

/// What is asked of a weather file.
pub struct Question {
    /// The file as it was named.
    pub file: String,
    /// What is in it.
    pub series: Series,
    /// The operation whose odds are asked for; none where a plan has the work.
    pub operation: Option<Operation>,
}

fn parse_span(text: &str) -> Result<Span, String> {
    match Span::parse(text) {
        Err(fault) => Err(format!("{fault}; {}", fault.remedy())),
        Ok(span) if span.seconds() <= 0 => Err("it must be more than nothing".to_owned()),
        Ok(span) => Ok(span),
    }
}

/// `wind=u_ms`: a channel and the column that holds it.
pub fn parse_column(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((channel, column)) if !channel.trim().is_empty() && !column.trim().is_empty() => {
            Ok((channel.trim().to_owned(), column.trim().to_owned()))
        }
        _ => Err("write channel and column, such as wind=u_ms".to_owned()),
    }
}

impl Asked {
    /// Reads the weather file; nothing when it was named and is at fault, which has been told.
    pub fn read(&self, file: &Path, has_plan: bool, output: &mut Output) -> Result<Option<Question>, Error> {
        let Some((file, series)) = series(file, &self.column, output)? else { return Ok(None) };
        let operation = if has_plan { None } else { Some(self.operation(&series)?) };
        Ok(Some(Question { file, series, operation }))
    }

    fn operation(&self, series: &Series) -> Result<Operation, Error> {
        let limits = |text: &str| Limits::parse(text, series).map_err(Error::Usage);
        let phases = match (&self.limits, self.length) {
            (Some(text), Some(length)) => vec![Phase { length, limits: limits(text)? }],
            _ if self.phase.is_empty() => {
                let help =
                    "say which work: --limits \"hs 2.5 m\" --length 24h, or --phase \"6 h: hs 2.0 m\" ...";
                return Err(Error::Usage(help.to_owned()));
            }
            _ => self.phase.iter().map(|text| phase(text, series)).collect::<Result<Vec<Phase>, Error>>()?,
        };
        let longest = self.max_pause;
        let survives = self.survives.as_deref().map(limits).transpose()?.unwrap_or_default();
        Ok(Operation {
            phases,
            reserve: self.contingency.unwrap_or_default(),
            pausing: self.suspend.then_some(Pausing { survives, longest }),
        })
    }
}

/// Reads a weather file; its name in messages, and what is in it. Nothing when it is at fault, which has been told.
pub fn series(
    file: &Path,
    columns: &[(String, String)],
    output: &mut Output,
) -> Result<Option<(String, Series)>, Error> {
    let name = file.display().to_string();
    let options = ReadOptions { columns: columns.to_vec(), ..ReadOptions::named(name.clone()) };
    let mut found = Diagnostics::default();
    let reading = read(file, &options, &mut found)?;
    if found.errors() > 0 || reading.is_none() {
        output.json(&serde_json::json!({ "errors": found.errors(), "diagnostics": found }))?;
        tell(&found, output);
        return Ok(None);
    }
    tell(&found, output);
    Ok(reading.map(|reading| (name, reading.series)))
}

/// `6 h: hs 2.0 m`
fn phase(text: &str, series: &Series) -> Result<Phase, Error> {
    let usage = |fault: String| Error::Usage(format!("--phase {text:?}: {fault}"));
    let Some((length, limits)) = text.split_once(':') else {
        return Err(usage("write its length, a colon and its limits, such as \"6 h: hs 2.0 m\"".to_owned()));
    };
    Ok(Phase {
        length: parse_span(length).map_err(usage)?,
        limits: Limits::parse(limits, series).map_err(usage)?,
    })
}
