//! What the writers of all layouts share.

use mentorscope::program::instrument::{Item, ItemKind};

use super::model::{Answer, Response, Survey};
use super::table::{Cell, Rows, text};

/// One file, and what its `[[export]]` has to say about it.
pub struct Export {
    pub extension: &'static str,
    pub bytes: Vec<u8>,
    /// Lines of `[[export]]` beside file, instrument and wave.
    pub keys: String,
}

impl Export {
    pub fn new(extension: &'static str, bytes: Vec<u8>, keys: &[(&str, &str)]) -> Self {
        let keys = keys.iter().map(|(key, value)| format!("{key} = \"{value}\"\n")).collect();
        Self { extension, bytes, keys }
    }
}

/// How answers are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum As {
    Codes,
    Labels,
}

/// Codes that a question allows, with their labels.
pub fn choices(item: &Item) -> Vec<(i32, String)> {
    if item.choices.is_empty() {
        return (0..=10).map(|code| (code, code.to_string())).collect();
    }
    item.choices.iter().map(|choice| (choice.code, choice.label.clone())).collect()
}

pub fn label(item: &Item, code: i32) -> String {
    choices(item).into_iter().find(|(known, _)| *known == code).unwrap().1
}

/// The cell of a question with one column.
pub fn single(item: &Item, answer: &Answer, how: As) -> Cell {
    match answer {
        Answer::Blank | Answer::Hidden => Cell::Empty,
        Answer::Code(code) if how == As::Codes => Cell::Number(*code),
        Answer::Code(code) => text(label(item, *code)),
        Answer::Text(words) => text(words.clone()),
        Answer::Ticked(_) => panic!("{} has no single answer", item.id),
    }
}

pub fn is_ticked(answer: &Answer, code: i32) -> bool {
    matches!(answer, Answer::Ticked(codes) if codes.contains(&code))
}

/// The chosen choices in one cell.
pub fn joined(item: &Item, answer: &Answer, how: As, separator: &str) -> String {
    let Answer::Ticked(codes) = answer else { return String::new() };
    let names: Vec<String> = codes.iter().map(|&code| if how == As::Labels { label(item, code) } else { code.to_string() }).collect();
    names.join(separator)
}

/// Headings of the questions: one of a question with one column, those of the choices of a multiple one.
pub fn headings(survey: &Survey, one: impl Fn(&Item, &str) -> String, choice: impl Fn(&Item, &str, i32, &str) -> String) -> Vec<String> {
    let mut out = Vec::new();
    for (item, asked) in survey.instrument.items.iter().zip(&survey.texts) {
        if item.kind == ItemKind::Multiple {
            out.extend(choices(item).iter().map(|(code, label)| choice(item, asked, *code, label)));
        } else {
            out.push(one(item, asked));
        }
    }
    out
}

/// Cells of the questions in the same order. `tick` gives the cell of a choice, from its code.
pub fn cells(survey: &Survey, response: &Response, how: As, tick: impl Fn(&Item, &Answer, i32) -> Cell) -> Vec<Cell> {
    let mut out = Vec::new();
    for (item, answer) in survey.instrument.items.iter().zip(&response.answers) {
        if item.kind == ItemKind::Multiple {
            out.extend(choices(item).iter().map(|(code, _)| tick(item, answer, *code)));
        } else {
            out.push(single(item, answer, how));
        }
    }
    out
}

/// 1 or 0.
pub fn one_or_zero(_: &Item, answer: &Answer, code: i32) -> Cell {
    Cell::Number(i32::from(is_ticked(answer, code)))
}

/// One cell per question, whatever its kind.
pub fn one_cell_each(survey: &Survey, response: &Response, how: As, separator: &str, end: &str) -> Vec<Cell> {
    let each = survey.instrument.items.iter().zip(&response.answers);
    each.map(|(item, answer)| match (item.kind, joined(item, answer, how, separator)) {
        (ItemKind::Multiple, chosen) if !chosen.is_empty() => text(chosen + end),
        (ItemKind::Multiple, _) => Cell::Empty,
        _ => single(item, answer, how),
    })
    .collect()
}

/// Header rows, then a row per response with its number from 1.
pub fn rows(survey: &Survey, header: Vec<Vec<Cell>>, row: impl Fn(usize, &Response) -> Vec<Cell>) -> Rows {
    let mut rows = header;
    rows.extend(survey.responses.iter().enumerate().map(|(number, response)| row(number + 1, response)));
    rows
}
