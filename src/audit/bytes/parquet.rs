//! The Parquet file as columns of texts.

use std::io::Cursor;

use polars::prelude::{AnyValue, SerReader};
use polars_io::parquet::read::ParquetReader;

/// Columns by name, missing values as nothing; none where the bytes cannot be read.
pub fn columns(bytes: &[u8]) -> Option<Vec<(String, Vec<String>)>> {
    let frame = ParquetReader::new(Cursor::new(bytes)).finish().ok()?;
    let text = |value: AnyValue<'_>| match value {
        AnyValue::Null => String::new(),
        AnyValue::String(text) => text.to_string(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Float64(number) => number.to_string(),
        other => other.to_string(),
    };
    let column = |column: &polars::prelude::Column| {
        let texts: Option<Vec<String>> = (0..column.len()).map(|place| column.get(place).ok().map(text)).collect();
        Some((column.name().to_string(), texts?))
    };
    frame.columns().iter().map(column).collect()
}
