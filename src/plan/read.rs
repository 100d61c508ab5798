//! Reading TOML values into typed keys, with every fault told and none hiding another.
//!
//! In: a parsed document with spans. Out: values of the types that [`super::raw`] names, and diagnostics for those that are not.
//! A type that a key can have implements [`Read`]: how it is read, and its JSON Schema. A table is written with the macro
//! `table!`, from which follow its struct, its reader, its list of known keys and its schema.

use crate::diag::{Diagnostic, Diagnostics, Kind, Source};
use crate::id::nearest;
use crate::time::Zone;
use serde_json::{Value, json};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The kinds of fault that reading tells.
pub static KINDS: &[Kind] = &[
    ("unknown-key", "A key is not one of the plan language."),
    ("missing-key", "A key that is needed is not there."),
    ("wrong-type", "A value is of another type than its key needs."),
    ("bare-number", "A number stands where a quantity with a unit is needed."),
    ("bad-quantity", "A text is no quantity of what is measured."),
    ("unknown-word", "A word is not one of those that are known there."),
    ("date-without-offset", "A date lacks its time of day or its offset from UTC, so that it is no moment."),
    ("impossible-date", "A date is in no calendar."),
    ("bad-name", "A name is empty, too long, or has characters that no name has."),
    ("bad-position", "A position is not on the globe."),
    ("bad-times", "A text does not say how often a task is done."),
    ("times-reversed", "A task is to be done at least more often than at most."),
    ("bad-gaps", "A text does not say what to do about holes in a series."),
    ("bad-money", "A text is no amount of money."),
];

/// Where reading puts what it finds.
pub struct Context<'s> {
    /// The plan's text.
    pub source: &'s Source,
    /// What was found so far.
    pub found: Diagnostics,
    /// The zone in which the plan is printed, where it is known.
    pub zone: Option<Zone>,
}

impl Context<'_> {
    /// Tells an error at `span`.
    pub fn error(
        &mut self,
        slug: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let diagnostic = Diagnostic::error(slug, message).at(self.source.place(span));
        let help = help.into();
        self.found.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }
}

/// A type that the value of a key can have.
pub trait Read: Sized {
    /// Reads it; on a fault tells it and gives nothing.
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Self>;
    /// What the JSON Schema says of it.
    fn schema() -> Value;
}

/// One key of a table.
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// Whether the table needs it.
    pub is_required: bool,
    /// The schema of its value.
    pub schema: fn() -> Value,
}

/// A table of the plan language.
pub trait ReadTable: Default {
    /// What it is.
    const ABOUT: &'static str;
    /// Its keys, in the order in which they are documented.
    const KEYS: &'static [Key];
    /// Reads the values of its known keys.
    fn take(&mut self, table: &DeTable<'_>, span: Range<usize>, context: &mut Context<'_>);
    /// Its keys that could not be read.
    fn spoilt(&mut self) -> &mut Spoilt;
}

/// Keys that were told to be at fault, so that no check says of them that they are not there.
#[derive(Debug, Clone, Default)]
pub struct Spoilt {
    unread: Vec<&'static str>,
    partly: Vec<&'static str>,
}

impl Spoilt {
    /// Whether nothing of the key could be read: it is misspelt, or of the wrong type.
    pub fn is_unread(&self, key: &str) -> bool {
        self.unread.contains(&key)
    }

    /// Whether the key was told to be at fault, wholly or in part.
    pub fn has(&self, key: &str) -> bool {
        self.is_unread(key) || self.partly.contains(&key)
    }
}

