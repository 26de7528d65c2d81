//! The files of one release, and everything that can be wrong in their bytes.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::bytes::page::Reader;
use super::bytes::words::Vocabulary;
use super::bytes::{files, parquet};
use super::decimal::Decimal;
use super::declared::{Declared, RESULTS};
use super::report::{Fault, STATEMENT};

/// Name of a release's manifest.
pub const MANIFEST: &str = "manifest.json";
/// Name of the public statement of what was tried.
pub const STATEMENT_FILE: &str = "audit.txt";
/// Fields of the manifest.
const FIELDS: [&str; 14] = [
    "tool",
    "tool_version",
    "edition",
    "period",
    "as_of",
    "seed",
    "configuration_sha256",
    "instruments_sha256",
    "inputs_hmac_sha256",
    "metric_versions",
    "result_rows",
    "fixed_texts",
    "declared_counts",
    "outputs_sha256",
];

/// Letters of a word that does not stand by chance in packed bytes.
const NO_CHANCE: usize = 8;

/// The files of a release by path with forward slashes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What a run knows of its inputs and no byte of a release may hold.
#[derive(Debug, Clone, Default)]
pub struct Identifiers {
    /// Ids, e-mail addresses, names of input files; matched as whole words, without regard to case.
    pub words: Vec<String>,
}

/// Reads the bytes of a release.
pub fn read(files: &Files, earlier: &[Declared], identifiers: &Identifiers, faults: &mut Vec<Fault>) -> Declared {
    let none = Vec::new();
    let mut declared = Declared::read(files.get(RESULTS).unwrap_or(&none), faults);
    declared.index(earlier);
    files::results(&declared, faults);
    let manifest = manifest(files, &declared, faults);
    let texts = |field: &str| -> Vec<String> {
        let list = manifest.get(field).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
    };
    let counts: Vec<Decimal> = texts("declared_counts").iter().filter_map(|count| Decimal::parse(count)).collect();
    if counts.iter().any(|count| count.units % 5 != 0 || count.places > 0) {
        faults.push(Fault::new(MANIFEST, "a count is not rounded to 5".into()));
    }
    let vocabulary = Vocabulary::new(own_words(&manifest, files, &declared).into_iter().chain(texts("fixed_texts")));
    let known: HashSet<String> = identifiers.words.iter().map(|word| word.to_lowercase()).collect();
    let reader = Reader { declared: &declared, vocabulary: &vocabulary, counts: &counts };
    for (name, bytes) in files {
        match name.rsplit('.').next() {
            Some("html") => reader.page(name, bytes, faults),
            Some("parquet") => match parquet::columns(bytes) {
                Some(columns) => files::same_rows(name, &columns, &declared, faults),
                None => faults.push(Fault::new(name, "cannot be read".into())),
            },
            Some("xlsx") => files::workbook(name, bytes, &declared, faults),
            _ if matches!(name.as_str(), RESULTS | MANIFEST) => {}
            _ if name == STATEMENT_FILE && bytes == STATEMENT.as_bytes() => {}
            _ => faults.push(Fault::new(name, "is no file that the auditor knows".into())),
        }
        identifiers_in(name, bytes, &known, faults);
    }
    declared
}

/// The figures of another release.
pub fn figures(files: &Files) -> Declared {
    Declared::read(files.get(RESULTS).map_or(&[][..], Vec::as_slice), &mut Vec::new())
}

/// Texts with numbers that the release itself declares: labels, ids of periods, versions, its digest, how many groups of a table are shown.
fn own_words(manifest: &Value, files: &Files, declared: &Declared) -> Vec<String> {
    let field = |name: &str| manifest.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    let digest = files.get(RESULTS).map_or_else(String::new, |bytes| hex(bytes));
    let mut words = vec![field("tool_version"), field("period"), field("as_of"), digest.chars().take(12).collect(), digest];
    let texts = |column: &'static str| -> HashSet<&str> { declared.figures.iter().map(|figure| figure.text(column)).collect() };
    for column in ["label", "group_label", "period", "reference", "method", "reason"] {
        words.extend(texts(column).into_iter().map(str::to_string));
    }
    for column in ["metric", "scale_or_cause", "instrument", "group", "grouping"] {
        words.extend(texts(column).into_iter().filter(|text| text.chars().any(char::is_alphabetic)).map(str::to_string));
    }
    words.extend(declared.patterns());
    words.sort();
    words.dedup();
    words
}

