//! The metric registry: each metric is declared here, once. The docs, the codebook and the reports read it from here.

mod accounts;
mod answers;
mod build;
mod pairs;
mod records;

use serde::Serialize;

/// What one observation of a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitOfAnalysis {
    /// A respondent; answers about several pairs are averaged within the person first.
    Person,
    /// A pair.
    Pair,
    /// A goal.
    Goal,
    /// An episode of a pair: from entry to exit or to the as-of date.
    Episode,
}

/// The unit in which a metric is stored. Reports alone turn it into printed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 0 to 1; printed in percent.
    Proportion,
    /// -100 to 100.
    NpsPoints,
    /// The scale's own range.
    ScalePoints,
    /// Goal Attainment Scaling T: 50 is "as expected".
    TPoints,
    /// Events per 100 relationship-months.
    PerHundredMonths,
    /// A whole number.
    Count,
    /// At most 1; the higher, the more consistent.
    Coefficient,
    /// A mean number of people or things.
    Average,
}

/// How a metric may be released. The disclosure stage has one rule per class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseClass {
    /// A number of people, pairs or goals.
    Count,
    /// A share.
    Proportion,
    /// A mean of bounded answers.
    Mean,
    /// A ratio of a count to an amount of time.
    Additive,
    /// A point of an incidence curve.
    Curve,
    /// Reliability, agreement, effect or test.
    Model,
}

/// Kirkpatrick's level of evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Whether the evaluation itself holds: response and reliability.
    Quality,
    /// 1: satisfaction.
    Reaction,
    /// 2: skill.
    Learning,
    /// 3: behavior, meetings.
    Behavior,
    /// 4: goals and retention.
    Results,
}

/// A metric's declaration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Metric {
    /// Short name. `scale` and `cause` carry the scale or cause behind a colon in results.
    pub id: &'static str,
    /// Name as printed.
    pub label: &'static str,
    /// What it is, in words for every reader.
    pub definition: &'static str,
    /// What one observation is.
    pub unit_of_analysis: UnitOfAnalysis,
    /// The unit it is stored in.
    pub unit: Unit,
    /// Whether higher is better; none where it is neither.
    pub higher_is_better: Option<bool>,
    /// How it may be released.
    pub release_class: ReleaseClass,
    /// Whether the people rated (mentors by mentees, mentees by mentors) need protection of their own.
    pub rates_people: bool,
    /// Smallest difference worth acting on, in the stored unit; none for metrics that are not compared.
    pub relevant_difference: Option<f64>,
    /// Whether it is one of the few outcomes that the program is judged by. Their comparisons between groups are adjusted together, and they alone
    /// put a group on the leadership page.
    pub primary: bool,
    /// Level of evaluation.
    pub level: Level,
    /// Version of the formula; changes whenever a number could.
    pub formula_version: u32,
    /// Where the formula comes from.
    pub reference: &'static str,
    /// Whether results carry the id of a scale, cause or other thing behind a colon: there are many of the metric.
    pub of_many: bool,
    /// Whether it is computed for publication windows only: of few failures in a quarter no cause can be told.
    pub windows_only: bool,
    /// Whether it stays in the restricted edition, whatever the numbers of people. Counts beside shares with the same people behind them do, since both together tell
    /// the exact number; and kappas of single causes, since whether one is told at all depends on what was answered.
    pub restricted: bool,
}

impl Metric {
    const fn of_many(self) -> Self {
        Self { of_many: true, ..self }
    }

    const fn in_windows(self) -> Self {
        Self { windows_only: true, ..self }
    }

    const fn in_restricted(self) -> Self {
        Self { restricted: true, ..self }
    }
}

/// All metrics, in the order in which reports and the codebook list them.
pub const METRICS: &[Metric] = &{
    let parts = [answers::METRICS, records::METRICS, accounts::METRICS, pairs::METRICS];
    let mut all = [parts[0][0]; answers::METRICS.len() + records::METRICS.len() + accounts::METRICS.len() + pairs::METRICS.len()];
    let (mut part, mut place) = (0, 0);
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            all[place] = parts[part][at];
            (place, at) = (place + 1, at + 1);
        }
        part += 1;
    }
    all
};

/// The declaration of a metric; `scale:x` and `cause:x` are declared as `scale` and `cause`.
pub fn metric(id: &str) -> Option<&'static Metric> {
    let base = id.split(':').next().unwrap_or(id);
    METRICS.iter().find(|metric| metric.id == base)
}
