//! Qualtrics `.qsf`: JSON with one element per question, one with the blocks, one with the flow.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::clean::{Placeholders, clean};
use super::model::{Definition, Question, UNUSED};
use super::qsf_items::{add_items, choices_of, recoded};
use crate::error::{Error, Result};
use crate::program::plan::System;

/// Most objects of a file; each takes up a multiple of its bytes.
const OBJECTS_MAX: usize = 1_000_000;

pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Definition> {
    if bytes.iter().filter(|&&byte| byte == b'{').count() > OBJECTS_MAX {
        return Err(Error::new(format!("{name} has more than {OBJECTS_MAX} objects"), "export the survey again"));
    }
    let root: Value = serde_json::from_slice(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).map_err(|error| {
        Error::new(format!("{name} is not valid JSON: line {}, column {}", error.line(), error.column()), "export the survey again")
    })?;
    let elements =
        root["SurveyElements"].as_array().ok_or_else(|| Error::new(format!("{name} has no SurveyElements"), "export the survey again"))?;
    let of = |kind: &'static str| elements.iter().filter(move |element| element["Element"] == kind).map(|element| &element["Payload"]);
    let mut definition = Definition::new(System::Qualtrics, "Qualtrics .qsf");
    definition.title = clean(text(&root["SurveyEntry"]["SurveyName"]), Placeholders::None).text;
    let mut languages = vec![text(&root["SurveyEntry"]["SurveyLanguage"]).to_owned()];
    for options in of("SO") {
        languages.extend(entries(&options["AvailableLanguages"]).into_iter().map(|(language, _)| language));
    }
    let blocks = Blocks::read(of("BL"));
    let mut questions: Vec<&Value> = of("SQ").collect();
    // In the order of the blocks; those in none last.
    questions.sort_by_key(|payload| blocks.order.get(text(&payload["QuestionID"])).copied().unwrap_or(usize::MAX));
    let mut tags: BTreeMap<&str, usize> = BTreeMap::new();
    for payload in &questions {
        languages.extend(payload["Language"].as_object().into_iter().flat_map(Map::keys).cloned());
        if !blocks.is_unused(text(&payload["QuestionID"])) {
            *tags.entry(text(&payload["DataExportTag"])).or_default() += 1;
        }
    }
    let mut seen = BTreeSet::new();
    definition.languages = languages.into_iter().filter(|language| !language.is_empty() && seen.insert(language.clone())).collect();
    definition.groups = blocks.names.clone();
    for payload in &questions {
        let id = text(&payload["QuestionID"]);
        let mut question = question(payload, blocks.groups.get(id).cloned().unwrap_or_default());
        question.left_out = blocks.is_unused(id).then_some(UNUSED).or_else(|| no_answer(text(&payload["QuestionType"])));
        if let Some(why) = question.left_out {
            definition.note(id, format!("left out: {why}"));
        } else if !definition.is_full() {
            let repeated = tags.get(question.code.as_str()).is_some_and(|count| *count > 1);
            add_items(&mut definition, &question, payload, repeated);
            note_logic(&mut definition, id, payload);
        }
        definition.questions.push(question);
    }
    blocks.logic.iter().for_each(|(id, what)| definition.note(id.clone(), what.clone()));
    of("FL").for_each(|flow| note_flow(&mut definition, flow, 0));
    if of("QO").next().is_some() {
        definition.note("", "quotas");
    }
    if definition.languages.len() > 1 {
        let other = definition.languages[1..].join(", ");
        definition.note("", format!("translations: {other}; label exports follow the respondent's or the account's language"));
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    elements.iter().for_each(|element| *counts.entry(text(&element["Element"])).or_default() += 1);
    definition.details.insert("survey_name".to_owned(), json!(definition.title));
    definition.details.insert("element_counts".to_owned(), json!(counts));
    definition.details.insert("questions_in_trash_block".to_owned(), json!(blocks.trash));
    definition.details.insert("blocks_payload_is".to_owned(), json!(if blocks.is_array { "array" } else { "object" }));
    Ok(definition)
}

/// Types that take no answer, or none that is evaluated.
fn no_answer(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "DB" => "display only",
        "Timing" => "timing of a page",
        "Meta" => "facts on the browser",
        "Captcha" | "CAPTCHA" => "a captcha",
        "FileUpload" => "an uploaded file",
        "Signature" | "Draw" => "a drawing",
        "HeatMap" | "HotSpot" => "places on an image",
        "HL" => "highlighted text",
        "PGR" => "groups with ranks inside",
        "DD" => "a drill-down whose list stands elsewhere",
        "TreeTesting" | "ScreenCapture" | "VideoCapture" | "Video" | "ArcGIS" => "a kind of answer that is not evaluated",
        _ => return None,
    })
}

