//! The roster: people and their attributes over time.

use std::collections::{BTreeMap, HashMap};

use polars::prelude::{DataFrame, PolarsResult, df};

use super::cells::{Column, Reader};
use super::codes::Codes;
use super::funnel::Funnel;
use super::rules;
use super::seen::Seen;
use super::witness::Witnesses;
use crate::finding::Findings;
use crate::ingest::{Table, TableRow};
use crate::program::plan::{Demographic, DemographicSource, Plan};

/// What the roster gives.
pub struct Roster {
    /// People.
    pub people: Codes,
    /// The roster frame; see `Dataset::roster`.
    pub frame: DataFrame,
    /// Day on which a person left.
    pub left: BTreeMap<u32, i32>,
}

struct Person<'t> {
    id: &'t str,
    valid_from: i32,
    left_on: Option<i32>,
    trained_on: Option<i32>,
    recorded: Vec<Option<i32>>,
    disciplines: Option<u32>,
}

/// Reads the roster. `answers` holds, per demographic, what people said of themselves in a survey.
pub fn check_roster(
    plan: &Plan,
    table: &Table,
    answers: &[HashMap<String, u16>],
    findings: &mut Findings,
) -> PolarsResult<(Roster, Funnel)> {
    let mut reader = Reader::new(table, plan.as_of);
    let person = reader.column(&plan.roster.person);
    let valid_from = reader.optional(plan.roster.valid_from.as_ref());
    let columns: Vec<Option<Column>> = plan
        .demographics
        .iter()
        .map(|demographic| match &demographic.source {
            DemographicSource::Roster { column, .. } => reader.optional(Some(column)),
            DemographicSource::Members { .. } | DemographicSource::Levels { .. } => None,
        })
        .collect();
    reader.check_order();
    let left_on = reader.optional(plan.roster.left_on.as_ref());
    let trained_on = reader.optional(plan.relationships.trained_on.as_ref());
    let witnesses = Witnesses::of_roster(plan, &mut reader);

    let mut funnel = Funnel::of_table(table);
    let rows = reader.rows(&mut funnel);
    let mut seen = Seen::new();
    let mut people = Vec::new();
    let mut values = vec![Vec::new(); plan.demographics.len()];
    for row in rows {
        let Some(id) = reader.required(row, &person) else {
            funnel.exclude(rules::missing_field::RULE);
            continue;
        };
        let from = valid_from.as_ref().and_then(|column| reader.day(row, column)).unwrap_or(i32::MIN);
        if !seen.insert((id, from)) {
            let finding = rules::duplicate_row::finding(&reader.place(row, &person), id);
            reader.findings.push(finding);
            funnel.exclude(rules::duplicate_row::RULE);
            continue;
        }
        let stated: Vec<Vec<u16>> = columns
            .iter()
            .zip(&plan.demographics)
            .enumerate()
            .map(|(position, (column, demographic))| {
                let Some(column) = column else { return Vec::new() };
                let recorded = stated(&mut reader, row, demographic, column);
                let answered = answers.get(position).and_then(|answers| answers.get(id)).copied();
                reconcile(&mut reader, row, demographic, column, recorded, answered)
            })
            .collect();
        for ((demographic, own), values) in plan.demographics.iter().zip(&stated).zip(&mut values) {
            values.push(value(plan, demographic, own, &stated));
        }
        let left_day = left_on.as_ref().and_then(|column| reader.day(row, column));
        if let (Some(day), Some(column)) = (left_day, &left_on)
            && day < from
        {
            reader.contradiction(row, column, "a day not before the row holds");
        }
        let trained_on = trained_on.as_ref().and_then(|column| reader.day(row, column));
        let (recorded, disciplines) = (witnesses.read(&mut reader, row), witnesses.disciplines(&mut reader, row));
        people.push(Person { id, valid_from: from, left_on: left_day, trained_on, recorded, disciplines });
        funnel.used += 1;
    }
    findings.extend(std::mem::take(&mut reader.findings));
    let positions: Vec<usize> = witnesses.positions().collect();
    build(&people, &values, &positions).map(|roster| (roster, funnel))
}

