//! Tables of counts: independence, exact tests, trend, and two-by-two tables over strata.

pub mod chi_square;
pub mod fisher;
pub mod freeman_halton;
pub mod mantel_haenszel;
mod network;
mod random_table;
pub mod trend;

use super::NotEstimable;

/// Counts in rows and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    rows: usize,
    columns: usize,
    /// Row by row.
    counts: Vec<u64>,
}

/// A table without its empty rows and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reduced {
    /// What is left.
    pub table: Table,
    /// Indices of the rows that are left.
    pub rows: Vec<usize>,
    /// Indices of the columns that are left.
    pub columns: Vec<usize>,
}

impl Table {
    /// A table from its counts, row by row. There must be `rows * columns` of them, and their total must fit 64 bits.
    pub fn new(rows: usize, columns: usize, counts: Vec<u64>) -> Result<Self, NotEstimable> {
        if rows.checked_mul(columns) != Some(counts.len()) {
            return Err(NotEstimable::InvalidInput("there must be one count for each row and column"));
        }
        let total = counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count));
        total.map(|_| Self { rows, columns, counts }).ok_or(NotEstimable::NotFinite)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The count in a row and column inside the table.
    pub fn at(&self, row: usize, column: usize) -> u64 {
        self.counts[row * self.columns + column]
    }

    /// The sum of all counts.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The sum of each row.
    pub fn row_totals(&self) -> Vec<u64> {
        (0..self.rows).map(|row| (0..self.columns).map(|column| self.at(row, column)).sum()).collect()
    }

    /// The sum of each column.
    pub fn column_totals(&self) -> Vec<u64> {
        (0..self.columns).map(|column| (0..self.rows).map(|row| self.at(row, column)).sum()).collect()
    }

    /// The table without rows and columns whose counts are all 0: they say nothing about association.
    ///
    /// No counts at all, and a single row or column left, have no association to measure and are errors.
    pub fn reduced(&self) -> Result<Reduced, NotEstimable> {
        let kept =
            |totals: Vec<u64>| -> Vec<usize> { totals.iter().enumerate().filter(|(_, total)| **total > 0).map(|(i, _)| i).collect() };
        let (rows, columns) = (kept(self.row_totals()), kept(self.column_totals()));
        if rows.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        if rows.len() < 2 || columns.len() < 2 {
            return Err(NotEstimable::NoVariation);
        }
        let counts = rows.iter().flat_map(|&row| columns.iter().map(move |&column| self.at(row, column))).collect();
        Ok(Reduced { table: Self { rows: rows.len(), columns: columns.len(), counts }, rows, columns })
    }
}

/// An odds ratio, which is infinite where nobody is in one of two opposite cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OddsRatio {
    /// A finite ratio, 0 or more.
    Finite(f64),
    /// Beyond every number.
    Infinite,
}

impl OddsRatio {
    /// The ratio as a floating-point number, infinity included, for printing.
    pub fn value(self) -> f64 {
        match self {
            Self::Finite(value) => value,
            Self::Infinite => f64::INFINITY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_rows_and_columns_are_dropped() {
        let table = Table::new(3, 3, vec![8, 0, 3, 0, 0, 0, 2, 0, 7]).unwrap();
        let reduced = table.reduced().unwrap();
        assert_eq!(reduced.table, Table::new(2, 2, vec![8, 3, 2, 7]).unwrap());
        assert_eq!((reduced.rows, reduced.columns), (vec![0, 2], vec![0, 2]));
        assert_eq!((table.row_totals(), table.column_totals(), table.total()), (vec![11, 0, 9], vec![10, 0, 10], 20));
    }

    #[test]
    fn nothing_left_has_a_reason() {
        let reduced = |rows, columns, counts| Table::new(rows, columns, counts).unwrap().reduced().unwrap_err();
        assert_eq!(reduced(2, 2, vec![0; 4]), NotEstimable::NoAnswers);
        assert_eq!(reduced(0, 0, vec![]), NotEstimable::NoAnswers);
        assert_eq!(reduced(2, 2, vec![3, 0, 4, 0]), NotEstimable::NoVariation);
        assert!(Table::new(2, 2, vec![1]).is_err());
        assert_eq!(Table::new(1, 2, vec![u64::MAX, 1]), Err(NotEstimable::NotFinite));
    }
}
