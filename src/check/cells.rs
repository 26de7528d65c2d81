//! Reading typed values from a program table, with findings for what cannot be read.

use jiff::civil::Date;

use super::funnel::Funnel;
use super::rules::{self, Place, Rule};
use crate::finding::{Excludes, Findings};
use crate::ingest::{Table, TableRow, parse_date};
use crate::program::plan::day_number;

/// A column that `program.toml` maps, with its heading.
#[derive(Debug, Clone)]
pub struct Column {
    /// Position from 0; none where the file has no such column (a finding says so).
    position: Option<usize>,
    heading: String,
}

/// A table whose mapped columns were looked up.
pub struct Reader<'a> {
    /// The table.
    pub table: &'a Table,
    /// The as-of date, in days since 1970-01-01.
    pub as_of: i32,
    /// What was found so far.
    pub findings: Findings,
    /// Whether the columns that every row needs are there.
    pub usable: bool,
    positions: Vec<usize>,
}

impl<'a> Reader<'a> {
    /// Starts reading a table.
    pub fn new(table: &'a Table, as_of: Date) -> Self {
        Self { table, as_of: day_number(as_of), findings: Findings::default(), usable: true, positions: Vec::new() }
    }

    /// Looks up a column that every row needs. Columns are to be looked up in their usual order.
    pub fn column(&mut self, heading: &str) -> Column {
        let position = match self.table.require(heading) {
            Ok(position) => {
                self.positions.push(position);
                Some(position)
            }
            Err(finding) => {
                // A file without headings has its own finding.
                if !self.table.headings.is_empty() {
                    self.findings.push(*finding);
                }
                self.usable = false;
                None
            }
        };
        Column { position, heading: heading.to_string() }
    }

    /// The rows to read: none, each accounted for, where a column that every row needs is missing.
    pub fn rows(&self, funnel: &mut Funnel) -> impl Iterator<Item = TableRow<'a>> + use<'a> {
        if !self.usable {
            funnel.exclude_rest(rules::missing_table_column::RULE);
        }
        let rows = if self.usable { self.table.rows().len() } else { 0 };
        self.table.rows().take(rows)
    }

    /// Looks up a column that rows can do without: where the file lacks it, its values are not stated.
    pub fn optional(&mut self, heading: Option<&String>) -> Option<Column> {
        let (before, usable) = (self.findings.as_slice().len(), self.usable);
        let column = self.column(heading?);
        self.findings.exclude_from(before, Excludes::Value);
        self.usable = usable;
        Some(column)
    }

    /// Notes columns out of their usual order.
    pub fn check_order(&mut self) {
        if let Some(swapped) = self.positions.windows(2).find(|pair| pair[0] > pair[1]) {
            let heading = &self.table.headings.as_slice()[swapped[1]];
            let place = Place { file: &self.table.file, row: None, column: Some(heading) };
            let found = format!("{heading:?} stands before {:?}", self.table.headings.as_slice()[swapped[0]]);
            self.findings.push(rules::column_order::finding(&place, found));
        }
    }

    /// A place in this table.
    pub fn place<'b>(&'b self, row: TableRow<'_>, column: &'b Column) -> Place<'b> {
        Place { file: &self.table.file, row: Some(row.row), column: Some(&column.heading) }
    }

    /// The text of a cell; none where it is blank.
    pub fn text<'r>(&self, row: TableRow<'r>, column: &Column) -> Option<&'r str> {
        column.position.and_then(|position| row.get(position))
    }

    /// The text of a cell that the row cannot do without; a finding where it is blank.
    pub fn required<'r>(&mut self, row: TableRow<'r>, column: &Column) -> Option<&'r str> {
        let text = self.text(row, column);
        if text.is_none() && column.position.is_some() {
            let finding = rules::missing_field::finding(&self.place(row, column), "nothing");
            self.findings.push(finding);
        }
        text
    }

    /// A day, in days since 1970-01-01; a finding where the cell holds no date.
    pub fn day(&mut self, row: TableRow<'_>, column: &Column) -> Option<i32> {
        let text = self.text(row, column)?;
        match parse_date(text) {
            Ok(date) => Some(day_number(date)),
            Err(fault) => {
                let finding = rules::bad_date::finding(&self.place(row, column), fault.to_string());
                self.findings.push(finding);
                None
            }
        }
    }

    /// A day that the row cannot do without.
    ///
    /// # Errors
    /// The rule that leaves out the row where the cell holds no day; a finding says so.
    pub fn required_day(&mut self, row: TableRow<'_>, column: &Column) -> Result<i32, Rule> {
        if self.required(row, column).is_none() {
            return Err(rules::missing_field::RULE);
        }
        let before = self.findings.as_slice().len();
        self.day(row, column).ok_or_else(|| {
            self.findings.exclude_from(before, Excludes::Row);
            rules::bad_date::RULE
        })
    }

    /// Says that one day contradicts another.
    pub fn contradiction(&mut self, row: TableRow<'_>, column: &Column, expected: &str) {
        let finding = rules::days_contradict::finding(&self.place(row, column), expected, self.text(row, column).unwrap_or("nothing"));
        self.findings.push(finding);
    }

    /// A day that has been: a finding where it lies after the as-of date.
    pub fn past_day(&mut self, row: TableRow<'_>, column: Option<&Column>) -> Option<i32> {
        let column = column?;
        let day = self.day(row, column)?;
        if day <= self.as_of {
            return Some(day);
        }
        let (expected, found) = ("a day up to the as-of date", self.text(row, column).unwrap_or_default().to_string());
        let finding = rules::future_date::finding(&self.place(row, column), expected, found);
        self.findings.push(finding);
        None
    }

    /// A whole number within a range; a finding where the cell holds none.
    pub fn integer(&mut self, row: TableRow<'_>, column: Option<&Column>, range: std::ops::RangeInclusive<i32>) -> Option<i32> {
        let column = column?;
        let text = self.text(row, column)?;
        let number = text.parse::<i32>().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let expected = format!("a whole number from {} to {}", range.start(), range.end());
            let finding = rules::bad_number::finding(&self.place(row, column), expected, number_or_text(text));
            self.findings.push(finding);
        }
        number
    }

    /// Yes or no; a finding where the cell holds neither.
    pub fn flag(&mut self, row: TableRow<'_>, column: Option<&Column>) -> Option<bool> {
        let column = column?;
        match self.text(row, column)?.to_lowercase().as_str() {
            "yes" | "y" | "true" | "1" => Some(true),
            "no" | "n" | "false" | "0" => Some(false),
            _ => {
                let finding = rules::bad_flag::finding(&self.place(row, column), "another word");
                self.findings.push(finding);
                None
            }
        }
    }

    /// A number of 0 or more; a finding where the cell holds none.
    pub fn weight(&mut self, row: TableRow<'_>, column: Option<&Column>) -> Option<f64> {
        let column = column?;
        let text = self.text(row, column)?;
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
        if number.is_none() {
            let finding = rules::bad_number::finding(&self.place(row, column), "a number of 0 or more", number_or_text(text));
            self.findings.push(finding);
        }
        number
    }
}

/// What a finding may say of a cell: a number as it stands, of anything else only that it is text.
pub fn number_or_text(text: &str) -> String {
    if text.len() <= 12 && text.parse::<f64>().is_ok() { text.to_string() } else { "text".to_string() }
}
