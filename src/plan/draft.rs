//! A plan as it is written, with what the checks need to look at it: who is called what, which time is covered, what the
//! weather files hold.

use super::raw::{RawPlan, RawTask, RawVessel};
use crate::diag::{Diagnostic, Place, Source};
use crate::id::nearest;
use crate::time::Horizon;
use crate::units::Span;
use crate::weather::read::Reading;
use std::ops::Range;
use toml::Spanned;

/// The weather file of one `[[weather]]`, once it is read.
pub struct WeatherFile {
    /// What is in it; nothing when it is at fault.
    pub reading: Option<Reading>,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// What the checks look at.
pub struct Draft<'s> {
    /// The plan's text.
    pub source: &'s Source,
    /// The plan as written.
    pub raw: RawPlan,
    /// The time it covers, when its dates make sense.
    pub horizon: Option<Horizon>,
    /// The files of its weather, in the same order; empty before they are read.
    pub weather: Vec<WeatherFile>,
}

/// Longest horizon, in slots: eleven years of hours.
pub const MOST_SLOTS: i64 = 100_000;

impl<'s> Draft<'s> {
    /// A draft before its weather is read.
    pub fn new(source: &'s Source, raw: RawPlan) -> Draft<'s> {
        let horizon = horizon(&raw);
        Draft { source, raw, horizon, weather: Vec::new() }
    }

    /// An error at a value of the plan.
    pub fn error(&self, slug: &'static str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(slug, message).at(self.place(span))
    }

    /// A warning at a value of the plan.
    pub fn warning(&self, slug: &'static str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(slug, message).at(self.place(span))
    }

    fn place(&self, span: Range<usize>) -> Place {
        self.source.place(span)
    }

    /// The vessel of that name.
    pub fn vessel(&self, id: &str) -> Option<&RawVessel> {
        find(&self.raw.vessel, id, |vessel| &vessel.id)
    }

    /// The task of that name.
    pub fn task(&self, id: &str) -> Option<&RawTask> {
        find(&self.raw.task, id, |task| &task.id)
    }

    /// The site where work of `vessel` is done: the one that is said, or the only one it calls at.
    pub fn site_of<'d>(
        &'d self,
        site: &'d Option<Spanned<String>>,
        vessel: Option<&'d RawVessel>,
    ) -> Option<&'d str> {
        if let Some(site) = site {
            return Some(site.get_ref());
        }
        match calls(vessel?)[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The place of the site's weather among the plan's, when the site has one.
    pub fn weather_at(&self, site: &str) -> Option<usize> {
        let site = find(&self.raw.site, site, |site| &site.id)?;
        let weather = site.weather.as_ref()?.get_ref();
        RawPlan::entries(&self.raw.weather)
            .iter()
            .position(|entry| entry.get_ref().id.as_ref().is_some_and(|id| id.get_ref() == weather))
    }
}

/// The entry of that name in a list of tables.
pub fn find<'l, T>(
    list: &'l Option<Spanned<Vec<Spanned<T>>>>,
    id: &str,
    id_of: impl Fn(&T) -> &Option<Spanned<String>>,
) -> Option<&'l T> {
    RawPlan::entries(list)
        .iter()
        .map(Spanned::get_ref)
        .find(|entry| id_of(entry).as_ref().is_some_and(|name| name.get_ref() == id))
}

/// The names in a list of tables.
pub fn names<T>(
    list: &Option<Spanned<Vec<Spanned<T>>>>,
    id_of: impl Fn(&T) -> &Option<Spanned<String>>,
) -> Vec<&str> {
    RawPlan::entries(list)
        .iter()
        .filter_map(|entry| id_of(entry.get_ref()).as_ref().map(|id| id.get_ref().as_str()))
        .collect()
}

/// The sites that a vessel calls at, each once.
pub fn calls(vessel: &RawVessel) -> Vec<&str> {
    let named =
        vessel.calls.iter().flat_map(|calls| calls.get_ref().iter().map(|call| call.get_ref().as_str()));
    let ends = vessel.at.iter().chain(&vessel.home).map(|site| site.get_ref().as_str());
    let mut calls: Vec<&str> = Vec::new();
    for site in named.chain(ends) {
        if !calls.contains(&site) {
            calls.push(site);
        }
    }
    calls
}

/// The names of a vessel's gear states.
pub fn gear_names(vessel: &RawVessel) -> Vec<&str> {
    let names = names(&vessel.gear, |gear| &gear.id);
    if names.is_empty() { vec!["stowed"] } else { names }
}

/// "did you mean ...?", or what there is.
pub fn did_you_mean(asked: &str, known: &[&str]) -> String {
    match nearest(asked, known.iter().copied()) {
        Some(near) => format!("did you mean {near:?}?"),
        None if known.is_empty() => "the plan has none".to_owned(),
        None => format!("the plan has: {}", known.join(", ")),
    }
}

fn horizon(raw: &RawPlan) -> Option<Horizon> {
    let head = raw.plan.as_ref()?.get_ref();
    let (start, end) = (*head.start.as_ref()?.get_ref(), *head.end.as_ref()?.get_ref());
    let slot = head.slot.as_ref().map_or(Span::of_hours(1), |slot| *slot.get_ref());
    let seconds = (end - start).num_seconds();
    if slot.seconds() <= 0 || seconds <= 0 || seconds % slot.seconds() != 0 {
        return None;
    }
    let slots = seconds / slot.seconds();
    (slots <= MOST_SLOTS).then_some(Horizon { start, slot, slots: slots as usize })
}
