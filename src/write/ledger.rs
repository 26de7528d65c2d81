//! Publishing: a verified draft is copied byte for byte, and the ledger remembers it.

#![allow(clippy::disallowed_methods)] // Reads what this stage wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{OutputFile, append_line, read_folder, write_folder, write_new_files};
use super::manifest::{Manifest, output_digests, sha256_hex};
use super::{MANIFEST_FILE, RESULTS_FILE};
use crate::error::{Error, Result};
use crate::present::ChangedFigure;

const LEDGER_FILE: &str = "ledger.jsonl";
const PUBLISHED_FOLDER: &str = "published";

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Number of the publication, from 1.
    pub number: u64,
    /// Period published.
    pub period: String,
    /// 0 for the first publication of the period, then 1, 2, … for its corrections.
    pub correction: u64,
    /// The as-of date of the run.
    pub as_of: String,
    /// SHA-256 of the manifest.
    pub manifest_sha256: String,
}

/// What publishing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publication {
    /// The same release is published already.
    Already(PathBuf),
    /// The first publication of the period.
    New(PathBuf),
    /// A numbered correction, with the list of what changed.
    Correction {
        /// Where it is.
        folder: PathBuf,
        /// Its number.
        number: u64,
        /// The list of changed figures.
        erratum: PathBuf,
    },
}

/// Publishes the draft of a period.
///
/// # Errors
/// If there is no draft, a file of it is not the one that its manifest names, or a write fails.
pub fn publish(root: &Path, drafts: &Path, period: &str) -> Result<Publication> {
    let draft = drafts.join(period).join("release");
    if !draft.join(MANIFEST_FILE).is_file() {
        let next = format!("run `mentorscope run --period {period}` first");
        return Err(Error::new(format!("there is no draft of {period}"), next).at(draft));
    }
    let files = read_folder(&draft)?;
    let manifest = verify(&draft, &files, period)?;
    let manifest_sha256 =
        files.iter().find(|file| file.path == Path::new(MANIFEST_FILE)).map(|file| sha256_hex(&file.bytes)).unwrap_or_default();

    let entries = ledger(root)?;
    let earlier = entries.iter().rfind(|entry| entry.period == period);
    let folder = root.join(PUBLISHED_FOLDER).join(period);
    if earlier.is_some_and(|entry| entry.manifest_sha256 == manifest_sha256) && folder.join(MANIFEST_FILE).is_file() {
        return Ok(Publication::Already(folder));
    }
    let correction = earlier.map_or(0, |entry| entry.correction + 1);
    let mut published = Publication::New(folder.clone());
    if earlier.is_some() {
        let before = read_folder(&folder)?;
        let kept = root.join(PUBLISHED_FOLDER).join(format!("{period}.before-correction-{correction}"));
        write_new_files(&kept, &before)?;
        let changed = changed_figures(&results_of(&before), &results_of(&files))?;
        let erratum = format!("{period}.erratum-{correction}.csv");
        write_new_files(
            &root.join(PUBLISHED_FOLDER),
            &[OutputFile { path: erratum.clone().into(), bytes: erratum_bytes(&changed)?, restricted: false }],
        )?;
        published =
            Publication::Correction { folder: folder.clone(), number: correction, erratum: root.join(PUBLISHED_FOLDER).join(erratum) };
    }
    write_folder(&folder, &files, MANIFEST_FILE)?;
    let number = entries.last().map_or(1, |entry| entry.number + 1);
    let entry = LedgerEntry { number, period: period.to_string(), correction, as_of: manifest.as_of, manifest_sha256 };
    let line = serde_json::to_string(&entry).map_err(|error| Error::new(error.to_string(), "report this as a defect of the program"))?;
    append_line(&root.join(LEDGER_FILE), &line)?;
    Ok(published)
}

/// Checks that the draft holds exactly the files that its manifest names, with their digests.
fn verify(draft: &Path, files: &[OutputFile], period: &str) -> Result<Manifest> {
    let next = format!("run `mentorscope run --period {period}` again, and change nothing in the draft");
    let manifest =
        files.iter().find(|file| file.path == Path::new(MANIFEST_FILE)).map(|file| serde_json::from_slice::<Manifest>(&file.bytes));
    let Some(Ok(manifest)) = manifest else { return Err(Error::new("the draft's manifest cannot be read", next).at(draft)) };
    let mut found = output_digests(files);
    found.remove(MANIFEST_FILE);
    let differing: Vec<&str> = found
        .iter()
        .filter(|(name, digest)| manifest.outputs_sha256.get(*name) != Some(digest))
        .map(|(name, _)| name.as_str())
        .chain(manifest.outputs_sha256.keys().filter(|name| !found.contains_key(*name)).map(String::as_str))
        .collect();
    if !differing.is_empty() {
        return Err(Error::new("the draft is not what was written", next)
            .at(draft)
            .with_detail(format!("changed, added or missing: {}", differing.join(", "))));
    }
    if manifest.period != period {
        return Err(Error::new(format!("the draft is of {}", manifest.period), next).at(draft));
    }
    Ok(manifest)
}

