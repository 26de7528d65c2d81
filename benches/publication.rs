//! How much a release shows of what a plain threshold would show: `cargo bench --bench publication`, or with `-- 40 120` for other numbers of
//! pairs.
//!
//! The threshold is the floor alone: at least 5 people, and 3 rated people where people are rated. Cells count where the publication plan has them.

#![allow(clippy::print_stdout, clippy::disallowed_methods, dead_code)]

mod measure;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use measure::{mentorscope, text};

const SIZES: [&str; 6] = ["12", "40", "120", "500", "900", "2000"];
const KEY: [&str; 10] =
    ["metric", "instrument", "scale_or_cause", "role", "period", "period_kind", "grouping", "group", "contrast", "reference"];

fn main() {
    let sizes: Vec<String> = std::env::args().skip(1).filter(|argument| argument.parse::<u32>().is_ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.map(String::from).to_vec() } else { sizes };
    println!("| pairs | figures | threshold | shown | program | groups | combinations | comparisons |\n|---|---|---|---|---|---|---|---|");
    for pairs in sizes {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = folder.path().join("program");
        mentorscope(&["simulate", text(&program), "--pairs", &pairs]);
        let out = folder.path().join("draft");
        mentorscope(&["run", text(&program), "--out", text(&out)]);
        let release = results(&out, "release");
        let exact: BTreeMap<Vec<String>, BTreeMap<String, String>> =
            results(&out, "restricted").into_iter().map(|row| (key(&row), row)).collect();
        // Per kind: shown, and over the threshold.
        let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
        for row in &release {
            let kind = match (row["contrast"].as_str(), row["grouping"].as_str()) {
                ("", "all") => "program",
                ("", grouping) if grouping.contains(' ') => "combinations",
                ("", _) => "groups",
                _ => "comparisons",
            };
            let behind = &exact[&key(row)];
            let number = |column: &str| behind[column].parse::<u64>().unwrap_or(0);
            // Where nobody is rated, the number of rated people is not asked for.
            let over = number("n") >= 5 && (number("rated") >= 3 || row["shown"] != "c");
            for kind in [kind, "all"] {
                let count = counts.entry(kind).or_default();
                count.0 += u32::from(row["shown"] != "c");
                count.1 += u32::from(over);
            }
        }
        let of = |kind: &str| {
            let (shown, over) = counts.get(kind).copied().unwrap_or_default();
            if over == 0 { "none".to_string() } else { format!("{:.0}%", 100.0 * f64::from(shown) / f64::from(over)) }
        };
        let (_, over) = counts["all"];
        println!(
            "| {pairs} | {} | {over} | {} | {} | {} | {} | {} |",
            release.len(),
            of("all"),
            of("program"),
            of("groups"),
            of("combinations"),
            of("comparisons")
        );
    }
}

fn key(row: &BTreeMap<String, String>) -> Vec<String> {
    KEY.iter().map(|column| row[*column].clone()).collect()
}

/// The rows of an edition's results, by column.
fn results(out: &Path, edition: &str) -> Vec<BTreeMap<String, String>> {
    let period: PathBuf = std::fs::read_dir(out).expect("a draft").flatten().map(|entry| entry.path()).next().expect("a period");
    let mut reader = csv::Reader::from_path(period.join(edition).join("data/results.csv")).expect("results");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}
