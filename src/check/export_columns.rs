//! Which column of an export holds what.

use std::ops::Range;

use super::item::{ItemReader, Marks, names};
use super::rules::{self, Place};
use crate::finding::Findings;
use crate::ingest::{ChoiceNames, DecimalMark, HeadingFault, ItemNames, Matched, RawExport, column_finding, fold_text, split_row};
use crate::program::instrument::{Choice, Instrument, Item, ItemKind};
use crate::program::plan::{ExportPlan, Role};

/// The columns of one item.
#[derive(Clone)]
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
    /// One column whose cells hold all chosen choices.
    Joined {
        /// Position in the file.
        column: usize,
        /// Positions among the stored columns.
        slots: Range<usize>,
        /// What stands between the choices of a cell.
        separator: String,
        /// What may stand for each choice: as many texts as `NAMES` per choice.
        names: Vec<String>,
    },
}

/// Texts per choice in `ItemColumns::Joined`: label, code, and the system's own value or once more the label.
pub const NAMES: usize = 3;

/// By what an item's column was found; `check --mapping` lists it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mapping {
    /// The file.
    pub file: String,
    /// Id of the item, with `___code` behind it for a choice of its own column.
    pub item: String,
    /// Heading of the column; none where the item has none.
    pub column: Option<String>,
    /// Its number, from 1.
    pub number: Option<usize>,
    /// By what it was found, in words.
    pub by: &'static str,
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
#[derive(Default)]
pub struct ExportColumns {
    /// The column that says who answered.
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
    /// By what each item's column was found.
    pub mapping: Vec<Mapping>,
    /// Texts that mean a kind of missing answer.
    pub marks: Marks,
    /// Columns taken for the choice that their text names although their heading names another.
    overruled: Vec<usize>,
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
        let not_stated = export.not_stated.iter().chain(&raw.not_stated).cloned().collect();
        let marks = Marks { not_stated, not_asked: raw.not_asked.clone() };
        let mut columns =
            Self { person, pair, date, items: Vec::new(), names: Vec::new(), usable, mapping: Vec::new(), marks, overruled: Vec::new() };
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
                    let missing = raw.choice_heading(heading, &choice_names(choice));
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

    fn item(&mut self, export: &ExportPlan, item: &Item, raw: &RawExport) -> ItemColumns {
        let first = self.names.len();
        if item.kind == ItemKind::Multiple {
            return self.multiple(export, item, raw);
        }
        self.names.push(item.id.clone());
        match find(export, item, |names| raw.find_item(names)) {
            Ok((column, by)) => {
                self.map(raw, item.id.clone(), Some((column, by)));
                ItemColumns::One { column, slot: first, reader: Box::new(ItemReader::new(item, &self.marks, None)) }
            }
            Err(_) => {
                self.map(raw, item.id.clone(), None);
                ItemColumns::Absent(first..first + 1)
            }
        }
    }