/// Writes a table of the plan language: struct, reader, keys and schema from one list.
macro_rules! table {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $key_about:literal])+ $key:ident: $type:ty $(, $need:ident)?;)+ }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Default)]
        pub struct $name {
            /// Where its head stands.
            pub span: std::ops::Range<usize>,
            /// Its keys that were there and could not be read, or not wholly.
            pub spoilt: $crate::plan::read::Spoilt,
            $($(#[doc = $key_about])+ pub $key: Option<toml::Spanned<$type>>,)+
        }

        impl $crate::plan::read::ReadTable for $name {
            const ABOUT: &'static str = concat!($($about),+);
            const KEYS: &'static [$crate::plan::read::Key] = &[$($crate::plan::read::Key {
                name: $crate::plan::read::plain(stringify!($key)),
                about: concat!($($key_about),+),
                is_required: table!(@need $($need)?),
                schema: <$type as $crate::plan::read::Read>::schema,
            }),+];

            fn take(
                &mut self,
                table: &toml::de::DeTable<'_>,
                span: std::ops::Range<usize>,
                context: &mut $crate::plan::read::Context<'_>,
            ) {
                self.span = span;
                $(self.$key =
                    $crate::plan::read::read_key(
                        table,
                        $crate::plan::read::plain(stringify!($key)),
                        &mut self.spoilt,
                        context,
                    );)+
            }

            fn spoilt(&mut self) -> &mut $crate::plan::read::Spoilt {
                &mut self.spoilt
            }
        }

        impl $crate::plan::read::Read for $name {
            fn read(
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                context: &mut $crate::plan::read::Context<'_>,
            ) -> Option<$name> {
                $crate::plan::read::read_table(value, context)
            }

            fn schema() -> serde_json::Value {
                $crate::plan::read::table_schema::<$name>()
            }
        }
    };
    (@need required) => { true };
    (@need) => { false };
}
pub(crate) use table;

/// A key as plans write it: one that is a word of Rust too stands in a table as `r#word`.
pub const fn plain(key: &'static str) -> &'static str {
    match key.as_bytes() {
        [b'r', b'#', ..] => key.split_at(2).1,
        _ => key,
    }
}

/// Reads the value of one key, if it is there; notes in `spoilt` when it is at fault.
pub fn read_key<T: Read>(
    table: &DeTable<'_>,
    name: &'static str,
    spoilt: &mut Spoilt,
    context: &mut Context<'_>,
) -> Option<Spanned<T>> {
    let value = table.get(name)?;
    let before = context.found.len();
    let read = T::read(value, context);
    if read.is_none() {
        spoilt.unread.push(name);
    } else if context.found.len() > before {
        spoilt.partly.push(name);
    }
    read.map(|read| Spanned::new(value.span(), read))
}

/// A table's span reaches over all its keys; its head is the first line of it.
fn head_span(span: Range<usize>, source: &Source) -> Range<usize> {
    let end = source.text()[span.clone()].find('\n').map_or(span.end, |length| span.start + length);
    span.start..end
}

/// Tells a key that is not known; gives the one that was probably meant.
fn unknown_key(
    name: &str,
    span: Range<usize>,
    keys: &[Key],
    context: &mut Context<'_>,
) -> Option<&'static str> {
    let near = nearest(name, keys.iter().map(|key| key.name));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("known here: {}", in_lines(keys.iter().map(|key| key.name)))
        }
    };
    context.error("unknown-key", span, format!("`{name}` is not a key that is known here"), help);
    near
}

/// Words with commas between, on as many lines as they need.
fn in_lines<'w>(words: impl Iterator<Item = &'w str>) -> String {
    const WIDTH: usize = 76;
    let (mut text, mut length) = (String::new(), 0);
    for word in words {
        if length > 0 {
            let is_full = length + word.len() > WIDTH;
            text.push_str(if is_full { ",\n" } else { ", " });
            length = if is_full { 0 } else { length + 2 };
        }
        text.push_str(word);
        length += word.len();
    }
    text
}

/// What to write for a key that is missing: an example of its value, and its meaning.
fn missing_key_help(key: &Key) -> String {
    let schema = (key.schema)();
    let example = schema["examples"][0].as_str().or(schema["enum"][0].as_str());
    let value = match (example, schema["format"].as_str(), schema["type"].as_str()) {
        (Some(example), _, _) => format!("`{} = {example:?}`", key.name),
        (_, Some("date-time"), _) => format!("`{} = 2026-01-12T09:00:00+09:00`", key.name),
        (_, _, Some("string")) => format!("`{} = \"...\"`", key.name),
        (_, _, Some("array")) => format!("`{} = [...]`", key.name),
        (_, _, Some("object")) => format!("a table `[{}]`", key.name),
        _ => format!("`{} = ...`", key.name),
    };
    let about = key.about.trim();
    let mut rest = about.chars();
    let begin: String = rest.next().into_iter().flat_map(char::to_lowercase).collect();
    format!("add {value}: {begin}{}", rest.as_str().trim_end_matches('.'))
}

