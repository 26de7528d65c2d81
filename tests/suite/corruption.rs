//! Files that went wrong on their way: whatever happens to them, the command says what, where, and how many rows it cost.
#![allow(clippy::disallowed_methods, reason = "tests write the files that the product reads")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::{Outcome, Program, example, example_draft, path, run};

const ROSTER: &str = "roster.csv";
const PAIRS: &str = "pairs.csv";
const GOALS: &str = "goals.csv";
const ACTIONS: &str = "actions.csv";
const MENTEE: &str = "exports/mentee_2026-Q3.csv";
const MENTEE_BEFORE: &str = "exports/mentee_2026-Q2.csv";
const MENTOR: &str = "exports/mentor.csv";
const INSTITUTION: &str = "exports/institution_2025-26.csv";
const PLAN: &str = "program.toml";
/// One file of each kind, with the number of rows before its first record.
const KINDS: [(&str, usize); 7] = [(ROSTER, 1), (PAIRS, 1), (GOALS, 1), (ACTIONS, 1), (MENTEE, 3), (MENTOR, 1), (INSTITUTION, 1)];

// Changing files. Rows are numbered as a spreadsheet does, from 1.

type Rows = Vec<Vec<String>>;
/// A change to the file that it is given.
type Spoil = fn(&Program, &str);

fn rows(program: &Program, file: &str) -> Rows {
    let bytes = program.read(file);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
    reader.records().map(|row| row.unwrap().iter().map(str::to_string).collect()).collect()
}

fn put(program: &Program, file: &str, rows: &Rows) {
    put_as(program, file, rows, b',', csv::Terminator::Any(b'\n'));
}

fn put_as(program: &Program, file: &str, rows: &Rows, delimiter: u8, end: csv::Terminator) {
    let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(delimiter).terminator(end).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    program.write(file, writer.into_inner().unwrap());
}

fn edit(program: &Program, file: &str, change: impl FnOnce(&mut Rows)) {
    let before = rows(program, file);
    let mut after = before.clone();
    change(&mut after);
    assert!(before != after, "the change to {file} changed nothing");
    put(program, file, &after);
}

fn column(rows: &Rows, heading: &str) -> usize {
    rows[0].iter().position(|name| name == heading).unwrap_or_else(|| panic!("no column {heading}"))
}

/// Puts a value into a cell.
fn set(program: &Program, file: &str, row: usize, heading: &str, value: &str) {
    edit(program, file, |rows| {
        let column = column(rows, heading);
        rows[row - 1][column] = value.to_string();
    });
}

fn set_all(program: &Program, file: &str, first: usize, heading: &str, value: impl Fn(&str) -> String) {
    edit(program, file, |rows| {
        let column = column(rows, heading);
        rows[first - 1..].iter_mut().for_each(|row| row[column] = value(&row[column]));
    });
}

fn drop_column(program: &Program, file: &str, heading: &str) {
    edit(program, file, |rows| {
        let column = column(rows, heading);
        rows.iter_mut().for_each(|row| drop(row.remove(column)));
    });
}

/// Exchanges two headings and leaves the cells below them.
fn swap_headings(program: &Program, file: &str, one: &str, other: &str) {
    edit(program, file, |rows| {
        let (one, other) = (column(rows, one), column(rows, other));
        rows[0].swap(one, other);
    });
}

fn repeat_heading(program: &Program, file: &str, heading: &str) {
    edit(program, file, |rows| {
        rows.iter_mut().enumerate().for_each(|(n, row)| row.push(if n == 0 { heading.into() } else { String::new() }))
    });
}

/// Opens a quote before a cell, as a stray quotation mark does.
fn open_quote(program: &Program, file: &str, row: usize, column: usize) {
    program.edit(file, |text| {
        let mut lines: Vec<String> = text.split('\n').map(str::to_string).collect();
        let mut cells: Vec<&str> = lines[row - 1].split(',').collect();
        let quoted = format!("\"{}", cells[column]);
        cells[column] = &quoted;
        lines[row - 1] = cells.join(",");
        lines.join("\n")
    });
}

// What is expected.

struct Case {
    name: &'static str,
    change: Box<dyn Fn(&Program)>,
    file: &'static str,
    findings: Vec<Expected>,
    excluded: BTreeMap<&'static str, i64>,
    records: i64,
    code: i32,
}

struct Expected {
    rule: &'static str,
    row: Option<u64>,
    column: Option<&'static str>,
    times: Option<usize>,
}

/// A change to one file that leaves no error: exit code 0, every row used as before.
fn case(name: &'static str, file: &'static str, change: impl Fn(&Program) + 'static) -> Case {
    Case { name, change: Box::new(change), file, findings: Vec::new(), excluded: BTreeMap::new(), records: 0, code: 0 }
}

impl Case {
    /// An error of this rule in this place of the file.
    fn error(self, rule: &'static str, row: impl Into<Option<u64>>, column: impl Into<Option<&'static str>>) -> Self {
        let mut case = self.says(rule, row, column);
        case.code = 1;
        case
    }

    /// A warning or a note of this rule in this place of the file.
    fn says(mut self, rule: &'static str, row: impl Into<Option<u64>>, column: impl Into<Option<&'static str>>) -> Self {
        self.findings.push(Expected { rule, row: row.into(), column: column.into(), times: None });
        self
    }

    /// So many new findings of this rule in the file, wherever they are.
    fn times(mut self, rule: &'static str, times: usize) -> Self {
        self.findings.push(Expected { rule, row: None, column: None, times: Some(times) });
        self
    }

    /// So many more rows of the file left out for this reason; fewer where negative.
    fn leaves_out(mut self, rule: &'static str, count: i64) -> Self {
        self.excluded.insert(rule, count);
        self
    }

    /// So many more records in the file; fewer where negative.
    fn records(mut self, more: i64) -> Self {
        self.records = more;
        self
    }

    /// Moves the expected findings to another column.
    fn at(mut self, column: &'static str) -> Self {
        self.findings.iter_mut().for_each(|expected| expected.column = Some(column));
        self
    }

    /// Exit code 1, for what other files suffer of it.
    fn fails(mut self) -> Self {
        self.code = 1;
        self
    }
}

/// The account of a file: records, used, left out by reason.
type Funnel = (i64, i64, BTreeMap<String, i64>);

fn funnels(json: &Value) -> BTreeMap<String, Funnel> {
    let number = |value: &Value| value.as_i64().unwrap();
    let read = |funnel: &Value| {
        let excluded = funnel["excluded"].as_object().unwrap().iter().map(|(rule, count)| (rule.clone(), number(count))).collect();
        (funnel["file"].as_str().unwrap().to_string(), (number(&funnel["records"]), number(&funnel["used"]), excluded))
    };
    json["files"].as_array().unwrap().iter().map(read).collect()
}

fn findings(json: &Value) -> &[Value] {
    json["findings"].as_array().unwrap()
}

/// What `check` says of the example as it is.
fn sound() -> &'static Value {
    static SOUND: OnceLock<Value> = OnceLock::new();
    SOUND.get_or_init(|| check(example()).json())
}

fn check(program: &Path) -> Outcome {
    run(&["check", "--format", "json", path(program)])
}

fn is_new(finding: &Value) -> bool {
    static KNOWN: OnceLock<BTreeSet<String>> = OnceLock::new();
    !KNOWN.get_or_init(|| findings(sound()).iter().map(Value::to_string).collect()).contains(&finding.to_string())
}

