//! How the dates and numbers of a file are written, as far as only its cells together can show.

use super::date_reader::{DateEvidence, DateReader};
use super::record::Cells;
use super::values::{DecimalEvidence, DecimalMark};
use crate::program::plan::DateOrder;

/// How the cells of some columns are read.
#[derive(Debug, Clone)]
pub struct Conventions {
    /// Response dates.
    pub dates: DateReader,
    /// The decimal mark of each column of numbers, where its cells show one.
    pub decimals: Vec<Option<DecimalMark>>,
}

impl Conventions {
    /// Whether every cell is read alike under both.
    pub fn read_alike(&self, other: &Self) -> bool {
        self.dates.order() == other.dates.order() && self.decimals == other.decimals
    }
}

/// What the cells met so far show.
#[derive(Debug, Clone)]
pub struct CellEvidence {
    declared: Option<DateOrder>,
    date_column: Option<usize>,
    dates: DateEvidence,
    numbers: Vec<(usize, DecimalEvidence)>,
}

impl CellEvidence {
    pub(super) fn new(declared: Option<DateOrder>, date_column: Option<usize>, number_columns: &[usize]) -> Self {
        let numbers = number_columns.iter().map(|&column| (column, DecimalEvidence::default())).collect();
        Self { declared: declared.filter(|_| date_column.is_some()), date_column, dates: DateEvidence::default(), numbers }
    }

    /// Adds what the cells of a record show.
    pub fn add(&mut self, cells: &Cells<'_>) {
        self.date_column.and_then(|column| cells.get(column)).into_iter().for_each(|cell| self.dates.add(cell));
        for (column, evidence) in &mut self.numbers {
            cells.get(*column).filter(|cell| cell.contains([',', '.'])).into_iter().for_each(|cell| evidence.add(cell));
        }
    }

    /// Adds what other records of the file show.
    pub fn append(&mut self, other: &Self) {
        self.dates.append(&other.dates);
        self.numbers.iter_mut().zip(&other.numbers).for_each(|((_, own), (_, more))| own.append(more));
    }

    /// What follows from it.
    pub fn conventions(&self) -> Conventions {
        let decimals = self.numbers.iter().map(|(_, evidence)| evidence.mark().map(|(mark, _)| mark)).collect();
        Conventions { dates: self.dates.reader(self.declared), decimals }
    }
}
