//! The tidy results: one row per statistic, as text columns that every output file shares.

use std::borrow::Cow;

use crate::analyze::{ActionInfo, Contrast, Detail, Metric, ResultRow, ResultSet, Unit};
use crate::derive::{Group, Span, SpanKind};
use crate::disclose::{Figure, People, Release, ReleaseRow, Third};
use crate::program::plan::Role;

/// A table of text columns. A number stands as its decimal digits, a missing one as nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TidyTable {
    /// Columns with whether they hold numbers.
    pub columns: Vec<(Cow<'static, str>, bool)>,
    /// Rows with as many cells as columns.
    pub rows: Vec<Vec<String>>,
}

/// The names that positions in results stand for.
struct Names<'a> {
    spans: &'a [Span],
    groupings: &'a [(String, String, Vec<Group>)],
    actions: &'a [ActionInfo],
}

/// Columns that say what a row is about.
const KEY: [(&str, bool); 14] = [
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
];

/// The released results.
pub fn released(release: &Release) -> TidyTable {
    let names = Names { spans: &release.spans, groupings: &release.groupings, actions: &release.actions };
    let columns = columns(&[
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
    ]);
    let rows = release
        .rows()
        .iter()
        .map(|row| {
            let mut cells = key(&names, row.metric, row.detail.as_ref(), row.role, (row.span, row.grouping, row.group), &row.contrast);
            cells.extend(shown(row, release.confidence_level));
            cells
        })
        .collect();
    TidyTable { columns, rows }
}

/// The exact results, for the restricted edition.
pub fn restricted(results: &ResultSet) -> TidyTable {
    let names = Names { spans: &results.spans, groupings: &results.groupings, actions: &results.actions };
    let columns = columns(&[
        ("estimate", true),
        ("ci_lower", true),
        ("ci_upper", true),
        ("confidence_level", true),
        ("adjusted_lower", true),
        ("adjusted_upper", true),
        ("p_value", true),
        ("p_adjusted", true),
        ("n", true),
        ("rated", true),
        ("denominator", true),
        ("n_missing", true),
        ("clusters", true),
        ("method", false),
        ("formula_version", true),
        ("reason", false),
    ]);
    let rows = results
        .rows
        .iter()
        .map(|row| {
            let mut cells = key(&names, row.metric, row.detail.as_ref(), row.role, (row.span, row.grouping, row.group), &row.contrast);
            cells.extend(exact(row, results.confidence_level));
            cells
        })
        .collect();
    TidyTable { columns, rows }
}

