//! The structure of the crate: data walks one way.

use std::fs;
use std::path::{Path, PathBuf};

/// Stages in the order in which data walks through them.
const STAGES: [&str; 9] = ["program", "ingest", "check", "derive", "analyze", "disclose", "present", "render", "write"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Modules of this crate that a file names, wherever it names them.
fn imports(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    code.split("crate::").skip(1).map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

/// Whether a stage may import a module.
fn may_import(stage: &str, module: &str) -> bool {
    let position = |name: &str| STAGES.iter().position(|stage| *stage == name);
    match (position(stage), position(module)) {
        (Some(own), Some(other)) => other <= own,
        // `stats`, `error` and `finding` stand beside the stages; the command and the simulator are no stage's business.
        (Some(_), None) => matches!(module, "stats" | "error" | "finding"),
        (None, _) => match stage {
            "stats" => module == "stats",
            "compute" => matches!(module, "compute" | "stats"),
            "simulate" => matches!(module, "program" | "simulate"),
            // The auditor judges all stages, and knows none.
            "audit" => module == "audit",
            "define" => matches!(module, "define" | "program" | "ingest" | "error" | "finding"),
            "cli" => true,
            other => panic!("src/{other} is neither a stage nor known to this test"),
        },
    }
}

#[test]
fn no_stage_imports_from_a_later_one() {
    let mut checked = 0;
    for folder in fs::read_dir(source_folder()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let stage = folder.file_name().unwrap().to_str().unwrap().to_string();
        for file in sources(&folder) {
            for module in imports(&fs::read_to_string(&file).unwrap()) {
                assert!(may_import(&stage, &module), "{} imports crate::{module}, which comes later than {stage}", file.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 100, "only {checked} imports were found");
}

#[test]
fn the_rule_would_catch_a_violation() {
    assert_eq!(imports("use crate::disclose::Release;\n// use crate::write::x;"), ["disclose"]);
    assert!(!may_import("analyze", "disclose"));
    assert!(!may_import("stats", "derive"));
    assert!(!may_import("render", "write"));
    assert!(!may_import("present", "cli"));
    assert!(["stats", "analyze", "disclose", "present", "write"].iter().all(|stage| !may_import("audit", stage)));
    assert!(may_import("write", "present"));
}

#[test]
fn statistics_know_nothing_of_frames_files_or_the_domain() {
    for file in sources(&source_folder().join("stats")) {
        let text = fs::read_to_string(&file).unwrap();
        for word in ["polars", "std::fs", "std::env", "serde"] {
            assert!(!text.contains(word), "{} names {word}", file.display());
        }
    }
}

#[test]
fn only_disclosure_makes_published_values() {
    for file in sources(&source_folder()) {
        let inside = file.strip_prefix(source_folder()).unwrap().starts_with("disclose");
        let text = fs::read_to_string(&file).unwrap();
        assert!(inside || !text.contains("Published::new("), "{} makes a published value", file.display());
    }
}
