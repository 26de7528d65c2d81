//! `RawExport`: one survey export as headings, system columns and a stream of text cells.

use std::path::Path;
use std::sync::OnceLock;

use csv::StringRecord;

use super::adapter::{self, Adapter, Layout, Probe, Remark, RowKind, RowView, SystemColumns};
use super::content;
use super::conventions::CellEvidence;
use super::date_reader::DateReader;
use super::dialect::{Delimiter, LineEndings};
use super::faults::{about, printable, unusable};
use super::files::{Contents, read_any, read_export_bytes};
use super::headings::{HeadingFault, Headings, check_headings};
use super::matching::FoldedLabel;
use super::record::Cells;
use super::redcap;
use super::scan::{Scan, scan, scan_blocks};
use super::source::Source;
use super::spss::SavDictionary;
use super::spss_file;
use super::workbook::{InProcess, WorkbookReader};
use crate::error::Result;
use crate::finding::{Finding, Findings, Severity};
use crate::program::plan::{DateOrder, ExportPlan, System};

/// What `program.toml` says about a file. Nothing declared means: found in the file.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// Export system.
    pub system: Option<System>,
    /// Encoding label (WHATWG) of a file that is neither UTF-8 nor has a byte order mark.
    pub encoding: Option<String>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Order of the numbers in dates that do not begin with the year.
    pub date_order: Option<DateOrder>,
}

/// One export file. Its text is kept once; cells are handed out row by row.
pub struct RawExport {
    /// Path relative to the program's folder, as findings name it.
    pub file: String,
    /// Declared or detected system.
    pub system: System,
    /// Kind of file within the system, in words.
    pub variant: String,
    /// Why it was taken for that, in words.
    pub evidence: String,
    /// Name of the encoding in lower case, such as `utf-8`.
    pub encoding: String,
    /// Whether the file begins with a byte order mark.
    pub bom: bool,
    /// Sheet that was read, of a workbook.
    pub sheet: Option<String>,
    /// What stands between cells.
    pub delimiter: Delimiter,
    /// What ends a record.
    pub line_endings: LineEndings,
    /// Rows before the first record.
    pub header_rows: u64,
    /// Row 1 as the file has it, nameless columns included.
    pub headings: Headings,
    /// Question text per column; empty where the file has none.
    pub labels: Vec<String>,
    /// The system's own name per column (Qualtrics import id, or the name behind `V1` …); empty where the file has none.
    pub ids: Vec<Option<String>>,
    /// What an SPSS file says about its variables, one per column: value labels, values declared missing, sets.
    pub dictionary: Option<SavDictionary>,
    /// Columns that the system adds, by meaning.
    pub columns: SystemColumns,
    /// Per column, whether the system added it, so that it holds no answer.
    pub metadata: Vec<bool>,
    /// Per column, whether it is the write-in text of a choice; may be shorter than the row.
    pub companions: Vec<bool>,
    /// IANA name of the time zone of dates, where the file says it.
    pub time_zone: Option<String>,
    /// Cell texts that mean: the question was not asked.
    pub not_asked: Vec<String>,
    /// Cell texts that mean: asked and not answered.
    pub not_stated: Vec<String>,
    /// Cell text that means: the choice with a text of one's own.
    pub other: Option<&'static str>,
    /// What stands between the choices of a multi-select item that has one column only.
    pub joined: Option<&'static str>,
    /// What stands between groups and question in a heading that is a path.
    pub path: Option<char>,
    /// Declared order of the numbers in dates.
    pub date_order: Option<DateOrder>,
    /// SHA-256 of the file's bytes.
    pub digest: [u8; 32],
    /// What is wrong with the file as a whole; faults of rows come with `for_each_record`.
    pub findings: Findings,
    pub(super) folded: OnceLock<Vec<FoldedLabel>>,
    adapter: &'static dyn Adapter,
    source: Source,
    usable: bool,
}

/// Reads a program's export; `workbooks` reads those that are workbooks.
///
/// # Errors
/// If the file cannot be read, lies outside the program's folder, or is larger than its container may be. What is wrong inside it is a
/// finding.
pub fn read_export(root: &Path, plan: &ExportPlan, workbooks: &dyn WorkbookReader) -> Result<RawExport> {
    let declared =
        Declared { system: plan.system, encoding: plan.encoding.clone(), sheet: plan.sheet.clone(), date_order: plan.date_order };
    let contents = read_export_bytes(root, &plan.file)?;
    Ok(RawExport::read(&plan.file.display().to_string(), contents, &declared, workbooks))
}

