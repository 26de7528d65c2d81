//! The log of actions taken.

use super::cells::Reader;
use super::dataset::Action;
use super::funnel::Funnel;
use super::rules;
use crate::finding::Findings;
use crate::ingest::Table;
use crate::program::plan::{ActionsPlan, Plan};

/// Reads the actions, sorted by first day and id.
pub fn check_actions(
    plan: &Plan,
    actions: &ActionsPlan,
    table: &Table,
    is_metric: &dyn Fn(&str) -> bool,
    findings: &mut Findings,
) -> (Vec<Action>, Funnel) {
    let mut reader = Reader::new(table, plan.as_of);
    let action = reader.column(&actions.action);
    let label = reader.column(&actions.label);
    let started = reader.column(&actions.started);
    let dimension = reader.column(&actions.dimension);
    let values = reader.column(&actions.values);
    let metric = reader.column(&actions.metric);
    reader.check_order();

    let mut funnel = Funnel::of_table(table);
    let mut all: Vec<Action> = Vec::new();
    for row in reader.rows(&mut funnel) {
        let fields = (reader.required(row, &action), reader.required(row, &label), reader.required(row, &metric));
        let (Some(id), Some(name), Some(target)) = fields else {
            funnel.exclude(rules::missing_field::RULE);
            continue;
        };
        let first_day = match reader.required_day(row, &started) {
            Ok(day) => day,
            Err(rule) => {
                funnel.exclude(rule);
                continue;
            }
        };
        if all.iter().any(|other| other.id == id) {
            let finding = rules::duplicate_row::finding(&reader.place(row, &action), id);
            reader.findings.push(finding);
            funnel.exclude(rules::duplicate_row::RULE);
            continue;
        }
        let mut fault = (!is_metric(target)).then(|| (&metric, "the id of a metric", target.to_string()));
        let mut place = None;
        if reader.text(row, &dimension).is_none() && reader.text(row, &values).is_some() {
            fault = Some((&values, "nothing, since no demographic is named", "values".to_string()));
        }
        if let Some(wanted) = reader.text(row, &dimension) {
            match plan.demographics.iter().position(|demographic| demographic.id == wanted) {
                None => fault = Some((&dimension, "the id of a demographic, or blank for the whole program", wanted.to_string())),
                Some(position) => {
                    let groups = &plan.demographics[position];
                    let shown: Vec<&str> = groups
                        .values
                        .iter()
                        .filter(|value| !groups.merge.contains_key(&value.code))
                        .map(|value| value.code.as_str())
                        .collect();
                    let codes = reader.text(row, &values).unwrap_or_default().split(';').map(str::trim);
                    let found: Vec<Option<u16>> = codes
                        .map(|code| {
                            let code = groups.merge.get(code).map_or(code, String::as_str);
                            shown.iter().position(|other| *other == code).map(|position| position as u16)
                        })
                        .collect();
                    match found.into_iter().collect::<Option<Vec<u16>>>() {
                        Some(positions) => place = Some((position, positions)),
                        None => {
                            fault = Some((
                                &values,
                                "values of that demographic, separated by semicolons",
                                "a value that is not listed".to_string(),
                            ))
                        }
                    }
                }
            }
        }
        if let Some((column, expected, found)) = fault {
            let finding = rules::unknown_action::finding(&reader.place(row, column), expected, found);
            reader.findings.push(finding);
            funnel.exclude(rules::unknown_action::RULE);
            continue;
        }
        all.push(Action { id: id.to_string(), label: name.to_string(), started: first_day, place, metric: target.to_string() });
        funnel.used += 1;
    }
    findings.extend(std::mem::take(&mut reader.findings));
    all.sort_by(|left, right| (left.started, &left.id).cmp(&(right.started, &right.id)));
    (all, funnel)
}
