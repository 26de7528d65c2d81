//! Qualtrics CSV: current, Insights-era and legacy.
//!
//! Current files have three header rows: name, question text, and one JSON object per cell that holds the import id. Those
//! of 2016 to 2020 write the objects with single quotes. Legacy files have two rows and name their own columns `V1` to
//! `V10`, which row 2 explains. Texts follow the language of the account, so that only names and import ids are trusted.

use csv::StringRecord;

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, RowKind, SystemColumns, cell};
use super::dates::parse_date;
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

impl Adapter for Qualtrics {
    fn system(&self) -> System {
        System::Qualtrics
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        let words = match shape(probe) {
            Shape::Ids { row, .. } => format!("import ids in row {}", row + 1),
            Shape::Legacy => "columns V1 to V10, explained in row 2".to_owned(),
            Shape::Plain { recognized: true, .. } => "column names such as ResponseId and Finished".to_owned(),
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
        let (columns, metadata) = system_columns(probe, &ids);
        let mut remarks = Vec::new();
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
            time_zone,
            remarks,
        }
    }

    fn row_kind(&self, status: &str) -> RowKind {
        match status {
            "0" | "IP Address" => RowKind::Usable,
            "1" | "Survey Preview" => RowKind::Preview,
            "2" | "Survey Test" => RowKind::Test,
            _ => RowKind::OtherStatus,
        }
    }

    fn finished(&self, columns: &SystemColumns, cells: &StringRecord) -> Option<bool> {
        match cell(cells, columns.finished)? {
            "1" => Some(true),
            "0" => Some(false),
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn choice_headings(&self, item: &str, code: i32) -> Vec<String> {
        vec![format!("{item}_{code}")]
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
    let other = column(&["Finished", "RecordedDate", "DistributionChannel", "Duration (in seconds)", "UserLanguage"]);
    // Row 2 of such a file is question text, unless it already holds a response.
    let is_response = |row: usize| {
        id.is_some_and(|i| probe.cell(row, i).starts_with("R_"))
            || column(&["StartDate", "EndDate", "RecordedDate"])
                .is_some_and(|i| !matches!(parse_date(probe.cell(row, i)), Err(super::DateFault::NotADate)))
    };
    let header_rows = if probe.rows.len() > 1 && !is_response(1) { 2 } else { 1 };
    Shape::Plain { header_rows, recognized: id.is_some() && other.is_some() }
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
            _ => {
                // Topics come from text analytics, `_DO` is the order in which choices were displayed.
                let derived = id.starts_with("QID") && (id.ends_with("Topics") || id.contains("_DO"));
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
mod tests {
    use super::super::adapter::probe_rows;
    use super::super::container::Container;
    use super::*;

    const CURRENT: &str = "StartDate,EndDate,Status,Finished,ResponseId,ExternalReference,Q1,Q2 - Topics,pair_id\n\
        Anfangsdatum,Enddatum,Antworttyp,Beendet,Antwort-ID,Externe Datenreferenz,\"Zufrieden\nmit allem?\",Q2 - Topics,pair_id\n\
        \"{\"\"ImportId\"\":\"\"startDate\"\",\"\"timeZone\"\":\"\"America/Denver\"\"}\",\"{\"\"ImportId\"\":\"\"endDate\"\"}\",\
        \"{\"\"ImportId\"\":\"\"status\"\"}\",\"{\"\"ImportId\"\":\"\"finished\"\"}\",\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\
        \"{\"\"ImportId\"\":\"\"externalDataReference\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\",\"{\"\"ImportId\"\":\"\"QID2_TEXT_abTopics\"\"}\",\
        \"{\"\"ImportId\"\":\"\"pair_id\"\"}\"\n\
        2026-01-02 10:00:00,2026-01-02 10:05:00,0,1,R_1,P7,4,,A1\n";
    const LEGACY: &str =
        "V1,V4,V7,V8,V10,Q1,\nResponseID,ExternalDataReference,Status,StartDate,Finished,Happy?,\nR_1,P7,0,2026-01-02 10:00:00,1,4,\n";
    const INSIGHTS: &str = "ResponseID,Finished,Status,Q1\nResponseID,Finished,Status,Happy?\n{'ImportId': 'responseId'},{'ImportId': 'finished'},{'ImportId': 'status'},{'ImportId': 'QID1-1'}\nR_1,1,2,4\n";

    fn layout(text: &str) -> Option<Layout> {
        let rows = probe_rows(text);
        let probe = Probe { rows: &rows, container: Container::Text };
        Qualtrics.detect(&probe).map(|_| Qualtrics.layout(&probe))
    }

    #[test]
    fn current_files_are_read_by_import_id() {
        let layout = layout(CURRENT).expect("detected");
        assert_eq!((layout.header_rows, layout.time_zone.as_deref()), (3, Some("America/Denver")));
        assert_eq!(layout.labels[6], "Zufrieden\nmit allem?");
        assert_eq!(layout.ids[6].as_deref(), Some("QID1"));
        let columns = &layout.columns;
        assert_eq!((columns.response_id, columns.person, columns.finished, columns.response_date()), (Some(4), Some(5), Some(3), Some(1)));
        assert_eq!(layout.metadata, [true, true, true, true, true, true, false, true, false]);
        assert!(layout.remarks.is_empty());
    }

    #[test]
    fn insights_files_hold_python_dicts() {
        let layout = layout(INSIGHTS).expect("detected");
        assert!(layout.variant.starts_with("Insights"));
        assert_eq!((layout.header_rows, layout.ids[3].as_deref(), layout.columns.status), (3, Some("QID1-1"), Some(2)));
    }

    #[test]
    fn legacy_files_explain_their_columns_in_row_2() {
        let layout = layout(LEGACY).expect("detected");
        assert_eq!((layout.header_rows, layout.columns.person, layout.columns.response_date()), (2, Some(1), Some(3)));
        assert_eq!(layout.ids[5], None, "Q1 is a name of its own");
        assert_eq!(layout.remarks[0].rule, "file.time_zone_unknown");
    }

    #[test]
    fn files_without_ids_keep_their_first_response() {
        let one = layout("StartDate,ResponseId,Finished\n2026-01-02,R_1,1\n").expect("detected");
        let two = layout("StartDate,ResponseId,Finished\nStart Date,Response ID,Finished\n2026-01-02,R_1,1\n").expect("detected");
        assert_eq!((one.header_rows, two.header_rows), (1, 2));
        assert!(layout("pair_id,score\nA1,3\n").is_none());
    }

    #[test]
    fn status_and_finished_in_either_form() {
        let kinds = ["0", "IP Address", "1", "Survey Preview", "2", "8"].map(|status| Qualtrics.row_kind(status));
        use RowKind::{OtherStatus, Preview, Test, Usable};
        assert_eq!(kinds, [Usable, Usable, Preview, Preview, Test, OtherStatus]);
        let columns = SystemColumns { finished: Some(0), ..SystemColumns::default() };
        let finished = ["1", "TRUE", "False", "0", "", "yes"].map(|text| Qualtrics.finished(&columns, &StringRecord::from(vec![text])));
        assert_eq!(finished, [Some(true), Some(true), Some(false), Some(false), None, None]);
    }
}
