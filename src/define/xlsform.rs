//! XLSForm: the sheets `survey`, `choices` and `settings` of a workbook.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::choices::{Ordered, choices};
use super::clean::{Placeholders, clean};
use super::model::{Definition, Question, Sheets};
use crate::error::{Error, Result};
use crate::program::instrument::ItemKind;
use crate::program::plan::System;

pub(super) fn is_one(sheets: &[Sheets]) -> bool {
    sheet(sheets, "survey").is_some_and(|table| table.has("type") && table.has("name"))
}

pub(super) fn read(name: &str, sheets: &[Sheets]) -> Result<Definition> {
    let again = "give the form as it was uploaded, with a sheet `survey` whose first row holds `type` and `name`";
    let survey = sheet(sheets, "survey").filter(|_| is_one(sheets)).ok_or_else(|| Error::new(format!("{name} is no XLSForm"), again))?;
    let mut definition = Definition::new(System::Kobo, "XLSForm");
    let settings = sheet(sheets, "settings");
    let setting =
        |key: &str| settings.as_ref().and_then(|table| table.rows.first()).map_or("", |row| table_cell(settings.as_ref(), row, key));
    definition.title = [setting("form_title"), setting("form_id")].into_iter().find(|text| !text.is_empty()).unwrap_or("").to_owned();
    let (language, languages) = survey.languages(setting("default_language"));
    definition.languages = languages;
    let lists = read_lists(sheets, &language);
    definition.details.insert("sheets".to_owned(), sheets.iter().map(|sheet| Value::from(sheet.name.as_str())).collect());
    for (list, entries) in &lists {
        definition.details.insert(format!("choices_{list}"), entries.iter().map(|(code, _)| Value::from(code.as_str())).collect());
    }
    let label_column = survey.label("label", &language);
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    survey.rows.iter().for_each(|row| *names.entry(survey.cell(row, "name")).or_default() += 1);
    let mut path: Vec<(String, bool)> = Vec::new();
    for row in &survey.rows {
        let Some(kind) = Kind::of(survey.cell(row, "type")) else { continue };
        let field = survey.cell(row, "name").to_owned();
        let label = label_column.and_then(|column| row.get(column)).map_or("", String::as_str);
        match kind.word.as_str() {
            "begin_group" | "begin_repeat" => {
                definition.groups.push(if label.is_empty() { field.clone() } else { clean(label, Placeholders::Dollar).text });
                note_logic(&mut definition, &survey, row, &field);
                path.push((field, kind.word == "begin_repeat"));
                continue;
            }
            "end_group" | "end_repeat" => {
                path.pop();
                continue;
            }
            _ => {}
        }
        let wording = clean(label, Placeholders::Dollar);
        let filter = survey.cell(row, "choice_filter");
        let mut question = Question {
            id: field.clone(),
            code: path.iter().map(|(name, _)| name.as_str()).chain([field.as_str()]).collect::<Vec<_>>().join("/"),
            kind: kind.word.clone(),
            text: wording.text.clone(),
            group: path.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("/"),
            choices: kind.list.as_ref().and_then(|list| lists.get(list)).cloned().unwrap_or_default(),
            left_out: kind
                .left_out()
                .or_else(|| path.iter().any(|(_, repeat)| *repeat).then_some("inside a repeat, which exports keep in a table of its own")),
            ..Question::default()
        };
        let mut detail = |key: &str, value: Value| drop(question.details.insert(key.to_owned(), value));
        detail("name", json!(field));
        if let Some(list) = &kind.list {
            detail("list", json!(list));
        }
        if kind.or_other {
            detail("or_other", json!(true));
        }
        if !filter.is_empty() {
            detail("choice_filter", json!(filter));
        }
        match question.left_out {
            Some(why) if !kind.is_metadata() => definition.note(field.clone(), format!("left out: {why}")),
            Some(_) => {}
            None if definition.is_full() => {}
            None => {
                let unique = names.get(field.as_str()).is_none_or(|count| *count == 1);
                let groups: Vec<&str> = path.iter().map(|(name, _)| name.as_str()).collect();
                add_item(&mut definition, &kind, &question, headings(&groups, &field, unique), wording.had_placeholder);
                note_logic(&mut definition, &survey, row, &field);
            }
        }
        definition.questions.push(question);
    }
    if definition.languages.len() > 1 {
        let others = definition.languages[1..].join(", ");
        definition.note("", format!("translations: {others}"));
    }
    Ok(definition)
}