/// Reads an export from any place; `name` is what findings call it.
///
/// # Errors
/// As `read_export`.
pub fn read_export_file(path: &Path, name: &str, declared: &Declared, workbooks: &dyn WorkbookReader) -> Result<RawExport> {
    Ok(RawExport::read(name, read_any(path)?, declared, workbooks))
}

impl RawExport {
    /// Reads an export from its bytes; workbooks in this process.
    pub fn from_bytes(name: &str, bytes: Vec<u8>, declared: &Declared) -> Self {
        Self::from_bytes_with(name, bytes, declared, &InProcess)
    }

    /// As `from_bytes`; `workbooks` reads workbooks.
    pub fn from_bytes_with(name: &str, bytes: Vec<u8>, declared: &Declared, workbooks: &dyn WorkbookReader) -> Self {
        Self::read(name, bytes.into(), declared, workbooks)
    }

    fn read(name: &str, contents: Contents, declared: &Declared, workbooks: &dyn WorkbookReader) -> Self {
        let mut source = Source::open(name, contents, declared, workbooks);
        let rows = source.first_rows(Probe::ROWS);
        let probe = Probe { rows: &rows, container: source.container };
        let mut findings = std::mem::take(&mut source.findings);
        let (adapter, evidence) = choose(name, declared.system, &probe, &mut findings);
        source.usable &= !findings.has_errors();
        let mut layout = if source.usable { adapter.layout(&probe) } else { Layout::default() };
        if let Some(remark) = layout.refused.take().or_else(|| redcap::headerless_download(name, adapter.system())) {
            findings.push(refusal(name, &remark));
            source.usable = false;
        }
        if let (System::Spss, Some(dictionary)) = (adapter.system(), &source.dictionary) {
            spss_file::complete(&mut layout, dictionary);
        }
        let headings = Headings::new(rows.first().into_iter().flat_map(StringRecord::iter));
        if source.usable {
            content::look(&source, &headings, adapter.system(), &mut layout, &mut findings);
            check_headings(name, &headings, &layout, source.heading_row(), &mut findings);
        }
        Self {
            file: name.to_owned(),
            system: adapter.system(),
            variant: layout.variant,
            evidence: printable(&evidence),
            encoding: source.encoding.clone(),
            bom: source.bom,
            sheet: source.sheet.clone(),
            delimiter: source.dialect.delimiter,
            line_endings: source.line_endings,
            header_rows: layout.header_rows,
            headings,
            labels: {
                let labels = if layout.labels.is_empty() { std::mem::take(&mut source.labels) } else { layout.labels };
                labels.iter().map(|label| printable(label)).collect()
            },
            ids: layout.ids,
            dictionary: source.dictionary.take(),
            columns: layout.columns,
            metadata: layout.metadata,
            companions: layout.companions,
            time_zone: layout.time_zone,
            not_asked: layout.not_asked,
            not_stated: layout.not_stated,
            other: layout.other,
            joined: layout.joined,
            path: layout.path,
            date_order: declared.date_order,
            folded: OnceLock::new(),
            digest: source.digest,
            usable: !findings.has_errors(),
            findings,
            adapter,
            source,
        }
    }

    /// Whether the file can be used at all; if not, a finding says why, and there are no records.
    pub fn is_usable(&self) -> bool {
        self.usable
    }

