//! Write: pages, results and manifests on disk, as a whole or not at all.

mod atomic;
mod atoms;
mod ledger;
mod lives;
mod manifest;
mod records;
mod register;
mod results;
mod tables;

use std::collections::BTreeMap;
use std::path::Path;

pub use atomic::{OutputFile, read_folder, write_folder, write_new_files};
pub use atoms::atoms_csv;
pub use ledger::{LedgerEntry, Publication, changes_since_published, ledger, publish, published_folders};
pub use lives::{comparisons, curves, episodes};
pub use manifest::{Manifest, keyed_digest, sha256_hex, slashed};
pub use records::{PublishedRelease, RECORDS_FOLDER, marker, published_releases, record_file, remember_record};
pub use register::{REGISTERED_FILE, Vanished, registered_file, remember_pairs, vanished_pairs};
pub use results::{TidyTable, released, restricted};
pub use tables::{csv_bytes, guarded, parquet_bytes, workbook_bytes};

use crate::error::{Error, Result};
use crate::program::plan::Plan;
use crate::render::Document;

/// Name of the manifest in each edition's folder.
pub const MANIFEST_FILE: &str = "manifest.json";
/// Name of the tidy results in each edition's folder.
pub const RESULTS_FILE: &str = "data/results.csv";

/// Name of the atoms in the restricted edition's folder.
pub const ATOMS_FILE: &str = "data/atoms.csv";
/// Name of the private log of the audit in the restricted edition's folder.
pub const AUDIT_LOG_FILE: &str = "audit.log";

/// Everything a run writes.
pub struct Draft {
    /// Released pages.
    pub pages: Vec<Document>,
    /// Released results.
    pub results: TidyTable,
    /// Restricted pages.
    pub restricted_pages: Vec<Document>,
    /// Exact results.
    pub restricted_results: TidyTable,
    /// Further tables of the restricted edition, by name: `data/NAME.csv` and `data/NAME.parquet`.
    pub restricted_tables: Vec<(&'static str, TidyTable)>,
    /// The record of the draft's pairs; see [`remember_pairs`].
    pub registered: OutputFile,
    /// The record of what stands behind the draft; see [`remember_record`].
    pub record: OutputFile,
    /// The list of findings, as CSV bytes.
    pub findings: Vec<u8>,
    /// The atoms of all outcomes, as CSV bytes.
    pub atoms: Vec<u8>,
    /// Texts with numbers that no answer changes.
    pub fixed_texts: Vec<String>,
    /// Rounded counts besides the results that pages may print.
    pub declared_counts: Vec<String>,
}

/// The files of the released edition, as they would stand under `release/`. `audit` is the public statement of what is tried before they ship.
///
/// # Errors
/// If a file cannot be formed.
pub fn released_files(plan: &Plan, period: &str, inputs_digest: &str, draft: &Draft, audit: (&str, &str)) -> Result<Vec<OutputFile>> {
    let statement = vec![OutputFile { path: audit.0.into(), bytes: audit.1.into(), restricted: false }];
    edition("release", plan, period, inputs_digest, draft, statement)
}

/// Writes the draft of a period under `folder`: `restricted/` with the private log of the audit, and `release/` where one passed it; both or neither
/// new. An earlier draft gives way as a whole.
///
/// # Errors
/// If the folder holds other files, or a write fails.
pub fn write_draft(
    folder: &Path,
    plan: &Plan,
    period: &str,
    inputs_digest: &str,
    draft: &Draft,
    released: Option<Vec<OutputFile>>,
    audit_log: &str,
) -> Result<()> {
    let private = |path: &str, bytes: &[u8]| OutputFile { path: path.into(), bytes: bytes.to_vec(), restricted: true };
    let mut further = vec![
        private("findings.csv", &draft.findings),
        private(ATOMS_FILE, &draft.atoms),
        private(AUDIT_LOG_FILE, audit_log.as_bytes()),
        draft.registered.clone(),
        draft.record.clone(),
    ];
    for (name, table) in &draft.restricted_tables {
        further.extend([
            private(&format!("data/{name}.csv"), &csv_bytes(table)?),
            private(&format!("data/{name}.parquet"), &parquet_bytes(table)?),
        ]);
    }
    let restricted = edition("restricted", plan, period, inputs_digest, draft, further)?;
    let inside = |name: &'static str| move |file: OutputFile| OutputFile { path: Path::new(name).join(&file.path), ..file };
    let mut files: Vec<OutputFile> = released.into_iter().flatten().map(inside("release")).collect();
    files.extend(restricted.into_iter().map(inside("restricted")));
    write_folder(folder, &files, "restricted/manifest.json")
}

fn edition(
    name: &str,
    plan: &Plan,
    period: &str,
    inputs_digest: &str,
    draft: &Draft,
    mut files: Vec<OutputFile>,
) -> Result<Vec<OutputFile>> {
    let restricted = name == "restricted";
    let (pages, results) = if restricted { (&draft.restricted_pages, &draft.restricted_results) } else { (&draft.pages, &draft.results) };
    let file = |path: &str, bytes: Vec<u8>| OutputFile { path: path.into(), bytes, restricted };
    files.extend(pages.iter().map(|page| file(&page.file, page.html.clone().into_bytes())));
    files.push(file(RESULTS_FILE, csv_bytes(results)?));
    files.push(file("data/results.parquet", parquet_bytes(results)?));
    if !restricted {
        // People paste from the released tables; the exact ones go into statistics packages.
        files.push(file("data/results.xlsx", workbook_bytes(results, plan.as_of)?));
    }
    let instruments: BTreeMap<String, String> =
        plan.instruments.iter().map(|instrument| (instrument.id.clone(), sha256_hex(instrument.toml.as_bytes()))).collect();
    let manifest = Manifest {
        tool: "mentorscope".into(),
        tool_version: env!("CARGO_PKG_VERSION").into(),
        edition: name.into(),
        period: period.into(),
        as_of: plan.as_of.to_string(),
        seed: plan.seed,
        configuration_sha256: sha256_hex(&plan.source),
        instruments_sha256: instruments,
        inputs_hmac_sha256: inputs_digest.into(),
        metric_versions: manifest::metric_versions(),
        result_rows: results.rows.len(),
        fixed_texts: if restricted { Vec::new() } else { draft.fixed_texts.clone() },
        declared_counts: if restricted { Vec::new() } else { draft.declared_counts.clone() },
        outputs_sha256: manifest::output_digests(&files),
    };
    let json =
        serde_json::to_string_pretty(&manifest).map_err(|error| Error::new(error.to_string(), "report this as a defect of the program"))?;
    files.push(file(MANIFEST_FILE, format!("{json}\n").into_bytes()));
    Ok(files)
}
