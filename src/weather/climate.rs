//! A climate: what the sea of a place is like in each month, from which [`super::synthesise`] makes a series.
//!
//! In: a TOML file. Out: a [`Climate`] whose numbers are all usable, or everything that is wrong with the file.
//! Not weather: a climate has no dates, except those of the storms that are laid over it.
//!
//! ```toml
//! name = "somewhere"
//! [hs]                                # significant wave height: lognormal in each month
//! mean_m = [2.5, 2.4, 2.2, 2.0, 1.8, 1.7, 1.8, 2.0, 2.2, 2.3, 2.4, 2.5]     # January to December
//! std_m = [0.7, 0.7, 0.6, 0.6, 0.5, 0.5, 0.6, 0.8, 0.8, 0.7, 0.7, 0.7]
//! decorrelation_h = 40                # lag at which the correlation has fallen to 1/e
//! quick_share = 0.1                   # of its variance, that part which forgets quickly; with quick_h, or neither
//! quick_h = 4                         # after so many hours; so in [wind] and [current]
//! [tp]                                # Hs = steepness x g Tp^2 / 2 pi
//! steepness = 0.02                    # the median
//! scatter = 0.2                       # standard deviation of its logarithm
//! decorrelation_h = 30
//! [wind]                              # wind at 10 m: Weibull in each month
//! mean_ms = [7.5, 7.5, 7.5, 7.5, 7.0, 6.5, 6.0, 6.0, 6.0, 7.0, 7.5, 7.5]
//! std_ms = [2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5]
//! decorrelation_h = 24
//! with_hs = 0.7                       # correlation with Hs, of the normal variables under both
//! [current]                           # surface current: Weibull in each month
//! mean_ms = [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]
//! std_ms = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
//! decorrelation_h = 120
//! [[storm]]                           # any number of them, or none
//! peak = 2026-01-22T12:00:00Z
//! hs_m = 4.2                          # at the peak
//! wind_ms = 18                        # at the peak
//! rise_h = 30
//! decay_h = 60
//! ```
//! Of `[tp]`, `[wind]` and `[current]` any may be left out, and the sea then has no such channel. `[typhoons]` stands in
//! [`super::Typhoons`]; without it there are none.

use super::channel::Channel;
use super::typhoons::Typhoons;
use crate::diag::{Diagnostic, Diagnostics, Source};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::ops::RangeInclusive;
use toml::Spanned;

/// One number for each month, January first.
pub type Monthly = [f64; 12];

/// What the sea of a place is like; see the module's head for the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Climate {
    /// What it is called in the comments of a series.
    pub name: String,
    /// Significant wave height, in metres; lognormal.
    pub hs: Element,
    /// The steepness of waves, from which their peak period follows; nothing where that is not known.
    pub steepness: Option<Steepness>,
    /// Wind at 10 m, in metres per second; Weibull. Nothing where it is not known.
    pub wind: Option<Element>,
    /// The correlation between the normal variables under Hs and under the wind.
    pub wind_with_hs: f64,
    /// Surface current, in metres per second; Weibull. Nothing where it is not known.
    pub current: Option<Element>,
    /// Storms that are laid over the rest.
    pub storms: Vec<Storm>,
    /// Storms that pass at random, where they are asked for.
    pub typhoons: Option<Typhoons>,
}

/// One element of a climate.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// The mean in each month.
    pub mean: Monthly,
    /// The standard deviation in each month.
    pub std: Monthly,
    /// Hours after which the correlation of the normal variable under it has fallen to 1/e; of its slow part, where it has a quick one.
    pub decorrelation_h: f64,
    /// The part of that variable that forgets quickly.
    pub quick: Option<Quick>,
}

/// A part of a normal variable that forgets quickly, as gusts, fronts and small seas do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quick {
    /// Its share of the variance, 0 to 1.
    pub share: f64,
    /// Hours after which its correlation has fallen to 1/e.
    pub decorrelation_h: f64,
}

/// The steepness of waves, 2 pi Hs / (g Tp^2); lognormal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steepness {
    /// The median.
    pub median: f64,
    /// The standard deviation of its logarithm.
    pub scatter: f64,
    /// Hours after which the correlation of its logarithm has fallen to 1/e.
    pub decorrelation_h: f64,
}

