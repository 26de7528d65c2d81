//! An instrument drafted from exports that ask the same: from headings, question texts and the values met.

use std::collections::{BTreeMap, BTreeSet};

use super::super::choices::choices;
use super::super::model::{DefinedItem, Definition, Question, snake};
use super::choose::Export;
use super::columns::{Asked, is_identifier, questions};
use super::guess::guess;
use super::study::{Facts, Study, name_of};
use crate::ingest::{RawExport, fold_label, fold_text, split_row};
use crate::program::instrument::ItemKind;

/// Longest id of an item that is made of a question's text, in characters.
const ID_MAX: usize = 40;
/// Most choices that a cell of several may hold together.
const JOINED_MAX: usize = 25;

/// A draft.
pub(super) struct Draft {
    pub definition: Definition,
    /// What stands between the choices of a cell, where the system does not say it.
    pub separator: Option<String>,
}

/// Names of the columns that may hold answers.
pub(super) fn names(export: &Export<'_>) -> BTreeSet<String> {
    let Some(raw) = export.raw else { return BTreeSet::new() };
    candidates(raw, export).into_iter().filter_map(|column| name_of(raw, column)).collect()
}

/// Columns that name nobody, are no date, and were not added by the system.
fn candidates(raw: &RawExport, export: &Export<'_>) -> Vec<usize> {
    let date = export.dates.column.as_ref().map(|column| column.at);
    let own = |column: &usize| raw.metadata.get(*column).copied().unwrap_or(false);
    (0..raw.headings.len()).filter(|column| !own(column) && !export.people.named.contains(column) && date != Some(*column)).collect()
}

