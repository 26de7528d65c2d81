//! A file's bytes under caps, as text, with its dialect and the walk over its records.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::container::{Container, ContainerFault, Rendering};
use super::decode::{Charset, decode};
use super::dialect::{Delimiter, Dialect, LineEndings};
use super::export::Declared;
use super::faults::{about, unusable};
use super::spss::{self, SavDictionary};
use crate::error::{Error, Result};
use crate::finding::{Finding, Findings, Severity};

/// Largest file read, in bytes (64 MiB).
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// Largest record used, in bytes of text (1 MiB).
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// Largest cell used, in bytes of text (64 KiB).
pub const FIELD_BYTES_MAX: usize = 64 << 10;
/// Most columns of a file.
pub const COLUMNS_MAX: usize = 2_000;

/// Records over which line ends are compared.
const LINE_END_RECORDS: usize = 1_000;

/// A decoded file.
pub(super) struct Source {
    /// Relative to the program's folder.
    pub name: String,
    /// SHA-256 of the raw bytes.
    pub digest: [u8; 32],
    pub container: Container,
    /// Sheet that was read, of a workbook.
    pub sheet: Option<String>,
    /// Label of each column, where the container has them.
    pub labels: Vec<String>,
    /// What an SPSS file says about its variables.
    pub dictionary: Option<SavDictionary>,
    pub encoding: String,
    pub bom: bool,
    pub dialect: Dialect,
    pub line_endings: LineEndings,
    /// Whether any control character other than tab and line ends occurs.
    pub has_controls: bool,
    /// Whether the file holds text that can be read as a table.
    pub usable: bool,
    pub findings: Findings,
    text: String,
}

/// One record as the file has it.
pub(super) struct SourceRow<'r> {
    /// As a spreadsheet numbers it, from 1.
    pub number: u64,
    pub cells: &'r csv::StringRecord,
    /// The record's text with its end.
    pub raw: &'r str,
    /// Whether the file ends here.
    pub last: bool,
}

/// Reads a regular file of at most `FILE_BYTES_MAX`.
///
/// # Errors
/// If it is missing, not a file, unreadable or too large.
#[allow(clippy::disallowed_methods, reason = "this stage reads the data files")]
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let fail = |error: std::io::Error| Error::io("read the file", path, &error);
    let metadata = std::fs::metadata(path).map_err(fail)?;
    if !metadata.is_file() {
        return Err(Error::new("this is not a file", "name a CSV file").at(path));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0).min(FILE_BYTES_MAX));
    // One byte more than allowed is enough to know, whatever the metadata said.
    File::open(path).and_then(|file| file.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)).map_err(fail)?;
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Error::new(format!("the file is larger than {} MiB", FILE_BYTES_MAX >> 20), "export one period per file").at(path));
    }
    Ok(bytes)
}

impl Source {
    /// Reads a file of any container. What is wrong stands in `findings`.
    pub(super) fn open(name: &str, bytes: Vec<u8>, declared: &Declared) -> Self {
        let container = Container::of(&bytes);
        let rendering = match container {
            Container::Text => return Self::from_bytes(name, bytes, Charset::Declared(declared.encoding.as_deref())),
            Container::Spss => spss::render(&bytes, declared.encoding.as_deref()),
            Container::Workbook | Container::Refused => Err(ContainerFault {
                rule: "file.container",
                expected: "a text table, a workbook (.xlsx, .ods) or an SPSS file (.sav)".to_owned(),
                found: "another format".to_owned(),
                remedy: "save it as .xlsx or as CSV".to_owned(),
            }),
        };
        let digest = Sha256::digest(&bytes).into();
        Self::from_rendering(name, container, digest, rendering)
    }

