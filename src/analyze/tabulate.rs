//! From one outcome's observations to all its rows: levels in every cell, changes, gaps, and effects of actions.

use std::num::NonZero;
use std::sync::Arc;

use super::estimate::{Kind, Level, Measures, level, linearize, support_of};
use super::keys::{Keys, NOT_STATED};
use super::registry::Metric;
use super::result::{Contrast, Contributors, Detail, ResultRow, Support, Value, outcome_key};
use crate::derive::{AnalysisSet, GroupingKind, SpanKind};
use crate::program::plan::Role;
use crate::stats::clustered::difference;
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

impl Subject {
    /// Metric id as results print it.
    fn id(&self) -> String {
        self.detail.as_ref().map_or_else(|| self.metric.id.to_string(), |detail| format!("{}:{}", self.metric.id, detail.id()))
    }
}

/// One outcome with its observations.
pub struct Job {
    /// Who the observations are about, and their cells.
    pub keys: Arc<Keys>,
    /// What they carry.
    pub measures: Measures,
    /// What is tabulated.
    pub subject: Subject,
}

/// Rows and people of a run.
#[derive(Default)]
pub struct Tables {
    /// All rows.
    pub rows: Vec<ResultRow>,
    /// The people behind them.
    pub contributors: Vec<Contributors>,
    /// Contrasts whose intervals wait for their family: position among the rows, family, comparison.
    pub comparisons: Vec<(usize, String, Comparison)>,
}

/// Tabulates all jobs, on all processors; the order of the rows is that of the jobs.
pub fn tabulate(set: &AnalysisSet, jobs: Vec<Job>) -> Tables {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    // Neighboring jobs have the same size: dealt out in turn, they keep every thread busy.
    let mut done: Vec<Option<Tables>> = Vec::new();
    done.resize_with(jobs.len(), || None);
    let mut slots: Vec<Vec<(&Job, &mut Option<Tables>)>> = (0..threads).map(|_| Vec::new()).collect();
    for (number, pair) in jobs.iter().zip(done.iter_mut()).enumerate() {
        slots[number % threads].push(pair);
    }
    std::thread::scope(|scope| {
        for slot in slots {
            scope.spawn(|| slot.into_iter().for_each(|(job, place)| *place = Some(job.tabulate(set))));
        }
    });
    let mut all = Tables::default();
    for (job, tables) in jobs.into_iter().zip(done.into_iter().flatten()) {
        let Subject { metric, detail, role, kind, grouped, .. } = job.subject;
        all.contributors.push(Contributors { metric, detail, role, grouped, keys: job.keys, measures: job.measures, kind });
        let offset = all.rows.len();
        all.rows.extend(tables.rows);
        all.comparisons.extend(tables.comparisons.into_iter().map(|(row, family, comparison)| (row + offset, family, comparison)));
    }
    all
}

/// Where a row stands: span, grouping, group.
type Place = (usize, usize, usize);

impl Job {
    /// All rows of the outcome.
    fn tabulate(&self, set: &AnalysisSet) -> Tables {
        let mut tables = Tables::default();
        let groupings = if self.subject.grouped { set.groupings.len() } else { 1 };
        for (grouping, info) in set.groupings.iter().enumerate().take(groupings) {
            for (span, level_span) in set.spans.iter().enumerate() {
                let wanted = match level_span.kind {
                    // Combinations, and causes of the failures, are too thin for a quarter.
                    SpanKind::Period => !matches!(info.kind, GroupingKind::Combination(_)) && !self.subject.metric.windows_only,
                    SpanKind::Window => true,
                    SpanKind::Before(_) | SpanKind::Since(_) => false,
                };
                if wanted {
                    self.levels(&mut tables, set, span, grouping);
                }
            }
        }
        if self.subject.compared {
            for (grouping, info) in set.groupings.iter().enumerate().take(groupings) {
                if matches!(info.kind, GroupingKind::Demographic(_)) {
                    self.gaps(&mut tables, set, grouping);
                }
            }
            self.changes(&mut tables, set);
            self.effects(&mut tables, set);
        }
        tables
    }

    fn row(
        &self,
        place: Place,
        contrast: Contrast,
        value: Result<Value, NotEstimable>,
        support: Support,
        method: &'static str,
    ) -> ResultRow {
        ResultRow {
            metric: self.subject.metric,
            detail: self.subject.detail.clone(),
            role: self.subject.role,
            span: place.0,
            grouping: place.1,
            group: place.2,
            contrast,
            value,
            support,
            method,
        }
    }

    /// The level of every group of a grouping in a span.
    fn levels(&self, tables: &mut Tables, set: &AnalysisSet, span: usize, grouping: usize) {
        for group in 0..set.groupings[grouping].groups.len() {
            let rows = self.keys.cell(grouping, span, group as u16);
            let Level { value, support, method } = level(&self.keys, &self.measures, self.subject.kind, rows, set.confidence_level);
            // Answers of nobody known belong to no group.
            let value = if grouping > 0 && self.measures.ungrouped { Err(NotEstimable::NotLinked) } else { value };
            tables.rows.push(self.row((span, grouping, group), Contrast::None, value, support, method));
        }
    }

    /// Adds the difference of two sets of rows; its interval comes when its family is known.
    fn push_difference(&self, tables: &mut Tables, place: Place, contrast: Contrast, family: String, rows: [&[u32]; 2]) {
        let (keys, measures, kind) = (&self.keys, &self.measures, self.subject.kind);
        let [one, other] = rows.map(|rows| linearize(keys, measures, kind, rows));
        let [here, there] = rows.map(|rows| support_of(keys, measures, kind, rows));
        let comparison = one.and_then(|one| difference(&one, &other?));
        self.push_comparison(tables, place, contrast, family, comparison, smaller(here, there));
    }

