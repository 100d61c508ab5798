//! A synthetic sea: an hourly series of Hs, Tp, wind and current, made from a [`Climate`], a start, a length and a seed.
//!
//! In: a climate and a seed. Out: a [`Series`], or its text as CSV; the same to the last digit on every machine.
//! Not a forecast and not a hindcast: it has the statistics that the climate states, and no more truth than those.
//!
//! ```text
//! z(t) = 2 f z(t-1) - f^2 z(t-2) + e(t)      a standard normal of its own for Hs, wind, steepness and current
//! f    = exp(-2.1462 h / decorrelation)      so that its correlation at that lag is 1/e; twice smoothed, as seas are
//! z    = sqrt(1 - q) slow + sqrt(q) quick    two such processes, where the element has a quick part with the share q
//! Hs   = exp(mu + s z_hs)                    lognormal with the month's mean and standard deviation
//! Tp   = sqrt(2 pi Hs / (g S)),  S = median exp(scatter z_s)
//! wind = scale (-ln(1 - Phi(z)))^(1/k),  z = r z_hs + sqrt(1 - r^2) z_wind      Weibull; the current alike, with its own z
//! ```
//! Within five days of the end of a month its numbers pass over into the next month's along a straight line. A storm lifts Hs and
//! wind towards its peak by a share that rises and falls as half a cosine. Bits come from ChaCha12, one stream an element, and all
//! transcendental functions from `libm`: no platform has a say.
//! Source: lognormal Hs after Jasper (1956), Weibull wind after Justus et al. (1976); correlation of the normal variables under both
//! is the Gaussian copula.

use super::channel::{CHANNELS, Channel};
use super::climate::{Climate, Element, Quick, Storm, most_of};
use super::series::{Origin, Series};
use crate::error::Error;
use crate::units::Span;
use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::f64::consts::{PI, SQRT_2};
use std::fmt::Write as _;

/// Hours of one series, at most: a hundred years.
pub const MOST_HOURS: usize = 876_600;
/// Standard gravity, in metres per second squared.
const GRAVITY: f64 = 9.80665;
/// Where (1 + x) exp(-x), the correlation of a twice smoothed process, is 1/e.
const E_FOLDING: f64 = 2.146_193;
/// The shortest peak period in a series, in seconds: ripples are no sea.
const LEAST_PERIOD_S: f64 = 2.0;
/// Half the days over which the numbers of one month pass over into the next one's.
const PASSING_DAYS: f64 = 5.0;
/// The channels of a series, in the order of its columns.
const COLUMNS: [&str; 4] = ["hs", "tp", "wind", "current"];

/// Makes an hourly series of `hours` samples from `start` on; values are rounded to two decimals.
///
/// # Errors
/// [`Error::Usage`] when `hours` is below 2 or above [`MOST_HOURS`], or `start` lies outside the years 1 to 9000.
pub fn synthesise(climate: &Climate, start: DateTime<Utc>, hours: usize, seed: u64) -> Result<Series, Error> {
    if !(2..=MOST_HOURS).contains(&hours) {
        let message = format!("a series of {hours} h cannot be made: ask for 2 h to {MOST_HOURS} h");
        return Err(Error::Usage(message));
    }
    if !(1..=9000).contains(&start.year()) {
        return Err(Error::Usage(format!("a series cannot begin in the year {}", start.year())));
    }
    let laws = Laws::new(climate);
    let of_element =
        |element: &Element, stream| Mixture::new(seed, stream, element.decorrelation_h, element.quick);
    let mut walks = [
        Some(of_element(&climate.hs, 0)),
        climate.wind.as_ref().map(|wind| of_element(wind, 1)),
        climate.current.as_ref().map(|current| of_element(current, 2)),
        climate.steepness.map(|steepness| Mixture::new(seed, 3, steepness.decorrelation_h, None)),
    ];
    let has = [true, climate.steepness.is_some(), climate.wind.is_some(), climate.current.is_some()];
    let columns: Vec<usize> = (0..COLUMNS.len()).filter(|&column| has[column]).collect();
    let channels = columns.iter().map(|&column| {
        let name = COLUMNS[column];
        let kind = CHANNELS.iter().find(|kind| kind.name == name).unwrap_or(&CHANNELS[0]);
        Channel { name: name.to_owned(), dimension: kind.dimension }
    });
    let values = vec![Vec::with_capacity(hours); columns.len()];
    let mut series = Series {
        start,
        step: Span::of_hours(1),
        channels: channels.collect(),
        values,
        origin: Origin::Synthetic,
    };
    let storms = storms(climate, start, series.time(hours), seed);
    let mut at_hand: Vec<Storm> = Vec::new();
    for hour in 0..hours {
        let time = series.time(hour);
        if hour % LOOK_H == 0 {
            // Of a hundred years of storms only those of these days matter.
            at_hand = storms.iter().copied().filter(|storm| is_near(storm, time)).collect();
        }
        let z: Vec<f64> = walks.iter_mut().map(|walk| walk.as_mut().map_or(0.0, Mixture::step)).collect();
        let sample = laws.sample(time, [z[0], z[1], z[2], z[3]], &at_hand);
        for (values, &column) in series.values.iter_mut().zip(&columns) {
            let value = sample[column].clamp(0.0, most_of(COLUMNS[column]));
            values.push((value * 100.0).round() / 100.0);
        }
    }
    Ok(series)
}

