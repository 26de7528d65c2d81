//! Qualtrics questions as items, under the headings that exports give them.
//!
//! Present exports and those of 2016 to 2020 name some columns differently (the tag of a statement alone, or behind the question's;
//! `_TEXT` behind text cells or not), so that an item may have several headings.

use serde_json::Value;

use super::choices::{Choices, Ordered, choices};
use super::clean::{Placeholders, clean, joined};
use super::model::{DefinedItem, Definition, Question};
use super::qsf::{entries, text, word};
use crate::program::instrument::ItemKind;

/// Beginnings of texts that nobody has written yet.
pub(super) const UNWRITTEN: &str = "Click to write";

/// Choices or answers in the order shown: ids and what they hold.
pub(super) fn choices_of<'a>(payload: &'a Value, key: &str, order: &str) -> Vec<(String, &'a Value)> {
    let all = entries(&payload[key]);
    let order: Vec<String> = payload[order].as_array().into_iter().flatten().map(word).collect();
    let at = |id: &String| order.iter().position(|ordered| ordered == id).unwrap_or(usize::MAX);
    let mut placed: Vec<(usize, (String, &Value))> = all.into_iter().map(|entry| (at(&entry.0), entry)).collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, entry)| entry).collect()
}

/// What exports write for a choice: its recode value, else its id.
pub(super) fn recoded(payload: &Value, id: &str) -> String {
    Some(word(&payload["RecodeValues"][id])).filter(|code| !code.is_empty()).unwrap_or_else(|| id.to_owned())
}

/// A question while its items are made.
struct Source<'a> {
    question: &'a Question,
    payload: &'a Value,
    /// Names by which its columns begin, the likeliest first.
    tags: Vec<String>,
}

pub(super) fn add_items(definition: &mut Definition, question: &Question, payload: &Value, repeated: bool) {
    // Where questions share a tag, only the system's own ids tell their columns apart.
    let tags = if repeated || question.code.is_empty() { vec![question.id.clone()] } else { vec![question.code.clone()] };
    let source = Source { question, payload, tags };
    let first = definition.items.len();
    match text(&payload["QuestionType"]) {
        "MC" => source.multiple_choice(definition),
        "Matrix" => source.matrix(definition, payload, "", &source.tags.clone()),
        "SBS" => source.side_by_side(definition),
        "TE" => source.text_entry(definition),
        "Slider" | "CS" | "RO" => source.numbers(definition),
        other => {
            definition.note(question.id.clone(), format!("a type of question that is not known: {other}"));
        }
    }
    if repeated {
        let note = "several questions have this export tag; the names here are import ids, which stand in the third row of an export";
        definition.items[first..].iter_mut().for_each(|item| item.check(note));
    }
    let had_placeholder = clean(text(&payload["QuestionText"]), Placeholders::Dollar).had_placeholder;
    if had_placeholder {
        definition.items[first..].iter_mut().for_each(|item| item.check("the wording has a part that the system fills in; it was dropped"));
    }
}