/// Tells that `value` is not what is needed.
pub fn wrong_type(
    value: &Spanned<DeValue<'_>>,
    needed: &str,
    help: impl Into<String>,
    context: &mut Context<'_>,
) {
    let is = match value.get_ref() {
        DeValue::String(_) => "a text in quotes",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    context.error("wrong-type", value.span(), format!("{needed} is needed here, not {is}"), help);
}

/// The text of a string, told when it is none.
pub fn text<'v>(value: &'v Spanned<DeValue<'_>>, needed: &str, context: &mut Context<'_>) -> Option<&'v str> {
    let text = value.get_ref().as_str();
    if text.is_none() {
        let help = match value.get_ref() {
            DeValue::Integer(number) => format!("put it in quotes: \"{}\"", number.as_str()),
            DeValue::Float(number) => format!("put it in quotes: \"{}\"", number.as_str()),
            DeValue::Array(_) => "write one text in quotes, without brackets".to_owned(),
            _ => "write a text in quotes".to_owned(),
        };
        wrong_type(value, needed, help, context);
    }
    text
}

/// A list, read entry by entry.
impl<T: Read> Read for Vec<Spanned<T>> {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Vec<Spanned<T>>> {
        let Some(entries) = value.get_ref().as_array() else {
            let (needed, help) = if value.get_ref().is_table() {
                ("a list of tables", "write its head in double brackets: [[...]]")
            } else {
                ("a list", "put it in brackets: [...]")
            };
            wrong_type(value, needed, help, context);
            return None;
        };
        // A fault in one entry must not take the others away: each was told, and the plan is refused as a whole.
        let read =
            entries.iter().filter_map(|entry| Some(Spanned::new(entry.span(), T::read(entry, context)?)));
        Some(read.collect())
    }

    fn schema() -> Value {
        json!({ "type": "array", "items": T::schema() })
    }
}

/// Entries under names of the plan's own choosing, in the order of the file: `{ mud = "400 t" }`.
#[derive(Debug, Clone)]
pub struct Named<T>(pub Vec<(Spanned<String>, Spanned<T>)>);

impl<T> Default for Named<T> {
    fn default() -> Named<T> {
        Named(Vec::new())
    }
}

impl<T: Read> Read for Named<T> {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Named<T>> {
        let Some(table) = value.get_ref().as_table() else {
            wrong_type(value, "a table", "write names with their values in braces: { name = ... }", context);
            return None;
        };
        let entries = table.iter().filter_map(|(key, value)| {
            let name = Spanned::new(key.span(), key.get_ref().to_string());
            Some((name, Spanned::new(value.span(), T::read(value, context)?)))
        });
        Some(Named(entries.collect()))
    }

    fn schema() -> Value {
        json!({ "type": "object", "additionalProperties": T::schema() })
    }
}

/// Reads a value as a table of the plan language.
pub fn read_table<T: ReadTable>(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<T> {
    let Some(table) = value.get_ref().as_table() else {
        wrong_type(
            value,
            "a table",
            "write it with its keys: { key = ... }, or under its own [head]",
            context,
        );
        return None;
    };
    let mut read = T::default();
    let head = head_span(value.span(), context.source);
    for (key, _) in table {
        let name = key.get_ref().as_ref();
        if T::KEYS.iter().all(|known| known.name != name) {
            let meant = unknown_key(name, key.span(), T::KEYS, context);
            read.spoilt().unread.extend(meant);
        }
    }
    for key in T::KEYS.iter().filter(|key| key.is_required && !table.contains_key(key.name)) {
        if !read.spoilt().is_unread(key.name) {
            let message = format!("`{}` is missing here", key.name);
            context.error("missing-key", head.clone(), message, missing_key_help(key));
        }
    }
    read.take(table, head, context);
    Some(read)
}

/// The JSON Schema of a table of the plan language.
pub fn table_schema<T: ReadTable>() -> Value {
    let properties: serde_json::Map<String, Value> = T::KEYS
        .iter()
        .map(|key| {
            let mut schema = (key.schema)();
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("description".to_owned(), key.about.trim().into());
            }
            (key.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<&str> = T::KEYS.iter().filter(|key| key.is_required).map(|key| key.name).collect();
    json!({
        "type": "object",
        "description": T::ABOUT.trim(),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}
