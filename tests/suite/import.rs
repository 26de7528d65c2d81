//! Definitions as an evaluator gives them to `import` and `check --file`.

use serde_json::json;

use crate::support::{path, run};

/// A Qualtrics survey of one matrix, one question with several answers, and one in the trash.
pub fn qsf() -> String {
    let sq = |payload: serde_json::Value| json!({ "Element": "SQ", "Payload": payload });
    let agree = json!({ "1": { "Display": "Disagree" }, "2": { "Display": "Neutral" }, "3": { "Display": "Agree" }, "4": { "Display": "Not applicable" } });
    let blocks = json!([
        { "Type": "Default", "Description": "Main", "ID": "BL_1", "BlockElements": [{ "Type": "Question", "QuestionID": "QID1" }, { "Type": "Question", "QuestionID": "QID2" }] },
        { "Type": "Trash", "Description": "Trash", "ID": "BL_2", "BlockElements": [{ "Type": "Question", "QuestionID": "QID3" }] }
    ]);
    json!({
        "SurveyEntry": { "SurveyName": "Mentee survey", "SurveyLanguage": "EN" },
        "SurveyElements": [
            { "Element": "BL", "Payload": blocks },
            sq(json!({ "QuestionID": "QID1", "DataExportTag": "mentor", "QuestionType": "Matrix", "Selector": "Likert", "SubSelector": "SingleAnswer",
                "QuestionText": "<b>My mentor</b>", "Choices": { "1": { "Display": "listens" }, "2": { "Display": "helps" }, "3": { "Display": "replies" } },
                "ChoiceOrder": ["1", "2", "3"], "Answers": agree, "AnswerOrder": ["1", "2", "3", "4"] })),
            sq(json!({ "QuestionID": "QID2", "DataExportTag": "topics", "QuestionType": "MC", "Selector": "MAVR", "QuestionText": "What did you talk about?",
                "Choices": { "1": { "Display": "Grants" }, "2": { "Display": "Teaching" } }, "ChoiceOrder": ["1", "2"] })),
            sq(json!({ "QuestionID": "QID3", "DataExportTag": "old", "QuestionType": "TE", "Selector": "SL", "QuestionText": "Old" }))
        ]
    })
    .to_string()
}

/// A data dictionary.
pub const DICTIONARY: &str = "Variable / Field Name,Form Name,Field Type,Field Label,\"Choices, Calculations, OR Slider Labels\",Branching Logic (Show field only if...)\n\
    record_id,survey,text,Record,,\n\
    pair_id,survey,text,Pair,,\n\
    helpful,survey,radio,My mentor is helpful,\"1, Never | 2, Sometimes | 3, Often | 4, Always\",\n\
    topics,survey,checkbox,Topics,\"a, Grants | b, Teaching\",[helpful] = '4'\n\
    comment,survey,notes,Anything else?,,[helpful] = '1'\n";

/// The structure of a survey with one list.
const LSS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>365</DBVersion>\
    <languages><language>en</language></languages>\
    <questions><rows><row><qid>1</qid><parent_qid>0</parent_qid><gid>1</gid><type>L</type><title>happy</title><question>Happy?</question><language>en</language></row></rows></questions>\
    <answers><rows><row><qid>1</qid><code>A1</code><answer>No</answer><sortorder>1</sortorder><language>en</language><scale_id>0</scale_id></row>\
    <row><qid>1</qid><code>A2</code><answer>Yes</answer><sortorder>2</sortorder><language>en</language><scale_id>0</scale_id></row></rows></answers></document>\n";

