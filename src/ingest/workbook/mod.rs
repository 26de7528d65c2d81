//! Workbooks: Office Open XML (.xlsx, .xlsm) and OpenDocument (.ods), one sheet of which becomes the text of a table.
//!
//! A workbook is a program for allocating memory that somebody else wrote. It is first looked through without building anything from it
//! (`guard`, `claims`), then read cell by cell (`xlsx`, `ods`) into the records of a text table (`grid`, `value`), of which the table is kept
//! (`island`); where a sheet names its area as the reader does not take it, that is left out first (`repair`). Where a crafted file still gets past all caps, the process that reads it ends: so the command reads workbooks in a child
//! process that limits its own memory and time, through the trait `WorkbookReader`.

mod claims;
mod fault;
mod grid;
mod guard;
mod island;
mod ods;
mod render;
mod repair;
mod value;
mod wire;
mod xlsx;

pub use fault::{Limit, Note, WorkbookFault};
pub use wire::{Report, answer, read_answer};

use serde::{Deserialize, Serialize};

use super::container::{ContainerFault, Rendering};
use fault::WorkbookFault as Fault;
use guard::BookKind;
use value::Kind;

/// Most files inside a workbook.
pub const ENTRIES_MAX: usize = 1_000;
/// Most bytes that a workbook may unpack to (256 MiB).
pub const UNPACKED_BYTES_MAX: u64 = 256 << 20;
/// Most bytes that one packed byte may unpack to.
pub const RATIO_MAX: u64 = 100;
/// Rows that a spreadsheet can address.
pub const ROWS_MAX: u64 = 1_048_576;
/// Columns that a spreadsheet can address; those that hold anything are capped by `COLUMNS_MAX`.
pub const SHEET_COLUMNS_MAX: u64 = 16_384;
/// Most cells that hold anything.
pub const CELLS_MAX: u64 = 20_000_000;
/// Largest cell in bytes (128 KiB): more than the 32,767 characters of a spreadsheet. Rows with cells above `FIELD_BYTES_MAX` are left out later.
pub const CELL_BYTES_MAX: usize = 128 << 10;
/// Most bytes of text of all cells (256 MiB).
pub const TEXT_BYTES_MAX: usize = 256 << 20;
/// Most bytes of text of all sheets of a definition file (16 MiB).
pub const DEFINITION_BYTES_MAX: usize = 16 << 20;
/// Most distinct texts.
pub const STRINGS_MAX: u64 = 5_000_000;
/// Most merged areas.
pub const MERGES_MAX: u64 = 100_000;
/// Most cell formats.
pub const STYLES_MAX: u64 = 131_072;
/// Most sheets.
pub const SHEETS_MAX: u64 = 1_000;

/// Reads workbooks. The caller hands one in, because reading in this process is not safe for files from strangers.
pub trait WorkbookReader: Sync {
    /// Renders one sheet: the declared one, else the one with a table.
    ///
    /// # Errors
    /// If the file is no workbook, or beyond the caps, or has no such sheet.
    fn render(&self, bytes: &[u8], sheet: Option<&str>) -> Result<Rendering, ContainerFault>;

    /// All sheets as rows of text, such as a definition file has them.
    ///
    /// # Errors
    /// As `render`.
    fn sheets(&self, bytes: &[u8]) -> Result<Vec<SheetRows>, ContainerFault>;
}

/// Reads in this process, under the caps alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl WorkbookReader for InProcess {
    fn render(&self, bytes: &[u8], sheet: Option<&str>) -> Result<Rendering, ContainerFault> {
        render::render(bytes, sheet).map(render::Rendered::into_rendering).map_err(ContainerFault::from)
    }

    fn sheets(&self, bytes: &[u8]) -> Result<Vec<SheetRows>, ContainerFault> {
        render::sheets(bytes).map_err(ContainerFault::from)
    }
}

/// One sheet as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRows {
    /// Its name.
    pub name: String,
    /// Rows from the first of the sheet to the last that holds anything, blank ones included, each up to its last cell.
    pub rows: Vec<Vec<String>>,
}

/// A sheet of an opened workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SheetName {
    name: String,
    visible: bool,
}

/// A merged area: row and column (from 0) of its first and last cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    first: (u32, u32),
    last: (u32, u32),
}

/// Whether to go on reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    On,
    Enough,
}

/// Takes a cell by row and column (from 0), its text, and what it holds.
type Visit<'v> = &'v mut dyn FnMut(u32, u32, &str, Kind) -> Result<Step, Fault>;

/// An opened workbook of either kind.
enum Book<'b> {
    Xlsx(Box<xlsx::XlsxBook<'b>>),
    Ods(ods::OdsBook<'b>),
}

impl<'b> Book<'b> {
    /// Opens what the guard lets pass; also gives the number of formulas without a value.
    fn open(bytes: &'b [u8]) -> Result<(Self, u64), Fault> {
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(guard::refuse_ole(bytes));
        }
        let checked = guard::check(bytes)?;
        let book = match checked.kind {
            BookKind::Xlsx if checked.loose_dimension => {
                Self::Xlsx(Box::new(xlsx::XlsxBook::open(repair::without_dimensions(bytes)?.into())?))
            }
            BookKind::Xlsx => Self::Xlsx(Box::new(xlsx::XlsxBook::open(bytes.into())?)),
            BookKind::Ods => Self::Ods(ods::OdsBook::open(bytes)?),
        };
        Ok((book, checked.uncomputed))
    }

    fn sheets(&self) -> &[SheetName] {
        match self {
            Self::Xlsx(book) => book.sheets(),
            Self::Ods(book) => book.sheets(),
        }
    }

    /// Hands on the cells of a sheet; gives the merged areas unless reading was stopped.
    fn read(&mut self, sheet: &str, visit: Visit<'_>) -> Result<Vec<Area>, Fault> {
        match self {
            Self::Xlsx(book) => {
                book.read(sheet, visit)?;
                book.merged(sheet)
            }
            Self::Ods(book) => book.read(sheet, visit),
        }
    }
}

/// Why a file of an older or another format is refused.
pub(super) fn refuse(bytes: &[u8]) -> ContainerFault {
    guard::refuse_ole(bytes).into()
}

#[cfg(test)]
mod books;
#[cfg(test)]
mod tests;
