//! The links between bars: an elbow from the end of one activity to the start of the one that follows it.
//!
//! In: the links of a schedule, and a page. Out: shapes; none where there are so many that they would hide the bars.

use super::bars::Plot;
use super::rows::Lane;
use super::shape::{Ink, Line, Picture, Shape};
use crate::schedule::Activity;
use std::collections::BTreeMap;

/// The elbows between bars.
const LINK: Ink = 0x6B7683;
/// Of more links than this on a page none is drawn.
const MOST: usize = 60;

impl Plot<'_> {
    /// The links of which both ends are on the page.
    pub fn links(&self, picture: &mut Picture) {
        let mut places: BTreeMap<&str, (&Activity, f64)> = BTreeMap::new();
        for (row, top) in self.rows_with_tops() {
            if let Lane::Work { bars, .. } = &row.lane {
                for bar in bars {
                    places.insert(&bar.id, (bar, top));
                }
            }
        }
        let drawn: Vec<_> = self
            .chart
            .schedule
            .links
            .iter()
            .filter_map(|link| {
                places.get(link.from.as_str()).copied().zip(places.get(link.to.as_str()).copied())
            })
            .filter(|((_, from), (_, to))| from != to)
            .collect();
        if drawn.len() > MOST || self.row_height < 12.0 {
            return;
        }
        for (from, to) in drawn {
            self.link(from, to, picture);
        }
    }

    fn link(
        &self,
        (from, from_top): (&Activity, f64),
        (to, to_top): (&Activity, f64),
        picture: &mut Picture,
    ) {
        let seen = |activity: &Activity| self.scale.part((activity.start, activity.end));
        let (Some((_, out)), Some((into, _))) = (seen(from), seen(to)) else { return };
        let (half, bar) = (self.row_height * 0.5, self.row_height * 0.29);
        let start = (out, from_top + half);
        let is_down = to_top > from_top;
        let tip = to_top + half + if is_down { -bar } else { bar };
        let turn = into.max(out + 3.0) + if into >= out + 3.0 { 1.5 } else { 0.0 };
        let line = Line::of(LINK, 0.8);
        let points = vec![start, (turn, start.1), (turn, tip)];
        picture.shapes.push(Shape::Path { points, fill: None, line: Some(line) });
        let back = if is_down { -4.0 } else { 4.0 };
        let head = vec![(turn - 2.6, tip + back), (turn + 2.6, tip + back), (turn, tip)];
        picture.shapes.push(Shape::Path { points: head, fill: Some(LINK), line: None });
    }
}
