//! What stands around the bars: the header with the totals, the axis, the legend, and the line of sources.
//!
//! In: the chart, and where its rows end. Out: shapes.
//! The legend explains only what a schedule has.

use super::axis::{self, Tick};
use super::bars::{self, Plot};
use super::fonts::{fit, width};
use super::shape::{Anchor, Hatch, Ink, Line, Picture, Shape, diamond};
use super::{Chart, Columns, MARGIN, Page};
use crate::export::wording::{self, clean, duration, money, tonnes};
use crate::schedule::{Kind, Schedule};

/// Where the rows begin.
pub const TOP: f64 = 134.0;
/// The height of the legend and the line of sources, with the margin below.
pub const FOOT: f64 = 74.0;
/// The ground.
pub const PAPER: Ink = 0xFFFFFF;
/// Text.
pub const BLACK: Ink = 0x1C2430;
/// Text that is less important.
pub const GREY: Ink = 0x5A6572;
/// Lines between days.
pub const FAINT: Ink = 0xE3E7EC;
/// Lines between months, and edges.
pub const EDGE: Ink = 0xA9B2BD;

/// Name, horizon, status and totals.
pub fn header(chart: &Chart, columns: &Columns, picture: &mut Picture) {
    let schedule = chart.schedule;
    let room = columns.chart.1 - MARGIN;
    let title = fit(&clean(&schedule.plan.name), room, 20.0, true);
    picture.write((MARGIN, 46.0), 20.0, BLACK, Anchor::Start, true, title);
    let horizon = &schedule.horizon;
    let clock = &chart.clock;
    let mut line = format!(
        "{} to {}, {} · {}",
        clock.long(horizon.start),
        clock.long(horizon.end),
        clock.name,
        wording::status(schedule)
    );
    if schedule.is_synthetic() {
        line = format!("{line} · {}", wording::SYNTHETIC);
    }
    picture.text((MARGIN, 65.0), 11.0, GREY, fit(&line, room, 11.0, false));
    picture.write((MARGIN, 83.0), 11.5, BLACK, Anchor::Start, true, fit(&totals(chart), room, 11.5, true));
}

fn totals(chart: &Chart) -> String {
    let schedule = chart.schedule;
    let totals = &schedule.totals;
    let mut parts = vec![format!("Finish {}", chart.clock.short(totals.finish))];
    if totals.sampled_t != 0.0 {
        parts.push(format!("sampled {} t", tonnes(totals.sampled_t)));
    }
    if totals.delivered_t != 0.0 {
        parts.push(format!("delivered {} t", tonnes(totals.delivered_t)));
    }
    parts.extend(
        wording::other_tonnes(schedule).iter().map(|(what, made)| format!("{what} {} t", tonnes(*made))),
    );
    if totals.cost != 0.0 {
        parts.push(format!("cost {}", money(totals.cost, schedule.plan.currency.as_deref())));
    }
    if totals.late_h != 0.0 {
        parts.push(format!("late {}", duration(totals.late_h)));
    }
    let done = schedule.activities.iter().filter(|activity| wording::is_done(activity));
    let (number, critical) = done.fold((0, 0), |(n, c), a| (n + 1, c + usize::from(a.critical)));
    parts.push(match number {
        0 => "no activities".to_owned(),
        1 => format!("1 activity, {critical} critical"),
        _ => format!("{number} activities, {critical} critical"),
    });
    parts.join(" · ")
}

/// Both tiers, the heads of the columns, and the grid down to `bottom`.
pub fn axis(chart: &Chart, plot: &Plot, bottom: f64, picture: &mut Picture) {
    let (scale, columns) = (&plot.scale, &plot.columns);
    let (top, middle, base) = (TOP - 36.0, TOP - 19.0, TOP - 2.0);
    let ticks = axis::ticks(scale, &chart.clock);
    let mut days: Vec<f64> = axis::midnights(scale, &chart.clock);
    if days.is_empty() {
        days = ticks.fine.iter().map(|tick| tick.x).filter(|x| *x > scale.left).collect();
    }
    let lines = days.iter().map(|&x| [(x, base), (x, bottom)]).collect();
    picture.shapes.push(Shape::Lines(lines, Line::of(FAINT, 0.7)));
    let inside = |tick: &&Tick| tick.x > scale.left;
    let fine = ticks.fine.iter().filter(inside).map(|tick| [(tick.x, middle), (tick.x, base)]).collect();
    picture.shapes.push(Shape::Lines(fine, Line::of(EDGE, 0.7)));
    let coarse = ticks.coarse.iter().filter(inside).map(|tick| [(tick.x, top), (tick.x, bottom)]).collect();
    picture.shapes.push(Shape::Lines(coarse, Line::of(EDGE, 0.7)));
    names(&ticks.coarse, middle - 5.0, 10.5, true, plot, picture);
    names(&ticks.fine, base - 5.0, 9.5, false, plot, picture);
    for y in [middle, base] {
        picture.line((columns.chart.0, y), (columns.chart.1, y), Line::of(EDGE, 0.7));
    }
    picture.line((MARGIN, base), (columns.chart.0, base), Line::of(EDGE, 0.7));
    for x in [columns.chart.0, columns.chart.1] {
        picture.line((x, top), (x, bottom), Line::of(EDGE, 0.7));
    }
    picture.line((columns.chart.0, top), (columns.chart.1, top), Line::of(EDGE, 0.7));
    picture.line((MARGIN, bottom), (columns.chart.1, bottom), Line::of(EDGE, 0.7));
    let room = columns.chart.0 - MARGIN - 8.0;
    picture.text(
        (MARGIN, middle - 5.0),
        9.5,
        GREY,
        fit(&format!("Times: {}", chart.clock.name), room, 9.5, false),
    );
    picture.write((MARGIN, base - 5.0), 9.5, GREY, Anchor::Start, true, "Task".to_owned());
    let heads = [
        (Some(columns.start), "Start"),
        (Some(columns.end), "End"),
        (columns.worked, "Worked"),
        (Some(columns.float), "Float"),
    ];
    for (x, head) in heads {
        if let Some(x) = x {
            picture.write((x, base - 5.0), 9.5, GREY, Anchor::End, true, head.to_owned());
        }
    }
}

