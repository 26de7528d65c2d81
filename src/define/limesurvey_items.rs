//! LimeSurvey questions as items. A type is one character; codes of columns are `question[subquestion]`.

use std::collections::BTreeMap;

use serde_json::{Map, json};

use super::choices::{Choices, Ordered, choices};
use super::clean::{Placeholders, clean, joined};
use super::model::{DefinedItem, Definition, Question};
use crate::program::instrument::ItemKind;

/// A question as the file has it.
pub(super) struct Asked<'a> {
    pub id: &'a str,
    pub kind: &'a str,
    pub code: &'a str,
    pub text: &'a str,
    pub group: String,
    pub other: bool,
    pub mandatory: bool,
    pub relevance: &'a str,
    pub pattern: &'a str,
    pub subs: Vec<Sub<'a>>,
    pub answers: Vec<Answer<'a>>,
    pub attributes: BTreeMap<&'a str, &'a str>,
    /// Whether the survey scores answers by their assessment values.
    pub assessed: bool,
}

/// A subquestion: a row, a column (`scale` 1) or a choice of a multiple question.
pub(super) struct Sub<'a> {
    pub code: &'a str,
    pub text: &'a str,
    pub scale: &'a str,
}

/// An answer option.
pub(super) struct Answer<'a> {
    pub code: &'a str,
    pub text: &'a str,
    pub scale: &'a str,
    pub assessment: &'a str,
}

/// Adds the question, its items, and notes on what stays behind.
pub(super) fn add(definition: &mut Definition, asked: &Asked<'_>) {
    let pairs = |scale: &str| {
        asked.answers.iter().filter(|a| is_scale(a.scale, scale)).map(|a| (a.code.to_owned(), plain(a.text))).collect::<Vec<_>>()
    };
    let rows: Vec<(String, String)> =
        asked.subs.iter().filter(|sub| is_scale(sub.scale, "0")).map(|sub| (sub.code.to_owned(), plain(sub.text))).collect();
    let mut details = Map::new();
    let assessed: Vec<[String; 3]> = asked.answers.iter().map(|a| [a.code.to_owned(), plain(a.text), a.assessment.to_owned()]).collect();
    details.insert("answers".to_owned(), json!(assessed));
    details.insert("type_words".to_owned(), json!(kind_words(asked.kind)));
    details.insert("subquestions".to_owned(), json!(rows));
    let mut question = Question {
        id: asked.id.to_owned(),
        code: asked.code.to_owned(),
        kind: asked.kind.to_owned(),
        text: plain(asked.text),
        group: asked.group.clone(),
        choices: if matches!(asked.kind, "M" | "P") { rows.clone() } else { pairs("0") },
        rows: if matches!(asked.kind, "M" | "P") { Vec::new() } else { rows },
        left_out: None,
        details,
    };
    question.left_out = match asked.kind {
        "X" => Some("display only"),
        "*" => Some("calculated by an equation"),
        "I" => Some("a switch of languages"),
        "|" => Some("an uploaded file"),
        _ => None,
    };
    let first = definition.items.len();
    match question.left_out {
        Some(why) => definition.note(asked.code, format!("left out: {why}")),
        None if !definition.is_full() => add_items(definition, asked, &question),
        None => {}
    }
    if clean(asked.text, Placeholders::Braces).had_placeholder {
        definition.items[first..].iter_mut().for_each(|item| item.check("the wording has a part that the system fills in; it was dropped"));
    }
    let scored: Vec<String> =
        asked.answers.iter().filter(|a| asked.assessed && a.scale != "1").map(|a| format!("{} = {}", a.code, a.assessment)).collect();
    if !scored.is_empty() {
        let check = format!("the survey scores these answers: {}", scored.join(", "));
        definition.items[first..].iter_mut().for_each(|item| item.check(check.clone()));
    }
    note_logic(definition, asked);
    definition.questions.push(question);
}