/// Exports name a field alone, or behind its groups: with a slash (Kobo) or a hyphen (ODK Central).
fn headings(groups: &[&str], field: &str, unique: bool) -> Vec<String> {
    let mut headings: Vec<String> = unique.then(|| field.to_owned()).into_iter().collect();
    if !groups.is_empty() {
        headings.extend(["/", "-"].map(|separator| groups.iter().copied().chain([field]).collect::<Vec<_>>().join(separator)));
    }
    if headings.is_empty() { vec![field.to_owned()] } else { headings }
}

fn add_item(definition: &mut Definition, kind: &Kind, question: &Question, headings: Vec<String>, had_placeholder: bool) {
    let mut pairs = question.choices.clone();
    if kind.or_other && pairs.iter().all(|(code, _)| code != "other") {
        pairs.push(("other".to_owned(), "Other".to_owned()));
    }
    let offered = choices(pairs.clone());
    let other: Vec<String> = headings.iter().map(|heading| format!("{heading}_other")).collect();
    let item = definition.item(&question.id, headings, ItemKind::Text);
    item.text(&question.text);
    if had_placeholder {
        item.check("the wording has a part that the system fills in; it was dropped");
    }
    match kind.word.as_str() {
        "select_one" | "select_multiple" | "rank" if pairs.is_empty() => {
            item.check("its list of choices stands in another file; it counts as text until you add `choices`");
        }
        "select_one" => offered.give(item, Ordered::Unknown),
        "select_multiple" => offered.give_multiple(item),
        "integer" => item.kind = ItemKind::Number,
        "range" => {
            item.kind = ItemKind::Number;
            item.check("a range: add its `minimum` and `maximum` from the column `parameters`");
        }
        "acknowledge" | "trigger" => choices([("OK".to_owned(), "OK".to_owned())]).give(item, Ordered::No),
        "decimal" => item.check("numbers with decimals; an instrument holds whole numbers, so it counts as text"),
        "rank" => item.check("a ranking: all choices in order in one cell; it counts as text"),
        "date" | "time" | "datetime" => item.check("a date or time; it counts as text"),
        _ => {}
    }
    if kind.or_other {
        let item = definition.item(&question.id, other, ItemKind::Text);
        item.text(&question.text);
    }
    if kind.external {
        definition.note(question.id.clone(), "choices from another file");
    }
    if question.details.contains_key("choice_filter") {
        definition.note(question.id.clone(), "a choice filter: some choices were offered to some respondents only");
    }
}

fn note_logic(definition: &mut Definition, survey: &Table<'_>, row: &[String], field: &str) {
    let has = |key: &str| !survey.cell(row, key).is_empty();
    if has("relevant") || has("relevance") {
        definition.note(field, "a condition: blank where it was not shown");
    }
    if has("constraint") || matches!(survey.cell(row, "required"), "yes" | "true" | "TRUE" | "true()" | "1") {
        definition.note(field, "validation of answers");
    }
    if has("parameters") && survey.cell(row, "parameters").contains("randomize") {
        definition.note(field, "choices in random order");
    }
}

/// The type of a question, its aliases resolved.
struct Kind {
    word: String,
    list: Option<String>,
    or_other: bool,
    external: bool,
}

impl Kind {
    fn of(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let or_other = match words[..] {
            [.., "or_other"] => {
                words.pop();
                true
            }
            [.., "or", "specify", "other"] => {
                words.truncate(words.len() - 3);
                true
            }
            _ => false,
        };
        let joined = words.join(" ").to_lowercase();
        let selects = [
            ("select_one_from_file ", "select_one", true),
            ("select_multiple_from_file ", "select_multiple", true),
            ("select_one_external ", "select_one", true),
            ("select one from ", "select_one", false),
            ("select one ", "select_one", false),
            ("select_one ", "select_one", false),
            ("select1 ", "select_one", false),
            ("select all that apply from ", "select_multiple", false),
            ("select all that apply ", "select_multiple", false),
            ("select multiple from ", "select_multiple", false),
            ("select multiple ", "select_multiple", false),
            ("select_multiple ", "select_multiple", false),
            ("rank ", "rank", false),
        ];
        if let Some((_, word, external)) = selects.into_iter().find(|(prefix, _, _)| joined.starts_with(prefix)) {
            let list = words.last().map(|list| (*list).to_owned());
            return Some(Self { word: word.to_owned(), list, or_other, external });
        }
        let word = joined.replace(' ', "_");
        let word = match word.as_str() {
            "" => return None,
            "int" => "integer",
            "string" | "q_string" => "text",
            "datetime" | "date_time" => "datetime",
            "looped_group" | "begin_looped_group" => "begin_repeat",
            // `begin loop over LIST`
            word if word.starts_with("begin_loop") => "begin_repeat",
            "end_loop" | "end_looped_group" => "end_repeat",
            "begin_lgroup" => "begin_repeat",
            "end_lgroup" => "end_repeat",
            other => other,
        };
        Some(Self { word: word.to_owned(), list: None, or_other: false, external: false })
    }