/// What holds for every program, however broken: the exit code follows from the findings, each finding says where, every row is used or
/// left out for a reason that a finding names, and no row of a file that a finding leaves out is used.
fn contradictions(outcome: &Outcome, json: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let errors = findings(json).iter().any(|finding| finding["severity"] == "error");
    if outcome.code != i32::from(errors) {
        faults.push(format!("exit code {} with errors: {errors}", outcome.code));
    }
    let mut rows: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    let mut whole = BTreeSet::new();
    for finding in findings(json) {
        let file = finding["file"].as_str().unwrap();
        if file.is_empty() || finding["expected"] == "" || finding["remedy"] == "" {
            faults.push(format!("says too little: {finding}"));
        }
        match (finding["excludes"].as_str().unwrap(), finding["row"].as_u64()) {
            ("row", Some(row)) => drop(rows.entry(file).or_default().insert(row)),
            ("file", _) => drop(whole.insert(file)),
            _ => {}
        }
    }
    for (file, (records, used, excluded)) in funnels(json) {
        let left_out: i64 = excluded.values().sum();
        if records != used + left_out {
            faults.push(format!("{file}: {records} records, {used} used, {left_out} left out"));
        }
        let named = rows.get(file.as_str()).map_or(0, BTreeSet::len) as i64;
        if whole.contains(file.as_str()) {
            if used != 0 {
                faults.push(format!("{file}: a finding leaves out the file, and {used} of its rows are used"));
            }
        } else if named != left_out {
            faults.push(format!("{file}: {left_out} rows left out {excluded:?}, and findings leave out {named}"));
        }
    }
    faults
}

fn judge(case: &Case) -> Vec<String> {
    let program = Program::new();
    (case.change)(&program);
    let outcome = check(program.path());
    if outcome.code > 1 {
        return vec![format!("could not run: {}", outcome.stderr)];
    }
    let json = outcome.json();
    let mut faults = contradictions(&outcome, &json);
    if outcome.code != case.code {
        faults.push(format!("exit code {}, not {}", outcome.code, case.code));
    }
    let new: Vec<&Value> = findings(&json).iter().filter(|finding| finding["file"] == case.file && is_new(finding)).collect();
    for Expected { rule, row, column, times } in &case.findings {
        let of_rule: Vec<&&Value> = new.iter().filter(|finding| finding["rule"] == *rule).collect();
        let here =
            |finding: &&&Value| row.is_none_or(|row| finding["row"] == row) && column.is_none_or(|column| finding["column"] == column);
        let there = of_rule.iter().filter(|finding| here(finding)).count();
        if times.map_or(there == 0, |times| there != times) {
            let got: BTreeMap<String, usize> = new.iter().fold(BTreeMap::new(), |mut got, finding| {
                *got.entry(format!("{} in row {}, column {}", finding["rule"], finding["row"], finding["column"])).or_default() += 1;
                got
            });
            let got: Vec<_> = got.into_iter().take(6).collect();
            faults.push(format!("no {rule} in row {row:?}, column {column:?} ({times:?} times), but {got:?}"));
        }
    }
    let (before, after) = (funnels(sound()), funnels(&json));
    let ((records, _, excluded), (records_now, _, excluded_now)) = (&before[case.file], &after[case.file]);
    if records_now - records != case.records {
        faults.push(format!("{records_now} records after {records}"));
    }
    let reasons: BTreeSet<&str> =
        excluded.keys().chain(excluded_now.keys()).map(String::as_str).chain(case.excluded.keys().copied()).collect();
    for reason in reasons {
        let count = |counts: &BTreeMap<String, i64>| counts.get(reason).copied().unwrap_or(0);
        let (more, expected) = (count(excluded_now) - count(excluded), case.excluded.get(reason).copied().unwrap_or(0));
        if more != expected {
            faults.push(format!("{more} more rows left out as {reason}, not {expected}"));
        }
    }
    faults
}

fn all_hold(cases: impl IntoIterator<Item = Case>) {
    let mut report = Vec::new();
    for case in cases {
        report.extend(judge(&case).into_iter().map(|fault| format!("{}: {fault}", case.name)));
    }
    assert!(report.is_empty(), "\n{}", report.join("\n"));
}

fn used(program: &Program, file: &str) -> i64 {
    funnels(&check(program.path()).json())[file].1
}

#[test]
fn what_the_roster_may_suffer() {
    all_hold([
        case("id twice from the same day", ROSTER, |p| edit(p, ROSTER, |rows| rows.push(rows[5].clone())))
            .error("data.duplicate_row", 1002, "person_id")
            .records(1)
            .leaves_out("data.duplicate_row", 1),
        case("all rows twice", ROSTER, |p| edit(p, ROSTER, |rows| rows.extend_from_within(1..)))
            .error("data.duplicate_row", 1002, "person_id")
            .times("data.duplicate_row", 1000)
            .records(1000)
            .leaves_out("data.duplicate_row", 1000),
        case("no id", ROSTER, |p| set(p, ROSTER, 3, "person_id", ""))
            .error("data.missing_field", 3, "person_id")
            .leaves_out("data.missing_field", 1),
        case("unknown code", ROSTER, |p| set(p, ROSTER, 3, "gender", "X"))
            .error("roster.unknown_value", 3, "gender")
            .times("roster.unknown_value", 1),
        case("label instead of code", ROSTER, |p| set(p, ROSTER, 3, "gender", "Women")).error("roster.unknown_value", 3, "gender"),
        case("another separator", ROSTER, |p| set(p, ROSTER, 3, "race", "ASIAN,WHITE")).error("roster.unknown_value", 3, "race"),
        case("date in US order", ROSTER, |p| set(p, ROSTER, 3, "valid_from", "07/01/2024")).error("data.bad_date", 3, "valid_from"),
        case("day that does not exist", ROSTER, |p| set(p, ROSTER, 4, "left_on", "2025-02-30")).error("data.bad_date", 4, "left_on"),
        case("exchanged headings of groups", ROSTER, |p| swap_headings(p, ROSTER, "gender", "race"))
            .error("roster.unknown_value", 2, "gender")
            .error("roster.unknown_value", 2, "race"),
    ]);
}

