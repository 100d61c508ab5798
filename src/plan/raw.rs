//! The plan language as it is written: every table and key, what it means and what type it has.
//!
//! In: TOML. Out: [`RawPlan`], in which every key that was there and readable is, each with its place in the file.
//! Names are still text here and nothing is known to be true yet: [`super::check`] looks for faults, [`super::resolve`] makes the
//! [`super::Plan`]. The JSON Schema and the reference of keys are made from this list.

use super::read::{Context, Named, Read, quantity_text, table, text, wrong_type};
use crate::geo::Position;
use crate::id::nearest;
use crate::units::{Length, MASS, Mass, Money, Quantity, Rate, Share, Span, Speed};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use toml::Spanned;
use toml::de::DeValue;

table! {
    /// A plan of mudline: what is asked for. A plan says what; a schedule says when.
    RawPlan {
        /// What the plan is called and which time it covers.
        plan: RawHead, required;
        /// What is to be as good as possible.
        goal: RawGoal;
        /// Weather series.
        weather: Vec<Spanned<RawWeather>>;
        /// Places.
        site: Vec<Spanned<RawSite>>;
        /// Goods that are lifted and carried.
        commodity: Vec<Spanned<RawCommodity>>;
        /// Ships and everything else that moves.
        vessel: Vec<Spanned<RawVessel>>;
        /// Ways between sites that are not the shortest ones.
        route: Vec<Spanned<RawRoute>>;
        /// Work that is asked for.
        task: Vec<Spanned<RawTask>>;
        /// Things of which only so many are there.
        resource: Vec<Spanned<RawResource>>;
        /// Times in which something is not available.
        closure: Vec<Spanned<RawClosure>>;
        /// Lifting of a commodity for as long as it pays.
        sampling: Vec<Spanned<RawSampling>>;
        /// Moving a commodity between a hold and the shore.
        transfer: Vec<Spanned<RawTransfer>>;
    }
}

table! {
    /// What the plan is called and which time it covers.
    RawHead {
        /// The name of the plan.
        name: String, required;
        /// The time zone in which the plan is printed, by its IANA name, such as Asia/Tokyo. Default: UTC.
        zone: String;
        /// The beginning of the time that is planned.
        start: DateTime<Utc>, required;
        /// The end of the time that is planned.
        end: DateTime<Utc>, required;
        /// The length of a slot, in which time is cut. Default: "1 h".
        slot: Span;
        /// When the plan was issued; calendars carry it. Default: the start.
        issued: DateTime<Utc>;
        /// The currency of all costs, in three letters, such as USD.
        currency: String;
    }
}

table! {
    /// What is to be as good as possible.
    RawGoal {
        /// The goals, solved one after the other, each kept while the next is improved.
        order: Vec<Spanned<GoalWord>>, required;
        /// How much of a goal may be given up for the next. Default: "0 %".
        tolerance: Share;
    }
}

table! {
    /// A weather series.
    RawWeather {
        /// Its name in this plan.
        id: String, required;
        /// The file, found from the plan's folder.
        file: String, required;
        /// Which column holds which channel, where that is not recognised: { hs = "Hm0" }.
        columns: Named<String>;
        /// The unit of a channel's column, where its head does not say: { hs = "m" }.
        units: Named<String>;
        /// The zone of times that carry none. Default: UTC.
        zone: String;
        /// What to do about holes: "interpolate up to 3 h". Default: a hole is an error where it matters.
        gaps: Gaps;
        /// Where the weather comes from. Default: hindcast, or synthetic where the file says so.
        origin: OriginWord;
    }
}

table! {
    /// A place.
    RawSite {
        /// Its name in this plan.
        id: String, required;
        /// What it is.
        kind: KindWord, required;
        /// Degrees north and degrees east: [35.02, 138.51].
        position: Position;
        /// The depth of the water.
        depth: Length;
        /// The weather there, by its id.
        weather: String;
        /// What it can store of each commodity: { mud = "1000 t" }. Default: without bound on land, nothing at sea.
        store: Named<Mass>;
    }
}

