//! Curves, Gray's tests and hazard ratios of the example program against R's survival and cmprsk, as `tests/reference/relationships.R` found them.

use std::collections::BTreeMap;

use crate::support::{example_draft, results};

const EXPECTED: &str = include_str!("../../reference/relationships_expected.csv");

/// Keys of one kind, without it, with their figures.
fn expected(kind: &str) -> Vec<(String, Vec<f64>)> {
    let of_kind = EXPECTED.lines().filter_map(|line| line.strip_prefix(kind)?.strip_prefix('|')?.rsplit_once(','));
    let numbers = |text: &str| text.split(' ').map(|number| number.parse().unwrap()).collect();
    let found: Vec<_> = of_kind.map(|(key, figures)| (key.to_string(), numbers(figures))).collect();
    assert!(!found.is_empty(), "{kind}");
    found
}

fn near(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= 1e-9 + tolerance * expected.abs()
}

#[test]
fn curves_agree() {
    let mut curves: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for row in results(&example_draft().join("restricted/data/curves.csv")) {
        let key = format!("{}|{}|{}", row["division"], row["group"], row["end"]);
        curves.entry(key).or_default().push((row["age_days"].parse().unwrap(), row["incidence"].parse().unwrap()));
    }
    let mut compared = 0;
    for (key, figures) in expected("curve") {
        for (age, expected) in [183.0, 365.0, 548.0, 730.0].into_iter().zip(figures) {
            let found = curves.get(&key).and_then(|steps| steps.iter().rfind(|step| step.0 <= age)).map_or(0.0, |step| step.1);
            assert!(near(found, expected, 1e-8), "{key} at {age}: {found}, R {expected}");
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}

/// Rows of the comparisons by kind and subject.
fn comparisons(kind: &str, subject: &str) -> Vec<BTreeMap<String, String>> {
    let rows = results(&example_draft().join("restricted/data/comparisons.csv"));
    rows.into_iter().filter(|row| row["kind"] == kind && row["subject"] == subject).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

#[test]
fn tests_of_groups_agree() {
    for (key, figures) in expected("gray") {
        let (division, end) = key.rsplit_once('|').unwrap();
        let rows = comparisons("gray", division);
        let row = rows.iter().find(|row| row["term"] == end).unwrap();
        for (column, expected) in ["statistic", "degrees_of_freedom", "p_value"].into_iter().zip(figures) {
            assert!(near(number(row, column), expected, 1e-6), "{key} {column}: {}, R {expected}", row[column]);
        }
    }
}

#[test]
fn hazard_ratios_agree() {
    for (key, figures) in expected("cox") {
        let mut rows = comparisons("hazard ratio", &key);
        // R names the terms by their codes: ASSOC, INST, PROF.
        rows.sort_by(|left, right| left["term"].cmp(&right["term"]));
        assert_eq!(rows.len() * 4, figures.len(), "{key}");
        for (place, row) in rows.iter().enumerate() {
            for (part, column) in ["statistic", "ci_lower", "ci_upper", "p_value"].into_iter().enumerate() {
                let expected = figures[part * rows.len() + place];
                assert!(near(number(row, column), expected, 1e-6), "{key} {column}: {}, R {expected}", row[column]);
            }
        }
    }
    for (key, figures) in expected("zph") {
        let found = number(&comparisons("hazard ratio", &key)[0], "proportional_hazards_p");
        assert!(near(found, figures[0], 1e-5), "{key}: {found}, R {}", figures[0]);
    }
}