    fn from_rendering(
        name: &str,
        container: Container,
        digest: [u8; 32],
        rendering: std::result::Result<Rendering, ContainerFault>,
    ) -> Self {
        let mut findings = Findings::default();
        let mut rendering = rendering.unwrap_or_else(|fault| {
            let ContainerFault { rule, expected, found, remedy } = fault;
            findings.push(Finding { rule, expected, found, remedy, ..unusable(name) });
            Rendering::default()
        });
        for remark in &rendering.remarks {
            findings.push(Finding {
                rule: remark.rule,
                expected: remark.expected.to_owned(),
                found: remark.found.clone(),
                remedy: remark.remedy.to_owned(),
                ..about(name)
            });
        }
        let mut source = Self::from_bytes(name, std::mem::take(&mut rendering.text).into_bytes(), Charset::Unicode);
        // A file that could not be read is not empty as well.
        if findings.has_errors() {
            source.findings = Findings::default();
        }
        source.usable &= !findings.has_errors();
        source.findings.extend(findings);
        // The text is our own, so that nothing of its form is to be found out.
        source.dialect = Dialect { delimiter: Delimiter::Comma, quoted: true, skip: 0 };
        source.line_endings = source.find_line_endings();
        let Rendering { sheet, labels, encoding, dictionary, .. } = rendering;
        Self { container, sheet, labels, dictionary, encoding, digest, ..source }
    }

    /// Decodes the bytes and finds the dialect. What is wrong stands in `findings`.
    pub(super) fn from_bytes(name: &str, bytes: Vec<u8>, charset: Charset<'_>) -> Self {
        let digest = Sha256::digest(&bytes).into();
        let mut findings = Findings::default();
        let (text, encoding, bom) = match decode(bytes, charset) {
            Ok(decoded) => {
                if decoded.contradicts {
                    findings.push(Finding {
                        rule: "file.encoding_contradiction",
                        severity: Severity::Warning,
                        expected: "the declared encoding".to_owned(),
                        found: decoded.encoding.clone(),
                        remedy: "the file was read as found; correct or remove its line `encoding = …`".to_owned(),
                        ..about(name)
                    });
                }
                if let Some(bytes) = decoded.guessed_by {
                    findings.push(Finding {
                        rule: "file.encoding_guessed",
                        severity: Severity::Warning,
                        expected: "text in UTF-8, or a declared encoding".to_owned(),
                        found: format!("{}, as {bytes} bytes suggest", decoded.encoding),
                        remedy: format!(
                            "add the line `encoding = \"{}\"` to this file's [[export]] if names and texts look right",
                            decoded.encoding
                        ),
                        ..about(name)
                    });
                }
                (decoded.text, decoded.encoding, decoded.bom)
            }
            Err(fault) => {
                let (rule, expected, found, remedy) = (fault.rule, fault.expected, fault.found, fault.remedy);
                findings.push(Finding { rule, expected, found, remedy, ..unusable(name) });
                (String::new(), "unknown".to_owned(), false)
            }
        };
        if findings.has_errors() {
            // Said already.
        } else if text.trim().is_empty() {
            findings.push(Finding {
                rule: "file.empty",
                expected: "a row of headings and records".to_owned(),
                found: "nothing".to_owned(),
                remedy: "export the file again".to_owned(),
                ..unusable(name)
            });
        }
        let dialect = Dialect::detect(&text);
        let has_controls = text.as_bytes().chunks(4096).any(|chunk| chunk.iter().fold(false, |any, &b| any | is_control(b)));
        let usable = !findings.has_errors();
        let mut source = Self {
            name: name.to_owned(),
            digest,
            container: Container::Text,
            sheet: None,
            labels: Vec::new(),
            dictionary: None,
            encoding,
            bom,
            dialect,
            line_endings: LineEndings::None,
            has_controls,
            usable,
            findings,
            text,
        };
        source.line_endings = source.find_line_endings();
        source
    }

