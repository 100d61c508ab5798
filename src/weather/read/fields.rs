//! Which field of a file holds which channel: by its name, or by what the plan says of it.
//!
//! In: the names and units of a file's columns or variables. Out: [`Pick`]s, each a channel and how its value is made of fields:
//! one of them, the length of a vector of two (eastward and northward), or the period of a frequency.
//! Not guessed: a unit. A field without one, of which the plan says nothing, is a fault, and so is one of which plan and file say different units.

use super::ReadOptions;
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::id::nearest;
use crate::units::{Dimension, TIME};
use crate::weather::channel::{CHANNELS, Channel, ChannelKind, is_hertz, unit_of_column};

/// A column or variable of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name as the file writes it.
    pub head: String,
    /// The name in lower case, without a unit.
    pub name: String,
    /// The unit, where the file says it.
    pub unit: Option<String>,
}

impl Field {
    /// A column whose head may carry its unit: `hs_m`, `Hs (m)`, `wind [kn]`.
    pub fn of_head(head: &str) -> Field {
        let (name, unit) = split_unit(head);
        Field { head: head.to_owned(), name, unit }
    }

    /// A variable whose unit is an attribute.
    pub fn of_variable(name: &str, unit: Option<String>) -> Field {
        Field { head: name.to_owned(), name: name.to_lowercase(), unit }
    }
}

/// A channel and how its value is made of fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// What it is.
    pub channel: Channel,
    /// The largest value that can be true, in the base unit.
    pub at_most: f64,
    how: How,
}

#[derive(Debug, Clone, PartialEq)]
enum How {
    /// One field, times a factor.
    Same(usize, f64),
    /// The length of the vector of two fields, each times its factor.
    Length([(usize, f64); 2]),
    /// One over a frequency.
    Period(usize),
}

impl Pick {
    /// A channel that is one field, times a factor.
    pub fn same(channel: Channel, field: usize, factor: f64) -> Pick {
        let at_most = Channel::known(&channel.name).map_or(f64::MAX, |kind| kind.at_most);
        Pick { channel, at_most, how: How::Same(field, factor) }
    }

    /// Its value in the base unit; NaN where a field that it needs has none.
    pub fn value(&self, mut raw: impl FnMut(usize) -> f64) -> f64 {
        match self.how {
            How::Same(field, factor) => raw(field) * factor,
            How::Length([(u, to_u), (v, to_v)]) => libm::hypot(raw(u) * to_u, raw(v) * to_v),
            How::Period(field) => match raw(field) {
                // A spectrum without a peak has no period.
                frequency if frequency > 0.0 => 1.0 / frequency,
                _ => f64::NAN,
            },
        }
    }

    /// The fields that it needs.
    pub fn fields(&self) -> Vec<usize> {
        match self.how {
            How::Same(field, _) | How::Period(field) => vec![field],
            How::Length([(u, _), (v, _)]) => vec![u, v],
        }
    }

    /// The field to point at when its value cannot be true.
    pub fn main_field(&self) -> usize {
        match self.how {
            How::Same(field, _) | How::Period(field) | How::Length([(field, _), _]) => field,
        }
    }
}

/// What is asked of the fields of one file.
pub struct Asked<'o> {
    /// The fields.
    pub fields: &'o [Field],
    /// What the plan says.
    pub options: &'o ReadOptions,
    /// Where faults are told.
    pub at: &'o Place,
    /// Whether a component alone may be the whole, as in tables where `u10` is the wind speed at 10 m.
    pub may_be_whole: bool,
    /// What a field is called in messages: "column" or "variable".
    pub word: &'static str,
}

