//! Observations with their keys, cut into cells.
//!
//! Variances cluster by mentee and mentor, so that the exact integer tables that come out of polars keep those two codes as part of their key:
//! one row per observation of the unit of analysis, sorted, with the group under every grouping.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::derive::{AnalysisSet, Grouping, GroupingKind};

/// Group number of those with no stated value.
pub const NOT_STATED: u16 = u16::MAX;

/// The keys of a table of observations, and the cells they fall into.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Who answered, or whose relationship is counted.
    pub person: Vec<u32>,
    /// Who is rated or on the other side.
    pub rated: Vec<u32>,
    /// First cluster: the mentee.
    pub mentee: Vec<u32>,
    /// Second cluster: the mentor.
    pub mentor: Vec<u32>,
    /// What tells observations of the same two people apart, alike in every span: the goal, the first day of the episode, or the period.
    pub unit: Vec<i64>,
    /// Position of the period of the observation; `NOT_STATED` where it has none.
    pub period: Vec<u16>,
    /// Per grouping: span and group to positions in ascending order. Positions are sorted by person within a span.
    pub cells: Vec<BTreeMap<(u16, u16), Vec<u32>>>,
}

/// Adds one group column per grouping: those of people by `person`, cohorts by `pair` (column `cohort` where present, else joined from the episodes).
pub fn with_groups(frame: LazyFrame, set: &AnalysisSet, person: &str, has_pair: bool) -> LazyFrame {
    // Nothing links an institution's respondents, who are numbered by row, to the roster: they have no groups.
    if !has_pair {
        let none = |position: usize| lit(NULL).cast(DataType::UInt16).alias(Grouping::column(position));
        return frame.with_columns((0..set.groupings.len()).map(none).collect::<Vec<_>>());
    }
    let attributes = set.attributes.clone().lazy();
    let mut frame = frame.join(attributes, [col("span"), col(person)], [col("span"), col("person")], JoinArgs::new(JoinType::Left));
    if let Some(position) = set.groupings.iter().position(|grouping| grouping.kind == GroupingKind::Cohort) {
        let cohorts = set.episodes.clone().lazy().select([col("pair"), col("cohort").alias(Grouping::column(position))]);
        frame = frame.join(cohorts, [col("pair")], [col("pair")], JoinArgs::new(JoinType::Left));
    }
    frame
}

impl Keys {
    /// Reads the keys of a frame with columns `span` u16, `person`, `rated`, `mentee`, `mentor` u32 and a group column per grouping, sorted by
    /// `span`, `person`, `mentee`, `mentor`.
    pub fn read(frame: &DataFrame, set: &AnalysisSet) -> PolarsResult<Self> {
        let span = numbers16(frame, "span")?;
        let cells = set
            .groupings
            .iter()
            .enumerate()
            .map(|(position, grouping)| {
                let groups = match grouping.kind {
                    GroupingKind::All => vec![0; span.len()],
                    _ => numbers16(frame, &Grouping::column(position))?,
                };
                let mut cells: BTreeMap<(u16, u16), Vec<u32>> = BTreeMap::new();
                for (row, key) in span.iter().copied().zip(groups).enumerate() {
                    cells.entry(key).or_default().push(row as u32);
                }
                Ok(cells)
            })
            .collect::<PolarsResult<_>>()?;
        Ok(Self {
            person: numbers32(frame, "person")?,
            rated: numbers32(frame, "rated")?,
            mentee: numbers32(frame, "mentee")?,
            mentor: numbers32(frame, "mentor")?,
            unit: units(frame)?,
            period: if frame.column("period").is_ok() { numbers16(frame, "period")? } else { vec![NOT_STATED; span.len()] },
            cells,
        })
    }

    /// Positions of a cell.
    pub fn cell(&self, grouping: usize, span: usize, group: u16) -> &[u32] {
        self.cells[grouping].get(&(span as u16, group)).map_or(&[], Vec::as_slice)
    }
}

/// See [`Keys::unit`]; all 0 where the frame has no such column.
fn units(frame: &DataFrame) -> PolarsResult<Vec<i64>> {
    let Some(name) = ["unit", "goal", "start", "period"].into_iter().find(|name| frame.column(name).is_ok()) else {
        return Ok(vec![0; frame.height()]);
    };
    let column = frame.column(name)?.cast(&DataType::Int64)?;
    Ok(column.i64()?.iter().map(Option::unwrap_or_default).collect())
}

/// The order in which [`Keys::read`] wants its rows.
pub fn in_order(frame: LazyFrame) -> LazyFrame {
    frame.sort(["span", "person", "mentee", "mentor"], SortMultipleOptions::default().with_maintain_order(true))
}

fn numbers16(frame: &DataFrame, name: &str) -> PolarsResult<Vec<u16>> {
    Ok(frame.column(name)?.u16()?.iter().map(|value| value.unwrap_or(NOT_STATED)).collect())
}

fn numbers32(frame: &DataFrame, name: &str) -> PolarsResult<Vec<u32>> {
    Ok(frame.column(name)?.u32()?.iter().map(|value| value.unwrap_or(u32::MAX)).collect())
}

/// A column of optional integers as fractions' parts.
pub fn integers(frame: &DataFrame, name: &str) -> PolarsResult<Vec<Option<i32>>> {
    Ok(frame.column(name)?.i32()?.iter().collect())
}
