//! `mudline schema`: the JSON Schema of the plan language.

use super::Exit;
use super::output::Output;
use crate::error::Error;

/// Runs it.
pub fn run(output: &mut Output) -> Result<Exit, Error> {
    let schema = crate::plan::schema::schema();
    let mut text = serde_json::to_vec_pretty(&schema).map_err(|e| Error::Output(std::io::Error::other(e)))?;
    text.push(b'\n');
    output.print(&text)?;
    Ok(Exit::Done)
}
