//! Analyze: every statistic, computed exactly. What may be shown of it is decided later.

mod accounts;
mod answers;
mod atoms;
mod estimate;
mod keys;
pub mod lives;
mod marks;
mod multiplicity;
mod network;
mod records;
mod registry;
mod result;
mod sides;
mod tabulate;
mod whole;

use polars::prelude::PolarsResult;

pub use atoms::{Atom, Observation, atoms};
pub use marks::{Mark, Marker, PARTS, marked_atoms};
pub use registry::{Level, METRICS, Metric, ReleaseClass, Unit, UnitOfAnalysis, metric};
pub use result::{ActionInfo, Contrast, Contributors, Detail, Named, ResultRow, ResultSet, Support, Value};

use crate::derive::{AnalysisSet, GroupingKind};
use crate::error::{Error, Result};
use tabulate::Job;

/// Computes all statistics of a run.
///
/// # Errors
/// Fails only where a frame cannot be computed, which would be a fault of the program.
pub fn analyze(set: &AnalysisSet) -> Result<(ResultSet, Vec<Contributors>)> {
    let (jobs, whole) = jobs(set).map_err(|source| {
        Error::new(format!("could not compute the statistics: {source}"), "report this with the program's configuration")
    })?;
    let mut tables = tabulate::tabulate(set, jobs);
    tables.rows.extend(whole);
    multiplicity::adjust(&mut tables, set.confidence_level);
    let results = ResultSet {
        rows: tables.rows,
        spans: set.spans.clone(),
        groupings: set.groupings.iter().map(|grouping| (grouping.id.clone(), grouping.label.clone(), grouping.groups.clone())).collect(),
        base_groupings: set
            .groupings
            .iter()
            .enumerate()
            .filter(|(_, grouping)| matches!(grouping.kind, GroupingKind::Demographic(_) | GroupingKind::Cohort))
            .map(|(position, _)| position)
            .collect(),
        actions: set.actions.iter().map(|action| action_info(set, action)).collect(),
        confidence_level: set.confidence_level,
        current: set.current,
    };
    Ok((results, tables.contributors))
}

/// Every outcome with its observations, and rows of the whole program that need no tabulation: reliability, agreement, concentration.
fn jobs(set: &AnalysisSet) -> PolarsResult<(Vec<Job>, Vec<ResultRow>)> {
    let (mut jobs, mut whole) = (Vec::new(), Vec::new());
    records::tabulate_response(&mut jobs, set)?;
    for answers in &set.answers {
        answers::tabulate(&mut jobs, &mut whole, set, answers)?;
    }
    records::tabulate_goals(&mut jobs, set)?;
    records::tabulate_episodes(&mut jobs, set)?;
    answers::tabulate_trouble(&mut jobs, set)?;
    records::tabulate_causes(&mut jobs, set)?;
    accounts::tabulate(&mut jobs, &mut whole, set)?;
    sides::tabulate(&mut jobs, &mut whole, set)?;
    network::tabulate(&mut jobs, &mut whole, set)?;
    Ok((jobs, whole))
}

fn action_info(set: &AnalysisSet, action: &crate::check::Action) -> ActionInfo {
    let places = action.place.as_ref().map_or_else(Vec::new, |(demographic, values)| {
        set.groupings.iter().find(|grouping| grouping.kind == GroupingKind::Demographic(*demographic)).map_or_else(Vec::new, |grouping| {
            values.iter().filter_map(|&value| grouping.groups.get(usize::from(value))).map(|group| group.label.clone()).collect()
        })
    });
    ActionInfo { id: action.id.clone(), label: action.label.clone(), started: action.started, places, metric: action.metric.clone() }
}
