//! A small program worked out by hand: who says what of failures, the two sides of each pair, and the network of mentors.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{Program, path, results, run};

const PLAN: &str = r#"
[program]
name = "Small"
institution = "Hospital"
as_of = 2026-07-05

[[period]]
id = "Q1"
label = "January to March 2026"
start = 2026-01-01
end = 2026-03-31
[[period]]
id = "Q2"
label = "April to June 2026"
start = 2026-04-01
end = 2026-06-30
[[window]]
id = "H1"
label = "January to June 2026"
periods = ["Q1", "Q2"]

[roster]
file = "roster.csv"
person = "id"
[[demographic]]
id = "level"
label = "Level"
column = "level"
values = ["RES", "ASST", "PROF"]

[pairs]
file = "pairs.csv"
pair = "pair"
mentee = "mentee"
mentor = "mentor"
start = "start"
ended = "ended"
end_reason = "reason"
[pairs.status_map]
"not available" = "failure"
"poor fit" = "failure"
"complete" = "success"
[pairs.cause]
"not available" = "unavailable"

[[recorded_cause]]
cause = "power"
of = "pair"
column = "assesses"
yes = ["yes"]
no = ["no"]
[[recorded_cause]]
cause = "no_protected_time"
of = "mentor"
column = "hours"
yes_below = 1

[network]
level = "level"
load_limit = 3
discipline_column = "disciplines"
disciplines = [{ id = "informatics", label = "Clinical informatics" }]

[[export]]
file = "mentee.csv"
instrument = "mentee.toml"
role = "mentee"
system = "csv"
wave = "by date"
person = "who"
pair = "about"
date = "day"
[[export]]
file = "mentor.csv"
instrument = "mentor.toml"
role = "mentor"
system = "csv"
wave = "by date"
person = "who"
pair = "about"
date = "day"
"#;

/// M1 has three mentors; M4 loses the only one. X1 has three mentees on June 30.
const PAIRS: &str = "\
pair,mentee,mentor,start,ended,reason,assesses
A,M1,X1,2025-10-01,,,no
B,M1,X2,2025-10-01,2026-05-10,not available,yes
C,M1,X3,2025-10-01,2026-02-10,complete,
D,M2,X1,2025-10-01,,,
E,M3,X1,2025-11-01,,,
F,M4,X2,2025-11-01,2026-06-30,poor fit,no
G,M5,X3,2025-11-01,2026-05-20,poor fit,
";

const ROSTER: &str = "\
id,level,hours,disciplines
M1,RES,,
M2,RES,,
M3,RES,,
M4,RES,,
M5,RES,,
X1,PROF,4,medicine;ethics
X2,ASST,0,law
X3,,,informatics
";

/// Satisfaction, and causes: 1 unavailable, 2 unprepared, 3 values, 90 none.
fn instrument(role: &str) -> String {
    format!(
        r#"
id = "{role}_short"
title = "Short"
version = "1"
role = "{role}"
source = "Test"
[[item]]
id = "overall"
kind = "likert"
use = "satisfaction"
choices = [{{ code = 1, label = "Very bad" }}, {{ code = 2, label = "Bad" }}, {{ code = 3, label = "Middling" }}, {{ code = 4, label = "Good" }}, {{ code = 5, label = "Very good" }}]
[[item]]
id = "causes"
kind = "multiple"
use = "causes"
choices = [
  {{ code = 1, label = "Not available", cause = "unavailable" }},
  {{ code = 2, label = "Not prepared", cause = "unprepared" }},
  {{ code = 3, label = "Values differ", cause = "values" }},
  {{ code = 4, label = "Power", cause = "power" }},
  {{ code = 90, label = "None" }},
]
[[item]]
id = "power_how"
kind = "multiple"
use = "power_source"
choices = [{{ code = 1, label = "Mentor", tag = "power_mentor" }}, {{ code = 3, label = "Rule", tag = "power_structure" }}, {{ code = 90, label = "None" }}]
"#
    )
}

/// Columns of choices in the order of the instrument.
const HEAD: &str = "who,about,day,overall,causes_1,causes_2,causes_3,causes_4,causes_90,power_how_1,power_how_3,power_how_90\n";

