//! `mudline man`: the manual page, or all of them into a folder.

use super::Exit;
use super::output::{Output, prepare_folder, write_file};
use crate::error::Error;
use std::path::PathBuf;

/// The arguments of `man`.
#[derive(clap::Args)]
pub struct Args {
    /// Write a page for mudline and one for each command into this folder
    #[arg(short, long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
}

/// Runs it.
pub fn run(args: &Args, output: &mut Output) -> Result<Exit, Error> {
    let mut command = super::command();
    command.build();
    let Some(folder) = &args.output else {
        output.document(&page(command)?)?;
        return Ok(Exit::Done);
    };
    prepare_folder(folder)?;
    let mut files = Vec::new();
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let name = format!("mudline-{}", sub.get_name());
        let page = page(sub.clone().name(name.clone()))?;
        files.push(folder.join(format!("{name}.1")));
        write_file(&files[files.len() - 1], &page)?;
    }
    files.push(folder.join("mudline.1"));
    write_file(&files[files.len() - 1], &page(command)?)?;
    output.wrote(&files)?;
    Ok(Exit::Done)
}

fn page(command: clap::Command) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command).render(&mut bytes).map_err(Error::Output)?;
    Ok(bytes)
}
