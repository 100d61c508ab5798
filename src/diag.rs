//! What is wrong with a plan or with data: where, the line itself, why, and what to write instead.
//!
//! In: a [`Source`] and a span of bytes in it. Out: [`Diagnostic`]s, collected in [`Diagnostics`] so that all are told and never
//! only the first; drawn under their line, or as JSON.
//! Not for failures of the world (see [`crate::error`]). Drawing is by the crate `annotate-snippets`, as rustc does it.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;
use std::ops::Range;
use std::sync::Arc;

/// A text file and where its lines begin.
#[derive(Debug, Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    line_starts: Arc<[usize]>,
}

impl Source {
    /// A source by the name under which the user knows it.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Source {
        let text: Arc<str> = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(at, _)| at + 1));
        Source { name: name.into(), line_starts: line_starts.collect(), text }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name under which the user knows it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The byte at which a line begins; lines are counted from 1.
    pub fn start_of_line(&self, line: usize) -> usize {
        self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// The place of `span` in this source; a span over several lines is cut at the end of its first.
    pub fn place(&self, span: Range<usize>) -> Place {
        let start = span.start.min(self.text.len());
        let line = self.line_starts.partition_point(|&begin| begin <= start) - 1;
        let begin = self.line_starts[line];
        let end = self.text[begin..].find('\n').map_or(self.text.len(), |length| begin + length);
        let text = self.text[begin..end].trim_end_matches('\r');
        Place::new(self.name.clone(), line + 1, text, start - begin..span.end.saturating_sub(begin))
    }
}

/// A stretch of one line of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// The file, as the user named it.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
    /// The line itself (of a line longer than 200 characters, the part around the column).
    pub text: String,
    /// The bytes of `text` that are meant.
    #[serde(skip)]
    span: Range<usize>,
}

impl Place {
    /// A place in a line whose text is at hand; `span` counts bytes of `text`.
    pub fn new(file: Arc<str>, line: usize, text: &str, span: Range<usize>) -> Place {
        const SHOWN: usize = 200;
        let inside = |at: usize| {
            let mut at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = inside(span.start);
        let end = inside(span.end.max(start)).min(inside(start + SHOWN));
        let column = text[..start].chars().count() + 1;
        let from = if text.len() <= SHOWN { 0 } else { inside(start.saturating_sub(SHOWN / 2)) };
        let to = if text.len() <= SHOWN { text.len() } else { inside(end + SHOWN / 2) };
        // Control characters in a file must not reach the terminal; each is one byte, so that the span stays true.
        let shown = text[from..to].chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect();
        Place { file, line, column, text: shown, span: start - from..end - from }
    }

    /// The whole of a file, where no line can be named.
    pub fn file(name: &str) -> Place {
        Place { file: name.into(), line: 1, column: 1, text: String::new(), span: 0..0 }
    }
}

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing can be planned before it is mended.
    Error,
    /// Something that is probably not meant.
    Warning,
    /// Something to know.
    Note,
}

/// A kind of fault: its slug, and what it means in one sentence.
pub type Kind = (&'static str, &'static str);

/// One fault of a plan or of data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// Its kind, in words that stay the same between versions.
    pub slug: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// What stands there, in a few words under the line.
    pub label: Option<String>,
    /// What to write instead or to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error of the kind `slug`.
    pub fn error(slug: &'static str, message: impl Into<String>) -> Diagnostic {
        let (place, label, help) = (None, None, None);
        Diagnostic { severity: Severity::Error, slug, message: message.into(), place, label, help }
    }

    /// A warning of the kind `slug`.
    pub fn warning(slug: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(slug, message) }
    }

    /// A note of the kind `slug`.
    pub fn note(slug: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Note, ..Diagnostic::error(slug, message) }
    }

    /// With the place where it is.
    pub fn at(self, place: Place) -> Diagnostic {
        Diagnostic { place: Some(place), ..self }
    }

    /// With a few words under the line.
    pub fn label(self, label: impl Into<String>) -> Diagnostic {
        Diagnostic { label: Some(label.into()), ..self }
    }

    /// With what to do.
    pub fn help(self, help: impl Into<String>) -> Diagnostic {
        Diagnostic { help: Some(help.into()), ..self }
    }

    /// The diagnostic as text, with its line drawn; coloured by ANSI codes when `colour`.
    pub fn render(&self, colour: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(&self.message).id(self.slug);
        let mut group = match &self.place {
            Some(place) if !place.text.is_empty() => title.element(
                Snippet::source(&place.text).line_start(place.line).path(&*place.file).annotation(
                    AnnotationKind::Primary.span(place.span.clone()).label(self.label.as_deref()),
                ),
            ),
            Some(place) => {
                title.element(annotate_snippets::Origin::path(&*place.file).line(place.line).char_column(1))
            }
            None => annotate_snippets::Group::with_title(title),
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.term_width(100).render(&[group])
    }
}

/// Everything found so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, others: Diagnostics) {
        self.0.extend(others.0);
    }

    /// Keeps those that are so.
    pub fn retain(&mut self, is_so: impl FnMut(&Diagnostic) -> bool) {
        self.0.retain(is_so);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// How many are errors.
    pub fn errors(&self) -> usize {
        self.0.iter().filter(|d| d.severity == Severity::Error).count()
    }

    /// How many are warnings.
    pub fn warnings(&self) -> usize {
        self.0.iter().filter(|d| d.severity == Severity::Warning).count()
    }

    /// Whether nothing was found at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In order of file and line, those without a place last.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| {
            let key = |d: &Diagnostic| d.place.as_ref().map(|p| (p.file.clone(), p.line, p.column));
            key(a).is_none().cmp(&key(b).is_none()).then_with(|| key(a).cmp(&key(b)))
        });
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_the_line_the_cause_and_the_remedy() {
        let source = Source::new("plan.toml", "[plan]\nspeed = 10\n");
        let drawn = Diagnostic::error("bare-number", "10 has no unit")
            .at(source.place(15..17))
            .label("a speed is needed here")
            .help("write \"10 kn\"")
            .render(false);
        assert_eq!(
            drawn,
            "error[bare-number]: 10 has no unit\n --> plan.toml:2:9\n  |\n2 | speed = 10\n  |         ^^ a speed is needed here\n  |\n  = help: write \"10 kn\""
        );
    }

    #[test]
    fn a_long_line_is_cut_and_control_characters_are_not_shown() {
        let text = format!("{}\u{1b}[31mX{}", "é".repeat(5000), "é".repeat(5000));
        let at = text.find('X').expect("there is one");
        let place = Source::new("p", text).place(at..at + 1);
        assert_eq!(place.column, 5006);
        assert!(place.text.len() < 400 && !place.text.contains('\u{1b}'));
    }

    #[test]
    fn a_span_past_the_end_is_held_inside() {
        let place = Source::new("p", "ab\n").place(3..99);
        assert_eq!((place.line, place.text.as_str()), (2, ""));
        let drawn = Diagnostic::error("x", "y").at(place).render(false);
        assert!(drawn.contains("p:2"), "{drawn}");
    }
}