/// A storm that comes at a known time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Storm {
    /// When it is worst.
    pub peak: DateTime<Utc>,
    /// Hs at the peak, in metres.
    pub hs: f64,
    /// Wind at the peak, in metres per second.
    pub wind: f64,
    /// Hours from its first sign to the peak.
    pub rise_h: f64,
    /// Hours from the peak until nothing is left of it.
    pub decay_h: f64,
}

impl Climate {
    /// Reads a climate file; `name` is the file as messages name it.
    ///
    /// # Errors
    /// Everything that is wrong with it: TOML that is none, keys that are missing or unknown, months that are not twelve, and
    /// numbers that no sea has.
    ///
    /// # Example: the fault and its remedy
    /// ```
    /// use mudline::weather::Climate;
    /// let found = Climate::parse("climate.toml", "name = \"x\"\n").expect_err("it says nothing of the sea");
    /// assert_eq!(found.iter().next().map(|fault| fault.message.as_str()), Some("missing field `hs`"));
    /// ```
    pub fn parse(name: &str, text: &str) -> Result<Climate, Diagnostics> {
        let source = Source::new(name, text);
        let mut look = Look { source: &source, found: Diagnostics::default() };
        let raw: RawClimate = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(fault) => {
                let message = fault.message().replace('\n', "; ");
                look.fault("climate-file", fault.span().unwrap_or(0..0), message, FILE_HELP);
                return Err(look.found);
            }
        };
        let climate = look.climate(&raw);
        if look.found.is_empty() { Ok(climate) } else { Err(look.found) }
    }
}

/// Climates that come with mudline, by name: the files of `seeds/climate/`.
pub static CLIMATES: &[(&str, &str)] =
    &[("minamitorishima", include_str!("../../seeds/climate/minamitorishima.toml"))];

