//! Whether the register is whole: pairs that other files name and it does not have, and gaps in the numbers of its ids.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{self, Place};
use crate::finding::Findings;
use crate::ingest::Table;
use crate::program::plan::Plan;

/// Ids that differ only in a number are numbered; of fewer than these, gaps say nothing.
const FEWEST_NUMBERED: usize = 20;

/// What the other files know of pairs that the register does not have.
#[derive(Default)]
pub struct Unregistered {
    files: BTreeMap<String, BTreeSet<String>>,
}

impl Unregistered {
    /// Adds the ids that a file names in a column.
    pub fn add(&mut self, file: &str, ids: BTreeSet<String>) {
        if !ids.is_empty() {
            self.files.entry(file.to_string()).or_default().extend(ids);
        }
    }

    /// The ids, each once; a finding for each file. Pairs that the program has withdrawn are none.
    pub fn account(mut self, plan: &Plan, findings: &mut Findings) -> Vec<String> {
        for ids in self.files.values_mut() {
            ids.retain(|id| !plan.relationships.withdrawn.contains(id));
        }
        self.files.retain(|_, ids| !ids.is_empty());
        for (file, ids) in &self.files {
            let place = Place { file, row: None, column: None };
            let found = match ids.len() {
                1 => "1 pair that the register does not have".to_string(),
                count => format!("{count} pairs that the register does not have"),
            };
            findings.push(rules::not_in_register::finding(&place, found));
        }
        self.files.into_values().flatten().collect::<BTreeSet<String>>().into_iter().collect()
    }
}

/// Ids of pairs as the register's file has them, also those of rows that are left out.
pub fn ids_of_file<'a>(plan: &Plan, register: &'a Table) -> impl Iterator<Item = &'a str> {
    let column = register.column(&plan.pairs.pair);
    register.rows().filter_map(move |row| row.get(column?))
}

/// Notes numbers that are missing between the first and the last id of the register, where nearly all are there.
pub fn note_gaps(plan: &Plan, register: &Table, findings: &mut Findings) {
    let mut series: BTreeMap<(&str, usize), BTreeSet<u64>> = BTreeMap::new();
    for id in ids_of_file(plan, register).chain(plan.relationships.withdrawn.iter().map(String::as_str)) {
        let digits = id.len() - id.bytes().rev().take_while(u8::is_ascii_digit).count();
        if let Ok(number) = id[digits..].parse::<u64>() {
            series.entry((&id[..digits], id.len())).or_default().insert(number);
        }
    }
    for numbers in series.values().filter(|numbers| numbers.len() >= FEWEST_NUMBERED) {
        let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { continue };
        let missing = last - first + 1 - numbers.len() as u64;
        // Numbers drawn at random, or shared with other registers, have more gaps than numbers.
        if missing > 0 && missing < numbers.len() as u64 {
            let place = Place { file: &register.file, row: None, column: Some(&plan.pairs.pair) };
            let found = format!("{missing} of {} numbers missing", last - first + 1);
            findings.push(rules::gap_in_ids::finding(&place, found));
        }
    }
}
