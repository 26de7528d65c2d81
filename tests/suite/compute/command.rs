//! `mentorscope compute` as its user runs it.

use std::io::Write;
use std::process::Stdio;

use crate::support::{command, outcome, path, run};

fn file(folder: &tempfile::TempDir, text: &str) -> String {
    let file = folder.path().join("data.csv");
    std::fs::write(&file, text).unwrap();
    path(&file).to_string()
}

#[test]
fn columns_are_named_by_options_and_settings_by_set() {
    let folder = tempfile::tempdir().unwrap();
    let data = file(&folder, "arm,satisfaction,q1,q2,q3\na,1,1,2,3\na,2,2,2,4\nb,4,3,3,3\nb,5,5,4,4\nb,,4,4,5\n");
    let named =
        run(&["compute", "welch_t", &data, "--value=satisfaction", "--group", "arm", "--set", "conf=0.9", "--set", "first=b"]).json();
    assert_eq!((&named["mean_diff"], &named["confidence_level"], &named["n_excluded"]), (&3.0.into(), &0.9.into(), &1.into()));
    let together = run(&["compute", "reliability", &data, "--items", "q1,q2,q3"]).json();
    let apart = run(&["compute", "reliability", &data, "--items", "q1", "--items", "q2", "--items=q3"]).json();
    assert_eq!((&together["k"], &together), (&3.into(), &apart));
    let text = run(&["compute", "alpha_of_nothing", &data]);
    assert_eq!(text.code, 2);
}

#[test]
fn standard_input_and_text() {
    let mut process = command(&["compute", "nps", "-", "--format", "text"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(b"ltr\n10\n9\n0\n\n8\n").unwrap();
    let found = outcome(process.wait_with_output().unwrap());
    assert_eq!(found.code, 0);
    let line = |key: &str| {
        found
            .stdout
            .lines()
            .find(|line| line.split_whitespace().next() == Some(key))
            .unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .to_string()
    };
    assert_eq!((line("nps"), line("n"), line("n_excluded")), ("25".to_string(), "4".to_string(), "1".to_string()));
}

#[test]
fn a_result_that_does_not_exist_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let found = run(&["compute", "mean_ci", &file(&folder, "value\n\n")]);
    assert_eq!((found.code, &found.json()["mean"]), (0, &serde_json::Value::Null));
    assert_eq!(found.json()["reason"], "no answers");
}

#[test]
fn faults_name_the_nearest_and_exit_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let data = file(&folder, "group,value\na,1\nb,2\n");
    let cases: [(&[&str], &str); 9] = [
        (&["welch", "none.csv"], "none.csv"),
        (&["wilson_t", &data], "\"wilson\""),
        (&["welch_t", &data, "--items", "value"], "welch_t has no role \"items\""),
        (&["welch_t", &data, "--gruop", "value"], "--group"),
        (&["welch_t", &data, "--value", "valve"], "\"value\""),
        (&["welch_t", &data, "--set", "frist=b"], "\"first\""),
        (&["welch_t", &data, "--set", "first"], "KEY=VALUE"),
        (&["welch_t", &data, "--set", "conf=0.9", "--set", "conf=0.8"], "twice"),
        (&["welch_t"], "DATA.csv"),
    ];
    for (arguments, words) in cases {
        let found = run(&[&["compute"], arguments].concat());
        assert_eq!(found.code, 2, "{arguments:?}");
        assert!(found.stderr.contains(words) && found.stdout.is_empty(), "{arguments:?}: {}", found.stderr);
    }
    let not_text = folder.path().join("x.csv");
    std::fs::write(&not_text, b"a\n\xff\n").unwrap();
    assert!(run(&["compute", "mean_ci", path(&not_text)]).stderr.contains("UTF-8"));
}

#[test]
fn the_list_describes_every_method() {
    let all = run(&["compute", "--list"]).stdout;
    let json = run(&["compute", "--list", "--format", "json"]).json();
    let methods = json.as_array().unwrap();
    assert!(methods.len() > 30);
    for method in methods {
        let name = method["name"].as_str().unwrap();
        assert!(all.contains(&format!("{name}\n")) && !method["keys"].as_array().unwrap().is_empty(), "{name}");
    }
    let one = run(&["compute", "--list", "cronbach_alpha"]).stdout;
    assert!(one.starts_with("reliability\n") && one.contains("--items"), "{one}");
}

/// `docs/methods.md` has a row for every method, with its other names.
#[test]
fn the_document_names_every_method() {
    let document = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/methods.md")).unwrap();
    let names = document.split("## Names of `compute`").nth(1).unwrap();
    let json = run(&["compute", "--list", "--format", "json"]).json();
    let rows: Vec<&str> = names.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), json.as_array().unwrap().len());
    for method in json.as_array().unwrap() {
        let quoted = |name: &serde_json::Value| format!("`{}`", name.as_str().unwrap());
        let aliases: Vec<String> = method["aliases"].as_array().unwrap().iter().map(quoted).collect();
        let row = format!("| {} | {} | [", quoted(&method["name"]), aliases.join(", "));
        assert!(rows.iter().any(|line| line.starts_with(&row)), "{row}");
    }
}

/// Names are words that documents and other programs refer to.
#[test]
fn names_are_unique_and_plain() {
    let json = run(&["compute", "--list", "--format", "json"]).json();
    let mut names: Vec<&str> = Vec::new();
    for method in json.as_array().unwrap() {
        names.push(method["name"].as_str().unwrap());
        names.extend(method["aliases"].as_array().unwrap().iter().map(|alias| alias.as_str().unwrap()));
    }
    assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')));
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
