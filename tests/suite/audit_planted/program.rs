//! Simulated programs with few groupings.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::support::{path, run};

/// A simulated program of four quarters, grouped by these demographics alone, in which everybody has one relationship.
pub fn simulated(pairs: u32, seed: u32, demographics: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (pairs, seed) = (pairs.to_string(), seed.to_string());
    assert_eq!(run(&["simulate", path(folder.path()), "--pairs", &pairs, "--quarters", "4", "--seed", &seed]).code, 0);
    let place = folder.path().join("program.toml");
    let text = fs::read_to_string(&place).unwrap();
    let stays = |block: &&str| {
        let has = |wanted: &str| block.lines().any(|line| line == wanted);
        let is_kept = || demographics.iter().any(|id| has(&format!("id = \"{id}\"")));
        !has("[[cohort]]") && !has("[groups]") && (!has("[[demographic]]") || is_kept())
    };
    let left = text.split("\n\n").filter(stays).collect::<Vec<_>>().join("\n\n");
    let names_other = |line: &&str| {
        let key = line.split(" = ").next().unwrap_or_default();
        matches!(key, "level" | "mentor_kinds" | "alike") && !demographics.iter().any(|id| line.contains(&format!("\"{id}\"")))
    };
    let kept: Vec<&str> = left.lines().filter(|line| !names_other(line)).collect();
    fs::write(&place, kept.join("\n") + "\n").unwrap();

    let place = folder.path().join("pairs.csv");
    let rows: Vec<csv::StringRecord> =
        csv::ReaderBuilder::new().has_headers(false).from_path(&place).unwrap().records().map(Result::unwrap).collect();
    let [mentee, mentor] = ["mentee_id", "mentor_id"].map(|name| rows[0].iter().position(|heading| heading == name).unwrap());
    let mut seen = BTreeSet::new();
    let mut writer = csv::Writer::from_path(&place).unwrap();
    for row in &rows {
        let both = [row[mentee].to_string(), row[mentor].to_string()];
        if both.iter().all(|person| !seen.contains(person)) {
            seen.extend(both);
            writer.write_record(row).unwrap();
        }
    }
    writer.flush().unwrap();
    folder
}

/// Runs it, and gives the folder of its draft. Answers about relationships that were taken out are findings.
pub fn drafted(program: &tempfile::TempDir) -> PathBuf {
    let outcome = run(&["run", path(program.path())]);
    assert!(outcome.code < 2, "{}{}", outcome.stdout, outcome.stderr);
    program.path().join("draft/2026-Q3")
}
