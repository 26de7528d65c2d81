//! Records into the dictionary: names, labels and missing values as text, segments of long strings joined.

use std::collections::HashMap;
use std::sync::Arc;

use encoding_rs::Encoding;

use super::super::adapter::Remark;
use super::super::container::ContainerFault;
use super::charset::{Evidence, trim};
use super::cursor::float;
use super::dictionary::{MultipleResponseSet, SavCompression, SavDictionary, SavLabel, SavMeasure, SavMissing, SavValue, SavVariable};
use super::extensions::{long_labels, long_missing, pairs, response_set, width};
use super::records::{Records, Variable};

/// Bytes that each segment of a long string holds, and bytes of its width that each takes up.
const SEGMENT_HOLDS: usize = 255;
const SEGMENT_WIDTH: usize = 252;

/// Where a variable stands in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Bytes of each segment within the case; one segment unless it is a long string. A number has eight bytes.
    pub segments: Vec<std::ops::Range<usize>>,
    /// Type of the print format.
    pub format: u8,
}

/// All texts of the dictionary, for what they show of their encoding.
pub(super) fn see_texts(records: &Records<'_>, evidence: &mut Evidence) {
    evidence.see(records.file_label);
    for variable in &records.variables {
        evidence.see(trim(variable.name));
        evidence.see(trim(variable.label));
    }
    records.labels.iter().flat_map(|set| &set.labels).for_each(|(_, label)| evidence.see(trim(label)));
    pairs(records.extensions.long_names).for_each(|(_, long)| evidence.see(long));
}

/// Position in `Records::variables` and total width of each variable of the dictionary.
pub(super) fn columns(records: &Records<'_>) -> Vec<(usize, Column)> {
    let long: HashMap<&[u8], usize> =
        pairs(records.extensions.very_long_strings).filter_map(|(name, text)| Some((trim(name), width(text)?))).collect();
    let end = |at: usize| records.variables.get(at + 1).map_or(records.elements.len(), |next| next.element) * 8;
    let mut columns = Vec::new();
    let mut at = 0;
    while let Some(variable) = records.variables.get(at) {
        let total = long.get(trim(variable.name)).copied().filter(|total| variable.width > 0 && *total > SEGMENT_HOLDS);
        let mut left = total.unwrap_or(if variable.width == 0 { 8 } else { variable.width });
        let count = total.map_or(1, |total| total.div_ceil(SEGMENT_WIDTH));
        let mut segments = Vec::new();
        for segment in at..(at + count).min(records.variables.len()) {
            let start = records.variables[segment].element * 8;
            let length = left.min(SEGMENT_HOLDS).min(end(segment) - start);
            segments.push(start..start + length);
            left -= length;
        }
        columns.push((at, Column { segments, format: format_type(variable) }));
        at += count;
    }
    columns
}

/// The dictionary, and what has to be said about it.
pub(super) fn assemble(
    records: &Records<'_>,
    columns: &[(usize, Column)],
    encoding: &'static Encoding,
) -> Result<(SavDictionary, Vec<Remark>), ContainerFault> {
    let text = |bytes: &[u8]| encoding.decode_without_bom_handling(trim(bytes)).0.into_owned();
    let key = |bytes: &[u8]| text(bytes).to_lowercase();
    let mut unreadable = Vec::new();
    let long_names: HashMap<String, String> =
        pairs(records.extensions.long_names).map(|(short, long)| (key(short), text(long))).filter(|(_, long)| !long.is_empty()).collect();
    let mut variables: Vec<SavVariable> = columns
        .iter()
        .map(|(at, column)| {
            let record = &records.variables[*at];
            let short_name = text(record.name);
            let width = (record.width > 0).then(|| column.segments.iter().map(ExactSizeIterator::len).sum());
            SavVariable {
                name: long_names.get(&short_name.to_lowercase()).cloned().unwrap_or_else(|| short_name.clone()),
                label: text(record.label),
                format: format_text(record, width),
                measure: SavMeasure::Unknown,
                value_labels: Arc::default(),
                user_missing: missing(record, records.big_endian, &text),
                short_name,
                width,
            }
        })
        .collect();
    let of_record: HashMap<usize, usize> = columns.iter().enumerate().map(|(i, (at, _))| (*at, i)).collect();
    for set in &records.labels {
        // Numbers and strings never share a set, for their values are not of one kind.
        let is_text = set.variables.first().is_some_and(|&at| records.variables[at].width > 0);
        let value =
            |bytes: &[u8; 8]| if is_text { SavValue::Text(text(bytes)) } else { SavValue::Number(float(*bytes, records.big_endian)) };
        let labels: Arc<[SavLabel]> =
            set.labels.iter().map(|(bytes, label)| SavLabel { value: value(bytes), label: text(label) }).collect();
        for variable in set.variables.iter().filter_map(|at| of_record.get(at)) {
            variables[*variable].value_labels = Arc::clone(&labels);
        }
    }
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for (i, variable) in variables.iter().enumerate() {
        by_name.insert(variable.short_name.to_lowercase(), i);
        by_name.insert(variable.name.to_lowercase(), i);
    }
    let (labels, complete) = long_labels(records.extensions.long_labels, records.big_endian)?;
    if !complete {
        unreadable.push("value labels of long strings");
    }
    for set in labels {
        if let Some(&at) = by_name.get(&key(set.name)) {
            variables[at].value_labels =
                set.values.iter().map(|(value, label)| SavLabel { value: SavValue::Text(text(value)), label: text(label) }).collect();
        }
    }
    let (sets, complete) = long_missing(records.extensions.long_missing, records.big_endian);
    if !complete {
        unreadable.push("missing values of long strings");
    }
    for set in sets {
        if let Some(&at) = by_name.get(&key(set.name)) {
            variables[at].user_missing = set.values.iter().map(|(value, _)| single(SavValue::Text(text(value)))).collect();
        }
    }
    read_measures(records, columns, &mut variables);
    let mut multiple_response_sets: Vec<MultipleResponseSet> = Vec::new();
    for line in records.extensions.response_sets.iter().flat_map(|data| data.split(|&byte| byte == b'\n')) {
        if trim(line).is_empty() {
            continue;
        }
        let Some(set) = response_set(line) else {
            unreadable.push("multiple response sets");
            continue;
        };
        let name_of = |short: &&[u8]| by_name.get(&key(short)).map_or_else(|| text(short), |&at| variables[at].name.clone());
        let set = MultipleResponseSet {
            name: text(set.name),
            label: text(set.label),
            counted_value: set.counted_value.map(text),
            variables: set.variables.iter().map(name_of).collect(),
        };
        // Both records of response sets may name the same one.
        if multiple_response_sets.iter().all(|known| known.name != set.name) {
            multiple_response_sets.push(set);
        }
    }
    unreadable.dedup();
    let remarks = (!unreadable.is_empty()).then(|| Remark {
        rule: "file.spss_extension",
        expected: "a dictionary that can be read to its end",
        found: format!("unreadable: {}", unreadable.join(", ")),
        remedy: "nothing to do for the answers; write these labels or sets into the instrument by hand",
    });
    let compression = match records.compression {
        0 => SavCompression::None,
        1 => SavCompression::Bytecode,
        _ => SavCompression::Zlib,
    };
    let encoding = encoding.name().to_ascii_lowercase();
    let dictionary = SavDictionary { encoding, file_label: text(records.file_label), compression, variables, multiple_response_sets };
    Ok((dictionary, remarks.into_iter().collect()))
}