/// Hours from one look for storms to the next.
const LOOK_H: usize = 24;

/// All storms that touch a stretch of time: those of the climate's dates, and those that pass at random.
fn storms(climate: &Climate, start: DateTime<Utc>, end: DateTime<Utc>, seed: u64) -> Vec<Storm> {
    let passing = climate.typhoons.iter().flat_map(|typhoons| {
        let hours = |hours: f64| chrono::TimeDelta::hours(hours.ceil() as i64);
        typhoons.between(start - hours(typhoons.decay_h), end + hours(typhoons.rise_h), seed)
    });
    climate.storms.iter().copied().chain(passing).collect()
}

/// Whether a storm touches the hours from `time` to the next look.
fn is_near(storm: &Storm, time: DateTime<Utc>) -> bool {
    let hours = (time - storm.peak).num_seconds() as f64 / 3600.0;
    -storm.rise_h - LOOK_H as f64 <= hours && hours <= storm.decay_h
}

/// The text of a series as CSV: a mark when it is synthetic, `comments` one a line, a head with units, one line a sample.
///
/// Values are written with two decimals in their base unit, and nothing where a value is missing. The CSV reader reads it back.
pub fn to_csv(series: &Series, comments: &[String]) -> String {
    let mut text = String::new();
    if series.origin == Origin::Synthetic {
        text.push_str("# synthetic: made from monthly statistics, neither measured nor a forecast\n");
    }
    for comment in comments {
        let comment: String = comment.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(text, "# {comment}");
    }
    text.push_str("time");
    for channel in &series.channels {
        let _ = write!(text, ",{}_{}", channel.name, channel.dimension.base().replace('/', ""));
    }
    text.push('\n');
    for index in 0..series.len() {
        text.push_str(&series.time(index).to_rfc3339_opts(SecondsFormat::Secs, true));
        for values in &series.values {
            let value = values[index];
            let _ = if value.is_nan() { write!(text, ",") } else { write!(text, ",{value:.2}") };
        }
        text.push('\n');
    }
    text
}

/// The text of a synthetic series as CSV, with comments that say how to make it again; `file` is the climate as they name it.
///
/// # Errors
/// As [`synthesise`].
///
/// # Example: three hours of a winter's day
/// ```
/// use mudline::weather::{Climate, synthetic_csv};
/// let climate = Climate::parse("c.toml", include_str!("../../seeds/climate/minamitorishima.toml")).expect("a climate");
/// let start = "2026-01-12T00:00:00Z".parse().expect("a time");
/// let text = synthetic_csv(&climate, "c.toml", start, 3, 1).expect("a short series");
/// assert!(text.starts_with("# synthetic"));
/// assert_eq!(text.lines().nth(3), Some("time,hs_m,tp_s,wind_ms,current_ms"));
/// assert_eq!(text.lines().count(), 7);
/// ```
pub fn synthetic_csv(
    climate: &Climate,
    file: &str,
    start: DateTime<Utc>,
    hours: usize,
    seed: u64,
) -> Result<String, Error> {
    let series = synthesise(climate, start, hours, seed)?;
    let from = start.to_rfc3339_opts(SecondsFormat::Secs, true);
    let comments = [
        format!("climate: {}", climate.name),
        format!("made by: mudline weather synth {file} --start {from} --hours {hours} --seed {seed}"),
    ];
    let passing = climate
        .typhoons
        .as_ref()
        .map(|typhoons| typhoons.words(typhoons.between(start, series.end(), seed).len()));
    let comments: Vec<String> = comments.into_iter().chain(passing).collect();
    Ok(to_csv(&series, &comments))
}

