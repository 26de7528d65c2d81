//! The instrument of each export: of a definition, one that comes with the tool, or a draft of the exports themselves.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{DefinedItem, Definition, snake};
use super::super::{InstrumentHead, instrument_toml};
use super::days::Dates;
use super::draft;
use super::fit::Fit;
use super::given::{Source, export_path};
use super::people::{People, is_named};
use super::study::Study;
use crate::error::{Error, Result};
use crate::ingest::{RawExport, fold_text};
use crate::program::instrument::{Instrument, ItemKind};
use crate::program::plan::Role;
use crate::program::{parse_instrument, render_faults, shipped_instruments};

/// An instrument that the program may use.
pub(super) struct Candidate {
    /// Its file in the program; none for one that comes with the tool.
    pub file: Option<String>,
    /// Its text.
    pub toml: String,
    /// As read back.
    pub instrument: Instrument,
    /// Where it comes from, in words.
    pub origin: String,
    /// Name of the file that was given; blank for one that comes with the tool.
    pub given: String,
    /// What could not be carried over, each kind once.
    pub notes: Vec<String>,
    /// Choices that a text of several in one cell keeps apart by this.
    pub separator: Option<String>,
    /// The definition from which it was made.
    pub definition: Option<Definition>,
}

/// One export with what was found out about it.
pub(super) struct Export<'s> {
    /// Path in the program.
    pub file: String,
    /// As it was given.
    pub bytes: Cow<'s, [u8]>,
    /// As read; none for one with headings only that was made for a definition.
    pub raw: Option<&'s RawExport>,
    /// Usable records.
    pub records: u64,
    /// Who answers.
    pub role: Role,
    /// Columns that name people.
    pub people: People,
    /// Days of the responses.
    pub dates: Dates,
    /// Position of its instrument.
    pub instrument: usize,
    /// How that fits.
    pub fit: Fit,
    /// Another instrument that fits too, in words.
    pub also: Option<String>,
}

/// All instruments and exports.
pub(super) struct Chosen<'s> {
    pub instruments: Vec<Candidate>,
    pub exports: Vec<Export<'s>>,
}

pub(super) fn choose(sources: &[Source]) -> Result<Chosen<'_>> {
    let mut instruments = Vec::new();
    let mut ids = BTreeSet::new();
    for source in sources {
        if let Some(definition) = &source.definition {
            let mut definition = definition.clone();
            leave_out(&mut definition, |item| {
                matches!(item.kind, ItemKind::Text | ItemKind::Number) && item.headings.iter().any(|heading| is_named(heading))
            });
            if let Some(raw) = &source.export {
                leave_out_people(&mut definition, raw);
            }
            if definition.items.is_empty() {
                continue;
            }
            let id = free_id(snake(if definition.title.is_empty() { stem(&source.name) } else { &definition.title }), &mut ids);
            instruments.push(candidate(definition, &id, &source.name, false)?);
        }
    }
    let defined = instruments.len();
    for (id, text) in shipped_instruments() {
        ids.insert((*id).to_owned());
        let origin = format!("{id}, which comes with mentorscope");
        instruments.push(read_back(None, (*text).to_owned(), origin)?);
    }
    let mut exports = Vec::new();
    let mut undefined = Vec::new();
    for source in sources {
        let Some(raw) = &source.export else { continue };
        let study = Study::of(raw);
        let named = role_of(&source.name);
        let people = People::of(raw, &study, named.unwrap_or(Role::Mentee));
        let dates = Dates::of(raw, &study);
        let no_answers: Vec<usize> = people.named.iter().copied().chain(dates.column.as_ref().map(|column| column.at)).collect();
        let fits: Vec<Fit> = instruments.iter().map(|candidate| Fit::of(&candidate.instrument, raw, &no_answers)).collect();
        let best = best(&fits, defined);
        let role = named.or_else(|| best.map(|at| instruments[at].instrument.role)).unwrap_or(Role::Mentee);
        let people = if named.is_none() && role != Role::Mentee { People::of(raw, &study, role) } else { people };
        let also = best.filter(|at| *at < defined).and_then(|_| {
            let other = (defined..fits.len()).filter(|at| fits[*at].is_most()).max_by_key(|at| fits[*at].found)?;
            let id = &instruments[other].instrument.id;
            let (found, of) = (fits[other].found, fits[other].of);
            Some(format!("{id}, which comes with mentorscope and has its scales, fits too ({found} of its {of} items); name it if it is what you fielded"))
        });
        let fit = best.map(|at| fits[at].clone()).unwrap_or_default();
        let records = study.records;
        if best.is_none() {
            undefined.push((exports.len(), study));
        }
        let (file, bytes) = (export_path(&source.name), Cow::Borrowed(&source.bytes[..]));
        exports.push(Export {
            file,
            bytes,
            raw: Some(raw),
            records,
            role,
            people,
            dates,
            instrument: best.unwrap_or(usize::MAX),
            fit,
            also,
        });
    }
    draft_rest(&mut instruments, &mut exports, undefined, &mut ids)?;
    let mut chosen = Chosen { instruments, exports };
    chosen.forget_unused();
    Ok(chosen)
}

