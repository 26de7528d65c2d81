//! The `[[export]]` of a file, and what to say about it.

use std::fmt::Write as _;

use super::super::instrument::{comment, quoted};
use super::choose::{Chosen, Export};
use super::days::Calendar;
use super::people::Column;
use super::study::short;
use crate::ingest::RawExport;
use crate::program::plan::{DateOrder, Role};

/// An export of the program to be.
pub(super) struct Entry {
    /// Path in the program.
    pub file: String,
    /// Its part of `program.toml`.
    pub toml: String,
    /// What is proposed, in words.
    pub said: Vec<String>,
    /// What is left to decide beyond the lines to check.
    pub decide: Vec<String>,
}

/// The exports in order.
pub(super) fn entries(chosen: &Chosen<'_>, calendar: &Calendar) -> Vec<Entry> {
    chosen.exports.iter().map(|export| entry(export, chosen, calendar)).collect()
}

/// What is written and said of one export.
#[derive(Default)]
struct Writer {
    toml: String,
    said: Vec<String>,
    decide: Vec<String>,
}

impl Writer {
    fn note(&mut self, text: &str) {
        let _ = writeln!(self.toml, "# {}", comment(text));
        self.said.push(text.to_owned());
    }

    fn check(&mut self, text: &str) {
        let _ = writeln!(self.toml, "# check: {}", comment(text));
    }

    fn key(&mut self, key: &str, value: &str, check: Option<&str>) {
        if let Some(check) = check {
            self.check(check);
        }
        let _ = writeln!(self.toml, "{key} = {}", quoted(value));
        self.said.push(format!("{key} = {}{}", quoted(&short(value)), if check.is_some() { "  (check)" } else { "" }));
    }

    fn column(&mut self, key: &str, column: Option<&Column>) {
        if let Some(column) = column {
            self.key(key, &column.name, column.check.as_deref());
        }
    }
}

fn entry(export: &Export<'_>, chosen: &Chosen<'_>, calendar: &Calendar) -> Entry {
    let mut out = Writer::default();
    let candidate = &chosen.instruments[export.instrument];
    match export.raw {
        Some(raw) => {
            let days = export.dates.span().map_or_else(String::new, |span| format!(", answered {span}"));
            out.note(&format!("{}: {}; {}{days}", raw.system.name(), raw.evidence, records(export.records)));
        }
        None => {
            out.note("headings only, made from the definition: put the export in its place");
            out.decide.push("it has headings only; put the export itself in its place, whose headings may be others".to_owned());
        }
    }
    let Export { fit, .. } = export;
    if export.raw.is_some() {
        let name = candidate.file.as_deref().map_or(candidate.origin.as_str(), |file| file);
        out.note(&format!("instrument {name}: {} of its {} items have a column here", fit.found, fit.of));
    }
    out.toml.push_str("[[export]]\n");
    let _ = writeln!(out.toml, "file = {}", quoted(&export.file));
    if let Some(also) = &export.also {
        out.check(also);
        out.said.push(also.clone());
    }
    if candidate.file.is_none() {
        out.check("a questionnaire that comes with mentorscope was recognized by ids and texts of its items; is it the one you fielded?");
    }
    let _ = writeln!(out.toml, "instrument = {}", quoted(candidate.file.as_deref().unwrap_or(&candidate.instrument.id)));
    if export.role != candidate.instrument.role {
        let role = match export.role {
            Role::Mentee => "mentee",
            Role::Mentor => "mentor",
            Role::Institution => "institution",
        };
        out.key("role", role, Some("who answers was guessed from the name of the file"));
    }
    let wave = calendar.wave(&export.dates, &calendar.fallback());
    out.key("wave", &wave.key, wave.check.as_deref());
    people(&mut out, export, chosen);
    if let Some(raw) = export.raw {
        file_keys(&mut out, export, raw, candidate.separator.as_deref());
    }
    items(&mut out, export);
    for blank in &export.people.blank {
        out.decide.push(blank.clone());
    }
    if !fit.absent.is_empty() && export.raw.is_some() {
        let listed: Vec<&str> = fit.absent.iter().take(8).map(String::as_str).collect();
        let more = if fit.absent.len() > 8 { ", …" } else { "" };
        out.decide.push(format!("{} items have no column and count as not asked ({}{more})", fit.absent.len(), listed.join(", ")));
    }
    if export.dates.unread > 0 {
        out.decide.push(format!("dates that cannot be read: {}", export.dates.unread));
    }
    if export.dates.undated > 0 && wave.key == "by date" {
        out.decide.push(format!("records without a date, which belong to no period: {}", export.dates.undated));
    }
    Entry { file: export.file.clone(), toml: out.toml, said: out.said, decide: out.decide }
}

