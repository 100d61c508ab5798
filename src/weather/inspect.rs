//! What a series looks like: how much of it is there, what it is like by month, and where it may be wrong.
//!
//! In: a series. Out: a [`Summary`] for each channel, and bars that show it in one line of text or more.
//! Percentiles are nearest rank: P90 is the smallest value that at least 90 % of the samples do not exceed.

use super::series::{Hole, Series};
use chrono::Datelike;
use std::ops::Range;

/// The percentiles that are told.
pub const PERCENTILES: [u32; 6] = [10, 50, 80, 90, 95, 99];

/// Numbers that describe some values.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// How many there are.
    pub count: usize,
    /// The least.
    pub least: f64,
    /// The mean.
    pub mean: f64,
    /// The greatest.
    pub most: f64,
    /// The percentiles of [`PERCENTILES`].
    pub percentiles: [f64; 6],
}

/// What one channel is like.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Over the whole series; nothing where there is no value.
    pub whole: Option<Spread>,
    /// By calendar month, January first, all years together.
    pub months: [Option<Spread>; 12],
    /// Where there is no value.
    pub holes: Vec<Hole>,
    /// Where the value stays exactly the same for [`STUCK_H`] hours or more, as when an instrument is stuck.
    pub stuck: Vec<Range<usize>>,
}

/// How long a value may stay exactly the same, in hours, before it is told.
pub const STUCK_H: i64 = 24;
/// Fewer samples than this are never stuck.
const FEWEST_STUCK: usize = 6;

/// Describes one channel of a series.
pub fn summary(series: &Series, channel: usize) -> Summary {
    let values = &series.values[channel];
    let mut by_month: [Vec<f64>; 12] = std::array::from_fn(|_| Vec::new());
    for (index, value) in values.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
        by_month[series.time(index).month0() as usize].push(*value);
    }
    Summary {
        whole: spread(values.iter().copied().filter(|value| !value.is_nan()).collect()),
        months: by_month.map(spread),
        holes: series.holes(channel, 0..series.len()),
        stuck: stuck(series, channel),
    }
}

fn spread(mut values: Vec<f64>) -> Option<Spread> {
    values.sort_by(f64::total_cmp);
    let (least, most) = (*values.first()?, *values.last()?);
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let rank = |percent: u32| {
        let rank = (values.len() as u64 * u64::from(percent)).div_ceil(100).max(1);
        values[rank as usize - 1]
    };
    Some(Spread { count: values.len(), least, mean, most, percentiles: PERCENTILES.map(rank) })
}

fn stuck(series: &Series, channel: usize) -> Vec<Range<usize>> {
    let values = &series.values[channel];
    let mut runs = Vec::new();
    let mut from = 0;
    for index in 1..=values.len() {
        if values.get(index).is_some_and(|value| *value == values[from]) {
            continue;
        }
        let run = from..index;
        let lasts = series.step.seconds() * run.len() as i64;
        // Calm is no fault of an instrument.
        let is_value = values[from] > 0.0;
        if is_value && run.len() >= FEWEST_STUCK && lasts >= STUCK_H * 3600 {
            runs.push(run);
        }
        from = index;
    }
    runs
}

/// A picture of a channel in `columns` characters and `rows` lines, top line first: the greatest value of each stretch as a bar.
/// A stretch without any value is a space in all lines but the lowest, where it is a dot.
pub fn picture(series: &Series, channel: usize, columns: usize, rows: usize) -> Vec<String> {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let values = &series.values[channel];
    let columns = columns.min(values.len()).max(1);
    let top = values.iter().copied().filter(|value| !value.is_nan()).fold(0.0, f64::max);
    let eighths: Vec<Option<usize>> = (0..columns)
        .map(|column| {
            let stretch = column * values.len() / columns..((column + 1) * values.len() / columns).max(1);
            let most = values[stretch].iter().copied().filter(|value| !value.is_nan()).reduce(f64::max)?;
            let eighths = if top > 0.0 { (most / top * (rows * 8) as f64).round() as usize } else { 0 };
            Some(eighths.max(1))
        })
        .collect();
    (0..rows)
        .rev()
        .map(|row| {
            eighths.iter().map(move |bar| match bar {
                Some(bar) => BARS[bar.saturating_sub(row * 8).min(8)],
                None if row == 0 => '·',
                None => ' ',
            })
        })
        .map(Iterator::collect)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{LENGTH, Span};
    use crate::weather::{Channel, Origin};

    fn series(values: Vec<f64>) -> Series {
        Series {
            start: "2026-01-31T00:00:00Z".parse().expect("a time"),
            step: Span::of_hours(1),
            channels: vec![Channel { name: "hs".to_owned(), dimension: &LENGTH }],
            values: vec![values],
            origin: Origin::Hindcast,
        }
    }

    #[test]
    fn percentiles_are_nearest_rank_and_by_month() {
        let s = series((1..=34).map(f64::from).collect());
        let told = summary(&s, 0);
        let january = told.months[0].as_ref().expect("January");
        assert_eq!((january.count, january.least, january.mean, january.most), (24, 1.0, 12.5, 24.0));
        assert_eq!(
            told.months[1].as_ref().expect("February").percentiles,
            [25.0, 29.0, 32.0, 33.0, 34.0, 34.0]
        );
        assert!(told.months[2].is_none());
    }

    #[test]
    fn a_stuck_instrument_is_told_and_a_calm_is_not() {
        let mut values = vec![1.5; 24];
        values.extend([0.0; 30]);
        values.extend([2.0; 23]);
        let stuck = summary(&series(values), 0).stuck;
        assert_eq!((stuck.len(), stuck.first()), (1, Some(&(0..24))));
    }

    #[test]
    fn the_picture() {
        let s = series(vec![0.0, 1.0, 2.0, f64::NAN, 4.0, 4.0]);
        assert_eq!(picture(&s, 0, 6, 2), ["    ██", "▁▄█·██"]);
        assert_eq!(picture(&s, 0, 3, 1), ["▂▄█"]);
    }
}
