//! The auditor on whole releases: the example passes, and every planted fault in its bytes is caught.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::support::{example_draft, files, path, run};

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
fn marks_between_published_values_are_caught() {
    // 99.1 px stand for 20 points: half a point lies off the grid.
    let moved = |page: String| {
        let at = page.find("<circle class=\"c-focus\" cx=\"537.5\"").unwrap();
        let (before, after) = page.split_at(at);
        before.to_string() + &after.replacen("537.5", "539.9", 1)
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
