//! From what the TOML parser complains of to faults that a person can mend.
//!
//! In: the parser's complaints, of which one forgotten bracket can make a hundred. Out: the ones that are causes.
//! Not the reading of values: that is [`super::read`]. What was read after a broken line is not to be trusted; [`Broken`] says so.

use crate::diag::{Diagnostic, Diagnostics, Kind, Source};
use std::ops::Range;
use toml::de::Error;

/// The kinds of fault told here.
pub static KINDS: &[Kind] =
    &[("toml-syntax", "The file is not TOML: a quote, a bracket or an equals sign is amiss.")];

/// Where the text is so broken that what follows is not where it should be.
#[derive(Debug, Default)]
pub struct Broken {
    /// Whether anything is broken.
    pub is_broken: bool,
    /// The stretches whose keys may have ended up in another table.
    lost: Vec<Range<usize>>,
}

impl Broken {
    /// Whether a fault that was found at byte `at` is to be believed.
    pub fn is_credible(&self, slug: &str, at: usize) -> bool {
        !(self.is_broken && slug == "missing-key" || self.lost.iter().any(|lost| lost.contains(&at)))
    }
}

/// Tells the causes among the parser's complaints.
pub fn tell(faults: &[Error], source: &Source, found: &mut Diagnostics) -> Broken {
    let mut broken = Broken { is_broken: !faults.is_empty(), lost: Vec::new() };
    let mut faults: Vec<(usize, &str)> =
        faults.iter().map(|fault| (fault.span().map_or(0, |span| span.start), fault.message())).collect();
    faults.sort_by_key(|&(at, _)| at);
    for (at, message) in faults {
        if broken.lost.iter().any(|lost| lost.contains(&at)) {
            continue;
        }
        let text = source.text();
        if let Some(list) = unclosed_list(text, at, message) {
            broken.lost.push(list.start..text.len() + 1);
            found.push(unclosed(source, list));
            continue;
        }
        let line = line_of(text, at);
        let is_head = text[line.clone()].trim_start().starts_with('[');
        let end = if is_head { next_header(text, line.end) } else { line.end + 1 };
        broken.lost.push(line.start..end);
        found.push(impossible_date(source, at, message).unwrap_or_else(|| {
            Diagnostic::error("toml-syntax", said(message))
                .at(source.place(at..at))
                .help(remedy(message, &text[line]))
        }));
    }
    broken
}

/// The line around byte `at`, without its end.
fn line_of(text: &str, at: usize) -> Range<usize> {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    start..text[at..].find('\n').map_or(text.len(), |length| at + length)
}

/// The beginning of the next line with a table's head.
fn next_header(text: &str, from: usize) -> usize {
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        if at > from && line.trim_start().starts_with('[') {
            return at;
        }
        at += line.len();
    }
    text.len() + 1
}

/// When the complaint comes from a list that was never closed: the line in which it begins.
fn unclosed_list(text: &str, at: usize, message: &str) -> Option<Range<usize>> {
    if !(message.contains("array element")
        || message.contains("in array")
        || message.contains("unclosed array,"))
    {
        return None;
    }
    let mut line = line_of(text, at);
    let here = text[line.clone()].trim_start();
    // A list that is closed on its own line has another fault, which stands where the parser says.
    if !here.starts_with("[[") && !is_key_line(here) {
        return None;
    }
    if is_open(&text[line.clone()]) {
        return Some(line);
    }
    while line.start > 0 {
        line = line_of(text, line.start - 1);
        if is_open(&text[line.clone()]) {
            return Some(line);
        }
        if is_key_line(text[line.clone()].trim_start()) {
            return None;
        }
    }
    None
}

fn is_key_line(line: &str) -> bool {
    line.split_once('=').is_some_and(|(key, _)| {
        let key = key.trim();
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    })
}

/// Whether a line opens more lists than it closes.
fn is_open(line: &str) -> bool {
    let value = line.split_once('=').map_or("", |(_, value)| value);
    value.matches('[').count() > value.matches(']').count()
}

fn unclosed(source: &Source, list: Range<usize>) -> Diagnostic {
    let line = &source.text()[list.clone()];
    let open = list.start + line.find('=').and_then(|at| line[at..].find('[').map(|on| at + on)).unwrap_or(0);
    Diagnostic::error("toml-syntax", "this list is never closed")
        .at(source.place(open..open + 1))
        .label("it begins here")
        .help("end it with `]`; what follows is looked at once that is mended")
}

/// A date that looks like one and is in no calendar.
fn impossible_date(source: &Source, at: usize, message: &str) -> Option<Diagnostic> {
    let why = ["invalid date, expected ", "invalid time, expected ", "invalid offset, expected "]
        .iter()
        .find_map(|begin| message.strip_prefix(begin))?;
    let is_of_date = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '.' | '+');
    let rest = source.text().get(at..)?;
    let end = at + rest.find(|c| !is_of_date(c)).unwrap_or(rest.len());
    let written = &source.text()[at..end];
    Some(
        Diagnostic::error("impossible-date", format!("there is no such time as {written}"))
            .at(source.place(at..end))
            .label(said(why))
            .help("write a date and time as 2026-01-12T09:00:00+09:00, without quotes"),
    )
}

/// The parser's words, on one line.
fn said(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What to write, by what the parser says and what stands in the line.
fn remedy(message: &str, line: &str) -> &'static str {
    let line = line.trim();
    if message.contains("duplicate key") {
        "a key may stand in a table once only: leave one out, or begin another table"
    } else if line.starts_with('[') {
        "the head of a table is written [plan], that of an entry in a list [[task]]"
    } else if message.contains("recurs") {
        "no plan needs lists or tables as deep as this"
    } else if line.matches('"').count() % 2 == 1 {
        "end the text with a second quote \""
    } else if message.contains("comma") {
        "put a comma between the entries of a list: [\"a\", \"b\"]"
    } else if message.contains("key with no value") || !line.contains('=') {
        "each line is written key = value; a comment begins with #"
    } else {
        "write text and quantities in quotes (\"36 h\"), numbers, dates and true or false without"
    }
}