/// Drafts from the first export; the values of the others count too.
pub(super) fn draft(parts: &[(&Export<'_>, &Study)]) -> Draft {
    let (first, study) = parts[0];
    let Some(raw) = first.raw else {
        return Draft { definition: Definition::new(crate::program::plan::System::Csv, ""), separator: None };
    };
    let mut facts = study.columns.clone();
    for (export, study) in &parts[1..] {
        let Some(other) = export.raw else { continue };
        for (column, facts) in facts.iter_mut().enumerate() {
            let same = name_of(raw, column).and_then(|name| other.column(&name).ok());
            same.and_then(|at| study.columns.get(at)).into_iter().for_each(|theirs| facts.join(theirs));
        }
    }
    let records: u64 = parts.iter().map(|(_, study)| study.records).sum();
    let definition = Definition::new(
        raw.system,
        format!("{} export, {}; kinds and choices are guesses from what was answered", raw.system.name(), super::table::records(records)),
    );
    let mut drafter = Drafter { raw, facts: &facts, definition, separator: None, ids: BTreeSet::new(), grids: BTreeMap::new() };
    let mut columns = Vec::new();
    for column in candidates(raw, first) {
        match drafter.why_not(column) {
            Some(why) => drafter.definition.note(format!("column {}", column + 1), format!("left out: {why}")),
            None => columns.push(column),
        }
    }
    let asked = questions(raw, &facts, &columns);
    for (i, question) in asked.iter().enumerate() {
        match question {
            Asked::One { column, stem } => drafter.one(*column, stem, &asked, i),
            Asked::Choices { base, text, choices } => drafter.choices(base.as_deref(), text, choices),
        }
    }
    drafter.definition.finish();
    Draft { definition: drafter.definition, separator: drafter.separator }
}

struct Drafter<'a> {
    raw: &'a RawExport,
    facts: &'a [Facts],
    definition: Definition,
    separator: Option<String>,
    ids: BTreeSet<String>,
    /// First column, from 1, of each grid.
    grids: BTreeMap<String, usize>,
}

impl Drafter<'_> {
    /// Why a column cannot be a question; none if it can.
    fn why_not(&self, column: usize) -> Option<&'static str> {
        let label = self.raw.labels.get(column).map_or("", |label| label.trim());
        if self.raw.headings.as_slice()[column].trim().is_empty() && label.is_empty() {
            return Some("no heading");
        }
        if is_identifier(self.raw, &self.facts[column], column) {
            return Some("names a person");
        }
        if self.facts[column].values.len() == 1 && self.facts[column].values.contains_key("[document]") {
            return Some("an uploaded file");
        }
        let text = fold_text(label);
        let alike = || self.raw.labels.iter().filter(|other| fold_text(other) == text).count();
        let is_lost = name_of(self.raw, column).is_none() && (label.is_empty() || alike() > 1);
        is_lost.then_some("another column has the same heading or text; rename one, or combine them")
    }

    fn one(&mut self, column: usize, stem: &str, asked: &[Asked], place: usize) {
        let facts = &self.facts[column];
        // Rows of one grid share their choices, though not every row has met all.
        let mut alike = facts.clone();
        if !stem.is_empty() {
            for (i, other) in asked.iter().enumerate() {
                if let Asked::One { column: row, stem: theirs } = other
                    && i != place
                    && theirs == stem
                    && facts.is_like(&self.facts[*row])
                {
                    alike.join(&self.facts[*row]);
                }
            }
        }
        let (raw, label) = (self.raw, self.raw.labels.get(column).map_or("", |label| label.trim()).to_owned());
        let is_grid = !stem.is_empty() && split_row(&label).is_some();
        let item = self.item(column, if is_grid { stem } else { "" });
        if raw.companions.get(column).copied().unwrap_or(false) {
            item.check("the text that goes with a choice of one's own");
            return;
        }
        let joined = self.joined(column);
        let Some(item) = self.definition.items.last_mut() else { return };
        match joined {
            Some((separator, parts)) => {
                let offered = choices(parts.into_iter().enumerate().map(|(i, part)| ((i + 1).to_string(), part)));
                offered.give_multiple(item);
                item.choice_checks.retain(|check| !check.contains("may be no answer"));
                item.check_choices(format!(
                    "the parts met between {separator:?}, in the order of the alphabet; add those that nobody chose"
                ));
            }
            None => guess(item, facts, &alike),
        }
    }

    /// The separator of a column whose cells hold several choices, and all choices met.
    fn joined(&mut self, column: usize) -> Option<(String, Vec<String>)> {
        let facts = &self.facts[column];
        let separators: Vec<&str> = self.raw.joined.map_or_else(|| vec!["; ", ";", "|"], |own| vec![own]);
        // Cells of several choices are many; those of single ones come again.
        let values: Vec<(&String, &u64)> = facts.values.iter().collect();
        let found = separators.into_iter().find_map(|separator| {
            let several: u64 =
                values.iter().filter(|(cell, _)| cell.trim_end_matches(separator.trim_end()).contains(separator)).map(|(_, n)| **n).sum();
            let mut parts: BTreeMap<String, (String, u64)> = BTreeMap::new();
            for (cell, count) in &values {
                for part in cell.split(separator).map(str::trim).filter(|part| !part.is_empty()) {
                    parts.entry(fold_label(part)).or_insert((part.to_owned(), 0)).1 += **count;
                }
            }
            let total: u64 = parts.values().map(|(_, count)| count).sum();
            let fits = several * 5 >= facts.filled && parts.len() <= JOINED_MAX && parts.len() > 1 && parts.len() as u64 * 2 <= total;
            let short = parts.values().all(|(part, _)| part.chars().count() <= 80);
            (fits && short && facts.filled > 0).then(|| (separator.to_owned(), parts.into_values().map(|(part, _)| part).collect()))
        })?;
        if self.raw.joined.is_none() {
            self.separator = Some(found.0.clone());
        }
        Some(found)
    }

    fn choices(&mut self, base: Option<&str>, text: &str, offered: &[(usize, String, String)]) {
        let first = offered.first().map_or(0, |(column, ..)| *column);
        let name = base.map_or_else(|| text.to_owned(), str::to_owned);
        let headings = base.map(str::to_owned).into_iter().collect();
        let item = self.add(first, &name, headings, text, "");
        // Found by its text, a choice has its label only.
        let list = choices(offered.iter().enumerate().map(|(i, (_, code, label))| {
            let code = if base.is_some() { code.clone() } else { (i + 1).to_string() };
            (code, label.clone())
        }));
        list.give_multiple(item);
        item.kind = ItemKind::Multiple;
        item.check_choices("several columns that hold only ticks were taken for the choices of one question");
    }

    /// An item of one column; `grid` is the question of the grid whose row it is.
    fn item(&mut self, column: usize, grid: &str) -> &mut DefinedItem {
        let raw = self.raw;
        let heading = name_of(raw, column);
        let label = raw.labels.get(column).map_or("", |label| label.trim());
        // A heading that is a question is a text; others are names.
        let is_name = heading.as_ref().is_some_and(|heading| heading.len() <= ID_MAX && !heading.trim().contains(' '));
        let name = if is_name { heading.clone().unwrap_or_default() } else { label.to_owned() };
        let name = if name.is_empty() { heading.clone().unwrap_or_default() } else { name };
        let text = if label.is_empty() && !is_name { heading.clone().unwrap_or_default() } else { label.to_owned() };
        let name = match split_row(&name) {
            Some((_, row)) if !is_name && !grid.is_empty() => row.to_owned(),
            _ => name,
        };
        let text = text.trim().to_owned();
        self.add(column, &name, heading.into_iter().collect(), &text, grid)
    }

    fn add(&mut self, column: usize, name: &str, headings: Vec<String>, text: &str, grid: &str) -> &mut DefinedItem {
        let id = self.free_id(name);
        // Rows of one grid have one question, so that they can be proposed as a scale.
        let (question, asked) = if grid.is_empty() {
            (format!("column {}", column + 1), text)
        } else {
            (format!("column {}, in a grid", self.grids.entry(grid.to_owned()).or_insert(column + 1)), grid)
        };
        if !self.definition.questions.iter().any(|known| known.id == question) {
            let code = if grid.is_empty() { name } else { grid };
            self.definition.questions.push(Question {
                id: question.clone(),
                code: short_id(code),
                text: asked.to_owned(),
                ..Question::default()
            });
        }
        let item = self.definition.item(&question, headings, ItemKind::Text);
        item.id = id;
        item.text(&super::super::clean::clean(text, super::super::clean::Placeholders::None).text);
        item
    }

    /// A short id that no other item has.
    fn free_id(&mut self, name: &str) -> String {
        let short = short_id(name);
        let mut id = short.clone();
        let mut number = 1;
        while !self.ids.insert(id.clone()) {
            number += 1;
            id = format!("{short}_{number}");
        }
        id
    }
}

/// A name in snake case, cut between words.
fn short_id(name: &str) -> String {
    let whole = snake(name);
    let mut short = String::new();
    for word in whole.split('_') {
        if !short.is_empty() && short.len() + word.len() >= ID_MAX {
            break;
        }
        if !short.is_empty() {
            short.push('_');
        }
        short.extend(word.chars().take(ID_MAX));
    }
    short
}