/// The ledger's entries in order; none where nothing was published.
///
/// # Errors
/// If a line cannot be read: a ledger that is damaged must not be passed over.
pub fn ledger(root: &Path) -> Result<Vec<LedgerEntry>> {
    let path = root.join(LEDGER_FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read the ledger", &path, &error)),
    };
    let entries = text.lines().enumerate().map(|(line, text)| {
        serde_json::from_str(text).map_err(|error| {
            Error::new(
                format!("line {} of the ledger cannot be read: {error}", line + 1),
                "restore the ledger from a backup; it must not be edited",
            )
            .at(&path)
        })
    });
    entries.collect()
}

/// Folders of everything that was published, releases before their corrections included, sorted by name.
///
/// # Errors
/// If the ledger or the folder cannot be read.
pub fn published_folders(root: &Path) -> Result<Vec<PathBuf>> {
    if ledger(root)?.is_empty() {
        return Ok(Vec::new());
    }
    let place = root.join(PUBLISHED_FOLDER);
    let failed = |error: std::io::Error| Error::io("read the published releases", &place, &error);
    let mut folders = Vec::new();
    for entry in fs::read_dir(&place).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.join(MANIFEST_FILE).is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// Figures of earlier publications of other periods that the new results give differently.
///
/// # Errors
/// If the ledger or a published folder cannot be read.
pub fn changes_since_published(root: &Path, period: &str, results_csv: &[u8]) -> Result<Vec<ChangedFigure>> {
    let now = parse_results(results_csv)?;
    let mut latest: BTreeMap<String, LedgerEntry> = BTreeMap::new();
    for entry in ledger(root)? {
        latest.insert(entry.period.clone(), entry);
    }
    let mut changes = Vec::new();
    for entry in latest.values().filter(|entry| entry.period != period) {
        let path = root.join(PUBLISHED_FOLDER).join(&entry.period).join(RESULTS_FILE);
        let bytes = fs::read(&path).map_err(|error| Error::io("read a published release", &path, &error))?;
        for change in compare(&parse_results(&bytes)?, &now) {
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
    }
    Ok(changes)
}

fn results_of(files: &[OutputFile]) -> Vec<u8> {
    files.iter().find(|file| file.path == Path::new(RESULTS_FILE)).map(|file| file.bytes.clone()).unwrap_or_default()
}

fn changed_figures(before: &[u8], after: &[u8]) -> Result<Vec<ChangedFigure>> {
    Ok(compare(&parse_results(before)?, &parse_results(after)?))
}

/// What a row says, by what it is about.
type Rows = BTreeMap<Vec<String>, Row>;

struct Row {
    label: String,
    group: String,
    period: String,
    unit: String,
    says: String,
}

/// Columns that say what a row is about.
const KEY_COLUMNS: [&str; 8] = ["metric", "scale_or_cause", "role", "period", "grouping", "group", "contrast", "reference"];

fn parse_results(bytes: &[u8]) -> Result<Rows> {
    let failed =
        |error: csv::Error| Error::new(format!("published results cannot be read: {error}"), "restore the published folder from a backup");
    let mut reader = csv::Reader::from_reader(bytes);
    let headers = reader.headers().map_err(failed)?.clone();
    let mut rows = Rows::new();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let cell = |name: &str| headers.iter().position(|header| header == name).and_then(|column| record.get(column)).unwrap_or_default();
        // What is counted since an action grows with every run and is no earlier figure.
        if !matches!(cell("period_kind"), "period" | "window") {
            continue;
        }
        let range = if cell("ci_lower").is_empty() { String::new() } else { format!(" ({} to {})", cell("ci_lower"), cell("ci_upper")) };
        let says = match cell("shown") {
            "value" => format!("{}{range}", cell("estimate")),
            bound @ ("at_least" | "at_most") => format!("{} {}", bound.replace('_', " "), cell("bound")),
            other => other.replace('_', " "),
        };
        let key = KEY_COLUMNS.iter().map(|name| cell(name).to_string()).collect();
        let row = Row {
            label: cell("label").to_string(),
            group: cell("group_label").to_string(),
            period: cell("period").to_string(),
            unit: cell("unit").to_string(),
            says,
        };
        rows.insert(key, row);
    }
    Ok(rows)
}

fn compare(before: &Rows, after: &Rows) -> Vec<ChangedFigure> {
    before
        .iter()
        .filter_map(|(key, was)| {
            let now = after.get(key).filter(|now| now.says != was.says)?;
            Some(ChangedFigure {
                label: was.label.clone(),
                period: was.period.clone(),
                group: was.group.clone(),
                unit: was.unit.clone(),
                was: was.says.clone(),
                now: now.says.clone(),
            })
        })
        .collect()
}

fn erratum_bytes(changes: &[ChangedFigure]) -> Result<Vec<u8>> {
    let failed = |error: csv::Error| Error::new(format!("could not form the erratum: {error}"), "report this as a defect of the program");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["figure", "period", "group", "unit", "was", "now"]).map_err(failed)?;
    for change in changes {
        let cells = [&change.label, &change.period, &change.group, &change.unit, &change.was, &change.now];
        writer.write_record(cells.map(|cell| super::tables::guarded(cell))).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| failed(error.into_error().into()))
}
