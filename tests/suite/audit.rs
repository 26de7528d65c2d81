//! The auditor on whole releases: the example passes, and every planted fault in its bytes is caught.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::support::{example_draft, files, path, results, run};

/// A copy of the example's release in which one file is changed, with a manifest that names it as it is.
fn planted(file: &str, change: impl FnOnce(String) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files(&example_draft().join("release")) {
        let place = folder.path().join(&name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
    let place = folder.path().join(file);
    let before = fs::read_to_string(&place).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after, "nothing was planted in {file}");
    let digest = |text: &str| Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let manifest = folder.path().join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap().replace(&digest(&before), &digest(&after));
    fs::write(&place, &after).unwrap();
    if file != "manifest.json" {
        fs::write(manifest, text).unwrap();
    }
    folder
}

/// The faults that the audit finds in a release's files.
fn faults(release: &Path) -> Vec<String> {
    let report = run(&["audit", path(release), "--format", "json"]).json();
    let faults = report["releases"][0]["report"]["faults"].as_array().unwrap().clone();
    faults.iter().map(|fault| format!("{}: {}", fault["place"].as_str().unwrap(), fault["what"].as_str().unwrap())).collect()
}

#[track_caller]
fn caught(file: &str, change: impl FnOnce(String) -> String, word: &str) {
    let release = planted(file, change);
    let found = faults(release.path());
    assert!(found.iter().any(|fault| fault.starts_with(file) && fault.contains(word)), "{found:?}");
}

#[test]
fn the_example_has_no_fault_in_its_bytes() {
    assert_eq!(faults(&example_draft().join("release")), Vec::<String>::new());
}

#[test]
fn numbers_that_are_not_declared_are_caught_wherever_they_stand() {
    caught("evaluator.html", |page| page.replacen("</desc>", " Neurology: 2 of 4.</desc>", 1), "2 is no declared");
    caught("leadership.html", |page| page.replacen("<main ", "<p>7 people did not answer.</p><main ", 1), "7 is no declared");
    caught("leadership.html", |page| page.replacen("aria-label=\"Chart:", "aria-label=\"73.4% of Chart:", 1), "73.4 is no declared");
}

#[test]
fn how_many_groups_are_shown_is_counted_anew() {
    caught("evaluator.html", |page| page.replacen(" of 8 groups<", " of 9 groups<", 1), "9 is no declared");
    caught("leadership.html", |page| page.replacen("is shown for ", "is shown for 1", 1), "15 is no declared");
}

#[test]
fn marks_between_published_values_are_caught() {
    // Less than 100 px stand for 20 points: half a point lies off the grid.
    let moved = |page: String| {
        let mark = page.find(" r=\"5.5\"").unwrap();
        let at = page[..mark].rfind("cx=\"").unwrap() + 4;
        let end = at + page[at..].find('"').unwrap();
        let x: f64 = page[at..end].parse().unwrap();
        format!("{}{:.1}{}", &page[..at], x + 2.4, &page[end..])
    };
    caught("leadership.html", moved, "a mark stands at");
}

#[test]
fn what_runs_refers_or_hides_is_caught() {
    caught("leadership.html", |page| page.replacen("<main ", "<script>1</script><main ", 1), "<script>");
    caught("leadership.html", |page| page.replacen("<main ", "<a href=\"https://example.org\">x</a><main ", 1), "outside of the page");
    caught("leadership.html", |page| page.replacen("<main ", "<p data-n=\"4\">x</p><main ", 1), "data-n");
    caught("leadership.html", |page| page.replacen("<main ", "<!-- 4 --><main ", 1), "a comment");
    caught("leadership.html", |page| page.replacen("default-src 'none'", "default-src 'self'", 1), "content-security policy");
    caught("leadership.html", |page| page.replacen("</style>", " </style>", 1), "content-security policy");
    caught("leadership.html", |page| page.replacen("</style>", "</style", 1), "well-formed");
}

#[test]
fn other_values_in_the_data_are_caught() {
    let finer = |text: String| text.replacen(",value,0.79,", ",value,0.791,", 1);
    caught("data/results.csv", finer, "finer than the grid");
    let release = planted("data/results.csv", |text| text.replacen(",value,0.79,", ",value,0.78,", 1));
    let found = faults(release.path());
    for file in ["data/results.parquet", "data/results.xlsx"] {
        assert!(found.iter().any(|fault| fault.starts_with(file)), "{file}: {found:?}");
    }
    caught("data/results.csv", |text| text.replacen("Surgery", "=1+1", 1), "begins a formula");
    caught("manifest.json", |text| text.replacen("{", "{\n  \"note\": \"x\",", 1), "a field note");
}

#[test]
fn a_folder_that_is_no_release_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = run(&["audit", path(folder.path())]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("no release"), "{}", outcome.stderr);
}

