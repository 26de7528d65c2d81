//! Private records of what stood behind each published release, so that no later figure says together with an earlier one what few people changed.

#![allow(clippy::disallowed_methods)] // Reads what this stage wrote.

use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::{private_folder, replace_file};
use super::ledger::published_folders;
use super::manifest::{Manifest, derived_key, sha256_hex};
use super::{MANIFEST_FILE, OutputFile, RESULTS_FILE};
use crate::analyze::Marker;
use crate::disclose::{EarlierRelease, Record};
use crate::error::{Error, Result};

/// Name of the record in the restricted edition of a draft.
pub const RECORD_FILE: &str = "record.json";
/// Folder of the records in the program's folder.
pub const RECORDS_FOLDER: &str = "records";

/// The marker under a program's key, of people's ids in the order of their codes.
pub fn marker<'a>(key: &[u8], people: impl Iterator<Item = &'a str>) -> Marker {
    Marker::new(derived_key(key, "atoms"), people)
}

/// The file of a draft.
///
/// # Errors
/// None that data could cause.
pub fn record_file(record: &Record) -> Result<OutputFile> {
    let json = serde_json::to_string(record).map_err(|error| Error::new(error.to_string(), "report this as a defect of the program"))?;
    Ok(OutputFile { path: RECORD_FILE.into(), bytes: format!("{json}\n").into_bytes(), restricted: true })
}

/// A release that was published.
#[derive(Debug, Clone)]
pub struct PublishedRelease {
    /// Its folder.
    pub folder: PathBuf,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
    /// What stood behind it; none where an earlier version of the program published it.
    pub record: Option<Record>,
}

impl PublishedRelease {
    /// Its figures, with what stood behind them.
    ///
    /// # Errors
    /// If its results cannot be read.
    pub fn read(&self) -> Result<EarlierRelease> {
        let path = self.folder.join(RESULTS_FILE);
        let results = fs::read(&path).map_err(|error| Error::io("read a published release", &path, &error))?;
        EarlierRelease::read(&results, self.record.clone()).map_err(|error| error.at(&path))
    }
}

/// All releases that were published, those before their corrections included.
///
/// # Errors
/// If a published folder or a record cannot be read.
pub fn published_releases(root: &Path) -> Result<Vec<PublishedRelease>> {
    let release = |folder: PathBuf| {
        let path = folder.join(MANIFEST_FILE);
        let bytes = fs::read(&path).map_err(|error| Error::io("read a published release", &path, &error))?;
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| {
            Error::new("the manifest of a published release cannot be read", "restore the published folder from a backup").at(&path)
        })?;
        let manifest_sha256 = sha256_hex(&bytes);
        let place = place(root, &manifest.period, &manifest_sha256);
        let record = match fs::read(&place) {
            Ok(bytes) => Some(serde_json::from_slice(&bytes).map_err(|_| {
                Error::new("the record of a published release cannot be read", "restore it from a backup; it must not be edited").at(&place)
            })?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::io("read the record of a published release", &place, &error)),
        };
        Ok(PublishedRelease { folder, manifest_sha256, record })
    };
    published_folders(root)?.into_iter().map(release).collect()
}

fn place(root: &Path, period: &str, manifest_sha256: &str) -> PathBuf {
    root.join(RECORDS_FOLDER).join(format!("{period}.{}.json", &manifest_sha256[..16]))
}

/// Keeps the record of a draft that is about to be published. Doing so twice changes nothing.
///
/// # Errors
/// If the draft's record is missing or was touched, if releases were published since with other answers, or the record cannot be written.
pub fn remember_record(root: &Path, drafts: &Path, period: &str) -> Result<()> {
    let draft = drafts.join(period);
    let next = format!("run `mentorscope run --period {period}` again, and publish with both editions in place");
    let failed = |what: &str| Error::new(what.to_string(), next.clone()).at(&draft);
    let read = |file: &str| fs::read(draft.join(file));
    let manifest = read("restricted/manifest.json").map_err(|_| failed("the draft's restricted edition has no manifest"))?;
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|_| failed("the draft's manifest cannot be read"))?;
    let bytes = read("restricted/record.json").map_err(|_| failed("the draft has no record of what stands behind it"))?;
    if manifest.outputs_sha256.get(RECORD_FILE) != Some(&sha256_hex(&bytes)) {
        return Err(failed("the draft's record of what stands behind it is not what was written"));
    }
    let record: Record =
        serde_json::from_slice(&bytes).map_err(|_| failed("the draft's record of what stands behind it cannot be read"))?;
    let released = read("release/manifest.json").map_err(|_| failed("there is no draft of the release"))?;
    let manifest_sha256 = sha256_hex(&released);
    for release in published_releases(root)? {
        let is_known = release.manifest_sha256 == manifest_sha256 || record.held_against.contains(&release.manifest_sha256);
        let agrees = || release.record.as_ref().is_some_and(|earlier| record.agrees(earlier));
        if !is_known && !agrees() {
            return Err(failed("since the draft was made, a release was published with other answers"));
        }
    }
    private_folder(&root.join(RECORDS_FOLDER))?;
    replace_file(&place(root, period, &manifest_sha256), &bytes)
}