table! {
    /// A good that is lifted and carried.
    RawCommodity {
        /// Its name in this plan.
        id: String, required;
        /// What it is called in outputs. Default: the id.
        name: String;
    }
}

table! {
    /// A ship, or anything else that moves.
    RawVessel {
        /// Its name in this plan.
        id: String, required;
        /// The site where it is at the start.
        at: String, required;
        /// The site where it must be at the end. Default: anywhere it may lie with its gear stowed.
        home: String;
        /// The sites it may sail between; legs are scheduled by themselves. Default: `at` and `home`.
        calls: Vec<Spanned<String>>;
        /// Its speed over ground under way.
        speed: Speed;
        /// What its hold can take of each commodity: { mud = "400 t" }.
        hold: Named<Mass>;
        /// The weather in which it may sail: { hs = "6 m" }.
        sail_limits: Named<Written>;
        /// What it costs per day, from the plan's start until it is done: "250000 USD/d".
        day_rate: DayRate;
        /// The states of its gear; the first is the one it starts and sails in. Default: one state, `stowed`.
        gear: Vec<Spanned<RawGear>>;
    }
}

table! {
    /// A state of a vessel's gear.
    RawGear {
        /// Its name.
        id: String, required;
        /// The weather it survives: { hs = "4 m" }. Default: any.
        survives: Named<Written>;
    }
}

table! {
    /// A way between two sites that is not the shortest one; it holds in both directions.
    RawRoute {
        /// One end.
        from: String, required;
        /// The other end.
        to: String, required;
        /// The waypoints between them: [[30.0, 145.0]].
        via: Vec<Spanned<Position>>, required;
    }
}

table! {
    /// Work that is asked for.
    RawTask {
        /// Its name in this plan.
        id: String, required;
        /// What it is called in outputs. Default: the id.
        name: String;
        /// The vessel that does it. Default: none, as in a project.
        vessel: String;
        /// Where it is done. Default: where the vessel is, when it calls at one site only.
        site: String;
        /// How long it takes.
        duration: Span, required;
        /// How long it may take instead; for simulation. The schedule uses `duration`.
        spread: RawSpread;
        /// Time in reserve, as a share of the duration or as a time: a window must stay open for both.
        contingency: Contingency;
        /// How it may pause: "hold" (the gear must survive the pause) or "free". Default: it may not.
        suspend: SuspendWord;
        /// The longest single pause. Default: without bound.
        max_pause: Span;
        /// The weather in which it may go on: { hs = "2.5 m", wind = "15 m/s" }.
        limits: Named<Written>;
        /// The state of the gear that it needs. Default: the first.
        gear: String;
        /// The state of the gear that it leaves behind. Default: unchanged.
        leaves: String;
        /// How often it is done: "1", "0..1", "1..2". Default: "1".
        times: Times;
        /// What must be done before it starts: [ "a", { task = "b", lag = "6 h", within = "48 h" } ].
        after: Vec<Spanned<After>>;
        /// It starts no earlier than this.
        release: DateTime<Utc>;
        /// It ends no later than this.
        deadline: DateTime<Utc>;
        /// It should end by this; the goal `lateness` counts the hours after it.
        due: DateTime<Utc>;
        /// Whether it is done by daylight only. Default: false.
        daylight: bool;
        /// How much of each resource it takes while it lasts: { crane = 1 }.
        uses: Named<u32>;
        /// What it costs each time: "20000 USD".
        cost: Cost;
    }
}

table! {
    /// How long a task may take, for simulation.
    RawSpread {
        /// The shortest.
        low: Span, required;
        /// The longest.
        high: Span, required;
    }
}

table! {
    /// A thing of which only so many are there.
    RawResource {
        /// Its name in this plan.
        id: String, required;
        /// How many there are.
        capacity: u32, required;
    }
}

table! {
    /// A time in which a site, a vessel or a task is not available.
    RawClosure {
        /// The site at which nothing may be worked, and no vessel may come or go.
        site: String;
        /// The vessel that may not work or sail.
        vessel: String;
        /// The task that may not be worked on.
        task: String;
        /// The beginning.
        from: DateTime<Utc>, required;
        /// The end.
        to: DateTime<Utc>, required;
        /// Why.
        reason: String;
    }
}

