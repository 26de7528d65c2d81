//! Qualtrics.

use serde_json::json;

use super::super::summary;
use super::*;
use crate::program::instrument::ItemKind;

fn sq(payload: serde_json::Value) -> serde_json::Value {
    json!({ "Element": "SQ", "Payload": payload })
}

pub(super) fn survey() -> String {
    let agree = json!({ "1": { "Display": "Agree" }, "2": { "Display": "Neither" }, "3": { "Display": "Disagree" }, "4": { "Display": "Not applicable" } });
    let elements = json!([
        { "Element": "BL", "Payload": { "0": { "Type": "Default", "Description": "Start", "ID": "BL_1", "BlockElements": [
            { "Type": "Question", "QuestionID": "QID2", "SkipLogic": [{ "SkipLogicID": 1 }] }, { "Type": "Page Break" },
            { "Type": "Question", "QuestionID": "QID1" }, { "Type": "Question", "QuestionID": "QID3" }, { "Type": "Question", "QuestionID": "QID4" },
            { "Type": "Question", "QuestionID": "QID5" }, { "Type": "Question", "QuestionID": "QID7" }, { "Type": "Question", "QuestionID": "QID8" },
            { "Type": "Question", "QuestionID": "QID10" }, { "Type": "Question", "QuestionID": "QID11" }] },
          "1": { "Type": "Trash", "Description": "Trash", "ID": "BL_2", "BlockElements": [{ "Type": "Question", "QuestionID": "QID6" }] } } },
        { "Element": "FL", "Payload": { "Flow": [{ "Type": "Branch", "FlowID": "FL_3", "Flow": [{ "Type": "EmbeddedData", "FlowID": "FL_4", "EmbeddedData": [{ "Field": "pair_id" }] }] }] } },
        sq(json!({ "QuestionID": "QID1", "DataExportTag": "Q1", "QuestionType": "Matrix", "Selector": "Likert", "SubSelector": "SingleAnswer",
            "QuestionText": "<b>My mentor</b>&nbsp;of ${e://Field/team}", "Choices": { "1": { "Display": "listens" }, "2": { "Display": "helps", "TextEntry": "true" } },
            "ChoiceOrder": [2, "1"], "Answers": agree, "AnswerOrder": [1, 2, 3, 4], "RecodeValues": { "1": "3", "2": 2, "3": 1, "4": "-1" },
            "ChoiceDataExportTags": { "1": "Q1_1", "2": "help" }, "Language": { "ES": {} } })),
        sq(json!({ "QuestionID": "QID2", "DataExportTag": "Q2", "QuestionType": "MC", "Selector": "MAVR", "SubSelector": "TX", "QuestionText": "Which?",
            "Choices": { "1": { "Display": "A" }, "4": { "Display": "Other", "TextEntry": true } }, "ChoiceOrder": ["1", "4"],
            "RecodeValues": { "1": "1", "4": "-99" }, "ChoiceDataExportTags": false })),
        sq(json!({ "QuestionID": "QID3", "DataExportTag": "Q3", "QuestionType": "SBS", "Selector": "SBSMatrix", "QuestionText": "Rate",
            "Choices": { "1": { "Display": "Row" } }, "ChoiceOrder": ["1"], "AdditionalQuestions": {
                "1": { "QuestionText": "How often?", "QuestionType": "Matrix", "Selector": "Likert", "SubSelector": "SingleAnswer", "DataExportTag": "Q9#1",
                    "Answers": { "1": { "Display": "Never" }, "2": { "Display": "Often" } }, "RecodeValues": [] },
                "2": { "QuestionText": "Why?", "QuestionType": "Matrix", "Selector": "TE", "SubSelector": "Long", "Answers": { "1": { "Display": "Reason" } } } } })),
        sq(json!({ "QuestionID": "QID4", "DataExportTag": "Q4", "QuestionType": "DB", "Selector": "TB", "QuestionText": "Welcome" })),
        sq(json!({ "QuestionID": "QID5", "DataExportTag": "Q5", "QuestionType": "MC", "Selector": "NPS", "QuestionText": "Recommend?", "Choices": { "0": { "Display": "0" } } })),
        sq(json!({ "QuestionID": "QID6", "DataExportTag": "Q6", "QuestionType": "TE", "Selector": "SL", "QuestionText": "Old" })),
        sq(json!({ "QuestionID": "QID7", "DataExportTag": "Q7", "QuestionType": "TE", "Selector": "FORM", "QuestionText": "Click to write the question text",
            "Choices": { "1": { "Display": "Click to write Form Field 1" } }, "Validation": { "Settings": { "ForceResponse": "ON", "Type": "None" } } })),
        sq(json!({ "QuestionID": "QID8", "DataExportTag": "Q2", "QuestionType": "MC", "Selector": "SAVR", "QuestionText": "Twice?",
            "Choices": { "1": { "Display": "Red" }, "2": { "Display": "Blue" } }, "RecodeValues": { "1": "16753920", "2": "5" } })),
        sq(json!({ "QuestionID": "QID10", "DataExportTag": "Q10", "QuestionType": "Slider", "Selector": "HSLIDER", "QuestionText": "Hours",
            "Choices": { "1": { "Display": "Work" } }, "Configuration": { "CSSliderMin": 0, "CSSliderMax": 100 } })),
        sq(json!({ "QuestionID": "QID11", "DataExportTag": "Q11", "QuestionType": "Matrix", "Selector": "Likert", "SubSelector": "MultipleAnswer",
            "QuestionText": "When", "Choices": { "1": { "Display": "x" } }, "Answers": { "1": { "Display": "Monday" }, "2": { "Display": "Friday" } } })),
    ]);
    json!({ "SurveyEntry": { "SurveyName": "Mentors \"2026\"", "SurveyLanguage": "EN" }, "SurveyElements": elements }).to_string()
}

