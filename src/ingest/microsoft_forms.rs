//! Microsoft Forms: a workbook with one header row, or the same table saved again as CSV.
//!
//! The first columns are the system's, named in the language of whoever exported; every other heading is the text of a question, cut near
//! 200 characters. A text that repeats gets a number at its end, statements of a Likert question stand without their stem, and the choices of a
//! multiple-answer question share a cell, each with a semicolon after it. Only submitted answers are exported, so that nothing says who
//! left early.

use super::adapter::{Adapter, Evidence, Layout, Probe, Remark, SystemColumns};
use super::dates::parse_date;
use super::matching::ChoiceNames;
use crate::program::plan::System;

pub(super) struct MicrosoftForms;

/// Start, completion, e-mail, name, last change: in lower case, per language. Where no export with the last was seen, the English word.
const LANGUAGES: [(&str, [&str; 5]); 6] = [
    ("English", ["start time", "completion time", "email", "name", "last modified time"]),
    ("Spanish", ["hora de inicio", "hora de finalización", "correo electrónico", "nombre", "hora de la última modificación"]),
    ("French", ["heure de début", "heure de fin", "adresse de messagerie", "nom", "heure de la dernière modification"]),
    ("German", ["startzeit", "fertigstellungszeit", "e-mail", "name", "last modified time"]),
    ("Dutch", ["begintijd", "tijd van voltooien", "e-mail", "naam", "tijd van laatste wijziging"]),
    ("Japanese", ["開始時刻", "完了時刻", "メール", "名前", "last modified time"]),
];
/// Other columns of the system, in lower case: those of quizzes and of forms in several languages.
const OTHER_METADATA: [&str; 5] = ["total points", "quiz feedback", "grade posted time", "language", "langue"];
/// Columns in which those stand; further right they are questions.
const LEADING: usize = 10;
/// Characters from which a heading may have been cut.
const CUT_FROM: usize = 195;

impl Adapter for MicrosoftForms {
    fn system(&self) -> System {
        System::MicrosoftForms
    }

    fn detect(&self, probe: &Probe<'_>) -> Option<Evidence> {
        if heading(probe, 0) != "id" {
            return None;
        }
        if let Some((language, _)) = language(probe) {
            return Some(Evidence(format!("the columns {}, start and completion time, in {language}", probe.cell(0, 0))));
        }
        by_content(probe).then(|| Evidence("a column ID, two dates in order and an e-mail address in each row".to_owned()))
    }

    fn layout(&self, probe: &Probe<'_>) -> Layout {
        let known = language(probe);
        let place = |name: usize| known.and_then(|(_, names)| (0..probe.width().min(LEADING)).find(|&i| heading(probe, i) == names[name]));
        // In a language that is not known here the first columns still stand in their order.
        let (start, end) = if known.is_some() { (place(0), place(1)) } else { (Some(1), Some(2)) };
        let columns = SystemColumns { response_id: Some(0), start_date: start, end_date: end, ..SystemColumns::default() };
        let mut metadata = vec![false; probe.width()];
        let own: Vec<usize> = if known.is_some() { (0..5).filter_map(place).collect() } else { (1..5).collect() };
        let other = (0..probe.width()).filter(|&i| is_other(probe, i));
        for column in std::iter::once(0).chain(own).chain(other) {
            if let Some(is_metadata) = metadata.get_mut(column) {
                *is_metadata = true;
            }
        }
        let headings: Vec<String> = probe.headings().map(squeeze).collect();
        let labels: Vec<String> = headings.iter().map(|text| without_number(text, &headings).unwrap_or(text).to_owned()).collect();
        let email = place(2).or(if known.is_none() { Some(3) } else { None });
        let remarks = remarks(probe, &metadata, &headings, email);
        Layout {
            variant: "one header row".to_owned(),
            header_rows: 1,
            labels,
            columns,
            metadata,
            joined: Some(";"),
            remarks,
            ..Layout::default()
        }
    }

    fn choice_headings(&self, item: &str, choice: &ChoiceNames<'_>) -> Vec<String> {
        choice.values().map(|value| format!("{item}_{value}")).collect()
    }
}

