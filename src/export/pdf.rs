//! The Gantt chart on pages: A3 or A4, lying, for printing and for mail.
//!
//! In: a schedule and a size of paper. Out: PDF with text that can be searched and copied, fonts embedded, an outline by page.
//! The same shapes as the SVG, drawn by `krilla`; no date but the plan's issue, so the same schedule gives the same bytes.
//! Letters that the bundled font lacks come from a font of the system, if the caller allows it and there is one.

use super::chart::fonts::{self, Fonts};
use super::chart::shape::{Anchor, Area, Hatch, Ink, Line, Picture, Shape, Text};
use super::chart::{Sheet, pictures};
use super::wording::clean;
use super::{Choices, Format, Paper};
use crate::schedule::Schedule;
use chrono::{Datelike, Timelike};
use krilla::Document;
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Paint, Pattern, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph, TextDirection};
use std::io::{self, Write};
use std::ops::Range;

/// The format `pdf`.
pub struct Pdf;

/// Points (1/72 inch) for each 1/96 inch.
const POINTS: f32 = 0.75;

impl Format for Pdf {
    fn name(&self) -> &'static str {
        "pdf"
    }

    fn extension(&self) -> &'static str {
        "pdf"
    }

    fn about(&self) -> &'static str {
        "a Gantt chart on pages of A3 or A4 (--page)"
    }

    fn is_text(&self) -> bool {
        false
    }

    fn takes(&self) -> &'static [&'static str] {
        &["page"]
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        self.write_as(schedule, &Choices::default(), out)
    }

    fn write_as(&self, schedule: &Schedule, choices: &Choices, out: &mut dyn Write) -> io::Result<()> {
        let pictures = pictures(schedule, sheet(choices));
        let fonts = Fonts::of(pictures.iter().flat_map(Picture::texts), choices.system_fonts);
        let pen = Pen::new(&fonts).ok_or_else(|| io::Error::other("the bundled font cannot be read"))?;
        let mut document = Document::new();
        document.set_metadata(metadata(schedule));
        let mut outline = Outline::new();
        let mut hatches = None;
        for (at, picture) in pictures.iter().enumerate() {
            let settings =
                PageSettings::from_wh(picture.width as f32 * POINTS, picture.height as f32 * POINTS)
                    .ok_or_else(|| io::Error::other("the page has no size"))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            surface.push_transform(&Transform::from_scale(POINTS, POINTS));
            let hatches = hatches.get_or_insert_with(|| Hatches::new(&mut surface));
            for shape in &picture.shapes {
                pen.draw(shape, hatches, &mut surface);
            }
            surface.pop();
            surface.finish();
            page.finish();
            let place = XyzDestination::new(at, Point::from_xy(0.0, 0.0));
            outline.push_child(OutlineNode::new(format!("Page {}", at + 1), place));
        }
        document.set_outline(outline);
        let bytes = document.finish().map_err(|e| io::Error::other(format!("{e:?}")))?;
        out.write_all(&bytes)
    }

    fn notes(&self, schedule: &Schedule, choices: &Choices) -> Vec<String> {
        Fonts::of(fonts::texts(schedule), choices.system_fonts).note().into_iter().collect()
    }
}

fn sheet(choices: &Choices) -> Sheet {
    match choices.page {
        Paper::A3 => Sheet::A3,
        Paper::A4 => Sheet::A4,
    }
}

fn metadata(schedule: &Schedule) -> Metadata {
    let issued = schedule.plan.issued.to_utc();
    let part = |value: u32| value as u8;
    let metadata = Metadata::new()
        .title(clean(&schedule.plan.name))
        .description("Gantt chart".to_owned())
        .creator(concat!("mudline ", env!("CARGO_PKG_VERSION")).to_owned())
        .document_id(clean(&schedule.plan.sha256));
    // PDF knows the years 0 to 9999.
    let Some(year) = u16::try_from(issued.year()).ok().filter(|year| *year <= 9999) else { return metadata };
    let date = DateTime::new(year)
        .month(part(issued.month()))
        .day(part(issued.day()))
        .hour(part(issued.hour()))
        .minute(part(issued.minute()))
        .second(part(issued.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    metadata.creation_date(date)
}

/// The fills of hatched areas.
struct Hatches {
    closed: Paint,
    waiting: Paint,
}

impl Hatches {
    fn new(surface: &mut Surface) -> Hatches {
        let closed = [[(-1.5, 1.5), (1.5, -1.5)], [(0.0, 6.0), (6.0, 0.0)], [(4.5, 7.5), (7.5, 4.5)]];
        let waiting = [[(-1.0, 3.0), (1.0, 5.0)], [(0.0, 0.0), (4.0, 4.0)], [(3.0, -1.0), (5.0, 1.0)]];
        Hatches {
            closed: tile(surface, &closed, 6.0, 0xC3CAD3),
            waiting: tile(surface, &waiting, 4.0, 0x7A4B12),
        }
    }

    fn of(&self, hatch: Hatch) -> Paint {
        match hatch {
            Hatch::Closed => self.closed.clone(),
            Hatch::Waiting => self.waiting.clone(),
        }
    }
}

fn tile(surface: &mut Surface, lines: &[[(f64, f64); 2]], size: f32, ink: Ink) -> Paint {
    let mut builder = surface.stream_builder();
    let mut inner = builder.surface();
    let lines: Vec<&[(f64, f64)]> = lines.iter().map(<[_; 2]>::as_slice).collect();
    paint(&mut inner, None, Some(Line::of(ink, 1.0)), polylines(&lines, false));
    inner.finish();
    let stream = builder.finish();
    Pattern { stream, transform: Transform::identity(), width: size, height: size }.into()
}

fn colour(ink: Ink) -> rgb::Color {
    let [_, red, green, blue] = ink.to_be_bytes();
    rgb::Color::new(red, green, blue)
}

fn fill(paint: impl Into<Paint>) -> Fill {
    Fill { paint: paint.into(), ..Fill::default() }
}

fn stroke(line: Line) -> Stroke {
    Stroke {
        paint: colour(line.ink).into(),
        width: line.width as f32,
        dash: line.dashed.then(|| StrokeDash { array: vec![4.0, 3.0], offset: 0.0 }),
        ..Stroke::default()
    }
}

/// Boxes as one path; none of them has an extent where there is no path.
fn rectangles(areas: &[Area]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for &[x, y, width, height] in areas {
        if let Some(rect) = Rect::from_xywh(x as f32, y as f32, width as f32, height as f32) {
            builder.push_rect(rect);
        }
    }
    builder.finish()
}

/// Lines as one path.
fn polylines(lines: &[&[(f64, f64)]], is_closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for points in lines {
        for (at, (x, y)) in points.iter().enumerate() {
            let (x, y) = (*x as f32, *y as f32);
            if at == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) }
        }
        if is_closed {
            builder.close();
        }
    }
    builder.finish()
}

