//! A study: what `simulate` planted of which side failure lay on, and why, is found again within the intervals of the reports, as often as they say.
//!
//! `cargo test --release --test suite study_of_accounts -- --ignored --nocapture` makes the table of `docs/validation.md`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{path, results, run};

const WINDOWS: [&str; 2] = ["2024-25", "2025-26"];

/// Name of a figure, metric, which of many, role, and where its truth stands.
type Figure = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const FIGURES: [Figure; 14] = [
    ("mentees who name a cause on the mentor's side", "mentor_blamed", "", "mentee", &["mentor_blamed"]),
    ("mentors who name a cause on the mentee's side", "mentee_blamed", "", "mentor", &["mentee_blamed"]),
    ("blame asymmetry", "blame_asymmetry", "", "", &["blame_asymmetry"]),
    ("accounts of the mentor's side contested", "failed_contested", "mentor", "", &["contested_mentor_side"]),
    ("mentees name: not available", "cause", "unavailable", "mentee", &["cause_by_mentees", "unavailable"]),
    ("mentees name: weak feedback", "cause", "weak_feedback", "mentee", &["cause_by_mentees", "weak_feedback"]),
    ("mentors name: unprepared", "cause", "unprepared", "mentor", &["cause_by_mentors", "unprepared"]),
    ("mentors name: avoids", "cause", "avoids", "mentor", &["cause_by_mentors", "avoids"]),
    ("kappa: not available", "failed_cause_kappa", "unavailable", "", &["cause_kappa", "unavailable"]),
    ("kappa: unprepared", "failed_cause_kappa", "unprepared", "", &["cause_kappa", "unprepared"]),
    ("kappa: avoids", "failed_cause_kappa", "avoids", "", &["cause_kappa", "avoids"]),
    ("kappa: no protected time", "failed_cause_kappa", "no_protected_time", "", &["cause_kappa", "no_protected_time"]),
    ("the woman advisor wanted", "woman_advisor", "", "", &[]),
    ("the under-represented advisor wanted", "under_represented_advisor", "", "", &[]),
];

#[derive(Default)]
struct Found {
    covered: usize,
    estimated: usize,
    without: usize,
    error: f64,
}

/// Simulates and reports programs, and compares every figure with what was planted.
fn study(seeds: std::ops::RangeInclusive<u64>, pairs: &str) -> Vec<(&'static str, Found)> {
    let mut all: Vec<(&'static str, Found)> = FIGURES.iter().map(|figure| (figure.0, Found::default())).collect();
    for seed in seeds {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(run(&["simulate", path(folder.path()), "--pairs", pairs, "--seed", &seed.to_string()]).code, 0);
        assert_eq!(run(&["run", path(folder.path())]).code, 0);
        let truth: Value = serde_json::from_slice(&std::fs::read(folder.path().join("truth.json")).unwrap()).unwrap();
        let rows = results(&folder.path().join("draft/2026-Q3/restricted/data/results.csv"));
        let level = |metric: &str, which: &str, role: &str, window: &str| {
            rows.iter().find(|row| {
                let key = [&row["metric"], &row["scale_or_cause"], &row["role"], &row["period"], &row["grouping"]].map(String::as_str);
                key == [metric, which, role, window, "all"] && row["contrast"].is_empty()
            })
        };
        for window in WINDOWS {
            let planted = &truth["accounts"]["per_year"][window];
            // Counts are found exactly.
            let failed = level("pairs_failed", "", "", window).unwrap();
            assert_eq!(failed["estimate"], planted["failed"].to_string(), "seed {seed}, {window}");
            let single = level("single_mentor", "", "", window).unwrap();
            let network = &truth["network"][window];
            assert_eq!(single["denominator"], network["mentees"].to_string(), "seed {seed}, {window}");
            let one = number(single, "estimate").unwrap() * network["mentees"].as_f64().unwrap();
            assert!((one - network["with_one_mentor"].as_f64().unwrap()).abs() < 1e-6, "seed {seed}, {window}");
            for (figure, (_, found)) in FIGURES.iter().zip(&mut all) {
                let (_, metric, which, role, place) = figure;
                let expected = match place {
                    [] => truth["accounts"][*metric].as_f64(),
                    place => place.iter().fold(&planted["expected"], |value, key| &value[*key]).as_f64(),
                };
                let Some(row) = level(metric, which, role, window) else { panic!("no {metric} {which}") };
                match (expected, number(row, "ci_lower"), number(row, "ci_upper")) {
                    (Some(truth), Some(lower), Some(upper)) => {
                        found.estimated += 1;
                        found.covered += usize::from(lower <= truth && truth <= upper);
                        found.error += number(row, "estimate").unwrap() - truth;
                    }
                    _ => found.without += 1,
                }
            }
        }
    }
    all
}

fn number(row: &BTreeMap<String, String>, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

/// Few programs, of which most intervals must hold the truth.
#[test]
fn what_was_planted_of_the_two_sides_is_found_again() {
    let found = study(1..=4, "900");
    let (covered, estimated) = found.iter().fold((0, 0), |sum, (_, found)| (sum.0 + found.covered, sum.1 + found.estimated));
    assert!(estimated > 80 && covered as f64 > 0.88 * estimated as f64, "{covered} of {estimated}");
}

#[test]
#[ignore = "a study of 100 programs, some minutes long"]
fn study_of_accounts() {
    let found = study(1..=100, "900");
    println!("| figure | intervals | hold the truth | mean error | without an interval |\n|---|---|---|---|---|");
    for (name, found) in &found {
        let share = found.covered as f64 / found.estimated as f64;
        println!(
            "| {name} | {} | {:.1}% | {:+.4} | {} |",
            found.estimated,
            100.0 * share,
            found.error / found.estimated as f64,
            found.without
        );
        assert!(share > 0.90, "{name}: {share}");
    }
}