const MENTEE: &str = "\
M1,A,2026-03-20,5,0,0,0,0,1,0,0,1
M1,B,2026-03-20,2,1,0,0,1,0,0,1,0
M2,D,2026-03-20,4,0,0,0,0,1,0,0,1
M3,E,2026-03-20,2,0,1,0,0,0,0,0,1
M1,A,2026-06-20,4,0,0,0,0,1,0,0,1
M2,D,2026-06-20,2,0,0,0,0,1,0,0,1
";

const MENTOR: &str = "\
X1,A,2026-03-22,4,0,0,0,0,1,0,0,1
X2,B,2026-03-22,2,0,1,0,0,0,0,0,1
X2,F,2026-03-22,4,0,1,0,0,0,0,0,1
X1,D,2026-06-22,5,0,0,0,0,1,0,0,1
X1,A,2026-06-22,2,0,0,0,0,1,0,0,1
";

type Rows = Vec<BTreeMap<String, String>>;

fn draft(folder: &Path) -> (Rows, Rows) {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("program.toml", PLAN);
    write("pairs.csv", PAIRS);
    write("roster.csv", ROSTER);
    write("mentee.toml", &instrument("mentee"));
    write("mentor.toml", &instrument("mentor"));
    write("mentee.csv", &format!("{HEAD}{MENTEE}"));
    write("mentor.csv", &format!("{HEAD}{MENTOR}"));
    write("mentorscope.key", &"0123456789abcdef".repeat(4));
    let outcome = run(&["run", path(folder), "--period", "Q2"]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    let restricted = folder.join("draft/Q2/restricted/data");
    (results(&restricted.join("results.csv")), results(&restricted.join("attribution.csv")))
}

/// The estimate of the whole program, with its denominator.
fn figure(rows: &Rows, metric: &str, which: &str, role: &str, period: &str) -> (f64, u64) {
    let wanted = |row: &&BTreeMap<String, String>| {
        row["metric"] == metric
            && row["scale_or_cause"] == which
            && row["role"] == role
            && row["period"] == period
            && row["contrast"].is_empty()
    };
    let row = rows.iter().find(wanted).unwrap_or_else(|| panic!("no {metric} {which} {role} {period}"));
    (row["estimate"].parse().unwrap_or(f64::NAN), row["denominator"].parse().unwrap())
}

/// Failed: B (named by mentee, mentor and record), F (mentor alone), G (nobody says anything of causes).
#[test]
fn witnesses_of_failures_are_told_as_worked_out_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, accounts) = draft(folder.path());
    let count = |metric: &str, which: &str| figure(&rows, metric, which, "", "H1");
    assert_eq!(figure(&rows, "pairs_failed", "", "", "H1").0, 3.0);
    // B: unavailable (mentee, record), power (mentee, register), no protected time (roster of X2), unprepared (mentor). F: unprepared, and the roster.
    for (which, expected) in [("unavailable", 1.0), ("unprepared", 2.0), ("power", 1.0), ("no_protected_time", 2.0), ("values", 0.0)] {
        assert_eq!(count("failed_cause", which), (expected, 3), "{which}");
    }
    for (which, expected) in [("mentee", 2.0), ("mentor", 1.0), ("pair", 0.0), ("program", 2.0), ("unplaced", 1.0)] {
        assert_eq!(count("failed_locus", which).0, expected, "{which}");
    }
    // B in thirds: mentee, mentor, program. F in halves: mentee, program. G unplaced.
    let third = 1.0 / 3.0;
    for (which, expected) in [("mentee", third + 0.5), ("mentor", third), ("pair", 0.0), ("program", third + 0.5), ("unplaced", 1.0)] {
        let found = rows
            .iter()
            .find(|row| row["metric"] == "failed_attribution" && row["scale_or_cause"] == which && row["period"] == "H1")
            .unwrap();
        if let Ok(share) = found["estimate"].parse::<f64>() {
            assert!((share * 3.0 - expected).abs() < 1e-9, "{which} {share}");
        }
    }
    let total: u32 = accounts.iter().filter(|row| row["state"] == "failed").filter_map(|row| row["twelfths"].parse::<u32>().ok()).sum();
    assert_eq!(total, 3 * 12);

    let of = |pair: &str, cause: &str| {
        let row = accounts.iter().find(|row| row["pair"] == pair && row["cause"] == cause).unwrap_or_else(|| panic!("no {pair} {cause}"));
        ["mentee_says", "mentor_says", "record_says", "labels"].map(|column| row[column].clone())
    };
    assert_eq!(of("B", "unavailable"), ["yes", "no", "yes", "attributed corroborated contested"]);
    assert_eq!(of("B", "unprepared"), ["no", "yes", "", "attributed contested"]);
    assert_eq!(of("B", "power"), ["yes", "no", "yes", "acknowledged corroborated contested"]);
    // Nobody was asked about time in the surveys: the roster alone says it.
    assert_eq!(of("B", "no_protected_time"), ["", "", "yes", "acknowledged one_witness"]);
    assert_eq!(of("F", "unprepared"), ["", "yes", "", "attributed one_witness"]);
    assert_eq!(of("B", "power_structure")[..3], ["yes", "", ""]);
    assert!(accounts.iter().any(|row| row["pair"] == "G" && row["locus"] == "unplaced" && row["twelfths"] == "12"));
    // In trouble and not failed: D and E say that they are dissatisfied, A's mentor does.
    let troubled: Vec<&str> = {
        let mut pairs: Vec<&str> = accounts.iter().filter(|row| row["state"] == "in_trouble").map(|row| row["pair"].as_str()).collect();
        pairs.dedup();
        pairs
    };
    assert_eq!(troubled, ["A", "D", "E"]);
    // E's mentee says in the window that it came unprepared; its mentor says nothing.
    assert_eq!(of("E", "unprepared"), ["yes", "", "", "acknowledged one_witness"]);
    // A release has no file that names pairs.
    assert!(!folder.path().join("draft/Q2/release/data/attribution.csv").exists());
}

