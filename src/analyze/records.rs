//! Statistics of the program's records: response, episodes, causes, goals.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;

use super::answers::{declared, linked, shares};
use super::estimate::{Kind, Measures};
use super::keys::{Keys, in_order, integers, with_groups};
use super::result::Detail;
use super::tabulate::{Job, Subject};
use crate::derive::{AnalysisSet, SpanKind, span_periods, status};
use crate::program::cause::Cause;
use crate::program::plan::Role;
use crate::stats::gas::{Goal, gas_t};

/// Average days of a month.
const DAYS_PER_MONTH: f64 = 30.4375;
/// Age, in days, at which the cumulative incidence of failure is read.
const TWELVE_MONTHS: u32 = 365;

fn plain(id: &str, role: Option<Role>, kind: Kind) -> Subject {
    Subject { metric: declared(id), detail: None, role, kind, compared: kind != Kind::Count, grouped: true }
}

/// One row per span and episode that was at risk in it: the episode's columns, `span`, `first_day`, `last_day`.
pub fn exposed(set: &AnalysisSet) -> PolarsResult<LazyFrame> {
    let spans = df!(
        "span" => (0..set.spans.len() as u16).collect::<Vec<_>>(),
        "first_day" => set.spans.iter().map(|span| span.start).collect::<Vec<_>>(),
        "last_day" => set.spans.iter().map(|span| span.end).collect::<Vec<_>>(),
    )?;
    Ok(set
        .episodes
        .clone()
        .lazy()
        .filter(col("late").not())
        .cross_join(spans.lazy(), None)
        .filter(col("entry").lt_eq(col("last_day")).and(col("exit").gt_eq(col("first_day"))))
        .with_columns([col("mentee").alias("person"), col("mentor").alias("rated")]))
}

/// Who answered: one observation per open pair and period, so that a window's rate is that of its waves together.
pub fn tabulate_response(jobs: &mut Vec<Job>, set: &AnalysisSet) -> PolarsResult<()> {
    // The first spans are the periods, in order.
    let mut frame = exposed(set)?.filter(col("span").lt_eq(lit(set.current as u16)));
    for (role, name) in [(Role::Mentee, "mentee_answered"), (Role::Mentor, "mentor_answered")] {
        let parts: Vec<LazyFrame> = set
            .answers
            .iter()
            .filter(|answers| answers.role == role && answers.linked)
            .map(|answers| answers.frame.clone().lazy().select([col("span"), col("pair")]))
            .collect();
        frame = if parts.is_empty() {
            frame.with_column(lit(0i32).alias(name))
        } else {
            let answered =
                concat(parts, UnionArgs::default())?.group_by_stable([col("span"), col("pair")]).agg([lit(1i32).first().alias(name)]);
            frame
                .join(answered, [col("span"), col("pair")], [col("span"), col("pair")], JoinArgs::new(JoinType::Left))
                .with_column(col(name).fill_null(lit(0i32)))
        };
    }
    let frame = frame
        .with_column(col("span").alias("period"))
        .select([all().exclude_cols(["span"]).as_expr()])
        .join(span_periods(&set.spans)?.lazy(), [col("period")], [col("period")], JoinArgs::new(JoinType::Inner))
        .collect()?
        .lazy();
    let sides = [
        ("mentee", "mentor", Role::Mentee, "response_mentee", "mentee_answered"),
        ("mentor", "mentee", Role::Mentor, "response_mentor", "mentor_answered"),
    ];
    for (person, rated, role, id, column) in sides {
        let frame = frame.clone().with_columns([col(person).alias("person"), col(rated).alias("rated")]);
        let frame = in_order(with_groups(frame, set, person, true)).collect()?;
        let keys = Arc::new(Keys::read(&frame, set)?);
        jobs.push(Job {
            keys: Arc::clone(&keys),
            measures: linked(set, &[role], shares(&integers(&frame, column)?)),
            subject: plain(id, Some(role), Kind::Share),
        });
        if role == Role::Mentee {
            let (mentee, mentor) = (integers(&frame, "mentee_answered")?, integers(&frame, "mentor_answered")?);
            let states = [
                ("pairs_both_answered", (1, 1)),
                ("pairs_mentee_only", (1, 0)),
                ("pairs_mentor_only", (0, 1)),
                ("pairs_neither_answered", (0, 0)),
            ];
            for (id, wanted) in states {
                let flags: Vec<Option<i32>> =
                    mentee.iter().zip(&mentor).map(|pair| Some(i32::from((pair.0.unwrap_or(0), pair.1.unwrap_or(0)) == wanted))).collect();
                let measures = linked(set, &[Role::Mentee, Role::Mentor], shares(&flags));
                jobs.push(Job { keys: Arc::clone(&keys), measures, subject: plain(id, None, Kind::Count) });
            }
        }
    }
    Ok(())
}

