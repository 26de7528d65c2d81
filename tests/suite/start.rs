//! A program made of what one has.

use std::path::{Path, PathBuf};

use crate::import::{DICTIONARY, qsf, xlsform};
use crate::support::{Outcome, example, files, path, run};

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, bytes).unwrap();
    file
}

fn init(program: &Path, from: &[PathBuf]) -> Outcome {
    let mut arguments = vec!["init", path(program), "--from"];
    arguments.extend(from.iter().map(|file| path(file)));
    run(&arguments)
}

#[test]
fn the_exports_of_the_example_become_a_program_that_uses_them() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    let mut exports: Vec<PathBuf> = std::fs::read_dir(example().join("exports")).unwrap().map(|entry| entry.unwrap().path()).collect();
    exports.retain(|file| !path(file).ends_with("dictionary.csv"));
    exports.sort();
    let outcome = init(&program, &exports);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("mentee_quarterly, which comes with mentorscope: 49 of its 49 items"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("mentor_quarterly") && outcome.stdout.contains("institution_annual"), "{}", outcome.stdout);
    for export in &exports {
        let copy = program.join("exports").join(export.file_name().unwrap());
        assert_eq!(std::fs::read(copy).unwrap(), std::fs::read(export).unwrap(), "the copy is as the file was given");
    }
    assert_eq!(run(&["check", path(&program)]).code, 1, "nobody of the exports is in the roster yet");
    for table in ["roster.csv", "pairs.csv", "goals.csv"] {
        std::fs::copy(example().join(table), program.join(table)).unwrap();
    }
    let checked = run(&["check", path(&program), "--format", "json"]).json();
    for file in checked["files"].as_array().unwrap().iter().filter(|file| file["file"].as_str().unwrap().starts_with("exports/mentee")) {
        let (used, records) = (file["used"].as_u64().unwrap(), file["records"].as_u64().unwrap());
        assert!(used * 10 >= records * 9, "{used} of {records} records of {} are used", file["file"]);
    }
}

#[test]
fn a_definition_names_the_questions_of_its_export() {
    let folder = tempfile::tempdir().unwrap();
    let definition = write(folder.path(), "survey.qsf", qsf());
    let head = "ResponseId,Finished,EndDate,pair_id,mentor_1,mentor_2,mentor_3,topics_1,topics_2\n\
        Response ID,Finished,End Date,pair_id,My mentor - listens,My mentor - helps,My mentor - replies,What? - Grants,What? - Teaching\n";
    let export = write(
        folder.path(),
        "answers.csv",
        format!("{head}R_1,1,2026-07-20 10:00:00,R1,3,2,1,1,\nR_2,1,2026-08-02 10:00:00,R2,3,2,4,,1\n"),
    );
    let program = folder.path().join("program");
    let outcome = init(&program, &[definition, export]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("instrument mentee_survey.toml: 4 of its 4 items have a column here"), "{}", outcome.stdout);
    let text = std::fs::read_to_string(program.join("program.toml")).unwrap();
    for line in ["instrument = \"mentee_survey.toml\"", "wave = \"2026-Q3\"", "pair = \"pair_id\"", "as_of = 2026-08-02"] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(run(&["check", path(&program)]).code < 2);
}

#[test]
fn definitions_alone_give_exports_with_headings_only() {
    for (name, bytes) in [("survey.qsf", qsf().into_bytes()), ("dictionary.csv", DICTIONARY.as_bytes().to_vec()), ("form.xlsx", xlsform())]
    {
        let folder = tempfile::tempdir().unwrap();
        let definition = write(folder.path(), name, bytes);
        let program = folder.path().join("program");
        let outcome = init(&program, &[definition]);
        assert_eq!(outcome.code, 0, "{name}: {}", outcome.stderr);
        let checked = run(&["check", path(&program)]);
        assert_eq!(checked.code, 0, "{name}: {}{}", checked.stdout, checked.stderr);
        assert!(!checked.stdout.contains("missing_column"), "{name}: {}", checked.stdout);
    }
}

#[test]
fn tables_stay_empty_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let export = write(folder.path(), "answers.csv", "person_id,pair_id,happy\nP001,R001,4\nP002,R002,5\n");
    let program = folder.path().join("program");
    assert_eq!(init(&program, std::slice::from_ref(&export)).code, 0);
    for table in ["roster.csv", "pairs.csv"] {
        assert_eq!(std::fs::read_to_string(program.join(table)).unwrap().lines().count(), 1, "ids stay in the export");
    }
    write(&program, "program.toml", "# mine\n");
    let before = files(&program);
    let again = init(&program, &[export]);
    assert!(again.code == 2 && again.stderr.contains("already"), "{}", again.stderr);
    assert_eq!(files(&program), before);
}

#[test]
fn a_file_that_cannot_be_read_stops_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let page = write(folder.path(), "answers.csv", "<!DOCTYPE html><html></html>");
    let program = folder.path().join("program");
    let outcome = init(&program, &[page]);
    assert!(outcome.code == 2 && outcome.stderr.contains("a web page"), "{}", outcome.stderr);
    assert!(!program.exists());
    assert_eq!(init(&program, &[folder.path().join("none.csv")]).code, 2);
}
