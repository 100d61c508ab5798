//! Readers of weather files: one file a format, each in the table [`READERS`].
//!
//! In: a file and what the plan says of it. Out: a [`Reading`], a regular series with the holes that were found and where.
//! Faults of the file as a whole are an [`Error`]; faults in it are diagnostics that carry file and line, all at once.
//! A new reader is a new file here, its `mod` line, and its line in the table.

mod csv;

use super::series::{Origin, Series};
use crate::diag::{Diagnostic, Diagnostics, Kind, Place};
use crate::error::Error;
use crate::time::Zone;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;

/// The kinds of fault that reading tells.
pub static KINDS: &[Kind] = &[
    ("weather-bad-number", "A cell of a weather file is no number."),
    ("weather-bad-time", "A time in a weather file cannot be read."),
    ("weather-column", "A column that the plan names is not in the weather file."),
    ("weather-duplicate-time", "A time stands twice in a weather file."),
    ("weather-empty", "A weather file holds no weather."),
    ("weather-format", "A weather file is in no format that is known."),
    ("weather-irregular", "The lines of a weather file do not follow one step."),
    ("weather-more", "A weather file has more faults than are told."),
    ("weather-no-channel", "No column of a weather file is recognised as weather."),
    ("weather-out-of-range", "A value in a weather file cannot be true."),
    ("weather-time-column", "No column of a weather file is recognised as the time."),
    ("weather-too-long", "A weather file spans more time than any series."),
    ("weather-unit", "The unit of a column of a weather file is not known."),
    ("weather-unsorted", "The lines of a weather file are not in the order of time."),
    ("weather-zone", "Times in a weather file carry no zone, and are read as UTC."),
];

/// What a plan says of a weather file.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The file as messages name it.
    pub name: String,
    /// Which column holds which channel, where the plan says so.
    pub columns: Vec<(String, String)>,
    /// The unit of a channel's column, where the plan says so.
    pub units: Vec<(String, String)>,
    /// The zone of times that carry none.
    pub zone: Option<Zone>,
    /// Where the weather comes from, when the plan says so.
    pub origin: Option<Origin>,
}

/// A stretch without values and where in the file it is.
#[derive(Debug, Clone)]
pub struct FoundHole {
    /// The channel by its place in the series; none where whole rows are missing.
    pub channel: Option<usize>,
    /// The samples that are missing.
    pub samples: Range<usize>,
    /// The line at which it was found.
    pub place: Place,
}

/// A series and what was found while reading it.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The series, NaN in its holes.
    pub series: Series,
    /// The holes, in order of time.
    pub holes: Vec<FoundHole>,
}

/// A format of weather files.
pub trait Reader: Sync {
    /// The name of the format.
    fn name(&self) -> &'static str;
    /// Whether the beginning of a file looks like it.
    fn recognises(&self, head: &[u8]) -> bool;
    /// Reads a file of it; nothing when `found` got an error for it.
    ///
    /// # Errors
    /// Only what the system says while reading; faults in the file go to `found`.
    fn read(
        &self,
        input: &mut dyn BufRead,
        options: &ReadOptions,
        found: &mut Diagnostics,
    ) -> std::io::Result<Option<Reading>>;
}

/// Every format that can be read, in the order in which they are tried.
pub static READERS: &[&dyn Reader] = &[&csv::Csv];

/// Reads a weather file of any known format.
///
/// # Errors
/// When the file cannot be opened or read. What is wrong inside it goes to `found`.
pub fn read(path: &Path, options: &ReadOptions, found: &mut Diagnostics) -> Result<Option<Reading>, Error> {
    let file = File::open(path).map_err(|e| Error::read(path, e))?;
    let mut input = BufReader::with_capacity(1 << 18, file);
    let head = input.fill_buf().map_err(|e| Error::read(path, e))?;
    if head.is_empty() {
        found.push(
            Diagnostic::error("weather-empty", format!("{} is empty", options.name))
                .at(Place::file(&options.name))
                .help("a weather file needs a header line and a line for each time"),
        );
        return Ok(None);
    }
    let Some(reader) = READERS.iter().find(|reader| reader.recognises(head)) else {
        let names: Vec<&str> = READERS.iter().map(|reader| reader.name()).collect();
        found.push(
            Diagnostic::error("weather-format", format!("{} is in no format that is known", options.name))
                .at(Place::file(&options.name))
                .help(format!("known formats: {}", names.join(", "))),
        );
        return Ok(None);
    };
    reader.read(&mut input, options, found).map_err(|e| Error::read(path, e))
}
