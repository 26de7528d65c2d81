//! A small release built by hand: its declared results as CSV, Parquet and workbook, pages, a manifest, and the atoms behind it.

use std::collections::BTreeMap;

use mentorscope::audit::{Attack, Files, Identifiers, Input, Report, Rules, audit};
use mentorscope::write::{TidyTable, csv_bytes, parquet_bytes, sha256_hex, workbook_bytes};

/// Columns of released results, with whether they hold numbers.
const COLUMNS: [(&str, bool); 27] = [
    ("metric", false),
    ("label", false),
    ("instrument", false),
    ("scale_or_cause", false),
    ("role", false),
    ("period", false),
    ("period_kind", false),
    ("grouping", false),
    ("group", false),
    ("group_label", false),
    ("contrast", false),
    ("reference", false),
    ("unit", false),
    ("unit_of_analysis", false),
    ("shown", false),
    ("estimate", true),
    ("ci_lower", true),
    ("ci_upper", true),
    ("confidence_level", true),
    ("adjusted_lower", true),
    ("adjusted_upper", true),
    ("bound", true),
    ("n", false),
    ("verdict", false),
    ("method", false),
    ("formula_version", true),
    ("reason", false),
];

/// One row of the results by column; what is not named is blank.
pub type Row = BTreeMap<String, String>;

/// A row about satisfied mentees in one window, with some cells set otherwise.
pub fn row(cells: &[(&str, &str)]) -> Row {
    let usual = [
        ("metric", "satisfied"),
        ("label", "Satisfied mentees"),
        ("role", "mentee"),
        ("period", "Y1"),
        ("period_kind", "window"),
        ("unit", "proportion"),
        ("formula_version", "1"),
    ];
    usual.iter().chain(cells).map(|(column, text)| ((*column).to_string(), (*text).to_string())).collect()
}

/// A share of the whole program.
pub fn total(estimate: &str, n: &str) -> Row {
    group("all", "all", estimate, n)
}

/// A share of a group.
pub fn group(grouping: &str, code: &str, estimate: &str, n: &str) -> Row {
    row(&[("grouping", grouping), ("group", code), ("group_label", code), ("shown", "value"), ("estimate", estimate), ("n", n)])
}

/// A group that is hidden.
pub fn hidden(grouping: &str, code: &str) -> Row {
    row(&[("grouping", grouping), ("group", code), ("group_label", code), ("shown", "c")])
}

