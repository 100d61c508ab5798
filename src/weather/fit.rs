//! A synthetic sea fitted to a series: long pieces of it, of the same season and hour of day, joined where they are alike.
//!
//! In: an hourly series of a year or more, a start, a length and a seed. Out: a [`Series`] that has its channels and, by month, its
//! percentiles, workability and persistence; the same to the last digit on every machine.
//! Not a new extreme: no value exceeds those of the series, and what it never had the fitted sea never has.
//!
//! ```text
//! a piece of 5 to 15 days runs on from a sample of the series; then, of the samples at the same hour within 15 days of the date in
//! any year, the 5 are looked for whose values and 6 h trends differ least, each channel in parts of its standard deviation;
//! one of them is drawn, and over 6 h the old piece passes over into the new along a straight line
//! ```
//! Why pieces: storms rise faster than they fall and channels hang together in ways no few numbers tell; pieces keep both.
//! Source: nearest-neighbour resampling of weather after Lall and Sharma (1996) and Rajagopalan and Lall (1999).

use super::series::{Origin, Series};
use super::synth::{MOST_HOURS, to_csv};
use crate::error::Error;
use chrono::{DateTime, Datelike, SecondsFormat, TimeDelta, Timelike, Utc};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The shortest and the longest piece, in hours.
const PIECE_H: (u64, u64) = (120, 360);
/// Days on either side of the date from which a piece may come.
const SEASON_DAYS: i64 = 15;
/// How many samples that are most alike one is drawn from.
const ALIKE: usize = 5;
/// Hours over which a trend is taken, and over which one piece passes over into the next.
const TREND_H: usize = 6;
/// A piece is not followed by what lies within so many hours of its own end.
const APART_H: usize = 240;
/// The least hours of a series that can be fitted to: a year.
const LEAST_HOURS: usize = 8_760;
/// Hours of the longest year.
const YEAR_H: usize = 366 * 24;
/// The stream of random bits, apart from those of a sea made from a climate.
const STREAM: u64 = 16;

/// Makes an hourly series of `hours` samples from `start` on that is like `source`.
///
/// # Errors
/// [`Error::Usage`] when `source` is not hourly, covers less than a year, or has too many holes in some season; and when `hours` is
/// below 2 or above [`MOST_HOURS`].
pub fn synthesise_like(
    source: &Series,
    start: DateTime<Utc>,
    hours: usize,
    seed: u64,
) -> Result<Series, Error> {
    if !(2..=MOST_HOURS).contains(&hours) || !(1..=9000).contains(&start.year()) {
        let message = format!("a series of {hours} h from {start} on cannot be made: 2 h to {MOST_HOURS} h");
        return Err(Error::Usage(message));
    }
    if source.step.seconds() != 3600 || source.len() < LEAST_HOURS {
        return Err(Error::Usage(format!(
            "a sea can be fitted to an hourly series of a year or more; this one has {} samples, one every {}",
            source.len(),
            source.step
        )));
    }
    let mut pieces = Pieces::new(source, seed);
    let mut values = vec![Vec::with_capacity(hours); source.channels.len()];
    let mut place = pieces.any(start)?;
    let mut left = pieces.length();
    // The sample at which the piece before would go on, and how many hours of passing over are left.
    let mut before: Option<(usize, usize)> = None;
    for hour in 0..hours {
        let share = before.map_or(0.0, |(_, left)| left as f64 / (TREND_H + 1) as f64);
        for (channel, values) in values.iter_mut().enumerate() {
            let new = source.values[channel][place];
            let old = before.map_or(new, |(old, _)| source.values[channel][old]);
            values.push(((new + share * (old - new)) * 100.0).round() / 100.0);
        }
        before = before
            .filter(|&(old, left)| left > 1 && pieces.is_known(old + 1))
            .map(|(old, left)| (old + 1, left - 1));
        left = left.saturating_sub(1);
        let is_whole = pieces.is_known(place + 1);
        if left > 0 && is_whole {
            place += 1;
            continue;
        }
        let next = pieces.like(place, start + TimeDelta::hours(hour as i64 + 1))?;
        before = is_whole.then_some((place + 1, TREND_H));
        (place, left) = (next, pieces.length());
    }
    Ok(Series {
        start,
        step: source.step,
        channels: source.channels.clone(),
        values,
        origin: Origin::Synthetic,
    })
}

