//! The record of goals.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::cells::Reader;
use super::codes::Codes;
use super::funnel::Funnel;
use super::pairs::Pairs;
use super::rules;
use crate::finding::Findings;
use crate::ingest::Table;
use crate::program::plan::{GoalsPlan, Plan};

#[derive(Default)]
struct Columns {
    goal: Vec<String>,
    pair: Vec<u32>,
    mentee: Vec<u32>,
    mentor: Vec<u32>,
    set_on: Vec<i32>,
    due: Vec<i32>,
    mentee_agreed: Vec<Option<i32>>,
    mentor_agreed: Vec<Option<i32>>,
    abandoned: Vec<Option<i32>>,
    weight: Vec<f64>,
    kind: Vec<Option<u8>>,
    mentee_rating: Vec<Option<i32>>,
    mentor_rating: Vec<Option<i32>>,
}

/// Reads the goals; see `Dataset::goals` for the frame.
pub fn check_goals(
    plan: &Plan,
    goals: &GoalsPlan,
    table: &Table,
    pairs: &Pairs,
    findings: &mut Findings,
) -> PolarsResult<(DataFrame, Funnel, BTreeSet<String>)> {
    let mut reader = Reader::new(table, plan.as_of);
    let goal = reader.column(&goals.goal);
    let pair = reader.column(&goals.pair);
    let set_on = reader.column(&goals.set_on);
    let mentee_agreed = reader.optional(goals.mentee_agreed.as_ref());
    let mentor_agreed = reader.optional(goals.mentor_agreed.as_ref());
    let due = reader.column(&goals.due);
    let weight = reader.optional(goals.weight.as_ref());
    let kind = reader.optional(goals.kind.as_ref());
    let mentee_rating = reader.column(&goals.mentee_rating);
    let mentor_rating = reader.optional(goals.mentor_rating.as_ref());
    let abandoned = reader.optional(goals.abandoned.as_ref());
    reader.check_order();

    let mut funnel = Funnel::of_table(table);
    let (mut seen, mut rows, mut unregistered) = (BTreeSet::new(), Columns::default(), BTreeSet::new());
    for row in reader.rows(&mut funnel) {
        let (Some(id), Some(pair_id)) = (reader.required(row, &goal), reader.required(row, &pair)) else {
            funnel.exclude(rules::missing_field::RULE);
            continue;
        };
        let (set_day, due_day) = match (reader.required_day(row, &set_on), reader.required_day(row, &due)) {
            (Ok(set_day), Ok(due_day)) => (set_day, due_day),
            (Err(rule), _) | (_, Err(rule)) => {
                funnel.exclude(rule);
                continue;
            }
        };
        let Some(pair_code) = pairs.ids.get(pair_id) else {
            let finding = rules::unknown_goal_pair::finding(&reader.place(row, &pair), pair_id);
            reader.findings.push(finding);
            funnel.exclude(rules::unknown_goal_pair::RULE);
            unregistered.insert(pair_id.to_string());
            continue;
        };
        if due_day < set_day {
            let finding =
                rules::dates_out_of_order::finding(&reader.place(row, &due), "a due date not before the goal was set", "an earlier day");
            reader.findings.push(finding);
            funnel.exclude(rules::dates_out_of_order::RULE);
            continue;
        }
        if set_day > reader.as_of {
            let finding = rules::goal_of_the_future::finding(&reader.place(row, &set_on), "a later day");
            reader.findings.push(finding);
            funnel.exclude(rules::goal_of_the_future::RULE);
            continue;
        }
        if !seen.insert((id.to_string(), set_day)) {
            let finding = rules::duplicate_row::finding(&reader.place(row, &goal), id);
            reader.findings.push(finding);
            funnel.exclude(rules::duplicate_row::RULE);
            continue;
        }
        rows.kind.push(kind.as_ref().and_then(|column| goal_kind(&mut reader, row, column)));
        let (mentee, mentor) = pairs.sides[pair_code as usize];
        rows.goal.push(id.to_string());
        rows.pair.push(pair_code);
        rows.mentee.push(mentee);
        rows.mentor.push(mentor);
        rows.set_on.push(set_day);
        rows.due.push(due_day);
        if pairs.ended[pair_code as usize].is_some_and(|ended| set_day > ended) {
            reader.contradiction(row, &set_on, "a day not after the end of the relationship");
        }
        let days = [&mentee_agreed, &mentor_agreed, &abandoned].map(|column| {
            let day = reader.past_day(row, column.as_ref());
            if let (Some(day), Some(column)) = (day, column)
                && day < set_day
            {
                reader.contradiction(row, column, "a day not before the goal was set");
            }
            day
        });
        rows.mentee_agreed.push(days[0]);
        rows.mentor_agreed.push(days[1]);
        rows.abandoned.push(days[2]);
        rows.weight.push(reader.weight(row, weight.as_ref()).unwrap_or(1.0));
        rows.mentee_rating.push(reader.integer(row, Some(&mentee_rating), -2..=2));
        rows.mentor_rating.push(reader.integer(row, mentor_rating.as_ref(), -2..=2));
        funnel.used += 1;
    }
    findings.extend(std::mem::take(&mut reader.findings));
    build(rows).map(|frame| (frame, funnel, unregistered))
}

/// Whether a goal is personal (0) or professional (1); none where its kind is not stated or another word.
fn goal_kind(reader: &mut Reader<'_>, row: crate::ingest::TableRow<'_>, column: &super::cells::Column) -> Option<u8> {
    match reader.text(row, column)? {
        "personal" => Some(0),
        "professional" => Some(1),
        _ => {
            let finding = rules::unknown_kind::finding(&reader.place(row, column), "another word");
            reader.findings.push(finding);
            None
        }
    }
}

fn build(rows: Columns) -> PolarsResult<DataFrame> {
    let ids = Codes::new(rows.goal.iter().cloned());
    df!(
        "goal" => rows.goal.iter().map(|id| ids.get(id).unwrap_or(u32::MAX)).collect::<Vec<_>>(),
        "pair" => rows.pair, "mentee" => rows.mentee, "mentor" => rows.mentor,
        "set_on" => rows.set_on, "due" => rows.due,
        "mentee_agreed" => rows.mentee_agreed, "mentor_agreed" => rows.mentor_agreed, "abandoned" => rows.abandoned,
        "weight" => rows.weight, "kind" => rows.kind, "mentee_rating" => rows.mentee_rating, "mentor_rating" => rows.mentor_rating,
    )?
    .lazy()
    .sort(["goal", "set_on"], SortMultipleOptions::default())
    .collect()
}

/// An empty record of goals, for programs that keep none.
pub fn no_goals() -> PolarsResult<DataFrame> {
    build(Columns::default())
}
