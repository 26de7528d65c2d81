//! REDCap data dictionaries.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::choices::{Ordered, choices};
use super::clean::{Placeholders, clean};
use super::model::{Definition, Question};
use crate::error::{Error, Result};
use crate::ingest::{Dictionary, DictionaryField};
use crate::program::instrument::ItemKind;
use crate::program::plan::System;

pub(super) fn read(name: &str, bytes: Vec<u8>) -> Result<Definition> {
    let dictionary = Dictionary::from_bytes(name, bytes);
    if dictionary.fields.is_empty() {
        let detail: Vec<String> = dictionary.findings.as_slice().iter().map(|f| format!("{}: {}", f.expected, f.found)).collect();
        let what = if detail.is_empty() { "holds no field" } else { "holds no field that can be read" };
        return Err(Error::new(format!("{name} {what}"), "download the data dictionary again").with_detail(detail.join("\n")));
    }
    let mut definition = Definition::new(System::Redcap, "REDCap data dictionary");
    for finding in dictionary.findings.as_slice() {
        let row = finding.row.map_or_else(String::new, |row| format!("row {row}: "));
        definition.note(finding.column.clone().unwrap_or_default(), format!("{row}expected {}, found {}", finding.expected, finding.found));
    }
    for (i, field) in dictionary.fields.iter().enumerate() {
        if !definition.groups.contains(&field.form) {
            definition.groups.push(field.form.clone());
        }
        let mut question = Question {
            id: field.name.clone(),
            code: field.name.clone(),
            kind: field.kind.clone(),
            text: clean(&field.label, Placeholders::Brackets).text,
            group: field.form.clone(),
            choices: field.choices.iter().map(|choice| (choice.code.clone(), choice.label.clone())).collect(),
            ..Question::default()
        };
        question.details.insert("name".to_owned(), json!(field.name));
        question.details.insert("form".to_owned(), json!(field.form));
        if !field.matrix.is_empty() {
            question.details.insert("matrix".to_owned(), json!(field.matrix));
        }
        question.left_out = left_out(field, i == 0);
        match question.left_out {
            Some(why) => definition.note(field.name.clone(), format!("left out: {why}")),
            None if !definition.is_full() => add_item(&mut definition, field),
            None => {}
        }
        note_logic(&mut definition, field);
        definition.questions.push(question);
    }
    let mut types: BTreeMap<&str, u64> = BTreeMap::new();
    dictionary.fields.iter().for_each(|field| *types.entry(&field.kind).or_default() += 1);
    definition.details.insert("field_type_counts".to_owned(), json!(types));
    let listed = |field: &&DictionaryField| !field.choices.is_empty();
    let choice_fields = dictionary.fields.iter().filter(listed).map(|field| {
        let choices: Vec<[&str; 2]> = field.choices.iter().map(|choice| [choice.code.as_str(), choice.label.as_str()]).collect();
        json!({ "name": field.name, "form": field.form, "type": field.kind, "choices": choices })
    });
    definition.details.insert("choice_fields".to_owned(), choice_fields.collect());
    definition.details.insert("fields".to_owned(), json!(dictionary.fields.len()));
    definition.details.insert("forms".to_owned(), definition.groups.iter().map(|form| Value::from(form.as_str())).collect());
    definition.note("", "a dictionary does not say which forms are repeated or filled in at several events; the export does");
    Ok(definition)
}

fn left_out(field: &DictionaryField, first: bool) -> Option<&'static str> {
    if first && field.kind == "text" {
        return Some("the id of the record");
    }
    Some(match field.kind.as_str() {
        "descriptive" => "display only",
        "calc" => "calculated from other fields",
        "sql" => "choices from a query",
        "file" => "an uploaded file or signature",
        _ if field.identifier => "marked as an identifier of a person",
        _ => return None,
    })
}

fn add_item(definition: &mut Definition, field: &DictionaryField) {
    let wording = clean(&field.label, Placeholders::Brackets);
    let offered = choices(field.choices.iter().map(|choice| (choice.code.clone(), clean(&choice.label, Placeholders::Brackets).text)));
    let item = definition.item(&field.name, vec![field.name.clone()], ItemKind::Text);
    item.text(&wording.text);
    if wording.had_placeholder {
        item.check("the wording has a part that the system fills in; it was dropped");
    }
    match field.kind.as_str() {
        "radio" | "dropdown" | "yesno" | "truefalse" if !field.choices.is_empty() => {
            let ordered = match field.kind.as_str() {
                "yesno" | "truefalse" => Ordered::No,
                _ if !field.matrix.is_empty() => Ordered::Yes,
                _ => Ordered::Unknown,
            };
            offered.give(item, ordered);
        }
        "checkbox" if !field.choices.is_empty() => offered.give_multiple(item),
        "slider" => {
            item.kind = ItemKind::Number;
            let bound = |text: &str, other: i32| text.trim().parse().ok().filter(|bound: &i32| bound.abs() <= 30_000).unwrap_or(other);
            let bounds = (bound(&field.minimum, 0), bound(&field.maximum, 100));
            (item.minimum, item.maximum) = if bounds.0 < bounds.1 { (Some(bounds.0), Some(bounds.1)) } else { (Some(0), Some(100)) };
        }
        "text" if field.validation == "integer" => {
            item.kind = ItemKind::Number;
            let bound = |text: &str| text.trim().parse::<i32>().ok().filter(|bound| bound.abs() <= 30_000);
            (item.minimum, item.maximum) = (bound(&field.minimum), bound(&field.maximum));
            if let (Some(low), Some(high)) = (item.minimum, item.maximum)
                && low >= high
            {
                (item.minimum, item.maximum) = (None, None);
            }
        }
        "text" if field.validation.starts_with("number") => {
            item.check("numbers with decimals; an instrument holds whole numbers, so it counts as text");
        }
        "text" if field.validation.starts_with("date") || field.validation.starts_with("time") => {
            item.check("a date or time; it counts as text");
        }
        "radio" | "dropdown" | "checkbox" => item.kind = ItemKind::Single,
        _ => {}
    }
}

fn note_logic(definition: &mut Definition, field: &DictionaryField) {
    if !field.branching.is_empty() {
        definition.note(field.name.clone(), "branching logic: blank where the field was not shown");
    }
    let bounded = !field.minimum.is_empty() || !field.maximum.is_empty();
    if bounded && field.kind == "text" && field.validation != "integer" {
        definition.note(field.name.clone(), "validation of answers by a range");
    }
    // `@HIDDEN` and the like act on what respondents see.
    if field.annotation.contains('@') {
        definition.note(field.name.clone(), "action tags in the field annotation");
    }
}
