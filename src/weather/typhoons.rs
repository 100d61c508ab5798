//! Typhoons in a synthetic sea: a plain model of storms that pass, how many in a month and how strong.
//!
//! In: a climate's `[typhoons]`, and a seed. Out: the [`Storm`]s of a stretch of time; the same for a month whatever the stretch is.
//! A model and not a record, and off unless a climate asks for it. Its assumptions: passages of a month are independent of each other
//! and of the sea before them (a Poisson number with the month's mean, at times spread evenly over it); the strength of one is spread
//! evenly between weak and strong, the same share for Hs and wind; Hs and wind rise to the peak and fall as half a cosine.
//!
//! ```toml
//! [typhoons]
//! rate = [0, 0, 0, 0, 0.1, 0.1, 0.3, 0.5, 0.5, 0.4, 0.2, 0]     # passages near the place, a month; January first
//! peak_hs_m = [5, 12]                                           # at the peak: of the weakest and of the strongest
//! peak_wind_ms = [20, 45]
//! rise_h = 30                                                   # from the first sign to the peak
//! decay_h = 48                                                  # from the peak until nothing is left
//! ```

use super::climate::{Monthly, Storm};
use super::synth::uniform;
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// Storms that pass, how many in a month and how strong.
#[derive(Debug, Clone, PartialEq)]
pub struct Typhoons {
    /// Passages near the place, a month.
    pub rate: Monthly,
    /// Hs at the peak, in metres: of the weakest and of the strongest.
    pub peak_hs: (f64, f64),
    /// Wind at the peak, in metres per second: of the weakest and of the strongest.
    pub peak_wind: (f64, f64),
    /// Hours from the first sign to the peak.
    pub rise_h: f64,
    /// Hours from the peak until nothing is left.
    pub decay_h: f64,
}

/// The first stream of random bits; each month of the calendar has one of its own.
const STREAM: u64 = 1 << 20;

impl Typhoons {
    /// The storms whose peak lies between two times, in order.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>, seed: u64) -> Vec<Storm> {
        let mut storms = Vec::new();
        let mut month = NaiveDate::from_ymd_opt(from.year(), from.month(), 1);
        while let Some(first) = month.filter(|first| *first <= to.date_naive()) {
            storms.extend(self.of_month(first, seed));
            month = first.checked_add_months(Months::new(1));
        }
        storms.retain(|storm| (from..=to).contains(&storm.peak));
        storms.sort_by_key(|storm| storm.peak);
        storms
    }

    fn of_month(&self, first: NaiveDate, seed: u64) -> Vec<Storm> {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut random = ChaCha12Rng::from_seed(key);
        random.set_stream(STREAM + u64::from(first.year().unsigned_abs()) * 12 + u64::from(first.month0()));
        // A Poisson number, after Knuth: how many uniform numbers can be multiplied before they fall below exp(-rate).
        let (least, mut product, mut count) = (libm::exp(-self.rate[first.month0() as usize]), 1.0, 0);
        loop {
            product *= uniform(&mut random);
            if product <= least {
                break;
            }
            count += 1;
        }
        let begin = first.and_time(chrono::NaiveTime::MIN).and_utc();
        let hours = f64::from(begin.num_days_in_month()) * 24.0;
        let one = |random: &mut ChaCha12Rng| {
            let (when, strength) = (uniform(random), uniform(random));
            let peak_of = |(weak, strong): (f64, f64)| weak + strength * (strong - weak);
            Storm {
                peak: begin + TimeDelta::hours((hours * when) as i64),
                hs: peak_of(self.peak_hs),
                wind: peak_of(self.peak_wind),
                rise_h: self.rise_h,
                decay_h: self.decay_h,
            }
        };
        (0..count).map(|_| one(&mut random)).collect()
    }

    /// What an output says of them.
    pub fn words(&self, passages: usize) -> String {
        format!(
            "typhoons: {passages} passages by a plain model (independent, {} a year, peaks of {} to {} m and {} to {} m/s), not by any record",
            (self.rate.iter().sum::<f64>() * 100.0).round() / 100.0,
            self.peak_hs.0,
            self.peak_hs.1,
            self.peak_wind.0,
            self.peak_wind.1
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::{CLIMATES, Climate, synthesise, synthetic_csv};

    fn at(time: &str) -> DateTime<Utc> {
        time.parse().expect("a time")
    }

    fn typhoons() -> Typhoons {
        let mut rate = [0.0; 12];
        (rate[7], rate[8]) = (0.5, 1.5);
        Typhoons { rate, peak_hs: (6.0, 12.0), peak_wind: (25.0, 45.0), rise_h: 24.0, decay_h: 36.0 }
    }

    #[test]
    fn storms_come_as_often_and_as_strong_as_they_should() {
        let storms = typhoons().between(at("2001-01-01T00:00:00Z"), at("2401-01-01T00:00:00Z"), 3);
        let in_month = |month| storms.iter().filter(|storm| storm.peak.month() == month).count();
        // 400 years: 200 and 600 passages, give or take three times the root of them.
        assert!((158..=242).contains(&in_month(8)) && (527..=673).contains(&in_month(9)), "{}", storms.len());
        assert_eq!(in_month(8) + in_month(9), storms.len());
        assert!(storms.iter().all(|s| (6.0..=12.0).contains(&s.hs) && (25.0..=45.0).contains(&s.wind)));
        let mean = storms.iter().map(|storm| storm.hs).sum::<f64>() / storms.len() as f64;
        assert!((mean - 9.0).abs() < 0.3, "{mean}");
    }

    #[test]
    fn a_month_has_the_same_storms_in_every_stretch_and_none_when_off() {
        let short = typhoons().between(at("2010-08-01T00:00:00Z"), at("2010-10-01T00:00:00Z"), 3);
        let long = typhoons().between(at("2001-01-01T00:00:00Z"), at("2020-01-01T00:00:00Z"), 3);
        assert_eq!(long.into_iter().filter(|storm| storm.peak.year() == 2010).collect::<Vec<_>>(), short);
        assert_ne!(typhoons().between(at("2010-08-01T00:00:00Z"), at("2012-10-01T00:00:00Z"), 4), short);
        let calm = Climate::parse("c.toml", CLIMATES[0].1).expect("a climate");
        let stormy = Climate { typhoons: Some(typhoons()), ..calm.clone() };
        let make =
            |climate: &Climate| synthesise(climate, at("2010-01-01T00:00:00Z"), 8760, 3).expect("a series");
        let (without, with) = (make(&calm), make(&stormy));
        let peak = short.first().expect("a storm of that season");
        let hour = (peak.peak - with.start).num_hours() as usize;
        assert!(
            with.values[0][hour] >= (peak.hs * 100.0).round() / 100.0,
            "{} {peak:?}",
            with.values[0][hour]
        );
        assert_eq!(with.values[0][..4000], without.values[0][..4000]);
        let text = synthetic_csv(&stormy, "c.toml", with.start, 8760, 3).expect("a series");
        assert!(
            text.contains(&format!("# typhoons: {} passages by a plain model", short.len())),
            "{}",
            &text[..600]
        );
    }
}
