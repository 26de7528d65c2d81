//! Ingest: export files and program tables become headings and a stream of text cells.
//!
//! Nothing is interpreted beyond what the file itself says: its encoding, its dialect, the system that wrote it and the
//! columns which that system adds. Whatever is wrong with the file is a finding that names row and column and never
//! quotes a cell.

mod adapter;
mod blocks;
mod container;
mod content;
mod controls;
mod conventions;
mod date_reader;
mod dates;
mod decode;
mod describe;
mod dialect;
mod dictionary;
mod export;
mod faults;
mod files;
mod folding;
mod google_forms;
mod headings;
mod inputs;
mod kobo;
mod lime_survey;
mod matching;
mod microsoft_forms;
mod odk;
mod parallel;
mod plain;
mod qualtrics;
mod quotes;
mod record;
mod redcap;
mod scan;
mod signatures;
mod source;
mod spss;
mod spss_file;
mod survey_monkey;
mod table;
mod values;
mod workbook;
mod workbook_table;

pub use adapter::{Adapter, Evidence, Layout, Probe, Remark, RowKind, RowView, SystemColumns};
pub use container::{Container, ContainerFault, Rendering};
pub use conventions::{CellEvidence, Conventions};
pub use date_reader::{DateReader, DateRuling};
pub use dates::{DateFault, parse_date};
pub use describe::{Description, describe};
pub use dialect::{Delimiter, LineEndings};
pub use dictionary::{Dictionary, DictionaryChoice, DictionaryField, read_dictionary};
pub use export::{Declared, RawExport, read_export, read_export_file};
pub use files::{TABLE_BYTES_MAX, TEXT_FILE_BYTES_MAX, WORKBOOK_BYTES_MAX, read_bytes};
pub use folding::{Joined, fold_label, match_joined, not_available};
pub use headings::{HeadingFault, Headings};
pub use inputs::{Inputs, read_inputs};
pub use matching::{ChoiceNames, ItemNames, Matched, ends_in_row, fold_text, split_row};
pub use parallel::{both, in_parallel};
pub use record::Cells;
pub use redcap::checkbox_heading;
pub use scan::Scan;
pub use source::{COLUMNS_MAX, FIELD_BYTES_MAX, RECORD_BYTES_MAX};
pub use spss::{MultipleResponseSet, SavCompression, SavDictionary, SavLabel, SavMeasure, SavMissing, SavValue, SavVariable};
pub use table::{Table, TableRow, column_finding, read_table};
pub use values::{CodeReading, DecimalMark, NumberReading, Reading, Step, Steps, read_code, read_number};
pub use workbook::{InProcess, Limit, Note, Report, SheetRows, WorkbookFault, WorkbookReader, answer, read_answer};

#[cfg(test)]
mod detection;
#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) use spss::writer as sav_writer;
