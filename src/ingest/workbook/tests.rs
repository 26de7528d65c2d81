//! Whole workbooks: what is read from sound ones, and that hostile ones are refused.

use super::books::{STYLES, archive, book, ods, sheet, xlsx};
use super::*;
use crate::ingest::{Declared, RawExport};
use crate::program::plan::System;

fn render(bytes: &[u8], sheet: Option<&str>) -> Rendering {
    InProcess.render(bytes, sheet).expect("a sound workbook")
}

fn refused(bytes: &[u8]) -> ContainerFault {
    InProcess.render(bytes, None).expect_err("to be refused")
}

fn rules(rendering: &Rendering) -> Vec<&'static str> {
    rendering.remarks.iter().map(|remark| remark.rule).collect()
}

#[test]
fn values_of_every_kind_become_text() {
    let rows: [&[&str]; 4] = [
        &["id", "day", "moment", "time", "length", "share", "code", "yes", "sum"],
        &["7.0", "@1:43831", "@2:44270.5412847222", "@3:0.25", "@4:10.6320601851852", "@5:0.5", "007", "0.1", "=12"],
        &["8", "@1:43831.5", "@2:43832", "@3:0", "@4:0.5", "@5:1", "5-10", "1e3", "=1"],
        &["9", "", "", "", "", "", "", "!#N/A", "!#SPILL!"],
    ];
    let got = render(&book(&rows, &[]), None);
    let want = "id,day,moment,time,length,share,code,yes,sum\n\
        7,2020-01-01,2021-03-15 12:59:27,06:00:00,255:10:10,0.5,7,0.1,12\n\
        8,2020-01-01 12:00:00,2020-01-02,00:00:00,12:00:00,1,5-10,1000,1\n\
        9,,,,,,,,\n";
    assert_eq!((got.text.as_str(), got.sheet.as_deref(), got.encoding.as_str()), (want, Some("Sheet1"), "utf-8"));
    assert_eq!(rules(&got), ["file.error_cells", "file.percent_cells"]);
    assert!(got.remarks[0].found.starts_with("2 cells") && got.remarks[1].found.ends_with("columns 6"));
}

#[test]
fn the_1904_system_booleans_and_texts_that_look_like_numbers() {
    let xml = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
        <row r=\"2\"><c r=\"A2\" s=\"1\"><v>42735</v></c><c r=\"B2\" t=\"b\"><v>1</v></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"d\"><v>2021-01-02T00:00:00</v></c><c r=\"B3\" t=\"s\"><v>2</v></c></row></sheetData>";
    let strings = "<sst uniqueCount=\"3\"><si><t>day</t></si><si><r><t xml:space=\"preserve\">is </t></r><r><t>it, \"so\"</t></r></si><si><t>007</t></si></sst>";
    let got = render(&xlsx(&[("S", "visible", xml)], strings, STYLES, true), None);
    assert_eq!(got.text, "day,\"is it, \"\"so\"\"\"\n2021-01-01,TRUE\n2021-01-02,007\n");
}

#[test]
fn areas_of_whole_rows_or_columns_are_not_needed() {
    let cells = sheet(&[&["id", "how"], &["1", "well"]], &[]);
    for area in ["1:58", "A:AMJ", ""] {
        let xml = format!("<dimension ref=\"{area}\"/>{cells}");
        let got = render(&xlsx(&[("S", "visible", &xml)], "", STYLES, false), None);
        assert_eq!(got.text, "id,how\n1,well\n", "{area}");
    }
    assert_eq!(
        refused(&xlsx(&[("S", "visible", &format!("<dimension ref=\"A1:XFE1\"/>{cells}"))], "", "", false)).rule,
        "file.workbook_cap"
    );
}

#[test]
fn rows_keep_the_numbers_that_the_spreadsheet_shows() {
    let rows: [&[&str]; 9] = [
        &["My survey"],
        &[],
        &["", "name", "why", "score"],
        &["", "Ann", "x", "3"],
        &[],
        &["", "Bob", "", "4"],
        &["", "Cem", "y", "5"],
        &[],
        &["", "made with care"],
    ];
    let got = render(&book(&rows, &["A1:D1"]), None);
    assert_eq!(got.text, "\n\nname,why,score\nAnn,x,3\n\nBob,,4\nCem,y,5\n");
    assert_eq!(rules(&got), ["file.rows_passed_over", "file.rows_passed_over", "file.columns_passed_over"]);
    let found: Vec<&str> = got.remarks.iter().map(|remark| remark.found.as_str()).collect();
    assert_eq!(found[0], "notes in row 1: row 3 is the first with a heading in every column, above values that are no text");
    assert!(found[1].starts_with("notes in row 9: ") && found[2].ends_with("column B"), "{found:?}");
    let export = RawExport::from_bytes("a.xlsx", book(&rows, &["A1:D1"]), &Declared::default());
    let mut seen = Vec::new();
    let scan = export.for_each_record(|row, cells| seen.push((row, cells.get(0).unwrap_or_default().to_owned(), cells.len())));
    assert_eq!((export.system, export.header_rows, scan.records, scan.blank), (System::Workbook, 1, 3, 0));
    assert_eq!(seen, [(4, "Ann".to_owned(), 3), (6, "Bob".to_owned(), 3), (7, "Cem".to_owned(), 3)]);
}