/// The life of relationships.
pub fn tabulate_episodes(jobs: &mut Vec<Job>, set: &AnalysisSet) -> PolarsResult<()> {
    let frame = in_order(with_groups(exposed(set)?, set, "person", true)).collect()?;
    let keys = Arc::new(Keys::read(&frame, set)?);
    let days = |name: &str| -> PolarsResult<Vec<i32>> { Ok(frame.column(name)?.i32()?.into_no_null_iter().collect()) };
    let (start, entry, exit) = (days("start")?, days("entry")?, days("exit")?);
    let (first_day, last_day) = (days("first_day")?, days("last_day")?);
    let kind: Vec<u8> = frame.column("status")?.u8()?.into_no_null_iter().collect();
    let rows = 0..start.len();

    let ended = |row: usize, wanted: u8| kind[row] == wanted && exit[row] <= last_day[row];
    let is_lost: Vec<bool> = frame.column("lost")?.bool()?.iter().map(|lost| lost == Some(true)).collect();
    let open = |row: usize| exit[row] > last_day[row] || (kind[row] == status::OPEN && !is_lost[row] && exit[row] >= last_day[row]);
    let count = |jobs: &mut Vec<Job>, id: &str, flag: &dyn Fn(usize) -> bool| {
        let flags: Vec<Option<i32>> = rows.clone().map(|row| Some(i32::from(flag(row)))).collect();
        jobs.push(Job { keys: Arc::clone(&keys), measures: shares(&flags), subject: plain(id, None, Kind::Count) });
    };
    count(jobs, "pairs_at_risk", &|row| entry[row] < first_day[row]);
    count(jobs, "pairs_entered", &|row| entry[row] >= first_day[row]);
    count(jobs, "pairs_failed", &|row| ended(row, status::FAILED));
    count(jobs, "pairs_succeeded", &|row| ended(row, status::SUCCEEDED));
    count(jobs, "pairs_ended_neutral", &|row| ended(row, status::NEUTRAL));
    let lost = |row: usize| is_lost[row] && exit[row] <= last_day[row];
    count(jobs, "pairs_lost", &lost);
    count(jobs, "pairs_open", &open);

    // Time is counted from the end of the day before: an episode open over the whole period is at risk on each of its days.
    let since: Vec<i32> = rows.clone().map(|row| entry[row].max(first_day[row] - 1)).collect();
    let until: Vec<i32> = rows.clone().map(|row| exit[row].min(last_day[row])).collect();
    let rate = Measures {
        y: rows.clone().map(|row| f64::from(u8::from(ended(row, status::FAILED)))).collect(),
        x: rows.clone().map(|row| f64::from(until[row] - since[row]) / DAYS_PER_MONTH / 100.0).collect(),
        missing: vec![false; start.len()],
        ..Measures::default()
    };
    jobs.push(Job { keys: Arc::clone(&keys), measures: rate, subject: plain("failure_rate", None, Kind::Rate) });
    let curve = Measures {
        y: rows.clone().map(|row| f64::from(until[row] - start[row])).collect(),
        x: rows.clone().map(|row| f64::from(since[row] - start[row])).collect(),
        status: rows.clone().map(|row| if exit[row] <= last_day[row] { kind[row] } else { 0 }).collect(),
        missing: vec![false; start.len()],
        ..Measures::default()
    };
    jobs.push(Job { keys: Arc::clone(&keys), measures: curve, subject: plain("failed_12_months", None, Kind::Incidence(TWELVE_MONTHS)) });
    Ok(())
}

