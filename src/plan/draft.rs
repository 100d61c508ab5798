//! A plan as it is written, with what the checks need to look at it: who is called what, which time is covered, what the
//! weather files hold.
//!
//! In: the raw plan. Out: [`Draft`], which finds things by name in no time and says what was not wholly read.
//! Rule for the checks: of what is not there because it could not be read, nothing is said again.

use super::raw::{
    Contingency, RawCommodity, RawPlan, RawResource, RawRoute, RawSite, RawTank, RawTask, RawTransfer,
    RawVessel, RawWeather,
};
use super::read::Spoilt;
use crate::diag::{Diagnostic, Place, Source};
use crate::id::nearest;
use crate::time::{Horizon, Zone};
use crate::units::Span;
use crate::weather::read::Reading;
use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::ops::{Range, RangeInclusive};
use toml::Spanned;

/// The weather file of one `[[weather]]`, once it is read.
pub struct WeatherFile {
    /// What is in it; nothing when it is at fault.
    pub reading: Option<Reading>,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// The lists of a plan whose entries are called by their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// `[[weather]]`
    Weather,
    /// `[[site]]`
    Site,
    /// `[[commodity]]`
    Commodity,
    /// `[[vessel]]`
    Vessel,
    /// `[[task]]`
    Task,
    /// `[[resource]]`
    Resource,
    /// `[[sampling]]`
    Sampling,
    /// `[[process]]`
    Process,
    /// `[[demand]]`
    Demand,
}

impl List {
    /// Every list.
    pub const ALL: [List; 9] = [
        List::Weather,
        List::Site,
        List::Commodity,
        List::Vessel,
        List::Task,
        List::Resource,
        List::Sampling,
        List::Process,
        List::Demand,
    ];

    /// The key under which it stands, which is also the word for an entry of it.
    pub fn word(self) -> &'static str {
        let words =
            ["weather", "site", "commodity", "vessel", "task", "resource", "sampling", "process", "demand"];
        words[self as usize]
    }
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
    /// The alpha factors it chooses, once their files are read.
    pub alpha: Option<super::alpha::Factors>,
    /// Whether the text is broken, so that anything may be missing from `raw`.
    pub is_broken: bool,
    /// For each list the places of its names; of a name that is there twice the first.
    names: [HashMap<String, usize>; List::ALL.len()],
    /// How many names may still be compared in search of what was meant.
    comparisons: Cell<usize>,
}

/// Longest horizon, in slots: eleven years of hours.
pub const MOST_SLOTS: i64 = 100_000;
/// The years that a plan may speak of.
pub const YEARS: RangeInclusive<i32> = 1900..=2200;
/// Largest contingency: ten times the duration in reserve; more is a slip of the pen.
pub const MOST_CONTINGENCY: f64 = 10.0;
/// Names that are compared, over all unknown names of a plan; beyond it nothing is guessed, so that checking stays quick.
const MOST_COMPARISONS: usize = 100_000;

