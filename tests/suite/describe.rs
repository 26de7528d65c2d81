//! `check --file` on single exports: small files of the shapes that systems write.

use crate::support::{example, path, run};

fn describe(name: &str, bytes: &[u8], more: &[&str]) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, bytes).unwrap();
    let mut arguments = vec!["check", "--format", "json", "--file", path(&file)];
    arguments.extend(more);
    run(&arguments).json()
}

#[test]
fn a_current_qualtrics_export_has_three_header_rows() {
    let text = "StartDate,ResponseId,Finished,Q1\nStart Date,Response ID,Finished,\"How, and\nwhy?\"\n\
                \"{\"\"ImportId\"\":\"\"startDate\"\"}\",\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"finished\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\"\n\
                2026-07-01 10:00:00,R_1,1,4\n2026-07-02 10:00:00,R_2,0,\n";
    let object = describe("q.csv", text.as_bytes(), &["--record", "1", "--column", "4"]);
    assert_eq!(object["system"], "qualtrics");
    assert_eq!((&object["header_rows"], &object["data_records"], &object["columns"]), (&3.into(), &2.into(), &4.into()));
    assert_eq!((&object["complete"], &object["partial"], &object["value"]), (&1.into(), &1.into(), &"4".into()));
}

#[test]
fn a_legacy_qualtrics_export_keeps_its_first_respondent() {
    let text = "\u{feff}V1,V10,Q1,\nResponseID,Finished,Question,\nR_1,1,2,\n";
    let object = describe("legacy.csv", text.as_bytes(), &[]);
    assert_eq!((&object["system"], &object["bom"]), (&"qualtrics".into(), &true.into()));
    assert_eq!((&object["header_rows"], &object["data_records"], &object["columns"]), (&2.into(), &1.into(), &4.into()));
    assert_eq!(object["empty_header_columns_1based"], serde_json::json!([4]));
}

#[test]
fn a_redcap_export_with_line_feeds_in_cells_counts_records_not_lines() {
    let text = "record_id,address,race___1,race___2,demographics_complete\n1,\"14 Rose St\nKenning\",1,0,2\n2,x,0,0,0\n";
    let object = describe("r.csv", text.as_bytes(), &[]);
    assert_eq!(object["system"], "redcap");
    assert_eq!((&object["header_rows"], &object["data_records"], &object["columns"]), (&1.into(), &2.into(), &5.into()));
}

#[test]
fn a_semicolon_file_in_another_encoding_asks_for_its_encoding() {
    let bytes = b"id;name\n1;P\xe9diatrie\n";
    let object = describe("s.csv", bytes, &[]);
    let rules: Vec<&str> = object["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    assert!(rules.iter().any(|rule| rule.starts_with("file.")), "{object}");
    let declared = describe("s.csv", bytes, &["--encoding", "windows-1252", "--record", "1", "--column", "2"]);
    assert_eq!((&declared["delimiter"], &declared["value"]), (&"semicolon".into(), &"Pédiatrie".into()));
}

#[test]
fn the_exports_of_the_example_are_described_as_what_they_are() {
    let object = |file: &str| run(&["check", "--format", "json", "--file", path(&example().join(file))]).json();
    assert_eq!(object("exports/mentee_2026-Q3.csv")["system"], "qualtrics");
    assert_eq!(object("exports/mentor.csv")["system"], "redcap");
    assert_eq!(object("exports/institution_2025-26.csv")["system"], "csv");
}

/// Real exports, where they are at hand: every key of `X.expected.json` that the command also prints must agree.
#[test]
fn real_exports_where_present_are_described_as_expected() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/exports");
    for system in ["qualtrics", "redcap"] {
        let Ok(entries) = std::fs::read_dir(folder.join(system)) else { continue };
        for file in entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|extension| extension == "csv")) {
            let expected = std::fs::read_to_string(format!("{}.expected.json", file.display())).unwrap();
            let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
            let object = run(&["check", "--format", "json", "--file", path(&file)]).json();
            for (key, value) in expected.as_object().unwrap() {
                let comparable = !matches!(key.as_str(), "variant" | "value" | "findings" | "sheet");
                if let Some(found) = object.get(key).filter(|_| comparable) {
                    assert_eq!(found, value, "{}: {key}", file.display());
                }
            }
        }
    }
}
