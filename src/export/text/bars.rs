//! Bars: what happens when, drawn in characters of half a column.
//!
//! In: intervals with what they are filled with, and the open weather behind them. Out: a character a column with its ink.
//! Work and sailing have half characters; shades have none and take the columns they cover at least half of.
//! A [`Span`] shows however short it is, and begins and ends with what fills it; pauses show in proportion.

use super::axis::Axis;
use super::page::{Ink, Line};
use crate::schedule::{Interval, Kind};

/// What a stretch of time is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Work on a task.
    Work,
    /// Sailing.
    Sail,
    /// Sampling.
    Sampling,
    /// A transfer.
    Transfer,
    /// Waiting on weather, between activities or within one.
    Weather,
    /// Waiting for anything else.
    Other,
    /// Nothing, though the weather would allow it.
    Open,
}

impl Fill {
    /// Every fill, in the order of the legend; of two that cover a column alike, the first one shows.
    pub const ALL: [Fill; 7] =
        [Fill::Work, Fill::Sail, Fill::Sampling, Fill::Transfer, Fill::Weather, Fill::Other, Fill::Open];

    /// The fill of something that is done.
    pub fn of(kind: Kind) -> Fill {
        match kind {
            Kind::Task | Kind::Process | Kind::Supply => Fill::Work,
            Kind::Sail => Fill::Sail,
            Kind::Sampling => Fill::Sampling,
            Kind::Transfer => Fill::Transfer,
            Kind::Wait | Kind::Idle => Fill::Other,
        }
    }

    /// What it means, for the legend.
    pub fn words(self) -> &'static str {
        match self {
            Fill::Work => "work",
            Fill::Sail => "sailing",
            Fill::Sampling => "sampling",
            Fill::Transfer => "transfer",
            Fill::Weather => "waiting on weather",
            Fill::Other => "other waiting",
            Fill::Open => "weather window",
        }
    }

    /// Its full, left half and right half characters.
    fn characters(self) -> [char; 3] {
        match self {
            Fill::Work => ['█', '▌', '▐'],
            Fill::Sail => ['━', '╸', '╺'],
            Fill::Sampling => ['▓'; 3],
            Fill::Transfer => ['▚'; 3],
            Fill::Weather => ['░'; 3],
            Fill::Other => ['╌'; 3],
            Fill::Open => ['·'; 3],
        }
    }

    /// The character that stands for it in the legend.
    pub fn sign(self) -> char {
        self.characters()[0]
    }

    /// How it is coloured.
    pub fn ink(self) -> Ink {
        match self {
            Fill::Work => Ink::Work,
            Fill::Sail => Ink::Sail,
            Fill::Sampling => Ink::Sampling,
            Fill::Transfer => Ink::Transfer,
            Fill::Weather => Ink::Weather,
            Fill::Other => Ink::Plain,
            Fill::Open => Ink::Faint,
        }
    }

    fn has_halves(self) -> bool {
        matches!(self, Fill::Work | Fill::Sail)
    }
}

/// One occurrence in a row: what fills it, and what fills the pauses in it.
#[derive(Debug)]
pub struct Span {
    /// From its beginning to its end.
    pub whole: Interval,
    /// The intervals that are filled.
    pub parts: Vec<Interval>,
    /// What fills them.
    pub fill: Fill,
    /// What fills the rest, if anything.
    pub pause: Option<Fill>,
}

/// Draws the characters of a row behind what stands in the line, and notes what they are filled with.
pub fn draw(row: Vec<Option<(Fill, char)>>, line: &mut Line, used: &mut Vec<Fill>) {
    for cell in row {
        match cell {
            Some((fill, c)) => {
                line.push(fill.ink(), c.encode_utf8(&mut [0; 4]));
                used.push(fill);
            }
            None => line.blanks(1),
        }
    }
}

/// The characters of a row; `None` where nothing is.
pub fn row(axis: &Axis, spans: &[Span], open: &[Interval]) -> Vec<Option<(Fill, char)>> {
    let mut layers: Vec<(Fill, Vec<Interval>)> = Fill::ALL.map(|fill| (fill, Vec::new())).to_vec();
    for span in spans {
        let mut lay = |fill: Fill, intervals: &[Interval]| {
            let layer = layers.iter_mut().find(|layer| layer.0 == fill);
            layer.into_iter().for_each(|layer| layer.1.extend(intervals));
        };
        lay(span.fill, &span.parts);
        if let Some(fill) = span.pause {
            lay(fill, &pauses(span));
        }
    }
    let covers = layers.iter().filter(|layer| !layer.1.is_empty());
    let covers: Vec<(Fill, Vec<f64>)> = covers.map(|(fill, parts)| (*fill, cover(axis, parts))).collect();
    let mut cells: Vec<_> = (0..axis.columns).map(|column| cell(&covers, column)).collect();
    for span in spans {
        // Where it begins, where it ends, and most of it; so that no bar begins or ends with a pause.
        let longest = span.parts.iter().max_by_key(|(start, end)| *end - *start);
        for part in span.parts.first().into_iter().chain(span.parts.last()).chain(longest) {
            show(axis, span.fill, *part, &mut cells);
        }
    }
    let background = cover(axis, open);
    for (column, cell) in cells.iter_mut().enumerate() {
        if cell.is_none() && background[2 * column] + background[2 * column + 1] >= 1.0 {
            *cell = Some((Fill::Open, Fill::Open.sign()));
        }
    }
    cells
}

/// What lies between the parts of a span.
fn pauses(span: &Span) -> Vec<Interval> {
    let (mut from, end) = span.whole;
    let mut pauses = Vec::new();
    for &(start, until) in &span.parts {
        if start > from {
            pauses.push((from, start));
        }
        from = from.max(until);
    }
    if end > from {
        pauses.push((from, end));
    }
    pauses
}