/// Causes that each side named, among the relationships that failed in a window and for which it answered.
pub fn tabulate_causes(jobs: &mut Vec<Job>, set: &AnalysisSet) -> PolarsResult<()> {
    for (role, causes) in [(Role::Mentee, &set.mentee_causes), (Role::Mentor, &set.mentor_causes)] {
        let Some(causes) = causes else { continue };
        let last_periods = df!(
            "span" => (0..set.spans.len() as u16).collect::<Vec<_>>(),
            "last_period" => set.spans.iter().map(|span| span.last).collect::<Vec<_>>(),
            "is_window" => set.spans.iter().map(|span| span.kind == SpanKind::Window).collect::<Vec<_>>(),
        )?;
        let failed = exposed(set)?
            .filter(col("status").eq(lit(status::FAILED)).and(col("exit").lt_eq(col("last_day"))))
            .join(last_periods.lazy(), [col("span")], [col("span")], JoinArgs::new(JoinType::Inner))
            .filter(col("is_window"));
        // Its latest answer up to the end of the window, whenever that was given: a side that stopped answering has still said something.
        let named = failed
            .join(causes.clone().lazy(), [col("pair")], [col("pair")], JoinArgs::new(JoinType::Inner))
            .filter(col("period").lt_eq(col("last_period")))
            .sort(["span", "pair", "period", "date"], SortMultipleOptions::default().with_maintain_order(true))
            .group_by_stable([col("span"), col("pair")])
            .agg([all().exclude_cols(["span", "pair"]).as_expr().last()]);
        let (person, rated) = if role == Role::Mentee { ("mentee", "mentor") } else { ("mentor", "mentee") };
        let named = named.with_columns([col(person).alias("person"), col(rated).alias("rated")]);
        let frame = in_order(with_groups(named, set, person, true)).collect()?;
        let keys = Arc::new(Keys::read(&frame, set)?);
        for (number, cause) in Cause::ALL.into_iter().enumerate() {
            let subject = Subject {
                metric: declared("cause"),
                detail: Some(Detail::Cause(cause)),
                role: Some(role),
                kind: Kind::Share,
                compared: false,
                grouped: false,
            };
            jobs.push(Job { keys: Arc::clone(&keys), measures: shares(&integers(&frame, &format!("c{number}"))?), subject });
        }
    }
    Ok(())
}

