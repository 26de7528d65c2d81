//! One response per side, pair and period: the most complete, of equal ones the latest, by the time of day too where the
//! file has it, of those the one further down in the later file.

use polars::prelude::*;

use super::funnel::Funnel;
use super::rules::{self, Place};
use super::stack;
use crate::finding::Findings;
use crate::ingest::RawExport;

/// Stands for a respondent without an id.
pub const ANONYMOUS: u32 = u32::MAX;
/// Numbers of anonymous respondents begin here, far above those of people with ids.
const FIRST_ANONYMOUS: u32 = 1 << 31;

/// Stacks the frames of one instrument and leaves out repeated responses, each with a finding.
pub fn resolve(
    frames: Vec<(usize, DataFrame)>,
    exports: &[RawExport],
    funnels: &mut [Funnel],
    findings: &mut Findings,
) -> PolarsResult<DataFrame> {
    let mut numbered = Vec::with_capacity(frames.len());
    for (number, frame) in frames {
        numbered.push(frame.lazy().with_column(lit(number as u32).cast(DataType::UInt32).alias("file")).collect()?);
    }
    let all = named_apart(stack(numbered)?)?;
    let key = ["person", "pair", "period"].map(col);
    let ranked = all
        .lazy()
        .sort(["pair", "person", "period", "answered", "date", "second", "file", "row"], SortMultipleOptions::default())
        .collect()?;
    let kept = ranked.clone().lazy().group_by_stable(key).agg([all_columns().last()]).collect()?;
    let place = ["file", "row"].map(col);
    let dropped = ranked
        .lazy()
        .join(kept.clone().lazy(), place.clone(), place, JoinArgs::new(JoinType::Anti))
        .select([col("file"), col("row")])
        .collect()?;
    let files = dropped.column("file")?.u32()?.into_no_null_iter();
    for (file, row) in files.zip(dropped.column("row")?.u32()?.into_no_null_iter()) {
        let place = Place { file: &exports[file as usize].file, row: Some(u64::from(row)), column: None };
        findings.push(rules::repeated_response::finding(&place, "another response of the same side, pair and period is used"));
        funnels[file as usize].used -= 1;
        funnels[file as usize].exclude(rules::repeated_response::RULE);
    }
    kept.lazy().drop_bookkeeping()
}

/// Numbers anonymous respondents, whom nothing but their row tells apart.
fn named_apart(all: DataFrame) -> PolarsResult<DataFrame> {
    let numbers = Series::new("number".into(), (0..all.height() as u32).map(|number| FIRST_ANONYMOUS + number).collect::<Vec<_>>());
    let person = when(col("person").eq(lit(ANONYMOUS))).then(numbers.lit()).otherwise(col("person")).alias("person");
    all.lazy().sort(["file", "row"], SortMultipleOptions::default()).with_column(person).collect()
}

fn all_columns() -> Expr {
    all().exclude_cols(["person", "pair", "period"]).as_expr()
}

trait Bookkeeping {
    fn drop_bookkeeping(self) -> PolarsResult<DataFrame>;
}

impl Bookkeeping for LazyFrame {
    fn drop_bookkeeping(self) -> PolarsResult<DataFrame> {
        self.select([all().exclude_cols(["file", "row", "second"]).as_expr()]).collect()
    }
}
