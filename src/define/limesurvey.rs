//! LimeSurvey `.lss`, `.lsg` and `.lsq`: XML with one table per kind of thing.
//!
//! Up to 2018 texts stand in `questions` and `answers`, one row per language. Since then each table has a companion `…_l10ns`, joined by id
//! and language.

use std::collections::{BTreeMap, HashMap};

use quick_xml::events::Event;
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::json;

use super::clean::{Placeholders, clean};
use super::limesurvey_items::{Answer, Asked, Sub, add};
use super::model::Definition;
use crate::error::{Error, Result};
use crate::program::plan::System;

/// Most nodes of a file; each takes up a multiple of its bytes.
const NODES_MAX: u32 = 4_000_000;

/// Most bytes of a tag. LimeSurvey writes none with attributes; the parser compares each attribute of an element with all others.
const TAG_BYTES_MAX: usize = 4 << 10;
/// Most tags that declare namespaces, all of which the parser keeps for each element inside.
const NAMESPACES_MAX: usize = 100;

/// One row: column to text.
type Row = HashMap<String, String>;

pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Definition> {
    let again = "export the survey structure again";
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))
        .map_err(|error| Error::new(format!("{name} is not UTF-8 text: see byte {}", error.valid_up_to()), again))?;
    let not_xml = |what: &str, at: usize| Error::new(format!("{name} {what}: line {}", 1 + text[..at].matches('\n').count()), again);
    look_through(text).map_err(|(what, at)| not_xml(what, at))?;
    // Entities of its own could blow the file up; LimeSurvey declares none.
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => Error::new(format!("{name} has more than {NODES_MAX} elements and texts"), again),
        error => {
            let at = error.pos();
            Error::new(format!("{name} is not valid XML: line {}, column {}", at.row, at.col), again)
        }
    })?;
    let root = document.root_element();
    if !root.children().any(|node| node.has_tag_name("LimeSurveyDocType") || node.has_tag_name("questions")) {
        return Err(Error::new(format!("{name} is no structure of a LimeSurvey questionnaire"), again));
    }
    let plain = |tag: &str| root.children().find(|node| node.has_tag_name(tag)).map(|node| content(&node)).unwrap_or_default();
    let version = plain("DBVersion");
    let mut definition =
        Definition::new(System::LimeSurvey, format!("LimeSurvey {}, DBVersion {version}", plain("LimeSurveyDocType").to_lowercase()));
    let survey = table(&root, "surveys").into_iter().next().unwrap_or_default();
    let mut languages: Vec<String> = survey.get("language").cloned().into_iter().collect();
    let listed =
        root.descendants().filter(|node| node.has_tag_name("language") && node.parent().is_some_and(|p| p.has_tag_name("languages")));
    languages.extend(listed.map(|node| content(&node)));
    languages.extend(survey.get("additional_languages").into_iter().flat_map(|list| list.split_whitespace()).map(str::to_owned));
    let mut seen = std::collections::BTreeSet::new();
    languages.retain(|language| !language.is_empty() && seen.insert(language.clone()));
    let base = languages.first().cloned().unwrap_or_default();
    definition.languages = languages;
    let title = in_language(table(&root, "surveys_languagesettings"), "surveyls_survey_id", "surveyls_language", &base);
    definition.title = clean(title.first().map_or("", |row| field(row, "surveyls_title")), Placeholders::Braces).text;

    let groups = localized(&root, "groups", "group_l10ns", "gid", &base);
    let mut questions = localized(&root, "questions", "question_l10ns", "qid", &base);
    let mut subs = localized(&root, "subquestions", "question_l10ns", "qid", &base);
    // Some versions keep subquestions among the questions.
    let (nested, top) = questions.into_iter().partition(|row| !matches!(field(row, "parent_qid"), "" | "0"));
    questions = top;
    subs.extend::<Vec<Row>>(nested);
    let answers = answers(&root, &base);
    let attributes = table(&root, "question_attributes");
    let order = |row: &Row, key: &str| field(row, key).parse::<i64>().unwrap_or(0);
    let mut groups: Vec<Row> = groups;
    groups.sort_by_key(|row| order(row, "group_order"));
    let place: HashMap<String, usize> = groups.iter().enumerate().map(|(i, row)| (field(row, "gid").to_owned(), i)).collect();
    definition.groups = groups.iter().map(|row| clean(field(row, "group_name"), Placeholders::Braces).text).collect();
    questions.sort_by_key(|row| (place.get(field(row, "gid")).copied().unwrap_or(usize::MAX), order(row, "question_order")));
    subs.sort_by_key(|row| (order(row, "scale_id"), order(row, "question_order")));

    let mut subs_of: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    subs.iter().for_each(|row| subs_of.entry(field(row, "parent_qid")).or_default().push(row));
    let mut answers_of: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    answers.iter().for_each(|row| answers_of.entry(field(row, "qid")).or_default().push(row));
    let mut attributes_of: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for row in &attributes {
        attributes_of.entry(field(row, "qid")).or_default().insert(field(row, "attribute"), field(row, "value"));
    }
    let assessed = field(&survey, "assessments") == "Y";
    for row in &questions {
        let qid = field(row, "qid");
        let asked = Asked {
            id: qid,
            kind: field(row, "type"),
            code: field(row, "title"),
            text: field(row, "question"),
            group: place.get(field(row, "gid")).and_then(|&at| definition.groups.get(at)).cloned().unwrap_or_default(),
            other: field(row, "other") == "Y",
            mandatory: matches!(field(row, "mandatory"), "Y" | "S"),
            relevance: field(row, "relevance"),
            pattern: field(row, "preg"),
            subs: subs_of
                .get(qid)
                .into_iter()
                .flatten()
                .map(|row| Sub { code: field(row, "title"), text: field(row, "question"), scale: field(row, "scale_id") })
                .collect(),
            answers: answers_of
                .get(qid)
                .into_iter()
                .flatten()
                .map(|row| Answer {
                    code: field(row, "code"),
                    text: field(row, "answer"),
                    scale: field(row, "scale_id"),
                    assessment: field(row, "assessment_value"),
                })
                .collect(),
            attributes: attributes_of.remove(qid).unwrap_or_default(),
            assessed,
        };
        add(&mut definition, &asked);
    }
    for row in &groups {
        if !matches!(field(row, "grelevance"), "" | "1") {
            definition.note(format!("group {}", field(row, "gid")), "a condition for the whole group: blank or N/A where it was not shown");
        }
        if !field(row, "randomization_group").is_empty() {
            definition.note(format!("group {}", field(row, "gid")), "groups in random order");
        }
    }
    if !table(&root, "conditions").is_empty() {
        definition.note("", format!("{} conditions", table(&root, "conditions").len()));
    }
    if !table(&root, "quota").is_empty() {
        definition.note("", "quotas");
    }
    if definition.languages.len() > 1 {
        let others = definition.languages[1..].join(", ");
        definition.note("", format!("translations: {others}"));
    }
    definition.details.insert("subquestions".to_owned(), json!(subs.len()));
    definition.details.insert("answers".to_owned(), json!(answers.len()));
    definition.details.insert("db_version".to_owned(), json!(version));
    Ok(definition)
}

