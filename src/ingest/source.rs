//! A file's bytes under caps, as text, with its dialect and the walk over its records.

use super::blocks::{Block, find_blocks};
use super::container::{Container, ContainerFault, Rendering};
use super::controls::holds_controls;
use super::decode::{Charset, decode};
use super::dialect::{Dialect, LineEndings};
use super::export::Declared;
use super::faults::{about, printable, unusable};
use super::files::Contents;
use super::record::{Cells, Found, Records, Splitter};
use super::spss::{self, SavDictionary};
use super::workbook::WorkbookReader;
use crate::finding::{Finding, Findings, Severity};

/// Largest record used, in bytes of text (1 MiB).
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// Largest cell used, in bytes of text (64 KiB).
pub const FIELD_BYTES_MAX: usize = 64 << 10;
/// Most columns of a file.
pub const COLUMNS_MAX: usize = 10_000;
/// Bytes of a record beyond which the file is not read on: its cells alone would fill memory.
pub(super) const RECORD_BYTES_READ: usize = 4 * RECORD_BYTES_MAX;

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
    /// Whether any character occurs that steers a terminal or the direction of text; see `controls`.
    pub has_controls: bool,
    /// Whether the file holds text that can be read as a table.
    pub usable: bool,
    pub findings: Findings,
    text: String,
    blocks: Vec<Block>,
}

/// One record as the file has it.
pub(super) struct SourceRow<'r> {
    /// As a spreadsheet numbers it, from 1.
    pub number: u64,
    pub cells: Cells<'r>,
    /// The record's text with its end.
    pub raw: &'r str,
    /// Whether any double quote may mean more than itself.
    pub quotes: bool,
    /// Whether the file ends here.
    pub last: bool,
    /// Whether the record goes on beyond what is read; nothing after it is.
    pub cut: bool,
}

