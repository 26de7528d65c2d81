//! A definition as any system gives it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::program::instrument::{ItemKind, Missing, RESERVED_IDS};
use crate::program::plan::System;

/// Most items of a definition: more columns than this no export may have.
pub(super) const ITEMS_MAX: usize = 5_000;

/// Why a question that was thrown away gives no item; summaries leave it out.
pub(super) const UNUSED: &str = "trash or unused block";

/// A questionnaire as a survey system defines it.
#[derive(Debug, Clone)]
pub struct Definition {
    /// System whose file it is.
    pub system: System,
    /// Kind of file, in words.
    pub format: String,
    /// Title; blank where the file has none.
    pub title: String,
    /// Languages of its texts, the one that was read first.
    pub languages: Vec<String>,
    /// Groups, blocks or forms of questions, in order.
    pub groups: Vec<String>,
    /// Questions as the system has them, those included that give no item.
    pub questions: Vec<Question>,
    /// What an instrument takes over, in order.
    pub items: Vec<DefinedItem>,
    /// What could not be carried over.
    pub notes: Vec<Note>,
    /// Numbers that only this system's files have, for the summary.
    pub details: Map<String, Value>,
}

/// One question as the system has it.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The system's own id.
    pub id: String,
    /// Name under which it is exported.
    pub code: String,
    /// Type in the system's words.
    pub kind: String,
    /// Wording.
    pub text: String,
    /// Group in which it stands.
    pub group: String,
    /// Codes as exports write them, and labels.
    pub choices: Vec<(String, String)>,
    /// Rows of a matrix: codes and texts.
    pub rows: Vec<(String, String)>,
    /// Why it gives no item, where it gives none.
    pub left_out: Option<&'static str>,
    /// What only this system's questions have.
    pub details: Map<String, Value>,
}

/// One item of the instrument to be.
#[derive(Debug, Clone)]
pub struct DefinedItem {
    /// Name in snake case, unique.
    pub id: String,
    /// The question from which it comes.
    pub question: String,
    /// Headings under which exports have it, the likeliest first; of a multiple item the part before the choice.
    pub headings: Vec<String>,
    /// Wording; none where the file has no text.
    pub text: Option<String>,
    /// Kind of answer.
    pub kind: ItemKind,
    /// Choices, shared among the rows of a matrix.
    pub choices: Arc<[DefinedChoice]>,
    /// Smallest answer of a number or of a scale without choices.
    pub minimum: Option<i32>,
    /// Largest, like `minimum`.
    pub maximum: Option<i32>,
    /// What the evaluator has to decide about this item.
    pub checks: Vec<String>,
    /// What the evaluator has to decide about its list of choices, which other items may share.
    pub choice_checks: Vec<String>,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DefinedChoice {
    /// Code in the instrument.
    pub code: i32,
    /// What exports write, where that is not the code.
    pub value: Option<String>,
    /// Label, unique within the item.
    pub label: String,
    /// Kind of missing value, where the file states that it is one.
    pub missing: Option<Missing>,
}

/// Something that could not be carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Id of the question, or of the part of the definition.
    pub question: String,
    /// What was left behind.
    pub text: String,
}

/// One sheet of a workbook as rows of text.
#[derive(Debug, Clone, Default)]
pub struct Sheets {
    /// Name of the sheet.
    pub name: String,
    /// Rows from the top, headings included.
    pub rows: Vec<Vec<String>>,
}

impl Definition {
    pub(super) fn new(system: System, format: impl Into<String>) -> Self {
        Self {
            system,
            format: format.into(),
            title: String::new(),
            languages: Vec::new(),
            groups: Vec::new(),
            questions: Vec::new(),
            items: Vec::new(),
            notes: Vec::new(),
            details: Map::new(),
        }
    }

    pub(super) fn note(&mut self, question: impl Into<String>, text: impl Into<String>) {
        self.notes.push(Note { question: question.into(), text: text.into() });
    }

