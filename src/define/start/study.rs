//! What the columns of an export hold, in one pass over its records.

use std::collections::BTreeMap;

use crate::ingest::{RawExport, RowKind};

/// Most different values that are kept of a column; with more it offers no choices.
pub(super) const VALUES_MAX: usize = 60;
/// Longest value that can be a choice, in bytes.
const VALUE_BYTES_MAX: usize = 200;

/// What one column holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Cells with an answer.
    pub filled: u64,
    /// Different answers, each with its number; empty once there are too many.
    pub values: BTreeMap<String, u64>,
    /// Whether there were more different answers than are kept, or longer ones.
    pub open: bool,
    /// Cells with a whole number.
    pub whole: u64,
    /// Cells with a number that is not whole.
    pub decimal: u64,
    /// Smallest and largest whole number.
    pub range: Option<(i64, i64)>,
    /// Cells with an e-mail address.
    pub emails: u64,
}

impl Facts {
    fn add(&mut self, cell: &str) {
        self.filled += 1;
        match cell.parse::<i64>() {
            Ok(number) => {
                self.whole += 1;
                let (low, high) = self.range.unwrap_or((number, number));
                self.range = Some((low.min(number), high.max(number)));
            }
            Err(_)
                if cell.parse::<f64>().is_ok_and(f64::is_finite) || cell.replacen(',', ".", 1).parse::<f64>().is_ok_and(f64::is_finite) =>
            {
                self.decimal += 1;
            }
            Err(_) => self.emails += u64::from(is_email(cell)),
        }
        if self.open {
            return;
        }
        if cell.len() > VALUE_BYTES_MAX || (self.values.len() == VALUES_MAX && !self.values.contains_key(cell)) {
            self.open = true;
            self.values.clear();
            return;
        }
        *self.values.entry(cell.to_owned()).or_default() += 1;
    }

    /// Whether another column holds some of the same values, as rows of one grid do.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.values.keys().any(|value| other.values.contains_key(value))
    }

    /// Adds what another column holds, such as the same question of another file.
    pub(super) fn join(&mut self, other: &Self) {
        self.filled += other.filled;
        self.whole += other.whole;
        self.decimal += other.decimal;
        self.emails += other.emails;
        self.range = match (self.range, other.range) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        self.open |= other.open;
        for (value, count) in &other.values {
            *self.values.entry(value.clone()).or_default() += count;
        }
        if self.open || self.values.len() > VALUES_MAX {
            self.open = true;
            self.values.clear();
        }
    }
}

/// What an export holds.
pub(super) struct Study {
    /// Usable records: no previews, no tests.
    pub records: u64,
    /// Per column.
    pub columns: Vec<Facts>,
}

impl Study {
    pub(super) fn of(raw: &RawExport) -> Self {
        let study = Self::among(raw, |kind| kind == RowKind::Usable);
        if study.records > 0 {
            return study;
        }
        // Previews and tests have the form of answers.
        Self { records: 0, ..Self::among(raw, |_| true) }
    }

    fn among(raw: &RawExport, counts: impl Fn(RowKind) -> bool) -> Self {
        let mut study = Self { records: 0, columns: vec![Facts::default(); raw.headings.len()] };
        // Its findings come when the program is checked.
        let _ = raw.for_each_record(|_, cells| {
            if !counts(raw.row(cells).kind) {
                return;
            }
            study.records += 1;
            for (facts, cell) in study.columns.iter_mut().zip(cells.iter()) {
                let cell = cell.trim();
                let is_mark = raw.not_asked.iter().chain(&raw.not_stated).any(|mark| mark == cell);
                if !cell.is_empty() && !is_mark {
                    facts.add(cell);
                }
            }
        });
        study
    }

    /// Whether at least half of the records have a value in the column.
    pub(super) fn is_kept(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|facts| facts.filled * 2 >= self.records)
    }
}

/// By which name a column can be found: its heading, else the system's own name; none where neither is unique.
pub(super) fn name_of(raw: &RawExport, column: usize) -> Option<String> {
    let heading = raw.headings.as_slice().get(column).filter(|heading| !heading.trim().is_empty());
    let id = raw.ids.get(column).and_then(Option::as_ref);
    heading.into_iter().chain(id).find(|name| raw.column(name) == Ok(column)).cloned()
}

/// What to call a column in a sentence.
pub(super) fn shown(raw: &RawExport, column: usize) -> String {
    let heading = raw.headings.as_slice().get(column).map_or("", |heading| heading.trim());
    if heading.is_empty() { format!("column {}", column + 1) } else { format!("{:?}", short(heading)) }
}

/// At most 60 characters.
pub(super) fn short(text: &str) -> String {
    let mut cut: String = text.chars().take(60).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

fn is_email(cell: &str) -> bool {
    cell.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !cell.contains(char::is_whitespace))
}
