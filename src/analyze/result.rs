//! `ResultSet`: one long row per statistic.

use std::sync::Arc;

use super::estimate::{Kind, Measures};
use super::keys::Keys;
use super::registry::Metric;
use crate::derive::{Group, ScaleInfo, Span};
use crate::program::plan::Role;
use crate::stats::NotEstimable;

/// What a row is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contrast {
    /// Nothing: the row is a level.
    None,
    /// An earlier span, by position: this span minus that one.
    Change {
        /// The earlier span.
        from: usize,
    },
    /// Everybody else with a stated value of the grouping: the group minus the rest.
    Gap,
    /// The same groups before an action and other groups: difference in differences, by position of the action.
    Effect {
        /// The action.
        action: usize,
    },
}

/// An estimate with its uncertainty, in the unit of its metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// The estimate.
    pub estimate: f64,
    /// Ends of the interval at the program's confidence level; none where the metric has no interval (counts).
    pub interval: Option<(f64, f64)>,
    /// Ends of the interval at the level that Holm's procedure gives it within its family; none outside contrasts.
    pub adjusted: Option<(f64, f64)>,
    /// Two-sided p-value, 0 to 1; none outside contrasts.
    pub p_value: Option<f64>,
    /// Holm-adjusted p-value within its family.
    pub p_adjusted: Option<f64>,
}

impl Value {
    /// An estimate with nothing known of its precision.
    pub const fn level(estimate: f64) -> Self {
        Self { estimate, interval: None, adjusted: None, p_value: None, p_adjusted: None }
    }
}

/// How many stand behind a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Support {
    /// Distinct people who answered or whose relationship is counted.
    pub people: u64,
    /// Distinct people rated or on the other side.
    pub rated: u64,
    /// Observations used, in the unit of analysis; the denominator of a share.
    pub denominator: u64,
    /// Observations asked for and missing.
    pub n_missing: u64,
    /// For shares: people on the smaller side; a person with relationships on both sides counts on both. For rates: people with an event.
    pub short_side: u64,
    /// Smaller of the two cluster counts (mentees, mentors).
    pub clusters: u64,
}

/// One statistic.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultRow {
    /// Its metric's declaration.
    pub metric: &'static Metric,
    /// Scale id or cause id, where the metric is one of many.
    pub detail: Option<Detail>,
    /// Who answers; none for program records.
    pub role: Option<Role>,
    /// Position of the span.
    pub span: usize,
    /// Position of the grouping.
    pub grouping: usize,
    /// Position of the group in the grouping.
    pub group: usize,
    /// What it is compared with.
    pub contrast: Contrast,
    /// The number, or the reason why there is none.
    pub value: Result<Value, NotEstimable>,
    /// How many stand behind it.
    pub support: Support,
    /// Method, with its conventions.
    pub method: &'static str,
}

/// Which of many a row is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// A scale.
    Scale(ScaleInfo),
    /// A cause of trouble.
    Cause(crate::program::cause::Cause),
    /// Something else with a name: a place of trouble, a discipline, an item.
    Named(Named),
}

/// Something with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Short name.
    pub id: String,
    /// Name as printed.
    pub label: String,
}

impl Detail {
    /// Something with an id and a name as printed.
    pub fn named(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self::Named(Named { id: id.into(), label: label.into() })
    }

    /// Name as printed.
    pub fn label(&self) -> &str {
        match self {
            Self::Scale(scale) => &scale.label,
            Self::Cause(cause) => cause.label(),
            Self::Named(named) => &named.label,
        }
    }
}

/// See [`ResultRow::outcome`].
pub(super) fn outcome_key(metric: &Metric, detail: Option<&Detail>) -> String {
    match detail {
        None => metric.id.to_string(),
        Some(Detail::Scale(scale)) => format!("{}:{}:{}", metric.id, scale.instrument, scale.id),
        Some(detail) => format!("{}:{}", metric.id, detail.id()),
    }
}

impl Detail {
    /// Short name.
    pub fn id(&self) -> &str {
        match self {
            Detail::Scale(scale) => &scale.id,
            Detail::Cause(cause) => cause.id(),
            Detail::Named(named) => &named.id,
        }
    }
}

impl ResultRow {
    /// What tells this outcome from all others of its role: unlike the metric id, it names the scale's instrument.
    pub fn outcome(&self) -> String {
        outcome_key(self.metric, self.detail.as_ref())
    }

    /// Metric id as results print it: `satisfied`, `scale:feedback`, `cause:unavailable`.
    pub fn metric_id(&self) -> String {
        self.detail.as_ref().map_or_else(|| self.metric.id.to_string(), |detail| format!("{}:{}", self.metric.id, detail.id()))
    }
}

/// All statistics of a run, exact, with the names that their positions stand for.
#[derive(Debug, Clone)]
pub struct ResultSet {
    /// Rows in fixed order: by outcome, grouping, span, group, contrast.
    pub rows: Vec<ResultRow>,
    /// Spans by position.
    pub spans: Vec<Span>,
    /// Groupings by position: id, label, groups.
    pub groupings: Vec<(String, String, Vec<Group>)>,
    /// Positions of the groupings that are no combination of others, without the whole program.
    pub base_groupings: Vec<usize>,
    /// Actions by position: id, label.
    pub actions: Vec<ActionInfo>,
    /// Confidence level of the intervals.
    pub confidence_level: f64,
    /// Position of the period reported on, in the plan's periods (and in `spans`).
    pub current: usize,
}

/// What reports need to know of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionInfo {
    /// Its id.
    pub id: String,
    /// Its name as printed.
    pub label: String,
    /// First day, in days since 1970-01-01.
    pub started: i32,
    /// Labels of the groups where it was taken; empty for the whole program.
    pub places: Vec<String>,
    /// Metric it was meant to move.
    pub metric: String,
}

/// The people behind one outcome: who would be exposed by its cells. One entry per observation of the unit of analysis, with its group under
/// every grouping.
#[derive(Debug, Clone)]
pub struct Contributors {
    /// The metric.
    pub metric: &'static Metric,
    /// Scale or cause, where the metric is one of many.
    pub detail: Option<Detail>,
    /// Who answers.
    pub role: Option<Role>,
    /// Whether it is computed in every grouping, or for the whole program only.
    pub grouped: bool,
    /// People and cells.
    pub(super) keys: Arc<Keys>,
    /// What the observations carry.
    pub(super) measures: Measures,
    /// How observations become a number.
    pub(super) kind: Kind,
}
