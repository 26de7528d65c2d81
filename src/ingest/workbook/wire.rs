//! What the process that reads a workbook tells its parent: a line of JSON, then the text of the table.

use std::io::{BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use super::super::container::{ContainerFault, Rendering};
use super::fault::{Note, WorkbookFault};
use super::render::{self, Rendered};
use super::{DEFINITION_BYTES_MAX, SheetRows, TEXT_BYTES_MAX};

/// Most bytes of the first line. Sheets as JSON take more than their text.
const LINE_BYTES_MAX: u64 = 4 * DEFINITION_BYTES_MAX as u64;
/// Most bytes of a table: the last record may end beyond the cap.
const TABLE_BYTES_MAX: u64 = TEXT_BYTES_MAX as u64 + (1 << 20);

/// The first line of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    /// A sheet was rendered; its text follows, with this length in bytes.
    Text {
        /// Name of the sheet.
        sheet: String,
        /// What is worth knowing.
        notes: Vec<Note>,
        /// Bytes that follow.
        bytes: u64,
    },
    /// All sheets.
    Sheets(Vec<SheetRows>),
    /// The workbook is refused.
    Refused(WorkbookFault),
}

/// Reads the workbook and writes the answer. `sheets` asks for all of them.
///
/// # Errors
/// If the answer cannot be written.
pub fn answer(bytes: &[u8], sheet: Option<&str>, sheets: bool, output: &mut dyn Write) -> std::io::Result<()> {
    let mut text = String::new();
    let report = if sheets {
        render::sheets(bytes).map_or_else(Report::Refused, Report::Sheets)
    } else {
        render::render(bytes, sheet).map_or_else(Report::Refused, |rendered| {
            text = rendered.text;
            Report::Text { sheet: rendered.sheet, notes: rendered.notes, bytes: text.len() as u64 }
        })
    };
    serde_json::to_writer(&mut *output, &report)?;
    output.write_all(b"\n")?;
    output.write_all(text.as_bytes())?;
    output.flush()
}

/// Reads an answer. The process that gave it may be under a stranger's control, so that nothing in it is believed beyond its form.
///
/// # Errors
/// The fault that the answer names, or none where it is no whole answer.
pub fn read_answer(mut input: impl BufRead) -> Result<(Rendering, Vec<SheetRows>), Option<ContainerFault>> {
    let mut line = Vec::new();
    input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(|_| None)?;
    match serde_json::from_slice(&line).map_err(|_| None)? {
        Report::Refused(fault) => Err(Some(fault.into())),
        Report::Sheets(sheets) => Ok((Rendering::default(), sheets)),
        Report::Text { sheet, notes, bytes } => {
            let mut text = String::new();
            input.take(TABLE_BYTES_MAX).read_to_string(&mut text).map_err(|_| None)?;
            if text.len() as u64 != bytes {
                return Err(None);
            }
            let rendered = Rendered { text, sheet, notes };
            Ok((rendered.into_rendering(), Vec::new()))
        }
    }
}
