//! Alpha factors: how much of an operational limit may be used where the weather is a forecast, by table.
//!
//! In: a TOML file of tables (those of `seeds/alpha/` are compiled in), a design value and a planned operation period T_POP.
//! Out: the factor. Not the plan's choice of a table, nor where it applies: that is [`crate::plan`].
//! Between columns the factor is interpolated linearly. A row is either a range, which holds for every T_POP up to its bound, so that the
//! first row that covers T_POP is taken as it is (those of DNV-OS-H101), or a point, between which the factor is interpolated too: the
//! file says which. A T_POP before the first row gets the first, one past the last row the last: nothing is extrapolated.
//! Below the first column there is none: "case by case".
//! Source: form and rules of DNV-OS-H101 (2011) Sec. 4; editions and conditions stand in the files.

use crate::units::Span;
use serde::Deserialize;

/// Files of tables that come with mudline, by name.
pub static ALPHA_FILES: &[(&str, &str)] =
    &[("dnv-os-h101-2011", include_str!("../../seeds/alpha/dnv-os-h101-2011.toml"))];

/// T_POP of a weather-restricted operation lies below this (DNV-OS-H101, 2011, B501).
pub const MOST_T_POP: Span = Span::of_hours(72);
/// T_R of a weather-restricted operation lies below this (the same).
pub const MOST_T_R: Span = Span::of_hours(96);

/// What a forecast limit was made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alpha {
    /// The factor.
    pub factor: f64,
    /// The operational limit (OP_LIM), in the base unit of the channel.
    pub operational: f64,
}

/// A file of tables.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlphaFile {
    /// The standard and its edition.
    pub edition: String,
    /// Where the numbers were taken from.
    pub source: String,
    /// Under which conditions they hold.
    pub conditions: String,
    /// The tables.
    pub table: Vec<AlphaTable>,
}

/// What the rows of a table stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowsAre {
    /// Every T_POP up to that of the row; nothing is interpolated between two rows.
    #[default]
    Ranges,
    /// That T_POP; between two rows the factor is interpolated linearly.
    Points,
}

/// One table of factors.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlphaTable {
    /// Its name in the file.
    pub id: String,
    /// What it is for.
    pub about: String,
    /// Design values of the columns, rising, in the base unit of the channel.
    pub columns: Vec<f64>,
    /// Whether rows are ranges of T_POP or points of it.
    #[serde(default)]
    pub rows_are: RowsAre,
    /// For each row the greatest T_POP it covers, in hours, rising; then a factor for each column.
    pub rows: Vec<Vec<f64>>,
    /// The table of the same file that takes over past the last row.
    pub beyond: Option<String>,
}

impl AlphaFile {
    /// Reads a file of tables.
    ///
    /// # Errors
    /// In words: what is no TOML or has other keys, and tables whose rows, columns or factors make no sense.
    ///
    /// # Example
    /// ```
    /// use mudline::weather::{ALPHA_FILES, AlphaFile};
    /// let file = AlphaFile::parse(ALPHA_FILES[0].1).expect("it is good");
    /// let base = file.table("base").expect("it is there");
    /// // 24 h, 3 m: half-way between 0.73 and 0.76.
    /// assert!((base.factor(3.0, 24.0).expect("above 1 m") - 0.745).abs() < 1e-12);
    /// assert_eq!(base.factor(0.9, 24.0), None);
    /// ```
    pub fn parse(text: &str) -> Result<AlphaFile, String> {
        let file: AlphaFile = toml::from_str(text).map_err(|fault| fault.to_string().trim().to_owned())?;
        for table in &file.table {
            table.look(&file).map_err(|fault| format!("the table {:?}: {fault}", table.id))?;
        }
        Ok(file)
    }

    /// The table of that name, with the rows of the table that takes over past its last.
    pub fn table(&self, id: &str) -> Option<AlphaTable> {
        let mut table = self.table.iter().find(|table| table.id == id)?.clone();
        if let Some(beyond) = &table.beyond {
            let other = self.table.iter().find(|other| other.id == *beyond)?;
            let last = table.longest_h();
            table.rows.extend(other.rows.iter().filter(|row| row[0] > last).cloned());
        }
        Some(table)
    }
}

impl AlphaTable {
    /// The greatest T_POP it covers, in hours.
    pub fn longest_h(&self) -> f64 {
        self.rows.last().map_or(0.0, |row| row[0])
    }

    /// The factor for a design value in the base unit and a T_POP in hours; none below the first column.
    pub fn factor(&self, design: f64, t_pop_h: f64) -> Option<f64> {
        let place = self.rows.iter().position(|row| t_pop_h <= row[0]);
        let Some(place) = place else { return self.in_row(self.rows.last()?, design) };
        let later = self.in_row(&self.rows[place], design)?;
        if !self.has_points() || place == 0 {
            return Some(later);
        }
        let (before, after) = (self.rows[place - 1][0], self.rows[place][0]);
        let earlier = self.in_row(&self.rows[place - 1], design)?;
        Some(earlier + (later - earlier) * (t_pop_h - before) / (after - before))
    }

