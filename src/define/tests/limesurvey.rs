//! LimeSurvey: both ages of the XML, and the TSV structure.

use super::super::summary;
use super::*;
use crate::program::instrument::ItemKind;

/// A table of rows written as `column=text` between bars.
fn table(name: &str, rows: &[&str]) -> String {
    let row = |row: &&str| {
        let cells: String = row
            .split('|')
            .filter_map(|cell| cell.split_once('='))
            .map(|(key, text)| if text.is_empty() { format!("<{key}/>") } else { format!("<{key}><![CDATA[{text}]]></{key}>") })
            .collect();
        format!("<row>{cells}</row>\n")
    };
    format!("<{name}><fields><fieldname>x</fieldname></fields><rows>\n{}</rows></{name}>\n", rows.iter().map(row).collect::<String>())
}

fn document(version: u32, tables: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<document>\n<LimeSurveyDocType>Survey</LimeSurveyDocType>\n<DBVersion>{version}</DBVersion>\n\
         <languages><language>de</language><language>en</language></languages>\n{}</document>\n",
        tables.concat()
    )
}

pub(super) fn old() -> String {
    document(
        365,
        &[
            table(
                "answers",
                &[
                    "qid=1|code=A01|answer= <span>Stimme zu</span>|sortorder=1|assessment_value=2|language=de|scale_id=0",
                    "qid=1|code=A01|answer=Agree|sortorder=1|assessment_value=2|language=en|scale_id=0",
                    "qid=1|code=A04|answer=Stimme nicht zu|sortorder=3|assessment_value=0|language=de|scale_id=0",
                    "qid=1|code=A02|answer=Keine Angabe|sortorder=2|assessment_value=0|language=de|scale_id=0",
                    "qid=4|code=1|answer=Eins|sortorder=1|language=de|scale_id=0",
                    "qid=4|code=1|answer=Links|sortorder=1|language=de|scale_id=1",
                ],
            ),
            table(
                "groups",
                &["gid=7|group_name=Zweite|group_order=2|language=de|grelevance=x", "gid=6|group_name=Erste|group_order=1|language=de"],
            ),
            table(
                "questions",
                &[
                    "qid=2|parent_qid=0|gid=6|type=M|title=Fach|question=Fach von {TOKEN:FIRSTNAME}?|other=Y|mandatory=Y|question_order=2|language=de|relevance=1",
                    "qid=1|parent_qid=0|gid=6|type=F|title=g0|question=<p>Wie sehr?</p>|other=N|question_order=1|language=de|relevance=a == 1",
                    "qid=1|parent_qid=0|gid=6|type=F|title=g0|question=How much?|other=N|question_order=1|language=en|relevance=a == 1",
                    "qid=3|parent_qid=0|gid=7|type=L|title=L1|question=Land?|other=Y|question_order=1|language=de|relevance=1",
                    "qid=4|parent_qid=0|gid=7|type=1|title=D|question=Doppelt|question_order=2|language=de|relevance=1",
                    "qid=5|parent_qid=0|gid=7|type=X|title=info|question=Danke|question_order=3|language=de|relevance=1",
                    "qid=6|parent_qid=0|gid=7|type=:|title=N|question=Zahlen|question_order=4|language=de|relevance=1",
                ],
            ),
            table(
                "subquestions",
                &[
                    "qid=12|parent_qid=1|title=SQ002|question=b|question_order=2|language=de|scale_id=0",
                    "qid=11|parent_qid=1|title=SQ001|question=a|question_order=1|language=de|scale_id=0",
                    "qid=21|parent_qid=2|title=F1|question=Medizin|question_order=1|language=de|scale_id=0",
                    "qid=41|parent_qid=4|title=S|question=Zeile|question_order=1|language=de|scale_id=0",
                    "qid=61|parent_qid=6|title=Y1|question=Zeile|question_order=1|language=de|scale_id=0",
                    "qid=62|parent_qid=6|title=X1|question=Spalte|question_order=1|language=de|scale_id=1",
                ],
            ),
            table("question_attributes", &["qid=1|attribute=random_order|value=1", "qid=6|attribute=multiflexible_max|value=9"]),
            table("surveys", &["sid=1|language=de|additional_languages=en|assessments=Y"]),
            table("surveys_languagesettings", &["surveyls_survey_id=1|surveyls_language=de|surveyls_title=Umfrage"]),
        ],
    )
}