/// A form with one list of choices.
pub fn xlsform() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, rows) in [
        (
            "survey",
            &[&["type", "name", "label"][..], &["select_one often", "met", "How often did you meet?"], &["text", "why", "Why?"]][..],
        ),
        (
            "choices",
            &[&["list_name", "name", "label"][..], &["often", "n", "Never"], &["often", "s", "Sometimes"], &["often", "o", "Often"]],
        ),
    ] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cells) in (0u32..).zip(rows) {
            for (column, cell) in (0u16..).zip(*cells) {
                sheet.write(row, column, *cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn given(name: &str, bytes: &[u8]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, bytes).unwrap();
    let file = path(&file).to_owned();
    (folder, file)
}

#[test]
fn a_qualtrics_survey_is_summed_up_in_the_terms_of_the_system() {
    let (_folder, file) = given("survey.qsf", qsf().as_bytes());
    let summary = run(&["import", &file, "--format", "json"]).json();
    assert_eq!((&summary["questions_total"], &summary["questions_in_trash_block"]), (&json!(3), &json!(["QID3"])));
    assert_eq!(summary["type_counts"], json!({ "MC": 1, "Matrix": 1 }));
    assert_eq!((&summary["groups"], &summary["languages"]), (&json!(["Main"]), &json!(["EN"])));
    let matrix = &summary["questions"][0];
    let keys = ["id", "export_tag", "type", "selector", "sub_selector"].map(|key| matrix[key].as_str().unwrap());
    assert_eq!(keys, ["QID1", "mentor", "Matrix", "Likert", "SingleAnswer"]);
    assert_eq!((matrix["choices"].as_array().unwrap().len(), matrix["answers"].as_array().unwrap().len()), (3, 4));
    assert_eq!(summary["questions"].as_array().unwrap().len(), 2, "what was thrown away is listed apart");
}

#[test]
fn dictionaries_structures_and_forms_are_summed_up() {
    let (_folder, file) = given("dictionary.csv", DICTIONARY.as_bytes());
    let summary = run(&["import", &file, "--format", "json"]).json();
    assert_eq!((&summary["fields"], &summary["forms"]), (&json!(5), &json!(["survey"])));
    assert_eq!(summary["field_type_counts"], json!({ "text": 2, "radio": 1, "checkbox": 1, "notes": 1 }));
    assert_eq!(
        summary["choice_fields"][1],
        json!({ "name": "topics", "form": "survey", "type": "checkbox", "choices": [["a", "Grants"], ["b", "Teaching"]] })
    );
    let (_folder, file) = given("survey.lss", LSS.as_bytes());
    let summary = run(&["import", &file, "--format", "json"]).json();
    assert_eq!((&summary["type_counts"], &summary["answers"], &summary["subquestions"]), (&json!({ "L": 1 }), &json!(2), &json!(0)));
    let (_folder, file) = given("form.xlsx", &xlsform());
    let summary = run(&["import", &file, "--format", "json"]).json();
    assert_eq!((&summary["sheets"], &summary["choices_often"]), (&json!(["survey", "choices"]), &json!(["n", "s", "o"])));
    assert_eq!((&summary["questions"][0]["type"], &summary["questions"][0]["list"]), (&json!("select_one"), &json!("often")));
}

#[test]
fn an_instrument_says_each_thing_once_and_proposes_scales() {
    let (folder, file) = given("survey.qsf", qsf().as_bytes());
    let out = folder.path().join("survey.toml");
    let outcome = run(&["import", &file, "--role", "mentee", "--out", path(&out)]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let toml = std::fs::read_to_string(&out).unwrap();
    assert_eq!(toml.matches("may be no answer").count(), 1, "shared choices are decided on once: {toml}");
    assert!(toml.contains("text = \"My mentor - listens\""), "{toml}");
    assert!(toml.contains("# [[scale]]\n# id = \"mentor\"\n# label = \"My mentor\"") && !toml.contains("\n[[scale]]"), "{toml}");
    assert_eq!(run(&["import", &file, "--out", path(&out)]).code, 2, "nothing is overwritten");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), toml);
    // Taken at its word, the proposal is a scale.
    let lines = toml.lines().skip_while(|line| !line.starts_with("# Proposals")).skip(1).filter_map(|line| line.strip_prefix("# "));
    let whole = format!("{toml}\n{}\n", lines.collect::<Vec<_>>().join("\n"));
    let program = folder.path().join("program");
    assert_eq!(run(&["init", path(&program), "--from", &file]).code, 0);
    std::fs::write(program.join("mentee_survey.toml"), whole.replace("id = \"survey\"", "id = \"mentee_survey\"")).unwrap();
    let checked = run(&["check", path(&program)]);
    assert!(checked.code < 2, "{}", checked.stderr);
}

#[test]
fn notes_of_one_kind_are_one_line() {
    let (_folder, file) = given("dictionary.csv", DICTIONARY.as_bytes());
    let outcome = run(&["import", &file]);
    assert_eq!(outcome.stderr.matches("branching logic").count(), 1, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("(topics, comment)"), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("id = \"helpful\"") && !outcome.stdout.contains("note:"));
}

#[test]
fn check_says_that_a_definition_is_one() {
    for (name, text) in [("survey.qsf", qsf()), ("survey.lss", LSS.to_owned())] {
        let (_folder, file) = given(name, text.as_bytes());
        let outcome = run(&["check", "--file", &file]);
        assert_eq!(outcome.code, 2, "{}", outcome.stdout);
        assert!(
            outcome.stderr.contains("definition of a questionnaire") && outcome.stderr.contains("mentorscope import"),
            "{}",
            outcome.stderr
        );
    }
    for (name, bytes) in [("dictionary.csv", DICTIONARY.as_bytes().to_vec()), ("form.xlsx", xlsform())] {
        let (_folder, file) = given(name, &bytes);
        let outcome = run(&["check", "--file", &file]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert!(outcome.stdout.contains("note [file.definition]") && outcome.stdout.contains("mentorscope import"), "{}", outcome.stdout);
    }
}

#[test]
fn the_older_excel_format_is_named() {
    let (_folder, file) = given("form.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let outcome = run(&["import", &file]);
    assert!(outcome.code == 2 && outcome.stderr.contains("older Excel format"), "{}", outcome.stderr);
}
