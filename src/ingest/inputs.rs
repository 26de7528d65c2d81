//! All files that a program names, read in one go.

use super::export::{RawExport, read_export};
use super::table::{Table, read_table};
use super::workbook::WorkbookReader;
use crate::error::{Error, Result};
use crate::program::plan::Plan;

/// The files of a program.
pub struct Inputs {
    /// The roster of people.
    pub roster: Table,
    /// The register of pairs.
    pub pairs: Table,
    /// The record of goals, where the program keeps one.
    pub goals: Option<Table>,
    /// The log of actions, where the program keeps one.
    pub actions: Option<Table>,
    /// Survey exports, in the order of `Plan::exports`.
    pub exports: Vec<RawExport>,
}

/// Reads all files of a program; `workbooks` reads the exports that are workbooks.
///
/// # Errors
/// One error that names every file that is missing or cannot be read. What is wrong inside a file is a finding.
pub fn read_inputs(plan: &Plan, workbooks: &dyn WorkbookReader) -> Result<Inputs> {
    let mut faults = Vec::new();
    let mut table = |file: &std::path::Path| {
        read_table(&plan.root, file).unwrap_or_else(|error| {
            faults.push(error.to_string());
            Table::default()
        })
    };
    let roster = table(&plan.roster.file);
    let pairs = table(&plan.pairs.file);
    let goals = plan.goals.as_ref().map(|goals| table(&goals.file));
    let actions = plan.actions.as_ref().map(|actions| table(&actions.file));
    let mut exports = Vec::with_capacity(plan.exports.len());
    for export in &plan.exports {
        match read_export(&plan.root, export, workbooks) {
            Ok(raw) => exports.push(raw),
            Err(error) => faults.push(error.to_string()),
        }
    }
    if faults.is_empty() {
        return Ok(Inputs { roster, pairs, goals, actions, exports });
    }
    let what = if faults.len() == 1 { "a file cannot be read".to_string() } else { format!("{} files cannot be read", faults.len()) };
    Err(Error::new(what, "put the files there, or correct program.toml").with_detail(faults.join("\n")))
}