impl<'s> Draft<'s> {
    /// A draft before its weather is read.
    pub fn new(source: &'s Source, raw: RawPlan, is_broken: bool) -> Draft<'s> {
        let horizon = horizon(&raw);
        let names = List::ALL.map(|list| index(&raw, list));
        let comparisons = Cell::new(MOST_COMPARISONS);
        Draft { source, raw, horizon, weather: Vec::new(), alpha: None, is_broken, names, comparisons }
    }

    /// An error at a value of the plan.
    pub fn error(&self, slug: &'static str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(slug, message).at(self.place(span))
    }

    /// A warning at a value of the plan.
    pub fn warning(&self, slug: &'static str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(slug, message).at(self.place(span))
    }

    /// The place of a value of the plan.
    pub fn place(&self, span: Range<usize>) -> Place {
        self.source.place(span)
    }

    /// A value as the plan writes it, quotes and all.
    pub fn written<T>(&self, value: &Spanned<T>) -> &str {
        self.source.text().get(value.span()).unwrap_or_default()
    }

    /// The place of an entry by its name.
    pub fn index(&self, list: List, id: &str) -> Option<usize> {
        self.names[list as usize].get(id).copied()
    }

    /// Every name in a list, in the order of the file.
    pub fn known(&self, list: List) -> Vec<&str> {
        ids(&self.raw, list).into_iter().flatten().map(|id| id.get_ref().as_str()).collect()
    }

    /// Whether every entry of a list was read with its name, so that a name that is not there is unknown indeed.
    pub fn is_whole(&self, list: List) -> bool {
        !self.is_broken
            && !self.raw.spoilt.is_unread(list.word())
            && ids(&self.raw, list).iter().all(Option::is_some)
    }

    /// Whether a key was left out by the planner, and not only lost in reading.
    pub fn is_left_out<T>(&self, key: &Option<T>, name: &str, spoilt: &Spoilt) -> bool {
        key.is_none() && !self.is_broken && !spoilt.has(name)
    }

    /// The vessel of that name.
    pub fn vessel(&self, id: &str) -> Option<&RawVessel> {
        entry(&self.raw.vessel, self.index(List::Vessel, id)?)
    }

    /// The task of that name.
    pub fn task(&self, id: &str) -> Option<&RawTask> {
        entry(&self.raw.task, self.index(List::Task, id)?)
    }

    /// The site of that name.
    pub fn site(&self, id: &str) -> Option<&RawSite> {
        entry(&self.raw.site, self.index(List::Site, id)?)
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

    /// Where a transfer between two vessels is done: the site that is said, or the only one at which both call.
    pub fn meeting_site<'d>(&'d self, transfer: &'d RawTransfer) -> Option<&'d str> {
        if let Some(site) = &transfer.site {
            return Some(site.get_ref());
        }
        let (from, to) =
            (self.vessel(transfer.from.as_ref()?.get_ref())?, self.vessel(transfer.to.as_ref()?.get_ref())?);
        let there = calls(to);
        match calls(from).into_iter().filter(|site| there.contains(site)).collect::<Vec<_>>()[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The site at which a transfer is done, where that is clear.
    pub fn transfer_site<'d>(&'d self, transfer: &'d RawTransfer) -> Option<&'d str> {
        let ends = transfer.from.iter().chain(&transfer.to).map(|end| end.get_ref().as_str());
        match ends.filter(|end| self.site(end).is_some()).collect::<Vec<_>>()[..] {
            [] => self.meeting_site(transfer),
            [only] => Some(only),
            _ => None,
        }
    }

    /// The place of the site's weather among the plan's, when the site has one.
    pub fn weather_at(&self, site: &str) -> Option<usize> {
        self.index(List::Weather, self.site(site)?.weather.as_ref()?.get_ref())
    }

    /// A moment as the plan would write it, in its own zone.
    pub fn moment(&self, time: DateTime<Utc>) -> String {
        let head = self.raw.plan.as_ref().map(Spanned::get_ref);
        let zone = head.and_then(|head| Zone::named(head.zone.as_ref()?.get_ref())).unwrap_or(Zone::UTC);
        zone.local(time).to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// "did you mean ...?", or what there is.
    pub fn did_you_mean(&self, asked: &str, known: &[&str]) -> String {
        let left = self.comparisons.get();
        self.comparisons.set(left.saturating_sub(known.len()));
        let near = if left >= known.len() { nearest(asked, known.iter().copied()) } else { None };
        match near {
            Some(near) => format!("did you mean {near:?}?"),
            None if known.is_empty() => "the plan has none".to_owned(),
            None => format!("the plan has: {}", some_of(known)),
        }
    }
}

/// The first few of many names.
pub fn some_of(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The entry at a place of a list of tables.
pub fn entry<T>(list: &Option<Spanned<Vec<Spanned<T>>>>, place: usize) -> Option<&T> {
    RawPlan::entries(list).get(place).map(Spanned::get_ref)
}

/// The entries of a list of tables.
pub fn entries<T>(list: &Option<Spanned<Vec<Spanned<T>>>>) -> impl DoubleEndedIterator<Item = &T> {
    RawPlan::entries(list).iter().map(Spanned::get_ref)
}

/// The name of every entry of a list, where it has one.
pub fn ids(raw: &RawPlan, list: List) -> Vec<Option<&Spanned<String>>> {
    match list {
        List::Weather => entries(&raw.weather).map(|entry: &RawWeather| entry.id.as_ref()).collect(),
        List::Site => entries(&raw.site).map(|entry: &RawSite| entry.id.as_ref()).collect(),
        List::Commodity => entries(&raw.commodity).map(|entry: &RawCommodity| entry.id.as_ref()).collect(),
        List::Vessel => entries(&raw.vessel).map(|entry: &RawVessel| entry.id.as_ref()).collect(),
        List::Task => entries(&raw.task).map(|entry: &RawTask| entry.id.as_ref()).collect(),
        List::Resource => entries(&raw.resource).map(|entry: &RawResource| entry.id.as_ref()).collect(),
        List::Sampling => entries(&raw.sampling).map(|entry| entry.id.as_ref()).collect(),
        List::Process => entries(&raw.process).map(|entry| entry.id.as_ref()).collect(),
        List::Demand => entries(&raw.demand).map(|entry| entry.id.as_ref()).collect(),
    }
}

fn index(raw: &RawPlan, list: List) -> HashMap<String, usize> {
    let mut places = HashMap::new();
    for (place, id) in ids(raw, list).into_iter().enumerate() {
        if let Some(id) = id {
            places.entry(id.get_ref().clone()).or_insert(place);
        }
    }
    places
}

/// The sites that a vessel calls at, each once.
pub fn calls(vessel: &RawVessel) -> Vec<&str> {
    let mut seen = HashSet::new();
    call_names(vessel).map(|site| site.get_ref().as_str()).filter(|site| seen.insert(*site)).collect()
}

/// Every mention of a site among a vessel's calls, `at` and `home`.
pub fn call_names(vessel: &RawVessel) -> impl Iterator<Item = &Spanned<String>> {
    let named = vessel.calls.iter().flat_map(|calls| calls.get_ref());
    named.chain(&vessel.at).chain(&vessel.home)
}

/// The commodities that a tank of a vessel takes.
pub fn takes<'d>(raw: &'d RawPlan, vessel: &'d RawVessel, tank: &'d RawTank) -> Vec<&'d str> {
    let name = |name: &'d Spanned<String>| name.get_ref().as_str();
    match (&tank.takes, &vessel.hold) {
        (Some(takes), _) => takes.get_ref().iter().map(name).collect(),
        (None, Some(hold)) => hold.get_ref().0.iter().map(|(of, _)| name(of)).collect(),
        (None, None) => entries(&raw.commodity).filter_map(|of| of.id.as_ref()).map(name).collect(),
    }
}

/// The weather on a route, by name: for each stretch where it is a list, one for all of them where it is not; none where it is not said.
pub fn on_the_way(route: &RawRoute) -> Vec<&Spanned<String>> {
    let Some(weather) = route.weather.as_ref().map(Spanned::get_ref) else { return Vec::new() };
    let stretches = route.via.as_ref().map_or(0, |via| via.get_ref().len()) + 1;
    let times = if weather.is_list { 1 } else { stretches };
    weather.names.iter().flat_map(|name| std::iter::repeat_n(name, times)).collect()
}

/// The routes between the calls of a vessel that say the weather on the way.
pub fn routes_with_weather<'d>(raw: &'d RawPlan, calls: &[&str]) -> impl Iterator<Item = &'d RawRoute> {
    let is_called = |site: &Option<Spanned<String>>| {
        site.as_ref().is_some_and(|site| calls.contains(&site.get_ref().as_str()))
    };
    entries(&raw.route)
        .filter(move |route| route.weather.is_some() && is_called(&route.from) && is_called(&route.to))
}

/// The names of a vessel's gear states.
pub fn gear_names(vessel: &RawVessel) -> Vec<&str> {
    let names: Vec<&str> =
        entries(&vessel.gear).filter_map(|gear| gear.id.as_ref().map(|id| id.get_ref().as_str())).collect();
    if names.is_empty() { vec!["stowed"] } else { names }
}

/// The time in reserve of a task; none where its contingency makes no sense.
pub fn reserve(task: &RawTask) -> Span {
    match (task.contingency.as_ref().map(Spanned::get_ref), &task.duration) {
        (Some(Contingency::Time(time)), _) => *time,
        (Some(Contingency::Share(share)), Some(duration))
            if (0.0..=MOST_CONTINGENCY).contains(&share.of_whole()) =>
        {
            Span::of_seconds((duration.get_ref().seconds() as f64 * share.of_whole()).ceil() as i64)
        }
        _ => Span::default(),
    }
}

fn horizon(raw: &RawPlan) -> Option<Horizon> {
    let head = raw.plan.as_ref()?.get_ref();
    let (start, end) = (*head.start.as_ref()?.get_ref(), *head.end.as_ref()?.get_ref());
    let slot = match &head.slot {
        Some(slot) => *slot.get_ref(),
        None if head.spoilt.has("slot") => return None,
        None => Span::of_hours(1),
    };
    let seconds = (end - start).num_seconds();
    if slot.seconds() <= 0 || seconds <= 0 || seconds % slot.seconds() != 0 {
        return None;
    }
    let slots = seconds / slot.seconds();
    let is_in_calendar = YEARS.contains(&start.year()) && YEARS.contains(&end.year());
    (slots <= MOST_SLOTS && is_in_calendar).then_some(Horizon { start, slot, slots: slots as usize })
}
