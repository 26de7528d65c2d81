//! Outcomes: what each response says about each metric, as an exact fraction of two integers.

use polars::prelude::*;

use crate::check::answer::{FIRST_ANSWER, missing_code};
use crate::program::instrument::{Instrument, Item, ItemKind, ItemUse, Missing, Scale, ScoreRule};
use crate::program::plan::{Role, Thresholds};

/// One quantity that a response can carry.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Metric id in the registry.
    pub metric: &'static str,
    /// Scale it is computed from, where there is one.
    pub scale: Option<ScaleInfo>,
}

/// What reports need to know of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleInfo {
    /// Id of its instrument.
    pub instrument: String,
    /// Short name.
    pub id: String,
    /// Name as printed.
    pub label: String,
    /// Construct as printed.
    pub construct: String,
    /// Smallest possible score.
    pub minimum: f64,
    /// Largest possible score.
    pub maximum: f64,
    /// Version of the scoring.
    pub version: String,
    /// Whether a higher score is better.
    pub higher_is_better: bool,
    /// Names of its item columns, with whether each is reversed and the sum of its smallest and largest code.
    pub items: Vec<(String, bool, i32)>,
}

/// An outcome with its two expressions: numerator and denominator, both i32, both null where the response carries no answer.
pub(super) struct OutcomeColumns {
    pub outcome: Outcome,
    pub numerator: Expr,
    pub denominator: Expr,
}

/// All outcomes of an instrument answered in a role.
pub(super) fn outcomes(instrument: &Instrument, role: Role, thresholds: &Thresholds) -> Vec<OutcomeColumns> {
    let mut all = Vec::new();
    for item in &instrument.items {
        match (item.role, role) {
            (Some(ItemUse::Satisfaction), Role::Mentee) => all.push(top_two(item, "satisfied")),
            (Some(ItemUse::Satisfaction), Role::Mentor) => all.push(top_two(item, "mentor_satisfied")),
            (Some(ItemUse::Recommend), Role::Mentee) => all.push(net_promoter(item, "nps")),
            (Some(ItemUse::Recommend), Role::Mentor) => all.push(net_promoter(item, "mentor_nps")),
            (Some(ItemUse::MetAsAgreed), Role::Mentee) => all.push(chosen_yes(item, "met_as_agreed")),
            _ => {}
        }
    }
    for scale in &instrument.scales {
        all.extend(scale_outcomes(instrument, scale, thresholds));
    }
    all
}

fn answered(column: &str) -> Expr {
    col(column).gt_eq(lit(FIRST_ANSWER))
}

fn where_answered(column: &str, value: Expr) -> Expr {
    when(answered(column)).then(value.cast(DataType::Int32)).otherwise(lit(NULL).cast(DataType::Int32))
}

fn single(item: &Item, metric: &'static str, value: Expr) -> OutcomeColumns {
    OutcomeColumns {
        outcome: Outcome { metric, scale: None },
        numerator: where_answered(&item.id, value),
        denominator: where_answered(&item.id, lit(1i32)),
    }
}

/// The two largest codes of the item (the two smallest where it is reversed).
fn top_two(item: &Item, metric: &'static str) -> OutcomeColumns {
    let favorable = favorable_codes(item);
    single(item, metric, is_one_of(&item.id, &favorable))
}

/// Codes of the two most favorable answers.
fn favorable_codes(item: &Item) -> Vec<i32> {
    let mut codes = valid_codes(item);
    if item.reversed {
        codes.reverse();
    }
    codes.split_off(codes.len().saturating_sub(2))
}

/// Codes of the two least favorable answers.
pub(super) fn unfavorable_codes(item: &Item) -> Vec<i32> {
    let mut codes = valid_codes(item);
    if item.reversed {
        codes.reverse();
    }
    codes.truncate(2);
    codes
}

fn valid_codes(item: &Item) -> Vec<i32> {
    let mut codes: Vec<i32> = item.choices.iter().filter(|choice| choice.missing.is_none()).map(|choice| choice.code).collect();
    if codes.is_empty()
        && let (Some(minimum), Some(maximum)) = (item.minimum, item.maximum)
    {
        codes = (minimum..=maximum).collect();
    }
    codes.sort_unstable();
    codes
}

