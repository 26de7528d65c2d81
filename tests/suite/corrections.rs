//! Corrections and later releases: what an old figure and a new one say together.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use crate::support::{files, path, run};

const PERIOD: &str = "2026-Q3";
const CHANGED: &str = "exports/mentee_2026-Q2.csv";

/// A small program of which a period is published.
fn published() -> tempfile::TempDir {
    static PUBLISHED: OnceLock<tempfile::TempDir> = OnceLock::new();
    let published = PUBLISHED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(run(&["simulate", "--pairs", "60", "--seed", "37", path(folder.path())]).code, 0);
        draft(folder.path());
        publish(folder.path());
        folder
    });
    let copied = tempfile::tempdir().unwrap();
    for (file, bytes) in files(published.path()) {
        let place = copied.path().join(file);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
    copied
}

fn draft(program: &Path) -> String {
    let outcome = run(&["run", path(program), "--period", PERIOD]);
    assert!(outcome.code < 2, "{}{}", outcome.stdout, outcome.stderr);
    outcome.stdout
}

fn publish(program: &Path) -> String {
    let outcome = run(&["publish", path(program), "--period", PERIOD]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.stdout
}

/// The most content mentees of a quarter turn out to have answered 1 to every question about their mentor.
fn correct(program: &Path, people: usize) {
    let place = program.join(CHANGED);
    let mut rows: Vec<csv::StringRecord> =
        csv::ReaderBuilder::new().has_headers(false).from_path(&place).unwrap().records().map(Result::unwrap).collect();
    let column = |name: &str| rows[0].iter().position(|heading| heading == name).unwrap();
    let asked = column("compatible")..=column("outcome_research");
    let content = |row: &csv::StringRecord| asked.clone().filter(|&at| matches!(row.get(at), Some("4" | "5"))).count();
    let mut order: Vec<usize> = (3..rows.len()).collect();
    order.sort_by_key(|&row| std::cmp::Reverse(content(&rows[row])));
    for row in order.into_iter().take(people) {
        let is_answer = |at: usize, cell: &str| asked.contains(&at) && matches!(cell, "2" | "3" | "4" | "5");
        rows[row] = rows[row].iter().enumerate().map(|(at, cell)| if is_answer(at, cell) { "1" } else { cell }).collect();
    }
    let mut writer = csv::Writer::from_path(&place).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
}

type Row = BTreeMap<String, String>;

fn table(file: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// Levels of the whole program by metric, detail, role and span.
fn whole(release: &Path) -> BTreeMap<[String; 4], Row> {
    let levels = table(&release.join("data/results.csv")).into_iter().filter(|row| row["grouping"] == "all" && row["contrast"].is_empty());
    levels.map(|row| (["metric", "scale_or_cause", "role", "period"].map(|column| row[column].clone()), row)).collect()
}

/// The least and the largest number of `people` that a published share stands for.
fn counts(row: &Row, people: f64) -> (f64, f64) {
    let number = |column: &str| row[column].parse::<f64>().unwrap();
    let half = if row["n"].starts_with("about") { 0.005 } else { 0.025 };
    match row["shown"].as_str() {
        "value" => ((number("estimate") - half) * people, (number("estimate") + half) * people - 0.001),
        "at_least" => (number("bound") * people, people),
        "at_most" => (0.0, number("bound") * people),
        _ => (0.0, people),
    }
}

#[test]
fn what_one_person_changed_does_not_follow_from_the_figures_before_and_after() {
    let program = published();
    let atoms = |draft: &Path| {
        let mut all: BTreeMap<[String; 4], Vec<Row>> = BTreeMap::new();
        for atom in table(&draft.join("restricted/data/atoms.csv")).into_iter().filter(|atom| atom["release_class"] == "proportion") {
            all.entry(["metric", "detail", "role", "span"].map(|column| atom[column].clone())).or_default().push(atom);
        }
        all
    };
    let drafted = program.path().join("draft").join(PERIOD);
    let before = atoms(&drafted);
    correct(program.path(), 1);
    draft(program.path());
    assert!(publish(program.path()).contains("correction 1"));
    let (now, folder) = (atoms(&drafted), program.path().join("published"));
    let (old, new) = (whole(&folder.join(format!("{PERIOD}.before-correction-1"))), whole(&folder.join(PERIOD)));
    let digests = |atoms: &Vec<Row>| atoms.iter().map(|atom| atom["digest"].clone()).collect::<Vec<_>>();
    let mut looked_at = 0;
    for (key, atoms) in now.iter().filter(|(key, atoms)| digests(atoms) != digests(&before[*key])) {
        // Where everybody answered once, the share is a number of people.
        let people: f64 = atoms.iter().map(|atom| atom["observations"].parse::<f64>().unwrap()).sum();
        if atoms.iter().any(|atom| atom["per_person"] != "1") || people < 10.0 {
            continue;
        }
        let [then, today] = [&old, &new].map(|figures| counts(&figures[key], people));
        let agree = |sum: i32, by: i32| {
            let is_in = |(lower, upper): (f64, f64), sum: f64| lower - 1e-6 <= sum && sum <= upper + 1e-6;
            is_in(then, f64::from(sum)) && is_in(today, f64::from(sum + by))
        };
        let open = (-1..=1).filter(|&by| (0..=people as i32).any(|sum| (0..=people as i32).contains(&(sum + by)) && agree(sum, by)));
        assert!(open.count() > 1, "{key:?}: of {people} people {then:?} and {today:?}");
        looked_at += 1;
    }
    assert!(looked_at > 3, "{looked_at}");

    // The auditor finds the same, and what figures made without a look at the earlier ones would have told.
    let records: Vec<_> = fs::read_dir(program.path().join("records")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let before = folder.join(format!("{PERIOD}.before-correction-1"));
    let manifest = fs::read(before.join("manifest.json")).unwrap();
    let digest = mentorscope::write::sha256_hex(&manifest);
    let record = records.iter().find(|record| record.to_str().unwrap().contains(&digest[..16])).unwrap();
    let attack = |release: &Path| {
        let atoms = drafted.join("restricted/data/atoms.csv");
        let outcome = run(&["audit", path(release), "--atoms", path(&atoms), "--earlier", path(&before), "--record", path(record)]);
        let changes: Vec<String> =
            outcome.stdout.lines().filter(|line| line.contains("changed since the earlier release")).map(str::to_string).collect();
        changes
    };
    assert_eq!(attack(&folder.join(PERIOD)), Vec::<String>::new());
    fs::remove_file(program.path().join("ledger.jsonl")).unwrap();
    draft(program.path());
    let told = attack(&drafted.join("release"));
    assert!(told.iter().filter(|line| line.starts_with("leak: ")).count() > 3, "{told:?}");
}

#[test]
fn what_many_changed_is_restated() {
    let program = published();
    correct(program.path(), 14);
    draft(program.path());
    let key = ["satisfied", "", "mentee", "2026-Q2"].map(String::from);
    let release = program.path().join("draft").join(PERIOD).join("release");
    let restated = whole(&release)[&key].clone();
    assert_eq!(restated["shown"], "value");
    assert_ne!(restated, whole(&program.path().join("published").join(PERIOD))[&key]);
    // As if nothing had ever been published.
    fs::remove_file(program.path().join("ledger.jsonl")).unwrap();
    draft(program.path());
    assert_eq!(restated, whole(&release)[&key]);
}

#[test]
fn where_nothing_changed_the_release_is_the_same() {
    let program = published();
    let output = draft(program.path());
    assert!(!output.contains("no record"), "{output}");
    assert_eq!(files(&program.path().join("draft").join(PERIOD).join("release")), files(&program.path().join("published").join(PERIOD)));
    assert!(publish(program.path()).contains("already"));
    // Nor does a correction change again what it has changed.
    correct(program.path(), 1);
    draft(program.path());
    publish(program.path());
    draft(program.path());
    assert_eq!(files(&program.path().join("draft").join(PERIOD).join("release")), files(&program.path().join("published").join(PERIOD)));
    assert_eq!(fs::read_dir(program.path().join("records")).unwrap().count(), 2, "each version keeps its record");
}

#[test]
fn without_a_record_what_would_differ_is_not_shown() {
    let program = published();
    fs::remove_dir_all(program.path().join("records")).unwrap();
    let output = draft(program.path());
    assert!(output.contains("1 published release has no record"), "{output}");
    let release = program.path().join("draft").join(PERIOD).join("release");
    assert_eq!(files(&release), files(&program.path().join("published").join(PERIOD)));
    correct(program.path(), 14);
    draft(program.path());
    let (old, new) = (whole(&program.path().join("published").join(PERIOD)), whole(&release));
    let says = |row: &Row| ["shown", "estimate", "bound", "ci_lower", "ci_upper"].map(|column| row[column].clone());
    for (key, row) in new.iter().filter(|(key, row)| !matches!(row["shown"].as_str(), "c" | "x") && old.contains_key(*key)) {
        assert_eq!(says(row), says(&old[key]), "{key:?}");
    }
    assert_eq!(new[&["satisfied", "", "mentee", "2026-Q2"].map(String::from)]["shown"], "c");
    // The record of another key tells nothing either.
    let program = published();
    fs::write(program.path().join("mentorscope.key"), "0123456789abcdef".repeat(4)).unwrap();
    assert!(draft(program.path()).contains("1 published release has no record"));
}

#[test]
fn records_name_nobody_and_only_their_owner_reads_them() {
    let program = published();
    let folder = program.path().join("records");
    let file = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&file).unwrap();
    for row in table(&program.path().join("roster.csv")).iter().chain(&table(&program.path().join("pairs.csv"))) {
        let ids = row.iter().filter(|(column, id)| (column.ends_with("_id") || column.contains("mail")) && !id.is_empty());
        ids.for_each(|(column, id)| assert!(!text.contains(&format!("\"{id}\"")), "{column} {id}"));
    }
    assert!(!text.contains("numerator"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        correct(program.path(), 1);
        draft(program.path());
        publish(program.path());
        let mode = |place: &Path| fs::metadata(place).unwrap().permissions().mode() & 0o777;
        let newest = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).find(|place| *place != file).unwrap();
        assert_eq!((mode(&folder), mode(&newest)), (0o700, 0o600));
    }
}

#[test]
fn a_draft_that_does_not_know_a_publication_of_other_answers_is_refused() {
    let program = published();
    correct(program.path(), 1);
    let aside = program.path().join("aside");
    let drafted = run(&["run", path(program.path()), "--period", PERIOD, "--out", path(&aside)]);
    assert!(drafted.code < 2, "{}", drafted.stderr);
    correct(program.path(), 3);
    draft(program.path());
    publish(program.path());
    let outcome = run(&["publish", path(program.path()), "--period", PERIOD, "--drafts", path(&aside)]);
    assert_eq!(outcome.code, 2, "{}", outcome.stdout);
    assert!(outcome.stderr.contains("published with other answers"), "{}", outcome.stderr);
}

#[test]
fn damaged_records_and_releases_are_named() {
    let program = published();
    let record = fs::read_dir(program.path().join("records")).unwrap().next().unwrap().unwrap().path();
    let whole = fs::read(&record).unwrap();
    fs::write(&record, &whole[..whole.len() / 2]).unwrap();
    let outcome = run(&["run", path(program.path()), "--period", PERIOD]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("restore it from a backup"), "{}", outcome.stderr);
    fs::write(&record, &whole).unwrap();
    let results = program.path().join("published").join(PERIOD).join("data/results.csv");
    let text = fs::read_to_string(&results).unwrap();
    fs::write(&results, text.replacen(",at_least,", ",about,", 1)).unwrap();
    let outcome = run(&["run", path(program.path()), "--period", PERIOD]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("published results cannot be read"), "{}", outcome.stderr);
}
