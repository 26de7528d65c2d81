//! Reading the bytes about to ship: whatever a reader of the files can see.

pub mod drawing;
pub mod files;
pub mod page;
pub mod parquet;
pub mod words;