#[test]
fn what_the_register_of_pairs_may_suffer() {
    let one_less = |name, rule, row, heading, value: &'static str| {
        case(name, PAIRS, move |p| set(p, PAIRS, row, heading, value)).error(rule, row as u64, heading).leaves_out(rule, 1)
    };
    all_hold([
        case("id twice", PAIRS, |p| edit(p, PAIRS, |rows| rows.push(rows[7].clone())))
            .error("data.duplicate_row", 902, "pair_id")
            .records(1)
            .leaves_out("data.duplicate_row", 1),
        one_less("mentee is mentor", "pairs.same_person", 2, "mentor_id", "P0090"),
        one_less("end before start", "data.dates_out_of_order", 2, "end_date", "2023-09-01"),
        one_less("agreed end before start", "data.dates_out_of_order", 2, "agreed_end", "2023-09-01"),
        one_less("no start", "data.missing_field", 2, "start_date", ""),
        case("start in the future", PAIRS, |p| set(p, PAIRS, 2, "start_date", "2026-11-01"))
            .says("pairs.not_started", 2, "start_date")
            .leaves_out("pairs.not_started", 1)
            // Its goals and responses have lost their pair.
            .fails(),
        case("unknown end reason", PAIRS, |p| set(p, PAIRS, 2, "end_reason", "moved away")).error(
            "pairs.unknown_end_reason",
            2,
            "end_reason",
        ),
        case("end reason in capitals", PAIRS, |p| set(p, PAIRS, 2, "end_reason", "LEFT THE INSTITUTION")).error(
            "pairs.unknown_end_reason",
            2,
            "end_reason",
        ),
        case("no end reason", PAIRS, |p| set(p, PAIRS, 2, "end_reason", "")).error("pairs.missing_end_reason", 2, "end_reason"),
        case("end reason and no end", PAIRS, |p| set(p, PAIRS, 2, "end_date", "")).error("pairs.reason_without_end", 2, "end_date"),
        case("end in the future", PAIRS, |p| set(p, PAIRS, 2, "end_date", "2026-10-06")).error("data.future_date", 2, "end_date"),
        case("end in US order", PAIRS, |p| set(p, PAIRS, 2, "end_date", "04/21/2025")).error("data.bad_date", 2, "end_date"),
        case("unknown mentor", PAIRS, |p| set(p, PAIRS, 2, "mentor_id", "P9999")).error("pairs.unknown_person", 2, "mentor_id"),
        case("interval in words", PAIRS, |p| set(p, PAIRS, 2, "meeting_interval_days", "monthly")).error(
            "data.bad_number",
            2,
            "meeting_interval_days",
        ),
        case("interval of no days", PAIRS, |p| set(p, PAIRS, 2, "meeting_interval_days", "0")).error(
            "data.bad_number",
            2,
            "meeting_interval_days",
        ),
        case("meeting before the start", PAIRS, |p| set(p, PAIRS, 2, "first_meeting", "2023-01-01")).says(
            "pairs.contact_before_start",
            2,
            "first_meeting",
        ),
        case("exchanged ends", PAIRS, |p| swap_headings(p, PAIRS, "end_date", "end_reason"))
            .error("data.bad_date", 2, "end_date")
            .says("data.column_order", None, "end_reason")
            .times("data.bad_date", 406),
    ]);
}

#[test]
fn what_goals_and_actions_may_suffer() {
    let goal =
        |name, rule, heading, value: &'static str| case(name, GOALS, move |p| set(p, GOALS, 3, heading, value)).error(rule, 3, heading);
    let action = |name, heading, value: &'static str, said: &'static str| {
        case(name, ACTIONS, move |p| set(p, ACTIONS, 2, heading, value))
            .error("actions.unknown_reference", 2, said)
            .leaves_out("actions.unknown_reference", 1)
    };
    all_hold([
        goal("unknown pair", "goals.unknown_pair", "pair_id", "R9999").leaves_out("goals.unknown_pair", 1),
        goal("due before it was set", "data.dates_out_of_order", "due_on", "2020-01-01").leaves_out("data.dates_out_of_order", 1),
        goal("rating out of range", "data.bad_number", "mentee_rating", "3"),
        goal("rating that is no number", "data.bad_number", "mentor_rating", "met"),
        goal("rating beyond all numbers", "data.bad_number", "mentee_rating", "99999999999999999999"),
        goal("negative weight", "data.bad_number", "weight", "-1"),
        goal("infinite weight", "data.bad_number", "weight", "inf"),
        goal("decimal comma", "data.bad_number", "weight", "2,5"),
        goal("agreed in the future", "data.future_date", "mentee_agreed_on", "2099-01-01"),
        case("another kind", GOALS, |p| set(p, GOALS, 3, "kind", "private")).says("goals.unknown_kind", 3, "kind"),
        case("version twice", GOALS, |p| edit(p, GOALS, |rows| rows.push(rows[3].clone())))
            .error("data.duplicate_row", 1887, "goal_id")
            .records(1)
            .leaves_out("data.duplicate_row", 1),
        case("exchanged days", GOALS, |p| swap_headings(p, GOALS, "set_on", "due_on"))
            .error("data.dates_out_of_order", 2, "due_on")
            .leaves_out("data.dates_out_of_order", 1885),
        action("unknown metric", "metric", "happiness", "metric"),
        action("unknown demographic", "dimension", "division", "dimension"),
        action("unknown value", "values", "ANES;XXX", "values"),
        action("demographic without values", "values", "", "values"),
    ]);
}

#[test]
fn what_a_qualtrics_export_may_suffer() {
    let answer = |name, heading, value: &'static str| {
        case(name, MENTEE, move |p| set(p, MENTEE, 4, heading, value)).error("responses.unknown_code", 4, heading)
    };
    let response = |name, rule, heading, value: &'static str| {
        case(name, MENTEE, move |p| set(p, MENTEE, 4, heading, value)).error(rule, 4, heading).leaves_out(rule, 1)
    };
    all_hold([
        response("unknown pair", "responses.unknown_pair", "pair_id", "R9999"),
        response("no pair", "responses.missing_pair", "pair_id", ""),
        response("another pair", "responses.wrong_person", "pair_id", "R0018").at("ExternalReference"),
        response("unknown person", "responses.wrong_person", "ExternalReference", "P9999"),
        response("no person", "responses.missing_person", "ExternalReference", ""),
        answer("code between the choices", "satisfied_overall", "6"),
        answer("half a code", "satisfied_overall", "4.5"),
        case("undeclared mark", MENTEE, |p| set(p, MENTEE, 4, "satisfied_overall", "NA")).error(
            "responses.undeclared_mark",
            4,
            "satisfied_overall",
        ),
        case("code with its label", MENTEE, |p| set(p, MENTEE, 4, "satisfied_overall", "5 - Strongly agree")).says(
            "responses.read_with_care",
            4,
            "satisfied_overall",
        ),
        answer("code with another label", "satisfied_overall", "5 - Disagree"),
        answer("more than ten", "recommend", "11"),
        answer("neither chosen nor not", "disciplines_2", "perhaps"),
        case("label instead of code", MENTEE, |p| set(p, MENTEE, 4, "satisfied_overall", "Strongly agree")),
        case("preview", MENTEE, |p| set(p, MENTEE, 4, "Status", "1"))
            .says("responses.preview", 4, "Status")
            .leaves_out("responses.preview", 1),
        case("broken off", MENTEE, |p| edit(p, MENTEE, |rows| rows[3][18..86].fill(String::new())))
            .says("responses.break_off", 4, None)
            .leaves_out("responses.break_off", 1),
        case("all responses twice", MENTEE, |p| edit(p, MENTEE, |rows| rows.extend_from_within(3..)))
            .records(413)
            .leaves_out("responses.repeated", 409)
            .leaves_out("responses.break_off", 2)
            .leaves_out("responses.preview", 2),
        case("date in US order", MENTEE, |p| set(p, MENTEE, 4, "EndDate", "09/11/2026 07:45")).error("data.bad_date", 4, "EndDate"),
        case("date of another wave", MENTEE, |p| set(p, MENTEE, 4, "EndDate", "2026-04-02 07:45:41")).says(
            "responses.unexpected_date",
            4,
            "EndDate",
        ),
        case("exchanged headings of items", MENTEE, |p| swap_headings(p, MENTEE, "goals_vague", "goals_agreed"))
            .says("responses.item_text_differs", 2, "goals_vague")
            .says("responses.item_text_differs", 2, "goals_agreed")
            .error("waves.scale_reversed", None, "goals_vague")
            .error("waves.scale_reversed", None, "goals_agreed"),
        case("exchanged ids", MENTEE, |p| swap_headings(p, MENTEE, "pair_id", "ExternalReference"))
            .error("responses.unknown_pair", 4, "pair_id")
            .leaves_out("responses.unknown_pair", 411)
            .leaves_out("responses.repeated", -5)
            .leaves_out("responses.break_off", -2),
        case("item without a column", MENTEE, |p| drop_column(p, MENTEE, "recommend")).says("responses.missing_column", None, "recommend"),
        case("item with two columns", MENTEE, |p| repeat_heading(p, MENTEE, "recommend"))
            .says("file.repeated_heading", 1, "recommend")
            .says("responses.missing_column", None, "recommend"),
        case("no column of pairs", MENTEE, |p| drop_column(p, MENTEE, "pair_id"))
            .error("file.missing_column", 1, "pair_id")
            .leaves_out("file.missing_column", 413)
            .leaves_out("responses.preview", -2)
            .leaves_out("responses.repeated", -5)
            .leaves_out("responses.break_off", -2),
        case("row of question texts lost", MENTEE, |p| edit(p, MENTEE, |rows| drop(rows.remove(1)))),
        case("headings repeated among the rows", MENTEE, |p| edit(p, MENTEE, |rows| rows.insert(20, rows[0].clone())))
            .records(1)
            .error("responses.unknown_status", 21, "Status")
            .leaves_out("responses.unknown_status", 1),
    ]);
}

