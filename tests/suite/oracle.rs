//! Answers of other programs, where a folder `../shared/oracle` stands beside the repository: every case is run through `compute`.
//!
//! A case is `<method>/<name>.csv` with `<name>.json`: `params`, `expected` and `tolerance`. A value passes where it differs from the
//! expected one by at most `abs + rel * |expected|`; null must be null, or absent, and its object must give a reason.

use std::path::{Path, PathBuf};

use mentorscope::compute::{Request, Table, find, run};
use serde_json::{Map, Value};

/// Names of the oracle and ours; an `X` stands for any text, and stays. Of several that fit, the first that the answer holds counts. A name
/// that fits none is the same in both.
const SYNONYMS: [(&str, &str); 38] = [
    ("lo", "ci_lower"),
    ("hi", "ci_upper"),
    ("ci_lo", "ci_lower"),
    ("ci_hi", "ci_upper"),
    ("se", "std_error"),
    ("sd", "std_dev"),
    ("p", "p_value"),
    ("conf", "confidence_level"),
    ("alpha", "cronbach_alpha"),
    ("item_sd", "item_std_dev"),
    ("sd_pooled", "std_dev_pooled"),
    ("se0", "std_error0"),
    ("boot_se_exact", "boot_std_error"),
    ("log_or_se_rbg", "log_or_std_error_rbg"),
    ("z0_half_ties", "z0"),
    ("adjwald_centre", "adjwald_center"),
    ("wilson_lo", "ci_lower"),
    ("wilson_hi", "ci_upper"),
    ("cp_lo", "clopper_pearson_ci_lower"),
    ("cp_hi", "clopper_pearson_ci_upper"),
    ("lo_profile", "ci_lower"),
    ("hi_profile", "ci_upper"),
    ("lo_loglog", "ci_lower"),
    ("hi_loglog", "ci_upper"),
    ("median_lo_loglog", "median_ci_lower"),
    ("median_hi_loglog", "median_ci_upper"),
    ("se_X", "std_error_X"),
    ("X_se", "X_std_error"),
    ("p_X", "p_value_X"),
    ("X_p", "X_p_value"),
    ("lo_X", "X_ci_lower"),
    ("hi_X", "X_ci_upper"),
    ("ci_lo_X", "X_ci_lower"),
    ("ci_hi_X", "X_ci_upper"),
    ("median_lo_X", "median_X_ci_lower"),
    ("median_hi_X", "median_X_ci_upper"),
    ("X_lo", "X_ci_lower"),
    ("X_hi", "X_ci_upper"),
];

/// The rows of proportions, in which `p` is no p-value.
const OF_PROPORTIONS: [(&str, &str); 3] = [("p", "estimate"), ("x", "count"), ("n", "denominator")];

/// Extras of the oracle that are not given under any name: alpha after dropping constant items, which is another scale.
const SKIPPED: [&str; 2] = ["alpha_drop", "_pairwise"];

/// What a case fixed in advance and states among its answers.
const FIXED: [&str; 2] = ["tau", "rmst_tau"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle")
}

/// Our names for a name of the oracle, best first.
fn names(method: &str, key: &str) -> Vec<String> {
    let own = if method == "proportion" { OF_PROPORTIONS.as_slice() } else { &[] };
    let name = |(theirs, ours): &(&str, &str)| match theirs.split_once('X') {
        Some((start, end)) => key.strip_prefix(start)?.strip_suffix(end).map(|rest| ours.replacen('X', rest, 1)),
        None => (*theirs == key).then(|| ours.to_string()),
    };
    own.iter().chain(&SYNONYMS).filter_map(name).chain([key.to_string()]).collect()
}

struct Case {
    method: String,
    tolerance: Value,
    faults: Vec<String>,
    compared: u32,
}