/// The latest answer of each side in the half-year: A 4 and 2, B 2 and 2, D 2 and 5. E, F and G have one side only.
#[test]
fn both_sides_and_silence_are_told_as_worked_out_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, _) = draft(folder.path());
    let share = |metric: &str| figure(&rows, metric, "", "", "H1");
    assert_eq!(share("pairs_both_satisfied"), (0.0, 3));
    assert_eq!(share("pairs_mentee_only_satisfied").0, 1.0);
    assert_eq!(share("pairs_mentor_only_satisfied").0, 1.0);
    assert_eq!(share("pairs_neither_satisfied").0, 1.0);
    // Open throughout the first quarter and at its end: all but C. Mentees of A, B, D, E answered in it and B failed; F and G were silent and failed.
    assert_eq!(figure(&rows, "failed_after_answer", "", "mentee", "Q2"), (0.25, 4));
    assert_eq!(figure(&rows, "failed_after_silence", "", "mentee", "Q2").1, 2);
    // Mentors of A, B and F answered: B and F failed. Of D, E and G, G did.
    assert!((figure(&rows, "failed_after_answer", "", "mentor", "Q2").0 - 2.0 / 3.0).abs() < 1e-9);
    assert!((figure(&rows, "failed_after_silence", "", "mentor", "Q2").0 - 1.0 / 3.0).abs() < 1e-9);
    // The half-year holds the second quarter as a period of failure, and of the first nothing is known that comes before it.
    assert_eq!(figure(&rows, "failed_after_answer", "", "mentee", "H1"), (0.25, 4));
    // Three relationships are too few to tell agreement.
    assert!(rows.iter().filter(|row| row["metric"] == "side_kappa").all(|row| row["estimate"].is_empty() && row["reason"].contains("15")));
}

