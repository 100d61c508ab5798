//! The Gantt chart as a picture of pixels: for mail, slides and pages that take no SVG.
//!
//! In: a schedule. Out: PNG at 192 pixels an inch, drawn by `resvg` from the same shapes as the SVG.
//! Never very high: of many rows each gets little room and not every one is named; `pdf` and `svg` show them all.
//! Letters that the bundled font lacks come from a font of the system, if the caller allows it and there is one.

use super::chart::fonts::{self, Fonts};
use super::chart::shape::Picture;
use super::chart::{Sheet, pictures};
use super::svg::svg;
use super::{Choices, Format};
use crate::schedule::Schedule;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Font, FontFamily, FontResolver, Options, Tree};
use std::io::{self, Write};
use std::sync::Arc;

/// The format `png`.
pub struct Png;

/// Pixels for each 1/96 inch.
const SCALE: f32 = 2.0;

impl Format for Png {
    fn name(&self) -> &'static str {
        "png"
    }

    fn extension(&self) -> &'static str {
        "png"
    }

    fn about(&self) -> &'static str {
        "a Gantt chart in pixels, for mail and slides"
    }

    fn is_text(&self) -> bool {
        false
    }

    fn write(&self, schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
        self.write_as(schedule, &Choices::default(), out)
    }

    fn write_as(&self, schedule: &Schedule, choices: &Choices, out: &mut dyn Write) -> io::Result<()> {
        for picture in pictures(schedule, Sheet::OVERVIEW) {
            let fonts = Fonts::of(picture.texts(), choices.system_fonts);
            out.write_all(&png(&picture, &fonts)?)?;
        }
        Ok(())
    }

    fn notes(&self, schedule: &Schedule, choices: &Choices) -> Vec<String> {
        Fonts::of(fonts::texts(schedule), choices.system_fonts).note().into_iter().collect()
    }
}

/// A picture as the bytes of a PNG file.
fn png(picture: &Picture, fonts: &Fonts) -> io::Result<Vec<u8>> {
    let select = |font: &Font, collection: &mut Arc<Database>| {
        let is_bold = font
            .families()
            .iter()
            .any(|family| matches!(family, FontFamily::Named(name) if name == fonts::BOLD));
        fonts::bundled(collection, is_bold)
    };
    let fall_back = |c: char, tried: &[_], _: &mut Arc<Database>| {
        let id = fonts.fallbacks.get(fonts.owner(c)?)?.id;
        (!tried.contains(&id)).then_some(id)
    };
    let options = Options {
        fontdb: Arc::clone(&fonts.collection),
        font_resolver: FontResolver { select_font: Box::new(select), select_fallback: Box::new(fall_back) },
        ..Options::default()
    };
    let tree = Tree::from_str(&svg(picture), &options).map_err(io::Error::other)?;
    let pixels = |length: f64| (length * f64::from(SCALE)).ceil() as u32;
    let mut pixmap = Pixmap::new(pixels(picture.width), pixels(picture.height))
        .ok_or_else(|| io::Error::other("the picture has no size"))?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(io::Error::other)
}