#[test]
fn texts_of_older_files_stand_in_their_tables() {
    let (definition, instrument, _) = round_trip("a.lss", &old());
    assert_eq!((instrument.title.as_str(), definition.groups.join(" ")), ("Umfrage", "Erste Zweite".to_owned()));
    let want = ["g0_sq001", "g0_sq002", "fach", "fach_other", "d_s_1", "d_s_2", "n_y1_x1"];
    let with_list: Vec<&str> = ids(&definition).into_iter().filter(|id| !id.starts_with("l1")).collect();
    assert_eq!(with_list, want);
    let row = item(&definition, "g0_sq001");
    assert_eq!((row.headings[0].as_str(), row.text.as_deref(), row.kind), ("g0[SQ001]", Some("Wie sehr? - a"), ItemKind::Likert));
    let choices: Vec<_> = row.choices.iter().map(|c| (c.code, c.value.as_deref(), c.label.as_str())).collect();
    let listed = [(1, Some("A01"), "Stimme zu"), (2, Some("A02"), "Keine Angabe"), (3, Some("A04"), "Stimme nicht zu")];
    assert_eq!(choices, listed, "leading blanks and HTML are gone, the order is that of the survey");
    assert!(row.checks.iter().any(|check| check.contains("A01 = 2")), "{:?}", row.checks);
    let names = ["fach", "fach_other", "l1", "l1_other", "d_s_2", "n_y1_x1"].map(|id| item(&definition, id).headings[0].as_str());
    assert_eq!(names, ["Fach", "Fach[other]", "L1", "L1[other]", "D[S][2]", "N[Y1_X1]"]);
    assert_eq!(item(&definition, "l1").choices[0].value.as_deref(), Some("-oth-"));
    assert_eq!((item(&definition, "fach").text.as_deref(), item(&definition, "n_y1_x1").maximum), (Some("Fach von ?"), Some(9)));
}

#[test]
fn notes_name_conditions_filters_and_translations() {
    let (definition, ..) = round_trip("a.lss", &old());
    assert_eq!(notes(&definition, "info"), ["left out: display only"]);
    assert_eq!(notes(&definition, "g0").len(), 2, "condition and random order");
    assert!(notes(&definition, "group 7")[0].starts_with("a condition"));
    assert!(notes(&definition, "").contains(&"translations: en"));
    let summary = summary(&definition);
    assert_eq!((&summary["questions_total"], &summary["subquestions"], &summary["answers"]), (&6.into(), &6.into(), &5.into()));
    assert_eq!(summary["type_counts"]["F"], 1);
}

#[test]
fn texts_of_newer_files_are_joined() {
    let text = document(
        627,
        &[
            table("groups", &["gid=1|group_order=1|grelevance="]),
            table("group_l10ns", &["id=1|gid=1|group_name=Group|language=en", "id=2|gid=1|group_name=Gruppe|language=de"]),
            table(
                "questions",
                &[
                    "qid=1|parent_qid=0|gid=1|type=L|title=Q1|other=N|question_order=1|relevance=1",
                    "qid=2|parent_qid=0|gid=1|type=Y|title=Q2|question_order=2|relevance=1",
                ],
            ),
            table("subquestions", &[]),
            table(
                "question_l10ns",
                &[
                    "id=1|qid=1|question=Which?|language=en",
                    "id=2|qid=1|question=Welche?|language=de",
                    "id=3|qid=2|question=Ja?|language=de",
                ],
            ),
            table("answers", &["aid=9|qid=1|code=b|sortorder=2|scale_id=0", "aid=8|qid=1|code=a|sortorder=1|scale_id=0"]),
            table(
                "answer_l10ns",
                &["id=1|aid=8|answer=Erste|language=de", "id=2|aid=9|answer=Zweite|language=de", "id=3|aid=9|answer=Second|language=en"],
            ),
            table("surveys", &["sid=1|language=de|additional_languages=en"]),
        ],
    );
    let (definition, ..) = round_trip("b.lss", &text);
    assert_eq!((definition.groups[0].as_str(), item(&definition, "q1").text.as_deref()), ("Gruppe", Some("Welche?")));
    let labels: Vec<&str> = item(&definition, "q1").choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(labels, ["Erste", "Zweite"]);
    assert_eq!(item(&definition, "q2").choices[0].value.as_deref(), Some("Y"));
}

pub(super) const TSV: &str = "id\trelated_id\tclass\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\tvalidation\tmandatory\tother\n\
        \t\tS\t\tlanguage\t1\ten\t\t\t\t\t\n\t\tS\t\tadditional_languages\t1\tfr\t\t\t\t\t\n\t\tSL\t\tsurveyls_title\t1\tMy survey\t\ten\t\t\t\n\
        1\t\tG\t0\tFirst\t1\t\t\ten\t\t\t\n1\t\tQ\tF\tQ1\t1\t\"How\nmuch?\"\t\ten\t\tY\tN\n2\t\tSQ\t0\tSQ001\t1\tRow\t\ten\t\t\t\n\
        \t\tA\t0\tAO01\t\tLittle\t\ten\t\t\t\n\t\tA\t0\tAO02\t\tMuch\t\ten\t\t\t\n3\t\tQ\tM\tQ2\t1\tWhich?\t\ten\t\tN\tY\n4\t\tSQ\t0\tA\t1\tApple\t\ten\t\t\t\n\
        1\t\tG\t0\tPremier\t1\t\t\tfr\t\t\t\n1\t\tQ\tF\tQ1\t1\tCombien?\t\tfr\t\tY\tN\n2\t\tSQ\t0\tSQ001\t1\tLigne\t\tfr\t\t\t\n";

#[test]
fn the_tsv_structure_is_the_same_content() {
    let (definition, instrument, _) = round_trip("structure.txt", TSV);
    assert_eq!((instrument.title.as_str(), definition.languages.join(" ")), ("My survey", "en fr".to_owned()));
    assert_eq!(ids(&definition), ["q1_sq001", "q2", "q2_other"]);
    assert_eq!(item(&definition, "q1_sq001").text.as_deref(), Some("How much? - Row"));
    assert_eq!(item(&definition, "q2").choices[0].value.as_deref(), Some("A"));
}