table! {
    /// Lifting of a commodity at a rate, for as long as it pays.
    RawSampling {
        /// Its name in this plan.
        id: String, required;
        /// The vessel that lifts.
        vessel: String, required;
        /// Where. Default: where the vessel is, when it calls at one site only.
        site: String;
        /// The state of the gear that it needs. Default: the first.
        gear: String;
        /// What is lifted.
        commodity: String, required;
        /// How fast, at most.
        rate: Rate, required;
        /// The shortest run. Default: one slot.
        min_run: Span;
        /// The weather in which it may go on.
        limits: Named<Written>;
        /// How much must be lifted over the voyage.
        at_least: Mass;
        /// How much may be lifted over the voyage.
        at_most: Mass;
        /// Worth per tonne, falling: [["10 t", 5.0], ["30 t", 1.0]]. Tonnes beyond are worth nothing. Default: 1 each.
        value: Vec<Spanned<ValueStep>>;
    }
}

table! {
    /// Moving a commodity between a vessel's hold and a site.
    RawTransfer {
        /// Its name in this plan.
        id: String, required;
        /// The vessel or site that gives.
        from: String, required;
        /// The vessel or site that takes.
        to: String, required;
        /// What is moved.
        commodity: String, required;
        /// How fast, at most.
        rate: Rate, required;
        /// The time before anything flows. Default: none.
        setup: Span;
        /// The smallest parcel that is worth it; moved at full rate. Default: any.
        smallest: Mass;
        /// The weather in which it may go on.
        limits: Named<Written>;
    }
}

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
        /// The time at which everything is done, as early as possible.
        Finish = "finish",
        /// Day rates and task costs, as small as possible.
        Cost = "cost",
        /// Hours after the due dates of tasks, as few as possible.
        Lateness = "lateness",
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
            wrong_type(value, "a position [degrees north, degrees east]", context);
            return None;
        };
        let latitude = f64::read(&numbers[0], context)?;
        let longitude = f64::read(&numbers[1], context)?;
        let position = Position::new(latitude, longitude);
        if position.is_none() {
            let help = if Position::new(longitude, latitude).is_some() { "latitude comes first" } else { "" };
            let message = format!(
                "[{latitude}, {longitude}] is no position: -90 to 90 degrees north, -180 to 180 east"
            );
            context.error("bad-position", value.span(), message, help);
        }
        position
    }

    fn schema() -> Value {
        json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2, "examples": [[35.02, 138.51]] })
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
        if value.get_ref().as_str().is_some_and(|text| text.trim_end().ends_with('%')) {
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
            wrong_type(value, "a pair such as [\"10 t\", 5.0]", context);
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
    ($(#[$about:meta])+ $name:ident, $per_day:literal, $example:literal) => {
        $(#[$about])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name(pub Money);

        impl Read for $name {
            fn read(value: &Spanned<DeValue<'_>>, context: &mut Context<'_>) -> Option<$name> {
                let asked = text(value, concat!("an amount in quotes, such as \"", $example, "\","), context)?;
                let money = Money::parse(asked, $per_day);
                if money.is_none() {
                    let help = concat!("write a number and the three letters of its currency: \"", $example, "\"");
                    context.error("bad-money", value.span(), format!("{asked:?} is no such amount"), help);
                }
                money.map($name)
            }

            fn schema() -> Value {
                json!({ "type": "string", "examples": [$example] })
            }
        }
    };
}

money!(
    /// What something costs each time.
    Cost, false, "20000 USD"
);
money!(
    /// What something costs per day.
    DayRate, true, "250000 USD/d"
);

impl RawPlan {
    /// The entries of a list of tables; none when the list is not there.
    pub fn entries<T>(list: &Option<Spanned<Vec<Spanned<T>>>>) -> &[Spanned<T>] {
        list.as_ref().map_or(&[], |list| list.get_ref().as_slice())
    }
}
