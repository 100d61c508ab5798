//! Operational limits: the greatest value of each channel at which something may go on.

use super::alpha::Alpha;
use super::series::Series;
use crate::id::nearest;
use crate::units::Dimension;
use std::fmt;

/// The greatest value of one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The channel's name.
    pub channel: String,
    /// What the channel measures.
    pub dimension: &'static Dimension,
    /// The greatest value allowed, in the base unit. The limit is closed: this value itself is allowed.
    pub at_most: f64,
    /// The limit as the plan writes it, such as `2.5 m`.
    pub written: String,
    /// Where it is a forecast limit (OP_WF): what it was made of.
    pub alpha: Option<Alpha>,
}

impl Limit {
    /// The limit in words: as it is written, and where it is a forecast limit how it came about: `2.5 m x 0.745 = 1.86 m`.
    pub fn words(&self) -> String {
        let Some(Alpha { factor, .. }) = self.alpha else { return self.written.clone() };
        let rounded = |number: f64| (number * 1000.0).round() / 1000.0;
        format!(
            "{} x {} = {} {}",
            self.written,
            rounded(factor),
            rounded(self.at_most),
            self.dimension.base()
        )
    }

    /// Whether `value` is within it. What is not a number is not.
    pub fn admits(&self, value: f64) -> bool {
        value <= self.at_most
    }
}

/// Limits on several channels at once; none at all admits anything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits(pub Vec<Limit>);

impl Limits {
    /// Whether there is no limit.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Limit> {
        self.0.iter()
    }

    /// Reads limits on one line, `hs 2.5 m, wind 12 m/s`, on channels that `series` has.
    ///
    /// # Errors
    /// In words, with the remedy: a channel that the series lacks or that stands twice, or a value that is no quantity of it.
    pub fn parse(text: &str, series: &Series) -> Result<Limits, String> {
        let mut limits: Vec<Limit> = Vec::new();
        for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            let limit = one(part, series)?;
            if limits.iter().any(|known| known.channel == limit.channel) {
                return Err(format!("{:?} is limited twice in {text:?}", limit.channel));
            }
            limits.push(limit);
        }
        if limits.is_empty() {
            return Err(format!(
                "{text:?} limits nothing; write a channel and its greatest value: \"hs 2.5 m\""
            ));
        }
        Ok(Limits(limits))
    }

    /// These limits and those of `others` together: of two on the same channel the tighter one.
    pub fn and(&self, others: &Limits) -> Limits {
        let mut limits: Vec<Limit> = Vec::new();
        for limit in self.0.iter().chain(&others.0) {
            match limits.iter_mut().find(|known| known.channel == limit.channel) {
                Some(known) if known.at_most <= limit.at_most => {}
                Some(known) => *known = limit.clone(),
                None => limits.push(limit.clone()),
            }
        }
        Limits(limits)
    }
}

/// One limit, such as `hs 2.5 m`, `hs <= 2.5 m` or `hs = 2.5 m`.
fn one(text: &str, series: &Series) -> Result<Limit, String> {
    let end = text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(text.len());
    let (channel, rest) = text.split_at(end);
    let written = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '<' | ':'));
    let known: Vec<&str> = series.channels.iter().map(|channel| channel.name.as_str()).collect();
    let Some(place) = series.channel(channel) else {
        let help = match nearest(channel, known.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("it has {}", known.join(", ")),
        };
        return Err(format!("the weather has no channel {channel:?}; {help}"));
    };
    let dimension = series.channels[place].dimension;
    match dimension.parse(written) {
        Err(fault) => Err(format!("the limit of {channel}: {fault}; {}", fault.remedy())),
        Ok(at_most) if at_most < 0.0 => Err(format!("the limit of {channel} cannot be negative")),
        Ok(at_most) => Ok(Limit {
            channel: channel.to_owned(),
            dimension,
            at_most,
            written: written.to_owned(),
            alpha: None,
        }),
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, limit) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{} {}", limit.channel, limit.words())?;
        }
        Ok(())
    }
}