/// A standard normal variable that remembers: an autoregressive process of second order with a double root.
struct Walk {
    random: ChaCha12Rng,
    factor: f64,
    noise: f64,
    last: f64,
    before: f64,
}

impl Walk {
    /// A walk that is stationary from its first step on.
    fn new(seed: u64, stream: u64, decorrelation_h: f64) -> Walk {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut random = ChaCha12Rng::from_seed(key);
        random.set_stream(stream);
        let factor = libm::exp(-E_FOLDING / decorrelation_h);
        let square = factor * factor;
        // The variance of the process is (1 + f^2) / (1 - f^2)^3 times that of its noise, and its first correlation 2 f / (1 + f^2).
        let one_less = 1.0 - square;
        let noise = (one_less * one_less * one_less / (1.0 + square)).sqrt();
        let first = 2.0 * factor / (1.0 + square);
        let before = normal(&mut random);
        let last = first * before + (1.0 - first * first).sqrt() * normal(&mut random);
        Walk { random, factor, noise, last, before }
    }

    fn step(&mut self) -> f64 {
        let next = 2.0 * self.factor * self.last - self.factor * self.factor * self.before
            + self.noise * normal(&mut self.random);
        (self.before, self.last) = (self.last, next);
        next
    }
}

/// A slow walk and, where there is one, a quick one beside it, each with its part of the variance.
struct Mixture {
    slow: Walk,
    quick: Option<(f64, Walk)>,
}

/// The streams of quick walks come after those of slow ones.
const QUICK_STREAM: u64 = 8;

impl Mixture {
    fn new(seed: u64, stream: u64, decorrelation_h: f64, quick: Option<Quick>) -> Mixture {
        let of_quick =
            |quick: Quick| (quick.share, Walk::new(seed, QUICK_STREAM + stream, quick.decorrelation_h));
        Mixture { slow: Walk::new(seed, stream, decorrelation_h), quick: quick.map(of_quick) }
    }

    fn step(&mut self) -> f64 {
        let slow = self.slow.step();
        match &mut self.quick {
            None => slow,
            Some((share, walk)) => (1.0 - *share).sqrt() * slow + share.sqrt() * walk.step(),
        }
    }
}

/// The correlation of a walk with itself after so many hours.
pub(super) fn correlation_after(decorrelation_h: f64, hours: f64) -> f64 {
    let factor = libm::exp(-E_FOLDING / decorrelation_h);
    let square = factor * factor;
    libm::pow(factor, hours) * (1.0 + hours * (1.0 - square) / (1.0 + square))
}

/// A number from the standard normal distribution, after Box and Muller.
fn normal(random: &mut ChaCha12Rng) -> f64 {
    let radius = (-2.0 * libm::log(uniform(random))).sqrt();
    radius * libm::cos(2.0 * PI * uniform(random))
}

