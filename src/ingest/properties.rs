//! Properties that hold for any file.

use proptest::prelude::*;

use super::*;
use crate::finding::Findings;

/// Records of the file, and whether anything is found wrong in it.
fn read(bytes: Vec<u8>, declared: &Declared) -> (u64, Findings) {
    let export = RawExport::from_bytes("a.csv", bytes, declared);
    let scan = export.for_each_record(|_, cells| {
        let _ = export.row(cells);
        assert!(cells.len() >= export.headings.len());
    });
    let mut findings = export.findings.clone();
    findings.extend(scan.findings);
    (scan.records, findings)
}

const CURRENT: &str = "StartDate,Status,Finished,ResponseId,Q1,Q2\r\nStart,Status,Finished,Id,\"One\r\ntwo\",Text\r\n\
    \"{\"\"ImportId\"\":\"\"startDate\"\",\"\"timeZone\"\":\"\"America/Denver\"\"}\",\"{\"\"ImportId\"\":\"\"status\"\"}\",\"{\"\"ImportId\"\":\"\"finished\"\"}\",\
    \"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\",\"{\"\"ImportId\"\":\"\"QID2_TEXT\"\"}\"\r\n\
    2026-01-02 10:00:00,0,1,R_1,4,\"Grüße, \"\"alle\"\"\r\nzusammen\"\r\n2026-01-03 10:00:00,0,1,R_2,5,naïve\r\n";
const RAW: &str = "record_id,race___1,note,form_complete\n1,0,\"two\nlines, with 日本\",2\n2,1,,0\n";

fn cut_is_noticed(whole: &[u8], declared: &Declared) {
    let (records, findings) = read(whole.to_vec(), declared);
    assert!(records > 0 && findings.as_slice().is_empty(), "the whole file is sound: {findings:?}");
    for length in 0..whole.len() {
        let (fewer, findings) = read(whole[..length].to_vec(), declared);
        assert!(fewer < records || !findings.as_slice().is_empty(), "cut after {length} bytes");
    }
}

#[test]
fn a_file_cut_short_anywhere_is_noticed() {
    for text in [CURRENT, RAW] {
        cut_is_noticed(text.as_bytes(), &Declared::default());
        let marked: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        cut_is_noticed(&marked, &Declared::default());
    }
}

/// Bytes that meet the branches of a reader more often than random ones.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        &b"\""[..],
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\r\n",
        b"a",
        b"\0",
        b"\xEF\xBB\xBF",
        b"\xFF\xFE",
        b"\xE9",
        b"sep=;",
        b"{\"ImportId\":",
        b"'ImportId': '",
        b"V1",
        b"ResponseID",
        b"R_",
        b"_complete",
        b"___",
        b"2026-01-02",
        b"\x0B",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..400), hostile()]) {
        for encoding in [None, Some("windows-1252"), Some("utf-16le"), Some("shift_jis")] {
            let _ = read(bytes.clone(), &Declared { encoding: encoding.map(str::to_owned), ..Declared::default() });
        }
        let _ = Table::from_bytes("a.csv", bytes.clone());
        let _ = Dictionary::from_bytes("a.csv", bytes);
    }

    #[test]
    fn no_text_makes_a_date_panic(text in "\\PC{0,24}") {
        let _ = parse_date(&text);
    }

    #[test]
    fn cells_come_back_as_written(cells in prop::collection::vec("[a-z ,;\"\n|\t]{0,6}", 12)) {
        // Three columns, headings that no adapter takes for its own, and a first cell that is never blank.
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["one", "two", "three"]).expect("memory");
        let records: Vec<Vec<String>> = cells.chunks(3).map(|c| vec![format!("x{}", c[0]), c[1].clone(), c[2].clone()]).collect();
        for record in &records {
            writer.write_record(record).expect("memory");
        }
        let export = RawExport::from_bytes("a.csv", writer.into_inner().expect("memory"), &Declared::default());
        let mut seen = Vec::new();
        let _ = export.for_each_record(|_, cells| seen.push(cells.iter().map(str::to_owned).collect::<Vec<_>>()));
        prop_assert_eq!(seen, records);
    }
}

const HEADS: [&str; 8] = [
    "id,submitdate,lastpage,startlanguage,seed,g0[SQ001],g0[other]",
    "Respondent ID,Collector ID,Start Date,End Date,Q,,\n,,,,Response,a,b",
    "Timestamp,How was it?,Rate [a],Rate [b],x,y,z",
    "_id,_uuid,_submission_time,_index,g/q,g/q/a,q",
    "SubmissionDate,KEY,SubmitterID,Status,g-q,g-q/a,q",
    "record_id,a___1,a____99,b____99,c,Complete?,form_complete",
    "StartDate,EndDate,Status,Finished,ResponseId,Q1_1,Q1_1_TEXT",
    "Answer ID;a b [c];a b [d];e;f;g;h",
];

proptest! {
    #[test]
    fn no_text_stops_the_readers_of_values(text in ".{0,40}", other in "[-0-9 /.,:'%()+A-Za-z\u{a0}\u{2013}５&;<>\\[\\]_]{0,30}") {
        for text in [&text, &other] {
            let _ = (read_number(text, None), read_number(text, Some(DecimalMark::Comma)), read_code(text), not_available(text));
            let _ = (fold_label(text), fold_text(text), split_row(text), match_joined(text, ", ", &[text, "a, b"]));
            let reader = DateReader::new(None, [text.as_str()]);
            let _ = (reader.parse(text), reader.remarks());
        }
    }

    #[test]
    fn no_cell_stops_an_adapter(head in 0..HEADS.len(), heading in ".{0,30}", cells in prop::collection::vec("[^,;\"\r\n]{0,12}", 14)) {
        let text = format!("{},{heading}\n{}\n{}\n", HEADS[head], cells[..8].join(","), cells[6..].join(","));
        let (_, findings) = read(text.into_bytes(), &Declared::default());
        for finding in findings.as_slice() {
            prop_assert!(!finding.remedy.is_empty() && !finding.expected.is_empty());
        }
    }
}
