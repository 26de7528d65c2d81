//! Which columns of an export name the person and the pair, by their headings.

use super::study::{Study, name_of, shown};
use crate::ingest::{RawExport, fold_text};
use crate::program::plan::{Role, System};

/// Headings of the pair's id, letters and digits only.
const PAIR: [&str; 9] =
    ["pairid", "pair", "pairnumber", "pairingid", "relationshipid", "dyadid", "matchid", "mentorshipid", "mentoringpairid"];
/// What a question about it holds.
const PAIR_PARTS: [&str; 4] = ["pairid", "pairnumber", "relationshipid", "pairingid"];
/// Headings of the person's id.
const PERSON: [&str; 14] = [
    "personid",
    "person",
    "participantid",
    "participant",
    "employeeid",
    "staffid",
    "studyid",
    "subjectid",
    "memberid",
    "facultyid",
    "userid",
    "respondentid",
    "externalreference",
    "externaldatareference",
];
const PERSON_PARTS: [&str; 5] = ["personid", "participantid", "employeeid", "staffid", "yourid"];
const MENTEE: [&str; 4] = ["menteeid", "mentee", "menteenumber", "menteecode"];
const MENTOR: [&str; 4] = ["mentorid", "mentor", "mentornumber", "mentorcode"];

/// Whether a heading says that its column names a person or a pair.
pub(super) fn is_named(heading: &str) -> bool {
    let folded = fold_text(heading);
    [&PAIR[..], &PERSON, &MENTEE, &MENTOR].into_iter().any(|list| list.contains(&folded.as_str()))
}

/// A proposed column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Position in the file.
    pub at: usize,
    /// Name by which the program finds it.
    pub name: String,
    /// Why it is not certain; none where the heading says it.
    pub check: Option<String>,
}

/// Who answered, as far as headings say.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    pub person: Option<Column>,
    /// What the person's column holds, where that is no id.
    pub person_is: Option<&'static str>,
    pub pair: Option<Column>,
    /// All columns that name people, which are no questions.
    pub named: Vec<usize>,
    /// Columns that would fit but are mostly blank.
    pub blank: Vec<String>,
}

impl People {
    pub(super) fn of(raw: &RawExport, study: &Study, role: Role) -> Self {
        let mut people = Self::default();
        let own: &[&str] = match role {
            Role::Mentee => &MENTEE,
            Role::Mentor => &MENTOR,
            Role::Institution => &[],
        };
        let names: Vec<[String; 2]> = (0..raw.headings.len())
            .map(|i| [fold_text(&raw.headings.as_slice()[i]), fold_text(raw.labels.get(i).map_or("", String::as_str))])
            .collect();
        let is = |i: usize, list: &[&str]| names[i].iter().any(|name| list.contains(&name.as_str()));
        let holds = |i: usize, list: &[&str]| names[i].iter().any(|name| list.iter().any(|part| name.contains(part)));
        let response = |i: usize| Some(i) == raw.columns.response_id;
        for i in 0..names.len() {
            if is(i, &PAIR) || is(i, &PERSON) || is(i, &MENTEE) || is(i, &MENTOR) || holds(i, &PAIR_PARTS) || holds(i, &PERSON_PARTS) {
                people.named.push(i);
            }
        }
        let all = 0..names.len();
        let find = |blank: &mut Vec<String>, fits: &dyn Fn(usize) -> bool, check: Option<&str>| -> Option<Column> {
            for at in all.clone().filter(|&i| fits(i)) {
                let Some(name) = name_of(raw, at) else { continue };
                if study.is_kept(at) {
                    return Some(Column { at, name, check: check.map(str::to_owned) });
                }
                let filled = study.columns.get(at).map_or(0, |facts| facts.filled);
                let told = format!("the column {} is filled in {filled} of {} records only", shown(raw, at), study.records);
                if !blank.contains(&told) {
                    blank.push(told);
                }
            }
            None
        };
        let by_heading = "the column was chosen by its heading; does it hold the ids of the roster?";
        let blank = &mut people.blank;
        people.pair = find(blank, &|i| is(i, &PAIR), None)
            .or_else(|| find(blank, &|i| holds(i, &PAIR_PARTS), Some("the column was chosen by its heading; does it hold the pair's id?")));
        people.person = find(blank, &|i| is(i, own), None)
            .or_else(|| find(blank, &|i| is(i, &PERSON[..1]), None))
            .or_else(|| find(blank, &|i| is(i, &PERSON) && !response(i), Some(by_heading)))
            .or_else(|| find(blank, &|i| Some(i) == raw.columns.person, Some(by_heading)))
            .or_else(|| find(blank, &|i| holds(i, &PERSON_PARTS) && !response(i), Some(by_heading)));
        if people.person.is_none() {
            let email = |i: usize| study.columns.get(i).is_some_and(|facts| facts.emails > 0 && facts.emails * 5 >= facts.filled * 4);
            people.person = find(blank, &email, Some("people are found by their e-mail address, which the roster must have too"));
            people.person_is = people.person.is_some().then_some("email");
        }
        if people.person.is_none() && people.pair.is_none() && raw.system == System::Redcap {
            let record = "no column is headed as a person's id; is the record's id the id of the roster?";
            people.person = find(blank, &response, Some(record));
        }
        let chosen = [&people.person, &people.pair].into_iter().flatten().map(|column| column.at);
        people.named.extend(chosen);
        people
    }
}
