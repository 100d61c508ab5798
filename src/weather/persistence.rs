//! Persistence: over a whole series, how often limits hold, for how long, and how long one waits for a window of some length.
//!
//! In: a series (decades of it, if there are) and an [`Operation`]. Out: [`Odds`] by month and for all months.
//! Not a forecast of one voyage: every sample of the series is taken as a start, each once.
//! Percentiles are nearest rank. What the series does not show (a missing sample, a finish after its end) is never taken to be
//! calm: missing samples count as closed, and a start that does not finish within the series counts as longer than every other.
//! Source: exact waiting from every start, as in IFREMER's resourcecode.opsplanning; here by one backward pass.

use super::limits::Limits;
use super::phases::{Pauses, PhaseSlots, phased};
use super::series::Series;
use super::windows::{Starts, open_slots};
use crate::time::Horizon;
use crate::units::Span;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;
use std::ops::Range;

/// The percentiles that are told, in percent.
pub const PERCENTS: [u32; 4] = [10, 50, 80, 90];

/// Work whose odds are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Its phases, one after the other; one when its limits do not change.
    pub phases: Vec<Phase>,
    /// How long the limits of the last phase must hold after it.
    pub reserve: Span,
    /// How it may pause.
    pub pausing: Option<Pausing>,
}

/// A stretch of work under the same limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Phase {
    /// How long it takes, rounded up to whole samples.
    pub length: Span,
    /// What must hold meanwhile.
    pub limits: Limits,
}

/// How an operation may pause.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pausing {
    /// What must hold in a pause.
    pub survives: Limits,
    /// The longest single pause; without bound when none is given.
    pub longest: Option<Span>,
}

impl Operation {
    /// All limits of all phases at once: of two on the same channel the tighter one.
    pub fn tightest(&self) -> Limits {
        self.phases.iter().fold(Limits::default(), |all, phase| all.and(&phase.limits))
    }

    /// The time it takes when it never waits.
    pub fn length(&self) -> Span {
        Span::of_seconds(self.phases.iter().map(|phase| phase.length.seconds()).sum())
    }
}

/// Some lengths of time, as nearest-rank percentiles in hours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// How many lengths there are.
    pub count: usize,
    /// How many of them the ends of the series cut off, so that they are longer than can be seen.
    pub cut: usize,
    /// The value that 10 % do not exceed; nothing where the series is too short to tell. The others alike.
    pub p10_h: Option<f64>,
    /// 50 %.
    pub p50_h: Option<f64>,
    /// 80 %.
    pub p80_h: Option<f64>,
    /// 90 %.
    pub p90_h: Option<f64>,
}

impl Spread {
    /// The percentiles in the order of [`PERCENTS`].
    pub fn values(&self) -> [Option<f64>; 4] {
        [self.p10_h, self.p50_h, self.p80_h, self.p90_h]
    }

    /// The same lengths, each longer by `hours`.
    fn later(self, hours: f64) -> Spread {
        let [p10_h, p50_h, p80_h, p90_h] = self.values().map(|value| value.map(|value| value + hours));
        Spread { p10_h, p50_h, p80_h, p90_h, ..self }
    }
}

/// How often each length occurs, by its number of samples.
#[derive(Debug, Clone, Default)]
struct Counts {
    of_length: Vec<usize>,
    count: usize,
}

impl Counts {
    fn add(&mut self, length: usize) {
        if length >= self.of_length.len() {
            self.of_length.resize((length + 1).next_power_of_two(), 0);
        }
        self.of_length[length] += 1;
        self.count += 1;
    }

    /// The spread of these lengths in samples of `step_h` hours, and of `cut` that are longer than any of them.
    fn spread(&self, cut: usize, step_h: f64) -> Spread {
        let count = self.count + cut;
        let (mut length, mut seen) = (0, self.of_length.first().copied().unwrap_or(0));
        let [p10_h, p50_h, p80_h, p90_h] = PERCENTS.map(|percent| {
            // The smallest length that at least so many do not exceed.
            let rank = (count * percent as usize).div_ceil(100).max(1);
            if rank > self.count {
                return None;
            }
            while seen < rank {
                length += 1;
                seen += self.of_length[length];
            }
            Some(length as f64 * step_h)
        });
        Spread { count, cut, p10_h, p50_h, p80_h, p90_h }
    }
}

/// The odds of one month, or of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonthOdds {
    /// January is 1; nothing stands for all months together.
    pub month: Option<u32>,
    /// The hours of it that the series has.
    pub hours: f64,
    /// Hours among them in which a value is missing; they count as closed.
    pub unknown_h: f64,
    /// The share of its hours in which the limits hold, 0 to 1.
    pub workability: f64,
    /// The lengths of windows that begin in it; `cut` ones are counted with what the series shows of them.
    pub windows: Spread,
    /// The lengths of the stretches between windows that begin in it; `cut` as for windows.
    pub gaps: Spread,
    /// From every start in it: the wait until work may begin that is done in one piece. `cut` ones find no such window.
    pub wait: Spread,
    /// From every start in it: wait and work, when it is done in one piece.
    pub length: Spread,
    /// From every start in it: wait, work and pauses, when it may pause.
    pub length_with_pauses: Option<Spread>,
}

