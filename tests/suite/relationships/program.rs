//! Small programs written by hand.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{Outcome, path, results, run};

/// One quarter, cohorts of two years, first meeting within 90 days, an interval of 45 days where none is agreed.
const PROGRAM: &str = r#"
[program]
name = "Program"
institution = "Institution"
as_of = 2026-06-30

[[period]]
id = "2026-Q1"
start = 2026-01-01
end = 2026-03-31

[[period]]
id = "2026-Q2"
start = 2026-04-01
end = 2026-06-30

[[window]]
id = "all"
label = "All"
periods = ["2026-Q1", "2026-Q2"]

[roster]
file = "roster.csv"
person = "person"

[[demographic]]
id = "rank"
label = "Rank"
column = "rank"
values = ["junior", "senior"]

[pairs]
file = "pairs.csv"
pair = "pair"
mentee = "mentee"
mentor = "mentor"
start = "start"
registered = "registered"
agreed_end = "agreed_end"
first_meeting = "first_meeting"
last_contact = "last_contact"
interval_days = "interval"
ended = "ended"
end_reason = "reason"

[pairs.status_map]
"completed" = "success"
"died" = "neutral"
"graduated" = "neutral"
"quarrel" = "failure"

[goals]
file = "goals.csv"
goal = "goal"
pair = "pair"
set_on = "set_on"
due = "due"
mentee_rating = "mentee_rating"
mentor_rating = "mentor_rating"

[[export]]
file = "mentees.csv"
instrument = "mentee_quarterly"
system = "csv"
wave = "by date"
person = "person"
pair = "pair"
date = "date"

[[export]]
file = "mentors.csv"
instrument = "mentor_quarterly"
system = "csv"
wave = "by date"
person = "person"
pair = "pair"
date = "date"
"#;

const HEADINGS: &str = "pair,mentee,mentor,start,registered,agreed_end,first_meeting,last_contact,interval,ended,reason";

/// A program in a folder of its own.
pub struct Small {
    folder: tempfile::TempDir,
}

impl Small {
    /// A program with these pairs; its people are those of the pairs.
    pub fn new(pairs: &[&str]) -> Self {
        let small = Self { folder: tempfile::tempdir().unwrap() };
        small.write("program.toml", PROGRAM);
        small.write("mentorscope.key", &"0123456789abcdef".repeat(4));
        let mut people: Vec<&str> = pairs.iter().flat_map(|pair| pair.split(',').skip(1).take(2)).collect();
        people.sort_unstable();
        people.dedup();
        let rank = |person: &&str| if person.starts_with('m') { "junior" } else { "senior" };
        small.write(
            "roster.csv",
            &format!("person,rank\n{}\n", people.iter().map(|p| format!("{p},{}", rank(p))).collect::<Vec<_>>().join("\n")),
        );
        small.write("pairs.csv", &format!("{HEADINGS}\n{}\n", pairs.join("\n")));
        small.write("goals.csv", "goal,pair,set_on,due,mentee_rating,mentor_rating\n");
        small.write("mentees.csv", "person,pair,date,satisfied_overall,harm\n");
        small.write("mentors.csv", "person,pair,date,satisfied_overall,harm\n");
        small
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path().join(file), text).unwrap();
    }

    /// Adds sections to `program.toml`.
    pub fn declare(&self, text: &str) {
        self.write("program.toml", &format!("{PROGRAM}\n{text}"));
    }

    /// Runs the command on the last period.
    pub fn run(&self) -> Outcome {
        let outcome = run(&["run", path(self.path())]);
        assert!(outcome.code < 2, "{}{}", outcome.stdout, outcome.stderr);
        outcome
    }

    /// The ledger by pair.
    pub fn ledger(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        self.run();
        let rows = results(&self.path().join("draft/2026-Q2/restricted/data/episodes.csv"));
        rows.into_iter().map(|row| (row["pair"].clone(), row)).collect()
    }
}
