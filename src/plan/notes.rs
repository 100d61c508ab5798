//! What the author of a plan says beside his numbers: where each comes from, or that it is an assumption.
//!
//! In: the text of a plan. Out: the comment that ends the line of a value, with the value and the place it belongs to.
//! Not every comment: one that stands on a line of its own speaks of no single number.
//! The parser drops comments, but tells where each value ends; what follows it on its line is the comment.

use crate::diag::Source;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A remark beside a value of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The line of the plan, counted from 1.
    pub line: usize,
    /// The table, with the name of what it describes, such as `task run-pipe`.
    pub place: String,
    /// The key.
    pub key: String,
    /// The value as it is written.
    pub value: String,
    /// What is said.
    pub text: String,
    /// Whether it says that the value is an assumption.
    pub assumption: bool,
}

/// The remarks of a plan, in order of line.
pub fn of(source: &Source) -> Vec<Note> {
    let (table, _) = DeTable::parse_recoverable(source.text());
    let mut notes = Notes { source, found: Vec::new() };
    notes.look_into(table.get_ref(), "");
    notes.found.sort_by_key(|note| note.line);
    notes.found
}

struct Notes<'s> {
    source: &'s Source,
    found: Vec<Note>,
}

impl Notes<'_> {
    /// Takes the remarks of a table and of the tables in it.
    fn look_into(&mut self, table: &DeTable<'_>, place: &str) {
        for (key, value) in table {
            let key = key.get_ref();
            let inner = |id: Option<&str>| -> String {
                [place, key, id.unwrap_or_default()]
                    .into_iter()
                    .filter(|word| !word.is_empty())
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            match value.get_ref() {
                DeValue::Table(table) if !self.is_inline(value.span()) => self.look_into(table, &inner(None)),
                DeValue::Array(entries) if entries.iter().any(|entry| self.is_header(entry.span())) => {
                    for entry in entries {
                        if let DeValue::Table(table) = entry.get_ref() {
                            self.look_into(table, &inner(id(table)));
                        }
                    }
                }
                _ => self.take(place, key, value.span()),
            }
        }
    }

    /// Whether a table stands in braces.
    fn is_inline(&self, span: Range<usize>) -> bool {
        self.source.text()[span].starts_with('{')
    }

    /// Whether an entry of a list is a `[[table]]` of its own.
    fn is_header(&self, span: Range<usize>) -> bool {
        self.source.text()[span].starts_with("[[")
    }

    /// Takes the remark behind a value, if there is one.
    fn take(&mut self, place: &str, key: &str, span: Range<usize>) {
        let rest = &self.source.text()[span.end..];
        let line = rest.lines().next().unwrap_or_default();
        let Some(text) = line.trim_start().strip_prefix('#').map(str::trim).filter(|text| !text.is_empty())
        else {
            return;
        };
        let value = self.source.text()[span.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        self.found.push(Note {
            line: self.source.place(span).line,
            place: place.to_owned(),
            key: key.to_owned(),
            value: value.trim_matches('"').to_owned(),
            text: text.to_owned(),
            assumption: text.to_lowercase().contains("assumption"),
        });
    }
}

fn id<'t>(table: &'t DeTable<'_>) -> Option<&'t str> {
    match table.get("id")?.get_ref() {
        DeValue::String(id) => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_belongs_to_the_value_before_it() {
        let text = r##"
# about the whole
[plan] # a plan
name = "a # b"  # as announced (JAMSTEC)
[[vessel]]
id = "chikyu"
hold = { mud = "400 t" } # Assumption: not published
[[vessel.gear]]
id = "stowed" #
calls = [
  "a", # not this one
] # nor a number
"##;
        let said: Vec<_> = of(&Source::new("plan.toml", text))
            .into_iter()
            .map(|n| (n.line, n.place, n.key, n.value, n.text, n.assumption))
            .collect();
        let row = |line, place: &str, key: &str, value: &str, text: &str, assumption| {
            (line, place.to_owned(), key.to_owned(), value.to_owned(), text.to_owned(), assumption)
        };
        assert_eq!(
            said,
            [
                row(4, "plan", "name", "a # b", "as announced (JAMSTEC)", false),
                row(7, "vessel chikyu", "hold", "{ mud = \"400 t\" }", "Assumption: not published", true),
                row(
                    10,
                    "vessel chikyu gear stowed",
                    "calls",
                    "[ \"a\", # not this one ]",
                    "nor a number",
                    false
                ),
            ]
        );
    }
}
