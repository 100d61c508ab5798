//! Timelines in the formats that people use: one file a format, each in the table [`FORMATS`].
//!
//! In: a [`Schedule`] and nothing else. Out: bytes, the same for the same schedule.
//! Not a second opinion: a format computes nothing that the schedule does not say; it reads no clock and no solver.
//! A new format is a new file here, its `mod` line, its line in the table, and its golden file.
//! `wording` holds what the formats say alike; a name from a schedule reaches a reader only through it.

mod csv;
mod ical;
mod json;
mod markdown;
mod mermaid;
mod msproject;
mod parquet;
mod plantuml;
mod pmxml;
mod project;
pub mod text;
pub(crate) mod wording;
mod xer;
mod xlsx;
mod xml;

use crate::schedule::Schedule;
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
    /// Writes the schedule.
    ///
    /// # Errors
    /// Only what `out` fails with.
    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()>;
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
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}