#[test]
fn a_survey_becomes_an_instrument() {
    let (definition, instrument, toml) = round_trip("a.qsf", &survey());
    assert_eq!((instrument.id.as_str(), instrument.title.as_str()), ("mentors_2026", "Mentors \"2026\""));
    let want = ["qid2", "qid2_99_text", "help", "help_text", "q1_1", "q3_1_1", "q3_2_1_1", "q5", "q7_1", "qid8", "q10_1", "q11_1"];
    assert_eq!(ids(&definition), want);
    let listens = item(&definition, "q1_1");
    assert_eq!(listens.headings, ["Q1_1", "Q1_Q1_1"]);
    assert_eq!(listens.text.as_deref(), Some("My mentor of - listens"));
    assert_eq!((listens.checks.len(), listens.choice_checks.len()), (1, 2), "placeholder; not applicable, downward codes: {listens:?}");
    assert!(toml.contains("# check: the codes run downward"));
    let codes: Vec<i32> = listens.choices.iter().map(|choice| choice.code).collect();
    assert_eq!((listens.kind, codes), (ItemKind::Likert, vec![3, 2, 1, -1]));
    assert_eq!(item(&definition, "help_text").headings, ["help_TEXT", "Q1_help_TEXT"]);
    assert_eq!((item(&definition, "q5").kind, item(&definition, "q10_1").maximum), (ItemKind::Nps, Some(100)));
    assert_eq!(item(&definition, "q3_1_1").headings, ["Q3#1_1"], "the column's own tag is a stale copy");
    assert_eq!(item(&definition, "q3_2_1_1").headings, ["Q3#2_1_1", "Q3#2_1_1_TEXT"]);
    assert_eq!((item(&definition, "q7_1").text.clone(), item(&definition, "q11_1").kind), (None, ItemKind::Multiple));
}

#[test]
fn questions_that_share_a_tag_go_by_their_ids() {
    let (definition, ..) = round_trip("a.qsf", &survey());
    assert_eq!(item(&definition, "qid8").headings, ["QID8"]);
    let colors: Vec<_> = item(&definition, "qid8").choices.iter().map(|c| (c.code, c.value.as_deref())).collect();
    assert_eq!(colors, [(1, Some("16753920")), (2, Some("5"))]);
}

#[test]
fn what_stays_behind_is_noted() {
    let (definition, ..) = round_trip("a.qsf", &survey());
    assert_eq!(notes(&definition, "QID6"), ["left out: trash or unused block"]);
    assert_eq!(notes(&definition, "QID4"), ["left out: display only"]);
    assert_eq!(notes(&definition, "QID7"), ["validation of answers"]);
    assert!(notes(&definition, "QID2")[0].starts_with("skip logic"));
    assert!(notes(&definition, "FL_3")[0].starts_with("a branch") && notes(&definition, "FL_4")[0].ends_with("pair_id"));
    assert_eq!(definition.languages, ["EN", "ES"]);
}

#[test]
fn the_summary_counts() {
    let (definition, ..) = round_trip("a.qsf", &survey());
    let summary = summary(&definition);
    assert_eq!((&summary["questions_total"], &summary["questions_in_trash_block"]), (&json!(10), &json!(["QID6"])));
    assert_eq!((&summary["blocks_payload_is"], &summary["element_counts"]["SQ"]), (&json!("object"), &json!(10)));
    let matrix = &summary["questions"][1];
    assert_eq!((&matrix["id"], &matrix["choice_count"], &matrix["answer_count"]), (&json!("QID1"), &json!(2), &json!(4)));
    assert_eq!(matrix["answers"][3], json!(["-1", "Not applicable"]));
}
