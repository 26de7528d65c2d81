//! Small files of each shape that LimeSurvey writes.

use super::super::adapter::probe_rows;
use super::super::container::Container;
use super::super::record::Splitter;
use super::*;

fn layout(text: &str) -> Option<Layout> {
    let rows = probe_rows(text);
    let probe = Probe { rows: &rows, container: Container::Text };
    LimeSurvey.detect(&probe).map(|_| LimeSurvey.layout(&probe))
}

#[test]
fn codes_with_the_columns_of_the_system() {
    let got = layout("id,submitdate,lastpage,startlanguage,seed,token,startdate,datestamp,g0[SQ001],g0[other],q1,interviewtime,groupTime5,q1Time\n1,1980-01-01 00:00:00,3,en,9,P7,,,1,x,A1,10.5,2,3\n").expect("detected");
    let columns = &got.columns;
    assert_eq!((columns.response_id, columns.person, columns.finished, columns.response_date()), (Some(0), Some(5), Some(1), Some(7)));
    assert_eq!(got.metadata[8..], [false, false, false, true, true, true]);
    assert!(got.companions[9] && got.labels.is_empty());
    assert_eq!(got.variant, "codes as headings");
    let finished = ["1980-01-01 00:00:00", "", " "]
        .map(|text| LimeSurvey.finished(columns, &Splitter::default().split(&format!("1|{text}"), false, b'|')));
    assert_eq!(finished, [Some(true), Some(false), Some(false)]);
}

#[test]
fn codes_and_texts_after_an_index_column() {
    let got =
        layout(",socio1. Where?,rse3[SQ001]. Who? [],\"likert0[t1]. [In a month, how much?]\"\n0,NL,2,8.0\n2,DE,1,\n").expect("detected");
    let ids: Vec<_> = got.ids.iter().map(Option::as_deref).collect();
    assert_eq!(ids, [None, Some("socio1"), Some("rse3[SQ001]"), Some("likert0[t1]")]);
    assert_eq!((got.labels[1].as_str(), got.labels[3].as_str()), ("Where?", "[In a month, how much?]"));
    let rules: Vec<_> = got.remarks.iter().map(|remark| remark.rule).collect();
    assert_eq!((got.metadata[0], rules), (true, vec!["file.no_completion_mark", "file.index_column"]));
}

#[test]
fn texts_in_several_languages() {
    let got = layout(
        "Antwort ID;Datum Abgeschickt;Letzte Seite;Start-Sprache;Datum letzte Aktivität;Wie war es?\n1;;2;de;2024-01-02 10:00:00;gut\n",
    )
    .expect("detected");
    assert_eq!((got.columns.finished, got.columns.response_date(), got.variant.as_str()), (Some(1), Some(4), "texts as headings"));
    assert!(layout("ID de respuesta,Fecha de envío,Última página,¿Qué tal?\n1,,2,bien\n").is_some());
    let got = layout("Answer ID;Which helped? [Talks];Which helped? [E-mail];Why?\n1;Yes;N/A;\n").expect("detected");
    assert_eq!((got.not_asked, got.columns.finished), (vec!["N/A".to_owned()], None));
}

#[test]
fn other_tables_are_left_alone() {
    for text in
        ["id,Weight [kg],Speed [m/s]\n1,2,3\n", "id,startdate,token\n1,2024-01-01,a\n", "Q1. How?,Q2. Why?\n1,2\n", "q1,q2,q3\n1,2,3\n"]
    {
        assert!(layout(text).is_none(), "{text}");
    }
}

#[test]
fn the_same_day_of_1980_is_no_date() {
    let got = layout("id,submitdate,lastpage,startlanguage,gender\n1,1980-01-01 00:00:00,3,en,F\n2,,3,en,M\n").expect("detected");
    assert_eq!((got.columns.finished, got.columns.response_date(), got.variant.as_str()), (Some(1), None, "codes as headings"));
    assert_eq!((got.remarks[0].rule, got.other), ("file.no_dates", Some("-oth-")));
}

#[test]
fn codes_of_questions_have_no_signs() {
    let text = "id,submitdate,lastpage,startlanguage,seed,metasagreed,whyhelped[SQ001],whyhelped[SQ002]\n1,,3,en,9,1,Y,\n";
    let export = crate::ingest::RawExport::from_bytes("a.csv", text.into(), &crate::ingest::Declared::default());
    let item = |id| crate::ingest::ItemNames { id, text: "" };
    assert_eq!(export.find_item(&item("met_as_agreed")), Ok((5, crate::ingest::Matched::ById)));
    let second = ChoiceNames { code: 2, label: "Talks", value: None };
    assert_eq!(export.find_choice(&item("why_helped"), &second), Ok((7, crate::ingest::Matched::ById)));
    assert!(export.find_item(&item("met agreed")).is_err());
}
