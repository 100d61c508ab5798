//! Tables of text: columns as wide as what stands in them, as far as the page allows.
//!
//! In: a header and rows of cells. Out: lines on a [`Page`].
//! Where the page is too narrow, first the columns of names give way, evenly and down to a stub; then whole columns go, those
//! that say least first. Numbers and times are never cut.

use super::page::{Ink, Line, Page, left, right, width};

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What stands over it.
    pub head: &'static str,
    /// Whether it stands at its right edge, as numbers do.
    pub is_number: bool,
    /// Whether its cells may be shortened.
    pub is_name: bool,
    /// How much it says: of the columns that must go the one with the smallest number goes first; 0 never goes.
    pub rank: u8,
}

/// A table under way.
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

/// What stands between the header and the end of a table.
enum Row {
    Cells(Vec<(Ink, String)>),
    /// Cells, and then a text from there to the end of the line.
    Wide(Vec<(Ink, String)>, Ink, String),
    /// A heading over the rows after it.
    Section(String),
}

/// The columns between two columns.
const GAP: usize = 2;
/// Names are shortened no further than this.
const STUB: usize = 8;

impl Table {
    /// An empty table.
    pub fn new(columns: &[Column]) -> Table {
        Table { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row: a cell a column.
    pub fn row(&mut self, cells: Vec<(Ink, String)>) {
        self.rows.push(Row::Cells(cells));
    }

    /// Adds a row of a few cells and a text that takes the columns after them.
    pub fn wide(&mut self, cells: Vec<(Ink, String)>, ink: Ink, text: String) {
        self.rows.push(Row::Wide(cells, ink, text));
    }

    /// Adds a heading.
    pub fn section(&mut self, title: String) {
        self.rows.push(Row::Section(title));
    }

    /// Writes it.
    pub fn write(self, page: &mut Page) {
        let widths = self.widths(page.width());
        let head: Vec<_> = self.columns.iter().map(|column| (Ink::Faint, column.head.to_owned())).collect();
        page.line(self.cells(&widths, &head));
        for row in &self.rows {
            match row {
                Row::Cells(cells) => page.line(self.cells(&widths, cells)),
                Row::Wide(cells, ink, text) => {
                    let mut line = self.cells(&widths, cells);
                    line.push(*ink, text);
                    page.line(line);
                }
                Row::Section(title) => page.line(Line::of(Ink::Strong, title)),
            }
        }
    }

    fn cells(&self, widths: &[Option<usize>], cells: &[(Ink, String)]) -> Line {
        let mut line = Line::default();
        for ((column, width), (ink, text)) in self.columns.iter().zip(widths).zip(cells) {
            let Some(width) = *width else { continue };
            line.push(*ink, &if column.is_number { right(text, width) } else { left(text, width) });
            line.blanks(GAP);
        }
        line
    }

    /// The width of each column; none for one that has to go.
    fn widths(&self, page: usize) -> Vec<Option<usize>> {
        let mut widths: Vec<Option<usize>> = (0..self.columns.len()).map(|at| self.natural(at)).collect();
        loop {
            let present = widths.iter().flatten().count();
            let whole = |widths: &[Option<usize>]| {
                widths.iter().flatten().sum::<usize>() + GAP * present.saturating_sub(1)
            };
            // One column at a time from the widest name, so that short names stay whole.
            while whole(&widths) > page {
                let names = (0..widths.len()).filter(|&at| self.columns[at].is_name);
                let wide = names.filter(|&at| widths[at].is_some_and(|width| width > STUB));
                let Some(widest) = wide.max_by_key(|&at| widths[at]) else { break };
                widths[widest] = widths[widest].map(|width| width - 1);
            }
            if whole(&widths) <= page {
                return widths;
            }
            let can_go = (0..widths.len()).filter(|&at| widths[at].is_some() && self.columns[at].rank > 0);
            let Some(least) = can_go.min_by_key(|&at| self.columns[at].rank) else { return widths };
            for (at, width) in widths.iter_mut().enumerate() {
                // The names have their room back.
                *width = width.and_then(|_| self.natural(at)).filter(|_| at != least);
            }
        }
    }

    /// The width of a column with room enough; none where nothing stands in it.
    fn natural(&self, column: usize) -> Option<usize> {
        let cells = self.rows.iter().filter_map(|row| match row {
            Row::Cells(cells) | Row::Wide(cells, ..) => cells.get(column).map(|(_, text)| width(text)),
            Row::Section(_) => None,
        });
        let widest = cells.max().filter(|&width| width > 0)?;
        Some(widest.max(width(self.columns[column].head)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Look;
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column { head: "what", is_number: false, is_name: true, rank: 0 },
        Column { head: "t", is_number: true, is_name: false, rank: 2 },
        Column { head: "float", is_number: true, is_name: false, rank: 1 },
    ];

    fn written(columns: usize, float: &str) -> String {
        let mut table = Table::new(&COLUMNS);
        for (what, tonnes) in [("a rather long name", "4.0"), ("b", "40.0")] {
            table.row(vec![
                (Ink::Plain, what.to_owned()),
                (Ink::Plain, tonnes.to_owned()),
                (Ink::Plain, float.to_owned()),
            ]);
        }
        let mut page = Page::new(Look { width: columns, colour: false });
        table.write(&mut page);
        page.finish()
    }

    #[test]
    fn names_give_way_first_and_then_whole_columns() {
        assert_eq!(
            written(31, "3 h"),
            "what                   t  float\na rather long name   4.0    3 h\nb                   40.0    3 h\n"
        );
        assert_eq!(
            written(22, "3 h"),
            "what          t  float\na rather…   4.0    3 h\nb          40.0    3 h\n"
        );
        assert_eq!(written(15, "3 h"), "what          t\na rather…   4.0\nb          40.0\n");
    }

    #[test]
    fn a_column_without_cells_is_left_out() {
        assert!(written(40, "").starts_with("what                   t\n"));
    }
}