fn add_items(definition: &mut Definition, asked: &Asked<'_>, question: &Question) {
    let offered =
        |scale: &str| choices(asked.answers.iter().filter(|a| is_scale(a.scale, scale)).map(|a| (a.code.to_owned(), plain(a.text))));
    let fixed = |list: &[(&str, &str)]| choices(list.iter().map(|(code, label)| ((*code).to_owned(), (*label).to_owned())));
    let lines = || asked.subs.iter().filter(|sub| is_scale(sub.scale, "0"));
    let here = format!("{}[", asked.code);
    let maker = Maker { question: &question.id, stem: &question.text };
    match asked.kind {
        "5" => range(maker.item(definition, asked.code, ""), 1, 5),
        "A" => lines().for_each(|sub| range(maker.item(definition, &format!("{here}{}]", sub.code), sub.text), 1, 5)),
        "B" => lines().for_each(|sub| range(maker.item(definition, &format!("{here}{}]", sub.code), sub.text), 1, 10)),
        "C" => {
            let scale = fixed(&[("Y", "Yes"), ("U", "Uncertain"), ("N", "No")]);
            lines().for_each(|sub| scale.give(maker.item(definition, &format!("{here}{}]", sub.code), sub.text), Ordered::No));
        }
        "E" => {
            let scale = fixed(&[("I", "Increase"), ("S", "Same"), ("D", "Decrease")]);
            lines().for_each(|sub| scale.give(maker.item(definition, &format!("{here}{}]", sub.code), sub.text), Ordered::Yes));
        }
        "F" | "H" => {
            let scale = offered("0");
            lines().for_each(|sub| scale.give(maker.item(definition, &format!("{here}{}]", sub.code), sub.text), Ordered::Yes));
        }
        "1" => {
            let scales = [offered("0"), offered("1")];
            definition.note(asked.code, "two scales side by side: each row became two items");
            for sub in lines() {
                for (i, scale) in scales.iter().enumerate() {
                    let item = maker.item(definition, &format!("{here}{}][{}]", sub.code, i + 1), sub.text);
                    item.check(format!("scale {} of two; compare the heading with your export", i + 1));
                    scale.give(item, Ordered::Yes);
                }
            }
        }
        "L" | "!" | "O" | "W" | "Z" => list(definition, asked, &maker),
        "Y" => fixed(&[("Y", "Yes"), ("N", "No")]).give(maker.item(definition, asked.code, ""), Ordered::No),
        "G" => fixed(&[("F", "Female"), ("M", "Male")]).give(maker.item(definition, asked.code, ""), Ordered::No),
        "M" | "P" => {
            let offered = choices(lines().map(|sub| (sub.code.to_owned(), plain(sub.text))));
            offered.give_multiple(maker.item(definition, asked.code, ""));
            if asked.kind == "P" {
                lines().for_each(|sub| text(maker.item(definition, &format!("{here}{}comment]", sub.code), sub.text)));
            }
            if asked.other {
                text(maker.item(definition, &format!("{here}other]"), ""));
                definition.note(asked.code, "\"other\" is no choice of its own: its column holds what was written");
            }
        }
        "N" => number(maker.item(definition, asked.code, ""), asked),
        "K" => lines().for_each(|sub| number(maker.item(definition, &format!("{here}{}]", sub.code), sub.text), asked)),
        "Q" => lines().for_each(|sub| text(maker.item(definition, &format!("{here}{}]", sub.code), sub.text))),
        ":" | ";" => {
            let columns: Vec<&Sub<'_>> = asked.subs.iter().filter(|sub| sub.scale == "1").collect();
            for (row, column) in lines().flat_map(|row| columns.iter().map(move |column| (row, column))) {
                if definition.is_full() {
                    return;
                }
                let item =
                    maker.item(definition, &format!("{here}{}_{}]", row.code, column.code), &joined(&plain(row.text), &plain(column.text)));
                if asked.kind == ";" { text(item) } else { number(item, asked) }
            }
        }
        "R" => {
            let offered = offered("0");
            let ranks = asked
                .attributes
                .get("max_answers")
                .and_then(|max| max.parse().ok())
                .unwrap_or(asked.answers.len())
                .min(asked.answers.len());
            for rank in 1..=ranks {
                offered.give(maker.item(definition, &format!("{here}{rank}]"), &format!("Rank {rank}")), Ordered::No);
            }
        }
        "D" => {
            let item = maker.item(definition, asked.code, "");
            item.kind = ItemKind::Text;
            item.check("a date or time; it counts as text");
        }
        "S" | "T" | "U" => text(maker.item(definition, asked.code, "")),
        other => definition.note(asked.code, format!("a type of question that is not known: {other}")),
    }
}

