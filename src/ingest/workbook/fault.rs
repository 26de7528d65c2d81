//! Why a workbook is refused, and what is worth knowing about one that was read. Both cross from the reading process to its parent as JSON.

use serde::{Deserialize, Serialize};

use super::super::adapter::Remark;
use super::super::container::ContainerFault;

/// Why a workbook is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkbookFault {
    /// A format that is not read, in words, and what to do.
    Format(String, String),
    /// Protected by a password.
    Encrypted,
    /// Broken inside; where, in words.
    Damaged(String),
    /// More than a cap allows: what was found.
    Cap(String, Limit),
    /// The declared sheet is not there; the names of those that are.
    NoSuchSheet(String, Vec<String>),
    /// The process that read it ended early; how, in words.
    Died(String),
}

/// A cap of this tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Files inside the archive.
    Entries,
    /// Bytes after unpacking.
    Unpacked,
    /// Bytes before unpacking, as a share of those after.
    Ratio,
    /// A name inside the archive that leads out of it.
    Names,
    /// Distinct texts.
    Strings,
    /// Rows and columns that a spreadsheet can address.
    Positions,
    /// Columns that hold anything.
    Columns,
    /// Cells that hold anything.
    Cells,
    /// Text of one cell.
    CellText,
    /// Text of all cells.
    Text,
    /// Text of all sheets of a definition file.
    Definition,
    /// Merged areas.
    Merges,
    /// Cell formats.
    Styles,
    /// Sheets.
    Sheets,
}

impl Limit {
    fn expected(self) -> String {
        match self {
            Self::Entries => format!("at most {} files inside the workbook", super::ENTRIES_MAX),
            Self::Unpacked => format!("at most {} MiB once unpacked", super::UNPACKED_BYTES_MAX >> 20),
            Self::Ratio => format!("nothing that unpacks to more than {} times its size", super::RATIO_MAX),
            Self::Names => "names inside the workbook that stay inside it".to_owned(),
            Self::Strings => format!("at most {} distinct texts, and no more claimed than there are", super::STRINGS_MAX),
            Self::Positions => format!("cells within {} rows and {} columns", super::ROWS_MAX, super::SHEET_COLUMNS_MAX),
            Self::Columns => format!("at most {} columns", super::super::source::COLUMNS_MAX),
            Self::Cells => format!("at most {} cells", super::CELLS_MAX),
            Self::CellText => format!("at most {} KiB in a cell", super::CELL_BYTES_MAX >> 10),
            Self::Text => format!("at most {} MiB of text", super::TEXT_BYTES_MAX >> 20),
            Self::Definition => format!("at most {} MiB of text in all sheets", super::DEFINITION_BYTES_MAX >> 20),
            Self::Merges => format!("at most {} merged areas", super::MERGES_MAX),
            Self::Styles => format!("at most {} cell formats with short names", super::STYLES_MAX),
            Self::Sheets => format!("at most {} sheets", super::SHEETS_MAX),
        }
    }
}

impl From<WorkbookFault> for ContainerFault {
    fn from(fault: WorkbookFault) -> Self {
        let workbook = "a workbook (.xlsx, .xlsm or .ods)".to_owned();
        let (rule, expected, found, remedy) = match fault {
            WorkbookFault::Format(found, remedy) => ("file.container", workbook, found, remedy),
            WorkbookFault::Encrypted => (
                "file.encrypted",
                "a workbook without a password".to_owned(),
                "an encrypted one".to_owned(),
                "open it, remove the password, and save it again".to_owned(),
            ),
            WorkbookFault::Damaged(place) => (
                "file.workbook_damaged",
                workbook,
                format!("a fault in {place}"),
                "export it again; or open it in a spreadsheet and save it as .xlsx or CSV".to_owned(),
            ),
            WorkbookFault::Cap(found, limit) => (
                "file.workbook_cap",
                limit.expected(),
                found,
                "export the table alone as CSV; the file may also be damaged or hostile, so ask where it comes from".to_owned(),
            ),
            WorkbookFault::NoSuchSheet(name, sheets) => (
                "file.no_such_sheet",
                format!("a sheet {name:?}"),
                format!("the sheets {}", sheets.join(", ")),
                "correct the line `sheet = …`".to_owned(),
            ),
            WorkbookFault::Died(how) => (
                "file.workbook_unreadable",
                "a workbook that can be read within 1.5 GiB of memory and a minute".to_owned(),
                how,
                "export the table alone as CSV; the file may also be damaged or hostile, so ask where it comes from".to_owned(),
            ),
        };
        Self { rule, expected, found, remedy }
    }
}

/// What is worth knowing about a workbook that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// The sheet read, of several that hold tables.
    Sheet(String, Vec<String>),
    /// Rows outside the table, as ranges, and why the table was taken to begin where it does.
    PassedOver(String, String),
    /// Columns left of the table without any cell.
    FirstColumn(String),
    /// Merged headings carried to the columns that they span.
    Carried(u64),
    /// Cells that hold an error such as a division by zero.
    Errors(u64),
    /// Formulas whose value was never computed.
    Uncomputed(u64),
    /// Columns (from 1) with cells shown as percent.
    Percent(Vec<u32>),
}

impl From<Note> for Remark {
    fn from(note: Note) -> Self {
        let (rule, expected, found, remedy) = match note {
            Note::Sheet(name, others) => (
                "file.several_sheets",
                "one sheet with a table",
                format!("{name} was read, {} not", others.join(", ")),
                "nothing to do if that is right; else say `sheet = …` in its [[export]]",
            ),
            Note::PassedOver(rows, why) => (
                "file.rows_passed_over",
                "a table and nothing else",
                format!("notes in {rows}: {why}"),
                "nothing to do if that is right; else remove the notes from the sheet",
            ),
            Note::FirstColumn(first) => (
                "file.columns_passed_over",
                "a table that begins in column A",
                format!("one that begins in column {first}"),
                "nothing to do; columns are counted from there",
            ),
            Note::Carried(count) => (
                "file.merged_headings",
                "a heading in every column",
                format!("{count} headings that span several columns, with a second row of headings below"),
                "nothing to do; each of the columns has the heading",
            ),
            Note::Errors(count) => (
                "file.error_cells",
                "values",
                format!("{count} cells with an error such as #N/A or #DIV/0!"),
                "correct their formulas; they were read as blank",
            ),
            Note::Uncomputed(count) => (
                "file.formula_without_value",
                "formulas with their values",
                format!("{count} formulas without one"),
                "open the workbook in a spreadsheet and save it, so that they are computed; they were read as blank",
            ),
            Note::Percent(columns) => {
                let shown: Vec<String> = columns.iter().take(10).map(u32::to_string).collect();
                let more = if columns.len() > 10 { ", …" } else { "" };
                (
                    "file.percent_cells",
                    "plain numbers",
                    format!("cells shown as percent in columns {}{more}", shown.join(", ")),
                    "nothing to do; the value behind 50 % was read, which is 0.5",
                )
            }
        };
        Self { rule, expected, found, remedy }
    }
}
