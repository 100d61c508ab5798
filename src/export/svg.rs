//! The Gantt chart as a drawing that scales: for documents, web pages and drawing programs.
//!
//! In: a schedule. Out: SVG 1.1 with real text, tips on the bars, and no script.
//! One picture with every row; `pdf` pages it.

use super::Format;
use super::chart::fonts::css_families;
use super::chart::shape::{Anchor, Hatch, Line, Picture, Shape, Text};
use super::chart::{Sheet, pictures};
use super::wording::xml;
use crate::schedule::Schedule;
use std::fmt::Write as _;
use std::io::{self, Write};

/// The format `svg`.
pub struct Svg;

impl Format for Svg {
    fn name(&self) -> &'static str {
        "svg"
    }

    fn extension(&self) -> &'static str {
        "svg"
    }

    fn about(&self) -> &'static str {
        "a Gantt chart that scales, with tips on the bars"
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        for picture in pictures(schedule, Sheet::SCREEN) {
            out.write_all(svg(&picture).as_bytes())?;
        }
        Ok(())
    }
}

/// A picture as an SVG document.
pub fn svg(picture: &Picture) -> String {
    let (width, height) = (number(picture.width), number(picture.height));
    let about = xml(&picture.about);
    let mut svg = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{}\">\n<title>{about}</title>\n<defs>\n",
        css_families(false)
    );
    svg.push_str(
        "<pattern id=\"closed\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M-1.5 1.5L1.5 -1.5M0 6L6 0M4.5 7.5L7.5 4.5\" stroke=\"#c3cad3\" stroke-width=\"1\"/></pattern>\n\
         <pattern id=\"waiting\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M-1 3L1 5M0 0L4 4M3 -1L5 1\" stroke=\"#7a4b12\" stroke-width=\"1\"/></pattern>\n</defs>\n",
    );
    for shape in &picture.shapes {
        write_shape(shape, &mut svg);
    }
    svg.push_str("</svg>\n");
    svg
}

fn write_shape(shape: &Shape, svg: &mut String) {
    // Writing into a string cannot fail.
    let _ = match shape {
        Shape::Box { area, fill, line } => {
            let [x, y, w, h] = area.map(number);
            writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{}/>", paint(*fill, *line))
        }
        Shape::Path { points, fill, line } => {
            let end = if fill.is_some() { "Z" } else { "" };
            writeln!(svg, "<path d=\"{}{end}\"{}/>", path(points), paint(*fill, *line))
        }
        Shape::Lines(lines, _) if lines.is_empty() => Ok(()),
        Shape::Lines(lines, line) => {
            let d: String = lines.iter().map(|line| path(line)).collect();
            writeln!(svg, "<path d=\"{d}\"{}/>", paint(None, Some(*line)))
        }
        Shape::Hatched(areas, _) if areas.is_empty() => Ok(()),
        Shape::Hatched(areas, hatch) => {
            let d: String = areas
                .iter()
                .map(|area| {
                    let [x, y, w, h] = area.map(number);
                    format!("M{x} {y}h{w}v{h}h-{w}Z")
                })
                .collect();
            let name = match hatch {
                Hatch::Closed => "closed",
                Hatch::Waiting => "waiting",
            };
            writeln!(svg, "<path d=\"{d}\" fill=\"url(#{name})\"/>")
        }
        Shape::Text(written) => {
            write_text(written, svg);
            Ok(())
        }
        Shape::Tip(tip) => writeln!(svg, "<g><title>{}</title>", lines(tip)),
        Shape::TipEnd => writeln!(svg, "</g>"),
    };
}

fn write_text(written: &Text, svg: &mut String) {
    let (x, y) = (number(written.at.0), number(written.at.1));
    let anchor = match written.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let weight = if written.is_bold {
        format!(" font-family=\"{}\" font-weight=\"600\"", css_families(true))
    } else {
        String::new()
    };
    let (size, ink, what) = (number(written.size), written.ink, xml(&written.text));
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"#{ink:06x}\"{anchor}{weight}>{what}</text>"
    );
}

fn path(points: &[(f64, f64)]) -> String {
    let mut d = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let _ = write!(d, "{}{} {}", if at == 0 { 'M' } else { 'L' }, number(*x), number(*y));
    }
    d
}

fn paint(fill: Option<u32>, line: Option<Line>) -> String {
    let mut paint = fill.map_or(" fill=\"none\"".to_owned(), |ink| format!(" fill=\"#{ink:06x}\""));
    if let Some(line) = line {
        let _ = write!(paint, " stroke=\"#{:06x}\" stroke-width=\"{}\"", line.ink, number(line.width));
        if line.dashed {
            paint.push_str(" stroke-dasharray=\"4 3\"");
        }
    }
    paint
}

/// A length to a hundredth of a pixel.
fn number(value: f64) -> String {
    let hundredths = (value * 100.0).round() / 100.0;
    // Adding zero turns a negative zero into a plain one.
    (hundredths + 0.0).to_string()
}

/// A text of several lines, each already free of control characters.
fn lines(tip: &str) -> String {
    xml(tip).replace('\n', "&#10;")
}
