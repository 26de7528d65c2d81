//! From one outcome's observations to all its rows: levels in every cell, changes, gaps, and effects of actions.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::estimate::{Kind, Level, Measures, level, linearize};
use super::keys::{Keys, NOT_STATED};
use super::registry::Metric;
use super::result::{Contrast, Contributors, Detail, ResultRow, Support, Value};
use crate::derive::{AnalysisSet, GroupingKind, SpanKind};
use crate::program::plan::Role;
use crate::stats::clustered::{Linearized, difference};
use crate::stats::two_group::cluster_level_difference;
use crate::stats::{Comparison, NotEstimable};

/// What is tabulated.
pub struct Subject {
    /// The metric.
    pub metric: &'static Metric,
    /// Scale or cause, where the metric is one of many.
    pub detail: Option<Detail>,
    /// Who answers; none for program records.
    pub role: Option<Role>,
    /// How observations become a number.
    pub kind: Kind,
    /// Whether differences are computed.
    pub compared: bool,
    /// Whether it is computed in every grouping, or for the whole program only.
    pub grouped: bool,
}

/// Rows and people of a run in the making.
#[derive(Default)]
pub struct Tables {
    /// All rows so far.
    pub rows: Vec<ResultRow>,
    /// All people so far.
    pub contributors: Vec<Contributors>,
    /// Contrasts whose intervals wait for their family: position among the rows, family, comparison.
    pub comparisons: Vec<(usize, String, Comparison)>,
}

impl Tables {
    /// Adds all rows of one outcome.
    pub fn add(&mut self, set: &AnalysisSet, keys: &Rc<Keys>, measures: &Measures, subject: &Subject) {
        let groupings = if subject.grouped { set.groupings.len() } else { 1 };
        let mut whole: BTreeMap<usize, Level> = BTreeMap::new();
        for grouping in 0..groupings {
            let mut by_span = BTreeMap::new();
            for (span, info) in set.spans.iter().enumerate() {
                // Combinations are too thin for a quarter.
                let is_combination = matches!(set.groupings[grouping].kind, GroupingKind::Combination(_));
                let wanted = match info.kind {
                    SpanKind::Period => !is_combination,
                    SpanKind::Window => true,
                    SpanKind::Before(_) | SpanKind::Since(_) => false,
                };
                if !wanted {
                    continue;
                }
                let levels: Vec<Level> = (0..set.groupings[grouping].groups.len())
                    .map(|group| level(keys, measures, subject.kind, keys.cell(grouping, span, group as u16), set.confidence_level))
                    .collect();
                for (group, level) in levels.iter().enumerate() {
                    self.push(subject, span, grouping, group, Contrast::None, level.value.clone(), level.support, level.method);
                }
                by_span.insert(span, levels);
            }
            if grouping == 0 {
                whole = by_span.into_iter().filter_map(|(span, levels)| levels.into_iter().next().map(|level| (span, level))).collect();
            } else if subject.compared && matches!(set.groupings[grouping].kind, GroupingKind::Demographic(_)) {
                self.gaps(set, keys, measures, subject, grouping, &by_span);
            }
        }
        if subject.compared {
            self.changes(set, subject, &whole);
            self.effects(set, keys, measures, subject);
        }
        self.contributors.push(Contributors {
            metric: subject
                .detail
                .as_ref()
                .map_or_else(|| subject.metric.id.to_string(), |detail| format!("{}:{}", subject.metric.id, detail.id())),
            role: subject.role,
            keys: Rc::clone(keys),
            missing: Rc::new(measures.missing.clone()),
        });
    }

    #[allow(clippy::too_many_arguments)]
    fn push(
        &mut self,
        subject: &Subject,
        span: usize,
        grouping: usize,
        group: usize,
        contrast: Contrast,
        value: Result<Value, NotEstimable>,
        support: Support,
        method: &'static str,
    ) {
        self.rows.push(ResultRow {
            metric: subject.metric,
            detail: subject.detail.clone(),
            role: subject.role,
            span,
            grouping,
            group,
            contrast,
            value,
            support,
            method,
        });
    }

    /// Adds a contrast; its interval comes when its family is known.
    fn push_comparison(
        &mut self,
        subject: &Subject,
        place: (usize, usize, usize),
        contrast: Contrast,
        family: String,
        comparison: Result<Comparison, NotEstimable>,
        support: Support,
    ) {
        let method = comparison.as_ref().map_or("not estimated", |comparison| comparison.method);
        let value = comparison.as_ref().map(|comparison| Value { p_value: Some(comparison.p_value), ..Value::level(comparison.estimate) });
        let position = self.rows.len();
        self.push(subject, place.0, place.1, place.2, contrast, value.map_err(Clone::clone), support, method);
        if let Ok(comparison) = comparison {
            self.comparisons.push((position, family, comparison));
        }
    }

