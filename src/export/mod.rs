//! Timelines in the formats that people use: one file a format, each in the table [`FORMATS`].
//!
//! In: a [`Schedule`] and nothing else. Out: bytes, the same for the same schedule.
//! Not a second opinion: a format computes nothing that the schedule does not say; it reads no clock and no solver.
//! A new format is a new file here, its `mod` line, its line in the table, and its golden file.
//! `wording` and `accounts` hold what the formats say alike; a name from a schedule reaches a reader only through them.

mod accounts;
pub mod chart;
mod csv;
mod czml;
mod geojson;
mod gpx;
mod ical;
mod json;
mod kml;
mod markdown;
mod mermaid;
mod msproject;
mod parquet;
mod pdf;
mod plantuml;
mod pmxml;
mod png;
mod project;
mod rtz;
mod svg;
pub mod text;
mod tracks;
pub(crate) mod wording;
mod xer;
mod xlsx;
mod xml;

use crate::schedule::Schedule;
use chrono::{DateTime, Utc};
use std::io::{self, Write};

/// A format that a schedule can be written in.
pub trait Format: Sync {
    /// The name by which it is asked for.
    fn name(&self) -> &'static str;
    /// The extension of its files, without the dot.
    fn extension(&self) -> &'static str;
    /// What it is for, in a few words.
    fn about(&self) -> &'static str;
    /// Whether its files are text, which may go to a terminal or into a JSON document.
    fn is_text(&self) -> bool {
        true
    }
    /// Why the format cannot hold this schedule, with what to do instead; nothing where it can.
    fn refuses(&self, _schedule: &Schedule) -> Option<String> {
        None
    }
    /// Which [`Choices`] it knows, by the names of the options that make them.
    fn takes(&self) -> &'static [&'static str] {
        &[]
    }
    /// The files in which a folder of timelines holds the schedule: each without its extension, and what is chosen for it.
    fn files(&self, _schedule: &Schedule) -> Vec<(String, Choices)> {
        vec![("schedule".to_owned(), Choices::default())]
    }
    /// What a reader of the file has to know that the file does not say, such as what had to be left out.
    fn notes(&self, _schedule: &Schedule, _choices: &Choices) -> Vec<String> {
        Vec::new()
    }
    /// Writes the schedule.
    ///
    /// # Errors
    /// Only what `out` fails with.
    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()>;
    /// Writes the schedule as chosen; a format without choices writes it as always.
    ///
    /// # Errors
    /// Only what `out` fails with.
    fn write_as(&self, schedule: &Schedule, _choices: &Choices, out: &mut dyn Write) -> io::Result<()> {
        self.write(schedule, out)
    }
}

/// A size of paper, lying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Paper {
    /// 420 mm by 297 mm.
    #[default]
    A3,
    /// 297 mm by 210 mm.
    A4,
}

/// A version of the route format of IEC 61174.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum RtzVersion {
    /// Of 2015, for the oldest receivers.
    #[value(name = "1.0")]
    V1_0,
    /// The one that is read most widely.
    #[default]
    #[value(name = "1.1")]
    V1_1,
    /// The newest.
    #[value(name = "1.2")]
    V1_2,
}

impl RtzVersion {
    /// Its number, and the end of its XML namespace.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            RtzVersion::V1_0 => ("1.0", "1/0"),
            RtzVersion::V1_1 => ("1.1", "1/1"),
            RtzVersion::V1_2 => ("1.2", "1/2"),
        }
    }
}

/// What can be chosen for a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Choices {
    /// The size of its pages.
    pub page: Paper,
    /// The vessel whose voyage it holds, where it can hold only one.
    pub vessel: Option<String>,
    /// The schedule that this one is held against: what was planned before.
    pub baseline: Option<Box<Schedule>>,
    /// The present: what the schedule has before it counts as done.
    pub now: Option<DateTime<Utc>>,
    /// The version of a route.
    pub rtz_version: RtzVersion,
    /// Whether letters that the bundled font lacks may come from the fonts of the system; then another system may give other bytes.
    pub system_fonts: bool,
}

/// Every format, in the order in which they are listed.
pub static FORMATS: &[&dyn Format] = &[
    &text::Text,
    &json::Json,
    &csv::Csv,
    &ical::Ical,
    &markdown::Markdown,
    &mermaid::Mermaid,
    &plantuml::PlantUml,
    &xlsx::Xlsx,
    &msproject::MsProject,
    &pmxml::PmXml,
    &xer::Xer,
    &parquet::Parquet,
    &svg::Svg,
    &pdf::Pdf,
    &png::Png,
    &geojson::GeoJson,
    &kml::Kml,
    &gpx::Gpx,
    &rtz::Rtz,
    &czml::Czml,
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}