#[test]
fn what_a_redcap_export_and_a_plain_one_may_suffer() {
    all_hold([
        case("outside all periods", MENTOR, |p| set(p, MENTOR, 2, "response_date", "2020-01-01"))
            .error("responses.outside_periods", 2, "response_date")
            .leaves_out("responses.outside_periods", 1),
        case("no date", MENTOR, |p| set(p, MENTOR, 2, "response_date", ""))
            .error("responses.outside_periods", 2, "response_date")
            .leaves_out("responses.outside_periods", 1),
        case("exchanged ids", MENTOR, |p| swap_headings(p, MENTOR, "pair_id", "mentor_id"))
            .error("responses.unknown_pair", 2, "pair_id")
            .leaves_out("responses.unknown_pair", 2494)
            .leaves_out("responses.repeated", -48)
            .leaves_out("responses.break_off", -16),
        case("exchanged items", MENTOR, |p| swap_headings(p, MENTOR, "goals_agreed", "goals_evolve")).says(
            "data.column_order",
            1,
            "goals_evolve",
        ),
        case("unknown code", MENTOR, |p| set(p, MENTOR, 2, "satisfied_overall", "7")).error(
            "responses.unknown_code",
            2,
            "satisfied_overall",
        ),
        case("box neither ticked nor not", MENTOR, |p| set(p, MENTOR, 2, "trouble_causes___2", "3")).error(
            "responses.unknown_code",
            2,
            "trouble_causes___2",
        ),
        case("all responses twice", MENTOR, |p| edit(p, MENTOR, |rows| rows.extend_from_within(1..)))
            .records(2494)
            .leaves_out("responses.repeated", 2478)
            .leaves_out("responses.break_off", 16),
        case("pair whose mentor is another", MENTOR, |p| set(p, MENTOR, 2, "mentor_id", "P0001"))
            .error("responses.wrong_person", 2, "mentor_id")
            .leaves_out("responses.wrong_person", 1),
        case("unknown code", INSTITUTION, |p| set(p, INSTITUTION, 2, "belongs", "8")).error("responses.unknown_code", 2, "belongs"),
        case("no such day", INSTITUTION, |p| set(p, INSTITUTION, 2, "answered_on", "2026-09-31")).error("data.bad_date", 2, "answered_on"),
        case("exchanged items", INSTITUTION, |p| swap_headings(p, INSTITUTION, "work_satisfied", "work_worthwhile")).says(
            "data.column_order",
            1,
            "work_worthwhile",
        ),
        case("wave of another year", INSTITUTION, |p| p.write(INSTITUTION, p.read("exports/institution_2024-25.csv")))
            .says("responses.unexpected_date", 2, "answered_on")
            .records(19),
    ]);
}

/// Waves that were mixed up: each response says that its date is of another wave, and none is lost.
#[test]
fn exchanged_waves_are_said_row_by_row() {
    let program = Program::new();
    let (one, other) = (program.read(MENTEE), program.read(MENTEE_BEFORE));
    program.write(MENTEE, other);
    program.write(MENTEE_BEFORE, one);
    let json = check(program.path()).json();
    for (file, expected) in [(MENTEE, 431), (MENTEE_BEFORE, 411)] {
        let count = findings(&json).iter().filter(|f| f["file"] == file && f["rule"] == "responses.unexpected_date").count();
        assert_eq!(count, expected, "{file}");
    }
    assert_eq!((used(&program, MENTEE), used(&program, MENTEE_BEFORE)), (424, 404));
}

/// An export that is there twice counts once, whatever its copy is called.
#[test]
fn a_second_copy_of_an_export_counts_once() {
    let program = Program::new();
    program.write("exports/again.csv", program.read(MENTOR));
    program.edit(PLAN, |text| {
        let copy = "[[export]]\nfile = \"exports/again.csv\"\ninstrument = \"mentor_quarterly\"\nsystem = \"redcap\"\nwave = \"by date\"\nperson = \"mentor_id\"\npair = \"pair_id\"\ndate = \"response_date\"\n\n";
        text.replace("[thresholds]", &format!("{copy}[thresholds]"))
    });
    let json = check(program.path()).json();
    let funnels = funnels(&json);
    assert_eq!(funnels[MENTOR].1 + funnels["exports/again.csv"].1, self::funnels(sound())[MENTOR].1);
}

/// The structure of a file, for files of each kind.
#[test]
fn what_any_file_may_suffer() {
    let mut cases = Vec::new();
    for (file, first) in KINDS {
        let row = first as u64 + 2;
        cases.extend([
            case("row with a cell too few", file, move |p| edit(p, file, |rows| drop(rows[first + 1].pop())))
                .error("file.fewer_cells", row, None)
                .leaves_out("file.structure", 1),
            case("row with a cell too many", file, move |p| edit(p, file, |rows| rows[first + 1].push("x".into())))
                .error("file.more_cells", row, None)
                .leaves_out("file.structure", 1),
            case("NUL in a cell", file, move |p| edit(p, file, |rows| rows[first + 1][0].push('\0')))
                .error("file.nul", row, None)
                .leaves_out("file.structure", 1),
            case("cell beyond measure", file, move |p| edit(p, file, |rows| rows[first + 1][0] = "x".repeat(70_000)))
                .error("file.long_field", row, None)
                .leaves_out("file.structure", 1),
            case("blank rows at the end", file, move |p| {
                edit(p, file, |rows| rows.extend([vec![String::new(); rows[0].len()], vec![String::new(); rows[0].len()]]))
            })
            .says("file.blank_rows", None, None),
            case("no line end after the last row", file, move |p| p.edit(file, |text| text.trim_end().to_string())).says(
                "file.no_final_line_end",
                None,
                None,
            ),
            case("column without a heading", file, move |p| edit(p, file, |rows| rows.iter_mut().for_each(|row| row.push(String::new()))))
                .says("file.empty_heading", 1, None),
        ]);
    }
    all_hold(cases);
}

