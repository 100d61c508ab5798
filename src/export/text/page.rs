//! Lines that fit: text measured in the columns of a terminal, shortened, aligned, perhaps coloured.
//!
//! In: pieces of text with their [`Ink`]. Out: lines that are never wider than the page and never end in blanks.
//! Width is that of Unicode (UAX #11), as `unicode-width` has it: 荒天待機 takes eight columns.
//! Colour only repeats what the characters already say.

use super::Look;
use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

/// What a piece of text is, and so how it is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Text.
    Plain,
    /// Headings, and what must not be missed.
    Strong,
    /// Heads of columns, ticks, weather windows.
    Faint,
    /// Work on a task.
    Work,
    /// Sailing.
    Sail,
    /// Sampling.
    Sampling,
    /// A transfer.
    Transfer,
    /// Waiting on weather.
    Weather,
    /// A warning.
    Alert,
}

impl Ink {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| colour.on_default();
        match self {
            Ink::Plain => Style::new(),
            Ink::Strong => Style::new().bold(),
            Ink::Faint => Style::new().dimmed(),
            Ink::Work => colour(AnsiColor::Blue),
            Ink::Sail => colour(AnsiColor::Cyan),
            Ink::Sampling => colour(AnsiColor::Green),
            Ink::Transfer => colour(AnsiColor::Magenta),
            Ink::Weather => colour(AnsiColor::Yellow),
            Ink::Alert => colour(AnsiColor::Red).bold(),
        }
    }
}

/// A line before it is fitted.
#[derive(Debug, Clone, Default)]
pub struct Line(Vec<(Ink, String)>);

impl Line {
    /// A line of one piece.
    pub fn of(ink: Ink, text: &str) -> Line {
        let mut line = Line::default();
        line.push(ink, text);
        line
    }

    /// Adds a piece.
    pub fn push(&mut self, ink: Ink, text: &str) {
        match self.0.last_mut() {
            Some((last, written)) if *last == ink => written.push_str(text),
            _ => self.0.push((ink, text.to_owned())),
        }
    }

    /// Adds blanks.
    pub fn blanks(&mut self, columns: usize) {
        self.push(Ink::Plain, &" ".repeat(columns));
    }
}

/// A page under way.
pub struct Page {
    look: Look,
    text: String,
}

impl Page {
    /// An empty page.
    pub fn new(look: Look) -> Page {
        Page { look, text: String::new() }
    }

    /// Its width in columns.
    pub fn width(&self) -> usize {
        self.look.width
    }

    /// Adds a line, cut to the page's width.
    pub fn line(&mut self, line: Line) {
        let Line(mut pieces) = line;
        while let Some((_, text)) = pieces.last_mut() {
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                break;
            }
            pieces.pop();
        }
        let whole: String = pieces.iter().map(|(_, text)| text.as_str()).collect();
        let fitted = shorten(&whole, self.look.width);
        // What is left of each piece; the mark of shortening belongs to the last one.
        let mut kept = fitted.strip_suffix('…').filter(|_| fitted != whole).unwrap_or(&fitted).len();
        for (ink, text) in &pieces {
            let part = &text[..text.len().min(kept)];
            kept -= part.len();
            self.piece(*ink, part);
        }
        if fitted != whole && !fitted.is_empty() {
            self.text.push('…');
        }
        self.text.push('\n');
    }

    fn piece(&mut self, ink: Ink, text: &str) {
        if self.look.colour && ink != Ink::Plain && !text.trim().is_empty() {
            let style = ink.style();
            self.text.push_str(&format!("{style}{text}{style:#}"));
        } else {
            self.text.push_str(text);
        }
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Adds phrases one behind the other, broken between phrases, later lines set in by `indent`.
    pub fn flow(&mut self, phrases: Vec<Line>, separator: &str, indent: usize) {
        self.flow_each(phrases.into_iter().map(|phrase| (phrase, separator)).collect(), indent);
    }

    /// The same with what comes after each phrase that another follows.
    pub fn flow_each(&mut self, phrases: Vec<(Line, &str)>, indent: usize) {
        let (mut line, mut used) = (Line::default(), 0);
        let last = phrases.len().saturating_sub(1);
        for (at, (phrase, separator)) in phrases.into_iter().enumerate() {
            let text: String = phrase.0.iter().map(|(_, text)| text.as_str()).collect();
            let needed = width(&text) + if at < last { width(separator.trim_end()) } else { 0 };
            if used > indent && used + needed > self.look.width {
                self.line(std::mem::take(&mut line));
                line.blanks(indent);
                used = indent;
            }
            for (ink, text) in &phrase.0 {
                line.push(*ink, text);
            }
            if at < last {
                line.push(Ink::Plain, separator);
            }
            used += width(&text) + width(separator);
        }
        self.line(line);
    }

    /// The finished page, without empty lines behind the last one.
    pub fn finish(mut self) -> String {
        while self.text.ends_with("\n\n") {
            self.text.pop();
        }
        self.text
    }
}

/// The columns that a text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text, or as much of it as fits with a `…` behind it.
pub fn shorten(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut shortened = String::new();
    for (at, c) in text.char_indices() {
        let candidate = format!("{}…", &text[..at + c.len_utf8()]);
        if width(&candidate) > columns {
            break;
        }
        shortened.push(c);
    }
    if columns == 0 {
        return String::new();
    }
    // A joiner at the cut would tie the mark to the character before it.
    format!("{}…", shortened.trim_end_matches([' ', '\u{200D}']))
}

/// The text with blanks behind it, shortened where it must be.
pub fn left(text: &str, columns: usize) -> String {
    let text = shorten(text, columns);
    let blanks = columns.saturating_sub(width(&text));
    text + &" ".repeat(blanks)
}

/// The text with blanks before it, shortened where it must be.
pub fn right(text: &str, columns: usize) -> String {
    let text = shorten(text, columns);
    " ".repeat(columns.saturating_sub(width(&text))) + &text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_measured_in_columns_and_shortened_by_them() {
        assert_eq!(width("荒天待機"), 8);
        assert_eq!(shorten("荒天待機", 8), "荒天待機");
        assert_eq!(shorten("荒天待機", 7), "荒天待…");
        assert_eq!(shorten("荒天待機", 6), "荒天…");
        assert_eq!(left("荒天", 6), "荒天  ");
        assert_eq!(right("40.0", 6), "  40.0");
        assert_eq!(shorten("abc", 0), "");
    }

    #[test]
    fn lines_fit_and_have_no_trailing_blanks() {
        let mut page = Page::new(Look { width: 6, colour: false });
        let mut line = Line::of(Ink::Strong, "abc");
        line.blanks(2);
        page.line(line.clone());
        line.push(Ink::Work, "█████");
        page.line(line);
        assert_eq!(page.finish(), "abc\nabc…\n");
    }

    #[test]
    fn colour_changes_no_character() {
        let mut page = Page::new(Look { width: 20, colour: true });
        page.line(Line::of(Ink::Alert, "late"));
        assert_eq!(page.finish(), "\u{1b}[1m\u{1b}[31mlate\u{1b}[0m\n");
    }
}
