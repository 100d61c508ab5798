//! The types of the plan language that are its own: words, limits, counts, predecessors, money.
//!
//! In: one TOML value. Out: the value in its type, or a diagnostic that says what to write.
//! Not plain numbers, texts and quantities: those are in [`super::values`]; the tables are in [`super::raw`].

use super::read::{Context, Read, table, text, wrong_type};
use super::values::quantity_text;
use crate::geo::Position;
use crate::id::nearest;
use crate::units::{MASS, Mass, Money, Quantity, SHARE, Share, Span, money_fault};
use serde_json::{Value, json};
use toml::Spanned;
use toml::de::DeValue;

/// Makes a type of words, each with its meaning.
macro_rules! words {
    ($(#[$about:meta])+ $name:ident { $($(#[$word_about:meta])+ $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$word_about])+ $variant),+ }

        impl $name {
            /// Every word with what it stands for.
            pub const WORDS: &'static [(&'static str, $name)] = &[$(($word, $name::$variant)),+];

            /// The word for it.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl Read for $name {
            fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<$name> {
                let words: Vec<&str> = $name::WORDS.iter().map(|(word, _)| *word).collect();
                let list = words.join("\", \"");
                let asked = text(value, &format!("one of \"{list}\""), context)?;
                let known = $name::WORDS.iter().find(|(word, _)| *word == asked);
                if known.is_none() {
                    let help = match nearest(asked, words.iter().copied()) {
                        Some(near) => format!("did you mean \"{near}\"?"),
                        None => format!("known: \"{list}\""),
                    };
                    context.error("unknown-word", value.span(), format!("{asked:?} is not known here"), help);
                }
                known.map(|(_, variant)| *variant)
            }

            fn schema() -> Value {
                json!({ "enum": $name::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>() })
            }
        }
    };
}

words! {
    /// What can be made as good as possible.
    GoalWord {
        /// The worth of what reaches the shore, as large as possible.
        Delivered = "delivered",
        /// The worth of what is lifted, as large as possible.
        Sampled = "sampled",
        /// The worth of what demands are supplied with, as large as possible.
        Supplied = "supplied",
        /// The time at which vessels and crews are done with everything, as early as possible; works ashore and supplies go on by themselves and are not counted.
        Finish = "finish",
        /// What vessels, their fuel, tasks and processes cost, as small as possible.
        Cost = "cost",
        /// Carbon dioxide of the fuel of all vessels, in tonnes, as little as possible.
        Emissions = "emissions",
        /// Hours after the due dates of tasks, as few as possible.
        Lateness = "lateness",
    }
}

impl GoalWord {
    /// Whether more of it is better, and not less.
    pub fn is_more_better(self) -> bool {
        matches!(self, GoalWord::Delivered | GoalWord::Sampled | GoalWord::Supplied)
    }
}

words! {
    /// What a site is.
    KindWord {
        /// A harbour.
        Port = "port",
        /// A place at sea.
        Sea = "sea",
        /// An island.
        Island = "island",
        /// A works ashore.
        Plant = "plant",
    }
}

words! {
    /// How a task may pause.
    SuspendWord {
        /// The gear must survive the pause.
        Hold = "hold",
        /// Nothing is asked of the pause.
        Free = "free",
    }
}

words! {
    /// Where a weather series comes from.
    OriginWord {
        /// Past weather, measured or computed afterwards.
        Hindcast = "hindcast",
        /// A forecast.
        Forecast = "forecast",
        /// Made by a generator from statistics.
        Synthetic = "synthetic",
    }
}

words! {
    /// How a grid of weather is read at a place that is no cell of it.
    GridWord {
        /// The nearest cell that is not land.
        Nearest = "nearest",
        /// A weighted mean of the four cells around it.
        Bilinear = "bilinear",
    }
}

/// A limit as it is written; its unit depends on the channel, which only the weather knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Written(pub String);

