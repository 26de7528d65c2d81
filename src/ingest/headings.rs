//! Row 1 of a file: finding a column by its heading.

use std::collections::BTreeMap;

use super::adapter::Layout;
use super::controls::without_controls;
use super::faults::{about, printable, shown, unusable};
use super::folding::fold_signs;
use super::source::COLUMNS_MAX;
use crate::finding::{Excludes, Finding, Findings};

/// The headings of a file as it has them, in order, but for control characters and those that turn the direction of text: headings are
/// printed, and nobody can type what nobody sees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headings {
    names: Vec<String>,
}

/// Why a heading does not name one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadingFault {
    /// No column has it.
    Missing {
        /// The most similar heading, where one is similar at all.
        nearest: Option<String>,
    },
    /// Several columns have it.
    Repeated {
        /// Their numbers, from 1.
        columns: Vec<usize>,
    },
}

impl Headings {
    /// Headings from left to right.
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { names: names.into_iter().map(|name| without_controls(&name.into())).collect() }
    }

    /// The headings as the file has them.
    pub fn as_slice(&self) -> &[String] {
        &self.names
    }

    /// Number of columns, nameless ones included.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no column.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Position (from 0) of the one column with this heading; blanks around either do not matter. Where no column has it, signs that look alike
    /// do not matter either: blanks that do not break, line feeds, curly quotes.
    ///
    /// # Errors
    /// If no column has it, or several have.
    pub fn find(&self, heading: &str) -> Result<usize, HeadingFault> {
        let heading = without_controls(heading);
        let heading = heading.as_str();
        let mut found = self.positions(|name| name == heading);
        if found.is_empty() {
            found = self.positions(|name| name.trim() == heading.trim());
        }
        if found.is_empty() {
            let wanted = fold_signs(heading);
            found = self.positions(|name| !wanted.is_empty() && name.len() >= wanted.len() && fold_signs(name) == wanted);
        }
        match found[..] {
            [one] => Ok(one),
            [] => Err(HeadingFault::Missing { nearest: self.nearest(heading).map(str::to_owned) }),
            _ => Err(HeadingFault::Repeated { columns: found.iter().map(|i| i + 1).collect() }),
        }
    }

    fn positions(&self, is: impl Fn(&str) -> bool) -> Vec<usize> {
        (0..self.names.len()).filter(|&i| is(&self.names[i])).collect()
    }

    /// The heading most similar to this one, ignoring case.
    pub fn nearest(&self, heading: &str) -> Option<&str> {
        let wanted = heading.trim().to_lowercase();
        let similarity = |name: &str| strsim::normalized_damerau_levenshtein(&name.trim().to_lowercase(), &wanted);
        // Long headings are question texts, never what a short name was meant to be.
        let candidates = self.names.iter().filter(|name| !name.trim().is_empty() && name.len() <= 200);
        let scored = candidates.map(|name| (similarity(name), name));
        let best =
            scored.fold(None, |best: Option<(f64, &String)>, next| if best.is_none_or(|b| next.0 > b.0) { Some(next) } else { best });
        best.filter(|(score, _)| *score >= 0.5).map(|(_, name)| name.as_str())
    }

    /// Headings that several columns have, in order of first appearance, with their column numbers from 1.
    pub fn repeated(&self) -> Vec<(&str, Vec<usize>)> {
        let mut columns: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, name) in self.names.iter().enumerate() {
            columns.entry(name.trim()).or_default().push(i + 1);
        }
        let mut repeated: Vec<(&str, Vec<usize>)> = columns.into_iter().filter(|(_, at)| at.len() > 1).collect();
        repeated.sort_by_key(|(_, at)| at[0]);
        repeated
    }

    /// Numbers (from 1) of the columns without a heading.
    pub fn empty_columns(&self) -> Vec<usize> {
        self.positions(|name| name.trim().is_empty()).into_iter().map(|i| i + 1).collect()
    }
}

