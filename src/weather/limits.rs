//! Operational limits: the greatest value of each channel at which something may go on.

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
}

impl Limit {
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

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, limit) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{} {}", limit.channel, limit.written)?;
        }
        Ok(())
    }
}
