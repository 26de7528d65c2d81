//! A tidy table as CSV, Parquet and workbook bytes.

use polars::prelude::{Column, DataFrame};
use polars_io::parquet::write::ParquetWriter;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::results::TidyTable;
use crate::error::{Error, Result};

/// The table as CSV in UTF-8 with LF line ends. Text that a spreadsheet would run as a formula gets an apostrophe in front.
pub fn csv_bytes(table: &TidyTable) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| Error::new(format!("could not form the results: {error}"), "report this as a defect of the program");
    writer.write_record(table.columns.iter().map(|(name, _)| name.as_ref())).map_err(failed)?;
    for row in &table.rows {
        let cells = row.iter().zip(&table.columns).map(|(cell, (_, is_number))| if *is_number { cell.clone() } else { guarded(cell) });
        writer.write_record(cells).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| failed(error.into_error().into()))
}

/// The text with an apostrophe in front where it begins like a formula.
pub fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) { format!("'{text}") } else { text.to_string() }
}

/// The table as Parquet: numbers as 64-bit floats, everything else as text, missing values as nulls.
pub fn parquet_bytes(table: &TidyTable) -> Result<Vec<u8>> {
    let failed = |error: polars::prelude::PolarsError| {
        Error::new(format!("could not form the Parquet file: {error}"), "report this as a defect of the program")
    };
    let columns = table
        .columns
        .iter()
        .enumerate()
        .map(|(position, (name, is_number))| {
            let cells = table.rows.iter().map(|row| row[position].as_str());
            if *is_number {
                Column::new(name.as_ref().into(), cells.map(|cell| cell.parse::<f64>().ok()).collect::<Vec<_>>())
            } else {
                Column::new(name.as_ref().into(), cells.map(|cell| (!cell.is_empty()).then_some(cell)).collect::<Vec<_>>())
            }
        })
        .collect();
    let mut frame = DataFrame::new(table.rows.len(), columns).map_err(failed)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).map_err(failed)?;
    Ok(bytes)
}

/// The rows of the whole program and of single groupings as a workbook with one sheet per metric, dated `year`-`month`-`day` so that equal results give equal bytes.
pub fn workbook_bytes(table: &TidyTable, date: jiff::civil::Date) -> Result<Vec<u8>> {
    workbook(table, date)
        .map_err(|error| Error::new(format!("could not form the workbook: {error}"), "report this as a defect of the program"))
}

fn workbook(table: &TidyTable, date: jiff::civil::Date) -> std::result::Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())?;
    workbook.set_properties(&DocProperties::new().set_title("Released results").set_creation_datetime(&created));
    let bold = Format::new().set_bold();
    let mut metrics: Vec<&str> = table.rows.iter().map(|row| row[0].as_str()).collect();
    metrics.dedup();
    let grouping = table.columns.iter().position(|(name, _)| *name == "grouping").unwrap_or_default();
    let mut seen = std::collections::BTreeSet::new();
    for metric in metrics.into_iter().filter(|metric| seen.insert(*metric)) {
        let sheet = workbook.add_worksheet();
        // A sheet's name holds at most 31 characters.
        sheet.set_name(metric.chars().take(31).collect::<String>())?;
        for (column, (name, _)) in (0u16..).zip(&table.columns) {
            sheet.write_string_with_format(0, column, name.as_ref(), &bold)?;
        }
        // Combinations of groupings are for statistics packages.
        let wanted = |row: &&Vec<String>| row[0] == metric && !row[grouping].contains(" x ");
        for (line, row) in (1u32..).zip(table.rows.iter().filter(wanted)) {
            for (column, (cell, (_, is_number))) in (0u16..).zip(row.iter().zip(&table.columns)) {
                match cell.parse::<f64>() {
                    Ok(number) if *is_number => sheet.write_number(line, column, number)?,
                    _ if cell.is_empty() => sheet,
                    _ => sheet.write_string(line, column, cell)?,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        // Columns wide enough for what they usually hold: measuring every cell would take longer than everything else.
        for (column, (name, is_number)) in (0u16..).zip(&table.columns) {
            let width = if *is_number { 12.0 } else { (name.len() as f64 + 4.0).max(16.0) };
            sheet.set_column_width(column, width)?;
        }
    }
    workbook.save_to_buffer()
}