/// The instrument that has most items in an export; a definition before one that comes with the tool, of two the one of which more is there.
fn best(fits: &[Fit], defined: usize) -> Option<usize> {
    let fits_well =
        |at: &usize| if *at < defined { fits[*at].found * 3 >= fits[*at].of && fits[*at].found > 0 } else { fits[*at].is_most() };
    (0..fits.len()).filter(fits_well).max_by(|&a, &b| {
        let key = |at: usize| (fits[at].found, at < defined, std::cmp::Reverse(fits[at].of), std::cmp::Reverse(at));
        key(a).cmp(&key(b))
    })
}

/// Drafts an instrument for each group of exports that ask the same.
fn draft_rest<'s>(
    instruments: &mut Vec<Candidate>,
    exports: &mut [Export<'s>],
    undefined: Vec<(usize, Study)>,
    ids: &mut BTreeSet<String>,
) -> Result<()> {
    let mut groups: Vec<Vec<(usize, Study)>> = Vec::new();
    for (at, study) in undefined {
        let own = draft::names(&exports[at]);
        let same = |group: &&mut Vec<(usize, Study)>| {
            let theirs = draft::names(&exports[group[0].0]);
            let shared = own.intersection(&theirs).count();
            shared * 10 >= own.len().max(theirs.len()) * 7 && shared > 0
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push((at, study)),
            None => groups.push(vec![(at, study)]),
        }
    }
    for group in groups {
        let parts: Vec<(&Export<'_>, &Study)> = group.iter().map(|(at, study)| (&exports[*at], study)).collect();
        let drafted = draft::draft(&parts);
        let name = parts[0].0.file.trim_start_matches("exports/").to_owned();
        if drafted.definition.items.is_empty() {
            return Err(Error::new("no column of this export can be a question", "give an export of a survey").at(&name));
        }
        let id = free_id(snake(stem(&name)), ids);
        let mut made = candidate(drafted.definition, &id, &name, true)?;
        made.separator = drafted.separator;
        for (at, _) in group {
            let export = &mut exports[at];
            if let Some(raw) = export.raw {
                export.fit = Fit::of(&made.instrument, raw, &export.people.named);
            }
            export.instrument = instruments.len();
        }
        instruments.push(made);
    }
    Ok(())
}

impl Chosen<'_> {
    /// Leaves out instruments of the tool that no export uses.
    fn forget_unused(&mut self) {
        let used: BTreeSet<usize> = self.exports.iter().map(|export| export.instrument).collect();
        let mut places = BTreeMap::new();
        let mut at = 0;
        self.instruments.retain(|candidate| {
            let keep = candidate.file.is_some() || used.contains(&at);
            if keep {
                places.insert(at, places.len());
            }
            at += 1;
            keep
        });
        self.exports.iter_mut().for_each(|export| export.instrument = places.get(&export.instrument).copied().unwrap_or(0));
    }
}