/// The columns of a table: those that say what a row is about, and others.
fn columns(others: &[(&'static str, bool)]) -> Vec<(Cow<'static, str>, bool)> {
    KEY.iter().chain(others).map(|(name, is_number)| (Cow::from(*name), *is_number)).collect()
}

fn key(
    names: &Names<'_>,
    metric: &Metric,
    detail: Option<&Detail>,
    role: Option<Role>,
    place: (usize, usize, usize),
    contrast: &Contrast,
) -> Vec<String> {
    let (span, grouping, group) = place;
    let (grouping_id, _, groups) = &names.groupings[grouping];
    let (kind, reference) = match contrast {
        Contrast::None => ("", String::new()),
        Contrast::Change { from } => ("change", names.spans[*from].id.clone()),
        Contrast::Gap => ("gap", "everyone else".to_string()),
        Contrast::Effect { action } => ("effect", names.actions[*action].id.clone()),
    };
    let scale = match detail {
        Some(Detail::Scale(scale)) => Some(scale),
        _ => None,
    };
    let label = match detail {
        None => metric.label.to_string(),
        Some(Detail::Scale(scale)) => format!("{}: {}", metric.label, scale.label),
        Some(detail) => format!("{}: {}", metric.label, detail.label()),
    };
    vec![
        metric.id.to_string(),
        label,
        scale.map_or_else(String::new, |scale| scale.instrument.clone()),
        detail.map_or_else(String::new, |detail| detail.id().to_string()),
        role.map_or("", role_word).to_string(),
        names.spans[span].id.clone(),
        span_word(names.spans[span].kind).to_string(),
        grouping_id.clone(),
        groups[group].code.clone(),
        groups[group].label.clone(),
        kind.to_string(),
        reference,
        unit_word(metric.unit).to_string(),
        format!("{:?}", metric.unit_of_analysis).to_lowercase(),
    ]
}

fn shown(row: &ReleaseRow, confidence_level: f64) -> Vec<String> {
    let decimals = |pair: Option<(crate::disclose::Decimal, crate::disclose::Decimal)>| {
        pair.map_or_else(|| (String::new(), String::new()), |(lower, upper)| (lower.to_string(), upper.to_string()))
    };
    let count = |people: &People| match people {
        People::FiveToNine => "5 to 9".to_string(),
        People::TenToFortyNine => "10 to 49".to_string(),
        People::About(people) => format!("about {people}"),
    };
    let none = String::new;
    let (word, estimate, interval, adjusted, bound, n) = match row.figure.get() {
        Figure::Point { estimate, interval, adjusted, people } => {
            ("value", estimate.to_string(), decimals(*interval), decimals(*adjusted), none(), count(people))
        }
        Figure::Third(third) => {
            let word = match third {
                Third::Lower => "lower_third",
                Third::Middle => "middle_third",
                Third::Upper => "upper_third",
            };
            (word, none(), decimals(None), decimals(None), none(), "5 to 9".to_string())
        }
        Figure::AtLeast(bound, people) => ("at_least", none(), decimals(None), decimals(None), bound.to_string(), count(people)),
        Figure::AtMost(bound, people) => ("at_most", none(), decimals(None), decimals(None), bound.to_string(), count(people)),
        Figure::Hidden(symbol) => (symbol.letter(), none(), decimals(None), decimals(None), none(), none()),
    };
    let level = if interval.0.is_empty() { none() } else { confidence_level.to_string() };
    let is_shown = !row.figure.get().is_hidden();
    vec![
        word.to_string(),
        estimate,
        interval.0,
        interval.1,
        level,
        adjusted.0,
        adjusted.1,
        bound,
        n,
        row.verdict.map_or_else(none, |verdict| verdict.id().to_string()),
        if is_shown { row.method.to_string() } else { none() },
        row.metric.formula_version.to_string(),
        row.reason.clone().unwrap_or_default(),
    ]
}

fn exact(row: &ResultRow, confidence_level: f64) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let value = row.value.as_ref().ok();
    let interval = value.and_then(|value| value.interval);
    let adjusted = value.and_then(|value| value.adjusted);
    vec![
        number(value.map(|value| value.estimate)),
        number(interval.map(|ends| ends.0)),
        number(interval.map(|ends| ends.1)),
        number(interval.map(|_| confidence_level)),
        number(adjusted.map(|ends| ends.0)),
        number(adjusted.map(|ends| ends.1)),
        number(value.and_then(|value| value.p_value)),
        number(value.and_then(|value| value.p_adjusted)),
        row.support.people.to_string(),
        row.support.rated.to_string(),
        row.support.denominator.to_string(),
        row.support.n_missing.to_string(),
        row.support.clusters.to_string(),
        row.method.to_string(),
        row.metric.formula_version.to_string(),
        row.value.as_ref().err().map_or_else(String::new, ToString::to_string),
    ]
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Mentee => "mentee",
        Role::Mentor => "mentor",
        Role::Institution => "institution",
    }
}

/// What a span is for, as files name it.
pub(super) fn span_word(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Period => "period",
        SpanKind::Window => "window",
        SpanKind::Before(_) => "before_action",
        SpanKind::Since(_) => "since_action",
    }
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Proportion => "proportion",
        Unit::NpsPoints => "nps_points",
        Unit::ScalePoints => "scale_points",
        Unit::TPoints => "t_points",
        Unit::PerHundredMonths => "per_100_relationship_months",
        Unit::Count => "count",
        Unit::Coefficient => "coefficient",
        Unit::Average => "average",
    }
}
