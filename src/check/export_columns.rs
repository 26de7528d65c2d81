//! Which column of an export holds what.

use std::ops::Range;

use super::item::ItemReader;
use super::rules::{self, Place};
use crate::finding::Findings;
use crate::ingest::{RawExport, column_finding};
use crate::program::instrument::{Instrument, Item, ItemKind};
use crate::program::plan::{ExportPlan, Role};

/// The columns of one item.
pub enum ItemColumns {
    /// The item has no column: it was not asked. Its slots.
    Absent(Range<usize>),
    /// One column.
    One {
        /// Position in the file.
        column: usize,
        /// Position among the stored columns.
        slot: usize,
        /// How its cells are read.
        reader: Box<ItemReader>,
    },
    /// One column per choice; none for choices without one.
    PerChoice {
        /// Positions in the file, in the order of the choices.
        columns: Vec<Option<usize>>,
        /// Positions among the stored columns.
        slots: Range<usize>,
    },
}

/// The questions of an export as they stand in it, to hold against those of another wave.
#[derive(Debug, Clone, Default)]
pub struct Wording {
    /// The file.
    pub file: String,
    /// Whether it can be compared.
    pub usable: bool,
    /// Row 1.
    pub headings: Vec<String>,
    /// Per item, the position of its first column; none where it has none.
    pub columns: Vec<Option<usize>>,
    /// Per item, its question text without signs; none where the file has none.
    pub texts: Vec<Option<String>>,
}

/// The columns of an export.
pub struct ExportColumns {
    /// The respondent's id.
    pub person: Option<usize>,
    /// The pair's id.
    pub pair: Option<usize>,
    /// The response date.
    pub date: Option<usize>,
    /// Per item of the instrument.
    pub items: Vec<ItemColumns>,
    /// Names of the stored columns.
    pub names: Vec<String>,
    /// Whether the columns that every row needs are there.
    pub usable: bool,
}

impl ExportColumns {
    /// Looks up all columns; what is missing, out of order or of another wording is a finding.
    pub fn find(export: &ExportPlan, instrument: &Instrument, raw: &RawExport, findings: &mut Findings) -> Self {
        let mut usable = raw.is_usable();
        let mut named = |heading: Option<&String>, findings: &mut Findings| {
            let heading = heading?;
            match raw.column(heading) {
                Ok(column) => Some(column),
                Err(fault) => {
                    if raw.is_usable() {
                        findings.push(column_finding(&raw.file, heading, &fault));
                    }
                    usable = false;
                    None
                }
            }
        };
        let person = named(export.person.as_ref(), findings);
        let pair = named(export.pair.as_ref().filter(|_| export.role != Role::Institution), findings);
        let date = named(export.date.as_ref(), findings).or_else(|| raw.columns.response_date());
        let mut columns = Self { person, pair, date, items: Vec::new(), names: Vec::new(), usable };
        for item in &instrument.items {
            let found = columns.item(export, item, raw);
            if matches!(found, ItemColumns::Absent(_)) && raw.is_usable() {
                let place = Place { file: &raw.file, row: None, column: Some(&item.id) };
                let nearest =
                    raw.headings.nearest(&item.id).map_or_else(String::new, |nearest| format!("; the nearest heading is {nearest:?}"));
                findings.push(rules::missing_column::finding(&place, format!("no such column{nearest}")));
            }
            if let (ItemColumns::PerChoice { columns, .. }, true) = (&found, raw.is_usable()) {
                let heading = export.items.get(&item.id).unwrap_or(&item.id);
                for (choice, _) in item.choices.iter().zip(columns).filter(|(_, column)| column.is_none()) {
                    let missing = raw.choice_heading(heading, choice.code);
                    let place = Place { file: &raw.file, row: None, column: Some(&missing) };
                    findings
                        .push(rules::missing_column::finding(&place, "no such column, or more than one: the choice counts as not chosen"));
                }
            }
            columns.items.push(found);
        }
        if raw.is_usable() {
            columns.check_texts(instrument, raw, findings);
            columns.check_order(raw, findings);
        }
        columns
    }