impl Case {
    fn compare(&mut self, path: &str, expected: &Value, found: Option<&Value>) {
        match (expected, found) {
            (Value::Object(expected), Some(Value::Object(found))) => self.objects(path, expected, found),
            (Value::Array(expected), Some(Value::Array(found))) if expected.len() == found.len() => {
                for (place, (expected, found)) in expected.iter().zip(found).enumerate() {
                    self.compare(&format!("{path}[{place}]"), expected, Some(found));
                }
            }
            // Nothing at all has an answer.
            (Value::Array(expected), Some(Value::Null)) if expected.iter().all(Value::is_null) => self.compared += 1,
            (Value::Null, None) => self.compared += 1,
            (Value::Null, Some(found)) if empty(found) => self.compared += 1,
            (Value::Number(expected), Some(Value::Number(found))) => {
                let key = path.rsplit('.').next().and_then(|key| key.split('[').next()).unwrap_or_default();
                let tolerance = self.tolerance["by_key"].get(key).unwrap_or(&self.tolerance);
                let [abs, rel] = ["abs", "rel"].map(|part| tolerance[part].as_f64().unwrap_or(0.0));
                let [expected, found] = [expected, found].map(|number| number.as_f64().unwrap());
                self.compared += 1;
                if (expected - found).abs() > abs + rel * expected.abs() {
                    self.faults.push(format!("{path}: {found}, expected {expected}"));
                }
            }
            (expected, Some(found)) if expected == found => self.compared += 1,
            (expected, found) => self.faults.push(format!("{path}: {found:?}, expected {expected}")),
        }
    }

    fn objects(&mut self, path: &str, expected: &Map<String, Value>, found: &Map<String, Value>) {
        for (key, value) in expected.iter().filter(|(key, _)| !SKIPPED.iter().any(|skipped| key.contains(skipped))) {
            let name = names(&self.method, key).into_iter().find(|name| found.contains_key(name)).unwrap_or_else(|| key.clone());
            let own = found.get(&name);
            self.compare(&format!("{path}.{key}"), value, own);
            if value.is_null() && own.is_some_and(Value::is_null) && !(found.contains_key("reason") || path == ".t") {
                self.faults.push(format!("{path}.{key} is null without a reason"));
            }
        }
    }
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(inner) => inner.iter().all(|(key, value)| key == "reason" || empty(value)),
        _ => false,
    }
}

fn check(json: &Path) -> Vec<String> {
    let case: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    let expected = case["expected"].as_object().unwrap();
    let name = case["method"].as_str().unwrap();
    // A regression on competing risks is a method of its own.
    let method = find(if name == "competing_risks" && expected.contains_key("coef") { "fine_gray" } else { name }).unwrap();
    let mut settings: std::collections::BTreeMap<String, Value> =
        case["params"].as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    for key in FIXED {
        if let Some(value) = expected.get(key) {
            settings.insert(key.to_string(), value.clone());
        }
    }
    let table = Table::read(&std::fs::read(json.with_extension("csv")).unwrap()).unwrap();
    let answer = Request::new(method, &table, Default::default(), settings).and_then(|request| run(&request, method));
    let answer = match answer {
        Ok(answer) => answer,
        Err(fault) => return vec![fault.to_string()],
    };
    let mut answer = answer.as_object().unwrap().clone();
    // Where both estimators are given, a case of either is compared with its own.
    let own = if expected.contains_key("penalized_loglik") { "firth" } else { "ml" };
    if let Some(Value::Object(estimator)) = answer.get(own).cloned() {
        answer.extend(estimator);
    }
    let mut checked = Case { method: method.name.to_string(), tolerance: case["tolerance"].clone(), faults: Vec::new(), compared: 0 };
    checked.objects("", expected, &answer);
    assert!(checked.compared > 0 || !checked.faults.is_empty(), "{} compares nothing", json.display());
    checked.faults
}

#[test]
fn every_case_of_the_oracle_is_met() {
    let Ok(methods) = std::fs::read_dir(folder()) else {
        println!("there is no {}: nothing to compare with", folder().display());
        return;
    };
    let mut cases = 0;
    let mut failed = Vec::new();
    for method in methods.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for json in std::fs::read_dir(method)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "json"))
        {
            cases += 1;
            failed.extend(
                check(&json).into_iter().map(|fault| format!("{}: {fault}", json.strip_prefix(folder()).unwrap_or(&json).display())),
            );
        }
    }
    failed.sort();
    assert!(cases > 0, "{} holds no case", folder().display());
    assert!(failed.is_empty(), "of {cases} cases:\n{}", failed.join("\n"));
    println!("{cases} cases met");
}