/// The odds of an operation in a series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Odds {
    /// Its limits in words; of several phases each with its hours.
    pub limits: String,
    /// The time it takes when it never waits, in hours.
    pub work_h: f64,
    /// How long its window must stay open after it, in hours.
    pub reserve_h: f64,
    /// The time of the first sample.
    pub first: DateTime<Utc>,
    /// The end of the last sample's hold.
    pub end: DateTime<Utc>,
    /// By month, as far as the series has them, then for all months.
    pub months: Vec<MonthOdds>,
    /// The windows: stretches in which all limits of all phases hold.
    #[serde(skip)]
    pub windows: Vec<Range<usize>>,
}

impl Odds {
    /// The row of all months.
    pub fn all(&self) -> Option<&MonthOdds> {
        self.months.last()
    }
}

/// The slots of a series: one a sample.
pub fn slots_of(series: &Series) -> Horizon {
    Horizon { start: series.start, slot: series.step, slots: series.len() }
}

/// For every slot, from the last to the first: begin and finish of the work that starts at the first allowed start from there on;
/// [`u32::MAX`] where the series has none.
pub fn earliest(starts: &Starts, slots: usize) -> Vec<(u32, u32)> {
    let mut next = (Starts::NONE, Starts::NONE);
    let mut earliest = vec![next; slots];
    for slot in (0..slots).rev() {
        if let Some(finish) = starts.finish(slot) {
            next = (slot as u32, finish as u32);
        }
        earliest[slot] = next;
    }
    earliest
}

/// The odds of `operation` in `series`.
///
/// # Shapes and units
/// One backward pass over the samples for each phase; then one over each month's samples for each spread. Lengths are rounded up to
/// whole samples. Months are those of UTC.
pub fn odds(series: &Series, operation: &Operation) -> Odds {
    let horizon = slots_of(series);
    let slots = horizon.slots;
    let step_h = series.step.hours();
    let opens: Vec<Vec<bool>> =
        operation.phases.iter().map(|phase| open_slots(series, &phase.limits, &horizon)).collect();
    let phases: Vec<PhaseSlots<'_>> = operation
        .phases
        .iter()
        .zip(&opens)
        .map(|(phase, open)| PhaseSlots { open, work: horizon.slots_for(phase.length) })
        .collect();
    let reserve = horizon.slots_for(operation.reserve);
    let pieces = earliest(&phased(&phases, reserve, None), slots);
    let paused = operation.pausing.as_ref().map(|pausing| {
        let safe = open_slots(series, &pausing.survives, &horizon);
        let longest = pausing.longest.map(|longest| horizon.slots_for(longest));
        earliest(&phased(&phases, reserve, Some(Pauses { safe: &safe, longest })), slots)
    });
    let all_open = all_of(&opens, slots);
    let (windows, gaps) = stretches(&all_open);
    let unknown = unknown_samples(series, &operation.tightest());
    let work: usize = phases.iter().map(|phase| phase.work).sum();
    let work_h = work as f64 * step_h;
    let look = Look {
        slots,
        step_h,
        work_h,
        open: &all_open,
        unknown: &unknown,
        windows: &windows,
        gaps: &gaps,
        pieces,
        paused,
    };
    Odds {
        limits: words(operation),
        work_h: operation.length().hours(),
        reserve_h: operation.reserve.hours(),
        first: series.start,
        end: series.end(),
        months: look.months(&months_of(series)),
        windows,
    }
}

/// `hs 2.5 m, wind 12 m/s`, or for several phases `6 h: hs 2 m; 12 h: hs 2.5 m`.
fn words(operation: &Operation) -> String {
    match &operation.phases[..] {
        [one] => one.limits.to_string(),
        phases => {
            let words: Vec<String> =
                phases.iter().map(|phase| format!("{}: {}", phase.length, phase.limits)).collect();
            words.join("; ")
        }
    }
}

fn all_of(opens: &[Vec<bool>], slots: usize) -> Vec<bool> {
    let mut all = vec![true; slots];
    for open in opens {
        for (all, open) in all.iter_mut().zip(open) {
            *all &= open;
        }
    }
    all
}

/// The maximal stretches of open slots, and of closed ones.
fn stretches(open: &[bool]) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (mut windows, mut gaps) = (Vec::new(), Vec::new());
    let mut from = 0;
    for slot in 1..=open.len() {
        if slot == open.len() || open[slot] != open[from] {
            if open[from] {
                windows.push(from..slot)
            } else {
                gaps.push(from..slot)
            }
            from = slot;
        }
    }
    (windows, gaps)
}

