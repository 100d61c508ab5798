//! Quantities with units: `"2.5 m"`, `"350 t/d"`, `"10 kn"`, `"1 d 12 h"`, `"50 %"`, `"5000 ppm"`.
//!
//! In: text with a number and a unit. Out: newtypes that cannot be mixed up, each kept in one base unit.
//! Not a calculator: `"2+2 m"` is refused, and so is a bare number.
//! The units of each [`Dimension`] stand in one table; the parser, the error messages and the JSON Schema are all made from it.

mod money;

pub use money::{Money, money_fault};
use std::fmt;

/// A unit and what one of it is in the base unit of its dimension.
type Unit = (&'static str, f64);

/// What a quantity measures, and the units it may be written in.
#[derive(Debug, PartialEq)]
pub struct Dimension {
    /// As said in messages: "a speed".
    pub name: &'static str,
    /// The units, the base unit (factor 1) among them.
    pub units: &'static [Unit],
    /// A quantity of this dimension as it may be written.
    pub example: &'static str,
}

/// Metres.
pub static LENGTH: Dimension = Dimension {
    name: "a length",
    units: &[("m", 1.0), ("cm", 0.01), ("km", 1000.0), ("NM", 1852.0), ("nm", 1852.0), ("ft", 0.3048)],
    example: "2.5 m",
};
/// Metres per second.
pub static SPEED: Dimension = Dimension {
    name: "a speed",
    units: &[("m/s", 1.0), ("kn", 1852.0 / 3600.0), ("km/h", 1.0 / 3.6), ("cm/s", 0.01)],
    example: "10 kn",
};
/// Seconds.
pub static TIME: Dimension = Dimension {
    name: "a duration",
    units: &[
        ("h", 3600.0),
        ("d", 86_400.0),
        ("min", 60.0),
        ("s", 1.0),
        ("week", 604_800.0),
        ("weeks", 604_800.0),
    ],
    example: "36 h",
};
/// Tonnes.
pub static MASS: Dimension =
    Dimension { name: "a mass", units: &[("t", 1.0), ("kg", 0.001), ("kt", 1000.0)], example: "400 t" };
/// Tonnes per hour.
pub static RATE: Dimension = Dimension {
    name: "a rate",
    units: &[("t/h", 1.0), ("t/d", 1.0 / 24.0), ("kg/h", 0.001), ("t/week", 1.0 / 168.0)],
    example: "350 t/d",
};
/// Cubic metres per tonne.
pub static DOSE: Dimension = Dimension {
    name: "an amount for each tonne",
    units: &[("m3/t", 1.0), ("L/t", 0.001)],
    example: "3 m3/t",
};
/// Cubic metres per hour.
pub static FLOW: Dimension = Dimension {
    name: "a flow",
    units: &[("m3/h", 1.0), ("m3/d", 1.0 / 24.0), ("L/s", 3.6)],
    example: "500 m3/d",
};
/// Parts of one.
pub static SHARE: Dimension =
    Dimension { name: "a share", units: &[("%", 0.01), ("ppm", 1e-6)], example: "10 %" };
/// Degrees.
pub static ANGLE: Dimension =
    Dimension { name: "an angle", units: &[("deg", 1.0), ("°", 1.0)], example: "45 deg" };

impl Dimension {
    /// Reads one quantity of this dimension, in the base unit.
    ///
    /// # Errors
    /// [`QuantityError`], when there is no number, no unit, an unknown unit, or a number that is too large.
    pub fn parse(&'static self, text: &str) -> Result<f64, QuantityError> {
        if self.units.iter().any(|(symbol, _)| symbol.contains(|c: char| c.is_ascii_digit())) {
            return self.parse_one(text);
        }
        let parts = parts(text).map_err(|fault| self.error(text, fault))?;
        match parts[..] {
            [(number, unit)] => self.value(text, number, unit),
            _ => Err(self.error(text, Fault::SeveralParts)),
        }
    }

    /// A number and a unit in which there may be digits.
    fn parse_one(&'static self, text: &str) -> Result<f64, QuantityError> {
        let (number, unit) = text.trim().split_at(number_length(text.trim()));
        let number: f64 = number.parse().map_err(|_| self.error(text, Fault::NoNumber))?;
        self.value(text, number, unit.trim())
    }

    fn value(&'static self, text: &str, number: f64, unit: &str) -> Result<f64, QuantityError> {
        if unit.is_empty() {
            return Err(self.error(text, Fault::NoUnit));
        }
        let factor =
            self.factor(unit).ok_or_else(|| self.error(text, Fault::UnknownUnit(unit.to_owned())))?;
        let value = number * factor;
        if value.abs() <= self.most() { Ok(value) } else { Err(self.error(text, Fault::TooLarge)) }
    }

    /// The most that can be written, in the base unit: of durations a thousand years, so that no sum of them and dates can leave the calendar; of
    /// all else what is far beyond any plan, since a solver cannot tell tonnes beside such numbers.
    fn most(&self) -> f64 {
        if std::ptr::eq(self, &TIME) { 3.2e10 } else { 1e9 }
    }

    /// What one `unit` is in the base unit, when this dimension has that unit.
    pub fn factor(&self, unit: &str) -> Option<f64> {
        self.units.iter().find(|(symbol, _)| *symbol == unit).map(|(_, factor)| *factor)
    }

    /// The base unit; the first where none has the factor 1.
    pub fn base(&self) -> &'static str {
        self.units.iter().find(|(_, factor)| *factor == 1.0).map_or(self.units[0].0, |(symbol, _)| symbol)
    }

    /// The units as they may be written, for messages: `m, cm, km`.
    pub fn unit_list(&self) -> String {
        self.units.iter().map(|(symbol, _)| *symbol).collect::<Vec<_>>().join(", ")
    }

    /// A regular expression that every quantity of this dimension matches, for the JSON Schema.
    pub fn pattern(&self) -> String {
        let units: Vec<&str> = self.units.iter().map(|(symbol, _)| *symbol).collect();
        let one = format!(r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?\s*({})", units.join("|"));
        if std::ptr::eq(self, &TIME) { format!(r"^\s*({one}\s*)+$") } else { format!(r"^\s*{one}\s*$") }
    }

    /// What to write in place of a number without a unit.
    pub fn with_unit(&self, number: &str) -> String {
        let unit = self.example.rsplit(' ').next().unwrap_or_default();
        if !std::ptr::eq(self, &SHARE) {
            let others = self.unit_list();
            return format!("write \"{number} {unit}\" if that is the unit; others: {others}");
        }
        match number.parse::<f64>() {
            // Who writes a number below one has a part of the whole in mind.
            Ok(part) if part > 0.0 && part <= 1.0 => {
                let percent = (part * 1e11).round() / 1e9;
                let units = self.unit_list();
                format!("write \"{percent} %\" if that part of the whole is meant; units of a share: {units}")
            }
            _ => format!("write \"{number} %\" or \"{number} ppm\", whichever is meant"),
        }
    }

    fn error(&'static self, text: &str, fault: Fault) -> QuantityError {
        // A unit of something else says more than that it is none of this.
        let unit = text.trim()[number_length(text.trim())..].trim();
        let fault = match (fault, measured_in(unit)) {
            (Fault::UnknownUnit(_) | Fault::SeveralParts, Some(what)) => {
                Fault::OtherUnit(unit.to_owned(), what)
            }
            (fault, _) => fault,
        };
        QuantityError { text: text.to_owned(), dimension: self, fault }
    }
}

/// Every dimension that a plan knows.
static DIMENSIONS: [&Dimension; 9] = [&LENGTH, &SPEED, &TIME, &MASS, &RATE, &DOSE, &FLOW, &SHARE, &ANGLE];
/// Units of volumes, which no plan is written in but as a flow or for each tonne.
const VOLUMES: [&str; 6] = ["m3", "m³", "L", "l", "bbl", "ft3"];

/// What a unit measures, as messages say it: "a volume"; nothing where no dimension has it.
fn measured_in(unit: &str) -> Option<&'static str> {
    let of_it = DIMENSIONS.iter().find(|dimension| dimension.factor(unit).is_some());
    of_it.map(|dimension| dimension.name).or_else(|| VOLUMES.contains(&unit).then_some("a volume"))
}

