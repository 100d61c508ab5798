//! Reading TOML values into typed keys, with every fault told and none hiding another.
//!
//! In: a parsed document with spans. Out: values of the types that [`super::raw`] names, and diagnostics for those that are not.
//! A type that a key can have implements [`Read`]: how it is read, and its JSON Schema. A table is written with the macro
//! `table!`, from which follow its struct, its reader, its list of known keys and its schema.

use crate::diag::{Diagnostic, Diagnostics, Source};
use crate::id::{fault, nearest};
use crate::units::{Length, Mass, Quantity, Rate, Share, Span, Speed};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where reading puts what it finds.
pub struct Context<'s> {
    /// The plan's text.
    pub source: &'s Source,
    /// What was found so far.
    pub found: Diagnostics,
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
}

/// Writes a table of the plan language: struct, reader, keys and schema from one list.
macro_rules! table {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $key_about:literal])+ $key:ident: $type:ty $(, $need:ident)?;)+ }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Default)]
        pub struct $name {
            /// Where its head stands.
            pub span: std::ops::Range<usize>,
            $($(#[doc = $key_about])+ pub $key: Option<toml::Spanned<$type>>,)+
        }

        impl $crate::plan::read::ReadTable for $name {
            const ABOUT: &'static str = concat!($($about),+);
            const KEYS: &'static [$crate::plan::read::Key] = &[$($crate::plan::read::Key {
                name: stringify!($key),
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
                $(self.$key = $crate::plan::read::read_key(table, stringify!($key), context);)+
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

/// Reads the value of one key, if it is there.
pub fn read_key<T: Read>(table: &DeTable<'_>, name: &str, context: &mut Context<'_>) -> Option<Spanned<T>> {
    let value = table.get(name)?;
    T::read(value, context).map(|read| Spanned::new(value.span(), read))
}

/// A table's span reaches over all its keys; its head is the first line of it.
fn head_span(span: Range<usize>, source: &Source) -> Range<usize> {
    let end = source.text()[span.clone()].find('\n').map_or(span.end, |length| span.start + length);
    span.start..end
}

fn unknown_key(name: &str, span: Range<usize>, keys: &[Key], context: &mut Context<'_>) {
    let known = keys.iter().map(|key| key.name);
    let help = match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known.collect::<Vec<_>>().join(", ")),
    };
    context.error("unknown-key", span, format!("`{name}` is not a key that is known here"), help);
}

/// Tells that `value` is not what is needed.
pub fn wrong_type(value: &Spanned<DeValue<'_>>, needed: &str, context: &mut Context<'_>) {
    let is = value.get_ref().type_str();
    let article = if is.starts_with(['a', 'i']) { "an" } else { "a" };
    context.error("wrong-type", value.span(), format!("{needed} is needed here, not {article} {is}"), "");
}

/// The text of a string, told when it is none.
pub fn text<'v>(value: &'v Spanned<DeValue<'_>>, needed: &str, context: &mut Context<'_>) -> Option<&'v str> {
    let text = value.get_ref().as_str();
    if text.is_none() {
        wrong_type(value, needed, context);
    }
    text
}

impl Read for String {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<String> {
        let text = text(value, "a text in quotes", context)?;
        if let Some(fault) = fault(text) {
            context.error(
                "bad-name",
                value.span(),
                format!("this name {fault}"),
                "write a name of 1 to 100 characters",
            );
            return None;
        }
        Some(text.to_owned())
    }

    fn schema() -> Value {
        json!({ "type": "string", "minLength": 1, "maxLength": 100 })
    }
}

impl Read for bool {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<bool> {
        let read = value.get_ref().as_bool();
        if read.is_none() {
            wrong_type(value, "true or false", context);
        }
        read
    }

    fn schema() -> Value {
        json!({ "type": "boolean" })
    }
}

impl Read for u32 {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<u32> {
        let number =
            value.get_ref().as_integer().and_then(|i| u32::from_str_radix(i.as_str(), i.radix()).ok());
        if number.is_none() {
            wrong_type(value, "a whole number from 0 to 4294967295", context);
        }
        number
    }

    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
    }
}