    /// Hands on each record after the headings with its row as a spreadsheet numbers it. A row that a finding excludes and a
    /// blank row are not handed on. Cells are as the file has them, blanks around them included; there are at least as many as headings.
    ///
    /// One pass over the text, without a copy of the cells.
    pub fn for_each_record(&self, mut visit: impl FnMut(u64, &Cells<'_>)) -> Scan {
        self.scan(|row, cells, used| {
            if used {
                visit(row, cells);
            }
        })
    }

    /// As `for_each_record`, with the excluded rows too.
    pub(super) fn scan(&self, visit: impl FnMut(u64, &Cells<'_>, bool)) -> Scan {
        if self.usable { scan(&self.source, &self.headings, self.header_rows, visit) } else { Scan::default() }
    }

    /// As `for_each_record`, on several threads. The records are parted into blocks, each with a state of its own, made for so many records or a few
    /// less; the states come in the order of the file. Where blocks end depends on the text alone.
    pub fn for_each_block<S: Send>(
        &self,
        new: impl Fn(usize) -> S + Sync,
        visit: impl Fn(&mut S, u64, &Cells<'_>) + Sync,
    ) -> (Vec<S>, Scan) {
        if !self.usable {
            return (Vec::new(), Scan::default());
        }
        scan_blocks(&self.source, &self.headings, self.header_rows, new, |state, row, cells, used| {
            if used {
                visit(state, row, cells);
            }
        })
    }

    /// Lets go of the file's text once all has been read from it: there are no records from then on.
    pub fn forget_text(&mut self) {
        self.source.forget();
    }

    /// What the system's own columns say about a row.
    pub fn row<'r>(&self, cells: &Cells<'r>) -> RowView<'r> {
        RowView::new(self.adapter, &self.columns, cells)
    }

    /// Response, preview or test, and the status cell, as `row` says them.
    pub fn kind<'r>(&self, cells: &Cells<'r>) -> (RowKind, Option<&'r str>) {
        RowView::kind(self.adapter, &self.columns, cells)
    }

    /// Position (from 0) of a column by heading, or by the system's own name where that alone is unique.
    ///
    /// # Errors
    /// If no column has the name, or several have.
    pub fn column(&self, name: &str) -> std::result::Result<usize, HeadingFault> {
        self.headings.find(name).or_else(|fault| {
            let mut same = (0..self.ids.len()).filter(|&i| self.ids[i].as_deref() == Some(name.trim()));
            match (same.next(), same.next()) {
                (Some(one), None) => Ok(one),
                _ => Err(fault),
            }
        })
    }

    /// What the system has to say about its files.
    pub(super) fn adapter(&self) -> &'static dyn Adapter {
        self.adapter
    }

    /// Whether the respondent finished, as far as the system says.
    pub fn finished(&self, cells: &Cells<'_>) -> Option<bool> {
        self.adapter.finished(&self.columns, cells)
    }

    /// Evidence of how the dates of a column, and the numbers of some, are written. None is gathered yet: what follows from it is what most files need.
    pub fn evidence(&self, dates: Option<usize>, numbers: &[usize]) -> CellEvidence {
        CellEvidence::new(self.date_order, dates, numbers)
    }

    /// A reader for the dates of a column, in the declared order or the one that all its cells together show.
    pub fn date_reader(&self, column: usize) -> DateReader {
        let new = || self.evidence(Some(column), &[]);
        // What is wrong with the rows is said by the pass that uses them.
        let (parts, _) = self.for_each_block(|_| new(), |evidence, _, cells| evidence.add(cells));
        let mut evidence = new();
        parts.iter().for_each(|part| evidence.append(part));
        evidence.conventions().dates
    }
}

/// The finding that makes a file of no use.
fn refusal(name: &str, remark: &Remark) -> Finding {
    Finding {
        rule: remark.rule,
        expected: remark.expected.to_owned(),
        found: remark.found.clone(),
        remedy: remark.remedy.to_owned(),
        ..unusable(name)
    }
}

