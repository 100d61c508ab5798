//! Where a command puts what it says: standard output, standard error, and files that are never half written.

use crate::error::Error;
use anstream::{AutoStream, ColorChoice};
use serde::Serialize;
use serde_json::json;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::Path;

/// The outputs of one run.
pub struct Output {
    is_json: bool,
    stdout: BufWriter<Stdout>,
}

impl Output {
    /// Standard output for people, or for programs.
    pub fn new(is_json: bool) -> Output {
        Output { is_json, stdout: BufWriter::new(io::stdout()) }
    }

    /// Whether a JSON document is wanted.
    pub fn is_json(&self) -> bool {
        self.is_json
    }

    /// Whether text on standard output is to be coloured: on a terminal, and `NO_COLOR` is not set.
    pub fn is_coloured(&self) -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Whether text on standard error is to be coloured.
    pub fn complains_in_colour(&self) -> bool {
        AutoStream::choice(&io::stderr()) != ColorChoice::Never
    }

    /// Whether standard output is a terminal, on which bytes that are no text do harm.
    pub fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether somebody watches standard error.
    pub fn is_watched(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Prints text for people; nothing when JSON is wanted.
    pub fn say(&mut self, text: &str) -> Result<(), Error> {
        if self.is_json { Ok(()) } else { self.print(text.as_bytes()) }
    }

    /// Prints a JSON document; nothing when text is wanted.
    pub fn json(&mut self, document: &impl Serialize) -> Result<(), Error> {
        if !self.is_json {
            return Ok(());
        }
        let mut text = serde_json::to_vec_pretty(document).map_err(|e| Error::Output(io::Error::other(e)))?;
        text.push(b'\n');
        self.print(&text)
    }

    /// Prints a document that is not JSON, such as a CSV file; within a JSON document when that is wanted.
    pub fn document(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self.is_json {
            true => self.json(&json!({ "text": String::from_utf8_lossy(bytes) })),
            false => self.print(bytes),
        }
    }

    /// Names the files that were written, when JSON is wanted.
    pub fn wrote(&mut self, files: &[impl AsRef<Path>]) -> Result<(), Error> {
        let files: Vec<String> = files.iter().map(|file| file.as_ref().display().to_string()).collect();
        self.json(&json!({ "files": files }))
    }

    /// Prints bytes as they are.
    pub fn print(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.stdout.write_all(bytes).map_err(Error::Output)
    }

    /// Sends what was printed on its way.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.stdout.flush().map_err(Error::Output)
    }

    /// Says something on standard error. That nobody may be listening is no error.
    pub fn complain(&mut self, text: &str) {
        let _ = self.stdout.flush();
        let _ = writeln!(io::stderr(), "{text}");
    }
}

/// Writes a file beside its place and renames it, so that it is whole or not there.
///
/// # Errors
/// When it cannot be written; what stood there before still stands.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |e| Error::write(path, e);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new().prefix(".mudline-").tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    give_usual_permissions(file.as_file()).map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

/// Temporary files are private; a file that people share must not stay so.
#[cfg(unix)]
fn give_usual_permissions(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn give_usual_permissions(_file: &std::fs::File) -> io::Result<()> {
    Ok(())
}

/// Makes sure, before any long work, that files can be written into `folder`, which is made if it is not there.
///
/// # Errors
/// When they cannot.
pub fn prepare_folder(folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|e| Error::write(folder, e))?;
    tempfile::Builder::new().prefix(".mudline-").tempfile_in(folder).map_err(|e| Error::write(folder, e))?;
    Ok(())
}
