//! Drafts, publications, corrections, and the ledger.

use std::fs;

use crate::support::{Program, files, path, run};

fn draft(program: &Program, period: &str) {
    let outcome = run(&["run", path(program.path()), "--period", period]);
    assert!(outcome.code < 2, "{}", outcome.stderr);
}

#[test]
fn a_publication_is_the_draft_byte_for_byte_and_enters_the_ledger_once() {
    let program = Program::new();
    draft(&program, "2026-Q3");
    let publish = || run(&["publish", path(program.path()), "--period", "2026-Q3"]);
    assert_eq!(publish().code, 0);
    let drafted = files(&program.path().join("draft/2026-Q3/release"));
    assert_eq!(drafted, files(&program.path().join("published/2026-Q3")));
    assert!(publish().stdout.contains("already"));
    assert_eq!(fs::read_to_string(program.path().join("ledger.jsonl")).unwrap().lines().count(), 1);
}

#[test]
fn a_draft_that_was_touched_is_not_published() {
    let program = Program::new();
    draft(&program, "2026-Q3");
    let page = program.path().join("draft/2026-Q3/release/leadership.html");
    fs::write(&page, fs::read_to_string(&page).unwrap().replace("Surgery", "Anesthesiology")).unwrap();
    let outcome = run(&["publish", path(program.path()), "--period", "2026-Q3"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("leadership.html"), "{}", outcome.stderr);
    assert!(!program.path().join("published").exists());
    assert!(!program.path().join("ledger.jsonl").exists());
}

#[test]
fn a_correction_is_numbered_lists_what_changed_and_keeps_what_was_published() {
    let program = Program::new();
    draft(&program, "2026-Q2");
    assert_eq!(run(&["publish", path(program.path()), "--period", "2026-Q2"]).code, 0);
    let before = files(&program.path().join("published/2026-Q2"));

    // Half of the second quarter's answers turn out to be lost.
    program.edit("exports/mentee_2026-Q2.csv", |text| {
        let lines: Vec<&str> = text.lines().collect();
        lines[..lines.len() / 2].join("\n") + "\n"
    });
    draft(&program, "2026-Q2");
    let outcome = run(&["publish", path(program.path()), "--period", "2026-Q2"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("correction 1"), "{}", outcome.stdout);
    assert_eq!(before, files(&program.path().join("published/2026-Q2.before-correction-1")));
    let erratum = fs::read_to_string(program.path().join("published/2026-Q2.erratum-1.csv")).unwrap();
    assert!(erratum.lines().count() > 5, "{erratum}");
    assert!(erratum.contains("2026-Q2"));

    // The next period's pages say so.
    draft(&program, "2026-Q3");
    assert!(!page(&program).contains("Earlier figures that changed"), "nothing changed since the correction");
    program.edit("exports/mentee_2025-Q1.csv", |text| {
        let lines: Vec<&str> = text.lines().collect();
        lines[..lines.len() / 2].join("\n") + "\n"
    });
    draft(&program, "2026-Q3");
    assert!(page(&program).contains("Earlier figures that changed"));
}

fn page(program: &Program) -> String {
    fs::read_to_string(program.path().join("draft/2026-Q3/release/leadership.html")).unwrap()
}

#[test]
fn a_failed_run_leaves_the_earlier_draft_whole() {
    let program = Program::new();
    draft(&program, "2026-Q3");
    let before = files(&program.path().join("draft"));
    fs::remove_file(program.path().join("pairs.csv")).unwrap();
    assert_eq!(run(&["run", path(program.path())]).code, 2);
    assert_eq!(before, files(&program.path().join("draft")));
}

#[test]
fn strict_writes_nothing_when_there_is_an_error() {
    let program = Program::new();
    program.edit("pairs.csv", |text| text.replacen("P0", "X0", 2));
    let outcome = run(&["run", path(program.path()), "--strict"]);
    assert_eq!(outcome.code, 2, "{}", outcome.stdout);
    assert!(!program.path().join("draft").exists());
}
