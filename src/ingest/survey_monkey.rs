//! SurveyMonkey: two header rows, question text and below it the option, the row or the kind of answer.
//!
//! A question stands once, above its first column, and holds for the blank headings to its right. Statistics packages write `NA` where
//! SurveyMonkey leaves a heading blank. The file says nothing of completion.

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, SystemColumns};
use super::matching::{ChoiceNames, fold_text};
use crate::program::plan::System;

pub(super) struct SurveyMonkey;

/// Columns that the system adds, letters and digits only.
const METADATA: [&str; 13] = [
    "respondentid",
    "collectorid",
    "startdate",
    "enddate",
    "datecreated",
    "datemodified",
    "ipaddress",
    "emailaddress",
    "firstname",
    "lastname",
    "customdata",
    "customdata1",
    "languagecode",
];
/// What row 2 says of a question with one answer.
const SINGLE: [&str; 2] = ["response", "openendedresponse"];

impl Adapter for SurveyMonkey {
    fn system(&self) -> System {
        System::SurveyMonkey
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        let names: Vec<String> = probe.headings().map(fold_text).collect();
        let has = |name: &str| names.iter().any(|known| known == name);
        let second: Vec<&str> = probe.row(1).collect();
        if has("respondentid") && (has("collectorid") || (has("startdate") && has("enddate"))) {
            return Some(Evidence("the columns Respondent ID and Collector ID, or its dates".to_owned()));
        }
        // Ids of respondents are long numbers; published files have kept them and lost the rest.
        let long = |cell: &str| cell.len() >= 9 && cell.bytes().all(|b| b.is_ascii_digit());
        let ids = names.iter().position(|name| name == "respondentid").map(|i| (1..probe.rows.len()).map(move |row| probe.cell(row, i)));
        if ids.is_some_and(|ids| ids.clone().filter(|cell| !is_blank(cell)).all(long) && ids.clone().any(long)) {
            return Some(Evidence("the column Respondent ID, which holds numbers of nine digits and more".to_owned()));
        }
        // Published files often lack the columns that tell people apart.
        let kinds = second.iter().filter(|text| SINGLE.contains(&fold_text(text).as_str())).count();
        let carried = (0..probe.width()).filter(|&i| is_blank(probe.cell(0, i)) && !is_blank(probe.cell(1, i))).count();
        let open = second.iter().any(|text| *text == "Open-Ended Response" || text.starts_with("Other (please specify"));
        let shape = kinds > 0 && (open || kinds > 1 || carried > 0) && !second.iter().any(|text| text.parse::<f64>().is_ok());
        (shape && names.iter().any(|name| !name.is_empty())).then(|| {
            Evidence(format!(
                "row 2 names the kind of answer in {kinds} columns, and {carried} blank headings belong to the question on their left"
            ))
        })
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        let header_rows = header_rows(probe);
        let mut columns = SystemColumns::default();
        let mut metadata = vec![false; probe.width()];
        let mut companions = vec![false; probe.width()];
        let mut labels = vec![String::new(); probe.width()];
        let mut question = "";
        let (mut rewritten, mut carried) = (0, 0);
        for i in 0..probe.width() {
            let (heading, sub) = (probe.cell(0, i), if header_rows == 2 { probe.cell(1, i) } else { "" });
            rewritten += usize::from(is_missing(heading) || is_missing(sub));
            let name = fold_text(heading);
            if (METADATA.contains(&name.as_str()) || name.starts_with("customdata")) && is_blank(sub) {
                metadata[i] = true;
                labels[i] = heading.to_owned();
                question = "";
                place(&mut columns, &name, i);
                continue;
            }
            // A heading of its own begins a question; a blank one goes on with it.
            match (is_blank(heading), is_blank(sub)) {
                (false, _) => question = heading,
                (true, false) => carried += 1,
                (true, true) => question = "",
            }
            companions[i] = fold_text(sub).starts_with("otherpleasespecify");
            labels[i] = match sub {
                _ if is_blank(sub) || SINGLE.contains(&fold_text(sub).as_str()) => question.to_owned(),
                sub => format!("{question} [{sub}]"),
            };
        }
        let person = columns.person.filter(|&i| probe.values(i, header_rows).any(|cell| !is_missing(cell)));
        columns.person = person;
        let mut layout = Layout {
            variant: match (header_rows, rewritten > 0) {
                (1, _) => "one header row".to_owned(),
                (_, true) => format!("two header rows, rewritten with NA; {carried} blank headings carried forward"),
                (_, false) => format!("two header rows; {carried} blank headings carried forward"),
            },
            header_rows: header_rows as u64,
            labels,
            columns,
            metadata,
            companions,
            ..Layout::default()
        };
        if rewritten > 0 {
            layout.not_stated.push("NA".to_owned());
            layout.remarks.push(Remark {
                rule: "file.rewritten",
                expected: "blank cells where there is no heading or answer",
                found: format!("NA in the header rows of {rewritten} columns, as statistics packages write it"),
                remedy: "nothing to do if that is so; NA is read as not stated",
            });
        }
        layout.remarks.push(Remark {
            rule: "file.no_completion_mark",
            expected: "a mark of completion",
            found: "none; SurveyMonkey writes no such column".to_owned(),
            remedy: "nothing to do; responses are judged by the share of questions answered",
        });
        layout
    }

