//! `compute`: what its methods make of small files, of nasty ones, and how the command behaves.

mod command;
mod designs;
mod edge_cases;
mod fuzz;
mod small_files;
mod survival;

use std::collections::BTreeMap;

use mentorscope::compute::{Fault, Request, Table, find, run};
use serde_json::Value;

/// The answer of a method, or what is wrong with the call.
pub fn attempt(method: &str, csv: &str, roles: &[(&str, &str)], settings: &[(&str, Value)]) -> Result<Value, Fault> {
    let method = find(method)?;
    let table = Table::read(csv.as_bytes())?;
    let roles: BTreeMap<String, String> = roles.iter().map(|(role, column)| (role.to_string(), column.to_string())).collect();
    let settings: BTreeMap<String, Value> = settings.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
    run(&Request::new(method, &table, roles, settings)?, method)
}

/// The answer of a method to a file that suits it.
pub fn compute(method: &str, csv: &str, roles: &[(&str, &str)], settings: &[(&str, Value)]) -> Value {
    attempt(method, csv, roles, settings).unwrap()
}
