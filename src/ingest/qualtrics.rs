//! Qualtrics: current, Insights-era and legacy, as CSV, TSV or workbook.
//!
//! Current files have three header rows: name, question text, and one JSON object per cell that holds the import id. Those
//! of 2016 to 2020 write the objects with single quotes. Legacy files have two rows and name their own columns `V1` to
//! `V10`, which row 2 explains. Workbooks have two rows without import ids. Texts follow the language of the account, so that only names and import ids are trusted.

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, RowKind, SystemColumns, cell};
use super::container::Container;
use super::dates::parse_date;
use super::matching::ChoiceNames;
use super::record::Cells;
use crate::program::plan::System;

pub(super) struct Qualtrics;

/// Names and import ids, in lower case, of columns that Qualtrics adds and that mean nothing to an evaluation.
const OTHER_METADATA: [&str; 17] = [
    "ipaddress",
    "duration",
    "duration (in seconds)",
    "responseset",
    "responsesetid",
    "recipientlastname",
    "recipientfirstname",
    "recipientemail",
    "name",
    "emailaddress",
    "locationlatitude",
    "locationlongitude",
    "locationaccuracy",
    "distributionchannel",
    "userlanguage",
    "q_totalduration",
    "q_urlreferer",
];

/// Endings, in lower case, of columns that time a page or describe the browser, and of the order in which things were displayed.
const DERIVED_ENDINGS: [&str; 13] = [
    "_do",
    "_first click",
    "_last click",
    "_page submit",
    "_click count",
    "_browser",
    "_version",
    "_operating system",
    "_resolution",
    " - topics",
    " - parent topics",
    " - sentiment",
    " - sentiment polarity",
];
/// Beginnings, in lower case, of columns by which the system judges a response.
const JUDGING: [&str; 7] =
    ["q_recaptcha", "q_relevantid", "q_duplicaterespondent", "q_ballotboxstuffing", "q_ambiguous", "q_unanswered", "q_straightlin"];
/// Columns of the system by their headings. Three of them are no chance.
const NAMES: [&str; 10] = [
    "StartDate",
    "EndDate",
    "Status",
    "Progress",
    "Duration (in seconds)",
    "Finished",
    "RecordedDate",
    "DistributionChannel",
    "UserLanguage",
    "LocationLatitude",
];

impl Adapter for Qualtrics {
    fn system(&self) -> System {
        System::Qualtrics
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        let words = match shape(probe) {
            Shape::Ids { row, .. } => format!("import ids in row {}", row + 1),
            Shape::Legacy => "columns V1 to V10, explained in row 2".to_owned(),
            Shape::Plain { recognized: true, .. } => "column names such as ResponseId, Finished and RecordedDate".to_owned(),
            Shape::Plain { recognized: false, .. } => return None,
        };
        Some(Evidence(words))
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        let shape = shape(probe);
        let (variant, header_rows, label_row) = match shape {
            Shape::Ids { row, python: true } => ("Insights: import ids in single quotes", row + 1, row - 1),
            Shape::Ids { row, python: false } => ("current: import ids", row + 1, row - 1),
            Shape::Legacy => ("legacy: V1 to V10", 2, 1),
            Shape::Plain { header_rows, .. } => ("without import ids", header_rows, header_rows - 1),
        };
        let mut time_zone = None;
        let mut ids = vec![None; probe.width()];
        for (i, id) in ids.iter_mut().enumerate() {
            match shape {
                Shape::Ids { row, .. } => {
                    let (import_id, zone) = import_id(probe.cell(row, i));
                    *id = import_id;
                    time_zone = time_zone.or(zone);
                }
                Shape::Legacy if is_legacy_name(probe.cell(0, i)) => *id = Some(probe.cell(1, i).to_owned()),
                _ => {}
            }
        }
        let labels = if label_row > 0 { probe.row(label_row).map(str::to_owned).collect() } else { Vec::new() };
        let (mut columns, metadata) = system_columns(probe, &ids);
        let mut remarks = Vec::new();
        columns.finished_from_one = counts_from_one(probe, &columns, header_rows);
        if columns.finished_from_one {
            remarks.push(Remark {
                rule: "file.finished_from_one",
                expected: "0 and 1 as mark of completion",
                found: "1 and 2, as in SPSS files: 1 is read as unfinished, 2 as finished".to_owned(),
                remedy: "nothing to do if that is so; else export the file again as CSV",
            });
        }
        let companions = (0..probe.width()).map(|i| is_companion(probe.cell(0, i), ids[i].as_deref())).collect();
        if time_zone.is_none() && columns.response_date().is_some() {
            remarks.push(Remark {
                rule: "file.time_zone_unknown",
                expected: "the time zone of dates in the header rows",
                found: "none".to_owned(),
                remedy: "nothing to do unless responses near midnight matter; dates are taken as written",
            });
        }
        Layout {
            variant: format!("{variant}, {header_rows} header row{}", if header_rows == 1 { "" } else { "s" }),
            header_rows: header_rows as u64,
            labels,
            ids,
            columns,
            metadata,
            companions,
            time_zone,
            joined: Some(","),
            remarks,
            ..Layout::default()
        }
    }