/// Ways of writing the same table: every row is used as before.
#[test]
fn the_same_table_in_another_dress_is_the_same() {
    let dresses: [(&str, Spoil); 8] = [
        ("CRLF", |p, file| put_as(p, file, &rows(p, file), b',', csv::Terminator::CRLF)),
        ("semicolons", |p, file| put_as(p, file, &rows(p, file), b';', csv::Terminator::Any(b'\n'))),
        ("tabs", |p, file| put_as(p, file, &rows(p, file), b'\t', csv::Terminator::Any(b'\n'))),
        ("byte order mark", |p, file| p.write(file, [b"\xEF\xBB\xBF".to_vec(), p.read(file)].concat())),
        ("UTF-16 with a mark", |p, file| {
            let text = String::from_utf8(p.read(file)).unwrap();
            p.write(file, std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
        }),
        ("blanks around cells", |p, file| {
            edit(p, file, |rows| rows.iter_mut().flatten().filter(|cell| !cell.is_empty()).for_each(|cell| *cell = format!(" {cell} ")))
        }),
        ("a further column", |p, file| edit(p, file, |rows| rows.iter_mut().for_each(|row| row.push("further".into())))),
        ("columns the other way round", |p, file| edit(p, file, |rows| rows.iter_mut().for_each(|row| row.reverse()))),
    ];
    for (name, dress) in dresses {
        // All files at once: what one of them loses shows in its own account.
        let program = Program::new();
        for (file, _) in KINDS {
            dress(&program, file);
        }
        let outcome = check(program.path());
        assert_eq!(outcome.code, 0, "{name}: {}", outcome.stdout);
        assert_eq!(funnels(&outcome.json()), funnels(sound()), "{name}");
    }
}

/// Files of which nothing can be used: one finding of error severity that names the file, and not one row used.
#[test]
fn a_file_that_cannot_be_read_is_left_out_whole() {
    let ruins: [(&str, &str, Spoil); 5] = [
        ("nothing", "file.empty", |p, file| p.write(file, "")),
        ("blank lines", "file.empty", |p, file| p.write(file, "\n \n\n")),
        ("Latin-1", "file.encoding", |p, file| p.write(file, [p.read(file), b"Ren\xE9e\n".to_vec()].concat())),
        ("UTF-16 without a mark", "file.encoding", |p, file| {
            let text = String::from_utf8(p.read(file)).unwrap();
            p.write(file, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
        }),
        ("a picture", "file.encoding", |p, file| p.write(file, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\xff\xfe\xfd")),
    ];
    for (name, rule, ruin) in ruins {
        // Where only the encoding is another one, an export is read by what its bytes suggest: see the next test.
        let exports: &[&str] = if matches!(name, "Latin-1" | "UTF-16 without a mark") { &[] } else { &[MENTEE, MENTOR, INSTITUTION] };
        for &file in [ROSTER, GOALS].iter().chain(exports) {
            let program = Program::new();
            ruin(&program, file);
            let outcome = check(program.path());
            let json = outcome.json();
            // What is no table is named where exports come from; the program's tables are text or nothing.
            let rule = if name == "a picture" && file.starts_with("exports/") { "file.container" } else { rule };
            let of_file: Vec<&Value> = findings(&json).iter().filter(|f| f["file"] == file && f["rule"] == rule).collect();
            assert!(of_file.iter().any(|f| f["severity"] == "error" && f["excludes"] == "file"), "{name} {file}: {of_file:?}");
            assert_eq!(funnels(&json)[file].1, 0, "{name} {file}");
            assert_eq!(outcome.code, 1, "{name} {file}");
        }
    }
}

/// Exports come from systems that nobody here configures: an encoding that is not declared is guessed, and said.
#[test]
fn the_encoding_of_an_export_is_guessed_and_said() {
    for file in [MENTEE, MENTOR, INSTITUTION] {
        for utf16 in [false, true] {
            let program = Program::new();
            let text = String::from_utf8(program.read(file)).unwrap();
            let before = used(&program, file);
            let bytes = if utf16 {
                text.encode_utf16().flat_map(u16::to_le_bytes).collect()
            } else {
                // One letter in the last heading, as one byte of Latin-1.
                let mut bytes = text.into_bytes();
                let end = bytes.iter().position(|&b| b == b'\n').unwrap();
                bytes.splice(end..end, *b"\xE9");
                bytes
            };
            program.write(file, bytes);
            let json = check(program.path()).json();
            let said = findings(&json).iter().find(|f| f["file"] == file && f["rule"] == "file.encoding_guessed");
            assert_eq!(said.unwrap_or_else(|| panic!("{file} {utf16}"))["severity"], "warning");
            assert!(utf16 || funnels(&json)[file].1 <= before);
            assert!(!utf16 || funnels(&json)[file].1 == before, "{file}");
        }
    }
}

#[test]
fn headings_without_records_are_said() {
    for (file, first) in KINDS {
        let program = Program::new();
        edit(&program, file, |rows| rows.truncate(first));
        let json = check(program.path()).json();
        assert!(findings(&json).iter().any(|f| f["file"] == file && f["rule"] == "file.no_records"), "{file}");
        assert_eq!(funnels(&json)[file].0, 0, "{file}");
    }
}

/// A file cut short anywhere loses records or gains a finding.
#[test]
fn a_cut_file_is_noticed() {
    for (file, _) in [(ROSTER, 1), (PAIRS, 1), (GOALS, 1), (MENTEE, 3), (MENTOR, 1), (INSTITUTION, 1)] {
        let program = Program::new();
        let whole = program.read(file);
        let length = whole.len();
        for at in [1, 7, 60, length / 3, length / 2 + 1, 2 * length / 3 + 2, length - 9, length - 2, length - 1] {
            program.write(file, &whole[..at]);
            let outcome = check(program.path());
            let json = outcome.json();
            let fewer = funnels(&json)[file].0 < funnels(sound())[file].0;
            let said = findings(&json).iter().any(|f| f["file"] == file && f["rule"].as_str().unwrap().starts_with("file."));
            assert!(fewer || said, "{file} cut after {at} of {length} bytes");
            let errors = findings(&json).iter().any(|f| f["severity"] == "error");
            assert_eq!(outcome.code, i32::from(errors), "{file} cut after {at} bytes");
        }
    }
}

/// A quote that nobody closed takes the rows after it along; that is said where it was opened.
#[test]
fn an_unclosed_quote_is_found_where_it_was_opened() {
    for (file, first) in KINDS {
        let program = Program::new();
        open_quote(&program, file, first + 2, 1);
        let json = check(program.path()).json();
        let row = first as u64 + 2;
        assert!(findings(&json).iter().any(|f| f["file"] == file && f["rule"] == "file.unclosed_quote" && f["row"] == row), "{file}");
    }
}

#[test]
fn missing_files_are_named_all_together() {
    let program = Program::new();
    std::fs::remove_file(program.path().join(ROSTER)).unwrap();
    std::fs::remove_file(program.path().join(MENTEE)).unwrap();
    for command in [vec!["check"], vec!["run"], vec!["status"]] {
        let arguments: Vec<&str> = command.into_iter().chain([path(program.path())]).collect();
        let outcome = run(&arguments);
        assert_eq!(outcome.code, 2, "{arguments:?}");
        assert!(outcome.stderr.contains(ROSTER) && outcome.stderr.contains(MENTEE), "{}", outcome.stderr);
    }
}

/// Faults of the program itself: exit code 2, with the file, the line, and what is wrong.
#[test]
fn a_faulty_program_is_refused_with_the_place() {
    type Change = fn(&str) -> String;
    let faults: [(&str, Change, &str); 19] = [
        ("not TOML", |t| format!("{t}\n[["), "program.toml:"),
        ("cut in the middle", |t| t[..t.len() / 2].into(), "program.toml:"),
        ("misspelled section", |t| t.replace("[program]", "[programme]"), "program.toml:4:"),
        ("no institution", |t| t.replace("institution = \"Riverside", "# \"Riverside"), "program.toml:4:"),
        ("date as text", |t| t.replace("as_of = 2026-10-05", "as_of = \"soon\""), "program.toml:7:"),
        ("no such day", |t| t.replace("as_of = 2026-10-05", "as_of = 2026-02-30"), "program.toml:7:"),
        ("before the first period", |t| t.replace("as_of = 2026-10-05", "as_of = 2020-01-01"), "program.toml:7:"),
        ("overlapping periods", |t| t.replace("start = 2025-01-01", "start = 2024-12-01"), "program.toml:19:"),
        ("gap between periods", |t| t.replace("start = 2025-01-01", "start = 2025-01-09"), "program.toml:19:"),
        ("unknown period", |t| t.replace("periods = [\"2024-Q4\"", "periods = [\"2023-Q4\""), "unknown period `2023-Q4`"),
        ("unknown instrument", |t| t.replace("\"mentor_quarterly\"", "\"mentor_quartely\""), "did you mean `mentor_quarterly`?"),
        ("unknown system", |t| t.replace("\"redcap\"", "\"redcp\""), "did you mean `redcap`?"),
        ("end that means nothing", |t| t.replace("\"poor fit\" = \"failure\"", "\"poor fit\" = \"failed\""), "did you mean `failure`?"),
        ("less protection", |t| t.replace("minimum_people = 5", "minimum_people = 1"), "below the floor of 5"),
        ("path out of the folder", |t| t.replace("\"roster.csv\"", "\"../roster.csv\""), "leaves the program's folder"),
        ("same file twice", |t| t.replace("exports/mentee_2025-Q1.csv", "exports/mentee_2024-Q4.csv"), "appears twice"),
        ("no pair, no person", |t| t.replace("person = \"mentor_id\"\npair = \"pair_id\"\n", ""), "lacks `pair`"),
        ("no window", |t| t[..t.find("[[window]]").unwrap()].to_string() + &t[t.find("[[cohort]]").unwrap()..], "[[window]]"),
        ("unknown metric", |t| t.replace("satisfied = 0.8", "happiness = 0.8"), "unknown metric `happiness`"),
    ];
    let program = Program::new();
    let text = String::from_utf8(program.read(PLAN)).unwrap();
    for (name, change, needle) in faults {
        let changed = change(&text);
        assert_ne!(text, changed, "{name}");
        program.write(PLAN, changed);
        let outcome = check(program.path());
        assert_eq!(outcome.code, 2, "{name}: {}", outcome.stdout);
        assert!(outcome.stdout.is_empty() && outcome.stderr.contains(needle), "{name}: {}", outcome.stderr);
    }
    program.write(PLAN, [text.as_bytes(), b"# Ren\xE9e\n"].concat());
    assert!(check(program.path()).stderr.contains("not UTF-8"));
}

#[test]
fn a_faulty_instrument_is_refused_with_the_place() {
    let program = Program::new();
    program.edit(PLAN, |text| text.replace("instrument = \"mentor_quarterly\"", "instrument = \"own.toml\""));
    let outcome = check(program.path());
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("there is no instrument file `own.toml`"), "{}", outcome.stderr);
    for (text, needle) in [("", "lacks the key `id`"), ("id = \"own", "own.toml:1:"), ("id = 7\n", "own.toml:1:")] {
        program.write("own.toml", text);
        let outcome = check(program.path());
        assert_eq!(outcome.code, 2, "{text}");
        assert!(outcome.stderr.contains(needle), "{}", outcome.stderr);
    }
}

/// Programs at the edge of what there can be: a draft is written, and nothing in it is no number.
#[test]
fn small_and_one_sided_programs_get_their_drafts() {
    let ends = |reason: &'static str| {
        move |p: &Path| {
            let file = p.join(PAIRS);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&file).unwrap();
            let mut rows: Rows = reader.records().map(|row| row.unwrap().iter().map(str::to_string).collect()).collect();
            for row in &mut rows[1..] {
                row[9] = if reason.is_empty() { String::new() } else { "2024-12-30".into() };
                row[10] = reason.into();
                let started = row[3].as_str() > "2024-12-30";
                row[3] = if started { "2024-12-01".into() } else { row[3].clone() };
                row[4..=7].fill(String::new());
            }
            let mut writer = csv::Writer::from_path(&file).unwrap();
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
        }
    };
    let no_answers = |p: &Path| {
        for entry in std::fs::read_dir(p.join("exports")).unwrap() {
            let file = entry.unwrap().path();
            let header_rows = if file.file_name().unwrap().to_str().unwrap().starts_with("mentee") { 3 } else { 1 };
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, text.split_inclusive('\n').take(header_rows).collect::<String>()).unwrap();
        }
    };
    let without = |from: &'static str, to: &'static str| {
        move |p: &Path| {
            let text = std::fs::read_to_string(p.join(PLAN)).unwrap();
            let (from, to) = (text.find(from).unwrap(), text.find(to).unwrap());
            std::fs::write(p.join(PLAN), format!("{}{}", &text[..from], &text[to..])).unwrap();
        }
    };
    let as_of = |day: &'static str| {
        move |p: &Path| {
            let text = std::fs::read_to_string(p.join(PLAN)).unwrap();
            let line = text.lines().find(|line| line.starts_with("as_of")).unwrap().to_string();
            std::fs::write(p.join(PLAN), text.replace(&line, &format!("as_of = {day}"))).unwrap();
        }
    };
    type Change = Box<dyn Fn(&Path)>;
    let programs: [(&str, &str, &str, Change); 9] = [
        ("one pair", "1", "1", Box::new(|_| {})),
        ("twelve pairs", "12", "8", Box::new(|_| {})),
        ("one quarter", "60", "1", Box::new(|_| {})),
        ("every pair failed", "60", "2", Box::new(ends("poor fit"))),
        ("no pair has ended", "60", "2", Box::new(ends(""))),
        ("nobody answered", "60", "2", Box::new(no_answers)),
        ("neither goals nor actions", "60", "2", Box::new(without("[goals]", "[[export]]"))),
        ("no cohorts", "60", "2", Box::new(without("[[cohort]]", "[roster]"))),
        ("in the middle of the first quarter", "60", "2", Box::new(as_of("2026-05-15"))),
    ];
    for (name, pairs, quarters, change) in programs {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        assert_eq!(run(&["simulate", path(&program), "--pairs", pairs, "--quarters", quarters]).code, 0);
        change(&program);
        let outcome = check(&program);
        assert!(outcome.code < 2, "{name}: {}", outcome.stderr);
        let faults = contradictions(&outcome, &outcome.json());
        assert!(faults.is_empty(), "{name}: {faults:?}");
        let drafts = folder.path().join("drafts");
        let written = run(&["run", path(&program), "--out", path(&drafts)]);
        assert_eq!(written.code, outcome.code, "{name}: {}", written.stderr);
        let period = std::fs::read_dir(&drafts).unwrap().next().unwrap().unwrap().path();
        for (file, bytes) in crate::support::files(&period).into_iter().filter(|(file, _)| file.extension().is_some_and(|e| e == "csv")) {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.split([',', '\n']).any(|cell| ["NaN", "nan", "inf", "-inf"].contains(&cell)), "{name}: {}", file.display());
        }
    }
}

