//! One pass over the records of a file: each is handed on or named in a finding.

use super::blocks::Block;
use super::container::Container;
use super::controls::{Control, control, first_control};
use super::faults::{Collector, about, shown};
use super::headings::Headings;
use super::parallel::in_parallel;
use super::quotes::{is_open, swallowing};
use super::record::Cells;
use super::source::{FIELD_BYTES_MAX, RECORD_BYTES_MAX, Source, SourceRow};
use crate::finding::{Excludes, Finding, Findings, Severity};

const UNCLOSED_QUOTE: &str = "file.unclosed_quote";

/// What a pass over the records met.
#[derive(Debug, Clone, Default)]
#[must_use = "the findings of the pass are nowhere else"]
pub struct Scan {
    /// Records after the headings, blank ones apart.
    pub records: u64,
    /// Those of them that a finding excludes; the rest was handed on.
    pub excluded: u64,
    /// Rows in which every cell is blank; they are neither records nor excluded.
    pub blank: u64,
    /// What is wrong with the file's structure, by row.
    pub findings: Findings,
}

/// Visits every record after the first `header_rows`, with its row number and whether it is used.
pub(super) fn scan(source: &Source, headings: &Headings, header_rows: u64, mut visit: impl FnMut(u64, &Cells<'_>, bool)) -> Scan {
    let parts = source.blocks().iter().map(|block| scan_block(source, headings, header_rows, block, &mut visit)).collect();
    whole(source, parts)
}

/// As `scan`, on several threads: each block of records has a state of its own, made for about so many records. Gives the states in the order
/// of the blocks.
pub(super) fn scan_blocks<S: Send>(
    source: &Source,
    headings: &Headings,
    header_rows: u64,
    new: impl Fn(usize) -> S + Sync,
    visit: impl Fn(&mut S, u64, &Cells<'_>, bool) + Sync,
) -> (Vec<S>, Scan) {
    let scanned = in_parallel(source.blocks(), |block| {
        let mut state = new(block.length);
        let part = scan_block(source, headings, header_rows, block, |row, cells, used| visit(&mut state, row, cells, used));
        (state, part)
    });
    let (states, parts) = scanned.into_iter().unzip();
    (states, whole(source, parts))
}

/// What the pass over one block met.
#[derive(Default)]
struct Part {
    records: u64,
    excluded: u64,
    blank: u64,
    collector: Collector,
}

fn scan_block(source: &Source, headings: &Headings, header_rows: u64, block: &Block, mut visit: impl FnMut(u64, &Cells<'_>, bool)) -> Part {
    let mut part = Part::default();
    let collector = &mut part.collector;
    let mut seen = block.records;
    let line_break = source.line_break();
    source.for_each_row_of(block, |row| {
        seen += 1;
        if row.last && !row.raw.ends_with(line_break) {
            collector.push(Finding {
                rule: "file.no_final_line_end",
                row: Some(row.number),
                expected: "a line end after the last row".to_owned(),
                found: "the end of the file".to_owned(),
                remedy: "export the file again if it may have been cut short".to_owned(),
                ..about(&source.name)
            });
        }
        let fault = fault(source, headings, row);
        if seen <= header_rows {
            if source.has_controls {
                controls(source, headings, row, collector);
            }
            // Only an open quote costs rows here; a ragged row of texts leaves nothing out.
            match fault {
                Some(fault) if fault.rule == UNCLOSED_QUOTE || row.cut => collector.push(fault),
                Some(fault) => collector.push(Finding { severity: Severity::Warning, excludes: Excludes::Nothing, ..fault }),
                None => {}
            }
            return;
        }
        // A case of an SPSS file is a record, whatever it holds.
        if source.container != Container::Spss && row.cells.iter().all(|cell| cell.trim().is_empty()) {
            part.blank += 1;
            return;
        }
        part.records += 1;
        let used = fault.is_none();
        if let Some(fault) = fault {
            collector.push(fault);
            part.excluded += 1;
        } else if source.has_controls {
            controls(source, headings, row, collector);
        }
        visit(row.number, &row.cells, used);
    });
    part
}

/// Joins what the blocks met, in their order.
fn whole(source: &Source, parts: Vec<Part>) -> Scan {
    let mut scan = Scan::default();
    let mut collector = Collector::default();
    for part in parts {
        scan.records += part.records;
        scan.excluded += part.excluded;
        scan.blank += part.blank;
        collector.append(part.collector);
    }
    if scan.records == 0 {
        collector.push(Finding {
            rule: "file.no_records",
            expected: "records after the headings".to_owned(),
            found: "none".to_owned(),
            remedy: "export the file again if there should be some".to_owned(),
            ..about(&source.name)
        });
    }
    if scan.blank > 0 {
        collector.push(Finding {
            rule: "file.blank_rows",
            expected: "records".to_owned(),
            found: format!("{} rows in which every cell is blank", scan.blank),
            remedy: "nothing to do; they were passed over".to_owned(),
            ..about(&source.name)
        });
    }
    scan.findings = collector.finish();
    scan
}

/// The fault, if any, for which the row is not used. The gravest is named.
fn fault(source: &Source, headings: &Headings, row: &SourceRow<'_>) -> Option<Finding> {
    let name = |column: usize| headings.as_slice().get(column).map(|heading| shown(heading));
    let base = || Finding { severity: Severity::Error, row: Some(row.number), excludes: Excludes::Row, ..about(&source.name) };
    let line_break = source.line_break();
    if row.cut {
        let open = source.dialect.quoted && is_open(row.raw, source.dialect.delimiter.byte());
        let column = if open { row.cells.len().checked_sub(1).and_then(name) } else { None };
        return Some(Finding {
            rule: if open { UNCLOSED_QUOTE } else { "file.long_record" },
            column,
            expected: if open {
                "a double quote that ends the cell".to_owned()
            } else {
                format!("at most {} MiB in a row", RECORD_BYTES_MAX >> 20)
            },
            found: format!("more than {} MiB", row.raw.len() >> 20),
            remedy: "look for a missing closing quote; this row and all after it are missing until then".to_owned(),
            ..base()
        });
    }
    // Only a text file can have lost a quote, and only where there is one.
    if source.container == Container::Text
        && row.quotes
        && (row.last || row.raw.trim_end_matches(['\n', '\r']).contains(line_break))
        && let Some(column) = swallowing(&source.dialect, headings.len(), row, line_break)
    {
        return Some(Finding {
            rule: UNCLOSED_QUOTE,
            column: name(column),
            expected: "a double quote that ends the cell".to_owned(),
            found: format!("a cell of {} lines", 1 + row.cells.get(column).map_or(0, |c| c.matches(line_break).count())),
            remedy: "close or double the quote in this cell; the rows after it are missing until then".to_owned(),
            ..base()
        });
    }
    if row.raw.len() > FIELD_BYTES_MAX {
        if let Some(column) = row.cells.iter().position(|cell| cell.len() > FIELD_BYTES_MAX) {
            return Some(Finding {
                rule: "file.long_field",
                column: name(column),
                expected: format!("at most {} KiB in a cell", FIELD_BYTES_MAX >> 10),
                found: format!("{} bytes in column {}", row.cells.get(column).map_or(0, str::len), column + 1),
                remedy: "look for a missing closing quote, or shorten the cell".to_owned(),
                ..base()
            });
        }
        if row.raw.len() > RECORD_BYTES_MAX {
            return Some(Finding {
                rule: "file.long_record",
                expected: format!("at most {} MiB in a row", RECORD_BYTES_MAX >> 20),
                found: format!("{} bytes", row.raw.len()),
                remedy: "leave out columns that are not needed when exporting".to_owned(),
                ..base()
            });
        }
    }
    let (width, cells) = (headings.len(), row.cells.len());
    if cells < width {
        return Some(Finding {
            rule: "file.fewer_cells",
            expected: format!("{width} cells, as in row 1"),
            found: format!("{cells} cells"),
            remedy: "compare the row with its neighbors; a delimiter is missing, or the file was cut short".to_owned(),
            ..base()
        });
    }
    if cells > width && row.cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
        return Some(Finding {
            rule: "file.more_cells",
            expected: format!("{width} cells, as in row 1"),
            found: format!("{cells} cells"),
            remedy: "put the cell that holds a delimiter into double quotes".to_owned(),
            ..base()
        });
    }
    if source.has_controls {
        let column = row.cells.iter().position(|cell| cell.contains('\0'))?;
        return Some(Finding {
            rule: "file.nul",
            column: name(column),
            expected: "text".to_owned(),
            found: format!("a NUL character in column {}", column + 1),
            remedy: "export the file again; it is damaged, or was saved in another encoding".to_owned(),
            ..base()
        });
    }
    None
}

/// Control characters other than NUL, and those that turn the direction of text: named, and left in place.
fn controls(source: &Source, headings: &Headings, row: &SourceRow<'_>, collector: &mut Collector) {
    for (column, cell) in row.cells.iter().enumerate() {
        // In a row of records NUL is a fault of its own.
        let Some((character, kind)) = first_control(cell) else { continue };
        let (kind, character) = if kind == Control::Nul {
            let others = cell.chars().find_map(|c| control(c).filter(|&kind| kind != Control::Nul).map(|kind| (kind, c)));
            others.unwrap_or((Control::Nul, character))
        } else {
            (kind, character)
        };
        let (rule, expected, what) = match kind {
            Control::Nul => ("file.nul", "text", "NUL character"),
            Control::Plain => ("file.control_character", "printable text", "control character"),
            Control::Direction => ("file.direction_character", "text without hidden turns of direction", "character"),
        };
        collector.push(Finding {
            rule,
            severity: Severity::Warning,
            row: Some(row.number),
            column: headings.as_slice().get(column).map(|heading| shown(heading)),
            expected: expected.to_owned(),
            found: format!("the {what} U+{:04X} in column {}", u32::from(character), column + 1),
            remedy: "remove it at the source; nothing is left out".to_owned(),
            ..about(&source.name)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::Charset;
    use super::*;

    fn run(text: &str) -> (Scan, Vec<(u64, bool)>) {
        let source = Source::from_bytes("a.csv", text.as_bytes().to_vec(), Charset::Unicode);
        let headings = Headings::new(source.first_rows(1)[0].iter());
        let mut visited = Vec::new();
        let scan = scan(&source, &headings, 1, |row, _, used| visited.push((row, used)));
        (scan, visited)
    }

    fn rules(text: &str) -> Vec<(&'static str, Option<u64>, Option<String>)> {
        run(text).0.findings.as_slice().iter().map(|f| (f.rule, f.row, f.column.clone())).collect()
    }

    #[test]
    fn ragged_rows_are_excluded_and_named() {
        let (scan, visited) = run("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3,\n,,\n1,2,3\n");
        assert_eq!((scan.records, scan.excluded, scan.blank), (5, 2, 1));
        assert_eq!(visited, [(2, true), (3, false), (4, false), (5, true), (7, true)]);
        let got: Vec<_> = scan.findings.as_slice().iter().map(|f| (f.rule, f.row)).collect();
        assert_eq!(got, [("file.fewer_cells", Some(3)), ("file.more_cells", Some(4)), ("file.blank_rows", None)]);
    }

    #[test]
    fn an_unclosed_quote_is_suspected() {
        let at = |row| ("file.unclosed_quote", Some(row), Some("c".to_owned()));
        assert_eq!(rules("a,b,c,d\n1,2,\"x,3\n4,5,6,7\n8,9,\"y\",0\n"), [at(2)]);
        assert!(rules("a,b,c\n1,2,3\n1,2,\"open\n").contains(&at(3)), "open at the end of the file");
        let prose = "a,b,c,d\n1,2,\"Dear all,\nyes, and, no, well, so\nBye, X\",4\n";
        assert_eq!(rules(prose), [], "commas of prose");
        let headings = "a,b,c,d\n1,2,\"open";
        assert!(rules(headings).iter().any(|found| found.0 == "file.unclosed_quote"));
    }

    #[test]
    fn caps_name_row_and_column_and_no_content() {
        let long = "secret".repeat(11_000);
        let (scan, _) = run(&format!("a,b\n1,{long}\n"));
        let finding = &scan.findings.as_slice()[0];
        assert_eq!(
            (finding.rule, finding.row, finding.column.as_deref(), finding.excludes),
            ("file.long_field", Some(2), Some("b"), Excludes::Row)
        );
        assert!(!format!("{finding:?}").contains("secret"));
        let cell = "x".repeat(60_000);
        let row = vec![cell.as_str(); 20].join(",");
        let headings = (0..20).map(|i| format!("c{i}")).collect::<Vec<_>>().join(",");
        assert_eq!(rules(&format!("{headings}\n{row}\n"))[0].0, "file.long_record");
    }

    #[test]
    fn controls_are_named_and_nul_excludes_the_row() {
        let (scan, visited) = run("a,b\n1,x\u{b}y\n2,\0\n");
        let got: Vec<_> = scan.findings.as_slice().iter().map(|f| (f.rule, f.row, f.column.as_deref())).collect();
        assert_eq!(got, [("file.control_character", Some(2), Some("b")), ("file.nul", Some(3), Some("b"))]);
        assert_eq!(visited, [(2, true), (3, false)]);
    }

    #[test]
    fn hidden_characters_are_located_in_cells_and_headings() {
        let (scan, visited) = run("a,b\u{202E}\u{9b}c\nx\u{2066},y\n1,\u{9b}2\n");
        let got: Vec<_> = scan.findings.as_slice().iter().map(|f| (f.rule, f.row, f.column.as_deref(), f.found.as_str())).collect();
        assert_eq!(
            got,
            [
                ("file.direction_character", Some(1), Some("bc"), "the character U+202E in column 2"),
                ("file.direction_character", Some(2), Some("a"), "the character U+2066 in column 1"),
                ("file.control_character", Some(3), Some("bc"), "the control character U+009B in column 2"),
            ]
        );
        assert_eq!(visited, [(2, true), (3, true)]);
        assert!(scan.findings.as_slice().iter().all(|f| f.severity == Severity::Warning));
    }

    #[test]
    fn a_quote_that_never_ends_costs_the_rest_and_says_so() {
        let (scan, visited) = run(&format!("a,b\n1,2\n3,\"{}", "x\n".repeat(3 << 20)));
        let finding = &scan.findings.as_slice()[0];
        assert_eq!((finding.rule, finding.row, finding.excludes), ("file.unclosed_quote", Some(3), Excludes::Row));
        assert_eq!((visited, finding.found.as_str()), (vec![(2, true), (3, false)], "more than 4 MiB"));
        let (scan, _) = run(&format!("a,b\n1,{}\n", ",".repeat(5 << 20)));
        assert_eq!((scan.findings.as_slice()[0].rule, scan.findings.as_slice()[0].row), ("file.long_record", Some(2)));
    }

    #[test]
    fn a_missing_last_line_end_is_a_note() {
        assert_eq!(rules("a,b\n1,2"), [("file.no_final_line_end", Some(2), None)]);
        assert_eq!(rules("a,b\r\n1,2\r"), [("file.no_final_line_end", Some(2), None)]);
        assert_eq!(rules("a,b\n1,2\n"), []);
    }
}
