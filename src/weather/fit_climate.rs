//! The monthly climate of a series: the numbers from which [`super::synthesise`] makes seas that are like it.
//!
//! In: a series of a year or more. Out: a [`Climate`], and its text as TOML, which the reader of climates reads back.
//! Means and standard deviations are those of each month. What hangs together in time is taken from the normal scores of a channel (the
//! logarithm of Hs and of the steepness, wind and current as they are; each in parts of its month's standard deviation): the
//! decorrelation of steepness is the lag at which their correlation falls below 1/e, and `with_hs` the correlation of those of wind and
//! Hs. Hs, wind and current have a slow and a quick part, whose share and decorrelations are those of a grid whose correlation comes
//! nearest to that of the scores, from one hour to a week; what wind has of Hs is taken off its correlation before.
//! Not kept: that storms rise faster than they fall, and swell that comes without wind. For a sea with those fit pieces: `--fit`.

use super::climate::{Climate, Element, Monthly, Quick, Steepness};
use super::series::Series;
use super::synth::correlation_after;
use crate::error::Error;
use chrono::Datelike;
use std::f64::consts::{E, PI};
use std::fmt::Write as _;

/// Standard gravity, in metres per second squared.
const GRAVITY: f64 = 9.80665;
/// Samples of a month without which it is not known.
const LEAST_OF_MONTH: usize = 28;
/// The longest lag that is looked at, in hours, and the longest decorrelation that a climate may have.
const MOST_LAG_H: f64 = 2000.0;
/// The least wave height that has a logarithm here, in metres.
const LEAST_HS: f64 = 0.01;

/// The climate of a series.
///
/// # Errors
/// [`Error::Usage`] when it has no Hs, or not enough samples of some month, and when its numbers make no climate.
pub fn climate_of(series: &Series, name: &str) -> Result<Climate, Error> {
    let channel = |name: &str| series.channel(name).map(|place| series.values[place].as_slice());
    let Some(hs) = channel("hs") else {
        return Err(Error::Usage(
            "a climate needs wave heights, and the series has no channel hs".to_owned(),
        ));
    };
    let months: Vec<usize> = (0..series.len()).map(|index| series.time(index).month0() as usize).collect();
    let hs_scores = scores(&logs(hs), &months);
    let step_h = series.step.hours();
    let element = |values: &[f64], known: &[f64], what: &str| -> Result<Element, Error> {
        let by_month = by_month(values, &months);
        if let Some(month) = by_month.iter().position(|month| month.count < LEAST_OF_MONTH) {
            return Err(Error::Usage(format!(
                "the series has {} samples of {what} in {}, too few for a climate; take a series of whole years",
                by_month[month].count,
                super::picture::MONTHS[month]
            )));
        }
        let (decorrelation_h, quick) = two_parts(known, &lags(step_h));
        Ok(Element { mean: by_month.map(|m| m.mean), std: by_month.map(|m| m.std), decorrelation_h, quick })
    };
    let own_scores = |values: &[f64]| scores(values, &months);
    let at_lags = |scores: &[f64]| -> Vec<f64> {
        lags(step_h)
            .iter()
            .map(|hours| correlation(scores, scores, (hours / step_h).round() as usize))
            .collect()
    };
    let of_hs = at_lags(&hs_scores);
    let wind = channel("wind").map(|wind| {
        let scores = own_scores(wind);
        let r = correlation(&scores, &hs_scores, 0).clamp(-0.99, 0.99);
        let rest = |(of_wind, of_hs): (f64, &f64)| (of_wind - r * r * of_hs) / (1.0 - r * r);
        (wind, r, at_lags(&scores).into_iter().zip(&of_hs).map(rest).collect::<Vec<f64>>())
    });
    let steepness = channel("tp").map(|tp| {
        let steep: Vec<f64> =
            hs.iter().zip(tp).map(|(hs, tp)| libm::log(2.0 * PI * hs / (GRAVITY * tp * tp))).collect();
        let steep: Vec<f64> =
            steep.into_iter().map(|log| if log.is_finite() { log } else { f64::NAN }).collect();
        let mut known: Vec<f64> = steep.iter().copied().filter(|log| !log.is_nan()).collect();
        known.sort_by(f64::total_cmp);
        let median = known.get(known.len() / 2).map_or(f64::NAN, |log| libm::exp(*log));
        let scatter = moments(known.iter().copied()).std;
        Steepness {
            median,
            scatter,
            decorrelation_h: decorrelation_h(&own_scores(&steep), series.step.hours()),
        }
    });
    Ok(Climate {
        name: name.to_owned(),
        hs: element(hs, &of_hs, "hs")?,
        steepness: steepness.filter(|steepness| !steepness.median.is_nan()),
        wind_with_hs: wind.as_ref().map_or(0.0, |(_, r, _)| *r),
        wind: wind.map(|(wind, _, rest)| element(wind, &rest, "wind")).transpose()?,
        current: channel("current")
            .map(|current| element(current, &at_lags(&own_scores(current)), "current"))
            .transpose()?,
        storms: Vec::new(),
        typhoons: None,
    })
}