    fn ticks_by_label(&self) -> bool {
        true
    }

    /// The expanded layout does.
    fn splits_single(&self) -> bool {
        true
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        vec![format!("{item} [{}]", choice.label)]
    }
}

/// Two, unless row 2 already has a respondent in it.
fn header_rows(probe: &Probe<'_>) -> usize {
    let respondent = probe.headings().position(|heading| fold_text(heading) == "respondentid");
    let is_response = respondent.is_some_and(|i| !is_blank(probe.cell(1, i)));
    if is_response || probe.rows.len() < 2 { 1 } else { 2 }
}

fn place(columns: &mut SystemColumns, name: &str, i: usize) {
    let slot = match name {
        "respondentid" => &mut columns.response_id,
        "customdata1" | "customdata" => &mut columns.person,
        "startdate" | "datecreated" => &mut columns.start_date,
        "enddate" | "datemodified" => &mut columns.end_date,
        _ => return,
    };
    if slot.is_none() {
        *slot = Some(i);
    }
}

/// The text by which statistics packages write a missing value.
fn is_missing(text: &str) -> bool {
    text == "NA"
}

/// Blank (in older files a NUL character stands below the columns of the system), or what statistics packages and data-frame libraries write where a heading is.
fn is_blank(text: &str) -> bool {
    let numbered = |prefix: &str| text.strip_prefix(prefix).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    text.chars().all(|c| c == '\0' || c.is_whitespace())
        || is_missing(text)
        || text == "nan"
        || numbered("Unnamed: ")
        || numbered("...")
        || numbered("X__")
}

#[cfg(test)]
mod tests {
    use super::super::adapter::probe_rows;
    use super::super::container::Container;
    use super::*;

    fn layout(text: &str) -> Option<Layout> {
        let rows = probe_rows(text);
        let probe = Probe { rows: &rows, container: Container::Text };
        SurveyMonkey.detect(&probe).map(|_| SurveyMonkey.layout(&probe))
    }

    const HEAD: &str = "Respondent ID,Collector ID,Start Date,End Date,Custom Data 1,How was it?,Which helped?,,,Why?\n";

    #[test]
    fn questions_are_carried_to_the_right() {
        let got = layout(&format!("{HEAD},,,,,Response,Talks,E-mail,Other (please specify),Open-Ended Response\n114628000001,9,01/31/2024 10:11:12 AM,01/31/2024 10:15:00 AM,P1,Good,Talks,,,\n"))
            .expect("detected");
        assert_eq!(
            got.labels[5..],
            ["How was it?", "Which helped? [Talks]", "Which helped? [E-mail]", "Which helped? [Other (please specify)]", "Why?"]
        );
        assert_eq!((got.header_rows, got.columns.person, got.columns.response_date()), (2, Some(4), Some(3)));
        assert_eq!(got.metadata, [true, true, true, true, true, false, false, false, false, false]);
        assert!(got.companions[8] && !got.companions[9]);
    }

    #[test]
    fn na_of_a_statistics_package_is_a_blank() {
        let text = format!(
            "{}NA,NA,NA,NA,NA,Response,Talks,E-mail,NA,Open-Ended Response\n1,9,2024-01-01,2024-01-02,NA,Good,Talks,NA,NA,NA\n",
            HEAD.replace(",,,", ",NA,NA,")
        );
        let got = layout(&text).expect("detected");
        assert_eq!((got.labels[7].as_str(), got.labels[8].as_str()), ("Which helped? [E-mail]", ""));
        assert_eq!((got.not_stated, got.columns.person), (vec!["NA".to_owned()], None));
    }

    #[test]
    fn nul_below_the_columns_of_older_files_is_a_blank() {
        let text = "RespondentID,CollectorID,StartDate,EndDate,How was it?,Which helped?,\n\0,\0,\0,\0,Response,Talks,E-mail\n5343553482,9,04/25/2017 23:03:44,04/28/2017 22:31:44,Good,Talks,\n";
        let got = layout(text).expect("detected");
        assert_eq!((got.header_rows, got.labels[6].as_str(), got.metadata[..4].to_vec()), (2, "Which helped? [E-mail]", vec![true; 4]));
    }

    #[test]
    fn files_without_people_and_with_one_header_row() {
        let got = layout("How was it?,Which helped?,\nResponse,Talks,E-mail\nGood,Talks,\n").expect("detected");
        assert_eq!((got.header_rows, got.labels[2].as_str()), (2, "Which helped? [E-mail]"));
        let one = layout("Respondent ID,Collector ID,How was it?\n1,9,Good\n").expect("detected");
        assert!(layout("RespondentID,How was it?\n3292953864,Good\n").is_some_and(|layout| layout.header_rows == 1));
        assert!(layout("RespondentID,How was it?\n17,Good\n").is_none());
        assert_eq!(one.header_rows, 1);
        assert!(layout("id,response\n1,Response\n").is_none());
    }
}
