//! Who answered, and about which pair: by address, by its digest, by a self-generated code, by the one open pair, and by nobody known.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::{Program, example, path, results, run};

const ROSTER: &str = "roster.csv";
const MENTEE: &str = "exports/mentee_2026-Q3.csv";

type Rows = Vec<Vec<String>>;

fn rows(program: &Program, file: &str) -> Rows {
    let bytes = program.read(file);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    reader.records().map(|row| row.unwrap().iter().map(str::to_string).collect()).collect()
}

fn put(program: &Program, file: &str, rows: &Rows) {
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    program.write(file, writer.into_inner().unwrap());
}

/// Writes something else for the person in each response of one export, and says in the plan what it is.
fn known_by(program: &Program, what: &str, name: impl Fn(usize, &str) -> String) {
    let mut table = rows(program, MENTEE);
    let person = table[0].iter().position(|heading| heading == "ExternalReference").unwrap();
    for (number, row) in table.iter_mut().enumerate().skip(3).filter(|(_, row)| !row[person].is_empty()) {
        row[person] = name(number, &row[person]);
    }
    put(program, MENTEE, &table);
    of_export(program, |block| format!("{block}{what}\n"));
}

/// Changes the block of the export in the plan.
fn of_export(program: &Program, change: impl Fn(&str) -> String) {
    program.edit("program.toml", |text| {
        let start = text.find(&format!("file = \"{MENTEE}\"")).unwrap();
        let end = start + text[start..].find("\n\n").unwrap() + 1;
        format!("{}{}{}", &text[..start], change(&text[start..end]), &text[end..])
    });
}

fn check(program: &Program) -> Value {
    run(&["check", "--format", "json", path(program.path())]).json()
}

fn used(json: &Value, file: &str) -> u64 {
    json["files"].as_array().unwrap().iter().find(|funnel| funnel["file"] == file).unwrap()["used"].as_u64().unwrap()
}

fn count(json: &Value, rule: &str) -> usize {
    json["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule).count()
}

fn before() -> u64 {
    used(&run(&["check", "--format", "json", path(example())]).json(), MENTEE)
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02X}").unwrap();
        hex
    })
}

#[test]
fn people_are_found_by_their_address_or_its_digest() {
    for (key, name) in [("email", None), ("email_sha256", Some(digest as fn(&str) -> String))] {
        let program = Program::new();
        let address = |id: &str| format!("{}@example.org", id.to_lowercase());
        known_by(&program, &format!("person_is = \"{key}\""), |_, id| {
            name.map_or_else(|| address(id).to_uppercase(), |digest| digest(&address(id)))
        });
        let json = check(&program);
        assert_eq!((used(&json, MENTEE), count(&json, "responses.unknown_respondent")), (before(), 0), "{key}");
    }
}

