//! Statistics of answers: satisfaction, scales, meetings, trouble, reliability.

use std::sync::Arc;

use polars::prelude::*;

use super::estimate::{Kind, Measures};
use super::keys::{Keys, in_order, integers, with_groups};
use super::records::exposed;
use super::registry::{METRICS, Metric, metric};
use super::result::{Contrast, Detail, ResultRow, Support, Value};
use super::tabulate::{Job, Subject};
use crate::check::answer::FIRST_ANSWER;
use crate::derive::{AnalysisSet, Answers, ScaleInfo, SpanKind};
use crate::program::plan::Role;
use crate::stats::NotEstimable;
use crate::stats::reliability::{ItemCovariance, cronbach_alpha, spearman_brown};

/// The declaration of a metric that this crate names itself.
pub fn declared(id: &str) -> &'static Metric {
    metric(id).unwrap_or(&METRICS[0])
}

/// All statistics of one instrument's answers.
pub fn tabulate(jobs: &mut Vec<Job>, rows: &mut Vec<ResultRow>, set: &AnalysisSet, answers: &Answers) -> PolarsResult<()> {
    let has_pair = answers.linked;
    let frame = answers.frame.clone().lazy().with_columns(match answers.role {
        Role::Mentee | Role::Institution => [col("mentor").alias("rated")],
        Role::Mentor => [col("mentee").alias("rated")],
    });
    // Staff and anonymous respondents stand for themselves: each is a cluster.
    let frame = if has_pair { frame } else { frame.with_columns([col("person").alias("mentee"), col("person").alias("mentor")]) };
    let frame = in_order(with_groups(frame, set, "person", has_pair)).collect()?;
    let mut keys = Keys::read(&frame, set)?;
    let anonymous = !answers.linked && answers.role != Role::Institution;
    if anonymous {
        keys.rated = rated_by_nobody_known(&frame, set, answers.role)?;
    }
    let keys = Arc::new(keys);
    for (position, outcome) in answers.outcomes.iter().enumerate() {
        let (numerators, denominators) = (integers(&frame, &format!("n{position}"))?, integers(&frame, &format!("d{position}"))?);
        let measures = Measures {
            missing: denominators.iter().map(Option::is_none).collect(),
            y: numerators.into_iter().map(|value| f64::from(value.unwrap_or(0))).collect(),
            x: denominators.into_iter().map(|value| f64::from(value.unwrap_or(1))).collect(),
            bounds: match (&outcome.scale, outcome.metric) {
                (Some(scale), "scale") => Some((scale.minimum, scale.maximum)),
                (None, "nps" | "mentor_nps") => Some((-100.0, 100.0)),
                _ => None,
            },
            ungrouped: anonymous,
            ..Measures::default()
        };
        let kind = match outcome.metric {
            "scale" => Kind::PersonMean(1),
            "nps" | "mentor_nps" => Kind::PersonMean(100),
            _ => Kind::PersonShare,
        };
        let subject = Subject {
            metric: declared(outcome.metric),
            detail: outcome.scale.clone().map(Detail::Scale),
            role: Some(answers.role),
            kind,
            compared: outcome.metric != "scale_top",
            grouped: true,
        };
        jobs.push(Job { keys: Arc::clone(&keys), measures, subject });
        if let (Some(scale), "scale") = (&outcome.scale, outcome.metric) {
            reliability(rows, set, answers, scale)?;
        }
    }
    Ok(())
}

/// Stand-ins for the people whom anonymous answers are about. Nobody knows which, but each answer is about somebody, and a span has only so many
/// of them with an open pair: that many are taken to be rated, or as many as answered where those are fewer.
fn rated_by_nobody_known(frame: &DataFrame, set: &AnalysisSet, role: Role) -> PolarsResult<Vec<u32>> {
    let other = if role == Role::Mentee { "mentor" } else { "mentee" };
    let open =
        exposed(set)?.group_by_stable([col("span")]).agg([col(other).n_unique().cast(DataType::UInt32).alias("people")]).collect()?;
    let mut people = vec![1u32; set.spans.len()];
    for (span, count) in open.column("span")?.u16()?.into_no_null_iter().zip(open.column("people")?.u32()?.into_no_null_iter()) {
        people[usize::from(span)] = count.max(1);
    }
    let mut seen = vec![0u32; set.spans.len()];
    let stand_in = |span: u16| {
        let span = usize::from(span);
        seen[span] += 1;
        (seen[span] - 1) % people[span]
    };
    Ok(frame.column("span")?.u16()?.into_no_null_iter().map(stand_in).collect())
}