    fn push_comparison(
        &self,
        tables: &mut Tables,
        place: Place,
        contrast: Contrast,
        family: String,
        comparison: Result<Comparison, NotEstimable>,
        support: Support,
    ) {
        let position = tables.rows.len();
        match comparison {
            Ok(comparison) => {
                let value = Value { p_value: Some(comparison.p_value), ..Value::level(comparison.estimate) };
                tables.rows.push(self.row(place, contrast, Ok(value), support, comparison.method));
                tables.comparisons.push((position, family, comparison));
            }
            Err(reason) => tables.rows.push(self.row(place, contrast, Err(reason), support, "not estimated")),
        }
    }

    /// The whole program now against earlier: a window against the one before, a period against the same period four earlier.
    fn changes(&self, tables: &mut Tables, set: &AnalysisSet) {
        for (span, info) in set.spans.iter().enumerate() {
            let earlier = set.spans.iter().position(|before| {
                before.kind == info.kind
                    && match info.kind {
                        SpanKind::Window => before.last + 1 == info.first && before.last - before.first == info.last - info.first,
                        SpanKind::Period => before.first + PERIODS_PER_YEAR == info.first,
                        SpanKind::Before(_) | SpanKind::Since(_) => false,
                    }
            });
            let Some(from) = earlier else { continue };
            let family = format!("change {span} {}", family(&self.subject));
            let rows = [span, from].map(|span| self.keys.cell(0, span, 0));
            self.push_difference(tables, (span, 0, 0), Contrast::Change { from }, family, rows);
        }
    }

    /// Each group of a demographic against everybody else with a stated group, in each window.
    fn gaps(&self, tables: &mut Tables, set: &AnalysisSet, grouping: usize) {
        let windows = set.spans.iter().enumerate().filter(|(_, info)| info.kind == SpanKind::Window);
        for (span, _) in windows {
            // The primary outcomes are looked at together in all groups; any other outcome by itself in the groups of one demographic.
            let family = if self.subject.metric.primary {
                format!("gap {span} primary")
            } else {
                let outcome = outcome_key(self.subject.metric, self.subject.detail.as_ref());
                format!("gap {span} {grouping} {outcome} {:?}", self.subject.role)
            };
            let groups = set.groupings[grouping].groups.len();
            for group in 0..groups {
                let mut others: Vec<u32> = self.keys.cells[grouping]
                    .range((span as u16, 0)..=(span as u16, NOT_STATED - 1))
                    .filter(|((_, other), _)| usize::from(*other) != group)
                    .flat_map(|(_, rows)| rows.iter().copied())
                    .collect();
                others.sort_unstable();
                let here = self.keys.cell(grouping, span, group as u16);
                // Of two groups each is the other's mirror: one hypothesis, not two.
                let mirrored = groups == 2 && !self.subject.metric.primary;
                let family = if mirrored { format!("{family} {group}") } else { family.clone() };
                self.push_difference(tables, (span, grouping, group), Contrast::Gap, family, [here, &others]);
            }
        }
    }

    /// What actions that were meant to move this metric did, against the groups where they were not taken.
    fn effects(&self, tables: &mut Tables, set: &AnalysisSet) {
        let (keys, measures, kind) = (&self.keys, &self.measures, self.subject.kind);
        let id = self.subject.id();
        for (action, info) in
            set.actions.iter().enumerate().filter(|(_, info)| info.metric == id && self.subject.role != Some(Role::Mentor))
        {
            let span_of = |kind: SpanKind| set.spans.iter().position(|span| span.kind == kind);
            let (Some(before), Some(since)) = (span_of(SpanKind::Before(action)), span_of(SpanKind::Since(action))) else { continue };
            let place = info.place.as_ref().and_then(|(demographic, values)| {
                set.groupings
                    .iter()
                    .position(|grouping| grouping.kind == GroupingKind::Demographic(*demographic))
                    .map(|grouping| (grouping, values))
            });
            let contrast = Contrast::Effect { action };
            let Some((grouping, values)) = place else {
                let nothing_to_compare = Err(NotEstimable::Unidentified);
                self.push_comparison(tables, (since, 0, 0), contrast, "effect".into(), nothing_to_compare, Support::default());
                continue;
            };
            // Treated groups first, then the others.
            let (mut changes, mut rows): ([Vec<f64>; 2], [Vec<u32>; 2]) = Default::default();
            for group in 0..set.groupings[grouping].groups.len() as u16 {
                let estimate =
                    |span: usize| linearize(keys, measures, kind, keys.cell(grouping, span, group)).map(|estimate| estimate.estimate);
                let (Ok(then), Ok(now)) = (estimate(before), estimate(since)) else { continue };
                let arm = usize::from(!values.contains(&group));
                changes[arm].push(now - then);
                rows[arm].extend_from_slice(keys.cell(grouping, since, group));
            }
            let groups = (changes[0].len() + changes[1].len()) as u64;
            let [treated, others] = rows.map(|mut rows| {
                rows.sort_unstable();
                support_of(keys, measures, kind, &rows)
            });
            let support = Support { clusters: groups, ..smaller(treated, others) };
            let comparison = cluster_level_difference(&changes[0], &changes[1]);
            self.push_comparison(tables, (since, 0, 0), contrast, "effect".into(), comparison, support);
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