/// Whether an answer is one of the codes, as a boolean expression.
pub(super) fn is_one_of(column: &str, codes: &[i32]) -> Expr {
    codes.iter().fold(lit(false), |any, code| any.or(col(column).eq(lit(*code as i16))))
}

fn net_promoter(item: &Item, metric: &'static str) -> OutcomeColumns {
    let value = when(col(item.id.as_str()).gt_eq(lit(9i16)))
        .then(lit(1i32))
        .when(col(item.id.as_str()).lt_eq(lit(6i16)))
        .then(lit(-1i32))
        .otherwise(lit(0i32));
    single(item, metric, value)
}

fn chosen_yes(item: &Item, metric: &'static str) -> OutcomeColumns {
    single(item, metric, is_one_of(&item.id, &yes_codes(item)))
}

/// Codes that mean yes.
pub(super) fn yes_codes(item: &Item) -> Vec<i32> {
    item.choices.iter().filter(|choice| choice.yes).map(|choice| choice.code).collect()
}

/// Scale score as sum of scored answers over number of answers, and whether it lies in the top two steps.
fn scale_outcomes(instrument: &Instrument, scale: &Scale, thresholds: &Thresholds) -> Vec<OutcomeColumns> {
    let items: Vec<&Item> =
        scale.items.iter().map(|&position| &instrument.items[position]).filter(|item| item.kind == ItemKind::Likert).collect();
    let both_ends = scale.minimum + scale.maximum;
    let mut sum = lit(0i32);
    let mut count = lit(0i32);
    let mut due = lit(0i32);
    for item in &items {
        let code = col(item.id.as_str()).cast(DataType::Int32);
        let scored = if item.reversed { lit(both_ends) - code } else { code };
        sum = sum + when(answered(&item.id)).then(scored).otherwise(lit(0i32));
        count = count + answered(&item.id).cast(DataType::Int32);
        let not_due = col(item.id.as_str())
            .eq(lit(missing_code(Missing::NotApplicable)))
            .or(col(item.id.as_str()).eq(lit(missing_code(Missing::NotAsked))));
        due = due + not_due.not().cast(DataType::Int32);
    }
    // In ten-thousandths, so that the comparison is exact.
    let share = (scale.minimum_answered.unwrap_or(thresholds.minimum_answered) * 10_000.0).round() as i32;
    let enough = count
        .clone()
        .gt(lit(0i32))
        .and((count.clone() * lit(10_000i32)).gt_eq(lit(share) * due))
        .and((count.clone() * lit(2i32)).gt_eq(lit(items.len() as i32)));
    let null = || lit(NULL).cast(DataType::Int32);
    let scored = |value: Expr| when(enough.clone()).then(value).otherwise(null());
    let factor = match scale.score {
        ScoreRule::Mean => 1,
        ScoreRule::Sum => items.len() as i32,
    };
    let info = ScaleInfo {
        instrument: instrument.id.clone(),
        id: scale.id.clone(),
        label: scale.label.clone(),
        construct: scale.construct.clone(),
        minimum: f64::from(scale.minimum * factor),
        maximum: f64::from(scale.maximum * factor),
        version: scale.version.clone(),
        higher_is_better: scale.higher_is_better,
        items: items.iter().map(|item| (item.id.clone(), item.reversed, both_ends)).collect(),
    };
    let mut all = vec![OutcomeColumns {
        outcome: Outcome { metric: "scale", scale: Some(info.clone()) },
        numerator: scored(sum.clone() * lit(factor)),
        denominator: scored(count.clone()),
    }];
    if scale.higher_is_better {
        let top = sum.gt_eq(lit(scale.maximum - 1) * count);
        all.push(OutcomeColumns {
            outcome: Outcome { metric: "scale_top", scale: Some(info) },
            numerator: scored(top.cast(DataType::Int32)),
            denominator: scored(lit(1i32)),
        });
    }
    all
}