/// Cronbach's alpha of a scale in each period and window, over the latest complete answer of each respondent.
fn reliability(rows: &mut Vec<ResultRow>, set: &AnalysisSet, answers: &Answers, scale: &ScaleInfo) -> PolarsResult<()> {
    let complete = scale.items.iter().fold(lit(true), |all, (item, _, _)| all.and(col(item.as_str()).gt_eq(lit(FIRST_ANSWER))));
    let scored = scale.items.iter().map(|(item, reversed, both_ends)| {
        let code = col(item.as_str()).cast(DataType::Int64);
        (if *reversed { lit(i64::from(*both_ends)) - code } else { code }).alias(item.as_str())
    });
    let items = scale.items.len();
    let product = |left: usize, right: usize| {
        (col(scale.items[left].0.as_str()) * col(scale.items[right].0.as_str())).sum().alias(format!("p{left}_{right}"))
    };
    let mut sums = vec![len().cast(DataType::Int64).alias("n")];
    sums.extend(scale.items.iter().map(|(item, _, _)| col(item.as_str()).sum()));
    sums.extend((0..items).flat_map(|left| (left..items).map(move |right| (left, right))).map(|(left, right)| product(left, right)));
    // Of two answers given on one day the answers themselves decide, never what the pairs are called.
    let order: Vec<&str> =
        ["span", "person", "period", "date"].into_iter().chain(scale.items.iter().map(|(item, _, _)| item.as_str())).collect();
    let frame = answers
        .frame
        .clone()
        .lazy()
        .filter(complete)
        .sort(order, SortMultipleOptions::default().with_maintain_order(true))
        .group_by_stable([col("span"), col("person")])
        .agg([all().exclude_cols(["span", "person"]).as_expr().last()])
        .with_columns(scored.collect::<Vec<_>>())
        .group_by_stable([col("span")])
        .agg(sums)
        .collect()?;
    let spans: Vec<u16> = frame.column("span")?.u16()?.into_no_null_iter().collect();
    let whole = |name: &str| -> PolarsResult<Vec<i64>> { Ok(frame.column(name)?.i64()?.into_no_null_iter().collect()) };
    let counts = whole("n")?;
    let sums: Vec<Vec<i64>> = scale.items.iter().map(|(item, _, _)| whole(item)).collect::<PolarsResult<_>>()?;
    let mut products = Vec::with_capacity(items * items);
    for left in 0..items {
        for right in 0..items {
            products.push(whole(&format!("p{}_{}", left.min(right), left.max(right)))?);
        }
    }
    for (span, info) in set.spans.iter().enumerate() {
        if !matches!(info.kind, SpanKind::Period | SpanKind::Window) {
            continue;
        }
        let row = spans.iter().position(|&number| usize::from(number) == span);
        let people = row.map_or(0, |row| counts[row] as u64);
        let estimate = row.ok_or(NotEstimable::NoAnswers).and_then(|row| {
            let at_row = |columns: &[Vec<i64>]| columns.iter().map(|column| column[row]).collect::<Vec<i64>>();
            let covariance = ItemCovariance::from_sums(people, &at_row(&sums), &at_row(&products))?;
            if items == 2 { spearman_brown(&covariance, set.confidence_level) } else { cronbach_alpha(&covariance, set.confidence_level) }
        });
        let (value, method) = match estimate {
            Ok(alpha) => {
                let interval = alpha.interval.ok().map(|interval| (interval.lower, interval.upper));
                (Ok(Value { interval, ..Value::level(alpha.estimate) }), alpha.method)
            }
            Err(reason) => (Err(reason), "not estimated"),
        };
        rows.push(ResultRow {
            metric: declared("cronbach_alpha"),
            detail: Some(Detail::Scale(scale.clone())),
            role: Some(answers.role),
            span,
            grouping: 0,
            group: 0,
            contrast: Contrast::None,
            value,
            support: Support { people, rated: people, denominator: people, n_missing: 0, short_side: people, clusters: people },
            method,
        });
    }
    Ok(())
}

/// Trouble as both sides report it.
pub fn tabulate_trouble(jobs: &mut Vec<Job>, set: &AnalysisSet) -> PolarsResult<()> {
    let frame = set.trouble.clone().lazy().with_columns([col("mentee").alias("person"), col("mentor").alias("rated")]);
    let frame = in_order(with_groups(frame, set, "person", true)).collect()?;
    let keys = Arc::new(Keys::read(&frame, set)?);
    let (mentee, mentor) = (integers(&frame, "mentee_dissatisfied")?, integers(&frame, "mentor_dissatisfied")?);
    let both = |wanted: (i32, i32)| -> Vec<Option<i32>> {
        mentee.iter().zip(&mentor).map(|(mentee, mentor)| Some(i32::from(((*mentee)?, (*mentor)?) == wanted))).collect()
    };
    let outcomes = [
        ("both_dissatisfied", both((1, 1))),
        ("mentee_dissatisfied", both((1, 0))),
        ("mentor_dissatisfied", both((0, 1))),
        ("harm_reported", integers(&frame, "harm")?),
    ];
    for (id, values) in outcomes {
        let subject = Subject { metric: declared(id), detail: None, role: None, kind: Kind::Share, compared: true, grouped: true };
        let measures = linked(set, &[Role::Mentee, Role::Mentor], shares(&values));
        jobs.push(Job { keys: Arc::clone(&keys), measures, subject });
    }
    Ok(())
}

/// Measures that need to know who answered: nothing is known where one of the sides answers anonymously.
pub fn linked(set: &AnalysisSet, sides: &[Role], measures: Measures) -> Measures {
    let anonymous = sides.iter().any(|side| set.is_anonymous(*side));
    Measures { unknown: anonymous.then_some(NotEstimable::NotLinked), ..measures }
}

/// Measures of yes and no, with unknown as missing.
pub fn shares(values: &[Option<i32>]) -> Measures {
    Measures {
        y: values.iter().map(|value| f64::from(value.unwrap_or(0))).collect(),
        x: vec![1.0; values.len()],
        missing: values.iter().map(Option::is_none).collect(),
        ..Measures::default()
    }
}