/// What is wrong with the row of headings and what the adapter remarked.
pub(super) fn check_headings(name: &str, headings: &Headings, layout: &Layout, row: u64, findings: &mut Findings) {
    if headings.len() > COLUMNS_MAX {
        findings.push(Finding {
            rule: "file.too_many_columns",
            row: Some(row),
            expected: format!("at most {COLUMNS_MAX} columns"),
            found: format!("{} columns", headings.len()),
            remedy: "leave out columns that are not needed when exporting".to_owned(),
            ..unusable(name)
        });
        return;
    }
    for (heading, columns) in headings.repeated().into_iter().filter(|(heading, _)| !heading.is_empty()) {
        findings.push(Finding {
            rule: "file.repeated_heading",
            row: Some(row),
            column: Some(shown(heading)),
            expected: "headings that differ".to_owned(),
            found: format!("the same in columns {}", list(&columns)),
            remedy: "rename all but one if a question stands in one of them; a Qualtrics import id names it too".to_owned(),
            ..about(name)
        });
    }
    // A blank heading below which the system names the column is none to worry about.
    let mut empty = headings.empty_columns();
    empty.retain(|column| layout.labels.get(column - 1).is_none_or(String::is_empty));
    if !empty.is_empty() {
        findings.push(Finding {
            rule: "file.empty_heading",
            row: Some(row),
            expected: "a heading in every column".to_owned(),
            found: format!("none in columns {}", list(&empty)),
            remedy: "nothing to do unless one of them holds data; they are not used".to_owned(),
            ..about(name)
        });
    }
    for remark in &layout.remarks {
        findings.push(Finding {
            rule: remark.rule,
            expected: remark.expected.to_owned(),
            found: printable(&remark.found),
            remedy: remark.remedy.to_owned(),
            excludes: Excludes::Nothing,
            ..about(name)
        });
    }
}

/// Up to ten numbers, then an ellipsis.
fn list(columns: &[usize]) -> String {
    let shown: Vec<String> = columns.iter().take(10).map(usize::to_string).collect();
    format!("{}{}", shown.join(", "), if columns.len() > 10 { ", …" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_one_column_or_says_why_not() {
        let headings = Headings::new(["pair_id", " score ", "Q1", "Q1", ""]);
        assert_eq!(headings.find("score"), Ok(1));
        assert_eq!(headings.find("Q1"), Err(HeadingFault::Repeated { columns: vec![3, 4] }));
        assert_eq!(headings.find("PairID"), Err(HeadingFault::Missing { nearest: Some("pair_id".to_owned()) }));
        assert_eq!(headings.find("zzzzzz"), Err(HeadingFault::Missing { nearest: None }));
    }

    #[test]
    fn signs_that_look_alike_do_not_matter() {
        let headings = Headings::new(["How\u{a0}is\nthis mentor\u{2019}s time?", "It's", "It\u{2019}s", "it's"]);
        assert_eq!(headings.find("How is this mentor's time?"), Ok(0));
        assert_eq!((headings.find("It's"), headings.find("it's"), headings.find("IT'S").is_err()), (Ok(1), Ok(3), true));
        assert_eq!(headings.find("It\u{2018}s"), Err(HeadingFault::Repeated { columns: vec![2, 3] }));
    }

    #[test]
    fn hidden_characters_do_not_matter() {
        let headings = Headings::new(["a\u{202E}b", "c\0"]);
        assert_eq!((headings.find("ab"), headings.find("a\u{202E}b"), headings.find("c")), (Ok(0), Ok(0), Ok(1)));
        assert_eq!(headings.as_slice(), ["ab", "c"]);
    }

    #[test]
    fn lists_repeated_and_empty() {
        let headings = Headings::new(["", "b", "a", "b", " "]);
        assert_eq!(headings.repeated(), vec![("", vec![1, 5]), ("b", vec![2, 4])]);
        assert_eq!(headings.empty_columns(), vec![1, 5]);
    }
}