/// On June 30 A, D and E are open, all with X1. F ends that very day. On March 31 also B, F and G are.
#[test]
fn the_network_is_told_as_worked_out_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, _) = draft(folder.path());
    let now = |metric: &str, which: &str, role: &str, period: &str| figure(&rows, metric, which, role, period);
    // In Q1: M1 with A and B; M2, M3, M4, M5 with one each. Six ties of five mentees.
    let mean = |metric: &str, which: &str, role: &str, period: &str, expected: f64, of: u64| {
        let (found, denominator) = now(metric, which, role, period);
        assert!((found - expected).abs() < 1e-9 && denominator == of, "{metric} {which} {period}: {found} of {denominator}");
    };
    mean("mentors_now", "", "", "Q1", 1.2, 5);
    mean("mentors_ever", "", "", "Q1", 1.4, 5);
    mean("single_mentor", "", "", "Q1", 0.8, 5);
    // The level and the disciplines of X3 are known only in part: M5's level is not known. M1 has X1 and X2.
    mean("mentor_level", "PROF", "", "Q1", 0.75, 4);
    mean("mentor_level", "ASST", "", "Q1", 0.5, 4);
    mean("mentor_levels", "", "", "Q1", 1.25, 4);
    mean("discipline", "law", "", "Q1", 0.4, 5);
    mean("discipline", "informatics", "", "Q1", 0.2, 5);
    mean("disciplines_covered", "", "", "Q1", (3.0 + 2.0 + 2.0 + 1.0 + 1.0) / 5.0, 5);
    // X1 has 3, X2 2, X3 1 mentee. Gini: 2 (1 + 4 + 9) / 18 - 4/3 = 2/9.
    mean("mentor_load", "", "mentor", "Q1", 2.0, 3);
    mean("mentors_at_limit", "", "mentor", "Q1", 1.0 / 3.0, 3);
    mean("load_gini", "", "mentor", "Q1", 2.0 / 9.0, 3);
    // One mentor is left in Q2: a share, but nothing to base a range on.
    assert_eq!(now("mentor_load", "", "mentor", "Q2").1, 1);
    // In the half-year M1 had three mentors in three relationships, the others one each: two of their four failed.
    assert_eq!(now("failures_by_mentors", "several", "", "H1").1, 3);
    let (one, of) = now("failures_by_mentors", "one", "", "H1");
    assert!(one > 0.0 && of == 4);
}

#[test]
fn what_records_may_not_say_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    draft(folder.path());
    for (wrong, words) in [
        ("cause = \"prejudice\"\nof = \"pair\"\ncolumn = \"assesses\"\nyes = [\"yes\"]", "never read from a record"),
        ("cause = \"load\"\nof = \"mentor\"\ncolumn = \"level\"\nyes = [\"PROF\"]", "says who people are"),
        ("cause = \"load\"\nof = \"mentor\"\ncolumn = \"hours\"", "needs one rule"),
    ] {
        let plan = PLAN.replace("[network]", &format!("[[recorded_cause]]\n{wrong}\n\n[network]"));
        std::fs::write(folder.path().join("program.toml"), plan).unwrap();
        let outcome = run(&["check", path(folder.path())]);
        assert!(outcome.code == 2 && outcome.stderr.contains(words), "{words}: {}", outcome.stderr);
    }
    // A word that is not listed is named with its place, and is not observed.
    std::fs::write(folder.path().join("program.toml"), PLAN).unwrap();
    std::fs::write(folder.path().join("pairs.csv"), PAIRS.replace("not available,yes", "not available,perhaps")).unwrap();
    let checked = run(&["check", "--format", "json", path(folder.path())]).json();
    let finding = checked["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == "data.unlisted_value").unwrap().clone();
    assert_eq!((finding["row"].as_u64(), finding["column"].as_str()), (Some(3), Some("assesses")));
}

/// An export of version 1 lacks the questions that version 2 added: they count as not asked, and nothing else changes.
#[test]
fn exports_of_the_first_version_are_read() {
    let program = Program::new();
    let file = "exports/mentee_2026-Q3.csv";
    let bytes = program.read(file);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let added = |heading: &str| ["power_source_", "prejudice_source_", "prejudice_about_"].iter().any(|item| heading.starts_with(item));
    let kept: Vec<usize> = (0..rows[0].len()).filter(|&column| !added(&rows[0][column])).collect();
    assert_eq!(rows[0].len() - kept.len(), 12);
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(kept.iter().map(|&column| &row[column])).unwrap());
    program.write(file, writer.into_inner().unwrap());
    let used =
        |json: &serde_json::Value| json["files"].as_array().unwrap().iter().find(|known| known["file"] == file).unwrap()["used"].clone();
    let before = run(&["check", "--format", "json", path(crate::support::example())]).json();
    let after = run(&["check", "--format", "json", path(program.path())]).json();
    assert_eq!(used(&before), used(&after));
    assert!(after["findings"].as_array().unwrap().iter().all(|finding| finding["severity"] != "error"));
}
