//! The log of contacts.

use std::collections::BTreeSet;

use polars::prelude::*;

use super::cells::Reader;
use super::codes::Codes;
use super::funnel::Funnel;
use super::rules;
use crate::finding::Findings;
use crate::ingest::Table;
use crate::program::plan::{ContactsPlan, Plan};

/// No contacts; see `Dataset::contacts` for the frame.
pub fn no_contacts() -> PolarsResult<DataFrame> {
    df!("pair" => Vec::<u32>::new(), "day" => Vec::<i32>::new())
}

/// Reads the log; with the frame come the account of the file and the ids of pairs that the register does not have.
pub fn check_contacts(
    plan: &Plan,
    contacts: &ContactsPlan,
    table: &Table,
    pairs: &Codes,
    findings: &mut Findings,
) -> PolarsResult<(DataFrame, Funnel, BTreeSet<String>)> {
    let mut reader = Reader::new(table, plan.as_of);
    let (pair, day) = (reader.column(&contacts.pair), reader.column(&contacts.day));
    let mut funnel = Funnel::of_table(table);
    let (mut days, mut unregistered) = (BTreeSet::new(), BTreeSet::new());
    for row in reader.rows(&mut funnel) {
        let Some(id) = reader.required(row, &pair) else {
            funnel.exclude(rules::missing_field::RULE);
            continue;
        };
        if let Err(rule) = reader.required_day(row, &day) {
            funnel.exclude(rule);
            continue;
        }
        let Some(on) = reader.past_day(row, Some(&day)) else {
            funnel.exclude(rules::future_date::RULE);
            continue;
        };
        let Some(code) = pairs.get(id) else {
            let finding = rules::contact_of_unknown_pair::finding(&reader.place(row, &pair), id);
            reader.findings.push(finding);
            funnel.exclude(rules::contact_of_unknown_pair::RULE);
            unregistered.insert(id.to_string());
            continue;
        };
        // Two contacts on one day are one day of contact.
        days.insert((code, on));
        funnel.used += 1;
    }
    findings.extend(std::mem::take(&mut reader.findings));
    let frame = df!(
        "pair" => days.iter().map(|(pair, _)| *pair).collect::<Vec<_>>(),
        "day" => days.iter().map(|(_, day)| *day).collect::<Vec<_>>(),
    )?;
    Ok((frame, funnel, unregistered))
}
