//! What a later run needs to notice that pairs vanished from the register: keyed digests of the ids of all pairs that a publication counted.

#![allow(clippy::disallowed_methods)] // Reads what this stage wrote.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::atomic::replace_file;
use super::manifest::{Manifest, hex, sha256_hex};
use super::{MANIFEST_FILE, OutputFile};
use crate::error::{Error, Result};

/// Name of the file, in the restricted edition of a draft and in the program's folder.
pub const REGISTERED_FILE: &str = "registered.json";
/// Bytes of a digest that are kept: 128 bits.
const KEPT: usize = 16;

/// Pairs by the keyed digest of their id, for each key under which something was published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Registered {
    records: Vec<Record>,
}

/// The pairs under one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// Digest that tells the key from others.
    key: String,
    /// Digests of the pairs' ids, sorted.
    pairs: BTreeSet<String>,
}

/// What the record of earlier publications says of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vanished {
    /// How many of their pairs it no longer has, those apart that are known from elsewhere.
    Pairs {
        /// All that are gone.
        gone: u64,
        /// Those of them that no other file names either.
        unknown: u64,
    },
    /// The record was made under another key, or cannot be read.
    NotComparable,
}

fn digest(key: &[u8], kind: &str, text: &str) -> String {
    // A key of any length is accepted by HMAC.
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(kind.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes()[..KEPT])
}

fn record<'a>(key: &[u8], pairs: impl Iterator<Item = &'a str>) -> Record {
    Record { key: digest(key, "key", ""), pairs: pairs.map(|pair| digest(key, "pair", pair)).collect() }
}

/// The file of a draft: digests of the ids of its pairs.
///
/// # Errors
/// None that data could cause.
pub fn registered_file<'a>(key: &[u8], pairs: impl Iterator<Item = &'a str>) -> Result<OutputFile> {
    let bytes = bytes(&Registered { records: vec![record(key, pairs)] })?;
    Ok(OutputFile { path: REGISTERED_FILE.into(), bytes, restricted: true })
}

fn bytes(registered: &Registered) -> Result<Vec<u8>> {
    let text =
        serde_json::to_string(registered).map_err(|error| Error::new(error.to_string(), "report this as a defect of the program"))?;
    Ok(format!("{text}\n").into_bytes())
}

/// Adds the pairs of a draft to those that publications of the program have counted. Doing so twice changes nothing.
///
/// # Errors
/// If the draft's restricted edition is missing or was touched, or the record cannot be read or written.
pub fn remember_pairs(root: &Path, drafts: &Path, period: &str) -> Result<()> {
    let draft = drafts.join(period).join("restricted");
    let next = format!("run `mentorscope run --period {period}` again, and publish with both editions in place");
    let failed = |what: &str| Error::new(what.to_string(), next.clone()).at(&draft);
    let drafted = fs::read(draft.join(REGISTERED_FILE)).map_err(|_| failed("the draft has no record of its pairs"))?;
    let manifest = fs::read(draft.join(MANIFEST_FILE)).map_err(|_| failed("the draft's restricted edition has no manifest"))?;
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|_| failed("the draft's manifest cannot be read"))?;
    if manifest.outputs_sha256.get(REGISTERED_FILE) != Some(&sha256_hex(&drafted)) {
        return Err(failed("the draft's record of its pairs is not what was written"));
    }
    let drafted: Registered = serde_json::from_slice(&drafted).map_err(|_| failed("the draft's record of its pairs cannot be read"))?;
    let place = root.join(REGISTERED_FILE);
    let mut all = match fs::read(&place) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| {
            Error::new("the record of published pairs cannot be read", "restore it from a backup; it must not be edited").at(&place)
        })?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Registered::default(),
        Err(error) => return Err(Error::io("read the record of published pairs", &place, &error)),
    };
    for record in drafted.records {
        match all.records.iter_mut().find(|known| known.key == record.key) {
            Some(known) => known.pairs.extend(record.pairs),
            None => all.records.push(record),
        }
    }
    all.records.sort_by(|left, right| left.key.cmp(&right.key));
    replace_file(&place, &bytes(&all)?)
}

/// Holds the ids of a register against the pairs of all earlier publications; none where nothing was published. `key` is none where the program has
/// none. Ids that are `excused` may be missing; `elsewhere` are missing ones that other files name.
///
/// # Errors
/// If the record is there and cannot be opened.
pub fn vanished_pairs<'a>(
    root: &Path,
    key: Option<&[u8]>,
    register: impl Iterator<Item = &'a str>,
    excused: impl Iterator<Item = &'a str>,
    elsewhere: impl Iterator<Item = &'a str>,
) -> Result<Option<Vanished>> {
    let place = root.join(REGISTERED_FILE);
    let bytes = match fs::read(&place) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("read the record of published pairs", &place, &error)),
    };
    let (Some(key), Ok(registered)) = (key, serde_json::from_slice::<Registered>(&bytes)) else { return Ok(Some(Vanished::NotComparable)) };
    let now = record(key, register.chain(excused));
    let elsewhere = record(key, elsewhere);
    let Some(before) = registered.records.iter().find(|record| record.key == now.key) else { return Ok(Some(Vanished::NotComparable)) };
    let gone: BTreeSet<&String> = before.pairs.difference(&now.pairs).collect();
    let unknown = gone.iter().filter(|pair| !elsewhere.pairs.contains(**pair)).count() as u64;
    Ok(Some(Vanished::Pairs { gone: gone.len() as u64, unknown }))
}