    /// Whether the factor is interpolated between rows.
    pub fn has_points(&self) -> bool {
        self.rows_are == RowsAre::Points
    }

    /// The factor of one row.
    fn in_row(&self, row: &[f64], design: f64) -> Option<f64> {
        let factors = &row[1..];
        if design < *self.columns.first()? {
            return None;
        }
        let right = self.columns.partition_point(|&column| column <= design);
        let Some(&next) = self.columns.get(right) else { return factors.last().copied() };
        let (from, share) = (self.columns[right - 1], design - self.columns[right - 1]);
        Some(factors[right - 1] + (factors[right] - factors[right - 1]) * share / (next - from))
    }

    fn look(&self, file: &AlphaFile) -> Result<(), String> {
        let is_rising = |values: &[f64]| {
            values.iter().all(|value| value.is_finite() && *value >= 0.0)
                && values.windows(2).all(|pair| pair[0] < pair[1])
        };
        if self.columns.is_empty() || !is_rising(&self.columns) {
            return Err("its columns must be numbers that rise, at least one".to_owned());
        }
        if self.rows.iter().any(|row| row.len() != self.columns.len() + 1) || self.rows.is_empty() {
            return Err(format!("each row needs T_POP in hours and {} factors", self.columns.len()));
        }
        if !is_rising(&self.rows.iter().map(|row| row[0]).collect::<Vec<f64>>()) {
            return Err("the hours of its rows must rise".to_owned());
        }
        let is_factor = |factor: &&f64| **factor > 0.0 && **factor <= 1.0;
        if let Some(bad) = self.rows.iter().flat_map(|row| &row[1..]).find(|factor| !is_factor(factor)) {
            return Err(format!("{bad} is no factor; each lies above 0 and is 1 at most"));
        }
        if let Some(beyond) = &self.beyond {
            match file.table.iter().find(|other| other.id == *beyond) {
                Some(other) if other.columns == self.columns => {}
                Some(_) => return Err(format!("{beyond:?}, which takes over from it, has other columns")),
                None => return Err(format!("there is no table {beyond:?} to take over from it")),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dnv(table: &str) -> AlphaTable {
        AlphaFile::parse(ALPHA_FILES[0].1).expect("it is good").table(table).expect("it is there")
    }

    #[test]
    fn factors_are_those_of_the_worked_examples() {
        let near = |factor: Option<f64>, wanted: f64| {
            assert!(factor.is_some_and(|factor| (factor - wanted).abs() < 1e-12), "{factor:?} {wanted}");
        };
        near(dnv("base").factor(4.5, 72.0), 0.69);
        near(dnv("level-a").factor(3.0, 24.0), 0.82);
        near(dnv("base").factor(9.0, 13.0), 0.78);
        near(dnv("monitored").factor(2.0, 25.0), 0.71);
        near(dnv("monitored").factor(1.0, 3.0), 0.90);
        near(dnv("wind-below-half").factor(0.0, 24.0), 0.80);
        near(dnv("base").factor(2.0, 500.0), 0.63);
    }

    #[test]
    fn rows_that_are_points_are_interpolated_and_ranges_are_not() {
        let text = ALPHA_FILES[0].1.replace("about = ", "rows_are = \"points\"\nabout = ");
        let points = AlphaFile::parse(&text).expect("it is good").table("base").expect("it is there");
        // Half-way from 12 h to 24 h, and half-way from 2 m to 4 m: the mean of 0.76, 0.79, 0.73 and 0.76.
        assert!((points.factor(3.0, 18.0).expect("a factor") - 0.76).abs() < 1e-12);
        assert!((dnv("base").factor(3.0, 18.0).expect("a factor") - 0.745).abs() < 1e-12);
        // Nothing beyond the first and the last row.
        assert_eq!(points.factor(2.0, 1.0), Some(0.76));
        assert_eq!(points.factor(2.0, 500.0), Some(0.63));
        assert_eq!(points.factor(0.9, 18.0), None);
    }

    #[test]
    fn a_table_that_makes_no_sense_is_told() {
        let told = |old: &str, new: &str| {
            let text = ALPHA_FILES[0].1.replacen(old, new, 1);
            AlphaFile::parse(&text).expect_err("it is bad")
        };
        assert!(told("0.65", "1.65").contains("1.65 is no factor"));
        assert!(told("[12, 0.65,", "[12,").contains("4 factors"));
        assert!(told("[24, 0.63", "[11, 0.63").contains("must rise"));
        assert!(told("beyond = \"base\"", "beyond = \"bass\"").contains("no table \"bass\""));
        assert!(told("edition =", "edtion =").contains("edtion"));
    }
}
