//! The Parquet file as rows of texts.

use std::collections::BTreeMap;
use std::io::Cursor;

use polars::prelude::{AnyValue, SerReader};
use polars_io::parquet::read::ParquetReader;

/// Rows by column name, missing values as nothing; none where the bytes cannot be read.
pub fn rows(bytes: &[u8]) -> Option<Vec<BTreeMap<String, String>>> {
    let frame = ParquetReader::new(Cursor::new(bytes)).finish().ok()?;
    let mut rows = vec![BTreeMap::new(); frame.height()];
    for column in frame.columns() {
        let name = column.name().to_string();
        for (row, place) in rows.iter_mut().zip(0..) {
            let text = match column.get(place).ok()? {
                AnyValue::Null => String::new(),
                AnyValue::String(text) => text.to_string(),
                AnyValue::StringOwned(text) => text.to_string(),
                AnyValue::Float64(number) => number.to_string(),
                other => other.to_string(),
            };
            row.insert(name.clone(), text);
        }
    }
    Some(rows)
}
