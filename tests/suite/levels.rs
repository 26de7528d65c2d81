//! Departments, divisions made of them, and the whole program: published level by level, as if the roster had a column of divisions.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{path, results, run};

const DIVISIONS: [(&str, &[&str]); 3] = [
    ("ACUTE", &["ANES", "EMED", "RAD", "SURG", "OBGYN"]),
    ("OFFICE", &["DERM", "FMED", "MED", "PEDS"]),
    ("MIND", &["NEURO", "PSYCH", "PATH"]),
];

/// A simulated program with divisions: made of departments, or as a column of the roster.
fn program(is_column: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(&["simulate", path(folder.path()), "--pairs", "260", "--quarters", "4", "--seed", "4"]).code, 0);
    let values: String = DIVISIONS
        .iter()
        .map(
            |(code, members)| if is_column { format!("\"{code}\", ") } else { format!("{{ code = \"{code}\", members = {members:?} }}, ") },
        )
        .collect();
    let source = if is_column { "column = \"division\"" } else { "from = \"department\"" };
    let block = format!("[[demographic]]\nid = \"division\"\nlabel = \"Division\"\n{source}\nvalues = [{values}]\n\n");
    let edit = |file: &str, change: &dyn Fn(String) -> String| {
        let place = folder.path().join(file);
        fs::write(&place, change(fs::read_to_string(&place).unwrap())).unwrap();
    };
    edit("program.toml", &|text| text.replacen("[groups]", &format!("{block}[groups]"), 1));
    if is_column {
        edit("roster.csv", &|text| {
            let division = |line: &str| {
                let department = line.split(',').nth(2).unwrap_or_default();
                let of = DIVISIONS.iter().find(|(_, members)| members.contains(&department)).map_or("", |(code, _)| code);
                if line.starts_with("person_id") { "division" } else { of }.to_string()
            };
            text.lines().map(|line| format!("{line},{}\n", division(line))).collect()
        });
    }
    folder
}

fn draft(program: &Path) -> PathBuf {
    let outcome = run(&["run", path(program)]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    program.join("draft/2026-Q3")
}

type Row = BTreeMap<String, String>;

/// What tells a table of groups from all others.
fn table(row: &Row) -> [String; 5] {
    ["metric", "instrument", "scale_or_cause", "role", "period"].map(|column| row[column].clone())
}

#[test]
fn a_level_gives_what_a_column_of_the_roster_gives() {
    let (made, column) = (program(false), program(true));
    let (made, column) = (draft(made.path()), draft(column.path()));
    for file in ["restricted/data/results.csv", "restricted/data/atoms.csv", "restricted/data/episodes.csv"] {
        assert!(fs::read(made.join(file)).unwrap() == fs::read(column.join(file)).unwrap(), "{file}");
    }
    // A column is one grouping among others. A level is decided before the departments that it gathers, which are important here.
    let divisions = |draft: &Path| {
        let rows = results(&draft.join("release/data/results.csv"));
        rows.iter()
            .filter(|row| row["grouping"] == "division" && row["contrast"].is_empty() && !matches!(row["shown"].as_str(), "c" | "x"))
            .count()
    };
    assert!(divisions(&made) > divisions(&column), "{} divisions are shown, {} of the column", divisions(&made), divisions(&column));
}

#[test]
fn levels_are_published_from_the_top_and_nothing_small_is_left_between_them() {
    let program = program(false);
    let draft = draft(program.path());
    let exact = results(&draft.join("restricted/data/results.csv"));
    let is_level = |row: &&Row| row["contrast"].is_empty() && row["period_kind"] == "window";
    let mut people: BTreeMap<([String; 5], String), u64> = BTreeMap::new();
    for row in exact.iter().filter(is_level).filter(|row| matches!(row["grouping"].as_str(), "division" | "department")) {
        people.insert((table(row), row["group"].clone()), row["n"].parse().unwrap());
    }
    let release = results(&draft.join("release/data/results.csv"));
    let shown: BTreeMap<([String; 5], &str), bool> = release
        .iter()
        .filter(is_level)
        .filter(|row| matches!(row["grouping"].as_str(), "division" | "department"))
        .map(|row| ((table(row), row["group"].as_str()), !matches!(row["shown"].as_str(), "c" | "x")))
        .collect();
    let (mut divisions, mut rests) = (0, 0);
    for ((table, code), is_shown) in &shown {
        let Some((_, members)) = DIVISIONS.iter().find(|(division, _)| division == code) else { continue };
        // Who has several relationships counts once in each group, whatever is averaged: all of a division are in its departments.
        let size = |code: &str| people[&(table.clone(), code.to_string())];
        assert_eq!(size(code), members.iter().map(|member| size(member)).sum::<u64>(), "{table:?}, {code}");
        if *is_shown {
            let rest: u64 = members.iter().filter(|member| !shown[&(table.clone(), **member)]).map(|member| size(member)).sum();
            assert!(rest == 0 || rest >= 5, "{rest} people of {code} follow in {table:?}");
            divisions += 1;
            rests += usize::from(rest > 0);
        }
    }
    assert!(divisions > 50 && rests > 20, "{divisions} divisions are shown, {rests} with hidden departments");
    let satisfied = |code: &str| shown.iter().any(|((table, group), is_shown)| table[0] == "satisfied" && *group == code && *is_shown);
    assert!(DIVISIONS.iter().all(|(code, _)| satisfied(code)));
}
