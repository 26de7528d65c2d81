//! Reads the survey exports and the instruments that they name.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::confine::confined;
use super::fault::{Fault, Faults, suggest};
use super::instrument::Instrument;
use super::plan::{DateOrder, ExportPlan, PersonKey, Role, RosterPlan, System, WaveRule};
use super::questionnaire::{ROLES, parse_instrument};
use super::shipped_instruments;
use super::value::{Value, flag, list, one_of, path, separator, text, whole};
use super::walker::{Names, Section};

/// Faults of one file, with its text.
pub(super) struct FaultyFile {
    pub(super) text: String,
    pub(super) faults: Vec<Fault>,
}

/// The instruments that exports have named so far, in order of first mention.
pub(super) struct Library<'r> {
    root: &'r Path,
    /// Name in program.toml, and the instrument unless it is at fault.
    loaded: Vec<(String, Option<Instrument>)>,
    pub(super) faulty: Vec<FaultyFile>,
}

impl<'r> Library<'r> {
    pub(super) fn new(root: &'r Path) -> Self {
        Self { root, loaded: Vec::new(), faulty: Vec::new() }
    }

    /// The instrument of that id, or of that name in program.toml.
    pub(super) fn find(&self, name: &str) -> Option<&Instrument> {
        let known = self.loaded.iter().filter_map(|(as_named, instrument)| Some((as_named, instrument.as_ref()?)));
        known.into_iter().find(|(as_named, instrument)| *as_named == name || instrument.id == name).map(|(_, instrument)| instrument)
    }

    pub(super) fn instruments(&self) -> impl Iterator<Item = &Instrument> + Clone {
        self.loaded.iter().filter_map(|(_, instrument)| instrument.as_ref())
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.instruments().map(|instrument| instrument.id.as_str())
    }

    /// Whether an instrument that an export names could not be read.
    pub(super) fn is_broken(&self) -> bool {
        self.loaded.iter().any(|(_, instrument)| instrument.is_none())
    }

    /// The instruments sorted by id, and per position of first mention its position among them.
    pub(super) fn into_sorted(self) -> (Vec<Instrument>, Vec<usize>) {
        let mut order: Vec<(usize, Instrument)> =
            self.loaded.into_iter().enumerate().filter_map(|(at, (_, instrument))| Some((at, instrument?))).collect();
        order.sort_by(|a, b| a.1.id.cmp(&b.1.id));
        let mut positions = vec![0; order.len()];
        for (now, (before, _)) in order.iter().enumerate() {
            if let Some(position) = positions.get_mut(*before) {
                *position = now;
            }
        }
        (order.into_iter().map(|(_, instrument)| instrument).collect(), positions)
    }

    /// Position of the instrument that the value names; reads it on first mention.
    fn load(&mut self, value: Value<'_>) -> Option<usize> {
        let name = text(value)?;
        if let Some(at) = self.loaded.iter().position(|(known, _)| *known == name) {
            return self.loaded[at].1.is_some().then_some(at);
        }
        let shipped = shipped_instruments().iter().find(|(id, _)| *id == name).map(|(_, text)| (*text).to_owned());
        let source = shipped.or_else(|| if is_path(&name) { self.read_file(value) } else { unknown_instrument(&name, value) });
        let mut instrument = source.and_then(|source| self.parse(&name, source));
        if let Some(twin) = instrument.as_ref().and_then(|instrument| self.find(&instrument.id)) {
            let message = format!("`{name}` has the id `{}`, which another instrument of this program has", twin.id);
            instrument = value.fault(message, "name one file for one instrument, or give the instrument an id of its own");
        }
        self.loaded.push((name, instrument));
        self.loaded.last()?.1.is_some().then_some(self.loaded.len() - 1)
    }

    #[allow(clippy::disallowed_methods, reason = "this stage reads the configuration")]
    fn read_file(&self, value: Value<'_>) -> Option<String> {
        let file = path(value)?;
        let shown = file.display();
        let place = self.root.join(&file);
        if place.exists()
            && let Err(error) = confined(self.root, &file)
        {
            return value.fault(format!("the instrument `{shown}` cannot be read: {}", error.what), error.next);
        }
        match fs::read_to_string(place) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => value
                .fault(format!("there is no instrument file `{shown}`"), "put it into the program's folder, or name a shipped instrument"),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                value.fault(format!("the file `{shown}` is not UTF-8 text"), "save it as UTF-8")
            }
            Err(error) => value.fault(format!("could not read `{shown}`: {error}"), "check that it is a file and that you may read it"),
        }
    }

    fn parse(&mut self, name: &str, text: String) -> Option<Instrument> {
        parse_instrument(name, &text).map_err(|faults| self.faulty.push(FaultyFile { text, faults })).ok()
    }
}

fn is_path(name: &str) -> bool {
    name.ends_with(".toml") || name.contains(['/', '\\'])
}

fn unknown_instrument(name: &str, value: Value<'_>) -> Option<String> {
    let help = suggest(name, shipped_instruments().iter().map(|(id, _)| *id));
    value.fault(format!("unknown instrument `{name}`"), format!("{help}; your own instrument is named by its path, which ends in .toml"))
}

/// Survey exports in their order. `ExportPlan::instrument` holds the position of first mention in the library.
pub(super) fn read_exports(root: &Section<'_>, periods: &Names, roster: Option<&RosterPlan>, library: &mut Library<'_>) -> Vec<ExportPlan> {
    let files = Names::new("file");
    let tables = root.required_tables("export", "[[export]]", "name at least one survey export with file, instrument and wave");
    let exports: Vec<ExportPlan> = tables.iter().filter_map(|table| read_export(table, &files, periods, roster, library)).collect();
    for (table, export) in tables.iter().zip(&exports).filter(|_| tables.len() == exports.len()) {
        let same = |other: &&ExportPlan| other.instrument == export.instrument && other.role == export.role;
        if export.anonymous && exports.iter().filter(same).any(|other| !other.anonymous) {
            table.fault(
                "this export is anonymous, and another one of the same instrument is not",
                "name two instruments, or make both anonymous",
            );
        }
    }
    exports
}

