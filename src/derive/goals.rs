//! Goals in their latest version.

use polars::prelude::*;

use crate::check::Dataset;

/// One row per goal, in its latest version: `goal`, `pair`, `mentee`, `mentor` u32; `set_on` (of the first version), `due` i32; `weight` f64; `kind` u8 (0 personal, 1 professional; null: not stated);
/// `agreed` i32 (1 if both agreed before the midpoint between setting and due date, 0 if not); `abandoned` bool; `x_mentee`, `x_mentor` i32
/// (-2 to 2; null: not rated).
pub fn goals(dataset: &Dataset) -> PolarsResult<DataFrame> {
    let midpoint = || lit(2i32) * col("latest_agreed");
    dataset
        .goals()
        .clone()
        .lazy()
        .sort(["goal", "set_on"], SortMultipleOptions::default().with_maintain_order(true))
        .group_by_stable([col("goal")])
        .agg([
            all().exclude_cols(["goal", "set_on"]).as_expr().last(),
            col("set_on").first().alias("set_on"),
            col("set_on").last().alias("version_set_on"),
        ])
        .with_column(
            when(col("mentee_agreed").gt(col("mentor_agreed")))
                .then(col("mentee_agreed"))
                .otherwise(col("mentor_agreed"))
                .alias("latest_agreed"),
        )
        .with_columns([
            col("mentee_agreed")
                .is_not_null()
                .and(col("mentor_agreed").is_not_null())
                .and(midpoint().lt_eq(col("version_set_on") + col("due")))
                .fill_null(lit(false))
                .cast(DataType::Int32)
                .alias("agreed"),
            col("abandoned").is_not_null().and(col("abandoned").lt_eq(col("due"))).alias("abandoned"),
            col("mentee_rating").alias("x_mentee"),
            col("mentor_rating").alias("x_mentor"),
        ])
        .select(
            ["goal", "pair", "mentee", "mentor", "set_on", "due", "weight", "kind", "agreed", "abandoned", "x_mentee", "x_mentor"].map(col),
        )
        .sort(["goal"], SortMultipleOptions::default())
        .collect()
}
