//! ODK Central, and its relatives that write the same columns: `SubmissionDate` in UTC, groups joined by `-`, choices by `/`.
//!
//! Split columns of choices hold 0 where the question was not answered, so that 0 says nothing by itself. Repeats are extra files with the
//! key of their parent.

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, RowKind, SystemColumns};
use super::date_reader::DateReader;
use super::kobo::choice_of;
use super::matching::ChoiceNames;
use crate::program::plan::System;

pub(super) struct Odk;

/// Columns that the server adds, last the keys.
const SERVER: [&str; 22] = [
    "SubmissionDate",
    "CompletionDate",
    "meta-instanceID",
    "meta-instanceName",
    "meta-audit",
    "meta-entity-label",
    "instanceID",
    "instanceName",
    "SubmitterID",
    "SubmitterName",
    "AttachmentsPresent",
    "AttachmentsExpected",
    "Status",
    "ReviewState",
    "DeviceID",
    "Edits",
    "FormVersion",
    "formdef_version",
    "isValidated",
    "KEY",
    "PARENT_KEY",
    "SET-OF",
];
/// Columns that the form itself adds about device and session.
const DEVICE: [&str; 12] = [
    "start",
    "end",
    "today",
    "starttime",
    "endtime",
    "deviceid",
    "subscriberid",
    "simid",
    "devicephonenum",
    "phonenumber",
    "username",
    "email",
];

impl Adapter for Odk {
    fn system(&self) -> System {
        System::Odk
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        let server: Vec<&str> = probe.headings().filter(|heading| SERVER.contains(heading)).collect();
        let has = |name: &str| server.contains(&name);
        let main = has("SubmissionDate") && (has("KEY") || server.len() >= 4);
        let repeat = has("PARENT_KEY") && has("KEY");
        // A file without its keys still has what follows them.
        let rest = server.len() >= 5 && (has("SubmitterID") || has("ReviewState") || has("FormVersion"));
        // The older server names its own columns so.
        let older = probe.headings().filter(|heading| heading.starts_with("*meta-") && heading.ends_with('*')).count();
        if older >= 2 {
            return Some(Evidence(format!("{older} columns of the server such as *meta-instance-id*")));
        }
        (main || repeat || rest).then(|| Evidence(format!("the server's columns {}", server.join(", "))))
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        let column = |name: &str| probe.headings().position(|heading| heading == name);
        // A question may be called `start`; the form's own holds dates with a time.
        let timed = |i: &usize| probe.values(*i, 1).all(|cell| cell.contains(':') && DateReader::new(None, []).parse(cell).is_ok());
        let recorded = column("SubmissionDate").or_else(|| column("*meta-submission-date*"));
        let columns = SystemColumns {
            response_id: column("KEY")
                .or_else(|| column("*meta-instance-id*"))
                .or_else(|| column("meta-instanceID"))
                .or_else(|| column("instanceID")),
            start_date: column("start").or_else(|| column("starttime")).filter(timed),
            end_date: column("end").or_else(|| column("endtime")).filter(timed),
            recorded_date: recorded,
            status: column("ReviewState"),
            ..SystemColumns::default()
        };
        let own = |heading: &str| {
            heading.starts_with("*meta-") || SERVER.contains(&heading) || DEVICE.contains(&heading) || heading.starts_with("SET-OF-")
        };
        let metadata: Vec<bool> = probe.headings().map(own).collect();
        let split = probe.headings().filter(|heading| choice_of(heading, probe)).count();
        let repeat = column("PARENT_KEY").is_some();
        let central = column("SubmitterID").is_some() || column("ReviewState").is_some();
        let utc = recorded.is_some_and(|i| probe.values(i, 1).next().is_some() && probe.values(i, 1).all(|cell| cell.ends_with('Z')));
        let mut remarks = Vec::new();
        if split > 0 {
            remarks.push(Remark {
                rule: "file.zero_when_unanswered",
                expected: "blank cells where a question was not answered",
                found: format!("{split} columns of single choices, in which 0 also stands where nothing was answered"),
                remedy: "nothing to do; a question with 0 in all its columns is read as not stated",
            });
        }
        if repeat {
            remarks.push(Remark {
                rule: "file.repeat_group",
                expected: "one record per response",
                found: "a table of a repeat group; PARENT_KEY names the response".to_owned(),
                remedy: "use the main table too, if its questions are wanted",
            });
        }
        let older = probe.headings().any(|heading| heading.starts_with("*meta-"));
        let family = if central || (recorded.is_none_or(|_| utc) && !older) { "ODK Central" } else { "relative of ODK Central" };
        Layout {
            variant: format!("{family}, {split} columns of single choices{}", if repeat { ", repeat group" } else { "" }),
            header_rows: 1,
            time_zone: (utc && columns.end_date.is_none()).then(|| "UTC".to_owned()),
            columns,
            metadata,
            joined: Some(" "),
            path: Some('-'),
            remarks,
            ..Layout::default()
        }
    }

    fn row_kind(&self, status: &str) -> RowKind {
        if status == "rejected" { RowKind::OtherStatus } else { RowKind::Usable }
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        choice.values().flat_map(|value| [format!("{item}/{value}"), format!("{item}_{value}")]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::adapter::probe_rows;
    use super::super::container::Container;
    use super::*;
    use crate::ingest::{Declared, ItemNames, Matched, RawExport};

    const CENTRAL: &str = "SubmissionDate,start,q1,q1/a,q1/b,g1-q2,KEY,SubmitterID,ReviewState,FormVersion\n\
        2018-01-01T00:00:00.000Z,often,b,0,1,x,u1,5,rejected,\n";

    fn layout(text: &str) -> Option<Layout> {
        let rows = probe_rows(text);
        let probe = Probe { rows: &rows, container: Container::Text };
        Odk.detect(&probe).map(|_| Odk.layout(&probe))
    }

    #[test]
    fn groups_choices_and_the_server() {
        let got = layout(CENTRAL).expect("detected");
        assert_eq!((got.columns.response_id, got.columns.start_date, got.columns.response_date()), (Some(6), None, Some(0)));
        assert_eq!((got.time_zone.as_deref(), got.variant.as_str()), (Some("UTC"), "ODK Central, 2 columns of single choices"));
        assert_eq!(got.remarks[0].rule, "file.zero_when_unanswered");
        assert_eq!([Odk.row_kind("rejected"), Odk.row_kind("hasIssues")], [RowKind::OtherStatus, RowKind::Usable]);
        let export = RawExport::from_bytes("a.csv", CENTRAL.into(), &Declared::default());
        assert_eq!(export.find_item(&ItemNames { id: "q2", text: "" }), Ok((5, Matched::ById)));
        let a = ChoiceNames { code: 1, label: "A", value: Some("a") };
        assert_eq!(export.find_choice(&ItemNames { id: "q1", text: "" }, &a), Ok((3, Matched::ById)));
    }

    #[test]
    fn repeats_and_other_tables() {
        let got = layout("name,PARENT_KEY,KEY\nx,u1,u1/child[1]\n").expect("detected");
        assert_eq!(got.remarks[0].rule, "file.repeat_group");
        assert!(layout("KEY,Status,name\n1,a,b\n").is_none());
    }
}