/// A heading in lower case, with one blank where it has blanks, line feeds or non-breaking spaces.
fn heading(probe: &Probe<'_>, column: usize) -> String {
    squeeze(probe.cell(0, column)).to_lowercase()
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The language whose words for the start and the completion stand behind the id.
fn language(probe: &Probe<'_>) -> Option<(&'static str, [&'static str; 5])> {
    let leading: Vec<String> = (0..probe.width().min(LEADING)).map(|i| heading(probe, i)).collect();
    let has = |name: &str| leading.iter().any(|heading| heading == name);
    LANGUAGES.into_iter().find(|(_, names)| has(names[0]) && has(names[1]))
}

fn is_other(probe: &Probe<'_>, column: usize) -> bool {
    let heading = heading(probe, column);
    let of_quiz = heading.strip_prefix("points - ").or_else(|| heading.strip_prefix("feedback - "));
    (column < LEADING && OTHER_METADATA.contains(&heading.as_str()))
        || of_quiz.is_some_and(|question| (0..column).any(|i| self::heading(probe, i) == question))
}

/// The first columns of an export in another language, by what they hold.
fn by_content(probe: &Probe<'_>) -> bool {
    let rows = 1..probe.rows.len();
    let number = |row: usize| probe.cell(row, 0).parse::<u64>().is_ok();
    let dates = |row: usize| [1, 2].map(|column| parse_date(probe.cell(row, column)).ok());
    let person = |row: usize| probe.cell(row, 3) == "anonymous" || probe.cell(row, 3).contains('@');
    let all = |row: usize| number(row) && matches!(dates(row), [Some(start), Some(end)] if start <= end) && person(row);
    probe.width() > 5 && !rows.is_empty() && rows.into_iter().all(all)
}

/// The text without the number that parts it from an equal one, where that one is there.
fn without_number<'t>(text: &'t str, all: &[String]) -> Option<&'t str> {
    let bare = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u32 = text.get(bare.len()..)?.parse().ok()?;
    (number >= 2 && !bare.is_empty() && all.iter().any(|other| other == bare)).then_some(bare)
}

fn remarks(probe: &Probe<'_>, metadata: &[bool], headings: &[String], email: Option<usize>) -> Vec<Remark> {
    let questions: Vec<usize> = (0..probe.width()).filter(|&i| !metadata[i]).collect();
    let columns = |is: &dyn Fn(usize) -> bool| list(questions.iter().copied().filter(|&i| is(i)));
    let mut remarks = vec![Remark {
        rule: "file.time_zone_unknown",
        expected: "the time zone of dates in the header rows",
        found: "none".to_owned(),
        remedy: "nothing to do unless responses near midnight matter; dates are taken as written",
    }];
    let mut remark = |rule, expected, found: Option<String>, remedy| {
        remarks.extend(found.map(|found| Remark { rule, expected, found, remedy }));
    };
    let anonymous = email.is_some_and(|i| probe.values(i, 1).next().is_some() && probe.values(i, 1).all(|cell| cell == "anonymous"));
    remark(
        "file.anonymous_answers",
        "an e-mail address or a name in each row",
        anonymous.then(|| "anonymous in each row looked at".to_owned()),
        "a question must hold the person or the pair; declare its heading as `person` or `pair`",
    );
    remark(
        "file.cut_headings",
        "whole question texts as headings",
        columns(&|i| headings[i].chars().count() >= CUT_FROM).map(|list| format!("headings of about 200 characters in columns {list}")),
        "give them in `items` as the file has them; their ends may be missing",
    );
    remark(
        "file.numbered_headings",
        "question texts that differ",
        columns(&|i| without_number(&headings[i], headings).is_some())
            .map(|list| format!("a text met before, with a number added, in columns {list}")),
        "give them in `items` as the file has them; compare their order with the form",
    );
    remark(
        "file.choices_in_one_cell",
        "one column per choice",
        columns(&|i| is_multiple(probe, i))
            .map(|list| format!("several choices in one cell, each with a semicolon after it, in columns {list}")),
        "nothing to do; the cells are taken apart at the semicolons",
    );
    remarks
}

