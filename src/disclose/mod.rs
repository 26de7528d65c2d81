//! Disclose: the one stage that can make a [`Release`]. It decides, from numbers of people alone, what may be shown of each planned cell, rounds
//! outward to the grid that the cell's size allows, and only then chooses verdicts.

#[cfg(test)]
mod brute_force;
pub mod curve;
mod decimal;
mod earlier;
mod figure;
mod intervals;
mod joint;
mod ladder;
#[cfg(test)]
mod ladder_tests;
mod lattice;
mod means;
mod publication;
mod record;
mod row_space;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

pub use decimal::{Decimal, Rounding};
pub use earlier::{Earlier, EarlierRelease};
pub use figure::{Figure, People, Published, Symbol, Third};
pub use publication::PublicationPlan;
pub use record::Record;
pub use verdict::Verdict;

use crate::analyze::{ActionInfo, Contrast, Contributors, Detail, Metric, ResultRow, ResultSet, UnitOfAnalysis};
use crate::derive::{Group, Span};
use crate::program::plan::{Plan, Role};
use crate::stats::NotEstimable;

/// One published statistic.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseRow {
    /// Its metric's declaration.
    pub metric: &'static Metric,
    /// Scale or cause, where the metric is one of many.
    pub detail: Option<Detail>,
    /// Who answers; none for program records.
    pub role: Option<Role>,
    /// Position of the span.
    pub span: usize,
    /// Position of the grouping.
    pub grouping: usize,
    /// Position of the group.
    pub group: usize,
    /// What it is compared with.
    pub contrast: Contrast,
    /// What is shown.
    pub figure: Published<Figure>,
    /// For contrasts: what the published values say.
    pub verdict: Option<Verdict>,
    /// Method, with its conventions.
    pub method: &'static str,
    /// Why a statistic with enough people has no answer.
    pub reason: Option<String>,
}

impl ReleaseRow {
    /// Metric id as results print it.
    pub fn metric_id(&self) -> String {
        self.detail.as_ref().map_or_else(|| self.metric.id.to_string(), |detail| format!("{}:{}", self.metric.id, detail.id()))
    }
}

/// Everything that leadership, researchers and the public may see of a run. Only [`release`] makes one.
#[derive(Debug, Clone)]
pub struct Release {
    rows: Vec<ReleaseRow>,
    /// Spans by position.
    pub spans: Vec<Span>,
    /// Groupings by position: id, label, groups.
    pub groupings: Vec<(String, String, Vec<Group>)>,
    /// Actions by position.
    pub actions: Vec<ActionInfo>,
    /// Confidence level of the intervals.
    pub confidence_level: f64,
    /// Position of the period reported on.
    pub current: usize,
    /// Fewest people in a shown cell.
    pub minimum_people: u64,
    /// Fewest rated people in a shown cell.
    pub minimum_rated: u64,
    /// The publication plan in words.
    pub plan_sentences: Vec<String>,
}

impl Release {
    /// All published rows in fixed order.
    pub fn rows(&self) -> &[ReleaseRow] {
        &self.rows
    }
}

/// Applies disclosure control to all planned cells of a run together, beside what `earlier` releases say.
pub fn release(
    plan: &Plan,
    publication: &PublicationPlan,
    results: &ResultSet,
    contributors: &[Contributors],
    earlier: &Earlier,
) -> Release {
    let planned: Vec<&ResultRow> = results.rows.iter().filter(|row| publication.includes(results, row)).collect();
    let hidden = joint::hidden(plan, results, contributors, &planned);
    // That answers are anonymous is said of every cell alike.
    let is_hidden = |position: usize| hidden.contains(&position) && planned[position].value != Err(NotEstimable::NotLinked);
    let figure = |position: usize, top: Option<&Figure>| {
        if is_hidden(position) { Figure::Hidden(Symbol::Confidential) } else { ladder::figure(planned[position], &plan.privacy, top) }
    };
    let mut figures: Vec<Figure> = (0..planned.len()).map(|position| figure(position, None)).collect();
    let is_scale = |metric: &Metric| metric.id == "scale";
    joint::hide_contrasts(&planned, &mut figures, &BTreeSet::new());
    let mut coarse = intervals::protect(&plan.privacy, results, contributors, &planned, &mut figures, earlier, |metric| !is_scale(metric));
    // A scale's mean and its favorable share are read together.
    let place = |row: &ResultRow| (row.detail.as_ref().map(detail_key), row.role, row.span, row.grouping, row.group);
    let tops: BTreeMap<_, Figure> = planned
        .iter()
        .zip(&figures)
        .filter(|(row, figure)| row.metric.id == "scale_top" && row.contrast == Contrast::None && !figure.is_hidden())
        .map(|(row, figure)| (place(row), figure.clone()))
        .collect();
    for position in (0..planned.len()).filter(|&position| is_scale(planned[position].metric)) {
        figures[position] = figure(position, tops.get(&place(planned[position])));
    }
    joint::hide_contrasts(&planned, &mut figures, &coarse);
    coarse.extend(intervals::protect(&plan.privacy, results, contributors, &planned, &mut figures, earlier, is_scale));
    joint::hide_contrasts(&planned, &mut figures, &coarse);
    for position in earlier.untold(results, &plan.privacy, &planned, &figures, intervals::is_sum) {
        figures[position] = Figure::Hidden(Symbol::Confidential);
    }
    joint::hide_contrasts(&planned, &mut figures, &coarse);
    let rows = planned
        .into_iter()
        .zip(figures)
        .map(|(row, figure)| {
            let verdict = (row.contrast != Contrast::None).then(|| verdict::verdict(&figure, row.metric.relevant_difference));
            let reason = match (&figure, &row.value) {
                (Figure::Hidden(Symbol::Unavailable), Err(reason)) => Some(reason.to_string()),
                _ => None,
            };
            ReleaseRow {
                metric: row.metric,
                detail: row.detail.clone(),
                role: row.role,
                span: row.span,
                grouping: row.grouping,
                group: row.group,
                contrast: row.contrast.clone(),
                figure: Published::new(figure),
                verdict,
                method: row.method,
                reason,
            }
        })
        .collect();
    Release {
        rows,
        spans: results.spans.clone(),
        groupings: results.groupings.clone(),
        actions: results.actions.clone(),
        confidence_level: results.confidence_level,
        current: results.current,
        minimum_people: plan.privacy.minimum_people.max(5),
        minimum_rated: plan.privacy.minimum_rated.max(3),
        plan_sentences: publication.sentences(),
    }
}

/// What tells a scale from all others.
fn detail_key(detail: &Detail) -> (String, String) {
    let instrument = if let Detail::Scale(scale) = detail { scale.instrument.clone() } else { String::new() };
    (instrument, detail.id().to_string())
}

/// Name of what a unit of analysis counts, in the plural.
pub fn unit_word(unit: UnitOfAnalysis, role: Option<Role>) -> &'static str {
    match (unit, role) {
        (UnitOfAnalysis::Person, Some(Role::Mentee)) => "mentees",
        (UnitOfAnalysis::Person, Some(Role::Mentor)) => "mentors",
        (UnitOfAnalysis::Person, _) => "people",
        (UnitOfAnalysis::Goal, _) => "goals",
        (UnitOfAnalysis::Pair | UnitOfAnalysis::Episode, _) => "relationships",
    }
}