/// `values` has one column per demographic, as long as `people`; `recorded` are the positions of what people's rows say of causes.
fn build(people: &[Person<'_>], values: &[Vec<Option<u16>>], recorded: &[usize]) -> PolarsResult<Roster> {
    let (codes, person) = Codes::numbered(&people.iter().map(|person| person.id).collect::<Vec<_>>());
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_unstable_by_key(|&row| (person[row], people[row].valid_from));
    let mut frame = df!(
        "person" => order.iter().map(|&row| person[row]).collect::<Vec<_>>(),
        "valid_from" => order.iter().map(|&row| people[row].valid_from).collect::<Vec<_>>(),
        "left_on" => order.iter().map(|&row| people[row].left_on).collect::<Vec<_>>(),
        "trained_on" => order.iter().map(|&row| people[row].trained_on).collect::<Vec<_>>(),
        "disciplines" => order.iter().map(|&row| people[row].disciplines).collect::<Vec<_>>(),
    )?;
    for (place, position) in recorded.iter().enumerate() {
        let values: Vec<Option<i32>> = order.iter().map(|&row| people[row].recorded[place]).collect();
        frame.with_column(polars::prelude::Column::new(format!("w{position}").into(), values))?;
    }
    for (position, values) in values.iter().enumerate() {
        let values: Vec<Option<u16>> = order.iter().map(|&row| values[row]).collect();
        frame.with_column(polars::prelude::Column::new(format!("d{position}").into(), values))?;
    }
    // Of several days the one in the last row of the file.
    let left = people.iter().zip(&person).filter_map(|(person, code)| person.left_on.map(|day| (*code, day))).collect();
    Ok(Roster { people: codes, frame, left })
}

/// The positions of a cell's values among the demographic's; empty where the cell is blank or holds an unlisted value.
fn stated(reader: &mut Reader<'_>, row: TableRow<'_>, demographic: &Demographic, column: &Column) -> Vec<u16> {
    let Some(text) = reader.text(row, column) else { return Vec::new() };
    let several: Vec<&str>;
    let parts = match &demographic.source {
        DemographicSource::Roster { multiple: Some(rule), .. } => {
            several = text.split(rule.separator.as_str()).map(str::trim).filter(|part| !part.is_empty()).collect();
            several.as_slice()
        }
        _ => std::slice::from_ref(&text),
    };
    let position = |code: &str| demographic.values.iter().position(|value| value.code == code).map(|position| position as u16);
    if let Some(unknown) = parts.iter().find(|part| position(part).is_none()) {
        let codes = demographic.values.iter().map(|value| value.code.as_str());
        let nearest = codes.max_by(|a, b| strsim::jaro_winkler(a, unknown).total_cmp(&strsim::jaro_winkler(b, unknown)));
        let nearest = nearest.map_or_else(String::new, |nearest| format!("; the nearest listed one is {nearest:?}"));
        let expected = format!("one of the values of {:?}", demographic.id);
        let finding = rules::unknown_value::finding(&reader.place(row, column), expected, format!("an unlisted value{nearest}"));
        reader.findings.push(finding);
        return Vec::new();
    }
    parts.iter().copied().filter_map(position).collect()
}

/// The one value under which a person is reported.
fn value(plan: &Plan, demographic: &Demographic, own: &[u16], stated: &[Vec<u16>]) -> Option<u16> {
    let position = |code: &str| demographic.values.iter().position(|value| value.code == code).map(|position| position as u16);
    match &demographic.source {
        DemographicSource::Roster { multiple, .. } => match (own, multiple) {
            ([one], _) => Some(*one),
            ([_, _, ..], Some(rule)) => position(&rule.report_as),
            _ => None,
        },
        // Anyone with at least one of the listed values is a member, however many others were chosen.
        DemographicSource::Members { of, members } => {
            let values = stated[*of].iter().map(|&value| &plan.demographics[*of].values[usize::from(value)]).collect::<Vec<_>>();
            if values.is_empty() || values.iter().any(|value| value.refused) {
                return None;
            }
            position(if values.iter().any(|value| members.contains(&value.code)) { "yes" } else { "no" })
        }
        // Follows the one value under which the person is reported below, so that the parts add up to the whole.
        DemographicSource::Levels { of, level } => {
            value(plan, &plan.demographics[*of], &stated[*of], stated).and_then(|below| level[usize::from(below)])
        }
    }
}

/// Lets the side that has precedence win where roster and survey disagree, and says so. Where only one side knows, that one is used.
fn reconcile(
    reader: &mut Reader<'_>,
    row: TableRow<'_>,
    demographic: &Demographic,
    column: &Column,
    recorded: Vec<u16>,
    answered: Option<u16>,
) -> Vec<u16> {
    let DemographicSource::Roster { survey: Some(survey), .. } = &demographic.source else { return recorded };
    let Some(answer) = answered else { return recorded };
    if recorded.is_empty() || recorded == [answer] {
        return vec![answer];
    }
    let code = |position: u16| demographic.values[usize::from(position)].code.as_str();
    let codes: Vec<&str> = recorded.iter().map(|&value| code(value)).collect();
    let expected = format!("{:?}, as in the survey", code(answer));
    let finding = rules::survey_disagrees::finding(&reader.place(row, column), expected, format!("{:?}", codes.join(" ")));
    reader.findings.push(finding);
    if survey.survey_wins { vec![answer] } else { recorded }
}
