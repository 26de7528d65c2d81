//! A definition as JSON, to look through or to compare.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::model::{DefinedItem, Definition, Question, UNUSED, kind_word};

/// The definition: counts, languages, groups, questions with types and choices, items, notes.
pub fn summary(definition: &Definition) -> Value {
    let kept = || definition.questions.iter().filter(|question| question.left_out != Some(UNUSED));
    let mut types: BTreeMap<&str, u64> = BTreeMap::new();
    for question in kept() {
        // Some systems part the type from its details.
        let kind = question.details.get("type").and_then(Value::as_str).unwrap_or(&question.kind);
        *types.entry(kind).or_default() += 1;
    }
    let mut whole = Map::new();
    let mut add = |key: &str, value: Value| drop(whole.insert(key.to_owned(), value));
    add("system", json!(definition.system.name()));
    add("format", json!(definition.format));
    add("title", json!(definition.title));
    add("languages", json!(definition.languages));
    add("groups", json!(definition.groups));
    add("questions_total", json!(definition.questions.len()));
    add("type_counts", json!(types));
    for (key, value) in &definition.details {
        add(key, value.clone());
    }
    add("questions", kept().map(question).collect());
    add("items", definition.items.iter().map(item).collect());
    add("notes", definition.notes.iter().map(|note| json!({ "question": note.question, "text": note.text })).collect());
    Value::Object(whole)
}

fn item(item: &DefinedItem) -> Value {
    json!({
        "id": item.id,
        "question": item.question,
        "headings": item.headings,
        "kind": kind_word(item.kind),
        "choices": item.choices.iter().map(|choice| json!([choice.value.clone().unwrap_or_else(|| choice.code.to_string()), choice.label])).collect::<Vec<_>>(),
        "text": item.text,
        "checks": item.checks.iter().chain(&item.choice_checks).collect::<Vec<_>>(),
    })
}

fn question(question: &Question) -> Value {
    let mut object = Map::new();
    let mut add = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
    add("id", json!(question.id));
    add("code", json!(question.code));
    add("type", json!(question.kind));
    add("text", json!(question.text));
    add("group", json!(question.group));
    add("choices", json!(question.choices));
    // Where the system's own name for rows is known, they stand under that.
    if !question.rows.is_empty() && !question.details.contains_key("answers") {
        add("rows", json!(question.rows));
    }
    if let Some(why) = question.left_out {
        add("left_out", json!(why));
    }
    for (key, value) in &question.details {
        add(key, value.clone());
    }
    Value::Object(object)
}
