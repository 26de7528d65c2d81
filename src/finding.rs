//! Findings: what is wrong with the data, as values.
//!
//! A finding names where, what was expected and what to do. It never quotes a respondent's free text:
//! `found` holds codes, dates, headings and ids only.

use serde::Serialize;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing is left out.
    Note,
    /// Something was resolved by a declared rule.
    Warning,
    /// A value, a row or a file is left out.
    Error,
}

/// What a finding leaves out of the analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Excludes {
    /// Nothing.
    Nothing,
    /// One value.
    Value,
    /// One row.
    Row,
    /// The whole file.
    File,
}

/// One fault in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Stable code of the rule, such as `pairs.unknown_end_reason`.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// File, relative to the program's folder.
    pub file: String,
    /// Row as a spreadsheet numbers it (the first line of the file is 1); none for the whole file.
    pub row: Option<u64>,
    /// Column heading as the file has it; none for the whole row.
    pub column: Option<String>,
    /// What the tool expected.
    pub expected: String,
    /// What it found (a code, a date, a heading, an id; never free text).
    pub found: String,
    /// What to do.
    pub remedy: String,
    /// What is left out because of it.
    pub excludes: Excludes,
}

/// All findings of a run, in the order file, row, column, rule.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    items: Vec<Finding>,
}

impl Findings {
    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        self.items.push(finding);
    }

    /// Says of the findings from this position on what they leave out.
    pub fn exclude_from(&mut self, first: usize, excludes: Excludes) {
        self.items[first..].iter_mut().for_each(|finding| finding.excludes = excludes);
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: Findings) {
        self.items.extend(other.items);
    }

    /// The findings, sorted so that equal data gives equal output.
    pub fn sorted(mut self) -> Vec<Finding> {
        self.items.sort_by(|a, b| (&a.file, a.row, &a.column, a.rule, &a.found).cmp(&(&b.file, b.row, &b.column, b.rule, &b.found)));
        self.items
    }

    /// The findings as they came, to keep.
    pub fn into_vec(self) -> Vec<Finding> {
        self.items
    }

    /// The findings as they came.
    pub fn as_slice(&self) -> &[Finding] {
        &self.items
    }

    /// Whether any finding is of error severity.
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|f| f.severity == Severity::Error)
    }
}
