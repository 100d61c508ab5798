//! Which column of a CSV file holds what: by its head, or by what the plan says of it.
//!
//! In: the header line. Out: the column of time, and for each channel its column with the factor to its base unit.
//! A unit is never guessed: a head without one, of which the plan says nothing, is a fault.

use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::id::nearest;
use crate::units::Dimension;
use crate::weather::channel::{CHANNELS, Channel, unit_of_column};
use crate::weather::read::ReadOptions;
use csv::ByteRecord;

/// Which column holds what.
pub struct Layout {
    /// The column of the times.
    pub time: usize,
    /// The columns of the channels.
    pub columns: Vec<Column>,
}

/// The column of a channel.
pub struct Column {
    /// Its place in a line.
    pub index: usize,
    /// What it holds.
    pub channel: Channel,
    /// What one of its unit is in the channel's base unit.
    pub factor: f64,
    /// The largest value that can be true, in the base unit.
    pub at_most: f64,
}

/// The heads of the columns, and what the plan says of them.
struct Heads<'o> {
    heads: Vec<String>,
    options: &'o ReadOptions,
    at: &'o Place,
}

/// Finds the time and the channels among the heads of the columns.
pub fn layout(
    header: &ByteRecord,
    options: &ReadOptions,
    at: &Place,
    found: &mut Diagnostics,
) -> Option<Layout> {
    let clean = |head: &[u8]| String::from_utf8_lossy(head).trim_matches(['\u{feff}', ' ', '"']).to_owned();
    let heads = Heads { heads: header.iter().map(clean).collect(), options, at };
    let before = found.errors();
    heads.look_for_mapped(found);
    let time = heads.time();
    if time.is_none() && heads.mapped("time").is_none() {
        let message = format!("no column of {} is recognised as the time", options.name);
        found.push(
            Diagnostic::error("weather-time-column", message)
                .at(at.clone())
                .help("call it \"time\", or say which it is: columns = { time = \"...\" }"),
        );
    }
    let custom = options.columns.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "time");
    let mut names: Vec<&str> = CHANNELS.iter().map(|kind| kind.name).collect();
    names.extend(custom.filter(|name| Channel::known(name).is_none()));
    let columns: Vec<Column> = names.into_iter().filter_map(|name| heads.column(name, found)).collect();
    if columns.is_empty() && found.errors() == before {
        let known: Vec<&str> = CHANNELS.iter().map(|kind| kind.name).collect();
        let message = format!("no column of {} is recognised as weather", options.name);
        found.push(Diagnostic::error("weather-no-channel", message).at(at.clone()).help(format!(
            "known: {}, with their units, as in hs_m;\nor say which is which: columns = {{ hs = \"...\" }}",
            known.join(", ")
        )));
    }
    (found.errors() == before).then(|| Layout { time: time.unwrap_or(0), columns })
}

impl Heads<'_> {
    fn find(&self, column: &str) -> Option<usize> {
        self.heads.iter().position(|head| head == column)
    }

    /// The column that the plan names for a channel.
    fn mapped(&self, channel: &str) -> Option<&str> {
        let mut columns = self.options.columns.iter();
        columns.find(|(name, _)| name == channel).map(|(_, column)| column.as_str())
    }

    /// Tells the columns that the plan names and the file does not have.
    fn look_for_mapped(&self, found: &mut Diagnostics) {
        for (channel, column) in self.options.columns.iter().filter(|(_, column)| self.find(column).is_none())
        {
            let help = match nearest(column, self.heads.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("columns: {}", self.heads.join(", ")),
            };
            let message = format!("there is no column {column:?} for {channel} in {}", self.options.name);
            found.push(Diagnostic::error("weather-column", message).at(self.at.clone()).help(help));
        }
    }

    /// The column of the times.
    fn time(&self) -> Option<usize> {
        const NAMES: [&str; 6] = ["time", "datetime", "date_time", "timestamp", "date", "valid_time"];
        if let Some(column) = self.mapped("time") {
            return self.find(column);
        }
        self.heads.iter().position(|head| {
            let head = head.to_lowercase();
            let is_zone = |rest: &str| matches!(rest, "" | "_utc" | " (utc)" | "[utc]");
            NAMES.iter().any(|known| head.strip_prefix(known).is_some_and(is_zone))
        })
    }

    /// The column of a channel, when the file has it.
    fn column(&self, name: &str, found: &mut Diagnostics) -> Option<Column> {
        let known = Channel::known(name);
        let index = match self.mapped(name) {
            Some(column) => self.find(column)?,
            None => {
                let columns = known?.columns;
                self.heads.iter().position(|head| columns.contains(&split_unit(head).0.as_str()))?
            }
        };
        let head = &self.heads[index];
        let said = self.options.units.iter().find(|(channel, _)| channel == name);
        let (_, written) = split_unit(head);
        let unit = said.map(|(_, unit)| unit.as_str()).or(written.as_deref());
        let fits = |(dimension, _): &(&'static Dimension, f64)| {
            known.is_none_or(|kind| std::ptr::eq(kind.dimension, *dimension))
        };
        let Some((dimension, factor)) = unit.and_then(unit_of_column).filter(fits) else {
            found.push(unknown_unit(name, head, unit, known.map(|kind| kind.dimension), self.at));
            return None;
        };
        let channel = Channel { name: name.to_owned(), dimension };
        Some(Column { index, channel, factor, at_most: known.map_or(f64::MAX, |kind| kind.at_most) })
    }
}

fn unknown_unit(
    channel: &str,
    head: &str,
    unit: Option<&str>,
    dimension: Option<&'static Dimension>,
    at: &Place,
) -> Diagnostic {
    let example = dimension.map_or("m", Dimension::base);
    let message = match (unit, dimension) {
        (None, _) => format!("the unit of column {head:?} ({channel}) is not known"),
        (Some(unit), Some(dimension)) => {
            format!("{unit:?} is no unit for {channel}, which is {}", dimension.name)
        }
        (Some(unit), None) => format!("{unit:?} is no unit that is known"),
    };
    Diagnostic::error("weather-unit", message)
        .at(at.clone())
        .help(format!("put it into the head (\"{channel}_m\", \"{channel} (m)\") or into the plan: units = {{ {channel} = \"{example}\" }}"))
}

/// Splits `hs_m`, `Hs (m)` and `wind [kn]` into the name in lower case and the unit.
fn split_unit(head: &str) -> (String, Option<String>) {
    let lower = head.trim().to_lowercase();
    if let Some((name, rest)) = lower.split_once(['(', '[']) {
        return (name.trim().to_owned(), Some(rest.trim_end_matches([')', ']']).trim().to_owned()));
    }
    match lower.rsplit_once('_') {
        Some((name, unit)) if unit_of_column(unit).is_some() => (name.to_owned(), Some(unit.to_owned())),
        _ => (lower, None),
    }
}
