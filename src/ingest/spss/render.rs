//! The table as text, with what there is to remark.

use encoding_rs::UTF_8;

use super::super::adapter::Remark;
use super::super::container::{ContainerFault, Rendering};
use super::super::source::COLUMNS_MAX;
use super::assemble::{Column, assemble, columns, see_texts};
use super::cases::Cases;
use super::cells::{Kind, write};
use super::charset::{Evidence, choose, trim};
use super::cursor::float;
use super::dictionary::SavDictionary;
use super::records::Records;
use super::{EXPANSION_MAX, too_large};

/// Reads a file; `declared` is the encoding that `program.toml` states for it.
pub(in super::super) fn render(bytes: &[u8], declared: Option<&str>) -> Result<Rendering, ContainerFault> {
    let records = Records::read(bytes)?;
    let columns = columns(&records);
    if columns.len() > COLUMNS_MAX {
        return Err(ContainerFault {
            rule: "file.too_many_columns",
            expected: format!("at most {COLUMNS_MAX} columns"),
            found: format!("{} variables", columns.len()),
            remedy: "leave out variables that are not needed when saving the file".to_owned(),
        });
    }
    let mut cases = Cases::new(bytes, &records)?;
    let mut case = vec![0; records.elements.len() * 8];
    let mut cell = Vec::new();
    let strings: Vec<&Column> = columns.iter().filter(|(at, _)| records.variables[*at].width > 0).map(|(_, column)| column).collect();
    let mut evidence = Evidence::default();
    see_texts(&records, &mut evidence);
    while !strings.is_empty() && !evidence.is_settled() && cases.next(&mut case) {
        strings.iter().for_each(|column| evidence.see(trim(joined(column, &case, &mut cell))));
    }
    cases.rewind();
    let (encoding, remark) = choose(declared, records.extensions.encoding, records.extensions.character_code, evidence)?;
    let (dictionary, mut remarks) = assemble(&records, &columns, encoding)?;
    remarks.extend(remark);

    let mut text = String::new();
    for (i, variable) in dictionary.variables.iter().enumerate() {
        separate(&mut text, i);
        push(&mut text, &variable.name);
    }
    text.push('\n');
    let (mut count, mut no_dates, mut no_texts) = (0_usize, 0_u64, 0_u64);
    while cases.next(&mut case) {
        count += 1;
        let start = text.len();
        for (i, ((_, column), variable)) in columns.iter().zip(&dictionary.variables).enumerate() {
            separate(&mut text, i);
            if variable.width.is_some() {
                let bytes = trim(joined(column, &case, &mut cell));
                let whole = if encoding == UTF_8 { whole_characters(bytes) } else { bytes };
                let (cell, malformed) = encoding.decode_without_bom_handling(whole);
                no_texts += u64::from(malformed || whole.len() < bytes.len());
                push(&mut text, &cell);
                continue;
            }
            let number = number(column, &case, records.big_endian);
            if number.is_nan() || number == records.system_missing {
                continue;
            }
            // A code is not a date, whatever the format says.
            let kind = if variable.is_missing_number(number) { Kind::Number } else { Kind::of(column.format) };
            no_dates += u64::from(!write(&mut text, number, kind));
        }
        // An empty line would be no record.
        if text.len() == start {
            text.push_str("\"\"");
        }
        text.push('\n');
        if text.len() > EXPANSION_MAX {
            return Err(too_large("256 MiB of text"));
        }
    }
    remarks.extend(cells_remarks(no_dates, no_texts));
    let more = cases.go_on(&mut case);
    remarks.extend(count_remark(records.cases, count, cases.cut, more));
    Ok(rendering(text, dictionary, remarks))
}

fn rendering(text: String, dictionary: SavDictionary, remarks: Vec<Remark>) -> Rendering {
    Rendering {
        text,
        encoding: dictionary.encoding.clone(),
        labels: dictionary.variables.iter().map(|variable| variable.label.clone()).collect(),
        remarks,
        dictionary: Some(dictionary),
        ..Rendering::default()
    }
}

fn separate(text: &mut String, column: usize) {
    if column > 0 {
        text.push(',');
    }
}

/// A cell in double quotes where it needs them.
fn push(text: &mut String, cell: &str) {
    if !cell.contains([',', '"', '\n', '\r']) {
        text.push_str(cell);
        return;
    }
    text.push('"');
    for (i, part) in cell.split('"').enumerate() {
        if i > 0 {
            text.push_str("\"\"");
        }
        text.push_str(part);
    }
    text.push('"');
}

fn number(column: &Column, case: &[u8], big_endian: bool) -> f64 {
    let bytes = column.segments.first().and_then(|range| case.get(range.clone())).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(f64::NAN, |bytes| float(bytes, big_endian))
}

/// The bytes of a string, its segments joined.
fn joined<'c>(column: &Column, case: &'c [u8], buffer: &'c mut Vec<u8>) -> &'c [u8] {
    if let [range] = &column.segments[..] {
        return case.get(range.clone()).unwrap_or_default();
    }
    buffer.clear();
    column.segments.iter().filter_map(|range| case.get(range.clone())).for_each(|part| buffer.extend_from_slice(part));
    buffer
}

/// Without the bytes of a character that the width of the variable cut off.
fn whole_characters(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

fn cells_remarks(no_dates: u64, no_texts: u64) -> impl Iterator<Item = Remark> {
    let dates = (no_dates > 0).then(|| Remark {
        rule: "file.spss_dates",
        expected: "dates and times of the calendar in variables with such a format",
        found: format!("{no_dates} cells with other numbers, which were left as they are"),
        remedy: "correct the print format of the variable, or the values",
    });
    let texts = (no_texts > 0).then(|| Remark {
        rule: "file.spss_text",
        expected: "text in the encoding of the file",
        found: format!("{no_texts} cells with bytes that do not fit, shown as U+FFFD, or left out at the end of the cell"),
        remedy: "add a line `encoding = …` to this file's [[export]] if letters are wrong throughout; else cells were cut at their width",
    });
    dates.into_iter().chain(texts)
}

fn count_remark(stated: Option<usize>, found: usize, cut: bool, more: bool) -> Option<Remark> {
    let differs = stated.is_some_and(|stated| stated != found);
    if more {
        return Some(Remark {
            rule: "file.spss_cases",
            expected: "as many cases as the file states",
            found: format!("{found} stated, and more after them"),
            remedy: "save the file again; it may be damaged. The stated cases were read, as statistics packages do",
        });
    }
    (differs || cut).then(|| Remark {
        rule: "file.spss_cases",
        expected: "as many cases as the file states",
        found: match stated {
            Some(stated) if differs => format!("{stated} stated, {found} found{}", if cut { ", and a part of one" } else { "" }),
            _ => format!("{found}, and a part of one"),
        },
        remedy: "save or copy the file again; it may have been cut short. The whole cases were read",
    })
}

impl SavDictionary {
    /// Reads the dictionary of a file from its bytes; `declared` is the encoding that `program.toml` states for it.
    ///
    /// # Errors
    /// If the file is damaged or exceeds a cap.
    pub fn from_bytes(bytes: &[u8], declared: Option<&str>) -> Result<Self, ContainerFault> {
        Ok(render(bytes, declared)?.dictionary.unwrap_or_default())
    }
}
