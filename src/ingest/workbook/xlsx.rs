//! Office Open XML workbooks, cell by cell.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{DataRef, Dimensions, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use super::fault::WorkbookFault;
use super::value::{Kind, Shows, write_date, write_duration, write_iso_date, write_iso_duration, write_number};
use super::{Area, SheetName, Step, Visit};

/// An opened workbook.
pub(super) struct XlsxBook<'b> {
    workbook: Xlsx<Cursor<Cow<'b, [u8]>>>,
    sheets: Vec<SheetName>,
}

impl<'b> XlsxBook<'b> {
    /// Opens a workbook that the guard has checked.
    pub(super) fn open(bytes: Cow<'b, [u8]>) -> Result<Self, WorkbookFault> {
        let workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| fault(&error, "the workbook"))?;
        let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let sheets = sheets.map(|sheet| SheetName { name: sheet.name.clone(), visible: sheet.visible == SheetVisible::Visible }).collect();
        Ok(Self { workbook, sheets })
    }

    pub(super) fn sheets(&self) -> &[SheetName] {
        &self.sheets
    }

    /// Areas of merged cells.
    pub(super) fn merged(&mut self, sheet: &str) -> Result<Vec<Area>, WorkbookFault> {
        let areas = self.workbook.merge_cells_by_sheet_name(sheet).map_err(|error| fault(&error, sheet))?;
        Ok(areas.into_iter().map(|Dimensions { start, end }| Area { first: start, last: end }).collect())
    }

    /// Hands on each cell that holds something, in the order of the file.
    pub(super) fn read(&mut self, sheet: &str, visit: Visit<'_>) -> Result<(), WorkbookFault> {
        let is_1904 = self.workbook.has_1904_epoch();
        let mut reader = self.workbook.worksheet_cells_reader(sheet).map_err(|error| fault(&error, sheet))?;
        let shows: Vec<Shows> = reader
            .styles()
            .iter()
            .map(|style| style.number_format.as_ref().map_or(Shows::default(), |f| Shows::of(&f.format_code)))
            .collect();
        let mut text = String::new();
        loop {
            let (cell, style) = match reader.next_cell_with_style_id() {
                Ok(Some(next)) => next,
                Ok(None) => return Ok(()),
                // An error value of a newer spreadsheet: the cell ends here, and the next can be read.
                Err(XlsxError::CellError(_)) => {
                    visit(0, 0, "", Kind::Error)?;
                    continue;
                }
                Err(error) => return Err(fault(&error, sheet)),
            };
            let (row, column) = cell.get_position();
            let shows = shows.get(style).copied().unwrap_or_default();
            text.clear();
            let kind = write(&mut text, cell.get_value(), is_1904, shows);
            let step = match cell.get_value() {
                DataRef::Empty => Step::On,
                DataRef::String(cell) => visit(row, column, cell, Kind::Text)?,
                DataRef::SharedString(cell) => visit(row, column, cell, Kind::Text)?,
                _ => visit(row, column, &text, kind)?,
            };
            if step == Step::Enough {
                return Ok(());
            }
        }
    }
}

/// Writes a value that is no text.
fn write(text: &mut String, value: &DataRef<'_>, is_1904: bool, shows: Shows) -> Kind {
    match value {
        DataRef::Empty | DataRef::String(_) | DataRef::SharedString(_) => return Kind::Text,
        DataRef::Error(_) => return Kind::Error,
        #[allow(clippy::cast_precision_loss, reason = "spreadsheets hold every number so")]
        DataRef::Int(value) => write_number(text, *value as f64),
        DataRef::Float(value) => write_number(text, *value),
        DataRef::Bool(value) => text.push_str(if *value { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(value) if value.is_duration() => write_duration(text, value.as_f64()),
        DataRef::DateTime(value) => write_date(text, value.as_f64(), is_1904, shows.day),
        DataRef::DateTimeIso(value) => write_iso_date(text, value),
        DataRef::DurationIso(value) => write_iso_duration(text, value),
    }
    let number = matches!(value, DataRef::Int(_) | DataRef::Float(_));
    if number && shows.percent { Kind::Percent } else { Kind::Typed }
}

/// No part of the message of a reader is passed on: it may quote a cell.
fn fault(error: &XlsxError, place: &str) -> WorkbookFault {
    match error {
        XlsxError::Password => WorkbookFault::Encrypted,
        XlsxError::Zip(_) | XlsxError::Io(_) => WorkbookFault::Damaged(format!("the archive, at {place}")),
        XlsxError::Xml(_) | XlsxError::XmlEof(_) | XlsxError::XmlAttr(_) => WorkbookFault::Damaged(format!("the XML of {place}")),
        _ => WorkbookFault::Damaged(place.to_owned()),
    }
}