    /// An item of which several choices may be chosen: a column per choice, else one column whose cells hold them all.
    fn multiple(&mut self, export: &ExportPlan, item: &Item, raw: &RawExport) -> ItemColumns {
        let first = self.names.len();
        self.names.extend(item.choices.iter().map(|choice| format!("{}___{}", item.id, choice.code)));
        let slots = first..self.names.len();
        let found: Vec<Option<(usize, &'static str)>> =
            item.choices.iter().map(|choice| find(export, item, |names| raw.find_choice(names, &choice_names(choice))).ok()).collect();
        if found.iter().any(Option::is_some) {
            let heading = export.items.get(&item.id).unwrap_or(&item.id);
            for (choice, column) in item.choices.iter().zip(&found) {
                let by_heading = raw.choice_column(heading, &choice_names(choice));
                if let (Some((column, _)), Ok(other)) = (column, by_heading)
                    && *column != other
                {
                    self.overruled.push(*column);
                }
                self.map(raw, format!("{}___{}", item.id, choice.code), *column);
            }
            return ItemColumns::PerChoice { columns: found.into_iter().map(|found| found.map(|(column, _)| column)).collect(), slots };
        }
        let separator = export.separator.as_deref().or(raw.joined);
        match (find(export, item, |names| raw.find_item(names)), separator) {
            (Ok((column, by)), Some(separator)) => {
                self.map(raw, item.id.clone(), Some((column, by)));
                let names = item.choices.iter().flat_map(three_names).collect();
                ItemColumns::Joined { column, slots, separator: separator.to_owned(), names }
            }
            _ => {
                self.map(raw, item.id.clone(), None);
                ItemColumns::Absent(slots)
            }
        }
    }

    fn map(&mut self, raw: &RawExport, item: String, found: Option<(usize, &'static str)>) {
        let column = found.and_then(|(column, _)| raw.headings.as_slice().get(column).cloned());
        let (number, by) = found.map_or((None, "not found"), |(column, by)| (Some(column + 1), by));
        self.mapping.push(Mapping { file: raw.file.clone(), item, column, number, by });
    }

    /// Columns whose cells are numbers, in the order of the items.
    pub fn number_columns(&self) -> Vec<usize> {
        let column = |columns: &ItemColumns| match columns {
            ItemColumns::One { column, reader, .. } if reader.reads_numbers() => Some(*column),
            _ => None,
        };
        self.items.iter().filter_map(column).collect()
    }

    /// Sets the decimal marks of those columns, in the same order.
    pub fn set_decimal_marks(&mut self, marks: &[Option<DecimalMark>]) {
        let readers = self.items.iter_mut().filter_map(|columns| match columns {
            ItemColumns::One { reader, .. } if reader.reads_numbers() => Some(reader),
            _ => None,
        });
        readers.zip(marks).for_each(|(reader, mark)| reader.set_decimal_mark(*mark));
    }

    /// The questions, to hold against another wave's.
    pub fn wording(&self, raw: &RawExport) -> Wording {
        let first = |columns: &ItemColumns| match columns {
            ItemColumns::Absent(_) => None,
            ItemColumns::One { column, .. } | ItemColumns::Joined { column, .. } => Some(*column),
            ItemColumns::PerChoice { columns, .. } => columns.iter().flatten().min().copied(),
        };
        let columns: Vec<Option<usize>> = self.items.iter().map(first).collect();
        let text = |column: &Option<usize>| {
            column.and_then(|column| raw.labels.get(column)).map(|label| fold_text(label)).filter(|text| !text.is_empty())
        };
        Wording {
            file: raw.file.clone(),
            usable: self.usable && raw.is_usable(),
            headings: raw.headings.as_slice().to_vec(),
            texts: columns.iter().map(text).collect(),
            columns,
        }
    }

    /// Compares the export's question texts with the instrument's, where the export has them.
    fn check_texts(&self, instrument: &Instrument, raw: &RawExport, findings: &mut Findings) {
        for column in &self.overruled {
            let place = Place { file: &raw.file, row: Some(2), column: raw.headings.as_slice().get(*column).map(String::as_str) };
            findings.push(rules::item_text_differs::finding(&place, "the text of another choice than the heading's, which was followed"));
        }
        for (item, columns) in instrument.items.iter().zip(&self.items) {
            let Some(text) = &item.text else { continue };
            // The column of a choice carries the choice behind the question, or the question alone.
            let expected: Vec<(usize, Option<&str>)> = match columns {
                ItemColumns::Absent(_) => Vec::new(),
                ItemColumns::One { column, .. } | ItemColumns::Joined { column, .. } => vec![(*column, None)],
                ItemColumns::PerChoice { columns, .. } => {
                    let labeled = item.choices.iter().zip(columns);
                    labeled.filter_map(|(choice, column)| column.map(|column| (column, Some(choice.label.as_str())))).collect()
                }
            };
            for (column, choice) in expected {
                let Some(label) = raw.labels.get(column).filter(|label| !label.trim().is_empty()) else { continue };
                // A grid's column bears the text of its row, alone or behind that of the grid.
                let row = split_row(label).map(|(_, row)| fold_text(row));
                let (label, text) = (fold_text(label), fold_text(text));
                let is_choice = choice.is_some_and(|choice| label.ends_with(&fold_text(choice)));
                if label != text && row.as_ref() != Some(&text) && !is_choice {
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
                ItemColumns::One { column, .. } | ItemColumns::Joined { column, .. } => vec![*column],
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

/// Looks for an item by the heading that `program.toml` gives, else by its id, by the names under which its system exports it, and by its text.
fn find<T>(
    export: &ExportPlan,
    item: &Item,
    look: impl Fn(&ItemNames<'_>) -> Result<(T, Matched), HeadingFault>,
) -> Result<(T, &'static str), HeadingFault> {
    if let Some(heading) = export.items.get(&item.id) {
        return look(&ItemNames { id: heading, text: "" }).map(|(column, _)| (column, "program.toml"));
    }
    let ids = std::iter::once((&item.id, None)).chain(item.import_ids.iter().map(|id| (id, Some("the import id"))));
    for (id, by) in ids {
        if let Ok((column, matched)) = look(&ItemNames { id, text: "" }) {
            return Ok((column, by.unwrap_or(matched.words())));
        }
    }
    look(&ItemNames { id: &item.id, text: item.text.as_deref().unwrap_or_default() }).map(|(column, matched)| (column, matched.words()))
}

/// The one column of an item, where it has one.
pub fn column_of(export: &ExportPlan, item: &Item, raw: &RawExport) -> Option<usize> {
    find(export, item, |names| raw.find_item(names)).ok().map(|(column, _)| column)
}

fn choice_names(choice: &Choice) -> ChoiceNames<'_> {
    ChoiceNames { code: choice.code, label: &choice.label, value: choice.value.as_deref() }
}

/// Label, code, and the system's own value or once more the label.
fn three_names(choice: &Choice) -> Vec<String> {
    let mut texts: Vec<String> = names(choice).collect();
    texts.resize(NAMES, choice.label.clone());
    texts
}
