//! The plan stage: `program.toml` and instrument files in, a [`plan::Plan`] out.
//!
//! This is the only stage that reads configuration. It walks the parsed TOML by hand, so that it can report **all** faults of all files
//! together, each with file, line, column, caret and remedy: keys that are unknown (with the nearest known one), missing or of the wrong
//! type, names that nothing declares, spans of days that overlap, paths that leave the program's folder, rules of publication below their
//! floor. What comes out is cross-checked to the end: every position it holds is valid, every name it mentions is declared, and later
//! stages index without asking again. Data files (roster, pairs, goals, actions, exports) are named here and read by later stages.
//!
//! | file | reads |
//! |---|---|
//! | `walker`, `value` | tables and values of TOML, with faults |
//! | `fault` | faults, nearest names, source lines with carets |
//! | `calendar` | periods, windows, cohorts |
//! | `people` | demographics and combinations |
//! | `records` | roster, pairs, goals, actions |
//! | `relationships` | log of contacts, what relationships are compared by |
//! | `accounts` | causes that records name; the network of mentors |
//! | `exports` | survey exports; finds and loads their instruments |
//! | `questionnaire` | instrument files |
//! | `rules` | thresholds, privacy, targets |
//! | `confine` | paths that stay inside the program's folder |
//! | `init` | the files that a new program starts from |

pub mod accounts;
mod calendar;
pub mod cause;
mod confine;
mod exports;
mod fault;
mod init;
pub mod instrument;
mod levels;
mod people;
pub mod plan;
mod questionnaire;
mod records;
mod relationships;
mod rules;
#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write the files that this stage reads")]
mod tests;
mod value;
mod walker;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};

use exports::{FaultyFile, Library};
use fault::Faults;
use plan::{ExportPlan, Plan};
use value::{date, placed, text, whole};
use walker::{Names, Section};

pub use confine::confined;
pub use fault::{Fault, render_faults};
pub use init::init_files;
pub use questionnaire::parse_instrument;
pub use rules::{DEFAULT_KEY_FILE, FLOOR_PEOPLE, FLOOR_RATED};

/// Name of the program's file.
pub const PROGRAM_FILE: &str = "program.toml";
/// Folder of a program's own templates.
const REPORTS_FOLDER: &str = "reports";

/// Instruments that the tool brings along: id and TOML text, sorted by id.
pub fn shipped_instruments() -> &'static [(&'static str, &'static str)] {
    &[
        ("institution_annual", include_str!("../../surveys/institution_annual.toml")),
        ("mca_21", include_str!("../../surveys/mca_21.toml")),
        ("mca_26", include_str!("../../surveys/mca_26.toml")),
        ("mentee_quarterly", include_str!("../../surveys/mentee_quarterly.toml")),
        ("mentor_quarterly", include_str!("../../surveys/mentor_quarterly.toml")),
        ("mes", include_str!("../../surveys/mes.toml")),
        ("mfq_9", include_str!("../../surveys/mfq_9.toml")),
    ]
}

/// Reads and cross-checks a program; `root` is its folder or the path of its `program.toml`.
///
/// # Errors
/// Where there is no `program.toml` or it cannot be read as UTF-8 text, and where it or an instrument file that it names has faults:
/// then `detail` shows them all with their lines.
#[allow(clippy::disallowed_methods, reason = "this stage reads the configuration")]
pub fn load_plan(root: &Path) -> Result<Plan> {
    let file = if root.is_dir() { root.join(PROGRAM_FILE) } else { root.to_path_buf() };
    let folder = file.parent().unwrap_or(Path::new(""));
    let bytes = fs::read(&file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Error::new("there is no program.toml", "name the program's folder, or make one with `mentorscope init`").at(&file)
        }
        _ => Error::io("read program.toml", &file, &error),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::new(format!("program.toml is not UTF-8 text: see line {line}"), "save it as UTF-8").at(&file)
    })?;
    let file_name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut plan = read_plan(folder, &file_name, &text).map_err(|faulty| as_error(&faulty).at(&file))?;
    plan.report_overrides = read_overrides(folder)?;
    Ok(plan)
}

/// The program's own templates and style sheet, by file name; none where it has no such folder.
#[allow(clippy::disallowed_methods, reason = "this stage reads the configuration")]
fn read_overrides(root: &Path) -> Result<BTreeMap<String, String>> {
    let folder = &root.join(REPORTS_FOLDER);
    let failed = |error: std::io::Error| Error::io("read the program's own templates", folder, &error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut overrides = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let is_template = path.extension().is_some_and(|extension| extension == "html" || extension == "css");
        if let (true, Some(name)) = (is_template, path.file_name()) {
            let path = confined(root, &Path::new(REPORTS_FOLDER).join(name))?;
            overrides.insert(name.to_string_lossy().into_owned(), fs::read_to_string(&path).map_err(failed)?);
        }
    }
    Ok(overrides)
}