    /// The questions, to hold against another wave's.
    pub fn wording(&self, raw: &RawExport) -> Wording {
        let first = |columns: &ItemColumns| match columns {
            ItemColumns::Absent(_) => None,
            ItemColumns::One { column, .. } => Some(*column),
            ItemColumns::PerChoice { columns, .. } => columns.iter().flatten().min().copied(),
        };
        let columns: Vec<Option<usize>> = self.items.iter().map(first).collect();
        let text = |column: &Option<usize>| {
            column.and_then(|column| raw.labels.get(column)).map(|label| squeezed(label)).filter(|text| !text.is_empty())
        };
        Wording {
            file: raw.file.clone(),
            usable: self.usable && raw.is_usable(),
            headings: raw.headings.as_slice().to_vec(),
            texts: columns.iter().map(text).collect(),
            columns,
        }
    }

    fn item(&mut self, export: &ExportPlan, item: &Item, raw: &RawExport) -> ItemColumns {
        let heading = export.items.get(&item.id).unwrap_or(&item.id);
        let first = self.names.len();
        if item.kind == ItemKind::Multiple {
            self.names.extend(item.choices.iter().map(|choice| format!("{}___{}", item.id, choice.code)));
            let columns: Vec<Option<usize>> = item.choices.iter().map(|choice| raw.choice_column(heading, choice.code).ok()).collect();
            let slots = first..self.names.len();
            return if columns.iter().all(Option::is_none) {
                ItemColumns::Absent(slots)
            } else {
                ItemColumns::PerChoice { columns, slots }
            };
        }
        self.names.push(item.id.clone());
        match raw.column(heading) {
            Ok(column) => ItemColumns::One { column, slot: first, reader: Box::new(ItemReader::new(item, &export.not_stated)) },
            Err(_) => ItemColumns::Absent(first..first + 1),
        }
    }

    /// Compares the export's question texts with the instrument's, where the export has them.
    fn check_texts(&self, instrument: &Instrument, raw: &RawExport, findings: &mut Findings) {
        for (item, columns) in instrument.items.iter().zip(&self.items) {
            let Some(text) = &item.text else { continue };
            // The column of a choice carries the choice behind the question, or the question alone.
            let expected: Vec<(usize, Option<&str>)> = match columns {
                ItemColumns::Absent(_) => Vec::new(),
                ItemColumns::One { column, .. } => vec![(*column, None)],
                ItemColumns::PerChoice { columns, .. } => {
                    let labeled = item.choices.iter().zip(columns);
                    labeled.filter_map(|(choice, column)| column.map(|column| (column, Some(choice.label.as_str())))).collect()
                }
            };
            for (column, choice) in expected {
                let Some(label) = raw.labels.get(column).filter(|label| !label.trim().is_empty()) else { continue };
                let (label, text) = (squeezed(label), squeezed(text));
                if label != text && !choice.is_some_and(|choice| label.ends_with(&squeezed(choice))) {
                    let place = Place { file: &raw.file, row: Some(2), column: raw.headings.as_slice().get(column).map(String::as_str) };
                    findings.push(rules::item_text_differs::finding(&place, "another text"));
                }
            }
        }
    }

    /// Notes items that stand in another order than the instrument asks them.
    fn check_order(&self, raw: &RawExport, findings: &mut Findings) {
        let positions: Vec<usize> = self
            .items
            .iter()
            .flat_map(|columns| match columns {
                ItemColumns::Absent(_) => Vec::new(),
                ItemColumns::One { column, .. } => vec![*column],
                ItemColumns::PerChoice { columns, .. } => columns.iter().flatten().copied().collect(),
            })
            .collect();
        if let Some(swapped) = positions.windows(2).find(|pair| pair[0] > pair[1]) {
            let heading = |column: usize| raw.headings.as_slice().get(column).map_or("", String::as_str);
            let place = Place { file: &raw.file, row: Some(1), column: Some(heading(swapped[1])) };
            let found = format!("{:?} stands before {:?}", heading(swapped[1]), heading(swapped[0]));
            findings.push(rules::column_order::finding(&place, found));
        }
    }
}

/// Letters and digits alone, in lower case: spacing, quotation marks and markup differ between systems.
fn squeezed(text: &str) -> String {
    let mut in_tag = false;
    text.chars()
        .filter(|&c| {
            in_tag = (in_tag || c == '<') && c != '>';
            !in_tag && c.is_alphanumeric()
        })
        .flat_map(char::to_lowercase)
        .collect()
}
