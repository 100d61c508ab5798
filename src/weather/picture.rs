//! A picture of odds by month for a report: bars of workability, and marks of the waiting for a window.
//!
//! In: the odds of one or more pieces of work, each with its title. Out: one SVG, which needs no script and no font of its own.
//! Not the timeline of a schedule. Everything in the picture stands in the table of the same odds.

use super::persistence::{MonthOdds, Odds, Spread};
use std::fmt::Write as _;

/// One panel of the picture.
#[derive(Debug, Clone, Copy)]
pub struct Panel<'p> {
    /// What is worked.
    pub title: &'p str,
    /// Its odds.
    pub odds: &'p Odds,
}

const WIDTH: f64 = 860.0;
const PANEL: f64 = 300.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 64.0;
const TOP: f64 = 84.0;
const PLOT: f64 = 162.0;
const HEAD: f64 = 46.0;
const FOOT: f64 = 30.0;
const INK: &str = "#1d2b36";
const GREY: &str = "#5b6b78";
const BAR: &str = "#a9cbe3";
const MARK: &str = "#9a3412";

/// The names of the months, January first.
pub const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The name of a row of odds: its month, or `all`.
pub fn month_name(row: &MonthOdds) -> &'static str {
    row.month.and_then(|month| MONTHS.get(month as usize - 1)).copied().unwrap_or("all")
}

/// The picture; `head` is its first line and `foot` its last, such as where the weather comes from.
pub fn picture(head: &str, foot: &str, panels: &[Panel<'_>]) -> String {
    let height = HEAD + PANEL * panels.len() as f64 + FOOT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n\
         <title>{}</title>\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        escape(head)
    );
    text(&mut svg, LEFT, 30.0, 17.0, INK, "start", true, head);
    for (place, panel) in panels.iter().enumerate() {
        let _ = writeln!(svg, "<g transform=\"translate(0 {})\">", HEAD + PANEL * place as f64);
        draw(&mut svg, panel);
        svg.push_str("</g>\n");
    }
    text(&mut svg, LEFT, height - 12.0, 11.0, GREY, "start", false, foot);
    svg.push_str("</svg>\n");
    svg
}

fn draw(svg: &mut String, panel: &Panel<'_>) {
    let odds = panel.odds;
    let floor = TOP + PLOT;
    text(svg, LEFT, 20.0, 14.0, INK, "start", true, &shortened(panel.title, 96));
    text(svg, LEFT, 38.0, 12.0, GREY, "start", false, &shortened(&odds.limits, 118));
    legend(svg, odds);
    let most_wait = odds.months.iter().flat_map(|row| row.wait.values()).flatten().fold(0.0, f64::max);
    let scale = round_up(most_wait.max(odds.work_h).max(1.0));
    for quarter in 0..=4 {
        let y = floor - PLOT * f64::from(quarter) / 4.0;
        let colour = if quarter == 0 { GREY } else { "#dfe5ea" };
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{colour}\"/>",
            WIDTH - RIGHT
        );
        text(svg, LEFT - 8.0, y + 4.0, 11.0, GREY, "end", false, &format!("{} %", 25 * quarter));
        let hours = scale * f64::from(quarter) / 4.0;
        text(svg, WIDTH - RIGHT + 8.0, y + 4.0, 11.0, MARK, "start", false, &format!("{hours} h"));
    }
    let step = (WIDTH - LEFT - RIGHT) / odds.months.len().max(1) as f64;
    for (place, row) in odds.months.iter().enumerate() {
        let middle = LEFT + step * (place as f64 + 0.5);
        if row.month.is_none() {
            let x = middle - step / 2.0;
            let _ = writeln!(
                svg,
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{}\" stroke=\"{GREY}\" stroke-dasharray=\"2 3\"/>",
                floor + 22.0
            );
        }
        bar(svg, row, middle, step, floor);
        waits(svg, &row.wait, middle + step * 0.17, floor, scale);
        text(svg, middle, floor + 17.0, 12.0, INK, "middle", row.month.is_none(), month_name(row));
    }
}

