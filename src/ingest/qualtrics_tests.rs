//! Small files of each shape that Qualtrics writes.

use super::super::adapter::probe_rows;
use super::super::container::Container;
use super::super::record::Splitter;
use super::*;

const CURRENT: &str = "StartDate,EndDate,Status,Finished,ResponseId,ExternalReference,Q1,Q2 - Topics,pair_id\n\
    Anfangsdatum,Enddatum,Antworttyp,Beendet,Antwort-ID,Externe Datenreferenz,\"Zufrieden\nmit allem?\",Q2 - Topics,pair_id\n\
    \"{\"\"ImportId\"\":\"\"startDate\"\",\"\"timeZone\"\":\"\"America/Denver\"\"}\",\"{\"\"ImportId\"\":\"\"endDate\"\"}\",\
    \"{\"\"ImportId\"\":\"\"status\"\"}\",\"{\"\"ImportId\"\":\"\"finished\"\"}\",\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\
    \"{\"\"ImportId\"\":\"\"externalDataReference\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\",\"{\"\"ImportId\"\":\"\"QID2_TEXT_abTopics\"\"}\",\
    \"{\"\"ImportId\"\":\"\"pair_id\"\"}\"\n\
    2026-01-02 10:00:00,2026-01-02 10:05:00,0,1,R_1,P7,4,,A1\n";
const LEGACY: &str =
    "V1,V4,V7,V8,V10,Q1,\nResponseID,ExternalDataReference,Status,StartDate,Finished,Happy?,\nR_1,P7,0,2026-01-02 10:00:00,1,4,\n";
const INSIGHTS: &str = "ResponseID,Finished,Status,Q1\nResponseID,Finished,Status,Happy?\n{'ImportId': 'responseId'},{'ImportId': 'finished'},{'ImportId': 'status'},{'ImportId': 'QID1-1'}\nR_1,1,2,4\n";

fn layout(text: &str) -> Option<Layout> {
    let rows = probe_rows(text);
    let probe = Probe { rows: &rows, container: Container::Text };
    Qualtrics.detect(&probe).map(|_| Qualtrics.layout(&probe))
}

#[test]
fn current_files_are_read_by_import_id() {
    let layout = layout(CURRENT).expect("detected");
    assert_eq!((layout.header_rows, layout.time_zone.as_deref()), (3, Some("America/Denver")));
    assert_eq!(layout.labels[6], "Zufrieden\nmit allem?");
    assert_eq!(layout.ids[6].as_deref(), Some("QID1"));
    let columns = &layout.columns;
    assert_eq!((columns.response_id, columns.person, columns.finished, columns.response_date()), (Some(4), Some(5), Some(3), Some(1)));
    assert_eq!(layout.metadata, [true, true, true, true, true, true, false, true, false]);
    assert!(layout.remarks.is_empty());
}

#[test]
fn insights_files_hold_python_dicts() {
    let layout = layout(INSIGHTS).expect("detected");
    assert!(layout.variant.starts_with("Insights"));
    assert_eq!((layout.header_rows, layout.ids[3].as_deref(), layout.columns.status), (3, Some("QID1-1"), Some(2)));
}

#[test]
fn legacy_files_explain_their_columns_in_row_2() {
    let layout = layout(LEGACY).expect("detected");
    assert_eq!((layout.header_rows, layout.columns.person, layout.columns.response_date()), (2, Some(1), Some(3)));
    assert_eq!(layout.ids[5], None, "Q1 is a name of its own");
    assert_eq!(layout.remarks[0].rule, "file.time_zone_unknown");
}

#[test]
fn files_without_ids_keep_their_first_response() {
    let one = layout("StartDate,ResponseId,Finished\n2026-01-02,R_1,1\n").expect("detected");
    let two = layout("StartDate,ResponseId,Finished\nStart Date,Response ID,Finished\n2026-01-02,R_1,1\n").expect("detected");
    assert_eq!((one.header_rows, two.header_rows), (1, 2));
    assert!(layout("pair_id,score\nA1,3\n").is_none());
}

#[test]
fn status_and_finished_in_either_form() {
    let kinds = ["0", "IP Address", "1", "Survey Preview", "2", "8"].map(|status| Qualtrics.row_kind(status));
    use RowKind::{OtherStatus, Preview, Test, Usable};
    assert_eq!(kinds, [Usable, Usable, Preview, Preview, Test, OtherStatus]);
    let columns = SystemColumns { finished: Some(0), ..SystemColumns::default() };
    let finished =
        ["1", "TRUE", "False", "0", "", "yes"].map(|text| Qualtrics.finished(&columns, &Splitter::default().split(text, false, b'|')));
    assert_eq!(finished, [Some(true), Some(true), Some(false), Some(false), None, None]);
}

#[test]
fn employee_projects_and_screened_out_respondents() {
    assert_eq!(["32", "36"].map(|status| Qualtrics.row_kind(status)), [RowKind::Usable, RowKind::Usable]);
    let text = "ResponseId,Finished,Status,Q_TerminateFlag,Q1\nResponse ID,Finished,Response Type,Q_TerminateFlag,Happy?\nR_1,1,0,Screened,\nR_2,1,0,,4\n";
    let export = super::super::RawExport::from_bytes("a.csv", text.into(), &super::super::Declared::default());
    let mut kinds = Vec::new();
    let _ = export.for_each_record(|_, cells| kinds.push(export.row(cells).kind));
    assert_eq!((kinds, export.metadata[3]), (vec![RowKind::ScreenedOut, RowKind::Usable], true));
}

#[test]
fn a_mark_that_counts_from_one() {
    let layout = layout("StartDate,ResponseId,Finished\n2026-01-02,R_1,1\n2026-01-02,R_2,2\n").expect("detected");
    assert_eq!(layout.remarks[0].rule, "file.finished_from_one");
    let finished =
        ["1", "2"].map(|text| Qualtrics.finished(&layout.columns, &Splitter::default().split(&format!("||{text}"), false, b'|')));
    assert_eq!(finished, [Some(false), Some(true)]);
}

#[test]
fn a_workbook_or_tsv_without_ids_and_people() {
    let text = "StartDate\tEndDate\tProgress\tFinished\tRecordedDate\tQ 1#2\tQ1_DO\tT1_Page Submit\tQ3_2_TEXT\n\
        Anfangsdatum\tEnddatum\tFortschritt\tBeendet\tAufgezeichnet\tEine \"\"Frage\"\"\tFolge\tZeit\tText\n2026-01-02 10:00:00\t2026-01-02 10:05:00\t100\t1\t2026-01-02 10:05:00\t3.0\t1|2\t4.5\t\n";
    let layout = layout(text).expect("detected");
    assert_eq!((layout.header_rows, layout.columns.response_date()), (2, Some(1)));
    assert_eq!(layout.metadata[5..], [false, true, true, false]);
    assert_eq!(layout.companions[5..], [false, false, false, true]);
}

#[test]
fn utf_16_with_tabs_is_read() {
    let text = "StartDate\tResponseId\tFinished\tQ1\nStart\tResponse\tFinished\tZufriéden?\n2026-01-02 10:00:00\tR_1\t1\t4\n";
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let export = super::super::RawExport::from_bytes("a.tsv", bytes, &super::super::Declared::default());
    assert_eq!((export.system, export.header_rows, export.encoding.as_str(), export.bom), (System::Qualtrics, 2, "utf-16le", true));
}
