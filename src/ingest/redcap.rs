//! REDCap CSV: raw records, label exports and data dictionaries.
//!
//! Row key: record id, event, repeating instrument and instance. Fields of other forms and events are blank by structure.
//! A checkbox is one column per choice, 1 or 0; 0 also stands where the form was never opened.

use std::collections::{BTreeMap, BTreeSet};

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, SystemColumns};
use super::matching::ChoiceNames;
use super::record::Cells;
use crate::program::plan::System;

pub(super) struct Redcap;

/// Headings that only REDCap writes, raw and as labels.
const MARKS: [&str; 5] =
    ["redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_survey_identifier", "redcap_data_access_group"];
/// Cells of a form status column, raw and as labels.
const STATUS: [&str; 6] = ["0", "1", "2", "Incomplete", "Unverified", "Complete"];

/// The heading of a checkbox choice in a raw export: the code in lower case, with `_` for what is neither letter nor digit.
pub fn checkbox_heading(field: &str, code: impl ToString) -> String {
    let code: String = code.to_string().to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{field}___{code}")
}

impl Adapter for Redcap {
    fn system(&self) -> System {
        System::Redcap
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        if is_dictionary(probe) {
            return Some(Evidence("the headings of a data dictionary".to_owned()));
        }
        if let Some(event) = headerless(probe) {
            return Some(Evidence(format!("an event name in row 1, column {}, where headings should stand", event + 1)));
        }
        if let Some(mark) = probe.headings().find(|heading| MARKS.contains(heading)) {
            return Some(Evidence(format!("the column {mark}")));
        }
        if is_labelled(probe) {
            return Some(Evidence("headings such as (choice=…), Complete? or Repeat Instrument".to_owned()));
        }
        let complete = form_status_columns(probe);
        let index = probe.index_columns();
        let fields = probe.headings().skip(index).all(is_field_name);
        let checkbox = probe.headings().any(|heading| heading.contains("___"));
        let last = probe.width().checked_sub(1).is_some_and(|last| complete.contains(&last));
        // The columns of the last form end with its status.
        let record = probe.cell(0, index) == "record_id";
        if !complete.is_empty() && fields && (record || checkbox || last) {
            return Some(Evidence("field names, with form status columns ending in _complete".to_owned()));
        }
        (record && checkbox && fields).then(|| Evidence("field names after record_id, with checkbox columns field___code".to_owned()))
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        if is_dictionary(probe) {
            return Layout {
                variant: "data dictionary".to_owned(),
                header_rows: 1,
                metadata: vec![true; probe.width()],
                ..Layout::default()
            };
        }
        if let Some(event) = headerless(probe) {
            return Layout {
                variant: "without headings".to_owned(),
                metadata: vec![true; probe.width()],
                refused: Some(no_headings(format!("a record with an event name in column {}", event + 1))),
                ..Layout::default()
            };
        }
        let column = |names: [&str; 2]| probe.headings().position(|heading| names.contains(&heading));
        let completeness = form_status_columns(probe);
        let index = probe.index_columns();
        let labelled = is_labelled(probe);
        let mut stamps: Vec<usize> = completeness.iter().filter_map(|&status| timestamp(probe, status)).collect();
        if labelled {
            // One per survey, each with the same heading.
            stamps.extend(probe.headings().enumerate().filter(|(_, heading)| *heading == "Survey Timestamp").map(|(i, _)| i));
        }
        let columns = SystemColumns {
            response_id: (probe.width() > index).then_some(index),
            person: column(["redcap_survey_identifier", "Survey Identifier"]),
            end_date: stamps.first().copied(),
            event: column(["redcap_event_name", "Event Name"]),
            repeat_instrument: column(["redcap_repeat_instrument", "Repeat Instrument"]),
            repeat_instance: column(["redcap_repeat_instance", "Repeat Instance"]),
            completeness,
            ..SystemColumns::default()
        };
        let mut metadata = vec![false; probe.width()];
        metadata[..index].fill(true);
        let group = column(["redcap_data_access_group", "Data Access Group"]);
        let single = [columns.response_id, columns.person, columns.event, columns.repeat_instrument, columns.repeat_instance, group];
        for i in single.into_iter().flatten().chain(columns.completeness.iter().copied()).chain(stamps) {
            metadata[i] = true;
        }
        let values_labelled = columns.completeness.iter().any(|&i| probe.values(i, 1).any(|cell| STATUS[3..].contains(&cell)));
        let variant = match (labelled, values_labelled) {
            (true, _) => "labels",
            (false, true) => "raw headings, labels as values",
            (false, false) if columns.event.is_some() => "raw, longitudinal",
            (false, false) => "raw",
        };
        let mut remarks = Vec::new();
        if labelled {
            remarks.push(Remark {
                rule: "file.label_export",
                expected: "field names as headings",
                found: "field labels as headings".to_owned(),
                remedy: "export the records as raw data, where codes and names are sure",
            });
        }
        remarks.extend(Remark::index_columns(index));
        remarks.extend(rewritten(probe, &metadata));
        remarks.extend(missing_codes(probe));
        Layout {
            variant: variant.to_owned(),
            header_rows: 1,
            labels: if labelled { probe.headings().map(str::to_owned).collect() } else { Vec::new() },
            columns,
            metadata,
            remarks,
            ..Layout::default()
        }
    }

