//! Tells definitions from exports, and reads both.

use super::super::model::Definition;
use super::super::{Sheets, definition, definition_kind, from_sheets, is_xlsform};
use super::Given;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::ingest::{Declared, RawExport, WorkbookReader};
use crate::program::plan::System;

/// A file that was given.
pub(super) struct Source {
    /// Its name.
    pub name: String,
    /// Its bytes, where it holds answers.
    pub bytes: Vec<u8>,
    /// The answers that it holds.
    pub export: Option<RawExport>,
    /// The questionnaire that it defines.
    pub definition: Option<Definition>,
}

/// Where an export lies in the program.
pub(super) fn export_path(name: &str) -> String {
    format!("exports/{name}")
}

pub(super) fn read(given: Given, workbooks: &dyn WorkbookReader) -> Result<Source> {
    let Given { name, bytes } = given;
    let fail = |error: Error| error.at(&name);
    let defined = |definition: Definition| Source { name: name.clone(), bytes: Vec::new(), export: None, definition: Some(definition) };
    if bytes.starts_with(b"PK") {
        // A workbook that cannot be read says why below, where it is read as an export.
        let sheets: Vec<Sheets> = workbooks
            .sheets(&bytes)
            .map(|sheets| sheets.into_iter().map(|sheet| Sheets { name: sheet.name, rows: sheet.rows }).collect())
            .unwrap_or_default();
        if is_xlsform(&sheets) {
            return from_sheets(&name, &sheets).map(defined).map_err(fail);
        }
    } else if definition_kind(&name, &bytes).is_some() {
        return definition(&name, bytes, None).map(defined).map_err(fail);
    }
    if name.starts_with('~') || name.contains(['\\', ':', '/']) {
        return Err(
            Error::new("an export with `\\`, `:` or a leading `~` in its name cannot be named in program.toml", "rename it").at(&name)
        );
    }
    let export = RawExport::from_bytes_with(&export_path(&name), bytes.clone(), &Declared::default(), workbooks);
    if !export.is_usable() {
        let faults = export.findings.as_slice().iter().filter(|finding| finding.severity == Severity::Error);
        let detail: Vec<String> = faults.map(|f| format!("expected {}, found {}; {}", f.expected, f.found, f.remedy)).collect();
        return Err(fail(
            Error::new("this file can be read neither as a definition nor as an export", "give another file")
                .with_detail(detail.join("\n")),
        ));
    }
    // An SPSS file says what its answers mean.
    let definition = if export.system == System::Spss { definition(&name, bytes.clone(), None).ok() } else { None };
    Ok(Source { name, bytes, export: Some(export), definition })
}
