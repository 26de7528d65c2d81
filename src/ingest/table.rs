//! Tables of the program itself: roster, pairs, goals, actions.

use std::path::Path;

use super::adapter::Layout;
use super::decode::Charset;
use super::faults::unusable;
use super::files::{Contents, read_table_bytes};
use super::headings::{HeadingFault, Headings, check_headings};
use super::record::{Cells, Kept};
use super::scan::scan;
use super::source::Source;
use crate::error::Result;
use crate::finding::{Finding, Findings};

/// A CSV table with one header row, in memory.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Path relative to the program's folder, as findings name it.
    pub file: String,
    /// Row 1.
    pub headings: Headings,
    /// SHA-256 of the file's bytes.
    pub digest: [u8; 32],
    /// Records that a finding excludes.
    pub excluded: u64,
    /// What is wrong with the file and its rows.
    pub findings: Findings,
    /// Rows as a spreadsheet numbers them.
    numbers: Vec<u64>,
    records: Kept,
}

/// One record of a table.
#[derive(Debug, Clone, Copy)]
pub struct TableRow<'t> {
    /// Row as a spreadsheet numbers it; the first record is in row 2.
    pub row: u64,
    cells: Cells<'t>,
}

impl<'t> TableRow<'t> {
    /// A cell (column from 0) without the blanks around it; none where it is blank.
    pub fn get(&self, column: usize) -> Option<&'t str> {
        super::adapter::cell(&self.cells, Some(column))
    }
}

/// Reads a table in UTF-8 (or UTF-16 with a byte order mark); delimiter and line ends are found.
///
/// # Errors
/// If the file cannot be read, lies outside the program's folder, or is larger than `TABLE_BYTES_MAX`. What is wrong inside it is a finding.
pub fn read_table(root: &Path, file: &Path) -> Result<Table> {
    Ok(Table::read(&file.display().to_string(), read_table_bytes(root, file)?))
}

impl Table {
    /// Reads a table from its bytes.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Self {
        Self::read(name, bytes.into())
    }

    fn read(name: &str, contents: Contents) -> Self {
        let mut source = Source::from_bytes(name, contents, Charset::Unicode);
        let mut findings = std::mem::take(&mut source.findings);
        let mut table = Self { file: name.to_owned(), digest: source.digest, ..Self::default() };
        if source.usable {
            table.headings = Headings::new(source.first_rows(1).iter().flatten());
            check_headings(name, &table.headings, &Layout::default(), source.heading_row(), &mut findings);
        }
        if !findings.has_errors() {
            let scan = scan(&source, &table.headings, 1, |row, cells, used| {
                if used {
                    table.numbers.push(row);
                    table.records.push(cells);
                }
            });
            table.excluded = scan.excluded;
            findings.extend(scan.findings);
        }
        table.findings = findings;
        table
    }

    /// Records in the order of the file; excluded and blank rows are not among them.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = TableRow<'_>> {
        self.numbers.iter().enumerate().map(|(record, &row)| TableRow { row, cells: self.records.get(record) })
    }

    /// Position (from 0) of the one column with this heading.
    pub fn column(&self, heading: &str) -> Option<usize> {
        self.headings.find(heading).ok()
    }

    /// Position (from 0) of a column that the program names; without it the file is of no use.
    ///
    /// # Errors
    /// A finding that names the nearest heading, or the columns that share it.
    pub fn require(&self, heading: &str) -> std::result::Result<usize, Box<Finding>> {
        self.headings.find(heading).map_err(|fault| Box::new(column_finding(&self.file, heading, &fault)))
    }
}

/// The finding for a heading that `program.toml` names and the file does not have once.
pub fn column_finding(file: &str, heading: &str, fault: &HeadingFault) -> Finding {
    let (rule, found, remedy) = match fault {
        HeadingFault::Missing { nearest: Some(nearest) } => {
            ("file.missing_column", format!("no such heading; the nearest is {nearest:?}"), "correct the heading here or in program.toml")
        }
        HeadingFault::Missing { nearest: None } => {
            ("file.missing_column", "no such heading".to_owned(), "correct the heading here or in program.toml")
        }
        HeadingFault::Repeated { columns } => {
            let columns: Vec<String> = columns.iter().map(usize::to_string).collect();
            ("file.ambiguous_column", format!("the heading in columns {}", columns.join(", ")), "rename all but one of them")
        }
    };
    Finding {
        rule,
        row: Some(1),
        column: Some(heading.to_owned()),
        expected: format!("one column with the heading {heading:?}"),
        found,
        remedy: remedy.to_owned(),
        ..unusable(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_with_their_numbers() {
        let table = Table::from_bytes("roster.csv", "person_id;name\nP1; Ann \n\nP2\nP3;\n".as_bytes().to_vec());
        let rows: Vec<_> = table.rows().map(|r| (r.row, r.get(0), r.get(1))).collect();
        assert_eq!(rows, [(2, Some("P1"), Some("Ann")), (5, Some("P3"), None)]);
        assert_eq!((table.excluded, table.findings.as_slice()[0].row), (1, Some(4)));
    }

    #[test]
    fn a_missing_column_names_the_nearest() {
        let table = Table::from_bytes("roster.csv", b"person,dept,dept\nP1,a,b\n".to_vec());
        assert_eq!(table.column("person"), Some(0));
        let finding = table.require("person_id").expect_err("missing");
        assert_eq!((finding.rule, finding.found.as_str()), ("file.missing_column", "no such heading; the nearest is \"person\""));
        assert_eq!(table.require("dept").expect_err("twice").rule, "file.ambiguous_column");
    }

    #[test]
    fn other_encodings_are_refused() {
        let table = Table::from_bytes("roster.csv", b"person\nRen\xE9e\n".to_vec());
        assert!(table.findings.has_errors() && table.rows().len() == 0);
    }
}
