//! LimeSurvey's structure as tab-separated text: one row per setting, group, question, subquestion and answer, told apart by `class`.

use std::collections::BTreeMap;

use super::clean::{Placeholders, clean};
use super::limesurvey_items::{Answer, Asked, Sub, add};
use super::model::Definition;
use crate::error::{Error, Result};
use crate::program::plan::System;

pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Definition> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).map_err(|error| {
        Error::new(format!("{name} is not UTF-8 text: see byte {}", error.valid_up_to()), "export the survey structure again")
    })?;
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').flexible(true).from_reader(text.as_bytes());
    let broken = |_| Error::new(format!("{name} cannot be read as a table"), "export the survey structure again");
    let headings = reader.headers().map_err(broken)?.clone();
    let at = |heading: &str| headings.iter().position(|known| known.trim() == heading);
    let columns = [at("class"), at("type/scale"), at("name"), at("text"), at("language"), at("relevance"), at("mandatory"), at("other")];
    let [Some(class), Some(kind), Some(name_at), Some(text_at), language, relevance, mandatory, other] = columns else {
        return Err(Error::new(format!("{name} lacks the columns class, type/scale, name and text"), "export the survey structure again"));
    };
    let rows: Vec<csv::StringRecord> = reader
        .records()
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| Error::new(format!("{name} cannot be read as a table"), "export the survey structure again"))?;
    let cell = |row: usize, column: usize| rows[row].get(column).unwrap_or("").trim();
    let maybe = |row: usize, column: Option<usize>| column.map_or("", |column| cell(row, column));
    let setting =
        |key: &str| (0..rows.len()).find(|&row| cell(row, class) == "S" && cell(row, name_at) == key).map_or("", |row| cell(row, text_at));
    let mut definition = Definition::new(System::LimeSurvey, "LimeSurvey structure (TSV)");
    let first = (0..rows.len()).find(|&row| cell(row, class) == "G").map_or("", |row| maybe(row, language));
    let base = if setting("language").is_empty() { first.to_owned() } else { setting("language").to_owned() };
    definition.languages.push(base.clone());
    definition.languages.extend(setting("additional_languages").split_whitespace().map(str::to_owned));
    definition.languages.retain(|language| !language.is_empty());
    let in_base = |row: usize| maybe(row, language).is_empty() || maybe(row, language) == base;
    let title = (0..rows.len()).find(|&row| cell(row, class) == "SL" && cell(row, name_at) == "surveyls_title" && in_base(row));
    definition.title = title.map_or_else(String::new, |row| clean(cell(row, text_at), Placeholders::Braces).text);
    let mut group = String::new();
    let mut row = 0;
    while row < rows.len() {
        let this = row;
        row += 1;
        match cell(this, class) {
            "G" if in_base(this) => {
                group = clean(cell(this, name_at), Placeholders::Braces).text;
                definition.groups.push(group.clone());
            }
            "Q" if in_base(this) => {
                let end = (row..rows.len()).find(|&next| matches!(cell(next, class), "Q" | "G" | "S" | "SL")).unwrap_or(rows.len());
                let below = |wanted: &'static str| (this + 1..end).filter(move |&row| cell(row, class) == wanted && in_base(row));
                let attributes: BTreeMap<&str, &str> =
                    headings.iter().zip(rows[this].iter()).filter(|(_, value)| !value.is_empty()).collect();
                let asked = Asked {
                    id: cell(this, name_at),
                    kind: cell(this, kind),
                    code: cell(this, name_at),
                    text: cell(this, text_at),
                    group: group.clone(),
                    other: maybe(this, other) == "Y",
                    mandatory: matches!(maybe(this, mandatory), "Y" | "S"),
                    relevance: maybe(this, relevance),
                    pattern: attributes.get("validation").copied().unwrap_or(""),
                    subs: below("SQ")
                        .map(|row| Sub { code: cell(row, name_at), text: cell(row, text_at), scale: cell(row, kind) })
                        .collect(),
                    answers: below("A")
                        .map(|row| Answer { code: cell(row, name_at), text: cell(row, text_at), scale: cell(row, kind), assessment: "" })
                        .collect(),
                    attributes,
                    assessed: false,
                };
                row = end;
                add(&mut definition, &asked);
            }
            _ => {}
        }
    }
    if definition.languages.len() > 1 {
        let others = definition.languages[1..].join(", ");
        definition.note("", format!("translations: {others}"));
    }
    if setting("assessments") == "Y" {
        definition.note("", "assessments are on: scores of answers are not in this file");
    }
    Ok(definition)
}