    /// Adds an item under its headings; its id follows from the first.
    pub(super) fn item(&mut self, question: &str, headings: Vec<String>, kind: ItemKind) -> &mut DefinedItem {
        self.items.push(DefinedItem {
            id: snake(headings.first().map_or("", String::as_str)),
            question: question.to_owned(),
            headings,
            text: None,
            kind,
            choices: Arc::default(),
            minimum: None,
            maximum: None,
            checks: Vec::new(),
            choice_checks: Vec::new(),
        });
        let last = self.items.len() - 1;
        &mut self.items[last]
    }

    pub(super) fn is_full(&self) -> bool {
        self.items.len() >= ITEMS_MAX
    }

    /// Makes ids unique, and says where items were cut off.
    pub(super) fn finish(&mut self) {
        if self.items.len() >= ITEMS_MAX {
            self.items.truncate(ITEMS_MAX);
            self.note("", format!("only the first {ITEMS_MAX} items were carried over"));
        }
        for item in &mut self.items {
            let needs = matches!(item.kind, ItemKind::Single | ItemKind::Multiple | ItemKind::Likert);
            if needs && item.choices.is_empty() && item.minimum.is_none() {
                item.kind = ItemKind::Text;
                item.check("no choices could be read; it counts as text until you add them");
            }
            item.headings.retain(|heading| !heading.trim().is_empty());
            if RESERVED_IDS.contains(&item.id.as_str()) {
                item.id.push_str("_item");
            }
        }
        let mut taken = BTreeSet::new();
        let mut next: BTreeMap<String, usize> = BTreeMap::new();
        for item in &mut self.items {
            if taken.insert(item.id.clone()) {
                continue;
            }
            let base = item.id.clone();
            let number = next.entry(base.clone()).or_insert(1);
            loop {
                *number += 1;
                item.id = format!("{base}_{number}");
                if taken.insert(item.id.clone()) {
                    break;
                }
            }
            item.checks.push("another item has the same name in exports; say in program.toml which column is which".to_owned());
        }
    }
}

impl DefinedItem {
    pub(super) fn text(&mut self, text: &str) {
        self.text = (!text.is_empty()).then(|| text.to_owned());
    }

    pub(super) fn check(&mut self, text: impl Into<String>) {
        self.checks.push(text.into());
    }

    pub(super) fn check_choices(&mut self, text: impl Into<String>) {
        self.choice_checks.push(text.into());
    }
}

/// The word of an instrument for a kind of answer.
pub(super) fn kind_word(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Likert => "likert",
        ItemKind::Nps => "nps",
        ItemKind::Single => "single",
        ItemKind::Multiple => "multiple",
        ItemKind::Number => "number",
        ItemKind::Text => "text",
    }
}

/// A Latin letter without its signs; anything else as it is.
fn plain_letter(c: char) -> char {
    const SIGNED: [(char, &str); 12] = [
        ('a', "àáâãäåāăąÀÁÂÃÄÅ"),
        ('c', "çćčÇĆČ"),
        ('e', "èéêëēęěÈÉÊËĘ"),
        ('i', "ìíîïīıÌÍÎÏ"),
        ('l', "łŁ"),
        ('n', "ñńňÑŃ"),
        ('o', "òóôõöøőÒÓÔÕÖØ"),
        ('s', "śšşßŚŠŞ"),
        ('u', "ùúûüūůűÙÚÛÜ"),
        ('y', "ýÿÝ"),
        ('z', "źżžŹŻŽ"),
        ('g', "ğĞ"),
    ];
    SIGNED.iter().find(|(_, signed)| signed.contains(c)).map_or(c, |(letter, _)| *letter)
}

/// A name in snake case: letters and digits of ASCII, `_` for the rest.
pub(super) fn snake(name: &str) -> String {
    let mut id = String::new();
    for c in name.chars().map(plain_letter) {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.ends_with('_') && !id.is_empty() {
            id.push('_');
        }
    }
    let id = id.trim_end_matches('_');
    match id.chars().next() {
        Some(first) if first.is_ascii_lowercase() => id.to_owned(),
        Some(_) => format!("q{id}"),
        None => "question".to_owned(),
    }
}
