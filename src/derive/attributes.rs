//! Attributes of people on the first day of each span.

use polars::prelude::*;

use super::spans::{Grouping, GroupingKind, Span, group_of_value};
use crate::check::Dataset;
use crate::program::plan::Plan;

/// One row per span and person: `span` u16, `person` u32, and one u16 column per grouping of people (null: not stated).
///
/// A span uses the roster row that holds on its first day; for people who joined later, their first row.
pub fn attributes(plan: &Plan, dataset: &Dataset, spans: &[Span], groupings: &[Grouping]) -> PolarsResult<DataFrame> {
    let mut per_span = Vec::with_capacity(spans.len());
    for (number, span) in spans.iter().enumerate() {
        // Rows that already hold rank by date; later ones rank below them, the earliest first.
        let valid = col("valid_from").cast(DataType::Int64);
        let rank = when(col("valid_from").lt_eq(lit(span.start))).then(valid.clone()).otherwise(lit(-(1i64 << 40)) - valid);
        let held = dataset
            .roster()
            .clone()
            .lazy()
            .with_column(rank.alias("rank"))
            .sort(["person", "rank"], SortMultipleOptions::default().with_maintain_order(true))
            .group_by_stable([col("person")])
            .agg([all().exclude_cols(["person"]).as_expr().last()]);
        let mut columns = vec![lit(number as u16).cast(DataType::UInt16).alias("span"), col("person")];
        for (position, grouping) in groupings.iter().enumerate() {
            if let Some(group) = group_expression(plan, groupings, grouping) {
                columns.push(group.cast(DataType::UInt16).alias(Grouping::column(position)));
            }
        }
        per_span.push(held.select(columns));
    }
    concat(per_span, UnionArgs::default())?.collect()
}

/// The group number of a person under a grouping; none for groupings of pairs.
fn group_expression(plan: &Plan, groupings: &[Grouping], grouping: &Grouping) -> Option<Expr> {
    match &grouping.kind {
        GroupingKind::All | GroupingKind::Cohort => None,
        GroupingKind::Demographic(position) => Some(demographic_expression(plan, *position)),
        GroupingKind::Combination(members) => {
            let mut number = lit(0u32);
            for position in members {
                let size =
                    groupings.iter().find(|other| other.kind == GroupingKind::Demographic(*position)).map_or(0, |other| other.groups.len());
                number = number * lit(size as u32) + demographic_expression(plan, *position).cast(DataType::UInt32);
            }
            Some(number)
        }
    }
}

fn demographic_expression(plan: &Plan, position: usize) -> Expr {
    let values = group_of_value(plan, position);
    let mut mapped = lit(NULL).cast(DataType::UInt16);
    for (value, group) in values.iter().enumerate() {
        if let Some(group) = group {
            mapped = when(col(format!("d{position}")).eq(lit(value as u16))).then(lit(*group)).otherwise(mapped);
        }
    }
    mapped
}