#[test]
fn an_address_that_nobody_or_two_have_costs_the_row() {
    let program = Program::new();
    known_by(&program, "person_is = \"email\"", |number, id| {
        if number == 5 { "nobody@example.org".into() } else { format!("{}@example.org", id.to_lowercase()) }
    });
    let answers = rows(&program, MENTEE);
    // Somebody of the roster who did not answer gets the address of the respondent in row 7.
    let mut roster = rows(&program, ROSTER);
    let silent = roster.iter().skip(1).position(|row| answers.iter().all(|answer| answer[12] != row[1])).unwrap() + 1;
    roster[silent][1].clone_from(&answers[6][12]);
    put(&program, ROSTER, &roster);
    let json = check(&program);
    let at = |rule: &str| -> Vec<u64> {
        let found = json["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule);
        found.map(|finding| finding["row"].as_u64().unwrap()).collect()
    };
    assert_eq!(at("responses.unknown_respondent"), [6]);
    assert!(at("responses.ambiguous_respondent").contains(&7));
}

#[test]
fn a_code_may_err_by_what_was_declared() {
    // Codes that differ in at least three places, so that one slip points at one person only.
    let code = |id: &str| id.bytes().flat_map(|byte| [byte; 3]).map(char::from).collect::<String>();
    for (tolerance, slipped) in [(1, true), (0, false)] {
        let program = Program::new();
        let mut roster = rows(&program, ROSTER);
        let ids: Vec<String> = roster.iter().map(|row| row[0].clone()).collect();
        for (row, id) in roster.iter_mut().zip(ids) {
            row.push(if id == "person_id" { "own_code".into() } else { code(&id) });
        }
        put(&program, ROSTER, &roster);
        program.edit("program.toml", |text| text.replacen("email = \"email\"", "email = \"email\"\ncode = \"own_code\"", 1));
        known_by(&program, &format!("person_is = \"code\"\ncode_tolerance = {tolerance}"), |number, id| {
            if number == 4 { code(id)[1..].to_lowercase() } else { code(id) }
        });
        let json = check(&program);
        let (near, lost) = (count(&json, "responses.tolerated_code"), count(&json, "responses.unknown_respondent"));
        assert_eq!((near, lost), (usize::from(slipped), usize::from(!slipped)), "{tolerance}");
        assert_eq!(used(&json, MENTEE), before() - u64::from(!slipped), "{tolerance}");
    }
}

#[test]
fn the_one_open_pair_is_meant_where_none_is_named() {
    let program = Program::new();
    of_export(&program, |block| block.lines().filter(|line| !line.starts_with("pair = ")).map(|line| format!("{line}\n")).collect());
    let json = check(&program);
    let ambiguous = count(&json, "responses.ambiguous_pair") as u64;
    assert!(ambiguous > 0 && used(&json, MENTEE) > 0);
    // People of the roster with one open pair answer about it; those with several are asked to say which.
    let records = rows(&program, MENTEE);
    let (person, pair) = (12, records[0].len() - 1);
    assert_eq!(records[0][pair], "pair_id");
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    let pairs = rows(&program, "pairs.csv");
    let column = |heading: &str| pairs[0].iter().position(|known| known == heading).unwrap();
    let (mentee, start, ended) = (column("mentee_id"), column("start_date"), column("end_date"));
    for row in &pairs[1..] {
        let is_open = row[start].as_str() <= "2026-09-30" && (row[ended].is_empty() || row[ended].as_str() >= "2026-07-01");
        *open.entry(&row[mentee]).or_default() += usize::from(is_open);
    }
    let several = records[3..].iter().filter(|row| !row[pair].is_empty() && open.get(row[person].as_str()).is_some_and(|&pairs| pairs > 1));
    assert_eq!(ambiguous, several.count() as u64);
}

#[test]
fn anonymous_answers_count_for_the_whole_program_only() {
    let program = Program::new();
    program.edit("program.toml", |text| {
        let blocks = text.split("[[export]]").map(|block| {
            if !block.contains("mentee_quarterly") {
                return block.to_owned();
            }
            block.replace("person = \"ExternalReference\"\n", "").replace("pair = \"pair_id\"\n", "anonymous = true\n")
        });
        blocks.collect::<Vec<_>>().join("[[export]]")
    });
    let json = check(&program);
    assert_eq!(count(&json, "responses.anonymous"), 8);
    let outcome = run(&["run", path(program.path())]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    let rows = results(&program.path().join("draft/2026-Q3/restricted/data/results.csv"));
    let of = |metric: &str| rows.iter().filter(|row| row["metric"] == metric && row["period"] == "2026-Q3").collect::<Vec<_>>();
    let satisfied = of("satisfied");
    assert!(satisfied.iter().any(|row| !row["estimate"].is_empty()), "{satisfied:?}");
    // A window counts nobody twice: anonymous people cannot be told apart between waves, so that it shows its last one.
    let window = rows
        .iter()
        .find(|row| row["metric"] == "satisfied" && row["period"] == "2025-26" && row["grouping"] == "all" && row["contrast"].is_empty());
    let n: u64 = window.expect("a window's figure")["n"].parse().unwrap();
    assert!(n <= used(&json, MENTEE), "{n}");
    for metric in ["response_mentee", "pairs_both_answered", "both_dissatisfied"] {
        assert!(!of(metric).is_empty(), "{metric}");
        for row in of(metric) {
            assert_eq!((row["estimate"].as_str(), row["reason"].contains("anonymous")), ("", true), "{row:?}");
        }
    }
}
