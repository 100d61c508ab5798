//! From times and values, in whatever order of formats, to a regular series: the one rule of steps, holes and bad values.
//!
//! In: one value a channel for each time, NaN where there is none. Out: a [`Reading`], or the faults of it.
//! The step is the shortest time from one row to the next; every other one must be a multiple of it.

use super::{FoundHole, MOST_FAULTS, MOST_HOLES, MOST_SAMPLES, ReadOptions, Reading};
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::units::Span;
use crate::weather::channel::Channel;
use crate::weather::series::{Origin, Series};
use chrono::{DateTime, SecondsFormat, Utc};

/// Rows of weather, as a file holds them.
pub struct Rows {
    /// The channels, each with the largest value that can be true, in the base unit.
    pub channels: Vec<(Channel, f64)>,
    /// The time of each row, in seconds since 1970.
    pub times: Vec<i64>,
    /// For each channel its value in each row.
    pub values: Vec<Vec<f64>>,
    /// Where it comes from, when the plan does not say.
    pub origin: Origin,
}

/// Samples that a file may make for each of its rows: a file with more holes than this has a time that is wrong.
const MOST_STRETCH: usize = 1000;

/// A time as messages show it.
pub fn shown(seconds: i64) -> String {
    DateTime::<Utc>::from_timestamp(seconds, 0).map_or_else(
        || format!("{seconds} s since 1970"),
        |time| time.to_rfc3339_opts(SecondsFormat::Secs, true),
    )
}

impl Rows {
    /// Makes the series; `at` is the place of a row.
    pub fn assemble(
        mut self,
        options: &ReadOptions,
        at: &dyn Fn(usize) -> Place,
        found: &mut Diagnostics,
    ) -> Option<Reading> {
        let before = found.errors();
        let step = self.step(options, at, found)?;
        self.judge_values(options, at, found);
        if found.errors() > before {
            return None;
        }
        let (first, last) = (self.times[0], *self.times.last()?);
        let total = ((last - first) / step) as usize + 1;
        if total > MOST_SAMPLES || total > self.times.len().saturating_mul(MOST_STRETCH) + 100_000 {
            let message = format!(
                "{} holds {} times, and at a step of {} would have {total} samples",
                options.name,
                self.times.len(),
                Span::of_seconds(step)
            );
            found.push(
                Diagnostic::error("weather-too-long", message)
                    .at(at(self.times.len() - 1))
                    .help("is the year right? otherwise cut the series to the years that are needed"),
            );
            return None;
        }
        let Some(start) = DateTime::from_timestamp(first, 0) else {
            found.push(bad_time(first, options));
            return None;
        };
        let mut values = vec![vec![f64::NAN; total]; self.channels.len()];
        for (row, time) in self.times.iter().enumerate() {
            let sample = ((time - first) / step) as usize;
            for (channel, into) in values.iter_mut().enumerate() {
                into[sample] = self.values[channel][row];
            }
        }
        let holes = self.holes(first, step, at);
        let channels = self.channels.into_iter().map(|(channel, _)| channel).collect();
        let origin = options.origin.unwrap_or(self.origin);
        Some(Reading {
            series: Series { start, step: Span::of_seconds(step), channels, values, origin },
            holes,
        })
    }

    /// The step; nothing when the times do not follow one.
    fn step(
        &self,
        options: &ReadOptions,
        at: &dyn Fn(usize) -> Place,
        found: &mut Diagnostics,
    ) -> Option<i64> {
        if self.times.len() < 2 {
            found.push(
                Diagnostic::error("weather-empty", format!("{} holds fewer than two times", options.name))
                    .at(Place::file(&options.name))
                    .help("a series needs two times at least, so that its step is known"),
            );
            return None;
        }
        let mut faults = Faults::default();
        for (row, pair) in self.times.windows(2).enumerate() {
            let time = shown(pair[1]);
            if pair[1] == pair[0] {
                faults.tell(found, || {
                    Diagnostic::error("weather-duplicate-time", format!("{time} is there twice"))
                        .at(at(row + 1))
                        .help("leave one of the two out")
                });
            } else if pair[1] < pair[0] {
                faults.tell(found, || {
                    let message = format!("{time} stands after {}", shown(pair[0]));
                    Diagnostic::error("weather-unsorted", message)
                        .at(at(row + 1))
                        .help("sort the file by time")
                });
            }
        }
        if faults.count == 0 {
            let step = self.times.windows(2).map(|pair| pair[1] - pair[0]).min()?;
            for (row, pair) in self.times.windows(2).enumerate() {
                let seconds = pair[1] - pair[0];
                if seconds % step != 0 {
                    faults.tell(found, || {
                        let message = format!(
                            "{} is {} after the time before it, and the step of the series is {}",
                            shown(pair[1]),
                            Span::of_seconds(seconds),
                            Span::of_seconds(step)
                        );
                        Diagnostic::error("weather-irregular", message).at(at(row + 1)).help(
                            "a series needs one step throughout: put the times on it, or leave this one out",
                        )
                    });
                }
            }
            if faults.count == 0 {
                return Some(step);
            }
        }
        faults.tell_rest(options, found);
        None
    }

    /// Tells values that cannot be true; when the reading is lenient they become holes.
    fn judge_values(&mut self, options: &ReadOptions, at: &dyn Fn(usize) -> Place, found: &mut Diagnostics) {
        let mut faults = Faults::default();
        for ((channel, at_most), values) in self.channels.iter().zip(&mut self.values) {
            for (row, value) in values.iter_mut().enumerate() {
                if (*value < 0.0 || *value > *at_most) && !value.is_nan() {
                    let (bad, time) = (*value, self.times[row]);
                    faults.tell(found, || {
                        out_of_range(&channel.name, bad, *at_most, channel.dimension.base(), options)
                            .at(at(row))
                            .label(format!("at {}", shown(time)))
                    });
                    *value = f64::NAN;
                }
            }
        }
        faults.tell_rest(options, found);
    }

