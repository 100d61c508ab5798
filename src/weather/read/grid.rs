//! Cells of a grid near a place.
//!
//! In: the latitudes and longitudes of rows and columns, and a position. Out: the cells around it, nearest first, or the four of
//! a bilinear mean with their weights. Longitudes may run from 0 to 360 and latitudes from north to south.
//! Which cells are land only the values tell: see [`FARTHEST`].

#![expect(clippy::result_large_err, reason = "a fault ends the reading, once a file")]

use super::ReadOptions;
use crate::diag::{Diagnostic, Place};
use crate::geo::{Position, distance};

/// How far from the site, in metres, a cell of sea may be that is taken where the cell at the site is land.
pub const FARTHEST: f64 = 100_000.0;
/// Rows and columns on either side of the nearest that are looked at for sea.
const REACH: usize = 3;
/// What the cells of a grid with one row or column are taken to span, in degrees.
const ALONE: f64 = 0.5;

/// A cell: its row, its column, how far it is, and its part in the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Its place among the latitudes.
    pub row: usize,
    /// Its place among the longitudes.
    pub column: usize,
    /// The distance from the site, in metres.
    pub metres: f64,
    /// Its weight in a bilinear mean.
    pub weight: f64,
}

/// The rows and columns of a grid.
pub struct Grid {
    /// Degrees north.
    pub latitudes: Vec<f64>,
    /// Degrees east.
    pub longitudes: Vec<f64>,
}

/// The difference of two longitudes, from -180 to 180.
fn turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

/// The one position asked for; an error when there is none, or there are several.
pub fn wanted(options: &ReadOptions) -> Result<Position, Diagnostic> {
    const APART: f64 = 1000.0;
    let name = &options.name;
    let Some(&first) = options.at.first() else {
        return Err(Diagnostic::error(
            "weather-position",
            format!("{name} is a grid, and no place in it is asked for"),
        )
        .at(Place::file(name))
        .help(
            "give the site that has this weather its position = [35.02, 138.51], or write --at 35.02,138.51",
        ));
    };
    match options.at.iter().find(|at| distance(&[first, **at]).metres() > APART) {
        None => Ok(first),
        Some(other) => {
            let message = format!(
                "{name} is a grid, and sites or stretches at {}, {} and {}, {} share it",
                first.latitude, first.longitude, other.latitude, other.longitude
            );
            Err(Diagnostic::error("weather-apart", message)
                .at(Place::file(name))
                .help("write a [[weather]] for each of them, with the same file"))
        }
    }
}

impl Grid {
    /// Whether there is one cell only.
    pub fn is_point(&self) -> bool {
        self.latitudes.len() == 1 && self.longitudes.len() == 1
    }

    /// The cells near `at`, nearest first.
    ///
    /// # Errors
    /// When it lies outside the grid.
    pub fn near(&self, at: Position, options: &ReadOptions) -> Result<Vec<Cell>, Diagnostic> {
        let row = nearest(&self.latitudes, |latitude| latitude - at.latitude);
        let column = nearest(&self.longitudes, |longitude| turn(at.longitude, longitude));
        let (Some(row), Some(column)) = (row, column) else { return Err(self.outside(at, options)) };
        let off =
            ((self.latitudes[row] - at.latitude).abs(), turn(at.longitude, self.longitudes[column]).abs());
        // A point within the outermost cells is in the grid: half a spacing, and a little for rounding.
        let is_in = |off: f64, axis: &[f64]| off <= spacing(axis) * 0.501;
        if !is_in(off.0, &self.latitudes) || !is_in(off.1, &self.longitudes) {
            return Err(self.outside(at, options));
        }
        let mut cells = Vec::new();
        for row in row.saturating_sub(REACH)..=(row + REACH).min(self.latitudes.len() - 1) {
            for column in self.columns_near(column) {
                let place =
                    Position { latitude: self.latitudes[row], longitude: turn(0.0, self.longitudes[column]) };
                let metres = distance(&[at, place]).metres();
                cells.push(Cell { row, column, metres, weight: 1.0 });
            }
        }
        cells.sort_by(|a, b| a.metres.total_cmp(&b.metres));
        let is_near = |(place, cell): &(usize, Cell)| *place == 0 || cell.metres <= FARTHEST;
        Ok(cells.into_iter().enumerate().filter(is_near).map(|(_, cell)| cell).collect())
    }

