//! `mudline completions`: what a shell needs to complete the command line.

use super::Exit;
use super::output::Output;
use crate::error::Error;
use clap_complete::Shell;

/// The arguments of `completions`.
#[derive(clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    // Into memory first: the generator panics on a closed pipe.
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "mudline", &mut bytes);
    output.document(&bytes)?;
    Ok(Exit::Done)
}