/// No finding repeats what a respondent wrote, wherever the text ends up.
#[test]
fn no_free_text_gets_into_findings() {
    let changes: [fn(&Program); 5] = [
        |p| swap_headings(p, MENTEE, "comment", "pair_id"),
        |p| swap_headings(p, MENTEE, "comment", "recommend"),
        |p| swap_headings(p, MENTEE, "comment", "disciplines_2"),
        |p| edit(p, MENTEE, |rows| rows[3..].iter_mut().for_each(|row| row.rotate_left(1))),
        |p| edit(p, MENTEE, |rows| drop(rows.drain(..3))),
    ];
    for change in changes {
        let program = Program::new();
        set_all(&program, MENTEE, 4, "comment", |_| "Xyzzy said so".into());
        change(&program);
        let outcome = check(program.path());
        assert!(!outcome.stdout.contains("Xyzzy") && !outcome.stderr.contains("Xyzzy"));
    }
}

// Where two faults meet, where a fault hides in the shape of sound data.

/// A column that the program names and the file lacks: the file is left out, or the finding does not say so.
#[test]
fn a_missing_column_of_a_table_costs_what_its_finding_says() {
    let whole = |file: &'static str, heading: &'static str, records| {
        case(heading, file, move |p| drop_column(p, file, heading))
            .error("file.missing_column", 1, heading)
            .leaves_out("file.missing_column", records)
    };
    let values = |file: &'static str, heading: &'static str| {
        case(heading, file, move |p| drop_column(p, file, heading)).error("file.missing_column", 1, heading)
    };
    all_hold([
        whole(ROSTER, "person_id", 1000),
        whole(PAIRS, "pair_id", 900),
        whole(PAIRS, "mentee_id", 900),
        whole(PAIRS, "start_date", 900),
        // Without them every pair would be open, or every end of unknown meaning.
        whole(PAIRS, "end_date", 900),
        whole(PAIRS, "end_reason", 900),
        whole(GOALS, "pair_id", 1885),
        whole(GOALS, "due_on", 1885),
        whole(GOALS, "mentee_rating", 1885),
        // Without it every action would be the whole program's.
        whole(ACTIONS, "dimension", 3),
        values(ROSTER, "gender"),
        values(ROSTER, "left_on"),
        values(PAIRS, "first_meeting"),
        values(PAIRS, "meeting_interval_days"),
        values(GOALS, "weight"),
        case("two columns of one heading", ROSTER, |p| repeat_heading(p, ROSTER, "gender")).error("file.ambiguous_column", 1, "gender"),
    ]);
}

