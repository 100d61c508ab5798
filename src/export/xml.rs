//! XML, written element by element: the declaration, indentation, and names made legal.
//!
//! In: names of elements and their text. Out: XML 1.0 in UTF-8 that any parser takes.
//! Not a schema: which element follows which is the business of the format that writes them.
//! XML 1.0 forbids most control characters even when escaped, so [`legal`] replaces them; the crate escapes the rest.

use super::wording::clean;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::fmt::Display;
use std::io::{self, Write};

/// An XML document on its way out.
pub struct Xml<'o> {
    writer: Writer<&'o mut dyn Write>,
}

impl<'o> Xml<'o> {
    /// Begins a document with its declaration.
    pub fn new(out: &'o mut dyn Write) -> io::Result<Xml<'o>> {
        let mut writer = Writer::new_with_indent(out, b' ', 1);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(Xml { writer })
    }

    /// Opens an element.
    pub fn open(&mut self, name: &str) -> io::Result<()> {
        self.open_with(name, &[])
    }

    /// Opens an element with attributes.
    pub fn open_with(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.writer.write_event(Event::Start(start))
    }

    /// Closes an element.
    pub fn close(&mut self, name: &str) -> io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element with nothing but text, which is escaped and must be legal.
    pub fn leaf(&mut self, name: &str, text: impl Display) -> io::Result<()> {
        self.open(name)?;
        self.writer.write_event(Event::Text(BytesText::new(&text.to_string())))?;
        self.close(name)
    }

    /// Ends the document.
    pub fn end(self) -> io::Result<()> {
        self.writer.into_inner().write_all(b"\n")
    }
}

/// A name in one line, without the characters that XML 1.0 forbids.
pub fn legal(text: &str) -> String {
    clean(text).chars().map(legal_char).collect()
}

/// Text of several lines, each of which is [`legal`].
pub fn legal_lines(text: &str) -> String {
    text.split('\n').map(legal).collect::<Vec<_>>().join("\n")
}

/// The two characters that are neither control characters nor allowed.
fn legal_char(c: char) -> char {
    if matches!(c, '\u{FFFE}' | '\u{FFFF}') { '\u{FFFD}' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_are_replaced_and_the_rest_is_escaped() {
        let mut out: Vec<u8> = Vec::new();
        let mut xml = Xml::new(&mut out).expect("memory");
        xml.open_with("a", &[("b", "\"<")]).expect("memory");
        xml.leaf("c", legal("</c>&\u{0}\u{1b}\u{fffe}荒天 ]]>")).expect("memory");
        xml.close("a").expect("memory");
        xml.end().expect("memory");
        let text = String::from_utf8(out).expect("text");
        assert!(text.contains("<a b=\"&quot;&lt;\">"), "{text}");
        assert!(text.contains("<c>&lt;/c&gt;&amp;  \u{fffd}荒天 ]]&gt;</c>"), "{text}");
        assert_eq!(legal_lines("a\u{7}\nb"), "a \nb");
    }
}