/// Splits `"1 d 12 h"` into numbers and the units behind them.
fn parts(text: &str) -> Result<Vec<(f64, &str)>, Fault> {
    let mut rest = text.trim();
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let number_end = number_length(rest);
        let number: f64 = rest[..number_end].parse().map_err(|_| Fault::NoNumber)?;
        let after = rest[number_end..].trim_start();
        let unit_end = after.find(|c: char| c.is_whitespace() || c.is_ascii_digit()).unwrap_or(after.len());
        parts.push((number, &after[..unit_end]));
        rest = after[unit_end..].trim_start();
    }
    if parts.is_empty() { Err(Fault::NoNumber) } else { Ok(parts) }
}

/// How many bytes at the start of `text` make a decimal number.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits_from = |mut at: usize| {
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        at
    };
    let mut end = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    end = digits_from(end);
    if bytes.get(end) == Some(&b'.') {
        end = digits_from(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent_end = digits_from(end + 1 + sign);
        if exponent_end > end + 1 + sign {
            end = exponent_end;
        }
    }
    end
}

/// Why a text is no quantity.
#[derive(Debug, Clone, PartialEq)]
enum Fault {
    NoNumber,
    NoUnit,
    UnknownUnit(String),
    /// A unit of something else, and of what.
    OtherUnit(String, &'static str),
    /// Larger than anything that is planned, or no finite number.
    TooLarge,
    SeveralParts,
    NotWholeSeconds,
}

/// A text that is no quantity of the dimension asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantityError {
    text: String,
    dimension: &'static Dimension,
    fault: Fault,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let QuantityError { text, dimension, fault } = self;
        match fault {
            Fault::NoNumber => {
                write!(f, "{text:?} is not {}: it does not begin with a number", dimension.name)
            }
            Fault::NoUnit => write!(f, "{text:?} has no unit"),
            Fault::UnknownUnit(unit) => {
                write!(f, "{unit:?} is not a unit of {}", without_article(dimension.name))
            }
            Fault::OtherUnit(unit, what) => {
                write!(
                    f,
                    "{text:?} is not {}: {unit:?} is a unit of {}",
                    dimension.name,
                    without_article(what)
                )
            }
            Fault::TooLarge => write!(f, "{text:?} is too large a number"),
            Fault::SeveralParts => write!(f, "{text:?} has more than one part"),
            Fault::NotWholeSeconds => write!(f, "{text:?} is not a whole number of seconds"),
        }
    }
}

