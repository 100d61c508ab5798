//! A weather file as readers take it: on disk or in memory, read from any place.
//!
//! In: a path or bytes. Out: something to read and seek in, and its length.
//! Also here: [`guarded`], which turns a panic of a library that reads damaged bytes into an error.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;

/// What is read.
#[derive(Debug, Clone, Copy)]
pub enum Input<'i> {
    /// A file.
    File(&'i Path),
    /// The bytes of one.
    Bytes(&'i [u8]),
}

/// Something that can be read from any place.
pub trait Stream: BufRead + Seek {}
impl<T: BufRead + Seek> Stream for T {}

impl<'i> Input<'i> {
    /// Opens it at its beginning.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(self) -> io::Result<Box<dyn Stream + 'i>> {
        Ok(match self {
            Input::File(path) => Box::new(BufReader::with_capacity(1 << 18, File::open(path)?)),
            Input::Bytes(bytes) => Box::new(Cursor::new(bytes)),
        })
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// When the file is not there.
    pub fn size(self) -> io::Result<u64> {
        Ok(match self {
            Input::File(path) => std::fs::metadata(path)?.len(),
            Input::Bytes(bytes) => bytes.len() as u64,
        })
    }
}

thread_local! {
    static GUARDED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Calls `read`, and gives nothing where it panics. The libraries that take binary formats apart check what they read,
/// but not all of it: damaged bytes must not end the program.
pub fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    static SILENCE: Once = Once::new();
    SILENCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !GUARDED.with(std::cell::Cell::get) {
                usual(panic);
            }
        }));
    });
    let was = GUARDED.with(|guarded| guarded.replace(true));
    let done = catch_unwind(AssertUnwindSafe(read));
    GUARDED.with(|guarded| guarded.set(was));
    done.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| -> u8 { panic!("of a library") }), None);
    }
}
