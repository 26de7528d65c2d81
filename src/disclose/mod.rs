//! Disclose: the one stage that can make a [`Release`]. It decides, from numbers of people alone, what may be shown of each planned cell, rounds
//! outward to the grid that the cell's size allows, and only then chooses verdicts.

mod complement;
mod decimal;
mod figure;
mod ladder;
mod publication;
mod verdict;

use std::collections::BTreeMap;

pub use decimal::{Decimal, Rounding};
pub use figure::{Figure, People, Published, Symbol, Third};
pub use publication::PublicationPlan;
pub use verdict::Verdict;

use crate::analyze::{ActionInfo, Contrast, Contributors, Detail, Metric, ResultRow, ResultSet, UnitOfAnalysis};
use crate::derive::{Group, Span};
use crate::program::plan::{Plan, Role};
use complement::{Cell, suppress_complement, suppress_margins};

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

/// The key of a table: everything but the group.
type TableKey = (String, Option<Role>, usize, usize);

/// Applies disclosure control to all planned cells of a run together.
pub fn release(plan: &Plan, publication: &PublicationPlan, results: &ResultSet, contributors: &[Contributors]) -> Release {
    let planned: Vec<&ResultRow> = results.rows.iter().filter(|row| publication.includes(results, row)).collect();
    let hidden = complementary(plan, results, contributors, &planned);
    let rows = planned
        .into_iter()
        .map(|row| {
            let is_hidden = hidden.get(&(table_key(row), row.group)).copied().unwrap_or(false);
            let figure = if is_hidden { Figure::Hidden(Symbol::Confidential) } else { ladder::figure(row, &plan.privacy) };
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

fn table_key(row: &ResultRow) -> TableKey {
    (row.outcome(), row.role, row.span, row.grouping)
}

/// Which groups of which tables are hidden: those under the floor, and those hidden for their neighbors' sake. A hidden level hides its contrasts.
fn complementary(
    plan: &Plan,
    results: &ResultSet,
    contributors: &[Contributors],
    planned: &[&ResultRow],
) -> BTreeMap<(TableKey, usize), bool> {
    let mut tables: BTreeMap<TableKey, Vec<&ResultRow>> = BTreeMap::new();
    for row in planned.iter().filter(|row| publication::is_additive_table(row)) {
        tables.entry(table_key(row)).or_default().push(row);
    }
    let people: BTreeMap<(String, Option<Role>), &Contributors> =
        contributors.iter().map(|contributors| ((contributors.outcome(), contributors.role), contributors)).collect();
    let mut hidden = BTreeMap::new();
    for (key, rows) in tables {
        let mut cells: Vec<Cell> =
            rows.iter().map(|row| Cell { people: row.support.people, hidden: !ladder::has_floor(row, &plan.privacy) }).collect();
        let not_stated = people.get(&(key.0.clone(), key.1)).map_or(0, |people| {
            people.cell(key.3, key.2, None).map(|observation| observation.person).collect::<std::collections::BTreeSet<_>>().len() as u64
        });
        suppress_complement(&mut cells, not_stated, &plan.privacy);
        let groups = &results.groupings[key.3].2;
        let codes: Vec<Vec<&str>> = rows.iter().map(|row| groups[row.group].code.split('|').collect()).collect();
        if codes.first().is_some_and(|codes| codes.len() > 1) {
            suppress_margins(&mut cells, &codes, &plan.privacy);
        }
        for (row, cell) in rows.iter().zip(&cells) {
            hidden.insert((key.clone(), row.group), cell.hidden);
        }
    }
    hidden
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
