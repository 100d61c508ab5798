//! `mudline merge`: the parts of a simulation joined.

use super::Exit;
use super::output::Output;
use crate::error::Error;
use crate::simulate::part::{Part, join};
use std::path::PathBuf;

/// The arguments of `merge`.
#[derive(clap::Args)]
pub struct Args {
    /// The files that `mudline simulate --shard I/N -o FILE` wrote
    #[arg(value_name = "PART", required = true, value_hint = clap::ValueHint::FilePath)]
    parts: Vec<PathBuf>,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let read = |path: &PathBuf| Ok((path.display().to_string(), Part::read(path)?));
    let part = join(args.parts.iter().map(read).collect::<Result<Vec<_>, Error>>()?)?;
    super::simulate::tell(part.answer(), true, output)?;
    Ok(Exit::Done)
}