fn read_export<'a>(
    table: &Section<'a>,
    files: &Names,
    periods: &Names,
    roster: Option<&RosterPlan>,
    library: &mut Library<'_>,
) -> Option<ExportPlan> {
    let relative = |value: Value<'a>| path(value).map(|path| path.to_string_lossy().into_owned());
    let file = table.required("file", files.declare(relative));
    let instrument = table.required("instrument", |value| library.load(value));
    let questionnaire = instrument.and_then(|at| library.loaded[at].1.as_ref());
    let role = table.optional("role", one_of(ROLES)).or(questionnaire.map(|questionnaire| questionnaire.role));
    let system = table.optional("system", one_of(System::ALL));
    let wave = table.required("wave", |value| match text(value)?.as_str() {
        "by date" => Some(WaveRule::ByDate),
        _ => periods.mention(value).map(WaveRule::Fixed),
    });
    let encoding = table.optional("encoding", encoding);
    let headings = Names::new("column");
    let person = table.optional("person", headings.declare(text));
    let pair = table.optional("pair", headings.declare(text));
    let date = table.optional("date", headings.declare(text));
    let date_order = table.optional("date_order", one_of(DateOrder::ALL));
    let sheet = table.optional("sheet", text);
    let separator = table.optional("separator", separator);
    let codes = Names::new("text");
    let not_stated = table.optional("not_stated", list(codes.declare(text))).unwrap_or_default();
    let items = table.table("items", "`items`").map(|items| read_items(&items, questionnaire, &headings)).unwrap_or_default();
    let anonymous = table.optional("anonymous", flag).unwrap_or(false);
    let person_is = read_person_key(table, roster);
    if anonymous {
        let why = "nobody can say who gave anonymous answers";
        ["person", "person_is", "pair"].into_iter().for_each(|key| table.forbid(key, why));
    } else if role.is_some_and(|role| role != Role::Institution) && table.value("pair").is_none() && table.value("person").is_none() {
        table.fault(
            "the export lacks `pair`",
            "name the column with the pair id, or `person` where each has one open pair at a time, or write `anonymous = true`",
        );
    }
    if wave == Some(WaveRule::ByDate) && system == Some(System::Csv) && table.value("date").is_none() {
        table.fault(
            "the export lacks `date`",
            "name the column with the response date: a plain CSV file has none of its own, and `wave` is \"by date\"",
        );
    }
    table.done();
    Some(ExportPlan {
        file: PathBuf::from(file?),
        instrument: instrument?,
        role: role?,
        system,
        wave: wave?,
        encoding,
        person,
        person_is,
        pair,
        anonymous,
        date,
        date_order,
        sheet,
        separator,
        items,
        not_stated,
    })
}

/// What the column that says who answered holds; the roster must have it too.
fn read_person_key(table: &Section<'_>, roster: Option<&RosterPlan>) -> PersonKey {
    const WORDS: &[(&str, PersonKey)] = &[
        ("id", PersonKey::Id),
        ("email", PersonKey::Email),
        ("email_sha256", PersonKey::EmailSha256),
        ("code", PersonKey::Code { tolerance: 0 }),
    ];
    let key = table.optional("person_is", one_of(WORDS)).unwrap_or(PersonKey::Id);
    let tolerance = table.optional("code_tolerance", whole(0..=2)).unwrap_or(0);
    let (known, column) = match key {
        PersonKey::Id => (true, ""),
        PersonKey::Email | PersonKey::EmailSha256 => (roster.is_none_or(|roster| roster.email.is_some()), "email"),
        PersonKey::Code { .. } => (roster.is_none_or(|roster| roster.code.is_some()), "code"),
    };
    if let (false, Some(value)) = (known, table.value("person_is")) {
        value.report(format!("the roster has no `{column}` to find people by"), format!("name its column: `{column} = \"…\"` in [roster]"));
    }
    match key {
        PersonKey::Code { .. } => PersonKey::Code { tolerance },
        other => {
            table.forbid("code_tolerance", "it goes with `person_is = \"code\"`");
            other
        }
    }
}

/// A label of the WHATWG encoding standard.
fn encoding(value: Value<'_>) -> Option<String> {
    const COMMON: [&str; 6] = ["utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "utf-16le", "macintosh"];
    let label = text(value)?;
    if encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).is_some() {
        return Some(label);
    }
    value.fault(format!("unknown encoding `{label}`"), suggest(&label, COMMON.into_iter()))
}

fn read_items(table: &Section<'_>, instrument: Option<&Instrument>, headings: &Names) -> BTreeMap<String, String> {
    let mut items = BTreeMap::new();
    for (item, value) in table.entries() {
        check_item(&item, instrument, table.faults);
        if let Some(heading) = headings.declare(text)(value) {
            items.insert((*item.get_ref()).to_owned(), heading);
        }
    }
    items
}

fn check_item(item: &Spanned<&str>, instrument: Option<&Instrument>, faults: &Faults<'_>) {
    let Some(instrument) = instrument else { return };
    if !instrument.items.iter().any(|known| known.id == *item.get_ref()) {
        let message = format!("instrument `{}` has no item `{}`", instrument.id, item.get_ref());
        faults.add(item.span(), message, suggest(item.get_ref(), instrument.items.iter().map(|known| known.id.as_str())));
    }
}