fn question(payload: &Value, group: String) -> Question {
    let kind = [&payload["QuestionType"], &payload["Selector"], &payload["SubSelector"]];
    let rows_are_choices = payload["QuestionType"] == "Matrix" || payload["QuestionType"] == "SBS";
    let label = |value: &Value| clean(text(&value["Display"]), Placeholders::Dollar).text;
    let choices = choices_of(payload, "Choices", "ChoiceOrder");
    let plain: Vec<(String, String)> = choices.iter().map(|(id, value)| (id.clone(), label(value))).collect();
    let answers = choices_of(payload, "Answers", "AnswerOrder");
    let coded = |list: &[(String, &Value)]| -> Vec<(String, String)> {
        list.iter().map(|(id, value)| (recoded(payload, id), label(value))).collect()
    };
    let has = |key: &str| !entries(&payload[key]).is_empty();
    let mut details = Map::new();
    let mut detail = |key: &str, value: Value| drop(details.insert(key.to_owned(), value));
    detail("export_tag", payload["DataExportTag"].clone());
    detail("type", payload["QuestionType"].clone());
    detail("selector", payload["Selector"].clone());
    detail("sub_selector", payload["SubSelector"].clone());
    let listed = if rows_are_choices { plain.clone() } else { coded(&choices) };
    detail("choices", json!(listed));
    detail("answers", json!(coded(&answers)));
    detail("choice_count", json!(choices.len()));
    detail("answer_count", json!(answers.len()));
    detail("has_recode_values", json!(has("RecodeValues")));
    detail("has_variable_naming", json!(has("VariableNaming")));
    detail("has_choice_export_tags", json!(has("ChoiceDataExportTags")));
    Question {
        id: text(&payload["QuestionID"]).to_owned(),
        code: text(&payload["DataExportTag"]).to_owned(),
        kind: kind.into_iter().map(text).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        text: clean(text(&payload["QuestionText"]), Placeholders::Dollar).text,
        group,
        choices: if rows_are_choices { coded(&answers) } else { coded(&choices) },
        rows: if rows_are_choices { plain } else { Vec::new() },
        left_out: None,
        details,
    }
}

fn note_logic(definition: &mut Definition, id: &str, payload: &Value) {
    let mut note = |what: &str| definition.note(id, what);
    if !payload["DisplayLogic"].is_null() {
        note("display logic: blank where the question was not shown, which exports do not tell from unanswered");
    }
    let choices = || choices_of(payload, "Choices", "ChoiceOrder").into_iter().chain(choices_of(payload, "Answers", "AnswerOrder"));
    if choices().any(|(_, choice)| !choice["DisplayLogic"].is_null()) {
        note("display logic of choices");
    }
    if choices().any(|(_, choice)| choice["ExclusiveAnswer"] == true) {
        note("a choice that excludes the others");
    }
    if payload["Randomization"].is_object() {
        note("choices in random order");
    }
    if !entries(&payload["DynamicChoices"]).is_empty() || !entries(&payload["DynamicChoicesData"]).is_empty() {
        note("choices carried forward from another question: complete them by hand");
    }
    let settings = &payload["Validation"]["Settings"];
    if matches!(text(&settings["Type"]), kind if !kind.is_empty() && kind != "None") || settings["ForceResponse"] == "ON" {
        note("validation of answers");
    }
    if !entries(&payload["VariableNaming"]).is_empty() {
        note("variable names of choices: exports of choice text write them in place of the labels; export numeric values");
    }
}