    /// The columns around one, over the seam of a grid that goes round the earth.
    fn columns_near(&self, column: usize) -> Vec<usize> {
        let count = self.longitudes.len();
        let goes_round = count as f64 * spacing(&self.longitudes) > 359.0;
        let mut columns: Vec<usize> = (0..=2 * REACH)
            .filter_map(|step| {
                let at = column as i64 + step as i64 - REACH as i64;
                let inside = (0..count as i64).contains(&at);
                (inside || goes_round).then(|| at.rem_euclid(count as i64) as usize)
            })
            .collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The cells around `at` with their weights; those without weight are left out.
    pub fn around(&self, at: Position, near: &[Cell]) -> Vec<Cell> {
        let Some(nearest) = near.first() else { return Vec::new() };
        let latitude = |row: usize| self.latitudes[row] - at.latitude;
        let longitude = |column: usize| turn(at.longitude, self.longitudes[column]);
        let rows = pair(nearest.row, near.iter().map(|cell| cell.row), latitude);
        let columns = pair(nearest.column, near.iter().map(|cell| cell.column), longitude);
        let mut cells = Vec::new();
        for &(row, row_weight) in &rows {
            for &(column, column_weight) in &columns {
                let weight = row_weight * column_weight;
                if weight > 0.0 {
                    cells.push(Cell { row, column, metres: 0.0, weight });
                }
            }
        }
        cells
    }

    fn outside(&self, at: Position, options: &ReadOptions) -> Diagnostic {
        let range = |values: &[f64]| {
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            format!("{least} to {most}")
        };
        let message = format!("{}, {} lies outside the grid of {}", at.latitude, at.longitude, options.name);
        Diagnostic::error("weather-outside", message).at(Place::file(&options.name)).help(format!(
            "the grid covers {} degrees north and {} degrees east; get the file for the site",
            range(&self.latitudes),
            range(&self.longitudes)
        ))
    }
}

/// The place whose difference is smallest.
fn nearest(axis: &[f64], difference: impl Fn(f64) -> f64) -> Option<usize> {
    let finite = axis.iter().enumerate().filter(|(_, value)| value.is_finite());
    finite.min_by(|a, b| difference(*a.1).abs().total_cmp(&difference(*b.1).abs())).map(|(place, _)| place)
}

/// The usual distance from one to the next.
fn spacing(axis: &[f64]) -> f64 {
    let mut steps: Vec<f64> = axis.windows(2).map(|pair| turn(pair[0], pair[1]).abs()).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(ALONE)
}

/// The nearest of an axis and its neighbour on the other side of the site, with weights.
fn pair(
    nearest: usize,
    others: impl Iterator<Item = usize>,
    difference: impl Fn(usize) -> f64,
) -> Vec<(usize, f64)> {
    let off = difference(nearest);
    let other = others
        .filter(|&other| difference(other) * off < 0.0)
        .min_by(|&a, &b| difference(a).abs().total_cmp(&difference(b).abs()));
    match other {
        Some(other) => {
            let share = off.abs() / (off.abs() + difference(other).abs());
            vec![(nearest, 1.0 - share), (other, share)]
        }
        None => vec![(nearest, 1.0)],
    }
}

/// The warning that another cell than the nearest was taken.
pub fn moved(cell: &Cell, why: &str, options: &ReadOptions) -> Diagnostic {
    let kilometres = (cell.metres / 1000.0).round();
    let message = format!("{why}; the nearest cell of sea, {kilometres} km away, is taken");
    Diagnostic::warning("weather-moved", message)
        .at(Place::file(&options.name))
        .help("look whether the sea there is that of the site")
}

/// The error that every cell near the site is land.
pub fn all_land(options: &ReadOptions) -> Diagnostic {
    let at = options.at.first();
    let place = at.map_or_else(String::new, |at| format!(" of {}, {}", at.latitude, at.longitude));
    let message =
        format!("{} has no sea within {REACH} cells and {} km{place}", options.name, FARTHEST / 1000.0);
    Diagnostic::error("weather-land", message).at(Place::file(&options.name)).help(
        "the values there are missing at all times; is the position right, and does the file hold the sea?",
    )
}

/// The error that a member of an ensemble must be chosen, or is not there.
pub fn choose_member(members: &[String], options: &ReadOptions) -> Diagnostic {
    let listed = members.iter().take(60).map(String::as_str).collect::<Vec<_>>().join(", ");
    let message = match options.member {
        Some(member) => format!("{} has no member {member}", options.name),
        None => format!("{} holds {} members of an ensemble", options.name, members.len()),
    };
    let example = members.first().map_or("0", String::as_str);
    Diagnostic::error("weather-member", message).at(Place::file(&options.name)).help(format!(
        "choose one: member = {example} in the [[weather]], or --member {example};\nit has {listed}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid {
            latitudes: vec![26.0, 25.5, 25.0, 24.5],
            longitudes: (0..720).map(|i| f64::from(i) * 0.5).collect(),
        }
    }

    fn at(latitude: f64, longitude: f64) -> Position {
        Position { latitude, longitude }
    }

    #[test]
    fn the_nearest_cell_over_the_seam() {
        let options = ReadOptions::named("w");
        let cells = grid().near(at(25.4, -0.1), &options).expect("cells");
        assert_eq!((cells[0].row, cells[0].column), (1, 0));
        assert_eq!((cells[1].row, cells[1].column), (1, 719));
        let cells = grid().near(at(25.1, -155.1), &options).expect("cells");
        assert_eq!((cells[0].row, cells[0].column), (2, 410));
    }

    #[test]
    fn weights_of_the_four_cells() {
        let near = grid().near(at(25.375, -0.125), &ReadOptions::named("w")).expect("cells");
        let cells = grid().around(at(25.375, -0.125), &near);
        let told: Vec<_> = cells.iter().map(|c| (c.row, c.column, c.weight)).collect();
        assert_eq!(told, [(1, 0, 0.5625), (1, 719, 0.1875), (2, 0, 0.1875), (2, 719, 0.0625)]);
        let near = grid().near(at(25.5, 1.0), &ReadOptions::named("w")).expect("cells");
        assert_eq!(grid().around(at(25.5, 1.0), &near).len(), 1);
    }

    #[test]
    fn outside_is_outside() {
        assert!(grid().near(at(26.2, 0.0), &ReadOptions::named("w")).is_ok());
        assert_eq!(grid().near(at(26.3, 0.0), &ReadOptions::named("w")).unwrap_err().slug, "weather-outside");
    }
}