fn list(definition: &mut Definition, asked: &Asked<'_>, maker: &Maker<'_>) {
    let mut pairs: Vec<(String, String)> =
        asked.answers.iter().filter(|a| is_scale(a.scale, "0")).map(|a| (a.code.to_owned(), plain(a.text))).collect();
    if asked.other {
        let label = asked.attributes.get("other_replace_text").map(|text| plain(text)).filter(|text| !text.is_empty());
        pairs.push(("-oth-".to_owned(), label.unwrap_or_else(|| "Other".to_owned())));
    }
    if pairs.is_empty() {
        definition.note(asked.code, "no answers of its own");
        return;
    }
    let offered: Choices = choices(pairs);
    offered.give(maker.item(definition, asked.code, ""), Ordered::Unknown);
    if asked.other {
        text(maker.item(definition, &format!("{}[other]", asked.code), ""));
    }
    if asked.kind == "O" {
        text(maker.item(definition, &format!("{}[comment]", asked.code), ""));
    }
}

struct Maker<'a> {
    question: &'a str,
    stem: &'a str,
}

impl Maker<'_> {
    fn item<'d>(&self, definition: &'d mut Definition, heading: &str, part: &str) -> &'d mut DefinedItem {
        let part = plain(part);
        let item = definition.item(self.question, vec![heading.to_owned()], ItemKind::Single);
        item.text(&joined(self.stem, &part));
        item
    }
}

fn range(item: &mut DefinedItem, low: i32, high: i32) {
    item.kind = ItemKind::Likert;
    (item.minimum, item.maximum) = (Some(low), Some(high));
}

fn text(item: &mut DefinedItem) {
    item.kind = ItemKind::Text;
}

fn number(item: &mut DefinedItem, asked: &Asked<'_>) {
    item.kind = ItemKind::Number;
    let bound = |keys: [&str; 2]| {
        let found = keys.iter().find_map(|key| asked.attributes.get(key)).and_then(|text| text.trim().parse::<i32>().ok());
        found.filter(|bound| bound.abs() <= 30_000)
    };
    let (low, high) = (bound(["min_num_value_n", "multiflexible_min"]), bound(["max_num_value_n", "multiflexible_max"]));
    (item.minimum, item.maximum) = if low.zip(high).is_some_and(|(low, high)| low >= high) { (None, None) } else { (low, high) };
    if asked.attributes.get("num_value_int_only").is_none_or(|only| *only != "1") {
        item.check("numbers may have decimals; an instrument holds whole numbers");
    }
}

/// A type of question in words.
pub(super) fn kind_words(kind: &str) -> &'static str {
    match kind {
        "5" => "5-point choice",
        "A" => "array, 5 points",
        "B" => "array, 10 points",
        "C" => "array, yes/uncertain/no",
        "E" => "array, increase/same/decrease",
        "F" => "array",
        "H" => "array by column",
        "1" => "array, dual scale",
        ":" => "array of numbers",
        ";" => "array of texts",
        "L" | "Z" => "list",
        "!" | "W" => "dropdown list",
        "O" => "list with comment",
        "M" => "multiple choice",
        "P" => "multiple choice with comments",
        "Y" => "yes/no",
        "G" => "gender",
        "N" => "number",
        "K" => "several numbers",
        "Q" => "several short texts",
        "R" => "ranking",
        "D" => "date",
        "S" => "short text",
        "T" => "long text",
        "U" => "very long text",
        _ => "another type",
    }
}

fn is_scale(scale: &str, wanted: &str) -> bool {
    scale == wanted || (scale.is_empty() && wanted == "0")
}

fn plain(raw: &str) -> String {
    clean(raw, Placeholders::Braces).text
}

fn note_logic(definition: &mut Definition, asked: &Asked<'_>) {
    let is = |key: &str| asked.attributes.get(key).is_some_and(|value| !value.is_empty() && *value != "0");
    if !matches!(asked.relevance, "" | "1") {
        definition.note(asked.code, "a condition: blank, or N/A in full answers, where the question was not shown");
    }
    if asked.mandatory
        || !asked.pattern.is_empty()
        || is("em_validation_q")
        || is("em_validation_sq")
        || is("min_answers")
        || is("max_answers")
    {
        definition.note(asked.code, "validation of answers");
    }
    if is("random_order") || is("answer_order") || is("random_group") {
        definition.note(asked.code, "rows or answers in random order");
    }
    if is("array_filter") || is("array_filter_exclude") || is("exclude_all_others") {
        definition.note(asked.code, "a filter by other answers");
    }
    if is("hidden") {
        definition.note(asked.code, "hidden from respondents");
    }
}