/// A row at fault does not hide a missing column.
#[test]
fn a_missing_column_is_said_beside_other_faults() {
    let mut hidden = Vec::new();
    for (file, heading) in
        [(ROSTER, "gender"), (PAIRS, "first_meeting"), (PAIRS, "end_date"), (GOALS, "mentee_rating"), (ACTIONS, "dimension")]
    {
        let program = Program::new();
        drop_column(&program, file, heading);
        edit(&program, file, |rows| drop(rows.last_mut().unwrap().pop()));
        let json = check(program.path()).json();
        let said = |rule: &str| findings(&json).iter().any(|f| f["file"] == file && f["rule"] == rule);
        assert!(said("file.fewer_cells"), "{file}");
        if !said("file.missing_column") {
            hidden.push(format!("{file}: {heading}"));
        }
    }
    assert!(hidden.is_empty(), "a short row hides that a column is missing: {hidden:?}");
}

/// A date that a row cannot do without costs the row, under the name of its fault.
#[test]
fn a_bad_date_that_costs_a_row_says_so() {
    let date = |file: &'static str, heading: &'static str, value: &'static str| {
        case(heading, file, move |p| set(p, file, 3, heading, value)).error("data.bad_date", 3, heading).leaves_out("data.bad_date", 1)
    };
    all_hold([
        date(PAIRS, "start_date", "10/05/2023"),
        date(PAIRS, "start_date", "2023-02-30"),
        date(GOALS, "set_on", "soon"),
        date(GOALS, "due_on", "2024-13-01"),
        date(ACTIONS, "started_on", "October 2025"),
    ]);
}

/// One choice of a list that has lost its column, or exchanged it with another's, does not pass as "not chosen".
#[test]
fn the_columns_of_choices_are_watched() {
    all_hold([
        case("choice without a column", MENTEE, |p| drop_column(p, MENTEE, "disciplines_2")).says(
            "responses.missing_column",
            None,
            "disciplines_2",
        ),
        case("choice without a column", MENTEE, |p| drop_column(p, MENTEE, "trouble_causes_7")).says(
            "responses.missing_column",
            None,
            "trouble_causes_7",
        ),
        case("choice without a column", MENTOR, |p| drop_column(p, MENTOR, "trouble_causes___7")).says(
            "responses.missing_column",
            None,
            "trouble_causes___7",
        ),
        case("choice with two columns", MENTEE, |p| repeat_heading(p, MENTEE, "disciplines_2")).says(
            "file.repeated_heading",
            1,
            "disciplines_2",
        ),
        case("choice with two columns", MENTOR, |p| repeat_heading(p, MENTOR, "trouble_causes___7")).says(
            "responses.missing_column",
            None,
            "trouble_causes___7",
        ),
        case("exchanged choices", MENTEE, |p| swap_headings(p, MENTEE, "trouble_causes_6", "trouble_causes_7"))
            .says("responses.item_text_differs", 2, "trouble_causes_6")
            .says("responses.item_text_differs", 2, "trouble_causes_7"),
        case("exchanged choices", MENTOR, |p| swap_headings(p, MENTOR, "trouble_causes___6", "trouble_causes___7")).says(
            "data.column_order",
            1,
            "trouble_causes___7",
        ),
        case("exchanged first choices", MENTOR, |p| swap_headings(p, MENTOR, "trouble_causes___1", "trouble_causes___2")).says(
            "data.column_order",
            1,
            "trouble_causes___2",
        ),
    ]);
}

/// Where the institution's survey has ids, a person counts once.
#[test]
fn nobody_answers_for_the_institution_twice() {
    all_hold([
        case("row twice", INSTITUTION, |p| edit(p, INSTITUTION, |rows| rows.push(rows[1].clone())))
            .records(1)
            .leaves_out("responses.repeated", 1),
        case("all rows twice", INSTITUTION, |p| edit(p, INSTITUTION, |rows| rows.extend_from_within(1..)))
            .records(288)
            .leaves_out("responses.repeated", 288),
    ]);
    let program = Program::new();
    program.write("exports/again.csv", program.read(INSTITUTION));
    program.edit(PLAN, |text| {
        let copy = "[[export]]\nfile = \"exports/again.csv\"\ninstrument = \"institution_annual\"\nsystem = \"csv\"\nwave = \"2026-Q3\"\nperson = \"person_id\"\ndate = \"answered_on\"\n\n";
        text.replace("[thresholds]", &format!("{copy}[thresholds]"))
    });
    assert_eq!(used(&program, INSTITUTION) + used(&program, "exports/again.csv"), 288, "a copy under another name");
    let program = Program::new();
    program.edit(PLAN, |text| {
        let again =
            text[text.find("[[export]]\nfile = \"exports/institution_2025").unwrap()..text.find("[thresholds]").unwrap()].to_string();
        let again = again.replace("exports/", "exports/./");
        text.replace("[thresholds]", &format!("{again}[thresholds]"))
    });
    assert_eq!(check(program.path()).code, 2, "the same file by another path");
}

