//! How much a release shows of what a plain threshold would show, and what an attack that knows the numbers of people behind every cell works out of it:
//! `cargo bench --bench publication`, or with `-- 40 120 --seeds 10` for other numbers of pairs, and of programs of each.
//!
//! The threshold is the floor alone: at least 5 people, and 3 rated people where people are rated. Cells count where the publication plan has them.

#![allow(clippy::print_stdout, clippy::disallowed_methods, dead_code)]

mod measure;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use measure::{mentorscope, text};

const SIZES: [&str; 6] = ["12", "40", "120", "500", "900", "2000"];
const KEY: [&str; 10] =
    ["metric", "instrument", "scale_or_cause", "role", "period", "period_kind", "grouping", "group", "contrast", "reference"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let seeds = arguments.iter().position(|argument| argument == "--seeds").and_then(|at| arguments.get(at + 1));
    // The seed of the example, or the first ones.
    let seeds: Vec<u32> = seeds.and_then(|seeds| seeds.parse().ok()).map_or(vec![37], |seeds: u32| (1..=seeds).collect());
    let is_size = |at: usize| arguments[at].parse::<u32>().is_ok() && (at == 0 || arguments[at - 1] != "--seeds");
    let sizes: Vec<String> = (0..arguments.len()).filter(|&at| is_size(at)).map(|at| arguments[at].clone()).collect();
    let sizes = if sizes.is_empty() { SIZES.map(String::from).to_vec() } else { sizes };
    println!("| pairs | programs | threshold | shown | program | groups | combinations | comparisons | attacked | leaks |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for pairs in sizes {
        // Per kind: shown, and over the threshold.
        let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
        let (mut attacked, mut leaks) = (0, 0);
        for seed in &seeds {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let program = folder.path().join("program");
            mentorscope(&["simulate", text(&program), "--pairs", &pairs, "--seed", &seed.to_string()]);
            let out = folder.path().join("draft");
            mentorscope(&["run", text(&program), "--out", text(&out)]);
            count(&out, &mut counts);
            let report = attack(&out);
            attacked += report["tried"]["cells"].as_u64().expect("a number of cells");
            let leaked = report["leaks"].as_array().expect("leaks");
            leaked.iter().for_each(|leak| eprintln!("{pairs} pairs, seed {seed}: {leak}"));
            leaks += leaked.len();
        }
        let of = |kind: &str| {
            let (shown, over) = counts.get(kind).copied().unwrap_or_default();
            if over == 0 { "none".to_string() } else { format!("{:.0}%", 100.0 * f64::from(shown) / f64::from(over)) }
        };
        let (_, over) = counts["all"];
        println!(
            "| {pairs} | {} | {over} | {} | {} | {} | {} | {} | {attacked} | {leaks} |",
            seeds.len(),
            of("all"),
            of("program"),
            of("groups"),
            of("combinations"),
            of("comparisons")
        );
    }
}

/// Adds the figures of a draft to the counts.
fn count(out: &Path, counts: &mut BTreeMap<&'static str, (u32, u32)>) {
    let exact: BTreeMap<Vec<String>, BTreeMap<String, String>> =
        results(out, "restricted").into_iter().map(|row| (key(&row), row)).collect();
    for row in &results(out, "release") {
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
}

/// What the audit says of a draft.
fn attack(out: &Path) -> serde_json::Value {
    let draft = period(out);
    let atoms = draft.join("restricted/data/atoms.csv");
    let output = Command::new(env!("CARGO_BIN_EXE_mentorscope"))
        .args(["audit", text(&draft.join("release")), "--atoms", text(&atoms), "--format", "json"])
        .output()
        .expect("the command runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    report["releases"][0]["report"].clone()
}

fn period(out: &Path) -> PathBuf {
    std::fs::read_dir(out).expect("a draft").flatten().map(|entry| entry.path()).next().expect("a period")
}

fn key(row: &BTreeMap<String, String>) -> Vec<String> {
    KEY.iter().map(|column| row[*column].clone()).collect()
}

/// The rows of an edition's results, by column.
fn results(out: &Path, edition: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(period(out).join(edition).join("data/results.csv")).expect("results");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}
