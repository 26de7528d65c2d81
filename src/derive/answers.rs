//! Answers linked to spans: of each pair, the latest answer in the span.

use polars::prelude::*;

use super::outcomes::{Outcome, is_one_of, outcomes, unfavorable_codes, yes_codes};
use super::spans::Span;
use crate::check::Responses;
use crate::check::answer::FIRST_ANSWER;
use crate::program::cause::{Cause, Tag};
use crate::program::instrument::{Instrument, ItemUse};
use crate::program::plan::{Plan, Role};

/// The answers to one instrument, scored and linked.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Position in `Plan::instruments`.
    pub instrument: usize,
    /// Who answered.
    pub role: Role,
    /// Whether they are about pairs; see `Responses::linked`.
    pub linked: bool,
    /// What each answer carries; outcome `j` is `n{j}` over `d{j}`.
    pub outcomes: Vec<Outcome>,
    /// One row per span and pair (per span and person where answers are not linked): `span` u16, `person`, `pair`, `mentee`, `mentor` u32, item
    /// columns, and `n{j}`, `d{j}` i32 (null: no answer).
    pub frame: DataFrame,
}

/// Links one instrument's responses to spans and scores them.
pub fn answers(plan: &Plan, responses: &Responses, spans: &[Span]) -> PolarsResult<Answers> {
    let instrument = &plan.instruments[responses.instrument];
    let columns = outcomes(instrument, responses.role, &plan.thresholds);
    let unit = if responses.linked { "pair" } else { "person" };
    let mut scored = Vec::new();
    for (position, column) in columns.iter().enumerate() {
        scored.push(column.numerator.clone().alias(format!("n{position}")));
        scored.push(column.denominator.clone().alias(format!("d{position}")));
    }
    let in_spans =
        responses.frame.clone().lazy().join(span_periods(spans)?.lazy(), [col("period")], [col("period")], JoinArgs::new(JoinType::Inner));
    // Anonymous people cannot be told apart between waves: a span shows its last wave, lest one person count for several.
    let anonymous = !responses.linked && responses.role != Role::Institution;
    let in_spans = if anonymous { in_spans.filter(col("period").eq(col("period").max().over([col("span")])?)) } else { in_spans };
    let frame = in_spans
        .sort(["span", unit, "period", "date"], SortMultipleOptions::default().with_maintain_order(true))
        .group_by_stable([col("span"), col(unit)])
        .agg([all().exclude_cols(["span", unit]).as_expr().last()])
        .with_columns(scored)
        .collect()?;
    Ok(Answers {
        instrument: responses.instrument,
        role: responses.role,
        linked: responses.linked,
        outcomes: columns.into_iter().map(|column| column.outcome).collect(),
        frame,
    })
}

/// One row per span and period in it: `span`, `period` u16.
///
/// # Errors
/// None that data could cause.
pub fn span_periods(spans: &[Span]) -> PolarsResult<DataFrame> {
    let (mut span_column, mut period_column) = (Vec::new(), Vec::new());
    for (number, span) in spans.iter().enumerate() {
        for period in span.first..=span.last {
            span_column.push(number as u16);
            period_column.push(period);
        }
    }
    df!("span" => span_column, "period" => period_column)
}

/// More than any program has periods.
const PERIODS: i64 = 1 << 20;

/// What the two sides of a pair say of trouble: one row per span and pair with an answer from either side: `span`, `pair`, `mentee`, `mentor`,
/// `mentee_dissatisfied`, `mentor_dissatisfied`, `harm`, `mentee_harm`, `mentor_harm` i32 (1 yes, 0 no, null unknown), and `unit` i64, which tells apart
/// in which periods the two answered.
pub fn trouble(plan: &Plan, answers: &[Answers]) -> PolarsResult<DataFrame> {
    let side = |role: Role| -> PolarsResult<LazyFrame> {
        let name = if role == Role::Mentee { "mentee_side" } else { "mentor_side" };
        let parts: Vec<LazyFrame> = answers
            .iter()
            .filter(|answers| answers.role == role && answers.linked)
            .map(|answers| side_of(&plan.instruments[answers.instrument], answers, name))
            .collect();
        if parts.is_empty() {
            return Ok(empty_side(name)?.lazy());
        }
        // Several instruments may share a role: the first that says something counts.
        concat(parts, UnionArgs::default()).map(|all| {
            all.group_by_stable([col("span"), col("pair"), col("mentee"), col("mentor")]).agg([
                col(name).drop_nulls().first(),
                col(format!("{name}_harm")).drop_nulls().max(),
                col(format!("{name}_period")).max(),
            ])
        })
    };
    let period = |name: &str| col(name).cast(DataType::Int64).fill_null(lit(-1i64));
    side(Role::Mentee)?
        .join(
            side(Role::Mentor)?,
            [col("span"), col("pair"), col("mentee"), col("mentor")],
            [col("span"), col("pair"), col("mentee"), col("mentor")],
            JoinArgs::new(JoinType::Full).with_coalesce(JoinCoalesce::CoalesceColumns),
        )
        .select([
            col("span"),
            col("pair"),
            col("mentee"),
            col("mentor"),
            col("mentee_side").alias("mentee_dissatisfied"),
            col("mentor_side").alias("mentor_dissatisfied"),
            // Either side's yes is a yes; a no needs no yes from the other.
            when(col("mentee_side_harm").eq(lit(1)).or(col("mentor_side_harm").eq(lit(1))))
                .then(lit(1i32))
                .otherwise(when(col("mentee_side_harm").is_not_null()).then(col("mentee_side_harm")).otherwise(col("mentor_side_harm")))
                .alias("harm"),
            col("mentee_side_harm").alias("mentee_harm"),
            col("mentor_side_harm").alias("mentor_harm"),
            (period("mentee_side_period") * lit(PERIODS) + period("mentor_side_period")).alias("unit"),
        ])
        .sort(["span", "pair"], SortMultipleOptions::default())
        .collect()
}