impl Asked<'_> {
    /// Every channel that the fields hold; nothing when `found` got an error.
    pub fn picks(&self, found: &mut Diagnostics) -> Option<Vec<Pick>> {
        let before = found.errors();
        self.look_for_mapped(found);
        let custom =
            self.options.columns.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "time");
        let mut names: Vec<&str> = CHANNELS.iter().map(|kind| kind.name).collect();
        names.extend(custom.filter(|name| Channel::known(name).is_none()));
        let picks: Vec<Pick> = names.into_iter().filter_map(|name| self.pick(name, found)).collect();
        if picks.is_empty() && found.errors() == before {
            found.push(self.none());
        }
        (found.errors() == before).then_some(picks)
    }

    fn none(&self) -> Diagnostic {
        let known: Vec<&str> = CHANNELS.iter().map(|kind| kind.name).collect();
        let Asked { word, options, .. } = self;
        let message = format!("no {word} of {} is recognised as weather", options.name);
        let help = if self.word == "column" {
            format!(
                "known: {}, with their units, as in hs_m;\nor say which is which: columns = {{ hs = \"...\" }}",
                known.join(", ")
            )
        } else {
            let heads: Vec<&str> = self.fields.iter().take(12).map(|field| field.head.as_str()).collect();
            format!(
                "it has: {};\nsay which is which: columns = {{ hs = \"...\" }}",
                if heads.is_empty() { "nothing".to_owned() } else { heads.join(", ") }
            )
        };
        Diagnostic::error("weather-no-channel", message).at(self.at.clone()).help(help)
    }

    fn find(&self, head: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.head == head)
    }

    fn named(&self, names: &[&str]) -> Option<usize> {
        self.fields.iter().position(|field| names.contains(&field.name.as_str()))
    }

    /// The fields that the plan names for a channel: one, or two components with a comma between.
    fn mapped(&self, channel: &str) -> Option<Vec<&str>> {
        let (_, column) = self.options.columns.iter().find(|(name, _)| name == channel)?;
        match column.split_once(',') {
            Some((u, v)) if self.find(column).is_none() => Some(vec![u.trim(), v.trim()]),
            _ => Some(vec![column]),
        }
    }

    /// Tells the fields that the plan names and the file does not have.
    fn look_for_mapped(&self, found: &mut Diagnostics) {
        for (channel, _) in self.options.columns.iter().filter(|(channel, _)| channel != "time") {
            for column in self.mapped(channel).unwrap_or_default() {
                if self.find(column).is_none() {
                    found.push(self.no_such_field(channel, column));
                }
            }
        }
    }

    /// The fault that the plan names a field for `channel` that is not there.
    pub fn no_such_field(&self, channel: &str, column: &str) -> Diagnostic {
        let heads = || self.fields.iter().map(|field| field.head.as_str());
        let help = match nearest(column, heads()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("{}s: {}", self.word, heads().take(40).collect::<Vec<_>>().join(", ")),
        };
        let message = format!("there is no {} {column:?} for {channel} in {}", self.word, self.options.name);
        Diagnostic::error("weather-column", message).at(self.at.clone()).help(help)
    }

    /// The channel of that name, when the file has it.
    fn pick(&self, name: &str, found: &mut Diagnostics) -> Option<Pick> {
        let known = Channel::known(name);
        let at_most = known.map_or(f64::MAX, |kind| kind.at_most);
        let (dimension, how) = match self.mapped(name) {
            Some(columns) => {
                let places: Vec<usize> = columns.iter().filter_map(|column| self.find(column)).collect();
                match (places.as_slice(), columns.len()) {
                    (&[u, v], 2) => self.length(name, known, u, v, found)?,
                    (&[field], 1) => self.one(name, known, field, found)?,
                    _ => return None,
                }
            }
            None => self.recognise(name, known?, found)?,
        };
        Some(Pick { channel: Channel { name: name.to_owned(), dimension }, at_most, how })
    }

    /// A known channel by the usual names of its field or fields.
    fn recognise(
        &self,
        name: &str,
        kind: &'static ChannelKind,
        found: &mut Diagnostics,
    ) -> Option<(&'static Dimension, How)> {
        for (u, v) in kind.components {
            if let (Some(u), Some(v)) = (self.named(&[u]), self.named(&[v])) {
                return self.length(name, Some(kind), u, v, found);
            }
        }
        let is_component = |field: &str| kind.components.iter().any(|(u, v)| field == *u || field == *v);
        let whole: Vec<&str> =
            kind.columns.iter().copied().filter(|name| self.may_be_whole || !is_component(name)).collect();
        if let Some(field) = self.named(&whole) {
            return self.one(name, Some(kind), field, found);
        }
        let field = self.named(kind.frequencies)?;
        self.one(name, Some(kind), field, found)
    }

    fn length(
        &self,
        name: &str,
        known: Option<&'static ChannelKind>,
        u: usize,
        v: usize,
        found: &mut Diagnostics,
    ) -> Option<(&'static Dimension, How)> {
        let (dimension, to_u) = self.unit(name, known, u, found)?;
        let (_, to_v) = self.unit(name, known, v, found)?;
        Some((dimension, How::Length([(u, to_u), (v, to_v)])))
    }

    fn one(
        &self,
        name: &str,
        known: Option<&'static ChannelKind>,
        field: usize,
        found: &mut Diagnostics,
    ) -> Option<(&'static Dimension, How)> {
        let is_time = known.is_some_and(|kind| std::ptr::eq(kind.dimension, &TIME));
        if is_time && self.written_unit(name, field).is_some_and(is_hertz) {
            self.tell_apart(name, &TIME, field, found);
            return Some((&TIME, How::Period(field)));
        }
        let (dimension, factor) = self.unit(name, known, field, found)?;
        Some((dimension, How::Same(field, factor)))
    }

    fn written_unit(&self, channel: &str, field: usize) -> Option<&str> {
        let said = self.options.units.iter().find(|(name, _)| name == channel);
        said.map(|(_, unit)| unit.as_str()).or(self.fields[field].unit.as_deref())
    }

    fn unit(
        &self,
        name: &str,
        known: Option<&'static ChannelKind>,
        field: usize,
        found: &mut Diagnostics,
    ) -> Option<(&'static Dimension, f64)> {
        let unit = self.written_unit(name, field);
        let fits = |(dimension, _): &(&'static Dimension, f64)| {
            known.is_none_or(|kind| std::ptr::eq(kind.dimension, *dimension))
        };
        let read = unit.and_then(unit_of_column).filter(fits);
        match read {
            Some((dimension, _)) => self.tell_apart(name, dimension, field, found),
            None => found.push(self.unknown_unit(name, field, unit, known.map(|kind| kind.dimension))),
        }
        read
    }

    /// Tells that the plan and the file say units of a field that are not the same. What the file writes and is no unit of that channel at all, such as
    /// the last letter of `swell_h`, says nothing.
    fn tell_apart(
        &self,
        channel: &str,
        dimension: &'static Dimension,
        field: usize,
        found: &mut Diagnostics,
    ) {
        let said = self.options.units.iter().find(|(name, _)| name == channel).map(|(_, unit)| unit.as_str());
        let (Some(said), Some(written)) = (said, self.fields[field].unit.as_deref()) else { return };
        let is_same = match (is_hertz(said), is_hertz(written)) {
            (false, false) => {
                let fitting = unit_of_column(written).filter(|(of_it, _)| std::ptr::eq(*of_it, dimension));
                fitting.is_none_or(|written| unit_of_column(said).is_some_and(|said| said.1 == written.1))
            }
            // A frequency is no period, and is told apart only where a period is asked for.
            (said, written) => said == written || !std::ptr::eq(dimension, &TIME),
        };
        if is_same {
            return;
        }
        let (word, head, file) = (self.word, &self.fields[field].head, &self.options.name);
        let message = format!(
            "the plan says that {word} {head:?} ({channel}) of {file} is in {said:?}, and the file says {written:?}"
        );
        let remedy = match self.word {
            "column" => format!("leave {channel} out of units, or correct the head, whichever is wrong"),
            _ => format!("leave {channel} out of units, or correct the file, whichever is wrong"),
        };
        found.push(Diagnostic::error("weather-units-differ", message).at(self.at.clone()).help(remedy));
    }

    fn unknown_unit(
        &self,
        channel: &str,
        field: usize,
        unit: Option<&str>,
        dimension: Option<&'static Dimension>,
    ) -> Diagnostic {
        let head = &self.fields[field].head;
        let example = dimension.map_or("m", Dimension::base);
        let message = match (unit, dimension) {
            (None, _) => format!("the unit of {} {head:?} ({channel}) is not known", self.word),
            (Some(unit), Some(dimension)) => {
                format!("{unit:?} is no unit for {channel}, which is {}", dimension.name)
            }
            (Some(unit), None) => format!("{unit:?} is no unit that is known"),
        };
        let help = if self.word == "column" {
            format!(
                "put it into the head (\"{channel}_m\", \"{channel} (m)\") or into the plan: units = {{ {channel} = \"{example}\" }}"
            )
        } else {
            format!("say it in the plan: units = {{ {channel} = \"{example}\" }}")
        };
        Diagnostic::error("weather-unit", message).at(self.at.clone()).help(help)
    }
}

