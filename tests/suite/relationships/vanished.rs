//! A register from which pairs were removed raises findings, and never a better rate without a word.

use std::collections::BTreeSet;

use crate::support::{Program, path, results, run};

fn draft(program: &Program) -> i32 {
    let outcome = run(&["run", path(program.path())]);
    assert!(outcome.code < 2, "{}{}", outcome.stdout, outcome.stderr);
    outcome.code
}

fn read(program: &Program, file: &str) -> String {
    std::fs::read_to_string(program.path().join("draft/2026-Q3").join(file)).unwrap()
}

fn failed(program: &Program) -> BTreeSet<String> {
    let rows = results(&program.path().join("draft/2026-Q3/restricted/data/episodes.csv"));
    rows.into_iter().filter(|row| row["status"] == "failed").map(|row| row["pair"].clone()).collect()
}

/// Removes the rows that name one of the pairs.
fn without(text: &str, pairs: &BTreeSet<String>) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in reader.records().map(|row| row.unwrap()) {
        if !row.iter().any(|cell| pairs.contains(cell)) {
            writer.write_record(&row).unwrap();
        }
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn findings(program: &Program, rule: &str) -> Vec<String> {
    read(program, "restricted/findings.csv").lines().filter(|line| line.contains(rule)).map(str::to_string).collect()
}

#[test]
fn failed_pairs_that_other_files_name_are_missed() {
    let program = Program::new();
    assert_eq!(draft(&program), 0);
    assert!(!read(&program, "release/leadership.html").contains("that the register lacks"));
    let gone = failed(&program);
    program.edit("pairs.csv", |text| without(&text, &gone));
    assert_eq!(draft(&program), 1);
    let missed = findings(&program, "pairs.not_in_register");
    assert!(missed.iter().any(|line| line.starts_with("goals.csv") || line.contains("goals.csv")), "{missed:?}");
    assert!(missed.iter().any(|line| line.contains("exports/mentee_2026-Q3.csv")) && missed.len() > 3, "{missed:?}");
    assert!(!findings(&program, "pairs.gap_in_ids").is_empty());
    assert!(read(&program, "restricted/evaluator.html").contains("missing from the register"));
    assert!(read(&program, "release/leadership.html").contains("that the register lacks"));
    // Whoever runs strictly gets nothing.
    assert_eq!(run(&["run", path(program.path()), "--strict"]).code, 2);
}

#[test]
fn pairs_of_an_earlier_publication_that_vanish_from_every_file_are_missed() {
    let program = Program::new();
    draft(&program);
    assert_eq!(run(&["publish", path(program.path()), "--period", "2026-Q3"]).code, 0);
    let record = program.path().join("registered.json");
    let text = std::fs::read_to_string(&record).unwrap();
    assert!(!text.contains("R0001"), "ids stay out of it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&record).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Publishing once more changes nothing.
    assert!(run(&["publish", path(program.path()), "--period", "2026-Q3"]).stdout.contains("already"));
    assert_eq!(std::fs::read_to_string(&record).unwrap(), text);
    assert_eq!(draft(&program), 0);

    let gone = failed(&program);
    let mut exports: Vec<String> = std::fs::read_dir(program.path().join("exports"))
        .unwrap()
        .map(|entry| format!("exports/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    exports.extend(["pairs.csv".to_string(), "goals.csv".to_string()]);
    for file in exports.iter().filter(|file| file.ends_with(".csv")) {
        let before = String::from_utf8(program.read(file)).unwrap();
        program.write(file, without(&before, &gone));
    }
    assert_eq!(draft(&program), 1);
    let missed = findings(&program, "pairs.vanished");
    assert_eq!(missed.len(), 1);
    assert!(missed[0].contains(&format!("{} pairs missing", gone.len())), "{missed:?}");
    let page = read(&program, "restricted/evaluator.html");
    assert!(page.contains(&format!("{} relationships are known", gone.len())));
    assert!(read(&program, "release/leadership.html").contains("that the register lacks"));

    // Pairs entered by mistake are named in program.toml, one by one.
    let named = gone.iter().map(|pair| format!("{pair:?}")).collect::<Vec<_>>().join(", ");
    program.edit("program.toml", |text| text.replace("[relationships]", &format!("[relationships]\nwithdrawn = [{named}]")));
    assert_eq!(draft(&program), 0);
    assert!(findings(&program, "pairs.vanished").is_empty());
    // Under another key nothing can be compared, and that is said.
    program.write("mentorscope.key", "another key, of more than thirty-two letters");
    draft(&program);
    assert_eq!(findings(&program, "pairs.not_comparable").len(), 1);
}

#[test]
fn a_draft_without_its_record_of_pairs_is_not_published() {
    let program = Program::new();
    draft(&program);
    let record = program.path().join("draft/2026-Q3/restricted/registered.json");
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, text.replacen("\"pairs\":[\"", "\"pairs\":[\"00", 1)).unwrap();
    assert_eq!(run(&["publish", path(program.path()), "--period", "2026-Q3"]).code, 2);
    assert!(!program.path().join("published").exists());
}