/// What makes the text dangerous to parse, in words, and where.
fn look_through(text: &str) -> std::result::Result<(), (&'static str, usize)> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut namespaces = 0;
    loop {
        let at = usize::try_from(reader.buffer_position()).map_or(0, |at| at.min(text.len()));
        match reader.read_event() {
            Ok(Event::DocType(_)) => return Err(("declares a document type, which is not read", at)),
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                namespaces += usize::from(tag.contains("xmlns"));
                if tag.len() > TAG_BYTES_MAX || namespaces > NAMESPACES_MAX {
                    return Err(("has an element with more attributes than LimeSurvey writes", at));
                }
            }
            // The parser says what is wrong, and where.
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
}

fn field<'r>(row: &'r Row, key: &str) -> &'r str {
    row.get(key).map_or("", String::as_str)
}

/// All text of an element.
fn content(node: &Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}

/// Rows of a table; none where the file does not have it.
fn table(root: &Node<'_, '_>, name: &str) -> Vec<Row> {
    let rows =
        root.children().filter(|node| node.has_tag_name(name)).flat_map(|node| node.children().filter(|node| node.has_tag_name("rows")));
    rows.flat_map(|rows| rows.children().filter(|node| node.has_tag_name("row")))
        .map(|row| row.children().filter(Node::is_element).map(|cell| (cell.tag_name().name().to_owned(), content(&cell))).collect())
        .collect()
}

/// One row per id: that in the language, else the first.
fn in_language(rows: Vec<Row>, id: &str, language: &str, base: &str) -> Vec<Row> {
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Row> = Vec::new();
    for row in rows {
        match at.get(field(&row, id)) {
            Some(&known) => {
                if field(&kept[known], language) != base && field(&row, language) == base {
                    kept[known] = row;
                }
            }
            None => {
                at.insert(field(&row, id).to_owned(), kept.len());
                kept.push(row);
            }
        }
    }
    kept
}

/// Rows of a table with the texts of its companion, in the base language.
fn localized(root: &Node<'_, '_>, name: &str, companion: &str, id: &str, base: &str) -> Vec<Row> {
    let mut rows = in_language(table(root, name), id, "language", base);
    let texts = in_language(table(root, companion), id, "language", base);
    let by_id: HashMap<&str, &Row> = texts.iter().map(|row| (field(row, id), row)).collect();
    for row in &mut rows {
        if let Some(text) = by_id.get(field(row, id)) {
            for key in ["question", "help", "group_name", "description"] {
                if let Some(value) = text.get(key) {
                    row.insert(key.to_owned(), value.clone());
                }
            }
        }
    }
    rows
}

/// Answers in their order. Before the companions they have no id: question, scale and code tell them apart.
fn answers(root: &Node<'_, '_>, base: &str) -> Vec<Row> {
    const KEY: &str = "key of this tool";
    let mut rows = table(root, "answers");
    for row in &mut rows {
        let key = format!("{}\u{1f}{}\u{1f}{}", field(row, "qid"), field(row, "scale_id"), field(row, "code"));
        row.insert(KEY.to_owned(), key);
    }
    let mut rows = in_language(rows, KEY, "language", base);
    let texts = in_language(table(root, "answer_l10ns"), "aid", "language", base);
    let by_id: HashMap<&str, &Row> = texts.iter().map(|row| (field(row, "aid"), row)).collect();
    for row in &mut rows {
        if let Some(answer) = by_id.get(field(row, "aid")).and_then(|text| text.get("answer")) {
            row.insert("answer".to_owned(), answer.clone());
        }
    }
    rows.sort_by_key(|row| field(row, "sortorder").parse::<i64>().unwrap_or(0));
    rows
}