impl Read for f64 {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number: &f64| number.is_finite());
        if number.is_none() {
            wrong_type(value, "a plain number", context);
        }
        number
    }

    fn schema() -> Value {
        json!({ "type": "number" })
    }
}

/// Reads the text of a quantity; a bare number is refused with a hint.
pub fn quantity_text<'v>(
    value: &'v Spanned<DeValue<'_>>,
    dimension: &'static crate::units::Dimension,
    context: &mut Context<'_>,
) -> Option<&'v str> {
    let number = match value.get_ref() {
        DeValue::Integer(number) => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => {
            return text(
                value,
                &format!("{} in quotes, such as \"{}\",", dimension.name, dimension.example),
                context,
            );
        }
    };
    let unit = dimension.example.rsplit(' ').next().unwrap_or_default();
    context.error(
        "bare-number",
        value.span(),
        format!("{number} has no unit, and {} needs one", dimension.name),
        format!("write \"{number} {unit}\" if that is the unit; others: {}", dimension.unit_list()),
    );
    None
}

/// Quantities are read alike; each is named once here.
macro_rules! read_quantity {
    ($($quantity:ty),+) => {$(
        impl Read for $quantity {
            fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<$quantity> {
                let text = quantity_text(value, <$quantity>::DIMENSION, context)?;
                <$quantity>::parse(text)
                    .map_err(|fault| context.error("bad-quantity", value.span(), fault.to_string(), fault.remedy()))
                    .ok()
            }

            fn schema() -> Value {
                let dimension = <$quantity>::DIMENSION;
                json!({ "type": "string", "pattern": dimension.pattern(), "examples": [dimension.example] })
            }
        }
    )+};
}
read_quantity!(Length, Speed, Span, Mass, Rate, Share);

/// A moment: a date and time with its offset, so that nobody has to guess the zone.
impl Read for DateTime<Utc> {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<DateTime<Utc>> {
        let Some(written) = value.get_ref().as_datetime() else {
            wrong_type(value, "a date and time such as 2026-01-12T09:00:00+09:00 (without quotes)", context);
            return None;
        };
        let text = written.to_string();
        let moment = DateTime::parse_from_rfc3339(&text).ok().map(|time| time.to_utc());
        if written.offset.is_none() || written.time.is_none() {
            context.error(
                "date-without-offset",
                value.span(),
                format!(
                    "{text} is no moment: it lacks {}",
                    if written.time.is_none() { "a time of day" } else { "its offset from UTC" }
                ),
                "write it as 2026-01-12T09:00:00+09:00, or with a Z for UTC",
            );
            return None;
        }
        if moment.is_none() {
            context.error("impossible-date", value.span(), format!("there is no such time as {text}"), "");
        }
        moment
    }

    fn schema() -> Value {
        json!({ "type": "string", "format": "date-time" })
    }
}

/// A list, read entry by entry.
impl<T: Read> Read for Vec<Spanned<T>> {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Vec<Spanned<T>>> {
        let Some(entries) = value.get_ref().as_array() else {
            let needed = if value.get_ref().is_table() {
                "a list of tables (double brackets: [[...]])"
            } else {
                "a list"
            };
            wrong_type(value, needed, context);
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
            wrong_type(value, "a table such as { name = ... }", context);
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
        wrong_type(value, "a table", context);
        return None;
    };
    let mut read = T::default();
    let head = head_span(value.span(), context.source);
    for (key, _) in table {
        let name = key.get_ref().as_ref();
        if T::KEYS.iter().all(|known| known.name != name) {
            unknown_key(name, key.span(), T::KEYS, context);
        }
    }
    for key in T::KEYS.iter().filter(|key| key.is_required && !table.contains_key(key.name)) {
        let about = key.about.trim().trim_end_matches('.');
        context.error(
            "missing-key",
            head.clone(),
            format!("`{}` is missing here", key.name),
            format!("add `{} = ...`: {about}", key.name),
        );
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