/// Reads the manifest: known fields only, and the digests of the very files that are there.
fn manifest(files: &Files, declared: &Declared, faults: &mut Vec<Fault>) -> Value {
    let mut wrong = |what: &str| faults.push(Fault::new(MANIFEST, what.into()));
    let Some(Ok(manifest)) = files.get(MANIFEST).map(|bytes| serde_json::from_slice::<Value>(bytes)) else {
        wrong("is missing or cannot be read");
        return Value::Null;
    };
    for field in manifest.as_object().into_iter().flat_map(|fields| fields.keys()) {
        if !FIELDS.contains(&field.as_str()) {
            wrong(&format!("has a field {field}, which the auditor does not know"));
        }
    }
    if manifest.get("result_rows").and_then(Value::as_u64) != Some(declared.figures.len() as u64) {
        wrong("counts other rows than the declared results have");
    }
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !manifest.get("inputs_hmac_sha256").and_then(Value::as_str).is_some_and(is_digest) {
        wrong("the keyed digest of the inputs is no digest");
    }
    let outputs = manifest.get("outputs_sha256").and_then(Value::as_object);
    let named: BTreeMap<&str, &str> =
        outputs.into_iter().flatten().filter_map(|(name, digest)| Some((name.as_str(), digest.as_str()?))).collect();
    for (name, bytes) in files.iter().filter(|(name, _)| *name != MANIFEST) {
        if named.get(name.as_str()) != Some(&hex(bytes).as_str()) {
            wrong(&format!("does not name {name} as it is"));
        }
    }
    if named.keys().any(|name| !files.contains_key(*name)) {
        wrong("names a file that is not there");
    }
    manifest
}

/// The SHA-256 of bytes, hexadecimal.
fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a word reads like the address of a cell, such as `m12`, which the parts of a workbook are full of. What its cells say is compared with the
/// table of results, which is looked through itself.
fn is_address(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_lowercase());
    (1..=3).contains(&(word.len() - digits.len()))
        && !digits.starts_with('0')
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Looks for identifiers as whole words. The private log says how many, not which.
fn identifiers_in(name: &str, bytes: &[u8], known: &HashSet<String>, faults: &mut Vec<Fault>) {
    if known.is_empty() {
        return;
    }
    let is_workbook = name.ends_with(".xlsx");
    let as_it_is = String::from_utf8_lossy(bytes);
    let texts = match name.rsplit('.').next() {
        Some("xlsx") => unzipped(bytes).iter().flat_map(|part| [words_of(part), part.clone()]).collect(),
        Some("parquet") => parquet::columns(bytes).into_iter().flatten().map(|(_, texts)| texts.join("\n")).collect(),
        Some("html") => vec![words_of(&as_it_is), as_it_is.clone().into_owned()],
        _ => vec![as_it_is.clone().into_owned()],
    };
    // Comments and fields around what is read; in packed bytes short words stand by chance.
    let around = matches!(name.rsplit('.').next(), Some("xlsx" | "parquet")).then_some((as_it_is.as_ref(), NO_CHANCE));
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
    let mut found = BTreeSet::new();
    for (text, least) in texts.iter().map(|text| (text.as_str(), 0)).chain(around) {
        let text = text.to_lowercase();
        for word in text.split(|c: char| !is_inside(c)).map(|word| word.trim_matches(['.', '-'])) {
            if word.len() >= least && known.contains(word) && !(is_workbook && is_address(word)) {
                found.insert(word.to_string());
            }
        }
        // Texts of several words, and file names with a folder.
        let of_several = known.iter().filter(|word| word.len() >= least && word.contains(|c: char| !is_inside(c)));
        found.extend(of_several.filter(|word| text.contains(word.as_str())).cloned());
    }
    if !found.is_empty() {
        faults.push(Fault::new(name, format!("holds {} identifiers of the inputs", found.len())));
    }
}

/// What a page or a part of a workbook says once its escapes are undone; nothing where it cannot be read.
fn words_of(markup: &str) -> String {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let Ok(document) = roxmltree::Document::parse_with_options(markup, options) else { return String::new() };
    let texts = document.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text());
    let attributes = document.descendants().flat_map(|node| node.attributes()).map(|attribute| attribute.value());
    texts.chain(attributes).collect::<Vec<_>>().join("\n")
}

fn unzipped(bytes: &[u8]) -> Vec<String> {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else { return Vec::new() };
    (0..archive.len())
        .filter_map(|place| {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut archive.by_index(place).ok()?, &mut text).ok()?;
            Some(text)
        })
        .collect()
}
