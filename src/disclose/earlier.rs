//! What earlier releases have published, and what has changed since: an old figure and a new one together must tell of nobody what changed.

use std::collections::BTreeMap;

use super::decimal::Decimal;
use super::figure::{Figure, People, Symbol, Third};
use super::record::{Change, Record, outcome_of};
use crate::analyze::{Contrast, ResultRow, ResultSet};
use crate::error::{Error, Result};
use crate::program::plan::{Privacy, Role};

/// All that earlier releases say, beside what stands behind the figures of now.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    now: Record,
    releases: Vec<EarlierRelease>,
}

/// A published release.
#[derive(Debug, Clone, Default)]
pub struct EarlierRelease {
    /// What stood behind it; none where that is not known.
    record: Option<Record>,
    /// Its figures of periods and windows, by outcome and span.
    figures: BTreeMap<String, BTreeMap<String, Vec<Shown>>>,
}

/// A published figure of an earlier release.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Id of the grouping.
    pub grouping: String,
    /// Code of the group.
    pub group: String,
    /// Word for what it is compared with; empty for a level.
    pub contrast: String,
    /// Formula of its metric.
    pub formula_version: u32,
    /// What it shows.
    pub figure: Figure,
}

impl EarlierRelease {
    /// Reads what a release published. `record` is none where it has none.
    ///
    /// # Errors
    /// If its results cannot be read.
    pub fn read(results_csv: &[u8], record: Option<Record>) -> Result<Self> {
        let failed =
            |what: String| Error::new(format!("published results cannot be read: {what}"), "restore the published folder from a backup");
        let mut reader = csv::Reader::from_reader(results_csv);
        let headers = reader.headers().map_err(|error| failed(error.to_string()))?.clone();
        let columns: BTreeMap<&str, usize> = headers.iter().enumerate().map(|(column, header)| (header, column)).collect();
        let mut release = Self { record, figures: BTreeMap::new() };
        for (line, row) in reader.records().enumerate() {
            let row = row.map_err(|error| failed(error.to_string()))?;
            let cell = |name: &str| {
                let text = columns.get(name).and_then(|&column| row.get(column)).unwrap_or_default();
                text.strip_prefix('\'').unwrap_or(text)
            };
            // What is counted since an action is no figure of a period.
            if !matches!(cell("period_kind"), "period" | "window") {
                continue;
            }
            let figure = figure(&cell).ok_or_else(|| failed(format!("line {} says nothing that is known", line + 2)))?;
            let parts = [cell("metric"), cell("instrument"), cell("scale_or_cause")];
            let outcome = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(":");
            let spans = release.figures.entry(format!("{outcome} {}", cell("role"))).or_default();
            spans.entry(cell("period").to_string()).or_default().push(Shown {
                grouping: cell("grouping").to_string(),
                group: cell("group").to_string(),
                contrast: cell("contrast").to_string(),
                formula_version: cell("formula_version").parse().unwrap_or_default(),
                figure,
            });
        }
        Ok(release)
    }

    fn shown(&self, outcome: &str, span: &str) -> Option<&[Shown]> {
        self.figures.get(outcome).and_then(|spans| spans.get(span)).map(Vec::as_slice)
    }
}

/// The figure that the cells of a row of `results.csv` stand for.
fn figure<'a>(cell: &impl Fn(&str) -> &'a str) -> Option<Figure> {
    let number = |name: &str| Decimal::parse(cell(name));
    let pair = |lower: &str, upper: &str| number(lower).zip(number(upper));
    let people = || match cell("n") {
        "5 to 9" => Some(People::FiveToNine),
        "10 to 49" => Some(People::TenToFortyNine),
        about => about.strip_prefix("about ")?.parse().ok().map(People::About),
    };
    Some(match cell("shown") {
        "value" => Figure::Point {
            estimate: number("estimate")?,
            interval: pair("ci_lower", "ci_upper"),
            adjusted: pair("adjusted_lower", "adjusted_upper"),
            people: people()?,
        },
        "at_least" => Figure::AtLeast(number("bound")?, people()?),
        "at_most" => Figure::AtMost(number("bound")?, people()?),
        "lower_third" => Figure::Third(Third::Lower),
        "middle_third" => Figure::Third(Third::Middle),
        "upper_third" => Figure::Third(Third::Upper),
        "c" => Figure::Hidden(Symbol::Confidential),
        "x" => Figure::Hidden(Symbol::Unavailable),
        _ => return None,
    })
}

