//! How the plain values of the plan language are read: texts, numbers, quantities and moments.
//!
//! In: one TOML value. Out: the value in its type, or a diagnostic that says what to write.
//! Not the language's own types (counts, gaps, words, money): those are in [`super::words`].

use super::read::{Context, Read, text, wrong_type};
use crate::id::fault;
use crate::time::Zone;
use crate::units::{Dimension, Dose, Flow, Length, Mass, Quantity, Rate, Share, Span, Speed};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use toml::Spanned;
use toml::de::DeValue;

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
            wrong_type(value, "true or false", "write true or false, without quotes", context);
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
            let help = "write a whole number from 0 to 4294967295, without quotes";
            wrong_type(value, "a whole number", help, context);
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
        if let (Some(number), DeValue::Float(text)) =
            (number.filter(|n: &f64| !n.is_finite()), value.get_ref())
        {
            let what = if number.is_nan() { "is no number" } else { "is no finite number" };
            let message = format!("{} {what}, and one is needed here", text.as_str());
            context.error("wrong-type", value.span(), message, "write a plain one, such as 5.0");
            return None;
        }
        if number.is_none() {
            wrong_type(value, "a plain number", "write it without quotes, such as 5.0", context);
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
    dimension: &'static Dimension,
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
    context.error(
        "bare-number",
        value.span(),
        format!("{number} has no unit, and {} needs one", dimension.name),
        dimension.with_unit(number),
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
read_quantity!(Length, Speed, Span, Mass, Rate, Dose, Flow, Share);

/// What clocks of a plan's zone make of a time without an offset, and how to write it.
fn local(text: &str, zone: Option<Zone>) -> (String, String) {
    let known = zone.filter(|zone| *zone != Zone::UTC).zip(text.parse().ok());
    let Some((zone, time)) = known else {
        return (String::new(), "write it as 2026-01-12T09:00:00+09:00, or with a Z for UTC".to_owned());
    };
    let name = zone.name();
    match zone.readings(time).as_slice() {
        [] => {
            let help =
                "write the time that clocks show after they are set forward, with its offset".to_owned();
            (format!(", and clocks in {name} skip it"), help)
        }
        [first, second, ..] => {
            let help = format!(
                "write {} for the first time, or {} for the second",
                first.to_rfc3339(),
                second.to_rfc3339()
            );
            (format!(", and clocks in {name} show it twice, as they are set back"), help)
        }
        [only] => (
            String::new(),
            format!(
                "write {} behind it, which is the offset of {name} then, or Z if it is UTC",
                only.offset()
            ),
        ),
    }
}

/// A moment: a date and time with its offset, so that nobody has to guess the zone.
impl Read for DateTime<Utc> {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<DateTime<Utc>> {
        let Some(written) = value.get_ref().as_datetime() else {
            let help = "write it as 2026-01-12T09:00:00+09:00, without quotes";
            wrong_type(value, "a date and time", help, context);
            return None;
        };
        let text = written.to_string();
        let moment = DateTime::parse_from_rfc3339(&text).ok().map(|time| time.to_utc());
        if written.offset.is_none() || written.time.is_none() {
            let lacks = if written.time.is_none() { "a time of day" } else { "its offset from UTC" };
            let (besides, help) = local(&text, context.zone);
            let message = format!("{text} is no moment: it lacks {lacks}{besides}");
            context.error("date-without-offset", value.span(), message, help);
            return None;
        }
        if moment.is_none() {
            context.error(
                "impossible-date",
                value.span(),
                format!("there is no such time as {text}"),
                "is the day in that month, and the offset below 24 hours?",
            );
        }
        moment
    }

    fn schema() -> Value {
        json!({ "type": "string", "format": "date-time" })
    }
}