/// The file of a climate, with `comments` one a line at its head.
///
/// # Errors
/// [`Error::Usage`] when its numbers are none that a climate may have, as where a channel never changes.
pub fn climate_toml(climate: &Climate, comments: &[String]) -> Result<String, Error> {
    let mut text = String::new();
    let clean = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    for comment in comments {
        let _ = writeln!(text, "# {}", clean(comment));
    }
    let _ = writeln!(text, "\nname = {}", toml::Value::String(clean(&climate.name)));
    let monthly = |values: &Monthly| {
        let rounded: Vec<String> = values.iter().map(|value| format!("{value:.4}")).collect();
        rounded.join(", ")
    };
    let element = |text: &mut String, head: &str, unit: &str, about: &str, element: &Element| {
        let _ = writeln!(text, "\n[{head}] # {about}; January to December");
        let _ = writeln!(text, "mean_{unit} = [{}]", monthly(&element.mean));
        let _ = writeln!(text, "std_{unit} = [{}]", monthly(&element.std));
        let _ = writeln!(text, "decorrelation_h = {:.1}", element.decorrelation_h);
        if let Some(quick) = element.quick {
            let _ =
                writeln!(text, "quick_share = {:.3}\nquick_h = {:.1}", quick.share, quick.decorrelation_h);
        }
    };
    element(&mut text, "hs", "m", "significant wave height", &climate.hs);
    if let Some(steepness) = climate.steepness {
        let _ = writeln!(text, "\n[tp] # peak period, from the steepness 2 pi Hs / (g Tp^2)");
        let _ = writeln!(text, "steepness = {:.6}\nscatter = {:.4}", steepness.median, steepness.scatter);
        let _ = writeln!(text, "decorrelation_h = {:.1}", steepness.decorrelation_h);
    }
    if let Some(wind) = &climate.wind {
        element(&mut text, "wind", "ms", "wind at 10 m", wind);
        let _ = writeln!(text, "with_hs = {:.4}", climate.wind_with_hs);
    }
    if let Some(current) = &climate.current {
        element(&mut text, "current", "ms", "current", current);
    }
    match Climate::parse("the climate of the series", &text) {
        Ok(_) => Ok(text),
        Err(found) => {
            let told: Vec<&str> = found.iter().map(|fault| fault.message.as_str()).collect();
            Err(Error::Usage(format!(
                "this series has no climate that a sea can be made from: {}",
                told.join("; ")
            )))
        }
    }
}

/// The lags, in hours, at which correlations are compared: those that are not below a step.
fn lags(step_h: f64) -> Vec<f64> {
    const HOURS: [f64; 14] = [1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 12.0, 18.0, 24.0, 36.0, 48.0, 72.0, 96.0, 168.0];
    let mut lags: Vec<f64> = HOURS.iter().map(|hours| (hours / step_h).round().max(1.0) * step_h).collect();
    lags.dedup();
    lags
}

