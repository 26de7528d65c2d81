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

#[cfg(test)]
mod tests {
    use super::super::record::Splitter;
    use super::*;

    fn shown(declared: Option<DateOrder>, records: &[&str]) -> CellEvidence {
        let mut evidence = CellEvidence::new(declared, Some(0), &[1]);
        records.iter().for_each(|record| evidence.add(&Splitter::default().split(record, false, b';')));
        evidence
    }

    #[test]
    fn parts_together_show_what_the_whole_shows() {
        let records = ["1/2/2026;7", "2026-01-02;1,5", "3/13/2026;2"];
        let whole = shown(None, &records).conventions();
        assert_eq!((whole.dates.order(), whole.decimals.as_slice()), (Some(DateOrder::Mdy), &[Some(DecimalMark::Comma)][..]));
        for cut in 0..=records.len() {
            let mut parts = shown(None, &records[..cut]);
            parts.append(&shown(None, &records[cut..]));
            assert_eq!(parts.conventions().dates.ruling(), whole.dates.ruling());
            assert!(parts.conventions().read_alike(&whole));
        }
    }

    #[test]
    fn nothing_is_assumed_that_was_not_declared() {
        let (open, declared) = (shown(None, &[]).conventions(), shown(Some(DateOrder::Dmy), &[]).conventions());
        assert_eq!((open.dates.order(), declared.dates.order()), (None, Some(DateOrder::Dmy)));
        assert!(!open.read_alike(&declared) && open.read_alike(&shown(None, &["2026-01-02;3"]).conventions()));
        assert!(open.read_alike(&shown(None, &["1/2/2026;3"]).conventions()), "an order that nothing shows is refused, as before");
    }
}