/// Answers for the institution are grouped by who gave them, not by where they stand in the file.
#[test]
fn the_order_of_rows_moves_nobody_into_another_group() {
    let program = Program::new();
    for file in [INSTITUTION, ROSTER, PAIRS, GOALS] {
        edit(&program, file, |rows| rows[1..].reverse());
    }
    let drafts = tempfile::tempdir().unwrap();
    assert_eq!(run(&["run", path(program.path()), "--out", path(drafts.path())]).code, 0);
    let exact = "restricted/data/results.csv";
    let results = |draft: &Path| std::fs::read_to_string(draft.join(exact)).unwrap();
    let (before, after) = (results(example_draft()), results(&drafts.path().join("2026-Q3")));
    let moved: Vec<_> = before.lines().zip(after.lines()).filter(|(one, other)| one != other).collect();
    assert!(moved.is_empty(), "{} results changed, such as\n{}\n{}", moved.len(), moved[0].0, moved[0].1);
}

/// Two stray quotes, each at the head of a text in rows that follow one another, make one row of two.
#[test]
fn two_stray_quotes_do_not_merge_rows_unsaid() {
    let mut silent = Vec::new();
    for (file, column) in [(INSTITUTION, 31), (MENTOR, 68), (GOALS, 10), (PAIRS, 10)] {
        let program = Program::new();
        open_quote(&program, file, 2, column);
        open_quote(&program, file, 3, column);
        let json = check(program.path()).json();
        if !findings(&json).iter().any(|f| f["file"] == file && f["rule"] == "file.unclosed_quote" && f["row"] == 2) {
            silent.push(format!("{file}: {} records after {}", funnels(&json)[file].0, funnels(sound())[file].0));
        }
    }
    assert!(silent.is_empty(), "two rows became one in\n{}", silent.join("\n"));
}

/// An action that names a scale or a cause that does not exist, or values of no demographic.
#[test]
fn actions_refer_to_what_exists() {
    let action = |name, heading, value: &'static str, said: &'static str, row: usize| {
        case(name, ACTIONS, move |p| set(p, ACTIONS, row, heading, value))
            .error("actions.unknown_reference", row as u64, said)
            .leaves_out("actions.unknown_reference", 1)
    };
    all_hold([
        action("unknown scale", "metric", "scale:nonsense", "metric", 4),
        action("no scale", "metric", "scale", "metric", 4),
        action("unknown cause", "metric", "cause:nonsense", "metric", 4),
        action("values of no demographic", "dimension", "", "values", 2),
    ]);
}

/// Some finding at a row, whatever its rule.
fn something_is_said(file: &str, row: usize, changes: &[(&str, &str)]) -> Vec<String> {
    let mut silent = Vec::new();
    for (heading, value) in changes {
        let program = Program::new();
        set(&program, file, row, heading, value);
        let json = check(program.path()).json();
        if !findings(&json).iter().any(|f| f["file"] == file && f["row"] == row as u64 && f["severity"] != "note" && is_new(f)) {
            silent.push(format!("{file} row {row}: {heading} = {value:?}"));
        }
    }
    silent
}

/// Days that contradict each other are said.
#[test]
fn contradicting_days_are_said() {
    let mut silent = something_is_said(
        PAIRS,
        2,
        &[("last_contact", "2023-10-20"), ("first_meeting", "2026-01-01"), ("registered_on", "2026-01-01"), ("first_meeting", "")],
    );
    silent.extend(something_is_said(ROSTER, 4, &[("left_on", "2020-01-01")]));
    silent.extend(something_is_said(GOALS, 3, &[("mentee_agreed_on", "2020-01-01"), ("abandoned_on", "2020-01-01")]));
    silent.extend(something_is_said(MENTOR, 2, &[("response_date", "2026-10-06")]));
    let program = Program::new();
    edit(&program, GOALS, |rows| {
        let (set_on, due_on) = (column(rows, "set_on"), column(rows, "due_on"));
        (rows[1][set_on], rows[1][due_on]) = ("2026-03-01".into(), "2026-09-01".into());
    });
    let json = check(program.path()).json();
    if !findings(&json).iter().any(|f| f["file"] == GOALS && f["row"] == 2 && f["severity"] != "note") {
        silent.push("goals.csv row 2: set a year after the pair has ended".into());
    }
    assert!(silent.is_empty(), "not a word about:\n{}", silent.join("\n"));
}

/// A day that nobody can mean is no date, as in program.toml.
#[test]
fn years_before_1900_are_no_dates() {
    let mut silent = Vec::new();
    for (file, row, heading) in [(ROSTER, 4, "left_on"), (PAIRS, 2, "start_date"), (GOALS, 3, "set_on"), (ACTIONS, 2, "started_on")] {
        let program = Program::new();
        set(&program, file, row, heading, "0203-10-01");
        let json = check(program.path()).json();
        if !findings(&json).iter().any(|f| f["file"] == file && f["rule"] == "data.bad_date" && f["row"] == row as u64) {
            silent.push(format!("{file}: {heading}"));
        }
    }
    assert!(silent.is_empty(), "the year 203 passes in {silent:?}");
}

/// A goal cannot have been set after the as-of date.
#[test]
fn a_goal_of_the_future_is_said() {
    let program = Program::new();
    edit(&program, GOALS, |rows| {
        let (set_on, due_on) = (column(rows, "set_on"), column(rows, "due_on"));
        (rows[2][set_on], rows[2][due_on]) = ("2099-01-01".into(), "2099-06-01".into());
    });
    let json = check(program.path()).json();
    assert!(findings(&json).iter().any(|f| f["file"] == GOALS && f["row"] == 3 && f["column"] == "set_on" && f["severity"] != "note"));
}

/// A preview is to be expected; a status that nobody knows is not, and may be a column out of its place.
#[test]
fn an_unknown_status_is_more_than_a_note() {
    assert_eq!(something_is_said(MENTEE, 4, &[("Status", "8"), ("Status", "100"), ("Status", "maybe")]), Vec::<String>::new());
    let program = Program::new();
    edit(&program, MENTEE, |rows| {
        let (status, progress) = (column(rows, "Status"), column(rows, "Progress"));
        rows[0].swap(status, progress);
        rows[2].swap(status, progress);
    });
    assert_eq!(used(&program, MENTEE), 0);
    assert_eq!(check(program.path()).code, 1, "a whole wave is left out");
}

/// A file that is not of the declared system does not lose its first record to a row of texts that is not there.
#[test]
fn a_wrongly_declared_system_costs_no_record_unsaid() {
    let program = Program::new();
    program.edit(PLAN, |text| text.replace("\"redcap\"", "\"qualtrics\""));
    let outcome = check(program.path());
    let json = outcome.json();
    assert!(findings(&json).iter().any(|f| f["file"] == MENTOR && f["rule"] == "file.system_contradiction"));
    let refused = findings(&json).iter().any(|f| f["file"] == MENTOR && f["excludes"] == "file");
    assert!(refused || funnels(&json)[MENTOR].0 == 2494, "{} records of 2494", funnels(&json)[MENTOR].0);
    let faults = contradictions(&outcome, &json);
    assert!(faults.is_empty(), "{faults:?}");
}
