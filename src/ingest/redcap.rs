//! REDCap CSV: raw records, label exports and data dictionaries.
//!
//! Row key: record id, event, repeating instrument and instance. Fields of other forms and events are blank by structure.
//! A checkbox is one column per choice, 1 or 0; 0 also stands where the form was never opened.

use csv::StringRecord;

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, SystemColumns};
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
        if let Some(mark) = probe.headings().find(|heading| MARKS.contains(heading)) {
            return Some(Evidence(format!("the column {mark}")));
        }
        if is_labelled(probe) {
            return Some(Evidence("headings with (choice=…) or Complete?".to_owned()));
        }
        let complete = form_status_columns(probe);
        let fields = probe.headings().all(is_field_name);
        let checkbox = probe.headings().any(|heading| heading.contains("___"));
        let last = probe.width().checked_sub(1).is_some_and(|last| complete.contains(&last));
        // The columns of the last form end with its status.
        (!complete.is_empty() && fields && (probe.cell(0, 0) == "record_id" || checkbox || last))
            .then(|| Evidence("field names, with form status columns ending in _complete".to_owned()))
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
        let column = |names: [&str; 2]| probe.headings().position(|heading| names.contains(&heading));
        let completeness = form_status_columns(probe);
        let stamps: Vec<usize> = completeness.iter().filter_map(|&status| timestamp(probe, status)).collect();
        let columns = SystemColumns {
            response_id: (probe.width() > 0).then_some(0),
            person: column(["redcap_survey_identifier", "Survey Identifier"]),
            end_date: stamps.first().copied(),
            event: column(["redcap_event_name", "Event Name"]),
            repeat_instrument: column(["redcap_repeat_instrument", "Repeat Instrument"]),
            repeat_instance: column(["redcap_repeat_instance", "Repeat Instance"]),
            completeness,
            ..SystemColumns::default()
        };
        let mut metadata = vec![false; probe.width()];
        let group = column(["redcap_data_access_group", "Data Access Group"]);
        let single = [columns.response_id, columns.person, columns.event, columns.repeat_instrument, columns.repeat_instance, group];
        for i in single.into_iter().flatten().chain(columns.completeness.iter().copied()).chain(stamps) {
            metadata[i] = true;
        }
        let labelled = is_labelled(probe);
        let values_labelled = columns.completeness.iter().any(|&i| probe.values(i, 1).any(|cell| STATUS[3..].contains(&cell)));
        let variant = match (labelled, values_labelled) {
            (true, _) => "labels",
            (false, true) => "raw headings, labels as values",
            (false, false) if columns.event.is_some() => "raw, longitudinal",
            (false, false) => "raw",
        };
        let remarks = labelled.then(|| Remark {
            rule: "file.label_export",
            expected: "field names as headings",
            found: "field labels as headings".to_owned(),
            remedy: "export the records as raw data, where codes and names are sure",
        });
        Layout {
            variant: variant.to_owned(),
            header_rows: 1,
            columns,
            metadata,
            remarks: remarks.into_iter().collect(),
            ..Layout::default()
        }
    }

    /// True if every form of the row that has a status is complete.
    fn finished(&self, columns: &SystemColumns, cells: &StringRecord) -> Option<bool> {
        let mut states = columns.completeness.iter().filter_map(|&i| super::adapter::cell(cells, Some(i))).peekable();
        states.peek()?;
        Some(states.all(|state| state == "2" || state == "Complete"))
    }

    fn choice_headings(&self, item: &str, code: i32) -> Vec<String> {
        vec![checkbox_heading(item, code)]
    }
}

fn is_dictionary(probe: &Probe<'_>) -> bool {
    let has = |names: [&str; 2]| probe.headings().any(|heading| names.contains(&heading));
    has(["Variable / Field Name", "field_name"]) && has(["Form Name", "form_name"]) && has(["Field Type", "field_type"])
}

fn is_labelled(probe: &Probe<'_>) -> bool {
    probe.headings().any(|heading| heading.contains(" (choice=") || heading == "Complete?")
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
mod tests {
    use super::super::adapter::probe_rows;
    use super::super::container::Container;
    use super::*;

    fn layout(text: &str) -> Option<Layout> {
        let rows = probe_rows(text);
        let probe = Probe { rows: &rows, container: Container::Text };
        Redcap.detect(&probe).map(|_| Redcap.layout(&probe))
    }

    #[test]
    fn raw_records_by_their_status_columns() {
        let text = "study_id,redcap_event_name,redcap_repeat_instance,redcap_survey_identifier,intake_timestamp,race___1,race____99,intake_complete,q_complete\n\
            1,first_arm_1,,P7,2026-01-02 10:00:00,0,1,2,often\n";
        let layout = layout(text).expect("detected");
        let columns = &layout.columns;
        assert_eq!((columns.response_id, columns.event, columns.repeat_instance, columns.person), (Some(0), Some(1), Some(2), Some(3)));
        assert_eq!((columns.end_date, columns.completeness.as_slice()), (Some(4), [7].as_slice()), "q_complete holds answers");
        assert_eq!(layout.metadata, [true, true, true, true, true, false, false, true, false]);
        assert_eq!(layout.variant, "raw, longitudinal");
    }

    #[test]
    fn plain_tables_are_not_redcap() {
        assert!(layout("id,training_complete,score\n1,2,3\n").is_none());
        assert!(layout("record_id,form_complete,score\n1,2,3\n").is_some());
        assert!(layout("record_id,form_complete\n1,often\n").is_none());
    }

    #[test]
    fn label_exports_are_named() {
        let got = layout("Record ID,Race (choice=Asian),Complete?,Complete?\n1,Checked,Complete,Incomplete\n").expect("detected");
        assert_eq!((got.variant.as_str(), got.remarks[0].rule, got.columns.completeness.len()), ("labels", "file.label_export", 2));
        let got = layout("record_id,race___1,form_complete\n1,Checked,Complete\n").expect("detected");
        assert_eq!(got.variant, "raw headings, labels as values");
    }

    #[test]
    fn dictionaries_are_told_apart() {
        let got = layout("Variable / Field Name,Form Name,Section Header,Field Type\nq1,intake,,radio\n").expect("detected");
        assert_eq!(got.variant, "data dictionary");
    }

    #[test]
    fn a_survey_left_open_has_no_date() {
        let text = "record_id,intake_timestamp,intake_complete\n1,[not completed],0\n2,2026-01-02 10:00,2\n";
        let export = super::super::RawExport::from_bytes("a.csv", text.into(), &super::super::Declared::default());
        let mut dates = Vec::new();
        let _ = export.for_each_record(|_, cells| dates.push(export.row(cells).date.map(str::to_owned)));
        assert_eq!(dates, [None, Some("2026-01-02 10:00".to_owned())]);
    }

    #[test]
    fn checkbox_headings_have_no_signs() {
        assert_eq!(checkbox_heading("race", -99), "race____99");
        assert_eq!(checkbox_heading("check_two", "A b"), "check_two___a_b");
    }

    #[test]
    fn a_row_is_finished_if_its_forms_are_complete() {
        let columns = SystemColumns { completeness: vec![0, 1], ..SystemColumns::default() };
        let finished =
            [["2", ""], ["2", "0"], ["", ""], ["Complete", "2"]].map(|row| Redcap.finished(&columns, &StringRecord::from(row.to_vec())));
        assert_eq!(finished, [Some(true), Some(false), None, Some(true)]);
    }
}