/// People who are alike: their group per grouping, how many they are, and how many of them are satisfied.
pub type Alike<'a> = (&'a [&'a str], i64, i64);

/// A release to be.
#[derive(Default)]
pub struct Small<'a> {
    /// Ids of the groupings of `people`.
    pub groupings: &'a [&'a str],
    /// Everybody, each with one answer.
    pub people: Vec<Alike<'a>>,
    /// Declared results.
    pub rows: Vec<Row>,
    /// Columns of the results beyond those of every release.
    pub further: Vec<(&'static str, bool)>,
    /// Pages by name, as what stands in their body.
    pub pages: Vec<(&'static str, String)>,
    /// A release published earlier, as its results.
    pub earlier: Vec<Row>,
    /// What identifies somebody in the inputs.
    pub identifiers: Vec<&'static str>,
}

impl Small<'_> {
    fn table(&self, rows: &[Row]) -> TidyTable {
        let columns: Vec<(&'static str, bool)> = COLUMNS.iter().chain(&self.further).copied().collect();
        let cell = |row: &Row, column: &str| row.get(column).cloned().unwrap_or_default();
        TidyTable {
            rows: rows.iter().map(|row| columns.iter().map(|(column, _)| cell(row, column)).collect()).collect(),
            columns: columns.into_iter().map(|(column, is_number)| (column.into(), is_number)).collect(),
        }
    }

    /// Its files, with a manifest that names them as they are.
    pub fn files(&self) -> Files {
        let table = self.table(&self.rows);
        let mut files = Files::from([
            ("data/results.csv".to_string(), csv_bytes(&table).unwrap()),
            ("data/results.parquet".to_string(), parquet_bytes(&table).unwrap()),
            ("data/results.xlsx".to_string(), workbook_bytes(&table, jiff::civil::date(2026, 10, 5)).unwrap()),
        ]);
        files.extend(self.pages.iter().map(|(name, body)| ((*name).to_string(), page(body).into_bytes())));
        sign(&mut files);
        files
    }

    /// The atoms, as a run writes them. Where rates are told, each is observed for ten months, and those who are favorable have an event.
    pub fn atoms(&self) -> Vec<u8> {
        let mut text = "outcome,metric,detail,role,release_class,span,span_kind,period".to_string();
        self.groupings.iter().for_each(|grouping| text += &format!(",{grouping}"));
        text += ",per_person,observations,missing,people,rated,numerator,denominator,least,most\n";
        let first = self.rows.first().cloned().unwrap_or_else(|| total("0.5", "10 to 49"));
        let metric = &first["metric"];
        let is_rate = first["unit"] == "per_100_relationship_months";
        let class = if is_rate { "additive" } else { "proportion" };
        for (codes, people, favorable) in &self.people {
            let denominator = *people as f64 / if is_rate { 10.0 } else { 1.0 };
            text += &format!(
                "{metric},{metric},,mentee,{class},Y1,window,,{},1,{people},0,{people},9,{favorable},{denominator},,\n",
                codes.join(",")
            );
        }
        text.into_bytes()
    }

    /// What the auditor says of these files.
    pub fn report(&self, files: &Files, attack: Attack<'_>) -> Report {
        let earlier = Files::from([("data/results.csv".to_string(), csv_bytes(&self.table(&self.earlier)).unwrap())]);
        audit(&Input {
            release: Some(files),
            others: if self.earlier.is_empty() { Vec::new() } else { vec![&earlier] },
            attack,
            earlier: None,
            rules: Rules { minimum_people: 5 },
            identifiers: Identifiers { words: self.identifiers.iter().map(ToString::to_string).collect() },
        })
    }

    /// What the attack with the atoms finds. The bytes must be sound, so that nothing else is at work.
    #[track_caller]
    pub fn leaks(&self) -> Vec<String> {
        let report = self.report(&self.files(), Attack::Atoms(&self.atoms()));
        assert_eq!(report.faults, [], "the release is sound but for what follows of it");
        report.leaks.into_iter().map(|leak| format!("{}: {:?}", leak.cell, leak.interval)).collect()
    }

    /// What is wrong in the bytes.
    pub fn faults(&self) -> Vec<String> {
        self.faults_in(&self.files())
    }

    /// What is wrong in these bytes.
    pub fn faults_in(&self, files: &Files) -> Vec<String> {
        written(&self.report(files, Attack::None))
    }

    /// What is wrong in the bytes, and in the figures where the atoms are known.
    pub fn faults_with_atoms(&self) -> Vec<String> {
        written(&self.report(&self.files(), Attack::Atoms(&self.atoms())))
    }
}

fn written(report: &Report) -> Vec<String> {
    report.faults.iter().map(|fault| format!("{}: {}", fault.place, fault.what)).collect()
}

/// Puts a manifest beside files, which names them as they are.
pub fn sign(files: &mut Files) {
    files.remove("manifest.json");
    let digests: BTreeMap<&String, String> = files.iter().map(|(name, bytes)| (name, sha256_hex(bytes))).collect();
    let rows = csv::Reader::from_reader(files["data/results.csv"].as_slice()).records().count();
    let manifest = serde_json::json!({
        "tool": "mentorscope",
        "period": "Y1",
        "result_rows": rows,
        "inputs_hmac_sha256": "0".repeat(64),
        "outputs_sha256": digests,
    });
    files.insert("manifest.json".into(), manifest.to_string().into_bytes());
}

/// A page around a body.
fn page(body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"/><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'\"/><title>Report</title></head><body>{body}</body></html>"
    )
}

/// Whether one of these says so.
pub fn has(found: &[String], words: &[&str]) -> bool {
    found.iter().any(|one| words.iter().all(|word| one.contains(word)))
}
