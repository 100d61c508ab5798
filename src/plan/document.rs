//! From a file that people write to its tables: plans, and logs of voyages.
//!
//! In: a path, and what sort of file it is to be. Out: a [`Document`]: what was read, with every fault of its form.
//! Not what it means: whether names are known and amounts make sense, those see to who asked for it.

use super::read::{Context, Read};
use super::syntax::{self, Broken};
use crate::diag::{Diagnostic, Diagnostics, Place, Source};
use crate::error::Error;
use crate::time::Zone;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Largest file. It is written by people; anything larger is something else.
const MOST_BYTES: u64 = 4 << 20;

/// What a file is to be.
pub struct Sort {
    /// Its word.
    pub word: &'static str,
    /// What to do where it is too large.
    pub too_large: &'static str,
    /// What to do where there is nothing in it.
    pub empty: &'static str,
}

/// A file that was read.
pub struct Document<T> {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// What is wrong with its form.
    pub found: Diagnostics,
    /// Its text and tables, and where it is broken; nothing where it is no text.
    pub read: Option<(Source, T, Broken)>,
}

/// Reads a file; `zone` is the plan's, where the file itself cannot name it.
///
/// # Errors
/// Only when it cannot be read at all.
pub fn read<T: Read + Default>(path: &Path, sort: &Sort, zone: Option<Zone>) -> Result<Document<T>, Error> {
    let bytes = read_bounded(path)?;
    let name = path.display().to_string();
    let mut found = Diagnostics::default();
    let read = text(&bytes, &name, sort, &mut found).map(|text| {
        let source = Source::new(name.clone(), text);
        let (raw, broken) = parse(&source, zone, &mut found);
        (source, raw, broken)
    });
    Ok(Document { bytes, found, read })
}

/// Reads a file up to one byte more than it may have.
fn read_bounded(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|e| Error::read(path, e))?;
    Ok(bytes)
}

fn text<'b>(bytes: &'b [u8], name: &str, sort: &Sort, found: &mut Diagnostics) -> Option<&'b str> {
    let word = sort.word;
    let mut fault = |slug, message: String, help: &str| {
        found.push(Diagnostic::error(slug, message).at(Place::file(name)).help(help));
        None
    };
    if bytes.len() as u64 > MOST_BYTES {
        let message = format!("this file is larger than {} MiB, and no {word} is", MOST_BYTES >> 20);
        return fault("plan-too-large", message, sort.too_large);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return fault("plan-empty", format!("this {word} is empty"), sort.empty);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
        _ => fault(
            "plan-not-text",
            "this file is not text".to_owned(),
            &format!("a {word} is a TOML file in UTF-8"),
        ),
    }
}

fn parse<T: Read + Default>(source: &Source, zone: Option<Zone>, found: &mut Diagnostics) -> (T, Broken) {
    let (table, faults) = DeTable::parse_recoverable(source.text());
    let broken = syntax::tell(&faults, source, found);
    let span = table.span();
    let zone =
        zone.or_else(|| Zone::named(table.get_ref().get("plan")?.get_ref().get("zone")?.get_ref().as_str()?));
    let document = Spanned::new(span, DeValue::Table(table.into_inner()));
    let mut context = Context { source, found: Diagnostics::default(), zone };
    let raw = T::read(&document, &mut context).unwrap_or_default();
    found.extend(credible(context.found, &broken, source));
    (raw, broken)
}

/// Those faults that do not come from broken lines: after one the parser may have lost keys, or put them elsewhere.
pub fn credible(mut found: Diagnostics, broken: &Broken, source: &Source) -> Diagnostics {
    found.retain(|diagnostic| {
        let place = diagnostic.place.as_ref().filter(|place| *place.file == *source.name());
        place.is_none_or(|place| broken.is_credible(diagnostic.slug, source.start_of_line(place.line)))
    });
    found
}
