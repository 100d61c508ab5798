//! Series made from a series: another step, and the wind at another height.
//!
//! In: a series and what is asked. Out: a series. Nothing here happens unless it is asked for.
//! Rule: what is unknown stays unknown. A mean or greatest value over samples of which one is missing is missing.

use super::series::Series;
use crate::units::{Length, Span};
use std::fmt;

/// How samples of another step are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resampling {
    /// The mean of the samples within the new step.
    Mean,
    /// The greatest of the samples within the new step, which is never calmer than any of them.
    Max,
    /// A straight line between the samples.
    Interpolate,
}

impl Resampling {
    /// Every way, by its word.
    pub const WORDS: [(&'static str, Resampling); 3] =
        [("mean", Resampling::Mean), ("max", Resampling::Max), ("interpolate", Resampling::Interpolate)];
}

/// Why a series cannot have that step.
#[derive(Debug, Clone, PartialEq)]
pub enum NoStep {
    /// It is not longer than nothing, or more than the series.
    Length,
    /// A mean or a greatest value needs a whole number of samples.
    Multiple,
    /// It would have too many samples.
    TooMany,
}

impl fmt::Display for NoStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoStep::Length => "the new step must be longer than nothing and shorter than the series",
            NoStep::Multiple => {
                "the new step must be a multiple of the series' own; to make it shorter, interpolate"
            }
            NoStep::TooMany => "that step would make more than 50,000,000 samples",
        })
    }
}

/// The series at another step, from its first sample on.
///
/// # Errors
/// When it cannot have that step.
pub fn resample(series: &Series, how: Resampling, step: Span) -> Result<Series, NoStep> {
    const MOST: i64 = 50_000_000;
    let (old, new) = (series.step.seconds(), step.seconds());
    let spans = old * series.len() as i64;
    if new <= 0 || new > spans {
        return Err(NoStep::Length);
    }
    if how != Resampling::Interpolate && new % old != 0 {
        return Err(NoStep::Multiple);
    }
    // Nothing is known after the last sample, so a line ends with it; a mean needs all its samples.
    let count = if how == Resampling::Interpolate { (spans - old) / new + 1 } else { spans / new };
    if count > MOST {
        return Err(NoStep::TooMany);
    }
    let sample = |values: &[f64], index: i64| match how {
        Resampling::Interpolate => on_line(values, index * new, old),
        _ => {
            let from = (index * new / old) as usize;
            let within = &values[from..from + (new / old) as usize];
            if within.iter().any(|value| value.is_nan()) {
                f64::NAN
            } else if how == Resampling::Max {
                within.iter().copied().fold(f64::NEG_INFINITY, f64::max)
            } else {
                within.iter().sum::<f64>() / within.len() as f64
            }
        }
    };
    let values = series.values.iter().map(|v| (0..count).map(|index| sample(v, index)).collect()).collect();
    Ok(Series { step, values, channels: series.channels.clone(), start: series.start, origin: series.origin })
}

/// The value `seconds` after the first sample, on the line between the samples on either side.
fn on_line(values: &[f64], seconds: i64, step: i64) -> f64 {
    let before = (seconds / step) as usize;
    let part = (seconds % step) as f64 / step as f64;
    if part == 0.0 {
        return values[before];
    }
    values[before] + (values[before + 1] - values[before]) * part
}

/// The height at which limits on the wind hold.
pub const WIND_HEIGHT: Length = Length::of_metres(10.0);

/// Brings the channel `wind`, told at `height`, to 10 m by the power law `u(10 m) = u(height) * (10 m / height)^exponent`.
///
/// # Source
/// DNV-RP-C205 (2010) section 2.3.2.10, which gives the law; the exponent is the user's: about 0.11 over open sea, 0.14 over land.
pub fn wind_to_ten_metres(series: &mut Series, height: Length, exponent: f64) {
    let factor = libm::pow(WIND_HEIGHT.metres() / height.metres(), exponent);
    if let Some(wind) = series.channel("wind") {
        series.values[wind].iter_mut().for_each(|value| *value *= factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SPEED;
    use crate::weather::{Channel, Origin};

    fn series(values: &[f64]) -> Series {
        Series {
            start: "2026-01-01T00:00:00Z".parse().expect("a time"),
            step: Span::of_hours(1),
            channels: vec![Channel { name: "wind".to_owned(), dimension: &SPEED }],
            values: vec![values.to_vec()],
            origin: Origin::Hindcast,
        }
    }

    #[test]
    fn another_step() {
        let s = series(&[1.0, 3.0, 2.0, 6.0, 5.0]);
        let of = |how, minutes: i64| {
            resample(&s, how, Span::of_seconds(minutes * 60)).map(|s| s.values[0].clone())
        };
        assert_eq!(of(Resampling::Mean, 120), Ok(vec![2.0, 4.0]));
        assert_eq!(of(Resampling::Max, 120), Ok(vec![3.0, 6.0]));
        assert_eq!(of(Resampling::Interpolate, 30), Ok(vec![1.0, 2.0, 3.0, 2.5, 2.0, 4.0, 6.0, 5.5, 5.0]));
        assert_eq!(of(Resampling::Interpolate, 90), Ok(vec![1.0, 2.5, 6.0]));
        assert_eq!(of(Resampling::Mean, 90), Err(NoStep::Multiple));
        assert_eq!(of(Resampling::Max, 0), Err(NoStep::Length));
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        let s = series(&[1.0, f64::NAN, 2.0, 6.0]);
        let two = Span::of_hours(2);
        for how in [Resampling::Mean, Resampling::Max] {
            let values = &resample(&s, how, two).expect("a series").values[0];
            assert!(values[0].is_nan() && !values[1].is_nan());
        }
    }

    #[test]
    fn the_power_law() {
        let mut s = series(&[10.0]);
        wind_to_ten_metres(&mut s, Length::of_metres(100.0), 0.11);
        assert!((s.values[0][0] - 7.762_471).abs() < 1e-6, "{}", s.values[0][0]);
    }
}