    fn left_out(&self) -> Option<&'static str> {
        Some(match self.word.as_str() {
            "note" => "display only",
            "calculate" | "hidden" | "xml-external" | "csv-external" | "background-audio" => "calculated, or not asked",
            "geopoint" | "geotrace" | "geoshape" | "start-geopoint" | "gps" | "location" => "a place",
            "image" | "photo" | "audio" | "video" | "file" | "barcode" => "a recording or file",
            _ if self.is_metadata() => "added by the device",
            word if word.starts_with("begin_") || word.starts_with("end_") => "a matrix, score or ranking of Kobo",
            _ => return None,
        })
    }

    fn is_metadata(&self) -> bool {
        let words = ["start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit", "imei"];
        words.contains(&self.word.as_str())
    }
}

/// A sheet whose first filled row holds headings.
struct Table<'a> {
    headings: Vec<String>,
    rows: Vec<&'a [String]>,
}

fn sheet<'a>(sheets: &'a [Sheets], name: &str) -> Option<Table<'a>> {
    let sheet = sheets.iter().find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name))?;
    let mut rows = sheet.rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty()));
    let headings = rows.next()?.iter().map(|heading| heading.trim().to_owned()).collect();
    Some(Table { headings, rows: rows.map(Vec::as_slice).collect() })
}

fn table_cell<'r>(table: Option<&Table<'_>>, row: &'r [String], key: &str) -> &'r str {
    table.map_or("", |table| table.cell(row, key))
}

impl Table<'_> {
    fn column(&self, key: &str) -> Option<usize> {
        let same = |heading: &String| heading.to_lowercase().replace(' ', "_") == key;
        self.headings.iter().position(same)
    }

    fn has(&self, key: &str) -> bool {
        self.column(key).is_some()
    }

    fn cell<'r>(&self, row: &'r [String], key: &str) -> &'r str {
        self.column(key).and_then(|column| row.get(column)).map_or("", |cell| cell.trim())
    }

    /// The language to read, blank where labels have none, and all of them.
    fn languages(&self, wanted: &str) -> (String, Vec<String>) {
        let mut found: Vec<String> = Vec::new();
        let mut seen = BTreeSet::new();
        for language in self.headings.iter().filter_map(|heading| language_of(heading, "label")) {
            if seen.insert(language.to_owned()) {
                found.push(language.to_owned());
            }
        }
        if let Some(at) = found.iter().position(|language| language == wanted) {
            let first = found.remove(at);
            found.insert(0, first);
        }
        let first = if self.has("label") { String::new() } else { found.first().cloned().unwrap_or_default() };
        (first, found)
    }

    /// The column of labels in a language.
    fn label(&self, key: &str, language: &str) -> Option<usize> {
        let own = self.headings.iter().position(|heading| !language.is_empty() && language_of(heading, key) == Some(language));
        own.or_else(|| self.column(key)).or_else(|| self.headings.iter().position(|heading| language_of(heading, key).is_some()))
    }
}

/// `English (en)` of `label::English (en)` or `label:English (en)`.
fn language_of<'h>(heading: &'h str, key: &str) -> Option<&'h str> {
    let rest = heading.get(key.len()..).filter(|_| heading[..key.len()].eq_ignore_ascii_case(key))?;
    let language = rest.trim_start().strip_prefix(':')?.trim_start_matches(':').trim();
    (!language.is_empty()).then_some(language)
}

/// Choices by list.
fn read_lists(sheets: &[Sheets], language: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut lists: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let Some(table) = sheet(sheets, "choices").or_else(|| sheet(sheets, "choices and columns")) else { return lists };
    let name = if table.has("name") { "name" } else { "value" };
    let label = table.label("label", language);
    for row in &table.rows {
        let (list, code) = (table.cell(row, "list_name"), table.cell(row, name));
        if list.is_empty() || code.is_empty() {
            continue;
        }
        // Spreadsheets keep numbers as decimals.
        let code = code.strip_suffix(".0").filter(|whole| whole.parse::<i64>().is_ok()).unwrap_or(code);
        let text = label.and_then(|column| row.get(column)).map_or("", String::as_str);
        lists.entry(list.to_owned()).or_default().push((code.to_owned(), clean(text, Placeholders::Dollar).text));
    }
    lists
}
