//! What the sea, closures and the sun allow in a slot, from samples and times alone.
//!
//! In: a site, limits and slots. Out: each [`Breach`] of a limit, closures that touch a slot, and whether it is dark.
//! What is unknown (no weather, no such channel, no sample, outside the series) is never calm.

use super::case::{Case, amount};
use crate::geo::is_daylight;
use crate::id::Ix;
use crate::plan::{Closed, Closure, Site, Weather};
use crate::time::Slot;
use crate::weather::{Limit, Limits};
use chrono::TimeDelta;
use std::ops::Range;

/// What stands against a limit in a slot.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen {
    /// A value beyond it.
    Beyond(f64),
    /// No value is known.
    Unknown,
}

/// Neighbouring slots in which a limit does not hold.
pub struct Breach<'l> {
    /// The limit.
    limit: &'l Limit,
    /// The slots.
    pub slots: Range<Slot>,
    seen: Seen,
}

impl Breach<'_> {
    /// In words, such as `land-machine works on 21 Jan 03:00 in hs 3.4 m, and its limit is 2.5 m`.
    pub fn tell(&self, case: &Case<'_>, who_does: &str, whose: &str) -> String {
        let (during, channel, written) = (case.during(&self.slots), &self.limit.channel, self.limit.words());
        match self.seen {
            Seen::Unknown => {
                format!("{who_does} {during} where {channel} is unknown, and {whose} {written}")
            }
            Seen::Beyond(value) => {
                let up_to = if self.slots.len() == 1 { "" } else { "up to " };
                let value = in_unit_of(self.limit, value);
                format!("{who_does} {during} in {channel} {up_to}{value}, and {whose} {written}")
            }
        }
    }
}

/// A value in the unit in which the limit is written.
fn in_unit_of(limit: &Limit, value: f64) -> String {
    let number_end = limit.written.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |at| at + 1);
    let unit = limit.written[number_end..].trim();
    let (unit, factor) = match limit.dimension.factor(unit) {
        Some(factor) => (unit, factor),
        None => (limit.dimension.base(), 1.0),
    };
    let short = amount(value / factor, unit);
    // A value a hair beyond the limit must not read as if it were the limit.
    if short == amount(limit.at_most / factor, unit) { format!("{} {unit}", value / factor) } else { short }
}

impl<'c> Case<'c> {
    fn look(&self, weather: Option<Ix<Weather>>, limit: &Limit, slot: Slot) -> Option<Seen> {
        let horizon = &self.plan.horizon;
        let samples = weather.and_then(|weather| {
            let series = self.sea.series(weather);
            let touching = series.samples_touching(horizon.time(slot), horizon.time(slot + 1))?;
            series.values[series.channel(&limit.channel)?].get(touching)
        });
        let Some(samples) = samples.filter(|samples| samples.iter().all(|value| !value.is_nan())) else {
            return Some(Seen::Unknown);
        };
        let worst = samples.iter().copied().filter(|&value| !limit.admits(value)).reduce(f64::max);
        worst.map(Seen::Beyond)
    }

    /// Whether all limits hold at the site in the slot.
    pub fn is_calm(&self, site: Option<Ix<Site>>, limits: &[&Limits], slot: Slot) -> bool {
        let weather = self.weather_at(site);
        limits.iter().flat_map(|limits| limits.iter()).all(|limit| self.look(weather, limit, slot).is_none())
    }

    fn weather_at(&self, site: Option<Ix<Site>>) -> Option<Ix<Weather>> {
        site.and_then(|site| self.plan.sites[site].weather)
    }

    /// Whether all limits hold in a weather in the slot.
    pub fn is_calm_in(&self, weather: Ix<Weather>, limits: &Limits, slot: Slot) -> bool {
        limits.iter().all(|limit| self.look(Some(weather), limit, slot).is_none())
    }

    /// Every limit that does not hold in some of `slots`, with neighbouring slots joined.
    pub fn breaches<'l>(
        &self,
        site: Option<Ix<Site>>,
        limits: &'l Limits,
        slots: impl Iterator<Item = Slot> + Clone,
    ) -> Vec<Breach<'l>> {
        self.breaches_in(self.weather_at(site), limits, slots)
    }

    /// The same in a weather, where one is known.
    pub fn breaches_in<'l>(
        &self,
        weather: Option<Ix<Weather>>,
        limits: &'l Limits,
        slots: impl Iterator<Item = Slot> + Clone,
    ) -> Vec<Breach<'l>> {
        let mut breaches: Vec<Breach<'l>> = Vec::new();
        for limit in limits.iter() {
            let first = breaches.len();
            for slot in slots.clone() {
                let Some(seen) = self.look(weather, limit, slot) else { continue };
                match breaches[first..].last_mut() {
                    Some(breach) if breach.slots.end == slot && join(breach.seen, seen).is_some() => {
                        breach.slots.end = slot + 1;
                        breach.seen = join(breach.seen, seen).unwrap_or(seen);
                    }
                    _ => breaches.push(Breach { limit, slots: slot..slot + 1, seen }),
                }
            }
        }
        breaches
    }

    /// A closure that is meant and touches the slot.
    pub fn closure(&self, slot: Slot, is_meant: impl Fn(Closed) -> bool) -> Option<&'c Closure> {
        let horizon = &self.plan.horizon;
        let (start, end) = (horizon.time(slot), horizon.time(slot + 1));
        self.plan
            .closures
            .iter()
            .find(|closure| is_meant(closure.what) && closure.from < end && closure.to > start)
    }

    /// A closure in words: `closed (typhoon drill)`.
    pub fn closure_words(&self, closure: &Closure) -> String {
        let what = match closure.what {
            Closed::Site(site) => &self.plan.sites[site].id,
            Closed::Vessel(vessel) => &self.plan.vessels[vessel].id,
            Closed::Task(task) => &self.plan.tasks[task].id,
            Closed::Sampling(sampling) => &self.plan.samplings[sampling].id,
            Closed::Process(process) => &self.plan.processes[process].id,
        };
        let (from, to) = (self.when(closure.from), self.when(closure.to));
        let reason = closure.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
        format!("{what} is closed from {from} to {to}{reason}")
    }

    /// Whether the sun is down at some moment of the slot, its two ends among them; always where no position is known.
    pub fn is_dark(&self, site: Ix<Site>, slot: Slot) -> bool {
        const LOOK_SECONDS: i64 = 600;
        let (start, length) = (self.plan.horizon.time(slot), self.plan.horizon.slot.seconds());
        let Some(position) = self.plan.sites[site].position else { return true };
        let looks = (0..length).step_by(LOOK_SECONDS as usize).chain([length]);
        looks.into_iter().any(|seconds| !is_daylight(position, start + TimeDelta::seconds(seconds)))
    }
}

/// The worse of two neighbours of the same kind.
fn join(a: Seen, b: Seen) -> Option<Seen> {
    match (a, b) {
        (Seen::Unknown, Seen::Unknown) => Some(Seen::Unknown),
        (Seen::Beyond(a), Seen::Beyond(b)) => Some(Seen::Beyond(a.max(b))),
        _ => None,
    }
}