/// "a speed" without its article.
fn without_article(name: &str) -> &str {
    &name[name.find(' ').map_or(0, |at| at + 1)..]
}

impl std::error::Error for QuantityError {}

impl QuantityError {
    /// What to write instead.
    pub fn remedy(&self) -> String {
        let Dimension { units, example, .. } = self.dimension;
        match &self.fault {
            Fault::UnknownUnit(unit) => {
                match units.iter().find(|(symbol, _)| symbol.eq_ignore_ascii_case(unit)) {
                    Some((symbol, _)) => format!("write {symbol:?} (capitals matter)"),
                    None => format!("units of {}: {}", self.dimension.name, self.dimension.unit_list()),
                }
            }
            Fault::OtherUnit(unit, "a volume") if std::ptr::eq(self.dimension, &MASS) => {
                // Of what is lifted nobody knows the density but who writes the plan.
                const SAY: f64 = 1.2;
                let number = self.text.trim().trim_end_matches(unit.as_str()).trim();
                let weighs = match (number.parse::<f64>(), unit.as_str()) {
                    (Ok(volume), "m3" | "m³") => {
                        format!(": at {SAY} t/m3, say, that is \"{} t\"", figures(volume * SAY))
                    }
                    _ => String::new(),
                };
                format!("write what it weighs{weighs}; units of a mass: {}", self.dimension.unit_list())
            }
            Fault::OtherUnit(..) => {
                format!(
                    "units of {}: {}; such as \"{example}\"",
                    self.dimension.name,
                    self.dimension.unit_list()
                )
            }
            Fault::NoUnit => self.dimension.with_unit(self.text.trim()),
            Fault::TooLarge => {
                let (base, most) = (self.dimension.base(), self.dimension.most());
                format!("write no more than {most:e} {base}, such as \"{example}\"")
            }
            _ => format!("write a number and a unit, such as \"{example}\""),
        }
    }
}

