//! KoboToolbox: one header row of names or labels, groups joined by `/`, and the server's columns in any place.
//!
//! A multi-select question has one column with its choices joined by blanks, one column per choice (`question/choice`), or both; an
//! unasked question leaves all of them blank. Joined labels cannot be split again, for labels hold blanks.

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, RowKind, SystemColumns};
use super::date_reader::DateReader;
use super::matching::ChoiceNames;
use crate::program::plan::System;

pub(super) struct Kobo;

/// Columns that the server adds. Which of them a file has depends on its age and on the export.
const SERVER: [&str; 17] = [
    "_id",
    "_uuid",
    "_submission_time",
    "_date_modified",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "_version_",
    "_version",
    "__version__",
    "_tags",
    "_index",
    "_parent_index",
    "_parent_table_name",
    "_attachments",
    "_geolocation",
];
/// The id that the device gives a response.
const INSTANCE: &str = "meta/instanceID";
/// Columns that the form itself adds about device and session.
const DEVICE: [&str; 18] = [
    "start",
    "end",
    "today",
    "deviceid",
    "subscriberid",
    "imei",
    "simserial",
    "phonenumber",
    "username",
    "email",
    "audit",
    "background-audio",
    "meta/instanceID",
    "meta/instanceName",
    "meta/rootUuid",
    "meta/deprecatedID",
    "formhub/uuid",
    "_xform_id_string",
];

impl Adapter for Kobo {
    fn system(&self) -> System {
        System::Kobo
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        let server: Vec<&str> = probe.headings().filter(|heading| SERVER.contains(heading)).collect();
        let key = server.iter().any(|name| matches!(*name, "_id" | "_uuid" | "_submission_time"));
        if key && server.len() >= 3 {
            return Some(Evidence(format!("the server's columns {}", server.join(", "))));
        }
        // Older exports have no other; ODK writes it with a hyphen.
        let instance = probe.headings().any(|heading| heading == INSTANCE);
        instance.then(|| Evidence("the column meta/instanceID".to_owned()))
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        let column = |name: &str| probe.headings().position(|heading| heading == name);
        // A question may be called `start`; the form's own holds dates with a time.
        let timed = |i: &usize| probe.values(*i, 1).all(|cell| cell.contains(':') && DateReader::new(None, []).parse(cell).is_ok());
        let columns = SystemColumns {
            response_id: column("_uuid").or_else(|| column("_id")).or_else(|| column(INSTANCE)),
            start_date: column("start").filter(timed),
            end_date: column("end").filter(timed),
            recorded_date: column("_submission_time"),
            status: column("_validation_status"),
            ..SystemColumns::default()
        };
        let metadata: Vec<bool> = probe.headings().map(|heading| SERVER.contains(&heading) || DEVICE.contains(&heading)).collect();
        let answers =
            || probe.headings().zip(&metadata).filter(|(heading, meta)| !**meta && !heading.is_empty()).map(|(heading, _)| heading);
        let labelled = answers().any(|heading| heading.contains(char::is_whitespace));
        let split = answers().filter(|heading| choice_of(heading, probe)).count();
        let repeats = column("_parent_index").is_some();
        let values = if labelled { "labels" } else { "XML values" };
        let mut remarks = Vec::new();
        if repeats {
            remarks.push(Remark {
                rule: "file.repeat_group",
                expected: "one record per response",
                found: "a table of a repeat group; `_parent_index` names the response".to_owned(),
                remedy: "use the main table too, if its questions are wanted",
            });
        }
        if labelled && split == 0 {
            remarks.push(Remark {
                rule: "file.joined_labels",
                expected: "a column per choice of questions with several answers",
                found: "labels as headings and no column per choice".to_owned(),
                remedy: "export with choices in separate columns if there are such questions: labels joined by blanks cannot be told apart",
            });
        }
        Layout {
            variant: format!("{values}, {split} columns of single choices{}", if repeats { ", repeat group" } else { "" }),
            header_rows: 1,
            labels: if labelled { probe.headings().map(|heading| label_of(heading, probe)).collect() } else { Vec::new() },
            columns,
            metadata,
            joined: (!labelled).then_some(" "),
            path: Some('/'),
            remarks,
            ..Layout::default()
        }
    }