    /// Where values or whole rows are missing, in order of time.
    fn holes(&self, first: i64, step: i64, at: &dyn Fn(usize) -> Place) -> Vec<FoundHole> {
        let mut holes = Vec::new();
        let mut open: Vec<Option<usize>> = vec![None; self.channels.len()];
        let mut before: Option<usize> = None;
        for (row, time) in self.times.iter().enumerate() {
            let sample = ((time - first) / step) as usize;
            let past = before.map_or(0, |before| before + 1);
            if sample > past && holes.len() < MOST_HOLES {
                holes.push(FoundHole { channel: None, samples: past..sample, place: at(row) });
            }
            for (channel, open) in open.iter_mut().enumerate() {
                if !self.values[channel][row].is_nan() {
                    *open = None;
                    continue;
                }
                match *open {
                    Some(hole) if sample == past => {
                        let hole: &mut FoundHole = &mut holes[hole];
                        hole.samples.end = sample + 1;
                    }
                    _ if holes.len() < MOST_HOLES => {
                        *open = Some(holes.len());
                        let samples = sample..sample + 1;
                        holes.push(FoundHole { channel: Some(channel), samples, place: at(row) });
                    }
                    _ => *open = None,
                }
            }
            before = Some(sample);
        }
        holes.sort_by_key(|hole| hole.samples.start);
        holes
    }
}

/// A value that cannot be true, without its place.
pub fn out_of_range(
    channel: &str,
    value: f64,
    at_most: f64,
    base: &str,
    options: &ReadOptions,
) -> Diagnostic {
    let range = match at_most {
        f64::MAX => "it is never less than 0".to_owned(),
        _ => format!("it lies between 0 and {at_most} {base}"),
    };
    let message = format!("{channel} cannot be {value} {base}: {range}");
    if options.is_lenient {
        return Diagnostic::warning("weather-out-of-range", message)
            .help("it is taken as missing here; in a plan it is an error");
    }
    Diagnostic::error("weather-out-of-range", message)
        .help("if it marks a missing value, take it out of the file; is the unit right?")
}

/// A time that is in no calendar.
pub fn bad_time(seconds: i64, options: &ReadOptions) -> Diagnostic {
    Diagnostic::error("weather-bad-time", format!("{seconds} s since 1970 is in no calendar"))
        .at(Place::file(&options.name))
        .help("are the units of the file's time right?")
}

/// Faults of one kind of which only the first few are told.
#[derive(Default)]
pub struct Faults {
    /// How many there were.
    pub count: usize,
}

impl Faults {
    /// Tells one more, or only counts it.
    pub fn tell(&mut self, found: &mut Diagnostics, fault: impl FnOnce() -> Diagnostic) {
        self.count += 1;
        if self.count <= MOST_FAULTS {
            found.push(fault());
        }
    }

    /// Tells how many were only counted.
    pub fn tell_rest(&self, options: &ReadOptions, found: &mut Diagnostics) {
        if self.count > MOST_FAULTS {
            let message = format!("{} more times of {} are at fault", self.count - MOST_FAULTS, options.name);
            let diagnostic = if options.is_lenient {
                Diagnostic::warning("weather-more", message)
            } else {
                Diagnostic::error("weather-more", message)
            };
            found.push(
                diagnostic
                    .at(Place::file(&options.name))
                    .help("mend the ones that are told first: the others may be of the same kind"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::LENGTH;

    fn assemble(times: &[i64], values: &[f64]) -> (Option<Reading>, Vec<&'static str>) {
        let channels = vec![(Channel { name: "hs".to_owned(), dimension: &LENGTH }, 30.0)];
        let rows = Rows {
            channels,
            times: times.iter().map(|hour| hour * 3600).collect(),
            values: vec![values.to_vec()],
            origin: Origin::Hindcast,
        };
        let mut found = Diagnostics::default();
        let reading = rows.assemble(&ReadOptions::named("w"), &|_| Place::file("w"), &mut found);
        (reading, found.iter().map(|d| d.slug).collect())
    }

    #[test]
    fn missing_times_and_values_are_holes() {
        let nan = f64::NAN;
        let (reading, _) = assemble(&[0, 1, 2, 6, 7, 8], &[1.0, nan, nan, nan, 1.0, nan]);
        let reading = reading.expect("a reading");
        assert_eq!(reading.series.len(), 9);
        let holes: Vec<_> = reading.holes.iter().map(|h| (h.channel, h.samples.clone())).collect();
        assert_eq!(holes, [(Some(0), 1..3), (None, 3..6), (Some(0), 6..7), (Some(0), 8..9)]);
    }

    #[test]
    fn bad_times_and_values_are_told() {
        assert_eq!(assemble(&[0, 1, 1], &[1.0; 3]).1, ["weather-duplicate-time"]);
        assert_eq!(assemble(&[0, 2, 1], &[1.0; 3]).1, ["weather-unsorted"]);
        assert_eq!(assemble(&[0, 2, 5], &[1.0; 3]).1, ["weather-irregular"]);
        assert_eq!(assemble(&[0], &[1.0]).1, ["weather-empty"]);
        assert_eq!(assemble(&[0, 1, 900_000], &[1.0; 3]).1, ["weather-too-long"]);
        assert_eq!(assemble(&[0, 1], &[31.0, -1.0]).1, ["weather-out-of-range"; 2]);
    }
}