impl Source<'_> {
    /// An item whose headings are the tags with an ending.
    fn item<'d>(&self, definition: &'d mut Definition, ending: &str, kind: ItemKind) -> &'d mut DefinedItem {
        definition.item(&self.question.id, self.tags.iter().map(|tag| format!("{tag}{ending}")).collect(), kind)
    }

    fn worded(&self, item: &mut DefinedItem, part: &str) {
        let stem = written(&self.question.text);
        let part = written(part);
        let whole = joined(stem, part);
        item.text(&whole);
        if whole.is_empty() {
            item.check("nobody has written a text for this question yet");
        }
    }

    fn multiple_choice(&self, definition: &mut Definition) {
        let list = choices_of(self.payload, "Choices", "ChoiceOrder");
        let several = matches!(text(&self.payload["Selector"]), selector if selector.starts_with("MA") || selector == "MSB");
        let offered = coded(self.payload, &list);
        if list.is_empty() {
            definition.note(self.question.id.clone(), "no choices of its own");
            return;
        }
        if text(&self.payload["Selector"]) == "NPS" {
            self.worded(self.item(definition, "", ItemKind::Nps), "");
            return;
        }
        let item = self.item(definition, "", ItemKind::Single);
        self.worded(item, "");
        if several {
            offered.give_multiple(item)
        } else {
            offered.give(item, Ordered::Unknown)
        }
        let with_text: Vec<&(String, &Value)> = list.iter().filter(|(_, choice)| has_text(choice)).collect();
        let only = with_text.len() == 1;
        for (id, choice) in with_text {
            let mut headings: Vec<String> = self.tags.iter().map(|tag| format!("{tag}_{}_TEXT", recoded(self.payload, id))).collect();
            // Older files number the choice, or, where one choice has a text, do not say which.
            headings.extend(self.tags.iter().map(|tag| format!("{tag}_{id}_TEXT")));
            if only && !several {
                headings.extend(self.tags.iter().map(|tag| format!("{tag}_TEXT")));
            }
            headings.dedup();
            let item = definition.item(&self.question.id, headings, ItemKind::Text);
            self.worded(item, &label(choice));
        }
    }

    /// A matrix; `column` is the text of its column in a side-by-side question.
    fn matrix(&self, definition: &mut Definition, payload: &Value, column: &str, tags: &[String]) {
        let rows = choices_of(self.payload, "Choices", "ChoiceOrder");
        let answers = choices_of(payload, "Answers", "AnswerOrder");
        let scale = coded(payload, &answers);
        let inside = !column.is_empty() || text(&self.payload["QuestionType"]) == "SBS";
        for (id, row) in rows {
            if definition.is_full() {
                return;
            }
            let own = Some(word(&self.payload["ChoiceDataExportTags"][id.as_str()])).filter(|own| !own.is_empty());
            let mut headings: Vec<String> = Vec::new();
            match &own {
                // In a side-by-side question the statement's tag always follows the column's.
                Some(own) if !inside => {
                    headings.push(own.clone());
                    headings.extend(tags.iter().map(|tag| format!("{tag}_{own}")));
                }
                Some(own) => {
                    headings.extend(tags.iter().flat_map(|tag| [format!("{tag}_{own}"), format!("{tag}_{id}")]));
                    // Files of 2016 to 2020 repeat the number of the column.
                    let numbers = tags
                        .iter()
                        .filter_map(|tag| tag.rsplit_once('#').map(|(_, number)| format!("{tag}_{own}_{}", recoded(self.payload, number))));
                    headings.extend(numbers);
                }
                None => headings.extend(tags.iter().map(|tag| format!("{tag}_{id}"))),
            }
            headings.dedup();
            let part = joined(written(column), written(&label(row)));
            let (selector, sub) = (text(&payload["Selector"]), text(&payload["SubSelector"]));
            match (selector, sub) {
                ("TE" | "CS" | "RO", _) => {
                    let kind = if selector == "TE" { ItemKind::Text } else { ItemKind::Number };
                    for (answer, shown) in &answers {
                        if definition.is_full() {
                            return;
                        }
                        let mut cells: Vec<String> = headings.iter().map(|heading| format!("{heading}_{answer}")).collect();
                        if selector == "TE" {
                            cells.extend(headings.iter().map(|heading| format!("{heading}_{answer}_TEXT")));
                        }
                        let item = definition.item(&self.question.id, cells, kind);
                        self.worded(item, &joined(&part, written(&label(shown))));
                    }
                }
                (_, "MultipleAnswer") => {
                    let item = definition.item(&self.question.id, headings.clone(), ItemKind::Multiple);
                    self.worded(item, &part);
                    scale.give_multiple(item);
                }
                _ => {
                    let item = definition.item(&self.question.id, headings.clone(), ItemKind::Likert);
                    self.worded(item, &part);
                    scale.give(item, Ordered::Yes);
                }
            }
            if has_text(row) {
                let texts = headings.iter().map(|heading| format!("{heading}_TEXT")).collect();
                let item = definition.item(&self.question.id, texts, ItemKind::Text);
                self.worded(item, &part);
            }
        }
    }

    fn side_by_side(&self, definition: &mut Definition) {
        for (number, column) in entries(&self.payload["AdditionalQuestions"]) {
            // The tag that stands in the column may be that of a question from which it was copied.
            let tags: Vec<String> = self.tags.iter().map(|tag| format!("{tag}#{number}")).collect();
            let shown = clean(text(&column["QuestionText"]), Placeholders::Dollar).text;
            self.matrix(definition, column, &shown, &tags);
        }
    }

    fn text_entry(&self, definition: &mut Definition) {
        let list = choices_of(self.payload, "Choices", "ChoiceOrder");
        if text(&self.payload["Selector"]) != "FORM" || list.is_empty() {
            let number = text(&self.payload["Validation"]["Settings"]["ContentType"]) == "ValidNumber";
            let mut headings = self.tags.clone();
            headings.extend(self.tags.iter().map(|tag| format!("{tag}_TEXT")));
            let item = definition.item(&self.question.id, headings, if number { ItemKind::Number } else { ItemKind::Text });
            self.worded(item, "");
            if number {
                item.check("only numbers are accepted, which may have decimals; an instrument holds whole numbers");
            }
            return;
        }
        for (id, field) in list {
            let mut headings: Vec<String> = self.tags.iter().map(|tag| format!("{tag}_{id}")).collect();
            headings.extend(self.tags.iter().map(|tag| format!("{tag}_{id}_TEXT")));
            let item = definition.item(&self.question.id, headings, ItemKind::Text);
            self.worded(item, &label(field));
        }
    }

    /// Sliders, points to divide and ranks: one number per choice.
    fn numbers(&self, definition: &mut Definition) {
        let configuration = &self.payload["Configuration"];
        let bound = |key: &str| word(&configuration[key]).parse::<i32>().ok().filter(|bound| bound.abs() <= 30_000);
        let bounds = bound("CSSliderMin").zip(bound("CSSliderMax")).filter(|(low, high)| low < high);
        let list = choices_of(self.payload, "Choices", "ChoiceOrder");
        let count = i32::try_from(list.len()).unwrap_or(0);
        for (id, choice) in list {
            let item = self.item(definition, &format!("_{id}"), ItemKind::Number);
            self.worded(item, &label(choice));
            match text(&self.payload["QuestionType"]) {
                "RO" if (2..=30_000).contains(&count) => (item.minimum, item.maximum) = (Some(1), Some(count)),
                "Slider" => (item.minimum, item.maximum) = bounds.unzip(),
                _ => {}
            }
            if has_text(choice) {
                let item = self.item(definition, &format!("_{id}_TEXT"), ItemKind::Text);
                self.worded(item, &label(choice));
            }
        }
    }
}

fn coded(payload: &Value, list: &[(String, &Value)]) -> Choices {
    choices(list.iter().map(|(id, choice)| (recoded(payload, id), written(&label(choice)).to_owned())))
}

fn label(choice: &Value) -> String {
    clean(text(&choice["Display"]), Placeholders::Dollar).text
}

fn has_text(choice: &Value) -> bool {
    match &choice["TextEntry"] {
        Value::Bool(on) => *on,
        Value::String(on) => !on.is_empty() && on != "off" && on != "false",
        Value::Number(on) => on.as_i64() != Some(0),
        _ => false,
    }
}

fn written(text: &str) -> &str {
    if text.starts_with(UNWRITTEN) { "" } else { text }
}