    fn row_kind(&self, status: &str) -> RowKind {
        match status {
            // Employee and 360 projects write 32 and 36 for what is a plain response elsewhere.
            "0" | "IP Address" | "32" | "36" => RowKind::Usable,
            "1" | "Survey Preview" => RowKind::Preview,
            "2" | "Survey Test" => RowKind::Test,
            _ => RowKind::OtherStatus,
        }
    }

    fn finished(&self, columns: &SystemColumns, cells: &Cells<'_>) -> Option<bool> {
        match cell(cells, columns.finished)? {
            "1" if columns.finished_from_one => Some(false),
            "2" if columns.finished_from_one => Some(true),
            "1" => Some(true),
            "0" => Some(false),
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn ticks_by_label(&self) -> bool {
        true
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        choice.values().map(|value| format!("{item}_{value}")).collect()
    }
}

/// Header rows of a file.
#[derive(Clone, Copy)]
enum Shape {
    /// Import ids stand in `row` (from 0), 1 or 2.
    Ids { row: usize, python: bool },
    /// Two rows, `V1` … explained in the second.
    Legacy,
    /// Neither; `recognized` by the names alone.
    Plain { header_rows: usize, recognized: bool },
}

fn shape(probe: &Probe<'_>) -> Shape {
    for row in [2, 1] {
        let cells: Vec<&str> = probe.row(row).filter(|cell| !cell.is_empty()).collect();
        let ids = cells.iter().filter(|cell| cell.starts_with('{') && cell.contains("ImportId")).count();
        if ids > 0 && ids * 2 >= cells.len() {
            return Shape::Ids { row, python: cells.iter().any(|cell| cell.contains("'ImportId'")) };
        }
    }
    let explained = |(i, name): (usize, &str)| is_legacy_name(name) && probe.cell(1, i).eq_ignore_ascii_case("ResponseID");
    if probe.headings().enumerate().any(explained) {
        return Shape::Legacy;
    }
    let column = |names: &[&str]| probe.headings().position(|name| names.contains(&name));
    let id = column(&["ResponseId", "ResponseID"]);
    let named = NAMES.iter().filter(|name| column(&[name]).is_some()).count();
    // Row 2 of such a file is question text, unless it already holds a response.
    let is_response = |row: usize| {
        let mark = |text: &str| text.parse::<f64>().is_ok() || matches!(text, "TRUE" | "FALSE" | "True" | "False");
        id.is_some_and(|i| probe.cell(row, i).starts_with("R_"))
            || column(&["StartDate", "EndDate", "RecordedDate"])
                .is_some_and(|i| !matches!(parse_date(probe.cell(row, i)), Err(super::DateFault::NotADate)))
            || column(&["Finished", "Progress"]).is_some_and(|i| mark(probe.cell(row, i)))
    };
    // A statistical file has its labels elsewhere.
    let header_rows = if probe.container != Container::Spss && probe.rows.len() > 1 && !is_response(1) { 2 } else { 1 };
    let recognized = (id.is_some() && named > 0) || named >= 4 || (named == 3 && column(&["Finished", "RecordedDate"]).is_some());
    Shape::Plain { header_rows, recognized }
}

/// Whether the mark of completion is 1 or 2 in place of 0 or 1.
fn counts_from_one(probe: &Probe<'_>, columns: &SystemColumns, header_rows: usize) -> bool {
    let Some(finished) = columns.finished else { return false };
    let mut cells = probe.values(finished, header_rows).peekable();
    let whole = |cell: &str| cell.strip_suffix(".0").unwrap_or(cell).to_owned();
    let any = cells.peek().is_some();
    let (mut twos, mut others) = (0, 0);
    cells.for_each(|cell| match whole(cell).as_str() {
        "2" => twos += 1,
        "1" => {}
        _ => others += 1,
    });
    any && others == 0 && (twos > 0 || probe.container == Container::Spss)
}

/// Whether a column holds the write-in text of a choice.
fn is_companion(heading: &str, id: Option<&str>) -> bool {
    // The text of a text question has no choice before it: `QID5_TEXT` under the heading `Q5`.
    heading.ends_with("_TEXT")
        || (heading.contains('_')
            && id.is_some_and(|id| id.ends_with("_TEXT") || id.ends_with("-TEXT"))
            && id.is_some_and(|id| id.matches(['_', '-']).count() > 1))
}

fn is_legacy_name(name: &str) -> bool {
    name.strip_prefix('V').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Import id and time zone of a cell such as `{"ImportId":"endDate","timeZone":"America/Denver"}` or `{'ImportId': 'endDate'}`.
fn import_id(cell: &str) -> (Option<String>, Option<String>) {
    if let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(cell) {
        let text = |key: &str| object.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        return (text("ImportId"), text("timeZone"));
    }
    let text = |key: &str| {
        let after = cell.split_once(key)?.1.trim_start().strip_prefix(':')?.trim_start().strip_prefix('\'')?;
        after.split_once('\'').map(|(value, _)| value.to_owned())
    };
    (text("'ImportId'"), text("'timeZone'"))
}

/// The system's columns by import id, else by heading, and which columns hold no answers.
fn system_columns(probe: &Probe<'_>, ids: &[Option<String>]) -> (SystemColumns, Vec<bool>) {
    let mut columns = SystemColumns::default();
    let mut metadata = vec![false; ids.len()];
    for (i, heading) in probe.headings().enumerate() {
        let id = ids[i].as_deref().unwrap_or(heading).trim();
        let name = id.strip_prefix("panel-").or_else(|| id.strip_prefix("Location-")).unwrap_or(id).to_ascii_lowercase();
        let slot = match name.as_str() {
            "responseid" | "_recordid" => &mut columns.response_id,
            "externalreference" | "externaldatareference" => &mut columns.person,
            "startdate" => &mut columns.start_date,
            "enddate" => &mut columns.end_date,
            "recordeddate" => &mut columns.recorded_date,
            "progress" => &mut columns.progress,
            "finished" => &mut columns.finished,
            "status" => &mut columns.status,
            "q_terminateflag" => &mut columns.screened,
            _ => {
                // Topics come from text analytics, `_DO` is the order in which choices were displayed.
                let lower = heading.to_ascii_lowercase();
                let derived = id.starts_with("QID") && (id.ends_with("Topics") || id.contains("_DO"))
                    || lower.contains("_do_")
                    || DERIVED_ENDINGS.iter().any(|ending| lower.ends_with(ending))
                    || JUDGING.iter().any(|beginning| lower.starts_with(beginning));
                metadata[i] = derived || heading.is_empty() || OTHER_METADATA.contains(&name.as_str());
                continue;
            }
        };
        // The system's own columns come first; a later one of the same name is the program's.
        if slot.is_none() {
            *slot = Some(i);
            metadata[i] = true;
        }
    }
    (columns, metadata)
}

#[cfg(test)]
#[path = "qualtrics_tests.rs"]
mod tests;