impl Read for Written {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Written> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => {
                return text(value, "a limit in quotes, such as \"2.5 m\",", context)
                    .map(|text| Written(text.to_owned()));
            }
        };
        let help = format!(
            "write it with its unit: \"{number} m\", \"{number} m/s\", \"{number} kn\", \"{number} s\""
        );
        context.error(
            "bare-number",
            value.span(),
            format!("{number} has no unit, and a limit needs one"),
            help,
        );
        None
    }

    fn schema() -> Value {
        json!({ "type": "string", "examples": ["2.5 m", "15 m/s", "1.5 kn"] })
    }
}

impl Read for Position {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Position> {
        let numbers = value.get_ref().as_array().filter(|list| list.len() == 2);
        let Some(numbers) = numbers else {
            let help = "write degrees north and degrees east, such as [35.02, 138.51]";
            wrong_type(value, "a position of two numbers", help, context);
            return None;
        };
        let latitude = f64::read(&numbers[0], context)?;
        let longitude = f64::read(&numbers[1], context)?;
        let position = Position::new(latitude, longitude);
        if position.is_none() {
            let help = if Position::new(longitude, latitude).is_some() {
                format!("latitude comes first: write [{longitude}, {latitude}]")
            } else {
                "write degrees north and degrees east, such as [35.02, 138.51]".to_owned()
            };
            let message = format!(
                "[{latitude}, {longitude}] is no position: -90 to 90 degrees north, -180 to 180 east"
            );
            context.error("bad-position", value.span(), message, help);
        }
        position
    }

    fn schema() -> Value {
        let degrees = |most: i32| json!({ "type": "number", "minimum": -most, "maximum": most });
        let both = [degrees(90), degrees(180)];
        json!({ "type": "array", "prefixItems": both, "minItems": 2, "maxItems": 2, "examples": [[35.02, 138.51]] })
    }
}

/// How often a task is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// At least so often.
    pub least: u32,
    /// At most so often.
    pub most: u32,
}

impl Read for Times {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Times> {
        let asked = text(value, "a count in quotes, such as \"1\" or \"0..2\",", context)?;
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|&n| n <= 1000);
        let times = match asked.split_once("..") {
            Some((least, most)) => number(least).zip(number(most)),
            None => number(asked).map(|n| (n, n)),
        };
        let Some((least, most)) = times else {
            let help = "write \"1\", \"0..1\" (optional) or \"1..2\" (again, if need be); 1000 at most";
            context.error("bad-times", value.span(), format!("{asked:?} does not say how often"), help);
            return None;
        };
        if least > most || most == 0 {
            let help = if most == 0 {
                "leave the task out instead".to_owned()
            } else {
                format!("write \"{most}..{least}\"")
            };
            context.error(
                "times-reversed",
                value.span(),
                format!("{asked:?} leaves no count that is possible"),
                help,
            );
            return None;
        }
        Some(Times { least, most })
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": r"^\s*[0-9]+\s*(\.\.\s*[0-9]+\s*)?$", "examples": ["1", "0..1", "1..2"] })
    }
}

/// Time in reserve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Contingency {
    /// A part of the duration.
    Share(Share),
    /// A time.
    Time(Span),
}

impl Read for Contingency {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Contingency> {
        let is_share = |text: &str| SHARE.units.iter().any(|(symbol, _)| text.trim_end().ends_with(symbol));
        if value.get_ref().as_str().is_some_and(is_share) {
            Share::read(value, context).map(Contingency::Share)
        } else {
            Span::read(value, context).map(Contingency::Time)
        }
    }

    fn schema() -> Value {
        json!({ "anyOf": [Share::schema(), Span::schema()] })
    }
}

/// What is to be done about holes in a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gaps {
    /// Holes up to this long are filled by a straight line.
    pub interpolate_up_to: Span,
}

impl Read for Gaps {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<Gaps> {
        let help = "write gaps = \"interpolate up to 3 h\", or leave it out";
        let asked = text(value, "a text", context)?;
        match asked.trim().strip_prefix("interpolate up to ").map(Span::parse) {
            Some(Ok(interpolate_up_to)) if interpolate_up_to.seconds() > 0 => {
                Some(Gaps { interpolate_up_to })
            }
            _ => {
                context.error(
                    "bad-gaps",
                    value.span(),
                    format!("{asked:?} does not say what to do about holes"),
                    help,
                );
                None
            }
        }
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^\\s*interpolate up to .+$", "examples": ["interpolate up to 3 h"] })
    }
}