/// Goals that came due in each span.
pub fn tabulate_goals(jobs: &mut Vec<Job>, set: &AnalysisSet) -> PolarsResult<()> {
    let days = |name: &str| {
        df!(
            "span" => (0..set.spans.len() as u16).collect::<Vec<_>>(),
            "first_day" => set.spans.iter().map(|span| span.start).collect::<Vec<_>>(),
            "last_day" => set.spans.iter().map(|span| span.end).collect::<Vec<_>>(),
        )
        .map(|spans| {
            set.goals
                .clone()
                .lazy()
                .cross_join(spans.lazy(), None)
                .filter(col(name).gt_eq(col("first_day")).and(col(name).lt_eq(col("last_day"))))
                .with_columns([col("mentee").alias("person"), col("mentor").alias("rated")])
        })
    };
    let set_frame = in_order(with_groups(days("set_on")?, set, "person", true)).collect()?;
    let keys = Arc::new(Keys::read(&set_frame, set)?);
    let each = shares(&vec![Some(1); set_frame.height()]);
    jobs.push(Job { keys, measures: each, subject: plain("goals_set", None, Kind::Count) });

    let due = in_order(with_groups(days("due")?.filter(col("abandoned").not()), set, "person", true)).collect()?;
    let keys = Arc::new(Keys::read(&due, set)?);
    let (x_mentee, x_mentor) = (integers(&due, "x_mentee")?, integers(&due, "x_mentor")?);
    let met = |ratings: &[Option<i32>]| -> Vec<Option<i32>> { ratings.iter().map(|rating| rating.map(|x| i32::from(x >= 0))).collect() };
    let unrated: Vec<Option<i32>> =
        x_mentee.iter().zip(&x_mentor).map(|(mentee, mentor)| Some(i32::from(mentee.is_none() && mentor.is_none()))).collect();
    for (id, values) in [
        ("goals_agreed", integers(&due, "agreed")?),
        ("goals_met", met(&x_mentee)),
        ("goals_met_mentor", met(&x_mentor)),
        ("goals_no_follow_up", unrated),
    ] {
        jobs.push(Job { keys: Arc::clone(&keys), measures: shares(&values), subject: plain(id, None, Kind::Share) });
    }
    for (id, kind) in [("goals_met_personal", 0u8), ("goals_met_professional", 1)] {
        let of_kind = due.clone().lazy().filter(col("kind").eq(lit(kind))).collect()?;
        let values = met(&integers(&of_kind, "x_mentee")?);
        let keys = Arc::new(Keys::read(&of_kind, set)?);
        jobs.push(Job { keys, measures: shares(&values), subject: plain(id, None, Kind::Share) });
    }
    for (id, ratings) in [("gas_t_mentee", &x_mentee), ("gas_t_mentor", &x_mentor)] {
        attainment(jobs, set, &due, id, ratings)?;
    }
    Ok(())
}

/// T per relationship and span, then its mean. Goals without a rating are left out of T.
fn attainment(jobs: &mut Vec<Job>, set: &AnalysisSet, due: &DataFrame, id: &str, ratings: &[Option<i32>]) -> PolarsResult<()> {
    let spans: Vec<u16> = due.column("span")?.u16()?.into_no_null_iter().collect();
    let pairs: Vec<u32> = due.column("pair")?.u32()?.into_no_null_iter().collect();
    let weights: Vec<f64> = due.column("weight")?.f64()?.into_no_null_iter().collect();
    let mut goals: BTreeMap<(u16, u32), Vec<Goal>> = BTreeMap::new();
    for (row, rating) in ratings.iter().enumerate() {
        let goals = goals.entry((spans[row], pairs[row])).or_default();
        if let Some(score) = rating {
            goals.push(Goal { score: f64::from(*score), weight: weights[row] });
        }
    }
    // One row per relationship and span, in the order of the goals' rows.
    let pairs_frame =
        due.clone().lazy().group_by_stable([col("span"), col("pair")]).agg([all().exclude_cols(["span", "pair"]).as_expr().first()]);
    let pairs_frame = in_order(pairs_frame).collect()?;
    let keys = Arc::new(Keys::read(&pairs_frame, set)?);
    let spans = pairs_frame.column("span")?.u16()?.into_no_null_iter();
    let scores: Vec<Option<f64>> = spans
        .zip(pairs_frame.column("pair")?.u32()?.into_no_null_iter())
        .map(|key| goals.get(&key).and_then(|goals| gas_t(goals, set.rho).ok()).map(|attainment| attainment.t_score))
        .collect();
    let measures = Measures {
        y: scores.iter().map(|score| score.unwrap_or(0.0)).collect(),
        x: vec![1.0; scores.len()],
        missing: scores.iter().map(Option::is_none).collect(),
        ..Measures::default()
    };
    jobs.push(Job { keys: Arc::clone(&keys), measures, subject: plain(id, None, Kind::Mean) });
    Ok(())
}
