//! The program `mudline`: all it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    mudline::cli::run()
}