/// So many records, in words.
pub(super) fn records(count: u64) -> String {
    match count {
        0 => "no records but previews and tests, if any".to_owned(),
        1 => "1 record".to_owned(),
        more => format!("{more} records"),
    }
}

/// Who answered, about which pair; a file that says neither is anonymous.
fn people(out: &mut Writer, export: &Export<'_>, chosen: &Chosen<'_>) {
    let people = &export.people;
    out.column("person", people.person.as_ref());
    if let Some(kind) = people.person_is {
        let _ = writeln!(out.toml, "person_is = {}", quoted(kind));
    }
    if export.role == Role::Institution {
        return;
    }
    if people.pair.is_none() && people.person.is_some() {
        out.check("no column names the pair: each person is taken to have one open pair at a time");
        let _ = writeln!(out.toml, "# pair = \"…\"");
    }
    out.column("pair", people.pair.as_ref());
    if people.pair.is_some() || people.person.is_some() {
        return;
    }
    let same = |other: &&Export<'_>| other.instrument == export.instrument && other.role == export.role;
    let others_are_named = chosen.exports.iter().filter(same).any(|other| other.people.pair.is_some() || other.people.person.is_some());
    // Named and anonymous answers to one questionnaire do not go together.
    let stand_in = export.raw.filter(|_| others_are_named).and_then(|raw| super::study::name_of(raw, raw.columns.response_id.unwrap_or(0)));
    match stand_in {
        Some(heading) => {
            out.key("person", &heading, Some("no column names a person or a pair; this one stands in its place until you name it"))
        }
        None => {
            out.check("no column names a person or a pair, so that the answers count for the whole program only; name one if there is one");
            let _ = writeln!(out.toml, "anonymous = true\n# person = \"…\"\n# pair = \"…\"");
            out.said.push("anonymous = true  (check)".to_owned());
        }
    }
}

/// What reading the file needs, as far as detection found it.
fn file_keys(out: &mut Writer, export: &Export<'_>, raw: &RawExport, separator: Option<&str>) {
    let has = |rule: &str| raw.findings.as_slice().iter().any(|finding| finding.rule == rule);
    out.column("date", export.dates.column.as_ref());
    if let Some(own) = &export.dates.own {
        let _ = writeln!(out.toml, "# date = {}   # the system's own, used where no other is named", quoted(&comment(own)));
    }
    if let Some((order, cells)) = export.dates.order {
        let word = DateOrder::ALL.iter().find(|(_, known)| *known == order).map_or("ymd", |(word, _)| word);
        let _ = writeln!(out.toml, "# {cells} cells show the order.");
        out.key("date_order", word, None);
    } else if export.dates.undecided {
        out.check("nothing in the column shows whether the day or the month stands first; say it");
        let _ = writeln!(out.toml, "# date_order = \"mdy\"");
        out.decide.push("the order of day and month in its dates; until `date_order` says it, none of them is read".to_owned());
    }
    if has("file.encoding_guessed") {
        out.key("encoding", &raw.encoding, Some("the encoding was guessed; do names and texts look right?"));
    }
    if let Some(sheet) = &raw.sheet {
        let several = has("file.several_sheets").then_some("the workbook has several sheets; is this the one?");
        out.key("sheet", sheet, several);
    }
    if let Some(separator) = separator {
        out.key("separator", separator, Some("cells that hold several choices seem to keep them apart by this"));
    }
    if !raw.not_stated.is_empty() {
        let codes: Vec<String> = raw.not_stated.iter().map(|code| quoted(code)).collect();
        let _ = writeln!(out.toml, "not_stated = [{}]", codes.join(", "));
        out.said.push(format!("not_stated = [{}]", codes.join(", ")));
    } else if has("file.seen_unanswered") {
        out.check("-99 occurs; if it means shown and not answered, remove the # of the next line");
        let _ = writeln!(out.toml, "# not_stated = [\"-99\"]");
    }
}

/// Items whose heading is another than their id.
fn items(out: &mut Writer, export: &Export<'_>) {
    if export.fit.mapped.is_empty() {
        return;
    }
    let _ = writeln!(out.toml, "\n# Item = heading, found by the text of the question.\n[export.items]");
    for (item, heading) in &export.fit.mapped {
        if export.fit.unsure.contains(item) {
            out.check("the text in the file differs from the questionnaire's; is it the same question?");
        }
        let _ = writeln!(out.toml, "{item} = {}", quoted(heading));
    }
    let unsure = export.fit.unsure.len();
    let note = if unsure > 0 { format!(", {unsure} of them by a text that differs  (check)") } else { String::new() };
    out.said.push(format!("items: {} found by the text of the question{note}", export.fit.mapped.len()));
}
