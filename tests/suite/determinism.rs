//! Same inputs, same bytes: whatever the thread count, the locale, the time zone and the order of rows.

use crate::support::{Program, command, example, example_draft, files, outcome, path};

#[test]
fn two_runs_give_identical_bytes_whatever_the_environment() {
    let out = tempfile::tempdir().unwrap();
    let mut again = command(&["run", path(example()), "--out", path(out.path())]);
    again.env("POLARS_MAX_THREADS", "1").env("TZ", "Pacific/Kiritimati").env("LC_ALL", "tr_TR.UTF-8").env("NO_COLOR", "1");
    assert_eq!(outcome(again.output().unwrap()).code, 0);
    let (one, other) = (files(example_draft()), files(&out.path().join("2026-Q3")));
    assert_eq!(one.len(), other.len());
    for ((name, left), (_, right)) in one.iter().zip(&other) {
        assert!(left == right, "{} differs", name.display());
    }
}

/// Reverses the records of a CSV file below its header rows.
fn reversed(text: &str, header_rows: usize) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    records[header_rows..].reverse();
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    for record in &records {
        writer.write_record(record).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn results_do_not_depend_on_the_order_of_rows() {
    let program = Program::new();
    for (file, header_rows) in [
        ("roster.csv", 1),
        ("pairs.csv", 1),
        ("goals.csv", 1),
        ("exports/mentor.csv", 1),
        ("exports/mentee_2026-Q3.csv", 3),
        ("exports/institution_2025-26.csv", 1),
    ] {
        program.edit(file, |text| reversed(&text, header_rows));
    }
    let out = tempfile::tempdir().unwrap();
    let again = outcome(command(&["run", path(program.path()), "--out", path(out.path())]).output().unwrap());
    assert_eq!(again.code, 0, "{}", again.stderr);
    for file in ["release/data/results.csv", "restricted/data/results.csv", "release/leadership.html"] {
        let (one, other) =
            (std::fs::read(example_draft().join(file)).unwrap(), std::fs::read(out.path().join("2026-Q3").join(file)).unwrap());
        assert!(one == other, "{file} depends on the order of rows");
    }
}

#[test]
fn the_shipped_example_is_what_simulate_writes() {
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("surveys/example");
    let (shipped, written) = (files(&shipped), files(example()));
    let names = |files: &[(std::path::PathBuf, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&shipped), names(&written));
    for ((name, left), (_, right)) in shipped.iter().zip(&written) {
        assert!(left == right, "{} differs: write surveys/example anew with `mentorscope simulate`", name.display());
    }
}
