//! Atoms: people who are alike in every declared grouping. Inside a run they say how many stand in every cell, and the truth.

use std::collections::BTreeMap;

use super::report::Fault;

/// Name of the atoms in the restricted edition.
pub const ATOMS: &str = "data/atoms.csv";
/// Columns that are no grouping.
const COLUMNS: [&str; 19] = [
    "outcome",
    "metric",
    "detail",
    "role",
    "release_class",
    "span",
    "span_kind",
    "period",
    "per_person",
    "observations",
    "missing",
    "people",
    "rated",
    "numerator",
    "denominator",
    "least",
    "most",
    "digest",
    "parts",
];

/// What tells one outcome from all others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome {
    /// Metric, and for scales instrument and scale.
    pub id: String,
    /// Metric id.
    pub metric: String,
    /// Scale or cause.
    pub detail: String,
    /// Who answers.
    pub role: String,
    /// How it is released.
    pub class: String,
    /// Of a scale, the smallest and largest score, as text.
    pub ends: (String, String),
}

/// One atom in one span.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// Period in which it was observed; in a window, somebody observed in several periods is in several atoms.
    pub period: String,
    /// Code of the group per base grouping; none where it is not stated.
    pub groups: BTreeMap<String, String>,
    /// Observations of one person over which that person is averaged first.
    pub per_person: i64,
    /// Observations with an answer.
    pub observations: i64,
    /// Distinct people behind them.
    pub people: i64,
    /// Distinct people rated.
    pub rated: i64,
    /// Sum of the numerators.
    pub numerator: f64,
    /// Sum of the denominators.
    pub denominator: f64,
    /// Keyed digest of who answered what; empty where there is none.
    pub digest: String,
    /// The same by parts of the people, two digits each.
    pub parts: String,
}

impl Atom {
    /// Whether it belongs to a group of a grouping; combinations join ids by ` x ` and codes by `|`.
    pub fn is_in(&self, grouping: &str, group: &str) -> bool {
        grouping == "all"
            || grouping.split(" x ").zip(group.split('|')).all(|(base, code)| self.groups.get(base).map_or("", String::as_str) == code)
    }
}

/// Atoms by outcome and span.
pub type Atoms = BTreeMap<Outcome, BTreeMap<String, Vec<Atom>>>;

/// Reads the atoms that a run writes.
pub fn read(bytes: &[u8], faults: &mut Vec<Fault>) -> Atoms {
    let mut atoms = Atoms::new();
    let mut reader = csv::Reader::from_reader(bytes);
    let headings: Vec<String> = reader.headers().map(|row| row.iter().map(str::to_string).collect()).unwrap_or_default();
    for (line, record) in reader.records().enumerate() {
        let parsed = record.ok().and_then(|record| {
            let cell = |name: &str| headings.iter().position(|heading| heading == name).and_then(|column| record.get(column));
            let text = |name: &str| cell(name).map(str::to_string);
            let outcome = Outcome {
                id: text("outcome")?,
                metric: text("metric")?,
                detail: text("detail")?,
                role: text("role")?,
                class: text("release_class")?,
                ends: (text("least").unwrap_or_default(), text("most").unwrap_or_default()),
            };
            let groups =
                headings.iter().zip(record.iter()).filter(|(heading, code)| !COLUMNS.contains(&heading.as_str()) && !code.is_empty());
            let atom = Atom {
                period: text("period")?,
                groups: groups.map(|(heading, code)| (heading.clone(), code.strip_prefix('\'').unwrap_or(code).to_string())).collect(),
                per_person: cell("per_person")?.parse::<i64>().ok().filter(|count| *count > 0)?,
                observations: cell("observations")?.parse().ok()?,
                people: cell("people")?.parse().ok()?,
                rated: cell("rated")?.parse().ok()?,
                numerator: cell("numerator")?.parse().ok()?,
                denominator: cell("denominator")?.parse().ok()?,
                digest: text("digest").unwrap_or_default(),
                parts: text("parts").unwrap_or_default(),
            };
            Some((outcome, text("span")?, atom))
        });
        match parsed {
            Some((outcome, span, atom)) => atoms.entry(outcome).or_default().entry(span).or_default().push(atom),
            None => faults.push(Fault::new(ATOMS, format!("row {} cannot be read", line + 2))),
        }
    }
    atoms
}