/// Branches, random orders, embedded data and the like, each with the id of its place in the flow.
fn note_flow(definition: &mut Definition, flow: &Value, depth: usize) {
    if depth > 64 {
        return;
    }
    for part in flow["Flow"].as_array().into_iter().flatten() {
        let what = match text(&part["Type"]) {
            "Branch" => "a branch of the flow: blocks behind it are shown to some respondents only".to_owned(),
            "BlockRandomizer" => "blocks in random order, or a random choice of them".to_owned(),
            "EmbeddedData" => {
                let names: Vec<&str> = part["EmbeddedData"].as_array().into_iter().flatten().map(|field| text(&field["Field"])).collect();
                format!("embedded data, columns that are no questions: {}", names.join(", "))
            }
            "Quota" | "QuotaCheck" => "a quota".to_owned(),
            "WebService" => "a web service".to_owned(),
            "Conjoint" | "SupplementalData" | "TableOfContents" | "ReferenceSurvey" | "Group" | "EndSurvey" | "Authenticator" => {
                format!("an element of the flow: {}", text(&part["Type"]))
            }
            _ => String::new(),
        };
        if !what.is_empty() {
            definition.note(text(&part["FlowID"]), what);
        }
        note_flow(definition, part, depth + 1);
    }
}

/// Which question stands in which block.
#[derive(Default)]
struct Blocks {
    names: Vec<String>,
    groups: BTreeMap<String, String>,
    order: BTreeMap<String, usize>,
    trash: Vec<String>,
    logic: Vec<(String, String)>,
    is_array: bool,
    any: bool,
}

impl Blocks {
    fn read<'a>(payloads: impl Iterator<Item = &'a Value>) -> Self {
        let mut blocks = Self::default();
        for payload in payloads {
            blocks.any = true;
            blocks.is_array = payload.is_array();
            for (_, block) in entries(payload) {
                let is_trash = block["Type"] == "Trash";
                let name = clean(text(&block["Description"]), Placeholders::None).text;
                if !is_trash {
                    blocks.names.push(name.clone());
                }
                if block["Options"]["Looping"].as_str().is_some_and(|looping| looping != "None") {
                    blocks.logic.push((
                        text(&block["ID"]).to_owned(),
                        "a block that is repeated: its columns begin with the number of the round".to_owned(),
                    ));
                }
                if block["Options"]["RandomizeQuestions"].as_str().is_some_and(|random| random != "false") {
                    blocks.logic.push((text(&block["ID"]).to_owned(), "questions in random order".to_owned()));
                }
                for (_, element) in entries(&block["BlockElements"]) {
                    let id = text(&element["QuestionID"]);
                    if id.is_empty() {
                        continue;
                    }
                    if is_trash {
                        blocks.trash.push(id.to_owned());
                        continue;
                    }
                    blocks.order.insert(id.to_owned(), blocks.order.len());
                    blocks.groups.insert(id.to_owned(), name.clone());
                    if !entries(&element["SkipLogic"]).is_empty() {
                        blocks.logic.push((id.to_owned(), "skip logic: later questions are blank where it applied".to_owned()));
                    }
                }
            }
        }
        blocks
    }

    /// In the trash, or in no block though there are blocks.
    fn is_unused(&self, id: &str) -> bool {
        self.any && !self.order.contains_key(id)
    }
}

/// A text; blank for anything else.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A text or number as text.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Members of an object, or of the list that stands for one whose keys count from 0.
pub(super) fn entries(value: &Value) -> Vec<(String, &Value)> {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(i, value)| (i.to_string(), value)).collect(),
        _ => Vec::new(),
    }
}
