//! Ingest: export files and program tables become headings and a stream of text cells.
//!
//! Nothing is interpreted beyond what the file itself says: its encoding, its dialect, the system that wrote it and the
//! columns which that system adds. Whatever is wrong with the file is a finding that names row and column and never
//! quotes a cell.

mod adapter;
mod container;
mod dates;
mod decode;
mod describe;
mod dialect;
mod dictionary;
mod export;
mod faults;
mod headings;
mod inputs;
mod plain;
mod qualtrics;
mod redcap;
mod scan;
mod source;
mod spss;
mod spss_file;
mod table;

pub use adapter::{Adapter, Evidence, Layout, Probe, Remark, RowKind, RowView, SystemColumns};
pub use container::{Container, ContainerFault, Rendering};
pub use dates::{DateFault, parse_date};
pub use describe::{Description, describe};
pub use dialect::{Delimiter, LineEndings};
pub use dictionary::{Dictionary, DictionaryChoice, DictionaryField, read_dictionary};
pub use export::{Declared, RawExport, read_export, read_export_file};
pub use headings::{HeadingFault, Headings};
pub use inputs::{Inputs, read_inputs};
pub use redcap::checkbox_heading;
pub use scan::Scan;
pub use source::{COLUMNS_MAX, FIELD_BYTES_MAX, FILE_BYTES_MAX, RECORD_BYTES_MAX, read_bytes};
pub use spss::{MultipleResponseSet, SavCompression, SavDictionary, SavLabel, SavMeasure, SavMissing, SavValue, SavVariable};
pub use table::{Table, TableRow, column_finding, read_table};

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) use spss::writer as sav_writer;
