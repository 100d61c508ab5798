//! What the world does wrong: a file that is not there, a folder that cannot be written, a solver that breaks.
//!
//! In: what was tried, on which path, and why it failed. Out: one [`Error`] with its chain of causes.
//! Not for faults of a plan or of data, of which there are many at once: those are [`crate::diag::Diagnostic`]s; and not for
//! "there is no schedule", which is an answer: that is [`crate::model::Outcome`].

use std::io;
use std::path::{Path, PathBuf};

/// One failure of the world around the program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file as the user named it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be written; whatever stood there before still stands.
    #[error("cannot write {}: {source}; nothing there was changed", path.display())]
    Write {
        /// The file as the user named it.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Standard output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[source] io::Error),
    /// The command was asked for something it does not do.
    #[error("{0}")]
    Usage(String),
    /// A file was read, but it is not what it should be.
    #[error("{}: {message}", path.display())]
    Malformed {
        /// The file as the user named it.
        path: PathBuf,
        /// What is wrong with it and what to do.
        message: String,
    },
    /// The solver broke down. This is a fault of mudline or of the solver, not of the plan.
    #[error("the solver {solver} failed: {message}")]
    Solver {
        /// Its name.
        solver: &'static str,
        /// What it said.
        message: String,
    },
}

impl Error {
    /// A failure to read `path`.
    pub fn read(path: &Path, source: io::Error) -> Error {
        Error::Read { path: path.to_owned(), source }
    }

    /// A failure to write `path`.
    pub fn write(path: &Path, source: io::Error) -> Error {
        Error::Write { path: path.to_owned(), source }
    }

    /// Whether the cause is a reader of our output that went away (`mudline ... | head`), which is no error.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Error::Output(source) if source.kind() == io::ErrorKind::BrokenPipe)
    }
}