const FILE_HELP: &str = "a climate file holds name, [hs], and where they are known [tp], [wind], [current], [typhoons] and any number of [[storm]]";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClimate {
    name: String,
    hs: RawHs,
    tp: Option<RawTp>,
    wind: Option<RawWind>,
    current: Option<RawCurrent>,
    #[serde(default)]
    storm: Vec<RawStorm>,
    typhoons: Option<RawTyphoons>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHs {
    mean_m: Spanned<Vec<f64>>,
    std_m: Spanned<Vec<f64>>,
    decorrelation_h: Spanned<f64>,
    quick_share: Option<Spanned<f64>>,
    quick_h: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTp {
    steepness: Spanned<f64>,
    scatter: Spanned<f64>,
    decorrelation_h: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWind {
    mean_ms: Spanned<Vec<f64>>,
    std_ms: Spanned<Vec<f64>>,
    decorrelation_h: Spanned<f64>,
    quick_share: Option<Spanned<f64>>,
    quick_h: Option<Spanned<f64>>,
    with_hs: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCurrent {
    mean_ms: Spanned<Vec<f64>>,
    std_ms: Spanned<Vec<f64>>,
    decorrelation_h: Spanned<f64>,
    quick_share: Option<Spanned<f64>>,
    quick_h: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStorm {
    peak: Spanned<toml::value::Datetime>,
    hs_m: Spanned<f64>,
    wind_ms: Spanned<f64>,
    rise_h: Spanned<f64>,
    decay_h: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTyphoons {
    rate: Spanned<Vec<f64>>,
    peak_hs_m: Spanned<[f64; 2]>,
    peak_wind_ms: Spanned<[f64; 2]>,
    rise_h: Spanned<f64>,
    decay_h: Spanned<f64>,
}

/// The keys of the quick part of an element.
type RawQuick<'r> = (Option<&'r Spanned<f64>>, Option<&'r Spanned<f64>>);

/// Hours that a correlation or one side of a storm may last.
const HOURS: RangeInclusive<f64> = 1.0..=2000.0;

/// Looks at the numbers of one file and keeps what is wrong with them.
struct Look<'s> {
    source: &'s Source,
    found: Diagnostics,
}

impl Look<'_> {
    fn fault(&mut self, slug: &'static str, span: std::ops::Range<usize>, message: String, help: &str) {
        self.found.push(Diagnostic::error(slug, message).at(self.source.place(span)).help(help));
    }

    fn climate(&mut self, raw: &RawClimate) -> Climate {
        Climate {
            name: raw.name.clone(),
            hs: self.element(
                "hs",
                &raw.hs.mean_m,
                &raw.hs.std_m,
                &raw.hs.decorrelation_h,
                &(raw.hs.quick_share.as_ref(), raw.hs.quick_h.as_ref()),
            ),
            steepness: raw.tp.as_ref().map(|tp| Steepness {
                median: self.number(&tp.steepness, 0.001..=0.1, "steepness"),
                scatter: self.number(&tp.scatter, 0.0..=1.0, "scatter"),
                decorrelation_h: self.number(&tp.decorrelation_h, HOURS, "decorrelation_h"),
            }),
            wind: raw.wind.as_ref().map(|wind| {
                let quick = (wind.quick_share.as_ref(), wind.quick_h.as_ref());
                self.element("wind", &wind.mean_ms, &wind.std_ms, &wind.decorrelation_h, &quick)
            }),
            wind_with_hs: raw
                .wind
                .as_ref()
                .map_or(0.0, |wind| self.number(&wind.with_hs, -1.0..=1.0, "with_hs")),
            current: raw.current.as_ref().map(|raw| {
                let quick = (raw.quick_share.as_ref(), raw.quick_h.as_ref());
                self.element("current", &raw.mean_ms, &raw.std_ms, &raw.decorrelation_h, &quick)
            }),
            storms: raw.storm.iter().map(|storm| self.storm(storm)).collect(),
            typhoons: raw.typhoons.as_ref().map(|typhoons| self.typhoons(typhoons)),
        }
    }

    fn number(&mut self, value: &Spanned<f64>, range: RangeInclusive<f64>, key: &str) -> f64 {
        let number = *value.get_ref();
        if !range.contains(&number) {
            let (least, most) = (range.start(), range.end());
            let message = format!("{key} = {number} is out of range");
            let help = format!("it lies between {least} and {most}");
            self.fault("climate-number", value.span(), message, &help);
        }
        number
    }

    fn element(
        &mut self,
        channel: &str,
        mean: &Spanned<Vec<f64>>,
        std: &Spanned<Vec<f64>>,
        decorrelation_h: &Spanned<f64>,
        quick: &RawQuick<'_>,
    ) -> Element {
        let faults = self.found.errors();
        // The mean lies well below the largest value that can be true, so that a usual storm is no bad number.
        let most = most_of(channel) / 2.0;
        let means = self.monthly(mean, &format!("the mean of {channel}"), 0.01..=most);
        let stds = self.monthly(std, &format!("the standard deviation of {channel}"), 0.0..=most);
        let is_usable = |(&mean, &std): (&f64, &f64)| (0.05..=1.5).contains(&(std / mean));
        if self.found.errors() == faults && !means.iter().zip(&stds).all(is_usable) {
            let message = format!("the standard deviation of {channel} does not go with its mean");
            self.fault("climate-number", std.span(), message, "it lies between 0.05 and 1.5 times the mean");
        }
        let decorrelation_h = self.number(decorrelation_h, HOURS, "decorrelation_h");
        Element { mean: means, std: stds, decorrelation_h, quick: self.quick(quick) }
    }

    fn quick(&mut self, raw: &RawQuick<'_>) -> Option<Quick> {
        match raw {
            (Some(share), Some(hours)) => Some(Quick {
                share: self.number(share, 0.0..=0.9, "quick_share"),
                decorrelation_h: self.number(hours, HOURS, "quick_h"),
            }),
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => {
                let message = "quick_share and quick_h go together".to_owned();
                self.fault("climate-number", one.span(), message, "write both, or leave both out");
                None
            }
        }
    }

    fn monthly(&mut self, values: &Spanned<Vec<f64>>, what: &str, range: RangeInclusive<f64>) -> Monthly {
        let list = values.get_ref();
        let Ok(months) = Monthly::try_from(list.as_slice()) else {
            let message = format!("{what} has {} numbers, and a year has 12 months", list.len());
            self.fault("climate-months", values.span(), message, "write one number a month, January first");
            return [0.0; 12];
        };
        if let Some(number) = months.iter().find(|number| !range.contains(number)) {
            let (least, most) = (range.start(), range.end());
            let message = format!("{number} cannot be {what}");
            self.fault(
                "climate-number",
                values.span(),
                message,
                &format!("it lies between {least} and {most}"),
            );
        }
        months
    }

    fn typhoons(&mut self, raw: &RawTyphoons) -> Typhoons {
        /// Passages in a month, at most.
        const MOST_RATE: f64 = 10.0;
        let mut peak = |range: &Spanned<[f64; 2]>, channel: &str| {
            let [weak, strong] = *range.get_ref();
            let most = most_of(channel);
            if !(0.0 <= weak && weak <= strong && strong <= most) {
                let message = format!("[{weak}, {strong}] is no range of peaks of {channel}");
                let help = format!("write that of the weakest and of the strongest, from 0 to {most}");
                self.fault("climate-number", range.span(), message, &help);
            }
            (weak, strong)
        };
        let (peak_hs, peak_wind) = (peak(&raw.peak_hs_m, "hs"), peak(&raw.peak_wind_ms, "wind"));
        Typhoons {
            rate: self.monthly(&raw.rate, "a rate of typhoons", 0.0..=MOST_RATE),
            peak_hs,
            peak_wind,
            rise_h: self.number(&raw.rise_h, HOURS, "rise_h"),
            decay_h: self.number(&raw.decay_h, HOURS, "decay_h"),
        }
    }

    fn storm(&mut self, storm: &RawStorm) -> Storm {
        let peak = storm.peak.get_ref().to_string().parse::<DateTime<Utc>>();
        if peak.is_err() {
            let message = format!("{} is no moment", storm.peak.get_ref());
            let help = "write date, time and offset: 2026-01-22T12:00:00Z";
            self.fault("climate-storm", storm.peak.span(), message, help);
        }
        Storm {
            peak: peak.unwrap_or_default(),
            hs: self.number(&storm.hs_m, 0.0..=most_of("hs"), "hs_m"),
            wind: self.number(&storm.wind_ms, 0.0..=most_of("wind"), "wind_ms"),
            rise_h: self.number(&storm.rise_h, HOURS, "rise_h"),
            decay_h: self.number(&storm.decay_h, HOURS, "decay_h"),
        }
    }
}

/// The largest value of a known channel that can be true.
pub(super) fn most_of(channel: &str) -> f64 {
    Channel::known(channel).map_or(f64::MAX, |kind| kind.at_most)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = CLIMATES[0].1;

    fn faults(text: &str) -> Vec<(&'static str, usize)> {
        let found = Climate::parse("climate.toml", text).expect_err("it is at fault");
        found.iter().map(|d| (d.slug, d.place.as_ref().map_or(0, |p| p.line))).collect()
    }

    fn line_of(text: &str, part: &str) -> usize {
        text[..text.find(part).expect("it is there")].lines().count() + 1
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let bad = "name = \"x\"\n\
            [hs]\nmean_m = [2, 2]\nstd_m = [1,1,1,1,1,1,1,1,1,1,1,1]\ndecorrelation_h = 0\n\
            [tp]\nsteepness = 2\nscatter = nan\ndecorrelation_h = 30\n\
            [wind]\nmean_ms = [9,9,9,9,9,9,9,9,9,9,9,9]\nstd_ms = [0,0,0,0,0,0,0,0,0,0,0,0]\n\
            decorrelation_h = 1\nwith_hs = -2\n\
            [current]\nmean_ms = [1,1,1,1,1,1,-1,1,1,1,1,1]\nstd_ms = [1,1,1,1,1,1,1,1,1,1,1,1]\n\
            decorrelation_h = 1\n\
            [[storm]]\npeak = 2026-01-01\nhs_m = 99\nwind_ms = 1\nrise_h = 1\ndecay_h = 1\n";
        let told: Vec<usize> = faults(bad).into_iter().map(|(_, line)| line).collect();
        assert_eq!(told, [3, 5, 7, 8, 12, 14, 16, 20, 21]);
    }

    #[test]
    fn a_file_that_is_none_is_told() {
        assert_eq!(faults("name ="), [("climate-file", 1)]);
        let unknown = GOOD.replace("scatter", "scater");
        let line = line_of(&unknown, "scater");
        assert_eq!(faults(&unknown), [("climate-file", line)]);
    }
}
