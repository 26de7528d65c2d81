//! Which column of an export holds what.

use super::answer::{answer_code, missing_code};
use super::item::{ItemReader, Marks};
use super::item_columns::{ItemColumns, choice_names, choices_of, find, three_names};
use super::rules::{self, Place};
use crate::finding::Findings;
use crate::ingest::{DecimalMark, ItemNames, RawExport, column_finding, ends_in_row, fold_text, split_row};
use crate::program::instrument::{Choice, Instrument, Item, ItemKind};
use crate::program::plan::{ExportPlan, Role};

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
                let names = ItemNames { id: &item.id, text: item.text.as_deref().unwrap_or_default() };
                let nearest = raw.nearest(&names).map_or_else(String::new, |nearest| format!("; the nearest heading is {nearest:?}"));
                findings.push(rules::missing_column::finding(&place, format!("no such column{nearest}")));
            }
            let heading = export.items.get(&item.id).unwrap_or(&item.id);
            for choice in missing_choices(item, &found).iter().filter(|_| raw.is_usable()) {
                let missing = raw.choice_heading(heading, &choice_names(choice));
                let place = Place { file: &raw.file, row: None, column: Some(&missing) };
                findings.push(rules::missing_column::finding(&place, "no such column, or more than one: the choice counts as not chosen"));
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
        // Before a column for the whole item is looked for: the first one of the choices bears the question's heading.
        if let Some(spread) = self.spread(export, item, raw, first) {
            return spread;
        }
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

    /// A column per choice of an item with one answer, where the system writes it so.
    fn spread(&mut self, export: &ExportPlan, item: &Item, raw: &RawExport, slot: usize) -> Option<ItemColumns> {
        let choices = if raw.splits_single() { choices_of(item) } else { Vec::new() };
        let look = |choice| find(export, item, |names| raw.find_choice(names, &choice_names(choice))).ok();
        let found: Vec<_> = choices.iter().filter_map(|choice| Some((choice, look(choice)?))).collect();
        if found.len() < 2 {
            return None;
        }
        let mut columns = Vec::new();
        for (choice, (column, by)) in found {
            self.map(raw, format!("{}___{}", item.id, choice.code), Some((column, by)));
            let stored = choice.missing.map_or_else(|| answer_code(choice.code), |missing| Some(missing_code(missing)))?;
            columns.push((column, choice.clone(), stored));
        }
        Some(ItemColumns::Spread { columns, slot })
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
        let columns: Vec<Option<usize>> = self.items.iter().map(|columns| columns.positions().into_iter().min()).collect();
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
                ItemColumns::Spread { columns, .. } => {
                    columns.iter().map(|(column, choice, _)| (*column, Some(choice.label.as_str()))).collect()
                }
                ItemColumns::PerChoice { columns, .. } => {
                    let labeled = item.choices.iter().zip(columns);
                    labeled.filter_map(|(choice, column)| column.map(|column| (column, Some(choice.label.as_str())))).collect()
                }
            };
            let other = expected.into_iter().find(|(column, choice)| {
                let asked = raw.labels.get(*column).filter(|label| !label.trim().is_empty());
                asked.is_some_and(|asked| !is_same_text(asked, text, *choice))
            });
            if let Some((column, _)) = other {
                let place = Place { file: &raw.file, row: Some(2), column: raw.headings.as_slice().get(column).map(String::as_str) };
                findings.push(rules::item_text_differs::finding(&place, "another text"));
            }
        }
    }

    /// Notes items that stand in another order than the instrument asks them.
    fn check_order(&self, raw: &RawExport, findings: &mut Findings) {
        let positions: Vec<usize> = self.items.iter().flat_map(ItemColumns::positions).collect();
        if let Some(swapped) = positions.windows(2).find(|pair| pair[0] > pair[1]) {
            let heading = |column: usize| raw.headings.as_slice().get(column).map_or("", String::as_str);
            let place = Place { file: &raw.file, row: Some(1), column: Some(heading(swapped[1])) };
            let found = format!("{:?} stands before {:?}", heading(swapped[1]), heading(swapped[0]));
            findings.push(rules::column_order::finding(&place, found));
        }
    }
}

/// Whether a column's text is the question's: alone, as the row of a grid, or with the column's choice behind it. The text before a choice
/// may be missing, or have been cut.
fn is_same_text(asked: &str, text: &str, choice: Option<&str>) -> bool {
    // Shorter texts are not cut by any system.
    const CUT: usize = 80;
    let (label, text) = (fold_text(asked), fold_text(text));
    let is_row = split_row(asked).is_some_and(|(_, row)| fold_text(row) == text) || (label.ends_with(&text) && ends_in_row(asked, &text));
    let before = choice.and_then(|choice| label.strip_suffix(&fold_text(choice)));
    let stem = before.map(|before| if asked.contains("(choice=") { before.strip_suffix("choice").unwrap_or(before) } else { before });
    let is_stem = stem.is_some_and(|stem| stem.is_empty() || stem == text || (stem.len() >= CUT && text.starts_with(stem)));
    label == text || is_row || is_stem
}

/// Choices of an item whose others have a column.
fn missing_choices(item: &Item, found: &ItemColumns) -> Vec<Choice> {
    match found {
        ItemColumns::PerChoice { columns, .. } => {
            item.choices.iter().zip(columns).filter(|(_, column)| column.is_none()).map(|(choice, _)| choice.clone()).collect()
        }
        ItemColumns::Spread { columns, .. } => {
            let has = |code: i32| columns.iter().any(|(_, choice, _)| choice.code == code);
            choices_of(item).into_iter().filter(|choice| !has(choice.code)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_same_text;

    #[test]
    fn a_text_may_stand_in_a_grid_or_before_a_choice() {
        let same = |asked: &str, choice: Option<&str>| is_same_text(asked, "Which of these helped?", choice);
        for asked in ["Which of these <b>helped</b>?", "Rate it: [Which of these helped?]", "Rate it-Which of these helped?"] {
            assert!(same(asked, None), "{asked}");
        }
        for asked in ["Which of these helped? - Talks", "Which of these helped? (choice=Talks)", "Which of these helped?-Talks", "Talks"] {
            assert!(same(asked, Some("Talks")), "{asked}");
        }
        assert!(!same("Thinking of last year: which of these helped?", None));
        assert!(!same("Which of those helped? - Talks", Some("Talks")));
        let long = "In the past three months, which of these disciplines did you and this mentor discuss? Choose all that apply.";
        assert!(is_same_text(&format!("{} - Law", &long[..100]), long, Some("Law")));
    }
}
