//! The S-curve as a picture: progress over the plan's time, the median run with the band from P10 to P90.
//!
//! In: an [`Answer`]. Out: an SVG that stands alone: no script, no font, no outside reference.

use super::answer::{Answer, Point, PolicyAnswer};
use std::fmt::Write as _;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 50.0;

/// The picture of the first policy.
pub fn svg(answer: &Answer) -> String {
    let head = &answer.simulated;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#1d2b36\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let Some(policy) = answer.policies.first() else {
        text.push_str("</svg>\n");
        return text;
    };
    let what = if head.curve_unit == "t" { "tonnes lifted" } else { "tasks done" };
    let _ = writeln!(
        text,
        "<text x=\"{LEFT}\" y=\"24\" font-size=\"16\" font-weight=\"bold\">{}</text>",
        escaped(&head.plan)
    );
    let synthetic = if head.weather.is_synthetic { ", synthetic weather" } else { "" };
    let rest = head.happened.as_ref().map_or(String::new(), |happened| {
        format!("; the same until {}", happened.until.format("%Y-%m-%d %H:%M"))
    });
    let _ = writeln!(
        text,
        "<text x=\"{LEFT}\" y=\"44\" fill=\"#5b6b78\">{what} over time: the median of {} runs, and the band from P10 to P90{synthetic}{rest}</text>",
        policy.runs
    );
    axes(policy, &mut text);
    let curve = &policy.curve;
    let scale = Scale::of(curve);
    band(curve, &scale, (0, 4), "#cfe3f1", &mut text);
    band(curve, &scale, (1, 3), "#9cc5e2", &mut text);
    let _ = writeln!(
        text,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#0b5d8f\" stroke-width=\"2.5\"/>",
        line(curve, &scale, 2)
    );
    legend(&mut text);
    text.push_str("</svg>\n");
    text
}

struct Scale {
    hours: f64,
    most: f64,
    step: f64,
}

impl Scale {
    fn of(curve: &[Point]) -> Scale {
        let hours = curve.last().map_or(1.0, |point| point.h).max(1e-9);
        let highest = curve.iter().flat_map(|point| point.values).fold(0.0, f64::max).max(1e-9);
        let mut step = libm::pow(10.0, libm::floor(libm::log10(highest)));
        for part in [0.2, 0.25, 0.5, 1.0] {
            if highest / (step * part) <= 8.0 {
                step *= part;
                break;
            }
        }
        Scale { hours, most: (highest / step).ceil() * step, step }
    }

    fn x(&self, hours: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * hours / self.hours
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.most
    }
}

fn line(curve: &[Point], scale: &Scale, which: usize) -> String {
    let points: Vec<String> = curve
        .iter()
        .map(|point| format!("{:.1},{:.1}", scale.x(point.h), scale.y(point.values[which])))
        .collect();
    points.join(" ")
}

fn band(curve: &[Point], scale: &Scale, (low, high): (usize, usize), colour: &str, text: &mut String) {
    let back: Vec<Point> = curve.iter().rev().cloned().collect();
    let _ = writeln!(
        text,
        "<polygon points=\"{} {}\" fill=\"{colour}\"/>",
        line(curve, scale, high),
        line(&back, scale, low)
    );
}

fn axes(policy: &PolicyAnswer, text: &mut String) {
    let scale = Scale::of(&policy.curve);
    let mut value = 0.0;
    while value <= scale.most * 1.0001 {
        let y = scale.y(value);
        let _ = writeln!(
            text,
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#dde3e8\"/>",
            WIDTH - RIGHT
        );
        let label = (value * 100.0).round() / 100.0;
        let _ = writeln!(
            text,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            LEFT - 8.0,
            y + 4.0
        );
        value += scale.step;
    }
    let points = policy.curve.len().max(2) - 1;
    for place in 0..=6 {
        let Some(point) = policy.curve.get(place * points / 6) else { continue };
        let (x, bottom) = (scale.x(point.h), HEIGHT - BOTTOM);
        let _ = writeln!(
            text,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{bottom}\" y2=\"{}\" stroke=\"#5b6b78\"/>",
            bottom + 5.0
        );
        let anchor = if place == 6 { "end" } else { "middle" };
        let _ = writeln!(
            text,
            "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            bottom + 20.0,
            point.date.format("%-d %b")
        );
    }
}

fn legend(text: &mut String) {
    let y = HEIGHT - 12.0;
    for (x, colour, words) in [
        (LEFT, "#0b5d8f", "P50"),
        (LEFT + 70.0, "#9cc5e2", "P20 to P80"),
        (LEFT + 185.0, "#cfe3f1", "P10 to P90"),
    ] {
        let _ =
            writeln!(text, "<rect x=\"{x}\" y=\"{}\" width=\"18\" height=\"8\" fill=\"{colour}\"/>", y - 8.0);
        let _ = writeln!(text, "<text x=\"{}\" y=\"{y}\">{words}</text>", x + 24.0);
    }
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