fn legend(svg: &mut String, odds: &Odds) {
    let y = 60.0;
    let _ =
        writeln!(svg, "<rect x=\"{LEFT}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"{BAR}\"/>", y - 10.0);
    text(svg, LEFT + 18.0, y, 12.0, INK, "start", false, "time within limits (left)");
    let x = LEFT + 190.0;
    let spread =
        Spread { count: 1, cut: 0, p10_h: None, p50_h: Some(0.0), p80_h: Some(0.5), p90_h: Some(1.0) };
    let _ = writeln!(svg, "<g transform=\"translate({x} {}) rotate(90)\">", y - 4.0);
    waits(svg, &spread, 0.0, 0.0, PLOT / 26.0);
    svg.push_str("</g>\n");
    let pause = if odds.reserve_h > 0.0 { " with its reserve" } else { "" };
    let words =
        format!("wait for {} h in one piece{pause}: P50 dot, P80 bar, P90 end (right)", tidy(odds.work_h));
    text(svg, x + 40.0, y, 12.0, INK, "start", false, &words);
}

fn bar(svg: &mut String, row: &MonthOdds, middle: f64, step: f64, floor: f64) {
    let (width, height) = (step * 0.3, PLOT * row.workability);
    let (x, y) = (middle - step * 0.3, floor - height);
    let name = month_name(row);
    let share = 100.0 * row.workability;
    let _ = writeln!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{BAR}\">\
         <title>{name}: {share:.1} % of the time</title></rect>"
    );
    text(svg, x + width / 2.0, y - 4.0, 10.0, GREY, "middle", false, &format!("{share:.0}"));
}

/// A line from the median to P90, a dot at the one, an end at the other, a short bar at P80. What the series cannot tell goes up
/// and out as an arrow.
fn waits(svg: &mut String, wait: &Spread, x: f64, floor: f64, scale: f64) {
    let y = |hours: Option<f64>| floor - PLOT * hours.map_or(1.0, |hours| hours / scale);
    let told =
        |hours: Option<f64>| hours.map_or("beyond the series".to_owned(), |hours| format!("{hours} h"));
    let (p50, p80, p90) = (y(wait.p50_h), y(wait.p80_h), y(wait.p90_h));
    let _ = writeln!(
        svg,
        "<g stroke=\"{MARK}\" stroke-width=\"1.6\" fill=\"none\"><title>wait: P50 {}, P80 {}, P90 {}</title>\
         <line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{p50:.1}\" y2=\"{p90:.1}\"/>",
        told(wait.p50_h),
        told(wait.p80_h),
        told(wait.p90_h)
    );
    if wait.p90_h.is_some() {
        let _ = writeln!(
            svg,
            "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{p90:.1}\" y2=\"{p90:.1}\"/>",
            x - 4.0,
            x + 4.0
        );
    } else {
        let _ = writeln!(
            svg,
            "<path d=\"M {:.1} {:.1} L {x:.1} {:.1} L {:.1} {:.1}\"/>",
            x - 4.0,
            p90 + 2.0,
            p90 - 5.0,
            x + 4.0,
            p90 + 2.0
        );
    }
    if wait.p80_h.is_some() {
        let _ = writeln!(
            svg,
            "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{p80:.1}\" y2=\"{p80:.1}\" stroke-width=\"4\"/>",
            x - 5.0,
            x + 5.0
        );
    }
    if wait.p50_h.is_some() {
        let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{p50:.1}\" r=\"3.6\" fill=\"{MARK}\"/>");
    }
    svg.push_str("</g>\n");
}

/// The next number that an axis can end with, so that its quarters are round.
fn round_up(number: f64) -> f64 {
    let mut scale = 1.0;
    loop {
        for step in [4.0, 8.0, 12.0, 20.0, 24.0] {
            if step * scale >= number {
                return step * scale;
            }
        }
        scale *= 10.0;
    }
}

fn tidy(hours: f64) -> String {
    format!("{}", (hours * 10.0).round() / 10.0)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 3).collect();
    format!("{kept}...")
}

#[expect(clippy::too_many_arguments, reason = "they are the attributes of one SVG element")]
fn text(svg: &mut String, x: f64, y: f64, size: f64, colour: &str, anchor: &str, bold: bool, words: &str) {
    let weight = if bold { " font-weight=\"bold\"" } else { "" };
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" fill=\"{colour}\" text-anchor=\"{anchor}\"{weight}>{}</text>",
        escape(words)
    );
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
