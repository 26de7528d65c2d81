//! One CSV file as text columns, and the typed columns that a method asks for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Fault;

/// A CSV file: its headings, and its cells as text, trimmed; an empty cell, and `NA`, is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads comma-separated text with one row of headings. Rows that are shorter or longer than the headings are a fault, and so are
    /// two columns with one heading. In a file of one column a blank line is a missing cell; in others it is no row.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(bytes)
            .map_err(|e| Fault::new(format!("byte {} is not UTF-8", e.valid_up_to() + 1), "save the file as UTF-8"))?;
        let text = with_blank_cells(text.trim_start_matches('\u{feff}'));
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let fault = |error: csv::Error| {
            Fault::new(format!("the CSV could not be read: {error}"), "check quotes and the number of fields in that row")
        };
        let headings: Vec<String> = reader.headers().map_err(fault)?.iter().map(str::to_string).collect();
        if headings.iter().all(String::is_empty) {
            return Err(Fault::new("the file has no headings", "give each column a heading in the first row"));
        }
        let twice = headings.iter().enumerate().find(|(place, heading)| !heading.is_empty() && headings[..*place].contains(heading));
        if let Some((_, heading)) = twice {
            return Err(Fault::new(format!("two columns are headed \"{heading}\""), "give each column a heading of its own"));
        }
        let rows = reader
            .records()
            .map(|record| record.map(|cells| cells.iter().map(str::to_string).collect()))
            .collect::<Result<_, _>>()
            .map_err(fault)?;
        Ok(Self { headings, rows })
    }

    /// The headings, left to right.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Number of rows under the headings.
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// The position of the column with a heading, if there is one.
    pub(super) fn position(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|known| known == heading)
    }

    /// The text of each row in one column; missing where the cell is empty or `NA`. Where all are numbers, equal numbers get one
    /// spelling, so that 1 and 1.0 are one label.
    pub(super) fn labels(&self, column: usize) -> Vec<Option<String>> {
        let cell = |row: &Vec<String>| row.get(column).filter(|cell| !is_missing(cell)).cloned();
        let mut labels: Vec<Option<String>> = self.rows.iter().map(cell).collect();
        let numbers: Option<Vec<f64>> = labels.iter().flatten().map(|label| exact_number(label)).collect();
        let Some(numbers) = numbers else { return labels };
        let mut spellings: BTreeMap<u64, String> = BTreeMap::new();
        for (label, number) in labels.iter().flatten().zip(&numbers) {
            let known = spellings.entry((number + 0.0).to_bits()).or_insert_with(|| label.clone());
            // The shortest spelling, whichever row comes first.
            if (label.len(), label) < (known.len(), &*known) {
                known.clone_from(label);
            }
        }
        for (label, number) in labels.iter_mut().flatten().zip(numbers) {
            if let Some(spelling) = spellings.get(&(number + 0.0).to_bits()) {
                label.clone_from(spelling);
            }
        }
        labels
    }

    /// The number of each row in one column; missing where the cell is empty or `NA`. Any other text is a fault with its row.
    pub(super) fn numbers(&self, column: usize) -> Result<Vec<Option<f64>>, Fault> {
        let number = |(index, row): (usize, &Vec<String>)| match row.get(column).map_or("", String::as_str) {
            cell if is_missing(cell) => Ok(None),
            cell => cell.parse::<f64>().ok().filter(|value| value.is_finite()).map(Some).ok_or_else(|| {
                // The first row of data is the second of the file.
                Fault::new(
                    format!("row {}, column \"{}\" holds something other than a number", index + 2, self.headings[column]),
                    "correct it, leave the cell empty if it is missing, or name another column",
                )
            }),
        };
        self.rows.iter().enumerate().map(number).collect()
    }
}

fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "NA")
}

/// A number that its text gives exactly enough to tell it from others: long digits, as of ids, are text.
fn exact_number(label: &str) -> Option<f64> {
    label.parse::<f64>().ok().filter(|value| value.abs() < 9_007_199_254_740_992.0 && label.len() <= 17)
}

/// The text with blank lines as quoted empty cells where it has a single column; a parser of CSV would pass over them.
fn with_blank_cells(text: &str) -> Cow<'_, str> {
    let mut quoted = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        // Inside quotes a line is part of a cell.
        let blank = !quoted && line.trim().is_empty();
        if line.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            quoted = !quoted;
        }
        if lines.is_empty() && (blank || quoted || line.contains(',')) {
            return Cow::Borrowed(text);
        }
        lines.push(if blank { "\"\"" } else { line });
    }
    Cow::Owned(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_numbers_labels_or_missing() {
        let table = Table::read("\u{feff}group,value\na, 1.5\n,NA\nb,\n".as_bytes()).unwrap();
        assert_eq!(table.numbers(1).unwrap(), [Some(1.5), None, None]);
        assert_eq!(table.labels(0), [Some("a".to_string()), None, Some("b".to_string())]);
        assert_eq!((table.height(), table.position("value")), (3, Some(1)));
    }

    #[test]
    fn blank_lines_are_missing_cells_of_a_single_column_only() {
        let one = Table::read(b"value\r\n1\r\n\r\n\"\"\r\n  \r\n2\r\n").unwrap();
        assert_eq!(one.numbers(0).unwrap(), [Some(1.0), None, None, None, Some(2.0)]);
        let text = Table::read(b"word\n\"a\n\nb\"\n\nc\n").unwrap();
        assert_eq!(text.labels(0), [Some("a\n\nb".to_string()), None, Some("c".to_string())]);
        assert_eq!(Table::read(b"a,b\n1,2\n\n3,4\n").unwrap().height(), 2);
    }

    #[test]
    fn equal_numbers_are_one_label_and_long_ids_are_not_rounded() {
        let label = |text: &str| Some(text.to_string());
        let labels = |text: &str| Table::read(text.as_bytes()).unwrap().labels(0);
        assert_eq!(labels("g\n1.0\n1\n01\n-0\n0\n"), [label("1"), label("1"), label("1"), label("0"), label("0")]);
        assert_eq!(labels("g\n1.0\n1\na\n"), [label("1.0"), label("1"), label("a")]);
        assert_eq!(
            labels("g\n12345678901234567890\n12345678901234567891\n").iter().flatten().collect::<std::collections::BTreeSet<_>>().len(),
            2
        );
    }

    #[test]
    fn faults_name_the_row() {
        let table = Table::read(b"value\n1\nmany\n").unwrap();
        assert!(table.numbers(0).unwrap_err().what.contains("row 3"));
        assert!(Table::read(b"a,b\n1\n").is_err());
        assert!(Table::read(b"a,a\n1,2\n").unwrap_err().what.contains("\"a\""));
        assert!(Table::read(b"").is_err());
        assert!(Table::read(b"a\n\xff\n").is_err());
    }
}
