//! The columns of an export as questions: columns of choices that belong together, rows of a grid, and single ones.

use std::collections::BTreeSet;

use super::study::{Facts, name_of};
use crate::ingest::{RawExport, fold_label, fold_text, split_row};
use crate::program::plan::System;

/// A question as the columns show it.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    /// One column; `stem` is the question of the grid whose row it is.
    One { column: usize, stem: String },
    /// One column per choice: the part before the choice where headings have one, the question, and per choice its column, value, label.
    Choices { base: Option<String>, text: String, choices: Vec<(usize, String, String)> },
}

/// Cells of a choice's column that say whether it was chosen, in small letters.
const TICKS: [&str; 14] =
    ["1", "0", "yes", "no", "y", "n", "true", "false", "checked", "unchecked", "selected", "not selected", "-99", "1.0"];
/// Those that say yes.
const CHOSEN: [&str; 7] = ["1", "yes", "y", "true", "checked", "selected", "1.0"];

/// The questions among the columns that are left, in order.
pub(super) fn questions(raw: &RawExport, facts: &[Facts], columns: &[usize]) -> Vec<Asked> {
    let mut asked = Vec::new();
    let mut at = 0;
    while at < columns.len() {
        if let Some((found, length)) = choices_from(raw, facts, &columns[at..]) {
            asked.push(found);
            at += length;
        } else {
            // Some systems write all choices into one column first.
            let below = columns.get(at + 1..).and_then(|rest| by_heading(raw, facts, rest));
            let is_whole = matches!(&below, Some((Asked::Choices { base, .. }, _)) if *base == name_of(raw, columns[at]));
            if !is_whole {
                asked.push(Asked::One { column: columns[at], stem: stem(raw, columns[at]) });
            }
            at += 1;
        }
    }
    asked
}

/// The question of a grid, and of its row's column; blank where the file has no such text.
fn stem(raw: &RawExport, column: usize) -> String {
    let label = raw.labels.get(column).map_or("", String::as_str);
    split_row(label).map(|(stem, _)| stem.to_owned()).unwrap_or_default()
}

/// Columns that begin here and are the choices of one question, with their number.
fn choices_from(raw: &RawExport, facts: &[Facts], columns: &[usize]) -> Option<(Asked, usize)> {
    by_heading(raw, facts, columns).or_else(|| by_text(raw, facts, columns))
}

/// `Q3_1`, `Q3_2`: the same base, and cells that only tick.
fn by_heading(raw: &RawExport, facts: &[Facts], columns: &[usize]) -> Option<(Asked, usize)> {
    let part = |column: usize| {
        name_of(raw, column).and_then(|name| apart(raw.system, &name).map(|(base, code)| (base.to_owned(), code.to_owned())))
    };
    let (base, _) = part(*columns.first()?)?;
    let mut choices = Vec::new();
    for &column in columns {
        let Some((_, code)) = part(column).filter(|(own, _)| *own == base) else { break };
        let label = label(raw, facts, column).unwrap_or_else(|| code.clone());
        if !ticks(&facts[column], &label) {
            break;
        }
        choices.push((column, code, label));
    }
    let length = choices.len();
    let text = choices.first().map(|(column, ..)| stem(raw, *column)).unwrap_or_default();
    (length > 1 && is_answered(facts, &choices)).then(|| (Asked::Choices { base: Some(base), text: without_note(&text), choices }, length))
}

/// `Question [Choice]` above cells that hold the choice.
fn by_text(raw: &RawExport, facts: &[Facts], columns: &[usize]) -> Option<(Asked, usize)> {
    let part = |column: usize| raw.labels.get(column).and_then(|label| split_row(label));
    let (question, _) = part(*columns.first()?)?;
    let mut choices = Vec::new();
    for &column in columns {
        let Some((_, row)) = part(column).filter(|(own, _)| *own == question) else { break };
        if !ticks(&facts[column], row) {
            break;
        }
        choices.push((column, row.to_owned(), row.to_owned()));
    }
    let length = choices.len();
    // Rows of a grid that everybody answered alike are no choices.
    let told = choices.iter().any(|(column, _, row)| facts[*column].values.keys().any(|cell| fold_label(cell) == fold_label(row)));
    (length > 1 && told).then(|| (Asked::Choices { base: None, text: question.to_owned(), choices }, length))
}

/// Base and choice of a heading, as the system writes them.
fn apart(system: System, name: &str) -> Option<(&str, &str)> {
    let number = |pair: &(&str, &str)| !pair.0.is_empty() && !pair.1.is_empty() && pair.1.bytes().all(|b| b.is_ascii_digit());
    let full = |pair: &(&str, &str)| !pair.0.is_empty() && !pair.1.is_empty();
    match system {
        System::Redcap => name.split_once("___").filter(full),
        System::LimeSurvey => name.strip_suffix(']').and_then(|name| name.split_once('[')).filter(full),
        System::Kobo | System::Odk => name.rsplit_once('/').filter(full),
        System::SurveyMonkey | System::GoogleForms | System::MicrosoftForms => None,
        _ => name.split_once("___").filter(full).or_else(|| name.rsplit_once('_').filter(number)),
    }
}

/// What the choice of a column is called: behind the question, or in its cells.
fn label(raw: &RawExport, facts: &[Facts], column: usize) -> Option<String> {
    let text = raw.labels.get(column).and_then(|label| split_row(label)).map(|(_, row)| row.to_owned());
    let in_cells = || {
        let mut words = facts[column].values.keys().filter(|cell| !TICKS.contains(&cell.to_lowercase().as_str()));
        words.next().cloned().filter(|_| words.next().is_none())
    };
    text.filter(|text| !text.is_empty()).or_else(in_cells)
}

/// Whether the cells only say that the choice was made, or not.
fn ticks(facts: &Facts, label: &str) -> bool {
    let own = fold_label(label);
    let said: BTreeSet<String> = facts.values.keys().map(|cell| fold_label(cell)).collect();
    let positive = said.iter().filter(|cell| CHOSEN.contains(&cell.as_str()) || **cell == own).count();
    !facts.open && positive <= 1 && said.iter().all(|cell| TICKS.contains(&cell.as_str()) || *cell == own)
}

/// Whether any of them was chosen: columns without an answer show nothing.
fn is_answered(facts: &[Facts], choices: &[(usize, String, String)]) -> bool {
    choices.iter().any(|(column, ..)| facts[*column].filled > 0)
}

/// Without what Qualtrics puts behind the question of several choices.
fn without_note(text: &str) -> String {
    ["Selected Choice", "(Selected Choice)"]
        .iter()
        .find_map(|note| text.strip_suffix(note))
        .unwrap_or(text)
        .trim_end_matches([' ', '-'])
        .to_owned()
}

/// Whether headings or texts ask for what identifies a person.
pub(super) fn is_identifier(raw: &RawExport, facts: &Facts, column: usize) -> bool {
    const WORDS: [&str; 19] = [
        "name",
        "namefirst",
        "namelast",
        "dob",
        "firstname",
        "lastname",
        "fullname",
        "surname",
        "yourname",
        "email",
        "emailaddress",
        "youremail",
        "youremailaddress",
        "phone",
        "phonenumber",
        "telephone",
        "address",
        "ipaddress",
        "dateofbirth",
    ];
    let texts = [raw.headings.as_slice().get(column), raw.labels.get(column)];
    let named = texts.into_iter().flatten().any(|text| WORDS.contains(&fold_text(text).as_str()));
    named || (facts.emails > 0 && facts.emails * 2 >= facts.filled)
}