/// The text of a series made by [`synthesise_like`] as CSV, with comments that say how to make it again.
///
/// # Errors
/// As [`synthesise_like`].
pub fn fitted_csv(
    source: &Series,
    file: &str,
    start: DateTime<Utc>,
    hours: usize,
    seed: u64,
) -> Result<String, Error> {
    let series = synthesise_like(source, start, hours, seed)?;
    let from = start.to_rfc3339_opts(SecondsFormat::Secs, true);
    let comments = [
        format!("fitted to: {file}, {} to {}", source.start, source.end()),
        format!("made by: mudline weather synth --fit {file} --start {from} --hours {hours} --seed {seed}"),
    ];
    let text = to_csv(&series, &comments);
    Ok(text.replacen("made from monthly statistics", "made of pieces of another series", 1))
}

/// A series made ready for being taken to pieces.
struct Pieces<'s> {
    source: &'s Series,
    random: ChaCha12Rng,
    /// For each hour of a year the samples at it.
    at_hour: Vec<Vec<u32>>,
    /// For each channel its spread, and that of its trends.
    scale: Vec<(f64, f64)>,
}

impl Pieces<'_> {
    fn new(source: &Series, seed: u64) -> Pieces<'_> {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut random = ChaCha12Rng::from_seed(key);
        random.set_stream(STREAM);
        let mut pieces = Pieces { source, random, at_hour: vec![Vec::new(); YEAR_H], scale: Vec::new() };
        for values in &source.values {
            let trends: Vec<f64> = (TREND_H..values.len()).map(|i| values[i] - values[i - TREND_H]).collect();
            pieces.scale.push((deviation(values), deviation(&trends)));
        }
        for place in TREND_H..source.len() {
            if pieces.is_known(place) && pieces.is_known(place - TREND_H) {
                pieces.at_hour[hour_of_year(source.time(place))].push(place as u32);
            }
        }
        pieces
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.next_u64() % bound
    }

    fn length(&mut self) -> u64 {
        PIECE_H.0 + self.below(PIECE_H.1 - PIECE_H.0 + 1)
    }

    /// Whether every channel has a value there.
    fn is_known(&self, place: usize) -> bool {
        self.source.values.iter().all(|values| values.get(place).is_some_and(|value| !value.is_nan()))
    }

    /// The samples at the hour of `time` in its season.
    fn of_season(&self, time: DateTime<Utc>) -> impl Iterator<Item = usize> + '_ {
        let hour = hour_of_year(time) as i64;
        let days = -SEASON_DAYS..=SEASON_DAYS;
        let hours = days.map(move |day| (hour + 24 * day).rem_euclid(YEAR_H as i64) as usize);
        hours.flat_map(|hour| self.at_hour[hour].iter().map(|&place| place as usize))
    }

    fn any(&mut self, time: DateTime<Utc>) -> Result<usize, Error> {
        let known: Vec<usize> = self.of_season(time).collect();
        if known.is_empty() {
            return Err(no_season(time));
        }
        Ok(known[self.below(known.len() as u64) as usize])
    }

    /// A sample of the season of `time` that is like what comes after `place`.
    fn like(&mut self, place: usize, time: DateTime<Utc>) -> Result<usize, Error> {
        let here = if self.is_known(place + 1) { place + 1 } else { place };
        let mut alike: Vec<(f64, usize)> = self
            .of_season(time)
            .filter(|other| other.abs_diff(here) > APART_H && self.is_known(other + TREND_H))
            .map(|other| (self.distance(here, other), other))
            .collect();
        if alike.is_empty() {
            return Err(no_season(time));
        }
        alike.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let most = alike.len().min(ALIKE) as u64;
        Ok(alike[self.below(most) as usize].1)
    }

    fn distance(&self, here: usize, other: usize) -> f64 {
        let of_channel = |(values, &(spread, of_trend)): (&Vec<f64>, &(f64, f64))| {
            let value = (values[here] - values[other]) / spread;
            let trend = |at: usize| values[at] - values[at.saturating_sub(TREND_H)];
            let trend = (trend(here) - trend(other)) / of_trend;
            // Where the trend here is not known, the value alone decides.
            value * value + if trend.is_nan() { 0.0 } else { trend * trend }
        };
        self.source.values.iter().zip(&self.scale).map(of_channel).sum()
    }
}

fn no_season(time: DateTime<Utc>) -> Error {
    let season = time.format("%-d %B");
    Error::Usage(format!(
        "the series has too little weather around {season} to go on from: fit to one that covers every season, or fill its holes"
    ))
}

fn hour_of_year(time: DateTime<Utc>) -> usize {
    (time.ordinal0() * 24 + time.hour()) as usize
}

/// The standard deviation of the values that are there; one where there is none, so that it may divide.
fn deviation(values: &[f64]) -> f64 {
    let known = || values.iter().copied().filter(|value| !value.is_nan());
    let count = known().count().max(1) as f64;
    let mean = known().sum::<f64>() / count;
    let variance = known().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
    if variance > 0.0 { variance.sqrt() } else { 1.0 }
}

#[cfg(test)]
mod tests;