/// A quantity that a plan can hold: read from text with a unit, kept in one base unit.
pub trait Quantity: Sized + Copy + fmt::Display {
    /// What it measures.
    const DIMENSION: &'static Dimension;
    /// Reads it from text with a unit.
    ///
    /// # Errors
    /// [`QuantityError`], with the remedy.
    fn parse(text: &str) -> Result<Self, QuantityError>;
    /// The number in the base unit.
    fn in_base(self) -> f64;
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $dimension:ident, $of:ident, $to:ident, $base:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(f64);

        impl $name {
            #[doc = concat!("From a number of ", $base, ".")]
            pub const fn $of(number: f64) -> $name {
                $name(number)
            }
            #[doc = concat!("The number of ", $base, ".")]
            pub const fn $to(self) -> f64 {
                self.0
            }
        }
        impl Quantity for $name {
            const DIMENSION: &'static Dimension = &$dimension;
            fn parse(text: &str) -> Result<$name, QuantityError> {
                $dimension.parse(text).map($name)
            }
            fn in_base(self) -> f64 {
                self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let unit = $dimension.base();
                write!(f, "{} {unit}", self.0 / $dimension.factor(unit).unwrap_or(1.0))
            }
        }
    };
}

quantity!(/// A length, a depth, a height or a distance.
    Length, LENGTH, of_metres, metres, "metres");
quantity!(/// A speed over ground or through water, of wind or of a current.
    Speed, SPEED, of_metres_per_second, metres_per_second, "metres per second");
quantity!(/// A mass; of mud, wet tonnes unless said otherwise.
    Mass, MASS, of_tonnes, tonnes, "tonnes");
quantity!(/// A mass per time.
    Rate, RATE, of_tonnes_per_hour, tonnes_per_hour, "tonnes per hour");
quantity!(/// A volume for each tonne.
    Dose, DOSE, of_cubic_metres_per_tonne, cubic_metres_per_tonne, "cubic metres per tonne");
quantity!(/// A volume per time.
    Flow, FLOW, of_cubic_metres_per_hour, cubic_metres_per_hour, "cubic metres per hour");
quantity!(/// A part of one.
    Share, SHARE, of_one, of_whole, "ones");

/// A duration in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span(i64);

impl Span {
    /// From a number of seconds.
    pub const fn of_seconds(seconds: i64) -> Span {
        Span(seconds)
    }

    /// From a number of hours.
    pub const fn of_hours(hours: i64) -> Span {
        Span(hours * 3600)
    }

    /// The number of seconds.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The number of hours, with its fraction.
    pub fn hours(self) -> f64 {
        self.0 as f64 / 3600.0
    }
}

impl Quantity for Span {
    const DIMENSION: &'static Dimension = &TIME;

    fn parse(text: &str) -> Result<Span, QuantityError> {
        let mut seconds = 0.0;
        for (number, unit) in parts(text).map_err(|fault| TIME.error(text, fault))? {
            seconds += TIME.value(text, number, unit)?;
        }
        if seconds.abs() > TIME.most() {
            return Err(TIME.error(text, Fault::TooLarge));
        }
        if (seconds - seconds.round()).abs() > 1e-6 {
            return Err(TIME.error(text, Fault::NotWholeSeconds));
        }
        Ok(Span(seconds.round() as i64))
    }

    fn in_base(self) -> f64 {
        self.0 as f64
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span(seconds) = *self;
        if seconds % 3600 == 0 {
            write!(f, "{} h", seconds / 3600)
        } else if seconds % 60 == 0 {
            write!(f, "{} min", seconds / 60)
        } else {
            write!(f, "{seconds} s")
        }
    }
}

/// A number as messages tell it: three figures of what is less than ten, and no more than whole numbers of what is more.
pub fn figures(number: f64) -> String {
    if number == 0.0 || !number.is_finite() || number.abs() >= 9.95 {
        return format!("{number:.0}");
    }
    let decimals = (2 - number.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests;