/// Takes out what names people, and what the system adds.
fn leave_out_people(definition: &mut Definition, raw: &RawExport) {
    let study = Study::of(raw);
    let role = role_of(&raw.file).unwrap_or(Role::Mentee);
    let (people, dates) = (People::of(raw, &study, role), Dates::of(raw, &study));
    let date = dates.column.map(|column| column.at);
    leave_out(definition, |item| {
        item.headings.iter().any(|heading| raw.column(heading).is_ok_and(|at| people.named.contains(&at) || date == Some(at)))
    });
}

/// Takes out items that are no questions.
fn leave_out(definition: &mut Definition, is_none: impl Fn(&DefinedItem) -> bool) {
    let gone: Vec<String> = definition.items.iter().filter(|item| is_none(item)).map(|item| item.id.clone()).collect();
    definition.items.retain(|item| !gone.contains(&item.id));
    gone.into_iter().for_each(|id| definition.note(id, "left out: names a person or a pair, or is the date"));
}

fn candidate(definition: Definition, id: &str, file: &str, is_draft: bool) -> Result<Candidate> {
    let guessed = role_of(&definition.title).or_else(|| role_of(file));
    let toml = instrument_toml(&definition, InstrumentHead { id: Some(id), role: guessed, role_is_guess: true, file });
    let count = definition.items.len();
    let origin = match is_draft {
        true => format!("drafted from {file}: {count} items, whose kinds and choices are guesses from what was answered"),
        false => format!("made from {file} ({}): {count} items", definition.format),
    };
    let mut made = read_back(Some(format!("{id}.toml")), toml, origin)?;
    let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
    definition.notes.iter().for_each(|note| *notes.entry(note.text.as_str()).or_default() += 1);
    made.notes = notes
        .into_iter()
        .map(|(text, count)| if count > 1 { format!("note: {text} ({count} questions)") } else { format!("note: {text}") })
        .collect();
    made.given = file.to_owned();
    made.definition = Some(definition);
    Ok(made)
}

fn read_back(file: Option<String>, toml: String, origin: String) -> Result<Candidate> {
    let instrument = parse_instrument(file.as_deref().unwrap_or("instrument.toml"), &toml).map_err(|faults| {
        Error::new("the instrument made from this file is faulty", "report this as a defect of the program")
            .with_detail(render_faults(&toml, &faults))
    })?;
    Ok(Candidate { file, toml, instrument, origin, given: String::new(), notes: Vec::new(), separator: None, definition: None })
}

/// Who answers, as far as a name says it.
fn role_of(name: &str) -> Option<Role> {
    let folded = fold_text(name).replace("mentorship", "").replace("mentoring", "").replace("mentorscope", "");
    match () {
        () if folded.contains("mentee") || folded.contains("protege") => Some(Role::Mentee),
        () if folded.contains("mentor") => Some(Role::Mentor),
        () if folded.contains("institution") => Some(Role::Institution),
        () => None,
    }
}

/// A name of a file without its ending.
pub(super) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// An id that no other instrument has.
fn free_id(wanted: String, taken: &mut BTreeSet<String>) -> String {
    let wanted: String = wanted.chars().take(60).collect();
    // Tables of the program end in .csv, its own file in .toml.
    let wanted = if wanted == "program" { "program_survey".to_owned() } else { wanted.trim_end_matches('_').to_owned() };
    let mut id = wanted.clone();
    let mut number = 1;
    while taken.contains(&id) || shipped_instruments().iter().any(|(shipped, _)| *shipped == id) {
        number += 1;
        id = format!("{wanted}_{number}");
    }
    taken.insert(id.clone());
    id
}
