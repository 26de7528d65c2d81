//! The text of `program.toml`: the commented one of every new program, with what was found in its place.

use std::fmt::Write as _;

use super::choose::Chosen;
use super::days::{Calendar, Quarter};
use super::table::Entry;
use crate::error::{Error, Result};
use crate::program::{PROGRAM_FILE, init_files};

pub(super) fn text(entries: &[Entry], chosen: &Chosen<'_>, calendar: &Calendar) -> Result<String> {
    let (_, template) = init_files().into_iter().find(|(path, _)| path.as_os_str() == PROGRAM_FILE).ok_or_else(changed)?;
    let mut text = insert(&template, "name = \"", "# check: as printed on reports\n")?;
    text = insert(&text, "# Groupings of people.", "# check: groupings and values are examples; give those of your roster.\n")?;
    text = insert(&text, "# What every end reason means.", "# check: the end reasons are examples; give those of your register.\n")?;
    if let Some(last) = calendar.last {
        let line =
            format!("# check: the last date found in the exports; it counts as today, so change it before every run\nas_of = {last}\n");
        text = replace(&text, "as_of = ", "# seed", &line)?;
        text = replace(&text, "[[period]]\n", "# Figures by department", &periods(calendar))?;
        text = replace(&text, "[[window]]\n", "# Cohorts by the day", &windows(calendar))?;
        text = replace(&text, "[[cohort]]\n", "# ----", &cohorts(calendar))?;
    }
    let mut exports = String::new();
    for entry in entries {
        exports.push_str(&entry.toml);
        exports.push('\n');
    }
    for (at, candidate) in chosen.instruments.iter().enumerate() {
        if let (Some(file), false) = (&candidate.file, chosen.exports.iter().any(|export| export.instrument == at)) {
            let _ = writeln!(
                exports,
                "# check: {file} was {}, and none of the exports has its items. When its export comes, name it:\n\
                 # [[export]]\n# file = \"exports/…\"\n# instrument = \"{file}\"\n# wave = \"by date\"\n# person = \"…\"\n# pair = \"…\"\n",
                super::super::instrument::comment(&candidate.origin)
            );
        }
    }
    replace(&text, "[[export]]\n", "# ----", &exports)
}

fn changed() -> Error {
    Error::new("the program to start from is not as expected", "report this as a defect of the program")
}

/// Where a line begins with a text, at or after a place.
fn line_at(text: &str, begin: &str, from: usize) -> Option<usize> {
    text[from..].match_indices(begin).map(|(at, _)| from + at).find(|at| *at == 0 || text[..*at].ends_with('\n'))
}

/// The text with lines before the first one that begins so.
fn insert(text: &str, line: &str, new: &str) -> Result<String> {
    let at = line_at(text, line, 0).ok_or_else(changed)?;
    Ok(format!("{}{new}{}", &text[..at], &text[at..]))
}

/// The text with other lines from the first one that begins so to the next that begins with `until`.
fn replace(text: &str, from: &str, until: &str, new: &str) -> Result<String> {
    let start = line_at(text, from, 0).ok_or_else(changed)?;
    let end = line_at(text, until, start).ok_or_else(changed)?;
    Ok(format!("{}{new}{}", &text[..start], &text[end..]))
}

fn periods(calendar: &Calendar) -> String {
    let first = "# check: calendar quarters over the dates found, up to the end of the program year; are these your periods?\n".to_owned();
    calendar.quarters.iter().fold(first, |mut text, quarter| {
        let _ = write!(text, "[[period]]\nid = \"{}\"\nstart = {}\nend = {}\n\n", quarter.id(), quarter.start(), quarter.end());
        text
    })
}

/// Program years, each with its quarters.
fn years(calendar: &Calendar) -> impl Iterator<Item = (i16, &[Quarter])> {
    calendar.quarters.chunk_by(|a, b| a.program_year() == b.program_year()).map(|quarters| (quarters[0].program_year(), quarters))
}

fn windows(calendar: &Calendar) -> String {
    let first = "# check: program years from July to June; are these yours?\n".to_owned();
    years(calendar).fold(first, |mut text, (year, quarters)| {
        let ids: Vec<String> = quarters.iter().map(|quarter| format!("\"{}\"", quarter.id())).collect();
        let name = format!("{year}-{:02}", (year + 1) % 100);
        let _ = write!(text, "[[window]]\nid = \"{name}\"\nlabel = \"Program year {name}\"\nperiods = [{}]\n\n", ids.join(", "));
        text
    })
}

fn cohorts(calendar: &Calendar) -> String {
    years(calendar).fold(String::new(), |mut text, (year, _)| {
        let _ = write!(
            text,
            "[[cohort]]\nid = \"AY{:02}\"\nlabel = \"Started July {year} to June {next}\"\nstart = {year}-07-01\nend = {next}-06-30\n\n",
            year % 100,
            next = year + 1
        );
        text
    })
}
