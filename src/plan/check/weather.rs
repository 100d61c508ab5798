//! Weather: there for as long as limits are held against it, without holes.
//!
//! In: the plan as written, and its weather files. Out: where the weather is not known; nothing is ever taken to be calm.
//! What is wrong inside a file was told while it was read ([`crate::weather::read`]).

use super::Check;
use super::limits::needed;
use crate::diag::{Diagnostic, Diagnostics};
use crate::plan::draft::{Draft, List, entries, entry};
use crate::plan::raw::RawWeather;
use crate::time::Horizon;
use crate::units::Span;
use crate::weather::Series;
use crate::weather::read::Reading;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use toml::Spanned;

/// The checks of this file that need no weather.
pub static CHECKS: &[Check] = &[
    Check { kinds: &[("weather-unused", "A weather belongs to no site and to no route.")], look: unused },
    Check {
        kinds: &[("wind-height", "A height of the wind and the exponent that goes with it make no sense.")],
        look: wind_height,
    },
];

/// The checks of this file that need the weather.
pub static SEA_CHECKS: &[Check] = &[
    Check {
        kinds: &[
            ("weather-starts-late", "Limits need weather before the series begins."),
            ("weather-ends-early", "Limits need weather after the series ends."),
        ],
        look: coverage,
    },
    Check {
        kinds: &[("weather-hole", "A channel that a limit needs has no value within the plan's time.")],
        look: holes,
    },
    Check {
        kinds: &[("wind-height-without-wind", "A height of the wind is given to a weather without wind.")],
        look: height_without_wind,
    },
];

fn unused(draft: &Draft<'_>, found: &mut Diagnostics) {
    let raw = &draft.raw;
    let is_sure = draft.is_whole(List::Site)
        && entries(&raw.site).all(|site| !site.spoilt.has("weather"))
        && entries(&raw.route).all(|route| !route.spoilt.has("weather"));
    let on_routes = entries(&raw.route).filter_map(|route| route.weather.as_ref());
    let named: HashSet<&str> = entries(&raw.site)
        .filter_map(|site| site.weather.as_ref())
        .chain(on_routes.flat_map(|weather| &weather.get_ref().names))
        .map(|name| name.get_ref().as_str())
        .collect();
    // A site that asks for an unknown weather may have meant this one.
    let are_known = named.iter().all(|name| draft.index(List::Weather, name).is_some());
    for id in entries(&raw.weather).filter_map(|weather| weather.id.as_ref()) {
        if is_sure && are_known && !named.contains(id.get_ref().as_str()) {
            found.push(
                draft
                    .warning(
                        "weather-unused",
                        id.span(),
                        format!("no site and no route has the weather {:?}", id.get_ref()),
                    )
                    .help(format!(
                        "add weather = {:?} to the site or the route it belongs to, or leave it out",
                        id.get_ref()
                    )),
            );
        }
    }
}

fn wind_height(draft: &Draft<'_>, found: &mut Diagnostics) {
    for weather in entries(&draft.raw.weather) {
        let (height, exponent) = (&weather.wind_height, &weather.wind_exponent);
        let mut tell = |span: Range<usize>, message: String, help: &str| {
            found.push(draft.error("wind-height", span, message).help(help));
        };
        if let Some(height) = height {
            if draft.is_left_out(exponent, "wind_exponent", &weather.spoilt) {
                let message = "the wind at another height needs the exponent of its profile".to_owned();
                tell(
                    height.span(),
                    message,
                    "add wind_exponent = 0.11, or what fits the place; over open sea it is about that",
                );
            }
            if height.get_ref().metres() <= 0.0 {
                tell(
                    height.span(),
                    "the wind blows above the sea".to_owned(),
                    "write wind_height = \"100 m\"",
                );
            }
        }
        if let Some(exponent) = exponent {
            if draft.is_left_out(height, "wind_height", &weather.spoilt) {
                let message = "an exponent brings the wind from one height to another".to_owned();
                tell(exponent.span(), message, "add wind_height = \"100 m\", the height of the file's wind");
            }
            if !(0.0..=1.0).contains(exponent.get_ref()) {
                let message = format!("no wind has a profile with the exponent {}", exponent.get_ref());
                tell(exponent.span(), message, "write a number from 0 to 1, such as 0.11");
            }
        }
    }
}

fn height_without_wind(draft: &Draft<'_>, found: &mut Diagnostics) {
    for (weather, file) in entries(&draft.raw.weather).zip(&draft.weather) {
        let (Some(height), Some(reading)) = (&weather.wind_height, &file.reading) else { continue };
        if reading.series.channel("wind").is_none() {
            found.push(
                draft
                    .error("wind-height-without-wind", height.span(), "this weather has no channel wind")
                    .help("leave wind_height out, or say which column is the wind: columns = { wind = \"...\" }"),
            );
        }
    }
}

/// A weather that limits need, with all that is known of it.
struct Needed<'d> {
    written: &'d RawWeather,
    reading: &'d Reading,
    channels: BTreeSet<usize>,
    horizon: Horizon,
}

impl Needed<'_> {
    fn name(&self) -> &str {
        self.written.id.as_ref().map_or("?", |id| id.get_ref())
    }

    fn file_span(&self) -> Range<usize> {
        self.written.file.as_ref().map_or(self.written.span.clone(), Spanned::span)
    }
}

