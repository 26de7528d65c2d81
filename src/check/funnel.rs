//! The account of each file: rows in = rows used + rows excluded by named reason.

use std::collections::BTreeMap;

use serde::Serialize;

use super::rules::Rule;
use crate::ingest::Table;

/// The account of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Funnel {
    /// File, relative to the program's folder.
    pub file: String,
    /// Records after the headings, blank rows apart.
    pub records: u64,
    /// Records used.
    pub used: u64,
    /// Records left out, by code of the rule.
    pub excluded: BTreeMap<String, u64>,
}

impl Funnel {
    /// The account of a program table; rows that the file's own faults exclude are counted already.
    pub fn of_table(table: &Table) -> Self {
        let mut funnel = Self { file: table.file.clone(), records: table.rows().len() as u64 + table.excluded, ..Self::default() };
        if table.excluded > 0 {
            funnel.excluded.insert(UNREADABLE.into(), table.excluded);
        }
        funnel
    }

    /// Counts one record left out.
    pub fn exclude(&mut self, rule: Rule) {
        *self.excluded.entry(rule.code.to_string()).or_default() += 1;
    }

    /// Adds what was used and left out of another part of the file.
    pub fn add(&mut self, part: &Self) {
        self.used += part.used;
        for (code, count) in &part.excluded {
            *self.excluded.entry(code.clone()).or_default() += count;
        }
    }

    /// Counts all records that are not left out yet as left out.
    pub fn exclude_rest(&mut self, rule: Rule) {
        let rest = self.records - self.excluded.values().sum::<u64>();
        if rest > 0 {
            *self.excluded.entry(rule.code.to_string()).or_default() += rest;
        }
        self.used = 0;
    }

    /// Whether every record is accounted for.
    pub fn balances(&self) -> bool {
        self.records == self.used + self.excluded.values().sum::<u64>()
    }
}

/// Reason of rows that the file's own structure excludes.
pub const UNREADABLE: &str = "file.structure";
