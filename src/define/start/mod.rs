//! A program to start from: definitions and exports become `program.toml`, instruments, and copies of the exports.
//!
//! Everything that is not certain is written behind a comment that begins with `# check:`. Ids of people and pairs stay in the exports: the
//! tables of the program get their headings only.
//!
//! | file | does |
//! |---|---|
//! | `given` | tells definitions from exports, and reads both |
//! | `study` | what the columns of an export hold |
//! | `people` | which columns name the person and the pair |
//! | `days` | which column holds the date of the response; quarters, waves |
//! | `fit` | how well an instrument fits an export |
//! | `choose` | the instrument of each export |
//! | `draft`, `columns`, `guess`, `steps` | an instrument from the exports themselves |
//! | `blank` | an export with headings only, for a definition without one |
//! | `table` | the `[[export]]` of a file |
//! | `program` | the text of `program.toml` |

mod blank;
mod choose;
mod columns;
mod days;
mod draft;
mod fit;
mod given;
mod guess;
mod people;
mod program;
mod steps;
mod study;
mod table;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use choose::{Chosen, choose};
use days::Calendar;
use given::Source;
use table::{Entry, entries};

use crate::error::{Error, Result};
use crate::ingest::WorkbookReader;
use crate::program::{PROGRAM_FILE, init_files};

/// A file to start from.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its name, without folders.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A file of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartFile {
    /// Path relative to the program's folder.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it holds answers of people.
    pub answers: bool,
}

/// The files of a program, and what to say about them.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// All files but the key.
    pub files: Vec<StartFile>,
    /// What is proposed: a heading, and lines about it.
    pub proposed: Vec<(String, Vec<String>)>,
    /// What is left to decide, in order of urgency.
    pub decide: Vec<String>,
}

/// Makes a program of files. Nothing is written.
///
/// # Errors
/// If a file can be read neither as a definition nor as an export, or two files have one name.
pub fn start(given: Vec<Given>, workbooks: &dyn WorkbookReader) -> Result<Start> {
    let mut names: Vec<String> = given.iter().map(|given| given.name.to_lowercase()).collect();
    names.sort();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::new(format!("two of the files are named {}", twice[0]), "rename one: both go into one folder"));
    }
    let sources: Vec<Source> = given.into_iter().map(|given| given::read(given, workbooks)).collect::<Result<_>>()?;
    let mut chosen: Chosen = choose(&sources)?;
    blank::fill(&mut chosen)?;
    let calendar = Calendar::of(chosen.exports.iter().map(|export| &export.dates));
    let entries: Vec<Entry> = entries(&chosen, &calendar);
    let text = program::text(&entries, &chosen, &calendar)?;
    let mut start = Start { decide: decisions(&entries, &chosen, &text), ..Start::default() };
    for (path, own) in init_files() {
        let text = if path.as_os_str() == PROGRAM_FILE { &text } else { &own };
        start.files.push(StartFile { path, bytes: text.clone().into_bytes(), answers: false });
    }
    for instrument in &chosen.instruments {
        if let Some(file) = &instrument.file {
            start.files.push(StartFile { path: file.into(), bytes: instrument.toml.clone().into_bytes(), answers: false });
        }
    }
    for export in &chosen.exports {
        start.files.push(StartFile { path: export.file.clone().into(), bytes: export.bytes.to_vec(), answers: true });
    }
    start.proposed.push((PROGRAM_FILE.to_owned(), calendar.said()));
    for instrument in chosen.instruments.iter().filter(|instrument| instrument.file.is_some()) {
        let mut said = vec![instrument.origin.clone()];
        said.extend(instrument.notes.iter().cloned());
        start.proposed.push((instrument.file.clone().unwrap_or_default(), said));
    }
    start.proposed.extend(entries.into_iter().map(|entry| (entry.file, entry.said)));
    Ok(start)
}

fn checks(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with("# check:")).count()
}

fn decisions(entries: &[Entry], chosen: &Chosen, program: &str) -> Vec<String> {
    let lines = |count: usize| if count == 1 { "1 line begins".to_owned() } else { format!("{count} lines begin") };
    let mut decide = vec!["roster.csv and pairs.csv are empty: until they hold the people and pairs, no answer can be used".to_owned()];
    decide.push(format!("program.toml: {} with `# check:`", lines(checks(program))));
    for instrument in &chosen.instruments {
        if let (Some(file), count @ 1..) = (&instrument.file, checks(&instrument.toml)) {
            decide
                .push(format!("{file}: {} with `# check:`; add `use` and [[scale]], without which no figure is made of it", lines(count)));
        }
    }
    decide.extend(entries.iter().flat_map(|entry| entry.decide.iter().map(|what| format!("{}: {what}", entry.file))));
    decide
}
