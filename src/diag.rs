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

/// From how many places on the same cause is told once.
const MANY: usize = 4;

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

    /// What the same cause has in common wherever it is: all but the place, and which number or date is wrong.
    fn cause(&self) -> impl PartialEq + use<> {
        let file = self.place.as_ref().map(|place| place.file.clone());
        let label = self.label.as_deref().map(without_values);
        (self.severity as u8, self.slug, without_values(&self.message), label, self.help.clone(), file)
    }

    /// The diagnostic as text, with its line drawn; coloured by ANSI codes when `colour`.
    pub fn render(&self, colour: bool) -> String {
        self.render_for(&[], colour)
    }

    /// The same for a cause that is also elsewhere.
    fn render_for(&self, elsewhere: &[&Place], colour: bool) -> String {
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
        if !elsewhere.is_empty() {
            let lines = elsewhere.iter().map(|place| place.line);
            let places = format!("the same in {} more places: {}", elsewhere.len(), stretches(lines));
            group = group.element(Level::NOTE.message(places));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.term_width(100).render(&[group])
    }
}

/// A text in which every number and every date is the same one: names stay, values do not.
fn without_values(text: &str) -> String {
    let mut parts = text.split('"');
    // "3rd-quay" is a name.
    let is_value = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_digit())
            && part.chars().all(|c| c.is_ascii_digit() || ".,:/+-TZ ".contains(c))
    };
    let bare = |part: &str| -> String {
        let words = part.split(' ').map(|word| if is_value(word) { "#" } else { word });
        words.collect::<Vec<&str>>().join(" ")
    };
    let mut shown = parts.next().map(bare).unwrap_or_default();
    for (nth, part) in parts.enumerate() {
        let is_quoted = nth % 2 == 0;
        shown.push('"');
        shown += &if is_quoted && is_value(part) {
            "#".to_owned()
        } else if is_quoted {
            part.to_owned()
        } else {
            bare(part)
        };
    }
    shown
}

/// `lines 3 to 7, 9, 12`; of many stretches the first.
fn stretches(lines: impl Iterator<Item = usize>) -> String {
    const SHOWN: usize = 12;
    let mut lines: Vec<usize> = lines.collect();
    lines.sort_unstable();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match found.last_mut() {
            Some((_, last)) if line <= *last + 1 => *last = line,
            _ => found.push((line, line)),
        }
    }
    let show = |&(first, last): &(usize, usize)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    };
    let more = found.len().saturating_sub(SHOWN);
    let shown: Vec<String> = found.iter().take(SHOWN).map(show).collect();
    let word = if found.len() == 1 && found[0].0 == found[0].1 { "line" } else { "lines" };
    let rest = if more > 0 { " and further on" } else { "" };
    format!("{word} {}{rest}", shown.join(", "))
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

    /// Each as text, in order. A cause that is in many places is told at the first one, which names the others.
    pub fn render(&self, colour: bool) -> Vec<String> {
        let causes: Vec<_> = self.0.iter().map(Diagnostic::cause).collect();
        let is_placed =
            |place: &usize| self.0[*place].place.as_ref().is_some_and(|place| !place.text.is_empty());
        let mut shown = Vec::new();
        for (place, diagnostic) in self.0.iter().enumerate() {
            let is_same = |other: &usize| causes[*other] == causes[place] && is_placed(other);
            let same: Vec<usize> = (0..causes.len()).filter(is_same).collect();
            if same.len() < MANY || !is_placed(&place) {
                shown.push(diagnostic.render(colour));
            } else if same[0] == place {
                let elsewhere: Vec<&Place> =
                    same[1..].iter().filter_map(|&place| self.0[place].place.as_ref()).collect();
                shown.push(diagnostic.render_for(&elsewhere, colour));
            }
        }
        shown
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
    fn a_cause_that_is_in_many_places_is_told_once_with_all_its_lines() {
        let text: String =
            (0..9).map(|day| format!("0{day}.01.2027,{}\n", if day == 4 { "high" } else { "1" })).collect();
        let source = Source::new("sea.csv", text);
        let at = |line: usize, from: usize, to: usize| {
            let start = source.start_of_line(line);
            source.place(start + from..start + to)
        };
        let mut found = Diagnostics::default();
        for line in 1..10 {
            let message = format!("\"0{}.01.2027\" is no time", line - 1);
            found.push(Diagnostic::error("bad-time", message).at(at(line, 0, 10)).help("write it so"));
            if line == 5 {
                found.push(Diagnostic::error("bad-number", "\"high\" is no number").at(at(line, 11, 15)));
            }
        }
        let drawn = found.render(false);
        assert_eq!((drawn.len(), found.errors()), (2, 10));
        assert_eq!(
            drawn[0],
            "error[bad-time]: \"00.01.2027\" is no time\n --> sea.csv:1:1\n  |\n1 | 00.01.2027,1\n  | ^^^^^^^^^^\n  |\n  \
             = help: write it so\n  = note: the same in 8 more places: lines 2 to 9"
        );
        assert!(drawn[1].contains("\"high\" is no number"), "{}", drawn[1]);
    }

    #[test]
    fn what_differs_in_a_name_is_another_cause_and_what_is_rare_is_told_each_time() {
        let source = Source::new("plan.toml", "a\nb\nc\nd\ne\n");
        let mut found = Diagnostics::default();
        for line in 0..4 {
            let message = format!("there is no site \"{line}rd-quay\"");
            found.push(Diagnostic::error("unknown-site", message).at(source.place(2 * line..2 * line + 1)));
        }
        for line in 0..3 {
            found.push(Diagnostic::warning("far", "it is far").at(source.place(2 * line..2 * line + 1)));
        }
        assert_eq!(found.render(false).len(), 7);
        assert_eq!(stretches([9, 1, 1, 3, 4, 7, 8].into_iter()), "lines 1, 3, 4, 7 to 9");
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
