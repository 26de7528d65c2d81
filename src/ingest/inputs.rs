//! All files that a program names, read in one go.

use std::sync::Mutex;

use super::container::{ContainerFault, Rendering};
use super::export::{RawExport, read_export};
use super::parallel::in_parallel;
use super::table::{Table, read_table};
use super::workbook::{SheetRows, WorkbookReader};
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
    /// The log of contacts, where the program keeps one.
    pub contacts: Option<Table>,
    /// Survey exports, in the order of `Plan::exports`.
    pub exports: Vec<RawExport>,
}

/// One file that was read; a table may not be there.
enum Input {
    Export(Result<Box<RawExport>>),
    Table(Result<Option<Table>>),
}

/// Reads workbooks one after another, for each may take much memory.
struct OneAtATime<'a> {
    reader: &'a dyn WorkbookReader,
    turn: Mutex<()>,
}

impl WorkbookReader for OneAtATime<'_> {
    fn render(&self, bytes: &[u8], sheet: Option<&str>) -> std::result::Result<Rendering, ContainerFault> {
        let _turn = self.turn.lock();
        self.reader.render(bytes, sheet)
    }

    fn sheets(&self, bytes: &[u8]) -> std::result::Result<Vec<SheetRows>, ContainerFault> {
        let _turn = self.turn.lock();
        self.reader.sheets(bytes)
    }
}

/// Reads all files of a program; `workbooks` reads the exports that are workbooks.
///
/// # Errors
/// One error that names every file that is missing or cannot be read. What is wrong inside a file is a finding.
pub fn read_inputs(plan: &Plan, workbooks: &dyn WorkbookReader) -> Result<Inputs> {
    let workbooks = OneAtATime { reader: workbooks, turn: Mutex::new(()) };
    let (goals, actions) = (plan.goals.as_ref().map(|goals| &goals.file), plan.actions.as_ref().map(|actions| &actions.file));
    let contacts = plan.relationships.contacts.as_ref().map(|contacts| &contacts.file);
    let tables = [Some(&plan.roster.file), Some(&plan.pairs.file), goals, actions, contacts];
    let exports = plan.exports.len();
    // Exports first, for they are the largest.
    let read = in_parallel(0..exports + tables.len(), |piece| match plan.exports.get(piece) {
        Some(export) => Input::Export(read_export(&plan.root, export, &workbooks).map(Box::new)),
        None => Input::Table(tables[piece - exports].map(|file| read_table(&plan.root, file)).transpose()),
    });
    let (mut exports, mut tables) = (Vec::with_capacity(exports), Vec::with_capacity(tables.len()));
    let (mut faults, mut of_tables) = (Vec::new(), Vec::new());
    for input in read {
        match input {
            Input::Export(Ok(raw)) => exports.push(*raw),
            Input::Export(Err(error)) => faults.push(error.to_string()),
            Input::Table(Ok(table)) => tables.push(table),
            Input::Table(Err(error)) => of_tables.push(error.to_string()),
        }
    }
    faults.splice(..0, of_tables);
    let mut tables = tables.into_iter();
    let mut table = || tables.next().flatten();
    let (roster, pairs, goals, actions, contacts) = (table().unwrap_or_default(), table().unwrap_or_default(), table(), table(), table());
    if faults.is_empty() {
        return Ok(Inputs { roster, pairs, goals, actions, contacts, exports });
    }
    let what = if faults.len() == 1 { "a file cannot be read".to_string() } else { format!("{} files cannot be read", faults.len()) };
    Err(Error::new(what, "put the files there, or correct program.toml").with_detail(faults.join("\n")))
}