/// A number in (0, 1], of 53 bits.
pub(super) fn uniform(random: &mut ChaCha12Rng) -> f64 {
    ((random.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64
}

/// How a standard normal variable becomes a value in a month.
#[derive(Debug, Clone, Copy)]
enum Law {
    /// exp(mu + sigma z).
    Lognormal { mu: f64, sigma: f64 },
    /// scale (-ln(1 - Phi(z)))^(1/shape).
    Weibull { scale: f64, shape: f64 },
}

impl Law {
    fn lognormal(mean: f64, std: f64) -> Law {
        let variance = libm::log1p((std / mean) * (std / mean));
        Law::Lognormal { mu: libm::log(mean) - variance / 2.0, sigma: variance.sqrt() }
    }

    fn weibull(mean: f64, std: f64) -> Law {
        let gamma = |shape: f64, power: f64| libm::tgamma(1.0 + power / shape);
        let square_of_ratio = (std / mean) * (std / mean);
        // The ratio of standard deviation to mean falls with the shape.
        let (mut least, mut most) = (0.3, 60.0);
        for _ in 0..100 {
            let shape = (least + most) / 2.0;
            let one = gamma(shape, 1.0);
            if gamma(shape, 2.0) / (one * one) - 1.0 > square_of_ratio { least = shape } else { most = shape }
        }
        let shape = (least + most) / 2.0;
        Law::Weibull { scale: mean / gamma(shape, 1.0), shape }
    }

    fn value(self, z: f64) -> f64 {
        match self {
            Law::Lognormal { mu, sigma } => libm::exp(mu + sigma * z),
            Law::Weibull { scale, shape } => {
                scale * libm::pow(-libm::log(libm::erfc(z / SQRT_2) / 2.0), 1.0 / shape)
            }
        }
    }
}

/// A climate made ready for sampling.
struct Laws<'c> {
    climate: &'c Climate,
    hs: [Law; 12],
    wind: Option<[Law; 12]>,
    current: Option<[Law; 12]>,
}

impl Laws<'_> {
    fn new(climate: &Climate) -> Laws<'_> {
        let laws = |element: &Element, law: fn(f64, f64) -> Law| {
            std::array::from_fn(|month| law(element.mean[month], element.std[month]))
        };
        Laws {
            climate,
            hs: laws(&climate.hs, Law::lognormal),
            wind: climate.wind.as_ref().map(|wind| laws(wind, Law::weibull)),
            current: climate.current.as_ref().map(|current| laws(current, Law::weibull)),
        }
    }

    /// Hs, Tp, wind and current at `time`, given the normal variables of Hs, wind, current and steepness; 0 for what the climate
    /// does not know.
    fn sample(
        &self,
        time: DateTime<Utc>,
        [z_hs, z_wind, z_current, z_steepness]: [f64; 4],
        storms: &[Storm],
    ) -> [f64; 4] {
        let Climate { steepness, wind_with_hs: r, .. } = self.climate;
        let (month, other, share) = months(time);
        let value = |laws: &[Law; 12], z: f64| {
            let here = laws[month].value(z);
            if share == 0.0 { here } else { here + share * (laws[other].value(z) - here) }
        };
        let z_wind = r * z_hs + (1.0 - r * r).sqrt() * z_wind;
        let hs = lifted(value(&self.hs, z_hs), time, storms, |storm| storm.hs);
        let wind =
            self.wind.as_ref().map(|wind| lifted(value(wind, z_wind), time, storms, |storm| storm.wind));
        let tp = steepness.map(|steepness| {
            let steep = steepness.median * libm::exp(steepness.scatter * z_steepness);
            (2.0 * PI * hs / (GRAVITY * steep)).sqrt().max(LEAST_PERIOD_S)
        });
        let current = self.current.as_ref().map(|current| value(current, z_current));
        [hs, tp.unwrap_or(0.0), wind.unwrap_or(0.0), current.unwrap_or(0.0)]
    }
}

/// The month of `time`, the month nearest to it besides, and the share that the other has.
fn months(time: DateTime<Utc>) -> (usize, usize, f64) {
    let month = time.month0() as usize;
    let day = f64::from(time.day0()) + f64::from(time.num_seconds_from_midnight()) / 86_400.0;
    let left = f64::from(time.num_days_in_month()) - day;
    if day < PASSING_DAYS {
        (month, (month + 11) % 12, (PASSING_DAYS - day) / (2.0 * PASSING_DAYS))
    } else if left < PASSING_DAYS {
        (month, (month + 1) % 12, (PASSING_DAYS - left) / (2.0 * PASSING_DAYS))
    } else {
        (month, month, 0.0)
    }
}

/// `value` lifted by the storm that lifts it most.
fn lifted(value: f64, time: DateTime<Utc>, storms: &[Storm], peak: impl Fn(&Storm) -> f64) -> f64 {
    let lift = |storm: &Storm| value + strength(storm, time) * (peak(storm) - value).max(0.0);
    storms.iter().map(lift).fold(value, f64::max)
}