#[test]
fn merged_headings_are_carried() {
    let rows: [&[&str]; 3] = [&["id", "Mentor", "", "", "Note, if any"], &["", "calm", "kind", "fair"], &["1", "2", "3", "4", "x"]];
    let bytes = book(&rows, &["B1:D1", "A1:A2"]);
    assert_eq!(render(&bytes, None).text, "id,Mentor,Mentor,Mentor,\"Note, if any\"\n,calm,kind,fair,\n1,2,3,4,x\n");
    let export = RawExport::from_bytes("a.xlsx", bytes, &Declared::default());
    assert_eq!((export.header_rows, export.column("Mentor [kind]"), export.column("id")), (2, Ok(2), Ok(0)));
}

#[test]
fn the_sheet_with_a_table_is_read_and_others_are_named() {
    let table = |name: &str| sheet(&[&[name, "b"], &["1", "2"]], &[]);
    let (first, second, cover) = (table("one"), table("two"), sheet(&[&["Welcome"]], &[]));
    let bytes = xlsx(
        &[("Cover", "visible", &cover), ("_id", "veryHidden", &first), ("A", "visible", &first), ("B", "visible", &second)],
        "",
        "",
        false,
    );
    let got = render(&bytes, None);
    assert_eq!((got.text.as_str(), got.sheet.as_deref(), rules(&got)), ("one,b\n1,2\n", Some("A"), vec!["file.several_sheets"]));
    assert_eq!(got.remarks[0].found, "A was read, B not");
    let declared = render(&bytes, Some("b "));
    assert_eq!((declared.text.as_str(), rules(&declared)), ("two,b\n1,2\n", vec![]));
    let fault = InProcess.render(&bytes, Some("C")).expect_err("no such sheet");
    assert_eq!((fault.rule, fault.found.as_str()), ("file.no_such_sheet", "the sheets Cover, _id, A, B"));
    let sheets = InProcess.sheets(&bytes).expect("all sheets");
    assert_eq!(sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["Cover", "_id", "A", "B"]);
    assert_eq!(sheets[2].rows, [["one", "b"], ["1", "2"]]);
}

#[test]
fn systems_are_known_whatever_holds_their_rows() {
    let qualtrics: [&[&str]; 3] =
        [&["StartDate", "ResponseId", "Finished"], &["Start Date", "Response ID", "Finished"], &["@2:45000.5", "R_1", "1"]];
    let redcap: [&[&str]; 2] = [&["record_id", "redcap_event_name", "score"], &["1", "baseline_arm_1", "3"]];
    let forms: [&[&str]; 2] =
        [&["ID", "Start time", "Completion time", "Email", "Name", "Why?"], &["1", "@2:45000.5", "@2:45000.6", "anonymous", "", "A;B;"]];
    for (rows, system, header_rows) in
        [(&qualtrics[..], System::Qualtrics, 2), (&redcap[..], System::Redcap, 1), (&forms[..], System::MicrosoftForms, 1)]
    {
        let export = RawExport::from_bytes("a.xlsx", book(rows, &[]), &Declared::default());
        assert_eq!((export.system, export.header_rows, export.is_usable()), (system, header_rows, true));
    }
}

