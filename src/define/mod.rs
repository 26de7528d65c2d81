//! Definitions: the file in which a survey system keeps a questionnaire becomes an instrument to complete.
//!
//! What such a file states is carried over: questions, texts, codes and labels. What it does not state is not guessed: scales, uses and
//! reversed items are left to the evaluator, everything uncertain stands behind a comment that begins with `# check:`, and notes name what
//! was left behind.
//!
//! | file | reads or writes |
//! |---|---|
//! | `model` | a definition, its questions, items and notes |
//! | `clean` | texts: HTML, entities, placeholders |
//! | `choices` | choices as an instrument can hold them, and what is to be asked about them |
//! | `instrument` | the TOML text of an instrument |
//! | `scales` | scales to think about, as comments |
//! | `summary` | the definition as JSON |
//! | `qsf`, `qsf_items` | Qualtrics `.qsf` |
//! | `redcap` | REDCap data dictionaries |
//! | `limesurvey`, `limesurvey_items` | LimeSurvey `.lss`, `.lsg`, `.lsq`, and the TSV structure |
//! | `xlsform` | XLSForm workbooks |
//! | `sav` | the dictionary of an SPSS file |
//! | `start` | a program to start from, of definitions and exports |

mod choices;
mod clean;
mod instrument;
mod limesurvey;
mod limesurvey_items;
mod limesurvey_tsv;
mod model;
mod qsf;
mod qsf_items;
mod redcap;
mod sav;
mod scales;
pub mod start;
mod summary;
#[cfg(test)]
mod tests;
mod xlsform;

use std::path::Path;

pub use instrument::{InstrumentHead, instrument_toml};
pub use model::{DefinedChoice, DefinedItem, Definition, Note, Question, Sheets};
pub use summary::summary;

use crate::error::{Error, Result};
use crate::ingest::read_bytes;
use crate::program::plan::System;

/// Most bytes of a definition that is text; parsed it takes a multiple of them.
const TEXT_BYTES_MAX: usize = 32 << 20;

/// Reads a definition file of any system; `sheets` gives the sheets of a workbook, which an XLSForm is.
///
/// # Errors
/// If the file cannot be read, is none of the known formats, or defines no question.
pub fn read_definition(path: &Path, system: Option<System>, sheets: impl FnOnce(&[u8]) -> Result<Vec<Sheets>>) -> Result<Definition> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = read_bytes(path)?;
    read_definition_bytes(&name, bytes, system, sheets).map_err(|error| error.at(path))
}

/// As `read_definition`, from the bytes of the file.
///
/// # Errors
/// If the file is none of the known formats, or defines no question.
pub fn read_definition_bytes(
    name: &str,
    bytes: Vec<u8>,
    system: Option<System>,
    sheets: impl FnOnce(&[u8]) -> Result<Vec<Sheets>>,
) -> Result<Definition> {
    if bytes.starts_with(b"PK") {
        sheets(&bytes).and_then(|sheets| from_sheets(name, &sheets))
    } else if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        Err(Error::new(format!("{name} is a workbook of the older Excel format"), "open it in a spreadsheet and save it as .xlsx"))
    } else {
        definition(name, bytes, system)
    }
}

/// Reads a definition of any system but XLSForm from its bytes; `name` is the file's, for titles and messages.
///
/// # Errors
/// If it is none of the known formats, or defines no question.
pub fn definition(name: &str, bytes: Vec<u8>, system: Option<System>) -> Result<Definition> {
    let format = system.or_else(|| recognize(name, &bytes).map(|kind| kind.system)).ok_or_else(|| unknown(name))?;
    if format != System::Spss && bytes.len() > TEXT_BYTES_MAX {
        let most = TEXT_BYTES_MAX >> 20;
        return Err(Error::new(
            format!("{name} has {} MiB, and a definition is read up to {most} MiB", bytes.len() >> 20),
            "export the questionnaire alone, without answers",
        ));
    }
    let definition = match format {
        System::Qualtrics => qsf::read(name, &bytes),
        System::Redcap => redcap::read(name, bytes),
        System::LimeSurvey if first_byte(&bytes) == Some(b'<') => limesurvey::read(name, &bytes),
        System::LimeSurvey => limesurvey_tsv::read(name, &bytes),
        System::Spss => sav::read(name, &bytes),
        System::Kobo | System::Odk => Err(Error::new("an XLSForm is a workbook", "give the .xlsx file")),
        _ => Err(unknown(name)),
    }?;
    with_items(definition)
}