/// Whether most cells of a column end in semicolons, as those of a multiple-answer question do.
fn is_multiple(probe: &Probe<'_>, column: usize) -> bool {
    let ending = probe.values(column, 1).filter(|cell| cell.ends_with(';')).count();
    ending > 0 && ending * 2 >= probe.values(column, 1).count()
}

/// Numbers from 1 of up to ten columns, then an ellipsis; none for no column.
fn list(columns: impl Iterator<Item = usize>) -> Option<String> {
    let all: Vec<String> = columns.map(|column| (column + 1).to_string()).collect();
    let more = if all.len() > 10 { ", …" } else { "" };
    (!all.is_empty()).then(|| format!("{}{more}", all[..all.len().min(10)].join(", ")))
}

#[cfg(test)]
mod tests {
    use super::super::adapter::probe_rows;
    use super::super::container::Container;
    use super::*;

    fn layout(text: &str) -> Option<Layout> {
        let rows = probe_rows(text);
        let probe = Probe { rows: &rows, container: Container::Text };
        MicrosoftForms.detect(&probe).map(|_| MicrosoftForms.layout(&probe))
    }

    fn rules(layout: &Layout) -> Vec<&str> {
        layout.remarks.iter().map(|remark| remark.rule).collect()
    }

    #[test]
    fn the_systems_columns_are_known_in_several_languages() {
        for names in [
            "ID,Start time,Completion time,Email,Name,Last modified time",
            "Id,Hora de inicio,Hora de finalización,Correo electrónico,Nombre,Hora de la última modificación",
            "ID,Heure\u{a0}de début,Heure de fin,Adresse de messagerie,Nom,Heure de la dernière modification",
            "Id,Startzeit,Fertigstellungszeit,E-Mail,Name,Last modified time",
            "ID,Begintijd,Tijd van voltooien,E-mail,Naam,Tijd van laatste wijziging",
        ] {
            let text = format!("{names},Why?,Name2\n1,2026-01-02 10:00:00,2026-01-02 10:05:00,anonymous,,,x,y\n");
            let layout = layout(&text).expect(names);
            let columns = &layout.columns;
            assert_eq!((columns.response_id, columns.start_date, columns.end_date), (Some(0), Some(1), Some(2)), "{names}");
            assert_eq!(layout.metadata, [true, true, true, true, true, true, false, false], "{names}");
            assert!(rules(&layout).contains(&"file.anonymous_answers"), "{names}");
        }
    }

    #[test]
    fn other_languages_are_known_by_their_cells() {
        let row = |mail: &str| format!("ID,Ora A,Ora B,Posta,Nome,Perché?\n1,2026-01-02 10:00:00,2026-01-02 10:05:00,{mail},,x\n");
        let found = layout(&row("a@b.it")).expect("by content");
        assert_eq!((found.columns.end_date, found.metadata), (Some(2), vec![true, true, true, true, true, false]));
        assert!(layout(&row("Anna")).is_none());
        assert!(layout("ID,Ora A,Ora B,Posta,Nome,Perché?\n").is_none());
        assert!(layout("Name,Start time,Completion time\n").is_none());
    }

    #[test]
    fn what_the_system_does_to_headings_and_cells_is_said() {
        let long = format!("{}...", "x".repeat(197));
        let text = format!(
            "ID,Start time,Completion time,Email,Name,Total points,Rate it,Rate it2,Top 2,\"{long}\",Which?,Points - Rate it\n\
             1,,,a@b.org,Ann,5,4,3,1,2,A;B;,1\n2,,,c@d.org,Bob,5,4,3,1,2,,1\n"
        );
        let layout = layout(&text).expect("detected");
        assert_eq!(rules(&layout), ["file.time_zone_unknown", "file.cut_headings", "file.numbered_headings", "file.choices_in_one_cell"]);
        let found: Vec<&str> = layout.remarks.iter().skip(1).map(|remark| remark.found.as_str()).collect();
        assert!(found[0].ends_with("columns 10") && found[1].ends_with("columns 8") && found[2].ends_with("columns 11"), "{found:?}");
        assert_eq!((layout.labels[7].as_str(), layout.labels[8].as_str()), ("Rate it", "Top 2"));
        assert_eq!((layout.metadata[5], layout.metadata[6], layout.metadata[11]), (true, false, true));
    }
}