#[test]
fn opendocument_sheets_are_read() {
    let tables = "<table:table table:name=\"Data\"><table:table-column/><table:table-row><table:table-cell table:number-columns-spanned=\"2\" \
        office:value-type=\"string\"><text:p>id &amp; <text:span>more</text:span></text:p><text:p>two</text:p></table:table-cell><table:covered-table-cell/>\
        <table:table-cell office:value-type=\"string\"><office:annotation><text:p>secret</text:p></office:annotation><text:p>b<text:s text:c=\"2\"/>c</text:p></table:table-cell>\
        <table:table-cell table:number-columns-repeated=\"16380\"/></table:table-row>\
        <table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"float\" office:value=\"7\"/>\
        <table:table-cell office:value-type=\"percentage\" office:value=\"0.5\"><text:p>50 %</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
        <table:table-row><table:table-cell office:value-type=\"date\" office:date-value=\"2021-01-02T00:00:00\"/>\
        <table:table-cell office:value-type=\"time\" office:time-value=\"PT255H10M10S\"/><table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/></table:table-row>\
        <table:table-row><table:table-cell calcext:value-type=\"error\" office:value-type=\"string\" office:string-value=\"\"><text:p>#N/A</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"string\" office:string-value=\"given\"><text:p>given</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"currency\" office:value=\"2.50\"/></table:table-row>\
        <table:table-row table:number-rows-repeated=\"1048500\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>";
    let got = render(&ods("", tables), None);
    assert_eq!(got.text, "\"id & more\ntwo\",,b  c\n7,7,0.5\n7,7,0.5\n\n\n\n2021-01-02,255:10:10,TRUE\n,given,2.5\n");
    assert_eq!((got.sheet.as_deref(), rules(&got)), (Some("Data"), vec!["file.error_cells", "file.percent_cells"]));
    let hidden = "<style:style style:name=\"h\"><style:table-properties table:display=\"false\"/></style:style>";
    let row = |text: &str| {
        format!(
            "<table:table-row><table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell></table:table-row>"
        )
    };
    let two = format!(
        "<table:table table:name=\"H\" table:style-name=\"h\">{0}{0}</table:table><table:table table:name=\"V\">{1}{1}</table:table>",
        row("hidden"),
        row("shown")
    );
    assert_eq!(render(&ods(hidden, &two), None).text, "shown,shown\nshown,shown\n");
}