/// The part of each half column that the intervals cover.
fn cover(axis: &Axis, intervals: &[Interval]) -> Vec<f64> {
    let halves = 2 * axis.columns;
    let mut cover = vec![0.0; halves];
    for &(start, end) in intervals {
        let place = |time| (axis.place(time) * 2.0).clamp(0.0, halves as f64);
        let (left, right) = (place(start), place(end));
        for (half, cover) in cover.iter_mut().enumerate().take(right.ceil() as usize).skip(left as usize) {
            *cover += (right.min(half as f64 + 1.0) - left.max(half as f64)).max(0.0);
        }
    }
    cover
}

/// What a column shows of what covers it.
fn cell(covers: &[(Fill, Vec<f64>)], column: usize) -> Option<(Fill, char)> {
    // A hair below one half, so that rounding takes no bar that ends on the half.
    let is_half = |cover: f64| cover >= 0.5 - 1e-9;
    for (fill, cover) in covers.iter().filter(|(fill, _)| fill.has_halves()) {
        let [full, left, right] = fill.characters();
        match (is_half(cover[2 * column]), is_half(cover[2 * column + 1])) {
            (true, true) => return Some((*fill, full)),
            (true, false) => return Some((*fill, left)),
            (false, true) => return Some((*fill, right)),
            (false, false) => {}
        }
    }
    let mut best: Option<(Fill, f64)> = None;
    for (fill, cover) in covers.iter().filter(|(fill, _)| !fill.has_halves()) {
        let covered = (cover[2 * column] + cover[2 * column + 1]) / 2.0;
        if is_half(covered) && best.is_none_or(|(_, most)| covered > most + 1e-9) {
            best = Some((*fill, covered));
        }
    }
    best.map(|(fill, _)| (fill, fill.sign()))
}

/// Draws an interval that is too short to have left a mark.
fn show(axis: &Axis, fill: Fill, (start, end): Interval, cells: &mut [Option<(Fill, char)>]) {
    let last = cells.len() - 1;
    let column = |place: f64| (place.max(0.0) as usize).min(last);
    let (left, right) = (axis.place(start), axis.place(end));
    let touched = column(left)..=column((right - 1e-9).max(left));
    if cells[touched].iter().flatten().any(|(shown, _)| *shown == fill) {
        return;
    }
    let middle = (left + right) / 2.0;
    let [full, left_half, right_half] = fill.characters();
    let character = match middle.fract() {
        _ if !fill.has_halves() => full,
        fract if fract < 0.5 => left_half,
        _ => right_half,
    };
    cells[column(middle)] = Some((fill, character));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Time;
    use chrono::TimeDelta;

    fn at(hours: f64) -> Time {
        let start: Time = "2026-01-12T09:00:00+09:00".parse().expect("a time");
        start + TimeDelta::minutes((hours * 60.0) as i64)
    }

    /// A row of ten columns of two hours each.
    fn drawn(fill: Fill, parts: &[(f64, f64)], open: &[(f64, f64)]) -> String {
        let intervals = |parts: &[(f64, f64)]| -> Vec<Interval> {
            parts.iter().map(|&(start, end)| (at(start), at(end))).collect()
        };
        let parts = intervals(parts);
        let spans = match parts[..] {
            [] => vec![],
            [first, ..] => {
                let whole = (first.0, parts[parts.len() - 1].1);
                vec![Span { whole, parts, fill, pause: Some(Fill::Weather) }]
            }
        };
        let axis = Axis { from: at(0.0), to: at(20.0), columns: 10 };
        row(&axis, &spans, &intervals(open)).iter().map(|cell| cell.map_or(' ', |(_, c)| c)).collect()
    }

    #[test]
    fn bars_begin_and_end_on_half_columns() {
        assert_eq!(drawn(Fill::Work, &[(3.0, 9.0)], &[]), " ▐██▌     ");
        assert_eq!(drawn(Fill::Sail, &[(0.0, 7.0)], &[]), "━━━╸      ");
        assert_eq!(drawn(Fill::Sampling, &[(3.0, 9.0)], &[]), " ▓▓▓▓     ");
    }

    #[test]
    fn pauses_are_shaded_and_open_weather_lies_behind() {
        let open = [(0.0, 8.0), (12.0, 20.0)];
        assert_eq!(drawn(Fill::Work, &[(2.0, 8.0), (12.0, 14.0)], &open), "·███░░█···");
        assert_eq!(drawn(Fill::Work, &[], &open), "····  ····");
    }

    #[test]
    fn the_shortest_stretch_shows() {
        assert_eq!(drawn(Fill::Work, &[(10.1, 10.2)], &[]), "     ▌    ");
        assert_eq!(drawn(Fill::Work, &[(11.9, 12.0)], &[]), "     ▐    ");
        assert_eq!(drawn(Fill::Work, &[(20.0, 20.0)], &[]).trim_start(), "▌");
        assert_eq!(drawn(Fill::Sampling, &[(0.0, 0.0)], &[]), "▓         ");
    }

    #[test]
    fn the_halves_drawn_are_nearly_the_hours_worked() {
        for start in 0..30 {
            for length in 1..30 {
                let (from, to) = (f64::from(start) / 3.0, f64::from(start + length) / 3.0);
                let row = drawn(Fill::Work, &[(from, to)], &[]);
                let halves: usize = row
                    .chars()
                    .map(|c| match c {
                        '█' => 2,
                        '▌' | '▐' => 1,
                        _ => 0,
                    })
                    .sum();
                assert!((halves as f64 - (to - from)).abs() <= 1.0, "{row:?} for {from} to {to}");
            }
        }
    }
}