    fn row_kind(&self, status: &str) -> RowKind {
        match status {
            "Not Approved" | "Not approved" | "validation_status_not_approved" => RowKind::OtherStatus,
            _ => RowKind::Usable,
        }
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        choice.values().chain([choice.label.to_owned()]).map(|value| format!("{item}/{value}")).collect()
    }
}

/// Whether a column is that of one choice: the path before the last `/` is a column too, or the cells only say yes and no.
pub(super) fn choice_of(heading: &str, probe: &Probe<'_>) -> bool {
    let Some((question, _)) = heading.rsplit_once('/') else { return false };
    let column = probe.headings().position(|other| other == heading);
    let ticks = |i: usize| {
        let mut cells = probe.values(i, 1).peekable();
        cells.peek().is_some() && cells.all(|cell| matches!(cell, "0" | "1" | "0.0" | "1.0" | "True" | "False" | "TRUE" | "FALSE"))
    };
    probe.headings().any(|other| other == question) || column.is_some_and(ticks)
}

/// The label of a path: `question [choice]` for a choice's column, so that it is like those of other systems, else what follows the groups.
/// A slash of prose is no path: no other heading begins like it.
fn label_of(heading: &str, probe: &Probe<'_>) -> String {
    let Some((before, last)) = heading.rsplit_once('/') else { return heading.to_owned() };
    if choice_of(heading, probe) {
        return format!("{} [{last}]", before.rsplit('/').next().unwrap_or(before));
    }
    let shared = probe.headings().any(|other| other != heading && other.strip_prefix(before).is_some_and(|rest| rest.starts_with('/')));
    if shared { last.to_owned() } else { heading.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::adapter::probe_rows;
    use super::super::container::Container;
    use super::*;
    use crate::ingest::{Declared, ItemNames, Matched, RawExport};

    const XML: &str = "\"start\";\"end\";\"g1/q1\";\"g1/why\";\"g1/why/talks\";\"g1/why/mail\";\"_id\";\"_uuid\";\"_submission_time\";\"_index\"\r\n\
        \"2024-01-02T10:00:00.000+02:00\";\"2024-01-02T10:05:00.000+02\";\"4\";\"talks mail\";\"1\";\"1\";\"168629696\";\"u-1\";\"2024-01-02T08:05:09\";\"1\"\r\n";

    fn layout(text: &str) -> Option<Layout> {
        let rows = probe_rows(text);
        let probe = Probe { rows: &rows, container: Container::Text };
        Kobo.detect(&probe).map(|_| Kobo.layout(&probe))
    }

    #[test]
    fn names_with_groups_and_choices() {
        let got = layout(XML).expect("detected");
        assert_eq!((got.columns.response_id, got.columns.response_date(), got.joined), (Some(7), Some(1), Some(" ")));
        assert_eq!(got.metadata, [true, true, false, false, false, false, true, true, true, true]);
        assert_eq!(got.variant, "XML values, 2 columns of single choices");
        let export = RawExport::from_bytes("a.csv", XML.into(), &Declared::default());
        assert_eq!(export.find_item(&ItemNames { id: "q1", text: "" }), Ok((2, Matched::ById)));
        let mail = ChoiceNames { code: 2, label: "E-mail", value: Some("mail") };
        assert_eq!(export.find_choice(&ItemNames { id: "why", text: "" }, &mail), Ok((5, Matched::ById)));
    }

    #[test]
    fn labels_wherever_the_columns_stand() {
        let got = layout("_id,_uuid,How was it?,Which helped?,Which helped?/Talks,_submission_time,_validation_status\n1,u,4,Talks,1,2024-01-02T08:05:09,Not Approved\n")
            .expect("detected");
        assert_eq!((got.labels[4].as_str(), got.joined, got.columns.status), ("Which helped? [Talks]", None, Some(6)));
        assert_eq!(Kobo.row_kind("Not Approved"), RowKind::OtherStatus);
        assert!(layout("_id,name\n1,a\n").is_none());
        assert!(layout("name,web/firefox,web/chrome,meta/instanceID\nBob,n/a,n/a,uuid:1\n").is_some());
    }
}
