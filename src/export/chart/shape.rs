//! What a picture is made of: boxes, lines, hatched areas and text, in the order in which they are drawn.
//!
//! In: places in units of 1/96 inch, x to the right and y down. Out: [`Picture`], which `svg` writes and `pdf` draws.
//! Not the meaning: the other files of this folder know what a bar is, this one does not.

/// A colour: red, green and blue, a byte each.
pub type Ink = u32;

/// A line: its colour, its width, and whether it is broken into dashes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Its colour.
    pub ink: Ink,
    /// Its width.
    pub width: f64,
    /// Whether it is dashed.
    pub dashed: bool,
}

impl Line {
    /// A line without dashes.
    pub fn of(ink: Ink, width: f64) -> Line {
        Line { ink, width, dashed: false }
    }
}

/// Left, top, width and height.
pub type Area = [f64; 4];

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// Why something is hatched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hatch {
    /// The weather is outside the limits: pale, falling to the left.
    Closed,
    /// Something waits for the weather: dark, falling to the right.
    Waiting,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The point on its base line.
    pub at: (f64, f64),
    /// The height of its letters' box.
    pub size: f64,
    /// Where it stands relative to the point.
    pub anchor: Anchor,
    /// Whether it is heavier.
    pub is_bold: bool,
    /// Its colour.
    pub ink: Ink,
    /// What it says.
    pub text: String,
}

/// One thing of a picture.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A box.
    Box {
        /// Where.
        area: Area,
        /// What it is filled with.
        fill: Option<Ink>,
        /// Its outline.
        line: Option<Line>,
    },
    /// Straight lines from point to point.
    Path {
        /// The points.
        points: Vec<(f64, f64)>,
        /// What the area between them is filled with; then the last point joins the first.
        fill: Option<Ink>,
        /// The line.
        line: Option<Line>,
    },
    /// Separate straight lines of one kind.
    Lines(Vec<[(f64, f64); 2]>, Line),
    /// Hatched boxes of one kind.
    Hatched(Vec<Area>, Hatch),
    /// A line of text.
    Text(Text),
    /// What is told of the shapes up to the matching [`Shape::TipEnd`] when one points at them.
    Tip(String),
    /// The end of the innermost [`Shape::Tip`].
    TipEnd,
}

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// What it shows, for those who cannot see it.
    pub about: String,
    /// What is drawn, from the back to the front.
    pub shapes: Vec<Shape>,
}

impl Picture {
    /// Adds a box.
    pub fn area(&mut self, area: Area, fill: Option<Ink>, line: Option<Line>) {
        self.shapes.push(Shape::Box { area, fill, line });
    }

    /// Adds one straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), line: Line) {
        self.shapes.push(Shape::Lines(vec![[from, to]], line));
    }

    /// Adds a text that begins at `at`.
    pub fn text(&mut self, at: (f64, f64), size: f64, ink: Ink, text: impl Into<String>) {
        self.write(at, size, ink, Anchor::Start, false, text.into());
    }

    /// Adds a text.
    pub fn write(
        &mut self,
        at: (f64, f64),
        size: f64,
        ink: Ink,
        anchor: Anchor,
        is_bold: bool,
        text: String,
    ) {
        if !text.is_empty() {
            self.shapes.push(Shape::Text(Text { at, size, anchor, is_bold, ink, text }));
        }
    }

    /// All that is written in it.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some(text.text.as_str()),
            _ => None,
        })
    }
}

/// The four corners of a lying square around `middle`, the sign for a moment.
pub fn diamond((x, y): (f64, f64), half: f64) -> Vec<(f64, f64)> {
    vec![(x, y - half), (x + half, y), (x, y + half), (x - half, y)]
}