#[test]
fn opendocument_repeats_are_not_believed() {
    let cell = |attributes: &str| {
        format!(
            "<table:table name=\"S\"><table:table-row table:number-rows-repeated=\"9999999999\"><table:table-cell {attributes} office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        )
    };
    let wide = refused(&ods("", &cell("table:number-columns-repeated=\"99999999\"")));
    assert_eq!((wide.rule, wide.found.as_str()), ("file.workbook_cap", "a cell in NTQ1"));
    assert_eq!(refused(&ods("", &cell(""))).found, "a cell in A1048577");
    let blanks = "<table:table name=\"S\"><table:table-row><table:table-cell office:value-type=\"string\"><text:p>x<text:s text:c=\"99999999999\"/></text:p></table:table-cell></table:table-row></table:table>";
    assert!(refused(&ods("", blanks)).expected.contains("KiB in a cell"));
}

#[test]
fn a_claim_of_texts_is_refused() {
    let strings = "<sst xmlns=\"m\" count=\"4000000000000\" uniqueCount=\"4000000000000\"><si><t>x</t></si></sst>";
    let bytes = xlsx(&[("S", "visible", &sheet(&[&["a"]], &[]))], strings, "", false);
    assert!(bytes.len() < 4_000);
    let fault = refused(&bytes);
    assert_eq!((fault.rule, fault.found.as_str()), ("file.workbook_cap", "4000000000000 texts claimed"));
}

#[test]
fn cells_far_apart_are_refused() {
    let xml = |dimension: &str| {
        format!(
            "{dimension}<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>"
        )
    };
    for dimension in ["", "<dimension ref=\"A1:XFD1048576\"/>"] {
        let fault = refused(&xlsx(&[("S", "visible", &xml(dimension))], "", "", false));
        assert_eq!((fault.rule, fault.found.as_str()), ("file.workbook_cap", "a cell in XFD1048576"));
    }
    // Cells without anything in the last column come from formats of whole rows.
    let blank = "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"XFD1\" s=\"1\"/></row></sheetData>";
    assert_eq!(render(&xlsx(&[("S", "visible", blank)], "", STYLES, false), None).text, "1\n");
}

#[test]
fn zip_bombs_are_refused() {
    let zeros = vec![b' '; 302 << 20];
    let bomb = archive(&[("_rels/.rels", b"<a/>"), ("xl/worksheets/sheet1.xml", &zeros)]);
    assert!(bomb.len() < 400_000);
    let fault = refused(&bomb);
    assert_eq!((fault.rule, fault.found.as_str()), ("file.workbook_cap", "more than 256 MiB"));
    let smaller = archive(&[("_rels/.rels", b"<a/>"), ("xl/x.bin", &zeros[..8 << 20])]);
    assert!(refused(&smaller).expected.contains("100 times"));
    let names: Vec<String> = (0..1_001).map(|i| format!("xl/{i}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(refused(&archive(&many)).found, "1001 files");
}

#[test]
fn sizes_in_the_archive_are_not_believed() {
    let zeros = vec![b' '; 302 << 20];
    let mut bomb = archive(&[("_rels/.rels", b"<a/>"), ("xl/worksheets/sheet1.xml", &zeros)]);
    // Both headers claim ten bytes.
    let claimed = u32::try_from(zeros.len()).expect("fits").to_le_bytes();
    let places: Vec<usize> = (0..bomb.len() - 4).filter(|&at| bomb[at..at + 4] == claimed).collect();
    assert!(!places.is_empty());
    places.into_iter().for_each(|at| bomb[at..at + 4].copy_from_slice(&10_u32.to_le_bytes()));
    let fault = refused(&bomb);
    assert!(["file.workbook_cap", "file.workbook_damaged"].contains(&fault.rule), "{fault:?}");
}

#[test]
fn other_archives_and_formats_are_named() {
    let found = |bytes: &[u8]| refused(bytes).found;
    assert!(found(&archive(&[("answers.csv", b"a,b\n")])).contains("an archive of 1 files"));
    assert!(found(&archive(&[("_rels/.rels", b"<a/>"), ("xl/workbook.bin", b"x")])).contains(".xlsb"));
    assert!(found(&archive(&[("_rels/.rels", b"<a/>"), ("word/document.xml", b"<a/>")])).contains("text document"));
    assert_eq!(refused(&archive(&[("_rels/.rels", b"<a/>"), ("../x", b"x")])).expected, "names inside the workbook that stay inside it");
    assert_eq!(refused(b"PK\x03\x04 and no more").rule, "file.workbook_damaged");
    let ole = |name: &str| [&[0xD0, 0xCF, 0x11, 0xE0][..], &name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat();
    assert_eq!(refused(&ole("EncryptedPackage")).rule, "file.encrypted");
    assert!(found(&ole("Workbook")).contains(".xls"));
    let encrypted = archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", b"\x01\x02"),
        (
            "META-INF/manifest.xml",
            b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
        ),
    ]);
    assert_eq!(refused(&encrypted).rule, "file.encrypted");
    let export = RawExport::from_bytes("a.xls", ole("Workbook"), &Declared::default());
    assert_eq!((export.is_usable(), export.findings.as_slice().len()), (false, 1));
}

#[test]
fn long_cells_are_left_to_the_row_or_refused() {
    let row = |length: usize| book(&[&["a", "b"], &["1", &"x".repeat(length)], &["2", "y"]], &[]);
    let export = RawExport::from_bytes("a.xlsx", row(70_000), &Declared::default());
    let scan = export.for_each_record(|_, _| {});
    let finding = &scan.findings.as_slice()[0];
    assert_eq!((finding.rule, finding.row, finding.column.as_deref(), scan.excluded), ("file.long_field", Some(2), Some("b"), 1));
    assert_eq!(refused(&row(140_000)).found, "140000 bytes in B2");
}

#[test]
fn answers_cross_a_pipe() {
    let bytes = book(&[&["a", "b"], &["1", "x\u{1F642}"]], &[]);
    let mut wire = Vec::new();
    answer(&bytes, None, false, &mut wire).expect("memory");
    let (rendering, _) = read_answer(wire.as_slice()).expect("an answer");
    assert_eq!((rendering.text, rendering.sheet), (render(&bytes, None).text, Some("Sheet1".to_owned())));
    assert_eq!(read_answer(&wire[..wire.len() - 1]).expect_err("cut short"), None);
    assert_eq!(read_answer(&b""[..]).expect_err("nothing"), None);
    let mut wire = Vec::new();
    answer(b"PK", None, true, &mut wire).expect("memory");
    assert_eq!(read_answer(wire.as_slice()).expect_err("refused").expect("a fault").rule, "file.workbook_damaged");
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_workbook_makes_it_panic(at in 0_usize..2_000, byte in any::<u8>(), xml in "[<>/=\"a-z0-9 :&;]{0,80}") {
            let mut bytes = book(&[&["a", "b"], &["1", "@1:43831"]], &["A1:B1"]);
            let length = bytes.len();
            bytes[at % length] = byte;
            let _ = InProcess.render(&bytes, None);
            let _ = InProcess.render(&bytes[..at % length], None);
            let _ = InProcess.sheets(&xlsx(&[("S", "visible", &xml)], &xml, &xml, false));
            let _ = InProcess.sheets(&ods(&xml, &xml));
        }
    }
}
