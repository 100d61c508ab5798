//! Reading `schedule.json`.

use super::{SCHEMA, Schedule};
use crate::error::Error;
use std::path::Path;

/// Reads a schedule that was written by this version or by hand.
///
/// # Errors
/// When the file cannot be read, is no JSON, is of another schema, or lacks or adds a key; the message names the line.
pub fn read(path: &Path) -> Result<Schedule, Error> {
    let text = std::fs::read(path).map_err(|e| Error::read(path, e))?;
    let malformed = |message: String| Error::Malformed { path: path.to_owned(), message };
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|e| malformed(format!("this is no JSON: {e}")))?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            let help = "was it made by another version of mudline? plan again with this one";
            return Err(malformed(format!(
                "this is of schema {other:?}, and {SCHEMA:?} is what is read here; {help}"
            )));
        }
        None => {
            return Err(malformed(
                "this is no schedule: it has no \"schema\"; name a schedule.json".to_owned(),
            ));
        }
    }
    // Read once more from the text, so that a fault carries its line.
    serde_json::from_slice(&text).map_err(|e| malformed(format!("this schedule is not whole: {e}")))
}