fn all_needed<'d>(draft: &'d Draft<'_>) -> Vec<Needed<'d>> {
    let Some(horizon) = draft.horizon else { return Vec::new() };
    let with_file = |(place, channels): (usize, BTreeSet<usize>)| {
        let reading = draft.weather.get(place)?.reading.as_ref()?;
        Some(Needed { written: entry(&draft.raw.weather, place)?, reading, channels, horizon })
    };
    needed(draft).into_iter().filter_map(with_file).collect()
}

fn coverage(draft: &Draft<'_>, found: &mut Diagnostics) {
    for needed in all_needed(draft) {
        let (series, horizon) = (&needed.reading.series, needed.horizon);
        let (first, last) = (series.start, series.end());
        let name = needed.name();
        let covers = format!("it covers {} to {}", draft.moment(first), draft.moment(last));
        let span = |delta: TimeDelta| Span::of_seconds(delta.num_seconds());
        if last <= horizon.start || first >= horizon.end() {
            let (slug, word) = if last <= horizon.start {
                ("weather-ends-early", "ends before the plan starts")
            } else {
                ("weather-starts-late", "starts after the plan ends")
            };
            found.push(
                draft
                    .error(slug, needed.file_span(), format!("the weather {name:?} {word}"))
                    .label(covers)
                    .help(format!(
                        "take weather of {} to {}, or move the plan's dates",
                        draft.moment(horizon.start),
                        draft.moment(horizon.end())
                    )),
            );
            continue;
        }
        if first > horizon.start {
            let message =
                format!("the weather {name:?} lacks the first {} of the plan", span(first - horizon.start));
            found.push(
                draft.error("weather-starts-late", needed.file_span(), message).label(covers.clone()).help(
                    format!(
                        "add the weather from {} on, or start the plan later",
                        draft.moment(horizon.start)
                    ),
                ),
            );
        }
        if last < horizon.end() {
            let message =
                format!("the weather {name:?} lacks the last {} of the plan", span(horizon.end() - last));
            found.push(draft.error("weather-ends-early", needed.file_span(), message).label(covers).help(
                format!("add the weather up to {}, or end the plan earlier", draft.moment(horizon.end())),
            ));
        }
    }
}

fn holes(draft: &Draft<'_>, found: &mut Diagnostics) {
    for needed in all_needed(draft) {
        let series = &needed.reading.series;
        let from = needed.horizon.start.max(series.start);
        let to = needed.horizon.end().min(series.end());
        let Some(samples) = series.samples_touching(from, to).filter(|_| from < to) else { continue };
        // Channels with the same holes, as where whole lines are missing, are told of at once.
        let mut alike: BTreeMap<Vec<(usize, usize)>, Vec<usize>> = BTreeMap::new();
        for &channel in &needed.channels {
            let holes = whole_holes(series, channel, samples.clone());
            if !holes.is_empty() {
                alike.entry(holes).or_default().push(channel);
            }
        }
        for (holes, channels) in alike {
            found.push(hole(draft, &needed, &holes, &channels));
        }
    }
}

/// The holes that reach into `samples`, each in its whole length.
fn whole_holes(series: &Series, channel: usize, samples: Range<usize>) -> Vec<(usize, usize)> {
    let is_missing = |index: usize| series.values[channel].get(index).is_some_and(|value| value.is_nan());
    let whole = |hole: crate::weather::Hole| {
        let (mut from, mut to) = (hole.samples.start, hole.samples.end);
        while from > 0 && is_missing(from - 1) {
            from -= 1;
        }
        while is_missing(to) {
            to += 1;
        }
        (from, to)
    };
    series.holes(channel, samples).into_iter().map(whole).collect()
}

fn hole(draft: &Draft<'_>, needed: &Needed<'_>, holes: &[(usize, usize)], channels: &[usize]) -> Diagnostic {
    const LONG_FOR_A_LINE: Span = Span::of_hours(12);
    let series = &needed.reading.series;
    let (first_from, first_to) = holes.first().copied().unwrap_or_default();
    let names: Vec<&str> = channels.iter().map(|&channel| series.channels[channel].name.as_str()).collect();
    let lasts = |samples: usize| Span::of_seconds(series.step.seconds() * samples as i64);
    let mut message = format!(
        "the weather {:?} has no {} for {} from {} on",
        needed.name(),
        names.join(", "),
        lasts(first_to - first_from),
        draft.moment(series.time(first_from))
    );
    if holes.len() > 1 {
        let all: usize = holes.iter().map(|(from, to)| to - from).sum();
        message.push_str(&format!(" ({} in {} holes in all)", lasts(all), holes.len()));
    }
    let found = needed.reading.holes.iter().find(|hole| {
        let is_channel = hole.channel.is_none_or(|channel| channels.contains(&channel));
        is_channel && hole.samples.start < first_to && hole.samples.end > first_from
    });
    let place = found.map_or_else(|| draft.place(needed.file_span()), |hole| hole.place.clone());
    let label = match found {
        Some(hole) if hole.channel.is_none() => "lines are missing before this one",
        Some(_) => "no value here",
        None => "in this file",
    };
    let longest = lasts(holes.iter().map(|(from, to)| to - from).max().unwrap_or(0));
    let help = if holes.iter().any(|&(from, to)| from == 0 || to == series.len()) {
        "get the missing values: at an end of the series there is nothing to interpolate between".to_owned()
    } else if longest > LONG_FOR_A_LINE {
        format!(
            "get the missing values; gaps = \"interpolate up to {longest}\" would draw a straight line over them, \
             which says little of the sea"
        )
    } else {
        format!("get the missing values, or write gaps = \"interpolate up to {longest}\" in the [[weather]]")
    };
    Diagnostic::error("weather-hole", message).at(place).label(label).help(help)
}