fn names(ticks: &[Tick], y: f64, size: f64, is_bold: bool, plot: &Plot, picture: &mut Picture) {
    for tick in ticks {
        let (from, to) = (tick.x.max(plot.scale.left), tick.until.min(plot.scale.right()));
        let room = to - from - 4.0;
        let name = [&tick.name, &tick.short].into_iter().find(|name| width(name, size, is_bold) <= room);
        let Some(name) = name.filter(|name| !name.is_empty()) else { continue };
        // A unit that began before the page has its name at the page's edge, not in its middle.
        let at = if is_bold { (from + 4.0, y) } else { ((from + to) / 2.0, y) };
        let anchor = if is_bold { Anchor::Start } else { Anchor::Middle };
        picture.write(at, size, if is_bold { BLACK } else { GREY }, anchor, is_bold, name.clone());
    }
}

/// What an entry of the legend is drawn as.
enum Sign {
    Bar(Ink),
    Critical,
    Hatched(Hatch),
    Tail,
    Diamond,
}

fn legend_entries(chart: &Chart) -> Vec<(Sign, &'static str)> {
    let schedule = chart.schedule;
    let has = |kind: Kind| schedule.activities.iter().any(|activity| activity.kind == kind);
    let done = || schedule.activities.iter().filter(|activity| wording::is_done(activity));
    let candidates = [
        (has(Kind::Task), Sign::Bar(bars::ink(Kind::Task)), "task"),
        (has(Kind::Sampling), Sign::Bar(bars::ink(Kind::Sampling)), "sampling"),
        (has(Kind::Transfer), Sign::Bar(bars::ink(Kind::Transfer)), "transfer"),
        (has(Kind::Sail), Sign::Bar(bars::ink(Kind::Sail)), "sailing"),
        (done().any(|activity| activity.critical), Sign::Critical, "critical: no float"),
        (done().any(|activity| bars::tail(activity).is_some()), Sign::Tail, "float"),
        (
            schedule.activities.iter().any(|activity| activity.waiting_h > 0.0),
            Sign::Hatched(Hatch::Waiting),
            "waiting on weather",
        ),
        (bars::has_closed(chart), Sign::Hatched(Hatch::Closed), "weather outside the task's limits"),
        (!schedule.deliveries.is_empty(), Sign::Diamond, "delivery"),
    ];
    candidates.into_iter().filter(|(is_there, ..)| *is_there).map(|(_, sign, text)| (sign, text)).collect()
}

/// The legend and the line of sources.
pub fn foot(chart: &Chart, page: &Page, pages: usize, columns: &Columns, height: f64, picture: &mut Picture) {
    let y = height - FOOT + 24.0;
    let mut x = MARGIN;
    for (sign, text) in legend_entries(chart) {
        let area = [x, y - 8.0, 22.0, 9.0];
        match sign {
            Sign::Bar(ink) => picture.area(area, Some(ink), None),
            Sign::Critical => picture.area(area, Some(PAPER), Some(bars::CRITICAL)),
            Sign::Hatched(hatch) => {
                let edge = (hatch == Hatch::Waiting).then_some(Line::of(bars::WAIT, 0.7));
                picture.area(area, Some(PAPER), None);
                picture.shapes.push(Shape::Hatched(vec![area], hatch));
                picture.area(area, None, edge);
            }
            Sign::Tail => bars::draw_tail((x, x + 22.0), y - 3.5, 3.0, picture),
            Sign::Diamond => {
                let points = diamond((x + 11.0, y - 3.5), 5.0);
                picture.shapes.push(Shape::Path {
                    points,
                    fill: Some(bars::ink(Kind::Transfer)),
                    line: None,
                });
            }
        }
        picture.text((x + 28.0, y), 10.0, BLACK, text);
        x += 28.0 + width(text, 10.0, false) + 20.0;
    }
    let number = format!("page {} of {pages}", page.number);
    let y = height - FOOT + 46.0;
    let room = columns.chart.1 - MARGIN - width(&number, 9.0, false) - 16.0;
    picture.text((MARGIN, y), 9.0, GREY, fit(&sources(chart.schedule, chart), room, 9.0, false));
    if chart.sheet.height.is_some() {
        picture.write((columns.chart.1, y), 9.0, GREY, Anchor::End, false, number);
    }
}

fn sources(schedule: &Schedule, chart: &Chart) -> String {
    let short = |sha256: &str| clean(sha256).chars().take(12).collect::<String>();
    let mut parts = vec![format!(
        "Plan {} issued {}",
        short(&schedule.plan.sha256),
        chart.clock.long(schedule.plan.issued)
    )];
    parts.extend(schedule.weather.iter().map(|weather| {
        format!("weather {} {} ({})", clean(&weather.id), short(&weather.sha256), clean(&weather.origin))
    }));
    parts.push(format!("solved by {}", clean(&schedule.solve.solver)));
    parts.push(concat!("mudline ", env!("CARGO_PKG_VERSION")).to_owned());
    parts.join(" · ")
}
