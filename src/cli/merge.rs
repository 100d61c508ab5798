//! `mudline merge`: the parts of a simulation joined.

use super::Exit;
use super::output::{Output, prepare_folder};
use super::simulate::{tell, write_tables};
use crate::error::Error;
use crate::simulate::part::{Part, join};
use std::path::PathBuf;

/// The arguments of `merge`.
#[derive(clap::Args)]
pub struct Args {
    /// The files that `mudline simulate --shard I/N -o FILE` wrote
    #[arg(value_name = "PART", required = true, value_hint = clap::ValueHint::FilePath)]
    parts: Vec<PathBuf>,
    /// Write the answer into this folder too, as simulate does
    #[arg(short, long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let read = |path: &PathBuf| Ok((path.display().to_string(), Part::read(path)?));
    let part = join(args.parts.iter().map(read).collect::<Result<Vec<_>, Error>>()?)?;
    let answer = part.answer();
    let mut written = None;
    if let Some(folder) = &args.output {
        prepare_folder(folder)?;
        let names = write_tables(folder, &answer)?.join(", ");
        let lacks = match answer.runs {
            Some(_) => "",
            None => "\nnot written: the tables of runs, for the parts were made without --keep-runs",
        };
        written = Some(format!(
            "written to {}: {names}{lacks}\nnot written: the calendars of percentiles, which need the plan: simulate -o writes them",
            folder.display()
        ));
    }
    tell(answer, true, output)?;
    output.flush()?;
    if let Some(written) = written {
        output.complain(&written);
    }
    Ok(Exit::Done)
}