/// Splits `hs_m`, `Hs (m)` and `wind [kn]` into the name in lower case and the unit.
fn split_unit(head: &str) -> (String, Option<String>) {
    let lower = head.trim().to_lowercase();
    if let Some((name, rest)) = lower.split_once(['(', '[']) {
        return (name.trim().to_owned(), Some(rest.trim_end_matches([')', ']']).trim().to_owned()));
    }
    match lower.rsplit_once('_') {
        Some((name, unit)) if unit_of_column(unit).is_some() || unit == "hz" => {
            (name.to_owned(), Some(unit.to_owned()))
        }
        _ => (lower, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picks(
        fields: &[Field],
        columns: &[(&str, &str)],
        may_be_whole: bool,
    ) -> (Option<Vec<Pick>>, Diagnostics) {
        let columns = columns.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let options = ReadOptions { columns, ..ReadOptions::named("w") };
        let mut found = Diagnostics::default();
        let asked =
            Asked { fields, options: &options, at: &Place::file("w"), may_be_whole, word: "variable" };
        (asked.picks(&mut found), found)
    }

    #[test]
    fn components_make_a_speed_and_a_frequency_a_period() {
        let unit = |unit: &str| Some(unit.to_owned());
        let fields = [
            Field::of_variable("fp", unit("s-1")),
            Field::of_variable("u10", unit("m s**-1")),
            Field::of_variable("v10", unit("m s**-1")),
            Field::of_variable("vcur", unit("cm/s")),
            Field::of_variable("ucur", unit("cm/s")),
        ];
        let picks = picks(&fields, &[], false).0.expect("picks");
        let raw = [0.1, 3.0, -4.0, 30.0, 40.0];
        let values: Vec<(&str, f64)> =
            picks.iter().map(|pick| (pick.channel.name.as_str(), pick.value(|field| raw[field]))).collect();
        assert_eq!(values, [("tp", 10.0), ("wind", 5.0), ("current", 0.5)]);
        assert!(picks[0].value(|_| 0.0).is_nan());
    }

    #[test]
    fn one_component_of_a_grid_is_no_speed() {
        let fields = [Field::of_variable("u10", Some("m/s".to_owned()))];
        let (none, found) = picks(&fields, &[], false);
        assert!(none.is_none());
        assert_eq!(found.iter().next().map(|d| d.slug), Some("weather-no-channel"));
        assert_eq!(picks(&fields, &[], true).0.map(|picks| picks.len()), Some(1));
    }

    #[test]
    fn a_unit_that_the_plan_says_must_be_that_of_the_file() {
        let differ = |field: &Field, channel: &str, unit: &str| {
            let columns = vec![(channel.to_owned(), field.head.clone())];
            let units = vec![(channel.to_owned(), unit.to_owned())];
            let options = ReadOptions { columns, units, ..ReadOptions::named("w") };
            let (fields, at, mut found) =
                (std::slice::from_ref(field), Place::file("w"), Diagnostics::default());
            let asked = Asked { fields, options: &options, at: &at, may_be_whole: true, word: "column" };
            let picks = asked.picks(&mut found);
            let slugs: Vec<&str> = found.iter().map(|d| d.slug).collect();
            assert_eq!(picks.is_none(), !slugs.is_empty());
            slugs == ["weather-units-differ"]
        };
        let variable = |unit: &str| Field::of_variable("field", Some(unit.to_owned()));
        for (field, channel, unit) in [
            (Field::of_head("hs_m"), "hs", "ft"),
            (Field::of_head("Hs [m]"), "hs", "cm"),
            (variable("m s**-1"), "wind", "kn"),
            (variable("Hz"), "tp", "s"),
            (variable("s"), "tp", "Hz"),
            (Field::of_head("own_m"), "own", "ft"),
        ] {
            assert!(differ(&field, channel, unit), "{field:?} {unit}");
        }
        for (field, channel, unit) in [
            (Field::of_head("hs_m"), "hs", "m"),
            (Field::of_head("swell_h"), "hs", "m"),
            (variable("m s**-1"), "wind", "m/s"),
            (variable("meter of old"), "hs", "ft"),
            (variable("s**-1"), "tp", "Hz"),
        ] {
            assert!(!differ(&field, channel, unit), "{field:?} {unit}");
        }
    }

    #[test]
    fn the_plan_may_name_two_components() {
        let fields = [Field::of_head("east_ms"), Field::of_head("north [kn]")];
        let picks = picks(&fields, &[("current", "east_ms, north [kn]")], true).0.expect("picks");
        assert_eq!(picks[0].value(|field| [3.0, 0.0][field]), 3.0);
        assert_eq!(picks[0].fields(), [0, 1]);
    }
}