/// The slow decorrelation and the quick part whose correlation comes nearest to that which is known at some lags.
///
/// Compared are the angles whose cosines the correlations are: how often a value passes its median goes with them.
fn two_parts(known: &[f64], lags: &[f64]) -> (f64, Option<Quick>) {
    const QUICK_H: [f64; 10] = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0];
    let angle = |correlation: f64| libm::acos(correlation.clamp(-1.0, 0.999_999));
    let known: Vec<f64> = known.iter().map(|correlation| angle(*correlation)).collect();
    let slow_h = |step: u32| 10.0 * libm::pow(1.06, f64::from(step));
    let slow: Vec<Vec<f64>> =
        (0..70).map(|step| lags.iter().map(|lag| correlation_after(slow_h(step), *lag)).collect()).collect();
    let quick: Vec<Vec<f64>> = QUICK_H
        .iter()
        .map(|hours| lags.iter().map(|lag| correlation_after(*hours, *lag)).collect())
        .collect();
    let mut best = (f64::INFINITY, (slow_h(0), None));
    for (step, slow) in slow.iter().enumerate() {
        for (quick_h, quick) in QUICK_H.iter().zip(&quick) {
            for percent in (0..=60).step_by(2) {
                let share = f64::from(percent) / 100.0;
                let error: f64 = slow
                    .iter()
                    .zip(quick)
                    .zip(&known)
                    .map(|((slow, quick), known)| {
                        let part = angle((1.0 - share) * slow + share * quick) / known - 1.0;
                        part * part
                    })
                    .sum();
                if error < best.0 {
                    let quick = (percent > 0).then_some(Quick { share, decorrelation_h: *quick_h });
                    best = (error, (slow_h(step as u32), quick));
                }
            }
        }
    }
    best.1
}

/// How many values there are, their mean and standard deviation.
#[derive(Debug, Clone, Copy)]
struct Moments {
    count: usize,
    mean: f64,
    std: f64,
}

/// Of the values that are there.
fn moments(values: impl Iterator<Item = f64>) -> Moments {
    let (mut count, mut sum, mut squares) = (0, 0.0, 0.0);
    for value in values.filter(|value| !value.is_nan()) {
        (count, sum, squares) = (count + 1, sum + value, squares + value * value);
    }
    let mean = sum / f64::max(count as f64, 1.0);
    let variance = squares / f64::max(count as f64, 1.0) - mean * mean;
    Moments { count, mean, std: variance.max(0.0).sqrt() }
}

fn by_month(values: &[f64], months: &[usize]) -> [Moments; 12] {
    std::array::from_fn(|month| {
        moments(values.iter().zip(months).filter(|(_, of)| **of == month).map(|(value, _)| *value))
    })
}

fn logs(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .map(|value| if value.is_nan() { f64::NAN } else { libm::log(value.max(LEAST_HS)) })
        .collect()
}

/// Each value's distance from its month's mean, in standard deviations.
fn scores(values: &[f64], months: &[usize]) -> Vec<f64> {
    let by_month = by_month(values, months);
    let score = |(value, month): (&f64, &usize)| {
        let Moments { mean, std, .. } = by_month[*month];
        if std > 0.0 { (value - mean) / std } else { 0.0 }
    };
    values.iter().zip(months).map(score).collect()
}

/// The correlation of two rows of scores, the second `lag` samples later.
fn correlation(first: &[f64], second: &[f64], lag: usize) -> f64 {
    let (mut count, mut sum) = (0usize, 0.0);
    for (a, b) in first.iter().zip(second.get(lag..).unwrap_or_default()) {
        let product = a * b;
        if !product.is_nan() {
            (count, sum) = (count + 1, sum + product);
        }
    }
    if count == 0 { 0.0 } else { sum / count as f64 }
}

