//! Tests of the stage as a whole.

mod faults;
mod levels;
mod mutation;
mod reading;

use std::path::Path;

use super::fault::Fault;
use super::plan::Plan;
use super::read_plan;

const PROGRAM: &str = include_str!("program.toml");
const OWN: &str = include_str!("own.toml");

/// Reads a program's text in a folder that holds `own.toml`; on failure the faults of all files.
fn read(program: &str, own: &str) -> Result<Plan, Vec<Fault>> {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    std::fs::write(folder.path().join("own.toml"), own).expect("own.toml is written");
    read_in(folder.path(), program)
}

fn read_in(folder: &Path, program: &str) -> Result<Plan, Vec<Fault>> {
    read_plan(folder, "program.toml", program).map_err(|files| files.into_iter().flat_map(|file| file.faults).collect())
}
