//! `mudline weather inspect`: what a weather file holds, and where it may be wrong.

use super::Exit;
use super::output::Output;
use super::weather_file::{WeatherFile, headline};
use crate::error::Error;
use crate::units::Span;
use crate::weather::Series;
use crate::weather::inspect::{PERCENTILES, STUCK_H, Spread, Summary, picture, summary};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::ops::Range;

/// The arguments of `weather inspect`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    file: WeatherFile,
}

/// Holes and stuck values that are listed of each channel.
const LISTED: usize = 3;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let Some(reading) = args.file.read(true, output)? else { return Ok(Exit::Fault) };
    let series = &reading.series;
    let summaries: Vec<Summary> =
        (0..series.channels.len()).map(|channel| summary(series, channel)).collect();
    output.json(&document(&args.file.file.display().to_string(), series, &summaries))?;
    output.say(&text(&args.file.file.display().to_string(), series, &summaries))?;
    Ok(Exit::Done)
}

/// A stretch of samples: from when, and for how long.
fn stretch(series: &Series, samples: &Range<usize>) -> String {
    let lasts = Span::of_seconds(series.step.seconds() * samples.len() as i64);
    format!("{} for {lasts}", series.time(samples.start).format("%Y-%m-%d %H:%M"))
}

/// The first few stretches, and how many more there are.
fn some(series: &Series, stretches: &[Range<usize>]) -> String {
    let shown: Vec<String> = stretches.iter().take(LISTED).map(|samples| stretch(series, samples)).collect();
    let more = match stretches.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("\n            and {more} more"),
    };
    shown.join("\n            ") + &more
}

fn text(name: &str, series: &Series, summaries: &[Summary]) -> String {
    let mut text = format!("{name}\n{}\n\n", headline(series));
    let _ = writeln!(
        text,
        "{:<12}{:>5}{:>9}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}",
        "channel", "unit", "missing", "least", "mean", "P50", "P90", "P99", "most"
    );
    for (channel, told) in series.channels.iter().zip(summaries) {
        let there = told.whole.as_ref().map_or(0, |whole| whole.count);
        let missing = 100.0 * (series.len() - there) as f64 / series.len().max(1) as f64;
        let _ = write!(text, "{:<12}{:>5}{missing:>7.1} %", channel.name, channel.dimension.base());
        if let Some(whole) = &told.whole {
            let [_, p50, _, p90, _, p99] = whole.percentiles;
            for number in [whole.least, whole.mean, p50, p90, p99, whole.most] {
                let _ = write!(text, "{number:>8.2}");
            }
        }
        text.push('\n');
    }
    for (place, (channel, told)) in series.channels.iter().zip(summaries).enumerate() {
        let _ = writeln!(text, "\n{} ({})", channel.name, channel.dimension.base());
        if told.whole.is_none() {
            let _ = writeln!(text, "  no value at all");
            continue;
        }
        draw(&mut text, series, place, told);
        let holes: Vec<Range<usize>> = told.holes.iter().map(|hole| hole.samples.clone()).collect();
        if !holes.is_empty() {
            let _ = writeln!(text, "{:>5} holes {}", holes.len(), some(series, &holes));
        }
        if !told.stuck.is_empty() {
            let _ = writeln!(text, "{:>5} stuck {}", told.stuck.len(), some(series, &told.stuck));
        }
        by_month(&mut text, told);
    }
    let _ = writeln!(
        text,
        "\nPercentiles are nearest rank. Stuck: exactly the same value for {STUCK_H} h and more."
    );
    text
}

/// The bars of a channel, with its scale and its first and last day.
fn draw(text: &mut String, series: &Series, channel: usize, told: &Summary) {
    const WIDTH: usize = 70;
    const ROWS: usize = 3;
    let top = told.whole.as_ref().map_or(0.0, |whole| whole.most);
    let lines = picture(series, channel, WIDTH, ROWS);
    let width = lines.first().map_or(0, |line| line.chars().count());
    for (row, line) in lines.iter().enumerate() {
        let scale = if row == 0 { format!("{top:.1}") } else { String::new() };
        let _ = writeln!(text, "{scale:>7} {}", line.trim_end());
    }
    let (first, last) =
        (series.start.format("%Y-%m-%d").to_string(), series.end().format("%Y-%m-%d").to_string());
    let space = width.saturating_sub(first.len() + last.len()).max(1);
    let _ = writeln!(text, "        {first}{}{last}", " ".repeat(space));
}

fn by_month(text: &mut String, told: &Summary) {
    let _ = write!(text, "  {:<10}{:>8}{:>7}", "month", "samples", "mean");
    for percent in PERCENTILES {
        let _ = write!(text, "{:>7}", format!("P{percent}"));
    }
    let _ = writeln!(text, "{:>7}", "most");
    for (month, spread) in MONTHS.iter().zip(&told.months) {
        let Some(spread) = spread else { continue };
        let _ = write!(text, "  {month:<10}{:>8}{:>7.2}", spread.count, spread.mean);
        for value in spread.percentiles {
            let _ = write!(text, "{value:>7.2}");
        }
        let _ = writeln!(text, "{:>7.2}", spread.most);
    }
}

fn spread(spread: &Spread) -> Value {
    let percentiles: serde_json::Map<String, Value> = PERCENTILES
        .iter()
        .zip(spread.percentiles)
        .map(|(percent, value)| (format!("p{percent}"), value.into()))
        .collect();
    json!({
        "samples": spread.count, "least": spread.least, "mean": spread.mean, "most": spread.most,
        "percentiles": percentiles,
    })
}

fn document(name: &str, series: &Series, summaries: &[Summary]) -> Value {
    let stretch = |samples: &Range<usize>| json!([series.time(samples.start), series.time(samples.end)]);
    let channels: Vec<Value> = series
        .channels
        .iter()
        .zip(summaries)
        .map(|(channel, told)| {
            let months: Vec<Value> =
                told.months.iter().map(|month| month.as_ref().map_or(Value::Null, spread)).collect();
            json!({
                "name": channel.name,
                "unit": channel.dimension.base(),
                "whole": told.whole.as_ref().map(spread),
                "months": months,
                "holes": told.holes.iter().map(|hole| stretch(&hole.samples)).collect::<Vec<_>>(),
                "stuck": told.stuck.iter().map(stretch).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "file": name,
        "origin": series.origin.word(),
        "first": series.start,
        "end": series.end(),
        "step_h": series.step.hours(),
        "samples": series.len(),
        "channels": channels,
    })
}
