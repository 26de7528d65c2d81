//! Documents that the program generates are the ones in the repository.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{files, run};

#[test]
fn the_codebook_is_up_to_date() {
    let stored = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/metrics.md")).unwrap();
    assert!(stored == run(&["metrics"]).stdout, "write docs/metrics.md anew with `mentorscope metrics`");
}

/// Every rule that a finding can carry is explained in `docs/formats.md`, and every rule explained there exists.
#[test]
fn every_rule_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("docs/formats.md")).unwrap();
    let explained: BTreeSet<&str> = document.lines().filter(|line| line.starts_with("| `")).flat_map(codes).collect();
    let sources: Vec<String> = files(&root.join("src")).into_iter().filter_map(|(_, bytes)| String::from_utf8(bytes).ok()).collect();
    let sources = sources.concat();
    let quoted: BTreeSet<&str> = sources.split('"').filter(|text| is_code(text)).collect();
    let missing: Vec<&&str> = quoted.difference(&explained).collect();
    assert!(missing.is_empty(), "not explained: {missing:?}");
    let gone: Vec<&&str> = explained.difference(&quoted).collect();
    assert!(gone.is_empty(), "explained and not there: {gone:?}");
}

/// The rule codes in the first cell of a table's row.
fn codes(line: &str) -> Vec<&str> {
    let cell = line[1..].split('|').next().unwrap_or_default();
    cell.split('`').filter(|text| is_code(text)).collect()
}

fn is_code(text: &str) -> bool {
    let families = ["file", "data", "actions", "goals", "instruments", "pairs", "responses", "roster", "waves"];
    let name = |part: &str| !part.is_empty() && !part.ends_with('_') && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    text.split_once('.')
        .is_some_and(|(family, rule)| families.contains(&family) && name(rule) && !matches!(rule, "csv" | "toml" | "sav" | "html"))
}
