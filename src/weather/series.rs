//! A weather series: samples at a regular step, each holding from its time until the next.
//!
//! In: what a reader found. Out: values by channel and time.
//! A value that is missing is NaN, which no limit admits.

use super::channel::Channel;
use crate::units::Span;
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::Range;

/// Where a series comes from, in the words that every output repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Past weather, measured or computed afterwards.
    Hindcast,
    /// A forecast.
    Forecast,
    /// Made by a generator from statistics.
    Synthetic,
}

impl Origin {
    /// The word for it in plans and outputs.
    pub fn word(self) -> &'static str {
        match self {
            Origin::Hindcast => "hindcast",
            Origin::Forecast => "forecast",
            Origin::Synthetic => "synthetic",
        }
    }

    /// The origin of that word.
    pub fn of_word(word: &str) -> Option<Origin> {
        [Origin::Hindcast, Origin::Forecast, Origin::Synthetic].into_iter().find(|o| o.word() == word)
    }
}

/// A stretch in which a channel has no value.
#[derive(Debug, Clone, PartialEq)]
pub struct Hole {
    /// The channel, by its place in the series.
    pub channel: usize,
    /// The samples that are missing.
    pub samples: Range<usize>,
}

/// Samples of one or more channels at a regular step.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The time of sample 0.
    pub start: DateTime<Utc>,
    /// The time from one sample to the next.
    pub step: Span,
    /// What is in it.
    pub channels: Vec<Channel>,
    /// For each channel its samples, in the channel's base unit; NaN where there is none.
    pub values: Vec<Vec<f64>>,
    /// Where it comes from.
    pub origin: Origin,
}

impl Series {
    /// The number of samples.
    pub fn len(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time of sample `index`.
    pub fn time(&self, index: usize) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(self.step.seconds() * index as i64)
    }

    /// The end of the last sample's hold.
    pub fn end(&self) -> DateTime<Utc> {
        self.time(self.len())
    }

    /// The place of the channel of that name.
    pub fn channel(&self, name: &str) -> Option<usize> {
        self.channels.iter().position(|channel| channel.name == name)
    }

    /// The samples that touch `[from, to)`, or nothing when part of it lies outside the series.
    pub fn samples_touching(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Range<usize>> {
        if from < self.start || to > self.end() {
            return None;
        }
        let step = self.step.seconds();
        let first = (from - self.start).num_seconds() / step;
        let past = ((to - self.start).num_seconds() as u64).div_ceil(step as u64);
        Some(first as usize..past as usize)
    }

    /// The stretches without values within `samples`.
    pub fn holes(&self, channel: usize, samples: Range<usize>) -> Vec<Hole> {
        let mut holes: Vec<Hole> = Vec::new();
        for index in samples {
            if !self.values[channel][index].is_nan() {
                continue;
            }
            match holes.last_mut() {
                Some(hole) if hole.samples.end == index => hole.samples.end = index + 1,
                _ => holes.push(Hole { channel, samples: index..index + 1 }),
            }
        }
        holes
    }

    /// Fills holes of at most `longest` by a straight line between the samples on either side.
    pub fn interpolate_holes(&mut self, longest: Span) {
        let most = (longest.seconds() / self.step.seconds()) as usize;
        for channel in 0..self.values.len() {
            for Hole { samples, .. } in self.holes(channel, 0..self.len()) {
                if samples.len() > most || samples.start == 0 || samples.end == self.len() {
                    continue;
                }
                let (before, after) =
                    (self.values[channel][samples.start - 1], self.values[channel][samples.end]);
                let pieces = (samples.len() + 1) as f64;
                for (piece, index) in samples.enumerate() {
                    self.values[channel][index] = before + (after - before) * (piece + 1) as f64 / pieces;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::LENGTH;

    fn series(values: &[f64]) -> Series {
        Series {
            start: "2026-01-01T00:00:00Z".parse().expect("a time"),
            step: Span::of_hours(1),
            channels: vec![Channel { name: "hs".to_owned(), dimension: &LENGTH }],
            values: vec![values.to_vec()],
            origin: Origin::Hindcast,
        }
    }

    #[test]
    fn a_sample_holds_until_the_next() {
        let s = series(&[1.0, 2.0, 3.0]);
        let at = |minutes| s.start + TimeDelta::minutes(minutes);
        assert_eq!(s.samples_touching(at(0), at(60)), Some(0..1));
        assert_eq!(s.samples_touching(at(30), at(90)), Some(0..2));
        assert_eq!(s.samples_touching(at(120), at(180)), Some(2..3));
        assert_eq!(s.samples_touching(at(120), at(181)), None);
        assert_eq!(s.samples_touching(at(-1), at(60)), None);
    }

    #[test]
    fn only_short_holes_between_values_are_filled() {
        let nan = f64::NAN;
        let mut s = series(&[nan, 1.0, nan, nan, 4.0, nan, nan, nan, 8.0, nan]);
        s.interpolate_holes(Span::of_hours(2));
        assert_eq!(s.values[0][1..5], [1.0, 2.0, 3.0, 4.0]);
        assert!([0, 5, 6, 7, 9].iter().all(|&i: &usize| s.values[0][i].is_nan()));
    }
}