/// A release whose record tells what changed of an outcome in a span.
pub type Version<'a> = (&'a Record, &'a [Shown]);

impl Earlier {
    /// What stands behind the figures of now, and what was published before.
    pub fn new(now: Record, releases: Vec<EarlierRelease>) -> Self {
        Self { now, releases }
    }

    /// What stands behind the figures of now.
    pub fn now(&self) -> &Record {
        &self.now
    }

    /// How many releases have no record under the key of now.
    pub fn unrecorded(&self) -> usize {
        self.releases.iter().filter(|release| self.record(release).is_none()).count()
    }

    fn record<'a>(&self, release: &'a EarlierRelease) -> Option<&'a Record> {
        release.record.as_ref().filter(|record| record.is_comparable(&self.now))
    }

    /// Whether anything was published before.
    pub fn is_empty(&self) -> bool {
        self.releases.is_empty()
    }

    /// Releases in which other answers stood behind an outcome in a span than now.
    pub fn versions(&self, outcome: &str, role: Option<Role>, span: &str) -> Vec<Version<'_>> {
        let outcome = outcome_of(outcome, role);
        let versions = self.releases.iter().filter_map(|release| Some((self.record(release)?, release.shown(&outcome, span)?)));
        versions.filter(|(record, _)| !record.is_same(&self.now, &outcome, span)).collect()
    }

    /// Positions of figures that would come out differently than before where nothing tells what that gives away: no record tells what changed, or few people
    /// did and the figure is no sum of answers.
    pub fn untold(
        &self,
        results: &ResultSet,
        privacy: &Privacy,
        planned: &[&ResultRow],
        figures: &[Figure],
        is_sum: impl Fn(&ResultRow) -> bool,
    ) -> Vec<usize> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut remembered: BTreeMap<(String, usize, bool), bool> = BTreeMap::new();
        let is_untold = |&position: &usize| {
            let row = planned[position];
            let spans = match row.contrast {
                Contrast::Change { from } => vec![row.span, from],
                Contrast::None | Contrast::Gap => vec![row.span],
                Contrast::Effect { .. } => Vec::new(),
            };
            let (outcome, is_sum) = (outcome_of(&row.outcome(), row.role), is_sum(row));
            let mut is_unclear = |span: usize| {
                let answer = || self.is_unclear(&outcome, &results.spans[span].id, privacy, is_sum);
                *remembered.entry((outcome.clone(), span, is_sum)).or_insert_with(answer)
            };
            !figures[position].is_hidden() && spans.into_iter().any(&mut is_unclear) && !self.repeats(results, row, &figures[position])
        };
        (0..planned.len()).filter(is_untold).collect()
    }

    /// Whether a release has shown the same of a row.
    pub fn repeats(&self, results: &ResultSet, row: &ResultRow, figure: &Figure) -> bool {
        let (outcome, span) = (outcome_of(&row.outcome(), row.role), &results.spans[row.span].id);
        let shown = self.releases.iter().filter_map(|release| release.shown(&outcome, span)).flatten();
        shown.filter(|shown| shown.figure == *figure).any(|shown| shown.is_about(results, row))
    }

    /// Whether some release has published an outcome in a span, and what changed of it since is not known or cannot be reckoned with.
    fn is_unclear(&self, outcome: &str, span: &str, privacy: &Privacy, is_sum: bool) -> bool {
        let mut releases = self.releases.iter().filter(|release| release.shown(outcome, span).is_some());
        releases.any(|release| match self.record(release) {
            None => true,
            Some(_) if is_sum => false,
            Some(record) => (1..privacy.minimum_people.max(5)).contains(&Change::people(&record.changes(&self.now, outcome, span))),
        })
    }
}

impl Shown {
    fn is_about(&self, results: &ResultSet, row: &ResultRow) -> bool {
        let (grouping, _, groups) = &results.groupings[row.grouping];
        self.grouping == *grouping && self.group == groups[row.group].code && self.contrast == word(&row.contrast)
    }
}

/// The word for a contrast in `results.csv`.
pub fn word(contrast: &Contrast) -> &'static str {
    match contrast {
        Contrast::None => "",
        Contrast::Change { .. } => "change",
        Contrast::Gap => "gap",
        Contrast::Effect { .. } => "effect",
    }
}