fn empty_side(name: &str) -> PolarsResult<DataFrame> {
    df!(
        "span" => Vec::<u16>::new(), "pair" => Vec::<u32>::new(), "mentee" => Vec::<u32>::new(), "mentor" => Vec::<u32>::new(),
        name => Vec::<i32>::new(), format!("{name}_harm").as_str() => Vec::<i32>::new(),
        format!("{name}_period").as_str() => Vec::<u16>::new()
    )
}

fn side_of(instrument: &Instrument, answers: &Answers, name: &str) -> LazyFrame {
    let unknown = || lit(NULL).cast(DataType::Int32);
    let flag = |wanted: ItemUse, codes: fn(&crate::program::instrument::Item) -> Vec<i32>| {
        instrument.items.iter().find(|item| item.role == Some(wanted)).map_or_else(unknown, |item| {
            when(col(item.id.as_str()).gt_eq(lit(FIRST_ANSWER)))
                .then(is_one_of(&item.id, &codes(item)).cast(DataType::Int32))
                .otherwise(unknown())
        })
    };
    answers.frame.clone().lazy().select([
        col("span"),
        col("pair"),
        col("mentee"),
        col("mentor"),
        flag(ItemUse::Satisfaction, unfavorable_codes).alias(name),
        flag(ItemUse::Harm, yes_codes).alias(format!("{name}_harm")),
        col("period").alias(format!("{name}_period")),
    ])
}

/// Causes as one side named them: one row per response that answered the question: `pair` u32, `period` u16, `date` i32, `c{k}` i32 (1 named, 0 not,
/// null not offered) per cause in the order of `Cause::ALL`, and `tags` i32 (bit k: the k-th of `Tag::ALL` was chosen). None where no instrument of
/// the role asks.
pub fn causes(plan: &Plan, responses: &[Responses], role: Role) -> PolarsResult<Option<DataFrame>> {
    let mut parts = Vec::new();
    for responses in responses.iter().filter(|responses| responses.role == role && responses.linked) {
        let instrument = &plan.instruments[responses.instrument];
        let Some(item) = instrument.items.iter().find(|item| item.role == Some(ItemUse::Causes)) else { continue };
        let column = |code: i32| format!("{}___{code}", item.id);
        let any = item.choices.iter().fold(lit(false), |any, choice| any.or(col(column(choice.code)).eq(lit(1i16))));
        let mut columns = vec![col("pair"), col("period"), col("date")];
        for (number, cause) in Cause::ALL.into_iter().enumerate() {
            let mut offered = item.choices.iter().filter(|choice| choice.cause == Some(cause)).peekable();
            // What was not offered was not denied.
            let named = if offered.peek().is_some() {
                offered.fold(lit(false), |any, choice| any.or(col(column(choice.code)).eq(lit(1i16)))).cast(DataType::Int32)
            } else {
                lit(NULL).cast(DataType::Int32)
            };
            columns.push(named.alias(format!("c{number}")));
        }
        columns.push(tags(instrument).alias("tags"));
        parts.push(responses.frame.clone().lazy().filter(any).select(columns));
    }
    if parts.is_empty() { Ok(None) } else { concat(parts, UnionArgs::default())?.collect().map(Some) }
}

/// The tags chosen in a response, as bits.
fn tags(instrument: &Instrument) -> Expr {
    let chosen =
        instrument.items.iter().flat_map(|item| item.choices.iter().filter_map(move |choice| Some((item, choice.code, choice.tag?))));
    chosen.fold(lit(0i32), |tags, (item, code, tag): (_, i32, Tag)| {
        let is_chosen = col(format!("{}___{code}", item.id)).eq(lit(1i16)).cast(DataType::Int32);
        tags + is_chosen * lit(1i32 << tag as i32)
    })
}