/// The samples in which a channel that is limited has no value.
fn unknown_samples(series: &Series, limits: &Limits) -> Vec<usize> {
    let channels: Vec<Option<usize>> = limits.iter().map(|limit| series.channel(&limit.channel)).collect();
    let is_unknown = |sample: usize| {
        channels.iter().any(|channel| channel.is_none_or(|channel| series.values[channel][sample].is_nan()))
    };
    if channels.is_empty() {
        Vec::new()
    } else {
        (0..series.len()).filter(|&sample| is_unknown(sample)).collect()
    }
}

/// The stretches of a series that lie in one month each, with the month.
fn months_of(series: &Series) -> Vec<(u32, Range<usize>)> {
    let step = series.step.seconds();
    let mut months = Vec::new();
    let mut from = 0;
    while from < series.len() {
        let time = series.time(from);
        let (year, month) =
            if time.month() == 12 { (time.year() + 1, 1) } else { (time.year(), time.month() + 1) };
        let next = NaiveDate::from_ymd_opt(year, month, 1).and_then(|date| date.and_hms_opt(0, 0, 0));
        let seconds = next.map_or(i64::MAX / 2, |next| (next.and_utc() - series.start).num_seconds());
        let to = ((seconds as u64).div_ceil(step as u64) as usize).clamp(from + 1, series.len());
        months.push((time.month(), from..to));
        from = to;
    }
    months
}

/// What is known of every sample, from which the odds of a month are put together.
struct Look<'l> {
    slots: usize,
    step_h: f64,
    work_h: f64,
    open: &'l [bool],
    unknown: &'l [usize],
    windows: &'l [Range<usize>],
    gaps: &'l [Range<usize>],
    pieces: Vec<(u32, u32)>,
    paused: Option<Vec<(u32, u32)>>,
}

impl Look<'_> {
    fn months(&self, stretches: &[(u32, Range<usize>)]) -> Vec<MonthOdds> {
        let of_month = |month: u32| -> Vec<Range<usize>> {
            stretches.iter().filter(|(of, _)| *of == month).map(|(_, samples)| samples.clone()).collect()
        };
        let mut months: Vec<MonthOdds> = (1..=12)
            .map(|month| (month, of_month(month)))
            .filter(|(_, samples)| !samples.is_empty())
            .map(|(month, samples)| self.month(Some(month), &samples))
            .collect();
        months.push(self.month(None, std::slice::from_ref(&(0..self.slots))));
        months
    }

    fn month(&self, month: Option<u32>, samples: &[Range<usize>]) -> MonthOdds {
        let count: usize = samples.iter().map(Range::len).sum();
        let open: usize =
            samples.iter().map(|range| self.open[range.clone()].iter().filter(|open| **open).count()).sum();
        let unknown: usize = samples
            .iter()
            .map(|range| {
                let before = |end: usize| self.unknown.partition_point(|&sample| sample < end);
                before(range.end) - before(range.start)
            })
            .sum();
        let wait = self.of_starts(&self.pieces, samples, |(begin, _)| begin);
        MonthOdds {
            month,
            hours: count as f64 * self.step_h,
            unknown_h: unknown as f64 * self.step_h,
            workability: open as f64 / count.max(1) as f64,
            windows: self.of_stretches(self.windows, samples),
            gaps: self.of_stretches(self.gaps, samples),
            wait,
            length: wait.later(self.work_h),
            length_with_pauses: self
                .paused
                .as_ref()
                .map(|paused| self.of_starts(paused, samples, |(_, finish)| finish)),
        }
    }

    /// The lengths of those of some stretches that begin in `samples`.
    fn of_stretches(&self, stretches: &[Range<usize>], samples: &[Range<usize>]) -> Spread {
        let mut counts = Counts::default();
        let mut cut = 0;
        for range in samples {
            let first = stretches.partition_point(|stretch| stretch.start < range.start);
            for stretch in stretches[first..].iter().take_while(|stretch| stretch.start < range.end) {
                counts.add(stretch.len());
                cut += usize::from(stretch.start == 0 || stretch.end == self.slots);
            }
        }
        Spread { cut, ..counts.spread(0, self.step_h) }
    }

    /// The time from every start in `samples` to what `until` picks of begin and finish.
    fn of_starts(
        &self,
        earliest: &[(u32, u32)],
        samples: &[Range<usize>],
        until: impl Fn((u32, u32)) -> u32,
    ) -> Spread {
        let mut counts = Counts::default();
        let mut cut = 0;
        for slot in samples.iter().cloned().flatten() {
            let found = earliest[slot];
            if found.0 == Starts::NONE { cut += 1 } else { counts.add(until(found) as usize - slot) }
        }
        counts.spread(cut, self.step_h)
    }
}

#[cfg(test)]
mod tests;
