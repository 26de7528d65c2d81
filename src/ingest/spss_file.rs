//! Tables from SPSS files: names of variables as headings, codes as cells. Where Qualtrics wrote the file, its own columns are known.

use super::adapter::{Adapter, Evidence, Layout, Probe, RowKind, SystemColumns, cell};
use super::container::Container;
use super::matching::ChoiceNames;
use super::qualtrics::Qualtrics;
use super::record::Cells;
use super::redcap::checkbox_heading;
use super::spss::{SavCompression, SavDictionary};
use crate::program::plan::System;

pub(super) struct SpssFile;

/// Names, in lower case, of other columns that Qualtrics adds. SPSS allows no blanks or brackets in names.
const OTHER_METADATA: [&str; 13] = [
    "ipaddress",
    "duration",
    "duration__in_seconds_",
    "responseset",
    "recipientlastname",
    "recipientfirstname",
    "recipientemail",
    "locationlatitude",
    "locationlongitude",
    "locationaccuracy",
    "distributionchannel",
    "userlanguage",
    "q_totalduration",
];

impl Adapter for SpssFile {
    fn system(&self) -> System {
        System::Spss
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        (probe.container == Container::Spss).then(|| Evidence("the signature of an SPSS system file".to_owned()))
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        let column = |names: &[&str]| probe.headings().position(|heading| names.iter().any(|name| heading.eq_ignore_ascii_case(name)));
        let id = column(&["ResponseId", "ResponseID"]);
        let finished = column(&["Finished"]);
        let mut metadata = vec![false; probe.width()];
        let mut columns = SystemColumns::default();
        // Both together, for either name alone may be a question's.
        if id.is_some() && finished.is_some() {
            columns = SystemColumns {
                response_id: id,
                finished,
                person: column(&["ExternalReference", "ExternalDataReference"]),
                start_date: column(&["StartDate"]),
                end_date: column(&["EndDate"]),
                recorded_date: column(&["RecordedDate"]),
                progress: column(&["Progress"]),
                status: column(&["Status"]),
                ..SystemColumns::default()
            };
            let c = &columns;
            let own = [id, finished, c.person, c.start_date, c.end_date, c.recorded_date, c.progress, c.status];
            own.into_iter().flatten().for_each(|i| metadata[i] = true);
            for (i, heading) in probe.headings().enumerate() {
                metadata[i] |= OTHER_METADATA.contains(&heading.to_ascii_lowercase().as_str());
            }
        }
        Layout { variant: "system file".to_owned(), header_rows: 1, columns, metadata, ..Layout::default() }
    }

    fn row_kind(&self, status: &str) -> RowKind {
        // The column is known by Qualtrics' names alone.
        Qualtrics.row_kind(status)
    }

    fn finished(&self, columns: &SystemColumns, cells: &Cells<'_>) -> Option<bool> {
        let text = cell(cells, columns.finished)?;
        if let Some((_, meaning)) = columns.finished_codes.iter().find(|(code, _)| code == text) {
            return Some(*meaning);
        }
        match text {
            // Without labels, as Qualtrics writes them everywhere else.
            "1" if columns.finished_codes.is_empty() => Some(true),
            "0" if columns.finished_codes.is_empty() => Some(false),
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        choice.values().flat_map(|value| [format!("{item}_{value}"), checkbox_heading(item, value)]).collect()
    }
}

/// What only the dictionary says: how cases are stored, and what the codes of the column of completion mean.
pub(super) fn complete(layout: &mut Layout, dictionary: &SavDictionary) {
    let stored = match dictionary.compression {
        SavCompression::None => "not compressed",
        SavCompression::Bytecode => "compressed by byte codes",
        SavCompression::Zlib => "deflated (.zsav)",
    };
    let by = if layout.columns.finished.is_some() { ", columns of Qualtrics" } else { "" };
    layout.variant = format!("system file, {stored}{by}");
    let Some(variable) = layout.columns.finished.and_then(|i| dictionary.variables.get(i)) else { return };
    for label in variable.value_labels.iter() {
        let meaning = match label.label.to_ascii_lowercase().as_str() {
            "true" | "yes" | "finished" => true,
            "false" | "no" | "not finished" => false,
            _ => continue,
        };
        layout.columns.finished_codes.push((label.value.to_string(), meaning));
    }
}
