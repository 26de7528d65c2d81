//! Regression models, reliability and intraclass correlations against values of R 4.2.2.

use crate::compute::compute;

const LOGISTIC: &str = include_str!("../../reference/models_logistic.csv");
const RATINGS: &str = include_str!("../../reference/models_ratings.csv");
const REFERENCE: &str = include_str!("../../reference/models_reference.csv");

fn check(prefix: &str, value: impl Fn(&[&str]) -> f64) {
    let mut checked = 0;
    for line in REFERENCE.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let name: Vec<&str> = cells[0].split('.').collect();
        if name[0] == prefix {
            let (expected, tolerance): (f64, f64) = (cells[1].parse().unwrap(), cells[2].parse().unwrap());
            let found = value(&name[1..]);
            assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{}: {found}, not {expected}", cells[0]);
            checked += 1;
        }
    }
    assert!(checked > 0, "no reference value begins with {prefix}");
}

/// Lines of a CSV file, numbered from 1, with its headings.
fn rows(csv: &str, keep: impl Fn(usize) -> bool) -> String {
    csv.lines().enumerate().filter(|(index, _)| *index == 0 || keep(*index)).map(|(_, line)| format!("{line}\n")).collect()
}

#[test]
fn logistic_by_maximum_likelihood() {
    let found = compute("logistic", LOGISTIC, &[], &[]);
    assert_eq!(found["estimator"], "ml");
    check("ml", |name| {
        let key = match name[0] {
            "se" => "std_error_wald",
            "lower" => "ci_lower",
            "upper" => "ci_upper",
            "lr" => "lr_chi2",
            key => key,
        };
        if name.len() > 1 { found[key][name[1]].as_f64().unwrap() } else { found[key].as_f64().unwrap() }
    });
}

#[test]
fn firth_of_few_events() {
    let few = rows(LOGISTIC, |row| (1..=14).contains(&row) || (31..=40).contains(&row));
    let found = compute("logistic", &few, &[], &[]);
    assert_eq!(found["estimator"], "firth");
    check("firth", |name| found[if name[0] == "lr" { "lr_chi2" } else { name[0] }][name[1]].as_f64().unwrap());
}

/// The group as an indicator; as labels it would be the other way about, for "focal" comes first in the alphabet.
#[test]
fn proportional_odds() {
    let csv: String = RATINGS.replace("focal,", "1,").replace("ref,", "0,");
    let found = compute("proportional_odds", &csv, &[("outcome", "q1"), ("predictors", "q2,q4,group")], &[]);
    let group = |name: &str| if name == "g" { "group".to_string() } else { name.to_string() };
    check("po", |name| match name[0] {
        "se" => found["std_error"][group(name[1])].as_f64().unwrap(),
        "threshold" => found["thresholds"][name[1]].as_f64().unwrap(),
        "threshold_se" => found["threshold_std_error"][name[1]].as_f64().unwrap(),
        "lr" => found["lr_chi2"][name[1]].as_f64().unwrap(),
        "loglik" => found["loglik"].as_f64().unwrap(),
        key => found[key][group(name[1])].as_f64().unwrap(),
    });
    let labels = compute("ordinal", RATINGS, &[("outcome", "q1"), ("predictors", "q2,q4,group")], &[]);
    let (a, b) = (labels["coef"]["groupref"].as_f64().unwrap(), found["coef"]["group"].as_f64().unwrap());
    assert!((a + b).abs() < 1e-8);
}

#[test]
fn differential_item_functioning() {
    check("dif", |name| {
        let item = name[0].replace('o', "q");
        let found = compute("dif_ordinal", RATINGS, &[("item", &item)], &[]);
        if name[1] == "delta" { found["total"]["delta_r2"].as_f64().unwrap() } else { found[name[1]]["chi2"].as_f64().unwrap() }
    });
    let clean = compute("dif_ordinal", RATINGS, &[("item", "q2")], &[]);
    assert_eq!(clean["magnitude"], "negligible");
}

#[test]
fn reliability() {
    let found = compute("reliability", RATINGS, &[("items", "q1,q2,q3,q4,q5")], &[]);
    let item = |name: &str| name.trim_start_matches('q').parse::<usize>().unwrap() - 1;
    check("alpha", |name| match name[0] {
        "raw" => found["cronbach_alpha"].as_f64().unwrap(),
        "std" => found["std_alpha"].as_f64().unwrap(),
        "r" => found["avg_r"].as_f64().unwrap(),
        "drop" => found["alpha_if_deleted"][item(name[1])].as_f64().unwrap(),
        _ => found["item_total_r_corrected"][item(name[1])].as_f64().unwrap(),
    });
    check("omega", |name| match name[0] {
        "raw" => found["omega_total"].as_f64().unwrap(),
        "chi" => found["chisq_ml"].as_f64().unwrap(),
        _ => found["loadings_std"][item(name[1])].as_f64().unwrap(),
    });
}

#[test]
fn intraclass_correlations() {
    let wide = rows(RATINGS, |row| row <= 60);
    let found = compute("icc", &wide, &[("raters", "q1,q2,q3,q4,q5")], &[]);
    check("icc", |name| match name[0] {
        "lower" => found["ci_lower"][name[1]].as_f64().unwrap(),
        "upper" => found["ci_upper"][name[1]].as_f64().unwrap(),
        form => found["icc"][form].as_f64().unwrap(),
    });
    let mut long = String::from("subject,rater,value\n");
    for (subject, line) in wide.lines().enumerate().skip(1) {
        for (rater, value) in line.split(',').skip(1).take(5).enumerate() {
            long.push_str(&format!("s{subject},r{rater},{value}\n"));
        }
    }
    assert_eq!(compute("icc", &long, &[], &[])["icc"], found["icc"]);
}