    /// The whole program now against earlier: a window against the one before, a period against the same period four earlier.
    fn changes(&mut self, set: &AnalysisSet, subject: &Subject, whole: &BTreeMap<usize, Level>) {
        for (&span, now) in whole {
            let info = &set.spans[span];
            let earlier = whole.keys().copied().rfind(|&other| {
                let before = &set.spans[other];
                before.kind == info.kind
                    && match info.kind {
                        SpanKind::Window => before.last + 1 == info.first && before.last - before.first == info.last - info.first,
                        _ => before.first + PERIODS_PER_YEAR == info.first,
                    }
            });
            let Some(from) = earlier else { continue };
            let then = &whole[&from];
            let comparison = match (&now.linearized, &then.linearized) {
                (Some(now), Some(then)) => difference(now, then),
                _ => Err(NotEstimable::NoAnswers),
            };
            let family = format!("change {span} {}", family(subject));
            self.push_comparison(subject, (span, 0, 0), Contrast::Change { from }, family, comparison, smaller(now.support, then.support));
        }
    }

    /// Each group of a demographic against everybody else with a stated group, in each window.
    fn gaps(
        &mut self,
        set: &AnalysisSet,
        keys: &Rc<Keys>,
        measures: &Measures,
        subject: &Subject,
        grouping: usize,
        by_span: &BTreeMap<usize, Vec<Level>>,
    ) {
        for (&span, levels) in by_span.iter().filter(|(span, _)| set.spans[**span].kind == SpanKind::Window) {
            for (group, here) in levels.iter().enumerate() {
                let mut others: Vec<u32> = keys.cells[grouping]
                    .range((span as u16, 0)..=(span as u16, NOT_STATED - 1))
                    .filter(|((_, other), _)| usize::from(*other) != group)
                    .flat_map(|(_, rows)| rows.iter().copied())
                    .collect();
                others.sort_unstable();
                let rest = level(keys, measures, subject.kind, &others, set.confidence_level);
                let comparison = match (&here.linearized, &rest.linearized) {
                    (Some(here), Some(rest)) => difference(here, rest),
                    _ => Err(NotEstimable::NoAnswers),
                };
                let family =
                    format!("gap {span} {grouping} {} {:?} {:?}", subject.metric.id, subject.role, subject.detail.as_ref().map(Detail::id));
                self.push_comparison(
                    subject,
                    (span, grouping, group),
                    Contrast::Gap,
                    family,
                    comparison,
                    smaller(here.support, rest.support),
                );
            }
        }
    }

    /// What actions that were meant to move this metric did, against the groups where they were not taken.
    fn effects(&mut self, set: &AnalysisSet, keys: &Rc<Keys>, measures: &Measures, subject: &Subject) {
        let id = subject
            .detail
            .as_ref()
            .map_or_else(|| subject.metric.id.to_string(), |detail| format!("{}:{}", subject.metric.id, detail.id()));
        for (action, info) in set.actions.iter().enumerate().filter(|(_, info)| info.metric == id && subject.role != Some(Role::Mentor)) {
            let span_of = |kind: SpanKind| set.spans.iter().position(|span| span.kind == kind);
            let (Some(before), Some(since)) = (span_of(SpanKind::Before(action)), span_of(SpanKind::Since(action))) else { continue };
            let place = info.place.as_ref().and_then(|(demographic, values)| {
                set.groupings
                    .iter()
                    .position(|grouping| grouping.kind == GroupingKind::Demographic(*demographic))
                    .map(|grouping| (grouping, values))
            });
            let Some((grouping, values)) = place else {
                self.push_comparison(
                    subject,
                    (since, 0, 0),
                    Contrast::Effect { action },
                    "effect".into(),
                    Err(NotEstimable::Unidentified),
                    Support::default(),
                );
                continue;
            };
            let (mut arms, mut rows): ([Vec<f64>; 2], [Vec<u32>; 2]) = Default::default();
            for group in 0..set.groupings[grouping].groups.len() as u16 {
                let estimate =
                    |span: usize| -> Option<Linearized> { linearize(keys, measures, subject.kind, keys.cell(grouping, span, group)).ok() };
                let (Some(then), Some(now)) = (estimate(before), estimate(since)) else { continue };
                let arm = usize::from(!values.contains(&group));
                arms[arm].push(now.estimate - then.estimate);
                rows[arm].extend_from_slice(keys.cell(grouping, since, group));
            }
            let groups = (arms[0].len() + arms[1].len()) as u64;
            let support = |rows: &[u32]| {
                let mut rows = rows.to_vec();
                rows.sort_unstable();
                level(keys, measures, subject.kind, &rows, set.confidence_level).support
            };
            let support = Support { clusters: groups, ..smaller(support(&rows[0]), support(&rows[1])) };
            let comparison = cluster_level_difference(&arms[0], &arms[1]);
            self.push_comparison(subject, (since, 0, 0), Contrast::Effect { action }, "effect".into(), comparison, support);
        }
    }
}

/// Periods between a period and the same one a year before.
const PERIODS_PER_YEAR: u16 = 4;

/// Comparisons shown together are judged together: the three headline metrics, the scales of a role, and every other metric by itself.
fn family(subject: &Subject) -> String {
    match subject.metric.id {
        "satisfied" | "goals_met" | "failed_12_months" => "headline".into(),
        id => format!("{id} {:?}", subject.role),
    }
}

/// The support of a comparison is that of its weaker side.
fn smaller(one: Support, other: Support) -> Support {
    Support {
        people: one.people.min(other.people),
        rated: one.rated.min(other.rated),
        denominator: one.denominator.min(other.denominator),
        n_missing: one.n_missing + other.n_missing,
        short_side: one.short_side.min(other.short_side),
        clusters: one.clusters.min(other.clusters),
    }
}
