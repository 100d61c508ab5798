//! Readers of weather files: one file a format, each in the table [`READERS`].
//!
//! In: a file and what the plan says of it. Out: a [`Reading`], a regular series with the holes that were found and where.
//! Faults of the file as a whole are an [`Error`]; faults in it are diagnostics that carry file and line, all at once.
//! A new reader is a new file here, its `mod` line, and its line in the table.

mod csv;
pub mod fields;
mod grib;
mod grid;
mod input;
mod ndbc;
mod netcdf;
mod parquet;
mod rows;
mod zip;

pub use input::{Input, Stream};

use super::series::{Origin, Series};
use crate::diag::{Diagnostic, Diagnostics, Kind, Place};
use crate::error::Error;
use crate::geo::Position;
use crate::time::Zone;
use input::guarded;
use std::io;
use std::ops::Range;
use std::path::Path;

/// The kinds of fault that reading tells.
pub static KINDS: &[Kind] = &[
    ("weather-apart", "Sites that are apart share a weather file that is a grid."),
    ("weather-bad-number", "A cell of a weather file is no number."),
    ("weather-bad-time", "A time in a weather file cannot be read."),
    ("weather-broken", "A weather file is damaged, or holds what its format does not allow."),
    ("weather-calendar", "The times of a weather file follow a calendar without leap days, or no real one."),
    ("weather-column", "A column that the plan names is not in the weather file."),
    ("weather-dimension", "A dimension of a weather file is neither time, place, member nor level."),
    ("weather-duplicate-time", "A time stands twice in a weather file."),
    ("weather-empty", "A weather file holds no weather."),
    ("weather-format", "A weather file is in no format that is known."),
    ("weather-irregular", "The lines of a weather file do not follow one step."),
    ("weather-land", "A weather file has no sea near the site."),
    (
        "weather-member",
        "A weather file holds several members of an ensemble, and none, or one that is not there, is chosen.",
    ),
    ("weather-more", "A weather file has more faults than are told."),
    ("weather-no-channel", "No column of a weather file is recognised as weather."),
    ("weather-moved", "The cell at the site is land, and the nearest cell of sea is taken instead."),
    ("weather-option", "The plan asks of a weather file what its format cannot give."),
    ("weather-out-of-range", "A value in a weather file cannot be true."),
    ("weather-outside", "A site lies outside the grid of its weather file."),
    ("weather-position", "A weather file is a grid, and the position of its site is not known."),
    ("weather-thinned", "Some rows of a weather file are left out, because the others follow one step."),
    ("weather-time-column", "No column of a weather file is recognised as the time."),
    ("weather-too-long", "A weather file spans more time than any series."),
    ("weather-unit", "The unit of a column of a weather file is not known."),
    ("weather-units-differ", "The plan and a weather file say different units of one of its columns."),
    ("weather-unsorted", "The lines of a weather file are not in the order of time."),
    ("weather-zip", "A zip holds no weather that can be read, or files that do not go together."),
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
    /// The positions for which the weather is wanted; a grid needs exactly one.
    pub at: Vec<Position>,
    /// The member of an ensemble.
    pub member: Option<u32>,
    /// How a grid is read between its cells.
    pub between: Between,
    /// Whether values that cannot be true are taken as missing, and only warned of, as when a file is looked at.
    pub is_lenient: bool,
}

impl ReadOptions {
    /// The usual options for a file that messages call `name`.
    pub fn named(name: impl Into<String>) -> ReadOptions {
        ReadOptions {
            name: name.into(),
            columns: Vec::new(),
            units: Vec::new(),
            zone: None,
            origin: None,
            at: Vec::new(),
            member: None,
            between: Between::Nearest,
            is_lenient: false,
        }
    }
}

/// How a grid is read at a place that is no cell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// The nearest cell of sea.
    Nearest,
    /// A weighted mean of the four cells around it; of vectors, component by component.
    Bilinear,
}

/// Faults told of one file before the rest is only counted.
const MOST_FAULTS: usize = 20;
/// Holes kept of one file; what is missing beyond them is still missing, only its line is not told.
const MOST_HOLES: usize = 10_000;
/// Samples of one series, at most: a thousand years of hours and more.
const MOST_SAMPLES: usize = 50_000_000;

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
    /// Whether a file of it may hold several members of an ensemble, one of which is chosen.
    fn has_members(&self) -> bool {
        false
    }
    /// Whether it can read a grid between its cells.
    fn interpolates(&self) -> bool {
        false
    }
    /// Whether the beginning of a file looks like it.
    fn recognises(&self, head: &[u8]) -> bool;
    /// Reads a file of it; nothing when `found` got an error for it.
    ///
    /// # Errors
    /// Only what the system says while reading; faults in the file go to `found`.
    fn read(
        &self,
        input: Input<'_>,
        options: &ReadOptions,
        found: &mut Diagnostics,
    ) -> io::Result<Option<Reading>>;
}

/// Every format that can be read, in the order in which they are tried.
pub static READERS: &[&dyn Reader] =
    &[&netcdf::NetCdf, &grib::Grib, &zip::Zip, &parquet::Parquet, &ndbc::Ndbc, &csv::Csv];

/// Reads a weather file of any known format.
///
/// # Errors
/// When the file cannot be opened or read. What is wrong inside it goes to `found`.
pub fn read(path: &Path, options: &ReadOptions, found: &mut Diagnostics) -> Result<Option<Reading>, Error> {
    read_input(Input::File(path), options, found).map_err(|e| Error::read(path, e))
}

/// Reads weather of any known format, from a file or from memory.
///
/// # Errors
/// When the system cannot read it. What is wrong inside it goes to `found`.
pub fn read_input(
    input: Input<'_>,
    options: &ReadOptions,
    found: &mut Diagnostics,
) -> io::Result<Option<Reading>> {
    let mut stream = input.open()?;
    let head = stream.fill_buf()?;
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
    drop(stream);
    if let Some(fault) = asked_in_vain(*reader, options) {
        found.push(fault);
        return Ok(None);
    }
    let before = found.len();
    match guarded(|| reader.read(input, options, found)) {
        Some(read) => read,
        None => {
            if found.len() == before || found.errors() == 0 {
                let cause = "what it holds makes no sense where it is read";
                found.push(broken(reader.name(), cause, options));
            }
            Ok(None)
        }
    }
}

/// What is asked of a format that it cannot give: never passed over in silence.
fn asked_in_vain(reader: &dyn Reader, options: &ReadOptions) -> Option<Diagnostic> {
    let (what, remedy) = if options.between == Between::Bilinear && !reader.interpolates() {
        let remedy = "leave out `grid = \"bilinear\"` (on the command line --bilinear); of a grid the nearest cell of sea is read";
        ("is not read between cells", remedy)
    } else if options.member.is_some() && !reader.has_members() {
        ("has no members to choose from", "leave out `member`, or name the file of that member")
    } else {
        return None;
    };
    let message = format!("{} is read as {}, which {what}", options.name, reader.name());
    Some(Diagnostic::error("weather-option", message).at(Place::file(&options.name)).help(remedy))
}

/// A file that its format does not allow.
fn broken(format: &str, cause: &str, options: &ReadOptions) -> Diagnostic {
    let cause: String = cause.chars().take(300).map(|c| if c.is_control() { ' ' } else { c }).collect();
    Diagnostic::error("weather-broken", format!("{} cannot be read as {format}: {cause}", options.name))
        .at(Place::file(&options.name))
        .help("is it whole? get it again, or convert it with the program that made it")
}