/// The plan of a program's text; instrument files are read from `folder`.
fn read_plan(folder: &Path, file_name: &str, text: &str) -> std::result::Result<Plan, Vec<FaultyFile>> {
    let faults = Faults::new(file_name, text);
    let mut library = Library::new(folder);
    let plan = questionnaire::parse_toml(text, &faults)
        .and_then(|table| read_sections(&Section::root(table.get_ref(), &faults), folder, text, &mut library));
    let mut faulty = std::mem::take(&mut library.faulty);
    let faults = faults.sorted();
    if !faults.is_empty() {
        faulty.insert(0, FaultyFile { text: text.to_owned(), faults });
    }
    let Some(mut plan) = plan.filter(|_| faulty.is_empty()) else { return Err(faulty) };
    let (instruments, positions) = library.into_sorted();
    plan.exports.iter_mut().for_each(|export: &mut ExportPlan| export.instrument = positions[export.instrument]);
    plan.instruments = instruments;
    Ok(plan)
}

/// Every section in turn, without stopping at faults; nothing only after a fault was recorded.
fn read_sections(root: &Section<'_>, folder: &Path, source: &str, library: &mut Library<'_>) -> Option<Plan> {
    let program = root.required_table("program", "[program]");
    let required_text = |key| program.as_ref().and_then(|table| table.required(key, text));
    let (name, institution) = (required_text("name"), required_text("institution"));
    let as_of = program.as_ref().and_then(|table| table.required("as_of", placed(date)));
    let seed = program.as_ref().and_then(|table| table.optional("seed", whole(0..=i64::MAX.unsigned_abs()))).unwrap_or(1);
    program.iter().for_each(Section::done);

    let period_names = Names::new("period");
    let periods = calendar::read_periods(root, &period_names);
    let windows = calendar::read_windows(root, &periods, &period_names);
    let cohorts = calendar::read_cohorts(root);
    if let (Some(as_of), Some(first)) = (&as_of, periods.first())
        && *as_of.get_ref() < first.start
    {
        let message = format!("`as_of` lies before the first period, which starts on {}", first.start);
        root.faults.add(as_of.span(), message, "`as_of` is the day that counts as today");
    }
    let roster = records::read_roster(root);
    let exports = exports::read_exports(root, &period_names, roster.as_ref(), library);
    let demographic_names = Names::new("demographic");
    let demographics = people::read_demographics(root, &demographic_names, library);
    let combinations = people::read_combinations(root, &demographic_names);
    let pairs = records::read_pairs(root);
    let recorded = accounts::read_recorded(root, &demographics, pairs.as_ref());
    let network = accounts::read_network(root, &demographic_names);
    let goals = records::read_goals(root);
    let actions = records::read_actions(root);
    let relationships = relationships::read_relationships(root, &demographic_names);
    let thresholds = rules::read_thresholds(root);
    let privacy = rules::read_privacy(root, &demographic_names);
    let targets = rules::read_targets(root, library);
    root.done();
    Some(Plan {
        report_overrides: BTreeMap::new(),
        root: folder.to_path_buf(),
        source: source.as_bytes().to_vec(),
        name: name?,
        institution: institution?,
        as_of: as_of?.into_inner(),
        seed,
        periods,
        windows,
        cohorts,
        demographics,
        combinations,
        roster: roster?,
        pairs: pairs?,
        recorded,
        network,
        goals,
        actions,
        relationships,
        exports,
        instruments: Vec::new(),
        thresholds,
        privacy,
        targets,
    })
}

fn as_error(faulty: &[FaultyFile]) -> Error {
    let count = |file: &FaultyFile| match file.faults.len() {
        1 => "1 fault".to_owned(),
        n => format!("{n} faults"),
    };
    let name = |file: &FaultyFile| file.faults.first().map(|fault| fault.file.clone()).unwrap_or_default();
    let what: Vec<String> = faulty.iter().map(|file| format!("{} has {}", name(file), count(file))).collect();
    let detail: Vec<String> = faulty.iter().map(|file| render_faults(&file.text, &file.faults)).collect();
    Error::new(what.join(", "), "correct them and run the command again").with_detail(detail.join("\n\n"))
}