/// Answers of four people are hidden, wherever they count. Other answers change no byte of what is released, but the keyed digest of the inputs.
#[test]
fn answers_in_hidden_cells_leave_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(&["simulate", path(folder.path()), "--pairs", "4", "--seed", "3"]).code, 0);
    let release = || -> Vec<(std::path::PathBuf, Vec<u8>)> {
        assert_eq!(run(&["run", path(folder.path())]).code, 0);
        let mut files = files(&folder.path().join("draft/2026-Q3/release"));
        for (_, bytes) in files.iter_mut().filter(|(name, _)| name.ends_with("manifest.json")) {
            let mut manifest: serde_json::Value = serde_json::from_slice(bytes).unwrap();
            assert_eq!(manifest["inputs_hmac_sha256"].as_str().unwrap().len(), 64);
            manifest["inputs_hmac_sha256"] = "".into();
            *bytes = manifest.to_string().into_bytes();
        }
        files
    };
    let before = release();
    let mut turned = 0;
    for (name, bytes) in files(&folder.path().join("exports")).into_iter().filter(|(name, _)| path(name).starts_with("mentee_")) {
        let mut rows: Vec<csv::StringRecord> =
            csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice()).records().map(Result::unwrap).collect();
        let asked: Vec<usize> =
            ["satisfied_overall", "recommend"].iter().filter_map(|item| rows[0].iter().position(|heading| heading == *item)).collect();
        for row in rows.iter_mut().skip(3) {
            let other = |(column, cell): (usize, &str)| match cell.parse::<i32>() {
                Ok(code @ 1..=5) if asked.contains(&column) => (6 - code).to_string(),
                _ => cell.to_string(),
            };
            let changed: csv::StringRecord = row.iter().enumerate().map(other).collect();
            turned += usize::from(changed != *row);
            *row = changed;
        }
        let mut writer = csv::Writer::from_path(folder.path().join("exports").join(name)).unwrap();
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.flush().unwrap();
    }
    assert!(turned > 10, "{turned}");
    let exact = || std::fs::read(folder.path().join("draft/2026-Q3/restricted/data/results.csv")).unwrap();
    let exact_before = exact();
    assert_eq!(before, release());
    assert_ne!(exact_before, exact(), "the exact results are others");
}

/// What is hidden for the sake of others is decided from atoms: a figure that has none would be shown without a look at what it tells.
#[test]
fn every_shown_level_stands_on_atoms() {
    let outcome =
        |row: &std::collections::BTreeMap<String, String>, detail: &str| [&row["metric"], &row[detail], &row["role"]].map(String::clone);
    let atoms: std::collections::BTreeSet<[String; 3]> =
        results(&example_draft().join("restricted/data/atoms.csv")).iter().map(|row| outcome(row, "detail")).collect();
    let mut shown = 0;
    for row in results(&example_draft().join("release/data/results.csv")) {
        let class = mentorscope::analyze::metric(&row["metric"]).unwrap().release_class;
        if row["contrast"].is_empty() && !matches!(row["shown"].as_str(), "c" | "x") && class != mentorscope::analyze::ReleaseClass::Model {
            assert!(atoms.contains(&outcome(&row, "scale_or_cause")), "{row:?}");
            shown += 1;
        }
    }
    assert!(shown > 1_000, "{shown}");
}
