//! Digests, and the manifest that lists them.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::atomic::OutputFile;
use crate::analyze::METRICS;

/// What made an output and what it holds. Its fields are the same whatever the respondents answered, but for the digests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `mentorscope`.
    pub tool: String,
    /// Version of the program that wrote it.
    pub tool_version: String,
    /// Edition: `release` or `restricted`.
    pub edition: String,
    /// Period reported on.
    pub period: String,
    /// The as-of date.
    pub as_of: String,
    /// Seed of the methods that draw random numbers.
    pub seed: u64,
    /// SHA-256 of `program.toml`.
    pub configuration_sha256: String,
    /// SHA-256 of each instrument's definition.
    pub instruments_sha256: BTreeMap<String, String>,
    /// HMAC-SHA-256 over all input files, under the program's key: it shows the key's holder that the inputs are the same, and nobody else anything.
    pub inputs_hmac_sha256: String,
    /// Formula version of each metric.
    pub metric_versions: BTreeMap<String, u32>,
    /// Rows of the results.
    pub result_rows: usize,
    /// Texts with numbers that come from the configuration and the tool itself, whatever anybody answered; only in a release, where the audit reads them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed_texts: Vec<String>,
    /// Counts besides the results, rounded, that pages may print; only in a release.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declared_counts: Vec<String>,
    /// SHA-256 of each output file.
    pub outputs_sha256: BTreeMap<String, String>,
}

/// The SHA-256 of bytes, hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The keyed digest of input files, given by name and SHA-256.
pub fn keyed_digest(key: &[u8], inputs: &[(String, [u8; 32])]) -> String {
    let mut inputs: Vec<&(String, [u8; 32])> = inputs.iter().collect();
    inputs.sort();
    // A key of any length is accepted by HMAC.
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    for (name, digest) in inputs {
        mac.update(name.as_bytes());
        mac.update(&[0]);
        mac.update(digest);
    }
    hex(&mac.finalize().into_bytes())
}

/// A key for one purpose, derived from the program's.
pub fn derived_key(key: &[u8], purpose: &str) -> [u8; 16] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(b"key for ");
    mac.update(purpose.as_bytes());
    std::array::from_fn({
        let bytes = mac.finalize().into_bytes();
        move |place| bytes[place]
    })
}

/// Formula versions of all metrics.
pub fn metric_versions() -> BTreeMap<String, u32> {
    METRICS.iter().map(|metric| (metric.id.to_string(), metric.formula_version)).collect()
}

/// Digests of output files by path, with forward slashes.
pub fn output_digests(files: &[OutputFile]) -> BTreeMap<String, String> {
    files.iter().map(|file| (slashed(file), sha256_hex(&file.bytes))).collect()
}

/// A file's path with forward slashes.
pub fn slashed(file: &OutputFile) -> String {
    file.path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_match_published_vectors() {
        // FIPS 180-4, "abc".
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn the_keyed_digest_depends_on_key_names_and_content_but_not_on_order() {
        let (one, two) = (("a.csv".to_string(), [1; 32]), ("b.csv".to_string(), [2; 32]));
        let digest = keyed_digest(b"key", &[one.clone(), two.clone()]);
        assert_eq!(digest.len(), 64);
        assert_eq!(digest, keyed_digest(b"key", &[two.clone(), one.clone()]));
        assert_ne!(digest, keyed_digest(b"other", &[one.clone(), two.clone()]));
        assert_ne!(digest, keyed_digest(b"key", &[one.clone(), ("b.csv".into(), [3; 32])]));
        assert_ne!(digest, keyed_digest(b"key", &[one, ("c.csv".into(), [2; 32])]));
    }
}