    /// Visits the records in order until `visit` returns false. Blank lines count as rows and are not visited.
    pub(super) fn for_each_row(&self, mut visit: impl FnMut(&SourceRow<'_>) -> bool) {
        let text = &self.text[self.dialect.skip..];
        let bytes = text.as_bytes();
        let mut reader = self.dialect.reader(text);
        let mut cells = csv::StringRecord::new();
        let (mut number, mut start) = (0_u64, 0_usize);
        // The text is valid UTF-8 in memory and records may have any length, so that reading cannot fail.
        while matches!(reader.read_record(&mut cells), Ok(true)) {
            // The reader takes blank lines with the record after them.
            loop {
                match bytes.get(start) {
                    Some(b'\r') if bytes.get(start + 1) == Some(&b'\n') => start += 2,
                    Some(b'\r' | b'\n') => start += 1,
                    _ => break,
                }
                number += 1;
            }
            number += 1;
            let mut end = usize::try_from(reader.position().byte()).map_or(bytes.len(), |byte| byte.min(bytes.len()));
            // It leaves the line feed behind a carriage return for the next read.
            if end > 0 && bytes[end - 1] == b'\r' && bytes.get(end) == Some(&b'\n') {
                end += 1;
            }
            let row = SourceRow { number, cells: &cells, raw: text.get(start..end).unwrap_or(""), last: end == bytes.len() };
            if !visit(&row) {
                break;
            }
            start = end;
        }
    }

    /// The whole text, without a first line `sep=…`.
    pub(super) fn text(&self) -> &str {
        &self.text[self.dialect.skip..]
    }

    fn find_line_endings(&self) -> LineEndings {
        let mut found = LineEndings::None;
        let mut seen = 0;
        self.for_each_row(|row| {
            let this = match row.raw {
                raw if raw.ends_with("\r\n") => LineEndings::CrLf,
                raw if raw.ends_with('\n') => LineEndings::Lf,
                raw if raw.ends_with('\r') => LineEndings::Cr,
                _ => found,
            };
            found = if found == LineEndings::None || found == this { this } else { LineEndings::Mixed };
            seen += 1;
            seen < LINE_END_RECORDS
        });
        found
    }

    /// The character that ends every line.
    pub(super) fn line_break(&self) -> char {
        if self.line_endings == LineEndings::Cr { '\r' } else { '\n' }
    }

    /// The first records, headings included.
    pub(super) fn first_rows(&self, count: usize) -> Vec<csv::StringRecord> {
        let mut rows = Vec::with_capacity(count);
        self.for_each_row(|row| {
            rows.push(row.cells.clone());
            rows.len() < count
        });
        rows
    }
}

/// A C0 control character that text has no use for.
pub(super) fn is_control(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r') || byte == 0x7F
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::from_bytes("a.csv", text.as_bytes().to_vec(), Charset::Unicode)
    }

    fn rows(text: &str) -> Vec<(u64, String, String)> {
        let mut rows = Vec::new();
        source(text).for_each_row(|row| {
            rows.push((row.number, row.cells.iter().collect::<Vec<_>>().join("/"), row.raw.to_owned()));
            true
        });
        rows
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("a,b{end}{end}\"1{end}2\",3{end}{end}{end}4,5");
            let got: Vec<(u64, String)> = rows(&text).into_iter().map(|(n, cells, _)| (n, cells)).collect();
            let want = vec![(1, "a/b".to_owned()), (3, format!("1{end}2/3")), (6, "4/5".to_owned())];
            assert_eq!(got, want, "line end {end:?}");
        }
    }

    #[test]
    fn raw_text_is_the_record_with_its_end() {
        let got: Vec<String> = rows("sep=;\r\na;b\r\n1;2\r\n").into_iter().map(|(_, _, raw)| raw).collect();
        assert_eq!(got, ["a;b\r\n", "1;2\r\n"]);
    }

    #[test]
    fn line_ends_inside_cells_do_not_count() {
        assert_eq!(source("a,b\r\n\"x\ny\",2\r\n").line_endings, LineEndings::CrLf);
        assert_eq!(source("a,b\n1,2\r\n").line_endings, LineEndings::Mixed);
        assert_eq!(source("a,b").line_endings, LineEndings::None);
    }

    #[test]
    fn the_digest_is_of_the_raw_bytes() {
        let got = Source::from_bytes("a", b"\xEF\xBB\xBFabc".to_vec(), Charset::Unicode);
        assert_eq!(got.digest, <[u8; 32]>::from(Sha256::digest(b"\xEF\xBB\xBFabc")));
        assert_eq!(got.digest[..2], [0x1C, 0x28]);
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a file to be refused")]
    fn empty_and_oversized_files_are_refused() {
        assert!(!source(" \n").usable);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("big.csv");
        File::create(&path).and_then(|file| file.set_len(FILE_BYTES_MAX as u64 + 1)).expect("a sparse file");
        assert!(read_bytes(&path).expect_err("too large").what.contains("64 MiB"));
        assert!(read_bytes(folder.path()).is_err());
    }
}
