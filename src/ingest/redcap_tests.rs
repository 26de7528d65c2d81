//! Small files of each shape that REDCap writes.

use super::super::adapter::probe_rows;
use super::super::container::Container;
use super::super::record::Splitter;
use super::*;

fn layout(text: &str) -> Option<Layout> {
    let rows = probe_rows(text);
    let probe = Probe { rows: &rows, container: Container::Text };
    Redcap.detect(&probe).map(|_| Redcap.layout(&probe))
}

#[test]
fn raw_records_by_their_status_columns() {
    let text = "study_id,redcap_event_name,redcap_repeat_instance,redcap_survey_identifier,intake_timestamp,race___1,race____99,intake_complete,q_complete\n\
        1,first_arm_1,,P7,2026-01-02 10:00:00,0,1,2,often\n";
    let layout = layout(text).expect("detected");
    let columns = &layout.columns;
    assert_eq!((columns.response_id, columns.event, columns.repeat_instance, columns.person), (Some(0), Some(1), Some(2), Some(3)));
    assert_eq!((columns.end_date, columns.completeness.as_slice()), (Some(4), [7].as_slice()), "q_complete holds answers");
    assert_eq!(layout.metadata, [true, true, true, true, true, false, false, true, false]);
    assert_eq!(layout.variant, "raw, longitudinal");
}

#[test]
fn plain_tables_are_not_redcap() {
    assert!(layout("id,training_complete,score\n1,2,3\n").is_none());
    assert!(layout("record_id,form_complete,score\n1,2,3\n").is_some());
    assert!(layout("record_id,form_complete\n1,often\n").is_none());
}

#[test]
fn label_exports_are_named() {
    let got = layout("Record ID,Race (choice=Asian),Complete?,Complete?\n1,Checked,Complete,Incomplete\n").expect("detected");
    assert_eq!((got.variant.as_str(), got.remarks[0].rule, got.columns.completeness.len()), ("labels", "file.label_export", 2));
    let got = layout("record_id,race___1,form_complete\n1,Checked,Complete\n").expect("detected");
    assert_eq!(got.variant, "raw headings, labels as values");
}

#[test]
fn dictionaries_are_told_apart() {
    let got = layout("Variable / Field Name,Form Name,Section Header,Field Type\nq1,intake,,radio\n").expect("detected");
    assert_eq!(got.variant, "data dictionary");
}

#[test]
fn a_survey_left_open_has_no_date() {
    let text = "record_id,intake_timestamp,intake_complete\n1,[not completed],0\n2,2026-01-02 10:00,2\n";
    let export = super::super::RawExport::from_bytes("a.csv", text.into(), &super::super::Declared::default());
    let mut dates = Vec::new();
    let _ = export.for_each_record(|_, cells| dates.push(export.row(cells).date.map(str::to_owned)));
    assert_eq!(dates, [None, Some("2026-01-02 10:00".to_owned())]);
}

#[test]
fn checkbox_headings_have_no_signs() {
    assert_eq!(checkbox_heading("race", -99), "race____99");
    assert_eq!(checkbox_heading("check_two", "A b"), "check_two___a_b");
}

#[test]
fn a_row_is_finished_if_its_forms_are_complete() {
    let columns = SystemColumns { completeness: vec![0, 1], ..SystemColumns::default() };
    let finished = [["2", ""], ["2", "0"], ["", ""], ["Complete", "2"]]
        .map(|row| Redcap.finished(&columns, &Splitter::default().split(&row.join("|"), false, b'|')));
    assert_eq!(finished, [Some(true), Some(false), None, Some(true)]);
}

#[test]
fn a_file_without_headings_is_refused() {
    let open = |name: &str, text: &str| super::super::RawExport::from_bytes(name, text.into(), &super::super::Declared::default());
    let rule =
        |export: &super::super::RawExport| export.findings.as_slice().iter().find(|f| f.rule == "file.no_headings").map(|f| f.excludes);
    let by_event = open("a.csv", "1,first_arm_1,3,2\n1,second_arm_1,4,2\n");
    assert_eq!((by_event.system, by_event.is_usable()), (System::Redcap, false));
    assert_eq!(rule(&by_event), Some(crate::finding::Excludes::File));
    assert!(rule(&open("exports/Study_DATA_NOHDRS_2026-01-02_1005.CSV", "1,3,2\n2,4,2\n")).is_some());
    assert!(rule(&open("a.csv", "record_id,left_arm_1,form_complete\n1,3,2\n")).is_none());
}

#[test]
fn other_delimiters_and_marks_of_other_programs() {
    for delimiter in ["^", "|", ";", "\t", " "] {
        let text = "record_id,race___1,race____99,diet___1,diet____99,sex,form_complete\n1,0,0,1,0,TRUE,2\n2,0,1,0,0,FALSE,\n"
            .replace(',', delimiter);
        let layout = layout(&text).expect("detected");
        let rules: Vec<_> = layout.remarks.iter().map(|remark| remark.rule).collect();
        assert_eq!(rules, ["file.rewritten", "file.missing_data_codes"], "{delimiter:?}");
        assert_eq!(layout.remarks[1].found, "columns for the codes -99 (2 fields) too");
    }
}

#[test]
fn label_exports_have_texts_and_time_stamps() {
    let got = layout("Record ID,Event Name,Repeat Instrument,Survey Identifier,Survey Timestamp,Race (choice=Asian),Complete?,Survey Timestamp,Complete?\n\
        1,First,,P7,2026-01-02 10:00,Checked,Complete,[not completed],\n")
    .expect("detected");
    assert_eq!(
        (got.columns.end_date, got.columns.person, got.columns.event, got.columns.completeness.len()),
        (Some(4), Some(3), Some(1), 2)
    );
    assert_eq!(got.metadata, [true, true, true, true, true, false, true, true, true]);
    assert_eq!(got.labels[5], "Race (choice=Asian)");
}

#[test]
fn a_dictionary_may_begin_with_a_byte_order_mark() {
    let text = "\u{feff}Variable / Field Name,Form Name,Field Type,Field Label,\"Choices, Calculations, OR Slider Labels\"\nq1,f,radio,Q,\"1, a\"\n";
    let dictionary = super::super::Dictionary::from_bytes("d.csv", text.into());
    assert_eq!((dictionary.fields.len(), dictionary.findings.as_slice().len()), (1, 0));
}

#[test]
fn an_index_column_of_a_data_frame_is_passed_over() {
    let got = layout("\"\",record_id,q1,race___1\n1,7,4,1\n2,9,4,0\n").expect("detected");
    assert_eq!(
        (got.columns.response_id, got.metadata, got.remarks[0].rule),
        (Some(1), vec![true, true, false, false], "file.index_column")
    );
}
