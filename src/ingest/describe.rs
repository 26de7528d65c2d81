//! One export described without a program.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::adapter::RowKind;
use super::dialect::{Delimiter, LineEndings};
use super::export::{Declared, RawExport, read_export_file};
use super::faults::about;
use super::workbook::WorkbookReader;
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, Severity};
use crate::program::plan::System;

/// What a file is and holds.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    /// System that wrote it.
    pub system: System,
    /// Kind of file within the system, in words.
    pub variant: String,
    /// Why it was taken for that, in words.
    pub evidence: String,
    /// Name of the encoding in lower case.
    pub encoding: String,
    /// Whether it begins with a byte order mark.
    pub bom: bool,
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// What ends a record.
    pub line_endings: LineEndings,
    /// Sheet that was read, of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Rows before the first record.
    pub header_rows: u64,
    /// Records after the header rows, excluded ones included, blank ones not.
    pub data_records: u64,
    /// Columns of row 1, nameless ones included.
    pub columns: usize,
    /// Headings that several columns have, each once; an empty one is among them if several columns have none.
    pub duplicate_headers: Vec<String>,
    /// Numbers (from 1) of the columns without a heading.
    pub empty_header_columns_1based: Vec<usize>,
    /// IANA name of the time zone of dates, where the file says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Records of respondents who finished, previews and tests included; absent where the system has no such mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<u64>,
    /// Records of respondents who did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<u64>,
    /// The cell asked for, as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is wrong with the file and its rows; printed by its own means.
    #[serde(skip)]
    pub findings: Findings,
}

/// Describes an export; `record` (after the header rows) and `column`, both from 1, ask for one cell.
///
/// # Errors
/// If the file cannot be read, or has no such cell.
pub fn describe(
    path: &Path,
    record: Option<u64>,
    column: Option<usize>,
    declared: &Declared,
    workbooks: &dyn WorkbookReader,
) -> Result<Description> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let export = read_export_file(path, &name, declared, workbooks)?;
    describe_export(export, record, column).map_err(|error| error.at(path))
}

fn describe_export(mut export: RawExport, record: Option<u64>, column: Option<usize>) -> Result<Description> {
    let (mut records, mut complete, mut partial) = (0, 0, 0);
    let mut others: BTreeMap<(RowKind, String), u64> = BTreeMap::new();
    let mut value = None;
    let scan = export.scan(|_, cells, _| {
        records += 1;
        let row = export.row(cells);
        match row.finished {
            Some(true) => complete += 1,
            Some(false) => partial += 1,
            None => {}
        }
        let plain = row.status.is_none_or(|status| matches!(status, "0" | "IP Address"));
        if row.kind != RowKind::Usable || (!plain && export.system == System::Qualtrics) {
            let status = row.status.map_or("none", |status| if is_status(status) { status } else { "another text" });
            *others.entry((row.kind, status.to_owned())).or_default() += 1;
        }
        if Some(records) == record {
            value = column.and_then(|column| cells.get(column.checked_sub(1)?)).map(str::to_owned);
        }
    });
    let mut findings = std::mem::take(&mut export.findings);
    findings.extend(scan.findings);
    for ((kind, status), count) in others {
        let (rule, [one, many]) = match kind {
            RowKind::Preview => ("file.previews", ["preview", "previews"]),
            RowKind::Test => ("file.tests", ["test response", "test responses"]),
            RowKind::ScreenedOut => {
                ("file.screened_out", ["response that the survey ended early", "responses that the survey ended early"])
            }
            RowKind::Usable => ("file.used_status", ["response of a status other than 0", "responses of a status other than 0"]),
            RowKind::OtherStatus => ("file.other_status", ["response of another status", "responses of another status"]),
        };
        let used = kind == RowKind::Usable;
        findings.push(Finding {
            rule,
            severity: if used { Severity::Note } else { Severity::Warning },
            column: export.columns.status.and_then(|i| export.headings.as_slice().get(i).cloned()),
            expected: "real responses".to_owned(),
            found: format!("{count} {} among {records} records; status {status}", if count == 1 { one } else { many }),
            remedy: if used { "nothing to do; they are analyzed" } else { "nothing to do if that is so; they are not analyzed" }.to_owned(),
            ..about(&export.file)
        });
    }
    if (record.is_some() || column.is_some()) && value.is_none() {
        let what = match (record, column) {
            (Some(record), Some(column)) => format!("there is no record {record} with a column {column}"),
            _ => "a cell has a record and a column".to_owned(),
        };
        let next = format!("give --record 1 to {records} and --column 1 to {}", export.headings.len());
        return Err(Error::new(what, next));
    }
    let has_marks = export.columns.finished.is_some();
    Ok(Description {
        system: export.system,
        duplicate_headers: export.headings.repeated().into_iter().map(|(heading, _)| heading.to_owned()).collect(),
        empty_header_columns_1based: export.headings.empty_columns(),
        columns: export.headings.len(),
        variant: export.variant,
        evidence: export.evidence,
        encoding: export.encoding,
        bom: export.bom,
        delimiter: export.delimiter,
        line_endings: export.line_endings,
        sheet: export.sheet,
        header_rows: export.header_rows,
        data_records: records,
        time_zone: export.time_zone,
        complete: has_marks.then_some(complete),
        partial: has_marks.then_some(partial),
        value,
        findings,
    })
}

/// Whether a text is a code or a word of the system, which may be printed.
fn is_status(text: &str) -> bool {
    let code = text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    code || matches!(
        text,
        "IP Address" | "Survey Preview" | "Survey Test" | "Imported" | "Spam" | "rejected" | "hasIssues" | "Not Approved"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe_text(text: &str, cell: Option<(u64, usize)>) -> Result<Description> {
        let export = RawExport::from_bytes("a.csv", text.as_bytes().to_vec(), &Declared::default());
        describe_export(export, cell.map(|c| c.0), cell.map(|c| c.1))
    }

    #[test]
    fn qualtrics_counts_finished_and_names_tests() {
        let text = "\u{feff}V1,V7,V10,Q1,\nResponseID,Status,Finished,Happy?,\nR_1,0,1,4,\nR_2,2,0,\"a\nb\",\n";
        let got = describe_text(text, Some((2, 4))).expect("described");
        let json = serde_json::to_value(&got).expect("JSON");
        let want = serde_json::json!({
            "system": "qualtrics", "variant": "legacy: V1 to V10, 2 header rows", "evidence": "columns V1 to V10, explained in row 2",
            "encoding": "utf-8", "bom": true, "delimiter": "comma", "line_endings": "LF", "header_rows": 2, "data_records": 2,
            "columns": 5, "duplicate_headers": [], "empty_header_columns_1based": [5], "complete": 1, "partial": 1, "value": "a\nb"
        });
        assert_eq!(json, want);
        assert!(got.findings.as_slice().iter().any(|f| f.rule == "file.tests"));
    }

    #[test]
    fn ragged_records_are_counted_and_shown() {
        let got = describe_text("a;b;a\n1;2;3\n4;5\n", Some((2, 2))).expect("described");
        assert_eq!((got.data_records, got.value.as_deref(), got.complete), (2, Some("5"), None));
        assert_eq!(got.duplicate_headers, ["a"]);
        assert!(describe_text("a;b\n1;2\n", Some((2, 1))).is_err());
        assert!(describe_text("a;b\n1;2\n", Some((1, 0))).is_err());
    }
}
