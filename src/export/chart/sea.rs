//! The sea below the bars: the wave height at a site, and the limits that tasks have there.
//!
//! In: the rows of a schedule's sea. Out: a panel for each site whose significant wave height is known.
//! Of more samples than the page has room for, the highest and the lowest of each pixel are drawn, so that no peak is lost.

use super::axis::Scale;
use super::bars::Plot;
use super::fonts::{fit, width};
use super::frame::{BLACK, EDGE, FAINT, GREY};
use super::shape::{Anchor, Line, Picture, Shape};
use crate::export::wording::{clean, number};
use crate::schedule::{Schedule, SeaRow, Time};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

/// The height of a panel.
pub const HEIGHT: f64 = 96.0;
/// The channel that is drawn.
const CHANNEL: &str = "hs";
/// At most so many sites have a panel.
const MOST: usize = 3;
/// The curve.
const CURVE: Line = Line { ink: 0x1F4E79, width: 1.1, dashed: false };
/// The limits.
const LIMIT: Line = Line { ink: 0xB3261E, width: 0.9, dashed: true };

/// The sea at one site.
pub struct Sea<'s> {
    row: &'s SeaRow,
    heights: &'s [Option<f64>],
    /// The limits of tasks at the site, in metres from the lowest up, each with the names of its tasks.
    limits: Vec<(f64, String)>,
    /// The top of the panel, in metres.
    most: f64,
}

/// The panels of a schedule.
pub fn seas(schedule: &Schedule) -> Vec<Sea<'_>> {
    let known = schedule.sea.iter().filter_map(|row| {
        let heights = row.channels.get(CHANNEL)?.as_slice();
        let highest =
            heights.iter().flatten().copied().filter(|height| height.is_finite()).reduce(f64::max)?;
        let limits = limits(schedule, &row.site);
        let most = limits.iter().map(|limit| limit.0).fold(highest, f64::max);
        Some(Sea { row, heights, limits, most: (most * 1.08).clamp(1.0, 1000.0) })
    });
    known.take(MOST).collect()
}

/// The limits in metres, with their tasks.
fn limits(schedule: &Schedule, site: &str) -> Vec<(f64, String)> {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for activity in schedule.activities.iter().filter(|activity| activity.site.as_deref() == Some(site)) {
        names.extend(activity.task.as_deref().map(|task| (task, activity.name.as_str())));
    }
    let mut found: BTreeMap<i64, (f64, BTreeSet<String>)> = BTreeMap::new();
    for row in &schedule.windows {
        for bound in row.bounds.iter().filter(|bound| bound.channel == CHANNEL && bound.unit == "m") {
            let limit = bound.forecast_limit.unwrap_or(bound.limit);
            // A task that is not done here has no line here.
            if let Some(name) = names.get(row.task.as_str()).filter(|_| (0.0..1000.0).contains(&limit)) {
                let entry = found.entry((limit * 1000.0).round() as i64).or_insert((limit, BTreeSet::new()));
                entry.1.insert(clean(name));
            }
        }
    }
    let said = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
    found.into_values().map(|(limit, names)| (limit, said(names))).collect()
}