/// The declared system's adapter, else the first that recognizes the file. A contradiction is a finding.
fn choose(name: &str, declared: Option<System>, probe: &Probe<'_>, findings: &mut Findings) -> (&'static dyn Adapter, String) {
    let (detected, evidence) = adapter::detect(probe);
    let Some(system) = declared else { return (detected, evidence.0) };
    let adapter = adapter::of(system);
    if let Some(own) = adapter.detect(probe)
        && (system == detected.system() || system != System::Csv)
    {
        return (adapter, format!("declared; {}", own.0));
    }
    if !probe.rows.is_empty() {
        // Read as one of two systems that know each other's layout, its header rows would be taken for records or records for headers.
        let unreadable = system != System::Csv && detected.system() != System::Csv;
        let base = if unreadable { unusable(name) } else { Finding { severity: Severity::Warning, ..about(name) } };
        findings.push(Finding {
            rule: "file.system_contradiction",
            expected: format!("{} as declared", system.name()),
            found: format!("{}: {}", detected.system().name(), printable(&evidence.0)),
            remedy: if unreadable {
                "correct or remove its line `system = …`"
            } else {
                "the file was read as declared; correct or remove its line `system = …`"
            }
            .to_owned(),
            ..base
        });
    }
    (adapter, "declared".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{ChoiceNames, RowKind};

    fn export(text: &str, system: Option<System>) -> RawExport {
        RawExport::from_bytes("exports/a.csv", text.as_bytes().to_vec(), &Declared { system, ..Declared::default() })
    }

    fn choice(code: i32) -> ChoiceNames<'static> {
        ChoiceNames { code, label: "", value: None }
    }

    fn rules(findings: &Findings) -> Vec<&'static str> {
        findings.as_slice().iter().map(|f| f.rule).collect()
    }

    const QUALTRICS: &str = "ResponseID,Finished,Status,EndDate,Q1,Q1,Q3_2\nResponseID,Finished,Status,EndDate,a,b,c\n\
        {'ImportId': 'responseId'},{'ImportId': 'finished'},{'ImportId': 'status'},{'ImportId': 'endDate'},{'ImportId': 'QID1-1'},{'ImportId': 'QID1-2'},{'ImportId': 'QID3'}\n\
        R_1,1,0,2026-01-02 10:00:00,4,,1\nR_2,False,Survey Preview,,5,,\n";

    #[test]
    fn rows_have_numbers_kinds_and_dates() {
        let export = export(QUALTRICS, None);
        let mut seen = Vec::new();
        let scan = export.for_each_record(|row, cells| {
            let view = export.row(cells);
            seen.push((row, view.kind, view.response_id.map(str::to_owned), view.date.map(str::to_owned), view.finished));
        });
        assert_eq!(scan.records, 2);
        assert_eq!(seen[0], (4, RowKind::Usable, Some("R_1".to_owned()), Some("2026-01-02 10:00:00".to_owned()), Some(true)));
        assert_eq!(seen[1], (5, RowKind::Preview, Some("R_2".to_owned()), None, Some(false)));
    }

    #[test]
    fn import_ids_part_equal_headings() {
        let export = export(QUALTRICS, None);
        assert_eq!(export.column("Q1"), Err(HeadingFault::Repeated { columns: vec![5, 6] }));
        assert_eq!(export.column("QID1-2"), Ok(5));
        assert_eq!(export.choice_column("Q3", &choice(2)), Ok(6));
        assert!(rules(&export.findings).contains(&"file.repeated_heading"));
    }

    #[test]
    fn a_declared_system_wins_and_a_contradiction_is_said() {
        let as_csv = export(QUALTRICS, Some(System::Csv));
        assert_eq!((as_csv.system, as_csv.header_rows), (System::Csv, 1));
        assert!(rules(&as_csv.findings).contains(&"file.system_contradiction"));
        assert!(!rules(&export(QUALTRICS, Some(System::Qualtrics)).findings).contains(&"file.system_contradiction"));
        let plain = export("id,score\n1,2\n", Some(System::Redcap));
        assert_eq!((plain.system, rules(&plain.findings)), (System::Redcap, vec!["file.system_contradiction"]));
    }

    #[test]
    fn an_unusable_file_gives_no_records() {
        let wide = export(&format!("{}\n", vec!["h"; 10_001].join(",")), None);
        assert_eq!((wide.is_usable(), rules(&wide.findings)), (false, vec!["file.too_many_columns"]));
        let bad = RawExport::from_bytes("a.csv", b"a,b\n\x81,2\n".to_vec(), &Declared::default());
        assert!(!bad.is_usable());
        assert_eq!(bad.for_each_record(|_, _| panic!("no record is expected")).records, 0);
    }

    #[test]
    fn choices_of_plain_files_in_either_form() {
        let export = export("id,why_1,how___2\n1,1,0\n", None);
        assert_eq!((export.choice_column("why", &choice(1)), export.choice_column("how", &choice(2))), (Ok(1), Ok(2)));
        assert!(export.choice_column("why", &choice(3)).is_err());
    }
}
