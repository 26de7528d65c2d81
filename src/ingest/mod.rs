//! Ingest: export files and program tables become headings and a stream of text cells.
//!
//! Nothing is interpreted beyond what the file itself says: its encoding, its dialect, the system that wrote it and the
//! columns which that system adds. Whatever is wrong with the file is a finding that names row and column and never
//! quotes a cell.

mod adapter;
mod container;
mod controls;
mod dates;
mod decode;
mod describe;
mod dialect;
mod dictionary;
mod export;
mod faults;
mod files;
mod headings;
mod inputs;
mod microsoft_forms;
mod plain;
mod qualtrics;
mod redcap;
mod scan;
mod source;
mod table;
mod workbook;
mod workbook_table;

pub use adapter::{Adapter, Evidence, Layout, Probe, Remark, RowKind, RowView, SystemColumns};
pub use container::{Container, ContainerFault, Rendering};
pub use dates::{DateFault, parse_date};
pub use describe::{Description, describe};
pub use dialect::{Delimiter, LineEndings};
pub use dictionary::{Dictionary, DictionaryChoice, DictionaryField, read_dictionary};
pub use export::{Declared, RawExport, read_export, read_export_file};
pub use files::{TABLE_BYTES_MAX, TEXT_FILE_BYTES_MAX, WORKBOOK_BYTES_MAX};
pub use headings::{HeadingFault, Headings};
pub use inputs::{Inputs, read_inputs};
pub use redcap::checkbox_heading;
pub use scan::Scan;
pub use source::{COLUMNS_MAX, FIELD_BYTES_MAX, RECORD_BYTES_MAX};
pub use table::{Table, TableRow, column_finding, read_table};
pub use workbook::{InProcess, Limit, Note, Report, SheetRows, WorkbookFault, WorkbookReader, answer, read_answer};

#[cfg(test)]
mod properties;