/// A name (of a file, of a weather), or a list of them, one for each of what the key is about.
#[derive(Debug, Clone)]
pub struct OneOrMore {
    /// Their names, in the order of the plan.
    pub names: Vec<Spanned<String>>,
    /// Whether they are written as a list.
    pub is_list: bool,
}

impl Read for OneOrMore {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<OneOrMore> {
        if value.get_ref().is_array() {
            return Some(OneOrMore { names: Vec::read(value, context)?, is_list: true });
        }
        let name = Spanned::new(value.span(), String::read(value, context)?);
        Some(OneOrMore { names: vec![name], is_list: false })
    }

    fn schema() -> Value {
        json!({ "anyOf": [String::schema(), { "type": "array", "items": String::schema(), "minItems": 1 }] })
    }
}

/// A predecessor: its name alone, or a table.
#[derive(Debug, Clone)]
pub struct After {
    /// The task that must be done before.
    pub task: Spanned<String>,
    /// The time that must pass from its end.
    pub lag: Option<Spanned<Span>>,
    /// The time from its end within which the start must come.
    pub within: Option<Spanned<Span>>,
}

table! {
    /// A predecessor with its times.
    RawAfter {
        /// The task that must be done before.
        task: String, required;
        /// The time that must pass from its end to the start. Default: none.
        lag: Span;
        /// The time from its end within which the start must come. Default: any.
        within: Span;
    }
}

impl Read for After {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<After> {
        if value.get_ref().is_table() {
            let RawAfter { task, lag, within, .. } = RawAfter::read(value, context)?;
            return Some(After { task: task?, lag, within });
        }
        let task = Spanned::new(value.span(), String::read(value, context)?);
        Some(After { task, lag: None, within: None })
    }

    fn schema() -> Value {
        json!({ "anyOf": [String::schema(), RawAfter::schema()] })
    }
}

/// The worth of the next so many tonnes, each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueStep {
    /// How many tonnes.
    pub tonnes: Mass,
    /// What each is worth.
    pub worth: f64,
}

impl Read for ValueStep {
    fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<ValueStep> {
        let Some([tonnes, worth]) = value.get_ref().as_array().map(|list| list.iter().as_slice()) else {
            let help = "write an amount and the worth of each tonne of it, such as [\"10 t\", 5.0]";
            wrong_type(value, "a pair", help, context);
            return None;
        };
        let text = quantity_text(tonnes, &MASS, context)?;
        let read = Mass::parse(text)
            .map_err(|fault| context.error("bad-quantity", tonnes.span(), fault.to_string(), fault.remedy()));
        Some(ValueStep { tonnes: read.ok()?, worth: f64::read(worth, context)? })
    }

    fn schema() -> Value {
        json!({ "type": "array", "prefixItems": [Mass::schema(), { "type": "number" }], "minItems": 2, "maxItems": 2 })
    }
}

/// Makes a type of money.
macro_rules! money {
    ($(#[$about:meta])+ $name:ident, $per:literal, $example:literal) => {
        $(#[$about])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name(pub Money);

        impl Read for $name {
            fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<$name> {
                let asked = text(value, concat!("an amount in quotes, such as \"", $example, "\","), context)?;
                let money = Money::parse_per(asked, $per);
                if money.is_none() {
                    let (message, help) = money_fault(asked, $per, $example);
                    context.error("bad-money", value.span(), message, help);
                }
                money.map($name)
            }

            fn schema() -> Value {
                let pattern =
                    format!(r"^\s*[+-]?[0-9]*\.?[0-9]*([eE][+-]?[0-9]+)?\s*[A-Z]{{3}}\s*{}\s*$", $per);
                json!({ "type": "string", "pattern": pattern, "examples": [$example] })
            }
        }
    };
}

money!(
    /// What something costs each time.
    Cost, "", "20000 USD"
);
money!(
    /// What something costs per day.
    DayRate, "/d", "250000 USD/d"
);
money!(
    /// What something costs per tonne.
    CostPerTonne, "/t", "40 USD/t"
);
money!(
    /// What each tonne costs a day.
    CostPerTonneDay, "/t/d", "5 USD/t/d"
);