/// The lag, in hours, at which the correlation of scores falls below 1/e, along a straight line between two samples.
fn decorrelation_h(scores: &[f64], step_h: f64) -> f64 {
    let most = (MOST_LAG_H / step_h) as usize;
    let mut before = 1.0;
    for lag in 1..=most {
        let here = correlation(scores, scores, lag);
        if here < 1.0 / E {
            let part = (before - 1.0 / E) / (before - here);
            return ((lag as f64 - 1.0 + part) * step_h).clamp(1.0, MOST_LAG_H);
        }
        before = here;
    }
    MOST_LAG_H
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::{CLIMATES, synthesise};

    /// A climate that a sea is made from is found again in that sea: means and standard deviations within a tenth and a quarter,
    /// decorrelation within a fifth, and the correlation of wind and Hs within 0.06.
    #[test]
    fn the_climate_of_a_sea_is_the_one_it_was_made_from() {
        let own = Climate::parse("c.toml", CLIMATES[0].1).expect("a climate");
        let start = "2001-01-01T00:00:00Z".parse().expect("a time");
        let sea = synthesise(&own, start, 30 * 8766, 5).expect("a sea");
        let found = climate_of(&sea, "found").expect("a climate");
        let near = |is: f64, wanted: f64, part: f64| (is / wanted - 1.0).abs() < part;
        let pairs =
            [(&found.hs, &own.hs), (found.wind.as_ref().expect("wind"), own.wind.as_ref().expect("wind"))];
        for (is, wanted) in pairs {
            for month in 0..12 {
                assert!(near(is.mean[month], wanted.mean[month], 0.1), "{month} {is:?} {wanted:?}");
                assert!(near(is.std[month], wanted.std[month], 0.25), "{month} {is:?} {wanted:?}");
            }
            assert!(near(is.decorrelation_h, wanted.decorrelation_h, 0.2), "{is:?} {wanted:?}");
        }
        let (steep, wanted) = (found.steepness.expect("steepness"), own.steepness.expect("steepness"));
        assert!(
            near(steep.median, wanted.median, 0.05) && near(steep.scatter, wanted.scatter, 0.1),
            "{steep:?}"
        );
        assert!((found.wind_with_hs - own.wind_with_hs).abs() < 0.06, "{}", found.wind_with_hs);
        let text = climate_toml(&found, &["found again".to_owned()]).expect("a file");
        let read = Climate::parse("c.toml", &text).expect("it reads back");
        assert!((read.hs.mean[3] - found.hs.mean[3]).abs() < 1e-4 && text.starts_with("# found again\n"));
    }

    #[test]
    fn what_is_not_there_is_left_out_and_what_is_too_little_is_told() {
        let own = Climate::parse("c.toml", CLIMATES[0].1).expect("a climate");
        let start = "2001-01-01T00:00:00Z".parse().expect("a time");
        let mut sea = synthesise(&own, start, 8766, 5).expect("a sea");
        sea.channels.truncate(1);
        sea.values.truncate(1);
        let text = climate_toml(&climate_of(&sea, "hs").expect("a climate"), &[]).expect("a file");
        assert!(!text.contains("[wind]") && !text.contains("[tp]"));
        let alone =
            synthesise(&Climate::parse("c.toml", &text).expect("a climate"), start, 48, 1).expect("a sea");
        assert_eq!(alone.channels.len(), 1);
        sea.values[0][..31 * 24].fill(f64::NAN);
        assert!(
            climate_of(&sea, "hs").is_err_and(|fault| fault.to_string().contains("6 samples of hs in Jan"))
        );
        sea.values[0].fill(1.0);
        let flat = climate_toml(&climate_of(&sea, "hs").expect("a climate"), &[]);
        assert!(flat.is_err_and(|fault| fault.to_string().contains("does not go with its mean")));
        sea.channels[0].name = "height".to_owned();
        assert!(climate_of(&sea, "hs").is_err());
    }
}
