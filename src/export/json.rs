//! `schedule.json`: the schedule itself, for other programs, for `verify` and for `replan`.
//!
//! In: a schedule. Out: JSON with two blanks a level and a final newline, keys in the order of the types.
//! Not cleaned: names stand as they are, escaped as JSON asks, so that what is read back equals what was written.
//! [`crate::schedule::read`] reads it.

use super::Format;
use crate::schedule::Schedule;
use std::io::{self, Write};

/// The format `json`.
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extension(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "the whole schedule, for other programs"
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, schedule).map_err(io::Error::from)?;
        writeln!(out)
    }
}
