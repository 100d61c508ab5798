//! Time cut into slots, and times as people read them.
//!
//! In: a start, an end and a slot length. Out: [`Horizon`], which turns times into slots and back; [`Zone`], which prints them.
//! All arithmetic is in UTC; a zone is for printing only. Intervals are half-open: `[start, end)`.
//! Rules: a duration is rounded **up** to whole slots.

use crate::units::Span;
use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use std::ops::Range;

/// The index of a slot, counted from 0 at the horizon's start. As a moment, it is the slot's beginning.
pub type Slot = usize;

/// The time that a plan covers, cut into equal slots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// The beginning of slot 0.
    pub start: DateTime<Utc>,
    /// The length of a slot.
    pub slot: Span,
    /// How many slots there are.
    pub slots: usize,
}

impl Horizon {
    /// How many whole slots a duration takes: rounded up.
    pub fn slots_for(&self, duration: Span) -> usize {
        let seconds = duration.seconds().max(0) as u64;
        seconds.div_ceil(self.slot.seconds() as u64) as usize
    }

    /// How many whole slots there are in a duration: rounded down.
    pub fn slots_in(&self, duration: Span) -> usize {
        (duration.seconds().max(0) / self.slot.seconds()) as usize
    }

    /// The moment at which `slot` begins.
    pub fn time(&self, slot: Slot) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(self.slot.seconds() * slot as i64)
    }

    /// The end of the last slot.
    pub fn end(&self) -> DateTime<Utc> {
        self.time(self.slots)
    }

    /// The last slot boundary at or before `time`, held within the horizon.
    pub fn floor(&self, time: DateTime<Utc>) -> Slot {
        let seconds = (time - self.start).num_seconds().max(0);
        ((seconds / self.slot.seconds()) as usize).min(self.slots)
    }

    /// The first slot boundary at or after `time`, held within the horizon.
    pub fn ceil(&self, time: DateTime<Utc>) -> Slot {
        let seconds = (time - self.start).num_seconds().max(0) as u64;
        (seconds.div_ceil(self.slot.seconds() as u64) as usize).min(self.slots)
    }

    /// The slots that `[from, to)` touches.
    pub fn touched(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Range<Slot> {
        if to <= self.start || from >= self.end() {
            return 0..0;
        }
        self.floor(from)..self.ceil(to)
    }

    /// The slot boundary that is exactly `time`, if there is one.
    pub fn exactly(&self, time: DateTime<Utc>) -> Option<Slot> {
        let slot = self.floor(time);
        (self.time(slot) == time).then_some(slot)
    }

    /// The length of a slot in hours.
    pub fn slot_h(&self) -> f64 {
        self.slot.hours()
    }
}

/// A time zone of the IANA database, in which a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Zone(Tz);

impl Zone {
    /// UTC.
    pub const UTC: Zone = Zone(Tz::UTC);

    /// The zone of that IANA name.
    pub fn named(name: &str) -> Option<Zone> {
        name.parse().ok().map(Zone)
    }

    /// Its IANA name.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// `time` with the offset that holds in this zone at that time.
    pub fn local(&self, time: DateTime<Utc>) -> DateTime<FixedOffset> {
        time.with_timezone(&self.0).fixed_offset()
    }

    /// The moment at which a clock in this zone shows `local`; the earlier one where clocks are set back.
    pub fn moment(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        self.0.from_local_datetime(&local).earliest().map(|time| time.to_utc())
    }

    /// The same where times are told in their order: of a time that clocks show twice the first one that is after the `last` that was told.
    pub fn moment_after(&self, local: NaiveDateTime, last: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        let is_after = |time: &DateTime<Utc>| last.is_none_or(|last| *time > last);
        let later = || self.0.from_local_datetime(&local).latest().map(|time| time.to_utc());
        self.moment(local).filter(is_after).or_else(later)
    }

    /// How a time that clocks in this zone show is written with its offset: once, twice where they are set back, or not at all where they skip it.
    pub fn readings(&self, local: NaiveDateTime) -> Vec<DateTime<FixedOffset>> {
        let found = self.0.from_local_datetime(&local);
        let (first, second) = (found.earliest(), found.latest().filter(|_| self.is_twice(local)));
        first.into_iter().chain(second).map(|time| time.fixed_offset()).collect()
    }

    /// Whether clocks in this zone show `local` twice, since they are set back.
    pub fn is_twice(&self, local: NaiveDateTime) -> bool {
        matches!(self.0.from_local_datetime(&local), chrono::LocalResult::Ambiguous(..))
    }

    /// The names of all zones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }
}

/// `12 Jan 09:00`: a time as a planner reads it, in the offset it carries.
pub fn short(time: DateTime<FixedOffset>) -> String {
    time.format("%-d %b %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn horizon() -> Horizon {
        let start = "2026-01-12T00:00:00Z".parse().expect("a time");
        Horizon { start, slot: Span::of_hours(3), slots: 8 }
    }

    #[test]
    fn durations_are_rounded_up() {
        assert_eq!(horizon().slots_for(Span::of_hours(3)), 1);
        assert_eq!(horizon().slots_for(Span::of_seconds(3 * 3600 + 1)), 2);
        assert_eq!(horizon().slots_for(Span::of_seconds(0)), 0);
    }

    #[test]
    fn an_interval_touches_the_slots_it_lies_in() {
        let at = |h: i64| horizon().start + TimeDelta::hours(h);
        assert_eq!(horizon().touched(at(3), at(6)), 1..2);
        assert_eq!(horizon().touched(at(2), at(7)), 0..3);
        assert_eq!(horizon().touched(at(-5), at(0)), 0..0);
        assert_eq!(horizon().touched(at(20), at(90)), 6..8);
        assert_eq!(horizon().exactly(at(6)), Some(2));
        assert_eq!(horizon().exactly(at(7)), None);
    }

    #[test]
    fn an_hour_that_clocks_show_twice_has_two_readings_and_one_that_they_skip_none() {
        let zone = Zone::named("Europe/Berlin").expect("a zone");
        let local = |text: &str| text.parse::<NaiveDateTime>().expect("a time");
        let shown =
            |text| zone.readings(local(text)).iter().map(|time| time.to_rfc3339()).collect::<Vec<_>>();
        let twice = "2027-10-31T02:30:00";
        assert_eq!(shown(twice), ["2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"]);
        assert_eq!(shown("2027-10-31T03:30:00"), ["2027-10-31T03:30:00+01:00"]);
        assert!(shown("2027-03-28T02:30:00").is_empty());
        let first = zone.moment_after(local(twice), None).expect("a moment");
        let second = zone.moment_after(local(twice), Some(first)).expect("a moment");
        assert_eq!(
            (first, second - first),
            (zone.moment(local(twice)).expect("a moment"), TimeDelta::hours(1))
        );
        assert_eq!(zone.moment_after(local(twice), Some(second)), Some(second));
    }

    #[test]
    fn a_zone_prints_its_own_clock() {
        let zone = Zone::named("Asia/Tokyo").expect("a zone");
        assert_eq!(short(zone.local(horizon().start)), "12 Jan 09:00");
        assert!(Zone::named("Asia/Edo").is_none());
    }
}
