//! The dictionary of an SPSS file as a definition.

use std::collections::BTreeSet;

use serde_json::json;

use super::choices::{Ordered, choices, suspect};
use super::clean::{Placeholders, clean};
use super::model::{DefinedChoice, Definition, Question};
use crate::error::{Error, Result};
use crate::ingest::{Declared, MultipleResponseSet, RawExport, SavDictionary, SavMeasure, SavVariable};
use crate::program::instrument::ItemKind;
use crate::program::plan::System;

pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Definition> {
    let export = RawExport::from_bytes(name, bytes.to_vec(), &Declared { system: Some(System::Spss), ..Declared::default() });
    let Some(dictionary) = &export.dictionary else {
        let detail: Vec<String> = export.findings.as_slice().iter().map(|f| format!("{}; {}", f.found, f.remedy)).collect();
        return Err(Error::new(format!("{name} cannot be read"), "save the file again in SPSS").with_detail(detail.join("\n")));
    };
    let mut definition = Definition::new(System::Spss, "SPSS system file");
    definition.title = dictionary.file_label.clone();
    definition.details.insert("file_encoding".to_owned(), json!(dictionary.encoding));
    for finding in export.findings.as_slice().iter().filter(|finding| finding.rule.starts_with("file.spss_")) {
        definition.note("", format!("{}: {}", finding.rule, finding.found));
    }
    let mut in_sets = BTreeSet::new();
    for set in &dictionary.multiple_response_sets {
        if add_set(&mut definition, dictionary, set) {
            in_sets.extend(set.variables.iter().map(String::as_str));
        }
    }
    for (i, variable) in dictionary.variables.iter().enumerate() {
        let mut question = question(variable);
        if export.metadata.get(i) == Some(&true) {
            question.left_out = Some("added by the survey system");
            definition.note(variable.name.clone(), "left out: added by the survey system");
        } else if !in_sets.contains(variable.name.as_str()) && !definition.is_full() {
            add_item(&mut definition, variable);
        }
        definition.questions.push(question);
    }
    definition.note("", "which variables are questions of the survey: leave out ids, dates and derived variables by hand");
    Ok(definition)
}

fn question(variable: &SavVariable) -> Question {
    let mut details = serde_json::Map::new();
    details.insert("format".to_owned(), json!(variable.format));
    details.insert("measure".to_owned(), json!(variable.measure.word()));
    let missing: Vec<[String; 2]> = variable.user_missing.iter().map(|range| [range.lo.to_string(), range.hi.to_string()]).collect();
    details.insert("user_missing".to_owned(), json!(missing));
    Question {
        id: variable.name.clone(),
        code: variable.name.clone(),
        kind: if variable.width.is_some() { "string" } else { "numeric" }.to_owned(),
        text: clean(&variable.label, Placeholders::None).text,
        choices: variable.value_labels.iter().map(|label| (label.value.to_string(), label.label.clone())).collect(),
        details,
        ..Question::default()
    }
}

fn add_item(definition: &mut Definition, variable: &SavVariable) {
    let pairs = variable.value_labels.iter().map(|label| (label.value.to_string(), clean(&label.label, Placeholders::None).text));
    let mut offered = choices(pairs);
    let mut unclear = Vec::new();
    // The file states which values are no answers; their labels tell the kind of most.
    let list: Vec<DefinedChoice> = offered
        .list
        .iter()
        .filter_map(|choice| {
            let cell = choice.value.clone().unwrap_or_else(|| choice.code.to_string());
            let mut choice = choice.clone();
            if variable.missing_reason(&cell).is_some() {
                choice.missing = suspect(&choice.label);
                if choice.missing.is_none() {
                    unclear.push(format!("{cell} ({:?})", choice.label));
                    return None;
                }
            }
            Some(choice)
        })
        .collect();
    offered.list = list.into();
    let unlabeled: Vec<String> = variable
        .user_missing
        .iter()
        .filter(|range| range.lo != range.hi || variable.label_of(&range.lo.to_string()).is_none())
        .map(|range| if range.lo == range.hi { range.lo.to_string() } else { format!("{} to {}", range.lo, range.hi) })
        .collect();
    let is_date = !["F", "COMMA", "DOT", "E", "N", "A", "PCT", "Z"]
        .iter()
        .any(|kind| variable.format.strip_prefix(kind).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())));
    let item = definition.item(&variable.name, vec![variable.name.clone()], ItemKind::Text);
    item.text(&clean(&variable.label, Placeholders::None).text);
    if !unclear.is_empty() {
        item.check(format!(
            "declared missing, for a reason that is not known: {}; add them with `missing`, or list them under `not_stated`",
            unclear.join(", ")
        ));
    }
    if !unlabeled.is_empty() {
        item.check(format!("declared missing without a label: {}; list them under `not_stated`", unlabeled.join(", ")));
    }
    if offered.list.iter().any(|choice| choice.missing.is_some()) {
        item.check("the file declares some choices missing; their kind was taken from their labels");
    }
    if offered.list.iter().any(|choice| choice.missing.is_none()) {
        let ordered = match variable.measure {
            SavMeasure::Ordinal => Ordered::Yes,
            SavMeasure::Nominal => Ordered::No,
            SavMeasure::Scale | SavMeasure::Unknown => Ordered::Unknown,
        };
        offered.give(item, ordered);
    } else if variable.width.is_none() && is_date {
        item.check("a date or time; it counts as text");
    } else if variable.width.is_none() {
        item.kind = ItemKind::Number;
        if variable.format.rsplit_once('.').is_some_and(|(_, decimals)| decimals != "0") {
            item.check("numbers may have decimals; an instrument holds whole numbers");
        }
    }
}

/// A set of yes/no variables as one item, where the names of its variables differ in a number at the end only.
fn add_set(definition: &mut Definition, dictionary: &SavDictionary, set: &MultipleResponseSet) -> bool {
    let parts: Option<Vec<(&str, &str)>> = set.variables.iter().map(|name| name.rsplit_once('_')).collect();
    let base = parts.as_ref().and_then(|parts| parts.first()).map(|(base, _)| *base);
    let fits =
        parts.as_ref().is_some_and(|parts| parts.iter().all(|(own, code)| Some(*own) == base && super::choices::code(code).is_some()));
    let counts_one = matches!(set.counted_value.as_deref(), Some("1" | "Yes" | "yes"));
    let (Some(parts), Some(base), true, true) = (parts, base, fits, counts_one) else {
        let why = if set.counted_value.is_none() { "each variable holds a code" } else { "the names of its variables do not end in codes" };
        definition.note(set.name.clone(), format!("a multiple response set: {why}, so that its variables stay items of their own"));
        return false;
    };
    let label = |name: &str, code: &str| {
        dictionary.variable(name).map(|v| v.label.clone()).filter(|l| !l.is_empty()).unwrap_or_else(|| code.to_owned())
    };
    let offered = choices(parts.iter().zip(&set.variables).map(|((_, code), name)| ((*code).to_owned(), label(name, code))));
    let item = definition.item(&set.variables[0], vec![base.to_owned()], ItemKind::Multiple);
    item.text(&clean(&set.label, Placeholders::None).text);
    offered.give_multiple(item);
    true
}
