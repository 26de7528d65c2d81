//! Workbooks for tests, built part by part.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive of named parts.
pub(in crate::ingest) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).expect("memory");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// An Office Open XML workbook: sheets as name, state and the XML inside `worksheet`; shared strings and styles as XML, empty for none.
pub(in crate::ingest) fn xlsx(sheets: &[(&str, &str, &str)], strings: &str, styles: &str, is_1904: bool) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let root = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{of}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let (mut list, mut relations) = (String::new(), String::new());
    for (number, (name, state, _)) in (1..).zip(sheets) {
        list += &format!("<sheet name=\"{name}\" sheetId=\"{number}\" state=\"{state}\" r:id=\"r{number}\"/>");
        relations += &format!("<Relationship Id=\"r{number}\" Type=\"{of}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>");
    }
    let workbook = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{of}\"><workbookPr date1904=\"{}\"/><sheets>{list}</sheets></workbook>",
        u8::from(is_1904)
    );
    let relations = format!("<Relationships xmlns=\"{package}\">{relations}</Relationships>");
    let parts: Vec<(String, String)> = (1..)
        .zip(sheets)
        .map(|(n, (_, _, xml))| (format!("xl/worksheets/sheet{n}.xml"), format!("<worksheet xmlns=\"{main}\">{xml}</worksheet>")))
        .collect();
    let mut all: Vec<(&str, &[u8])> = vec![
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
    ];
    all.extend(parts.iter().map(|(name, xml)| (name.as_str(), xml.as_bytes())));
    for (name, xml) in [("xl/sharedStrings.xml", strings), ("xl/styles.xml", styles)] {
        if !xml.is_empty() {
            all.push((name, xml.as_bytes()));
        }
    }
    archive(&all)
}

/// One sheet from cells: numbers as numbers, `@n:value` with the format n, `=value` computed, `!text` an error, the rest as text.
pub(in crate::ingest) fn sheet(rows: &[&[&str]], merged: &[&str]) -> String {
    let mut xml = "<sheetData>".to_owned();
    for (number, row) in (1..).zip(rows) {
        xml += &format!("<row r=\"{number}\">");
        for (column, cell) in (0..).zip(row.iter()) {
            let place = format!("{}{number}", super::grid::letters(column));
            xml += &match cell.chars().next() {
                None => continue,
                Some('@') => {
                    let (style, value) = cell[1..].split_once(':').expect("a format and a value");
                    format!("<c r=\"{place}\" s=\"{style}\"><v>{value}</v></c>")
                }
                Some('=') => format!("<c r=\"{place}\"><f>A1</f><v>{}</v></c>", &cell[1..]),
                Some('!') => format!("<c r=\"{place}\" t=\"e\"><v>{}</v></c>", &cell[1..]),
                Some(_) if cell.parse::<f64>().is_ok() => format!("<c r=\"{place}\"><v>{cell}</v></c>"),
                Some(_) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{cell}</t></is></c>"),
            };
        }
        xml += "</row>";
    }
    xml += "</sheetData>";
    if !merged.is_empty() {
        xml += "<mergeCells>";
        merged.iter().for_each(|area| xml += &format!("<mergeCell ref=\"{area}\"/>"));
        xml += "</mergeCells>";
    }
    xml
}

/// A workbook of one such sheet.
pub(in crate::ingest) fn book(rows: &[&[&str]], merged: &[&str]) -> Vec<u8> {
    xlsx(&[("Sheet1", "visible", &sheet(rows, merged))], "", STYLES, false)
}

/// Formats: 0 general, 1 date, 2 date and time, 3 time, 4 duration, 5 percent, 6 text.
pub(in crate::ingest) const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm\"/>\
    </numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"20\"/><xf numFmtId=\"46\"/><xf numFmtId=\"9\"/>\
    <xf numFmtId=\"49\"/></cellXfs></styleSheet>";

/// An OpenDocument workbook from the XML inside `office:spreadsheet`.
pub(in crate::ingest) fn ods(styles: &str, tables: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:calcext=\"c\" xmlns:style=\"s\" xmlns:draw=\"d\">\
         <office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest xmlns:manifest=\"m\"/>"),
    ])
}
