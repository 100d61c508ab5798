//! An ensemble with one file a member: the list of them in `[[weather]]`, and the member that the plan takes.
//!
//! In: the files of one weather. Out: the series of the member that is chosen, once all files are read and found to be members of the
//! same ensemble: the same span, step and channels. What differs is told, since a wrong file in the list is a wrong answer.

use super::draft::{Draft, WeatherFile};
use super::load::read_file;
use super::raw::{OneOrMore, RawWeather};
use crate::diag::{Diagnostics, Kind};
use crate::weather::Series;
use std::path::Path;
use toml::Spanned;

/// The kinds of fault told here.
pub static KINDS: &[Kind] =
    &[("weather-members", "The files of an ensemble differ in what they cover, or are none.")];

/// Reads all members, and gives the one that is chosen.
pub fn read_members(
    draft: &Draft<'_>,
    weather: &RawWeather,
    files: &Spanned<OneOrMore>,
    folder: &Path,
    found: &mut Diagnostics,
) -> Option<WeatherFile> {
    let names = &files.get_ref().names;
    if names.is_empty() {
        let help = "write file = [\"member-0.nc\", \"member-1.nc\"], or the name of one file";
        // A list whose entries are no names was told.
        if !weather.spoilt.has("file") && draft.written(files).chars().all(|c| "[] \n\r\t".contains(c)) {
            found.push(draft.error("weather-members", files.span(), "the list names no file").help(help));
        }
        return None;
    }
    let chosen = choose(draft, weather, files, found)?;
    let mut read: Vec<Option<WeatherFile>> =
        names.iter().map(|name| read_file(draft, weather, name, folder, found)).collect();
    let mut are_alike = true;
    let first = series(&read[0]);
    for (name, file) in names.iter().zip(&read).skip(1) {
        let (Some(first), Some(other)) = (first, series(file)) else { continue };
        if let Some(difference) = difference(first, other) {
            are_alike = false;
            let message =
                format!("{:?} is no member of the ensemble of {:?}", name.get_ref(), names[0].get_ref());
            let help = "the members of an ensemble have the same times and channels: take the other files out, or cut them alike with `mudline weather convert`";
            found.push(draft.error("weather-members", name.span(), message).label(difference).help(help));
        }
    }
    if !are_alike || read.iter().any(|file| file.as_ref().is_none_or(|file| file.reading.is_none())) {
        return None;
    }
    read.swap_remove(chosen)
}

/// The place of the chosen member in the list.
fn choose(
    draft: &Draft<'_>,
    weather: &RawWeather,
    files: &Spanned<OneOrMore>,
    found: &mut Diagnostics,
) -> Option<usize> {
    let names = &files.get_ref().names;
    let listed = || {
        let shown =
            names.iter().enumerate().take(8).map(|(place, name)| format!("{place} is {:?}", name.get_ref()));
        let more = if names.len() > 8 { ", ..." } else { "" };
        shown.collect::<Vec<_>>().join(", ") + more
    };
    let (span, message) = match &weather.member {
        Some(member) => match usize::try_from(*member.get_ref()).ok().filter(|&place| place < names.len()) {
            Some(place) => return Some(place),
            None => (member.span(), format!("the list has no member {}", member.get_ref())),
        },
        None if names.len() == 1 => return Some(0),
        None if weather.spoilt.has("member") => return None,
        None => (
            files.span(),
            format!("the list holds {} members of an ensemble, and none is chosen", names.len()),
        ),
    };
    let help = format!("choose one: member = 0; {}", listed());
    found.push(draft.error("weather-member", span, message).help(help));
    None
}

fn series(file: &Option<WeatherFile>) -> Option<&Series> {
    Some(&file.as_ref()?.reading.as_ref()?.series)
}

/// In what two series differ that members of one ensemble have in common.
fn difference(first: &Series, other: &Series) -> Option<String> {
    let span = |series: &Series| {
        let time = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%d %H:%M").to_string();
        format!("{} to {} UTC", time(series.start), time(series.end()))
    };
    let channels = |series: &Series| {
        let mut names: Vec<String> = series.channels.iter().map(|channel| channel.name.clone()).collect();
        names.sort();
        names.join(", ")
    };
    if first.step != other.step {
        return Some(format!("its step is {}, and that of the first {}", other.step, first.step));
    }
    if (first.start, first.len()) != (other.start, other.len()) {
        return Some(format!("it covers {}, and the first {}", span(other), span(first)));
    }
    let (own, of_first) = (channels(other), channels(first));
    (own != of_first).then(|| format!("it has {own}, and the first {of_first}"))
}
