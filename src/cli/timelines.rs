//! A folder of timelines: a schedule in every format that can hold it.
//!
//! In: a folder and a schedule. Out: the names of the files, and what had to be left out, each thing said once.

use super::output::write_file;
use crate::error::Error;
use crate::export::{Choices, FORMATS};
use crate::schedule::Schedule;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What was written, and what was not.
#[derive(Debug, Default)]
pub struct Written {
    /// The names of the files.
    pub names: Vec<String>,
    /// What a reader has to know: formats that cannot hold the schedule, with the reason, and what others leave out.
    pub remarks: BTreeSet<String>,
}

impl Written {
    /// The remarks, each on a line of its own, in order.
    pub fn remarks(&self) -> String {
        self.remarks.iter().map(|remark| format!("\n{remark}")).collect()
    }
}

/// Writes a schedule in every format that can hold it.
///
/// # Errors
/// When a file cannot be written.
pub fn write_timelines(folder: &Path, schedule: &Schedule) -> Result<Written, Error> {
    let mut written = Written::default();
    let mut said = BTreeSet::new();
    // The formats that cannot hold it, by the reason: what several of them say is said once.
    let mut refused: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for format in FORMATS {
        if let Some(reason) = format.refuses(schedule) {
            refused.entry(reason).or_default().push(format.name());
            continue;
        }
        for (stem, choices) in format.files(schedule) {
            let choices = Choices { system_fonts: true, ..choices };
            let name = format!("{stem}.{}", format.extension());
            let path = folder.join(&name);
            let mut bytes = Vec::new();
            format.write_as(schedule, &choices, &mut bytes).map_err(|e| Error::write(&path, e))?;
            write_file(&path, &bytes)?;
            written.names.push(name);
            for note in format.notes(schedule, &choices) {
                // Several formats leave out the same thing: it is said once.
                if said.insert(note.clone()) {
                    written.remarks.insert(format!("warning: {}: {note}", format.name()));
                }
            }
        }
    }
    let told =
        |(reason, formats): (String, Vec<&str>)| format!("not written: {}: {reason}", formats.join(", "));
    written.remarks.extend(refused.into_iter().map(told));
    Ok(written)
}