/// How much of a storm there is at `time`: 1 at its peak, 0 outside it, half a cosine on either side.
fn strength(storm: &Storm, time: DateTime<Utc>) -> f64 {
    let hours = (time - storm.peak).num_seconds() as f64 / 3600.0;
    let side = if hours < 0.0 { -hours / storm.rise_h } else { hours / storm.decay_h };
    if side >= 1.0 { 0.0 } else { (1.0 + libm::cos(PI * side)) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::CLIMATES;
    use sha2::{Digest, Sha256};

    fn climate() -> Climate {
        Climate::parse(CLIMATES[0].0, CLIMATES[0].1).expect("a climate")
    }

    fn at(time: &str) -> DateTime<Utc> {
        time.parse().expect("a time")
    }

    fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
        let count = values.clone().count() as f64;
        let mean = values.clone().sum::<f64>() / count;
        (mean, (values.map(|v| (v - mean) * (v - mean)).sum::<f64>() / count).sqrt())
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let text = synthetic_csv(&climate(), "c.toml", at("2026-01-28T00:00:00Z"), 240, 7).expect("a series");
        let hash: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, "79142650d1c623a92191729ad1a2bac5f19ac836d628e5064ce52ca76e5ad0f9");
        let other = synthetic_csv(&climate(), "c.toml", at("2026-01-28T00:00:00Z"), 240, 8);
        assert_ne!(text, other.expect("a series"));
    }

    /// Twenty years: each month's mean within 0.3 of its standard deviation, that within a fifth; the whole within 2 %.
    #[test]
    fn twenty_years_have_the_statistics_of_their_climate() {
        let climate = climate();
        let series = synthesise(&climate, at("2001-01-01T00:00:00Z"), 20 * 8766, 1).expect("a series");
        let month = |index: &usize| series.time(*index).month0() as usize;
        for (element, channel) in [(&climate.hs, 0), (climate.wind.as_ref().expect("wind"), 2)] {
            let values = &series.values[channel];
            for m in 0..12 {
                let of_month = (0..series.len()).filter(|index| month(index) == m).map(|index| values[index]);
                let (mean, std) = moments(of_month);
                let (wanted_mean, wanted_std) = (element.mean[m], element.std[m]);
                assert!((mean - wanted_mean).abs() < 0.3 * wanted_std, "{channel} {m}: {mean}");
                assert!((std / wanted_std - 1.0).abs() < 0.2, "{channel} {m}: {std}");
            }
            let wanted = (0..series.len()).map(|index| element.mean[month(&index)]);
            let ratio = moments(values.iter().copied()).0 / moments(wanted).0;
            assert!((ratio - 1.0).abs() < 0.02, "{channel}: {ratio}");
        }
        let (hs, wind) = (&series.values[0], &series.values[2]);
        let ((hs_mean, hs_std), (wind_mean, wind_std)) =
            (moments(hs.iter().copied()), moments(wind.iter().copied()));
        let product = hs.iter().zip(wind).map(|(h, w)| (h - hs_mean) * (w - wind_mean));
        let correlation = moments(product).0 / (hs_std * wind_std);
        assert!((0.6..0.75).contains(&correlation), "{correlation}");
    }

    #[test]
    fn a_walk_forgets_in_its_time() {
        let mut walk = Walk::new(3, 0, 40.0);
        let z: Vec<f64> = (0..400_000).map(|_| walk.step()).collect();
        let (mean, std) = moments(z.iter().copied());
        let lagged = z.iter().zip(&z[40..]).map(|(a, b)| a * b);
        let correlation = moments(lagged).0;
        assert!(mean.abs() < 0.05 && (std - 1.0).abs() < 0.05, "{mean} {std}");
        assert!((correlation - (-1f64).exp()).abs() < 0.05, "{correlation}");
    }

    #[test]
    fn a_storm_reaches_its_peak_and_touches_nothing_outside_it() {
        let calm = climate();
        let peak = at("2026-01-22T12:00:00Z");
        let storm = Storm { peak, hs: 9.0, wind: 30.0, rise_h: 10.0, decay_h: 20.0 };
        let stormy = Climate { storms: vec![storm], ..calm.clone() };
        let make = |climate| synthesise(climate, at("2026-01-20T00:00:00Z"), 120, 5).expect("a series");
        let (before, after) = (make(&calm), make(&stormy));
        assert_eq!((after.values[0][60], after.values[2][60]), (9.0, 30.0));
        let touched: Vec<usize> = (0..120).filter(|&i| before.values[0][i] != after.values[0][i]).collect();
        assert_eq!((touched.first(), touched.last()), (Some(&51), Some(&79)));
    }

    #[test]
    fn what_cannot_be_made_is_refused() {
        let refused = |start: &str, hours| synthesise(&climate(), at(start), hours, 1).is_err();
        assert!(refused("2026-01-01T00:00:00Z", 1));
        assert!(refused("2026-01-01T00:00:00Z", usize::MAX));
        assert!(refused("+12026-01-01T00:00:00Z", 24));
    }
}