/// Reads an XLSForm from the rows of its sheets as text.
///
/// # Errors
/// If there is no sheet `survey`, or it defines no question.
pub fn from_sheets(name: &str, sheets: &[Sheets]) -> Result<Definition> {
    with_items(xlsform::read(name, sheets)?)
}

/// Whether the sheets are those of an XLSForm.
pub fn is_xlsform(sheets: &[Sheets]) -> bool {
    xlsform::is_one(sheets)
}

/// A definition may hold questions of which none can be evaluated, such as notes and recordings; it is still worth looking through.
fn with_items(mut definition: Definition) -> Result<Definition> {
    if definition.questions.is_empty() && definition.items.is_empty() {
        return Err(nothing_to_evaluate());
    }
    definition.finish();
    Ok(definition)
}

/// Why there is no instrument to write.
pub fn nothing_to_evaluate() -> Error {
    Error::new("the file defines no question that can be evaluated", "export the questionnaire again, with its questions")
}

/// What a definition file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefinitionKind {
    /// System whose file it is.
    pub system: System,
    /// Kind of file, in words.
    pub words: &'static str,
    /// Whether it is a table that can be described like an export, though it holds no answers.
    pub is_table: bool,
}

/// The kind of a definition file that is no workbook, by its content. An SPSS file is none here: it holds answers too.
pub fn definition_kind(name: &str, bytes: &[u8]) -> Option<DefinitionKind> {
    recognize(name, bytes).filter(|kind| kind.system != System::Spss)
}

fn recognize(name: &str, bytes: &[u8]) -> Option<DefinitionKind> {
    let kind = |system, words, is_table| Some(DefinitionKind { system, words, is_table });
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned();
    let start = head.trim_start_matches('\u{feff}').trim_start();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    if start.starts_with("$FL2") || start.starts_with("$FL3") {
        return kind(System::Spss, "an SPSS file", true);
    }
    if start.starts_with('{') && (head.contains("\"SurveyEntry\"") || head.contains("\"SurveyElements\"") || extension == "qsf") {
        return kind(System::Qualtrics, "a Qualtrics survey (.qsf)", false);
    }
    if start.starts_with('<') && (head.contains("LimeSurveyDocType") || matches!(extension.as_str(), "lss" | "lsq" | "lsg")) {
        return kind(System::LimeSurvey, "a LimeSurvey structure (.lss, .lsg, .lsq)", false);
    }
    let first = start.lines().next().unwrap_or_default();
    if first.contains("Variable / Field Name") || (first.contains("field_name") && first.contains("field_type")) {
        return kind(System::Redcap, "a REDCap data dictionary", true);
    }
    let columns: Vec<&str> = first.split('\t').map(|cell| cell.trim_matches('"')).collect();
    let is_structure = ["class", "type/scale", "name"].iter().all(|column| columns.contains(column));
    if is_structure { kind(System::LimeSurvey, "a LimeSurvey structure as tab-separated text", true) } else { None }
}

fn first_byte(bytes: &[u8]) -> Option<u8> {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

fn unknown(name: &str) -> Error {
    Error::new(
        format!("{name} is no definition of a questionnaire that is known"),
        "give a Qualtrics .qsf, a REDCap data dictionary (CSV), a LimeSurvey .lss, .lsq or .txt structure, an XLSForm .xlsx, or an SPSS \
         .sav",
    )
}