impl Source {
    /// Reads a file of any container. What is wrong stands in `findings`.
    pub(super) fn open(name: &str, contents: Contents, declared: &Declared, workbooks: &dyn WorkbookReader) -> Self {
        let bytes = contents.bytes.as_slice();
        let container = Container::of(bytes);
        let rendering = match container {
            Container::Text => return Self::from_bytes(name, contents, Charset::Declared(declared.encoding.as_deref())),
            Container::Workbook => workbooks.render(bytes, declared.sheet.as_deref()),
            Container::Spss => spss::render(bytes, declared.encoding.as_deref()),
            Container::Refused => Err(Container::refusal(bytes)),
        };
        Self::from_rendering(name, container, contents.digest, rendering)
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
            let (expected, found) = (printable(&expected), printable(&found));
            findings.push(Finding { rule, expected, found, remedy, ..unusable(name) });
            Rendering::default()
        });
        for remark in &rendering.remarks {
            findings.push(Finding {
                rule: remark.rule,
                expected: remark.expected.to_owned(),
                found: printable(&remark.found),
                remedy: remark.remedy.to_owned(),
                ..about(name)
            });
        }
        let text = std::mem::take(&mut rendering.text).into_bytes();
        let mut source = Self::with_dialect(name, Contents { bytes: text, digest }, Charset::Unicode, Some(Dialect::RENDERED));
        // A file that could not be read is not empty as well.
        if findings.has_errors() {
            source.findings = Findings::default();
        }
        source.usable &= !findings.has_errors();
        source.findings.extend(findings);
        let Rendering { sheet, labels, encoding, dictionary, .. } = rendering;
        let sheet = sheet.map(|sheet| printable(&sheet));
        Self { container, sheet, labels, dictionary, encoding, ..source }
    }

    /// Decodes the bytes and finds the dialect. What is wrong stands in `findings`.
    pub(super) fn from_bytes(name: &str, contents: impl Into<Contents>, charset: Charset<'_>) -> Self {
        Self::with_dialect(name, contents.into(), charset, None)
    }

    fn with_dialect(name: &str, contents: Contents, charset: Charset<'_>, dialect: Option<Dialect>) -> Self {
        let Contents { bytes, digest } = contents;
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
                        found: match bytes {
                            1 => format!("{}, as a single byte suggests", decoded.encoding),
                            _ => format!("{}, as {bytes} bytes suggest", decoded.encoding),
                        },
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
        let mut dialect = dialect.unwrap_or_else(|| Dialect::detect(&text));
        // A second mark says no more than the first.
        dialect.skip += if text[dialect.skip..].starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let has_controls = holds_controls(&text);
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
            blocks: Vec::new(),
        };
        source.line_endings = source.find_line_endings();
        source.blocks = find_blocks(source.text(), &source.dialect);
        source
    }

    /// Visits the records in order until `visit` returns false. Blank lines count as rows and are not visited. A record of more than
    /// `RECORD_BYTES_READ` is cut there and is the last.
    pub(super) fn for_each_row(&self, visit: impl FnMut(&SourceRow<'_>) -> bool) {
        self.walk(self.records(0, 0), visit);
    }

    /// As `for_each_row`, in one block.
    pub(super) fn for_each_row_of(&self, block: &Block, mut visit: impl FnMut(&SourceRow<'_>)) {
        let records = self.records(block.start, block.rows);
        self.walk(records.take_while(|found| found.start < block.end), |row| {
            visit(row);
            true
        });
    }

    fn records(&self, at: usize, number: u64) -> Records<'_> {
        Records::new(self.text(), &self.dialect, at, number)
    }

    fn walk(&self, records: impl Iterator<Item = Found>, mut visit: impl FnMut(&SourceRow<'_>) -> bool) {
        let (text, delimiter) = (self.text(), self.dialect.delimiter.byte());
        let mut splitter = Splitter::default();
        for Found { number, start, end, quotes, cut } in records {
            let raw = text.get(start..end).unwrap_or("");
            let cells = splitter.split(raw, quotes, delimiter);
            if !visit(&SourceRow { number, cells, raw, quotes, last: end == text.len(), cut }) {
                break;
            }
        }
    }

    /// The whole text as blocks: where they end depends on nothing but the text.
    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Lets go of the text. There are no records from then on.
    pub(super) fn forget(&mut self) {
        (self.text, self.blocks, self.dialect.skip) = (String::new(), Vec::new(), 0);
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

    /// The number of the first record, which holds the headings: rows of notes above a table are blank.
    pub(super) fn heading_row(&self) -> u64 {
        let mut number = 1;
        self.for_each_row(|row| {
            number = row.number;
            false
        });
        number
    }

    /// The first records, headings included.
    pub(super) fn first_rows(&self, count: usize) -> Vec<csv::StringRecord> {
        let mut rows = Vec::with_capacity(count);
        self.for_each_row(|row| {
            rows.push(row.cells.iter().collect());
            rows.len() < count
        });
        rows
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

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
    fn a_record_without_end_is_cut() {
        let text = format!("a,b\n1,2\n{}\n3,4\n", ",".repeat(2 * RECORD_BYTES_READ));
        let mut seen = Vec::new();
        source(&text).for_each_row(|row| {
            seen.push((row.number, row.cells.len() > 1_000, row.cut));
            assert!(row.cells.len() <= RECORD_BYTES_READ + 1);
            true
        });
        assert_eq!(seen, [(1, false, false), (2, false, false), (3, true, true)]);
        let open = format!("a,b\n1,\"é{}", "é".repeat(RECORD_BYTES_READ));
        let mut cut = 0;
        source(&open).for_each_row(|row| {
            cut += u32::from(row.cut);
            true
        });
        assert_eq!(cut, 1);
    }

    #[test]
    fn the_digest_is_of_the_raw_bytes() {
        let got = Source::from_bytes("a", b"\xEF\xBB\xBFabc".to_vec(), Charset::Unicode);
        assert_eq!(got.digest, <[u8; 32]>::from(Sha256::digest(b"\xEF\xBB\xBFabc")));
        assert_eq!(got.digest[..2], [0x1C, 0x28]);
    }

    #[test]
    fn empty_files_are_refused() {
        assert!(!source(" \n").usable);
    }
}
