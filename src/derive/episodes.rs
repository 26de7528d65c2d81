//! Episodes: each pair from entry to exit, with the first failure that the program's records show.
//!
//! Failure is the first of three dated events: no meeting within the limit after the start (never met), an end whose reason counts as failure,
//! or no contact for twice the agreed interval (dormant). A pair that is in contact again after that stays failed, and the day is kept. Success and neutral ends compete; only
//! pairs still open are censored, at the as-of date.

use polars::prelude::*;

use super::contacts;
use crate::check::Dataset;
use crate::program::plan::{Plan, day_number};

/// How an episode stands on the as-of date.
pub mod status {
    /// Neither ended nor failed.
    pub const OPEN: u8 = 0;
    /// Failed.
    pub const FAILED: u8 = 1;
    /// Ended for a reason that counts as success.
    pub const SUCCEEDED: u8 = 2;
    /// Ended for a reason that says nothing about the relationship.
    pub const NEUTRAL: u8 = 3;
}

/// One row per episode: `pair`, `mentee`, `mentor` u32; `cohort` u16 (null: outside all cohorts); `start`, `entry`, `exit` i32 (days since
/// 1970-01-01; entry is the later of start and registration, exit the event or the as-of date); `status` u8; `how` u8 (0 not failed, 1 never
/// met, 2 ended early, 3 dormant); `late` bool (its exit came before it entered the register, so that it was never at risk there); `lost` bool (open as
/// far as known, and nobody knows how it ended); `resumed_on` i32 (first contact after it never met or fell dormant; null: none known); `contacts` u32
/// (days of contact known).
pub fn episodes(plan: &Plan, dataset: &Dataset) -> PolarsResult<DataFrame> {
    let as_of = day_number(plan.as_of);
    let limit = plan.thresholds.first_meeting_days;
    let no_day = || lit(NULL).cast(DataType::Int32);
    let never = i32::MAX;

    let never_met_on = || col("start") + lit(limit);
    // What a program does not record has not failed to happen: without the column, or a log that has the pair, there is no such failure.
    let is_recorded = lit(plan.pairs.first_meeting.is_some()).or(col("met").is_not_null());
    let met_in_time = col("met").is_not_null().and(col("met").lt_eq(never_met_on()));
    let ended_as = |kind: u8| when(col("end_kind").eq(lit(kind))).then(col("ended")).otherwise(no_day());

    let mut cohort = lit(NULL).cast(DataType::UInt16);
    for (number, span) in plan.cohorts.iter().enumerate() {
        let within = col("start").gt_eq(lit(day_number(span.start))).and(col("start").lt_eq(lit(day_number(span.end))));
        cohort = when(within).then(lit(number as u16)).otherwise(cohort);
    }
    contacts::with_contacts(plan, dataset)?
        .lazy()
        .with_columns([
            when(met_in_time.or(is_recorded.not())).then(no_day()).otherwise(never_met_on()).fill_null(lit(never)).alias("f0"),
            ended_as(0).fill_null(lit(never)).alias("f1"),
            col("f2").fill_null(lit(never)),
            ended_as(1).fill_null(lit(never)).alias("success"),
            ended_as(2).fill_null(lit(never)).alias("neutral"),
            // Nobody knows how it ended: it is censored on that day, unless it had failed before.
            when(ended_as(3).is_not_null()).then(ended_as(3)).otherwise(lit(as_of)).alias("known_until"),
        ])
        .with_column(
            // An end on the very day that a limit is reached is the end, not the limit: records are kept by the day.
            when(col("f1").lt_eq(col("f0")).and(col("f1").lt_eq(col("f2"))))
                .then(lit(2u8))
                .when(col("f0").lt_eq(col("f2")))
                .then(lit(1u8))
                .otherwise(lit(3u8))
                .cast(DataType::UInt8)
                .alias("how"),
        )
        .with_column(
            when(col("how").eq(lit(2u8)))
                .then(col("f1"))
                .when(col("how").eq(lit(1u8)))
                .then(col("f0"))
                .otherwise(col("f2"))
                .alias("failed_on"),
        )
        .with_column(
            when(col("success").lt_eq(col("failed_on")).and(col("success").lt_eq(lit(as_of))))
                .then(lit(status::SUCCEEDED))
                .when(col("neutral").lt_eq(col("failed_on")).and(col("neutral").lt_eq(lit(as_of))))
                .then(lit(status::NEUTRAL))
                .when(col("failed_on").lt_eq(col("known_until")))
                .then(lit(status::FAILED))
                .otherwise(lit(status::OPEN))
                .cast(DataType::UInt8)
                .alias("status"),
        )
        .with_columns([
            when(col("status").eq(lit(status::FAILED)))
                .then(col("failed_on"))
                .when(col("status").eq(lit(status::SUCCEEDED)))
                .then(col("success"))
                .when(col("status").eq(lit(status::NEUTRAL)))
                .then(col("neutral"))
                .otherwise(col("known_until"))
                .alias("exit"),
            when(col("registered").gt(col("start"))).then(col("registered")).otherwise(col("start")).alias("entry"),
            when(col("status").eq(lit(status::FAILED))).then(col("how")).otherwise(lit(0u8)).cast(DataType::UInt8).alias("how"),
            cohort.cast(DataType::UInt16).alias("cohort"),
        ])
        .with_column(col("registered").gt(col("start")).and(col("exit").lt_eq(col("registered"))).alias("late"))
        .with_column(col("status").eq(lit(status::OPEN)).and(col("end_kind").eq(lit(3u8)).fill_null(lit(false))).alias("lost"))
        // A pair that ended on its first day was at risk for a day: time has the grain of a day.
        .with_column(
            when(col("exit").lt_eq(col("entry")).and(col("late").not()))
                .then(col("entry") + lit(1i32))
                .otherwise(col("exit"))
                .alias("exit"),
        )
        // A pair that has failed and is in contact again stays failed; the day on which it resumed is reported.
        .with_column(
            when(col("how").eq(lit(1u8)))
                .then(col("met"))
                .when(col("how").eq(lit(3u8)))
                .then(col("resumed"))
                .otherwise(no_day())
                .alias("resumed_on"),
        )
        .select(
            ["pair", "mentee", "mentor", "cohort", "start", "entry", "exit", "status", "how", "late", "lost", "resumed_on", "contacts"]
                .map(col),
        )
        .sort(["pair"], SortMultipleOptions::default())
        .collect()
}