/// Paints a path; `krilla` would fill with black where nothing is asked for.
fn paint(surface: &mut Surface, ink: Option<Ink>, line: Option<Line>, path: Option<Path>) {
    let Some(path) = path.filter(|_| ink.is_some() || line.is_some()) else { return };
    surface.set_fill(ink.map(|ink| fill(colour(ink))));
    surface.set_stroke(line.map(stroke));
    surface.draw_path(&path);
}

/// A glyph as `krilla` takes it.
fn glyph((number, advance, range): (u16, f64, Range<usize>)) -> KrillaGlyph {
    KrillaGlyph::new(GlyphId::new(u32::from(number)), advance as f32, 0.0, 0.0, 0.0, range, None)
}

/// What draws shapes: the fonts.
struct Pen<'f> {
    fonts: &'f Fonts,
    regular: Font,
    bold: Font,
    fallbacks: Vec<Option<Font>>,
}

impl<'f> Pen<'f> {
    fn new(fonts: &'f Fonts) -> Option<Pen<'f>> {
        let bundled = |bytes: &[u8]| Font::new(bytes.to_vec().into(), 0);
        Some(Pen {
            fonts,
            regular: bundled(fonts::REGULAR_BYTES)?,
            bold: bundled(fonts::BOLD_BYTES)?,
            fallbacks: fonts
                .fallbacks
                .iter()
                .map(|fallback| Font::new(fallback.bytes.to_vec().into(), fallback.index))
                .collect(),
        })
    }

    fn draw(&self, shape: &Shape, hatches: &Hatches, surface: &mut Surface) {
        match shape {
            Shape::Box { area, fill, line } => paint(surface, *fill, *line, rectangles(&[*area])),
            Shape::Path { points, fill, line } => {
                paint(surface, *fill, *line, polylines(&[points], fill.is_some()));
            }
            Shape::Lines(lines, line) => {
                let lines: Vec<&[(f64, f64)]> = lines.iter().map(<[_; 2]>::as_slice).collect();
                paint(surface, None, Some(*line), polylines(&lines, false));
            }
            Shape::Hatched(areas, hatch) => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(hatches.of(*hatch))));
                if let Some(path) = rectangles(areas) {
                    surface.draw_path(&path);
                }
            }
            Shape::Text(text) => self.write(text, surface),
            Shape::Tip(_) | Shape::TipEnd => {}
        }
    }

    /// Writes a text, in as many fonts as its characters need.
    fn write(&self, text: &Text, surface: &mut Surface) {
        let runs = self.runs(&text.text);
        let widths: Vec<f64> =
            runs.iter().map(|(_, run)| fonts::width(run, text.size, text.is_bold)).collect();
        let whole: f64 = widths.iter().sum();
        let mut x = match text.anchor {
            Anchor::Start => text.at.0,
            Anchor::Middle => text.at.0 - whole / 2.0,
            Anchor::End => text.at.0 - whole,
        };
        surface.set_stroke(None);
        surface.set_fill(Some(fill(colour(text.ink))));
        for ((owner, run), width) in runs.into_iter().zip(widths) {
            let of_weight = if text.is_bold { &self.bold } else { &self.regular };
            let font = owner.and_then(|at| self.fallbacks[at].as_ref()).unwrap_or(of_weight);
            let at = Point::from_xy(x as f32, text.at.1 as f32);
            match fonts::glyphs(run, text.is_bold).filter(|_| owner.is_none()) {
                Some(glyphs) => {
                    let glyphs: Vec<KrillaGlyph> = glyphs.into_iter().map(glyph).collect();
                    surface.draw_glyphs(at, &glyphs, font.clone(), run, text.size as f32, false);
                }
                None => {
                    surface.draw_text(at, font.clone(), text.size as f32, run, false, TextDirection::Auto)
                }
            }
            x += width;
        }
    }

    /// A text cut where its font changes.
    fn runs<'t>(&self, text: &'t str) -> Vec<(Option<usize>, &'t str)> {
        let mut runs: Vec<(Option<usize>, &str)> = Vec::new();
        let mut begin = 0;
        for (at, c) in text.char_indices() {
            let owner = self.fonts.owner(c);
            let is_same = runs.last().is_some_and(|run| run.0 == owner);
            if !is_same {
                begin = at;
                runs.push((owner, ""));
            }
            if let Some(run) = runs.last_mut() {
                run.1 = &text[begin..at + c.len_utf8()];
            }
        }
        runs
    }
}
