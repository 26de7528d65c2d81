//! An export with headings only, for a definition of which no export was given: the program can be checked, and the file says what to export.

use std::borrow::Cow;

use super::choose::{Candidate, Chosen, Export, stem};
use super::days::Dates;
use super::fit::Fit;
use super::given::export_path;
use super::people::{Column, People};
use crate::error::{Error, Result};
use crate::ingest::checkbox_heading;
use crate::program::instrument::{Item, ItemKind};
use crate::program::plan::{Role, System};

/// Gives each definition an export with headings only, where none of the given files is an export.
pub(super) fn fill(chosen: &mut Chosen<'_>) -> Result<()> {
    if !chosen.exports.is_empty() {
        return Ok(());
    }
    for (at, candidate) in chosen.instruments.iter().enumerate() {
        let role = candidate.instrument.role;
        let mut people = People::default();
        let mut headings = Vec::new();
        if role != Role::Institution {
            for (name, slot) in [("person_id", &mut people.person), ("pair_id", &mut people.pair)] {
                *slot = Some(Column { at: headings.len(), name: name.to_owned(), check: None });
                headings.push(name.to_owned());
            }
        }
        headings.extend(of_items(candidate));
        let mut writer = csv::Writer::from_writer(Vec::new());
        let failed = |error: String| Error::new(error, "report this as a defect of the program");
        writer.write_record(&headings).map_err(|error| failed(error.to_string()))?;
        let bytes = writer.into_inner().map_err(|error| failed(error.to_string()))?;
        let of = candidate.instrument.items.len();
        chosen.exports.push(Export {
            file: export_path(&format!("{}.csv", plain(stem(&candidate.given)))),
            bytes: Cow::Owned(bytes),
            raw: None,
            records: 0,
            role,
            people,
            dates: Dates::default(),
            instrument: at,
            fit: Fit { found: of, of, ..Fit::default() },
            also: None,
        });
    }
    if chosen.exports.is_empty() {
        return Err(Error::new("none of these files holds a question", "give an export of a survey, or the definition of one"));
    }
    Ok(())
}

/// A name that a path may have.
fn plain(name: &str) -> String {
    name.chars().map(|c| if matches!(c, '\\' | ':' | '/' | '~') { '_' } else { c }).collect()
}

/// Headings as the system would export them.
fn of_items(candidate: &Candidate) -> Vec<String> {
    let system = candidate.definition.as_ref().map_or(System::Csv, |definition| definition.system);
    let mut headings = Vec::new();
    for item in &candidate.instrument.items {
        let base = item.import_ids.first().unwrap_or(&item.id);
        if item.kind == ItemKind::Multiple {
            headings.extend(of_choices(item, base, system));
        } else {
            headings.push(base.clone());
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    headings.retain(|heading| seen.insert(heading.clone()));
    headings
}

fn of_choices(item: &Item, base: &str, system: System) -> Vec<String> {
    let value = |choice: &crate::program::instrument::Choice| choice.value.clone().unwrap_or_else(|| choice.code.to_string());
    item.choices
        .iter()
        .map(|choice| match system {
            System::LimeSurvey => format!("{base}[{}]", value(choice)),
            System::Redcap => checkbox_heading(base, value(choice)),
            System::Kobo | System::Odk => format!("{base}/{}", value(choice)),
            _ => format!("{base}_{}", value(choice)),
        })
        .collect()
}
