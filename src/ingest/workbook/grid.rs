//! The cells of one sheet as they come, row by row, written as the records of a text table.

use csv::StringRecord;

use super::super::source::COLUMNS_MAX;
use super::fault::{Limit, WorkbookFault};
use super::value::Kind;
use super::{CELL_BYTES_MAX, CELLS_MAX, ROWS_MAX, TEXT_BYTES_MAX};

/// One row that holds something.
#[derive(Debug, Clone, Copy)]
pub(super) struct GridRow {
    /// As the spreadsheet numbers it, from 1.
    pub number: u64,
    /// Where its record begins in the text, and where it ends.
    start: usize,
    end: usize,
    /// First and last column (from 0) that is not blank.
    pub first: u32,
    pub last: u32,
    /// Cells that are not blank.
    pub filled: u32,
    /// Of them, those that are no text.
    pub typed: u32,
}

/// The cells of one sheet.
#[derive(Debug, Default)]
pub(super) struct Grid {
    text: String,
    /// Rows that hold something, in order.
    pub rows: Vec<GridRow>,
    /// Cells that hold an error.
    pub errors: u64,
    /// Cells shown as percent, per column.
    pub percent: Vec<u64>,
    cells: u64,
    row: u32,
    /// Next column of the row.
    next: u32,
    open: Option<GridRow>,
}

impl Grid {
    /// Takes a cell; places count from 0 and come in the order of reading.
    pub(super) fn push(&mut self, row: u32, column: u32, cell: &str, kind: Kind) -> Result<(), WorkbookFault> {
        // Blanks alone are no answer.
        if cell.trim().is_empty() && kind != Kind::Error {
            return Ok(());
        }
        if column as usize >= COLUMNS_MAX || u64::from(row) >= ROWS_MAX {
            let limit = if column as usize >= COLUMNS_MAX { Limit::Columns } else { Limit::Positions };
            return Err(WorkbookFault::Cap(format!("a cell in {}{}", letters(column), u64::from(row) + 1), limit));
        }
        if cell.len() > CELL_BYTES_MAX {
            let found = format!("{} bytes in {}{}", cell.len(), letters(column), u64::from(row) + 1);
            return Err(WorkbookFault::Cap(found, Limit::CellText));
        }
        self.cells += 1;
        if self.cells > CELLS_MAX || self.text.len() > TEXT_BYTES_MAX {
            let limit = if self.cells > CELLS_MAX { Limit::Cells } else { Limit::Text };
            return Err(WorkbookFault::Cap(format!("more in row {}", u64::from(row) + 1), limit));
        }
        if kind == Kind::Error {
            self.errors += 1;
            return Ok(());
        }
        if self.open.is_none() || row != self.row {
            let in_order = self.rows.is_empty() && self.open.is_none() || row > self.row;
            self.close();
            if !in_order {
                return Err(WorkbookFault::Damaged(format!("row {}, which is given twice or out of order", u64::from(row) + 1)));
            }
            let start = self.text.len();
            self.open = Some(GridRow { number: u64::from(row) + 1, start, end: start, first: u32::MAX, last: 0, filled: 0, typed: 0 });
            (self.row, self.next) = (row, 0);
        }
        if column < self.next {
            let place = format!("{}{}", letters(column), u64::from(row) + 1);
            return Err(WorkbookFault::Damaged(format!("cell {place}, which is given twice or out of order")));
        }
        // Before the first cell of a row there is one delimiter less than columns passed over.
        let delimiters = column - self.next + u32::from(self.next > 0);
        self.text.extend(std::iter::repeat_n(',', delimiters as usize));
        write_cell(&mut self.text, cell);
        self.next = column + 1;
        if let Some(open) = self.open.as_mut() {
            (open.first, open.last) = (open.first.min(column), column);
            open.filled += 1;
            open.typed += u32::from(kind != Kind::Text);
        }
        if kind == Kind::Percent {
            let column = column as usize;
            if self.percent.len() <= column {
                self.percent.resize(column + 1, 0);
            }
            self.percent[column] += 1;
        }
        Ok(())
    }

    /// Ends the last row.
    pub(super) fn close(&mut self) {
        if let Some(mut row) = self.open.take() {
            row.end = self.text.len();
            self.rows.push(row);
        }
    }

    /// The record of a row (by position among `rows`) up to its last cell.
    pub(super) fn text(&self, row: usize) -> &str {
        self.rows.get(row).and_then(|row| self.text.get(row.start..row.end)).unwrap_or("")
    }

    /// The cells of a row, by position among `rows`.
    pub(super) fn cells(&self, row: usize) -> StringRecord {
        record(self.text(row))
    }
}

/// A record as its cells.
fn record(text: &str) -> StringRecord {
    let mut cells = StringRecord::new();
    if text.is_empty() {
        return cells;
    }
    // A reader for each of a million rows would take most of the time.
    if !text.contains('"') {
        return text.split(',').collect();
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).buffer_capacity(4 << 10).from_reader(text.as_bytes());
    // Text in memory that was written just so can be read.
    let _ = reader.read_record(&mut cells);
    cells
}

/// Writes a cell, in double quotes where it holds what would end it.
pub(super) fn write_cell(text: &mut String, cell: &str) {
    if !cell.contains([',', '"', '\n', '\r']) {
        return text.push_str(cell);
    }
    text.push('"');
    let mut pieces = cell.split('"');
    text.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        text.push_str("\"\"");
        text.push_str(piece);
    }
    text.push('"');
}

/// The letters of a column (from 0), as a spreadsheet shows them.
pub(super) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest = match (rest / 26).checked_sub(1) {
            Some(rest) => rest,
            None => break,
        };
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_records() {
        let mut grid = Grid::default();
        for (row, column, cell) in [(0, 1, "a,b"), (0, 3, "say \"hi\"\nthere"), (4, 0, "x"), (4, 1, ""), (4, 2, " "), (6, 0, " ")] {
            grid.push(row, column, cell, Kind::Text).expect("fits");
        }
        grid.close();
        assert_eq!(grid.text(0), ",\"a,b\",,\"say \"\"hi\"\"\nthere\"");
        assert_eq!(grid.cells(0).iter().collect::<Vec<_>>(), ["", "a,b", "", "say \"hi\"\nthere"]);
        let places: Vec<_> = grid.rows.iter().map(|row| (row.number, row.first, row.last, row.filled)).collect();
        assert_eq!(places, [(1, 1, 3, 2), (5, 0, 0, 1)], "blank cells and rows do not count");
    }

    #[test]
    fn order_and_caps_are_kept() {
        let mut grid = Grid::default();
        grid.push(3, 3, "x", Kind::Typed).expect("fits");
        assert!(matches!(grid.push(3, 3, "y", Kind::Text), Err(WorkbookFault::Damaged(_))));
        assert!(matches!(grid.push(2, 0, "y", Kind::Text), Err(WorkbookFault::Damaged(_))));
        let mut grid = Grid::default();
        assert_eq!(grid.push(0, 10_000, "x", Kind::Text), Err(WorkbookFault::Cap("a cell in NTQ1".to_owned(), Limit::Columns)));
        let long = "x".repeat(CELL_BYTES_MAX + 1);
        assert!(matches!(grid.push(0, 0, &long, Kind::Text), Err(WorkbookFault::Cap(_, Limit::CellText))));
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 701, 702, 16_383].map(letters), ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}