    /// True if every form of the row that has a status is complete.
    fn finished(&self, columns: &SystemColumns, cells: &Cells<'_>) -> Option<bool> {
        let mut states = columns.completeness.iter().filter_map(|&i| super::adapter::cell(cells, Some(i))).peekable();
        states.peek()?;
        Some(states.all(|state| state == "2" || state == "Complete"))
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        let labelled = format!("{item} (choice={})", choice.label);
        choice.values().map(|value| checkbox_heading(item, value)).chain([labelled]).collect()
    }
}

fn is_dictionary(probe: &Probe<'_>) -> bool {
    let has = |names: [&str; 2]| probe.headings().any(|heading| names.contains(&heading));
    has(["Variable / Field Name", "field_name"]) && has(["Form Name", "form_name"]) && has(["Field Type", "field_type"])
}

/// The column of an event name in row 1: then the headings are missing, as in the download for statistics packages.
fn headerless(probe: &Probe<'_>) -> Option<usize> {
    let is_event = |cell: &str| {
        let arm = cell
            .rsplit_once("_arm_")
            .is_some_and(|(event, arm)| !event.is_empty() && !arm.is_empty() && arm.bytes().all(|b| b.is_ascii_digit()));
        arm && is_field_name(cell)
    };
    // A field may be named so; an event repeats below.
    probe.headings().position(is_event).filter(|&i| probe.rows.len() == 1 || probe.values(i, 1).all(is_event))
}

/// Why a download of that name is of no use, if it is the one without headings.
pub(super) fn headerless_download(name: &str, system: System) -> Option<Remark> {
    let named = name.to_ascii_uppercase().contains("_DATA_NOHDRS_");
    (named && matches!(system, System::Redcap | System::Csv)).then(|| no_headings("a file named _DATA_NOHDRS_, which has none".to_owned()))
}

fn no_headings(found: String) -> Remark {
    Remark {
        rule: "file.no_headings",
        expected: "field names in row 1",
        found,
        remedy: "use the download for spreadsheets (_DATA_ with headings), not the data file of the download for a statistics package",
    }
}

/// Columns of TRUE and FALSE, which REDCap never writes in raw data.
fn rewritten(probe: &Probe<'_>, metadata: &[bool]) -> Option<Remark> {
    let logical = |i: &usize| {
        let mut cells = probe.values(*i, 1).peekable();
        cells.peek().is_some() && cells.all(|cell| matches!(cell, "TRUE" | "FALSE"))
    };
    let columns: Vec<usize> = (0..probe.width()).filter(|i| !metadata[*i]).filter(logical).collect();
    let first = *columns.first()?;
    Some(Remark {
        rule: "file.rewritten",
        expected: "codes as REDCap writes them",
        found: format!("TRUE and FALSE in {} columns, the first of which is column {}", columns.len(), first + 1),
        remedy: "export the file again; a statistics package or spreadsheet took codes for truth values, and they match no choice",
    })
}

/// Codes below zero that several checkbox fields share: REDCap gives every checkbox a column per missing-data code.
fn missing_codes(probe: &Probe<'_>) -> Option<Remark> {
    let mut fields: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (field, code) in probe.headings().filter_map(|heading| heading.split_once("___")) {
        fields.entry(code).or_default().insert(field);
    }
    let shared: Vec<String> = fields
        .iter()
        .filter(|(code, fields)| fields.len() > 1 && code.strip_prefix('_').is_some_and(|code| !code.is_empty()))
        .map(|(code, fields)| format!("-{} ({} fields)", &code[1..], fields.len()))
        .collect();
    (!shared.is_empty()).then(|| Remark {
        rule: "file.missing_data_codes",
        expected: "a checkbox column per choice",
        found: format!("columns for the codes {} too", shared.join(", ")),
        remedy: "nothing to do if these are the project's missing-data codes; they are no choices",
    })
}

fn is_labelled(probe: &Probe<'_>) -> bool {
    let has = |name: &str| probe.headings().any(|heading| heading == name);
    // A report of a few fields has no form status; these stand beside the id of the record.
    let beside = ["Event Name", "Data Access Group", "Survey Identifier"].into_iter().any(has);
    probe.headings().any(|heading| heading.contains(" (choice="))
        || has("Complete?")
        || (has("Repeat Instrument") && has("Repeat Instance"))
        || (beside && has("Record ID"))
}

fn is_field_name(heading: &str) -> bool {
    heading.starts_with(|c: char| c.is_ascii_lowercase())
        && heading.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Columns that end in `_complete` (or read `Complete?`) and hold nothing but form states.
fn form_status_columns(probe: &Probe<'_>) -> Vec<usize> {
    let named = |heading: &str| heading.len() > "_complete".len() && heading.ends_with("_complete") || heading == "Complete?";
    let candidates = probe.headings().enumerate().filter(|(_, heading)| named(heading)).map(|(i, _)| i);
    candidates.filter(|&i| probe.values(i, 1).all(|cell| STATUS.contains(&cell))).collect()
}

/// The survey time stamp of the form whose status stands in a column.
fn timestamp(probe: &Probe<'_>, status: usize) -> Option<usize> {
    let form = probe.cell(0, status).strip_suffix("_complete")?;
    probe.headings().position(|heading| heading.strip_suffix("_timestamp") == Some(form))
}

#[cfg(test)]
#[path = "redcap_tests.rs"]
mod tests;