impl Sea<'_> {
    /// Draws the panel with its top at `top`.
    pub fn draw(&self, plot: &Plot, top: f64, picture: &mut Picture) {
        let (left, right) = plot.columns.chart;
        let (above, below) = (top + 8.0, top + HEIGHT - 6.0);
        let y = |metres: f64| below - (below - above) * (metres / self.most).clamp(0.0, 1.0);
        picture.line((plot.columns.name, top), (right, top), Line::of(EDGE, 0.7));
        let site =
            fit(&format!("Hs at {}", clean(&self.row.site)), left - plot.columns.name - 150.0, 10.5, true);
        picture.write((plot.columns.name, top + 16.0), 10.5, BLACK, Anchor::Start, true, site);
        picture.text((plot.columns.name, top + 30.0), 9.0, GREY, "significant wave height, m");
        let step = [0.5, 1.0, 2.0, 5.0, 10.0, 50.0, 100.0].into_iter().find(|step| self.most / step <= 5.0);
        let step = step.unwrap_or(500.0);
        let mut metres = step;
        while metres < self.most {
            picture.line((left, y(metres)), (right, y(metres)), Line::of(FAINT, 0.7));
            picture.write((right + 4.0, y(metres) + 3.0), 8.5, GREY, Anchor::Start, false, number(metres));
            metres += step;
        }
        for points in self.curve(&plot.scale, y) {
            picture.shapes.push(Shape::Path { points, fill: None, line: Some(CURVE) });
        }
        self.limits(plot, (above, below), y, picture);
    }

    /// The limits as dashed lines, their names on the left, none over another.
    fn limits(&self, plot: &Plot, (above, below): (f64, f64), y: impl Fn(f64) -> f64, picture: &mut Picture) {
        const LEADING: f64 = 11.0;
        let (left, right) = plot.columns.chart;
        // From the highest down: each at its line, or just below the one before it.
        let mut free = above;
        let last = self.limits.len();
        for (at, (limit, names)) in self.limits.iter().rev().enumerate() {
            picture.line((left, y(*limit)), (right, y(*limit)), LIMIT);
            let lowest = below - LEADING * (last - 1 - at) as f64;
            let place = y(*limit).min(lowest).max(free);
            if place > below + 4.0 {
                continue;
            }
            let room = left - plot.columns.name - 160.0;
            let text = fit(&format!("{} m  {names}", number(*limit)), room, 9.0, false);
            let start = left - 10.0 - width(&text, 9.0, false);
            picture.write((left - 10.0, place + 3.0), 9.0, LIMIT.ink, Anchor::End, false, text);
            if start > plot.columns.name {
                picture.line((left - 7.0, place), (left, y(*limit)), Line::of(LIMIT.ink, 0.5));
            }
            free = place + LEADING;
        }
    }

    /// The time of a sample.
    fn time(&self, sample: usize) -> Option<Time> {
        let seconds = (self.row.step_h * 3600.0 * sample as f64).round();
        let step = TimeDelta::try_seconds(seconds as i64)?;
        self.row.start.checked_add_signed(step)
    }

    /// Runs of samples on the page without a hole.
    fn curve(&self, scale: &Scale, y: impl Fn(f64) -> f64) -> Vec<Vec<(f64, f64)>> {
        let mut runs: Vec<Vec<(f64, f64)>> = Vec::new();
        // The lowest and the highest of the pixel that is being filled, in the order in which they came.
        let mut pixel: Vec<(f64, f64)> = Vec::new();
        let mut is_broken = true;
        for (sample, height) in self.heights.iter().enumerate() {
            let time = self.time(sample).filter(|time| *time >= scale.span.0 && *time <= scale.span.1);
            let Some((time, height)) = time.zip(height.filter(|height| height.is_finite())) else {
                is_broken = true;
                continue;
            };
            let point = (scale.x(time), y(height));
            let is_next = pixel.first().is_some_and(|first| point.0 - first.0 >= 1.0);
            if is_broken || is_next {
                runs.last_mut().into_iter().for_each(|run| run.append(&mut pixel));
                pixel.clear();
            }
            if is_broken {
                runs.push(Vec::new());
                is_broken = false;
            }
            match pixel.len() {
                0 | 1 => pixel.push(point),
                _ if point.1 < pixel[0].1.min(pixel[1].1) || point.1 > pixel[0].1.max(pixel[1].1) => {
                    let keep = if (point.1 < pixel[0].1) == (pixel[1].1 < pixel[0].1) { 0 } else { 1 };
                    pixel = vec![pixel[keep], point];
                }
                _ => {}
            }
        }
        runs.last_mut().into_iter().for_each(|run| run.append(&mut pixel));
        runs.into_iter().filter(|run| run.len() > 1).collect()
    }
}