/// Levels of measurement: two or three numbers per variable record, segments included.
fn read_measures(records: &Records<'_>, columns: &[(usize, Column)], variables: &mut [SavVariable]) {
    let count = records.variables.len();
    let numbers: Vec<i32> = records
        .extensions
        .display
        .chunks_exact(4)
        .map(|bytes| {
            let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
            if records.big_endian { i32::from_be_bytes(bytes) } else { i32::from_le_bytes(bytes) }
        })
        .collect();
    // Some writers count long strings once.
    let (per, whole) = match numbers.len() {
        n if n == count * 3 => (3, false),
        n if n == count * 2 => (2, false),
        n if n == variables.len() * 3 => (3, true),
        n if n == variables.len() * 2 => (2, true),
        _ => return,
    };
    for (i, (variable, (at, _))) in variables.iter_mut().zip(columns).enumerate() {
        variable.measure = match numbers.get(per * if whole { i } else { *at }) {
            Some(1) => SavMeasure::Nominal,
            Some(2) => SavMeasure::Ordinal,
            Some(3) => SavMeasure::Scale,
            _ => SavMeasure::Unknown,
        };
    }
}

fn single(value: SavValue) -> SavMissing {
    SavMissing { lo: value.clone(), hi: value }
}

fn missing(record: &Variable<'_>, big_endian: bool, text: &impl Fn(&[u8]) -> String) -> Vec<SavMissing> {
    let value = |bytes: &[u8; 8]| if record.width > 0 { SavValue::Text(text(bytes)) } else { SavValue::Number(float(*bytes, big_endian)) };
    match &record.missing[..] {
        [lo, hi, others @ ..] if record.missing_range && record.width == 0 => {
            let range = SavMissing { lo: value(lo), hi: value(hi) };
            std::iter::once(range).chain(others.iter().map(|other| single(value(other)))).collect()
        }
        values => values.iter().map(|bytes| single(value(bytes))).collect(),
    }
}

fn format_type(record: &Variable<'_>) -> u8 {
    record.format.to_le_bytes()[2]
}

/// A print format in the way in which SPSS writes it.
fn format_text(record: &Variable<'_>, width: Option<usize>) -> String {
    let [decimals, format_width, kind, _] = record.format.to_le_bytes();
    let name = match kind {
        1 => "A",
        2 => "AHEX",
        3 => "COMMA",
        4 => "DOLLAR",
        5 => "F",
        6 => "IB",
        7 => "PIBHEX",
        8 => "P",
        9 => "PIB",
        10 => "PK",
        11 => "RB",
        12 => "RBHEX",
        15 => "Z",
        16 => "N",
        17 => "E",
        20 => "DATE",
        21 => "TIME",
        22 => "DATETIME",
        23 => "ADATE",
        24 => "JDATE",
        25 => "DTIME",
        26 => "WKDAY",
        27 => "MONTH",
        28 => "MOYR",
        29 => "QYR",
        30 => "WKYR",
        31 => "PCT",
        32 => "DOT",
        33 => "CCA",
        34 => "CCB",
        35 => "CCC",
        36 => "CCD",
        37 => "CCE",
        38 => "EDATE",
        39 => "SDATE",
        40 => "MTIME",
        41 => "YMDHMS",
        _ => "",
    };
    // The record of a long string holds the width of its first segment only.
    let shown = width.filter(|width| kind == 1 && *width > SEGMENT_HOLDS).unwrap_or(usize::from(format_width));
    if decimals > 0 || kind == 5 { format!("{name}{shown}.{decimals}") } else { format!("{name}{shown}") }
}
